/* Agents that keep their data: rounds against lists of all data sets, and sampled rounds
 * against sums of noise. test_data_stability.c has how the rounds go. */
#include "support.h"

#include <omp.h>

#include "schedule/runner.h"
#include "schedule/settling.h"

/* --- exact rounds, every data set kept in a list ------------------------------------- */

enum { AGENTS = 3, ROUNDS = 25, MOST = 4 * ROUNDS };

/* One number per agent: z' = real d + rest (sum_j w_j z_j + shift). */
typedef struct plain {
    double real, reference, shift, weight[AGENTS];
    size_t window;               /* 0: all */
    double set[MOST];
    size_t sets;
    double z;
} plain;

static const char *const schedules[] = {
    "{synchronous: {rounds: 25}}", "{sequential: {rounds: 25, order: [c, a, b]}}",
    "{random-order: {rounds: 25}}", "{poisson: {rounds: 25, rate: [0.5, 1, 1.5]}}",
    "{periodic: {rounds: 25, period: [1, 2, 0.5], offset: [0.5, 1, 0.25]}}"};

static void open_three(tro_world *w, const char *schedule)
{
    tro_world_open(w,
        "trophic: 1\nseed: 9\noutcomes: {family: gaussian}\n"
        "agents:\n"
        "  - {name: a, reference: 1, start: 5, public: {shift: 0.5}, shares: {real: 0.3, curated: "
        "0.7},\n     data: accumulate}\n"
        "  - {name: b, reference: -2, start: 0, shares: {real: 0.2}, data: {window: 3}}\n"
        "  - {name: c, reference: 4, shares: {real: 0.1}, data: replace}\n"
        "network:\n  edges:\n"
        "    - {from: a, to: a, weight: 1}\n    - {from: b, to: a, weight: 2}\n"
        "    - {from: c, to: b, weight: 3}\n    - {from: b, to: b, weight: 1}\n"
        "    - {from: a, to: c, weight: 1}\n    - {from: b, to: c, weight: 1}\n"
        "schedule: %s\n", schedule);
}

static void make_three(plain *all)
{
    memset(all, 0, AGENTS * sizeof *all);
    all[0] = (plain){.real = 0.3, .reference = 1, .shift = 0.5 / 3, .weight = {1 / 3.0, 2 / 3.0},
                     .window = 0, .z = 5};
    all[1] = (plain){.real = 0.2, .reference = -2, .weight = {0, 0.25, 0.75}, .window = 3};
    all[2] = (plain){.real = 0.1, .reference = 4, .weight = {0.5, 0.5}, .window = 1, .z = 4};
}

static double next_set(const plain *all, size_t i)
{
    double sum = all[i].shift;
    for (size_t j = 0; j < AGENTS; j++)
        sum += all[i].weight[j] * all[j].z;
    return all[i].real * all[i].reference + (1 - all[i].real) * sum;
}

static double average(const plain *one)
{
    size_t first = one->window && one->sets > one->window ? one->sets - one->window : 0;
    long double sum = 0;
    for (size_t k = first; k < one->sets; k++)
        sum += one->set[k];
    return (double)(sum / (long double)(one->sets - first));
}

/* Those of one time read what was there before. */
static void retrain_group(plain *all, const tro_event *first, const tro_event *last)
{
    double fresh[AGENTS];
    for (const tro_event *e = first; e < last; e++)
        fresh[e - first] = next_set(all, e->agent);
    for (const tro_event *e = first; e < last; e++) {
        plain *one = &all[e->agent];
        ck_assert_uint_lt(one->sets, MOST);
        one->set[one->sets++] = fresh[e - first];
    }
    for (const tro_event *e = first; e < last; e++)
        all[e->agent].z = average(&all[e->agent]);
}

