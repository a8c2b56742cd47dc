/* Spreads, rewards and the gaussian family against plain sums. */
#include "support.h"
#include "toy.h"

#include "family/family.h"

enum { D = 5 };

static tro_arena arena;
static tro_messages messages;
static tro_document *document;

/* The value of key `a` of a text. */
static const tro_node *node_of(const char *text)
{
    tro_document_free(document);
    document = NULL;
    ck_assert_int_eq(tro_document_read_text("test.yaml", text, strlen(text), &document,
                                            &messages), TRO_OK);
    return tro_node_get(document->root, "a");
}

static void teardown(void)
{
    tro_document_free(document);
    document = NULL;
    tro_arena_clear(&arena);
    tro_messages_clear(&messages);
}

static tro_reader reader(void)
{
    return (tro_reader){.arena = &arena, .catalog = tro_catalog_builtin(),
                        .messages = &messages};
}

static const tro_spread *spread_of(const char *text, size_t d)
{
    const tro_spread *spread = NULL;
    tro_reader r = reader();
    ck_assert_int_eq(tro_spread_read(&r, node_of(text), d, &spread), TRO_OK);
    return spread;
}

static void refuse_spread(const char *text, size_t d, const char *expected)
{
    char buffer[4096];
    const tro_spread *spread = NULL;
    tro_reader r = reader();
    tro_messages_clear(&messages);
    ck_assert_int_eq(tro_spread_read(&r, node_of(text), d, &spread), TRO_ESCENARIO);
    ck_assert_str_eq(tro_listed(&messages, buffer, sizeof buffer), expected);
    tro_messages_clear(&messages);
}

/* --- spreads --------------------------------------------------------------- */

/* All operations of a spread against the dense matrix it stands for. */
static void check_spread(const tro_spread *spread, const double *dense)
{
    size_t d = spread->dimension;
    double x[D], out[D], expected[D], sum[D * D] = {0}, diagonal[D] = {0}, root[D * D], q[D * D];
    tro_stream s = tro_test_stream(1, 3);
    tro_stream_normals(&s, d, x);
    tro_stream_normals(&s, d * d, q);
    double trace_diagonal = 0, trace_full = 0;
    for (size_t i = 0; i < d; i++) {
        expected[i] = 0;
        trace_diagonal += q[i] * dense[i * d + i];
        for (size_t j = 0; j < d; j++) {
            expected[i] += dense[i * d + j] * x[j];
            trace_full += q[i * d + j] * dense[j * d + i];
        }
    }
    tro_spread_times(spread, x, out);
    tro_assert_near(d, out, expected, 1e-14, "S x");
    tro_spread_add(spread, 3, sum);
    tro_spread_add(spread, -2, sum);
    tro_assert_near(d * d, sum, dense, 1e-15, "3 S - 2 S");
    tro_spread_add_diagonal(spread, 1, diagonal);
    for (size_t i = 0; i < d; i++)
        ck_assert_double_eq(diagonal[i], dense[i * d + i]);
    ck_assert_double_eq_tol(tro_spread_trace(spread, q, 0), trace_diagonal, 1e-13);
    ck_assert_double_eq_tol(tro_spread_trace(spread, q, 1), trace_full, 1e-13);
    /* Column k of the factor is what becomes of a unit vector. */
    for (size_t k = 0; k < d; k++) {
        double unit[D] = {0}, image[D] = {0};
        unit[k] = 1;
        tro_spread_colour(spread, 1, unit, image);
        for (size_t i = 0; i < d; i++)
            root[i * d + k] = image[i];
    }
    for (size_t i = 0; i < d; i++)
        for (size_t j = 0; j < d; j++) {
            double product = 0;
            for (size_t t = 0; t < d; t++)
                product += root[i * d + t] * root[j * d + t];
            ck_assert_double_eq_tol(product, dense[i * d + j], 2e-13 * (1 + dense[i * d + i]));
        }
}

