/* What `trophic advise` found, and the ways it is told. */
#ifndef TRO_CLI_ADVISE_H
#define TRO_CLI_ADVISE_H

#include "cli/options.h"
#include "cli/results.h"
#include "experiment/advice.h"

typedef struct tro_advise_report {
    const tro_advice *advice;
    const tro_arguments *arguments;
    const char *path;            /* of the scenario */
} tro_advise_report;

/* Words and tables; what stdout and advice.txt have. */
void tro_advise_show(const tro_advise_report *report, tro_text *text);
void tro_advise_json(const tro_advise_report *report, tro_text *text);
/* "found", "nothing to change", "not reached", "not confirmed". */
const char *tro_advise_outcome(const tro_advice *advice);
/* What the goal is about, in words: "mean alignment". */
void tro_advise_subject(const tro_advice *advice, tro_text *text);
/* advice.svg: what changes within its bounds, and what becomes of the agents. Nothing where
 * nothing changes. */
TRO_MUST_USE int tro_advise_draw(const tro_advice *advice, tro_results *results,
                                 tro_messages *messages);
/* advice.csv, agents.csv, advice.txt, the figure, scenario.yaml, manifest.json. */
TRO_MUST_USE int tro_advise_write(const tro_advise_report *report, tro_results *results,
                                  tro_messages *messages);

#endif
