/* Linear systems: GMRES. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/dense.h"
#include "analysis/krylov.h"
#include "analysis/vector.h"
#include "base/memory.h"
#include "linear_support.h"

START_TEST(test_random_gmres)
{
    for (size_t k = 0; k < EXAMPLE_SIZE_COUNT; k++) {
        size_t n = EXAMPLE_SIZES[k];
        double *a = example_resolvent(n, 0.8, 60 + k), *b = example_normals(n, 80 + k);
        double *x = example_zeros(n), *y = example_zeros(n), *exact = example_zeros(n);
        tro_lu lu;
        ck_assert_int_eq(tro_lu_init(&lu, n, a), TRO_OK);
        for (int transposed = 0; transposed < 2; transposed++) {
            example e = {.n = n, .a = a, .transposed = transposed};
            tro_operator op = example_operator(&e);
            tro_gmres_result result;
            double *solution = transposed ? y : x;
            ck_assert_int_eq(tro_gmres(&op, b, solution, NULL, &result), TRO_OK);
            ck_assert_int_eq(tro_lu_solve(&lu, transposed, 1, b, exact), TRO_OK);
            ck_assert_double_le(example_distance(n, solution, exact), 1e-11);
            ck_assert_uint_eq(result.applies, e.calls);
            ck_assert_double_le(result.residual, 1e-13);
            ck_assert_uint_gt(result.iterations, 0);
        }
        ck_assert_double_eq_tol(example_dot(n, b, x), example_dot(n, b, y),
                                1e-12 * example_dot(n, b, b));
        tro_lu_free(&lu);
        free(a);
        free(b);
        free(x);
        free(y);
        free(exact);
    }
}
END_TEST

/* The ring with loops, I - c P: x = sum over k < n of c^k P^k b / (1 - c^n). */
START_TEST(test_ring_gmres)
{
    enum { N = 150 };
    double a[N * N] = {0}, *b = example_normals(N, 3), x[N] = {0}, exact[N], c = 0.9;
    for (size_t i = 0; i < N; i++) {
        a[i * N + i] = 1;
        a[i * N + (i + 1) % N] = -c;
        exact[i] = 0;
        for (size_t k = N; k-- > 0;)
            exact[i] += pow(c, (double)k) * b[(i + k) % N] / (1 - pow(c, N));
    }
    example e = {.n = N, .a = a};
    tro_operator op = example_operator(&e);
    const tro_gmres_options options[] = {{.restart = 0}, {.restart = 20}, {.restart = 1000}};
    for (size_t k = 0; k < 3; k++) {
        tro_gmres_result result;
        memset(x, 0, sizeof x);
        ck_assert_int_eq(tro_gmres(&op, b, x, &options[k], &result), TRO_OK);
        ck_assert_double_le(example_distance(N, x, exact), 1e-11);
    }
    free(b);
}
END_TEST

/* Identity plus rank two: three products exhaust the space. */
START_TEST(test_breakdown_gmres)
{
    enum { N = 50 };
    double a[N * N], *u = example_normals(4 * N, 4), *b = example_normals(N, 5), x[N] = {0};
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++)
            a[i * N + j] = (i == j) + 0.1 * (u[i] * u[N + j] + u[2 * N + i] * u[3 * N + j]);
    example e = {.n = N, .a = a};
    tro_operator op = example_operator(&e);
    tro_gmres_result result;
    ck_assert_int_eq(tro_gmres(&op, b, x, NULL, &result), TRO_OK);
    ck_assert_uint_eq(result.iterations, 3);
    ck_assert_double_le(example_backward_error(N, a, TRO_PLAIN, x, b), 1e-12);
    free(u);
    free(b);
}
END_TEST

START_TEST(test_trivial_gmres)
{
    double a[4] = {2, 0, 0, 4}, zero[2] = {0, 0}, b[2] = {2, 4}, x[2] = {7, 7};
    example e = {.n = 2, .a = a};
    tro_operator op = example_operator(&e);
    tro_gmres_result result;
    ck_assert_int_eq(tro_gmres(&op, zero, x, NULL, &result), TRO_OK);
    ck_assert(x[0] == 0 && x[1] == 0 && result.applies == 0 && result.residual == 0);
    x[0] = x[1] = 1;
    ck_assert_int_eq(tro_gmres(&op, b, x, NULL, &result), TRO_OK);
    ck_assert(x[0] == 1 && x[1] == 1 && result.iterations == 0 && result.applies == 1);
    op.size = e.n = 0;
    ck_assert_int_eq(tro_gmres(&op, b, x, NULL, &result), TRO_OK);
}
END_TEST

