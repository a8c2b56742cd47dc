/* From the pairs a generator collects to the sorted links of a graph.
 *
 * Every generator reserves room for its pairs (which is where too large a
 * network is refused), adds them, and finishes. Pairs live on the heap until
 * tro_pairs_clear; the links live in the arena. */
#ifndef TRO_NETWORK_LINKS_H
#define TRO_NETWORK_LINKS_H

#include "network/graph.h"

/* No generator makes more links than this: 40 bytes each, 10 GB. */
#define TRO_LINK_LIMIT ((size_t)1 << 28)

typedef struct tro_pair {
    size_t from, to;
} tro_pair;

/* Zero-initialised is empty and valid. */
typedef struct tro_pairs {
    tro_pair *items;
    size_t count, capacity;
} tro_pairs;

/* Refuses, with a message at `place`, a generator that means to make more
 * than TRO_LINK_LIMIT links. `links` is a double so that nodes * nodes fits. */
TRO_MUST_USE int tro_links_check(const char *generator, double links, const tro_place *place,
                                 tro_messages *messages);

/* Room for `count` pairs more; then that many may be added. */
TRO_MUST_USE int tro_pairs_reserve(tro_pairs *pairs, size_t count, tro_messages *messages);
void tro_pairs_add(tro_pairs *pairs, size_t from, size_t to);
void tro_pairs_clear(tro_pairs *pairs);

/* Makes the graph: the pairs, sorted by consumer and then producer, each kept
 * once, with weight 1 in both layers and no delay; and when `self` is
 * positive, a link of that weight from every node to itself. The pairs
 * themselves hold no loops. */
TRO_MUST_USE int tro_pairs_finish(tro_pairs *pairs, size_t nodes, double self, tro_arena *arena,
                                  tro_graph *out, tro_messages *messages);

/* Sorts the links of a graph whose ends have changed, all of weight 1, and
 * gives every node its loop; what `pairs` holds goes. */
TRO_MUST_USE int tro_links_again(tro_graph *graph, tro_pairs *pairs, double self,
                                 tro_arena *arena, tro_messages *messages);

#endif
