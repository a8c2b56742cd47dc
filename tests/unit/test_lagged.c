/* Recursions with delays against the matrix of the whole memory, closed forms,
 * and two roads to the same root. */
#include "support.h"
#include "toy.h"

#include "analysis/dense.h"
#include "analysis/lagged.h"

enum { PROGRAM = 7, MEMORY = 700 };

/* --- the memory of a runner as a matrix ------------------------------------------- */

typedef struct period {
    tro_runner runner;
    uint64_t start;
} period;

static int apply(void *self, const double *x, double *y)
{
    period *p = self;
    tro_runner_import(&p->runner, p->start, x);
    for (uint64_t r = 0; r < p->runner.plan->period; r++)
        ck_assert_int_eq(tro_runner_round(&p->runner), TRO_OK);
    tro_runner_export(&p->runner, y);
    return TRO_OK;
}

/* The spectral radius of one period, all that is remembered included. */
static double remembered_radius(const tro_world *w)
{
    period p = {.start = 0};
    double *zero = calloc(w->eco->size, sizeof *zero), radius;
    uint64_t reach = (uint64_t)ceil(w->eco->longest_delay) + 1, every = w->plan->period;
    ck_assert_int_eq(tro_runner_init(&p.runner, w->eco, w->plan, TRO_LINEAR), TRO_OK);
    p.runner.base = zero;
    ck_assert_int_eq(tro_runner_start(&p.runner, 0, zero), TRO_OK);
    p.start = (reach + every - 1) / every * every;
    while (p.runner.round < p.start)
        ck_assert_int_eq(tro_runner_round(&p.runner), TRO_OK);
    size_t n = tro_runner_memory(&p.runner);
    tro_operator op = {.size = n, .apply = apply, .self = &p};
    double *matrix = calloc(n * n, sizeof *matrix);
    ck_assert_uint_lt(n, MEMORY);
    ck_assert_int_eq(tro_dense_assemble(&op, matrix), TRO_OK);
    ck_assert_int_eq(tro_dense_spectral_radius(n, matrix, &radius), TRO_OK);
    tro_runner_release(&p.runner);
    free(matrix);
    free(zero);
    return radius;
}

static double found_radius(const tro_world *w, tro_root *root)
{
    tro_lagged lagged;
    double *zero = calloc(w->eco->size, sizeof *zero);
    ck_assert_int_eq(tro_lagged_init(&lagged, w->eco, zero, w->plan), TRO_OK);
    ck_assert_int_eq(tro_lagged_dominant(&lagged, NULL, root), TRO_OK);
    tro_lagged_release(&lagged);
    free(zero);
    return exp(root->logarithm);
}

static const char *const orders[] = {
    "synchronous", "sequential", "{periodic: {period: 1.5, offset: 0.3}}",
    "{periodic: {period: 0.25}}", "{periodic: {period: 3, offset: 2.5}}"};

START_TEST(test_against_memory)
{
    double worst = 0;
    size_t delayed = 0, signs = 0;
    for (uint64_t t = 0; t < 200; t++) {
        tro_stream s = tro_test_stream(PROGRAM, t);
        tro_toy toy;
        tro_world w;
        tro_root root;
        tro_toy_draw(&toy, &s, 4, 1.5);
        for (size_t k = 0; k < toy.edges; k++) {
            toy.edge[k].delay = (double)tro_stream_below(&s, 30) / 4;
            signs += toy.edge[k].has_channel;
        }
        tro_toy_open(&w, &toy, orders[t % 5]);
        delayed += w.eco->longest_delay > 1;
        double expected = remembered_radius(&w), found = found_radius(&w, &root);
        /* An eigenvalue of multiplicity m is right to the m-th root of rounding. */
        worst = fmax(worst, fabs(expected - found) / fmax(expected, 0.01));
        tro_world_close(&w);
    }
    ck_assert_uint_gt(delayed, 100);
    ck_assert_uint_gt(signs, 100);
    ck_assert_double_lt(worst, 1e-7);
}
END_TEST

/* --- closed forms ------------------------------------------------------------------- */

