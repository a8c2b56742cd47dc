/* A schedule that repeats, with delays and windows of data sets, as one linear
 * recursion.
 *
 * Every retraining of one period has a row of unknowns, in the order of time.
 * In period k a small change spreads as
 *
 *   x_i(k) = sum of value * x_from(k - lag)    over the terms of i,
 *
 * so the eigenvalues v of one period, past states included, are the roots of
 * det(I - A(v)) = 0 with A(v) the sum of value * v^-lag. The delays are
 * exponents: the matrix is as large as the state and not as the memory, and
 * strongly connected parts (blocks) have their roots to themselves. */
#ifndef TRO_ANALYSIS_LAGGED_H
#define TRO_ANALYSIS_LAGGED_H

#include "base/progress.h"
#include "ecosystem/ecosystem.h"
#include "schedule/schedule.h"

typedef struct tro_term {
    size_t from;
    uint64_t lag;            /* periods; 0: a term of the same period, from before */
    double value;
} tro_term;

typedef struct tro_lagged {
    size_t size;             /* unknowns */
    size_t *row_start;       /* size + 1, into terms */
    tro_term *terms;
    tro_arena arena;
} tro_lagged;                /* zero-initialised is legal to release */

/* The recursion around the state z (size doubles), in which agents that accumulate
 * stay where they are. Coordinates that nothing
 * mixes are told once. TRO_EUNSUPPORTED: the plan never repeats, an agent
 * does not retrain in a period, there are too many terms, or the ecosystem is
 * not plain; TRO_ENOMEM. */
TRO_MUST_USE int tro_lagged_init(tro_lagged *lagged, const tro_ecosystem *ecosystem,
                                 const double *z, const tro_plan *plan);
/* The Jacobian itself, whatever the schedule: everyone retrains once on what was made before, and
 * all lags are 1. Learning rates are allowed; rows of the agents that `still` marks are left
 * out (agents; NULL: none). TRO_EUNSUPPORTED: the map is not affine, or there are too many
 * terms; TRO_ENOMEM. */
TRO_MUST_USE int tro_lagged_of_round(tro_lagged *lagged, const tro_ecosystem *ecosystem,
                                     const double *z, const int *still);
void tro_lagged_release(tro_lagged *lagged);

/* One block: the terms among the unknowns of a strongly connected part, which
 * are numbered anew, in the same order. */
typedef struct tro_block {
    size_t size, count;      /* unknowns, terms */
    size_t *row_start;       /* size + 1 */
    tro_term *terms;
    uint64_t shortest;       /* lag */
    uint64_t longest;        /* lag; 0: there are no terms */
    uint64_t cycle;          /* greatest common divisor of the lags of all cycles */
    int nonnegative;         /* so are all values */
    size_t *column;          /* count: the terms' from */
    double *weights;         /* count: scratch */
    double *x;               /* size: where the search for a spectral radius ended */
    const tro_progress *progress;
    tro_arena arena;
} tro_block;

/* The dominant root. */
typedef struct tro_root {
    double logarithm;        /* of its modulus; -inf: there is no root */
    double angle;            /* in [0, pi] */
    uint64_t cycle;          /* its rotations by whole parts of 1/cycle are roots, too */
} tro_root;

/* The root of a block of largest modulus. No larger one than `above` is of
 * interest: a block without any may answer -inf. Errors: TRO_EUNSUPPORTED when
 * signs differ and the block is too large, TRO_ENOCONV, TRO_EINTERRUPTED. */
TRO_MUST_USE int tro_block_dominant(tro_block *block, double above, tro_root *root);

/* The same for nonnegative values, or for the moduli of others: then it bounds
 * their roots from above. */
TRO_MUST_USE int tro_block_perron(tro_block *block, double *logarithm);

/* The same for small blocks of both signs, with all roots below `bound`. */
TRO_MUST_USE int tro_block_by_circles(tro_block *block, double above, double bound,
                                      tro_root *root);
/* About how many operations one circle costs. */
double tro_block_circle_cost(const tro_block *block);

/* The dominant root of all blocks. */
TRO_MUST_USE int tro_lagged_dominant(const tro_lagged *lagged, const tro_progress *progress,
                                     tro_root *root);

#endif
