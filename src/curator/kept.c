/* Sampled rounds of curations whose kept outputs are not distributed as the
 * family's law: their sums, drawn exactly.
 *
 * Of a choice along a line the projections are drawn for real, candidates and
 * all. Given these the rest is normal, x = m + a t + e with a = S g / sigma and
 * e the part of N(0, S) across g, and its sums need no outputs. */
#include <gsl/gsl_cdf.h>
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

/* --- one projection ------------------------------------------------------------ */

static int is_tilt(const tro_line_step *step)
{
    return isinf(step->candidates);
}

int tro_line_draws(const tro_line_step *steps, size_t count)
{
    double slope;
    for (size_t k = tro_line_leading(steps, count, &slope); k < count; k++)
        if (is_tilt(&steps[k]))
            return 0;
    return 1;
}

/* The largest of K standard normals, by inversion. */
static double largest_normal(double candidates, tro_stream *stream)
{
    return gsl_cdf_ugaussian_Qinv(-expm1(log(tro_stream_uniform_open(stream)) / candidates));
}

double tro_line_draw(const tro_line_step *steps, size_t count, double sigma,
                     tro_stream *stream)
{
    if (count == 0)
        return tro_stream_normal(stream);
    if (is_tilt(steps)) /* what follows chooses as before */
        return steps->slope * sigma + tro_line_draw(steps + 1, count - 1, sigma, stream);
    const tro_line_step *last = &steps[count - 1];
    if (count == 1 && last->largest)
        return copysign(1, last->slope) * largest_normal(last->candidates, stream);
    double best = -INFINITY, kept = 0, slope = last->slope * sigma;
    int largest = last->largest || !(fabs(slope) < 1e300); /* slope t must be a number */
    for (double k = 0; k < last->candidates; k++) {
        double t = tro_line_draw(steps, count - 1, sigma, stream);
        /* Gumbel noise makes the largest a choice with odds exp(reward). */
        double worth = largest ? copysign(1, last->slope) * t
                               : slope * t - log(tro_stream_exponential(stream));
        if (worth > best) {
            best = worth;
            kept = t;
        }
    }
    return kept;
}

/* --- location laws ----------------------------------------------------------------- */

void tro_tilt_affine_draw(const tro_curation *curation, const double *z, uint64_t count,
                          tro_stream *stream, double *sum, double *scratch)
{
    const tro_gaussian *self = curation->self;
    size_t d = curation->space->width;
    double n = (double)count;
    tro_stream_normals(stream, d, scratch + d);
    memset(scratch, 0, d * sizeof *scratch);
    tro_spread_colour(self->kept, 1, scratch + d, scratch);
    for (size_t i = 0; i < d; i++)
        sum[i] += n * (dot(d, self->map + i * d, z) + self->constant[i]) + sqrt(n) * scratch[i];
}

void tro_line_location_draw(const tro_curation *curation, const double *z, uint64_t count,
                            tro_stream *stream, double *sum, double *scratch)
{
    const tro_gaussian *self = curation->self;
    const tro_gaussian_rule *rule = &self->rule;
    size_t d = curation->space->width;
    double n = (double)count, sigma = sqrt(self->variance), projected = 0, chosen = 0;
    tro_stream_normals(stream, d, scratch + d);
    memset(scratch, 0, d * sizeof *scratch);
    tro_spread_colour(curation->space->spread, 1, scratch + d, scratch);
    if (sigma > 0) {
        for (uint64_t k = 0; k < count; k++)
            chosen += tro_line_draw(rule->steps, rule->step_count, sigma, stream);
        projected = dot(d, rule->direction, scratch) / sigma;
    }
    for (size_t i = 0; i < d; i++) {
        double a = sigma > 0 ? self->along[i] / sigma : 0;
        sum[i] += n * (z[i] + (rule->shift ? rule->shift[i] : 0)) + a * chosen +
                  sqrt(n) * (scratch[i] - a * projected);
    }
}

/* --- moments --------------------------------------------------------------------- */

/* What the draws of one law share; d or d^2 numbers each. */
typedef struct kept_law {
    const tro_gaussian_rule *rule;
    size_t d;
    double sigma;
    double *root, *mean, *along; /* along: a = S g / sigma */
    double *x, *y, *scatter, *factor;
} kept_law;

