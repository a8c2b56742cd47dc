/* Quantities of measures: in the limit, round by round, and how fast; against closed
 * forms of the literature. */
#include "study_support.h"

/* One model that trains on what its users keep; a study with one table of columns c0,
 * c1, ... from line 9 on. */
#define MODEL(outcomes, start, public)                                             \
    "trophic: 1\nseed: 2\noutcomes: {family: categorical, outcomes: " outcomes "}\n" \
    "agents:\n"                                                                    \
    "  - {name: m, start: " start ", shares: {curated: 1},\n"                      \
    "     public: " public "}\n"                                                   \
    "network: {edges: [{from: m, to: m}]}\n"                                       \
    "schedule: {synchronous: {rounds: 100000}}\n"
#define FIND "vary:\n  t:\n    find:\n"
#define LUCE(k, r) "{bradley-terry: {candidates: " k ", reward: " r "}}"
#define TWO(k, owner, m, public) "{stages: [" LUCE(k, owner) ", " LUCE(m, public) "]}"

static void run(tro_opened *o, const char *text)
{
    char buffer[2048];
    tro_study_open(o, text);
    int status = tro_study_run(o->study, NULL, &o->messages);
    ck_assert_msg(status == TRO_OK, "%s", tro_listed(&o->messages, buffer, sizeof buffer));
}

static double value_at(const tro_opened *o, size_t column, size_t component)
{
    const tro_column *c = &o->study->tables[0].columns[column];
    ck_assert_msg(!c->failures[0], "column %zu: %s", column, c->failures[0]);
    return c->values[component];
}

/* Runs a study of columns with one value each and compares; a tolerance below 0 is
 * absolute. */
static void check(const char *text, size_t count, const double *expected, double tolerance)
{
    tro_opened o;
    run(&o, text);
    ck_assert_uint_eq(o.study->tables[0].column_count, count);
    for (size_t k = 0; k < count; k++) {
        double found = value_at(&o, k, 0), away = fabs(found - expected[k]);
        ck_assert_msg(away <= (tolerance < 0 ? -tolerance : tolerance * fabs(expected[k])),
                      "column %zu: %.17g, not %.17g", k, found, expected[k]);
    }
    tro_study_close(&o);
}

/* Why the first column of a study could not be computed. */
static void check_failure(const char *text, const char *why)
{
    tro_opened o;
    run(&o, text);
    const char *found = o.study->tables[0].columns[0].failures[0];
    ck_assert_msg(found && strstr(found, why), "%s", found ? found : "it was computed");
    tro_study_close(&o);
}

/* --- round by round ------------------------------------------------------------------ */

/* Infinitely many candidates: p_t is p_0 e^{t r}, normalised. */
START_TEST(test_tilt)
{
    const double p[] = {0.1, 0.2, 0.3, 0.4}, r[] = {1, 0.8, 0.5, -1};
    tro_opened o;
    run(&o, MODEL("4", "[0.1, 0.2, 0.3, 0.4]", "{bradley-terry: {reward: [1, 0.8, 0.5, -1]}}")
        FIND "      c0: {measure-by-round: {of: {mass: 1}, agent: m, rounds: 60}}\n"
             "      c1: {measure: {of: {mass: 1}, round: 7}}\n"
             "      c2: {measure: {of: {mass: 1}, agent: m, at: start}}\n"
             "      c3: {measure-by-round: {of: {mass: 1}, rounds: 60, last: true}}\n"
             "      c4: {with: {set: {schedule.synchronous.rounds: 9}, "
             "of: {measure: {of: {mass: 1}, at: end}}}}\n"
             "      c5: {with: {set: {schedule: {synchronous: {rounds: 99, tolerance: 0.5}}}, "
             "of: {measure: {of: {mass: 1}, at: end}}}}\n"
             "      c6: {measure: {of: {mass: 0}, at: limit}}\n"
             "      c7: {decay-rate: {of: {mass: 1}, to: 0}}\n"
             "      c8: {measure: {of: support, at: limit}}\n");
    ck_assert_uint_eq(o.study->tables[0].components, 61);
    for (size_t t = 0; t <= 60; t++) {
        double total = 0;
        for (size_t k = 0; k < 4; k++)
            total += p[k] * exp((double)t * (r[k] - 1));
        double mass = p[1] * exp((double)t * (r[1] - 1)) / total;
        ck_assert_double_eq_tol(value_at(&o, 0, t) / mass, 1, 1e-13);
        if (t == 7)
            ck_assert_double_eq_tol(value_at(&o, 1, 0) / mass, 1, 1e-13);
        if (t == 9)
            ck_assert_double_eq_tol(value_at(&o, 4, 0) / mass, 1, 1e-13);
        if (t == 1)
            ck_assert_double_eq_tol(value_at(&o, 5, 0) / mass, 1, 1e-13);
    }
    ck_assert_double_eq(value_at(&o, 2, 0), 0.2);
    ck_assert_double_eq(value_at(&o, 3, 0), value_at(&o, 0, 60));
    ck_assert_double_eq_tol(value_at(&o, 6, 0), 1, 1e-15);
    ck_assert_double_eq_tol(value_at(&o, 7, 0), exp(-0.2), 1e-14);
    ck_assert_double_eq(value_at(&o, 8, 0), 1);
    tro_study_close(&o);
}
END_TEST

