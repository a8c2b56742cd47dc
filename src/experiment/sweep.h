/* A sweep: a scenario's keys at the points of a grid, a list or a sample, each point once
 * for every replicate, and what is to be found there.
 *
 *   sweep:
 *     vary:       axes, as those of a study's tables
 *     sample:     grid (the default), list, {sobol: N} or {latin-hypercube: N}
 *     set:        other keys for all cells
 *     outputs:    columns: names and quantities
 *     replicates: how many times, each with a seed of its own
 *     seeds:      common to all points, or independent
 *     rounds:     whether every cell's rounds are kept
 *
 * A cell is a point and a replicate; cell = point * replicates + replicate. What it is
 * follows from its number alone. The points and columns are a table like those of a study
 * (study.h), of which one cell is computed at a time. */
#ifndef TRO_EXPERIMENT_SWEEP_H
#define TRO_EXPERIMENT_SWEEP_H

#include "experiment/study.h"

typedef struct tro_sweep {
    const tro_node *self;
    tro_study_table table;      /* of points */
    uint64_t replicates;
    int independent;            /* seeds differ from point to point, too */
    int rounds;
    size_t cells;
    size_t step;                /* see tro_sweep_at */
    size_t seed_axis;           /* the axis of seeds, or SIZE_MAX */
} tro_sweep;

/* What one cell came to, beside its columns. */
typedef struct tro_sweep_result {
    tro_cell *cell;             /* NULL: there is none; else freed by the caller */
    int status;                 /* of the first thing that failed */
} tro_sweep_result;

/* The cell that runs k-th, k < cells: any stretch of them is an even sample of all. */
size_t tro_sweep_at(const tro_sweep *sweep, size_t k);
/* The seed of a cell of a scenario with this seed (2^53 at most). */
uint64_t tro_sweep_seed(const tro_sweep *sweep, uint64_t seed, size_t cell);

/* Computes a cell. The results are in slot 0 of the table until the next one. */
void tro_sweep_run(tro_study *study, size_t cell, tro_sweep_result *out);
/* "ok", "one-sided", "diverged", "not converged", "failed" for what a cell came to. */
const char *tro_sweep_label(const tro_study *study, int status);
/* The same in words, for all columns; empty when all is well. */
void tro_sweep_message(const tro_study *study, tro_text *text);

extern const tro_table tro_sweep_table;

#endif
