/* Parameter tables: every kind of mistake, its words and its place. */
#include "param_support.h"

typedef struct mistake {
    const char *text;       /* of the agent, on line 2 and in block style */
    const char *messages;
} mistake;

#define ALL_KEYS "name, temperature, candidates, tolerance, rounds, filter, displaces, mean, "  \
                 "covariance, order, shares, edges, public, owner, extra"

static const mistake mistakes[] = {
    /* keys */
    {"tempreture: 2", "2:2: unknown key 'tempreture' in 'agent' (did you mean 'temperature'?)"},
    {"zzz: 2", "2:2: unknown key 'zzz' in 'agent', valid keys are " ALL_KEYS},
    {"shares: {curated: 0.5}", "2:10: missing key 'real' in 'shares'"},
    {"edges: [{to: a, form: b}]", "2:18: unknown key 'form' in 'edge' (did you mean 'from'?)"},
    {"public: {none: {x: 1}}", "2:18: unknown key 'x' in 'none', which takes no keys"},
    {"'': 1", "2:2: unknown key '' in 'agent', valid keys are " ALL_KEYS},
    /* values of nothing */
    {"temperature:", "2:2: 'temperature' has no value"},
    {"temperature: ~", "2:15: 'temperature' has no value"},
    {"displaces: null", "2:13: 'displaces' has no value"},
    {"mean:", "2:2: 'mean' has no value"},
    {"mean: [1, ~]", "2:12: 'mean' has no value"},
    {"order: [~]", "2:10: 'order' has no value"},
    {"shares: ~", "2:10: 'shares' has no value"},
    {"edges:", "2:2: 'edges' has no value"},
    {"edges: [~]", "2:10: 'edge' has no value"},
    {"public:", "2:2: 'public' has no value"},
    {"public: {shift: }", "2:11: 'shift' has no value"},
    {"extra:", "2:2: 'extra' has no value"},
    {"covariance: [[1], ~]", "2:20: 'covariance' has no value"},
    /* numbers */
    {"temperature: abc", "2:15: temperature must be a number, found 'abc'"},
    {"temperature: '1'", "2:15: temperature must be a number, found the text '1'"},
    {"temperature: [1]", "2:15: temperature must be a number, found a list"},
    {"temperature: {}", "2:15: temperature must be a number, found an empty map"},
    {"temperature: 0x10", "2:15: temperature must be a number, found '0x10'"},
    {"temperature: nan", "2:15: temperature must be a number, found 'nan'"},
    {"temperature: 1,5", "2:15: temperature must be a number, found '1,5'"},
    {"temperature: inf", "2:15: temperature must be a finite number, found 'inf'"},
    {"temperature: .inf", "2:15: temperature must be a finite number, found '.inf'"},
    {"temperature: 0", "2:15: temperature must be above 0 (unit: reward), found '0'"},
    {"temperature: -1", "2:15: temperature must be above 0 (unit: reward), found '-1'"},
    {"tolerance: 1", "2:13: tolerance must be above 0 and below 1, found '1'"},
    {"tolerance: 0.0", "2:13: tolerance must be above 0 and below 1, found '0.0'"},
    {"shares: {real: 1.5, curated: -1}",
     "2:17: real must be between 0 and 1, found '1.5'\n"
     "2:31: curated must be between 0 and 1, found '-1'"},
    {"candidates: 1.5", "2:14: candidates must be a whole number or inf, found '1.5'"},
    {"candidates: 0", "2:14: candidates must be at least 1, found '0'"},
    {"candidates: -inf", "2:14: candidates must be at least 1, found '-inf'"},
    {"rounds: 1.5", "2:10: rounds must be a whole number, found '1.5'"},
    {"rounds: inf", "2:10: rounds must be a whole number, found 'inf'"},
    {"rounds: -1", "2:10: rounds must be between 0 and 1000000000, found '-1'"},
    {"rounds: 99999999999999999999",
     "2:10: rounds must be a whole number of at most 18 digits, found '99999999999999999999'"},
    /* words */
    {"filter: maybe", "2:10: filter must be true or false, found 'maybe'"},
    {"filter: 'true'", "2:10: filter must be true or false, found the text 'true'"},
    {"filter: 1", "2:10: filter must be true or false, found '1'"},
    {"displaces: reel", "2:13: displaces must be one of proportional, real, synthetic, found "
                        "'reel' (did you mean 'real'?)"},
    {"displaces: 12", "2:13: displaces must be one of proportional, real, synthetic, found '12'"},
    {"displaces: [real]", "2:13: displaces must be one of proportional, real, synthetic, found a "
                          "list"},
    {"edges: [{from: [a], to: {b: c}}]", "2:17: from must be a text, found a list\n"
                                         "2:26: to must be a text, found a map"},
    {"order: {a: b}", "2:9: order must be a list of texts, found a map"},
    {"order: [a, [b]]", "2:13: order must be a text, found a list"},
    /* shapes */
    {"mean: abc", "2:8: mean must be a list of numbers, found 'abc'"},
    {"mean: []", "2:8: mean must be a list of numbers, found an empty list"},
    {"mean: [1, a, [2], 101]", "2:12: mean must be a number, found 'a'\n"
                               "2:15: mean must be a number, found a list\n"
                               "2:20: mean must be between -100 and 100, found '101'"},
    {"mean: '1'", "2:8: mean must be a number, found the text '1'"},
    {"covariance: 1", "2:14: covariance must be a list of rows, each a list of numbers, found '1'"},
    {"covariance: []", "2:14: covariance must be a list of rows, each a list of numbers, found an "
                       "empty list"},
    {"covariance: [1, 2]",
     "2:15: covariance must be a list of rows, each a list of numbers, found '1'\n"
     "2:18: covariance must be a list of rows, each a list of numbers, found '2'"},
    {"covariance: [[1, 2], [3]]",
     "2:23: row 2 of covariance must have 2 numbers like the first, found 1"},
    {"covariance: [[], []]", "2:15: covariance must be a list of rows, each a list of numbers, "
                             "found an empty list\n2:19: covariance must be a list of rows, each "
                             "a list of numbers, found an empty list"},
    {"covariance: [[1, x]]", "2:19: covariance must be a number, found 'x'"},
    {"shares: 0.5", "2:10: 'shares' must be a map, found '0.5'"},
    {"edges: {from: a, to: b}", "2:9: edges must be a list (of 'edge'), found a map"},
    {"edges: [a]", "2:10: 'edge' must be a map, found 'a'"},
    /* grids */
    {"mean: {linspace: [0, 1]}", "2:19: linspace must be [first, last, count], found 2 values"},
    {"mean: {linspace: 3}", "2:19: linspace must be [first, last, count], found '3'"},
    {"mean: {at-most: 3}", "2:8: missing key 'linspace' in 'linspace'"},
    {"mean: {linspace: [0, 1, 2], at-mots: 3}",
     "2:30: unknown key 'at-mots' in 'linspace' (did you mean 'at-most'?)"},
    {"mean: {linspace: [0, 1, 0]}",
     "2:26: the number of values must be between 1 and 10000000, found '0'"},
    {"mean: {linspace: [0, 1, 10000001]}",
     "2:26: the number of values must be between 1 and 10000000, found '10000001'"},
    {"mean: {linspace: [a, inf, 2.5]}",
     "2:20: linspace must be a number, found 'a'\n"
     "2:23: linspace must be a finite number, found 'inf'\n"
     "2:28: the number of values must be a whole number, found '2.5'"},
    {"mean: {linspace: [-1e308, 1e308, 3]}",
     "2:19: linspace spans more than a double can hold"},
    {"mean: {linspace: [0, 1, 3], at-least: 2}", "2:8: mean has no values left after the cut"},
    {"mean: {linspace: [0, 200, 3]}",
     "2:8: mean must be between -100 and 100, found '200' in the grid"},
    /* plug-ins */
    {"public: shfit", "2:10: unknown curator 'shfit' (did you mean 'shift'?)"},
    {"public: {zzzzzz: 1}", "2:11: unknown curator 'zzzzzz', the curators are shift, none"},
    {"public: shift", "2:10: missing key 'by' in 'shift'"},
    {"public: {shift: {}}", "2:18: missing key 'by' in 'shift'"},
    {"public: {shift: 1, none: {}}", "2:21: expected one curator, found a second name 'none'"},
    {"public: [shift]", "2:10: a curator must be a name or {name: parameters}, found a list"},
    {"public: {}", "2:10: a curator must be a name or {name: parameters}, found an empty map"},
    {"public: {shift: x}", "2:18: by must be a list of numbers, found 'x'"},
    {"public: {none: 3}", "2:17: 'none' must be a map, found '3'"},
    /* all at once, unknown keys first, then in the order of the table */
    {"rounds: x\n temprature: 1\n filter: 3",
     "3:2: unknown key 'temprature' in 'agent' (did you mean 'temperature'?)\n"
     "2:10: rounds must be a whole number, found 'x'\n"
     "4:10: filter must be true or false, found '3'"},
};

