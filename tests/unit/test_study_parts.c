/* Studies: cases as axes, columns that are given, quantities under other keys,
 * rounds, orders, and what figures make of them. */
#include <unistd.h>

#include "study_support.h"

#include "experiment/study_parts.h"

#define SYSTEM TRO_STUDY_SYSTEM(30, 200, 20)

static const char whole[] = SYSTEM
    "cases:\n"
    "  size:\n"
    "    little: {}\n"
    "    much: {agents.a.shares.curated: 0.75, agents.b.reference: 5}\n"
    "vary:\n"
    "  t:\n"
    "    over:\n"
    "      size: {key: cases.size, options: [little, much]}\n"
    "      l: {key: agents.a.reference, values: [2, 4, 6]}\n"
    "    given: {published: [1, 2, 3, 4, 5, 6], all: 7}\n"
    "    find:\n"
    "      J: {alignment: a}\n"
    "      there: {with: {set: {agents.b.reference: 9}, of: {alignment: a}}}\n"
    "      change: {change: {set: {agents.b.reference: 9}, of: {alignment: a}}}\n"
    "  rounds:\n"
    "    over: {l: {key: agents.a.reference, values: [2, 6]}}\n"
    "    given: {two: [20, 60]}\n"
    "    find:\n"
    "      J: {alignment-by-round: {agent: a, rounds: 3}}\n"
    "      last: {alignment-by-round: {agent: a, rounds: 3, last: true}}\n"
    "      more: {change: {set: {agents.b.reference: 4},\n"
    "                      of: {alignment-by-round: {agent: a, rounds: 3}}}}\n"
    "      dJ: {influence-by-round: {on: a, of: a, rounds: 3}}\n"
    "      last_dJ: {influence-by-round: {on: a, of: a, rounds: 3, last: true}}\n"
    "      none: {influence-by-round: {on: b, of: a, rounds: 3}}\n"
    "  parts: {find: {part: {influence: {on: a, of: a, block: 1}}}}\n";

/* 2 (r l + c (b + 1)) / (r + c) */
static double alignment(double l, double c, double b)
{
    return 2 * (0.25 * l + c * (b + 1)) / (0.25 + c);
}

START_TEST(test_columns_found)
{
    tro_opened o;
    tro_study_open(&o, whole);
    ck_assert_int_eq(tro_study_run(o.study, NULL, &o.messages), TRO_OK);
    const tro_study_table *t = &o.study->tables[0];
    ck_assert_uint_eq(t->cells, 6);
    ck_assert_uint_eq(t->column_count, 5);
    ck_assert_str_eq(t->columns[0].name, "published");
    for (size_t k = 0; k < 6; k++) {
        double l = 2 + 2 * (double)(k % 3), c = k < 3 ? 0.25 : 0.75, b = k < 3 ? 3 : 5;
        ck_assert_double_eq(t->columns[0].values[k], (double)k + 1);
        ck_assert_double_eq(t->columns[1].values[k], 7);
        ck_assert_double_eq_tol(t->columns[2].values[k], alignment(l, c, b), 1e-13);
        ck_assert_double_eq_tol(t->columns[3].values[k], alignment(l, c, 9), 1e-13);
        ck_assert_double_eq_tol(t->columns[4].values[k],
                                alignment(l, c, 9) - alignment(l, c, b), 1e-12);
        ck_assert(isnan(t->columns[0].errors[k]) && isnan(t->columns[3].errors[k]));
    }
    tro_study_close(&o);
}
END_TEST

/* z' = 0.5 z + 0.25 l + 0.25 (b + 1), by round; and its derivative by the curated share,
 * which displaces z: D' = 0.5 D + (b + 1) - z. */
