/* Curators on both gaussian families, against clouds of points that are curated
 * one by one; their derivatives against differences; pools. */
#include "cloud.h"
#include "support.h"

#include "curator/curator.h"
#include "family/normal.h"
#include "schedule/runner.h"

enum { WIDTH = 5 };

static const double mean_a[2] = {0.4, -0.3}, mean_b[2] = {-1, 0.5};
static const double spread_a[4] = {0.8, 0.3, 0.3, 0.5}, spread_b[4] = {0.4, -0.1, -0.1, 0.9};

#define OUTCOMES(family)                                                        \
    "trophic: 1\noutcomes: {family: " family ", dimension: 2, "                 \
    "covariance: [[0.8, 0.3], [0.3, 0.5]]}\n"
#define AGENT                                                                   \
    "curators: {cold: {shift: [-0.5, 1]}}\n"                                    \
    "agents: [{name: a, start: 0, public: %s, shares: {curated: 1}}]\n"         \
    "network: {edges: [{from: a, to: a}]}\n"

static const tro_curation *open_curator(tro_world *w, int moments, const char *curator)
{
    if (moments)
        tro_world_open(w, OUTCOMES("gaussian-full") AGENT, curator);
    else
        tro_world_open(w, OUTCOMES("gaussian") AGENT, curator);
    return w->scenario->agents[0].public_curation;
}

/* --- rules and their clouds --------------------------------------------------------- */

static const tro_judge_of_points warm = {{0.7, -0.4}, {0}, {0}, 1},
                                 mild = {{1.4, -0.8}, {0}, {0}, -4},
                                 round_one = {{0.2, 0}, {2, 0.5, 0.5, 1}, {1, -1}, 2},
                                 saddle = {{0, 0}, {0.3, 0, 0, -0.25}, {0.5, 0}, 1};

#define WARM "reward: [0.7, -0.4]"
#define MILD "temperature: 4, reward: [-1.4, 0.8]"
#define ROUND "temperature: 2, reward: {linear: [0.2, 0], curvature: [[2, 0.5], [0.5, 1]], " \
              "centre: [1, -1]}"
#define SADDLE "reward: {curvature: [0.3, -0.25], centre: [0.5, 0]}"
#define TILT(judge) "{bradley-terry: {" judge "}}"
#define PAIR(judge) "{bradley-terry: {candidates: 2, " judge "}}"

static void warm_tilt(tro_cloud *c) { tro_cloud_tilt(c, &warm, 1); }
static void round_tilt(tro_cloud *c) { tro_cloud_tilt(c, &round_one, 1); }
static void saddle_tilt(tro_cloud *c) { tro_cloud_tilt(c, &saddle, 1); }
static void warm_pair(tro_cloud *c) { tro_cloud_pair(c, &warm, 1); }
static void nothing(tro_cloud *c) { (void)c; }

static void moved(tro_cloud *c)
{
    tro_cloud_move(c, (double[]){-0.5, 1});
}

/* weight of `first`, the rest of `second`, both of the same cloud */
static void mix(tro_cloud *c, double weight, void (*first)(tro_cloud *),
                void (*second)(tro_cloud *))
{
    tro_cloud one = {0}, two = {0};
    tro_cloud_add(&one, 1, c);
    tro_cloud_add(&two, 1, c);
    first(&one);
    second(&two);
    tro_cloud_free(c);
    tro_cloud_add(c, weight, &one);
    tro_cloud_add(c, 1 - weight, &two);
    tro_cloud_free(&one);
    tro_cloud_free(&two);
}

static void cold_tilt(tro_cloud *c) { tro_cloud_tilt(c, &warm, -1); }
static void cold_pair(tro_cloud *c) { tro_cloud_pair(c, &warm, -1); }
static void saddle_back(tro_cloud *c) { tro_cloud_tilt(c, &saddle, -1); }
static void flipped_tilt(tro_cloud *c) { mix(c, 0.7, warm_tilt, cold_tilt); }
static void flipped_pair(tro_cloud *c) { mix(c, 0.9, warm_pair, cold_pair); }
static void flipped_saddle(tro_cloud *c) { mix(c, 0.25, saddle_tilt, saddle_back); }

