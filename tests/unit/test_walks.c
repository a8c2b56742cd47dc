/* Walks, routes and cuts of influences against the assembled Jacobian and
 * against scenarios written without the edge. */
#include "analysis/cuts.h"
#include "analysis/vector.h"
#include "analysis/walks.h"
#include "bazaar.h"
#include "support.h"
#include "toy.h"

enum { CASES = 60, TERMS = 40 };

typedef struct parts {
    const tro_ecosystem *eco;
    const double *jacobian;
    double *response, *adjoint, *product;
} parts;

/* out = J_ij x for one pair of agents. */
static void block(const parts *p, size_t i, size_t j, const double *x, double *out)
{
    size_t w = p->eco->width, n = p->eco->size;
    for (size_t r = 0; r < w; r++) {
        out[r] = 0;
        for (size_t c = 0; c < w; c++)
            out[r] += p->jacobian[(i * w + r) * n + j * w + c] * x[c];
    }
}

static void check_flows(const parts *p, const tro_walks *walks, double scale)
{
    const tro_scenario *scenario = p->eco->scenario;
    size_t w = p->eco->width, n = p->eco->agents;
    double all = 0, expected = 0;
    for (size_t k = 0; k < scenario->edge_count; k++)
        all += walks->flow[k];
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            double found = 0;
            block(p, i, j, p->response + j * w, p->product);
            double pair = tro_dot(w, p->adjoint + i * w, p->product);
            expected += pair;
            for (size_t k = 0; k < scenario->edge_count; k++)
                if (scenario->edges[k].from == j && scenario->edges[k].to == i)
                    found += walks->flow[k];
            if (i != j && p->eco->longest_argument == 0) /* else some come without an edge */
                ck_assert_double_le(fabs(found - pair), 1e-10 * scale);
        }
    ck_assert_double_le(fabs(all + walks->own - expected), 1e-10 * scale);
}

static size_t check_routes(const parts *p, const tro_walks *walks, double scale)
{
    size_t w = p->eco->width;
    double line[256];
    for (size_t k = 0; k < walks->route_count; k++) {
        const tro_route *route = &walks->routes[k];
        ck_assert_uint_eq(route->agents[0], walks->of);
        ck_assert_uint_eq(route->agents[route->edges], walks->on);
        if (k > 0)
            ck_assert_double_le(fabs(route->carried), fabs(route[-1].carried));
        if (route->edges == 1 && walks->on == walks->of && !p->eco->plain)
            continue; /* the assembled block has what needs no edge, too */
        memcpy(line, p->response + walks->of * w, w * sizeof *line);
        for (size_t e = 0; e < route->edges; e++) {
            block(p, route->agents[e + 1], route->agents[e], line, p->product);
            memcpy(line, p->product, w * sizeof *line);
        }
        double expected = tro_dot(w, p->adjoint + walks->on * w, line);
        ck_assert_double_le(fabs(route->carried - expected), 1e-10 * scale);
    }
    return walks->route_count;
}

/* Everything about one pair; 0: it has no influence. */
static size_t check_pair(tro_cell *cell, size_t on, size_t of)
{
    tro_influences *influences = &cell->influences;
    const tro_ecosystem *eco = cell->ecosystem;
    double value, sum = 0, *rows = calloc(4 * eco->size, sizeof *rows);
    parts p = {eco, influences->resolvent.jacobian, rows, rows + eco->size, rows + 2 * eco->size};
    tro_walks walks;
    size_t routes = 0;
    ck_assert_ptr_nonnull(p.jacobian);
    ck_assert_int_eq(tro_influence_adjoint(influences, on, of, &value, NULL, NULL), TRO_OK);
    if (isnan(value)) {
        ck_assert_int_eq(tro_walks_find(influences, on, of, TERMS, &walks, NULL),
                         TRO_EUNSUPPORTED);
        free(rows);
        return 0;
    }
    ck_assert_int_eq(tro_walks_find(influences, on, of, TERMS, &walks, NULL), TRO_OK);
    ck_assert_int_eq(tro_influence_response(influences, of, TRO_ALL_WALKS, p.response, NULL),
                     TRO_OK);
    ck_assert_int_eq(tro_alignment_gradient(influences, on, p.adjoint + on * eco->width), TRO_OK);
    ck_assert_int_eq(tro_resolvent_solve(&influences->resolvent, TRO_TRANSPOSED, p.adjoint,
                                         p.adjoint, NULL), TRO_OK);
    double scale = 1e-3 + tro_norm(eco->size, p.response) * tro_norm(eco->size, p.adjoint);
    for (size_t k = 0; k < walks.term_count; k++)
        sum += walks.terms[k];
    ck_assert_double_le(fabs(walks.total - value), 1e-10 * scale);
    ck_assert_double_le(fabs(sum + walks.rest - walks.total), 1e-10 * (scale + fabs(sum)));
    check_flows(&p, &walks, scale);
    routes = check_routes(&p, &walks, scale);
    tro_walks_release(&walks);
    free(rows);
    return routes;
}

