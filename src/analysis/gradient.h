/* The gradient of a welfare, a weighted sum of alignments at the fixed point, with
 * respect to every parameter at once: one adjoint solve (I - J)' mu = sum_i w_i grad J_i,
 * then mu . dF/d(parameter) for each (doc/theory.md). */
#ifndef TRO_ANALYSIS_GRADIENT_H
#define TRO_ANALYSIS_GRADIENT_H

#include "analysis/influence.h"

typedef struct tro_welfare_gradient {
    double welfare;
    double *adjoint;           /* mu: size */
    /* agents each; as tro_round_gradient has them. `share` is by the curated share, what
     * `displaces` names giving way; the other three are by one share alone, so that a
     * change (a, b, c) of the shares, a + b + c = 0, has the effect a real + b synthetic +
     * c curated. */
    double *share, *real, *synthetic, *curated;
    int *one_sided;
    /* 2 x edges of the scenario, layer TRO_RAW first: by an edge's weight in the layer,
     * whose weights sum to 1, the others left as they are (so that only differences along
     * the row mean something), and by the relative weight that the author wrote, with the
     * row scaled to sum to 1 again. Of a weight of 0 it is one-sided; NaN where the layer has
     * no weight yet, and of a newcomer in an arena. */
    double *weight, *relative;
    /* Tunings of curators (tro_round_tunings), turned_count, and x width: by the dial, and by
     * the reward at each outcome, of real vectors by its linear part; NaN where there is none. */
    const tro_turned *turned;
    size_t turned_count;
    double *dial, *reward;
    tro_arena arena;
} tro_welfare_gradient;        /* zero-initialised is legal to release */

/* weights: agents, of their alignments; NULL: the mean over those who have a reward. An
 * agent without a reward must have weight 0 (else TRO_EUNSUPPORTED, with its name). For a
 * welfare that is no sum, the weights are its derivatives by the alignments, and
 * out->welfare is of no use. */
TRO_MUST_USE int tro_influence_gradient(tro_influences *influences, const double *weights,
                                        tro_welfare_gradient *out, tro_messages *messages);
void tro_welfare_gradient_release(tro_welfare_gradient *gradient);

/* From a gradient by the weights of entries to those by the weights of edges and by their
 * relative weights, as `weight` and `relative` above (2 x edges each). absent: what stands for
 * edges without weight (2 x edges; NULL: NaN). A weight w = v / V of relative ones v, which sum
 * to V, moves with v by dw_k = (delta_k - w_k) / V. */
void tro_gradient_relative(const tro_ecosystem *ecosystem, const double *entries,
                           const double *absent, double *weight, double *relative);

#endif
