/* Sampled rounds against a sampler that draws every output. Quick with a fixed
 * seed; long, with the seed of the day, when TRO_LONG=1. TRO_SEED gives the
 * seed, and TRO_ONLY=52 runs number 52 of each test alone. */
#include <gsl/gsl_cdf.h>

#include "tests/theory/brute.h"
#include "tests/unit/support.h"

#include "schedule/runner.h"

enum { SIZE = TRO_TOY_AGENTS * TRO_TOY_WIDTH, W = TRO_TOY_WIDTH };

static int wanted(uint64_t number)
{
    const char *only = getenv("TRO_ONLY");
    return !only || strtoull(only, NULL, 10) == number;
}

static tro_stream stream_of(uint64_t round, uint64_t agent)
{
    return tro_stream_of(&(tro_stream_key){tro_test_seed(), 0, agent, round, TRO_FOR_TESTS});
}

/* --- false alarms ------------------------------------------------------------ */

/* A comparison fails when one of its scores is above 5 twice, the second time
 * with a sample of its own. For a score with a normal law that has probability
 * 5.7e-7 each time; scores of one sample are bounded one by one. */
static double alarms;

static void count_alarms(size_t scores)
{
    double once = (double)scores * 2 * gsl_cdf_ugaussian_Q(5);
    alarms += once * once;
}

static void check_alarms(double limit)
{
    if (tro_long_tests())
        printf("  false alarms: probability below %.1e\n", alarms);
    ck_assert_double_lt(alarms, limit);
    alarms = 0;
}

static void open_toy(tro_world *w, const tro_toy *toy)
{
    tro_text text = {0};
    tro_toy_write(toy, &text);
    tro_world_read(w, tro_text_string(&text));
    tro_text_clear(&text);
}

/* States after `rounds` sampled rounds of the library, one per replicate. */
static void by_library(tro_world *w, uint64_t first, int rounds, tro_draws *draws)
{
    tro_runner runner = {0};
    tro_sampler *sampler = NULL;
    ck_assert_int_eq(tro_sampler_new(w->eco, &sampler, NULL), TRO_OK);
    ck_assert_int_eq(tro_runner_init(&runner, w->eco, w->plan, TRO_SAMPLED), TRO_OK);
    runner.sampler = sampler;
    int status = TRO_OK; /* Check writes to a file at every assertion */
    for (size_t k = 0; k < draws->size; k++) {
        status |= tro_runner_start(&runner, first + k, NULL);
        for (int r = 0; r < rounds; r++)
            status |= tro_runner_round(&runner);
        memcpy(draws->rows + k * draws->width, runner.z, draws->width * sizeof *runner.z);
    }
    ck_assert_int_eq(status, TRO_OK);
    tro_runner_release(&runner);
    tro_sampler_free(sampler);
}

/* The same, every output drawn. */
static void by_brute_force(tro_world *w, const tro_toy *toy, uint64_t first, int rounds,
                           tro_stream *stream, tro_draws *draws)
{
    tro_brute *brute = tro_brute_new(toy);
    tro_events events = {0};
    int status = TRO_OK;
    for (size_t k = 0; k < draws->size; k++) {
        double *z = draws->rows + k * draws->width;
        tro_ecosystem_start(w->eco, z);
        for (int r = 0; r < rounds; r++) {
            status |= tro_plan_list(w->plan, first + k, (uint64_t)r, &events);
            tro_brute_round(brute, &events, stream, z);
        }
    }
    ck_assert_int_eq(status, TRO_OK);
    tro_events_release(&events);
    tro_brute_free(brute);
}

static double score(const tro_toy *toy, int rounds, size_t size, uint64_t first,
                    const char **what, size_t *scores)
{
    tro_world w;
    tro_stream stream = stream_of(first, 77);
    open_toy(&w, toy);
    tro_draws a = {size, w.eco->size, calloc(size * w.eco->size, sizeof(double))};
    tro_draws b = {size, w.eco->size, calloc(size * w.eco->size, sizeof(double))};
    by_library(&w, first, rounds, &a);
    by_brute_force(&w, toy, first, rounds, &stream, &b);
    double worst = tro_law_score(&a, &b, w.eco->size + 3, &stream, what);
    *scores = tro_law_scores(w.eco->size, w.eco->size + 3);
    free(a.rows);
    free(b.rows);
    tro_world_close(&w);
    return worst;
}

static void check_law(const tro_toy *toy, int rounds, size_t size, const char *name, uint64_t t)
{
    const char *first_what = "", *second_what = "";
    size_t scores;
    double first = score(toy, rounds, size, 1000, &first_what, &scores), second = 0;
    count_alarms(scores);
    if (!(first < 5))
        second = score(toy, rounds, 2 * size, 1000 + size, &second_what, &scores);
    if (!(first < 5) && !(second < 5)) {
        tro_text text = {0};
        tro_toy_write(toy, &text);
        ck_abort_msg("%s %llu: %.2f (%s), then %.2f sigma (%s)\n%.1500s", name,
                     (unsigned long long)t, first, first_what, second, second_what,
                     tro_text_string(&text));
    }
}

