/* The generators against what their definitions say: counts, degrees,
 * directions, and for the random ones their laws. */
#include "network_support.h"

static const tro_generator *const all[] = {
    &tro_generator_ring, &tro_generator_complete, &tro_generator_star, &tro_generator_erdos_renyi,
    &tro_generator_barabasi_albert, &tro_generator_watts_strogatz, &tro_generator_zachary
};

START_TEST(test_tables_complete)
{
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        const tro_plugin *plugin = &all[i]->plugin;
        const tro_param *self = &plugin->table.params[plugin->table.count - 1];
        ck_assert_uint_eq(plugin->abi, TRO_PLUGIN_ABI);
        ck_assert_int_eq(plugin->kind, TRO_GENERATOR);
        ck_assert_str_eq(plugin->name, plugin->table.name);
        ck_assert_str_eq(self->key, "self");
        for (size_t p = 0; p < plugin->table.count; p++) {
            const char *doc = plugin->table.params[p].doc;
            ck_assert(doc[0] >= 'A' && doc[0] <= 'Z' && doc[strlen(doc) - 1] == '.');
        }
        ck_assert(plugin->summary[strlen(plugin->summary) - 1] == '.');
    }
}
END_TEST

START_TEST(test_ring_links)
{
    outcome o;

    outcome_good(&o, &tro_generator_ring, "", 5, 1);
    verify(&o.graph, 0);
    ck_assert_uint_eq(o.graph.count, 5);
    for (size_t i = 0; i < 5; i++)
        ck_assert(weight_of(&o.graph, i, (i + 1) % 5) == 1);
    outcome_clear(&o);

    outcome_good(&o, &tro_generator_ring, "{reach: 2, self: 0.5}", 7, 1);
    verify(&o.graph, 0.5);
    ck_assert_uint_eq(o.graph.count, 7 * 3);
    for (size_t i = 0; i < 7; i++)
        ck_assert(weight_of(&o.graph, i, (i + 1) % 7) == 1
                  && weight_of(&o.graph, i, (i + 2) % 7) == 1);
    outcome_clear(&o);

    outcome_good(&o, &tro_generator_ring, "{mutual: true}", 5, 1);
    ck_assert_uint_eq(o.graph.count, 10);
    ck_assert_uint_eq(mutual_links(&o.graph), 10);
    outcome_clear(&o);

    /* the two ways around meet: still every pair once */
    outcome_good(&o, &tro_generator_ring, "{mutual: true, reach: 2}", 4, 1);
    verify(&o.graph, 0);
    ck_assert_uint_eq(o.graph.count, 12);
    outcome_clear(&o);
    outcome_good(&o, &tro_generator_ring, "{mutual: true}", 2, 1);
    ck_assert_uint_eq(o.graph.count, 2);
    outcome_clear(&o);
}
END_TEST

START_TEST(test_ring_errors)
{
    outcome o;

    outcome_bad(&tro_generator_ring, "{reach: 5}", 5,
                "'ring' has reach 5 among 5 nodes, at most 4 others can be reached");
    outcome_bad(&tro_generator_ring, "{reach: 300000}", 300001,
                "'ring' would make about 9.00003e+10 links, found room for at most 268435456");
    outcome_make(&o, &tro_generator_ring, "{reach: 0}", 5, 1);
    ck_assert_int_eq(o.status, TRO_ESCENARIO);
    outcome_clear(&o);
}
END_TEST

START_TEST(test_complete_links)
{
    static const struct { const char *yaml; size_t count; double loop; } rows[] = {
        {"", 12, 0}, {"{loops: true}", 16, 1}, {"{self: 0.25}", 16, 0.25},
        {"{loops: true, self: 0.25}", 16, 1.25}
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        outcome o;
        outcome_good(&o, &tro_generator_complete, rows[i].yaml, 4, 1);
        verify(&o.graph, rows[i].loop);
        ck_assert_uint_eq(o.graph.count, rows[i].count);
        outcome_clear(&o);
    }
}
END_TEST

START_TEST(test_complete_errors)
{
    outcome_bad(&tro_generator_complete, "", 20000,
                "'complete' would make about 4e+08 links, found room for at most 268435456");
}
END_TEST

START_TEST(test_star_links)
{
    outcome o;

    outcome_good(&o, &tro_generator_star, "{hub: 2}", 5, 1);
    verify(&o.graph, 0);
    ck_assert_uint_eq(o.graph.count, 4);
    for (size_t e = 0; e < 4; e++)
        ck_assert_uint_eq(o.graph.links[e].from, 2);
    outcome_clear(&o);

    outcome_good(&o, &tro_generator_star, "{direction: in}", 5, 1);
    verify(&o.graph, 0);
    ck_assert_uint_eq(o.graph.count, 4);
    for (size_t e = 0; e < 4; e++)
        ck_assert_uint_eq(o.graph.links[e].to, 0);
    outcome_clear(&o);

    outcome_good(&o, &tro_generator_star, "{direction: mutual, self: 2}", 5, 1);
    verify(&o.graph, 2);
    ck_assert_uint_eq(o.graph.count, 13);
    ck_assert_uint_eq(mutual_links(&o.graph), 13);
    outcome_clear(&o);
}
END_TEST

START_TEST(test_star_errors)
{
    outcome_bad(&tro_generator_star, "{hub: 5}", 5,
                "'star' has hub 5 among 5 nodes, its index must be in 0 .. 4");
}
END_TEST

