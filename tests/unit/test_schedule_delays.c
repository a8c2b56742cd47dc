/* Delays: every retraining against a simulator that keeps the whole past. */
#include "support.h"
#include "toy.h"

#include "schedule/runner.h"

enum { SIZE = TRO_TOY_AGENTS * TRO_TOY_WIDTH, W = TRO_TOY_WIDTH, LONGEST = 4000 };

/* All that every agent ever was. */
typedef struct past {
    size_t count[TRO_TOY_AGENTS];
    double time[TRO_TOY_AGENTS][LONGEST], row[TRO_TOY_AGENTS][LONGEST][W];
} past;

static void start_past(past *p, const tro_toy *toy, const double *z)
{
    for (size_t i = 0; i < toy->agents; i++) {
        p->count[i] = 1;
        p->time[i][0] = -INFINITY;
        memcpy(p->row[i][0], z + i * toy->width, toy->width * sizeof(double));
    }
}

/* The agent's row just before `time`. */
static const double *row_before(const past *p, size_t agent, double time)
{
    size_t k = p->count[agent] - 1;
    while (p->time[agent][k] > time - 1e-9)
        k--;
    return p->row[agent][k];
}

/* One agent's retraining at `time`, from what was there before. */
static void retrain(const past *p, const tro_toy *toy, size_t agent, double time, double *out)
{
    tro_toy_source sources[TRO_TOY_SOURCES];
    size_t d = toy->width, count = tro_toy_sources(toy, agent, sources);
    memset(out, 0, d * sizeof *out);
    for (size_t k = 0; k < count; k++)
        for (size_t r = 0; r < d; r++) {
            double mean = sources[k].offset[r];
            for (size_t c = 0; sources[k].from != SIZE_MAX && c < d; c++)
                mean += sources[k].matrix[r * d + c] *
                        row_before(p, sources[k].from, time - sources[k].delay)[c];
            out[r] += sources[k].share * mean;
        }
}

/* Retrains everyone listed for a round. */
static void advance(past *p, const tro_toy *toy, const tro_events *events, uint64_t round)
{
    double fresh[TRO_TOY_AGENTS][W];
    for (size_t at = 0, last; at < events->count; at = last) {
        double time = (double)round + events->items[at].phase;
        for (last = at; last < events->count && events->items[last].phase ==
                                                    events->items[at].phase; last++)
            retrain(p, toy, events->items[last].agent, time, fresh[last - at]);
        for (size_t e = at; e < last; e++) {
            size_t agent = events->items[e].agent, k = p->count[agent]++;
            ck_assert_uint_lt(k, LONGEST);
            p->time[agent][k] = time;
            memcpy(p->row[agent][k], fresh[e - at], toy->width * sizeof(double));
        }
    }
}

/* Draws delays: none, whole, halves, thirds, anything. */
static void delay_edges(tro_toy *toy, tro_stream *s, double longest)
{
    for (size_t k = 0; k < toy->edges; k++) {
        double unit = (double)(1 + tro_stream_below(s, 3)), u = tro_stream_uniform(s);
        toy->edge[k].delay = tro_stream_below(s, 3) == 0 ? 0
                             : tro_stream_below(s, 4) ? round(u * longest * unit) / unit
                                                      : u * longest;
    }
}

static const char *const orders[] = {
    "synchronous", "sequential", "random-order", "{poisson: 1.3}",
    "{periodic: {period: 1.5, offset: 0.3}}", "{periodic: {period: 0.25}}"};

START_TEST(test_delays_against_whole_past)
{
    double worst = 0;
    size_t delayed = 0;
    past *p = malloc(sizeof *p);
    ck_assert_ptr_nonnull(p);
    for (uint64_t t = 0; t < 240; t++) {
        tro_stream s = tro_test_stream(3, t);
        tro_toy toy;
        tro_world w;
        tro_runner runner = {0};
        tro_events events = {0};
        double z[SIZE];
        tro_toy_draw(&toy, &s, TRO_TOY_AGENTS, 1);
        delay_edges(&toy, &s, t % 2 ? 2 : 9);
        tro_toy_open(&w, &toy, orders[t % 6]);
        delayed += w.eco->longest_delay > 0;
        ck_assert_int_eq(tro_runner_init(&runner, w.eco, w.plan, TRO_EXACT), TRO_OK);
        ck_assert_int_eq(tro_runner_start(&runner, t, NULL), TRO_OK);
        start_past(p, &toy, runner.z);
        for (uint64_t r = 0; r < 30; r++) {
            ck_assert_int_eq(tro_plan_list(w.plan, t, r, &events), TRO_OK);
            advance(p, &toy, &events, r);
            ck_assert_int_eq(tro_runner_round(&runner), TRO_OK);
            for (size_t i = 0; i < toy.agents; i++)
                memcpy(z + i * toy.width, p->row[i][p->count[i] - 1],
                       toy.width * sizeof *z);
            worst = fmax(worst, tro_away(w.eco->size, runner.z, z));
        }
        tro_events_release(&events);
        tro_runner_release(&runner);
        tro_world_close(&w);
    }
    free(p);
    ck_assert_uint_gt(delayed, 100);
    ck_assert_double_lt(worst, 1e-13);
}
END_TEST

