#include "family/normal.h"

#include <float.h>
#include <math.h>
#include <string.h>

void tro_triangle_unpack(size_t d, const double *triangle, double *matrix)
{
    for (size_t i = 0; i < d; i++)
        for (size_t j = i; j < d; j++)
            matrix[i * d + j] = matrix[j * d + i] = *triangle++;
}

void tro_moments_covariance(size_t d, const double *z, double *covariance)
{
    const double *second = z + d;
    for (size_t i = 0; i < d; i++)
        for (size_t j = i; j < d; j++)
            covariance[i * d + j] = covariance[j * d + i] = *second++ - z[i] * z[j];
}

void tro_moments_of(size_t d, const double *mean, const double *covariance, double *z)
{
    double *second = z + d;
    memmove(z, mean, d * sizeof *z);
    for (size_t i = 0; i < d; i++)
        for (size_t j = i; j < d; j++)
            *second++ = covariance[i * d + j] + z[i] * z[j];
}

/* Pivots below this, relative to the variance, are what is left of a linear
 * dependence; below the other, relative to the second moment, of its mean's
 * square. */
static const double PIVOT = 1e-13, SQUARE = 16 * DBL_EPSILON;

void tro_moments_root(size_t d, const double *z, double *root)
{
    const double *second = z + d;
    tro_moments_covariance(d, z, root);
    for (size_t k = 0; k < d; k++) {
        double *row = root + k * d, own = row[k];
        double least = fmax(PIVOT * own, SQUARE * second[0]);
        second += d - k;
        for (size_t j = 0; j <= k; j++) {
            const double *other = root + j * d;
            double sum = row[j];
            for (size_t t = 0; t < j; t++)
                sum -= row[t] * other[t];
            if (j < k)
                row[j] = other[j] > 0 ? sum / other[j] : 0;
            else
                row[k] = sum > least ? sqrt(sum) : 0;
        }
        for (size_t j = k + 1; j < d; j++)
            row[j] = 0;
    }
}

void tro_moments_add(size_t d, double count, const double *x, double weight, const double *y,
                     double *sum)
{
    double *second = sum + d;
    for (size_t i = 0; i < d; i++) {
        sum[i] += count * x[i];
        for (size_t j = i; j < d; j++)
            *second++ += weight * y[i] * y[j];
    }
}

/* x = L x, from the last row up: row i needs only x[0..i]. */
static void colour(size_t d, const double *root, double *x)
{
    for (size_t i = d; i-- > 0;) {
        double sum = 0;
        for (size_t j = 0; j <= i; j++)
            sum += root[i * d + j] * x[j];
        x[i] = sum;
    }
}

void tro_normal_scatter(size_t d, const double *root, double freedom, tro_stream *stream,
                        double *scatter, double *scratch)
{
    double *factor = scratch; /* A, then L A, lower triangular */
    for (size_t i = 0; i < d; i++)
        tro_stream_normals(stream, i, factor + i * d);
    for (size_t i = 0; i < d; i++)
        factor[i * d + i] = sqrt(tro_stream_chi_square(stream, freedom - (double)i));
    for (size_t i = d; i-- > 0;)
        for (size_t j = 0; j <= i; j++) {
            double sum = 0;
            for (size_t t = j; t <= i; t++)
                sum += root[i * d + t] * factor[t * d + j];
            factor[i * d + j] = sum;
        }
    for (size_t i = 0; i < d; i++)
        for (size_t j = 0; j <= i; j++) {
            double sum = 0;
            for (size_t t = 0; t <= j; t++)
                sum += factor[i * d + t] * factor[j * d + t];
            scatter[i * d + j] = scatter[j * d + i] = sum;
        }
}

void tro_normal_add(size_t d, const double *mean, const double *root, uint64_t count,
                    tro_stream *stream, double *sum, double *scratch)
{
    double *scatter = scratch, *factor = scatter + d * d, *x = factor + d * d;
    double n = (double)count;
    if (count == 0)
        return;
    uint64_t draws = count <= d ? count : 1;
    for (uint64_t k = 0; k < draws; k++) {
        /* One output, or the mean of all. */
        double scale = count <= d ? 1 : 1 / sqrt(n);
        tro_stream_normals(stream, d, x);
        colour(d, root, x);
        for (size_t i = 0; i < d; i++)
            x[i] = mean[i] + scale * x[i];
        tro_moments_add(d, count <= d ? 1 : n, x, count <= d ? 1 : n, x, sum);
    }
    if (count <= d)
        return;
    tro_normal_scatter(d, root, n - 1, stream, scatter, factor);
    double *second = sum + d;
    for (size_t i = 0; i < d; i++)
        for (size_t j = i; j < d; j++)
            *second++ += scatter[i * d + j];
}
