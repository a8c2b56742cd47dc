/* Choices with a closed form: one candidate, and infinitely many. q = p / m is
 * the normalised law throughout. */
#include <math.h>
#include <string.h>

#include "curator/choice_parts.h"

static double dot(size_t n, const double *x, const double *y)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i] * y[i];
    return sum;
}

static void zero(const tro_choice_call *call, size_t row, size_t n)
{
    memset(call->out + row * call->out_stride, 0, n * sizeof(double));
}

/* --- one candidate: all are kept ----------------------------------------------------- */

static size_t no_scratch(const tro_choice *choice)
{
    (void)choice;
    return 0;
}

static void copy_rows(const tro_choice *choice, const tro_choice_call *call, const double *from,
                      size_t stride)
{
    for (size_t r = 0; r < call->rows; r++)
        memcpy(call->out + r * call->out_stride, from + r * stride,
               choice->outcomes * sizeof(double));
}

static void identity_apply(const tro_choice *choice, const tro_choice_call *call)
{
    copy_rows(choice, call, call->p, call->stride);
}

static void identity_derivative(const tro_choice *choice, const tro_choice_call *call)
{
    copy_rows(choice, call, call->aux, call->aux_stride);
    for (size_t r = 0; r < call->rows; r++)
        if (tro_choice_total(choice->outcomes, call->p + r * call->stride) == 0)
            zero(call, r, choice->outcomes);
}

void tro_choice_no_reward(const tro_choice *choice, const tro_choice_call *call)
{
    for (size_t r = 0; r < call->rows; r++)
        zero(call, r, choice->outcomes);
}

const tro_choice_rule tro_choice_identity = {
    .scratch = no_scratch, .apply = identity_apply, .derivative = identity_derivative,
    .transposed = identity_derivative, .by_reward = tro_choice_no_reward};

/* --- infinitely many: the tilt q w / (q . w) ----------------------------------------- */

static size_t tilt_scratch(const tro_choice *choice)
{
    return choice->outcomes;
}

/* H = w / (q . w), relative to the largest reward of the support where weights relative
 * to the largest of all would be lost. Outcomes outside of it may have H beyond
 * the range of doubles. Returns the mass. */
static double tilt(const tro_choice *choice, const double *p, double *h)
{
    static const double RANGE = 1e-30, LARGEST_LOG = 700;
    size_t n = choice->outcomes;
    double mass = tro_choice_total(n, p), z = dot(n, p, choice->weight) / mass;
    if (z > RANGE) {
        for (size_t x = 0; x < n; x++)
            h[x] = choice->weight[x] / z;
        return mass;
    }
    double largest = -INFINITY;
    for (size_t x = 0; x < n; x++)
        if (p[x] > 0)
            largest = fmax(largest, choice->reward[x]);
    for (size_t x = 0; x < n; x++) {
        int beyond = choice->reward[x] - largest > LARGEST_LOG;
        h[x] = beyond ? exp(LARGEST_LOG) : tro_choice_exp(choice->reward[x], largest);
    }
    z = dot(n, p, h) / mass;
    for (size_t x = 0; x < n; x++)
        h[x] = fmin(h[x] / z, 1e300);
    return mass;
}

static void tilt_apply(const tro_choice *choice, const tro_choice_call *call)
{
    size_t n = choice->outcomes;
    double *h = call->scratch;
    for (size_t r = 0; r < call->rows; r++) {
        const double *p = call->p + r * call->stride;
        double *out = call->out + r * call->out_stride;
        if (tilt(choice, p, h) == 0) {
            zero(call, r, n);
            continue;
        }
        for (size_t x = 0; x < n; x++)
            out[x] = p[x] * h[x];
    }
}

/* dp H - q H (H . dp) + q H dm */
static void tilt_derivative(const tro_choice *choice, const tro_choice_call *call)
{
    size_t n = choice->outcomes;
    double *h = call->scratch;
    for (size_t r = 0; r < call->rows; r++) {
        const double *p = call->p + r * call->stride, *dp = call->aux + r * call->aux_stride;
        double *out = call->out + r * call->out_stride, mass = tilt(choice, p, h);
        if (mass == 0) {
            zero(call, r, n);
            continue;
        }
        double less = dot(n, h, dp) - tro_choice_total(n, dp);
        for (size_t x = 0; x < n; x++)
            out[x] = h[x] * (dp[x] - p[x] / mass * less);
    }
}

/* w H - (q H . w) H + (q H . w) */
static void tilt_transposed(const tro_choice *choice, const tro_choice_call *call)
{
    size_t n = choice->outcomes;
    double *h = call->scratch;
    for (size_t r = 0; r < call->rows; r++) {
        const double *p = call->p + r * call->stride, *w = call->aux + r * call->aux_stride;
        double *out = call->out + r * call->out_stride, mass = tilt(choice, p, h), mean = 0;
        if (mass == 0) {
            zero(call, r, n);
            continue;
        }
        for (size_t x = 0; x < n; x++)
            mean += p[x] / mass * h[x] * w[x];
        for (size_t x = 0; x < n; x++)
            out[x] = (w[x] - mean) * h[x] + mean;
    }
}

/* m l (dr - l . dr), l = q H */
static void tilt_by_reward(const tro_choice *choice, const tro_choice_call *call)
{
    size_t n = choice->outcomes;
    double *h = call->scratch;
    for (size_t r = 0; r < call->rows; r++) {
        const double *p = call->p + r * call->stride, *dr = call->aux + r * call->aux_stride;
        double *out = call->out + r * call->out_stride, mass = tilt(choice, p, h), mean = 0;
        if (mass == 0) {
            zero(call, r, n);
            continue;
        }
        for (size_t x = 0; x < n; x++)
            mean += p[x] / mass * h[x] * dr[x];
        for (size_t x = 0; x < n; x++)
            out[x] = p[x] * h[x] * (dr[x] - mean);
    }
}

const tro_choice_rule tro_choice_tilt = {
    .scratch = tilt_scratch, .apply = tilt_apply, .derivative = tilt_derivative,
    .transposed = tilt_transposed, .by_reward = tilt_by_reward};
