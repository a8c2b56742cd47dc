/* How rounds go where agents keep their data: companion matrices, real parts, two time
 * scales; and cycles. */
#include "support.h"

#include "analysis/dense.h"
#include "analysis/lagged.h"
#include "analysis/stability.h"
#include "schedule/cycle.h"
#include "schedule/runner.h"

/* --- windows ----------------------------------------------------------------- */

typedef struct period {
    tro_runner runner;
} period;

static int apply(void *self, const double *x, double *y)
{
    period *p = self;
    tro_runner_import(&p->runner, 0, x);
    for (uint64_t r = 0; r < p->runner.plan->period; r++)
        ck_assert_int_eq(tro_runner_round(&p->runner), TRO_OK);
    tro_runner_export(&p->runner, y);
    return TRO_OK;
}

/* Of the map of a whole memory, windows included. */
static double remembered_radius(const tro_world *w)
{
    period p = {.runner = {0}};
    double *zero = calloc(w->eco->size, sizeof *zero), radius;
    ck_assert_int_eq(tro_runner_init(&p.runner, w->eco, w->plan, TRO_LINEAR), TRO_OK);
    p.runner.base = zero;
    ck_assert_int_eq(tro_runner_start(&p.runner, 0, zero), TRO_OK);
    size_t n = tro_runner_memory(&p.runner);
    tro_operator op = {.size = n, .apply = apply, .self = &p};
    double *matrix = calloc(n * n, sizeof *matrix);
    ck_assert_int_eq(tro_dense_assemble(&op, matrix), TRO_OK);
    ck_assert_int_eq(tro_dense_spectral_radius(n, matrix, &radius), TRO_OK);
    tro_runner_release(&p.runner);
    free(matrix);
    free(zero);
    return radius;
}

static tro_stability verdict(const tro_world *w)
{
    tro_stability s;
    double *zero = calloc(w->eco->size, sizeof *zero);
    ck_assert_int_eq(tro_stability_find(w->eco, zero, w->plan, NULL, &s, NULL), TRO_OK);
    free(zero);
    return s;
}

/* One agent with share s of its own outputs: v^n = (s / n)(1 + v + ... + v^(n-1)). */
START_TEST(test_window_of_one)
{
    for (int n = 1; n <= 40; n += 13)
        for (int k = -8; k < 16; k += 3) {
            double s = k / 10.0, matrix[40 * 40] = {0}, radius;
            tro_world w;
            tro_world_open(&w,
                "trophic: 1\noutcomes: {family: gaussian}\n"
                "agents: [{name: a, start: 0, shares: {synthetic: 1}, data: {window: %d}}]\n"
                "network: {edges: [{from: a, to: a, channel: {affine: {scale: %g}}}]}\n", n, s);
            for (int c = 0; c < n; c++)
                matrix[c] = s / n;
            for (int r = 1; r < n; r++)
                matrix[r * n + r - 1] = 1;
            ck_assert_int_eq(tro_dense_spectral_radius((size_t)n, matrix, &radius), TRO_OK);
            tro_stability found = verdict(&w);
            ck_assert_double_eq_tol(found.rate, radius, 1e-10);
            ck_assert_int_eq(found.stable, radius < 1 - 1e-9);
            tro_world_close(&w);
        }
}
END_TEST

static const char *const orders[] = {"synchronous", "{sequential: {order: [c, b, a]}}",
                                     "{periodic: {period: [1, 0.5, 2], offset: [0.5, 0.25, 1]}}"};

/* A recursion with lags, and the map of a whole memory. */
START_TEST(test_windows_two_ways)
{
    for (size_t k = 0; k < 9; k++) {
        tro_world w;
        tro_world_open(&w,
            "trophic: 1\noutcomes: {family: gaussian, dimension: 2}\n"
            "agents:\n"
            "  - {name: a, reference: 0, shares: {real: 0.1}, data: {window: %d}}\n"
            "  - {name: b, reference: 0, shares: {real: 0.2}, data: {window: %d}}\n"
            "  - {name: c, reference: 0, shares: {real: 0.1}}\n"
            "network:\n  edges:\n"
            "    - {from: a, to: a, channel: {rotations: {degrees: [100]}}}\n"
            "    - {from: c, to: a, channel: {affine: {scale: -1.1}}}\n"
            "    - {from: a, to: b}\n"
            "    - {from: b, to: c, channel: {rotations: {degrees: [40]}}}\n"
            "schedule: %s\n", (int)(1 + k), (int)(9 - k), orders[k % 3]);
        ck_assert_double_eq_tol(verdict(&w).rate,
                                pow(remembered_radius(&w), 1.0 / (double)w.plan->period), 1e-9);
        tro_world_close(&w);
    }
}
END_TEST

