/* One chosen projection, against nested adaptive integration of the
 * definition. */
#include <gsl/gsl_errno.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_cdf.h>

#include "curator/gaussian.h"
#include "curator/projection.h"
#include "support.h"

/* Of K candidates with odds s = e^(b t): the moment of order n of the kept one,
 * K int du F(u)^(K-1) int t^n N(t) y e^-y dt with y = e^(bt-u). */
typedef struct definition {
    double k, b, u;
    int order;
    gsl_integration_workspace *inner, *outer;
} definition;

static double tail_term(double t, void *context)
{
    const definition *d = context;
    return -gsl_ran_ugaussian_pdf(t) * expm1(-exp(d->b * t - d->u));
}

static double kept_term(double t, void *context)
{
    const definition *d = context;
    double y = exp(d->b * t - d->u);
    return gsl_ran_ugaussian_pdf(t) * pow(t, d->order) * y * exp(-y);
}

static double integrate(double (*f)(double, void *), definition *d, double low, double high,
                        gsl_integration_workspace *space)
{
    gsl_function function = {f, d};
    double value, error;
    gsl_integration_qag(&function, low, high, 1e-300, 1e-12, 2000, GSL_INTEG_GAUSS31, space,
                        &value, &error);
    return value;
}

/* In pieces, so that a narrow peak is not missed. */
static double pieces(double (*f)(double, void *), definition *d, double low, double high, int n,
                     gsl_integration_workspace *space)
{
    double sum = 0, step = (high - low) / n;
    for (int k = 0; k < n; k++)
        sum += integrate(f, d, low + k * step, low + (k + 1) * step, space);
    return sum;
}

static double outer_term(double u, void *context)
{
    definition *d = context;
    d->u = u;
    double tail = pieces(tail_term, d, -12, 12, 6, d->inner);
    return d->k * exp((d->k - 1) * log1p(-tail)) *
           pieces(kept_term, d, -12, 12, 6, d->inner);
}

static double by_definition(double k, double b, int order)
{
    definition d = {.k = k, .b = b, .order = order,
                    .inner = gsl_integration_workspace_alloc(2000),
                    .outer = gsl_integration_workspace_alloc(2000)};
    gsl_error_handler_t *before = gsl_set_error_handler_off(); /* rounding at 1e-13 */
    double low = -9 * b - 4, high = fmin(b * b / 2, 10 * b) + log(k) + 40;
    double value = pieces(outer_term, &d, low, high, 8, d.outer);
    gsl_set_error_handler(before);
    gsl_integration_workspace_free(d.inner);
    gsl_integration_workspace_free(d.outer);
    return value;
}

START_TEST(test_projection_definition)
{
    static const double cases[][2] = {{2, 3}, {3, 1}, {4, 1.9}, {4, 2.1}, {64, 4}, {1e6, 6}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        double k = cases[c][0], b = cases[c][1];
        tro_projection p = tro_projection_choice(k, b * b);
        ck_assert_double_eq_tol(by_definition(k, b, 0), 1, 1e-11);
        double mean = by_definition(k, b, 1), second = by_definition(k, b, 2);
        ck_assert_msg(fabs(b * p.alpha / mean - 1) < 1e-11, "K = %g, b = %g: mean %.16g, %.16g", k,
                      b, b * p.alpha, mean);
        ck_assert_msg(fabs((1 + b * b * p.q) / second - 1) < 1e-11,
                      "K = %g, b = %g: second %.16g, %.16g", k, b, 1 + b * b * p.q, second);
    }
}
END_TEST

/* Two candidates: b alpha = 2 b E sech^2(b delta/2)/4, delta ~ N(0, 2) (Stein), and
 * the second moment stays 1. */
static double stein_term(double delta, void *context)
{
    double c = cosh(0.5 * *(double *)context * delta);
    return gsl_ran_gaussian_pdf(delta, sqrt(2)) / (4 * c * c);
}

START_TEST(test_projection_pair)
{
    static const double golden[][2] = {{0.5, 0.224623}, {1, 0.363162}};
    gsl_integration_workspace *space = gsl_integration_workspace_alloc(1000);
    for (double b = 0.125; b < 300; b *= 1.7) {
        gsl_function f = {stein_term, &b};
        double value, error;
        gsl_integration_qags(&f, 0, 15, 1e-15, 1e-13, 1000, space, &value, &error);
        tro_projection p = tro_projection_choice(2, b * b);
        ck_assert_double_eq_tol(b * p.alpha, 4 * b * value, 1e-13);
        ck_assert_double_eq(p.q, 0);
        ck_assert_double_eq(p.dq, 0);
    }
    for (int k = 0; k < 2; k++)
        ck_assert_double_eq_tol(golden[k][0] * tro_projection_choice(2, pow(golden[k][0], 2)).alpha,
                                golden[k][1], 5e-7);
    gsl_integration_workspace_free(space);
}
END_TEST

