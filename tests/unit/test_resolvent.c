/* The resolvent: dense against Krylov, forward against adjoint, many right-hand
 * sides against one, its conditioning, and what is said of singular ones. */
#include "support.h"

#include <omp.h>

enum { AGENTS = 30, OUTCOMES = 12, SIZE = AGENTS * OUTCOMES };

static void open_crowd(tro_world *w, int agents, int outcomes, const char *family,
                       const char *shares)
{
    int prompts = strchr(family, ',') != NULL;
    tro_world_open(w,
        "trophic: 1\nseed: 9\noutcomes: {family: %s, coordinates: {linspace: [-1, 1, %d]}}\n"
        "network: {generator: %s}\n"
        "agents:\n  - {group: a, count: %d, reference: %s,\n"
        "     public: {bradley-terry: {candidates: 3, reward: {linear: 2}}},\n"
        "     reward: {linear: 1}, shares: %s}\n",
        family, outcomes, agents < 10 ? "complete" : "{watts-strogatz: {k: 4, p: 0.4}}", agents,
        prompts ? "{given: [{normal: {mean: 0.2, sd: 0.5}}, uniform]}"
                : "{normal: {mean: 0.2, sd: 0.5}}", shares);
}

static const char SOME[] = "{real: 0.3, synthetic: 0.4, curated: 0.3}";

static void normals(size_t n, uint64_t number, double *x)
{
    tro_stream stream = tro_test_stream(63, number);
    tro_stream_normals(&stream, n, x);
}

static double dot(size_t n, const double *a, const double *b)
{
    double sum = 0;
    for (size_t k = 0; k < n; k++)
        sum += a[k] * b[k];
    return sum;
}

START_TEST(test_dense_against_krylov)
{
    static const char *const families[] = {"categorical", "conditional, prompts: 2"};
    for (int f = 0; f < 2; f++) {
        tro_world w;
        tro_resolvent dense = {0}, krylov = {0};
        double b[SIZE], x[SIZE], y[SIZE], forward[SIZE], back[SIZE];
        open_crowd(&w, AGENTS, OUTCOMES / (f + 1), families[f], SOME);
        ck_assert_uint_eq(w.eco->size, SIZE);
        ck_assert_int_eq(tro_cell_fixed_point(w.cell, &w.messages), TRO_OK);
        ck_assert_int_eq(tro_resolvent_init(&dense, w.eco, w.cell->point.z, &w.messages), TRO_OK);
        ck_assert_int_eq(tro_resolvent_init_krylov(&krylov, w.eco, w.cell->point.z, &w.messages),
                         TRO_OK);
        ck_assert_ptr_nonnull(dense.jacobian);
        ck_assert_ptr_null(krylov.jacobian);
        for (int matrices = 0; matrices < 2; matrices++) {
            if (matrices)
                ck_assert_int_eq(tro_resolvent_expect(&krylov, SIZE, &w.messages), TRO_OK);
            for (int transposed = 0; transposed < 2; transposed++) {
                normals(SIZE, (uint64_t)transposed, b);
                ck_assert_int_eq(tro_resolvent_solve(&dense, transposed, b, x, &w.messages),
                                 TRO_OK);
                ck_assert_int_eq(tro_resolvent_solve(&krylov, transposed, b, y, &w.messages),
                                 TRO_OK);
                tro_assert_near(SIZE, y, x, 1e-10, "krylov");
                memcpy(transposed ? back : forward, y, sizeof y);
            }
            /* <w, A b> = <A' w, b> */
            double v[SIZE], u[SIZE];
            normals(SIZE, 1, v);
            normals(SIZE, 0, u);
            double scale = sqrt(dot(SIZE, v, v) * dot(SIZE, forward, forward));
            ck_assert_double_lt(fabs(dot(SIZE, v, forward) - dot(SIZE, back, u)), 1e-12 * scale);
        }
        ck_assert_int_eq(tro_resolvent_condition(&dense, &w.messages), TRO_OK);
        ck_assert_int_eq(tro_resolvent_condition(&krylov, &w.messages), TRO_OK);
        ck_assert_double_ge(krylov.condition, dense.condition * (1 - 1e-4));
        ck_assert_double_le(krylov.condition, dense.condition * 3);
        tro_resolvent_release(&dense);
        tro_resolvent_release(&krylov);
        tro_world_close(&w);
    }
}
END_TEST

/* Right-hand sides side by side have the bits of one after the other, on any number
 * of threads. */
START_TEST(test_many_right_hand_sides)
{
    enum { COUNT = 7 };
    tro_world w;
    double *b = tro_allocate(COUNT * SIZE, sizeof *b), *x = tro_allocate(COUNT * SIZE, sizeof *x);
    double one[SIZE];
    open_crowd(&w, AGENTS, OUTCOMES, "categorical", SOME);
    ck_assert_int_eq(tro_cell_fixed_point(w.cell, &w.messages), TRO_OK);
    normals(COUNT * SIZE, 5, b);
    for (int krylov = 0; krylov < 2; krylov++) {
        tro_resolvent r = {0};
        ck_assert_int_eq((krylov ? tro_resolvent_init_krylov : tro_resolvent_init)(
                             &r, w.eco, w.cell->point.z, &w.messages), TRO_OK);
        ck_assert_int_eq(tro_resolvent_expect(&r, COUNT, &w.messages), TRO_OK);
        for (int threads = 1; threads <= 4; threads++) {
            omp_set_num_threads(threads);
            ck_assert_int_eq(tro_resolvent_solve_many(&r, TRO_TRANSPOSED, COUNT, b, x,
                                                      &w.messages), TRO_OK);
            ck_assert_uint_eq(r.other_count, krylov ? (size_t)threads - 1 : 0);
            for (size_t k = 0; k < COUNT; k++) {
                ck_assert_int_eq(tro_resolvent_solve(&r, TRO_TRANSPOSED, b + k * SIZE, one,
                                                     &w.messages), TRO_OK);
                ck_assert_mem_eq(one, x + k * SIZE, sizeof one);
            }
        }
        tro_resolvent_release(&r);
    }
    tro_release(b);
    tro_release(x);
    tro_world_close(&w);
}
END_TEST

