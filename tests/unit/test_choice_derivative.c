/* The choice kernel's derivatives by the law and by the reward, and their
 * transposes: against enumeration, against differences, and by identities. */
#include "choice_support.h"

#include "support.h"

static const double CANDIDATES[] = {1, 2, 3, 4, 8, 9, 50, 1e6, INFINITY};
enum { CANDIDATE_COUNT = sizeof CANDIDATES / sizeof CANDIDATES[0] };

/* The largest |a - b| over the largest |b|. */
static double apart(size_t n, const double *a, const double *b)
{
    double worst = 0, largest = 0;
    for (size_t i = 0; i < n; i++) {
        worst = fmax(worst, isnan(a[i]) ? INFINITY : fabs(a[i] - b[i]));
        largest = fmax(largest, fabs(b[i]));
    }
    return largest > 0 ? worst / largest : worst;
}

START_TEST(test_derivatives_by_enumeration)
{
    for (uint64_t round = 0; round < 300; round++) {
        static const double scales[] = {1e-6, 0.5, 3, 15, 60};
        tro_stream s = example_stream(5000 + round);
        size_t n = 1 + tro_stream_below(&s, 4), candidates = 1 + tro_stream_below(&s, 6);
        double p[12], dp[12], dr[4], reward[4], kept[4], by_law[4], by_reward[4], out[12];
        example_scaled_normals(&s, n, scales[round % 5], reward);
        for (size_t r = 0; r < 3; r++) {
            example_law(&s, n, round % 2 * 6.0, 1 + (round % 3), p + r * n);
            example_scaled_normals(&s, n, 1, dp + r * n);
        }
        example_scaled_normals(&s, n, 1, dr);
        for (int hard = 0; hard < 2; hard++)
            for (size_t rows = 1; rows <= 3; rows += 2) {
                example_choice e;
                example_open(&e, n, reward, (double)candidates, hard);
                tro_choice_derivative(e.choice, rows, n, p, dp, out, e.scratch);
                for (size_t r = 0; r < rows; r++) {
                    example_one_law(n, candidates, hard, p + r * n, dp + r * n, reward, NULL, kept,
                                    by_law);
                    ck_assert_double_le(apart(n, out + r * n, by_law), within(1e-13));
                }
                tro_choice_by_reward(e.choice, rows, n, p, dr, out, e.scratch);
                for (size_t r = 0; r < rows; r++) {
                    example_one_law(n, candidates, hard, p + r * n, NULL, reward, dr, kept,
                                    by_reward);
                    ck_assert_double_le(tro_away(n, out + r * n, by_reward), within(1e-14));
                }
                example_close(&e);
            }
    }
}
END_TEST

/* Entry by entry: each column of both matrices has small relative errors, the
 * outcomes without mass included. */
static void matrices(const tro_choice *choice, size_t n, const double *p, double *by_law,
                     double *by_reward, double *scratch)
{
    double unit[4] = {0}, column[4];
    for (size_t y = 0; y < n; y++) {
        unit[y] = 1;
        tro_choice_derivative(choice, 1, n, p, unit, column, scratch);
        for (size_t x = 0; x < n; x++)
            by_law[x * n + y] = column[x];
        tro_choice_by_reward(choice, 1, n, p, unit, column, scratch);
        for (size_t x = 0; x < n; x++)
            by_reward[x * n + y] = column[x];
        unit[y] = 0;
    }
}

START_TEST(test_matrices_by_enumeration)
{
    for (uint64_t round = 0; round < 60; round++) {
        tro_stream s = example_stream(6000 + round);
        size_t n = 3, candidates = 2 + tro_stream_below(&s, 5);
        double p[3], reward[3], by_law[9], by_reward[9], kept[3], change[3];
        example_law(&s, n, 3, 1, p);
        if (round % 3 == 0)
            p[round % n] = 0;
        example_scaled_normals(&s, n, 5, reward);
        example_choice e;
        example_open(&e, n, reward, (double)candidates, 0);
        matrices(e.choice, n, p, by_law, by_reward, e.scratch);
        for (size_t y = 0; y < n; y++) {
            double unit[3] = {0};
            unit[y] = 1;
            example_one_law(n, candidates, 0, p, unit, reward, NULL, kept, change);
            for (size_t x = 0; x < n; x++)
                ck_assert_double_le(fabs(by_law[x * n + y] - change[x]),
                                    within(1e-14) * (double)candidates);
            ck_assert_double_le(fabs(by_law[y * n + y] / change[y] - 1), within(1e-12));
            example_one_law(n, candidates, 0, p, NULL, reward, unit, kept, change);
            for (size_t x = 0; x < n; x++)
                ck_assert_double_le(fabs(by_reward[x * n + y] - change[x]),
                                    within(1e-13) * fabs(change[x]) + within(1e-15) * kept[x]);
        }
        example_close(&e);
    }
}
END_TEST