/* --- limits -------------------------------------------------------------------------- */

/* Falahati et al. 2025: an owner, then the public. Shared optima keep their ratio, and the
 * others vanish with the largest invasion factor h_K h_M, h_K(d) = K / (1 + (K-1) e^-d). */
START_TEST(test_shared_optima)
{
    const double perfect[] = {1 / 3.0, 2 / 3.0, 0.42991552234674757, 0.42991552234674757, 1, 2};
    const double partial[] = {1, 0.5378828427399902, 0.5378828427399902};
    check(MODEL("4", "[0.1, 0.2, 0.3, 0.4]", TWO("3", "[2, 2, 1, 0]", "5", "[1, 1, 0.9, 0]"))
          FIND "      c0: {measure: {of: {mass: 0}, at: limit}}\n"
               "      c1: {measure: {of: {mass: 1}, at: limit}}\n"
               "      c2: {decay-rate: {of: {mass: [2, 3]}, to: 0}}\n"
               "      c3: {measure: {of: {selection: [2, 3]}, at: limit}}\n"
               "      c4: {measure: {of: selection, at: limit}}\n"
               "      c5: {measure: {of: support, at: limit}}\n", 6, perfect, 1e-14);
    check(MODEL("4", "uniform", TWO("2", "[1, 1, 0, 0]", "2", "[0, 1, 1, 0.5]"))
          FIND "      c0: {measure: {of: {mass: 1}, at: limit}}\n"
               "      c1: {decay-rate: {of: diversity}}\n"
               "      c2: {decay-rate: {of: {reward-variance: {reward: [1, 3, 0, 0]}}}}\n",
          3, partial, 1e-13);
}
END_TEST

/* Opposed on two outcomes: bistable at K = M = 4, with a threshold of the start. */
#define OPPOSED "vary:\n  t:\n    set: {agents.m.start: %s}\n    find:\n"                  \
                "      c0: {measure: {of: {mass: 0}, at: limit}}\n"                        \
                "      c1: {limit-distance: {set: {agents.m.public: "                      \
                TWO("4", "[0, 1]", "4", "[1, 0]") "}}}\n"                                  \
                "      c2: {limit-distance: {agent: m, set: {agents.m.start: [0.7, 0.3]}}}\n"

START_TEST(test_order_of_two)
{
    char text[4096];
    const double below[] = {0, 0, 1}, between[] = {1, 1, 0}, above[] = {1, 0, 0};
    const struct {
        const char *start;
        const double *expected;
    } cases[] = {{"[0.410035106171, 0.589964893829]", below},
                 {"[0.410035106172, 0.589964893828]", between},
                 {"[0.589964893828, 0.410035106172]", between},
                 {"[0.589964893829, 0.410035106171]", above}};
    for (size_t k = 0; k < 4; k++) {
        snprintf(text, sizeof text, "%s" OPPOSED,
                 MODEL("2", "uniform", TWO("4", "[1, 0]", "4", "[0, 1]")), cases[k].start);
        check(text, 3, cases[k].expected, -1e-14);
    }
}
END_TEST

