/* Choices whose reward changes with the laws: a model that judges itself, and users who
 * follow what an audience has seen. Against closed forms, enumeration of all pools, and rounds by
 * hand. */
#include "support.h"

enum { N = 3 };

/* What is kept of pools of K: over all tuples, with the odds written out. */
static void enumerate(int candidates, const double *p, const double *weight, double *out)
{
    int tuple[8] = {0};
    memset(out, 0, N * sizeof *out);
    for (;;) {
        double probability = 1, sum = 0;
        for (int k = 0; k < candidates; k++) {
            probability *= p[tuple[k]];
            sum += weight[tuple[k]];
        }
        for (int k = 0; k < candidates && sum > 0; k++)
            out[tuple[k]] += probability * weight[tuple[k]] / sum;
        int k = 0;
        while (k < candidates && ++tuple[k] == N)
            tuple[k++] = 0;
        if (k == candidates)
            return;
    }
}

static void normalise(size_t n, double *p)
{
    double sum = 0;
    for (size_t x = 0; x < n; x++)
        sum += p[x];
    for (size_t x = 0; x < n; x++)
        p[x] /= sum;
}

#define ALONE "network: {edges: [{from: m, to: m}]}\n"

/* One exact round of a scenario from its start, of all agents. */
static void one_round(tro_world *w, double *z)
{
    tro_runner runner = {0};
    ck_assert_int_eq(tro_runner_init(&runner, w->eco, w->plan, TRO_EXACT), TRO_OK);
    ck_assert_int_eq(tro_runner_start(&runner, 0, NULL), TRO_OK);
    ck_assert_int_eq(tro_runner_round(&runner), TRO_OK);
    memcpy(z, runner.z, w->eco->size * sizeof *z);
    tro_runner_release(&runner);
}

/* p_t = p_0^((1 + b)^t), normalised, for t = 1 .. 6; what is 0 stays 0. */
START_TEST(test_self_judge_powers)
{
    static const double start[4] = {0.4, 0.35, 0.25, 0};
    tro_runner runner = {0};
    tro_world w;
    tro_world_open(&w, "trophic: 1\noutcomes: {family: categorical, outcomes: 4}\n"
        "agents: [{name: m, start: [0.4, 0.35, 0.25, 0], public: {self-judge: 0.25}, shares: "
        "{curated: 1}}]\n" ALONE);
    ck_assert_int_eq(tro_runner_init(&runner, w.eco, w.plan, TRO_EXACT), TRO_OK);
    ck_assert_int_eq(tro_runner_start(&runner, 0, NULL), TRO_OK);
    for (int t = 1; t <= 6; t++) {
        double expected[4];
        ck_assert_int_eq(tro_runner_round(&runner), TRO_OK);
        for (int x = 0; x < 4; x++)
            expected[x] = pow(start[x], pow(1.25, t));
        normalise(4, expected);
        tro_assert_near(4, runner.z, expected, 1e-14, "powers");
        ck_assert(runner.z[3] == 0);
    }
    tro_runner_release(&runner);
    tro_world_close(&w);
}
END_TEST

/* Odds w = e^r p^b, enumerated. */
START_TEST(test_self_judge_pools)
{
    static const double p[N] = {0.2, 0.5, 0.3}, reward[N] = {1, 0, 0.5};
    for (int candidates = 2; candidates <= 5; candidates++) {
        double weight[N], expected[N], z[N];
        tro_world w;
        tro_world_open(&w, "trophic: 1\noutcomes: {family: categorical, outcomes: 3}\n"
            "agents: [{name: m, start: [0.2, 0.5, 0.3], public: {self-judge: {strength: 1.5, "
            "candidates: %d, reward: [1, 0, 0.5]}}, shares: {curated: 1}}]\n"
                       ALONE, candidates);
        for (int x = 0; x < N; x++)
            weight[x] = exp(reward[x]) * pow(p[x], 1.5);
        enumerate(candidates, p, weight, expected);
        one_round(&w, z);
        tro_assert_near(N, z, expected, 2e-15, "enumerated");
        tro_world_close(&w);
    }
}
END_TEST

