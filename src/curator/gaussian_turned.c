/* Gradients by temperatures and rewards of rules on gaussian laws. Whatever rules a normal form
 * is composed of, each has its part of the tilt, or a step of its own. */
#include <math.h>
#include <string.h>

#include "curator/gaussian.h"
#include "family/normal.h"

static double dot(size_t d, const double *a, const double *b)
{
    double sum = 0;
    for (size_t i = 0; i < d; i++)
        sum += a[i] * b[i];
    return sum;
}

static const tro_gaussian *self_of(const tro_curation *curation)
{
    return curation->self;
}

static int has_dial(const tro_gaussian_leaf *leaf)
{
    return leaf->of->dial != NULL;
}

size_t tro_gaussian_turned_scratch(const tro_curation *curation)
{
    size_t d = curation->space->coordinates;
    const tro_gaussian *self = self_of(curation);
    if (self->rule.step_count > 0)
        return d * d + 4 * d + tro_line_scratch(self);
    return curation->space->width + d + d * d + tro_tilted_size(curation);
}

/* --- tilts ------------------------------------------------------------------------ */

/* By P, from W in t->work and S' times the gradient by m'. */
static void by_precision(size_t d, const tro_tilted *t, double weight, const double *moved,
                         double *by_p)
{
    double *half = t->work + d * d; /* W S' */
    for (size_t i = 0; i < d; i++)
        for (size_t j = 0; j < d; j++)
            half[i * d + j] = dot(d, t->work + i * d, t->after + j * d);
    for (size_t i = 0; i < d; i++)
        for (size_t j = 0; j < d; j++) {
            double across = 0;
            for (size_t k = 0; k < d; k++)
                across += t->after[i * d + k] * half[k * d + j];
            by_p[i * d + j] = -across - 0.5 * (moved[i] * t->mean[j] + t->mean[i] * moved[j]) -
                              0.5 * weight * (t->mean[i] * t->mean[j] + t->after[i * d + j]);
        }
}

void tro_tilt_by_rule(const tro_curation *curation, const tro_spread *spread,
                      const tro_tilted *t, const double *kept, const double *w, double weight,
                      double *by_a, double *by_p)
{
    size_t d = curation->space->coordinates, cells = d * d;
    int location = curation->space->family->law == TRO_LOCATION;
    double *by_s = t->work, *half = t->vectors; /* by S' and m' */
    if (!t->after) { /* of a location law that moves: P is 0, and not asked for */
        tro_spread_times(spread, w, by_a);
        for (size_t i = 0; i < d; i++)
            by_a[i] += weight * t->mean[i];
        return;
    }
    memcpy(half, w, d * sizeof *half);
    memset(by_s, 0, cells * sizeof *by_s);
    if (!location)
        tro_triangle_unpack(d, w + d, by_s);
    for (size_t i = 0; i < d; i++) /* off-diagonal entries count twice in a sum over i, j */
        for (size_t j = 0; j < d; j++) {
            by_s[i * d + j] *= i == j ? 1 : 0.5;
            half[i] += location ? 0 : 2 * by_s[i * d + j] * kept[j];
        }
    for (size_t i = 0; i < d; i++)
        by_a[i] = dot(d, t->after + i * d, half);
    if (by_p)
        by_precision(d, t, weight, by_a, by_p);
    for (size_t i = 0; i < d; i++)
        by_a[i] += weight * t->mean[i];
}

void tro_tilt_add_leaves(const tro_curation *curation, double factor, const double *by_a,
                         const double *by_p, double *out)
{
    const tro_gaussian_rule *rule = &self_of(curation)->rule;
    size_t d = curation->space->coordinates, width = curation->space->width;
    for (size_t k = 0; k < rule->leaf_count; k++, out += 1 + width) {
        const tro_gaussian_leaf *leaf = &rule->leaves[k];
        double along = leaf->linear ? dot(d, leaf->linear, by_a) : 0;
        if (leaf->curvature)
            along += dot(d * d, leaf->curvature, by_p);
        out[0] -= factor * along / leaf->of->value;
        for (size_t i = 0; i < d; i++)
            out[1 + i] += factor * leaf->unit * by_a[i];
    }
}

void tro_tilt_turned(const tro_curation *curation, size_t rows, const double *z, const double *w,
                     double *out, double *scratch)
{
    const tro_space *space = curation->space;
    size_t d = space->coordinates, width = space->width;
    double *kept = scratch, *by_a = kept + width, *by_p = by_a + d;
    int curved = self_of(curation)->rule.curvature != NULL;
    tro_tilted t;
    tro_tilted_place(curation, by_p + d * d, &t);
    memset(out, 0, tro_curation_turns(curation) * sizeof *out);
    for (size_t r = 0; r < rows; r++) {
        tro_tilt(curation, z + r * width, space->spread, &t, kept);
        tro_tilt_by_rule(curation, space->spread, &t, kept, w + r * width, 0, by_a,
                         curved ? by_p : NULL);
        tro_tilt_add_leaves(curation, 1, by_a, by_p, out);
    }
}

