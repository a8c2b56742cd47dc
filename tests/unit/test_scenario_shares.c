/* Shares: how they move, by function and by override; and ecosystems at the
 * edges of what is legal. */
#include "support.h"

static tro_shares moved(tro_shares shares, tro_displaces displaces, double curated)
{
    tro_shares out = {NAN, NAN, NAN};
    ck_assert_int_eq(tro_shares_move(&shares, displaces, curated, &out), TRO_OK);
    ck_assert_double_eq_tol(out.real + out.synthetic + out.curated, 1, 4e-16);
    return out;
}

static void check_shares(tro_shares found, double real, double synthetic, double curated)
{
    ck_assert_double_eq_tol(found.real, real, 2e-16);
    ck_assert_double_eq_tol(found.synthetic, synthetic, 2e-16);
    ck_assert_double_eq_tol(found.curated, curated, 2e-16);
}

START_TEST(test_shares_move)
{
    const tro_shares s = {0.25, 0.5, 0.25}, full = {0, 0, 1}, none = {0.5, 0.5, 0};
    check_shares(moved(s, TRO_DISPLACES_REAL, 0.5), 0, 0.5, 0.5);
    check_shares(moved(s, TRO_DISPLACES_REAL, 0), 0.5, 0.5, 0);
    check_shares(moved(s, TRO_DISPLACES_SYNTHETIC, 0.5), 0.25, 0.25, 0.5);
    check_shares(moved(s, TRO_DISPLACES_PROPORTIONAL, 0.5), 1.0 / 6, 1.0 / 3, 0.5);
    check_shares(moved(s, TRO_DISPLACES_PROPORTIONAL, 1), 0, 0, 1);
    check_shares(moved(none, TRO_DISPLACES_PROPORTIONAL, 0.5), 0.25, 0.25, 0.5);
    check_shares(moved(full, TRO_DISPLACES_PROPORTIONAL, 1), 0, 0, 1);
    check_shares(moved(full, TRO_DISPLACES_REAL, 0.25), 0.75, 0, 0.25);
    /* 0.1 - (0.4 - 0.3) is not quite 0 */
    check_shares(moved((tro_shares){0.1, 0.6, 0.3}, TRO_DISPLACES_REAL, 0.4), 0, 0.6, 0.4);
}
END_TEST

START_TEST(test_shares_move_errors)
{
    const tro_shares s = {0.25, 0.5, 0.25}, full = {0, 0, 1};
    tro_shares out;
    ck_assert_int_eq(tro_shares_move(&s, TRO_DISPLACES_REAL, 0.51, &out), TRO_EINVAL);
    ck_assert_int_eq(tro_shares_move(&s, TRO_DISPLACES_SYNTHETIC, 0.76, &out), TRO_EINVAL);
    ck_assert_int_eq(tro_shares_move(&s, TRO_DISPLACES_SYNTHETIC, -0.1, &out), TRO_EINVAL);
    ck_assert_int_eq(tro_shares_move(&s, TRO_DISPLACES_PROPORTIONAL, 1.1, &out), TRO_EINVAL);
    ck_assert_int_eq(tro_shares_move(&full, TRO_DISPLACES_PROPORTIONAL, 0.9, &out), TRO_EINVAL);
    ck_assert_int_eq(tro_shares_move(&s, TRO_DISPLACES_REAL, NAN, &out), TRO_EINVAL);
}
END_TEST

/* --- overrides ---------------------------------------------------------------- */

static const char scenario[] =
    "trophic: 1\n"
    "outcomes: {family: gaussian}\n"
    "agents:\n"
    "  - {name: p, reference: 0, shares: {real: 0.2, curated: 0.3}}\n"
    "  - {name: r, reference: 0, displaces: real, shares: {real: 0.4, synthetic: 0.2,\n"
    "     curated: 0.4}}\n"
    "  - {name: s, reference: 0, displaces: synthetic, shares: {real: 0.2}}\n"
    "  - {group: g, count: 2, reference: 0, displaces: synthetic, shares: {synthetic: 1}}\n"
    "network: {generator: complete}\n";

/* The shares of an agent after overrides. */
static tro_shares after(const tro_override *overrides, size_t count, size_t agent)
{
    tro_document *document = NULL;
    tro_cell *cell = NULL;
    tro_messages messages = {0};
    char buffer[1024];
    ck_assert_int_eq(tro_document_read_text("test.yaml", scenario, strlen(scenario), &document,
                                            &messages), TRO_OK);
    int status = tro_cell_new(document, tro_catalog_builtin(), overrides, count, &cell,
                              &messages);
    ck_assert_msg(status == TRO_OK, "%s", tro_listed(&messages, buffer, sizeof buffer));
    tro_shares shares = cell->scenario->agents[agent].shares;
    tro_cell_free(cell);
    tro_document_free(document);
    tro_messages_clear(&messages);
    return shares;
}

static tro_override text(const char *path, const char *value)
{
    return (tro_override){.path = path, .value = value, .origin = "--set"};
}

