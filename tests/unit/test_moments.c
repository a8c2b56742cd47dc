/* Exact moments of sampled rounds against closed forms, a dense recursion and
 * averages of many runs. */
#include "support.h"
#include "toy.h"

#include "analysis/moments.h"

enum { SIZE = TRO_TOY_AGENTS * TRO_TOY_WIDTH, W = TRO_TOY_WIDTH };

static void open_toy(tro_world *w, tro_toy *toy, const char *schedule)
{
    toy->advance = "{sampled: 5}";
    tro_toy_open(w, toy, schedule);
}

/* --- a dense recursion ------------------------------------------------------------ */

/* The first two moments of the whole state, size^2. */
typedef struct moments {
    size_t n;
    double mean[SIZE], covariance[SIZE * SIZE];
} moments;

/* E Var(z_i' | z): the mixture's second moment less that of its mean, over n. */
static void within(const tro_toy *toy, size_t i, const moments *m, double *out)
{
    tro_toy_source sources[TRO_TOY_SOURCES];
    size_t d = toy->width, count = tro_toy_sources(toy, i, sources);
    double j[W * SIZE] = {0}, mean[W] = {0};
    memset(out, 0, W * W * sizeof *out);
    for (size_t k = 0; k < count; k++) {
        const tro_toy_source *s = &sources[k];
        double law[W], half[W * W] = {0};
        for (size_t r = 0; r < d; r++) {
            law[r] = s->offset[r];
            for (size_t c = 0; s->from != SIZE_MAX && c < d; c++) {
                law[r] += s->matrix[r * d + c] * m->mean[s->from * d + c];
                j[r * m->n + s->from * d + c] += s->share * s->matrix[r * d + c];
                for (size_t q = 0; q < d; q++)
                    half[r * d + c] += s->matrix[r * d + q] *
                                       m->covariance[(s->from * d + q) * m->n + s->from * d + c];
            }
            mean[r] += s->share * law[r];
        }
        for (size_t r = 0; r < d; r++)
            for (size_t c = 0; c < d; c++) {
                double second = law[r] * law[c] + s->spread[r * d + c];
                for (size_t q = 0; s->from != SIZE_MAX && q < d; q++)
                    second += half[r * d + q] * s->matrix[c * d + q];
                out[r * d + c] += s->share * second;
            }
    }
    for (size_t r = 0; r < d; r++)
        for (size_t c = 0; c < d; c++) {
            out[r * d + c] -= mean[r] * mean[c];
            for (size_t a = 0; a < m->n; a++)
                for (size_t b = 0; b < m->n; b++)
                    out[r * d + c] -= j[r * m->n + a] * m->covariance[a * m->n + b] *
                                      j[c * m->n + b];
        }
}

/* Everyone marked retrains at once: z' = M z + c + noise. */
static void step(const tro_toy *toy, const int *now, moments *m)
{
    static double j[SIZE * SIZE], map[SIZE * SIZE], half[SIZE * SIZE], c[SIZE];
    size_t n = m->n, d = toy->width;
    double noise[TRO_TOY_AGENTS][W * W], mean[SIZE];
    tro_toy_dense(toy, j, c);
    for (size_t i = 0; i < toy->agents; i++)
        within(toy, i, m, noise[i]);
    for (size_t i = 0; i < n; i++) {
        mean[i] = now[i / d] ? c[i] : 0;
        for (size_t k = 0; k < n; k++) {
            map[i * n + k] = now[i / d] ? j[i * n + k] : i == k;
            mean[i] += map[i * n + k] * m->mean[k];
        }
    }
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++) {
            half[i * n + k] = 0;
            for (size_t q = 0; q < n; q++)
                half[i * n + k] += map[i * n + q] * m->covariance[q * n + k];
        }
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++) {
            double sum = 0;
            for (size_t q = 0; q < n; q++)
                sum += half[i * n + q] * map[k * n + q];
            if (now[i / d] && i / d == k / d)
                sum += noise[i / d][(i % d) * d + k % d] / (double)toy->agent[i / d].outputs;
            m->covariance[i * n + k] = sum;
        }
    memcpy(m->mean, mean, n * sizeof *mean);
}

