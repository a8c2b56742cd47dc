/* The linear noise approximation against exact moments, closed forms and the
 * stationary law of a Markov chain. */
#include "analysis/noise.h"
#include "support.h"

static void find(tro_world *w, tro_noise *noise)
{
    ck_assert_int_eq(tro_cell_fixed_point(w->cell, NULL), TRO_OK);
    int status = tro_noise_find(w->eco, w->plan, w->cell->point.z, noise, &w->messages);
    ck_assert_msg(status == TRO_OK, "%s", w->messages.count ? w->messages.items[0].text : "");
}

/* Variance and bias of one alignment from the exact recursion of moments, long after. */
START_TEST(test_against_exact_moments)
{
    for (int fixed = 0; fixed <= 1; fixed++) {
        tro_world w;
        tro_noise noise;
        const double *expected;
        tro_world_open(&w, "trophic: 1\nseed: 1\noutcomes: {family: gaussian, dimension: 2,\n"
                           "           covariance: [[1, 0.3], [0.3, 0.5]]}\nagents:\n"
                           "  - {name: a, reference: [1, 0], reward: {linear: [1, 2],\n"
                           "     curvature: [1, 3]}, public: {shift: [0.5, 0]},\n"
                           "     shares: {real: 0.3, synthetic: 0.3, curated: 0.4}}\n"
                           "  - {name: b, reference: [0, 1], reward: {linear: [0, 1]},\n"
                           "     shares: {real: 0.2, synthetic: 0.8}, outputs: 20000}\n"
                           "network: {generator: {complete: {self: 1}}}\n"
                           "schedule: {synchronous: {rounds: 400}}\n"
                           "advance: {sampled: {outputs: 10000, split: %s}}\n",
                       fixed ? "fixed" : "drawn");
        find(&w, &noise);
        ck_assert_int_eq(tro_cell_expected(w.cell, 1, &expected, NULL), TRO_OK);
        for (size_t i = 0; i < 2; i++) {
            const tro_agent *agent = &w.scenario->agents[i];
            double at = w.scenario->space.family->alignment(&w.scenario->space, agent->reward,
                                                            agent->at,
                                                            w.cell->point.z + 2 * i);
            ck_assert_double_eq_tol(noise.alignment_bias[i], expected[i] - at, 2e-8);
        }
        ck_assert_double_gt(fabs(noise.alignment_bias[0]), 1e-5);
        tro_noise_release(&noise);
        tro_world_close(&w);
    }
}
END_TEST

/* Resampling with a real share a (Wright and Fisher with immigration): the sum of the
 * variances is F* - S, drawn and fixed splits apart. */
START_TEST(test_wright_fisher)
{
    double p[4] = {0.1, 0.2, 0.3, 0.4}, s = 0.3, real = 0.25, n = 1e6, rho = 0.75;
    double drawn = (1 / n + (1 - 1 / n) * (1 - rho * rho) * s) / (1 - (1 - 1 / n) * rho * rho);
    double fixed = (real * real * (1 / (n * real) + (1 - 1 / (n * real)) * s) +
                    2 * rho * real * s + rho * rho / (n * rho)) /
                   (1 - rho * rho * (1 - 1 / (n * rho)));
    for (int f = 0; f <= 1; f++) {
        tro_world w;
        tro_noise noise;
        double sum = 0, expected = (f ? fixed : drawn) - s;
        tro_world_open(&w, "trophic: 1\nseed: 1\noutcomes: {family: categorical, outcomes: 4}\n"
                           "agents: [{name: a, reference: [0.1, 0.2, 0.3, 0.4],\n"
                           "          reward: [1, 0, 0, 2],\n"
                           "          shares: {real: 0.25, synthetic: 0.75}}]\n"
                           "network: {edges: [{from: a, to: a}]}\n"
                           "advance: {sampled: {outputs: 1000000, split: %s}}\n",
                       f ? "fixed" : "drawn");
        find(&w, &noise);
        for (size_t k = 0; k < 4; k++)
            sum += noise.covariance[k * 4 + k];
        ck_assert_double_eq_tol(sum, expected, 1e-5 * expected);
        ck_assert_double_eq_tol(noise.alignment_bias[0], 0, 1e-12);
        double one = sum / (1 - s), mean = p[0] + 2 * p[3], square = p[0] + 4 * p[3];
        ck_assert_double_eq_tol(noise.alignment_sd[0], sqrt(one * (square - mean * mean)),
                                1e-9);
        tro_noise_release(&noise);
        tro_world_close(&w);
    }
}
END_TEST

