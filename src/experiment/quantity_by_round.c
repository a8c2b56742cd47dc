/* A measure of an agent at the start and after each exact round. */
#include <math.h>
#include <stddef.h>

#include "experiment/quantity.h"

typedef struct by_round_config {
    const tro_node *self;
    tro_chosen of;
    const char *agent;
    long long rounds;
    int last;
} by_round_config;

static const tro_param by_round_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(by_round_config, self)},
    {.key = "of", .type = TRO_P_PLUGIN, .flags = TRO_P_REQUIRED,
     .offset = offsetof(by_round_config, of), .kind = TRO_MEASURE, .doc = "The measure."},
    {.key = "agent", .type = TRO_P_TEXT, .offset = offsetof(by_round_config, agent),
     .doc = "Whose. Default: the only agent's."},
    {.key = "rounds", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED,
     .offset = offsetof(by_round_config, rounds), .min = 0, .max = TRO_MOST_ROUNDS,
     .unit = "rounds", .doc = "How many. Default: those of the schedule."},
    {.key = "last", .type = TRO_P_BOOL, .offset = offsetof(by_round_config, last),
     .fallback = "false", .doc = "Only what it is after the last of them."},
};

static int by_round_check(const tro_cell *cell, const void *given, tro_messages *messages)
{
    const by_round_config *config = given;
    int status = tro_quantity_check_measure(cell, config->agent, config->self, &config->of,
                                            messages);
    int length = tro_rounds_check(cell, config->self, config->rounds, config->last, messages);
    return status < 0 ? status : length;
}

static size_t by_round_count(const tro_cell *cell, const void *given)
{
    const by_round_config *config = given;
    return tro_rounds_count(cell, config->rounds, config->last);
}

typedef struct list {
    double *values;
    int last;
} list;

static int keep(void *context, const tro_runner *runner, double value)
{
    const list *to = context;
    to->values[to->last ? 0 : runner->round] = value;
    return 1;
}

static int by_round_compute(tro_cell *cell, const void *given, tro_values *out,
                            tro_messages *messages)
{
    const by_round_config *config = given;
    int status = tro_values_new(cell, by_round_count(cell, given), out);
    if (status < 0)
        return status;
    list to = {out->values, config->last};
    return tro_quantity_follow(cell, config->agent, config->self, &config->of,
                               tro_rounds_asked(cell, config->rounds), keep, &to, messages);
}

const tro_quantity tro_quantity_measure_by_round = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_QUANTITY, .name = "measure-by-round",
               .summary = "A measure of an agent at the start and after each exact round.",
               .reference = NULL,
               .table = {"measure-by-round", by_round_params,
                         sizeof by_round_params / sizeof *by_round_params,
                         sizeof(by_round_config)}},
    .check = by_round_check, .count = by_round_count, .first = tro_rounds_first,
    .compute = by_round_compute,
};
