/* Schedules: who retrains when, and that orders agree where they must. */
#include "support.h"
#include "toy.h"

#include <gsl/gsl_cdf.h>

#include "schedule/runner.h"

enum { SIZE = TRO_TOY_AGENTS * TRO_TOY_WIDTH };

/* `count` agents under a schedule. */
static void open_ring(tro_world *w, int count, const char *schedule)
{
    tro_world_open(w,
        "trophic: 1\nseed: 7\noutcomes: {family: gaussian}\n"
        "agents: [{group: g, count: %d, reference: 1, start: 0, shares: {real: 1}}]\n"
        "network: {generator: ring}\nschedule: %s\n", count, schedule);
}

/* --- events ------------------------------------------------------------------- */

START_TEST(test_events_sort)
{
    tro_events events = {0};
    static const struct {
        double phase;
        size_t agent;
    } given[] = {{0.5, 2}, {0.25, 1}, {0.5, 0}, {1, 1}, {0.75, 1}, {0.25 + 1e-12, 0}};
    for (size_t k = 0; k < 6; k++)
        ck_assert_int_eq(tro_events_add(&events, given[k].phase, given[k].agent), TRO_OK);
    tro_events_sort(&events);
    static const tro_event sorted[] = {{0.25, 1, 0}, {0.25, 0, 0}, {0.5, 0, 1},
                                       {0.5, 2, 0},  {0.75, 1, 1}, {1, 1, 2}};
    ck_assert_uint_eq(events.count, 6);
    for (size_t k = 0; k < 6; k++) {
        ck_assert_double_eq(events.items[k].phase, sorted[k].phase);
        ck_assert_uint_eq(events.items[k].agent, sorted[k].agent);
        ck_assert_uint_eq(events.items[k].occurrence, sorted[k].occurrence);
    }
    tro_events_release(&events);
    tro_events_sort(&events); /* nothing */
    ck_assert_uint_eq(events.count, 0);
}
END_TEST

/* Two events of a fast Poisson clock may fall on the same time. */
START_TEST(test_events_of_one_agent_at_one_time)
{
    tro_events events = {0};
    static const double phases[] = {0.75, 0.5, 0.5 + 5e-10, 0.5 + 4e-10, 0.5 + 2e-9};
    for (size_t k = 0; k < 5; k++)
        ck_assert_int_eq(tro_events_add(&events, phases[k], 0), TRO_OK);
    tro_events_sort(&events);
    ck_assert_uint_eq(events.count, 3);
    for (unsigned k = 0; k < 3; k++)
        ck_assert_uint_eq(events.items[k].occurrence, k);
    ck_assert_double_eq(events.items[0].phase, 0.5);
    ck_assert_double_eq(events.items[1].phase, 0.5 + 2e-9);
    tro_events_release(&events);
}
END_TEST

/* --- lists -------------------------------------------------------------------- */

static void check_phases(const char *schedule, int agents, uint64_t round, size_t count,
                         const tro_event *expected)
{
    tro_world w;
    tro_events events = {0};
    open_ring(&w, agents, schedule);
    ck_assert_int_eq(tro_plan_list(w.plan, 0, round, &events), TRO_OK);
    ck_assert_uint_eq(events.count, count);
    for (size_t k = 0; k < count; k++) {
        ck_assert_double_eq_tol(events.items[k].phase, expected[k].phase, 1e-12);
        ck_assert_uint_eq(events.items[k].agent, expected[k].agent);
        ck_assert_uint_eq(events.items[k].occurrence, expected[k].occurrence);
    }
    tro_events_release(&events);
    tro_world_close(&w);
}

START_TEST(test_fixed_orders_list)
{
    static const tro_event together[] = {{1, 0, 0}, {1, 1, 0}, {1, 2, 0}};
    static const tro_event in_turn[] = {{1.0 / 3, 0, 0}, {2.0 / 3, 1, 0}, {1, 2, 0}};
    static const tro_event named[] = {{1.0 / 3, 2, 0}, {2.0 / 3, 0, 0}, {1, 1, 0}};
    static const tro_event half[] = {{0.5, 0, 0}, {0.5, 1, 0}, {0.5, 2, 0},
                                     {1, 0, 1},   {1, 1, 1},   {1, 2, 1}};
    static const tro_event mixed[] = {{0.25, 0, 0}, {0.5, 1, 0}, {1, 1, 1}};
    check_phases("synchronous", 3, 5, 3, together);
    check_phases("sequential", 3, 5, 3, in_turn);
    check_phases("{sequential: [g-3, g-1, g-2]}", 3, 0, 3, named);
    check_phases("periodic", 3, 8, 3, together);
    check_phases("{periodic: {period: 0.5}}", 3, 0, 6, half);
    check_phases("{periodic: {period: [2, 0.5], offset: [0.25, 1.5]}}", 2, 0, 3, mixed);
    check_phases("{periodic: {period: [2, 0.5], offset: [0.25, 1.5]}}", 2, 1, 2,
                 (tro_event[]){{0.5, 1, 0}, {1, 1, 1}});
    check_phases("{periodic: {period: 3}}", 1, 0, 0, NULL);
    check_phases("{periodic: {period: 3}}", 1, 2, 1, (tro_event[]){{1, 0, 0}});
    check_phases("{poisson: 0}", 3, 0, 0, NULL);
}
END_TEST

