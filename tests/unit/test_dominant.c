/* Eigenvalues: the dominant one of an operator. */
#include <check.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/dense.h"
#include "analysis/krylov.h"
#include "base/memory.h"
#include "linear_support.h"

static tro_eigenvalue dominant(size_t n, const double *a, const tro_spectrum_options *options)
{
    example e = {.n = n, .a = a};
    tro_operator op = example_operator(&e);
    tro_stream stream = example_stream(99), before = stream;
    tro_eigenvalue value;
    ck_assert_int_eq(tro_dominant_eigenvalue(&op, &stream, options, &value), TRO_OK);
    ck_assert_uint_eq(value.applies, e.calls);
    ck_assert(stream.state == before.state && stream.increment == before.increment);
    ck_assert_double_eq(value.modulus, hypot(value.re, value.im));
    ck_assert(value.im >= 0);
    return value;
}

/* Dense QR and Krylov, on random matrices of radius about 1. */
START_TEST(test_random_dominant)
{
    for (size_t n = 2; n <= 200; n = n < 8 ? n + 1 : n + n / 3) {
        double *a = example_normals(n * n, 100 + n);
        tro_complex *values = calloc(n, sizeof *values);
        for (size_t i = 0; i < n * n; i++)
            a[i] /= sqrt((double)n);
        ck_assert_int_eq(tro_dense_eigenvalues(n, a, values), TRO_OK);
        const tro_spectrum_options options[] = {{0}, {.dimension = 20}, {.dimension = 4}};
        for (size_t k = 0; k < 3; k++) {
            tro_eigenvalue value = dominant(n, a, &options[k]);
            ck_assert(value.converged);
            ck_assert_double_eq_tol(value.re, values[0].re, 1e-10);
            ck_assert_double_eq_tol(value.im, values[0].im, 1e-10);
            ck_assert_double_le(value.residual, 1e-11);
            ck_assert_double_ge(value.condition, 1 - 1e-12);
        }
        free(values);
        free(a);
    }
}
END_TEST

/* Rotations by angle k of length t beta, hidden by a reflection: the linear
 * part of N coupled location models. */
START_TEST(test_rotations_dominant)
{
    const double t = 0.97, beta = 0.99;
    for (size_t n = 10; n <= 150; n += 70) {
        double *a = example_zeros(n * n);
        for (size_t i = 0; i + 1 < n; i += 2) {
            double length = t * beta * (i == 4 ? 1 : 0.9), angle = 0.3 + 0.02 * (double)i;
            a[i * n + i] = a[(i + 1) * n + i + 1] = length * cos(angle);
            a[i * n + i + 1] = -length * sin(angle);
            a[(i + 1) * n + i] = length * sin(angle);
        }
        example_reflect(n, a, n);
        tro_eigenvalue value = dominant(n, a, NULL);
        ck_assert(value.converged);
        ck_assert_double_eq_tol(value.modulus, t * beta, 1e-12);
        ck_assert_double_eq_tol(atan2(value.im, value.re), 0.38, 1e-12);
        ck_assert_double_eq_tol(value.condition, 1, 1e-9);
        free(a);
    }
}
END_TEST

/* A chain of self-loops in lost order: as exact as one of them. */
START_TEST(test_shuffled_chain_dominant)
{
    for (size_t n = 20; n <= 120; n += 100) {
        double *a = example_zeros(n * n);
        for (size_t i = 0; i < n; i++) {
            a[i * n + i] = 0.5;
            if (i > 0)
                a[i * n + i - 1] = 0.5;
        }
        example_shuffle(n, a, n);
        tro_eigenvalue value = dominant(n, a, NULL);
        ck_assert(value.re == 0.5 && value.im == 0 && value.converged);
        free(a);
    }
}
END_TEST

/* A network without cycles: exactly 0, however long, weak or strong the
 * couplings are. */
START_TEST(test_acyclic_dominant)
{
    for (size_t n = 1; n <= 300; n = 3 * n + 1) {
        double *a = example_zeros(n * n);
        for (size_t i = 0; i < n; i++)
            for (size_t j = i + 1; j < n && j < i + 4; j++)
                a[i * n + j] = ldexp(1, (int)(i * j % 300) - 200);
        example_shuffle(n, a, n);
        tro_eigenvalue value = dominant(n, a, NULL);
        ck_assert(value.modulus == 0 && value.residual == 0 && value.error == 0);
        ck_assert(value.converged);
        ck_assert_uint_le(value.applies, n + 1);
        free(a);
    }
}
END_TEST

