/* The streams: PCG64 DXSM, the hash of a key, jumps and uniforms. */
#include "base/random_internal.h"

static inline uint64_t rotate(uint64_t word, int by)
{
    return word << by | word >> (64 - by);
}

typedef struct sip {
    uint64_t v0, v1, v2, v3;
} sip;

static inline sip sip_round(sip s)
{
    s.v0 += s.v1;
    s.v1 = rotate(s.v1, 13) ^ s.v0;
    s.v0 = rotate(s.v0, 32);
    s.v2 += s.v3;
    s.v3 = rotate(s.v3, 16) ^ s.v2;
    s.v0 += s.v3;
    s.v3 = rotate(s.v3, 21) ^ s.v0;
    s.v2 += s.v1;
    s.v1 = rotate(s.v1, 17) ^ s.v2;
    s.v2 = rotate(s.v2, 32);
    return s;
}

static inline sip sip_absorb(sip s, uint64_t word)
{
    s.v3 ^= word;
    s = sip_round(s);
    s.v0 ^= word;
    return s;
}

/* SipHash-1-4 (Aumasson and Bernstein 2012) of the words (agent, round,
 * purpose) under the key (seed, replicate), without the length word, as the
 * length is fixed; all 256 bits of its state are kept: v0 v1 are the state of
 * the generator and v2 v3 its increment. LCGs that share an increment or are
 * near in state are correlated, hence a hash that moves every bit of both. */
tro_stream tro_stream_of(const tro_stream_key *key)
{
    sip s = {
        key->seed ^ 0x736f6d6570736575u, key->replicate ^ 0x646f72616e646f6du,
        key->seed ^ 0x6c7967656e657261u, key->replicate ^ 0x7465646279746573u
    };

    s = sip_absorb(s, key->agent);
    s = sip_absorb(s, key->round);
    s = sip_absorb(s, key->purpose);
    s.v2 ^= 0xff;
    s = sip_round(sip_round(sip_round(sip_round(s))));
    return tro_stream_from((tro_u128)s.v0 << 64 | s.v1, (tro_u128)s.v2 << 64 | s.v3);
}

tro_stream tro_stream_from(tro_u128 state, tro_u128 increment)
{
    return (tro_stream){ state, increment | 1 };
}

uint64_t tro_stream_next(tro_stream *stream)
{
    return stream_next(stream);
}

/* `steps` applications of x -> a x + c by squaring the map; Brown (1994). */
void tro_stream_advance(tro_stream *stream, tro_u128 steps)
{
    tro_u128 a = STREAM_MULTIPLIER, c = stream->increment;
    tro_u128 total_a = 1, total_c = 0;

    for (; steps > 0; steps >>= 1) {
        if (steps & 1) {
            total_a *= a;
            total_c = total_c * a + c;
        }
        c *= a + 1;
        a *= a;
    }
    stream->state = total_a * stream->state + total_c;
}

double tro_stream_uniform(tro_stream *stream)
{
    return (double)(int64_t)(stream_next(stream) >> 11) * 0x1p-53;
}

double tro_stream_uniform_open(tro_stream *stream)
{
    return stream_uniform_open(stream);
}
