/* The full gaussian family: its layout, laws from a scenario, alignment, fits to
 * outputs. */
#include "support.h"

#include "base/memory.h"
#include "curator/curator.h"
#include "family/family.h"
#include "family/normal.h"

enum { D = 3, WIDTH = 9 };

static tro_stream stream_of(uint64_t round)
{
    return tro_stream_of(&(tro_stream_key){20260412, 0, 1, round, TRO_FOR_TESTS});
}

/* --- moments -------------------------------------------------------------------- */

static const double mean[D] = {1, -2, 0.5};
static const double covariance[D * D] = {2, 0.5, -0.3, 0.5, 1, 0.2, -0.3, 0.2, 0.7};

START_TEST(test_moments_layout)
{
    double z[WIDTH], back[D * D], root[D * D];
    ck_assert_uint_eq(tro_moments_width(D), WIDTH);
    tro_moments_of(D, mean, covariance, z);
    const double expected[WIDTH] = {1, -2, 0.5, 3, -1.5, 0.2, 5, -0.8, 0.95};
    tro_assert_near(WIDTH, z, expected, 1e-15, "the moments");
    tro_moments_covariance(D, z, back);
    tro_assert_near(D * D, back, covariance, 1e-15, "the covariance");
    tro_moments_root(D, z, root);
    for (int i = 0; i < D; i++)
        for (int j = 0; j < D; j++) {
            double sum = 0;
            for (int k = 0; k < D; k++)
                sum += root[i * D + k] * root[j * D + k];
            ck_assert_double_eq_tol(sum, covariance[i * D + j], 1e-14);
            ck_assert(j <= i || root[i * D + j] == 0);
        }
}
END_TEST

/* Without variance, or with what rounding makes of none. */
START_TEST(test_moments_root_singular)
{
    double z[WIDTH], root[D * D];
    const double line[D * D] = {1, 2, -1, 2, 4, -2, -1, -2, 1}, nothing[D * D] = {0};
    tro_moments_of(D, mean, line, z);
    tro_moments_root(D, z, root);
    for (int i = 0; i < D; i++) {
        ck_assert_double_eq_tol(root[i * D], line[i], 1e-15);
        ck_assert_double_eq(root[i * D + 1], 0);
        ck_assert_double_eq(root[i * D + 2], 0);
    }
    double far[D] = {1e3, -1e3, 7e2};
    tro_moments_of(D, far, nothing, z);
    for (int trial = 0; trial < 2; trial++) {
        for (int k = 0; k < D; k++) /* a little too small, or too large */
            z[D + (k == 0 ? 0 : k == 1 ? 3 : 5)] *= trial ? 1 + 2e-16 : 1 - 2e-16;
        tro_moments_root(D, z, root);
        for (int k = 0; k < D * D; k++)
            ck_assert_double_eq(root[k], 0);
    }
}
END_TEST

/* --- a scenario's laws -------------------------------------------------------------- */

static void check_start(const char *outcomes, const char *start, const double *m,
                        const double *s)
{
    tro_world w;
    double expected[WIDTH];
    tro_world_open(&w, "trophic: 1\noutcomes: {family: gaussian-full, dimension: 3%s}\n"
                       "agents: [{name: a, start: %s, shares: {synthetic: 1}}]\n"
                       "network: {edges: [{from: a, to: a}]}\n", outcomes, start);
    ck_assert_uint_eq(w.scenario->space.width, WIDTH);
    ck_assert_uint_eq(w.scenario->space.coordinates, D);
    ck_assert_ptr_null(w.scenario->space.spread);
    tro_moments_of(D, m, s, expected);
    tro_assert_near(WIDTH, w.scenario->agents[0].start, expected, 1e-15, "the start");
    tro_world_close(&w);
}

