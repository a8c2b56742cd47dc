#include <float.h>
#include <gsl/gsl_eigen.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdlib.h>

#include "analysis/blocks.h"
#include "analysis/dense.h"
#include "analysis/gsl_guard.h"
#include "analysis/krylov.h"
#include "analysis/schur.h"
#include "analysis/vector.h"
#include "base/memory.h"

/* A matrix taken apart into its irreducible blocks. */
typedef struct partition {
    size_t *members, *starts, count;
    double *block;   /* room for the largest */
} partition;

static void partition_free(partition *parts)
{
    tro_release(parts->members);
    tro_release(parts->starts);
    tro_release(parts->block);
}

static size_t block_size(const partition *parts, size_t k)
{
    return parts->starts[k + 1] - parts->starts[k];
}

static int partition_init(partition *parts, size_t n, const double *matrix)
{
    *parts = (partition){
        .members = tro_allocate(n, sizeof(size_t)),
        .starts = tro_allocate(n + 1, sizeof(size_t)),
    };
    if (!parts->members || !parts->starts)
        return TRO_ENOMEM;
    if (!tro_all_finite(n * n, matrix))
        return TRO_EINVAL;
    int status = tro_irreducible_blocks(n, matrix, parts->members, parts->starts, &parts->count);
    if (status < 0)
        return status;
    size_t largest = 0;
    for (size_t k = 0; k < parts->count; k++)
        if (block_size(parts, k) > largest)
            largest = block_size(parts, k);
    parts->block = tro_allocate(largest * largest, sizeof(double));
    return parts->block ? TRO_OK : TRO_ENOMEM;
}

/* Eigenvalues by balancing and QR; destroys the block. */
static int block_eigenvalues(size_t n, double *block, tro_complex *values)
{
    if (n == 1) {
        values[0] = (tro_complex){block[0], 0};
        return TRO_OK;
    }
    gsl_eigen_nonsymm_workspace *work = gsl_eigen_nonsymm_alloc(n);
    double *pairs = tro_allocate(2 * n, sizeof *pairs);
    int status = TRO_ENOMEM;
    if (!work || !pairs)
        goto out;
    gsl_matrix_view a = gsl_matrix_view_array(block, n, n);
    gsl_vector_complex_view value = gsl_vector_complex_view_array(pairs, n);
    gsl_eigen_nonsymm_params(0, 1, work);
    status = tro_gsl_status(gsl_eigen_nonsymm(&a.matrix, &value.vector, work));
    for (size_t k = 0; k < n; k++)
        values[k] = (tro_complex){pairs[2 * k], pairs[2 * k + 1]};
out:
    if (work)
        gsl_eigen_nonsymm_free(work);
    tro_release(pairs);
    return status;
}

static int descending(double a, double b)
{
    return (a < b) - (a > b);
}

static double modulus(const tro_complex *value)
{
    return hypot(value->re, value->im);
}

static int by_modulus(const void *left, const void *right)
{
    return descending(modulus(left), modulus(right));
}

static int by_parts(const void *left, const void *right)
{
    const tro_complex *a = left, *b = right;
    int order = descending(a->re, b->re);
    return order != 0 ? order : descending(a->im, b->im);
}

/* By modulus, then within each run of moduli that only rounding tells apart. */
static void sort_values(size_t n, tro_complex *values)
{
    if (n < 2)
        return;
    qsort(values, n, sizeof *values, by_modulus);
    for (size_t first = 0, end; first < n; first = end) {
        double least = modulus(&values[first]) * (1 - TRO_MODULUS_TIE);
        for (end = first + 1; end < n && modulus(&values[end]) >= least; end++)
            ;
        qsort(values + first, end - first, sizeof *values, by_parts);
    }
}

int tro_dense_eigenvalues(size_t n, const double *matrix, tro_complex *values)
{
    partition parts;
    int status = TRO_OK;
    tro_gsl_guard();
    TRO_TRY(partition_init(&parts, n, matrix));
    for (size_t k = 0; k < parts.count; k++) {
        size_t start = parts.starts[k], size = block_size(&parts, k);
        tro_gather_block(n, matrix, size, parts.members + start, parts.block);
        TRO_TRY(block_eigenvalues(size, parts.block, values + start));
    }
    sort_values(n, values);
out:
    partition_free(&parts);
    return status;
}

