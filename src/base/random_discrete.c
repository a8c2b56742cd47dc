/* Whole numbers: below a bound, orders, multinomial counts. */
#include <string.h>

#include "base/random_internal.h"

/* Lemire (2019): the high half of a product, with the few low halves that
 * would make some results more likely drawn again. */
uint64_t tro_stream_below(tro_stream *stream, uint64_t bound)
{
    tro_u128 product = (tro_u128)stream_next(stream) * bound;

    if ((uint64_t)product < bound) {
        uint64_t excess = (0 - bound) % bound;   /* 2^64 modulo bound */
        while ((uint64_t)product < excess)
            product = (tro_u128)stream_next(stream) * bound;
    }
    return (uint64_t)(product >> 64);
}

/* Fisher and Yates, inside out: position i gets a random earlier entry. */
void tro_stream_order(tro_stream *stream, size_t count, size_t *out)
{
    for (size_t i = 0; i < count; i++) {
        size_t j = (size_t)tro_stream_below(stream, i + 1);
        if (j < i)
            out[i] = out[j];
        out[j] = i;
    }
}

/* counts[i] becomes, as the bits of a double, the sum of p[i] and all after
 * it: summed from the end no digits cancel, and the share of the last cell in
 * it is exactly one. */
static void sums_from_the_end(size_t cells, const double *p, uint64_t *counts)
{
    double sum = 0;

    for (size_t i = cells; i-- > 0;) {
        sum += p[i];
        memcpy(&counts[i], &sum, sizeof sum);
    }
}

void tro_stream_multinomial(tro_stream *stream, uint64_t n, size_t cells, const double *p,
                            uint64_t *counts)
{
    tro_stream_key key = { .purpose = TRO_FOR_COUNTS };

    key.seed = stream_next(stream);
    key.replicate = stream_next(stream);
    sums_from_the_end(cells, p, counts);
    for (size_t i = 0; i < cells; i++) {
        double sum;

        memcpy(&sum, &counts[i], sizeof sum);
        if (n == 0 || !(p[i] > 0)) {
            counts[i] = 0;
        } else if (p[i] < sum) {
            key.agent = i;
            tro_stream own = tro_stream_of(&key);
            counts[i] = tro_stream_binomial(&own, n, p[i] / sum);
        } else {
            counts[i] = n;
        }
        n -= counts[i];
    }
}
