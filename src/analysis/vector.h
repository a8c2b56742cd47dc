/* Sums over vectors in a fixed order, so that their bits depend on neither a
 * BLAS build nor a number of threads. */
#ifndef TRO_ANALYSIS_VECTOR_H
#define TRO_ANALYSIS_VECTOR_H

#include <math.h>
#include <stddef.h>

/* Four partial sums: a single one waits for each addition in turn. */
static inline double tro_dot(size_t n, const double *x, const double *y)
{
    double a = 0, b = 0, c = 0, d = 0;
    size_t fours = n - n % 4;
    for (size_t i = 0; i < fours; i += 4) {
        a += x[i] * y[i];
        b += x[i + 1] * y[i + 1];
        c += x[i + 2] * y[i + 2];
        d += x[i + 3] * y[i + 3];
    }
    for (size_t i = fours; i < n; i++)
        a += x[i] * y[i];
    return (a + b) + (c + d);
}

/* y += a x */
static inline void tro_axpy(size_t n, double a, const double *x, double *y)
{
    for (size_t i = 0; i < n; i++)
        y[i] += a * x[i];
}

static inline void tro_scale(size_t n, double a, double *x)
{
    for (size_t i = 0; i < n; i++)
        x[i] *= a;
}

static inline double tro_largest(size_t n, const double *x)
{
    double largest = 0;
    for (size_t i = 0; i < n; i++)
        largest = fmax(largest, fabs(x[i]));
    return largest;
}

/* The Euclidean norm, also where squares leave the range of doubles; not
 * finite if an entry is not. */
static inline double tro_norm(size_t n, const double *x)
{
    double square = tro_dot(n, x, x);
    if ((square > 1e-280 && square < 1e280) || isnan(square))
        return sqrt(square);
    double largest = tro_largest(n, x), sum = 0;
    if (largest == 0 || isinf(largest))
        return largest;
    for (size_t i = 0; i < n; i++)
        sum += (x[i] / largest) * (x[i] / largest);
    return largest * sqrt(sum);
}

static inline int tro_all_finite(size_t n, const double *x)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(x[i]))
            return 0;
    return 1;
}

#endif
