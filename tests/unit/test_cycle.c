/* Cycles of the rounds and their period, against rotations of a known angle and a
 * slow count of turns; spirals and random orders, which have none; the dominant
 * eigenvalue and its parts. */
#include "study_support.h"

#include "schedule/cycle.h"

#define HEAD "trophic: 1\nseed: 5\noutcomes: {family: gaussian, dimension: 2}\n"
#define FREE "shares: {synthetic: 1}}\n"
#define ONE "agents: [{name: a, start: [1, 0.5], reward: 1, " "shares: {synthetic: 1}}]\n"

/* Runs the rounds of a scenario and looks for a cycle. */
static tro_cycle cycle_of(tro_world *w, long long rounds)
{
    tro_runner runner = {0};
    tro_trace trace = {0};
    tro_cycle found;
    ck_assert_int_eq(tro_runner_init(&runner, w->eco, w->plan, TRO_EXACT), TRO_OK);
    ck_assert_int_eq(tro_trace_init(&trace, w->eco), TRO_OK);
    ck_assert_int_eq(tro_runner_start(&runner, 0, NULL), TRO_OK);
    tro_trace_add(&trace, runner.z);
    for (long long r = 0; r < rounds; r++) {
        ck_assert_int_eq(tro_runner_round(&runner), TRO_OK);
        tro_trace_add(&trace, runner.z);
    }
    ck_assert_int_eq(tro_cycle_find(&trace, w->plan, w->eco->longest_delay, &found), TRO_OK);
    tro_trace_release(&trace);
    tro_runner_release(&runner);
    return found;
}

/* --- whole periods -------------------------------------------------------------------- */

static void check_whole(const char *agents, const char *edges, const char *schedule,
                        long long rounds, double period)
{
    tro_world w;
    tro_world_open(&w, HEAD "agents:\n%snetwork: {edges: [%s]}\nschedule: %s\n", agents, edges,
                   schedule);
    tro_cycle found = cycle_of(&w, rounds);
    ck_assert_msg(found.period == period && found.whole == (period > 0),
                  "%s %s: found %g, expected %g", edges, schedule, found.period, period);
    tro_world_close(&w);
}

#define TWO "  - {name: a, start: 1, " FREE "  - {name: b, start: 2, " FREE
#define THREE TWO "  - {name: c, start: 4, " FREE
#define SWAP "{from: a, to: b}, {from: b, to: a}"
#define RING "{from: a, to: b}, {from: b, to: c}, {from: c, to: a}"
#define TURN(degrees) "{from: a, to: a, channel: {rotations: {degrees: " #degrees "}}}"

START_TEST(test_whole)
{
    const char *one = "  - {name: a, start: [1, 0.5], " FREE;
    check_whole(TWO, SWAP, "synchronous", 4, 0);           /* too soon to say */
    check_whole(TWO, SWAP, "synchronous", 5, 2);
    check_whole(TWO, SWAP, "synchronous", 40000, 2);
    check_whole("  - {name: a, start: 0, " FREE "  - {name: b, start: 0, " FREE, SWAP,
                "synchronous", 50, 0);                     /* at rest, at 0 */
    check_whole(TWO, SWAP, "sequential", 100, 0);          /* both are the same at once */
    check_whole(TWO, SWAP, "random-order", 100, 0);
    check_whole(TWO, SWAP, "{poisson: {rate: 1}}", 100, 0);
    check_whole(THREE, RING, "synchronous", 6, 3);
    check_whole(THREE, RING ", {from: a, to: c, weight: 0.001}", "synchronous", 300, 0);
    check_whole(one, TURN(60), "synchronous", 300, 6);
    check_whole(one, TURN(72), "synchronous", 300, 5);
    check_whole(one, TURN(144), "synchronous", 300, 5);    /* twice round */
    check_whole(one, TURN(0.05), "synchronous", 20000, 7200);
    check_whole(one, TURN(0.05), "synchronous", 14000, 0);
    check_whole(one, TURN(90), "{periodic: {period: 3}}", 100, 12);
    /* only after both 3 and 2 rounds is all as it was */
    check_whole("  - {name: a, start: 1, " FREE "  - {name: b, start: 2, " FREE,
                "{from: a, to: a, channel: {affine: {scale: -1}}}, {from: b, to: b}",
                "{periodic: {period: [1, 3], offset: [0, 2]}}", 20, 2);
    check_whole(one, "{from: a, to: a, delay: 2, channel: {rotations: {degrees: 90}}}",
                "synchronous", 60, 12);
}
END_TEST

