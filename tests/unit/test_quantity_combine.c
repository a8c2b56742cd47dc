/* Quantities made of others: sums, products, least and greatest, steps and parts. */
#include "study_support.h"

/* a <- (a + 1 + b) / 2 from 3: a stays at 3; b's mean is 2. */
static const char head[] =
    "trophic: 1\nseed: 1\noutcomes: {family: gaussian}\n"
    "agents:\n"
    "  - {name: a, reference: 1, start: 5, reward: 1, shares: {real: 0.5}}\n"
    "  - {name: b, reference: 2, reward: 3, shares: {real: 1}}\n"
    "network: {edges: [{from: a, to: a}]}\n"
    "schedule: {synchronous: {rounds: 5}}\n"
    "claims:\n";

#define A "{alignment: a}"                      /* 1 */
#define B "{alignment: b}"                      /* 6 */
#define R "{alignment-by-round: {agent: a, rounds: 3}}"   /* 5 3 2 1.5 */

static void check(const char *quantity, const char *relation, tro_verdict verdict)
{
    tro_opened o;
    char text[2048];
    snprintf(text, sizeof text, "%s  - {claim: c, source: derived, quantity: %s,\n     %s}\n", head,
             quantity, relation);
    tro_study_open(&o, text);
    ck_assert_int_eq(tro_study_run(o.study, NULL, &o.messages), TRO_OK);
    ck_assert_msg(o.study->claims[0].verdict == verdict, "%s %s: found %s, %s", quantity, relation,
                  o.study->claims[0].found, o.study->claims[0].remark);
    tro_study_close(&o);
}

START_TEST(test_combine)
{
    static const struct {
        const char *quantity, *equals;
    } all[] = {
        {"{combine: {sum: [{of: " A "}, {of: " B ", times: -0.5}]}}", "-2"},
        {"{combine: {sum: [{of: " B "}]}}", "6"},
        {"{combine: {sum: [{times: 3}, {of: " B "}]}}", "9"},
        {"{combine: {product: [{of: " B ", times: 2}, {of: " B ", power: -1}, {times: 5}]}}",
         "10"},
        {"{combine: {product: [{of: " B ", power: 0.5}, {of: " B ", power: 0.5}]}}", "6"},
        {"{combine: {least: [{of: " B "}, {of: " A "}, {times: 4}]}}", "1"},
        {"{combine: {greatest: [{of: " B "}, {of: " A "}, {times: 14}]}}", "14"},
        {"{combine: {sum: [{of: " B ", log: true, times: 2}]}}", "3.58351893845611"},
        {"{combine: {sum: [{of: " B ", log: true, power: -1}, {log: true, times: 3}]}}",
         "3.5581106265512472"},
        {"{combine: {sum: [{of: " A "}, {of: " R "}]}}", "[6, 4, 3, 2.5]"},
        {"{combine: {product: [{of: " R "}, {of: " R "}]}}", "[25, 9, 4, 2.25]"},
        {"{combine: {greatest: [{of: " R "}, {times: 2}]}}", "[5, 3, 2, 2]"},
        {"{steps: {of: " R "}}", "[-2, -1, -0.5]"},
        {"{steps: {of: " R ", how: ratio}}", "[0.6, 0.66666666666666667, 0.75]"},
        {"{steps: {of: {steps: {of: " R "}}}}", "[1, 0.5]"},
        {"{part: {of: " R ", from: 1, to: 2}}", "[3, 2]"},
        {"{part: {of: " R ", from: 2}}", "[2, 1.5]"},
        {"{part: {of: " R ", to: 0}}", "5"},
        {"{part: {of: " R ", from: 3, to: 99}}", "1.5"},
        {"{part: {of: {steps: {of: " R "}}, to: 1}}", "-2"},
        {"{part: {of: " B "}}", "6"},
        {"{combine: {sum: [{of: {steps: {of: " R "}}}, {of: {alignment-by-round: {agent: a, "
         "rounds: 2}}, times: 0.5}]}}", "[0.5, 0.5, 0.5]"},
    };
    char relation[128];
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        snprintf(relation, sizeof relation, "equals: %s, absolute: 1e-12", all[k].equals);
        check(all[k].quantity, relation, TRO_HOLDS);
    }
    check("{combine: {product: [{times: 0}, {times: 0, power: -1, of: " A "}]}}", "above: 1",
          TRO_FAILS);
}
END_TEST

