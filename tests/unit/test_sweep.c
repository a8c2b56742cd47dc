/* Sweeps: the order of cells, seeds, samples, and what is refused. */
#include "study_support.h"

#include "experiment/sweep.h"

#define GRID \
    TRO_STUDY_SYSTEM(5, 2, 0) \
    "sweep:\n" \
    "  vary:\n" \
    "    share: {key: agents.a.shares.curated, values: {linspace: [0, 0.5, 10]}}\n" \
    "    agents.b.reference: {linspace: [1, 6, 6]}\n"

static void open_sweep(tro_opened *o, const char *text)
{
    tro_study_open(o, text);
    ck_assert_ptr_nonnull(o->study->sweep);
}

/* --- the order ---------------------------------------------------------------- */

START_TEST(test_any_number_of_cells_visits_all)
{
    for (size_t cells = 1; cells < 200; cells++) {
        char text[2048], seen[200] = {0};
        tro_opened o;
        snprintf(text, sizeof text, "%ssweep: {replicates: %zu, outputs: [spectral-radius]}\n",
                 TRO_STUDY_SYSTEM(5, 2, 0), cells);
        open_sweep(&o, text);
        ck_assert_uint_eq(o.study->sweep->cells, cells);
        for (size_t k = 0; k < cells; k++)
            seen[tro_sweep_at(o.study->sweep, k)]++;
        for (size_t k = 0; k < cells; k++)
            ck_assert_int_eq(seen[k], 1);
        tro_study_close(&o);
    }
}
END_TEST

/* Of 180 cells any 30 in a row have every value of an axis about as often as all cells. */
START_TEST(test_part_of_a_sweep_is_even)
{
    tro_opened o;
    open_sweep(&o, GRID "  outputs: {J: {alignment: a}}\n  replicates: 3");
    const tro_sweep *sweep = o.study->sweep;
    ck_assert_uint_eq(sweep->cells, 180);
    for (size_t from = 0; from + 30 <= 180; from++) {
        int shares[10] = {0}, references[6] = {0}, replicates[3] = {0};
        for (size_t k = from; k < from + 30; k++) {
            size_t cell = tro_sweep_at(sweep, k);
            shares[tro_axis_index(&sweep->table, cell / 3, 0)]++;
            references[tro_axis_index(&sweep->table, cell / 3, 1)]++;
            replicates[cell % 3]++;
        }
        for (size_t k = 0; k < 10; k++)
            ck_assert_int_le(abs(shares[k] - 3), 1);
        for (size_t k = 0; k < 6; k++)
            ck_assert_int_le(abs(references[k] - 5), 1);
        for (size_t k = 0; k < 3; k++)
            ck_assert_int_eq(replicates[k], 10);
    }
    tro_study_close(&o);
}
END_TEST

/* --- seeds -------------------------------------------------------------------- */

START_TEST(test_seeds_are_common_or_independent)
{
    static const char *const kinds[] = {"common", "independent"};
    for (int kind = 0; kind < 2; kind++) {
        char text[2048];
        tro_opened o;
        snprintf(text, sizeof text, "%s  outputs: [{alignment: a}]\n  replicates: 3\n  seeds: %s\n",
                 GRID, kinds[kind]);
        open_sweep(&o, text);
        const tro_sweep *sweep = o.study->sweep;
        for (size_t cell = 0; cell < 180; cell++) {
            uint64_t seed = tro_sweep_seed(sweep, 9, cell);
            ck_assert_uint_le(seed, UINT64_C(1) << 53);
            ck_assert_int_eq(seed == 9, kind == 0 && cell % 3 == 0);
            for (size_t other = 0; other < cell; other++)
                ck_assert_int_eq(seed == tro_sweep_seed(sweep, 9, other),
                                 kind == 0 && cell % 3 == other % 3);
        }
        tro_study_close(&o);
    }
}
END_TEST

