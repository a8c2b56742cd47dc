/* Measures: against formulas written another way, and integrals on grids. */
#include "support.h"

#define HEAD "trophic: 1\noutcomes: "

/* Value of measure `m` of the cell for an agent, in state z or the start's. */
static double value_of(const tro_world *w, size_t m, const double *z, size_t agent)
{
    const tro_measuring *measuring = &w->cell->measures[m];
    double *start = calloc(w->eco->size, sizeof *start);
    double *scratch = calloc(measuring->scratch + 1, sizeof *scratch);
    ck_assert_uint_lt(m, w->cell->measure_count);
    tro_ecosystem_start(w->eco, start);
    double value = measuring->measure->value(measuring, z ? z : start, agent, scratch);
    free(start);
    free(scratch);
    return value;
}

static void check(const tro_world *w, size_t m, const char *name, double expected,
                  double tolerance)
{
    ck_assert_str_eq(w->cell->measure_names[m], name);
    double found = value_of(w, m, NULL, 0);
    ck_assert_msg(fabs(found - expected) <= tolerance * (1 + fabs(expected)),
                  "%s: %.17g, not %.17g", name, found, expected);
}

/* --- finite outcomes ----------------------------------------------------------------- */

#define TABLE "{family: categorical, labels: [a, 'b c', d, e], coordinates: " \
              "[[0, 1], [2, 1], [2, 5], [-1, 0]]}\nagents:\n" \
              "  - {name: m, reference: [0.4, 0.3, 0.2, 0.1], start: [0.1, 0.2, 0.3, 0.4],\n" \
              "     reward: [1, 0, -1, 2], shares: {real: 1}}\n" \
              "  - {name: n, reference: [0, 0, 1, 1], shares: {real: 1}}\n"

START_TEST(test_table_values)
{
    const double p[] = {0.1, 0.2, 0.3, 0.4}, q[] = {0.4, 0.3, 0.2, 0.1}, r[] = {1, 0, -1, 2};
    const double x[] = {0, 2, 2, -1}, y[] = {1, 1, 5, 0};
    double entropy = 0, kl = 0, back = 0, mean = 0, square = 0, tall = 0, tall_square = 0;
    double e1 = 0, e2 = 0, f1 = 0, f2 = 0;
    tro_world w;
    for (size_t k = 0; k < 4; k++) {
        entropy -= p[k] * log(p[k]);
        kl += q[k] * log(q[k] / p[k]);
        back += p[k] * log(p[k] / q[k]);
        mean += p[k] * x[k];
        square += p[k] * x[k] * x[k];
        tall += p[k] * y[k];
        tall_square += p[k] * y[k] * y[k];
        e1 += p[k] * r[k];
        e2 += p[k] * r[k] * r[k];
        f1 += p[k] * exp(y[k]);
        f2 += p[k] * exp(2 * y[k]);
    }
    tro_world_read(&w, HEAD TABLE
        "record:\n  measures:\n    - {mass: ['b c', e]}\n    - {mass: {outcomes: a}}\n"
        "    - entropy\n    - {diversity: {}}\n    - support\n    - {mean: 1}\n"
        "    - {variance: {coordinate: 1}}\n    - variance\n    - expectation\n"
        "    - {expectation: {reward: {linear: [0, 1]}, exponential: true}}\n"
        "    - reward-variance\n"
        "    - {reward-variance: {reward: {linear: [0, 1]}, exponential: true}}\n"
        "    - divergence\n    - {divergence: {reversed: true}}\n    - {divergence: n}\n"
        "    - {divergence: {from: n, reversed: true}}\n    - {total-variation: reference}\n"
        "    - {total-variation: n}\n    - {divergence: start}\n    - selection\n");
    check(&w, 0, "mass('b c' e)", 0.6, 1e-15);
    check(&w, 1, "mass(a)", 0.1, 1e-15);
    check(&w, 2, "entropy", entropy, 1e-15);
    check(&w, 3, "diversity", 0.7, 1e-15);
    check(&w, 4, "support", 4, 0);
    check(&w, 5, "mean(1)", mean, 1e-15);
    check(&w, 6, "variance(1)", square - mean * mean, 1e-15);
    check(&w, 7, "variance", square - mean * mean + tall_square - tall * tall, 1e-15);
    check(&w, 8, "expectation", e1, 1e-15);
    check(&w, 9, "expectation(reward (linear (0 1)); exponential true)", f1, 1e-15);
    check(&w, 10, "reward-variance", e2 - e1 * e1, 1e-15);
    check(&w, 11, "reward-variance(reward (linear (0 1)); exponential true)", f2 - f1 * f1, 1e-14);
    check(&w, 12, "divergence", kl, 1e-15);
    check(&w, 13, "divergence(reversed true)", back, 1e-15);
    check(&w, 14, "divergence(n)", 0.5 * log(0.5 / 0.3) + 0.5 * log(0.5 / 0.4), 1e-15);
    ck_assert(isinf(value_of(&w, 15, NULL, 0)));
    ck_assert(!tro_measure_is_lost(&w.cell->measures[15], 0, INFINITY));
    ck_assert(tro_measure_is_lost(&w.cell->measures[7], 0, INFINITY));
    check(&w, 16, "total-variation(reference)", 0.4, 1e-15);
    check(&w, 17, "total-variation(n)", 0.3, 1e-15);
    check(&w, 18, "divergence(start)", 0, 0);
    check(&w, 19, "selection", 1, 0);   /* nobody chooses */
    ck_assert(isnan(value_of(&w, 8, NULL, 1)));
    ck_assert_str_eq(tro_measure_lacks(&w.cell->measures[8], 1), "reward");
    ck_assert_ptr_null(tro_measure_lacks(&w.cell->measures[9], 1));
    tro_world_close(&w);
}
END_TEST

