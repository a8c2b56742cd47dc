/* The inside of figures: measured texts, ranges, ticks, colours, keys, and
 * where things go. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "output/figure_parts.h"
#include "output/utf8.h"
#include "output_support.h"

static tro_arena arena;

static tro_series curve(const char *label, const double *x, const double *y, size_t count)
{
    return (tro_series){.label = label, .colour = TRO_COLOUR_AUTOMATIC, .x = x, .y = y,
                        .count = count};
}

static const double x3[] = {0, 1, 2}, y3[] = {-1, 0, 1};

/* -- texts --------------------------------------------------------------- */

/* Widths of Helvetica: "ab" is 556 + 556, "il" 222 + 222 thousandths. */
START_TEST(test_text_width)
{
    ck_assert_double_eq(tro_figure_text_width("", 10), 0);
    ck_assert_double_eq_tol(tro_figure_text_width("ab", 10), 11.12 * 1.1, 1e-9);
    ck_assert_double_eq_tol(tro_figure_text_width("il", 20), 8.88 * 1.1, 1e-9);
    ck_assert_double_eq(tro_figure_text_width("e\xcc\x81", 10), tro_figure_text_width("e", 10));
}
END_TEST

START_TEST(test_text_cut)
{
    ck_assert_str_eq(tro_figure_cut_text(&arena, "abc", 10, 100), "abc");
    ck_assert_str_eq(tro_figure_cut_text(&arena, "", 10, 0), "");
    /* 0.556, 0.6 and 0.6 of 10 px (and a tenth) leave room for two letters. */
    ck_assert_str_eq(tro_figure_cut_text(&arena, "a\xce\xbb\xce\xbb\xce\xbb", 10, 20),
                     "a\xce\xbb\xe2\x80\xa6");
    ck_assert_str_eq(tro_figure_cut_text(&arena, "abc", 10, 0), "\xe2\x80\xa6");
    for (int width = 0; width < 200; width += 7)
        if (width >= 7)
            ck_assert_double_le(tro_figure_text_width(
                tro_figure_cut_text(&arena, "the quick brown fox jumps", 12, width), 12),
                width < 8 ? 8 : width);
    tro_arena_clear(&arena);
}
END_TEST

/* A third of what is left is its end. */
START_TEST(test_name_cut)
{
    const double letter = 5.56 * 1.1, dots = 6 * 1.1;
    ck_assert_str_eq(tro_figure_cut_name(&arena, "abc", 10, 100), "abc");
    ck_assert_str_eq(tro_figure_cut_name(&arena, "aaaaaaaaaaab12", 10, 9.1 * letter + dots),
                     "aaaaaa\xe2\x80\xa6" "b12");
    ck_assert_str_eq(tro_figure_cut_name(&arena, "aaaaaaaaaaab12", 10, 0), "\xe2\x80\xa6");
    for (int width = 0; width < 120; width++)
        ck_assert_double_le(tro_figure_text_width(
            tro_figure_cut_name(&arena, "\xe6\xbc\xa2 lively \xe5\xad\x97 name e\xcc\x81 12", 10,
                                width), 10), fmax(width, dots + 1e-9));
}
END_TEST

/* Latin, a soft hyphen, a combining acute, a joiner, a Hangul vowel; ideographs, kana of full
 * and of half width, emoji, planes beyond. */
START_TEST(test_columns)
{
    static const uint32_t one[] = {'a', 0xe9, 0xad, 0x3bb, 0x2212, 0xff71, 0x1d400, 0x10ffff};
    static const uint32_t none[] = {0x301, 0x200d, 0x1161, 0xfe0f, 0xe0100, 0x20dd};
    static const uint32_t two[] = {0x1100, 0x231a, 0x4e00, 0x30a2, 0xff21, 0xac00, 0x1f98a,
                                   0x20000, 0x2f800};
    for (size_t k = 0; k < sizeof one / sizeof *one; k++)
        ck_assert_int_eq(tro_utf8_columns(one[k]), 1);
    for (size_t k = 0; k < sizeof none / sizeof *none; k++)
        ck_assert_int_eq(tro_utf8_columns(none[k]), 0);
    for (size_t k = 0; k < sizeof two / sizeof *two; k++)
        ck_assert_int_eq(tro_utf8_columns(two[k]), 2);
    ck_assert_uint_eq(tro_utf8_width("e\xcc\x81\xe6\xbc\xa2 \xff"), 5);
}
END_TEST

