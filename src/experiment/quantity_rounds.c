/* What happens round by round, from the start: alignment, and the influence
 * that has come through so far. */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "analysis/course.h"
#include "experiment/differences.h"
#include "experiment/quantity.h"

typedef struct rounds_config {
    const tro_node *self;
    const char *agent, *by, *of;
    long long rounds;
    int last;
    double step;
} rounds_config;

#define COMMON_PARAMS(what)                                                                  \
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(rounds_config, self)},                \
    {.key = what, .type = TRO_P_TEXT, .flags = TRO_P_REQUIRED | TRO_P_MAIN,                  \
     .offset = offsetof(rounds_config, agent), .doc = "Whose alignment."},                   \
    {.key = "by", .type = TRO_P_TEXT, .offset = offsetof(rounds_config, by),                 \
     .doc = "The agent whose reward is the measure. Default: its own."},                     \
    {.key = "rounds", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED,                           \
     .offset = offsetof(rounds_config, rounds), .min = 0, .max = TRO_MOST_ROUNDS,                \
     .unit = "rounds",                                                                       \
     .doc = "How many. Default: those of the schedule."},                                     \
    {.key = "last", .type = TRO_P_BOOL, .offset = offsetof(rounds_config, last),             \
     .fallback = "false", .doc = "Only what it is after the last of them."}

static const tro_param alignment_params[] = {COMMON_PARAMS("agent")};

static const tro_param influence_params[] = {
    COMMON_PARAMS("on"),
    {.key = "of", .type = TRO_P_TEXT, .flags = TRO_P_REQUIRED,
     .offset = offsetof(rounds_config, of), .doc = "Whose curated share moves."},
    {.key = "step", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED | TRO_P_OPEN_MIN,
     .offset = offsetof(rounds_config, step), .min = 0, .max = 0.5, .fallback = "0.01",
     .unit = "share",
     .doc = "Where differences are taken (delays, kept data sets, fading shares): how far the "
            "share moves to each side."},
};

static int rounds_check(const tro_cell *cell, const void *given, tro_messages *messages)
{
    const rounds_config *config = given;
    const tro_place *place = tro_place_of(config->self, config->of ? "on" : "agent");
    size_t agent, judge, of;
    int status = tro_cell_agent(cell, config->agent, place, &agent, messages), other = status;
    judge = agent;
    if (config->by) {
        place = tro_place_of(config->self, "by");
        other = tro_cell_agent(cell, config->by, place, &judge, messages);
    }
    if (other == TRO_OK && !cell->scenario->agents[judge].reward)
        other = tro_error(messages, TRO_ESCENARIO, place,
                          "agent '%s' has no 'reward', so no alignment",
                          cell->scenario->agents[judge].name);
    status = status < 0 ? status : other;
    if (config->of) {
        other = tro_cell_agent(cell, config->of, tro_place_of(config->self, "of"), &of, messages);
        status = status < 0 ? status : other;
    }
    other = tro_rounds_check(cell, config->self, config->rounds, config->last, messages);
    return status < 0 ? status : other;
}

static size_t rounds_count(const tro_cell *cell, const void *given)
{
    const rounds_config *config = given;
    return tro_rounds_count(cell, config->rounds, config->last);
}

static double judge(const tro_runner *runner, const rounds_config *config)
{
    const tro_scenario *scenario = runner->ecosystem->scenario;
    size_t on = tro_scenario_agent(scenario, config->agent);
    size_t by = config->by ? tro_scenario_agent(scenario, config->by) : on;
    const tro_agent *who = &scenario->agents[by];
    if (tro_is_absent(runner->ecosystem, on) || !who->reward)
        return NAN;
    return scenario->space.family->alignment(&scenario->space, who->reward, who->at,
                                             runner->z + on * runner->ecosystem->width);
}

static void judge_row(const tro_runner *runner, const void *config, double *row)
{
    *row = judge(runner, config);
}

/* All rounds, or the last alone, into out; `of` SIZE_MAX: alignments, else their derivatives by
 * differences. */
