/* The simple digraph that metrics look at, and what several of them need. */
#include <stdlib.h>
#include <string.h>

#include "network/metrics_parts.h"

int tro_metrics_no_memory(tro_messages *messages)
{
    return tro_error(messages, TRO_ENOMEM, NULL, "out of memory measuring the network");
}

static int carries(const tro_link *link)
{
    return link->from != link->to && (link->synthetic > 0 || link->curated > 0);
}

/* Edges once, by consumer and then producer. */
static int add_edges(const tro_graph *graph, tro_arena *arena, tro_graph *simple,
                     tro_messages *messages)
{
    tro_pairs pairs = {0};
    int status = tro_pairs_reserve(&pairs, graph->count, messages);
    for (size_t e = 0; status == TRO_OK && e < graph->count; e++)
        if (carries(&graph->links[e]))
            tro_pairs_add(&pairs, graph->links[e].from, graph->links[e].to);
    if (status == TRO_OK)
        status = tro_pairs_finish(&pairs, graph->nodes, 0, arena, simple, messages);
    tro_pairs_clear(&pairs);
    return status;
}

/* Rows by one end of links that are sorted by consumer, then producer: a counting
 * sort, which leaves the other ends in order. */
static int make_rows(tro_metrics *m, const tro_graph *simple, int by_consumer,
                     tro_neighbours *rows)
{
    size_t *start = TRO_NEW(&m->arena, size_t, m->nodes + 2);
    uint32_t *at = TRO_NEW(&m->arena, uint32_t, m->edges + 1);
    if (!start || !at)
        return TRO_ENOMEM;
    for (size_t e = 0; e < m->edges; e++)
        start[2 + (by_consumer ? simple->links[e].to : simple->links[e].from)]++;
    for (size_t i = 0; i < m->nodes; i++)
        start[i + 2] += start[i + 1];
    for (size_t e = 0; e < m->edges; e++) {
        const tro_link *link = &simple->links[e];
        size_t row = by_consumer ? link->to : link->from;
        at[start[row + 1]++] = (uint32_t)(by_consumer ? link->from : link->to);
    }
    *rows = (tro_neighbours){start, at};
    return TRO_OK;
}

int tro_metrics_new(const tro_metric_network *network, tro_metrics **out,
                    tro_messages *messages)
{
    tro_metrics *m = tro_allocate(1, sizeof *m);
    tro_arena arena = {0};
    tro_graph simple = {0};
    int status;
    *out = NULL;
    if (!m)
        return tro_metrics_no_memory(messages);
    if (network->graph->nodes > UINT32_MAX)
        TRO_TRY(tro_error(messages, TRO_EUNSUPPORTED, NULL, "a network of %zu agents is too "
                          "large to be measured", network->graph->nodes));
    TRO_TRY(add_edges(network->graph, &arena, &simple, messages));
    m->network = *network;
    m->nodes = network->graph->nodes;
    m->edges = simple.count;
    if (make_rows(m, &simple, 1, &m->in) < 0 || make_rows(m, &simple, 0, &m->out) < 0)
        TRO_TRY(tro_metrics_no_memory(messages));
out:
    tro_arena_clear(&arena);
    if (status < 0)
        tro_metrics_free(m);
    else
        *out = m;
    return status;
}

void tro_metrics_free(tro_metrics *metrics)
{
    tro_igraph use;
    if (!metrics)
        return;
    if (metrics->have_graph || metrics->have_ties) {
        tro_igraph_enter(&use, NULL);
        if (metrics->have_graph)
            igraph_destroy(&metrics->graph);
        if (metrics->have_ties)
            igraph_destroy(&metrics->ties);
        tro_igraph_leave(&use);
    }
    tro_arena_clear(&metrics->arena);
    tro_release(metrics);
}

int tro_metrics_find(tro_metrics *metrics, const tro_metric *metric, const double **values,
                     tro_messages *messages)
{
    for (size_t k = 0; k < metrics->kept_count; k++)
        if (metrics->kept[k] == metric) {
            *values = metrics->values[k];
            return TRO_OK;
        }
    double *found = TRO_NEW(&metrics->arena, double, metric->per_node ? metrics->nodes + 1 : 1);
    if (!found || metrics->kept_count == TRO_METRICS_KEPT)
        return tro_metrics_no_memory(messages);
    int status = metric->find(metrics, found, messages);
    if (status < 0)
        return status;
    metrics->kept[metrics->kept_count] = metric;
    metrics->values[metrics->kept_count++] = found;
    *values = found;
    return TRO_OK;
}

/* --- for igraph ------------------------------------------------------------------------- */

/* Does i's row of `rows` have j? Rows are increasing. */
static int has_neighbour(const tro_neighbours *rows, size_t i, uint32_t j)
{
    size_t low = rows->start[i], high = rows->start[i + 1];
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (rows->at[middle] == j)
            return 1;
        if (rows->at[middle] < j)
            low = middle + 1;
        else
            high = middle;
    }
    return 0;
}

