#include "cli/claims_table.h"

#include <string.h>

enum { CELLS = 4, VERDICT = 9, FOUND = 24, GAP = 2 };

/* Bytes of the next line of a cell: as many words as fit into `width`
 * characters (UTF-8), at least one. */
static size_t line_bytes(const char *words, int width)
{
    size_t at = 0, fits = 0;
    int columns = 0;
    for (; words[at]; at++) {
        if (((unsigned char)words[at] & 0xC0) != 0x80 && columns++ == width)
            return fits ? fits : at;
        if (words[at + 1] == ' ' || words[at + 1] == '\0')
            fits = at + 1;
    }
    return at;
}

static int columns_of(const char *words, size_t bytes)
{
    int columns = 0;
    for (size_t k = 0; k < bytes; k++)
        columns += ((unsigned char)words[k] & 0xC0) != 0x80;
    return columns;
}

/* One row of cells that wrap; never a blank at the end of a line. */
static void add_row(tro_text *text, const char *const cells[CELLS], const int widths[CELLS])
{
    const char *rest[CELLS];
    memcpy(rest, cells, sizeof rest);
    for (int more = 1; more;) {
        int blanks = 0;
        more = 0;
        for (int c = 0; c < CELLS; c++) {
            size_t bytes = line_bytes(rest[c], widths[c]);
            for (; bytes > 0 && blanks > 0; blanks--)
                tro_text_add(text, " ");
            tro_text_add_n(text, rest[c], bytes);
            blanks += widths[c] - columns_of(rest[c], bytes) + GAP;
            rest[c] += bytes;
            rest[c] += strspn(rest[c], " ");
            more |= rest[c][0] != '\0';
        }
        tro_text_add(text, "\n");
    }
}

/* Control characters of a file must not reach a terminal. */
static char *clean(const char *words, tro_arena *arena)
{
    char *copy = tro_arena_text(arena, words ? words : "");
    for (char *c = copy; c && *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            *c = ' ';
    return copy;
}

static void add_claim(tro_text *text, const tro_claim *claim, const int widths[CELLS],
                      tro_arena *arena)
{
    const char *found = claim->verdict == TRO_UNDECIDED ? claim->remark : claim->found;
    const char *cells[CELLS] = {clean(claim->verdict_text, arena), clean(claim->claim, arena),
                                clean(claim->expected, arena), clean(found, arena)};
    for (int c = 0; c < CELLS; c++)
        if (!cells[c]) {
            text->failed = 1;
            return;
        }
    add_row(text, cells, widths);
}

void tro_add_claims(tro_text *text, const tro_study *study, int width)
{
    static const char *const heads[CELLS] = {"verdict", "claim", "source says", "trophic found"};
    tro_arena arena = {0};
    int rest = (width < 80 ? 80 : width) - VERDICT - FOUND - 3 * GAP;
    const int widths[CELLS] = {VERDICT, rest * 3 / 5, rest - rest * 3 / 5, FOUND};
    const char *source = "";
    add_row(text, heads, widths);
    for (size_t k = 0; k < study->claim_count; k++) {
        const tro_claim *claim = &study->claims[k];
        if (strcmp(claim->source, source) != 0) {
            const char *heading = clean(claim->source, &arena);
            tro_text_addf(text, "\n-- %s\n", heading ? heading : "");
        }
        source = claim->source;
        add_claim(text, claim, widths, &arena);
    }
    tro_arena_clear(&arena);
}
