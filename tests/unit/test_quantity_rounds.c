/* Quantities of a study that follow rounds, shares of wins, and axes that move two
 * keys. */
#include "study_support.h"

/* Two rivals on three outcomes, pairs compared; `rest` from line 9 on. */
#define RIVALS(first)                                                                        \
    "trophic: 1\nseed: 2\n"                                                                  \
    "outcomes: {family: categorical, outcomes: 3}\n"                                         \
    "agents:\n"                                                                              \
    "  - {name: theta, reference: uniform, reward: [1, 0, -1], displaces: real,\n"           \
    "     public: {bradley-terry: {candidates: 2, reward: [1, 0, -1]}}, shares: " first "}\n" \
    "  - {name: phi, reference: uniform, reward: [0, 1, 2], displaces: real,\n"              \
    "     public: {bradley-terry: {candidates: 2, reward: [-1, 0, 1]}},\n"                   \
    "     shares: {real: 0.5, curated: 0.5}}\n"                                              \
    "network:\n  edges:\n"                                                                   \
    "    - {from: theta, to: theta, weight: 0.3}\n"                                          \
    "    - {from: phi, to: theta, weight: 0.7}\n"                                            \
    "    - {from: phi, to: phi, weight: 0.7}\n"                                              \
    "    - {from: theta, to: phi, weight: 0.3}\n"
#define EVEN "{real: 0.5, curated: 0.5}"

static void run(tro_opened *o, const char *text)
{
    char buffer[2048];
    tro_study_open(o, text);
    int status = tro_study_run(o->study, NULL, &o->messages);
    ck_assert_msg(status == TRO_OK, "%s", tro_listed(&o->messages, buffer, sizeof buffer));
}

/* --- round by round ------------------------------------------------------------------ */

START_TEST(test_alignment_by_round)
{
    tro_opened o;
    run(&o, RIVALS(EVEN) "schedule: {sequential: {rounds: 80}}\n"
                         "vary:\n  t:\n    find:\n"
                         "      own: {alignment-by-round: theta}\n"
                         "      other: {alignment-by-round: {agent: theta, by: phi}}\n"
                         "      limit: {alignment: theta}\n"
                         "  u: {find: {start: {alignment-by-round: {agent: phi, rounds: 0}}}}\n");
    const tro_study_table *t = &o.study->tables[0], *u = &o.study->tables[1];
    const tro_cell *cell = o.study->cell;
    tro_runner runner = {0};
    ck_assert_uint_eq(t->components, 81);
    ck_assert_uint_eq(u->components, 1);
    ck_assert_double_eq_tol(u->columns[0].values[0], 1, 1e-15);
    ck_assert_int_eq(tro_runner_init(&runner, cell->ecosystem, cell->plan, TRO_EXACT), TRO_OK);
    ck_assert_int_eq(tro_runner_start(&runner, 0, NULL), TRO_OK);
    for (size_t r = 0; r < t->components; r++) {
        ck_assert_double_eq_tol(t->columns[0].values[r], runner.z[0] - runner.z[2], 1e-15);
        ck_assert_double_eq_tol(t->columns[1].values[r], 1 + runner.z[2] - runner.z[0], 1e-15);
        ck_assert(isnan(t->columns[0].errors[r]));
        ck_assert_int_eq(tro_runner_round(&runner), TRO_OK);
    }
    ck_assert_double_eq_tol(t->columns[0].values[80], t->columns[2].values[80], 1e-12);
    tro_runner_release(&runner);
    tro_study_close(&o);
}
END_TEST

/* What a pair's choice keeps of the uniform law: gain = r . C(u). */
static double first_gain(void)
{
    double gain = 0;
    for (int x = -1; x <= 1; x++)
        for (int y = -1; y <= 1; y++)
            gain += x * (2 / 9.0) * exp(x) / (exp(x) + exp(y));
    return gain;
}

/* At first nothing, then the local effect on the start, in the end all of it. */
static void check_influence(const char *first, double curated)
{
    char text[4096];
    tro_opened o;
    snprintf(text, sizeof text, "%s%s%s",
             RIVALS("%s"), "schedule: {synchronous: {rounds: 300}}\nadvance: {sampled: 5}\n",
             "vary:\n  t:\n    find:\n"
             "      self: {influence-by-round: {on: theta, of: theta}}\n"
             "      cross: {influence-by-round: {on: phi, of: theta, step: 0.003}}\n"
             "      long: {influence: {on: theta, of: theta}}\n"
             "      across: {influence: {on: phi, of: theta}}\n");
    char *hole = strstr(text, "%s"), rest[4096];
    snprintf(rest, sizeof rest, "%s", hole + 2);
    snprintf(hole, sizeof text - (size_t)(hole - text), "%s%s", first, rest);
    run(&o, text);
    const tro_study_table *t = &o.study->tables[0];
    ck_assert_uint_eq(t->components, 301);
    ck_assert_double_eq(t->columns[0].values[0], 0);
    ck_assert_double_eq(t->columns[1].values[0], 0);
    /* Uniform data have alignment 0; theta's users gain, phi's lose as much. */
    ck_assert_double_eq_tol(t->columns[0].values[1], (0.3 - 0.7) * first_gain(), 1e-8);
    ck_assert_double_eq(t->columns[1].values[1], 0);
    ck_assert_double_gt(fabs(t->columns[1].values[2]), curated > 0 ? 0.01 : 0.001);
    ck_assert_double_eq_tol(t->columns[0].values[300], t->columns[2].values[0], 1e-7);
    ck_assert_double_eq_tol(t->columns[1].values[300], t->columns[3].values[0], 1e-7);
    tro_study_close(&o);
}