/* Prompt by prompt, of laws by themselves: how often a prompt is asked plays no part. */
START_TEST(test_self_judge_prompts)
{
    double z[6];
    double expected[6] = {0.04, 0.25, 0.09, 0.25, 0.0625, 0.0625};
    tro_world w;
    tro_world_open(&w, "trophic: 1\noutcomes: {family: conditional, prompts: 2, outcomes: 3}\n"
        "agents: [{name: m, start: {prompts: [0.9, 0.1], given: [[0.2, 0.5, 0.3], [0.5, 0.25, "
        "0.25]]}, public: {self-judge: 1}, shares: {curated: 1}}]\n" ALONE);
    normalise(3, expected);
    normalise(3, expected + 3);
    for (int k = 0; k < 6; k++)
        expected[k] *= k < 3 ? 0.9 : 0.1;
    one_round(&w, z);
    tro_assert_near(6, z, expected, 1e-15, "by prompt");
    tro_world_close(&w);
}
END_TEST

/* A support with holes: nothing is no number, in any direction. */
START_TEST(test_self_judge_zeros)
{
    static const char *const rules[] = {"{self-judge: 2}", "{self-judge: {strength: 0.01}}",
                                        "{self-judge: {strength: 40, candidates: 7}}",
                                        "{audience: {of: m, strength: 5, candidates: 2}}"};
    for (int k = 0; k < 4; k++) {
        double z[4] = {0, 1, 0, 0}, unit[4], out[4], tiny[4] = {1e-310, 0.5, 0.5, 1e-200};
        tro_world w;
        tro_workspace work;
        tro_world_open(&w, "trophic: 1\noutcomes: {family: categorical, outcomes: 4}\n"
            "agents: [{name: m, reference: uniform, start: [0, 1, 0, 0], public: %s, shares: "
            "{curated: 0.9, real: 0.1}}]\n" ALONE, rules[k]);
        ck_assert_int_eq(tro_workspace_init(&work, w.eco), TRO_OK);
        for (int trial = 0; trial < 8; trial++) {
            const double *at = trial < 4 ? z : tiny;
            memset(unit, 0, sizeof unit);
            unit[trial % 4] = 1;
            tro_round_derivative(w.eco, &work, at, unit, out);
            for (int x = 0; x < 4; x++)
                ck_assert_msg(isfinite(out[x]), "%s: %g", rules[k], out[x]);
            tro_round_transposed(w.eco, &work, at, unit, out);
            for (int x = 0; x < 4; x++)
                ck_assert_msg(isfinite(out[x]), "%s: %g", rules[k], out[x]);
        }
        one_round(&w, z);
        tro_assert_near(4, z, (double[]){0.025, 0.925, 0.025, 0.025}, 1e-15, "a vertex stays");
        tro_workspace_release(&work);
        tro_world_close(&w);
    }
}
END_TEST

/* --- audiences ------------------------ */

#define FOLLOWED(candidates, schedule) \
    "trophic: 1\noutcomes: {family: categorical, outcomes: 3}\nagents:\n" \
    "  - {name: m, start: [0.2, 0.5, 0.3], shares: {curated: 1}, public: {audience: {of: u," \
    " strength: 2, candidates: " candidates ", features: [[1, 0], [0.6, 0.8], [0, 1]]," \
    " reward: [0.5, 0, 0]}}}\n" \
    "  - {name: u, start: [0.6, 0.1, 0.3], shares: {synthetic: 1}, learning-rate: 0.25}\n" \
    "network: {edges: [{from: m, to: m}, {from: m, to: u}]}\nschedule: " schedule "\n"

/* w = E_q phi, r = 2 phi.w + 0.5 [x = 0] */
static void tastes(const double *q, double *weight)
{
    static const double phi[N][2] = {{1, 0}, {0.6, 0.8}, {0, 1}};
    double taste[2] = {0, 0};
    for (int x = 0; x < N; x++)
        for (int c = 0; c < 2; c++)
            taste[c] += q[x] * phi[x][c];
    for (int x = 0; x < N; x++)
        weight[x] = exp(2 * (taste[0] * phi[x][0] + taste[1] * phi[x][1]) + (x == 0 ? 0.5 : 0));
}

