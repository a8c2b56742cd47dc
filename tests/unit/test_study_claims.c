/* Claims: relations along axes, among names, under conditions, at several values of a
 * key, and from samples that are doubled. */
#include "study_support.h"

#define SYSTEM TRO_STUDY_SYSTEM(30, 200, 20)

/* The alignment of a is 2 (0.5 + 4 c) / (0.25 + c): 4, 6, 7 at curated shares 0, 0.25 and
 * 0.75; b's is 2 r at a reference of r. */
static const char tables[] = SYSTEM
    "vary:\n"
    "  t:\n"
    "    over:\n"
    "      schedule: {key: schedule, options: [synchronous, sequential]}\n"
    "      share: {key: agents.a.shares.curated, values: [0.75, 0, 0.25]}\n"
    "    given:\n"
    "      gap: [1, -1, 0.5, 1, -1, 0.5]\n"
    "      low: 0\n"
    "    find: {J: {alignment: a}}\n"
    "  partly:\n"
    "    over: {agents.a.shares.real: [0.5, 0.25], agents.a.shares.curated: [0.25, 0.75]}\n"
    "    find: {J: {alignment: a}}\n"
    "  rounds:\n"
    "    over: {l: {key: agents.a.reference, values: [2, 1]}}\n"
    "    find: {J: {alignment-by-round: {agent: a, rounds: 3}}}\n";

static void open_claim(tro_opened *o, const char *claim)
{
    char text[8192];
    snprintf(text, sizeof text, "%sclaims:\n  - {claim: it is so, source: derived, %s}\n", tables,
             claim);
    tro_study_open(o, text);
    ck_assert_int_eq(tro_study_run(o->study, NULL, &o->messages), TRO_OK);
}

static void check_claim(const char *claim, const char *verdict, const char *expected,
                        const char *found, const char *remark)
{
    tro_opened o;
    open_claim(&o, claim);
    const tro_claim *c = &o.study->claims[0];
    ck_assert_msg(strcmp(c->verdict_text, verdict) == 0, "%s: %s, found %s, expected %s (%s)",
                  claim, c->verdict_text, c->found, c->expected, c->remark);
    if (expected)
        ck_assert_str_eq(c->expected, expected);
    if (found)
        ck_assert_str_eq(c->found, found);
    if (remark)
        ck_assert_str_eq(c->remark, remark);
    for (int v = 0; v < TRO_VERDICTS; v++)
        ck_assert_uint_eq(o.study->counts[v], v == (int)c->verdict);
    ck_assert_int_eq(tro_study_holds(o.study),
                     c->verdict == TRO_HOLDS || c->verdict == TRO_HOLDS_IF);
    tro_study_close(&o);
}

/* --- rows ------------------------------------------------------------------------- */

START_TEST(test_where_several)
{
    check_claim("column: t.J, where: {share: [0, 0.75]}, equals: [7, 4, 7, 4], absolute: 1e-12",
                "holds", NULL, NULL, NULL);
    check_claim("column: t.J, where: {share: [0, 0.25, 0.75], schedule: sequential}, "
                "equals: [7, 4, 6], absolute: 1e-12", "holds", NULL, NULL, NULL);
    check_claim("column: t.J, where: {share: [0.25]}, equals: 6, absolute: 1e-12", "holds", NULL,
                NULL, NULL);
}
END_TEST

START_TEST(test_between)
{
    check_claim("column: t.J, between: [4, 7]", "holds", "between 4 and 7", NULL, NULL);
    check_claim("column: t.J, between: [4.5, 7]", "FAILS", "between 4.5 and 7", "4",
                "6 rows; the least good is row 2");
    check_claim("quantity: {alignment: a}, between: [6, 6]", "holds", NULL, "6", "");
    check_claim("quantity: {alignment: a}, above: 6", "FAILS", NULL, "6", NULL);
    check_claim("quantity: {alignment: a}, above: 6.5, absolute: 0.6", "holds",
                "> 6.5 within 0.6", "6", NULL);
    check_claim("quantity: {alignment: a}, above: 6.5, absolute: 0.4", "FAILS", NULL, "6", NULL);
    check_claim("quantity: {alignment: a}, equals: 6, absolute: 1, below: 6", "FAILS",
                "6 within 1 and < 6", "6", NULL);
}
END_TEST

/* --- along an axis -------------------------------------------------------------------- */

