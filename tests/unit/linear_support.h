/* Operators and matrices that the tests of the linear algebra share. */
#ifndef TRO_TESTS_LINEAR_SUPPORT_H
#define TRO_TESTS_LINEAR_SUPPORT_H

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <trophic/random.h>

#include "analysis/operator.h"

static const size_t EXAMPLE_SIZES[] = {1, 2, 3, 7, 60, 61, 130, 300};
enum { EXAMPLE_SIZE_COUNT = sizeof EXAMPLE_SIZES / sizeof EXAMPLE_SIZES[0] };

/* A stored matrix as an operator; call number `fails_at` (from 1; 0: none)
 * returns `failure`. */
typedef struct example {
    size_t n;
    const double *a;
    int transposed;
    size_t calls, fails_at;
    int failure;
} example;

static inline int example_apply(void *self, const double *x, double *y)
{
    example *e = self;
    if (++e->calls == e->fails_at)
        return e->failure;
    for (size_t i = 0; i < e->n; i++) {
        double sum = 0;
        for (size_t j = 0; j < e->n; j++)
            sum += (e->transposed ? e->a[j * e->n + i] : e->a[i * e->n + j]) * x[j];
        y[i] = sum;
    }
    return TRO_OK;
}

static inline tro_operator example_operator(example *e)
{
    return (tro_operator){.size = e->n, .apply = example_apply, .self = e};
}

static inline tro_stream example_stream(uint64_t seed)
{
    tro_stream_key key = {.seed = seed, .purpose = TRO_FOR_TESTS};
    return tro_stream_of(&key);
}

static inline double *example_zeros(size_t count)
{
    double *zeros = calloc(count ? count : 1, sizeof *zeros);
    if (!zeros)
        abort();
    return zeros;
}

static inline double *example_normals(size_t count, uint64_t seed)
{
    double *values = example_zeros(count);
    tro_stream stream = example_stream(seed);
    tro_stream_normals(&stream, count, values);
    return values;
}

/* I - radius G / sqrt(n), G with independent standard normal entries. */
static inline double *example_resolvent(size_t n, double radius, uint64_t seed)
{
    double *a = example_normals(n * n, seed);
    for (size_t i = 0; i < n * n; i++)
        a[i] *= -radius / sqrt((double)n);
    for (size_t i = 0; i < n; i++)
        a[i * n + i] += 1;
    return a;
}

/* a = H a H with the reflection H = I - 2 v v' / |v|^2: the same eigenvalues,
 * hidden in a full matrix. */
static inline void example_reflect(size_t n, double *a, uint64_t seed)
{
    double *v = example_normals(n, seed), square = 0;
    for (size_t i = 0; i < n; i++)
        square += v[i] * v[i];
    for (size_t j = 0; j < n; j++) {
        double dot = 0;
        for (size_t i = 0; i < n; i++)
            dot += v[i] * a[i * n + j];
        for (size_t i = 0; i < n; i++)
            a[i * n + j] -= 2 * dot / square * v[i];
    }
    for (size_t i = 0; i < n; i++) {
        double dot = 0;
        for (size_t j = 0; j < n; j++)
            dot += v[j] * a[i * n + j];
        for (size_t j = 0; j < n; j++)
            a[i * n + j] -= 2 * dot / square * v[j];
    }
    free(v);
}

/* Renames the coordinates in a random order. */
static inline void example_shuffle(size_t n, double *a, uint64_t seed)
{
    tro_stream stream = example_stream(seed);
    size_t *order = calloc(n, sizeof *order);
    double *copy = example_zeros(n * n);
    if (!order)
        abort();
    tro_stream_order(&stream, n, order);
    memcpy(copy, a, n * n * sizeof *a);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            a[order[i] * n + order[j]] = copy[i * n + j];
    free(order);
    free(copy);
}

static inline double example_dot(size_t n, const double *x, const double *y)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i] * y[i];
    return sum;
}

/* The largest |x_i - y_i| over the largest |y_i|. */
static inline double example_distance(size_t n, const double *x, const double *y)
{
    double worst = 0, largest = 0;
    for (size_t i = 0; i < n; i++) {
        worst = fmax(worst, isnan(x[i]) ? INFINITY : fabs(x[i] - y[i]));
        largest = fmax(largest, fabs(y[i]));
    }
    return largest > 0 ? worst / largest : worst;
}

/* |b - A x| against |A| |x| + |b|, entry by entry. */
static inline double example_backward_error(size_t n, const double *a, int transposed,
                                            const double *x, const double *b)
{
    double worst = 0;
    for (size_t i = 0; i < n; i++) {
        long double left = b[i], scale = fabs(b[i]);
        for (size_t j = 0; j < n; j++) {
            double entry = transposed ? a[j * n + i] : a[i * n + j];
            left -= (long double)entry * x[j];
            scale += fabsl((long double)entry * x[j]);
        }
        worst = fmax(worst, (double)(fabsl(left) / scale));
    }
    return worst;
}

#endif
