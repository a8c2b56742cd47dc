/* Reading finite outcomes: spaces, laws and starts, and every mistake. */
#include "table_support.h"

/* --- outcomes ---------------------------------------------------------------- */

START_TEST(test_outcomes_forms)
{
    open_space("{family: categorical, coordinates: {linspace: [-2, 2, 5]}}");
    ck_assert(space.width == 5 && space.blocks == 1 && space.outcomes == 5);
    ck_assert_uint_eq(space.coordinates, 1);
    ck_assert_double_eq(tro_away(5, space.points, (double[]){-2, -1, 0, 1, 2}), 0);
    ck_assert(!space.spread && !tro_finite_of(&space)->labels && !tro_finite_of(&space)->stay);
    open_space("{family: categorical, labels: [warm, cool], coordinates: [[1, 2, 3], [4, 5, 6]]}");
    ck_assert(space.width == 2 && space.coordinates == 3);
    ck_assert_double_eq(tro_away(6, space.points, (double[]){1, 2, 3, 4, 5, 6}), 0);
    ck_assert_str_eq(tro_finite_of(&space)->labels[1], "cool");
    open_space("{family: categorical, outcomes: 5}");
    ck_assert(space.width == 5 && space.coordinates == 0 && !space.points);
    open_space("{family: categorical, outcomes: 2, labels: [a, b], coordinates: [0, 0]}");
    ck_assert_uint_eq(space.width, 2);
    open_space("{family: categorical, coordinates: {grid: [{linspace: [0, 1, 2]}, [5, 6, 8]]}}");
    ck_assert(space.width == 6 && space.coordinates == 2);
    ck_assert_double_eq(tro_away(12, space.points,
                                 (double[]){0, 5, 0, 6, 0, 8, 1, 5, 1, 6, 1, 8}), 0);
    open_space("{family: categorical, coordinates: {grid: [[1, 2], 3, [4, 5]]}}");
    ck_assert(space.width == 4 && space.coordinates == 3);
    ck_assert_double_eq(tro_away(12, space.points,
                                 (double[]){1, 3, 4, 1, 3, 5, 2, 3, 4, 2, 3, 5}), 0);
    open_space("{family: conditional, prompts: [ask, tell, sing], labels: [a, b]}");
    ck_assert(space.width == 6 && space.blocks == 3 && space.outcomes == 2);
    ck_assert_str_eq(tro_finite_of(&space)->prompts[2], "sing");
    open_space("{family: conditional, prompts: 3, outcomes: 2}");
    ck_assert(space.width == 6 && !tro_finite_of(&space)->prompts);
}
END_TEST

#define STAY "{family: conditional, outcomes: 2, prompt-marginals: stay, "

START_TEST(test_spill_forms)
{
    open_space(STAY "prompts: 3}");
    ck_assert(tro_finite_of(&space)->stay && !tro_finite_of(&space)->spill);
    ck_assert_double_eq(tro_finite_of(&space)->even_spill, 0);
    open_space(STAY "prompts: 3, spill: 0.2}");
    ck_assert(tro_finite_of(&space)->even_spill == 0.2 && !tro_finite_of(&space)->spill);
    open_space(STAY "prompts: 2, spill: [[1, 0], [0.25, 0.75]]}");
    ck_assert_double_eq(tro_away(4, tro_finite_of(&space)->spill,
                                 (double[]){1, 0, 0.25, 0.75}), 0);
    close_all();
    ck_assert_int_eq(read_space("{family: conditional, prompts: 2, outcomes: 2, "
                                "prompt-marginals: stay, spill: [[3, 0], [1, 3]]}"), TRO_OK);
    assert_said("1:82: note: the rows of 'spill' are scaled to sum to 1");
    ck_assert_double_eq(tro_away(4, tro_finite_of(&space)->spill,
                                 (double[]){1, 0, 0.25, 0.75}), 0);
}
END_TEST

static void refuse_space(const char *text, const char *expected)
{
    close_all();
    ck_assert_int_eq(read_space(text), TRO_ESCENARIO);
    assert_said(expected);
}

