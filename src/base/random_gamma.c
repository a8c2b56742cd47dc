/* Gamma and chi-square numbers, sums of squares of normals, at a cost that does
 * not depend on how many. */
#include <math.h>

#include "base/random_internal.h"

/* Marsaglia and Tsang (2000): shape (1 + x / sqrt(9 shape))^3 of a normal x is
 * nearly gamma; a rejection makes it exact. The exponent is written so that it
 * keeps its digits when the shape is large. */
static double gamma_number(tro_stream *stream, double shape)
{
    double scale = shape - 1.0 / 3, factor = 1 / sqrt(9 * scale);

    for (;;) {
        double x = tro_stream_normal(stream), e = factor * x;
        if (!(e > -1))
            continue;
        double grown = e * (3 + e * (3 + e));   /* (1 + e)^3 - 1 */
        double exponent = 0.5 * x * x + scale * (3 * log1p(e) - grown);
        if (log(stream_uniform_open(stream)) < exponent)
            return scale * (1 + grown);
    }
}

double tro_stream_chi_square(tro_stream *stream, double freedom)
{
    tro_stream_key key = { .purpose = TRO_FOR_OUTPUTS };

    key.seed = stream_next(stream);
    tro_stream own = tro_stream_of(&key);
    if (freedom < 2) {
        double x = tro_stream_normal(&own);
        return x * x;
    }
    return 2 * gamma_number(&own, 0.5 * freedom);
}

/* A shape below 1 is one above it, times a power of a uniform (Marsaglia and Tsang). */
double tro_stream_log_gamma(tro_stream *stream, double shape)
{
    tro_stream_key key = { .purpose = TRO_FOR_OUTPUTS };

    key.seed = stream_next(stream);
    tro_stream own = tro_stream_of(&key);
    if (shape >= 1)
        return log(gamma_number(&own, shape));
    double factor = log(stream_uniform_open(&own)) / shape;
    return factor + log(gamma_number(&own, shape + 1));
}