/* The audience sees the old model in a synchronous round, the new one when it comes after
 * it. */
START_TEST(test_audience_rounds)
{
    static const char *const texts[] = {
        FOLLOWED("3", "synchronous"), FOLLOWED("3", "{sequential: {order: [m, u]}}"),
        FOLLOWED("3", "{sequential: {order: [u, m]}}")};
    for (int k = 0; k < 3; k++) {
        double p[N] = {0.2, 0.5, 0.3}, q[N] = {0.6, 0.1, 0.3}, weight[N], expected[2 * N], z[2 * N];
        tro_world w;
        tro_world_read(&w, texts[k]);
        for (int x = 0; x < N; x++)
            q[x] = k == 2 ? 0.75 * q[x] + 0.25 * p[x] : q[x];
        tastes(q, weight);
        enumerate(3, p, weight, expected);
        for (int x = 0; x < N; x++) {
            double seen = k == 1 ? expected[x] : p[x];
            expected[N + x] = k == 2 ? q[x] : 0.75 * q[x] + 0.25 * seen;
        }
        one_round(&w, z);
        tro_assert_near(2 * N, z, expected, 2e-15, "a round");
        tro_world_close(&w);
    }
}
END_TEST

/* Two audiences in one expression: each part listens to its own. */
START_TEST(test_audience_parts)
{
    double p[N] = {0.2, 0.5, 0.3}, one[N], two[N], weight[N], z[3 * N];
    static const double first[N] = {0.6, 0.1, 0.3}, second[N] = {0.1, 0.1, 0.8};
    tro_world w;
    tro_world_open(
        &w, "trophic: 1\noutcomes: {family: categorical, outcomes: 3}\n"
            "curators: {ours: {audience: {of: u, candidates: 2}}}\nagents:\n"
            "  - {name: m, start: [0.2, 0.5, 0.3], shares: {curated: 1}, public: {one-of: "
            "[{curator: ours}, {curator: {stages: [{audience: {of: v, candidates: 3}}, "
            "ours]}}]}}\n  - {name: u, start: [0.6, 0.1, 0.3], shares: {synthetic: 1}}\n"
            "  - {name: v, start: [0.1, 0.1, 0.8], shares: {synthetic: 1}}\n"
            "network: {edges: [{from: m, to: m}, {from: m, to: u}, {from: m, to: v}]}\n");
    for (int x = 0; x < N; x++)
        weight[x] = exp(second[x]);
    enumerate(3, p, weight, one);
    for (int x = 0; x < N; x++)
        weight[x] = exp(first[x]);
    enumerate(2, one, weight, two);
    enumerate(2, p, weight, one);
    for (int x = 0; x < N; x++)
        one[x] = (one[x] + two[x]) / 2;
    one_round(&w, z);
    tro_assert_near(N, z, one, 2e-15, "of several");
    tro_world_close(&w);
}
END_TEST

/* The mean of many outputs is the law; the audience is a source of its own. */
START_TEST(test_audience_sampled)
{
    tro_runner runner = {0};
    tro_sampler *sampler = NULL;
    double exact[2 * N], error = sqrt(0.25 / 1e8);
    tro_world w;
    tro_world_read(&w, FOLLOWED("3", "{sequential: {order: [m, u]}}")
                       "advance: {sampled: {outputs: 100000000}}\nseed: 4\n");
    one_round(&w, exact);
    ck_assert_int_eq(tro_sampler_new(w.eco, &sampler, NULL), TRO_OK);
    ck_assert_int_eq(tro_runner_init(&runner, w.eco, w.plan, TRO_SAMPLED), TRO_OK);
    runner.sampler = sampler;
    ck_assert_int_eq(tro_runner_start(&runner, 0, NULL), TRO_OK);
    ck_assert_int_eq(tro_runner_round(&runner), TRO_OK);
    ck_assert_double_lt(tro_away(2 * N, runner.z, exact), 5 * error);
    ck_assert_double_gt(tro_away(2 * N, runner.z, exact), 1e-3 * error);
    tro_runner_release(&runner);
    tro_sampler_free(sampler);
    tro_world_close(&w);
}
END_TEST