static void round_moved_saddle(tro_cloud *c)
{
    round_tilt(c);
    moved(c);
    saddle_tilt(c);
}

static void pair_pair(tro_cloud *c)
{
    warm_pair(c);
    tro_cloud_pair(c, &mild, 1);
}

static void moved_tilt_pair(tro_cloud *c)
{
    moved(c);
    tro_cloud_tilt(c, &mild, 1);
    warm_pair(c);
}

static void pair_tilt_moved(tro_cloud *c)
{
    warm_pair(c);
    tro_cloud_tilt(c, &mild, 1);
    moved(c);
}

static void tilt_then_one_of(tro_cloud *c)
{
    warm_tilt(c);
    mix(c, 0.25, flipped_pair, moved);
}

static void one_of_three(tro_cloud *c)
{
    tro_cloud both = {0}, third = {0};
    tro_cloud_add(&both, 1, c);
    tro_cloud_add(&third, 1, c);
    mix(&both, 0.5, warm_pair, nothing);
    round_tilt(&third);
    tro_cloud_free(c);
    tro_cloud_add(c, 0.8, &both);
    tro_cloud_add(c, 0.2, &third);
    tro_cloud_free(&both);
    tro_cloud_free(&third);
}

/* What each expression does, whether the kept law is normal with the family's
 * covariance (a location family), and with any (a full one). */
static const struct {
    const char *text;
    void (*cloud)(tro_cloud *);
    int bends_location, bends_moments, pools;
} rules[] = {
    {"{shift: [-0.5, 1]}", moved, 0, 0, 1},
    {TILT(WARM), warm_tilt, 0, 0, 1},
    {TILT(ROUND), round_tilt, 1, 0, 1},
    {TILT(SADDLE), saddle_tilt, 1, 0, 1},
    {PAIR(WARM), warm_pair, 1, 1, 0},
    {TILT(WARM ", flip: 0.3"), flipped_tilt, 1, 1, 1},
    {TILT(WARM ", flip: 1"), cold_tilt, 0, 0, 1},
    {PAIR(WARM ", flip: 0.1"), flipped_pair, 1, 1, 0},
    {TILT(SADDLE ", flip: 0.75"), flipped_saddle, 1, 1, 1},
    {"{stages: [" TILT(ROUND) ", cold, " TILT(SADDLE) "]}", round_moved_saddle, 1, 0, 1},
    {"{stages: [none, {stages: [" TILT(WARM) "]}]}", warm_tilt, 0, 0, 1},
    {"{stages: [" PAIR(WARM) ", " PAIR(MILD) "]}", pair_pair, 1, 1, 0},
    {"{stages: [cold, " TILT(MILD) ", " PAIR(WARM) "]}", moved_tilt_pair, 1, 1, 0},
    {"{stages: [" PAIR(WARM) ", " TILT(MILD) ", cold]}", pair_tilt_moved, 1, 1, 0},
    {"{stages: [" TILT(WARM) ", {one-of: [{curator: " PAIR(WARM ", flip: 0.1") "}, "
     "{weight: 3, curator: cold}]}]}", tilt_then_one_of, 1, 1, 0},
    {"{one-of: [{weight: 4, curator: " PAIR(WARM) "}, {weight: 2, curator: " TILT(ROUND) "}, "
     "{weight: 4, curator: none}]}", one_of_three, 1, 1, 0},
    {"{one-of: [{curator: " TILT(WARM) "}]}", warm_tilt, 0, 0, 1},
};
enum { RULES = sizeof rules / sizeof *rules };

/* --- one law -------------------------------------------------------------------------- */

