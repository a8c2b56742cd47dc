/* Fits of the full gaussian family to n outputs, and outputs kept by curators that
 * draw them, against a sampler that draws and judges every output; and the
 * laws of models that train on themselves. Quick with fixed seeds; long with
 * seeds of the day when TRO_LONG=1. */
#include <gsl/gsl_sf_gamma.h>
#include <gsl/gsl_sf_psi.h>
#include <stdlib.h>

#include "tests/theory/brute.h"
#include "tests/unit/support.h"

#include "family/normal.h"

enum { MOST = 3, ROOM = MOST + MOST * (MOST + 1) / 2 };

static tro_stream stream_of(uint64_t round, uint64_t agent)
{
    return tro_stream_of(
        &(tro_stream_key){tro_test_seed(), 0, agent, round, TRO_FOR_TESTS});
}

/* A check draws `size` times from both samplers and returns the score. */
typedef double law_check(const void *what, size_t size, uint64_t round, const char **worst);

static void check_five_sigma(law_check *check, const void *what, size_t size, const char *name)
{
    const char *first_what = "", *second_what = "";
    double first = check(what, size, 1, &first_what), second = 0;
    if (!(first < 5))
        second = check(what, 2 * size, 2, &second_what);
    ck_assert_msg(first < 5 || second < 5, "%s: %.2f (%s), then %.2f sigma (%s)", name, first,
                  first_what, second, second_what);
}

/* --- outputs of two laws ------------------------------------------------------------- */

typedef struct fit {
    size_t d;
    uint64_t counts[2];
} fit;

/* Two laws of d coordinates; the second has a coordinate without variance. */
static void make_laws(size_t d, double z[2][ROOM])
{
    for (int k = 0; k < 2; k++) {
        tro_stream s = stream_of(d, 50 + (uint64_t)k);
        double root[MOST * MOST] = {0}, m[MOST], covariance[MOST * MOST];
        for (size_t i = 0; i < d; i++) {
            m[i] = tro_stream_normal(&s);
            for (size_t j = 0; j <= i; j++)
                root[i * d + j] = k == 1 && i == d - 1 && d > 1 ? 0 : tro_stream_normal(&s);
        }
        for (size_t i = 0; i < d; i++)
            for (size_t j = 0; j < d; j++) {
                covariance[i * d + j] = 0;
                for (size_t t = 0; t < d; t++)
                    covariance[i * d + j] += root[i * d + t] * root[j * d + t];
            }
        tro_moments_of(d, m, covariance, z[k]);
    }
}

/* x = a draw of N(m, L L'). */
static void draw_normal(size_t d, const double *z, const double *root, tro_stream *s, double *x)
{
    double e[MOST];
    tro_stream_normals(s, d, e);
    for (size_t i = 0; i < d; i++) {
        x[i] = z[i];
        for (size_t j = 0; j <= i; j++)
            x[i] += root[i * d + j] * e[j];
    }
}

static double fit_score(const void *what, size_t size, uint64_t round, const char **worst)
{
    const fit *f = what;
    size_t d = f->d, width = tro_moments_width(d);
    const tro_space space = {.family = &tro_family_gaussian_full, .width = width,
                             .coordinates = d};
    uint64_t n = f->counts[0] + f->counts[1];
    double z[2][ROOM], root[2][MOST * MOST];
    double *scratch = calloc(space.family->scratch_size(&space), sizeof *scratch);
    tro_draws a = {size, width, calloc(size * width, sizeof(double))};
    tro_draws b = {size, width, calloc(size * width, sizeof(double))};
    tro_stream s = stream_of(round, 60 + 10 * n + d), t = stream_of(round, 700 + 10 * n + d);
    make_laws(d, z);
    const tro_part parts[2] = {{z[0], NULL, NULL, NULL}, {z[1], NULL, NULL, NULL}};
    for (int k = 0; k < 2; k++)
        tro_moments_root(d, z[k], root[k]);
    for (size_t r = 0; r < size; r++) {
        space.family->sample(&space, n, 2, parts, f->counts, &s, a.rows + r * width, scratch);
        for (int k = 0; k < 2; k++)
            for (uint64_t c = 0; c < f->counts[k]; c++) {
                double x[MOST];
                draw_normal(d, z[k], root[k], &t, x);
                tro_moments_add(d, 1 / (double)n, x, 1 / (double)n, x, b.rows + r * width);
            }
    }
    double score = tro_law_score(&a, &b, width + 3, &t, worst);
    free(scratch);
    free(a.rows);
    free(b.rows);
    return score;
}

