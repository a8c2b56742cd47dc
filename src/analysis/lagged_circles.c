/* Roots by counting: how many lie outside a circle is how often det(I - A(v))
 * turns round 0 while v goes round the circle, as the determinant is 1 at
 * infinity (the principle of the argument). Bisection over circles finds the
 * largest modulus, whatever crowds behind it; Newton's method ends it. */
#include <math.h>
#include <string.h>

#include "analysis/lagged.h"

enum { DEEPEST = 44, MOST_CIRCLES = 100 };
static const double NARROW = 1e-9, WIDEST_TURN = 0.8;

/* det(I - A) at one point: its direction and the log of its modulus. */
typedef struct value {
    double angle;            /* where on the circle; in [0, pi] */
    double re, im;           /* of modulus 1 */
    double logarithm;
} value;

typedef struct circles {
    const tro_block *block;
    double s;                /* log radius */
    double *matrix;          /* size^2 pairs */
    double step;             /* angles farther apart are looked at between */
    double turned;           /* all angles passed by the determinant */
    value least;             /* nearest to 0 on the present circle */
} circles;

double tro_block_circle_cost(const tro_block *block)
{
    double n = (double)block->size, degree = 0;
    for (size_t i = 0; i < block->size; i++) {
        uint64_t longest = 0;
        for (size_t k = block->row_start[i]; k < block->row_start[i + 1]; k++)
            if (block->terms[k].lag > longest)
                longest = block->terms[k].lag;
        degree += (double)longest;
    }
    return 8 * degree * (3 * n * n * n + 40 * (double)block->count);
}

/* Swaps the row with the largest entry of column k to row k, and returns it. */
static double choose_pivot(size_t n, size_t k, double *m, int *swapped)
{
    size_t best = k;
    double largest = 0;
    for (size_t i = k; i < n; i++) {
        double modulus = hypot(m[2 * (i * n + k)], m[2 * (i * n + k) + 1]);
        if (modulus > largest) {
            largest = modulus;
            best = i;
        }
    }
    *swapped = best != k;
    for (size_t j = 0; best != k && j < 2 * n; j++) {
        double kept = m[2 * k * n + j];
        m[2 * k * n + j] = m[2 * best * n + j];
        m[2 * best * n + j] = kept;
    }
    return largest;
}

/* row i -= (m_ik / m_kk) row k */
static void eliminate(size_t n, size_t k, size_t i, double *m, double square)
{
    const double *pivot = m + 2 * (k * n + k), *row = m + 2 * k * n;
    double *other = m + 2 * i * n, re = other[2 * k], im = other[2 * k + 1];
    double a = (re * pivot[0] + im * pivot[1]) / square;
    double b = (im * pivot[0] - re * pivot[1]) / square;
    if (a == 0 && b == 0)
        return;
    for (size_t j = k + 1; j < n; j++) {
        other[2 * j] -= a * row[2 * j] - b * row[2 * j + 1];
        other[2 * j + 1] -= a * row[2 * j + 1] + b * row[2 * j];
    }
}

/* The determinant of m by elimination. */
static void determinant(size_t n, double *m, value *out)
{
    double re = 1, im = 0;
    out->logarithm = 0;
    for (size_t k = 0; k < n; k++) {
        int swapped;
        double modulus = choose_pivot(n, k, m, &swapped);
        out->logarithm += log(modulus);
        if (modulus == 0)
            break;
        double *pivot = m + 2 * (k * n + k);
        double a = (swapped ? -pivot[0] : pivot[0]) / modulus;
        double b = (swapped ? -pivot[1] : pivot[1]) / modulus, kept = re;
        re = re * a - im * b;
        im = kept * b + im * a;
        for (size_t i = k + 1; i < n; i++)
            eliminate(n, k, i, m, modulus * modulus);
    }
    out->re = re;
    out->im = im;
}

