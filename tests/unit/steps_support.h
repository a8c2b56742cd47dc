/* What the tests of bazaars share. */
#ifndef TRO_TESTS_STEPS_SUPPORT_H
#define TRO_TESTS_STEPS_SUPPORT_H

#include "tests/unit/bazaar.h"
#include "tests/unit/support.h"

enum { SIZE = TRO_BAZAAR_AGENTS * TRO_BAZAAR_CELLS };

static inline tro_stream stream_of(uint64_t round, uint64_t agent)
{
    return tro_stream_of(&(tro_stream_key){20260507, 0, agent, round, TRO_FOR_TESTS});
}

static inline void open_bazaar(tro_world *w, const tro_bazaar *bazaar)
{
    tro_text text = {0};
    tro_bazaar_write(bazaar, &text);
    tro_world_read(w, tro_text_string(&text));
    tro_text_clear(&text);
    ck_assert_uint_eq(w->eco->agents, bazaar->agents);
    ck_assert_uint_eq(w->eco->width, bazaar->blocks * bazaar->outcomes);
}

/* Number t of a series: families in turn. */
static inline void draw_bazaar(tro_bazaar *bazaar, tro_stream *s, uint64_t t, int zeros)
{
    tro_bazaar_draw(bazaar, s, &(tro_bazaar_wish){.family = (int)(t % 3), .agents = 6,
                                                  .zeros = zeros, .most_tuples = 5000});
}

static inline double dot(size_t n, const double *a, const double *b)
{
    double sum = 0;
    for (size_t k = 0; k < n; k++)
        sum += a[k] * b[k];
    return sum;
}

/* Pieces of a state that sum to a constant: laws, or their rows. */
static inline size_t piece_length(const tro_bazaar *bazaar)
{
    return bazaar->stay ? bazaar->outcomes : bazaar->blocks * bazaar->outcomes;
}

/* A random state: the start, every entry moved by up to a half of itself. */
static inline void draw_state(const tro_bazaar *bazaar, tro_stream *s, double *z)
{
    size_t length = piece_length(bazaar), cells = bazaar->blocks * bazaar->outcomes;
    tro_bazaar_start(bazaar, z);
    for (size_t at = 0; at < bazaar->agents * cells; at += length) {
        double mass = 0, sum = 0;
        for (size_t k = at; k < at + length; k++) {
            mass += z[k];
            z[k] *= 0.5 + tro_stream_uniform(s);
            sum += z[k];
        }
        for (size_t k = at; k < at + length; k++)
            z[k] = sum > 0 ? z[k] * mass / sum : 0;
    }
}

/* A direction in which every piece keeps its sum, and zeros stay. */
static inline void draw_tangent(const tro_bazaar *bazaar, tro_stream *s, const double *z,
                                double *dz)
{
    size_t length = piece_length(bazaar), cells = bazaar->blocks * bazaar->outcomes;
    for (size_t at = 0; at < bazaar->agents * cells; at += length) {
        double mass = 0, sum = 0;
        for (size_t k = at; k < at + length; k++) {
            dz[k] = z[k] * tro_stream_normal(s);
            mass += z[k];
            sum += dz[k];
        }
        for (size_t k = at; k < at + length; k++)
            dz[k] = mass > 0 ? dz[k] - z[k] * sum / mass : 0;
    }
}

static inline const char *text_of(const tro_bazaar *bazaar)
{
    static char kept[16384];
    tro_text text = {0};
    tro_bazaar_write(bazaar, &text);
    snprintf(kept, sizeof kept, "%s", tro_text_string(&text));
    tro_text_clear(&text);
    return kept;
}

#endif
