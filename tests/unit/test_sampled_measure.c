/* Measures in sampled rounds: estimates against runs of one's own, exact expectations
 * against enumerations and closed forms. */
#include "support.h"

#include <omp.h>

#include "experiment/quantity.h"
#include "study_support.h"

/* One value of a quantity, written as in a study, of a scenario. */
static double find(const char *scenario, const char *quantity, double *error)
{
    char text[4096];
    tro_world w;
    tro_values values;
    tro_chosen chosen;
    tro_messages messages = {0};
    char listed[2048];
    snprintf(text, sizeof text, "%s", scenario);
    tro_world_read(&w, text);
    tro_document *document = NULL;
    ck_assert_int_eq(tro_document_read_text("q.yaml", quantity, strlen(quantity), &document, NULL),
                     TRO_OK);
    tro_reader reader = {.arena = &w.cell->arena, .catalog = tro_catalog_builtin(),
                         .messages = &messages};
    int status = tro_read_plugin(&reader, document->root, TRO_QUANTITY, &chosen);
    if (status == TRO_OK)
        status = tro_quantity_find(w.cell, &chosen, &values, &messages);
    ck_assert_msg(status == TRO_OK, "%s: %s", quantity,
                  tro_listed(&messages, listed, sizeof listed));
    ck_assert_uint_eq(values.count, 1);
    double value = values.values[0];
    if (error)
        *error = values.errors[0];
    tro_messages_clear(&messages);
    tro_document_free(document);
    tro_world_close(&w);
    return value;
}

/* --- exact expectations -------------------------------------------------------------- */

#define TWO                                                                         \
    "trophic: 1\nseed: 2\noutcomes: {family: categorical, outcomes: 2}\n"           \
    "network: {edges: [{from: a, to: a}]}\n"

/* Own outputs alone: the diversity falls by 1 - 1/n in every round, and the mean stays. */
START_TEST(test_resampling)
{
    static const char *const text =
        "trophic: 1\nseed: 2\noutcomes: {family: categorical, outcomes: 3}\n"
        "network: {edges: [{from: a, to: a}]}\n"
        "agents: [{name: a, start: [5, 3, 2], shares: {synthetic: 1}}]\n"
        "advance: {sampled: {outputs: 7, replicates: 2}}\n";
    static const double p[3] = {0.5, 0.3, 0.2};
    for (int t = 0; t < 40; t += 13) {
        char quantity[128];
        double kept = pow(6 / 7.0, t);
        snprintf(quantity, sizeof quantity, "expected-measure: {of: diversity, round: %d}", t);
        ck_assert_double_eq_tol(find(text, quantity, NULL), 0.62 * kept, 1e-14);
        for (int x = 0; x < 3; x++) {
            snprintf(quantity, sizeof quantity, "expected-measure: {of: {mass: %d}, round: %d}", x,
                     t);
            ck_assert_double_eq_tol(find(text, quantity, NULL), p[x], 1e-14);
            snprintf(quantity, sizeof quantity,
                     "expected-measure: {of: {mass: %d}, round: %d, statistic: variance}", x, t);
            ck_assert_double_eq_tol(find(text, quantity, NULL), p[x] * (1 - p[x]) * (1 - kept),
                                    1e-14);
        }
    }
}
END_TEST

static double choose(int n, int k)
{
    return tgamma(n + 1) / tgamma(k + 1) / tgamma(n - k + 1);
}

static double binomial(int n, double p, int k)
{
    return choose(n, k) * pow(p, k) * pow(1 - p, n - k);
}

/* A tree of all that can happen in `left` more rounds of n outputs: real data have the
 * probability q of outcome 1, its own go through a channel that flips with probability f. */
typedef struct tree {
    int n, fixed;
    double q, flip, power;      /* power of the fade; 0: none */
    int accumulate, rounds;
} tree;

