/* Studies: tables, claims and the figure, read, evaluated and written. */
#include "study_support.h"

#define SYSTEM TRO_STUDY_SYSTEM(30, 200, 20)

/* Both coordinates: 2 (0.25 2 + c 4) / (0.25 + c). */
static double alignment_at(double curated)
{
    return 2 * (0.5 + 4 * curated) / (0.25 + curated);
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
    "    over:\n"
    "      real: {key: agents.a.shares.real, values: [0.25, 0.75]}\n"
    "      share: {key: agents.a.shares.curated, values: [0.25, 0.75]}\n"
    "    find: {J: {alignment: a}}\n"
    "  partly:\n"
    "    over: {r: {key: agents.a.reference, values: [2, 5]}}\n"
    "    find:\n"
    "      root: {root: {of: {influence: {on: a, of: a, hops: 0}}, key: agents.b.reference,\n"
    "                    between: [2, 5]}}\n"
    "      J: {alignment: a}\n"
    "  parts:\n"
    "    find:\n"
    "      whole: {influence: {on: a, of: a}}\n"
    "      part: {influence: {on: a, of: a, block: 1}}\n"
    "  one: {set: {agents.b.reference: 5}, find: {J: {alignment: a}}}\n"
    "  sampled: {find: {J: {sampled-alignment: a}}}\n";

START_TEST(test_tables_sweep)
{
    tro_opened o;
    tro_study_open(&o, tables);
    ck_assert_uint_eq(o.study->table_count, 6);
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
    const tro_study_table *impossible = &o.study->tables[1], *partly = &o.study->tables[2];
    ck_assert_uint_eq(impossible->failed, 1);
    ck_assert_ptr_null(impossible->failures[0]);
    ck_assert_str_eq(impossible->failures[3], "shares sum to 1.5, at most 1 would be right");
    ck_assert(isnan(impossible->columns[0].values[3]));
    /* a column that fails does not take the others of its row along */
    ck_assert_uint_eq(partly->failed, 1);
    ck_assert_ptr_null(partly->failures[0]);
    ck_assert_str_eq(partly->columns[0].failures[0],
                     "no change of sign: the quantity is 1 at 2 and 4 at 5");
    ck_assert_ptr_null(partly->columns[1].failures[0]);
    ck_assert(isnan(partly->columns[0].values[0]));
    ck_assert_double_eq_tol(partly->columns[0].values[1], 4, 1e-12);
    ck_assert_double_eq_tol(partly->columns[1].values[0], alignment_at(0.25), 1e-13);
    const tro_study_table *parts = &o.study->tables[3];
    ck_assert_uint_eq(parts->components, 2);
    ck_assert_double_eq(parts->columns[0].values[0], parts->columns[0].values[1]);
    ck_assert_double_eq_tol(parts->columns[1].values[0] + parts->columns[1].values[1],
                            parts->columns[0].values[0], 1e-14);
    ck_assert_double_eq_tol(o.study->tables[4].columns[0].values[0], 2 * (0.5 + 0.25 * 6) / 0.5,
                            1e-13);
    ck_assert_double_gt(o.study->tables[5].columns[0].errors[0], 0);
    tro_study_close(&o);
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
    tro_opened o;
    size_t count = 0;
    tro_progress progress = {.report = count_progress, .context = &count};
    tro_study_open(&o, tables);
    ck_assert_int_eq(tro_study_run(o.study, &progress, &o.messages), TRO_OK);
    ck_assert_uint_eq(count, 6 + 4 + 2 + 1 + 1 + 1);
    tro_study_close(&o);
    progress.stop = stop_at_once;
    tro_study_open(&o, tables);
    ck_assert_int_eq(tro_study_run(o.study, &progress, &o.messages), TRO_EINTERRUPTED);
    tro_study_close(&o);
}
END_TEST

/* --- claims ----------------------------------------------------------------------- */

/* What becomes of one claim about the tables above. */
static void check_claim(const char *claim, tro_verdict verdict, const char *expected,
                        const char *found, const char *remark)
{
    tro_opened o;
    char text[8192];
    snprintf(text, sizeof text,
             "%sclaims:\n  - {claim: it is so, source: derived, %s}\n", tables, claim);
    tro_study_open(&o, text);
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
    tro_study_close(&o);
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
    check_claim("quantity: {alignment: a}, same-as: {alignment: a}, absolute: 0", TRO_HOLDS, NULL,
                NULL, NULL);
    check_claim("column: grid.J, where: {order: synchronous}, less-than: grid.dJ", TRO_FAILS,
                NULL, NULL, NULL);
    check_claim("column: parts.whole, same-as: {influence: {on: a, of: a, method: forward}}, "
                "relative: 1e-13", TRO_HOLDS, NULL, NULL, NULL);
}
END_TEST

/* What the words say of a tolerance is what counts. */
START_TEST(test_claims_tolerances)
{
    check_claim("column: one.J, equals: 9, relative: 1e-12, absolute: 2", TRO_HOLDS,
                "9 within 1e-12 relative or 2 absolute", NULL, NULL);
    check_claim("column: sampled.J, equals: 6, absolute: 1e-12, standard-errors: 5", TRO_HOLDS,
                "6 within 1e-12 absolute or 5 standard errors", NULL, NULL);
    check_claim("column: sampled.J, equals: 6, relative: 0.5, absolute: 1, standard-errors: 5",
                TRO_HOLDS, "6 within 0.5 relative or 1 absolute or 5 standard errors", NULL, NULL);
}
END_TEST

/* Two sampled columns differ by the standard errors of both, in quadrature. */
START_TEST(test_claims_quadrature)
{
    tro_opened o;
    static const char text[] = SYSTEM
        "vary:\n"
        "  rough: {set: {advance.sampled.outputs: 1}, find: {J: {sampled-alignment: a}}}\n"
        "  fine: {set: {advance.sampled.outputs: 64}, find: {J: {sampled-alignment: a},\n"
        "                                                  E: {expected-alignment: a}}}\n"
        "claims:\n"
        "  - {claim: one, source: x, column: fine.J, agrees-with: rough.J, standard-errors: %g}\n"
        "  - {claim: two, source: x, column: rough.J, agrees-with: fine.J, standard-errors: %g}\n"
        "  - {claim: three, source: x, column: fine.E, agrees-with: fine.J, standard-errors: 5}\n";
    char filled[8192];
    double away = 0, error = 0;
    for (int k = 0; k < 3; k++) { /* first to measure, then just above and just below */
        double tolerance = k == 0 ? 50 : away / error * (k == 1 ? 1.001 : 0.999);
        snprintf(filled, sizeof filled, text, tolerance, tolerance);
        tro_study_open(&o, filled);
        ck_assert_int_eq(tro_study_run(o.study, NULL, &o.messages), TRO_OK);
        const tro_column *rough = o.study->tables[0].columns, *fine = o.study->tables[1].columns;
        away = fabs(rough->values[0] - fine->values[0]);
        error = sqrt(pow(rough->errors[0], 2) + pow(fine->errors[0], 2));
        ck_assert_double_gt(rough->errors[0], 4 * fine->errors[0]);
        for (int c = 0; c < 2; c++)
            ck_assert_int_eq(o.study->claims[c].verdict, k < 2 ? TRO_HOLDS : TRO_FAILS);
        ck_assert_int_eq(o.study->claims[2].verdict, TRO_HOLDS);
        ck_assert_ptr_nonnull(strstr(o.study->claims[0].expected, " +- "));
        ck_assert_ptr_nonnull(strstr(o.study->claims[0].found, " +- "));
        tro_study_close(&o);
    }
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
    /* alone, a curated share moves what it displaces, as on the command line */
    check_claim("quantity: {alignment: a}, set: {agents.a.displaces: real, "
                "agents.a.shares.curated: 0.5}, equals: 8, relative: 1e-14", TRO_HOLDS, NULL, "8",
                NULL);
    check_claim("quantity: {influence: {on: a, of: a, block: 1}}, equals: [2, 2], absolute: 1e-12",
                TRO_HOLDS, NULL, "2", NULL);
    check_claim("quantity: {sampled-alignment: a}, same-as: {expected-alignment: a}, "
                "standard-errors: 5", TRO_HOLDS, NULL, NULL, NULL);
}
END_TEST

/* A change of sign is a root where the quantity is continuous, and nowhere else. */
START_TEST(test_claims_roots)
{
    static const char *const hops = "quantity: {root: {of: {influence: {on: a, of: a, hops: 0}}, "
                                    "key: agents.b.reference, between: ";
    static const char *const cosine = "quantity: {root: {of: {proxy: {on: a, of: a, hops: 0}}, "
                                      "key: agents.b.reference, between: ";
    static const struct {
        const char *const *of;
        const char *rest;
        tro_verdict verdict;
        const char *remark;
    } all[] = {
        {&hops, "[-10, 5]}}, equals: 1, absolute: 1e-12", TRO_HOLDS, NULL},
        {&hops, "[1, 5]}}, equals: 1, absolute: 0", TRO_HOLDS, NULL},
        {&hops, "[-7, 1]}}, equals: 1, absolute: 0", TRO_HOLDS, NULL},
        {&hops, "[0.9999999999999, 1.0000000000002]}}, equals: 1, absolute: 1e-15", TRO_HOLDS,
         NULL},
        {&hops, "[-10, 5], level: 2}}, equals: 3, absolute: 1e-12", TRO_HOLDS, NULL},
        {&hops, "[-10, 5], level: 2, jump: true}}, equals: 3, absolute: 1e-12", TRO_HOLDS, NULL},
        {&hops, "[-10, 5], level: 2, within: 0.5, jump: true}}, equals: 3, absolute: 0.25",
         TRO_HOLDS, NULL},
        {&hops, "[-10, 5], level: 9}}, above: 0", TRO_UNDECIDED,
         "no crossing of 9: the quantity is -11 at -10 and 4 at 5"},
        {&hops, "[2, 5]}}, above: 0", TRO_UNDECIDED,
         "no change of sign: the quantity is 1 at 2 and 4 at 5"},
        {&hops, "[0, 5]}}, set: {agents.a.reference: 1}, equals: 0, absolute: 0", TRO_HOLDS, NULL},
        {&hops, "[-1, 3]}}, set: {agents.a.reward: 0}, above: 0", TRO_UNDECIDED,
         "no single root: the quantity is 0 at -1 and at 3"},
        /* in one direction a cosine jumps from -1 to 1, and is 0 / 0 between */
        {&cosine, "[-1, 3]}}, above: 0", TRO_UNDECIDED,
         "no root found: the quantity is no number at 1"},
    };
    char claim[512];
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        snprintf(claim, sizeof claim, "%s%s", *all[k].of, all[k].rest);
        check_claim(claim, all[k].verdict, NULL, NULL, all[k].remark);
    }
}
END_TEST

