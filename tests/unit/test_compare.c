/* Comparisons: what replicates and topologies share, outcomes against quantities and by hand, and
 * mistakes. */
#include "experiment/compare.h"
#include "support.h"

#define HEAD                                                                                  \
    "trophic: 1\n"                                                                            \
    "seed: 7\n"                                                                               \
    "outcomes: {family: categorical, outcomes: 3}\n"                                          \
    "agents:\n"                                                                               \
    "  - {group: m, count: 6, reference: {dirichlet: 2}, reward: {normal: {sd: 1, name: t}},\n" \
    "     public: {bradley-terry: {candidates: 2, reward: {normal: {sd: 1, name: t}}}},\n"     \
    "     shares: {real: 0.4, curated: 0.3}, displaces: real}\n"                              \
    "network: {judge: consumer, generator: {ring: {self: 1}}}\n"                              \
    "compare:\n"

#define BODY HEAD                                                                             \
    "  replicates: 3\n"                                                                       \
    "  topologies:\n"                                                                         \
    "    ring: {ring: {self: 1}}\n"                                                           \
    "    web: {generator: {erdos-renyi: {p: 0.4, self: 1}}, judge: producer}\n"               \
    "    full: complete\n"

static tro_comparison *open_it(tro_world *w, const char *text)
{
    char buffer[4096];
    tro_comparison *c;
    tro_world_read(w, text);
    int status = tro_comparison_new(w->cell, &c, &w->messages);
    ck_assert_msg(status == TRO_OK, "%s", tro_listed(&w->messages, buffer, sizeof buffer));
    return c;
}

static void refused(const char *text, const char *expected)
{
    char buffer[4096];
    tro_world w;
    tro_comparison *c;
    tro_world_read(&w, text);
    tro_messages_clear(&w.messages);   /* notes of the scenario */
    ck_assert_int_eq(tro_comparison_new(w.cell, &c, &w.messages), TRO_ESCENARIO);
    ck_assert_str_eq(tro_listed(&w.messages, buffer, sizeof buffer), expected);
    ck_assert_ptr_null(c);
    tro_world_close(&w);
}

/* The same agents in every topology, others in the next replicate; its seed says which. */
START_TEST(test_common_agents)
{
    tro_world w;
    tro_comparison *c = open_it(&w, BODY);
    const double *of[2][2];
    tro_cell *cells[2][2];
    for (size_t t = 0; t < 2; t++)
        for (size_t r = 0; r < 2; r++) {
            ck_assert_int_eq(tro_compared_cell(c, t, r, &cells[t][r], NULL), TRO_OK);
            of[t][r] = cells[t][r]->scenario->agents[3].reference;
            ck_assert_uint_eq(cells[t][r]->scenario->seed, 7 + r);
        }
    ck_assert_mem_eq(of[0][0], of[1][0], 3 * sizeof(double));
    ck_assert_mem_eq(of[0][1], of[1][1], 3 * sizeof(double));
    ck_assert(of[0][0][0] != of[0][1][0]);
    /* judge stays where the topology has none of its own. */
    ck_assert_int_eq(cells[0][0]->scenario->edges[0].judge, TRO_JUDGE_CONSUMER);
    ck_assert_int_eq(cells[1][0]->scenario->edges[0].judge, TRO_JUDGE_PRODUCER);
    for (size_t k = 0; k < 4; k++)
        tro_cell_free(cells[k / 2][k % 2]);
    tro_comparison_free(c);
    tro_world_close(&w);
}
END_TEST