/* At v = exp(s - i angle), so that 1/v goes round counterclockwise. */
static value value_at(const circles *c, double s, double angle)
{
    const tro_block *block = c->block;
    size_t n = block->size;
    value out = {.angle = angle};
    memset(c->matrix, 0, 2 * n * n * sizeof *c->matrix);
    for (size_t i = 0; i < n; i++) {
        c->matrix[2 * (i * n + i)] = 1;
        for (size_t k = block->row_start[i]; k < block->row_start[i + 1]; k++) {
            const tro_term *term = &block->terms[k];
            double lag = (double)term->lag, size = term->value * exp(-s * lag);
            double *entry = c->matrix + 2 * (i * n + term->from);
            entry[0] -= size * cos(angle * lag);
            entry[1] -= size * sin(angle * lag);
        }
    }
    determinant(n, c->matrix, &out);
    return out;
}

static double turn(const value *a, const value *b)
{
    return atan2(a->re * b->im - a->im * b->re, a->re * b->re + a->im * b->im);
}

/* Follows the determinant from a to b, with a look between where it turns
 * fast. */
static void follow(circles *c, const value *a, const value *b, int depth)
{
    double whole = turn(a, b);
    if (b->logarithm < c->least.logarithm)
        c->least = *b;
    if (depth < DEEPEST && (b->angle - a->angle > c->step || fabs(whole) > WIDEST_TURN)) {
        value middle = value_at(c, c->s, (a->angle + b->angle) / 2);
        follow(c, a, &middle, depth + 1);
        follow(c, &middle, b, depth + 1);
        return;
    }
    c->turned += whole;
}

/* How many roots lie outside exp(s). Half the circle does, as the values are
 * real. */
static int count_outside(circles *c, double s, long *count)
{
    enum { PARTS = 64 };
    c->s = s;
    c->turned = 0;
    value last = value_at(c, s, 0);
    c->least = last;
    for (int k = 1; k <= PARTS; k++) {
        if (tro_progress_stops(c->block->progress))
            return TRO_EINTERRUPTED;
        value next = value_at(c, s, M_PI * k / PARTS);
        follow(c, &last, &next, 0);
        last = next;
    }
    *count = lround(c->turned / M_PI);
    return TRO_OK;
}

/* Newton's method for log v, from (s, angle). */
static void polish(const circles *c, double *s, double *angle)
{
    const double h = 1e-7;
    for (int k = 0; k < 8; k++) {
        value here = value_at(c, *s, *angle), there = value_at(c, *s + h, *angle);
        double ratio = exp(there.logarithm - here.logarithm), by = turn(&here, &there);
        double re = (ratio * cos(by) - 1) / h, im = ratio * sin(by) / h;
        double square = re * re + im * im;
        if (!isfinite(square) || square == 0)
            return;
        /* log v = s - i angle moves by -1 / (re + i im). */
        *s -= re / square;
        *angle -= im / square;
    }
}

static int bisect(circles *c, double above, double bound, tro_root *root)
{
    double low = bound, high = bound + NARROW, width = fmax(fabs(bound), 1e-3);
    long count = 0;
    int status;
    /* Down until there is a root, or nothing of interest. */
    for (int k = 0; count == 0 && low > above; k++) {
        if (k == MOST_CIRCLES)
            return TRO_ENOCONV;
        high = k == 0 ? high : low;
        low = k == 0 ? bound - NARROW : fmax(bound - width * exp2(k - 8), above);
        TRO_TRY(count_outside(c, low, &count));
    }
    if (count == 0)
        return TRO_OK;
    value nearest = c->least;
    while (high - low > NARROW) {
        double middle = low + (high - low) / 2;
        TRO_TRY(count_outside(c, middle, &count));
        if (count > 0) {
            low = middle;
            nearest = c->least;
        } else {
            high = middle;
        }
    }
    root->logarithm = low;
    root->angle = nearest.angle;
    double s = low, angle = nearest.angle;
    polish(c, &s, &angle);
    if (s >= low - 2 * NARROW && s <= high + 2 * NARROW) {
        root->logarithm = s;
        root->angle = acos(cos(angle));
    }
out:
    return status;
}

int tro_block_by_circles(tro_block *block, double above, double bound, tro_root *root)
{
    size_t n = block->size;
    double steps = 4 * (double)block->longest * (double)n + 64;
    circles c = {.block = block, .step = M_PI / steps};
    c.matrix = tro_allocate(2 * n, n * sizeof *c.matrix);
    if (!c.matrix)
        return TRO_ENOMEM;
    root->logarithm = -INFINITY;
    int status = bisect(&c, above, bound, root);
    tro_release(c.matrix);
    return status;
}
