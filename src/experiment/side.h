/* One of two runs that differ in a curated share. */
#ifndef TRO_EXPERIMENT_SIDE_H
#define TRO_EXPERIMENT_SIDE_H

#include "experiment/cell.h"
#include "schedule/timeline.h"

/* The cell's rounds with the curated share of `of` moved to `curated` in the last phase, and by
 * as much in every other, ready for sampled rounds; the caller releases *out, also after a
 * failure. A located error when the share cannot be moved there. */
TRO_MUST_USE int tro_cell_moved(const tro_cell *cell, size_t of, double curated, tro_moved *out,
                                tro_messages *messages);

#endif
