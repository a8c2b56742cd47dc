/* Agents in isolation, against scenarios that have one agent and a closed form. */
#include "analysis/isolated.h"
#include "support.h"

static tro_isolated alone(const tro_world *w, size_t agent)
{
    tro_isolated out;
    ck_assert_int_eq(tro_isolated_find(w->scenario, agent, &out), TRO_OK);
    return out;
}

/* z = c (z + s): J = c s / (1 - c), dJ/dc = s / (1 - c)^2. */
START_TEST(test_closed_form)
{
    tro_world w;
    tro_world_open(&w, "trophic: 1\noutcomes: {family: gaussian}\nagents:\n"
                       "  - {name: a, reference: 0, reward: {linear: 1}, public: {shift: 3},\n"
                       "     shares: {real: 0.6, curated: 0.4}, displaces: real}\n"
                       "  - {name: b, reference: 5, reward: {linear: -1}, public: {shift: -1},\n"
                       "     shares: {real: 0.25, synthetic: 0.5, curated: 0.25},\n"
                       "     displaces: synthetic}\n"
                       "network: {generator: {complete: {self: 2}}}\n");
    tro_isolated a = alone(&w, 0), b = alone(&w, 1);
    ck_assert_double_eq_tol(a.alignment, 2, 1e-14);
    ck_assert_double_eq_tol(a.influence, 3 / 0.36, 1e-13);
    /* z = (5 + 2 z + (z - 1)) / 4, and curated data shift by -1 what stays as it is. */
    ck_assert_double_eq_tol(b.alignment, -4, 1e-13);
    ck_assert_double_eq_tol(b.influence, 4, 1e-13);
    ck_assert_ptr_null(a.undefined);
    ck_assert_int_eq(a.one_sided, 0);
    tro_world_close(&w);
}
END_TEST

static const char *const spaces[] = {
    "{family: categorical, coordinates: {linspace: [-1, 1, 5]}}",
    "{family: gaussian, dimension: 1, covariance: 0.3}",
    "{family: gaussian-full, dimension: 1}"};
static const char *const publics[] = {
    "{bradley-terry: {candidates: 3, reward: {linear: 2}}}", "{shift: 0.5}",
    "{bradley-terry: {candidates: inf, reward: {linear: 0.3}}}"};

/* The same agent, written alone: with an owner, a channel of its own and a judge. */
START_TEST(test_written_alone)
{
    for (size_t k = 0; k < sizeof spaces / sizeof *spaces; k++) {
        int full = k == 2;
        const char *law = k == 0 ? "{normal: {mean: 0.2, sd: 0.5}}" : "0.2";
        const char *agent = "  - {name: a, reference: %s, reward: {linear: 1}, public: %s,\n"
                            "     shares: {real: 0.5, synthetic: 0.2, curated: 0.3}}\n";
        char both[4096], one[1024], text[8192];
        snprintf(one, sizeof one, agent, full ? "{mean: 0.2, covariance: 1}" : law, publics[k]);
        snprintf(both, sizeof both, "%s  - {name: b, reference: %s, public: none,\n"
                 "     shares: {real: 0.4, synthetic: 0.6}}\n", one,
                 full ? "{mean: -1, covariance: 2}" : law);
        tro_world w, single;
        snprintf(text, sizeof text, "trophic: 1\noutcomes: %s\nagents:\n%s"
                 "network: {edges: [{from: a, to: a}, {from: b, to: a, weight: 4},\n"
                 "                  {from: a, to: b}, {from: b, to: b}]}\n", spaces[k], both);
        tro_world_read(&w, text);
        snprintf(text, sizeof text, "trophic: 1\noutcomes: %s\nagents:\n%s"
                 "network: {edges: [{from: a, to: a}]}\n", spaces[k], one);
        tro_world_read(&single, text);
        tro_isolated found = alone(&w, 0);
        double value;
        ck_assert_int_eq(tro_cell_influences(single.cell, NULL), TRO_OK);
        ck_assert_int_eq(tro_influence_adjoint(&single.cell->influences, 0, 0, &value, NULL, NULL),
                         TRO_OK);
        ck_assert_double_eq_tol(found.influence, value, 1e-12 * (1 + fabs(value)));
        ck_assert_double_gt(found.influence, 0);
        ck_assert_double_gt(fabs(value - 0.5), 1e-3); /* it is no constant */
        tro_world_close(&single);
        tro_world_close(&w);
    }
}
END_TEST

/* The judge and the channel of its own edge stay; a delay does not matter. */
START_TEST(test_own_edge)
{
    tro_world w;
    tro_world_open(&w, "trophic: 1\noutcomes: {family: gaussian}\nagents:\n"
                       "  - {name: a, reference: 0, reward: {linear: 1}, public: {shift: 3},\n"
                       "     shares: {real: 0.5, curated: 0.5}, displaces: real}\n"
                       "  - {name: b, reference: 0, shares: {real: 1}, public: {shift: -2}}\n"
                       "network:\n  edges:\n"
                       "    - {from: a, to: a, judge: b, delay: 3,\n"
                       "       channel: {affine: {scale: 0.5}}}\n"
                       "    - {from: b, to: a}\n");
    /* z = 0.5 c (z - 2) with c = 0.5: z = -2/3; dz/dc = 0.5 (z - 2) / (1 - 0.25) */
    tro_isolated a = alone(&w, 0);
    ck_assert_double_eq_tol(a.alignment, -2.0 / 3, 1e-14);
    ck_assert_double_eq_tol(a.influence, 0.5 * (-2.0 / 3 - 2) / 0.75, 1e-13);
    tro_world_close(&w);
}
END_TEST

START_TEST(test_undefined)
{
    tro_world w;
    tro_world_open(&w, "trophic: 1\noutcomes: {family: categorical, outcomes: 2}\nagents:\n"
                       "  - {name: silent, reference: uniform, shares: {real: 1}}\n"
                       "  - {name: free, reference: uniform, reward: [1, 0],\n"
                       "     shares: {synthetic: 1}}\n"
                       "  - {name: crowd, reference: uniform, reward: [1, 0],\n"
                       "     shares: {real: 0.5, curated: 0.5},\n"
                       "     public: {arena: {reward: [1, 0]}}}\n"
                       "network: {judge: consumer, edges: [{from: silent, to: crowd},\n"
                       "  {from: free, to: crowd}, {from: silent, to: free}]}\n");
    tro_isolated silent = alone(&w, 0), idle = alone(&w, 1), crowd = alone(&w, 2);
    ck_assert_str_eq(silent.undefined, "it has no reward");
    ck_assert_str_eq(idle.undefined, "its rounds do not come to rest");
    ck_assert_str_eq(crowd.undefined, "an arena needs other producers");
    ck_assert(isnan(silent.influence) && isnan(idle.influence) && isnan(crowd.alignment));
    tro_world_close(&w);
    tro_world_open(&w, "trophic: 1\noutcomes: {family: gaussian}\nagents:\n"
                       "  - {name: lost, reference: 0, reward: {linear: 1}, public: {shift: 1},\n"
                       "     shares: {real: 0.5, curated: 0.5}}\n"
                       "network: {edges: [{from: lost, to: lost,\n"
                       "                   channel: {affine: {scale: 3}}}]}\n");
    ck_assert_str_eq(alone(&w, 0).undefined, "its rounds do not come to rest");
    tro_world_close(&w);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_closed_form, test_written_alone, test_own_edge,
                                  test_undefined};
    return TRO_RUN_TESTS("isolated agents", tests);
}
