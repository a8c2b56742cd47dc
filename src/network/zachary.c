/* The friendships in a karate club that was about to split (Zachary 1977):
 * the instructor is node 0, the club's officer node 33. */
#include "network/generators.h"
#include "network/igraph_guard.h"

#define MEMBERS 34

typedef struct zachary {
    double self;
} zachary;

static igraph_error_t make(const void *config, igraph_integer_t nodes, igraph_t *graph)
{
    (void)config;
    (void)nodes;
    return igraph_famous(graph, "Zachary");
}

static int zachary_generate(const void *config, const tro_site *site, tro_arena *arena,
                            tro_graph *out, tro_messages *messages)
{
    const zachary *c = config;
    size_t nodes = site->nodes;
    tro_igraph_request request = {.name = "zachary", .make = make, .config = config,
                                  .nodes = nodes, .direction = TRO_BOTH_WAYS, .self = c->self};

    if (nodes != MEMBERS)
        return tro_error(messages, TRO_ESCENARIO, site->place,
                         "'zachary' is a network of %d nodes, found %zu agents", MEMBERS, nodes);
    return tro_igraph_generate(&request, site, arena, out, messages);
}

static const tro_param zachary_params[] = {
    TRO_PARAM_SELF(zachary)
};

const tro_generator tro_generator_zachary = {
    .plugin = {
        .abi = TRO_PLUGIN_ABI,
        .kind = TRO_GENERATOR,
        .name = "zachary",
        .summary = "The 34 members of a karate club; data flows both ways along each of the 78 "
                   "friendships.",
        .reference = "Zachary 1977",
        .table = {.name = "zachary", .params = zachary_params,
                  .count = sizeof zachary_params / sizeof *zachary_params,
                  .size = sizeof(zachary)}
    },
    .generate = zachary_generate
};
