/* Growth with preferential attachment (Barabasi and Albert 1999; the power is
 * Krapivsky, Redner and Leyvraz 2000): node i ties itself to min(i, m)
 * different older nodes, each chosen with probability proportional to its
 * number of ties so far, to the given power.
 *
 * igraph's edges run from the newcomer to the old node it cites; data flows
 * the other way, from old hubs to newcomers. Its prefix-sum tree loses small
 * weights beside huge ones, so with a power near its maximum a newcomer can
 * draw one hub twice; the tie counts once. */
#include "network/aim.h"
#include "network/generators.h"
#include "network/growth.h"

typedef struct barabasi_albert {
    tro_growth growth;
    double power, self;
} barabasi_albert;

/* Total degree and no constant attractiveness: the model of the paper.
 * igraph's usual in-degree plus 1 gives other exponents when m > 1. */
static igraph_error_t make(const void *config, igraph_integer_t nodes,
                           const igraph_vector_int_t *ties, igraph_t *graph)
{
    const barabasi_albert *c = config;

    return igraph_barabasi_game(graph, nodes, c->power, c->growth.m, ties, true, 0,
                                IGRAPH_DIRECTED, IGRAPH_BARABASI_PSUMTREE, NULL);
}

static int barabasi_albert_generate(const void *config, const tro_site *site, tro_arena *arena,
                                    tro_graph *out, tro_messages *messages)
{
    const barabasi_albert *c = config;
    const tro_grower grower = {"barabasi-albert", "m", make, c, &c->growth, c->self};

    return tro_growth_generate(&grower, site, arena, out, messages);
}

static int barabasi_albert_aim(void *config, const tro_site *site, double links,
                               tro_messages *messages)
{
    barabasi_albert *c = config;

    return tro_growth_aim(&c->growth, "barabasi-albert", site, links, messages);
}

static const tro_param barabasi_albert_params[] = {
    TRO_PARAM_TIES(barabasi_albert),
    {.key = "power", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED,
     .offset = offsetof(barabasi_albert, power), .min = 0, .max = 3, .fallback = "1",
     .doc = "Exponent of the preference for agents with many ties; 0 is no preference."},
    TRO_PARAM_FLOW(barabasi_albert),
    TRO_PARAM_SELF(barabasi_albert)
};

const tro_generator tro_generator_barabasi_albert = {
    .plugin = {
        .abi = TRO_PLUGIN_ABI,
        .kind = TRO_GENERATOR,
        .name = "barabasi-albert",
        .summary = "Growth with preferential attachment: data flows from old hubs to newcomers, "
                   "unless `direction` says otherwise.",
        .reference = "Barabasi and Albert 1999; power: Krapivsky, Redner and Leyvraz 2000",
        .table = {.name = "barabasi-albert", .params = barabasi_albert_params,
                  .count = sizeof barabasi_albert_params / sizeof *barabasi_albert_params,
                  .size = sizeof(barabasi_albert)}
    },
    .generate = barabasi_albert_generate,
    .aim = barabasi_albert_aim
};
