#include "schedule/cycle.h"

#include <math.h>
#include <stdlib.h>

/* The least width of a cycle, as a part of the trace's scale: what is smaller may
 * be rounding. */
#define LEAST_WIDTH 1e-6

/* --- whole periods ------------------------------------------------------------------ */

static uint64_t common_multiple(uint64_t a, uint64_t b)
{
    uint64_t x = a, y = b;
    while (y > 0) {
        uint64_t rest = x % y;
        x = y;
        y = rest;
    }
    return a / x * b;
}

/* Has every one of the last `rounds` states its like `period` rounds before? */
static int repeats(const tro_trace *trace, size_t period, size_t rounds, double tolerance)
{
    for (size_t k = 0; k < rounds; k++)
        if (!(fabs(tro_trace_back(trace, k) - tro_trace_back(trace, k + period)) <= tolerance))
            return 0;
    return 1;
}

/* The least period, or 0. Where the schedule repeats itself after several rounds,
 * or old outputs arrive, a state is only known to return after all of them. */
static size_t whole_period(const tro_trace *trace, uint64_t schedule, size_t delay)
{
    enum { LEAST_REPEATS = 4 };
    size_t length = tro_trace_length(trace);
    double low = INFINITY, high = -INFINITY;
    for (size_t period = 1; 2 * period <= length; period++) {
        low = fmin(low, tro_trace_back(trace, period - 1));
        high = fmax(high, tro_trace_back(trace, period - 1));
        /* Where all states are 0, so is the scale. */
        if (period == 1 || !(high > low) || !(high - low >= LEAST_WIDTH * trace->scale))
            continue;
        size_t rounds = (size_t)common_multiple(period, schedule) + delay;
        if (rounds < LEAST_REPEATS)
            rounds = LEAST_REPEATS;
        if (rounds + period <= length &&
            repeats(trace, period, rounds, TRO_RETURN * (high - low)))
            return period;
    }
    return 0;
}

/* --- rotations ------------------------------------------------------------------------ */

/* Averages over a stretch with Kaiser's window: an oscillation of six turns or
 * more in it is taken out to 1e-8 of its size, so that few turns give many
 * digits (Das, Saiki, Sander, Yorke 2017, Nonlinearity 30, 4111, with another
 * window). */
typedef struct stretch {
    size_t length;
    double *values, *weights;       /* in the order of time; weights sum to 1 */
} stretch;

/* The modified Bessel function of order 0, as much of it as matters. */
static double bessel(double x)
{
    double sum = 1, term = 1;
    for (double k = 1; term > 1e-17 * sum; k++) {
        term *= x / (2 * k) * (x / (2 * k));
        sum += term;
    }
    return sum;
}

static void set_weights(size_t length, double *weights)
{
    const double shape = 6 * M_PI;
    double sum = 0;
    for (size_t k = 0; k < length; k++) {
        double u = (2 * (double)k + 1) / (double)length - 1;
        weights[k] = bessel(shape * sqrt(1 - u * u));
        sum += weights[k];
    }
    for (size_t k = 0; k < length; k++)
        weights[k] /= sum;
}

static double average(size_t length, const double *weights, const double *values)
{
    double sum = 0;
    for (size_t k = 0; k < length; k++)
        sum += weights[k] * values[k];
    return sum;
}

static double spread(size_t length, const double *weights, const double *values, double mean)
{
    double sum = 0;
    for (size_t k = 0; k < length; k++)
        sum += weights[k] * (values[k] - mean) * (values[k] - mean);
    return sqrt(sum);
}

/* What must be the same in both halves of the rounds. */
typedef struct half {
    double mean, spread, turn;
} half;

static int agree(double a, double b, double scale)
{
    const double steady = 1e-6;
    return fabs(a - b) <= steady * scale;
}

/* A quarter of a turn, about: how far apart two values are that make a point. */
static size_t find_lag(size_t length, const double *x, double mean)
{
    size_t ups = 0;
    for (size_t k = 1; k < length; k++)
        ups += x[k - 1] < mean && x[k] >= mean;
    double lag = ups > 0 ? round((double)length / (double)ups / 4) : 0;
    return lag > 1 ? (size_t)lag : 1;
}

/* The steps, radians, of the angle at which the point (x now, x `lag` states ago)
 * stands around the mean. The ellipse of a pure rotation is made a circle first,
 * so that its steps are all the same. */
static void find_steps(size_t length, const double *x, double mean, size_t lag, double *steps,
                       const double *weights)
{
    double sum = 0, difference = 0, before = 0;
    for (size_t k = lag; k < length; k++) {
        double now = x[k] - mean, then = x[k - lag] - mean;
        sum += weights[k] * (now + then) * (now + then);
        difference += weights[k] * (now - then) * (now - then);
    }
    double flat = sqrt(difference / sum);
    for (size_t k = lag; k < length; k++) {
        double now = x[k] - mean, then = x[k - lag] - mean;
        double angle = atan2(then - now, flat * (then + now)), step = angle - before;
        while (step < -M_PI / 2)
            step += 2 * M_PI;
        while (step >= 3 * M_PI / 2)
            step -= 2 * M_PI;
        if (k > lag)
            steps[k - lag - 1] = step;
        before = angle;
    }
}

