/* The dominant root of one block of a recursion with delays. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/dense.h"
#include "analysis/krylov.h"
#include "analysis/lagged.h"
#include "analysis/perron.h"

enum { DENSE_UP_TO = 150, LARGEST_MEMORY = 600, MOST_STEPS = 200, PRODUCTS = 400 };

/* Circles are for what takes minutes neither in all nor between two looks at
 * `progress`. */
static const double CIRCLE_COST = 1e8;

/* --- nonnegative values ----------------------------------------------------------- */

/* y = A x with the block's weights. */
static int apply_weights(void *self, const double *x, double *y)
{
    const tro_block *block = self;
    if (tro_progress_stops(block->progress))
        return TRO_EINTERRUPTED;
    for (size_t i = 0; i < block->size; i++) {
        double sum = 0;
        for (size_t k = block->row_start[i]; k < block->row_start[i + 1]; k++)
            sum += block->weights[k] * x[block->terms[k].from];
        y[i] = sum;
    }
    return TRO_OK;
}

static int spectral_radius(tro_block *block, double *radius)
{
    size_t n = block->size;
    tro_operator op = {.size = n, .apply = apply_weights, .self = block};
    tro_complex value;
    int status;
    if (n > DENSE_UP_TO) {
        tro_sparse matrix = {n, block->row_start, block->column, block->weights};
        tro_between found;
        status = tro_perron_block(&matrix, PRODUCTS, -INFINITY, block->progress, block->x, &found);
        *radius = found.low + (found.high - found.low) / 2;
        if (status < 0 || found.high - found.low <= TRO_PERRON_CLOSE * found.high)
            return status;
        status = tro_krylov_dominant(&op, &value);
        *radius = hypot(value.re, value.im);
        return status;
    }
    double *matrix = tro_allocate(n, n * sizeof *matrix);
    if (!matrix)
        return TRO_ENOMEM;
    status = tro_dense_assemble(&op, matrix);
    if (status == TRO_OK)
        status = tro_dense_spectral_radius(n, matrix, radius);
    tro_release(matrix);
    return status;
}

/* *f = log of the spectral radius of the moduli of A(exp(s)). It falls with s
 * and is convex (Kingman 1961); the largest root is where it is 0. */
static int log_radius(tro_block *block, double s, double *f)
{
    double radius = INFINITY, sum = 0;
    for (size_t k = 0; k < block->count; k++) {
        const tro_term *term = &block->terms[k];
        block->weights[k] = fabs(term->value) * exp(-s * (double)term->lag);
        sum += block->weights[k];
    }
    /* Rows that overflow do so far from the root. */
    int status = sum < 1e280 ? spectral_radius(block, &radius) : TRO_OK;
    *f = fmax(fmin(log(radius), 700), -700);
    return status;
}

/* One end of an interval. */
typedef struct end {
    double s, f;
} end;

/* Goes away from 0 until the sign changes: from `near` to `far`. At first as far
 * as the longest lag alone would take it, which is never too far. */
static int bracket(tro_block *block, end *near, end *far)
{
    double step = near->f / (double)block->longest;
    for (int k = 0; k < MOST_STEPS; k++) {
        far->s = near->s + step;
        int status = log_radius(block, far->s, &far->f);
        if (status < 0 || far->f == 0 || (far->f > 0) != (near->f > 0))
            return status;
        *near = *far;
        step *= 2;
    }
    return TRO_ENOCONV;
}

/* The Illinois method (Dowell and Jarratt 1971, BIT 11, 168). */
static int narrow(tro_block *block, end a, end b, double *root)
{
    *root = b.s;
    for (int k = 0; k < MOST_STEPS && b.f != 0; k++) {
        end c = {.s = b.s - b.f * (b.s - a.s) / (b.f - a.f)};
        int status = log_radius(block, c.s, &c.f);
        if (status < 0)
            return status;
        if ((c.f > 0) != (b.f > 0))
            a = b;
        else
            a.f /= 2;
        *root = c.s;
        if (fabs(c.s - b.s) <= 1e-15 + 1e-14 * fabs(c.s) || fabs(c.f) < 1e-14)
            return TRO_OK;
        b = c;
    }
    return TRO_OK;
}

