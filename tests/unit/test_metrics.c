/* Metrics against closed forms on rings, stars and complete graphs, digraphs done by hand, and
 * slow second implementations. */
#include "network/metrics.h"
#include "tests/unit/network_support.h"

/* A graph from pairs "from to", weight 1, shares as given. */
typedef struct net {
    tro_graph graph;
    tro_link links[400];
    double share[400], real[64];
    tro_metrics *metrics;
    tro_messages messages;
} net;

static void net_open(net *n, size_t nodes, const size_t (*pairs)[2], size_t count)
{
    memset(n, 0, sizeof *n);
    for (size_t e = 0; e < count; e++)
        n->links[e] = (tro_link){pairs[e][0], pairs[e][1], 1, 1, NAN};
    n->graph = (tro_graph){.nodes = nodes, .count = count, .links = n->links};
    tro_metric_network network = {.graph = &n->graph};
    ck_assert_int_eq(tro_metrics_new(&network, &n->metrics, &n->messages), TRO_OK);
}

/* The same with what links carry, and real shares. */
static void net_share(net *n)
{
    tro_metric_network network = {&n->graph, n->share, n->real};
    tro_metrics_free(n->metrics);
    ck_assert_int_eq(tro_metrics_new(&network, &n->metrics, &n->messages), TRO_OK);
}

static void net_close(net *n)
{
    tro_metrics_free(n->metrics);
    tro_messages_clear(&n->messages);
}

static const double *values_of(net *n, const tro_metric *metric)
{
    const double *values;
    ck_assert_int_eq(tro_metrics_find(n->metrics, metric, &values, &n->messages), TRO_OK);
    return values;
}

static void expect(net *n, const tro_metric *metric, double value)
{
    double found = values_of(n, metric)[0];
    ck_assert_msg(isnan(value) ? isnan(found) : fabs(found - value) <= 1e-10,
                  "%s: %.12g, not %.12g", metric->plugin.name, found, value);
}

static void expect_nodes(net *n, const tro_metric *metric, const double *values)
{
    const double *found = values_of(n, metric);
    for (size_t i = 0; i < n->graph.nodes; i++)
        ck_assert_msg(found[i] == values[i] || fabs(found[i] - values[i]) <= 1e-10,
                      "%s of %zu: %.12g, not %.12g", metric->plugin.name, i, found[i], values[i]);
}

/* 0 -> 1 -> ... -> n - 1 -> 0. */
static size_t ring(size_t nodes, size_t (*pairs)[2])
{
    for (size_t i = 0; i < nodes; i++) {
        pairs[i][0] = i;
        pairs[i][1] = (i + 1) % nodes;
    }
    return nodes;
}

START_TEST(test_directed_ring)
{
    size_t pairs[10][2], count = ring(10, pairs);
    net n;
    net_open(&n, 10, (const size_t (*)[2])pairs, count);
    expect(&n, &tro_metric_density, 1.0 / 9);
    expect(&n, &tro_metric_reciprocity, 0);
    expect(&n, &tro_metric_clustering, 0);
    expect(&n, &tro_metric_path_length, 5);          /* 1 .. 9 */
    expect(&n, &tro_metric_reachability, 1);
    expect(&n, &tro_metric_spectral_radius, 1);
    expect(&n, &tro_metric_in_degree_inequality, 0);
    expect(&n, &tro_metric_pagerank_inequality, 0);
    expect(&n, &tro_metric_pagerank, 0.1);
    expect(&n, &tro_metric_katz_in, 2);              /* 1 / (1 - 1/2) */
    expect(&n, &tro_metric_betweenness, 36.0 / 72);  /* k (k - 1) / 2 of k = n - 1 steps */
    net_close(&n);
}
END_TEST

/* A hub whose data flow to m leaves. */
START_TEST(test_star_out)
{
    size_t pairs[7][2];
    net n;
    for (size_t k = 0; k < 7; k++) {
        pairs[k][0] = 0;
        pairs[k][1] = k + 1;
    }
    net_open(&n, 8, (const size_t (*)[2])pairs, 7);
    expect(&n, &tro_metric_density, 1.0 / 8);
    expect(&n, &tro_metric_reachability, 7.0 / 56);
    expect(&n, &tro_metric_path_length, 1);
    expect(&n, &tro_metric_spectral_radius, 0);      /* no cycle */
    expect(&n, &tro_metric_out_degree_inequality, 7.0 / 8);
    expect(&n, &tro_metric_in_degree_inequality, 1.0 / 8);
    expect(&n, &tro_metric_katz_out, 1 + 7 * 0.5);   /* a = 1/2 */
    expect(&n, &tro_metric_modularity, 0);           /* one group is best */
    double hub = 1 / (8 + 7 * 0.85 / 7);             /* leaves take 0.85/7 of it each */
    expect(&n, &tro_metric_pagerank, hub);
    expect(&n, &tro_metric_source_rank, (1 + 7 * 0.85) / (8 + 7 * 0.85));
    expect(&n, &tro_metric_betweenness, 0);
    net_close(&n);
}
END_TEST

