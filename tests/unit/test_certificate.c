/* The certificate: its constants against laws at random, its radius against formulas and
 * eigenvalues, and rounds that keep to it. */
#include "support.h"

#include "analysis/certificate.h"
#include "analysis/dense.h"
#include "curator/choice.h"

enum { N = 5 };

static void open_one(tro_world *w, const char *users, const char *more)
{
    tro_world_open(w,
        "trophic: 1\noutcomes: {family: categorical, outcomes: %d}\n"
        "agents:\n  - {name: a, reference: uniform, shares: {real: 0.5, synthetic: 0.2, curated: "
        "0.3}, public: %s%s}\n"
        "network: {edges: [{from: a, to: a}]}\n", N, users, more);
}

static double spreading(const char *users, int steep)
{
    tro_world w;
    open_one(&w, users, "");
    const tro_curation *rule = w.scenario->agents[0].public_curation;
    tro_spreading s = steep ? tro_curation_steep(rule) : tro_curation_coupled(rule);
    tro_world_close(&w);
    ck_assert_double_eq(s.slot, 0);
    return s.law;
}

#define REWARD "reward: [0, 1, 0.5, 2, -1]"
#define THREE "{bradley-terry: {candidates: 3, " REWARD "}}"
#define HARD "{best-of: {candidates: 4, " REWARD "}}"

START_TEST(test_constants)
{
    ck_assert_double_eq(spreading(THREE, 0), 3);
    ck_assert_double_eq_tol(spreading(THREE, 1), 3 / (1 + 2 * exp(-3)), 1e-15);
    ck_assert_double_eq_tol(spreading("{bradley-terry: {temperature: 2, " REWARD "}}", 1),
                            exp(1.5), 1e-14);
    ck_assert(isinf(spreading("{bradley-terry: {" REWARD "}}", 0)));
    ck_assert_double_eq(spreading(HARD, 0), 4);
    ck_assert_double_eq(spreading(HARD, 1), 4);
    ck_assert_double_eq(spreading("none", 1), 1);
    ck_assert_double_eq(spreading("{stages: [" THREE ", " HARD "]}", 0), 12);
    ck_assert_double_eq_tol(spreading("{stages: [" THREE ", " HARD "]}", 1),
                            12 / (1 + 2 * exp(-3)), 1e-14);
    static const char mixed[] = "{one-of: [{weight: 3, curator: " THREE "}, {curator: none}]}";
    ck_assert_double_eq_tol(spreading(mixed, 0), 0.75 * 3 + 0.25, 1e-15);
}
END_TEST

static double variation(const double *a, const double *b)
{
    double sum = 0;
    for (int k = 0; k < N; k++)
        sum += fabs(a[k] - b[k]) / 2;
    return sum;
}

static void draw_law(tro_stream *s, double *law)
{
    double sum = 0, power = 1 + 8 * tro_stream_uniform(s);
    for (int k = 0; k < N; k++)
        sum += law[k] = pow(tro_stream_uniform(s), power);
    for (int k = 0; k < N; k++)
        law[k] /= sum;
}

/* No pair of laws is driven apart further, and some are nearly as far: a vertex and what
 * is next to it. */
START_TEST(test_constants_hold)
{
    static const char *const users[] = {
        THREE, HARD, "{bradley-terry: {temperature: 1.5, " REWARD "}}",
        "{bradley-terry: {candidates: 6, flip: 0.3, " REWARD "}}",
        "{stages: [" THREE ", {bradley-terry: {candidates: 2, reward: [1, 0, 0, 0, 1]}}]}"};
    for (size_t u = 0; u < sizeof users / sizeof *users; u++) {
        tro_world w;
        tro_stream s = tro_test_stream(64, u);
        open_one(&w, users[u], "");
        const tro_curation *rule = w.scenario->agents[0].public_curation;
        double *scratch = tro_allocate(rule->scratch + 1, sizeof *scratch), worst = 0;
        for (int trial = 0; trial < 3000; trial++) {
            double a[N] = {0}, b[N], out[2][N];
            if (trial % 2)
                draw_law(&s, a);
            else
                a[tro_stream_below(&s, N)] = 1;
            draw_law(&s, b);
            for (int k = 0; trial % 4 < 2 && k < N; k++)
                b[k] = a[k] + 1e-4 * (b[k] - a[k]);
            rule->ops->apply(rule, 1, a, out[0], scratch);
            rule->ops->apply(rule, 1, b, out[1], scratch);
            worst = fmax(worst, variation(out[0], out[1]) / variation(a, b));
        }
        ck_assert_msg(worst <= rule->steep.law * (1 + 1e-9), "%s: %g > %g", users[u], worst,
                      rule->steep.law);
        ck_assert_double_le(rule->steep.law, rule->coupled.law);
        if (u < 3)
            ck_assert_double_gt(worst, 0.7 * rule->steep.law);
        tro_release(scratch);
        tro_world_close(&w);
    }
}
END_TEST

