/* Spectral radii of nonnegative matrices and of large networks, by parts, against all
 * eigenvalues, Krylov's method and closed forms. */
#include "analysis/dense.h"
#include "analysis/krylov.h"
#include "analysis/lagged.h"
#include "analysis/perron.h"
#include "support.h"
#include "toy.h"

enum { PROGRAM = 71, MOST = 12, MANY = 200000 };

typedef struct example {
    size_t row_start[MOST + 1], column[MOST * MOST * 2];
    double value[MOST * MOST * 2], dense[MOST * MOST];
    tro_sparse sparse;
} example;

/* Of n rows; a few cells, all, cells twice in one place, or one cycle. */
static void draw(tro_stream *s, size_t n, example *e)
{
    double density = tro_stream_uniform(s) < 0.2 ? 1 : tro_stream_uniform(s);
    int cycle = tro_stream_uniform(s) < 0.2;
    size_t at = 0;
    *e = (example){.sparse = {n, e->row_start, e->column, e->value}};
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++)
            for (int twice = 0; twice < 2; twice++) {
                if (cycle ? j != (i + 1) % n : !(tro_stream_uniform(s) < density / 2))
                    continue;
                e->column[at] = j;
                e->value[at] = exp(4 * tro_stream_uniform(s) - 3);
                e->dense[i * n + j] += e->value[at++];
            }
        e->row_start[i + 1] = at;
    }
}

START_TEST(test_small)
{
    double farthest = 0, widest = 0;
    for (uint64_t t = 0; t < 2000; t++) {
        tro_stream s = tro_test_stream(PROGRAM, t);
        example e;
        tro_between few, found;
        double radius;
        draw(&s, 1 + t % MOST, &e);
        size_t n = e.sparse.size;
        ck_assert_int_eq(tro_dense_spectral_radius(n, e.dense, &radius), TRO_OK);
        ck_assert_int_eq(tro_perron(&e.sparse, 3, NULL, &few), TRO_OK);
        ck_assert_int_eq(tro_perron(&e.sparse, MANY, NULL, &found), TRO_OK);
        ck_assert_double_le(few.low, radius * (1 + 1e-11));
        ck_assert_double_ge(few.high, radius * (1 - 1e-11));
        ck_assert_double_le(few.low, found.low * (1 + 1e-14));
        farthest = fmax(farthest, fabs(found.high - radius) / fmax(radius, 1e-300));
        widest = fmax(widest, (found.high - found.low) / fmax(radius, 1e-300));
    }
    ck_assert_double_le(widest, TRO_PERRON_CLOSE);
    ck_assert_double_lt(farthest, 1e-10);
}
END_TEST

/* Infinite cells, no cells, no rows. */
START_TEST(test_extremes)
{
    size_t row_start[] = {0, 1, 2}, column[] = {1, 0};
    double value[] = {INFINITY, 1};
    tro_between found;
    ck_assert_int_eq(tro_perron(&(tro_sparse){2, row_start, column, value}, 5, NULL, &found),
                     TRO_OK);
    ck_assert_double_eq(found.low, INFINITY);
    row_start[1] = row_start[2] = 0;
    for (size_t n = 0; n <= 2; n += 2) {
        ck_assert_int_eq(tro_perron(&(tro_sparse){n, row_start, column, value}, 5, NULL, &found),
                         TRO_OK);
        ck_assert_double_eq(found.high, 0);
        ck_assert_double_eq(found.low, 0);
    }
}
END_TEST

/* --- of a round map -------------------------------------------------------------------- */

static double by_parts(const tro_ecosystem *eco, const int *still)
{
    tro_lagged lagged;
    tro_root root;
    double *zero = calloc(eco->size, sizeof *zero);
    ck_assert_ptr_nonnull(zero);
    ck_assert_int_eq(tro_lagged_of_round(&lagged, eco, zero, still), TRO_OK);
    ck_assert_int_eq(tro_lagged_dominant(&lagged, NULL, &root), TRO_OK);
    tro_lagged_release(&lagged);
    free(zero);
    return exp(root.logarithm);
}

/* Small networks of all shapes, with channels that turn and mirror, delays (which are none of
 * its business), sources and several parts; some agents held. */