/* A tie of two edges is the one from the lower number. */
static int is_shown(const tro_metrics *m, size_t from, size_t to, int ties)
{
    return !ties || from < to || !has_neighbour(&m->out, to, (uint32_t)from);
}

static igraph_error_t make_graph(const tro_metrics *m, int ties, igraph_t *graph)
{
    igraph_vector_int_t ends;
    igraph_integer_t count = 0;
    igraph_error_t code = igraph_vector_int_init(&ends, 2 * (igraph_integer_t)m->edges);
    if (code != IGRAPH_SUCCESS)
        return code;
    for (size_t i = 0; i < m->nodes; i++)
        for (size_t e = m->in.start[i]; e < m->in.start[i + 1]; e++) {
            if (!is_shown(m, m->in.at[e], i, ties))
                continue;
            VECTOR(ends)[count++] = (igraph_integer_t)m->in.at[e];
            VECTOR(ends)[count++] = (igraph_integer_t)i;
        }
    code = igraph_vector_int_resize(&ends, count);
    if (code == IGRAPH_SUCCESS)
        code = igraph_create(graph, &ends, (igraph_integer_t)m->nodes, !ties);
    igraph_vector_int_destroy(&ends);
    return code;
}

static int give_graph(tro_metrics *m, int ties, igraph_t *graph, int *have,
                      const igraph_t **out, tro_messages *messages)
{
    tro_igraph use;
    *out = graph;
    if (*have)
        return TRO_OK;
    tro_igraph_enter(&use, NULL);
    int status = tro_igraph_status(&use, make_graph(m, ties, graph),
                                   "igraph cannot take the network", NULL, messages);
    tro_igraph_leave(&use);
    *have = status == TRO_OK;
    return status;
}

int tro_metrics_graph(tro_metrics *metrics, const igraph_t **out, tro_messages *messages)
{
    return give_graph(metrics, 0, &metrics->graph, &metrics->have_graph, out, messages);
}

int tro_metrics_ties(tro_metrics *metrics, const igraph_t **out, tro_messages *messages)
{
    return give_graph(metrics, 1, &metrics->ties, &metrics->have_ties, out, messages);
}

/* --- what several metrics do --------------------------------------------------------------- */

static double sweep_node(const tro_neighbours *rows, double base, double factor,
                         const double *divide, double *x, size_t i)
{
    double sum = 0, before = x[i];
    for (size_t e = rows->start[i]; e < rows->start[i + 1]; e++)
        sum += divide ? x[rows->at[e]] / divide[rows->at[e]] : x[rows->at[e]];
    x[i] = base + factor * sum;
    return fabs(x[i] - before) / fabs(x[i]);
}

int tro_metrics_solve(size_t nodes, const tro_neighbours *rows, double base, double factor,
                      const double *divide, double *x)
{
    for (size_t i = 0; i < nodes; i++)
        x[i] = base;
    for (int sweep = 0; sweep < TRO_METRICS_SWEEPS; sweep++) {
        double change = 0;
        for (size_t k = 0; k < nodes; k++) {
            size_t i = sweep % 2 ? nodes - 1 - k : k;
            change = fmax(change, sweep_node(rows, base, factor, divide, x, i));
        }
        if (change <= 1e-14)
            return 1;
    }
    return 0;
}

int tro_metrics_hops(const tro_metrics *metrics, const int *source, double *hops)
{
    uint32_t *queue = tro_allocate(metrics->nodes + 1, sizeof *queue);
    size_t head = 0, tail = 0;
    if (!queue)
        return TRO_ENOMEM;
    for (size_t i = 0; i < metrics->nodes; i++) {
        hops[i] = source[i] ? 0 : INFINITY;
        if (source[i])
            queue[tail++] = (uint32_t)i;
    }
    while (head < tail) {
        size_t j = queue[head++];
        for (size_t e = metrics->out.start[j]; e < metrics->out.start[j + 1]; e++) {
            uint32_t i = metrics->out.at[e];
            if (hops[i] < INFINITY)
                continue;
            hops[i] = hops[j] + 1;
            queue[tail++] = i;
        }
    }
    tro_release(queue);
    return TRO_OK;
}

static int by_size(const void *one, const void *other)
{
    double a = *(const double *)one, b = *(const double *)other;
    return (a > b) - (a < b);
}

double tro_metrics_gini(size_t count, double *values)
{
    double sum = 0, weighted = 0;
    for (size_t k = 0; k < count; k++)
        if (!isfinite(values[k]))
            return NAN;
    qsort(values, count, sizeof *values, by_size);
    for (size_t k = 0; k < count; k++) {
        sum += values[k];
        weighted += (2 * (double)k + 1 - (double)count) * values[k];
    }
    if (!(sum > 0))
        return NAN;
    weighted /= (double)count * sum;
    return weighted > 1e-12 ? weighted : 0;   /* rounding of equal numbers */
}
