/* Random geometric networks in the unit square. */
#include "network/aim.h"
#include "network/generators.h"
#include "network/igraph_guard.h"

typedef struct geometric {
    double radius;
    int torus;
    double self;
} geometric;

static igraph_error_t make(const void *config, igraph_integer_t nodes, igraph_t *graph)
{
    const geometric *c = config;

    return igraph_grg_game(graph, nodes, c->radius, c->torus, NULL, NULL);
}

/* Probability that two points of the unit square are within r of each other
 * (the distribution function of Philip 1991); on a torus, of the shorter way. */
static double near(double r, int torus)
{
    const double pi = 3.14159265358979323846, s = r * r;

    if (torus) {
        if (r <= 0.5)
            return pi * s;
        return r * r >= 0.5 ? 1 : sqrt(4 * s - 1) + s * (pi - 4 * acos(1 / (2 * r)));
    }
    if (r <= 1)
        return pi * s - 8 * s * r / 3 + s * s / 2;
    if (s >= 2)
        return 1;
    return 1.0 / 3 - 2 * s * (1 - asin(1 / r) + acos(1 / r))
           + 4.0 / 3 * (2 * s + 1) * sqrt(s - 1) - s * s / 2;
}

static int geometric_generate(const void *config, const tro_site *site, tro_arena *arena,
                              tro_graph *out, tro_messages *messages)
{
    const geometric *c = config;
    tro_igraph_request request = {.name = "geometric", .make = make, .config = config,
                                  .nodes = site->nodes, .direction = TRO_BOTH_WAYS,
                                  .self = c->self};
    double pairs = (double)site->nodes * ((double)site->nodes - 1);
    int status;

    if (isnan(c->radius))
        return tro_aim_missing(site, "geometric", "radius", messages);
    status = tro_links_check("geometric", pairs * near(c->radius, c->torus), site->place,
                             messages);
    if (status < 0)
        return status;
    return tro_igraph_generate(&request, site, arena, out, messages);
}

/* The radius at which as many links are expected. */
static int geometric_aim(void *config, const tro_site *site, double links, tro_messages *messages)
{
    geometric *c = config;
    double pairs = (double)site->nodes * ((double)site->nodes - 1), low = 0, high = 1.5;

    if (!isnan(c->radius))
        return tro_aim_both(site, "geometric", "radius", messages);
    for (int k = 0; k < 60; k++) {
        double middle = (low + high) / 2;
        if (pairs * near(middle, c->torus) < links)
            low = middle;
        else
            high = middle;
    }
    c->radius = high;
    return tro_aim_range(site, "geometric", links, 0, pairs, messages);
}

static const tro_param geometric_params[] = {
    {.key = "radius", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED | TRO_P_MAIN,
     .offset = offsetof(geometric, radius), .min = 0, .max = 1.5,
     .doc = "Agents nearer than this are tied; the square's side is 1."},
    {.key = "torus", .type = TRO_P_BOOL, .offset = offsetof(geometric, torus),
     .fallback = "false", .doc = "Whether the square has no edges, each side meeting the other."},
    TRO_PARAM_SELF(geometric)
};

const tro_generator tro_generator_geometric = {
    .plugin = {
        .abi = TRO_PLUGIN_ABI,
        .kind = TRO_GENERATOR,
        .name = "geometric",
        .summary = "Agents in a square, near ones tied; data flows both ways along each tie.",
        .reference = "Gilbert 1961",
        .table = {.name = "geometric", .params = geometric_params,
                  .count = sizeof geometric_params / sizeof *geometric_params,
                  .size = sizeof(geometric)}
    },
    .generate = geometric_generate,
    .aim = geometric_aim
};
