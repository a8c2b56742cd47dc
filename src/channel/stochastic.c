/* A stochastic channel on finite outcomes: a paraphraser, a translation,
 * noise. Outcome x becomes y with probability K(x, y), a record of prompt a
 * becomes one of prompt b with probability P(a, b): z becomes P' z K. */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "channel/channel.h"
#include "family/table.h"

typedef struct stochastic_config {
    tro_matrix outcomes, prompts;
    double noise;
} stochastic_config;

static const tro_param stochastic_params[] = {
    {.key = "outcomes", .type = TRO_P_MATRIX, .flags = TRO_P_MAIN | TRO_P_BOUNDED,
     .offset = offsetof(stochastic_config, outcomes), .min = 0, .max = INFINITY,
     .doc = "A row for each outcome: the probabilities of what it becomes, scaled to sum to 1. "
            "Default the identity."},
    {.key = "noise", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED,
     .offset = offsetof(stochastic_config, noise), .min = 0, .max = 1, .fallback = "0",
     .unit = "share", .doc = "Share of what comes out that is replaced by any outcome, evenly."},
    {.key = "prompts", .type = TRO_P_MATRIX, .flags = TRO_P_BOUNDED,
     .offset = offsetof(stochastic_config, prompts), .min = 0, .max = INFINITY,
     .doc = "A row for each prompt: the probabilities of the prompt it is filed under, scaled to "
            "sum to 1; for the family `conditional`. Default the identity."},
};

/* A matrix and its transpose, so that both directions read along rows. */
typedef struct both_ways {
    const double *plain, *transposed;   /* NULL: the identity */
} both_ways;

typedef struct stochastic {
    size_t blocks, outcomes;
    double noise;
    both_ways kernel, moves;
} stochastic;

static int read_matrix(const tro_reader *reader, const tro_node *node, const char *key,
                       size_t size, const tro_matrix *given, both_ways *out)
{
    tro_matrix matrix = *given;
    const tro_node *at = tro_node_get(node, key);
    if (!matrix.values)
        return TRO_OK;
    int status = tro_stochastic_scale(reader, at ? at : node, key, size, &matrix);
    if (status < 0)
        return status;
    double *transposed = TRO_NEW(reader->arena, double, size * size);
    if (!transposed)
        return TRO_ENOMEM;
    for (size_t i = 0; i < size; i++)
        for (size_t j = 0; j < size; j++)
            transposed[j * size + i] = matrix.values[i * size + j];
    *out = (both_ways){matrix.values, transposed};
    return TRO_OK;
}

static int stochastic_prepare(const tro_reader *reader, const tro_space *space,
                              const void *given, const tro_node *node, tro_channel_map *map)
{
    const stochastic_config *config = given;
    stochastic *self = TRO_NEW(reader->arena, stochastic, 1);
    if (!self)
        return TRO_ENOMEM;
    if (space->family->law != TRO_TABLE)
        return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                         "a stochastic channel needs finitely many outcomes, found family '%s'",
                         space->family->plugin.name);
    if (config->prompts.values && space->blocks == 1)
        return tro_error(reader->messages, TRO_ESCENARIO, tro_place_of(node, "prompts"),
                         "'prompts' needs several prompts, found family '%s' with one",
                         space->family->plugin.name);
    *self = (stochastic){.blocks = space->blocks, .outcomes = space->outcomes,
                         .noise = config->noise};
    int status = read_matrix(reader, node, "outcomes", space->outcomes, &config->outcomes,
                             &self->kernel);
    int prompts = read_matrix(reader, node, "prompts", space->blocks, &config->prompts,
                              &self->moves);
    map->self = self;
    return status < 0 ? status : prompts;
}

/* out (n) += s K(x, .) */
static void spread_out(const double *kernel, size_t n, size_t x, double s, double *out)
{
    if (!kernel)
        out[x] += s;
    for (size_t y = 0; kernel && s != 0 && y < n; y++)
        out[y] += s * kernel[x * n + y];
}

/* out = Q z K with Q blocks x blocks; the noise is its own transpose. */
static void multiply(const stochastic *self, const double *moves, const double *kernel,
                     const double *z, double *out)
{
    size_t blocks = self->blocks, n = self->outcomes;
    memset(out, 0, blocks * n * sizeof *out);
    for (size_t c = 0; c < blocks; c++) {
        double sum = 0, *row = out + c * n;
        for (size_t x = 0; x < n; x++) {
            double s = moves ? 0 : z[c * n + x];
            for (size_t from = 0; moves && from < blocks; from++)
                s += moves[c * blocks + from] * z[from * n + x];
            spread_out(kernel, n, x, s, row);
            sum += s;
        }
        for (size_t x = 0; x < n && self->noise > 0; x++)
            row[x] += self->noise * (sum / (double)n - row[x]);
    }
}

static void stochastic_apply(const tro_channel_map *map, size_t width, const double *z,
                             double *out)
{
    const stochastic *self = map->self;
    (void)width;
    multiply(self, self->moves.transposed, self->kernel.plain, z, out);
}

static void stochastic_transposed(const tro_channel_map *map, size_t width, const double *w,
                                  double *out)
{
    const stochastic *self = map->self;
    (void)width;
    multiply(self, self->moves.plain, self->kernel.transposed, w, out);
}

const tro_channel tro_channel_stochastic = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_CHANNEL, .name = "stochastic",
               .summary = "Outcomes become others with given probabilities.", .reference = NULL,
               .table = {"stochastic", stochastic_params,
                         sizeof stochastic_params / sizeof *stochastic_params,
                         sizeof(stochastic_config)}},
    .prepare = stochastic_prepare,
    .apply = stochastic_apply,
    .derivative = stochastic_apply,
    .transposed = stochastic_transposed,
};
