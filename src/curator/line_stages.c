/* Several choices in turn along one direction: the law of the standardised
 * projection t stands on equidistant nodes, as the logarithm of its density
 * and the derivative of that by the scale sigma of the rewards, or by the slope of
 * one step, and passes from step to step. Sums over nodes are trapezoid rules of analytic functions
 * and converge beyond any power of the step.
 *
 * A choice among K multiplies the density by
 *
 *   H(t) = K int g(u - b t) F(u)^(K-1) du,   F(u) = sum of p(t) exp(-e^-(u - b t))
 *
 * with g the Gumbel density; see projection.c. */
#include <math.h>
#include <string.h>

#include "curator/gaussian.h"

enum { MOST_NODES = 1 << 15, MOST_NOISY = 3 << 14 };

/* Where exp(-e^-v) is 0, and how far e^-v is followed. */
static const double BELOW = -4.2, ABOVE = 42;
static const double NOTHING = 1e-290;
static const double STEP = 0.2; /* in u, of a Gumbel density */

typedef struct nodes {
    size_t n;
    double first, h;
    double *log_p, *dlog;      /* log density and its derivative by sigma */
    double *p;                 /* density times h */
    double *above, *dabove;    /* sums of p, and of p dlog, from a node on */
    double *below, *dbelow;    /* before a node */
    double *rise, *drise;      /* of a choice: F^(K-1) at u, and its derivative */
} nodes;

static double at(const nodes *x, size_t j)
{
    return x->first + (double)j * x->h;
}

/* Scales the density to sum 1. */
static void normalise(nodes *x)
{
    double largest = -INFINITY, sum = 0, dsum = 0;
    for (size_t j = 0; j < x->n; j++)
        largest = fmax(largest, x->log_p[j]);
    for (size_t j = 0; j < x->n; j++) {
        x->p[j] = exp(x->log_p[j] - largest);
        sum += x->p[j];
        dsum += x->p[j] * x->dlog[j];
    }
    double shift = largest + log(sum * x->h);
    for (size_t j = 0; j < x->n; j++) {
        x->log_p[j] -= shift;
        x->dlog[j] -= dsum / sum;
        x->p[j] /= sum;
    }
}

/* rate: of slope * sigma, by what derivatives are taken by. */
static void tilt(nodes *x, const tro_line_step *step, double sigma, double rate)
{
    for (size_t j = 0; j < x->n; j++) {
        x->log_p[j] += step->slope * sigma * at(x, j);
        x->dlog[j] += rate * at(x, j);
    }
    normalise(x);
}

/* --- a choice among K --------------------------------------------------------- */

/* The nodes by ascending reward: rank r is node `node(c, r)`. */
typedef struct noisy_choice {
    nodes *x;
    double candidates, rate, b;   /* rate: of b */
    size_t count;              /* of points u */
    double first;              /* u of the first */
} noisy_choice;

static size_t node(const noisy_choice *c, size_t rank)
{
    return c->b > 0 ? rank : c->x->n - 1 - rank;
}

static double reward(const noisy_choice *c, size_t rank)
{
    return c->b * at(c->x, node(c, rank));
}

/* Sums of p and p dlog over ranks from r on, and before r (n + 1 each). */
static void sum_ranks(const noisy_choice *c)
{
    nodes *x = c->x;
    x->below[0] = x->dbelow[0] = x->above[x->n] = x->dabove[x->n] = 0;
    for (size_t r = 0; r < x->n; r++) {
        size_t j = node(c, r);
        x->below[r + 1] = x->below[r] + x->p[j];
        x->dbelow[r + 1] = x->dbelow[r] + x->p[j] * x->dlog[j];
    }
    for (size_t r = x->n; r-- > 0;) {
        size_t j = node(c, r);
        x->above[r] = x->above[r + 1] + x->p[j];
        x->dabove[r] = x->dabove[r + 1] + x->p[j] * x->dlog[j];
    }
}

/* F^(K-1) at all u. Ranks before `low` are surely below u, those from `high` on
 * surely above. */
static void find_rise(const noisy_choice *c)
{
    nodes *x = c->x;
    double last = ABOVE + log(c->candidates), k = c->candidates;
    size_t low = 0, high = 0;
    sum_ranks(c);
    for (size_t i = 0; i < c->count; i++) {
        double u = c->first + (double)i * STEP;
        while (high < x->n && reward(c, high) <= u - BELOW)
            high++;
        while (low < high && reward(c, low) < u - last)
            low++;
        double f = x->below[low], df = x->dbelow[low], tail = x->above[high];
        for (size_t r = low; r < high; r++) {
            size_t j = node(c, r);
            double y = exp(c->b * at(x, j) - u), e = exp(-y), p = x->p[j];
            f += p * e;
            tail -= p * expm1(-y);
            df += p * (x->dlog[j] * e - y * e * c->rate * at(x, j));
        }
        double log_f = f < 0.5 ? log(f) : log1p(-tail);
        x->rise[i] = exp((k - 1) * log_f);
        x->drise[i] = f > 0 ? (k - 1) * x->rise[i] * df / f : 0;
    }
}

