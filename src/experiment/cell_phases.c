/* The phases of a cell: a cell for each, and what they share. */
#include <inttypes.h>
#include <string.h>

#include "experiment/cell.h"

/* --- making ---------------------------------------------------------------------------- */

/* How many rounds there are, and when they may stop, is said once. */
static int take_common(tro_cell *cell, const tro_plan *first, tro_messages *messages)
{
    static const char *const keys[] = {"rounds", "tolerance"};
    const tro_schedule_common *own = cell->plan->common, *whole = first->common;
    int differs[] = {own->rounds != whole->rounds, own->tolerance != whole->tolerance};
    for (size_t k = 0; k < 2; k++) {
        const tro_node *given = tro_node_get(cell->scenario->schedule.parameters, keys[k]);
        if (given && differs[k])
            return tro_error(messages, TRO_ESCENARIO, &given->place,
                             "the schedule's '%s' belongs to the whole run: it cannot change",
                             keys[k]);
    }
    cell->plan->common = whole;
    return TRO_OK;
}

/* Ecosystem, plan and measures of one phase. */
static int compile(tro_cell *cell, const tro_phase *phase, tro_messages *messages)
{
    tro_cell *first = cell->stages[0];
    int status;
    cell->scenario = phase->scenario;
    TRO_TRY(tro_ecosystem_new(cell->scenario, &cell->ecosystem, messages));
    TRO_TRY(tro_plan_new(cell->scenario, &cell->plan, messages));
    if (cell != first)
        TRO_TRY(take_common(cell, first->plan, messages));
    TRO_TRY(tro_cell_recorded(cell, messages));
    cell->line[cell->stage] = (tro_stage){.from = phase->from, .ecosystem = cell->ecosystem,
                                          .plan = cell->plan};
    cell->timeline = (tro_timeline){cell->line, cell->stage + 1};
    if (cell->stage > 0)
        cell->plan->timeline = &cell->timeline;
out:
    return status;
}

/* An event at the end of the rounds, or after it, would never be seen. */
static int check_rounds(const tro_cell *first, const tro_phases *phases, tro_messages *messages)
{
    int status = TRO_OK;
    long long rounds = first->plan->common->rounds;
    for (size_t k = 1; k < phases->count; k++)
        if (phases->items[k].from >= (uint64_t)rounds)
            status = tro_error(messages, TRO_ESCENARIO,
                               tro_place_of(phases->items[k].event, "round"),
                               "the schedule has %lld rounds, so that nothing comes after "
                               "round %" PRIu64, rounds, phases->items[k].from);
    return status;
}

static tro_cell *new_stage(const tro_cell *cell, size_t k)
{
    tro_cell *stage = tro_allocate(1, sizeof *stage);
    if (!stage)
        return NULL;
    stage->catalog = cell->catalog;
    stage->base = cell->base;
    stage->overrides = cell->overrides;
    stage->override_count = cell->override_count;
    stage->stages = cell->stages;
    stage->stage_count = k + 1;
    stage->line = cell->line;
    return stage;
}

/* Mistakes of a phase that is not the first are shown in its event. */
static int compile_phase(tro_cell *cell, tro_cell *stage, size_t k, tro_messages *messages)
{
    const tro_phases *phases = &cell->phases;
    tro_messages own = {0};
    stage->stage = k;
    stage->phase = phases->items;
    stage->whole = phases->items[0].scenario;
    int status = compile(stage, &phases->items[k], k > 0 ? &own : messages);
    tro_phases_tell(phases, k, &own, messages);
    tro_messages_clear(&own);
    return status;
}

int tro_cell_compile(tro_cell *cell, tro_document *document, tro_messages *messages)
{
    int status;
    TRO_TRY(tro_phases_new(document, cell->catalog, &cell->phases, messages));
    size_t count = cell->phases.count;
    cell->stages = TRO_NEW(&cell->arena, tro_cell *, count);
    cell->line = TRO_NEW(&cell->arena, tro_stage, count);
    if (!cell->stages || !cell->line)
        return TRO_ENOMEM;
    cell->stage_count = count;
    cell->stages[count - 1] = cell;
    for (size_t k = 0; k < count; k++) {
        if (k + 1 < count && !(cell->stages[k] = new_stage(cell, k)))
            return TRO_ENOMEM;
        TRO_TRY(compile_phase(cell, cell->stages[k], k, messages));
    }
    TRO_TRY(check_rounds(cell->stages[0], &cell->phases, messages));
out:
    return status;
}

void tro_cell_release_phases(tro_cell *cell)
{
    for (size_t k = 0; cell->phases.count > 0 && cell->stages && k + 1 < cell->stage_count; k++)
        tro_cell_free(cell->stages[k]);
    tro_phases_release(&cell->phases);
}

tro_cell *tro_cell_phase(const tro_cell *cell, size_t k)
{
    tro_cell *stage = cell->stages[k];
    stage->progress = cell->progress;
    return stage;
}

/* --- corpora --------------------------------------------------------------------------- */

static int has_frozen(const tro_scenario *scenario)
{
    for (size_t i = 0; scenario->resting > 0 && i < scenario->agent_count; i++)
        if (scenario->agents[i].presence == TRO_FROZEN)
            return 1;
    return 0;
}

static void take_corpora(const tro_scenario *scenario, const double *z)
{
    size_t width = scenario->space.width;
    for (size_t i = 0; i < scenario->agent_count; i++)
        if (scenario->agents[i].presence == TRO_FROZEN)
            memcpy(scenario->agents[i].corpus, z + i * width, width * sizeof *z);
}

/* Exact rounds up to the event that begins the phase. */
int tro_cell_corpora(tro_cell *cell, tro_messages *messages)
{
    tro_runner runner = {0};
    uint64_t rounds = cell->line[cell->stage].from;
    int status = TRO_OK, frozen = has_frozen(cell->scenario);
    /* Of an affine map all starts lead to the same. */
    int matters = rounds > 0 && !cell->ecosystem->affine;
    if (cell->have_corpora || cell->begin || (!frozen && !matters))
        return status;
    TRO_TRY(tro_runner_init(&runner, cell->ecosystem, cell->plan, TRO_EXACT));
    TRO_TRY(tro_runner_start(&runner, 0, NULL));
    while (runner.round < rounds) {
        if (tro_progress_stops(cell->progress))
            TRO_TRY(TRO_EINTERRUPTED);
        TRO_TRY(tro_runner_round(&runner));
    }
    take_corpora(cell->scenario, runner.z);
    cell->have_corpora = frozen;
    cell->begin = matters ? TRO_NEW(&cell->arena, double, cell->ecosystem->size) : NULL;
    if (cell->begin)
        memcpy(cell->begin, runner.z, cell->ecosystem->size * sizeof *cell->begin);
    else if (matters)
        status = TRO_ENOMEM;
out:
    if (status == TRO_EDIVERGED && !frozen)
        status = TRO_OK;   /* the start will do */
    if (status == TRO_EDIVERGED)
        tro_error(messages, status, NULL, "the exact rounds diverge before the event at round %"
                  PRIu64 ", so that nobody knows what frozen agents leave behind", rounds);
    tro_runner_release(&runner);
    return status;
}