START_TEST(test_along_axes)
{
    /* by the size of the values, not by how they are listed */
    check_claim("column: t.J, increases-with: share", "holds", "increases with share",
                "7 after 6", "6 rows; the least good is row 1");
    check_claim("column: t.J, decreases-with: share", "FAILS", "decreases with share", "6 after 4",
                "6 rows; the least good is row 3");
    check_claim("column: t.J, where: {share: [0, 0.75]}, increases-with: share", "holds", NULL,
                "7 after 4", NULL);
    /* words in the order in which they are listed; level is no increase */
    check_claim("column: t.J, increases-with: schedule", "FAILS", NULL, "7 after 7", NULL);
    check_claim("column: t.J, increases-with: schedule, absolute: 1e-12", "holds",
                "increases with schedule within 1e-12", NULL, NULL);
    check_claim("column: rounds.J, increases-with: l", "holds", NULL, "5.75 after 4.625", NULL);
    check_claim("column: rounds.J, increases-with: component", "holds", NULL, NULL, NULL);
    check_claim("column: rounds.J, where: {l: 1}, decreases-with: component", "FAILS", NULL, NULL,
                NULL);
}
END_TEST

/* --- among names --------------------------------------------------------------------- */

START_TEST(test_nearest)
{
    check_claim("quantity: {alignment: a}, nearest-to: mine, among: {mine: 6.4, yours: 5.5}",
                "holds", "nearest to mine, 6.4", "6", "");
    check_claim("quantity: {alignment: a}, nearest-to: yours, among: {mine: 6.4, yours: 5.5}",
                "FAILS", "nearest to yours, 5.5", "6, nearest to mine", "");
    check_claim("quantity: {alignment: a}, nearest-to: mine, among: {mine: 6.5, yours: 5.5}",
                "FAILS", NULL, NULL, NULL); /* neither */
    check_claim("column: t.J, nearest-to: [top, low, top, top, low, top], "
                "among: {top: 7, low: t.low, mid: [5, 3.9, 5, 5, 5, 5]}", "FAILS", NULL,
                "4, nearest to mid", "6 rows; the least good is row 2");
    check_claim("column: t.J, nearest-to: [top, mid, top, top, mid, top], "
                "among: {top: 7, low: t.low, mid: [5, 3.9, 4, 5, 5, 4]}", "holds", NULL, NULL,
                NULL);
}
END_TEST

/* --- conditions --------------------------------------------------------------------- */

START_TEST(test_conditions)
{
    check_claim("column: t.J, above: 5, only-if: {words: a gap, column: t.gap, above: 0}",
                "holds only if a gap", "> 5", "6",
                "6 rows; the least good is row 3; the condition is met in 4 of 6 rows; the claim "
                "fails in 2 of the other 2, first in row 2: 4");
    check_claim("column: t.J, above: 3, only-if: {words: a gap, column: t.gap, above: 0}", "holds",
                NULL, NULL, "6 rows; the least good is row 3; the condition is met in 4 of 6 "
                            "rows; the claim fails in 0 of the other 2");
    check_claim("column: t.J, above: 5, only-if: {words: none, column: t.gap, below: 0}", "FAILS",
                NULL, "4", NULL);
    check_claim("column: t.J, above: 5, only-if: {words: x, column: t.gap, above: 0.4, below: 2}",
                "holds only if x", NULL, NULL, NULL);
    check_claim("column: t.J, above: 5, only-if: {words: x, column: t.gap, above: 8}", "undecided",
                "", "", "the condition is met in no row");
    check_claim("column: t.J, where: {schedule: sequential}, above: 5, "
                "only-if: {words: shared, where: {share: [0.25, 0.75]}}", "holds only if shared",
                NULL, NULL, NULL);
    check_claim("quantity: {alignment: a}, for: {agents.a.shares.curated: [0, 0.25]}, above: 5, "
                "only-if: {words: curated, where: {agents.a.shares.curated: 0.25}}",
                "holds only if curated", NULL, "6", NULL);
    /* rows without a value do not keep the claim; where they count, nothing is decided */
    check_claim("column: partly.J, above: 0, only-if: {words: possible, "
                "where: {agents.a.shares.real: 0.5}}", "undecided", "", "",
                "shares sum to 1.25, at most 1 would be right");
    check_claim("column: partly.J, above: 0, only-if: {words: possible, "
                "where: {agents.a.shares.curated: 0.25}}", "holds only if possible", NULL, NULL,
                NULL);
}
END_TEST

