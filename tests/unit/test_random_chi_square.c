/* Chi-square and gamma numbers against their distributions. */
#include "random_support.h"

#include <check.h>
#include <stdlib.h>

static const double freedoms[] = {1, 2, 3, 4, 9, 100, 1e5, 1e15};

/* Probabilities below the draws, in bins of equal width. */
static double law(const void *what, size_t size, uint64_t round)
{
    enum { BINS = 200 };
    double freedom = *(const double *)what, seen[BINS] = { 0 }, expected[BINS];
    tro_stream s = test_stream(round, 9);

    for (size_t i = 0; i < size; i++) {
        double x = tro_stream_chi_square(&s, freedom);
        /* for so many degrees normal beyond what a sample shows */
        double p = freedom > 1e9 ? gsl_cdf_ugaussian_P((x - freedom) / sqrt(2 * freedom))
                                 : gsl_cdf_chisq_P(x, freedom);
        seen[p < 1 ? (int)(p * BINS) : BINS - 1]++;
    }
    for (int i = 0; i < BINS; i++)
        expected[i] = (double)size / BINS;
    return chi_square_score(BINS, seen, expected);
}

START_TEST(test_chi_square_law)
{
    for (size_t k = 0; k < sizeof freedoms / sizeof *freedoms; k++)
        ck_five_sigma(law, &freedoms[k], 400000, "chi-square");
}
END_TEST

/* Mean f, variance 2 f, third central moment 8 f. */
static double moments(const void *what, size_t size, uint64_t round)
{
    double f = *(const double *)what, sum = 0, square = 0, cube = 0, n = (double)size;
    tro_stream s = test_stream(round, 10);

    for (size_t i = 0; i < size; i++) {
        double x = (tro_stream_chi_square(&s, f) - f) / sqrt(2 * f);
        sum += x;
        square += x * x - 1;
        cube += x * x * x - sqrt(8 / f);
    }
    /* variances 1, 2 + 12/f, and 15 + O(1/f) */
    return fmax(fabs(sum) / sqrt(n), fmax(fabs(square) / sqrt((2 + 12 / f) * n),
                                          fabs(cube) / sqrt((15 + 200 / f + 2000 / f / f) * n)));
}

START_TEST(test_chi_square_moments)
{
    for (size_t k = 2; k < sizeof freedoms / sizeof *freedoms; k++)
        ck_five_sigma(moments, &freedoms[k], 200000, "moments");
}
END_TEST

START_TEST(test_chi_square_stream)
{
    tro_stream s = test_stream(1, 11);
    double sum = 0, squares = 0, others = 0;

    for (int i = 0; i < 10000; i++) {
        tro_stream one = s, two = s, plain = s;
        double x = tro_stream_chi_square(&one, 100) - 100;
        double y = tro_stream_chi_square(&two, 101) - 101;
        tro_stream_next(&plain);
        ck_assert(one.state == plain.state && two.state == plain.state);
        s = one;
        sum += x * y;
        squares += x * x;
        others += y * y;
    }
    ck_assert_double_gt(sum / sqrt(squares * others), 0.99);
}
END_TEST

static const double shapes[] = {0.001, 0.1, 0.5, 1, 2.7, 40};

/* Probabilities below the draws; of a small shape, those of the tiny ones by their
 * logarithm: P(G < g) = g^a / Gamma(a + 1) for small g. */
static double gamma_law(const void *what, size_t size, uint64_t round)
{
    enum { BINS = 200 };
    double shape = *(const double *)what, seen[BINS] = { 0 }, expected[BINS];
    tro_stream s = test_stream(round, 12);

    for (size_t i = 0; i < size; i++) {
        double x = tro_stream_log_gamma(&s, shape);
        ck_assert(isfinite(x));
        double p = x > -30 ? gsl_cdf_gamma_P(exp(x), shape, 1)
                           : exp(shape * x - lgamma(shape + 1));
        seen[p < 1 ? (int)(p * BINS) : BINS - 1]++;
    }
    for (int i = 0; i < BINS; i++)
        expected[i] = (double)size / BINS;
    return chi_square_score(BINS, seen, expected);
}

START_TEST(test_gamma_law)
{
    for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++)
        ck_five_sigma(gamma_law, &shapes[k], 400000, "gamma");
}
END_TEST

START_TEST(test_gamma_stream)
{
    tro_stream s = test_stream(1, 13), plain = s;
    for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++) {
        tro_stream_log_gamma(&s, shapes[k]);
        tro_stream_next(&plain);
        ck_assert(s.state == plain.state);
    }
    ck_assert(isfinite(tro_stream_log_gamma(&s, 1e-9)));
    ck_assert(isfinite(tro_stream_log_gamma(&s, 1e15)));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("random chi-square");
    TCase *tests = tcase_create("chi-square");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, test_chi_square_law);
    tcase_add_test(tests, test_chi_square_moments);
    tcase_add_test(tests, test_chi_square_stream);
    tcase_add_test(tests, test_gamma_law);
    tcase_add_test(tests, test_gamma_stream);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
