/* The generators between groups, of given degrees, and the small ones: counts,
 * degrees and directions. */
#include "site_support.h"

static size_t block_of(size_t node)
{
    return node < 4 ? 0 : node < 14 ? 1 : 2;
}

START_TEST(test_tree_links)
{
    outcome o;

    outcome_good(&o, &tro_generator_tree, "3", 14, 1);
    verify(&o.graph, 0);
    ck_assert_uint_eq(o.graph.count, 13);
    for (size_t e = 0; e < 13; e++) {
        ck_assert_uint_eq(o.graph.links[e].to, e + 1);
        ck_assert_uint_eq(o.graph.links[e].from, e / 3);
    }
    outcome_clear(&o);
    outcome_good(&o, &tro_generator_tree, "{direction: to-root, self: 1}", 7, 1);
    verify(&o.graph, 1);
    ck_assert(weight_of(&o.graph, 6, 2) == 1 && weight_of(&o.graph, 2, 6) == 0);
    outcome_clear(&o);
    outcome_good(&o, &tro_generator_tree, "{direction: both}", 7, 1);
    ck_assert_uint_eq(mutual_links(&o.graph), 12);
    outcome_clear(&o);
}
END_TEST

START_TEST(test_lattice_links)
{
    outcome o;
    size_t *in;

    outcome_good(&o, &tro_generator_lattice, "[3, 4]", 12, 1);
    verify(&o.graph, 0);
    ck_assert_uint_eq(o.graph.count, 2 * (2 * 4 + 3 * 3));
    ck_assert_uint_eq(mutual_links(&o.graph), o.graph.count);
    ck_assert(weight_of(&o.graph, 0, 1) == 1 && weight_of(&o.graph, 0, 3) == 1);
    ck_assert(weight_of(&o.graph, 2, 3) == 0);
    outcome_clear(&o);
    outcome_good(&o, &tro_generator_lattice, "{sides: [3, 4, 5], circular: true}", 60, 1);
    verify(&o.graph, 0);
    in = degrees(&o.graph, 1);
    for (size_t i = 0; i < 60; i++)
        ck_assert_uint_eq(in[i], 6);
    free(in);
    outcome_clear(&o);
    outcome_good(&o, &tro_generator_lattice, "{sides: [2, 1], circular: true}", 2, 1);
    ck_assert_uint_eq(o.graph.count, 2);
    outcome_clear(&o);
    outcome_bad(&tro_generator_lattice, "[3, 4]", 13,
                "'lattice' has sides for 12 agents, found 13");
    outcome_bad(&tro_generator_lattice, "[2.5, 2]", 5,
                "'lattice' has a side of 2.5 agents, a whole number is wanted");
}
END_TEST

START_TEST(test_citation_links)
{
    outcome o;

    outcome_good(&o, &tro_generator_citation, "", 9, 1);
    verify(&o.graph, 0);
    ck_assert_uint_eq(o.graph.count, 36);
    for (size_t e = 0; e < o.graph.count; e++)
        ck_assert_uint_lt(o.graph.links[e].from, o.graph.links[e].to);
    outcome_clear(&o);
}
END_TEST

START_TEST(test_random_tree_links)
{
    outcome o;
    size_t *in, roots = 0;

    outcome_good(&o, &tro_generator_random_tree, "", 50, 1);
    verify(&o.graph, 0);
    in = degrees(&o.graph, 1);
    for (size_t i = 0; i < 50; i++) {
        ck_assert_uint_le(in[i], 1);
        roots += in[i] == 0;
    }
    ck_assert_uint_eq(roots, 1);
    free(in);
    outcome_clear(&o);
}
END_TEST

START_TEST(test_famous_degrees)
{
    static const struct { const char *name; size_t nodes, ties; } rows[] = {
        {"petersen", 10, 15}, {"cubical", 8, 12}, {"krackhardt-kite", 10, 18},
        {"tetrahedral", 4, 6}, {"tutte", 46, 69}, {"bull", 5, 5}, {"chvatal", 12, 24},
        {"coxeter", 28, 42}, {"diamond", 4, 5}, {"dodecahedral", 20, 30}, {"frucht", 12, 18},
        {"grotzsch", 11, 20}, {"heawood", 14, 21}, {"house", 5, 6}, {"icosahedral", 12, 30},
        {"levi", 30, 45}, {"mcgee", 24, 36}, {"octahedral", 6, 12}};

    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        outcome o;
        outcome_good(&o, &tro_generator_famous, rows[k].name, rows[k].nodes, 1);
        verify(&o.graph, 0);
        ck_assert_uint_eq(o.graph.count, 2 * rows[k].ties);
        ck_assert_uint_eq(mutual_links(&o.graph), o.graph.count);
        outcome_clear(&o);
    }
    outcome_bad(&tro_generator_famous, "petersen", 11,
                "'petersen' is a network of 10 nodes, found 11 agents");
}
END_TEST