/* Not plain: fits and owners. The rate shows in the rounds themselves. */
START_TEST(test_windows_of_laws)
{
    tro_world w;
    tro_runner runner = {0};
    double away[2];
    tro_world_open(&w,
        "trophic: 1\nseed: 1\noutcomes: {family: categorical, outcomes: 3}\n"
        "agents:\n"
        "  - {name: a, reference: [0.5, 0.3, 0.2], start: [0.1, 0.1, 0.8], data: {window: 4},\n"
        "     public: {bradley-terry: {candidates: 3, reward: [0, 1, 0]}},\n"
        "     shares: {real: 0.3, curated: 0.7}}\n"
        "network: {edges: [{from: a, to: a}]}\n");
    ck_assert_int_eq(tro_cell_fixed_point(w.cell, NULL), TRO_OK);
    ck_assert_int_eq(tro_cell_stability(w.cell, NULL), TRO_OK);
    ck_assert_int_eq(tro_runner_init(&runner, w.eco, w.plan, TRO_EXACT), TRO_OK);
    ck_assert_int_eq(tro_runner_start(&runner, 0, NULL), TRO_OK);
    for (int r = 0; r < 120; r++) {
        ck_assert_int_eq(tro_runner_round(&runner), TRO_OK);
        if (r == 79 || r == 119)
            away[r > 80] = tro_away(3, runner.z, w.cell->point.z);
    }
    ck_assert_double_eq_tol(pow(away[1] / away[0], 1 / 40.0), w.cell->stability.rate, 2e-3);
    tro_runner_release(&runner);
    tro_world_close(&w);
}
END_TEST

/* --- accumulation -------------------------------------------------------------- */

/* By turns of the plane of 1.2 e^(i phi): unstable where data are replaced; where
 * they accumulate, stable for a real part below 1. */
START_TEST(test_real_parts)
{
    for (int degrees = 0; degrees <= 180; degrees += 20) {
        tro_world w;
        double real = 1.2 * cos(degrees * M_PI / 180);
        tro_world_open(&w,
            "trophic: 1\noutcomes: {family: gaussian, dimension: 2}\n"
            "agents: [{name: a, start: 0, shares: {synthetic: 1}, data: accumulate}]\n"
            "network: {edges: [{from: a, to: a, channel: {rotations: {degrees: [%d], "
            "scale: 1.2}}}]}\n", degrees);
        tro_stability found = verdict(&w);
        ck_assert_int_eq(found.method, TRO_BY_POWER);
        ck_assert_double_eq_tol(found.power, real - 1, 1e-12);
        ck_assert_double_eq_tol(found.synchronous, 1.2, 1e-12);
        ck_assert_int_eq(found.stable, real < 1);
        tro_world_close(&w);
    }
}
END_TEST

/* a accumulates, b follows: b = (r + 0.5 a) / (1 - s), so that what comes back to a is
 * s_ab 0.5 / (1 - s); b must be stable by itself. */
START_TEST(test_two_scales)
{
    static const struct {
        double own, back;
        int stable, by;
    } rows[] = {{0.5, 0.9, 1, TRO_BY_POWER},
                {0.5, 1.1, 0, TRO_BY_POWER},
                {-1.5, 0.5, 0, TRO_BY_EIGENVALUE},
                {-0.9, 3, 1, TRO_BY_POWER}};
    static const char *const plans[] = {"synchronous", "sequential",
                                        "{periodic: {period: [3, 1]}}"};
    for (size_t k = 0; k < 12; k++) {
        size_t row = k % 4;
        tro_world w;
        tro_text text = {0};
        tro_world_open(&w,
            "trophic: 1\noutcomes: {family: gaussian}\n"
            "agents:\n  - {name: a, start: 0, shares: {synthetic: 1}, data: accumulate}\n"
            "  - {name: b, start: 0, shares: {synthetic: 1}}\n"
            "network:\n  edges:\n    - {from: b, to: a, channel: {affine: {scale: %g}}}\n"
            "    - {from: a, to: b}\n    - {from: b, to: b, channel: {affine: {scale: %g}}}\n"
            "schedule: %s\n", rows[row].back, 2 * rows[row].own, plans[k / 4]);
        tro_stability found = verdict(&w);
        ck_assert_int_eq(found.method, rows[row].by);
        ck_assert_int_eq(found.stable, rows[row].stable);
        if (rows[row].by == TRO_BY_POWER)
            ck_assert_double_eq_tol(found.power,
                                    rows[row].back * 0.5 / (1 - rows[row].own) - 1, 1e-12);
        tro_stability_describe(&found, &text);
        ck_assert_int_eq(strstr(tro_text_string(&text), "as data accumulate") != NULL,
                         rows[row].by == TRO_BY_POWER);
        tro_text_clear(&text);
        tro_world_close(&w);
    }
}
END_TEST

