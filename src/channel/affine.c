/* The affine channel: outputs x become M x + b. */
#include <stddef.h>

#include "channel/moments.h"

typedef struct affine_config {
    tro_matrix matrix;
    double scale;
    tro_vector offset;
    const tro_node *covariance;
} affine_config;

static const tro_param affine_params[] = {
    {.key = "matrix", .type = TRO_P_MATRIX, .offset = offsetof(affine_config, matrix),
     .doc = "M, a list of rows. Default the identity."},
    {.key = "scale", .type = TRO_P_REAL, .offset = offsetof(affine_config, scale),
     .fallback = "1", .doc = "Multiplies M."},
    {.key = "offset", .type = TRO_P_VECTOR, .offset = offsetof(affine_config, offset),
     .fallback = "0", .unit = "coordinate",
     .doc = "b; one number stands for all coordinates."},
    {.key = "covariance", .type = TRO_P_NODE, .offset = offsetof(affine_config, covariance),
     .unit = "coordinate^2",
     .doc = "Covariance of what comes out, in the family `gaussian`. Default M S M', the outputs "
            "passed through the map."},
};

typedef struct affine {
    const double *matrix;   /* NULL: the identity */
    double scale;
    const double *offset;
} affine;

/* On moments: scale M as the rows of a matrix, or of a multiple of the identity. */
static int prepare_moments(const tro_reader *reader, const tro_space *space,
                           const affine_config *config, const double *offset,
                           tro_channel_map *map)
{
    size_t d = space->coordinates, block = config->matrix.values ? d : 1;
    double *rows = TRO_NEW(reader->arena, double, d * block);
    if (!rows)
        return TRO_ENOMEM;
    for (size_t k = 0; k < d * block; k++)
        rows[k] = config->scale * (config->matrix.values ? config->matrix.values[k] : 1);
    return tro_channel_on_moments(reader, space, config->covariance,
                                  &(tro_channel_linear){block, rows, offset}, map);
}

static int affine_prepare(const tro_reader *reader, const tro_space *space, const void *given,
                          const tro_node *node, tro_channel_map *map)
{
    const affine_config *config = given;
    size_t d = space->coordinates;
    if (space->family->law == TRO_TABLE)
        return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                         "an affine channel needs outcomes that are real vectors, found family "
                         "'%s'", space->family->plugin.name);
    affine *self = TRO_NEW(reader->arena, affine, 1);
    double *offset = TRO_NEW(reader->arena, double, d);
    if (!self || !offset)
        return TRO_ENOMEM;
    const tro_matrix *m = &config->matrix;
    if (m->values && (m->rows != d || m->columns != d))
        return tro_error(reader->messages, TRO_ESCENARIO, tro_place_of(node, "matrix"),
                         "matrix has %zu rows and %zu columns, but the dimension is %zu",
                         m->rows, m->columns, d);
    if (config->offset.count != 1 && config->offset.count != d)
        return tro_error(reader->messages, TRO_ESCENARIO, tro_place_of(node, "offset"),
                         "offset has %zu numbers, but the dimension is %zu",
                         config->offset.count, d);
    for (size_t i = 0; i < d; i++)
        offset[i] = config->offset.values[config->offset.count == 1 ? 0 : i];
    if (space->family->law == TRO_MOMENTS)
        return prepare_moments(reader, space, config, offset, map);
    *self = (affine){.matrix = m->values, .scale = config->scale, .offset = offset};
    map->self = self;
    return tro_channel_settle_spread(reader, space, node, config->covariance, map);
}

static void affine_derivative(const tro_channel_map *map, size_t width, const double *dz,
                              double *out)
{
    const affine *self = map->self;
    for (size_t i = 0; i < width; i++) {
        double sum = self->matrix ? 0 : dz[i];
        for (size_t j = 0; self->matrix && j < width; j++)
            sum += self->matrix[i * width + j] * dz[j];
        out[i] = self->scale * sum;
    }
}

static void affine_apply(const tro_channel_map *map, size_t width, const double *z, double *out)
{
    const affine *self = map->self;
    affine_derivative(map, width, z, out);
    for (size_t i = 0; i < width; i++)
        out[i] += self->offset[i];
}

static void affine_transposed(const tro_channel_map *map, size_t width, const double *w,
                              double *out)
{
    const affine *self = map->self;
    for (size_t j = 0; j < width; j++)
        out[j] = self->matrix ? 0 : self->scale * w[j];
    for (size_t i = 0; self->matrix && i < width; i++)
        for (size_t j = 0; j < width; j++)
            out[j] += self->scale * self->matrix[i * width + j] * w[i];
}

const tro_channel tro_channel_affine = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_CHANNEL, .name = "affine",
               .summary = "Outputs x become M x + b.", .reference = NULL,
               .table = {"affine", affine_params, sizeof affine_params / sizeof *affine_params,
                         sizeof(affine_config)}},
    .prepare = affine_prepare,
    .apply = affine_apply,
    .derivative = affine_derivative,
    .transposed = affine_transposed,
};
