#include "output/fonts.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "output/program.h"
#include "output/utf8.h"

enum { PATH_BYTES = 4096, MOST_NAMED = 12, FIRST = 0x80 };

/* The characters of a text beyond ASCII, each once. */
typedef struct letters {
    uint32_t *codes;
    unsigned char *found;
    size_t count;
} letters;

static int by_code(const void *one, const void *other)
{
    uint32_t a = *(const uint32_t *)one, b = *(const uint32_t *)other;
    return (a > b) - (a < b);
}

static int collect(const char *text, letters *out, tro_arena *arena)
{
    size_t count = 0;
    uint32_t code;
    for (const char *at = text; *at; at += tro_utf8_next(at, &code))
        count += (unsigned char)*at >= FIRST;
    out->codes = TRO_NEW(arena, uint32_t, count + 1);
    out->found = TRO_NEW(arena, unsigned char, count + 1);
    if (!out->codes || !out->found)
        return TRO_ENOMEM;
    count = 0;
    for (const char *at = text; *at;) {
        at += tro_utf8_next(at, &code);
        if (code >= FIRST)
            out->codes[count++] = code;
    }
    qsort(out->codes, count, sizeof *out->codes, by_code);
    for (size_t k = 0; k < count; k++)
        if (out->count == 0 || out->codes[out->count - 1] != out->codes[k])
            out->codes[out->count++] = out->codes[k];
    return TRO_OK;
}

/* The place of the first that is not below the code. */
static size_t place_of(const letters *l, uint32_t code)
{
    size_t low = 0, high = l->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (l->codes[middle] < code)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* A line for each font: "20-7e a0 152-153". Other words are passed over. */
static void mark_found(letters *l, const char *at)
{
    while (*at) {
        char *end;
        at += strspn(at, " \n");
        unsigned long first = strtoul(at, &end, 16), last = first;
        if (end != at && *end == '-')
            last = strtoul(end + 1, &end, 16);
        for (size_t k = end == at ? l->count : place_of(l, (uint32_t)first);
             k < l->count && l->codes[k] <= last; k++)
            l->found[k] = 1;
        at = end;
        at += strcspn(at, " \n");
    }
}

/* 0: there is nobody to ask. Marks that combine, and joiners, are drawn with their letters. */
static int ask(letters *l, tro_messages *messages)
{
    char path[PATH_BYTES];
    char self[] = "fc-list", option[] = "--format", format[] = "%{charset}\n";
    char *const arguments[] = {self, option, format, NULL};
    tro_program_words words = {.code = 0};
    if (l->count == 0 || !tro_program_find(self, path, sizeof path))
        return 0;
    int status = tro_program_run(path, arguments, "/", &words, messages);
    int known = status == TRO_OK && words.code == 0 && words.output.length > 0;
    if (known)
        mark_found(l, tro_text_string(&words.output));
    for (size_t k = 0; k < l->count; k++)
        l->found[k] |= tro_utf8_columns(l->codes[k]) == 0;
    tro_text_clear(&words.output);
    tro_text_clear(&words.complaint);
    return status < 0 ? status : known;
}

static void copy(const letters *l, const char *text, tro_text *out)
{
    while (*text) {
        uint32_t code;
        size_t length = tro_utf8_next(text, &code);
        if (code >= FIRST && !l->found[place_of(l, code)])
            tro_text_add(out, "?");
        else
            tro_text_add_n(out, text, length);
        text += length;
    }
}

/* A character as it stands in the text. */
static void name(const char *text, uint32_t wanted, tro_text *lacking)
{
    while (*text) {
        uint32_t code;
        size_t length = tro_utf8_next(text, &code);
        if (code == wanted) {
            tro_text_add(lacking, lacking->length ? " " : "");
            tro_text_add_n(lacking, text, length);
            return;
        }
        text += length;
    }
}

int tro_fonts_replace(const char *text, tro_text *out, tro_text *lacking, tro_messages *messages)
{
    letters l = {.count = 0};
    tro_arena arena = {0};
    int missing = 0, status = TRO_OK;
    TRO_TRY(collect(text, &l, &arena));
    TRO_TRY(ask(&l, messages));
    for (size_t k = 0; status > 0 && k < l.count; k++) {
        if (!l.found[k] && missing++ < MOST_NAMED)
            name(text, l.codes[k], lacking);
    }
    if (missing)
        copy(&l, text, out);
    else
        tro_text_add(out, text);
    status = missing;
out:
    tro_arena_clear(&arena);
    return status == TRO_ENOMEM ? tro_error(messages, status, NULL, "out of memory") : status;
}
