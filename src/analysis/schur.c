#include "analysis/schur.h"

#include <complex.h>
#include <float.h>
#include <gsl/gsl_eigen.h>
#include <math.h>
#include <string.h>

#include "analysis/dense.h"
#include "analysis/gsl_guard.h"
#include "analysis/vector.h"
#include "base/memory.h"

/* GSL leaves the vectors of its reflections below the diagonal. */
static void clean_below(size_t n, double *t)
{
    for (size_t i = 2; i < n; i++)
        memset(t + i * n, 0, (i - 1) * sizeof *t);
}

static int decompose(tro_schur *schur)
{
    size_t n = schur->size;
    gsl_eigen_nonsymm_workspace *work = gsl_eigen_nonsymm_alloc(n);
    double *values = tro_allocate(2 * n, sizeof *values);
    int status = TRO_ENOMEM;
    if (!work || !values)
        goto out;
    gsl_matrix_view t = gsl_matrix_view_array(schur->t, n, n);
    gsl_matrix_view z = gsl_matrix_view_array(schur->z, n, n);
    gsl_vector_complex_view value = gsl_vector_complex_view_array(values, n);
    gsl_eigen_nonsymm_params(1, 0, work);
    status = tro_gsl_status(
        gsl_eigen_nonsymm_Z(&t.matrix, &value.vector, &z.matrix, work));
    clean_below(n, schur->t);
out:
    if (work)
        gsl_eigen_nonsymm_free(work);
    tro_release(values);
    return status;
}

int tro_schur_init(tro_schur *schur, size_t size, const double *matrix)
{
    tro_gsl_guard();
    *schur = (tro_schur){
        .size = size,
        .t = tro_allocate(size * size, sizeof(double)),
        .z = tro_allocate(size * size, sizeof(double)),
    };
    if (!schur->t || !schur->z)
        return TRO_ENOMEM;
    memcpy(schur->t, matrix, size * size * sizeof *matrix);
    if (size > 1)
        return decompose(schur);
    schur->z[0] = 1;
    return TRO_OK;
}

void tro_schur_free(tro_schur *schur)
{
    tro_release(schur->t);
    tro_release(schur->z);
    schur->t = schur->z = NULL;
}

/* The width of the block that starts at `at`. */
static size_t width(const tro_schur *schur, size_t at)
{
    size_t n = schur->size;
    return at + 1 < n && schur->t[(at + 1) * n + at] != 0 ? 2 : 1;
}

/* The larger eigenvalue of the block at `at`. A swap can leave a block of two
 * real ones where rounding decides. */
static double complex eigenvalue(const tro_schur *schur, size_t at)
{
    size_t n = schur->size;
    const double *t = schur->t + at * n + at;
    if (width(schur, at) == 1)
        return t[0];
    double middle = t[0] / 2 + t[n + 1] / 2, half = t[0] / 2 - t[n + 1] / 2;
    double square = half * half + t[1] * t[n];
    if (square < 0)
        return middle + sqrt(-square) * _Complex_I;
    return middle + copysign(sqrt(square), middle);
}

/* The block that should stand at `from`, among those from there on. */
static size_t best_block(const tro_schur *schur, size_t from)
{
    size_t best = from;
    double largest = 0;
    for (size_t at = from; at < schur->size; at += width(schur, at))
        largest = fmax(largest, cabs(eigenvalue(schur, at)));
    double best_real = -INFINITY;
    for (size_t at = from; at < schur->size; at += width(schur, at)) {
        double complex value = eigenvalue(schur, at);
        if (cabs(value) >= largest * (1 - TRO_MODULUS_TIE) && creal(value) > best_real) {
            best = at;
            best_real = creal(value);
        }
    }
    return best;
}

/* Solves the m x m system in place by elimination with row pivots, m <= 4;
 * 0 when a pivot vanishes against `scale`. */
static int solve_small(size_t m, double a[4][4], double *b, double scale)
{
    for (size_t k = 0; k < m; k++) {
        size_t pivot = k;
        for (size_t i = k + 1; i < m; i++)
            if (fabs(a[i][k]) > fabs(a[pivot][k]))
                pivot = i;
        if (fabs(a[pivot][k]) <= DBL_EPSILON * scale)
            return 0;
        for (size_t j = 0; j < m; j++) {
            double kept = a[k][j];
            a[k][j] = a[pivot][j];
            a[pivot][j] = kept;
        }
        double kept = b[k];
        b[k] = b[pivot];
        b[pivot] = kept;
        for (size_t i = k + 1; i < m; i++) {
            double factor = a[i][k] / a[k][k];
            for (size_t j = k; j < m; j++)
                a[i][j] -= factor * a[k][j];
            b[i] -= factor * b[k];
        }
    }
    for (size_t k = m; k-- > 0;) {
        for (size_t j = k + 1; j < m; j++)
            b[k] -= a[k][j] * b[j];
        b[k] /= a[k][k];
    }
    return 1;
}

