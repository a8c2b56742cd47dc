/* Every possible link alike: G(n, p) of Gilbert (1959) and G(n, m) of Erdos
 * and Renyi (1959), directed. */
#include "network/aim.h"
#include "network/generators.h"
#include "network/igraph_guard.h"

typedef struct erdos_renyi {
    double p;
    long long m;
    double self;
} erdos_renyi;

static igraph_error_t make(const void *config, igraph_integer_t nodes, igraph_t *graph)
{
    const erdos_renyi *c = config;

    if (isnan(c->p))
        return igraph_erdos_renyi_game_gnm(graph, nodes, c->m, IGRAPH_DIRECTED, false);
    return igraph_erdos_renyi_game_gnp(graph, nodes, c->p, IGRAPH_DIRECTED, false);
}

static int check(const erdos_renyi *c, size_t nodes, const tro_place *place,
                 tro_messages *messages)
{
    double possible = nodes > 0 ? (double)nodes * (double)(nodes - 1) : 0;
    int has_p = !isnan(c->p), has_m = c->m != TRO_NO_WHOLE;
    char number[32];

    if (has_p && has_m)
        return tro_error(messages, TRO_ESCENARIO, place,
                         "'erdos-renyi' has both p = %s and m = %lld, exactly one is wanted",
                         tro_format_real(number, c->p), c->m);
    if (!has_p && !has_m)
        return tro_error(messages, TRO_ESCENARIO, place,
                         "'erdos-renyi' has neither p nor m, exactly one is wanted: p, the "
                         "probability of each link, or m, the number of links; or the network's "
                         "'mean-degree' or 'density'");
    if (has_m && (double)c->m > possible)
        return tro_error(messages, TRO_ESCENARIO, place,
                         "'erdos-renyi' has m = %lld, but %zu nodes have room for only %.0f links",
                         c->m, nodes, possible);
    return tro_links_check("erdos-renyi", has_p ? possible * c->p : (double)c->m, place,
                           messages);
}

static int erdos_renyi_generate(const void *config, const tro_site *site, tro_arena *arena,
                                tro_graph *out, tro_messages *messages)
{
    const erdos_renyi *c = config;
    size_t nodes = site->nodes;
    tro_igraph_request request = {.name = "erdos-renyi", .make = make, .config = config,
                                  .nodes = nodes, .direction = TRO_FORWARD, .self = c->self};
    int status = check(c, nodes, site->place, messages);

    if (status < 0)
        return status;
    return tro_igraph_generate(&request, site, arena, out, messages);
}

static int erdos_renyi_aim(void *config, const tro_site *site, double links,
                           tro_messages *messages)
{
    erdos_renyi *c = config;
    double nodes = (double)site->nodes;

    if (!isnan(c->p) || c->m != TRO_NO_WHOLE)
        return tro_aim_both(site, "erdos-renyi", isnan(c->p) ? "m" : "p", messages);
    c->m = (long long)links;
    return tro_aim_range(site, "erdos-renyi", links, 0, nodes * (nodes - 1), messages);
}

static const tro_param erdos_renyi_params[] = {
    {.key = "p", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED | TRO_P_MAIN,
     .offset = offsetof(erdos_renyi, p), .min = 0, .max = 1,
     .doc = "Probability of each possible link; either this or `m`."},
    {.key = "m", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED,
     .offset = offsetof(erdos_renyi, m), .min = 0, .max = INFINITY, .unit = "links",
     .doc = "Number of links, all sets of that many alike; either this or `p`."},
    TRO_PARAM_SELF(erdos_renyi)
};

const tro_generator tro_generator_erdos_renyi = {
    .plugin = {
        .abi = TRO_PLUGIN_ABI,
        .kind = TRO_GENERATOR,
        .name = "erdos-renyi",
        .summary = "Directed links at random: data flows from j to i independently of whether it "
                   "flows from i to j.",
        .reference = "Erdos and Renyi 1959 (m); Gilbert 1959 (p)",
        .table = {.name = "erdos-renyi", .params = erdos_renyi_params,
                  .count = sizeof erdos_renyi_params / sizeof *erdos_renyi_params,
                  .size = sizeof(erdos_renyi)}
    },
    .generate = erdos_renyi_generate,
    .aim = erdos_renyi_aim
};
