/* Hubs and leaves. */
#include "network/aim.h"
#include "network/block_links.h"
#include "network/generators.h"

typedef struct core_periphery {
    tro_texts hubs;
    double core, out, back, leaves;
    double links, self;       /* links: in all, those from hubs to leaves making up; or 0 */
} core_periphery;

/* A quarter of the table of producers and consumers. */
typedef struct quarter {
    const tro_node_block *from, *to;
    double p;
} quarter;

/* The last is the one from hubs to leaves. */
static void list_quarters(const core_periphery *c, const tro_halves *h, quarter *out)
{
    out[0] = (quarter){&h->listed, &h->listed, c->core};
    out[1] = (quarter){&h->rest, &h->listed, c->back};
    out[2] = (quarter){&h->rest, &h->rest, c->leaves};
    out[3] = (quarter){&h->listed, &h->rest, c->out};
}

static int add_links(const core_periphery *c, const tro_site *site, const tro_halves *halves,
                     tro_pairs *pairs, tro_messages *messages)
{
    tro_stream stream = *site->stream;
    quarter quarters[4];
    double sum = 0;
    int status;

    list_quarters(c, halves, quarters);
    for (int k = 0; k < 4; k++)
        sum += quarters[k].p * tro_block_room(quarters[k].from, quarters[k].to);
    status = tro_links_check("core-periphery", fmax(sum, c->links), site->place, messages);
    for (int k = 0; status == TRO_OK && k < 4; k++) {
        const quarter *q = &quarters[k];
        double room = tro_block_room(q->from, q->to);
        uint64_t count = tro_stream_binomial(&stream, (uint64_t)room, q->p);
        if (k == 3 && c->links > 0)
            count = (uint64_t)fmin(fmax(c->links - (double)pairs->count, 0), room);
        status = tro_block_links(pairs, q->from, q->to, count, &stream, messages);
    }
    return status;
}

static int core_periphery_generate(const void *config, const tro_site *site, tro_arena *arena,
                                   tro_graph *out, tro_messages *messages)
{
    const core_periphery *c = config;
    tro_pairs pairs = {0};
    tro_halves halves;
    int status;

    if (isnan(c->out))
        return tro_aim_missing(site, "core-periphery", "out", messages);
    TRO_TRY(tro_halves_make(site, "core-periphery", "hubs", &c->hubs, arena, &halves, messages));
    TRO_TRY(add_links(c, site, &halves, &pairs, messages));
    tro_halves_finish(&halves, &pairs);
    TRO_TRY(tro_pairs_finish(&pairs, site->nodes, c->self, arena, out, messages));
out:
    tro_pairs_clear(&pairs);
    return status;
}

/* Those from hubs to leaves can be chosen. */
static int core_periphery_aim(void *config, const tro_site *site, double links,
                              tro_messages *messages)
{
    core_periphery *c = config;
    tro_arena arena = {0};
    tro_halves halves;
    quarter quarters[4];
    double rest = 0;
    int status;

    if (!isnan(c->out))
        return tro_aim_both(site, "core-periphery", "out", messages);
    TRO_TRY(tro_halves_make(site, "core-periphery", "hubs", &c->hubs, &arena, &halves, messages));
    list_quarters(c, &halves, quarters);
    for (int k = 0; k < 3; k++)
        rest += quarters[k].p * tro_block_room(quarters[k].from, quarters[k].to);
    TRO_TRY(tro_aim_range(site, "core-periphery", links, ceil(rest),
                          floor(rest + tro_block_room(&halves.listed, &halves.rest)), messages));
    c->out = 0;
    c->links = links;
out:
    tro_arena_clear(&arena);
    return status;
}

static const tro_param core_periphery_params[] = {
    {.key = "hubs", .type = TRO_P_TEXTS, .offset = offsetof(core_periphery, hubs),
     .doc = "Groups, or single agents, that are hubs; all others are leaves. Default: the "
            "first."},
    {.key = "out", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED | TRO_P_MAIN,
     .offset = offsetof(core_periphery, out), .min = 0, .max = 1,
     .doc = "Probability of each link from a hub to a leaf."},
    {.key = "core", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED,
     .offset = offsetof(core_periphery, core), .min = 0, .max = 1, .fallback = "1",
     .doc = "Probability of each link from a hub to another."},
    {.key = "back", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED,
     .offset = offsetof(core_periphery, back), .min = 0, .max = 1, .fallback = "0",
     .doc = "Probability of each link from a leaf to a hub."},
    {.key = "leaves", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED,
     .offset = offsetof(core_periphery, leaves), .min = 0, .max = 1, .fallback = "0",
     .doc = "Probability of each link from a leaf to another."},
    TRO_PARAM_SELF(core_periphery)
};

const tro_generator tro_generator_core_periphery = {
    .plugin = {
        .abi = TRO_PLUGIN_ABI,
        .kind = TRO_GENERATOR,
        .name = "core-periphery",
        .summary = "Hubs and leaves: data flows among the hubs, from them to the leaves, "
                   "and back as far as `back` says.",
        .reference = "Borgatti and Everett 2000",
        .table = {.name = "core-periphery", .params = core_periphery_params,
                  .count = sizeof core_periphery_params / sizeof *core_periphery_params,
                  .size = sizeof(core_periphery)}
    },
    .generate = core_periphery_generate,
    .aim = core_periphery_aim
};