START_TEST(test_all_sets_kept)
{
    for (size_t s = 0; s < sizeof schedules / sizeof *schedules; s++) {
        tro_world w;
        plain all[AGENTS];
        tro_runner runner = {0};
        tro_events events = {0};
        open_three(&w, schedules[s]);
        make_three(all);
        /* a has b's outputs as they are: only a's own users shift what they keep. */
        ck_assert_int_eq(tro_runner_init(&runner, w.eco, w.plan, TRO_EXACT), TRO_OK);
        ck_assert_int_eq(tro_runner_start(&runner, 0, NULL), TRO_OK);
        for (uint64_t r = 0; r < ROUNDS; r++) {
            ck_assert_int_eq(tro_plan_list(w.plan, 0, r, &events), TRO_OK);
            for (size_t k = 0, last; k < events.count; k = last) {
                for (last = k + 1; last < events.count &&
                                   events.items[last].phase == events.items[k].phase; last++)
                    ;
                retrain_group(all, events.items + k, events.items + last);
            }
            ck_assert_int_eq(tro_runner_round(&runner), TRO_OK);
            for (size_t i = 0; i < AGENTS; i++)
                ck_assert_double_eq_tol(runner.z[i], all[i].z, 1e-13);
        }
        tro_events_release(&events);
        tro_runner_release(&runner);
        tro_world_close(&w);
    }
}
END_TEST

/* --- prompts that stay: data are averaged before the model is fitted ------------------ */

/* Two prompts of weight q and 1 - q in what each releases, two outcomes. */
START_TEST(test_data_before_fit)
{
    enum { T = 12 };
    static const double q[2] = {0.9, 0.2}, start[2][2] = {{0.8, 0.3}, {0.1, 0.6}};
    static const double weight[2][2] = {{0.3, 0.7}, {0.6, 0.4}};   /* [to][from] */
    static const size_t window[2] = {0, 3};
    double p[2][2], sets[2][T][4];   /* p(outcome 0 | prompt); z of every data set */
    tro_world w;
    tro_runner runner = {0};
    tro_world_open(&w,
        "trophic: 1\nseed: 1\n"
        "outcomes: {family: conditional, outcomes: 2, prompts: 2, prompt-marginals: stay}\n"
        "agents:\n"
        "  - {name: a, start: {prompts: [0.9, 0.1], given: [[0.8, 0.2], [0.3, 0.7]]},\n"
        "     shares: {synthetic: 1}, data: accumulate}\n"
        "  - {name: b, start: {prompts: [0.2, 0.8], given: [[0.1, 0.9], [0.6, 0.4]]},\n"
        "     shares: {synthetic: 1}, data: {window: 3}}\n"
        "network:\n  edges:\n    - {from: a, to: a, weight: 3}\n    - {from: b, to: a, weight: 7}\n"
        "    - {from: a, to: b, weight: 6}\n    - {from: b, to: b, weight: 4}\n");
    memcpy(p, start, sizeof p);
    ck_assert_int_eq(tro_runner_init(&runner, w.eco, w.plan, TRO_EXACT), TRO_OK);
    ck_assert_int_eq(tro_runner_start(&runner, 0, NULL), TRO_OK);
    for (size_t t = 0; t < T; t++) {
        for (size_t i = 0; i < 2; i++)
            for (size_t c = 0; c < 2; c++) {
                sets[i][t][2 * c] = sets[i][t][2 * c + 1] = 0;
                for (size_t j = 0; j < 2; j++) {
                    double asked = c ? 1 - q[j] : q[j];
                    sets[i][t][2 * c] += weight[i][j] * asked * p[j][c];
                    sets[i][t][2 * c + 1] += weight[i][j] * asked * (1 - p[j][c]);
                }
            }
        for (size_t i = 0; i < 2; i++)
            for (size_t c = 0; c < 2; c++) {
                double yes = 0, no = 0;
                for (size_t k = window[i] && t + 1 > window[i] ? t + 1 - window[i] : 0; k <= t;
                     k++) {
                    yes += sets[i][k][2 * c];
                    no += sets[i][k][2 * c + 1];
                }
                p[i][c] = yes / (yes + no);
            }
        ck_assert_int_eq(tro_runner_round(&runner), TRO_OK);
        for (size_t i = 0; i < 2; i++)
            for (size_t c = 0; c < 2; c++)
                ck_assert_double_eq_tol(2 * runner.z[4 * i + 2 * c], p[i][c], 1e-14);
    }
    tro_runner_release(&runner);
    tro_world_close(&w);
}
END_TEST

/* --- when they come to rest ------------------------------------------------------------ */

/* A round of an agent that accumulates changes little long before it is at rest:
 * what counts is how far its newest data are from it. */
