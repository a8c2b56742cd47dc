/* Tables: alignment, fitting, drawing. */
#include "family/table.h"

#include <string.h>

static double sum_of(size_t count, const double *values)
{
    double sum = 0;
    for (size_t k = 0; k < count; k++)
        sum += values[k];
    return sum;
}

static double product_of(size_t count, const double *a, const double *b)
{
    double sum = 0;
    for (size_t k = 0; k < count; k++)
        sum += a[k] * b[k];
    return sum;
}

/* --- alignment ------------------------------------------------------------- */

/* Mean reward of a row's conditional law. */
static double row_alignment(size_t count, const double *z, const double *values, double *mass)
{
    *mass = sum_of(count, z);
    return *mass > 0 ? product_of(count, z, values) / *mass
                     : sum_of(count, values) / (double)count;
}

double tro_finite_alignment(const tro_space *space, const tro_reward *reward,
                            tro_alignment_at at, const double *z)
{
    size_t n = space->outcomes;
    double mass, sum = 0;
    (void)at; /* outcomes have no mean */
    if (!reward->prompts)
        return row_alignment(space->width, z, reward->values, &mass);
    for (size_t c = 0; c < space->blocks; c++)
        if (reward->prompts[c] > 0)
            sum += reward->prompts[c] *
                   row_alignment(n, z + c * n, reward->values + c * n, &mass);
    return sum;
}

/* Of weight times the mean reward: weight (r - J) / mass. */
static void row_gradient(size_t count, double weight, const double *z, const double *values,
                         double *gradient)
{
    double mass, mean = row_alignment(count, z, values, &mass);
    for (size_t k = 0; k < count; k++)
        gradient[k] = mass > 0 ? weight * (values[k] - mean) / mass : 0;
}

void tro_finite_alignment_gradient(const tro_space *space, const tro_reward *reward,
                                   tro_alignment_at at, const double *z, double *gradient)
{
    size_t n = space->outcomes;
    (void)at;
    if (!reward->prompts) {
        row_gradient(space->width, 1, z, reward->values, gradient);
        return;
    }
    for (size_t c = 0; c < space->blocks; c++)
        row_gradient(n, reward->prompts[c], z + c * n, reward->values + c * n, gradient + c * n);
}

/* --- fitting ----------------------------------------------------------------- */

/* What is normalised as one: the whole table, or each row. */
typedef struct pieces {
    size_t count, length;
    double mass;               /* of each */
} pieces;

static pieces pieces_of(const tro_space *space)
{
    if (!tro_finite_of(space)->stay)
        return (pieces){1, space->width, 1};
    return (pieces){space->blocks, space->outcomes, 1 / (double)space->blocks};
}

void tro_finite_fit(const tro_space *space, const double *previous, double *z)
{
    pieces p = pieces_of(space);
    for (size_t c = 0; c < p.count; c++) {
        double *piece = z + c * p.length, mass = sum_of(p.length, piece);
        if (!(mass > 0)) {
            memcpy(piece, previous + c * p.length, p.length * sizeof *piece);
            continue;
        }
#pragma omp simd
        for (size_t k = 0; k < p.length; k++)
            piece[k] = p.mass * piece[k] / mass;
    }
}

/* Of mass x / sum(x): mass (dx - x sum(dx) / sum(x)) / sum(x). */
void tro_finite_fit_derivative(const tro_space *space, const double *mixture, double *dz)
{
    pieces p = pieces_of(space);
    for (size_t c = 0; c < p.count; c++) {
        const double *x = mixture + c * p.length;
        double *dx = dz + c * p.length;
        double mass = sum_of(p.length, x), change = sum_of(p.length, dx);
        for (size_t k = 0; k < p.length; k++)
            dx[k] = mass > 0 ? p.mass * (dx[k] - x[k] * (change / mass)) / mass : 0;
    }
}

void tro_finite_fit_transposed(const tro_space *space, const double *mixture, double *w)
{
    pieces p = pieces_of(space);
    for (size_t c = 0; c < p.count; c++) {
        const double *x = mixture + c * p.length;
        double *v = w + c * p.length;
        double mass = sum_of(p.length, x), mean = product_of(p.length, x, v) / mass;
        for (size_t k = 0; k < p.length; k++)
            v[k] = mass > 0 ? p.mass * (v[k] - mean) / mass : 0;
    }
}

/* --- drawing ----------------------------------------------------------------- */

size_t tro_finite_scratch_size(const tro_space *space)
{
    return space->width;
}

/* Counts take the place of the doubles that they become: the same size. */
_Static_assert(sizeof(uint64_t) == sizeof(double), "a count fits where a double was");

static double count_at(const double *counts, size_t k)
{
    uint64_t count;
    memcpy(&count, &counts[k], sizeof count);
    return (double)count;
}

void tro_finite_sample_law(const tro_space *space, uint64_t n, const double *law,
                           tro_stream *stream, double *z)
{
    tro_stream_multinomial(stream, n, space->width, law, (uint64_t *)(void *)z);
    for (size_t k = 0; k < space->width; k++)
        z[k] = count_at(z, k) / (double)n;
}

void tro_finite_sample(const tro_space *space, uint64_t n, size_t parts, const tro_part *part,
                       const uint64_t *counts, tro_stream *stream, double *z, double *scratch)
{
    size_t width = space->width;
    memset(z, 0, width * sizeof *z);
    for (size_t p = 0; p < parts; p++) {
        if (counts[p] == 0)
            continue;
        if (part[p].draw) {
            part[p].draw(part[p].context, counts[p], stream, z, scratch);
            continue;
        }
        tro_stream_multinomial(stream, counts[p], width, part[p].law,
                               (uint64_t *)(void *)scratch);
        for (size_t k = 0; k < width; k++)
            z[k] += count_at(scratch, k);
    }
    for (size_t k = 0; k < width; k++)
        z[k] /= (double)n;
}