/* Outcomes of one cell, asked for otherwise. */
START_TEST(test_outcomes)
{
    tro_world w;
    tro_comparison *c = open_it(&w, BODY);
    tro_cell *cell;
    double sum = 0, least = INFINITY, negative = 0, worst = INFINITY;
    double given = 0, within = 0, mean[3] = {0}, between = 0;
    ck_assert_int_eq(tro_comparison_run(c, NULL, NULL), TRO_OK);
    ck_assert_int_eq(tro_compared_cell(c, 1, 2, &cell, NULL), TRO_OK);
    const tro_compared *found = tro_compared_at(c, 1, 2);
    ck_assert_str_eq(found->status, "ok");
    for (size_t i = 0; i < 6; i++) {
        double value, self;
        ck_assert_int_eq(tro_alignment_of(cell, i, &value, NULL), TRO_OK);
        ck_assert_int_eq(tro_influence(cell, i, i, &self, NULL), TRO_OK);
        sum += value / 6;
        least = fmin(least, value);
        negative += self < 0;
        worst = fmin(worst, self);
        ck_assert_double_eq_tol(found->known[TRO_NODE_SELF * 6 + i], self, 1e-12);
        const double *p = cell->point.z + 3 * i;
        for (int k = 0; k < 3; k++) {
            within += p[k] * (1 - p[k]) / 6;
            mean[k] += p[k] / 6;
        }
        if (i != 2) {
            ck_assert_int_eq(tro_influence(cell, i, 2, &value, NULL), TRO_OK);
            given += value / 5;
        }
    }
    for (size_t k = 0; k < 18; k++)
        between += pow(cell->point.z[k] - mean[k % 3], 2) / 6;
    ck_assert_double_eq_tol(found->outcomes[TRO_OUT_ALIGNMENT], sum, 1e-12);
    ck_assert_double_eq_tol(found->outcomes[TRO_OUT_WORST], least, 1e-12);
    ck_assert_double_eq_tol(found->outcomes[TRO_OUT_NEGATIVE_SELF], negative / 6, 1e-12);
    ck_assert_double_eq_tol(found->outcomes[TRO_OUT_BACKFIRE], worst, 1e-12);
    ck_assert_double_eq_tol(found->outcomes[TRO_OUT_WITHIN], within, 1e-12);
    ck_assert_double_eq_tol(found->outcomes[TRO_OUT_BETWEEN], between, 1e-12);
    ck_assert_double_eq_tol(found->known[TRO_NODE_GIVEN * 6 + 2], given, 1e-12);
    ck_assert_double_eq(found->outcomes[TRO_OUT_STABLE], 1);
    tro_cell_free(cell);
    tro_comparison_free(c);
    tro_world_close(&w);
}
END_TEST

/* z' = 0.5 z + 0.5 from 0 is within 2^-k of 1 after k rounds: its change falls to 2^-k. */
START_TEST(test_rounds_to_converge)
{
    tro_world w;
    tro_comparison *c = open_it(&w,
        "trophic: 1\nseed: 1\noutcomes: {family: gaussian, dimension: 1, covariance: 4}\nagents:\n"
        "  - {name: a, reference: 1, start: 0, reward: [1], shares: {real: 0.5, synthetic: 0.5}}\n"
        "  - {name: b, reference: -1, start: -1, reward: [1], shares: {real: 1}}\n"
        "network: {edges: [{from: a, to: a}]}\n"
        "compare: {replicates: 1, tolerance: 0.001,\n"
        "  topologies: {self: {edges: [{from: a, to: a, curated: 0}]}}}\n");
    ck_assert_int_eq(tro_comparison_run(c, NULL, NULL), TRO_OK);
    const double *found = c->cells[0].outcomes;
    ck_assert_double_eq(found[TRO_OUT_ROUNDS], 9);   /* the tenth changes it by 2^-10 */
    ck_assert_double_eq_tol(found[TRO_OUT_RATE], 0.5, 1e-12);
    ck_assert_double_eq_tol(found[TRO_OUT_WITHIN], 4, 1e-12);
    ck_assert_double_eq_tol(found[TRO_OUT_BETWEEN], 1, 1e-12);
    ck_assert(isnan(found[TRO_OUT_NEGATIVE_SELF]));  /* nothing is curated */
    tro_comparison_free(c);
    tro_world_close(&w);
}
END_TEST

