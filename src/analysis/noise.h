/* The linear noise approximation: what sampled rounds with many outputs do around a
 * stable fixed point z* of synchronous rounds.
 *
 *   C = J C J' + Q           the stationary covariance of the state
 *   (I - J) b = 1/2 D2F : C + 1/2 D2fit : Q      how far its mean is from z*
 *
 * Q is block diagonal: the covariance of the statistics of agent i's n_i outputs, times
 * its learning rate squared, after the fit. Alignment J has variance g' C g and bias
 * g . b + 1/2 D2J : C. Errors are of order n^-2 (van Kampen 1976; doc/theory.md). */
#ifndef TRO_ANALYSIS_NOISE_H
#define TRO_ANALYSIS_NOISE_H

#include "ecosystem/sampling.h"
#include "schedule/schedule.h"

typedef struct tro_noise {
    size_t size;
    double *covariance;     /* size x size, row-major */
    double *bias;           /* size: of the mean parameters */
    double *alignment_bias, *alignment_sd;   /* agents; NaN without a reward */
    tro_arena arena;
} tro_noise;                /* zero-initialised is legal to release */

/* At the fixed point z. TRO_EUNSUPPORTED with a message: not all retrain in every round
 * together, delays, outputs whose law is not the family's (finitely many candidates on
 * real vectors), more than TRO_DENSE_LIMIT mean parameters, or a fixed point that is not
 * stable. TRO_ENOMEM. */
TRO_MUST_USE int tro_noise_find(const tro_ecosystem *ecosystem, const tro_plan *plan,
                                const double *z, tro_noise *out, tro_messages *messages);
void tro_noise_release(tro_noise *noise);

#endif
