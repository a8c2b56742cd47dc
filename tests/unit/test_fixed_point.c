/* Fixed points: acceleration finds what plain rounds lead to, in fewer of them. */
#include "support.h"

#include <omp.h>

#include "analysis/anderson.h"
#include "analysis/fixed_points.h"

/* Two outcomes, two curators one after the other, four candidates each: with little real
 * data both corners attract, and a point between them repels. */
static void open_rivals(tro_world *w, double p, double real, double other)
{
    tro_world_open(w,
        "trophic: 1\noutcomes: {family: categorical, outcomes: 2}\n"
        "agents:\n  - {name: a, start: [%.17g, %.17g], reference: uniform, reward: [1, 0],\n"
        "     shares: {real: %.17g, curated: %.17g}, public: {stages: [\n"
        "       {bradley-terry: {candidates: 4, reward: [1, 0]}},\n"
        "       {bradley-terry: {candidates: 4, reward: [0, %.17g]}}]}}\n"
        "network: {edges: [{from: a, to: a}]}\n", p, 1 - p, real, 1 - real, other);
}

/* Theory: the boundary between the basins of the two corners. */
#define BOUNDARY 0.4100351061715217

static double found(tro_world *w, int rounds)
{
    tro_fixed_point point = {0};
    char buffer[512];
    int status = rounds ? tro_fixed_point_by_rounds(w->eco, NULL, 1e-13, 200000, &point,
                                                    &w->messages)
                        : tro_fixed_point_find(w->eco, NULL, 1e-9, &point, &w->messages);
    ck_assert_msg(status == TRO_OK, "%s", tro_listed(&w->messages, buffer, sizeof buffer));
    double z = point.z[0];
    tro_fixed_point_release(&point);
    return z;
}

static double check_start(double p, double real, double other)
{
    tro_world w;
    open_rivals(&w, p, real, other);
    double accelerated = found(&w, 0), plain = found(&w, 1);
    ck_assert_msg(fabs(accelerated - plain) < 1e-10, "from %.17g with %g real data: %.12g, but "
                  "rounds lead to %.12g", p, real, accelerated, plain);
    tro_world_close(&w);
    return plain;
}

START_TEST(test_several_fixed_points)
{
    for (double away = 1e-10; away < 0.4; away *= 10) {
        ck_assert_double_lt(check_start(BOUNDARY - away, 0, 1), 1e-9);
        ck_assert_double_gt(check_start(BOUNDARY + away, 0, 1), 1 - 1e-9);
    }
    for (int k = 1; k < 100; k++)
        for (double real = 0; real < 0.2; real += 0.03)
            check_start(k / 100.0, real, 0.9 + real);
}
END_TEST

static void open_crowd(tro_world *w, int agents, const char *shares)
{
    tro_world_open(w,
        "trophic: 1\nseed: 9\n"
        "outcomes: {family: categorical, coordinates: {linspace: [-1, 1, 16]}}\n"
        "network: {generator: {watts-strogatz: {k: 4, p: 1}}}\n"
        "agents:\n  - {group: a, count: %d, reference: {normal: {mean: 0.2, sd: 0.5}},\n"
        "     public: {bradley-terry: {candidates: 4, reward: {linear: 1, curvature: 2}}},\n"
        "     reward: {linear: 1}, shares: %s, start: {normal: {mean: -0.5, sd: 0.2}}}\n",
        agents, shares);
}

/* At a spectral radius of 0.95, at most a third of the plain rounds. */
START_TEST(test_accelerated_rounds)
{
    tro_world w;
    tro_fixed_point fast = {0}, plain = {0};
    open_crowd(&w, 100, "{real: 0.076, synthetic: 0.7, curated: 0.224}");
    ck_assert_uint_gt(w.eco->size, TRO_DENSE_LIMIT);
    ck_assert_int_eq(tro_cell_stability(w.cell, &w.messages), TRO_OK);
    ck_assert_double_eq_tol(w.cell->stability.synchronous, 0.95, 2e-3);
    ck_assert_int_eq(tro_fixed_point_find(w.eco, NULL, 1e-12, &fast, &w.messages), TRO_OK);
    ck_assert_int_eq(tro_fixed_point_by_rounds(w.eco, NULL, 1e-12, 5000, &plain, &w.messages),
                     TRO_OK);
    ck_assert_int_eq(fast.steps, 0);
    ck_assert_double_le(fast.residual, 1e-12);
    ck_assert_msg(3 * fast.rounds <= plain.rounds, "%d accelerated rounds, %d plain ones",
                  fast.rounds, plain.rounds);
    ck_assert_double_lt(tro_away(w.eco->size, fast.z, plain.z), 1e-10);
    tro_fixed_point_release(&fast);
    tro_fixed_point_release(&plain);
    tro_world_close(&w);
}
END_TEST

