/* The scenario of a run as its folder keeps it: overrides applied, defaults
 * written out, no file needed beside it. Running it again gives the same. */
#ifndef TRO_CLI_NORMALISE_H
#define TRO_CLI_NORMALISE_H

#include "experiment/cell.h"

/* Appends YAML. A network that was read from a file is named as
 * `network.graphml`, where the run folder has it. */
TRO_MUST_USE int tro_scenario_normalised(const tro_cell *cell, tro_text *text,
                                         tro_messages *messages);

#endif