START_TEST(test_star_both_ways)
{
    size_t pairs[14][2];
    net n;
    for (size_t k = 0; k < 7; k++) {
        pairs[2 * k][0] = pairs[2 * k + 1][1] = 0;
        pairs[2 * k][1] = pairs[2 * k + 1][0] = k + 1;
    }
    net_open(&n, 8, (const size_t (*)[2])pairs, 14);
    expect(&n, &tro_metric_reciprocity, 1);
    expect(&n, &tro_metric_spectral_radius, sqrt(7));
    expect(&n, &tro_metric_path_length, (14 + 2.0 * 42) / 56);
    expect(&n, &tro_metric_betweenness, 1);          /* the hub is on all of them */
    expect(&n, &tro_metric_betweenness_inequality, 7.0 / 8);
    net_close(&n);
}
END_TEST

START_TEST(test_complete_graph)
{
    size_t pairs[30][2], count = 0;
    net n;
    for (size_t i = 0; i < 6; i++)
        for (size_t j = 0; j < 6; j++)
            if (i != j) {
                pairs[count][0] = i;
                pairs[count++][1] = j;
            }
    net_open(&n, 6, (const size_t (*)[2])pairs, count);
    expect(&n, &tro_metric_density, 1);
    expect(&n, &tro_metric_clustering, 1);
    expect(&n, &tro_metric_local_clustering, 1);
    expect(&n, &tro_metric_path_length, 1);
    expect(&n, &tro_metric_spectral_radius, 5);
    expect(&n, &tro_metric_modularity, 0);
    net_close(&n);
}
END_TEST

/* Two triangles, each both ways, with one tie between them: known by hand. */
START_TEST(test_two_groups)
{
    static const size_t pairs[][2] = {{0, 1}, {1, 0}, {1, 2}, {2, 1}, {0, 2}, {2, 0}, {3, 4},
                                      {4, 3}, {4, 5}, {5, 4}, {3, 5}, {5, 3}, {2, 3}, {3, 2}};
    static const double local[] = {1, 1, 1.0 / 3, 1.0 / 3, 1, 1};
    net n;
    net_open(&n, 6, pairs, 14);
    expect(&n, &tro_metric_modularity, 6.0 / 7 - 0.5);
    expect(&n, &tro_metric_clustering, 6.0 / 10);    /* 3 x 2 triangles over paths of two */
    expect_nodes(&n, &tro_metric_local_clustering, local);
    expect(&n, &tro_metric_spectral_radius, 1 + sqrt(2));
    net_close(&n);
}
END_TEST

/* Loops, links given twice and links without weight are no edges. */
START_TEST(test_what_is_no_edge)
{
    static const size_t pairs[][2] = {{0, 1}, {0, 1}, {1, 1}, {1, 2}, {2, 0}};
    static const double own[] = {0, 1.0 / 3, 0};
    net n;
    net_open(&n, 3, pairs, 5);
    expect(&n, &tro_metric_density, 3.0 / 6);
    expect(&n, &tro_metric_spectral_radius, 1);
    expect_nodes(&n, &tro_metric_own_share, own);
    net_close(&n);
    net_open(&n, 3, pairs, 5);
    n.links[3].synthetic = n.links[3].curated = 0;
    net_share(&n);
    expect(&n, &tro_metric_density, 2.0 / 6);
    expect(&n, &tro_metric_spectral_radius, 0);
    net_close(&n);
}
END_TEST

/* 0 has real data; 1 half from 0, half from itself; 2 from 1; 3 and 4 from each other; 5 from
 * 2 and 3. */
START_TEST(test_real_data)
{
    static const size_t pairs[][2] = {{0, 1}, {1, 1}, {1, 2}, {3, 4}, {4, 3}, {2, 5}, {3, 5}};
    static const double share[] = {0.5, 0.5, 1, 1, 1, 0.5, 0.5};
    static const double hops[] = {0, 1, 2, INFINITY, INFINITY, 3};
    static const double generations[] = {0, 2, 3, INFINITY, INFINITY, INFINITY};
    net n;
    net_open(&n, 6, pairs, 7);
    memcpy(n.share, share, sizeof share);
    n.real[0] = 1;
    net_share(&n);
    expect_nodes(&n, &tro_metric_distance_to_real, hops);
    expect_nodes(&n, &tro_metric_generations, generations);
    ck_assert(isinf(values_of(&n, &tro_metric_mean_generations)[0]));
    net_close(&n);
}
END_TEST

