/* Links at random between two blocks of nodes: what stochastic blocks,
 * producers and consumers, hubs and leaves are made of. */
#ifndef TRO_NETWORK_BLOCK_LINKS_H
#define TRO_NETWORK_BLOCK_LINKS_H

#include "network/links.h"

/* How many links there can be from the nodes of one block to those of another
 * (or of the same one: there are no loops). */
double tro_block_room(const tro_node_block *from, const tro_node_block *to);

/* Adds `count` different links from `from` to `to`, all sets of that many
 * alike; blocks overlap wholly or not at all. */
TRO_MUST_USE int tro_block_links(tro_pairs *pairs, const tro_node_block *from,
                                 const tro_node_block *to, size_t count,
                                 tro_stream *stream, tro_messages *messages);

/* The block of that name; else a message at `place` with the nearest name. */
TRO_MUST_USE int tro_block_find(const tro_site *site, const char *name, const tro_place *place,
                                size_t *out, tro_messages *messages);

/* The nodes in two halves, each a block of its own: `order` has the node for
 * each place of them. */
typedef struct tro_halves {
    tro_node_block listed, rest;
    size_t *order;
} tro_halves;

/* The blocks that `names` lists, or the first when it lists none, and the others;
 * neither half may be empty. `what` the listed are, as in "producers". */
TRO_MUST_USE int tro_halves_make(const tro_site *site, const char *generator, const char *what,
                                 const tro_texts *names, tro_arena *arena, tro_halves *out,
                                 tro_messages *messages);
/* From places to nodes. */
void tro_halves_finish(const tro_halves *halves, tro_pairs *pairs);

#endif
