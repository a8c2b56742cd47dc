#include "experiment/replicates.h"

#include <math.h>
#include <omp.h>
#include <string.h>

#include "base/memory.h"

/* Small enough that 20 replicates keep two threads busy; fixed, because the
 * bits of a mean depend on how sums are grouped. */
enum { BLOCK = 4, BLOCKS_PER_WAVE = 32 };

void tro_tally_add(tro_tally *tally, const double *row)
{
    tally->count++;
    for (size_t k = 0; k < tally->columns; k++) {
        double delta = row[k] - tally->mean[k];
        double count = (double)tally->count;
        tally->mean[k] += isinf(delta) ? row[k] / count - tally->mean[k] / count : delta / count;
        tally->square[k] += delta * (row[k] - tally->mean[k]);
    }
}

void tro_tally_merge(tro_tally *tally, const tro_tally *block)
{
    if (block->count == 0)
        return;
    double n = (double)tally->count, m = (double)block->count;
    for (size_t k = 0; k < tally->columns; k++) {
        double delta = block->mean[k] - tally->mean[k];
        tally->mean[k] += delta * m / (n + m);
        tally->square[k] += block->square[k] + delta * delta * n * m / (n + m);
    }
    tally->count += block->count;
}

double tro_tally_variance(const tro_tally *tally, size_t column)
{
    return tally->count < 2 ? NAN : tally->square[column] / (double)(tally->count - 1);
}

typedef struct wave {
    tro_tally blocks[BLOCKS_PER_WAVE];
    double *memory;   /* means, squares, and a row for each block */
} wave;

static int wave_init(wave *w, size_t columns)
{
    w->memory = tro_allocate(3 * BLOCKS_PER_WAVE, (columns + 1) * sizeof(double));
    for (size_t b = 0; w->memory && b < BLOCKS_PER_WAVE; b++)
        w->blocks[b] = (tro_tally){.columns = columns, .mean = w->memory + 3 * b * columns,
                                   .square = w->memory + (3 * b + 1) * columns};
    return w->memory ? TRO_OK : TRO_ENOMEM;
}

static int run_block(wave *w, size_t b, uint64_t first, uint64_t last, tro_replicate *run,
                     void *worker)
{
    tro_tally *tally = &w->blocks[b];
    double *row = w->memory + (3 * b + 2) * tally->columns;
    int status = TRO_OK;
    tally->count = 0;
    memset(tally->mean, 0, 2 * tally->columns * sizeof *tally->mean);
    for (uint64_t r = first; r < last && status == TRO_OK; r++) {
        status = run(worker, r, row);
        if (status == TRO_OK)
            tro_tally_add(tally, row);
    }
    return status;
}

int tro_replicates_run(uint64_t replicates, tro_tally *tally, tro_make_worker *make,
                       tro_free_worker *release, tro_replicate *run, void *context)
{
    wave w = {0};
    int failed = wave_init(&w, tally->columns), over = 0;
    uint64_t per_wave = BLOCK * BLOCKS_PER_WAVE;
    if (failed < 0)
        return failed;
#pragma omp parallel if (!omp_in_parallel() && replicates > BLOCK)
    {
        void *worker = make(context);
        for (uint64_t start = 0; start < replicates && !over; start += per_wave) {
            uint64_t blocks = (replicates - start + BLOCK - 1) / BLOCK;
            if (blocks > BLOCKS_PER_WAVE)
                blocks = BLOCKS_PER_WAVE;
#pragma omp for schedule(dynamic, 1)
            for (uint64_t b = 0; b < blocks; b++) {
                uint64_t first = start + b * BLOCK, last = first + BLOCK;
                if (last > replicates)
                    last = replicates;
                int status = worker ? run_block(&w, b, first, last, run, worker) : TRO_ENOMEM;
                if (status < 0) {
#pragma omp atomic write
                    failed = status;
                }
            }
#pragma omp single
            {
                for (uint64_t b = 0; b < blocks; b++)
                    tro_tally_merge(tally, &w.blocks[b]);
                over = failed < 0;   /* all threads read this one, between two barriers */
            }
        }
        if (worker)
            release(worker);
    }
    tro_release(w.memory);
    return failed;
}
