/* Mistakes of vary, claims and figure: all of them, before anything runs. */
#include "study_support.h"

#define SYSTEM TRO_STUDY_SYSTEM(30, 200, 20)

static void refuse(const char *rest, const char *expected)
{
    char text[8192];
    snprintf(text, sizeof text, "%s%s", SYSTEM, rest);
    tro_study_refused(text, expected);
}

/* A table t with these axes and a column J; the axes begin at 17:11. */
static void refuse_axes(const char *over, const char *set, const char *expected)
{
    char text[4096];
    snprintf(text, sizeof text,
             "vary:\n  t:\n    over: {%s}\n    set: {%s}\n    find: {J: {alignment: a}}\n", over,
             set);
    refuse(text, expected);
}

static void accept(const char *rest)
{
    char text[8192];
    tro_opened o;
    snprintf(text, sizeof text, "%s%s", SYSTEM, rest);
    tro_study_open(&o, text);
    tro_study_close(&o);
}

/* --- tables ---------------------------------------------------------------------- */

START_TEST(test_tables_errors)
{
    refuse("vary: [1]\n", "15:7: vary is a map from a table's name to {over, find}");
    refuse("vary: {t: {over: {x: {key: seed}}, find: {J: {alignment: a}}}}\n",
           "15:22: an axis has 'values' or 'options', found neither");
    refuse("vary:\n  t:\n    over: {x: {key: agents.a.shares.curatd, values: [0, 1]}}\n"
           "    find: {J: {alignment: a}}\n",
           "17:21: no key 'curatd' in shares: did you mean 'curated'?");
    refuse("vary: {t: {find: {J: {alignment: c}, K: {alinment: a}, L: {alignment: a}}}}\n",
           "15:42: unknown quantity 'alinment' (did you mean 'alignment'?)\n"
           "15:34: no agent is called 'c'");
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
           "15:55: hops must be between 0 and 10000 edges or inf, found '1e300'\n"
           "16:51: hops must be between 0 and 10000 edges or inf, found '10001'\n"
           "17:55: hops must be between 0 and 10000 edges or inf, found '-1'\n"
           "20:55: 'hops' and 'shortest' are two lengths of a walk: one of them would be right\n"
           "21:51: 'hops' and 'shortest' are two lengths of a walk: one of them would be right");
    refuse("vary:\n  t:\n"
           "    over: {x: {key: agents.a.reference, values: {linspace: [0, 1, 5000]}},\n"
           "           y: {key: agents.b.reference, values: {linspace: [0, 1, 5000]}}}\n"
           "    find: {J: {alignment: a}}\n",
           "18:15: the grid has more than 10000000 cells");
}
END_TEST

START_TEST(test_names_errors)
{
    static const char *const names[] = {"a/b", "'a\\b'", "''", ".a"};
    static const char *const shown[] = {"a/b", "a\\b", "", ".a"};
    char text[1024], expected[1024];
    for (int k = 0; k < 4; k++) {
        snprintf(text, sizeof text, "vary: {%s: {find: {J: {alignment: a}}}}\n", names[k]);
        snprintf(expected, sizeof expected,
                 "15:8: a table cannot be called '%s': its file would be '%s.csv'; a name without "
                 "'/', '\\' and a '.' in front would be right", shown[k], shown[k]);
        refuse(text, expected);
    }
    refuse("vary: {claims: {find: {J: {alignment: a}}}}\n",
           "15:8: a table cannot be called 'claims': its file would be 'claims.csv', which has the "
           "claims");
    snprintf(text, sizeof text, "vary: {%0250d: {find: {J: {alignment: a}}}}\n", 1);
    refuse(text, "15:8: the name of a table has 250 bytes: at most 200 would be right");
    /* axes and columns share a file */
    refuse("vary:\n  t:\n    over: {component: {key: seed, values: 1}, J: {key: seed, values: 1},"
           " S_se: {key: agents.a.reference, values: 1}, '': {key: seed, values: 1}}\n"
           "    find: {J: {alignment: a}, status: {alignment: a}, S: {sampled-alignment: a}}\n",
           "17:12: 'component' is a column that tables have anyway: another name would be right\n"
           "17:74: 'S_se' is a column of standard errors of this table already: another name would "
           "be right\n"
           "17:118: an axis or a column without a name\n"
           "18:12: 'J' is an axis of this table already: another name would be right\n"
           "18:31: 'status' is a column that tables have anyway: another name would be right\n"
           "17:56: 'seed' undoes 'seed' of axis 'component': one of them would be right\n"
           "17:128: 'seed' undoes 'seed' of axis 'component': one of them would be right\n"
           "17:128: 'seed' undoes 'seed' of axis 'J': one of them would be right");
    accept("vary: {t.u: {find: {J.K: {alignment: a}}}}\n"
           "claims: [{claim: c, source: s, column: t.u.J.K, above: 0}]\n");
}
END_TEST

