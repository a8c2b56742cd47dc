/* Influences where parts of the ecosystem are held by nothing: all pairs that have no
 * business with such a part, against the ecosystem without it. */
#include "support.h"

#include "analysis/walks.h"

#define TABLE "outcomes: {family: categorical, coordinates: [0, 1, 2]}\n"
#define USERS "public: {bradley-terry: {candidates: 3, reward: [1, 0, 2]}}"
#define HELD "  - {name: a, reference: [0.5, 0.3, 0.2], reward: [1, 0, 3], " USERS ",\n" \
             "     shares: {real: 0.4, synthetic: 0.3, curated: 0.3}}\n" \
             "  - {name: b, reference: uniform, reward: [0, 1, 0], " USERS ",\n" \
             "     shares: {real: 0.6, synthetic: 0.1, curated: 0.3}}\n"
#define EDGES "{from: a, to: b}, {from: b, to: a}, {from: a, to: a}"
/* c and d train on each other alone; a is what they make that never changes */
#define LOOSE "  - {name: c, start: [0.2, 0.2, 0.6], reward: [1, 0, 0], shares: {synthetic: 1}}\n" \
              "  - {name: d, start: [0.6, 0.2, 0.2], shares: {synthetic: 0.5, curated: 0.5}}\n"

static double influence(tro_world *w, size_t on, size_t of)
{
    double value;
    ck_assert_int_eq(tro_influence_adjoint(&w->cell->influences, on, of, &value, NULL,
                                           &w->messages), TRO_OK);
    return value;
}

static void open_world(tro_world *w, const char *agents, const char *edges)
{
    tro_world_open(w, "trophic: 1\n" TABLE "agents:\n%snetwork: {edges: [%s]}\n", agents, edges);
    ck_assert_int_eq(tro_cell_influences(w->cell, &w->messages), TRO_OK);
}

START_TEST(test_beside)
{
    tro_world alone, w;
    double matrix[16];
    open_world(&alone, HELD, EDGES);
    open_world(&w, HELD LOOSE, EDGES ", {from: c, to: d}, {from: d, to: c}, {from: a, to: d, "
                                     "weight: 0}");
    ck_assert_uint_eq(alone.cell->influences.loose.count, 0);
    ck_assert_uint_eq(w.cell->influences.loose.count, 1);
    ck_assert_int_eq(w.cell->influences.loose.held[2] && w.cell->influences.loose.held[3], 1);
    ck_assert_int_eq(tro_influence_matrix(&w.cell->influences, matrix, &w.messages), TRO_OK);
    for (size_t on = 0; on < 2; on++)
        for (size_t of = 0; of < 2; of++) {
            double value = influence(&w, on, of);
            ck_assert_double_eq_tol(value, influence(&alone, on, of), 1e-14);
            ck_assert_double_eq_tol(matrix[4 * on + of], value, 1e-15);
            ck_assert_double_eq(influence(&w, 2, of), 0);
        }
    /* where both begin is where both would stay, and their users keep everything */
    ck_assert_double_eq(influence(&w, 0, 3), 0);
    ck_assert_double_eq(influence(&w, 2, 3), 0);
    ck_assert(isnan(matrix[4 * 3 + 0]));   /* no reward, no row */
    tro_world_close(&alone);
    tro_world_close(&w);
}
END_TEST

/* What a loose agent makes is as good as a reference for those who train on it. */
START_TEST(test_upstream)
{
    tro_world w, given;
    open_world(&w, HELD "  - {name: c, start: [0.2, 0.2, 0.6], shares: {synthetic: 1}}\n",
               EDGES ", {from: c, to: c}, {from: c, to: a}");
    open_world(&given, HELD "  - {name: c, reference: [0.2, 0.2, 0.6], shares: {real: 1}}\n",
               EDGES ", {from: c, to: a}");
    ck_assert_uint_eq(w.cell->influences.loose.count, 1);
    for (size_t on = 0; on < 2; on++)
        for (size_t of = 0; of < 2; of++)
            ck_assert_double_eq_tol(influence(&w, on, of), influence(&given, on, of), 1e-14);
    tro_world_close(&w);
    tro_world_close(&given);
}
END_TEST

