/* Studies: tables, claims and the figure, read, evaluated and written. */
#include <unistd.h>

#include "support.h"

#include "experiment/study.h"
#include "output/folder.h"

/* a <- (1 - l - c) a + l 2 + c (b + 1), b = 3: alignment of a in closed form. */
#define SYSTEM                                                                            \
    "trophic: 1\n"                                                                        \
    "seed: 9\n"                                                                           \
    "outcomes: {family: gaussian, dimension: 2}\n"                                        \
    "agents:\n"                                                                           \
    "  - {name: a, reference: 2, reward: 1, at: mean, displaces: synthetic,\n"            \
    "     shares: {real: 0.25, curated: 0.25}}\n"                                         \
    "  - {name: b, reference: 3, reward: 1, at: mean, public: {shift: 1}, shares: {real: 1}}\n" \
    "network:\n"                                                                          \
    "  edges:\n"                                                                          \
    "    - {from: a, to: a, synthetic: 1, curated: 0}\n"                                  \
    "    - {from: b, to: a, synthetic: 0, curated: 1}\n"                                  \
    "schedule: {synchronous: {rounds: 30}}\n"                                             \
    "advance: {sampled: {outputs: 4, replicates: 200}}\n"                                 \
    "record: {burn-in: 20}\n"

/* Both coordinates: 2 (0.25 2 + c 4) / (0.25 + c). */
static double alignment_at(double curated)
{
    return 2 * (0.5 + 4 * curated) / (0.25 + curated);
}

typedef struct opened {
    tro_document *document;
    tro_study *study;
    tro_messages messages;
} opened;

static void open_study(opened *o, const char *text)
{
    char buffer[4096];
    *o = (opened){0};
    ck_assert_int_eq(tro_document_read_text("test.yaml", text, strlen(text), &o->document,
                                            &o->messages), TRO_OK);
    int status = tro_study_new(o->document, tro_catalog_builtin(), NULL, 0, &o->study,
                               &o->messages);
    ck_assert_msg(status == TRO_OK, "%s", tro_listed(&o->messages, buffer, sizeof buffer));
}

static void close_study(opened *o)
{
    tro_study_free(o->study);
    tro_document_free(o->document);
    tro_messages_clear(&o->messages);
}

static void refuse(const char *rest, const char *expected)
{
    char text[8192], buffer[8192];
    tro_document *document = NULL;
    tro_study *study = NULL;
    tro_messages messages = {0};
    snprintf(text, sizeof text, "%s%s", SYSTEM, rest);
    ck_assert_int_eq(tro_document_read_text("test.yaml", text, strlen(text), &document,
                                            &messages), TRO_OK);
    ck_assert_int_eq(tro_study_new(document, tro_catalog_builtin(), NULL, 0, &study, &messages),
                     TRO_ESCENARIO);
    ck_assert_ptr_null(study);
    ck_assert_str_eq(tro_listed(&messages, buffer, sizeof buffer), expected);
    tro_document_free(document);
    tro_messages_clear(&messages);
}

/* --- tables --------------------------------------------------------------------- */

static const char tables[] = SYSTEM
    "vary:\n"
    "  grid:\n"
    "    over:\n"
    "      order: {key: schedule, options: [synchronous, sequential]}\n"
    "      share: {key: agents.a.shares.curated, values: [0, 0.25, 0.75]}\n"
    "    find:\n"
    "      J: {alignment: a}\n"
    "      dJ: {influence: {on: a, of: a}}\n"
    "  impossible:\n"
    "    over: {share: {key: agents.a.shares.curated, values: [0.5, 0.9]}}\n"
    "    find: {J: {alignment: a}}\n"
    "  parts:\n"
    "    find:\n"
    "      whole: {influence: {on: a, of: a}}\n"
    "      part: {influence: {on: a, of: a, block: 1}}\n"
    "  one: {set: {agents.b.reference: 5}, find: {J: {alignment: a}}}\n"
    "  sampled: {find: {J: {sampled-alignment: a}}}\n";

