/* Advice from a program: the least change, among those the scenario allows, that removes a
 * backfire, or the one that makes a welfare largest; what `trophic advise` prints.
 *
 *   tro_advice *advice;
 *   if (tro_advice_of(cell, &advice, &messages) < 0)
 *       ... print messages ...
 *   for (size_t k = 0; k < tro_advice_change_count(advice); k++)
 *       puts(tro_advice_change(advice, k));     agents.phi.shares.curated=0.31
 *   tro_influence(tro_advice_cell(advice), 0, 0, &self, &messages);
 *   tro_advice_free(advice);
 *
 * The goal and what may change stand in the scenario's section `advice`; overrides set them
 * like any other key ("advice.goal=worst-off").
 *
 * Functions that can fail return a tro_status and append to `messages`, which may be NULL.
 * Thread rule: one thread at a time per advice, and per cell while it is sought. */
#ifndef TROPHIC_ADVICE_H
#define TROPHIC_ADVICE_H

#include <stddef.h>

#include <trophic/messages.h>
#include <trophic/status.h>

#ifdef __cplusplus
extern "C" {
#endif

struct tro_cell;   /* of scenario.h */

/* Opaque. */
typedef struct tro_advice tro_advice;

typedef enum tro_advice_outcome {
    TRO_ADVICE_FOUND,     /* the goal is reached, or a largest welfare was found */
    TRO_ADVICE_NOTHING,   /* as it is, all is well */
    TRO_ADVICE_NONE       /* nothing allowed reaches the goal: the best is told */
} tro_advice_outcome;

/* Seeks and confirms by runs. The cell must outlive the advice, which the caller frees. That
 * nothing allowed reaches the goal, or that runs do not confirm what was found, is no
 * failure. TRO_ESCENARIO: the section is missing or wrong (located errors); TRO_ENOCONV,
 * TRO_ESINGULAR, TRO_EDIVERGED: there is no stable fixed point to begin with; TRO_ENOMEM.
 * *out is NULL then. */
TRO_MUST_USE int tro_advice_of(struct tro_cell *cell, tro_advice **out, tro_messages *messages);
void tro_advice_free(tro_advice *advice);   /* NULL is legal */

tro_advice_outcome tro_advice_outcome_of(const tro_advice *advice);
/* 1 when runs of the changed scenario agree with what was found; 0: *why (may be NULL) says
 * where not, owned by the advice. */
int tro_advice_confirmed(const tro_advice *advice, const char **why);
/* What all changes cost together, in the units of the scenario's costs. */
double tro_advice_cost(const tro_advice *advice);
/* The influence or the welfare that the goal is about, as it is and after the changes, in units
 * of reward (of an influence: per unit of share). */
double tro_advice_before(const tro_advice *advice);
double tro_advice_after(const tro_advice *advice);

/* The changes as overrides, "PATH=VALUE", in the order in which they are to be applied; owned by
 * the advice; NULL when there is no such change. */
size_t tro_advice_change_count(const tro_advice *advice);
const char *tro_advice_change(const tro_advice *advice, size_t change);

/* The changed scenario, with everything that scenario.h asks of one; owned by the advice. */
struct tro_cell *tro_advice_cell(tro_advice *advice);

#ifdef __cplusplus
}
#endif
#endif