START_TEST(test_round_of_toys)
{
    enum { SIZE = TRO_TOY_AGENTS * TRO_TOY_WIDTH };
    double worst = 0;
    for (uint64_t t = 0; t < 400; t++) {
        tro_stream s = tro_test_stream(PROGRAM, 5000 + t);
        tro_toy toy;
        tro_world w;
        double j[SIZE * SIZE], c[SIZE], radius;
        int still[TRO_TOY_AGENTS];
        tro_toy_draw(&toy, &s, TRO_TOY_AGENTS, 1.5);
        tro_toy_open(&w, &toy, "synchronous");
        tro_toy_dense(&toy, j, c);
        for (size_t i = 0; i < toy.agents; i++)
            still[i] = t % 2 && tro_stream_uniform(&s) < 0.3;
        for (size_t k = 0; k < w.eco->size * w.eco->size; k++)
            j[k] = still[k / w.eco->size / toy.width] ? 0 : j[k];
        ck_assert_int_eq(tro_dense_spectral_radius(w.eco->size, j, &radius), TRO_OK);
        worst = fmax(worst, fabs(by_parts(w.eco, still) - radius));
        tro_world_close(&w);
    }
    ck_assert_double_lt(worst, 1e-9);
}
END_TEST

#define HEAD "trophic: 1\nseed: 1\noutcomes: {family: gaussian}\n"
#define GROUP "agents: [%s{group: g, count: %d, reference: 0, shares: {real: %s}%s}]\n"
static const char DRAWN[] = "{draw: {beta: {a: 2, b: 4}, within: [0.1, 0.9]}}";

typedef struct jacobian {
    const tro_ecosystem *eco;
    tro_workspace work;
    double *zero;
} jacobian;

static int apply(void *self, const double *x, double *y)
{
    jacobian *j = self;
    tro_round_derivative(j->eco, &j->work, j->zero, x, y);
    return TRO_OK;
}

static double by_krylov(const tro_ecosystem *eco)
{
    jacobian j = {.eco = eco, .zero = calloc(eco->size, sizeof(double))};
    tro_operator op = {.size = eco->size, .apply = apply, .self = &j};
    tro_complex value;
    ck_assert_ptr_nonnull(j.zero);
    ck_assert_int_eq(tro_workspace_init(&j.work, eco), TRO_OK);
    ck_assert_int_eq(tro_krylov_dominant(&op, &value), TRO_OK);
    tro_workspace_release(&j.work);
    free(j.zero);
    return hypot(value.re, value.im);
}

/* What check says of it. */
static double verdict(tro_world *w)
{
    ck_assert_int_eq(tro_cell_stability(w->cell, NULL), TRO_OK);
    ck_assert_int_eq(w->cell->stability.method, TRO_BY_EIGENVALUE);
    return w->cell->stability.rate;
}

/* Networks in which Krylov's method settles; learning rates, too. */
START_TEST(test_large_against_krylov)
{
    static const char *const networks[] = {
        "{k-regular: {k: 3}}", "{barabasi-albert: {m: 2, direction: both, self: 1}}",
        "{erdos-renyi: {m: 1800, self: 1}}", "{barabasi-albert: {m: 3, self: 0.5}}"};
    for (size_t k = 0; k < sizeof networks / sizeof *networks; k++)
        for (int slow = 0; slow < 2; slow++) {
            tro_world w;
            tro_world_open(&w, HEAD GROUP "network: {generator: %s}\n", "", 900, DRAWN,
                           slow ? ", learning-rate: 0.5" : "", networks[k]);
            double found = verdict(&w);
            ck_assert_double_eq_tol(found, by_krylov(w.eco), 1e-9);
            ck_assert_double_eq(found, w.cell->stability.synchronous);
            tro_world_close(&w);
        }
}
END_TEST

/* A one-way ring is one cycle: the geometric mean of what it hands on, and all its rotations. */
START_TEST(test_ring)
{
    enum { AGENTS = 2003 };
    for (int k = 0; k < 2; k++) {
        tro_world w;
        double logarithms = 0;
        tro_world_open(&w, HEAD GROUP "network: {generator: ring}\n", "", AGENTS,
                       k ? DRAWN : "0.3", "");
        for (size_t i = 0; i < AGENTS; i++)
            logarithms += log(1 - w.eco->shares[i].real);
        double found = verdict(&w);
        ck_assert_double_eq_tol(found, exp(logarithms / AGENTS), 1e-13);
        ck_assert_double_eq_tol(w.cell->stability.pair_re, found * cos(2 * M_PI / AGENTS), 1e-13);
        ck_assert_double_eq_tol(w.cell->stability.pair_im, found * sin(2 * M_PI / AGENTS), 1e-13);
        tro_world_close(&w);
    }
}
END_TEST

/* Without cycles everything is over after as many rounds as the longest path: 0. With loops
 * each agent is a part of its own. */
