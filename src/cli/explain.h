/* Why an influence is what it is: words, tables, files and a figure of one pair. */
#ifndef TRO_CLI_EXPLAIN_H
#define TRO_CLI_EXPLAIN_H

#include "analysis/cuts.h"
#include "analysis/walks.h"
#include "cli/results.h"
#include "experiment/effects.h"

/* Edges that are cut, those that carry most. */
enum { TRO_MOST_CUTS = 12 };

typedef struct tro_explanation {
    const tro_cell *cell;
    tro_effect effect;             /* of the pair */
    tro_walks walks;
    tro_cut cuts[TRO_MOST_CUTS];   /* of the edges that carry most, the most first */
    size_t cut_count;
    tro_text words;                /* one paragraph */
} tro_explanation;                 /* zero-initialised is legal to release */

/* The cell's influences must have been found; the effect is that of the pair, and
 * defined. */
TRO_MUST_USE int tro_explanation_find(tro_explanation *explanation, tro_cell *cell,
                                      const tro_effect *effect, const tro_progress *progress,
                                      tro_messages *messages);
void tro_explanation_release(tro_explanation *explanation);

/* For people; appended. */
void tro_explanation_show(const tro_explanation *explanation, tro_text *text);
/* ", "explanation": {...}", appended. */
void tro_explanation_json(const tro_explanation *explanation, tro_text *text);
/* walks.csv, routes.csv, edges.csv and the figure `explanation`. */
TRO_MUST_USE int tro_explanation_write(const tro_explanation *explanation, tro_results *results,
                                       tro_messages *messages);

#endif