static void check_law(size_t rule, const double *mean, const double *covariance)
{
    double z[WIDTH], out[2 * WIDTH], expected[WIDTH], both[2 * WIDTH];
    tro_cloud cloud = tro_cloud_normal(mean, covariance);
    rules[rule].cloud(&cloud);
    tro_cloud_moments(&cloud, expected);
    tro_cloud_free(&cloud);
    tro_moments_of(2, mean, covariance, z);
    for (int moments = 0; moments < 2; moments++) {
        if (!moments && covariance != spread_a)
            continue;
        tro_world w;
        const tro_curation *c = open_curator(&w, moments, rules[rule].text);
        size_t width = moments ? WIDTH : 2;
        double *scratch = calloc(c->scratch + 1, sizeof *scratch);
        memcpy(both, z, width * sizeof *z);
        memcpy(both + width, z, width * sizeof *z);
        c->ops->apply(c, 2, both, out, scratch);
        for (size_t k = 0; k < 2 * width; k++)
            ck_assert_msg(fabs(out[k] - expected[k % width]) < 2e-12, "%s, entry %zu: %.15g, %.15g",
                          rules[rule].text, k, out[k], expected[k % width]);
        ck_assert_int_eq(c->bends, moments ? rules[rule].bends_moments
                                           : rules[rule].bends_location);
        ck_assert_int_eq(tro_curation_takes_pool(c), rules[rule].pools);
        if (c->shift) /* the map is a translation */
            for (size_t k = 0; k < width; k++)
                ck_assert_double_eq_tol(z[k] + c->shift[k], out[k], 1e-14);
        free(scratch);
        tro_world_close(&w);
    }
}

START_TEST(test_rules_apply)
{
    for (size_t k = 0; k < RULES; k++) {
        check_law(k, mean_a, spread_a);
        check_law(k, mean_b, spread_b);
    }
}
END_TEST

/* Outputs on a line, and on a point. */
START_TEST(test_rules_singular)
{
    static const double line[4] = {1, -0.5, -0.5, 0.25}, axis[4] = {0.5, 0, 0, 0}, point[4] = {0};
    for (size_t k = 0; k < RULES; k++) {
        check_law(k, mean_a, line);
        check_law(k, mean_a, axis);
        check_law(k, mean_b, point);
    }
}
END_TEST

START_TEST(test_shift_of_location)
{
    static const struct {
        const char *text;
        int translation;
    } cases[] = {{PAIR(WARM), 1}, {TILT(WARM ", flip: 0.3"), 1}, {TILT(ROUND), 0},
                 {"{stages: [" PAIR(WARM) ", cold]}", 1},
                 {"{one-of: [{curator: cold}, {curator: none}]}", 1},
                 {"{one-of: [{curator: cold}, {curator: " TILT(ROUND) "}]}", 0}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        tro_world w;
        ck_assert_int_eq(open_curator(&w, 0, cases[k].text)->shift != NULL,
                         cases[k].translation);
        ck_assert_int_eq(w.eco->affine, cases[k].translation);
        tro_world_close(&w);
    }
}
END_TEST

/* --- derivatives ------------------------------------------------------------------------ */

static double dot(size_t n, const double *a, const double *b)
{
    double sum = 0;
    for (size_t k = 0; k < n; k++)
        sum += a[k] * b[k];
    return sum;
}

static tro_stream stream_of(uint64_t round)
{
    return tro_stream_of(&(tro_stream_key){20260411, 0, 0, round, TRO_FOR_TESTS});
}