static void one_round(const tro_toy *toy, const tro_events *events, moments *m)
{
    for (size_t at = 0, last; at < events->count; at = last) {
        int now[TRO_TOY_AGENTS] = {0};
        for (last = at; last < events->count && events->items[last].phase ==
                                                    events->items[at].phase; last++)
            now[events->items[last].agent] = 1;
        step(toy, now, m);
    }
}

static const char *const orders[] = {"synchronous", "sequential",
                                     "{periodic: {period: [1.5], offset: 0.5}}"};

START_TEST(test_toys_recursion)
{
    double worst = 0, cross = 0;
    for (uint64_t t = 0; t < 60; t++) {
        tro_stream s = tro_test_stream(6, t);
        tro_toy toy;
        tro_world w;
        tro_moments exact = {0};
        tro_sampler *sampler = NULL;
        tro_events events = {0};
        static moments m;
        tro_toy_draw(&toy, &s, 4, 1);
        open_toy(&w, &toy, orders[t % 3]);
        ck_assert_int_eq(tro_sampler_new(w.eco, &sampler, NULL), TRO_OK);
        ck_assert_int_eq(tro_moments_init(&exact, w.eco, w.plan, sampler, NULL), TRO_OK);
        m = (moments){.n = w.eco->size};
        tro_ecosystem_start(w.eco, m.mean);
        for (uint64_t r = 0; r < 8; r++) {
            ck_assert_int_eq(tro_plan_list(w.plan, 0, r, &events), TRO_OK);
            one_round(&toy, &events, &m);
            ck_assert_int_eq(tro_moments_round(&exact), TRO_OK);
            worst = fmax(worst, tro_away(m.n, exact.mean, m.mean));
            worst = fmax(worst, tro_away(m.n * m.n, exact.covariance, m.covariance));
        }
        for (size_t k = 0; toy.agents > 1 && k < toy.width; k++)
            cross = fmax(cross, fabs(m.covariance[k * m.n + toy.width]));
        for (size_t i = 0; i < toy.agents; i++) {
            double expected = tro_toy_alignment(&toy, i, m.mean + i * toy.width);
            for (size_t r = 0; r < toy.width; r++)
                for (size_t c = 0; c < toy.width; c++)
                    expected -= 0.5 * toy.agent[i].curvature[r * toy.width + c] *
                                m.covariance[(i * toy.width + r) * m.n + i * toy.width + c];
            ck_assert_double_eq_tol(tro_moments_alignment(&exact, i), expected, 1e-12);
        }
        tro_events_release(&events);
        tro_moments_release(&exact);
        tro_sampler_free(sampler);
        tro_world_close(&w);
    }
    ck_assert_double_lt(worst, 1e-12);
    ck_assert_double_gt(cross, 0.01); /* agents that retrain together covary */
}
END_TEST

/* --- the published system ------------------------------------------------------------ */

/* theta <- phi + (k/n) a + noise, phi <- A theta + noise, theta first:
 * E J_p = J_p(theta*) - eta_p/2 trace S, trace S = (4 s^2 + lambda (1 - lambda)
 * |a|^2) / n / (1 - scale^2) for one block. */