/* The most that a change of a law is multiplied by, over all moves of mass from one outcome to
 * another: never above K / (1 + (K - 1) exp(-R)), and that at a corner. */
START_TEST(test_steepest_moves)
{
    static const double counts[] = {2, 3, 4, 7, 20, 1000, 1e6, INFINITY}, ranges[] = {0.1, 1, 3, 9};
    for (size_t k = 0; k < sizeof counts / sizeof *counts; k++)
        for (size_t g = 0; g < sizeof ranges / sizeof *ranges; g++) {
            tro_stream s = tro_test_stream(64, 100 + 10 * k + g);
            tro_arena arena = {0};
            const tro_choice *choice;
            double reward[N] = {0, 1, 0.3, 0.7, 0.02}, worst = 0, range = ranges[g];
            double steep = isinf(counts[k]) ? exp(range)
                                            : counts[k] / (1 + (counts[k] - 1) * exp(-range));
            for (int x = 0; x < N; x++)
                reward[x] *= range;
            ck_assert_int_eq(tro_choice_new(&arena, N, reward, counts[k], 0, &choice), TRO_OK);
            double *scratch = tro_allocate(tro_choice_scratch(choice), sizeof *scratch);
            for (int trial = 0; trial < 40; trial++) {
                double law[N] = {1e-12, 1e-12, 1e-12, 1e-12, 1e-12};
                if (trial > 0)
                    draw_law(&s, law);
                else
                    law[0] = 1;   /* the worst outcome */
                for (int x = 0; x < N; x++)
                    for (int y = 0; y < x; y++) {
                        double move[N] = {0}, out[N];
                        move[x] = 1;
                        move[y] = -1;
                        tro_choice_derivative(choice, 1, N, law, move, out, scratch);
                        worst = fmax(worst, variation(out, (double[N]){0}));
                    }
            }
            ck_assert_msg(worst <= steep * (1 + 1e-9) && worst >= steep * (1 - 1e-4),
                          "%g candidates, range %g: %.12g, the bound %.12g", counts[k], range,
                          worst, steep);
            tro_release(scratch);
            tro_arena_clear(&arena);
        }
}
END_TEST

static tro_certificate certify(tro_world *w)
{
    tro_certificate c;
    ck_assert_int_eq(tro_certificate_find(w->eco, NULL, &c), TRO_OK);
    return c;
}

START_TEST(test_one_agent)
{
    tro_world w;
    double kappa = 3 / (1 + 2 * exp(-3));
    open_one(&w, THREE, "");
    tro_certificate c = certify(&w);
    ck_assert_double_eq_tol(c.coupled, 0.2 + 0.3 * 3, 1e-12);
    ck_assert_double_eq_tol(c.radius, 0.2 + 0.3 * kappa, 1e-12);
    ck_assert_int_eq(c.holds, 0);
    tro_world_close(&w);
    open_one(&w, THREE, ", learning-rate: 0.25, owner: {best-of: {candidates: 2, " REWARD "}}");
    c = certify(&w);
    ck_assert_double_eq_tol(c.radius, 0.75 + 0.25 * 2 * (0.2 + 0.3 * kappa), 1e-12);
    ck_assert_int_eq(c.holds, 0);
    tro_world_close(&w);
}
END_TEST

