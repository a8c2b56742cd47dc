/* Advice, comparisons and sweeps through the installed interface: one header. */
#include <check.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <trophic/trophic.h>

/* Three agents that are alike: x = d + lambda s / 0.5 in any network (lambda displaces
 * synthetic data). */
#define SCENARIO \
    "trophic: 1\n" \
    "seed: 7\n" \
    "outcomes: {family: gaussian}\n" \
    "agents:\n" \
    "  - {group: a, count: 3, reference: 2, reward: {linear: 1}, public: {shift: 0.25},\n" \
    "     shares: {real: 0.5, curated: 0.4}, displaces: synthetic}\n" \
    "network: {generator: {ring: {self: 1}}}\n" \
    "schedule: {synchronous: {rounds: 200, tolerance: 1.0e-12}}\n"

static const char plain[] = SCENARIO;
static const char whole[] = SCENARIO
    "advice: {goal: mean, allow: [agents.a.shares.curated]}\n"
    "compare:\n"
    "  topologies: {circle: {ring: {self: 1}}, all: {complete: {self: 2}}}\n"
    "  replicates: 2\n"
    "  rank-by: worst-backfire\n"
    "sweep:\n"
    "  vary: {agents.a.shares.curated: [0.1, 0.2, 0.5], network.judge: {options: [producer, "
    "consumer]}}\n"
    "  outputs: {J: {alignment: a-1}, course: {alignment-by-round: {agent: a-1, rounds: 2}}}\n"
    "  replicates: 2\n";

static tro_messages messages;

static tro_cell *open_text(const char *text, const char *override)
{
    tro_cell *cell = NULL;
    int status = tro_cell_open_text("text", text, &override, override ? 1 : 0, &cell, &messages);
    ck_assert_msg(status == TRO_OK, "%s", messages.count ? messages.items[0].text : "?");
    return cell;
}

static void tear_down(void)
{
    tro_messages_clear(&messages);
}

static const char *last(void)
{
    return messages.count ? messages.items[messages.count - 1].text : "";
}

START_TEST(test_advice)
{
    tro_cell *cell = open_text(whole, NULL);
    tro_advice *advice;
    const char *why;
    double value;
    ck_assert_int_eq(tro_advice_of(cell, &advice, &messages), TRO_OK);
    ck_assert_int_eq(tro_advice_outcome_of(advice), TRO_ADVICE_FOUND);
    ck_assert_msg(tro_advice_confirmed(advice, &why), "%s", why);
    ck_assert_double_eq_tol(tro_advice_before(advice), 2.2, 1e-12);
    ck_assert_double_eq_tol(tro_advice_after(advice), 2.25, 1e-9);
    ck_assert_double_eq_tol(tro_advice_cost(advice), 0.1, 1e-9);
    ck_assert_uint_eq(tro_advice_change_count(advice), 1);
    ck_assert_ptr_null(tro_advice_change(advice, 1));
    ck_assert_int_eq(tro_alignment_of(tro_advice_cell(advice), 2, &value, &messages), TRO_OK);
    ck_assert_double_eq_tol(value, 2.25, 1e-9);
    /* what it says is what an override takes */
    tro_cell *changed = open_text(plain, tro_advice_change(advice, 0));
    ck_assert_int_eq(tro_alignment_of(changed, 0, &value, &messages), TRO_OK);
    ck_assert_double_eq_tol(value, tro_advice_after(advice), 1e-12);
    tro_cell_close(changed);
    tro_advice_free(advice);
    tro_cell_close(cell);
}
END_TEST

START_TEST(test_comparison)
{
    tro_cell *cell = open_text(whole, NULL);
    tro_comparison *c;
    double value, lower, upper;
    ck_assert_int_eq(tro_comparison_of(cell, &c, &messages), TRO_OK);
    ck_assert_uint_eq(tro_comparison_topologies(c), 2);
    ck_assert_uint_eq(tro_comparison_replicates(c), 2);
    ck_assert_str_eq(tro_comparison_topology(c, 1), "all");
    ck_assert_ptr_null(tro_comparison_topology(c, 2));
    size_t alignment = tro_comparison_outcome("alignment");
    size_t worst = tro_comparison_outcome("worst-backfire");
    ck_assert_uint_eq(tro_comparison_outcome("alinment"), SIZE_MAX);
    ck_assert_str_eq(tro_comparison_outcome_name(worst), "worst-backfire");
    ck_assert_str_eq(tro_comparison_unit(c, alignment), "reward");
    ck_assert_ptr_null(tro_comparison_outcome_name(99));
    for (size_t t = 0; t < 2; t++) {
        ck_assert_str_eq(tro_comparison_status(c, t, 1), "ok");
        ck_assert_uint_eq(tro_comparison_settled(c, t), 2);
        ck_assert_double_eq_tol(tro_comparison_mean(c, t, alignment), 2.2, 1e-12);
        tro_comparison_interval(c, t, alignment, &lower, &upper);
        ck_assert(lower <= 2.2 + 1e-12 && upper >= 2.2 - 1e-12);
    }
    /* the other network, asked for on its own */
    tro_cell *all = open_text(plain, "network={generator: {complete: {self: 2}}}");
    ck_assert_int_eq(tro_influence(all, 0, 0, &value, &messages), TRO_OK);
    ck_assert_double_eq_tol(tro_comparison_value(c, 1, 0, worst), value, 1e-12);
    ck_assert_double_gt(fabs(tro_comparison_value(c, 0, 0, worst) - value), 1e-3);
    size_t best = tro_comparison_value(c, 0, 0, worst) > value ? 0 : 1;
    ck_assert_uint_eq(tro_comparison_ranked(c, 0), best);
    ck_assert_uint_eq(tro_comparison_ranked(c, 1), 1 - best);
    ck_assert_uint_eq(tro_comparison_ranked(c, 2), SIZE_MAX);
    ck_assert_double_nan(tro_comparison_value(c, 2, 0, worst));
    ck_assert_double_nan(tro_comparison_value(c, 0, 0, 99));
    ck_assert_double_nan(tro_comparison_mean(c, 0, 99));
    tro_cell_close(all);
    tro_comparison_free(c);
    tro_cell_close(cell);
}
END_TEST

