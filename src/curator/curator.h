/* Curators: who chooses among candidates, and what that does to a law.
 *
 * A curator is an expression in a scenario. Prepared for a space it becomes
 * a curation: the map C from the law of what is offered to the law of what
 * was kept, with its Jacobian and the Jacobian's transpose times a vector.
 * What is offered is a pool, a weighted list of laws: one producer's outputs
 * (the common case, batched by rows), the mixture of several producers' (an
 * owner's filter, a pool that producers share), or slots that producers fill
 * and compete for (an arena).
 *
 * Thread rule: a curation is read-only; every thread brings its own scratch. */
#ifndef TRO_CURATOR_CURATOR_H
#define TRO_CURATOR_CURATOR_H

#include "family/family.h"

typedef struct tro_curation tro_curation;

/* A weighted list of laws. Weights sum to 1; laws are width doubles each;
 * spreads (NULL where the family has none) are those of the laws. */
typedef struct tro_pool {
    size_t count;
    const double *weight;
    const double *const *law;
    const tro_spread *const *spread;
} tro_pool;

/* An agent whose state is what users have seen: their choice depends on it, as well as
 * on what they choose from. */
typedef struct tro_audience {
    const char *name;
    const tro_place *place;        /* where it is named */
    size_t agent;                  /* set once agents are known, */
    int sought;                    /* which this says */
} tro_audience;

/* What may be turned in one rule as it is written: the number that divides or multiplies
 * its reward (its dial), and the reward. */
typedef struct tro_tuning {
    const char *rule;              /* the curator's name */
    const tro_node *node;          /* its parameters in the scenario */
    const char *dial;              /* its key; NULL: it has none */
    double value;                  /* of the dial */
    const double *reward;          /* of every outcome (width) or, of real vectors, its linear
                                      part (coordinates); NULL: none is written */
    size_t rewards;                /* how many */
} tro_tuning;

/* One tuning as part of a curation. A rule that is there twice is told of twice. */
typedef struct tro_tuned {
    const tro_tuning *of;
    const char *no_reward;         /* why there is no derivative by the reward; NULL: there is */
} tro_tuned;

/* The kernels of one curation map. rows x width doubles, row-major and
 * contiguous; out must not overlap the inputs; scratch: curation->scratch
 * doubles. A row of mass m (of TRO_TABLE) is curated as m times its law, so
 * that an error of normalisation does not grow.
 *
 * A curation with audiences takes a longer row: the law that is offered, then the state
 * of each audience (tro_curation_input doubles in all); so have changes of it, and what
 * the transpose gives. Pools have none (scenario/audiences.c). */