static size_t check_all(tro_cell *cell)
{
    size_t routes = 0;
    for (size_t on = 0; on < cell->ecosystem->agents; on++)
        for (size_t of = 0; cell->scenario->agents[on].reward && of < cell->ecosystem->agents; of++)
            routes += check_pair(cell, on, of);
    return routes;
}

static int is_good(tro_cell *cell)
{
    return tro_cell_influences(cell, NULL) == TRO_OK &&
           cell->influences.resolvent.condition > 1e-2 && cell->influences.loose.count == 0;
}

/* Users of a who have seen what b and c make: steps of a route, though not edges. */
START_TEST(test_audience)
{
    size_t routes = 0;
    tro_world w;
    tro_walks walks;
    tro_world_read(&w, "trophic: 1\noutcomes: {family: categorical, outcomes: 3}\nagents:\n"
                   "  - {name: a, reference: [0.5, 0.3, 0.2], reward: [1, 0, 2], public: {stages:"
                   " [{audience: {of: b, strength: 2}}, {audience: {of: c, candidates: 3}}]},"
                   " shares: {real: 0.4, curated: 0.6}}\n"
                   "  - {name: b, reference: uniform, reward: [0, 1, 0], shares: {real: 0.3,"
                   " synthetic: 0.5, curated: 0.2}, learning-rate: 0.5}\n"
                   "  - {name: c, reference: [0.1, 0.1, 0.8], shares: {real: 0.6, curated: 0.4},"
                   " public: {bradley-terry: {reward: [0, 1, 0]}}}\n"
                   "network: {edges: [{from: a, to: a}, {from: a, to: b}, {from: c, to: c}]}\n");
    ck_assert(is_good(w.cell));
    routes = check_all(w.cell);
    ck_assert_uint_ge(routes, 4);
    ck_assert_int_eq(tro_walks_find(&w.cell->influences, 0, 2, TERMS, &walks, NULL), TRO_OK);
    /* c -> a, whose users listen to c; and c -> b -> a: they choose what b takes in, too. */
    ck_assert_uint_eq(walks.route_count, 2);
    ck_assert_uint_eq(walks.routes[1].agents[1], 1);
    ck_assert(fabs(walks.routes[0].carried) > 1e-3);
    tro_walks_release(&walks);
    tro_world_close(&w);
}
END_TEST

START_TEST(test_toys)
{
    size_t routes = 0;
    for (uint64_t t = 0; t < CASES; t++) {
        tro_stream s = tro_test_stream(91, t);
        tro_toy toy;
        tro_world w;
        tro_toy_draw(&toy, &s, 5, 0.9);
        tro_toy_open(&w, &toy, NULL);
        if (is_good(w.cell))
            routes += check_all(w.cell);
        tro_world_close(&w);
    }
    ck_assert_uint_gt(routes, 100);
}
END_TEST

START_TEST(test_bazaars)
{
    size_t routes = 0;
    for (uint64_t t = 0; t < CASES; t++) {
        tro_stream s = tro_test_stream(92, t);
        tro_bazaar_wish wish = {.family = (int)(t % 3), .agents = 4, .most_tuples = 300};
        tro_bazaar b;
        tro_world w;
        tro_text text = {0};
        tro_bazaar_draw(&b, &s, &wish);
        tro_bazaar_write(&b, &text);
        tro_world_read(&w, tro_text_string(&text));
        tro_text_clear(&text);
        if (is_good(w.cell))
            routes += check_all(w.cell);
        tro_world_close(&w);
    }
    ck_assert_uint_gt(routes, 100);
}
END_TEST

#define AGENTS                                                                                  \
    "trophic: 1\noutcomes: {family: categorical, coordinates: {linspace: [-1, 1, 6]}}\n"       \
    "agents:\n"                                                                                  \
    "  - {name: a, reference: {normal: {mean: 0, sd: 0.5}}, reward: {linear: 1},\n"             \
    "     public: {bradley-terry: {candidates: 3, reward: {linear: 2}}},\n"                      \
    "     shares: {real: 0.4, synthetic: 0.2, curated: 0.4}, displaces: real}\n"                 \
    "  - {name: b, reference: {normal: {mean: 0.5, sd: 0.4}}, reward: {linear: -1},\n"           \
    "     public: {bradley-terry: {candidates: 2, reward: {linear: -2}}},\n"                     \
    "     shares: {real: 0.4, curated: 0.6}}\n"                                                  \
    "  - {name: c, reference: uniform, shares: {real: 0.5, synthetic: 0.5}}\n"