static void check_derivative(const tro_curation *c, size_t width, const double *z)
{
    tro_stream s = stream_of(1);
    double *scratch = calloc(c->scratch + 1, sizeof *scratch);
    for (int trial = 0; trial < 10; trial++) {
        double dz[WIDTH], w[WIDTH], at[WIDTH], high[WIDTH], low[WIDTH], slope[WIDTH];
        double tangent[WIDTH], back[WIDTH];
        tro_stream_normals(&s, width, dz);
        tro_stream_normals(&s, width, w);
        for (int half = 0; half < 2; half++) {
            double h = half ? 5e-5 : 1e-4;
            for (size_t k = 0; k < width; k++)
                at[k] = z[k] + h * dz[k];
            c->ops->apply(c, 1, at, high, scratch);
            for (size_t k = 0; k < width; k++)
                at[k] = z[k] - h * dz[k];
            c->ops->apply(c, 1, at, low, scratch);
            for (size_t k = 0; k < width; k++) {
                double once = (high[k] - low[k]) / (2 * h);
                slope[k] = half ? (4 * once - slope[k]) / 3 : once;
            }
        }
        c->ops->derivative(c, 1, z, dz, tangent, scratch);
        c->ops->transposed(c, 1, z, w, back, scratch);
        tro_assert_near(width, tangent, slope, 2e-9, "the derivative");
        ck_assert_double_eq_tol(dot(width, w, tangent), dot(width, back, dz), 1e-12);
    }
    free(scratch);
}

START_TEST(test_rules_derivative)
{
    double z[WIDTH];
    tro_moments_of(2, mean_a, spread_a, z);
    for (size_t k = 0; k < RULES; k++)
        for (int moments = 0; moments < 2; moments++) {
            tro_world w;
            const tro_curation *c = open_curator(&w, moments, rules[k].text);
            check_derivative(c, moments ? WIDTH : 2, z);
            tro_world_close(&w);
        }
}
END_TEST

/* --- pools -------------------------------------------------------------------------------- */

typedef struct laws {
    double z[3][WIDTH], weight[3];
    const double *law[3];
    const tro_spread *spread[3];
    tro_arena arena;
} laws;

/* Three laws, of weights 0.2, 0.5, 0.3. */
static tro_pool make_pool(laws *l)
{
    static const double mean_c[2] = {1, 1}, spread_c[4] = {0.5, 0, 0, 0.5};
    static const double weights[3] = {0.2, 0.5, 0.3};
    const double *means[] = {mean_a, mean_b, mean_c};
    const double *covariances[] = {spread_a, spread_b, spread_c};
    *l = (laws){0};
    for (int k = 0; k < 3; k++) {
        tro_moments_of(2, means[k], covariances[k], l->z[k]);
        l->law[k] = l->z[k];
        l->weight[k] = weights[k];
        ck_assert_int_eq(tro_spread_full(&l->arena, 2, covariances[k], &l->spread[k]), TRO_OK);
    }
    return (tro_pool){3, l->weight, l->law, l->spread};
}

START_TEST(test_rules_pool)
{
    static const double mean_c[2] = {1, 1}, spread_c[4] = {0.5, 0, 0, 0.5};
    for (size_t k = 0; k < RULES; k++) {
        double expected[WIDTH], out[WIDTH];
        laws l;
        if (!rules[k].pools)
            continue;
        tro_pool pool = make_pool(&l);
        tro_cloud cloud = {0}, part = tro_cloud_normal(mean_a, spread_a);
        tro_cloud_add(&cloud, 0.2, &part);
        tro_cloud_free(&part);
        part = tro_cloud_normal(mean_b, spread_b);
        tro_cloud_add(&cloud, 0.5, &part);
        tro_cloud_free(&part);
        part = tro_cloud_normal(mean_c, spread_c);
        tro_cloud_add(&cloud, 0.3, &part);
        tro_cloud_free(&part);
        rules[k].cloud(&cloud);
        tro_cloud_moments(&cloud, expected);
        tro_cloud_free(&cloud);
        for (int moments = 0; moments < 2; moments++) {
            tro_world w;
            const tro_curation *c = open_curator(&w, moments, rules[k].text);
            double *scratch = calloc(tro_curation_pool_scratch(c, 3) + 1, sizeof *scratch);
            tro_curation_pool(c, &pool, out, scratch);
            for (size_t i = 0; i < (moments ? WIDTH : 2); i++)
                ck_assert_msg(fabs(out[i] - expected[i]) < 2e-12, "%s, entry %zu: %.15g, %.15g",
                              rules[k].text, i, out[i], expected[i]);
            free(scratch);
            tro_world_close(&w);
        }
        tro_arena_clear(&l.arena);
    }
}
END_TEST