/* A share that would move a loose agent has no long-term effect that could be told. */
START_TEST(test_lost)
{
    tro_world w;
    tro_walks walks;
    double response[15];
    open_world(&w, HELD "  - {name: c, start: uniform, reward: [0, 0, 1], shares: {synthetic: 0.5,"
                        " curated: 0.5}}\n"
                        "  - {name: d, reference: uniform, reward: [1, 0, 0], shares: {real: 0.5, "
                        "curated: 0.5}}\n"
                        "  - {name: e, reference: uniform, " USERS ", shares: {real: 1}}\n",
               EDGES ", {from: c, to: c, weight: 1, judge: e}, {from: c, to: d}, {from: b, to: d}");
    /* rewards that differ do not leave c where it is: the corner that they lead to holds it */
    ck_assert_uint_eq(w.cell->influences.loose.count, 0);
    ck_assert(!isnan(influence(&w, 3, 2)));
    tro_world_close(&w);
    tro_world_open(&w, "trophic: 1\noutcomes: {family: gaussian}\nagents:\n"
        "  - {name: a, reference: 0, reward: 1, public: {shift: 1}, shares: {real: 0.5, curated: "
        "0.5}, displaces: real}\n"
        "  - {name: x, start: 1, reward: 1, public: {shift: 1}, shares: {synthetic: 1}}\n"
        "  - {name: y, start: 3, shares: {synthetic: 1}}\n"
        "  - {name: b, reference: 0, reward: 1, public: {shift: -1}, shares: {real: 0.2, "
        "synthetic: 0.8}}\n"
        "network: {edges: [{from: a, to: a, weight: 0.5}, {from: x, to: a, weight: 0.5}, "
        "{from: y, to: x, weight: 0.3}, {from: x, to: x, weight: 0.7}, {from: x, to: y}, "
        "{from: b, to: b}]}\n");
    ck_assert_int_eq(tro_cell_influences(w.cell, &w.messages), TRO_OK);
    /* weights of the start in the limit: 1 : 0.3 */
    ck_assert_double_eq_tol(w.cell->point.z[1], (1 + 0.3 * 3) / 1.3, 1e-13);
    ck_assert_int_eq(w.cell->point.of_many, 1);
    ck_assert(isnan(influence(&w, 0, 1)) && isnan(influence(&w, 1, 1)));
    ck_assert_double_eq(influence(&w, 3, 1), 0);
    ck_assert_double_eq(influence(&w, 1, 0), 0);
    ck_assert_str_eq(tro_influence_undefined(&w.cell->influences, 0, 1),
                     "its walks pass agents that nothing holds, which rest wherever they are "
                     "moved");
    ck_assert_int_eq(tro_influence_response(&w.cell->influences, 1, TRO_ALL_WALKS, response,
                                            &w.messages), TRO_OK);
    ck_assert(isnan(response[0]) && isnan(response[1]) && response[3] == 0);
    ck_assert_int_eq(tro_walks_find(&w.cell->influences, 0, 1, 5, &walks, NULL), TRO_EUNSUPPORTED);
    ck_assert_int_eq(tro_walks_find(&w.cell->influences, 0, 0, 5, &walks, NULL), TRO_OK);
    ck_assert_double_eq_tol(walks.total, influence(&w, 0, 0), 1e-14);
    tro_walks_release(&walks);
    tro_world_close(&w);
}
END_TEST

/* Too large to factor: n agents in a ring that nothing holds, and two pairs of others, one of
 * which trains on them. With n = 160 the ring itself is too large. */
static void check_ring(int n, double expected[2])
{
    tro_world w;
    static char text[65536];
    size_t at = (size_t)snprintf(text, sizeof text,
        "trophic: 1\noutcomes: {family: gaussian, dimension: 4}\nagents:\n"
        "  - {name: a, reference: 1, reward: 1, public: {shift: 1}, shares: {real: 0.5, curated: "
        "0.5}, displaces: real}\n"
        "  - {name: b, reference: 1, reward: 1, public: {shift: -2}, shares: {real: 0.2, synthetic:"
        " 0.5, curated: 0.3}}\n"
        "  - {group: h, count: 150, reference: 2, shares: {real: 0.5, synthetic: 0.5}}\n"
        "  - {group: g, count: %d, start: 3, shares: {synthetic: 1}}\n"
        "network:\n  edges:\n    - {from: a, to: b}\n    - {from: b, to: a, weight: 0.5}\n"
        "    - {from: a, to: a, weight: 0.5}\n", n);
    for (int k = 1; k <= n; k++)
        at += (size_t)snprintf(text + at, sizeof text - at, "    - {from: g-%d, to: g-%d}\n", k,
                               k % n + 1);
    for (int k = 1; k <= 150; k++)
        at += (size_t)snprintf(text + at, sizeof text - at, "    - {from: %s-%d, to: h-%d}\n",
                               k == 1 ? "g" : "h", k == 1 ? 1 : k - 1, k);
    ck_assert_uint_lt(at, sizeof text);
    tro_world_read(&w, text);
    ck_assert_int_eq(tro_cell_influences(w.cell, &w.messages), TRO_OK);
    ck_assert_ptr_null(w.cell->influences.resolvent.jacobian);
    ck_assert_uint_eq(w.cell->influences.loose.count, n > 0);
    for (size_t on = 0; on < 2; on++) {
        double value = influence(&w, on, 0);
        if (n > 0)
            ck_assert_double_eq_tol(value, expected[on], 1e-11);
        expected[on] = value;
    }
    tro_world_close(&w);
}

START_TEST(test_large)
{
    double expected[2];
    tro_world w;
    tro_world_open(&w,
        "trophic: 1\noutcomes: {family: gaussian, dimension: 4}\nagents:\n"
        "  - {name: a, reference: 1, reward: 1, public: {shift: 1}, shares: {real: 0.5, curated: "
        "0.5}, displaces: real}\n"
        "  - {name: b, reference: 1, reward: 1, public: {shift: -2}, shares: {real: 0.2, synthetic:"
        " 0.5, curated: 0.3}}\n"
        "network: {edges: [{from: a, to: b}, {from: b, to: a, weight: 0.5}, {from: a, to: a, "
        "weight: 0.5}]}\n");
    ck_assert_int_eq(tro_cell_influences(w.cell, &w.messages), TRO_OK);
    expected[0] = influence(&w, 0, 0);
    expected[1] = influence(&w, 1, 0);
    tro_world_close(&w);
    check_ring(5, expected);
    check_ring(160, expected);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_beside, test_upstream, test_lost, test_large};
    return TRO_RUN_TESTS("loose parts", tests);
}