START_TEST(test_text_wrap)
{
    const char *lines[TRO_LINES_MAX];
    ck_assert_int_eq(tro_figure_wrap_text(&arena, NULL, 10, 100, lines), 0);
    ck_assert_int_eq(tro_figure_wrap_text(&arena, "", 10, 100, lines), 0);
    ck_assert_int_eq(tro_figure_wrap_text(&arena, "one", 10, 100, lines), 1);
    ck_assert_int_eq(tro_figure_wrap_text(&arena, "one two three four", 10, 50, lines), 2);
    ck_assert_str_eq(lines[0], "one two");
    ck_assert_str_eq(lines[1], "three four");
    ck_assert_int_eq(tro_figure_wrap_text(&arena, "one two three four five", 10, 50, lines), 2);
    ck_assert_ptr_nonnull(strstr(lines[1], "\xe2\x80\xa6"));
    ck_assert_int_eq(tro_figure_wrap_text(&arena, "unbreakableandlong", 10, 50, lines), 2);
    ck_assert_int_eq(tro_figure_wrap_text(&arena, "wide", 10, 1, lines), 1);
    tro_arena_clear(&arena);
}
END_TEST

/* -- ranges and ticks ----------------------------------------------------- */

static void ranges_of(tro_panel *panel, tro_axis *x, tro_axis *y)
{
    *x = (tro_axis){0};
    *y = (tro_axis){0};
    tro_figure_set_ranges(panel, x, y);
    ck_assert(isfinite(x->min) && isfinite(x->max) && x->min < x->max);
    ck_assert(isfinite(y->min) && isfinite(y->max) && y->min < y->max);
}

START_TEST(test_ranges)
{
    static const double up[] = {1, 2, 3}, holes[] = {NAN, 5, INFINITY};
    tro_axis x, y;
    tro_series s = curve("a", x3, y3, 3);
    tro_panel p = {.series = &s, .series_count = 1};
    ranges_of(&p, &x, &y);
    ck_assert(x.min == 0 && x.max == 2);                  /* curves end at the edge */
    ck_assert_double_eq_tol(y.min, -1.1, 1e-12);          /* 5 % of room above and below */
    ck_assert_double_eq_tol(y.max, 1.1, 1e-12);
    s.y = up;
    p.zero_line = 1;
    ranges_of(&p, &x, &y);
    ck_assert_double_eq_tol(y.min, -0.15, 1e-12);         /* zero is to be seen */
    s.style = TRO_BARS;
    p.zero_line = 0;
    ranges_of(&p, &x, &y);
    ck_assert(y.min == 0);                                /* bars stand on the axis */
    ck_assert_double_eq_tol(x.min, -0.55, 1e-12);
    ck_assert_double_eq_tol(x.max, 2.55, 1e-12);
    s = curve("a", NULL, holes, 3);
    ranges_of(&p, &x, &y);
    ck_assert_double_eq_tol(y.min, 4.45, 1e-12);          /* one value: a tenth around it */
    ck_assert(x.min == 0 && x.max == 2);
}
END_TEST

START_TEST(test_ranges_asked_for)
{
    tro_axis x, y;
    tro_series s = curve("a", x3, y3, 3);
    tro_panel p = {.series = &s, .series_count = 1, .y_min = -4, .y_max = NAN};
    ranges_of(&p, &x, &y);
    ck_assert(y.min == -4);
    ck_assert_double_eq_tol(y.max, 1.1, 1e-12);
    p.y_min = 7;                                          /* above all there is: no range */
    ranges_of(&p, &x, &y);
    ck_assert_double_eq_tol(y.min, -1.1, 1e-12);
    p.x_log = 1;
    p.x_min = -3;                                         /* not on this axis */
    p.x_max = 10;
    ranges_of(&p, &x, &y);
    ck_assert(x.min == 1 && x.max == 10);                 /* 0 is a gap there */
}
END_TEST