/* All digits are kept where almost everything is one outcome. */
START_TEST(test_table_near_a_vertex)
{
    const double s = 1e-20, z[8] = {1, 1e-20, 0, 0, 0, 0, 1, 0};
    const double expected[] = {2 * s, s - s * log(s), s, s, s};
    tro_world w;
    tro_world_read(&w, HEAD TABLE
        "record: {measures: [diversity, entropy, reward-variance, {mass: 'b c'}, "
        "{reward-variance: {reward: [0, 1, 2, 3]}}]}\n");
    for (size_t m = 0; m < 5; m++)
        ck_assert_double_eq_tol(value_of(&w, m, z, 0) / expected[m], 1, 1e-14);
    tro_world_close(&w);
}
END_TEST

/* Two prompts, of which the agent's outputs have the first with weight 0.75. */
START_TEST(test_prompts)
{
    tro_world w;
    tro_world_read(&w, HEAD
        "{family: conditional, prompts: 2, outcomes: 2, prompt-marginals: stay}\nagents:\n"
        "  - {name: m, reference: {prompts: [0.75, 0.25], given: [[0.8, 0.2], [0.5, 0.5]]},\n"
        "     reward: [1, 3], shares: {real: 1}}\n"
        "record: {measures: [{mass: 1}, divergence, expectation, "
        "{expectation: {reward: {values: [1, 3], prompts: [0, 1]}, exponential: true}}]}\n");
    check(&w, 0, "mass(1)", 0.75 * 0.2 + 0.25 * 0.5, 1e-15);
    check(&w, 1, "divergence", 0, 1e-15);
    check(&w, 3, "expectation(reward (values (1 3); prompts (0 1)); exponential true)",
          (exp(1) + exp(3)) / 2, 1e-15);
    tro_world_close(&w);
}
END_TEST

START_TEST(test_selection)
{
    double z[3] = {0.5, 0.5, 0};
    tro_world w;
    tro_world_read(&w, HEAD "{family: categorical, outcomes: 3}\nagents:\n"
        "  - {name: m, start: [1, 1, 2], shares: {curated: 1},\n"
        "     public: {bradley-terry: {candidates: 2, reward: [0, 1, 2]}}}\n"
        "network: {edges: [{from: m, to: m}]}\n"
        "record: {measures: [selection, {selection: [0, 1]}, {selection: 2}]}\n");
    /* For pairs H(x) = 1 + sum p(y) tanh((r(x) - r(y)) / 2). */
    check(&w, 0, "selection", 1 + 0.25 * tanh(0.5) + 0.25 * tanh(1), 1e-14);
    check(&w, 1, "selection(0 1)", 1 + 0.25 * tanh(0.5) - 0.5 * tanh(0.5), 1e-14);
    ck_assert_double_eq_tol(value_of(&w, 0, z, 0), 1 + 0.5 * tanh(0.5) + 0.5 * tanh(1), 1e-14);
    ck_assert_double_eq_tol(value_of(&w, 1, z, 0), 1 + 0.5 * tanh(0.5), 1e-14);
    ck_assert_double_eq_tol(value_of(&w, 2, z, 0), value_of(&w, 0, z, 0), 1e-15);
    tro_world_close(&w);
}
END_TEST

/* --- real vectors -------------------------------------------------------------------- */

/* N(m, S) in the plane. */
typedef struct plane {
    double m[2], s[3];   /* S: xx, xy, yy */
} plane;

