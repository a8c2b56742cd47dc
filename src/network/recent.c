/* Preferential attachment to what is popular now. A tie that is drawn twice
 * counts once. */
#include "network/generators.h"
#include "network/growth.h"

typedef struct recent {
    tro_growth growth;
    double power, self;
    long long window;
} recent;

static igraph_error_t make(const void *config, igraph_integer_t nodes,
                           const igraph_vector_int_t *ties, igraph_t *graph)
{
    const recent *c = config;

    return igraph_recent_degree_game(graph, nodes, c->power, c->window, c->growth.m, ties, false,
                                     1, IGRAPH_DIRECTED);
}

static int recent_generate(const void *config, const tro_site *site, tro_arena *arena,
                           tro_graph *out, tro_messages *messages)
{
    const recent *c = config;
    const tro_grower grower = {"recent", "m", make, c, &c->growth, c->self};

    return tro_growth_generate(&grower, site, arena, out, messages);
}

static int recent_aim(void *config, const tro_site *site, double links, tro_messages *messages)
{
    recent *c = config;

    return tro_growth_aim(&c->growth, "recent", site, links, messages);
}

static const tro_param recent_params[] = {
    TRO_PARAM_TIES(recent),
    {.key = "window", .type = TRO_P_WHOLE, .flags = TRO_P_REQUIRED | TRO_P_BOUNDED,
     .offset = offsetof(recent, window), .min = 1, .max = 1e9, .unit = "newcomers",
     .doc = "How many of the last newcomers count."},
    {.key = "power", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED, .offset = offsetof(recent, power),
     .min = 0, .max = 3, .fallback = "1",
     .doc = "Exponent of the preference: 1 + ties^power is the chance."},
    TRO_PARAM_FLOW(recent),
    TRO_PARAM_SELF(recent)
};

const tro_generator tro_generator_recent = {
    .plugin = {
        .abi = TRO_PLUGIN_ABI,
        .kind = TRO_GENERATOR,
        .name = "recent",
        .summary = "Growth after the fashion: data flows from those to whom many of the "
                   "last newcomers were tied to newcomers, unless `direction` says "
                   "otherwise.",
        .reference = "Csardi and Nepusz 2006 (igraph, recent degree)",
        .table = {.name = "recent", .params = recent_params,
                  .count = sizeof recent_params / sizeof *recent_params,
                  .size = sizeof(recent)}
    },
    .generate = recent_generate,
    .aim = recent_aim
};
