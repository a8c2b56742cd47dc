/* The gradient of an influence by shares and weights, against differences of influences of
 * scenarios that say something else, and against a closed form. */
#include "support.h"

#include "analysis/slope.h"

typedef struct knobs {
    double real, synthetic, curated, raw, chosen;
} knobs;

static const knobs given = {0.25, 0.35, 0.4, 2, 1.5};

static const struct {
    const char *outcomes, *law, *users, *extra, *displaces;
} kinds[] = {
    {"{family: gaussian}", "1", "{shift: 0.7}", "", "real"},
    {"{family: gaussian}", "1", "{shift: 0.7}", "", "proportional"},
    {"{family: gaussian}", "1", "{bradley-terry: {reward: {linear: 1}}}", "learning-rate: 0.5, ",
     "synthetic"},
    {"{family: categorical, coordinates: [0, 1, 2]}", "{normal: {mean: 1, sd: 0.7}}",
     "{bradley-terry: {candidates: 3, reward: [0, 2, 1]}}", "", "proportional"},
    {"{family: categorical, coordinates: [0, 1, 2]}", "{normal: {mean: 1, sd: 0.7}}",
     "{bradley-terry: {candidates: 3, reward: [0, 2, 1]}}", "pool: mixture, ", "real"},
    {"{family: categorical, coordinates: [0, 1, 2]}", "{normal: {mean: 1, sd: 0.7}}",
     "{bradley-terry: {candidates: 3, reward: [0, 2, 1]}}",
     "learning-rate: 0.5, owner: {best-of: {candidates: 2, reward: [0, 1, 0]}}, ", "real"},
    {"{family: conditional, prompts: 2, outcomes: 3}",
     "[[0.1, 0.1, 0.2], [0.05, 0.4, 0.15]]",
     "{bradley-terry: {candidates: inf, reward: [0, 2, 1]}}", "", "synthetic"},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

static void open_kind(tro_world *w, int k, const knobs *n)
{
    int table = strcmp(kinds[k].law, "1") != 0;
    tro_world_open(w,
        "trophic: 1\noutcomes: %s\nagents:\n"
        "  - {name: a, reference: %s, reward: %s, %s displaces: %s, public: %s,\n"
        "     shares: {real: %.17g, synthetic: %.17g, curated: %.17g}}\n"
        "  - {name: b, reference: %s, reward: %s, public: %s, shares: {real: 0.3, synthetic: "
        "0.3, curated: 0.4}}\n"
        "network: {%sedges: [{from: b, to: a, synthetic: %.17g, curated: %.17g}, {from: a, to: "
        "a},\n   {from: a, to: b}, {from: b, to: b}]}\n",
        kinds[k].outcomes, kinds[k].law,
        table ? "[1, 0, 2]" : "{linear: 1, curvature: 0.4, centre: 2}", kinds[k].extra,
        kinds[k].displaces, kinds[k].users, n->real, n->synthetic, n->curated,
        table ? "uniform" : "-1", table ? "[0, 1, 0]" : "-1",
        table ? "{best-of: {candidates: 2, reward: [1, 0, 3]}}" : "{shift: -1.2}",
        strncmp(kinds[k].extra, "pool", 4) == 0 ? "judge: consumer, " : "", n->raw,
        n->chosen);
}

static double influence(int k, const knobs *n, size_t on, size_t of)
{
    tro_world w;
    double value;
    open_kind(&w, k, n);
    ck_assert_int_eq(tro_cell_influences(w.cell, &w.messages), TRO_OK);
    ck_assert_int_eq(tro_influence_adjoint(&w.cell->influences, on, of, &value, NULL,
                                           &w.messages), TRO_OK);
    tro_world_close(&w);
    return value;
}

/* Of fourth order. */
static double differed(int k, const knobs *c, size_t on, size_t of)
{
    static const double H = 1e-3, at[] = {1, -1, 2, -2}, factor[] = {8, -8, -1, 1};
    double sum = 0;
    for (size_t i = 0; i < 4; i++) {
        double h = at[i] * H;
        knobs n = {given.real + h * c->real, given.synthetic + h * c->synthetic,
                   given.curated + h * c->curated, given.raw + h * c->raw,
                   given.chosen + h * c->chosen};
        sum += factor[i] * influence(k, &n, on, of);
    }
    return sum / (12 * H);
}

static void near(int k, size_t on, size_t of, const char *what, double found, double expected)
{
    ck_assert_msg(fabs(found - expected) < 1e-8 * (1 + fabs(expected)),
                  "kind %d, %zu on %zu, %s: %.12g, by differences %.12g", k, of, on, what, found,
                  expected);
}

START_TEST(test_slope_differences)
{
    for (int k = 0; k < KINDS; k++)
        for (size_t pair = 0; pair < 4; pair++) {
            size_t on = pair / 2, of = pair % 2;
            tro_world w;
            tro_influence_slope s;
            open_kind(&w, k, &given);
            ck_assert_int_eq(tro_cell_influences(w.cell, &w.messages), TRO_OK);
            tro_shares before = w.eco->shares[of];
            ck_assert_int_eq(tro_influence_slope_find(&w.cell->influences, w.eco, on, of, &s,
                                                      &w.messages), TRO_OK);
            ck_assert_mem_eq(&before, &w.eco->shares[of], sizeof before);
            ck_assert_double_eq_tol(s.influence, influence(k, &given, on, of), 1e-13);
            near(k, on, of, "curated for real", s.curated[0] - s.real[0],
                 differed(k, &(knobs){.curated = 1, .real = -1}, on, of));
            near(k, on, of, "synthetic for real", s.synthetic[0] - s.real[0],
                 differed(k, &(knobs){.synthetic = 1, .real = -1}, on, of));
            near(k, on, of, "a synthetic weight", s.relative[0],
                 differed(k, &(knobs){.raw = 1}, on, of));
            near(k, on, of, "a curated weight", s.relative[w.scenario->edge_count],
                 differed(k, &(knobs){.chosen = 1}, on, of));
            tro_influence_slope_release(&s);
            tro_world_close(&w);
        }
}
END_TEST

/* z = (1 - c) m + c (z + h), so J = z = m + h c / (1 - c), dJ/dc = h / (1 - c)^2 and the
 * derivative of that by the share is 2 h / (1 - c)^3. */
START_TEST(test_slope_alone)
{
    tro_world w;
    tro_influence_slope s;
    tro_world_read(&w, "trophic: 1\noutcomes: {family: gaussian}\nagents:\n"
                       "  - {name: a, reference: 3, reward: 1, displaces: real,\n"
                       "     public: {shift: 0.8}, shares: {real: 0.6, curated: 0.4}}\n"
                       "network: {edges: [{from: a, to: a}]}\n");
    ck_assert_int_eq(tro_cell_influences(w.cell, &w.messages), TRO_OK);
    ck_assert_int_eq(tro_influence_slope_find(&w.cell->influences, w.eco, 0, 0, &s, &w.messages),
                     TRO_OK);
    ck_assert_double_eq_tol(s.influence, 0.8 / 0.36, 1e-13);
    ck_assert_double_eq_tol(s.curated[0] - s.real[0], 1.6 / 0.216, 1e-11);
    tro_influence_slope_release(&s);
    tro_world_close(&w);
}
END_TEST

START_TEST(test_slope_errors)
{
    tro_world w;
    tro_influence_slope s;
    char buffer[512];
    tro_world_read(&w, "trophic: 1\noutcomes: {family: gaussian}\nagents:\n"
                       "  - {name: a, reference: 3, reward: 1, public: {shift: 0.8},\n"
                       "     owner: {bradley-terry: {reward: {linear: 0.3}}},\n"
                       "     shares: {real: 0.6, curated: 0.4}}\n"
                       "network: {edges: [{from: a, to: a}]}\n");
    ck_assert_int_eq(tro_cell_influences(w.cell, &w.messages), TRO_OK);
    ck_assert_int_eq(tro_influence_slope_find(&w.cell->influences, w.eco, 0, 0, &s, &w.messages),
                     TRO_EUNSUPPORTED);
    ck_assert_str_eq(tro_listed(&w.messages, buffer, sizeof buffer),
                     "no exact gradient of an influence where owners choose among laws");
    tro_world_close(&w);
    tro_world_read(&w, "trophic: 1\noutcomes: {family: categorical, outcomes: 2}\nagents:\n"
                       "  - {name: a, reference: uniform, reward: [0, 1], public: self,\n"
                       "     shares: {real: 0.6, curated: 0.4}}\n"
                       "  - {name: b, reference: uniform, shares: {real: 1}}\n"
                       "curators: {self: {best-of: {candidates: 2, reward: [0, 1]}}}\n"
                       "network: {edges: [{from: a, to: a}]}\n");
    ck_assert_int_eq(tro_cell_influences(w.cell, &w.messages), TRO_OK);
    ck_assert_int_eq(tro_influence_slope_find(&w.cell->influences, w.eco, 1, 0, &s, &w.messages),
                     TRO_EUNSUPPORTED);
    ck_assert_int_eq(tro_influence_slope_find(&w.cell->influences, w.eco, 0, 1, &s, &w.messages),
                     TRO_EUNSUPPORTED);
    ck_assert_str_eq(tro_listed(&w.messages, buffer, sizeof buffer),
                     "the influence of 'a' on 'b' is not defined: one needs a curated share that "
                     "can move, the other a reward\n"
                     "the influence of 'b' on 'a' is not defined: one needs a curated share that "
                     "can move, the other a reward");
    tro_world_close(&w);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_slope_differences, test_slope_alone, test_slope_errors};
    return TRO_RUN_TESTS("slope", tests);
}