static double density(const plane *law, double x, double y)
{
    double det = law->s[0] * law->s[2] - law->s[1] * law->s[1];
    double u = x - law->m[0], v = y - law->m[1];
    return exp(-0.5 * (law->s[2] * u * u - 2 * law->s[1] * u * v + law->s[0] * v * v) / det) /
           (2 * M_PI * sqrt(det));
}

static double reward_at(double x, double y)
{
    double u = x - 0.5, v = y - 0.5;
    return 0.3 * x - 0.2 * y - 0.5 * (0.4 * u * u - 0.2 * u * v + 0.3 * v * v);
}

typedef struct integrals {
    double r, rr, e, ee, h, kl, back;
} integrals;

/* On a grid, which for such functions is exact to rounding. */
static integrals integrate(const plane *p, const plane *q)
{
    integrals sum = {0};
    double step = 0.1;
    for (double x = -12; x < 12; x += step)
        for (double y = -12; y < 12; y += step) {
            double own = density(p, x, y) * step * step, r = reward_at(x, y);
            double other = density(q, x, y) * step * step;
            if (own < 1e-300 || other < 1e-300)
                continue;
            sum.r += own * r;
            sum.rr += own * r * r;
            sum.e += own * exp(r);
            sum.ee += own * exp(2 * r);
            sum.h -= own * log(own / (step * step));
            sum.kl += other * log(other / own);
            sum.back += own * log(own / other);
        }
    return sum;
}

#define NORMAL_MEASURES \
    "record: {measures: [{mean: 2}, {variance: 1}, variance, entropy, expectation, " \
    "{expectation: {exponential: true}}, reward-variance, " \
    "{reward-variance: {exponential: true}}, divergence, {divergence: {reversed: true}}]}\n"
#define QUADRATIC "{linear: [0.3, -0.2], curvature: [[0.4, -0.1], [-0.1, 0.3]], centre: 0.5}"

static void check_normal(const char *text, const plane *p, const plane *q)
{
    integrals i = integrate(p, q);
    tro_world w;
    tro_world_read(&w, text);
    check(&w, 0, "mean(2)", p->m[1], 1e-15);
    check(&w, 1, "variance(1)", p->s[0], 1e-14);
    check(&w, 2, "variance", p->s[0] + p->s[2], 1e-14);
    check(&w, 3, "entropy", i.h, 1e-12);
    check(&w, 4, "expectation", i.r, 1e-12);
    check(&w, 5, "expectation(exponential true)", i.e, 1e-12);
    check(&w, 6, "reward-variance", i.rr - i.r * i.r, 1e-12);
    check(&w, 7, "reward-variance(exponential true)", i.ee - i.e * i.e, 1e-12);
    check(&w, 8, "divergence", i.kl, 1e-12);
    check(&w, 9, "divergence(reversed true)", i.back, 1e-12);
    tro_world_close(&w);
}

START_TEST(test_normal_values)
{
    const plane full = {{0.2, -0.4}, {0.8, 0.3, 0.5}}, even = {{0.2, -0.4}, {0.8, 0, 0.5}};
    const plane data = {{1, 0}, {1, -0.2, 0.6}}, plain = {{1, 0}, {0.7, 0, 0.7}};
    check_normal(HEAD "{family: gaussian, dimension: 2, covariance: [[0.8, 0.3], [0.3, 0.5]]}\n"
                 "agents: [{name: m, shares: {real: 1}, "
                 "reference: {mean: [1, 0], covariance: [[1, -0.2], [-0.2, 0.6]]}, "
                 "start: [0.2, -0.4], reward: " QUADRATIC "}]\n" NORMAL_MEASURES, &full, &data);
    check_normal(HEAD "{family: gaussian, dimension: 2, covariance: [0.8, 0.5]}\n"
                 "agents: [{name: m, reference: {mean: [1, 0], covariance: 0.7}, "
                 "start: [0.2, -0.4], shares: {real: 1}, reward: " QUADRATIC "}]\n"
                 NORMAL_MEASURES, &even, &plain);
    check_normal(HEAD "{family: gaussian-full, dimension: 2}\n"
                 "agents: [{name: m, shares: {real: 1}, "
                 "reference: {mean: [1, 0], covariance: [[1, -0.2], [-0.2, 0.6]]}, "
                 "start: {mean: [0.2, -0.4], covariance: [[0.8, 0.3], [0.3, 0.5]]}, "
                 "reward: " QUADRATIC "}]\n" NORMAL_MEASURES, &full, &data);
}
END_TEST

