/* The samples of sweeps; for this folder only. */
#ifndef TRO_EXPERIMENT_SWEEP_PARTS_H
#define TRO_EXPERIMENT_SWEEP_PARTS_H

#include "experiment/sweep.h"

typedef enum tro_sampling { TRO_SAMPLING_SOBOL, TRO_SAMPLING_LATIN } tro_sampling;

/* Draws `points` values for every axis that is known, which take the place of its range,
 * values or options. TRO_ESCENARIO, at `place`: more axes than a Sobol sequence has
 * dimensions. */
TRO_MUST_USE int tro_sweep_draw(tro_study_table *table, tro_sampling sampling, int shifted,
                                size_t points, uint64_t seed, const tro_place *place,
                                tro_arena *arena, tro_messages *messages);

/* What the streams of purpose TRO_FOR_SWEEP are for: the key's round. */
enum { TRO_SWEEP_SEEDS = 0, TRO_SWEEP_ORDER = 1, TRO_SWEEP_WITHIN = 2, TRO_SWEEP_SHIFT = 3 };

#endif
