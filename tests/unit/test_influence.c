/* Fixed points and influences against closed forms, elimination and
 * differences. */
#include "support.h"
#include "toy.h"

enum { SIZE = TRO_TOY_AGENTS * TRO_TOY_WIDTH, TOYS = 300 };

/* Opens a toy whose influences all exist; 0 when I - J is near singular. */
static int open_toy(tro_world *w, tro_toy *toy)
{
    tro_toy_open(w, toy, NULL);
    if (tro_cell_influences(w->cell, NULL) == TRO_OK &&
        w->cell->influences.resolvent.condition > 1e-3 && w->cell->influences.loose.count == 0)
        return 1;
    tro_world_close(w);
    return 0;
}

static double adjoint(tro_world *w, size_t on, size_t of)
{
    double value;
    ck_assert_int_eq(tro_influence_adjoint(&w->cell->influences, on, of, &value, NULL,
                                           &w->messages), TRO_OK);
    return value;
}

static double difference(tro_world *w, size_t on, size_t of, double step)
{
    double value;
    ck_assert_int_eq(tro_influence_difference(w->eco, on, of, step, &value, &w->messages),
                     TRO_OK);
    return value;
}

START_TEST(test_toys_fixed_point)
{
    double worst = 0, residual = 0;
    size_t used = 0;
    for (uint64_t t = 0; t < TOYS; t++) {
        tro_stream s = tro_test_stream(5, t);
        tro_toy toy;
        tro_world w;
        double z[SIZE];
        tro_toy_draw(&toy, &s, TRO_TOY_AGENTS, 2);
        if (!open_toy(&w, &toy))
            continue;
        tro_toy_fixed_point(&toy, z);
        for (size_t k = 0; k < w.eco->size; k++)
            worst = fmax(worst, fabs(w.cell->point.z[k] - z[k]) / (1 + fabs(z[k])));
        residual = fmax(residual, w.cell->point.residual);
        used++;
        tro_world_close(&w);
    }
    ck_assert_uint_gt(used, TOYS / 2);
    ck_assert_double_lt(worst, 1e-12);
    ck_assert_double_lt(residual, 1e-14);
}
END_TEST

/* dJ/dlambda by elimination: the gradient times (I - J)^-1 G, with G the
 * difference of two maps. */
static double by_elimination(const tro_toy *toy, const double *z, size_t on, size_t of)
{
    tro_toy other = *toy;
    const tro_toy_agent *a = &toy->agent[of];
    double j[SIZE * SIZE], c[SIZE], low[SIZE], high[SIZE], gradient[TRO_TOY_WIDTH];
    size_t n = toy->width * toy->agents;
    double rest = a->real + a->synthetic, sum = 0;
    double real = a->displaces == 0 ? a->real / rest : a->displaces == 1;
    double displaced = a->displaces == 0 ? rest : a->displaces == 1 ? a->real : a->synthetic;
    double step = displaced > 0 ? displaced / 2 : -a->curated / 2;
    other.agent[of].curated += step;
    other.agent[of].real -= step * real;
    other.agent[of].synthetic -= step * (1 - real);
    tro_toy_map(toy, z, low);
    tro_toy_map(&other, z, high);
    for (size_t k = 0; k < n; k++)
        high[k] = (high[k] - low[k]) / step;
    tro_toy_dense(toy, j, c);
    for (size_t k = 0; k < n * n; k++)
        j[k] = (k % (n + 1) == 0) - j[k];
    tro_plain_solve(n, j, high, low);
    tro_toy_gradient(toy, on, z + on * toy->width, gradient);
    for (size_t k = 0; k < toy->width; k++)
        sum += gradient[k] * low[on * toy->width + k];
    return sum;
}

/* Central differences need room on both sides. */
static int one_sided(const tro_world *w, size_t of)
{
    double value;
    int side = 0;
    ck_assert_int_eq(tro_influence_adjoint(&w->cell->influences, 0, of, &value, &side, NULL),
                     TRO_OK);
    return side;
}