/* Diagonal all the way, a variance of 0, and a convex reward without an expectation. */
START_TEST(test_normal_ends)
{
    tro_world w;
    tro_world_read(&w, HEAD "{family: gaussian, dimension: 2, covariance: [2, 0]}\n"
        "agents:\n"
        "  - {name: m, reference: {mean: 0, covariance: [1, 0]}, shares: {real: 1},\n"
        "     start: [1, 0], reward: {linear: [1, 2], curvature: [0.5, 3], centre: 0}}\n"
        "record: {measures: [entropy, divergence, {divergence: start}, "
        "{expectation: {exponential: true}}, {reward-variance: {exponential: true}}, "
        "{expectation: {reward: {curvature: [-0.5, 0]}, exponential: true}}, "
        "{reward-variance: {reward: {curvature: [-0.3, 0]}, exponential: true}}]}\n");
    ck_assert_double_eq(value_of(&w, 0, NULL, 0), -INFINITY);
    check(&w, 1, "divergence", 0.5 * (0.5 - 1 - log(0.5) + 0.5), 1e-15);
    check(&w, 2, "divergence(start)", 0, 0);
    /* x = 1 + t sqrt(2): r = 1 + t sqrt(2) - (1 + t sqrt(2))^2 / 4 */
    check(&w, 3, "expectation(exponential true)", exp(0.75 + 0.25 * 2 * 0.5 / 2) / sqrt(2), 1e-15);
    ck_assert_double_gt(value_of(&w, 4, NULL, 0), 0);
    ck_assert_double_eq(value_of(&w, 5, NULL, 0), INFINITY);
    ck_assert_double_eq(value_of(&w, 6, NULL, 0), INFINITY);
    tro_world_close(&w);
}
END_TEST

/* --- what is wrong ------------------------------------------------------------------- */

START_TEST(test_measure_errors)
{
    tro_assert_refused(HEAD TABLE
        "record:\n  measures:\n"
        "    - mass\n"
        "    - {variance: 0}\n"
        "    - {expectation: [1, 2]}\n"
        "    - {total-variation: {from: start, reversed: true}}\n", NULL, 0,
        "9:7: missing key 'outcomes' in 'mass'\n"
        "10:18: coordinate must be between 1 and 1000000000, found '0'\n"
        "11:21: 'expectation' must be a map, found a list\n"
        "12:39: unknown key 'reversed' in 'total-variation', valid keys are from\n"
        "6:26: note: the probabilities sum to 2; they are scaled to sum to 1");
    tro_assert_refused(HEAD TABLE
        "record:\n  measures:\n"
        "    - {mass: [a, bb, a]}\n"
        "    - {mass: []}\n"
        "    - mean\n"
        "    - {mean: 3}\n"
        "    - {divergence: mm}\n"
        "    - {selection: x}\n"
        "    - {expectation: {reward: [1, 2]}}\n"
        "    - entropy\n"
        "    - {entropy: {}}\n", NULL, 0,
        "6:26: note: the probabilities sum to 2; they are scaled to sum to 1\n"
        "9:18: no outcome is called 'bb'\n"
        "9:22: outcome 'a' comes twice\n"
        "10:8: a mass needs outcomes, found none\n"
        "11:7: outputs have 2 coordinates, and 'mean' is of one: give 'coordinate'\n"
        "12:14: there is no coordinate 3: outputs have 2\n"
        "13:20: from is 'reference', 'start' or an agent, found 'mm'\n"
        "14:19: no outcome is called 'x'\n"
        "15:30: 2 rewards, but there are 4 outcomes\n"
        "17:8: the measure 'entropy' comes twice");
    tro_assert_refused(HEAD "{family: gaussian, dimension: 2}\n"
        "agents: [{name: m, reference: 0, shares: {real: 1}}]\n"
        "record: {measures: [{mass: 1}, diversity, support, {total-variation: start}, "
        "selection, mean, {mean: 3}]}\n", NULL, 0,
#define NOT_COUNTED "counts outcomes, of which the family 'gaussian' has no finite number"
        "4:22: 'mass' " NOT_COUNTED "\n"
        "4:32: 'diversity' " NOT_COUNTED ": 'entropy' or 'variance' would be right\n"
        "4:43: 'support' " NOT_COUNTED ": 'entropy' or 'variance' would be right\n"
        "4:53: 'total-variation' " NOT_COUNTED ": 'divergence' would be right\n"
        "4:78: 'selection' " NOT_COUNTED "\n"
        "4:89: outputs have 2 coordinates, and 'mean' is of one: give 'coordinate'\n"
        "4:102: there is no coordinate 3: outputs have 2");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_table_values, test_table_near_a_vertex, test_prompts,
                                  test_selection, test_normal_values, test_normal_ends,
                                  test_measure_errors};
    return TRO_RUN_TESTS("measure", tests);
}
