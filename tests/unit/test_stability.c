/* Stability under a schedule against matrices made here: the companion matrix
 * of delays, the Gauss-Seidel matrix, the product over a period. */
#include "support.h"
#include "toy.h"

enum { SIZE = TRO_TOY_AGENTS * TRO_TOY_WIDTH };

/* The spectral radius as the limit of |A^k|^(1/k) (Gelfand 1941), k = 2^40, by
 * squaring: slow, but multiple eigenvalues do it no harm. */
static double radius(size_t n, const double *matrix)
{
    double *m = calloc(n * n + 1, sizeof *m), *square = calloc(n * n + 1, sizeof *m);
    double logarithm = 0, weight = 1;
    ck_assert(m && square);
    memcpy(m, matrix, n * n * sizeof *m);
    for (int step = 0; step <= 40; step++) {
        double norm = 0;
        for (size_t k = 0; k < n * n; k++)
            norm = fmax(norm, fabs(m[k]));
        logarithm += weight * log(norm);
        if (norm == 0)
            break;
        for (size_t k = 0; k < n * n; k++)
            m[k] /= norm;
        memset(square, 0, n * n * sizeof *m);
        for (size_t i = 0; i < n; i++)
            for (size_t q = 0; q < n; q++)
                for (size_t k = 0; m[i * n + q] != 0 && k < n; k++)
                    square[i * n + k] += m[i * n + q] * m[q * n + k];
        memcpy(m, square, n * n * sizeof *m);
        weight /= 2;
    }
    free(m);
    free(square);
    return exp(logarithm);
}

/* Opens the toy and judges it. */
static void judge(tro_world *w, tro_toy *toy, const char *schedule)
{
    char buffer[1024];
    tro_toy_open(w, toy, schedule);
    int status = tro_cell_stability(w->cell, &w->messages);
    ck_assert_msg(status == TRO_OK, "%s", tro_listed(&w->messages, buffer, sizeof buffer));
}

START_TEST(test_synchronous_radius)
{
    double worst = 0, worst_absolute = 0;
    for (uint64_t t = 0; t < 200; t++) {
        tro_stream s = tro_test_stream(4, t);
        tro_toy toy;
        tro_world w;
        double j[SIZE * SIZE], c[SIZE];
        tro_toy_draw(&toy, &s, TRO_TOY_AGENTS, 1.5);
        judge(&w, &toy, "synchronous");
        size_t n = w.eco->size;
        const tro_stability *found = &w.cell->stability;
        tro_toy_dense(&toy, j, c);
        worst = fmax(worst, fabs(found->rate - radius(n, j)));
        ck_assert_double_eq(found->rate, found->synchronous);
        ck_assert_double_eq_tol(hypot(found->re, found->im), found->rate, 1e-15);
        for (size_t k = 0; k < n * n; k++)
            j[k] = fabs(j[k]);
        worst_absolute = fmax(worst_absolute, fabs(found->absolute - radius(n, j)));
        ck_assert_int_eq(found->stable, found->rate < 1);
        ck_assert_int_eq(found->neutral != 0, found->rate == 1);
        ck_assert_int_eq(found->method, TRO_BY_EIGENVALUE);
        tro_world_close(&w);
    }
    ck_assert_double_lt(worst, 1e-10);
    ck_assert_double_lt(worst_absolute, 1e-9);
}
END_TEST

/* (I - L)^-1 U, agents in the given order. */
static void gauss_seidel(const double *j, size_t n, size_t d, const size_t *place, double *out)
{
    double lower[SIZE * SIZE], column[SIZE], answer[SIZE];
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++)
            lower[i * n + k] = (i == k) - (place[k / d] < place[i / d] ? j[i * n + k] : 0);
    for (size_t k = 0; k < n; k++) {
        for (size_t i = 0; i < n; i++)
            column[i] = place[k / d] < place[i / d] ? 0 : j[i * n + k];
        tro_plain_solve(n, lower, column, answer);
        for (size_t i = 0; i < n; i++)
            out[i * n + k] = answer[i];
    }
}

