/* Planes of coloured tiles: their steps, what is in the data file, and that gnuplot draws
 * them. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output/figure.h"
#include "output/figure_parts.h"
#include "output/program.h"
#include "output_support.h"

static const double x4[] = {0, 1, 2, 4}, y3[] = {0, 10, 20};

static tro_figure_plan plan_of(const tro_figure *figure)
{
    tro_figure_plan plan = {.figure = figure};
    ck_assert_int_eq(tro_figure_make_plan(&plan, figure), TRO_OK);
    return plan;
}

static tro_panel panel_of(const tro_heat *heat)
{
    return (tro_panel){.title = "t", .x_label = "a", .y_label = "b", .heat = heat};
}

static size_t count_of(const char *text, const char *wanted)
{
    size_t count = 0;
    for (; (text = strstr(text, wanted)) != NULL; text += strlen(wanted))
        count++;
    return count;
}

/* Numbers of one sign and far from zero: steps from below the smallest. */
START_TEST(test_heat_origin)
{
    double values[12];
    for (int k = 0; k < 12; k++)
        values[k] = 10.12 + 0.02 * k;
    const tro_heat heat = {.x = x4, .y = y3, .x_count = 4, .y_count = 3, .values = values};
    tro_panel panel = panel_of(&heat);
    const tro_figure figure = {.panels = &panel, .panel_count = 1};
    tro_figure_plan plan = plan_of(&figure);
    ck_assert_double_eq_tol(plan.panels[0].heat.step, 0.05, 1e-15);
    ck_assert_double_eq_tol(plan.panels[0].heat.origin, 10.1, 1e-12);
    ck_assert_int_eq(plan.panels[0].heat.below, 0);
    ck_assert_int_eq(plan.panels[0].heat.above, 5);
    ck_assert_str_eq(plan.panels[0].heat.numbers[0], "10.1");
    ck_assert_str_eq(plan.panels[0].heat.numbers[5], "10.35");
    tro_text bar = {0};
    tro_figure_add_heat_bar(&bar, &plan.panels[0]);
    ck_assert_ptr_nonnull(strstr(tro_text_string(&bar), "set label '10.1' "));
    ck_assert_ptr_null(strstr(tro_text_string(&bar), "set label '0' "));
    tro_text_clear(&bar);
    tro_arena_clear(&plan.arena);
    for (int k = 0; k < 12; k++)
        values[k] = -values[k];
    plan = plan_of(&figure);
    ck_assert_int_eq(plan.panels[0].heat.below, 5);
    ck_assert_int_eq(plan.panels[0].heat.above, 0);
    ck_assert_str_eq(plan.panels[0].heat.numbers[0], "\xe2\x88\x92" "10.35");
    ck_assert_str_eq(plan.panels[0].heat.numbers[5], "\xe2\x88\x92" "10.1");
    tro_arena_clear(&plan.arena);
    /* The same number everywhere has the scale from zero. */
    for (int k = 0; k < 12; k++)
        values[k] = 10;
    plan = plan_of(&figure);
    ck_assert_double_eq(plan.panels[0].heat.origin, 0);
    tro_arena_clear(&plan.arena);
}
END_TEST

/* 12 numbers from -3 to 8: steps of 2, two below and four above. */
START_TEST(test_heat_steps)
{
    double values[12];
    for (int k = 0; k < 12; k++)
        values[k] = k - 3;
    const tro_heat heat = {.x = x4, .y = y3, .x_count = 4, .y_count = 3, .values = values};
    tro_panel panel = panel_of(&heat);
    const tro_figure figure = {.panels = &panel, .panel_count = 1};
    tro_figure_plan plan = plan_of(&figure);
    ck_assert_double_eq(plan.panels[0].heat.step, 2);
    ck_assert_int_eq(plan.panels[0].heat.below, 2);
    ck_assert_int_eq(plan.panels[0].heat.above, 4);
    ck_assert_str_eq(plan.panels[0].heat.numbers[0], "\xe2\x88\x92" "4");
    ck_assert_str_eq(plan.panels[0].heat.numbers[2], "0");
    ck_assert_double_eq(plan.panels[0].x.min, 0);
    ck_assert_double_eq(plan.panels[0].x.max, 4);
    ck_assert_double_eq(plan.panels[0].y.max, 20);
    tro_arena_clear(&plan.arena);
    /* One that is far larger than the others leaves the scale alone. */
    double many[101 * 3], places[101];
    for (int k = 0; k < 303; k++)
        many[k] = k == 7 ? -1e9 : 0.5;
    for (int k = 0; k < 101; k++)
        places[k] = k;
    const tro_heat wide = {.x = places, .y = y3, .x_count = 101, .y_count = 3, .values = many};
    panel.heat = &wide;
    plan = plan_of(&figure);
    ck_assert_double_eq_tol(plan.panels[0].heat.step, 0.1, 1e-15);
    ck_assert_int_eq(plan.panels[0].heat.above, 5);
    ck_assert_int_ge(plan.panels[0].heat.below, 1);
    tro_arena_clear(&plan.arena);
}
END_TEST