/* Every degree is k, and it is no longer the circle it was made of. */
START_TEST(test_k_regular_degrees)
{
    static const size_t ks[] = {0, 1, 3, 19, 38, 39};

    for (size_t k = 0; k < sizeof ks / sizeof *ks; k++) {
        char yaml[16];
        outcome o;
        size_t *in, *out, near = 0;
        snprintf(yaml, sizeof yaml, "%zu", ks[k]);
        outcome_good(&o, &tro_generator_k_regular, yaml, 40, 1);
        verify(&o.graph, 0);
        in = degrees(&o.graph, 1);
        out = degrees(&o.graph, 0);
        for (size_t i = 0; i < 40; i++)
            ck_assert(in[i] == ks[k] && out[i] == ks[k]);
        for (size_t e = 0; e < o.graph.count; e++)
            near += (o.graph.links[e].to + 40 - o.graph.links[e].from) % 40 <= ks[k];
        if (ks[k] == 3)
            ck_assert_uint_lt(near, 40);    /* 120 at first, 9 expected */
        free(in);
        free(out);
        outcome_clear(&o);
    }
    outcome_bad(&tro_generator_k_regular, "4", 4,
                "'k-regular' has k = 4 among 4 nodes, k must be below their number");
}
END_TEST

START_TEST(test_configuration_degrees)
{
    static const size_t in_wanted[] = {3, 2, 1, 0, 2}, out_wanted[] = {1, 1, 2, 4, 0};
    outcome o;
    size_t *in, *out;

    outcome_good(&o, &tro_generator_configuration,
                 "{in: [3, 2, 1, 0, 2], out: [1, 1, 2, 4, 0], self: 2}", 5, 1);
    verify(&o.graph, 2);
    in = degrees(&o.graph, 1);
    out = degrees(&o.graph, 0);
    ck_assert_mem_eq(in, in_wanted, sizeof in_wanted);
    ck_assert_mem_eq(out, out_wanted, sizeof out_wanted);
    free(in);
    free(out);
    outcome_clear(&o);
    outcome_bad(&tro_generator_configuration, "{in: [1, 1], out: [1, 1]}", 3,
                "'configuration' has 2 numbers in 'in', found 3 agents");
    outcome_bad(&tro_generator_configuration, "{in: [1, 1, 1], out: [2, 2, 1]}", 3,
                "'configuration' has 5 links by 'out' and 3 by 'in', the same number is wanted");
    outcome_bad(&tro_generator_configuration, "{in: [3, 1, 1]}", 3,
                "number 1 of 'in' of 'configuration' is 3, a whole number below that of the "
                "agents, 3, is wanted");
    outcome_make(&o, &tro_generator_configuration, "{in: [2, 2, 0], out: [2, 2, 0]}", 3, 1);
    ck_assert_int_eq(o.status, TRO_ESCENARIO);      /* no simple network has these */
    outcome_clear(&o);
}
END_TEST

/* Only where the matrix has something, in its numbers: 5 sigma. */
START_TEST(test_stochastic_block_counts)
{
    double count[3][3] = {{0}};
    const double p[3][3] = {{1, 0.5, 0}, {0, 0.2, 0.1}, {0, 0, 0.05}};
    const double size[] = {4, 10, 26};
    enum { SAMPLES = 50 };

    for (uint64_t seed = 1; seed <= SAMPLES; seed++) {
        outcome o;
        make(&o, &tro_generator_stochastic_block,
             "{p: {lab: {lab: 1, mid: 0.5}, mid: {mid: 0.2, open: 0.1}, open: {open: 0.05}}}", NAN,
             seed);
        ck_assert_int_eq(o.status, TRO_OK);
        verify(&o.graph, 0);
        for (size_t e = 0; e < o.graph.count; e++)
            count[block_of(o.graph.links[e].from)][block_of(o.graph.links[e].to)]++;
        outcome_clear(&o);
    }
    for (int a = 0; a < 3; a++)
        for (int b = 0; b < 3; b++)
            ck_assert(near_binomial(count[a][b], SAMPLES * size[a] * (size[b] - (a == b)),
                                    p[a][b]));
}
END_TEST