/* Every entry of the influence matrix by five roads. */
START_TEST(test_toys_influences)
{
    double worst[5] = {0};
    size_t entries = 0, negative = 0;
    for (uint64_t t = 0; t < TOYS; t++) {
        tro_stream s = tro_test_stream(5, 1000 + t);
        tro_toy toy;
        tro_world w;
        double response[SIZE], gradient[TRO_TOY_WIDTH], all[5][TRO_TOY_AGENTS * TRO_TOY_AGENTS];
        double largest = 0;
        size_t count = 0;
        tro_toy_draw(&toy, &s, TRO_TOY_AGENTS, 0.9);
        if (!open_toy(&w, &toy))
            continue;
        size_t n = toy.agents, d = toy.width;
        for (size_t of = 0; of < n; of++)
            for (size_t on = 0; on < n; on++) {
                int status = tro_influence_response(&w.cell->influences, of, TRO_ALL_WALKS,
                                                    response, NULL);
                double value = adjoint(&w, on, of);
                ck_assert_int_eq(status == TRO_OK, !isnan(value));
                ck_assert_int_eq(isnan(value), isnan(difference(&w, on, of, 1e-4)));
                if (isnan(value))
                    continue;
                ck_assert_int_eq(tro_alignment_gradient(&w.cell->influences, on, gradient),
                                 TRO_OK);
                all[0][count] = value;
                all[1][count] = 0;
                for (size_t k = 0; k < d; k++)
                    all[1][count] += gradient[k] * response[on * d + k];
                ck_assert_int_eq(tro_influence_theorem(&w.cell->influences, on, of,
                                                       &all[2][count], NULL), TRO_OK);
                all[3][count] = by_elimination(&toy, w.cell->point.z, on, of);
                all[4][count] = one_sided(&w, of) ? value : difference(&w, on, of, 1e-5);
                largest = fmax(largest, fabs(value));
                negative += value < 0;
                count++;
            }
        for (int road = 1; road < 5 && largest > 1e-6; road++)
            worst[road] = fmax(worst[road], tro_away(count, all[road], all[0]) / largest);
        entries += count;
        tro_world_close(&w);
    }
    ck_assert_uint_gt(entries, 1000);
    ck_assert_uint_gt(negative, 100);
    ck_assert_double_lt(worst[1], 1e-13);
    ck_assert_double_lt(worst[2], 1e-13);
    ck_assert_double_lt(worst[3], 1e-12);
    ck_assert_double_lt(worst[4], 1e-6);
}
END_TEST

/* --- closed forms --------------------------------------------------------------- */

/* Two models as in Zhang, Wei, Zhang 2026, Figure 3, with one rotation:
 * theta <- phi + lambda a, phi <- A theta. */
typedef struct pair {
    double scale, angle, lambda, a[2], gp[2], gq[2];
} pair;

static const pair example = {0.9, 50, 0.4, {1, 0.3}, {0.8, -0.2}, {-1.2, 0.7}};

static void open_pair(tro_world *w, const pair *p)
{
    tro_world_open(w,
        "trophic: 1\noutcomes: {family: gaussian, dimension: 2, covariance: 0.04}\n"
        "agents:\n"
        "  - {name: theta, start: 0, reward: {linear: [%g, %g], curvature: 0.18}, at: mean,\n"
        "     public: {shift: [%g, %g]}, displaces: synthetic, shares: {curated: %g}}\n"
        "  - {name: phi, start: 0, reward: {linear: [%g, %g], curvature: 0.22}, at: mean,\n"
        "     shares: {synthetic: 1}}\n"
        "network:\n  judge: consumer\n  edges:\n    - {from: phi, to: theta}\n"
        "    - {from: theta, to: phi, channel: {rotations: {degrees: %g, scale: %g,\n"
        "       covariance: 0.04}}}\n",
        p->gp[0], p->gp[1], p->a[0], p->a[1], p->lambda, p->gq[0], p->gq[1], p->angle,
        p->scale);
}

