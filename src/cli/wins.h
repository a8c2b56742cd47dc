/* wins.csv of a run: who wins in each arena, in the states its replicates end in. */
#ifndef TRO_CLI_WINS_H
#define TRO_CLI_WINS_H

#include "cli/results.h"

/* How many shares of wins there are: one for each edge into an arena. */
size_t tro_wins_count(const tro_ecosystem *ecosystem);
/* Those in state z (size doubles) into share. */
void tro_wins_find(const tro_ecosystem *ecosystem, tro_workspace *work, const double *z,
                   double *share);
/* Writes consumer, producer, share of the wins and its standard error; nothing
 * without an arena. share and error: tro_wins_count doubles. */
TRO_MUST_USE int tro_wins_write(const tro_ecosystem *ecosystem, const double *share,
                                const double *error, tro_results *results,
                                tro_messages *messages);

#endif
