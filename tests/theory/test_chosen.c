/* Sampled rounds of real vectors where an owner, or the judge of a shared pool, chooses
 * among several laws: against a sampler that draws candidates until one is taken, against
 * exact rounds, and the covariance of a round against that of its draws. Quick with fixed
 * seeds; long with seeds of the day when TRO_LONG=1. */
#include <omp.h>
#include <stdarg.h>

#include "tests/theory/brute.h"
#include "tests/unit/support.h"

#include "analysis/noise_outputs.h"
#include "family/normal.h"
#include "schedule/runner.h"

enum { OUTPUTS = 6, LAWS = 4, REAL = 0, WIDE = 5 };

static tro_stream stream_of(uint64_t round, uint64_t agent)
{
    return tro_stream_of(&(tro_stream_key){tro_test_seed(), 0, agent, round, TRO_FOR_TESTS});
}

/* --- scenarios ------------------------------------------------------------------------ */

/* One round of agent a, which has real data and the outputs of a, b and c. */
static const double mean[LAWS][2] = {{-1, 0.5}, {0.4, -0.3}, {1, 0.5}, {0, 1.5}};
static const double weight[LAWS] = {0, 0.2, 0.5, 0.3};
/* Covariances where each law has its own; and in the family of one covariance, where real
 * data and the channel from b have others. */
static const double covariance[2][LAWS][3] = {
    {{0.5, 0.2, 0.3}, {1, 0.3, 0.5}, {0.4, -0.2, 1.2}, {1, 0.3, 0.5}},
    {{0.5, 0.2, 0.3}, {1, 0.3, 0.5}, {0.4, -0.2, 1.2}, {0.2, 0, 0.7}}};
static const double taste[2] = {0.5, -0.2}; /* of a's public, where there is an owner */

/* -(q_i (x_i - centre_i)^2) / 2 + linear . x, over the temperature; weight 0: no such rule. */
typedef struct rule {
    double linear[2], q[2], centre[2], temperature, weight;
} rule;
typedef struct chosen {
    int moments, owner;
    rule rules[2];
    double none;               /* weight of no choice */
} chosen;

static void put(char *text, const char *format, ...) TRO_PRINTF(2, 3);
static void put(char *text, const char *format, ...)
{
    va_list list;
    size_t used = strlen(text);
    va_start(list, format);
    vsnprintf(text + used, 4096 - used, format, list);
    va_end(list);
}

static void put_rule(const rule *r, char *text)
{
    put(text, "{weight: %g, curator: {bradley-terry: {candidates: inf, temperature: %g, reward: "
              "{linear: [%g, %g]", r->weight, r->temperature, r->linear[0], r->linear[1]);
    if (r->q[0] != 0 || r->q[1] != 0)
        put(text, ", curvature: [%g, %g], centre: [%g, %g]", r->q[0], r->q[1], r->centre[0],
            r->centre[1]);
    put(text, "}}}}");
}

static void put_law(const char *key, const chosen *c, int law, char *text)
{
    const double *s = covariance[c->moments][law];
    put(text, "%s: {mean: [%g, %g]", key, mean[law][0], mean[law][1]);
    if (c->moments || law == REAL)
        put(text, ", covariance: [[%g, %g], [%g, %g]]", s[0], s[1], s[1], s[2]);
    put(text, "}, ");
}

static void open_world(const chosen *c, const char *outputs, tro_world *w)
{
    char text[4096] = "trophic: 1\nagents:\n  - {name: a, ";
    put_law("start", c, 1, text);
    put_law("reference", c, REAL, text);
    put(text, "shares: {real: 0.3, synthetic: 0.3, curated: 0.4}, %s {one-of: [",
        c->owner ? "public: {bradley-terry: {reward: [0.5, -0.2]}}, owner:"
                 : "pool: mixture, public:");
    for (int k = 0; k < 2 && c->rules[k].weight > 0; k++) {
        put(text, k ? ", " : "");
        put_rule(&c->rules[k], text);
    }
    if (c->none > 0)
        put(text, ", {weight: %g, curator: none}", c->none);
    put(text, "]}}\n  - {name: b, ");
    put_law("start", c, 2, text);
    put(text, "shares: {synthetic: 1}}\n  - {name: c, ");
    put_law("start", c, 3, text);
    put(text, "shares: {synthetic: 1}}\n"
              "network: {judge: consumer, edges: [{from: a, to: a, weight: 0.2}, {from: c, to: a, "
              "weight: 0.3}, {from: b, to: b}, {from: c, to: c}, "
              "{from: b, to: a, weight: 0.5%s}]}\n",
        c->moments ? "" : ", channel: {affine: {covariance: [[0.4, -0.2], [-0.2, 1.2]]}}");
    put(text, "outcomes: {family: %s, dimension: 2%s}\nadvance: {sampled: {outputs: %s}}\n",
        c->moments ? "gaussian-full" : "gaussian",
        c->moments ? "" : ", covariance: [[1, 0.3], [0.3, 0.5]]", outputs);
    tro_world_read(w, text);
}