START_TEST(test_same_bytes_by_threads)
{
    tro_world w;
    tro_fixed_point one = {0}, many = {0};
    open_crowd(&w, 1100, "{real: 0.3, synthetic: 0.4, curated: 0.3}");
    omp_set_num_threads(1);
    ck_assert_int_eq(tro_fixed_point_find(w.eco, NULL, 1e-12, &one, &w.messages), TRO_OK);
    for (int threads = 2; threads <= 3; threads++) {
        omp_set_num_threads(threads);
        ck_assert_int_eq(tro_fixed_point_find(w.eco, NULL, 1e-12, &many, &w.messages), TRO_OK);
        ck_assert_mem_eq(one.z, many.z, w.eco->size * sizeof *one.z);
        ck_assert_int_eq(one.rounds, many.rounds);
        tro_fixed_point_release(&many);
    }
    tro_fixed_point_release(&one);
    tro_world_close(&w);
}
END_TEST

/* Two candidates and three groups of users who disagree in a circle: laws spiral out
 * (eigenvalues 1 +- 0.0313i of the curation at the centre), and half rounds and
 * Newton's method come to the centre all the same. */
START_TEST(test_what_rounds_leave)
{
    tro_world w;
    tro_world_open(&w,
        "trophic: 1\noutcomes: {family: categorical, outcomes: 3}\n"
        "agents:\n  - {name: a, start: [0.34, 0.33, 0.33], reference: uniform, reward: [1, 0, 0],\n"
        "     shares: {real: 0.0001, curated: 0.9999}, public: {one-of: [\n"
        "       {curator: {bradley-terry: {candidates: 2, reward: [2, 1, 0]}}},\n"
        "       {curator: {bradley-terry: {candidates: 2, reward: [0, 2, 1]}}},\n"
        "       {curator: {bradley-terry: {candidates: 2, reward: [1, 0, 2]}}}]}}\n"
        "network: {edges: [{from: a, to: a}]}\n");
    ck_assert_int_eq(tro_cell_fixed_point(w.cell, &w.messages), TRO_OK);
    for (int k = 0; k < 3; k++)
        ck_assert_double_eq_tol(w.cell->point.z[k], 1 / 3.0, 1e-12);
    ck_assert_int_eq(tro_cell_stability(w.cell, &w.messages), TRO_OK);
    ck_assert_int_eq(w.cell->stability.stable, 0);
    tro_world_close(&w);
}
END_TEST

/* From several starts: both corners, each with the starts that rounds take there; and
 * no more than one where there is a certificate, or where the map is affine. */
START_TEST(test_several_starts)
{
    tro_world w;
    tro_fixed_points points;
    tro_text name = {0};
    double z[2];
    open_rivals(&w, 0.9, 0, 1);
    ck_assert_int_eq(tro_fixed_points_find(w.eco, 12, 1e-9, NULL, &points, &w.messages), TRO_OK);
    ck_assert_uint_eq(points.count, 2);
    ck_assert_uint_eq(points.starts, 12);
    ck_assert_uint_eq(points.lost, 0);
    ck_assert_int_eq(points.alone, 0);
    ck_assert_double_eq_tol(points.items[0].z[0], 1, 1e-9);
    ck_assert_double_eq_tol(points.items[1].z[0], 0, 1e-9);
    ck_assert_uint_eq(points.leading[0] + points.leading[1], 12);
    for (size_t k = 0; k < 12; k++) {
        tro_fixed_points_start(w.eco, k, z, NULL);
        ck_assert_double_eq_tol(z[0] + z[1], 1, 1e-15);
        points.leading[z[0] < BOUNDARY]--;
    }
    ck_assert_uint_eq(points.leading[0] + points.leading[1], 0);
    ck_assert_uint_eq(points.first[0], 0);
    tro_fixed_points_start(w.eco, points.first[1], z, &name);
    ck_assert_str_eq(tro_text_string(&name), "outcome 2");
    tro_text_clear(&name);
    tro_fixed_points_release(&points);
    tro_world_close(&w);
    open_rivals(&w, 0.9, 0.99, 1);
    ck_assert_int_eq(tro_fixed_points_find(w.eco, 12, 1e-9, NULL, &points, &w.messages), TRO_OK);
    ck_assert_uint_eq(points.starts, 1);
    ck_assert_int_eq(points.alone, 1);
    tro_fixed_points_release(&points);
    tro_world_close(&w);
    tro_world_open(&w, "trophic: 1\noutcomes: {family: gaussian}\n"
                       "agents: [{name: a, start: 5, shares: {synthetic: 0.5, curated: 0.5}, "
                       "public: {shift: 1}}]\nnetwork: {edges: [{from: a, to: a}]}\n");
    ck_assert_int_eq(tro_fixed_points_find(w.eco, 3, 1e-9, NULL, &points, &w.messages),
                     TRO_ENOCONV);
    char buffer[512];
    ck_assert_ptr_nonnull(strstr(tro_listed(&w.messages, buffer, sizeof buffer),
                                 "none of 1 start leads to a fixed point: no fixed point found: "
                                 "after"));
    tro_world_close(&w);
}
END_TEST