/* The document refuses names that stand in a map twice. */
START_TEST(test_names_twice)
{
    static const char *const twice[] = {
        "vary: {t: {find: {J: {alignment: a}}}, t: {find: {J: {alignment: a}}}}\n",
        "vary: {t: {over: {x: {key: seed, values: 1}, x: {key: seed, values: 1}}}}\n",
        "vary: {t: {find: {J: {alignment: a}, J: {alignment: a}}}}\n"};
    for (int k = 0; k < 3; k++) {
        char text[4096];
        tro_document *document;
        tro_messages messages = {0};
        snprintf(text, sizeof text, "%s%s", SYSTEM, twice[k]);
        ck_assert_int_eq(tro_document_read_text("test.yaml", text, strlen(text), &document,
                                                &messages), TRO_OK);
        ck_assert_int_eq(messages.items[0].line, 15);
        ck_assert_ptr_nonnull(strstr(messages.items[0].text, "duplicate key"));
        ck_assert_uint_eq(document->duplicates, 1); /* no scenario is made of it */
        tro_document_free(document);
        tro_messages_clear(&messages);
    }
}
END_TEST

/* Every value of every axis is tried, and what is impossible is said where it stands. */
START_TEST(test_values_impossible)
{
    refuse_axes("x: {key: agents.a.shares.curated, values: [0.5, 1.7, 0.25, -1]}", "",
                "17:60: axis 'x' at 1.7: curated must be a share between 0 and 1, found '1.7'\n"
                "17:71: axis 'x' at -1: curated must be a share between 0 and 1, found '-1'");
    /* the first value too, and of several axes each in its place */
    refuse_axes("x: {key: agents.a.shares.curated, values: [1.7, 0.5]}, "
                "o: {key: agents.a.displaces, options: [synthetic, syntetic]}", "",
                "17:55: axis 'x' at 1.7: curated must be a share between 0 and 1, found '1.7'\n"
                "17:117: axis 'o' at syntetic: displaces must be one of proportional, real, "
                "synthetic, found 'syntetic' (did you mean 'synthetic'?)");
    /* a wrong type; what it does elsewhere is said with its place */
    refuse_axes("x: {key: seed, values: [1, 1.5]}, d: {key: outcomes.dimension, values: [2, 1]}",
                "agents.a.reference: [1, 2]",
                "17:39: axis 'x' at 1.5: seed must be a whole number, found '1.5'\n"
                "17:87: axis 'd' at 1: mean has 2 numbers, but the dimension is 1 "
                "('agents.a.reference')");
    /* a single value */
    refuse_axes("x: {key: seed, values: -1}", "",
                "17:35: axis 'x' at -1: seed must be between 0 and 9007199254740992, found '-1'");
    /* of a long grid three are tried, of a short one all */
    refuse_axes("x: {key: agents.a.shares.curated, values: {linspace: [0, 1, 5]}}", "",
                "17:54: axis 'x' at 1: a curated share of 1 leaves nothing to displace: the shares "
                "are real 0.25, synthetic 0.5, curated 0.25 and it displaces 'synthetic'");
    refuse_axes("x: {key: agents.a.shares.curated, values: {linspace: [0, 1, 5001]}}", "",
                "17:54: axis 'x' at 1: a curated share of 1 leaves nothing to displace: the shares "
                "are real 0.25, synthetic 0.5, curated 0.25 and it displaces 'synthetic'");
    refuse_axes("x: {key: agents.a.learning-rate, values: {linspace: [1, 9, 9]}}", "",
                "17:53: axis 'x' at 2: learning-rate must be above 0 and at most 1, found '2'");
    /* no value is possible */
    refuse_axes("x: {key: agents.a.shares.curated, values: [2, 3]}", "",
                "17:55: axis 'x' at 2: curated must be a share between 0 and 1, found '2'\n"
                "17:58: axis 'x' at 3: curated must be a share between 0 and 1, found '3'");
}
END_TEST

