/* A square lattice in any number of dimensions. */
#include "network/generators.h"
#include "network/links.h"

typedef struct lattice {
    tro_vector sides;
    int circular;
    double self;
} lattice;

static int check(const lattice *c, const tro_site *site, tro_messages *messages)
{
    double product = 1;

    for (size_t d = 0; d < c->sides.count; d++) {
        if (c->sides.values[d] != floor(c->sides.values[d]))
            return tro_error(messages, TRO_ESCENARIO, site->place,
                             "'lattice' has a side of %g agents, a whole number is wanted",
                             c->sides.values[d]);
        product *= c->sides.values[d];
    }
    if (product != (double)site->nodes)
        return tro_error(messages, TRO_ESCENARIO, site->place,
                         "'lattice' has sides for %.0f agents, found %zu", product, site->nodes);
    return tro_links_check("lattice", 2 * (double)c->sides.count * (double)site->nodes,
                           site->place, messages);
}

/* Both directions of the ties to the next node along every side. A circle of
 * two is one tie; what comes twice is kept once. */
static void add_ties(const lattice *c, size_t node, tro_pairs *pairs)
{
    size_t stride = 1;

    for (size_t d = 0; d < c->sides.count; d++) {
        size_t side = (size_t)c->sides.values[d], at = node / stride % side;
        size_t next = at + 1 < side ? node + stride : node - at * stride;
        if (next != node && (at + 1 < side || c->circular)) {
            tro_pairs_add(pairs, node, next);
            tro_pairs_add(pairs, next, node);
        }
        stride *= side;
    }
}

static int lattice_generate(const void *config, const tro_site *site, tro_arena *arena,
                            tro_graph *out, tro_messages *messages)
{
    const lattice *c = config;
    tro_pairs pairs = {0};
    int status;

    TRO_TRY(check(c, site, messages));
    TRO_TRY(tro_pairs_reserve(&pairs, 2 * c->sides.count * site->nodes, messages));
    for (size_t i = 0; i < site->nodes; i++)
        add_ties(c, i, &pairs);
    TRO_TRY(tro_pairs_finish(&pairs, site->nodes, c->self, arena, out, messages));
out:
    tro_pairs_clear(&pairs);
    return status;
}

static const tro_param lattice_params[] = {
    {.key = "sides", .type = TRO_P_VECTOR, .flags = TRO_P_REQUIRED | TRO_P_BOUNDED | TRO_P_MAIN,
     .offset = offsetof(lattice, sides), .min = 1, .max = 1e9, .unit = "agents",
     .doc = "Length of each side; their product is the number of agents. The first side runs "
            "fastest through the list of agents."},
    {.key = "circular", .type = TRO_P_BOOL, .offset = offsetof(lattice, circular),
     .fallback = "false", .doc = "Whether the last agent of a side is tied to the first: a torus."},
    TRO_PARAM_SELF(lattice)
};

const tro_generator tro_generator_lattice = {
    .plugin = {
        .abi = TRO_PLUGIN_ABI,
        .kind = TRO_GENERATOR,
        .name = "lattice",
        .summary = "A grid of any dimension; data flows both ways between neighbours.",
        .reference = NULL,
        .table = {.name = "lattice", .params = lattice_params,
                  .count = sizeof lattice_params / sizeof *lattice_params,
                  .size = sizeof(lattice)}
    },
    .generate = lattice_generate
};
