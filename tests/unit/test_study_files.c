/* What a study writes: tables, claims, the figure; and that the bytes depend
 * on nothing but the scenario. */
#include <dirent.h>
#include <omp.h>
#include <unistd.h>

#include "study_support.h"

#include "experiment/pair.h"
#include "output/folder.h"

#define SYSTEM TRO_STUDY_SYSTEM(12, 50, 2)

static const char whole[] = SYSTEM
    "vary:\n"
    "  grid:\n"
    "    over:\n"
    "      order: {key: schedule, options: [synchronous, sequential]}\n"
    "      share: {key: agents.a.shares.curated, values: [0.25, 0.75]}\n"
    "    find:\n"
    "      J: {alignment: a}\n"
    "  some:\n"
    "    over:\n"
    "      real: {key: agents.a.shares.real, values: [0.25, 0.75]}\n"
    "      share: {key: agents.a.shares.curated, values: [0.25, 0.75]}\n"
    "      b: {key: agents.a.reference, values: [2, 5]}\n"
    "    find:\n"
    "      J: {alignment: a}\n"
    "      root: {root: {of: {influence: {on: a, of: a, hops: 0}}, key: agents.b.reference,\n"
    "                    between: [2, 5]}}\n"
    "      J2: {alignment: a}\n"
    "  parts:\n"
    "    find: {part: {influence: {on: a, of: a, block: 1}}}\n"
    "  sampled:\n"
    "    over: {n: {key: advance.sampled.outputs, values: [1, 2, 3, 4, 5, 6, 7]}}\n"
    "    find:\n"
    "      J: {sampled-alignment: a}\n"
    "      dJ: {sampled-influence: {on: a, of: a, step: 0.1}}\n"
    "      gain: {pairing-gain: {on: a, of: a, step: 0.1}}\n"
    "claims:\n"
    "  - {claim: 'it is, \"so\"', source: derived, quantity: {alignment: a}, equals: 6,\n"
    "     absolute: 1e-9}\n"
    "figure:\n"
    "  panels:\n"
    "    - x: share\n"
    "      series:\n"
    "        - {table: grid, y: J, where: {order: sequential}}\n"
    "        - {table: sampled, x: n, y: J, style: band}\n";

/* The contents of a file in the folder. */
static char *read_file(const char *folder, const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s is missing", path);
    char *text = calloc(1, 1 << 20);
    ck_assert_uint_lt(fread(text, 1, (1 << 20) - 1, file), (1 << 20) - 1);
    fclose(file);
    return text;
}

static void remove_folder(const char *folder)
{
    DIR *directory = opendir(folder);
    ck_assert_ptr_nonnull(directory);
    for (struct dirent *entry; (entry = readdir(directory));) {
        char path[512];
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        unlink(path);
    }
    closedir(directory);
    ck_assert_int_eq(rmdir(folder), 0);
}

/* Runs the study into a new folder, whose name is put into `path`. */
static void write_study(const char *text, char *path)
{
    tro_opened o;
    tro_folder folder = {0};
    char buffer[4096];
    ck_assert_ptr_nonnull(mkdtemp(path));
    tro_study_open(&o, text);
    int status = tro_study_run(o.study, NULL, &o.messages);
    if (status == TRO_OK)
        status = tro_folder_open(&folder, path, TRO_FOLDER_NEW, &o.messages);
    if (status == TRO_OK)
        status = tro_study_write(o.study, &folder, &o.messages);
    if (status == TRO_OK)
        status = tro_folder_commit(&folder, NULL, 0, &o.messages);
    ck_assert_msg(status == TRO_OK, "%s", tro_listed(&o.messages, buffer, sizeof buffer));
    tro_folder_close(&folder);
    tro_study_close(&o);
}

