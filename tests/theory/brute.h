/* Sampled rounds the long way: every one of the n outputs is drawn (its source
 * by share, then itself, chosen by a curator and changed by a channel), and
 * the mean is fitted to what was drawn. */
#ifndef TRO_TESTS_BRUTE_H
#define TRO_TESTS_BRUTE_H

#include "schedule/schedule.h"
#include "tests/unit/toy.h"

/* What is made once for a toy: roots of covariances, and tables of tilted
 * normals for curators. */
typedef struct tro_brute tro_brute;
tro_brute *tro_brute_new(const tro_toy *toy);
void tro_brute_free(tro_brute *brute);

/* Agent's mean parameters after one retraining when everyone is at z. */
void tro_brute_retrain(const tro_brute *brute, size_t agent, const double *z,
                       tro_stream *stream, double *out);
/* The same for all retrainings of a round, in place. */
void tro_brute_round(const tro_brute *brute, const tro_events *events, tro_stream *stream,
                     double *z);

/* --- laws -------------------------------------------------------------------- */

/* `size` draws of `width` numbers each, row by row. */
typedef struct tro_draws {
    size_t size, width;
    double *rows;
} tro_draws;

/* How far apart two sets of draws are, in standard errors: the largest over all
 * means, all covariances, and the Kolmogorov-Smirnov and chi-square scores of
 * `projections` random directions. *what names the worst. */
double tro_law_score(const tro_draws *a, const tro_draws *b, size_t projections,
                     tro_stream *stream, const char **what);

/* How many scores that is the largest of. */
size_t tro_law_scores(size_t width, size_t projections);

/* The Kolmogorov-Smirnov score of sorted values against a distribution. */
double tro_ks_score(size_t n, const double *sorted, double (*cdf)(double, const void *),
                    const void *context);

#endif