/* A compromise beats both; infinite pools of opposed rewards leave everything as it is. */
START_TEST(test_compromise_and_neutral)
{
    const double middle[] = {1}, neutral[] = {0.3, 0};
    check(MODEL("3", "uniform", TWO("2", "[1, 0.9, 0]", "2", "[0, 0.9, 1]"))
          FIND "      c0: {measure: {of: {mass: 1}, at: limit}}\n", 1, middle, 1e-14);
    check(MODEL("2", "[0.3, 0.7]", TWO(".inf", "[1, 0]", ".inf", "[0, 1]"))
          FIND "      c0: {measure: {of: {mass: 0}, at: limit}}\n"
               "      c1: {measure: {of: {divergence: start}, at: limit}}\n", 2, neutral, -1e-15);
}
END_TEST

/* Falahati et al. 2026: a curator is drawn for each pool. The plateau at infinite K,
 * with the certificate of weighted Nash welfare: no outcome is multiplied by more than
 * 1. Finite K (second: collapse at 2). */
#define PLURAL(k, q, one, two)                                                            \
    "{one-of: [{weight: " q ", curator: " LUCE(k, one) "}, {weight: 1, curator: "          \
    LUCE(k, two) "}]}"

START_TEST(test_plural)
{
    const double plateau[] = {0.2766027251118945, 1, 1}, k3[] = {0.16856258}, k2[] = {0};
    const double k10[] = {0.38047621}, welfare[] = {1, 1};
    check(MODEL("2", "[0.9, 0.1]", PLURAL(".inf", "0.42857142857142855", "[2, 0]", "[0, 1.5]"))
          FIND "      c0: {measure: {of: {mass: 0}, at: limit}}\n"
               "      c1: {measure: {of: {selection: 0}, at: limit}}\n"
               "      c2: {measure: {of: {selection: 1}, at: limit}}\n", 3, plateau, 1e-13);
    check(MODEL("2", "uniform", PLURAL("3", "0.6666666666666666", "[3, 0]", "[0, 3]"))
          FIND "      c0: {measure: {of: {mass: 0}, at: limit}}\n", 1, k3, -5e-9);
    check(MODEL("2", "uniform", PLURAL("10", "0.6666666666666666", "[3, 0]", "[0, 3]"))
          FIND "      c0: {measure: {of: {mass: 0}, at: limit}}\n", 1, k10, -5e-9);
    check(MODEL("2", "uniform", PLURAL("2", "0.6666666666666666", "[3, 0]", "[0, 3]"))
          FIND "      c0: {measure: {of: {mass: 0}, at: limit}}\n", 1, k2, -0.0);
    /* The compromise: rewards log(1, .01, .8, .001) and its mirror. */
    check(MODEL("4", "uniform",
                PLURAL(".inf", "1", "[0, -4.605170185988091, -0.2231435513142097, "
                       "-6.907755278982137]", "[-4.605170185988091, 0, -0.2231435513142097, "
                       "-6.907755278982137]"))
          FIND "      c0: {measure: {of: {mass: 2}, at: limit}}\n"
               "      c1: {measure: {of: selection, at: limit}}\n", 2, welfare, 1e-13);
}
END_TEST

