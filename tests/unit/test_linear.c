/* Linear systems: assembled operators, LU with refinement. */
#include <check.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "analysis/dense.h"
#include "analysis/vector.h"
#include "base/memory.h"
#include "linear_support.h"

/* --- vectors and operators ---------------------------------------------- */

START_TEST(test_extremes_norm)
{
    double huge[] = {3e200, 4e200}, tiny[] = {3e-200, 4e-200, 0}, five[] = {1, 2, 3, 4, 5};
    double infinite[] = {1, -INFINITY}, nan[] = {1, NAN};
    ck_assert_double_eq_tol(tro_norm(2, huge) / 5e200, 1, 1e-15);
    ck_assert_double_eq_tol(tro_norm(3, tiny) / 5e-200, 1, 1e-15);
    ck_assert_double_eq_tol(tro_norm(5, five), sqrt(55), 1e-14);
    ck_assert_double_eq(tro_dot(5, five, five), 55);
    ck_assert_double_eq(tro_norm(0, five), 0);
    ck_assert(isinf(tro_norm(2, infinite)));
    ck_assert(isnan(tro_norm(2, nan)));
}
END_TEST

START_TEST(test_matrix_assemble)
{
    double *a = example_normals(49, 1), back[49];
    example e = {.n = 7, .a = a};
    tro_operator op = example_operator(&e);
    ck_assert_int_eq(tro_dense_assemble(&op, back), TRO_OK);
    ck_assert_mem_eq(a, back, sizeof back);
    ck_assert_uint_eq(e.calls, 7);
    free(a);
}
END_TEST

START_TEST(test_matrix_assemble_errors)
{
    double a[9] = {0}, back[9];
    for (size_t k = 1; k <= 3; k++) {
        example e = {.n = 3, .a = a, .fails_at = k, .failure = TRO_EINTERRUPTED};
        tro_operator op = example_operator(&e);
        ck_assert_int_eq(tro_dense_assemble(&op, back), TRO_EINTERRUPTED);
        ck_assert_uint_eq(e.calls, k);
    }
}
END_TEST

START_TEST(test_matrix_restrict)
{
    double *a = example_normals(36, 2), part[9];
    const size_t kept[] = {4, 0, 5};
    example e = {.n = 6, .a = a};
    tro_operator op = example_operator(&e), smaller;
    tro_restriction restriction;
    ck_assert_int_eq(tro_restriction_init(&restriction, &op, kept, 3, &smaller), TRO_OK);
    ck_assert_uint_eq(smaller.size, 3);
    ck_assert_int_eq(tro_dense_assemble(&smaller, part), TRO_OK);
    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < 3; j++)
            ck_assert_double_eq(part[i * 3 + j], a[kept[i] * 6 + kept[j]]);
    e.fails_at = e.calls + 1;
    e.failure = TRO_EIO;
    ck_assert_int_eq(tro_dense_assemble(&smaller, part), TRO_EIO);
    tro_restriction_free(&restriction);
    free(a);
}
END_TEST

/* --- LU ------------------------------------------------------------------ */

/* D T with T = tridiag(-1, 2, -1), whose inverse has the entries
 * min(i, j) (n + 1 - max(i, j)) / (n + 1), and D = diag(1, 2, 4, 1, 2, 4 ...). */
START_TEST(test_second_difference_solve)
{
    enum { N = 12 };
    double a[N * N] = {0}, inverse[N * N], unit[N * N] = {0}, x[N * N], norm = 0;
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++) {
            double d = (double)(1 << i % 3), e = (double)(1 << j % 3);
            size_t low = (i < j ? i : j) + 1, high = (i < j ? j : i) + 1;
            a[i * N + j] = i == j ? 2 * d : high - low == 1 ? -d : 0;
            inverse[i * N + j] = (double)(low * (N + 1 - high)) / (N + 1) / e;
            unit[i * N + j] = i == j;
        }
    for (size_t j = 0; j < N; j++) {
        double sum = 0;
        for (size_t i = 0; i < N; i++)
            sum += fabs(inverse[i * N + j]);
        norm = fmax(norm, sum);
    }
    tro_lu lu;
    ck_assert_int_eq(tro_lu_init(&lu, N, a), TRO_OK);
    /* right-hand side k in row k: the solutions are the columns of A^-1 */
    ck_assert_int_eq(tro_lu_solve(&lu, TRO_TRANSPOSED, N, unit, x), TRO_OK);
    ck_assert_double_le(example_distance(N * N, x, inverse), 4 * DBL_EPSILON);
    ck_assert_int_eq(tro_lu_solve(&lu, TRO_PLAIN, N, unit, unit), TRO_OK);
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++)
            x[i * N + j] = unit[j * N + i];
    ck_assert_double_le(example_distance(N * N, x, inverse), 4 * DBL_EPSILON);
    ck_assert_double_eq(lu.norm, 2 * 4 + 2 + 1);
    ck_assert_double_le(lu.inverse_norm, norm * (1 + 1e-14));
    ck_assert_double_ge(lu.inverse_norm, norm / 3);
    ck_assert_double_eq_tol(lu.reciprocal_condition * lu.norm * lu.inverse_norm, 1, 1e-15);
    tro_lu_free(&lu);
}
END_TEST