/* By weights (one of them 0) and laws, against differences. */
static void check_pool_derivative(const tro_curation *c, size_t width)
{
    tro_stream s = stream_of(2);
    size_t room = tro_curation_pool_scratch(c, 3) + 1;
    double *scratch = calloc(room, sizeof *scratch);
    laws l, moved_laws;
    tro_pool pool = make_pool(&l), other = make_pool(&moved_laws);
    l.weight[2] = 0;
    l.weight[1] = 0.8;
    for (int trial = 0; trial < 6; trial++) {
        double dz[3][WIDTH], dw[3], w[WIDTH], out[WIDTH], slope[WIDTH], rows[3][WIDTH], sum = 0;
        const double *dlaw[3] = {dz[0], trial % 2 ? dz[1] : NULL, dz[2]};
        double *back[3] = {rows[0], rows[1], rows[2]};
        memset(slope, 0, sizeof slope);
        for (int k = 0; k < 3; k++) {
            tro_stream_normals(&s, width, dz[k]);
            if (!dlaw[k])
                memset(dz[k], 0, sizeof dz[k]);
        }
        tro_stream_normals(&s, 3, dw);
        tro_stream_normals(&s, width, w);
        dw[2] = fabs(dw[2]);
        dw[0] = -dw[1] - dw[2];
        /* One-sided in the weight that is 0: three points, then Richardson. */
        for (int half = 0; half < 2; half++) {
            static const double stencil[4] = {-11, 18, -9, 2};
            double h = half ? 5e-5 : 1e-4, once[WIDTH] = {0};
            for (int p = 0; p < 4; p++) {
                for (int k = 0; k < 3; k++) {
                    moved_laws.weight[k] = l.weight[k] + p * h * dw[k];
                    for (size_t i = 0; i < width; i++)
                        moved_laws.z[k][i] = l.z[k][i] + p * h * dz[k][i];
                }
                tro_curation_pool(c, &other, out, scratch);
                for (size_t i = 0; i < width; i++)
                    once[i] += stencil[p] * out[i] / (6 * h);
            }
            for (size_t i = 0; i < width; i++)
                slope[i] = half ? (8 * once[i] - slope[i]) / 7 : once[i];
        }
        memset(scratch, 0, room * sizeof *scratch);
        tro_curation_pool_derivative(c, &pool, dw, dlaw, out, scratch);
        tro_assert_near(width, out, slope, 1e-8, "the derivative of a pool");
        tro_curation_pool_derivative(c, &pool, NULL, dlaw, out, scratch);
        tro_curation_pool_transposed(c, &pool, w, back, scratch);
        for (int k = 0; k < 3; k++)
            sum += dot(width, rows[k], dz[k]);
        ck_assert_double_eq_tol(sum, dot(width, w, out), 1e-12);
    }
    free(scratch);
    tro_arena_clear(&l.arena);
    tro_arena_clear(&moved_laws.arena);
}

START_TEST(test_rules_pool_derivative)
{
    for (size_t k = 0; k < RULES; k++)
        for (int moments = 0; rules[k].pools && moments < 2; moments++) {
            tro_world w;
            check_pool_derivative(open_curator(&w, moments, rules[k].text), moments ? WIDTH : 2);
            tro_world_close(&w);
        }
}
END_TEST

/* An owner with infinitely many candidates on an equal mixture of N(+-1.5, 1/4),
 * reward x: not what the mixture's two moments would give, 2.5. */
