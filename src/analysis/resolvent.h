/* The resolvent (I - J)^-1 of the round map at a state, and its transpose.
 *
 * Every influence is one solve with it (theory: dx = (I - G_x)^-1 G_lambda;
 * adjoint: (I - G_x)' mu = dJ). Up to TRO_DENSE_LIMIT unknowns J is assembled
 * and factored; above, restarted GMRES works on Jacobian products, which for
 * many right-hand sides are made faster by the matrices of the curated laws. */
#ifndef TRO_ANALYSIS_RESOLVENT_H
#define TRO_ANALYSIS_RESOLVENT_H

#include "analysis/dense.h"
#include "ecosystem/ecosystem.h"

#define TRO_DENSE_LIMIT 600

/* A condition below this is that of a singular I - J but for rounding. */
#define TRO_SINGULAR_BELOW 1e-12

typedef struct tro_resolvent {
    const tro_ecosystem *ecosystem;
    const double *z;            /* unowned: where J is taken */
    const int *held;            /* unowned; agents whose states are given, so that rows of J are
                                   0 in solves (not in products); NULL: none */
    tro_workspace work;
    double *jacobian;           /* size^2 row-major when dense, else NULL */
    tro_lu lu;
    double condition;           /* 1 / |(I - J)^-1|_1 on the tangent space of the laws, an
                                   estimate from above that is nearly always within a factor of
                                   3: how near a fold is. NaN until tro_resolvent_condition */
    tro_workspace *others;      /* of more threads that solve; owned */
    size_t other_count;
    size_t solves, products;    /* by GMRES so far */
} tro_resolvent;                /* zero-initialised is legal to release */

/* Errors: TRO_ENOMEM, TRO_ESINGULAR (known at once where J is dense). */
TRO_MUST_USE int tro_resolvent_init(tro_resolvent *resolvent, const tro_ecosystem *ecosystem,
                                    const double *z, tro_messages *messages);
/* The same, the states of agents with held[i] != 0 being given (loose.h). */
TRO_MUST_USE int tro_resolvent_init_held(tro_resolvent *resolvent,
                                         const tro_ecosystem *ecosystem, const double *z,
                                         const int *held, tro_messages *messages);
/* The same by Jacobian products alone, whatever the size. */
TRO_MUST_USE int tro_resolvent_init_krylov(tro_resolvent *resolvent,
                                           const tro_ecosystem *ecosystem, const double *z,
                                           tro_messages *messages);
void tro_resolvent_release(tro_resolvent *resolvent);

/* Makes sure that resolvent->condition is known, by a few solves with little
 * accuracy where J is not dense (Hager 1984; Higham 1988, ACM TOMS 14, 381).
 * TRO_ESINGULAR, with words, when I - J is singular or nearly so. */
TRO_MUST_USE int tro_resolvent_condition(tro_resolvent *resolvent, tro_messages *messages);

/* x = (I - J)^-1 b, or (I - J)'^-1 b with TRO_TRANSPOSED; size doubles each;
 * x may be b. One thread at a time. */
TRO_MUST_USE int tro_resolvent_solve(tro_resolvent *resolvent, int transposed, const double *b,
                                     double *x, tro_messages *messages);

/* The same with a relative residual of 1e-5 where J is not dense. */
TRO_MUST_USE int tro_resolvent_solve_roughly(tro_resolvent *resolvent, int transposed,
                                             const double *b, double *x,
                                             tro_messages *messages);

/* The same for `count` right-hand sides, one after the other in b and x, which
 * may be b. Threads take one each at a time; the bits are those of single
 * solves after tro_resolvent_expect. */
TRO_MUST_USE int tro_resolvent_solve_many(tro_resolvent *resolvent, int transposed, size_t count,
                                          const double *b, double *x, tro_messages *messages);

/* Says that so many solves will come: prepares what makes products faster if
 * that pays. TRO_ENOMEM. */
TRO_MUST_USE int tro_resolvent_expect(tro_resolvent *resolvent, size_t solves,
                                      tro_messages *messages);

/* out = J dz or J' dz. */
void tro_resolvent_product(tro_resolvent *resolvent, int transposed, const double *dz,
                           double *out);

#endif