START_TEST(test_spread_shapes)
{
    const tro_spread *s = spread_of("a: 0.5", 3);
    ck_assert_int_eq(s->shape, TRO_ISOTROPIC);
    check_spread(s, (double[]){0.5, 0, 0, 0, 0.5, 0, 0, 0, 0.5});
    s = spread_of("a: [0.5]", 2);
    ck_assert_int_eq(s->shape, TRO_ISOTROPIC);
    check_spread(s, (double[]){0.5, 0, 0, 0.5});
    s = spread_of("a: [1, 0, 3]", 3);
    ck_assert_int_eq(s->shape, TRO_DIAGONAL);
    check_spread(s, (double[]){1, 0, 0, 0, 0, 0, 0, 0, 3});
    s = spread_of("a: [[2, 1, 0.5], [1, 3, 0], [0.5, 0, 1]]", 3);
    ck_assert_int_eq(s->shape, TRO_FULL);
    check_spread(s, (double[]){2, 1, 0.5, 1, 3, 0, 0.5, 0, 1});
    s = spread_of("a: 0", 2);
    check_spread(s, (double[]){0, 0, 0, 0});
    s = spread_of("a: [[4]]", 1);
    check_spread(s, (double[]){4});
}
END_TEST

/* Covariances without full rank, and in units far apart, keep every digit. */
START_TEST(test_spread_semidefinite)
{
    check_spread(spread_of("a: [[1, 2], [2, 4]]", 2), (double[]){1, 2, 2, 4});
    check_spread(spread_of("a: [[0, 0], [0, 4]]", 2), (double[]){0, 0, 0, 4});
    check_spread(spread_of("a: [[4, 0], [0, 0]]", 2), (double[]){4, 0, 0, 0});
    const tro_spread *s = spread_of("a: [[1, 5e-8], [5e-8, 1e-14]]", 2);
    ck_assert_double_eq_tol(s->root[2], 5e-8, 1e-20);
    ck_assert_double_eq_tol(s->root[3], sqrt(0.75e-14), 1e-20);
    s = spread_of("a: [[1e-30, 1e-15], [1e-15, 2]]", 2);
    ck_assert_double_eq_tol(s->root[2], 1, 1e-14);
    ck_assert_double_eq_tol(s->root[3], 1, 1e-14);
    for (uint64_t t = 0; t < 200; t++) { /* rank 1 to D of D */
        tro_stream stream = tro_test_stream(1, 100 + t);
        double root[D * D] = {0}, m[D * D];
        size_t rank = 1 + t % D;
        for (size_t i = 0; i < D; i++)
            for (size_t k = 0; k < rank; k++)
                root[i * D + k] = tro_stream_normal(&stream);
        for (size_t i = 0; i < D; i++)
            for (size_t j = 0; j <= i; j++) {
                m[i * D + j] = 0;
                for (size_t k = 0; k < D; k++)
                    m[i * D + j] += root[i * D + k] * root[j * D + k];
                m[j * D + i] = m[i * D + j];
            }
        ck_assert_int_eq(tro_spread_full(&arena, D, m, &s), TRO_OK);
        check_spread(s, m);
    }
}
END_TEST

/* The sum of two of rank one, nearly parallel in all coordinates but two that
 * come late: in file order its second pivot is small, and what rounding left
 * of the rows below is divided by it. */
static void nearly_parallel(tro_stream *stream, double *a, double *b)
{
    double turn = pow(10, -2 - 5 * tro_stream_uniform(stream));
    tro_stream_normals(stream, D, a);
    tro_stream_normals(stream, D, b);
    for (size_t i = 0; i < 3; i++)
        b[i] = a[i] + turn * b[i];
}

static void outer(double weight, const double *a, double *m)
{
    for (size_t i = 0; i < D; i++)
        for (size_t j = 0; j < D; j++)
            m[i * D + j] += weight * (a[i] * a[j]);
}

