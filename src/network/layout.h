/* Where the nodes of a network stand in a drawing. */
#ifndef TRO_NETWORK_LAYOUT_H
#define TRO_NETWORK_LAYOUT_H

#include "network/graph.h"

typedef enum tro_layout {
    TRO_LAYOUT_AUTOMATIC,
    TRO_LAYOUT_CIRCLE,                /* in order, the first on top, clockwise */
    TRO_LAYOUT_KAMADA_KAWAI,          /* springs as long as paths */
    TRO_LAYOUT_FRUCHTERMAN_REINGOLD,  /* links pull, nodes push */
    TRO_LAYOUT_TREE,                  /* rings around the node with most links */
    TRO_LAYOUT_GRID,
    TRO_LAYOUTS
} tro_layout;

/* By what the command line calls it: "auto", "circle", ... TRO_EINVAL with the names there
 * are, and the nearest. */
TRO_MUST_USE int tro_layout_of_name(const char *name, tro_layout *out, tro_messages *messages);

typedef struct tro_point {
    double x, y;   /* to the right, downwards */
} tro_point;

/* Places the nodes into out (graph->nodes): finite, with no unit. Loops, directions and
 * parallel links make no difference. Equal graphs and streams give equal places; the
 * stream is where chance comes in, as it does where a layout starts. Automatic: a
 * circle of up to six nodes or when over half of all pairs are linked (up to forty); a
 * tree when it is one; springs up to TRO_SPRINGS_MAX nodes, pushing beyond. Errors:
 * TRO_ENOMEM, TRO_ELIBRARY. */
enum { TRO_SPRINGS_MAX = 500 };
TRO_MUST_USE int tro_layout_place(const tro_graph *graph, tro_layout layout,
                                  const tro_stream *stream, tro_point *out,
                                  tro_messages *messages);

#endif
