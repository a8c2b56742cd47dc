/* Figures: what is written, and what gnuplot makes of it. The layout inside
 * has its own tests: test_figure_layout.c. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output/figure.h"
#include "output/figure_parts.h"
#include "output/program.h"
#include "output_support.h"

static const double x4[] = {0, 1, 2, 3}, y4[] = {0.5, NAN, -1, 2}, lo4[] = {0, 1, -2, 1},
                    hi4[] = {1, INFINITY, 0, 3};

/* Everything at once: all styles, names that look like markup. */
static const char *const odd =
    "it's \"q\" $x \\n %d @m {b}_1^2 <b>&amp; `ls` \xce\xbb\xce\xb8\xcf\x81 \x01\xff";

typedef struct example {
    tro_series series[6];
    tro_panel panels[3];
    tro_marker marker;
    const char *names[4];
    tro_figure figure;
} example;

static void make_example(example *e)
{
    static const tro_series_style styles[] = {TRO_LINE, TRO_POINTS, TRO_BAND, TRO_ERROR_BARS,
                                              TRO_STEPS, TRO_BARS};
    memset(e, 0, sizeof *e);
    for (int k = 0; k < 6; k++)
        e->series[k] = (tro_series){.label = odd, .style = styles[k],
                                    .colour = TRO_COLOUR_AUTOMATIC, .x = x4, .y = y4,
                                    .lo = lo4, .hi = hi4, .count = 4};
    e->marker = (tro_marker){1.5, odd};
    for (int k = 0; k < 4; k++)
        e->names[k] = odd;
    e->panels[0] = (tro_panel){.title = odd, .x_label = odd, .y_label = odd, .zero_line = 1,
                               .markers = &e->marker, .marker_count = 1, .series = e->series,
                               .series_count = 6};
    e->panels[1] = (tro_panel){.title = odd, .x_names = e->names, .x_name_count = 4,
                               .series = e->series + 5, .series_count = 1};
    e->panels[2] = (tro_panel){.y_log = 1, .series = e->series, .series_count = 5};
    e->figure = (tro_figure){.title = odd, .panels = e->panels, .panel_count = 3};
}

static tro_series line(const char *label, const double *x, const double *y, size_t count)
{
    return (tro_series){.label = label, .colour = TRO_COLOUR_AUTOMATIC, .x = x, .y = y,
                        .count = count};
}

static int have_gnuplot(void)
{
    char path[4096];
    return tro_program_find("gnuplot", path, sizeof path);
}

/* A shell script in the place of gnuplot. */
static void fake_gnuplot(const char *script)
{
    char text[2048];
    mkdir(at("bin"), 0777);
    snprintf(text, sizeof text, "#!/bin/sh\n%s\n", script);
    put(at("bin/gnuplot"), text);
    ck_assert_int_eq(chmod(at("bin/gnuplot"), 0755), 0);
    ck_assert_int_eq(setenv("PATH", at("bin"), 1), 0);
}

#define PICTURE "<svg width=\"1\"><title>x</title><desc>y</desc></svg>"

static int write_small(const char *name)
{
    tro_series s = line("a", x4, y4, 4);
    tro_panel p = {.title = "t", .series = &s, .series_count = 1};
    tro_figure f = {.panels = &p, .panel_count = 1};
    return tro_figure_write(&f, place, name, &messages);
}

/* -- texts that are written -------------------------------------------- */

START_TEST(test_figure_data)
{
    tro_series s[3] = {line("a\nb", NULL, y4, 4), line(NULL, x4, y4, 0), line("c", x4, y4, 1)};
    s[2].lo = lo4;
    s[2].hi = hi4;
    tro_panel p[2] = {{.title = "one", .series = s, .series_count = 2},
                      {.series = s + 2, .series_count = 1}};
    tro_figure f = {.panels = p, .panel_count = 2};
    setenv("PATH", "", 1);
    ck_assert_int_eq(tro_figure_write(&f, place, "f", &messages), TRO_OK);
    ck_assert_str_eq(slurp(at("f.dat")),
                     "# index 0, panel (a): one\n# series: a b\n# x y\n"
                     "0 0.5\n1 NaN\n2 -1\n3 2\n\n\n"
                     "# index 1, panel (a): one\n# x y\nNaN NaN\n\n\n"
                     "# index 2, panel (b)\n# series: c\n# x y low high\n0 0.5 0 1\n\n\n");
}
END_TEST

