/* Finitely many candidates and a linear reward g.x: only the projection on g is
 * chosen; what is across it follows as the normal's regression on it. With
 * h = S g and v = g'S g the kept law has
 *
 *   m' = m + mean(v) h,   S' = S + spread(v) h h'
 *
 * where the two functions of v come from the law of one chosen standard
 * normal. */
#include <math.h>
#include <string.h>

#include "curator/gaussian.h"
#include "curator/projection.h"
#include "family/normal.h"

static double dot(size_t d, const double *a, const double *b)
{
    double sum = 0;
    for (size_t i = 0; i < d; i++)
        sum += a[i] * b[i];
    return sum;
}

/* The largest of K normals. Outputs without variance along g are all equally good. */
static tro_line_kept largest(const tro_gaussian *gaussian, double slope, double variance)
{
    if (variance == 0)
        return (tro_line_kept){0};
    double mean = copysign(gaussian->largest_mean, slope) / sqrt(variance);
    double spread = (gaussian->largest_variance - 1) / variance;
    return (tro_line_kept){.mean = mean, .spread = spread, .dmean = -0.5 * mean / variance,
                           .dspread = -spread / variance};
}

/* Rewards that spread this far differ from a choice of the largest by the square of
 * its inverse; and slopes of which powers overflow. */
static const double DECIDED = 1e8, STEEP = 1e76;

static tro_line_kept one_choice(const tro_gaussian *gaussian, const tro_line_step *step,
                                double variance)
{
    double c = step->slope, square = c * c;
    if (fabs(c) * sqrt(variance) > DECIDED || fabs(c) > STEEP)
        return largest(gaussian, c, variance);
    tro_projection p = tro_projection_choice(step->candidates, square * variance);
    return (tro_line_kept){.mean = c * p.alpha, .spread = square * (p.q - p.alpha * p.alpha),
                           .dmean = c * square * p.dalpha,
                           .dspread = square * square * (p.dq - 2 * p.alpha * p.dalpha)};
}

size_t tro_line_leading(const tro_line_step *steps, size_t count, double *slope)
{
    size_t k = 0;
    for (*slope = 0; k < count && isinf(steps[k].candidates); k++)
        *slope += steps[k].slope;
    return k;
}

tro_line_kept tro_line_evaluate(const tro_gaussian *gaussian, double variance, double *scratch)
{
    const tro_gaussian_rule *rule = &gaussian->rule;
    double v = variance < 0 ? 0 : variance, slope; /* NaN stays */
    size_t leading = tro_line_leading(rule->steps, rule->step_count, &slope);
    const tro_line_step *steps = rule->steps + leading;
    tro_line_kept kept;
    if (isnan(v))
        return (tro_line_kept){NAN, NAN, NAN, NAN};
    if (rule->step_count - leading > 1)
        kept = tro_line_stages(steps, rule->step_count - leading, v, scratch);
    else if (steps->largest)
        kept = largest(gaussian, steps->slope, v);
    else
        kept = one_choice(gaussian, steps, v);
    kept.mean += slope;
    if (variance < 0) { /* rounding, or a step of Newton's too far: go on straight */
        kept.mean += variance * kept.dmean;
        kept.spread += variance * kept.dspread;
    }
    return kept;
}

tro_line_slope tro_line_by_slope(const tro_gaussian *gaussian, double variance, size_t which,
                                 double *scratch)
{
    const tro_gaussian_rule *rule = &gaussian->rule;
    double v = variance < 0 ? 0 : variance, slope;
    size_t leading = tro_line_leading(rule->steps, rule->step_count, &slope);
    const tro_line_step *step = rule->steps + which;
    if (which < leading)
        return (tro_line_slope){.mean = 1};
    if (rule->step_count - leading > 1)
        return tro_line_stages_by_slope(rule->steps + leading, rule->step_count - leading, v,
                                        which - leading, scratch);
    double c = step->slope, square = c * c;
    if (step->largest || fabs(c) * sqrt(v) > DECIDED || fabs(c) > STEEP)
        return (tro_line_slope){0};
    tro_projection p = tro_projection_choice(step->candidates, square * v);
    return (tro_line_slope){.mean = p.alpha + 2 * square * v * p.dalpha,
                            .spread = 2 * c * (p.q - p.alpha * p.alpha) +
                                      2 * c * square * v * (p.dq - 2 * p.alpha * p.dalpha)};
}

size_t tro_line_scratch(const tro_gaussian *gaussian)
{
    const tro_gaussian_rule *rule = &gaussian->rule;
    double slope;
    size_t leading = tro_line_leading(rule->steps, rule->step_count, &slope);
    return rule->step_count - leading > 1 ? tro_line_stages_scratch() : 0;
}

/* --- moments ---------------------------------------------------------------- */

/* A law on its way: S (d^2), h, m', what is kept. */
typedef struct choice {
    double *covariance, *along, *mean, *vector;
    tro_line_kept kept;
} choice;

