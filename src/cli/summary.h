/* What a run came to: summary.csv, network.graphml, the manifest, and the
 * table or JSON on stdout. */
#ifndef TRO_CLI_SUMMARY_H
#define TRO_CLI_SUMMARY_H

#include "cli/results.h"
#include "cli/rounds.h"
#include "network/layout.h"

typedef struct tro_run_summary {
    tro_layout layout;             /* of network.svg */
    tro_cell *cell;
    const tro_outcome *outcome;
    const tro_curves *curves;
    int has_point, has_verdict;   /* the cell has a fixed point, a stability */
    int cut_short;                /* the user stopped the search for a verdict */
    const char *status;           /* "completed", "converged", "diverged", ... */
    int code;                     /* the exit status */
} tro_run_summary;

/* All files but scenario.yaml and rounds.csv, the manifest last. */
TRO_MUST_USE int tro_run_summary_write(const tro_run_summary *summary, tro_results *results,
                                       tro_messages *messages);
TRO_MUST_USE int tro_run_summary_print(const tro_run_summary *summary, const char *folder,
                                       const tro_arguments *arguments, tro_messages *messages);

#endif
