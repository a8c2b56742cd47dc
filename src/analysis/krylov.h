/* Krylov methods: systems A x = b and the dominant eigenvalue, for operators
 * too large to store. Sums run in a fixed order on one thread, and start
 * vectors come from a given stream, so the results have the same bits each
 * time. Not more than one solver at a time may use one operator. */
#ifndef TRO_ANALYSIS_KRYLOV_H
#define TRO_ANALYSIS_KRYLOV_H

#include <stddef.h>

#include <trophic/messages.h>
#include <trophic/random.h>
#include <trophic/status.h>

#include "analysis/dense.h"
#include "analysis/operator.h"

/* Zero in a field, or a NULL in place of the options, means the default. */
typedef struct tro_gmres_options {
    /* Steps between restarts; the default is 60 and, while progress is slow,
     * doubles up to 480. Memory: so many vectors; fewer where these would take
     * more than 1 GiB. */
    size_t restart;
    size_t limit;        /* products with A at most; 5000 */
    /* of |b - A x| relative to |b|; 1e-13. What rounding leaves of A x, where
     * that is more, will do. */
    double tolerance;
} tro_gmres_options;

typedef struct tro_gmres_result {
    size_t iterations;   /* steps that built a basis */
    size_t applies;      /* products with A, those for residuals included */
    double residual;     /* |b - A x| / |b|, computed from x; 0 for b = 0 */
} tro_gmres_result;

/* Solves A x = b from the first guess in `x`, which is overwritten and may
 * not be `b`. TRO_ENOCONV when the limit is reached or a whole restart makes
 * no progress, TRO_ESINGULAR when the Krylov space is exhausted without a
 * solution, or when there is no progress and A is next to 0 along a step: x
 * and result are then the best found. TRO_EINVAL when b or a product is not
 * finite; TRO_ENOMEM; whatever apply returns. */
int tro_gmres(const tro_operator *op, const double *b, double *x,
              const tro_gmres_options *options, tro_gmres_result *result) TRO_MUST_USE;

/* Says in words why a solver of n unknowns failed; returns status. */
int tro_gmres_say(size_t n, int status, const tro_gmres_result *result, tro_messages *messages);

/* The same from zero with the default options; x may be b. Failures add a
 * sentence to `messages`, except those of apply. */
int tro_krylov_solve(const tro_operator *op, const double *b, double *x,
                     tro_messages *messages) TRO_MUST_USE;

typedef struct tro_spectrum_options {
    size_t dimension;    /* of the Krylov space; up to it the matrix is assembled; 60 */
    size_t limit;        /* products with A at most, once it is not assembled; 10000 */
    double tolerance;    /* of the residual relative to the modulus; 1e-12 */
} tro_spectrum_options;

/* The eigenvalue of largest modulus; of equal moduli (TRO_MODULUS_TIE) the
 * one with the largest real part, and of a conjugate pair that with im > 0. */
typedef struct tro_eigenvalue {
    double re, im, modulus;
    /* |A v - value v| for the vector v of length 1 that was found. */
    double residual;
    /* A change of A by e moves the value by up to condition * e, to first
     * order; 1 for normal matrices, 1e6 and more for defective values. */
    double condition;
    /* How far off the value may be, to first order: the condition times the
     * residual, and at least times the rounding of A. */
    double error;
    size_t applies;      /* products with A */
    /* The residual met the tolerance and the error is below 1e-6 of the
     * modulus. If only the second fails, split the operator into the strongly
     * connected parts of its network, or rescale its coordinates. */
    int converged;
} tro_eigenvalue;

/* The dominant eigenvalue of an operator. Up to `dimension` coordinates, after
 * those that no cycle feeds are dropped, the matrix is assembled and the
 * answer is that of tro_dense_dominant; so it is up to 1024 coordinates when
 * the Krylov space does not give ten digits. Among values of equal modulus a
 * Krylov space may find any. Not to converge is a result: TRO_OK with
 * converged = 0. Nilpotent by structure (a network without cycles) gives
 * exactly 0. `stream` is not advanced. TRO_ENOMEM; TRO_EINVAL when a product
 * is not finite; TRO_ENOCONV when QR fails; whatever apply returns. */
int tro_dominant_eigenvalue(const tro_operator *op, const tro_stream *stream,
                            const tro_spectrum_options *options,
                            tro_eigenvalue *eigenvalue) TRO_MUST_USE;

/* The same with the default options and a fixed start; TRO_ENOCONV when it
 * did not converge, with the best value found. */
int tro_krylov_dominant(const tro_operator *op, tro_complex *value) TRO_MUST_USE;

/* The same of a stored matrix, n x n, row-major: exact up to `error`, of
 * each irreducible block by itself. */
int tro_dense_dominant(size_t n, const double *matrix, tro_eigenvalue *eigenvalue) TRO_MUST_USE;

#endif
