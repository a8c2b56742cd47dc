/* Advice against closed forms, grids, and what a nearest point must satisfy. */
#include "advice_support.h"

/* z = c (z + 0.8), J = z of a; b follows: z = (z_a - 4) / 2, J = 2 - z_a / 2. */
#define FOLLOWED(reward, advice)                                                             \
    "trophic: 1\n"                                                                           \
    "outcomes: {family: gaussian, dimension: 1}\n"                                           \
    "agents:\n"                                                                              \
    "  - {name: a, reference: 0, reward: " reward ", at: mean, public: {shift: 0.8},\n"       \
    "     displaces: real, shares: {real: 0.6, curated: 0.4}}\n"                             \
    "  - {name: b, reference: -4, reward: -1, shares: {real: 0.5, synthetic: 0.5}}\n"        \
    "network: {edges: [{from: a, to: a}, {from: a, to: b}]}\n"                               \
    "advice:\n" advice

typedef struct advised {
    tro_world world;
    tro_advice advice;
} advised;

static void open_advice(advised *a, const char *text)
{
    char buffer[4096];
    tro_world_read(&a->world, text);
    int status = tro_advice_read(a->world.cell, NULL, 0, &a->advice, &a->world.messages);
    ck_assert_msg(status == TRO_OK, "%s", tro_listed(&a->world.messages, buffer, sizeof buffer));
}

static void find(advised *a, const char *text)
{
    char buffer[4096];
    open_advice(a, text);
    int status = tro_advice_find(&a->advice, &a->world.messages);
    ck_assert_msg(status == TRO_OK, "%s", tro_listed(&a->world.messages, buffer, sizeof buffer));
    ck_assert_msg(a->advice.verified.done, "%s", tro_text_string(&a->advice.verified.why));
}

static void close_advice(advised *a)
{
    tro_advice_release(&a->advice);
    tro_world_close(&a->world);
}

static double after(const advised *a, size_t change)
{
    double value;
    ck_assert_uint_lt(change, a->advice.change_count);
    ck_assert_int_eq(tro_parse_real(a->advice.changes[change].after, &value), 1);
    return value;
}

/* --- closed forms ---------------------------------------------------------------- */

START_TEST(test_advice_threshold)
{
    advised a;
    find(&a, RIVALS("  goal: {influence: theta}\n"
                    "  allow:\n"
                    "    - {key: network.edges.phi->theta.weight, to: 1, cost: 2}\n"
                    "    - {key: agents.phi.shares.curated, cost: 100}\n"));
    double part = (1 - 0.5 * 0.7) / 1.5, weight = 0.3 * part / (1 - part);
    ck_assert_int_eq(a.advice.outcome, TRO_ADVICE_FOUND);
    ck_assert_uint_eq(a.advice.change_count, 1);
    ck_assert_double_eq_tol(after(&a, 0), weight, 1e-8);
    ck_assert_double_eq_tol(a.advice.cost, 2 * (0.7 - weight), 1e-8);
    ck_assert_double_ge(a.advice.becomes.value, 0);
    ck_assert_double_eq_tol(a.advice.is.value, -1.04, 1e-12);
    ck_assert_double_eq_tol(a.advice.verified.difference, a.advice.becomes.value, 1e-6);
    ck_assert_double_lt(a.advice.stationarity, 1e-8);
    ck_assert_int_eq(a.advice.changes[0].exact, 1);
    close_advice(&a);
}
END_TEST

/* At 0 the influence is h / (1 - c)^2 = 0.8 / 0.36; as much as 5 needs c = 1 - 0.4. */
START_TEST(test_advice_at_least)
{
    advised a;
    find(&a, FOLLOWED("1", "  goal: {influence: {of: a, on: a, at-least: 5}}\n"
                           "  allow: [agents.a.shares.curated]\n"));
    ck_assert_double_eq_tol(after(&a, 0), 0.6, 1e-8);
    ck_assert_uint_eq(a.advice.flag_count, 1);
    close_advice(&a);
}
END_TEST

/* z = 0.8 c / (1 - c), so c = t / (1 + t) with t = z / 0.8. */
static double share_for(double z)
{
    return z / 0.8 / (1 + z / 0.8);
}

