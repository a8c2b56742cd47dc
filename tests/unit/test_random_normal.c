/* Normal numbers: tables, law, tail, bulk against single calls. */
#include <string.h>

#include "base/random_normal_tables.h"
#include "random_support.h"

/* The tables again, in long double; what is missing at the top strip. */
static long double edge[257], height[257];

static long double strips(long double r)
{
    long double f = expl(-r * r / 2);
    long double v = r * f + sqrtl(acosl(-1) / 2) * erfcl(r / sqrtl(2));

    edge[0] = v / f;
    edge[1] = r;
    for (int i = 1; i < 255; i++) {
        long double next = expl(-edge[i] * edge[i] / 2) + v / edge[i];
        if (next >= 1)
            return 1;
        edge[i + 1] = sqrtl(-2 * logl(next));
    }
    return expl(-edge[255] * edge[255] / 2) + v / edge[255] - 1;
}

START_TEST(test_normal_tables)
{
    long double low = 3, high = 4;

    for (int i = 0; i < 100; i++) {
        long double middle = (low + high) / 2;
        if (strips(middle) > 0)
            low = middle;
        else
            high = middle;
    }
    strips(high);
    edge[256] = 0;
    for (int i = 0; i < 257; i++) {
        height[i] = expl(-edge[i] * edge[i] / 2);
        ck_assert_double_eq_tol(strip_edge[i], (double)edge[i], 2e-15);
        if (i > 0)
            ck_assert_double_eq_tol(strip_height[i], (double)height[i], 2e-15);
    }
}
END_TEST

START_TEST(test_stream_normals)
{
    enum { COUNT = 200000 };
    static double out[COUNT];
    tro_stream s = test_stream(0, 1), t = s;
    int beyond = 0;

    tro_stream_normals(&s, COUNT, out);
    for (int i = 0; i < COUNT; i++) {
        double x = tro_stream_normal(&t);
        ck_assert(memcmp(&x, &out[i], sizeof x) == 0);
        beyond += fabs(x) > strip_edge[1];
    }
    ck_assert(s.state == t.state && s.increment == t.increment);
    ck_assert_int_gt(beyond, 20);   /* the tail took part: 51 expected */
    tro_stream_normals(&s, 0, NULL);
    ck_assert(s.state == t.state);
}
END_TEST

/* Sign, strip and place come from disjoint bits: turning all bits but the
 * strip's turns the sign alone, and the strip alone scales. */
START_TEST(test_stream_normal_bits)
{
    for (uint64_t strip = 1; strip < 256; strip++) {
        uint64_t bits = (strip * 0x9e3779b97f4a7c15u & ~(uint64_t)255) | strip;
        tro_stream s = stream_that_gives(bits, 9), t = stream_that_gives(bits ^ ~(uint64_t)255, 9);
        double x = tro_stream_normal(&s), place = (double)((int64_t)bits >> 8) * 0x1p-55;
        if (fabs(place) * strip_edge[strip] > 0.99 * strip_edge[strip + 1])
            continue;
        ck_assert_double_eq_tol(x, place * strip_edge[strip], 1e-15);
        ck_assert_double_eq(tro_stream_normal(&t), -x);
    }
}
END_TEST

/* In bins of equal width over -5 .. 5, and beyond. */
static double law(size_t size, uint64_t round)
{
    enum { BINS = 400 };
    tro_stream s = test_stream(round, 2);
    double seen[BINS + 2] = { 0 }, expected[BINS + 2];

    for (size_t i = 0; i < size; i++) {
        double x = (tro_stream_normal(&s) + 5) * BINS / 10;
        seen[x < 0 ? 0 : x >= BINS ? BINS + 1 : (size_t)x + 1]++;
    }
    for (int i = 0; i < BINS + 2; i++) {
        double from = -5 + 10.0 * (i - 1) / BINS, to = -5 + 10.0 * i / BINS;
        double p = i == 0 ? gsl_cdf_ugaussian_P(-5) : i > BINS ? gsl_cdf_ugaussian_Q(5)
                 : from < 0 ? gsl_cdf_ugaussian_P(to) - gsl_cdf_ugaussian_P(from)
                            : gsl_cdf_ugaussian_Q(from) - gsl_cdf_ugaussian_Q(to);
        expected[i] = p * (double)size;
    }
    return chi_square_score(BINS + 2, seen, expected);
}