/* What some cells can be is no mistake: the others will be labelled. */
START_TEST(test_values_possible)
{
    accept("vary:\n  t:\n    over:\n"
           "      l: {key: agents.a.shares.real, values: [0.9, 0.5, 0]}\n"
           "      c: {key: agents.a.shares.curated, values: [0.9, 0.5, 0, 1]}\n"
           "    find: {J: {alignment: b}}\n");
    /* a column that has a value in some cells */
    accept("vary:\n  t:\n    over: {advance: {key: advance, options: [exact, '{sampled: 4}']}}\n"
           "    find: {J: {sampled-alignment: b}, K: {alignment: b}}\n");
    /* `set` makes possible what the file does not */
    accept("vary: {t: {set: {outcomes.dimension: 3}, find: {J: {influence: {on: a, of: a, block: "
           "3}}}}}\n"
           "claims: [{claim: c, source: s, quantity: {influence: {on: a, of: a, block: 5}},\n"
           "          set: {outcomes.dimension: 5}, above: 0}]\n");
}
END_TEST

START_TEST(test_sets_errors)
{
    refuse("vary:\n  t:\n    set:\n"
           "      agents.c.reference: 1\n"
           "      agents.a.rewrd: 1\n"
           "      agents.b.reference: [1, 2, 3]\n"
           "      seed: {a: 1}\n"
           "      agents.a.at.b: 1\n"
           "    find: {J: {alignment: a}}\n",
           "18:7: no 'c' in 'agents', a list of 2 elements\n"
           "19:7: no key 'rewrd' in agent: did you mean 'reward'?\n"
           "22:7: 'agents.a.at' is the value 'mean', there is nothing below it\n"
           "21:13: seed must be a whole number, found a map\n"
           "20:27: mean has 3 numbers, but the dimension is 2");
    /* what belongs to none of the entries alone, and then not to the axis either */
    refuse("vary:\n  t:\n    set: {outcomes.dimension: 3, agents.a.shares.real: 0.9,\n"
           "          agents.b.reference: [1, 2, 3]}\n"
           "    over: {x: {key: seed, values: [1, 2]}}\n"
           "    find: {J: {alignment: a}}\n",
           "17:56: shares sum to 1.15, at most 1 would be right");
    refuse("vary: {t: {set: [1], find: {J: {alignment: a}}}}\n",
           "15:17: set is a map from paths to values");
    refuse("claims:\n  - {claim: c, source: s, quantity: {alignment: a}, above: 0,\n"
           "     set: {agents.a.shares.curated: 1.7, agents.b.shares.real: x}}\n",
           "17:37: curated must be a share between 0 and 1, found '1.7'\n"
           "17:64: real must be a number, found 'x'");
}
END_TEST

/* Paths are compared by what they lead to, not by how they are spelt. */
START_TEST(test_keys_spelt)
{
    accept("vary:\n  t:\n    over: {x: {key: agents.a.start.mean, values: [1, 2]}}\n"
           "    set: {agents.0.start: {mean: 0}}\n    find: {J: {alignment: a}}\n");
    /* a default that `set` writes out */
    accept("vary:\n  t:\n    over: {x: {key: agents.a.outputs, values: [1, 2]}}\n"
           "    set: {agents.0.outputs: 5}\n    find: {J: {sampled-alignment: a}}\n");
    /* a prefix of the spelling is no prefix of the path */
    refuse_axes("x: {key: agents.a.start, values: [1, 2]}", "agents.a.sta: 1",
                "18:11: no key 'sta' in agent: did you mean 'start'?");
    refuse_axes("x: {key: agents.a.shares.curated, values: [0.25, 0.5]}, "
                "y: {key: agents.0.shares.curated, values: [0.25, 0.5]}", "",
                "17:77: 'agents.0.shares.curated' undoes 'agents.a.shares.curated' of axis 'x': "
                "one of them would be right");
    refuse_axes("x: {key: agents.0.shares, options: ['{real: 1}', '{real: 0.5}']}",
                "agents.a.shares.real: 0.5",
                "17:21: 'agents.0.shares' undoes 'agents.a.shares.real' of 'set': one of them "
                "would be right");
    refuse("claims:\n  - {claim: c, source: s, quantity: {alignment: a}, above: 0,\n"
           "     set: {agents.a.reference: 1, agents.0.reference: 2}}\n",
           "17:35: 'agents.0.reference' undoes 'agents.a.reference' of 'set': one of them would be "
           "right");
}
END_TEST

