/* The phases of a scenario with events, in words. */
#ifndef TRO_CLI_PHASES_H
#define TRO_CLI_PHASES_H

#include "experiment/cell.h"

/* "rounds 51 to 80 (a filter)", "from round 81 on (the hub leaves)"; appended. Phases count
 * from 0. */
void tro_phase_describe(const tro_cell *cell, size_t phase, tro_text *text);

#endif
