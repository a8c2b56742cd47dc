/* What all of the network stands on: rows and reach against slow second
 * ways, igraph behind its guard, threads, and running out of memory. */
#include "network_support.h"

#include <pthread.h>
#include <unistd.h>

#include "network/igraph_guard.h"

START_TEST(test_rows_in_file_order)
{
    tro_link links[] = {{0, 2, 1, 1, NAN}, {1, 0, 1, 1, NAN}, {2, 2, 1, 1, NAN}, {0, 2, 1, 1, NAN},
                        {2, 0, 1, 1, NAN}};
    static const size_t start[] = {0, 2, 2, 5, 5}, link[] = {1, 4, 0, 2, 3};
    tro_graph graph = {.nodes = 4, .count = 5, .links = links}, none = {0};
    tro_arena arena = {0};
    tro_csr rows;

    ck_assert_int_eq(tro_graph_rows(&graph, &arena, &rows), TRO_OK);
    ck_assert_uint_eq(rows.rows, 4);
    ck_assert_mem_eq(rows.row_start, start, sizeof start);
    ck_assert_mem_eq(rows.link, link, sizeof link);
    ck_assert_int_eq(tro_graph_rows(&none, &arena, &rows), TRO_OK);
    ck_assert_uint_eq(rows.row_start[0], 0);
    tro_arena_clear(&arena);
}
END_TEST

/* Warshall's transitive closure. */
static void closure(const tro_graph *graph, int *reach)
{
    size_t n = graph->nodes;

    for (size_t i = 0; i < n; i++)
        reach[i * n + i] = 1;
    for (size_t e = 0; e < graph->count; e++) {
        if (graph->links[e].synthetic > 0 || graph->links[e].curated > 0)
            reach[graph->links[e].from * n + graph->links[e].to] = 1;
    }
    for (size_t k = 0; k < n; k++) {
        for (size_t i = 0; i < n; i++) {
            for (size_t j = 0; j < n; j++)
                reach[i * n + j] |= reach[i * n + k] & reach[k * n + j];
        }
    }
}

START_TEST(test_reach_closure)
{
    enum { N = 24 };
    int reach[N * N], source[N], got[N];

    for (uint64_t seed = 0; seed < 40; seed++) {
        outcome o;
        outcome_good(&o, &tro_generator_erdos_renyi, "{p: 0.06}", N, seed);
        for (size_t e = 0; e < o.graph.count; e++) {   /* every layer alone, and neither */
            o.graph.links[e].synthetic = e % 4 == 1 ? 0 : 0.5;
            o.graph.links[e].curated = e % 4 == 2 ? 0 : 0.5;
            if (e % 4 == 3)
                o.graph.links[e].synthetic = o.graph.links[e].curated = 0;
        }
        memset(reach, 0, sizeof reach);
        closure(&o.graph, reach);
        for (size_t i = 0; i < N; i++)
            source[i] = (i + seed) % 9 == 0 ? 3 : 0;
        ck_assert_int_eq(tro_graph_reach(&o.graph, source, got), TRO_OK);
        for (size_t j = 0; j < N; j++) {
            int expected = 0;
            for (size_t i = 0; i < N; i++)
                expected |= source[i] && reach[i * N + j];
            ck_assert_int_eq(got[j], expected);
        }
        outcome_clear(&o);
    }
}
END_TEST

/* ---- igraph ---- */

START_TEST(test_guard_errors)
{
    const char *text = "network: {file: x}\n";
    tro_source source = {.name = "s.yaml", .text = text, .length = strlen(text)};
    tro_place place = {&source, 1, 11, 4};
    tro_messages messages = {0};
    tro_igraph use;
    igraph_t graph;
    igraph_error_t code;

    tro_igraph_enter(&use, NULL);
    code = igraph_famous(&graph, "Nobody");
    ck_assert_int_eq(tro_igraph_status(&use, code, "igraph cannot make 'x'", &place, &messages),
                     TRO_ELIBRARY);
    tro_igraph_leave(&use);
    tro_igraph_enter(&use, NULL);
    ck_assert_str_eq(use.reason, "");
    ck_assert_int_eq(tro_igraph_status(&use, IGRAPH_ENOMEM, "igraph cannot make 'x'", NULL,
                                       &messages), TRO_ENOMEM);
    igraph_warning("A warning.\n", "file", 1);
    ck_assert_str_eq(use.warning, "A warning");
    ck_assert_uint_eq(use.warnings, 1);
    tro_igraph_leave(&use);
    ck_assert_uint_eq(messages.count, 2);
    ck_assert_str_eq(messages.items[0].text, "igraph cannot make 'x': Nobody is not a known graph. "
                     "See the documentation for valid graph names");
    ck_assert_str_eq(messages.items[0].file, "s.yaml");
    ck_assert_str_eq(messages.items[1].text, "igraph cannot make 'x': Out of memory");
    tro_messages_clear(&messages);
}
END_TEST