/* m = (I - A)^-1 a for A = scale R(angle): theta* = lambda m, phi* = A theta*. */
static void solve_pair(const pair *p, double *m, double *am)
{
    double c = p->scale * cos(p->angle * M_PI / 180), s = p->scale * sin(p->angle * M_PI / 180);
    double det = (1 - c) * (1 - c) + s * s;
    m[0] = ((1 - c) * p->a[0] - s * p->a[1]) / det;
    m[1] = (s * p->a[0] + (1 - c) * p->a[1]) / det;
    am[0] = c * m[0] - s * m[1];
    am[1] = s * m[0] + c * m[1];
}

START_TEST(test_pair_closed_form)
{
    double worst = 0;
    int negative = 0;
    for (double angle = -180; angle <= 180; angle += 30)
        for (double scale = 0.1; scale < 1; scale += 0.2) {
            pair p = example;
            tro_world w;
            double m[2], am[2], self = 0, cross = 0;
            p.angle = angle;
            p.scale = scale;
            open_pair(&w, &p);
            ck_assert_int_eq(tro_cell_influences(w.cell, NULL), TRO_OK);
            solve_pair(&p, m, am);
            for (int k = 0; k < 2; k++) {
                worst = fmax(worst, fabs(w.cell->point.z[k] - p.lambda * m[k]));
                worst = fmax(worst, fabs(w.cell->point.z[2 + k] - p.lambda * am[k]));
                self += (p.gp[k] - 0.18 * p.lambda * m[k]) * m[k];
                cross += (p.gq[k] - 0.22 * p.lambda * am[k]) * am[k];
            }
            worst = fmax(worst, fabs(adjoint(&w, 0, 0) - self));
            worst = fmax(worst, fabs(adjoint(&w, 1, 0) - cross));
            negative += cross < 0;
            ck_assert_double_eq(adjoint(&w, 0, 1), 0); /* phi's users keep everything */
            tro_world_close(&w);
        }
    ck_assert_int_gt(negative, 5);
    ck_assert_double_lt(worst, 1e-13);
}
END_TEST

/* On its own, with uncurated data of its own displaced, curation by its own
 * reward always helps an agent. */
START_TEST(test_lone_agent_gains)
{
    for (uint64_t t = 0; t < 100; t++) {
        tro_stream s = tro_test_stream(5, 3000 + t);
        tro_toy toy;
        tro_world w;
        tro_toy_plain(&toy, 1, 1 + tro_stream_below(&s, TRO_TOY_WIDTH));
        tro_toy_agent *a = &toy.agent[0];
        tro_toy_join(&toy, 0, 0);
        a->real = 0.05 + 0.5 * tro_stream_uniform(&s);
        a->curated = (1 - a->real) * tro_stream_uniform(&s);
        a->synthetic = 1 - a->real - a->curated;
        a->displaces = 2;
        a->rule = TRO_TOY_TILT;
        for (size_t k = 0; k < toy.width; k++)
            a->linear[k] = a->push[k] = tro_stream_normal(&s);
        ck_assert(open_toy(&w, &toy));
        ck_assert_double_gt(adjoint(&w, 0, 0), 0);
        tro_world_close(&w);
    }
}
END_TEST

/* --- conventions ------------------------------------------------------------------ */

