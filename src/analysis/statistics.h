/* Statistics of a few replicates: intervals, paired tests, rank correlations.
 *
 * A value that is NaN is one that is missing. Nothing here draws random numbers, and all
 * but the normal approximation of a long signed-rank test is exact under its assumptions. Any
 * thread. */
#ifndef TRO_ANALYSIS_STATISTICS_H
#define TRO_ANALYSIS_STATISTICS_H

#include <stddef.h>

#include <trophic/status.h>

/* Mean of what there is, and its interval by Student's t (1908); sd, lower and upper are NaN
 * of fewer than two values. */
typedef struct tro_estimate {
    size_t count;
    double mean, sd, lower, upper;
} tro_estimate;

void tro_estimate_find(size_t count, const double *values, double confidence,
                       tro_estimate *out);

/* Is a - b on average 0? Pairs of which one is missing are left out. p-values are two-sided;
 * NaN of fewer than two pairs, and where all differences are the same but for rounding: then
 * nothing was random, and there is nothing to test. */
typedef struct tro_difference {
    tro_estimate estimate;         /* of a - b */
    double t, p_t;                 /* Student 1908 */
    double p_wilcoxon;             /* signed ranks, zeros left out, ties by midranks (Wilcoxon 1945;
                                      Pratt 1959 on zeros): exact up to 60 pairs */
    double p_sign;                 /* signs, zeros left out (Arbuthnot 1710) */
} tro_difference;

TRO_MUST_USE int tro_difference_find(size_t count, const double *a, const double *b,
                                     double confidence, tro_difference *out);

/* Holm's correction (1979) of `count` p-values, in place; NaN are not counted. */
TRO_MUST_USE int tro_holm(size_t count, double *p);

/* Spearman's rank correlation (1904), ties by midranks; pairs of which one is missing are left
 * out. Numbers that differ by rounding alone are ties. NaN of fewer than three pairs, and where
 * one side is all alike. */
TRO_MUST_USE int tro_spearman(size_t count, const double *x, const double *y, double *out);

#endif
