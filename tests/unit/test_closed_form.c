/* The closed form of location families without channels (Friedkin and
 * Johnsen 1990), and the influences of ecosystems too large to factor. */
#include "support.h"

static double adjoint(tro_world *w, size_t on, size_t of)
{
    double value;
    ck_assert_int_eq(tro_influence_adjoint(&w->cell->influences, on, of, &value, NULL,
                                           &w->messages), TRO_OK);
    return value;
}

/* Friedkin-Johnsen: x = (I - A W)^-1 ((I - A) u + A lambda (shift)). */
START_TEST(test_friedkin_johnsen)
{
    tro_world w;
    const double share[3] = {0.6, 0.5, 0.8}, u[3] = {1, -2, 0.5}, shift[3] = {1, 2, -1};
    const double curated[3] = {0.3, 0.2, 0.4};
    const double weight[9] = {0, 0.25, 0.75, 0.5, 0, 0.5, 1, 0, 0};
    double system[9], right[3], x[3], response[3];
    tro_world_open(&w,
        "trophic: 1\noutcomes: {family: gaussian}\n"
        "agents:\n"
        "  - {name: a, reference: 1, reward: 1, public: {shift: 1}, displaces: synthetic,\n"
        "     shares: {real: 0.4, curated: 0.3}}\n"
        "  - {name: b, reference: -2, reward: -2, public: {shift: 2}, displaces: synthetic,\n"
        "     shares: {real: 0.5, curated: 0.2}}\n"
        "  - {name: c, reference: 0.5, reward: 3, public: {shift: -1}, displaces: synthetic,\n"
        "     shares: {real: 0.2, curated: 0.4}}\n"
        "network:\n  judge: consumer\n  edges:\n"
        "    - {from: b, to: a, weight: 1}\n    - {from: c, to: a, weight: 3}\n"
        "    - {from: a, to: b}\n    - {from: c, to: b}\n    - {from: a, to: c}\n");
    for (int i = 0; i < 3; i++) {
        right[i] = (1 - share[i]) * u[i] + curated[i] * shift[i];
        for (int j = 0; j < 3; j++)
            system[3 * i + j] = (i == j) - share[i] * weight[3 * i + j];
    }
    tro_plain_solve(3, system, right, x);
    ck_assert_int_eq(tro_cell_influences(w.cell, NULL), TRO_OK);
    ck_assert_double_lt(tro_away(3, w.cell->point.z, x), 1e-15);
    const double reward[3] = {1, -2, 3};
    for (size_t of = 0; of < 3; of++) {
        double unit[3] = {0, 0, 0}, closed;
        unit[of] = shift[of];
        tro_plain_solve(3, system, unit, response);
        for (size_t on = 0; on < 3; on++) {
            ck_assert_double_eq_tol(adjoint(&w, on, of), reward[on] * response[on], 1e-14);
            ck_assert_int_eq(tro_influence_closed_form(w.eco, on, of, &closed, NULL), TRO_OK);
            ck_assert_double_eq_tol(closed, reward[on] * response[on], 1e-14);
        }
    }
    tro_world_close(&w);
}
END_TEST

/* Beyond the dense limit GMRES takes over: the same numbers. A ring of N with
 * weight p on each side has dx_i/dx_0 by images of the infinite ring. */
START_TEST(test_large_influences)
{
    tro_world w;
    enum { N = 320 };
    tro_world_open(&w,
        "trophic: 1\noutcomes: {family: gaussian, dimension: 2}\n"
        "agents: [{group: g, count: %d, reference: 1, reward: 1, public: {shift: [1, 2]},\n"
        "          displaces: synthetic, shares: {real: 0.25, curated: 0.25}}]\n"
        "network: {generator: {ring: {mutual: true}}, judge: consumer}\n", N);
    ck_assert_int_eq(tro_cell_influences(w.cell, &w.messages), TRO_OK);
    ck_assert_ptr_null(w.cell->influences.resolvent.jacobian);
    /* |(I - J)^-1| = 1 / (1 - 3/4) on the ring */
    ck_assert_double_eq_tol(w.cell->influences.resolvent.condition, 0.25, 1e-4);
    ck_assert_double_lt(w.cell->point.residual, 1e-13);
    /* x_i = q (x_{i-1} + x_{i+1}) + delta_i0 has x_i = x_0 r^|i|; q = 3/8 */
    double q = 0.375, r = (1 - sqrt(1 - 4 * q * q)) / (2 * q), x0 = 1 / (1 - 2 * q * r);
    double theorem;
    for (size_t on = 0; on < N; on += 20) {
        double far = on <= N / 2 ? (double)on : (double)(N - on);
        double closed, expected = 3 * x0 * pow(r, far);
        ck_assert_double_eq_tol(adjoint(&w, on, 0), expected, 1e-11);
        ck_assert_int_eq(tro_influence_closed_form(w.eco, on, 0, &closed, NULL), TRO_OK);
        ck_assert_double_eq_tol(closed, expected, 1e-12);
    }
    ck_assert_int_eq(tro_influence_theorem(&w.cell->influences, 0, 0, &theorem, NULL),
                     TRO_EUNSUPPORTED);
    tro_world_close(&w);
}
END_TEST

static void refuse_closed(const char *agent, const char *edge, const char *expected)
{
    tro_world w;
    char buffer[512];
    double value;
    tro_world_open(&w,
        "trophic: 1\noutcomes: {family: gaussian}\n"
        "agents:\n  - {name: a, reference: 5, shares: {real: 0.5, curated: 0.25}, %s}\n"
        "network: {normalise: false, edges: [{from: a, to: a, %s}]}\n", agent, edge);
    ck_assert_int_eq(tro_influence_closed_form(w.eco, 0, 0, &value, &w.messages),
                     TRO_EUNSUPPORTED);
    ck_assert_str_eq(tro_listed(&w.messages, buffer, sizeof buffer), expected);
    tro_world_close(&w);
}

START_TEST(test_closed_form_errors)
{
    refuse_closed("reward: 1", "weight: 1",
                  "the closed form is for 'displaces: synthetic', found 'proportional'");
    refuse_closed("reward: {curvature: 1}, displaces: synthetic", "weight: 1",
                  "the closed form is for linear rewards, and 'a' has one with curvature");
    refuse_closed("reward: 1, displaces: synthetic", "channel: affine",
                  "the closed form needs curations that are translations and edges without "
                  "channels");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_friedkin_johnsen, test_large_influences,
                                  test_closed_form_errors};
    return TRO_RUN_TESTS("closed form", tests);
}
