/* How fast a disturbance grows over many rounds of a schedule: an estimate of
 * the top Lyapunov exponent, for orders that are random and memories that are
 * too long for anything exact. */
#ifndef TRO_ANALYSIS_GROWTH_H
#define TRO_ANALYSIS_GROWTH_H

#include "base/progress.h"
#include "schedule/runner.h"

typedef struct tro_growth {
    double rate;             /* factor per round */
    double standard_error;   /* of its logarithm */
    uint64_t rounds;         /* it was seen in */
    size_t unseen;           /* agents that retrained in none of them, idle ones left out */
} tro_growth;

/* Disturbs all agents but those that the plan calls idle, around the state z
 * (size). TRO_EINTERRUPTED, TRO_ENOMEM. */
TRO_MUST_USE int tro_growth_find(const tro_ecosystem *ecosystem, const double *z,
                                 const tro_plan *plan, const tro_progress *progress,
                                 tro_growth *out);

#endif
