/* Inside the experiments: a cell's ecosystem with one curated share moved. */
#ifndef TRO_EXPERIMENT_SIDE_H
#define TRO_EXPERIMENT_SIDE_H

#include "experiment/cell.h"

typedef struct tro_side {
    tro_ecosystem *ecosystem;
    tro_sampler *sampler;
} tro_side;          /* zero-initialised is legal to release */

/* A located error when the share cannot be moved there. */
TRO_MUST_USE int tro_side_init(tro_side *side, const tro_cell *cell, size_t of, double curated,
                               tro_messages *messages);
void tro_side_release(tro_side *side);

#endif