/* What the state shows must be all there is: with old outputs on their way it is not. */
START_TEST(test_whole_delayed)
{
    check_whole("  - {name: a, start: 1, " FREE,
                "{from: a, to: a, delay: 9, channel: {affine: {scale: -1}}}", "synchronous", 25, 0);
    check_whole("  - {name: a, start: 1, " FREE,
                "{from: a, to: a, delay: 9, channel: {affine: {scale: -1}}}", "synchronous", 60,
                20);
}
END_TEST

/* --- rotations ---------------------------------------------------------------------------- */

/* Turns a vector by `degrees` and stretches it. */
static tro_cycle turned(double degrees, double factor, long long rounds)
{
    tro_world w;
    double c = factor * cos(degrees * M_PI / 180), s = factor * sin(degrees * M_PI / 180);
    tro_world_open(&w, HEAD ONE "network: {edges: [{from: a, to: a, channel: {affine: {matrix: "
                                "[[%.17g, %.17g], [%.17g, %.17g]]}}}]}\n", c, -s, s, c);
    tro_cycle found = cycle_of(&w, rounds);
    tro_world_close(&w);
    return found;
}

START_TEST(test_rotation)
{
    for (uint64_t t = 0; t < 300; t++) {
        tro_stream s = tro_test_stream(62, t);
        double turns = 14 + 200 * tro_stream_uniform(&s);
        double degrees = exp(log(0.5) + log(300) * tro_stream_uniform(&s));
        double rounds = fmin(fmax(turns * 360 / degrees, 200), 15000);
        tro_cycle found = turned(degrees, 1, (long long)rounds);
        ck_assert_msg(!found.whole && fabs(found.period * degrees / 360 - 1) < 1e-9,
                      "%g degrees, %g rounds: found %.12g, expected %.12g", degrees, rounds,
                      found.period, 360 / degrees);
    }
    ck_assert_double_eq(turned(1.2345, 1, 2000).period, 0);   /* seven turns */
}
END_TEST

/* A factor of one in 1e7 per round is seen. */
START_TEST(test_spirals)
{
    const double factors[] = {0.9, 0.999, 0.99999, 1 - 1e-7, 1 + 1e-7, 1.001};
    const double degrees[] = {1, 17.231, 60, 72, 120, 179, 180};
    for (size_t f = 0; f < sizeof factors / sizeof *factors; f++)
        for (size_t d = 0; d < sizeof degrees / sizeof *degrees; d++) {
            tro_cycle found = turned(degrees[d], factors[f], 6000);
            ck_assert_msg(found.period == 0, "%g degrees, factor %g: found %g", degrees[d],
                          factors[f], found.period);
        }
}
END_TEST

/* --- a majority that goes round ------------------------------------------------------------ */

/* Three groups of users, each of which likes another outcome best; pairs compared. */
#define CONDORCET(start, real, curated, rounds)                                              \
    "trophic: 1\nseed: 1\noutcomes: {family: categorical, outcomes: 3}\n"                    \
    "curators:\n"                                                                            \
    "  one: {bradley-terry: {candidates: 2, reward: [2, 1, 0]}}\n"                           \
    "  two: {bradley-terry: {candidates: 2, reward: [0, 2, 1]}}\n"                           \
    "  three: {bradley-terry: {candidates: 2, reward: [1, 0, 2]}}\n"                         \
    "agents:\n"                                                                              \
    "  - {name: m, reference: uniform, start: " start ", reward: [1, 0, 0],\n"               \
    "     public: {one-of: [{curator: one}, {curator: two}, {curator: three}]},\n"           \
    "     shares: {real: " real ", curated: " curated "}, displaces: real}\n"              \
    "network: {edges: [{from: m, to: m}]}\n"                                                 \
    "schedule: {synchronous: {rounds: " rounds "}}\n"