/* One agent that reads itself at once with weight a and after `delay` rounds
 * with b: v = a + b v^-delay, whose root above all others is found by
 * bisection. */
START_TEST(test_two_lags)
{
    static const double delays[] = {1, 2.5, 50, 300, 1000};
    for (size_t k = 0; k < 5; k++)
        for (int a = 0; a < 10; a += 3) {
            tro_world w;
            tro_root root;
            tro_world_open(&w,
                "trophic: 1\noutcomes: {family: gaussian}\n"
                "agents: [{name: a, reference: 0, shares: {real: 0.2, synthetic: 0.8}}]\n"
                "network: {edges: [{from: a, to: a, weight: %d},\n"
                "  {from: a, to: a, weight: %d, delay: %g}]}\n", a, 10 - a, delays[k]);
            double low = 0.01, high = 1, lag = floor(delays[k]);
            for (int step = 0; step < 200; step++) {
                double v = 0.5 * (low + high);
                if (0.08 * a + 0.08 * (10 - a) * pow(v, -lag) > v)
                    low = v;
                else
                    high = v;
            }
            ck_assert_double_eq_tol(found_radius(&w, &root), low, 1e-14);
            ck_assert_double_eq(root.angle, 0);
            ck_assert_uint_eq(root.cycle, a ? 1 : (uint64_t)lag + 1);
            tro_world_close(&w);
        }
}
END_TEST

/* The same delay everywhere takes the root of the spectral radius, turned about
 * or not; two long delays of the same length make a cycle of both. */
START_TEST(test_same_delay)
{
    tro_world w;
    tro_root root;
    tro_world_open(&w,
        "trophic: 1\noutcomes: {family: gaussian, dimension: 4}\n"
        "agents: [{group: g, count: 3, reference: 0, shares: {real: 0.5, synthetic: 0.5}}]\n"
        "network:\n  edges:\n"
        "    - {from: g-1, to: g-1, delay: 700, channel: {rotations: {degrees: [10, 50]}}}\n"
        "    - {from: g-1, to: g-2, delay: 700, channel: {rotations: {degrees: [20, 30]}}}\n"
        "    - {from: g-2, to: g-1, delay: 700, channel: {affine: {scale: -0.9}}}\n"
        "    - {from: g-3, to: g-3, delay: 999, channel: {affine: {scale: -0.3}}}\n");
    double delayed = found_radius(&w, &root);
    ck_assert_uint_eq(root.cycle, 701);
    tro_world_close(&w);
    tro_world_open(&w,
        "trophic: 1\noutcomes: {family: gaussian, dimension: 4}\n"
        "agents: [{group: g, count: 2, reference: 0, shares: {real: 0.5, synthetic: 0.5}}]\n"
        "network:\n  edges:\n"
        "    - {from: g-1, to: g-1, channel: {rotations: {degrees: [10, 50]}}}\n"
        "    - {from: g-1, to: g-2, channel: {rotations: {degrees: [20, 30]}}}\n"
        "    - {from: g-2, to: g-1, channel: {affine: {scale: -0.9}}}\n");
    ck_assert_int_eq(tro_cell_stability(w.cell, NULL), TRO_OK);
    ck_assert_double_eq_tol(delayed, pow(w.cell->stability.rate, 1.0 / 701), 1e-14);
    tro_world_close(&w);
}
END_TEST

/* Edges that no cycle uses do not count, however long their delay. */
START_TEST(test_no_cycle)
{
    tro_world w;
    tro_root root;
    tro_world_open(&w,
        "trophic: 1\noutcomes: {family: gaussian}\n"
        "agents:\n  - {name: g-1, reference: 0, shares: {real: 1}}\n"
        "  - {name: g-2, reference: 0, shares: {real: 0.5, synthetic: 0.5}}\n"
        "  - {name: g-3, reference: 0, shares: {real: 0.5, synthetic: 0.5}}\n"
        "network:\n  edges:\n    - {from: g-1, to: g-2, delay: 1000}\n"
        "    - {from: g-2, to: g-3, delay: 1000}\n    - {from: g-1, to: g-3}\n");
    ck_assert_double_eq(found_radius(&w, &root), 0);
    ck_assert_int_eq(tro_cell_stability(w.cell, NULL), TRO_OK);
    ck_assert_double_eq(w.cell->stability.rate, 0);
    ck_assert_int_eq(w.cell->stability.stable, 1);
    tro_world_close(&w);
}
END_TEST