/* The pool of a single producer is that producer's. */
START_TEST(test_pool_of_one)
{
    double covariance[2][9], sd[2];
    for (int pool = 0; pool < 2; pool++) {
        tro_world w;
        tro_noise noise;
        tro_world_open(&w, "trophic: 1\nseed: 1\noutcomes: {family: categorical, outcomes: 3}\n"
                           "agents: [{name: a, reference: [0.2, 0.3, 0.5], reward: [1, 0, 2],\n"
                           "  pool: %s, shares: {real: 0.3, synthetic: 0.2, curated: 0.5},\n"
                           "  public: {bradley-terry: {candidates: 3, reward: [0, 1, 2]}}}]\n"
                           "network: {edges: [{from: a, to: a}]}\n"
                           "advance: {sampled: {outputs: 1000, split: fixed}}\n",
                       pool ? "mixture" : "producer");
        find(&w, &noise);
        memcpy(covariance[pool], noise.covariance, sizeof covariance[pool]);
        sd[pool] = noise.alignment_sd[0];
        tro_noise_release(&noise);
        tro_world_close(&w);
    }
    ck_assert_double_gt(sd[0], 0.01);
    ck_assert_double_eq_tol(sd[0], sd[1], 1e-14);
    ck_assert_double_lt(tro_away(9, covariance[0], covariance[1]), 1e-14);
}
END_TEST

enum { MOST = 400 };

/* The stationary law of p' ~ Binomial(n, f(p)) / n, f of two outcomes and two candidates. */
static void chain(size_t n, double *mean, double *variance)
{
    static double law[MOST + 1], next[MOST + 1], step[MOST + 1][MOST + 1];
    for (size_t k = 0; k <= n; k++) {
        double p = (double)k / (double)n;
        double f = 0.4 * 0.3 + 0.6 * (p + p * (1 - p) * tanh(0.5));
        for (size_t j = 0; j <= n; j++)
            step[k][j] = exp(lgamma((double)n + 1) - lgamma((double)j + 1) -
                             lgamma((double)(n - j) + 1) + (double)j * log(f) +
                             (double)(n - j) * log1p(-f));
        law[k] = 1 / ((double)n + 1);
    }
    for (int round = 0; round < 120; round++) {
        memset(next, 0, sizeof next);
        for (size_t k = 0; k <= n; k++)
            for (size_t j = 0; j <= n; j++)
                next[j] += law[k] * step[k][j];
        memcpy(law, next, sizeof law);
    }
    *mean = *variance = 0;
    for (size_t k = 0; k <= n; k++)
        *mean += law[k] * (double)k / (double)n;
    for (size_t k = 0; k <= n; k++)
        *variance += law[k] * ((double)k / (double)n - *mean) * ((double)k / (double)n - *mean);
}

/* What is left falls with the square of the number of outputs. */
START_TEST(test_order)
{
    double bias_off[2], variance_off[2];
    for (int k = 0; k <= 1; k++) {
        tro_world w;
        tro_noise noise;
        double mean, variance;
        tro_world_open(&w, "trophic: 1\nseed: 1\noutcomes: {family: categorical, outcomes: 2}\n"
                           "agents: [{name: a, reference: [0.3, 0.7], reward: [1, 0],\n"
                           "          shares: {real: 0.4, curated: 0.6},\n"
                           "          public: {bradley-terry: {candidates: 2, reward: [1, 0]}}}]\n"
                           "network: {edges: [{from: a, to: a}]}\n"
                           "advance: {sampled: {outputs: %d}}\n", k ? MOST : MOST / 2);
        find(&w, &noise);
        chain(k ? MOST : MOST / 2, &mean, &variance);
        double bias = mean - w.cell->point.z[0];
        bias_off[k] = noise.alignment_bias[0] - bias;
        variance_off[k] = noise.alignment_sd[0] * noise.alignment_sd[0] - variance;
        ck_assert_double_lt(fabs(bias_off[k]), 0.03 * fabs(bias));
        ck_assert_double_lt(fabs(variance_off[k]), 0.03 * variance);
        tro_noise_release(&noise);
        tro_world_close(&w);
    }
    ck_assert_double_eq_tol(bias_off[0] / bias_off[1], 4, 0.6);
    ck_assert_double_eq_tol(variance_off[0] / variance_off[1], 4, 0.6);
}
END_TEST

