/* From rules on gaussian laws to curations: which kernels, what is made once. */
#include "curator/gaussian.h"

#include <math.h>
#include <string.h>

#include "curator/projection.h"
#include "family/normal.h"

static double dot(size_t d, const double *a, const double *b)
{
    double sum = 0;
    for (size_t i = 0; i < d; i++)
        sum += a[i] * b[i];
    return sum;
}

/* Does every law have a tilt by this rule? */
static int find_concave(tro_arena *arena, size_t d, tro_gaussian *self)
{
    const tro_spread *spread;
    int status = TRO_OK;
    if (self->rule.curvature)
        status = tro_spread_full(arena, d, self->rule.curvature, &spread);
    self->concave = status == TRO_OK;
    return status == TRO_EINVAL ? TRO_OK : status;
}

/* --- choices along a line --------------------------------------------------------- */

static int prepare_location_line(tro_arena *arena, tro_gaussian *self, tro_curation *out)
{
    const tro_gaussian_rule *rule = &self->rule;
    size_t d = out->space->width;
    double *along = TRO_NEW(arena, double, d), *shift = TRO_NEW(arena, double, d);
    double *scratch = tro_allocate(tro_line_scratch(self), sizeof *scratch);
    int status = along && shift && scratch ? TRO_OK : TRO_ENOMEM;
    if (status == TRO_OK) {
        tro_spread_times(out->space->spread, rule->direction, along);
        self->along = along;
        self->variance = dot(d, rule->direction, along);
        tro_line_kept kept = tro_line_evaluate(self, self->variance, scratch);
        for (size_t i = 0; i < d; i++)
            shift[i] = kept.mean * along[i] + (rule->shift ? rule->shift[i] : 0);
        out->shift = shift;
        status = isfinite(kept.mean * self->variance) ? TRO_OK : TRO_EUNSUPPORTED;
    }
    tro_release(scratch);
    return status;
}

static int prepare_line(tro_arena *arena, tro_gaussian *self, tro_curation *out)
{
    const tro_gaussian_rule *rule = &self->rule;
    size_t d = out->space->coordinates;
    int draws = tro_line_draws(rule->steps, rule->step_count);
    const tro_line_step *last = &rule->steps[rule->step_count - 1];
    if (!isinf(last->candidates))
        tro_projection_largest(last->candidates, &self->largest_mean, &self->largest_variance);
    out->bends = 1;
    if (out->space->family->law == TRO_LOCATION) {
        out->ops = draws ? &tro_line_location_ops : &tro_line_exact_location_ops;
        return prepare_location_line(arena, self, out);
    }
    out->ops = draws ? &tro_line_ops : &tro_line_exact_ops;
    out->scratch = d * d + 3 * d + tro_line_scratch(self);
    return TRO_OK;
}

/* --- tilts ------------------------------------------------------------------------ */

static int prepare_translation(tro_arena *arena, tro_gaussian *self, tro_curation *out)
{
    const tro_gaussian_rule *rule = &self->rule;
    size_t d = out->space->width;
    double *shift = TRO_NEW(arena, double, d);
    if (!shift)
        return TRO_ENOMEM;
    if (rule->linear)
        tro_spread_times(out->space->spread, rule->linear, shift);
    for (size_t i = 0; rule->shift && i < d; i++)
        shift[i] += rule->shift[i];
    out->shift = shift;
    out->ops = &tro_tilt_location_ops;
    return TRO_OK;
}

/* The columns of L with L L' = S; scratch: 2 d. */
static void root_of(const tro_spread *spread, double *root, double *scratch)
{
    size_t d = spread->dimension;
    double *column = scratch, *unit = scratch + d;
    for (size_t k = 0; k < d; k++) {
        memset(scratch, 0, 2 * d * sizeof *scratch);
        unit[k] = 1;
        tro_spread_colour(spread, 1, unit, column);
        for (size_t i = 0; i < d; i++)
            root[i * d + k] = column[i];
    }
}