/* A cell is the scenario with its keys set: the same numbers as an override gives. */
START_TEST(test_cell_is_its_scenario)
{
    tro_opened o;
    tro_sweep_result result;
    tro_values values;
    open_sweep(&o, GRID "  outputs: {J: {alignment: a}, S: {sampled-alignment: a}}\n"
                        "  replicates: 2");
    tro_sweep_run(o.study, 2 * (6 * 4 + 1) + 1, &result);
    ck_assert_int_eq(result.status, TRO_OK);
    const tro_column *columns = o.study->sweep->table.columns;
    double J = columns[0].values[0], S = columns[1].values[0];
    ck_assert_uint_eq(result.cell->scenario->seed, tro_sweep_seed(o.study->sweep, 9, 1));
    ck_assert_double_eq_tol(result.cell->scenario->agents[0].shares.curated, 4 * 0.5 / 9, 1e-15);
    ck_assert_double_eq(result.cell->scenario->agents[1].reference[0], 2);
    ck_assert_int_eq(tro_quantity_find(result.cell, &columns[0].quantity, &values, NULL), TRO_OK);
    ck_assert_double_eq(values.values[0], J);
    ck_assert_double_ne(J, S);
    tro_cell_free(result.cell);
    tro_study_close(&o);
}
END_TEST

/* --- samples ------------------------------------------------------------------ */

static void open_sample(tro_opened *o, const char *sample, const char *more)
{
    char text[2048];
    snprintf(text, sizeof text,
             "%ssweep:\n  sample: %s\n  vary:\n    agents.a.shares.curated: {range: [0.1, 0.5]}\n"
             "    agents.b.reference: {range: [0.01, 100], log: yes}\n"
             "    agents.b.at: [users, mean]\n%s  outputs: [spectral-radius]\n",
             TRO_STUDY_SYSTEM(5, 2, 0), sample, more);
    open_sweep(o, text);
}

START_TEST(test_latin_hypercube_hits_every_slice_once)
{
    tro_opened o;
    int share[40] = {0}, reference[40] = {0}, words = 0;
    open_sample(&o, "{latin-hypercube: 40}", "");
    const tro_study_table *table = &o.study->sweep->table;
    ck_assert_uint_eq(o.study->sweep->cells, 40);
    for (size_t k = 0; k < 40; k++) {
        double u = (tro_axis_value(table, k, 0) - 0.1) / 0.4;
        double v = log10(tro_axis_value(table, k, 1) / 0.01) / 4;
        ck_assert(u >= 0 && u < 1 && v >= 0 && v < 1);
        share[(int)(40 * u)]++;
        reference[(int)(40 * v)]++;
        words += strcmp(table->axes[2].options.items[k], "mean") == 0;
    }
    for (int k = 0; k < 40; k++)
        ck_assert(share[k] == 1 && reference[k] == 1);
    ck_assert_int_eq(words, 20);
    tro_study_close(&o);
}
END_TEST

/* The first points of the sequence in three dimensions (Bratley, Fox 1988), which fill
 * every half and quarter of every axis. */
START_TEST(test_sobol_points)
{
    static const double first[4] = {0.5, 0.75, 0.25, 0.375};
    tro_opened o;
    int quarters[4] = {0};
    open_sample(&o, "{sobol: 31}", "");
    const tro_study_table *table = &o.study->sweep->table;
    for (size_t k = 0; k < 4; k++)
        ck_assert_double_eq_tol(tro_axis_value(table, k, 0), 0.1 + 0.4 * first[k], 1e-15);
    for (size_t k = 0; k < 31; k++)
        quarters[(int)(log10(tro_axis_value(table, k, 1) / 0.01))]++;
    for (int k = 0; k < 4; k++)
        ck_assert_int_le(abs(quarters[k] - 8), 1);
    tro_study_close(&o);
    open_sample(&o, "{sobol: 31, shift: yes}", "");
    ck_assert_double_ne(tro_axis_value(&o.study->sweep->table, 0, 0), 0.3);
    tro_study_close(&o);
}
END_TEST