START_TEST(test_advice_welfare)
{
    static const struct {
        const char *goal;
        double z, tolerance;
    } cases[] = {
        {"{mean: {weights: {a: 1}}}", 1 / 0.4, 1e-7},          /* of z - 0.2 z^2 */
        {"{mean: {weights: {a: 3, b: 1}}}", (1 - 1.0 / 6) / 0.4, 1e-7},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        advised a;
        char text[2048];
        snprintf(text, sizeof text,
                 FOLLOWED("{linear: 1, curvature: 0.4}",
                          "  goal: %s\n  allow: [agents.a.shares.curated]\n"), cases[k].goal);
        find(&a, text);
        ck_assert_double_eq_tol(after(&a, 0), share_for(cases[k].z), cases[k].tolerance);
        ck_assert_double_lt(a.advice.stationarity, 1e-6);
        close_advice(&a);
    }
}
END_TEST

/* Where J_a = z and J_b = 2 - z / 2 are equal; and where their product is largest. */
START_TEST(test_advice_fair)
{
    advised a;
    find(&a, FOLLOWED("1", "  goal: worst-off\n  allow: [agents.a.shares.curated]\n"));
    ck_assert_double_eq_tol(after(&a, 0), share_for(4.0 / 3), 1e-5);
    ck_assert_double_eq_tol(a.advice.becomes.value, 4.0 / 3, 1e-5);
    close_advice(&a);
    find(&a, FOLLOWED("1", "  goal: {nash: {floor: 0}}\n  allow: [agents.a.shares.curated]\n"));
    ck_assert_double_eq_tol(after(&a, 0), share_for(2), 1e-7);
    ck_assert_double_eq_tol(a.advice.becomes.value, sqrt(2), 1e-9);
    close_advice(&a);
    find(&a, FOLLOWED("1", "  goal: {nash: {weights: {a: 3, b: 1}, floor: {a: -1, b: 0.5}}}\n"
                           "  allow: [agents.a.shares.curated]\n"));
    /* 3 / (z + 1) = 0.5 / (1.5 - z / 2) */
    ck_assert_double_eq_tol(after(&a, 0), share_for(2), 1e-7);
    close_advice(&a);
}
END_TEST

/* By differences: what users do, z = h c / (1 - c), best at z = 1 / 0.4. */
START_TEST(test_advice_differences)
{
    advised a;
    find(&a, FOLLOWED("{linear: 1, curvature: 0.4}",
                      "  goal: {mean: {weights: {a: 1}}}\n"
                      "  allow: [{key: agents.a.public.shift, from: 0, to: 8}]\n"));
    ck_assert_double_eq_tol(after(&a, 0), 2.5 * 0.6 / 0.4, 1e-6);
    ck_assert_int_eq(a.advice.changes[0].exact, 0);
    close_advice(&a);
}
END_TEST

/* --- grids ----------------------------------------------------------------------- */

/* The least cost over weights w of phi->theta and v of theta->phi; the boundary has
 * 3 c = 1 + d, c = w / (w + 0.3), d = v / (v + 0.7). */
static double grid(double by_w, double by_v, int squares, double *best_w, double *best_v)
{
    double best = INFINITY;
    for (int k = 0; k <= 700000; k++) {
        double w = k * 1e-6, c = w / (w + 0.3), d = 3 * c - 1;
        if (d >= 1)
            break;
        double v = fmax(0.3, 0.7 * d / (1 - d)), dw = fabs(w - 0.7), dv = v - 0.3;
        double cost = squares ? by_w * dw * dw + by_v * dv * dv : by_w * dw + by_v * dv;
        if (v <= 4 && cost < best) {
            best = cost;
            *best_w = w;
            *best_v = v;
        }
    }
    return best;
}

START_TEST(test_advice_grid)
{
    static const double prices[][2] = {{1, 1}, {1, 0.2}, {1, 0.05}, {10, 0.5}};
    for (size_t k = 0; k < 4; k++)
        for (int squares = 0; squares < 2; squares++) {
            advised a;
            char text[2048];
            double w = 0.7, v = 0.3;
            double least = grid(prices[k][0], prices[k][1], squares, &w, &v);
            snprintf(text, sizeof text,
                     RIVALS("  goal: {influence: theta}\n  cost: %s\n  allow:\n"
                            "    - {key: network.edges.phi->theta.weight, to: 1, cost: %g}\n"
                            "    - {key: network.edges.theta->phi.weight, to: 4, cost: %g}\n"),
                     squares ? "squares" : "absolute", prices[k][0], prices[k][1]);
            find(&a, text);
            ck_assert_msg(fabs(a.advice.cost - least) < 2e-6 * (1 + least),
                          "%zu %d: cost %.9g, %.9g by a grid", k, squares, a.advice.cost, least);
            if (squares) {
                ck_assert_double_eq_tol(after(&a, 0), w, 1e-4);
                ck_assert_double_eq_tol(after(&a, 1), v, 1e-4);
            }
            close_advice(&a);
        }
}
END_TEST

