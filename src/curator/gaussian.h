/* Inside the curators: what any of them does to a gaussian law.
 *
 * Every rule on real vectors that has an exact map has one normal form: a
 * tilt by exp(a.x - x'Px/2) (infinitely many candidates), or choices among
 * finitely many along one direction, and last a displacement:
 *
 *   N(m, S) -> tilted -> chosen along g, step by step -> moved by the shift
 *
 * Rules compose by composing their forms. This header is for the files of this
 * folder. */
#ifndef TRO_CURATOR_GAUSSIAN_H
#define TRO_CURATOR_GAUSSIAN_H

#include "curator/curator.h"

/* One choice along the direction g: a reward over temperature of
 * slope * (g.x). */
typedef struct tro_line_step {
    double candidates;       /* whole, >= 2; or inf */
    double slope;
    int largest;             /* the largest of the candidates; the slope's sign says of what */
} tro_line_step;

/* One rule of those that a normal form is composed of, as far as it can be turned. */
typedef struct tro_gaussian_leaf {
    const tro_tuning *of;
    /* The reward over the temperature, with the sign that a flip gives it, is `unit` times
     * the reward. */
    double unit;
    const double *linear;    /* its part of a (d) and of P (d^2) in a tilt; NULL: 0 */
    const double *curvature;
    size_t step;             /* of a choice along g: its step, of which slope it has `slope`; */
    double slope;            /* or TRO_NO_STEP */
    double steepest;         /* g is its reward over this */
} tro_gaussian_leaf;
#define TRO_NO_STEP SIZE_MAX

typedef struct tro_gaussian_rule {
    const double *linear;    /* a (d); NULL: 0 */
    const double *curvature; /* P (d^2), symmetric; NULL: 0 */
    const double *direction; /* g (d); NULL: no steps */
    const tro_line_step *steps;
    size_t step_count;
    const double *shift;     /* d; NULL: 0 */
    const tro_gaussian_leaf *leaves;   /* leaf_count, as written */
    size_t leaf_count;
} tro_gaussian_rule;

/* What is kept of N(m, S) along g: the mean m + mean S g, the covariance
 * S + spread (S g)(S g)'; and the derivatives of the two by g'S g. */
typedef struct tro_line_kept {
    double mean, spread, dmean, dspread;
} tro_line_kept;
/* The derivatives of the two by a step's slope. */
typedef struct tro_line_slope {
    double mean, spread;
} tro_line_slope;

/* A curation's self. */
typedef struct tro_gaussian {
    tro_gaussian_rule rule;
    int concave;             /* P is positive semi-definite: every law has a tilt */
    const double *map;       /* TRO_LOCATION, curvature: m' = map m + constant */
    const double *constant;
    const tro_spread *kept;  /* TRO_LOCATION, curvature: covariance of what is kept */
    const double *along;     /* TRO_LOCATION, steps: S g */
    double variance;         /* TRO_LOCATION, steps: g'S g */
    double largest_mean, largest_variance; /* of the only finite step */
} tro_gaussian;

/* Makes `out` the curation of a rule, whose arrays must live as long. Returns
 * TRO_EINVAL when the tilt of this space's outputs is no law (a location family's
 * precision would not be positive definite). */
TRO_MUST_USE int tro_gaussian_prepare(tro_arena *arena, const tro_gaussian_rule *rule,
                                      tro_curation *out);

/* The rule of a curation, into out: 0 when it has none (a mixture, or not made
 * here). */
int tro_gaussian_rule_of(const tro_curation *curation, tro_gaussian_rule *out);

/* second after first. TRO_EUNSUPPORTED: steps beside curvature, or along
 * another direction. */
TRO_MUST_USE int tro_gaussian_compose(tro_arena *arena, size_t d, const tro_gaussian_rule *first,
                                      const tro_gaussian_rule *second, tro_gaussian_rule *out);

/* --- tilts ------------------------------------------------------------------ */

/* N(m, S) tilted; arrays in the caller's scratch (TRO_TILT_SCRATCH(d)). */
typedef struct tro_tilted {
    double *covariance;      /* S (d^2); not of a location law without curvature */
    double *after;           /* S' (d^2), as above */
    double *back;            /* B = (I + S P)^-1 (d^2); the identity without curvature */
    double *bend;            /* P S' P - P, symmetric (d^2); with curvature */
    double *work;            /* 2 d^2 */
    double *vectors;         /* 3 d */
    double *mean;            /* m' (d), before the shift */
    double *score;           /* a - P m' (d) */
    double log_weight;       /* log E exp(a.x - x'Px/2) */
} tro_tilted;
#define TRO_TILT_SCRATCH(d) (6 * (d) * (d) + 5 * (d))

/* Lays out t in scratch; of a location law without curvature 2 d will do. */
void tro_tilted_place(const tro_curation *curation, double *scratch, tro_tilted *t);
size_t tro_tilted_size(const tro_curation *curation);

/* Tilts a law; spread: the location law's. NaN where there is no tilt. z' (with
 * the shift) goes to out (width). */
void tro_tilt(const tro_curation *curation, const double *z, const tro_spread *spread,
              tro_tilted *t, double *out);
/* out = the change of z' (width); returns that of log_weight. z' is what tro_tilt gave. */
double tro_tilt_derivative(const tro_curation *curation, const double *z, const tro_tilted *t,
                           const double *kept, const double *dz, double *out);
