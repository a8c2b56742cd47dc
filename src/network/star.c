/* One hub, and leaves that touch nothing else. */
#include "network/generators.h"
#include "network/links.h"

typedef enum star_direction { STAR_OUT, STAR_IN, STAR_MUTUAL } star_direction;
static const char *const star_directions[] = {"out", "in", "mutual", NULL};

typedef struct star {
    long long hub;
    int direction;
    double self;
} star;

static int star_generate(const void *config, const tro_site *site, tro_arena *arena,
                         tro_graph *out, tro_messages *messages)
{
    const star *c = config;
    size_t nodes = site->nodes;
    size_t hub = (size_t)c->hub;
    tro_pairs pairs = {0};
    int status;

    if (nodes > 0 && hub >= nodes)
        return tro_error(messages, TRO_ESCENARIO, site->place,
                         "'star' has hub %lld among %zu nodes, its index must be in 0 .. %zu",
                         c->hub, nodes, nodes - 1);
    TRO_TRY(tro_links_check("star", 2.0 * (double)nodes, site->place, messages));
    TRO_TRY(tro_pairs_reserve(&pairs, 2 * nodes, messages));
    for (size_t leaf = 0; leaf < nodes; leaf++) {
        if (leaf != hub && c->direction != STAR_IN)
            tro_pairs_add(&pairs, hub, leaf);
        if (leaf != hub && c->direction != STAR_OUT)
            tro_pairs_add(&pairs, leaf, hub);
    }
    TRO_TRY(tro_pairs_finish(&pairs, nodes, c->self, arena, out, messages));
out:
    tro_pairs_clear(&pairs);
    return status;
}

static const tro_param star_params[] = {
    {.key = "hub", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED, .offset = offsetof(star, hub),
     .min = 0, .max = INFINITY, .fallback = "0",
     .doc = "Position of the hub in the list of agents, counted from 0."},
    {.key = "direction", .type = TRO_P_CHOICE, .offset = offsetof(star, direction),
     .fallback = "out", .choices = star_directions,
     .doc = "Which way data flows: from the hub to the leaves (out), from them to it (in), or "
            "both (mutual)."},
    TRO_PARAM_SELF(star)
};

const tro_generator tro_generator_star = {
    .plugin = {
        .abi = TRO_PLUGIN_ABI,
        .kind = TRO_GENERATOR,
        .name = "star",
        .summary = "One hub whose data flows to all others, unless `direction` says otherwise.",
        .reference = NULL,
        .table = {.name = "star", .params = star_params,
                  .count = sizeof star_params / sizeof *star_params, .size = sizeof(star)}
    },
    .generate = star_generate
};