/* Where e^-u F^(K-1) is largest: what decides H of a reward far below. */
static double bulk(const noisy_choice *c)
{
    double best = -INFINITY, u = c->first;
    for (size_t i = 0; i < c->count; i++) {
        double here = c->first + (double)i * STEP, value = log(c->x->rise[i]) - here;
        if (value > best) {
            best = value;
            u = here;
        }
    }
    return u;
}

static void multiply(const noisy_choice *c)
{
    nodes *x = c->x;
    double peak = bulk(c);
    for (size_t r = 0; r < x->n; r++) {
        size_t j = node(c, r);
        double s = reward(c, r), base = fmax(peak - s, 0), sum = 0, dsum = 0;
        double from = (s + BELOW - c->first) / STEP, to = (s + base + ABOVE - c->first) / STEP;
        size_t i = from > 0 ? (size_t)from : 0;
        for (; i < c->count && (double)i <= to; i++) {
            if (x->rise[i] < NOTHING) /* and exp(base - v) may overflow */
                continue;
            double v = c->first + (double)i * STEP - s, y = exp(-v), g = exp(base - v - y);
            sum += g * x->rise[i];
            dsum += g * (x->drise[i] - (y - 1) * c->rate * at(x, j) * x->rise[i]);
        }
        x->log_p[j] += log(c->candidates * STEP * sum) - base;
        x->dlog[j] += dsum / sum;
    }
    normalise(x);
}

/* 0 when the rewards spread too far for the room there is. */
static int choose(nodes *x, const tro_line_step *step, double sigma, double rate)
{
    noisy_choice c = {.x = x, .candidates = step->candidates, .rate = rate,
                      .b = step->slope * sigma};
    double low = reward(&c, 0), high = reward(&c, x->n - 1);
    double points = (high - low + ABOVE - BELOW + log(step->candidates)) / STEP + 2;
    if (!(points < MOST_NOISY))
        return 0;
    c.first = low + BELOW;
    c.count = (size_t)points;
    find_rise(&c);
    multiply(&c);
    return 1;
}

/* --- the largest of K -------------------------------------------------------------- */

/* The integral over one cell of the polynomial through the twelve nodes about
 * it. */
static double cell(const nodes *x, const double *factor, size_t j)
{
    static const double weights[6] = {548839986 / 958003200.0, -91373082 / 958003200.0,
                                      27022635 / 958003200.0,  -6409423 / 958003200.0,
                                      995469 / 958003200.0,    -73985 / 958003200.0};
    double sum = 0;
    for (size_t m = 0; m < 6; m++) {
        double left = j >= m ? x->p[j - m] * (factor ? factor[j - m] : 1) : 0;
        double right = j + 1 + m < x->n
                           ? x->p[j + 1 + m] * (factor ? factor[j + 1 + m] : 1)
                           : 0;
        sum += weights[m] * (left + right);
    }
    return sum;
}

static void largest(nodes *x, const tro_line_step *step)
{
    double k = step->candidates;
    size_t n = x->n;
    x->below[0] = x->dbelow[0] = x->above[n - 1] = x->dabove[n - 1] = 0;
    for (size_t j = 0; j + 1 < n; j++) {
        x->below[j + 1] = x->below[j] + cell(x, NULL, j);
        x->dbelow[j + 1] = x->dbelow[j] + cell(x, x->dlog, j);
    }
    for (size_t j = n - 1; j-- > 0;) {
        x->above[j] = x->above[j + 1] + cell(x, NULL, j);
        x->dabove[j] = x->dabove[j + 1] + cell(x, x->dlog, j);
    }
    for (size_t j = 0; j < n; j++) {
        double f = step->slope > 0 ? x->below[j] : x->above[j];
        double rest = step->slope > 0 ? x->above[j] : x->below[j];
        double df = step->slope > 0 ? x->dbelow[j] : x->dabove[j];
        int none = !(f > 0); /* beyond the last output */
        x->log_p[j] += none ? -1e6 : (k - 1) * (f < 0.5 ? log(f) : log1p(-rest));
        x->dlog[j] += none ? 0 : (k - 1) * df / f;
    }
    normalise(x);
}

/* --- all steps ------------------------------------------------------------------------ */

static int is_tilt(const tro_line_step *step)
{
    return isinf(step->candidates);
}

/* How far the law may reach on one side (+1, -1) of 0. Every step multiplies the
 * density by at most its K, and raises its logarithm's slope by at most its
 * own. */
static double reach(const tro_line_step *steps, size_t count, double sigma, double side)
{
    double logs = 0, slopes = 0;
    int late_tilt = 0, sharp = 0;
    for (size_t k = 0; k < count; k++) {
        double up = side * steps[k].slope * sigma;
        late_tilt |= is_tilt(&steps[k]);
        sharp |= steps[k].largest;
        logs += is_tilt(&steps[k]) ? 0 : log(steps[k].candidates);
        slopes += steps[k].largest ? 0 : fmax(up, 0);
    }
    double by_candidates = sqrt(2 * (logs + 42)), by_slope = slopes + 9.3;
    if (late_tilt)
        return sharp ? by_candidates + by_slope : by_slope;
    return sharp ? by_candidates : fmin(by_candidates, by_slope);
}

