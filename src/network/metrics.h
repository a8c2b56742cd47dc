/* Measures of a network: numbers of the whole, and one per node.
 *
 * A metric is a plug-in of kind TRO_METRIC without parameters. Nearly all look at the
 * simple digraph: an edge from j to i where some link of positive weight carries j's outputs
 * to i != j, once, without a weight. Loops are left out there; each metric that minds them
 * says so. Edges run as data flow, so "in" is what a node takes and "out" what it gives.
 *
 *   tro_metrics *metrics;
 *   TRO_TRY(tro_metrics_new(&network, &metrics, messages));
 *   TRO_TRY(tro_metrics_find(metrics, &tro_metric_density, &values, messages));
 *   ...
 *   tro_metrics_free(metrics);
 *
 * Thread rule: one thread per tro_metrics; several may work at once, and wait for
 * each other where igraph does the work. Equal networks give equal bytes. */
#ifndef TRO_NETWORK_METRICS_H
#define TRO_NETWORK_METRICS_H

#include "network/graph.h"

/* What is measured. */
typedef struct tro_metric_network {
    const tro_graph *graph;   /* must outlive the metrics */
    const double *share;      /* per link: how much of the consumer's data it carries; NULL: the
                                 same for all links into a node, and nothing else is data */
    const double *real;       /* per node: how much of its data is real; NULL: none */
} tro_metric_network;

typedef struct tro_metrics tro_metrics;

typedef struct tro_metric {
    tro_plugin plugin;
    int per_node;             /* a value for every node; else one */
    int linear;               /* time and memory grow like nodes and edges, but for how many
                                 sweeps an iteration needs */
    const char *title, *unit; /* for tables and figures: "in-degree", "edges" */
    /* Fills `out`, which holds zeros. NaN: not defined for this network. */
    TRO_MUST_USE int (*find)(tro_metrics *metrics, double *out, tro_messages *messages);
} tro_metric;

/* Above so many nodes what is not linear takes minutes: callers ask first. */
#define TRO_METRICS_LIMIT 5000

TRO_MUST_USE int tro_metrics_new(const tro_metric_network *network, tro_metrics **out,
                                 tro_messages *messages);
void tro_metrics_free(tro_metrics *metrics);   /* NULL is legal */

/* The values of a metric (nodes, or 1), found once and kept. A warning where an iteration
 * did not settle, and NaN then. TRO_ENOMEM, TRO_ELIBRARY. */
TRO_MUST_USE int tro_metrics_find(tro_metrics *metrics, const tro_metric *metric,
                                  const double **values, tro_messages *messages);

/* How unequal numbers >= 0 are: Gini's coefficient (1912), 0 when all are the same, NaN when
 * all are 0, when one is not finite, or there is none. values are sorted in place. */
double tro_metrics_gini(size_t count, double *values);

/* Of the network. */
extern const tro_metric tro_metric_density, tro_metric_reciprocity, tro_metric_clustering,
    tro_metric_path_length, tro_metric_reachability, tro_metric_in_degree_inequality,
    tro_metric_out_degree_inequality, tro_metric_pagerank_inequality,
    tro_metric_source_rank_inequality, tro_metric_katz_inequality,
    tro_metric_betweenness_inequality, tro_metric_modularity, tro_metric_spectral_radius,
    tro_metric_mean_distance_to_real, tro_metric_mean_generations;
/* Of its nodes. */
extern const tro_metric tro_metric_in_degree, tro_metric_out_degree, tro_metric_own_share,
    tro_metric_pagerank, tro_metric_source_rank, tro_metric_katz_in, tro_metric_katz_out,
    tro_metric_betweenness, tro_metric_local_clustering, tro_metric_distance_to_real,
    tro_metric_generations;

#endif
