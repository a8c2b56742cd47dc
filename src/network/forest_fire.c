/* Forest fire. */
#include "network/generators.h"
#include "network/growth.h"

typedef struct forest_fire {
    tro_growth growth;        /* m: ambassadors */
    double forward, backward, self;
} forest_fire;

static igraph_error_t make(const void *config, igraph_integer_t nodes,
                           const igraph_vector_int_t *ties, igraph_t *graph)
{
    const forest_fire *c = config;

    (void)ties;
    return igraph_forest_fire_game(graph, nodes, c->forward, c->backward, c->growth.m,
                                   IGRAPH_DIRECTED);
}

static int forest_fire_generate(const void *config, const tro_site *site, tro_arena *arena,
                                tro_graph *out, tro_messages *messages)
{
    const forest_fire *c = config;
    const tro_grower grower = {"forest-fire", "ambassadors", make, c, &c->growth, c->self};

    if (c->forward * c->backward >= 1)
        return tro_error(messages, TRO_ESCENARIO, site->place,
                         "'forest-fire' has forward %g times backward %g, below 1 would be right",
                         c->forward, c->backward);
    return tro_growth_generate(&grower, site, arena, out, messages);
}

static const tro_param forest_fire_params[] = {
    {.key = "forward", .type = TRO_P_REAL,
     .flags = TRO_P_REQUIRED | TRO_P_BOUNDED | TRO_P_OPEN_MAX | TRO_P_MAIN,
     .offset = offsetof(forest_fire, forward), .min = 0, .max = 1,
     .doc = "Probability of following a tie: p / (1 - p) ties from each agent found, on average, "
            "to older ones."},
    {.key = "backward", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED,
     .offset = offsetof(forest_fire, backward), .min = 0, .max = 1e6, .fallback = "1",
     .doc = "Ties to younger agents are followed with this times the probability."},
    {.key = "ambassadors", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED,
     .offset = offsetof(forest_fire, growth.m), .min = 1, .max = 1e6, .fallback = "1",
     .unit = "ties", .doc = "Number of agents at which a newcomer begins."},
    TRO_PARAM_FLOW(forest_fire),
    TRO_PARAM_SELF(forest_fire)
};

const tro_generator tro_generator_forest_fire = {
    .plugin = {
        .abi = TRO_PLUGIN_ABI,
        .kind = TRO_GENERATOR,
        .name = "forest-fire",
        .summary = "Growth in which a newcomer follows the ties of those it finds: data "
                   "flows from old agents to newcomers, unless `direction` says otherwise.",
        .reference = "Leskovec, Kleinberg, Faloutsos 2007",
        .table = {.name = "forest-fire", .params = forest_fire_params,
                  .count = sizeof forest_fire_params / sizeof *forest_fire_params,
                  .size = sizeof(forest_fire)}
    },
    .generate = forest_fire_generate
};
