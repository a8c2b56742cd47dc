/* Spread: the covariance of the outputs of one source, in a family whose
 * covariance does not change by training.
 *
 * Three shapes, the cheapest that fits: isotropic (one variance), diagonal,
 * full (with a factor). Positive semi-definite; a variance of 0
 * is legal (every output equals the mean). Immutable, in an arena. */
#ifndef TRO_FAMILY_SPREAD_H
#define TRO_FAMILY_SPREAD_H

#include <stddef.h>

#include "document/param.h"

/* A full covariance of d coordinates costs d^2 numbers and d^3 steps. */
#define TRO_FULL_LIMIT 2048

typedef enum tro_spread_shape {
    TRO_ISOTROPIC, TRO_DIAGONAL, TRO_FULL
} tro_spread_shape;

typedef struct tro_spread {
    tro_spread_shape shape;
    size_t dimension;
    double variance;          /* isotropic */
    const double *diagonal;   /* diagonal: dimension variances */
    const double *full;       /* full: dimension^2, row-major, symmetric */
    /* full: L L' = full, where row k of L, for coordinate order[k], has its first
     * min(k + 1, rank) entries in row k of root */
    const double *root;
    const size_t *order;
    size_t rank;
} tro_spread;

/* Reads `covariance: 0.04`, a list of variances, or a matrix. node must not
 * be NULL. Errors are located: negative variances, wrong lengths, a matrix
 * that is not symmetric or not positive semi-definite. */
TRO_MUST_USE int tro_spread_read(const tro_reader *reader, const tro_node *node,
                                 size_t dimension, const tro_spread **out);

/* The isotropic spread; NULL when there is no memory. */
const tro_spread *tro_spread_isotropic(tro_arena *arena, size_t dimension, double variance);

/* From a full matrix (copied). TRO_EINVAL when it is not positive
 * semi-definite. */
TRO_MUST_USE int tro_spread_full(tro_arena *arena, size_t dimension, const double *matrix,
                                 const tro_spread **out);

int tro_spread_equal(const tro_spread *a, const tro_spread *b);

/* out = S x; x and out (dimension) must not overlap. */
void tro_spread_times(const tro_spread *spread, const double *x, double *out);
/* matrix (dimension^2) += factor * S. */
void tro_spread_add(const tro_spread *spread, double factor, double *matrix);
/* diagonal (dimension) += factor * the variances of S. */
void tro_spread_add_diagonal(const tro_spread *spread, double factor, double *diagonal);
/* trace of diag(curvature) S, or of Q S when full is 1 (Q dimension^2). */
double tro_spread_trace(const tro_spread *spread, const double *curvature, int full);
/* out += factor * L noise, with L L' = S: what standard normal noise of that
 * spread is. noise and out (dimension) must not overlap. */
void tro_spread_colour(const tro_spread *spread, double factor, const double *noise, double *out);

#endif