START_TEST(test_fits_law)
{
    static const uint64_t counts[][2] = {{1, 0}, {2, 0}, {3, 0}, {10, 0}, {1, 2}, {6, 4}};
    for (size_t d = 1; d <= MOST; d++)
        for (size_t k = 0; k < sizeof counts / sizeof *counts; k++) {
            fit f = {d, {counts[k][0], counts[k][1]}};
            check_five_sigma(fit_score, &f, tro_long_tests() ? 100000 : 8000, "a fit");
        }
}
END_TEST

/* --- kept outputs -------------------------------------------------------------------- */

/* A choice by a linear reward over a temperature, in the plane. */
typedef struct choice {
    double g[2], candidates, flip;
    int largest;
} choice;

typedef struct kept {
    const char *text;
    size_t count;
    choice stage[3];
    double moved[2];          /* displacement at the end */
    uint64_t outputs;
    int moments;
} kept;

static const double plane_mean[2] = {0.4, -0.3}, plane_spread[4] = {0.8, 0.3, 0.3, 0.5};

/* One output as the last of `count` stages keeps it. A first stage of infinitely
 * many candidates is the normal it makes. */
static void draw_kept(const kept *k, size_t count, const double *z, const double *root,
                      tro_stream *s, double *x)
{
    if (count == 0) {
        draw_normal(2, z, root, s, x);
        return;
    }
    const choice *c = &k->stage[count - 1];
    double sign = tro_stream_uniform(s) < c->flip ? -1 : 1, best[2] = {0}, top = -INFINITY;
    double sum = 0;
    if (isinf(c->candidates)) {
        draw_kept(k, count - 1, z, root, s, x);
        for (int i = 0; i < 2; i++)
            x[i] += sign * (plane_spread[2 * i] * c->g[0] + plane_spread[2 * i + 1] * c->g[1]);
        return;
    }
    for (double n = 0; n < c->candidates; n++) {
        draw_kept(k, count - 1, z, root, s, x);
        double r = sign * (c->g[0] * x[0] + c->g[1] * x[1]);
        sum += exp(r);
        /* each so far is kept with probability exp(r) / sum */
        if (c->largest ? r > top : tro_stream_uniform(s) * sum < exp(r)) {
            top = r;
            best[0] = x[0];
            best[1] = x[1];
        }
    }
    x[0] = best[0];
    x[1] = best[1];
}

static double kept_score(const void *what, size_t size, uint64_t round, const char **worst)
{
    const kept *k = what;
    tro_world w;
    tro_world_open(&w, "trophic: 1\n"
        "outcomes: {family: gaussian%s, dimension: 2, covariance: [[0.8, 0.3], [0.3, 0.5]]}\n"
        "agents: [{name: a, start: 0, public: %s, shares: {curated: 1}}]\n"
        "network: {edges: [{from: a, to: a}]}\n", k->moments ? "-full" : "", k->text);
    const tro_curation *c = w.scenario->agents[0].public_curation;
    const tro_space *space = &w.scenario->space;
    size_t width = space->width;
    double z[ROOM], root[4], x[2];
    double *scratch = calloc(space->family->scratch_size(space), sizeof *scratch);
    tro_draws a = {size, width, calloc(size * width, sizeof(double))};
    tro_draws b = {size, width, calloc(size * width, sizeof(double))};
    tro_stream s = stream_of(round, 900 + k->outputs), t = stream_of(round, 1000 + k->outputs);
    tro_moments_of(2, plane_mean, plane_spread, z);
    tro_moments_root(2, z, root);
    ck_assert_ptr_nonnull(c->ops->draw);
    for (size_t r = 0; r < size; r++) {
        double *row = b.rows + r * width, moments[ROOM] = {0};
        c->ops->draw(c, z, k->outputs, &s, a.rows + r * width, scratch);
        for (uint64_t n = 0; n < k->outputs; n++) {
            draw_kept(k, k->count, z, root, &t, x);
            x[0] += k->moved[0];
            x[1] += k->moved[1];
            tro_moments_add(2, 1, x, 1, x, moments);
        }
        memcpy(row, moments, width * sizeof *row);
    }
    double score = tro_law_score(&a, &b, width + 3, &t, worst);
    free(scratch);
    free(a.rows);
    free(b.rows);
    tro_world_close(&w);
    return score;
}