/* 1' C' = 1', C' p = C(p) (degree one); the derivative by the reward is symmetric
 * and kills constants; <w, C' dp> = <C'' w, dp>. */
static void check_identities(size_t n, size_t rows, double candidates, int hard, uint64_t round)
{
    tro_stream s = example_stream(7000 + round);
    static double p[8 * 64], dp[8 * 64], w[8 * 64], out[8 * 64], back[8 * 64], kept[8 * 64];
    double reward[64], dr[64], gradient[64], ones[64];
    example_choice e;
    example_scaled_normals(&s, n, 1 + round % 4, reward);
    if (round % 3 == 0 && n > 2)
        reward[1] = reward[0];
    for (size_t r = 0; r < rows; r++)
        example_law(&s, n, 4, 1 + 0.1 * (double)r, p + r * n);
    example_scaled_normals(&s, rows * n, 1, dp);
    example_scaled_normals(&s, rows * n, 1, w);
    example_scaled_normals(&s, n, 1, dr);
    for (size_t x = 0; x < n; x++)
        ones[x] = 1;
    example_open(&e, n, reward, candidates, hard);
    tro_choice_derivative(e.choice, rows, n, p, dp, out, e.scratch);
    tro_choice_transposed(e.choice, rows, n, p, w, back, e.scratch);
    double size = fmin(candidates, 100) * sqrt((double)n);
    for (size_t r = 0; r < rows; r++) {
        const double *row = out + r * n;
        ck_assert_double_eq_tol(example_dot(n, ones, row), example_dot(n, ones, dp + r * n),
                                1e-14 * size);
        double forth = example_dot(n, w + r * n, row), other = example_dot(n, back + r * n,
                                                                           dp + r * n);
        ck_assert_msg(fabs(forth - other) < 2e-14 * size * size, "%zu outcomes, %g candidates: %g",
                      n, candidates, forth - other);
    }
    tro_choice_apply(e.choice, rows, n, p, kept, e.scratch);
    tro_choice_derivative(e.choice, rows, n, p, p, out, e.scratch);
    ck_assert_double_le(apart(rows * n, out, kept), 2e-14);

    tro_choice_by_reward(e.choice, rows, n, p, ones, out, e.scratch);
    ck_assert_double_le(tro_away(rows * n, out, (double[8 * 64]){0}), 1e-15);
    tro_choice_by_reward(e.choice, rows, n, p, dr, out, e.scratch);
    tro_choice_by_reward_transposed(e.choice, rows, n, p, w, gradient, e.scratch);
    ck_assert_double_eq_tol(example_dot(rows * n, w, out), example_dot(n, gradient, dr),
                            1e-14 * (double)rows);
    for (size_t r = 0; r < rows; r++)
        ck_assert_double_eq_tol(example_dot(n, ones, out + r * n), 0, 1e-14);
    example_close(&e);
}

START_TEST(test_derivative_identities)
{
    static const size_t outcomes[] = {1, 2, 7, 33, 64};
    uint64_t round = 0;
    for (size_t k = 0; k < CANDIDATE_COUNT; k++)
        for (size_t i = 0; i < 5; i++)
            for (size_t rows = 1; rows <= 7; rows += 3)
                for (int hard = 0; hard < 2; hard++)
                    if (!(hard && isinf(CANDIDATES[k])))
                        check_identities(outcomes[i], rows, CANDIDATES[k], hard, round++);
}
END_TEST

/* Central differences of C in a random direction. */
START_TEST(test_derivatives_by_difference)
{
    for (uint64_t round = 0; round < 90; round++) {
        enum { N = 40 };
        tro_stream s = example_stream(8000 + round);
        double candidates = CANDIDATES[round % CANDIDATE_COUNT], step = 1e-5;
        double p[N], dp[N], reward[N], dr[N], above[N], below[N], out[N];
        double more[N], less[N];
        example_choice e, up, down;
        example_law(&s, N, 2, 1, p);
        example_scaled_normals(&s, N, 2, reward);
        example_scaled_normals(&s, N, 1, dr);
        for (size_t x = 0; x < N; x++) {
            dp[x] = p[x] * (tro_stream_uniform(&s) - 0.5);
            above[x] = p[x] + step * dp[x];
            below[x] = p[x] - step * dp[x];
            more[x] = reward[x] + step * dr[x];
            less[x] = reward[x] - step * dr[x];
        }
        example_open(&e, N, reward, candidates, 0);
        example_open(&up, N, more, candidates, 0);
        example_open(&down, N, less, candidates, 0);
        double high[N], low[N];
        tro_choice_apply(e.choice, 1, N, above, high, e.scratch);
        tro_choice_apply(e.choice, 1, N, below, low, e.scratch);
        tro_choice_derivative(e.choice, 1, N, p, dp, out, e.scratch);
        for (size_t x = 0; x < N; x++)
            ck_assert_double_eq_tol((high[x] - low[x]) / (2 * step), out[x], 2e-10);
        tro_choice_apply(up.choice, 1, N, p, high, up.scratch);
        tro_choice_apply(down.choice, 1, N, p, low, down.scratch);
        tro_choice_by_reward(e.choice, 1, N, p, dr, out, e.scratch);
        for (size_t x = 0; x < N; x++)
            ck_assert_double_eq_tol((high[x] - low[x]) / (2 * step), out[x], 2e-10);
        example_close(&e);
        example_close(&up);
        example_close(&down);
    }
}
END_TEST

