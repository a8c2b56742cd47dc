/* Infinitely many candidates: N(m, S) tilted by exp(a.x - x'Px/2) is normal
 * with precision S^-1 + P. In forms that need no inverse of S, which may be
 * singular: with B = (I + S P)^-1,
 *
 *   S' = B S,   m' = B (m + S a),   log E exp = a.m - m'Pm/2 + k'S'k/2 - log det(B^-1)/2
 *
 * where k = a - P m. The derivatives follow from dS' = B dS B' and, with
 * s = a - P m', dm' = B (dm + dS s), d log E exp = s.dm + (s s' - P B) : dS / 2. */
#include <math.h>
#include <string.h>

#include "curator/gaussian.h"
#include "family/normal.h"

static int is_location(const tro_curation *curation)
{
    return curation->space->family->law == TRO_LOCATION;
}

static const tro_gaussian_rule *rule_of(const tro_curation *curation)
{
    return &((const tro_gaussian *)curation->self)->rule;
}

/* --- small dense algebra ------------------------------------------------------ */

static double dot(size_t d, const double *a, const double *b)
{
    double sum = 0;
    for (size_t i = 0; i < d; i++)
        sum += a[i] * b[i];
    return sum;
}

/* out = A x, or A' x. */
static void times(size_t d, const double *a, const double *x, double *out)
{
    for (size_t i = 0; i < d; i++)
        out[i] = dot(d, a + i * d, x);
}

static void transposed_times(size_t d, const double *a, const double *x, double *out)
{
    memset(out, 0, d * sizeof *out);
    for (size_t i = 0; i < d; i++)
        for (size_t j = 0; j < d; j++)
            out[j] += a[i * d + j] * x[i];
}

/* out = A C. */
static void product(size_t d, const double *a, const double *c, double *out)
{
    memset(out, 0, d * d * sizeof *out);
    for (size_t i = 0; i < d; i++)
        for (size_t k = 0; k < d; k++)
            for (size_t j = 0; j < d; j++)
                out[i * d + j] += a[i * d + k] * c[k * d + j];
}

/* out = A' C. */
static void product_transposed(size_t d, const double *a, const double *c, double *out)
{
    memset(out, 0, d * d * sizeof *out);
    for (size_t k = 0; k < d; k++)
        for (size_t i = 0; i < d; i++)
            for (size_t j = 0; j < d; j++)
                out[i * d + j] += a[k * d + i] * c[k * d + j];
}

static void symmetrise(size_t d, double *a)
{
    for (size_t i = 0; i < d; i++)
        for (size_t j = 0; j < i; j++)
            a[i * d + j] = a[j * d + i] = 0.5 * (a[i * d + j] + a[j * d + i]);
}

static void swap_rows(size_t d, double *a, size_t i, size_t j)
{
    for (size_t k = 0; i != j && k < d; k++) {
        double keep = a[i * d + k];
        a[i * d + k] = a[j * d + k];
        a[j * d + k] = keep;
    }
}

/* inverse = A^-1 by Gauss and Jordan with row exchanges; A is overwritten.
 * Returns log |det A|; NaN when singular. */
static double invert(size_t d, double *a, double *inverse)
{
    double log_det = 0;
    memset(inverse, 0, d * d * sizeof *inverse);
    for (size_t k = 0; k < d; k++)
        inverse[k * d + k] = 1;
    for (size_t k = 0; k < d; k++) {
        size_t best = k;
        for (size_t i = k + 1; i < d; i++)
            best = fabs(a[i * d + k]) > fabs(a[best * d + k]) ? i : best;
        swap_rows(d, a, k, best);
        swap_rows(d, inverse, k, best);
        double pivot = a[k * d + k];
        if (!(fabs(pivot) > 0))
            return NAN;
        log_det += log(fabs(pivot));
        for (size_t j = 0; j < d; j++) {
            a[k * d + j] /= pivot;
            inverse[k * d + j] /= pivot;
        }
        for (size_t i = 0; i < d; i++) {
            double factor = a[i * d + k];
            for (size_t j = 0; i != k && factor != 0 && j < d; j++) {
                a[i * d + j] -= factor * a[k * d + j];
                inverse[i * d + j] -= factor * inverse[k * d + j];
            }
        }
    }
    return log_det;
}

/* --- the tilt of one law --------------------------------------------------------- */

void tro_tilted_place(const tro_curation *curation, double *scratch, tro_tilted *t)
{
    size_t d = curation->space->coordinates, cells = d * d;
    *t = (tro_tilted){.mean = scratch, .score = scratch + d};
    if (is_location(curation) && !rule_of(curation)->curvature)
        return;
    double *at = scratch + 2 * d;
    t->covariance = at;
    t->after = at + cells;
    t->back = at + 2 * cells;
    t->bend = at + 3 * cells;
    t->work = at + 4 * cells;
    t->vectors = at + 6 * cells;
}

