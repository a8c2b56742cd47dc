/* Mean and variance of the outputs' coordinates. */
#include <stddef.h>

#include "family/table.h"
#include "measure/law.h"

typedef struct moment_config {
    const tro_node *self;
    long long coordinate;
} moment_config;

#define MOMENT_PARAMS(text)                                                                \
    {{.key = "", .type = TRO_P_SELF, .offset = offsetof(moment_config, self)},             \
     {.key = "coordinate", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED | TRO_P_MAIN,       \
      .offset = offsetof(moment_config, coordinate), .min = 1, .max = 1e9, .doc = text}}

static const tro_param mean_params[] =
    MOMENT_PARAMS("Of which coordinate, from 1; needed where there are several.");
static const tro_param variance_params[] =
    MOMENT_PARAMS("Of which coordinate, from 1. Default: the sum over all of them.");

static int prepare(const tro_reader *reader, tro_measuring *m)
{
    const moment_config *config = m->config;
    const tro_space *space = tro_space_of(m);
    const tro_place *place = &m->node->place;
    int status = TRO_OK;
    if (tro_is_table(m))
        status = tro_need_table(reader, m, "");
    if (status == TRO_OK && tro_is_table(m))
        status = tro_finite_need_points(reader, space, place, m->measure->plugin.name);
    if (status < 0)
        return status;
    if (config->self)
        place = tro_place_of(config->self, "coordinate");
    if (config->coordinate == TRO_NO_WHOLE && space->coordinates > 1 &&
        m->measure == &tro_measure_mean)
        return tro_error(reader->messages, TRO_ESCENARIO, place,
                         "outputs have %zu coordinates, and 'mean' is of one: give 'coordinate'",
                         space->coordinates);
    if (config->coordinate != TRO_NO_WHOLE && (size_t)config->coordinate > space->coordinates)
        return tro_error(reader->messages, TRO_ESCENARIO, place,
                         "there is no coordinate %lld: outputs have %zu", config->coordinate,
                         space->coordinates);
    return TRO_OK;
}

static double table_mean(const tro_space *space, const double *p, size_t k)
{
    double sum = 0;
    for (size_t x = 0; x < space->width; x++)
        sum += p[x] * space->points[x % space->outcomes * space->coordinates + k];
    return sum;
}

static double table_variance(const tro_space *space, const double *p, size_t k)
{
    double mean = table_mean(space, p, k), sum = 0;
    for (size_t x = 0; x < space->width; x++) {
        double away = space->points[x % space->outcomes * space->coordinates + k] - mean;
        sum += p[x] * away * away;
    }
    return sum;
}

static double mean(const tro_measuring *m, const double *z, size_t agent, double *scratch)
{
    const moment_config *config = m->config;
    const tro_space *space = tro_space_of(m);
    const double *row = z + agent * space->width;
    size_t k = config->coordinate == TRO_NO_WHOLE ? 0 : (size_t)config->coordinate - 1;
    return tro_is_table(m) ? table_mean(space, tro_table_law(m, row, agent, scratch), k) : row[k];
}

static int mean_gradient(const tro_measuring *m, const double *z, size_t agent, double *out,
                         double *scratch)
{
    const moment_config *config = m->config;
    const tro_space *space = tro_space_of(m);
    size_t k = config->coordinate == TRO_NO_WHOLE ? 0 : (size_t)config->coordinate - 1;
    (void)z;
    (void)scratch;
    for (size_t x = 0; x < space->width; x++)
        out[x] = tro_is_table(m) ? space->points[x % space->outcomes * space->coordinates + k]
                                 : x == k;
    tro_table_law_back(m, agent, out);
    return 1;
}

static double variance(const tro_measuring *m, const double *z, size_t agent, double *scratch)
{
    const moment_config *config = m->config;
    const tro_space *space = tro_space_of(m);
    const double *row = z + agent * space->width;
    int one = config->coordinate != TRO_NO_WHOLE;
    size_t first = one ? (size_t)config->coordinate - 1 : 0;
    size_t last = one ? first + 1 : space->coordinates;
    tro_normal_law law = {0};
    const double *p = NULL;
    double sum = 0;
    if (tro_is_table(m))
        p = tro_table_law(m, row, agent, scratch);
    else
        law = tro_normal_law_of(m, row, agent, 0);
    for (size_t k = first; k < last; k++)
        sum += p ? table_variance(space, p, k) : tro_normal_variance(&law, space->coordinates, k);
    return sum;
}

const tro_measure tro_measure_mean = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_MEASURE, .name = "mean",
               .summary = "Mean of a coordinate of the outputs.", .reference = NULL,
               .table = {"mean", mean_params, sizeof mean_params / sizeof *mean_params,
                         sizeof(moment_config)}},
    .unit = "coordinate",
    .degree = 1,
    .prepare = prepare,
    .value = mean,
    .gradient = mean_gradient,
};

const tro_measure tro_measure_variance = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_MEASURE, .name = "variance",
               .summary = "Variance of a coordinate of the outputs, or of all (the trace of "
                          "their covariance).", .reference = NULL,
               .table = {"variance", variance_params,
                         sizeof variance_params / sizeof *variance_params,
                         sizeof(moment_config)}},
    .unit = "coordinate^2",
    .prepare = prepare,
    .value = variance,
};