START_TEST(test_outcomes_errors)
{
    refuse_space("{family: categorical}", "1:4: finite outcomes need 'coordinates', 'labels' or "
                                          "how many 'outcomes' there are");
    refuse_space("{family: categorical, labels: []}",
                 "1:4: finite outcomes need 'coordinates', 'labels' or how many 'outcomes' there "
                 "are");
    refuse_space("{family: categorical, outcomes: 3, labels: [a, b]}",
                 "1:47: 2 labels, but there are 3 outcomes");
    refuse_space("{family: categorical, outcomes: 3, coordinates: [1, 2]}",
                 "1:52: 2 coordinates, but there are 3 outcomes");
    refuse_space("{family: categorical, labels: [a, b], coordinates: [1, 2, 3]}",
                 "1:34: 2 labels, but there are 3 coordinates");
    refuse_space("{family: categorical, labels: [a, b, a, b]}",
                 "1:41: two outcomes are called 'a'\n1:44: two outcomes are called 'b'");
    refuse_space("{family: categorical, labels: [a, {b: 1}]}",
                 "1:38: labels must be a text, found a map");
    refuse_space("{family: categorical, outcomes: 0}",
                 "1:36: outcomes must be between 1 and 10000000, found '0'");
    refuse_space("{family: categorical, coordinates: [1, inf]}",
                 "1:43: coordinates must be a finite number, found 'inf'");
    refuse_space("{family: categorical, coordinates: [[1, 2], [3]]}",
                 "1:48: row 2 of coordinates must have 2 numbers like the first, found 1");
    refuse_space("{family: categorical, coordinates: {grid: 3}}",
                 "1:46: grid is a list of axes, each a list of numbers or {linspace: [first, last, "
                 "count]}");
    refuse_space("{family: categorical, coordinates: {grid: []}}",
                 "1:46: grid is a list of axes, each a list of numbers or {linspace: [first, last, "
                 "count]}");
    refuse_space("{family: categorical, coordinates: {grid: [[1, x], [2, inf]]}}",
                 "1:51: grid must be a number, found 'x'\n"
                 "1:59: grid must be a finite number, found 'inf'");
    refuse_space("{family: categorical, coordinates: {grid: [[1]], at-most: 3}}",
                 "1:53: unknown key 'at-most' in 'coordinates', valid keys are grid");
    refuse_space("{family: categorical, coordinates: {grid: [{linspace: [0, 1, 5000]}, "
                 "{linspace: [0, 1, 5000]}]}}",
                 "1:46: the grid has too many points: at most 10000000 outcomes");
    refuse_space("{family: categorical, coordinates: far}",
                 "1:39: coordinates must be a list of numbers, found 'far'");
    refuse_space("{family: categorical, outcomes: 2, prompts: 2}",
                 "1:39: unknown key 'prompts' in 'categorical', valid keys are family, "
                 "coordinates, labels, outcomes");
}
END_TEST

START_TEST(test_prompts_errors)
{
    refuse_space("{family: conditional, outcomes: 2}", "1:4: missing key 'prompts' in "
                                                       "'conditional'");
    refuse_space("{family: conditional, outcomes: 2, prompts: ask}",
                 "1:48: prompts must be a list of names, or how many there are");
    refuse_space("{family: conditional, outcomes: 2, prompts: []}",
                 "1:48: prompts must be a list of names, or how many there are");
    refuse_space("{family: conditional, outcomes: 2, prompts: 1.5}",
                 "1:48: prompts must be a whole number, found '1.5'");
    refuse_space("{family: conditional, outcomes: 2, prompts: [a, a]}",
                 "1:52: two prompts are called 'a'");
    refuse_space("{family: conditional, outcomes: 5000000, prompts: 3}",
                 "1:4: 3 prompts times 5000000 outcomes are too many: at most 10000000 "
                 "probabilities");
    refuse_space("{family: conditional, outcomes: 2, prompts: 2, prompt-marginals: go}",
                 "1:69: prompt-marginals must be one of travel, stay, found 'go'");
    refuse_space("{family: conditional, outcomes: 2, prompts: 2, spill: 0.1}",
                 "1:58: 'spill' goes with 'prompt-marginals: stay': where prompts travel, outputs "
                 "keep theirs");
    refuse_space(STAY "prompts: 2, spill: 1.1}",
                 "1:82: spill must be between 0 and 1, or a matrix, found '1.1'");
    refuse_space(STAY "prompts: 2, spill: much}", "1:82: spill must be a number, found 'much'");
    refuse_space(STAY "prompts: 1, spill: 0.5}", "1:82: one prompt has no other to spill to");
    refuse_space(STAY "prompts: 2, spill: [[1, 0]]}",
                 "1:82: spill has 1 rows and 2 columns, a 2x2 matrix would be right");
    refuse_space(STAY "prompts: 2, spill: [[1, -1], [0, 0]]}",
                 "1:87: spill must be at least 0, found '-1'\n"
                 "1:92: row 2 of 'spill' is all 0: at least one entry must be above");
}
END_TEST

