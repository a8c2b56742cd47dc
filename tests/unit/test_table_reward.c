/* Reading rewards on finite outcomes, and every mistake. */
#include "table_support.h"

static void check_reward(const char *text, const double *values)
{
    const tro_reward *reward = reward_of(text);
    ck_assert_msg(tro_away(space.width, reward->values, values) < 1e-15, "%s", text);
    ck_assert(reward->dimension == 0 && !reward->linear && !reward->curvature);
}

static void refuse_reward(const char *text, const char *expected)
{
    const tro_reward *reward;
    ck_assert_int_eq(space.family->read_reward(&reader, &space, node_of(text, 1), &reward),
                     TRO_ESCENARIO);
    assert_said(expected);
}

START_TEST(test_reward_forms)
{
    open_space("{family: categorical, coordinates: {linspace: [-1, 1, 3]}}");
    check_reward("[1, -2, 3]", (double[]){1, -2, 3});
    check_reward("{values: [1, -2, 3]}", (double[]){1, -2, 3});
    check_reward("{linear: 2}", (double[]){-2, 0, 2});
    check_reward("{linear: 2, curvature: 1, centre: 1}", (double[]){-4, -0.5, 2});
    check_reward("{peak: {at: 1, width: 0.5, height: 2}}",
                 (double[]){2 * exp(-8), 2 * exp(-2), 2});
    check_reward("{peak: {at: 0, width: 1}}", (double[]){exp(-0.5), 1, exp(-0.5)});
    check_reward("{disc: {at: -1, radius: 1, slope: 2}}", (double[]){1, 1, -2});
    check_reward("{disc: {at: 1, radius: 0, height: 3, outside: -1}}", (double[]){-1, -1, 3});
    write_file("r\n-1\n0.5\n7\n");
    check_reward("{column: {file: x.csv, name: r}}", (double[]){-1, 0.5, 7});
    open_space("{family: categorical, coordinates: [[0, 0], [1, 3]]}");
    check_reward("{linear: [1, 2]}", (double[]){0, 7});
    check_reward("{curvature: [[2, 1], [1, 2]]}", (double[]){0, -13});
    check_reward("{peak: {at: [1, 1], width: 2}}", (double[]){exp(-0.25), exp(-0.5)});
    check_reward("{disc: {at: 0, radius: 1, outside: 4, slope: -3}}",
                 (double[]){1, 1 + 3 * sqrt(10)});
    /* on the edge, in all but the last digit */
    open_space("{family: categorical, coordinates: [[0.6, 0.8], [0.8000000000000004, 0.6], "
               "[0.8001, 0.6]]}");
    check_reward("{disc: {at: 0, radius: 1}}", (double[]){1, 1, 0});
}
END_TEST

START_TEST(test_rewards_forms)
{
    open_space("{family: conditional, prompts: 2, coordinates: [0, 1]}");
    check_reward("[1, 2]", (double[]){1, 2, 1, 2});
    check_reward("[[1, 2], [3, 4]]", (double[]){1, 2, 3, 4});
    check_reward("{values: [[1, 2], [3, 4]]}", (double[]){1, 2, 3, 4});
    check_reward("{linear: 3}", (double[]){0, 3, 0, 3});
    check_reward("{per-prompt: [{linear: 3}, [5, 6]]}", (double[]){0, 3, 5, 6});
    write_file("r\n-1\n0.5\n");
    check_reward("{column: {file: x.csv, name: r}}", (double[]){-1, 0.5, -1, 0.5});
    ck_assert_ptr_null(reward_of("[1, 2]")->prompts);
    ck_assert_double_eq(tro_away(2, reward_of("{values: [1, 2], prompts: [0.25, 0.75]}")->prompts,
                                 (double[]){0.25, 0.75}), 0);
    const tro_reward *reward;
    ck_assert_int_eq(space.family->read_reward(
                         &reader, &space, node_of("{linear: 1, prompts: [1, 3]}", 1), &reward),
                     TRO_OK);
    assert_said("1:25: note: the weights of the prompts sum to 4; they are scaled to sum to 1");
    ck_assert_double_eq(tro_away(2, reward->prompts, (double[]){0.25, 0.75}), 0);
}
END_TEST

#define WAYS "a reward is one of 'values', 'linear' with 'curvature' and 'centre', 'peak', " \
             "'disc', 'normal', 'uniform'"

