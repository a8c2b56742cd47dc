/* The gradient of a welfare by every parameter, against differences of fixed points of
 * scenarios that say something else; and on threads. */
#include "support.h"

#include <omp.h>

#include "analysis/gradient.h"

/* What a scenario says, and may be changed a little. */
typedef struct knobs {
    double temperature, real, synthetic, curated, raw, chosen, level;
} knobs;

static const knobs given = {1.3, 0.25, 0.35, 0.4, 2, 1.5, 0.6};

/* Three agents; the first has the shares, the edge from b to a the weights, the users of b
 * the temperature and the reward. */
static const struct {
    const char *outcomes, *law, *flip, *extra, *network;
    const char *users;   /* of a, where they listen to agents; else NULL */
} kinds[] = {
    {"{family: categorical, coordinates: [0, 1, 2]}", "{normal: {mean: 1, sd: 0.7}}",
     "candidates: 3", "", "", NULL},
    {"{family: categorical, coordinates: [0, 1, 2]}", "{normal: {mean: 1, sd: 0.7}}",
     "candidates: 3, flip: 0.2",
     "learning-rate: 0.5, owner: {best-of: {candidates: 2, reward: [0, 1, 0]}}, ", "", NULL},
    {"{family: categorical, coordinates: [0, 1, 2]}", "{normal: {mean: 1, sd: 0.7}}",
     "candidates: 3", "pool: mixture, ", "judge: consumer, ", NULL},
    {"{family: conditional, prompts: 2, outcomes: 3}",
     "[[0.1, 0.1, 0.2], [0.05, 0.4, 0.15]]", "candidates: inf", "", "", NULL},
    {"{family: categorical, coordinates: [0, 1, 2]}", "{normal: {mean: 1, sd: 0.7}}",
     "candidates: 3", "data: {window: 3}, ", "",
     "{stages: [{audience: {of: b, strength: 2, candidates: 3}}, {self-judge: 0.3}, "
     "{audience: {of: a, strength: -1, features: coordinates}}]}"},
    {"{family: gaussian}", "1", "", "owner: {bradley-terry: {reward: {linear: 0.3}}}, ", "",
     NULL},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

static void open_kind(tro_world *w, int k, const knobs *n)
{
    int table = strcmp(kinds[k].law, "1") != 0;
    char reward[128], users[256];
    if (table)
        snprintf(reward, sizeof reward, "[1, 0, %.17g]", n->level);
    else
        snprintf(reward, sizeof reward, "{linear: %.17g}", n->level);
    if (kinds[k].users)
        snprintf(users, sizeof users, "%s", kinds[k].users);
    else
        snprintf(users, sizeof users, "{bradley-terry: {%s%s reward: %s}}", kinds[k].flip,
                 *kinds[k].flip ? "," : "", table ? "[0, 2, 1]" : "{linear: -1}");
    tro_world_open(w,
        "trophic: 1\noutcomes: %s\nagents:\n"
        "  - {name: a, reference: %s, reward: %s, %s displaces: real, public: %s,\n"
        "     shares: {real: %.17g, synthetic: %.17g, curated: %.17g}}\n"
        "  - {name: b, reference: %s, reward: %s, public: {bradley-terry: {%s%s temperature: "
        "%.17g, reward: %s}},\n     shares: {real: 0.3, synthetic: 0.3, curated: 0.4}}\n"
        "  - {name: c, reference: %s, public: {bradley-terry: {%s%s reward: %s}}, shares: {real: "
        "0.6, synthetic: 0.4}}\n"
        "network: {%sedges: [{from: b, to: a, synthetic: %.17g, curated: %.17g}, {from: a, to: "
        "a},\n   {from: c, to: a, weight: 0.7}, {from: a, to: b}, {from: c, to: b}, {from: b, to: "
        "c}]}\n",
        kinds[k].outcomes, kinds[k].law, table ? "[1, 0, 2]" : "2", kinds[k].extra, users,
        n->real, n->synthetic, n->curated, table ? "uniform" : "-1", table ? "[0, 1, 0]" : "1",
        kinds[k].flip, *kinds[k].flip ? "," : "", n->temperature, reward,
        table ? "uniform" : "0", kinds[k].flip, *kinds[k].flip ? "," : "",
        table ? "[1, 1, 0]" : "{linear: 1}", kinds[k].network, n->raw, n->chosen);
}

static const double weights[3] = {0.7, -0.4, 0};

static double welfare(int k, const knobs *n)
{
    tro_world w;
    double sum = 0;
    open_kind(&w, k, n);
    ck_assert_int_eq(tro_cell_fixed_point(w.cell, &w.messages), TRO_OK);
    for (size_t i = 0; i < 2; i++) {
        const tro_agent *agent = &w.scenario->agents[i];
        sum += weights[i] * w.scenario->space.family->alignment(
                                &w.scenario->space, agent->reward, agent->at,
                                w.cell->point.z + i * w.eco->width);
    }
    tro_world_close(&w);
    return sum;
}

static double slope(int k, const knobs *change)
{
    static const double H = 1e-4;
    double value[2];
    for (int side = 0; side < 2; side++) {
        double h = side ? H : -H;
        knobs n = {given.temperature + h * change->temperature, given.real + h * change->real,
                   given.synthetic + h * change->synthetic, given.curated + h * change->curated,
                   given.raw + h * change->raw, given.chosen + h * change->chosen,
                   given.level + h * change->level};
        value[side] = welfare(k, &n);
    }
    return (value[1] - value[0]) / (2 * H);
}

static void near(int k, const char *what, double found, double expected)
{
    ck_assert_msg(fabs(found - expected) < 3e-8 * (1 + fabs(expected)),
                  "kind %d, %s: %.12g, by differences %.12g", k, what, found, expected);
}

START_TEST(test_gradient_differences)
{
    for (int k = 0; k < KINDS; k++) {
        tro_world w;
        tro_welfare_gradient g;
        double value;
        open_kind(&w, k, &given);
        ck_assert_int_eq(tro_cell_influences(w.cell, &w.messages), TRO_OK);
        ck_assert_int_eq(tro_influence_gradient(&w.cell->influences, weights, &g, &w.messages),
                         TRO_OK);
        ck_assert_double_eq_tol(g.welfare, welfare(k, &given), 1e-14);
        near(k, "the curated share", g.share[0], slope(k, &(knobs){.curated = 1, .real = -1}));
        near(k, "two shares", g.synthetic[0] - g.curated[0],
             slope(k, &(knobs){.synthetic = 1, .curated = -1}));
        near(k, "two others", g.real[0] - g.synthetic[0],
             slope(k, &(knobs){.real = 1, .synthetic = -1}));
        near(k, "a synthetic weight", g.relative[0], slope(k, &(knobs){.raw = 1}));
        near(k, "a curated weight", g.relative[w.scenario->edge_count],
             slope(k, &(knobs){.chosen = 1}));
        for (size_t of = 0; of < 3; of++) {
            double sum = 0;
            for (size_t on = 0; on < 2; on++) {
                ck_assert_int_eq(tro_influence_adjoint(&w.cell->influences, on, of, &value, NULL,
                                                       &w.messages), TRO_OK);
                sum += weights[on] * value;
            }
            ck_assert_int_eq(isnan(sum), isnan(g.share[of]));
            if (!isnan(sum))
                ck_assert_double_eq_tol(g.share[of], sum, 1e-12);
        }
        /* the users of b, whose tuning is the only one of their curator */
        for (size_t t = 0; t < g.turned_count; t++) {
            if (g.turned[t].of != w.scenario->agents[1].public_curation->tuned[0].of)
                continue;
            ck_assert(g.turned[t].agent == 1 && g.turned[t].by == TRO_OF_PUBLIC);
            ck_assert_str_eq(g.turned[t].of->rule, "bradley-terry");
            ck_assert_double_eq(g.turned[t].of->value, given.temperature);
            near(k, "the temperature", g.dial[t], slope(k, &(knobs){.temperature = 1}));
            double level = 0;
            size_t each = w.scenario->space.outcomes ? 3 : 1;
            for (size_t x = each - 1; x < w.eco->width; x += each)
                level += g.reward[t * w.eco->width + x];
            near(k, "the reward", level, slope(k, &(knobs){.level = 1}));
        }
        tro_welfare_gradient_release(&g);
        tro_world_close(&w);
    }
}
END_TEST

/* Weights of a row: what one gains the others lose, and the author's scale is no matter. */
START_TEST(test_gradient_rows)
{
    tro_world w;
    tro_welfare_gradient g;
    open_kind(&w, 0, &given);
    ck_assert_int_eq(tro_cell_influences(w.cell, &w.messages), TRO_OK);
    ck_assert_int_eq(tro_influence_gradient(&w.cell->influences, NULL, &g, &w.messages), TRO_OK);
    for (size_t layer = 0; layer < 2; layer++) {
        double sum = 0, scaled = 0;
        for (size_t e = 0; e < 3; e++) {
            const tro_link *link = &w.scenario->graph.links[e];
            sum += g.relative[layer * w.scenario->edge_count + e] *
                   (layer ? link->curated : link->synthetic);
            scaled += fabs(g.relative[layer * w.scenario->edge_count + e]);
        }
        ck_assert_double_gt(scaled, 1e-3);
        ck_assert_double_eq_tol(sum, 0, 1e-15);
    }
    tro_welfare_gradient_release(&g);
    ck_assert_int_eq(tro_influence_gradient(&w.cell->influences, (double[]){0, 0, 1}, &g,
                                            &w.messages), TRO_EUNSUPPORTED);
    char buffer[512];
    ck_assert_ptr_nonnull(strstr(tro_listed(&w.messages, buffer, sizeof buffer),
                                 "agent 'c' has no reward, so no alignment in a welfare"));
    tro_world_close(&w);
}
END_TEST

/* An edge that has no weight yet: one-sided, against a small weight. */
static double with_weight(const char *family, const char *extra, const char *layer, double weight,
                          double *gradient)
{
    tro_world w;
    tro_welfare_gradient g;
    int table = strstr(family, "categorical") != NULL;
    const char *users = table ? "{bradley-terry: {candidates: 3, reward: [1, 0, 2]}}"
                              : "{bradley-terry: {reward: {linear: [0.5, 1]}}}";
    tro_world_open(&w,
        "trophic: 1\noutcomes: %s\nagents:\n"
        "  - {name: a, reference: %s, reward: %s, public: %s, %s shares: {real: 0.3, synthetic: "
        "0.3, curated: 0.4}}\n"
        "  - {name: b, reference: %s, reward: %s, public: %s, shares: {real: 0.6, synthetic: 0.2, "
        "curated: 0.2}}\n"
        "network: {judge: consumer, edges: [{from: a, to: a}, {from: b, to: a, synthetic: %.17g, "
        "curated: %.17g}, {from: a, to: b}]}\n",
        family, table ? "[0.5, 0.3, 0.2]" : "[1, 0]", table ? "[1, 0, 3]" : "[1, 2]", users, extra,
        table ? "uniform" : "[-1, 2]", table ? "[0, 1, 0]" : "[0, 1]", users,
        strcmp(layer, "raw") == 0 ? weight : 0, strcmp(layer, "raw") == 0 ? 0 : weight);
    ck_assert_int_eq(tro_cell_influences(w.cell, &w.messages), TRO_OK);
    ck_assert_int_eq(tro_influence_gradient(&w.cell->influences, NULL, &g, &w.messages), TRO_OK);
    if (gradient)
        *gradient = g.relative[(strcmp(layer, "raw") == 0 ? 0 : 1) * w.scenario->edge_count + 1];
    double value = g.welfare;
    tro_welfare_gradient_release(&g);
    tro_world_close(&w);
    return value;
}

START_TEST(test_gradient_new_edges)
{
    static const char *const families[] = {
        "{family: categorical, coordinates: [0, 1, 2]}", "{family: gaussian, dimension: 2}"};
    static const char *const extras[] = {
        "", "pool: mixture,", "learning-rate: 0.5,",
        "owner: {bradley-terry: {reward: %s, temperature: 3}},"};
    for (int f = 0; f < 2; f++)
        for (int e = 0; e < 4; e++)
            for (int layer = 0; layer < 2; layer++) {
                char extra[128];
                double g, h = 1e-4, value[4];
                const char *name = layer ? "curated" : "raw";
                snprintf(extra, sizeof extra, extras[e], f ? "{linear: [0.1, 0]}" : "[0, 1, 2]");
                for (int k = 0; k < 4; k++)
                    value[k] = with_weight(families[f], extra, name, k * h, k ? NULL : &g);
                /* one-sided, of third order */
                double by = (-11 * value[0] + 18 * value[1] - 9 * value[2] + 2 * value[3]) /
                            (6 * h);
                ck_assert_msg(fabs(g - by) < 1e-9 + 1e-7 * fabs(g), "%s, %s, %s: %.12g, by "
                              "differences %.12g", families[f], extra, name, g, by);
                ck_assert_double_gt(fabs(g), 1e-4);
            }
}
END_TEST

/* No small change: a newcomer in an arena, and the first weight of a layer. */
START_TEST(test_gradient_no_new_edges)
{
    tro_world w;
    tro_welfare_gradient g;
    tro_world_open(&w,
        "trophic: 1\noutcomes: {family: categorical, outcomes: 3}\nagents:\n"
        "  - {name: a, reference: uniform, reward: [1, 0, 0], public: {arena: {reward: [1, 0, 2]}},"
        " shares: {real: 0.5, curated: 0.5}}\n"
        "  - {name: b, reference: [0.5, 0.3, 0.2], shares: {real: 1}}\n"
        "  - {name: c, reference: uniform, shares: {real: 1}}\n"
        "network: {judge: consumer, edges: [{from: a, to: a}, {from: b, to: a}, {from: c, to: a, "
        "weight: 0}, {from: a, to: b, synthetic: 1, curated: 0}]}\n");
    ck_assert_int_eq(tro_cell_influences(w.cell, &w.messages), TRO_OK);
    ck_assert_int_eq(tro_influence_gradient(&w.cell->influences, NULL, &g, &w.messages), TRO_OK);
    ck_assert_double_eq(g.relative[2], 0);   /* no share asks for it */
    ck_assert(isnan(g.relative[4 + 2]));
    ck_assert(isnan(g.relative[4 + 3]));
    tro_welfare_gradient_release(&g);
    tro_world_close(&w);
}
END_TEST

START_TEST(test_gradient_by_threads)
{
    tro_world w;
    tro_welfare_gradient one = {0}, many = {0};
    tro_world_open(&w,
        "trophic: 1\nseed: 9\n"
        "outcomes: {family: categorical, coordinates: {linspace: [-1, 1, 16]}}\n"
        "network: {generator: {watts-strogatz: {k: 4, p: 1}}}\n"
        "agents:\n  - {group: a, count: 1100, reference: {normal: {mean: 0.2, sd: 0.5}},\n"
        "     public: {bradley-terry: {candidates: 4, reward: {linear: 1, curvature: 2}}},\n"
        "     reward: {linear: 1}, shares: {real: 0.4, synthetic: 0.3, curated: 0.3}}\n");
    ck_assert_int_eq(tro_cell_fixed_point(w.cell, &w.messages), TRO_OK);
    for (int threads = 1; threads <= 3; threads++) {
        tro_influences influences;
        tro_welfare_gradient *g = threads == 1 ? &one : &many;
        omp_set_num_threads(threads);
        ck_assert_int_eq(tro_influences_init(&influences, w.eco, w.cell->point.z, &w.messages),
                         TRO_OK);
        ck_assert_int_eq(tro_influence_gradient(&influences, NULL, g, &w.messages), TRO_OK);
        ck_assert_mem_eq(g->adjoint, one.adjoint, w.eco->size * sizeof(double));
        ck_assert_mem_eq(g->share, one.share, w.eco->agents * sizeof(double));
        ck_assert_mem_eq(g->relative, one.relative,
                         2 * w.scenario->edge_count * sizeof(double));
        ck_assert_uint_eq(g->turned_count, one.turned_count);
        ck_assert_mem_eq(g->dial, one.dial, g->turned_count * sizeof(double));
        ck_assert_mem_eq(g->reward, one.reward,
                         g->turned_count * w.eco->width * sizeof(double));
        tro_influences_release(&influences);
        tro_welfare_gradient_release(&many);
    }
    tro_welfare_gradient_release(&one);
    tro_world_close(&w);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_gradient_differences, test_gradient_rows,
                                  test_gradient_new_edges, test_gradient_no_new_edges,
                                  test_gradient_by_threads};
    return TRO_RUN_TESTS("gradient", tests);
}
