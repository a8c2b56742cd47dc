/* Rewards. On real vectors: r(x) = g.x - (x-c)' Q (x-c) / 2, where g is
 * `linear`, Q `curvature` (one number, a diagonal or a matrix), c `centre`. On
 * finite outcomes: a number for every outcome (and prompt). Immutable, in an
 * arena. */
#ifndef TRO_FAMILY_REWARD_H
#define TRO_FAMILY_REWARD_H

#include "document/param.h"
#include "family/draw.h"
#include "family/spread.h"

typedef struct tro_reward {
    const double *values;      /* finite outcomes: blocks x outcomes; NULL for real vectors */
    const double *prompts;     /* finite outcomes: weights (blocks, sum 1) of the prompts at
                                  which alignment is evaluated; NULL: as the agent has them */
    size_t dimension;          /* 0 for finite outcomes; the rest is for real vectors */
    const double *linear;      /* dimension; zeros when not given */
    const double *curvature;   /* NULL: none; dimension, or dimension^2 when full */
    int full;
    const double *centre;      /* dimension; zeros when not given */
} tro_reward;

/* Reads {linear: ..., curvature: ..., centre: ...}; one number stands for all
 * coordinates. At least one of linear and curvature; the linear part may be drawn.
 * Located errors. */
TRO_MUST_USE int tro_reward_read(const tro_reader *reader, tro_lottery *lottery,
                                 const tro_node *node, size_t dimension,
                                 const tro_reward **out);
extern const tro_table tro_reward_table;
/* The same from what a table with these keys has read of `node`. */
TRO_MUST_USE int tro_reward_make(const tro_reader *reader, const tro_node *node,
                                 const tro_vector *linear, const tro_node *curvature,
                                 const tro_vector *centre, size_t dimension,
                                 const tro_reward **out);

/* r(x), and its gradient (dimension) at x. */
double tro_reward_at(const tro_reward *reward, const double *x);
void tro_reward_gradient(const tro_reward *reward, const double *x, double *gradient);
/* E r(X) - r(E X) for covariance `spread`: -trace(Q S)/2. */
double tro_reward_bias(const tro_reward *reward, const tro_spread *spread);

#endif