/* The same as two lines of algebra: T is what a pair's choice takes from x to y. */
static void next_round(double real, double *p)
{
    static const double utility[3][3] = {{2, 1, 0}, {0, 2, 1}, {1, 0, 2}};
    double next[3];
    for (int x = 0; x < 3; x++) {
        double gain = 1;
        for (int y = 0; y < 3; y++)
            for (int m = 0; m < 3; m++)
                gain += p[y] * tanh((utility[m][x] - utility[m][y]) / 2) / 3;
        next[x] = real / 3 + (1 - real) * p[x] * gain;
    }
    memcpy(p, next, sizeof next);
}

/* Rounds per turn, by counting how often the first rises through 1/3. */
static double count_turns(double real, double *p)
{
    double first = 0, last = 0, before;
    long turns = -1;
    for (long r = 0; r < 60000; r++)
        next_round(real, p);
    for (long r = 0; r < 400000; r++) {
        before = p[0];
        next_round(real, p);
        if (before < 1 / 3.0 && p[0] >= 1 / 3.0) {
            last = (double)r + (1 / 3.0 - before) / (p[0] - before);
            first = ++turns == 0 ? last : first;
        }
    }
    return (last - first) / (double)turns;
}

/* A little real data keeps the law from the corners: a closed curve, on which it
 * goes round more slowly than near the middle (in 200.8 rounds). */
START_TEST(test_limit_cycle)
{
    double p[] = {0.5, 0.3, 0.2};
    double period = count_turns(0.0001, p);
    tro_world w;
    tro_world_read(&w, CONDORCET("[0.5, 0.3, 0.2]", "0.0001", "0.9999", "1"));
    tro_cycle found = cycle_of(&w, 60000);
    ck_assert_int_eq(found.whole, 0);
    ck_assert_double_eq_tol(found.period, period, 1e-4);
    ck_assert_double_gt(period, 300);
    tro_world_close(&w);
}
END_TEST

/* Without any it comes nearer to a corner each time and stays there longer. */
START_TEST(test_heteroclinic)
{
    const long long rounds[] = {300, 1000, 3000, 10000, 40000, 100000};
    tro_world w;
    tro_world_read(&w, CONDORCET("[0.5, 0.3, 0.2]", "0", "1", "1"));
    for (size_t k = 0; k < sizeof rounds / sizeof *rounds; k++)
        ck_assert_double_eq(cycle_of(&w, rounds[k]).period, 0);
    tro_world_close(&w);
}
END_TEST

/* --- the quantities ------------------------------------------------------------------------- */

/* The only number of a study's only table, or NaN, and then what its status has. */
static double found_by(const char *scenario, const char *quantity, const char *says)
{
    char text[4096], buffer[1024];
    tro_opened o;
    tro_text status = {0};
    snprintf(text, sizeof text, "%svary: {t: {find: {q: {%s}}}}\n", scenario, quantity);
    tro_study_open(&o, text);
    ck_assert_msg(tro_study_run(o.study, NULL, &o.messages) == TRO_OK, "%s: %s", quantity,
                  tro_listed(&o.messages, buffer, sizeof buffer));
    double value = o.study->tables[0].columns[0].values[0];
    tro_study_cell_status(&o.study->tables[0], 0, &status);
    ck_assert_msg(strstr(tro_text_string(&status), says ? says : "ok") != NULL, "%s: %s",
                  quantity, tro_text_string(&status));
    tro_text_clear(&status);
    tro_study_close(&o);
    return value;
}

#define LINEAR(agents, edges, schedule)                                                       \
    HEAD "agents:\n" agents "network: {edges: [" edges "]}\nschedule: " schedule "\n"

