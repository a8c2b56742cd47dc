/* Eigenvalues: irreducible blocks, all eigenvalues of a matrix. */
#include <check.h>
#include <complex.h>
#include <math.h>
#include <stdlib.h>

#include "analysis/blocks.h"
#include "analysis/dense.h"
#include "analysis/krylov.h"
#include "base/memory.h"
#include "linear_support.h"

/* --- irreducible blocks -------------------------------------------------- */

START_TEST(test_food_web_blocks)
{
    /* 0 -> 1 -> 2 -> 0 and 3 <-> 4; 2 -> 3, 5 -> 0, and 6 alone */
    const size_t edges[][2] = {{0, 1}, {1, 2}, {2, 0}, {3, 4}, {4, 3}, {2, 3}, {5, 0}};
    double a[49] = {0};
    size_t members[7], starts[8], count, block_of[7];
    for (size_t k = 0; k < 7; k++)
        a[edges[k][0] * 7 + edges[k][1]] = 1;
    ck_assert_int_eq(tro_irreducible_blocks(7, a, members, starts, &count), TRO_OK);
    ck_assert_uint_eq(count, 4);
    ck_assert_uint_eq(starts[count], 7);
    for (size_t k = 0; k < count; k++)
        for (size_t i = starts[k]; i < starts[k + 1]; i++)
            block_of[members[i]] = k;
    ck_assert(block_of[0] == block_of[1] && block_of[1] == block_of[2]);
    ck_assert(block_of[3] == block_of[4] && block_of[3] != block_of[0]);
    ck_assert(block_of[5] != block_of[0] && block_of[5] != block_of[3]);
    ck_assert(block_of[6] != block_of[0] && block_of[6] != block_of[3]);
    ck_assert(block_of[5] != block_of[6]);
}
END_TEST

/* i and j share a block if and only if each reaches the other (Warshall). */
START_TEST(test_random_blocks)
{
    enum { N = 24 };
    for (uint64_t seed = 0; seed < 200; seed++) {
        tro_stream stream = example_stream(seed);
        double a[N * N] = {0};
        char reach[N][N];
        size_t members[N], starts[N + 1], count, block_of[N], seen = 0;
        for (size_t i = 0; i < N * N; i++)
            a[i] = tro_stream_uniform(&stream) < 0.01 * (double)(1 + seed % 10);
        for (size_t i = 0; i < N; i++)
            for (size_t j = 0; j < N; j++)
                reach[i][j] = i == j || a[i * N + j] != 0;
        for (size_t k = 0; k < N; k++)
            for (size_t i = 0; i < N; i++)
                for (size_t j = 0; j < N; j++)
                    reach[i][j] |= (char)(reach[i][k] & reach[k][j]);
        ck_assert_int_eq(tro_irreducible_blocks(N, a, members, starts, &count), TRO_OK);
        for (size_t k = 0; k < count; k++)
            for (size_t i = starts[k]; i < starts[k + 1]; i++, seen++)
                block_of[members[i]] = k;
        ck_assert_uint_eq(seen, N);
        for (size_t i = 0; i < N; i++)
            for (size_t j = 0; j < N; j++)
                ck_assert_int_eq(block_of[i] == block_of[j], reach[i][j] && reach[j][i]);
    }
}
END_TEST

/* --- all eigenvalues ------------------------------------------------------- */

/* Each expected value takes its nearest among those found. */
static void assert_values(size_t n, const tro_complex *found, const double complex *expected,
                          double tolerance)
{
    char *taken = calloc(n, 1);
    ck_assert_ptr_nonnull(taken);
    for (size_t k = 0; k < n; k++) {
        size_t best = n;
        double nearest = INFINITY;
        for (size_t i = 0; i < n; i++) {
            double distance = cabs(found[i].re + found[i].im * _Complex_I - expected[k]);
            if (!taken[i] && distance < nearest) {
                best = i;
                nearest = distance;
            }
        }
        ck_assert_double_le(nearest, tolerance);
        taken[best] = 1;
    }
    free(taken);
}

static void assert_order(size_t n, const tro_complex *values)
{
    for (size_t k = 0; k + 1 < n; k++) {
        double one = hypot(values[k].re, values[k].im);
        double two = hypot(values[k + 1].re, values[k + 1].im);
        ck_assert_double_ge(one, two * (1 - 1.01e-10));
        if (values[k].im < 0) {
            ck_assert_double_eq(values[k - 1].im, -values[k].im);
            ck_assert_double_eq(values[k - 1].re, values[k].re);
        }
    }
}