/* Mean parameters of agent a after a round from the start; one row each. */
static void by_library(tro_world *w, tro_advance advance, uint64_t first, tro_draws *draws)
{
    tro_runner runner = {0};
    tro_sampler *sampler = NULL;
    int status = tro_runner_init(&runner, w->eco, w->plan, advance);
    if (advance == TRO_SAMPLED)
        ck_assert_int_eq(tro_sampler_new(w->eco, &sampler, NULL), TRO_OK);
    runner.sampler = sampler;
    for (size_t k = 0; k < draws->size; k++) {
        status |= tro_runner_start(&runner, first + k, NULL);
        status |= tro_runner_round(&runner);
        memcpy(draws->rows + k * draws->width, runner.z, draws->width * sizeof *runner.z);
    }
    ck_assert_int_eq(status, TRO_OK);
    tro_runner_release(&runner);
    tro_sampler_free(sampler);
}

/* --- by candidates ---------------------------------------------------------------------- */

static void draw_law(const chosen *c, int law, int curated, tro_stream *s, double *x)
{
    const double *v = covariance[c->moments][law], *from = v;
    double a = tro_stream_normal(s), b = tro_stream_normal(s), root = sqrt(v[0]);
    if (!c->moments)
        from = covariance[0][1]; /* of what is judged, before the channel */
    for (int i = 0; i < 2; i++)
        x[i] = mean[law][i] + (curated ? from[i] * taste[0] + from[i + 1] * taste[1] : 0);
    x[0] += root * a;
    x[1] += v[1] / root * a + sqrt(v[2] - v[1] * v[1] / v[0]) * b;
}

static int draw_producer(tro_stream *s)
{
    double u = tro_stream_uniform(s);
    int law = 1;
    for (; law < LAWS - 1 && u >= weight[law]; law++)
        u -= weight[law];
    return law;
}

/* Is the candidate taken, with odds exp(reward)? Rewards here have a maximum. */
static int takes(const rule *r, const double *x, tro_stream *s)
{
    double below = 0;
    for (int i = 0; i < 2; i++) {
        double best = r->centre[i] + r->linear[i] / r->q[i];
        below += r->q[i] * (x[i] - best) * (x[i] - best) / 2;
    }
    return tro_stream_uniform(s) < exp(-below / r->temperature);
}

static const rule *draw_rule(const chosen *c, tro_stream *s)
{
    double u = tro_stream_uniform(s) * (c->rules[0].weight + c->rules[1].weight + c->none);
    if (u < c->rules[0].weight)
        return &c->rules[0];
    return u < c->rules[0].weight + c->rules[1].weight ? &c->rules[1] : NULL;
}

static void draw_output(const chosen *c, tro_stream *s, double *x)
{
    const rule *r = draw_rule(c, s);
    double u = tro_stream_uniform(s);
    if (!c->owner && u < 0.6) {
        draw_law(c, u < 0.3 ? REAL : draw_producer(s), 0, s, x);
        return;
    }
    do {
        double v = c->owner ? tro_stream_uniform(s) : 1;
        draw_law(c, v < 0.3 ? REAL : draw_producer(s), c->owner && v >= 0.6, s, x);
    } while (r && !takes(r, x, s));
}

