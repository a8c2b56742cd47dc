/* Several fixed points, looked for from several starts: where rounds lead from each
 * (fixed_point.h), told apart and counted.
 *
 * The starts are the same each time: the scenario's; of finite outcomes then everyone's law
 * uniform, and everyone's nearly all on one outcome, for each of at most 64; then random
 * ones from the scenario's seed (laws: Dirichlet of 1/2; real vectors: the scenario's
 * start plus normal numbers three times as large, where the mean is all there is). An
 * ecosystem with a certificate has one fixed point, and so has an affine one or none: there
 * the scenario's start alone is used. */
#ifndef TRO_ANALYSIS_FIXED_POINTS_H
#define TRO_ANALYSIS_FIXED_POINTS_H

#include "analysis/certificate.h"
#include "analysis/fixed_point.h"
#include "base/progress.h"
#include "base/text.h"

/* Points whose numbers differ by less than this, relative to 1 + |z|, are one. */
#define TRO_SAME_POINT 1e-6
enum { TRO_MOST_POINTS = 32, TRO_MOST_CORNERS = 64 };

typedef struct tro_fixed_points {
    tro_fixed_point items[TRO_MOST_POINTS];   /* in the order in which they were found; owned */
    size_t leading[TRO_MOST_POINTS];          /* starts that lead there */
    size_t first[TRO_MOST_POINTS];            /* the first of these */
    size_t count;
    size_t starts;                            /* tried */
    size_t lost;                              /* that led to none */
    int alone;                                /* one is all there can be */
} tro_fixed_points;                           /* zero-initialised is legal to release */

/* `starts` of them, at least 1: the first ones of the list above, as many random ones as it
 * takes. TRO_ENOCONV or TRO_ESINGULAR when none leads anywhere; TRO_EINTERRUPTED, when
 * progress (may be NULL) says stop. */
TRO_MUST_USE int tro_fixed_points_find(const tro_ecosystem *ecosystem, size_t starts,
                                       double tolerance, const tro_progress *progress,
                                       tro_fixed_points *out, tro_messages *messages);
void tro_fixed_points_release(tro_fixed_points *points);

/* Start number k into z (size), and in words ("uniform"), appended to text, which may be
 * NULL. */
void tro_fixed_points_start(const tro_ecosystem *ecosystem, size_t k, double *z, tro_text *text);

#endif
