/* The step of a stream, inlined for loops that keep the stream in registers,
 * and what the tests look into. Thread rule as for tro_stream. */
#ifndef TRO_BASE_RANDOM_INTERNAL_H
#define TRO_BASE_RANDOM_INTERNAL_H

#include <trophic/random.h>

/* The "cheap" 64-bit multiplier of PCG64 DXSM, for the state and the output. */
#define STREAM_MULTIPLIER 0xda942042e4dd58b5u

/* One output, permuted from the state before the step, so that the two do
 * not wait for each other. O'Neill (2014), PCG; DXSM output as released by
 * her in 2019 and adopted by NumPy as PCG64DXSM. */
static inline uint64_t stream_next(tro_stream *stream)
{
    uint64_t high = (uint64_t)(stream->state >> 64);
    uint64_t low = (uint64_t)stream->state | 1;

    stream->state = stream->state * STREAM_MULTIPLIER + stream->increment;
    high ^= high >> 32;
    high *= STREAM_MULTIPLIER;
    high ^= high >> 48;
    return high * low;
}

/* The middle of one of 2^52 equal cells of (0, 1): an odd multiple of 2^-53,
 * so that u and 1 - u are both exact. The low 12 bits stay unused. */
static inline int64_t odd_53(uint64_t bits)
{
    return (int64_t)(bits >> 11 | 1);   /* signed: converts in one instruction */
}

static inline double stream_uniform_open(tro_stream *stream)
{
    return (double)odd_53(stream_next(stream)) * 0x1p-53;
}

/* For tests, with n p (1 - p) over 30. The probability that the rejection of
 * binomial counts keeps the proposal at the abscissa u in (0, 1), to be at
 * most one; *quick gets the part of it kept without looking at the
 * probabilities, to be no more than that. */
double tro_binomial_acceptance(uint64_t n, double p, double u, double *quick);
/* The probability of a count. */
double tro_binomial_probability(uint64_t n, double p, uint64_t count);

#endif