START_TEST(test_pair_stationary)
{
    const double scales[] = {0.2, 0.9}, outputs[] = {1, 4, 32};
    for (int k = 0; k < 6; k++) {
        tro_world w;
        const double *found;
        double scale = scales[k % 2], n = outputs[k / 2], lambda = 0.4, a[2] = {1, 0.3};
        tro_world_open(&w,
            "trophic: 1\nseed: 1\noutcomes: {family: gaussian, dimension: 2, covariance: 0.04}\n"
            "agents:\n"
            "  - {name: theta, start: 0, at: mean,\n"
            "     reward: {linear: [0.8, -0.2], curvature: 0.18},\n"
            "     public: {shift: [1, 0.3]}, displaces: synthetic, shares: {curated: 0.4}}\n"
            "  - {name: phi, start: 0, reward: {linear: [-1.2, 0.7], curvature: 0.22}, at: mean,\n"
            "     shares: {synthetic: 1}}\n"
            "network:\n  judge: consumer\n  edges:\n    - {from: phi, to: theta}\n"
            "    - {from: theta, to: phi, channel: {rotations: {degrees: 50, scale: %g,\n"
            "       covariance: 0.04}}}\n"
            "schedule: sequential\nadvance: {sampled: %g}\n", scale, n);
        double trace = (4 * 0.04 + lambda * (1 - lambda) * (a[0] * a[0] + a[1] * a[1])) / n /
                       (1 - scale * scale);
        ck_assert_int_eq(tro_cell_expected(w.cell, 1, &found, NULL), TRO_OK);
        const double *z = w.cell->point.z;
        double jp = 0.8 * z[0] - 0.2 * z[1] - 0.09 * (z[0] * z[0] + z[1] * z[1]);
        double jq = -1.2 * z[2] + 0.7 * z[3] - 0.11 * (z[2] * z[2] + z[3] * z[3]);
        ck_assert_double_eq_tol(found[0], jp - 0.09 * trace, 1e-13);
        ck_assert_double_eq_tol(found[1],
                                jq - 0.11 * (scale * scale * trace + 2 * 0.04 / n), 1e-13);
        tro_world_close(&w);
    }
}
END_TEST

/* A stationary expectation is an average over the period, found also when most
 * rounds retrain nobody and when an agent retrains twice: variance by hand. */
START_TEST(test_periodic_stationary)
{
    tro_world w;
    const double *found;
    /* a <- a / 2 + noise of variance 1 every third round: V = 4/3 always */
    tro_world_open(&w,
        "trophic: 1\nseed: 1\noutcomes: {family: gaussian}\n"
        "agents: [{name: a, reference: {mean: 0, covariance: 1}, start: 0, at: mean,\n"
        "          reward: {curvature: 2}, shares: {real: 0.5, synthetic: 0.5}}]\n"
        "network: {edges: [{from: a, to: a}]}\n"
        "schedule: {periodic: {period: 3}}\nadvance: {sampled: 1}\n");
    /* V = V/4 + (1 + V/4) / 1: one output mixes a draw of the reference with one of a */
    ck_assert_int_eq(tro_cell_expected(w.cell, 1, &found, NULL), TRO_OK);
    ck_assert_double_eq_tol(found[0], -2, 1e-13);
    tro_world_close(&w);
    /* b <- a / 2 + ..., twice a round; a <- b: in each half round b's variance
     * differs */
    tro_world_open(&w,
        "trophic: 1\nseed: 1\noutcomes: {family: gaussian}\n"
        "agents:\n"
        "  - {name: a, start: 0, at: mean, reward: {curvature: 2}, shares: {synthetic: 1}}\n"
        "  - {name: b, start: 0, at: mean, reward: {curvature: 2}, shares: {synthetic: 1}}\n"
        "network:\n  edges:\n    - {from: b, to: a}\n"
        "    - {from: a, to: b, channel: {affine: {scale: 0.5, covariance: 1}}}\n"
        "schedule: {periodic: {period: [1, 0.5]}}\nadvance: {sampled: 1}\n");
    ck_assert_int_eq(tro_cell_expected(w.cell, 1, &found, NULL), TRO_OK);
    /* a' = b(half) + e, b(half) = a/2 + e', b(end) = a/2 + e'': Va = Va/4 + 2 */
    ck_assert_double_eq_tol(found[0], -8.0 / 3, 1e-13);
    ck_assert_double_eq_tol(found[1], -(8.0 / 12 + 1), 1e-13);
    tro_world_close(&w);
}
END_TEST

