/* What the metrics share; for src/network/metrics*.c only. */
#ifndef TRO_NETWORK_METRICS_PARTS_H
#define TRO_NETWORK_METRICS_PARTS_H

#include <math.h>
#include <stdint.h>

#include "network/igraph_guard.h"
#include "network/metrics.h"

enum { TRO_METRICS_KEPT = 64 };   /* metrics that can be kept */

/* Rows of neighbours: those of node i are at[start[i] .. start[i+1]-1], increasing. */
typedef struct tro_neighbours {
    const size_t *start;          /* nodes + 1 */
    const uint32_t *at;
} tro_neighbours;

struct tro_metrics {
    tro_metric_network network;
    size_t nodes, edges;          /* of the simple digraph */
    tro_neighbours in, out;       /* producers of a node; consumers */
    igraph_t graph, ties;         /* the digraph; the same without directions, ties once */
    int have_graph, have_ties, have_lengths;
    double mean_length, apart;    /* of shortest paths; pairs that have none */
    const tro_metric *kept[TRO_METRICS_KEPT];
    double *values[TRO_METRICS_KEPT];
    size_t kept_count;
    tro_arena arena;
};

/* What igraph works on, made when it is asked for first. */
TRO_MUST_USE int tro_metrics_graph(tro_metrics *metrics, const igraph_t **out,
                                   tro_messages *messages);
TRO_MUST_USE int tro_metrics_ties(tro_metrics *metrics, const igraph_t **out,
                                  tro_messages *messages);

/* x = base + factor * sum of x over the neighbours of each node, by Gauss and Seidel's
 * sweeps to and fro; with `divide` (nodes, may be NULL) each neighbour's x is divided by its
 * number there. The sums must stay finite: factor times the spectral radius below 1. x: nodes.
 * 1 when it settled; 0 when TRO_METRICS_SWEEPS did not do. */
enum { TRO_METRICS_SWEEPS = 20000 };
int tro_metrics_solve(size_t nodes, const tro_neighbours *rows, double base, double factor,
                      const double *divide, double *x);

/* Hops from the nodes marked in `source` (nodes ints) along edges to each node, INFINITY
 * where no path leads. */
TRO_MUST_USE int tro_metrics_hops(const tro_metrics *metrics, const int *source, double *hops);

int tro_metrics_no_memory(tro_messages *messages);

/* A metric's head. */
#define TRO_METRIC(text, words, source)                                                     \
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_METRIC, .name = text, .summary = words,   \
               .reference = source, .table = {text, NULL, 0, 1}}

#endif