/* The condition against the inverse itself: the largest image of a tangent extreme
 * point. */
START_TEST(test_condition)
{
    enum { FEW = 4, N = FEW * 5 };
    tro_world w;
    double inverse[N][N], largest = 0;
    open_crowd(&w, FEW, 5, "categorical", "{real: 0.05, synthetic: 0.35, curated: 0.6}");
    ck_assert_int_eq(tro_cell_influences(w.cell, &w.messages), TRO_OK);
    tro_resolvent *r = &w.cell->influences.resolvent;
    for (size_t j = 0; j < N; j++) {
        double unit[N] = {0};
        unit[j] = 1;
        ck_assert_int_eq(tro_resolvent_solve(r, TRO_PLAIN, unit, inverse[j], &w.messages), TRO_OK);
    }
    for (size_t i = 0; i < N; i++)
        for (size_t j = i - i % 5; j < i; j++) {
            double sum = 0;
            for (size_t k = 0; k < N; k++)
                sum += fabs(inverse[i][k] - inverse[j][k]) / 2;
            largest = fmax(largest, sum);
        }
    ck_assert_double_lt(r->condition, 0.4);
    ck_assert_double_ge(r->condition, (1 - 1e-9) / largest);
    ck_assert_double_le(r->condition, 1.2 / largest);
    tro_world_close(&w);
}
END_TEST

/* --- singular ones -------------------------------------------------------------------- */

static void assert_singular(tro_world *w, int krylov, const char *expected)
{
    tro_resolvent r = {0};
    tro_messages messages = {0};
    char buffer[512];
    double *z = tro_allocate(w->eco->size, sizeof *z);
    tro_ecosystem_start(w->eco, z);
    int status = (krylov ? tro_resolvent_init_krylov : tro_resolvent_init)(&r, w->eco, z,
                                                                           &messages);
    if (status == TRO_OK)
        status = tro_resolvent_condition(&r, &messages);
    ck_assert_int_eq(status, TRO_ESINGULAR);
    ck_assert_str_eq(tro_listed(&messages, buffer, sizeof buffer), expected);
    tro_messages_clear(&messages);
    tro_resolvent_release(&r);
    tro_release(z);
}

#define AFFINE ": there is no fixed point, or there are many, and influences are not defined"
#define OTHER ": the fixed point is at a fold, or one of many, and influences are not defined"

START_TEST(test_singular)
{
    tro_world w;
    /* No real data: what everyone has in common stays what it is. */
    open_crowd(&w, AGENTS, OUTCOMES, "categorical", "{synthetic: 1}");
    assert_singular(&w, 0, "I - J is singular" OTHER);
    assert_singular(&w, 1, "I - J is singular" OTHER);
    tro_world_close(&w);
    /* So little that only rounding tells. */
    open_crowd(&w, AGENTS, OUTCOMES, "categorical", "{real: 2.0e-13, synthetic: 0.9999999999998}");
    assert_singular(&w, 0, "I - J is singular but for rounding" OTHER);
    tro_world_close(&w);
    tro_world_open(&w, "trophic: 1\noutcomes: {family: gaussian, dimension: 2}\n"
                       "agents: [{group: g, count: 320, start: 1, reward: 1,\n"
                       "          shares: {synthetic: 1}}]\n"
                       "network: {generator: {ring: {mutual: true}}}\n");
    ck_assert_uint_gt(w.eco->size, TRO_DENSE_LIMIT);
    assert_singular(&w, 1, "I - J is singular" AFFINE);
    ck_assert_int_eq(tro_cell_influences(w.cell, NULL), TRO_ESINGULAR);
    tro_world_close(&w);
}
END_TEST

/* --- the matrix ----------------------------------------------------------------------- */

START_TEST(test_matrix)
{
    tro_world w;
    double *all = tro_allocate(AGENTS * AGENTS, sizeof *all);
    double *first = tro_allocate(AGENTS * AGENTS, sizeof *first);
    open_crowd(&w, AGENTS, 25, "categorical", SOME);
    ck_assert_uint_gt(w.eco->size, TRO_DENSE_LIMIT);
    ck_assert_int_eq(tro_cell_influences(w.cell, &w.messages), TRO_OK);
    for (int threads = 1; threads <= 3; threads++) {
        omp_set_num_threads(threads);
        ck_assert_int_eq(tro_influence_matrix(&w.cell->influences, all, &w.messages), TRO_OK);
        if (threads == 1)
            memcpy(first, all, AGENTS * AGENTS * sizeof *all);
        ck_assert_mem_eq(all, first, AGENTS * AGENTS * sizeof *all);
    }
    for (size_t k = 0; k < AGENTS * AGENTS; k += 37) {
        double value;
        ck_assert_int_eq(tro_influence_adjoint(&w.cell->influences, k / AGENTS, k % AGENTS,
                                               &value, NULL, &w.messages), TRO_OK);
        ck_assert_double_eq_tol(all[k], value, 1e-12);
    }
    tro_release(all);
    tro_release(first);
    tro_world_close(&w);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_dense_against_krylov, test_many_right_hand_sides,
                                  test_condition, test_singular, test_matrix};
    return TRO_RUN_TESTS("resolvent", tests);
}
