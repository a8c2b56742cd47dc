/* Do two sets of draws come from one law? */
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/theory/brute.h"
#include "tests/unit/support.h"

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The two-sided standard score of a tail probability. */
static double score_of(double tail)
{
    return tail < 1e-300 ? 40 : tail >= 1 ? 0 : gsl_cdf_ugaussian_Qinv(0.5 * tail);
}

/* P(sqrt(n) D > x), asymptotically (Kolmogorov 1933). */
static double kolmogorov_tail(double x)
{
    double sum = 0;
    if (x < 0.2)
        return 1;
    for (int k = 1; k <= 100; k++)
        sum += (k % 2 ? 2 : -2) * exp(-2.0 * k * k * x * x);
    return sum;
}

double tro_ks_score(size_t n, const double *sorted, double (*cdf)(double, const void *),
                    const void *context)
{
    double largest = 0;
    for (size_t k = 0; k < n; k++) {
        double f = cdf(sorted[k], context);
        largest = fmax(largest, fmax(f - (double)k / (double)n, (double)(k + 1) / (double)n - f));
    }
    return score_of(kolmogorov_tail(sqrt((double)n) * largest));
}

static double two_sample_ks(size_t n, const double *a, size_t m, const double *b)
{
    double largest = 0, size = sqrt((double)n * (double)m / (double)(n + m));
    for (size_t i = 0, j = 0; i < n && j < m;) {
        double x = fmin(a[i], b[j]);
        while (i < n && a[i] <= x)
            i++;
        while (j < m && b[j] <= x)
            j++;
        largest = fmax(largest, fabs((double)i / (double)n - (double)j / (double)m));
    }
    return score_of(kolmogorov_tail(size * largest));
}

/* Counts of both in bins between quantiles of all. */
static double two_sample_chi(size_t n, const double *a, size_t m, const double *b)
{
    enum { BINS = 20 };
    double chi = 0, freedom = -1, *all = calloc(n + m, sizeof *all);
    memcpy(all, a, n * sizeof *all);
    memcpy(all + n, b, m * sizeof *all);
    qsort(all, n + m, sizeof *all, ascending);
    size_t i = 0, j = 0;
    for (size_t k = 1; k <= BINS; k++) {
        double edge = all[k * (n + m) / BINS - 1];
        size_t from_a = i, from_b = j;
        while (i < n && a[i] <= edge)
            i++;
        while (j < m && b[j] <= edge)
            j++;
        double s = (double)(i - from_a), t = (double)(j - from_b);
        double p = (s + t) / (double)(n + m);
        if (p * (double)(n < m ? n : m) < 5)
            continue;
        chi += pow(s - p * (double)n, 2) / (p * (double)n) +
               pow(t - p * (double)m, 2) / (p * (double)m);
        freedom++;
    }
    free(all);
    return freedom < 1 ? 0 : score_of(gsl_cdf_chisq_Q(chi, freedom));
}

/* The mean of f over the draws, and its squared standard error. */
static void moment(const tro_draws *d, size_t r, size_t c, const double *centre, double *mean,
                   double *error)
{
    double sum = 0, square = 0, n = (double)d->size;
    for (size_t k = 0; k < d->size; k++) {
        const double *row = d->rows + k * d->width;
        double x = row[r] - centre[r];
        if (c != SIZE_MAX)
            x *= row[c] - centre[c];
        sum += x;
        square += x * x;
    }
    *mean = sum / n;
    *error = fmax(square / n - *mean * *mean, 0) / n;
}

static double compare(const tro_draws *a, const tro_draws *b, size_t r, size_t c,
                      const double *centre)
{
    double x, y, s, t;
    moment(a, r, c, centre, &x, &s);
    moment(b, r, c, centre, &y, &t);
    /* What rounding alone moves is no difference. */
    return fabs(x - y) / (sqrt(s + t) + 1e-13 * (1 + fabs(x)));
}

/* Gives all values that are equal but for rounding the same value, so that an
 * atom of the law is one whichever way it was computed: values that neighbours
 * no further apart than that connect, in both sorted samples together. A grid
 * would have edges. */
static void join(size_t n, double *a, size_t m, double *b)
{
    double last = -INFINITY, first = last;
    for (size_t i = 0, j = 0; i < n || j < m;) {
        double *x = j == m || (i < n && a[i] <= b[j]) ? &a[i++] : &b[j++];
        if (!(*x - last <= 1e-12 * (1 + fabs(*x))))
            first = *x;
        last = *x;
        *x = first;
    }
}

static void project(const tro_draws *d, const double *direction, double *out)
{
    for (size_t k = 0; k < d->size; k++) {
        double sum = 0;
        for (size_t c = 0; c < d->width; c++)
            sum += direction[c] * d->rows[k * d->width + c];
        out[k] = sum;
    }
    qsort(out, d->size, sizeof *out, ascending);
}

static void keep_worst(double score, const char *name, double *worst, const char **what)
{
    if (!(score <= *worst)) {
        *worst = score;
        *what = name;
    }
}

size_t tro_law_scores(size_t width, size_t projections)
{
    return width + width * (width + 1) / 2 + 2 * projections;
}

double tro_law_score(const tro_draws *a, const tro_draws *b, size_t projections,
                     tro_stream *stream, const char **what)
{
    size_t w = a->width;
    double worst = -1, *centre = calloc(2 * w, sizeof *centre), *direction = centre + w;
    double *x = calloc(a->size, sizeof *x), *y = calloc(b->size, sizeof *y), unused;
    static const double zero[TRO_TOY_AGENTS * TRO_TOY_WIDTH];
    for (size_t c = 0; c < w; c++)
        moment(b, c, SIZE_MAX, zero, &centre[c], &unused);
    for (size_t r = 0; r < w; r++) {
        keep_worst(compare(a, b, r, SIZE_MAX, centre), "a mean", &worst, what);
        for (size_t c = 0; c <= r; c++)
            keep_worst(compare(a, b, r, c, centre), "a covariance", &worst, what);
    }
    for (size_t p = 0; p < projections; p++) {
        tro_stream_normals(stream, w, direction);
        for (size_t c = 0; p < w && c < w; c++) /* single coordinates first */
            direction[c] = c == p;
        project(a, direction, x);
        project(b, direction, y);
        join(a->size, x, b->size, y);
        keep_worst(two_sample_ks(a->size, x, b->size, y), "Kolmogorov-Smirnov", &worst, what);
        keep_worst(two_sample_chi(a->size, x, b->size, y), "chi-square", &worst, what);
    }
    free(centre);
    free(x);
    free(y);
    return worst;
}
