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
#include "family/draw.h"
#include "family/reward.h"
#include "family/spread.h"

/* What kind of laws a family has; curators and channels check it once, when
 * they are prepared, and choose their kernels by it. */
typedef enum tro_law_kind {
    TRO_LOCATION,   /* z = E x; the covariance is the source's spread */
    TRO_MOMENTS,    /* z = (E x, upper triangle of E x x', row by row) */
    TRO_TABLE       /* z = probabilities of outcomes, in `blocks` rows of `outcomes`: one row,
                       or one per prompt */
} tro_law_kind;

typedef struct tro_family tro_family;

/* A prepared family: the space in which the laws of one scenario live.
 * Immutable, in the scenario's arena. */
typedef struct tro_space {
    const tro_family *family;
    const void *config;
    size_t width;               /* length of z */
    size_t coordinates;         /* of one outcome x; 0: outcomes are names only */
    const tro_spread *spread;   /* of every agent's outputs; NULL when z says it all */
    size_t blocks, outcomes;    /* TRO_TABLE: width = blocks * outcomes; else 0 */
    const double *points;       /* TRO_TABLE: outcomes x coordinates; NULL without coordinates */
    tro_lottery *lottery;       /* where drawn laws and rewards come from; NULL: none can be */
} tro_space;

/* Where an agent's alignment J is evaluated. */
typedef enum tro_alignment_at { TRO_AT_OUTPUTS, TRO_AT_MEAN } tro_alignment_at;

/* One source of an agent's training data in one round. */
typedef struct tro_part {
    const double *law;          /* mean parameters, width */
    const tro_spread *spread;   /* covariance of its outputs; NULL when law says it all */
    /* Optional: outputs that are not distributed as the family's law with
     * these mean parameters draw their own sum: adds the sufficient statistics
     * of `count` outputs to sum (width). scratch is what sample was given. */
    void (*draw)(const void *context, uint64_t count, tro_stream *stream, double *sum,
                 double *scratch);
    const void *context;
} tro_part;

/* What an agent's start says (read_start). */
typedef struct tro_start {
    double *z;                  /* the state, width */
    double *release;            /* blocks: in its outputs, row b of the state weighs this much;
                                   meaningful when has_release */
    int has_release;
} tro_start;

struct tro_family {
    tro_plugin plugin;
    tro_law_kind law;
    /* The keys that read_law and read_reward know, for overrides; NULL: any. */
    const tro_table *law_table, *reward_table;

    /* Required. Fills all members but family and lottery from the config, which
     * it may replace by what it made of it. `node` is the scenario's `outcomes`. */
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

    /* Optional: reads the law an agent starts from, where a state is more
     * than a law of data (NULL: read_law). `out` has room; z of it is set. */
    TRO_MUST_USE int (*read_start)(const tro_reader *reader, const tro_space *space,
                                   const tro_node *node, tro_start *out);
    /* Optional, all three or none: what fitting a model makes of mixed mean
     * parameters (NULL: nothing more). `z` is the mixture on entry and the
     * state on return; `previous` is the agent's state before the round, for
     * what no data reached. The derivative and its transpose act in place on
     * a change of the mixture and on a gradient by the state; what no data
     * reached is a constant to them. They map into and from the tangent space
     * of the family's laws, so that spectra are the tangent map's. */
    void (*fit)(const tro_space *space, const double *previous, double *z);
    void (*fit_derivative)(const tro_space *space, const double *mixture, double *dz);
    void (*fit_transposed)(const tro_space *space, const double *mixture, double *w);
    /* Optional: from the mean parameters of n outputs, in place, to those that a
     * model fitted to them has, where that is not the maximum likelihood one. */
    void (*estimate)(const tro_space *space, uint64_t n, double *z);
    /* Optional: the fewest outputs that it can be fitted to (NULL: 1). */
    uint64_t (*least_outputs)(const tro_space *space);
    /* Optional: the mean parameters of n >= 1 outputs of one law, for families
     * in which a mixture of laws is a law (TRO_TABLE). */
    void (*sample_law)(const tro_space *space, uint64_t n, const double *law,
                       tro_stream *stream, double *z);
};

extern const tro_family tro_family_gaussian;
extern const tro_family tro_family_categorical;
extern const tro_family tro_family_conditional;
extern const tro_family tro_family_gaussian_full;

#endif
