/* Alignment J_i: the agent's reward, expected over its outputs or at its mean. */
#include <math.h>

#include "measure/measure.h"

double tro_alignment(const tro_ecosystem *eco, const double *z, size_t agent)
{
    const tro_agent *given = &eco->scenario->agents[agent];
    const tro_space *space = &eco->scenario->space;
    if (!given->reward || given->presence == TRO_ABSENT)
        return NAN;
    return space->family->alignment(space, given->reward, given->at, z + agent * eco->width);
}

int tro_alignment_is_lost(const tro_ecosystem *eco, size_t agent, double value)
{
    return eco->scenario->agents[agent].reward && !tro_is_absent(eco, agent) &&
           !isfinite(value);
}

static const char *no_reward(const tro_measuring *m, size_t agent)
{
    return m->ecosystem->scenario->agents[agent].reward ? NULL : "reward";
}

static double value(const tro_measuring *m, const double *z, size_t agent, double *scratch)
{
    (void)scratch;
    return tro_alignment(m->ecosystem, z, agent);
}

static int gradient(const tro_measuring *m, const double *z, size_t agent, double *out,
                    double *scratch)
{
    const tro_agent *given = &m->ecosystem->scenario->agents[agent];
    const tro_space *space = &m->ecosystem->scenario->space;
    (void)scratch;
    space->family->alignment_gradient(space, given->reward, given->at,
                                      z + agent * m->ecosystem->width, out);
    return 1;
}

const tro_measure tro_measure_alignment = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_MEASURE, .name = "alignment",
               .summary = "The agent's reward, expected over its outputs (or at its mean).",
               .reference = "Zhang, Wei, Zhang 2026 (arXiv 2605.29267)",
               .table = {"alignment", NULL, 0, 1}},
    .unit = "reward",
    .usual = 1,
    .degree = 2,
    .lacks = no_reward,
    .value = value,
    .gradient = gradient,
};