static double follow(const tree *t, int round, double p, double sum, double *square)
{
    double real = t->power > 0 ? 0.5 * pow(round + 1, -t->power) : 0.5, mean = 0;
    double own = p * (1 - t->flip) + (1 - p) * t->flip;
    int count = (int)floor(t->n * real + 0.5);   /* of two remainders of a half the first is up */
    if (round == t->rounds) {
        *square += 0;
        return p;
    }
    double squares = 0;
    for (int k = 0; k <= t->n; k++) {
        double chance = 0;
        if (!t->fixed)
            chance = binomial(t->n, real * t->q + (1 - real) * own, k);
        for (int r = 0; t->fixed && r <= count && r <= k; r++)
            if (k - r <= t->n - count)
                chance += binomial(count, t->q, r) * binomial(t->n - count, own, k - r);
        double fresh = (double)k / t->n, all = sum + fresh, below = 0;
        double next = t->accumulate ? all / (round + 1) : fresh;
        double value = follow(t, round + 1, next, all, &below);
        mean += chance * value;
        squares += chance * (round + 1 == t->rounds ? value * value : below);
    }
    *square += squares;
    return mean;
}

START_TEST(test_trees)
{
    for (int k = 0; k < 16; k++) {
        tree t = {.n = 4, .fixed = k & 1, .q = 0.3, .flip = k & 2 ? 0.2 : 0,
                  .power = k & 4 ? 0.7 : 0, .accumulate = k & 8, .rounds = 4};
        char text[1024];
        double square = 0, mean = follow(&t, 0, 0.9, 0, &square);
        snprintf(text, sizeof text,
                 "trophic: 1\nseed: 2\noutcomes: {family: categorical, outcomes: 2}\n"
                 "network: {edges: [{from: a, to: a, channel: {stochastic: {outcomes: "
                 "[[%g, %g], [%g, %g]]}}}]}\n"
                 "agents: [{name: a, reference: [0.3, 0.7], start: [0.9, 0.1],\n"
                 "  shares: {real: 0.5},  data: %s, fade: {power: %g}}]\n"
                 "advance: {sampled: {outputs: 4, split: %s, replicates: 2}}\n",
                 1 - t.flip, t.flip, t.flip, 1 - t.flip, t.accumulate ? "accumulate" : "replace",
                 t.power, t.fixed ? "fixed" : "drawn");
        ck_assert_double_eq_tol(find(text, "expected-measure: {of: {mass: 0}, round: 4}", NULL),
                                mean, 1e-13);
        ck_assert_double_eq_tol(
            find(text, "expected-measure: {of: {mass: 0}, round: 4, statistic: variance}", NULL),
            square - mean * mean, 1e-13);
        ck_assert_double_eq_tol(find(text, "expected-measure: {of: diversity, round: 4}", NULL),
                                2 * (mean - square), 1e-13);
    }
}
END_TEST

/* Real outputs: sums of 1/k^2, the drift of a fading share, a learning rate. */
START_TEST(test_real_vectors)
{
    static const char *const text =
        "trophic: 1\nseed: 2\noutcomes: {family: gaussian, covariance: 3}\n"
        "network: {edges: [{from: a, to: a}]}\n"
        "agents: [{name: a, reference: 0, shares: {real: %g}, %s}]\n"
        "advance: {sampled: {outputs: 5, split: fixed, replicates: 2}}\n";
    static const char *const quantity =
        "expected-measure: {of: mean, round: 30, statistic: variance}";
    char buffer[512];
    double sum = 0, v = 0, w = 0;
    for (int k = 1; k <= 30; k++) {
        double left = 1 - floor(5 * 0.5 / k + 0.5) / 5;
        sum += 1.0 / k / k;
        v = left * left * v + 3 / 5.0;
        w = pow(0.7 + 0.3, 2) * w + 0.09 * 3 / 5.0;
    }
    snprintf(buffer, sizeof buffer, text, 0.0, "data: accumulate");
    ck_assert_double_eq_tol(find(buffer, quantity, NULL), 0.6 * sum, 1e-13);
    snprintf(buffer, sizeof buffer, text, 0.5, "fade: 1");
    ck_assert_double_eq_tol(find(buffer, quantity, NULL), v, 1e-13);
    snprintf(buffer, sizeof buffer, text, 0.0, "learning-rate: 0.3");
    ck_assert_double_eq_tol(find(buffer, quantity, NULL), w, 1e-13);
}
END_TEST