START_TEST(test_period)
{
    ck_assert_double_eq(found_by(LINEAR(TWO, SWAP, "{synchronous: {rounds: 20}}"), "period: {}",
                                 NULL), 2);
    ck_assert_double_eq(found_by(LINEAR(TWO, SWAP, "{sequential: {rounds: 20}}"), "period: {}",
                                 NULL), 1);
    ck_assert_double_eq_tol(
        found_by(LINEAR("  - {name: a, start: 1, " FREE, TURN(50.1),
                        "{synchronous: {rounds: 2000, tolerance: 1.0e-9}}"), "period: {}", NULL),
        360 / 50.1, 1e-9);
    /* it rests, if only when everything is the same */
    ck_assert_double_eq(found_by(LINEAR(TWO, SWAP, "{random-order: {rounds: 20}}"), "period: {}",
                                 NULL), 1);
    found_by(LINEAR(TWO, SWAP, "{random-order: {rounds: 0}}"), "period: {}",
             "no cycle: the order of the schedule never repeats, and nothing rests in 0 rounds");
    found_by(LINEAR("  - {name: a, start: 1, " FREE, TURN(50.1), "{synchronous: {rounds: 50}}"),
             "period: {}", "no cycle: the rounds neither rest nor come round again in 50 rounds");
    found_by(LINEAR("  - {name: a, start: 1, " FREE,
                    "{from: a, to: a, channel: {affine: {scale: 9}}}",
                    "{synchronous: {rounds: 5000}}"), "period: {}", "the rounds diverge");
}
END_TEST

/* Near a corner nothing moves for a long time: that is not rest, unless the start has
 * no other outcomes. */
START_TEST(test_period_saddle)
{
    found_by(CONDORCET("[0.5, 0.3, 0.2]", "0", "1", "60000"), "period: {}",
             "no cycle: the rounds slow down where a disturbance grows, by a factor of 1.");
    ck_assert_double_eq(found_by(CONDORCET("[1, 0, 0]", "0", "1", "100"), "period: {}", NULL), 1);
    ck_assert_double_eq(found_by(CONDORCET("[0.5, 0.3, 0.2]", "0.01", "0.99", "9000"),
                                 "period: {}", NULL), 1);
}
END_TEST

/* Half the data real: the channel's matrix halved. */
#define HALF(channel, schedule)                                                               \
    LINEAR("  - {name: a, reference: 1, shares: {real: 0.5, synthetic: 0.5}}\n",              \
           "{from: a, to: a, channel: {" channel "}}", schedule)
#define SPIRAL HALF("rotations: {degrees: 40}", "synchronous")
/* A real eigenvalue above a pair: 0.5, and 0.25 at 90 degrees. */
#define BOTH                                                                                  \
    "trophic: 1\nseed: 1\noutcomes: {family: gaussian, dimension: 3}\n"                       \
    "agents: [{name: a, reference: 1, shares: {real: 0.5, synthetic: 0.5}}]\n"                \
    "network: {edges: [{from: a, to: a, channel: {affine: {matrix: "                          \
    "[[1, 0, 0], [0, 0, -0.5], [0, 0.5, 0]]}}}]}\n"

START_TEST(test_eigenvalue)
{
    const double turn = 40 * M_PI / 180;
    ck_assert_double_eq_tol(found_by(SPIRAL, "eigenvalue: {}", NULL), 0.5, 1e-14);
    ck_assert_double_eq_tol(found_by(SPIRAL, "eigenvalue: real", NULL), 0.5 * cos(turn), 1e-14);
    ck_assert_double_eq_tol(found_by(SPIRAL, "eigenvalue: imaginary", NULL), 0.5 * sin(turn),
                            1e-14);
    ck_assert_double_eq_tol(found_by(SPIRAL, "eigenvalue: argument", NULL), turn, 1e-14);
    ck_assert_double_eq_tol(found_by(SPIRAL, "eigenvalue: period", NULL), 9, 1e-12);
    ck_assert_double_eq_tol(found_by(BOTH, "eigenvalue: modulus", NULL), 0.5, 1e-15);
    ck_assert_double_eq_tol(found_by(BOTH, "eigenvalue: {part: modulus, of: pair}", NULL), 0.25,
                            1e-15);
    ck_assert_double_eq_tol(found_by(BOTH, "eigenvalue: {part: period, of: pair}", NULL), 4,
                            1e-12);
    /* once in four rounds, and so once in eight where every other one is idle */
    ck_assert_double_eq_tol(found_by(BOTH "schedule: {periodic: {period: 2}}\n",
                                     "eigenvalue: {part: period, of: pair}", NULL), 8, 1e-12);
    ck_assert_double_eq_tol(found_by(HALF("affine: {scale: -1}", "synchronous"),
                                     "eigenvalue: period", NULL), 2, 1e-15);
    ck_assert_double_eq(found_by(HALF("affine: {scale: -1}", "synchronous"), "eigenvalue: real",
                                 NULL), -0.5);
}
END_TEST