int tro_dense_spectral_radius(size_t n, const double *matrix, double *radius)
{
    tro_complex *values = tro_allocate(n, sizeof *values);
    if (!values)
        return TRO_ENOMEM;
    int status = tro_dense_eigenvalues(n, matrix, values);
    *radius = status == TRO_OK && n > 0 ? modulus(&values[0]) : 0;
    tro_release(values);
    return status;
}

/* |A v - value v| / |v| for v = D Z x, where x lives on the leading block of
 * the Schur form and D undoes the balancing. v has room for 2 n. */
static double block_residual(size_t n, const double *a, const double *balance,
                             const tro_schur *schur, const tro_leading *leading, double *v)
{
    double *re = v, *im = v + n, square = 0;
    for (size_t i = 0; i < n; i++) {
        re[i] = im[i] = 0;
        for (size_t k = 0; k < leading->width; k++) {
            re[i] += balance[i] * schur->z[i * n + k] * leading->right[k][0];
            im[i] += balance[i] * schur->z[i * n + k] * leading->right[k][1];
        }
    }
    tro_scale(2 * n, 1 / tro_norm(2 * n, v), v);
    for (size_t i = 0; i < n; i++) {
        double left = tro_dot(n, a + i * n, re) - leading->re * re[i] + leading->im * im[i];
        double right = tro_dot(n, a + i * n, im) - leading->re * im[i] - leading->im * re[i];
        square += left * left + right * right;
    }
    return sqrt(square);
}

/* The dominant eigenvalue of an irreducible block. */
static int block_dominant(size_t n, const double *block, tro_eigenvalue *eigenvalue)
{
    tro_schur schur = {0};
    tro_leading leading;
    double *balanced = tro_allocate(n * n, sizeof *balanced);
    double *balance = tro_allocate(n, sizeof *balance);
    double *v = tro_allocate(2 * n, sizeof *v);
    int status = TRO_ENOMEM;
    if (!balanced || !balance || !v)
        goto out;
    for (size_t i = 0; i < n * n; i++)
        balanced[i] = block[i];
    gsl_matrix_view a = gsl_matrix_view_array(balanced, n, n);
    gsl_vector_view d = gsl_vector_view_array(balance, n);
    gsl_linalg_balance_matrix(&a.matrix, &d.vector);
    TRO_TRY(tro_schur_init(&schur, n, balanced));
    tro_schur_sort(&schur, 1);
    TRO_TRY(tro_schur_leading(&schur, &leading));
    *eigenvalue = (tro_eigenvalue){
        .re = leading.re,
        .im = leading.im,
        .modulus = hypot(leading.re, leading.im),
        .residual = block_residual(n, block, balance, &schur, &leading, v),
        .condition = leading.condition,
    };
    double norm = tro_norm(n * n, balanced), rounding = (double)n * DBL_EPSILON;
    eigenvalue->error = eigenvalue->condition * DBL_EPSILON * norm;
    eigenvalue->converged = eigenvalue->error <= 1e-6 * fmax(eigenvalue->modulus, norm) &&
        eigenvalue->residual <= 4 * rounding * tro_norm(n * n, block);
out:
    tro_schur_free(&schur);
    tro_release(balanced);
    tro_release(balance);
    tro_release(v);
    return status;
}

/* The rule of tro_schur_sort, between blocks. */
static int better(const tro_eigenvalue *a, const tro_eigenvalue *b)
{
    if (fabs(a->modulus - b->modulus) > TRO_MODULUS_TIE * fmax(a->modulus, b->modulus))
        return a->modulus > b->modulus;
    return a->re > b->re;
}

int tro_dense_dominant(size_t n, const double *matrix, tro_eigenvalue *eigenvalue)
{
    partition parts;
    int status = TRO_OK;
    tro_gsl_guard();
    *eigenvalue = (tro_eigenvalue){.converged = 1, .condition = 1, .re = -INFINITY};
    TRO_TRY(partition_init(&parts, n, matrix));
    for (size_t k = 0; k < parts.count; k++) {
        size_t size = block_size(&parts, k);
        tro_eigenvalue one;
        tro_gather_block(n, matrix, size, parts.members + parts.starts[k], parts.block);
        TRO_TRY(block_dominant(size, parts.block, &one));
        if (k == 0 || better(&one, eigenvalue))
            *eigenvalue = one;
    }
out:
    if (n == 0 || status < 0)
        eigenvalue->re = 0;
    partition_free(&parts);
    return status;
}