/* A circulant matrix with first row c has the eigenvalues sum c_k w^k over the
 * n-th roots of unity w. */
START_TEST(test_circulant_eigenvalues)
{
    for (size_t n = 1; n <= 40; n++) {
        double *c = example_normals(n, n), *a = example_zeros(n * n);
        tro_complex *values = calloc(n, sizeof *values);
        double complex *expected = calloc(n, sizeof *expected);
        double radius = 0, found;
        for (size_t i = 0; i < n; i++)
            for (size_t k = 0; k < n; k++)
                a[i * n + (i + k) % n] = c[k];
        for (size_t w = 0; w < n; w++) {
            for (size_t k = 0; k < n; k++)
                expected[w] += c[k] * cexp(2 * M_PI * _Complex_I * (double)(w * k % n) / (double)n);
            radius = fmax(radius, cabs(expected[w]));
        }
        ck_assert_int_eq(tro_dense_eigenvalues(n, a, values), TRO_OK);
        assert_values(n, values, expected, 1e-13 * radius);
        assert_order(n, values);
        ck_assert_int_eq(tro_dense_spectral_radius(n, a, &found), TRO_OK);
        ck_assert_double_eq_tol(found, radius, 1e-13 * radius);
        free(c);
        free(a);
        free(values);
        free(expected);
    }
}
END_TEST

/* The companion matrix of the polynomial with given roots. */
START_TEST(test_companion_eigenvalues)
{
    enum { N = 7 };
    const double complex roots[N] = {0.9,        -0.95,       0.3 + 0.4 * _Complex_I,
                                     0.3 - 0.4 * _Complex_I, 0.1, -0.6 + 0.5 * _Complex_I,
                                     -0.6 - 0.5 * _Complex_I};
    double complex polynomial[N + 1] = {1};
    double a[N * N] = {0};
    tro_complex values[N];
    for (size_t k = 0; k < N; k++)
        for (size_t i = k + 1; i > 0; i--)
            polynomial[i] -= roots[k] * polynomial[i - 1];
    for (size_t k = 0; k < N; k++) {
        a[k] = -creal(polynomial[k + 1]);
        if (k > 0)
            a[k * N + k - 1] = 1;
    }
    ck_assert_int_eq(tro_dense_eigenvalues(N, a, values), TRO_OK);
    assert_values(N, values, roots, 1e-13);
    assert_order(N, values);
    ck_assert_double_eq_tol(values[0].re, -0.95, 1e-13);
}
END_TEST

/* One eigenvalue 100 times along a food chain whose order is lost: a Jordan
 * block, whose eigenvalues rounding would spread over a disk of radius 0.7. */
START_TEST(test_shuffled_chain_eigenvalues)
{
    enum { N = 100 };
    double *a = example_zeros(N * N), radius;
    tro_complex values[N];
    for (size_t i = 0; i < N; i++) {
        a[i * N + i] = 0.5;
        if (i > 0)
            a[i * N + i - 1] = 0.5;
    }
    example_shuffle(N, a, 1);
    ck_assert_int_eq(tro_dense_eigenvalues(N, a, values), TRO_OK);
    for (size_t i = 0; i < N; i++)
        ck_assert(values[i].re == 0.5 && values[i].im == 0);
    for (size_t i = 0; i < N; i++)
        a[i * N + i] = 0;
    ck_assert_int_eq(tro_dense_spectral_radius(N, a, &radius), TRO_OK);
    ck_assert_double_eq(radius, 0);
    free(a);
}
END_TEST

/* Triangular in some order, all couplings present: the diagonal, exactly. */
START_TEST(test_shuffled_triangle_eigenvalues)
{
    enum { N = 30 };
    double *a = example_normals(N * N, 4);
    tro_complex values[N];
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++)
            a[i * N + j] = i == j ? 1.0 / (double)(i + 2) : i < j ? a[i * N + j] : 0;
    example_shuffle(N, a, 2);
    ck_assert_int_eq(tro_dense_eigenvalues(N, a, values), TRO_OK);
    for (size_t i = 0; i < N; i++)
        ck_assert(values[i].re == 1.0 / (double)(i + 2) && values[i].im == 0);
    free(a);
}
END_TEST

