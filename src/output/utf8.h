/* UTF-8, read with suspicion: names come from files that people wrote. */
#ifndef TRO_OUTPUT_UTF8_H
#define TRO_OUTPUT_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* Decodes the code point at `text` (NUL-terminated, not at its end) into
 * *code and returns the number of bytes it takes. A byte that begins no valid
 * sequence (overlong forms, surrogates and cut sequences included) counts as
 * one U+FFFD. */
size_t tro_utf8_next(const char *text, uint32_t *code);

/* width.c: how many columns of a terminal a character takes, 0 to 2; and a text. */
int tro_utf8_columns(uint32_t code);
size_t tro_utf8_width(const char *text);

#endif