START_TEST(test_stochastic_block_matched)
{
    outcome o;
    double count[3][3] = {{0}};

    good(&o, &tro_generator_stochastic_block,
         "[[1, 0.5, 0], [0, 0.2, 0.1], [0, 0, 0.05]]", 60);
    verify(&o.graph, 0);
    ck_assert_uint_eq(o.graph.count, 60);
    for (size_t e = 0; e < 60; e++)
        count[block_of(o.graph.links[e].from)][block_of(o.graph.links[e].to)]++;
    /* expected 12, 20, 18, 26, 32.5 of 108.5: times 60 / 108.5 */
    ck_assert(fabs(count[0][0] - 6.64) <= 1 && fabs(count[0][1] - 11.06) <= 1);
    ck_assert(fabs(count[1][1] - 9.95) <= 1 && fabs(count[1][2] - 14.38) <= 1);
    ck_assert(fabs(count[2][2] - 17.97) <= 1);
    outcome_clear(&o);
    good(&o, &tro_generator_stochastic_block, "{p: {lab: {lab: 1}}}", 0);
    ck_assert_uint_eq(o.graph.count, 0);
    outcome_clear(&o);
    bad(&tro_generator_stochastic_block, "{p: {lab: {lab: 0.5, open: 0.25}}}", 100,
        "'stochastic-block' can have 0 to 64 links on 40 agents, a mean degree of 0 to 1.6, "
        "found 100 asked for, 2.5");
    bad(&tro_generator_stochastic_block, "{p: {lab: {opne: 1}}}", NAN,
        "no group or agent 'opne' in this network (did you mean 'open'?)");
    bad(&tro_generator_stochastic_block, "{p: {lab: {open: 1.5}}}", NAN,
        "a probability must be in [0, 1], found 1.5");
    bad(&tro_generator_stochastic_block, "[[1, 0], [0, 1]]", NAN,
        "p is a map {from: {to: probability}} by groups, or a list of 3 rows, one for each group "
        "or agent");
}
END_TEST

START_TEST(test_bipartite_links)
{
    outcome o;

    good(&o, &tro_generator_bipartite, "{producers: [open, lab], m: 123}", NAN);
    verify(&o.graph, 0);
    ck_assert_uint_eq(o.graph.count, 123);
    for (size_t e = 0; e < 123; e++)
        ck_assert(block_of(o.graph.links[e].from) != 1 && block_of(o.graph.links[e].to) == 1);
    outcome_clear(&o);
    good(&o, &tro_generator_bipartite, "{p: 1}", NAN);
    ck_assert_uint_eq(o.graph.count, 4 * 36);
    outcome_clear(&o);
    bad(&tro_generator_bipartite, "{producers: [lab, mid, open], p: 1}", NAN,
        "'bipartite' needs groups that are its producers and others that are not, found 3 of 3 "
        "among them");
    bad(&tro_generator_bipartite, "", NAN,
        "'bipartite' needs p or m, or the network's 'mean-degree' or 'density'");
    bad(&tro_generator_bipartite, "{m: 145}", NAN,
        "'bipartite' has m = 145, but there is room for only 144 links from producers to "
        "consumers");
    bad(&tro_generator_bipartite, "{m: 3}", 20,
        "'bipartite' has m, and the network has a 'mean-degree' or 'density' besides: exactly "
        "one can say how many links there are");
}
END_TEST

START_TEST(test_core_periphery_links)
{
    outcome o;
    size_t kinds[4] = {0};

    good(&o, &tro_generator_core_periphery, "{out: 1, back: 1}", NAN);
    verify(&o.graph, 0);
    for (size_t e = 0; e < o.graph.count; e++)
        kinds[2 * (o.graph.links[e].from >= 4) + (o.graph.links[e].to >= 4)]++;
    ck_assert(kinds[0] == 12 && kinds[1] == 144 && kinds[2] == 144 && kinds[3] == 0);
    outcome_clear(&o);
    bad(&tro_generator_core_periphery, "", 11,
        "'core-periphery' can have 12 to 156 links on 40 agents, a mean degree of 0.3 to 3.9, "
        "found 11 asked for, 0.275");
}
END_TEST

/* Two samples of pairs: the share within the radius is pi r^2 on a torus. */
START_TEST(test_geometric_law)
{
    double count = 0;

    for (uint64_t seed = 1; seed <= 20; seed++) {
        outcome o;
        make(&o, &tro_generator_geometric, "{radius: 0.2, torus: true}", NAN, seed);
        verify(&o.graph, 0);
        ck_assert_uint_eq(mutual_links(&o.graph), o.graph.count);
        count += (double)o.graph.count / 2;
        outcome_clear(&o);
    }
    ck_assert(near_binomial(count, 20 * 780, 3.14159265 * 0.04));
}
END_TEST

