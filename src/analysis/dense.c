#include "analysis/dense.h"

#include <float.h>
#include <gsl/gsl_blas.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_permute_vector.h>
#include <math.h>
#include <string.h>

#include "analysis/gsl_guard.h"
#include "analysis/vector.h"
#include "base/memory.h"

int tro_dense_assemble(const tro_operator *op, double *matrix)
{
    size_t n = op->size;
    int status = TRO_OK;
    double *unit = tro_allocate(n, sizeof *unit);
    double *column = tro_allocate(n, sizeof *column);
    if (!unit || !column) {
        status = TRO_ENOMEM;
        goto out;
    }
    for (size_t j = 0; j < n; j++) {
        unit[j] = 1;
        TRO_TRY(op->apply(op->self, unit, column));
        unit[j] = 0;
        for (size_t i = 0; i < n; i++)
            matrix[i * n + j] = column[i];
    }
out:
    tro_release(unit);
    tro_release(column);
    return status;
}

/* The power of two that brings a positive number into [1/2, 1). */
static double to_unit(double positive)
{
    int exponent;
    frexp(positive, &exponent);
    return ldexp(1, -(exponent < -1000 ? -1000 : exponent));
}

/* Scales the largest entry of every row and then of every column to about 1.
 * Returns 0 when one of them is all zero. */
static int equilibrate(tro_lu *lu)
{
    size_t n = lu->size;
    double *a = lu->factor;
    for (size_t i = 0; i < n; i++) {
        double largest = tro_largest(n, a + i * n);
        if (!(largest > 0))
            return 0;
        lu->row_scale[i] = to_unit(largest);
        tro_scale(n, lu->row_scale[i], a + i * n);
        for (size_t j = 0; j < n; j++)
            lu->column_scale[j] = fmax(lu->column_scale[j], fabs(a[i * n + j]));
    }
    for (size_t j = 0; j < n; j++) {
        if (!(lu->column_scale[j] > 0))
            return 0;
        lu->column_scale[j] = to_unit(lu->column_scale[j]);
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            a[i * n + j] *= lu->column_scale[j];
    return 1;
}

static double norm_one(size_t n, const double *matrix, double *sums)
{
    memset(sums, 0, n * sizeof *sums);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            sums[j] += fabs(matrix[i * n + j]);
    return tro_largest(n, sums);
}

/* v = B^-1 v or B'^-1 v, where P B = L U is the scaled matrix. */
static void solve_scaled(const tro_lu *lu, int transposed, double *v)
{
    size_t n = lu->size;
    gsl_matrix_const_view factor = gsl_matrix_const_view_array(lu->factor, n, n);
    gsl_vector_view vector = gsl_vector_view_array(v, n);
    gsl_permutation order = {n, lu->order};
    if (transposed) {
        gsl_blas_dtrsv(CblasUpper, CblasTrans, CblasNonUnit, &factor.matrix, &vector.vector);
        gsl_blas_dtrsv(CblasLower, CblasTrans, CblasUnit, &factor.matrix, &vector.vector);
        gsl_permute_vector_inverse(&order, &vector.vector);
    } else {
        gsl_permute_vector(&order, &vector.vector);
        gsl_blas_dtrsv(CblasLower, CblasNoTrans, CblasUnit, &factor.matrix, &vector.vector);
        gsl_blas_dtrsv(CblasUpper, CblasNoTrans, CblasNonUnit, &factor.matrix,
                       &vector.vector);
    }
}

/* The same for A itself: with B = R A C, A^-1 = C B^-1 R. */
static void solve_once(const tro_lu *lu, int transposed, double *v)
{
    const double *before = transposed ? lu->column_scale : lu->row_scale;
    const double *after = transposed ? lu->row_scale : lu->column_scale;
    for (size_t i = 0; i < lu->size; i++)
        v[i] *= before[i];
    solve_scaled(lu, transposed, v);
    for (size_t i = 0; i < lu->size; i++)
        v[i] *= after[i];
}

typedef void solve_function(const tro_lu *lu, int transposed, double *v);

static double sum_of_moduli(size_t n, const double *x)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += fabs(x[i]);
    return sum;
}

/* Where the gradient of |A^-1 x|_1 is steepest, or n if x is a maximum. */
static size_t steepest(const tro_lu *lu, solve_function *solve, const double *x, double *y)
{
    size_t n = lu->size, best = 0;
    for (size_t i = 0; i < n; i++)
        y[i] = y[i] < 0 ? -1 : 1;
    solve(lu, TRO_TRANSPOSED, y);
    for (size_t i = 1; i < n; i++)
        if (fabs(y[i]) > fabs(y[best]))
            best = i;
    return fabs(y[best]) > tro_dot(n, x, y) ? best : n;
}

/* |A^-1|_1 from below, by climbing over the unit ball's corners (Hager 1984;
 * Higham 1988, ACM TOMS 14, 381), and by one vector that catches the cases
 * built to deceive the climb. x and y are scratch. */
