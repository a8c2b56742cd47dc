/* Readers of network files, one file each, and the choice among them.
 *
 * What each file can state is said in it. All of them keep links in file order,
 * parallel ones apart, give undirected edges both directions, take missing
 * weights for 1 and report mistakes where they stand. Errors: TRO_EIO (it
 * cannot be read), TRO_EPARSE (no text), TRO_ESCENARIO, TRO_ENOMEM. */
#ifndef TRO_NETWORK_READERS_H
#define TRO_NETWORK_READERS_H

#include "network/graph.h"

typedef int tro_graph_reader(const char *path, const tro_place *place, tro_arena *arena,
                             tro_graph *out, tro_messages *messages);

TRO_MUST_USE tro_graph_reader tro_graph_read_edge_list, tro_graph_read_csv, tro_graph_read_gml,
    tro_graph_read_pajek;

/* What a scenario calls the formats; the first, `auto`, goes by the end of the
 * file's name, and is an edge list when that is unknown. */
extern const char *const tro_graph_formats[];
/* By number in that list. */
TRO_MUST_USE int tro_graph_read(int format, const char *path, const tro_place *place,
                                tro_arena *arena, tro_graph *out, tro_messages *messages);

#endif
