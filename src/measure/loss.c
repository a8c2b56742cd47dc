/* What was lost of finite outcomes: the real data that a model cannot make any more,
 * and whether one outcome is all that is left. */
#include <stddef.h>

#include "family/table.h"
#include "measure/law.h"

/* --- missing mass ---------------------------------------------------------------------- */

static int prepare_missing(const tro_reader *reader, tro_measuring *m)
{
    return tro_need_table(reader, m, "");
}

static const char *no_reference(const tro_measuring *m, size_t agent)
{
    return m->ecosystem->scenario->agents[agent].real_law ? NULL : "reference";
}

static double missing(const tro_measuring *m, const double *z, size_t agent, double *scratch)
{
    const tro_space *space = tro_space_of(m);
    const double *p = tro_table_law(m, z + agent * space->width, agent, scratch);
    const double *reference = m->ecosystem->scenario->agents[agent].real_law;
    double sum = 0;
    for (size_t k = 0; k < space->width; k++)
        sum += p[k] > 0 ? 0 : reference[k];
    return sum;
}

const tro_measure tro_measure_missing_mass = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_MEASURE, .name = "missing-mass",
               .summary = "Probability of the reference's outcomes that the model never makes.",
               .reference = "Good 1953", .table = {"missing-mass", NULL, 0, 1}},
    .unit = "probability",
    .prepare = prepare_missing,
    .lacks = no_reference,
    .value = missing,
};

/* --- fixation --------------------------------------------------------------------------- */

typedef struct fixation_config {
    const tro_node *self;
    const char *on;
} fixation_config;

static const tro_param fixation_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(fixation_config, self)},
    {.key = "on", .type = TRO_P_TEXT, .flags = TRO_P_MAIN,
     .offset = offsetof(fixation_config, on),
     .doc = "On which outcome: its label or, without labels, its number from 0. Default: on any."},
};

/* self: the outcome; NULL: any. */
static int prepare_fixation(const tro_reader *reader, tro_measuring *m)
{
    const fixation_config *config = m->config;
    size_t *outcome = NULL;
    int status = tro_need_table(reader, m, "");
    if (status < 0 || !config->on)
        return status;
    outcome = TRO_NEW(reader->arena, size_t, 1);
    m->self = outcome;
    return outcome ? tro_finite_outcome(reader, tro_space_of(m), tro_place_of(config->self, "on"),
                                        config->on, outcome)
                   : TRO_ENOMEM;
}

static double fixation(const tro_measuring *m, const double *z, size_t agent, double *scratch)
{
    const tro_space *space = tro_space_of(m);
    const double *p = tro_table_law(m, z + agent * space->width, agent, scratch);
    const size_t *on = m->self;
    size_t left = SIZE_MAX;
    for (size_t k = 0; k < space->width; k++) {
        size_t outcome = k % space->outcomes;
        if (!(p[k] > 0))
            continue;
        if (left != SIZE_MAX && left != outcome)
            return 0;
        left = outcome;
    }
    return !on || *on == left;
}

const tro_measure tro_measure_fixation = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_MEASURE, .name = "fixation",
               .summary = "Whether all outputs are one and the same outcome: 1 or 0.",
               .reference = "Wright 1931",
               .table = {"fixation", fixation_params,
                         sizeof fixation_params / sizeof *fixation_params,
                         sizeof(fixation_config)}},
    .unit = "probability",
    .prepare = prepare_fixation,
    .value = fixation,
};