/* Where K multiplies what is left of a sum that should be 0: errors stay those of
 * the result. Against infinitely many candidates, from which 10^9 differ by 1e-9. */
START_TEST(test_derivatives_of_many_candidates)
{
    enum { N = 50 };
    for (uint64_t round = 0; round < 20; round++) {
        tro_stream s = example_stream(9000 + round);
        double p[4 * N], dp[4 * N], w[4 * N], reward[N], out[4 * N], limit[4 * N];
        example_choice e, all;
        for (size_t r = 0; r < 4; r++)
            example_law(&s, N, 2, 1, p + r * N);
        example_scaled_normals(&s, N, 1, reward);
        example_scaled_normals(&s, 4 * N, 1, w);
        for (size_t i = 0; i < 4 * N; i++)
            dp[i] = p[i] * w[i];
        example_open(&e, N, reward, 0x1p40, 0);
        example_open(&all, N, reward, INFINITY, 0);
        for (size_t rows = 1; rows <= 4; rows += 3) {
            tro_choice_derivative(e.choice, rows, N, p, dp, out, e.scratch);
            tro_choice_derivative(all.choice, rows, N, p, dp, limit, all.scratch);
            ck_assert_double_le(apart(rows * N, out, limit), 1e-10);
            tro_choice_transposed(e.choice, rows, N, p, w, out, e.scratch);
            tro_choice_transposed(all.choice, rows, N, p, w, limit, all.scratch);
            ck_assert_double_le(apart(rows * N, out, limit), 1e-10);
            tro_choice_by_reward(e.choice, rows, N, p, w, out, e.scratch);
            tro_choice_by_reward(all.choice, rows, N, p, w, limit, all.scratch);
            ck_assert_double_le(apart(rows * N, out, limit), 1e-10);
        }
        example_close(&e);
        example_close(&all);
    }
}
END_TEST

/* At the law of one outcome a the derivative is h_K(r(y) - r(a)) for each other y,
 * h_K(d) = K / (1 + (K - 1) exp(-d)); a row without mass has none. */
START_TEST(test_derivative_at_vertices)
{
    double reward[4] = {0.5, -1, 2, 7}, zero[4] = {0}, out[4], unit[4] = {0, 0, 0, 1};
    for (size_t k = 0; k < CANDIDATE_COUNT; k++)
        for (size_t a = 0; a < 3; a++) {
            double p[4] = {0}, candidates = CANDIDATES[k], d = reward[3] - reward[a];
            double expected = isinf(candidates) ? exp(d)
                                                : candidates / (1 + (candidates - 1) * exp(-d));
            example_choice e;
            p[a] = 1;
            example_open(&e, 4, reward, candidates, 0);
            tro_choice_derivative(e.choice, 1, 4, p, unit, out, e.scratch);
            ck_assert_double_le(fabs(out[3] / expected - 1), 1e-14);
            ck_assert_double_le(fabs(out[a] - (1 - expected)), 1e-13 * expected);
            tro_choice_transposed(e.choice, 1, 4, p, unit, out, e.scratch);
            ck_assert_double_le(fabs(out[3] / expected - 1), 1e-14);
            tro_choice_derivative(e.choice, 1, 4, zero, unit, out, e.scratch);
            ck_assert_double_eq(tro_away(4, out, zero), 0);
            tro_choice_transposed(e.choice, 1, 4, zero, unit, out, e.scratch);
            ck_assert_double_eq(tro_away(4, out, zero), 0);
            tro_choice_by_reward(e.choice, 1, 4, zero, unit, out, e.scratch);
            ck_assert_double_eq(tro_away(4, out, zero), 0);
            example_close(&e);
        }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_derivatives_by_enumeration, test_matrices_by_enumeration, test_derivative_identities,
        test_derivatives_by_difference, test_derivatives_of_many_candidates,
        test_derivative_at_vertices};
    return TRO_RUN_TESTS("choice derivative", tests);
}