/* Each cut is the scenario without the edge. */
START_TEST(test_cuts)
{
    static const char *const edges[] = {
        "    - {from: a, to: a, weight: 2}\n", "    - {from: b, to: a, curated: 5}\n",
        "    - {from: c, to: a, curated: 0}\n", "    - {from: a, to: b}\n",
        "    - {from: b, to: b, weight: 3}\n", "    - {from: b, to: c}\n"};
    enum { EDGES = sizeof edges / sizeof *edges };
    char all[8192] = AGENTS "network:\n  edges:\n";
    tro_world whole, w;
    for (size_t k = 0; k < EDGES; k++)
        strcat(all, edges[k]);
    tro_world_read(&whole, all);
    for (size_t gone = 0; gone < EDGES - 1; gone++) { /* the last is all that c has */
        char text[8192] = AGENTS "network:\n  edges:\n";
        tro_cut cut;
        double value;
        for (size_t k = 0; k < EDGES; k++)
            if (k != gone)
                strcat(text, edges[k]);
        ck_assert_int_eq(tro_cut_find(whole.eco, whole.plan, 0, 0, gone, &cut), TRO_OK);
        tro_world_read(&w, text);
        ck_assert_int_eq(tro_cell_influences(w.cell, NULL), TRO_OK);
        ck_assert_int_eq(tro_influence_adjoint(&w.cell->influences, 0, 0, &value, NULL, NULL),
                         TRO_OK);
        ck_assert_ptr_null(cut.undefined);
        ck_assert_double_eq_tol(cut.influence, value, 1e-11);
        ck_assert_double_eq_tol(cut.alignment,
                                w.scenario->space.family->alignment(
                                    &w.scenario->space, w.scenario->agents[0].reward,
                                    w.scenario->agents[0].at, w.cell->point.z), 1e-12);
        tro_world_close(&w);
    }
    tro_world_close(&whole);
}
END_TEST

START_TEST(test_cuts_undefined)
{
    tro_world w;
    tro_cut cut;
    tro_world_open(&w, AGENTS "network:\n  edges: [{from: a, to: a}, {from: b, to: b},\n"
                              "          {from: b, to: c}, {from: a, to: c}]\n");
    ck_assert_int_eq(tro_cut_find(w.eco, w.plan, 0, 0, 0, &cut), TRO_OK);
    ck_assert_str_eq(cut.undefined, "nothing would be left to train on");
    ck_assert(isnan(cut.influence) && isnan(cut.alignment));
    ck_assert_int_eq(tro_cut_find(w.eco, w.plan, 0, 0, 3, &cut), TRO_OK);
    ck_assert_ptr_null(cut.undefined);
    tro_world_close(&w);
    /* Without b, a walks away. */
    tro_world_open(&w, "trophic: 1\noutcomes: {family: gaussian}\nagents:\n"
                       "  - {name: a, reference: 0, reward: {linear: 1}, public: {shift: 1},\n"
                       "     shares: {synthetic: 0.5, curated: 0.5}}\n"
                       "  - {name: b, reference: 0, shares: {real: 1}}\n"
                       "network: {edges: [{from: a, to: a}, {from: b, to: a}]}\n");
    ck_assert_int_eq(tro_cut_find(w.eco, w.plan, 0, 0, 1, &cut), TRO_OK);
    ck_assert_str_eq(cut.undefined, "the rounds come to no rest without it");
    tro_world_close(&w);
    /* Without b there is a fixed point, from which a runs away. */
    tro_world_open(&w, "trophic: 1\noutcomes: {family: gaussian}\nagents:\n"
                       "  - {name: a, reference: 0, reward: {linear: 1}, public: {shift: 1},\n"
                       "     shares: {real: 0.2, curated: 0.8}}\n"
                       "  - {name: b, reference: 0, shares: {real: 1}}\n"
                       "network:\n  edges:\n"
                       "    - {from: a, to: a, channel: {affine: {scale: 2}}}\n"
                       "    - {from: b, to: a}\n");
    ck_assert_int_eq(tro_cut_find(w.eco, w.plan, 0, 0, 1, &cut), TRO_OK);
    ck_assert_str_eq(cut.undefined, "the rounds come to no rest without it");
    ck_assert(isnan(cut.influence));
    tro_world_close(&w);
    tro_world_open(&w, "trophic: 1\noutcomes: {family: categorical, outcomes: 2}\nagents:\n"
                       "  - {name: a, reference: uniform, shares: {real: 1}}\n"
                       "  - {name: b, reference: uniform, shares: {real: 1}}\n"
                       "  - {name: c, reference: uniform, reward: [1, 0],\n"
                       "     shares: {real: 0.5, curated: 0.5},\n"
                       "     public: {arena: {reward: [1, 0]}}}\n"
                       "network: {judge: consumer, edges: [{from: a, to: c}, {from: b, to: c}]}\n");
    ck_assert_int_eq(tro_cut_find(w.eco, w.plan, 2, 2, 0, &cut), TRO_OK);
    ck_assert_str_eq(cut.undefined, "an arena's producers stay");
    tro_world_close(&w);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_audience, test_toys, test_bazaars, test_cuts,
                                  test_cuts_undefined};
    return TRO_RUN_TESTS("walks", tests);
}
