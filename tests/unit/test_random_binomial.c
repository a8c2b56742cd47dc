/* Binomial counts: edges, pairing, laws, prepared tables. */
#include <gsl/gsl_randist.h>

#include "base/memory.h"
#include "base/random_internal.h"
#include "random_support.h"

#define LENGTH(array) (sizeof (array) / sizeof *(array))

/* The count of the stream whose first output has m as its odd 53 bits and
 * `low` below them. */
static uint64_t count_at(uint64_t m, uint64_t low, uint64_t n, double p)
{
    tro_stream s = stream_that_gives(m >> 1 << 12 | low, 11);

    return tro_stream_binomial(&s, n, p);
}

START_TEST(test_binomial_edges)
{
    static const uint64_t ns[] = { 0, 1, 2, 10, 1000, 1000000000, UINT64_MAX };
    tro_stream s = test_stream(0, 0), t = s;

    for (size_t i = 0; i < LENGTH(ns); i++) {
        for (int j = 0; j < 100; j++) {
            ck_assert_uint_eq(tro_stream_binomial(&s, ns[i], 0), 0);
            ck_assert_uint_eq(tro_stream_binomial(&s, ns[i], 1), ns[i]);
            ck_assert_uint_eq(tro_stream_binomial(&s, ns[i], 1e-300), 0);
            ck_assert_uint_le(tro_stream_binomial(&s, ns[i], 0.37), ns[i]);
            ck_assert_uint_eq(tro_stream_binomial(&s, 0, 0.37), 0);
        }
    }
    tro_stream_advance(&t, 500 * LENGTH(ns));   /* one output a count, whatever n and p */
    ck_assert(s.state == t.state);
    ck_assert_uint_eq(count_at(1, 0, 1, 0.25), 0);
    ck_assert_uint_eq(count_at(((uint64_t)3 << 51) - 1, 0, 1, 0.25), 0);
    ck_assert_uint_eq(count_at(((uint64_t)3 << 51) + 1, 0, 1, 0.25), 1);
    ck_assert_uint_eq(count_at(((uint64_t)1 << 53) - 1, 0, 1, 0.25), 1);
}
END_TEST

/* Both tails to the last digit of u: P(at least 7, 8, 9 of 10) at p = 0.01 are
 * 1.2e-12, 4.4e-15 and 9.9e-18, and the steps of u 2.2e-16. */
START_TEST(test_binomial_tails)
{
    uint64_t last = ((uint64_t)1 << 53) - 1;
    double p7 = gsl_cdf_binomial_Q(6, 0.01, 10);
    uint64_t m = ((uint64_t)1 << 53) - ((uint64_t)(p7 * 0x1p53) | 1);

    ck_assert_uint_eq(count_at(last, 0, 10, 0.01), 8);
    ck_assert_uint_eq(count_at(m + 2, 0, 10, 0.01), 7);
    ck_assert_uint_eq(count_at(m - 2, 0, 10, 0.01), 6);
    ck_assert_uint_eq(count_at(1, 0, 10, 0.99), 2);
    ck_assert_uint_eq(count_at(1, 0, 100, 0.5), 11);   /* F(10) < 2^-53 < F(11) */
    ck_assert_uint_eq(count_at(last, 0, 100, 0.5), 89);
}
END_TEST

/* Some values of u: the ends, the middle, and random ones. */
enum { US = 300 };

static void odd_numbers(uint64_t m[US])
{
    tro_stream s = test_stream(0, 1);
    const uint64_t one = 1, all = one << 53;
    const uint64_t fixed[] = { 1, 3, 5, all / 2 - 1, all / 2 + 1, all - 5, all - 3, all - 1 };

    for (size_t i = 0; i < US; i++) {
        uint64_t tail = tro_stream_next(&s) >> 11 >> i % 40;
        m[i] = i < LENGTH(fixed) ? fixed[i] : (i % 2 ? tail : all - 1 - tail) | 1;
    }
}

/* While n p (1 - p) is small, counts never fall when p rises or n does. (An
 * assertion is a system call in Check, so the loops count what is wrong.) */
