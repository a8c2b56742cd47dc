/* What stands near a path that is not what a command wants. */
#ifndef TRO_CLI_NEARBY_H
#define TRO_CLI_NEARBY_H

#include "base/text.h"

/* Appends "'a.csv', 'b.csv'": the files of the folder (with its name) that end so, sorted; of many
 * the first. Returns how many there are. */
size_t tro_add_files_in(tro_text *text, const char *folder, const char *ending);

/* The same for what commands wrote about a scenario, beside it: "'rivals-run', ..." for
 * "rivals.yaml" or "rivals"; folders with a manifest and stores of sweeps. */
size_t tro_add_results_of(tro_text *text, const char *path);

#endif
