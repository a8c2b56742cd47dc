/* The categorical family: any law on finitely many outcomes. Fitting by
 * maximum likelihood counts, so z = the probabilities. */
#include <stddef.h>

#include "family/table.h"

static const tro_param categorical_params[] = {TRO_FINITE_PARAMS};

static int categorical_read_law(const tro_reader *reader, const tro_space *space,
                                const tro_node *node, double *z, const tro_spread **spread)
{
    *spread = NULL;
    return tro_finite_read_row(reader, space, node, z);
}

const tro_family tro_family_categorical = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_FAMILY, .name = "categorical",
               .summary = "Finitely many outcomes, each with a probability of its own.",
               .reference = "maximum likelihood matches the frequencies",
               .table = {"categorical", categorical_params,
                         sizeof categorical_params / sizeof *categorical_params,
                         sizeof(tro_finite_config)}},
    .law = TRO_TABLE,
    .law_table = &tro_outcome_law_table,
    .reward_table = &tro_outcome_reward_table,
    .prepare = tro_finite_prepare,
    .read_law = categorical_read_law,
    .read_reward = tro_finite_read_reward,
    .alignment = tro_finite_alignment,
    .alignment_gradient = tro_finite_alignment_gradient,
    .sample = tro_finite_sample,
    .scratch_size = tro_finite_scratch_size,
    .fit = tro_finite_fit,
    .fit_derivative = tro_finite_fit_derivative,
    .fit_transposed = tro_finite_fit_transposed,
    .sample_law = tro_finite_sample_law,
};