/* With real data it is the fixed point, whatever the schedule and the delays. */
START_TEST(test_limit_is_fixed_point)
{
    static const char *const schedules[] = {
        "{synchronous: {rounds: 5000}}", "{sequential: {rounds: 5000}}",
        "{random-order: {rounds: 5000}}", "{poisson: {rate: 0.3, rounds: 20000}}",
        "{periodic: {period: [1.5, 4], rounds: 20000}}"};
    char text[2048];
    const double same[] = {0, 0};
    for (size_t k = 0; k < 5; k++) {
        snprintf(text, sizeof text,
            "trophic: 1\nseed: 2\noutcomes: {family: categorical, outcomes: 3}\nagents:\n"
            "  - {name: a, reference: [1, 2, 7], reward: [1, 0, 2], displaces: real,\n"
            "     public: {bradley-terry: {candidates: 3, reward: [1, 0, 2]}},\n"
            "     shares: {real: 0.1, curated: 0.3, synthetic: 0.6}}\n"
            "  - {name: b, start: [1, 1, 0], shares: {synthetic: 1}}\n"
            "network: {edges: [{from: a, to: b, delay: 2.5}, {from: b, to: a}, "
            "{from: a, to: a}]}\n"
            "schedule: %s\n" FIND
            "      c0: {change: {of: {measure: {of: {mass: 0}, agent: b, at: limit}}, "
            "set: {agents.b.start: [0, 1, 3]}}}\n"
            "      c1: {measure: {of: {divergence: a}, agent: b, at: limit}}\n", schedules[k]);
        check(text, 2, same, -1e-13);
        char *at = strstr(text, "      c0");
        snprintf(at, sizeof text - (size_t)(at - text),
                 "      c0: {measure: {of: alignment, agent: a}}\n"
                 "      c1: {measure: {of: alignment, agent: a, at: limit}}\n");
        tro_opened o;
        run(&o, text);
        ck_assert_double_eq_tol(value_at(&o, 0, 0), value_at(&o, 1, 0), 1e-12);
        tro_study_close(&o);
    }
}
END_TEST

/* --- no limits ----------------------------------------------------------------------- */

#define CYCLE(x, y, z)                                                                     \
    "{one-of: [{curator: " LUCE("2", "[" x ", " y ", " z "]") "}, {curator: "              \
    LUCE("2", "[" z ", " x ", " y "]") "}, {curator: " LUCE("2", "[" y ", " z ", " x "]") "}]}"
#define MASS_LIMIT FIND "      c0: {measure: {of: {mass: 0}, at: limit}}\n"

START_TEST(test_no_limit)
{
    /* Three tastes in a circle: ever nearer to the vertices, until numbers end. There the
     * next one grows by 1 + (2 tanh(1.5) - tanh(3)) / 3. */
    check_failure(MODEL("3", "[0.5, 0.3, 0.2]", CYCLE("6", "3", "0")) MASS_LIMIT,
                  "fallen out of the range of numbers, where it would grow again by a factor of "
                  "1.27175 per round");
    check_failure(MODEL("3", "[0.5, 0.3, 0.2]", CYCLE("2", "1", "0"))
                  "vary:\n  t:\n    set: {schedule.synchronous.rounds: 3000}\n    find:\n"
                  "      c0: {measure: {of: {mass: 0}, at: limit}}\n",
                  "no limit: the last of 3000 exact rounds still takes a probability of 'm' from");
    check_failure(MODEL("2", "[1, 0]", LUCE("2", "[0, 1]"))
                  "vary:\n  t:\n    set: {schedule.synchronous.rounds: 3}\n    find:\n"
                  "      c0: {measure: {of: {mass: 0}, at: limit}}\n",
                  "no limit: 3 exact rounds are too few to tell");
#define LINE(share, scale, channel)                                                        \
    "trophic: 1\nseed: 2\noutcomes: {family: gaussian, dimension: 2}\nagents:\n"             \
    "  - {name: m, reference: 0, start: [1, 1], shares: {real: " share "}}\n"               \
    "network: {edges: [{from: m, to: m, channel: {" channel ": {" scale "}}}]}\n"            \
    "schedule: {synchronous: {rounds: 8000}}\n"
    check_failure(LINE("0.5", "scale: 3", "affine")
                  FIND "      c0: {measure: {of: {mean: 1}, at: limit}}\n",
                  "no limit: after round 1748 the exact rounds diverge");
    check_failure(LINE("0", "scale: 1, offset: 2", "affine")
                  FIND "      c0: {measure: {of: {mean: 1}, at: limit}}\n",
                  "still moves mean parameter 1 of 'm' by 2, from 15999 to 16001");
}
END_TEST

