/* Rounds that overflow, rounds at rest, and lengths that are hard to square. */
#include "support.h"

#include "measure/measure.h"
#include "schedule/settling.h"

/* --- rounds that diverge ------------------------------------------------------------ */

/* b overflows in the third round; in turn, a and c have retrained before. */
static void check_divergence(const char *schedule)
{
    tro_world w;
    tro_runner runner = {0};
    double before[3];
    tro_world_open(&w,
        "trophic: 1\nseed: 1\noutcomes: {family: gaussian}\n"
        "agents:\n"
        "  - {name: a, start: 1, reference: 0, shares: {real: 0.5, synthetic: 0.5}}\n"
        "  - {name: b, start: 1.0e+100, shares: {synthetic: 1}}\n"
        "  - {name: c, start: 1, reference: 0, shares: {real: 0.5, synthetic: 0.5}}\n"
        "network:\n  edges:\n    - {from: a, to: a}\n    - {from: c, to: c}\n"
        "    - {from: b, to: b, channel: {affine: {scale: 1.0e+80}}}\n"
        "schedule: %s\n", schedule);
    ck_assert_int_eq(tro_runner_init(&runner, w.eco, w.plan, TRO_EXACT), TRO_OK);
    ck_assert_int_eq(tro_runner_start(&runner, 0, NULL), TRO_OK);
    for (int r = 0; r < 2; r++)
        ck_assert_int_eq(tro_runner_round(&runner), TRO_OK);
    memcpy(before, runner.z, sizeof before);
    uint64_t retrainings = runner.retrainings;
    for (int again = 0; again < 2; again++) {
        ck_assert_int_eq(tro_runner_round(&runner), TRO_EDIVERGED);
        ck_assert_mem_eq(runner.z, before, sizeof before);
        ck_assert_uint_eq(runner.round, 2);
        ck_assert_double_eq(runner.time, 2);
        ck_assert_uint_eq(runner.retrainings, retrainings);
    }
    tro_runner_release(&runner);
    tro_world_close(&w);
}

START_TEST(test_diverged_round)
{
    check_divergence("synchronous");
    check_divergence("sequential");
    check_divergence("{sequential: [a, c, b]}");
    check_divergence("{periodic: {period: [0.25, 1, 0.5]}}");
}
END_TEST

/* --- rounds at rest ---------------------------------------------------------------------- */

/* The round after which two agents are said to be at rest, or 0. */
static long long rest_after(const char *edges, const char *schedule, double tolerance)
{
    tro_world w;
    tro_runner runner = {0};
    tro_settling settling;
    long long found = 0;
    tro_world_open(&w,
        "trophic: 1\nseed: 1\noutcomes: {family: gaussian}\n"
        "agents:\n"
        "  - {name: a, start: 1, reference: 0, shares: {real: 0.5, synthetic: 0.5}}\n"
        "  - {name: b, start: 1, reference: 0, shares: {real: 0.5, synthetic: 0.5}}\n"
        "network: {edges: [%s]}\nschedule: %s\n", edges, schedule);
    ck_assert_int_eq(tro_runner_init(&runner, w.eco, w.plan, TRO_EXACT), TRO_OK);
    ck_assert_int_eq(tro_settling_init(&settling, &runner, tolerance), TRO_OK);
    ck_assert_int_eq(tro_runner_start(&runner, 0, NULL), TRO_OK);
    while (found == 0 && runner.round < 6000) {
        ck_assert_int_eq(tro_runner_round(&runner), TRO_OK);
        if (tro_settling_check(&settling, &runner))
            found = (long long)runner.round;
    }
    tro_settling_release(&settling);
    tro_runner_release(&runner);
    tro_world_close(&w);
    return found;
}

START_TEST(test_rest)
{
    const char *apart = "{from: a, to: a}, {from: b, to: b}";
    const char *ring = "{from: a, to: b}, {from: b, to: a}";
    const char *late = "{from: a, to: b}, {from: b, to: a, delay: 20}";
    /* 2^-k halves in every round: it changes by no more than 2^-10 in round 10. */
    ck_assert_int_eq(rest_after(apart, "synchronous", 0x1p-10), 10);
    ck_assert_int_eq(rest_after(apart, "synchronous", 0), 0);
    /* b retrains in rounds 50, 100, ...: the last to change it is the tenth. */
    ck_assert_int_eq(rest_after(apart, "{periodic: {period: [1, 50]}}", 0x1p-10), 500);
    /* not within 6000 rounds, and not said after any number of quiet ones */
    ck_assert_int_eq(rest_after(apart, "{periodic: {period: [1, 10000]}}", 0x1p-10), 0);
    ck_assert_int_eq(rest_after(apart, "{periodic: {period: 10000}}", 0x1p-10), 0);
    ck_assert_int_eq(rest_after(apart, "{poisson: [1, 1.0e-9]}", 0x1p-10), 0);
    /* but an agent that is never to retrain is not waited for */
    ck_assert_int_gt(rest_after(apart, "{poisson: [1, 0]}", 0x1p-10), 0);
    ck_assert_int_eq(rest_after(apart, "{poisson: 0}", 0x1p-10), 1);
    /* a's change of round 1 comes back from b after twenty quiet rounds */
    ck_assert_int_gt(rest_after(late, "synchronous", 0x1p-10), 40);
    ck_assert_int_gt(rest_after(late, "{periodic: {period: [1, 30]}}", 0x1p-10), 150);
    ck_assert_int_gt(rest_after(ring, "synchronous", 0x1p-10), 9);
}
END_TEST

