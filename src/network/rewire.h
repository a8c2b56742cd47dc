/* Degree-preserving rewiring: the control that keeps how many producers and
 * consumers everybody has, and nothing else (Rao, Jana and Bandyopadhyay 1996;
 * Maslov and Sneppen 2002). */
#ifndef TRO_NETWORK_REWIRE_H
#define TRO_NETWORK_REWIRE_H

#include "network/graph.h"

/* Tries `swaps` times as many exchanges as there are links: two links drawn at
 * random exchange producers, unless that would make a loop or a link there is.
 * A link stays its consumer's, with its weights and its delay; loops stay as
 * they are. The order of links is kept, so it is sorted no longer. Errors:
 * TRO_ENOMEM. */
TRO_MUST_USE int tro_graph_rewire(tro_graph *graph, double swaps, const tro_stream *stream,
                                  tro_messages *messages);

#endif
