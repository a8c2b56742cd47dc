/* Where the nodes and edges of a GraphML file stand.
 *
 * igraph reads the file, but keeps no line of anything and makes up the nodes
 * that edges name and nobody declared. This scan knows just enough XML to
 * find the <node> and <edge> elements of the first graph; of a file that it
 * does not understand it finds nothing, and messages go without places. */
#ifndef TRO_NETWORK_GRAPHML_PLACES_H
#define TRO_NETWORK_GRAPHML_PLACES_H

#include <stdio.h>

#include "network/graph.h"

/* An element, in file order. Attributes are texts without entities, NULL when
 * they are missing. */
typedef struct tro_graphml_element {
    size_t start, end;            /* bytes of its start tag */
    const char *id;               /* of a node */
    const char *source, *target;  /* of an edge */
} tro_graphml_element;

typedef struct tro_graphml_places {
    tro_source source;            /* the file */
    tro_graphml_element *nodes, *edges;
    size_t node_count, edge_count, node_room, edge_room;
    tro_arena arena;
} tro_graphml_places;             /* zero-initialised is legal to release */

/* Scans a file that is open, from its start. Errors: TRO_ENOMEM, TRO_EIO,
 * without a message. */
TRO_MUST_USE int tro_graphml_places_read(FILE *file, const char *path, tro_graphml_places *out);
void tro_graphml_places_release(tro_graphml_places *places);

/* The place of a start tag. */
tro_place tro_graphml_place(const tro_graphml_places *places,
                            const tro_graphml_element *element);
/* The first node of that id, or NULL. */
const tro_graphml_element *tro_graphml_node(const tro_graphml_places *places, const char *id);

/* Says, for up to `most` of them, which edges have no source or target or
 * name one that no node has as its id, and which nodes have no id or that of
 * another. Returns
 * TRO_ESCENARIO then, else TRO_OK, or TRO_ENOMEM. */
TRO_MUST_USE int tro_graphml_check(const tro_graphml_places *places, size_t most,
                                   tro_messages *messages);

#endif