static tro_override number(const char *path, double value)
{
    return (tro_override){.path = path, .number = value, .origin = "vary"};
}

static tro_shares after_one(tro_override override, size_t agent)
{
    return after(&override, 1, agent);
}

START_TEST(test_override_displaces)
{
    check_shares(after_one(text("agents.p.shares.curated", "0.65"), 0), 0.1, 0.25, 0.65);
    check_shares(after_one(number("agents.p.shares.curated", 0.65), 0), 0.1, 0.25, 0.65);
    check_shares(after_one(number("agents.0.shares.curated", 0.65), 0), 0.1, 0.25, 0.65);
    check_shares(after_one(number("agents.r.shares.curated", 0.5), 1), 0.3, 0.2, 0.5);
    check_shares(after_one(number("agents.s.shares.curated", 0.5), 2), 0.2, 0.3, 0.5);
    check_shares(after_one(number("agents.g.shares.curated", 0.25), 3), 0, 0.75, 0.25);
    check_shares(after_one(number("agents.g.shares.curated", 0.25), 4), 0, 0.75, 0.25);
    /* the last of two on one key counts */
    const tro_override twice[] = {number("agents.p.shares.curated", 0.9),
                                  number("agents.p.shares.curated", 0.65)};
    check_shares(after(twice, 2, 0), 0.1, 0.25, 0.65);
    /* another agent's shares have nothing to do with it */
    const tro_override apart[] = {number("agents.p.shares.curated", 0.65),
                                  number("agents.r.shares.real", 0.4)};
    check_shares(after(apart, 2, 0), 0.1, 0.25, 0.65);
    /* however the value is written */
    check_shares(after_one(text("agents.p.shares.curated", " 0.65 # more"), 0), 0.1, 0.25, 0.65);
    /* a real share alone is literal; the rest is synthetic */
    check_shares(after_one(number("agents.p.shares.real", 0.5), 0), 0.5, 0.2, 0.3);
}
END_TEST

START_TEST(test_override_several_is_literal)
{
    const tro_override several[] = {number("agents.p.shares.curated", 0.4),
                                    number("agents.p.shares.real", 0.6)};
    check_shares(after(several, 2, 0), 0.6, 0, 0.4);
    const tro_override whole[] = {text("agents.p.shares", "{real: 0.1, curated: 0.2}"),
                                  number("agents.p.shares.curated", 0.4)};
    check_shares(after(whole, 2, 0), 0.1, 0.5, 0.4);
}
END_TEST

/* One place has several paths: what counts is where they lead. */
START_TEST(test_override_spellings)
{
    const tro_override several[] = {number("agents.0.shares.curated", 0.4),
                                    number("agents.p.\"shares\".real", 0.6)};
    check_shares(after(several, 2, 0), 0.6, 0, 0.4);
    const tro_override whole[] = {text("agents.\"p\".shares", "{real: 0.1, curated: 0.2}"),
                                  number("agents.0.shares.\"curated\"", 0.4)};
    check_shares(after(whole, 2, 0), 0.1, 0.5, 0.4);
    /* twice the same is once, the last */
    const tro_override twice[] = {number("agents.0.shares.curated", 0.9),
                                  number("\"agents\".p.shares.\"curated\"", 0.65)};
    check_shares(after(twice, 2, 0), 0.1, 0.25, 0.65);
    const tro_override convention[] = {number("agents.0.shares.curated", 0.4),
                                       text("agents.p.\"displaces\"", "real")};
    check_shares(after(convention, 2, 0), 0.1, 0.5, 0.4);
}
END_TEST

/* The convention in force is the one the overrides leave, in any order. */
START_TEST(test_override_convention)
{
    const tro_override first[] = {text("agents.p.displaces", "real"),
                                  number("agents.p.shares.curated", 0.4)};
    const tro_override last[] = {number("agents.p.shares.curated", 0.4),
                                 text("agents.p.displaces", "real")};
    check_shares(after(first, 2, 0), 0.1, 0.5, 0.4);
    check_shares(after(last, 2, 0), 0.1, 0.5, 0.4);
}
END_TEST

START_TEST(test_override_errors)
{
    const tro_override impossible = number("agents.r.shares.curated", 0.9);
    const tro_override unknown = text("agents.q.shares.curated", "0.5");
    const tro_override word = text("agents.p.shares.curated", "much");
    const tro_override bad[] = {number("agents.r.shares.curated", 0.9),
                                text("agents.s.shares.curated", "-1")};
    tro_assert_refused(scenario, &impossible, 1,
                "vary:1:25: a curated share of 0.9 leaves nothing to displace: the shares are real "
                "0.4, synthetic 0.2, curated 0.4 and it displaces 'real'");
    tro_assert_refused(scenario, &unknown, 1,
                "--set:1:8: no 'q' in 'agents', a list of 4 elements");
    tro_assert_refused(scenario, &word, 1, "--set:1:25: curated must be a number, found 'much'");
    tro_assert_refused(scenario, bad, 2,
                "vary:1:25: a curated share of 0.9 leaves nothing to displace: the shares are real "
                "0.4, synthetic 0.2, curated 0.4 and it displaces 'real'\n"
                "--set:1:25: a curated share of -1 leaves nothing to displace: the shares are real "
                "0.2, synthetic 0.8, curated 0 and it displaces 'synthetic'");
}
END_TEST

