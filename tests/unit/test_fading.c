/* Real shares that fade, real data that are drawn once, and the estimators of a
 * covariance: rounds by hand, and moments of sampled rounds. */
#include "support.h"

#include "schedule/runner.h"

/* --- shares by round ------------------------------------------------------------------ */

static void check_fade(const char *fade, double power, double offset, int heir)
{
    static const char *const heirs[] = {"proportional", "synthetic", "curated"};
    tro_world w;
    double z = 2, d = -1;
    tro_runner runner = {0};
    tro_world_open(&w,
        "trophic: 1\nseed: 1\noutcomes: {family: gaussian}\n"
        "agents: [{name: a, reference: -1, start: 2, public: {shift: 0.25},\n"
        "  shares: {real: 0.5, synthetic: 0.3, curated: 0.2}, fade: {%s, to: %s}}]\n"
        "network: {edges: [{from: a, to: a}]}\n", fade, heirs[heir]);
    ck_assert_int_eq(tro_runner_init(&runner, w.eco, w.plan, TRO_EXACT), TRO_OK);
    for (int again = 0; again < 2; again++) {
        ck_assert_int_eq(tro_runner_start(&runner, 0, NULL), TRO_OK);
        z = 2;
        for (int t = 1; t <= 50; t++) {
            double real = 0.5 * pow((1 + offset) / (t + offset), power), gone = 0.5 - real;
            double curated = 0.2 + (heir == 2 ? gone : heir == 0 ? 0.4 * gone : 0);
            z = real * d + (1 - real) * z + curated * 0.25;
            ck_assert_int_eq(tro_runner_round(&runner), TRO_OK);
            ck_assert_double_eq_tol(runner.z[0], z, 1e-13);
        }
    }
    tro_runner_release(&runner);
    tro_world_close(&w);
}

START_TEST(test_shares_by_round)
{
    for (int heir = 0; heir < 3; heir++) {
        check_fade("power: 1", 1, 0, heir);
        check_fade("power: 0.5, offset: 3", 0.5, 3, heir);
        check_fade("power: 0", 0, 0, heir);
    }
}
END_TEST

/* --- sampled rounds ------------------------------------------------------------------- */

/* Means of the powers of something over replicates. */
typedef struct tally {
    double sum[5];
    int count;
} tally;

static void take(tally *t, double x)
{
    double power = 1;
    for (int k = 0; k < 5; k++, power *= x)
        t->sum[k] += power;
    t->count++;
}

/* The mean and the second moment, each within five of its standard errors. */
static void check_moments(const tally *t, double mean, double square)
{
    double n = t->count, m = t->sum[1] / n, s = t->sum[2] / n, f = t->sum[4] / n;
    if (isfinite(mean))
        ck_assert_double_lt(fabs(m - mean), 5 * sqrt((s - m * m) / n));
    if (isfinite(square))
        ck_assert_double_lt(fabs(s - square), 5 * sqrt((f - s * s) / n));
}

/* What `of` tells of a state, after so many rounds of many replicates. */
static tally sample(const char *text, int rounds, int replicates, double of(const double *z))
{
    tro_world w;
    tro_runner runner = {0};
    tro_sampler *sampler = NULL;
    tally t = {{0}, 0};
    tro_world_read(&w, text);
    ck_assert_int_eq(tro_sampler_new(w.eco, &sampler, NULL), TRO_OK);
    ck_assert_int_eq(tro_runner_init(&runner, w.eco, w.plan, TRO_SAMPLED), TRO_OK);
    runner.sampler = sampler;
    for (int k = 0; k < replicates; k++) {
        ck_assert_int_eq(tro_runner_start(&runner, (uint64_t)k, NULL), TRO_OK);
        for (int r = 0; r < rounds; r++)
            ck_assert_int_eq(tro_runner_round(&runner), TRO_OK);
        take(&t, of(runner.z));
    }
    tro_runner_release(&runner);
    tro_sampler_free(sampler);
    tro_world_close(&w);
    return t;
}

static double first(const double *z)
{
    return z[0];
}

static double variance(const double *z)
{
    return z[1] - z[0] * z[0];
}

#define OWN "network: {edges: [{from: a, to: a}]}\n"

/* Sources differ in nothing but a tenth of variance each: v' = (1 - x)^2 v + 1/n, x
 * rounded to a multiple of 1/n where the split is fixed. */
