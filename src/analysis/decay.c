#include "analysis/decay.h"

#include <math.h>
#include <string.h>

enum { LEAST = 8 };

/* Estimates that differ by more than this, relative, are none. */
static const double UNSETTLED = 1e-2;

/* The largest of three steps between neighbours up to x[k]. */
static double step_at(const double *x, size_t k)
{
    double step = 0;
    for (size_t j = k - 2; j <= k; j++)
        step = fmax(step, fabs(x[j] - x[j - 1]));
    return step;
}

/* The estimate whose neighbours agree best, the latest of equals. */
static tro_decay steadiest(size_t count, const double *x)
{
    tro_decay best = {NAN, INFINITY};
    for (size_t k = 3; k < count; k++) {
        double step = step_at(x, k);
        if (step <= best.spread)
            best = (tro_decay){fabs(x[k]), step};
    }
    return best;
}

/* A better one must be better by far: extrapolation multiplies rounding. */
static tro_decay better(tro_decay one, tro_decay other)
{
    return other.spread < 0.1 * one.spread ? other : one;
}

/* x[k] extrapolated from x[k-2] .. x[k]; two fewer. */
static size_t extrapolate(size_t count, const double *x, double *out)
{
    for (size_t k = 2; k < count; k++) {
        double last = x[k] - x[k - 1], bend = last - (x[k - 1] - x[k - 2]);
        out[k - 2] = bend != 0 && fabs(last) < 2 * fabs(bend) ? x[k] - last * last / bend : x[k];
    }
    return count < 2 ? 0 : count - 2;
}

/* With d_k = Re(c f^k): |f|^2 is the ratio of neighbouring determinants. */
static tro_decay swinging(size_t count, const double *d, double *out)
{
    for (size_t k = 0; k + 3 < count; k++) {
        double size = fmax(fabs(d[k]), fabs(d[k + 1]));   /* squares must not underflow */
        double a = d[k] / size, b = d[k + 1] / size, c = d[k + 2] / size, e = d[k + 3] / size;
        double one = a * c - b * b, two = b * e - c * c;
        out[k] = sqrt(fabs(two / one));
    }
    return steadiest(count < 3 ? 0 : count - 3, out);
}

/* The late part: from where everything is below a third of the way down, on the scale of
 * logarithms, to what is still above the floor. */
static size_t late_part(size_t count, const double *d, double floor, size_t *first)
{
    double most = 0, least = INFINITY;
    size_t last = 0;
    for (size_t k = 0; k < count; k++) {
        double size = fabs(d[k]);
        if (!(size > floor))
            continue;
        most = fmax(most, size);
        least = fmin(least, size);
        last = k + 1;
    }
    *first = 0;
    for (size_t k = 0; k < last; k++)
        if (log(fabs(d[k])) > (2 * log(most) + log(least)) / 3)
            *first = k + 1;
    if (last - *first < LEAST)
        *first = last > LEAST ? last - LEAST : 0;
    return last - *first;
}

tro_decay tro_decay_find(size_t count, const double *distance, double floor, double *scratch)
{
    size_t first, kept = late_part(count, distance, floor, &first);
    double *ratio = scratch, *once = ratio + count, *twice = once + count;
    const double *d = distance + first;
    if (kept < 5)
        return (tro_decay){NAN, INFINITY};
    for (size_t k = 0; k + 1 < kept; k++)
        ratio[k] = d[k + 1] / d[k];
    size_t left = extrapolate(kept - 1, ratio, once);
    tro_decay best = better(steadiest(kept - 1, ratio), steadiest(left, once));
    left = extrapolate(left, once, twice);
    best = better(best, steadiest(left, twice));
    if (!(best.spread <= UNSETTLED * best.factor))
        best = swinging(kept, d, once);
    if (!(best.spread <= UNSETTLED * best.factor))
        best.factor = NAN;
    return best;
}
