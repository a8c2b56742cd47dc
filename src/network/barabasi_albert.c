/* Growth with preferential attachment (Barabasi and Albert 1999; the power is
 * Krapivsky, Redner and Leyvraz 2000): node i ties itself to min(i, m)
 * different older nodes, each chosen with probability proportional to its
 * number of ties so far, to the given power.
 *
 * igraph's edges run from the newcomer to the old node it cites; data flows
 * the other way, from old hubs to newcomers. Its prefix-sum tree loses small
 * weights beside huge ones, so with a power near its maximum a newcomer can
 * draw one hub twice; the tie counts once. */
#include "network/generators.h"
#include "network/igraph_guard.h"

typedef enum flow { HUBS_TO_NEWCOMERS, NEWCOMERS_TO_HUBS, BOTH } flow;
static const char *const flows[] = {"hubs-to-newcomers", "newcomers-to-hubs", "both", NULL};

typedef struct barabasi_albert {
    long long m;
    double power;
    int direction;
    double self;
} barabasi_albert;

/* Total degree and no constant attractiveness: the model of the paper.
 * igraph's usual in-degree plus 1 gives other exponents when m > 1. */
static igraph_error_t make(const void *config, igraph_integer_t nodes, igraph_t *graph)
{
    const barabasi_albert *c = config;

    return igraph_barabasi_game(graph, nodes, c->power, c->m, NULL, true, 0, IGRAPH_DIRECTED,
                                IGRAPH_BARABASI_PSUMTREE, NULL);
}

static int barabasi_albert_generate(const void *config, size_t nodes, const tro_stream *stream,
                                    const tro_place *place, tro_arena *arena, tro_graph *out,
                                    tro_messages *messages)
{
    static const tro_direction directions[] = {TRO_BACKWARD, TRO_FORWARD, TRO_BOTH_WAYS};
    const barabasi_albert *c = config;
    tro_igraph_request request = {.name = "barabasi-albert", .make = make, .config = config,
                                  .nodes = nodes, .direction = directions[c->direction],
                                  .self = c->self};
    double ties = (double)nodes * (double)c->m;
    int status;

    if (nodes > 1 && (unsigned long long)c->m >= nodes)
        return tro_error(messages, TRO_ESCENARIO, place,
                         "'barabasi-albert' has m = %lld and only %zu nodes, m must be below "
                         "their number", c->m, nodes);
    status = tro_links_check("barabasi-albert", c->direction == BOTH ? 2 * ties : ties, place,
                             messages);
    if (status < 0)
        return status;
    return tro_igraph_generate(&request, stream, place, arena, out, messages);
}

static const tro_param barabasi_albert_params[] = {
    {.key = "m", .type = TRO_P_WHOLE, .flags = TRO_P_REQUIRED | TRO_P_BOUNDED | TRO_P_MAIN,
     .offset = offsetof(barabasi_albert, m), .min = 1, .max = INFINITY, .unit = "ties",
     .doc = "Number of older agents each newcomer is tied to (all of them while there are fewer); "
            "below the number of agents."},
    {.key = "power", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED,
     .offset = offsetof(barabasi_albert, power), .min = 0, .max = 3, .fallback = "1",
     .doc = "Exponent of the preference for agents with many ties; 0 is no preference."},
    {.key = "direction", .type = TRO_P_CHOICE, .offset = offsetof(barabasi_albert, direction),
     .fallback = "hubs-to-newcomers", .choices = flows,
     .doc = "Which way data flows along the ties."},
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
    .generate = barabasi_albert_generate
};
