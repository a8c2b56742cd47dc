/* The network of a stored scenario. */
#ifndef TRO_CLI_NORMALISE_NETWORK_H
#define TRO_CLI_NORMALISE_NETWORK_H

#include "experiment/cell.h"

/* A network that was read from a file becomes one that is read from
 * `network.graphml`, where the run folder has it, as it came out: turned,
 * rewired, weighted. One that this file cannot hold (several parts, judges by
 * edge) becomes a list of its edges. Others stay as they are. `network` is in
 * `document`, a copy of the scenario's. Errors: TRO_ENOMEM. */
TRO_MUST_USE int tro_normalise_network(tro_document *document, tro_node *network,
                                       const tro_scenario *scenario);

/* A group whose agents are the nodes of a file gets their names. *first is the
 * element's first agent, and then that of the next element. */
TRO_MUST_USE int tro_normalise_names(tro_document *document, tro_node *element,
                                     const tro_scenario *scenario, size_t *first);

#endif