/* --- laws ------------------------------------------------------------------------ */

static void check_law(const char *text, const double *expected, double tolerance,
                      const char *said)
{
    double z[CELLS];
    int status = read_law(text, z);
    assert_said(said);
    ck_assert_int_eq(status, TRO_OK);
    ck_assert_msg(tro_away(space.width, z, expected) <= tolerance, "%s: off by %g", text,
                  tro_away(space.width, z, expected));
}

static void refuse_law(const char *text, const char *expected)
{
    double z[CELLS];
    ck_assert_int_eq(read_law(text, z), TRO_ESCENARIO);
    assert_said(expected);
}

START_TEST(test_law_forms)
{
    double normal[5], sum = 0;
    open_space("{family: categorical, coordinates: {linspace: [-2, 2, 5]}}");
    check_law("[0.1, 0.2, 0.3, 0.4, 0]", (double[]){0.1, 0.2, 0.3, 0.4, 0}, 1e-16, "");
    check_law("{probabilities: [0.25, 0.25, 0.5, 0, 0]}", (double[]){0.25, 0.25, 0.5, 0, 0}, 0,
              "");
    check_law("[1, 2, 3, 4, 0]", (double[]){0.1, 0.2, 0.3, 0.4, 0}, 1e-16,
              "1:4: note: the probabilities sum to 10; they are scaled to sum to 1");
    check_law("[0.1, 0.2, 0.3, 0.4, 1e-10]", (double[]){0.1, 0.2, 0.3, 0.4, 1e-10}, 1e-10, "");
    check_law("[1e308, 1e308, 1e308, 1e308, 0]", (double[]){0.25, 0.25, 0.25, 0.25, 0}, 0,
              "1:4: note: the probabilities sum to inf; they are scaled to sum to 1");
    check_law("uniform", (double[]){0.2, 0.2, 0.2, 0.2, 0.2}, 0, "");
    check_law("{probabilities: uniform}", (double[]){0.2, 0.2, 0.2, 0.2, 0.2}, 0, "");
    check_law("{point: 3}", (double[]){0, 0, 0, 1, 0}, 0, "");
    double zipf[5] = {1, pow(2, -1.5), pow(3, -1.5), pow(4, -1.5), pow(5, -1.5)}, all = 0;
    for (int k = 0; k < 5; k++)
        all += zipf[k];
    for (int k = 0; k < 5; k++)
        zipf[k] /= all;
    check_law("{zipf: 1.5}", zipf, 1e-15, "");
    check_law("{zipf: 0}", (double[]){0.2, 0.2, 0.2, 0.2, 0.2}, 1e-15, "");
    for (int k = 0; k < 5; k++)
        sum += normal[k] = exp(-(k - 2.5) * (k - 2.5) / (2 * 0.36));
    for (int k = 0; k < 5; k++)
        normal[k] /= sum;
    check_law("{normal: {mean: 0.5, sd: 0.6}}", normal, 1e-15, "");
    check_law("{normal: {mean: 1000, sd: 0.1}}", (double[]){0, 0, 0, 0, 1}, 0, "");
    write_file("x,p\n1,0.5\n2,0\n3,0.25\n4,0.25\n5,0\n");
    check_law("{column: {file: x.csv, name: p}}", (double[]){0.5, 0, 0.25, 0.25, 0}, 0, "");
    check_law("{column: {file: x.csv, name: x}}",
              (double[]){1. / 15, 2. / 15, 0.2, 4. / 15, 1. / 3}, 1e-16,
              "1:13: note: the probabilities sum to 15; they are scaled to sum to 1");
    open_space("{family: categorical, labels: [2, warm, 0]}");
    check_law("{point: warm}", (double[]){0, 1, 0}, 0, "");
    check_law("{point: 0}", (double[]){0, 0, 1}, 0, ""); /* a label before all */
    open_space("{family: categorical, coordinates: [[0, 0], [1, 3]]}");
    sum = 1 + exp(-0.5 * (1 + 9 / 4.));
    check_law("{normal: {mean: 0, sd: [1, 2]}}", (double[]){1 / sum, 1 - 1 / sum}, 1e-15, "");
}
END_TEST

