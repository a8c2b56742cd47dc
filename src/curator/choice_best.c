/* The best of K candidates is kept, ties broken uniformly: a hard choice.
 *
 * With outcomes in levels of equal reward, P the mass of a level under q = p / m, F
 * that of all up to and including it and F_- = F - P,
 *
 *   H = (F^K - F_-^K) / P,
 *
 * which is the divided difference [F, F_-] of t^K; its derivatives by F and F_-
 * are the divided differences [F, F, F_-] and [F, F_-, F_-]. All three are written
 * without cancellation, also for levels of mass 0 and K in the millions. */
#include <math.h>
#include <string.h>

#include "curator/choice_parts.h"

/* A level of the sorted outcomes first .. end - 1. */
typedef struct level {
    size_t first, end;
    double mass, above, below;   /* above and below it; they sum to 1 */
    double h, by_f, by_below;    /* H and its derivatives by F and F_- */
    double change, change_below; /* of F and F_- in the direction at hand */
} level;

/* From the top of the order down; 0 at its end. */
static int next_level(const tro_choice_plan *plan, size_t *first, size_t *end)
{
    *first = *end;
    if (*first == plan->outcomes)
        return 0;
    while (*end < plan->outcomes && plan->reward[*end] == plan->reward[*first])
        ++*end;
    return 1;
}

/* sum_{i >= 2} C(K, i) z^(i-2), for |K z| at most 1 */
static double series(double k, double z)
{
    double term = k * (k - 1) / 2, sum = 0;
    for (double i = 2; i <= k && fabs(term) > 1e-18 * fabs(sum); i++) {
        sum += term;
        term *= z * (k - i) / (i + 1);
    }
    return sum;
}

/* With t = F_- / F and d = 1 - t: sums over j = 0 .. K - 2 of (K - 1 - j) t^j and of
 * (j + 1) t^j; and sum over j = 0 .. K - 1 of t^j. */
static void geometric(double k, double t, double d, double log_t, double *all, double *falling,
                      double *rising)
{
    double gone = -expm1(k * log_t);   /* 1 - t^K */
    *all = d > 0 ? gone / d : k;
    if (k * d <= 1)
        *falling = series(k, -d);
    else
        *falling = (k * d - gone) / d / d;
    if (k * d <= t)
        *rising = exp((k - 2) * log_t) * series(k, d / t);
    else
        *rising = (gone - k * d * exp((k - 1) * log_t)) / d / d;
}

/* For few candidates, the sums of products themselves: h_k = sum of F^(k-1-j) F_-^j
 * over j < k has h_(k+1) = F h_k + F_-^k. */
static void sum_products(double k, level *l)
{
    double f = l->above < 0.5 ? 1 - l->above : l->below + l->mass;
    double b = l->above + l->mass < 0.5 ? 1 - (l->above + l->mass) : l->below;
    double h = 1, by_f = 0, by_below = 0, power = 1;   /* power = b^(i-1) */
    for (double i = 1; i < k; i++) {
        by_f = h + f * by_f;
        by_below = f * by_below + i * power;
        power *= b;
        h = f * h + power;
    }
    l->h = h;
    l->by_f = by_f;
    l->by_below = by_below;
}

static void differences(double k, level *l)
{
    static const double FEW = 16;
    double f = l->below + l->mass;
    if (k <= FEW) {
        sum_products(k, l);
        return;
    }
    if (!(f > 0)) {
        l->h = 0;
        l->by_f = l->by_below = 0;
        return;
    }
    double t = l->below / f, d = l->mass / f;
    double log_t = d < 0.5 ? log1p(-d) : log(t);
    double all, falling, rising;
    geometric(k, t, d, log_t, &all, &falling, &rising);
    double power = l->above < 0.5 ? exp((k - 2) * log1p(-l->above)) : pow(f, k - 2);
    l->h = power * f * all;
    l->by_f = power * falling;
    l->by_below = power * rising;
}

static double sum_of(const tro_choice_plan *plan, const level *l, const double *p)
{
    double sum = 0;
    for (size_t i = l->first; i < l->end; i++)
        sum += p[plan->order[i]];
    return sum;
}

/* The levels of a law; returns how many. mass is not 0. */
static size_t levels_of(const tro_choice *choice, const double *p, double mass, level *levels)
{
    const tro_choice_plan *plan = &choice->plan;
    size_t count = 0, first, end = 0;
    double sum = 0;
    for (; next_level(plan, &first, &end); count++) {
        level *l = &levels[count];
        *l = (level){.first = first, .end = end, .above = sum / mass};
        double own = sum_of(plan, l, p);
        l->mass = own / mass;
        sum += own;
    }
    sum = 0;
    for (size_t k = count; k-- > 0; sum += levels[k].mass) {
        levels[k].below = sum;
        differences(choice->candidates, &levels[k]);
    }
    return count;
}

