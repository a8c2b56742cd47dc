/* Tables: fitting and its derivatives, alignment, and what is drawn, against
 * differences and enumeration. */
#include "random_support.h"
#include "table_support.h"

/* Positive numbers of sum about one. */
static void draw_table(tro_stream *stream, double *z)
{
    for (size_t k = 0; k < space.width; k++)
        z[k] = tro_stream_exponential(stream) / (double)space.width;
}

static double sum_of(size_t count, const double *values)
{
    double sum = 0;
    for (size_t k = 0; k < count; k++)
        sum += values[k];
    return sum;
}

static double dot(const double *a, const double *b)
{
    double sum = 0;
    for (size_t k = 0; k < space.width; k++)
        sum += a[k] * b[k];
    return sum;
}

static const char *const spaces[] = {
    "{family: categorical, outcomes: 7}",
    "{family: categorical, outcomes: 1}",
    "{family: conditional, prompts: 3, outcomes: 4}",
    "{family: conditional, prompts: 3, outcomes: 4, prompt-marginals: stay}",
    "{family: conditional, prompts: 1, outcomes: 4, prompt-marginals: stay}",
};
enum { SPACES = sizeof spaces / sizeof *spaces };

/* --- fitting --------------------------------------------------------------- */

START_TEST(test_fit_travel)
{
    double z[6] = {1, 2, 1, 0, 0, 4}, previous[6] = {9, 9, 9, 9, 9, 9};
    open_space("{family: conditional, prompts: 3, outcomes: 2}");
    space.family->fit(&space, previous, z);
    ck_assert_double_lt(tro_away(6, z, (double[]){0.125, 0.25, 0.125, 0, 0, 0.5}), 1e-16);
    memset(z, 0, sizeof z);
    space.family->fit(&space, previous, z); /* no data at all */
    ck_assert_double_eq(tro_away(6, z, previous), 0);
}
END_TEST

START_TEST(test_fit_stay)
{
    double z[6] = {1, 3, 0, 0, 0, 5}, previous[6] = {9, 9, 0.1, 0.2, 9, 9};
    open_space("{family: conditional, prompts: 3, outcomes: 2, prompt-marginals: stay}");
    space.family->fit(&space, previous, z);
    ck_assert_double_lt(tro_away(6, z, (double[]){1. / 12, 0.25, 0.1, 0.2, 0, 1. / 3}), 1e-16);
}
END_TEST

/* Against differences; adjoint; into and from the tangent space. */
static void check_fit(tro_stream *stream, int empty)
{
    double z[CELLS], dz[CELLS], w[CELLS], up[CELLS], down[CELLS], moved[CELLS], back[CELLS];
    double previous[CELLS], h = 1e-5;
    size_t length = tro_finite_of(&space)->stay ? space.outcomes : space.width;
    draw_table(stream, z);
    draw_table(stream, previous);
    tro_stream_normals(stream, space.width, dz);
    tro_stream_normals(stream, space.width, w);
    if (empty) {
        memset(z, 0, length * sizeof *z);
        memset(dz, 0, length * sizeof *dz);
    }
    for (size_t k = 0; k < space.width; k++) {
        dz[k] *= z[k];
        up[k] = z[k] + h * dz[k];
        down[k] = z[k] - h * dz[k];
        moved[k] = dz[k];
        back[k] = w[k];
    }
    space.family->fit(&space, previous, up);
    space.family->fit(&space, previous, down);
    space.family->fit_derivative(&space, z, moved);
    space.family->fit_transposed(&space, z, back);
    ck_assert_double_eq_tol(dot(w, moved), dot(back, dz), 1e-14);
    for (size_t k = 0; k < space.width; k++)
        ck_assert_double_eq_tol((up[k] - down[k]) / (2 * h), moved[k], 1e-8);
    for (size_t at = 0; at < space.width; at += length) {
        ck_assert_double_eq_tol(sum_of(length, moved + at), 0, 1e-15);
        ck_assert_double_eq_tol(sum_of(length, up + at), empty && at == 0
                                                             ? sum_of(length, previous)
                                                             : (double)length / (double)space.width,
                                1e-15);
    }
    ck_assert_double_eq_tol(dot(back, z), 0, 1e-15);
    for (size_t k = 0; empty && k < length; k++)
        ck_assert(moved[k] == 0 && back[k] == 0);
}

START_TEST(test_fit_derivatives)
{
    tro_stream stream = test_stream(1, 0);
    for (int s = 0; s < SPACES; s++) {
        open_space(spaces[s]);
        for (int trial = 0; trial < 50; trial++)
            check_fit(&stream, trial % 2);
    }
}
END_TEST

/* A change of a block that has no mass has no derivative, whatever it is. */
START_TEST(test_fit_derivative_of_nothing)
{
    double z[4] = {0, 0, 0.5, 0.5}, dz[4] = {1, 2, 0, 0}, w[4] = {1, 2, 0, 0};
    open_space("{family: conditional, prompts: 2, outcomes: 2, prompt-marginals: stay}");
    space.family->fit_derivative(&space, z, dz);
    space.family->fit_transposed(&space, z, w);
    for (int k = 0; k < 4; k++)
        ck_assert(dz[k] == 0 && w[k] == 0);
}
END_TEST