/* A program that uses igraph itself finds its handlers and its generator as
 * it left them, and its seed changes nothing of ours. */
START_TEST(test_guard_leaves_igraph_alone)
{
    outcome first, second;
    igraph_integer_t expected, got;
    igraph_rng_t *host = igraph_rng_default();
    const igraph_rng_type_t *type = host->type;

    igraph_set_error_handler(igraph_error_handler_ignore);
    igraph_rng_seed(host, 7);
    (void)igraph_rng_get_integer(host, 0, 1000000000);
    expected = igraph_rng_get_integer(host, 0, 1000000000);
    outcome_good(&first, &tro_generator_barabasi_albert, "{m: 2}", 300, 1);
    igraph_rng_seed(host, 7);
    (void)igraph_rng_get_integer(host, 0, 1000000000);
    outcome_good(&second, &tro_generator_barabasi_albert, "{m: 2}", 300, 1);
    got = igraph_rng_get_integer(igraph_rng_default(), 0, 1000000000);
    ck_assert_int_eq(got, expected);
    ck_assert_ptr_eq(igraph_rng_default()->type, type);
    ck_assert(igraph_set_error_handler(NULL) == igraph_error_handler_ignore);
    ck_assert(!igraph_has_attribute_table());
    ck_assert(same_links(&first.graph, &second.graph));
    outcome_clear(&first);
    outcome_clear(&second);
}
END_TEST

static const struct {
    const tro_generator *generator;
    const char *yaml;
    size_t nodes;
} random_ones[] = {
    {&tro_generator_erdos_renyi, "{p: 0.05}", 100},
    {&tro_generator_erdos_renyi, "{m: 300}", 100},
    {&tro_generator_barabasi_albert, "{m: 2}", 100},
    {&tro_generator_barabasi_albert, "{m: 2, power: 1.5}", 100},
    {&tro_generator_watts_strogatz, "{k: 2, p: 0.3}", 100}
};
enum { RANDOM_ONES = sizeof random_ones / sizeof *random_ones };

START_TEST(test_stream_decides)
{
    for (int i = 0; i < RANDOM_ONES; i++) {
        outcome a, b, c;
        outcome_good(&a, random_ones[i].generator, random_ones[i].yaml, random_ones[i].nodes, 5);
        outcome_good(&b, random_ones[i].generator, random_ones[i].yaml, random_ones[i].nodes, 5);
        outcome_good(&c, random_ones[i].generator, random_ones[i].yaml, random_ones[i].nodes, 6);
        ck_assert(same_links(&a.graph, &b.graph));
        ck_assert(!same_links(&a.graph, &c.graph));
        outcome_clear(&a);
        outcome_clear(&b);
        outcome_clear(&c);
    }
}
END_TEST

/* igraph draws from the stream and from nothing else: its integers are the
 * high 32 bits of single outputs scaled down (Lemire 2019). */
START_TEST(test_stream_is_the_source)
{
    tro_stream_key key = {.seed = 3, .purpose = TRO_FOR_NETWORK};
    tro_stream stream = tro_stream_of(&key);
    tro_igraph use;
    igraph_integer_t drawn[8];

    tro_igraph_enter(&use, &stream);
    for (int i = 0; i < 8; i++)
        drawn[i] = igraph_rng_get_integer(igraph_rng_default(), 0, 1023);
    tro_igraph_leave(&use);
    for (int i = 0; i < 8; i++)
        ck_assert_int_eq(drawn[i], (igraph_integer_t)(tro_stream_next(&stream) >> 54));
}
END_TEST

/* ---- threads ---- */

enum { SEEDS = 12 };

typedef struct job {
    outcome outcomes[RANDOM_ONES * SEEDS];
    char file[64];
    int failed_reads;
} job;

static void *work(void *argument)
{
    job *j = argument;

    for (int k = 0; k < RANDOM_ONES * SEEDS; k++) {
        int i = k % RANDOM_ONES;
        tro_arena arena = {0};
        tro_graph graph;
        outcome_good(&j->outcomes[k], random_ones[i].generator, random_ones[i].yaml,
                     random_ones[i].nodes, (uint64_t)k);
        j->failed_reads += tro_graph_read_graphml(j->file, NULL, &arena, &graph, NULL) < 0
                           || graph.nodes != 100;
        tro_arena_clear(&arena);
    }
    return NULL;
}

