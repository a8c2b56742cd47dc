/* Networks with as many links as were asked for, and networks rewired. */
#include "network/number_set.h"
#include "network/rewire.h"
#include "site_support.h"

/* As many links, whichever generator makes them. */
START_TEST(test_matched_counts)
{
    static const struct { const tro_generator *generator; const char *yaml; double links, off; }
    rows[] = {
        {&tro_generator_ring, "", 160, 0}, {&tro_generator_ring, "{mutual: true}", 160, 0},
        {&tro_generator_ring, "{mutual: true}", 1560, 0}, {&tro_generator_ring, "", 177, 17},
        {&tro_generator_erdos_renyi, "", 177, 0}, {&tro_generator_barabasi_albert, "", 177, 0},
        {&tro_generator_barabasi_albert, "{direction: both}", 178, 0},
        {&tro_generator_barabasi_albert, "{direction: both}", 177, 1},
        {&tro_generator_barabasi_albert, "", 39, 0}, {&tro_generator_barabasi_albert, "", 780, 0},
        {&tro_generator_watts_strogatz, "{p: 0.2}", 160, 0},
        {&tro_generator_k_regular, "", 160, 0}, {&tro_generator_bipartite, "", 100, 0},
        {&tro_generator_core_periphery, "{leaves: 0.05}", 177, 0},
        {&tro_generator_power_law, "{out: 2.5, self: 1}", 177, 0},
        {&tro_generator_fitness, "{out: {linspace: [1, 40, 40]}}", 177, 0},
        {&tro_generator_aging, "{age: 0.5}", 177, 3},
        {&tro_generator_recent, "{window: 10}", 120, 3},
        {&tro_generator_geometric, "", 160, 0}, {&tro_generator_geometric, "", 177, 1},
        {&tro_generator_geometric, "{torus: true}", 160, 0},
        {&tro_generator_geometric, "", 1560, 0}, {&tro_generator_geometric, "", 0, 0},
        {&tro_generator_geometric, "", 2, 0},
        {&tro_generator_geometric, "{torus: true}", 1560, 0},
        {&tro_generator_star, "", 39, 0}};

    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        outcome o;
        double count = 0;
        good(&o, rows[k].generator, rows[k].yaml, rows[k].links);
        for (size_t e = 0; e < o.graph.count; e++)
            count += o.graph.links[e].from != o.graph.links[e].to;
        ck_assert_msg(fabs(count - rows[k].links) <= rows[k].off, "%s %s: %g links for %g",
                      rows[k].generator->plugin.name, rows[k].yaml, count, rows[k].links);
        ck_assert_uint_eq(o.messages.count, count != rows[k].links);    /* a note */
        outcome_clear(&o);
    }
}
END_TEST

START_TEST(test_matched_errors)
{
    bad(&tro_generator_star, "", 40,
        "'star' has 39 links on 40 agents, a mean degree of 0.975, found 40 asked for, 1");
    bad(&tro_generator_barabasi_albert, "", 781,
        "'barabasi-albert' can have 39 to 780 links on 40 agents, a mean degree of 0.975 to 19.5, "
        "found 781 asked for, 19.525");
    bad(&tro_generator_barabasi_albert, "{m: 2}", 100,
        "'barabasi-albert' has m, and the network has a 'mean-degree' or 'density' besides: "
        "exactly one can say how many links there are");
    bad(&tro_generator_watts_strogatz, "{p: 0}", NAN,
        "'watts-strogatz' needs k, or the network's 'mean-degree' or 'density'");
    bad(&tro_generator_ring, "{reach: 2}", 80,
        "'ring' has reach, and the network has a 'mean-degree' or 'density' besides: exactly one "
        "can say how many links there are");
    bad(&tro_generator_erdos_renyi, "", 1561,
        "'erdos-renyi' can have 0 to 1560 links on 40 agents, a mean degree of 0 to 39, found "
        "1561 asked for, 39.025");
    bad(&tro_generator_fitness, "{out: {linspace: [0, 39, 40]}, in: {linspace: [0, 39, 40]}}",
        1500,
        "'fitness' has 1500 links, but there is room for only 1482 between agents with a fitness");
}
END_TEST

/* Degrees stay, nothing comes twice, the ties of the hubs go. */
START_TEST(test_rewire_degrees)
{
    outcome o;
    tro_stream stream = tro_stream_from(1, 1);
    size_t *in[2], *out[2], same = 0;
    tro_link *before;

    outcome_good(&o, &tro_generator_barabasi_albert, "{m: 3, self: 0.5}", 300, 1);
    before = malloc(o.graph.count * sizeof *before);
    memcpy(before, o.graph.links, o.graph.count * sizeof *before);
    in[0] = degrees(&o.graph, 1);
    out[0] = degrees(&o.graph, 0);
    ck_assert_int_eq(tro_graph_rewire(&o.graph, 0, &stream, NULL), TRO_OK);
    ck_assert_mem_eq(o.graph.links, before, o.graph.count * sizeof *before);
    ck_assert_int_eq(tro_graph_rewire(&o.graph, 10, &stream, NULL), TRO_OK);
    in[1] = degrees(&o.graph, 1);
    out[1] = degrees(&o.graph, 0);
    ck_assert_mem_eq(in[0], in[1], 300 * sizeof **in);
    ck_assert_mem_eq(out[0], out[1], 300 * sizeof **out);
    for (size_t e = 0; e < o.graph.count; e++) {
        const tro_link *l = &o.graph.links[e];
        same += l->from == before[e].from && l->from != l->to;
        ck_assert_uint_eq(l->to, before[e].to);
        ck_assert((before[e].from == before[e].to) == (l->from == l->to));
        ck_assert(weight_of(&o.graph, l->from, l->to) == (l->from == l->to ? 0.5 : 1));
    }
    ck_assert_uint_lt(same, o.graph.count / 5);
    for (int k = 0; k < 2; k++) {
        free(in[k]);
        free(out[k]);
    }
    free(before);
    outcome_clear(&o);
}
END_TEST

START_TEST(test_number_set_removal)
{
    tro_number_set set = {0};
    tro_stream stream = tro_stream_from(2, 3);
    int there[200] = {0};

    ck_assert_int_eq(tro_number_set_make(&set, 200), TRO_OK);
    for (int k = 0; k < 20000; k++) {
        uint64_t number = tro_stream_below(&stream, 200);
        if (there[number])
            tro_number_set_remove(&set, number);
        else
            ck_assert_int_eq(tro_number_set_add(&set, number), 1);
        there[number] = !there[number];
        number = tro_stream_below(&stream, 200);
        ck_assert_int_eq(tro_number_set_has(&set, number), there[number]);
    }
    tro_number_set_clear(&set);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_matched_counts, test_matched_errors, test_rewire_degrees,
                                  test_number_set_removal};

    return run_tests("network matched", tests, sizeof tests / sizeof *tests);
}
