/* The probability of some of the outcomes. */
#include <stddef.h>

#include "family/table.h"
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

/* self: a 1 for every outcome that counts. */
static int prepare(const tro_reader *reader, tro_measuring *m)
{
    const mass_config *config = m->config;
    const tro_space *space = tro_space_of(m);
    int status = tro_need_table(reader, m, "");
    if (status < 0)
        return status;
    char *counts = TRO_NEW(reader->arena, char, space->outcomes);
    if (!counts)
        return TRO_ENOMEM;
    for (size_t k = 0; k < config->outcomes.count; k++) {
        const tro_place *place = &config->outcomes.nodes[k]->place;
        size_t x;
        int found = tro_finite_outcome(reader, space, place, config->outcomes.items[k], &x);
        if (found == TRO_OK && counts[x])
            found = tro_error(reader->messages, TRO_ESCENARIO, place,
                              "outcome '%s' comes twice", config->outcomes.items[k]);
        if (found == TRO_OK)
            counts[x] = 1;
        status = status < 0 ? status : found;
    }
    m->self = counts;
    return status;
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
    .prepare = prepare,
    .value = value,
    .gradient = gradient,
};
