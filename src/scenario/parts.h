/* The steps of making a scenario, one file each; called in this order by
 * scenario.c. Each reports all its mistakes and returns TRO_ESCENARIO. */
#ifndef TRO_SCENARIO_PARTS_H
#define TRO_SCENARIO_PARTS_H

#include "scenario/scenario.h"

/* A step that failed must not keep later mistakes from being reported: of two
 * statuses the one to go on with. Running out of memory ends everything. */
static inline int tro_worse(int a, int b)
{
    return a == TRO_ENOMEM || b == TRO_ENOMEM ? TRO_ENOMEM : a < 0 ? a : b;
}

/* The top-level keys as read by tro_scenario_table. */
typedef struct tro_top_config {
    long long trophic, seed;
    const char *name, *description;
    const tro_node *outcomes, *curators, *agents, *network, *schedule, *advance, *vary, *claims,
        *figure;
    tro_record_options record;
} tro_top_config;

TRO_MUST_USE int tro_scenario_outcomes(const tro_reader *reader, const tro_top_config *top,
                                       tro_scenario *scenario);

/* Named curators, prepared once each. */
typedef struct tro_named_curator {
    const char *name;
    const tro_curation *curation;
} tro_named_curator;
typedef struct tro_curator_list {
    tro_named_curator *items;
    size_t count;
} tro_curator_list;
TRO_MUST_USE int tro_scenario_curators(const tro_reader *reader, const tro_top_config *top,
                                       const tro_scenario *scenario, tro_curator_list *out);
/* A curator's name, or an expression in place. */
TRO_MUST_USE int tro_scenario_curation(const tro_reader *reader, const tro_scenario *scenario,
                                       const tro_curator_list *named, const tro_node *node,
                                       const tro_curation **out);

TRO_MUST_USE int tro_scenario_agents(const tro_reader *reader, const tro_top_config *top,
                                     const tro_curator_list *named, tro_scenario *scenario);
TRO_MUST_USE int tro_scenario_network(const tro_reader *reader, const tro_top_config *top,
                                      tro_scenario *scenario);
/* Scales the weights of each consumer's edges to sum to 1, and says so; or,
 * without `normalise`, refuses those that do not. */
TRO_MUST_USE int tro_scenario_weights(const tro_reader *reader, const tro_node *network,
                                      int normalise, tro_scenario *scenario);
/* schedule, advance, record. */
TRO_MUST_USE int tro_scenario_rounds(const tro_reader *reader, const tro_top_config *top,
                                     tro_scenario *scenario);
/* What only the whole can tell: agents without data. */
TRO_MUST_USE int tro_scenario_check_data(const tro_reader *reader, const tro_top_config *top,
                                         const tro_scenario *scenario);

#endif