START_TEST(test_eigenvalue_errors)
{
    found_by(HALF("affine: {scale: 1}", "synchronous"), "eigenvalue: period",
             "no period: the dominant eigenvalue is 0.5, and what it moves does not turn");
    found_by(HALF("affine: {scale: 1}", "synchronous"), "eigenvalue: {of: pair}",
             "no complex pair: all eigenvalues are real");
    found_by(HALF("affine: {scale: 1}", "{poisson: {rate: 1}}"), "eigenvalue: {}",
             "no eigenvalue: the poisson schedule never repeats");
    tro_study_refused(SPIRAL "vary: {t: {find: {q: {eigenvalue: phase}}}}\n",
                      "8:35: part must be one of modulus, real, imaginary, argument, period, "
                      "found 'phase'");
}
END_TEST

/* Where the spiral of half the rounds' data is 0.3 long. */
START_TEST(test_root_level)
{
    const char *scenario =
        HEAD "agents:\n  - {name: a, reference: 1, shares: {real: 0.5, synthetic: 0.5}}\n"
             "network: {edges: [{from: a, to: a, channel: {rotations: {degrees: 40}}}]}\n";
    ck_assert_double_eq_tol(
        found_by(scenario, "root: {of: {eigenvalue: {}}, key: agents.a.shares.real, "
                           "complement: agents.a.shares.synthetic, between: [0.1, 0.9], "
                           "level: 0.3}", NULL), 0.7, 1e-14);
    found_by(scenario, "root: {of: {eigenvalue: {}}, key: agents.a.shares.real, "
                       "complement: agents.a.shares.synthetic, between: [0.1, 0.6], level: 0.3}",
             "no crossing of 0.3: the quantity is 0.9 at 0.1 and 0.4 at 0.6");
}
END_TEST

/* --- words ---------------------------------------------------------------------------------- */

static void check_nearest(const char *scenario, const char *expected)
{
    tro_world w;
    tro_text text = {0};
    tro_world_read(&w, scenario);
    ck_assert_int_eq(tro_cell_stability(w.cell, &w.messages), TRO_OK);
    tro_stability_describe_nearest(&w.cell->stability, &text);
    ck_assert_str_eq(tro_text_string(&text), expected);
    tro_text_clear(&text);
    tro_world_close(&w);
}

START_TEST(test_words)
{
    tro_text text = {0};
    tro_cycle_describe(&(tro_cycle){.period = 12, .whole = 1}, &text);
    tro_text_add(&text, "; ");
    tro_cycle_describe(&(tro_cycle){.period = 7.25}, &text);
    ck_assert_str_eq(tro_text_string(&text),
                     "a cycle of period 12; a cycle of period 7.25, not whole");
    tro_text_clear(&text);
    check_nearest(HALF("affine: {scale: 1}", "synchronous"), "fold (eigenvalue 0.5)");
    check_nearest(HALF("affine: {scale: -1}", "synchronous"), "flip (eigenvalue -0.5)");
    check_nearest(HALF("affine: {scale: -1}", "{periodic: {period: 2}}"),
                  "flip (eigenvalue -0.5 of 2 rounds)");
    check_nearest(HALF("rotations: {degrees: 45}", "synchronous"),
                  "rotation once in 8 rounds (eigenvalue 0.353553 + 0.353553i)");
    check_nearest(HALF("affine: {scale: 0}", "synchronous"), "");
    check_nearest(HALF("affine: {scale: 1}", "{poisson: {rate: 1}}"), "");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_whole, test_whole_delayed, test_rotation, test_spirals,
                                  test_limit_cycle, test_heteroclinic, test_period,
                                  test_period_saddle, test_eigenvalue, test_eigenvalue_errors,
                                  test_root_level, test_words};
    return TRO_RUN_TESTS("cycles", tests);
}