/* Counts over many rounds: every tick once, whatever rounding does at the
 * ends of rounds. */
START_TEST(test_periodic_misses_none)
{
    static const double periods[] = {0.1, 0.3, 1.0 / 3, 0.7, 1, 1.1, 2.5, M_PI};
    for (size_t p = 0; p < sizeof periods / sizeof *periods; p++)
        for (int shifted = 0; shifted < 2; shifted++) {
            tro_world w;
            tro_events events = {0};
            char schedule[128];
            double offset = shifted ? 0.6 * periods[p] : 0;
            snprintf(schedule, sizeof schedule, "{periodic: {period: %.17g, offset: %.17g}}",
                     periods[p], offset);
            open_ring(&w, 1, schedule);
            size_t count = 0;
            double last = -1;
            for (uint64_t r = 0; r < 3000; r++) {
                ck_assert_int_eq(tro_plan_list(w.plan, 0, r, &events), TRO_OK);
                for (size_t k = 0; k < events.count; k++) {
                    double time = (double)r + events.items[k].phase;
                    if (count > 0)
                        ck_assert_double_eq_tol(time - last, periods[p], 1e-8);
                    last = time;
                    count++;
                }
            }
            double expected = floor((3000 - offset) / periods[p] + 1e-9) + (offset > 0);
            ck_assert_double_eq((double)count, expected);
            tro_events_release(&events);
            tro_world_close(&w);
        }
}
END_TEST

static void check_period(const char *schedule, uint64_t expected)
{
    tro_world w;
    open_ring(&w, 2, schedule);
    ck_assert_msg(w.plan->period == expected, "%s: period %llu", schedule,
                  (unsigned long long)w.plan->period);
    tro_world_close(&w);
}

START_TEST(test_plan_period)
{
    tro_world w;
    check_period("synchronous", 1);
    check_period("sequential", 1);
    check_period("random-order", 0);
    check_period("poisson", 0);
    check_period("periodic", 1);
    check_period("{periodic: {period: 0.25}}", 1);
    check_period("{periodic: {period: [0.5, 3]}}", 3);
    check_period("{periodic: {period: [1.5, 2.5]}}", 15);
    check_period("{periodic: {period: [0.1, 0.7]}}", 7);
    check_period("{periodic: {period: 512}}", 512);
    check_period("{periodic: {period: 513}}", 0);
    check_period("{periodic: {period: 3.14159}}", 0);
    open_ring(&w, 1, "random-order");
    ck_assert_uint_eq(w.plan->period, 1);
    tro_world_close(&w);
}
END_TEST

/* --- random orders ------------------------------------------------------------- */

/* Each agent once a round; the 24 orders of 4 equally likely. */
START_TEST(test_random_order_law)
{
    tro_world w;
    tro_events events = {0};
    enum { ROUNDS = 24000 };
    double seen[256] = {0}, chi = 0;
    open_ring(&w, 4, "random-order");
    for (uint64_t r = 0; r < ROUNDS; r++) {
        size_t order = 0, mask = 0;
        ck_assert_int_eq(tro_plan_list(w.plan, r % 3, r / 3, &events), TRO_OK);
        ck_assert_uint_eq(events.count, 4);
        for (size_t k = 0; k < 4; k++) {
            ck_assert_double_eq(events.items[k].phase, (double)(k + 1) / 4);
            ck_assert_uint_eq(events.items[k].occurrence, 0);
            mask |= (size_t)1 << events.items[k].agent;
            order = 4 * order + events.items[k].agent;
        }
        ck_assert_uint_eq(mask, 15);
        seen[order]++;
    }
    for (size_t k = 0; k < 256; k++)
        if (seen[k] > 0)
            chi += pow(seen[k] - ROUNDS / 24.0, 2) / (ROUNDS / 24.0);
    ck_assert_double_gt(gsl_cdf_chisq_Q(chi, 23), 3e-7);
    tro_events_release(&events);
    tro_world_close(&w);
}
END_TEST