START_TEST(test_rest)
{
    static const struct {
        const char *data;
        double slack;      /* distance from the fixed point per distance of the data */
    } rows[] = {{"replace", 2}, {"accumulate", 2}, {"{window: 4}", 4}};
    for (size_t k = 0; k < 3; k++) {
        tro_world w;
        tro_runner runner = {0};
        tro_settling settling = {0};
        int rest = 0;
        tro_world_open(&w,
            "trophic: 1\nseed: 1\noutcomes: {family: gaussian}\n"
            "agents: [{name: a, reference: 0, start: 1, shares: {real: 0.7}, data: %s}]\n"
            "network: {edges: [{from: a, to: a}]}\n", rows[k].data);
        ck_assert_int_eq(tro_runner_init(&runner, w.eco, w.plan, TRO_EXACT), TRO_OK);
        ck_assert_int_eq(tro_settling_init(&settling, &runner, 1e-3), TRO_OK);
        ck_assert_int_eq(tro_runner_start(&runner, 0, NULL), TRO_OK);
        while (!rest && runner.round < 100000) {
            ck_assert_int_eq(tro_runner_round(&runner), TRO_OK);
            rest = tro_settling_check(&settling, &runner);
        }
        ck_assert_int_eq(rest, 1);
        ck_assert_double_lt(fabs(runner.z[0]), rows[k].slack * 1e-3);
        tro_settling_release(&settling);
        tro_runner_release(&runner);
        tro_world_close(&w);
    }
}
END_TEST

/* --- sampled rounds ------------------------------------------------------------------- */

/* The variance of an agent that trains on n outputs of its own: z_t = sum of c_tk
 * times the noise of data set k, with the averages of the regime. */
static double own_variance(size_t window, size_t rounds, double outputs)
{
    enum { LONGEST = 40 };
    double c[LONGEST + 1][LONGEST] = {{0}}, sum = 0;   /* of states */
    double d[LONGEST][LONGEST] = {{0}};                /* of data sets */
    for (size_t t = 1; t <= rounds; t++) {
        size_t first = window && t > window ? t - window : 0;
        memcpy(d[t - 1], c[t - 1], sizeof d[t - 1]);
        d[t - 1][t - 1] += 1;
        for (size_t k = 0; k < rounds; k++)
            for (size_t s = first; s < t; s++)
                c[t][k] += d[s][k] / (double)(t - first);
    }
    for (size_t k = 0; k < rounds; k++)
        sum += c[rounds][k] * c[rounds][k];
    return sum / outputs;
}

START_TEST(test_sampled_variance)
{
    static const struct {
        const char *data;
        size_t window;
    } rows[] = {{"replace", 1}, {"accumulate", 0}, {"{window: 3}", 3}};
    enum { T = 20, REPLICATES = 20000 };
    ck_assert_double_eq_tol(own_variance(1, T, 4), T / 4.0, 1e-12);
    double squares = 0;
    for (int k = 1; k <= T; k++)
        squares += 1.0 / k / k;
    ck_assert_double_eq_tol(own_variance(0, T, 4), squares / 4, 1e-12);
    for (size_t r = 0; r < 3; r++) {
        tro_world w;
        tro_runner runner = {0};
        tro_sampler *sampler = NULL;
        double expected = own_variance(rows[r].window, T, 4), sum = 0;
        tro_world_open(&w,
            "trophic: 1\nseed: 12\noutcomes: {family: gaussian}\n"
            "agents: [{name: a, start: 0, shares: {synthetic: 1}, data: %s}]\n"
            "network: {edges: [{from: a, to: a}]}\nadvance: {sampled: {outputs: 4}}\n",
            rows[r].data);
        ck_assert_int_eq(tro_sampler_new(w.eco, &sampler, NULL), TRO_OK);
        ck_assert_int_eq(tro_runner_init(&runner, w.eco, w.plan, TRO_SAMPLED), TRO_OK);
        runner.sampler = sampler;
        for (uint64_t k = 0; k < REPLICATES; k++) {
            ck_assert_int_eq(tro_runner_start(&runner, k, NULL), TRO_OK);
            for (int t = 0; t < T; t++)
                ck_assert_int_eq(tro_runner_round(&runner), TRO_OK);
            sum += runner.z[0] * runner.z[0];
        }
        ck_assert_double_lt(fabs(sum / REPLICATES / expected - 1), 5 * sqrt(2.0 / REPLICATES));
        tro_runner_release(&runner);
        tro_sampler_free(sampler);
        tro_world_close(&w);
    }
}
END_TEST