/* --- alignment ------------------------------------------------------------- */

START_TEST(test_alignment_forms)
{
    static const double z[4] = {0.1, 0.3, 0.2, 0.4}, far[4] = {0, 0, 0.25, 0.75};
    open_space("{family: categorical, outcomes: 4}");
    const tro_reward *reward = reward_of("[1, 2, 3, 4]");
    ck_assert_double_eq_tol(space.family->alignment(&space, reward, TRO_AT_OUTPUTS, z), 2.9,
                            1e-15);
    open_space("{family: conditional, prompts: 2, outcomes: 2}");
    reward = reward_of("[[1, 2], [3, 4]]");
    ck_assert_double_eq_tol(space.family->alignment(&space, reward, TRO_AT_OUTPUTS, z), 2.9,
                            1e-15);
    reward = reward_of("{values: [[1, 2], [3, 4]], prompts: [0.75, 0.25]}");
    ck_assert_double_eq_tol(space.family->alignment(&space, reward, TRO_AT_OUTPUTS, z),
                            0.75 * 1.75 + 0.25 * (3 + 2. / 3), 1e-15);
    /* What was never seen is answered by anything. */
    ck_assert_double_eq_tol(space.family->alignment(&space, reward, TRO_AT_OUTPUTS, far),
                            0.75 * 1.5 + 0.25 * 3.75, 1e-15);
    reward = reward_of("{values: [[1, 2], [3, 4]], prompts: [0, 1]}");
    ck_assert_double_eq_tol(space.family->alignment(&space, reward, TRO_AT_OUTPUTS, far), 3.75,
                            1e-15);
}
END_TEST

static void check_gradient(const tro_reward *reward, const double *z, size_t first)
{
    double gradient[CELLS], h = 1e-6, other[CELLS];
    const tro_family *family = space.family;
    family->alignment_gradient(&space, reward, TRO_AT_OUTPUTS, z, gradient);
    memcpy(other, z, space.width * sizeof *z);
    for (size_t k = 0; k < space.width; k++) {
        other[k] = z[k] + h;
        double up = family->alignment(&space, reward, TRO_AT_OUTPUTS, other);
        other[k] = z[k] - h;
        double down = family->alignment(&space, reward, TRO_AT_OUTPUTS, other);
        other[k] = z[k];
        if (k < first) /* no mass: not differentiable, and constant to us */
            ck_assert_double_eq(gradient[k], 0);
        else
            ck_assert_double_eq_tol(gradient[k], (up - down) / (2 * h), 1e-6);
    }
    ck_assert_double_eq_tol(dot(gradient, z), 0, 1e-14); /* no part along the mass */
}

START_TEST(test_alignment_gradients)
{
    tro_stream stream = test_stream(2, 0);
    static const char *const rewards[] = {
        "[[1, -2, 3, 0.5], [0, 1, 0, 1], [2, 2, 2, 3]]",
        "{values: [[1, -2, 3, 0.5], [0, 1, 0, 1], [2, 2, 2, 3]], prompts: [0.2, 0.3, 0.5]}",
        "{values: [[1, -2, 3, 0.5], [0, 1, 0, 1], [2, 2, 2, 3]], prompts: [0.5, 0, 0.5]}"};
    for (int stay = 0; stay < 2; stay++)
        for (int r = 0; r < 3; r++) {
            double z[CELLS];
            open_space(spaces[2 + stay]);
            const tro_reward *reward = reward_of(rewards[r]);
            draw_table(&stream, z);
            for (size_t k = 0; k < space.width; k++)
                z[k] += 0.02;
            check_gradient(reward, z, 0);
            if (r > 0) {
                memset(z, 0, space.outcomes * sizeof *z);
                check_gradient(reward, z, space.outcomes);
            }
        }
    open_space(spaces[0]);
    double z[CELLS];
    draw_table(&stream, z);
    check_gradient(reward_of("[1, 0, -1, 2, 5, 0.5, 0]"), z, 0);
}
END_TEST

/* --- drawing ----------------------------------------------------------------- */

enum { DRAWN_CELLS = 3, MOST_OUTPUTS = 7 };

typedef struct sources {
    size_t parts;
    double law[3][DRAWN_CELLS];
    uint64_t counts[3];
} sources;