/* Quadratic rewards: the precision rises by the curvature every round (Ferbach et al.
 * 2024), which has no rate. */
START_TEST(test_precision)
{
    const char *text =
        "trophic: 1\nseed: 2\noutcomes: {family: gaussian-full}\nagents:\n"
        "  - {name: m, start: {mean: 2, covariance: 0.8}, shares: {curated: 1},\n"
        "     public: {bradley-terry: {reward: {curvature: 0.3, centre: -1}}}}\n"
        "network: {edges: [{from: m, to: m}]}\nschedule: {synchronous: {rounds: 400}}\n"
        FIND "      c0: {measure: {of: variance, at: limit}}\n"
             "      c1: {measure-by-round: {of: variance}}\n"
             "      c2: {measure-by-round: {of: {mean: 1}}}\n";
    tro_opened o;
    check_failure(text, "still moves mean parameter 2 of 'm'");
    run(&o, text);
    for (int t = 0; t <= 400; t++) {
        double v = 1 / (1 / 0.8 + 0.3 * t);
        ck_assert_double_eq_tol(value_at(&o, 1, (size_t)t), v, 1e-12);
        ck_assert_double_eq_tol(value_at(&o, 2, (size_t)t), (2 / 0.8 - 0.3 * t) * v, 1e-12);
    }
    tro_study_close(&o);
}
END_TEST

/* --- rates --------------------------------------------------------------------------- */

START_TEST(test_rates)
{
    const double slow[] = {0.99, 0.99}, flip[] = {0.45, 0.45}, swing[] = {0.81, 0.9};
    const double apart[] = {sqrt(0.03)};
    check(LINE("0.01", "scale: 1", "affine")
          FIND "      c0: {decay-rate: {of: {mean: 1}, to: 0}}\n"
               "      c1: {decay-rate: {of: distance}}\n", 2, slow, 1e-13);
    check(LINE("0.1", "scale: -0.5", "affine")
          FIND "      c0: {decay-rate: {of: {mean: 1}, to: 0}}\n"
               "      c1: {decay-rate: {of: {mean: 2}}}\n", 2, flip, 1e-13);
    /* Both eigenvalues have the modulus 0.9 times the share, and turn by 40 degrees. */
    check(LINE("0.1", "scale: 0.9, degrees: [40]", "rotations")
          FIND "      c0: {decay-rate: {of: {mean: 1}, to: 0}}\n"
               "      c1: {with: {set: {agents.m.shares.real: 0}, "
               "of: {decay-rate: {of: {mean: 2}, to: 0}}}}\n", 2, swing, 1e-10);
    /* Rates are per round: two of the three rounds of a period have a retraining each. */
    check("trophic: 1\nseed: 2\noutcomes: {family: gaussian}\nagents:\n"
          "  - {name: a, reference: 0, start: 1, shares: {real: 0.7}}\n"
          "  - {name: b, reference: 0, start: 1, shares: {real: 0.9}}\n"
          "network: {edges: [{from: a, to: b}, {from: b, to: a}]}\n"
          "schedule: {periodic: {period: 2, offset: [1, 2], rounds: 900}}\n"
          FIND "      c0: {decay-rate: {of: {mean: 1}, agent: b, to: 0}}\n", 1, apart, 1e-13);
}
END_TEST

/* A limit that is not 0 is known up to rounding, and its rate to some eight digits. */
START_TEST(test_rate_to_a_limit)
{
    const double rate[] = {0.42991552234674757, 0.42991552234674757};
    check(MODEL("4", "[0.1, 0.2, 0.3, 0.4]", TWO("3", "[2, 2, 1, 0]", "5", "[1, 1, 0.9, 0]"))
          FIND "      c0: {decay-rate: {of: {mass: 0}}}\n"
               "      c1: {decay-rate: {of: {expectation: {reward: [3, 2, 1, 0]}}}}\n",
          2, rate, 1e-7);
    check_failure(MODEL("2", "[0.3, 0.7]", TWO(".inf", "[1, 0]", ".inf", "[0, 1]"))
                  FIND "      c0: {decay-rate: {of: {mass: 0}}}\n", "no rate: over ");
}
END_TEST

