/* Stability where data accumulate.
 *
 * An agent that trains on all it ever had goes 1/t of the way to its t-th data
 * set: in the time log t it obeys dz/ds = F(z) - z, whatever the schedule (the
 * ordinary differential equation of stochastic approximation: Robbins and Monro
 * 1951, Ljung 1977). All others have come to rest for the state it is in, if they
 * do at all (two time scales: Borkar 1997). So with S the agents that accumulate
 * and F the others, a disturbance goes like t to the power of the largest real
 * part of the eigenvalues of J_SS + J_SF (I - J_FF)^-1 J_FS, minus 1. */
#ifndef TRO_ANALYSIS_SLOW_H
#define TRO_ANALYSIS_SLOW_H

#include "ecosystem/ecosystem.h"

/* Does anybody accumulate data and retrain? idle: agents that never do, or NULL. */
int tro_slow_any(const tro_ecosystem *ecosystem, const int *idle);
/* Does the agent follow at once? It neither accumulates nor is idle. */
int tro_slow_follows(const tro_ecosystem *ecosystem, const int *idle, size_t agent);

/* That power, of the eigenvalue `turn` of imaginary part; jacobian: size^2, at the
 * fixed point. The others must come to rest. */
TRO_MUST_USE int tro_slow_power(const tro_ecosystem *ecosystem, const int *idle,
                                const double *jacobian, double *power, double *turn);

#endif