/* --- at several values ------------------------------------------------------------------ */

START_TEST(test_for)
{
    check_claim("quantity: {alignment: a}, for: {agents.a.shares.curated: [0, 0.25, 0.75]}, "
                "equals: [4, 6, 7], absolute: 1e-12", "holds", NULL, NULL, NULL);
    check_claim("quantity: {alignment: a}, for: {share: {key: agents.a.shares.curated, "
                "values: {linspace: [0, 0.75, 4]}}, schedule: [synchronous, sequential]}, "
                "increases-with: share", "holds", NULL, NULL, NULL);
    check_claim("quantity: {alignment: a}, set: {agents.b.reference: 5}, "
                "for: {agents.a.shares.curated: [0, 0.25]}, equals: [4, 8], absolute: 1e-12",
                "holds", NULL, NULL, NULL);
    check_claim("quantity: {alignment: a}, for: {agents.a.shares.curated: [0, 0.25]}, above: 5",
                "FAILS", "> 5", "4", "2 rows; the least good is row 1");
    check_claim("quantity: {influence: {on: a, of: a}}, for: {agents.a.shares.curated: [0, 0.5]}, "
                "same-as: {influence: {on: a, of: a, method: forward}}, relative: 1e-12", "holds",
                NULL, NULL, NULL);
    check_claim("quantity: {alignment-by-round: {agent: a, rounds: 3}}, "
                "for: {agents.a.reference: [1, 2]}, increases-with: component", "holds", NULL,
                NULL, NULL);
    check_claim("quantity: {root: {of: {influence: {on: a, of: a, hops: 0}}, "
                "key: agents.b.reference, between: [2, 5]}}, for: {seed: [1, 2]}, above: 0",
                "undecided", "", "", "no change of sign: the quantity is 1 at 2 and 4 at 5");
}
END_TEST

/* --- samples ------------------------------------------------------------------------------- */

/* What is found with a seed and so many replicates, and its standard error. */
static double sampled(int seed, int replicates, double *error)
{
    tro_opened o;
    char text[2048];
    snprintf(text, sizeof text, "%svary: {t: {set: {seed: %d, advance.sampled.replicates: %d}, "
             "find: {J: {sampled-alignment: a}}}}\n", SYSTEM, seed, replicates);
    tro_study_open(&o, text);
    ck_assert_int_eq(tro_study_run(o.study, NULL, &o.messages), TRO_OK);
    double value = o.study->tables[0].columns[0].values[0];
    *error = o.study->tables[0].columns[0].errors[0];
    tro_study_close(&o);
    return value;
}

/* A claim that fails with 20 replicates and holds with 40, by whatever it is about. */
START_TEST(test_sample_doubled)
{
    static const char *const about[] = {
        "column: t.J, ", "quantity: {sampled-alignment: a}, set: {seed: %d, "
        "advance.sampled.replicates: 20}, ", "quantity: {sampled-alignment: a}, "
        "set: {advance.sampled.replicates: 20}, for: {seed: [%d]}, "};
    double few, many, few_error, many_error, few_away, many_away;
    int seed = 0;
    do {
        seed++;
        ck_assert_int_lt(seed, 50);
        few_away = fabs((few = sampled(seed, 20, &few_error)) - 6) / few_error;
        many_away = fabs((many = sampled(seed, 40, &many_error)) - 6) / many_error;
    } while (many_away + 0.2 > few_away);
    for (int k = 0; k < 6; k++) {
        char text[4096], subject[256], found[64], number[32];
        tro_opened o;
        snprintf(subject, sizeof subject, about[k % 3], seed);
        snprintf(text, sizeof text,
                 "%svary: {t: {over: {seed: [%d]}, set: {advance.sampled.replicates: 20}, "
                 "find: {J: {sampled-alignment: a}}}}\n"
                 "claims: [{claim: c, source: s, %s equals: 6, standard-errors: %g}]\n", SYSTEM,
                 seed, subject, k < 3 ? many_away + 0.1 : many_away * 0.9);
        tro_study_open(&o, text);
        ck_assert_int_eq(tro_study_run(o.study, NULL, &o.messages), TRO_OK);
        const tro_claim *c = &o.study->claims[0];
        ck_assert_msg(c->verdict == (k < 3 ? TRO_HOLDS : TRO_FAILS), "%s: %s, found %s (%s)",
                      subject, c->verdict_text, c->found, c->remark);
        ck_assert_ptr_nonnull(strstr(c->remark, "40 replicates after the sample was doubled"));
        snprintf(found, sizeof found, "%s +- ", tro_format_short(number, many, 12));
        ck_assert_msg(strncmp(c->found, found, strlen(found)) == 0, "%s, not %s", c->found, found);
        /* the table keeps what it was swept with */
        ck_assert_double_eq(o.study->tables[0].columns[0].values[0], few);
        tro_study_close(&o);
    }
}
END_TEST

