/* Sampled rounds in which every source gives its share of the outputs. */
#include "support.h"

/* Agents whose first has these sources: real data and edges of given weights. */
static void open_sources(tro_world *w, double real, size_t edges, const double *weight,
                         uint64_t outputs)
{
    tro_text text = {0};
    char line[512];
    snprintf(line, sizeof line, "trophic: 1\nseed: 4\n"
             "outcomes: {family: categorical, outcomes: 2}\n"
             "advance: {sampled: {outputs: %llu, split: fixed}}\nagents:\n"
             "  - {name: a, reference: uniform, shares: {real: %.17g}}\n"
             "  - {group: g, count: %zu, reference: uniform, shares: {real: 1}}\n"
             "network:\n  edges:\n", (unsigned long long)outputs, real, edges);
    tro_text_add(&text, line);
    for (size_t k = 0; k < edges; k++) {
        snprintf(line, sizeof line, "    - {from: g-%zu, to: a, weight: %.17g}\n", k + 1,
                 weight[k]);
        tro_text_add(&text, line);
    }
    tro_world_read(w, tro_text_string(&text));
    tro_text_clear(&text);
}

static void check_counts(double real, size_t edges, const double *weight, uint64_t outputs,
                         const uint64_t *expected)
{
    tro_world w;
    tro_sampler *sampler = NULL;
    uint64_t sum = 0;
    open_sources(&w, real, edges, weight, outputs);
    ck_assert_int_eq(tro_sampler_new(w.eco, &sampler, NULL), TRO_OK);
    const tro_draw *draw = &sampler->draws[0];
    for (size_t k = 0; k < draw->count; k++) {
        uint64_t count = sampler->fixed[draw->first + k];
        double whole = sampler->shares[draw->first + k] * (double)outputs;
        sum += count;
        ck_assert_double_lt(fabs((double)count - whole), 1 + 1e-15 * whole);
        if (expected)
            ck_assert_uint_eq(count, expected[k]);
    }
    ck_assert_uint_eq(sum, outputs);
    tro_sampler_free(sampler);
    tro_world_close(&w);
}

START_TEST(test_counts_fixed)
{
    /* 30 outputs at a share of 0.1 are three, whatever rounding says. */
    check_counts(0.1, 2, (double[]){2, 7}, 30, (uint64_t[]){3, 6, 21});
    check_counts(0.7, 1, (double[]){1}, 10, (uint64_t[]){7, 3});
    /* The largest remainders, the first of equals. */
    check_counts(0.25, 3, (double[]){1, 1, 1}, 2, (uint64_t[]){1, 1, 0, 0});
    check_counts(0.4, 3, (double[]){1, 1, 1}, 11, (uint64_t[]){5, 2, 2, 2});
    check_counts(0.4, 3, (double[]){1, 1, 1}, 10, (uint64_t[]){4, 2, 2, 2});
    check_counts(0.1, 2, (double[]){1, 2}, 1, (uint64_t[]){0, 0, 1});
    /* Very many outputs are all there, and no more. */
    check_counts(0.5, 1, (double[]){1}, 1000000000000000,
                 (uint64_t[]){500000000000000, 500000000000000});
    check_counts(0.25, 1, (double[]){1}, 999999999999999, NULL);
}
END_TEST

START_TEST(test_counts_any)
{
    for (uint64_t t = 0; t < 200; t++) {
        tro_stream s = tro_stream_of(&(tro_stream_key){8, 0, 0, t, TRO_FOR_TESTS});
        double weight[12], real = tro_stream_uniform(&s);
        size_t edges = 1 + tro_stream_below(&s, 12);
        for (size_t k = 0; k < edges; k++)
            weight[k] = tro_stream_below(&s, 3) ? tro_stream_uniform_open(&s) : 1;
        uint64_t most = (uint64_t)pow(10, 15 * tro_stream_uniform(&s));
        check_counts(real, edges, weight, 1 + tro_stream_below(&s, most), NULL);
    }
}
END_TEST

/* --- exact moments ------------------------------------------------------------------ */

static void open_own(tro_world *w, const char *split)
{
    tro_world_open(w,
        "trophic: 1\nseed: 5\noutcomes: {family: gaussian}\n"
        "agents:\n  - {name: a, reference: 1, reward: {curvature: 1}, at: mean,\n"
        "     shares: {real: 0.5}}\n"
        "network: {edges: [{from: a, to: a}]}\n"
        "schedule: {synchronous: {rounds: 40}}\nrecord: {burn-in: 30}\n"
        "advance: {sampled: {outputs: 4, replicates: 20000, split: %s}}\n", split);
}

/* An agent trained on two real outputs and two of its own, V' = V/4 + 1/4: in the
 * long run 1/3. Where each of the four is either, they differ more: V' = V/4 +
 * (1 + V/4)/4 in the long run, 4/11, its mean being that of the real data. */
START_TEST(test_moments_fixed)
{
    static const struct {
        const char *split;
        double variance;
    } rows[] = {{"fixed", 1 / 3.0}, {"drawn", 4 / 11.0}};
    for (size_t k = 0; k < 2; k++) {
        tro_world w;
        const double *expected;
        open_own(&w, rows[k].split);
        ck_assert_int_eq(tro_cell_expected(w.cell, 1, &expected, NULL), TRO_OK);
        ck_assert_double_eq_tol(expected[0], -0.5 - 0.5 * rows[k].variance, 1e-12);
        ck_assert_int_eq(tro_cell_sampled(w.cell, NULL), TRO_OK);
        const tro_sampled *sampled = &w.cell->sampled;
        double error = sqrt(sampled->variance[0] / (double)sampled->replicates);
        ck_assert_double_lt(fabs(sampled->mean[0] - expected[0]), 5 * error);
        ck_assert_double_gt(fabs(rows[0].variance - rows[1].variance) / 2, 6 * error);
        tro_world_close(&w);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_counts_fixed, test_counts_any, test_moments_fixed};
    return TRO_RUN_TESTS("split", tests);
}