/* Two shares and two weights within a budget: no legal point of a grid is better. */
START_TEST(test_advice_budget)
{
    advised a;
    open_advice(&a, RIVALS("  goal: mean\n  budget: 0.25\n  allow:\n"
                           "    - {key: agents.phi.shares.real, cost: 1}\n"
                           "    - {key: agents.phi.shares.synthetic, cost: 2}\n"
                           "    - {key: network.edges.phi->theta.weight, to: 1}\n"));
    ck_assert_int_eq(tro_advice_find(&a.advice, &a.world.messages), TRO_OK);
    ck_assert_double_le(a.advice.cost, 0.25 + 1e-12);
    tro_search s;
    tro_frame frame;
    size_t choice[] = {SIZE_MAX, SIZE_MAX, SIZE_MAX};
    ck_assert_int_eq(tro_frame_init(&frame, &a.advice, a.world.cell, choice,
                                    &a.world.messages), TRO_OK);
    ck_assert_int_eq(tro_search_init(&s, &frame), TRO_OK);
    double best = -INFINITY;
    for (int i = 0; i <= 20; i++)
        for (int j = 0; j <= 20; j++)
            for (int sign = -1; sign <= 1; sign++) {
                double x[] = {0.5 + 0.025 * (i - 10), 0.0125 * j, 0.7};
                x[2] += sign * (0.25 - tro_frame_cost(&frame, x));
                if (tro_frame_cost(&frame, x) > 0.25 + 1e-12 || x[0] + x[1] > 1 ||
                    tro_point_at(&s, x, 0, &s.here) != 1)
                    continue;
                best = fmax(best, s.here.value);
            }
    ck_assert_double_gt(best, 0.15);
    ck_assert_double_ge(a.advice.becomes.value, best - 1e-9);
    tro_search_release(&s);
    tro_frame_release(&frame);
    close_advice(&a);
}
END_TEST

/* --- nearest points -------------------------------------------------------------- */

enum { NUMBERS = 5 };

/* A random legal point. */
static void legal(const tro_frame *f, double budget, tro_stream *stream, double *x)
{
    double y[NUMBERS];
    for (size_t j = 0; j < f->count; j++)
        y[j] = 2 * tro_stream_uniform(stream) - 0.5;
    tro_near_within(f, y, budget, x);
}

/* The nearest point x of y in a convex set is that with (y - x) . (u - x) <= 0 for all u. */
START_TEST(test_advice_nearest)
{
    for (int squares = 0; squares < 2; squares++) {
        advised a;
        char text[2048];
        tro_frame f;
        size_t choice[NUMBERS] = {SIZE_MAX, SIZE_MAX, SIZE_MAX, SIZE_MAX, SIZE_MAX};
        tro_stream stream = tro_test_stream(71, (uint64_t)squares);
        snprintf(text, sizeof text,
                 RIVALS("  goal: mean\n  cost: %s\n  allow:\n"
                        "    - {key: agents.theta.shares.real, cost: 3}\n"
                        "    - {key: agents.theta.shares.curated, to: 0.7}\n"
                        "    - {key: agents.theta.shares.synthetic, cost: 0.5}\n"
                        "    - {key: agents.phi.shares.curated, to: 0.9}\n"
                        "    - {key: agents.phi.shares.synthetic, to: 0.3, cost: 2}\n"),
                 squares ? "squares" : "absolute");
        open_advice(&a, text);
        ck_assert_int_eq(tro_frame_init(&f, &a.advice, a.world.cell, choice,
                                        &a.world.messages), TRO_OK);
        for (int k = 0; k < 300; k++) {
            double y[NUMBERS], x[NUMBERS], u[NUMBERS];
            double budget = k % 3 ? 0.3 * k / 100 : INFINITY;
            for (size_t j = 0; j < NUMBERS; j++)
                y[j] = 3 * tro_stream_uniform(&stream) - 1;
            tro_near_within(&f, y, budget, x);
            ck_assert_double_eq_tol(x[0] + x[1] + x[2], 1, 1e-12);
            ck_assert_double_le(x[3] + x[4], 1 + 1e-12);
            ck_assert_double_le(tro_frame_cost(&f, x), budget + 1e-12);
            for (int other = 0; other < 30; other++) {
                double product = 0;
                legal(&f, budget, &stream, u);
                for (size_t j = 0; j < NUMBERS; j++)
                    product += (y[j] - x[j]) * (u[j] - x[j]);
                ck_assert_msg(product < 1e-9, "%d, %d: %g", squares, k, product);
            }
        }
        tro_frame_release(&f);
        close_advice(&a);
    }
}
END_TEST