START_TEST(test_sequential_radius)
{
    double worst = 0;
    for (uint64_t t = 0; t < 100; t++) {
        tro_stream s = tro_test_stream(4, 300 + t);
        tro_toy toy;
        tro_world w;
        tro_text names = {0};
        size_t order[TRO_TOY_AGENTS], place[TRO_TOY_AGENTS];
        double j[SIZE * SIZE], c[SIZE], product[SIZE * SIZE];
        tro_toy_draw(&toy, &s, TRO_TOY_AGENTS, 1.5);
        tro_stream_order(&s, toy.agents, order);
        tro_text_add(&names, "{sequential: [");
        for (size_t k = 0; k < toy.agents; k++) {
            place[order[k]] = k;
            tro_text_addf(&names, "%sa%zu", k ? ", " : "", order[k]);
        }
        tro_text_add(&names, "]}");
        judge(&w, &toy, tro_text_string(&names));
        tro_toy_dense(&toy, j, c);
        gauss_seidel(j, w.eco->size, toy.width, place, product);
        worst = fmax(worst, fabs(w.cell->stability.rate - radius(w.eco->size, product)));
        tro_world_close(&w);
        tro_text_clear(&names);
    }
    ck_assert_double_lt(worst, 1e-10);
}
END_TEST

/* m <- (I with the rows of one agent replaced by J's) m, for all agents at a
 * time at once. */
static void retrain_rows(const double *j, size_t n, size_t d, const int *now, double *m)
{
    double fresh[SIZE * SIZE];
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++) {
            fresh[i * n + k] = now[i / d] ? 0 : m[i * n + k];
            for (size_t q = 0; now[i / d] && q < n; q++)
                fresh[i * n + k] += j[i * n + q] * m[q * n + k];
        }
    memcpy(m, fresh, n * n * sizeof *m);
}

/* Agents of period 1, 2 and 1/2 in turns: the product over two rounds. */
START_TEST(test_periodic_radius)
{
    double worst = 0;
    for (uint64_t t = 0; t < 100; t++) {
        tro_stream s = tro_test_stream(4, 500 + t);
        tro_toy toy;
        tro_world w;
        tro_text text = {0};
        double j[SIZE * SIZE], c[SIZE], m[SIZE * SIZE] = {0};
        static const double periods[] = {1, 2, 0.5};
        tro_toy_draw(&toy, &s, TRO_TOY_AGENTS, 1.5);
        size_t n = toy.agents * toy.width;
        tro_text_add(&text, "{periodic: {period: [");
        for (size_t i = 0; i < toy.agents; i++)
            tro_text_addf(&text, "%s%g", i ? ", " : "", periods[i % 3]);
        tro_text_add(&text, "], offset: 0.25}}");
        judge(&w, &toy, tro_text_string(&text));
        tro_toy_dense(&toy, j, c);
        for (size_t k = 0; k < n; k++)
            m[k * n + k] = 1;
        uint64_t rounds = toy.agents > 1 ? 2 : 1;
        for (int quarter = 1; quarter <= 4 * (int)rounds; quarter++) {
            int now[TRO_TOY_AGENTS], any = 0;
            for (size_t i = 0; i < toy.agents; i++) {
                int every = i % 3 == 0 ? 4 : i % 3 == 1 ? 8 : 2;
                any |= now[i] = (quarter - 1) % every == 0;
            }
            if (any)
                retrain_rows(j, n, toy.width, now, m);
        }
        ck_assert_uint_eq(w.cell->stability.period, rounds);
        worst = fmax(worst, fabs(pow(w.cell->stability.rate, (double)rounds) -
                                 radius(n, m)));
        tro_world_close(&w);
        tro_text_clear(&text);
    }
    ck_assert_double_lt(worst, 1e-10);
}
END_TEST

/* Delays d: round t reads round t - 1 - floor(d). */
static double companion_radius(const tro_toy *toy, size_t longest)
{
    tro_toy_source sources[TRO_TOY_SOURCES];
    size_t d = toy->width, n = toy->agents * d, size = n * (longest + 1);
    double *m = calloc(size * size, sizeof *m);
    ck_assert_ptr_nonnull(m);
    for (size_t i = 0; i < toy->agents; i++) {
        size_t count = tro_toy_sources(toy, i, sources);
        for (size_t k = 0; k < count; k++) {
            if (sources[k].from == SIZE_MAX)
                continue;
            size_t at = n * (size_t)floor(sources[k].delay) + sources[k].from * d;
            for (size_t r = 0; r < d; r++)
                for (size_t c = 0; c < d; c++)
                    m[(i * d + r) * size + at + c] += sources[k].share *
                                                      sources[k].matrix[r * d + c];
        }
    }
    for (size_t k = n; k < size; k++)
        m[k * size + k - n] = 1;
    double found = radius(size, m);
    free(m);
    return found;
}

