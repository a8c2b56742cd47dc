/* The ecosystem: a scenario compiled into the round map and its derivatives.
 *
 *   D_i  = real_i d_i + synthetic_i sum_j R_ij k_ij(z_j)
 *                     + curated_i   sum_j S_ij k_ij(C_ij(z_j))
 *   z_i' = fit((1 - a_i) z_i + a_i O_i(D_i))
 *
 * z is agents x width, row-major: row i holds agent i's mean parameters. d_i
 * is its reference, R and S the two layers of weights (rows sum to 1), C_ij
 * the curation (which may depend on the state of its audiences, too) and k_ij the channel of the
 * edge, O_i the owner's filter, a_i
 * the learning rate (Zhang, Wei, Zhang 2026, in mean parameters;
 * doc/model.md). Where producers share a pool, the curated term is
 * C_i({S_ij, k_ij(z_j)}): one choice among all of them.
 *
 * Thread rule: an ecosystem is read-only but for tro_ecosystem_set_shares;
 * every thread brings its own workspace. */
#ifndef TRO_ECOSYSTEM_ECOSYSTEM_H
#define TRO_ECOSYSTEM_ECOSYSTEM_H

#include "scenario/scenario.h"

enum { TRO_RAW = 0, TRO_CURATED = 1 };   /* the two layers of the network */

/* One term of an agent's mixture. There are two for most edges, so places are
 * 32 bits. */
typedef struct tro_entry {
    uint32_t edge;                    /* in scenario->edges */
    uint32_t producer;
    uint32_t curated_row;             /* of the curated laws, or TRO_AS_PRODUCED */
    int layer;
    const tro_curation *curation;     /* NULL: as produced */
    const tro_channel_map *channel;   /* NULL: the identity */
    double weight;                    /* within its layer */
    double delay;                     /* rounds */
} tro_entry;
#define TRO_AS_PRODUCED UINT32_MAX

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
    tro_batch *pieces;                /* the batches again, cut so that a piece fits a cache and
                                         threads can share them */
    size_t piece_count, longest_piece;
    size_t longest_argument;          /* of a curation with audiences; 0: there are none */
    double longest_delay;
    int affine;                       /* z' is affine in z */
    int plain;                        /* z' = D: no owner, pool, rate, release or fit */
    int owners_pool;                  /* an owner acts on a pool of laws, not on their mixture */
    int releases;                     /* some agent's outputs weigh prompts otherwise */
    int remembers;                    /* some agent trains on several of its data sets */
    int fades;                        /* some agent's shares change from round to round */
    int fixed_sets;                   /* some agent has one set of real data in sampled rounds */
    unsigned version;                 /* counts changes of shares */
    tro_arena arena;
} tro_ecosystem;

/* Where kept outputs that draw themselves come from. */
typedef struct tro_kept {
    const tro_curation *curation;
    const double *law;                       /* the producer's */
    const tro_channel_map *channel;          /* that they pass, or NULL */
    double *room;                            /* width */
} tro_kept;

/* Who reads what: of every state (agents), then of every curated law, the
 * entries that read it and their consumers, in the order of the entries. */
typedef struct tro_readers {
    size_t *start;                           /* agents + curated_count + 1 */
    uint32_t *entry, *consumer;
    /* What comes back to a state by curations, as rows of `returned`: of the curated laws,
     * then of those of the agents whom their users listen to. */
    size_t *law_start;                       /* agents + 1 */
    uint32_t *law;
    uint32_t *heard;                         /* curated_count: the first of a law's audiences */
    size_t heard_count;
    size_t *pooled_row;                      /* agents: where rows of their pools begin */
    size_t pooled_count;
} tro_readers;

/* A set of real data that stays the same. */
typedef struct tro_real_set {
    const double *mean;                      /* its mean parameters */
    size_t width;
} tro_real_set;

/* One of several numbers that are to be rounded (sampling.c). */
typedef struct tro_leftover {
    double rest;
    size_t part;
} tro_leftover;

/* Scratch memory of one thread. curated holds the curated laws of the state
 * last seen; curated_stamp says of which version of their producers. One made for
 * derivatives brings more of its kind, for threads that share the work (`beside`):
 * they have the second group of members in common. */