START_TEST(test_binomial_comonotone)
{
    static const uint64_t ns[] = { 0, 1, 2, 3, 4, 7, 10, 16, 33, 34, 64, 100, 118 };
    static const double steps[] = { 0.01, 1e-3, 1e-12 };
    uint64_t m[US];
    int wrong = 0;

    odd_numbers(m);
    for (size_t i = 0; i < LENGTH(ns); i++)
        for (int percent = 0; percent <= 100; percent++)
            for (size_t j = 0; j < US; j++) {
                double p = percent / 100.0;
                uint64_t count = count_at(m[j], 0, ns[i], p);
                for (size_t k = 0; k < LENGTH(steps); k++)
                    wrong += count > count_at(m[j], 0, ns[i], fmin(p + steps[k], 1));
                wrong += count > count_at(m[j], 0, ns[i] + 1, p) || count > ns[i];
            }
    ck_assert_int_eq(wrong, 0);
}
END_TEST

/* ... and so for rare events among many. */
START_TEST(test_binomial_comonotone_rare)
{
    uint64_t m[US];
    int wrong = 0;

    odd_numbers(m);
    for (size_t j = 0; j < US; j++)
        for (double n = 1e3; n < 1e16; n *= 10)
            for (double mean = 1e-20; mean < 20; mean *= 1.5) {
                uint64_t n0 = (uint64_t)n;
                double p = mean / n;
                uint64_t count = count_at(m[j], 0, n0, p);
                wrong += count > count_at(m[j], 0, n0, 1.01 * p);
                wrong += count > count_at(m[j], 0, n0 + n0 / 100, p);
            }
    ck_assert_int_eq(wrong, 0);
}
END_TEST

/* A mirrored p and u give the mirrored count, exactly, in both regimes (but
 * for the far ends, where a rejection goes on in a side stream). */
START_TEST(test_binomial_mirrored)
{
    static const uint64_t ns[] = { 1, 10, 34, 119, 121, 1000, 1000000000 };
    const uint64_t all = (uint64_t)1 << 53;
    uint64_t m[US];
    int wrong = 0;

    odd_numbers(m);
    for (size_t i = 0; i < LENGTH(ns); i++)
        for (int k = 0; k < 32; k++)
            for (size_t j = 0; j < US; j++) {
                double p = k / 64.0;   /* 1 - p is exact */
                int rejected = (double)ns[i] * p * (1 - p) > 30;
                uint64_t count = count_at(m[j], j % 8, ns[i], p);
                uint64_t mirror = count_at(all - m[j], j % 8, ns[i], 1 - p);
                if (!rejected || (m[j] > all / 100 && m[j] < all - all / 100))
                    wrong += count != ns[i] - mirror;
            }
    ck_assert_int_eq(wrong, 0);
}
END_TEST

typedef struct pair {
    uint64_t n1, n2;
    double p1, p2;
} pair;

static double correlation(const pair *of, size_t size)
{
    double x1 = 0, y1 = 0, xx = 0, yy = 0, xy = 0, count = (double)size;

    for (size_t i = 0; i < size; i++) {
        tro_stream s = test_stream(of->n1, i), t = s;
        double x = (double)tro_stream_binomial(&s, of->n1, of->p1) - (double)of->n1 * of->p1;
        double y = (double)tro_stream_binomial(&t, of->n2, of->p2) - (double)of->n2 * of->p2;
        x1 += x / count;
        y1 += y / count;
        xx += x * x / count;
        yy += y * y / count;
        xy += x * y / count;
    }
    return (xy - x1 * y1) / sqrt((xx - x1 * x1) * (yy - y1 * y1));
}

/* Counts at p and p + 0.01 on one stream: over 0.8 everywhere (at n = 10 that
 * is the largest any pairing gives: counts of rare events differ), over 0.9
 * where the method changes between the two, over 0.95 from n = 1000 on. */
START_TEST(test_binomial_paired)
{
    static const uint64_t ns[] = { 10, 34, 100, 150, 1000, 1000000, 1000000000 };
    uint64_t n = ns[_i];

    for (int i = 0; i < 22; i++) {
        double p = i < 20 ? 0.02 + 0.05 * i : i == 20 ? 0.495 : 0.5;
        const pair of = { n, n, p, p + 0.01 };
        double limit = n == 10 ? 0.8 : n == 34 ? 0.85 : n < 1000 ? 0.92 : 0.95;
        double c = correlation(&of, 8000);
        ck_assert_msg(c > limit, "n %.0f, p %g: correlation %g", (double)n, p, c);
    }
}
END_TEST