START_TEST(test_files_written)
{
    char path[] = "/tmp/trophic-study-XXXXXX";
    write_study(whole, path);
    char *grid = read_file(path, "grid.csv"), *parts = read_file(path, "parts.csv");
    char *claims = read_file(path, "claims.csv"), *sampled = read_file(path, "sampled.csv");
    char *figure = read_file(path, "figure.svg"), *some = read_file(path, "some.csv");
    ck_assert_str_eq(grid,
        "order,share,J,status\n"
        "synchronous,0.25,6,ok\n"
        "synchronous,0.75,7,ok\n"
        "sequential,0.25,6,ok\n"
        "sequential,0.75,7,ok\n");
    /* J is 2 (l r + 4 c) / (l + c); the root is at b = r - 1, if that is between 2 and 5 */
    ck_assert_str_eq(some,
        "real,share,b,J,root,J2,status\n"
        "0.25,0.25,2,6,,6,root: no change of sign: the quantity is 1 at 2 and 4 at 5\n"
        "0.25,0.25,5,9,4,9,ok\n"
        "0.25,0.75,2,7,,7,root: no change of sign: the quantity is 0.5 at 2 and 2 at 5\n"
        "0.25,0.75,5,8.5,4,8.5,ok\n"
        "0.75,0.25,2,5,,5,root: no change of sign: the quantity is 1.5 at 2 and 6 at 5\n"
        "0.75,0.25,5,9.5,4,9.5,ok\n"
        "0.75,0.75,2,,,,\"shares sum to 1.5, at most 1 would be right\"\n"
        "0.75,0.75,5,,,,\"shares sum to 1.5, at most 1 would be right\"\n");
    ck_assert_str_eq(parts, "component,part,status\n1,2,ok\n2,2,ok\n");
    ck_assert_str_eq(claims, "claim,source,expected,found,verdict,remark\n"
                             "\"it is, \"\"so\"\"\",derived,6 within 1e-09,6,holds,\n");
    ck_assert_int_eq(strncmp(sampled, "n,J,J_se,dJ,dJ_se,gain,gain_se,status\n1,", 40), 0);
    ck_assert_ptr_nonnull(strstr(figure, "</svg>"));
    free(grid);
    free(parts);
    free(claims);
    free(sampled);
    free(figure);
    free(some);
    remove_folder(path);
}
END_TEST

/* One thread, two, and three write the same bytes. */
START_TEST(test_files_same_for_threads)
{
    static const char *const names[] = {"grid.csv", "some.csv", "parts.csv", "sampled.csv",
                                        "claims.csv", "figure.svg"};
    char first[] = "/tmp/trophic-study-XXXXXX";
    int before = omp_get_max_threads();
    omp_set_num_threads(1);
    write_study(whole, first);
    for (int threads = 2; threads <= 3; threads++) {
        char path[] = "/tmp/trophic-study-XXXXXX";
        omp_set_num_threads(threads);
        write_study(whole, path);
        for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
            char *one = read_file(first, names[k]), *two = read_file(path, names[k]);
            ck_assert_msg(strcmp(one, two) == 0, "%s differs with %d threads", names[k],
                          threads);
            free(one);
            free(two);
        }
        remove_folder(path);
    }
    omp_set_num_threads(before);
    remove_folder(first);
}
END_TEST

/* --- figures refused ------------------------------------------------------------- */

static void refuse(const char *figure, const char *expected)
{
    char text[8192];
    snprintf(text, sizeof text,
             "%svary: {t: {over: {x: {key: seed, values: [1, 2]}}, find: {J: {alignment: a}}}}\n"
             "figure:\n  panels:\n    - %s\n", SYSTEM, figure);
    tro_study_refused(text, expected);
}

START_TEST(test_figures_errors)
{
    refuse("{series: [{table: t, y: J}]}",
           "18:17: neither the panel nor the series has an 'x', the axis to draw along");
    refuse("{x: z, series: [{table: t, y: J}]}", "18:11: table 't' has no axis 'z' to draw along");
    refuse("{x: x, series: [{table: u, y: J}]}", "18:37: 'vary' has no table 'u'");
    refuse("{x: x, series: [{table: t, y: K}]}", "18:37: table 't' has no column 'K'");
    refuse("{x: x, series: [{table: t, y: J, where: {z: 1}}]}",
           "18:48: table 't' has no axis 'z' to choose a value of");
    refuse("{x: x, series: [{table: t, y: J, where: {x: 3}}]}",
           "18:51: axis 'x' of table 't' has no value '3'");
    refuse("{x: x, x-range: [1, 0], series: [{table: t, y: J, style: dots}]}",
           "18:64: style must be one of line, points, band, error-bars, bars, steps, area, found "
           "'dots'\n"
           "18:23: x-range is two numbers, the smaller first");
    refuse("{x: x}", "18:7: missing key 'series' in 'panel'");
    refuse("{x: x, series: [{table: t, y: J, style: band}]}",
           "18:47: column 'J' is exact: it has no standard errors for a 'band'; 'line', 'points', "
           "'bars' or 'steps' would be right");
    refuse("{x: x, series: [{table: t, y: J, style: error-bars, errors: 2}]}",
           "18:47: column 'J' is exact: it has no standard errors for a 'error-bars'; 'line', "
           "'points', 'bars' or 'steps' would be right\n"
           "18:67: column 'J' is exact: it has no standard errors to draw");
    /* one series, four mistakes */
    refuse("{x: z, series: [{table: t, y: K, where: {z: 1, x: 3}}, {table: s, y: J, x: x}]}",
           "18:37: table 't' has no column 'K'\n"
           "18:11: table 't' has no axis 'z' to draw along\n"
           "18:48: table 't' has no axis 'z' to choose a value of\n"
           "18:57: axis 'x' of table 't' has no value '3'\n"
           "18:76: 'vary' has no table 's'");
}
END_TEST

