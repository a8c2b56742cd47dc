/* The installed interface, used as a program outside would: one header. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <trophic/trophic.h>

/* x <- 0.5 d + 0.5 (x + s): the fixed point is d + s, dJ/dlambda = s / 0.5
 * where lambda displaces synthetic data (Friedkin and Johnsen, one agent). */
static const char alone[] =
    "trophic: 1\n"
    "seed: 7\n"
    "outcomes: {family: gaussian}\n"
    "agents:\n"
    "  - {name: one, reference: 2, reward: {linear: 1}, public: {shift: 0.25},\n"
    "     shares: {real: 0.5, curated: 0.4}, displaces: synthetic}\n"
    "network: {edges: [{from: one, to: one}]}\n"
    "schedule: {synchronous: {rounds: 60}}\n";

static tro_cell *open_alone(const char *const *overrides, size_t count)
{
    tro_messages messages = {0};
    tro_cell *cell = NULL;
    ck_assert_int_eq(tro_cell_open_text("alone", alone, overrides, count, &cell, &messages),
                     TRO_OK);
    tro_messages_clear(&messages);
    return cell;
}

START_TEST(test_alone_questions)
{
    tro_cell *cell = open_alone(NULL, 0);
    double value, residual, shares[3], rate;
    const double *z;
    const char *sentence;
    int stable;
    ck_assert_uint_eq(tro_agent_count(cell), 1);
    ck_assert_uint_eq(tro_width(cell), 1);
    ck_assert_uint_eq(tro_seed(cell), 7);
    ck_assert_str_eq(tro_agent_name(cell, 0), "one");
    ck_assert_ptr_null(tro_agent_name(cell, 1));
    ck_assert_uint_eq(tro_agent_index(cell, "one"), 0);
    ck_assert_uint_eq(tro_agent_index(cell, "two"), SIZE_MAX);
    ck_assert_int_eq(tro_agent_shares(cell, 0, shares), TRO_OK);
    ck_assert_double_eq_tol(shares[1], 0.1, 1e-15);
    ck_assert_int_eq(tro_fixed_point_of(cell, &z, &residual, NULL), TRO_OK);
    ck_assert_double_eq_tol(z[0], 2 + 0.4 * 0.25 / 0.5, 1e-15);
    ck_assert_double_le(residual, 1e-15);
    ck_assert_int_eq(tro_alignment_of(cell, 0, &value, NULL), TRO_OK);
    ck_assert_double_eq(value, z[0]);
    ck_assert_int_eq(tro_influence(cell, 0, 0, &value, NULL), TRO_OK);
    ck_assert_double_eq_tol(value, 0.25 / 0.5, 1e-15);
    ck_assert_int_eq(tro_influence_within(cell, 0, 0, 0, &value, NULL), TRO_OK);
    ck_assert_double_eq_tol(value, 0.25, 1e-15);
    ck_assert_int_eq(tro_influence_within(cell, 0, 0, 1, &value, NULL), TRO_OK);
    ck_assert_double_eq_tol(value, 0.375, 1e-15);
    ck_assert_int_eq(tro_stability_of(cell, &rate, &stable, &sentence, NULL), TRO_OK);
    ck_assert_double_eq_tol(rate, 0.5, 1e-15);
    ck_assert_int_eq(stable, 1);
    ck_assert_ptr_nonnull(strstr(sentence, "synchronous"));
    tro_cell_close(cell);
}
END_TEST

START_TEST(test_alone_rounds)
{
    tro_cell *cell = open_alone(NULL, 0);
    tro_run *run;
    ck_assert_int_eq(tro_run_new(cell, 0, &run, NULL), TRO_OK);
    ck_assert_double_eq(tro_run_state(run)[0], 2);
    for (int t = 1; t <= 60; t++) {
        ck_assert_int_eq(tro_run_round(run, NULL), TRO_OK);
        ck_assert_double_eq(tro_run_time(run), t);
        ck_assert_double_eq_tol(tro_run_alignment(run, 0), 2.2 - 0.2 * pow(0.5, t), 1e-14);
    }
    ck_assert(isnan(tro_run_alignment(run, 1)));
    tro_run_free(run);
    tro_cell_close(cell);
}
END_TEST

