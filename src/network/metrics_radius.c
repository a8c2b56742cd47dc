/* The spectral radius of the edges, part by part.
 *
 * It is the largest of those of the strongly connected parts. In each the matrix A is
 * irreducible, so A + I is primitive and powers of it lead to the positive vector x; then the
 * radius of A is between the least and the largest (A x)_i / x_i (Collatz 1942; Wielandt
 * 1950). A network without cycles has radius 0, where iterations over the whole would not
 * settle. */
#include <string.h>

#include "network/metrics_parts.h"

enum { MOST_PASSES = 200000 };
#define MOST_VISITS 2e9           /* of edges: half a minute */
#define CLOSE 1e-11

/* Which strongly connected part each node is in. */
static int find_parts(tro_metrics *m, uint32_t *part, tro_messages *messages)
{
    const igraph_t *graph;
    igraph_vector_int_t membership;
    tro_igraph use;
    int status = tro_metrics_graph(m, &graph, messages);
    if (status < 0)
        return status;
    tro_igraph_enter(&use, NULL);
    igraph_error_t code = igraph_vector_int_init(&membership, 0);
    if (code == IGRAPH_SUCCESS) {
        code = igraph_connected_components(graph, &membership, NULL, NULL, IGRAPH_STRONG);
        for (size_t i = 0; code == IGRAPH_SUCCESS && i < m->nodes; i++)
            part[i] = (uint32_t)VECTOR(membership)[i];
        igraph_vector_int_destroy(&membership);
    }
    status = tro_igraph_status(&use, code, "igraph cannot find the connected parts", NULL,
                               messages);
    tro_igraph_leave(&use);
    return status;
}

/* The nodes of every part, part after part. */
typedef struct parts {
    uint32_t *part, *nodes;
    size_t *start, count;
    double *x, *y;
    double visits;
    tro_arena arena;
} parts;

static int parts_init(parts *p, tro_metrics *m, tro_messages *messages)
{
    size_t n = m->nodes;
    p->part = TRO_NEW(&p->arena, uint32_t, n);
    p->nodes = TRO_NEW(&p->arena, uint32_t, n);
    p->start = TRO_NEW(&p->arena, size_t, n + 2);
    p->x = TRO_NEW(&p->arena, double, n);
    p->y = TRO_NEW(&p->arena, double, n);
    if (!p->part || !p->nodes || !p->start || !p->x || !p->y)
        return tro_metrics_no_memory(messages);
    int status = find_parts(m, p->part, messages);
    if (status < 0)
        return status;
    for (size_t i = 0; i < n; i++) {
        p->start[p->part[i] + 2]++;
        p->count = p->part[i] + (size_t)1 > p->count ? p->part[i] + (size_t)1 : p->count;
    }
    for (size_t k = 0; k < n; k++)
        p->start[k + 2] += p->start[k + 1];
    for (size_t i = 0; i < n; i++)
        p->nodes[p->start[p->part[i] + 1]++] = (uint32_t)i;
    return TRO_OK;
}

/* y = (A + I) x over a part; the bounds, and x'Ax / x'x with the length of what is left of
 * Ax beside it. */
static void pass(const tro_metrics *m, parts *p, size_t k, double *low, double *high,
                 double *rayleigh, double *rest)
{
    double xx = 0, xy = 0, yy = 0;
    *low = INFINITY;
    *high = 0;
    for (size_t at = p->start[k]; at < p->start[k + 1]; at++) {
        size_t i = p->nodes[at];
        double sum = 0;
        for (size_t e = m->in.start[i]; e < m->in.start[i + 1]; e++)
            sum += p->part[m->in.at[e]] == k ? p->x[m->in.at[e]] : 0;
        p->visits += (double)(m->in.start[i + 1] - m->in.start[i]);
        *low = fmin(*low, sum / p->x[i]);
        *high = fmax(*high, sum / p->x[i]);
        xx += p->x[i] * p->x[i];
        xy += p->x[i] * sum;
        yy += sum * sum;
        p->y[i] = sum + p->x[i];
    }
    *rayleigh = xy / xx;
    *rest = sqrt(fmax(0, yy / xx - *rayleigh * *rayleigh));
}

static void take(parts *p, size_t k, double scale)
{
    for (size_t at = p->start[k]; at < p->start[k + 1]; at++)
        p->x[p->nodes[at]] = p->y[p->nodes[at]] / scale;
}

/* NaN when it does not settle. Bounds are sure; where a few far nodes keep them apart in a
 * large part, what is left of A x tells that x is an eigenvector. */
static double part_radius(const tro_metrics *m, parts *p, size_t k)
{
    double low, high, rayleigh, rest;
    for (size_t at = p->start[k]; at < p->start[k + 1]; at++)
        p->x[p->nodes[at]] = 1;
    for (int turn = 0; turn < MOST_PASSES && p->visits < MOST_VISITS; turn++) {
        pass(m, p, k, &low, &high, &rayleigh, &rest);
        if (high - low <= CLOSE * high)
            return low + (high - low) / 2;
        if (turn > 100 && rest <= 1e-9 * rayleigh)
            return rayleigh;
        take(p, k, rayleigh + 1);
    }
    return NAN;
}

static int find_radius(tro_metrics *m, double *out, tro_messages *messages)
{
    parts p = {0};
    int status = m->edges ? parts_init(&p, m, messages) : TRO_OK;
    for (size_t k = 0; status == TRO_OK && m->edges && k < p.count && !isnan(*out); k++) {
        double radius = p.start[k + 1] - p.start[k] > 1 ? part_radius(m, &p, k) : 0;
        *out = isnan(radius) ? NAN : fmax(*out, radius);
    }
    if (status == TRO_OK && isnan(*out))
        tro_warning(messages, NULL, "'spectral-radius' did not settle and is left out");
    tro_arena_clear(&p.arena);
    return status;
}

const tro_metric tro_metric_spectral_radius = {
    TRO_METRIC("spectral-radius",
               "Largest modulus of an eigenvalue of the matrix of edges (1 where there is one): 0 "
               "without cycles; loops left out.",
               "Collatz 1942; Wielandt 1950"),
    .linear = 1, .title = "spectral radius", .unit = "edges per node",
    .find = find_radius,
};