/* --- claims ----------------------------------------------------------------------- */

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
         "16:5: a claim needs one relation: equals, agrees-with, same-as, less-than, below, above, "
         "between, sign, order, increases-with, decreases-with or nearest-to"},
        {"quantity: {alignment: a}, equals: 1",
         "16:5: equality needs a tolerance: 'relative', 'absolute' or 'standard-errors'"},
        {"quantity: {alignment: a}, equals: 1, standard-errors: 5",
         "16:81: 'alignment' is exact: it has no standard errors"},
        {"quantity: {alignment: c}, above: 1", "16:49: no agent is called 'c'"},
        {"column: J, above: 1", "16:35: 'J' is not TABLE.COLUMN, as in 'coupling.dJp'"},
        {"column: t.J, above: 1", "16:35: 'vary' has no table 't'"},
        {"quantity: {alignment: a}, where: {x: 1}, above: 1",
         "16:60: 'where' chooses rows of a 'column'"},
        {"quantity: {alignment: a}, above: 2, below: 2",
         "16:70: no number is above 2 and below 2"},
        {"quantity: {alignment: a}, sign: up",
         "16:59: sign must be one of negative, positive, found 'up'"},
    };
    char text[1024];
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        snprintf(text, sizeof text, "claims:\n  - {claim: x, source: y, %s}\n", all[k].claim);
        refuse(text, all[k].message);
    }
    refuse("claims: {}\n", "15:9: claims is a list");
    refuse("claims: [{claim: x, source: ' ', quantity: {alignment: a}, above: 0}]\n",
           "15:29: 'source' is empty: who says so, or how it was derived, would be right");
    refuse("claims: [{claim: '', source: y, quantity: {alignment: a}, above: 0}]\n",
           "15:18: 'claim' is empty: what is claimed would be right");
    refuse("vary: {t: {over: {seed: [1, 2]}, find: {J: {alignment: a}}}}\n"
           "claims: [{claim: x, source: y, column: t.J, above: 0,\n"
           "  only-if: {words: '', where: {seed: 1}}}]\n",
           "17:20: 'words' is empty: the condition would be right");
    refuse("claims: [{claim: x, sorce: y}]\n",
           "15:21: unknown key 'sorce' in 'claim' (did you mean 'source'?)");
}
END_TEST

/* Lengths that are known before anything runs. */
START_TEST(test_claims_lengths)
{
    static const char tables[] =
        "vary:\n"
        "  grid: {over: {x: {key: seed, values: [1, 2, 3]}}, find: {J: {alignment: a}}}\n"
        "  parts: {find: {part: {influence: {on: a, of: a, block: 1}}, whole: {alignment: a}}}\n"
        "  one: {find: {J: {alignment: a}}}\n"
        "claims:\n";
    static const struct {
        const char *claim, *message;
    } all[] = {
        {"column: grid.J, equals: [1, 2], absolute: 1",
         "20:51: equals has 2 values, but there are 3 rows: one for each, or one for all, would be "
         "right"},
        {"column: grid.J, where: {x: 2}, equals: [1, 2], absolute: 1",
         "20:66: equals has 2 values, but there is 1 row: one for each, or one for all, would be "
         "right"},
        {"column: parts.part, equals: [1, 2, 3], absolute: 1",
         "20:55: equals has 3 values, but there are 2 rows: one for each, or one for all, would be "
         "right"},
        {"quantity: {influences: {of: a}}, equals: [1, 2, 3], absolute: 1",
         "20:68: equals has 3 values, but there are 2 rows: one for each, or one for all, would be "
         "right"},
        {"column: parts.whole, agrees-with: one.J, absolute: 1",
         "20:61: 'one.J' has 1 rows, 'parts.whole' 2"},
        {"column: grid.J, same-as: {influence: {on: a, of: a, block: 1}}, absolute: 1",
         "20:52: same-as has 2 values, but there are 3 rows: one for each, or one for all, would "
         "be right"},
    };
    char text[2048];
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        snprintf(text, sizeof text, "%s  - {claim: x, source: y, %s}\n", tables, all[k].claim);
        refuse(text, all[k].message);
    }
    snprintf(text, sizeof text,
             "%s  - {claim: x, source: y, column: parts.whole, equals: [1, 2], absolute: 9}\n"
             "  - {claim: x, source: y, column: parts.part, equals: 2, absolute: 9}\n"
             "  - {claim: x, source: y, column: parts.part, equals: [2, 2], absolute: 9}\n",
             tables);
    accept(text);
    refuse("vary: {t: {find: {J: {influence: {on: a, of: a, block: 1}}, K: {alignment: a},\n"
           "                  L: {influences: {of: a}}}}}\n"
           "claims: [{claim: x, source: y, quantity: {root: {of: {influences: {of: a}},\n"
           "          key: seed, between: [-1, 2]}}, above: 0}]\n",
           "17:55: a root needs a quantity of one value, found 'influences' with 2\n"
           "18:32: 'seed' at -1: seed must be between 0 and 9007199254740992, found '-1'");
}
END_TEST

