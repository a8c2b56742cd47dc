/* Rounds of finite outcomes as they go on: laws stay laws, fixed points, their
 * influences and spectra, and runs under every schedule. */
#include <gsl/gsl_eigen.h>

#include "steps_support.h"

#include "schedule/runner.h"

/* Every agent keeps some real data, so that rounds settle. */
static void settle(tro_bazaar *b)
{
    for (size_t i = 0; i < b->agents; i++) {
        tro_stall *a = &b->agent[i];
        double real = a->has_reference ? fmax(a->real, 0.4) : 0.4;
        double rest = a->synthetic + a->curated, factor = rest > 0 ? (1 - real) / rest : 0;
        a->has_reference = 1;
        a->real = rest > 0 ? real : 1;
        a->synthetic *= factor;
        a->curated = rest > 0 ? 1 - real - a->synthetic : 0;
        if (a->curated < 1e-12) { /* what rounding leaves is none */
            a->real += a->curated;
            a->curated = 0;
        }
    }
}

/* How far the pieces of a state are from their sums. */
static double off_sum(const tro_bazaar *b, const double *z)
{
    size_t length = piece_length(b), size = b->agents * b->blocks * b->outcomes;
    double worst = 0, right = b->stay ? 1 / (double)b->blocks : 1;
    for (size_t at = 0; at < size; at += length) {
        double sum = 0;
        for (size_t k = at; k < at + length; k++) {
            sum += z[k];
            worst = z[k] >= 0 ? worst : INFINITY;
        }
        worst = fmax(worst, fabs(sum - right));
    }
    return worst;
}

/* --- laws stay laws ------------------------------------------------------------------ */

/* Two agents with a curated share of 0.6 and two candidates. */
static void rivals(tro_bazaar *b, double curated)
{
    tro_bazaar_plain(b, 2, 1, 3);
    for (size_t i = 0; i < 2; i++) {
        tro_stall *a = &b->agent[i];
        a->users = tro_bazaar_rule(b, TRO_RULE_CHOICE);
        for (size_t x = 0; x < 3; x++)
            a->reward[x] = b->rule[a->users].reward[x] = (i ? -1.0 : 1.0) * (1.0 - (double)x);
        a->real = 1 - curated;
        a->curated = curated;
        a->displaces = 1;
        tro_bazaar_join(b, i, i)->curated = i ? 0.8 : 0.6;
        tro_bazaar_join(b, 1 - i, i)->curated = i ? 0.2 : 0.4;
    }
}

/* The round as the formulas have it, products of probabilities as they are: a
 * polynomial of degree 2, which does not know that laws sum to 1. */
static void naive_map(const tro_bazaar *b, const double *z, double *out)
{
    size_t n = b->outcomes;
    for (size_t i = 0; i < b->agents; i++)
        for (size_t x = 0; x < n; x++)
            out[i * n + x] = b->agent[i].real * b->agent[i].reference[x];
    for (size_t k = 0; k < b->edges; k++) {
        const tro_lane *lane = &b->edge[k];
        const double *p = z + lane->from * n, *r = b->rule[b->agent[lane->judge].users].reward;
        double weight = b->agent[lane->to].curated * tro_bazaar_weight(b, lane, 1);
        for (size_t x = 0; x < n; x++)
            for (size_t y = 0; y < n; y++)
                out[lane->to * n + x] +=
                    weight * p[x] * p[y] * 2 * exp(r[x]) / (exp(r[x]) + exp(r[y]));
    }
}

START_TEST(test_rounds_keep_sums)
{
    tro_bazaar b;
    tro_world w;
    tro_workspace work;
    double z[6], next[6];
    rivals(&b, 0.6);
    open_bazaar(&w, &b);
    ck_assert_int_eq(tro_workspace_init(&work, w.eco), TRO_OK);
    tro_ecosystem_start(w.eco, z);
    z[0] += 1e-15; /* rounding */
    for (int r = 0; r < 20000; r++) {
        tro_round_map(w.eco, &work, z, next);
        memcpy(z, next, sizeof z);
        ck_assert_double_lt(off_sum(&b, z), 1e-14);
    }
    /* The polynomial multiplies an error of the sum by 2 x 0.6 in every round. */
    tro_ecosystem_start(w.eco, z);
    for (int k = 0; k < 6; k++)
        z[k] *= 1 + 1e-15;
    double before = off_sum(&b, z);
    for (int r = 0; r < 100; r++) {
        naive_map(&b, z, next);
        memcpy(z, next, sizeof z);
    }
    ck_assert_double_gt(off_sum(&b, z), 1e6 * before);
    for (int r = 0; r < 400; r++) {
        naive_map(&b, z, next);
        memcpy(z, next, sizeof z);
    }
    ck_assert(!(off_sum(&b, z) < 0.1));
    tro_workspace_release(&work);
    tro_world_close(&w);
}
END_TEST

