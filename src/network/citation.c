/* Everybody cites everybody before: an order without cycles that is full. */
#include "network/generators.h"
#include "network/links.h"

typedef struct citation {
    double self;
} citation;

static int citation_generate(const void *config, const tro_site *site, tro_arena *arena,
                             tro_graph *out, tro_messages *messages)
{
    const citation *c = config;
    size_t nodes = site->nodes;
    double links = nodes > 0 ? (double)nodes * (double)(nodes - 1) / 2 : 0;
    tro_pairs pairs = {0};
    int status;

    TRO_TRY(tro_links_check("citation", links, site->place, messages));
    TRO_TRY(tro_pairs_reserve(&pairs, (size_t)links, messages));
    for (size_t to = 1; to < nodes; to++)
        for (size_t from = 0; from < to; from++)
            tro_pairs_add(&pairs, from, to);
    TRO_TRY(tro_pairs_finish(&pairs, nodes, c->self, arena, out, messages));
out:
    tro_pairs_clear(&pairs);
    return status;
}

static const tro_param citation_params[] = {

    TRO_PARAM_SELF(citation)
};

const tro_generator tro_generator_citation = {
    .plugin = {
        .abi = TRO_PLUGIN_ABI,
        .kind = TRO_GENERATOR,
        .name = "citation",
        .summary = "In the order of the list, data flows from every agent to all later ones.",
        .reference = NULL,
        .table = {.name = "citation", .params = citation_params,
                  .count = sizeof citation_params / sizeof *citation_params,
                  .size = sizeof(citation)}
    },
    .generate = citation_generate
};
