#include "schedule/archive.h"

#include <math.h>
#include <string.h>

static int is_window(const tro_archived *kept)
{
    return kept->window > 1 && kept->window != TRO_KEEPS_ALL;
}

static int init_agent(tro_archive *archive, tro_archived *kept, uint64_t window)
{
    size_t width = archive->ecosystem->width;
    *kept = (tro_archived){.window = window > 1 ? window : 1};
    if (kept->window == 1)
        return TRO_OK;
    kept->rows = tro_arena_allocate(&archive->arena, is_window(kept) ? window : 1,
                                    width * sizeof *kept->rows);
    return kept->rows ? TRO_OK : TRO_ENOMEM;
}

int tro_archive_init(tro_archive *archive, const tro_ecosystem *eco)
{
    int status = TRO_OK;
    *archive = (tro_archive){.ecosystem = eco};
    if (!eco->remembers)
        return status;
    archive->agents = TRO_NEW(&archive->arena, tro_archived, eco->agents);
    if (!archive->agents)
        return TRO_ENOMEM;
    for (size_t i = 0; i < eco->agents && status == TRO_OK; i++)
        status = init_agent(archive, &archive->agents[i], eco->scenario->agents[i].window);
    return status;
}

void tro_archive_release(tro_archive *archive)
{
    tro_arena_clear(&archive->arena);
    *archive = (tro_archive){0};
}

void tro_archive_start(tro_archive *archive)
{
    for (size_t i = 0; archive->agents && i < archive->ecosystem->agents; i++) {
        archive->agents[i].count = 0;
        archive->agents[i].move = 0;
    }
}

void tro_archive_fill(tro_archive *archive, const double *z)
{
    size_t width = archive->ecosystem->width;
    for (size_t i = 0; archive->agents && i < archive->ecosystem->agents; i++) {
        tro_archived *kept = &archive->agents[i];
        for (uint64_t k = 0; is_window(kept) && k < kept->window; k++)
            memcpy(kept->rows + k * width, z + i * width, width * sizeof *z);
        kept->count = kept->window;
    }
}

/* The newest of a window's data sets: 0 is the last. */
static const double *newest(const tro_archived *kept, uint64_t back, size_t width)
{
    return kept->rows + (kept->count - 1 - back) % kept->window * width;
}

static void carry(const tro_archived *from, size_t width, tro_archived *to)
{
    uint64_t had = from->count < from->window ? from->count : from->window;
    to->count = 0;
    to->move = to->window > 1 ? from->move : 0;
    if (to->window == 1 || from->window == 1 || had == 0)
        return;
    if (!is_window(from) && is_window(to))
        return;
    if (!is_window(from)) {
        memcpy(to->rows, from->rows, width * sizeof *to->rows);
        to->count = from->count;
        return;
    }
    uint64_t kept = is_window(to) && to->window < had ? to->window : had;
    if (!is_window(to))
        memset(to->rows, 0, width * sizeof *to->rows);
    for (uint64_t k = kept; k-- > 0;) {
        if (is_window(to))
            memcpy(to->rows + to->count % to->window * width, newest(from, k, width),
                   width * sizeof *to->rows);
        else
            tro_add_scaled(width, 1 / (double)kept, newest(from, k, width), to->rows);
        to->count++;
    }
}

void tro_archive_carry(const tro_archive *from, const tro_archive *to)
{
    static const tro_archived nothing = {.window = 1};
    for (size_t i = 0; to->agents && i < to->ecosystem->agents; i++)
        carry(from->agents ? &from->agents[i] : &nothing, to->ecosystem->width,
              &to->agents[i]);
}

static double distance(size_t width, const double *x, const double *y)
{
    double largest = 0;
    for (size_t k = 0; k < width; k++)
        largest = fmax(largest, fabs(x[k] - y[k]));
    return largest;
}

static void accumulate(tro_archived *kept, size_t width, double *data)
{
    double *average = kept->rows, part = 1 / (double)(kept->count + 1);
    kept->move = kept->count ? distance(width, data, average) : 0;
    for (size_t k = 0; k < width; k++) {
        average[k] = kept->count ? average[k] + part * (data[k] - average[k]) : data[k];
        data[k] = average[k];
    }
}