/* Pairs of successive normals, each in 16 bins of equal probability. */
static double pairs(size_t size, uint64_t round)
{
    tro_stream s = test_stream(round, 3);
    double seen[256] = { 0 }, expected[256], limit[16], last = tro_stream_normal(&s);

    for (int i = 1; i < 16; i++)
        limit[i] = gsl_cdf_ugaussian_Pinv(i / 16.0);
    size_t before = 0, now;
    for (size_t i = 0; i <= size; i++, before = now) {
        for (now = 0; now < 15 && last >= limit[now + 1];)
            now++;
        if (i > 0)
            seen[before * 16 + now]++;
        last = tro_stream_normal(&s);
    }
    for (int i = 0; i < 256; i++)
        expected[i] = (double)size / 256;
    return chi_square_score(256, seen, expected);
}

/* Moments 1 to 4, and the correlations at lags 1 and 2. */
static double moments(size_t size, uint64_t round)
{
    static const double mean[6] = { 0, 1, 0, 3, 0, 0 }, variance[6] = { 1, 2, 15, 96, 1, 1 };
    tro_stream s = test_stream(round, 4);
    double sum[6] = { 0 }, x1 = tro_stream_normal(&s), x2 = tro_stream_normal(&s), worst = 0;

    for (size_t i = 0; i < size; i++) {
        double x = tro_stream_normal(&s), xx = x * x;
        const double term[6] = { x, xx, x * xx, xx * xx, x * x1, x * x2 };
        for (int j = 0; j < 6; j++)
            sum[j] += term[j] - mean[j];
        x2 = x1;
        x1 = x;
    }
    for (int j = 0; j < 6; j++)
        worst = fmax(worst, fabs(sum[j]) / sqrt(variance[j] * (double)size));
    return worst;
}

/* Beyond the last strip: how many, either side, and how they are spread. */
static double beyond(size_t size, uint64_t round)
{
    double r = strip_edge[1], rare = 2 * gsl_cdf_ugaussian_Q(r), all = 0, signs = 0;
    tro_stream s = test_stream(round, 5);
    double seen[20] = { 0 }, expected[20], out[1000];

    for (size_t i = 0; i < size; i += 1000) {
        tro_stream_normals(&s, 1000, out);
        for (int j = 0; j < 1000; j++) {
            if (fabs(out[j]) <= r)
                continue;
            all++;
            signs += out[j] > 0 ? 1 : -1;
            double part = gsl_cdf_ugaussian_Q(fabs(out[j])) / gsl_cdf_ugaussian_Q(r);
            seen[part < 1 ? (int)(20 * part) : 19]++;
        }
    }
    for (int i = 0; i < 20; i++)
        expected[i] = all / 20;
    return fmax(chi_square_score(20, seen, expected),
                fmax(fabs(all - rare * (double)size) / sqrt(rare * (double)size),
                     fabs(signs) / sqrt(all)));
}

/* The tail alone: streams whose first output falls at the end of strip 0. */
static double tail(size_t size, uint64_t round)
{
    double q = gsl_cdf_ugaussian_Q(strip_edge[1]), seen[200] = { 0 }, expected[200], sum = 0;

    for (size_t i = 0; i < size; i++) {
        tro_stream s = stream_that_gives(0x7fffffffffffff00u, test_stream(round, i).increment);
        double part = gsl_cdf_ugaussian_Q(tro_stream_normal(&s)) / q;
        seen[part < 1 ? (int)(200 * part) : 199]++;
        sum += part - 0.5;
    }
    for (int i = 0; i < 200; i++)
        expected[i] = (double)size / 200;
    return fmax(chi_square_score(200, seen, expected), fabs(sum) * sqrt(12 / (double)size));
}

static double check(const void *what, size_t size, uint64_t round)
{
    static double (*const checks[])(size_t, uint64_t) = { law, pairs, moments, beyond, tail };

    return checks[*(const int *)what](size, round);
}

START_TEST(test_stream_normal_law)
{
    static const size_t sizes[] = { 4000000, 2000000, 4000000, 20000000, 2000000 };
    static const char *const names[] = { "bins", "pairs", "moments", "beyond", "tail" };

    ck_five_sigma(check, &_i, sizes[_i], names[_i]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("random normal");
    TCase *tests = tcase_create("normals");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(tests, 300);
    tcase_add_test(tests, test_normal_tables);
    tcase_add_test(tests, test_stream_normals);
    tcase_add_test(tests, test_stream_normal_bits);
    tcase_add_loop_test(tests, test_stream_normal_law, 0, 5);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed > 0;
}