static double estimate_inverse(const tro_lu *lu, solve_function *solve, double *x, double *y)
{
    size_t n = lu->size;
    double estimate = 0;
    for (size_t i = 0; i < n; i++)
        x[i] = 1.0 / (double)n;
    for (int step = 0; step < 5; step++) {
        memcpy(y, x, n * sizeof *y);
        solve(lu, TRO_PLAIN, y);
        double value = sum_of_moduli(n, y);
        if (step > 0 && !(value > estimate))
            break;
        estimate = value;
        size_t corner = steepest(lu, solve, x, y);
        if (corner == n)
            break;
        memset(x, 0, n * sizeof *x);
        x[corner] = 1;
    }
    for (size_t i = 0; i < n; i++)
        y[i] = (i % 2 ? -1 : 1) * (1 + (n > 1 ? (double)i / (double)(n - 1) : 0));
    solve(lu, TRO_PLAIN, y);
    return fmax(estimate, 2 * sum_of_moduli(n, y) / (3 * (double)n));
}

/* Rounding leaves singular matrices below this reciprocal condition: at most
 * 2e-16 was seen, at all sizes up to 300. */
static const double SINGULAR_BELOW = 4 * DBL_EPSILON;

/* Factors the scaled matrix; 0 when it is singular. */
static int decompose(tro_lu *lu, double *x, double *y, int *status)
{
    size_t n = lu->size;
    int sign;
    if (!equilibrate(lu))
        return 0;
    double scaled_norm = norm_one(n, lu->factor, x);
    gsl_matrix_view factor = gsl_matrix_view_array(lu->factor, n, n);
    gsl_permutation order = {n, lu->order};
    *status = tro_gsl_status(gsl_linalg_LU_decomp(&factor.matrix, &order, &sign));
    if (*status < 0)
        return 0;
    for (size_t i = 0; i < n; i++)
        if (lu->factor[i * n + i] == 0)
            return 0;
    double scaled_inverse = estimate_inverse(lu, solve_scaled, x, y);
    lu->inverse_norm = estimate_inverse(lu, solve_once, x, y);
    return scaled_norm * scaled_inverse * SINGULAR_BELOW < 1;
}

static int allocate(tro_lu *lu, size_t n)
{
    memset(lu, 0, sizeof *lu);
    lu->size = n;
    lu->inverse_norm = INFINITY;
    lu->matrix = tro_allocate(n * n, sizeof(double));
    lu->factor = tro_allocate(n * n, sizeof(double));
    lu->row_scale = tro_allocate(n, sizeof(double));
    lu->column_scale = tro_allocate(n, sizeof(double));
    lu->order = tro_allocate(n, sizeof(size_t));
    return lu->matrix && lu->factor && lu->row_scale && lu->column_scale && lu->order;
}

int tro_lu_init(tro_lu *lu, size_t size, const double *matrix)
{
    int status = TRO_OK;
    double *x = NULL, *y = NULL;
    tro_gsl_guard();
    if (!allocate(lu, size) || !(x = tro_allocate(size, sizeof *x)) ||
        !(y = tro_allocate(size, sizeof *y))) {
        status = TRO_ENOMEM;
        goto out;
    }
    if (size == 0 || !tro_all_finite(size * size, matrix)) {
        status = TRO_EINVAL;
        goto out;
    }
    memcpy(lu->matrix, matrix, size * size * sizeof *matrix);
    memcpy(lu->factor, matrix, size * size * sizeof *matrix);
    lu->norm = norm_one(size, matrix, x);
    if (!decompose(lu, x, y, &status) && status == TRO_OK)
        status = TRO_ESINGULAR;
    if (lu->norm > 0)
        lu->reciprocal_condition = 1 / lu->norm / lu->inverse_norm;
out:
    tro_release(x);
    tro_release(y);
    return status;
}

void tro_lu_free(tro_lu *lu)
{
    tro_release(lu->matrix);
    tro_release(lu->factor);
    tro_release(lu->row_scale);
    tro_release(lu->column_scale);
    tro_release(lu->order);
    memset(lu, 0, sizeof *lu);
}

/* left = b - A x or b - A' x, rounded once per entry. */
static void residual(const tro_lu *lu, int transposed, const double *x, const double *b,
                     long double *sums, double *left)
{
    size_t n = lu->size;
    for (size_t i = 0; i < n; i++)
        sums[i] = b[i];
    for (size_t i = 0; i < n; i++) {
        const double *row = lu->matrix + i * n;
        if (transposed) {
            for (size_t j = 0; j < n; j++)
                sums[j] -= (long double)row[j] * x[i];
        } else {
            for (size_t j = 0; j < n; j++)
                sums[i] -= (long double)row[j] * x[j];
        }
    }
    for (size_t i = 0; i < n; i++)
        left[i] = (double)sums[i];
}

int tro_lu_solve(const tro_lu *lu, int transposed, size_t count, const double *right, double *x)
{
    size_t n = lu->size;
    int status = TRO_OK;
    double *b = tro_allocate(n, sizeof *b);
    double *correction = tro_allocate(n, sizeof *correction);
    long double *sums = tro_allocate(n, sizeof *sums);
    if (!b || !correction || !sums) {
        status = TRO_ENOMEM;
        goto out;
    }
    for (size_t k = 0; k < count; k++) {
        double *solution = x + k * n;
        memcpy(b, right + k * n, n * sizeof *b);
        memmove(solution, b, n * sizeof *b);
        solve_once(lu, transposed, solution);
        residual(lu, transposed, solution, b, sums, correction);
        solve_once(lu, transposed, correction);
        tro_axpy(n, 1, correction, solution);
        if (!tro_all_finite(n, solution)) {
            status = TRO_EINVAL;
            goto out;
        }
    }
out:
    tro_release(b);
    tro_release(correction);
    tro_release(sums);
    return status;
}