static void choose(const tro_curation *curation, const double *z, double *scratch, choice *c)
{
    const tro_gaussian *self = curation->self;
    const tro_gaussian_rule *rule = &self->rule;
    size_t d = curation->space->coordinates;
    *c = (choice){.along = scratch, .mean = scratch + d, .vector = scratch + 2 * d,
                  .covariance = scratch + 3 * d};
    tro_moments_covariance(d, z, c->covariance);
    for (size_t i = 0; i < d; i++)
        c->along[i] = dot(d, c->covariance + i * d, rule->direction);
    c->kept = tro_line_evaluate(self, dot(d, rule->direction, c->along),
                                scratch + 3 * d + d * d);
    for (size_t i = 0; i < d; i++)
        c->mean[i] = z[i] + c->kept.mean * c->along[i] + (rule->shift ? rule->shift[i] : 0);
}

static void line_apply(const tro_curation *curation, size_t rows, const double *z, double *out,
                       double *scratch)
{
    size_t d = curation->space->coordinates, width = curation->space->width;
    for (size_t r = 0; r < rows; r++) {
        choice c;
        choose(curation, z + r * width, scratch, &c);
        for (size_t i = 0; i < d; i++)
            for (size_t j = 0; j < d; j++)
                c.covariance[i * d + j] += c.kept.spread * c.along[i] * c.along[j];
        tro_moments_of(d, c.mean, c.covariance, out + r * width);
    }
}

static void line_derivative(const tro_curation *curation, size_t rows, const double *z,
                            const double *dz, double *out, double *scratch)
{
    const double *g = ((const tro_gaussian *)curation->self)->rule.direction;
    size_t d = curation->space->coordinates, width = curation->space->width;
    for (size_t r = 0; r < rows; r++, z += width, dz += width, out += width) {
        choice c;
        choose(curation, z, scratch, &c);
        double *ds = c.covariance, *dh = c.vector, *second = out + d;
        tro_triangle_unpack(d, dz + d, ds);
        for (size_t i = 0; i < d; i++)
            for (size_t j = 0; j < d; j++)
                ds[i * d + j] -= dz[i] * z[j] + z[i] * dz[j];
        for (size_t i = 0; i < d; i++)
            dh[i] = dot(d, ds + i * d, g);
        double dv = dot(d, g, dh), dmean = c.kept.dmean * dv, dspread = c.kept.dspread * dv;
        for (size_t i = 0; i < d; i++)
            out[i] = dz[i] + c.kept.mean * dh[i] + dmean * c.along[i];
        for (size_t i = 0; i < d; i++)
            for (size_t j = i; j < d; j++) {
                double crossed = dh[i] * c.along[j] + c.along[i] * dh[j];
                *second++ = ds[i * d + j] + c.kept.spread * crossed +
                            dspread * c.along[i] * c.along[j] + out[i] * c.mean[j] +
                            c.mean[i] * out[j];
            }
    }
}

static void line_transposed(const tro_curation *curation, size_t rows, const double *z,
                            const double *w, double *out, double *scratch)
{
    const double *g = ((const tro_gaussian *)curation->self)->rule.direction;
    size_t d = curation->space->coordinates, width = curation->space->width;
    for (size_t r = 0; r < rows; r++, z += width, w += width, out += width) {
        choice c;
        choose(curation, z, scratch, &c);
        double *by_s = c.covariance, *by_h = c.vector, *second = out + d;
        tro_triangle_unpack(d, w + d, by_s);
        for (size_t i = 0; i < d; i++) /* off-diagonal entries count twice in a sum over i, j */
            for (size_t j = 0; j < d; j++)
                by_s[i * d + j] *= i == j ? 1 : 0.5;
        double by_v = 0;
        for (size_t i = 0; i < d; i++) {
            double bent = dot(d, by_s + i * d, c.along);
            out[i] = w[i] + 2 * dot(d, by_s + i * d, c.mean);
            by_h[i] = c.kept.mean * out[i] + 2 * c.kept.spread * bent;
            by_v += c.kept.dmean * out[i] * c.along[i] + c.kept.dspread * bent * c.along[i];
        }
        for (size_t i = 0; i < d; i++)
            for (size_t j = 0; j < d; j++)
                by_s[i * d + j] += 0.5 * (by_h[i] * g[j] + g[i] * by_h[j]) + by_v * g[i] * g[j];
        for (size_t i = 0; i < d; i++) {
            out[i] -= 2 * dot(d, by_s + i * d, z);
            for (size_t j = i; j < d; j++)
                *second++ = (i == j ? 1 : 2) * by_s[i * d + j];
        }
    }
}

const tro_curation_ops tro_line_ops = {.apply = line_apply, .derivative = line_derivative,
                                       .transposed = line_transposed,
                                       .turned = tro_line_turned,
                                       .draw = tro_line_moments_draw};
const tro_curation_ops tro_line_exact_ops = {.apply = line_apply, .derivative = line_derivative,
                                             .transposed = line_transposed,
                                             .turned = tro_line_turned};

/* On a location law all is constant: a translation. */
const tro_curation_ops tro_line_location_ops = {.apply = tro_translate,
                                                .derivative = tro_translate_derivative,
                                                .transposed = tro_translate_derivative,
                                                .turned = tro_line_turned,
                                                .draw = tro_line_location_draw};
const tro_curation_ops tro_line_exact_location_ops = {.apply = tro_translate,
                                                      .derivative = tro_translate_derivative,
                                                      .transposed = tro_translate_derivative,
                                                      .turned = tro_line_turned};