typedef struct folded {
    double phase, value;
} folded;

static int by_phase(const void *left, const void *right)
{
    double a = ((const folded *)left)->phase, b = ((const folded *)right)->phase;
    return (a > b) - (a < b);
}

/* Is the value a function of the phase, a continuous one? Neighbours in phase
 * are neighbours in value then (Stellingwerf 1978, phase dispersion). */
static int is_curve(size_t length, const double *x, double turn, double width, folded *points)
{
    double sum = 0;
    for (size_t k = 0; k < length; k++) {
        double phase = turn * (double)k / (2 * M_PI);
        points[k] = (folded){phase - floor(phase), x[k]};
    }
    qsort(points, length, sizeof *points, by_phase);
    for (size_t k = 0; k < length; k++) {
        double step = points[(k + 1) % length].value - points[k].value;
        sum += step * step;
    }
    return sum <= 0.02 * 2 * (double)length * width * width;
}

/* The turn per state, radians, or 0: of `length` states in `x`. scratch has
 * room for 4 length. */
static double turn_of(size_t length, const double *x, double least, double *scratch)
{
    enum { MOST_LOOPS = 6, LEAST_TURNS = 12 };
    size_t part = length / 2;
    double *weights = scratch, *steps = scratch + length;
    folded *points = (folded *)(void *)(scratch + 2 * length);
    half both[2];
    set_weights(length, weights);
    double mean = average(length, weights, x), width = spread(length, weights, x, mean);
    size_t lag = find_lag(length, x, mean);
    if (!(width >= least) || 8 * lag > part)
        return 0;
    find_steps(length, x, mean, lag, steps, weights);
    size_t count = length - lag - 1;
    set_weights(count, weights);
    double turn = average(count, weights, steps);
    for (size_t k = 0; k < 2; k++) {
        set_weights(part, weights);
        both[k].mean = average(part, weights, x + k * (length - part));
        both[k].spread = spread(part, weights, x + k * (length - part), mean);
        set_weights(count / 2, weights);
        both[k].turn = average(count / 2, weights, steps + k * (count - count / 2));
    }
    if (!(turn * (double)count >= LEAST_TURNS * 2 * M_PI) ||
        !agree(both[0].mean, both[1].mean, width) ||
        !agree(both[0].spread, both[1].spread, width) ||
        !agree(both[0].turn, both[1].turn, turn))
        return 0;
    /* A curve that loops has more turns of the angle than of itself. */
    for (double loops = 1; loops <= MOST_LOOPS; loops++)
        if (is_curve(length, x, turn / loops, width, points))
            return turn / loops;
    return 0;
}

/* The period of a rotation, or 0. Every `stride`-th state is looked at, so that
 * the schedule is the same between them; of the first ones ever fewer, as they
 * may be on the way. */
static int rotation(const tro_trace *trace, size_t stride, double *period)
{
    enum { LEAST = 64 };
    size_t length = (tro_trace_length(trace) - 1) / stride + 1;
    double *x = tro_allocate(5 * length, sizeof *x), turn = 0;
    if (!x)
        return TRO_ENOMEM;
    for (size_t k = 0; k < length; k++)
        x[length - 1 - k] = tro_trace_back(trace, k * stride);
    for (size_t last = length; last >= LEAST && turn == 0; last /= 2)
        turn = turn_of(last, x + length - last, LEAST_WIDTH * trace->scale, x + length);
    *period = turn > 0 ? 2 * M_PI / turn * (double)stride : 0;
    tro_release(x);
    return TRO_OK;
}

/* --- both ------------------------------------------------------------------------------ */

/* For how many rounds what is past shows: delays, and windows of data sets. Where data
 * accumulate or shares fade it always does. */
static double past_of(const tro_plan *plan, double delay)
{
    const tro_scenario *scenario = plan->scenario;
    double longest = 0;
    for (size_t i = 0; i < scenario->agent_count; i++) {
        const tro_agent *agent = &scenario->agents[i];
        if (agent->window == TRO_KEEPS_ALL || agent->fade.power > 0)
            return INFINITY;
        if (agent->window > 1)
            longest = fmax(longest, (double)agent->window * (double)plan->period);
    }
    return delay + longest;
}

int tro_cycle_find(const tro_trace *trace, const tro_plan *plan, double delay, tro_cycle *out)
{
    *out = (tro_cycle){0};
    delay = past_of(plan, delay);
    if (plan->period == 0 || trace->count == 0 || !(delay < TRO_TRACE_ROUNDS))
        return TRO_OK;
    size_t whole = whole_period(trace, plan->period, (size_t)ceil(delay));
    *out = (tro_cycle){.period = (double)whole, .whole = whole > 0};
    return whole > 0 ? TRO_OK : rotation(trace, (size_t)plan->period, &out->period);
}

void tro_cycle_describe(const tro_cycle *cycle, tro_text *text)
{
    if (cycle->whole)
        tro_text_addf(text, "a cycle of period %.0f", cycle->period);
    else
        tro_text_addf(text, "a cycle of period %.6g, not whole", cycle->period);
}