/* The same agent, three conventions, the sign among them. */
START_TEST(test_displaces_signs)
{
    static const char *const names[] = {"proportional", "real", "synthetic"};
    /* a <- real 5 + synthetic b + curated (b + 1); b = -2 */
    static const double expected[] = {(1 - 2) - (0.5 * 5 - 0.25 * 2) / 0.75, (1 - 2) - 5,
                                      (1 - 2) + 2};
    for (int k = 0; k < 3; k++) {
        tro_world w;
        int side = -1;
        double value;
        tro_world_open(&w,
            "trophic: 1\noutcomes: {family: gaussian}\n"
            "agents:\n"
            "  - {name: a, reference: 5, reward: 1, displaces: %s,\n"
            "     shares: {real: 0.5, synthetic: 0.25, curated: 0.25}}\n"
            "  - {name: b, reference: -2, public: {shift: 1}, shares: {real: 1}}\n"
            "network: {edges: [{from: b, to: a}]}\n", names[k]);
        ck_assert_int_eq(tro_cell_influences(w.cell, NULL), TRO_OK);
        ck_assert_int_eq(tro_influence_adjoint(&w.cell->influences, 0, 0, &value, &side, NULL),
                         TRO_OK);
        ck_assert_double_eq_tol(value, expected[k], 1e-14);
        ck_assert_double_eq_tol(difference(&w, 0, 0, 0.01), expected[k], 1e-11);
        ck_assert_int_eq(side, 0);
        tro_world_close(&w);
    }
    ck_assert_double_gt(expected[2], 0);
    ck_assert_double_lt(expected[0], 0);
}
END_TEST

/* At the ends a derivative has one side, and where nothing can move, none. */
static void check_side(const char *displaces, const char *shares, int defined, int one_sided)
{
    tro_world w;
    int side = -1;
    double value;
    tro_world_open(&w,
        "trophic: 1\noutcomes: {family: gaussian}\n"
        "agents:\n"
        "  - {name: a, reference: 5, reward: 1, displaces: %s, shares: %s}\n"
        "  - {name: b, reference: -2, public: {shift: 1}, shares: {real: 1}}\n"
        "network: {edges: [{from: b, to: a}]}\n", displaces, shares);
    ck_assert_int_eq(tro_cell_influences(w.cell, NULL), TRO_OK);
    ck_assert_int_eq(tro_influence_adjoint(&w.cell->influences, 0, 0, &value, &side, NULL),
                     TRO_OK);
    ck_assert_msg((!isnan(value)) == defined, "%s %s: %g", displaces, shares, value);
    ck_assert_int_eq(!isnan(difference(&w, 0, 0, 0.01)), defined);
    if (defined) {
        ck_assert_int_eq(side, one_sided);
        ck_assert_double_eq_tol(difference(&w, 0, 0, 0.01), value, 1e-10);
    }
    tro_world_close(&w);
}

START_TEST(test_one_sided)
{
    check_side("synthetic", "{real: 0.5, curated: 0.25}", 1, 0);
    check_side("synthetic", "{real: 0.5, curated: 0}", 1, 1);
    check_side("synthetic", "{real: 0.5, curated: 0.5}", 1, 1);
    check_side("synthetic", "{real: 1}", 0, 0);
    check_side("real", "{real: 0.5, curated: 0.25}", 1, 0);
    check_side("real", "{real: 0.5}", 1, 1);
    check_side("real", "{curated: 0.5}", 1, 1);
    check_side("real", "{curated: 1}", 1, 1);
    check_side("real", "{synthetic: 1}", 0, 0);
    check_side("proportional", "{real: 0.5, curated: 0.25}", 1, 0);
    check_side("proportional", "{real: 1}", 1, 1);
    check_side("proportional", "{synthetic: 1}", 1, 1);
    check_side("proportional", "{curated: 1}", 0, 0);
}
END_TEST

/* --- walks --------------------------------------------------------------------------- */

/* The series of walks adds up to the whole, the theorem's local effect is its
 * first term, and no effect arrives before the shortest walk. */