/* With a real share r everywhere, (1 - r) / r generations, whatever the network. */
START_TEST(test_equal_real_shares)
{
    size_t pairs[10][2], count = ring(10, pairs);
    net n;
    net_open(&n, 10, (const size_t (*)[2])pairs, count);
    for (size_t i = 0; i < 10; i++) {
        n.real[i] = 0.2;
        n.share[i] = 0.8;
    }
    net_share(&n);
    expect(&n, &tro_metric_mean_generations, 4);     /* 0.8 / 0.2 */
    expect(&n, &tro_metric_mean_distance_to_real, 0);
    net_close(&n);
}
END_TEST

/* --- a random digraph, against slow ways --------------------------------------------- */

enum { NODES = 24 };

static void random_net(net *n, int matrix[NODES][NODES], uint64_t seed)
{
    size_t pairs[400][2], count = 0;
    tro_stream_key key = {.seed = seed, .purpose = TRO_FOR_TESTS};
    tro_stream stream = tro_stream_of(&key);
    memset(matrix, 0, NODES * sizeof *matrix);
    for (size_t i = 0; i < NODES; i++)
        for (size_t j = 0; j < NODES; j++)
            if (i != j && tro_stream_uniform(&stream) < 0.12) {
                matrix[j][i] = 1;        /* row: from */
                pairs[count][0] = j;
                pairs[count++][1] = i;
            }
    net_open(n, NODES, (const size_t (*)[2])pairs, count);
}

/* Powers of the walk with damping, dangling nodes to everywhere. */
static void slow_pagerank(int m[NODES][NODES], int against, double *x)
{
    double next[NODES];
    for (size_t i = 0; i < NODES; i++)
        x[i] = 1.0 / NODES;
    for (int turn = 0; turn < 400; turn++) {
        for (size_t i = 0; i < NODES; i++)
            next[i] = 0.15 / NODES;
        for (size_t j = 0; j < NODES; j++) {
            double ways = 0;
            for (size_t i = 0; i < NODES; i++)
                ways += against ? m[i][j] : m[j][i];
            for (size_t i = 0; i < NODES; i++)
                next[i] += 0.85 * x[j] * (ways > 0 ? (against ? m[i][j] : m[j][i]) / ways
                                                   : 1.0 / NODES);
        }
        memcpy(x, next, sizeof next);
    }
}

START_TEST(test_ranks_slowly)
{
    int matrix[NODES][NODES];
    double x[NODES];
    net n;
    random_net(&n, matrix, (uint64_t)_i);
    slow_pagerank(matrix, 0, x);
    expect_nodes(&n, &tro_metric_pagerank, x);
    slow_pagerank(matrix, 1, x);
    expect_nodes(&n, &tro_metric_source_rank, x);
    net_close(&n);
}
END_TEST

/* sum of a^k A^k 1. */
START_TEST(test_katz_slowly)
{
    int m[NODES][NODES];
    net n;
    random_net(&n, m, 100 + (uint64_t)_i);
    double a = 0.5 / fmax(1, values_of(&n, &tro_metric_spectral_radius)[0]);
    double x[NODES], term[NODES], next[NODES];
    for (size_t i = 0; i < NODES; i++)
        x[i] = term[i] = 1;
    for (int k = 0; k < 200; k++) {
        for (size_t j = 0; j < NODES; j++) {
            next[j] = 0;
            for (size_t i = 0; i < NODES; i++)
                next[j] += a * m[j][i] * term[i];
            x[j] += next[j];
        }
        memcpy(term, next, sizeof term);
    }
    expect_nodes(&n, &tro_metric_katz_out, x);
    net_close(&n);
}
END_TEST

/* log of the growth of (A + I)^k 1, minus 1. */
START_TEST(test_radius_slowly)
{
    int m[NODES][NODES];
    double x[NODES], next[NODES], grown = 0;
    net n;
    random_net(&n, m, 200 + (uint64_t)_i);
    for (size_t i = 0; i < NODES; i++)
        x[i] = 1;
    for (int k = 0; k < 4000; k++) {
        double sum = 0;
        for (size_t i = 0; i < NODES; i++) {
            next[i] = x[i];
            for (size_t j = 0; j < NODES; j++)
                next[i] += m[j][i] * x[j];
            sum += next[i];
        }
        if (k >= 2000)
            grown += log(sum);
        for (size_t i = 0; i < NODES; i++)
            x[i] = next[i] / sum;
    }
    double radius = exp(grown / 2000) - 1, found = values_of(&n, &tro_metric_spectral_radius)[0];
    ck_assert_double_eq_tol(found, radius, 1e-3);    /* slow: 1/k where the largest is double */
    net_close(&n);
}
END_TEST

