/* The real Schur form A = Z T Z' with its eigenvalues in a wanted order:
 * Z orthogonal, T upper triangular but for 2 x 2 blocks on the diagonal, one
 * for each pair of complex eigenvalues. */
#ifndef TRO_ANALYSIS_SCHUR_H
#define TRO_ANALYSIS_SCHUR_H

#include <stddef.h>

#include <trophic/status.h>

typedef struct tro_schur {
    size_t size;
    double *t, *z;   /* owned, size x size, row-major */
} tro_schur;

/* The Schur form of `matrix`, which is copied and must be finite. TRO_ENOMEM,
 * TRO_ENOCONV. tro_schur_free is legal whatever was returned. */
int tro_schur_init(tro_schur *schur, size_t size, const double *matrix) TRO_MUST_USE;
void tro_schur_free(tro_schur *schur);

/* Moves the dominant eigenvalues to the front, the largest modulus first, of
 * moduli within TRO_MODULUS_TIE the largest real part, until `wanted` columns are in
 * order. Returns how many are: one more where a pair straddles the end. */
size_t tro_schur_sort(tro_schur *schur, size_t wanted);

/* The first eigenvalue, the upper one of a complex pair. */
typedef struct tro_leading {
    double re, im;
    size_t width;             /* 1 or 2: the size of its block */
    double right[2][2];       /* eigenvector of the block: [k][0] + i [k][1], length 1 */
    double condition;         /* |x| |y| / |y'x| for right and left eigenvectors x, y */
} tro_leading;

/* TRO_ENOMEM. */
int tro_schur_leading(const tro_schur *schur, tro_leading *leading) TRO_MUST_USE;

#endif
