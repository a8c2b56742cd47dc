/* The cells of a sweep between the process that computes them and the store: a result as
 * bytes, and the row it becomes. */
#ifndef TRO_CLI_SWEEP_CELLS_H
#define TRO_CLI_SWEEP_CELLS_H

#include "experiment/sweep.h"
#include "output/store.h"

/* What the store of a study's sweep is of; texts are in the arena. */
TRO_MUST_USE int tro_sweep_layout(tro_study *study, tro_arena *arena, tro_store_layout *out,
                                  tro_messages *messages);

/* Computes a cell and appends what came of it. Failures of the cell are part of that. */
TRO_MUST_USE int tro_sweep_compute(tro_study *study, const tro_store_layout *layout, size_t cell,
                                   tro_text *result);
/* The row that those bytes are, to the store; *status is what the cell came to. */
TRO_MUST_USE int tro_sweep_store(const tro_study *study, tro_store *store, size_t cell,
                                 const char *result, size_t length, int *status,
                                 tro_messages *messages);
/* The row of a cell whose process came to an end. */
TRO_MUST_USE int tro_sweep_store_lost(const tro_study *study, tro_store *store, size_t cell,
                                      const char *why, tro_messages *messages);

#endif