/* --- averages of many runs ------------------------------------------------------------- */

/* The largest standard score of the sampled alignments against their exact
 * expectation. */
static double score(const char *schedule, const char *a, int replicates)
{
    tro_world w;
    const double *expected;
    double worst = 0;
    tro_world_open(&w,
        "trophic: 1\nseed: 31\noutcomes: {family: gaussian, dimension: 2, covariance: [1, 2]}\n"
        "curators: {warm: {shift: [2, -1]}}\n"
        "agents:\n"
        "  - {name: a, reference: {mean: [1, 0], covariance: [[1, 0.9], [0.9, 2]]}, public: warm,\n"
        "     reward: {linear: 1, curvature: [[1, 0.5], [0.5, 2]]}, outputs: 3, shares: %s}\n"
        "  - {name: b, reference: [0, 3], reward: {curvature: 1, centre: 1}, outputs: 1,\n"
        "     shares: {real: 0.3, synthetic: 0.3, curated: 0.4}}\n"
        "  - {name: c, reference: 1, reward: {linear: [1, 2], curvature: 1}, outputs: 9,\n"
        "     shares: {synthetic: 0.5, curated: 0.5}}\n"
        "network:\n  edges:\n    - {from: a, to: b}\n    - {from: b, to: a, judge: a}\n"
        "    - {from: a, to: a, weight: 0.5}\n"
        "    - {from: a, to: c, channel: {affine: {matrix: [[0.5, 0.2], [0, 0.7]], offset: 1}}}\n"
        "    - {from: c, to: b, channel: {rotations: {degrees: 40, scale: 0.8, covariance: 0.1}}}\n"
        "schedule: %s\nadvance: {sampled: {outputs: 5, replicates: %d}}\nrecord: {burn-in: 2}\n",
        a, schedule, replicates);
    ck_assert_int_eq(tro_cell_expected(w.cell, 0, &expected, NULL), TRO_OK);
    ck_assert_int_eq(tro_cell_sampled(w.cell, NULL), TRO_OK);
    for (size_t i = 0; i < 3; i++) {
        double error = sqrt(w.cell->sampled.variance[i] / replicates);
        worst = fmax(worst, fabs(w.cell->sampled.mean[i] - expected[i]) / error);
    }
    tro_world_close(&w);
    return worst;
}

START_TEST(test_averages_agree)
{
    static const char *const schedules[] = {
        "{synchronous: {rounds: 6}}", "{sequential: {order: [c, a, b], rounds: 6}}",
        "{periodic: {period: [0.5, 1, 2], rounds: 6}}"};
    static const char *const shares[] = {"{real: 0.4, curated: 0.3}", "{curated: 0.6}",
                                         "{real: 1}"};
    for (int k = 0; k < 9; k++) {
        int size = tro_long_tests() ? 400000 : 8000;
        double first = score(schedules[k / 3], shares[k % 3], size), second = 0;
        if (!(first < 5))
            second = score(schedules[k / 3], shares[k % 3], 2 * size);
        ck_assert_msg(first < 5 || second < 5, "%s, %s: %.2f, then %.2f sigma",
                      schedules[k / 3], shares[k % 3], first, second);
    }
}
END_TEST

/* --- refused ------------------------------------------------------------------------ */

static void refuse(const char *edge, const char *schedule, const char *advance,
                   const char *expected)
{
    tro_world w;
    const double *found;
    char buffer[512];
    tro_world_open(&w,
        "trophic: 1\nseed: 1\noutcomes: {family: gaussian}\n"
        "agents:\n  - {name: a, reference: 5, shares: {real: 0.5, curated: 0.5}}\n"
        "  - {name: b, reference: 5, shares: {real: 1}}\n"
        "network: {edges: [{from: a, to: a, %s}]}\nschedule: %s\nadvance: %s\n"
        "record: {burn-in: 10}\n", edge, schedule, advance);
    ck_assert_int_lt(tro_cell_expected(w.cell, 0, &found, &w.messages), 0);
    ck_assert_str_eq(tro_listed(&w.messages, buffer, sizeof buffer), expected);
    tro_world_close(&w);
}

