#include "analysis/statistics.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>

#include "base/memory.h"

/* Relative differences below this are rounding. */
#define ROUNDING 1e-9     /* of ranks */
#define NOTHING 1e-12     /* of pairs */

/* Signed ranks of more pairs are compared by their normal limit. */
enum { MOST_EXACT = 60 };

/* --- intervals ----------------------------------------------------------------------- */

void tro_estimate_find(size_t count, const double *values, double confidence, tro_estimate *out)
{
    double square = 0;
    *out = (tro_estimate){.mean = NAN, .sd = NAN, .lower = NAN, .upper = NAN};
    for (size_t k = 0; k < count; k++) {
        if (isnan(values[k]))
            continue;
        if (out->count++ == 0) {
            out->mean = values[k];
            continue;
        }
        double delta = values[k] - out->mean;
        out->mean += delta / (double)out->count;
        square += delta * (values[k] - out->mean);
    }
    if (out->count < 2 || !isfinite(out->mean))
        return;
    double freedom = (double)out->count - 1;
    out->sd = sqrt(square / freedom);
    double half = gsl_cdf_tdist_Pinv(0.5 + confidence / 2, freedom) * out->sd /
                  sqrt((double)out->count);
    out->lower = out->mean - half;
    out->upper = out->mean + half;
}

/* --- ranks --------------------------------------------------------------------------- */

typedef struct ranked {
    double value;
    size_t at;
} ranked;

static int by_value(const void *one, const void *other)
{
    const ranked *a = one, *b = other;
    if (a->value != b->value)
        return a->value < b->value ? -1 : 1;
    return a->at < b->at ? -1 : a->at > b->at;
}

static int alike(double a, double b, double largest)
{
    if (a == b || isinf(a) || isinf(b))
        return a == b;
    return fabs(a - b) <= ROUNDING * fmax(fabs(a), fabs(b)) ||
           fabs(a - b) <= 1e-13 * largest;
}

/* Midranks of `count` numbers, doubled so that they are whole, into ranks; returns the sum of
 * t^3 - t over ties of t. */
static double midranks(size_t count, ranked *items, double *ranks)
{
    double largest = 0, ties = 0;
    for (size_t k = 0; k < count; k++)
        if (isfinite(items[k].value))
            largest = fmax(largest, fabs(items[k].value));
    qsort(items, count, sizeof *items, by_value);
    for (size_t first = 0, end; first < count; first = end) {
        for (end = first + 1; end < count; end++)
            if (!alike(items[end - 1].value, items[end].value, largest))
                break;
        double t = (double)(end - first);
        for (size_t k = first; k < end; k++)
            ranks[items[k].at] = (double)(first + end + 1);
        ties += t * t * t - t;
    }
    return ties;
}

/* --- paired tests -------------------------------------------------------------------- */

/* P(W <= w) and P(W >= w) of the sum W of those of `count` doubled ranks whose sign is
 * positive, every sign with probability 1/2. */
static int exact_tails(size_t count, const double *ranks, double w, double *below, double *above)
{
    size_t most = 0, reached = 0;
    for (size_t k = 0; k < count; k++)
        most += (size_t)ranks[k];
    double *p = tro_allocate(most + 1, sizeof *p);
    if (!p)
        return TRO_ENOMEM;
    p[0] = 1;
    for (size_t k = 0; k < count; k++) {
        size_t rank = (size_t)ranks[k];
        reached += rank;
        for (size_t s = reached + 1; s-- > 0;)
            p[s] = 0.5 * (p[s] + (s >= rank ? p[s - rank] : 0));
    }
    *below = *above = 0;
    for (size_t s = 0; s <= most; s++) {
        *below += (double)s <= w ? p[s] : 0;
        *above += (double)s >= w ? p[s] : 0;
    }
    tro_release(p);
    return TRO_OK;
}

static double normal_p(size_t count, double ties, double w)
{
    double n = (double)count, mean = n * (n + 1) / 4;
    double variance = n * (n + 1) * (2 * n + 1) / 24 - ties / 48;
    double away = fmax(0, fabs(w / 2 - mean) - 0.5);
    return variance > 0 ? fmin(1, 2 * gsl_cdf_ugaussian_Q(away / sqrt(variance))) : 1;
}