/* --- refused ------------------------------------------------------------------ */

#define SYSTEM TRO_STUDY_SYSTEM(5, 2, 0)
#define OUT "  outputs: [spectral-radius]\n"

START_TEST(test_sweep_errors)
{
    tro_study_refused(SYSTEM "sweep:\n  vary: {agents.a.rtae: [1]}\n" OUT,
                      "16:10: no key 'rtae' in agent: there are name, group, count, names, nodes, "
                      "members, reference, start, reward, at, public, owner, pool, learning-rate, "
                      "shares, displaces, outputs, data, fade, reference-sample");
    tro_study_refused(SYSTEM "sweep:\n  vary: {agents.b.reference: {range: [2, 1]}}\n"
                             "  sample: {sobol: 3}\n" OUT,
                      "16:38: the range from 2 to 1 is backwards: [lowest, highest] would be "
                      "right");
    tro_study_refused(SYSTEM "sweep:\n  vary: {agents.b.reference: {range: [0, 1], log: yes}}\n"
                             "  sample: {sobol: 3}\n" OUT,
                      "16:38: a range that is even in the logarithm lies above 0, found 0");
    tro_study_refused(SYSTEM "sweep:\n  vary: {agents.b.reference: {range: [0, 1]}}\n" OUT,
                      "16:38: a 'range' is for the sample of a sweep: 'values' would be right");
    tro_study_refused(SYSTEM "sweep:\n  vary: {agents.b.reference: [1, 2], seed: [1, 2, 3]}\n"
                             "  sample: list\n" OUT,
                      "16:44: 'seed' has 3 values, but 'agents.b.reference' has 2: in a list every "
                      "axis has one for each row\n"
                      "16:38: 'seed' is a column that sweeps have anyway: another name would be "
                      "right");
    tro_study_refused(SYSTEM "sweep:\n  vary: {s: {key: seed, values: [1, 2]}}\n"
                             "  replicates: 2\n" OUT,
                      "16:10: the seed varies, and replicates have seeds of their own: one of them "
                      "would be right");
    tro_study_refused(SYSTEM "sweep:\n  vary: {agents.b.reference: [1, 2]}\n",
                      "16:3: the sweep asks for nothing: 'outputs', as in {J: {alignment: theta}}, "
                      "or 'rounds: yes' would be right");
    tro_study_refused(SYSTEM "sweep:\n  sample: {sobol: 3, latin-hypercube: 4}\n" OUT,
                      "16:11: a sweep has one kind of points: grid, list, {sobol: N} or "
                      "{latin-hypercube: N}\n"
                      "16:11: a sample of nothing: 'vary' names no axis");
    tro_study_refused(SYSTEM "sweep:\n  outputs: [spectral-radius, spectral-radius]\n",
                      "16:30: two outputs are called 'spectral-radius': a map from names to "
                      "quantities would be right");
    tro_study_refused(SYSTEM "sweep:\n  vary: {J: {key: agents.b.reference, values: [1]}}\n"
                             "  outputs: {j: spectral-radius}\n",
                      "17:13: 'j' and 'J' differ in upper and lower case alone: another name would "
                      "be right");
    tro_study_refused(SYSTEM "sweep: 3\n",
                      "15:8: 'sweep' must be a map, found '3'");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sweep");
    TCase *order = tcase_create("sweep");
    tcase_add_test(order, test_any_number_of_cells_visits_all);
    tcase_add_test(order, test_part_of_a_sweep_is_even);
    tcase_add_test(order, test_seeds_are_common_or_independent);
    tcase_add_test(order, test_cell_is_its_scenario);
    tcase_add_test(order, test_latin_hypercube_hits_every_slice_once);
    tcase_add_test(order, test_sobol_points);
    tcase_add_test(order, test_sweep_errors);
    suite_add_tcase(suite, order);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