START_TEST(test_spread_small_pivots)
{
    for (uint64_t t = 0; t < 2000; t++) {
        tro_stream stream = tro_test_stream(1, 1000 + t);
        double a[D], b[D], m[D * D] = {0};
        const tro_spread *s;
        nearly_parallel(&stream, a, b);
        outer(1, a, m);
        outer(0.5, b, m);
        ck_assert_msg(tro_spread_full(&arena, D, m, &s) == TRO_OK, "case %d", (int)t);
        ck_assert_uint_eq(s->rank, 2);
        check_spread(s, m);
        tro_arena_clear(&arena);
    }
}
END_TEST

START_TEST(test_spread_read_errors)
{
    refuse_spread("a: -1", 1, "1:4: a variance must be at least 0 and finite, found '-1'");
    refuse_spread("a: [1, -2]", 2, "1:4: a variance must be at least 0 and finite, found '-2'");
    refuse_spread("a: [1, 2]", 3,
                  "1:4: covariance has 2 variances, found dimension 3: one number, 3 variances or "
                  "a 3x3 matrix would be right");
    refuse_spread("a: [[1, 0], [0, 1]]", 3,
                  "1:4: covariance has 2 rows, but the dimension is 3");
    refuse_spread("a: [[1, 0], [0]]", 2,
                  "1:13: row 2 of the covariance has 1 numbers, but the dimension is 2");
    refuse_spread("a: [[1, 2], [3, 9]]", 2,
                  "1:4: a covariance is symmetric, found 3 in row 2, column 1 and 2 across the "
                  "diagonal");
    refuse_spread("a: [[1, 2], [2, 1]]", 2,
                  "1:4: the covariance is not positive semi-definite");
    refuse_spread("a: [[0, 1], [1, 1]]", 2,
                  "1:4: the covariance is not positive semi-definite");
    refuse_spread("a: [[-1, 0], [0, 1]]", 2,
                  "1:4: the covariance is not positive semi-definite");
    refuse_spread("a: [[1, 0], [0, -1e-14]]", 2,
                  "1:4: the covariance is not positive semi-definite");
    /* coordinate 2 of no variance cannot vary with 3 */
    refuse_spread("a: [[1, 0, 0], [0, 0, 1e-4], [0, 1e-4, 1]]", 3,
                  "1:4: the covariance is not positive semi-definite");
}
END_TEST

START_TEST(test_spread_equal)
{
    const tro_spread *a = tro_spread_isotropic(&arena, 2, 0.5);
    const tro_spread *b = tro_spread_isotropic(&arena, 2, 0.5), *c, *d;
    ck_assert(tro_spread_equal(a, b));
    ck_assert(!tro_spread_equal(a, tro_spread_isotropic(&arena, 2, 0.25)));
    ck_assert(!tro_spread_equal(a, tro_spread_isotropic(&arena, 3, 0.5)));
    c = spread_of("a: [1, 2]", 2);
    ck_assert(!tro_spread_equal(a, c));
    ck_assert(tro_spread_equal(c, spread_of("a: [1, 2]", 2)));
    ck_assert(!tro_spread_equal(c, spread_of("a: [1, 3]", 2)));
    d = spread_of("a: [[1, 0.5], [0.5, 1]]", 2);
    ck_assert(tro_spread_equal(d, spread_of("a: [[1, 0.5], [0.5, 1]]", 2)));
    ck_assert(!tro_spread_equal(d, spread_of("a: [[1, 0.25], [0.25, 1]]", 2)));
}
END_TEST

/* --- rewards --------------------------------------------------------------- */

static const tro_reward *reward_of(const char *text, size_t d)
{
    const tro_reward *reward = NULL;
    tro_reader r = reader();
    ck_assert_int_eq(tro_reward_read(&r, NULL, node_of(text), d, &reward), TRO_OK);
    return reward;
}

/* r(x) by the formula, its gradient by differences (exact for quadratics), and
 * its bias by the 2 d points of a cubature that is exact for quadratics. */
