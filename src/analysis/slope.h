/* The gradient of one influence, dJ_on / dlambda_of at the fixed point, with respect to
 * every share and every weight at once.
 *
 * With the response w = dz/dlambda_of and the adjoint mu of J_on, the influence of any
 * parameter x on J_on is mu . F_x, so that of x on the influence is the derivative of that
 * along the motion of the fixed point with lambda_of (mixed derivatives are equal):
 *
 *   d/dx dJ_on/dlambda_of = nu . F_x + mu . d/de F_x(z + e w, s + e v)
 *   (I - J)' nu = d/de [grad J_on + J' mu](z + e w, s + e v)
 *
 * v being how shares move with lambda_of. Two solves, for any number of parameters. The
 * derivatives along (w, v) are differences of fourth order of exact first derivatives: of
 * affine round maps, where these are polynomials of degree 2 along the line, exact but for
 * rounding; of others better than 1e-10 (doc/model.md). */
#ifndef TRO_ANALYSIS_SLOPE_H
#define TRO_ANALYSIS_SLOPE_H

#include "analysis/influence.h"

typedef struct tro_influence_slope {
    double influence;
    /* agents each: by one share of the data, the other two left as they are; only
     * differences mean something, as those of tro_round_gradient. */
    double *real, *synthetic, *curated;
    /* 2 x edges of the scenario, layer TRO_RAW first: by the relative weight that the
     * author wrote, its row scaled to sum to 1 again. NaN where the edge has no weight in
     * the layer. */
    double *relative;
    tro_arena arena;
} tro_influence_slope;         /* zero-initialised is legal to release */

/* `ecosystem` is that of the influences; its shares move while this works, and are the
 * same afterwards. TRO_EUNSUPPORTED, with words, where the influence is not defined or
 * an owner chooses among laws. */
TRO_MUST_USE int tro_influence_slope_find(tro_influences *influences, tro_ecosystem *ecosystem,
                                          size_t on, size_t of, tro_influence_slope *out,
                                          tro_messages *messages);
void tro_influence_slope_release(tro_influence_slope *slope);

#endif
