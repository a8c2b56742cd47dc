/* How far an agent is from real data: edges, and generations of models. */
#include "network/metrics_parts.h"

static int mark_real(const tro_metrics *m, int **out, tro_messages *messages)
{
    *out = tro_allocate(m->nodes + 1, sizeof **out);
    if (!*out)
        return tro_metrics_no_memory(messages);
    for (size_t i = 0; i < m->nodes; i++)
        (*out)[i] = m->network.real && m->network.real[i] > 0;
    return TRO_OK;
}

static int find_distance(tro_metrics *m, double *out, tro_messages *messages)
{
    int *real, status = mark_real(m, &real, messages);
    if (status < 0)
        return status;
    if (tro_metrics_hops(m, real, out) < 0)
        status = tro_metrics_no_memory(messages);
    tro_release(real);
    return status;
}

const tro_metric tro_metric_distance_to_real = {
    TRO_METRIC("distance-to-real", "Edges on the shortest path to an agent from one with real data "
                                   "of its own: 0 with such data, inf where none arrive.", NULL),
    .per_node = 1, .linear = 1, .title = "distance to real data", .unit = "edges",
    .find = find_distance,
};

/* --- generations ------------------------------------------------------------------------- */

/* Links by consumer, with what they carry; without a link, loops included. */
typedef struct ancestry {
    size_t *start;
    uint32_t *from;
    double *share;
    tro_arena arena;
} ancestry;

static int ancestry_init(ancestry *a, const tro_metrics *m)
{
    const tro_graph *graph = m->network.graph;
    tro_csr rows;
    int status = tro_graph_rows(graph, &a->arena, &rows);
    a->start = rows.row_start;
    a->from = TRO_NEW(&a->arena, uint32_t, graph->count + 1);
    a->share = TRO_NEW(&a->arena, double, graph->count + 1);
    if (status < 0 || !a->from || !a->share)
        return TRO_ENOMEM;
    for (size_t k = 0; k < graph->count; k++) {
        const tro_link *link = &graph->links[rows.link[k]];
        double others = (double)(a->start[link->to + 1] - a->start[link->to]);
        a->from[k] = (uint32_t)link->from;
        a->share[k] = m->network.share ? m->network.share[rows.link[k]] : 1 / others;
    }
    return TRO_OK;
}

/* Whose ancestry may never come to real data: agents that no real data reach, and all who
 * have data from them. */
static int mark_endless(const tro_metrics *m, double *hops, int *endless)
{
    int status = TRO_ENOMEM;
    for (size_t i = 0; i < m->nodes; i++)
        endless[i] = m->network.real && m->network.real[i] > 0;
    TRO_TRY(tro_metrics_hops(m, endless, hops));
    for (size_t i = 0; i < m->nodes; i++)
        endless[i] = hops[i] == INFINITY;
    TRO_TRY(tro_metrics_hops(m, endless, hops));
    for (size_t i = 0; i < m->nodes; i++)
        endless[i] = hops[i] < INFINITY;
out:
    return status;
}

/* t_i = sum of shares from j times (1 + t_j), by sweeps to and fro. */
static double sweep_node(const ancestry *a, size_t i, double *t)
{
    double sum = 0, own = 0, before = t[i];
    for (size_t k = a->start[i]; k < a->start[i + 1]; k++) {
        sum += a->from[k] == i ? a->share[k] : a->share[k] > 0 ? a->share[k] * (1 + t[a->from[k]])
                                                               : 0;
        own += a->from[k] == i ? a->share[k] : 0;
    }
    t[i] = sum / (1 - own);
    return t[i] > 0 ? fabs(t[i] - before) / t[i] : 0;
}

static int settle(const tro_metrics *m, const ancestry *a, const int *endless, double *t)
{
    for (int sweep = 0; sweep < TRO_METRICS_SWEEPS; sweep++) {
        double change = 0;
        for (size_t k = 0; k < m->nodes; k++) {
            size_t i = sweep % 2 ? m->nodes - 1 - k : k;
            if (!endless[i])
                change = fmax(change, sweep_node(a, i, t));
        }
        if (change <= 1e-14)
            return 1;
    }
    return 0;
}

static int find_generations(tro_metrics *m, double *out, tro_messages *messages)
{
    ancestry a = {0};
    int *endless = tro_allocate(m->nodes + 1, sizeof *endless);
    int status = endless ? ancestry_init(&a, m) : TRO_ENOMEM;
    if (status == TRO_OK)
        status = mark_endless(m, out, endless);
    for (size_t i = 0; status == TRO_OK && i < m->nodes; i++)
        out[i] = endless[i] ? INFINITY : 0;
    if (status == TRO_OK && !settle(m, &a, endless, out)) {
        tro_warning(messages, NULL, "'generations' did not settle in %d sweeps and is left out",
                    TRO_METRICS_SWEEPS);
        for (size_t i = 0; i < m->nodes; i++)
            out[i] = NAN;
    }
    tro_arena_clear(&a.arena);
    tro_release(endless);
    return status < 0 ? tro_metrics_no_memory(messages) : TRO_OK;
}

const tro_metric tro_metric_generations = {
    TRO_METRIC("generations", "Models that a datum of an agent came through, on average, since it "
                              "was real: t = sum over producers of share (1 + their t), its own "
                              "loop included; inf where some never was real.",
               "Kemeny and Snell 1960"),
    .per_node = 1, .linear = 1, .title = "generations from real data", .unit = "generations",
    .find = find_generations,
};