/* Agents that retrain together and apart, by different regimes, against what is sampled. */
START_TEST(test_regimes_together)
{
    static const char *const schedules[] = {"synchronous", "{periodic: {period: [1, 2, 0.5]}}"};
    for (int k = 0; k < 2; k++) {
        char text[1024];
        snprintf(text, sizeof text,
            "trophic: 1\nseed: 21\noutcomes: {family: gaussian}\nagents:\n"
            "  - {name: a, reference: 1, shares: {real: 0.2}, data: accumulate}\n"
            "  - {name: b, start: 3, shares: {synthetic: 1}, learning-rate: 0.4}\n"
            "  - {name: c, reference: 0, shares: {real: 0.8}, fade: 0.5}\n"
            "network: {generator: {complete: {self: 1}}}\nschedule: %s\n"
            "advance: {sampled: {outputs: 6, replicates: 20000}}\n", schedules[k]);
        for (int agent = 0; agent < 3; agent++) {
            static const char *const statistics[] = {"mean", "variance"};
            for (int s = 0; s < 2; s++) {
                char sampled[128], expected[128];
                double error;
                snprintf(sampled, sizeof sampled, "sampled-measure: {of: mean, agent: %c, "
                         "round: 9, statistic: %s}", 'a' + agent, statistics[s]);
                snprintf(expected, sizeof expected, "expected-measure: {of: mean, agent: %c, "
                         "round: 9, statistic: %s}", 'a' + agent, statistics[s]);
                double found = find(text, sampled, &error);
                ck_assert_double_lt(fabs(found - find(text, expected, NULL)), 5 * error);
                ck_assert_double_lt(error, 0.05);
            }
        }
    }
}
END_TEST

/* --- estimates ----------------------------------------------------------------------- */

static const char *const normal =
    "trophic: 1\nseed: 13\noutcomes: {family: gaussian}\n"
    "agents: [{name: a, reference: 7, shares: {real: 1}}]\n"
    "schedule: {synchronous: {rounds: 3}}\n"
    "advance: {sampled: {outputs: 4, replicates: 5000}}\n";

/* Of independent normal means both standard errors are known. */
START_TEST(test_errors_of_estimates)
{
    double error, mean = find(normal, "sampled-measure: {of: mean}", &error);
    ck_assert_double_lt(fabs(mean - 7), 5 * error);
    ck_assert_double_eq_tol(error, sqrt(0.25 / 5000), 0.1 * error);
    double variance = find(normal, "sampled-measure: {of: mean, statistic: variance}", &error);
    ck_assert_double_lt(fabs(variance - 0.25), 5 * error);
    ck_assert_double_eq_tol(error, 0.25 * sqrt(2.0 / 5000), 0.1 * error);
}
END_TEST

/* The same numbers from runs of one's own, and whatever the threads. */
START_TEST(test_against_runs)
{
    tro_world w;
    tro_runner runner = {0};
    tro_sampler *sampler = NULL;
    long double sum = 0, squares = 0, fourth = 0;
    double values[5000], error[3], found[3];
    tro_world_read(&w, normal);
    ck_assert_int_eq(tro_sampler_new(w.eco, &sampler, NULL), TRO_OK);
    ck_assert_int_eq(tro_runner_init(&runner, w.eco, w.plan, TRO_SAMPLED), TRO_OK);
    runner.sampler = sampler;
    for (uint64_t r = 0; r < 5000; r++) {
        ck_assert_int_eq(tro_runner_start(&runner, r, NULL), TRO_OK);
        for (int t = 0; t < 2; t++)
            ck_assert_int_eq(tro_runner_round(&runner), TRO_OK);
        sum += values[r] = runner.z[0];
    }
    double mean = (double)(sum / 5000);
    for (int r = 0; r < 5000; r++) {
        squares += pow(values[r] - mean, 2);
        fourth += pow(values[r] - mean, 4);
    }
    double s = (double)(squares / 4999);
    double expected = sqrt(((double)fourth / 5000 - 4997 / 4999.0 * s * s) / 5000);
    for (int threads = 1; threads <= 3; threads++) {
        omp_set_num_threads(threads);
        ck_assert_double_eq_tol(find(normal, "sampled-measure: {of: mean, round: 2}", NULL), mean,
                                1e-13);
        found[threads - 1] = find(normal, "sampled-measure: {of: mean, round: 2, statistic: "
                                          "variance}", &error[threads - 1]);
    }
    ck_assert_double_eq_tol(found[0], s, 1e-13);
    ck_assert_double_eq_tol(error[0], expected, 1e-10);
    for (int k = 1; k < 3; k++) {
        ck_assert_double_eq(found[k], found[0]);
        ck_assert_double_eq(error[k], error[0]);
    }
    tro_runner_release(&runner);
    tro_sampler_free(sampler);
    tro_world_close(&w);
}
END_TEST

