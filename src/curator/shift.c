/* A constant displacement of what is kept, whatever the producer's mean: the
 * curated sample of Zhang, Wei, Zhang 2026, Figure 3, has mean phi + a. */
#include <stddef.h>

#include "curator/gaussian.h"

typedef struct shift_config {
    tro_vector by;
} shift_config;

static const tro_param shift_params[] = {
    {.key = "by", .type = TRO_P_VECTOR, .flags = TRO_P_REQUIRED | TRO_P_MAIN,
     .offset = offsetof(shift_config, by), .unit = "coordinate",
     .doc = "Displacement of the mean; one number stands for all coordinates."},
};

static int shift_prepare(const tro_reader *reader, const tro_space *space, const void *given,
                         const tro_node *node, tro_curation *out)
{
    const shift_config *config = given;
    size_t d = space->coordinates;
    if (space->family->law == TRO_TABLE)
        return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                         "a shift needs outcomes that are real vectors, found family '%s'",
                         space->family->plugin.name);
    if (config->by.count != 1 && config->by.count != d)
        return tro_error(reader->messages, TRO_ESCENARIO, tro_place_of(node, "by"),
                         "shift has %zu numbers, but the dimension is %zu", config->by.count,
                         d);
    double *shift = TRO_NEW(reader->arena, double, d);
    if (!shift)
        return TRO_ENOMEM;
    for (size_t k = 0; k < d; k++)
        shift[k] = config->by.values[config->by.count == 1 ? 0 : k];
    return tro_gaussian_prepare(reader->arena, &(tro_gaussian_rule){.shift = shift}, out);
}

const tro_curator tro_curator_shift = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_CURATOR, .name = "shift",
               .summary = "Moves the mean of what is kept by a constant.",
               .reference = "Zhang, Wei, Zhang 2026 (arXiv 2605.29267), Figure 3",
               .table = {"shift", shift_params, sizeof shift_params / sizeof *shift_params,
                         sizeof(shift_config)}},
    .prepare = shift_prepare,
};