START_TEST(test_sampled_fading)
{
    double v = 0, drawn = 0;
    for (int t = 1; t <= 30; t++) {
        double x = 0.5 / t, rest = 1 - floor(20 * x + 0.5) / 20;
        v = rest * rest * v + 1 / 20.0;
        drawn = (1 - x) * (1 - x) * drawn + (1 + x * (1 - x) * drawn) / 20;
    }
    tally t = sample("trophic: 1\nseed: 4\noutcomes: {family: gaussian}\n"
                     "agents: [{name: a, reference: 0, shares: {real: 0.5}, fade: 1}]\n" OWN
                     "advance: {sampled: {outputs: 20, split: fixed}}\n", 30, 20000, first);
    check_moments(&t, 0, v);
    t = sample("trophic: 1\nseed: 4\noutcomes: {family: gaussian}\n"
               "agents: [{name: a, reference: 0, shares: {real: 0.5}, fade: 1}]\n" OWN
               "advance: {sampled: {outputs: 20}}\n", 30, 20000, first);
    check_moments(&t, 0, drawn);
}
END_TEST

/* n_r real outputs drawn once, n_s of its own: d = E (m - m_r)^2 follows
 * d' = r^2 (d + e/n_s), e' = r e + (1 - r) s + r (1 - r) d - r^2 e/n_s, with E s = 1 - 1/n_r
 * and r the share of its own; where there is but one set there is no other noise. */
START_TEST(test_real_data_once)
{
    double e = 1, d = 1 / 16.0, r = 0.6, s = 1 - 1 / 16.0;
    for (int t = 1; t <= 8; t++) {
        double before = d;
        d = r * r * (d + e / 24);
        e = r * e + (1 - r) * s + r * (1 - r) * before - r * r * e / 24;
    }
    tally t = sample("trophic: 1\nseed: 7\noutcomes: {family: gaussian-full}\n"
                     "agents: [{name: a, reference: 0, shares: {real: 0.4},\n"
                     "  reference-sample: 16}]\n"
                     OWN "advance: {sampled: {outputs: 40, split: fixed}}\n", 8, 20000, variance);
    check_moments(&t, e, NAN);
    t = sample("trophic: 1\nseed: 8\noutcomes: {family: gaussian}\n"
               "agents: [{name: a, reference: 3, start: 9, shares: {real: 1},\n"
               "  reference-sample: 4}]\n"
               "advance: {sampled: {outputs: 1000}}\n", 3, 20000, first);
    check_moments(&t, 3, 9 + 0.25);
}
END_TEST

/* Of finite outcomes: the frequencies of the set, whatever the round, in any split. */
START_TEST(test_frequencies_once)
{
    static const char *const splits[] = {"drawn", "fixed"};
    for (int k = 0; k < 2; k++) {
        tro_world w;
        tro_runner runner = {0};
        tro_sampler *sampler = NULL;
        double sum = 0;
        tro_world_open(&w,
            "trophic: 1\nseed: 5\noutcomes: {family: categorical, outcomes: 3}\n"
            "agents: [{name: a, reference: [5, 3, 2], start: [0, 0, 1], shares: {real: 1},\n"
            "  reference-sample: 10}]\nadvance: {sampled: {outputs: 7, split: %s}}\n", splits[k]);
        ck_assert_int_eq(tro_sampler_new(w.eco, &sampler, NULL), TRO_OK);
        ck_assert_int_eq(tro_runner_init(&runner, w.eco, w.plan, TRO_SAMPLED), TRO_OK);
        runner.sampler = sampler;
        for (uint64_t r = 0; r < 4000; r++) {
            double before = 0;
            ck_assert_int_eq(tro_runner_start(&runner, r, NULL), TRO_OK);
            for (int t = 0; t < 3; t++) {
                ck_assert_int_eq(tro_runner_round(&runner), TRO_OK);
                ck_assert(t == 0 || runner.z[0] == before);
                before = runner.z[0];
            }
            ck_assert_double_eq_tol(10 * before, round(10 * before), 1e-12);
            sum += before;
        }
        ck_assert_double_lt(fabs(sum / 4000 - 0.5), 5 * sqrt(0.025 / 4000));
        tro_runner_release(&runner);
        tro_sampler_free(sampler);
        tro_world_close(&w);
    }
}
END_TEST

/* The variance fitted to n outputs of its own, (n - 1)/n or 1 of it in the mean; of
 * accumulated data, all outputs count. */
START_TEST(test_estimators)
{
    static const char *const text =
        "trophic: 1\nseed: 6\noutcomes: {family: gaussian-full, estimator: %s}\n"
        "agents: [{name: a, reference: 0, shares: {%s}, data: %s}]\n%s"
        "advance: {sampled: {outputs: 5}}\n";
    char buffer[512];
    snprintf(buffer, sizeof buffer, text, "mle", "synthetic: 1", "replace", OWN);
    tally t = sample(buffer, 4, 20000, variance);
    check_moments(&t, pow(0.8, 4), NAN);
    snprintf(buffer, sizeof buffer, text, "unbiased", "synthetic: 1", "replace", OWN);
    t = sample(buffer, 4, 20000, variance);
    check_moments(&t, 1, NAN);
    snprintf(buffer, sizeof buffer, text, "mle", "real: 1", "accumulate", "");
    t = sample(buffer, 4, 20000, variance);
    check_moments(&t, 0.95, NAN);
    snprintf(buffer, sizeof buffer, text, "unbiased", "real: 1", "accumulate", "");
    t = sample(buffer, 4, 20000, variance);
    check_moments(&t, 1, 1 + 2 / 19.0);
    snprintf(buffer, sizeof buffer, text, "unbiased", "real: 1", "{window: 2}", "");
    t = sample(buffer, 4, 20000, variance);
    check_moments(&t, 1, 1 + 2 / 9.0);
}
END_TEST

