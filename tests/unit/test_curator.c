/* Curators: what is kept of a gaussian producer's outputs. */
#include "support.h"

#include "curator/curator.h"

/* The curation of the only agent's public. */
static const tro_curation *open_curator(tro_world *w, const char *covariance,
                                        const char *curator)
{
    tro_world_open(w,
        "trophic: 1\n"
        "outcomes: {family: gaussian, dimension: 2, covariance: %s}\n"
        "curators: {named: {shift: [7, 8]}}\n"
        "agents: [{name: a, start: 0, public: %s, shares: {curated: 1}}]\n"
        "network: {edges: [{from: a, to: a}]}\n", covariance, curator);
    return w->scenario->agents[0].public_curation;
}

static void check_shift(const char *covariance, const char *curator, double x, double y)
{
    tro_world w;
    const tro_curation *c = open_curator(&w, covariance, curator);
    double z[6] = {0, 0, 1, -2, 5, 0.5}, out[6], w6[6] = {1, 2, 3, 4, 5, 6};
    ck_assert_ptr_nonnull(c->ops);
    c->ops->apply(c, 3, z, out, NULL);
    for (int r = 0; r < 3; r++) {
        ck_assert_double_eq_tol(out[2 * r], z[2 * r] + x, 1e-15);
        ck_assert_double_eq_tol(out[2 * r + 1], z[2 * r + 1] + y, 1e-15);
    }
    c->ops->derivative(c, 3, z, w6, out, NULL);
    ck_assert_double_eq(tro_away(6, out, w6), 0);
    c->ops->transposed(c, 3, z, w6, out, NULL);
    ck_assert_double_eq(tro_away(6, out, w6), 0);
    ck_assert_ptr_nonnull(c->shift);
    ck_assert_double_eq_tol(c->shift[0], x, 1e-15);
    ck_assert_double_eq_tol(c->shift[1], y, 1e-15);
    tro_world_close(&w);
}

START_TEST(test_shift_apply)
{
    check_shift("1", "{shift: 0.5}", 0.5, 0.5);
    check_shift("1", "{shift: [1, -2]}", 1, -2);
    check_shift("1", "{shift: {by: [1, -2]}}", 1, -2);
    check_shift("1", "named", 7, 8);
}
END_TEST

/* The tilt exp(g.x / T) of N(z, S) is N(z + S g / T, S): also found by summing
 * the density on a grid. */
START_TEST(test_bradley_terry_apply)
{
    check_shift("1", "{bradley-terry: {reward: 2}}", 2, 2);
    check_shift("0.25", "{bradley-terry: {reward: {linear: [2, -1]}, temperature: 4}}", 0.125,
                -0.0625);
    check_shift("[1, 3]", "{bradley-terry: {reward: [1, 1]}}", 1, 3);
    check_shift("[[2, 1], [1, 3]]",
                "{bradley-terry: {reward: [1, -1], candidates: inf, temperature: 0.5}}", 2, -4);
    double sum = 0, mean[2] = {0, 0}, step = 0.02;
    for (double x = -12; x <= 16; x += step)
        for (double y = -20; y <= 12; y += step) {
            /* inverse of [[2, 1], [1, 3]] is [[3, -1], [-1, 2]] / 5 */
            double q = (3 * x * x - 2 * x * y + 2 * y * y) / 5;
            double density = exp(-q / 2 + 2 * (x - y));
            sum += density;
            mean[0] += density * x;
            mean[1] += density * y;
        }
    ck_assert_double_eq_tol(mean[0] / sum, 2, 1e-9);
    ck_assert_double_eq_tol(mean[1] / sum, -4, 1e-9);
}
END_TEST

START_TEST(test_curators_that_keep_all)
{
    tro_world w;
    ck_assert_ptr_null(open_curator(&w, "1", "none")->ops);
    ck_assert_ptr_null(w.scenario->edges[0].curation);
    ck_assert_uint_eq(w.eco->curated_count, 0);
    tro_world_close(&w);
    ck_assert_ptr_null(
        open_curator(&w, "1", "{bradley-terry: {reward: 2, candidates: 1}}")->ops);
    ck_assert_uint_eq(w.eco->curated_count, 0);
    tro_world_close(&w);
    tro_world_open(&w, "trophic: 1\noutcomes: {family: gaussian}\n"
                       "agents: [{name: a, start: 0, reference: 0, shares: {real: 1}}]\n");
    tro_world_close(&w);
}
END_TEST

static void refuse(const char *curator, const char *expected)
{
    char text[1024];
    snprintf(text, sizeof text,
             "trophic: 1\n"
             "outcomes: {family: gaussian, dimension: 2}\n"
             "curators: {warm: {shift: 1}}\n"
             "agents:\n  - name: a\n    start: 0\n    shares: {curated: 1}\n    public: %s\n"
             "network: {edges: [{from: a, to: a}]}\n", curator);
    tro_assert_refused(text, NULL, 0, expected);
}

START_TEST(test_curators_errors)
{
    refuse("{shift: [1, 2, 3]}", "8:21: shift has 3 numbers, but the dimension is 2");
    refuse("{bradley-terry: {reward: {curvature: 1}, candidates: 4}}",
           "8:50: bradley-terry among 4 candidates that are real vectors needs a linear reward, "
           "found one with curvature: 'candidates: inf' would be right");
    refuse("{bradley-terry: {reward: {curvature: -2}}}",
           "8:50: bradley-terry leaves no normal law: the outputs' precision (the inverse of "
           "their covariance) plus curvature / temperature must be positive definite");
    refuse("{best-of: {reward: {curvature: 1}, candidates: 4}}",
           "8:44: best-of on real vectors needs a linear reward, found one with curvature");
    refuse("{bradley-terry: {reward: 1, temperature: 0}}",
           "8:54: temperature must be above 0 (unit: reward; for the limit 0 there is 'best-of'), "
           "found '0'");
    refuse("{bradley-terry: {}}", "8:29: missing key 'reward' in 'bradley-terry'");
    refuse("{bradley-terry: {reward: 1, tempreture: 1}}",
           "8:41: unknown key 'tempreture' in 'bradley-terry' (did you mean 'temperature'?)");
    refuse("warn", "8:13: unknown curator 'warn' (did you mean 'warm'?)");
    refuse("thermometer", "8:13: unknown curator 'thermometer': define it under 'curators' "
                          "(before its first use there), or write it out here");
    refuse("{shft: 1}", "8:14: unknown curator 'shft' (did you mean 'shift'?)");
}
END_TEST

/* A name of a kind cannot be given to one's own curator. */
START_TEST(test_names_errors)
{
    tro_assert_refused("trophic: 1\n"
                "outcomes: {family: gaussian}\n"
                "curators: {shift: {shift: 1}, warm: {shift: [1, 2]}}\n"
                "agents: [{name: a, reference: 0, shares: {real: 1}}]\n", NULL, 0,
                "3:12: 'shift' is the name of a kind of curator: choose another for this one\n"
                "3:45: shift has 2 numbers, but the dimension is 1");
    tro_assert_refused("trophic: 1\n"
                "outcomes: {family: gaussian}\n"
                "curators: [warm]\n"
                "agents: [{name: a, reference: 0, shares: {real: 1}}]\n", NULL, 0,
                "3:11: curators is a map from names to curators");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_shift_apply, test_bradley_terry_apply,
                                  test_curators_that_keep_all, test_curators_errors,
                                  test_names_errors};
    return TRO_RUN_TESTS("curator", tests);
}