START_TEST(test_alone_overridden)
{
    /* Displacing synthetic data, the curated share can reach 0.5. */
    static const char *const overrides[] = {"agents.one.shares.curated=0.5",
                                            "advance={sampled: 10}"};
    tro_cell *cell = open_alone(overrides, 2);
    double shares[3];
    tro_run *a, *b;
    ck_assert_int_eq(tro_agent_shares(cell, 0, shares), TRO_OK);
    ck_assert_double_eq(shares[1], 0);
    ck_assert_int_eq(tro_run_new(cell, 1, &a, NULL), TRO_OK);
    ck_assert_int_eq(tro_run_new(cell, 1, &b, NULL), TRO_OK);
    for (int t = 0; t < 5; t++) {
        ck_assert_int_eq(tro_run_round(a, NULL), TRO_OK);
        ck_assert_int_eq(tro_run_round(b, NULL), TRO_OK);
        ck_assert_double_eq(tro_run_state(a)[0], tro_run_state(b)[0]);
    }
    tro_run_free(a);
    tro_run_free(b);
    tro_cell_close(cell);
}
END_TEST

/* Which way the share can go: 0.4 of at most 0.5, none, all of it, and of an
 * agent that has nothing to curate. */
START_TEST(test_alone_sides)
{
    static const struct {
        const char *override;
        int falls, rises;
    } all[] = {{"agents.one.shares.curated=0.4", 1, 1}, {"agents.one.shares.curated=0", 0, 1},
               {"agents.one.shares.curated=0.5", 1, 0}, {"network.edges=[]", 0, 0}};
    static const char none[] = "agents.one.shares={real: 1}";
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        const char *overrides[] = {all[k].override, none};
        tro_cell *cell = open_alone(overrides, k == 3 ? 2 : 1);
        tro_messages messages = {0};
        double value;
        int falls = -1, rises = -1;
        ck_assert_int_eq(tro_influence_sides(cell, 0, &falls, &rises, NULL), TRO_OK);
        ck_assert_int_eq(falls, all[k].falls);
        ck_assert_int_eq(rises, all[k].rises);
        ck_assert_int_eq(tro_influence(cell, 0, 0, &value, NULL), TRO_OK);
        ck_assert_int_eq(isnan(value) != 0, !falls && !rises);
        ck_assert_int_eq(tro_influence_sides(cell, 1, &falls, &rises, &messages), TRO_EINVAL);
        tro_messages_clear(&messages);
        tro_cell_close(cell);
    }
}
END_TEST

/* Two rivals of weights 0.3 and 0.7 (as in the README): the matrix and the gradient of
 * both welfares against single influences and the README's numbers. */