START_TEST(test_law_errors)
{
    open_space("{family: categorical, coordinates: {linspace: [-1, 1, 3]}}");
    refuse_law("[0.5, -0.5, 1]", "1:10: probabilities must be at least 0, found '-0.5'");
    refuse_law("[0.5, nan, 1]", "1:10: probabilities must be a number, found 'nan'");
    refuse_law("[0.5, inf, 1]", "1:10: probabilities must be a finite number, found 'inf'");
    refuse_law("[0.5, 0.5]", "1:4: 2 probabilities, but there are 3 outcomes");
    refuse_law("1", "1:4: 1 probabilities, but there are 3 outcomes");
    refuse_law("[0, 0, 0]", "1:4: the probabilities are all 0: at least one must be above");
    refuse_law("unifrom", "1:4: a law must be 'uniform', a list of probabilities or a map, found "
                          "'unifrom' (did you mean 'uniform'?)");
    refuse_law("gaussian", "1:4: a law must be 'uniform', a list of probabilities or a map, found "
                           "'gaussian'");
    refuse_law("{}", "1:4: a law is one of 'probabilities', 'normal', 'column', 'point', "
                     "'dirichlet' and 'zipf', found none");
    refuse_law("{point: 1, normal: {mean: 0, sd: 1}}",
               "1:4: a law is one of 'probabilities', 'normal', 'column', 'point', "
               "'dirichlet' and 'zipf', found several");
    refuse_law("{pont: 1}", "1:5: unknown key 'pont' in 'law' (did you mean 'point'?)");
    refuse_law("{point: 3}", "1:12: there is no outcome '3': outcomes without labels are numbered "
                             "from 0 to 2");
    refuse_law("{point: -1}", "1:12: there is no outcome '-1': outcomes without labels are "
                              "numbered from 0 to 2");
    refuse_law("{normal: {mean: 0}}", "1:13: missing key 'sd' in 'normal'");
    refuse_law("{normal: {mean: 0, sd: 0}}",
               "1:27: sd must be above 0 (unit: coordinate), found '0'");
    refuse_law("{normal: {mean: [0, 1], sd: 1}}",
               "1:20: mean has 2 numbers, but outcomes have 1 coordinate");
    refuse_law("{normal: {mean: 0, sd: [1, 2]}}",
               "1:27: sd has 2 numbers, but outcomes have 1 coordinate");
    refuse_law("{normal: {mean: 1e200, sd: 1}}",
               "1:13: every outcome is too far from this normal law to have a probability");
    write_file("x,p\n1,0.5\n2,-1\n3,y\n");
    refuse_law("{column: {file: x.csv, name: q}}", "1:33: 'x.csv' has no column 'q', only x, p");
    refuse_law("{column: {file: z.csv, name: q}}", "1:20: cannot read 'z.csv': no such file");
    refuse_law("{column: x.csv}", "1:13: 'column' must be a map, found 'x.csv'");
    write_file("x,p\n1,0.5\n2,1\n");
    refuse_law("{column: {file: x.csv, name: p}}",
               "1:20: 'x.csv' has 2 rows below its first line, but there are 3 outcomes");
    refuse_law("{probabilities: unifrom}",
               "1:20: a law must be 'uniform', a list of probabilities or a map, found 'unifrom' "
               "(did you mean 'uniform'?)");
    refuse_law("{probabilities: uniform, point: 1}",
               "1:4: a law is one of 'probabilities', 'normal', 'column', 'point', "
               "'dirichlet' and 'zipf', found several");
    refuse_law("{dirichlet: 0}",
               "1:16: concentration must be between 1e-09 and 1e+15, found '0'");
    refuse_law("{dirichlet: [1, 2]}", "1:16: 2 concentrations, but there are 3 outcomes");
    refuse_law("{dirichlet: {name: a}}", "1:16: missing key 'concentration' in 'dirichlet'");
    open_space("{family: categorical, labels: [warm, neutral, cool]}");
    refuse_law("{point: wram}", "1:12: no outcome is called 'wram' (did you mean 'warm'?)");
    refuse_law("{point: 1}", "1:12: no outcome is called '1'");
    refuse_law("{normal: {mean: 0, sd: 1}}",
               "1:13: 'normal' needs outcomes with coordinates, found only labels: give "
               "'coordinates' under 'outcomes'");
}
END_TEST