/* One that does not come to rest is a row, and the others stay. */
START_TEST(test_unstable_topology)
{
    tro_world w;
    tro_comparison *c = open_it(&w,
        "trophic: 1\nseed: 1\noutcomes: {family: gaussian, dimension: 1}\nagents:\n"
        "  - {name: a, reference: 0, reward: [1], public: {shift: 1},\n"
        "     shares: {real: 0.1, curated: 0.9}}\n"
        "network: {edges: [{from: a, to: a}]}\n"
        "compare:\n  replicates: 2\n  topologies:\n"
        "    good: {edges: [{from: a, to: a}]}\n"
        "    bad: {edges: [{from: a, to: a, channel: {affine: {matrix: [[-2]]}}}]}\n");
    ck_assert_int_eq(tro_comparison_run(c, NULL, NULL), TRO_OK);
    const tro_compared *good = tro_compared_at(c, 0, 1), *bad = tro_compared_at(c, 1, 1);
    ck_assert_str_eq(good->status, "ok");
    ck_assert_str_eq(bad->status, "unstable");
    ck_assert(!bad->settled && isnan(bad->outcomes[TRO_OUT_ALIGNMENT]));
    ck_assert_double_eq_tol(bad->outcomes[TRO_OUT_RATE], 1.8, 1e-9);
    ck_assert_double_eq(bad->outcomes[TRO_OUT_STABLE], 0);
    ck_assert_uint_eq(tro_comparison_settled(c, 0), 2);
    ck_assert_uint_eq(tro_comparison_settled(c, 1), 0);
    ck_assert_uint_eq(c->order[1], 1);               /* last, without a mean */
    ck_assert(isnan(c->rivalries[0].p_t_holm));
    tro_comparison_free(c);
    tro_world_close(&w);
}
END_TEST

START_TEST(test_ranking)
{
    tro_world w;
    tro_comparison *c = open_it(&w, BODY);
    ck_assert_int_eq(tro_comparison_run(c, NULL, NULL), TRO_OK);
    ck_assert_uint_eq(c->rivalry_count, 3 * TRO_OUTCOMES);
    for (size_t k = 0; k < c->rivalry_count; k++) {
        const tro_rivalry *v = &c->rivalries[k];
        double a = c->of_outcomes[v->better * TRO_OUTCOMES + v->outcome].mean;
        double b = c->of_outcomes[v->worse * TRO_OUTCOMES + v->outcome].mean;
        ck_assert(tro_compared_outcomes[v->outcome].better < 0 ? a <= b : a >= b);
        ck_assert_double_eq_tol(v->difference.estimate.mean, a - b, 1e-9);
        ck_assert(!(v->p_t_holm < v->difference.p_t));
    }
    /* A ring tells nobody apart; a random network does. */
    ck_assert_uint_eq(c->correlations[0].count, 0);
    ck_assert_uint_eq(c->correlations[c->centrality_count * TRO_TARGETS].count, 3);
    tro_comparison_free(c);
    tro_world_close(&w);
}
END_TEST