/* --- cells -------------------------------------------------------------------------- */

/* Means and variances of replicates are those of the runs one by one. */
START_TEST(test_sampled_against_runs)
{
    tro_world w;
    tro_runner runner = {0};
    enum { REPLICATES = 50 };
    double all[REPLICATES], mean = 0, square = 0;
    tro_world_read(&w, SYSTEM);
    ck_assert_int_eq(tro_cell_sampled(w.cell, NULL), TRO_OK);
    ck_assert_uint_eq(w.cell->sampled.replicates, REPLICATES);
    ck_assert_int_eq(tro_runner_init(&runner, w.eco, w.plan, TRO_SAMPLED), TRO_OK);
    runner.sampler = w.cell->sampler;
    for (uint64_t r = 0; r < REPLICATES; r++) {
        all[r] = 0;
        ck_assert_int_eq(tro_runner_start(&runner, r, NULL), TRO_OK);
        for (int t = 1; t <= 12; t++) {
            ck_assert_int_eq(tro_runner_round(&runner), TRO_OK);
            if (t > 2)
                all[r] += (runner.z[0] + runner.z[1]) / 10;
        }
        mean += all[r] / REPLICATES;
    }
    for (int r = 0; r < REPLICATES; r++)
        square += (all[r] - mean) * (all[r] - mean) / (REPLICATES - 1);
    ck_assert_double_eq_tol(w.cell->sampled.mean[0], mean, 1e-13);
    ck_assert_double_eq_tol(w.cell->sampled.variance[0], square, 1e-13);
    tro_runner_release(&runner);
    tro_world_close(&w);
}
END_TEST

/* Replicates of one cell on one thread, two and three: the same bits. */
START_TEST(test_sampled_same_for_threads)
{
    double first[8];
    int before = omp_get_max_threads();
    for (int threads = 1; threads <= 3; threads++) {
        tro_world w;
        const tro_paired *paired;
        double found[8];
        omp_set_num_threads(threads);
        tro_world_read(&w, SYSTEM);
        ck_assert_int_eq(tro_cell_sampled(w.cell, NULL), TRO_OK);
        ck_assert_int_eq(tro_cell_paired(w.cell, 0, 0.1, &paired, NULL), TRO_OK);
        memcpy(found, w.cell->sampled.mean, 2 * sizeof *found);
        memcpy(found + 2, w.cell->sampled.variance, 2 * sizeof *found);
        memcpy(found + 4, paired->mean, 2 * sizeof *found);
        memcpy(found + 6, paired->independent, 2 * sizeof *found);
        if (threads > 1)
            ck_assert_mem_eq(first, found, sizeof first);
        memcpy(first, found, sizeof first);
        tro_world_close(&w);
    }
    omp_set_num_threads(before);
}
END_TEST

/* A pair: each side is what a scenario with that share gives, with the same
 * random numbers, and its expectation is exact. */
