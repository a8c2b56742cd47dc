/* Inside the channels: maps of real vectors where both moments are trained. */
#ifndef TRO_CHANNEL_MOMENTS_H
#define TRO_CHANNEL_MOMENTS_H

#include "channel/channel.h"

/* x' = A x + b with A block-diagonal: row i of the coordinates has `block`
 * coefficients, from column i - i % block on. */
typedef struct tro_channel_linear {
    size_t block;            /* divides the dimension */
    const double *rows;      /* dimension x block; must live as long as the map */
    const double *offset;    /* dimension; likewise */
} tro_channel_linear;

/* For prepare on TRO_MOMENTS: makes map that of a linear map of outputs, with
 * kernels of its own. covariance: the channel's, which is refused at its place;
 * NULL is right. */
TRO_MUST_USE int tro_channel_on_moments(const tro_reader *reader, const tro_space *space,
                                        const tro_node *covariance,
                                        const tro_channel_linear *given, tro_channel_map *map);

#endif
