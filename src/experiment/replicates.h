/* Replicates of sampled runs, reduced as they come.
 *
 * Replicates are grouped in blocks of fixed size; a block's sums are taken in
 * order and blocks are merged in order (Chan, Golub, LeVeque 1983), so the
 * result does not depend on threads, and memory does not grow with the number
 * of replicates. */
#ifndef TRO_EXPERIMENT_REPLICATES_H
#define TRO_EXPERIMENT_REPLICATES_H

#include <stddef.h>
#include <stdint.h>

#include <trophic/status.h>

/* Running mean and sum of squared deviations of `count` columns. */
typedef struct tro_tally {
    size_t columns;
    uint64_t count;
    double *mean, *square;   /* columns each; unowned */
} tro_tally;

void tro_tally_add(tro_tally *tally, const double *row);
void tro_tally_merge(tro_tally *tally, const tro_tally *block);
/* Variance of one row; NaN below two rows. */
double tro_tally_variance(const tro_tally *tally, size_t column);

/* Runs replicate `r` and writes its `columns` numbers. One worker is used by
 * one thread at a time. */
typedef int tro_replicate(void *worker, uint64_t r, double *row);
/* Makes and frees what one thread needs; make returns NULL when out of memory. */
typedef void *tro_make_worker(void *context);
typedef void tro_free_worker(void *worker);

/* Runs `replicates` replicates on the threads of the enclosing OpenMP team's
 * leave: parallel at the outermost level, serial inside another parallel
 * region. */
TRO_MUST_USE int tro_replicates_run(uint64_t replicates, tro_tally *tally,
                                    tro_make_worker *make, tro_free_worker *release,
                                    tro_replicate *run, void *context);

#endif
