/* What the tests of the choice kernel share: two slow second implementations, in
 * long double, and calls with a scratch that is checked. */
#ifndef TRO_TESTS_CHOICE_SUPPORT_H
#define TRO_TESTS_CHOICE_SUPPORT_H

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <trophic/random.h>

#include "curator/choice.h"

enum { CHOICE_MOST = 4096, SLOTS_MOST = 8 };

/* A tolerance against what long double computes; larger where that is no longer than
 * double, as in valgrind. */
static inline double within(double tolerance)
{
    volatile long double one = 1;
    return one + 0x1p-60L == one ? 50 * tolerance : tolerance;
}

/* --- enumeration --------------------------------------------------------------------- */

/* One candidate per slot, each slot with a law; what is kept, slot by slot. Laws
 * and their changes are as they stand: not normalised. */
typedef struct example_slots {
    size_t outcomes, slots;
    const double *law[SLOTS_MOST], *change[SLOTS_MOST];   /* change NULL: none */
    const double *reward, *reward_change;                 /* likewise */
    int hard;
} example_slots;

/* The chances of the candidates x[] to be kept, and how they change. */
static inline void example_chances(const example_slots *e, const size_t *x, long double *chance,
                                   long double *change)
{
    long double most = -INFINITY, sum = 0, mean = 0;
    for (size_t k = 0; k < e->slots; k++)
        most = fmaxl(most, (long double)e->reward[x[k]]);
    for (size_t k = 0; k < e->slots; k++) {
        long double below = e->reward[x[k]] - most;
        chance[k] = e->hard ? below == 0 : expl(below);
        sum += chance[k];
    }
    for (size_t k = 0; k < e->slots; k++) {
        chance[k] /= sum;
        change[k] = 0;
        if (e->reward_change)
            mean += chance[k] * e->reward_change[x[k]];
    }
    for (size_t k = 0; e->reward_change && !e->hard && k < e->slots; k++)
        change[k] = chance[k] * (e->reward_change[x[k]] - mean);
}

/* kept, changed: slots x outcomes. By all outcomes^slots tuples. */
static inline void example_enumerate(const example_slots *e, long double *kept,
                                     long double *changed)
{
    size_t n = e->outcomes, m = e->slots, tuples = 1;
    memset(kept, 0, n * m * sizeof *kept);
    memset(changed, 0, n * m * sizeof *changed);
    for (size_t k = 0; k < m; k++)
        tuples *= n;
    for (size_t t = 0; t < tuples; t++) {
        size_t x[SLOTS_MOST] = {0}, rest = t;
        long double chance[SLOTS_MOST], change[SLOTS_MOST], p = 1, dp = 0;
        for (size_t k = 0; k < m; k++, rest /= n) {
            x[k] = rest % n;
            dp *= e->law[k][x[k]];
            if (e->change[k])
                dp += p * e->change[k][x[k]];
            p *= e->law[k][x[k]];
        }
        example_chances(e, x, chance, change);
        for (size_t k = 0; k < m; k++) {
            kept[k * n + x[k]] += p * chance[k];
            changed[k * n + x[k]] += dp * chance[k] + p * change[k];
        }
    }
}

/* One law in all slots, made homogeneous of degree one: m F(p / m), and its change. */
static inline void example_one_law(size_t n, size_t candidates, int hard, const double *p,
                                   const double *dp, const double *reward, const double *dr,
                                   double *out, double *change)
{
    example_slots e = {.outcomes = n, .slots = candidates, .reward = reward,
                       .reward_change = dr, .hard = hard};
    long double kept[SLOTS_MOST * 8], changed[SLOTS_MOST * 8], mass = 0, dm = 0;
    for (size_t k = 0; k < candidates; k++) {
        e.law[k] = p;
        e.change[k] = dp;
    }
    example_enumerate(&e, kept, changed);
    for (size_t x = 0; x < n; x++) {
        mass += p[x];
        dm += dp ? dp[x] : 0;
    }
    for (size_t x = 0; x < n; x++) {
        long double sum = 0, sum_change = 0, scale = powl(mass, 1 - (int)candidates);
        for (size_t k = 0; k < candidates; k++) {
            sum += kept[k * n + x];
            sum_change += changed[k * n + x];
        }
        out[x] = (double)(scale * sum);
        if (change)
            change[x] = (double)(scale * (sum_change + (1 - (long double)candidates) * dm /
                                                          mass * sum));
    }
}

/* --- a plain quadrature -------------------------------------------------------------- */

/* p(x) K int y exp(-y) phi^(K-1) du with y = exp(r(x) + u), for a law of mass 1: a
 * trapezoid of step 0.1 over everything, every exponential by itself. */
static inline void example_quadrature(size_t n, double candidates, const double *p,
                                      const double *reward, double *out)
{
    long double most = -INFINITY, least = INFINITY, h = 0.1L, sum[64] = {0};
    for (size_t x = 0; x < n; x++) {
        most = fmaxl(most, (long double)reward[x]);
        least = fminl(least, (long double)reward[x]);
    }
    long double from = -most - 46 - logl(candidates), to = -least + 5;
    for (size_t j = 0; from + j * h < to; j++) {
        long double u = from + j * h, low = 0, phi = 0;
        for (size_t x = 0; x < n; x++) {
            long double y = expl(fminl(reward[x] + u, 20));
            low += p[x] * expm1l(-y);
            phi += p[x] * expl(-y);
        }
        long double log_phi = low > -0.5L ? log1pl(low) : logl(phi);
        for (size_t x = 0; x < n; x++) {
            long double log_y = fminl(reward[x] + u, 20);
            sum[x] += h * expl(log_y - expl(log_y) + (candidates - 1) * log_phi);
        }
    }
    for (size_t x = 0; x < n; x++)
        out[x] = (double)(p[x] * candidates * sum[x]);
}