START_TEST(test_laws_read)
{
    const double one[D] = {1, 1, 1}, unit[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    const double diagonal[9] = {1, 0, 0, 0, 2, 0, 0, 0, 3};
    check_start("", "1", one, unit);
    check_start(", covariance: [1, 2, 3]", "1", one, diagonal);
    check_start(", covariance: 9", "{mean: [1, -2, 0.5], covariance: [[2, 0.5, -0.3], "
                "[0.5, 1, 0.2], [-0.3, 0.2, 0.7]]}", mean, covariance);
    check_start("", "{mean: 1, covariance: [1, 2, 3]}", one, diagonal);
}
END_TEST

static void refuse(const char *outcomes, const char *start, const char *expected)
{
    char text[1024];
    snprintf(text, sizeof text, "trophic: 1\noutcomes: {family: gaussian-full%s}\n"
             "agents:\n  - name: a\n    start: %s\n    shares: {synthetic: 1}\n"
             "network: {edges: [{from: a, to: a}]}\n", outcomes, start);
    tro_assert_refused(text, NULL, 0, expected);
}

START_TEST(test_laws_errors)
{
    refuse(", dimension: 2000", "0", "2:46: dimension must be between 1 and 1024 coordinates, "
                                     "found '2000'");
    refuse(", covariance: -1", "0", "2:47: a variance must be at least 0 and finite, found '-1'");
    refuse(", dimension: 2", "[1, 2, 3]", "5:12: mean has 3 numbers, but the dimension is 2");
    refuse(", dimension: 2", "{mean: 1, covariance: [[1, 2], [2, 1]]}",
           "5:34: the covariance is not positive semi-definite");
    refuse("", "{median: 1}", "5:13: unknown key 'median' in 'law' (did you mean 'mean'?)");
    refuse("", "{covariance: 1}", "5:12: missing key 'mean' in 'law'");
}
END_TEST

/* --- alignment ---------------------------------------------------------------------- */

/* E r by its definition on a scenario's agent, and the gradient by differences:
 * r is quadratic in x, and so is r(m) in z, so that these are exact. */
static void check_alignment(const char *reward, const double *g, const double *q,
                            const double *c, const char *at)
{
    tro_world w;
    double z[WIDTH], gradient[WIDTH], value = 0, moved[WIDTH];
    tro_world_open(&w, "trophic: 1\noutcomes: {family: gaussian-full, dimension: 3}\n"
                       "agents: [{name: a, start: 0, reward: %s, at: %s, "
                       "shares: {synthetic: 1}}]\nnetwork: {edges: [{from: a, to: a}]}\n",
                   reward, at);
    const tro_agent *agent = &w.scenario->agents[0];
    const tro_space *space = &w.scenario->space;
    int outputs = agent->at == TRO_AT_OUTPUTS;
    tro_moments_of(D, mean, covariance, z);
    for (int i = 0; i < D; i++) {
        value += g[i] * mean[i];
        for (int j = 0; j < D; j++)
            value -= 0.5 * q[i * D + j] *
                     ((mean[i] - c[i]) * (mean[j] - c[j]) +
                      (outputs ? covariance[i * D + j] : 0));
    }
    ck_assert_double_eq_tol(space->family->alignment(space, agent->reward, agent->at, z), value,
                            1e-14);
    space->family->alignment_gradient(space, agent->reward, agent->at, z, gradient);
    for (int k = 0; k < WIDTH; k++) {
        double h = 0.25, side[2];
        for (int s = 0; s < 2; s++) {
            memcpy(moved, z, sizeof moved);
            moved[k] += s ? h : -h;
            side[s] = space->family->alignment(space, agent->reward, agent->at, moved);
        }
        ck_assert_double_eq_tol((side[1] - side[0]) / (2 * h), gradient[k], 1e-13);
    }
    tro_world_close(&w);
}

START_TEST(test_alignment_forms)
{
    static const char *const ats[] = {"outputs", "mean"};
    const double g[D] = {1, -2, 0.5}, none[9] = {0}, zero[D] = {0}, c[D] = {1, 0, -1};
    const double diagonal[9] = {2, 0, 0, 0, -1, 0, 0, 0, 0.5};
    const double full[9] = {2, 0.3, 0, 0.3, 1, -0.2, 0, -0.2, 0.5};
    for (int k = 0; k < 2; k++) {
        check_alignment("[1, -2, 0.5]", g, none, zero, ats[k]);
        check_alignment("{curvature: [2, -1, 0.5], centre: [1, 0, -1]}", zero, diagonal, c,
                        ats[k]);
        check_alignment("{linear: [1, -2, 0.5], curvature: [[2, 0.3, 0], [0.3, 1, -0.2], "
                        "[0, -0.2, 0.5]], centre: [1, 0, -1]}", g, full, c, ats[k]);
    }
}
END_TEST

/* --- fits to outputs ------------------------------------------------------------------ */

static const tro_space space = {.family = &tro_family_gaussian_full, .width = WIDTH,
                                .coordinates = D};

/* Any n, at the same cost: the fit is near the law as 1/sqrt(n), and its
 * covariance is never indefinite beyond rounding. */
START_TEST(test_sample_any_size)
{
    static const uint64_t sizes[] = {1, 2, 3, 4, 5, 100, 1000000, 1000000000000000};
    double law[WIDTH], z[WIDTH], root[D * D], back[D * D];
    double *scratch = calloc(tro_family_gaussian_full.scratch_size(&space), sizeof *scratch);
    tro_moments_of(D, mean, covariance, law);
    const tro_part part = {law, NULL, NULL, NULL};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        tro_stream s = stream_of(k);
        space.family->sample(&space, sizes[k], 1, &part, &sizes[k], &s, z, scratch);
        ck_assert_double_lt(tro_away(WIDTH, z, law), 5 * 8 / sqrt((double)sizes[k]) + 1e-14);
        tro_moments_covariance(D, z, back);
        tro_moments_root(D, z, root);
        int rank = 0;
        for (int i = 0; i < D; i++) {
            rank += root[i * D + i] > 0;
            for (int j = 0; j < D; j++) {
                double sum = 0;
                for (int t = 0; t < D; t++)
                    sum += root[i * D + t] * root[j * D + t];
                ck_assert_double_eq_tol(sum, back[i * D + j], 1e-12);
            }
        }
        ck_assert_int_eq(rank, sizes[k] > D ? D : (int)sizes[k] - 1);
    }
    free(scratch);
}
END_TEST

