/* Bradley-Terry choice among K candidates drawn from one producer: candidate
 * k is kept with probability exp(r_k/T) / sum_j exp(r_j/T) (Luce 1959;
 * Ferbach et al. 2024, eq. 6). As K grows the kept law is the tilt
 * p(x) exp(r(x)/T) / Z; of N(m, S) with a linear reward g.x that is
 * N(m + S g / T, S): a constant shift. */
#include <math.h>
#include <stddef.h>

#include "curator/curator.h"

typedef struct bradley_terry_config {
    double candidates, temperature;
    const tro_node *reward;
} bradley_terry_config;

static const tro_param bradley_terry_params[] = {
    {.key = "candidates", .type = TRO_P_REAL,
     .flags = TRO_P_BOUNDED | TRO_P_INTEGRAL | TRO_P_ALLOW_INF,
     .offset = offsetof(bradley_terry_config, candidates), .min = 1, .max = INFINITY,
     .fallback = "inf", .unit = "candidates",
     .doc = "How many candidates the curator sees at a time: 1 or inf for real outcomes."},
    {.key = "temperature", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED | TRO_P_OPEN_MIN,
     .offset = offsetof(bradley_terry_config, temperature), .min = 0, .max = INFINITY,
     .fallback = "1", .unit = "reward",
     .doc = "Divides the reward; the smaller, the more decided the curator."},
    {.key = "reward", .type = TRO_P_NODE, .flags = TRO_P_REQUIRED,
     .offset = offsetof(bradley_terry_config, reward), .unit = "reward",
     .doc = "What the curator prefers."},
};

static int tilt(const tro_reader *reader, const tro_space *space,
                const bradley_terry_config *config, tro_curation *out)
{
    const tro_reward *reward = NULL;
    int status = space->family->read_reward(reader, space, config->reward, &reward);
    if (status < 0)
        return status;
    if (reward->curvature)
        return tro_error(reader->messages, TRO_ESCENARIO,
                         tro_place_of(config->reward, "curvature"),
                         "bradley-terry on a gaussian of fixed covariance needs a linear reward, "
                         "found one with curvature");
    size_t d = space->width;
    double *shift = TRO_NEW(reader->arena, double, d);
    if (!shift)
        return TRO_ENOMEM;
    tro_spread_times(space->spread, reward->linear, shift);
    for (size_t k = 0; k < d; k++)
        shift[k] /= config->temperature;
    tro_curation_translate(out, shift);
    return TRO_OK;
}

static int bradley_terry_prepare(const tro_reader *reader, const tro_space *space,
                                 const void *given, const tro_node *node, tro_curation *out)
{
    const bradley_terry_config *config = given;
    if (config->candidates == 1) {
        out->ops = NULL; /* one candidate leaves no choice */
        return TRO_OK;
    }
    if (space->family->law != TRO_LOCATION)
        return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                         "bradley-terry has no map for outcomes of family '%s'",
                         space->family->plugin.name);
    if (isfinite(config->candidates))
        return tro_error(reader->messages, TRO_ESCENARIO, tro_place_of(node, "candidates"),
                         "bradley-terry on a gaussian of fixed covariance is exact for 1 or inf "
                         "candidates, found '%g'", config->candidates);
    return tilt(reader, space, config, out);
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
