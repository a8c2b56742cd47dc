/* Preferential attachment with aging. A tie that is drawn twice counts once. */
#include "network/generators.h"
#include "network/growth.h"

typedef struct aging {
    tro_growth growth;
    double power, age, self;
    long long bins;
} aging;

static igraph_error_t make(const void *config, igraph_integer_t nodes,
                           const igraph_vector_int_t *ties, igraph_t *graph)
{
    const aging *c = config;

    return igraph_barabasi_aging_game(graph, nodes, c->growth.m, ties, true, c->power, -c->age,
                                      c->bins < nodes ? c->bins : nodes, 1, 0, 1, 1,
                                      IGRAPH_DIRECTED);
}

static int aging_generate(const void *config, const tro_site *site, tro_arena *arena,
                          tro_graph *out, tro_messages *messages)
{
    const aging *c = config;
    const tro_grower grower = {"aging", "m", make, c, &c->growth, c->self};

    return tro_growth_generate(&grower, site, arena, out, messages);
}

static int aging_aim(void *config, const tro_site *site, double links, tro_messages *messages)
{
    aging *c = config;

    return tro_growth_aim(&c->growth, "aging", site, links, messages);
}

static const tro_param aging_params[] = {
    TRO_PARAM_TIES(aging),
    {.key = "power", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED, .offset = offsetof(aging, power),
     .min = 0, .max = 3, .fallback = "1",
     .doc = "Exponent of the preference: (1 + ties^power) / age^age is the chance."},
    {.key = "age", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED, .offset = offsetof(aging, age),
     .min = 0, .max = 10, .fallback = "1", .doc = "Exponent of forgetting; 0 forgets nobody."},
    {.key = "bins", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED, .offset = offsetof(aging, bins),
     .min = 1, .max = 1e6, .fallback = "1000",
     .doc = "Ages are told apart in so many steps of equal length."},
    TRO_PARAM_FLOW(aging),
    TRO_PARAM_SELF(aging)
};

const tro_generator tro_generator_aging = {
    .plugin = {
        .abi = TRO_PLUGIN_ABI,
        .kind = TRO_GENERATOR,
        .name = "aging",
        .summary = "Growth in which the old are forgotten: data flows from those with many "
                   "ties and little age to newcomers, unless `direction` says otherwise.",
        .reference = "Dorogovtsev and Mendes 2000",
        .table = {.name = "aging", .params = aging_params,
                  .count = sizeof aging_params / sizeof *aging_params,
                  .size = sizeof(aging)}
    },
    .generate = aging_generate,
    .aim = aging_aim
};