START_TEST(test_tables_sweep)
{
    opened o;
    open_study(&o, tables);
    ck_assert_uint_eq(o.study->table_count, 5);
    ck_assert_int_eq(tro_study_run(o.study, NULL, &o.messages), TRO_OK);
    const tro_study_table *grid = &o.study->tables[0];
    ck_assert_uint_eq(grid->cells, 6);
    ck_assert_uint_eq(grid->components, 1);
    ck_assert_uint_eq(grid->failed, 0);
    for (size_t k = 0; k < 6; k++) {
        double share = (double[]){0, 0.25, 0.75}[k % 3], h = 1e-6;
        double slope = (alignment_at(share + h) - alignment_at(share - h)) / (2 * h);
        ck_assert_uint_eq(tro_axis_index(grid, k, 0), k / 3);
        ck_assert_double_eq(tro_axis_value(grid, k, 1), share);
        ck_assert(isnan(tro_axis_value(grid, k, 0)));
        ck_assert_double_eq_tol(grid->columns[0].values[k], alignment_at(share), 1e-13);
        ck_assert_double_eq_tol(grid->columns[1].values[k], slope, 1e-7);
        ck_assert(isnan(grid->columns[0].errors[k]));
    }
    const tro_study_table *impossible = &o.study->tables[1];
    ck_assert_uint_eq(impossible->failed, 1);
    ck_assert_ptr_null(impossible->failures[0]);
    ck_assert_str_eq(impossible->failures[1],
                     "a curated share of 0.9 leaves nothing to displace: the shares are real 0.25, "
                     "synthetic 0.5, curated 0.25 and it displaces 'synthetic'");
    ck_assert(isnan(impossible->columns[0].values[1]));
    const tro_study_table *parts = &o.study->tables[2];
    ck_assert_uint_eq(parts->components, 2);
    ck_assert_double_eq(parts->columns[0].values[0], parts->columns[0].values[1]);
    ck_assert_double_eq_tol(parts->columns[1].values[0] + parts->columns[1].values[1],
                            parts->columns[0].values[0], 1e-14);
    ck_assert_double_eq_tol(o.study->tables[3].columns[0].values[0], 2 * (0.5 + 0.25 * 6) / 0.5,
                            1e-13);
    ck_assert_double_gt(o.study->tables[4].columns[0].errors[0], 0);
    close_study(&o);
}
END_TEST

static void count_progress(void *context, const char *what, size_t done, size_t total)
{
    size_t *count = context;
    (void)what;
    ck_assert_uint_le(done, total);
    ++*count;
}

static int stop_at_once(void *context)
{
    (void)context;
    return 1;
}

START_TEST(test_tables_progress)
{
    opened o;
    size_t count = 0;
    tro_progress progress = {.report = count_progress, .context = &count};
    open_study(&o, tables);
    ck_assert_int_eq(tro_study_run(o.study, &progress, &o.messages), TRO_OK);
    ck_assert_uint_eq(count, 6 + 2 + 1 + 1 + 1);
    close_study(&o);
    progress.stop = stop_at_once;
    open_study(&o, tables);
    ck_assert_int_eq(tro_study_run(o.study, &progress, &o.messages), TRO_EINTERRUPTED);
    close_study(&o);
}
END_TEST

START_TEST(test_tables_errors)
{
    refuse("vary: [1]\n", "15:7: vary is a map from a table's name to {over, find}");
    refuse("vary: {t: {over: {x: {key: seed}}, find: {J: {alignment: a}}}}\n",
           "15:22: an axis has 'values' or 'options', found neither");
    refuse("vary:\n  t:\n    over: {x: {key: agents.a.shares.curatd, values: [0, 1]}}\n"
           "    find: {J: {alignment: a}}\n",
           "17:21: the scenario has no key 'agents.a.shares.curatd'");
    refuse("vary: {t: {find: {J: {alignment: c}, K: {alinment: a}, L: {alignment: a}}}}\n",
           "15:34: no agent is called 'c'\n"
           "15:42: unknown quantity 'alinment' (did you mean 'alignment'?)");
    refuse("vary: {t: {find: {}}}\n", "15:18: find is a map from a column's name to a quantity");
    refuse("vary: {t: {over: {x: {key: seed, values: [1]}}}}\n",
           "15:11: missing key 'find' in 'table'");
    refuse("vary: {t: {find: {J: {influence: {on: a, of: a, block: 3}}}}}\n",
           "15:56: blocks of 3 coordinates do not divide a dimension of 2");
    refuse("vary: {t: {find: {J: {influence: {on: a, of: a, hops: 1, method: theorem}}}}}\n",
           "15:66: 'hops', 'shortest' and 'block' go with method 'adjoint' or 'forward'");
    refuse("vary: {t: {find: {J: {influence: {on: a, of: a, hops: 1e300}},\n"
           "                  K: {proxy: {on: a, of: a, hops: 10001}},\n"
           "                  L: {influence: {on: a, of: a, hops: -1}},\n"
           "                  M: {influence: {on: a, of: a, hops: 10000}},\n"
           "                  N: {influence: {on: a, of: a, hops: inf, shortest: true}},\n"
           "                  O: {influence: {on: a, of: a, hops: 2, shortest: true}},\n"
           "                  P: {proxy: {on: a, of: a, hops: 0, shortest: true}}}}}\n",
           "15:55: hops must be between 0 and 10000 (in edges) or inf, found '1e300'\n"
           "16:51: hops must be between 0 and 10000 (in edges) or inf, found '10001'\n"
           "17:55: hops must be between 0 and 10000 (in edges) or inf, found '-1'\n"
           "20:55: 'hops' and 'shortest' are two lengths of a walk: one of them would be right\n"
           "21:51: 'hops' and 'shortest' are two lengths of a walk: one of them would be right");
    refuse("vary: {claims: {find: {J: {alignment: a}}}, a/b: {find: {J: {alignment: a}}}}\n",
           "15:8: a table cannot be called 'claims': its file would be 'claims.csv'\n"
           "15:45: a table cannot be called 'a/b': its file would be 'a/b.csv'");
    refuse("vary:\n  t:\n    over: {x: {key: seed, values: {linspace: [0, 1, 5000]}},\n"
           "           y: {key: seed, values: {linspace: [0, 1, 5000]}}}\n"
           "    find: {J: {alignment: a}}\n",
           "18:15: the grid has more than 10000000 cells");
}
END_TEST

