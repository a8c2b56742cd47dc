/* Open addressing with linear probing; removal shifts back (Knuth 1998, 6.4,
 * algorithm R), so that there are no tombstones. */
#include "network/number_set.h"

#include <string.h>

#include "base/memory.h"

int tro_number_set_make(tro_number_set *set, size_t room)
{
    set->bits = 4;
    while (set->bits < 62 && (size_t)1 << set->bits <= 2 * room)
        set->bits++;
    set->slots = tro_allocate((size_t)1 << set->bits, sizeof *set->slots);
    return set->slots ? TRO_OK : TRO_ENOMEM;
}

void tro_number_set_clear(tro_number_set *set)
{
    tro_release(set->slots);
    memset(set, 0, sizeof *set);
}

static size_t home_of(const tro_number_set *set, uint64_t key)
{
    return (size_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> (64 - set->bits));
}

/* The slot of a number, or the free one where it would go. */
static size_t slot_of(const tro_number_set *set, uint64_t key)
{
    size_t mask = ((size_t)1 << set->bits) - 1, slot = home_of(set, key);

    while (set->slots[slot] && set->slots[slot] != key)
        slot = (slot + 1) & mask;
    return slot;
}

int tro_number_set_has(const tro_number_set *set, uint64_t number)
{
    return set->slots[slot_of(set, number + 1)] != 0;
}

int tro_number_set_add(tro_number_set *set, uint64_t number)
{
    size_t slot = slot_of(set, number + 1);

    if (set->slots[slot])
        return 0;
    set->slots[slot] = number + 1;
    return 1;
}

void tro_number_set_remove(tro_number_set *set, uint64_t number)
{
    size_t mask = ((size_t)1 << set->bits) - 1, hole = slot_of(set, number + 1);

    for (size_t at = (hole + 1) & mask; set->slots[at]; at = (at + 1) & mask) {
        size_t home = home_of(set, set->slots[at]);
        if (((at - home) & mask) < ((at - hole) & mask))
            continue;      /* its home lies behind the hole */
        set->slots[hole] = set->slots[at];
        hole = at;
    }
    set->slots[hole] = 0;
}