/* Many or decided candidates. */
START_TEST(test_projection_limits)
{
    static const double ks[] = {2, 3, 5, 64, 1e6, 1e12};
    tro_projection p = tro_projection_choice(INFINITY, 3);
    ck_assert_double_eq(p.alpha, 1);
    ck_assert_double_eq(p.q, 1);
    for (size_t c = 0; c < sizeof ks / sizeof *ks; c++) {
        double k = ks[c], mean, variance, b = 1e7;
        p = tro_projection_choice(k, 0);
        ck_assert_double_eq_tol(p.alpha, 1 - 1 / k, 1e-14);
        ck_assert_double_eq_tol(p.q, (1 - 1 / k) * (1 - 2 / k), 1e-14);
        /* no candidate has a chance beside the best */
        tro_projection_largest(k, &mean, &variance);
        p = tro_projection_choice(k, b * b);
        ck_assert_double_eq_tol(b * p.alpha, mean, 1e-12);
        ck_assert_double_eq_tol(1 + b * b * (p.q - p.alpha * p.alpha), variance, 1e-11);
        ck_assert_double_eq_tol(-2 * b * b * b * p.dalpha, mean, 1e-11);
    }
    p = tro_projection_choice(4, NAN);
    ck_assert(isnan(p.alpha) && isnan(p.q) && isnan(p.dalpha) && isnan(p.dq));
    p = tro_projection_choice(4, INFINITY);
    ck_assert(isnan(p.alpha));
}
END_TEST

/* Kept among N with N to infinity: the corrections are of order 1/K. */
START_TEST(test_projection_many)
{
    for (double b = 0.25; b < 2; b *= 2) {
        double w = exp(b * b); /* E w^2 / (E w)^2 */
        for (double k = 1e5; k < 1e8; k *= 10) {
            tro_projection p = tro_projection_choice(k, b * b);
            ck_assert_double_eq_tol(k * (1 - p.alpha), w, 20 * pow(w, 4) / k + 1e-6);
        }
    }
}
END_TEST

START_TEST(test_projection_derivative)
{
    static const double ks[] = {2, 3, 4, 7, 100, 1e6};
    for (size_t c = 0; c < sizeof ks / sizeof *ks; c++)
        for (double beta = 0.01; beta < 1e4; beta *= 3) {
            double slope = 0, bend = 0;
            for (int half = 0; half < 2; half++) {
                double h = beta * (half ? 1e-3 : 2e-3);
                tro_projection up = tro_projection_choice(ks[c], beta + h);
                tro_projection down = tro_projection_choice(ks[c], beta - h);
                double a = (up.alpha - down.alpha) / (2 * h), q = (up.q - down.q) / (2 * h);
                slope = half ? (4 * a - slope) / 3 : a;
                bend = half ? (4 * q - bend) / 3 : q;
            }
            tro_projection p = tro_projection_choice(ks[c], beta);
            double scale = 1e-10 + 1e-12 / beta; /* rounding of the differences */
            ck_assert_double_eq_tol(slope, p.dalpha, scale * (1 + fabs(p.dalpha)));
            ck_assert_double_eq_tol(bend, p.dq, scale * (1 + fabs(p.dq)));
        }
}
END_TEST

/* --- the largest of K --------------------------------------------------------------- */

typedef struct order_statistic {
    double k;
    int order;
} order_statistic;

static double order_term(double t, void *context)
{
    const order_statistic *o = context;
    double below = t < 0 ? log(gsl_cdf_ugaussian_P(t)) : log1p(-gsl_cdf_ugaussian_Q(t));
    return o->k * gsl_ran_ugaussian_pdf(t) * exp((o->k - 1) * below) * pow(t, o->order);
}

START_TEST(test_projection_largest)
{
    static const double ks[] = {2, 3, 5, 20, 1000, 1e6};
    gsl_integration_workspace *space = gsl_integration_workspace_alloc(1000);
    for (size_t c = 0; c < sizeof ks / sizeof *ks; c++) {
        double mean, variance, moment[2], error;
        for (int n = 0; n < 2; n++) {
            order_statistic o = {ks[c], n + 1};
            gsl_function f = {order_term, &o};
            double low, high;
            gsl_integration_qags(&f, -10, 2, 1e-14, 1e-13, 1000, space, &low, &error);
            gsl_integration_qags(&f, 2, 12, 1e-14, 1e-13, 1000, space, &high, &error);
            moment[n] = low + high;
        }
        tro_projection_largest(ks[c], &mean, &variance);
        ck_assert_double_eq_tol(mean, moment[0], 1e-12);
        ck_assert_double_eq_tol(variance, moment[1] - moment[0] * moment[0], 1e-11);
    }
    gsl_integration_workspace_free(space);
}
END_TEST