/* What depends on an audience is a step away from it. */
START_TEST(test_audience_steps)
{
    tro_world w;
    tro_world_read(&w, "trophic: 1\noutcomes: {family: categorical, outcomes: 2}\nagents:\n"
        "  - {name: m, reference: uniform, shares: {real: 0.5, curated: 0.5}, public: {audience: "
        "{of: u}}}\n  - {name: u, reference: uniform, shares: {real: 1}}\n"
        "network: {edges: [{from: m, to: m}]}\n");
    ck_assert_uint_eq(tro_influence_shortest(w.eco, 0, 1), 1);
    ck_assert_uint_eq(tro_influence_shortest(w.eco, 1, 0), TRO_ALL_WALKS);
    tro_world_close(&w);
}
END_TEST

/* --- mistakes ------------------------ */

static void refuse(const char *keys, const char *rest, const char *expected)
{
    char text[2048];
    snprintf(text, sizeof text,
             "trophic: 1\noutcomes: {family: categorical, outcomes: 2}\nagents:\n"
             "  - {name: m, reference: uniform, shares: {curated: 1},\n     %s}\n"
             "  - {name: u, reference: uniform, shares: {real: 1}}\n"
             "network: {judge: consumer, edges: [{from: m, to: m, weight: 0.5}, {from: u, to: m, "
             "weight: 0.5}]}\n%s\n", keys,
             rest);
    tro_assert_refused(text, NULL, 0, expected);
}

START_TEST(test_changing_errors)
{
    refuse("public: {audience: {of: users}}", "",
           "5:30: no agent is called 'users'");
    refuse("public: none", "curators: {x: {audience: {of: n}}}",
           "8:31: no agent is called 'n'");
    refuse("owner: {audience: {of: u}}", "",
           "5:13: 'audience' follows what 'u' has seen, which is for the public of a model: an "
           "owner's taste does not change");
    refuse("public: {audience: {of: u}}, pool: mixture", "",
           "5:41: the producers of 'm' share a pool, and its users choose by what 'u' has seen: "
           "that is exact for pools of one producer");
    refuse("public: {audience: {of: u, features: coordinates}}", "",
           "5:43: 'coordinates' needs outcomes with coordinates, found only a number of them: "
           "give 'coordinates' under 'outcomes'");
    refuse("public: {audience: {of: u, features: [[1, 0]]}}", "",
           "5:43: 1 rows of features, but there are 2 outcomes");
    refuse("public: {audience: {of: u, features: other}}", "",
           "5:43: features are 'identity', 'coordinates' or a row of numbers for each outcome");
    refuse("public: {audience: {of: u, strength: 1.0e3, features: [[1.0e160], [1]]}}", "",
           "5:43: the strength times the features is more than a number holds");
    refuse("public: {audience: {strength: 1}}", "", "5:25: missing key 'of' in 'audience'");
    refuse("public: {self-judge: -1}", "",
           "5:27: strength must be between 0 and 1000000 (unit: reward per unit of log p), found "
           "'-1'");
    refuse("public: {self-judge: {strength: 1, candidates: 1.0e300}}", "",
           "5:53: 1e+300 candidates are more than can be counted exactly: at most 2^53, or inf");
    tro_assert_refused("trophic: 1\noutcomes: {family: gaussian}\nagents:\n"
                       "  - {name: m, reference: 0, shares: {curated: 1},\n"
                       "     public: {self-judge: 1}}\n" ALONE, NULL, 0,
                       "5:27: 'self-judge' is exact on finite outcomes, found family 'gaussian'");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_self_judge_powers, test_self_judge_pools, test_self_judge_prompts,
        test_self_judge_zeros, test_audience_rounds, test_audience_parts, test_audience_sampled,
        test_audience_steps, test_changing_errors};
    return TRO_RUN_TESTS("changing rewards", tests);
}
