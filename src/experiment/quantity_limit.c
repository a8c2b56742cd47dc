/* How far apart the limits of the exact rounds are under two sets of keys. */
#include <math.h>
#include <stddef.h>

#include "experiment/quantity.h"
#include "experiment/with.h"
#include "measure/measure.h"

typedef struct limit_config {
    const tro_node *self, *set;
    const char *agent;
} limit_config;

static const tro_param limit_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(limit_config, self)},
    {.key = "agent", .type = TRO_P_TEXT, .offset = offsetof(limit_config, agent),
     .doc = "Whose. Default: the largest distance of any agent."},
    {.key = "set", .type = TRO_P_NODE, .flags = TRO_P_REQUIRED,
     .offset = offsetof(limit_config, set), .doc = "The other keys: a map from paths to values."},
};

static int is_table(const tro_cell *cell)
{
    return cell->scenario->space.family->law == TRO_TABLE;
}

static int limit_check(const tro_cell *cell, const void *given, tro_messages *messages)
{
    const limit_config *config = given;
    tro_arena arena = {0};
    tro_cell *other = NULL;
    size_t agent;
    int named = config->agent ? tro_cell_agent(cell, config->agent,
                                               tro_place_of(config->self, "agent"), &agent,
                                               messages)
                              : TRO_OK;
    int status = tro_cell_with_check(cell, config->set, &arena, &other, messages);
    if (status == TRO_OK && (other->ecosystem->width != cell->ecosystem->width ||
                             other->ecosystem->agents != cell->ecosystem->agents ||
                             is_table(other) != is_table(cell)))
        status = tro_error(messages, TRO_ESCENARIO, &config->set->place,
                           "with these keys set there are other outcomes or agents, so limits "
                           "cannot be compared");
    tro_cell_free(other);
    tro_arena_clear(&arena);
    return named < 0 ? named : status;
}

/* Total variation, or the Euclidean distance of mean parameters. */
static double distance(const tro_cell *cell, const tro_cell *other, size_t agent)
{
    size_t width = cell->ecosystem->width;
    const double *x = cell->limit.z + agent * width, *y = other->limit.z + agent * width;
    double sum = 0;
    if (!is_table(cell))
        return tro_euclidean(width, x, y);
    for (size_t k = 0; k < width; k++)
        sum += fabs(x[k] - y[k]);
    return sum / 2;
}

static int limit_compute(tro_cell *cell, const void *given, tro_values *out,
                         tro_messages *messages)
{
    const limit_config *config = given;
    tro_arena arena = {0};
    tro_cell *other = NULL;
    double most = 0;
    int status;
    TRO_TRY(tro_cell_with(cell, config->set, &arena, &other, messages));
    TRO_TRY(tro_cell_limit(cell, messages));
    TRO_TRY(tro_cell_limit(other, messages));
    for (size_t i = 0; i < cell->ecosystem->agents; i++)
        if (!config->agent || tro_scenario_agent(cell->scenario, config->agent) == i)
            most = fmax(most, distance(cell, other, i));
    status = tro_values_one(cell, most, NAN, out);
out:
    tro_cell_free(other);
    tro_arena_clear(&arena);
    return status;
}

const tro_quantity tro_quantity_limit_distance = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_QUANTITY, .name = "limit-distance",
               .summary = "How far apart the limits of the exact rounds are here and with other "
                          "keys of the scenario set: total variation; of real vectors the "
                          "Euclidean distance of mean parameters.",
               .reference = NULL,
               .table = {"limit-distance", limit_params,
                         sizeof limit_params / sizeof *limit_params, sizeof(limit_config)}},
    .check = limit_check, .compute = limit_compute,
};
