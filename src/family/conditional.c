/* The conditional family: models that answer prompts, as a table of the
 * probabilities of prompt (row) and outcome. */
#include <stddef.h>

#include "family/table.h"

static const char *const marginals[] = {"travel", "stay", NULL};

static const tro_param conditional_params[] = {
    TRO_FINITE_PARAMS,
    {.key = "prompts", .type = TRO_P_NODE, .flags = TRO_P_REQUIRED,
     .offset = offsetof(tro_finite_config, prompts),
     .doc = "Names of the prompts, or how many there are."},
    {.key = "prompt-marginals", .type = TRO_P_CHOICE,
     .offset = offsetof(tro_finite_config, marginals), .choices = marginals,
     .fallback = "travel",
     .doc = "`travel`: agents learn from data how often a prompt is asked; `stay`: an agent is "
            "asked each prompt as often as its start says, whatever it trains on."},
    {.key = "spill", .type = TRO_P_NODE, .offset = offsetof(tro_finite_config, spill),
     .fallback = "0",
     .doc = "Where prompts stay: of the outputs asked for at a prompt, the share released at any "
            "other, evenly; or a matrix, a row for each prompt asked and a column for each "
            "released at."},
};

static int conditional_read_law(const tro_reader *reader, const tro_space *space,
                                const tro_node *node, double *z, const tro_spread **spread)
{
    *spread = NULL;
    return tro_finite_read_rows(reader, space, node, z, NULL, NULL);
}

/* How often an agent's outputs have each prompt, relative to equally often. */
static void find_release(const tro_space *space, const double *weights, double *release)
{
    const tro_finite *finite = tro_finite_of(space);
    size_t prompts = space->blocks;
    double others = prompts > 1 ? finite->even_spill / (double)(prompts - 1) : 0;
    for (size_t c = 0; c < prompts; c++) {
        double sum = weights[c] * (1 - finite->even_spill) + (1 - weights[c]) * others;
        if (finite->spill) {
            sum = 0;
            for (size_t from = 0; from < prompts; from++)
                sum += weights[from] * finite->spill[from * prompts + c];
        }
        release[c] = (double)prompts * sum;
    }
}

static int conditional_read_start(const tro_reader *reader, const tro_space *space,
                                  const tro_node *node, tro_start *out)
{
    double *joint = TRO_NEW(reader->arena, double, space->width);
    double *weights = TRO_NEW(reader->arena, double, space->blocks);
    out->has_release = tro_finite_of(space)->stay;
    if (!out->has_release)
        return tro_finite_read_rows(reader, space, node, out->z, NULL, NULL);
    if (!joint || !weights)
        return TRO_ENOMEM;
    int status = tro_finite_read_rows(reader, space, node, joint, weights, out->z);
    for (size_t k = 0; k < space->width; k++)
        out->z[k] /= (double)space->blocks;
    find_release(space, weights, out->release);
    return status;
}

const tro_family tro_family_conditional = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_FAMILY, .name = "conditional",
               .summary = "Prompts, and finitely many outcomes that answer them.",
               .reference = "maximum likelihood matches the frequencies",
               .table = {"conditional", conditional_params,
                         sizeof conditional_params / sizeof *conditional_params,
                         sizeof(tro_finite_config)}},
    .law = TRO_TABLE,
    .law_table = &tro_prompt_law_table,
    .reward_table = &tro_prompt_reward_table,
    .prepare = tro_finite_prepare,
    .read_law = conditional_read_law,
    .read_reward = tro_finite_read_rewards,
    .alignment = tro_finite_alignment,
    .alignment_gradient = tro_finite_alignment_gradient,
    .sample = tro_finite_sample,
    .scratch_size = tro_finite_scratch_size,
    .read_start = conditional_read_start,
    .fit = tro_finite_fit,
    .fit_derivative = tro_finite_fit_derivative,
    .fit_transposed = tro_finite_fit_transposed,
    .sample_law = tro_finite_sample_law,
};