/* A long chain behind a cycle of two with 0.6 and 0.3 on it. */
START_TEST(test_chain_and_cycle_dominant)
{
    enum { N = 200 };
    double *a = example_zeros(N * N);
    for (size_t i = 0; i + 1 < N; i++)
        a[i * N + i + 1] = 2;
    a[0 * N + 1] = 0.6;
    a[1 * N + 0] = 0.3;
    for (int turned = 0; turned < 2; turned++) {
        example_shuffle(N, a, 7);
        tro_eigenvalue value = dominant(N, a, NULL);
        ck_assert_double_eq_tol(value.re, sqrt(0.18), 1e-12);
        ck_assert(value.converged && value.im == 0);
        for (size_t i = 0; i < N; i++)
            for (size_t j = 0; j < i; j++) {
                double kept = a[i * N + j];
                a[i * N + j] = a[j * N + i];
                a[j * N + i] = kept;
            }
    }
    free(a);
}
END_TEST

START_TEST(test_small_dominant)
{
    double one[1] = {-0.7}, zero[4] = {0}, nilpotent[4] = {1, -1, 1, -1};
    double turn[4] = {0, -2, 2, 0};
    tro_eigenvalue value = dominant(1, one, NULL);
    ck_assert(value.re == -0.7 && value.modulus == 0.7 && value.converged);
    value = dominant(1, zero, NULL);
    ck_assert(value.modulus == 0 && value.converged && value.applies == 1);
    value = dominant(2, zero, NULL);
    ck_assert(value.modulus == 0 && value.converged && value.applies == 1);
    value = dominant(0, zero, NULL);
    ck_assert(value.modulus == 0 && value.converged && value.applies == 0);
    value = dominant(2, turn, NULL);
    ck_assert_double_eq_tol(value.im, 2, 1e-14);
    ck_assert_double_eq_tol(value.re, 0, 1e-14);
    /* nilpotent, but not by structure: known to the root of the rounding */
    value = dominant(2, nilpotent, NULL);
    ck_assert_double_le(value.modulus, 1e-7);
    ck_assert_double_gt(value.condition, 1e6);
}
END_TEST

START_TEST(test_tie_dominant)
{
    for (size_t n = 10; n <= 150; n += 70) {
        double *a = example_zeros(n * n);
        for (size_t i = 0; i < n; i++)
            a[i * n + i] = 0.8 * cos((double)i);
        a[0] = -1;
        a[(n - 1) * n + n - 1] = 1;
        example_reflect(n, a, n);
        tro_eigenvalue value = dominant(n, a, NULL);
        ck_assert(value.converged);
        ck_assert_double_eq_tol(value.re, 1, 1e-12);
        free(a);
    }
}
END_TEST

/* The ring: n eigenvalues on one circle, which no Krylov space smaller than n
 * can tell apart. */
START_TEST(test_ring_dominant)
{
    for (size_t n = 20; n <= 160; n += 140) {
        double *a = example_zeros(n * n);
        for (size_t i = 0; i < n; i++)
            a[i * n + (i + 1) % n] = 0.9;
        tro_eigenvalue value = dominant(n, a, NULL);
        ck_assert(value.converged);
        ck_assert_double_eq_tol(value.modulus, 0.9, 1e-12);
        free(a);
    }
}
END_TEST

/* A Jordan block behind a reflection: the value is off by a root of the
 * rounding, and the stated error knows it. */
START_TEST(test_defective_dominant)
{
    for (size_t order = 2; order <= 4; order++) {
        enum { N = 30 };
        double *a = example_zeros(N * N);
        for (size_t i = 0; i < N; i++)
            a[i * N + i] = i < order ? 0.9 : 0.5 * sin((double)i);
        for (size_t i = 0; i + 1 < order; i++)
            a[i * N + i + 1] = 1;
        example_reflect(N, a, order);
        tro_eigenvalue value = dominant(N, a, NULL);
        double off = hypot(value.re - 0.9, value.im);
        ck_assert_double_gt(value.condition, 1e6);
        ck_assert_double_le(off, 30 * value.error + 1e-14);
        ck_assert_double_le(off, 10 * pow(DBL_EPSILON, 1.0 / (double)order));
        free(a);
    }
}
END_TEST

/* Units of the coordinates 2^-20 .. 2^20 apart: the Krylov space fails, its
 * error says so, and the balanced matrix answers. */