START_TEST(test_walks_sum)
{
    size_t distant = 0;
    for (uint64_t t = 0; t < 60; t++) {
        tro_stream s = tro_test_stream(5, 4000 + t);
        tro_toy toy;
        tro_world w;
        double whole[SIZE], part[SIZE], j[SIZE * SIZE], c[SIZE], expected[SIZE], next[SIZE];
        tro_toy_draw(&toy, &s, TRO_TOY_AGENTS, 0.6);
        if (!open_toy(&w, &toy))
            continue;
        size_t n = w.eco->size, d = toy.width;
        tro_toy_dense(&toy, j, c);
        for (size_t of = 0; of < toy.agents; of++) {
            if (tro_influence_response(&w.cell->influences, of, 0, expected, NULL) < 0)
                continue;
            memcpy(next, expected, sizeof next);
            for (size_t hops = 0; hops < 5; hops++) {
                ck_assert_int_eq(tro_influence_response(&w.cell->influences, of, hops, part,
                                                        NULL), TRO_OK);
                ck_assert_double_lt(tro_away(n, part, expected), 1e-13);
                for (size_t on = 0; on < toy.agents; on++) {
                    size_t shortest = tro_influence_shortest(w.eco, on, of);
                    int arrived = 0;
                    for (size_t k = 0; k < d; k++)
                        arrived |= part[on * d + k] != 0;
                    ck_assert(hops >= shortest || !arrived);
                    distant += shortest > 1 && shortest != TRO_ALL_WALKS;
                }
                for (size_t i = 0; i < n; i++) {
                    c[i] = 0;
                    for (size_t k = 0; k < n; k++)
                        c[i] += j[i * n + k] * next[k];
                }
                for (size_t i = 0; i < n; i++)
                    expected[i] += next[i] = c[i];
            }
            ck_assert_int_eq(tro_influence_response(&w.cell->influences, of, TRO_ALL_WALKS,
                                                    whole, NULL), TRO_OK);
            if (tro_cell_stability(w.cell, NULL) == TRO_OK && w.cell->stability.rate < 0.95) {
                ck_assert_int_eq(tro_influence_response(&w.cell->influences, of, 1500, part,
                                                        NULL), TRO_OK);
                ck_assert_double_lt(tro_away(n, part, whole), 1e-12);
            }
        }
        tro_world_close(&w);
    }
    ck_assert_uint_gt(distant, 100);
}
END_TEST

/* A chain a -> b -> c, with a loop at c and d apart. */
START_TEST(test_shortest_walk)
{
    tro_world w;
    tro_world_open(&w,
        "trophic: 1\noutcomes: {family: gaussian}\n"
        "agents:\n"
        "  - {name: a, reference: 1, shares: {real: 1}}\n"
        "  - {name: b, reference: 1, shares: {real: 0.5, synthetic: 0.5}}\n"
        "  - {name: c, reference: 1, shares: {real: 0.5, synthetic: 0.5}}\n"
        "  - {name: d, reference: 1, shares: {real: 1}}\n"
        "network:\n  edges:\n    - {from: a, to: b}\n    - {from: b, to: c}\n"
        "    - {from: c, to: c}\n    - {from: a, to: c, weight: 0}\n    - {from: c, to: d}\n");
    ck_assert_uint_eq(tro_influence_shortest(w.eco, 0, 0), 0);
    ck_assert_uint_eq(tro_influence_shortest(w.eco, 1, 0), 1);
    ck_assert_uint_eq(tro_influence_shortest(w.eco, 2, 0), 2);
    ck_assert_uint_eq(tro_influence_shortest(w.eco, 3, 0), TRO_ALL_WALKS); /* all real */
    ck_assert_uint_eq(tro_influence_shortest(w.eco, 0, 2), TRO_ALL_WALKS);
    ck_assert_uint_eq(tro_influence_shortest(w.eco, 2, 2), 0);
    tro_world_close(&w);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_toys_fixed_point, test_toys_influences, test_pair_closed_form,
        test_lone_agent_gains, test_displaces_signs, test_one_sided, test_walks_sum,
        test_shortest_walk};
    return TRO_RUN_TESTS("influence", tests);
}