START_TEST(test_rounds_found)
{
    tro_opened o;
    tro_study_open(&o, whole);
    ck_assert_int_eq(tro_study_run(o.study, NULL, &o.messages), TRO_OK);
    const tro_study_table *t = &o.study->tables[1];
    ck_assert_uint_eq(t->components, 4);
    ck_assert_uint_eq(t->first_component, 0);
    ck_assert_uint_eq(o.study->tables[2].first_component, 1);
    for (size_t cell = 0; cell < 2; cell++) {
        double l = cell ? 6 : 2, z = l, more = l, d = 0;
        for (size_t r = 0; r < 4; r++) {
            size_t row = 4 * cell + r;
            ck_assert_double_eq(t->columns[0].values[row], cell ? 60 : 20);
            ck_assert_double_eq_tol(t->columns[1].values[row], 2 * z, 1e-13);
            ck_assert_double_eq_tol(t->columns[3].values[row], 2 * (more - z), 1e-13);
            ck_assert_double_eq_tol(t->columns[4].values[row], 2 * d, 1e-9);
            ck_assert_double_eq(t->columns[6].values[row], 0);
            d = 0.5 * d + 4 - z;
            z = 0.5 * z + 0.25 * l + 1;
            more = 0.5 * more + 0.25 * l + 1.25;
        }
        for (size_t r = 0; r < 4; r++) {
            ck_assert_double_eq(t->columns[2].values[4 * cell + r],
                                t->columns[1].values[4 * cell + 3]);
            ck_assert_double_eq(t->columns[5].values[4 * cell + r],
                                t->columns[4].values[4 * cell + 3]);
        }
    }
    tro_study_close(&o);
}
END_TEST

static void check_claim(const char *claim, tro_verdict verdict, const char *expected,
                        const char *remark)
{
    tro_opened o;
    char text[8192];
    snprintf(text, sizeof text, "%sclaims:\n  - {claim: so, source: derived, %s}\n", whole,
             claim);
    tro_study_open(&o, text);
    ck_assert_int_eq(tro_study_run(o.study, NULL, &o.messages), TRO_OK);
    const tro_claim *c = &o.study->claims[0];
    ck_assert_msg(c->verdict == verdict, "%s: %s, found %s, expected %s (%s)", claim,
                  tro_verdict_name(c->verdict), c->found, c->expected, c->remark);
    if (expected)
        ck_assert_str_eq(c->expected, expected);
    if (remark)
        ck_assert_str_eq(c->remark, remark);
    tro_study_close(&o);
}

START_TEST(test_orders_claimed)
{
    check_claim("column: t.J, where: {size: little}, order: increasing", TRO_HOLDS, "increasing",
                NULL);
    check_claim("column: t.J, where: {size: little}, order: decreasing", TRO_FAILS, "decreasing",
                "3 rows; the least good is row 2");
    check_claim("column: t.J, order: increasing", TRO_FAILS, NULL,
                "6 rows; the least good is row 4"); /* 6 8 10 10 ...: level is neither */
    check_claim("column: t.change, where: {l: 2}, order: decreasing, sign: positive, below: 20",
                TRO_FAILS, "< 20 and positive and decreasing", NULL);
    check_claim("quantity: {alignment-by-round: {agent: a, rounds: 5}}, order: increasing",
                TRO_HOLDS, NULL, NULL);
    check_claim("column: t.published, agrees-with: t.J, absolute: 0.1", TRO_FAILS, NULL, NULL);
    check_claim("column: t.all, agrees-with: t.J, absolute: 5.1", TRO_HOLDS, NULL, NULL);
}
END_TEST

/* --- mistakes ----------------------------------------------------------------------- */

static void refuse(const char *rest, const char *expected)
{
    char text[8192];
    snprintf(text, sizeof text, "%scases: {g: {one: {}, two: {agents.c.start: 1}}}\n%s", SYSTEM,
             rest);
    tro_study_refused(text, expected);
}