START_TEST(test_paired_against_cells)
{
    tro_world w;
    const tro_paired *paired, *again;
    tro_cell *low, *high;
    tro_override down = {.path = "agents.a.shares.curated", .number = 0.15, .origin = "step"};
    tro_override up = down;
    double sides[2][2];
    up.number = 0.35;
    tro_world_read(&w, SYSTEM);
    ck_assert_int_eq(tro_cell_paired(w.cell, 0, 0.1, &paired, NULL), TRO_OK);
    ck_assert_int_eq(tro_cell_vary(w.cell, &down, &low, NULL), TRO_OK);
    ck_assert_int_eq(tro_cell_vary(w.cell, &up, &high, NULL), TRO_OK);
    ck_assert_int_eq(tro_cell_sampled(low, NULL), TRO_OK);
    ck_assert_int_eq(tro_cell_sampled(high, NULL), TRO_OK);
    ck_assert_double_eq_tol(paired->mean[0],
                            (high->sampled.mean[0] - low->sampled.mean[0]) / 0.2, 1e-12);
    ck_assert_double_eq_tol(paired->independent[0], (high->sampled.variance[0] +
                                                     low->sampled.variance[0]) / 0.04, 1e-10);
    ck_assert_double_gt(paired->independent[0], paired->variance[0]);
    ck_assert_double_eq(paired->mean[1], 0); /* b does not listen */
    const double *expected;
    ck_assert_int_eq(tro_cell_expected(low, 0, &expected, NULL), TRO_OK);
    ck_assert_int_eq(tro_cell_expected_at(w.cell, 0, 0.15, sides[0], NULL), TRO_OK);
    ck_assert_double_eq_tol(sides[0][0], expected[0], 1e-13);
    ck_assert_int_eq(tro_cell_expected(high, 0, &expected, NULL), TRO_OK);
    ck_assert_int_eq(tro_cell_expected_at(w.cell, 0, 0.35, sides[1], NULL), TRO_OK);
    ck_assert_double_eq_tol(sides[1][0], expected[0], 1e-13);
    /* kept, and not mixed up with another step */
    ck_assert_int_eq(tro_cell_paired(w.cell, 0, 0.05, &again, NULL), TRO_OK);
    ck_assert_double_ne(again->mean[0], paired->mean[0]);
    ck_assert_int_eq(tro_cell_paired(w.cell, 0, 0.1, &again, NULL), TRO_OK);
    ck_assert_double_eq(again->mean[0], paired->mean[0]);
    tro_cell_free(low);
    tro_cell_free(high);
    tro_world_close(&w);
}
END_TEST

/* At either end of its range a share moves to one side; the pair is the cells
 * at both ends of that, and expectations agree with the estimate. */
static void check_one_sided(double share, double step, double low_share, double high_share)
{
    tro_world w;
    const tro_paired *paired;
    tro_cell *cell, *low, *high;
    const double *below, *above;
    char value[256];
    tro_override at = {.path = "agents.a.shares.curated", .number = share, .origin = "test"};
    tro_override down = at, up = at;
    tro_values found = {0};
    down.number = low_share;
    up.number = high_share;
    tro_world_read(&w, SYSTEM);
    ck_assert_int_eq(tro_cell_vary(w.cell, &at, &cell, NULL), TRO_OK);
    ck_assert_int_eq(tro_cell_vary(w.cell, &down, &low, NULL), TRO_OK);
    ck_assert_int_eq(tro_cell_vary(w.cell, &up, &high, NULL), TRO_OK);
    ck_assert_int_eq(tro_cell_paired(cell, 0, step, &paired, NULL), TRO_OK);
    ck_assert_int_eq(paired->shares.one_sided, 1);
    ck_assert_double_eq_tol(paired->shares.low, low_share, 1e-15);
    ck_assert_double_eq_tol(paired->shares.high, high_share, 1e-15);
    ck_assert_int_eq(tro_cell_sampled(low, NULL), TRO_OK);
    ck_assert_int_eq(tro_cell_sampled(high, NULL), TRO_OK);
    ck_assert_double_eq_tol(paired->mean[0],
                            (high->sampled.mean[0] - low->sampled.mean[0]) / step, 1e-12);
    ck_assert_double_eq_tol(paired->independent[0], (high->sampled.variance[0] +
                                                     low->sampled.variance[0]) / (step * step),
                            1e-10);
    /* the quantities say the same, and that it is one-sided */
    ck_assert_int_eq(tro_cell_expected(low, 0, &below, NULL), TRO_OK);
    ck_assert_int_eq(tro_cell_expected(high, 0, &above, NULL), TRO_OK);
    static const tro_quantity *const all[] = {&tro_quantity_sampled_influence,
                                              &tro_quantity_expected_influence,
                                              &tro_quantity_pairing_gain};
    double expected[] = {paired->mean[0], (above[0] - below[0]) / step,
                         paired->independent[0] / paired->variance[0]};
    for (size_t k = 0; k < 3; k++) {
        tro_pair_config config = {.on = "a", .of = "a", .step = step};
        found = (tro_values){0};
        ck_assert_int_eq(all[k]->compute(cell, &config, &found, NULL), TRO_OK);
        snprintf(value, sizeof value, "%s at %g", all[k]->plugin.name, share);
        tro_assert_near(1, found.values, &expected[k], 1e-12, value);
        ck_assert_int_eq(found.one_sided, 1);
    }
    tro_cell_free(cell);
    tro_cell_free(low);
    tro_cell_free(high);
    tro_world_close(&w);
}

