/* Triangles and groups, where an edge is a tie whichever way it points. */
#include "network/metrics_parts.h"

static int find_clustering(tro_metrics *m, double *out, tro_messages *messages)
{
    const igraph_t *ties;
    tro_igraph use;
    int status = tro_metrics_ties(m, &ties, messages);
    *out = NAN;
    if (status < 0)
        return status;
    tro_igraph_enter(&use, NULL);
    status = tro_igraph_status(&use, igraph_transitivity_undirected(ties, out,
                                                                    IGRAPH_TRANSITIVITY_NAN),
                               "igraph cannot find the clustering", NULL, messages);
    tro_igraph_leave(&use);
    return status;
}

const tro_metric tro_metric_clustering = {
    TRO_METRIC("clustering", "Transitivity: share of the pairs of ties of one agent whose other "
                             "ends are tied. Directions and loops left out.",
               "Newman, Strogatz and Watts 2001"),
    .title = "clustering", .unit = "share of pairs",
    .find = find_clustering,
};

static int find_local(tro_metrics *m, double *out, tro_messages *messages)
{
    const igraph_t *ties;
    tro_igraph use;
    igraph_vector_t found;
    int status = tro_metrics_ties(m, &ties, messages);
    if (status < 0)
        return status;
    tro_igraph_enter(&use, NULL);
    igraph_error_t code = igraph_vector_init(&found, (igraph_integer_t)m->nodes);
    if (code == IGRAPH_SUCCESS) {
        code = igraph_transitivity_local_undirected(ties, &found, igraph_vss_all(),
                                                    IGRAPH_TRANSITIVITY_ZERO);
        for (size_t i = 0; code == IGRAPH_SUCCESS && i < m->nodes; i++)
            out[i] = VECTOR(found)[i];
        igraph_vector_destroy(&found);
    }
    status = tro_igraph_status(&use, code, "igraph cannot find the clustering of agents", NULL,
                               messages);
    tro_igraph_leave(&use);
    return status;
}

const tro_metric tro_metric_local_clustering = {
    TRO_METRIC("local-clustering", "Share of the pairs of an agent's ties whose other ends are "
                                   "tied; 0 with fewer than two. Directions and loops left out.",
               "Watts and Strogatz 1998"),
    .per_node = 1, .title = "local clustering", .unit = "share of pairs",
    .find = find_local,
};

/* --- modularity ---------------------------------------------------------------------- */

/* The method visits nodes in random order: always the same one here. */
static igraph_error_t divide(const igraph_t *ties, const igraph_vector_t *weights, double *best)
{
    igraph_vector_int_t membership;
    igraph_vector_t levels;
    igraph_error_t code = igraph_vector_int_init(&membership, 0);
    if (code != IGRAPH_SUCCESS)
        return code;
    code = igraph_vector_init(&levels, 0);
    if (code == IGRAPH_SUCCESS) {
        code = igraph_community_multilevel(ties, weights, 1, &membership, NULL, &levels);
        for (igraph_integer_t k = 0; code == IGRAPH_SUCCESS && k < igraph_vector_size(&levels); k++)
            *best = k == 0 ? VECTOR(levels)[k] : fmax(*best, VECTOR(levels)[k]);
        igraph_vector_destroy(&levels);
    }
    igraph_vector_int_destroy(&membership);
    return code;
}

/* A tie of two edges weighs 2. Ties stand in the order in which they were made. */
static igraph_error_t weigh(const tro_metrics *m, const igraph_t *ties, igraph_vector_t *weights)
{
    igraph_integer_t count = igraph_ecount(ties);
    igraph_error_t code = igraph_vector_init(weights, count);
    for (igraph_integer_t e = 0; code == IGRAPH_SUCCESS && e < count; e++) {
        size_t a = (size_t)IGRAPH_FROM(ties, e), b = (size_t)IGRAPH_TO(ties, e);
        double sum = 0;
        for (size_t k = m->out.start[a]; k < m->out.start[a + 1]; k++)
            sum += m->out.at[k] == b;
        for (size_t k = m->in.start[a]; k < m->in.start[a + 1]; k++)
            sum += m->in.at[k] == b;
        VECTOR(*weights)[e] = sum;
    }
    return code;
}

static int find_modularity(tro_metrics *m, double *out, tro_messages *messages)
{
    const igraph_t *ties;
    igraph_vector_t weights;
    tro_stream_key key = {.purpose = TRO_FOR_NETWORK};
    tro_stream stream = tro_stream_of(&key);
    tro_igraph use;
    int status = m->edges ? tro_metrics_ties(m, &ties, messages) : TRO_OK;
    *out = NAN;
    if (status < 0 || m->edges == 0)
        return status;
    tro_igraph_enter(&use, &stream);
    igraph_error_t code = weigh(m, ties, &weights);
    if (code == IGRAPH_SUCCESS) {
        code = divide(ties, &weights, out);
        igraph_vector_destroy(&weights);
    }
    status = tro_igraph_status(&use, code, "igraph cannot find the modularity", NULL, messages);
    tro_igraph_leave(&use);
    return status;
}

const tro_metric tro_metric_modularity = {
    TRO_METRIC("modularity",
               "Modularity of the groups that the Louvain method finds: how many more edges stay "
               "within groups than by chance. A tie of two edges weighs 2; loops left out.",
               "Newman and Girvan 2004; Blondel, Guillaume, Lambiotte and Lefebvre 2008"),
    .title = "modularity", .unit = "modularity",
    .find = find_modularity,
};
