/* Intervals, paired tests and rank correlations against tables, enumeration and numbers that
 * R 4 and SciPy give. */
#include "analysis/statistics.h"
#include "support.h"

static void near(double found, double expected, double tolerance)
{
    ck_assert_msg(fabs(found - expected) <= tolerance, "%.12g, not %.12g", found, expected);
}

/* Student's (1908) sleep data: extra hours with two drugs. */
static const double first[] = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};
static const double second[] = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};

/* R: t.test(first, second, paired = TRUE); wilcox.test's V is 0 of 9, no zero, one tie. */
START_TEST(test_student_sleep)
{
    tro_difference d;
    ck_assert_int_eq(tro_difference_find(10, first, second, 0.95, &d), TRO_OK);
    ck_assert_uint_eq(d.estimate.count, 10);
    near(d.estimate.mean, -1.58, 1e-12);
    near(d.estimate.lower, -2.4598858, 1e-7);
    near(d.estimate.upper, -0.7001142, 1e-7);
    near(d.t, -4.0621277, 1e-7);
    near(d.p_t, 0.00283289, 1e-8);
    near(d.p_wilcoxon, 2.0 / 512, 1e-12);   /* all nine have one sign */
    near(d.p_sign, 2.0 / 512, 1e-12);
}
END_TEST

/* Every way of giving signs to the ranks. */
START_TEST(test_signed_ranks_enumerated)
{
    static const double d[] = {1, -2, 2, 4, -4, 5, 4, 0, NAN};
    static const double ranks[] = {1, 2.5, 2.5, 5, 5, 7, 5};
    double zeros[9] = {0}, w = 1 + 2.5 + 5 + 7 + 5, below = 0, above = 0;
    tro_difference found;
    for (unsigned signs = 0; signs < 128; signs++) {
        double sum = 0;
        for (int k = 0; k < 7; k++)
            sum += signs >> k & 1 ? ranks[k] : 0;
        below += sum <= w;
        above += sum >= w;
    }
    ck_assert_int_eq(tro_difference_find(9, d, zeros, 0.9, &found), TRO_OK);
    ck_assert_uint_eq(found.estimate.count, 8);
    near(found.p_wilcoxon, 2 * fmin(below, above) / 128, 1e-14);
    near(found.p_sign, 2 * (1 + 7 + 21) / 128.0, 1e-14);   /* two of seven are negative */
}
END_TEST

/* Above the exact length: the normal limit, with its correction for continuity. */
START_TEST(test_signed_ranks_long)
{
    double d[61], zeros[61] = {0};
    tro_difference limit;
    for (int k = 0; k < 61; k++)
        d[k] = (k % 3 ? 1 : -1) * (1 + k);
    ck_assert_int_eq(tro_difference_find(61, d, zeros, 0.95, &limit), TRO_OK);
    double n = 61, w = 0;
    for (int k = 0; k < 61; k++)
        w += d[k] > 0 ? d[k] : 0;
    double z = (fabs(w - n * (n + 1) / 4) - 0.5) / sqrt(n * (n + 1) * (2 * n + 1) / 24);
    near(limit.p_wilcoxon, erfc(z / sqrt(2)), 1e-12);
}
END_TEST

/* What is the same every time is no sample. */
START_TEST(test_nothing_random)
{
    static const double a[] = {1, 1, 1}, b[] = {0.5, 0.5, 0.5};
    tro_difference d;
    ck_assert_int_eq(tro_difference_find(3, a, b, 0.95, &d), TRO_OK);
    near(d.estimate.mean, 0.5, 0);
    ck_assert(isnan(d.p_t) && isnan(d.p_wilcoxon) && isnan(d.p_sign));
    ck_assert_int_eq(tro_difference_find(1, a, b, 0.95, &d), TRO_OK);
    ck_assert(isnan(d.p_t) && isnan(d.estimate.lower));
    ck_assert_int_eq(tro_difference_find(0, NULL, NULL, 0.95, &d), TRO_OK);
    ck_assert(isnan(d.estimate.mean));
}
END_TEST

START_TEST(test_holm)
{
    double p[] = {0.01, 0.04, NAN, 0.03, 0.005}, expected[] = {0.03, 0.06, NAN, 0.06, 0.02};
    ck_assert_int_eq(tro_holm(5, p), TRO_OK);
    for (int k = 0; k < 5; k++)
        ck_assert(isnan(expected[k]) ? isnan(p[k]) : fabs(p[k] - expected[k]) < 1e-15);
    double large[] = {0.7, 0.6};
    ck_assert_int_eq(tro_holm(2, large), TRO_OK);
    near(large[0], 1, 0);
}
END_TEST

START_TEST(test_spearman)
{
    static const double x[] = {106, 100, 86, 101, 99, 103, 97, 113, 112, 110};
    static const double y[] = {7, 27, 2, 50, 28, 29, 20, 12, 6, 17};
    static const double tied[] = {1, 2, 2, 3}, other[] = {1, 2, 3, 3};
    static const double noisy[] = {1, 1 + 1e-13, 1 - 1e-13, 2}, up[] = {3, 2, 1, 4};
    double found;
    ck_assert_int_eq(tro_spearman(10, x, y, &found), TRO_OK);
    near(found, -29.0 / 165, 1e-14);          /* 1 - 6 x 194 / 990 */
    ck_assert_int_eq(tro_spearman(4, tied, other, &found), TRO_OK);
    near(found, 3.75 / 4.5, 1e-14);           /* ranks 1 2.5 2.5 4 and 1 2 3.5 3.5 */
    ck_assert_int_eq(tro_spearman(4, noisy, up, &found), TRO_OK);
    near(found, 3 / sqrt(3 * 5), 1e-14);      /* three ties, not three ranks */
    ck_assert_int_eq(tro_spearman(4, (double[]){1, 1, 1, 1}, up, &found), TRO_OK);
    ck_assert(isnan(found));
    ck_assert_int_eq(tro_spearman(4, (double[]){1, INFINITY, INFINITY, NAN}, up, &found), TRO_OK);
    near(found, -sqrt(3) / 2, 1e-14);         /* ranks 1 2.5 2.5 and 3 2 1 */
    ck_assert_int_eq(tro_spearman(2, x, y, &found), TRO_OK);
    ck_assert(isnan(found));
}
END_TEST

int main(void)
{
    const TTest *tests[] = {test_student_sleep, test_signed_ranks_enumerated,
                            test_signed_ranks_long, test_nothing_random, test_holm,
                            test_spearman};
    return TRO_RUN_TESTS("statistics", tests);
}