START_TEST(test_paired_one_sided)
{
    check_one_sided(0, 0.1, 0, 0.1);
    check_one_sided(0.75, 0.1, 0.65, 0.75); /* no synthetic data is left */
    check_one_sided(0.05, 0.1, 0.05, 0.15); /* the step does not fit below */
}
END_TEST

START_TEST(test_cells_errors)
{
    tro_world w;
    const tro_paired *paired;
    char buffer[1024];
    tro_world_read(&w, SYSTEM);
    ck_assert_int_eq(tro_cell_paired(w.cell, 0, 0.6, &paired, &w.messages), TRO_ESCENARIO);
    ck_assert_int_eq(tro_cell_paired(w.cell, 1, 0.1, &paired, &w.messages), TRO_ESCENARIO);
    ck_assert_str_eq(tro_listed(&w.messages, buffer, sizeof buffer),
                     "5:5: the curated share of 'a' cannot be moved by 0.6: it is 0.25 and "
                     "displaces 'synthetic'\n"
                     "7:5: the curated share of 'b' cannot be moved by 0.1: it is 0 and "
                     "displaces 'proportional'");
    tro_world_close(&w);
}
END_TEST

/* Members of groups and agents with odd names have influences as well. */
START_TEST(test_expected_of_members)
{
    tro_world w;
    char buffer[512];
    tro_world_read(&w,
        "trophic: 1\nseed: 1\noutcomes: {family: gaussian}\n"
        "agents:\n"
        "  - {group: g, names: ['a.b', '2'], reference: 1, reward: 1, displaces: synthetic,\n"
        "     public: {shift: 1}, shares: {real: 0.5, curated: 0.2}}\n"
        "network: {generator: complete}\n"
        "advance: {sampled: {outputs: 3, replicates: 8}}\nschedule: {synchronous: {rounds: 9}}\n");
    tro_reader reader = {.arena = &w.cell->arena, .catalog = tro_catalog_builtin(),
                         .messages = &w.messages};
    tro_document *document = NULL;
    const char *text = "q: {expected-influence: {on: 'a.b', of: '2', step: 0.1}}\n";
    tro_chosen chosen;
    tro_values values;
    ck_assert_int_eq(tro_document_read_text("q", text, strlen(text), &document, NULL), TRO_OK);
    ck_assert_int_eq(tro_read_plugin(&reader, tro_node_get(document->root, "q"), TRO_QUANTITY,
                                     &chosen), TRO_OK);
    const tro_quantity *quantity = tro_quantity_of(&chosen);
    ck_assert_int_eq(quantity->check(w.cell, chosen.config, &w.messages), TRO_OK);
    int status = quantity->compute(w.cell, chosen.config, &values, &w.messages);
    ck_assert_msg(status == TRO_OK, "%s", tro_listed(&w.messages, buffer, sizeof buffer));
    /* x' = 1/2 + y/2 + dx, y' = 1/2 + x/2 + dy for what dy adds: 0, dy/2, ... */
    double x = 0, y = 0, sum = 0;
    for (int t = 0; t < 9; t++) {
        double next = 0.5 * y;
        y = 0.5 * x + 1;
        x = next;
        sum += x / 9;
    }
    ck_assert_double_eq_tol(values.values[0], sum, 1e-12);
    tro_document_free(document);
    tro_world_close(&w);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_files_written, test_files_same_for_threads, test_figures_errors,
        test_sampled_against_runs, test_sampled_same_for_threads, test_paired_against_cells,
        test_paired_one_sided, test_cells_errors, test_expected_of_members};
    return TRO_RUN_TESTS("study files", tests);
}