/* Only rows that fail and count, and what they are compared with. */
START_TEST(test_sample_left)
{
    tro_opened o;
    static const char text[] = SYSTEM
        "vary: {t: {over: {agents.a.shares.curated: [0, 0.25]},\n"
        "           find: {J: {sampled-alignment: a}}}}\n"
        "claims:\n"
        "  - {claim: one, source: s, column: t.J, equals: 6, standard-errors: 5,\n"
        "     only-if: {words: x, where: {agents.a.shares.curated: 0.25}}}\n"
        "  - {claim: two, source: s, column: t.J, increases-with: agents.a.shares.curated,\n"
        "     standard-errors: 5}\n"
        "  - {claim: three, source: s, column: t.J, decreases-with: agents.a.shares.curated,\n"
        "     standard-errors: 5}\n";
    tro_study_open(&o, text);
    ck_assert_int_eq(tro_study_run(o.study, NULL, &o.messages), TRO_OK);
    const tro_claim *c = o.study->claims;
    ck_assert_str_eq(c[0].verdict_text, "holds only if x");
    ck_assert_ptr_null(strstr(c[0].remark, "doubled"));
    ck_assert_int_eq(c[1].verdict, TRO_HOLDS);
    ck_assert_ptr_null(strstr(c[1].remark, "doubled"));
    ck_assert_int_eq(c[2].verdict, TRO_FAILS);
    ck_assert_ptr_nonnull(strstr(c[2].remark, "400 replicates after the sample was doubled"));
    tro_study_close(&o);
}
END_TEST

/* --- mistakes ---------------------------------------------------------------------------- */

typedef struct mistake {
    const char *claim, *message;
} mistake;

static void refuse_each(const mistake *all, size_t count)
{
    char text[4096];
    for (size_t k = 0; k < count; k++) {
        snprintf(text, sizeof text, "%s"
                 "vary: {t: {over: {x: {key: seed, values: [1, 2]}, y: {key: agents.b.reference, "
                 "values: [1, 2]}}, find: {J: {alignment: a}}}, one: {find: {J: {alignment: a}}}}\n"
                 "claims:\n  - {claim: x, source: y, %s}\n", SYSTEM, all[k].claim);
        tro_study_refused(text, all[k].message);
    }
}

START_TEST(test_relations_mistaken)
{
    static const mistake all[] = {
        {"column: t.J, where: {x: [1, 4]}, above: 1",
         "17:55: axis 'x' of table 't' has no value '4'"},
        {"column: t.J, where: {x: {a: 1}}, above: 1",
         "17:51: a value of axis 'x', or a list of some, would be right"},
        {"column: t.J, where: {x: []}, above: 1",
         "17:51: a value of axis 'x', or a list of some, would be right"},
        {"column: t.J, where: [x], above: 1",
         "17:47: where is a map from an axis to a value, or to several"},
        {"column: t.J, between: [2, 1]",
         "17:49: between has two numbers, the smaller one first"},
        {"column: t.J, between: 2", "17:49: between has two numbers, the smaller one first"},
        {"column: t.J, increases-with: z", "17:56: table 't' has no axis 'z'"},
        {"column: t.J, increases-with: component",
         "17:56: 'increases-with' needs several values along 'component', found one"},
        {"column: t.J, decreases-with: x, where: {x: 1}",
         "17:56: 'decreases-with' needs several values along 'x', found one"},
        {"quantity: {alignment: a}, increases-with: x",
         "17:69: 'increases-with' names an axis of a column's table or of 'for', and there is "
         "none; of the values of one quantity, 'order' would be right"},
        {"column: t.J, increases-with: x, decreases-with: y",
         "17:75: values that go up along one axis and down along another are two claims"},
        {"column: t.J, nearest-to: x",
         "17:5: 'nearest-to' names one of 'among', found only 'nearest-to'"},
        {"column: t.J, above: 1, among: {x: 1, y: 2}",
         "17:5: 'nearest-to' names one of 'among', found only 'among'"},
        {"column: t.J, nearest-to: mine, among: {min: 1, yours: 2}",
         "17:52: among has no 'mine' (did you mean 'min'?)"},
        {"column: t.J, nearest-to: [x, y], among: {x: 1, y: t.K, z: [1, 2]}",
         "17:77: table 't' has no column 'K'\n"
         "17:85: z has 2 values, but there are 4 rows: one for each, or one for all, would be "
         "right\n"
         "17:52: nearest-to has 2 values, but there are 4 rows: one for each, or one for all, "
         "would be right"},
        {"column: t.J, nearest-to: x, among: {x: 1}",
         "17:62: among is a map from at least two names to a number, one for each row, or "
         "TABLE.COLUMN"},
    };
    refuse_each(all, sizeof all / sizeof *all);
}
END_TEST