START_TEST(test_random_solve)
{
    for (size_t k = 0; k < EXAMPLE_SIZE_COUNT; k++) {
        size_t n = EXAMPLE_SIZES[k];
        double *a = example_normals(n * n, 10 + k), *b = example_normals(2 * n, 30 + k);
        double *x = example_zeros(n), *y = example_zeros(n);
        tro_lu lu;
        ck_assert_int_eq(tro_lu_init(&lu, n, a), TRO_OK);
        ck_assert_int_eq(tro_lu_solve(&lu, TRO_PLAIN, 1, b, x), TRO_OK);
        ck_assert_int_eq(tro_lu_solve(&lu, TRO_TRANSPOSED, 1, b + n, y), TRO_OK);
        ck_assert_double_le(example_backward_error(n, a, TRO_PLAIN, x, b), 2 * DBL_EPSILON);
        ck_assert_double_le(example_backward_error(n, a, TRO_TRANSPOSED, y, b + n),
                            2 * DBL_EPSILON);
        /* c' (A^-1 b) = b' (A'^-1 c) */
        double one = example_dot(n, b + n, x), two = example_dot(n, b, y);
        ck_assert_double_eq_tol(one, two, 1e-14 * (double)n * lu.inverse_norm);
        tro_lu_free(&lu);
        free(a);
        free(b);
        free(x);
        free(y);
    }
}
END_TEST

/* Units of the unknowns and equations 2^-200 .. 2^200 apart. */
START_TEST(test_badly_scaled_solve)
{
    enum { N = 40 };
    double *a = example_normals(N * N, 50), *b = example_normals(N, 51), x[N], y[N];
    int rows[N], columns[N];
    tro_lu lu;
    ck_assert_int_eq(tro_lu_init(&lu, N, a), TRO_OK);
    ck_assert_int_eq(tro_lu_solve(&lu, TRO_PLAIN, 1, b, x), TRO_OK);
    tro_lu_free(&lu);
    for (int i = 0; i < N; i++) {
        rows[i] = (i * 37) % 401 - 200;
        columns[i] = (i * 83) % 401 - 200;
    }
    for (size_t i = 0; i < N; i++) {
        b[i] = ldexp(b[i], rows[i]);
        for (size_t j = 0; j < N; j++)
            a[i * N + j] = ldexp(a[i * N + j], rows[i] + columns[j]);
    }
    ck_assert_int_eq(tro_lu_init(&lu, N, a), TRO_OK);
    ck_assert_int_eq(tro_lu_solve(&lu, TRO_PLAIN, 1, b, y), TRO_OK);
    for (size_t j = 0; j < N; j++)
        y[j] = ldexp(y[j], columns[j]);
    ck_assert_double_le(example_distance(N, y, x), 1e-13);
    tro_lu_free(&lu);
    free(a);
    free(b);
}
END_TEST

START_TEST(test_unequal_units_solve)
{
    double a[4] = {1, 0, 0, 1e-20}, b[2] = {3, 5e-20}, x[2];
    tro_lu lu;
    ck_assert_int_eq(tro_lu_init(&lu, 2, a), TRO_OK);
    ck_assert_double_eq_tol(lu.reciprocal_condition, 1e-20, 1e-33);
    ck_assert_int_eq(tro_lu_solve(&lu, TRO_PLAIN, 1, b, x), TRO_OK);
    ck_assert_double_eq(x[0], 3);
    ck_assert_double_eq_tol(x[1], 5, 1e-15);
    tro_lu_free(&lu);
}
END_TEST