START_TEST(test_joint_law_forms)
{
    open_space("{family: conditional, prompts: [ask, tell], labels: [a, b, c]}");
    check_law("[[0.25, 0, 0.25], [0, 0.5, 0]]", (double[]){0.25, 0, 0.25, 0, 0.5, 0}, 0, "");
    check_law("{joint: [[1, 0, 1], [0, 2, 0]]}", (double[]){0.25, 0, 0.25, 0, 0.5, 0}, 0,
              "1:12: note: the probabilities sum to 4; they are scaled to sum to 1");
    check_law("[[0, 0, 0], [0, 0.5, 0.5]]", (double[]){0, 0, 0, 0, 0.5, 0.5}, 0, "");
    check_law("uniform", (double[]){1. / 6, 1. / 6, 1. / 6, 1. / 6, 1. / 6, 1. / 6}, 0, "");
    check_law("{given: uniform}", (double[]){1. / 6, 1. / 6, 1. / 6, 1. / 6, 1. / 6, 1. / 6},
              1e-16, "");
    check_law("{prompts: [0.25, 0.75], given: [0.5, 0, 0.5]}",
              (double[]){0.125, 0, 0.125, 0.375, 0, 0.375}, 0, "");
    check_law("{prompts: [1, 3], given: [{point: c}, [0.5, 0, 0.5]]}",
              (double[]){0, 0, 0.25, 0.375, 0, 0.375}, 0,
              "1:14: note: the weights of the prompts sum to 4; they are scaled to sum to 1");
    check_law("{given: [uniform, [1, 0, 0]]}",
              (double[]){1. / 6, 1. / 6, 1. / 6, 0.5, 0, 0}, 1e-16, "");
    write_file("p,q\n0,0.5\n1,0.5\n0,0\n");
    check_law("{given: [{column: {file: x.csv, name: p}}, {column: {file: x.csv, name: q}}]}",
              (double[]){0, 0.5, 0, 0.25, 0.25, 0}, 0, "");
}
END_TEST