/* --- alternatives ---------------------------------------------------------------- */

#define CHOOSERS(advice)                                                                     \
    "trophic: 1\n"                                                                           \
    "outcomes: {family: categorical, outcomes: 3}\n"                                         \
    "agents:\n"                                                                              \
    "  - {name: a, reference: uniform, reward: [0, 1, 2], displaces: real,\n"                \
    "     public: {bradley-terry: {candidates: 2, reward: [0, 1, 2]}},\n"                    \
    "     shares: {real: 0.5, curated: 0.5}}\n"                                              \
    "network: {edges: [{from: a, to: a}]}\n"                                                 \
    "advice:\n" advice

START_TEST(test_advice_alternatives)
{
    advised a;
    find(&a, CHOOSERS("  goal: mean\n  budget: 4\n  allow:\n"
                      "    - {key: agents.a.public.bradley-terry.candidates, values: [2, 3, 4, 8], "
                      "costs: [0, 1, 3, 9]}\n"));
    ck_assert_uint_eq(a.advice.change_count, 1);
    ck_assert_uint_eq(a.advice.combinations, 3);
    ck_assert_str_eq(a.advice.changes[0].before, "2");
    ck_assert_str_eq(a.advice.changes[0].after, "4");
    ck_assert_double_eq(a.advice.cost, 3);
    ck_assert_str_eq(a.advice.flags[0], "agents.a.public.bradley-terry.candidates=4");
    close_advice(&a);
    /* Another judge is cheaper than weights, and dearer. */
    for (int dear = 0; dear < 2; dear++) {
        char text[2048];
        snprintf(text, sizeof text,
                 RIVALS("  goal: {influence: theta}\n  allow:\n"
                        "    - {key: network.edges.phi->theta.weight, to: 1}\n"
                        "    - {key: network.judge, options: [producer, consumer], cost: %g}\n"),
                 dear ? 0.5 : 0.4);
        find(&a, text);
        ck_assert_uint_eq(a.advice.change_count, 1);
        ck_assert_str_eq(a.advice.changes[0].allowed->key,
                         dear ? "network.edges.phi->theta.weight" : "network.judge");
        ck_assert_double_eq_tol(a.advice.cost, dear ? 0.7 - 0.3 * 13 / 17 : 0.4, 1e-8);
        close_advice(&a);
    }
}
END_TEST

/* --- what cannot be -------------------------------------------------------------- */

START_TEST(test_advice_none)
{
    advised a;
    find(&a, RIVALS("  goal: {influence: theta}\n  allow: [agents.theta.shares.real]\n"));
    ck_assert_int_eq(a.advice.outcome, TRO_ADVICE_NONE);
    ck_assert_double_eq_tol(a.advice.becomes.value, -8.0 / 13, 1e-9);
    close_advice(&a);
    find(&a, RIVALS("  goal: {influence: theta}\n  budget: 0.3\n"
                    "  allow: [{key: network.edges.phi->theta.weight, to: 1}]\n"));
    ck_assert_int_eq(a.advice.outcome, TRO_ADVICE_NONE);
    ck_assert_double_eq_tol(after(&a, 0), 0.4, 1e-9);
    close_advice(&a);
    find(&a, RIVALS("  goal: {influence: phi}\n  allow: [agents.theta.shares.real]\n"));
    ck_assert_int_eq(a.advice.outcome, TRO_ADVICE_NOTHING);
    ck_assert_uint_eq(a.advice.change_count, 0);
    close_advice(&a);
}
END_TEST

/* An influence that nothing raises above 0: only where nothing of a reaches b, at the least
 * cost. */
START_TEST(test_advice_barely)
{
    advised a;
    find(&a, FOLLOWED("1", "  goal: {influence: {of: a, on: b}}\n  starts: 3\n  allow:\n"
                           "    - agents.b.shares.synthetic\n"
                           "    - {key: agents.a.shares.real, from: 0.5, to: 0.7}\n"));
    ck_assert_int_eq(a.advice.outcome, TRO_ADVICE_FOUND);
    ck_assert_uint_eq(a.advice.change_count, 1);
    ck_assert_double_eq(after(&a, 0), 0);
    ck_assert_double_eq_tol(a.advice.cost, 0.5, 1e-12);
    close_advice(&a);
}
END_TEST

