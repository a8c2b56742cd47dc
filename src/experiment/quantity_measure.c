/* A measure of an agent, in one state or round by round. */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "experiment/quantity.h"
#include "schedule/settling.h"

typedef enum measure_at { AT_FIXED_POINT, AT_LIMIT, AT_START, AT_END } measure_at;
static const char *const at_choices[] = {"fixed-point", "limit", "start", "end", NULL};

typedef struct measure_config {
    const tro_node *self;
    tro_chosen of;
    const char *agent;
    int at;
    long long round;
} measure_config;

static const tro_param measure_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(measure_config, self)},
    {.key = "of", .type = TRO_P_PLUGIN, .flags = TRO_P_REQUIRED,
     .offset = offsetof(measure_config, of), .kind = TRO_MEASURE, .doc = "The measure."},
    {.key = "agent", .type = TRO_P_TEXT, .offset = offsetof(measure_config, agent),
     .doc = "Whose. Default: the only agent's."},
    {.key = "at", .type = TRO_P_CHOICE, .offset = offsetof(measure_config, at),
     .choices = at_choices,
     .doc = "Where: at the fixed point (the default), in the limit of the schedule's exact "
            "rounds, at the start, or at their end, be they at rest or not."},
    {.key = "round", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED,
     .offset = offsetof(measure_config, round), .min = 0, .max = 1e15, .unit = "rounds",
     .doc = "After this exact round, instead of `at`."},
};

static int measure_check(const tro_cell *cell, const void *given, tro_messages *messages)
{
    const measure_config *config = given;
    int status = tro_quantity_check_measure(cell, config->agent, config->self, &config->of,
                                            messages), made = status;
    if (config->at >= 0 && config->round != TRO_NO_WHOLE)
        made = tro_error(messages, TRO_ESCENARIO, tro_place_of(config->self, "round"),
                         "'at' and 'round' both say where: give one of them");
    return status < 0 ? status : made;
}

/* --- where ----------------------------------------------------------------------------- */

/* The state after `rounds` exact rounds, or when the schedule's tolerance says that they
 * are at rest, into z (size). */
static int state_after(const tro_cell *cell, long long rounds, double tolerance, double *z,
                       tro_messages *messages)
{
    tro_runner runner = {0};
    tro_settling settling = {0};
    int status;
    TRO_TRY(tro_runner_init(&runner, cell->ecosystem, cell->plan, TRO_EXACT));
    TRO_TRY(tro_settling_init(&settling, &runner, tolerance));
    TRO_TRY(tro_runner_start(&runner, 0, NULL));
    for (long long r = 0; r < rounds; r++) {
        if (tro_progress_stops(cell->progress))
            TRO_TRY(TRO_EINTERRUPTED);
        TRO_TRY(tro_runner_round(&runner));
        if (tro_settling_check(&settling, &runner))
            break;
    }
    memcpy(z, runner.z, cell->ecosystem->size * sizeof *z);
out:
    if (status == TRO_EDIVERGED)
        tro_error(messages, status, NULL, "after round %llu the exact rounds diverge: mean "
                  "parameters are no longer finite", (unsigned long long)runner.round);
    tro_settling_release(&settling);
    tro_runner_release(&runner);
    return status;
}

/* The state that is asked for: the cell's own, or `own` (size). */
static int find_state(tro_cell *cell, const measure_config *config, double *own,
                      const double **z, tro_messages *messages)
{
    const tro_schedule_common *common = cell->plan->common;
    int status = TRO_OK;
    *z = own;
    if (config->round != TRO_NO_WHOLE)
        return state_after(cell, config->round, 0, own, messages);
    switch (config->at) {
    case AT_LIMIT:
        status = tro_cell_limit(cell, messages);
        *z = cell->limit.z;
        break;
    case AT_START:
        tro_ecosystem_start(cell->ecosystem, own);
        break;
    case AT_END:
        status = state_after(cell, common->rounds, common->tolerance, own, messages);
        break;
    default:
        status = tro_cell_fixed_point(cell, messages);
        *z = cell->point.z;
    }
    return status;
}

static int measure_compute(tro_cell *cell, const void *given, tro_values *out,
                           tro_messages *messages)
{
    const measure_config *config = given;
    tro_arena arena = {0};
    tro_measuring m;
    const double *z;
    size_t agent;
    double *own = TRO_NEW(&arena, double, cell->ecosystem->size);
    int status = own ? TRO_OK : TRO_ENOMEM;
    TRO_TRY(status);
    TRO_TRY(tro_quantity_agent(cell, config->agent, config->self, &agent, messages));
    TRO_TRY(tro_quantity_measuring(cell, &arena, &config->of, agent, &m, messages));
    double *scratch = TRO_NEW(&arena, double, m.scratch + 1);
    if (!scratch)
        TRO_TRY(TRO_ENOMEM);
    TRO_TRY(find_state(cell, config, own, &z, messages));
    status = tro_values_one(cell, tro_measure_value(&m, z, agent, scratch), NAN, out);
out:
    tro_arena_clear(&arena);
    return status;
}

const tro_quantity tro_quantity_measure = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_QUANTITY, .name = "measure",
               .summary = "A measure of an agent: at the fixed point, in the limit, or after a "
                          "round of exact rounds.", .reference = NULL,
               .table = {"measure", measure_params,
                         sizeof measure_params / sizeof *measure_params,
                         sizeof(measure_config)}},
    .check = measure_check, .compute = measure_compute,
};
