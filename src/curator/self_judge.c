/* The model as its own judge: one of K candidates is kept with odds p(x)^strength, the
 * reward being the strength times log p of what is judged, plus what people like. With
 * infinitely many candidates and nothing else p becomes p^(1 + strength), normalised. */
#include <math.h>
#include <stddef.h>

#include "curator/changing.h"

typedef struct self_judge_config {
    double strength, candidates;
    const tro_node *reward;
} self_judge_config;

static const tro_param self_judge_params[] = {
    {.key = "strength", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED | TRO_P_REQUIRED | TRO_P_MAIN,
     .offset = offsetof(self_judge_config, strength), .min = 0, .max = 1e6,
     .unit = "reward per unit of log p",
     .doc = "What the judge multiplies its log-probability with to get the reward."},
    {.key = "candidates", .type = TRO_P_REAL,
     .flags = TRO_P_BOUNDED | TRO_P_INTEGRAL | TRO_P_ALLOW_INF,
     .offset = offsetof(self_judge_config, candidates), .min = 1, .max = INFINITY,
     .fallback = "inf", .unit = "candidates",
     .doc = "How many candidates the judge sees at a time."},
    {.key = "reward", .type = TRO_P_NODE, .offset = offsetof(self_judge_config, reward),
     .unit = "reward", .doc = "A reward that is added to it."},
};

static int self_judge_prepare(const tro_reader *reader, const tro_space *space,
                              const void *given, const tro_node *node, tro_curation *out)
{
    const self_judge_config *config = given;
    tro_changing_choice choice = {.node = node, .reward = config->reward,
                                  .candidates = config->candidates, .own = config->strength};
    return tro_changing_curation(reader, space, &choice, out);
}

const tro_curator tro_curator_self_judge = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_CURATOR, .name = "self-judge",
               .summary = "The model chooses among its own outputs by their log-probability.",
               .reference = "self-rewarding: Yuan et al. 2024 (arXiv 2401.10020); sharpening: "
                            "Huang et al. 2024 (arXiv 2412.01951)",
               .table = {"self-judge", self_judge_params,
                         sizeof self_judge_params / sizeof *self_judge_params,
                         sizeof(self_judge_config)}},
    .prepare = self_judge_prepare,
};