START_TEST(test_bazaars_keep_sums)
{
    for (uint64_t t = 0; t < 45; t++) {
        tro_stream s = stream_of(t, 20);
        tro_bazaar b;
        tro_world w;
        tro_workspace work;
        double z[SIZE], next[SIZE];
        draw_bazaar(&b, &s, t, 1);
        open_bazaar(&w, &b);
        ck_assert_int_eq(tro_workspace_init(&work, w.eco), TRO_OK);
        tro_ecosystem_start(w.eco, z);
        for (int r = 0; r < 500; r++) {
            tro_round_map(w.eco, &work, z, next);
            memcpy(z, next, w.eco->size * sizeof *z);
        }
        ck_assert_double_lt(off_sum(&b, z), 1e-14);
        tro_workspace_release(&work);
        tro_world_close(&w);
    }
}
END_TEST

/* --- spectra ---------------------------------------------------------------------------- */

static double radius_of(size_t n, double *matrix)
{
    double largest = 0;
    if (n == 0)
        return 0;
    gsl_matrix_view view = gsl_matrix_view_array(matrix, n, n);
    gsl_vector_complex *values = gsl_vector_complex_alloc(n);
    gsl_eigen_nonsymm_workspace *work = gsl_eigen_nonsymm_alloc(n);
    ck_assert_int_eq(gsl_eigen_nonsymm(&view.matrix, values, work), 0);
    for (size_t k = 0; k < n; k++)
        largest = fmax(largest, hypot(GSL_REAL(gsl_vector_complex_get(values, k)),
                                      GSL_IMAG(gsl_vector_complex_get(values, k))));
    gsl_eigen_nonsymm_free(work);
    gsl_vector_complex_free(values);
    return largest;
}

/* An orthonormal basis of the directions in which every piece keeps its sum:
 * Helmert's. Returns its size; column j is basis + j * size. */
static size_t helmert(const tro_bazaar *b, double *basis)
{
    size_t length = piece_length(b), size = b->agents * b->blocks * b->outcomes, count = 0;
    memset(basis, 0, size * size * sizeof *basis);
    for (size_t at = 0; at < size; at += length)
        for (size_t j = 1; j < length; j++, count++) {
            double scale = 1 / sqrt((double)(j * (j + 1)));
            for (size_t k = 0; k < j; k++)
                basis[count * size + at + k] = scale;
            basis[count * size + at + j] = -(double)j * scale;
        }
    return count;
}

/* The radius of B'JB. */
static double tangent_radius(const tro_bazaar *b, const tro_world *w, const double *z)
{
    size_t size = w->eco->size;
    double *basis = calloc(2 * size * size, sizeof *basis), *inner = basis + size * size;
    double column[SIZE];
    size_t count = helmert(b, basis);
    tro_workspace work;
    ck_assert_int_eq(tro_workspace_init(&work, w->eco), TRO_OK);
    for (size_t j = 0; j < count; j++) {
        tro_round_derivative(w->eco, &work, z, basis + j * size, column);
        for (size_t i = 0; i < count; i++)
            inner[i * count + j] = dot(size, basis + i * size, column);
    }
    double radius = radius_of(count, inner);
    tro_workspace_release(&work);
    free(basis);
    return radius;
}

/* The polynomial's Jacobian has an eigenvalue across the laws, 2 x 0.6, larger than
 * any that says something about them. */
START_TEST(test_spectra_ambient)
{
    tro_bazaar b;
    tro_world w;
    double up[6], down[6], z[6], matrix[36], h = 1e-6;
    rivals(&b, 0.6);
    open_bazaar(&w, &b);
    ck_assert(!tro_cell_influences(w.cell, NULL) && !tro_cell_stability(w.cell, NULL));
    for (size_t j = 0; j < 6; j++) {
        memcpy(z, w.cell->point.z, sizeof z);
        z[j] += h;
        naive_map(&b, z, up);
        z[j] -= 2 * h;
        naive_map(&b, z, down);
        for (size_t i = 0; i < 6; i++)
            matrix[i * 6 + j] = (up[i] - down[i]) / (2 * h);
    }
    double tangent = tangent_radius(&b, &w, w.cell->point.z);
    ck_assert_double_eq_tol(radius_of(6, matrix), 1.2, 1e-8);
    ck_assert_double_lt(tangent, 0.9);
    ck_assert_double_eq_tol(w.cell->stability.synchronous, tangent, 1e-12);
    ck_assert(w.cell->stability.stable);
    tro_world_close(&w);
}
END_TEST