static double law_score(const chosen *c, size_t size, uint64_t round, const char **worst)
{
    tro_world w;
    size_t width = c->moments ? WIDE : 2;
    tro_stream s = stream_of(round, 1);
    tro_draws a = {size, width, calloc(size * width, sizeof(double))};
    tro_draws b = {size, width, calloc(size * width, sizeof(double))};
    open_world(c, "6", &w);
    by_library(&w, TRO_SAMPLED, round * 1000000, &a);
    for (size_t r = 0; r < size; r++)
        for (int k = 0; k < OUTPUTS; k++) {
            double x[2], *row = b.rows + r * width;
            draw_output(c, &s, x);
            if (c->moments)
                tro_moments_add(2, 1.0 / OUTPUTS, x, 1.0 / OUTPUTS, x, row);
            for (int i = 0; !c->moments && i < 2; i++)
                row[i] += x[i] / OUTPUTS;
        }
    double score = tro_law_score(&a, &b, width + 3, &s, worst);
    free(a.rows);
    free(b.rows);
    tro_world_close(&w);
    return score;
}

static const rule near = {{0.4, -0.3}, {1.5, 0.5}, {0.5, 1}, 1, 2};
static const rule far = {{0, 0.5}, {0.3, 2}, {-1, 0}, 2, 1};

START_TEST(test_kept_law)
{
    size_t size = tro_long_tests() ? 200000 : 10000;
    for (int k = 0; k < 8; k++) {
        const char *first_what = "", *second_what = "";
        chosen c = {k & 1, (k >> 1) & 1, {near}, 0};
        if (k >= 4) {
            c.rules[1] = far;
            c.none = 0.5;
        }
        double first = law_score(&c, size, 1, &first_what), second = 0;
        if (!(first < 5))
            second = law_score(&c, 2 * size, 2, &second_what);
        ck_assert_msg(first < 5 || second < 5, "case %d: %.2f (%s), then %.2f sigma (%s)", k,
                      first, first_what, second, second_what);
    }
}
END_TEST

START_TEST(test_comparison_notices)
{
    const char *what = "";
    for (int k = 0; k < 4; k++) {
        chosen c = {k & 1, k >> 1, {near}, 0};
        chosen wrong = c;
        tro_world w;
        size_t size = 10000, width = c.moments ? WIDE : 2;
        tro_stream s = stream_of(3, 1);
        tro_draws a = {size, width, calloc(size * width, sizeof(double))};
        tro_draws b = {size, width, calloc(size * width, sizeof(double))};
        wrong.rules[0].centre[0] += 0.2;
        open_world(&c, "6", &w);
        by_library(&w, TRO_SAMPLED, 0, &a);
        tro_world_close(&w);
        open_world(&wrong, "6", &w);
        by_library(&w, TRO_SAMPLED, 20000, &b);
        tro_world_close(&w);
        ck_assert_double_gt(tro_law_score(&a, &b, width + 3, &s, &what), 5);
        free(a.rows);
        free(b.rows);
    }
}
END_TEST

/* --- many outputs ------------------------------------------------------------------------- */

/* Linear rewards, too, which have no maximum. */
static const rule steep = {{0.7, -0.4}, {0, 0}, {0, 0}, 0.5, 1};

static chosen many_case(int number)
{
    chosen c = {number & 1, (number >> 1) & 1, {{{0}, {0}, {0}, 0, 0}}, 0};
    int kind = number >> 2;
    c.rules[0] = kind == 1 ? near : steep;
    if (kind == 2) {
        c.rules[1] = near;
        c.none = 1;
    }
    return c;
}

/* The mean of sampled rounds of 10^9 outputs is the exact round. */
static void check_against_exact(int number)
{
    enum { SIZE = 400 };
    chosen c = many_case(number);
    size_t width = c.moments ? WIDE : 2;
    double rows[SIZE * WIDE], exact[WIDE];
    tro_world w;
    tro_draws draws = {SIZE, width, rows}, one = {1, width, exact};
    open_world(&c, "1e9", &w);
    by_library(&w, TRO_SAMPLED, 0, &draws);
    by_library(&w, TRO_EXACT, 0, &one);
    for (size_t i = 0; i < width; i++) {
        double sum = 0, squares = 0;
        for (size_t r = 0; r < SIZE; r++) {
            double x = rows[r * width + i] - exact[i];
            sum += x;
            squares += x * x;
        }
        ck_assert_double_lt(squares / SIZE, 1e-7);
        ck_assert_double_lt(fabs(sum), 5 * sqrt(squares));
    }
    tro_world_close(&w);
}