START_TEST(test_sweep)
{
    tro_cell *cell = open_text(whole, NULL);
    tro_swept *swept;
    static const double shares[] = {0.1, 0.2, 0.5};
    ck_assert_int_eq(tro_swept_new(cell, &swept, &messages), TRO_OK);
    ck_assert_str_eq(tro_swept_status(swept), "none");
    ck_assert_double_nan(tro_swept_value(swept, 0, 0));
    ck_assert_uint_eq(tro_swept_cells(swept), 3 * 2 * 2);
    ck_assert_uint_eq(tro_swept_axes(swept), 2);
    ck_assert_uint_eq(tro_swept_columns(swept), 2);
    ck_assert_uint_eq(tro_swept_components(swept), 3);
    ck_assert_uint_eq(tro_swept_column(swept, "course"), 1);
    ck_assert_uint_eq(tro_swept_column(swept, "K"), SIZE_MAX);
    ck_assert_str_eq(tro_swept_column_name(swept, 0), "J");
    ck_assert_str_eq(tro_swept_axis_name(swept, 1), "network.judge");
    for (size_t n = 12; n-- > 0;) {
        ck_assert_int_eq(tro_swept_run(swept, n, &messages), TRO_OK);
        ck_assert_str_eq(tro_swept_status(swept), "ok");
        ck_assert_double_eq(tro_swept_at(swept, n, 0), shares[n / 4]);
        ck_assert_str_eq(tro_swept_word_at(swept, n, 1), n / 2 % 2 ? "consumer" : "producer");
        ck_assert_double_nan(tro_swept_at(swept, n, 1));
        ck_assert_ptr_null(tro_swept_word_at(swept, n, 0));
        ck_assert_double_eq_tol(tro_swept_value(swept, 0, 0), 2 + shares[n / 4] / 2, 1e-12);
        ck_assert_double_eq_tol(tro_swept_value(swept, 1, 0), 2, 1e-12);
        ck_assert_double_eq_tol(tro_swept_value(swept, 1, 1), 2 + shares[n / 4] / 4, 1e-12);
        ck_assert_double_nan(tro_swept_error(swept, 1, 2));
        ck_assert_double_nan(tro_swept_value(swept, 1, 3));
    }
    ck_assert_uint_eq(tro_swept_seed(swept, 0), 7);
    ck_assert_uint_ne(tro_swept_seed(swept, 1), 7);
    ck_assert_uint_eq(tro_swept_seed(swept, 1), tro_swept_seed(swept, 3));
    ck_assert_int_eq(tro_swept_run(swept, 12, &messages), TRO_EINVAL);
    tro_swept_free(swept);
    tro_cell_close(cell);
}
END_TEST

START_TEST(test_searches_errors)
{
    tro_cell *cell = open_text(plain, NULL);
    tro_advice *advice;
    tro_comparison *comparison;
    tro_swept *swept;
    ck_assert_int_lt(tro_advice_of(cell, &advice, &messages), 0);
    ck_assert_ptr_null(advice);
    ck_assert_ptr_nonnull(strstr(last(), "goal"));
    ck_assert_int_lt(tro_comparison_of(cell, &comparison, &messages), 0);
    ck_assert_ptr_null(comparison);
    ck_assert_ptr_nonnull(strstr(last(), "topologies"));
    ck_assert_int_eq(tro_swept_new(cell, &swept, &messages), TRO_ESCENARIO);
    ck_assert_ptr_null(swept);
    ck_assert_ptr_nonnull(strstr(last(), "sweep"));
    tro_cell_close(cell);
    cell = open_text(whole, "compare.topologies={x: {ring: {reach: 9}}}");
    ck_assert_int_eq(tro_comparison_of(cell, &comparison, &messages), TRO_ESCENARIO);
    tro_cell_close(cell);
    cell = open_text(whole, "sweep.outputs={J: {alignment: nobody}}");
    ck_assert_int_eq(tro_swept_new(cell, &swept, &messages), TRO_ESCENARIO);
    tro_cell_close(cell);
    /* nothing comes to rest: a status in a sweep, no advice */
    cell = open_text(whole, "agents.a.shares={real: 0, synthetic: 0.6, curated: 0.4}");
    ck_assert_int_lt(tro_advice_of(cell, &advice, NULL), 0);
    tro_advice_free(NULL);
    tro_comparison_free(NULL);
    tro_swept_free(NULL);
    tro_cell_close(cell);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("library_searches");
    TCase *tests = tcase_create("library_searches");
    tcase_add_checked_fixture(tests, NULL, tear_down);
    tcase_add_test(tests, test_advice);
    tcase_add_test(tests, test_comparison);
    tcase_add_test(tests, test_sweep);
    tcase_add_test(tests, test_searches_errors);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