/* Every unknown has one term, so there is one cycle: v to its lags is the product of the values.
 * How many of them are negative? */
static size_t of_one_cycle(const tro_block *block, double *logarithm)
{
    double sum = 0, lags = 0;
    size_t negative = 0;
    for (size_t k = 0; k < block->count; k++) {
        sum += log(fabs(block->terms[k].value));
        lags += (double)block->terms[k].lag;
        negative += block->terms[k].value < 0;
    }
    *logarithm = sum / lags;
    return negative;
}

int tro_block_perron(tro_block *block, double *logarithm)
{
    end near = {0}, far;
    int status;
    TRO_TRY(log_radius(block, 0, &near.f));
    *logarithm = near.f == 0 ? 0 : -INFINITY;
    if (near.f == 0 || block->longest == 0)
        goto out;
    if (block->shortest == block->longest) {   /* a power of v is a factor of A(v) */
        *logarithm = near.f / (double)block->longest;
        goto out;
    }
    TRO_TRY(bracket(block, &near, &far));
    TRO_TRY(narrow(block, near, far, logarithm));
out:
    return status;
}

/* --- values of both signs ------------------------------------------------------------ */

/* The memory of a block: of every unknown its last values, as many as the
 * longest lag that reads it. */
typedef struct memory {
    const tro_block *block;
    size_t size, *start;     /* size + 1 of the block */
    double *fresh;
    tro_arena arena;
} memory;

static int memory_init(memory *m, const tro_block *block)
{
    *m = (memory){.block = block};
    m->start = TRO_NEW(&m->arena, size_t, block->size + 1);
    m->fresh = TRO_NEW(&m->arena, double, block->size);
    if (!m->start || !m->fresh)
        return TRO_ENOMEM;
    for (size_t k = 0; k < block->count; k++) {
        size_t *longest = &m->start[block->terms[k].from + 1];
        if (block->terms[k].lag > *longest)
            *longest = block->terms[k].lag;
    }
    for (size_t i = 0; i < block->size; i++)
        m->start[i + 1] += m->start[i];
    m->size = m->start[block->size];
    return TRO_OK;
}

/* One period: y is the memory x moved on by one place. */
static int apply_period(void *self, const double *x, double *y)
{
    memory *m = self;
    const tro_block *block = m->block;
    if (tro_progress_stops(block->progress))
        return TRO_EINTERRUPTED;
    for (size_t i = 0; i < block->size; i++) {
        double sum = 0;
        for (size_t k = block->row_start[i]; k < block->row_start[i + 1]; k++) {
            const tro_term *term = &block->terms[k];
            sum += term->value * (term->lag == 0 ? m->fresh[term->from]
                                                 : x[m->start[term->from] + term->lag - 1]);
        }
        m->fresh[i] = sum;
    }
    for (size_t i = 0; i < block->size; i++) {
        size_t length = m->start[i + 1] - m->start[i];
        if (length == 0)
            continue;
        y[m->start[i]] = m->fresh[i];
        memcpy(y + m->start[i] + 1, x + m->start[i], (length - 1) * sizeof *y);
    }
    return TRO_OK;
}

/* All eigenvalues of the memory's matrix. */
static int by_memory(memory *m, tro_root *root)
{
    tro_operator op = {.size = m->size, .apply = apply_period, .self = m};
    double *matrix = tro_allocate(m->size, m->size * sizeof *matrix);
    tro_complex *values = tro_allocate(m->size, sizeof *values);
    int status = TRO_ENOMEM;
    if (!matrix || !values)
        goto out;
    TRO_TRY(tro_dense_assemble(&op, matrix));
    TRO_TRY(tro_dense_eigenvalues(m->size, matrix, values));
    root->logarithm = log(hypot(values[0].re, values[0].im));
    root->angle = fabs(atan2(values[0].im, values[0].re));
out:
    tro_release(matrix);
    tro_release(values);
    return status;
}

/* The dominant one of a matrix too large for that. */
static int by_krylov(memory *m, tro_root *root)
{
    tro_operator op = {.size = m->size, .apply = apply_period, .self = m};
    tro_complex value;
    int status = tro_krylov_dominant(&op, &value);
    root->logarithm = log(hypot(value.re, value.im));
    root->angle = fabs(atan2(value.im, value.re));
    return status;
}