/* Counts per round are Poisson, independent of the round before; times are
 * uniform. */
START_TEST(test_poisson_law)
{
    tro_world w;
    tro_events events = {0};
    enum { ROUNDS = 40000, CELLS = 8 };
    const double rate[2] = {0.6, 2.5};
    double seen[2][CELLS] = {{0}}, phases[20] = {0}, total = 0, product = 0, before = 0;
    open_ring(&w, 2, "{poisson: [0.6, 2.5]}");
    for (uint64_t r = 0; r < ROUNDS; r++) {
        size_t count[2] = {0, 0};
        ck_assert_int_eq(tro_plan_list(w.plan, 3, r, &events), TRO_OK);
        for (size_t k = 0; k < events.count; k++) {
            ck_assert(events.items[k].phase > 0 && events.items[k].phase <= 1);
            ck_assert_uint_eq(events.items[k].occurrence, count[events.items[k].agent]);
            count[events.items[k].agent]++;
            phases[(size_t)ceil(20 * events.items[k].phase) - 1]++;
            total++;
        }
        for (int i = 0; i < 2; i++)
            seen[i][count[i] < CELLS ? count[i] : CELLS - 1]++;
        product += before * ((double)count[1] - rate[1]);
        before = (double)count[1] - rate[1];
    }
    for (int i = 0; i < 2; i++) {
        double chi = 0, p = exp(-rate[i]), left = 1;
        for (int c = 0; c < CELLS; c++) {
            double expected = ROUNDS * (c == CELLS - 1 ? left : p);
            chi += (seen[i][c] - expected) * (seen[i][c] - expected) / expected;
            left -= p;
            p *= rate[i] / (c + 1);
        }
        ck_assert_double_gt(gsl_cdf_chisq_Q(chi, CELLS - 1), 3e-7);
    }
    double chi = 0;
    for (int b = 0; b < 20; b++)
        chi += pow(phases[b] - total / 20, 2) / (total / 20);
    ck_assert_double_gt(gsl_cdf_chisq_Q(chi, 19), 3e-7);
    ck_assert_double_lt(fabs(product / ROUNDS), 5 * rate[1] / sqrt(ROUNDS));
    tro_events_release(&events);
    tro_world_close(&w);
}
END_TEST

/* d/dt E z = rate (F(E z) - E z) exactly, for a linear map, at all times. */
static void expected_state(const double *rate, double time, double *z)
{
    enum { STEPS = 4000 };
    double h = time / STEPS, k[4][2];
    for (int s = 0; s < STEPS; s++) {
        for (int q = 0; q < 4; q++) {
            double part = q == 0 ? 0 : q == 3 ? h : h / 2, at[2];
            for (int i = 0; i < 2; i++)
                at[i] = z[i] + (q ? part * k[q - 1][i] : 0);
            /* F: a = 1 + 0.5 b, b = -1 + 0.25 a + 0.5 b */
            k[q][0] = rate[0] * (1 + 0.5 * at[1] - at[0]);
            k[q][1] = rate[1] * (-1 + 0.25 * at[0] + 0.5 * at[1] - at[1]);
        }
        for (int i = 0; i < 2; i++)
            z[i] += h / 6 * (k[0][i] + 2 * k[1][i] + 2 * k[2][i] + k[3][i]);
    }
}