typedef struct tro_curation_ops {
    /* Required, unless the curation needs a pool. */
    void (*apply)(const tro_curation *curation, size_t rows, const double *z, double *out,
                  double *scratch);
    /* out = C'(z) dz */
    void (*derivative)(const tro_curation *curation, size_t rows, const double *z,
                       const double *dz, double *out, double *scratch);
    /* out = C'(z)' w */
    void (*transposed)(const tro_curation *curation, size_t rows, const double *z,
                       const double *w, double *out, double *scratch);

    /* Optional (all three): the same for a pool of several laws. Where a
     * mixture of laws is a law (TRO_TABLE) they may be NULL: the pool is
     * mixed and curated as one row. A pool_scratch of count laws is more:
     * see tro_curation_pool_scratch. */
    void (*pool)(const tro_curation *curation, const tro_pool *pool, double *out,
                 double *scratch);
    /* dweight (count) may be NULL: 0; so may any of dlaw. */
    void (*pool_derivative)(const tro_curation *curation, const tro_pool *pool,
                            const double *dweight, const double *const *dlaw, double *out,
                            double *scratch);
    /* out[k] (width each, none NULL) = the transposed derivative by law k. */
    void (*pool_transposed)(const tro_curation *curation, const tro_pool *pool, const double *w,
                            double *const *out, double *scratch);
    /* Optional: which share of what is kept came from each law (count, sums
     * to 1). NULL: not asked of this curator. */
    void (*wins)(const tro_curation *curation, const tro_pool *pool, double *share,
                 double *scratch);
    /* Scratch of the pool functions for `count` laws; NULL: curation->scratch. */
    size_t (*pool_scratch)(const tro_curation *curation, size_t count);

    /* Required of curations that need a pool: the same rule for a given number
     * of producers, in the reader's arena. */
    TRO_MUST_USE int (*seat)(const tro_reader *reader, const tro_curation *curation,
                             size_t producers, const tro_curation **out);

    /* Required where the curation has tunings: out (tro_curation_turns) = the gradient of the
     * sum over rows of w . C(z) by each of them, 1 + width numbers: by its dial, then by its
     * rewards; NaN where there is none. Of a pool, where the curation has pool functions. */
    void (*turned)(const tro_curation *curation, size_t rows, const double *z, const double *w,
                   double *out, double *scratch);
    void (*pool_turned)(const tro_curation *curation, const tro_pool *pool, const double *w,
                        double *out, double *scratch);

    /* Optional: adds the sufficient statistics of `count` kept outputs to sum
     * (width), where these are not distributed as the family's law with mean
     * parameters C(z). z is the producer's law. */
    void (*draw)(const tro_curation *curation, const double *z, uint64_t count,
                 tro_stream *stream, double *sum, double *scratch);

    /* Optional, on real vectors: what is kept of a pool is a mixture of laws of the family,
     * weight[k] (sum 1; NaN where there is none) of `law` k (width each), which is what is
     * kept of law k of the pool. scratch: that of pools. */
    void (*parts)(const tro_curation *curation, const tro_pool *pool, double *weight,
                  double *law, double *scratch);
    /* Required beside it of TRO_LOCATION: the covariance of what is kept of outputs of this
     * one. TRO_EINVAL: it is no law. */
    TRO_MUST_USE int (*part_spread)(tro_arena *arena, const tro_curation *curation,
                                    const tro_spread *spread, const tro_spread **out);
} tro_curation_ops;

/* How much a curation of finite outcomes (one row) can drive laws apart: when the laws of
 * a pool with weights w move by d_k in total variation, what is kept moves by at most
 * law * sum w_k d_k + slot * sum d_k. Both 0: not known. doc/theory.md has the proofs. */
typedef struct tro_spreading {
    double law, slot;
} tro_spreading;

/* A prepared curator. Immutable, in the scenario's arena. */
struct tro_curation {
    const tro_curation_ops *ops;   /* NULL: the identity, everything is kept */
    const tro_space *space;
    const void *self;
    /* When not NULL, C(z) = z + shift (width): the map is a translation. */
    const double *shift;
    const char *name;              /* of the rule, for people */
    const tro_tuned *tuned;        /* tuned_count, in the order in which rules are written */
    size_t tuned_count;
    tro_spreading coupled;         /* because each of K candidates is one of K draws: K */
    tro_spreading steep;           /* because no outcome gains more than H(R), by the range R of
                                      rewards; never above coupled */
    size_t scratch;                /* doubles */
    tro_audience *const *audience; /* audience_count, in the order of its input */
    size_t audience_count;
    int needs_pool;                /* an arena: one law alone is no pool */
    int bends;                     /* what is kept of one law is not a law of the family, only its
                                      mean parameters are exact (finite K on a gaussian) */
};

typedef struct tro_curator {
    tro_plugin plugin;
    /* Required. Fills `out` (zeroed, with space and name set). `node` is the
     * curator's parameters in the scenario. Errors are located: a law or a reward
     * that this rule has no exact map for is TRO_ESCENARIO with what would be
     * right. */
    TRO_MUST_USE int (*prepare)(const tro_reader *reader, const tro_space *space,
                                const void *config, const tro_node *node, tro_curation *out);
} tro_curator;

extern const tro_curator tro_curator_none;
extern const tro_curator tro_curator_shift;
extern const tro_curator tro_curator_bradley_terry;
extern const tro_curator tro_curator_arena;
extern const tro_curator tro_curator_best_of;
extern const tro_curator tro_curator_stages;
extern const tro_curator tro_curator_one_of;
extern const tro_curator tro_curator_self_judge;
extern const tro_curator tro_curator_audience;