/* The average is summed anew, oldest first, so that it depends on nothing else. */
static void slide(tro_archived *kept, size_t width, double *data)
{
    uint64_t had = kept->count < kept->window ? kept->count + 1 : kept->window;
    uint64_t oldest = kept->count + 1 - had;
    memcpy(kept->rows + kept->count % kept->window * width, data, width * sizeof *data);
    memset(data, 0, width * sizeof *data);
    for (uint64_t k = 0; k < had; k++)
        tro_add_scaled(width, 1, kept->rows + (oldest + k) % kept->window * width, data);
    for (size_t k = 0; k < width; k++)
        data[k] /= (double)had;
    kept->move = 0;
    for (uint64_t k = 0; k < had; k++)
        kept->move = fmax(kept->move, distance(width, kept->rows + k * width, data));
}

void tro_archive_add(const tro_archive *archive, size_t agent, double *data)
{
    size_t width = archive->ecosystem->width;
    if (!archive->agents || archive->agents[agent].window == 1)
        return;
    tro_archived *kept = &archive->agents[agent];
    if (is_window(kept))
        slide(kept, width, data);
    else
        accumulate(kept, width, data);
    kept->count++;
}

uint64_t tro_archive_sets(const tro_archive *archive, size_t agent)
{
    if (!archive->agents)
        return 1;
    const tro_archived *kept = &archive->agents[agent];
    return kept->count < kept->window ? kept->count : kept->window;
}

size_t tro_archive_size(const tro_archive *archive)
{
    size_t rows = 0;
    for (size_t i = 0; archive->agents && i < archive->ecosystem->agents; i++)
        rows += is_window(&archive->agents[i]) ? archive->agents[i].window : 0;
    return rows * (archive->agents ? archive->ecosystem->width : 0);
}

/* Row k of a full window, oldest first. */
static double *row_at(const tro_archived *kept, uint64_t k, size_t width)
{
    return kept->rows + (kept->count + k) % kept->window * width;
}

void tro_archive_export(const tro_archive *archive, double *rows)
{
    size_t width = archive->agents ? archive->ecosystem->width : 0;
    for (size_t i = 0; archive->agents && i < archive->ecosystem->agents; i++) {
        const tro_archived *kept = &archive->agents[i];
        for (uint64_t k = 0; is_window(kept) && k < kept->window; k++, rows += width)
            memcpy(rows, row_at(kept, k, width), width * sizeof *rows);
    }
}

void tro_archive_import(tro_archive *archive, const double *rows)
{
    size_t width = archive->agents ? archive->ecosystem->width : 0;
    for (size_t i = 0; archive->agents && i < archive->ecosystem->agents; i++) {
        tro_archived *kept = &archive->agents[i];
        for (uint64_t k = 0; is_window(kept) && k < kept->window; k++, rows += width)
            memcpy(row_at(kept, k, width), rows, width * sizeof *rows);
    }
}

/* Rows that hold something. */
static size_t rows_of(const tro_archived *kept)
{
    if (kept->window == 1)
        return 0;
    if (!is_window(kept))
        return kept->count > 0;
    return (size_t)(kept->count < kept->window ? kept->count : kept->window);
}

void tro_archive_pack(const tro_archive *archive, tro_text *out)
{
    size_t width = archive->ecosystem->width;
    for (size_t i = 0; archive->agents && i < archive->ecosystem->agents; i++) {
        const tro_archived *kept = &archive->agents[i];
        tro_pack_whole(out, kept->window);
        tro_pack_whole(out, kept->count);
        tro_pack_real(out, kept->move);
        tro_pack(out, kept->rows, rows_of(kept) * width * sizeof *kept->rows);
    }
}

int tro_archive_unpack(tro_archive *archive, tro_packed *from)
{
    size_t width = archive->ecosystem->width;
    for (size_t i = 0; archive->agents && i < archive->ecosystem->agents; i++) {
        tro_archived *kept = &archive->agents[i];
        from->failed |= tro_unpack_whole(from) != kept->window;
        kept->count = tro_unpack_whole(from);
        kept->move = tro_unpack_real(from);
        tro_unpack(from, kept->rows, rows_of(kept) * width * sizeof *kept->rows);
    }
    return from->failed ? TRO_EINVAL : TRO_OK;
}