/* An unknown and the least lag on a way from it to unknown 0. */
typedef struct place {
    uint64_t way;
    size_t unknown;
} place;

static int find_ways(const tro_block *block, place *places)
{
    int changed = 1;
    for (size_t i = 0; i < block->size; i++)
        places[i] = (place){i ? UINT64_MAX : 0, i};
    while (changed) {
        if (tro_progress_stops(block->progress))
            return TRO_EINTERRUPTED;
        changed = 0;
        for (size_t i = 0; i < block->size; i++)
            for (size_t k = block->row_start[i];
                 places[i].way < UINT64_MAX && k < block->row_start[i + 1]; k++) {
                const tro_term *term = &block->terms[k];
                if (places[i].way + term->lag < places[term->from].way) {
                    places[term->from].way = places[i].way + term->lag;
                    changed = 1;
                }
            }
    }
    return TRO_OK;
}

/* Who is read without a lag comes before who reads. */
static int farthest_first(const void *a, const void *b)
{
    const place *x = a, *y = b;
    if (x->way != y->way)
        return x->way > y->way ? -1 : 1;
    return (x->unknown > y->unknown) - (x->unknown < y->unknown);
}

/* Divides the lags by the divisor of all cycles, once they are replaced by
 * others with the same sums along cycles: lag + way(to) - way(from). The roots
 * of the block are the roots of those of the new one. */
static int divide(tro_block *block)
{
    size_t n = block->size, at = 0;
    place *places = TRO_NEW(&block->arena, place, n);
    size_t *number = TRO_NEW(&block->arena, size_t, n);
    size_t *row_start = TRO_NEW(&block->arena, size_t, n + 1);
    tro_term *terms = TRO_NEW(&block->arena, tro_term, block->count);
    if (!places || !number || !row_start || !terms)
        return TRO_ENOMEM;
    int status = find_ways(block, places);
    if (status < 0)
        return status;
    for (size_t i = 0; i < n; i++)
        for (size_t k = block->row_start[i]; k < block->row_start[i + 1]; k++) {
            tro_term *term = &block->terms[k];
            term->lag = (term->lag + places[i].way - places[term->from].way) / block->cycle;
        }
    qsort(places, n, sizeof *places, farthest_first);
    for (size_t i = 0; i < n; i++)
        number[places[i].unknown] = i;
    block->longest = 0;
    for (size_t i = 0; i < n; i++) {
        size_t old = places[i].unknown;
        for (size_t k = block->row_start[old]; k < block->row_start[old + 1]; k++, at++) {
            terms[at] = block->terms[k];
            terms[at].from = number[terms[at].from];
            if (terms[at].lag > block->longest)
                block->longest = terms[at].lag;
        }
        row_start[i + 1] = at;
    }
    block->row_start = row_start;
    block->terms = terms;
    return TRO_OK;
}

static int of_both_signs(tro_block *block, double above, double bound, tro_root *root)
{
    memory m = {0};
    int status;
    TRO_TRY(memory_init(&m, block));
    if (m.size <= LARGEST_MEMORY)
        TRO_TRY(by_memory(&m, root));
    else if (tro_block_circle_cost(block) <= CIRCLE_COST)
        TRO_TRY(tro_block_by_circles(block, above, bound, root));
    else
        status = block->longest == 1 ? by_krylov(&m, root) : TRO_EUNSUPPORTED;
out:
    tro_arena_clear(&m.arena);
    return status;
}

int tro_block_dominant(tro_block *block, double above, tro_root *root)
{
    int status;
    *root = (tro_root){.logarithm = -INFINITY, .cycle = block->cycle};
    if (block->count == block->size) {
        if (of_one_cycle(block, &root->logarithm) % 2)
            root->angle = M_PI / (double)block->cycle;
        return TRO_OK;
    }
    TRO_TRY(tro_block_perron(block, &root->logarithm));
    if (block->nonnegative || root->logarithm <= above)
        goto out;
    double bound = root->logarithm, times = (double)block->cycle;
    if (block->cycle > 1)
        TRO_TRY(divide(block));
    TRO_TRY(of_both_signs(block, above * times, bound * times, root));
    root->logarithm /= times;
    root->angle /= times;
out:
    return status;
}