START_TEST(test_delays_radius)
{
    double worst = 0;
    size_t used = 0;
    for (uint64_t t = 0; t < 80; t++) {
        tro_stream s = tro_test_stream(4, 700 + t);
        tro_toy toy;
        tro_world w;
        tro_toy_draw(&toy, &s, 4, 1.5);
        for (size_t k = 0; k < toy.edges; k++)
            toy.edge[k].delay = (double)tro_stream_below(&s, 7) / 2;
        judge(&w, &toy, t % 2 ? "synchronous" : "{periodic: {period: 1}}");
        worst = fmax(worst, fabs(w.cell->stability.rate - companion_radius(&toy, 3)));
        used += w.eco->longest_delay >= 1;
        tro_world_close(&w);
    }
    ck_assert_uint_gt(used, 40);
    ck_assert_double_lt(worst, 1e-10);
}
END_TEST

#define CHAIN "trophic: 1\nseed: 5\noutcomes: {family: gaussian, dimension: 2}\n"

/* Nothing overflows on the way, however long the delay and fast the growth. */
START_TEST(test_unstable_with_long_delay)
{
    tro_world w;
    char buffer[512];
    tro_world_open(&w, CHAIN
        "agents:\n"
        "  - {name: a, reference: 1, shares: {real: 0.5, synthetic: 0.5}}\n"
        "  - {name: b, reference: 1, shares: {real: 0.5, synthetic: 0.5}}\n"
        "network:\n  edges:\n"
        "    - {from: a, to: a, channel: {affine: {scale: 20}}}\n"
        "    - {from: a, to: b, delay: 200}\n"
        "    - {from: b, to: b, delay: 99.5}\n");
    int status = tro_cell_stability(w.cell, &w.messages);
    ck_assert_msg(status == TRO_OK, "%s", tro_listed(&w.messages, buffer, sizeof buffer));
    ck_assert_double_eq_tol(w.cell->stability.rate, 10, 1e-9);
    ck_assert_int_eq(w.cell->stability.stable, 0);
    tro_world_close(&w);
}
END_TEST

/* One agent that multiplies its distance by c at every event of a Poisson
 * clock: the logarithm grows by rate log c. |J| bounds nothing here. */
static void check_growth(const char *schedule, const char *channel, double log_rate)
{
    tro_world w;
    tro_world_open(&w, CHAIN
        "agents: [{name: a, start: 1, shares: {synthetic: 1}}]\n"
        "network: {edges: [{from: a, to: a, channel: %s}]}\nschedule: %s\n", channel, schedule);
    ck_assert_int_eq(tro_cell_stability(w.cell, NULL), TRO_OK);
    const tro_stability *s = &w.cell->stability;
    ck_assert_int_eq(s->method, TRO_BY_GROWTH);
    ck_assert_uint_eq(s->period, 0);
    ck_assert_double_gt(s->standard_error, 0);
    ck_assert_double_lt(s->standard_error, 0.05);
    ck_assert_double_lt(fabs(log(s->rate) - log_rate), 5 * s->standard_error);
    ck_assert_int_eq(s->stable, log_rate < 0);
    tro_world_close(&w);
}

START_TEST(test_growth_rate)
{
    check_growth("{poisson: 0.5}", "{affine: {scale: 3}}", 0.5 * log(3));
    check_growth("{poisson: 2}", "{affine: {scale: -1.2}}", 2 * log(1.2));
    check_growth("{poisson: 1}", "{rotations: {degrees: 45, scale: 0.9}}", log(0.9));
}
END_TEST

