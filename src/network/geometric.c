/* Random geometric networks in the unit square. */
#include "network/aim.h"
#include "network/generators.h"
#include "network/igraph_guard.h"

typedef struct geometric {
    double radius;
    int torus;
    double self;
    double ties;              /* the shortest so many, when that was asked for; else 0 */
} geometric;

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

static double pairs_of(double nodes)
{
    return nodes * (nodes - 1) / 2;
}

/* The radius at which as many ties are expected. */
static double radius_of(double ties, double nodes, int torus)
{
    double low = 0, high = 1.5;

    for (int k = 0; k < 60; k++) {
        double middle = (low + high) / 2;
        if (pairs_of(nodes) * near(middle, torus) < ties)
            low = middle;
        else
            high = middle;
    }
    return high;
}

/* --- the shortest ties ------------------------------------------------------ */

/* A network in which they are among others. How many there are varies by little more than its
 * root, so that it hardly ever has to be drawn again. */
static igraph_error_t make_more(const geometric *c, igraph_integer_t nodes, igraph_vector_t *x,
                                igraph_vector_t *y, igraph_t *graph)
{
    igraph_error_t code;

    for (double expected = 1.5 * c->ties + 30;; expected *= 2) {
        double radius = radius_of(expected, (double)nodes, c->torus);
        code = igraph_grg_game(graph, nodes, radius, c->torus, x, y);
        if (code != IGRAPH_SUCCESS || (double)igraph_ecount(graph) >= c->ties)
            return code;
        igraph_destroy(graph);
    }
}

static double length_of(const geometric *c, const igraph_vector_t *x, const igraph_vector_t *y,
                        igraph_integer_t a, igraph_integer_t b)
{
    double dx = fabs(VECTOR(*x)[a] - VECTOR(*x)[b]), dy = fabs(VECTOR(*y)[a] - VECTOR(*y)[b]);

    return c->torus ? hypot(fmin(dx, 1 - dx), fmin(dy, 1 - dy)) : hypot(dx, dy);
}

static igraph_error_t drop_longest(const geometric *c, const igraph_vector_t *x,
                                   const igraph_vector_t *y, igraph_t *graph)
{
    igraph_integer_t count = igraph_ecount(graph), kept = (igraph_integer_t)c->ties;
    igraph_vector_t lengths;
    igraph_vector_int_t order;
    igraph_error_t code = igraph_vector_init(&lengths, count);

    if (code != IGRAPH_SUCCESS)
        return code;
    code = igraph_vector_int_init(&order, 0);
    if (code == IGRAPH_SUCCESS) {
        for (igraph_integer_t e = 0; e < count; e++)
            VECTOR(lengths)[e] = length_of(c, x, y, IGRAPH_FROM(graph, e), IGRAPH_TO(graph, e));
        code = igraph_vector_qsort_ind(&lengths, &order, IGRAPH_DESCENDING);
        if (code == IGRAPH_SUCCESS)
            code = igraph_vector_int_resize(&order, count - kept);
        if (code == IGRAPH_SUCCESS)
            code = igraph_delete_edges(graph, igraph_ess_vector(&order));
        igraph_vector_int_destroy(&order);
    }
    igraph_vector_destroy(&lengths);
    return code;
}

static igraph_error_t make_shortest(const geometric *c, igraph_integer_t nodes, igraph_t *graph)
{
    igraph_vector_t x, y;
    igraph_error_t code = igraph_vector_init(&x, 0);

    if (code != IGRAPH_SUCCESS)
        return code;
    code = igraph_vector_init(&y, 0);
    if (code == IGRAPH_SUCCESS) {
        code = make_more(c, nodes, &x, &y, graph);
        if (code == IGRAPH_SUCCESS && (code = drop_longest(c, &x, &y, graph)) != IGRAPH_SUCCESS)
            igraph_destroy(graph);
        igraph_vector_destroy(&y);
    }
    igraph_vector_destroy(&x);
    return code;
}

/* --- the plug-in ------------------------------------------------------------ */

static igraph_error_t make(const void *config, igraph_integer_t nodes, igraph_t *graph)
{
    const geometric *c = config;

    if (c->ties > 0)
        return make_shortest(c, nodes, graph);
    return igraph_grg_game(graph, nodes, c->radius, c->torus, NULL, NULL);
}

static int geometric_generate(const void *config, const tro_site *site, tro_arena *arena,
                              tro_graph *out, tro_messages *messages)
{
    const geometric *c = config;
    tro_igraph_request request = {.name = "geometric", .make = make, .config = config,
                                  .nodes = site->nodes, .direction = TRO_BOTH_WAYS,
                                  .self = c->self};
    double pairs = pairs_of((double)site->nodes);
    int status;

    if (isnan(c->radius))
        return tro_aim_missing(site, "geometric", "radius", messages);
    status = tro_links_check("geometric", 2 * pairs * near(c->radius, c->torus), site->place,
                             messages);
    if (status < 0)
        return status;
    return tro_igraph_generate(&request, site, arena, out, messages);
}

/* As many ties, whatever radius that is. */
static int geometric_aim(void *config, const tro_site *site, double links, tro_messages *messages)
{
    geometric *c = config;
    double nodes = (double)site->nodes;

    if (!isnan(c->radius))
        return tro_aim_both(site, "geometric", "radius", messages);
    c->ties = floor(links / 2);
    c->radius = c->ties > 0 ? radius_of(c->ties, nodes, c->torus) : 0;
    return tro_aim_range(site, "geometric", links, 0, 2 * pairs_of(nodes), messages);
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