START_TEST(test_badly_scaled_dominant)
{
    for (size_t n = 40; n <= 160; n += 120) {
        double *a = example_normals(n * n, n);
        tro_complex *values = calloc(n, sizeof *values);
        for (size_t i = 0; i < n * n; i++)
            a[i] /= sqrt((double)n);
        ck_assert_int_eq(tro_dense_eigenvalues(n, a, values), TRO_OK);
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++)
                a[i * n + j] = ldexp(a[i * n + j], (int)(i * 29 % 41) - (int)(j * 29 % 41));
        tro_eigenvalue value = dominant(n, a, NULL);
        ck_assert(value.converged);
        ck_assert_double_eq_tol(value.re, values[0].re, 1e-10);
        ck_assert_double_eq_tol(value.im, values[0].im, 1e-10);
        free(values);
        free(a);
    }
}
END_TEST

/* A = H D H for n too large to assemble: D diagonal but for one rotation. */
typedef struct reflected {
    size_t n, calls;
    double *v, *d, square, re, im;
} reflected;

static void reflect(const reflected *r, double *x)
{
    double factor = 2 * example_dot(r->n, r->v, x) / r->square;
    for (size_t i = 0; i < r->n; i++)
        x[i] -= factor * r->v[i];
}

static int apply_reflected(void *self, const double *x, double *y)
{
    reflected *r = self;
    r->calls++;
    memcpy(y, x, r->n * sizeof *y);
    reflect(r, y);
    double first = y[0], second = y[1];
    for (size_t i = 0; i < r->n; i++)
        y[i] *= r->d[i];
    y[0] = r->re * first - r->im * second;
    y[1] = r->im * first + r->re * second;
    reflect(r, y);
    return TRO_OK;
}

static tro_operator reflected_init(reflected *r, size_t n)
{
    *r = (reflected){.n = n, .v = example_normals(n, n), .d = example_zeros(n)};
    r->square = example_dot(n, r->v, r->v);
    for (size_t i = 0; i < n; i++)
        r->d[i] = 0.9 * cos((double)i);
    return (tro_operator){.size = n, .apply = apply_reflected, .self = r};
}

START_TEST(test_large_dominant)
{
    reflected r;
    tro_operator op = reflected_init(&r, 3000);
    tro_stream stream = example_stream(1);
    tro_eigenvalue value, again;
    tro_complex simple;
    r.re = 0.96 * cos(2);
    r.im = 0.96 * sin(2);
    ck_assert_int_eq(tro_dominant_eigenvalue(&op, &stream, NULL, &value), TRO_OK);
    ck_assert(value.converged);
    ck_assert_double_eq_tol(value.re, r.re, 1e-12);
    ck_assert_double_eq_tol(value.im, r.im, 1e-12);
    ck_assert_uint_eq(value.applies, r.calls);
    ck_assert_uint_lt(value.applies, 1000);
    ck_assert_int_eq(tro_dominant_eigenvalue(&op, &stream, NULL, &again), TRO_OK);
    ck_assert(again.re == value.re && again.im == value.im && again.residual == value.residual);
    ck_assert_int_eq(tro_krylov_dominant(&op, &simple), TRO_OK);
    ck_assert_double_eq_tol(hypot(simple.re, simple.im), 0.96, 1e-12);
    free(r.v);
    free(r.d);
}
END_TEST

/* A gap of 1e-4 above a filled interval, and no assembly to fall back on: the
 * value comes from many restarts and a grown space, or not at all. */
START_TEST(test_small_gap_dominant)
{
    reflected r;
    tro_operator op = reflected_init(&r, 1500);
    tro_stream stream = example_stream(5);
    tro_eigenvalue value;
    r.re = r.im = 0;
    r.d[700] = 0.9001;
    ck_assert_int_eq(tro_dominant_eigenvalue(&op, &stream, NULL, &value), TRO_OK);
    ck_assert(value.converged && value.im == 0);
    ck_assert_double_eq_tol(value.re, 0.9001, 1e-11);
    ck_assert_double_le(value.residual, 1e-12);
    ck_assert_uint_gt(value.applies, 60 + 6 * 30);   /* beyond the first growth */
    ck_assert_uint_lt(value.applies, 2000);
    free(r.v);
    free(r.d);
}
END_TEST

/* Identical agents: two distinct eigenvalues, so that two products exhaust the
 * Krylov space and fresh vectors must fill it. */
START_TEST(test_identical_dominant)
{
    for (size_t n = 100; n <= 1500; n += 1400) {
        reflected r;
        tro_operator op = reflected_init(&r, n);
        tro_stream stream = example_stream(6);
        tro_eigenvalue value;
        for (size_t i = 0; i < n; i++)
            r.d[i] = i == 5 ? -0.9 : 0.3;
        r.re = 0.3;
        r.im = 0;
        ck_assert_int_eq(tro_dominant_eigenvalue(&op, &stream, NULL, &value), TRO_OK);
        ck_assert(value.converged && value.im == 0);
        ck_assert_double_eq_tol(value.re, -0.9, 1e-13);
        ck_assert_uint_le(value.applies, 63);
        free(r.v);
        free(r.d);
    }
}
END_TEST