/* Shares of data that there are not stay 0. */
START_TEST(test_advice_data)
{
    advised a;
    find(&a, "trophic: 1\noutcomes: {family: gaussian}\nagents:\n"
             "  - {name: a, reference: 0, reward: 1, public: {shift: 1}, shares: {real: 0.5, "
             "curated: 0.5}}\n"
             "network: {edges: [{from: a, to: a, synthetic: 0}]}\n"
             "advice: {goal: mean, budget: 0.2, allow: [agents.a.shares.real, "
             "agents.a.shares.curated]}\n");
    ck_assert_double_eq_tol(after(&a, 0), 0.4, 1e-9);
    ck_assert_double_eq_tol(after(&a, 1), 0.6, 1e-9);
    close_advice(&a);
}
END_TEST

START_TEST(test_advice_unstable)
{
    advised a;
    char buffer[1024];
    open_advice(&a, "trophic: 1\noutcomes: {family: categorical, outcomes: 2}\nagents:\n"
                    "  - {name: a, reference: [0.2, 0.8], reward: [0, 1], shares: {real: 0.5,\n"
                    "     curated: 0.5}, public: {best-of: {candidates: 2, reward: [0, 1]}}}\n"
                    "  - {name: b, start: uniform, shares: {synthetic: 1}}\n"
                    "network: {edges: [{from: a, to: a}, {from: b, to: b}]}\n"
                    "advice: {goal: mean, allow: [agents.a.shares.curated]}\n");
    ck_assert_int_lt(tro_advice_find(&a.advice, &a.world.messages), 0);
    ck_assert_uint_gt(a.world.messages.errors, 0);
    ck_assert_ptr_nonnull(strstr(tro_listed(&a.world.messages, buffer, sizeof buffer),
                                 "no real data reaches b"));
    close_advice(&a);
    /* Every accepted point is stable, and the best is as near to the edge as is allowed. */
    find(&a, FOLLOWED("1", "  goal: {mean: {weights: {a: 1}}}\n"
                           "  allow: [{key: agents.a.shares.curated, to: 0.95}]\n"));
    ck_assert_double_eq(after(&a, 0), 0.95);
    ck_assert_int_eq(a.advice.after->stability.stable, 1);
    close_advice(&a);
    find(&a, FOLLOWED("1", "  goal: {mean: {weights: {a: 1}}}\n  slowest: 0.97\n"
                           "  allow: [agents.a.shares.curated]\n"));
    ck_assert_double_eq_tol(after(&a, 0), 0.97, 1e-6);
    ck_assert_double_le(a.advice.becomes.rate, 0.97);
    close_advice(&a);
}
END_TEST

static int stop_now(void *context)
{
    (void)context;
    return 1;
}

START_TEST(test_advice_stops)
{
    static const tro_progress progress = {.stop = stop_now};
    advised a;
    open_advice(&a, RIVALS("  goal: mean\n  allow: [agents.theta.shares.real]\n"));
    a.world.cell->progress = &progress;
    ck_assert_int_eq(tro_advice_find(&a.advice, &a.world.messages), TRO_EINTERRUPTED);
    close_advice(&a);
}
END_TEST

START_TEST(test_advice_memory)
{
    int done = 0;
    for (uint64_t n = 1; !done; n = n * 5 / 4 + 1) {
        advised a;
        open_advice(&a, RIVALS("  goal: {influence: theta}\n  starts: 1\n  allow:\n"
                               "    - {key: network.edges.phi->theta.weight, to: 1}\n"));
        tro_memory_fail_after(n);
        int status = tro_advice_find(&a.advice, &a.world.messages);
        tro_memory_fail_after(0);
        done = status == TRO_OK && a.advice.verified.done;
        ck_assert_msg(done || status == TRO_ENOMEM || n > 10, "%d after %d", status, (int)n);
        ck_assert_msg(status == TRO_OK || status == TRO_ENOMEM, "%d after %d", status, (int)n);
        close_advice(&a);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_advice_threshold, test_advice_at_least, test_advice_welfare, test_advice_fair,
        test_advice_differences, test_advice_grid, test_advice_budget, test_advice_nearest,
        test_advice_alternatives, test_advice_none, test_advice_barely,
        test_advice_data, test_advice_unstable, test_advice_stops,
        test_advice_memory};
    return TRO_RUN_TESTS("advice", tests);
}