/* --- circles ----------------------------------------------------------------------- */

/* A full block of random terms of both signs. */
static void draw_block(tro_stream *s, size_t n, uint64_t longest, tro_block *block)
{
    *block = (tro_block){.size = n, .count = n * n, .longest = longest, .cycle = 1};
    block->row_start = TRO_NEW(&block->arena, size_t, n + 1);
    block->terms = TRO_NEW(&block->arena, tro_term, n * n);
    block->weights = TRO_NEW(&block->arena, double, n * n);
    for (size_t i = 0; i < n; i++) {
        block->row_start[i + 1] = (i + 1) * n;
        for (size_t j = 0; j < n; j++)
            block->terms[i * n + j] = (tro_term){
                j, 1 + tro_stream_below(s, longest), 2 * tro_stream_uniform(s) - 1};
    }
    block->terms[0].lag = longest;
}

START_TEST(test_circles_against_memory)
{
    double worst = 0;
    for (uint64_t t = 0; t < 150; t++) {
        tro_stream s = tro_test_stream(PROGRAM, 1000 + t);
        tro_block block;
        tro_root memory, circles;
        double bound;
        draw_block(&s, 1 + t % 4, 1 + t % 40, &block);
        ck_assert_int_eq(tro_block_perron(&block, &bound), TRO_OK);
        ck_assert_int_eq(tro_block_by_circles(&block, -INFINITY, bound, &circles), TRO_OK);
        ck_assert_int_eq(tro_block_dominant(&block, -INFINITY, &memory), TRO_OK);
        worst = fmax(worst, fabs(circles.logarithm - memory.logarithm));
        ck_assert_double_le(memory.logarithm, bound + 1e-9);
        /* nothing above it: nothing found */
        ck_assert_int_eq(tro_block_by_circles(&block, memory.logarithm + 1e-6, bound, &circles),
                         TRO_OK);
        ck_assert_double_eq(circles.logarithm, -INFINITY);
        tro_arena_clear(&block.arena);
    }
    ck_assert_double_lt(worst, 1e-8);
}
END_TEST

/* v^1000 = 0.3 v^999 - 0.6: too long for the memory's matrix. The roots crowd on
 * a curve about 1/1000 wide, the largest nearest to 1, where |v - 0.3| is least. */
START_TEST(test_circles_of_long_lag)
{
    size_t row_start[] = {0, 2};
    tro_term terms[] = {{0, 1, 0.3}, {0, 1000, -0.6}};
    double weights[2];
    tro_block block = {.size = 1, .count = 2, .row_start = row_start, .terms = terms,
                       .longest = 1000, .cycle = 1, .weights = weights};
    tro_root root;
    ck_assert_int_eq(tro_block_dominant(&block, -INFINITY, &root), TRO_OK);
    double re = 1, im = 0;
    for (int k = 0; k < 2; k++) {
        double size = terms[k].value * exp(-root.logarithm * (double)terms[k].lag);
        re -= size * cos(root.angle * (double)terms[k].lag);
        im += size * sin(root.angle * (double)terms[k].lag);
    }
    ck_assert_double_lt(hypot(re, im), 1e-9);
    /* |v^999| = 0.6 / |v - 0.3| is at most about 0.6 / 0.7 */
    ck_assert_double_lt(root.logarithm, log(0.6 / 0.7) / 1000 + 1e-6);
    ck_assert_double_gt(root.logarithm, log(0.6 / 0.7) / 1000 - 1e-5);
    ck_assert_double_lt(root.angle, 2 * M_PI / 1000);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_against_memory, test_two_lags, test_same_delay, test_no_cycle,
        test_circles_against_memory, test_circles_of_long_lag};
    return TRO_RUN_TESTS("lagged", tests);
}