/* The probability of every vector of counts, by adding one output at a time. */
static void enumerate(const sources *s, double *probability)
{
    enum { BASE = MOST_OUTPUTS + 1, SIZE = BASE * BASE * BASE };
    static double now[SIZE], next[SIZE];
    static const size_t step[DRAWN_CELLS] = {1, BASE, BASE * BASE};
    memset(now, 0, sizeof now);
    now[0] = 1;
    for (size_t p = 0; p < s->parts; p++)
        for (uint64_t c = 0; c < s->counts[p]; c++) {
            double sum = sum_of(DRAWN_CELLS, s->law[p]);
            memset(next, 0, sizeof next);
            for (size_t k = 0; k + step[2] < SIZE; k++)
                for (int x = 0; x < DRAWN_CELLS; x++)
                    next[k + step[x]] += now[k] * s->law[p][x] / sum;
            memcpy(now, next, sizeof now);
        }
    memcpy(probability, now, sizeof now);
}

static double drawn_law(const void *what, size_t size, uint64_t round)
{
    enum { BASE = MOST_OUTPUTS + 1, SIZE = BASE * BASE * BASE };
    static double seen[SIZE], expected[SIZE];
    const sources *s = what;
    tro_stream stream = test_stream(round, s->parts);
    tro_part part[3] = {{0}};
    uint64_t n = 0;
    double z[DRAWN_CELLS], *scratch = calloc(DRAWN_CELLS, sizeof *scratch);
    for (size_t p = 0; p < s->parts; p++) {
        part[p].law = s->law[p];
        n += s->counts[p];
    }
    memset(seen, 0, sizeof seen);
    enumerate(s, expected);
    for (size_t i = 0; i < size; i++) {
        size_t at = 0;
        if (s->parts == 1 && i % 2)
            space.family->sample_law(&space, n, s->law[0], &stream, z);
        else
            space.family->sample(&space, n, s->parts, part, s->counts, &stream, z, scratch);
        for (int x = DRAWN_CELLS; x-- > 0;) {
            double count = floor(z[x] * (double)n + 0.5);
            at = at * BASE + (size_t)count;
        }
        seen[at]++;
    }
    for (size_t k = 0; k < SIZE; k++)
        expected[k] *= (double)size;
    free(scratch);
    return chi_square_score(SIZE, seen, expected);
}

START_TEST(test_sample_law)
{
    static const sources all[] = {
        {1, {{0.2, 0.5, 0.3}}, {5}},
        {1, {{0.2, 0.8 - 1e-16, 0}}, {7}},
        {2, {{0.2, 0.5, 0.3}, {0.9, 0.1, 0}}, {3, 4}},
        {3, {{0.2, 0.5, 0.3}, {0.9, 0.1, 0}, {0, 0, 1}}, {3, 2, 1}},
        {3, {{0.2, 0.5, 0.3}, {0.9, 0.1, 0}, {0, 0, 1}}, {3, 0, 1}},
    };
    open_space("{family: categorical, outcomes: 3}");
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        ck_five_sigma(drawn_law, &all[k], 200000, "draws of tables");
}
END_TEST

/* 10^15 outputs: frequencies sum to 1, keep their zeros, and are as near to the
 * law as binomials are. */
START_TEST(test_sample_many)
{
    static const double law[8] = {0, 0.25, 0.125, 0, 0.3, 0.2, 0.125, 1e-300};
    const uint64_t n = 1000000000000000;
    tro_stream stream = test_stream(4, 0);
    open_space("{family: conditional, prompts: 2, outcomes: 4}");
    for (int trial = 0; trial < 100; trial++) {
        double z[8];
        space.family->sample_law(&space, n, law, &stream, z);
        ck_assert(z[0] == 0 && z[3] == 0 && z[7] == 0);
        ck_assert_double_eq_tol(sum_of(8, z), 1, 1e-15);
        for (int k = 0; k < 8; k++)
            ck_assert_double_le(fabs(z[k] - law[k]),
                                5.5 * sqrt(law[k] * (1 - law[k]) / (double)n) + 1e-15);
    }
}
END_TEST

/* A part that draws its own adds its sum. */
static void draw_first(const void *context, uint64_t count, tro_stream *stream, double *sum,
                       double *scratch)
{
    (void)stream, (void)scratch;
    sum[*(const int *)context] += (double)count;
}

START_TEST(test_sample_own)
{
    static const double law[3] = {0, 1, 0};
    static const int where = 2;
    const tro_part parts[2] = {{.law = law}, {.law = law, .draw = draw_first, .context = &where}};
    tro_stream stream = test_stream(5, 0);
    double z[3], *scratch = calloc(3, sizeof *scratch);
    open_space("{family: categorical, outcomes: 3}");
    ck_assert_uint_eq(space.family->scratch_size(&space), 3);
    space.family->sample(&space, 8, 2, parts, (uint64_t[]){6, 2}, &stream, z, scratch);
    ck_assert_double_eq(tro_away(3, z, (double[]){0, 0.75, 0.25}), 0);
    free(scratch);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_fit_travel, test_fit_stay, test_fit_derivatives, test_fit_derivative_of_nothing,
        test_alignment_forms, test_alignment_gradients, test_sample_law, test_sample_many,
        test_sample_own};
    int code = TRO_RUN_TESTS("table", tests);
    close_all();
    return code;
}