/* Shortest paths by Floyd and Warshall's way, counted. */
START_TEST(test_paths_slowly)
{
    int m[NODES][NODES];
    double d[NODES][NODES], ways[NODES][NODES], sum = 0, pairs = 0, between[NODES] = {0};
    net n;
    random_net(&n, m, 300 + (uint64_t)_i);
    for (size_t s = 0; s < NODES; s++) {
        for (size_t i = 0; i < NODES; i++) {
            d[s][i] = i == s ? 0 : INFINITY;
            ways[s][i] = i == s;
        }
        for (int hop = 0; hop < NODES; hop++)
            for (size_t j = 0; j < NODES; j++)
                for (size_t i = 0; d[s][j] == hop && i < NODES; i++)
                    if (m[j][i] && d[s][i] >= hop + 1) {
                        d[s][i] = hop + 1;
                        ways[s][i] += ways[s][j];
                    }
    }
    for (size_t s = 0; s < NODES; s++)
        for (size_t t = 0; t < NODES; t++) {
            if (s == t || d[s][t] == INFINITY)
                continue;
            sum += d[s][t];
            pairs++;
            for (size_t v = 0; v < NODES; v++)
                if (v != s && v != t && d[s][v] + d[v][t] == d[s][t])
                    between[v] += ways[s][v] * ways[v][t] / ways[s][t];
        }
    for (size_t v = 0; v < NODES; v++)
        between[v] /= (NODES - 1) * (NODES - 2);
    expect(&n, &tro_metric_path_length, sum / pairs);
    expect(&n, &tro_metric_reachability, pairs / (NODES * (NODES - 1)));
    expect_nodes(&n, &tro_metric_betweenness, between);
    net_close(&n);
}
END_TEST

START_TEST(test_nothing_there)
{
    net n;
    net_open(&n, 0, NULL, 0);
    expect(&n, &tro_metric_density, NAN);
    expect(&n, &tro_metric_pagerank_inequality, NAN);
    expect(&n, &tro_metric_reciprocity, NAN);
    expect(&n, &tro_metric_path_length, NAN);
    expect(&n, &tro_metric_clustering, NAN);
    net_close(&n);
    net_open(&n, 1, NULL, 0);
    expect(&n, &tro_metric_density, NAN);
    expect(&n, &tro_metric_modularity, NAN);
    expect(&n, &tro_metric_spectral_radius, 0);
    expect(&n, &tro_metric_pagerank, 1);
    expect(&n, &tro_metric_betweenness, 0);
    net_close(&n);
}
END_TEST

START_TEST(test_gini)
{
    double one[] = {0, 0, 0, 1}, steps[] = {3, 1, 2}, none[] = {0, 0}, far[] = {1, INFINITY};
    ck_assert_double_eq_tol(tro_metrics_gini(4, one), 0.75, 1e-15);
    ck_assert_double_eq_tol(tro_metrics_gini(3, steps), 2.0 / 9, 1e-15);
    ck_assert(isnan(tro_metrics_gini(2, none)));
    ck_assert(isnan(tro_metrics_gini(2, far)));
    ck_assert(isnan(tro_metrics_gini(0, none)));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("metrics");
    TCase *all = tcase_create("metrics");
    SRunner *runner = srunner_create(suite);
    suite_add_tcase(suite, all);
    tcase_add_test(all, test_directed_ring);
    tcase_add_test(all, test_star_out);
    tcase_add_test(all, test_star_both_ways);
    tcase_add_test(all, test_complete_graph);
    tcase_add_test(all, test_two_groups);
    tcase_add_test(all, test_what_is_no_edge);
    tcase_add_test(all, test_real_data);
    tcase_add_test(all, test_equal_real_shares);
    tcase_add_loop_test(all, test_ranks_slowly, 0, 4);
    tcase_add_loop_test(all, test_katz_slowly, 0, 4);
    tcase_add_loop_test(all, test_radius_slowly, 0, 4);
    tcase_add_loop_test(all, test_paths_slowly, 0, 4);
    tcase_add_test(all, test_nothing_there);
    tcase_add_test(all, test_gini);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed > 0;
}