START_TEST(test_figure_script_is_quoted)
{
    example e;
    make_example(&e);
    setenv("PATH", "", 1);
    ck_assert_int_eq(tro_figure_write(&e.figure, place, "f", &messages), TRO_OK);
    char *script = slurp(at("f.gp"));
    ck_assert_ptr_nonnull(strstr(script, "'it''s \"q\" $x \\n %d @m {b}_1^2 <b>&amp; `ls` "
                                 "\xce\xbb\xce\xb8\xcf\x81  \xef\xbf\xbd'"));
    ck_assert_ptr_null(strstr(script, "it's"));
    ck_assert_ptr_null(strstr(script, place));   /* relative: the folder may move */
    ck_assert_ptr_nonnull(strstr(script, "data = 'f.dat'"));
    for (const char *c = script; *c; c++)
        ck_assert(*c == '\n' || (unsigned char)*c >= 0x20);
}
END_TEST

START_TEST(test_figure_errors)
{
    tro_series s = line("a", x4, NULL, 4);
    tro_panel p = {.series = &s, .series_count = 1};
    tro_figure f = {.panels = &p, .panel_count = 0};
    static const char *const bad[] = {"", "a/b", ".f", "-f", "a b", "a'b", "\xce\xbb"};
    ck_assert_int_eq(tro_figure_write(&f, place, "f", &messages), TRO_EINVAL);
    ck_says("has no panels");
    f.panel_count = 1;
    ck_assert_int_eq(tro_figure_write(&f, place, "f", &messages), TRO_EINVAL);
    ck_says("without y");
    s = (tro_series){.style = TRO_BAND, .y = y4, .count = 4};
    ck_assert_int_eq(tro_figure_write(&f, place, "f", &messages), TRO_EINVAL);
    ck_says("without lo and hi");
    s.lo = lo4;
    ck_assert_int_eq(tro_figure_write(&f, place, "f", &messages), TRO_EINVAL);
    ck_says("alone");
    s = line("a", x4, y4, 4);
    for (int k = 0; k < 7; k++)
        ck_assert_int_eq(tro_figure_write(&f, place, bad[k], &messages), TRO_EINVAL);
    ck_assert_int_eq(entries(place), 0);
    ck_assert_int_eq(tro_figure_write(&f, at("none"), "f", &messages), TRO_EIO);
}
END_TEST

/* -- gnuplot that is not there, or not well ----------------------------- */

START_TEST(test_figure_without_gnuplot)
{
    setenv("PATH", "", 1);
    put(at("f.svg"), "of older numbers");
    ck_assert_int_eq(write_small("f"), TRO_OK);
    ck_assert_uint_eq(messages.count, 1);
    ck_assert_int_eq(messages.items[0].severity, TRO_WARNING);
    ck_says("f.svg' is not drawn");
    ck_says("gnuplot-nox");
    ck_assert_int_eq(entries(place), 2);
    ck_assert_ptr_nonnull(slurp(at("f.gp")));
    ck_assert_ptr_nonnull(slurp(at("f.dat")));
    unsetenv("PATH");
    ck_assert_int_eq(write_small("f"), TRO_OK);
    ck_assert_uint_eq(messages.count, 2);
}
END_TEST

/* Neither "." nor an empty part of PATH finds a program in the run folder. */
START_TEST(test_program_find)
{
    char path[4096], many[600];
    fake_gnuplot("exit 0");
    ck_assert_int_eq(chdir(at("bin")), 0);
    setenv("PATH", "::.:bin:", 1);
    ck_assert(!tro_program_find("gnuplot", path, sizeof path));
    snprintf(many, sizeof many, "/no-such:%s::", at("bin"));
    setenv("PATH", many, 1);
    ck_assert(tro_program_find("gnuplot", path, sizeof path));
    ck_assert_str_eq(path, at("bin/gnuplot"));
    ck_assert(!tro_program_find("gnuplot", path, 10));
    ck_assert_int_eq(chmod(at("bin/gnuplot"), 0644), 0);
    ck_assert(!tro_program_find("gnuplot", path, sizeof path));
    ck_assert_int_eq(mkdir(at("bin/other"), 0755), 0);
    ck_assert(!tro_program_find("other", path, sizeof path));
    ck_assert_int_eq(chdir("/"), 0);
}
END_TEST

