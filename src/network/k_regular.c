/* A random network in which all degrees are equal: a circle in which each
 * node feeds the next k, whose links then exchange ends at random. Unlike
 * rejection it comes to an end whatever k. */
#include "network/aim.h"
#include "network/generators.h"
#include "network/links.h"
#include "network/rewire.h"

typedef struct k_regular {
    long long k;
    double self;
} k_regular;

enum { SWAPS = 10 };   /* of each link */

static int k_regular_generate(const void *config, const tro_site *site, tro_arena *arena,
                              tro_graph *out, tro_messages *messages)
{
    const k_regular *c = config;
    size_t nodes = site->nodes, k;
    tro_pairs pairs = {0};
    int status;

    if (c->k == TRO_NO_WHOLE)
        return tro_aim_missing(site, "k-regular", "k", messages);
    if (nodes > 1 && (unsigned long long)c->k >= nodes)
        return tro_error(messages, TRO_ESCENARIO, site->place,
                         "'k-regular' has k = %lld among %zu nodes, k must be below their number",
                         c->k, nodes);
    k = nodes > 1 ? (size_t)c->k : 0;
    TRO_TRY(tro_links_check("k-regular", (double)nodes * (double)k, site->place, messages));
    TRO_TRY(tro_pairs_reserve(&pairs, nodes * k, messages));
    for (size_t i = 0; i < nodes; i++)
        for (size_t step = 1; step <= k; step++)
            tro_pairs_add(&pairs, i, (i + step) % nodes);
    TRO_TRY(tro_pairs_finish(&pairs, nodes, 0, arena, out, messages));
    TRO_TRY(tro_graph_rewire(out, SWAPS, site->stream, messages));
    TRO_TRY(tro_links_again(out, &pairs, c->self, arena, messages));
out:
    tro_pairs_clear(&pairs);
    return status;
}

static int k_regular_aim(void *config, const tro_site *site, double links, tro_messages *messages)
{
    k_regular *c = config;
    double nodes = (double)site->nodes;

    if (c->k != TRO_NO_WHOLE)
        return tro_aim_both(site, "k-regular", "k", messages);
    c->k = (long long)tro_nearest_whole(links / nodes, 0, nodes - 1);
    return tro_aim_range(site, "k-regular", links, 0, nodes * (nodes - 1), messages);
}

static const tro_param k_regular_params[] = {
    {.key = "k", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED | TRO_P_MAIN,
     .offset = offsetof(k_regular, k), .min = 0, .max = INFINITY, .unit = "agents",
     .doc = "Number of producers, and of consumers, of every agent; below the number of agents."},
    TRO_PARAM_SELF(k_regular)
};

const tro_generator tro_generator_k_regular = {
    .plugin = {
        .abi = TRO_PLUGIN_ABI,
        .kind = TRO_GENERATOR,
        .name = "k-regular",
        .summary = "Everybody has k producers and k consumers, at random: data flows from "
                   "j to i independently of whether it flows from i to j.",
        .reference = "Rao, Jana, Bandyopadhyay 1996 (swaps)",
        .table = {.name = "k-regular", .params = k_regular_params,
                  .count = sizeof k_regular_params / sizeof *k_regular_params,
                  .size = sizeof(k_regular)}
    },
    .generate = k_regular_generate,
    .aim = k_regular_aim
};