/* Neighbours of one colour are one tile; those without a number are of their kind. */
START_TEST(test_heat_tiles)
{
    const double values[] = {-1, -1, 1, 1, -1, NAN, NAN, 1, NAN, NAN, NAN, NAN};
    const unsigned char kinds[] = {0, 0, 0, 0, 0, 1, 1, 0, 2, 2, 2, 2};
    const tro_heat heat = {.x = x4, .y = y3, .x_count = 4, .y_count = 3, .values = values,
                           .kinds = kinds, .kind_names = {"lost", "never", "unseen"}};
    tro_panel panel = panel_of(&heat);
    const tro_figure figure = {.panels = &panel, .panel_count = 1};
    tro_figure_plan plan = plan_of(&figure);
    tro_text data = {0}, script = {0};
    tro_figure_add_data(&data, &plan);
    tro_figure_add_script(&script, &plan, "map");
    const char *numbers = strstr(data.data, "# index 0"), *lost = strstr(data.data, "# index 1");
    ck_assert_ptr_nonnull(numbers);
    ck_assert_ptr_nonnull(strstr(numbers, "\n0 1.5"));      /* half-way, and a little under */
    ck_assert_ptr_nonnull(strstr(numbers, "\n1.5 4 0 5"));
    ck_assert_ptr_nonnull(strstr(lost, "lost"));
    ck_assert_ptr_nonnull(strstr(lost, "\n0.5 3"));
    ck_assert_uint_eq(count_of(data.data, "\nNaN NaN NaN NaN NaN\n"), 2);
    ck_assert_uint_eq(count_of(data.data, "# left right bottom top colour"), 5);
    ck_assert_uint_eq(count_of(script.data, "with boxxyerror"), 3);
    ck_assert_uint_eq(plan.panels[0].key.count, 2);
    ck_assert_ptr_nonnull(strstr(script.data, "'never'"));
    ck_assert_ptr_null(strstr(script.data, "'unseen'"));
    tro_text_clear(&data);
    tro_text_clear(&script);
    tro_arena_clear(&plan.arena);
}
END_TEST

static int draw(const tro_heat *heat)
{
    const double y[] = {20, 0}, x[] = {0, 4};
    const tro_series line = {.label = "zero", .x = x, .y = y, .count = 2};
    tro_panel panel = panel_of(heat);
    panel.series = &line;
    panel.series_count = 1;
    const tro_figure figure = {.panels = &panel, .panel_count = 1};
    return tro_figure_write(&figure, place, "map", &messages);
}

/* gnuplot has nothing to say about any of them. */
START_TEST(test_heat_drawn)
{
    double values[12];
    unsigned char kinds[12];
    char gnuplot[4096];
    tro_heat heat = {.x = x4, .y = y3, .x_count = 4, .y_count = 3, .values = values,
                     .kinds = kinds, .kind_names = {"a", "b", "c", "d"}, .label = "it's"};
    if (!tro_program_find("gnuplot", gnuplot, sizeof gnuplot))
        return;
    for (int way = 0; way < 5; way++) {
        for (int k = 0; k < 12; k++) {
            static const double sizes[] = {1, 0, 1e-300, 1e280, NAN};
            values[k] = sizes[way] * (k - 3);
            kinds[k] = (unsigned char)(way == 0 ? k % 5 : way == 4 ? 1 : 0);
        }
        ck_assert_int_eq(draw(&heat), TRO_OK);
        ck_assert_msg(messages.count == 0, "%s", messages.items[0].text);
    }
}
END_TEST

START_TEST(test_heat_errors)
{
    const double values[12] = {0};
    const tro_heat thin = {.x = x4, .y = y3, .x_count = 4, .y_count = 1, .values = values};
    const tro_heat heat = {.x = x4, .y = y3, .x_count = 4, .y_count = 3, .values = values};
    ck_assert_int_eq(draw(&thin), TRO_EINVAL);
    tro_messages_clear(&messages);
    int status = TRO_ENOMEM;
    uint64_t n = 0;
    const tro_panel panel = panel_of(&heat);
    const tro_figure figure = {.panels = &panel, .panel_count = 1};
    while (status == TRO_ENOMEM && ++n < 1000) {
        tro_figure_plan plan = {.figure = &figure};
        tro_memory_fail_after(n);
        status = tro_figure_make_plan(&plan, &figure);
        tro_memory_fail_after(0);
        tro_arena_clear(&plan.arena);
    }
    ck_assert_int_eq(status, TRO_OK);
    ck_assert_uint_gt(n, 5);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_heat_steps, test_heat_origin, test_heat_tiles,
                                  test_heat_drawn, test_heat_errors};
    return run_tests("planes of tiles", tests, sizeof tests / sizeof *tests);
}