static void write_file(const char *path)
{
    outcome o;
    tro_text text = {0};
    FILE *file = fopen(path, "wb");

    outcome_good(&o, &tro_generator_erdos_renyi, "{p: 0.05}", 100, 1);
    ck_assert_int_eq(tro_graph_write_graphml(&o.graph, NULL, 0, NULL, 0, &text, NULL), TRO_OK);
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(text.data, 1, text.length, file), text.length);
    ck_assert_int_eq(fclose(file), 0);
    tro_text_clear(&text);
    outcome_clear(&o);
}

START_TEST(test_threads_agree)
{
    job *jobs = calloc(3, sizeof *jobs);
    pthread_t threads[2];
    char folder[] = "/tmp/trophic-network-XXXXXX";

    ck_assert_ptr_nonnull(jobs);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    for (int t = 0; t < 3; t++)
        snprintf(jobs[t].file, sizeof jobs[t].file, "%s/net.graphml", folder);
    write_file(jobs[0].file);
    work(&jobs[2]);
    for (int t = 0; t < 2; t++)
        ck_assert_int_eq(pthread_create(&threads[t], NULL, work, &jobs[t]), 0);
    for (int t = 0; t < 2; t++)
        ck_assert_int_eq(pthread_join(threads[t], NULL), 0);
    for (int k = 0; k < RANDOM_ONES * SEEDS; k++) {
        for (int t = 0; t < 2; t++)
            ck_assert(same_links(&jobs[t].outcomes[k].graph, &jobs[2].outcomes[k].graph));
        for (int t = 0; t < 3; t++)
            outcome_clear(&jobs[t].outcomes[k]);
    }
    for (int t = 0; t < 3; t++)
        ck_assert_int_eq(jobs[t].failed_reads, 0);
    ck_assert_int_eq(unlink(jobs[0].file), 0);
    ck_assert_int_eq(rmdir(folder), 0);
    free(jobs);
}
END_TEST

/* ---- no memory ---- */

/* Every allocation of ours fails in turn; the first run that gets through
 * ends the loop. Returns how many there were. */
static uint64_t exhaust(int (*step)(void *argument, tro_arena *arena), void *argument)
{
    for (uint64_t n = 1;; n++) {
        tro_arena arena = {0};
        int status;
        tro_memory_fail_after(n);
        status = step(argument, &arena);
        tro_memory_fail_after(0);
        tro_arena_clear(&arena);
        if (status == TRO_OK)
            return n - 1;
        ck_assert_int_eq(status, TRO_ENOMEM);
    }
}

static int make_network(void *argument, tro_arena *arena)
{
    const void *config = argument;
    tro_stream stream = tro_stream_from(1, 1);
    tro_graph graph;

    tro_site site = {.nodes = 30, .stream = &stream};

    return tro_generator_erdos_renyi.generate(config, &site, arena, &graph, NULL);
}

static int read_network(void *argument, tro_arena *arena)
{
    tro_graph graph;

    return tro_graph_read_graphml(argument, NULL, arena, &graph, NULL);
}

static int write_network(void *argument, tro_arena *arena)
{
    tro_text text = {0};
    int status;

    (void)arena;
    status = tro_graph_write_graphml(argument, NULL, 0, NULL, 0, &text, NULL);
    tro_text_clear(&text);
    return status;
}

static int index_network(void *argument, tro_arena *arena)
{
    const tro_graph *graph = argument;
    int marks[30] = {1};
    tro_csr rows;
    int status = tro_graph_rows(graph, arena, &rows);

    return status < 0 ? status : tro_graph_reach(graph, marks, marks);
}

START_TEST(test_memory_errors)
{
    char folder[] = "/tmp/trophic-network-XXXXXX", path[64];
    outcome o, configured;
    void *config;

    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/net.graphml", folder);
    write_file(path);
    outcome_good(&o, &tro_generator_erdos_renyi, "{p: 0.2}", 30, 1);
    config = outcome_configure(&configured, &tro_generator_erdos_renyi, "{p: 0.2, self: 1}");
    ck_assert_uint_ge(exhaust(make_network, config), 4);
    outcome_clear(&configured);
    ck_assert_uint_ge(exhaust(read_network, path), 3);
    ck_assert_uint_ge(exhaust(write_network, &o.graph), 1);
    ck_assert_uint_ge(exhaust(index_network, &o.graph), 4);
    outcome_clear(&o);
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_rows_in_file_order, test_reach_closure, test_guard_errors,
        test_guard_leaves_igraph_alone, test_stream_decides, test_stream_is_the_source,
        test_threads_agree, test_memory_errors
    };

    return run_tests("network shared", tests, sizeof tests / sizeof *tests);
}