static size_t best_scratch(const tro_choice *choice)
{
    return (choice->outcomes * sizeof(level) + sizeof(double) - 1) / sizeof(double);
}

static level *room_for_levels(const tro_choice_call *call)
{
    return (level *)(void *)call->scratch;
}

static void zero(const tro_choice_call *call, size_t row, size_t n)
{
    memset(call->out + row * call->out_stride, 0, n * sizeof(double));
}

static void best_apply(const tro_choice *choice, const tro_choice_call *call)
{
    level *levels = room_for_levels(call);
    for (size_t r = 0; r < call->rows; r++) {
        const double *p = call->p + r * call->stride;
        double *out = call->out + r * call->out_stride;
        double mass = tro_choice_total(choice->outcomes, p);
        if (mass == 0) {
            zero(call, r, choice->outcomes);
            continue;
        }
        size_t count = levels_of(choice, p, mass, levels);
        for (size_t k = 0; k < count; k++)
            for (size_t i = levels[k].first; i < levels[k].end; i++) {
                size_t x = choice->plan.order[i];
                out[x] = p[x] * levels[k].h;
            }
    }
}

/* F of a level changes by what changes in it and below, and as much falls above:
 * the smaller of both parts says it more exactly. */
static int from_above(double above)
{
    return above < 0.5;
}

/* change and change_below of all levels, in the direction dp - q dm. */
static void take_changes(const tro_choice_plan *plan, const double *dp, size_t count,
                         level *levels)
{
    double dm = tro_choice_total(plan->outcomes, dp), sum = 0;
    for (size_t k = 0; k < count; k++) {
        level *l = &levels[k];
        l->change = -sum;
        sum += sum_of(plan, l, dp) - l->mass * dm;
        l->change_below = -sum;
    }
    sum = 0;
    for (size_t k = count; k-- > 0;) {
        level *l = &levels[k];
        if (!from_above(l->above + l->mass))
            l->change_below = sum;
        sum += sum_of(plan, l, dp) - l->mass * dm;
        if (!from_above(l->above))
            l->change = sum;
    }
}

/* H dp + q (dH/dF dF + dH/dF_- dF_-) */
static void best_derivative(const tro_choice *choice, const tro_choice_call *call)
{
    level *levels = room_for_levels(call);
    size_t n = choice->outcomes;
    for (size_t r = 0; r < call->rows; r++) {
        const double *p = call->p + r * call->stride, *dp = call->aux + r * call->aux_stride;
        double *out = call->out + r * call->out_stride, mass = tro_choice_total(n, p);
        if (mass == 0) {
            zero(call, r, n);
            continue;
        }
        size_t count = levels_of(choice, p, mass, levels);
        take_changes(&choice->plan, dp, count, levels);
        for (const level *l = levels; l < levels + count; l++)
            for (size_t i = l->first; i < l->end; i++) {
                size_t x = choice->plan.order[i];
                out[x] = l->h * dp[x] + p[x] / mass * (l->by_f * l->change +
                                                       l->by_below * l->change_below);
            }
    }
}

/* The same sums as take_changes, transposed: what a change of one entry of p in a
 * level does to all F and F_-, weighted; into change. */
static void give_changes(const tro_choice_plan *plan, const double *p, double mass,
                         const double *w, size_t count, level *levels)
{
    double sum = 0;
    for (size_t k = 0; k < count; k++) {
        level *l = &levels[k];
        double seen = 0;
        for (size_t i = l->first; i < l->end; i++)
            seen += p[plan->order[i]] / mass * w[plan->order[i]];
        l->by_f *= seen;
        l->by_below *= seen;
    }
    for (size_t k = 0; k < count; k++) {   /* F from below: of this level and those under it */
        level *l = &levels[k];
        if (!from_above(l->above))
            sum += l->by_f;
        l->change = sum;
        if (!from_above(l->above + l->mass))
            sum += l->by_below;
    }
    sum = 0;
    for (size_t k = count; k-- > 0;) {     /* F from above: less those over it */
        level *l = &levels[k];
        if (from_above(l->above + l->mass))
            sum += l->by_below;
        l->change -= sum;
        if (from_above(l->above))
            sum += l->by_f;
    }
}

