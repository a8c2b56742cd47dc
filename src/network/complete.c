/* Everyone feeds everyone. */
#include "network/generators.h"
#include "network/links.h"

typedef struct complete {
    int loops;
    double self;
} complete;

static int complete_generate(const void *config, const tro_site *site, tro_arena *arena,
                             tro_graph *out, tro_messages *messages)
{
    const complete *c = config;
    size_t nodes = site->nodes;
    double loop = c->self + (c->loops ? 1.0 : 0.0);
    tro_pairs pairs = {0};
    int status;

    TRO_TRY(tro_links_check("complete", (double)nodes * (double)nodes, site->place, messages));
    TRO_TRY(tro_pairs_reserve(&pairs, nodes * nodes, messages));
    for (size_t to = 0; to < nodes; to++) {
        for (size_t from = 0; from < nodes; from++) {
            if (from != to)
                tro_pairs_add(&pairs, from, to);
        }
    }
    TRO_TRY(tro_pairs_finish(&pairs, nodes, loop, arena, out, messages));
out:
    tro_pairs_clear(&pairs);
    return status;
}

static const tro_param complete_params[] = {
    {.key = "loops", .type = TRO_P_BOOL, .offset = offsetof(complete, loops), .fallback = "false",
     .doc = "Whether every agent also feeds itself with weight 1, as it feeds the others."},
    TRO_PARAM_SELF(complete)
};

const tro_generator tro_generator_complete = {
    .plugin = {
        .abi = TRO_PLUGIN_ABI,
        .kind = TRO_GENERATOR,
        .name = "complete",
        .summary = "Data flows from every agent to every other one.",
        .reference = NULL,
        .table = {.name = "complete", .params = complete_params,
                  .count = sizeof complete_params / sizeof *complete_params,
                  .size = sizeof(complete)}
    },
    .generate = complete_generate
};