/* out = the gradient by z of w.z' + weight * log_weight. */
void tro_tilt_transposed(const tro_curation *curation, const double *z, const tro_tilted *t,
                         const double *kept, const double *w, double weight, double *out);

/* The gradients by a (d) and P (d^2, symmetric) of w.z' + weight * log_weight; by_p NULL: not
 * asked for. spread as in tro_tilt. */
void tro_tilt_by_rule(const tro_curation *curation, const tro_spread *spread,
                      const tro_tilted *t, const double *kept, const double *w, double weight,
                      double *by_a, double *by_p);

/* S' = S (I + P S)^-1 of a symmetric S = L L' as a sum of squares, for a P of
 * any sign; TRO_EINVAL when S^-1 + P is not positive definite. scratch: 2 d^2. */
TRO_MUST_USE int tro_tilt_covariance(size_t d, const double *root, const double *curvature,
                                     double *after, double *scratch);

extern const tro_curation_ops tro_tilt_ops;      /* moments; location with curvature adds draw */
extern const tro_curation_ops tro_tilt_location_ops, tro_tilt_affine_ops;

/* --- choices along a line ------------------------------------------------------ */

/* What is kept when g'S g = variance. scratch: tro_line_scratch. */
tro_line_kept tro_line_evaluate(const tro_gaussian *gaussian, double variance, double *scratch);
size_t tro_line_scratch(const tro_gaussian *gaussian);
/* How many infinite steps come first, and the sum of their slopes: a normal that
 * tilts is a normal that moves, and choices after it do not see that. */
size_t tro_line_leading(const tro_line_step *steps, size_t count, double *slope);
/* Several steps in turn, the first of them finite, with the law of the projection on nodes. */
tro_line_kept tro_line_stages(const tro_line_step *steps, size_t count, double variance,
                              double *scratch);
size_t tro_line_stages_scratch(void);
/* The same by the slope of step `which`. */
tro_line_slope tro_line_by_slope(const tro_gaussian *gaussian, double variance, size_t which,
                                 double *scratch);
tro_line_slope tro_line_stages_by_slope(const tro_line_step *steps, size_t count,
                                        double variance, size_t which, double *scratch);

/* A standardised projection t that is kept, when the rewards' standard deviations
 * are slope * sigma; `steps` as above, without an infinite one after a finite
 * one. */
double tro_line_draw(const tro_line_step *steps, size_t count, double sigma,
                     tro_stream *stream);
/* Can it be drawn? */
int tro_line_draws(const tro_line_step *steps, size_t count);

extern const tro_curation_ops tro_line_ops, tro_line_location_ops;
extern const tro_curation_ops tro_line_exact_ops, tro_line_exact_location_ops; /* no draw */

/* --- shared kernels -------------------------------------------------------------- */

/* A translation by curation->shift, and its derivative. */
void tro_translate(const tro_curation *curation, size_t rows, const double *z, double *out,
                   double *scratch);
void tro_translate_derivative(const tro_curation *curation, size_t rows, const double *z,
                              const double *dz, double *out, double *scratch);

/* The gradients by the tunings: of tilts, of one law and of pools; of choices along a line. */
void tro_tilt_turned(const tro_curation *curation, size_t rows, const double *z, const double *w,
                     double *out, double *scratch);
void tro_tilt_pool_turned(const tro_curation *curation, const tro_pool *pool, const double *w,
                          double *out, double *scratch);
void tro_line_turned(const tro_curation *curation, size_t rows, const double *z, const double *w,
                     double *out, double *scratch);
/* Adds `factor` times what gradients by a and P are by temperatures and rewards. */
void tro_tilt_add_leaves(const tro_curation *curation, double factor, const double *by_a,
                         const double *by_p, double *out);
/* Scratch of the first and the last beside the curation's own. */
size_t tro_gaussian_turned_scratch(const tro_curation *curation);

/* Pools of laws that each tilt. */
void tro_tilt_pool(const tro_curation *curation, const tro_pool *pool, double *out,
                   double *scratch);
void tro_tilt_pool_derivative(const tro_curation *curation, const tro_pool *pool,
                              const double *dweight, const double *const *dlaw, double *out,
                              double *scratch);
void tro_tilt_pool_transposed(const tro_curation *curation, const tro_pool *pool,
                              const double *w, double *const *out, double *scratch);
size_t tro_tilt_pool_scratch(const tro_curation *curation, size_t count);
void tro_tilt_parts(const tro_curation *curation, const tro_pool *pool, double *weight,
                    double *law, double *scratch);
TRO_MUST_USE int tro_tilt_part_spread(tro_arena *arena, const tro_curation *curation,
                                      const tro_spread *spread, const tro_spread **out);

/* Draws of kept outputs (tro_curation_ops.draw). */
void tro_tilt_affine_draw(const tro_curation *curation, const double *z, uint64_t count,
                          tro_stream *stream, double *sum, double *scratch);
void tro_line_location_draw(const tro_curation *curation, const double *z, uint64_t count,
                            tro_stream *stream, double *sum, double *scratch);
void tro_line_moments_draw(const tro_curation *curation, const double *z, uint64_t count,
                           tro_stream *stream, double *sum, double *scratch);

#endif
