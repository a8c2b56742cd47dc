/* The static model with given fitnesses. */
#include "network/aim.h"
#include "network/fitness_links.h"
#include "network/generators.h"
#include "network/links.h"

typedef struct fitness {
    tro_vector out, in;
    long long m;
    double self;
} fitness;

static int check(const fitness *c, const tro_site *site, tro_messages *messages)
{
    if (c->m == TRO_NO_WHOLE)
        return tro_aim_missing(site, "fitness", "m", messages);
    if (c->out.count != site->nodes || (c->in.count > 0 && c->in.count != site->nodes))
        return tro_error(messages, TRO_ESCENARIO, site->place,
                         "'fitness' has %zu numbers in '%s', found %zu agents",
                         c->out.count != site->nodes ? c->out.count : c->in.count,
                         c->out.count != site->nodes ? "out" : "in", site->nodes);
    return tro_links_check("fitness", (double)c->m, site->place, messages);
}

static int fitness_generate(const void *config, const tro_site *site, tro_arena *arena,
                            tro_graph *out, tro_messages *messages)
{
    const fitness *c = config;
    tro_fitness_request request = {.name = "fitness", .out = c->out.values,
                                   .in = c->in.count ? c->in.values : c->out.values,
                                   .links = c->m, .self = c->self};
    int status = check(c, site, messages);

    return status < 0 ? status : tro_fitness_generate(&request, site, arena, out, messages);
}

static int fitness_aim(void *config, const tro_site *site, double links, tro_messages *messages)
{
    fitness *c = config;

    if (c->m != TRO_NO_WHOLE)
        return tro_aim_both(site, "fitness", "m", messages);
    c->m = (long long)links;
    return TRO_OK;
}

static const tro_param fitness_params[] = {
    {.key = "out", .type = TRO_P_VECTOR, .flags = TRO_P_REQUIRED | TRO_P_BOUNDED,
     .offset = offsetof(fitness, out), .min = 0, .max = 1e100,
     .doc = "Fitness of every agent as a producer, in the order of the list."},
    {.key = "in", .type = TRO_P_VECTOR, .flags = TRO_P_BOUNDED, .offset = offsetof(fitness, in),
     .min = 0, .max = 1e100, .doc = "Fitness as a consumer. Default: as `out`."},
    {.key = "m", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED, .offset = offsetof(fitness, m),
     .min = 0, .max = INFINITY, .unit = "links", .doc = "Number of links."},
    TRO_PARAM_SELF(fitness)
};

const tro_generator tro_generator_fitness = {
    .plugin = {
        .abi = TRO_PLUGIN_ABI,
        .kind = TRO_GENERATOR,
        .name = "fitness",
        .summary = "Links at random in proportion to the fitness of both ends: data flows "
                   "from j to i independently of whether it flows from i to j.",
        .reference = "Goh, Kahng, Kim 2001",
        .table = {.name = "fitness", .params = fitness_params,
                  .count = sizeof fitness_params / sizeof *fitness_params,
                  .size = sizeof(fitness)}
    },
    .generate = fitness_generate,
    .aim = fitness_aim
};
