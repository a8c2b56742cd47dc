/* The time course of influence: what a curated share that is moved from the start on
 * does to alignments after t rounds, by forward sensitivities along the exact rounds,
 *
 *   D_0 = 0,  D_{t+1} = J(z_t) D_t + G(z_t),   dJ_i(z_t)/dlambda = grad J_i(z_t) . D_t
 *
 * which tends to the influence where the rounds come to rest (doc/theory.md). In orders
 * other than synchronous ones the rows of those who retrain move, group by group. Events
 * change J and G; the share is moved in every phase in which it can be. */
#ifndef TRO_ANALYSIS_COURSE_H
#define TRO_ANALYSIS_COURSE_H

#include "ecosystem/ecosystem.h"
#include "schedule/timeline.h"

/* The state and its sensitivity to one agent's curated share. */
typedef struct tro_course {
    const tro_ecosystem *ecosystem;
    const tro_plan *plan;
    size_t of;
    const tro_plan *whole;   /* the plan of the last phase */
    size_t stage;            /* the phase in force */
    uint64_t round;          /* rounds completed */
    int one_sided;           /* the share can move in one direction only */
    double *z, *sensitivity; /* size each */
    /* inside */
    double *next, *change, *push, *gradient;
    tro_workspace work;
    tro_events events;
    tro_arena arena;
} tro_course;                /* zero-initialised is legal to release */

/* Can it be followed? Not with delays, data sets that are kept, or shares that fade. */
int tro_course_supported(const tro_ecosystem *ecosystem, const tro_plan *plan);
/* Begins at the scenario's start. TRO_EUNSUPPORTED where it cannot be followed, or the share
 * cannot move; TRO_ENOMEM. */
TRO_MUST_USE int tro_course_init(tro_course *course, const tro_ecosystem *ecosystem,
                                 const tro_plan *plan, size_t of);
void tro_course_release(tro_course *course);
/* One round, of replicate 0 where the order is random. TRO_EDIVERGED. */
TRO_MUST_USE int tro_course_round(tro_course *course);
/* dJ/dlambda now, J the reward of agent `judge` at the state of agent `on`; NaN where there is
 * none, or it overflows. */
double tro_course_influence(tro_course *course, size_t on, size_t judge);

#endif
