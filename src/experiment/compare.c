/* The cells of a comparison, on threads. */
#include "experiment/compare.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* The largest seed that a scenario can have; after it seeds begin again. */
#define SEEDS (9007199254740992u + (uint64_t)1)

int tro_compared_cell(const tro_comparison *comparison, size_t topology, size_t replicate,
                      tro_cell **out, tro_messages *messages)
{
    const tro_topology *at = &comparison->topologies[topology];
    uint64_t seed = (comparison->cell->scenario->seed + replicate) % SEEDS;
    tro_override *all = tro_allocate(at->override_count + 1, sizeof *all);
    char number[24];
    *out = NULL;
    if (!all)
        return TRO_ENOMEM;
    snprintf(number, sizeof number, "%" PRIu64, seed);
    memcpy(all, at->overrides, at->override_count * sizeof *all);
    all[at->override_count] = (tro_override){.path = "seed", .value = number,
                                             .origin = "replicate"};
    int status = tro_cell_new(comparison->document, comparison->cell->catalog, all,
                              at->override_count + 1, out, messages);
    if (status == TRO_OK)
        (*out)->progress = comparison->cell->progress;
    tro_release(all);
    return status;
}

/* --- room ---------------------------------------------------------------------------- */

static double *room(tro_arena *arena, size_t count)
{
    double *values = TRO_NEW(arena, double, count + 1);
    for (size_t k = 0; values && k < count; k++)
        values[k] = NAN;
    return values;
}

static int make_room(tro_comparison *c)
{
    size_t cells = c->topology_count * c->replicates, n = c->agents;
    c->cells = TRO_NEW(&c->arena, tro_compared, cells);
    if (!c->cells)
        return TRO_ENOMEM;
    for (size_t k = 0; k < cells; k++) {
        tro_compared *at = &c->cells[k];
        at->metrics = room(&c->arena, c->metric_count);
        at->outcomes = room(&c->arena, TRO_OUTCOMES);
        at->known = room(&c->arena, TRO_NODE_KNOWN * n);
        at->centralities = room(&c->arena, c->centrality_count * n);
        if (!at->metrics || !at->outcomes || !at->known || !at->centralities)
            return TRO_ENOMEM;
    }
    return TRO_OK;
}

/* --- cells --------------------------------------------------------------------------- */

/* A cell that cannot be made, or has no fixed point, is a finding. */
static int find_cell(const tro_comparison *c, size_t index, tro_compared *out, tro_text *text)
{
    tro_cell *cell = NULL;
    tro_messages own = {0};
    int status = tro_compared_cell(c, index / c->replicates, index % c->replicates, &cell, &own);
    if (status == TRO_OK) {
        status = tro_compared_find(c, cell, out, text);
    } else if (status != TRO_ENOMEM) {
        tro_text_add(text, own.count ? own.items[own.count - 1].text : tro_status_text(status));
        status = TRO_OK;
    }
    tro_messages_clear(&own);
    tro_cell_free(cell);
    return status;
}

typedef struct queue {
    tro_comparison *comparison;
    const tro_progress *progress;
    size_t done, total;
    int status;               /* of what ends it all */
} queue;

static void take_next(queue *q, size_t index)
{
    tro_compared *out = &q->comparison->cells[index];
    tro_text text = {0};
    int status;
#pragma omp atomic read
    status = q->status;
    if (status < 0)
        return;
    status = find_cell(q->comparison, index, out, &text);
#pragma omp critical(tro_comparison_progress)
    {
        out->status = tro_arena_text(&q->comparison->arena, tro_text_string(&text));
        if (text.failed || !out->status)
            status = TRO_ENOMEM;
        q->done++;
        if (q->progress && q->progress->report)
            q->progress->report(q->progress->context, "networks", q->done, q->total);
        if (status == TRO_OK && tro_progress_stops(q->progress))
            status = TRO_EINTERRUPTED;
        if (status < 0) {
#pragma omp atomic write
            q->status = status;
        }
    }
    tro_text_clear(&text);
}

int tro_comparison_run(tro_comparison *comparison, const tro_progress *progress,
                       tro_messages *messages)
{
    queue q = {.comparison = comparison, .progress = progress,
               .total = comparison->topology_count * comparison->replicates};
    int status;
    TRO_TRY(make_room(comparison));
#pragma omp parallel for schedule(dynamic, 1) if (q.total > 1)
    for (size_t k = 0; k < q.total; k++)
        take_next(&q, k);
    TRO_TRY(q.status);
    status = tro_comparison_conclude(comparison);
out:
    return status == TRO_ENOMEM ? tro_error(messages, status, NULL, "out of memory comparing")
                                : status;
}

size_t tro_comparison_settled(const tro_comparison *comparison, size_t topology)
{
    size_t count = 0;
    for (size_t r = 0; r < comparison->replicates; r++)
        count += (size_t)tro_compared_at(comparison, topology, r)->settled;
    return count;
}
