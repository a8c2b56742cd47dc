/* Stability at its edge: what neither dies nor grows, agents that never retrain,
 * and a verdict that is cut short. */
#include "support.h"

#define HEAD "trophic: 1\nseed: 5\noutcomes: {family: gaussian, dimension: 2}\n"

/* --- neither stable nor unstable --------------------------------------------------- */

#define ALL "shares: {synthetic: 1}}\n"
#define FREE "the means are free to drift, as nothing takes a disturbance back"

/* Agents that nothing holds: what is said of their eigenvalues of modulus 1. */
static void check_neutral(const char *schedule, const char *agents, const char *edges,
                          int neutral, const char *expected)
{
    tro_world w;
    tro_text text = {0};
    char sentence[512];
    tro_world_open(&w, HEAD "agents:\n%snetwork: {edges: [%s]}\nschedule: %s\n", agents, edges,
                   schedule);
    ck_assert_int_eq(tro_cell_stability(w.cell, NULL), TRO_OK);
    const tro_stability *s = &w.cell->stability;
    tro_stability_describe(s, &text);
    snprintf(sentence, sizeof sentence, "not stable under the %s schedule: %s",
             w.plan->schedule->plugin.name, expected);
    ck_assert_str_eq(tro_text_string(&text), sentence);
    ck_assert_int_eq(s->neutral, neutral);
    ck_assert_int_eq(s->stable || s->settles, 0);
    ck_assert_double_eq(s->rate, 1);
    tro_text_clear(&text);
    tro_world_close(&w);
}

START_TEST(test_neutral)
{
    const char *one = "  - {name: a, start: 1, " ALL;
    const char *two = "  - {name: a, start: 1, " ALL "  - {name: b, start: 2, " ALL;
    const char *ring = "{from: a, to: b}, {from: b, to: a}";
    check_neutral("synchronous", one, "{from: a, to: a}", TRO_DRIFTS,
                  FREE " (spectral radius 1, no real data reaches a)");
    check_neutral("synchronous", one, "{from: a, to: a, channel: {affine: {scale: -1}}}",
                  TRO_FLIPS,
                  "a cycle of period 2 never dies (spectral radius 1, no real data reaches a)");
    check_neutral("synchronous", one, "{from: a, to: a, channel: {rotations: {degrees: 30}}}",
                  TRO_TURNS, "a rotation, once in 12 rounds, never dies (spectral radius 1, no "
                             "real data reaches a)");
    check_neutral("synchronous", two, ring, TRO_DRIFTS | TRO_FLIPS,
                  FREE "; a cycle of period 2 never dies (spectral radius 1, no real data reaches "
                       "a and b)");
    check_neutral("sequential", two, ring, TRO_DRIFTS,
                  FREE " (spectral radius 1, no real data reaches a and b)");
    check_neutral("{periodic: {period: 2}}", one,
                  "{from: a, to: a, channel: {affine: {scale: -1}}}", TRO_FLIPS,
                  "a cycle of period 4 never dies (spectral radius 1, no real data reaches a)");
    check_neutral("random-order", two, ring, TRO_DRIFTS,
                  "a disturbance neither shrinks nor grows in 4000 rounds, no real data reaches a "
                  "and b");
    /* a channel makes up for the real data */
    check_neutral("synchronous",
                  "  - {name: a, reference: 1, shares: {real: 0.5, synthetic: 0.5}}\n",
                  "{from: a, to: a, channel: {affine: {scale: 2}}}", TRO_DRIFTS,
                  FREE " (spectral radius 1)");
    /* shares and weights whose sums are 1 but for rounding */
    check_neutral("synchronous",
                  "  - {name: a, start: 1, shares: {synthetic: 0.7, curated: 0.3}}\n"
                  "  - {name: b, start: 1, " ALL "  - {name: c, start: 1, " ALL
                  "  - {name: d, start: 1, " ALL "  - {name: e, start: 1, " ALL,
                  "{from: a, to: b}, {from: b, to: a, weight: 0.1}, {from: a, to: a, weight: 0.6},"
                  "{from: b, to: c}, {from: c, to: d}, {from: d, to: e}", TRO_DRIFTS,
                  FREE " (spectral radius 1, no real data reaches a, b, c and 2 more)");
}
END_TEST

/* Delays do not make it stable, and every way round is a cycle. */
START_TEST(test_neutral_delays)
{
    const char *one = "  - {name: a, start: 1, " ALL;
    check_neutral("synchronous", one, "{from: a, to: a}, {from: a, to: a, delay: 1000}",
                  TRO_DRIFTS, FREE " (spectral radius 1, no real data reaches a)");
    check_neutral("synchronous", one, "{from: a, to: a, delay: 999}",
                  TRO_DRIFTS | TRO_FLIPS | TRO_TURNS,
                  FREE "; a cycle of period 2 never dies; a rotation, once in 1000 rounds, never "
                       "dies (spectral radius 1, no real data reaches a)");
    check_neutral("synchronous", one,
                  "{from: a, to: a, delay: 4, channel: {rotations: {degrees: 30}}}", TRO_TURNS,
                  "a rotation, once in 60 rounds, never dies (spectral radius 1, no real data "
                  "reaches a)");
}
END_TEST