/* The state after some rounds on so many threads. */
static double *after(const tro_world *w, tro_advance advance, int threads)
{
    tro_runner runner = {0};
    double *out = tro_allocate(w->eco->size, sizeof *out);
    tro_sampler *sampler = NULL;
    omp_set_num_threads(threads);
    if (advance == TRO_SAMPLED)
        ck_assert_int_eq(tro_sampler_new(w->eco, &sampler, NULL), TRO_OK);
    ck_assert_int_eq(tro_runner_init(&runner, w->eco, w->plan, advance), TRO_OK);
    runner.sampler = sampler;
    ck_assert_int_eq(tro_runner_start(&runner, 3, NULL), TRO_OK);
    for (int r = 0; r < 6; r++)
        ck_assert_int_eq(tro_runner_round(&runner), TRO_OK);
    ck_assert_uint_eq(runner.beside_count, (size_t)threads - 1);
    memcpy(out, runner.z, w->eco->size * sizeof *out);
    tro_runner_release(&runner);
    tro_sampler_free(sampler);
    return out;
}

START_TEST(test_threads)
{
    static const char *const rest[] = {"", "advance: {sampled: {outputs: 60}}\n"};
    for (int k = 0; k < 2; k++) {
        tro_world w;
        tro_world_open(&w,
            "trophic: 1\nseed: 3\n"
            "outcomes: {family: categorical, coordinates: {linspace: [-1, 1, 40]}}\n"
            "network: {generator: {watts-strogatz: {k: 3, p: 0.5}}}\n"
            "agents:\n"
            "  - {group: a, count: 300, reference: {normal: {mean: 0, sd: 0.5}},\n"
            "     data: accumulate,\n"
            "     public: {bradley-terry: {candidates: 4, reward: {linear: 2}}},\n"
            "     shares: {real: 0.4, synthetic: 0.3, curated: 0.3}}\n"
            "  - {group: b, count: 300, reference: {normal: {mean: 1, sd: 0.5}}, fade: 1,\n"
            "     data: {window: 3}, reference-sample: 20,\n"
            "     shares: {real: 0.4, synthetic: 0.6}}\n%s", rest[k]);
        double *one = after(&w, k ? TRO_SAMPLED : TRO_EXACT, 1);
        for (int threads = 2; threads <= 4; threads++) {
            double *many = after(&w, k ? TRO_SAMPLED : TRO_EXACT, threads);
            ck_assert_mem_eq(many, one, w.eco->size * sizeof *one);
            tro_release(many);
        }
        tro_release(one);
        tro_world_close(&w);
    }
}
END_TEST

/* --- mistakes ------------------------------------------------------------------------------- */

#define HEAD "trophic: 1\nseed: 1\noutcomes: {family: gaussian}\nagents:\n"
#define TAIL "network: {edges: [{from: a, to: a}]}\n"

START_TEST(test_data_errors)
{
    tro_assert_refused(HEAD "  - {name: a, reference: 0, shares: {real: 1}, data: both}\n" TAIL,
                       NULL, 0,
                       "5:54: regime must be one of replace, accumulate, found 'both'");
    tro_assert_refused(HEAD "  - {name: a, reference: 0, shares: {real: 1}, data: {window: 0}}\n"
                       TAIL, NULL, 0,
                       "5:63: window must be between 1 and 100000 data sets, found '0'");
    tro_assert_refused(HEAD "  - name: a\n    reference: 0\n    shares: {real: 1}\n"
                       "    data: {window: 2, regime: accumulate}\n" TAIL, NULL, 0,
                       "8:20: data has 'regime' or 'window', found both");
    tro_assert_refused(HEAD "  - name: a\n    reference: 0\n    shares: {real: 1}\n"
                       "    data: accumulate\n    learning-rate: 0.5\n" TAIL, NULL, 0,
                       "9:20: an agent that trains on several data sets takes their average, "
                       "found a learning rate of 0.5: 1 would be right");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_all_sets_kept, test_data_before_fit, test_rest,
                                  test_sampled_variance, test_threads, test_data_errors};
    return TRO_RUN_TESTS("data sets", tests);
}
