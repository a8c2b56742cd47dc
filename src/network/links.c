#include "network/links.h"

#include <math.h>
#include <string.h>

int tro_links_check(const char *generator, double links, const tro_place *place,
                    tro_messages *messages)
{
    char number[32];

    if (links <= (double)TRO_LINK_LIMIT)
        return TRO_OK;
    return tro_error(messages, TRO_ESCENARIO, place,
                     "'%s' would make about %s links, found room for at most %zu",
                     generator, tro_format_short(number, links, 6), TRO_LINK_LIMIT);
}

int tro_pairs_reserve(tro_pairs *pairs, size_t count, tro_messages *messages)
{
    tro_pair *grown;

    if (count <= pairs->capacity - pairs->count)
        return TRO_OK;
    if (count > SIZE_MAX - pairs->count)
        return tro_error(messages, TRO_ENOMEM, NULL, "no memory for the links of the network");
    grown = tro_reallocate(pairs->items, pairs->capacity, pairs->count + count, sizeof *grown);
    if (!grown)
        return tro_error(messages, TRO_ENOMEM, NULL, "no memory for the links of the network");
    pairs->items = grown;
    pairs->capacity = pairs->count + count;
    return TRO_OK;
}

void tro_pairs_add(tro_pairs *pairs, size_t from, size_t to)
{
    pairs->items[pairs->count].from = from;
    pairs->items[pairs->count].to = to;
    pairs->count++;
}

void tro_pairs_clear(tro_pairs *pairs)
{
    tro_release(pairs->items);
    memset(pairs, 0, sizeof *pairs);
}

/* One pass of a radix sort: stable, by one end, a node being the digit. */
static void sort_by(const tro_pair *in, tro_pair *out, size_t count, int by_consumer,
                    size_t *start, size_t nodes)
{
    memset(start, 0, (nodes + 1) * sizeof *start);
    for (size_t e = 0; e < count; e++)
        start[1 + (by_consumer ? in[e].to : in[e].from)]++;
    for (size_t i = 0; i < nodes; i++)
        start[i + 1] += start[i];
    for (size_t e = 0; e < count; e++)
        out[start[by_consumer ? in[e].to : in[e].from]++] = in[e];
}

static int sort_pairs(tro_pairs *pairs, size_t nodes)
{
    tro_pair *other = tro_allocate(pairs->count, sizeof *other);
    size_t *start = tro_allocate(nodes + 1, sizeof *start);
    int status = TRO_ENOMEM;

    if (!other || !start)
        goto out;
    sort_by(pairs->items, other, pairs->count, 0, start, nodes);
    sort_by(other, pairs->items, pairs->count, 1, start, nodes);
    status = TRO_OK;
out:
    tro_release(other);
    tro_release(start);
    return status;
}

static void keep_once(tro_pairs *pairs)
{
    size_t kept = 0;

    for (size_t e = 0; e < pairs->count; e++) {
        const tro_pair *pair = &pairs->items[e];
        if (kept > 0 && pairs->items[kept - 1].from == pair->from
            && pairs->items[kept - 1].to == pair->to)
            continue;
        pairs->items[kept++] = *pair;
    }
    pairs->count = kept;
}

int tro_pairs_finish(tro_pairs *pairs, size_t nodes, double self, tro_arena *arena,
                     tro_graph *out, tro_messages *messages)
{
    int status = TRO_OK;

    memset(out, 0, sizeof *out);
    if (self > 0) {
        TRO_TRY(tro_pairs_reserve(pairs, nodes, messages));
        for (size_t i = 0; i < nodes; i++)
            tro_pairs_add(pairs, i, i);
    }
    status = TRO_ENOMEM;
    if (pairs->count > 0 && sort_pairs(pairs, nodes) < 0)
        goto out;
    keep_once(pairs);
    out->links = TRO_NEW(arena, tro_link, pairs->count);
    if (!out->links)
        goto out;
    for (size_t e = 0; e < pairs->count; e++) {
        const tro_pair *pair = &pairs->items[e];
        double weight = pair->from == pair->to ? self : 1.0;
        out->links[e] = (tro_link){pair->from, pair->to, weight, weight, NAN};
    }
    out->nodes = nodes;
    out->count = pairs->count;
    status = TRO_OK;
out:
    if (status == TRO_ENOMEM)
        status = tro_error(messages, TRO_ENOMEM, NULL, "no memory for the links of the network");
    return status;
}

int tro_links_again(tro_graph *graph, tro_pairs *pairs, double self, tro_arena *arena,
                    tro_messages *messages)
{
    int status;

    pairs->count = 0;
    status = tro_pairs_reserve(pairs, graph->count, messages);
    if (status < 0)
        return status;
    for (size_t e = 0; e < graph->count; e++)
        tro_pairs_add(pairs, graph->links[e].from, graph->links[e].to);
    return tro_pairs_finish(pairs, graph->nodes, self, arena, graph, messages);
}
