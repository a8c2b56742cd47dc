/* Hard choices: the best of K candidates, ties broken uniformly. Enumeration is in
 * test_choice.c and test_choice_derivative.c; here are many candidates. */
#include "choice_support.h"

#include "support.h"

/* log F of what is not above, from the smaller part. */
static long double log_of(long double above, long double rest)
{
    return above < 0.5L ? log1pl(-above) : logl(rest);
}

/* Three levels, the middle one of two outcomes: C and C' dp in long double, from the
 * powers themselves. */
static void three_levels(long double k, const double *p, const double *dp, double *out,
                         double *change)
{
    static const int level[4] = {1, 0, 1, 2};
    long double mass[3] = {0}, by[3] = {0}, total = 0;
    long double dm = 0;
    for (int x = 0; x < 4; x++) {
        total += p[x];
        dm += dp[x];
    }
    for (int x = 0; x < 4; x++) {
        mass[level[x]] += p[x] / total;
        by[level[x]] += (dp[x] - p[x] / total * dm) / total;
    }
    long double log_f[3] = {log_of(mass[1] + mass[2], mass[0]), log_of(mass[2], mass[0] + mass[1]),
                            0};
    long double df[3] = {by[0], by[0] + by[1], 0};
    for (int x = 0; x < 4; x++) {
        int l = level[x];
        long double f = expl(k * log_f[l]), ratio = l ? log_f[l - 1] - log_f[l] : -INFINITY;
        long double h = -f * expm1l(k * ratio) / mass[l];
        long double by_f = (k * expl((k - 1) * log_f[l]) - h) / mass[l];
        long double by_below = l ? (h - k * expl((k - 1) * log_f[l - 1])) / mass[l] : 0;
        out[x] = (double)(p[x] * h);
        change[x] = (double)(dp[x] * h +
                             p[x] * (by_f * df[l] + (l ? by_below * df[l - 1] : 0)));
    }
}

START_TEST(test_best_of_many)
{
    static const double candidates[] = {2, 3, 10, 1e3, 1e6, 1e9};
    double reward[4] = {0.5, -2, 0.5, 0.75};
    if (within(1) > 1)
        return;   /* the differences above cancel all of a double */
    for (uint64_t round = 0; round < 120; round++) {
        tro_stream s = example_stream(21000 + round);
        double p[4], dp[4], kept[4], change[4], out[4];
        example_law(&s, 4, round % 5 * 2.0, 1, p);
        for (size_t x = 0; x < 4; x++)
            dp[x] = p[x] * (tro_stream_uniform(&s) - 0.5);
        three_levels(candidates[round % 6], p, dp, kept, change);
        check_kept(4, p, reward, candidates[round % 6], 1, kept, 1e-13);
        example_choice e;
        example_open(&e, 4, reward, candidates[round % 6], 1);
        tro_choice_derivative(e.choice, 1, 4, p, dp, out, e.scratch);
        for (size_t x = 0; x < 4; x++)
            ck_assert_msg(fabs(out[x] - change[x]) <= 1e-12 * fabs(change[x]) + 1e-14 * kept[x],
                          "round %d, %zu: %g, not %g", (int)round, x, out[x], change[x]);
        example_close(&e);
    }
}
END_TEST