/* Toys of any kind after two rounds, under every schedule. */
START_TEST(test_toys_law)
{
    static const char *const schedules[] = {
        "synchronous", "sequential", "random-order", "{poisson: 1.2}",
        "{periodic: {period: 0.5, offset: 0.2}}"};
    uint64_t toys = tro_long_tests() ? 600 : 40;
    size_t size = tro_long_tests() ? 20000 : 2500;
    for (uint64_t t = 0; t < toys; t++) {
        tro_stream s = stream_of(t, 1);
        tro_toy toy;
        if (!wanted(t))
            continue;
        tro_toy_draw(&toy, &s, 4, 1);
        toy.schedule = schedules[t % 5];
        toy.advance = "{sampled: 1}";
        for (size_t i = 0; i < toy.agents; i++)
            toy.agent[i].outputs = tro_stream_below(&s, 3) ? 1 + tro_stream_below(&s, 8) : 1;
        check_law(&toy, 2, size, "toy", t);
    }
    check_alarms(1e-5);
}
END_TEST

/* Each source by itself, and each pair of them: real data, outputs, curated
 * outputs of both rules, with each shape of covariance and channel. */
static void source_toy(tro_toy *toy, tro_stream *s, int first, int second)
{
    tro_toy whole;
    do
        tro_toy_draw(&whole, s, 2, 1);
    while (whole.agents != 2);
    *toy = whole;
    toy->edges = 0;
    for (int k = 0; k < 2; k++) {
        tro_toy_edge *e = tro_toy_join(toy, (size_t)k, 0);
        if (whole.edges > 0 && (first + second + k) % 2) {
            const tro_toy_edge *like = &whole.edge[(size_t)k % whole.edges];
            size_t from = e->from;
            *e = *like;
            e->from = from;
            e->to = 0;
            e->judge_kind = k;
            e->synthetic = e->curated = 1 + k;
        }
    }
    double share[3] = {0, 0, 0};
    share[first % 3] += 0.4;
    share[second % 3] += 0.6;
    tro_toy_agent *a = &toy->agent[0];
    a->has_reference = 1;
    a->real = share[0];
    a->synthetic = share[1];
    a->curated = share[2];
    a->rule = first < 3 ? TRO_TOY_SHIFT : TRO_TOY_TILT;
    toy->agent[1].rule = second < 3 ? TRO_TOY_TILT : TRO_TOY_SHIFT;
    toy->agent[1].has_reference = 1;
    toy->agent[1].real = 1;
    toy->agent[1].synthetic = toy->agent[1].curated = 0;
    a->own_spread = a->own_spread && share[0] > 0;
    toy->schedule = "synchronous";
    toy->advance = "{sampled: 1}";
}

START_TEST(test_sources_law)
{
    static const uint64_t outputs[] = {1, 2, 3, 10};
    size_t size = tro_long_tests() ? 40000 : 2500;
    for (int first = 0; first < 6; first++)
        for (int second = 0; second < 6; second++)
            for (int k = 0; k < (tro_long_tests() ? 12 : 1); k++) {
                uint64_t t = (uint64_t)(36 * k + 6 * first + second);
                tro_stream s = stream_of(t, 2);
                tro_toy toy;
                if (!wanted(t))
                    continue;
                source_toy(&toy, &s, first, second);
                toy.agent[0].outputs = outputs[(first + second + k) % 4];
                check_law(&toy, 1, size, "sources", t);
            }
    check_alarms(1e-5);
}
END_TEST

/* --- one output: the mixture itself --------------------------------------------- */

typedef struct mixture {
    size_t parts;
    double share[TRO_TOY_SOURCES], mean[TRO_TOY_SOURCES], sd[TRO_TOY_SOURCES];
} mixture;

static double mixture_cdf(double x, const void *context)
{
    const mixture *m = context;
    double sum = 0;
    for (size_t k = 0; k < m->parts; k++)
        sum += m->share[k] * gsl_cdf_ugaussian_P((x - m->mean[k]) / m->sd[k]);
    return sum;
}