START_TEST(test_binomial_paired_across)
{
    /* n p (1 - p) passes 30 between the two. */
    static const pair across[] = {
        { 121, 121, 0.45, 0.46 }, { 121, 121, 0.54, 0.55 }, { 130, 130, 0.352, 0.362 },
        { 1000, 1000, 0.022, 0.032 }, { 1000, 1000, 0.961, 0.971 }, { 120, 121, 0.5, 0.5 },
        { 142, 143, 0.3, 0.3 }, { 3030, 3031, 0.01, 0.01 }, { 142, 143, 0.7, 0.7 },
        { 30000000000, 30000000600, 1e-9, 1e-9 }
    };

    for (size_t i = 0; i < LENGTH(across); i++) {
        const pair *of = &across[i];
        int first = (double)of->n1 * of->p1 * (1 - of->p1) > 30;
        int second = (double)of->n2 * of->p2 * (1 - of->p2) > 30;
        double c = correlation(of, 40000);
        ck_assert_msg(c > 0.92, "pair %zu: correlation %g", i, c);
        ck_assert_msg(first != second || i == 0, "pair %zu is on one side", i);
    }
}
END_TEST

/* Every count against products in long double from k = 0 up; and, where there
 * are too many, the ratio of neighbours and the sum. */
START_TEST(test_binomial_probability)
{
    static const struct { uint64_t n; double p; } laws[] = {
        { 121, 0.5 }, { 150, 0.3 }, { 150, 0.71875 }, { 1000, 0.04 }, { 1000, 0.5 }, { 3000, 0.98 }
    };

    for (size_t i = 0; i < LENGTH(laws); i++) {
        uint64_t n = laws[i].n;
        double p = laws[i].p, worst = 0;
        long double exact = powl(1 - (long double)p, (long double)n);
        for (uint64_t k = 0; k <= n; k++) {
            if (exact > 1e-300L)
                worst = fmax(worst, fabs(tro_binomial_probability(n, p, k) / (double)exact - 1));
            exact *= (long double)(n - k) / (long double)(k + 1) * p / (1 - (long double)p);
        }
        ck_assert_double_lt(worst, 2e-13 * sqrt((double)n));
    }
}
END_TEST

START_TEST(test_binomial_probability_large)
{
    static const double ps[] = { 3.5e-8, 1e-6, 0.001, 0.4, 0.5 };
    const uint64_t n = 1000000000;

    for (size_t i = 0; i < LENGTH(ps); i++) {
        double p = ps[i], mean = (double)n * p, sigma = sqrt(mean * (1 - p)), sum = 0, worst = 0;
        uint64_t k = (uint64_t)fmax(0, mean - 9 * sigma), last = (uint64_t)(mean + 9 * sigma);
        double now = tro_binomial_probability(n, p, k), next;
        for (; k < last; k++, now = next) {
            next = tro_binomial_probability(n, p, k + 1);
            double ratio = (double)(n - k) * p / ((double)(k + 1) * (1 - p));
            worst = fmax(worst, fabs(next / now / ratio - 1));
            sum += now;
        }
        ck_assert_double_lt(worst, 1e-11);
        ck_assert_double_eq_tol(sum, 1, 1e-11);
    }
}
END_TEST

/* The bounds of the rejection, least over steps of u; the sum over u of what
 * is kept. */
typedef struct bounds {
    double most, least, sum;
} bounds;

static bounds scan(uint64_t n, double p, int steps)
{
    bounds b = { 0, 1, 0 };

    for (int i = 0; i < steps; i++) {
        double quick, kept = tro_binomial_acceptance(n, p, (i + 0.5) / steps, &quick);
        b.most = fmax(b.most, kept);
        b.least = fmin(b.least, kept - quick);
        b.sum += kept / steps;
    }
    return b;
}

static const double scanned_p[] = { 1e-12, 1e-4, 0.01, 0.1, 0.3, 0.45, 0.5, 0.8 };

