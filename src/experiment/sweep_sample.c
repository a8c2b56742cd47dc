/* Samples of a box: a Sobol sequence (Sobol 1967; Antonov, Saleev 1979; GSL's), maybe
 * shifted as a whole (Cranley, Patterson 1976), and Latin hypercubes (McKay, Beckman, Conover
 * 1979). The value of a point on an axis depends on the seed, the axis and the point alone. */
#include <gsl/gsl_qrng.h>
#include <math.h>

#include "experiment/study_parts.h"
#include "experiment/sweep_parts.h"

static tro_stream stream_of(uint64_t seed, size_t axis, uint64_t what)
{
    const tro_stream_key key = {.seed = seed, .agent = axis, .round = what,
                                .purpose = TRO_FOR_SWEEP};
    return tro_stream_of(&key);
}

/* One of `length` things for u in [0, 1). */
static size_t pick(double u, size_t length)
{
    size_t k = (size_t)(u * (double)length);
    return k < length ? k : length - 1;
}

static double within(const tro_axis *axis, double u)
{
    double low = axis->range.values[0], high = axis->range.values[1];
    return axis->log ? low * exp(u * log(high / low)) : low + u * (high - low);
}

/* A range becomes numbers; values and words are chosen from. */
static int fill_axis(tro_axis *axis, const double *u, size_t points, tro_arena *arena)
{
    if (axis->options.count > 0) {
        const char **items = TRO_NEW(arena, const char *, points);
        if (!items)
            return TRO_ENOMEM;
        for (size_t k = 0; k < points; k++)
            items[k] = axis->options.items[pick(u[k], axis->options.count)];
        axis->options = (tro_texts){.items = items, .count = points};
    } else {
        double *values = TRO_NEW(arena, double, points);
        if (!values)
            return TRO_ENOMEM;
        for (size_t k = 0; k < points; k++)
            values[k] = axis->range.count ? within(axis, u[k])
                                          : axis->values.values[pick(u[k], axis->values.count)];
        axis->values = (tro_vector){values, points};
    }
    axis->drawn = 1;
    return TRO_OK;
}

/* Every axis is cut into as many slices as there are points, and each slice is hit once. */
static int draw_latin(double *u, size_t points, uint64_t seed, size_t axis)
{
    size_t *order = tro_allocate(points, sizeof *order);
    tro_stream orders = stream_of(seed, axis, TRO_SWEEP_ORDER);
    tro_stream places = stream_of(seed, axis, TRO_SWEEP_WITHIN);
    if (!order)
        return TRO_ENOMEM;
    tro_stream_order(&orders, points, order);
    for (size_t k = 0; k < points; k++)
        u[k] = ((double)order[k] + tro_stream_uniform(&places)) / (double)points;
    tro_release(order);
    return TRO_OK;
}

/* The coordinate of one axis of the first points of the sequence. */
static int draw_sobol(double *u, size_t points, size_t axes, size_t axis, double shift)
{
    double point[64];
    gsl_qrng *sequence = gsl_qrng_alloc(gsl_qrng_sobol, (unsigned)axes);
    if (!sequence)
        return TRO_ENOMEM;
    for (size_t k = 0; k < points; k++) {
        gsl_qrng_get(sequence, point);
        u[k] = point[axis] + shift - floor(point[axis] + shift);
    }
    gsl_qrng_free(sequence);
    return TRO_OK;
}

int tro_sweep_draw(tro_study_table *table, tro_sampling sampling, int shifted, size_t points,
                   uint64_t seed, const tro_place *place, tro_arena *arena,
                   tro_messages *messages)
{
    size_t axes = table->axis_count, most = gsl_qrng_sobol->max_dimension;
    double *u = NULL;
    int status = TRO_OK;
    table->cells = points;
    if (axes == 0)
        return tro_error(messages, TRO_ESCENARIO, place,
                         "a sample of nothing: 'vary' names no axis");
    if (sampling == TRO_SAMPLING_SOBOL && axes > most)
        return tro_error(messages, TRO_ESCENARIO, place,
                         "a Sobol sequence has at most %zu axes, found %zu: latin-hypercube "
                         "would be right", most, axes);
    u = tro_allocate(points, sizeof *u);
    if (!u)
        return TRO_ENOMEM;
    for (size_t a = 0; a < axes; a++) {
        tro_stream shifts = stream_of(seed, a, TRO_SWEEP_SHIFT);
        double shift = shifted ? tro_stream_uniform(&shifts) : 0;
        if (!table->axes[a].known)
            continue;
        TRO_TRY(sampling == TRO_SAMPLING_SOBOL ? draw_sobol(u, points, axes, a, shift)
                                               : draw_latin(u, points, seed, a));
        TRO_TRY(fill_axis(&table->axes[a], u, points, arena));
    }
out:
    tro_release(u);
    return status;
}