START_TEST(test_influence_by_round)
{
    check_influence(EVEN, 0.5);
    check_influence("{real: 1}", 0);        /* it can only rise, */
    check_influence("{curated: 1}", 1);     /* only fall, */
    check_influence("{real: 0.995, curated: 0.005}", 0); /* fall by less than the step */
}
END_TEST

START_TEST(test_influence_by_round_fixed)
{
    char buffer[1024];
    tro_opened o;
    tro_study_open(&o, RIVALS("{synthetic: 0.5, curated: 0.5}")
                       "vary: {t: {find: {i: {influence-by-round: {on: phi, of: theta}}}}}\n");
    ck_assert_int_eq(tro_study_run(o.study, NULL, &o.messages), TRO_OK);
    tro_study_close(&o);
    tro_study_open(&o, RIVALS("{synthetic: 1}")
                       "vary: {t: {find: {i: {influence-by-round: {on: phi, of: theta, "
                       "rounds: 2}}}}}\n");
    /* Nothing real to displace, and nothing curated that could give way. */
    ck_assert_int_eq(tro_study_run(o.study, NULL, &o.messages), TRO_OK);
    ck_assert_uint_eq(o.study->tables[0].failed, 1);
    ck_assert_msg(strstr(o.study->tables[0].columns[0].failures[0],
                         "the curated share of 'theta' cannot move by 0.01") != NULL, "%s",
                  tro_listed(&o.messages, buffer, sizeof buffer));
    tro_study_close(&o);
}
END_TEST

START_TEST(test_by_round_errors)
{
    tro_study_refused(RIVALS(EVEN) "schedule: {synchronous: {rounds: 2000000}}\n"
                      "vary:\n  w:\n    find:\n"
                      "      a: {influence-by-round: {on: theto, of: ph, by: phj, rounds: 3}}\n"
                      "      b: {alignment-by-round: {agent: theta, rounds: -1}}\n"
                      "      c: {alignment-by-round: {agent: theta, rounds: 2000000}}\n"
                      "      d: {alignment-by-round: theta}\n"
                      "      e: {influence-by-round: {on: theta, of: phi, step: 0}}\n"
                      "      f: {win-share: {of: thet, in: ph}}\n"
                      "      g: {win-share: {of: theta, in: phi}}\n",
                      "21:54: rounds must be between 0 and 1000000, found '-1'\n"
                      "22:54: rounds must be between 0 and 1000000, found '2000000'\n"
                      "24:58: step must be a share above 0 and at most 0.5, found '0'\n"
                      "20:36: no agent is called 'theto' (did you mean 'theta'?)\n"
                      "20:55: no agent is called 'phj' (did you mean 'phi'?)\n"
                      "20:47: no agent is called 'ph' (did you mean 'phi'?)\n"
                      "23:31: the schedule has 2000000 rounds, and at most 1000000 can be listed: "
                      "give 'rounds'\n"
                      "25:27: no agent is called 'thet' (did you mean 'theta'?)\n"
                      "25:37: no agent is called 'ph' (did you mean 'phi'?)\n"
                      "26:38: no arena supplies 'phi' with curated data");
}
END_TEST

/* --- who wins ------------------------------------------------------------------------- */

