/* A block-diagonal channel of planar rotations: coordinates 2k and 2k+1 are
 * turned by an angle and multiplied by scale times a factor, with
 * R(angle) = [[cos, -sin], [sin, cos]] (Zhang, Wei, Zhang 2026, section 5:
 * A(t) = blockdiag(t beta_i R(angle_i))). */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "channel/moments.h"

typedef struct rotations_config {
    double scale;
    tro_vector factors, degrees;
    const tro_node *covariance;
} rotations_config;

static const tro_param rotations_params[] = {
    {.key = "scale", .type = TRO_P_REAL, .offset = offsetof(rotations_config, scale),
     .fallback = "1", .doc = "Multiplies every block."},
    {.key = "factors", .type = TRO_P_VECTOR, .offset = offsetof(rotations_config, factors),
     .fallback = "1", .doc = "Factor of each block; one number stands for all blocks."},
    {.key = "degrees", .type = TRO_P_VECTOR, .flags = TRO_P_REQUIRED | TRO_P_MAIN,
     .offset = offsetof(rotations_config, degrees), .unit = "degrees",
     .doc = "Angle of each block; one number stands for all blocks."},
    {.key = "covariance", .type = TRO_P_NODE, .offset = offsetof(rotations_config, covariance),
     .unit = "coordinate^2",
     .doc = "Covariance of what comes out, in the family `gaussian`. Default M S M', the outputs "
            "passed through the map."},
};

/* Per block the two entries of its first column: [[c, -s], [s, c]]. */
typedef struct rotations {
    const double *c, *s;
} rotations;

static int check_length(const tro_reader *reader, const tro_node *node, const char *key,
                        const tro_vector *values, size_t blocks)
{
    if (values->count == 1 || values->count == blocks)
        return TRO_OK;
    return tro_error(reader->messages, TRO_ESCENARIO, tro_place_of(node, key),
                     "%s has %zu numbers, but there are %zu blocks of two coordinates", key,
                     values->count, blocks);
}

static int prepare_moments(const tro_reader *reader, const tro_space *space,
                           const rotations_config *config, const rotations *blocks,
                           tro_channel_map *map)
{
    size_t d = space->coordinates;
    double *rows = TRO_NEW(reader->arena, double, 2 * d);
    double *offset = TRO_NEW(reader->arena, double, d);
    if (!rows || !offset)
        return TRO_ENOMEM;
    for (size_t k = 0; k < d / 2; k++) {
        double c = blocks->c[k], s = blocks->s[k];
        memcpy(rows + 4 * k, (double[]){c, -s, s, c}, 4 * sizeof *rows);
    }
    return tro_channel_on_moments(reader, space, config->covariance,
                                  &(tro_channel_linear){2, rows, offset}, map);
}

static int rotations_prepare(const tro_reader *reader, const tro_space *space,
                             const void *given, const tro_node *node, tro_channel_map *map)
{
    const rotations_config *config = given;
    size_t blocks = space->coordinates / 2;
    int status;
    if (space->family->law == TRO_TABLE || space->coordinates % 2 != 0)
        return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                         "rotations need real outcomes of an even dimension, found '%s' of "
                         "dimension %zu", space->family->plugin.name,
                         space->coordinates ? space->coordinates : space->width);
    status = check_length(reader, node, "factors", &config->factors, blocks);
    int angles = check_length(reader, node, "degrees", &config->degrees, blocks);
    if (status < 0 || angles < 0)
        return TRO_ESCENARIO;
    rotations *self = TRO_NEW(reader->arena, rotations, 1);
    double *entries = TRO_NEW(reader->arena, double, 2 * blocks);
    if (!self || !entries)
        return TRO_ENOMEM;
    for (size_t k = 0; k < blocks; k++) {
        double factor = config->factors.values[config->factors.count == 1 ? 0 : k];
        double degrees = config->degrees.values[config->degrees.count == 1 ? 0 : k];
        double angle = degrees * (M_PI / 180);
        entries[k] = config->scale * factor * cos(angle);
        entries[blocks + k] = config->scale * factor * sin(angle);
    }
    *self = (rotations){.c = entries, .s = entries + blocks};
    map->self = self;
    if (space->family->law == TRO_MOMENTS)
        return prepare_moments(reader, space, config, self, map);
    return tro_channel_settle_spread(reader, space, node, config->covariance, map);
}

static void rotations_apply(const tro_channel_map *map, size_t width, const double *z,
                            double *out)
{
    const rotations *self = map->self;
    for (size_t k = 0; k < width / 2; k++) {
        double x = z[2 * k], y = z[2 * k + 1], c = self->c[k], s = self->s[k];
        out[2 * k] = c * x - s * y;
        out[2 * k + 1] = s * x + c * y;
    }
}

static void rotations_transposed(const tro_channel_map *map, size_t width, const double *w,
                                 double *out)
{
    const rotations *self = map->self;
    for (size_t k = 0; k < width / 2; k++) {
        double x = w[2 * k], y = w[2 * k + 1], c = self->c[k], s = self->s[k];
        out[2 * k] = c * x + s * y;
        out[2 * k + 1] = c * y - s * x;
    }
}

const tro_channel tro_channel_rotations = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_CHANNEL, .name = "rotations",
               .summary = "Each pair of coordinates is turned by an angle and scaled.",
               .reference = "Zhang, Wei, Zhang 2026 (arXiv 2605.29267), Figure 3",
               .table = {"rotations", rotations_params,
                         sizeof rotations_params / sizeof *rotations_params,
                         sizeof(rotations_config)}},
    .prepare = rotations_prepare,
    .apply = rotations_apply,
    .derivative = rotations_apply,
    .transposed = rotations_transposed,
};
