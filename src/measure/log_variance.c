/* The logarithm of a variance: where variances shrink by factors, it is what has a mean
 * worth telling. */
#include <stddef.h>

#include "measure/law.h"

typedef struct log_config {
    const tro_node *self;
    long long coordinate;
} log_config;

static const tro_param log_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(log_config, self)},
    {.key = "coordinate", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED | TRO_P_MAIN,
     .offset = offsetof(log_config, coordinate), .min = 1, .max = 1e9, .fallback = "1",
     .doc = "Of which coordinate, from 1."},
};

static int prepare(const tro_reader *reader, tro_measuring *m)
{
    const log_config *config = m->config;
    const tro_space *space = tro_space_of(m);
    if (tro_is_table(m))
        return tro_error(reader->messages, TRO_ESCENARIO, &m->node->place,
                         "'log-variance' is of real vectors, found family '%s': 'variance' or "
                         "'entropy' would be right", space->family->plugin.name);
    if ((size_t)config->coordinate <= space->coordinates)
        return TRO_OK;
    return tro_error(reader->messages, TRO_ESCENARIO,
                     config->self ? tro_place_of(config->self, "coordinate") : &m->node->place,
                     "there is no coordinate %lld: outputs have %zu", config->coordinate,
                     space->coordinates);
}

static double value(const tro_measuring *m, const double *z, size_t agent, double *scratch)
{
    const log_config *config = m->config;
    const tro_space *space = tro_space_of(m);
    tro_normal_law law = tro_normal_law_of(m, z + agent * space->width, agent, 0);
    (void)scratch;
    return log(tro_normal_variance(&law, space->coordinates, (size_t)config->coordinate - 1));
}

const tro_measure tro_measure_log_variance = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_MEASURE, .name = "log-variance",
               .summary = "Logarithm of the variance of a coordinate of the outputs.",
               .reference = NULL,
               .table = {"log-variance", log_params, sizeof log_params / sizeof *log_params,
                         sizeof(log_config)}},
    .unit = "log coordinate^2",
    .may_be_infinite = 1,
    .prepare = prepare,
    .value = value,
};
