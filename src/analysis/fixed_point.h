/* The fixed point of the round map: where retraining changes nothing. It does
 * not depend on the schedule. */
#ifndef TRO_ANALYSIS_FIXED_POINT_H
#define TRO_ANALYSIS_FIXED_POINT_H

#include "analysis/resolvent.h"

typedef struct tro_fixed_point {
    double *z;              /* size; owned */
    double residual;        /* max |F(z) - z| relative to 1 + |z| */
    int steps;              /* Newton steps taken */
    int rounds;             /* rounds taken, plain and accelerated */
    int of_many;            /* there are others around it: where parts that nothing holds rest
                               depends on the start (loose.h) */
} tro_fixed_point;          /* zero-initialised is legal to release */

/* The fixed point from the scenario's start (z NULL) or from z.
 *
 * An affine map: Newton's method, exact in one step, whatever the stability. Any
 * other: rounds, until they come near one, then rounds that Anderson's method
 * accelerates, then a Newton step where J is small enough to be factored. Of
 * several fixed points that one counts which the rounds lead to; where the
 * accelerated ones end at one that disturbances leave, or far away, it is left to
 * rounds alone to come nearer, and where these circle, to half rounds and Newton's
 * method. Errors: TRO_ESINGULAR, TRO_ENOCONV (residual above tolerance). */
TRO_MUST_USE int tro_fixed_point_find(const tro_ecosystem *ecosystem, const double *z,
                                      double tolerance, tro_fixed_point *out,
                                      tro_messages *messages);
/* The same by plain rounds alone, at most `most` of them: a yardstick. TRO_ENOCONV. */
TRO_MUST_USE int tro_fixed_point_by_rounds(const tro_ecosystem *ecosystem, const double *z,
                                           double tolerance, int most, tro_fixed_point *out,
                                           tro_messages *messages);
void tro_fixed_point_release(tro_fixed_point *point);

#endif
