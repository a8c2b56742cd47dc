#include "network/block_links.h"

#include <string.h>

#include "document/tree.h"
#include "network/number_set.h"

double tro_block_room(const tro_node_block *from, const tro_node_block *to)
{
    if (from->first == to->first)
        return from->count > 0 ? (double)from->count * (double)(from->count - 1) : 0;
    return (double)from->count * (double)to->count;
}

/* Cell number `cell` of the table whose rows are producers; within a block
 * the diagonal is left out. */
static void add_cell(tro_pairs *pairs, const tro_node_block *from, const tro_node_block *to,
                     uint64_t cell)
{
    int same = from->first == to->first;
    size_t columns = to->count - (size_t)same;
    size_t i = (size_t)(cell / columns), j = (size_t)(cell % columns);

    if (same && j >= i)
        j++;
    tro_pairs_add(pairs, from->first + i, to->first + j);
}

/* Floyd's sampling without replacement (Bentley and Floyd 1987): one number of
 * the stream for each link. */
int tro_block_links(tro_pairs *pairs, const tro_node_block *from, const tro_node_block *to,
                    size_t count, tro_stream *stream, tro_messages *messages)
{
    uint64_t cells = (uint64_t)tro_block_room(from, to);
    tro_number_set drawn = {0};
    int status;

    TRO_TRY(tro_pairs_reserve(pairs, count, messages));
    if (tro_number_set_make(&drawn, count) < 0) {
        status = tro_error(messages, TRO_ENOMEM, NULL, "no memory for the links of the network");
        goto out;
    }
    for (uint64_t last = cells - count; last < cells; last++) {
        uint64_t cell = tro_stream_below(stream, last + 1);
        if (!tro_number_set_add(&drawn, cell)) {
            cell = last;
            (void)tro_number_set_add(&drawn, cell);
        }
        add_cell(pairs, from, to, cell);
    }
out:
    tro_number_set_clear(&drawn);
    return status;
}

static int refuse_block(const tro_site *site, const char *name, const tro_place *place,
                        tro_messages *messages)
{
    const char *near = NULL;

    for (size_t b = 0; b < site->block_count; b++) {
        const char *pair[2] = {site->blocks[b].name, near};
        const char *found = tro_nearest_word(name, pair, near ? 2 : 1);
        near = found ? found : near;
    }
    if (near)
        return tro_error(messages, TRO_ESCENARIO, place,
                         "no group or agent '%.*s' in this network (did you mean '%s'?)",
                         tro_shown(name, 80), name, near);
    return tro_error(messages, TRO_ESCENARIO, place,
                     "no group or agent '%.*s' in this network", tro_shown(name, 80), name);
}

int tro_block_find(const tro_site *site, const char *name, const tro_place *place, size_t *out,
                   tro_messages *messages)
{
    for (size_t b = 0; b < site->block_count; b++)
        if (strcmp(site->blocks[b].name, name) == 0) {
            *out = b;
            return TRO_OK;
        }
    return refuse_block(site, name, place, messages);
}

static int mark(const tro_site *site, const tro_texts *names, int *listed,
                tro_messages *messages)
{
    int status = TRO_OK;

    if (names->count == 0 && site->block_count > 0)
        listed[0] = 1;
    for (size_t k = 0; k < names->count; k++) {
        size_t b = 0;
        int found = tro_block_find(site, names->items[k], &names->nodes[k]->place, &b, messages);
        if (found < 0)
            status = found;
        else
            listed[b] = 1;
    }
    return status;
}

/* Places of the blocks of one half, in their order. */
static size_t seat(const tro_site *site, const int *listed, int half, size_t *order)
{
    size_t count = 0;

    for (size_t b = 0; b < site->block_count; b++)
        for (size_t i = 0; listed[b] == half && i < site->blocks[b].count; i++)
            order[count++] = site->blocks[b].first + i;
    return count;
}

int tro_halves_make(const tro_site *site, const char *generator, const char *what,
                    const tro_texts *names, tro_arena *arena, tro_halves *out,
                    tro_messages *messages)
{
    int *listed = TRO_NEW(arena, int, site->block_count), status;
    size_t count = 0;

    out->order = TRO_NEW(arena, size_t, site->nodes);
    if (!listed || !out->order)
        return TRO_ENOMEM;
    status = mark(site, names, listed, messages);
    if (status < 0)
        return status;
    for (size_t b = 0; b < site->block_count; b++)
        count += listed[b] != 0;
    if (count == 0 || count == site->block_count)
        return tro_error(messages, TRO_ESCENARIO, site->place,
                         "'%s' needs groups that are its %s and others that are not, found %zu of "
                         "%zu among them", generator, what, count, site->block_count);
    out->listed = (tro_node_block){.count = seat(site, listed, 1, out->order)};
    out->rest = (tro_node_block){.first = out->listed.count,
                                 .count = site->nodes - out->listed.count};
    (void)seat(site, listed, 0, out->order + out->listed.count);
    return TRO_OK;
}

void tro_halves_finish(const tro_halves *halves, tro_pairs *pairs)
{
    for (size_t e = 0; e < pairs->count; e++) {
        pairs->items[e].from = halves->order[pairs->items[e].from];
        pairs->items[e].to = halves->order[pairs->items[e].to];
    }
}
