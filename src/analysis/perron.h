/* The spectral radius of a nonnegative matrix, between bounds that are sure.
 *
 * It is the largest of those of the irreducible blocks (blocks.h). Of one block, every
 * positive x has it between the least and the largest (A x)_i / x_i (Collatz 1942; Wielandt
 * 1950), but for the rounding of A x; powers of A + cI bring both together. Of a single cycle it
 * is the geometric mean of the cells. */
#ifndef TRO_ANALYSIS_PERRON_H
#define TRO_ANALYSIS_PERRON_H

#include <stddef.h>

#include "base/progress.h"

#include <trophic/status.h>

/* Row i has value[k] in column[k] for k from row_start[i] up to row_start[i + 1]. All cells are
 * above 0; those of one row and column add up. */
typedef struct tro_sparse {
    size_t size;
    const size_t *row_start, *column;
    const double *value;
} tro_sparse;

typedef struct tro_between {
    double low, high;
} tro_between;

/* Bounds no farther apart than this, relative to them, are one number. */
#define TRO_PERRON_CLOSE 1e-12

/* Of an irreducible matrix, by at most so many products; no bounds that are closer are looked for
 * once the upper one is not above `above`. x (size) is where powers begin, all above 0, and
 * is left where they end. TRO_ENOMEM, TRO_EINTERRUPTED. */
TRO_MUST_USE int tro_perron_block(const tro_sparse *matrix, int products, double above,
                                  const tro_progress *progress, double *x, tro_between *out);

/* Of any nonnegative matrix, at most so many products with each block. Infinite cells make it
 * infinite. */
TRO_MUST_USE int tro_perron(const tro_sparse *matrix, int products, const tro_progress *progress,
                            tro_between *out);

#endif
