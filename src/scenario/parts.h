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
    const char *name, *description, *paper;
    const tro_node *outcomes, *curators, *agents, *network, *schedule, *advance, *cases,
        *advice, *vary, *claims, *figure, *sweep, *compare;
    tro_texts absent, frozen;
    tro_records events;                 /* of tro_incident_table */
    tro_record_options record;
} tro_top_config;

TRO_MUST_USE int tro_scenario_outcomes(const tro_reader *reader, const tro_top_config *top,
                                       tro_scenario *scenario);

TRO_MUST_USE int tro_scenario_curators(const tro_reader *reader, const tro_top_config *top,
                                       const tro_scenario *scenario, tro_curator_list *out);
TRO_MUST_USE int tro_scenario_agents(const tro_reader *reader, const tro_top_config *top,
                                     tro_scenario *scenario);
/* Puts every agent into the index of names; one that is there already is an error. */
TRO_MUST_USE int tro_scenario_index(const tro_reader *reader, tro_scenario *scenario);
/* The agent of that name; an error at `place` when there is none. */
TRO_MUST_USE int tro_scenario_find(const tro_reader *reader, const tro_scenario *scenario,
                                   const char *name, const tro_place *place, size_t *out);
/* `events`: their order, and what each has; not who they are about. */
TRO_MUST_USE int tro_scenario_incidents(const tro_reader *reader, const tro_top_config *top,
                                        tro_scenario *scenario);
/* Who is absent or frozen at first. */
TRO_MUST_USE int tro_scenario_presence(const tro_reader *reader, const tro_top_config *top,
                                       tro_scenario *scenario);
/* Takes the edges away that nothing passes, and scales what is left. */
void tro_scenario_rest_edges(tro_scenario *scenario);
/* Agents that do not retrain have their corpus, at first their start, for data. */
TRO_MUST_USE int tro_scenario_rest(const tro_reader *reader, tro_scenario *scenario);
/* Which agents the audiences are that curators name. */
TRO_MUST_USE int tro_scenario_audiences(const tro_reader *reader,
                                        const tro_curator_list *named, tro_scenario *scenario);
TRO_MUST_USE int tro_scenario_network(const tro_reader *reader, const tro_top_config *top,
                                      tro_scenario *scenario);
/* Who chooses where producers share a pool; called by the network's step. */
TRO_MUST_USE int tro_scenario_pools(const tro_reader *reader, tro_scenario *scenario);
/* Is there data of every prompt at which an alignment is taken? Where prompts
 * travel. */
TRO_MUST_USE int tro_scenario_check_prompts(const tro_reader *reader,
                                            const tro_scenario *scenario);
/* Have the curations of normal laws a result for what agents begin with? */
TRO_MUST_USE int tro_scenario_check_tilts(const tro_reader *reader,
                                          const tro_scenario *scenario);
/* Scales the weights of each consumer's edges to sum to 1, and says so; or,
 * without `normalise`, refuses those that do not. */
TRO_MUST_USE int tro_scenario_weights(const tro_reader *reader, const tro_node *network,
                                      int normalise, tro_scenario *scenario);
/* schedule, advance, record. */
TRO_MUST_USE int tro_scenario_rounds(const tro_reader *reader, const tro_top_config *top,
                                     tro_scenario *scenario);
/* The shape of `cases`; what is in them is only read where one is chosen. */
TRO_MUST_USE int tro_scenario_cases(const tro_reader *reader, const tro_top_config *top);
/* What an override of a group of cases stands for: the keys of the case it
 * names; *out is NULL when it is an override of something else. */
TRO_MUST_USE int tro_case_choose(const tro_document *document, const tro_override *item,
                                 tro_arena *arena, tro_override **out, size_t *count,
                                 tro_messages *messages);
/* What only the whole can tell: agents without data. */
TRO_MUST_USE int tro_scenario_check_data(const tro_reader *reader, const tro_top_config *top,
                                         const tro_scenario *scenario);

#endif