START_TEST(test_ranges_extremes)
{
    static const double flat[] = {1, 1 + 1e-15, 1}, zero[] = {0, 0, 0},
                        huge[] = {1e289, -1e289, 0}, beyond[] = {1e305, -1e305, INFINITY},
                        tiny[] = {1e-300, 2e-300, 0};
    const double *const values[] = {flat, zero, huge, beyond, tiny};
    for (int k = 0; k < 20; k++) {
        tro_axis x, y;
        tro_series s = curve("a", k < 10 ? x3 : values[k % 5], values[k % 5], 3);
        tro_panel p = {.y_log = k % 10 > 4, .x_log = k % 10 > 4, .series = &s, .series_count = 1};
        ranges_of(&p, &x, &y);
        ck_assert_int_eq(tro_figure_set_x_ticks(&arena, &p, &x, 300), TRO_OK);
        ck_assert_int_eq(tro_figure_set_y_ticks(&arena, &p, &y, 200), TRO_OK);
        ck_assert(x.tick_count > 0 && y.tick_count > 0);
    }
    tro_arena_clear(&arena);
}
END_TEST

static const char *ticks(double min, double max, int log, int height)
{
    static char all[600];
    tro_axis axis = {.min = min, .max = max, .log = log};
    const tro_panel plain = {.y_log = log};
    ck_assert_int_eq(tro_figure_set_y_ticks(&arena, &plain, &axis, height), TRO_OK);
    all[0] = '\0';
    for (size_t k = 0; k < axis.tick_count; k++) {
        double at_tick = axis.ticks[k].at, slack = 1e-9 * (max - min);
        ck_assert(at_tick >= min - slack && at_tick <= max + slack);
        if (axis.ticks[k].label) {
            strcat(all, all[0] ? " " : "");
            strcat(all, axis.ticks[k].label);
        }
    }
    tro_arena_clear(&arena);
    return all;
}

START_TEST(test_ticks)
{
    ck_assert_str_eq(ticks(0, 1, 0, 180), "0 0.2 0.4 0.6 0.8 1.0");
    ck_assert_str_eq(ticks(-0.5, 1, 0, 180), "−0.50 −0.25 0 0.25 0.50 0.75 1.00");
    ck_assert_str_eq(ticks(0, 15, 0, 180), "0 5 10 15");   /* not 2.5 */
    ck_assert_str_eq(ticks(0, 1500, 0, 180), "0 250 500 750 1000 1250 1500");
    ck_assert_str_eq(ticks(-2e-7, 2e-7, 0, 180), "−2e−7 −1e−7 0 1e−7 2e−7");
    ck_assert_str_eq(ticks(0, 1e10, 0, 180), "0 2e9 4e9 6e9 8e9 1e10");
    ck_assert_str_eq(ticks(0, 3e100, 0, 90), "0 1e100 2e100 3e100");
    ck_assert_str_eq(ticks(100.0002, 100.0013, 0, 180), "100.0002 100.0004 100.0006 100.0008 "
                     "100.0010 100.0012");
}
END_TEST

START_TEST(test_ticks_log)
{
    ck_assert_str_eq(ticks(0.1, 100, 1, 180), "0.1 1 10 100");
    ck_assert_str_eq(ticks(1e-9, 1e-3, 1, 180), "10⁻⁹ 10⁻⁸ 10⁻⁷ 10⁻⁶ 10⁻⁵ 10⁻⁴ 10⁻³");
    ck_assert_str_eq(ticks(1e-12, 1e12, 1, 180), "10⁻¹² 10⁻⁸ 10⁻⁴ 10⁰ 10⁴ 10⁸ 10¹²");
    ck_assert_str_eq(ticks(4, 64, 1, 180), "5 10 20 50");
    ck_assert_str_eq(ticks(1, 3, 1, 90), "1 2 3");
    ck_assert_str_eq(ticks(2e-7, 4e-6, 1, 180), "2e−7 5e−7 1e−6 2e−6");
}
END_TEST

