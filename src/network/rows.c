/* The links of a graph by node: rows of the consumer's side, and who is
 * reached from where. */
#include <string.h>

#include "network/graph.h"

/* Positions of the links, in file order, by one of their ends: a counting
 * sort. start has nodes + 1 entries. */
static void order_links(const tro_graph *graph, int by_consumer, size_t *start, size_t *link)
{
    memset(start, 0, (graph->nodes + 1) * sizeof *start);
    for (size_t e = 0; e < graph->count; e++)
        start[by_consumer ? graph->links[e].to : graph->links[e].from]++;
    for (size_t i = 0, sum = 0; i <= graph->nodes; i++) {
        sum += start[i];
        start[i] = sum;   /* where the row ends; filling backwards makes it the start */
    }
    for (size_t e = graph->count; e-- > 0;)
        link[--start[by_consumer ? graph->links[e].to : graph->links[e].from]] = e;
}

int tro_graph_rows(const tro_graph *graph, tro_arena *arena, tro_csr *out)
{
    out->rows = graph->nodes;
    out->row_start = TRO_NEW(arena, size_t, graph->nodes + 1);
    out->link = TRO_NEW(arena, size_t, graph->count);
    if (!out->row_start || !out->link)
        return TRO_ENOMEM;
    order_links(graph, 1, out->row_start, out->link);
    return TRO_OK;
}

int tro_graph_reach(const tro_graph *graph, const int *source, int *reaches)
{
    size_t *start = tro_allocate(graph->nodes + 1, sizeof *start);
    size_t *link = tro_allocate(graph->count, sizeof *link);
    size_t *queue = tro_allocate(graph->nodes, sizeof *queue);
    size_t head = 0, tail = 0;
    int status = TRO_ENOMEM;

    if (!start || !link || !queue)
        goto out;
    order_links(graph, 0, start, link);
    for (size_t i = 0; i < graph->nodes; i++) {
        reaches[i] = source[i] != 0;
        if (reaches[i])
            queue[tail++] = i;
    }
    while (head < tail) {
        size_t node = queue[head++];
        for (size_t k = start[node]; k < start[node + 1]; k++) {
            const tro_link *l = &graph->links[link[k]];
            if (reaches[l->to] || !(l->synthetic > 0 || l->curated > 0))
                continue;
            reaches[l->to] = 1;
            queue[tail++] = l->to;
        }
    }
    status = TRO_OK;
out:
    tro_release(start);
    tro_release(link);
    tro_release(queue);
    return status;
}
