#include "cli/claims_table.h"

#include <string.h>

#include "cli/printing.h"

enum { CELLS = 4, FOUND = 24, GAP = 2, NARROW = 80 };

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

typedef struct layout {
    int width;          /* of the whole */
    int conditional;    /* leaves room for "holds only if" */
} layout;

static int verdict_width(const layout *l)
{
    return l->conditional ? (int)strlen("holds only if") : (int)strlen("undecided");
}

static void find_widths(const layout *l, int widths[CELLS])
{
    int rest = l->width - verdict_width(l) - FOUND - 3 * GAP;
    widths[0] = verdict_width(l);
    widths[1] = rest * 3 / 5;
    widths[2] = rest - rest * 3 / 5;
    widths[3] = FOUND;
}

static int is_narrow(const layout *l)
{
    return l->width < NARROW;
}

static void add_heads(const layout *l, tro_text *text)
{
    static const char *const heads[CELLS] = {"verdict", "claim", "source says", "trophic found"};
    int widths[CELLS];
    if (is_narrow(l))
        return;
    find_widths(l, widths);
    add_row(text, heads, widths);
}

/* A word, and a paragraph behind it; nothing where there is none. */
static void add_part(tro_text *text, const char *term, const char *words, size_t margin,
                     int width)
{
    tro_text paragraph = {0};
    if (!*words)
        return;
    tro_text_addf(&paragraph, "%s %s", term, words);
    tro_add_wrapped(text, tro_text_string(&paragraph), margin, (size_t)width);
    text->failed |= paragraph.failed;
    tro_text_clear(&paragraph);
}

static void add_stacked(tro_text *text, const tro_told *told, const char *found, int width)
{
    tro_text verdict = {0};
    tro_text_addf(&verdict, "%s:", told->verdict);
    add_part(text, tro_text_string(&verdict), told->claim, 0, width);
    add_part(text, "expected:", told->expected, 4, width);
    add_part(text, "found:", found, 4, width);
    text->failed |= verdict.failed;
    tro_text_clear(&verdict);
}

static void add_rows(const tro_account *account, const layout *l, tro_text *text)
{
    int widths[CELLS];
    const char *source = "";
    find_widths(l, widths);
    for (size_t k = 0; k < account->claim_count; k++) {
        const tro_told *told = &account->claims[k];
        const char *found = *told->found ? told->found : told->remark;
        const char *cells[CELLS] = {told->verdict, told->claim, told->expected, found};
        if (strcmp(told->source, source) != 0) {
            tro_text_add(text, "\n");
            add_part(text, "--", told->source, 0, l->width);
        }
        source = told->source;
        if (is_narrow(l))
            add_stacked(text, told, found, l->width);
        else
            add_row(text, cells, widths);
    }
}

void tro_add_claims(const tro_account *account, int width, tro_text *text)
{
    const layout l = {width, account->conditional};
    tro_text title = {0};
    tro_text_addf(&title, "%s: %s", account->name, account->title);
    tro_add_wrapped(text, tro_text_string(&title), 0, (size_t)width);
    tro_text_add(text, "\n");
    add_heads(&l, text);
    add_rows(account, &l, text);
    tro_text_add(text, "\n");
    tro_account_counts(account, text);
    tro_text_add(text, "\n\n");
    text->failed |= title.failed;
    tro_text_clear(&title);
}

/* --- several ------------------------------------------------------------------- */

static void add_study(const tro_account *account, const layout *l, tro_text *text)
{
    tro_text heading = {0};
    tro_text_addf(&heading, "%s: %s", account->name,
                  *account->paper ? account->paper : account->title);
    tro_text_add(text, "\n");
    add_part(text, "==", tro_text_string(&heading), 0, l->width);
    add_rows(account, l, text);
    text->failed |= heading.failed;
    tro_text_clear(&heading);
}

static void add_exceptions(const tro_account *account, int width, tro_text *text)
{
    for (size_t k = 0; k < account->claim_count; k++) {
        const tro_told *told = &account->claims[k];
        tro_text words = {0};
        if (told->as_claimed)
            continue;
        tro_text_addf(&words, "in %s: %s", account->name, told->claim);
        add_part(text, told->verdict, tro_text_string(&words), 0, width);
        text->failed |= words.failed;
        tro_text_clear(&words);
    }
}

void tro_add_all_claims(const tro_account *accounts, size_t count, size_t missing, int width,
                        tro_text *text)
{
    tro_account sum = tro_accounts_sum(accounts, count);
    const layout l = {width, sum.conditional};
    add_heads(&l, text);
    for (size_t k = 0; k < count; k++)
        add_study(&accounts[k], &l, text);
    tro_text_add(text, "\n");
    for (size_t k = 0; k < count; k++)
        add_exceptions(&accounts[k], width, text);
    tro_text_addf(text, "%zu stud%s, ", count, count == 1 ? "y" : "ies");
    tro_account_counts(&sum, text);
    if (missing > 0)
        tro_text_addf(text, "; %zu stud%s could not be run", missing, missing == 1 ? "y" : "ies");
    tro_text_add(text, "\n\n");
}
