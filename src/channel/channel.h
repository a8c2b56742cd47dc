/* Channels: what an edge does to outputs on their way from producer to
 * consumer (a paraphraser, a translation, a rotation of style, noise).
 *
 * On mean parameters a channel is affine: k(z) = M z + b. The default is the
 * identity, for which no channel is made. */
#ifndef TRO_CHANNEL_CHANNEL_H
#define TRO_CHANNEL_CHANNEL_H

#include "family/family.h"

typedef struct tro_channel tro_channel;

/* A prepared channel. Immutable, in the scenario's arena. */
typedef struct tro_channel_map {
    const tro_channel *channel;
    void *self;
    const tro_spread *spread;   /* of what comes out, for a source with the space's spread */
    int states_spread;          /* the scenario says what that is, whatever goes in */
} tro_channel_map;

struct tro_channel {
    tro_plugin plugin;
    /* Required. Sets self and spread, and may set channel to one with kernels for
     * this family; `node` is the channel's parameters in the scenario. Errors are
     * located (wrong shapes, a family it does not fit). */
    TRO_MUST_USE int (*prepare)(const tro_reader *reader, const tro_space *space,
                                const void *config, const tro_node *node,
                                tro_channel_map *map);
    /* Required. out = M z + b; out = M dz; out = M' w. width doubles each; out must
     * not overlap the input. */
    void (*apply)(const tro_channel_map *map, size_t width, const double *z, double *out);
    void (*derivative)(const tro_channel_map *map, size_t width, const double *dz, double *out);
    void (*transposed)(const tro_channel_map *map, size_t width, const double *w, double *out);
};

extern const tro_channel tro_channel_affine;
extern const tro_channel tro_channel_rotations;
extern const tro_channel tro_channel_stochastic;

/* The spread M S M' of outputs that went through, from the channel's
 * derivative on the columns of S's factor; for channels that state none. */
TRO_MUST_USE int tro_channel_push_spread(const tro_channel_map *map, const tro_space *space,
                                         tro_arena *arena, const tro_spread **out);

/* For prepare: the stated covariance, or the pushed one when it is NULL; node
 * is the channel's. */
TRO_MUST_USE int tro_channel_settle_spread(const tro_reader *reader, const tro_space *space,
                                           const tro_node *node, const tro_node *covariance,
                                           tro_channel_map *map);

#endif
