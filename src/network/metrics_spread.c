/* What the numbers of all nodes come to: means and inequalities. */
#include <string.h>

#include "network/metrics_parts.h"

static int find_mean(tro_metrics *m, const tro_metric *of, double *out, tro_messages *messages)
{
    const double *values;
    int status = tro_metrics_find(m, of, &values, messages);
    for (size_t i = 0; status == TRO_OK && i < m->nodes; i++)
        *out += values[i];
    *out = m->nodes ? *out / (double)m->nodes : NAN;
    return status;
}

static int find_gini(tro_metrics *m, const tro_metric *of, double *out, tro_messages *messages)
{
    const double *values;
    int status = tro_metrics_find(m, of, &values, messages);
    double *sorted = tro_allocate(m->nodes + 1, sizeof *sorted);
    if (status == TRO_OK && !sorted)
        status = tro_metrics_no_memory(messages);
    if (status == TRO_OK) {
        memcpy(sorted, values, m->nodes * sizeof *sorted);
        *out = tro_metrics_gini(m->nodes, sorted);
    }
    tro_release(sorted);
    return status;
}

/* A metric of the network from one of its nodes. */
#define SPREAD(id, text, words, source, is_linear, what, of, how, units)                    \
    static int find_##id(tro_metrics *m, double *out, tro_messages *messages)               \
    {                                                                                       \
        return how(m, &of, out, messages);                                                  \
    }                                                                                       \
    const tro_metric tro_metric_##id = {                                                    \
        TRO_METRIC(text, words, source), .linear = is_linear, .title = what, .unit = units, \
        .find = find_##id,                                                                  \
    };

SPREAD(in_degree_inequality, "in-degree-inequality", "Gini coefficient of in-degrees.",
       "Gini 1912", 1, "in-degree inequality", tro_metric_in_degree, find_gini, "Gini coefficient")
SPREAD(out_degree_inequality, "out-degree-inequality", "Gini coefficient of out-degrees.",
       "Gini 1912", 1, "out-degree inequality", tro_metric_out_degree, find_gini,
       "Gini coefficient")
SPREAD(pagerank_inequality, "pagerank-inequality", "Gini coefficient of PageRanks.",
       "Gini 1912; Brin and Page 1998", 1, "PageRank inequality", tro_metric_pagerank, find_gini,
       "Gini coefficient")
SPREAD(source_rank_inequality, "source-rank-inequality", "Gini coefficient of source ranks.",
       "Gini 1912; Brin and Page 1998", 1, "source-rank inequality", tro_metric_source_rank,
       find_gini, "Gini coefficient")
SPREAD(katz_inequality, "katz-inequality", "Gini coefficient of `katz-out`.",
       "Gini 1912; Katz 1953", 1, "Katz inequality", tro_metric_katz_out, find_gini,
       "Gini coefficient")
SPREAD(betweenness_inequality, "betweenness-inequality", "Gini coefficient of betweennesses.",
       "Gini 1912; Freeman 1977", 0, "betweenness inequality", tro_metric_betweenness, find_gini,
       "Gini coefficient")
SPREAD(mean_distance_to_real, "mean-distance-to-real", "Mean of `distance-to-real`.", NULL, 1,
       "mean distance to real data", tro_metric_distance_to_real, find_mean, "edges")
SPREAD(mean_generations, "mean-generations", "Mean of `generations`.", NULL, 1,
       "mean generations from real data", tro_metric_generations, find_mean, "generations")
