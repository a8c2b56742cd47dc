/* Families: how an agent's distribution is written as mean parameters.
 *
 * An exponential family fitted by maximum likelihood matches moments, so the
 * state of an agent is z = E T(x), a row of `width` numbers, and a retraining
 * round mixes rows. A family says how long z is, reads laws and rewards from
 * a scenario, evaluates alignment, and draws the mean parameters of n
 * outputs. The round itself knows no family. */
#ifndef TRO_FAMILY_FAMILY_H
#define TRO_FAMILY_FAMILY_H

#include <stdint.h>

#include <trophic/plugin.h>
#include <trophic/random.h>

#include "document/param.h"
#include "family/reward.h"
#include "family/spread.h"

/* What kind of laws a family has; curators and channels check it once, when
 * they are prepared, and choose their kernels by it. */
typedef enum tro_law_kind {
    TRO_LOCATION    /* z = E x; the covariance is the source's spread */
} tro_law_kind;

typedef struct tro_family tro_family;

/* A prepared family: the space in which the laws of one scenario live.
 * Immutable, in the scenario's arena. */
typedef struct tro_space {
    const tro_family *family;
    const void *config;
    size_t width;               /* length of z */
    size_t coordinates;         /* of one outcome x */
    const tro_spread *spread;   /* of every agent's outputs; NULL when z says it all */
} tro_space;

/* Where an agent's alignment J is evaluated. */
typedef enum tro_alignment_at { TRO_AT_OUTPUTS, TRO_AT_MEAN } tro_alignment_at;

/* One source of an agent's training data in one round. */
typedef struct tro_part {
    const double *law;          /* mean parameters, width */
    const tro_spread *spread;   /* covariance of its outputs; NULL when law says it all */
} tro_part;

struct tro_family {
    tro_plugin plugin;
    tro_law_kind law;
    /* The keys that read_law and read_reward know, for overrides; NULL: any. */
    const tro_table *law_table, *reward_table;

    /* Required. Fills width, coordinates and spread from the config; the
     * other members are set. `node` is the scenario's `outcomes`. */
    TRO_MUST_USE int (*prepare)(const tro_reader *reader, const tro_node *node,
                                tro_space *space);
    /* Required. Reads a law (`reference`, `start`): z (width), and the spread
     * of its outputs (the space's unless stated). */
    TRO_MUST_USE int (*read_law)(const tro_reader *reader, const tro_space *space,
                                 const tro_node *node, double *z, const tro_spread **spread);
    /* Required. Reads a reward on outcomes. */
    TRO_MUST_USE int (*read_reward)(const tro_reader *reader, const tro_space *space,
                                    const tro_node *node, const tro_reward **out);
    /* Required. Alignment J(z), and its gradient dJ/dz (width). */
    double (*alignment)(const tro_space *space, const tro_reward *reward, tro_alignment_at at,
                        const double *z);
    void (*alignment_gradient)(const tro_space *space, const tro_reward *reward,
                               tro_alignment_at at, const double *z, double *gradient);
    /* Required. The mean parameters (width) fitted to n >= 1 outputs of which
     * counts[k] come from parts[k]; sum of counts is n. Draws sufficient
     * statistics, not outputs. scratch: scratch_size(space) doubles. */
    void (*sample)(const tro_space *space, uint64_t n, size_t parts, const tro_part *part,
                   const uint64_t *counts, tro_stream *stream, double *z, double *scratch);
    size_t (*scratch_size)(const tro_space *space);
};

extern const tro_family tro_family_gaussian;

#endif