/* --- fixed points and influences ---------------------------------------------------------- */

static void check_influences(const tro_bazaar *b, tro_world *w, uint64_t t)
{
    double gradient[TRO_BAZAAR_CELLS], response[SIZE], all[64], wide, near, scale = 1;
    size_t width = w->eco->width, n = b->agents;
    for (size_t of = 0; of < n; of++)
        for (size_t on = 0; on < n; on++) {
            ck_assert_int_eq(tro_influence_adjoint(&w->cell->influences, on, of, &all[on * n + of],
                                                   NULL, NULL), TRO_OK);
            scale = isnan(all[on * n + of]) ? scale : fmax(scale, fabs(all[on * n + of]));
        }
    for (size_t of = 0; of < n; of++) {
        int moves = tro_share_moves(w->eco, of);
        ck_assert_int_eq(isnan(all[of * n + of]), !moves);
        if (!moves)
            continue;
        ck_assert_int_eq(tro_influence_response(&w->cell->influences, of, TRO_ALL_WALKS,
                                                response, NULL), TRO_OK);
        for (size_t on = 0; on < n; on++) {
            double value = all[on * n + of];
            ck_assert_int_eq(tro_alignment_gradient(&w->cell->influences, on, gradient), TRO_OK);
            ck_assert_double_eq_tol(dot(width, gradient, response + on * width), value,
                                    1e-12 * scale);
            if (on != of && on != (of + t) % n)
                continue;
            /* Differences are as good as two of them agree. */
            ck_assert_int_eq(tro_influence_difference(w->eco, on, of, 1e-5, &near, NULL), TRO_OK);
            ck_assert_int_eq(tro_influence_difference(w->eco, on, of, 2e-5, &wide, NULL), TRO_OK);
            ck_assert_msg(fabs(near - value) < 1e-8 * scale + 2 * fabs(wide - near),
                          "bazaar %llu: influence of %zu on %zu: %.12g, by differences %.12g\n"
                          "%.3000s", (unsigned long long)t, of, on, value, near, text_of(b));
        }
    }
}

START_TEST(test_bazaars_fixed_point)
{
    size_t steep = 0;
    for (uint64_t t = 0; t < 90; t++) {
        tro_stream s = stream_of(t, 21);
        tro_bazaar b;
        tro_world w;
        double again[SIZE];
        char buffer[512];
        draw_bazaar(&b, &s, t, 0);
        settle(&b);
        b.schedule = "synchronous";
        open_bazaar(&w, &b);
        int status = tro_cell_influences(w.cell, &w.messages);
        if (status == TRO_OK)
            status = tro_cell_stability(w.cell, &w.messages);
        ck_assert_msg(status == TRO_OK, "bazaar %llu: %s\n%.3000s", (unsigned long long)t,
                      tro_listed(&w.messages, buffer, sizeof buffer), text_of(&b));
        const double *z = w.cell->point.z;
        ck_assert_double_lt(off_sum(&b, z), 1e-14);
        tro_bazaar_map(&b, z, again);
        ck_assert_double_lt(tro_away(w.eco->size, z, again), 1e-13);
        for (size_t i = 0; i < b.agents; i++)
            ck_assert_double_eq_tol(w.scenario->space.family->alignment(
                                        &w.scenario->space, w.scenario->agents[i].reward,
                                        TRO_AT_OUTPUTS, z + i * w.eco->width),
                                    tro_bazaar_alignment(&b, i, z), 1e-13);
        double radius = tangent_radius(&b, &w, z);
        ck_assert_msg(fabs(w.cell->stability.synchronous - radius) < 1e-10, "bazaar %llu: %g, %g",
                      (unsigned long long)t, w.cell->stability.synchronous, radius);
        steep += radius > 0.3;
        check_influences(&b, &w, t);
        tro_world_close(&w);
    }
    ck_assert_uint_gt(steep, 20);
}
END_TEST

/* --- schedules ----------------------------------------------------------------------------- */

static const char *const schedules[] = {
    "synchronous", "sequential", "random-order", "{poisson: 1.2}",
    "{periodic: {period: 0.5, offset: 0.2}}"};

/* The retrainings of a round one after the other, those of one time together. */
static void slow_round(const tro_bazaar *b, const tro_events *events, double *z)
{
    size_t width = b->blocks * b->outcomes;
    for (size_t k = 0, end; k < events->count; k = end) {
        double fresh[SIZE];
        for (end = k; end < events->count && events->items[end].phase == events->items[k].phase;
             end++)
            tro_bazaar_retrain(b, events->items[end].agent, z, fresh + (end - k) * width);
        for (size_t e = k; e < end; e++)
            memcpy(z + events->items[e].agent * width, fresh + (e - k) * width,
                   width * sizeof *z);
    }
}

