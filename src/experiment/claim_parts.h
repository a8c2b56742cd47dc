/* How a claim is evaluated: the evidence, how far each row is from the claim, and
 * the words for it. For the files claim*.c only. */
#ifndef TRO_EXPERIMENT_CLAIM_PARTS_H
#define TRO_EXPERIMENT_CLAIM_PARTS_H

#include "experiment/study_parts.h"

/* Values row by row, with their standard errors (NaN: exact), and where they came
 * from. */
typedef struct tro_side {
    double *values, *errors;
    const char **reasons;           /* why a row has no value, or NULL */
    const tro_study_table *table;   /* NULL: a quantity of the claim's cell, or numbers */
    const tro_column *column;
    size_t *rows;                   /* in the table */
} tro_side;

typedef struct tro_evidence {
    size_t count;
    tro_side found, expected;
    size_t rivals;                  /* of `among` */
    tro_side *rival;
    const char **rival_names;
    unsigned char *met;             /* by row: is the condition met? NULL without one */
    size_t *before;                 /* by row: the one that must be less (`order`,
                                       `increases-with`) or more; SIZE_MAX: none */
    uint64_t replicates;            /* after the sample was doubled; 0: it was not */
} tro_evidence;

/* --- gathering ------------------------------------------------------------- */

/* All of it, in the study's arena. An error, the first one of `messages`, where there
 * is no value at all. */
TRO_MUST_USE int tro_evidence_gather(tro_study *study, const tro_claim *claim,
                                     tro_evidence *e, tro_messages *messages);
/* The value of `same-as` in the cell, or one for each row; and the claim's quantity and
 * that. */
TRO_MUST_USE int tro_evidence_same(tro_cell *cell, const tro_claim *claim, tro_evidence *e,
                                   tro_arena *arena, tro_messages *messages);
TRO_MUST_USE int tro_evidence_quantities(tro_cell *cell, const tro_claim *claim,
                                         tro_evidence *e, tro_arena *arena,
                                         tro_messages *messages);
/* Samples the rows again that `wanted` marks (and those before them) with twice the
 * replicates, of which the first half are those there were. *doubled is 0 where nothing
 * is sampled. */
TRO_MUST_USE int tro_evidence_double(tro_study *study, const tro_claim *claim,
                                     const unsigned char *wanted, tro_evidence *e,
                                     int *doubled, tro_messages *messages);

/* --- judging --------------------------------------------------------------- */

/* How far row k is from the claim, in units of the tolerance: at most 1 holds; NaN
 * when a number it needs is none. */
double tro_claim_excess(const tro_claim *claim, const tro_evidence *e, size_t k);
/* How near a value that keeps its bounds is to breaking them; the larger the nearer. */
double tro_claim_nearness(const tro_claim *claim, const tro_evidence *e, size_t k);
/* Is it expected to be a value, within a tolerance? */
int tro_claim_has_value(const tro_claim *claim);
/* Of `among`, what row k ought to be nearest to, and what it is nearest to. */
size_t tro_claim_rival(const tro_claim *claim, const tro_evidence *e, size_t k);
size_t tro_claim_nearest(const tro_evidence *e, size_t k);

/* Appends what is expected of row k, and what was found there. */
void tro_claim_expected(const tro_claim *claim, const tro_evidence *e, size_t k,
                        tro_text *text);
void tro_claim_found(const tro_claim *claim, const tro_evidence *e, size_t k, tro_text *text);

#endif
