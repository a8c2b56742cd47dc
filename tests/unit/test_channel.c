/* Channels: what comes out of an edge, and the covariance it comes with. */
#include "support.h"

#include "channel/channel.h"
#include "family/normal.h"

/* The channel of the only edge of a scenario in `dimension` coordinates. */
static const tro_channel_map *open_channel(tro_world *w, int dimension, const char *covariance,
                                           const char *channel)
{
    tro_world_open(w,
        "trophic: 1\n"
        "outcomes: {family: gaussian, dimension: %d, covariance: %s}\n"
        "agents: [{name: a, start: 0, shares: {synthetic: 1}}]\n"
        "network: {edges: [{from: a, to: a, channel: %s}]}\n", dimension, covariance, channel);
    return w->scenario->edges[0].channel;
}

/* y = M x + b, and the spread of what comes out, as dense matrices. */
static void check_channel(int dimension, const char *covariance, const char *channel,
                          const double *m, const double *b, const double *spread)
{
    tro_world w;
    const tro_channel_map *map = open_channel(&w, dimension, covariance, channel);
    size_t d = (size_t)dimension;
    double x[4] = {0.3, -1.5, 2.25, 0.125}, y[4], expected[4], back[4], dense[16] = {0};
    ck_assert_ptr_nonnull(map);
    map->channel->apply(map, d, x, y);
    for (size_t i = 0; i < d; i++) {
        expected[i] = b[i];
        for (size_t j = 0; j < d; j++)
            expected[i] += m[i * d + j] * x[j];
    }
    ck_assert_double_lt(tro_away(d, y, expected), 1e-14);
    map->channel->derivative(map, d, x, y);
    for (size_t i = 0; i < d; i++)
        expected[i] -= b[i];
    ck_assert_double_lt(tro_away(d, y, expected), 1e-14);
    map->channel->transposed(map, d, x, back);
    for (size_t j = 0; j < d; j++) {
        expected[j] = 0;
        for (size_t i = 0; i < d; i++)
            expected[j] += m[i * d + j] * x[i];
    }
    ck_assert_double_lt(tro_away(d, back, expected), 1e-14);
    tro_spread_add(map->spread, 1, dense);
    ck_assert_double_lt(tro_away(d * d, dense, spread), 1e-14);
    tro_world_close(&w);
}

START_TEST(test_affine_forms)
{
    check_channel(2, "1", "{affine: {scale: 0.5}}", (double[]){0.5, 0, 0, 0.5},
                  (double[]){0, 0}, (double[]){0.25, 0, 0, 0.25});
    check_channel(2, "[1, 2]", "{affine: {offset: [1, -1]}}", (double[]){1, 0, 0, 1},
                  (double[]){1, -1}, (double[]){1, 0, 0, 2});
    check_channel(2, "1", "{affine: {offset: 3}}", (double[]){1, 0, 0, 1}, (double[]){3, 3},
                  (double[]){1, 0, 0, 1});
    check_channel(2, "1", "{affine: {matrix: [[1, 2], [0, -1]], scale: 2, offset: [0, 1]}}",
                  (double[]){2, 4, 0, -2}, (double[]){0, 1}, (double[]){20, -8, -8, 4});
    check_channel(2, "[[1, 0.5], [0.5, 1]]", "{affine: {matrix: [[0, 1], [1, 0]]}}",
                  (double[]){0, 1, 1, 0}, (double[]){0, 0}, (double[]){1, 0.5, 0.5, 1});
    check_channel(2, "1", "{affine: {scale: 0}}", (double[]){0, 0, 0, 0}, (double[]){0, 0},
                  (double[]){0, 0, 0, 0});
    check_channel(2, "1", "{affine: {scale: 0.5, covariance: [1, 3]}}",
                  (double[]){0.5, 0, 0, 0.5}, (double[]){0, 0}, (double[]){1, 0, 0, 3});
    check_channel(1, "4", "affine", (double[]){1}, (double[]){0}, (double[]){4});
}
END_TEST

START_TEST(test_rotations_forms)
{
    double c = cos(M_PI / 6), s = 0.5;
    check_channel(2, "1", "{rotations: 30}", (double[]){c, -s, s, c}, (double[]){0, 0},
                  (double[]){1, 0, 0, 1});
    check_channel(2, "[1, 4]", "{rotations: {degrees: 90, scale: 2}}",
                  (double[]){0, -2, 2, 0}, (double[]){0, 0}, (double[]){16, 0, 0, 4});
    check_channel(4, "1", "{rotations: {degrees: [30, -90], factors: [1, 0.5]}}",
                  (double[]){c, -s, 0, 0, s, c, 0, 0, 0, 0, 0, 0.5, 0, 0, -0.5, 0},
                  (double[]){0, 0, 0, 0},
                  (double[]){1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0.25, 0, 0, 0, 0, 0.25});
    check_channel(2, "1", "{rotations: {degrees: 180, covariance: 9}}",
                  (double[]){-1, 0, 0, -1}, (double[]){0, 0}, (double[]){9, 0, 0, 9});
}
END_TEST

