/* The ecosystem: a scenario compiled into the round map and its derivatives.
 *
 *   z_i' = real_i d_i + synthetic_i sum_j R_ij k_ij(z_j)
 *                     + curated_i   sum_j S_ij k_ij(C_ij(z_j))
 *
 * z is agents x width, row-major: row i holds agent i's mean parameters. d_i
 * is its reference, R and S the two layers of weights (rows sum to 1), C_ij
 * the curation and k_ij the channel of the edge (Zhang, Wei, Zhang 2026, in
 * mean parameters; doc/model.md).
 *
 * Thread rule: an ecosystem is read-only but for tro_ecosystem_set_shares;
 * every thread brings its own workspace. */
#ifndef TRO_ECOSYSTEM_ECOSYSTEM_H
#define TRO_ECOSYSTEM_ECOSYSTEM_H

#include "scenario/scenario.h"

enum { TRO_RAW = 0, TRO_CURATED = 1 };   /* the two layers of the network */

/* One term of an agent's mixture. */
typedef struct tro_entry {
    size_t edge;                      /* in scenario->edges */
    size_t producer;
    size_t curated_row;               /* of the curated laws; SIZE_MAX: as produced */
    const tro_curation *curation;     /* NULL: as produced */
    const tro_channel_map *channel;   /* NULL: the identity */
    double weight;                    /* within its layer */
    double delay;                     /* rounds */
    int layer;
} tro_entry;

/* Producers whose outputs one rule curates: rows first .. first+count-1 of
 * the curated laws. */
typedef struct tro_batch {
    const tro_curation *curation;
    size_t first, count;
} tro_batch;

typedef struct tro_ecosystem {
    const tro_scenario *scenario;     /* must outlive the ecosystem */
    size_t agents, width, size;       /* size = agents * width */
    tro_shares *shares;               /* agents; at first the scenario's */
    size_t *row_start;                /* agents + 1, into entries */
    tro_entry *entries;
    size_t entry_count, longest_row;
    size_t curated_count;             /* distinct (producer, rule) pairs */
    size_t *curated_producer;         /* by rule, then producer */
    tro_batch *batches;
    size_t batch_count;
    double longest_delay;
    int affine;                       /* every curation is a translation */
    tro_arena arena;
} tro_ecosystem;

/* Scratch memory of one thread. curated holds the curated laws of the state
 * last seen; curated_stamp says of which version of their producers. */
typedef struct tro_workspace {
    double *curated, *gathered, *returned;   /* curated_count x width each */
    uint64_t *curated_stamp;
    double *line;                            /* 4 x width */
    double *laws;                            /* (longest_row + 1) x width */
    tro_part *parts;                         /* longest_row + 1 */
    uint64_t *counts;
    double *draw;                            /* the family's scratch */
    tro_arena arena;
} tro_workspace;

TRO_MUST_USE int tro_ecosystem_new(const tro_scenario *scenario, tro_ecosystem **out,
                                   tro_messages *messages);
void tro_ecosystem_free(tro_ecosystem *ecosystem);
/* Replaces one agent's shares. Not while another thread uses the ecosystem. */
void tro_ecosystem_set_shares(tro_ecosystem *ecosystem, size_t agent, const tro_shares *shares);
/* The start laws, into z (size). */
void tro_ecosystem_start(const tro_ecosystem *ecosystem, double *z);

/* reached[i] (agents) = 1 when real data gets to agent i: by a share of its own,
 * or through producers whose outputs its shares make use of. TRO_ENOMEM. */
TRO_MUST_USE int tro_ecosystem_reach(const tro_ecosystem *ecosystem, int *reached);

TRO_MUST_USE int tro_workspace_init(tro_workspace *work, const tro_ecosystem *ecosystem);
void tro_workspace_release(tro_workspace *work);   /* legal after a failed init */

/* y += factor * x; width doubles each. */
static inline void tro_add_scaled(size_t width, double factor, const double *x, double *y)
{
    for (size_t k = 0; k < width; k++)
        y[k] += factor * x[k];
}

/* Share of the agent's data that an entry stands for. */
static inline double tro_entry_share(const tro_ecosystem *ecosystem, size_t agent,
                                     const tro_entry *entry)
{
    const tro_shares *shares = &ecosystem->shares[agent];
    return entry->weight * (entry->layer == TRO_CURATED ? shares->curated : shares->synthetic);
}

/* The law of what an entry delivers when its producer's law is `row`: curated,
 * then through the channel. Returns row itself or `out` (width); scratch has
 * width doubles. */
const double *tro_entry_law(const tro_ecosystem *ecosystem, const tro_entry *entry,
                            const double *row, double *out, double *scratch);
/* The same for a small change: out = k' C'(row) change. */
const double *tro_entry_derivative(const tro_ecosystem *ecosystem, const tro_entry *entry,
                                   const double *row, const double *change, double *out,
                                   double *scratch);

/* --- the synchronous round map, for fixed points and derivatives ----------
 * z, out, dz, w: size doubles each; out must not overlap the inputs. Delays
 * play no part: they do not move a fixed point. */

/* out = F(z). */
void tro_round_map(const tro_ecosystem *ecosystem, tro_workspace *work, const double *z,
                   double *out);
/* out = F'(z) dz. */
void tro_round_derivative(const tro_ecosystem *ecosystem, tro_workspace *work, const double *z,
                          const double *dz, double *out);
/* out = F'(z)' w. */
void tro_round_transposed(const tro_ecosystem *ecosystem, tro_workspace *work, const double *z,
                          const double *w, double *out);

/* Can the agent's curated share move, if to one side only? There must be
 * something to curate, and something that its `displaces` names. */
int tro_share_moves(const tro_ecosystem *ecosystem, size_t agent);
/* In which directions: down, up. */
void tro_share_sides(const tro_ecosystem *ecosystem, size_t agent, int *falls, int *rises);

/* The derivative of agent j's row of F with respect to its curated share, the
 * scenario's `displaces` giving way: curated mixture minus displaced mixture
 * (theory: G_lambda). out: width. *one_sided is set when the share can move
 * in one direction only. Returns TRO_EUNSUPPORTED when it cannot move. */
TRO_MUST_USE int tro_round_by_share(const tro_ecosystem *ecosystem, tro_workspace *work,
                                    const double *z, size_t agent, double *out,
                                    int *one_sided);

#endif
