/* Normal laws N(m, S) as first and second moments, and sums of their draws.
 *
 * The layout of TRO_MOMENTS: m (d numbers), then the upper triangle of E x x',
 * row by row. Matrices here are d x d, row-major, whole. */
#ifndef TRO_FAMILY_NORMAL_H
#define TRO_FAMILY_NORMAL_H

#include <stddef.h>
#include <stdint.h>

#include <trophic/random.h>

/* The most coordinates: curators and draws need some d^2 numbers, and d^3 steps. */
#define TRO_MOMENTS_LIMIT 1024

/* Length of z for d coordinates. */
static inline size_t tro_moments_width(size_t d)
{
    return d + d * (d + 1) / 2;
}

/* A symmetric matrix from its upper triangle, row by row. */
void tro_triangle_unpack(size_t d, const double *triangle, double *matrix);

/* S = E x x' - m m'. z and S must not overlap. */
void tro_moments_covariance(size_t d, const double *z, double *covariance);
/* z of N(m, S); m may be where z begins. */
void tro_moments_of(size_t d, const double *mean, const double *covariance, double *z);

/* root (d^2) = lower-triangular L with L L' = S of a law z. What rounding has
 * left of a variance of 0, or has made negative, counts as 0, so this never
 * fails; coordinates are judged by the size of their own moments. */
void tro_moments_root(size_t d, const double *z, double *root);

/* The scatter sum (x - mean x)(x - mean x)' of freedom + 1 >= d + 1 draws of
 * N(0, L L') into scatter (d^2), by Bartlett (1933): Wishart(freedom, L L').
 * Takes d (d + 1) / 2 numbers whatever the degrees of freedom. scratch: d^2. */
void tro_normal_scatter(size_t d, const double *root, double freedom, tro_stream *stream,
                        double *scatter, double *scratch);

/* Adds sum x (and sum x x', by tro_moments layout) of `count` draws of N(m, L L')
 * to sum (tro_moments_width(d)); with more than d draws at a cost that does
 * not depend on count. scratch: TRO_NORMAL_SCRATCH(d). */
void tro_normal_add(size_t d, const double *mean, const double *root, uint64_t count,
                    tro_stream *stream, double *sum, double *scratch);
#define TRO_NORMAL_SCRATCH(d) (2 * (d) * (d) + 2 * (d))

/* Scratch for whoever draws outputs of TRO_MOMENTS themselves (tro_part.draw). */
#define TRO_DRAW_SCRATCH(d) (12 * (d) * (d) + 16 * (d))

/* sum (d) += count * x, the triangle after it += weight * x x'. */
void tro_moments_add(size_t d, double count, const double *x, double weight, const double *y,
                     double *sum);

#endif
