/* Uniformly random labelled trees with a root. */
#include "network/generators.h"
#include "network/igraph_guard.h"

typedef struct random_tree {
    double self;
} random_tree;

static igraph_error_t make(const void *config, igraph_integer_t nodes, igraph_t *graph)
{
    (void)config;
    return igraph_tree_game(graph, nodes, IGRAPH_DIRECTED, IGRAPH_RANDOM_TREE_LERW);
}

static int random_tree_generate(const void *config, const tro_site *site, tro_arena *arena,
                                tro_graph *out, tro_messages *messages)
{
    const random_tree *c = config;
    tro_igraph_request request = {.name = "random-tree", .make = make, .config = config,
                                  .nodes = site->nodes, .direction = TRO_FORWARD,
                                  .self = c->self};

    return tro_igraph_generate(&request, site, arena, out, messages);
}

static const tro_param random_tree_params[] = {

    TRO_PARAM_SELF(random_tree)
};

const tro_generator tro_generator_random_tree = {
    .plugin = {
        .abi = TRO_PLUGIN_ABI,
        .kind = TRO_GENERATOR,
        .name = "random-tree",
        .summary = "A tree, all of them alike: data flows from its root to the leaves.",
        .reference = "Wilson 1996 (loop-erased walks)",
        .table = {.name = "random-tree", .params = random_tree_params,
                  .count = sizeof random_tree_params / sizeof *random_tree_params,
                  .size = sizeof(random_tree)}
    },
    .generate = random_tree_generate
};
