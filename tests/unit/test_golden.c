/* Numbers that were computed independently, to six digits or more: two agents
 * with opposed rewards on three outcomes, pairs compared. */
#include "support.h"

static void open_rivals(tro_world *w, double into_theta, double into_phi, double curated)
{
    tro_world_open(w,
        "trophic: 1\n"
        "outcomes: {family: categorical, labels: [warm, neutral, cool]}\n"
        "agents:\n"
        "  - {name: theta, reference: uniform, reward: [1, 0, -1], displaces: real,\n"
        "     public: {bradley-terry: {candidates: 2, reward: [1, 0, -1]}},\n"
        "     shares: {real: %.17g, curated: %.17g}}\n"
        "  - {name: phi, reference: uniform, reward: [-1, 0, 1], displaces: real,\n"
        "     public: {bradley-terry: {candidates: 2, reward: [-1, 0, 1]}},\n"
        "     shares: {real: 0.5, curated: 0.5}}\n"
        "network:\n"
        "  edges:\n"
        "    - {from: theta, to: theta, weight: %.17g}\n"
        "    - {from: phi, to: theta, weight: %.17g}\n"
        "    - {from: phi, to: phi, weight: %.17g}\n"
        "    - {from: theta, to: phi, weight: %.17g}\n"
        "schedule: {synchronous: {rounds: 2000, tolerance: 1.0e-13}}\n",
        1 - curated, curated, 1 - into_theta, into_theta, 1 - into_phi, into_phi);
}

static double alignment(const tro_world *w, size_t agent, const double *z)
{
    const tro_agent *given = &w->scenario->agents[agent];
    return w->scenario->space.family->alignment(&w->scenario->space, given->reward, given->at,
                                                z + agent * w->eco->width);
}

START_TEST(test_rivals_alignment)
{
    static const struct {
        double into_theta, into_phi, theta[2], phi[2];
    } rows[] = {
        {0.0, 0.1, {0.258905, 0.366462}, {0.173677, 0.166753}},
        {0.2, 0.8, {0.160291, 0.224072}, {-0.160291, -0.186727}},
        {0.3, 0.4, {0.079562, 0.109291}, {0.016943, 0.008828}},
        {0.7, 0.3, {-0.107921, -0.138104}, {0.107921, 0.115087}},
        {0.2, 0.3, {0.125721, 0.174816}, {0.056469, 0.046307}},
        {0.7, 0.8, {-0.031477, -0.041913}, {-0.075628, -0.070401}},
    };
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
        for (int high = 0; high < 2; high++) {
            tro_world w;
            tro_runner runner = {0};
            open_rivals(&w, rows[k].into_theta, rows[k].into_phi, high ? 0.6 : 0.5);
            ck_assert_int_eq(tro_cell_fixed_point(w.cell, NULL), TRO_OK);
            const double *z = w.cell->point.z;
            ck_assert_double_eq_tol(alignment(&w, 0, z), rows[k].theta[high], 5.1e-7);
            ck_assert_double_eq_tol(alignment(&w, 1, z), rows[k].phi[high], 5.1e-7);
            /* Where the rounds lead. */
            ck_assert_int_eq(tro_runner_init(&runner, w.eco, w.plan, TRO_EXACT), TRO_OK);
            ck_assert_int_eq(tro_runner_start(&runner, 0, NULL), TRO_OK);
            for (int r = 0; r < 300; r++)
                ck_assert_int_eq(tro_runner_round(&runner), TRO_OK);
            ck_assert_double_lt(tro_away(w.eco->size, runner.z, z), 1e-13);
            tro_runner_release(&runner);
            tro_world_close(&w);
        }
}
END_TEST

/* Curation of theta harms it and helps phi, where phi supplies most of its data. */
START_TEST(test_rivals_influence)
{
    static const double law[3] = {0.2826324901, 0.3268137561, 0.3905537538};
    /* In forty digits: by differences of fixed points. */
    static const double expected[2] = {-0.28212809658483, 0.06628556905493};
    tro_world w;
    double value;
    open_rivals(&w, 0.7, 0.3, 0.5);
    ck_assert_int_eq(tro_cell_stability(w.cell, NULL), TRO_OK);
    ck_assert_int_eq(tro_cell_influences(w.cell, NULL), TRO_OK);
    for (size_t i = 0; i < 2; i++) {
        ck_assert_double_lt(tro_away(3, w.cell->point.z + 3 * i, law), 5.1e-11);
        ck_assert_int_eq(tro_influence_adjoint(&w.cell->influences, i, 0, &value, NULL, NULL),
                         TRO_OK);
        ck_assert_double_eq_tol(value, expected[i], 1e-13);
        ck_assert_int_eq(tro_influence_theorem(&w.cell->influences, i, 0, &value, NULL), TRO_OK);
        ck_assert_double_eq_tol(value, expected[i], 1e-13);
        ck_assert_int_eq(tro_influence_difference(w.eco, i, 0, 1e-4, &value, NULL), TRO_OK);
        ck_assert_double_eq_tol(value, expected[i], 1e-7);
    }
    ck_assert_double_eq_tol(w.cell->stability.rate, 0.53306126729330, 1e-13);
    ck_assert(w.cell->stability.stable);
    tro_world_close(&w);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_rivals_alignment, test_rivals_influence};
    return TRO_RUN_TESTS("golden", tests);
}