static void assert_singular(size_t n, const double *a)
{
    tro_lu lu;
    ck_assert_int_eq(tro_lu_init(&lu, n, a), TRO_ESINGULAR);
    ck_assert_double_lt(lu.reciprocal_condition, 1e-15);
    ck_assert_double_gt(lu.inverse_norm, 1e14);
    tro_lu_free(&lu);
}

START_TEST(test_singular_solve)
{
    double zero[1] = {0}, row[4] = {1, 2, 0, 0}, column[4] = {0, 1, 0, 2};
    double multiples[4] = {1, 2, 2, 4}, thirds[4] = {0.1, 0.3, 0.7, 2.1};
    assert_singular(1, zero);
    assert_singular(2, row);
    assert_singular(2, column);
    assert_singular(2, multiples);
    assert_singular(2, thirds);
    for (size_t n = 3; n < 60; n += 8) {
        double *a = example_zeros(n * n);
        tro_stream stream = example_stream(n);
        for (size_t i = 0; i < n; i++) {
            double sum = 0;
            for (size_t j = 0; j < n; j++)
                sum += a[i * n + j] = tro_stream_uniform_open(&stream);
            for (size_t j = 0; j < n; j++)
                a[i * n + j] = (i == j) - a[i * n + j] / sum;
        }
        assert_singular(n, a);
        for (size_t i = 0; i < n * n; i++)
            a[i] = (double)(i / n + 1) / (double)(i % n + 1);
        assert_singular(n, a);
        free(a);
    }
}
END_TEST

START_TEST(test_lu_solve_errors)
{
    double nan[4] = {1, 0, 0, NAN}, inf[4] = {1, INFINITY, 0, 1}, good[4] = {1, 2, 3, 4};
    double b[2] = {1, NAN}, x[2];
    tro_lu lu;
    ck_assert_int_eq(tro_lu_init(&lu, 2, nan), TRO_EINVAL);
    tro_lu_free(&lu);
    ck_assert_int_eq(tro_lu_init(&lu, 2, inf), TRO_EINVAL);
    tro_lu_free(&lu);
    ck_assert_int_eq(tro_lu_init(&lu, 0, good), TRO_EINVAL);
    tro_lu_free(&lu);
    ck_assert_int_eq(tro_lu_init(&lu, 2, good), TRO_OK);
    ck_assert_int_eq(tro_lu_solve(&lu, TRO_PLAIN, 1, b, x), TRO_EINVAL);
    ck_assert_int_eq(tro_lu_solve(&lu, TRO_PLAIN, 0, NULL, NULL), TRO_OK);
    tro_lu_free(&lu);
    tro_lu_free(&lu);
}
END_TEST

START_TEST(test_lu_solve_memory)
{
    double *a = example_resolvent(20, 0.5, 1), *b = example_normals(20, 2), x[20];
    int status = TRO_ENOMEM;
    uint64_t n = 0;
    while (status == TRO_ENOMEM) {
        tro_lu lu;
        ck_assert_uint_lt(++n, 100);
        tro_memory_fail_after(n);
        status = tro_lu_init(&lu, 20, a);
        if (status == TRO_OK)
            status = tro_lu_solve(&lu, TRO_PLAIN, 1, b, x);
        tro_lu_free(&lu);
    }
    tro_memory_fail_after(0);
    ck_assert_int_eq(status, TRO_OK);
    ck_assert_uint_gt(n, 10);
    free(a);
    free(b);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("linear");
    TCase *lu = tcase_create("lu");
    tcase_set_timeout(lu, 60);
    tcase_add_test(lu, test_extremes_norm);
    tcase_add_test(lu, test_matrix_assemble);
    tcase_add_test(lu, test_matrix_assemble_errors);
    tcase_add_test(lu, test_matrix_restrict);
    tcase_add_test(lu, test_second_difference_solve);
    tcase_add_test(lu, test_random_solve);
    tcase_add_test(lu, test_badly_scaled_solve);
    tcase_add_test(lu, test_unequal_units_solve);
    tcase_add_test(lu, test_singular_solve);
    tcase_add_test(lu, test_lu_solve_errors);
    tcase_add_test(lu, test_lu_solve_memory);
    suite_add_tcase(suite, lu);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