/* Each model of growth feeds newcomers from older agents; backwards on request. */
START_TEST(test_growth_directions)
{
    static const struct { const tro_generator *generator; const char *down, *up; } rows[] = {
        {&tro_generator_forest_fire, "{forward: 0.4}",
         "{forward: 0.4, direction: newcomers-to-hubs}"},
        {&tro_generator_aging, "{m: 3}", "{m: 3, direction: newcomers-to-hubs}"},
        {&tro_generator_recent, "{m: 3, window: 7}",
         "{m: 3, window: 7, direction: newcomers-to-hubs}"}};

    for (size_t k = 0; k < 3; k++) {
        outcome down, up;
        good(&down, rows[k].generator, rows[k].down, NAN);
        good(&up, rows[k].generator, rows[k].up, NAN);
        verify(&down.graph, 0);
        ck_assert_uint_ge(down.graph.count, NODES - 1);
        ck_assert_uint_eq(down.graph.count, up.graph.count);
        for (size_t e = 0; e < down.graph.count; e++) {
            ck_assert_uint_lt(down.graph.links[e].from, down.graph.links[e].to);
            ck_assert_uint_gt(up.graph.links[e].from, up.graph.links[e].to);
        }
        outcome_clear(&down);
        outcome_clear(&up);
    }
    bad(&tro_generator_forest_fire, "{forward: 0.5, backward: 2}", NAN,
        "'forest-fire' has forward 0.5 times backward 2, below 1 would be right");
}
END_TEST

/* Equal fitness is an Erdos-Renyi network; no fitness, no link. */
START_TEST(test_fitness_links)
{
    outcome o;
    size_t *out;

    outcome_good(&o, &tro_generator_fitness, "{out: [0, 1, 2, 3], in: [1, 1, 0, 1], m: 7}", 4, 1);
    verify(&o.graph, 0);
    out = degrees(&o.graph, 0);
    ck_assert(out[0] == 0 && out[1] == 2 && out[2] == 3 && out[3] == 2);
    free(out);
    outcome_clear(&o);
    outcome_good(&o, &tro_generator_power_law, "{out: 2.2, in: .inf, m: 3000}", 1000, 1);
    out = degrees(&o.graph, 0);
    /* (i + 1)^(-1 / 1.2) sums to 13.9: 216 draws, some of which come twice */
    ck_assert(out[0] > 150 && out[0] < 280 && out[1] > 80 && out[1] < 160);
    free(out);
    out = degrees(&o.graph, 1);
    for (size_t i = 0; i < 1000; i++)
        ck_assert_uint_lt(out[i], 20);   /* Poisson of mean 3 */
    free(out);
    outcome_clear(&o);
    outcome_bad(&tro_generator_fitness, "{out: [1, 1.0e-90, 1.0e-90], m: 6}", 3,
                "'fitness' finds only 0 different links of 6: the pairs of agents that are likely "
                "are all taken, fewer links or more equal agents would be right");
}
END_TEST

/* The stream alone decides. */
START_TEST(test_same_seed_same_links)
{
    static const struct { const tro_generator *generator; const char *yaml; } rows[] = {
        {&tro_generator_k_regular, "3"}, {&tro_generator_geometric, "0.3"},
        {&tro_generator_forest_fire, "0.3"}, {&tro_generator_aging, "2"},
        {&tro_generator_recent, "{m: 2, window: 4}"}, {&tro_generator_random_tree, ""},
        {&tro_generator_bipartite, "{p: 0.3}"}, {&tro_generator_core_periphery, "0.3"},
        {&tro_generator_power_law, "{out: 3, m: 99}"},
        {&tro_generator_stochastic_block, "{p: {lab: {open: 0.4}, open: {mid: 0.2}}}"}};

    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        outcome a, b, c;
        make(&a, rows[k].generator, rows[k].yaml, NAN, 5);
        make(&b, rows[k].generator, rows[k].yaml, NAN, 5);
        make(&c, rows[k].generator, rows[k].yaml, NAN, 6);
        ck_assert_int_eq(a.status, TRO_OK);
        ck_assert(same_links(&a.graph, &b.graph) && !same_links(&a.graph, &c.graph));
        outcome_clear(&a);
        outcome_clear(&b);
        outcome_clear(&c);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_tree_links, test_lattice_links, test_citation_links, test_random_tree_links,
        test_famous_degrees, test_k_regular_degrees, test_configuration_degrees,
        test_stochastic_block_counts, test_stochastic_block_matched, test_bipartite_links,
        test_core_periphery_links, test_geometric_law,
        test_growth_directions, test_fitness_links,
        test_same_seed_same_links};

    return run_tests("network generators", tests, sizeof tests / sizeof *tests);
}