START_TEST(test_program_run)
{
    char self[] = "sh", option[] = "-c";
    char script[] =   /* 7: in a group of its own, which Ctrl-C in a terminal does not reach */
        "cat; pwd; echo $LC_ALL; n=0123456789012345678901234567890123456789; i=0; while [ $i -lt "
        "3000 ]; do echo $n; echo $n >&2; i=$((i+1)); done; read -r a b c d g e <"
        "/proc/$$/stat; exit $((g == $$ ? 7 : 8))";
    char *const arguments[] = {self, option, script, NULL};
    tro_program_words words = {.code = 0};
    ck_assert_int_eq(tro_program_run("/bin/sh", arguments, place, &words, &messages), TRO_OK);
    ck_assert_int_eq(words.code, 7);
    ck_assert_uint_eq(words.complaint.length, 3000 * 41);   /* more than a pipe holds */
    ck_assert_int_eq(strncmp(words.output.data, place, strlen(place)), 0);
    ck_assert_int_eq(strncmp(words.output.data + strlen(place), "\nC.UTF-8\n0123", 13), 0);
    tro_text_clear(&words.output);
    tro_text_clear(&words.complaint);
    strcpy(script, "kill -9 $$");
    ck_assert_int_eq(tro_program_run("/bin/sh", arguments, place, &words, &messages), TRO_OK);
    ck_assert_int_eq(words.code, 137);
    /* Under valgrind the child cannot tell why it did not start; it ends with 127. */
    if (tro_program_run("/no/such", arguments, place, &words, &messages) == TRO_EIO)
        ck_says("cannot run '/no/such'");
    else
        ck_assert_int_eq(words.code, 127);
    if (tro_program_run("/bin/sh", arguments, at("none"), &words, &messages) != TRO_EIO)
        ck_assert_int_eq(words.code, 127);
}
END_TEST

START_TEST(test_figure_gnuplot_errors)
{
    fake_gnuplot("echo 'line 3: unknown token' >&2; exit 3");
    ck_assert_int_eq(write_small("f"), TRO_ELIBRARY);
    ck_says("f.gp' with exit status 3: line 3: unknown token");
    fake_gnuplot("echo nothing of use");
    ck_assert_int_eq(write_small("f"), TRO_ELIBRARY);
    ck_says("it said nothing");
    fake_gnuplot("echo '<svg ><title>cut off'");
    ck_assert_int_eq(write_small("f"), TRO_ELIBRARY);
    ck_assert_ptr_null(slurp(at("f.svg")));
    fake_gnuplot("echo '" PICTURE "'; echo mind the gap >&2");
    ck_assert_int_eq(write_small("f"), TRO_OK);
    ck_says("said: mind the gap");
    ck_assert_str_eq(slurp(at("f.svg")), "<svg role=\"img\" width=\"1\"><title>t</title>\n"
                     "<desc>1 panel. t: a.</desc></svg>\n");
}
END_TEST

/* -- pictures ----------------------------------------------------------- */

START_TEST(test_figure_same_bytes)
{
    static const char *const files[] = {"f.dat", "f.gp", "f.svg"};
    example e;
    if (!have_gnuplot())
        return;
    make_example(&e);
    ck_assert_int_eq(mkdir(at("one"), 0777), 0);
    ck_assert_int_eq(mkdir(at("two"), 0777), 0);
    ck_assert_int_eq(tro_figure_write(&e.figure, at("one"), "f", &messages), TRO_OK);
    setenv("LC_ALL", "de_DE.UTF-8", 1);
    setenv("GNUTERM", "dumb", 1);
    ck_assert_int_eq(tro_figure_write(&e.figure, at("two"), "f", &messages), TRO_OK);
    ck_assert_msg(messages.count == 0, "%s", last_message());
    for (int k = 0; k < 3; k++) {
        char path[64];
        snprintf(path, sizeof path, "one/%s", files[k]);
        char *content = slurp(at(path)), *copy = content ? strdup(content) : NULL;
        snprintf(path, sizeof path, "two/%s", files[k]);
        ck_assert_ptr_nonnull(copy);
        ck_assert_str_eq(copy, slurp(at(path)));
        free(copy);
    }
}
END_TEST