size_t tro_tilted_size(const tro_curation *curation)
{
    size_t d = curation->space->coordinates;
    return is_location(curation) && !rule_of(curation)->curvature ? 2 * d : TRO_TILT_SCRATCH(d);
}

/* Lower Cholesky factor of a positive semi-definite matrix, in place. Pivots
 * that rounding alone may have left are 0. */
static int cholesky(size_t n, double *matrix)
{
    static const double pivot = 1e-13;
    for (size_t k = 0; k < n; k++) {
        double *row = matrix + k * n, own = row[k];
        for (size_t j = 0; j <= k; j++) {
            const double *other = matrix + j * n;
            double sum = row[j];
            for (size_t t = 0; t < j; t++)
                sum -= row[t] * other[t];
            if (j < k)
                row[j] = other[j] > 0 ? sum / other[j] : 0;
            else if (own < 0 || sum < -pivot * own || isnan(sum))
                return TRO_EINVAL;
            else
                row[k] = sum > pivot * own ? sqrt(sum) : 0;
        }
        for (size_t j = k + 1; j < n; j++)
            row[j] = 0;
    }
    return TRO_OK;
}

int tro_tilt_covariance(size_t d, const double *root, const double *curvature, double *after,
                        double *scratch)
{
    double *half = scratch, *c = scratch + d * d;
    product(d, curvature, root, half);
    product_transposed(d, root, half, c);
    for (size_t k = 0; k < d; k++)
        c[k * d + k] += 1;
    if (cholesky(d, c) < 0)
        return TRO_EINVAL;
    /* half = C^-1 L', column by column; S' = half' half. */
    for (size_t i = 0; i < d; i++) {
        if (!(c[i * d + i] > 0))
            return TRO_EINVAL;
        for (size_t j = 0; j < d; j++) {
            double sum = root[j * d + i];
            for (size_t k = 0; k < i; k++)
                sum -= c[i * d + k] * half[k * d + j];
            half[i * d + j] = sum / c[i * d + i];
        }
    }
    product_transposed(d, half, half, after);
    return TRO_OK;
}

/* Is the law's precision positive definite after a tilt whose P is of no one
 * sign? Uses after, bend and work. */
static int has_tilt(const tro_curation *curation, const double *z, const tro_tilted *t)
{
    const tro_gaussian *self = curation->self;
    size_t d = curation->space->coordinates;
    if (self->concave)
        return 1;
    if (is_location(curation)) {
        memcpy(t->bend, t->covariance, d * d * sizeof *t->bend);
        if (cholesky(d, t->bend) < 0)
            return 0;
    } else {
        tro_moments_root(d, z, t->bend);
    }
    return tro_tilt_covariance(d, t->bend, self->rule.curvature, t->after, t->work) == TRO_OK;
}

static double linear_part(const tro_gaussian_rule *rule, size_t i)
{
    return rule->linear ? rule->linear[i] : 0;
}

/* The tilt with curvature, from S in t->covariance. */
static void tilt_curved(const tro_curation *curation, const double *m, tro_tilted *t)
{
    const tro_gaussian_rule *rule = rule_of(curation);
    size_t d = curation->space->coordinates;
    double *system = t->work, *linear = t->vectors, *moved = linear + d, *k = moved + d;
    product(d, t->covariance, rule->curvature, system);
    for (size_t i = 0; i < d; i++)
        system[i * d + i] += 1;
    double log_det = invert(d, system, t->back);
    product(d, t->back, t->covariance, t->after);
    symmetrise(d, t->after);
    product(d, rule->curvature, t->back, t->bend);
    symmetrise(d, t->bend);
    for (size_t i = 0; i < d; i++)
        linear[i] = linear_part(rule, i);
    times(d, t->covariance, linear, moved);
    for (size_t i = 0; i < d; i++)
        moved[i] += m[i];
    times(d, t->back, moved, t->mean);
    times(d, rule->curvature, m, k);
    t->log_weight = -0.5 * log_det - 0.5 * dot(d, m, k);
    for (size_t i = 0; i < d; i++) {
        t->log_weight += linear[i] * m[i];
        k[i] = linear[i] - k[i];
    }
    times(d, rule->curvature, t->mean, t->score);
    for (size_t i = 0; i < d; i++) {
        t->log_weight += 0.5 * k[i] * dot(d, t->after + i * d, k);
        t->score[i] = linear[i] - t->score[i];
    }
    if (isnan(log_det))
        for (size_t i = 0; i < d; i++)
            t->mean[i] = NAN;
}