/* Curators a scenario has named, prepared once each; a reader's scope while
 * curators and agents are read. */
typedef struct tro_named_curator {
    const char *name;
    const tro_curation *curation;   /* NULL: it was wrong, and that was said */
} tro_named_curator;
typedef struct tro_curator_list {
    tro_named_curator *items;
    size_t count;
} tro_curator_list;

/* Reads and prepares a curator expression: a rule, a combinator of
 * expressions, or the name of a curator in the reader's scope. */
TRO_MUST_USE int tro_curation_read(const tro_reader *reader, const tro_space *space,
                                   const tro_node *node, const tro_curation **out);

/* What a curation does to distances; of one that keeps everything, 1. */
tro_spreading tro_curation_coupled(const tro_curation *curation);
tro_spreading tro_curation_steep(const tro_curation *curation);

/* Length of one row that the kernels take. */
static inline size_t tro_curation_input(const tro_curation *curation)
{
    return (1 + curation->audience_count) * curation->space->width;
}
/* The input of a curation that is offered the law `row` when the state of all agents is z; or a
 * change of row, when that of the state is z (NULL: 0). Returns row itself where nobody is
 * listened to, or room (tro_curation_input). */
const double *tro_curation_hearing(const tro_curation *curation, const double *row,
                                   const double *z, double *room);
/* The audiences of a curation that is made of parts: all of theirs, part by part. */
TRO_MUST_USE int tro_curation_gather(tro_arena *arena, const tro_curation *const *parts,
                                     size_t count, tro_curation *out);
/* The input of a part: the law it is offered, and its audiences, which begin at `heard`. Returns
 * law itself where there are none, or room (tro_curation_input of the part). */
const double *tro_curation_argument(const tro_curation *part, const double *law,
                                    const double *heard, double *room);

/* How many numbers a gradient by the tunings has. */
static inline size_t tro_curation_turns(const tro_curation *curation)
{
    return curation->tuned_count * (1 + curation->space->width);
}
/* Makes `tuning` (copied) the only one of a rule that is made of no others. no_reward: static. */
TRO_MUST_USE int tro_curation_tune(tro_arena *arena, const tro_tuning *tuning,
                                   const char *no_reward, tro_curation *out);
/* The tunings of a curation that is made of parts: all of theirs, part by part. */
TRO_MUST_USE int tro_curation_gather_tunings(tro_arena *arena, const tro_curation *const *parts,
                                             size_t count, tro_curation *out);

/* Can this curation act on a pool of several laws? On finite outcomes every
 * one can. */
int tro_curation_takes_pool(const tro_curation *curation);
size_t tro_curation_pool_scratch(const tro_curation *curation, size_t count);
/* The pool functions, falling back on mixing where that is exact. */
void tro_curation_pool(const tro_curation *curation, const tro_pool *pool, double *out,
                       double *scratch);
void tro_curation_pool_derivative(const tro_curation *curation, const tro_pool *pool,
                                  const double *dweight, const double *const *dlaw, double *out,
                                  double *scratch);
void tro_curation_pool_transposed(const tro_curation *curation, const tro_pool *pool,
                                  const double *w, double *const *out, double *scratch);

/* The gradient of w . what is kept by the tunings. */
void tro_curation_pool_turned(const tro_curation *curation, const tro_pool *pool,
                              const double *w, double *out, double *scratch);

/* What is kept of a pool of real vectors, as a mixture of laws of the family (parts.c): as many
 * parts as this of every law of the pool; 0: it is no such mixture. */
size_t tro_curation_parts_of_one(const tro_curation *curation);
/* Part v * count + k is of law k of the pool: weight (sum 1, or NaN) and law (width each). */
void tro_curation_parts(const tro_curation *curation, const tro_pool *pool, double *weight,
                        double *law, double *scratch);
/* TRO_LOCATION: out[v * stride] = the covariance of part v of outputs of this one. TRO_EINVAL:
 * it is no law. */
TRO_MUST_USE int tro_curation_part_spreads(tro_arena *arena, const tro_curation *curation,
                                           const tro_spread *spread, size_t stride,
                                           const tro_spread **out);

#endif
