/* A tree that is filled level by level: the parent of node i is node (i - 1) / children. */
#include "network/generators.h"
#include "network/links.h"

typedef enum tree_direction { DOWN, UP, BOTH } tree_direction;
static const char *const tree_directions[] = {"to-leaves", "to-root", "both", NULL};

typedef struct tree {
    long long children;
    int direction;
    double self;
} tree;

static int tree_generate(const void *config, const tro_site *site, tro_arena *arena,
                         tro_graph *out, tro_messages *messages)
{
    const tree *c = config;
    size_t children = (size_t)c->children;
    tro_pairs pairs = {0};
    int status;

    TRO_TRY(tro_links_check("tree", 2.0 * (double)site->nodes, site->place, messages));
    TRO_TRY(tro_pairs_reserve(&pairs, 2 * site->nodes, messages));
    for (size_t i = 1; i < site->nodes; i++) {
        size_t parent = (i - 1) / children;
        if (c->direction != UP)
            tro_pairs_add(&pairs, parent, i);
        if (c->direction != DOWN)
            tro_pairs_add(&pairs, i, parent);
    }
    TRO_TRY(tro_pairs_finish(&pairs, site->nodes, c->self, arena, out, messages));
out:
    tro_pairs_clear(&pairs);
    return status;
}

static const tro_param tree_params[] = {
    {.key = "children", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED | TRO_P_MAIN,
     .offset = offsetof(tree, children), .min = 1, .max = INFINITY, .fallback = "2",
     .unit = "agents",
     .doc = "How many agents stand below each one that has any; level by level, from the first "
            "agent, the root."},
    {.key = "direction", .type = TRO_P_CHOICE, .offset = offsetof(tree, direction),
     .fallback = "to-leaves", .choices = tree_directions,
     .doc = "Which way data flows along the branches."},
    TRO_PARAM_SELF(tree)
};

const tro_generator tro_generator_tree = {
    .plugin = {
        .abi = TRO_PLUGIN_ABI,
        .kind = TRO_GENERATOR,
        .name = "tree",
        .summary = "A tree in which data flows from the root down to the leaves, unless "
                   "`direction` says otherwise.",
        .reference = NULL,
        .table = {.name = "tree", .params = tree_params,
                  .count = sizeof tree_params / sizeof *tree_params,
                  .size = sizeof(tree)}
    },
    .generate = tree_generate
};