/* a <- (1 + s a) / 2: 1 / (2 - s) has a pole at s = 2, which no round ever meets. */
START_TEST(test_claims_pole)
{
    tro_opened o;
    tro_study_open(&o,
        "trophic: 1\nseed: 1\noutcomes: {family: gaussian}\n"
        "agents: [{name: a, reference: 1, reward: 1, shares: {real: 0.5}}]\n"
        "network: {edges: [{from: a, to: a, channel: {affine: {scale: 1}}}]}\n"
        "claims:\n"
        "  - {claim: a pole, source: derived, above: 0, quantity: {root: {of: {alignment: a},\n"
        "     key: network.edges.a->a.channel.affine.scale, between: [1.1, 3.3]}}}\n"
        "  - {claim: a jump, source: derived, equals: 2, absolute: 1e-9,\n"
        "     quantity: {root: {of: {alignment: a}, level: 1, jump: true, within: 1e-9,\n"
        "     key: network.edges.a->a.channel.affine.scale, between: [1.1, 3.3]}}}\n");
    ck_assert_int_eq(tro_study_run(o.study, NULL, &o.messages), TRO_OK);
    const tro_claim *c = &o.study->claims[0];
    ck_assert_int_eq(c->verdict, TRO_UNDECIDED);
    ck_assert_msg(strncmp(c->remark, "no root: the quantity passes 0 at 2 without being it: ",
                          54) == 0, "found '%s', remark '%s'", c->found, c->remark);
    ck_assert_int_eq(o.study->claims[1].verdict, TRO_HOLDS);
    tro_study_close(&o);
}
END_TEST