START_TEST(test_values_mistaken)
{
    static const mistake all[] = {
        {"column: t.J, for: {seed: [1]}, above: 1",
         "17:45: 'for' goes with 'quantity'; a column's table has axes of its own"},
        {"quantity: {alignment: a}, for: [1], above: 1",
         "17:58: for is a map from an axis's name to {key, values}, or from a key to its values"},
        {"quantity: {alignment: a}, for: {agents.a.shares.curatd: [0.5]}, above: 1",
         "17:59: no key 'curatd' in shares: did you mean 'curated'?"},
        {"quantity: {alignment: a}, for: {agents.a.shares.curated: [0.5, 7]}, above: 1",
         "17:90: axis 'agents.a.shares.curated' at 7: curated must be a share between 0 and 1, "
         "found '7'"},
        {"quantity: {alignment: c}, for: {seed: [1, 2]}, above: 1",
         "17:49: no agent is called 'c'"},
        {"quantity: {alignment: a}, for: {x: {key: seed}}, above: 1",
         "17:62: an axis has 'values' or 'options', found neither"},
        {"quantity: {alignment: a}, for: {seed: [1, 2]}, equals: [1, 2, 3], absolute: 1",
         "17:82: equals has 3 values, but there are 2 rows: one for each, or one for all, would be "
         "right"},
        {"quantity: {alignment: a}, for: {seed: [1, 2]}, equals: 1, standard-errors: 5",
         "17:102: 'alignment' is exact: it has no standard errors"},
    };
    refuse_each(all, sizeof all / sizeof *all);
}
END_TEST

START_TEST(test_conditions_mistaken)
{
    static const mistake all[] = {
        {"quantity: {alignment: a}, above: 1, only-if: {words: w, where: {x: 1}}",
         "17:72: a condition needs several rows, found one"},
        {"column: t.J, above: 1, only-if: {column: t.J, above: 1}",
         "17:59: missing key 'words' in 'only-if'"},
        {"column: t.J, above: 1, only-if: {words: w}",
         "17:59: a condition is a 'column' that is 'above' or 'below' a number, or it is a "
         "'where'"},
        {"column: t.J, above: 1, only-if: {words: w, where: {x: 1}, above: 1}",
         "17:59: a condition is a 'column' that is 'above' or 'below' a number, or it is a "
         "'where'"},
        {"column: t.J, above: 1, only-if: {words: w, where: {x: 3}}",
         "17:81: axis 'x' of table 't' has no value '3'"},
        {"column: t.J, where: {x: 2}, above: 1, only-if: {words: w, where: {x: 1}}",
         "17:92: the condition is met in none of the claim's rows"},
        {"column: t.J, above: 1, only-if: {words: w, column: t.L, below: 1}",
         "17:78: table 't' has no column 'L'"},
        {"column: t.J, above: 1, only-if: {words: w, column: one.J, below: 1}",
         "17:78: 'one.J' has 1 rows, 't.J' 4"},
        {"quantity: {influences: {of: a}}, above: 1, only-if: {words: w, where: {x: 1}}",
         "17:97: 'where' needs the axes of a column's table or of 'for', and there are none"},
    };
    refuse_each(all, sizeof all / sizeof *all);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_where_several, test_between, test_along_axes, test_nearest, test_conditions, test_for,
        test_sample_doubled, test_sample_left, test_relations_mistaken,
        test_values_mistaken, test_conditions_mistaken};
    return TRO_RUN_TESTS("study claims", tests);
}