/* --- claims ----------------------------------------------------------------------- */

/* What becomes of one claim about the tables above. */
static void check_claim(const char *claim, tro_verdict verdict, const char *expected,
                        const char *found, const char *remark)
{
    opened o;
    char text[8192];
    snprintf(text, sizeof text,
             "%sclaims:\n  - {claim: it is so, source: derived, %s}\n", tables, claim);
    open_study(&o, text);
    ck_assert_int_eq(tro_study_run(o.study, NULL, &o.messages), TRO_OK);
    const tro_claim *c = &o.study->claims[0];
    ck_assert_msg(c->verdict == verdict, "%s: %s, found %s, expected %s (%s)", claim,
                  tro_verdict_name(c->verdict), c->found, c->expected, c->remark);
    if (expected)
        ck_assert_str_eq(c->expected, expected);
    if (found)
        ck_assert_str_eq(c->found, found);
    if (remark)
        ck_assert_str_eq(c->remark, remark);
    for (int v = 0; v < 3; v++)
        ck_assert_uint_eq(o.study->counts[v], v == (int)verdict);
    close_study(&o);
}

START_TEST(test_claims_columns)
{
    check_claim("column: grid.J, equals: [4, 6, 7, 4, 6, 7], absolute: 1e-12", TRO_HOLDS, NULL,
                NULL, NULL);
    check_claim("column: grid.J, equals: [4, 6, 7, 4, 6, 7.5], relative: 0.01", TRO_FAILS,
                "7.5 within 0.01 relative", "7",
                "6 rows; the least good is row 6, off by 6.7 of the tolerance");
    check_claim("column: grid.J, where: {share: 0.25}, equals: 6, absolute: 1e-12", TRO_HOLDS,
                "6 within 1e-12", "6", NULL);
    check_claim("column: grid.J, where: {share: 0.75, order: sequential}, above: 6.5, below: 7.5",
                TRO_HOLDS, "> 6.5 and < 7.5", "7", "");
    check_claim("column: grid.J, above: 4.5", TRO_FAILS, "> 4.5", "4",
                "6 rows; the least good is row 1");
    check_claim("column: grid.dJ, sign: positive", TRO_HOLDS, "positive", NULL, NULL);
    check_claim("column: grid.dJ, sign: negative", TRO_FAILS, "negative", NULL, NULL);
    check_claim("column: grid.J, below: 7.1", TRO_HOLDS, "< 7.1", "7",
                "6 rows; the least good is row 3");
    check_claim("column: grid.J, agrees-with: grid.J, absolute: 0", TRO_HOLDS, NULL, NULL, NULL);
    check_claim("column: grid.J, where: {order: synchronous}, less-than: grid.dJ", TRO_FAILS,
                NULL, NULL, NULL);
    check_claim("column: parts.whole, same-as: {influence: {on: a, of: a, method: forward}}, "
                "relative: 1e-13", TRO_HOLDS, NULL, NULL, NULL);
}
END_TEST

START_TEST(test_claims_quantities)
{
    check_claim("quantity: {alignment: a}, equals: 6, relative: 1e-14", TRO_HOLDS,
                "6 within 1e-14 relative", "6", NULL);
    check_claim("quantity: {alignment: a}, set: {agents.a.shares.curated: 0.75}, equals: 7, "
                "relative: 1e-14", TRO_HOLDS, NULL, "7", NULL);
    check_claim("quantity: {alignment: a}, set: {agents.a.shares: {real: 0.5, curated: 0.5}}, "
                "equals: 6, relative: 1e-14", TRO_HOLDS, NULL, "6", NULL);
    check_claim("quantity: {influence: {on: a, of: a, block: 1}}, equals: [2, 2], absolute: 1e-12",
                TRO_HOLDS, NULL, "2", NULL);
    check_claim("quantity: {root: {of: {influence: {on: a, of: a, hops: 0}}, "
                "key: agents.b.reference, between: [-10, 5]}}, equals: 1, absolute: 1e-12",
                TRO_HOLDS, NULL, NULL, NULL);
    check_claim("quantity: {root: {of: {influence: {on: a, of: a, hops: 0}}, "
                "key: agents.b.reference, between: [1, 5]}}, equals: 1, absolute: 1e-12",
                TRO_HOLDS, NULL, NULL, NULL);
    check_claim("quantity: {root: {of: {influence: {on: a, of: a, hops: 0}}, "
                "key: agents.b.reference, between: [2, 5]}}, above: 0", TRO_UNDECIDED, "", "",
                "no change of sign: the quantity is 1 at 2 and 4 at 5");
    check_claim("quantity: {sampled-alignment: a}, same-as: {expected-alignment: a}, "
                "standard-errors: 5", TRO_HOLDS, NULL, NULL, NULL);
}
END_TEST