/* The same of two outcomes by the binomial law of how many of the others are the
 * first, relative to its mode; for rewards at most 500 apart. */
static inline void example_binomial(double candidates, const double *p, const double *reward,
                                    double *out)
{
    long double others = candidates - 1, odds = (long double)p[0] / p[1];
    long double d = expl((long double)reward[1] - reward[0]), total = 0, h[2] = {0, 0};
    long double mode = floorl(candidates * p[0]);
    mode = fminl(mode, others);
    for (int down = 0; down < 2; down++) {
        long double term = 1;
        for (long double k = mode; k >= 0 && k <= others && term > 1e-250L;) {
            if (!(down && k == mode)) {
                total += term;
                h[0] += term * candidates / (1 + k + (others - k) * d);
                h[1] += term * candidates / (1 + k / d + (others - k));
            }
            if (down)
                term *= k / (others - k + 1) / odds, k--;
            else
                term *= (others - k) / (k + 1) * odds, k++;
        }
    }
    out[0] = (double)(p[0] * h[0] / total);
    out[1] = (double)(p[1] * h[1] / total);
}

/* --- calls --------------------------------------------------------------------------- */

/* A choice with its arena and scratch. What is beyond the scratch is watched. */
typedef struct example_choice {
    tro_arena arena;
    const tro_choice *choice;
    double *scratch;
    size_t room;
} example_choice;

static const double WATCH = 12345.678;

static inline double *watched(size_t room)
{
    double *scratch = malloc((room + 8) * sizeof *scratch);
    ck_assert_ptr_nonnull(scratch);
    for (size_t i = 0; i < room; i++)
        scratch[i] = NAN;
    for (size_t i = 0; i < 8; i++)
        scratch[room + i] = WATCH;
    return scratch;
}

static inline void check_watched(const double *scratch, size_t room)
{
    for (size_t i = 0; i < 8; i++)
        ck_assert_double_eq(scratch[room + i], WATCH);
}

static inline void example_open(example_choice *e, size_t n, const double *reward,
                                double candidates, int hard)
{
    *e = (example_choice){.room = 0};
    int status = tro_choice_new(&e->arena, n, reward, candidates, hard, &e->choice);
    ck_assert_int_eq(status, TRO_OK);
    e->room = tro_choice_scratch(e->choice);
    e->scratch = watched(e->room);
}

static inline void example_close(example_choice *e)
{
    check_watched(e->scratch, e->room);
    free(e->scratch);
    tro_arena_clear(&e->arena);
}

/* Numbers of rows that take all ways through the kernel. */
static const size_t EXAMPLE_ROWS[] = {1, 2, 3, 5};

/* The largest |a - b| / |b|, or |a| where b is 0. */
static inline double example_off(size_t n, const double *a, const double *b)
{
    double worst = 0;
    for (size_t i = 0; i < n; i++) {
        double off = b[i] == 0 ? fabs(a[i]) : fabs(a[i] / b[i] - 1);
        worst = fmax(worst, isnan(off) ? INFINITY : off);
    }
    return worst;
}

/* Checks C(p) of all numbers of rows against one expected law. */
static inline void check_kept(size_t n, const double *p, const double *reward, double candidates,
                              int hard, const double *expected, double tolerance)
{
    example_choice e;
    double many[5 * 64], out[5 * 64];
    example_open(&e, n, reward, candidates, hard);
    for (size_t r = 0; r < 5; r++)
        memcpy(many + r * n, p, n * sizeof *p);
    for (size_t k = 0; k < sizeof EXAMPLE_ROWS / sizeof *EXAMPLE_ROWS; k++) {
        size_t rows = EXAMPLE_ROWS[k];
        tro_choice_apply(e.choice, rows, n, many, out, e.scratch);
        for (size_t r = 0; r < rows; r++) {
            double off = example_off(n, out + r * n, expected);
            ck_assert_msg(off <= within(tolerance),
                          "%zu outcomes, %g candidates%s, row %zu of %zu: %.2g", n, candidates,
                          hard ? ", hard" : "", r, rows, off);
        }
    }
    example_close(&e);
}

/* --- random arguments ---------------------------------------------------------------- */

static inline tro_stream example_stream(uint64_t round)
{
    tro_stream_key key = {.seed = 20240607, .round = round, .purpose = TRO_FOR_TESTS};
    return tro_stream_of(&key);
}

/* A law with entries over `decades` decades, and sum `mass`. */
static inline void example_law(tro_stream *s, size_t n, double decades, double mass, double *p)
{
    double sum = 0;
    for (size_t x = 0; x < n; x++)
        sum += p[x] = exp(-decades * M_LN10 * tro_stream_uniform(s)) * tro_stream_uniform_open(s);
    for (size_t x = 0; x < n; x++)
        p[x] *= mass / sum;
}

static inline void example_scaled_normals(tro_stream *s, size_t n, double scale, double *v)
{
    tro_stream_normals(s, n, v);
    for (size_t x = 0; x < n; x++)
        v[x] *= scale;
}

static inline double example_dot(size_t n, const double *x, const double *y)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i] * y[i];
    return sum;
}

#endif
