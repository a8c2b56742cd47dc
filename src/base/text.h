/* Text: a growing string, numbers as text, nearest words.
 *
 * tro_text never fails in the middle of a job: when memory runs out it
 * remembers (failed is 1) and swallows the rest; check once, at the end. */
#ifndef TRO_BASE_TEXT_H
#define TRO_BASE_TEXT_H

#include <stddef.h>

#include <trophic/status.h>

typedef struct tro_text {
    char *data;      /* always NUL-terminated once something was added, else NULL */
    size_t length, capacity;
    int failed;
} tro_text;          /* zero-initialised is empty and valid */

void tro_text_add(tro_text *text, const char *piece);
void tro_text_add_n(tro_text *text, const char *piece, size_t length);
void tro_text_addf(tro_text *text, const char *format, ...) TRO_PRINTF(2, 3);
void tro_text_clear(tro_text *text);
/* The content as a C string ("" when empty); owned by `text`. */
const char *tro_text_string(const tro_text *text);

/* The shortest decimal that reads back as the same double ("0.1", "1e-12",
 * "inf", "-inf", "nan"), at least 32 bytes of room. Returns buffer.
 * Independent of the locale. */
char *tro_format_real(char buffer[32], double value);
/* `digits` significant digits, trailing zeros dropped. */
char *tro_format_short(char buffer[32], double value, int digits);

/* Reads a whole decimal number, locale-independent: 1 when all of `text` is
 * one finite number or inf, -inf, .inf, -.inf; else 0. */
int tro_parse_real(const char *text, double *value);
int tro_parse_whole(const char *text, long long *value);

/* How many bytes of a text to show in a message ("%.*s"), at most `limit`;
 * cuts between characters, so that a message stays UTF-8. */
int tro_shown(const char *text, int limit);

/* The word of `words` (count of them) nearest to `word` by edit distance,
 * or NULL when none is near enough to be a likely slip. */
const char *tro_nearest_word(const char *word, const char *const *words, size_t count);

#endif
