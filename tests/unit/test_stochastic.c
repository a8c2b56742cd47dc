/* The stochastic channel, against the matrix it stands for. */
#include "support.h"

#include "channel/channel.h"

static const tro_channel_map *open_channel(tro_world *w, const char *outcomes,
                                           const char *channel)
{
    tro_world_open(w,
        "trophic: 1\n"
        "outcomes: %s\n"
        "agents: [{name: a, start: uniform, shares: {synthetic: 1}}]\n"
        "network: {edges: [{from: a, to: a, channel: %s}]}\n", outcomes, channel);
    return w->scenario->edges[0].channel;
}

#define ONE "{family: categorical, outcomes: 3}"
#define TWO "{family: conditional, prompts: 2, outcomes: 3}"

/* z' (c, y) = sum P(b, c) z(b, x) K(x, y), as loops over everything. */
static void check(const char *outcomes, const char *channel, size_t blocks, const double *kernel,
                  const double *moves)
{
    tro_world w;
    const tro_channel_map *map = open_channel(&w, outcomes, channel);
    double z[6] = {0.3, 0.5, 2.25, 0.125, -1, 7}, out[6], expected[6] = {0}, back[6] = {0};
    size_t width = 3 * blocks;
    ck_assert_ptr_null(map->spread);
    for (size_t b = 0; b < blocks; b++)
        for (size_t c = 0; c < blocks; c++)
            for (size_t x = 0; x < 3; x++)
                for (size_t y = 0; y < 3; y++) {
                    double share = moves[b * blocks + c] * kernel[3 * x + y];
                    expected[3 * c + y] += share * z[3 * b + x];
                    back[3 * b + x] += share * z[3 * c + y];
                }
    map->channel->apply(map, width, z, out);
    ck_assert_double_lt(tro_away(width, out, expected), 1e-14);
    map->channel->derivative(map, width, z, out);
    ck_assert_double_lt(tro_away(width, out, expected), 1e-14);
    map->channel->transposed(map, width, z, out);
    ck_assert_double_lt(tro_away(width, out, back), 1e-14);
    tro_world_close(&w);
}

START_TEST(test_stochastic_forms)
{
    static const double one[1] = {1}, identity[4] = {1, 0, 0, 1}, moves[4] = {0.5, 0.5, 0, 1};
    static const double kernel[9] = {1, 0, 0, 0.25, 0.5, 0.25, 0, 1, 0};
    static const double same[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    double noisy[9], noise[9];
    for (int k = 0; k < 9; k++) {
        noisy[k] = 0.9 * kernel[k] + 0.1 / 3;
        noise[k] = 0.4 * same[k] + 0.6 / 3;
    }
    check(ONE, "{stochastic: [[1, 0, 0], [0.25, 0.5, 0.25], [0, 1, 0]]}", 1, kernel, one);
    check(ONE, "{stochastic: {outcomes: [[2, 0, 0], [1, 2, 1], [0, 1, 0]]}}", 1, kernel, one);
    check(ONE, "{stochastic: {noise: 0.6}}", 1, noise, one);
    check(ONE, "{stochastic: {noise: 0.1, outcomes: [[1, 0, 0], [1, 2, 1], [0, 1, 0]]}}", 1,
          noisy, one);
    check(ONE, "stochastic", 1, same, one);
    check(TWO, "{stochastic: [[1, 0, 0], [1, 2, 1], [0, 1, 0]]}", 2, kernel, identity);
    check(TWO, "{stochastic: {prompts: [[1, 1], [0, 1]]}}", 2, same, moves);
    check(TWO, "{stochastic: {prompts: [[0.5, 0.5], [0, 1]], noise: 0.1, "
               "outcomes: [[1, 0, 0], [1, 2, 1], [0, 1, 0]]}}", 2, noisy, moves);
}
END_TEST

static void refuse(const char *outcomes, const char *start, const char *channel,
                   const char *expected)
{
    char text[1024];
    snprintf(text, sizeof text,
             "trophic: 1\n"
             "outcomes: %s\n"
             "agents: [{name: a, start: %s, shares: {synthetic: 1}}]\n"
             "network:\n  edges:\n    - {from: a, to: a, channel: %s}\n",
             outcomes, start, channel);
    tro_assert_refused(text, NULL, 0, expected);
}

START_TEST(test_stochastic_errors)
{
    refuse(ONE, "uniform", "{stochastic: [[1, 0], [0, 1]]}",
           "6:46: outcomes has 2 rows and 2 columns, a 3x3 matrix would be right");
    refuse(ONE, "uniform", "{stochastic: [[1, 0, 0], [0, 0, 0], [0, 1, -1]]}",
           "6:76: outcomes must be at least 0, found '-1'");
    refuse(ONE, "uniform", "{stochastic: [[1, 0, 0], [0, 0, 0], [0, 1, 0]]}",
           "6:58: row 2 of 'outcomes' is all 0: at least one entry must be above");
    refuse(ONE, "uniform", "{stochastic: {noise: 1.5}}",
           "6:54: noise must be a share between 0 and 1, found '1.5'");
    refuse(ONE, "uniform", "{stochastic: {prompts: [[1]]}}",
           "6:56: 'prompts' needs several prompts, found family 'categorical' with one");
    refuse(TWO, "uniform", "{stochastic: {prompts: [[1]], outcomes: [[1]]}}",
           "6:73: outcomes has 1 rows and 1 columns, a 3x3 matrix would be right\n"
           "6:56: prompts has 1 rows and 1 columns, a 2x2 matrix would be right");
    refuse("{family: gaussian}", "0", "{stochastic: {noise: 0.5}}",
           "6:46: a stochastic channel needs finitely many outcomes, found family 'gaussian'");
}
END_TEST

/* What moves real vectors does not act on tables. */
START_TEST(test_tables_refuse)
{
    refuse(ONE, "uniform", "{affine: {scale: 0.5}}",
           "6:42: an affine channel needs outcomes that are real vectors, found family "
           "'categorical'");
    refuse(TWO, "uniform", "{rotations: 30}",
           "6:45: rotations need real outcomes of an even dimension, found 'conditional' of "
           "dimension 6");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_stochastic_forms, test_stochastic_errors,
                                  test_tables_refuse};
    return TRO_RUN_TESTS("stochastic", tests);
}