/* On moments: N(m, S) comes out as N(A m + b, A S A'), the transposed is the derivative's, and
 * maps of whatever shape agree with the matrix they are. */
static void check_moments(const char *channel, size_t d, const double *a, const double *b)
{
    tro_world w;
    tro_world_open(&w,
        "trophic: 1\n"
        "outcomes: {family: gaussian-full, dimension: %zu}\n"
        "agents: [{name: a, start: 0, shares: {synthetic: 1}}]\n"
        "network: {edges: [{from: a, to: a, channel: %s}]}\n", d, channel);
    const tro_channel_map *map = w.scenario->edges[0].channel;
    double root[16] = {1, 0, 0, 0, -0.5, 0.7, 0, 0, 0.3, 0.2, 1.1, 0, 0.4, -0.6, 0.1, 0.8};
    double s[16] = {0}, after[16] = {0}, m[4] = {0.3, -1.5, 2.25, 0.125}, moved[4];
    double z[14], out[14], expected[14], dz[14], back[14];
    size_t width = w.scenario->space.width;
    for (size_t i = 0; i < d; i++)
        for (size_t j = 0; j < d; j++)
            for (size_t k = 0; k < d; k++)
                s[i * d + j] += root[i * 4 + k] * root[j * 4 + k];
    for (size_t i = 0; i < d; i++) {
        moved[i] = b[i];
        for (size_t j = 0; j < d; j++) {
            moved[i] += a[i * d + j] * m[j];
            for (size_t k = 0; k < d * d; k++)
                after[i * d + j] += a[i * d + k / d] * s[k] * a[j * d + k % d];
        }
    }
    tro_moments_of(d, m, s, z);
    tro_moments_of(d, moved, after, expected);
    map->channel->apply(map, width, z, out);
    ck_assert_double_lt(tro_away(width, out, expected), 1e-14);
    for (size_t k = 0; k < width; k++) {
        dz[k] = cos(3 * (double)k + 1);
        expected[k] = sin((double)k);
    }
    map->channel->derivative(map, width, dz, out);
    map->channel->transposed(map, width, expected, back);
    double forward = 0, backward = 0;
    for (size_t k = 0; k < width; k++) {
        forward += expected[k] * out[k];
        backward += back[k] * dz[k];
    }
    ck_assert_double_eq_tol(forward, backward, 1e-13);
    for (size_t k = 0; k < width; k++) /* an affine map: its own difference */
        dz[k] += z[k];
    map->channel->apply(map, width, z, back);
    map->channel->apply(map, width, dz, expected);
    for (size_t k = 0; k < width; k++)
        expected[k] -= back[k];
    ck_assert_double_lt(tro_away(width, out, expected), 1e-13);
    tro_world_close(&w);
}

START_TEST(test_moments_forms)
{
    double c = cos(M_PI / 6), s = 0.5;
    check_moments("affine", 1, (double[]){1}, (double[]){0});
    check_moments("{affine: {scale: -2, offset: 3}}", 1, (double[]){-2}, (double[]){3});
    check_moments("{affine: {scale: 0.5, offset: [1, -1, 2]}}", 3,
                  (double[]){0.5, 0, 0, 0, 0.5, 0, 0, 0, 0.5}, (double[]){1, -1, 2});
    check_moments("{affine: {matrix: [[1, 2], [0, -1]], scale: 2, offset: [0, 1]}}", 2,
                  (double[]){2, 4, 0, -2}, (double[]){0, 1});
    check_moments("{affine: {matrix: [[1, 2, 0.5], [0, -1, 3], [0.1, 0, 0]], offset: 1}}", 3,
                  (double[]){1, 2, 0.5, 0, -1, 3, 0.1, 0, 0}, (double[]){1, 1, 1});
    check_moments("{rotations: 30}", 2, (double[]){c, -s, s, c}, (double[]){0, 0});
    check_moments("{rotations: {degrees: [30, -90], factors: [1, 0.5]}}", 4,
                  (double[]){c, -s, 0, 0, s, c, 0, 0, 0, 0, 0, 0.5, 0, 0, -0.5, 0},
                  (double[]){0, 0, 0, 0});
}
END_TEST

/* The covariance of what comes out has the cheapest shape that fits. */
START_TEST(test_spread_is_simplest)
{
    static const struct {
        const char *covariance, *channel;
        tro_spread_shape shape;
    } all[] = {
        {"1", "{affine: {scale: 0.3}}", TRO_ISOTROPIC},
        {"1", "{rotations: {degrees: 17, factors: 0.7}}", TRO_ISOTROPIC},
        {"[1, 2]", "{affine: {scale: 0.3}}", TRO_DIAGONAL},
        {"1", "{affine: {matrix: [[1, 0], [0, 2]]}}", TRO_DIAGONAL},
        {"[1, 2]", "{rotations: 17}", TRO_FULL},
        {"[[1, 0], [0, 2]]", "{affine: {scale: 2}}", TRO_DIAGONAL},
        {"1", "{affine: {matrix: [[1, 1], [1, 1]]}}", TRO_FULL},
        {"1", "{affine: {matrix: [[1, 0], [1e-8, 1e-8]]}}", TRO_FULL},
        {"0", "{affine: {scale: 0.3}}", TRO_ISOTROPIC},
    };
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        tro_world w;
        const tro_channel_map *map = open_channel(&w, 2, all[k].covariance, all[k].channel);
        ck_assert_msg(map->spread->shape == all[k].shape, "%s: shape %d", all[k].channel,
                      (int)map->spread->shape);
        tro_world_close(&w);
    }
}
END_TEST

