/* Nearest legal points: each is a problem whose constraints are one sum each, so that
 * halving intervals of their multipliers, one within the other, finds it to the last
 * digits. */
#include <math.h>
#include <string.h>

#include "experiment/advice_parts.h"

enum { HALVINGS = 200 };

/* The nearest place of one number: its cost pulls it to where it is now. */
static double near_one(const tro_frame *f, size_t j, double y, double factor)
{
    const tro_variable *v = &f->variables[j];
    double now = v->now / v->unit, pull = factor * v->allowed->cost * v->unit, x;
    if (f->advice->squares) {
        pull *= 2 * v->unit;
        x = (y + pull * now) / (1 + pull);
    } else {
        x = y > now + pull ? y - pull : y < now - pull ? y + pull : now;
    }
    x = fmax(x, v->low / v->unit);
    return fmin(x, v->high / v->unit);
}

/* The shares of a block that move, all pushed down by `level`; their sum. */
static double near_block(const tro_frame *f, const tro_block *b, const double *y, double factor,
                         double level, double *x)
{
    double sum = 0;
    for (size_t k = 0; k < b->count; k++)
        sum += x[b->at[k]] = near_one(f, b->at[k], y[b->at[k]] - level, factor);
    return sum;
}

/* Of two shares that move, is there a third that takes what they leave? */
static int leaves(const tro_frame *f, const tro_block *b)
{
    int third = 3 - f->variables[b->at[0]].part - f->variables[b->at[1]].part;
    return b->count == 2 && b->has[third];
}

/* Two shares that move leave a third of at least 0, three sum to 1. */
static void settle_block(const tro_frame *f, const tro_block *b, const double *y, double factor,
                         double *x)
{
    double sum = near_block(f, b, y, factor, 0, x), low = 0, high = 1;
    if (b->count < 2 || sum == 1 || (sum < 1 && leaves(f, b)))
        return;
    if (sum > 1) {
        while (near_block(f, b, y, factor, high, x) > 1 && high < 1e12)
            high *= 2;
    } else {
        low = -1;
        high = 0;
        while (near_block(f, b, y, factor, low, x) < 1 && low > -1e12)
            low *= 2;
    }
    for (int k = 0; k < HALVINGS; k++) {
        double middle = low + (high - low) / 2;
        if (middle <= low || middle >= high)
            break;
        if (near_block(f, b, y, factor, middle, x) > 1)
            low = middle;
        else
            high = middle;
    }
    near_block(f, b, y, factor, high, x);
}

void tro_near(const tro_frame *f, const double *y, double factor, double *x)
{
    for (size_t j = 0; j < f->count; j++)
        if (f->variables[j].block == SIZE_MAX)
            x[j] = near_one(f, j, y[j], factor);
    for (size_t b = 0; b < f->block_count; b++)
        settle_block(f, &f->blocks[b], y, factor, x);
}

/* Halves between a multiplier too small (*low) and one that will do (*high); 0 at the end. */
static int halve(double *low, double *high, double *middle, int *left)
{
    *middle = *low > 0 && *high > 4 * *low ? sqrt(*low * *high) : *low + (*high - *low) / 2;
    return (*left)-- > 0 && *middle > *low && *middle < *high;
}

void tro_near_within(const tro_frame *f, const double *y, double budget, double *x)
{
    double low = 0, high = 1, middle;
    int left = HALVINGS;
    tro_near(f, y, 0, x);
    if (tro_frame_cost(f, x) <= budget)
        return;
    for (tro_near(f, y, high, x); tro_frame_cost(f, x) > budget && high < 1e12; high *= 4)
        tro_near(f, y, 4 * high, x);
    while (halve(&low, &high, &middle, &left)) {
        tro_near(f, y, middle, x);
        if (tro_frame_cost(f, x) > budget)
            low = middle;
        else
            high = middle;
    }
    tro_near(f, y, high, x);
}

/* Where the pull of a with this multiplier leads, and how far along a. */
static double pulled(const tro_frame *f, const double *y, double t, const double *a,
                     double multiplier, double *room, double *x)
{
    double along = 0;
    for (size_t j = 0; j < f->count; j++)
        room[j] = y[j] + t * multiplier * a[j];
    tro_near(f, room, t, x);
    for (size_t j = 0; j < f->count; j++)
        along += a[j] * (x[j] - y[j]);
    return along;
}

double tro_near_beyond(const tro_frame *f, const double *y, double t, const double *a,
                       double slack, double *room, double *x)
{
    double low = 0, high = 1, middle, most = 0;
    int left = HALVINGS;
    if (pulled(f, y, t, a, 0, room, x) >= slack)
        return 0;
    for (size_t j = 0; j < f->count; j++)
        most = fmax(most, fabs(a[j]));
    double limit = most > 0 ? 1e12 / most / fmin(t, 1) : 0;
    while (high < limit && pulled(f, y, t, a, high, room, x) < slack)
        high *= 4;
    if (pulled(f, y, t, a, high, room, x) < slack)
        return INFINITY;
    while (halve(&low, &high, &middle, &left)) {
        if (pulled(f, y, t, a, middle, room, x) < slack)
            low = middle;
        else
            high = middle;
    }
    pulled(f, y, t, a, high, room, x);
    return high;
}