START_TEST(test_poisson_expected_state)
{
    tro_world w;
    tro_runner runner = {0};
    const double rate[2] = {0.7, 1.6};
    enum { REPLICATES = 40000, ROUNDS = 3 };
    double sum[ROUNDS][2] = {{0}}, square[ROUNDS][2] = {{0}};
    int status = TRO_OK; /* Check writes to a file at every assertion */
    tro_world_open(&w,
        "trophic: 1\nseed: 11\noutcomes: {family: gaussian}\n"
        "agents:\n"
        "  - {name: a, reference: 2, start: 3, shares: {real: 0.5, synthetic: 0.5}}\n"
        "  - {name: b, reference: -4, start: 0, shares: {real: 0.25, synthetic: 0.75}}\n"
        "network:\n  edges:\n    - {from: b, to: a}\n    - {from: a, to: b}\n"
        "    - {from: b, to: b, weight: 2}\n"
        "schedule: {poisson: [0.7, 1.6]}\n");
    ck_assert_int_eq(tro_runner_init(&runner, w.eco, w.plan, TRO_EXACT), TRO_OK);
    for (uint64_t r = 0; r < REPLICATES; r++) {
        status |= tro_runner_start(&runner, r, NULL);
        for (int t = 0; t < ROUNDS; t++) {
            status |= tro_runner_round(&runner);
            for (int i = 0; i < 2; i++) {
                sum[t][i] += runner.z[i];
                square[t][i] += runner.z[i] * runner.z[i];
            }
        }
    }
    ck_assert_int_eq(status, TRO_OK);
    for (int t = 0; t < ROUNDS; t++) {
        double z[2] = {3, 0};
        expected_state(rate, t + 1, z);
        for (int i = 0; i < 2; i++) {
            double mean = sum[t][i] / REPLICATES;
            double error = sqrt((square[t][i] / REPLICATES - mean * mean) / REPLICATES);
            ck_assert_msg(fabs(mean - z[i]) < 5 * error, "round %d, agent %d: %.6f +- %.6f, "
                          "expected %.6f", t + 1, i, mean, error, z[i]);
        }
    }
    tro_runner_release(&runner);
    tro_world_close(&w);
}
END_TEST

/* --- identities ----------------------------------------------------------------- */

/* The states after every one of `rounds` rounds, exact or sampled. */
static void run(tro_toy *toy, const char *schedule, tro_advance advance, int rounds,
                double *states)
{
    tro_world w;
    tro_runner runner = {0};
    tro_sampler *sampler = NULL;
    tro_toy_open(&w, toy, schedule);
    ck_assert_int_eq(tro_runner_init(&runner, w.eco, w.plan, advance), TRO_OK);
    if (advance == TRO_SAMPLED)
        ck_assert_int_eq(tro_sampler_new(w.eco, &sampler, NULL), TRO_OK);
    runner.sampler = sampler;
    ck_assert_int_eq(tro_runner_start(&runner, 5, NULL), TRO_OK);
    for (int t = 0; t < rounds; t++) {
        ck_assert_int_eq(tro_runner_round(&runner), TRO_OK);
        memcpy(states + (size_t)t * w.eco->size, runner.z, w.eco->size * sizeof *states);
    }
    tro_runner_release(&runner);
    tro_sampler_free(sampler);
    tro_world_close(&w);
}

/* Period 1 is synchronous, and staggered offsets are sequential: bit for bit,
 * in exact and in sampled rounds. */
START_TEST(test_periodic_identities)
{
    enum { ROUNDS = 6 };
    double one[ROUNDS * SIZE], two[ROUNDS * SIZE];
    for (uint64_t t = 0; t < 60; t++) {
        tro_stream s = tro_test_stream(2, t);
        tro_toy toy;
        tro_text staggered = {0};
        tro_advance advance = t % 2 ? TRO_SAMPLED : TRO_EXACT;
        tro_toy_draw(&toy, &s, TRO_TOY_AGENTS, 1);
        size_t bytes = ROUNDS * toy.agents * toy.width * sizeof *one;
        run(&toy, "synchronous", advance, ROUNDS, one);
        run(&toy, "{periodic: {period: 1, offset: 0}}", advance, ROUNDS, two);
        ck_assert_mem_eq(one, two, bytes);
        run(&toy, "sequential", advance, ROUNDS, one);
        tro_text_add(&staggered, "{periodic: {offset: [");
        for (size_t i = 0; i < toy.agents; i++) {
            char number[32];
            tro_format_real(number, (double)(i + 1) / (double)toy.agents);
            tro_text_addf(&staggered, "%s%s", i ? ", " : "", number);
        }
        tro_text_add(&staggered, "]}}");
        run(&toy, tro_text_string(&staggered), advance, ROUNDS, two);
        ck_assert_mem_eq(one, two, bytes);
        tro_text_clear(&staggered);
    }
}
END_TEST

static const char *const orders[] = {
    "synchronous", "sequential", "random-order", "{poisson: 0.8}",
    "{periodic: {period: 1.5, offset: 0.3}}"};

/* When the spectral radius of |J| is below one, every order ends in the same
 * fixed point (Chazan and Miranker 1969). */
