/* Edges as they are written, in `network` and in what changes it. */
#ifndef TRO_SCENARIO_EDGES_H
#define TRO_SCENARIO_EDGES_H

#include "scenario/scenario.h"

enum { TRO_LONGEST_DELAY = 1000 };

/* As read by tro_edge_table. */
typedef struct tro_edge_config {
    const tro_node *self;
    const char *from, *to, *judge;
    double weight, synthetic, curated, delay;
    tro_chosen channel;
} tro_edge_config;

/* Into a link and the rest of its edge, which holds the network's defaults. Located
 * errors. */
TRO_MUST_USE int tro_edge_read(const tro_reader *reader, const tro_scenario *scenario,
                               const tro_edge_config *config, tro_link *link, tro_edge *edge);
/* Parts of that. */
TRO_MUST_USE int tro_edge_judge(const tro_reader *reader, const tro_scenario *scenario,
                                const char *text, const tro_place *place, tro_edge *edge);
TRO_MUST_USE int tro_edge_channel(const tro_reader *reader, const tro_scenario *scenario,
                                  const tro_chosen *chosen, tro_edge *edge);

/* Edges put in the place of those of the same two agents, or added to them: `changes` of a
 * network. A group at an end stands for all its agents. Before the graph's rows are made. */
TRO_MUST_USE int tro_network_change(const tro_reader *reader, const tro_records *changes,
                                    const tro_edge *pattern, tro_scenario *scenario);

#endif