/* X with A11 X - X A22 = A12, row by row into x; 0 when the two blocks share
 * an eigenvalue. `block` is [A11 A12; 0 A22], p + q wide. */
static int solve_sylvester(double block[4][4], size_t p, size_t q, double *x, double scale)
{
    double system[4][4] = {{0}};
    for (size_t i = 0; i < p; i++)
        for (size_t j = 0; j < q; j++) {
            size_t row = i * q + j;
            for (size_t k = 0; k < p; k++)
                system[row][k * q + j] += block[i][k];
            for (size_t k = 0; k < q; k++)
                system[row][i * q + k] -= block[p + k][p + j];
            x[row] = block[i][p + j];
        }
    return solve_small(p * q, system, x, scale);
}

/* An orthogonal matrix, m x m, whose first q columns span those of `c`
 * (Householder). */
static void orthogonal_basis(size_t m, size_t q, double c[4][2], double basis[4][4])
{
    memset(basis, 0, 16 * sizeof(double));
    for (size_t i = 0; i < m; i++)
        basis[i][i] = 1;
    for (size_t k = 0; k < q; k++) {
        double v[4] = {0}, length = 0, square = 0;
        for (size_t i = k; i < m; i++)
            length = hypot(length, v[i] = c[i][k]);
        v[k] += copysign(length, v[k]);
        for (size_t i = k; i < m; i++)
            square += v[i] * v[i];
        if (square == 0)
            continue;
        for (size_t j = 0; j < q; j++) {
            double dot = 0;
            for (size_t i = k; i < m; i++)
                dot += v[i] * c[i][j];
            for (size_t i = k; i < m; i++)
                c[i][j] -= 2 * dot / square * v[i];
        }
        for (size_t row = 0; row < m; row++) {
            double dot = 0;
            for (size_t i = k; i < m; i++)
                dot += basis[row][i] * v[i];
            for (size_t i = k; i < m; i++)
                basis[row][i] -= 2 * dot / square * v[i];
        }
    }
}

/* columns at .. at+m-1 of a (n rows) times the basis */
static void turn_columns(double *a, size_t n, size_t at, size_t m, double basis[4][4])
{
    for (size_t i = 0; i < n; i++) {
        double *row = a + i * n + at, turned[4] = {0};
        for (size_t j = 0; j < m; j++)
            for (size_t k = 0; k < m; k++)
                turned[j] += row[k] * basis[k][j];
        memcpy(row, turned, m * sizeof *row);
    }
}

/* basis' times rows at .. at+m-1 of a */
static void turn_rows(double *a, size_t n, size_t at, size_t m, double basis[4][4])
{
    for (size_t j = 0; j < n; j++) {
        double *column = a + at * n + j, turned[4] = {0};
        for (size_t i = 0; i < m; i++)
            for (size_t k = 0; k < m; k++)
                turned[i] += basis[k][i] * column[k * n];
        for (size_t i = 0; i < m; i++)
            column[i * n] = turned[i];
    }
}

/* The largest entry of basis' block basis below its leading q columns, which
 * would be zero without rounding. */
static double swap_error(double block[4][4], size_t m, size_t q, double basis[4][4])
{
    double worst = 0;
    for (size_t i = q; i < m; i++)
        for (size_t j = 0; j < q; j++) {
            double sum = 0;
            for (size_t k = 0; k < m; k++)
                for (size_t l = 0; l < m; l++)
                    sum += basis[k][i] * block[k][l] * basis[l][j];
            worst = fmax(worst, fabs(sum));
        }
    return worst;
}

/* Exchanges the neighbouring blocks at `at`, p and q wide, by a rotation (Bai
 * and Demmel 1993, Linear Algebra Appl. 186, 73). 0, and nothing done, when
 * their eigenvalues are too close to tell apart. */
static int swap_blocks(tro_schur *schur, size_t at, size_t p, size_t q)
{
    size_t n = schur->size, m = p + q;
    double block[4][4] = {{0}}, x[4] = {0}, c[4][2] = {{0}}, basis[4][4];
    double scale = 0;
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < m; j++) {
            block[i][j] = schur->t[(at + i) * n + at + j];
            scale = fmax(scale, fabs(block[i][j]));
        }
    if (!solve_sylvester(block, p, q, x, scale))
        return 0;
    for (size_t j = 0; j < q; j++) {
        for (size_t i = 0; i < p; i++)
            c[i][j] = -x[i * q + j];
        c[p + j][j] = 1;
    }
    orthogonal_basis(m, q, c, basis);
    if (!(swap_error(block, m, q, basis) <= 20 * DBL_EPSILON * scale))
        return 0;
    turn_columns(schur->t, n, at, m, basis);
    turn_rows(schur->t, n, at, m, basis);
    turn_columns(schur->z, n, at, m, basis);
    for (size_t i = q; i < m; i++)
        memset(schur->t + (at + i) * n + at, 0, q * sizeof(double));
    return 1;
}