/* A source's draws stay what they are when another gives one output more. */
START_TEST(test_sample_pairs)
{
    double law[WIDTH], other[WIDTH], one[WIDTH], two[WIDTH];
    double *scratch = calloc(tro_family_gaussian_full.scratch_size(&space), sizeof *scratch);
    const double zero[D] = {0}, nothing[D * D] = {0};
    tro_moments_of(D, mean, covariance, law);
    tro_moments_of(D, zero, nothing, other);
    const tro_part parts[2] = {{other, NULL, NULL, NULL}, {law, NULL, NULL, NULL}};
    tro_stream s = stream_of(7), again = s;
    space.family->sample(&space, 30, 2, parts, (uint64_t[]){10, 20}, &s, one, scratch);
    space.family->sample(&space, 31, 2, parts, (uint64_t[]){11, 20}, &again, two, scratch);
    for (int k = 0; k < WIDTH; k++)
        ck_assert_double_eq_tol(30 * one[k], 31 * two[k], 1e-12);
    ck_assert(s.state == again.state);
    free(scratch);
}
END_TEST

/* Outputs that draw themselves are counted in. */
static void draw_twos(const void *context, uint64_t count, tro_stream *stream, double *sum,
                      double *scratch)
{
    (void)stream, (void)scratch;
    for (size_t k = 0; k < *(const size_t *)context; k++)
        sum[k] += 2 * (double)count;
}

