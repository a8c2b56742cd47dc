/* Exact moments of sampled rounds.
 *
 * When every curation is a translation, the mean and the covariance of the
 * state of a location ecosystem under sampled rounds obey a closed linear
 * recursion, as do those of finite outcomes without curation, data that
 * accumulate, learning rates and shares that fade included. So the expected
 * alignment at a finite round, and its bias against the fixed point, are exact
 * (law of total covariance: each of agent i's n outputs comes from source c with
 * probability p_c, mean M_c z + b_c and covariance S_c; with a fixed split,
 * n p_c of them do; doc/theory.md). */
#ifndef TRO_ANALYSIS_MOMENTS_H
#define TRO_ANALYSIS_MOMENTS_H

#include "ecosystem/sampling.h"
#include "schedule/runner.h"

typedef struct tro_moments {
    const tro_ecosystem *ecosystem;
    const tro_plan *plan;
    const tro_sampler *sampler;
    const tro_plan *whole; /* the plan of the last phase */
    size_t stage;          /* the phase in force */
    uint64_t round;
    double *mean;          /* size */
    double *covariance;    /* size^2, row-major */
    tro_workspace work;
    tro_events events;
    tro_arena arena;
    tro_shares *shares;    /* agents: of the round, where some fade; else NULL */
    uint64_t *sets;        /* agents: data sets so far */
    double *steps;         /* agents: how far a retraining of the group goes */
    double *weight, *real; /* average part of the outputs: from each entry, and real data */
    double *fresh_mean, *rows, *fresh_rows, *block, *own, *within, *pair;   /* inside */
} tro_moments;             /* zero-initialised is legal to release */

/* At round 0: the start, covariance 0. TRO_EUNSUPPORTED with a message when the
 * ecosystem has curations that are no translations, delays, windows of data sets,
 * sets of real data that stay, or an order that is random. */
TRO_MUST_USE int tro_moments_init(tro_moments *moments, const tro_ecosystem *ecosystem,
                                  const tro_plan *plan, const tro_sampler *sampler,
                                  tro_messages *messages);
/* Goes into the last phase at once: what follows is what it does for ever. TRO_ENOMEM. */
TRO_MUST_USE int tro_moments_last_phase(tro_moments *moments);
void tro_moments_release(tro_moments *moments);
/* Advances one round; TRO_EDIVERGED when a mean or a variance overflows. */
TRO_MUST_USE int tro_moments_round(tro_moments *moments);
/* E J_i at the present round; NaN without a reward. */
double tro_moments_alignment(const tro_moments *moments, size_t agent);

#endif
