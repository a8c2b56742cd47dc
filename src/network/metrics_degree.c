/* How many edges there are, where, and how many go both ways. */
#include "network/metrics_parts.h"

/* --- of the network ---------------------------------------------------------------------- */

static int find_density(tro_metrics *m, double *out, tro_messages *messages)
{
    double n = (double)m->nodes;
    (void)messages;
    *out = m->nodes > 1 ? (double)m->edges / (n * (n - 1)) : NAN;
    return TRO_OK;
}

const tro_metric tro_metric_density = {
    TRO_METRIC("density", "Edges over those there could be, n (n - 1); loops left out.",
               "Wasserman and Faust 1994"),
    .linear = 1, .title = "density", .unit = "share of edges",
    .find = find_density,
};

static int find_reciprocity(tro_metrics *m, double *out, tro_messages *messages)
{
    const igraph_t *graph;
    tro_igraph use;
    igraph_real_t found = NAN;
    int status = m->edges ? tro_metrics_graph(m, &graph, messages) : TRO_OK;
    if (status == TRO_OK && m->edges) {
        tro_igraph_enter(&use, NULL);
        status = tro_igraph_status(&use, igraph_reciprocity(graph, &found, true,
                                                            IGRAPH_RECIPROCITY_DEFAULT),
                                   "igraph cannot find the reciprocity", NULL, messages);
        tro_igraph_leave(&use);
    }
    *out = found;
    return status;
}

const tro_metric tro_metric_reciprocity = {
    TRO_METRIC("reciprocity", "Share of edges whose reverse is an edge, too; loops left out.",
               "Wasserman and Faust 1994"),
    .linear = 1, .title = "reciprocity", .unit = "share of edges",
    .find = find_reciprocity,
};

/* --- of nodes ------------------------------------------------------------------------------- */

static void fill_degrees(const tro_metrics *m, const tro_neighbours *rows, double *out)
{
    for (size_t i = 0; i < m->nodes; i++)
        out[i] = (double)(rows->start[i + 1] - rows->start[i]);
}

static int find_in(tro_metrics *m, double *out, tro_messages *messages)
{
    (void)messages;
    fill_degrees(m, &m->in, out);
    return TRO_OK;
}

static int find_out(tro_metrics *m, double *out, tro_messages *messages)
{
    (void)messages;
    fill_degrees(m, &m->out, out);
    return TRO_OK;
}

const tro_metric tro_metric_in_degree = {
    TRO_METRIC("in-degree", "How many others an agent takes data from; loops left out.",
               "Freeman 1978"),
    .per_node = 1, .linear = 1, .title = "in-degree", .unit = "edges",
    .find = find_in,
};

const tro_metric tro_metric_out_degree = {
    TRO_METRIC("out-degree", "How many others take data from an agent; loops left out.",
               "Freeman 1978"),
    .per_node = 1, .linear = 1, .title = "out-degree", .unit = "edges",
    .find = find_out,
};

/* Without shares, all links into a node carry the same. */
static int find_own(tro_metrics *m, double *out, tro_messages *messages)
{
    const tro_graph *graph = m->network.graph;
    const double *share = m->network.share;
    double *all = tro_allocate(m->nodes, sizeof *all);
    if (!all)
        return tro_metrics_no_memory(messages);
    for (size_t e = 0; e < graph->count; e++) {
        const tro_link *link = &graph->links[e];
        double part = share ? share[e] : link->synthetic > 0 || link->curated > 0;
        all[link->to] += part;
        out[link->to] += link->from == link->to ? part : 0;
    }
    for (size_t i = 0; i < m->nodes && !share; i++)
        out[i] = all[i] > 0 ? out[i] / all[i] : 0;
    tro_release(all);
    return TRO_OK;
}

const tro_metric tro_metric_own_share = {
    TRO_METRIC("own-share", "How much of an agent's data are its own outputs: the share that its "
                            "loop carries.", NULL),
    .per_node = 1, .linear = 1, .title = "share of own data", .unit = "share of data",
    .find = find_own,
};