static void check_reward(const char *text, const double *g, const double *q, const double *c)
{
    const tro_reward *reward = reward_of(text, 2);
    const tro_spread *spread = tro_spread_isotropic(&arena, 2, 0.3);
    double x[2] = {0.7, -1.2}, gradient[2], mean = 0;
    double expected = g[0] * x[0] + g[1] * x[1];
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < 2; j++)
            expected -= 0.5 * (x[i] - c[i]) * q[2 * i + j] * (x[j] - c[j]);
    ck_assert_double_eq_tol(tro_reward_at(reward, x), expected, 1e-14);
    tro_reward_gradient(reward, x, gradient);
    for (int i = 0; i < 2; i++) {
        double up[2] = {x[0], x[1]}, down[2] = {x[0], x[1]};
        up[i] += 0.5;
        down[i] -= 0.5;
        ck_assert_double_eq_tol(gradient[i], tro_reward_at(reward, up) -
                                                 tro_reward_at(reward, down), 1e-14);
        up[i] = x[i] + sqrt(0.6);
        down[i] = x[i] - sqrt(0.6);
        mean += (tro_reward_at(reward, up) + tro_reward_at(reward, down)) / 4;
    }
    ck_assert_double_eq_tol(tro_reward_bias(reward, spread), mean - expected, 1e-14);
}

START_TEST(test_reward_forms)
{
    check_reward("a: 2", (double[]){2, 2}, (double[]){0, 0, 0, 0}, (double[]){0, 0});
    check_reward("a: [1, -3]", (double[]){1, -3}, (double[]){0, 0, 0, 0}, (double[]){0, 0});
    check_reward("a: {linear: [1, 2], centre: 5}", (double[]){1, 2}, (double[]){0, 0, 0, 0},
                 (double[]){5, 5});
    check_reward("a: {curvature: 2, centre: [1, 0]}", (double[]){0, 0},
                 (double[]){2, 0, 0, 2}, (double[]){1, 0});
    check_reward("a: {linear: 1, curvature: [2, -1]}", (double[]){1, 1},
                 (double[]){2, 0, 0, -1}, (double[]){0, 0});
    check_reward("a: {linear: 1, curvature: [[2, 0.5], [0.5, 1]], centre: [0.2, 0.3]}",
                 (double[]){1, 1}, (double[]){2, 0.5, 0.5, 1}, (double[]){0.2, 0.3});
}
END_TEST

static void refuse_reward(const char *text, const char *expected)
{
    char buffer[4096];
    const tro_reward *reward = NULL;
    tro_reader r = reader();
    ck_assert_int_eq(tro_reward_read(&r, NULL, node_of(text), 2, &reward), TRO_ESCENARIO);
    ck_assert_str_eq(tro_listed(&messages, buffer, sizeof buffer), expected);
    tro_messages_clear(&messages);
}

START_TEST(test_reward_read_errors)
{
    refuse_reward("a: {centre: 1}", "1:4: a reward needs 'linear' or 'curvature'");
    refuse_reward("a: [1, 2, 3]", "1:4: linear has 3 numbers, but the dimension is 2");
    refuse_reward("a: {linear: [1, 2, 3]}",
                  "1:13: linear has 3 numbers, but the dimension is 2");
    refuse_reward("a: {linear: 1, centre: [1, 2, 3]}",
                  "1:24: centre has 3 numbers, but the dimension is 2");
    refuse_reward("a: {curvature: [1, 2, 3]}",
                  "1:16: curvature has 3 numbers, but the dimension is 2");
    refuse_reward("a: {curvature: [[1, 2]]}",
                  "1:16: curvature has 1 rows, but the dimension is 2");
    refuse_reward("a: {curvature: [[1, 2], [2]]}",
                  "1:25: row 2 of the curvature has 1 numbers, but the dimension is 2");
    refuse_reward("a: {curvature: [[1, 2], [3, 1]]}",
                  "1:16: curvature is a symmetric matrix, found 3 in row 2, column 1 and 2 across "
                  "the diagonal");
    refuse_reward("a: {linear: warm}", "1:13: linear must be a list of numbers, found 'warm'");
    refuse_reward("a: {slope: 1}",
                  "1:5: unknown key 'slope' in 'reward', valid keys are linear, curvature, centre, "
                  "normal, uniform");
}
END_TEST

