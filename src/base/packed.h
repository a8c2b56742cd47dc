/* Numbers and texts one after the other as bytes, bit for bit, and back: what one process
 * leaves for the next on the same kind of machine.
 *
 * Reading never goes beyond the end. Where there is too little, or a count is larger
 * than can be, `failed` is set and zeros come back; check once, at the end. */
#ifndef TRO_BASE_PACKED_H
#define TRO_BASE_PACKED_H

#include <stdint.h>

#include "base/text.h"

void tro_pack(tro_text *out, const void *data, size_t bytes);
void tro_pack_whole(tro_text *out, uint64_t value);
void tro_pack_real(tro_text *out, double value);
void tro_pack_text(tro_text *out, const char *text);   /* NULL is told from "" */

typedef struct tro_packed {
    const char *data;      /* unowned */
    size_t length, at;
    int failed;
} tro_packed;

void tro_unpack(tro_packed *from, void *data, size_t bytes);
uint64_t tro_unpack_whole(tro_packed *from);
double tro_unpack_real(tro_packed *from);
/* A whole number of at most `most`. */
uint64_t tro_unpack_count(tro_packed *from, uint64_t most);
/* How many things of `size` bytes follow: no more than there is left. */
size_t tro_unpack_length(tro_packed *from, size_t size);
/* The next bytes where they are; NULL when there are fewer. */
const char *tro_unpack_view(tro_packed *from, size_t bytes);
/* A text where it is. */
const char *tro_unpack_text(tro_packed *from);

#endif
