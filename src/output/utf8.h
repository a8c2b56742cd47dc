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

#endif
