/* By how much an agent's own users multiply the probability of an outcome. */
#include <stddef.h>
#include <string.h>

#include "family/table.h"
#include "measure/law.h"

typedef struct selection_config {
    const tro_node *self;
    tro_texts outcomes;
} selection_config;

static const tro_param selection_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(selection_config, self)},
    {.key = "outcomes", .type = TRO_P_TEXTS, .flags = TRO_P_MAIN,
     .offset = offsetof(selection_config, outcomes),
     .doc = "Among which: labels or, without labels, numbers from 0. Default: all."},
};

static int prepare(const tro_reader *reader, tro_measuring *m)
{
    const selection_config *config = m->config;
    const tro_space *space = tro_space_of(m);
    const tro_scenario *scenario = m->ecosystem->scenario;
    int status = tro_need_table(reader, m, "");
    if (status < 0)
        return status;
    m->scratch = 0;
    for (size_t i = 0; i < scenario->agent_count; i++) {
        const tro_curation *curation = scenario->agents[i].public_curation;
        size_t need = curation ? 2 * tro_curation_input(curation) + curation->scratch : 0;
        m->scratch = need > m->scratch ? need : m->scratch;
    }
    m->scratch += 3 * space->width;
    return tro_read_outcomes(reader, m, &config->outcomes);
}

/* NULL: everything is kept. */
static const tro_curation *curation_of(const tro_measuring *m, size_t agent)
{
    const tro_curation *curation = m->ecosystem->scenario->agents[agent].public_curation;
    return curation && curation->ops ? curation : NULL;
}

static const char *no_public(const tro_measuring *m, size_t agent)
{
    const tro_curation *curation = curation_of(m, agent);
    return curation && curation->needs_pool ? "public that judges its outputs alone" : NULL;
}

/* Where there is no probability to multiply, the factor is the derivative: a little of
 * these outcomes, all at once, does not change how much of the others is kept of itself. */
static double value(const tro_measuring *m, const double *z, size_t agent, double *scratch)
{
    const tro_space *space = tro_space_of(m);
    const tro_curation *curation = curation_of(m, agent);
    const char *counts = m->self;
    const double *p = z + agent * space->width;
    double *kept = scratch, *seed = kept + space->width, *grown = seed + space->width;
    double *input = grown + space->width, largest = 0;
    int missing = 0;
    if (!curation)
        return 1;
    if (curation->needs_pool)
        return NAN;
    for (size_t k = 0; k < space->width; k++) {
        seed[k] = !(p[k] > 0);
        missing |= !(p[k] > 0) && counts[k % space->outcomes];
    }
    size_t length = tro_curation_input(curation);
    double *change = input + length, *rest = change + length;
    const double *at = tro_curation_hearing(curation, p, z, input);
    curation->ops->apply(curation, 1, at, kept, rest);
    if (missing)
        curation->ops->derivative(curation, 1, at,
                                  tro_curation_hearing(curation, seed, NULL, change), grown,
                                  rest);
    for (size_t k = 0; k < space->width; k++)
        if (counts[k % space->outcomes])
            largest = fmax(largest, p[k] > 0 ? kept[k] / p[k] : grown[k]);
    return largest;
}

const tro_measure tro_measure_selection = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_MEASURE, .name = "selection",
               .summary = "The largest factor by which the agent's public multiplies the "
                          "probability of an outcome; of one without probability, of a first "
                          "trace of it.",
               .reference = NULL,
               .table = {"selection", selection_params,
                         sizeof selection_params / sizeof *selection_params,
                         sizeof(selection_config)}},
    .unit = "1",
    .prepare = prepare,
    .lacks = no_public,
    .value = value,
};