/* A level without mass: H = K F^(K-1), the chance of a newcomer. */
START_TEST(test_level_without_mass)
{
    static const double candidates[] = {2, 5, 1e3};
    double p[3] = {0.75, 0, 0.25}, reward[3] = {0, 1, 2}, unit[3] = {0, 1, 0}, out[3];
    for (size_t k = 0; k < 3; k++) {
        double count = candidates[k], h = count * pow(0.75, count - 1);
        example_choice e;
        example_open(&e, 3, reward, count, 1);
        tro_choice_derivative(e.choice, 1, 3, p, unit, out, e.scratch);
        ck_assert_double_le(fabs(out[1] / h - 1), 1e-12);
        tro_choice_transposed(e.choice, 1, 3, p, unit, out, e.scratch);
        ck_assert_double_le(fabs(out[1] / h - 1), 1e-12);
        example_close(&e);
    }
    double top[3] = {0, 0, 1};   /* all mass above: what is below cannot win */
    for (size_t k = 0; k < 3; k++) {
        example_choice e;
        example_open(&e, 3, reward, candidates[k], 1);
        tro_choice_apply(e.choice, 1, 3, top, out, e.scratch);
        ck_assert_double_eq(tro_away(3, out, top), 0);
        tro_choice_derivative(e.choice, 1, 3, top, unit, out, e.scratch);
        ck_assert_double_eq(tro_away(3, out, (double[3]){0, 0, 1}), 0);
        example_close(&e);
    }
}
END_TEST

/* Infinitely many: the best level there is, and its derivative within the support. */
START_TEST(test_best_of_all)
{
    double p[5] = {0.5, 0.25, 0.75, 0.5, 0}, reward[5] = {0, 3, 3, 1, 4}, out[5], kept[5];
    double dp[5] = {0.25, 0.5, -0.125, 0, 0}, w[5] = {1, 2, 5, -3, 2.5};
    example_choice e, hard;
    check_kept(5, p, reward, INFINITY, 1, (double[5]){0, 0.5, 1.5, 0, 0}, 1e-15);
    example_open(&e, 5, reward, INFINITY, 1);
    example_open(&hard, 5, reward, 1e4, 1);
    tro_choice_derivative(e.choice, 1, 5, p, dp, out, e.scratch);
    tro_choice_derivative(hard.choice, 1, 5, p, dp, kept, hard.scratch);
    ck_assert_double_le(tro_away(5, out, kept), 1e-14);
    tro_choice_transposed(e.choice, 1, 5, p, w, out, e.scratch);
    tro_choice_transposed(hard.choice, 1, 5, p, w, kept, hard.scratch);
    ck_assert_double_le(tro_away(4, out, kept), 1e-14);
    ck_assert(isinf(out[4]) && out[4] < 0 && kept[4] < -1e3);
    dp[4] = 1e-3;
    tro_choice_derivative(e.choice, 1, 5, p, dp, out, e.scratch);
    ck_assert(out[4] == INFINITY && out[1] == -INFINITY && out[2] == -INFINITY);
    ck_assert(out[0] == 0 && out[3] == 0);
    example_close(&hard);
    example_close(&e);
}
END_TEST

/* Rewards matter by their order only. */
START_TEST(test_best_by_reward)
{
    double p[3] = {0.2, 0.3, 0.5}, reward[3] = {0, 1e-300, 1}, dr[3] = {1, 2, 3}, out[3];
    double wide[3] = {-1e300, 0, 1e300}, kept[3], kept_wide[3];
    static const double candidates[] = {1, 2, 100, INFINITY};
    for (size_t k = 0; k < 4; k++) {
        example_choice e, f;
        example_open(&e, 3, reward, candidates[k], 1);
        example_open(&f, 3, wide, candidates[k], 1);
        tro_choice_apply(e.choice, 1, 3, p, kept, e.scratch);
        tro_choice_apply(f.choice, 1, 3, p, kept_wide, f.scratch);
        ck_assert_double_eq(tro_away(3, kept, kept_wide), 0);
        tro_choice_by_reward(e.choice, 1, 3, p, dr, out, e.scratch);
        ck_assert_double_eq(tro_away(3, out, (double[3]){0}), 0);
        tro_choice_by_reward_transposed(e.choice, 1, 3, p, dr, out, e.scratch);
        ck_assert_double_eq(tro_away(3, out, (double[3]){0}), 0);
        example_close(&e);
        example_close(&f);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_best_of_many, test_level_without_mass, test_best_of_all,
                                  test_best_by_reward};
    return TRO_RUN_TESTS("choice best", tests);
}
