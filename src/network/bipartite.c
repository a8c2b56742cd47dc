/* Producers and consumers. */
#include "network/aim.h"
#include "network/block_links.h"
#include "network/generators.h"

typedef struct bipartite {
    tro_texts producers;
    double p;
    long long m;
    double self;
} bipartite;

static int check(const bipartite *c, const tro_site *site, double room, tro_messages *messages)
{
    char number[32];

    if (isnan(c->p) && c->m == TRO_NO_WHOLE)
        return tro_aim_missing(site, "bipartite", "p or m", messages);
    if (!isnan(c->p) && c->m != TRO_NO_WHOLE)
        return tro_error(messages, TRO_ESCENARIO, site->place,
                         "'bipartite' has both p = %s and m = %lld, exactly one is wanted",
                         tro_format_real(number, c->p), c->m);
    if (c->m != TRO_NO_WHOLE && (double)c->m > room)
        return tro_error(messages, TRO_ESCENARIO, site->place,
                         "'bipartite' has m = %lld, but there is room for only %.0f links from "
                         "producers to consumers", c->m, room);
    return tro_links_check("bipartite", isnan(c->p) ? (double)c->m : c->p * room, site->place,
                           messages);
}

static int bipartite_generate(const void *config, const tro_site *site, tro_arena *arena,
                              tro_graph *out, tro_messages *messages)
{
    const bipartite *c = config;
    tro_stream stream = *site->stream;
    tro_pairs pairs = {0};
    tro_halves halves;
    uint64_t links;
    double room;
    int status;

    TRO_TRY(tro_halves_make(site, "bipartite", "producers", &c->producers, arena, &halves,
                            messages));
    room = tro_block_room(&halves.listed, &halves.rest);
    TRO_TRY(check(c, site, room, messages));
    links = isnan(c->p) ? (uint64_t)c->m : tro_stream_binomial(&stream, (uint64_t)room, c->p);
    TRO_TRY(tro_block_links(&pairs, &halves.listed, &halves.rest, links, &stream, messages));
    tro_halves_finish(&halves, &pairs);
    TRO_TRY(tro_pairs_finish(&pairs, site->nodes, c->self, arena, out, messages));
out:
    tro_pairs_clear(&pairs);
    return status;
}

static int bipartite_aim(void *config, const tro_site *site, double links,
                         tro_messages *messages)
{
    bipartite *c = config;
    tro_arena arena = {0};
    tro_halves halves;
    int status;

    if (!isnan(c->p) || c->m != TRO_NO_WHOLE)
        return tro_aim_both(site, "bipartite", isnan(c->p) ? "m" : "p", messages);
    TRO_TRY(tro_halves_make(site, "bipartite", "producers", &c->producers, &arena, &halves,
                            messages));
    TRO_TRY(tro_aim_range(site, "bipartite", links, 0,
                          tro_block_room(&halves.listed, &halves.rest), messages));
    c->m = (long long)links;
out:
    tro_arena_clear(&arena);
    return status;
}

static const tro_param bipartite_params[] = {
    {.key = "producers", .type = TRO_P_TEXTS, .offset = offsetof(bipartite, producers),
     .doc = "Groups, or single agents, that produce; all others consume. Default: the first."},
    {.key = "p", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED, .offset = offsetof(bipartite, p),
     .min = 0, .max = 1,
     .doc = "Probability of each link from a producer to a consumer; either this or `m`."},
    {.key = "m", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED, .offset = offsetof(bipartite, m),
     .min = 0, .max = INFINITY, .unit = "links",
     .doc = "Number of links, all sets of that many alike; either this or `p`."},
    TRO_PARAM_SELF(bipartite)
};

const tro_generator tro_generator_bipartite = {
    .plugin = {
        .abi = TRO_PLUGIN_ABI,
        .kind = TRO_GENERATOR,
        .name = "bipartite",
        .summary = "Producers and consumers: data flows from groups of producers to the "
                   "others, and to nobody else.",
        .reference = NULL,
        .table = {.name = "bipartite", .params = bipartite_params,
                  .count = sizeof bipartite_params / sizeof *bipartite_params,
                  .size = sizeof(bipartite)}
    },
    .generate = bipartite_generate,
    .aim = bipartite_aim
};
