/* Normal and exponential numbers.
 *
 * Normals by the ziggurat of Marsaglia and Tsang (2000) with 256 strips. One
 * 64-bit output serves strip (bits 0 to 7), sign and abscissa (bits 8 to 63):
 * disjoint bits, because a shared bit ties the strip to the place in it
 * (Doornik 2005). In 98.5 % of the draws that output is all. */
#include <math.h>

#include "base/random_internal.h"
#include "base/random_normal_tables.h"

/* Beyond the last strip: Marsaglia (1964), exact. */
static double tail(tro_stream *stream)
{
    double r = strip_edge[1], x, y;

    do {
        x = -log(stream_uniform_open(stream)) / r;
        y = -log(stream_uniform_open(stream));
    } while (y + y <= x * x);
    return r + x;
}

/* An odd number of -2^55 .. 2^55, so that the law is even and never zero;
 * >> keeps the sign with every compiler that has a 128-bit integer. */
static inline double abscissa(uint64_t bits, size_t strip)
{
    return (double)((int64_t)bits >> 8 | 1) * 0x1p-55 * strip_edge[strip];
}

/* What follows when `bits` fell outside the inner part of its strip. */
static double __attribute__((noinline)) normal_slowly(tro_stream *stream, uint64_t bits)
{
    for (;;) {
        size_t strip = bits & 255;
        double x = abscissa(bits, strip), low, high;

        if (fabs(x) < strip_edge[strip + 1])
            return x;
        if (strip == 0)
            return copysign(tail(stream), x);
        low = strip_height[strip];
        high = strip_height[strip + 1];
        if (low + (high - low) * stream_uniform_open(stream) < exp(-0.5 * x * x))
            return x;
        bits = stream_next(stream);
    }
}

double tro_stream_normal(tro_stream *stream)
{
    uint64_t bits = stream_next(stream);
    size_t strip = bits & 255;
    double x = abscissa(bits, strip);

    return fabs(x) < strip_edge[strip + 1] ? x : normal_slowly(stream, bits);
}

void tro_stream_normals(tro_stream *stream, size_t count, double *out)
{
    tro_stream local = *stream;

    for (size_t i = 0; i < count; i++) {
        uint64_t bits = stream_next(&local);
        size_t strip = bits & 255;
        double x = abscissa(bits, strip);

        if (__builtin_expect(!(fabs(x) < strip_edge[strip + 1]), 0)) {
            tro_stream spilled = local;   /* so that `local` stays in registers */
            x = normal_slowly(&spilled, bits);
            local = spilled;
        }
        out[i] = x;
    }
    *stream = local;
}

double tro_stream_exponential(tro_stream *stream)
{
    return -log(stream_uniform_open(stream));
}
