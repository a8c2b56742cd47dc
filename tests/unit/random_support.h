/* What the tests of the random numbers share: streams with a chosen first
 * output, chi-square scores, and the rule for statistical checks. */
#ifndef TRO_TESTS_RANDOM_SUPPORT_H
#define TRO_TESTS_RANDOM_SUPPORT_H

#include <math.h>
#include <stdio.h>

#include <check.h>
#include <gsl/gsl_cdf.h>

#include <trophic/random.h>

#include "tests/unit/support.h"

#define PCG_MULTIPLIER 0xda942042e4dd58b5u

static inline tro_stream test_stream(uint64_t round, uint64_t agent)
{
    tro_stream_key key = { 20240607, 0, agent, round, TRO_FOR_TESTS };

    return tro_stream_of(&key);
}

/* A stream whose next output is `output`: with a low half of 1 the output is
 * a bijection of the high half, here inverted. */
static inline tro_stream stream_that_gives(uint64_t output, tro_u128 increment)
{
    uint64_t inverse = PCG_MULTIPLIER, high = output;

    for (int i = 0; i < 6; i++)   /* Newton: digits of the inverse double */
        inverse *= 2 - PCG_MULTIPLIER * inverse;
    high ^= high >> 48;
    high *= inverse;
    high ^= high >> 32;
    return tro_stream_from((tro_u128)high << 64 | 1, increment);
}

/* A standard score for chi-square: how unlikely so large a value is. Bins
 * that expect fewer than ten are joined with the next. */
static inline double chi_square_score(size_t bins, const double *seen, const double *expected)
{
    double chi = 0, s = 0, e = 0, freedom = -1, tail;

    for (size_t i = 0; i < bins; i++) {
        s += seen[i];
        e += expected[i];
        if (e >= 10 || (i + 1 == bins && e > 0)) {
            chi += (s - e) * (s - e) / e;
            freedom++;
            s = e = 0;
        }
    }
    tail = gsl_cdf_chisq_Q(chi, freedom);
    return tail > 1e-300 ? gsl_cdf_ugaussian_Qinv(tail) : 99;
}

/* A check computes the largest of some standard scores from `size` draws;
 * `round` selects the streams. It fails beyond 5 sigma, after another try
 * with twice the draws. */
typedef double (*statistical_check)(const void *what, size_t size, uint64_t round);

static inline void ck_five_sigma(statistical_check check, const void *what, size_t size,
                                 const char *name)
{
    size /= tro_brief_tests() ? 8 : 1;
    double first = check(what, size, 1), second = 0;

    if (!(first < 5))
        second = check(what, 2 * size, 2);
    ck_assert_msg(first < 5 || second < 5, "%s: %.2f, then %.2f sigma", name, first, second);
}

#endif