START_TEST(test_erdos_renyi_counts)
{
    outcome o;

    outcome_good(&o, &tro_generator_erdos_renyi, "{p: 0}", 50, 1);
    ck_assert_uint_eq(o.graph.count, 0);
    outcome_clear(&o);
    outcome_good(&o, &tro_generator_erdos_renyi, "{p: 1, self: 3}", 50, 1);
    verify(&o.graph, 3);
    ck_assert_uint_eq(o.graph.count, 50 * 50);
    outcome_clear(&o);
    outcome_good(&o, &tro_generator_erdos_renyi, "{m: 137}", 50, 1);
    verify(&o.graph, 0);
    ck_assert_uint_eq(o.graph.count, 137);
    outcome_clear(&o);
    outcome_good(&o, &tro_generator_erdos_renyi, "{m: 2450}", 50, 1);
    ck_assert_uint_eq(o.graph.count, 2450);
    outcome_clear(&o);
}
END_TEST

/* 200 nodes, p = 0.1: the number of links is binomial(39800, p), and, as both
 * directions are independent, that of mutual pairs binomial(19900, p^2). */
START_TEST(test_erdos_renyi_law)
{
    double links = 0, mutual = 0;
    int good = 0;

    for (int sample = 1; sample <= 2 && !good; sample++) {
        outcome o;
        outcome_good(&o, &tro_generator_erdos_renyi, "{p: 0.1}", 200, 10u + (unsigned)sample);
        verify(&o.graph, 0);
        links += (double)o.graph.count;
        mutual += 0.5 * (double)mutual_links(&o.graph);
        good = near_binomial(links, sample * 39800.0, 0.1)
               && near_binomial(mutual, sample * 19900.0, 0.01);
        outcome_clear(&o);
    }
    ck_assert_msg(good, "%g links, %g mutual pairs", links, mutual);
}
END_TEST

START_TEST(test_erdos_renyi_errors)
{
    outcome o;

    outcome_bad(&tro_generator_erdos_renyi, "{p: 0.5, m: 3}", 5,
                "'erdos-renyi' has both p = 0.5 and m = 3, exactly one is wanted");
    outcome_bad(&tro_generator_erdos_renyi, "", 5,
                "'erdos-renyi' has neither p nor m, exactly one is wanted: p, the probability of "
                "each link, or m, the number of links; or the network's 'mean-degree' or "
                "'density'");
    outcome_bad(&tro_generator_erdos_renyi, "{m: 21}", 5,
                "'erdos-renyi' has m = 21, but 5 nodes have room for only 20 links");
    outcome_bad(&tro_generator_erdos_renyi, "{p: 0.5}", 100000,
                "'erdos-renyi' would make about 4.99995e+09 links, found room for at most "
                "268435456");
    outcome_make(&o, &tro_generator_erdos_renyi, "{p: 1.5}", 5, 1);
    ck_assert_int_eq(o.status, TRO_ESCENARIO);
    outcome_clear(&o);
}
END_TEST

/* Degrees from the matrix ZACHE of Zachary (1977). */
START_TEST(test_zachary_degrees)
{
    static const size_t degree[34] = {16, 9, 10, 6, 3, 4, 4, 4, 5, 2, 3, 1, 2, 5, 2, 2, 2,
                                      2, 2, 3, 2, 2, 2, 5, 3, 3, 2, 4, 3, 4, 4, 6, 12, 17};
    outcome o;
    size_t *in, *out;

    outcome_good(&o, &tro_generator_zachary, "", 34, 1);
    verify(&o.graph, 0);
    ck_assert_uint_eq(o.graph.count, 156);
    ck_assert_uint_eq(mutual_links(&o.graph), 156);
    in = degrees(&o.graph, 1);
    out = degrees(&o.graph, 0);
    for (size_t i = 0; i < 34; i++) {
        ck_assert_uint_eq(in[i], degree[i]);
        ck_assert_uint_eq(out[i], degree[i]);
    }
    ck_assert(weight_of(&o.graph, 0, 33) == 0);   /* the two leaders are no friends */
    free(in);
    free(out);
    outcome_clear(&o);
}
END_TEST

START_TEST(test_zachary_errors)
{
    outcome_bad(&tro_generator_zachary, "", 33,
                "'zachary' is a network of 34 nodes, found 33 agents");
}
END_TEST

/* None or one node: nothing but the loop that was asked for. */
START_TEST(test_smallest_networks)
{
    static const char *const yaml[] = {"{self: 2}", "{self: 2}", "{self: 2}",
                                       "{self: 2, p: 0.5}", "{self: 2, m: 3}",
                                       "{self: 2, k: 2, p: 0.5}"};

    for (size_t i = 0; i < sizeof yaml / sizeof *yaml; i++) {
        for (size_t nodes = 0; nodes <= 1; nodes++) {
            outcome o;
            outcome_good(&o, all[i], yaml[i], nodes, 1);
            verify(&o.graph, 2);
            ck_assert_uint_eq(o.graph.count, nodes);
            outcome_clear(&o);
        }
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_tables_complete, test_ring_links, test_ring_errors, test_complete_links,
        test_complete_errors, test_star_links, test_star_errors, test_erdos_renyi_counts,
        test_erdos_renyi_law, test_erdos_renyi_errors, test_zachary_degrees, test_zachary_errors,
        test_smallest_networks
    };

    return run_tests("network", tests, sizeof tests / sizeof *tests);
}