/* A channel that cancels nearly all of a covariance of rank one leaves what
 * rounding leaves, and no mistake. */
START_TEST(test_spread_cancels)
{
    tro_world w;
    const tro_channel_map *map = open_channel(&w, 2, "[[1, 3], [3, 9]]",
                                              "{affine: {matrix: [[3, -1], [0.3, -0.1]]}}");
    double dense[4] = {0};
    tro_spread_add(map->spread, 1, dense);
    for (int k = 0; k < 4; k++)
        ck_assert_double_lt(fabs(dense[k]), 1e-30);
    tro_world_close(&w);
}
END_TEST

static void refuse(int dimension, const char *channel, const char *expected)
{
    char text[1024];
    snprintf(text, sizeof text,
             "trophic: 1\n"
             "outcomes: {family: gaussian, dimension: %d}\n"
             "agents: [{name: a, start: 0, shares: {synthetic: 1}}]\n"
             "network:\n  edges:\n    - from: a\n      to: a\n      channel: %s\n",
             dimension, channel);
    tro_assert_refused(text, NULL, 0, expected);
}

START_TEST(test_channels_errors)
{
    refuse(2, "{affine: {matrix: [[1, 2]]}}",
           "8:34: matrix has 1 rows and 2 columns, but the dimension is 2");
    refuse(2, "{affine: {offset: [1, 2, 3]}}",
           "8:34: offset has 3 numbers, but the dimension is 2");
    refuse(2, "{affine: {covariance: [1, 2, 3]}}",
           "8:38: covariance has 3 variances, found dimension 2: one number, 2 variances or a 2x2 "
           "matrix would be right");
    refuse(3, "{rotations: 30}",
           "8:28: rotations need real outcomes of an even dimension, found 'gaussian' of dimension "
           "3");
    refuse(4, "{rotations: {degrees: [1, 2, 3], factors: [1, 2, 3]}}",
           "8:58: factors has 3 numbers, but there are 2 blocks of two coordinates\n"
           "8:38: degrees has 3 numbers, but there are 2 blocks of two coordinates");
    refuse(2, "rotation", "8:16: unknown channel 'rotation' (did you mean 'rotations'?)");
    refuse(2, "{rotations: {}}", "8:28: missing key 'degrees' in 'rotations'");
    refuse(2, "{affine: {scale: 1e200}}", "8:25: the covariance of what comes out overflows: "
                                          "state it");
}
END_TEST

/* Where the covariance is trained, a channel makes one of what goes in. */
START_TEST(test_channels_full_errors)
{
    static const char *const cases[][2] = {
        {"{affine: {scale: 2, covariance: 3}}",
         "4:77: a channel states a 'covariance' in the family 'gaussian' only: here, in "
         "'gaussian-full', that of what comes out is M S M', with S of the law that goes in"},
        {"{rotations: {degrees: 1, covariance: 3}}", "4:82: a channel states a 'covariance' in the "
         "family 'gaussian' only: here, in 'gaussian-full', that of what comes out is M S M', with "
         "S of the law that goes in"},
        {"{affine: {offset: [1, 2, 3, 4, 5]}}",
         "4:63: offset has 5 numbers, but the dimension is 2"},
        {"{affine: {matrix: [[1]]}}",
         "4:63: matrix has 1 rows and 1 columns, but the dimension is 2"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        char text[512];
        snprintf(text, sizeof text, "trophic: 1\noutcomes: {family: gaussian-full, dimension: 2}\n"
                 "agents: [{name: a, start: 0, shares: {synthetic: 1}}]\n"
                 "network: {edges: [{from: a, to: a, channel: %s}]}\n", cases[k][0]);
        tro_assert_refused(text, NULL, 0, cases[k][1]);
    }
    tro_assert_refused("trophic: 1\noutcomes: {family: gaussian-full, dimension: 3}\n"
                       "agents: [{name: a, start: 0, shares: {synthetic: 1}}]\n"
                       "network: {edges: [{from: a, to: a, channel: {rotations: 40}}]}\n", NULL, 0,
                       "4:57: rotations need real outcomes of an even dimension, found "
                       "'gaussian-full' of dimension 3");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_affine_forms, test_rotations_forms, test_moments_forms,
                                  test_spread_is_simplest, test_spread_cancels,
                                  test_channels_errors, test_channels_full_errors};
    return TRO_RUN_TESTS("channel", tests);
}
