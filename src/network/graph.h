/* The network as a plain edge list: who takes training data from whom.
 *
 * An edge runs from producer to consumer, the way data flows. igraph is used
 * in this folder and nowhere else; its calls stand behind one lock (igraph
 * 0.10 is not thread-safe), with an error handler that turns its errors into
 * messages and its random numbers drawn from a trophic stream. */
#ifndef TRO_NETWORK_GRAPH_H
#define TRO_NETWORK_GRAPH_H

#include <trophic/plugin.h>
#include <trophic/random.h>

#include "base/memory.h"
#include "base/text.h"

typedef struct tro_link {
    size_t from, to;               /* producer, consumer: 0 .. nodes-1 */
    double synthetic, curated;     /* raw weights of the two layers, >= 0 */
    double delay;                  /* rounds, >= 0; NaN: not stated */
} tro_link;

/* Everything lives in the arena it was made in. */
typedef struct tro_graph {
    size_t nodes, count;
    tro_link *links;
    const char **names;            /* of the nodes, or NULL when they have none */
    const char **groups;           /* of the nodes, each or all NULL: not stated */
    const char **judges;           /* of the links, each or all NULL: not stated */
} tro_graph;

/* Can an agent, or the node of a file that is one, have this name? It holds
 * something, no control characters, and is none of the words that mean a
 * judge, `producer` and `consumer`. Else TRO_ESCENARIO and a message at
 * `place` that begins with `whose` ("" or "node 2 of 'a.graphml': "). */
TRO_MUST_USE int tro_name_check(const char *name, const char *whose, const tro_place *place,
                                tro_messages *messages);
/* The same for a group, which is no judge: its name may be any such word. */
TRO_MUST_USE int tro_group_name_check(const char *name, const tro_place *place,
                                      tro_messages *messages);

/* Agents that stand together in a list of nodes: a group, or one on its own. */
typedef struct tro_node_block {
    const char *name;
    size_t first, count;
} tro_node_block;

/* Where a network is made. */
typedef struct tro_site {
    size_t nodes;
    const tro_node_block *blocks;       /* all nodes, in order; or NULL */
    size_t block_count;
    const tro_stream *stream;
    const tro_place *place;        /* where the scenario names the generator */
} tro_site;

/* A generator: a plug-in of kind TRO_GENERATOR.
 *
 * generate makes a graph on the site's nodes into `arena`: weights 1 unless its
 * parameters say otherwise, links in a documented order that is a function of
 * the parameters and the stream alone. An undirected generator gives both
 * directions of each tie; a growth model runs from old hubs to newcomers.
 * Required.
 *
 * aim changes a config in which no parameter says how many links there are, so
 * that there will be `links` of them (a whole number; loops do not count), or
 * as near as the model comes to it. NULL: nothing can be chosen. */
typedef struct tro_generator {
    tro_plugin plugin;
    TRO_MUST_USE int (*generate)(const void *config, const tro_site *site, tro_arena *arena,
                                 tro_graph *out, tro_messages *messages);
    TRO_MUST_USE int (*aim)(void *config, const tro_site *site, double links,
                            tro_messages *messages);
} tro_generator;

/* Reads a GraphML file: vertex attribute `name`, or the id of a vertex that has
 * none, becomes its name, edge attributes `weight` (both layers), `synthetic`, `curated`, `delay`
 * become the link's; missing ones are 1, 1 and not stated (a weight that only
 * some edges state is worth a warning). Links stand in file order, parallel
 * ones apart; undirected files give both directions, from the lower node
 * number to the higher first. `place` names the scenario line that asked.
 * Errors: TRO_EIO; TRO_ESCENARIO (negative or non-finite weights, names that are
 * repeated or none, edges whose ends are no nodes), located at the element of
 * the file where that can be told, else at `place`. */
TRO_MUST_USE int tro_graph_read_graphml(const char *path, const tro_place *place,
                                        tro_arena *arena, tro_graph *out,
                                        tro_messages *messages);

/* A column of values attached to nodes or links: numbers, or texts when
 * `texts` is not NULL. Unowned. */
typedef struct tro_attribute {
    const char *name;
    const double *numbers;
    const char *const *texts;
} tro_attribute;

/* Appends GraphML (names, weights, delays and the given attributes) that
 * Gephi, NetworkX and igraph read; everything is escaped, and what XML cannot
 * hold becomes U+FFFD. `weight` is the mean of the layers; `synthetic` and
 * `curated` stand beside it when they differ on some link, `delay` when one is
 * stated. Numbers in the shortest form that reads back exactly; a NaN and a
 * NULL text are left out. Written by trophic itself, so that equal graphs are
 * equal bytes. Errors: TRO_ENOMEM; TRO_EINVAL for attributes of one name. */
TRO_MUST_USE int tro_graph_write_graphml(const tro_graph *graph,
                                         const tro_attribute *node_attributes, size_t node_count,
                                         const tro_attribute *link_attributes, size_t link_count,
                                         tro_text *text, tro_messages *messages);

/* Compressed rows by consumer: links[row_start[i] .. row_start[i+1]-1] are
 * the positions (in graph->links) of the links into node i, in file order.
 * Arrays live in the arena. */
typedef struct tro_csr {
    size_t rows;
    size_t *row_start;   /* rows + 1 */
    size_t *link;        /* graph->count */
} tro_csr;
TRO_MUST_USE int tro_graph_rows(const tro_graph *graph, tro_arena *arena, tro_csr *out);

/* reaches[i] = 1 when node i is marked in `source` or some marked node feeds
 * it along links, else 0; a link counts when its synthetic or its curated
 * weight is positive. Breadth first. source and reaches: `nodes` ints, which
 * may be the same array. Errors: TRO_ENOMEM. */
TRO_MUST_USE int tro_graph_reach(const tro_graph *graph, const int *source, int *reaches);

#endif
