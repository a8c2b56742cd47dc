/* The choice kernel where numbers are large: many candidates, wide rewards, gaps
 * between them, laws over hundreds of decades. */
#include "choice_support.h"

#include "support.h"

START_TEST(test_two_outcomes_binomial)
{
    static const double candidates[] = {2, 3, 8, 9, 17, 100, 1e3, 1e4, 1e6, 1e8};
    static const double apart[] = {0, 1e-7, 0.1, 1, 5, 30, 60, 95, 300};
    static const double law[] = {0.5, 0.1, 1e-3, 1e-6, 1e-10, 1e-40};
    for (size_t k = 0; k < 10; k++)
        for (size_t a = 0; a < 9; a++)
            for (size_t l = 0; l < 12; l++) {
                double small = law[l / 2], expected[2];
                double p[2] = {l % 2 ? small : 1 - small, l % 2 ? 1 - small : small};
                double reward[2] = {0, apart[a]};
                example_binomial(candidates[k], p, reward, expected);
                check_kept(2, p, reward, candidates[k], 0, expected, 2e-14);
            }
}
END_TEST

/* Ranges of up to 2000, which takes several panels, and up to a million candidates. */
START_TEST(test_kept_by_plain_quadrature)
{
    static const double candidates[] = {2, 7, 60, 1e3, 1e6}, scales[] = {1, 20, 150, 500};
    for (uint64_t round = 0; round < 60; round++) {
        tro_stream s = example_stream(11000 + round);
        size_t n = 2 + tro_stream_below(&s, 6);
        double p[8], reward[8], expected[8], scale = scales[round % 4];
        example_law(&s, n, round % 3 * 5.0, 1, p);
        for (size_t x = 0; x < n; x++)
            reward[x] = scale * (4 * tro_stream_uniform(&s) - 2);
        example_quadrature(n, candidates[round % 5], p, reward, expected);
        example_choice e;
        double out[8], sum = 0;
        example_open(&e, n, reward, candidates[round % 5], 0);
        tro_choice_apply(e.choice, 1, n, p, out, e.scratch);
        for (size_t x = 0; x < n; x++) {
            ck_assert_msg(fabs(out[x] - expected[x]) <= within(2e-14) * expected[x] + 1e-300,
                          "round %d: %.17g, not %.17g", (int)round, out[x], expected[x]);
            sum += out[x];
        }
        ck_assert_double_eq_tol(sum, 1, 1e-14);
        example_close(&e);
    }
}
END_TEST

static void check_pair(size_t n, size_t candidates, const double *reward, uint64_t round)
{
    tro_stream s = example_stream(12000 + round);
    double p[4], dp[4], dr[4], kept[4], change[4], out[4];
    example_choice e;
    example_law(&s, n, round % 3 * 10.0, 1, p);
    example_scaled_normals(&s, n, 1, dp);
    example_scaled_normals(&s, n, 1, dr);
    example_one_law(n, candidates, 0, p, dp, reward, NULL, kept, change);
    check_kept(n, p, reward, (double)candidates, 0, kept, 1e-13);
    example_open(&e, n, reward, (double)candidates, 0);
    tro_choice_derivative(e.choice, 1, n, p, dp, out, e.scratch);
    tro_assert_near(n, out, change, within(1e-13), "derivative");
    example_one_law(n, candidates, 0, p, NULL, reward, dr, kept, change);
    tro_choice_by_reward(e.choice, 1, n, p, dr, out, e.scratch);
    for (size_t x = 0; x < n; x++)
        ck_assert_double_eq_tol(out[x], change[x], within(1e-14));
    example_close(&e);
}

/* Every gap around the width from which nodes are left out, once and twice. */
START_TEST(test_gaps)
{
    uint64_t round = 0;
    for (double gap = 20; gap < 130; gap += 2.5)
        for (size_t candidates = 2; candidates <= 5; candidates++) {
            double once[4] = {0, 0.5, -gap, -gap - 3}, twice[3] = {gap, 0, -1.01 * gap};
            check_pair(4, candidates, once, round++);
            check_pair(3, candidates, twice, round++);
        }
}
END_TEST

/* Clusters of any distance; within each the differences of rewards are exact. */
START_TEST(test_clusters_apart)
{
    static const double rewards[][4] = {
        {0, 1, -1e3, -1e3 + 2}, {0, 1, -1e6, -1e6 + 2}, {1e15, 1e15 + 1, -1e15, -1e15 + 2},
        {1e300, 0, 1, -1e300}, {1.7e308, -1.7e308, 1.7e308, 0}, {-700, -800, -1500, 0},
        {0, -250, -500, -750}, {0, -299, -598, -897}, {5e-324, 0, -5e-324, 1e-300}};
    uint64_t round = 0;
    for (size_t k = 0; k < sizeof rewards / sizeof *rewards; k++)
        for (size_t candidates = 2; candidates <= 6; candidates++)
            check_pair(4, candidates, rewards[k], round++);
}
END_TEST

/* Far apart, the number of candidates from the top cluster is binomial and the
 * choice is among them; the lower outcomes are kept when there are none. */