/* In two dimensions: the mean as it was, the covariance times n/(n - 1). */
START_TEST(test_unbiased_matrix)
{
    tro_world w;
    double z[5] = {1, -2, 3, 0.5, 7};
    tro_world_open(&w, "trophic: 1\nseed: 6\n"
                       "outcomes: {family: gaussian-full, dimension: 2, estimator: unbiased}\n"
                       "agents: [{name: a, reference: 0, shares: {real: 1}}]\n");
    const tro_space *space = &w.scenario->space;
    space->family->estimate(space, 3, z);
    tro_assert_near(5, z, (double[]){1, -2, 1 + 1.5 * 2, -2 + 1.5 * 2.5, 4 + 1.5 * 3}, 1e-15, "z");
    tro_world_close(&w);
}
END_TEST

/* --- mistakes --------------------------------------------------------------------------- */

#define HEAD \
    "trophic: 1\nseed: 1\noutcomes: {family: gaussian-full, estimator: unbiased}\nagents:\n"

START_TEST(test_fading_errors)
{
    tro_assert_refused(HEAD "  - {name: a, reference: 0, shares: {real: 1}, fade: 1}\n" OWN, NULL,
                       0, "5:54: the real share fades in favour of synthetic and curated data in "
                       "proportion, but both shares are 0: 'to: synthetic' or 'to: curated' would "
                       "be right");
    tro_assert_refused(HEAD "  - {name: a, reference: 0, shares: {real: 1}, fade: {power: 1, to: "
                       "curated}}\n", NULL, 0,
                       "5:54: the real share of 'a' fades in favour of curated data, but no edge "
                       "brings it any");
    tro_assert_refused(HEAD "  - {name: a, start: 0, shares: {synthetic: 1}, reference-sample: 3}\n"
                       OWN, NULL, 0,
                       "5:67: a fixed set of real data is drawn from the 'reference', which this "
                       "agent does not have");
    tro_assert_refused(HEAD "  - {name: a, reference: 0, shares: {real: 1}, outputs: 1}\n"
                       "advance: {sampled: {outputs: 5}}\n", NULL, 0,
                       "5:57: the estimator of family 'gaussian-full' needs at least 2 outputs, "
                       "found 1 for 'a'");
    tro_assert_refused("trophic: 1\nseed: 1\noutcomes: {family: categorical, outcomes: 2}\n"
                       "agents:\n  - name: a\n    reference: uniform\n    shares: {real: 0.5}\n"
                       "    owner: {best-of: {candidates: 2, reward: [0, 1]}}\n"
                       "    reference-sample: 4\n" OWN "advance: {sampled: {outputs: 5}}\n",
                       NULL, 0,
                       "9:23: sampled rounds of 'a' would choose from one set of real data time "
                       "and again, for which there is no exact way: without 'owner' it would be "
                       "right");
}
END_TEST

/* There is no fixed point where no two rounds are the same; rounds there are. */
START_TEST(test_fading_has_no_fixed_point)
{
    tro_world w;
    char buffer[512];
    tro_messages messages = {0};
    tro_world_open(&w, "trophic: 1\nseed: 1\noutcomes: {family: gaussian}\n"
                       "agents: [{name: a, reference: 0, shares: {real: 0.5}, fade: 1}]\n" OWN);
    ck_assert_int_eq(tro_cell_fixed_point(w.cell, &messages), TRO_EUNSUPPORTED);
    ck_assert_str_eq(tro_listed(&messages, buffer, sizeof buffer),
                     "4:61: the real share of 'a' fades, so that no two rounds are the same: "
                     "there is no fixed point, nor what is defined at one");
    ck_assert_int_eq(tro_cell_stability(w.cell, NULL), TRO_EUNSUPPORTED);
    tro_messages_clear(&messages);
    tro_world_close(&w);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_shares_by_round, test_sampled_fading, test_real_data_once,
                                  test_frequencies_once, test_estimators, test_unbiased_matrix,
                                  test_fading_errors, test_fading_has_no_fixed_point};
    return TRO_RUN_TESTS("fading", tests);
}