START_TEST(test_agent_read_errors)
{
    agent a;
    char text[512];
    snprintf(text, sizeof text, "a:\n %s\n name: x\n", mistakes[_i].text);
    ck_assert_int_eq(read_agent(text, &a), TRO_ESCENARIO);
    assert_messages(&messages, mistakes[_i].messages);
    ck_assert_str_eq(a.name, "x");
}
END_TEST

START_TEST(test_many_mistakes)
{
    agent a;
    char *text = repeated("a: {name: x, mean: [", "z, ", 1000, "1], zzz: 1}");
    ck_assert_int_eq(read_agent(text, &a), TRO_ESCENARIO);
    ck_assert_uint_eq(messages.count, TRO_MISTAKE_LIMIT + 1);
    ck_assert_str_eq(messages.items[TRO_MISTAKE_LIMIT].text,
                     "more than 100 mistakes, the rest is not shown");
    free(text);
}
END_TEST

/* Long and odd values are cut, between characters, and stay on one line. */
START_TEST(test_long_value_found)
{
    agent a;
    char *text = repeated("a: {name: x, rounds: \"0\\n1", "\xC3\xA9", 100, "\"}");
    ck_assert_int_eq(read_agent(text, &a), TRO_ESCENARIO);
    free(text);
    char *expected = repeated("1:22: rounds must be a whole number, found the text '0 1",
                              "\xC3\xA9", 28, "...'");
    assert_messages(&messages, expected);
    free(expected);
}
END_TEST

/* A mistake and no memory to say so: still a failure, still no leak. */
START_TEST(test_agent_errors_out_of_memory)
{
    document = read_text("{zzz: 1, tempreture: 2, displaces: reel, public: shfit, rounds: -1}");
    for (uint64_t n = 1; n < 60; n++) {
        agent a;
        tro_memory_fail_after(n);
        int status = tro_read_record(&reader, document->root, &agent_table, NULL, &a);
        tro_memory_fail_after(0);
        ck_assert_int_lt(status, 0);
        ck_assert_uint_gt(messages.errors, 0);
        tro_messages_clear(&messages);
        tro_arena_clear(&arena);
    }
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("param_errors");
    tcase_add_checked_fixture(tests, open_reader, close_reader);
    tcase_add_loop_test(tests, test_agent_read_errors, 0,
                        (int)(sizeof mistakes / sizeof *mistakes));
    tcase_add_test(tests, test_many_mistakes);
    tcase_add_test(tests, test_long_value_found);
    tcase_add_test(tests, test_agent_errors_out_of_memory);
    return run_suite(suite_create("param_errors"), tests);
}
