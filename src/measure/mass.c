/* The probability of some of the outcomes. */
#include <stddef.h>

#include "measure/law.h"

typedef struct mass_config {
    const tro_node *self;
    tro_texts outcomes;
} mass_config;

static const tro_param mass_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(mass_config, self)},
    {.key = "outcomes", .type = TRO_P_TEXTS, .flags = TRO_P_REQUIRED | TRO_P_MAIN,
     .offset = offsetof(mass_config, outcomes),
     .doc = "Which: labels or, without labels, numbers from 0."},
};

static int prepare(const tro_reader *reader, tro_measuring *m)
{
    const mass_config *config = m->config;
    int status = tro_need_table(reader, m, "");
    if (status == TRO_OK && config->outcomes.count == 0)
        status = tro_error(reader->messages, TRO_ESCENARIO, &m->node->place,
                           "a mass needs outcomes, found none");
    return status < 0 ? status : tro_read_outcomes(reader, m, &config->outcomes);
}

static double value(const tro_measuring *m, const double *z, size_t agent, double *scratch)
{
    const tro_space *space = tro_space_of(m);
    const double *p = tro_table_law(m, z + agent * space->width, agent, scratch);
    const char *counts = m->self;
    double sum = 0;
    for (size_t k = 0; k < space->width; k++)
        sum += counts[k % space->outcomes] ? p[k] : 0;
    return sum;
}

static int gradient(const tro_measuring *m, const double *z, size_t agent, double *out,
                    double *scratch)
{
    const tro_space *space = tro_space_of(m);
    const char *counts = m->self;
    (void)z;
    (void)scratch;
    for (size_t k = 0; k < space->width; k++)
        out[k] = counts[k % space->outcomes];
    tro_table_law_back(m, agent, out);
    return 1;
}

const tro_measure tro_measure_mass = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_MEASURE, .name = "mass",
               .summary = "Probability that an output is one of the given outcomes.",
               .reference = NULL,
               .table = {"mass", mass_params, sizeof mass_params / sizeof *mass_params,
                         sizeof(mass_config)}},
    .unit = "probability",
    .degree = 1,
    .prepare = prepare,
    .value = value,
    .gradient = gradient,
};