/* Odd names arrive whole, as text: in the picture, its title, its ticks. */
START_TEST(test_figure_odd_names)
{
    static const char shown[] = "it's \"q\" $x \\n %d @m {b}_1^2 &lt;b>&amp;amp; `ls` "
                                "\xce\xbb\xce\xb8\xcf\x81  \xef\xbf\xbd";
    example e;
    if (!have_gnuplot())
        return;
    make_example(&e);
    ck_assert_int_eq(tro_figure_write(&e.figure, place, "f-1.x", &messages), TRO_OK);
    char *picture = slurp(at("f-1.x.svg"));
    ck_assert_ptr_nonnull(strstr(picture,
                                 "<title>it's \"q\" $x \\n %d @m {b}_1^2 &lt;b&gt;&amp;amp;"));
    int count = 0;
    for (const char *found = picture; (found = strstr(found, shown)) != NULL; found++)
        count++;
    ck_assert_int_ge(count, 1);
    ck_assert_ptr_null(strstr(picture, "Produced by"));
    for (const char *c = picture; *c; c++)
        ck_assert(*c == '\n' || *c == '\t' || (unsigned char)*c >= 0x20);
}
END_TEST

/* The names of ticks are formats for gnuplot; not for the reader. */
START_TEST(test_figure_tick_names)
{
    static const char *const names[] = {"50%", "%g", "%%"};
    if (!have_gnuplot())
        return;
    tro_series s = {.style = TRO_BARS, .colour = 1, .y = lo4, .count = 3};
    tro_panel p = {.x_names = names, .x_name_count = 3, .series = &s, .series_count = 1};
    tro_figure f = {.panels = &p, .panel_count = 1};
    ck_assert_int_eq(tro_figure_write(&f, place, "f", &messages), TRO_OK);
    char *picture = slurp(at("f.svg"));
    ck_assert_ptr_nonnull(strstr(picture, "<text>50%</text>"));
    ck_assert_ptr_nonnull(strstr(picture, "<text>%g</text>"));
    ck_assert_ptr_nonnull(strstr(picture, "<text>%%</text>"));
}
END_TEST

/* The script alone draws the same picture, but for title and fonts. */
START_TEST(test_figure_script_again)
{
    char gnuplot[4096], self[] = "gnuplot", script[] = "f.gp";
    char *const arguments[] = {self, script, NULL};
    tro_program_words words = {.code = 0};
    if (!tro_program_find("gnuplot", gnuplot, sizeof gnuplot))
        return;
    ck_assert_int_eq(write_small("f"), TRO_OK);
    char *ours = strdup(strstr(slurp(at("f.svg")), "<g id=\"gnuplot_canvas\">"));
    ck_assert_int_eq(unlink(at("f.svg")), 0);
    ck_assert_int_eq(tro_program_run(gnuplot, arguments, place, &words, &messages), TRO_OK);
    ck_assert_int_eq(words.code, 0);
    ck_assert_uint_eq(words.complaint.length, 0);
    char *theirs = strstr(slurp(at("f.svg")), "<g id=\"gnuplot_canvas\">");
    const char end[] = ", Helvetica, Liberation Sans, Arimo, Nimbus Sans, Roboto, sans-serif";
    for (char *at_font; (at_font = strstr(ours, end)) != NULL;)
        memmove(at_font, at_font + strlen(end), strlen(at_font + strlen(end)) + 1);
    ck_assert_str_eq(ours, theirs);
    free(ours);
    tro_text_clear(&words.output);
    tro_text_clear(&words.complaint);
}
END_TEST

/* A line from corner to corner of its ranges is from corner to corner of the
 * rectangle that was planned for it. */
