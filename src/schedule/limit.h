/* Where exact rounds come to rest, to the last digits.
 *
 * A schedule's tolerance says when a run may stop; a limit must be known better,
 * and need not be an isolated fixed point: which vertex, or which point of a face
 * of equal rewards, depends on the start. So rounds go on until they change
 * nothing but by rounding, and then half as many again, which makes what is left
 * of slow convergence as small.
 *
 * On tables a change counts relative to the probability it is of, however small,
 * so that an outcome that still grows from almost nothing is no rest. Probabilities
 * that shrink are left out once they are below rounding; in the limit they are 0.
 * One that has left the range of numbers counts as vanished only if it would not grow
 * again where the rest has come to a halt: on a cycle along vertices it would. */
#ifndef TRO_SCHEDULE_LIMIT_H
#define TRO_SCHEDULE_LIMIT_H

#include "base/progress.h"
#include "schedule/runner.h"

/* Relative changes up to this are rounding. */
#define TRO_LIMIT_ROUNDING 1e-14

typedef struct tro_limit {
    int settled;
    double *z;               /* size: the limit, or the state after the last round */
    uint64_t rounds;         /* how many were made */
    double move;             /* the largest relative change of the last of them */
    size_t agent, place;     /* and where it was: a mean parameter of an agent */
    double before, after;    /* what that parameter was and became */
    double regrowth;         /* above 1: all rests but what has left the range of numbers, which
                                would grow by this factor per round; agent and place say where */
    tro_arena arena;
} tro_limit;                 /* zero-initialised is legal to release */

/* Exact rounds of the plan from the scenario's start, as many as its schedule has
 * at most. That they do not settle is no error. TRO_EDIVERGED (rounds: those
 * before), TRO_EINTERRUPTED, TRO_ENOMEM. */
TRO_MUST_USE int tro_limit_find(const tro_ecosystem *ecosystem, const tro_plan *plan,
                                const tro_progress *progress, tro_limit *out);
void tro_limit_release(tro_limit *limit);

#endif
