/* Runs a scenario and prints every agent's alignment, beside what its fixed point has and what
 * more curation of its outputs would do to it.
 *
 *   cc run.c -o run $(pkg-config --cflags --libs trophic)
 *   ./run scenario.yaml agents.theta.shares.curated=0.4 */
#include <stdio.h>
#include <stdlib.h>

#include <trophic/trophic.h>

static void print_messages(tro_messages *messages)
{
    for (size_t k = 0; k < messages->count; k++) {
        char *text = tro_message_render(&messages->items[k]);
        fputs(text ? text : "no memory\n", stderr);
        free(text);
    }
    tro_messages_clear(messages);
}

/* At most 1000 rounds of the first replicate. */
static int advance(tro_cell *cell, tro_run **run, tro_messages *messages)
{
    int status = tro_run_new(cell, 0, run, messages);
    while (status == TRO_OK && tro_run_time(*run) < 1000)
        status = tro_run_round(*run, messages);
    return status;
}

static int print_agents(tro_cell *cell, const tro_run *run, tro_messages *messages)
{
    int status = TRO_OK;
    printf("%-16s %12s %12s %14s\n", "agent", "after 1000", "fixed point", "self-influence");
    for (size_t agent = 0; agent < tro_agent_count(cell) && status == TRO_OK; agent++) {
        double fixed, self;
        status = tro_alignment_of(cell, agent, &fixed, messages);
        if (status == TRO_OK)
            status = tro_influence(cell, agent, agent, &self, messages);
        if (status == TRO_OK)
            printf("%-16s %12.8f %12.8f %14.8f\n", tro_agent_name(cell, agent),
                   tro_run_alignment(run, agent), fixed, self);
    }
    return status;
}

int main(int argc, char **argv)
{
    tro_messages messages = {0};
    tro_cell *cell = NULL;
    tro_run *run = NULL;
    if (argc < 2) {
        fprintf(stderr, "usage: run FILE [PATH=VALUE ...]\n");
        return 2;
    }
    int status = tro_cell_open(argv[1], (const char *const *)argv + 2, (size_t)argc - 2, &cell,
                               &messages);
    if (status == TRO_OK)
        status = advance(cell, &run, &messages);
    if (status == TRO_OK)
        status = print_agents(cell, run, &messages);
    print_messages(&messages);
    tro_run_free(run);
    tro_cell_close(cell);
    return status != TRO_OK;
}