/* The tests by signs and by signed ranks, of differences that are not all alike. */
static int rank_tests(size_t count, const double *d, tro_difference *out)
{
    ranked *items = tro_allocate(count, sizeof *items);
    double *ranks = tro_allocate(count, sizeof *ranks), w = 0, below = 1, above = 1, ties;
    size_t used = 0, positive = 0;
    int status = items && ranks ? TRO_OK : TRO_ENOMEM;
    if (status < 0)
        goto out;
    for (size_t k = 0; k < count; k++)
        if (d[k] != 0 && !isnan(d[k])) {
            items[used] = (ranked){fabs(d[k]), used};
            used++;
        }
    ties = midranks(used, items, ranks);
    for (size_t k = 0, at = 0; k < count; k++) {
        if (d[k] == 0 || isnan(d[k]))
            continue;
        w += d[k] > 0 ? ranks[at] : 0;
        positive += d[k] > 0;
        at++;
    }
    size_t fewer = positive < used - positive ? positive : used - positive;
    out->p_sign = used ? fmin(1, 2 * gsl_cdf_binomial_P((unsigned)fewer, 0.5, (unsigned)used)) : 1;
    if (used <= MOST_EXACT)
        status = exact_tails(used, ranks, w, &below, &above);
    out->p_wilcoxon = used <= MOST_EXACT ? fmin(1, 2 * fmin(below, above))
                                         : normal_p(used, ties, w);
out:
    tro_release(items);
    tro_release(ranks);
    return status;
}

int tro_difference_find(size_t count, const double *a, const double *b, double confidence,
                        tro_difference *out)
{
    double *d = tro_allocate(count + 1, sizeof *d), largest = 0;
    int status = TRO_OK;
    *out = (tro_difference){.t = NAN, .p_t = NAN, .p_wilcoxon = NAN, .p_sign = NAN};
    if (!d)
        return TRO_ENOMEM;
    for (size_t k = 0; k < count; k++) {
        d[k] = a[k] - b[k];
        if (fabs(d[k]) <= NOTHING * fmax(fabs(a[k]), fabs(b[k])))
            d[k] = 0;
        largest = isnan(d[k]) ? largest : fmax(largest, fmax(fabs(a[k]), fabs(b[k])));
    }
    tro_estimate_find(count, d, confidence, &out->estimate);
    const tro_estimate *e = &out->estimate;
    if (e->count > 1 && e->sd > NOTHING * largest) {
        out->t = e->mean / (e->sd / sqrt((double)e->count));
        out->p_t = 2 * gsl_cdf_tdist_Q(fabs(out->t), (double)e->count - 1);
        status = rank_tests(count, d, out);
    }
    tro_release(d);
    return status;
}

int tro_holm(size_t count, double *p)
{
    ranked *items = tro_allocate(count + 1, sizeof *items);
    size_t used = 0;
    double least = 0;
    if (!items)
        return TRO_ENOMEM;
    for (size_t k = 0; k < count; k++)
        if (!isnan(p[k]))
            items[used++] = (ranked){p[k], k};
    qsort(items, used, sizeof *items, by_value);
    for (size_t k = 0; k < used; k++) {
        least = fmax(least, fmin(1, (double)(used - k) * items[k].value));
        p[items[k].at] = least;
    }
    tro_release(items);
    return TRO_OK;
}

/* --- rank correlation ---------------------------------------------------------------- */

static double correlation(size_t count, const double *x, const double *y)
{
    double mean = (double)count + 1, xx = 0, yy = 0, xy = 0;   /* of doubled ranks */
    for (size_t k = 0; k < count; k++) {
        xx += (x[k] - mean) * (x[k] - mean);
        yy += (y[k] - mean) * (y[k] - mean);
        xy += (x[k] - mean) * (y[k] - mean);
    }
    return xx > 0 && yy > 0 ? xy / sqrt(xx * yy) : NAN;
}

int tro_spearman(size_t count, const double *x, const double *y, double *out)
{
    ranked *items = tro_allocate(count + 1, sizeof *items);
    ranked *others = tro_allocate(count + 1, sizeof *others);
    double *ranks = tro_allocate(2 * count + 1, sizeof *ranks);
    size_t used = 0;
    *out = NAN;
    int status = items && others && ranks ? TRO_OK : TRO_ENOMEM;
    for (size_t k = 0; status == TRO_OK && k < count; k++) {
        if (isnan(x[k]) || isnan(y[k]))
            continue;
        items[used] = (ranked){x[k], used};
        others[used] = (ranked){y[k], used};
        used++;
    }
    if (used > 2) {
        midranks(used, items, ranks);
        midranks(used, others, ranks + count);
        *out = correlation(used, ranks, ranks + count);
    }
    tro_release(items);
    tro_release(others);
    tro_release(ranks);
    return status;
}
