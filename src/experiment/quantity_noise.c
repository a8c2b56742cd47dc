/* What sampling does to an alignment, by the linear noise approximation. */
#include <math.h>

#include "analysis/noise.h"
#include "experiment/quantity.h"

typedef struct noise_config {
    const tro_node *self;
    const char *agent;
    int of;
} noise_config;

enum { BIAS, DEVIATION };
static const char *const of_what[] = {"bias", "sd", NULL};

static const tro_param noise_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(noise_config, self)},
    {.key = "agent", .type = TRO_P_TEXT, .flags = TRO_P_REQUIRED,
     .offset = offsetof(noise_config, agent), .doc = "Whose alignment."},
    {.key = "of", .type = TRO_P_CHOICE, .flags = TRO_P_REQUIRED,
     .offset = offsetof(noise_config, of), .choices = of_what,
     .doc = "How far its mean is from the fixed point's, or its standard deviation."},
};

static int noise_check(const tro_cell *cell, const void *given, tro_messages *messages)
{
    const noise_config *config = given;
    size_t agent;
    int status = tro_cell_agent(cell, config->agent, tro_place_of(config->self, "agent"), &agent,
                                messages);
    if (status < 0)
        return status;
    if (!cell->scenario->agents[agent].reward)
        return tro_error(messages, TRO_ESCENARIO, tro_place_of(config->self, "agent"),
                         "agent '%s' has no 'reward', so no alignment", config->agent);
    if (!cell->scenario->sampled)
        return tro_error(messages, TRO_ESCENARIO, &config->self->place,
                         "noise needs 'advance: {sampled: {outputs: n}}', found exact rounds");
    return TRO_OK;
}

static int noise_compute(tro_cell *cell, const void *given, tro_values *out,
                         tro_messages *messages)
{
    const noise_config *config = given;
    tro_noise noise = {0};
    size_t agent;
    int status;
    TRO_TRY(tro_cell_agent(cell, config->agent, &config->self->place, &agent, messages));
    TRO_TRY(tro_cell_fixed_point(cell, messages));
    TRO_TRY(tro_noise_find(cell->ecosystem, cell->plan, cell->point.z, &noise, messages));
    TRO_TRY(tro_values_one(cell, (config->of == BIAS ? noise.alignment_bias
                                                     : noise.alignment_sd)[agent], NAN, out));
out:
    tro_noise_release(&noise);
    return status;
}

const tro_quantity tro_quantity_noise = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_QUANTITY, .name = "noise",
               .summary = "What sampling does to an alignment in the long term: the linear "
                          "noise approximation.",
               .reference = "van Kampen 1976",
               .table = {"noise", noise_params, sizeof noise_params / sizeof *noise_params,
                         sizeof(noise_config)}},
    .check = noise_check, .compute = noise_compute,
};