START_TEST(test_joint_law_errors)
{
    open_space("{family: conditional, prompts: [ask, tell], labels: [a, b, c]}");
    refuse_law("[[1, 0, 0]]", "1:4: the law has 1 rows of 3 probabilities, but there are 2 prompts "
                              "and 3 outcomes");
    refuse_law("{joint: [[1, 0], [0, 1]]}", "1:12: the law has 2 rows of 2 probabilities, but "
                                            "there are 2 prompts and 3 outcomes");
    refuse_law("[[1, 0, 0], [0, 1]]",
               "1:16: row 2 of joint must have 3 numbers like the first, found 2");
    refuse_law("[[1, 0, 0], [0, -1, 0]]", "1:20: joint must be at least 0, found '-1'");
    refuse_law("[[0, 0, 0], [0, 0, 0]]",
               "1:4: the probabilities are all 0: at least one must be above");
    refuse_law("[0.5, 0.5]", "1:5: joint must be a list of rows, each a list of numbers, found "
                             "'0.5'\n1:10: joint must be a list of rows, each a list of numbers, "
                             "found '0.5'");
    refuse_law("{prompts: [1, 0]}", "1:4: a law is 'joint', or 'given' with or without 'prompts', "
                                    "found neither");
    refuse_law("{joint: [[1, 0, 0], [0, 0, 0]], given: uniform}",
               "1:4: a law is 'joint', or 'given' with or without 'prompts', found both");
    refuse_law("{joint: [[1, 0, 0], [0, 0, 0]], prompts: [1, 0]}",
               "1:45: 'prompts' goes with 'given': a joint law says how likely prompts are");
    refuse_law("{prompts: [0.5, 0.25, 0.25], given: uniform}",
               "1:14: 3 weights of prompts, but there are 2 prompts");
    refuse_law("{prompts: [0, 0], given: uniform}",
               "1:14: the weights of the prompts are all 0: at least one must be above");
    refuse_law("{prompts: [1, -1], given: uniform}",
               "1:18: prompts must be at least 0, found '-1'");
    refuse_law("{given: [uniform]}", "1:12: 1 laws given the prompt, but there are 2 prompts");
    refuse_law("{given: [[1, 0], {point: d}]}", "1:13: 2 probabilities, but there are 3 outcomes\n"
                                                "1:29: no outcome is called 'd'");
    refuse_law("{given: {joint: 1}}",
               "1:13: unknown key 'joint' in 'law' (did you mean 'point'?)");
}
END_TEST

/* --- starts ------------------------------------------------------------------------ */

static int read_start(const char *text, tro_start *out)
{
    return space.family->read_start(&reader, &space, node_of(text, 1), out);
}

START_TEST(test_start_forms)
{
    double z[6], release[2];
    tro_start start = {.z = z, .release = release};
    open_space("{family: conditional, prompts: 2, outcomes: 3}");
    ck_assert_int_eq(read_start("{prompts: [0.25, 0.75], given: [0.5, 0, 0.5]}", &start), TRO_OK);
    ck_assert_int_eq(start.has_release, 0);
    ck_assert_double_eq(tro_away(6, z, (double[]){0.125, 0, 0.125, 0.375, 0, 0.375}), 0);
    open_space("{family: conditional, prompts: 2, outcomes: 3, prompt-marginals: stay}");
    ck_assert_int_eq(read_start("{prompts: [0.25, 0.75], given: [[0.5, 0, 0.5], [0, 1, 0]]}",
                                &start), TRO_OK);
    ck_assert_int_eq(start.has_release, 1);
    ck_assert_double_eq(tro_away(6, z, (double[]){0.25, 0, 0.25, 0, 0.5, 0}), 0);
    ck_assert_double_eq(tro_away(2, release, (double[]){0.5, 1.5}), 0);
    ck_assert_int_eq(read_start("[[0.1, 0.1, 0], [0, 0.8, 0]]", &start), TRO_OK);
    ck_assert_double_lt(tro_away(6, z, (double[]){0.25, 0.25, 0, 0, 0.5, 0}), 1e-16);
    ck_assert_double_lt(tro_away(2, release, (double[]){0.4, 1.6}), 1e-15);
    ck_assert_int_eq(read_start("{prompts: [1, 0], given: uniform}", &start), TRO_OK);
    ck_assert_double_eq(tro_away(2, release, (double[]){2, 0}), 0);
    ck_assert_int_eq(read_start("uniform", &start), TRO_OK);
    ck_assert_double_lt(fabs(z[0] - 1. / 6), 1e-16);
    ck_assert_double_eq(tro_away(2, release, (double[]){1, 1}), 0);
    open_space("{family: conditional, prompts: 2, outcomes: 3, prompt-marginals: stay, "
               "spill: [[0.9, 0.1], [0, 1]]}");
    ck_assert_int_eq(read_start("{prompts: [0.25, 0.75], given: uniform}", &start), TRO_OK);
    ck_assert_double_lt(tro_away(2, release, (double[]){0.45, 1.55}), 1e-15);
    double three[9], shares[3];
    start = (tro_start){.z = three, .release = shares};
    open_space("{family: conditional, prompts: 3, outcomes: 3, prompt-marginals: stay, "
               "spill: 0.2}"); /* 0.1 to each of the others */
    ck_assert_int_eq(read_start("{prompts: [0.5, 0.3, 0.2], given: uniform}", &start), TRO_OK);
    ck_assert_double_lt(tro_away(3, shares, (double[]){1.35, 0.93, 0.72}), 1e-15);
}
END_TEST

