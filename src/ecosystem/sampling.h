/* Sampled rounds: an agent is fitted to n outputs instead of to the law.
 *
 * Each of the n outputs comes from one of the agent's sources (its real data,
 * a producer's outputs, a producer's curated outputs) with the source's
 * share, so the counts are multinomial; the family then draws the sufficient
 * statistics of that many outputs of each source. n = 10 and n = 10^9 cost
 * the same. */
#ifndef TRO_ECOSYSTEM_SAMPLING_H
#define TRO_ECOSYSTEM_SAMPLING_H

#include "ecosystem/ecosystem.h"

/* One source of one agent. */
typedef struct tro_draw_part {
    const tro_entry *entry;       /* NULL: the agent's real data, or its shared pool */
    int pooled;                   /* what is kept of the pool that the producers share */
    const tro_spread *spread;
    double share;
} tro_draw_part;

typedef struct tro_draw {
    size_t first, count;          /* in parts */
    uint64_t outputs;
    tro_binomial *binomial;       /* of the first of two parts; else NULL */
    int fades;                    /* its shares are those of the round */
    int from_mixture;             /* outputs are drawn from the mixture of all its sources */
    int chosen;                   /* they are drawn from the parts of what is kept of several
                                     laws (sampling_chosen.c); it has no parts of its own */
    const tro_spread **kept;      /* TRO_LOCATION: covariances of these */
} tro_draw;

/* What the sampled rounds of an ecosystem need, for its shares as they are
 * now. Read-only; any thread. */
typedef struct tro_sampler {
    const tro_ecosystem *ecosystem;
    tro_draw *draws;              /* agents */
    tro_draw_part *parts;
    double *shares;               /* of the parts, contiguous for the multinomial */
    uint64_t *fixed;              /* of the parts: counts, where the split is fixed; else NULL */
    int from_mixture;             /* a mixture of laws is a law: outputs are drawn from it */
    tro_arena arena;
} tro_sampler;

TRO_MUST_USE int tro_sampler_new(const tro_ecosystem *ecosystem, tro_sampler **out,
                                 tro_messages *messages);
void tro_sampler_free(tro_sampler *sampler);

/* Where a sampled round finds what its sources deliver. */
typedef struct tro_sources {
    tro_law_of *law;
    const double *(*row)(void *context, const tro_entry *entry);   /* the producer's state */
    void *context;
    const double *real_sets;      /* agents x width: those that stay (tro_sampler_draw_sets), or
                                     NULL where nobody has one */
} tro_sources;

/* Draws the sets of real data that stay the same: mean parameters into the rows of
 * their agents in sets (agents x width). key: seed and replicate. */
void tro_sampler_draw_sets(const tro_sampler *sampler, tro_workspace *work,
                           tro_stream_key key, double *sets);

/* What part of an agent's outputs comes from each of its parts in a round of the
 * shares work->shares, in the mean; weight: draws[agent].count numbers. */
void tro_sampler_weights(const tro_sampler *sampler, const tro_workspace *work, size_t agent,
                         double *weight);

/* Of agents that are `chosen`. The laws that their outputs come from, into work->parts, and
 * how likely each is into work->chances (sum 1; NaN where no law is kept); returns how many. */
size_t tro_sampler_chosen(const tro_sampler *sampler, tro_workspace *work, size_t agent,
                          tro_law_of *law, void *context);
TRO_MUST_USE int tro_sampler_prepare_chosen(tro_sampler *sampler, size_t agent,
                                            tro_messages *messages);
void tro_sampler_draw_chosen(const tro_sampler *sampler, tro_workspace *work, size_t agent,
                             tro_stream_key key, unsigned occurrence,
                             const tro_sources *sources, double *z);

/* Draws the mean parameters of agent i's next training data into z (width);
 * learning rate and fit come after it. key: seed, replicate and round; agent
 * and purpose are filled in here; occurrence counts the agent's earlier
 * retrainings in the same round. */
void tro_sampler_draw(const tro_sampler *sampler, tro_workspace *work, size_t agent,
                      tro_stream_key key, unsigned occurrence, const tro_sources *sources,
                      double *z);

#endif