static int prepare_affine(tro_arena *arena, tro_gaussian *self, tro_curation *out)
{
    const tro_space *space = out->space;
    size_t d = space->width, cells = d * d;
    tro_tilted t;
    double *map = TRO_NEW(arena, double, cells), *constant = TRO_NEW(arena, double, d);
    double *scratch = tro_allocate(4 * cells + d + TRO_TILT_SCRATCH(d), sizeof *scratch);
    int status = TRO_ENOMEM;
    if (!map || !constant || !scratch)
        goto out;
    double *root = scratch, *after = root + cells, *zero = after + 3 * cells;
    root_of(space->spread, root, zero);
    TRO_TRY(tro_tilt_covariance(d, root, self->rule.curvature, after, after + cells));
    TRO_TRY(tro_spread_full(arena, d, after, &self->kept));
    out->ops = &tro_tilt_affine_ops;
    out->bends = 1;
    memset(zero, 0, d * sizeof *zero);
    tro_tilted_place(out, zero + d, &t);
    tro_tilt(out, zero, space->spread, &t, constant);
    memcpy(map, t.back, cells * sizeof *map);
    self->map = map;
    self->constant = constant;
out:
    tro_release(scratch);
    return status;
}

int tro_tilt_part_spread(tro_arena *arena, const tro_curation *curation,
                         const tro_spread *spread, const tro_spread **out)
{
    const tro_gaussian *self = curation->self;
    size_t d = spread->dimension, cells = d * d;
    *out = self->rule.curvature ? self->kept : spread;
    if (!self->rule.curvature || tro_spread_equal(spread, curation->space->spread))
        return TRO_OK;
    double *root = tro_allocate(4 * cells + 2 * d, sizeof *root), *after = root + cells;
    int status = TRO_ENOMEM;
    if (!root)
        goto out;
    root_of(spread, root, root + 4 * cells);
    TRO_TRY(tro_tilt_covariance(d, root, self->rule.curvature, after, after + cells));
    TRO_TRY(tro_spread_full(arena, d, after, out));
out:
    tro_release(root);
    return status;
}

/* Has the gradient by a leaf's reward an exact law to be taken in? Of choices in turn, only
 * along their line. */
static int leaves_line(const tro_gaussian_rule *rule, size_t d, const tro_gaussian_leaf *leaf)
{
    if (rule->step_count == 0 || (rule->step_count == 1 && rule->leaf_count == 1))
        return 0;
    return d > 1 || leaf->step == TRO_NO_STEP;
}

static int tell_tunings(tro_arena *arena, const tro_gaussian_rule *rule, tro_curation *out)
{
    tro_tuned *tuned = TRO_NEW(arena, tro_tuned, rule->leaf_count);
    if (!tuned)
        return TRO_ENOMEM;
    for (size_t k = 0; k < rule->leaf_count; k++)
        tuned[k] = (tro_tuned){rule->leaves[k].of,
                               leaves_line(rule, out->space->coordinates, &rule->leaves[k])
                                   ? "stages have an exact law along one line only, and this "
                                     "reward would leave it"
                                   : NULL};
    out->tuned = tuned;
    out->tuned_count = rule->leaf_count;
    size_t room = tro_gaussian_turned_scratch(out);
    out->scratch = room > out->scratch ? room : out->scratch;
    return TRO_OK;
}

static int prepare_kernels(tro_arena *arena, tro_gaussian *self, tro_curation *out)
{
    const tro_gaussian_rule *rule = &self->rule;
    if (rule->step_count)
        return prepare_line(arena, self, out);
    if (out->space->family->law == TRO_LOCATION)
        return rule->curvature ? prepare_affine(arena, self, out)
                               : prepare_translation(arena, self, out);
    out->ops = &tro_tilt_ops;
    out->scratch = out->space->width + tro_tilted_size(out);
    return TRO_OK;
}