START_TEST(test_expected_errors)
{
    refuse("delay: 1", "synchronous", "{sampled: 4}",
           "exact moments need an order that repeats, without delays");
    refuse("delay: 0", "poisson", "{sampled: 4}",
           "exact moments need an order that repeats, without delays");
    refuse("delay: 0", "synchronous", "exact",
           "a sampled quantity needs 'advance: {sampled: {outputs: n}}', found exact rounds");
    refuse("delay: 0", "{synchronous: {rounds: 10}}", "{sampled: 4}",
           "10:19: a burn-in of 10 leaves none of 10 rounds");
}
END_TEST

START_TEST(test_bent_errors)
{
    tro_world w;
    const double *found;
    char buffer[512];
    tro_world_open(&w,
        "trophic: 1\nseed: 1\noutcomes: {family: gaussian}\n"
        "agents: [{name: a, reference: 5, shares: {real: 0.5, curated: 0.5}, "
        "public: {best-of: {candidates: 3, reward: 1}}}]\n"
        "network: {edges: [{from: a, to: a}]}\nadvance: {sampled: 4}\n");
    ck_assert_int_eq(tro_cell_expected(w.cell, 0, &found, &w.messages), TRO_EUNSUPPORTED);
    ck_assert_str_eq(tro_listed(&w.messages, buffer, sizeof buffer),
                     "exact moments need kept outputs of the family's covariance, which "
                     "'best-of' changes");
    tro_world_close(&w);
}
END_TEST

/* An unstable ecosystem has no expectation, stationary or after many rounds,
 * and says so; nothing is NaN. A reward with curvature overflows first. */
START_TEST(test_unstable_errors)
{
    static const char *const rewards[] = {"1", "{curvature: 1}"};
    for (int k = 0; k < 4; k++) {
        tro_world w;
        char buffer[512];
        const double *found = NULL;
        tro_world_open(&w,
            "trophic: 1\nseed: 1\noutcomes: {family: gaussian}\n"
            "agents: [{name: a, start: 1, reward: %s, shares: {synthetic: 1}}]\n"
            "network: {edges: [{from: a, to: a, channel: {affine: {scale: -4}}}]}\n"
            "schedule: {synchronous: {rounds: %d}}\nadvance: {sampled: {outputs: 3}}\n",
            rewards[k % 2], k < 2 ? 2000 : 400);
        int linear = k == 2; /* after 400 rounds the mean is large, and finite */
        ck_assert_int_eq(tro_cell_sampled(w.cell, &w.messages), linear ? TRO_OK : TRO_EDIVERGED);
        ck_assert_int_eq(tro_cell_expected(w.cell, 0, &found, &w.messages), TRO_EDIVERGED);
        ck_assert_int_eq(tro_cell_expected(w.cell, 1, &found, &w.messages), TRO_EDIVERGED);
        ck_assert_ptr_null(found);
        ck_assert_str_eq(tro_listed(&w.messages, buffer, sizeof buffer) +
                             (linear ? 0 : strlen("the sampled rounds diverge: mean parameters "
                                                  "are no longer finite\n")),
                         "the sampled rounds diverge: their moments are no longer finite\n"
                         "the sampled rounds diverge: their moments are no longer finite");
        tro_world_close(&w);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_toys_recursion, test_pair_stationary,
                                  test_periodic_stationary, test_averages_agree,
                                  test_expected_errors, test_bent_errors, test_unstable_errors};
    return TRO_RUN_TESTS("moments", tests);
}