START_TEST(test_start_errors)
{
    double z[6], release[2];
    tro_start start = {.z = z, .release = release};
    open_space("{family: conditional, prompts: [ask, tell], outcomes: 3, prompt-marginals: stay}");
    ck_assert_int_eq(read_start("[[0.5, 0.5, 0], [0, 0, 0]]", &start), TRO_ESCENARIO);
    assert_said("1:20: how prompt 'tell' is answered is not known, as it has no weight here: give "
                "the law by 'prompts' and 'given'");
    open_space("{family: conditional, prompts: 2, outcomes: 3, prompt-marginals: stay}");
    ck_assert_int_eq(read_start("{joint: [[0, 0, 0], [0, 0, 1]]}", &start), TRO_ESCENARIO);
    assert_said("1:13: how prompt '0' is answered is not known, as it has no weight here: give the "
                "law by 'prompts' and 'given'");
}
END_TEST

/* --- memory ------------------------------------------------------------------------ */

/* Every allocation of reading a space, a start and a reward fails once. */
START_TEST(test_reading_out_of_memory)
{
    double z[6], release[2];
    tro_start start = {.z = z, .release = release};
    int done = 0;
    write_file("p,q\n0,0.5\n1,0.5\n0,0\n");
    for (uint64_t n = 1; !done; n++) {
        const tro_reward *reward;
        close_all();
        const tro_node *law = node_of("{given: [{column: {file: x.csv, name: p}}, uniform]}", 1);
        ck_assert_uint_lt(n, 1000);
        documents[0] = NULL;
        node_of("{family: conditional, prompts: [ask, tell], labels: [a, b, c], spill: 0.5, "
                "coordinates: [1, 2, 3], prompt-marginals: stay}", 0);
        tro_finite_config config;
        space = (tro_space){.family = &tro_family_conditional, .config = &config};
            tro_memory_fail_after(n);
        const tro_node *node = tro_node_get(documents[0]->root, "a");
        int status = tro_read_record(&reader, node, &space.family->plugin.table, NULL, &config);
        if (status == TRO_OK)
            status = space.family->prepare(&reader, node, &space);
        if (status == TRO_OK)
            status = space.family->read_start(&reader, &space, law, &start);
        if (status == TRO_OK) {
            tro_memory_fail_after(0);
            law = node_of("{per-prompt: [{curvature: 1}, {linear: 1}], prompts: [1, 2]}", 1);
            tro_memory_fail_after(n);
            status = space.family->read_reward(&reader, &space, law, &reward);
        }
        tro_memory_fail_after(0);
        done = status == TRO_OK;
        ck_assert(done || status == TRO_ENOMEM);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_outcomes_forms, test_spill_forms, test_outcomes_errors, test_prompts_errors,
        test_law_forms, test_law_errors, test_joint_law_forms, test_joint_law_errors,
        test_start_forms, test_start_errors, test_reading_out_of_memory};
    return run_in_folder("table-read", tests, sizeof tests / sizeof *tests);
}