/* --- the gaussian law -------------------------------------------------------- */

typedef struct sources {
    size_t parts;
    tro_part part[3];
    uint64_t counts[3];
} sources;

/* A part whose outputs are normal. */
#define NORMAL(mean, covariance) {mean, covariance, NULL, NULL}

static double law_a[2] = {1, -2}, law_b[2] = {0.5, 3}, law_c[2] = {-1, -1};

/* The mean and covariance of the fitted mean, by formula. */
static void exact_law(const sources *s, double *mean, double *covariance)
{
    double n = 0;
    memset(mean, 0, 2 * sizeof *mean);
    memset(covariance, 0, 4 * sizeof *covariance);
    for (size_t k = 0; k < s->parts; k++)
        n += (double)s->counts[k];
    for (size_t k = 0; k < s->parts; k++) {
        double weight = (double)s->counts[k] / n;
        for (int i = 0; i < 2; i++)
            mean[i] += weight * s->part[k].law[i];
        tro_spread_add(s->part[k].spread, weight / n, covariance);
    }
}

/* Standard scores of the first two moments of `size` draws. */
static double score(const sources *s, size_t size, uint64_t round)
{
    const tro_space space = {.family = &tro_family_gaussian, .width = 2, .coordinates = 2};
    tro_stream stream = tro_test_stream(1, round);
    uint64_t n = 0;
    double mean[2], covariance[4], sum[2] = {0, 0}, square[4] = {0}, scratch[4], z[2];
    double worst = 0;
    for (size_t k = 0; k < s->parts; k++)
        n += s->counts[k];
    exact_law(s, mean, covariance);
    for (size_t t = 0; t < size; t++) {
        tro_family_gaussian.sample(&space, n, s->parts, s->part, s->counts, &stream, z, scratch);
        for (int i = 0; i < 2; i++) {
            sum[i] += z[i] - mean[i];
            for (int j = 0; j < 2; j++)
                square[2 * i + j] += (z[i] - mean[i]) * (z[j] - mean[j]);
        }
    }
    for (int i = 0; i < 2; i++) {
        double noise = sqrt(covariance[3 * i] / (double)size);
        worst = fmax(worst, noise > 0 ? fabs(sum[i] / (double)size) / noise
                                      : 1e15 * fabs(sum[i] / (double)size));
        for (int j = 0; j < 2; j++) {
            double away = fabs(square[2 * i + j] / (double)size - covariance[2 * i + j]);
            double spread = sqrt((covariance[3 * i] * covariance[3 * j] +
                                  covariance[2 * i + j] * covariance[2 * i + j]) /
                                 (double)size);
            worst = fmax(worst, spread > 0 ? away / spread : 1e15 * away);
        }
    }
    return worst;
}