/* Too few products: an honest answer with converged = 0. The operator is
 * normal, so some eigenvalue is within the residual. */
START_TEST(test_large_dominant_limit)
{
    reflected r;
    tro_operator op = reflected_init(&r, 2000);
    tro_stream stream = example_stream(2);
    tro_spectrum_options options = {.limit = 80};
    tro_eigenvalue value;
    for (size_t i = 0; i < r.n; i++)
        r.d[i] = 0.9 * cos((double)i / 1000);
    ck_assert_int_eq(tro_dominant_eigenvalue(&op, &stream, &options, &value), TRO_OK);
    ck_assert(!value.converged);
    ck_assert_uint_le(value.applies, 80);
    ck_assert_double_gt(value.residual, 1e-10);
    ck_assert_double_gt(value.error, 1e-10);
    ck_assert(value.modulus > 0.85 && value.modulus < 0.9 + 1e-12);
    free(r.v);
    free(r.d);
}
END_TEST

START_TEST(test_random_dominant_errors)
{
    enum { N = 80 };
    double *a = example_normals(N * N, 8);
    tro_stream stream = example_stream(3);
    tro_eigenvalue value;
    example e = {.n = N, .a = a, .failure = TRO_EINTERRUPTED};
    tro_operator op = example_operator(&e);
    for (int status = TRO_EINTERRUPTED; status != TRO_OK;) {
        e.calls = 0;
        ck_assert_uint_lt(++e.fails_at, 2000);
        status = tro_dominant_eigenvalue(&op, &stream, NULL, &value);
        ck_assert(status == TRO_OK || status == TRO_EINTERRUPTED);
    }
    ck_assert_uint_gt(e.fails_at, 60);
    e.fails_at = 0;
    a[7] = INFINITY;
    ck_assert_int_eq(tro_dominant_eigenvalue(&op, &stream, NULL, &value), TRO_EINVAL);
    op.size = e.n = 8;
    ck_assert_int_eq(tro_dominant_eigenvalue(&op, &stream, NULL, &value), TRO_EINVAL);
    free(a);
}
END_TEST

/* A ring grows the space and then assembles; a chain behind it is dropped. */
START_TEST(test_ring_dominant_memory)
{
    enum { N = 130, RING = 120 };
    double *a = example_zeros(N * N);
    tro_stream stream = example_stream(4);
    tro_eigenvalue value;
    for (size_t i = 0; i < N; i++)
        a[i * N + (i + 1 == RING ? 0 : (i + 1) % N)] = i + 1 < N;
    example e = {.n = N, .a = a};
    tro_operator op = example_operator(&e);
    int status = TRO_ENOMEM;
    uint64_t n = 0;
    while (status == TRO_ENOMEM) {
        ck_assert_uint_lt(++n, 1000);
        tro_memory_fail_after(n);
        status = tro_dominant_eigenvalue(&op, &stream, NULL, &value);
    }
    tro_memory_fail_after(0);
    ck_assert_int_eq(status, TRO_OK);
    ck_assert_uint_gt(n, 30);
    ck_assert_double_eq_tol(value.modulus, 1, 1e-12);
    free(a);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dominant");
    TCase *krylov = tcase_create("krylov");
    tcase_set_timeout(krylov, 120);
    tcase_add_test(krylov, test_random_dominant);
    tcase_add_test(krylov, test_rotations_dominant);
    tcase_add_test(krylov, test_shuffled_chain_dominant);
    tcase_add_test(krylov, test_acyclic_dominant);
    tcase_add_test(krylov, test_chain_and_cycle_dominant);
    tcase_add_test(krylov, test_small_dominant);
    tcase_add_test(krylov, test_tie_dominant);
    tcase_add_test(krylov, test_ring_dominant);
    tcase_add_test(krylov, test_defective_dominant);
    tcase_add_test(krylov, test_badly_scaled_dominant);
    tcase_add_test(krylov, test_large_dominant);
    tcase_add_test(krylov, test_small_gap_dominant);
    tcase_add_test(krylov, test_identical_dominant);
    tcase_add_test(krylov, test_large_dominant_limit);
    tcase_add_test(krylov, test_random_dominant_errors);
    tcase_add_test(krylov, test_ring_dominant_memory);
    suite_add_tcase(suite, krylov);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