START_TEST(test_win_share)
{
    tro_opened o;
    double w[3] = {exp(1), 1, exp(-1)}, won = 0;
    run(&o, "trophic: 1\noutcomes: {family: categorical, outcomes: 3}\n"
            "agents:\n"
            "  - {name: a, reference: [0.5, 0.3, 0.2], shares: {real: 1}}\n"
            "  - {name: b, reference: [0.1, 0.3, 0.6], shares: {real: 1}}\n"
            "  - {name: c, reference: uniform, shares: {real: 0.5, curated: 0.5},\n"
            "     public: {arena: {reward: [1, 0, -1]}}}\n"
            "network: {judge: consumer, edges: [{from: a, to: c, weight: 3}, {from: b, to: c},\n"
            "                                   {from: c, to: c, curated: 0}]}\n"
            "vary:\n  t:\n    find:\n"
            "      a: {win-share: {of: a, in: c}}\n"
            "      b: {win-share: {of: b, in: c}}\n"
            "      c: {win-share: {of: c, in: c}}\n");
    const tro_study_table *t = &o.study->tables[0];
    for (int x = 0; x < 3; x++)
        for (int y = 0; y < 3; y++)
            won += (double[]){0.5, 0.3, 0.2}[x] * (double[]){0.1, 0.3, 0.6}[y] * w[x] /
                   (w[x] + w[y]);
    ck_assert_double_eq_tol(t->columns[0].values[0], won, 1e-14);
    ck_assert_double_eq_tol(t->columns[1].values[0], 1 - won, 1e-14);
    ck_assert_double_eq(t->columns[2].values[0], 0); /* it supplies no curated data */
    tro_study_close(&o);
}
END_TEST

/* --- two keys at once -------------------------------------------------------------------- */

START_TEST(test_complements)
{
    tro_opened o;
    run(&o, RIVALS(EVEN) "vary:\n"
            "  t:\n"
            "    over: {c: {key: network.edges.phi->theta.weight, values: [0.3, 0.7, 1],\n"
            "               complement: network.edges.theta->theta.weight}}\n"
            "    find: {J: {alignment: theta}}\n"
            "  u: {set: {network.edges.phi->theta.weight: 0.3,\n"
            "            network.edges.theta->theta.weight: 0.7}, find: {J: {alignment: theta}}}\n"
            "  v: {find: {J: {alignment: theta}}}\n"
            "  w:\n"
            "    over: {c: {key: network.edges.phi->theta.weight, values: [0.2],\n"
            "               complement: network.edges.theta->theta.weight},\n"
            "           d: {key: network.edges.theta->phi.weight, values: [0.2, 0.3],\n"
            "               complement: network.edges.phi->phi.weight}}\n"
            "    find: {J: {alignment: theta}}\n"
            "  x:\n"
            "    find:\n"
            "      even: {root: {of: {alignment: theta}, between: [0.1, 0.9],\n"
            "                    key: network.edges.phi->theta.weight,\n"
            "                    complement: network.edges.theta->theta.weight}}\n");
    const tro_study_table *t = &o.study->tables[0];
    ck_assert_double_eq(t->columns[0].values[0], o.study->tables[1].columns[0].values[0]);
    ck_assert_double_eq_tol(t->columns[0].values[1], o.study->tables[2].columns[0].values[0],
                            1e-15);
    ck_assert_double_lt(t->columns[0].values[2], t->columns[0].values[1]);
    /* The golden numbers of tests/unit/test_golden.c, A5. */
    ck_assert_double_eq_tol(o.study->tables[3].columns[0].values[1], 0.125721, 5.1e-7);
    double root = o.study->tables[4].columns[0].values[0];
    tro_study_close(&o);
    char text[4096];
    snprintf(text, sizeof text, "%svary: {t: {set: {network.edges.phi->theta.weight: %.17g, "
             "network.edges.theta->theta.weight: %.17g}, find: {J: {alignment: theta}}}}\n",
             RIVALS(EVEN), root, 1 - root);
    run(&o, text);
    ck_assert_double_eq_tol(o.study->tables[0].columns[0].values[0], 0, 1e-9);
    tro_study_close(&o);
}
END_TEST

START_TEST(test_complements_errors)
{
    tro_study_refused(RIVALS(EVEN) "vary:\n"
        "  t:\n"
        "    over: {c: {key: network.edges.phi->theta.weight, options: [1, 2],\n"
        "               complement: network.edges.theta->theta.weight}}\n"
        "    find: {J: {alignment: theta}}\n"
        "  u:\n"
        "    over: {c: {key: network.edges.phi->theta.weight, values: [0.5],\n"
        "               complement: network.edges.theta->theta.wieght}}\n"
        "    find: {J: {alignment: theta}}\n"
        "  v:\n"
        "    over: {c: {key: network.edges.phi->theta.weight, values: [1.5],\n"
        "               complement: network.edges.theta->theta.weight}}\n"
        "    find: {J: {alignment: theta}}\n",
        "19:28: a complement goes with 'values', found 'options'\n"
        "22:63: axis 'c' at 0.5: no key 'wieght' in edge: did you mean 'weight'?\n"
        "26:63: axis 'c' at 1.5: weight must be at least 0, found '-0.5'");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_alignment_by_round, test_influence_by_round,
                                  test_influence_by_round_fixed, test_by_round_errors,
                                  test_win_share, test_complements, test_complements_errors};
    return TRO_RUN_TESTS("quantities of rounds", tests);
}