START_TEST(test_reward_errors)
{
    open_space("{family: categorical, coordinates: {linspace: [-1, 1, 3]}}");
    refuse_reward("[1, 2]", "1:4: 2 rewards, but there are 3 outcomes");
    refuse_reward("1", "1:4: 1 reward, but there are 3 outcomes");
    refuse_reward("{values: [1, 2, 3, 4]}", "1:13: 4 rewards, but there are 3 outcomes");
    refuse_reward("[1, x, 3]", "1:8: values must be a number, found 'x'");
    refuse_reward("[1, inf, 3]", "1:8: values must be a finite number, found 'inf'");
    refuse_reward("{}", "1:4: " WAYS " and 'column', found none");
    refuse_reward("{values: [1, 2, 3], linear: 1}", "1:4: " WAYS " and 'column', found several");
    refuse_reward("{centre: 1}", "1:4: a reward needs 'linear' or 'curvature'");
    refuse_reward("{linear: [1, 2]}", "1:13: linear has 2 numbers, but the dimension is 1");
    refuse_reward("{curvature: 1e308, centre: 1e10}",
                  "1:4: the reward of outcome 0 (counted from 0) overflows");
    refuse_reward("{peak: {at: 1}}", "1:11: missing key 'width' in 'peak'");
    refuse_reward("{peak: {at: 1, width: 0}}",
                  "1:26: width must be above 0 (unit: coordinate), found '0'");
    refuse_reward("{peak: {at: [1, 2], width: 1}}",
                  "1:16: at has 2 numbers, but outcomes have 1 coordinate");
    refuse_reward("{disc: {at: 1}}", "1:11: missing key 'radius' in 'disc'");
    refuse_reward("{disc: {at: 1, radius: -1}}",
                  "1:27: radius must be at least 0 (unit: coordinate), found '-1'");
    refuse_reward("{disc: {at: [1, 2], radius: 1}}",
                  "1:16: at has 2 numbers, but outcomes have 1 coordinate");
    refuse_reward("{disc: {at: 1, radius: 1}, peak: {at: 1, width: 1}}",
                  "1:4: " WAYS " and 'column', found several");
    refuse_reward("{normal: -1}", "1:13: sd must be between 0 and 1e+100, found '-1'");
    refuse_reward("{normal: {mean: 1}}", "1:13: missing key 'sd' in 'normal'");
    refuse_reward("{uniform: [1, 0]}", "1:14: uniform is between two numbers, the smaller first");
    refuse_reward("{uniform: {between: 3}}",
                  "1:24: uniform is between two numbers, the smaller first");
    refuse_reward("{per-prompt: [[1, 2, 3]]}",
                  "1:5: unknown key 'per-prompt' in 'reward', valid keys are values, linear, "
                  "curvature, centre, peak, disc, normal, uniform, column");
    write_file("r\n-1\nhigh\n7\n");
    char expected[128];
    snprintf(expected, sizeof expected, "%s/x.csv:3:1: r must be a number, found 'high'", folder);
    refuse_reward("{column: {file: x.csv, name: r}}", expected);
    write_file("r\n-1\n7\n");
    refuse_reward("{column: {file: x.csv, name: r}}", "1:20: 'x.csv' has 2 rows below its "
                  "first line, but there are 3 outcomes");
    open_space("{family: categorical, outcomes: 3}");
    refuse_reward("{linear: 1, centre: 2}",
                  "1:13: 'linear' needs outcomes with coordinates, found only a number of them: "
                  "give 'coordinates' under 'outcomes'");
    refuse_reward("{curvature: 1}",
                  "1:16: 'curvature' needs outcomes with coordinates, found only a number of "
                  "them: give 'coordinates' under 'outcomes'");
    refuse_reward("{disc: {at: 1, radius: 1}}",
                  "1:11: 'disc' needs outcomes with coordinates, found only a number of them: give "
                  "'coordinates' under 'outcomes'");
    refuse_reward("{peak: {at: 1, width: 1}}",
                  "1:11: 'peak' needs outcomes with coordinates, found only a number of them: give "
                  "'coordinates' under 'outcomes'");
}
END_TEST

START_TEST(test_rewards_errors)
{
    open_space("{family: conditional, prompts: 2, coordinates: [0, 1]}");
    refuse_reward("[1, 2, 3]", "1:4: 3 rewards, but there are 2 outcomes");
    refuse_reward("[[1, 2]]", "1:4: 1 rows of 2 rewards, but there are 2 prompts and 2 outcomes");
    refuse_reward("{per-prompt: [[1, 2]]}",
                  "1:17: per-prompt must be a list of 2 rewards, one for each prompt, found 1");
    refuse_reward("{per-prompt: {linear: 1}}",
                  "1:17: per-prompt must be a list of 2 rewards, one for each prompt, found 1");
    refuse_reward("{per-prompt: [[1, 2, 3], {peak: 1}]}",
                  "1:18: 3 rewards, but there are 2 outcomes\n1:36: 'peak' must be a map, found "
                  "'1'");
    refuse_reward("{per-prompt: [[1, 2], [1, 2]], linear: 1}",
                  "1:4: " WAYS ", 'column' and 'per-prompt', found several");
    refuse_reward("{linear: 1, prompts: [1, 2, 3]}",
                  "1:25: 3 weights of prompts, but there are 2 prompts");
    refuse_reward("{linear: 1, prompts: [0, 0]}",
                  "1:25: the weights of the prompts are all 0: at least one must be above");
    refuse_reward("{prompts: [1, 1]}", "1:4: " WAYS ", 'column' and 'per-prompt', found none");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_reward_forms, test_rewards_forms, test_reward_errors,
                                  test_rewards_errors};
    return run_in_folder("table-reward", tests, sizeof tests / sizeof *tests);
}