/* The law of direction . (agent's one output). */
static void make_mixture(const tro_toy *toy, size_t agent, const double *z,
                         const double *direction, mixture *m)
{
    tro_toy_source sources[TRO_TOY_SOURCES];
    size_t d = toy->width;
    m->parts = tro_toy_sources(toy, agent, sources);
    for (size_t k = 0; k < m->parts; k++) {
        const tro_toy_source *s = &sources[k];
        double variance = 0;
        m->share[k] = s->share;
        m->mean[k] = 0;
        for (size_t r = 0; r < d; r++) {
            double mean = s->offset[r];
            for (size_t c = 0; s->from != SIZE_MAX && c < d; c++)
                mean += s->matrix[r * d + c] * z[s->from * d + c];
            m->mean[k] += direction[r] * mean;
            for (size_t c = 0; c < d; c++)
                variance += direction[r] * s->spread[r * d + c] * direction[c];
        }
        m->sd[k] = sqrt(fmax(variance, 1e-20));
    }
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double one_output_score(const tro_toy *toy, size_t size, uint64_t first)
{
    tro_world w;
    double worst = 0, z[SIZE], direction[W], *values = calloc(size, sizeof *values);
    tro_stream s = stream_of(first, 3);
    open_toy(&w, toy);
    size_t d = toy->width;
    tro_draws draws = {size, w.eco->size, calloc(size * w.eco->size, sizeof(double))};
    tro_ecosystem_start(w.eco, z);
    by_library(&w, first, 1, &draws);
    for (size_t i = 0; i < toy->agents; i++) {
        mixture m;
        tro_stream_normals(&s, d, direction);
        make_mixture(toy, i, z, direction, &m);
        for (size_t k = 0; k < size; k++) {
            values[k] = 0;
            for (size_t c = 0; c < d; c++)
                values[k] += direction[c] * draws.rows[k * draws.width + i * d + c];
        }
        qsort(values, size, sizeof *values, ascending);
        worst = fmax(worst, tro_ks_score(size, values, mixture_cdf, &m));
    }
    free(values);
    free(draws.rows);
    tro_world_close(&w);
    return worst;
}

/* With one output per round the law is the mixture of the sources. */
START_TEST(test_one_output_law)
{
    uint64_t toys = tro_long_tests() ? 1000 : 60;
    size_t size = tro_long_tests() ? 50000 : 10000;
    for (uint64_t t = 0; t < toys; t++) {
        tro_stream s = stream_of(t, 4);
        tro_toy toy;
        if (!wanted(t))
            continue;
        tro_toy_draw(&toy, &s, TRO_TOY_AGENTS, 1);
        toy.advance = "{sampled: 1}";
        for (size_t i = 0; i < toy.agents; i++)
            toy.agent[i].outputs = 1;
        count_alarms(toy.agents);
        double first = one_output_score(&toy, size, 0), second = 0;
        if (!(first < 5))
            second = one_output_score(&toy, 2 * size, size);
        ck_assert_msg(first < 5 || second < 5, "toy %llu: %.2f, then %.2f sigma",
                      (unsigned long long)t, first, second);
    }
    check_alarms(1e-5);
}
END_TEST

/* --- does the comparison notice? --------------------------------------------------- */

/* A wrong share, a wrong covariance and a wrong shift are seen, so that the
 * silence above means something. */
START_TEST(test_comparison_notices)
{
    for (int wrong = 0; wrong < 4; wrong++) {
        tro_stream s = stream_of(1, 5);
        tro_toy toy, other;
        tro_world w;
        const char *what = "";
        size_t size = 4000;
        tro_toy_plain(&toy, 2, 2);
        tro_toy_join(&toy, 1, 0);
        toy.agent[0] = toy.agent[1];
        toy.agent[1].rule = TRO_TOY_SHIFT;
        toy.agent[1].push[0] = 2;
        toy.agent[0].real = 0.3;
        toy.agent[0].synthetic = 0.3;
        toy.agent[0].curated = 0.4;
        toy.agent[0].outputs = toy.agent[1].outputs = 3;
        toy.agent[1].reference[1] = 1;
        toy.schedule = "synchronous";
        toy.advance = "{sampled: 1}";
        other = toy;
        if (wrong == 1) {
            other.agent[0].curated = 0.5;
            other.agent[0].synthetic = 0.2;
        }
        if (wrong == 2)
            other.spread[1] = other.spread[2] = 0.2;
        if (wrong == 3)
            other.agent[0].outputs = 4;
        open_toy(&w, &toy);
        tro_draws a = {size, 4, calloc(size * 4, sizeof(double))};
        tro_draws b = {size, 4, calloc(size * 4, sizeof(double))};
        by_library(&w, 0, 1, &a);
        by_brute_force(&w, &other, 0, 1, &s, &b);
        double found = tro_law_score(&a, &b, 6, &s, &what);
        ck_assert_msg((found > 5) == (wrong > 0), "case %d: %.2f sigma (%s)", wrong, found, what);
        free(a.rows);
        free(b.rows);
        tro_world_close(&w);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_toys_law, test_sources_law, test_one_output_law,
                                  test_comparison_notices};
    tro_choose_seed(20260330);
    return tro_run_tests("sampling", tests, sizeof tests / sizeof *tests, 3600);
}