/* Numbers far outside 1: squares of b overflow or vanish. */
START_TEST(test_extremes_gmres)
{
    enum { N = 30 };
    double *a = example_resolvent(N, 0.5, 6), *b = example_normals(N, 7), x[N] = {0}, y[N] = {0};
    example e = {.n = N, .a = a};
    tro_operator op = example_operator(&e);
    tro_gmres_result result;
    ck_assert_int_eq(tro_gmres(&op, b, x, NULL, &result), TRO_OK);
    for (int power = -700; power <= 700; power += 1400) {
        double scaled[N];
        for (size_t i = 0; i < N; i++)
            scaled[i] = ldexp(b[i], power);
        memset(y, 0, sizeof y);
        ck_assert_int_eq(tro_gmres(&op, scaled, y, NULL, &result), TRO_OK);
        for (size_t i = 0; i < N; i++)
            y[i] = ldexp(y[i], -power);
        ck_assert_double_le(example_distance(N, y, x), 1e-12);
    }
    free(a);
    free(b);
}
END_TEST

START_TEST(test_same_bits_gmres)
{
    enum { N = 90 };
    double *a = example_resolvent(N, 0.9, 8), *b = example_normals(N, 9);
    double x[N] = {0}, y[N] = {0};
    example e = {.n = N, .a = a};
    tro_operator op = example_operator(&e);
    tro_gmres_result one, two;
    ck_assert_int_eq(tro_gmres(&op, b, x, NULL, &one), TRO_OK);
    ck_assert_int_eq(tro_gmres(&op, b, y, NULL, &two), TRO_OK);
    ck_assert_mem_eq(x, y, sizeof x);
    ck_assert_uint_eq(one.applies, two.applies);
    free(a);
    free(b);
}
END_TEST

/* The cyclic shift: fewer steps than unknowns gain nothing from b = e_0. */
START_TEST(test_stagnation_gmres)
{
    enum { N = 40 };
    double a[N * N] = {0}, b[N] = {1}, x[N] = {0};
    for (size_t i = 0; i < N; i++)
        a[i * N + (i + 1) % N] = 1;
    example e = {.n = N, .a = a};
    tro_operator op = example_operator(&e);
    tro_gmres_options fixed = {.restart = N - 1}, limited = {.limit = 20};
    tro_gmres_result result;
    ck_assert_int_eq(tro_gmres(&op, b, x, &fixed, &result), TRO_ENOCONV);
    ck_assert_double_eq_tol(result.residual, 1, 1e-12);
    ck_assert_uint_lt(result.applies, 2 * N);
    e.calls = 0;
    ck_assert_int_eq(tro_gmres(&op, b, x, &limited, &result), TRO_ENOCONV);
    ck_assert_uint_le(e.calls, 20);
    ck_assert_int_eq(tro_gmres(&op, b, x, NULL, &result), TRO_OK);
    ck_assert_uint_eq(result.iterations, N);
    ck_assert_double_eq_tol(x[1], 1, 1e-13);
}
END_TEST

START_TEST(test_limit_gmres)
{
    enum { N = 200 };
    double *a = example_resolvent(N, 0.95, 11), *b = example_normals(N, 12);
    double *x = example_zeros(N), *left = example_zeros(N);
    example e = {.n = N, .a = a};
    tro_operator op = example_operator(&e);
    tro_gmres_options options = {.restart = 10, .limit = 35};
    tro_gmres_result result;
    ck_assert_int_eq(tro_gmres(&op, b, x, &options, &result), TRO_ENOCONV);
    ck_assert_uint_le(e.calls, 35);
    ck_assert_int_eq(example_apply(&e, x, left), TRO_OK);
    for (size_t i = 0; i < N; i++)
        left[i] = b[i] - left[i];
    ck_assert_double_eq_tol(result.residual, tro_norm(N, left) / tro_norm(N, b), 1e-14);
    ck_assert(result.residual > 1e-13 && result.residual < 0.9);
    free(a);
    free(b);
    free(x);
    free(left);
}
END_TEST

START_TEST(test_singular_gmres)
{
    /* the null space of the first is (1, -1, 0); b is in the range, or not */
    double a[9] = {1, 1, 0, 1, 1, 0, 0, 0, 3}, in[3] = {2, 2, 3}, out[3] = {1, 0, 0};
    double zero[9] = {0}, x[3] = {0};
    example e = {.n = 3, .a = a}, none = {.n = 3, .a = zero};
    tro_operator op = example_operator(&e), nothing = example_operator(&none);
    tro_gmres_result result;
    ck_assert_int_eq(tro_gmres(&op, in, x, NULL, &result), TRO_OK);
    ck_assert_double_eq_tol(x[0] + x[1], 2, 1e-13);
    ck_assert_double_eq_tol(x[2], 1, 1e-13);
    memset(x, 0, sizeof x);
    ck_assert_int_eq(tro_gmres(&op, out, x, NULL, &result), TRO_ESINGULAR);
    ck_assert_double_eq_tol(result.residual, sqrt(0.5), 1e-13);
    memset(x, 0, sizeof x);
    ck_assert_int_eq(tro_gmres(&nothing, in, x, NULL, &result), TRO_ESINGULAR);
    ck_assert_double_eq(result.residual, 1);
}
END_TEST

