/* Stability of a fixed point under a schedule: does a small disturbance die
 * out, and how fast?
 *
 * Synchronous rounds: the spectral radius of the Jacobian J. Other orders
 * that repeat, and delays: the dominant eigenvalue of the linear map of one
 * period of the schedule, past states included, per round (lagged.h). Random
 * orders and Poisson clocks: certified when the spectral radius of |J| is
 * below one (Chazan and Miranker 1969: then every order converges in which all
 * agents keep retraining), else judged, and the rate estimated in any case, by
 * the growth of a disturbance over many rounds of the scenario's own orders.
 *
 * Windows of data sets are part of the map of a period. Where data accumulate, the
 * agents that do are judged by the real parts of eigenvalues of J, and all others
 * first, with these held still (slow.h).
 *
 * J is that of the round map at a state: an affine map has the same one
 * everywhere, and so needs no fixed point to be judged. */
#ifndef TRO_ANALYSIS_STABILITY_H
#define TRO_ANALYSIS_STABILITY_H

#include "base/progress.h"
#include "schedule/runner.h"

typedef enum tro_stability_method {
    TRO_BY_EIGENVALUE,   /* of one period, exact to its residual */
    TRO_BY_CERTIFICATE,  /* every order converges; rate is estimated as for TRO_BY_GROWTH */
    TRO_BY_GROWTH,       /* estimated from rounds of the schedule */
    TRO_BY_POWER         /* data accumulate: by real parts of eigenvalues */
} tro_stability_method;

/* A modulus nearer to 1 than this is 1: shares are only known to sum to 1 that
 * well. */
#define TRO_NEUTRAL 1e-9

/* What a disturbance that never dies and never grows does: the eigenvalues of
 * modulus 1 of one period. */
enum {
    TRO_DRIFTS = 1,      /* 1: the means stay where it takes them */
    TRO_FLIPS = 2,       /* -1: there and back, in two periods */
    TRO_TURNS = 4        /* a complex pair: round and round */
};

/* Some agents, and the names of the first. */
typedef struct tro_named {
    size_t count;
    const char *names[3];   /* the scenario's */
} tro_named;

typedef struct tro_stability {
    tro_stability_method method;
    int stable;             /* every disturbance dies out */
    int settles;            /* so does every one of agents that retrain: the rounds come to
                               rest, if not at the fixed point */
    int neutral;            /* TRO_DRIFTS, ... or 0 */
    double rate;            /* factor per round by which a disturbance shrinks or grows; of the
                               agents that retrain */
    double power;           /* for TRO_BY_POWER: a disturbance goes like the number of rounds to
                               this power, and rate is 1; NaN: some power below 0, or another
                               method */
    double re, im;          /* of the dominant eigenvalue of one period; NaN if none */
    double pair_re, pair_im;   /* of its dominant complex pair; NaN if there is none, or if it
                               is not known */
    int all_seen;           /* there is no larger pair than that: all eigenvalues were found */
    double turn;            /* rounds in which the slowest complex pair of modulus 1 turns once */
    uint64_t period;        /* rounds in one period; 0: the order is random */
    double synchronous;     /* spectral radius of J; NaN if it was not found */
    double absolute;        /* spectral radius of |J|, rows of agents that never retrain left
                               out; NaN when not computed */
    int bounded;            /* absolute is a bound from above */
    double standard_error;  /* of log(rate), for TRO_BY_GROWTH; else 0 */
    uint64_t rounds;        /* that the rate was estimated from; else 0 */
    size_t unseen;          /* agents that did not retrain in these rounds, though they may */
    tro_named idle;         /* agents that never retrain */
    tro_named unreached;    /* agents that no real data reaches */
    const char *schedule;   /* the schedule's name */
} tro_stability;

/* z: the state at which J is taken. progress may be NULL; only its `stop` is
 * asked. TRO_EINTERRUPTED. */
TRO_MUST_USE int tro_stability_find(const tro_ecosystem *ecosystem, const double *z,
                                    const tro_plan *plan, const tro_progress *progress,
                                    tro_stability *out, tro_messages *messages);

/* What the dominant eigenvalue of one period does at the unit circle: TRO_DRIFTS
 * (at 1, a fold), TRO_FLIPS or TRO_TURNS; 0 where there is none. */
int tro_stability_nearest(const tro_stability *stability);
/* Rounds in which the eigenvalue re + i im of one period turns once. */
double tro_stability_turn(const tro_stability *stability, double re, double im);
/* "fold (eigenvalue 0.5)", "rotation once in 8 rounds (...)": appended, nothing
 * where that is 0. */
void tro_stability_describe_nearest(const tro_stability *stability, tro_text *text);

/* One sentence: "stable under the synchronous schedule: ...". Appended. */
void tro_stability_describe(const tro_stability *stability, tro_text *text);

#endif