START_TEST(test_sample_draws)
{
    size_t width = WIDTH, flat = 2;
    double law[WIDTH] = {0}, z[WIDTH], point[2] = {1, -1};
    double *scratch = calloc(tro_family_gaussian_full.scratch_size(&space), sizeof *scratch);
    const tro_part parts[2] = {{law, NULL, draw_twos, &width}, {law, NULL, NULL, NULL}};
    tro_stream s = stream_of(8);
    space.family->sample(&space, 10, 2, parts, (uint64_t[]){4, 6}, &s, z, scratch);
    for (int k = 0; k < WIDTH; k++)
        ck_assert_double_eq_tol(z[k], 0.8, 1e-15);
    /* and by the location family, beside a normal part without variance */
    const tro_space location = {.family = &tro_family_gaussian, .width = 2, .coordinates = 2};
    const tro_spread still = {.shape = TRO_ISOTROPIC, .dimension = 2};
    const tro_part two[2] = {{point, &still, draw_twos, &flat}, {point, &still, NULL, NULL}};
    tro_family_gaussian.sample(&location, 10, 2, two, (uint64_t[]){4, 6}, &s, z, scratch);
    ck_assert_double_eq_tol(z[0], 0.8 + 0.6, 1e-15);
    ck_assert_double_eq_tol(z[1], 0.8 - 0.6, 1e-15);
    tro_family_gaussian.sample(&location, 4, 1, two, (uint64_t[]){4}, &s, z, scratch);
    ck_assert_double_eq_tol(z[0], 2, 1e-15);
    free(scratch);
}
END_TEST

/* --- rounds --------------------------------------------------------------------------- */

/* Training mixes moments: the variance of a mixture is more than that of its parts. */
START_TEST(test_rounds_mix)
{
    tro_world w;
    double out[4];
    tro_world_open(&w, "trophic: 1\noutcomes: {family: gaussian-full, covariance: 0.5}\n"
                       "agents:\n"
                       "  - {name: a, reference: 1, start: 3, shares: {real: 0.25, "
                       "synthetic: 0.75}}\n"
                       "  - {name: b, start: {mean: -1, covariance: 2}, shares: {synthetic: 1}}\n"
                       "network: {edges: [{from: b, to: a}, {from: b, to: b}]}\n");
    tro_workspace work;
    ck_assert_int_eq(tro_workspace_init(&work, w.eco), TRO_OK);
    double z[4];
    tro_ecosystem_start(w.eco, z);
    tro_round_map(w.eco, &work, z, out);
    ck_assert_double_eq_tol(out[0], 0.25 - 0.75, 1e-15);
    ck_assert_double_eq_tol(out[1], 0.25 * 1.5 + 0.75 * 3, 1e-15);
    tro_workspace_release(&work);
    tro_world_close(&w);
}
END_TEST

/* An ecosystem whose curators change covariances: influences by adjoints and by
 * differences of fixed points. Location laws, and full ones. */
