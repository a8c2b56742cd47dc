/* Alignment of one agent: at the fixed point, sampled, expected. */
#include <math.h>
#include <stddef.h>

#include "experiment/quantity.h"
#include "measure/measure.h"

typedef struct alignment_config {
    const tro_node *self;
    const char *agent;
    int stationary;
} alignment_config;

#define AGENT_PARAM                                                                     \
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(alignment_config, self)},        \
    {.key = "agent", .type = TRO_P_TEXT, .flags = TRO_P_REQUIRED | TRO_P_MAIN,          \
     .offset = offsetof(alignment_config, agent), .doc = "Whose alignment."}

static const tro_param alignment_params[] = {AGENT_PARAM};

static const tro_param expected_params[] = {
    AGENT_PARAM,
    {.key = "stationary", .type = TRO_P_BOOL, .offset = offsetof(alignment_config, stationary),
     .fallback = "false",
     .doc = "In the limit of many rounds, instead of the average over the run's rounds."},
};

static int agent_check(const tro_cell *cell, const void *given, tro_messages *messages)
{
    const alignment_config *config = given;
    const tro_place *place = tro_place_of(config->self, "agent");
    size_t agent;
    int status = tro_cell_agent(cell, config->agent, place, &agent, messages);
    if (status == TRO_OK && !cell->scenario->agents[agent].reward)
        return tro_error(messages, TRO_ESCENARIO, place,
                         "agent '%s' has no 'reward', so no alignment", config->agent);
    return status;
}

static int rounds_check(const tro_cell *cell, const void *given, tro_messages *messages)
{
    const alignment_config *config = given;
    int status = agent_check(cell, given, messages);
    int rounds = tro_cell_check_sampled(cell, &config->self->place, messages);
    return status < 0 ? status : rounds;
}

static size_t agent_of(const tro_cell *cell, const alignment_config *config)
{
    return tro_scenario_agent(cell->scenario, config->agent);
}

static int alignment_compute(tro_cell *cell, const void *given, tro_values *out,
                             tro_messages *messages)
{
    int status = tro_cell_fixed_point(cell, messages);
    if (status < 0)
        return status;
    double value = tro_alignment(cell->ecosystem, cell->point.z, agent_of(cell, given));
    return tro_values_one(cell, value, NAN, out);
}

static int sampled_compute(tro_cell *cell, const void *given, tro_values *out,
                           tro_messages *messages)
{
    int status = tro_cell_sampled(cell, messages);
    if (status < 0)
        return status;
    size_t agent = agent_of(cell, given);
    const tro_sampled *sampled = &cell->sampled;
    return tro_values_one(cell, sampled->mean[agent],
                          sqrt(sampled->variance[agent] / (double)sampled->replicates), out);
}

static int expected_compute(tro_cell *cell, const void *given, tro_values *out,
                            tro_messages *messages)
{
    const alignment_config *config = given;
    const double *expected = NULL;
    int status = tro_cell_expected(cell, config->stationary, &expected, messages);
    if (status < 0)
        return status;
    return tro_values_one(cell, expected[agent_of(cell, config)], NAN, out);
}

#define TABLE(name, params) \
    {name, params, sizeof params / sizeof *params, sizeof(alignment_config)}

const tro_quantity tro_quantity_alignment = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_QUANTITY, .name = "alignment",
               .summary = "Alignment of an agent at the fixed point.", .reference = NULL,
               .table = TABLE("alignment", alignment_params)},
    .check = agent_check, .compute = alignment_compute,
};

const tro_quantity tro_quantity_sampled_alignment = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_QUANTITY, .name = "sampled-alignment",
               .summary = "Alignment averaged over the rounds after burn-in and over "
                          "replicates of sampled rounds, with its standard error.",
               .reference = NULL, .table = TABLE("sampled-alignment", alignment_params)},
    .check = rounds_check, .compute = sampled_compute, .sampled = 1,
};

const tro_quantity tro_quantity_expected_alignment = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_QUANTITY, .name = "expected-alignment",
               .summary = "The exact expectation of sampled-alignment, from the recursion of "
                          "the first two moments.",
               .reference = "law of total covariance; doc/theory.md",
               .table = TABLE("expected-alignment", expected_params)},
    .check = rounds_check, .compute = expected_compute,
};