static int follow(tro_cell *cell, const rounds_config *config, size_t of, tro_values *out,
                  tro_messages *messages)
{
    const tro_following following = {(size_t)tro_rounds_asked(cell, config->rounds), 1, judge_row,
                                     config};
    double *line = tro_allocate(following.rounds + 1, sizeof *line);
    int status = line ? tro_values_new(cell, rounds_count(cell, config), out) : TRO_ENOMEM;
    if (status == TRO_OK && of == SIZE_MAX)
        status = tro_follow(cell, &following, line, messages);
    else if (status == TRO_OK)
        status = tro_follow_differences(cell, of, config->step, &config->self->place, &following,
                                        line, &out->one_sided, messages);
    if (status == TRO_OK)
        memcpy(out->values, config->last ? line + following.rounds : line,
               out->count * sizeof *line);
    tro_release(line);
    return status;
}

static int alignment_compute(tro_cell *cell, const void *given, tro_values *out,
                             tro_messages *messages)
{
    int status = follow(cell, given, SIZE_MAX, out, messages);
    for (size_t k = 0; status == TRO_OK && k < out->count; k++)
        out->errors[k] = NAN;
    return status;
}

/* --- influence -------------------------------------------------------------------- */

/* Along exact rounds, where their derivative can be followed. */
static int follow_course(tro_cell *cell, const rounds_config *config, size_t of, tro_values *out,
                         tro_messages *messages)
{
    size_t on = tro_scenario_agent(cell->scenario, config->agent);
    size_t by = config->by ? tro_scenario_agent(cell->scenario, config->by) : on;
    long long rounds = tro_rounds_asked(cell, config->rounds);
    tro_course course = {0};
    int status = tro_course_init(&course, cell->ecosystem, cell->plan, of);
    for (long long r = 0; status == TRO_OK && r <= rounds; r++) {
        if (r > 0)
            TRO_TRY(tro_course_round(&course));
        out->values[config->last ? 0 : r] = tro_course_influence(&course, on, by);
    }
    out->one_sided = course.one_sided;
out:
    tro_course_release(&course);
    if (status == TRO_EDIVERGED)
        tro_error(messages, status, NULL, "the rounds diverge: mean parameters are no longer "
                                          "finite");
    return status;
}

static int influence_compute(tro_cell *cell, const void *given, tro_values *out,
                             tro_messages *messages)
{
    const rounds_config *config = given;
    size_t of = tro_scenario_agent(cell->scenario, config->of);
    int status;
    if (!tro_course_supported(cell->ecosystem, cell->plan) ||
        !tro_share_moves(cell->ecosystem, of)) {
        status = follow(cell, config, of, out, messages);
    } else {
        status = tro_values_new(cell, rounds_count(cell, given), out);
        if (status == TRO_OK)
            status = follow_course(cell, config, of, out, messages);
    }
    for (size_t k = 0; status == TRO_OK && k < out->count; k++)
        out->errors[k] = NAN;
    return status;
}

const tro_quantity tro_quantity_alignment_by_round = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_QUANTITY, .name = "alignment-by-round",
               .summary = "Alignment of an agent at the start and after each exact round, by its "
                          "own reward or another agent's.",
               .reference = NULL,
               .table = {"alignment-by-round", alignment_params,
                         sizeof alignment_params / sizeof *alignment_params,
                         sizeof(rounds_config)}},
    .check = rounds_check, .count = rounds_count, .first = tro_rounds_first,
    .compute = alignment_compute,
};

const tro_quantity tro_quantity_influence_by_round = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_QUANTITY, .name = "influence-by-round",
               .summary = "Derivative of alignment after each exact round by a curated share "
                          "that is moved from the start on.",
               .reference = "forward sensitivities; with delays, kept data sets or fading shares "
                            "differences over five points, of fourth order",
               .table = {"influence-by-round", influence_params,
                         sizeof influence_params / sizeof *influence_params,
                         sizeof(rounds_config)}},
    .check = rounds_check, .count = rounds_count, .first = tro_rounds_first,
    .compute = influence_compute,
};