/* Labels of x never run into each other, however long the numbers are. */
START_TEST(test_ticks_x_room)
{
    static const double ends[][2] = {{0, 1}, {-1e-5, 1e-5}, {123456.1, 123456.9}, {0, 999999}};
    for (int k = 0; k < 4; k++) {
        tro_panel p = {0};
        tro_axis axis = {.min = ends[k][0], .max = ends[k][1]};
        ck_assert_int_eq(tro_figure_set_x_ticks(&arena, &p, &axis, 220), TRO_OK);
        ck_assert_uint_ge(axis.tick_count, 1);
        for (size_t n = 1; n < axis.tick_count; n++)
            ck_assert_double_ge((axis.ticks[n].at - axis.ticks[n - 1].at) * 220 /
                                    (axis.max - axis.min), axis.label_width + 5);
    }
    tro_arena_clear(&arena);
}
END_TEST

START_TEST(test_ticks_names)
{
    static const char *const names[] = {"a", "b", "a name that is rather long"};
    const char *many[500];
    tro_panel p = {.x_names = names, .x_name_count = 2};
    tro_axis axis = {.min = -0.5, .max = 1.5};
    ck_assert_int_eq(tro_figure_set_x_ticks(&arena, &p, &axis, 200), TRO_OK);
    ck_assert_uint_eq(axis.tick_count, 2);
    ck_assert(!axis.turned);
    p.x_name_count = 3;
    axis = (tro_axis){.min = -0.5, .max = 2.5};
    ck_assert_int_eq(tro_figure_set_x_ticks(&arena, &p, &axis, 200), TRO_OK);
    ck_assert(axis.turned);
    for (int k = 0; k < 500; k++)
        many[k] = "agent";
    p.x_names = many;
    p.x_name_count = 500;
    axis = (tro_axis){.min = -0.5, .max = 499.5};
    ck_assert_int_eq(tro_figure_set_x_ticks(&arena, &p, &axis, 220), TRO_OK);
    ck_assert_uint_le(axis.tick_count, 20);
    tro_arena_clear(&arena);
}
END_TEST

/* -- colours and keys ------------------------------------------------------ */

/* Labels keep their colour; panels begin with the first one that is free;
 * a colour that was asked for is not given to a neighbour. */
START_TEST(test_looks)
{
    tro_series s[] = {curve("a", x3, y3, 3), curve("b", x3, y3, 3), curve("b", x3, y3, 3),
                      curve("c", x3, y3, 3), curve("d", x3, y3, 3), curve("a", x3, y3, 3),
                      curve(NULL, x3, y3, 3), curve(NULL, x3, y3, 3)};
    s[4].colour = 1;
    tro_panel p[] = {{.series = s, .series_count = 3}, {.series = s + 3, .series_count = 2},
                     {.series = s + 5, .series_count = 3}};
    tro_figure f = {.panels = p, .panel_count = 3};
    struct tro_look looks[8];
    static const int expected[] = {1, 2, 2, 2, 1, 1, 2, 3};
    ck_assert_int_eq(tro_figure_set_looks(&f, looks), TRO_OK);
    for (int k = 0; k < 8; k++)
        ck_assert_int_eq(looks[k].colour, expected[k]);
}
END_TEST

