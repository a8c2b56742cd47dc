/* Large populations: a Barabasi-Albert network read into a scenario, and the
 * time of one round on it; igraph alone beside it. Processor seconds, as
 * machines are shared. Drawn shares are the same with a draw for every agent. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "experiment/cell.h"
#include "network/igraph_guard.h"

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static const char scenario[] =
    "trophic: 1\n"
    "seed: 1\n"
    "outcomes: {family: gaussian}\n"
    "agents:\n"
    "  - {group: lab, count: %zu, reference: 0, reward: {linear: 1}, public: {shift: 1},\n"
    "     shares: {real: 0.3, curated: %s}}\n"
    "network:\n"
    "  generator: {%s}\n";

static double igraph_alone(size_t agents)
{
    double start = now();
    igraph_t graph;
    if (igraph_barabasi_game(&graph, (igraph_integer_t)agents, 1, 3, NULL, true, 0,
                             IGRAPH_DIRECTED, IGRAPH_BARABASI_PSUMTREE, NULL) != IGRAPH_SUCCESS)
        return -1;
    igraph_destroy(&graph);
    return now() - start;
}

static int one(size_t agents, const char *share, const char *generator)
{
    char text[512];
    tro_document *document = NULL;
    tro_cell *cell = NULL;
    tro_messages messages = {0};
    int written = snprintf(text, sizeof text, scenario, agents, share, generator);
    double start = now(), read, round;
    int status = tro_document_read_text("bench", text, (size_t)written, &document, &messages);
    if (status == TRO_OK)
        status = tro_cell_new(document, tro_catalog_builtin(), NULL, 0, &cell, &messages);
    if (status < 0) {
        fprintf(stderr, "bench_network: %s\n",
                messages.count ? messages.items[0].text : "no memory");
        return 1;
    }
    read = now() - start;
    double *state = tro_allocate(agents, sizeof *state), *next = tro_allocate(agents, sizeof *next);
    tro_workspace work;
    if (!state || !next || tro_workspace_init(&work, cell->ecosystem) < 0)
        return 1;
    start = now();
    tro_round_map(cell->ecosystem, &work, state, next);
    round = now() - start;
    tro_workspace_release(&work);
    printf("%9zu  %9zu  %8.3f  %8.3f  %s, curated: %s\n", agents, cell->scenario->edge_count,
           read, round, generator, share);
    tro_release(state);
    tro_release(next);
    tro_cell_free(cell);
    tro_document_free(document);
    tro_messages_clear(&messages);
    return status < 0;
}

int main(void)
{
    static const char *const generators[] = {
        "'barabasi-albert': {m: 3, self: 1}", "'erdos-renyi': {m: 3000000, self: 1}",
        "'power-law': {out: 2.5, m: 3000000, self: 1}", "'k-regular': {k: 3}",
        "'geometric': {radius: 0.001, self: 1}"};
    int failed = 0;
    printf("igraph alone, 1,000,000 agents: %.3f s\n", igraph_alone(1000000));
    printf("   agents      edges  read (s) round (s)\n");
    failed |= one(100000, "0.2", generators[0]);
    for (size_t k = 0; k < sizeof generators / sizeof *generators; k++)
        failed |= one(1000000, "0.2", generators[k]);
    failed |= one(1000000, "{draw: {beta: {a: 2, b: 6}, within: [0, 0.7]}}", generators[0]);
    return failed;
}