/* a <- 1 + b(d ago) / 2, b <- a / 4 + 1/2, by hand. b reads a without delay. */
static void check_chain(const char *schedule, double delay, double (*lagged)(const double *, int))
{
    tro_world w;
    tro_runner runner = {0};
    double a = 0, b[64] = {8}; /* b[t]: after round t */
    char text[1024];
    snprintf(text, sizeof text,
             "trophic: 1\noutcomes: {family: gaussian}\n"
             "agents:\n"
             "  - {name: a, reference: 2, start: 0, shares: {real: 0.5, synthetic: 0.5}}\n"
             "  - {name: b, reference: 1, start: 8, shares: {real: 0.5, synthetic: 0.5}}\n"
             "network:\n  edges:\n    - {from: b, to: a, delay: %g}\n"
             "    - {from: a, to: b, channel: {affine: {scale: 0.5}}}\n"
             "schedule: %s\n", delay, schedule);
    tro_world_read(&w, text);
    int in_turn = strcmp(w.plan->schedule->plugin.name, "sequential") == 0;
    ck_assert_int_eq(tro_runner_init(&runner, w.eco, w.plan, TRO_EXACT), TRO_OK);
    ck_assert_int_eq(tro_runner_start(&runner, 0, NULL), TRO_OK);
    for (int t = 1; t < 40; t++) {
        double before = a;
        a = 1 + 0.5 * lagged(b, t);
        b[t] = 0.25 * (in_turn ? a : before) + 0.5;
        ck_assert_int_eq(tro_runner_round(&runner), TRO_OK);
        ck_assert_double_eq_tol(runner.z[0], a, 1e-14);
        ck_assert_double_eq_tol(runner.z[1], b[t], 1e-14);
    }
    tro_runner_release(&runner);
    tro_world_close(&w);
}

static double of_round(const double *b, int t)
{
    return b[t < 0 ? 0 : t];
}

/* At time t, what b was just before t - d. */
static double lag_0(const double *b, int t) { return of_round(b, t - 1); }
static double lag_1(const double *b, int t) { return of_round(b, t - 2); }
static double lag_3(const double *b, int t) { return of_round(b, t - 4); }

START_TEST(test_delays_chain)
{
    check_chain("synchronous", 0, lag_0);
    check_chain("synchronous", 0.5, lag_0);  /* just before t - 1/2 stands round t - 1 */
    check_chain("synchronous", 0.999, lag_0);
    check_chain("synchronous", 1, lag_1);    /* just before t - 1 stands round t - 2 */
    check_chain("synchronous", 1.5, lag_1);
    check_chain("synchronous", 3, lag_3);
    check_chain("{periodic: {period: 1}}", 3, lag_3);
    /* in turn, a retrains at t - 1/2 and b at t */
    check_chain("sequential", 0, lag_0);
    check_chain("sequential", 0.49, lag_0);
    check_chain("sequential", 0.5, lag_1);
    check_chain("sequential", 1, lag_1);
    check_chain("sequential", 3, lag_3);
}
END_TEST

/* The state and the past as one vector: out and in again changes nothing, and
 * a small change of it spreads as TRO_LINEAR says. */
