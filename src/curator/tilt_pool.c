/* Pools of several gaussian laws under a tilt: every law tilts, and its weight
 * is multiplied by its normaliser E exp(reward), then all are scaled to sum 1.
 * What is kept is a mixture; its mean parameters are the weighted sum. */
#include <math.h>
#include <string.h>

#include "curator/gaussian.h"

static const tro_spread *spread_of(const tro_pool *pool, size_t k)
{
    return pool->spread ? pool->spread[k] : NULL;
}

size_t tro_tilt_pool_scratch(const tro_curation *curation, size_t count)
{
    (void)count;
    size_t d = curation->space->coordinates, turned = d * d + d + tro_curation_turns(curation);
    return 3 * curation->space->width + tro_tilted_size(curation) + turned;
}

/* The mixture into out, and the logarithm of the sum of weight times
 * normaliser. Sums are kept relative to the largest term so far. */
static double mix_tilted(const tro_curation *curation, const tro_pool *pool, tro_tilted *t,
                         double *kept, double *out)
{
    size_t width = curation->space->width;
    double largest = -INFINITY, sum = 0;
    memset(out, 0, width * sizeof *out);
    for (size_t k = 0; k < pool->count; k++) {
        if (pool->weight[k] == 0)
            continue;
        tro_tilt(curation, pool->law[k], spread_of(pool, k), t, kept);
        double log_term = log(pool->weight[k]) + t->log_weight, term = 1;
        if (log_term > largest) {
            double shrink = exp(largest - log_term);
            for (size_t i = 0; i < width; i++)
                out[i] *= shrink;
            sum *= shrink;
            largest = log_term;
        } else {
            term = exp(log_term - largest); /* NaN stays NaN */
        }
        sum += term;
        for (size_t i = 0; i < width; i++)
            out[i] += term * kept[i];
    }
    for (size_t i = 0; i < width; i++)
        out[i] /= sum;
    return largest + log(sum);
}

void tro_tilt_pool(const tro_curation *curation, const tro_pool *pool, double *out,
                   double *scratch)
{
    tro_tilted t;
    tro_tilted_place(curation, scratch + curation->space->width, &t);
    mix_tilted(curation, pool, &t, scratch, out);
}

void tro_tilt_parts(const tro_curation *curation, const tro_pool *pool, double *weight,
                    double *law, double *scratch)
{
    size_t width = curation->space->width;
    double largest = -INFINITY, sum = 0;
    tro_tilted t;
    tro_tilted_place(curation, scratch, &t);
    for (size_t k = 0; k < pool->count; k++) {
        tro_tilt(curation, pool->law[k], spread_of(pool, k), &t, law + k * width);
        weight[k] = pool->weight[k] > 0 ? log(pool->weight[k]) + t.log_weight : -INFINITY;
        if (!(weight[k] <= largest)) /* NaN stays NaN */
            largest = weight[k];
    }
    for (size_t k = 0; k < pool->count; k++) {
        weight[k] = exp(weight[k] - largest);
        sum += weight[k];
    }
    for (size_t k = 0; k < pool->count; k++)
        weight[k] /= sum;
}

/* Weights of 0 take part in the derivative: they may be about to rise. */
void tro_tilt_pool_derivative(const tro_curation *curation, const tro_pool *pool,
                              const double *dweight, const double *const *dlaw, double *out,
                              double *scratch)
{
    size_t width = curation->space->width;
    double *kept = scratch, *mixture = kept + width, *change = mixture + width;
    tro_tilted t;
    tro_tilted_place(curation, change + width, &t);
    double log_sum = mix_tilted(curation, pool, &t, kept, mixture);
    memset(out, 0, width * sizeof *out);
    for (size_t k = 0; k < pool->count; k++) {
        double weight = pool->weight[k], rise = dweight ? dweight[k] : 0, dlog = 0;
        if (weight == 0 && rise == 0)
            continue;
        tro_tilt(curation, pool->law[k], spread_of(pool, k), &t, kept);
        double factor = exp(t.log_weight - log_sum);
        if (dlaw[k])
            dlog = tro_tilt_derivative(curation, pool->law[k], &t, kept, dlaw[k], change);
        for (size_t i = 0; i < width; i++) {
            out[i] += factor * (rise + weight * dlog) * (kept[i] - mixture[i]);
            if (dlaw[k])
                out[i] += factor * weight * change[i];
        }
    }
}

void tro_tilt_pool_transposed(const tro_curation *curation, const tro_pool *pool,
                              const double *w, double *const *out, double *scratch)
{
    size_t width = curation->space->width;
    double *kept = scratch, *mixture = kept + width;
    tro_tilted t;
    tro_tilted_place(curation, mixture + width, &t);
    double log_sum = mix_tilted(curation, pool, &t, kept, mixture);
    for (size_t k = 0; k < pool->count; k++) {
        double ahead = 0;
        if (pool->weight[k] == 0) {
            memset(out[k], 0, width * sizeof **out);
            continue;
        }
        tro_tilt(curation, pool->law[k], spread_of(pool, k), &t, kept);
        double share = pool->weight[k] * exp(t.log_weight - log_sum);
        for (size_t i = 0; i < width; i++)
            ahead += w[i] * (kept[i] - mixture[i]);
        tro_tilt_transposed(curation, pool->law[k], &t, kept, w, ahead, out[k]);
        for (size_t i = 0; i < width; i++)
            out[k][i] *= share;
    }
}

void tro_tilt_pool_turned(const tro_curation *curation, const tro_pool *pool, const double *w,
                          double *out, double *scratch)
{
    const tro_gaussian_rule *rule = &((const tro_gaussian *)curation->self)->rule;
    size_t width = curation->space->width, d = curation->space->coordinates;
    double *kept = scratch, *mixture = kept + width, *by_a = mixture + width, *by_p = by_a + d;
    tro_tilted t;
    tro_tilted_place(curation, by_p + d * d, &t);
    double log_sum = mix_tilted(curation, pool, &t, kept, mixture);
    memset(out, 0, tro_curation_turns(curation) * sizeof *out);
    for (size_t k = 0; k < pool->count; k++) {
        double ahead = 0;
        if (pool->weight[k] == 0)
            continue;
        tro_tilt(curation, pool->law[k], spread_of(pool, k), &t, kept);
        double share = pool->weight[k] * exp(t.log_weight - log_sum);
        for (size_t i = 0; i < width; i++)
            ahead += w[i] * (kept[i] - mixture[i]);
        tro_tilt_by_rule(curation, spread_of(pool, k), &t, kept, w, ahead, by_a,
                         rule->curvature ? by_p : NULL);
        tro_tilt_add_leaves(curation, share, by_a, by_p, out);
    }
}
