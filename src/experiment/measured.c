/* What the quantities share that are made of measures, or of rounds. */
#include <string.h>

#include "experiment/quantity.h"

long long tro_rounds_asked(const tro_cell *cell, long long rounds)
{
    return rounds == TRO_NO_WHOLE ? cell->plan->common->rounds : rounds;
}

size_t tro_rounds_count(const tro_cell *cell, long long rounds, int last)
{
    return last ? 1 : (size_t)tro_rounds_asked(cell, rounds) + 1;
}

size_t tro_rounds_first(const void *config)
{
    (void)config;
    return 0;
}

int tro_rounds_check(const tro_cell *cell, const tro_node *self, long long rounds, int last,
                     tro_messages *messages)
{
    long long asked = tro_rounds_asked(cell, rounds);
    if (last || asked <= TRO_MOST_ROUNDS)
        return TRO_OK;
    return tro_error(messages, TRO_ESCENARIO, &self->place,
                     "the schedule has %lld rounds, and at most %d can be listed: give 'rounds'",
                     asked, TRO_MOST_ROUNDS);
}

int tro_quantity_agent(const tro_cell *cell, const char *name, const tro_node *self, size_t *out,
                       tro_messages *messages)
{
    *out = 0;
    if (name)
        return tro_cell_agent(cell, name, tro_place_of(self, "agent"), out, messages);
    if (cell->ecosystem->agents == 1)
        return TRO_OK;
    return tro_error(messages, TRO_ESCENARIO, &self->place,
                     "there are %zu agents: give 'agent'", cell->ecosystem->agents);
}

int tro_quantity_measuring(const tro_cell *cell, tro_arena *arena, const tro_chosen *of,
                           size_t agent, tro_measuring *out, tro_messages *messages)
{
    int status = tro_cell_measure(cell, arena, of, out, messages);
    const char *lacks = status == TRO_OK ? tro_measure_lacks(out, agent) : NULL;
    if (lacks)
        status = tro_error(messages, TRO_ESCENARIO, &of->node->place,
                           "agent '%s' has no %s, so no %s",
                           cell->scenario->agents[agent].name, lacks, of->plugin->name);
    return status;
}

int tro_measured_make(const tro_cell *cell, tro_arena *arena, const tro_chosen *of,
                      size_t agent, tro_measured *out, tro_messages *messages)
{
    int status = TRO_OK;
    *out = (tro_measured){.agent = agent, .scratch = 1};
    out->stages = TRO_NEW(arena, tro_measuring, cell->stage + 1);
    if (!out->stages)
        return TRO_ENOMEM;
    for (size_t k = 0; k <= cell->stage && status == TRO_OK; k++) {
        status = tro_quantity_measuring(cell->stages[k], arena, of, agent, &out->stages[k],
                                        messages);
        if (out->stages[k].scratch + 1 > out->scratch)
            out->scratch = out->stages[k].scratch + 1;
    }
    return status;
}

double tro_measured_value(const tro_measured *measured, const tro_runner *runner,
                          double *scratch)
{
    return tro_measure_value(&measured->stages[runner->stage], runner->z, measured->agent,
                             scratch);
}

int tro_quantity_check_measure(const tro_cell *cell, const char *name, const tro_node *self,
                               const tro_chosen *of, tro_messages *messages)
{
    tro_arena arena = {0};
    tro_measuring m;
    size_t agent;
    int status = tro_quantity_agent(cell, name, self, &agent, messages);
    int made = status == TRO_OK ? tro_quantity_measuring(cell, &arena, of, agent, &m, messages)
                                : tro_cell_measure(cell, &arena, of, &m, messages);
    tro_arena_clear(&arena);
    return status < 0 ? status : made;
}

int tro_quantity_follow(const tro_cell *cell, const char *name, const tro_node *self,
                        const tro_chosen *of, long long rounds, tro_next_value *next,
                        void *context, tro_messages *messages)
{
    tro_arena arena = {0};
    tro_runner runner = {0};
    tro_measured m;
    size_t agent;
    int status, more = 1;
    TRO_TRY(tro_quantity_agent(cell, name, self, &agent, messages));
    TRO_TRY(tro_measured_make(cell, &arena, of, agent, &m, messages));
    double *scratch = TRO_NEW(&arena, double, m.scratch);
    if (!scratch)
        TRO_TRY(TRO_ENOMEM);
    TRO_TRY(tro_runner_init(&runner, cell->ecosystem, cell->plan, TRO_EXACT));
    TRO_TRY(tro_runner_start(&runner, 0, NULL));
    more = next(context, &runner, tro_measured_value(&m, &runner, scratch));
    for (long long r = 0; r < rounds && more; r++) {
        if (tro_progress_stops(cell->progress))
            TRO_TRY(TRO_EINTERRUPTED);
        TRO_TRY(tro_runner_round(&runner));
        more = next(context, &runner, tro_measured_value(&m, &runner, scratch));
    }
out:
    if (status == TRO_EDIVERGED)
        tro_error(messages, status, NULL, "after round %llu the exact rounds diverge: mean "
                  "parameters are no longer finite", (unsigned long long)runner.round);
    tro_runner_release(&runner);
    tro_arena_clear(&arena);
    return status;
}