/* The eighth colour is the first again, with another dash. */
START_TEST(test_looks_come_round)
{
    tro_series s[20];
    struct tro_look looks[20];
    for (int k = 0; k < 20; k++)
        s[k] = curve(NULL, x3, y3, 3);
    tro_panel p = {.series = s, .series_count = 20};
    tro_figure f = {.panels = &p, .panel_count = 1};
    ck_assert_int_eq(tro_figure_set_looks(&f, looks), TRO_OK);
    for (int k = 0; k < 20; k++)
        for (int n = 0; n < k; n++)
            ck_assert(strcmp(tro_figure_colour(looks[k].colour),
                             tro_figure_colour(looks[n].colour)) != 0 ||
                      looks[k].dash != looks[n].dash);
    ck_assert_str_eq(tro_figure_colour(looks[7].colour), tro_figure_colour(looks[0].colour));
    ck_assert_str_eq(tro_figure_colour(TRO_COLOUR_DARK), "#222222");
}
END_TEST

static void plan_of(tro_figure_plan *plan, const tro_figure *figure)
{
    *plan = (tro_figure_plan){.figure = figure};
    ck_assert_int_eq(tro_figure_make_plan(plan, figure), TRO_OK);
}

/* A band and a curve of one label are one entry; no label, no entry. */
START_TEST(test_key_joins)
{
    tro_series s[] = {{.label = "n", .style = TRO_BAND, .colour = -1, .lo = x3, .hi = x3,
                       .count = 3},
                      curve("n", x3, y3, 3), curve("", x3, y3, 3), curve("m", x3, y3, 3)};
    s[1].dash = 2;
    tro_panel p = {.series = s, .series_count = 4};
    tro_figure f = {.panels = &p, .panel_count = 1};
    tro_figure_plan plan;
    plan_of(&plan, &f);
    const tro_key *key = &plan.panels[0].key;
    ck_assert_uint_eq(key->count, 2);
    ck_assert_uint_eq(key->entries[0].samples, TRO_KEY_BAND | TRO_KEY_LINE);
    ck_assert_int_eq(key->entries[0].look.dash, 2);
    ck_assert_str_eq(key->entries[1].label, "m");
    tro_arena_clear(&plan.arena);
}
END_TEST

START_TEST(test_key_shared)
{
    tro_series s[] = {curve("n", x3, y3, 3), curve("n", x3, y3, 3)};
    tro_panel p[] = {{.series = s, .series_count = 1}, {.series = s + 1, .series_count = 1}};
    tro_figure f = {.panels = p, .panel_count = 2};
    tro_figure_plan plan;
    plan_of(&plan, &f);
    ck_assert(plan.shared);
    ck_assert_uint_eq(plan.key.count, 1);
    ck_assert_uint_eq(plan.panels[0].key.count, 0);
    ck_assert_int_gt(plan.key.entries[0].y, plan.panels[0].bottom);
    tro_arena_clear(&plan.arena);
    s[1].dash = 1;
    plan_of(&plan, &f);
    ck_assert(!plan.shared);
    ck_assert_uint_eq(plan.panels[1].key.count, 1);
    tro_arena_clear(&plan.arena);
}
END_TEST

/* Every size of figure: nothing of the key reaches into a plot or another
 * entry, no plot into another, all of it on the canvas. */
