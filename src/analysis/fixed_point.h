/* The fixed point of the round map: where retraining changes nothing. It does
 * not depend on the schedule. */
#ifndef TRO_ANALYSIS_FIXED_POINT_H
#define TRO_ANALYSIS_FIXED_POINT_H

#include "analysis/resolvent.h"

typedef struct tro_fixed_point {
    double *z;              /* size; owned */
    double residual;        /* max |F(z) - z| */
    int steps;              /* Newton steps taken */
} tro_fixed_point;          /* zero-initialised is legal to release */

/* Newton's method from the scenario's start (z NULL) or from z: exact in one
 * step when the round map is affine, whatever the stability. Otherwise some
 * rounds come first, so that of several fixed points the one is found which
 * they lead to. Errors: TRO_ESINGULAR, TRO_ENOCONV (residual above tolerance
 * after 50 steps). */
TRO_MUST_USE int tro_fixed_point_find(const tro_ecosystem *ecosystem, const double *z,
                                      double tolerance, tro_fixed_point *out,
                                      tro_messages *messages);
void tro_fixed_point_release(tro_fixed_point *point);

#endif