START_TEST(test_no_cycles)
{
    static const char *const networks[] = {"{barabasi-albert: {m: 3}}", "{tree: {children: 2}}",
                                           "{barabasi-albert: {m: 3, self: 1}}"};
    for (size_t k = 0; k < sizeof networks / sizeof *networks; k++) {
        tro_world w;
        double most = 0;
        tro_world_open(&w, HEAD GROUP "network: {generator: %s}\n",
                       "{name: source, reference: 0, shares: {real: 1}}, ", 3000, DRAWN, "", networks[k]);
        for (size_t i = 0; i < w.eco->agents; i++)
            for (size_t e = w.eco->row_start[i]; e < w.eco->row_start[i + 1]; e++)
                if (w.eco->entries[e].producer == i)
                    most = fmax(most, tro_entry_share(w.eco, i, &w.eco->entries[e]));
        ck_assert_int_eq(most > 0, k == 2);
        ck_assert_double_eq_tol(verdict(&w), most, 1e-14);
        tro_world_close(&w);
    }
}
END_TEST

/* Channels that turn: values of both signs, in parts too large for a matrix. Two such parts, the
 * second of which takes from the first. */
START_TEST(test_both_signs)
{
    enum { AGENTS = 800 };
    tro_text text = {0};
    tro_stream s = tro_test_stream(PROGRAM, 1);
    tro_world w;
    tro_text_add(&text, "trophic: 1\nseed: 1\noutcomes: {family: gaussian, dimension: 2}\n"
                        "agents: [{group: g, count: 800, reference: 0, shares: {real: 0.2}}]\n"
                        "network:\n  edges:\n");
    for (int i = 0; i < AGENTS; i++)
        for (int k = 0; k < 3; k++) {
            int half = k < 2 ? i / 400 : 0, from = (int)(400 * tro_stream_uniform(&s));
            tro_text_addf(&text, "    - {from: g-%d, to: g-%d, channel: {rotations: {degrees: %g, "
                          "scale: %g}}}\n", 1 + 400 * half + (k == 0 ? (i + 1) % 400 : from),
                          i + 1, 90 * tro_stream_uniform(&s), i < 400 ? 0.9 : 1.1);
        }
    tro_world_read(&w, tro_text_string(&text));
    ck_assert_double_eq_tol(verdict(&w), by_krylov(w.eco), 1e-9);
    ck_assert_double_gt(w.cell->stability.im, 0);
    tro_world_close(&w);
    tro_text_clear(&text);
}
END_TEST

static int apply_period(void *self, const double *x, double *y)
{
    tro_runner_import(self, 0, x);
    ck_assert_int_eq(tro_runner_round(self), TRO_OK);
    tro_runner_export(self, y);
    return TRO_OK;
}

/* One agent after the other: Gauss-Seidel, by rounds and Krylov's method. Random order: certain
 * as soon as the radius is below 1. */
START_TEST(test_orders)
{
    tro_world w;
    tro_runner runner;
    tro_complex value;
    tro_world_open(&w, HEAD GROUP "network: {generator: {k-regular: {k: 3}}}\n"
                   "schedule: sequential\n", "", 700, DRAWN, "");
    double *zero = calloc(w.eco->size, sizeof *zero);
    ck_assert_int_eq(tro_runner_init(&runner, w.eco, w.plan, TRO_LINEAR), TRO_OK);
    runner.base = zero;
    ck_assert_int_eq(tro_runner_start(&runner, 0, zero), TRO_OK);
    tro_operator op = {tro_runner_memory(&runner), apply_period, &runner};
    ck_assert_int_eq(tro_krylov_dominant(&op, &value), TRO_OK);
    ck_assert_double_eq_tol(verdict(&w), hypot(value.re, value.im), 1e-9);
    tro_runner_release(&runner);
    free(zero);
    tro_world_close(&w);
    tro_world_open(&w, HEAD GROUP "network: {generator: {k-regular: {k: 3}}}\n"
                   "schedule: random-order\n", "", 700, DRAWN, "");
    ck_assert_int_eq(tro_cell_stability(w.cell, NULL), TRO_OK);
    ck_assert_int_eq(w.cell->stability.method, TRO_BY_CERTIFICATE);
    ck_assert_double_eq_tol(w.cell->stability.absolute, by_krylov(w.eco), 1e-9);
    tro_world_close(&w);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_small, test_extremes, test_round_of_toys,
                                  test_large_against_krylov, test_ring, test_no_cycles,
                                  test_both_signs, test_orders};
    return TRO_RUN_TESTS("perron", tests);
}