#define PAIR "{bradley-terry: {candidates: 3, temperature: 0.5, reward: [0.7, -0.4]}}"
#define BEST "{best-of: {candidates: 5, reward: [1, 1]}}"

static const kept cases[] = {
    {PAIR, 1, {{{1.4, -0.8}, 3, 0, 0}}, {0}, 0, 0},
    {"{bradley-terry: {candidates: 2, reward: [2, 1], flip: 0.3}}", 1, {{{2, 1}, 2, 0.3, 0}}, {0},
     0, 0},
    {"{bradley-terry: {reward: [2, 1], flip: 0.3}}", 1, {{{2, 1}, INFINITY, 0.3, 0}}, {0}, 0, 0},
    {BEST, 1, {{{1, 1}, 5, 0, 1}}, {0}, 0, 0},
    {"{best-of: {candidates: 4, reward: [1, 1], flip: 0.5}}", 1, {{{1, 1}, 4, 0.5, 1}}, {0}, 0,
     0},
    {"{stages: [{bradley-terry: {candidates: 2, reward: [2, 2]}}, {shift: [1, -1]}, "
     "{bradley-terry: {candidates: 3, reward: [-1, -1]}}]}", 2,
     {{{2, 2}, 2, 0, 0}, {{-1, -1}, 3, 0, 0}}, {1, -1}, 0, 0},
    {"{stages: [{bradley-terry: {reward: [0.5, 0.5]}}, " BEST ", {best-of: {candidates: 2, "
     "reward: [-1, -1]}}]}", 3,
     {{{0.5, 0.5}, INFINITY, 0, 0}, {{1, 1}, 5, 0, 1}, {{-1, -1}, 2, 0, 1}}, {0}, 0, 0},
    {"{stages: [" BEST ", {bradley-terry: {candidates: 3, reward: [-2, -2], flip: 0.25}}]}", 2,
     {{{1, 1}, 5, 0, 1}, {{-2, -2}, 3, 0.25, 0}}, {0}, 0, 0},
};

START_TEST(test_kept_law)
{
    static const uint64_t outputs[] = {1, 3, 4, 10};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
        for (int k = 0; k < 8; k++) {
            kept one = cases[c];
            one.outputs = outputs[k / 2];
            one.moments = k % 2;
            if (!one.moments && one.outputs == 3)
                continue;
            check_five_sigma(kept_score, &one, tro_long_tests() ? 100000 : 5000, one.text);
        }
}
END_TEST

/* Sampled rounds of who trains on kept outputs that passed a channel. */
static double passed_score(const void *what, size_t size, uint64_t round, const char **worst)
{
    const kept *k = what;
    tro_world w;
    tro_world_open(&w, "trophic: 1\n"
        "outcomes: {family: gaussian%s, dimension: 2, covariance: [[0.8, 0.3], [0.3, 0.5]]}\n"
        "agents:\n"
        "  - {name: a, start: [%.17g, %.17g], public: %s, shares: {synthetic: 1}}\n"
        "  - {name: b, start: 0, shares: {curated: 1}}\n"
        "network: {edges: [{from: a, to: a}, {from: a, to: b, channel: {affine: "
        "{matrix: [[1, 0.5], [-2, 1]], scale: 0.5, offset: [1, -1]}}}]}\n"
        "advance: {sampled: {outputs: %llu}}\n", k->moments ? "-full" : "", plane_mean[0],
        plane_mean[1], k->text, (unsigned long long)k->outputs);
    size_t width = w.eco->width;
    double z[ROOM], root[4], x[2];
    tro_runner runner = {0};
    tro_sampler *sampler = NULL;
    int status = tro_sampler_new(w.eco, &sampler, NULL);
    tro_draws a = {size, width, calloc(size * width, sizeof(double))};
    tro_draws b = {size, width, calloc(size * width, sizeof(double))};
    tro_stream t = stream_of(round, 1100 + k->outputs);
    ck_assert_int_eq(status, TRO_OK);
    ck_assert_int_eq(tro_runner_init(&runner, w.eco, w.plan, TRO_SAMPLED), TRO_OK);
    runner.sampler = sampler;
    tro_moments_of(2, plane_mean, plane_spread, z);
    tro_moments_root(2, z, root);
    for (size_t r = 0; r < size; r++) {
        double moments[ROOM] = {0};
        status |= tro_runner_start(&runner, 1000 * round + r, NULL);
        status |= tro_runner_round(&runner);
        memcpy(a.rows + r * width, runner.z + width, width * sizeof *a.rows);
        for (uint64_t n = 0; n < k->outputs; n++) {
            draw_kept(k, k->count, z, root, &t, x);
            double y[2] = {0.5 * x[0] + 0.25 * x[1] + 1, 0.5 * x[1] - x[0] - 1};
            tro_moments_add(2, 1, y, 1, y, moments);
        }
        for (size_t c = 0; c < width; c++)
            b.rows[r * width + c] = moments[c] / (double)k->outputs;
    }
    ck_assert_int_eq(status, TRO_OK);
    double score = tro_law_score(&a, &b, width + 3, &t, worst);
    tro_runner_release(&runner);
    tro_sampler_free(sampler);
    free(a.rows);
    free(b.rows);
    tro_world_close(&w);
    return score;
}