/* Claims that nothing that is computed could break, or keep. */
START_TEST(test_claims_sense)
{
    static const char tables[] =
        "vary:\n"
        "  t: {over: {x: {key: seed, values: [1, 2]}}, given: {p: 1, q: [1, 2]},\n"
        "      find: {J: {alignment: a}}}\n"
        "claims:\n";
    static const struct {
        const char *claim, *message;
    } all[] = {
        {"column: t.J, agrees-with: t.J, absolute: 1",
         "19:53: 'agrees-with' names the claim's own column: another would be right"},
        {"column: t.J, less-than: t.J",
         "19:51: 'less-than' names the claim's own column: another would be right"},
        {"column: t.p, agrees-with: t.q, absolute: 1",
         "19:35: column 't.p' is given, and nothing that it is compared with is computed: a claim "
         "about a column of 'find' would be right"},
        {"column: t.p, above: 0, only-if: {words: w, column: t.J, above: 0}",
         "19:35: column 't.p' is given, and nothing that it is compared with is computed: a claim "
         "about a column of 'find' would be right"},
    };
    char text[1024];
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        snprintf(text, sizeof text, "%s  - {claim: x, source: y, %s}\n", tables, all[k].claim);
        refuse(text, all[k].message);
    }
    snprintf(text, sizeof text,
             "%s  - {claim: x, source: y, column: t.p, less-than: t.J}\n"
             "  - {claim: x, source: y, column: t.p, same-as: {alignment: a}, absolute: 1}\n"
             "  - {claim: x, source: y, column: t.p, nearest-to: u, among: {u: 0, v: t.J}}\n",
             tables);
    accept(text);
}
END_TEST

/* One mistake does not hide another. */
START_TEST(test_mistakes_all)
{
    refuse("vary:\n"
           "  bad: {over: {x: {key: agents.a.shares.curatd, values: [0]}}, "
           "find: {J: {alinment: a}}}\n"
           "  worse: {over: [1], find: 7}\n"
           "  worst: 5\n"
           "claims:\n"
           "  - {claim: 1, source: 2, column: bad.K, agrees-with: worst.J, where: {y: 1, x: 3},\n"
           "     absolute: 1, set: {seed: 1}, standard-errors: 1000}\n"
           "  - {claim: 1, source: 2, column: bad.J, equals: [1, 2], standard-errors: 5}\n"
           "  - {claim: 1, source: 2, column: worse.J, where: {q: 1}, above: 1, relative: 1}\n"
           "  - {claim: 1, quantity: {alignment: c}, equls: 1, less-than: bad.J, sign: up}\n"
           "figure:\n"
           "  panels: [{x: z, series: [{table: bad, y: J, style: band}, {table: worse, y: K}]}]\n",
           "16:75: unknown quantity 'alinment' (did you mean 'alignment'?)\n"
           "16:25: no key 'curatd' in shares: did you mean 'curated'?\n"
           "17:17: over is a map from an axis's name to {key, values}\n"
           "17:28: find is a map from a column's name to a quantity\n"
           "18:10: 'table' must be a map, found '5'\n"
           "21:52: standard-errors must be above 0 and at most 100, found '1000'\n"
           "21:24: 'set' goes with 'quantity'; a column's table has its own\n"
           "20:35: table 'bad' has no column 'K'\n"
           "20:72: table 'bad' has no axis 'y' to choose a value of\n"
           "20:81: axis 'x' of table 'bad' has no value '3'\n"
           "23:79: 'relative' is a tolerance of 'equals', 'agrees-with' or 'same-as', and there is "
           "none\n"
           "24:42: unknown key 'equls' in 'claim' (did you mean 'equals'?)\n"
           "24:5: missing key 'source' in 'claim'\n"
           "24:76: sign must be one of negative, positive, found 'up'\n"
           "24:63: 'less-than' compares a 'column' with another, and nothing else\n"
           "24:38: no agent is called 'c'\n"
           "26:16: table 'bad' has no axis 'z' to draw along");
    refuse("vary: 3\nclaims: [{claim: c, source: s, column: t.J}]\n",
           "15:7: vary is a map from a table's name to {over, find}\n"
           "16:10: a claim needs one relation: equals, agrees-with, same-as, less-than, below, "
           "above, between, sign, order, increases-with, decreases-with or nearest-to");
}
END_TEST