START_TEST(test_figure_geometry)
{
    static const double x[] = {-1, 3}, y[] = {10, 20};
    if (!have_gnuplot())
        return;
    for (int log = 0; log < 2; log++) {
        tro_series s = line("a", x, y, 2);
        tro_panel p = {.y_min = 10, .y_max = 20, .y_log = log, .series = &s, .series_count = 1};
        tro_figure f = {.panels = &p, .panel_count = 1};
        tro_figure_plan plan = {.figure = &f};
        ck_assert_int_eq(tro_figure_make_plan(&plan, &f), TRO_OK);
        ck_assert_int_eq(tro_figure_write(&f, place, "f", &messages), TRO_OK);
        const char *curve = strstr(slurp(at("f.svg")), "<path stroke='rgb(  0, 114, 178)'");
        ck_assert_ptr_nonnull(curve);
        double from[2], to[2];
        curve = strstr(curve, "d='M");
        ck_assert_int_eq(sscanf(curve, "d='M%lf,%lf L%lf,%lf", &from[0], &from[1], &to[0], &to[1]),
                         4);
        ck_assert_double_eq_tol(from[0], plan.panels[0].left, 0.02);
        ck_assert_double_eq_tol(from[1], plan.panels[0].bottom, 0.02);
        ck_assert_double_eq_tol(to[0], plan.panels[0].right, 0.02);
        ck_assert_double_eq_tol(to[1], plan.panels[0].top, 0.02);
        tro_arena_clear(&plan.arena);
    }
}
END_TEST

/* Where one end of a band is missing it has a gap; gnuplot by itself would
 * fill up to the corner of the plot. No corner of its pieces leaves the data. */
START_TEST(test_figure_band_gap)
{
    static const double x[] = {0, 1, 2, 3, 4}, lo[] = {1, 1, 1, 1, 1}, hi[] = {2, 2, NAN, 2, 2};
    if (!have_gnuplot())
        return;
    tro_series s = {.style = TRO_BAND, .colour = 1, .x = x, .lo = lo, .hi = hi, .count = 5};
    tro_panel p = {.y_min = 0, .y_max = 4, .series = &s, .series_count = 1};
    tro_figure f = {.panels = &p, .panel_count = 1};
    tro_figure_plan plan = {.figure = &f};
    ck_assert_int_eq(tro_figure_make_plan(&plan, &f), TRO_OK);
    ck_assert_int_eq(tro_figure_write(&f, place, "f", &messages), TRO_OK);
    double height = (plan.panels[0].bottom - plan.panels[0].top) / 4.0, width =
        (plan.panels[0].right - plan.panels[0].left) / 4.0;
    int pieces = 0;
    for (const char *c = slurp(at("f.svg")); (c = strstr(c, "points = '")) != NULL; pieces++) {
        double across, down;
        int length;
        for (c += 10; sscanf(c, "%lf,%lf %n", &across, &down, &length) == 2; c += length) {
            double place_of = (across - plan.panels[0].left) / width;
            ck_assert(place_of < 1.01 || place_of > 2.99);
            ck_assert_double_ge(plan.panels[0].bottom - down, 0.99 * height);
            ck_assert_double_le(plan.panels[0].bottom - down, 2.01 * height);
        }
    }
    ck_assert_int_eq(pieces, 2);
    tro_arena_clear(&plan.arena);
}
END_TEST

/* What has nothing to draw is drawn without a complaint. */
START_TEST(test_figure_nothing_to_draw)
{
    static const double none[] = {NAN, NAN, NAN, NAN}, negative[] = {-1, -2, 0, -4},
                        huge[] = {1e300, -1e300, 1e308, -1e308};
    static const double *const values[] = {none, negative, huge};
    static const tro_series_style styles[] = {TRO_LINE, TRO_POINTS, TRO_BAND, TRO_ERROR_BARS,
                                              TRO_BARS, TRO_STEPS};
    tro_series s[40];
    tro_panel p[40] = {{0}};
    size_t count = 0;
    if (!have_gnuplot())
        return;
    for (int v = 0; v < 3; v++) {
        for (int k = 0; k < 6; k++, count++) {
            s[count] = (tro_series){.label = "s", .style = styles[k], .x = v == 2 ? huge : x4,
                                    .y = values[v], .lo = none, .hi = v == 0 ? hi4 : values[v],
                                    .count = 4};
            p[count] = (tro_panel){.y_log = v == 1, .x_log = k == 3, .zero_line = 1,
                                   .series = &s[count], .series_count = 1};
        }
    }
    p[count++] = (tro_panel){.title = "empty"};
    p[count++] = (tro_panel){.x_min = 5, .x_max = 9, .y_min = NAN, .y_max = -7, .series = &s[0],
                             .series_count = 1};
    tro_figure f = {.panels = p, .panel_count = count};
    ck_assert_int_eq(tro_figure_write(&f, place, "f", &messages), TRO_OK);
    ck_assert_msg(messages.count == 0, "%s", last_message());
    ck_assert_ptr_nonnull(strstr(slurp(at("f.svg")), "no data"));
}
END_TEST