/* The tilt without: a displacement by S a. */
static void tilt_linear(const tro_curation *curation, const double *m, const tro_spread *spread,
                        tro_tilted *t)
{
    const tro_gaussian_rule *rule = rule_of(curation);
    size_t d = curation->space->coordinates;
    for (size_t i = 0; i < d; i++)
        t->score[i] = linear_part(rule, i);
    if (t->covariance)
        times(d, t->covariance, t->score, t->mean);
    else
        tro_spread_times(spread, t->score, t->mean);
    t->log_weight = 0;
    for (size_t i = 0; i < d; i++) {
        t->log_weight += t->score[i] * (m[i] + 0.5 * t->mean[i]);
        t->mean[i] += m[i];
    }
    if (t->after)
        memcpy(t->after, t->covariance, d * d * sizeof *t->after);
}

void tro_tilt(const tro_curation *curation, const double *z, const tro_spread *spread,
              tro_tilted *t, double *out)
{
    const tro_gaussian_rule *rule = rule_of(curation);
    size_t d = curation->space->coordinates;
    if (!is_location(curation)) {
        tro_moments_covariance(d, z, t->covariance);
    } else if (t->covariance) {
        memset(t->covariance, 0, d * d * sizeof *t->covariance);
        tro_spread_add(spread, 1, t->covariance);
    }
    if (!rule->curvature) {
        tilt_linear(curation, z, spread, t);
    } else if (has_tilt(curation, z, t)) {
        tilt_curved(curation, z, t);
    } else {
        t->log_weight = NAN;
        for (size_t i = 0; i < d; i++)
            t->mean[i] = NAN;
    }
    for (size_t i = 0; i < d; i++)
        out[i] = t->mean[i] + (rule->shift ? rule->shift[i] : 0);
    if (!is_location(curation))
        tro_moments_of(d, out, t->after, out);
}

/* --- its derivative ---------------------------------------------------------------- */

double tro_tilt_derivative(const tro_curation *curation, const double *z, const tro_tilted *t,
                           const double *kept, const double *dz, double *out)
{
    size_t d = curation->space->coordinates;
    int curved = rule_of(curation)->curvature != NULL;
    double dlog = dot(d, t->score, dz), *second = out + d;
    if (is_location(curation)) {
        if (curved)
            times(d, t->back, dz, out);
        else
            memcpy(out, dz, d * sizeof *out);
        return dlog;
    }
    double *ds = t->work, *half = t->work + d * d;
    tro_triangle_unpack(d, dz + d, ds);
    for (size_t i = 0; i < d; i++)
        for (size_t j = 0; j < d; j++)
            ds[i * d + j] -= dz[i] * z[j] + z[i] * dz[j];
    for (size_t i = 0; i < d; i++) {
        half[i] = dot(d, ds + i * d, t->score);
        dlog += 0.5 * t->score[i] * half[i];
        if (curved)
            dlog -= 0.5 * dot(d, t->bend + i * d, ds + i * d);
        half[i] += dz[i];
    }
    if (!curved) {
        memcpy(out, half, d * sizeof *out);
    } else {
        times(d, t->back, half, out);
        product(d, t->back, ds, half);
        for (size_t i = 0; i < d; i++)
            for (size_t j = 0; j < d; j++)
                ds[i * d + j] = dot(d, half + i * d, t->back + j * d);
    }
    for (size_t i = 0; i < d; i++)
        for (size_t j = i; j < d; j++)
            *second++ = ds[i * d + j] + out[i] * kept[j] + kept[i] * out[j];
    return dlog;
}

void tro_tilt_transposed(const tro_curation *curation, const double *z, const tro_tilted *t,
                         const double *kept, const double *w, double weight, double *out)
{
    size_t d = curation->space->coordinates;
    int curved = rule_of(curation)->curvature != NULL;
    if (is_location(curation)) {
        if (curved)
            transposed_times(d, t->back, w, out);
        else
            memcpy(out, w, d * sizeof *out);
        for (size_t i = 0; i < d; i++)
            out[i] += weight * t->score[i];
        return;
    }
    double *by_s = t->work, *half = t->work + d * d, *second = out + d;
    tro_triangle_unpack(d, w + d, by_s);
    for (size_t i = 0; i < d; i++) /* each off-diagonal entry counts twice in a sum over i, j */
        for (size_t j = 0; j < d; j++)
            by_s[i * d + j] *= i == j ? 1 : 0.5;
    for (size_t i = 0; i < d; i++)
        half[i] = w[i] + 2 * dot(d, by_s + i * d, kept);
    if (curved) {
        transposed_times(d, t->back, half, out);
        product(d, by_s, t->back, half);
        product_transposed(d, t->back, half, by_s);
    } else {
        memcpy(out, half, d * sizeof *out);
    }
    for (size_t i = 0; i < d; i++)
        for (size_t j = 0; j < d; j++) {
            by_s[i * d + j] += 0.5 * (out[i] * t->score[j] + t->score[i] * out[j]) +
                               0.5 * weight * t->score[i] * t->score[j];
            if (curved)
                by_s[i * d + j] -= 0.5 * weight * t->bend[i * d + j];
        }
    for (size_t i = 0; i < d; i++) {
        out[i] += weight * t->score[i] - 2 * dot(d, by_s + i * d, z);
        for (size_t j = i; j < d; j++)
            *second++ = (i == j ? 1 : 2) * by_s[i * d + j];
    }
}