/* --- choices along a line ------------------------------------------------------------ */

/* What the gradient is by m' and, of moments, by S'. */
typedef struct line {
    double *along, *by_mean, *bent, *by_s, *rest;  /* h; by m'; W h; W (d^2) */
    double variance, straight, across;             /* g'S g; by_mean.h; h'W h */
    tro_line_kept kept;
} line;

static void follow(const tro_curation *curation, const double *z, const double *w,
                   double *scratch, line *l)
{
    const tro_gaussian *self = self_of(curation);
    const tro_gaussian_rule *rule = &self->rule;
    size_t d = curation->space->coordinates;
    int location = curation->space->family->law == TRO_LOCATION;
    *l = (line){.along = scratch, .by_mean = scratch + d, .bent = scratch + 2 * d,
                .by_s = scratch + 4 * d, .rest = scratch + 4 * d + d * d};
    memcpy(l->by_mean, w, d * sizeof *w);
    if (location) {
        memcpy(l->along, self->along, d * sizeof *w);
        memset(l->by_s, 0, d * d * sizeof *w);
    } else {
        tro_moments_covariance(d, z, l->by_s);
        for (size_t i = 0; i < d; i++)
            l->along[i] = dot(d, l->by_s + i * d, rule->direction);
        tro_triangle_unpack(d, w + d, l->by_s);
        for (size_t i = 0; i < d; i++) /* off-diagonal entries count twice in a sum over i, j */
            for (size_t j = 0; j < d; j++)
                l->by_s[i * d + j] *= i == j ? 1 : 0.5;
    }
    l->variance = dot(d, rule->direction, l->along);
    l->kept = tro_line_evaluate(self, l->variance, l->rest);
    for (size_t i = 0; !location && i < d; i++)
        for (size_t j = 0; j < d; j++)
            l->by_mean[i] += 2 * l->by_s[i * d + j] *
                             (z[j] + l->kept.mean * l->along[j] +
                              (rule->shift ? rule->shift[j] : 0));
    for (size_t i = 0; i < d; i++)
        l->bent[i] = dot(d, l->by_s + i * d, l->along);
    l->straight = dot(d, l->by_mean, l->along);
    l->across = dot(d, l->bent, l->along);
}

/* By the direction g of the only step: S x is the law's. */
static void by_direction(const tro_curation *curation, const double *z, const line *l,
                         double scale, double *out)
{
    const tro_space *space = curation->space;
    size_t d = space->coordinates;
    double *x = l->bent, *image = l->by_mean + 2 * d; /* the fourth vector */
    double by_variance = l->kept.dmean * l->straight + l->kept.dspread * l->across;
    for (size_t i = 0; i < d; i++)
        x[i] = l->kept.mean * l->by_mean[i] + 2 * l->kept.spread * l->bent[i];
    if (space->family->law == TRO_LOCATION) {
        tro_spread_times(space->spread, x, image);
    } else {
        tro_moments_covariance(d, z, l->by_s);
        for (size_t i = 0; i < d; i++)
            image[i] = dot(d, l->by_s + i * d, x);
    }
    for (size_t i = 0; i < d; i++)
        out[i] += scale * (image[i] + 2 * by_variance * l->along[i]);
}

void tro_line_turned(const tro_curation *curation, size_t rows, const double *z, const double *w,
                     double *out, double *scratch)
{
    const tro_gaussian *self = self_of(curation);
    const tro_gaussian_rule *rule = &self->rule;
    size_t d = curation->space->coordinates, width = curation->space->width;
    memset(out, 0, tro_curation_turns(curation) * sizeof *out);
    for (size_t r = 0; r < rows; r++) {
        double *to = out;
        line l;
        follow(curation, z + r * width, w + r * width, scratch, &l);
        for (size_t k = 0; k < rule->leaf_count; k++, to += 1 + width) {
            const tro_gaussian_leaf *leaf = &rule->leaves[k];
            tro_line_slope by = {NAN, NAN};
            if (leaf->step != TRO_NO_STEP && has_dial(leaf))
                by = tro_line_by_slope(self, l.variance, leaf->step, l.rest);
            double by_slope = by.mean * l.straight + by.spread * l.across;
            to[0] -= leaf->slope == 0 ? 0 : by_slope * leaf->slope / leaf->of->value;
            if (curation->tuned[k].no_reward)
                for (size_t i = 0; i < d; i++)
                    to[1 + i] = NAN;
            else if (rule->step_count == 1 && rule->leaf_count == 1)
                by_direction(curation, z + r * width, &l, 1 / leaf->steepest, to + 1);
            else if (has_dial(leaf)) /* in one dimension */
                to[1] += by_slope * leaf->unit * rule->direction[0];
        }
    }
}