START_TEST(test_memory_round_trip)
{
    for (uint64_t t = 0; t < 120; t++) {
        tro_stream s = tro_test_stream(3, 700 + t);
        tro_toy toy;
        tro_world w;
        tro_runner one = {0}, two = {0}, linear = {0};
        double z[SIZE], zero[SIZE] = {0};
        tro_toy_draw(&toy, &s, TRO_TOY_AGENTS, 1);
        delay_edges(&toy, &s, 4);
        tro_toy_open(&w, &toy, orders[t % 6]);
        tro_stream_normals(&s, w.eco->size, z);
        ck_assert_int_eq(tro_runner_init(&one, w.eco, w.plan, TRO_EXACT), TRO_OK);
        ck_assert_int_eq(tro_runner_init(&two, w.eco, w.plan, TRO_EXACT), TRO_OK);
        ck_assert_int_eq(tro_runner_init(&linear, w.eco, w.plan, TRO_LINEAR), TRO_OK);
        linear.base = zero;
        ck_assert_int_eq(tro_runner_start(&one, t, NULL), TRO_OK);
        ck_assert_int_eq(tro_runner_start(&two, t, NULL), TRO_OK);
        ck_assert_int_eq(tro_runner_start(&linear, t, z), TRO_OK);
        for (int r = 0; r < 12; r++) {
            ck_assert_int_eq(tro_runner_round(&one), TRO_OK);
            ck_assert_int_eq(tro_runner_round(&two), TRO_OK);
            ck_assert_int_eq(tro_runner_round(&linear), TRO_OK);
        }
        size_t n = tro_runner_memory(&one);
        ck_assert_uint_eq(n, tro_runner_memory(&linear));
        double *memory = calloc(n, sizeof *memory), *change = calloc(n, sizeof *change);
        tro_runner_export(&one, memory);
        tro_runner_import(&one, 12, memory);
        tro_runner_export(&linear, change);
        for (size_t k = 0; k < n; k++)
            memory[k] += change[k];
        tro_runner_import(&two, 12, memory);
        for (int r = 0; r < 12; r++) {
            ck_assert_int_eq(tro_runner_round(&one), TRO_OK);
            ck_assert_int_eq(tro_runner_round(&two), TRO_OK);
            ck_assert_int_eq(tro_runner_round(&linear), TRO_OK);
        }
        for (size_t k = 0; k < w.eco->size; k++)
            ck_assert_double_eq_tol(two.z[k] - one.z[k], linear.z[k], 1e-13);
        free(memory);
        free(change);
        tro_runner_release(&one);
        tro_runner_release(&two);
        tro_runner_release(&linear);
        tro_world_close(&w);
    }
}
END_TEST

/* Long runs keep no more of the past than readers need. */
START_TEST(test_history_stays_short)
{
    tro_world w;
    tro_runner runner = {0};
    tro_world_open(&w,
        "trophic: 1\nseed: 3\noutcomes: {family: gaussian}\n"
        "agents: [{name: a, reference: 2, shares: {real: 0.5, synthetic: 0.5}}]\n"
        "network: {edges: [{from: a, to: a, delay: 10}]}\n");
    ck_assert_int_eq(tro_runner_init(&runner, w.eco, w.plan, TRO_EXACT), TRO_OK);
    ck_assert_int_eq(tro_runner_start(&runner, 0, NULL), TRO_OK);
    for (int r = 0; r < 5000; r++) {
        ck_assert_int_eq(tro_runner_round(&runner), TRO_OK);
        ck_assert_uint_le(tro_runner_memory(&runner), 1 + 12);
    }
    tro_runner_release(&runner);
    tro_world_close(&w);
}
END_TEST

/* A runner that starts again has forgotten the first run. */
START_TEST(test_start_again)
{
    for (uint64_t t = 0; t < 30; t++) {
        tro_stream s = tro_test_stream(3, 900 + t);
        tro_toy toy;
        tro_world w;
        tro_runner runner = {0};
        double first[SIZE];
        tro_toy_draw(&toy, &s, TRO_TOY_AGENTS, 1);
        delay_edges(&toy, &s, 4);
        tro_toy_open(&w, &toy, orders[t % 6]);
        ck_assert_int_eq(tro_runner_init(&runner, w.eco, w.plan, TRO_EXACT), TRO_OK);
        for (int again = 0; again < 2; again++) {
            ck_assert_int_eq(tro_runner_start(&runner, t, NULL), TRO_OK);
            for (int r = 0; r < 20; r++)
                ck_assert_int_eq(tro_runner_round(&runner), TRO_OK);
            if (again)
                ck_assert_mem_eq(first, runner.z, w.eco->size * sizeof *first);
            memcpy(first, runner.z, w.eco->size * sizeof *first);
        }
        tro_runner_release(&runner);
        tro_world_close(&w);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_delays_against_whole_past, test_delays_chain,
                                  test_memory_round_trip, test_history_stays_short,
                                  test_start_again};
    return TRO_RUN_TESTS("schedule delays", tests);
}