/* Which verdict is certain, and which is not. */
static void check_verdict(const char *schedule, const char *share, tro_stability_method method,
                          int stable)
{
    tro_world w;
    tro_world_open(&w, CHAIN
        "agents:\n"
        "  - {name: a, reference: 1, shares: {real: 0.5, synthetic: 0.5}}\n"
        "  - {name: b, reference: 1, shares: {real: 0.5, synthetic: 0.5}}\n"
        "network:\n  edges:\n    - {from: a, to: b, channel: {affine: {scale: %s}}}\n"
        "    - {from: b, to: a}\nschedule: %s\n", share, schedule);
    ck_assert_int_eq(tro_cell_stability(w.cell, NULL), TRO_OK);
    ck_assert_int_eq(w.cell->stability.method, method);
    ck_assert_int_eq(w.cell->stability.stable, stable);
    tro_world_close(&w);
}

START_TEST(test_verdicts)
{
    check_verdict("random-order", "1", TRO_BY_CERTIFICATE, 1);
    check_verdict("poisson", "1", TRO_BY_CERTIFICATE, 1);
    check_verdict("{periodic: {period: [1, 3.14159]}}", "1", TRO_BY_CERTIFICATE, 1);
    check_verdict("{periodic: {period: [1, 3]}}", "1", TRO_BY_EIGENVALUE, 1);
    check_verdict("random-order", "16", TRO_BY_GROWTH, 0);
    check_verdict("synchronous", "16", TRO_BY_EIGENVALUE, 0);
    /* who never retrains never forgets, but the others do */
    check_verdict("{poisson: [1, 0]}", "1", TRO_BY_CERTIFICATE, 0);
}
END_TEST

/* The Krylov road and the dense one agree; 320 agents of 2 are too many for
 * the dense one. */
START_TEST(test_large_radius)
{
    double rates[2];
    for (int large = 0; large < 2; large++) {
        tro_world w;
        tro_world_open(&w, CHAIN
            "agents: [{group: g, count: %d, reference: 1, shares: {real: 0.3, synthetic: 0.7}}]\n"
            "network: {generator: ring}\n", large ? 320 : 32);
        ck_assert_int_eq(tro_cell_stability(w.cell, NULL), TRO_OK);
        ck_assert_int_eq(isnan(w.cell->stability.absolute), large);
        rates[large] = w.cell->stability.rate;
        tro_world_close(&w);
    }
    ck_assert_double_eq_tol(rates[0], 0.7, 1e-13);
    ck_assert_double_eq_tol(rates[1], 0.7, 1e-11);
}
END_TEST

static void check_words(const char *schedule, const char *channel, const char *expected)
{
    tro_world w;
    tro_text text = {0};
    tro_world_open(&w, CHAIN
        "agents: [{name: a, reference: 1, shares: {real: 0.5, synthetic: 0.5}}]\n"
        "network: {edges: [{from: a, to: a, channel: %s}]}\nschedule: %s\n", channel, schedule);
    ck_assert_int_eq(tro_cell_stability(w.cell, NULL), TRO_OK);
    tro_stability_describe(&w.cell->stability, &text);
    ck_assert_str_eq(tro_text_string(&text), expected);
    tro_text_clear(&text);
    tro_world_close(&w);
}

START_TEST(test_describe)
{
    check_words("synchronous", "{affine: {scale: 0.5}}",
                "stable under the synchronous schedule: a disturbance shrinks by a factor of 0.25 "
                "per round");
    check_words("{periodic: {period: 0.5}}", "{affine: {scale: 4}}",
                "unstable under the periodic schedule: a disturbance grows by a factor of 4 per "
                "round");
    check_words("synchronous", "{rotations: {degrees: 60}}",
                "stable under the synchronous schedule: a disturbance shrinks by a factor of 0.5 "
                "per round, turning once in 6 rounds");
    check_words("{periodic: {period: 4}}", "{rotations: {degrees: 60}}",
                "stable under the periodic schedule: a disturbance shrinks by a factor of "
                "0.840896415 per round, turning once in 24 rounds");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_synchronous_radius, test_sequential_radius, test_periodic_radius,
        test_delays_radius, test_unstable_with_long_delay, test_growth_rate, test_verdicts,
        test_large_radius, test_describe};
    return TRO_RUN_TESTS("stability", tests);
}