START_TEST(test_passed_law)
{
    for (int k = 0; k < 8; k++) {
        kept one = cases[k % 4 < 2 ? 0 : 3];
        one.outputs = k < 4 ? 2 : 9;
        one.moments = k % 2;
        check_five_sigma(passed_score, &one, tro_long_tests() ? 100000 : 5000, one.text);
    }
}
END_TEST

/* A curved reward makes the outputs of a location family narrower, and a mixture
 * draws from every branch. */
static double draw_score(const void *what, size_t size, uint64_t round, const char **worst)
{
    (void)what;
    tro_world w;
    tro_world_open(&w, "trophic: 1\noutcomes: {family: gaussian, dimension: 2}\n"
        "agents: [{name: a, start: 0, public: {one-of: [{weight: 3, curator: {bradley-terry: "
        "{reward: {curvature: [3, 0], centre: [1, 0]}}}}, {curator: none}]}, "
        "shares: {curated: 1}}]\nnetwork: {edges: [{from: a, to: a}]}\n");
    const tro_curation *c = w.scenario->agents[0].public_curation;
    double z[2] = {-1, 2}, scratch[16];
    tro_draws a = {size, 2, calloc(size * 2, sizeof(double))};
    tro_draws b = {size, 2, calloc(size * 2, sizeof(double))};
    tro_stream s = stream_of(round, 31), t = stream_of(round, 32);
    for (size_t r = 0; r < size; r++) {
        c->ops->draw(c, z, 3, &s, a.rows + 2 * r, scratch);
        for (int n = 0; n < 3; n++) { /* precision 1 + 3, mean (-1 + 3 * 1) / 4 */
            int tilted = tro_stream_uniform(&t) < 0.75;
            double x = tro_stream_normal(&t), y = tro_stream_normal(&t);
            b.rows[2 * r] += tilted ? 0.5 + 0.5 * x : -1 + x;
            b.rows[2 * r + 1] += 2 + y;
        }
    }
    double score = tro_law_score(&a, &b, 5, &t, worst);
    free(a.rows);
    free(b.rows);
    tro_world_close(&w);
    return score;
}

START_TEST(test_mixture_law)
{
    check_five_sigma(draw_score, NULL, tro_long_tests() ? 200000 : 10000, "a mixture");
}
END_TEST

/* --- models that train on themselves ---------------------------------------------------- */

/* One dimension: the fit to real outputs of N(0, 1) and outputs of z. */
static void retrain(uint64_t real, uint64_t own, double *z, tro_stream *s)
{
    static const tro_space space = {.family = &tro_family_gaussian_full, .width = 2,
                                    .coordinates = 1};
    const double reference[2] = {0, 1};
    double scratch[TRO_DRAW_SCRATCH(1)], out[2];
    const tro_part parts[2] = {{reference, NULL, NULL, NULL}, {z, NULL, NULL, NULL}};
    tro_family_gaussian_full.sample(&space, real + own, 2, parts, (uint64_t[]){real, own}, s, out,
                                    scratch);
    z[0] = out[0];
    z[1] = out[1];
}

static double away(double sum, double squares, double n, double expected)
{
    double mean = sum / n, error = sqrt((squares / n - mean * mean) / n);
    return fabs(mean - expected) / error;
}

/* After g generations of M outputs each, maximum likelihood: E s^2 = (1 - 1/M)^g,
 * E ln s^2 = g (psi((M-1)/2) - ln(M/2)) with variance g psi'((M-1)/2), and the squared
 * Wasserstein distance from the start has mean 2 - 2 c^g, c = E s of one
 * generation. */