START_TEST(test_rounds_influences)
{
    for (int moments = 0; moments < 2; moments++) {
        tro_world w;
        double value, difference;
        tro_world_open(&w,
            "trophic: 1\n"
            "outcomes: {family: gaussian%s, dimension: 2, covariance: [[0.8, 0.3], [0.3, 0.5]]}\n"
            "curators:\n"
            "  crowd: {bradley-terry: {candidates: 3, reward: [1, 0.5]}}\n"
            "  round: {bradley-terry: {reward: {curvature: 1, centre: [2, 1]}}}\n"
            "agents:\n"
            "  - {name: a, reference: 0, reward: [1, 0.5], public: crowd,\n"
            "     start: {mean: [0.4, 0.2]%s},\n"
            "     shares: {real: 0.6, synthetic: 0.1, curated: 0.3}}\n"
            "  - {name: b, reference: -1, reward: {curvature: 1, centre: [2, 1]}, public: round,\n"
            "     start: {mean: [0.3, 0]%s},\n"
            "     shares: {real: 0.3, synthetic: 0.3, curated: 0.4}}\n"
            "network: {edges: [{from: a, to: a}, {from: b, to: a}, {from: a, to: b}, "
            "{from: b, to: b}]}\n", moments ? "-full" : "",
            moments ? ", covariance: [[1.2, 0.5], [0.5, 0.6]]" : "",
            moments ? ", covariance: [[1.9, 1.1], [1.1, 1.1]]" : "");
        ck_assert(!tro_cell_influences(w.cell, NULL) && !tro_cell_stability(w.cell, NULL));
        for (size_t on = 0; on < 2; on++)
            for (size_t of = 0; of < 2; of++) {
                ck_assert_int_eq(tro_influence_adjoint(&w.cell->influences, on, of, &value, NULL,
                                                       NULL), TRO_OK);
                ck_assert_int_eq(tro_influence_difference(w.eco, on, of, 1e-4, &difference, NULL),
                                 TRO_OK);
                ck_assert_double_eq_tol(value, difference, 1e-6 * fabs(value));
            }
        tro_world_close(&w);
    }
}
END_TEST

/* The steeper a reward, the less it differs from a choice of the largest; no slope is too
 * steep. */
START_TEST(test_steep_rewards)
{
    static const double slopes[] = {1e5, 0.9e8, 1.2e8, 1e40, 1e76, 1e150, 1.7e308};
    double z[5], w[5] = {1, -0.5, 0.3, 0.2, 0.7};
    for (size_t k = 0; k < sizeof slopes / sizeof *slopes; k++)
        for (int down = 0; down < 2; down++) {
            tro_world one[2];
            double kept[2][5], changed[2][5], back[2][5], drawn[2][5] = {{0}};
            for (int hard = 0; hard < 2; hard++) {
                tro_world_open(&one[hard], "trophic: 1\noutcomes: {family: gaussian-full, "
                    "dimension: 2}\nagents: [{name: a, start: 0, shares: {curated: 1}, public: "
                    "{%s: {candidates: 3, reward: [%.17g, %.17g]}}}]\n"
                    "network: {edges: [{from: a, to: a}]}\n", hard ? "best-of" : "bradley-terry",
                    down ? -slopes[k] : slopes[k], down ? -slopes[k] / 2 : slopes[k] / 2);
                const tro_curation *c = one[hard].scenario->agents[0].public_curation;
                size_t room = c->scratch + c->space->family->scratch_size(c->space);
                double *scratch = tro_allocate(room, sizeof *scratch);
                tro_stream stream = stream_of(k);
                tro_moments_of(2, (double[]){0.4, -0.3}, (double[]){0.8, 0.3, 0.3, 0.5}, z);
                c->ops->apply(c, 1, z, kept[hard], scratch);
                c->ops->derivative(c, 1, z, w, changed[hard], scratch);
                c->ops->transposed(c, 1, z, w, back[hard], scratch);
                if (slopes[k] > 1e300)
                    c->ops->draw(c, z, 4, &stream, drawn[hard], scratch);
                for (int i = 0; i < 5; i++)
                    ck_assert(isfinite(drawn[hard][i]));
                tro_release(scratch);
                tro_world_close(&one[hard]);
            }
            double tolerance = fmax(1e-13, 10 / slopes[k] / slopes[k]);
            ck_assert_double_lt(tro_away(5, kept[0], kept[1]), tolerance);
            ck_assert_double_lt(tro_away(5, changed[0], changed[1]), 100 * tolerance);
            ck_assert_double_lt(tro_away(5, back[0], back[1]), 100 * tolerance);
        }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_moments_layout, test_moments_root_singular, test_laws_read, test_laws_errors,
        test_alignment_forms, test_sample_any_size, test_sample_pairs, test_sample_draws,
        test_rounds_mix, test_rounds_influences, test_steep_rewards};
    return TRO_RUN_TESTS("gaussian full", tests);
}
