/* Barabasi-Albert and Watts-Strogatz networks against their definitions and
 * their laws. */
#include "network_support.h"

START_TEST(test_barabasi_albert_growth)
{
    outcome o;
    size_t *in;

    outcome_good(&o, &tro_generator_barabasi_albert, "{m: 3}", 400, 1);
    verify(&o.graph, 0);
    in = degrees(&o.graph, 1);
    for (size_t i = 0; i < 400; i++)
        ck_assert_uint_eq(in[i], i < 3 ? i : 3);
    for (size_t e = 0; e < o.graph.count; e++)
        ck_assert_uint_lt(o.graph.links[e].from, o.graph.links[e].to);
    free(in);
    outcome_clear(&o);
}
END_TEST

/* The same ties whichever way data flows along them. */
START_TEST(test_barabasi_albert_direction)
{
    outcome down, up, both;

    outcome_good(&down, &tro_generator_barabasi_albert, "{m: 2}", 100, 4);
    outcome_good(&up, &tro_generator_barabasi_albert, "{m: 2, direction: newcomers-to-hubs}",
                 100, 4);
    outcome_good(&both, &tro_generator_barabasi_albert, "{m: 2, direction: both, self: 0.1}",
                 100, 4);
    verify(&up.graph, 0);
    verify(&both.graph, 0.1);
    ck_assert_uint_eq(up.graph.count, down.graph.count);
    ck_assert_uint_eq(both.graph.count, 2 * down.graph.count + 100);
    for (size_t e = 0; e < down.graph.count; e++) {
        const tro_link *l = &down.graph.links[e];
        ck_assert(weight_of(&up.graph, l->to, l->from) == 1);
        ck_assert(weight_of(&both.graph, l->to, l->from) == 1);
        ck_assert(weight_of(&both.graph, l->from, l->to) == 1);
    }
    outcome_clear(&down);
    outcome_clear(&up);
    outcome_clear(&both);
}
END_TEST

/* How many of n nodes have `ties` ties in all, over several graphs. */
static double count_with(const char *yaml, size_t nodes, size_t ties, uint64_t seed, int samples)
{
    double count = 0;

    for (int s = 0; s < samples; s++) {
        outcome o;
        size_t *in, *out;
        outcome_good(&o, &tro_generator_barabasi_albert, yaml, nodes, seed + (uint64_t)s);
        in = degrees(&o.graph, 1);
        out = degrees(&o.graph, 0);
        for (size_t i = 0; i < nodes; i++)
            count += in[i] + out[i] == ties;
        free(in);
        free(out);
        outcome_clear(&o);
    }
    return count;
}

/* Share of nodes with k ties when the preference is linear: 2 m (m + 1) over
 * k (k + 1) (k + 2) (Dorogovtsev, Mendes and Samukhin 2000); without
 * preference, 2^-(k - m + 1) for m = 1. In-degree plus 1, igraph's usual
 * choice, would give 0.6 instead of 0.5 in the first row. The binomial
 * variance is an upper bound of the true one. */
START_TEST(test_barabasi_albert_law)
{
    static const struct { const char *yaml; size_t ties; double share; } rows[] = {
        {"{m: 2}", 2, 1.0 / 2}, {"{m: 2}", 3, 1.0 / 5}, {"{m: 2}", 4, 1.0 / 10},
        {"{m: 1}", 1, 2.0 / 3}, {"{m: 1, power: 0}", 1, 1.0 / 2}, {"{m: 1, power: 0}", 3, 1.0 / 8}
    };
    const double nodes = 20000;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int samples = 1;
        double count;
        do
            count = count_with(rows[i].yaml, (size_t)nodes, rows[i].ties, 20 + i, samples);
        while (!near_binomial(count, samples * nodes, rows[i].share) && ++samples <= 2);
        ck_assert_msg(samples <= 2, "%s: %g nodes have %zu ties", rows[i].yaml, count,
                      rows[i].ties);
    }
}
END_TEST

/* Beyond power 2 one node takes nearly all; the weights then span 15 digits. */
START_TEST(test_barabasi_albert_steep)
{
    outcome o;
    size_t *out, most = 0;

    outcome_good(&o, &tro_generator_barabasi_albert, "{m: 3, power: 3}", 20000, 3);
    verify(&o.graph, 0);
    out = degrees(&o.graph, 0);
    for (size_t i = 0; i < 20000; i++)
        most = out[i] > most ? out[i] : most;
    ck_assert_uint_gt(most, 19000);
    free(out);
    outcome_clear(&o);
}
END_TEST

START_TEST(test_barabasi_albert_errors)
{
    outcome o;

    outcome_bad(&tro_generator_barabasi_albert, "{m: 5}", 5,
                "'barabasi-albert' has m = 5 and only 5 nodes, m must be below their number");
    outcome_make(&o, &tro_generator_barabasi_albert, "", 5, 1);
    ck_assert_int_eq(o.status, TRO_ESCENARIO);
    outcome_clear(&o);
    outcome_make(&o, &tro_generator_barabasi_albert, "{m: 2, power: 9}", 5, 1);
    ck_assert_int_eq(o.status, TRO_ESCENARIO);
    outcome_clear(&o);
}
END_TEST

static size_t distance_on_ring(size_t a, size_t b, size_t nodes)
{
    size_t apart = a > b ? a - b : b - a;

    return apart < nodes - apart ? apart : nodes - apart;
}