START_TEST(test_bazaars_schedules)
{
    for (uint64_t t = 0; t < 75; t++) {
        tro_stream s = stream_of(t, 22);
        tro_bazaar b;
        tro_world w;
        tro_runner runner = {0};
        tro_events events = {0};
        double z[SIZE];
        draw_bazaar(&b, &s, t, 1);
        b.schedule = schedules[t % 5];
        open_bazaar(&w, &b);
        ck_assert_int_eq(tro_runner_init(&runner, w.eco, w.plan, TRO_EXACT), TRO_OK);
        ck_assert_int_eq(tro_runner_start(&runner, 3, NULL), TRO_OK);
        tro_bazaar_start(&b, z);
        for (uint64_t r = 0; r < 5; r++) {
            ck_assert_int_eq(tro_runner_round(&runner), TRO_OK);
            ck_assert_int_eq(tro_plan_list(w.plan, 3, r, &events), TRO_OK);
            slow_round(&b, &events, z);
            double away = tro_away(w.eco->size, runner.z, z);
            ck_assert_msg(away < 1e-12, "bazaar %llu, %s: off by %g after %llu rounds\n%.3000s",
                          (unsigned long long)t, b.schedule, away, (unsigned long long)r + 1,
                          text_of(&b));
        }
        tro_events_release(&events);
        tro_runner_release(&runner);
        tro_world_close(&w);
    }
}
END_TEST

/* Without what makes data of several sources one law. */
static void keep_sources(tro_bazaar *b)
{
    for (size_t i = 0; i < b->agents; i++) {
        b->agent[i].owner = TRO_NO_RULE;
        b->agent[i].mixture = 0;
        if (tro_rule_has_arena(b, b->agent[i].users))
            b->agent[i].users = TRO_NO_RULE;
    }
}

/* With very many outputs sampled rounds are the exact ones; with few they are
 * laws all the same, and the same every time. */
START_TEST(test_bazaars_sampled)
{
    for (uint64_t t = 0; t < 150; t++) {
        tro_stream s = stream_of(t, 23);
        tro_bazaar b;
        tro_world w;
        tro_runner exact = {0}, sampled = {0};
        tro_sampler *sampler = NULL;
        double z[SIZE];
        int many = t % 2, split = t % 3 == 0, rounds = 3;
        draw_bazaar(&b, &s, t / 2, !many);
        if (split)
            keep_sources(&b);
        b.schedule = schedules[t % 5];
        b.advance = split ? "{sampled: {outputs: 1, split: fixed}}" : "{sampled: 1}";
        for (size_t i = 0; many && i < b.agents; i++)
            b.agent[i].outputs = 1000000000000000;
        open_bazaar(&w, &b);
        ck_assert_int_eq(tro_sampler_new(w.eco, &sampler, &w.messages), TRO_OK);
        ck_assert_int_eq(tro_runner_init(&exact, w.eco, w.plan, TRO_EXACT), TRO_OK);
        ck_assert_int_eq(tro_runner_init(&sampled, w.eco, w.plan, TRO_SAMPLED), TRO_OK);
        sampled.sampler = sampler;
        for (int again = 0; again < 2; again++) {
            ck_assert_int_eq(tro_runner_start(&exact, 1, NULL), TRO_OK);
            ck_assert_int_eq(tro_runner_start(&sampled, 1, NULL), TRO_OK);
            for (int r = 0; r < rounds; r++) {
                ck_assert_int_eq(tro_runner_round(&exact), TRO_OK);
                ck_assert_int_eq(tro_runner_round(&sampled), TRO_OK);
                ck_assert_double_lt(off_sum(&b, sampled.z), 1e-14);
            }
            double away = tro_away(w.eco->size, exact.z, sampled.z);
            ck_assert_msg(!many || away < 1e-5, "bazaar %llu: %g\n%.3000s",
                          (unsigned long long)t, away, text_of(&b));
            ck_assert(again == 0 || memcmp(z, sampled.z, w.eco->size * sizeof *z) == 0);
            memcpy(z, sampled.z, w.eco->size * sizeof *z);
        }
        tro_runner_release(&exact);
        tro_runner_release(&sampled);
        tro_sampler_free(sampler);
        tro_world_close(&w);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_rounds_keep_sums, test_bazaars_keep_sums, test_spectra_ambient,
        test_bazaars_fixed_point, test_bazaars_schedules, test_bazaars_sampled};
    return TRO_RUN_TESTS("steps' rounds", tests);
}