START_TEST(test_rivals_matrix)
{
    static const char rivals[] =
        "trophic: 1\n"
        "outcomes: {family: gaussian}\n"
        "agents:\n"
        "  - {name: a, reference: 0, reward: {linear: 1}, public: {shift: 1}, displaces: real,\n"
        "     shares: {real: 0.5, curated: 0.5}}\n"
        "  - {name: b, reference: 0, reward: {linear: -1}, public: {shift: -1}, displaces: real,\n"
        "     shares: {real: 0.5, curated: 0.5}}\n"
        "network: {edges: [{from: a, to: a, weight: 0.3}, {from: b, to: a, weight: 0.7},\n"
        "                  {from: b, to: b, weight: 0.7}, {from: a, to: b, weight: 0.3}]}\n"
        "schedule: {synchronous: {rounds: 60}}\n";
    static const double expected[] = {-1.04, -0.56, 0.24, 1.36};
    static const char *const huge[] = {"agents.a.public.shift=1e200",
                                       "agents.a.reward.linear=1e200"};
    double values[4], by[2], welfare, value;
    tro_messages messages = {0};
    tro_cell *cell;
    ck_assert_int_eq(tro_cell_open_text("r", rivals, NULL, 0, &cell, &messages), TRO_OK);
    ck_assert_int_eq(tro_influences_of(cell, values, &messages), TRO_OK);
    for (size_t k = 0; k < 4; k++) {
        ck_assert_double_eq_tol(values[k], expected[k], 1e-14);
        ck_assert_int_eq(tro_influence(cell, k / 2, k % 2, &value, &messages), TRO_OK);
        ck_assert_double_eq_tol(values[k], value, 1e-15);
    }
    ck_assert_int_eq(tro_welfare_by_shares(cell, NULL, &welfare, by, &messages), TRO_OK);
    ck_assert_double_eq_tol(welfare, 0, 1e-15);
    ck_assert_double_eq_tol(by[0], -0.4, 1e-14);
    ck_assert_double_eq_tol(by[1], 0.4, 1e-14);
    ck_assert_int_eq(tro_welfare_by_shares(cell, (double[]){0, 3}, NULL, by, &messages), TRO_OK);
    ck_assert_double_eq_tol(by[0], 0.72, 1e-14);
    tro_cell_close(cell);
    /* An influence of 1e400 is none, and not infinite. */
    ck_assert_int_eq(tro_cell_open_text("r", rivals, huge, 2, &cell, &messages), TRO_OK);
    ck_assert_int_eq(tro_influences_of(cell, values, &messages), TRO_OK);
    ck_assert(isnan(values[0]) && isnan(values[1]) && isfinite(values[2]));
    ck_assert_int_eq(tro_influence(cell, 0, 0, &value, &messages), TRO_OK);
    ck_assert(isnan(value));
    ck_assert_int_eq(tro_influence_within(cell, 0, 0, 3, &value, &messages), TRO_OK);
    ck_assert(isnan(value));
    tro_cell_close(cell);
    ck_assert_uint_eq(messages.errors, 0);
    tro_messages_clear(&messages);
}
END_TEST

/* dJ/dlambda = s / 0.5: zero where the shift s is, whatever the share. */
START_TEST(test_alone_map)
{
    static const char x[] = "agents.one.public.shift=[-1, -0.5, 0.25, 1]";
    static const char y[] = "agents.one.shares.curated={linspace: [0.1, 0.5, 3]}";
    tro_messages messages = {0};
    tro_cell *cell = open_alone(NULL, 0);
    const tro_map_zero *zeros;
    tro_map *map;
    ck_assert_int_eq(tro_map_of(cell, "one", "one", NULL, x, y, &map, &messages), TRO_OK);
    ck_assert_uint_eq(tro_map_columns(map), 4);
    ck_assert_uint_eq(tro_map_rows(map), 3);
    ck_assert_double_eq(tro_map_x(map, 1), -0.5);
    ck_assert_double_eq(tro_map_y(map, 2), 0.5);
    ck_assert_double_eq_tol(tro_map_value(map, 2, 1), 0.5, 1e-14);
    ck_assert_str_eq(tro_map_status_at(map, 2, 1), "ok");
    ck_assert(isnan(tro_map_x(map, 4)) && isnan(tro_map_y(map, 3)));
    ck_assert(isnan(tro_map_value(map, 0, 3)));
    ck_assert_uint_eq(tro_map_lines(map), 1);
    ck_assert_uint_eq(tro_map_zeros(map, 0, &zeros), 3);
    for (size_t k = 0; k < 3; k++)
        ck_assert_double_eq_tol(zeros[k].x, 0, 1e-12);
    ck_assert_uint_eq(tro_map_zeros(map, 1, &zeros), 0);
    tro_map_free(map);
    ck_assert_int_eq(tro_map_of(cell, "one", NULL, NULL, x, y, &map, &messages), TRO_EINVAL);
    ck_assert_int_eq(tro_map_of(cell, "one", "one", NULL, x, x, &map, &messages), TRO_ESCENARIO);
    ck_assert_int_eq(tro_map_of(cell, "one", "one", NULL, x, "?", &map, &messages), TRO_EINVAL);
    ck_assert_ptr_null(map);
    ck_assert_int_eq(tro_map_of(cell, NULL, NULL, "{alignment: one}", x, y, &map, NULL), TRO_OK);
    ck_assert_double_eq_tol(tro_map_value(map, 2, 2), 2 + 0.5 * 0.25 / 0.5, 1e-14);
    tro_map_free(map);
    tro_messages_clear(&messages);
    tro_cell_close(cell);
}
END_TEST