/* Where a claim cannot be decided it is neither true nor false. */
START_TEST(test_claims_undecided)
{
    check_claim("column: impossible.J, above: 0", TRO_UNDECIDED, "", "",
                "a curated share of 0.9 leaves nothing to displace: the shares are real 0.25, "
                "synthetic 0.5, curated 0.25 and it displaces 'synthetic'");
    check_claim("column: impossible.J, where: {share: 0.5}, above: 0", TRO_HOLDS, NULL, NULL,
                NULL);
    check_claim("quantity: {alignment: a}, set: {agents.a.shares.curated: 0.9}, above: 0",
                TRO_UNDECIDED, NULL, NULL, NULL);
    check_claim("quantity: {influence: {on: a, of: b}}, above: 0", TRO_UNDECIDED, NULL, "nan",
                NULL);
    check_claim("column: parts.part, equals: [1, 2, 3], absolute: 1", TRO_UNDECIDED, "", "",
                "equals has 3 values, but there are 2 rows");
    /* lists of another length compare with nothing */
    check_claim("column: parts.part, agrees-with: one.J, absolute: 1", TRO_UNDECIDED, "", "",
                "'one.J' has 1 rows, 'parts.part' 2");
    check_claim("column: grid.J, where: {order: sequential}, "
                "same-as: {influence: {on: a, of: a, block: 1}}, absolute: 1", TRO_UNDECIDED, "",
                "", "same-as has 2 values, but there are 3 rows");
    check_claim("quantity: {influences: {of: a}}, same-as: {influence: {on: a, of: a, block: 1}}, "
                "absolute: 1e9", TRO_HOLDS, NULL, NULL, NULL);
    check_claim("quantity: {sampled-alignment: a}, set: {advance: {sampled: 4}}, equals: 6, "
                "standard-errors: 5", TRO_UNDECIDED, NULL, NULL, NULL); /* one replicate */
}
END_TEST

START_TEST(test_claims_errors)
{
    static const struct {
        const char *claim, *message;
    } all[] = {
        {"equals: 1, absolute: 1",
         "16:5: a claim is about a 'column' or a 'quantity', found neither"},
        {"column: t.J, quantity: {alignment: a}, sign: positive",
         "16:5: a claim is about a 'column' or a 'quantity', found both"},
        {"quantity: {alignment: a}",
         "16:5: a claim needs one relation: equals, agrees-with, same-as, less-than, below, above "
         "or sign"},
        {"quantity: {alignment: a}, equals: 1",
         "16:5: equality needs a tolerance: 'relative', 'absolute' or 'standard-errors'"},
        {"quantity: {alignment: a}, equals: 1, standard-errors: 5",
         "16:81: 'alignment' is exact: it has no standard errors"},
        {"quantity: {alignment: c}, above: 1", "16:49: no agent is called 'c'"},
        {"column: J, above: 1", "16:35: 'J' is not TABLE.COLUMN, as in 'coupling.dJp'"},
        {"column: t.J, above: 1", "16:35: 'vary' has no table 't'"},
        {"quantity: {alignment: a}, where: {x: 1}, above: 1",
         "16:60: 'where' chooses rows of a 'column'"},
        {"quantity: {alignment: a}, sign: up",
         "16:59: sign must be one of negative, positive, found 'up'"},
    };
    char text[1024];
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        snprintf(text, sizeof text, "claims:\n  - {claim: x, source: y, %s}\n", all[k].claim);
        refuse(text, all[k].message);
    }
    refuse("claims: {}\n", "15:9: claims is a list");
    refuse("claims: [{claim: x, sorce: y}]\n",
           "15:21: unknown key 'sorce' in 'claim' (did you mean 'source'?)\n"
           "15:10: missing key 'source' in 'claim'");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_tables_sweep, test_tables_progress, test_tables_errors, test_claims_columns,
        test_claims_quantities, test_claims_undecided, test_claims_errors};
    return TRO_RUN_TESTS("study", tests);
}
