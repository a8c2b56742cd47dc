/* The resolvent (I - J)^-1 of the round map at a state, and its transpose.
 *
 * Every influence is one solve with it (theory: dx = (I - G_x)^-1 G_lambda;
 * adjoint: (I - G_x)' mu = dJ). Up to TRO_DENSE_LIMIT unknowns J is assembled
 * and factored; above, restarted GMRES works on Jacobian products. */
#ifndef TRO_ANALYSIS_RESOLVENT_H
#define TRO_ANALYSIS_RESOLVENT_H

#include "analysis/dense.h"
#include "ecosystem/ecosystem.h"

#define TRO_DENSE_LIMIT 600

typedef struct tro_resolvent {
    const tro_ecosystem *ecosystem;
    const double *z;            /* unowned: where J is taken */
    tro_workspace work;
    double *jacobian;           /* size^2 row-major when dense, else NULL */
    tro_lu lu;
    double condition;           /* 1 / |(I - J)^-1|_1: distance to a fold; NaN when not dense */
} tro_resolvent;                /* zero-initialised is legal to release */

/* Errors: TRO_ENOMEM, TRO_ESINGULAR. */
TRO_MUST_USE int tro_resolvent_init(tro_resolvent *resolvent, const tro_ecosystem *ecosystem,
                                    const double *z, tro_messages *messages);
void tro_resolvent_release(tro_resolvent *resolvent);

/* x = (I - J)^-1 b, or (I - J)'^-1 b with TRO_TRANSPOSED; size doubles each;
 * x may be b. One thread at a time. */
TRO_MUST_USE int tro_resolvent_solve(tro_resolvent *resolvent, int transposed, const double *b,
                                     double *x, tro_messages *messages);

/* out = J dz or J' dz. */
void tro_resolvent_product(tro_resolvent *resolvent, int transposed, const double *dz,
                           double *out);

#endif
