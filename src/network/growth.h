/* What models of growth share: every newcomer is tied to older agents, and data
 * flows from old hubs to newcomers unless the scenario says otherwise. igraph's
 * edges run from the newcomer to the old node it cites. */
#ifndef TRO_NETWORK_GROWTH_H
#define TRO_NETWORK_GROWTH_H

#include "network/igraph_guard.h"

typedef struct tro_growth {
    long long m;              /* ties of each newcomer */
    int direction;
    double ties;              /* of all together, when that was asked for; else 0 */
} tro_growth;

extern const char *const tro_growth_flows[];

/* The rows of a table whose config has a member tro_growth growth. */
#define TRO_PARAM_TIES(config)                                                               \
    {                                                                                        \
        .key = "m", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED | TRO_P_MAIN,                \
        .offset = offsetof(config, growth.m), .min = 1, .max = INFINITY, .unit = "ties",     \
        .doc = "Number of older agents each newcomer is tied to (all of them while there "   \
               "are fewer); below the number of agents."                                     \
    }
#define TRO_PARAM_FLOW(config)                                                               \
    {                                                                                        \
        .key = "direction", .type = TRO_P_CHOICE, .offset = offsetof(config, growth.direction), \
        .fallback = "hubs-to-newcomers", .choices = tro_growth_flows,                        \
        .doc = "Which way data flows along the ties."                                        \
    }

/* make is called inside igraph's guard, with at least two nodes; `ties` has
 * one number for each node, or is NULL when all have growth.m. A tie that
 * comes twice counts once. */
typedef struct tro_grower {
    const char *name, *key;       /* key: of growth.m */
    igraph_error_t (*make)(const void *config, igraph_integer_t nodes,
                           const igraph_vector_int_t *ties, igraph_t *graph);
    const void *config;
    const tro_growth *growth;
    double self;
} tro_grower;

TRO_MUST_USE int tro_growth_generate(const tro_grower *grower, const tro_site *site,
                                     tro_arena *arena, tro_graph *out, tro_messages *messages);
TRO_MUST_USE int tro_growth_aim(tro_growth *growth, const char *name, const tro_site *site,
                                double links, tro_messages *messages);

#endif
