/* Eigenvalues: Schur forms, sorted, and the condition of what leads. */
#include <check.h>
#include <complex.h>
#include <math.h>
#include <stdlib.h>

#include "analysis/schur.h"
#include "linear_support.h"

static double block_modulus(const tro_schur *s, size_t at, size_t *wide)
{
    size_t n = s->size;
    const double *t = s->t + at * n + at;
    *wide = at + 1 < n && t[n] != 0 ? 2 : 1;
    return *wide == 1 ? fabs(t[0]) : sqrt(t[0] * t[n + 1] - t[1] * t[n]);
}

static void assert_schur(const tro_schur *s, const double *a, size_t sorted)
{
    size_t n = s->size, wide;
    double scale = 0, worst = 0, skew = 0, before = INFINITY;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            double sum = 0, dot = 0;
            for (size_t k = 0; k < n; k++) {
                double zt = 0;
                for (size_t l = 0; l < n; l++)
                    zt += s->t[k * n + l] * s->z[j * n + l];
                sum += s->z[i * n + k] * zt;
                dot += s->z[i * n + k] * s->z[j * n + k];
            }
            scale = fmax(scale, fabs(a[i * n + j]));
            worst = fmax(worst, fabs(sum - a[i * n + j]));
            skew = fmax(skew, fabs(dot - (i == j)));
        }
    ck_assert_double_le(worst, 1e-14 * (double)n * scale);
    ck_assert_double_le(skew, 1e-14 * (double)n);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j + 1 < i; j++)
            ck_assert_double_eq(s->t[i * n + j], 0);
    for (size_t at = 0; at < n; at += wide) {
        double modulus = block_modulus(s, at, &wide);
        ck_assert_double_le(modulus, before * (1 + 1e-9));
        if (at < sorted)
            before = modulus;
    }
}

START_TEST(test_random_schur)
{
    for (size_t n = 1; n <= 30; n++) {
        double *a = example_normals(n * n, n);
        tro_schur schur;
        ck_assert_int_eq(tro_schur_init(&schur, n, a), TRO_OK);
        assert_schur(&schur, a, 0);
        size_t half = tro_schur_sort(&schur, n / 2);
        ck_assert(half >= n / 2 && half <= n / 2 + 1);
        assert_schur(&schur, a, half);
        ck_assert_uint_eq(tro_schur_sort(&schur, n), n);
        assert_schur(&schur, a, n);
        tro_schur_free(&schur);
        free(a);
    }
}
END_TEST

/* Pairs of equal and nearly equal eigenvalues, which swaps cannot tell apart. */
START_TEST(test_close_schur)
{
    enum { N = 16 };
    double a[N * N] = {0};
    for (size_t i = 0; i < N; i += 2) {
        double shift = 1e-15 * (double)(i % 6);
        a[i * N + i] = a[(i + 1) * N + i + 1] = 0.5 + shift;
        a[i * N + i + 1] = 0.7;
        a[(i + 1) * N + i] = i % 4 ? -0.7 : 0;
    }
    example_reflect(N, a, 3);
    tro_schur schur;
    ck_assert_int_eq(tro_schur_init(&schur, N, a), TRO_OK);
    ck_assert_uint_eq(tro_schur_sort(&schur, N), N);
    assert_schur(&schur, a, 0);
    tro_leading leading;
    ck_assert_int_eq(tro_schur_leading(&schur, &leading), TRO_OK);
    ck_assert_double_eq_tol(hypot(leading.re, leading.im), hypot(0.5, 0.7), 1e-13);
    tro_schur_free(&schur);
}
END_TEST

/* A modulus larger by rounding only does not come first. */
START_TEST(test_tie_schur)
{
    const double a[4] = {-1, 0.3, 0, 1 - 1e-12};
    tro_schur schur;
    tro_leading leading;
    ck_assert_int_eq(tro_schur_init(&schur, 2, a), TRO_OK);
    tro_schur_sort(&schur, 2);
    ck_assert_int_eq(tro_schur_leading(&schur, &leading), TRO_OK);
    ck_assert_double_eq_tol(leading.re, 1, 1e-11);
    assert_schur(&schur, a, 0);
    tro_schur_free(&schur);
}
END_TEST

/* Closed forms: (1 c; 0 1/2) has condition sqrt(1 + 4 c^2); (a b; -c a) has
 * a +- i sqrt(b c) with (b + c) / (2 sqrt(b c)). */
START_TEST(test_condition_schur)
{
    for (double c = 0.01; c < 1e6; c *= 7) {
        double real[4] = {1, c, 0, 0.5}, pair[4] = {0.3, 1, -c, 0.3};
        tro_schur schur;
        tro_leading leading;
        ck_assert_int_eq(tro_schur_init(&schur, 2, real), TRO_OK);
        tro_schur_sort(&schur, 1);
        ck_assert_int_eq(tro_schur_leading(&schur, &leading), TRO_OK);
        ck_assert_double_eq_tol(leading.condition / sqrt(1 + 4 * c * c), 1, 1e-12);
        tro_schur_free(&schur);
        ck_assert_int_eq(tro_schur_init(&schur, 2, pair), TRO_OK);
        ck_assert_int_eq(tro_schur_leading(&schur, &leading), TRO_OK);
        ck_assert_double_eq_tol(leading.im, sqrt(c), 1e-13 * (1 + c));
        ck_assert_double_eq_tol(leading.condition / ((1 + c) / (2 * sqrt(c))), 1, 1e-9);
        tro_schur_free(&schur);
    }
}
END_TEST

static double complex leading_value(size_t n, const double *a, double *condition)
{
    tro_schur schur;
    tro_leading leading;
    ck_assert_int_eq(tro_schur_init(&schur, n, a), TRO_OK);
    tro_schur_sort(&schur, 1);
    ck_assert_int_eq(tro_schur_leading(&schur, &leading), TRO_OK);
    tro_schur_free(&schur);
    *condition = leading.condition;
    return leading.re + leading.im * _Complex_I;
}

/* The condition is the largest |dvalue| / |dA|, attained at one direction:
 * the gradient y x' that unit disturbances of single entries measure. */
START_TEST(test_gradient_schur)
{
    enum { N = 9 };
    for (uint64_t seed = 0; seed < 20; seed++) {
        double *a = example_normals(N * N, seed), condition, ignored, square = 0, h = 1e-6;
        double complex value = leading_value(N, a, &condition);
        for (size_t k = 0; k < N * N; k++) {
            double kept = a[k];
            a[k] = kept + h;
            double complex up = leading_value(N, a, &ignored);
            a[k] = kept - h;
            double complex down = leading_value(N, a, &ignored);
            a[k] = kept;
            ck_assert_double_lt(cabs(up - value), 1e-3);
            square += pow(cabs(up - down) / (2 * h), 2);
        }
        ck_assert_double_eq_tol(sqrt(square) / condition, 1, 1e-6);
        free(a);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("schur");
    TCase *schur = tcase_create("schur");
    tcase_set_timeout(schur, 60);
    tcase_add_test(schur, test_random_schur);
    tcase_add_test(schur, test_close_schur);
    tcase_add_test(schur, test_tie_schur);
    tcase_add_test(schur, test_condition_schur);
    tcase_add_test(schur, test_gradient_schur);
    suite_add_tcase(suite, schur);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