static void prepare_law(const tro_curation *curation, const double *z, double *scratch,
                        kept_law *law)
{
    const tro_gaussian_rule *rule = &((const tro_gaussian *)curation->self)->rule;
    size_t d = curation->space->coordinates;
    *law = (kept_law){.rule = rule, .d = d, .root = scratch, .mean = scratch + d * d};
    law->along = law->mean + d;
    law->x = law->along + d;
    law->y = law->x + d;
    law->scatter = law->y + d;
    law->factor = law->scatter + d * d;
    tro_moments_root(d, z, law->root);
    memset(law->along, 0, d * sizeof *law->along);
    for (size_t j = 0; j < d; j++) { /* x = L'g, along = L x */
        law->x[j] = 0;
        for (size_t i = j; i < d; i++)
            law->x[j] += law->root[i * d + j] * rule->direction[i];
        for (size_t i = j; i < d; i++)
            law->along[i] += law->root[i * d + j] * law->x[j];
    }
    law->sigma = sqrt(dot(d, law->x, law->x));
    for (size_t i = 0; i < d; i++) {
        law->along[i] = law->sigma > 0 ? law->along[i] / law->sigma : 0;
        law->mean[i] = z[i] + (rule->shift ? rule->shift[i] : 0);
    }
}

/* out = the part of a draw of N(0, S) across g. */
static void draw_across(const kept_law *law, tro_stream *stream, double *out)
{
    size_t d = law->d;
    tro_stream_normals(stream, d, out);
    for (size_t i = d; i-- > 0;) {
        double sum = 0;
        for (size_t j = 0; j <= i; j++)
            sum += law->root[i * d + j] * out[j];
        out[i] = sum;
    }
    double projected = law->sigma > 0 ? dot(d, law->rule->direction, out) / law->sigma : 0;
    for (size_t i = 0; i < d; i++)
        out[i] -= projected * law->along[i];
}

static double draw_projection(const kept_law *law, tro_stream *stream)
{
    if (!(law->sigma > 0))
        return 0;
    return tro_line_draw(law->rule->steps, law->rule->step_count, law->sigma, stream);
}

/* Adds M W M' to the triangle, where M = 1 - a g'/sigma takes the part across. */
static void add_scatter(const kept_law *law, double *triangle)
{
    size_t d = law->d;
    const double *a = law->along, *w = law->scatter;
    double inverse = law->sigma > 0 ? 1 / law->sigma : 0;
    for (size_t i = 0; i < d; i++)
        law->y[i] = inverse * dot(d, w + i * d, law->rule->direction);
    double both = inverse * dot(d, law->y, law->rule->direction);
    for (size_t i = 0; i < d; i++)
        for (size_t j = i; j < d; j++)
            *triangle++ += w[i * d + j] - a[i] * law->y[j] - law->y[i] * a[j] +
                           both * a[i] * a[j];
}

void tro_line_moments_draw(const tro_curation *curation, const double *z, uint64_t count,
                           tro_stream *stream, double *sum, double *scratch)
{
    kept_law law;
    size_t d = curation->space->coordinates;
    double n = (double)count, mean = 0, squares = 0;
    prepare_law(curation, z, scratch, &law);
    if (count < d + 2) {
        for (uint64_t k = 0; k < count; k++) {
            double t = draw_projection(&law, stream);
            draw_across(&law, stream, law.x);
            for (size_t i = 0; i < d; i++)
                law.x[i] += law.mean[i] + t * law.along[i];
            tro_moments_add(d, 1, law.x, 1, law.x, sum);
        }
        return;
    }
    for (uint64_t k = 0; k < count; k++) { /* Welford 1962 */
        double t = draw_projection(&law, stream), away = t - mean;
        mean += away / (double)(k + 1);
        squares += away * (t - mean);
    }
    /* The mean of all, then the part of the deviations that goes with t, then the
     * rest. */
    draw_across(&law, stream, law.x);
    for (size_t i = 0; i < d; i++)
        law.x[i] = law.mean[i] + mean * law.along[i] + law.x[i] / sqrt(n);
    tro_moments_add(d, n, law.x, n, law.x, sum);
    draw_across(&law, stream, law.x);
    for (size_t i = 0; i < d; i++)
        law.x[i] += sqrt(squares) * law.along[i];
    tro_moments_add(d, 0, law.x, 1, law.x, sum);
    tro_normal_scatter(d, law.root, n - 2, stream, law.scatter, law.factor);
    add_scatter(&law, sum + d);
}