static double generations(const void *what, size_t size, uint64_t round, const char **worst)
{
    const double *given = what, m = given[0], g = given[1], n = (double)size;
    double half = (m - 1) / 2, sum[4] = {0}, squares[4] = {0};
    double c = sqrt(2 / m) * exp(gsl_sf_lngamma(m / 2) - gsl_sf_lngamma(half));
    double log_mean = g * (gsl_sf_psi(half) - log(m / 2)), score = 0;
    const double expected[4] = {pow(1 - 1 / m, g), log_mean, g * gsl_sf_psi_1(half),
                                2 - 2 * pow(c, g)};
    static const char *const names[] = {"variance", "log variance", "its variance", "distance"};
    tro_stream s = stream_of(round, 40);
    for (size_t r = 0; r < size; r++) {
        double z[2] = {0, 1};
        for (int k = 0; k < (int)g; k++)
            retrain(0, (uint64_t)m, z, &s);
        double v = z[1] - z[0] * z[0];
        const double value[4] = {v, log(v), (log(v) - log_mean) * (log(v) - log_mean),
                                 z[0] * z[0] + (sqrt(v) - 1) * (sqrt(v) - 1)};
        for (int k = 0; k < 4; k++) {
            sum[k] += value[k];
            squares[k] += value[k] * value[k];
        }
    }
    for (int k = 0; k < 4; k++) {
        double own = away(sum[k], squares[k], n, expected[k]);
        if (!(own <= score)) {
            score = own;
            *worst = names[k];
        }
    }
    return score;
}

START_TEST(test_collapse_law)
{
    static const double few[] = {10, 12}, many[] = {1000, 20};
    size_t size = tro_long_tests() ? 1000000 : 20000;
    ck_assert_double_eq_tol(50 * (gsl_sf_psi(4.5) - log(4.5)), -5.760323520837252, 1e-12);
    check_five_sigma(generations, few, size, "10 outputs");
    check_five_sigma(generations, many, size, "1000 outputs");
}
END_TEST

/* n_r fresh real outputs beside n_s of the model's own, in all N: in the long run
 * E mean^2 = 1/(N (1 - r^2) + r), r = n_s/N, and E variance = 1 - that. Means of
 * blocks longer than the memory. */
static double mixed(const void *what, size_t size, uint64_t round, const char **worst)
{
    (void)what;
    double r = 0.75, v = 1 / (80 * (1 - r * r) + r), sum[2] = {0}, squares[2] = {0};
    double z[2] = {0, 1};
    size_t block = 500, blocks = size / block;
    tro_stream s = stream_of(round, 41);
    for (int k = 0; k < 200; k++)
        retrain(20, 60, z, &s);
    for (size_t b = 0; b < blocks; b++) {
        double mean[2] = {0};
        for (size_t k = 0; k < block; k++) {
            retrain(20, 60, z, &s);
            mean[0] += z[0] * z[0] / (double)block;
            mean[1] += (z[1] - z[0] * z[0]) / (double)block;
        }
        for (int k = 0; k < 2; k++) {
            sum[k] += mean[k];
            squares[k] += mean[k] * mean[k];
        }
    }
    *worst = "the stationary moments";
    return fmax(away(sum[0], squares[0], (double)blocks, v),
                away(sum[1], squares[1], (double)blocks, 1 - v));
}

START_TEST(test_fresh_data_law)
{
    ck_assert_double_eq_tol(1 / (80 * (1 - 0.75 * 0.75) + 0.75), 0.027972027972027972, 1e-16);
    check_five_sigma(mixed, NULL, tro_long_tests() ? 20000000 : 400000, "real data");
}
END_TEST

/* --- does the comparison notice? --------------------------------------------------------- */

START_TEST(test_comparison_notices)
{
    const char *what = "";
    kept wrong = {PAIR, 1, {{{1.4, -0.8}, 4, 0, 0}}, {0}, 10, 1}; /* 4 candidates for 3 */
    ck_assert_double_gt(kept_score(&wrong, 10000, 3, &what), 5);
    wrong = (kept){BEST, 1, {{{1, 1.5}, 5, 0, 1}}, {0}, 10, 1}; /* another direction */
    ck_assert_double_gt(kept_score(&wrong, 10000, 3, &what), 5);
}
END_TEST

int main(void)
{
    tro_choose_seed(20260413);
    const TTest *const tests[] = {test_fits_law, test_kept_law, test_passed_law, test_mixture_law,
                                  test_collapse_law, test_fresh_data_law,
                                  test_comparison_notices};
    return tro_run_tests("gaussian full", tests, sizeof tests / sizeof *tests, 3600);
}
