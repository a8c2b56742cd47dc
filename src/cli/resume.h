/* Going on with a run that was interrupted: for `trophic run`.
 *
 *   tro_resume resume = {0};
 *   TRO_TRY(tro_resume_open(&resume, cell, &results, messages));
 *   ... tro_rounds_run(..., &resume.parts, ...) ...
 *   if (interrupted) tro_resume_keep(&resume, cell, &outcome, &results, messages);
 *   tro_resume_release(&resume); */
#ifndef TRO_CLI_RESUME_H
#define TRO_CLI_RESUME_H

#include "cli/loading.h"
#include "cli/results.h"
#include "cli/rounds.h"

typedef struct tro_resume {
    tro_rounds_parts parts;
    tro_checkpoint from, to;
    int kept;                        /* the same command can go on */
} tro_resume;                        /* zero-initialised is legal to release; not to be copied */

/* Finds the checkpoint of a folder that was opened to go on, if it has one. TRO_EEXIST, with
 * nothing changed, when it is not of this run or not good. */
TRO_MUST_USE int tro_resume_open(tro_resume *resume, const tro_cell *cell, tro_results *results,
                                 tro_messages *messages);
void tro_resume_release(tro_resume *resume);

/* Writes one. Without it the run is as good, so that what goes wrong is a warning. */
void tro_resume_keep(tro_resume *resume, const tro_cell *cell, const tro_outcome *outcome,
                     tro_results *results, tro_messages *messages);

/* Where it goes on; and at an interruption what to type. */
void tro_resume_say_from(const tro_resume *resume, int quiet);
void tro_resume_say_how(const tro_resume *resume, const tro_arguments *arguments,
                        const tro_loaded *loaded);

/* tro_arguments.earlier_seed. */
int tro_resume_seed(const tro_arguments *arguments, const char *stem, uint64_t *seed);

#endif