START_TEST(test_parts_errors)
{
    refuse("vary: {t: {over: {g: {key: cases.g, options: [one, two]}}, "
           "find: {J: {alignment: a}}}}\n",
           "16:52: axis 'g' at two: no 'c' in 'agents', a list of 2 elements");
    refuse("vary: {t: {over: {g: {key: cases.g, options: [one, tow]}}, "
           "find: {J: {alignment: a}}}}\n",
           "16:52: axis 'g' at tow: there is no case 'tow' (did you mean 'two'?)");
    refuse("vary: {t: {given: [1], find: {J: {alignment: a}}}}\n",
           "16:19: given is a map from a column's name to its numbers");
    refuse("vary: {t: {given: {p: [1, 2], J: 1, q: x}, find: {J: {alignment: a}}}}\n",
           "16:23: 'p' has 2 values, but the table has 1 cell: one for each, or one for all, would "
           "be right\n"
           "16:31: 'J' is a column of 'find' already: another name would be right\n"
           "16:40: values must be a list of numbers, found 'x'");
    refuse("vary: {t: {over: {p: {key: seed, values: [1, 2]}}, given: {p: 1}, "
           "find: {J: {alignment: a}}}}\n",
           "16:60: 'p' is an axis of this table already: another name would be right");
    refuse("vary: {t: {find: {J: {with: {of: {alignment: a}, set: {agents.c.start: 1, "
           "agents.a.shares.real: 2}}}}}}\n",
           "16:56: with these keys set: no 'c' in 'agents', a list of 2 elements");
    refuse("vary: {t: {find: {J: {with: {of: {alignment: a}, set: {agents.a.shares.real: 2}}}}}}\n",
           "16:78: with these keys set: real must be a share between 0 and 1, found '2'");
    refuse("vary: {t: {find: {J: {change: {of: {sampled-alignment: a}, set: {}}}}}}\n",
           "16:37: a quantity that is exact would be right, found 'sampled-alignment'");
    refuse("vary: {t: {find: {J: {change: {of: {alignment: c}, set: {seed: 1}}}}}}\n",
           "16:48: no agent is called 'c'");
    refuse("vary: {t: {find: {J: {change: {of: {alignment-by-round: a}, "
           "set: {schedule.synchronous.rounds: 3}}}}}}\n",
           "16:37: the quantity has 31 values as the scenario stands, but 4 with these keys set");
    refuse("claims: [{claim: c, source: s, quantity: {alignment: a}, order: increasing}]\n",
           "16:65: an order needs several values, found one");
}
END_TEST