/* The power is seen in the rounds: two that train on each other, with some real data. */
START_TEST(test_power_seen)
{
    tro_world w;
    tro_runner runner = {0};
    double away[2] = {0, 0};
    tro_world_open(&w,
        "trophic: 1\noutcomes: {family: gaussian}\n"
        "agents:\n"
        "  - {name: a, reference: 0, start: 1, shares: {real: 0.25}, data: accumulate}\n"
        "  - {name: b, reference: 0, start: 1, shares: {real: 0.25}, data: accumulate}\n"
        "network: {edges: [{from: a, to: b}, {from: b, to: a}]}\nschedule: sequential\n");
    tro_stability found = verdict(&w);
    ck_assert_double_eq_tol(found.power, -0.25, 1e-12);
    ck_assert_int_eq(tro_runner_init(&runner, w.eco, w.plan, TRO_EXACT), TRO_OK);
    ck_assert_int_eq(tro_runner_start(&runner, 0, NULL), TRO_OK);
    for (int r = 1; r <= 16000; r++) {
        ck_assert_int_eq(tro_runner_round(&runner), TRO_OK);
        if (r == 4000 || r == 16000)
            away[r > 4000] = runner.z[0];
    }
    ck_assert_double_eq_tol(log(away[1] / away[0]) / log(4), -0.25, 1e-4);
    tro_runner_release(&runner);
    tro_world_close(&w);
}
END_TEST

/* --- cycles ------------------------------------------------------------------------- */

/* Two that train on each other alone swap for ever, and with windows of one do; where
 * they keep two data sets they come to rest. */
START_TEST(test_cycles)
{
    static const struct {
        const char *data;
        double period;
    } rows[] = {{"replace", 2}, {"{window: 1}", 2}, {"{window: 2}", 0}, {"accumulate", 0}};
    for (size_t k = 0; k < 4; k++) {
        tro_world w;
        tro_runner runner = {0};
        tro_trace trace = {0};
        tro_cycle cycle;
        tro_world_open(&w,
            "trophic: 1\noutcomes: {family: gaussian}\n"
            "agents:\n  - {name: a, start: 1, shares: {synthetic: 1}, data: %s}\n"
            "  - {name: b, start: -1, shares: {synthetic: 1}, data: %s}\n"
            "network: {edges: [{from: a, to: b}, {from: b, to: a}]}\n", rows[k].data,
            rows[k].data);
        ck_assert_int_eq(tro_trace_init(&trace, w.eco), TRO_OK);
        ck_assert_int_eq(tro_runner_init(&runner, w.eco, w.plan, TRO_EXACT), TRO_OK);
        ck_assert_int_eq(tro_runner_start(&runner, 0, NULL), TRO_OK);
        for (int r = 0; r < 60; r++) {
            tro_trace_add(&trace, runner.z);
            ck_assert_int_eq(tro_runner_round(&runner), TRO_OK);
        }
        ck_assert_int_eq(tro_cycle_find(&trace, w.plan, 0, &cycle), TRO_OK);
        ck_assert_double_eq(cycle.period, rows[k].period);
        tro_trace_release(&trace);
        tro_runner_release(&runner);
        tro_world_close(&w);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_window_of_one, test_windows_two_ways,
                                  test_windows_of_laws, test_real_parts, test_two_scales,
                                  test_power_seen, test_cycles};
    return TRO_RUN_TESTS("data stability", tests);
}