START_TEST(test_binomial_acceptance)
{
    static const double variances[] = { 30.01, 31, 33, 36, 42, 55, 100, 1000, 1e6 };

    for (size_t i = 0; i < LENGTH(scanned_p); i++)
        for (size_t j = 0; j < LENGTH(variances); j++) {
            double p = scanned_p[i];
            bounds b = scan((uint64_t)ceil(variances[j] / (p * (1 - p))), p, 8000);
            ck_assert_double_ge(b.least, 0);
            ck_assert_double_le(b.most, 1);
            ck_assert_double_gt(b.sum, 0.96);
        }
}
END_TEST

/* What is kept sums to 1 / bound exactly if x is followed by its derivative
 * and the probabilities are those of a law. */
START_TEST(test_binomial_acceptance_sum)
{
    double p = scanned_p[_i], n = ceil(31 / (p * (1 - p)));
    double bound = 1.02 + 0.5 / (n * p * (1 - p));

    ck_assert_double_eq_tol(scan((uint64_t)n, p, 400000).sum * bound, 1, 4e-6);
}
END_TEST

typedef struct law {
    uint64_t n;
    double p;
    tro_binomial *prepared;   /* NULL: single calls */
} law;

/* Counts in some 200 bins within 9 sigma against the probabilities. */
static double binomial_law(const void *what, size_t size, uint64_t round)
{
    enum { BINS = 203 };
    const law *of = what;
    double mean = (double)of->n * of->p, sigma = sqrt(mean * (1 - of->p)) + 1;
    double from = fmax(0, floor(mean - 9 * sigma)), to = fmin((double)of->n, mean + 9 * sigma);
    double width = fmax(1, ceil((to - from) / (BINS - 2))), seen[BINS] = { 0 };
    double expected[BINS] = { 0 };
    tro_stream s = test_stream(round, of->n);

    for (size_t i = 0; i < size; i++) {
        uint64_t count = of->prepared != NULL ? tro_binomial_draw(of->prepared, &s)
                                              : tro_stream_binomial(&s, of->n, of->p);
        double bin = floor(((double)count - from) / width);
        seen[bin < 0 ? 0 : bin > BINS - 2 ? BINS - 1 : (size_t)bin + 1]++;
    }
    for (double k = from; k <= to; k++) {
        double bin = floor((k - from) / width);
        expected[(size_t)bin + 1] +=
            (double)size * gsl_ran_binomial_pdf((unsigned)k, of->p, (unsigned)of->n);
    }
    return chi_square_score(BINS, seen, expected);
}

START_TEST(test_binomial_law)
{
    static const law laws[] = {
        { 1, 0.3, NULL }, { 4, 0.5, NULL }, { 10, 0.02, NULL }, { 64, 0.4, NULL },
        { 64, 0.93, NULL }, { 119, 0.5, NULL }, { 1000000000, 2e-8, NULL },
        { 121, 0.5, NULL }, { 143, 0.3, NULL }, { 150, 0.72, NULL }, { 1000, 0.0315, NULL },
        { 1000, 0.5, NULL }, { 10000, 0.99, NULL }, { 1000000, 0.2, NULL },
        { 1000000000, 3.1e-8, NULL }, { 1000000000, 0.4, NULL }
    };
    law of = laws[_i];

    ck_five_sigma(binomial_law, &of, 500000, "binomial");
    of.prepared = tro_binomial_new(of.n, of.p);
    ck_assert_ptr_nonnull(of.prepared);
    ck_five_sigma(binomial_law, &of, _i < 7 ? 1000000 : 5000000, "prepared binomial");
    tro_binomial_free(of.prepared);
}
END_TEST

/* Mean and variance at the largest n, where there is no table of probabilities. */
static double largest(const void *what, size_t size, uint64_t round)
{
    double p = *(const double *)what, sigma = sqrt(0x1p64 * p * (1 - p)), sum = 0, squares = 0;
    uint64_t centre = (uint64_t)(0x1p64 * p);
    tro_stream s = test_stream(round, 64);

    for (size_t i = 0; i < size; i++) {
        uint64_t count = tro_stream_binomial(&s, UINT64_MAX, p);
        double z = (double)(int64_t)(count - centre) / sigma;
        sum += z;
        squares += z * z - 1;
    }
    return fmax(fabs(sum), fabs(squares) / M_SQRT2) / sqrt((double)size);
}

