/* wins.csv of a run: who wins in each arena, in the state the run ended in. */
#ifndef TRO_CLI_WINS_H
#define TRO_CLI_WINS_H

#include "cli/results.h"

/* Writes consumer, producer and share of the wins; nothing without an arena.
 * z: size doubles. */
TRO_MUST_USE int tro_wins_write(const tro_cell *cell, const double *z, tro_results *results,
                                tro_messages *messages);

#endif