START_TEST(test_tie_eigenvalues)
{
    double signs[9] = {-1, 0, 0, 0, 1 - 1e-12, 0, 0, 0, 0.5}, cycle[16] = {0};
    tro_complex values[4];
    ck_assert_int_eq(tro_dense_eigenvalues(3, signs, values), TRO_OK);
    ck_assert_double_eq(values[0].re, 1 - 1e-12);
    ck_assert_double_eq(values[1].re, -1);
    for (size_t i = 0; i < 4; i++)
        cycle[i * 4 + (i + 1) % 4] = 1;
    ck_assert_int_eq(tro_dense_eigenvalues(4, cycle, values), TRO_OK);
    ck_assert_double_eq_tol(values[0].re, 1, 1e-14);
    ck_assert_double_eq_tol(values[1].im, 1, 1e-14);
    ck_assert_double_eq_tol(values[2].im, -1, 1e-14);
    ck_assert_double_eq_tol(values[3].re, -1, 1e-14);
}
END_TEST

/* Units 2^-30 .. 2^30 apart change no eigenvalue. */
START_TEST(test_badly_scaled_eigenvalues)
{
    enum { N = 20 };
    double *a = example_normals(N * N, 6);
    tro_complex values[N], scaled[N];
    double complex expected[N];
    ck_assert_int_eq(tro_dense_eigenvalues(N, a, values), TRO_OK);
    for (size_t i = 0; i < N; i++) {
        expected[i] = values[i].re + values[i].im * _Complex_I;
        for (size_t j = 0; j < N; j++)
            a[i * N + j] = ldexp(a[i * N + j], (int)(i * 29 % 61) - (int)(j * 29 % 61));
    }
    ck_assert_int_eq(tro_dense_eigenvalues(N, a, scaled), TRO_OK);
    assert_values(N, scaled, expected, 1e-12);
    free(a);
}
END_TEST

START_TEST(test_dense_eigenvalues_errors)
{
    double nan[4] = {1, 0, NAN, 1}, radius = 1;
    tro_complex values[2];
    tro_eigenvalue value;
    ck_assert_int_eq(tro_dense_eigenvalues(2, nan, values), TRO_EINVAL);
    ck_assert_int_eq(tro_dense_spectral_radius(2, nan, &radius), TRO_EINVAL);
    ck_assert_int_eq(tro_dense_dominant(2, nan, &value), TRO_EINVAL);
    ck_assert_int_eq(tro_dense_spectral_radius(0, nan, &radius), TRO_OK);
    ck_assert_double_eq(radius, 0);
    ck_assert_int_eq(tro_dense_dominant(0, nan, &value), TRO_OK);
    ck_assert(value.modulus == 0 && value.converged);
}
END_TEST

START_TEST(test_dense_eigenvalues_memory)
{
    double *a = example_normals(100, 5), radius;
    tro_eigenvalue value;
    int status = TRO_ENOMEM;
    uint64_t n = 0;
    while (status == TRO_ENOMEM) {
        ck_assert_uint_lt(++n, 100);
        tro_memory_fail_after(n);
        status = tro_dense_spectral_radius(10, a, &radius);
    }
    ck_assert_int_eq(status, TRO_OK);
    for (n = 0, status = TRO_ENOMEM; status == TRO_ENOMEM;) {
        ck_assert_uint_lt(++n, 100);
        tro_memory_fail_after(n);
        status = tro_dense_dominant(10, a, &value);
    }
    tro_memory_fail_after(0);
    ck_assert_int_eq(status, TRO_OK);
    ck_assert_double_eq_tol(value.modulus, radius, 1e-13);
    free(a);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("spectrum");
    TCase *dense = tcase_create("dense");
    tcase_set_timeout(dense, 60);
    tcase_add_test(dense, test_food_web_blocks);
    tcase_add_test(dense, test_random_blocks);
    tcase_add_test(dense, test_circulant_eigenvalues);
    tcase_add_test(dense, test_companion_eigenvalues);
    tcase_add_test(dense, test_shuffled_chain_eigenvalues);
    tcase_add_test(dense, test_shuffled_triangle_eigenvalues);
    tcase_add_test(dense, test_tie_eigenvalues);
    tcase_add_test(dense, test_badly_scaled_eigenvalues);
    tcase_add_test(dense, test_dense_eigenvalues_errors);
    tcase_add_test(dense, test_dense_eigenvalues_memory);
    suite_add_tcase(suite, dense);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