/* The radius of L by all eigenvalues, for agents that feed each other in two parts. */
START_TEST(test_radius)
{
    tro_world w;
    double matrix[25] = {0}, radius;
    tro_world_open(&w,
        "trophic: 1\noutcomes: {family: categorical, outcomes: 3}\n"
        "curators: {up: {best-of: {candidates: 3, reward: [0, 1, 2]}}}\n"
        "agents:\n"
        "  - {name: a, reference: uniform, public: up, shares: {real: 0.6, synthetic: 0.2, "
        "curated: 0.2}}\n"
        "  - {name: b, reference: uniform, public: up, shares: {real: 0.7, curated: 0.3}}\n"
        "  - {name: c, reference: uniform, shares: {real: 0.9, synthetic: 0.1}}\n"
        "  - {name: d, reference: uniform, shares: {real: 0.3, synthetic: 0.7}}\n"
        "  - {name: e, reference: uniform, pool: mixture, shares: {real: 0.9, curated: 0.1},\n"
        "     public: {arena: {slots: 2, reward: [0, 1, 2]}}}\n"
        "network: {judge: producer, edges: [{from: b, to: a}, {from: a, to: b}, {from: a, to: c}, "
        "{from: c, to: d},\n  {from: d, to: c}, {from: d, to: e, judge: consumer}, {from: e, "
        "to: e, judge: consumer}]}\n");
    tro_certificate c = certify(&w);
    matrix[0 * 5 + 1] = 0.2 + 0.2 * 3;
    matrix[1 * 5 + 0] = 0.3 * 3;
    matrix[2 * 5 + 0] = 0.05;
    matrix[2 * 5 + 3] = 0.05;
    matrix[3 * 5 + 2] = 0.7;
    matrix[4 * 5 + 3] = 0.2;
    matrix[4 * 5 + 4] = 0.2;
    ck_assert_int_eq(tro_dense_spectral_radius(5, matrix, &radius), TRO_OK);
    ck_assert_double_eq_tol(radius, sqrt(0.72), 1e-12);
    ck_assert_double_eq_tol(c.coupled, radius, 1e-10);
    ck_assert_int_eq(c.holds, 1);
    tro_world_close(&w);
}
END_TEST

START_TEST(test_real_vectors)
{
    tro_world w;
    tro_world_open(&w,
        "trophic: 1\noutcomes: {family: gaussian, dimension: 2}\n"
        "agents:\n  - {name: a, reference: 1, public: {shift: 1}, shares: {real: 0.2, synthetic: "
        "0.3, curated: 0.5}}\n"
        "network: {edges: [{from: a, to: a,\n"
        "   channel: {rotations: {degrees: 40, factors: 1.1}}}]}\n");
    tro_certificate c = certify(&w);
    ck_assert_double_eq_tol(c.radius, 0.88, 1e-9);
    ck_assert_double_eq(c.radius, c.coupled);
    tro_world_close(&w);
}
END_TEST

static void assert_none(const char *text, const char *expected)
{
    tro_world w;
    tro_text words = {0};
    tro_world_read(&w, text);
    tro_certificate c = certify(&w);
    tro_certificate_describe(&c, &words);
    ck_assert_str_eq(tro_text_string(&words), expected);
    ck_assert_int_eq(c.holds, 0);
    tro_text_clear(&words);
    tro_world_close(&w);
}

START_TEST(test_certificate_errors)
{
    assert_none("trophic: 1\noutcomes: {family: conditional, prompts: 2, outcomes: 2}\n"
                "agents: [{name: a, reference: {prompts: [0.5, 0.5], given: uniform}, shares: "
                "{real: 1}}]\n", "nothing: it is for outcomes without prompts");
    assert_none("trophic: 1\noutcomes: {family: gaussian}\n"
                "agents: [{name: a, reference: 0, shares: {real: 0.9, curated: 0.1}, public: "
                "{bradley-terry: {reward: {curvature: 1}}}}]\n"
                "network: {edges: [{from: a, to: a}]}\n",
                "nothing: curations of real vectors that are no translations have no bound");
    assert_none("trophic: 1\noutcomes: {family: categorical, outcomes: 2}\n"
                "agents: [{name: a, reference: uniform, shares: {real: 0.1, curated: 0.9}, public: "
                "{best-of: {candidates: 2, reward: [0, 1]}}}]\n"
                "network: {edges: [{from: a, to: a}]}\n",
                "nothing: the bounds allow distances to grow (their spectral radius is 1.8)");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_constants, test_constants_hold, test_steepest_moves,
                                  test_one_agent, test_radius, test_real_vectors,
                                  test_certificate_errors};
    return TRO_RUN_TESTS("certificate", tests);
}