int tro_gaussian_prepare(tro_arena *arena, const tro_gaussian_rule *rule, tro_curation *out)
{
    size_t d = out->space->coordinates;
    tro_gaussian *self = TRO_NEW(arena, tro_gaussian, 1);
    if (!self)
        return TRO_ENOMEM;
    *self = (tro_gaussian){.rule = *rule};
    out->self = self;
    int status = find_concave(arena, d, self);
    if (status < 0)
        return status;
    if (!rule->linear && !rule->curvature && !rule->step_count && !rule->shift) {
        out->ops = NULL;
        return TRO_OK;
    }
    status = prepare_kernels(arena, self, out);
    return status == TRO_OK && rule->leaf_count > 0 ? tell_tunings(arena, rule, out) : status;
}

/* --- composing -------------------------------------------------------------------- */

int tro_gaussian_rule_of(const tro_curation *curation, tro_gaussian_rule *out)
{
    static const tro_curation_ops *const own[] = {
        &tro_tilt_ops, &tro_tilt_location_ops, &tro_tilt_affine_ops, &tro_line_ops,
        &tro_line_location_ops, &tro_line_exact_ops, &tro_line_exact_location_ops};
    *out = (tro_gaussian_rule){0};
    if (!curation->ops)
        return 1;
    for (size_t k = 0; k < sizeof own / sizeof *own; k++)
        if (curation->ops == own[k]) {
            *out = ((const tro_gaussian *)curation->self)->rule;
            return 1;
        }
    out->shift = curation->shift;
    return curation->shift && !curation->bends;
}

static int is_zero(size_t d, const double *x)
{
    for (size_t i = 0; x && i < d; i++)
        if (x[i] != 0)
            return 0;
    return 1;
}

/* x + y; either may be NULL. */
static int add(tro_arena *arena, size_t count, const double *x, const double *y,
               const double **out)
{
    *out = x ? x : y;
    if (!x || !y)
        return TRO_OK;
    double *sum = TRO_NEW(arena, double, count);
    if (!sum)
        return TRO_ENOMEM;
    for (size_t i = 0; i < count; i++)
        sum[i] = x[i] + y[i];
    *out = sum;
    return TRO_OK;
}

/* After a displacement by b, exp(a.x - x'Px/2) is exp((a - P b).x - x'Px/2) and
 * a constant. */
static int linear_after_shift(tro_arena *arena, size_t d, const tro_gaussian_rule *second,
                              const double *shift, const double **out)
{
    *out = second->linear;
    if (!second->curvature || !shift)
        return TRO_OK;
    double *linear = TRO_NEW(arena, double, d);
    if (!linear)
        return TRO_ENOMEM;
    for (size_t i = 0; i < d; i++)
        linear[i] = (second->linear ? second->linear[i] : 0) -
                    dot(d, second->curvature + i * d, shift);
    *out = linear;
    return TRO_OK;
}

/* x = factor * direction? */
static int is_along(size_t d, const double *direction, const double *x, double *factor)
{
    double largest = 0, away = 0;
    *factor = dot(d, direction, x) / dot(d, direction, direction);
    for (size_t i = 0; i < d; i++) {
        largest = fmax(largest, fabs(x[i]));
        away = fmax(away, fabs(x[i] - *factor * direction[i]));
    }
    return away <= 1e-12 * largest;
}

/* Adds a rule's choices to the steps; 0 when they are along another direction.
 * The largest of largest is the largest. */