START_TEST(test_open_errors)
{
    static const char *const nonsense[] = {"nonsense"};
    static const char *const excess[] = {"agents.one.shares.curated=0.7"};
    tro_messages messages = {0};
    tro_cell *cell;
    double value;
    ck_assert_int_eq(tro_cell_open("/nowhere/at-all.yaml", NULL, 0, &cell, &messages), TRO_EIO);
    ck_assert_ptr_null(cell);
    ck_assert_int_eq(tro_cell_open_text("t", alone, nonsense, 1, &cell, &messages), TRO_ESCENARIO);
    ck_assert_int_eq(tro_cell_open_text("t", alone, excess, 1, &cell, &messages), TRO_ESCENARIO);
    ck_assert_int_eq(tro_cell_open_text("t", "trophic: 2", NULL, 0, &cell, &messages),
                     TRO_ESCENARIO);
    ck_assert_uint_ge(messages.errors, 4);
    tro_messages_clear(&messages);
    cell = open_alone(NULL, 0);
    ck_assert_int_eq(tro_influence(cell, 0, 3, &value, &messages), TRO_EINVAL);
    ck_assert(isnan(value));
    ck_assert_str_eq(messages.items[0].text, "there is no agent 3: they are 0 to 0");
    ck_assert_int_eq(tro_influence_within(cell, 0, 0, 10001, &value, &messages), TRO_EINVAL);
    ck_assert(isnan(value));
    ck_assert_str_eq(messages.items[1].text, "walks of 10001 edges are too long: at most 10000, "
                                             "or SIZE_MAX for all, would be right");
    ck_assert_int_eq(tro_influence_within(cell, 0, 0, 10000, &value, NULL), TRO_OK);
    ck_assert_double_eq_tol(value, 0.5, 1e-15);
    tro_messages_clear(&messages);
    tro_cell_close(cell);
    tro_cell_close(NULL);
}
END_TEST

/* What a program forgot is a status, said or not. */
START_TEST(test_forgotten)
{
    tro_messages messages = {0};
    const char *overrides[] = {"seed=1", NULL};
    tro_cell *cell;
    tro_map *map;
    double value;
    ck_assert_int_eq(tro_cell_open(NULL, NULL, 0, &cell, &messages), TRO_EINVAL);
    ck_assert_int_eq(tro_cell_open_text("t", NULL, NULL, 0, &cell, NULL), TRO_EINVAL);
    ck_assert_int_eq(tro_cell_open_text("t", alone, NULL, 1, &cell, NULL), TRO_EINVAL);
    ck_assert_int_eq(tro_cell_open_text("t", alone, overrides, 2, &cell, NULL), TRO_EINVAL);
    ck_assert_int_eq(tro_cell_open_with(NULL, "t", NULL, 0, &cell, NULL), TRO_EINVAL);
    ck_assert_ptr_null(cell);
    ck_assert_uint_eq(messages.errors, 1);
    tro_messages_clear(&messages);
    ck_assert_int_eq(tro_cell_open_text(NULL, alone, NULL, 0, &cell, NULL), TRO_OK);
    ck_assert_uint_eq(tro_agent_index(cell, NULL), SIZE_MAX);
    ck_assert_int_eq(tro_influence(cell, 0, 9, &value, NULL), TRO_EINVAL);
    ck_assert_int_eq(tro_map_of(cell, "one", "one", NULL, NULL, "seed=[1, 2]", &map, NULL),
                     TRO_EINVAL);
    ck_assert_int_eq(tro_map_of(cell, "one", NULL, NULL, "seed=[1, 2]", "seed=[1, 2]", &map, NULL),
                     TRO_EINVAL);
    tro_cell_close(cell);
    tro_cell_close(NULL);
    tro_run_free(NULL);
    tro_map_free(NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("library");
    TCase *tests = tcase_create("library");
    tcase_add_test(tests, test_alone_questions);
    tcase_add_test(tests, test_alone_rounds);
    tcase_add_test(tests, test_alone_overridden);
    tcase_add_test(tests, test_alone_sides);
    tcase_add_test(tests, test_rivals_matrix);
    tcase_add_test(tests, test_alone_map);
    tcase_add_test(tests, test_open_errors);
    tcase_add_test(tests, test_forgotten);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