/* --- several steps ------------------------------------------------------------------ */

/* The law on a grid, outcome by outcome: pairs by their odds, order statistics
 * and tilts as they are defined. */
enum { GRID = 801 };
static const double GRID_STEP = 0.03;

static void grid_step(const tro_line_step *step, double sigma, double *p)
{
    static double kept[GRID];
    double sum = 0;
    for (int i = 0; i < GRID; i++) {
        double b = step->slope * sigma, here = (i - GRID / 2) * GRID_STEP;
        kept[i] = 0;
        if (isinf(step->candidates))
            kept[i] = p[i] * exp(b * here);
        for (int j = 0; !isinf(step->candidates) && j < GRID; j++)
            kept[i] += 2 * p[i] * p[j] / (1 + exp(-b * (i - j) * GRID_STEP));
        sum += kept[i];
    }
    for (int i = 0; i < GRID; i++)
        p[i] = kept[i] / sum;
}

static void check_stages(const tro_line_step *steps, size_t count, double sigma)
{
    static double p[GRID];
    double *scratch = calloc(tro_line_stages_scratch(), sizeof *scratch), mean = 0, second = 0;
    for (int i = 0; i < GRID; i++)
        p[i] = GRID_STEP * gsl_ran_ugaussian_pdf((i - GRID / 2) * GRID_STEP);
    for (size_t k = 0; k < count; k++)
        grid_step(&steps[k], sigma, p);
    for (int i = 0; i < GRID; i++) {
        double t = (i - GRID / 2) * GRID_STEP;
        mean += p[i] * t;
        second += p[i] * t * t;
    }
    tro_line_kept kept = tro_line_stages(steps, count, sigma * sigma, scratch);
    ck_assert_double_eq_tol(kept.mean * sigma, mean, 1e-12);
    ck_assert_double_eq_tol(1 + kept.spread * sigma * sigma, second - mean * mean, 1e-12);
    free(scratch);
}

START_TEST(test_stages_grid)
{
    static const tro_line_step steps[] = {
        {2, 1, 0}, {2, 1, 0}, {2, -0.5, 0}, {INFINITY, 0.7, 0}, {2, 2, 0}, {INFINITY, -1.3, 0},
        {2, -1, 0}};
    for (size_t first = 0; first < 6; first++)
        for (size_t count = 1; first + count <= 7; count++)
            if (!isinf(steps[first].candidates))
                check_stages(steps + first, count, 0.4 + 0.2 * (double)count);
}
END_TEST

/* One step is the other kernel's, at any K and b. */
START_TEST(test_stages_one_step)
{
    static const double ks[] = {2, 3, 64, 1e6, 1e12}, bs[] = {0.01, 0.5, 2, 7, 50};
    double *scratch = calloc(tro_line_stages_scratch(), sizeof *scratch);
    for (int k = 0; k < 5; k++)
        for (int j = 0; j < 5; j++) {
            double b = bs[j];
            tro_line_step step = {ks[k], j % 2 ? -2 : 2, 0};
            tro_projection p = tro_projection_choice(ks[k], b * b);
            tro_line_kept kept = tro_line_stages(&step, 1, b * b / 4, scratch);
            ck_assert_double_eq_tol(kept.mean / step.slope, p.alpha, 2e-13);
            ck_assert_double_eq_tol(kept.dmean / (4 * step.slope) * b * b, p.dalpha * b * b, 1e-11);
            ck_assert_double_eq_tol(kept.spread / 4 * b * b, (p.q - p.alpha * p.alpha) * b * b,
                                    1e-12 * (1 + b * b));
            ck_assert_double_eq_tol(kept.dspread / 16 * b * b * b * b,
                                    (p.dq - 2 * p.alpha * p.dalpha) * b * b * b * b,
                                    1e-10 * (1 + b * b));
        }
    free(scratch);
}
END_TEST

/* The smallest of k largest of n: density k f (1-F)^(k-1), F the n-th power. */
static double smallest_term(double t, void *context)
{
    const order_statistic *o = context; /* moment of the smallest of 4 of the largest of k */
    double f = gsl_cdf_ugaussian_P(t), below = pow(f, o->k);
    return 4 * o->k * gsl_ran_ugaussian_pdf(t) * pow(f, o->k - 1) * pow(1 - below, 3) *
           pow(t, o->order);
}