typedef struct tro_workspace {
    const tro_shares *shares;                /* agents: those of the round; at first the
                                                ecosystem's */
    double *gathered;                        /* longest_piece x width; derivatives: twice */
    double *line;                            /* 4 x width */
    double *laws, *changes;                  /* (longest_row + 2) x width each */
    const double **law_rows, **change_rows;  /* longest_row + 2 */
    double **back_rows;
    const tro_spread **spreads;
    double *weights;
    double *chances, *tilted;                /* of the parts of what is kept of several laws, in
                                                sampled rounds; width each */
    tro_part *parts;
    tro_kept *kept;
    tro_real_set real_set;
    tro_leftover *leftovers;
    uint64_t *counts;
    double *draw;                            /* the family's scratch */
    double *curation;                        /* the curations' */
    double *data;                            /* 4 x width: of one agent on its way */

    double *curated;                         /* curated_count x width */
    double *returned;                        /* the same, and heard_count more rows */
    uint64_t *curated_stamp;
    double *lines;                           /* size: gradients by what agents train on */
    double *pooled;                          /* pooled_count x width: by what pools take */
    const tro_readers *readers;
    /* What the derivatives at `base` need, of ecosystems that are not plain:
     * each agent's D and what its fit was given (size each). */
    double *base, *mixture, *fitted;

    int has_base;
    unsigned base_version;
    double *matrices, *matrices_at;          /* of the curated laws, and of which state; or NULL */
    struct tro_workspace *beside;
    size_t beside_count;
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

/* For rounds and derivatives. Of a large ecosystem, and outside parallel
 * regions, threads will share these; that does not show in the bits. */
TRO_MUST_USE int tro_workspace_init(tro_workspace *work, const tro_ecosystem *ecosystem);
/* The same for one thread alone. */
TRO_MUST_USE int tro_workspace_init_alone(tro_workspace *work, const tro_ecosystem *ecosystem);
/* Lets work use the matrices (below) that `of` has, while that lives. */
void tro_workspace_borrow(tro_workspace *work, const tro_workspace *of);
/* The same without room for derivatives: rounds only. */
TRO_MUST_USE int tro_workspace_init_rounds(tro_workspace *work, const tro_ecosystem *ecosystem);
/* The same for one more thread of a round: the curated laws are those of `of`,
 * which must outlive it. */
TRO_MUST_USE int tro_workspace_init_beside(tro_workspace *work, const tro_workspace *of,
                                           const tro_ecosystem *ecosystem);
void tro_workspace_release(tro_workspace *work);   /* legal after a failed init */

/* y += factor * x; width doubles each. */
static inline void tro_add_scaled(size_t width, double factor, const double *x, double *y)
{
    for (size_t k = 0; k < width; k++)
        y[k] += factor * x[k];
}

static inline int tro_is_absent(const tro_ecosystem *ecosystem, size_t agent)
{
    return ecosystem->scenario->agents[agent].presence == TRO_ABSENT;
}

/* Share of the data of an agent with these shares that an entry stands for. */
static inline double tro_share_of(const tro_shares *shares, const tro_entry *entry)
{
    return entry->weight * (entry->layer == TRO_CURATED ? shares->curated : shares->synthetic);
}
static inline double tro_entry_share(const tro_ecosystem *ecosystem, size_t agent,
                                     const tro_entry *entry)
{
    return tro_share_of(&ecosystem->shares[agent], entry);
}

/* The shares of round `round`, counted from 1, into out (agents): those of the
 * ecosystem but for those that fade. */
void tro_ecosystem_shares_at(const tro_ecosystem *ecosystem, uint64_t round, tro_shares *out);

/* Is there a round map that stays the same, as fixed points ask? If not, an error
 * that says why: TRO_EUNSUPPORTED. */
TRO_MUST_USE int tro_ecosystem_check_steady(const tro_ecosystem *ecosystem,
                                            tro_messages *messages);

/* out = what the users keep of the law `row`. Their audiences are as in the state z
 * (size): users choose by the taste of now, even from outputs that arrive late. curation: the
 * workspace's scratch. */
void tro_entry_curate(const tro_ecosystem *ecosystem, const tro_curation *rule,
                      const double *row, const double *z, double *out, double *curation);

/* The law of what an entry delivers when its producer's state is `row` and all others are as in
 * z: curated, weighted by prompt as the producer releases it, then through the
 * channel. Returns row itself or `out` (width); scratch has width doubles,
 * curation what the workspace has. */
const double *tro_entry_law(const tro_ecosystem *ecosystem, const tro_entry *entry,
                            const double *row, const double *z, double *out, double *scratch,
                            double *curation);
/* The same for a small change of row, and dz of z: out = k' C'(row) change. */
const double *tro_entry_derivative(const tro_ecosystem *ecosystem, const tro_entry *entry,
                                   const double *row, const double *z, const double *change,
                                   const double *dz, double *out, double *scratch,
                                   double *curation);

/* The rest of the way for a law that was curated already, or for a change of
 * one (derivative 1): returns row itself or `out`. */
const double *tro_entry_deliver(const tro_ecosystem *ecosystem, const tro_entry *entry,
                                int derivative, const double *row, double *out,
                                double *scratch);

/* What an edge delivers in a layer in which it may have no weight. */
tro_entry tro_entry_of(const tro_scenario *scenario, size_t edge, int layer);

/* Where the law an entry delivers is found, or its change: returns it (width
 * doubles), which may be `out` (width). */
typedef const double *tro_law_of(void *context, const tro_entry *entry, double *out);

/* The curated laws of state z into work->curated, piece by piece; and of one of
 * the ecosystem's pieces. */
void tro_workspace_curate(tro_workspace *work, const tro_ecosystem *ecosystem, const double *z);
void tro_workspace_curate_piece(tro_workspace *work, const tro_ecosystem *ecosystem,
                                size_t piece, const double *z);

/* Where the entry's law starts from: its producer's state, or its curated law. */
static inline const double *tro_entry_source(const tro_ecosystem *ecosystem,
                                             const tro_entry *entry, const double *z,
                                             const double *curated)
{
    return entry->curated_row == TRO_AS_PRODUCED ? z + entry->producer * ecosystem->width
                                                 : curated + entry->curated_row * ecosystem->width;
}

/* What an entry delivers of state z once work->curated is that of z (width):
 * returns a row of either, or `out`. */
static inline const double *tro_entry_ready(const tro_ecosystem *ecosystem,
                                            const tro_workspace *work, const tro_entry *entry,
                                            const double *z, double *out)
{
    const double *row = tro_entry_source(ecosystem, entry, z, work->curated);
    if (!entry->channel && !ecosystem->releases)
        return row;
    return tro_entry_deliver(ecosystem, entry, 0, row, out, work->line + ecosystem->width);
}

/* --- one agent, from its data to its next state (mixing.c) ----------------- */

/* D_i, its training data as a law. */
void tro_agent_mixture(const tro_ecosystem *ecosystem, tro_workspace *work, size_t agent,
                       tro_law_of *law, void *context, double *out);
/* What the agent's shared pool gives (width). */
void tro_agent_pooled(const tro_ecosystem *ecosystem, tro_workspace *work, size_t agent,
                      tro_law_of *law, void *context, double *out);
/* What the owner admits of it: O_i(D_i). `mixture` (width) is D_i. */
void tro_agent_admit(const tro_ecosystem *ecosystem, tro_workspace *work, size_t agent,
                     tro_law_of *law, void *context, const double *mixture, double *out);
/* The next state from what was admitted (or drawn of it), in place: the
 * learning rate, then the fit. state: the agent's present row. `fitted` (may
 * be NULL) receives what the fit was given. */
void tro_agent_fit(const tro_ecosystem *ecosystem, size_t agent, const double *state,
                   double *z, double *fitted);

/* Assembles the derivatives of all curated laws at state z, after which products
 * there are much faster; for `width` products or more. TRO_EUNSUPPORTED when there
 * are none, or they would take more than `most` doubles; TRO_ENOMEM. Products at
 * other states do without. */
TRO_MUST_USE int tro_workspace_matrices(tro_workspace *work, const tro_ecosystem *ecosystem,
                                        const double *z, size_t most);

/* Makes work hold what the derivatives at state z need; they do it themselves
 * when they are given another state. */
void tro_workspace_linearise(tro_workspace *work, const tro_ecosystem *ecosystem,
                             const double *z);
/* The change of an agent's next state: `change` tells the change of what an
 * entry delivers, dstate that of its own state. After linearise at the state
 * that `law` tells of. */
void tro_agent_derivative(const tro_ecosystem *ecosystem, tro_workspace *work, size_t agent,
                          tro_law_of *law, tro_law_of *change, void *context,
                          const double *dstate, double *out);

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

/* Who wins in the agent's arena when the state is z: share[k] for entry k of
 * its row (curated entries only; they sum to 1). 0: it has no arena. */
int tro_round_wins(const tro_ecosystem *ecosystem, tro_workspace *work, const double *z,
                   size_t agent, double *share);

/* Can the agent's curated share move, if to one side only? There must be
 * something to curate, and something that its `displaces` names. */
int tro_share_moves(const tro_ecosystem *ecosystem, size_t agent);
/* Why it cannot, in words; NULL: it can. */
const char *tro_share_stays(const tro_ecosystem *ecosystem, size_t agent);
/* In which directions: down, up. */
void tro_share_sides(const tro_ecosystem *ecosystem, size_t agent, int *falls, int *rises);

/* The derivative of agent j's row of F with respect to its curated share, the
 * scenario's `displaces` giving way: curated mixture minus displaced mixture
 * (theory: G_lambda). out: width. *one_sided is set when the share can move
 * in one direction only. Returns TRO_EUNSUPPORTED when it cannot move. */
TRO_MUST_USE int tro_round_by_share(const tro_ecosystem *ecosystem, tro_workspace *work,
                                    const double *z, size_t agent, double *out,
                                    int *one_sided);
/* The same of agents first .. first+count-1, a row of out each; defined[k] is 0 where
 * the share cannot move, with a row of zeros. Threads share it. */
void tro_round_by_shares(const tro_ecosystem *ecosystem, tro_workspace *work, const double *z,
                         size_t first, size_t count, double *out, int *defined,
                         int *one_sided);

/* What may be turned in one rule of the ecosystem, and who has it. */
typedef enum tro_turned_by { TRO_OF_PUBLIC, TRO_OF_OWNER } tro_turned_by;
typedef struct tro_turned {
    const tro_tuning *of;
    tro_turned_by by;          /* where it was found first: among users, or as an owner; */
    size_t agent, number;      /* of which agent, and which tuning of its curator, from 0 */
    const char *no_reward;     /* why there is no derivative by the reward, or NULL */
} tro_turned;

/* All tunings that take part in the round, each once, in the order of agents who have them;
 * *out is in the arena. */
TRO_MUST_USE int tro_round_tunings(const tro_ecosystem *ecosystem, tro_arena *arena,
                                   const tro_turned **out, size_t *count);

/* mu . dF/d(parameter) for every parameter at once, mu (size) being a gradient by the next
 * state; all arrays are the caller's. */
typedef struct tro_round_gradient {
    /* agents each: by one share of the data, the other two left as they are. Only
     * differences of them mean something, as shares sum to 1. Where an agent has no such
     * data, 0. */
    double *real, *synthetic, *curated;
    double *share;             /* agents: by the curated share, `displaces` giving way; NaN
                                  where it cannot move */
    int *one_sided;            /* agents */
    double *weight;            /* entries: by the entry's weight, the others left as they are */
    /* 2 x edges of the scenario, layer TRO_RAW first: the same of edges that have no weight in
     * the layer, when they get one; NaN where that is no small change: of a layer without any
     * weight, and in an arena. Others are left alone. May be NULL. */
    double *absent;
    /* Tunings of all curators, turned_count as tro_round_tunings lists them: by the dial, and
     * x width by the reward; NaN where there is no such derivative. May be NULL (both). */
    const tro_turned *turned;
    size_t turned_count;
    double *dial, *reward;
} tro_round_gradient;

/* TRO_ENOMEM (with reward or temperature). Threads share it. */
TRO_MUST_USE int tro_round_gradient_find(const tro_ecosystem *ecosystem, tro_workspace *work,
                                         const double *z, const double *mu,
                                         tro_round_gradient *out);

#endif