/* -- run folders and memory --------------------------------------------- */

static int save(void)
{
    tro_series s = line("a", x4, y4, 4);
    tro_panel p = {.title = "t", .x_label = "x", .y_label = "y", .series = &s, .series_count = 1};
    tro_figure f = {.title = "T", .panels = &p, .panel_count = 1};
    tro_folder folder = {.open = 0};
    int status = TRO_OK;
    TRO_TRY(tro_folder_open(&folder, at("out"), TRO_FOLDER_NEW, &messages));
    TRO_TRY(tro_figure_save(&f, &folder, "f", &messages));
    TRO_TRY(tro_folder_commit(&folder, NULL, 0, &messages));
out:
    tro_folder_close(&folder);
    return status;
}

START_TEST(test_figure_save)
{
    fake_gnuplot("echo '" PICTURE "'");
    ck_assert_int_eq(save(), TRO_OK);
    ck_assert_int_eq(entries(at("out")), 4);
    ck_assert_ptr_nonnull(strstr(slurp(at("out/manifest.json")), "f.svg"));
    remove_all(at("out"));
    setenv("PATH", "", 1);
    ck_assert_int_eq(save(), TRO_OK);
    ck_assert_int_eq(entries(at("out")), 3);
    ck_assert_ptr_null(strstr(slurp(at("out/manifest.json")), "f.svg"));
}
END_TEST

/* A picture that fails may be left out: the rest of the run is committed. */
START_TEST(test_figure_save_errors)
{
    tro_series s = line("a", x4, y4, 4);
    tro_panel p = {.series = &s, .series_count = 1};
    tro_figure f = {.panels = &p, .panel_count = 1};
    tro_folder folder;
    fake_gnuplot("exit 1");
    ck_assert_int_eq(tro_folder_open(&folder, at("out"), TRO_FOLDER_NEW, &messages), TRO_OK);
    ck_assert_int_eq(tro_figure_save(&f, &folder, "f", &messages), TRO_ELIBRARY);
    ck_assert_int_eq(tro_figure_save(&f, &folder, "a/b", &messages), TRO_EINVAL);
    ck_assert_int_eq(tro_folder_commit(&folder, NULL, 0, &messages), TRO_OK);
    tro_folder_close(&folder);
    ck_assert_int_eq(entries(at("out")), 3);
}
END_TEST

START_TEST(test_figure_out_of_memory)
{
    int status = TRO_ENOMEM, failures = 0;
    fake_gnuplot("echo '" PICTURE "'");
    for (uint64_t n = 1; n < 3000 && status != TRO_OK; n++) {
        remove_all(at("out"));
        tro_memory_fail_after(n);
        status = save();
        tro_memory_fail_after(0);
        failures += status != TRO_OK;
        ck_assert_msg(status == TRO_OK || status == TRO_ENOMEM, "allocation %d: %s", (int)n,
                      tro_status_text(status));
        if (status != TRO_OK)
            ck_assert_ptr_null(slurp(at("out/manifest.json")));
    }
    ck_assert_int_eq(status, TRO_OK);
    ck_assert_int_gt(failures, 50);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_figure_data, test_figure_script_is_quoted, test_figure_errors,
        test_figure_without_gnuplot, test_program_find, test_program_run,
        test_figure_gnuplot_errors, test_figure_same_bytes, test_figure_odd_names,
        test_figure_tick_names, test_figure_script_again, test_figure_geometry,
        test_figure_band_gap,
        test_figure_nothing_to_draw, test_figure_save, test_figure_save_errors,
        test_figure_out_of_memory};
    return run_tests("figure", tests, sizeof tests / sizeof *tests);
}