/* One network and its copies are no sample, however well centralities go with influence there. */
START_TEST(test_repeated_network)
{
    tro_world w;
    tro_comparison *c = open_it(&w,
        "trophic: 1\nseed: 1\noutcomes: {family: gaussian, dimension: 1}\nagents:\n"
        "  - {group: a, count: 2, reference: 0, reward: [1], public: {shift: 1},\n"
        "     shares: {real: 0.5, curated: 0.5}, displaces: real}\n"
        "  - {group: b, count: 1, reference: 0, reward: [-1], public: {shift: -1},\n"
        "     shares: {real: 0.5, curated: 0.5}, displaces: real}\n"
        "network: {generator: {complete: {self: 1}}}\n"
        "compare: {replicates: 5, topologies: {star: {star: {self: 1}},\n"
        "          web: {erdos-renyi: {p: 0.5, self: 1}}}}\n");
    ck_assert_int_eq(tro_comparison_run(c, NULL, NULL), TRO_OK);
    const tro_estimate *e = &c->correlations[0];   /* in-degree and influence on oneself */
    ck_assert_uint_eq(e->count, 5);
    ck_assert_double_eq_tol(e->mean, -sqrt(0.75), 1e-12);
    ck_assert(isnan(e->sd) && isnan(e->lower) && isnan(e->upper));
    size_t sure = 0;
    for (size_t k = 0; k < c->centrality_count * TRO_TARGETS; k++)
        sure += !isnan(c->correlations[c->centrality_count * TRO_TARGETS + k].lower);
    ck_assert_uint_gt(sure, 0);                    /* those of random networks vary */
    tro_comparison_free(c);
    tro_world_close(&w);
}
END_TEST

START_TEST(test_mistakes)
{
    refused(HEAD "  topologies: {a: {rng: {}}, b: {generator: {ring: {reech: 1}}}}\n",
            "10:20: topology 'a' is 'rng', which is neither a generator nor a key of 'network' "
            "(did you mean 'ring'?)");
    refused(HEAD "  topologies: {b: {generator: {ring: {reech: 1}}}}\n",
            "10:39: unknown key 'reech' in 'ring' (did you mean 'reach'?)\n"
            "10:19: note: topology 'b' is not possible with these agents");
    refused(HEAD "  topologies: {b: {barabasi-albert: {m: 6}}, c: {graphml: nowhere.graphml}}\n",
            "10:20: 'barabasi-albert' has m = 6 and only 6 nodes, m must be below their number\n"
            "10:19: note: topology 'b' is not possible with these agents\n"
            "10:59: cannot read network file 'nowhere.graphml': No such file or directory\n"
            "10:49: note: topology 'c' is not possible with these agents");
    refused(HEAD "  topologies: {c: {edges: [{from: m-1, to: m-7}]}}\n",
            "10:44: no agent is called 'm-7' (did you mean 'm-6'?)\n"
            "10:19: note: topology 'c' is not possible with these agents");
    refused(HEAD "  topologies: {c: {ring: {}, judge: m-1}}\n",
            "10:20: topology 'c' has the generator 'ring' beside other keys: a generator stands "
            "alone, or under 'generator'");
    refused(HEAD "  topologies: {}\n",
            "10:15: compare needs topologies, a map from names to networks, as in {ring: {ring: "
            "{reach: 2}}, web: {barabasi-albert: {m: 2}}}");
    refused(HEAD "  topologies: {c: {judge: m-1}, d: }\n  replicates: 0\n"
                 "  outcomes: [rate, rate, x]\n  rank-by: alignmet\n",
            "11:15: replicates must be between 1 and 100000, found '0'\n"
            "12:20: outcome 'rate' comes twice\n"
            "12:26: unknown outcome 'x', the outcomes are alignment, worst-alignment, "
            "diversity-within, diversity-between, rounds, rate, stable, negative-self, "
            "negative-cross, worst-backfire\n"
            "13:12: unknown outcome 'alignmet' (did you mean 'alignment'?)\n"
            "10:19: topology 'c' has no network: one of 'edges', 'generator', 'graphml', 'file' "
            "and 'parts', or a generator's name, would be right\n"
            "10:36: topology 'd' is a network: a generator as in {ring: {reach: 2}}, or what "
            "'network' takes");
    refused(HEAD "  topologies: {c: ring}\n  outcomes: rate\n  rank-by: rounds\n",
            "12:12: rank-by is 'rounds', which is not among the outcomes");
}
END_TEST

int main(void)
{
    const TTest *tests[] = {test_common_agents, test_outcomes, test_rounds_to_converge,
                            test_unstable_topology, test_ranking, test_repeated_network,
                            test_mistakes};
    return TRO_RUN_TESTS("compare", tests);
}
