/* Multinomial counts: edges, law by enumeration, large draws, pairing. */
#include <gsl/gsl_randist.h>

#include "random_support.h"

START_TEST(test_multinomial_edges)
{
    static const double p[6] = { 0, 0.5, 0, 1.5, 1e-300, 0 }, scaled[6] = { 0, 2, 0, 6, 4e-300, 0 };
    uint64_t counts[6], again[6];
    tro_stream s = test_stream(0, 0), t = s, u;

    for (int i = 0; i < 200; i++) {
        uint64_t n = i < 100 ? (uint64_t)i : (uint64_t)i * 12345678901;
        u = s;
        tro_stream_multinomial(&s, n, 6, p, counts);
        tro_stream_multinomial(&u, n, 6, scaled, again);
        ck_assert_uint_eq(counts[0] + counts[2] + counts[4] + counts[5], 0);
        ck_assert_uint_eq(counts[1] + counts[3], n);
        ck_assert_mem_eq(counts, again, sizeof counts);
    }
    tro_stream_multinomial(&s, 17, 1, p + 1, counts);
    ck_assert_uint_eq(counts[0], 17);
    tro_stream_multinomial(&s, 1000000000, 3, p, counts);
    ck_assert_uint_eq(counts[1], 1000000000);
    tro_stream_advance(&t, 2 * 202);   /* two outputs each, whatever n and cells */
    ck_assert(s.state == t.state);
}
END_TEST

/* All outcomes of three cells, enumerated. */
typedef struct cells {
    unsigned n;
    double p[3];
} cells;

static double multinomial_law(const void *what, size_t size, uint64_t round)
{
    const cells *of = what;
    double seen[32 * 32] = { 0 }, expected[32 * 32] = { 0 }, share[3];
    tro_stream s = test_stream(round, of->n);

    for (int i = 0; i < 3; i++)
        share[i] = of->p[i] / (of->p[0] + of->p[1] + of->p[2]);
    for (size_t i = 0; i < size; i++) {
        uint64_t counts[3];
        tro_stream_multinomial(&s, of->n, 3, of->p, counts);
        if (counts[0] + counts[1] + counts[2] != of->n)
            return 99;
        seen[counts[0] * 32 + counts[1]]++;
    }
    for (unsigned a = 0; a <= of->n; a++)
        for (unsigned b = 0; a + b <= of->n; b++) {
            const unsigned counts[3] = { a, b, of->n - a - b };
            expected[a * 32 + b] = (double)size * gsl_ran_multinomial_pdf(3, share, counts);
        }
    return chi_square_score(32 * 32, seen, expected);
}

START_TEST(test_multinomial_law)
{
    static const cells laws[] = {
        { 1, { 1, 2, 3 } }, { 5, { 0.2, 0.5, 0.3 } }, { 12, { 0.9, 0.05, 0.05 } },
        { 31, { 3, 3, 2 } }, { 8, { 0.5, 0, 0.25 } }
    };

    ck_five_sigma(multinomial_law, &laws[_i], 300000, "multinomial");
}
END_TEST

/* Each cell of a large draw has the mean and variance of its binomial. */
static double large_cells(const void *what, size_t size, uint64_t round)
{
    static const double p[5] = { 0.1, 0.4, 0.2, 0.05, 0.25 };
    double sum[5] = { 0 }, squares[5] = { 0 }, worst = 0;
    uint64_t n = 1000000000, counts[5];
    tro_stream s = test_stream(round, 5);

    (void)what;
    for (size_t i = 0; i < size; i++) {
        tro_stream_multinomial(&s, n, 5, p, counts);
        for (int j = 0; j < 5; j++) {
            double mean = (double)n * p[j];
            double z = ((double)counts[j] - mean) / sqrt(mean * (1 - p[j]));
            sum[j] += z;
            squares[j] += z * z - 1;
        }
    }
    for (int j = 0; j < 5; j++)
        worst = fmax(worst, fmax(fabs(sum[j]), fabs(squares[j]) / M_SQRT2) / sqrt((double)size));
    return worst;
}

START_TEST(test_multinomial_large)
{
    ck_five_sigma(large_cells, NULL, 50000, "multinomial of 10^9");
}
END_TEST

/* Running sums for the correlation of the counts of each cell. */
typedef struct sums {
    double x, y, xx, yy, xy;
} sums;

static double correlation(const sums *of, double size)
{
    return (size * of->xy - of->x * of->y)
        / sqrt((size * of->xx - of->x * of->x) * (size * of->yy - of->y * of->y));
}

static void draw_pairs(uint64_t n, const double *p, const double *q, size_t size, sums total[5])
{
    for (size_t i = 0; i < size; i++) {
        tro_stream s = test_stream(3, i), t = s;
        uint64_t a[5], b[5];
        tro_stream_multinomial(&s, n, 5, p, a);
        tro_stream_multinomial(&t, n, 5, q, b);
        for (int j = 0; j < 5; j++) {
            double x = (double)a[j] - (double)n * p[j], y = (double)b[j] - (double)n * q[j];
            total[j].x += x;
            total[j].y += y;
            total[j].xx += x * x;
            total[j].yy += y * y;
            total[j].xy += x * y;
        }
    }
}

/* One hundredth moved from one cell to another leaves all counts paired. */
START_TEST(test_multinomial_paired)
{
    static const double p[5] = { 0.2, 0.3, 0.1, 0.25, 0.15 };
    static const uint64_t ns[] = { 24, 200, 100000 };
    enum { SIZE = 20000 };

    for (int from = 0; from < 5; from++) {
        sums total[5] = { { 0 } };
        double q[5];
        int to = (from + 2) % 5;
        for (int j = 0; j < 5; j++)
            q[j] = p[j] - 0.01 * (j == from) + 0.01 * (j == to);
        draw_pairs(ns[_i], p, q, SIZE, total);
        for (int j = 0; j < 5; j++) {
            double c = correlation(&total[j], SIZE);
            ck_assert_msg(c > 0.9, "n %d, from %d, cell %d: %g", (int)ns[_i], from, j, c);
        }
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("random multinomial");
    TCase *tests = tcase_create("counts");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(tests, 300);
    tcase_add_test(tests, test_multinomial_edges);
    tcase_add_loop_test(tests, test_multinomial_law, 0, 5);
    tcase_add_test(tests, test_multinomial_large);
    tcase_add_loop_test(tests, test_multinomial_paired, 0, 3);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed > 0;
}