START_TEST(test_gaussian_sample)
{
    const tro_spread *full = spread_of("a: [[2, 0.9], [0.9, 0.5]]", 2);
    const tro_spread *flat = spread_of("a: [[1, 2], [2, 4]]", 2);
    const tro_spread *diagonal = spread_of("a: [0.25, 3]", 2);
    const tro_spread *round = tro_spread_isotropic(&arena, 2, 0.7);
    const tro_spread *point = tro_spread_isotropic(&arena, 2, 0);
    const sources all[] = {
        {1, {NORMAL(law_a, round)}, {1}},
        {1, {NORMAL(law_a, point)}, {4}},
        {2, {NORMAL(law_a, round), NORMAL(law_b, round)}, {3, 5}},
        {2, {NORMAL(law_a, diagonal), NORMAL(law_b, diagonal)}, {1, 5}},
        {2, {NORMAL(law_a, full), NORMAL(law_b, full)}, {7, 1}},
        {2, {NORMAL(law_a, round), NORMAL(law_b, diagonal)}, {4, 2}},
        {2, {NORMAL(law_a, round), NORMAL(law_b, full)}, {4, 2}},
        {2, {NORMAL(law_a, point), NORMAL(law_b, flat)}, {4, 2}},
        {3, {NORMAL(law_a, diagonal), NORMAL(law_b, full), NORMAL(law_c, round)}, {2, 3, 4}},
        {3, {NORMAL(law_a, diagonal), NORMAL(law_b, full), NORMAL(law_c, round)}, {0, 0, 4}},
        {3, {NORMAL(law_a, diagonal), NORMAL(law_b, full), NORMAL(law_c, round)}, {2, 0, 4}},
        {1, {NORMAL(law_a, full)}, {1000000000000000}},
    };
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        double first = score(&all[k], 20000, 10 + k), second = 0;
        if (!(first < 5))
            second = score(&all[k], 40000, 50 + k);
        ck_assert_msg(first < 5 || second < 5, "case %zu: %.2f, then %.2f sigma", k, first,
                      second);
    }
}
END_TEST

/* The noise of two sources of rank one is in the plane of both, and there. */
START_TEST(test_gaussian_sample_small_pivots)
{
    const tro_space space = {.family = &tro_family_gaussian, .width = D, .coordinates = D};
    const double zero[D] = {0};
    for (uint64_t t = 0; t < 2000; t++) {
        tro_stream stream = tro_test_stream(1, 1000 + t);
        double a[D], b[D], m[2][D * D] = {{0}}, z[D], scratch[2 * D], found[2];
        tro_part part[2] = {{.law = zero}, {.law = zero}};
        nearly_parallel(&stream, a, b);
        outer(1, a, m[0]);
        outer(1, b, m[1]);
        for (int k = 0; k < 2; k++)
            ck_assert_int_eq(tro_spread_full(&arena, D, m[k], &part[k].spread), TRO_OK);
        tro_family_gaussian.sample(&space, 4, 2, part, (uint64_t[]){1, 3}, &stream, z, scratch);
        /* z = x a + y b: x and y from the last two coordinates */
        tro_plain_solve(2, (double[]){a[3], b[3], a[4], b[4]}, z + 3, found);
        ck_assert_msg(found[0] != 0 && found[1] != 0, "case %d: no noise", (int)t);
        for (int i = 0; i < 3; i++)
            ck_assert_double_eq_tol(z[i], found[0] * a[i] + found[1] * b[i], 1e-10);
        tro_arena_clear(&arena);
    }
}
END_TEST

/* Counts, means and noise go together bit for bit: 10^15 outputs cost and give
 * the same as 1, scaled. */
START_TEST(test_gaussian_sample_scales)
{
    const tro_space space = {.family = &tro_family_gaussian, .width = 2, .coordinates = 2};
    const tro_spread *unit = tro_spread_isotropic(&arena, 2, 1);
    const double zero[2] = {0, 0};
    const tro_part part = NORMAL(zero, unit);
    double one[2], many[2], scratch[4];
    tro_stream s = tro_test_stream(1, 1), again = s;
    tro_family_gaussian.sample(&space, 1, 1, &part, &(uint64_t){1}, &s, one, scratch);
    tro_family_gaussian.sample(&space, 1000000, 1, &part, &(uint64_t){1000000}, &again, many,
                               scratch);
    for (int i = 0; i < 2; i++)
        ck_assert_double_eq_tol(one[i], 1000 * many[i], 1e-15);
    ck_assert(s.state == again.state);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_spread_shapes, test_spread_semidefinite, test_spread_small_pivots,
        test_spread_read_errors, test_spread_equal, test_reward_forms, test_reward_read_errors,
        test_gaussian_sample, test_gaussian_sample_small_pivots,
        test_gaussian_sample_scales};
    atexit(teardown);
    return TRO_RUN_TESTS("family", tests);
}
