/* Metrics of one scenario's network: `trophic check --metrics`. */
#ifndef TRO_CLI_NETWORK_METRICS_H
#define TRO_CLI_NETWORK_METRICS_H

#include "experiment/cell.h"

/* What was found, metric by metric in the order of the catalogue. */
typedef struct tro_network_metrics {
    tro_metrics *metrics;
    const tro_metric **found;
    const double **values;        /* of each: nodes, or 1 */
    size_t count;
    const tro_metric **left_out;  /* those that are not linear, where the network is large */
    size_t left_count;
    const tro_scenario *scenario;
    tro_arena arena;
} tro_network_metrics;            /* zero-initialised is legal to release */

/* all: also those that are not linear, however large the network. */
TRO_MUST_USE int tro_network_metrics_find(tro_network_metrics *out, tro_cell *cell, int all,
                                          tro_messages *messages);
void tro_network_metrics_release(tro_network_metrics *metrics);

void tro_network_metrics_show(const tro_network_metrics *metrics, tro_text *text);
/* One object. */
void tro_network_metrics_json(const tro_network_metrics *metrics, tro_text *text);

#endif