/* A slow reader of late outputs: b retrains in rounds 7, 14, ..., and what it
 * reads in round 7 is 20 rounds old. It is not at rest before it has seen a's
 * last change. */
START_TEST(test_rest_after_all_delays)
{
    tro_world w;
    tro_runner runner = {0};
    tro_settling settling;
    tro_world_open(&w,
        "trophic: 1\nseed: 1\noutcomes: {family: gaussian}\n"
        "agents:\n"
        "  - {name: a, start: 1, reference: 0, shares: {real: 1}}\n"
        "  - {name: b, start: 1, shares: {synthetic: 1}}\n"
        "network: {edges: [{from: a, to: b, delay: 20}]}\n"
        "schedule: {periodic: {period: [1, 7]}}\n");
    ck_assert_int_eq(tro_runner_init(&runner, w.eco, w.plan, TRO_EXACT), TRO_OK);
    ck_assert_int_eq(tro_settling_init(&settling, &runner, 1e-9), TRO_OK);
    ck_assert_int_eq(tro_runner_start(&runner, 0, NULL), TRO_OK);
    do
        ck_assert_int_eq(tro_runner_round(&runner), TRO_OK);
    while (!tro_settling_check(&settling, &runner));
    ck_assert_double_eq(runner.z[1], 0);
    ck_assert_uint_gt(runner.round, 28);
    tro_settling_release(&settling);
    tro_runner_release(&runner);
    tro_world_close(&w);
}
END_TEST

/* --- lengths --------------------------------------------------------------------------- */

START_TEST(test_lengths)
{
    const double zero[3] = {0}, small[3] = {3e-200, 0, -4e-200}, large[3] = {3e300, 4e300, 0};
    const double tiny[3] = {5e-324}, huge[3] = {1.7e308, 1.7e308, 0}, plain[3] = {1, 2, 2};
    ck_assert_double_eq(tro_euclidean(3, zero, zero), 0);
    ck_assert_double_eq(tro_euclidean(3, plain, zero), 3);
    ck_assert_double_eq_tol(tro_euclidean(3, zero, small) * 1e200, 5, 1e-14);
    ck_assert_double_eq_tol(tro_euclidean(3, large, zero) / 1e300, 5, 1e-14);
    ck_assert_double_eq(tro_euclidean(3, tiny, zero), 5e-324);
    ck_assert(isinf(tro_euclidean(3, huge, zero)));
    ck_assert(isinf(tro_euclidean(1, huge, &(double){-1.7e308})));
    ck_assert(isnan(tro_euclidean(1, &(double){NAN}, zero)));
    ck_assert_double_eq(tro_euclidean(0, zero, zero), 0);
}
END_TEST

/* Undefined is one thing, overflow another. */
START_TEST(test_lost_measures)
{
    tro_world w;
    const tro_measuring *alignment, *distance, *drift;
    tro_world_open(&w,
        "trophic: 1\noutcomes: {family: gaussian}\n"
        "agents:\n"
        "  - {name: a, reference: 1.0e+308, start: -1.0e+308, reward: 3, shares: {real: 1}}\n"
        "  - {name: b, start: 1, shares: {synthetic: 1}}\n"
        "network: {edges: [{from: b, to: b}]}\n");
    double z[2] = {-1e308, 1};
    ck_assert_uint_eq(w.cell->measure_count, 3);
    alignment = &w.cell->measures[0], distance = alignment + 1, drift = alignment + 2;
    for (size_t k = 0; k < 2; k++) {
        const tro_measuring *m = &w.cell->measures[k];
        ck_assert(tro_measure_is_lost(m, 0, m->measure->value(m, z, 0, NULL)));
        ck_assert(!tro_measure_is_lost(m, 1, m->measure->value(m, z, 1, NULL)));
    }
    ck_assert_ptr_null(tro_measure_lacks(alignment, 0));
    ck_assert_str_eq(tro_measure_lacks(alignment, 1), "reward");
    ck_assert_str_eq(tro_measure_lacks(distance, 1), "reference");
    ck_assert_double_eq(drift->measure->value(drift, z, 0, NULL), 0);
    ck_assert(tro_alignment_is_lost(w.eco, 0, tro_alignment(w.eco, z, 0)));
    ck_assert(!tro_alignment_is_lost(w.eco, 1, tro_alignment(w.eco, z, 1)));
    tro_world_close(&w);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_diverged_round, test_rest, test_rest_after_all_delays,
                                  test_lengths, test_lost_measures};
    return TRO_RUN_TESTS("runner", tests);
}