/* --- measures of loss ---------------------------------------------------------------- */

START_TEST(test_losses)
{
    static const char *const text =
        "trophic: 1\nseed: 13\noutcomes: {family: categorical, labels: [x, y, z]}\n"
        "agents: [{name: a, reference: [0.5, 0.3, 0.2], start: [%s], shares: {real: 1}}]\n";
    static const struct {
        const char *start;
        double missing, any, on_y;
    } rows[] = {{"0.2, 0.3, 0.5", 0, 0, 0}, {"0.5, 0, 0.5", 0.3, 0, 0}, {"0, 1, 0", 0.7, 1, 1},
                {"0, 0, 1", 0.8, 1, 0}};
    for (size_t k = 0; k < 4; k++) {
        char buffer[512];
        snprintf(buffer, sizeof buffer, text, rows[k].start);
        ck_assert_double_eq_tol(find(buffer, "measure: {of: missing-mass, at: start}", NULL),
                                rows[k].missing, 1e-15);
        ck_assert_double_eq(find(buffer, "measure: {of: fixation, at: start}", NULL), rows[k].any);
        ck_assert_double_eq(find(buffer, "measure: {of: {fixation: y}, at: start}", NULL),
                            rows[k].on_y);
    }
    static const char *const wide =
        "trophic: 1\noutcomes: {family: gaussian-full, dimension: %d}\n"
        "agents: [{name: a, reference: {mean: 1, covariance: 4}, start: {mean: 3, covariance: 9},\n"
        "  shares: {real: 1}}]\n";
    char buffer[512];
    snprintf(buffer, sizeof buffer, wide, 2);
    ck_assert_double_eq_tol(find(buffer, "measure: {of: {log-variance: 2}, at: start}", NULL),
                            log(9), 1e-14);
    snprintf(buffer, sizeof buffer, wide, 1);
    ck_assert_double_eq_tol(find(buffer, "measure: {of: wasserstein, at: start}", NULL), 5, 1e-14);
    ck_assert_double_eq_tol(
        find("trophic: 1\noutcomes: {family: gaussian, dimension: 3, covariance: [1, 4, 9]}\n"
             "agents: [{name: a, reference: 1, start: 3, shares: {real: 1}}]\n",
             "measure: {of: wasserstein, at: start}", NULL), 12, 1e-14);
}
END_TEST

/* The share of real data at which a disturbance shrinks by 0.3 is 0.7. */
START_TEST(test_root_at_level)
{
    ck_assert_double_eq_tol(
        find("trophic: 1\noutcomes: {family: gaussian}\n"
             "agents: [{name: a, reference: 0, shares: {real: 0.5}}]\n"
             "network: {edges: [{from: a, to: a}]}\n",
             "root: {of: {spectral-radius: {}}, level: 0.3, key: agents.a.shares.real, "
             "between: [0.1, 0.9]}", NULL), 0.7, 1e-12);
}
END_TEST

/* --- mistakes ------------------------------------------------------------------------ */

