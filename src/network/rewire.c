#include "network/rewire.h"

#include "network/number_set.h"

static uint64_t key_of(const tro_graph *graph, size_t from, size_t to)
{
    return (uint64_t)from * graph->nodes + to;
}

/* Positions of the links that are no loops; *twins tells of parallel ones. */
static size_t list_links(const tro_graph *graph, tro_number_set *there, size_t *links)
{
    size_t count = 0;

    for (size_t e = 0; e < graph->count; e++) {
        const tro_link *l = &graph->links[e];
        if (l->from != l->to && tro_number_set_add(there, key_of(graph, l->from, l->to)))
            links[count++] = e;
    }
    return count;
}

static void exchange(tro_graph *graph, tro_number_set *there, tro_link *a, tro_link *b)
{
    size_t producer = a->from;

    if (a->from == b->to || b->from == a->to ||
        tro_number_set_has(there, key_of(graph, b->from, a->to)) ||
        tro_number_set_has(there, key_of(graph, a->from, b->to)))
        return;
    tro_number_set_remove(there, key_of(graph, a->from, a->to));
    tro_number_set_remove(there, key_of(graph, b->from, b->to));
    a->from = b->from;
    b->from = producer;
    (void)tro_number_set_add(there, key_of(graph, a->from, a->to));
    (void)tro_number_set_add(there, key_of(graph, b->from, b->to));
}

int tro_graph_rewire(tro_graph *graph, double swaps, const tro_stream *stream,
                     tro_messages *messages)
{
    size_t *links = tro_allocate(graph->count, sizeof *links), count;
    tro_number_set there = {0};
    tro_stream own = *stream;
    int status = TRO_ENOMEM;

    if (!links || tro_number_set_make(&there, graph->count) < 0) {
        status = tro_error(messages, TRO_ENOMEM, NULL, "no memory to rewire the network");
        goto out;
    }
    status = TRO_OK;
    count = list_links(graph, &there, links);
    if (count < 2)
        goto out;
    for (double k = 0; k < swaps * (double)count; k++) {
        size_t a = (size_t)tro_stream_below(&own, count);
        size_t b = (size_t)tro_stream_below(&own, count);
        exchange(graph, &there, &graph->links[links[a]], &graph->links[links[b]]);
    }
out:
    tro_number_set_clear(&there);
    tro_release(links);
    return status;
}
