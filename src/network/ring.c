/* A directed cycle: every agent feeds the next ones. */
#include "network/aim.h"
#include "network/generators.h"
#include "network/links.h"

typedef struct ring {
    long long reach;
    int mutual;
    double self;
} ring;

static int ring_generate(const void *config, const tro_site *site, tro_arena *arena,
                         tro_graph *out, tro_messages *messages)
{
    const ring *c = config;
    size_t nodes = site->nodes;
    size_t reach = nodes < 2 ? 0 : c->reach == TRO_NO_WHOLE ? 1 : (size_t)c->reach;
    size_t sides = c->mutual ? 2 : 1;
    tro_pairs pairs = {0};
    int status;

    if (nodes > 1 && reach >= nodes)
        return tro_error(messages, TRO_ESCENARIO, site->place,
                         "'ring' has reach %zu among %zu nodes, at most %zu others can be reached",
                         reach, nodes, nodes - 1);
    TRO_TRY(tro_links_check("ring", (double)nodes * (double)reach * (double)sides, site->place,
                            messages));
    TRO_TRY(tro_pairs_reserve(&pairs, nodes * reach * sides, messages));
    for (size_t i = 0; i < nodes; i++) {
        for (size_t step = 1; step <= reach; step++) {
            size_t next = (i + step) % nodes;
            tro_pairs_add(&pairs, i, next);
            if (c->mutual)
                tro_pairs_add(&pairs, next, i);
        }
    }
    TRO_TRY(tro_pairs_finish(&pairs, nodes, c->self, arena, out, messages));
out:
    tro_pairs_clear(&pairs);
    return status;
}

static int ring_aim(void *config, const tro_site *site, double links, tro_messages *messages)
{
    ring *c = config;
    double nodes = (double)site->nodes, sides = c->mutual ? 2 : 1;
    double most = c->mutual ? ceil((nodes - 1) / 2) : nodes - 1;

    if (c->reach != TRO_NO_WHOLE)
        return tro_aim_both(site, "ring", "reach", messages);
    c->reach = (long long)tro_nearest_whole(links / (nodes * sides), 1, most);
    return tro_aim_range(site, "ring", links, nodes * fmin(sides, nodes - 1),
                         nodes * (nodes - 1), messages);
}

static const tro_param ring_params[] = {
    {.key = "reach", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED | TRO_P_MAIN,
     .offset = offsetof(ring, reach), .min = 1, .max = INFINITY, .unit = "agents",
     .doc = "How many of the next agents each one feeds; below the number of agents. Default: 1."},
    {.key = "mutual", .type = TRO_P_BOOL, .offset = offsetof(ring, mutual), .fallback = "false",
     .doc = "Whether data also flows backwards along the ring."},
    TRO_PARAM_SELF(ring)
};

const tro_generator tro_generator_ring = {
    .plugin = {
        .abi = TRO_PLUGIN_ABI,
        .kind = TRO_GENERATOR,
        .name = "ring",
        .summary = "A cycle in which data flows from each agent to the next `reach` ones.",
        .reference = NULL,
        .table = {.name = "ring", .params = ring_params,
                  .count = sizeof ring_params / sizeof *ring_params, .size = sizeof(ring)}
    },
    .generate = ring_generate,
    .aim = ring_aim
};
