/* A cell under other keys, for quantities that compare. */
#ifndef TRO_EXPERIMENT_WITH_H
#define TRO_EXPERIMENT_WITH_H

#include "experiment/cell.h"

/* The cell with the keys of the map `set` set; the texts of its overrides are in `arena`,
 * which must outlive it. */
TRO_MUST_USE int tro_cell_with(const tro_cell *cell, const tro_node *set, tro_arena *arena,
                               tro_cell **out, tro_messages *messages);

/* The same for a check: mistakes are shown where the map stands, all of them. */
TRO_MUST_USE int tro_cell_with_check(const tro_cell *cell, const tro_node *set, tro_arena *arena,
                                     tro_cell **out, tro_messages *messages);

#endif
