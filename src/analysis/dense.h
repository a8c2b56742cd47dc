/* Dense linear algebra: systems A x = b and A' x = b, and all eigenvalues.
 *
 * Matrices are n x n, row-major. Functions return a tro_status and no
 * message: what the system stands for is known to the caller. TRO_EINVAL
 * means numbers that are not finite, TRO_ENOMEM and TRO_ELIBRARY as usual.
 * The factorisation runs on GSL over BLAS, so its last bits depend on the
 * BLAS; keep that to one thread. */
#ifndef TRO_ANALYSIS_DENSE_H
#define TRO_ANALYSIS_DENSE_H

#include <stddef.h>

#include <trophic/status.h>

#include "analysis/operator.h"

/* The matrix of an operator, by applying it to the `size` unit vectors. */
int tro_dense_assemble(const tro_operator *op, double *matrix) TRO_MUST_USE;

/* A factored system. Rows and columns are scaled by powers of two first, so
 * that neither the pivots nor the verdict "singular" depend on units. */
typedef struct tro_lu {
    size_t size;
    double *matrix;        /* owned copy of A */
    double *factor;        /* owned: L below the diagonal, U from it on */
    double *row_scale;     /* owned, size */
    double *column_scale;  /* owned, size */
    size_t *order;         /* owned, size: the row order of the pivots */
    /* In the 1-norm: of A, of its inverse (an estimate from below, nearly
     * always within a factor of 3; infinite for a singular A), and 1 / (norm
     * inverse_norm), 0 for a singular A. 1 / inverse_norm is how near a
     * singular matrix is: the distance to a fold. */
    double norm, inverse_norm, reciprocal_condition;
} tro_lu;

/* Factors `matrix`, of which it keeps a copy. TRO_ESINGULAR when a pivot is
 * zero or the scaled matrix is singular to rounding; then the three numbers
 * are set all the same. That looks at relative changes of the entries; where
 * they are known to an absolute error only, like those of I - J, compare
 * 1 / inverse_norm with it as well. tro_lu_free is legal whatever was returned. */
int tro_lu_init(tro_lu *lu, size_t size, const double *matrix) TRO_MUST_USE;
void tro_lu_free(tro_lu *lu);

enum { TRO_PLAIN = 0, TRO_TRANSPOSED = 1 };

/* Solves A x = b (or A' x = b) for `count` right-hand sides, one after the
 * other in `right`, into `x`, which may be `right`. One step of refinement
 * with the residual in extended precision. Many threads may share one lu. */
int tro_lu_solve(const tro_lu *lu, int transposed, size_t count, const double *right,
                 double *x) TRO_MUST_USE;

typedef struct tro_complex {
    double re, im;
} tro_complex;

/* Moduli this close, relatively, count as equal, so that rounding does not
 * choose between +1 and -1. */
#define TRO_MODULUS_TIE 1e-10

/* All eigenvalues, the largest modulus first, of equal moduli the larger real
 * part, of a conjugate pair the positive imaginary part. A matrix that is
 * block triangular in some order of its coordinates, like that of a food
 * chain, is split into its irreducible blocks first: then an eigenvalue that
 * many blocks share is as exact as in one of them, where a whole Jordan chain
 * of n would lose all but 1/n of the digits. TRO_ENOCONV when the QR
 * iteration does not converge. */
int tro_dense_eigenvalues(size_t n, const double *matrix, tro_complex *values) TRO_MUST_USE;
int tro_dense_spectral_radius(size_t n, const double *matrix, double *radius) TRO_MUST_USE;

#endif