size_t tro_schur_sort(tro_schur *schur, size_t wanted)
{
    size_t n = schur->size, from = 0;
    while (from < wanted && from < n) {
        size_t at = best_block(schur, from), moving = width(schur, at);
        while (at > from) {
            size_t before = from;
            while (before + width(schur, before) < at)
                before += width(schur, before);
            if (!swap_blocks(schur, before, at - before, moving))
                break;
            at = before;
        }
        from += width(schur, from);
    }
    return from;
}

/* The eigenvector of the leading 2 x 2 block: from whichever of its two rows
 * is farther from zero. */
static void block_vector(const tro_schur *schur, double complex value, double complex *vector)
{
    const double *t = schur->t, *below = t + schur->size;
    double complex first[2] = {t[1], value - t[0]}, second[2] = {value - below[1], below[0]};
    double one = hypot(cabs(first[0]), cabs(first[1]));
    double two = hypot(cabs(second[0]), cabs(second[1]));
    double length = fmax(one, two);
    memcpy(vector, one >= two ? first : second, sizeof first);
    vector[0] /= length;
    vector[1] /= length;
}

static double complex away_from_zero(double complex x, double least)
{
    return cabs(x) < least ? least : x;
}

/* Solves w (value - T22) = left T12 for the row w from column to column, where
 * T11 is the leading block; `left` stands in w[0 .. lead-1] on entry. */
static void left_vector(const tro_schur *schur, size_t lead, double complex value, double least,
                        double complex *w)
{
    size_t n = schur->size;
    const double *t = schur->t;
    for (size_t at = lead; at < n; at += width(schur, at)) {
        size_t wide = width(schur, at);
        double complex sum[2] = {0, 0};
        for (size_t k = 0; k < wide; k++)
            for (size_t i = 0; i < at; i++)
                sum[k] += w[i] * t[i * n + at + k];
        double complex a = value - t[at * n + at];
        if (wide == 1) {
            w[at] = sum[0] / away_from_zero(a, least);
            continue;
        }
        double b = -t[at * n + at + 1], c = -t[(at + 1) * n + at];
        double complex d = value - t[(at + 1) * n + at + 1];
        double size = cabs(a) + fabs(b) + fabs(c) + cabs(d);
        double complex determinant = away_from_zero(a * d - b * c, least * size);
        w[at] = (sum[0] * d - sum[1] * c) / determinant;
        w[at + 1] = (sum[1] * a - sum[0] * b) / determinant;
    }
}

/* |x| |y| / |y'x|; the right vector lives on the leading block. */
static double condition_of(const tro_schur *schur, const tro_leading *leading,
                           double complex *w)
{
    size_t n = schur->size;
    double complex x[2], product = 0;
    double complex value = leading->re + leading->im * _Complex_I;
    double scale = tro_largest(n * n, schur->t), length = 0;
    for (size_t k = 0; k < leading->width; k++)
        x[k] = leading->right[k][0] + leading->right[k][1] * _Complex_I;
    w[0] = 1;
    if (leading->width == 2) {
        /* the row vector with w T11 = value w */
        w[0] = schur->t[n];
        w[1] = value - schur->t[0];
    }
    left_vector(schur, leading->width, value,
                fmax(DBL_EPSILON * scale, DBL_MIN), w);
    for (size_t k = 0; k < leading->width; k++)
        product += w[k] * x[k];
    for (size_t k = 0; k < n; k++)
        length = hypot(length, cabs(w[k]));
    double condition = length / cabs(product);
    return isnan(condition) ? INFINITY : condition;
}

int tro_schur_leading(const tro_schur *schur, tro_leading *leading)
{
    double complex value = eigenvalue(schur, 0), vector[2] = {1, 0};
    double complex *w = tro_allocate(schur->size, sizeof *w);
    if (!w)
        return TRO_ENOMEM;
    *leading = (tro_leading){
        .re = creal(value), .im = cimag(value), .width = width(schur, 0)};
    if (leading->width == 2)
        block_vector(schur, value, vector);
    for (size_t k = 0; k < 2; k++) {
        leading->right[k][0] = creal(vector[k]);
        leading->right[k][1] = cimag(vector[k]);
    }
    leading->condition = condition_of(schur, leading, w);
    tro_release(w);
    return TRO_OK;
}