START_TEST(test_many_candidates_apart)
{
    static const double candidates[] = {10, 1e3, 1e6};
    for (size_t k = 0; k < 3; k++)
        for (double low = 0.5; low < 1; low = 1 - (1 - low) / 10) {
            double count = candidates[k], out[3], p[3] = {(1 - low) / 2, (1 - low) / 2, low};
            double reward[3] = {1e5, 1e5, 0}, none = exp(count * log1p(-(p[0] + p[1])));
            example_choice e;
            if (1 - low < 1e-12)
                break;
            example_open(&e, 3, reward, count, 0);
            tro_choice_apply(e.choice, 1, 3, p, out, e.scratch);
            double some = -expm1(count * log1p(-(p[0] + p[1]))) / 2;
            ck_assert_double_le(fabs(out[0] / some - 1), 1e-13);
            ck_assert_double_le(fabs(out[1] / some - 1), 1e-13);
            ck_assert_double_le(fabs(out[2] - none), 1e-12 * none + 1e-300);
            example_close(&e);
        }
}
END_TEST

/* H = (w/Z) (1 - (w - Z)/(K Z) + V/(K Z^2)) + O(1/K^2), Z and V the mean and the
 * variance of w. */
START_TEST(test_next_order)
{
    enum { N = 20 };
    for (uint64_t round = 0; round < 20; round++) {
        tro_stream s = example_stream(13000 + round);
        double p[N], reward[N], out[N], z = 0, v = 0;
        example_law(&s, N, 1, 1, p);
        example_scaled_normals(&s, N, 1, reward);
        for (size_t x = 0; x < N; x++)
            z += p[x] * exp(reward[x]);
        for (size_t x = 0; x < N; x++)
            v += p[x] * (exp(reward[x]) - z) * (exp(reward[x]) - z);
        double off[2];
        for (int k = 0; k < 2; k++) {
            double count = k ? 4e5 : 1e5;
            example_choice e;
            example_open(&e, N, reward, count, 0);
            tro_choice_apply(e.choice, 1, N, p, out, e.scratch);
            example_close(&e);
            off[k] = 0;
            for (size_t x = 0; x < N; x++) {
                double w = exp(reward[x]) / z;
                double h = w * (1 - (w - 1) / count + v / (count * z * z));
                off[k] = fmax(off[k], fabs(out[x] / p[x] - h));
            }
        }
        ck_assert_double_lt(off[0], 1e3 / 1e10);
        ck_assert_double_eq_tol(off[0] / off[1], 16, 0.1);
    }
}
END_TEST

/* Infinitely many candidates: p exp(r) / Z in log space, also where the law avoids
 * the largest rewards. */
START_TEST(test_tilts)
{
    double p[3] = {0.25, 0.75, 0}, reward[3] = {-1e6, -1e6 + 1, 1e6}, z = 0.25 + 0.75 * M_E;
    double expected[3] = {0.25 / z, 0.75 * M_E / z, 0}, out[3];
    check_kept(3, p, reward, INFINITY, 0, expected, 1e-15);
    p[2] = 1e-300;
    check_kept(3, p, reward, INFINITY, 0, (double[3]){0, 0, 1 + 1e-300}, 1e-15);
    example_choice e;
    p[2] = 0;
    example_open(&e, 3, reward, INFINITY, 0);
    tro_choice_derivative(e.choice, 1, 3, p, (double[3]){0.5, -0.5, 0}, out, e.scratch);
    double rate = 0.5 / (z * z);
    ck_assert_double_eq_tol(out[0], rate * M_E, 1e-15);
    ck_assert_double_eq_tol(out[1], -rate * M_E, 1e-15);
    ck_assert_double_eq(out[2], 0);
    example_close(&e);
}
END_TEST

/* As the reward grows, the choice becomes hard. */
START_TEST(test_hard_limit)
{
    for (uint64_t round = 0; round < 40; round++) {
        static const double candidates[] = {2, 6, 70, 1e4};
        tro_stream s = example_stream(14000 + round);
        double p[30], reward[30], expected[30], out[30];
        example_law(&s, 30, round % 3 * 2.0, 1, p);
        for (size_t x = 0; x < 30; x++)
            reward[x] = 1e4 * (double)tro_stream_below(&s, 12);
        example_choice e;
        example_open(&e, 30, reward, candidates[round % 4], 1);
        tro_choice_apply(e.choice, 1, 30, p, expected, e.scratch);
        example_close(&e);
        example_open(&e, 30, reward, candidates[round % 4], 0);
        tro_choice_apply(e.choice, 1, 30, p, out, e.scratch);
        example_close(&e);
        for (size_t x = 0; x < 30; x++)
            ck_assert_double_le(fabs(out[x] - expected[x]), 1e-12 * expected[x] + 1e-290);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_two_outcomes_binomial, test_kept_by_plain_quadrature,
                                  test_gaps, test_clusters_apart, test_many_candidates_apart,
                                  test_next_order, test_tilts, test_hard_limit};
    return TRO_RUN_TESTS("choice extreme", tests);
}