START_TEST(test_orders_converge)
{
    double worst = 0;
    size_t used = 0;
    for (uint64_t t = 0; t < 120; t++) {
        tro_stream s = tro_test_stream(2, 500 + t);
        tro_toy toy;
        tro_world w;
        double z[SIZE];
        tro_toy_draw(&toy, &s, TRO_TOY_AGENTS, 0.9);
        tro_toy_open(&w, &toy, orders[t % 5]);
        if (tro_cell_stability(w.cell, NULL) == TRO_OK && w.cell->stability.absolute < 0.97) {
            tro_runner runner = {0};
            tro_toy_fixed_point(&toy, z);
            ck_assert_int_eq(tro_runner_init(&runner, w.eco, w.plan, TRO_EXACT), TRO_OK);
            ck_assert_int_eq(tro_runner_start(&runner, t, NULL), TRO_OK);
            for (int r = 0; r < 3000; r++)
                ck_assert_int_eq(tro_runner_round(&runner), TRO_OK);
            worst = fmax(worst, tro_away(w.eco->size, runner.z, z));
            tro_runner_release(&runner);
            used++;
        }
        tro_world_close(&w);
    }
    ck_assert_uint_gt(used, 60);
    ck_assert_double_lt(worst, 1e-12);
}
END_TEST

/* The fixed point stays where it is under every order. */
START_TEST(test_orders_keep_fixed_point)
{
    for (uint64_t t = 0; t < 100; t++) {
        tro_stream s = tro_test_stream(2, 800 + t);
        tro_toy toy;
        tro_world w;
        tro_runner runner = {0};
        tro_toy_draw(&toy, &s, TRO_TOY_AGENTS, 0.9);
        tro_toy_open(&w, &toy, orders[t % 5]);
        if (tro_cell_fixed_point(w.cell, NULL) == TRO_OK) {
            ck_assert_int_eq(tro_runner_init(&runner, w.eco, w.plan, TRO_EXACT), TRO_OK);
            ck_assert_int_eq(tro_runner_start(&runner, 0, w.cell->point.z), TRO_OK);
            for (int r = 0; r < 5; r++)
                ck_assert_int_eq(tro_runner_round(&runner), TRO_OK);
            ck_assert_msg(tro_away(w.eco->size, runner.z, w.cell->point.z) < 1e-13,
                          "toy %d: away %g, residual %g", (int)t,
                          tro_away(w.eco->size, runner.z, w.cell->point.z),
                          w.cell->point.residual);
        }
        tro_runner_release(&runner);
        tro_world_close(&w);
    }
}
END_TEST

/* --- refused --------------------------------------------------------------------- */

static void refuse(const char *schedule, const char *expected)
{
    char text[1024];
    snprintf(text, sizeof text,
             "trophic: 1\noutcomes: {family: gaussian}\n"
             "agents:\n"
             "  - {name: theta, reference: 0, shares: {real: 1}}\n"
             "  - {name: phi, reference: 0, shares: {real: 1}}\n"
             "schedule: %s\n", schedule);
    tro_assert_refused(text, NULL, 0, expected);
}

START_TEST(test_schedules_errors)
{
    refuse("{sequential: [theta, ph]}", "6:32: no agent is called 'ph' (did you mean 'phi'?)");
    refuse("{sequential: [theta, theta]}", "6:32: 'theta' comes twice in the order");
    refuse("{sequential: {order: [phi]}}",
           "6:33: the order leaves out agent 'theta': it names every agent once");
    refuse("{sequential: [omega, theta, phi, theta]}",
           "6:25: no agent is called 'omega'\n6:44: 'theta' comes twice in the order");
    refuse("{periodic: {period: [1, 2, 3]}}",
           "6:31: period has 3 numbers, but there are 2 agents: one number stands for all");
    refuse("{periodic: {offset: [1, 2, 3]}}",
           "6:31: offset has 3 numbers, but there are 2 agents: one number stands for all");
    refuse("{poisson: [1, 2, 3]}",
           "6:21: rate has 3 numbers, but there are 2 agents: one number stands for all");
    refuse("{poisson: -1}", "6:21: rate must be between 0 and 1000 retrainings per round, found "
                            "'-1'");
    refuse("{periodic: {period: 0}}",
           "6:31: period must be between 0.001 and 1000000 rounds, found '0'");
    refuse("{synchronous: {rounds: -1, tolerance: -1, order: x}}",
           "6:53: unknown key 'order' in 'synchronous', valid keys are rounds, tolerance\n"
           "6:34: rounds must be between 0 and 1e+15, found '-1'\n"
           "6:49: tolerance must be at least 0, found '-1'");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_events_sort, test_events_of_one_agent_at_one_time, test_fixed_orders_list,
        test_periodic_misses_none, test_plan_period, test_random_order_law, test_poisson_law,
        test_poisson_expected_state, test_periodic_identities, test_orders_converge,
        test_orders_keep_fixed_point, test_schedules_errors};
    return TRO_RUN_TESTS("schedule", tests);
}