/* --- the method alone --------------------------------------------------------------- */

enum { N = 12 };

/* z = A z + b with A of eigenvalues 1 - 2^-k, k = 0 .. 5: a window of 6 is exact. */
static void affine(const double *z, double *residual, double *g)
{
    for (int k = 0; k < N; k++) {
        g[k] = (1 - ldexp(1, -(k % 6))) * z[k] + 1 + k;
        residual[k] = g[k] - z[k];
    }
}

START_TEST(test_anderson_affine)
{
    tro_anderson a;
    double z[N] = {0}, residual[N], g[N], radius;
    ck_assert_int_eq(tro_anderson_init(&a, N), TRO_OK);
    ck_assert_int_eq(tro_anderson_radius(&a, &radius), TRO_OK);
    ck_assert_double_eq(radius, 0);
    for (int r = 0; r < 8; r++) {
        affine(z, residual, g);
        tro_anderson_step(&a, residual, g, z);
    }
    ck_assert_int_eq(tro_anderson_radius(&a, &radius), TRO_OK);
    ck_assert_double_eq_tol(radius, 1 - ldexp(1, -5), 1e-6);
    for (int k = 0; k < N; k++)
        ck_assert_double_eq_tol(z[k], (1 + k) * ldexp(1, k % 6), 1e-6);
    tro_anderson_restart(&a);
    affine(z, residual, g);
    tro_anderson_step(&a, residual, g, z);
    for (int k = 0; k < N; k++)
        ck_assert_double_eq(z[k], g[k]);
    tro_anderson_free(&a);
}
END_TEST

START_TEST(test_fixed_point_errors)
{
    tro_world w;
    tro_fixed_point point;
    tro_messages messages = {0};
    char buffer[512];
    open_rivals(&w, 0.9, 0.1, 1);
    ck_assert_int_eq(tro_fixed_point_by_rounds(w.eco, NULL, 1e-12, 1, &point, &messages),
                     TRO_ENOCONV);
    ck_assert_ptr_null(point.z);
    ck_assert_ptr_nonnull(strstr(tro_listed(&messages, buffer, sizeof buffer),
                                 "no fixed point found: after 1 round and 0 Newton steps a round "
                                 "still changes the mean parameters by"));
    tro_messages_clear(&messages);
    int status = TRO_ENOMEM;
    uint64_t n = 0;
    while (status == TRO_ENOMEM) {
        tro_memory_fail_after(++n);
        status = tro_fixed_point_find(w.eco, NULL, 1e-9, &point, NULL);
        ck_assert_msg(status == TRO_OK || status == TRO_ENOMEM, "allocation %llu: %d",
                      (unsigned long long)n, status);
    }
    tro_memory_fail_after(0);
    ck_assert_uint_gt(n, 10);
    tro_fixed_point_release(&point);
    tro_world_close(&w);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_several_fixed_points, test_accelerated_rounds,
                                  test_same_bytes_by_threads, test_what_rounds_leave,
                                  test_several_starts,
                                  test_anderson_affine, test_fixed_point_errors};
    return TRO_RUN_TESTS("fixed point", tests);
}
