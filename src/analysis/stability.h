/* Stability of a fixed point under a schedule: does a small disturbance die
 * out, and how fast?
 *
 * Synchronous rounds: the spectral radius of the Jacobian J. Other orders
 * that repeat, and delays: the spectral radius of the linear map of one
 * period of the schedule, past states included, per round. Random orders and
 * Poisson clocks: certified when the spectral radius of |J| is below one and
 * every agent retrains (Chazan and Miranker 1969: then every order converges),
 * else judged, and the rate estimated in any case, by the growth of a
 * disturbance over many rounds of the scenario's own orders. */
#ifndef TRO_ANALYSIS_STABILITY_H
#define TRO_ANALYSIS_STABILITY_H

#include "analysis/resolvent.h"
#include "schedule/runner.h"

typedef enum tro_stability_method {
    TRO_BY_EIGENVALUE,   /* of one period, exact to its residual */
    TRO_BY_CERTIFICATE,  /* every order converges; rate is estimated as for TRO_BY_GROWTH */
    TRO_BY_GROWTH        /* estimated from rounds of the schedule */
} tro_stability_method;

typedef struct tro_stability {
    tro_stability_method method;
    int stable;             /* rate < 1 */
    double rate;            /* factor per round by which a disturbance shrinks or grows */
    double re, im;          /* of the dominant eigenvalue of one period; NaN if none */
    uint64_t period;        /* rounds in one period; 0: the order is random */
    double synchronous;     /* spectral radius of J */
    double absolute;        /* spectral radius of |J|; NaN when not computed */
    double standard_error;  /* of log(rate), for TRO_BY_GROWTH; else 0 */
    const char *schedule;   /* the schedule's name */
} tro_stability;

/* z: the state at which J is taken (the fixed point). */
TRO_MUST_USE int tro_stability_find(tro_resolvent *resolvent, const tro_plan *plan,
                                    tro_stability *out, tro_messages *messages);

/* One sentence: "stable under the synchronous schedule: ...". Appended. */
void tro_stability_describe(const tro_stability *stability, tro_text *text);

#endif