/* --- what is wrong ------------------------------------------------------------------- */

START_TEST(test_limit_errors)
{
    tro_study_refused(
        "trophic: 1\nseed: 2\noutcomes: {family: categorical, outcomes: 2}\nagents:\n"
        "  - {name: m, reference: uniform, shares: {real: 0.5}}\n"
        "  - {name: n, start: uniform, shares: {synthetic: 1}}\n"
        "network: {edges: [{from: m, to: m}, {from: m, to: n}]}\n"
        "schedule: {random-order: {rounds: 2000000}}\n"
        FIND "      a: {measure: {of: entropy}}\n"
             "      b: {measure: {of: entropy, agent: mm}}\n"
             "      c: {measure: {of: alignment, agent: m}}\n"
             "      d: {measure: {of: divergence, agent: n, at: end, round: 3}}\n"
             "      e: {measure: {of: {mass: 2}, agent: n}}\n"
             "      f: {measure-by-round: {of: entropy, agent: m}}\n"
             "      g: {measure-by-round: {of: distance, agent: n, last: true}}\n"
             "      h: {decay-rate: {of: entropy, agent: m}}\n"
             "      i: {limit-distance: {agent: k, set: {agents.m.star: 3}}}\n"
             "      j: {limit-distance: {set: {outcomes.outcomes: 3}}}\n"
             "      k: {limit-distance: {set: 3}}\n",
        "12:20: there are 2 agents: give 'agent'\n"
        "13:41: no agent is called 'mm'\n"
        "14:25: agent 'm' has no reward, so no alignment\n"
        "15:25: agent 'n' has no reference, so no divergence\n"
        "15:63: 'at' and 'round' both say where: give one of them\n"
        "16:32: there is no outcome '2': outcomes without labels are numbered from 0 to 1\n"
        "17:29: the schedule has 2000000 rounds, and at most 1000000 can be listed: give "
        "'rounds'\n"
        "18:34: agent 'n' has no reference, so no distance\n"
        "19:23: a rate per round needs a schedule whose rounds repeat, found 'random-order'\n"
        "20:35: no agent is called 'k'\n"
        "20:44: with these keys set: no key 'star' in agent: did you mean 'start'?\n"
        "21:33: with these keys set there are other outcomes or agents, so limits cannot be "
        "compared\n"
        "22:33: set is a map from paths to values");
    tro_study_refused(
        "trophic: 1\nseed: 2\noutcomes: {family: categorical, outcomes: 2}\nagents:\n"
        "  - {name: m, reference: uniform, shares: {real: 0.5}}\n"
        "network: {edges: [{from: m, to: m}]}\n"
        FIND "      a: {measure: entropy}\n"
             "      b: {measure: {of: entropi}}\n"
             "      c: {measure: {of: entropy, at: lim}}\n"
             "      d: {measure: {of: entropy, round: -1}}\n"
             "      e: {limit-distance: {agent: m}}\n",
        "10:20: 'measure' must be a map, found 'entropy'\n"
        "11:25: unknown measure 'entropi' (did you mean 'entropy'?)\n"
        "12:38: at must be one of fixed-point, limit, start, end, found 'lim' (did you mean "
        "'limit'?)\n"
        "13:41: round must be between 0 and 1e+15, found '-1'\n"
        "14:27: missing key 'set' in 'limit-distance'");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_tilt, test_shared_optima, test_order_of_two,
                                  test_compromise_and_neutral, test_plural,
                                  test_limit_is_fixed_point, test_no_limit, test_precision,
                                  test_rates, test_rate_to_a_limit, test_limit_errors};
    return TRO_RUN_TESTS("limit", tests);
}