/* --- at the edges -------------------------------------------------------------- */

/* One agent on its own, with real data only: every round gives its reference. */
START_TEST(test_lone_agent)
{
    tro_world w;
    tro_runner runner = {0};
    double value;
    int side = 0;
    tro_world_open(&w, "trophic: 1\noutcomes: {family: gaussian, dimension: 2}\n"
                       "agents: [{name: a, reference: [1, 2], start: 9, reward: 1, "
                       "shares: {real: 1}}]\n");
    ck_assert_int_eq(tro_runner_init(&runner, w.eco, w.plan, TRO_EXACT), TRO_OK);
    ck_assert_int_eq(tro_runner_start(&runner, 0, NULL), TRO_OK);
    ck_assert_double_eq(runner.z[1], 9);
    ck_assert_int_eq(tro_runner_round(&runner), TRO_OK);
    ck_assert_double_eq(runner.z[0], 1);
    ck_assert_double_eq(runner.z[1], 2);
    ck_assert_double_eq(runner.change, 8);
    ck_assert_int_eq(tro_cell_stability(w.cell, &w.messages), TRO_OK);
    ck_assert_double_eq(w.cell->stability.rate, 0);
    ck_assert_int_eq(w.cell->stability.stable, 1);
    ck_assert_int_eq(tro_cell_influences(w.cell, &w.messages), TRO_OK);
    /* nothing to curate: not a number, and no mistake */
    ck_assert_int_eq(tro_influence_adjoint(&w.cell->influences, 0, 0, &value, &side,
                                           &w.messages), TRO_OK);
    ck_assert(isnan(value));
    ck_assert_uint_eq(w.messages.count, 0);
    tro_runner_release(&runner);
    tro_world_close(&w);
}
END_TEST

/* An agent that only feeds on itself keeps its start for ever: I - J is
 * singular, and that is said. */
START_TEST(test_closed_loop)
{
    tro_world w;
    char buffer[512];
    tro_world_open(&w, "trophic: 1\noutcomes: {family: gaussian}\n"
                       "agents: [{name: a, start: 5, shares: {synthetic: 1}}]\n"
                       "network: {edges: [{from: a, to: a}]}\n");
    /* its start is a fixed point, one of many */
    ck_assert_int_eq(tro_cell_fixed_point(w.cell, &w.messages), TRO_OK);
    ck_assert_double_eq(w.cell->point.z[0], 5);
    ck_assert_int_eq(tro_cell_influences(w.cell, &w.messages), TRO_ESINGULAR);
    ck_assert_str_eq(tro_listed(&w.messages, buffer, sizeof buffer),
                     "I - J is singular: there is no fixed point, or there are many, and "
                     "influences are not defined");
    tro_world_close(&w);
}
END_TEST

/* Weights of zero bring nothing; edges side by side add up. */
START_TEST(test_edges_add_up)
{
    tro_world one, two;
    tro_workspace work;
    double z[2] = {1, 3}, a[2], b[2];
    static const char agents[] =
        "trophic: 1\noutcomes: {family: gaussian}\n"
        "agents:\n"
        "  - {name: a, reference: 0, public: {shift: 2}, shares: {synthetic: 0.5, curated: 0.5}}\n"
        "  - {name: b, reference: 0, shares: {real: 0.5, synthetic: 0.5}}\n"
        "network:\n  edges:\n";
    tro_world_open(&one, "%s    - {from: a, to: a, weight: 3}\n    - {from: b, to: a, weight: 1}\n"
                         "    - {from: a, to: b}\n", agents);
    tro_world_open(&two, "%s    - {from: a, to: a, weight: 1}\n    - {from: b, to: a, weight: 1}\n"
                         "    - {from: a, to: a, weight: 2}\n    - {from: b, to: b, weight: 0}\n"
                         "    - {from: a, to: b}\n    - {from: b, to: a, weight: 0}\n", agents);
    ck_assert_int_eq(tro_workspace_init(&work, one.eco), TRO_OK);
    tro_round_map(one.eco, &work, z, a);
    tro_workspace_release(&work);
    ck_assert_int_eq(tro_workspace_init(&work, two.eco), TRO_OK);
    tro_round_map(two.eco, &work, z, b);
    tro_workspace_release(&work);
    ck_assert_double_eq_tol(a[0], 0.5 * (0.75 + 0.75) + 0.5 * (0.75 * 3 + 0.75), 1e-15);
    ck_assert_double_lt(tro_away(2, a, b), 1e-15);
    tro_world_close(&one);
    tro_world_close(&two);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_shares_move, test_shares_move_errors, test_override_displaces,
        test_override_several_is_literal, test_override_spellings, test_override_convention,
        test_override_errors,
        test_lone_agent, test_closed_loop, test_edges_add_up};
    return TRO_RUN_TESTS("scenario shares", tests);
}