START_TEST(test_binomial_largest)
{
    static const double ps[] = { 0.25, 0.5, 0.75, 0x1p-40 };

    ck_five_sigma(largest, &ps[_i], 200000, "n = 2^64 - 1");
}
END_TEST

START_TEST(test_binomial_draw)
{
    static const uint64_t ns[] = { 0, 1, 4, 10, 33, 64, 119, 121, 1000, 1000000000, UINT64_MAX };
    static const double ps[] = { 0, 1e-9, 0.02, 0.03, 0.3, 0.4, 0.5, 0.51, 0.9, 0.97, 1 };

    for (size_t i = 0; i < LENGTH(ns); i++)
        for (size_t j = 0; j < LENGTH(ps); j++) {
            tro_binomial *prepared = tro_binomial_new(ns[i], ps[j]);
            tro_stream s = test_stream(i, j), t = s;
            int wrong = 0;
            ck_assert_ptr_nonnull(prepared);
            for (int k = 0; k < 3000; k++)
                wrong += tro_binomial_draw(prepared, &s) != tro_stream_binomial(&t, ns[i], ps[j]);
            ck_assert_int_eq(wrong, 0);
            ck_assert(s.state == t.state);
            tro_binomial_free(prepared);
        }
    tro_binomial_free(NULL);
}
END_TEST

/* At each u where the count changes, found by bisection, and beside it. */
START_TEST(test_binomial_draw_thresholds)
{
    static const uint64_t ns[] = { 1, 4, 10, 64, 119, 1000000000 };
    static const double ps[] = { 0.3, 0.47, 0.02, 0.6, 0.5, 2e-8 };

    for (size_t i = 0; i < LENGTH(ns); i++) {
        tro_binomial *prepared = tro_binomial_new(ns[i], ps[i]);
        uint64_t end = (uint64_t)1 << 52, most = count_at(2 * end - 1, 0, ns[i], ps[i]);
        ck_assert_ptr_nonnull(prepared);
        for (uint64_t k = count_at(1, 0, ns[i], ps[i]); k < most; k++) {
            uint64_t low = 0, high = end - 1;   /* m = 2 low + 1 gives <= k, high more */
            while (high - low > 1) {
                uint64_t middle = (low + high) / 2;
                *(count_at(2 * middle + 1, 0, ns[i], ps[i]) > k ? &high : &low) = middle;
            }
            for (uint64_t near = high < 3 ? 0 : high - 3; near < high + 3 && near < end; near++) {
                tro_stream s = stream_that_gives(near << 12, 3);
                ck_assert_uint_eq(tro_binomial_draw(prepared, &s),
                                  count_at(2 * near + 1, 0, ns[i], ps[i]));
            }
        }
        tro_binomial_free(prepared);
    }
}
END_TEST

START_TEST(test_binomial_new_errors)
{
    tro_memory_fail_after(1);
    ck_assert_ptr_null(tro_binomial_new(10, 0.3));
    ck_assert_ptr_null(tro_binomial_new(1000, 0.3));
    tro_memory_fail_after(0);
    tro_binomial *prepared = tro_binomial_new(10, 0.3);
    ck_assert_ptr_nonnull(prepared);
    tro_binomial_free(prepared);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("random binomial");
    TCase *tests = tcase_create("counts");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(tests, 600);
    tcase_add_test(tests, test_binomial_edges);
    tcase_add_test(tests, test_binomial_tails);
    tcase_add_test(tests, test_binomial_comonotone);
    tcase_add_test(tests, test_binomial_comonotone_rare);
    tcase_add_test(tests, test_binomial_mirrored);
    tcase_add_loop_test(tests, test_binomial_paired, 0, 7);
    tcase_add_test(tests, test_binomial_paired_across);
    tcase_add_test(tests, test_binomial_probability);
    tcase_add_test(tests, test_binomial_probability_large);
    tcase_add_test(tests, test_binomial_acceptance);
    tcase_add_loop_test(tests, test_binomial_acceptance_sum, 0, 8);
    tcase_add_loop_test(tests, test_binomial_law, 0, 16);
    tcase_add_loop_test(tests, test_binomial_largest, 0, 4);
    tcase_add_test(tests, test_binomial_draw);
    tcase_add_test(tests, test_binomial_draw_thresholds);
    tcase_add_test(tests, test_binomial_new_errors);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed > 0;
}
