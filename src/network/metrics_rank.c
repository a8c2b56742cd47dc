/* Centralities that count walks: PageRank, with the data and against them, and Katz's. */
#include "network/metrics_parts.h"

#define DAMPING 0.85

static int unsettled(const tro_metrics *m, const char *name, double *out, tro_messages *messages)
{
    for (size_t i = 0; i < m->nodes; i++)
        out[i] = NAN;
    tro_warning(messages, NULL, "'%s' did not settle in %d sweeps and is left out", name,
                TRO_METRICS_SWEEPS);
    return TRO_OK;
}

/* A walk that goes on along an edge with probability 0.85, else anywhere. Where nobody can be
 * gone on to, anywhere, too: all such a node does is to scale the solution without. */
static int find_rank(tro_metrics *m, const tro_neighbours *rows, const tro_neighbours *back,
                     const char *name, double *out, tro_messages *messages)
{
    double *ways = tro_allocate(m->nodes, sizeof *ways), sum = 0;
    if (!ways)
        return tro_metrics_no_memory(messages);
    for (size_t i = 0; i < m->nodes; i++)
        ways[i] = (double)(back->start[i + 1] - back->start[i]);
    int settled = tro_metrics_solve(m->nodes, rows, 1, DAMPING, ways, out);
    tro_release(ways);
    if (!settled)
        return unsettled(m, name, out, messages);
    for (size_t i = 0; i < m->nodes; i++)
        sum += out[i];
    for (size_t i = 0; i < m->nodes; i++)
        out[i] /= sum;
    return TRO_OK;
}

static int find_pagerank(tro_metrics *m, double *out, tro_messages *messages)
{
    return find_rank(m, &m->in, &m->out, "pagerank", out, messages);
}

static int find_source_rank(tro_metrics *m, double *out, tro_messages *messages)
{
    return find_rank(m, &m->out, &m->in, "source-rank", out, messages);
}

const tro_metric tro_metric_pagerank = {
    TRO_METRIC("pagerank", "PageRank with damping 0.85 along the edges: where data gather. All "
                           "agents sum to 1; loops left out.",
               "Brin and Page 1998"),
    .per_node = 1, .linear = 1, .title = "PageRank", .unit = "probability",
    .find = find_pagerank,
};

const tro_metric tro_metric_source_rank = {
    TRO_METRIC("source-rank", "PageRank with damping 0.85 against the edges: where data come from. "
                              "All agents sum to 1; loops left out.",
               "Brin and Page 1998"),
    .per_node = 1, .linear = 1, .title = "source rank", .unit = "probability",
    .find = find_source_rank,
};

/* --- Katz -------------------------------------------------------------------------------- */

static int find_katz(tro_metrics *m, const tro_neighbours *rows, const char *name, double *out,
                     tro_messages *messages)
{
    const double *radius;
    int status = tro_metrics_find(m, &tro_metric_spectral_radius, &radius, messages);
    if (status < 0)
        return status;
    if (isnan(*radius) || !tro_metrics_solve(m->nodes, rows, 1, 0.5 / fmax(1, *radius), NULL, out))
        return unsettled(m, name, out, messages);
    return TRO_OK;
}

static int find_katz_in(tro_metrics *m, double *out, tro_messages *messages)
{
    return find_katz(m, &m->in, "katz-in", out, messages);
}

static int find_katz_out(tro_metrics *m, double *out, tro_messages *messages)
{
    return find_katz(m, &m->out, "katz-out", out, messages);
}

const tro_metric tro_metric_katz_in = {
    TRO_METRIC("katz-in", "Walks that end at an agent, one of k edges counted as a^k, with "
                          "a = 1 / (2 max(1, spectral radius)); loops left out.",
               "Katz 1953"),
    .per_node = 1, .linear = 1, .title = "Katz, in", .unit = "walks",
    .find = find_katz_in,
};

const tro_metric tro_metric_katz_out = {
    TRO_METRIC("katz-out", "Walks that begin at an agent, one of k edges counted as a^k, with "
                           "a = 1 / (2 max(1, spectral radius)); loops left out.",
               "Katz 1953"),
    .per_node = 1, .linear = 1, .title = "Katz, out", .unit = "walks",
    .find = find_katz_out,
};