#define STUDY(advance, claim)                                                            \
    "trophic: 1\nseed: 1\noutcomes: {family: categorical, outcomes: 2}\n"                \
    "agents: [{name: a, reference: uniform, shares: {real: 1}}]\n" advance "claims:\n"   \
    "  - claim: c\n    source: s\n    below: 1\n    quantity: " claim "\n"

#define SAMPLED "advance: {sampled: {outputs: 2, replicates: 2}}\n"

START_TEST(test_quantity_errors)
{
    tro_study_refused(STUDY("", "{sampled-measure: {of: support}}"),
                      "9:33: a sampled quantity needs 'advance: {sampled: {outputs: n}}', found "
                      "exact rounds");
    tro_study_refused(STUDY("advance: {sampled: 2}\n", "{sampled-measure: {of: support}}"),
                      "10:33: a standard error needs at least 2 replicates, found 1");
    tro_study_refused(STUDY(SAMPLED, "{expected-measure: {of: support}}"),
                      "10:39: 'support' is no polynomial of the mean parameters, so there is no "
                      "exact expectation: 'sampled-measure' would be right");
    tro_study_refused(STUDY(SAMPLED, "{expected-measure: {of: diversity, statistic: variance}}"),
                      "10:61: 'diversity' is quadratic in the mean parameters, so there is no "
                      "exact variance: 'sampled-measure' would be right");
    tro_study_refused(STUDY(SAMPLED, "{expected-measure: {of: {mass: 0}, round: 1, stationary: "
                                     "true}}"),
                      "10:57: 'round' and 'stationary' both say when: give one of them");
    tro_study_refused(STUDY(SAMPLED, "{sampled-measure: {of: {mass: 0}, agent: b}}"),
                      "10:56: no agent is called 'b'");
    tro_study_refused(STUDY(SAMPLED, "{accumulation-power: {}}"),
                      "10:36: 'accumulation-power' needs an agent with 'data: accumulate'");
    tro_study_refused(STUDY(SAMPLED, "{sampled-measure: {of: {fixation: 2}}}"),
                      "10:49: there is no outcome '2': outcomes without labels are numbered from "
                      "0 to 1");
    tro_study_refused(STUDY(SAMPLED, "{sampled-measure: {of: log-variance}}"),
                      "10:38: 'log-variance' is of real vectors, found family 'categorical': "
                      "'variance' or 'entropy' would be right");
    tro_study_refused(STUDY(SAMPLED, "{sampled-measure: {of: wasserstein}}"),
                      "10:38: 'wasserstein' is of real outputs with one coordinate, or with "
                      "independent ones that stay so: 'total-variation' would be right");
}
END_TEST

/* What has no exact moments says so when it is computed. */
START_TEST(test_no_moments)
{
    static const struct {
        const char *agent, *why;
    } rows[] = {{"data: {window: 2}", "data that are replaced or accumulate, found a window"},
                {"reference-sample: 3", "fresh real data, found a 'reference-sample'"}};
    for (size_t k = 0; k < 2; k++) {
        tro_world w;
        tro_moments moments;
        tro_messages messages = {0};
        char buffer[512], expected[512];
        tro_world_open(&w, "trophic: 1\noutcomes: {family: gaussian}\n"
                           "agents: [{name: a, reference: 0, shares: {real: 1}, %s}]\n"
                           "advance: {sampled: 2}\n", rows[k].agent);
        ck_assert_int_eq(tro_cell_sampler(w.cell, NULL), TRO_OK);
        ck_assert_int_eq(tro_moments_init(&moments, w.eco, w.plan, w.cell->sampler, &messages),
                         TRO_EUNSUPPORTED);
        snprintf(expected, sizeof expected, "exact moments need %s", rows[k].why);
        ck_assert_str_eq(tro_listed(&messages, buffer, sizeof buffer), expected);
        tro_moments_release(&moments);
        tro_messages_clear(&messages);
        tro_world_close(&w);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_resampling, test_trees, test_real_vectors,
                                  test_regimes_together, test_errors_of_estimates,
                                  test_against_runs, test_losses, test_root_at_level,
                                  test_quantity_errors,
                                  test_no_moments};
    return TRO_RUN_TESTS("sampled measures", tests);
}
