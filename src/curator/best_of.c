/* The best of K candidates drawn from one producer: the limit of a
 * Bradley-Terry choice at temperature 0, ties broken evenly. On a gaussian with
 * a linear reward it is an order statistic of the projection. */
#include <stddef.h>

#include "curator/finite.h"
#include "curator/rewarded.h"

typedef struct best_of_config {
    double candidates, flip;
    const tro_node *reward;
} best_of_config;

static const tro_param best_of_params[] = {
    {.key = "candidates", .type = TRO_P_REAL,
     .flags = TRO_P_BOUNDED | TRO_P_INTEGRAL | TRO_P_REQUIRED,
     .offset = offsetof(best_of_config, candidates), .min = 1, .max = 1e15,
     .unit = "candidates", .doc = "How many candidates the curator sees at a time."},
    {.key = "reward", .type = TRO_P_NODE, .flags = TRO_P_REQUIRED,
     .offset = offsetof(best_of_config, reward), .unit = "reward",
     .doc = "What the curator prefers; of real vectors, a linear reward."},
    {.key = "flip", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED,
     .offset = offsetof(best_of_config, flip), .min = 0, .max = 1, .fallback = "0",
     .doc = "Probability that the judge keeps the worst instead."},
};

static int best_of_prepare(const tro_reader *reader, const tro_space *space, const void *given,
                           const tro_node *node, tro_curation *out)
{
    const best_of_config *config = given;
    tro_finite_choice finite = {.node = node, .reward = config->reward,
                                .candidates = config->candidates, .temperature = 1,
                                .flip = config->flip, .hard = 1};
    tro_judge_rule judge = {.rule = "best-of", .node = node, .reward = config->reward,
                       .candidates = config->candidates, .temperature = 1,
                       .flip = config->flip, .largest = 1};
    if (space->family->law == TRO_TABLE)
        return tro_finite_curation(reader, space, &finite, out);
    return tro_judge_gaussian(reader, space, &judge, out);
}

const tro_curator tro_curator_best_of = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_CURATOR, .name = "best-of",
               .summary = "Keeps the candidate of K with the largest reward.",
               .reference = "order statistics: David and Nagaraja 2003",
               .table = {"best-of", best_of_params,
                         sizeof best_of_params / sizeof *best_of_params,
                         sizeof(best_of_config)}},
    .prepare = best_of_prepare,
};
