/* What exact rounds do: rest, go round in a cycle, grow beyond numbers, or none of these
 * in the rounds that the schedule has. */
#ifndef TRO_SCHEDULE_WATCH_H
#define TRO_SCHEDULE_WATCH_H

#include "base/progress.h"
#include "base/text.h"
#include "schedule/cycle.h"

typedef struct tro_watch {
    int rests;               /* the schedule's tolerance was met, or 1e-12 */
    int diverged;            /* after `rounds` rounds numbers overflowed */
    tro_cycle cycle;
    uint64_t rounds;         /* made */
    double change;           /* of the last: the runner's */
    double factor;           /* by which changes grew per round, over the later half; NaN: not
                                known */
    double *z;               /* size: the last state; owned */
} tro_watch;                 /* zero-initialised is legal to release */

/* Rounds from the scenario's start, as many as the schedule has, or `most`. TRO_EINTERRUPTED,
 * TRO_ENOMEM; that they diverge is no error. */
TRO_MUST_USE int tro_watch_find(const tro_ecosystem *ecosystem, const tro_plan *plan,
                                long long most, const tro_progress *progress, tro_watch *out);
void tro_watch_release(tro_watch *watch);

/* "they go round in a cycle of period 3"; appended. */
void tro_watch_describe(const tro_watch *watch, tro_text *text);

#endif
