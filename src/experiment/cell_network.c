/* The network of a cell as metrics look at it. */
#include "experiment/cell.h"

int tro_cell_metrics(tro_cell *cell, tro_metrics **out, tro_messages *messages)
{
    const tro_scenario *scenario = cell->scenario;
    double *share = TRO_NEW(&cell->arena, double, scenario->edge_count);
    double *real = TRO_NEW(&cell->arena, double, scenario->agent_count);
    *out = NULL;
    if (!share || !real)
        return tro_error(messages, TRO_ENOMEM, NULL, "out of memory measuring the network");
    for (size_t i = 0; i < scenario->agent_count; i++)
        real[i] = scenario->agents[i].shares.real;
    for (size_t e = 0; e < scenario->edge_count; e++) {
        const tro_edge *edge = &scenario->edges[e];
        const tro_shares *shares = &scenario->agents[edge->to].shares;
        share[e] = shares->synthetic * edge->synthetic + shares->curated * edge->curated;
    }
    tro_metric_network network = {&scenario->graph, share, real};
    return tro_metrics_new(&network, out, messages);
}
