/* A set of numbers that answers in constant time whether one is in it: links
 * that are taken, cells that were drawn. */
#ifndef TRO_NETWORK_NUMBER_SET_H
#define TRO_NETWORK_NUMBER_SET_H

#include <stddef.h>
#include <stdint.h>

#include <trophic/status.h>

/* Zero-initialised is empty and has no room. */
typedef struct tro_number_set {
    uint64_t *slots;     /* number + 1, 0: free */
    unsigned bits;       /* 2^bits slots, more than twice the room */
} tro_number_set;

/* Room for `room` numbers below UINT64_MAX; TRO_ENOMEM without a message. */
TRO_MUST_USE int tro_number_set_make(tro_number_set *set, size_t room);
void tro_number_set_clear(tro_number_set *set);

int tro_number_set_has(const tro_number_set *set, uint64_t number);
/* 1 when the number is new. */
int tro_number_set_add(tro_number_set *set, uint64_t number);
/* Takes out a number that is in it. */
void tro_number_set_remove(tro_number_set *set, uint64_t number);

#endif
