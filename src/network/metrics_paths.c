/* Shortest paths, by igraph. They take nodes times edges. */
#include "network/metrics_parts.h"

/* Both numbers come from one walk over all pairs. */
static int find_lengths(tro_metrics *m, tro_messages *messages)
{
    const igraph_t *graph;
    tro_igraph use;
    int status = TRO_OK;
    if (m->have_lengths)
        return TRO_OK;
    TRO_TRY(tro_metrics_graph(m, &graph, messages));
    tro_igraph_enter(&use, NULL);
    status = tro_igraph_status(&use, igraph_average_path_length(graph, &m->mean_length,
                                                                &m->apart, true, true),
                               "igraph cannot find the lengths of paths", NULL, messages);
    tro_igraph_leave(&use);
    m->have_lengths = status == TRO_OK;
out:
    return status;
}

static int find_length(tro_metrics *m, double *out, tro_messages *messages)
{
    int status = find_lengths(m, messages);
    *out = m->mean_length;
    return status;
}

static int find_reachability(tro_metrics *m, double *out, tro_messages *messages)
{
    double n = (double)m->nodes;
    int status = find_lengths(m, messages);
    *out = m->nodes > 1 ? 1 - m->apart / (n * (n - 1)) : NAN;
    return status;
}

const tro_metric tro_metric_path_length = {
    TRO_METRIC("path-length", "Mean number of edges on a shortest path from one agent to another, "
                              "of pairs that have a path.",
               "Watts and Strogatz 1998"),
    .title = "mean path length", .unit = "edges",
    .find = find_length,
};

const tro_metric tro_metric_reachability = {
    TRO_METRIC("reachability", "Share of ordered pairs of agents of which a path leads from the "
                               "first to the second.", NULL),
    .title = "reachability", .unit = "share of pairs",
    .find = find_reachability,
};

static int find_betweenness(tro_metrics *m, double *out, tro_messages *messages)
{
    const igraph_t *graph;
    tro_igraph use;
    igraph_vector_t view;
    double n = (double)m->nodes, pairs = (n - 1) * (n - 2);
    int status = tro_metrics_graph(m, &graph, messages);
    if (status < 0 || m->nodes == 0)
        return status;
    tro_igraph_enter(&use, NULL);
    igraph_error_t code = igraph_vector_init(&view, (igraph_integer_t)m->nodes);
    if (code == IGRAPH_SUCCESS) {
        code = igraph_betweenness(graph, &view, igraph_vss_all(), true, NULL);
        for (size_t i = 0; code == IGRAPH_SUCCESS && i < m->nodes; i++)
            out[i] = pairs > 0 ? VECTOR(view)[i] / pairs : 0;
        igraph_vector_destroy(&view);
    }
    status = tro_igraph_status(&use, code, "igraph cannot find betweennesses", NULL, messages);
    tro_igraph_leave(&use);
    return status;
}

const tro_metric tro_metric_betweenness = {
    TRO_METRIC("betweenness", "Share of the shortest paths between two others that pass an agent, "
                              "of their (n - 1) (n - 2) ordered pairs.",
               "Freeman 1977; Brandes 2001"),
    .per_node = 1, .title = "betweenness", .unit = "share of pairs",
    .find = find_betweenness,
};
