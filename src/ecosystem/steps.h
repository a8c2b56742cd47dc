/* Inside the ecosystem: the steps of one agent's retraining and of its
 * derivatives that round.c puts together. */
#ifndef TRO_ECOSYSTEM_STEPS_H
#define TRO_ECOSYSTEM_STEPS_H

#include "ecosystem/ecosystem.h"

/* y += factor[0] row[0] + factor[1] row[1] + ..., added in this order; rows and y
 * have width doubles. */
void tro_add_rows(size_t width, size_t count, const double *factor, const double *const *row,
                  double *y);

/* Sends for the beginning of a row that will be added soon. */
static inline void tro_expect_row(size_t width, const double *row)
{
    enum { LINE = 8, FAR_ENOUGH = 64 };
    for (size_t k = 0; k < width && k < FAR_ENOUGH; k += LINE)
        __builtin_prefetch(row + k);
}

/* The share of the wins that each entry of the agent has in its arena, for
 * curated entries (others are left alone); share: one number per entry of the
 * agent's row. 0: it has no arena. */
int tro_agent_wins(const tro_ecosystem *ecosystem, tro_workspace *work, size_t agent,
                   tro_law_of *law, void *context, double *share);

/* A state (or a change of it) as it appears in the agent's outputs, in place. */
void tro_agent_release(const tro_ecosystem *ecosystem, size_t agent, double *law);

/* From a gradient by the next state to one by what was admitted, in place;
 * adds to to_state (width) what goes to the agent's own state. */
void tro_agent_fit_back(const tro_ecosystem *ecosystem, const tro_workspace *work, size_t agent,
                        double *w, double *to_state);
/* Hands share * gradient to what an entry delivered. */
typedef void tro_back(void *context, const tro_entry *entry, double share,
                      const double *gradient);
/* From a gradient by what was admitted (width, overwritten) to those by what
 * the entries deliver. */
void tro_agent_back(const tro_ecosystem *ecosystem, tro_workspace *work, size_t agent,
                    tro_law_of *law, void *context, double *w, tro_back *back);

/* The change of an agent's next state when its curated share rises and takes
 * `real` and `synthetic` (fractions, sum 1) of what it displaces. */
void tro_agent_by_share(const tro_ecosystem *ecosystem, tro_workspace *work, size_t agent,
                        tro_law_of *law, void *context, double real, double synthetic,
                        double *out);

#endif
