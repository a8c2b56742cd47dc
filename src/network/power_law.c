/* The static scale-free model. */
#include "network/aim.h"
#include "network/fitness_links.h"
#include "network/generators.h"
#include "network/links.h"

typedef struct power_law {
    double out, in;
    long long m;
    double self;
} power_law;

/* Fitness (i + 1)^(-1 / (exponent - 1)); consumers in an order of their own, so
 * that who has many consumers need not have many producers. */
static int fill(const power_law *c, const tro_site *site, tro_arena *arena, double **out,
                double **in)
{
    double in_exponent = isnan(c->in) ? c->out : c->in;
    tro_stream stream = *site->stream;
    size_t *order = TRO_NEW(arena, size_t, site->nodes);

    *out = TRO_NEW(arena, double, site->nodes);
    *in = TRO_NEW(arena, double, site->nodes);
    if (!order || !*out || !*in)
        return TRO_ENOMEM;
    tro_stream_order(&stream, site->nodes, order);
    for (size_t i = 0; i < site->nodes; i++) {
        (*out)[i] = pow((double)i + 1, -1 / (c->out - 1));
        (*in)[order[i]] = isinf(in_exponent) ? 1 : pow((double)i + 1, -1 / (in_exponent - 1));
    }
    return TRO_OK;
}

static int power_law_generate(const void *config, const tro_site *site, tro_arena *arena,
                              tro_graph *out, tro_messages *messages)
{
    const power_law *c = config;
    tro_fitness_request request = {.name = "power-law", .links = c->m, .self = c->self};
    double *producer, *consumer;
    int status;

    if (c->m == TRO_NO_WHOLE)
        return tro_aim_missing(site, "power-law", "m", messages);
    TRO_TRY(tro_links_check("power-law", (double)c->m, site->place, messages));
    TRO_TRY(fill(c, site, arena, &producer, &consumer));
    request.out = producer;
    request.in = consumer;
    status = tro_fitness_generate(&request, site, arena, out, messages);
out:
    return status;
}

static int power_law_aim(void *config, const tro_site *site, double links, tro_messages *messages)
{
    power_law *c = config;

    if (c->m != TRO_NO_WHOLE)
        return tro_aim_both(site, "power-law", "m", messages);
    c->m = (long long)links;
    return TRO_OK;
}

static const tro_param power_law_params[] = {
    {.key = "out", .type = TRO_P_REAL, .flags = TRO_P_REQUIRED | TRO_P_BOUNDED | TRO_P_ALLOW_INF,
     .offset = offsetof(power_law, out), .min = 2, .max = INFINITY,
     .doc = "Exponent of the numbers of consumers; the first agents have the most. inf: equal "
            "chances."},
    {.key = "in", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED | TRO_P_ALLOW_INF,
     .offset = offsetof(power_law, in), .min = 2, .max = INFINITY,
     .doc = "Exponent of the numbers of producers, agents in a random order. Default: as `out`."},
    {.key = "m", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED, .offset = offsetof(power_law, m),
     .min = 0, .max = INFINITY, .unit = "links", .doc = "Number of links."},
    TRO_PARAM_SELF(power_law)
};

const tro_generator tro_generator_power_law = {
    .plugin = {
        .abi = TRO_PLUGIN_ABI,
        .kind = TRO_GENERATOR,
        .name = "power-law",
        .summary = "Links at random with degrees that follow power laws: data flows from j "
                   "to i independently of whether it flows from i to j.",
        .reference = "Goh, Kahng, Kim 2001",
        .table = {.name = "power-law", .params = power_law_params,
                  .count = sizeof power_law_params / sizeof *power_law_params,
                  .size = sizeof(power_law)}
    },
    .generate = power_law_generate,
    .aim = power_law_aim
};