/* Where a claim cannot be decided it is neither true nor false. */
START_TEST(test_claims_undecided)
{
    check_claim("column: impossible.J, above: 0", TRO_UNDECIDED, "", "",
                "shares sum to 1.5, at most 1 would be right");
    check_claim("column: impossible.J, where: {share: 0.25}, above: 0", TRO_HOLDS, NULL, NULL,
                NULL);
    check_claim("column: partly.root, above: 0", TRO_UNDECIDED, "", "",
                "no change of sign: the quantity is 1 at 2 and 4 at 5");
    check_claim("column: partly.root, where: {r: 5}, above: 3.9, below: 4.1", TRO_HOLDS, NULL,
                NULL, NULL);
    check_claim("column: partly.J, above: 0", TRO_HOLDS, NULL, NULL, NULL);
    check_claim("column: partly.J, agrees-with: partly.root, absolute: 100", TRO_UNDECIDED, "",
                "", "no change of sign: the quantity is 1 at 2 and 4 at 5");
    check_claim("quantity: {influence: {on: a, of: b}}, above: 0", TRO_UNDECIDED, NULL, "nan",
                NULL);
    check_claim("quantity: {influences: {of: a}}, same-as: {influence: {on: a, of: a, block: 1}}, "
                "absolute: 1e9", TRO_HOLDS, NULL, NULL, NULL);
    check_claim("quantity: {sampled-alignment: a}, set: {advance: {sampled: 4}}, equals: 6, "
                "standard-errors: 5", TRO_UNDECIDED, NULL, NULL, NULL); /* one replicate */
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_tables_sweep, test_tables_progress, test_claims_columns, test_claims_tolerances,
        test_claims_quadrature,
        test_claims_quantities, test_claims_roots, test_claims_pole, test_claims_undecided};
    return TRO_RUN_TESTS("study", tests);
}