/* Fresh real data and its own outputs, fixed numbers of each, mean and variance fitted:
 * E (mean)^2 is 1 / (N (1 - rho^2) + rho). */
START_TEST(test_moments)
{
    tro_world w;
    tro_noise noise;
    double n = 1e5, rho = 0.75;
    tro_world_open(&w, "trophic: 1\nseed: 1\noutcomes: {family: gaussian-full}\n"
                       "agents: [{name: a, reference: {mean: 0, covariance: 1},\n"
                       "          shares: {real: 0.25, synthetic: 0.75}}]\n"
                       "network: {edges: [{from: a, to: a}]}\n"
                       "advance: {sampled: {outputs: 100000, split: fixed}}\n");
    find(&w, &noise);
    ck_assert_double_eq_tol(noise.covariance[0], 1 / (n * (1 - rho * rho) + rho), 1e-4 / n);
    /* of E x^2: Var x^2 = 2 */
    ck_assert_double_eq_tol(noise.covariance[3], 2 / (n * (1 - rho * rho)), 1e-4 / n);
    ck_assert_double_eq_tol(noise.covariance[1], 0, 1e-12);
    ck_assert(isnan(noise.alignment_sd[0]));
    tro_noise_release(&noise);
    tro_world_close(&w);
}
END_TEST

/* Answers by prompt (half of a row each) are quotients of counts: no bias, and a variance
 * by the prompt. */
START_TEST(test_prompts)
{
    tro_world w;
    tro_noise noise;
    tro_world_open(&w, "trophic: 1\nseed: 1\noutcomes: {family: conditional, prompts: [x, y],\n"
                       "  outcomes: 2, prompt-marginals: stay}\n"
                       "agents: [{name: a, reference: {prompts: [0.8, 0.2],\n"
                       "          given: [[0.3, 0.7], [0.6, 0.4]]}, shares: {real: 1}}]\n"
                       "advance: {sampled: {outputs: 10000}}\n");
    find(&w, &noise);
    for (size_t k = 0; k < 4; k++) {
        double share = k < 2 ? 0.8 : 0.2, p[4] = {0.3, 0.7, 0.6, 0.4};
        ck_assert_double_eq_tol(noise.covariance[k * 5], 0.25 * p[k] * (1 - p[k]) / (1e4 * share),
                                1e-10);
        ck_assert_double_eq_tol(noise.bias[k], 0, 1e-9);
    }
    tro_noise_release(&noise);
    tro_world_close(&w);
}
END_TEST

static void refused(const char *agents, const char *schedule, const char *expected)
{
    tro_world w;
    tro_noise noise;
    tro_world_open(&w, "trophic: 1\nseed: 1\noutcomes: {family: gaussian}\nagents:\n%s"
                       "network: {edges: [{from: a, to: a%s}]}\nschedule: %s\n"
                       "advance: {sampled: {outputs: 9}}\n", agents,
                   strcmp(schedule, "late") == 0 ? ", delay: 2" : "",
                   strcmp(schedule, "late") == 0 ? "synchronous" : schedule);
    ck_assert_int_eq(tro_cell_fixed_point(w.cell, NULL), TRO_OK);
    ck_assert_int_eq(tro_noise_find(w.eco, w.plan, w.cell->point.z, &noise, &w.messages),
                     TRO_EUNSUPPORTED);
    ck_assert_str_eq(w.messages.items[w.messages.count - 1].text, expected);
    tro_world_close(&w);
}

START_TEST(test_refused)
{
    const char *plain = "  - {name: a, reference: 0, shares: {real: 0.5, synthetic: 0.5}}\n";
    refused(plain, "sequential", "the linear noise approximation needs synchronous rounds");
    refused(plain, "late", "the linear noise approximation needs edges without delays");
    refused("  - {name: a, reference: 0, shares: {real: 0.5, curated: 0.5},\n"
            "     public: {bradley-terry: {candidates: 3, reward: {linear: 1}}}}\n",
            "synchronous", "the linear noise approximation needs kept outputs that are a law of "
                           "the family");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_against_exact_moments, test_wright_fisher,
                                  test_pool_of_one, test_order, test_moments, test_prompts,
                                  test_refused};
    return TRO_RUN_TESTS("noise", tests);
}