START_TEST(test_random_gmres_errors)
{
    enum { N = 80 };
    double *a = example_resolvent(N, 0.9, 13), *b = example_normals(N, 14), x[N] = {0};
    tro_gmres_result result;
    example e = {.n = N, .a = a, .failure = TRO_EINTERRUPTED};
    tro_operator op = example_operator(&e);
    for (int status = TRO_EINTERRUPTED; status != TRO_OK;) {
        memset(x, 0, sizeof x);
        e.calls = 0;
        ck_assert_uint_lt(++e.fails_at, 300);
        status = tro_gmres(&op, b, x, NULL, &result);
        ck_assert(status == TRO_OK || status == TRO_EINTERRUPTED);
    }
    ck_assert_uint_gt(e.fails_at, 40);
    e.fails_at = 0;
    a[5] = NAN;
    memset(x, 0, sizeof x);
    ck_assert_int_eq(tro_gmres(&op, b, x, NULL, &result), TRO_EINVAL);
    b[0] = INFINITY;
    ck_assert_int_eq(tro_gmres(&op, b, x, NULL, &result), TRO_EINVAL);
    free(a);
    free(b);
}
END_TEST

/* The cyclic shift makes the basis grow, which allocates once more. */
START_TEST(test_stagnation_gmres_memory)
{
    enum { N = 70 };
    double a[N * N] = {0}, b[N] = {1}, x[N];
    for (size_t i = 0; i < N; i++)
        a[i * N + (i + 1) % N] = 1;
    example e = {.n = N, .a = a};
    tro_operator op = example_operator(&e);
    int status = TRO_ENOMEM;
    uint64_t n = 0;
    while (status == TRO_ENOMEM) {
        tro_gmres_result result;
        memset(x, 0, sizeof x);
        ck_assert_uint_lt(++n, 100);
        tro_memory_fail_after(n);
        status = tro_gmres(&op, b, x, NULL, &result);
    }
    tro_memory_fail_after(0);
    ck_assert_int_eq(status, TRO_OK);
    ck_assert_uint_ge(n, 14);
}
END_TEST

START_TEST(test_krylov_solve)
{
    double a[9] = {4, 1, 0, 1, 3, 1, 0, 1, 2}, b[3] = {5, 5, 3};
    double singular[9] = {1, 1, 0, 1, 1, 0, 0, 0, 3}, out[3] = {1, 0, 0};
    example e = {.n = 3, .a = a}, s = {.n = 3, .a = singular};
    tro_operator op = example_operator(&e), bad = example_operator(&s);
    tro_messages messages = {0};
    ck_assert_int_eq(tro_krylov_solve(&op, b, b, &messages), TRO_OK);
    for (size_t i = 0; i < 3; i++)
        ck_assert_double_eq_tol(b[i], 1, 1e-13);
    ck_assert_uint_eq(messages.count, 0);
    ck_assert_int_eq(tro_krylov_solve(&bad, out, out, &messages), TRO_ESINGULAR);
    ck_assert_uint_eq(messages.errors, 1);
    ck_assert_ptr_nonnull(strstr(messages.items[0].text, "3 unknowns is singular"));
    ck_assert_int_eq(tro_krylov_solve(&bad, out, out, NULL), TRO_ESINGULAR);
    tro_messages_clear(&messages);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("gmres");
    TCase *gmres = tcase_create("gmres");
    tcase_set_timeout(gmres, 60);
    tcase_add_test(gmres, test_random_gmres);
    tcase_add_test(gmres, test_ring_gmres);
    tcase_add_test(gmres, test_breakdown_gmres);
    tcase_add_test(gmres, test_trivial_gmres);
    tcase_add_test(gmres, test_extremes_gmres);
    tcase_add_test(gmres, test_same_bits_gmres);
    tcase_add_test(gmres, test_stagnation_gmres);
    tcase_add_test(gmres, test_limit_gmres);
    tcase_add_test(gmres, test_singular_gmres);
    tcase_add_test(gmres, test_random_gmres_errors);
    tcase_add_test(gmres, test_stagnation_gmres_memory);
    tcase_add_test(gmres, test_krylov_solve);
    suite_add_tcase(suite, gmres);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