START_TEST(test_watts_strogatz_lattice)
{
    outcome o;

    outcome_good(&o, &tro_generator_watts_strogatz, "{k: 3, p: 0, self: 1.5}", 20, 1);
    verify(&o.graph, 1.5);
    ck_assert_uint_eq(o.graph.count, 20 * 7);
    for (size_t e = 0; e < o.graph.count; e++)
        ck_assert_uint_le(distance_on_ring(o.graph.links[e].from, o.graph.links[e].to, 20), 3);
    outcome_clear(&o);
}
END_TEST

/* The same procedure on a matrix, draw for draw. */
static void slow_world(size_t n, size_t k, double p, tro_stream *stream, int *tie)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t d = 1; d <= k; d++)
            tie[i * n + (i + d) % n] = tie[(i + d) % n * n + i] = 1;
    }
    for (size_t d = 1; d <= k; d++) {
        for (size_t i = 0; i < n; i++) {
            size_t far = (i + d) % n, partner, degree = 0;
            for (size_t j = 0; j < n; j++)
                degree += (size_t)tie[i * n + j];
            if (tro_stream_uniform(stream) >= p || degree == n - 1)
                continue;
            do
                partner = tro_stream_below(stream, n);
            while (partner == i || tie[i * n + partner]);
            tie[i * n + far] = tie[far * n + i] = 0;
            tie[i * n + partner] = tie[partner * n + i] = 1;
        }
    }
}

START_TEST(test_watts_strogatz_slow)
{
    static const struct { const char *yaml; size_t nodes, k; double p; } rows[] = {
        {"{k: 2, p: 0.5}", 30, 2, 0.5}, {"{k: 1, p: 1}", 30, 1, 1},
        {"{k: 14, p: 0.9}", 30, 14, 0.9}, {"{k: 3, p: 0.2}", 30, 3, 0.2},
        {"{k: 1, p: 1}", 4, 1, 1}
    };
    int tie[900];

    for (uint64_t seed = 0; seed < 50; seed++) {
        size_t row = seed % (sizeof rows / sizeof *rows), n = rows[row].nodes, ties = 0;
        tro_stream_key key = {.seed = seed, .purpose = TRO_FOR_NETWORK};
        tro_stream stream = tro_stream_of(&key);
        outcome o;
        outcome_good(&o, &tro_generator_watts_strogatz, rows[row].yaml, n, seed);
        verify(&o.graph, 0);
        memset(tie, 0, sizeof tie);
        slow_world(n, rows[row].k, rows[row].p, &stream, tie);
        for (size_t i = 0; i < n * n; i++)
            ties += (size_t)tie[i];
        ck_assert_uint_eq(o.graph.count, ties);
        for (size_t e = 0; e < o.graph.count; e++)
            ck_assert_int_eq(tie[o.graph.links[e].from * n + o.graph.links[e].to], 1);
        outcome_clear(&o);
    }
}
END_TEST

/* 2000 nodes, k = 4, p = 0.1: each of the 8000 ties stays with probability
 * 0.9; of the others some 3 land on a free place of the lattice. */
START_TEST(test_watts_strogatz_rewired)
{
    double kept = 0;
    int good = 0;

    for (int sample = 1; sample <= 2 && !good; sample++) {
        outcome o;
        size_t *in;
        outcome_good(&o, &tro_generator_watts_strogatz, "{k: 4, p: 0.1}", 2000,
                     30u + (unsigned)sample);
        verify(&o.graph, 0);
        ck_assert_uint_eq(o.graph.count, 16000);
        ck_assert_uint_eq(mutual_links(&o.graph), 16000);
        in = degrees(&o.graph, 1);
        for (size_t i = 0; i < 2000; i++)
            ck_assert_uint_ge(in[i], 4);
        free(in);
        for (size_t e = 0; e < o.graph.count; e++)
            kept += 0.5 * (distance_on_ring(o.graph.links[e].from, o.graph.links[e].to, 2000) <= 4);
        good = near_binomial(kept - 3 * sample, sample * 8000.0, 0.9);
        outcome_clear(&o);
    }
    ck_assert_msg(good, "%g ties kept", kept);
}
END_TEST

/* Nothing is free in a complete graph, so rewiring leaves it alone. */
START_TEST(test_watts_strogatz_full)
{
    outcome o;

    outcome_good(&o, &tro_generator_watts_strogatz, "{k: 2, p: 1}", 5, 1);
    verify(&o.graph, 0);
    ck_assert_uint_eq(o.graph.count, 20);
    outcome_clear(&o);
}
END_TEST

START_TEST(test_watts_strogatz_errors)
{
    outcome_bad(&tro_generator_watts_strogatz, "{k: 2, p: 0.1}", 4,
                "'watts-strogatz' has k = 2 neighbours on each side among 4 nodes, 2 k must be "
                "below their number");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_barabasi_albert_growth, test_barabasi_albert_direction, test_barabasi_albert_law,
        test_barabasi_albert_steep, test_barabasi_albert_errors, test_watts_strogatz_lattice,
        test_watts_strogatz_slow, test_watts_strogatz_rewired, test_watts_strogatz_full,
        test_watts_strogatz_errors
    };

    return run_tests("network models", tests, sizeof tests / sizeof *tests);
}