START_TEST(test_against_exact)
{
    for (int k = 0; k < 12; k++)
        check_against_exact(k);
}
END_TEST

/* An owner of an equal mixture of N(+-1.5, 1/4), reward x, keeps the mean 1.608. */
START_TEST(test_golden)
{
    enum { SIZE = 400 };
    double large = exp(1.5), expected = (1.75 * large - 1.25 / large) / (large + 1 / large);
    ck_assert_double_eq_tol(expected, 1.608, 1e-3);
    for (int moments = 0; moments < 2; moments++) {
        double rows[SIZE * 2], sum = 0, squares = 0;
        size_t width = moments ? 2 : 1;
        tro_world w;
        tro_draws draws = {SIZE, width, rows};
        tro_world_open(&w, "trophic: 1\noutcomes: {family: %s, covariance: 0.25}\nagents:\n"
                           "  - {name: a, reference: -1.5, shares: {real: 0.5, synthetic: 0.5}, "
                           "owner: {bradley-terry: {reward: 1}}}\n"
                           "  - {name: b, start: 1.5, shares: {synthetic: 1}}\n"
                           "network: {edges: [{from: b, to: a}, {from: b, to: b}]}\n"
                           "advance: {sampled: 1000000000}\n",
                       moments ? "gaussian-full" : "gaussian");
        by_library(&w, TRO_SAMPLED, 0, &draws);
        for (size_t r = 0; r < SIZE; r++) {
            sum += rows[r * width] - expected;
            squares += (rows[r * width] - expected) * (rows[r * width] - expected);
        }
        ck_assert_double_lt(squares / SIZE, 1e-8);
        ck_assert_double_lt(fabs(sum), 5 * sqrt(squares));
        tro_world_close(&w);
    }
}
END_TEST

/* A round that is large enough for threads to share. */
START_TEST(test_threads)
{
    double *rows[3];
    size_t size = 0;
    for (int t = 0; t < 3; t++) {
        tro_world w;
        tro_world_open(&w, "trophic: 1\noutcomes: {family: gaussian-full, dimension: 2}\nagents:\n"
            "  - {group: a, count: %d, reference: 0, shares: {real: 0.4, synthetic: 0.3, "
            "curated: 0.3}, pool: mixture, "
            "public: {bradley-terry: {reward: {linear: [1, 0], curvature: 0.5}}}}\n"
            "  - {group: b, count: 2000, reference: 1, shares: {real: 0.4, synthetic: 0.6}, "
            "owner: {bradley-terry: {reward: [0.3, -0.2]}}}\n"
            "network: {judge: consumer, generator: {ring: {reach: 2}}}\n"
            "advance: {sampled: 50}\n", 2000);
        size = w.eco->size;
        rows[t] = calloc(size, sizeof **rows);
        tro_draws draws = {1, size, rows[t]};
        omp_set_num_threads(t + 1);
        by_library(&w, TRO_SAMPLED, 0, &draws);
        tro_world_close(&w);
    }
    omp_set_num_threads(1);
    ck_assert_uint_ge(size, 20000);
    ck_assert(memcmp(rows[0], rows[1], size * sizeof **rows) == 0);
    ck_assert(memcmp(rows[0], rows[2], size * sizeof **rows) == 0);
    for (int t = 0; t < 3; t++)
        free(rows[t]);
}
END_TEST

/* A state that leaves no law ends the rounds. */
START_TEST(test_no_law)
{
    tro_world w;
    tro_runner runner = {0};
    tro_sampler *sampler = NULL;
    tro_world_open(&w, "trophic: 1\noutcomes: {family: gaussian-full}\nagents:\n"
                       "  - {name: a, start: 0, shares: {synthetic: 1}, "
                       "owner: {bradley-terry: {reward: {curvature: %g}}}}\n"
                       "network: {edges: [{from: a, to: a}]}\nadvance: {sampled: 1000}\n", -1.5);
    ck_assert_int_eq(tro_sampler_new(w.eco, &sampler, NULL), TRO_OK);
    ck_assert_int_eq(tro_runner_init(&runner, w.eco, w.plan, TRO_SAMPLED), TRO_OK);
    runner.sampler = sampler;
    ck_assert_int_eq(tro_runner_start(&runner, 0, NULL), TRO_OK);
    ck_assert_int_eq(tro_runner_round(&runner), TRO_EDIVERGED);
    tro_runner_release(&runner);
    tro_sampler_free(sampler);
    tro_world_close(&w);
}
END_TEST

