/* Bradley-Terry choice among K candidates drawn from one producer: candidate
 * k is kept with probability exp(r_k/T) / sum_j exp(r_j/T) (Luce 1959;
 * Ferbach et al. 2024, eq. 6). As K grows the kept law is the tilt
 * p(x) exp(r(x)/T) / Z. */
#include <math.h>
#include <stddef.h>

#include "curator/finite.h"
#include "curator/rewarded.h"

typedef struct bradley_terry_config {
    double candidates, temperature, flip;
    const tro_node *reward;
} bradley_terry_config;

static const tro_param bradley_terry_params[] = {
    {.key = "candidates", .type = TRO_P_REAL,
     .flags = TRO_P_BOUNDED | TRO_P_INTEGRAL | TRO_P_ALLOW_INF,
     .offset = offsetof(bradley_terry_config, candidates), .min = 1, .max = INFINITY,
     .fallback = "inf", .unit = "candidates",
     .doc = "How many candidates the curator sees at a time; of real vectors, a finite number "
            "needs a linear reward."},
    {.key = "temperature", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED | TRO_P_OPEN_MIN,
     .offset = offsetof(bradley_terry_config, temperature), .min = 0, .max = INFINITY,
     .fallback = "1", .unit = "reward", .hint = "for the limit 0 there is 'best-of'",
     .doc = "Divides the reward; the smaller, the more decided the curator."},
    {.key = "reward", .type = TRO_P_NODE, .flags = TRO_P_REQUIRED,
     .offset = offsetof(bradley_terry_config, reward), .unit = "reward",
     .doc = "What the curator prefers."},
    {.key = "flip", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED,
     .offset = offsetof(bradley_terry_config, flip), .min = 0, .max = 1, .fallback = "0",
     .doc = "Probability that the judge chooses by the reversed reward."},
};

static int bradley_terry_prepare(const tro_reader *reader, const tro_space *space,
                                 const void *given, const tro_node *node, tro_curation *out)
{
    const bradley_terry_config *config = given;
    tro_finite_choice finite = {.node = node, .reward = config->reward,
                                .candidates = config->candidates,
                                .temperature = config->temperature, .flip = config->flip};
    tro_judge_rule judge = {.rule = "bradley-terry", .node = node, .reward = config->reward,
                       .candidates = config->candidates, .temperature = config->temperature,
                       .flip = config->flip};
    if (space->family->law == TRO_TABLE)
        return tro_finite_curation(reader, space, &finite, out);
    return tro_judge_gaussian(reader, space, &judge, out);
}

const tro_curator tro_curator_bradley_terry = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_CURATOR, .name = "bradley-terry",
               .summary = "Chooses one of K candidates with odds exp(reward/temperature).",
               .reference = "Bradley and Terry 1952; Luce 1959; Ferbach et al. 2024 "
                            "(arXiv 2407.09499), eq. 6",
               .table = {"bradley-terry", bradley_terry_params,
                         sizeof bradley_terry_params / sizeof *bradley_terry_params,
                         sizeof(bradley_terry_config)}},
    .prepare = bradley_terry_prepare,
};