static int add_steps(size_t d, const double *direction, const tro_gaussian_rule *rule,
                     tro_line_step *steps, size_t *count, tro_gaussian_leaf *leaves)
{
    double factor;
    for (size_t k = 0; k < rule->leaf_count; k++) {
        const double *linear = rule->leaves[k].linear;
        leaves[k] = rule->leaves[k];
        if (rule->step_count > 0 || is_zero(d, linear))
            continue;
        leaves[k].step = *count;
        leaves[k].slope = is_along(d, direction, linear, &factor) ? factor : NAN;
    }
    if (!is_zero(d, rule->linear)) {
        if (!is_along(d, direction, rule->linear, &factor))
            return 0;
        steps[(*count)++] = (tro_line_step){.candidates = INFINITY, .slope = factor};
    }
    if (rule->step_count && !is_along(d, direction, rule->direction, &factor))
        return 0;
    for (size_t k = 0; k < rule->step_count; k++) {
        tro_line_step step = rule->steps[k], *before = *count ? &steps[*count - 1] : NULL;
        step.slope *= factor;
        if (before && before->largest && step.largest && before->slope * step.slope > 0)
            before->candidates *= step.candidates;
        else
            steps[(*count)++] = step;
        for (size_t j = 0; j < rule->leaf_count; j++)
            if (rule->leaves[j].step == k) {
                leaves[j].step = *count - 1;
                leaves[j].slope *= factor;
            }
    }
    return 1;
}

static int compose_lines(tro_arena *arena, size_t d, const tro_gaussian_rule *first,
                         const tro_gaussian_rule *second, tro_gaussian_rule *out)
{
    size_t most = first->step_count + second->step_count + 2, count = 0;
    tro_line_step *steps = TRO_NEW(arena, tro_line_step, most);
    size_t leaf_count = first->leaf_count + second->leaf_count;
    tro_gaussian_leaf *leaves = TRO_NEW(arena, tro_gaussian_leaf, leaf_count);
    if (!steps || !leaves)
        return TRO_ENOMEM;
    if (first->curvature || second->curvature)
        return TRO_EUNSUPPORTED;
    out->direction = first->step_count ? first->direction : second->direction;
    if (!add_steps(d, out->direction, first, steps, &count, leaves) ||
        !add_steps(d, out->direction, second, steps, &count, leaves + first->leaf_count))
        return TRO_EUNSUPPORTED;
    out->leaves = leaves;
    out->leaf_count = leaf_count;
    out->steps = steps;
    out->step_count = count;
    return TRO_OK;
}

/* The leaves of two tilts in turn. */
static int add_leaves(tro_arena *arena, size_t d, const tro_gaussian_rule *first,
                      const tro_gaussian_rule *second, tro_gaussian_rule *out)
{
    size_t before = first->leaf_count, count = before + second->leaf_count;
    tro_gaussian_leaf *leaves = TRO_NEW(arena, tro_gaussian_leaf, count);
    int status = leaves ? TRO_OK : TRO_ENOMEM;
    for (size_t k = 0; k < count && status == TRO_OK; k++) {
        leaves[k] = k < before ? first->leaves[k] : second->leaves[k - before];
        if (k >= before) {
            const tro_gaussian_rule part = {.linear = leaves[k].linear,
                                            .curvature = leaves[k].curvature};
            status = linear_after_shift(arena, d, &part, first->shift, &leaves[k].linear);
        }
    }
    out->leaves = leaves;
    out->leaf_count = count;
    return status;
}

int tro_gaussian_compose(tro_arena *arena, size_t d, const tro_gaussian_rule *first,
                         const tro_gaussian_rule *second, tro_gaussian_rule *out)
{
    const double *linear;
    *out = (tro_gaussian_rule){0};
    int status = add(arena, d, first->shift, second->shift, &out->shift);
    if (status < 0 || first->step_count || second->step_count)
        return status < 0 ? status : compose_lines(arena, d, first, second, out);
    TRO_TRY(linear_after_shift(arena, d, second, first->shift, &linear));
    TRO_TRY(add(arena, d, first->linear, linear, &out->linear));
    TRO_TRY(add(arena, d * d, first->curvature, second->curvature, &out->curvature));
    TRO_TRY(add_leaves(arena, d, first, second, out));
out:
    return status;
}