/* Rows are numbered as the values of the first term with several: steps from 1. */
START_TEST(test_numbers)
{
    tro_opened o;
    char text[2048];
    snprintf(text, sizeof text, "%.*svary:\n  t:\n    over: {x: {key: agents.a.reward, values: "
             "[1]}}\n    find: {s: {combine: {sum: [{of: " A "}, {of: {steps: {of: " R "}}}]}},\n"
             "      p: {part: {from: 2, of: {alignment-by-round: {agent: a, rounds: 4}}}}}\n",
             (int)(strlen(head) - strlen("claims:\n")), head);
    tro_study_open(&o, text);
    ck_assert_uint_eq(tro_quantity_first(&o.study->tables[0].columns[0].quantity), 1);
    ck_assert_uint_eq(tro_quantity_first(&o.study->tables[0].columns[1].quantity), 2);
    tro_study_close(&o);
}
END_TEST

static void refuse(const char *quantity, const char *expected)
{
    char text[2048];
    snprintf(text, sizeof text, "%s  - claim: c\n    source: derived\n    above: 0\n"
             "    quantity: %s\n", head, quantity);
    tro_study_refused(text, expected);
}

START_TEST(test_combine_errors)
{
    refuse("{combine: {}}",
           "13:25: one of 'sum', 'product', 'least' and 'greatest' is a list of terms");
    refuse("{combine: {sum: []}}",
           "13:25: one of 'sum', 'product', 'least' and 'greatest' is a list of terms");
    refuse("{combine: {sum: [{of: " A "}], least: [{of: " A "}]}}",
           "13:25: one of 'sum', 'product', 'least' and 'greatest' is a list of terms");
    refuse("{combine: {sum: [{off: " A "}]}}",
           "13:33: unknown key 'off' in 'term' (did you mean 'of'?)");
    refuse("{combine: {sum: [{of: {alignment: c}}, {of: {sampled-alignment: a}}]}}",
           "13:49: no agent is called 'c'\n13:60: a quantity that is exact would be right, found "
           "'sampled-alignment'");
    refuse("{combine: {sum: [{of: " R "}, {of: {steps: {of: " R "}}}]}}",
           "13:89: this term has 3 values, but one before it has 4");
    refuse("{steps: {of: " A "}}",
           "13:29: a quantity of several values would be right, found 'alignment' with one");
    refuse("{steps: {of: {sampled-alignment: a}}}",
           "13:29: a quantity that is exact would be right, found 'sampled-alignment'");
    refuse("{part: {of: " R ", from: 4}}", "13:22: no value is in this part: "
                                           "'alignment-by-round' has the numbers 0 to 3");
    refuse("{part: {of: " R ", from: 2, to: 1}}", "13:22: no value is in this part: "
                                                  "'alignment-by-round' has the numbers 0 to 3");
    refuse("{part: {of: {steps: {of: " R "}}, to: 0}}",
           "13:22: no value is in this part: 'steps' has the numbers 1 to 3");
    refuse("{part: {of: {sampled-alignment: a}}}",
           "13:28: a quantity that is exact would be right, found 'sampled-alignment'");
    refuse("{steps: {of: " R ", how: much}}",
           "13:78: how must be one of difference, ratio, found 'much'");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_combine, test_numbers, test_combine_errors};
    return TRO_RUN_TESTS("quantities made of others", tests);
}