START_TEST(test_layout_keeps_apart)
{
    static const int panel_counts[] = {1, 2, 3, 4, 5, 8, 12};
    static const int series_counts[] = {1, 3, 9, 60};
    char labels[60][40];
    tro_series s[60];
    tro_marker m[] = {{0.5, "here"}, {0.6, "there"}, {2, "at the very end of it"}};
    for (int k = 0; k < 60; k++) {
        snprintf(labels[k], sizeof labels[k], "agent %d %.*s", k, k % 20,
                 "of a long list of names");
        s[k] = curve(labels[k], x3, y3, 3);
    }
    for (int c = 0; c < 28; c++) {
        int count = panel_counts[c / 4], series = series_counts[c % 4];
        tro_panel p[12];
        for (int k = 0; k < count; k++)
            p[k] = (tro_panel){.title = "a title", .x_label = "x", .y_label = "y", .markers = m,
                               .marker_count = 3, .series = s,
                               .series_count = (size_t)(k % 2 ? 1 : series)};
        tro_figure f = {.title = "t", .panels = p, .panel_count = (size_t)count};
        tro_figure_plan plan;
        plan_of(&plan, &f);
        for (int k = 0; k < count; k++) {
            const tro_panel_plan *a = &plan.panels[k];
            ck_assert(a->left >= 0 && a->right <= plan.width && a->bottom <= plan.height);
            ck_assert_int_ge(a->right - a->left, 100);
            ck_assert(a->cell_top >= 20 && a->cell_top + TRO_TITLE_LINE <= a->top);
            for (int n = 0; n < k; n++) {
                const tro_panel_plan *b = &plan.panels[n];
                ck_assert(a->cell_left >= b->right || b->cell_left >= a->right ||
                          a->cell_top >= b->bottom);
            }
            for (size_t n = 0; n < a->key.count; n++) {
                const tro_key_entry *e = &a->key.entries[n];
                double end = e->x + TRO_SAMPLE_WIDTH + TRO_SAMPLE_GAP +
                             tro_figure_text_width(e->shown, TRO_FONT_SMALL);
                ck_assert(e->y < a->top && end <= a->right + 1);
                if (n + 1 < a->key.count && a->key.entries[n + 1].y == e->y)
                    ck_assert_double_ge(a->key.entries[n + 1].x, end);
            }
            ck_assert_uint_eq(a->key.count + a->key.left_out, plan.shared ? 0 : p[k].series_count);
            ck_assert(a->marker_rows[0] != a->marker_rows[1]);
        }
        tro_arena_clear(&plan.arena);
    }
}
END_TEST

/* Narrow bands are drawn after the wide ones that would hide them. */
START_TEST(test_layout_order)
{
    static const double lo[] = {-1, -1, -1}, hi1[] = {0, 0, 0}, hi2[] = {9, 9, 9},
                        hi3[] = {3, 3, NAN};
    tro_series s[4] = {{.style = TRO_BAND, .lo = lo, .hi = hi1, .count = 3},
                       {.style = TRO_BAND, .lo = lo, .hi = hi2, .count = 3},
                       {.style = TRO_BAND, .lo = lo, .hi = hi3, .count = 3},
                       {.y = y3, .count = 3}};
    tro_panel p = {.series = s, .series_count = 4};
    tro_figure f = {.panels = &p, .panel_count = 1};
    tro_figure_plan plan;
    static const size_t expected[] = {1, 2, 0, 3};
    plan_of(&plan, &f);
    for (int k = 0; k < 4; k++)
        ck_assert_uint_eq(plan.panels[0].order[k], expected[k]);
    tro_arena_clear(&plan.arena);
}
END_TEST

START_TEST(test_layout_columns)
{
    tro_panel p[70] = {{0}};
    static const int expected[][3] = {{1, 0, 1}, {2, 0, 2}, {4, 0, 2}, {5, 0, 3}, {8, 0, 4},
                                      {8, 2, 2}, {2, 5, 2}, {70, 0, 4}, {70, 99, 8}};
    for (int k = 0; k < 9; k++) {
        tro_figure f = {.columns = expected[k][1], .panels = p,
                        .panel_count = (size_t)expected[k][0]};
        tro_figure_plan plan;
        plan_of(&plan, &f);
        ck_assert_int_eq(plan.columns, expected[k][2]);
        ck_assert_str_eq(plan.panels[0].letter, expected[k][0] > 1 ? "(a)" : "");
        if (k == 7)
            ck_assert_str_eq(plan.panels[30].letter, "(31)");
        tro_arena_clear(&plan.arena);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_text_width, test_text_cut, test_name_cut, test_columns, test_text_wrap,
        test_ranges, test_ranges_asked_for,
        test_ranges_extremes, test_ticks, test_ticks_log, test_ticks_x_room, test_ticks_names,
        test_looks, test_looks_come_round, test_key_joins, test_key_shared,
        test_layout_keeps_apart, test_layout_order, test_layout_columns};
    return run_tests("figure layout", tests, sizeof tests / sizeof *tests);
}