/* H w + g - q . g */
static void best_transposed(const tro_choice *choice, const tro_choice_call *call)
{
    level *levels = room_for_levels(call);
    size_t n = choice->outcomes;
    for (size_t r = 0; r < call->rows; r++) {
        const double *p = call->p + r * call->stride, *w = call->aux + r * call->aux_stride;
        double *out = call->out + r * call->out_stride, mass = tro_choice_total(n, p), mean = 0;
        if (mass == 0) {
            zero(call, r, n);
            continue;
        }
        size_t count = levels_of(choice, p, mass, levels);
        give_changes(&choice->plan, p, mass, w, count, levels);
        for (size_t k = 0; k < count; k++)
            mean += levels[k].mass * levels[k].change;
        for (const level *l = levels; l < levels + count; l++)
            for (size_t i = l->first; i < l->end; i++) {
                size_t x = choice->plan.order[i];
                out[x] = l->h * w[x] + (l->change - mean);
            }
    }
}

const tro_choice_rule tro_choice_best = {
    .scratch = best_scratch, .apply = best_apply, .derivative = best_derivative,
    .transposed = best_transposed, .by_reward = tro_choice_no_reward, .needs = TRO_CHOICE_SORTED};

/* --- of infinitely many -------------------------------------------------------------- */

/* The law, restricted to the best level it has. Outcomes above that level would
 * take all if they had any mass at all: there the derivative is infinite. */

static size_t nothing(const tro_choice *choice)
{
    (void)choice;
    return 0;
}

/* The best level with mass, and its mass in p; 0 for a row without mass. */
static int best_level(const tro_choice *choice, const double *p, level *out)
{
    const tro_choice_plan *plan = &choice->plan;
    size_t first, end = 0;
    while (next_level(plan, &first, &end)) {
        *out = (level){.first = first, .end = end};
        out->mass = sum_of(plan, out, p);
        if (out->mass != 0)
            return 1;
    }
    return 0;
}

static void all_apply(const tro_choice *choice, const tro_choice_call *call)
{
    size_t n = choice->outcomes;
    for (size_t r = 0; r < call->rows; r++) {
        const double *p = call->p + r * call->stride;
        double *out = call->out + r * call->out_stride, mass = tro_choice_total(n, p);
        level best;
        zero(call, r, n);
        if (!best_level(choice, p, &best))
            continue;
        for (size_t i = best.first; i < best.end; i++) {
            size_t x = choice->plan.order[i];
            out[x] = p[x] * (mass / best.mass);
        }
    }
}

/* m p / P in the level: dp m / P + p dm / P - p m dP / P^2. */
static void all_derivative(const tro_choice *choice, const tro_choice_call *call)
{
    size_t n = choice->outcomes;
    const size_t *order = choice->plan.order;
    for (size_t r = 0; r < call->rows; r++) {
        const double *p = call->p + r * call->stride, *dp = call->aux + r * call->aux_stride;
        double *out = call->out + r * call->out_stride, mass = tro_choice_total(n, p), taken = 0;
        level best;
        zero(call, r, n);
        if (!best_level(choice, p, &best))
            continue;
        for (size_t i = 0; i < best.first; i++) {
            taken += dp[order[i]];
            if (dp[order[i]] != 0)
                out[order[i]] = dp[order[i]] * INFINITY;
        }
        double rate = tro_choice_total(n, dp) / best.mass -
                      mass / best.mass * (sum_of(&choice->plan, &best, dp) / best.mass);
        for (size_t i = best.first; i < best.end; i++) {
            size_t x = order[i];
            out[x] = dp[x] * (mass / best.mass) + p[x] * rate;
            if (taken != 0 && p[x] != 0)
                out[x] = -taken * INFINITY;
        }
    }
}

/* In the level, w m / P + l . w (1 - m / P) with l the kept law of mass 1; below it,
 * l . w; above it the sign of w - l . w decides. */
static void all_transposed(const tro_choice *choice, const tro_choice_call *call)
{
    size_t n = choice->outcomes;
    const size_t *order = choice->plan.order;
    for (size_t r = 0; r < call->rows; r++) {
        const double *p = call->p + r * call->stride, *w = call->aux + r * call->aux_stride;
        double *out = call->out + r * call->out_stride, mass = tro_choice_total(n, p), mean = 0;
        level best;
        zero(call, r, n);
        if (!best_level(choice, p, &best))
            continue;
        for (size_t i = best.first; i < best.end; i++)
            mean += p[order[i]] / best.mass * w[order[i]];
        for (size_t i = 0; i < n; i++) {
            double more = w[order[i]] - mean;
            out[order[i]] = mean;
            if (i < best.first && more != 0)
                out[order[i]] = more * INFINITY;
            else if (i >= best.first && i < best.end)
                out[order[i]] += more * (mass / best.mass);
        }
    }
}

const tro_choice_rule tro_choice_best_of_all = {
    .scratch = nothing, .apply = all_apply, .derivative = all_derivative,
    .transposed = all_transposed, .by_reward = tro_choice_no_reward, .needs = TRO_CHOICE_SORTED};
