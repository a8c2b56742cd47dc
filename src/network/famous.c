/* Small networks with a name. */
#include "network/generators.h"
#include "network/igraph_guard.h"

typedef struct famous {
    int which;
    double self;
} famous;

static const char *const words[] = {
    "bull", "chvatal", "coxeter", "cubical", "diamond", "dodecahedral", "frucht", "grotzsch",
    "heawood", "house", "icosahedral", "krackhardt-kite", "levi", "mcgee", "octahedral",
    "petersen", "tetrahedral", "tutte", NULL};

static const struct {
    const char *name;         /* igraph's */
    size_t nodes;
} graphs[] = {
    {"Bull", 5},
    {"Chvatal", 12},
    {"Coxeter", 28},
    {"Cubical", 8},
    {"Diamond", 4},
    {"Dodecahedral", 20},
    {"Frucht", 12},
    {"Grotzsch", 11},
    {"Heawood", 14},
    {"House", 5},
    {"Icosahedral", 12},
    {"Krackhardt_Kite", 10},
    {"Levi", 30},
    {"Mcgee", 24},
    {"Octahedral", 6},
    {"Petersen", 10},
    {"Tetrahedral", 4},
    {"Tutte", 46}
};

static igraph_error_t make(const void *config, igraph_integer_t nodes, igraph_t *graph)
{
    const famous *c = config;

    (void)nodes;
    return igraph_famous(graph, graphs[c->which].name);
}

static int famous_generate(const void *config, const tro_site *site, tro_arena *arena,
                           tro_graph *out, tro_messages *messages)
{
    const famous *c = config;
    tro_igraph_request request = {.name = "famous", .make = make, .config = config,
                                  .nodes = site->nodes, .direction = TRO_BOTH_WAYS,
                                  .self = c->self};

    if (site->nodes != graphs[c->which].nodes)
        return tro_error(messages, TRO_ESCENARIO, site->place,
                         "'%s' is a network of %zu nodes, found %zu agents", words[c->which],
                         graphs[c->which].nodes, site->nodes);
    return tro_igraph_generate(&request, site, arena, out, messages);
}

static const tro_param famous_params[] = {
    {.key = "name", .type = TRO_P_CHOICE, .flags = TRO_P_REQUIRED | TRO_P_MAIN,
     .offset = offsetof(famous, which), .choices = words, .doc = "Which one."},
    TRO_PARAM_SELF(famous)
};

const tro_generator tro_generator_famous = {
    .plugin = {
        .abi = TRO_PLUGIN_ABI,
        .kind = TRO_GENERATOR,
        .name = "famous",
        .summary = "Small networks with a name; data flows both ways along each tie.",
        .reference = NULL,
        .table = {.name = "famous", .params = famous_params,
                  .count = sizeof famous_params / sizeof *famous_params,
                  .size = sizeof(famous)}
    },
    .generate = famous_generate
};