START_TEST(test_parts_memory_fails)
{
    static const char text[] = SYSTEM
        "cases: {g: {one: {}, two: {seed: 3}}}\n"
        "vary:\n"
        "  t:\n"
        "    over: {g: {key: cases.g, options: [one, two]}}\n"
        "    given: {p: [1, 2]}\n"
        "    find: {J: {change: {of: {alignment: a}, set: {agents.a.reference: [1, 2]}}}, "
        "K: {alignment: c}}\n";
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

/* --- figures ------------------------------------------------------------------------- */

/* The script and the data of a figure of the tables above. */
static void draw(const char *panel, char *script, char *data, size_t room)
{
    tro_opened o;
    tro_folder folder = {0};
    char path[] = "/tmp/trophic-parts-XXXXXX", text[8192], name[64];
    static const char *const files[] = {"figure.gp", "figure.dat", "figure.svg"};
    snprintf(text, sizeof text, "%sfigure: {panels: [%s]}\n", whole, panel);
    ck_assert_ptr_nonnull(mkdtemp(path));
    tro_study_open(&o, text);
    ck_assert_int_eq(tro_study_run(o.study, NULL, &o.messages), TRO_OK);
    ck_assert_int_eq(tro_folder_open(&folder, path, TRO_FOLDER_NEW, &o.messages), TRO_OK);
    ck_assert_int_eq(tro_study_figure_write(o.study, &folder, &o.messages), TRO_OK);
    for (int k = 0; k < 3; k++) {
        snprintf(name, sizeof name, "%s/%s", path, files[k]);
        FILE *file = fopen(name, "r");
        char *into = k ? data : script;
        if (k < 2) {
            ck_assert_ptr_nonnull(file);
            into[fread(into, 1, room - 1, file)] = '\0';
        }
        if (file)
            fclose(file);
        remove(name);
    }
    tro_folder_close(&folder);
    rmdir(path);
    tro_study_close(&o);
}

/* How the words stand to their place: what follows their coordinates. */
static void check_side(const char *script, const char *words, const char *side)
{
    char label[64], *at;
    snprintf(label, sizeof label, "set label '%s' at screen px(", words);
    at = strstr(script, label);
    ck_assert_msg(at != NULL, "%s is not there", label);
    at = strchr(strstr(at, "py("), ')');
    ck_assert_msg(strncmp(at + 2, side, strlen(side)) == 0, "'%s' stands %.20s", words, at + 2);
}

START_TEST(test_figures_drawn)
{
    char script[16384], data[4096];
    /* words along the axis, one series each */
    draw("{x: size, series: [{table: t, y: J, where: {l: 2}, style: bars}]}", script, data,
         sizeof script < sizeof data ? sizeof script : sizeof data);
    ck_assert_ptr_nonnull(strstr(script, "set xtics offset 0,0.5 norotate ('little' 0, 'much' 1)"));
    ck_assert_ptr_nonnull(strstr(data, "# x y\n0 6\n1 10\n"));
    /* along a column, with names beside the points */
    draw("{x: published, series: [{table: t, y: J, where: {l: 2}, style: points, names: size}]}",
         script, data, sizeof data);
    ck_assert_ptr_nonnull(strstr(data, "# x y\n1 6\n4 10\n"));
    check_side(script, "little", "left");
    check_side(script, "much", "right"); /* at the edge */
    /* an area from its curve up or down to a level */
    draw("{x: l, series: [{table: t, y: J, where: {size: little}, style: area, to: 7},"
         " {table: t, y: J, where: {size: little}, style: area}],"
         " labels: [{x: 3, y: 6.5, text: up}, {x: 30, y: 6.5, text: outside}]}",
         script, data, sizeof data);
    ck_assert_ptr_nonnull(strstr(data, "# x y low high\n2 6 6 7\n4 8 7 8\n6 10 7 10\n"));
    ck_assert_ptr_nonnull(strstr(data, "# x y low high\n2 6 0 6\n4 8 0 8\n6 10 0 10\n"));
    check_side(script, "up", "center");
    ck_assert_ptr_null(strstr(script, "outside"));
    /* rounds count from 0 */
    draw("{x: component, series: [{table: rounds, y: J, where: {l: 2}}]}", script, data,
         sizeof data);
    ck_assert_ptr_nonnull(strstr(data, "# x y\n0 4\n1 5\n2 5.5\n3 5.75\n"));
}
END_TEST

START_TEST(test_figures_errors)
{
    refuse("vary: {t: {over: {x: {key: seed, values: [1, 2]}}, find: {J: {alignment: a}}}}\n"
           "figure: {panels: [{x: x, series: [{table: t, y: J, to: 3}]}]}\n",
           "17:56: 'to' is the level of an 'area', found it with 'line'");
    refuse("vary: {t: {over: {x: {key: seed, values: [1, 2]}}, find: {J: {alignment: a}}}}\n"
           "figure: {panels: [{x: x, series: [{table: t, y: J, names: J}]}]}\n",
           "17:59: table 't' has no axis 'J' to name points by");
    refuse("vary: {t: {over: {x: {key: seed, values: [1, 2]}}, given: {p: 1}, "
           "find: {J: {alignment: a}}}}\n"
           "figure: {panels: [{x: x, series: [{table: t, y: p, style: band}]}]}\n",
           "17:59: column 'p' is exact: it has no standard errors for a 'band'; 'line', 'points', "
           "'bars' or 'steps' would be right");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_columns_found, test_rounds_found, test_orders_claimed, test_parts_errors,
        test_parts_memory_fails, test_figures_drawn, test_figures_errors};
    return TRO_RUN_TESTS("study parts", tests);
}
