/* Arnoldi's process: an orthonormal basis v_0, v_1, ... in which the products
 * A v_j are known. Shared by GMRES and the eigenvalue search. */
#ifndef TRO_ANALYSIS_ARNOLDI_H
#define TRO_ANALYSIS_ARNOLDI_H

#include <stddef.h>

#include <trophic/random.h>
#include <trophic/status.h>

#include "analysis/operator.h"

typedef struct tro_arnoldi {
    const tro_operator *op;   /* unowned */
    size_t capacity;          /* steps; the basis has room for one vector more */
    double *basis;            /* owned: (capacity + 1) x op->size, a vector a row */
    size_t applies;
    double norm;              /* the largest |A v_j| seen: |A| from below */
} tro_arnoldi;

/* tro_arnoldi_free is legal whatever was returned. TRO_ENOMEM. */
int tro_arnoldi_init(tro_arnoldi *arnoldi, const tro_operator *op, size_t capacity) TRO_MUST_USE;
void tro_arnoldi_free(tro_arnoldi *arnoldi);

double *tro_arnoldi_vector(const tro_arnoldi *arnoldi, size_t j);

/* Step j: A v_j = sum_i h[i] v_i over i <= j + 1, where the rest becomes
 * v_{j+1} and its length h[j+1]. When nothing but rounding is left, h[j+1] is
 * 0 and v_{j+1} is not set: the space is invariant. TRO_EINVAL when A v_j is
 * not finite; whatever apply returns. */
int tro_arnoldi_step(tro_arnoldi *arnoldi, size_t j, double *h) TRO_MUST_USE;

/* Sets v_j to a random unit vector orthogonal to v_0 .. v_{j-1}; j < size. */
int tro_arnoldi_fresh(tro_arnoldi *arnoldi, size_t j, tro_stream *stream) TRO_MUST_USE;

#endif