/* What sampled quantities need. */
START_TEST(test_sampled_errors)
{
    refuse("vary: {t: {set: {advance: exact}, find: {J: {sampled-alignment: a}, "
           "K: {alignment: a}}}}\n"
           "claims:\n"
           "  - {claim: c, source: s, quantity: {pairing-gain: {on: a, of: a}}, above: 0,\n"
           "     set: {record.burn-in: 30}}\n",
           "15:65: a sampled quantity needs 'advance: {sampled: {outputs: n}}', found exact "
           "rounds\n"
           "17:52: a burn-in of 30 leaves none of 30 rounds");
    refuse("vary: {t: {find: {J: {sampled-alignment: a}, K: {alignment: a}, L: {alignment: a}}}}\n"
           "claims:\n"
           "  - {claim: c, source: s, quantity: {alignment: a}, agrees-with: t.K, absolute: 1}\n"
           "  - {claim: c, source: s, column: t.K, agrees-with: t.L, standard-errors: 5}\n",
           "17:66: 'agrees-with' compares a 'column' with another; 'same-as' goes with 'quantity'\n"
           "18:75: column 't.K' is exact: it has no standard errors");
}
END_TEST

/* Without memory at any point: the status says so, and nothing is lost. */
START_TEST(test_memory_fails)
{
    static const char text[] = SYSTEM
        "vary:\n"
        "  t:\n"
        "    over:\n"
        "      x: {key: agents.a.shares.curated, values: [2, 0.5]}\n"
        "      o: {key: schedule, options: [synchronous, wrong]}\n"
        "    set: {agents.a.reference: [1, 2]}\n"
        "    find: {J: {alignment: a}}\n"
        "claims:\n"
        "  - {claim: c, source: s, quantity: {alignment: a}, set: {seed: 1}, above: 0}\n";
    tro_opened o;
    int status;
    tro_study_try(&o, text, &status);
    ck_assert_int_eq(status, TRO_ESCENARIO);
    tro_study_close(&o);
    ck_assert_int_eq(tro_document_read_text("test.yaml", text, strlen(text), &o.document, NULL),
                     TRO_OK);
    status = TRO_ENOMEM;
    for (uint64_t n = 1; status != TRO_ESCENARIO; n++) {
        tro_memory_fail_after(n);
        status = tro_study_new(o.document, tro_catalog_builtin(), NULL, 0, &o.study, NULL);
        tro_memory_fail_after(0);
        ck_assert_msg(status == TRO_ENOMEM || status == TRO_ESCENARIO, "status %d at %llu",
                      status, (unsigned long long)n);
        ck_assert_ptr_null(o.study);
    }
    tro_document_free(o.document);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_tables_errors, test_names_errors, test_names_twice, test_values_impossible,
        test_values_possible, test_sets_errors, test_keys_spelt, test_claims_errors,
        test_claims_lengths, test_claims_sense, test_mistakes_all, test_sampled_errors,
        test_memory_fails};
    return TRO_RUN_TESTS("study check", tests);
}