START_TEST(test_stages_largest)
{
    double *scratch = calloc(tro_line_stages_scratch(), sizeof *scratch), mean, variance, error;
    gsl_integration_workspace *space = gsl_integration_workspace_alloc(1000);
    static const tro_line_step up[] = {{4, 1, 1}, {5, 3, 1}};
    tro_line_kept kept = tro_line_stages(up, 2, 0.25, scratch);
    tro_projection_largest(20, &mean, &variance);
    ck_assert_double_eq_tol(kept.mean * 0.5, mean, 1e-13);
    ck_assert_double_eq_tol(1 + kept.spread * 0.25, variance, 1e-13);
    for (double k = 3; k < 1e5; k *= 9) {
        tro_line_step mixed[] = {{k, 1, 1}, {4, -1, 1}};
        double moment[2];
        for (int n = 0; n < 2; n++) {
            order_statistic o = {k, n + 1};
            gsl_function f = {smallest_term, &o};
            gsl_integration_qags(&f, -8, 9, 1e-14, 1e-12, 1000, space, &moment[n], &error);
        }
        kept = tro_line_stages(mixed, 2, 1, scratch);
        ck_assert_double_eq_tol(kept.mean, moment[0], 1e-11);
        ck_assert_double_eq_tol(1 + kept.spread, moment[1] - moment[0] * moment[0], 1e-10);
    }
    gsl_integration_workspace_free(space);
    free(scratch);
}
END_TEST

START_TEST(test_stages_derivative)
{
    static const tro_line_step steps[][3] = {
        {{4, 1, 0}, {9, -2, 0}, {3, 1, 1}}, {{5, 1, 1}, {INFINITY, -1, 0}, {2, 1, 0}},
        {{1000, 1, 0}, {INFINITY, 0.5, 0}, {4, -1, 1}}, {{2, 1, 0}, {2, 1, 0}, {2, 1, 0}}};
    double *scratch = calloc(tro_line_stages_scratch(), sizeof *scratch);
    for (int c = 0; c < 4; c++)
        for (double v = 0.3; v < 5; v *= 10) {
            double mean = 0, spread = 0;
            for (int half = 0; half < 2; half++) {
                double h = v * (half ? 1e-3 : 2e-3);
                tro_line_kept up = tro_line_stages(steps[c], 3, v + h, scratch);
                tro_line_kept down = tro_line_stages(steps[c], 3, v - h, scratch);
                double a = (up.mean - down.mean) / (2 * h);
                double q = (up.spread - down.spread) / (2 * h);
                mean = half ? (4 * a - mean) / 3 : a;
                spread = half ? (4 * q - spread) / 3 : q;
            }
            tro_line_kept kept = tro_line_stages(steps[c], 3, v, scratch);
            ck_assert_double_eq_tol(mean, kept.dmean, 2e-10 * (1 + 1 / v));
            ck_assert_double_eq_tol(spread, kept.dspread, 2e-10 * (1 + 1 / v / v));
        }
    free(scratch);
}
END_TEST

/* Infinite rewards and no variance. */
START_TEST(test_stages_limits)
{
    static const tro_line_step steps[] = {{4, 1, 0}, {INFINITY, -1, 0}, {10, 1, 0}};
    static const tro_line_step sharp[] = {{4, 1, 0}, {4, 1, 1}};
    double *scratch = calloc(tro_line_stages_scratch(), sizeof *scratch);
    tro_line_kept kept = tro_line_stages(steps, 3, 0, scratch);
    ck_assert_double_eq_tol(kept.mean, 0.75 - 1 + 0.9, 1e-15);
    ck_assert_double_eq_tol(tro_line_stages(steps, 3, 1e-10, scratch).mean, kept.mean, 1e-9);
    ck_assert_double_eq(tro_line_stages(sharp, 2, 0, scratch).mean, 0);
    ck_assert(isnan(tro_line_stages(steps, 3, 1e8, scratch).mean));
    ck_assert(isnan(tro_line_stages(steps, 3, INFINITY, scratch).mean));
    free(scratch);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_projection_definition, test_projection_pair, test_projection_limits,
        test_projection_many, test_projection_derivative, test_projection_largest,
        test_stages_grid, test_stages_one_step, test_stages_largest, test_stages_derivative,
        test_stages_limits};
    return TRO_RUN_TESTS("projection", tests);
}
