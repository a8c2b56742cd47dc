/* Users whose taste follows what they have seen: their reward for x is the strength
 * times the mean of phi(x).phi(y) over what they saw, y ~ q. q is the state of an agent,
 * the audience, which takes in what models make; w = E_q phi is its taste. */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "curator/changing.h"
#include "family/table.h"

typedef struct audience_config {
    const char *of;
    double strength, candidates;
    const tro_node *features, *reward;
} audience_config;

static const tro_param audience_params[] = {
    {.key = "of", .type = TRO_P_TEXT, .flags = TRO_P_REQUIRED,
     .offset = offsetof(audience_config, of),
     .doc = "The agent whose state is what the users have seen."},
    {.key = "strength", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED,
     .offset = offsetof(audience_config, strength), .min = -1e6, .max = 1e6, .fallback = "1",
     .unit = "reward",
     .doc = "What likeness is multiplied with; below 0 for users who are tired of what they saw."},
    {.key = "candidates", .type = TRO_P_REAL,
     .flags = TRO_P_BOUNDED | TRO_P_INTEGRAL | TRO_P_ALLOW_INF,
     .offset = offsetof(audience_config, candidates), .min = 1, .max = INFINITY,
     .fallback = "inf", .unit = "candidates",
     .doc = "How many candidates the users see at a time."},
    {.key = "features", .type = TRO_P_NODE, .offset = offsetof(audience_config, features),
     .fallback = "identity",
     .doc = "phi, of which products say how like two outcomes are: `identity` (each is like "
            "itself alone), `coordinates`, or a row for each outcome."},
    {.key = "reward", .type = TRO_P_NODE, .offset = offsetof(audience_config, reward),
     .unit = "reward", .doc = "A reward that is added to it, and does not change."},
};

/* out is left NULL for the identity. */
static int read_features(const tro_reader *reader, const tro_space *space, const tro_node *node,
                         tro_matrix *matrix, const tro_matrix **out)
{
    *out = NULL;
    if (!node || (node->kind == TRO_SCALAR && strcmp(node->text, "identity") == 0))
        return TRO_OK;
    *out = matrix;
    if (node->kind == TRO_SCALAR && strcmp(node->text, "coordinates") == 0) {
        size_t count = space->outcomes * space->coordinates;
        int status = tro_finite_need_points(reader, space, &node->place, "coordinates");
        *matrix = (tro_matrix){.rows = space->outcomes, .columns = space->coordinates,
                               .values = TRO_NEW(reader->arena, double, count)};
        if (status == TRO_OK && matrix->values)
            memcpy(matrix->values, space->points, count * sizeof *matrix->values);
        return matrix->values ? status : TRO_ENOMEM;
    }
    if (node->kind != TRO_LIST)
        return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                         "features are 'identity', 'coordinates' or a row of numbers for each "
                         "outcome");
    int status = tro_read_matrix(reader, node, "features", matrix);
    if (status == TRO_OK && matrix->rows != space->outcomes)
        status = tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                           "%zu rows of features, but there are %zu outcomes", matrix->rows,
                           space->outcomes);
    return status;
}

static int audience_prepare(const tro_reader *reader, const tro_space *space, const void *given,
                            const tro_node *node, tro_curation *out)
{
    const audience_config *config = given;
    tro_matrix *matrix = TRO_NEW(reader->arena, tro_matrix, 1);
    tro_changing_choice choice = {.node = node, .reward = config->reward,
                                  .candidates = config->candidates, .taste = config->strength,
                                  .audience = config->of};
    if (!matrix)
        return TRO_ENOMEM;
    if (space->family->law == TRO_TABLE) {
        int status = read_features(reader, space, config->features, matrix, &choice.features);
        if (status < 0)
            return status;
    }
    return tro_changing_curation(reader, space, &choice, out);
}

const tro_curator tro_curator_audience = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_CURATOR, .name = "audience",
               .summary = "Users whose taste is that of what an agent, their audience, has seen.",
               .reference = "Wei, Xie, Zhu and Zhang 2026 (arXiv 2610.09415)",
               .table = {"audience", audience_params,
                         sizeof audience_params / sizeof *audience_params,
                         sizeof(audience_config)}},
    .prepare = audience_prepare,
};
