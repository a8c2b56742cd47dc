/* Time per call of the random streams, beside GSL in the same run.
 *
 * Prints "name  ns/op" rows, the best of several rounds each, then ratios
 * GSL / ours (over one: we are faster). Nothing is asserted. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include <trophic/random.h>

enum { ROUNDS = 7, COUNT = 1 << 19, BATCH = 24 };

static gsl_rng *gsl;
static tro_binomial *prepared;
static uint64_t count_n;
static double count_p;
static volatile double sink;   /* so that no loop is empty */

static tro_stream stream_of(uint64_t agent)
{
    tro_stream_key key = { 1, 2, agent, 3, TRO_FOR_TESTS };

    return tro_stream_of(&key);
}

static void ours_derivation(void)
{
    uint64_t sum = 0;

    for (uint64_t i = 0; i < COUNT; i++)
        sum ^= (uint64_t)stream_of(i).state;
    sink = (double)sum;
}

static void ours_derivation_and_normals(void)
{
    double out[BATCH], sum = 0;

    for (uint64_t i = 0; i < COUNT / BATCH; i++) {
        tro_stream s = stream_of(i);
        tro_stream_normals(&s, BATCH, out);
        sum += out[BATCH - 1];
    }
    sink = sum;
}

static void ours_normals(void)
{
    static double out[COUNT / 256];
    tro_stream s = stream_of(0);

    for (int i = 0; i < 256; i++)
        tro_stream_normals(&s, COUNT / 256, out);
    sink = out[0];
}

#define LOOP(name, expression)                  \
    static void name(void)                      \
    {                                           \
        tro_stream s = stream_of(0);            \
        double sum = 0;                         \
                                                \
        for (int i = 0; i < COUNT; i++)         \
            sum += (double)(expression);        \
        sink = sum + (double)(uint64_t)s.state; \
    }

LOOP(ours_next, (int64_t)tro_stream_next(&s))
LOOP(ours_normal, tro_stream_normal(&s))
LOOP(gsl_normal, gsl_ran_gaussian_ziggurat(gsl, 1))
LOOP(ours_exponential, tro_stream_exponential(&s))
LOOP(gsl_exponential, gsl_ran_exponential(gsl, 1))
LOOP(ours_prepared, (int64_t)tro_binomial_draw(prepared, &s))
LOOP(ours_binomial, (int64_t)tro_stream_binomial(&s, count_n, count_p))
LOOP(gsl_binomial, gsl_ran_binomial(gsl, count_p, (unsigned)count_n))

static void ours_multinomial(void)
{
    static const double p[4] = { 0.5, 0.2, 0.2, 0.1 };
    tro_stream s = stream_of(0);
    uint64_t counts[4], sum = 0;

    for (int i = 0; i < COUNT / 4; i++) {
        tro_stream_multinomial(&s, 24, 4, p, counts);
        sum += counts[0];
    }
    sink = (double)sum;
}

static void gsl_multinomial(void)
{
    static const double p[4] = { 0.5, 0.2, 0.2, 0.1 };
    unsigned counts[4], sum = 0;

    for (int i = 0; i < COUNT / 4; i++) {
        gsl_ran_multinomial(gsl, 4, 24, p, counts);
        sum += counts[0];
    }
    sink = sum;
}

static double row(const char *name, void (*run)(void), double calls)
{
    double best = 1e300;

    for (int i = 0; i < ROUNDS; i++) {
        struct timespec from, to;
        clock_gettime(CLOCK_MONOTONIC, &from);
        run();
        clock_gettime(CLOCK_MONOTONIC, &to);
        double ns = 1e9 * (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec);
        if (ns < best)
            best = ns;
    }
    printf("%-44s %8.2f\n", name, best / calls);
    return best / calls;
}

static int counts(uint64_t n, double p)
{
    char name[64];

    count_n = n;
    count_p = p;
    prepared = tro_binomial_new(n, p);
    if (prepared == NULL)
        return -1;
    snprintf(name, sizeof name, "binomial %llu %g prepared", (unsigned long long)n, p);
    double ours = row(name, ours_prepared, COUNT);
    snprintf(name, sizeof name, "binomial %llu %g", (unsigned long long)n, p);
    double once = row(name, ours_binomial, COUNT);
    snprintf(name, sizeof name, "binomial %llu %g, gsl", (unsigned long long)n, p);
    double theirs = row(name, gsl_binomial, COUNT);
    printf("%-44s %8.2f %8.2f\n", "  ratio to prepared, to not prepared", theirs / ours,
           theirs / once);
    tro_binomial_free(prepared);
    return 0;
}

int main(void)
{
    static const struct { uint64_t n; double p; } laws[] = {
        { 4, 0.3 }, { 10, 0.3 }, { 64, 0.4 }, { 1000, 0.01 }, { 1000, 0.4 }, { 1000000000, 0.4 }
    };
    double ours, theirs;

    gsl = gsl_rng_alloc(gsl_rng_mt19937);
    if (gsl == NULL)
        return 1;
    row("next", ours_next, COUNT);
    row("stream of a key", ours_derivation, COUNT);
    row("stream of a key and 24 normals, a stream", ours_derivation_and_normals, COUNT / BATCH);
    ours = row("normals, each", ours_normals, COUNT);
    row("normal, single calls", ours_normal, COUNT);
    theirs = row("normal, gsl ziggurat on mt19937", gsl_normal, COUNT);
    printf("%-44s %8.2f\n", "  ratio", theirs / ours);
    ours = row("exponential", ours_exponential, COUNT);
    theirs = row("exponential, gsl", gsl_exponential, COUNT);
    printf("%-44s %8.2f\n", "  ratio", theirs / ours);
    ours = row("multinomial 24, 4 cells", ours_multinomial, COUNT / 4);
    theirs = row("multinomial 24, 4 cells, gsl", gsl_multinomial, COUNT / 4);
    printf("%-44s %8.2f\n", "  ratio", theirs / ours);
    for (size_t i = 0; i < sizeof laws / sizeof *laws; i++)
        if (counts(laws[i].n, laws[i].p) < 0)
            return 1;
    gsl_rng_free(gsl);
    return 0;
}