/* The Jacobian of an affine map needs no fixed point, large or small. */
START_TEST(test_neutral_large)
{
    tro_world w;
    tro_world_open(&w, HEAD "agents: [{group: g, count: 320, start: 1, shares: {synthetic: 1}}]\n"
                             "network: {generator: {watts-strogatz: {k: 4, p: 0.3}}}\n");
    ck_assert_int_eq(tro_cell_stability(w.cell, &w.messages), TRO_OK);
    ck_assert_int_eq(w.cell->stability.neutral, TRO_DRIFTS);
    ck_assert_int_eq(w.cell->have_point, 0);
    tro_world_close(&w);
}
END_TEST

/* Agents that never retrain, by the author's wish: the others settle. */
START_TEST(test_idle)
{
    tro_world w;
    tro_text text = {0};
    tro_world_open(&w, HEAD
        "agents:\n"
        "  - {name: a, reference: 1, shares: {real: 0.5, synthetic: 0.5}}\n"
        "  - {name: b, reference: 1, shares: {real: 0.5, synthetic: 0.5}}\n"
        "  - {name: c, reference: 1, shares: {real: 0.5, synthetic: 0.5}}\n"
        "network: {edges: [{from: a, to: b}, {from: b, to: a}, {from: b, to: c,\n"
        "  channel: {affine: {scale: 9}}}, {from: c, to: b, channel: {affine: {scale: 9}}}]}\n"
        "schedule: {poisson: [1, 1, 0]}\n");
    ck_assert_int_eq(tro_cell_stability(w.cell, NULL), TRO_OK);
    const tro_stability *s = &w.cell->stability;
    ck_assert_int_eq(s->method, TRO_BY_CERTIFICATE);
    ck_assert_int_eq(s->stable, 0);
    ck_assert_int_eq(s->settles, 1);
    ck_assert_double_eq_tol(s->absolute, sqrt(0.125), 1e-12);
    tro_stability_describe(s, &text);
    ck_assert_ptr_nonnull(strstr(tro_text_string(&text),
        "comes to rest under the poisson schedule, but not at the fixed point, as c never "
        "retrains: the spectral radius of |J| is 0.353553, so every order converges"));
    tro_text_clear(&text);
    tro_world_close(&w);
}
END_TEST

/* --- stopping ------------------------------------------------------------------------ */

static int stop_later(void *context)
{
    return --*(int *)context <= 0;
}

/* Stopped at any time it is stopped, and leaves nothing behind. */
static void check_stop(const char *agents, const char *network, const char *schedule)
{
    tro_world w;
    int left = 0, asked = 0;
    tro_progress progress = {.stop = stop_later, .context = &left};
    tro_world_open(&w, HEAD "agents: [{%s, reference: 1, shares: {real: 0.4, synthetic: 0.6}}]\n"
                             "network: {%s}\nschedule: %s\n", agents, network, schedule);
    w.cell->progress = &progress;
    left = 1000000;
    ck_assert_int_eq(tro_cell_stability(w.cell, NULL), TRO_OK);
    asked = 1000000 - left;
    ck_assert_int_gt(asked, 3);
    for (int k = 0; k < 4; k++) {
        w.cell->have_stability = 0;
        left = 1 + k * (asked - 1) / 3;
        ck_assert_int_eq(tro_cell_stability(w.cell, NULL), TRO_EINTERRUPTED);
        ck_assert_int_eq(w.cell->have_stability, 0);
    }
    tro_world_close(&w);
}

START_TEST(test_stop)
{
    check_stop("group: f, count: 160, reference: 0, shares: {real: 0.2, synthetic: 0.8}}, "
               "{group: g, count: 160", "generator: {ring: {reach: 2}}", "synchronous");
    check_stop("group: g, count: 4", "generator: ring", "{periodic: {period: 3}}");
    check_stop("group: g, count: 2", "generator: ring", "poisson");
    check_stop("name: a", "edges: [{from: a, to: a, delay: 900}, {from: a, to: a, delay: 20}]",
               "synchronous");
    check_stop("name: a", "edges: [{from: a, to: a, delay: 90, channel: {rotations: 20}}, "
                          "{from: a, to: a, delay: 20}]", "synchronous");
    check_stop("name: a", "edges: [{from: a, to: a, delay: 900, channel: {rotations: 20}}, "
                          "{from: a, to: a, delay: 21, channel: {rotations: 40}}]", "synchronous");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_neutral, test_neutral_delays, test_neutral_large, test_idle,
                                  test_stop};
    return TRO_RUN_TESTS("neutral", tests);
}