/* Of one covariance there may be a tilt, and none of that of real data. */
START_TEST(test_no_spread)
{
    tro_world w;
    tro_sampler *sampler = NULL;
    char buffer[512];
    tro_world_open(&w, "trophic: 1\noutcomes: {family: gaussian}\nagents:\n"
                       "  - {name: a, start: 0, reference: {mean: 0, covariance: %g},\n"
                       "     owner: {bradley-terry: {reward: {curvature: -0.8}}},\n"
                       "     shares: {real: 0.5, synthetic: 0.5}}\n"
                       "network: {edges: [{from: a, to: a}]}\nadvance: {sampled: 1000}\n", 2.0);
    ck_assert_int_eq(tro_sampler_new(w.eco, &sampler, &w.messages), TRO_ESCENARIO);
    ck_assert_str_eq(tro_listed(&w.messages, buffer, sizeof buffer),
                     "5:13: 'bradley-terry' leaves no normal law of some outputs that 'a' chooses "
                     "from: their precision (the inverse of their covariance) plus curvature / "
                     "temperature must be positive definite");
    ck_assert_ptr_null(sampler);
    tro_world_close(&w);
}
END_TEST

/* --- the covariance of a round -------------------------------------------------------------- */

typedef struct at_start {
    const tro_ecosystem *eco;
    const double *z;
    double *scratch, *curation;
} at_start;

static const double *start_law(void *context, const tro_entry *entry, double *out)
{
    const at_start *at = context;
    return tro_entry_law(at->eco, entry, at->z + entry->producer * at->eco->width, at->z, out,
                         at->scratch, at->curation);
}

static void find_covariance(const tro_world *w, double *out)
{
    tro_sampler *sampler = NULL;
    tro_workspace work;
    double z[3 * WIDE], scratch[WIDE], room[TRO_OUTPUTS_SCRATCH(WIDE)];
    ck_assert_int_eq(tro_sampler_new(w->eco, &sampler, NULL), TRO_OK);
    ck_assert_int_eq(tro_workspace_init_alone(&work, w->eco), TRO_OK);
    tro_ecosystem_start(w->eco, z);
    at_start at = {w->eco, z, scratch, work.curation};
    tro_outputs_covariance(sampler, &work, 0, start_law, &at, out, room);
    tro_workspace_release(&work);
    tro_sampler_free(sampler);
}

static void check_covariance(int number)
{
    enum { SIZE = 20000 };
    chosen c = many_case(number);
    size_t width = c.moments ? WIDE : 2;
    tro_world w;
    double *rows = calloc(SIZE * width, sizeof *rows);
    double expected[WIDE * WIDE], average[WIDE] = {0};
    tro_draws draws = {SIZE, width, rows};
    open_world(&c, "50", &w);
    by_library(&w, TRO_SAMPLED, 0, &draws);
    find_covariance(&w, expected);
    for (size_t r = 0; r < SIZE; r++)
        tro_add_scaled(width, 1.0 / SIZE, rows + r * width, average);
    for (size_t i = 0; i < width; i++)
        for (size_t j = 0; j <= i; j++) {
            double sum = 0, squares = 0;
            for (size_t r = 0; r < SIZE; r++) {
                const double *row = rows + r * width;
                double x = (row[i] - average[i]) * (row[j] - average[j]) - expected[i * width + j];
                sum += x;
                squares += x * x;
            }
            ck_assert_double_lt(fabs(sum), 5 * sqrt(squares));
            ck_assert_double_eq_tol(expected[i * width + j], expected[j * width + i], 1e-15);
        }
    free(rows);
    tro_world_close(&w);
}

/* What the linear noise approximation takes for a round is the covariance of its draws. */
START_TEST(test_covariance)
{
    for (int k = 0; k < 12; k++)
        check_covariance(k);
}
END_TEST

int main(void)
{
    tro_choose_seed(20260503);
    const TTest *const tests[] = {test_kept_law, test_comparison_notices, test_against_exact,
                                  test_golden, test_threads, test_no_law,
                                  test_no_spread, test_covariance};
    return tro_run_tests("chosen", tests, sizeof tests / sizeof *tests, 3600);
}
