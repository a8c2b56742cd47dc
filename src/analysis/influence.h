/* Influence: what curating one agent does to alignment, its own and others'.
 *
 * dJ_i / d lambda_j, where lambda_j is agent j's curated share and its
 * `displaces` gives way. With F the round map, G = dF/dlambda_j (only row j
 * is not 0) and J the Jacobian at the fixed point:
 *
 *   dz/dlambda_j = (I - J)^-1 G            (forward)
 *   dJ_i/dlambda_j = mu_i . G,  (I - J)' mu_i = grad J_i   (adjoint)
 *
 * (I - J)^-1 = sum_k J^k: term k is the effect along walks of k edges, term 0
 * the local effect before the network reacts (Zhang, Wei, Zhang 2026, and
 * doc/theory.md). */
#ifndef TRO_ANALYSIS_INFLUENCE_H
#define TRO_ANALYSIS_INFLUENCE_H

#include "analysis/loose.h"
#include "analysis/resolvent.h"

/* What is known at one fixed point; gradients and directions are made on
 * demand and kept. One thread at a time. */
typedef struct tro_influences {
    const tro_ecosystem *ecosystem;
    const double *z;               /* the fixed point, unowned */
    tro_resolvent resolvent;
    tro_loose loose;               /* parts that nothing holds, where I - J is singular */
    double **adjoint;              /* per agent i: mu_i (size), or NULL */
    double *line, *line2;          /* size each */
} tro_influences;                  /* zero-initialised is legal to release */

/* Where I - J is singular because of parts that nothing holds, the influences of all pairs
 * that do not depend on them can be asked for all the same. TRO_ESINGULAR when it is singular
 * for another reason, or nothing else is left. */
TRO_MUST_USE int tro_influences_init(tro_influences *influences, const tro_ecosystem *ecosystem,
                                     const double *z, tro_messages *messages);
void tro_influences_release(tro_influences *influences);

/* The gradient of agent i's alignment as a row of width; TRO_EUNSUPPORTED
 * when it has no reward. */
TRO_MUST_USE int tro_alignment_gradient(const tro_influences *influences, size_t on,
                                        double *gradient);

/* Does a push (width) of agent `of` move agents that nothing holds, which move `on`? */
int tro_influence_lost(const tro_influences *influences, size_t on, size_t of,
                       const double *push);
/* Why an influence is not defined, in words: as it overflows; */
#define TRO_OVERFLOWS "it is larger than any number that can be represented"
/* and for other reasons. */
const char *tro_influence_undefined(const tro_influences *influences, size_t on, size_t of);

/* dJ_on / dlambda_of by the adjoint. NaN with TRO_OK when it is not defined:
 * `on` has no reward, `of` has nothing to curate or to displace, or walks between them pass a
 * loose part, or it overflows.
 * *one_sided (may be NULL) as tro_round_by_share. */
TRO_MUST_USE int tro_influence_adjoint(tro_influences *influences, size_t on, size_t of,
                                       double *value, int *one_sided, tro_messages *messages);

/* The adjoints of `count` agents, side by side on threads: row k of `adjoints`
 * (count x size) is mu of agent on[k], zeros when it has no reward. */
TRO_MUST_USE int tro_influence_adjoints(tro_influences *influences, size_t count,
                                        const size_t *on, double *adjoints,
                                        tro_messages *messages);

/* The whole matrix: dJ_i / dlambda_j at values[i * agents + j], NaN where it is not
 * defined or overflows. Equal bytes for any number of threads. */
TRO_MUST_USE int tro_influence_matrix(tro_influences *influences, double *values,
                                      tro_messages *messages);

/* How many edges the walks of a response may have. */
#define TRO_ALL_WALKS SIZE_MAX
/* More edges than this are the whole for anything that settles, and take long. */
#define TRO_MOST_HOPS 10000

/* The response dz/dlambda_of (size) along walks of at most `hops` edges; all
 * of them by a forward solve, NaN for agents that a loose part lies before.
 * TRO_EUNSUPPORTED when not defined. */
TRO_MUST_USE int tro_influence_response(tro_influences *influences, size_t of, size_t hops,
                                        double *response, tro_messages *messages);

/* The least number of hops after which the response reaches `on`;
 * TRO_ALL_WALKS when it never does. */
size_t tro_influence_shortest(const tro_ecosystem *ecosystem, size_t on, size_t of);

/* The two-part form of the paper's theorem, for any number of agents: with
 * p = `of` and q everyone else,
 *   C_q = (I - J_qq)^-1 J_qp,  S_p = (I - J_pp - J_pq C_q)^-1,
 *   dz_p = S_p G,  dz_q = C_q S_p G.
 * Small ecosystems only (TRO_DENSE_LIMIT), else TRO_EUNSUPPORTED. */
TRO_MUST_USE int tro_influence_theorem(tro_influences *influences, size_t on, size_t of,
                                       double *value, tro_messages *messages);

/* The curated shares that a difference is taken between: the agent's own plus
 * and minus `step`, or its own on a side where it cannot move that far (then
 * the difference is one-sided). Returns 0 when it can to neither. */
int tro_influence_between(const tro_ecosystem *ecosystem, size_t of, double step, double *low,
                          double *high);

/* Central difference of fixed points with the share moved by +-step (or
 * one-sided, as above). An independent check: it uses neither J nor G. */
TRO_MUST_USE int tro_influence_difference(const tro_ecosystem *ecosystem, size_t on, size_t of,
                                          double step, double *value, tro_messages *messages);

/* Location families whose curations are translations, without channels that
 * mix: (I - A W)^-1 from shares and weights alone, agents x agents, applied
 * to shifts (the Friedkin-Johnsen closed form). TRO_EUNSUPPORTED with a
 * message when the ecosystem is not of that kind. */
TRO_MUST_USE int tro_influence_closed_form(const tro_ecosystem *ecosystem, size_t on, size_t of,
                                           double *value, tro_messages *messages);

#endif