/* Lays the nodes; 0 when there are too many. */
static int lay(nodes *x, const tro_line_step *steps, size_t count, double sigma, double *scratch)
{
    double sharpness = 1, steepest = 0;
    int sharp = 0;
    for (size_t k = 0; k < count; k++) {
        double b = fabs(steps[k].slope) * sigma, limit = sqrt(2 * log(steps[k].candidates));
        sharp |= steps[k].largest;
        if (is_tilt(&steps[k]))
            continue;
        sharpness += steps[k].largest ? limit : fmin(b, limit);
        steepest = steps[k].largest ? steepest : fmax(steepest, b);
    }
    x->h = fmin(0.4, (sharp ? 0.06 : 0.2) / sharpness);
    if (steepest > 0)
        x->h = fmin(x->h, 0.25 / steepest);
    double low = -reach(steps, count, sigma, -1), high = reach(steps, count, sigma, 1);
    double number = (high - low) / x->h + 2;
    if (!(number < MOST_NODES))
        return 0;
    x->n = (size_t)number;
    x->first = low;
    double *room[] = {scratch, scratch + MOST_NODES, scratch + 2 * MOST_NODES};
    x->log_p = room[0];
    x->dlog = room[1];
    x->p = room[2];
    x->above = scratch + 3 * MOST_NODES;
    x->dabove = x->above + MOST_NODES + 1;
    x->below = x->dabove + MOST_NODES + 1;
    x->dbelow = x->below + MOST_NODES + 1;
    x->rise = x->dbelow + MOST_NODES + 1;
    x->drise = x->rise + MOST_NOISY;
    for (size_t j = 0; j < x->n; j++) {
        x->log_p[j] = -0.5 * at(x, j) * at(x, j);
        x->dlog[j] = 0;
    }
    normalise(x);
    return 1;
}

size_t tro_line_stages_scratch(void)
{
    return 7 * (MOST_NODES + 1) + 2 * MOST_NOISY;
}

/* Outputs without variance along the direction: the first order in sigma. */
static tro_line_kept at_rest(const tro_line_step *steps, size_t count)
{
    tro_line_kept kept = {0};
    for (size_t k = 0; k < count; k++) {
        if (steps[k].largest)
            return (tro_line_kept){0};
        kept.mean += steps[k].slope * (1 - 1 / steps[k].candidates);
    }
    return kept;
}

/* Mean and variance of what is kept, and their derivatives. */
typedef struct moments {
    double mean, variance, dmean, dvariance;
} moments;

/* By sigma, or where `which` is a step by its slope. 0 when there is no room for it. */
static int find_moments(const tro_line_step *steps, size_t count, double sigma, size_t which,
                        double *scratch, moments *out)
{
    nodes x;
    int fits = lay(&x, steps, count, sigma, scratch);
    for (size_t k = 0; fits && k < count; k++) {
        double rate = which == TRO_NO_STEP ? steps[k].slope : which == k ? sigma : 0;
        if (is_tilt(&steps[k]))
            tilt(&x, &steps[k], sigma, rate);
        else if (steps[k].largest)
            largest(&x, &steps[k]);
        else
            fits = choose(&x, &steps[k], sigma, rate);
    }
    *out = (moments){0};
    for (size_t j = 0; fits && j < x.n; j++) {
        out->mean += x.p[j] * at(&x, j);
        out->dmean += x.p[j] * x.dlog[j] * at(&x, j);
    }
    for (size_t j = 0; fits && j < x.n; j++) {
        double away = at(&x, j) - out->mean;
        out->variance += x.p[j] * away * away;
        out->dvariance += x.p[j] * x.dlog[j] * away * away;
    }
    return fits;
}

tro_line_kept tro_line_stages(const tro_line_step *steps, size_t count, double variance,
                              double *scratch)
{
    double sigma = sqrt(variance);
    moments m;
    if (!(sigma > 0))
        return at_rest(steps, count);
    if (!find_moments(steps, count, sigma, TRO_NO_STEP, scratch, &m))
        return (tro_line_kept){NAN, NAN, NAN, NAN};
    double spread = m.variance - 1;
    return (tro_line_kept){.mean = m.mean / sigma, .spread = spread / variance,
                           .dmean = (m.dmean - m.mean / sigma) / (2 * variance),
                           .dspread = (m.dvariance - 2 * spread / sigma) /
                                      (2 * sigma * variance)};
}

tro_line_slope tro_line_stages_by_slope(const tro_line_step *steps, size_t count,
                                        double variance, size_t which, double *scratch)
{
    double sigma = sqrt(variance);
    int sharp = 0;
    moments m;
    for (size_t k = 0; k < count; k++)
        sharp |= steps[k].largest;
    if (!(sigma > 0))
        return (tro_line_slope){.mean = sharp ? 0 : 1 - 1 / steps[which].candidates};
    if (!find_moments(steps, count, sigma, which, scratch, &m))
        return (tro_line_slope){NAN, NAN};
    return (tro_line_slope){.mean = m.dmean / sigma, .spread = m.dvariance / variance};
}
