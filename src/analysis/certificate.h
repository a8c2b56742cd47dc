/* A certificate, before anything is run, that there is one fixed point, which every order
 * of retraining leads to from every start, with delays and under any schedule in which all
 * agents keep retraining: the spectral radius of L is below 1, where agent i moves by at
 * most L_ij for a move of agent j.
 *
 * Of finite outcomes without prompts, moves are in total variation: L_ij is the share that
 * i trains on of j's outputs, times what their curation can drive laws apart by (curator.h),
 * times the same of i's owner; a channel drives nothing apart. Of affine maps of real
 * vectors, moves are Euclidean and L_ij is the norm of that block of J. */
#ifndef TRO_ANALYSIS_CERTIFICATE_H
#define TRO_ANALYSIS_CERTIFICATE_H

#include "base/progress.h"
#include "base/text.h"
#include "ecosystem/ecosystem.h"

typedef struct tro_certificate {
    /* Bounds from above on the spectral radius of L; infinite when a constant is; NaN when
     * there is no certificate. `coupled` counts candidates alone (K), `radius` also the range
     * of their rewards (K / (1 + (K - 1) exp(-R))): the smaller. */
    double coupled, radius;
    int holds;                 /* radius < 1 */
    const char *reason;        /* why there is none, a static text; else NULL */
    const char *agent;         /* whose data that is; or NULL */
} tro_certificate;

/* Of progress (may be NULL) only `stop` is asked. TRO_ENOMEM, TRO_EINTERRUPTED. */
TRO_MUST_USE int tro_certificate_find(const tro_ecosystem *ecosystem,
                                      const tro_progress *progress, tro_certificate *out);

/* One sentence, appended. */
void tro_certificate_describe(const tro_certificate *certificate, tro_text *text);

#endif
