/* What is right in a scenario, and still seldom meant: the warnings of `trophic check`. */
#ifndef TRO_CLI_DOUBTS_H
#define TRO_CLI_DOUBTS_H

#include "cli/inspection.h"

/* Warns, after tro_inspect, of agents that no real data reaches, of curators that cannot matter,
 * and of rounds that come to rest slowly. TRO_ENOMEM. */
TRO_MUST_USE int tro_doubt(const tro_inspection *inspection, tro_messages *messages);

#endif