START_TEST(test_pool_mixture)
{
    const double high[2] = {1.5, 2.5}, low[2] = {-1.5, 2.5}, half[2] = {0.5, 0.5};
    const double *law[2] = {high, low};
    double large = exp(1.5), mean = (1.75 * large - 1.25 / large) / (large + 1 / large);
    double second = ((1.75 * 1.75 + 0.25) * large + (1.25 * 1.25 + 0.25) / large) /
                    (large + 1 / large);
    ck_assert_double_eq_tol(mean, 1.608, 1e-3);
    for (int moments = 0; moments < 2; moments++) {
        tro_world w;
        double out[2];
        tro_world_open(&w, "trophic: 1\noutcomes: {family: %s, covariance: 0.25}\n"
                           "agents: [{name: a, start: 0, public: {bradley-terry: {reward: 1}}, "
                           "shares: {curated: 1}}]\nnetwork: {edges: [{from: a, to: a}]}\n",
                       moments ? "gaussian-full" : "gaussian");
        const tro_curation *c = w.scenario->agents[0].public_curation;
        const tro_spread *spread[2] = {w.scenario->space.spread, w.scenario->space.spread};
        tro_pool pool = {2, half, law, spread};
        double *scratch = calloc(tro_curation_pool_scratch(c, 2), sizeof *scratch);
        tro_curation_pool(c, &pool, out, scratch);
        ck_assert_double_eq_tol(out[0], mean, 1e-15);
        if (moments)
            ck_assert_double_eq_tol(out[1], second, 1e-14);
        free(scratch);
        tro_world_close(&w);
    }
}
END_TEST

/* A tilt that leaves no law where the state is now ends the rounds. Precisions along
 * the second: 8 at the start, then 5, 2, -1. */
START_TEST(test_tilt_without_law)
{
    tro_world w;
    double z[WIDTH], out[WIDTH];
    tro_runner runner = {0};
    tro_world_open(&w, OUTCOMES("gaussian-full") "agents: [{name: a, start: {mean: 0, covariance: "
                   "0.125}, public: %s, shares: {curated: 1}}]\n"
                   "network: {edges: [{from: a, to: a}]}\n",
                   TILT("reward: {curvature: [1, -3]}"));
    const tro_curation *c = w.scenario->agents[0].public_curation;
    double *scratch = calloc(c->scratch, sizeof *scratch);
    tro_moments_of(2, mean_a, spread_a, z); /* variance 0.5 along the second: 1/0.5 - 3 < 0 */
    c->ops->apply(c, 1, z, out, scratch);
    for (int k = 0; k < WIDTH; k++)
        ck_assert(isnan(out[k]));
    laws l;
    tro_pool pool = make_pool(&l);
    double *room = calloc(tro_curation_pool_scratch(c, 3), sizeof *room);
    tro_curation_pool(c, &pool, out, room);
    for (int k = 0; k < WIDTH; k++)
        ck_assert(isnan(out[k]));
    ck_assert_int_eq(tro_runner_init(&runner, w.eco, w.plan, TRO_EXACT), TRO_OK);
    ck_assert_int_eq(tro_runner_start(&runner, 0, NULL), TRO_OK);
    ck_assert_int_eq(tro_runner_round(&runner), TRO_OK);
    ck_assert_int_eq(tro_runner_round(&runner), TRO_OK);
    ck_assert_int_eq(tro_runner_round(&runner), TRO_EDIVERGED);
    tro_runner_release(&runner);
    tro_arena_clear(&l.arena);
    free(room);
    free(scratch);
    tro_world_close(&w);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_rules_apply, test_rules_singular, test_shift_of_location,
                                  test_rules_derivative, test_rules_pool,
                                  test_rules_pool_derivative, test_pool_mixture,
                                  test_tilt_without_law};
    return TRO_RUN_TESTS("gaussian curator", tests);
}
