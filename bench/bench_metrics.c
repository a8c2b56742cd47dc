/* A Barabasi-Albert network of a million agents, and its metrics that are linear in the size:
 * seconds of the processor and of the clock for each. An argument is another number of agents. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "document/param.h"
#include "network/generators.h"
#include "network/metrics.h"

static double clock_of(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

typedef struct watch {
    double processor, wall;
} watch;

static watch now(void)
{
    return (watch){clock_of(CLOCK_PROCESS_CPUTIME_ID), clock_of(CLOCK_MONOTONIC)};
}

static void print_since(const char *name, const watch *start)
{
    watch end = now();
    printf("  %-28s %7.2f s of the processor, %7.2f s\n", name, end.processor - start->processor,
           end.wall - start->wall);
}

static int generate(size_t nodes, tro_arena *arena, tro_graph *graph, tro_messages *messages)
{
    static const char text[] = "network: {m: 3}\n";
    const tro_generator *generator = &tro_generator_barabasi_albert;
    tro_stream_key key = {.seed = 1, .purpose = TRO_FOR_NETWORK};
    tro_stream stream = tro_stream_of(&key);
    tro_reader reader = {.arena = arena, .messages = messages};
    tro_document *document = NULL;
    int status = TRO_ENOMEM;
    void *config = tro_arena_allocate(arena, 1, generator->plugin.table.size);
    if (!config)
        return status;
    TRO_TRY(tro_document_read_text("bench", text, sizeof text - 1, &document, messages));
    const tro_node *node = tro_node_get(document->root, "network");
    TRO_TRY(tro_read_record(&reader, node, &generator->plugin.table, NULL, config));
    const tro_site site = {.nodes = nodes, .stream = &stream, .place = &node->place};
    TRO_TRY(generator->generate(config, &site, arena, graph, messages));
out:
    tro_document_free(document);
    return status;
}

static int measure(const tro_graph *graph, tro_messages *messages)
{
    const tro_catalog *catalog = tro_catalog_builtin();
    tro_metric_network network = {.graph = graph};
    tro_metrics *metrics;
    watch start = now();
    int status = tro_metrics_new(&network, &metrics, messages);
    print_since("rows of neighbours", &start);
    for (size_t k = 0; status == TRO_OK && k < catalog->count[TRO_METRIC]; k++) {
        const tro_metric *metric = (const tro_metric *)catalog->items[TRO_METRIC][k];
        const double *values;
        if (!metric->linear)
            continue;
        start = now();
        status = tro_metrics_find(metrics, metric, &values, messages);
        print_since(metric->plugin.name, &start);
    }
    tro_metrics_free(metrics);
    return status;
}

int main(int argc, char **argv)
{
    size_t nodes = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000000;
    tro_messages messages = {0};
    tro_arena arena = {0};
    tro_graph graph;
    watch start = now();
    printf("barabasi-albert, m = 3, %zu agents\n", nodes);
    int status = generate(nodes, &arena, &graph, &messages);
    print_since("the network", &start);
    if (status == TRO_OK)
        status = measure(&graph, &messages);
    print_since("all", &start);
    for (size_t k = 0; k < messages.count; k++)
        printf("%s\n", messages.items[k].text);
    tro_messages_clear(&messages);
    tro_arena_clear(&arena);
    return status < 0;
}
