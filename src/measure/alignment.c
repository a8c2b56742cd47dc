/* Alignment J_i: the agent's reward, expected over its outputs or at its mean. */
#include <math.h>

#include "measure/measure.h"

static int has_reward(const tro_ecosystem *eco, size_t agent)
{
    return eco->scenario->agents[agent].reward != NULL;
}

static double alignment(const tro_ecosystem *eco, const double *z, size_t agent)
{
    const tro_agent *given = &eco->scenario->agents[agent];
    const tro_space *space = &eco->scenario->space;
    if (!given->reward)
        return NAN;
    return space->family->alignment(space, given->reward, given->at, z + agent * eco->width);
}

const tro_measure tro_measure_alignment = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_MEASURE, .name = "alignment",
               .summary = "The agent's reward, expected over its outputs (or at its mean).",
               .reference = "Zhang, Wei, Zhang 2026 (arXiv 2605.29267)",
               .table = {"alignment", NULL, 0, 1}},
    .unit = "reward",
    .defined = has_reward,
    .value = alignment,
};
