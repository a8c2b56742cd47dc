#include "schedule/history.h"

#include <math.h>
#include <string.h>

#include "schedule/schedule.h"

/* A ring of (time, row), oldest first. */
struct tro_past {
    double longest;              /* delay, rounds */
    size_t first, count, capacity;
    double *times, *rows;
};

/* Producers whose outputs arrive late get a slot. */
static void find_late(tro_history *history, const tro_ecosystem *eco)
{
    for (size_t k = 0; k < eco->entry_count; k++)
        if (eco->entries[k].delay > 0 && history->slot[eco->entries[k].producer] == SIZE_MAX)
            history->slot[eco->entries[k].producer] = history->count++;
}

static void find_longest(tro_history *history, const tro_ecosystem *eco)
{
    for (size_t k = 0; k < eco->entry_count; k++) {
        const tro_entry *entry = &eco->entries[k];
        if (entry->delay > 0) {
            tro_past *past = &history->pasts[history->slot[entry->producer]];
            past->longest = fmax(past->longest, entry->delay);
        }
    }
}

int tro_history_init(tro_history *history, const tro_ecosystem *eco,
                     const tro_timeline *timeline)
{
    *history = (tro_history){.ecosystem = eco};
    history->slot = TRO_NEW(&history->arena, size_t, eco->agents);
    if (!history->slot)
        return TRO_ENOMEM;
    for (size_t i = 0; i < eco->agents; i++)
        history->slot[i] = SIZE_MAX;
    for (size_t k = 0; timeline && k + 1 < timeline->count; k++)
        find_late(history, timeline->stages[k].ecosystem);
    find_late(history, eco);
    history->pasts = TRO_NEW(&history->arena, tro_past, history->count);
    if (!history->pasts)
        return TRO_ENOMEM;
    for (size_t k = 0; timeline && k + 1 < timeline->count; k++)
        find_longest(history, timeline->stages[k].ecosystem);
    find_longest(history, eco);
    return TRO_OK;
}

void tro_history_release(tro_history *history)
{
    for (size_t k = 0; history->pasts && k < history->count; k++) {
        tro_release(history->pasts[k].times);
        tro_release(history->pasts[k].rows);
    }
    tro_arena_clear(&history->arena);
    *history = (tro_history){0};
}

static int grow(tro_past *past, size_t width)
{
    size_t capacity = past->capacity ? 2 * past->capacity : 8;
    double *times = tro_allocate(capacity, sizeof *times);
    double *rows = tro_allocate(capacity, width * sizeof *rows);
    if (!times || !rows) {
        tro_release(times);
        tro_release(rows);
        return TRO_ENOMEM;
    }
    for (size_t k = 0; k < past->count; k++) {
        size_t at = (past->first + k) % past->capacity;
        times[k] = past->times[at];
        memcpy(rows + k * width, past->rows + at * width, width * sizeof *rows);
    }
    tro_release(past->times);
    tro_release(past->rows);
    past->times = times;
    past->rows = rows;
    past->first = 0;
    past->capacity = capacity;
    return TRO_OK;
}

static double time_at(const tro_past *past, size_t k)
{
    return past->times[(past->first + k) % past->capacity];
}

int tro_history_add(tro_history *history, size_t agent, double time, const double *row)
{
    size_t width = history->ecosystem->width;
    if (history->slot[agent] == SIZE_MAX)
        return TRO_OK;
    tro_past *past = &history->pasts[history->slot[agent]];
    /* The oldest goes when the next one is old enough for any reader. */
    while (past->count > 1 && time_at(past, 1) < time - past->longest - TRO_SAME_TIME) {
        past->first = (past->first + 1) % past->capacity;
        past->count--;
    }
    if (past->count == past->capacity && grow(past, width) < 0)
        return TRO_ENOMEM;
    size_t at = (past->first + past->count++) % past->capacity;
    past->times[at] = time;
    memcpy(past->rows + at * width, row, width * sizeof *row);
    return TRO_OK;
}

int tro_history_start(tro_history *history, const double *z)
{
    size_t width = history->ecosystem->width;
    for (size_t i = 0; i < history->ecosystem->agents; i++) {
        if (history->slot[i] == SIZE_MAX)
            continue;
        history->pasts[history->slot[i]].count = 0;
        history->pasts[history->slot[i]].first = 0;
        int status = tro_history_add(history, i, -INFINITY, z + i * width);
        if (status < 0)
            return status;
    }
    return TRO_OK;
}

/* How many of the kept rows, the oldest aside, began before `time`. */
static size_t count_before(const tro_past *past, double time)
{
    size_t low = 0, high = past->count - 1;
    while (low < high) {
        size_t middle = low + (high - low + 1) / 2;
        if (time_at(past, middle) < time)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

const double *tro_history_row(const tro_history *history, size_t agent, double time)
{
    const tro_past *past = &history->pasts[history->slot[agent]];
    size_t k = count_before(past, time - TRO_SAME_TIME);
    return past->rows + (past->first + k) % past->capacity * history->ecosystem->width;
}

size_t tro_history_size(const tro_history *history)
{
    size_t rows = 0;
    for (size_t k = 0; k < history->count; k++)
        rows += history->pasts[k].count;
    return rows * history->ecosystem->width;
}

/* Calls for each kept row in a fixed order. */
static double *row_at(tro_past *past, size_t k, size_t width)
{
    return past->rows + (past->first + k) % past->capacity * width;
}

void tro_history_export(const tro_history *history, double *rows)
{
    size_t width = history->ecosystem->width;
    for (size_t k = 0; k < history->count; k++)
        for (size_t r = 0; r < history->pasts[k].count; r++, rows += width)
            memcpy(rows, row_at(&history->pasts[k], r, width), width * sizeof *rows);
}

void tro_history_import(tro_history *history, const double *rows, double shift)
{
    size_t width = history->ecosystem->width;
    for (size_t k = 0; k < history->count; k++) {
        tro_past *past = &history->pasts[k];
        for (size_t r = 0; r < past->count; r++, rows += width) {
            memcpy(row_at(past, r, width), rows, width * sizeof *rows);
            past->times[(past->first + r) % past->capacity] -= shift;
        }
    }
}

void tro_history_pack(const tro_history *history, tro_text *out)
{
    size_t width = history->ecosystem->width;
    tro_pack_whole(out, history->count);
    for (size_t k = 0; k < history->count; k++) {
        tro_past *past = &history->pasts[k];
        tro_pack_whole(out, past->count);
        for (size_t r = 0; r < past->count; r++) {
            tro_pack_real(out, time_at(past, r));
            tro_pack(out, row_at(past, r, width), width * sizeof *past->rows);
        }
    }
}

static int unpack_past(tro_past *past, size_t width, tro_packed *from)
{
    size_t count = tro_unpack_length(from, (width + 1) * sizeof(double));
    past->first = past->count = 0;
    while (past->capacity < count)
        if (grow(past, width) < 0)
            return TRO_ENOMEM;
    for (; past->count < count; past->count++) {
        past->times[past->count] = tro_unpack_real(from);
        tro_unpack(from, past->rows + past->count * width, width * sizeof *past->rows);
    }
    from->failed |= count == 0;     /* there is a row at any time */
    return TRO_OK;
}

int tro_history_unpack(tro_history *history, tro_packed *from)
{
    int status = TRO_OK;
    from->failed |= tro_unpack_whole(from) != history->count;
    for (size_t k = 0; k < history->count && status == TRO_OK && !from->failed; k++)
        status = unpack_past(&history->pasts[k], history->ecosystem->width, from);
    return status < 0 ? status : from->failed ? TRO_EINVAL : TRO_OK;
}
