#include "channel/channel.h"

#include <math.h>
#include <string.h>

/* A dense factor of a diagonal or isotropic result would cost d^2 at every
 * draw for nothing. */
static const tro_spread *simplest(tro_arena *arena, size_t d, const double *matrix)
{
    int isotropic = 1;
    for (size_t i = 0; i < d; i++) {
        for (size_t j = 0; j < i; j++)
            if (fabs(matrix[i * d + j]) >
                1e-15 * sqrt(matrix[i * d + i] * matrix[j * d + j]))
                return NULL;
        isotropic &= fabs(matrix[i * d + i] - matrix[0]) <= 1e-15 * matrix[0];
    }
    if (isotropic)
        return tro_spread_isotropic(arena, d, matrix[0]);
    tro_spread *spread = TRO_NEW(arena, tro_spread, 1);
    double *diagonal = TRO_NEW(arena, double, d);
    if (!spread || !diagonal)
        return NULL;
    for (size_t i = 0; i < d; i++)
        diagonal[i] = matrix[i * d + i];
    *spread = (tro_spread){.shape = TRO_DIAGONAL, .dimension = d, .diagonal = diagonal};
    return spread;
}

int tro_channel_push_spread(const tro_channel_map *map, const tro_space *space,
                            tro_arena *arena, const tro_spread **out)
{
    size_t d = space->width;
    double *matrix = TRO_NEW(arena, double, d * d);
    double *rows = TRO_NEW(arena, double, 3 * d);
    if (!matrix || !rows)
        return TRO_ENOMEM;
    double *unit = rows, *column = rows + d, *image = rows + 2 * d;
    /* With S = L L' it is the sum over columns of (M L e_k)(M L e_k)', which
     * rounding leaves positive semi-definite however much M shrinks S. */
    for (size_t k = 0; k < d; k++) {
        memset(column, 0, d * sizeof *column);
        unit[k] = 1;
        tro_spread_colour(space->spread, 1, unit, column);
        unit[k] = 0;
        map->channel->derivative(map, d, column, image);
        for (size_t i = 0; i < d; i++)
            for (size_t j = 0; j < d; j++)
                matrix[i * d + j] += image[i] * image[j];
    }
    for (size_t k = 0; k < d * d; k++)
        if (!isfinite(matrix[k]))
            return TRO_EINVAL;
    *out = simplest(arena, d, matrix);
    return *out ? TRO_OK : tro_spread_full(arena, d, matrix, out);
}

int tro_channel_settle_spread(const tro_reader *reader, const tro_space *space,
                              const tro_node *node, const tro_node *covariance,
                              tro_channel_map *map)
{
    if (!space->spread)
        return TRO_OK;
    map->states_spread = covariance != NULL;
    if (covariance)
        return tro_spread_read(reader, covariance, space->width, &map->spread);
    if (space->width > TRO_FULL_LIMIT)
        return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                         "a channel on more than %d coordinates must state the covariance of what "
                         "comes out, found dimension %zu", TRO_FULL_LIMIT, space->width);
    int status = tro_channel_push_spread(map, space, reader->arena, &map->spread);
    if (status == TRO_EINVAL)
        return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                         "the covariance of what comes out overflows: state it");
    return status;
}
