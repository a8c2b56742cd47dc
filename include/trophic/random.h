/* Random streams: PCG64 (DXSM output), one independent stream per key.
 *
 * A stream is derived from (seed, replicate, agent, round, purpose) by a
 * documented hash into both the 128-bit state and the increment, so results
 * depend on neither threads nor order, any round can be recomputed alone, and
 * two runs that differ in one parameter share their random numbers.
 *
 * A tro_stream is a value: copy it to fork it, nothing to free. Thread rule:
 * one thread per stream. */
#ifndef TROPHIC_RANDOM_H
#define TROPHIC_RANDOM_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

__extension__ typedef unsigned __int128 tro_u128;

typedef struct tro_stream {
    tro_u128 state, increment;   /* increment is odd */
} tro_stream;

typedef struct tro_stream_key {
    uint64_t seed, replicate, agent, round, purpose;
} tro_stream_key;

/* What the numbers of a stream are for; part of the key, never renumbered. */
enum {
    TRO_FOR_NETWORK = 1,   /* the generator of the network */
    TRO_FOR_GROUP = 2,     /* drawn laws and rewards */
    TRO_FOR_ORDER = 3,     /* who retrains when */
    TRO_FOR_COUNTS = 4,    /* how many outputs come from each source */
    TRO_FOR_OUTPUTS = 5,   /* the outputs themselves */
    TRO_FOR_START = 6,     /* start vectors of iterations */
    TRO_FOR_TESTS = 7,
    TRO_FOR_REAL_DATA = 8, /* real data that are drawn once */
    TRO_FOR_SWEEP = 20     /* seeds of a sweep's replicates, and its samples */
};

/* The stream of a key: SipHash-1-4 of the five words, all 256 bits of its
 * state; some 10 ns. */
tro_stream tro_stream_of(const tro_stream_key *key);
/* The stream with this very state and increment (made odd), as the published
 * test vectors give them. */
tro_stream tro_stream_from(tro_u128 state, tro_u128 increment);

/* 64 random bits. */
uint64_t tro_stream_next(tro_stream *stream);
/* Jumps `steps` outputs ahead in logarithmic time. */
void tro_stream_advance(tro_stream *stream, tro_u128 steps);

/* Uniform in [0, 1), a multiple of 2^-53; and in (0, 1). */
double tro_stream_uniform(tro_stream *stream);
double tro_stream_uniform_open(tro_stream *stream);
/* Uniform in 0 .. bound-1 without bias; bound > 0. Takes one output, rarely
 * more. */
uint64_t tro_stream_below(tro_stream *stream, uint64_t bound);
/* Exponential with rate 1. */
double tro_stream_exponential(tro_stream *stream);
/* Standard normal (ziggurat, one output in 98.5 % of the draws); and `count` of
 * them into out, the same values in the same order as single calls. */
double tro_stream_normal(tro_stream *stream);
void tro_stream_normals(tro_stream *stream, size_t count, double *out);
/* Chi-square with `freedom` degrees, a whole number >= 1. Takes one output of
 * the stream whatever the degrees, so that what is drawn next stays paired, as
 * nearly does the number itself when the degrees change a little. */
double tro_stream_chi_square(tro_stream *stream, double freedom);
/* The logarithm of a gamma number of this shape > 0 and scale 1: finite however
 * small the shape. Takes one output of the stream. */
double tro_stream_log_gamma(tro_stream *stream, double shape);
/* A uniformly random order of 0 .. count-1 into out. */
void tro_stream_order(tro_stream *stream, size_t count, size_t *out);

/* Binomial(n, p) counts that stay paired when p or n change a little: while
 * n p (1-p) <= 30 one uniform is inverted, so that on one stream the count
 * never falls when p rises (by 1e-12 or more) or n does; above that a
 * rejection, near the same function of the same uniform, mirrored for
 * p > 1/2. For n >= 100 and p in 0.02 .. 0.98, counts at p and p + 0.01 correlate
 * over 0.94; see random_binomial.c. Takes one output of the stream whatever n
 * and p, so what is drawn next stays paired too. p beyond 0 .. 1 counts as the
 * nearer end. */
uint64_t tro_stream_binomial(tro_stream *stream, uint64_t n, double p);

/* The same law and, bit for bit, the same draws with the tables made once, for
 * a loop that draws with one (n, p) many times: some 3 ns instead of 30 to 120.
 * At most 3 KB; owned by the caller. Any number of threads may draw from it,
 * each with its own stream. */
typedef struct tro_binomial tro_binomial;
tro_binomial *tro_binomial_new(uint64_t n, double p);   /* NULL: no memory */
void tro_binomial_free(tro_binomial *binomial);
uint64_t tro_binomial_draw(const tro_binomial *binomial, tro_stream *stream);

/* Multinomial(n; p_0 .. p_{cells-1}) by conditional binomials, one sub-stream
 * per cell, so that a change in one cell's probability leaves the draws of
 * the others paired. The p are non-negative with a positive, finite sum and
 * are used relative to it; a cell with p = 0 gets 0. Takes two outputs of the
 * stream whatever n and cells. counts has room for `cells` and must not
 * overlap p; no memory is needed. */
void tro_stream_multinomial(tro_stream *stream, uint64_t n, size_t cells, const double *p,
                            uint64_t *counts);

#ifdef __cplusplus
}
#endif
#endif