/* --- kernels ------------------------------------------------------------------------- */

static void tilt_apply(const tro_curation *curation, size_t rows, const double *z, double *out,
                       double *scratch)
{
    size_t width = curation->space->width;
    tro_tilted t;
    tro_tilted_place(curation, scratch, &t);
    for (size_t r = 0; r < rows; r++)
        tro_tilt(curation, z + r * width, curation->space->spread, &t, out + r * width);
}

static void tilt_derivative(const tro_curation *curation, size_t rows, const double *z,
                            const double *dz, double *out, double *scratch)
{
    size_t width = curation->space->width;
    tro_tilted t;
    tro_tilted_place(curation, scratch + width, &t);
    for (size_t r = 0; r < rows; r++) {
        tro_tilt(curation, z + r * width, curation->space->spread, &t, scratch);
        tro_tilt_derivative(curation, z + r * width, &t, scratch, dz + r * width,
                            out + r * width);
    }
}

static void tilt_transposed(const tro_curation *curation, size_t rows, const double *z,
                            const double *w, double *out, double *scratch)
{
    size_t width = curation->space->width;
    tro_tilted t;
    tro_tilted_place(curation, scratch + width, &t);
    for (size_t r = 0; r < rows; r++) {
        tro_tilt(curation, z + r * width, curation->space->spread, &t, scratch);
        tro_tilt_transposed(curation, z + r * width, &t, scratch, w + r * width, 0,
                            out + r * width);
    }
}

const tro_curation_ops tro_tilt_ops = {
    .apply = tilt_apply, .derivative = tilt_derivative, .transposed = tilt_transposed,
    .pool = tro_tilt_pool, .pool_derivative = tro_tilt_pool_derivative,
    .pool_transposed = tro_tilt_pool_transposed, .pool_scratch = tro_tilt_pool_scratch,
    .parts = tro_tilt_parts,
    .turned = tro_tilt_turned, .pool_turned = tro_tilt_pool_turned};

const tro_curation_ops tro_tilt_location_ops = {
    .apply = tro_translate, .derivative = tro_translate_derivative,
    .transposed = tro_translate_derivative, .turned = tro_tilt_turned,
    .pool_turned = tro_tilt_pool_turned, .pool = tro_tilt_pool,
    .pool_derivative = tro_tilt_pool_derivative, .pool_transposed = tro_tilt_pool_transposed,
    .pool_scratch = tro_tilt_pool_scratch, .parts = tro_tilt_parts,
    .part_spread = tro_tilt_part_spread};

/* A location law's covariance is always the space's: the map is affine. */
static void affine_apply(const tro_curation *curation, size_t rows, const double *z, double *out,
                         double *scratch)
{
    const tro_gaussian *self = curation->self;
    size_t d = curation->space->width;
    (void)scratch;
    for (size_t r = 0; r < rows; r++)
        for (size_t i = 0; i < d; i++)
            out[r * d + i] = dot(d, self->map + i * d, z + r * d) + self->constant[i];
}

static void affine_derivative(const tro_curation *curation, size_t rows, const double *z,
                              const double *dz, double *out, double *scratch)
{
    const tro_gaussian *self = curation->self;
    size_t d = curation->space->width;
    (void)z, (void)scratch;
    for (size_t r = 0; r < rows; r++)
        times(d, self->map, dz + r * d, out + r * d);
}

static void affine_transposed(const tro_curation *curation, size_t rows, const double *z,
                              const double *w, double *out, double *scratch)
{
    const tro_gaussian *self = curation->self;
    size_t d = curation->space->width;
    (void)z, (void)scratch;
    for (size_t r = 0; r < rows; r++)
        transposed_times(d, self->map, w + r * d, out + r * d);
}

const tro_curation_ops tro_tilt_affine_ops = {
    .apply = affine_apply, .derivative = affine_derivative, .transposed = affine_transposed,
    .turned = tro_tilt_turned, .pool_turned = tro_tilt_pool_turned, .pool = tro_tilt_pool,
    .pool_derivative = tro_tilt_pool_derivative, .pool_transposed = tro_tilt_pool_transposed,
    .pool_scratch = tro_tilt_pool_scratch, .draw = tro_tilt_affine_draw,
    .parts = tro_tilt_parts, .part_spread = tro_tilt_part_spread};
