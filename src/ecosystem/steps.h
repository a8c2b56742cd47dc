/* Inside the ecosystem: the steps of one agent's retraining and of its
 * derivatives that round.c puts together. */
#ifndef TRO_ECOSYSTEM_STEPS_H
#define TRO_ECOSYSTEM_STEPS_H

#include "ecosystem/ecosystem.h"

/* y += factor[0] row[0] + factor[1] row[1] + ..., added in this order; rows and y
 * have width doubles. */
void tro_add_rows(size_t width, size_t count, const double *factor, const double *const *row,
                  double *y);

/* Sends for the beginning of a row that will be added soon. */
static inline void tro_expect_row(size_t width, const double *row)
{
    enum { LINE = 8, FAR_ENOUGH = 64 };
    for (size_t k = 0; k < width && k < FAR_ENOUGH; k += LINE)
        __builtin_prefetch(row + k);
}

/* Agents that a thread takes at a time. */
enum { TRO_AGENTS_AT_A_TIME = 32 };
static inline size_t tro_block_end(size_t agents, size_t first)
{
    return agents - first < TRO_AGENTS_AT_A_TIME ? agents : first + TRO_AGENTS_AT_A_TIME;
}

/* How many threads may share what this workspace does, and the calling thread's
 * own among its workspaces. */
int tro_workspace_threads(tro_workspace *work);
tro_workspace *tro_workspace_mine(tro_workspace *work);

/* The covariance of what an entry delivers; NULL where laws say it all. */
static inline const tro_spread *tro_entry_spread(const tro_ecosystem *ecosystem,
                                                 const tro_entry *entry)
{
    return entry->channel ? entry->channel->spread : ecosystem->scenario->space.spread;
}

/* What the owner of real vectors chooses from, or else the judge of the agent's shared pool; in
 * the workspace (weights, law_rows, spreads, laws). */
tro_pool tro_agent_choices(const tro_ecosystem *ecosystem, tro_workspace *work, size_t agent,
                           tro_law_of *law, void *context);
/* The curation that chooses from it; NULL: none, or outcomes are finite. */
const tro_curation *tro_agent_chooser(const tro_ecosystem *ecosystem, size_t agent);

/* Laws of a state whose curated laws are known, and changes of it. */
typedef struct tro_state_laws {
    const tro_ecosystem *ecosystem;
    tro_workspace *work;
    const double *z, *dz, *dcurated;
} tro_state_laws;
/* A tro_law_of: context is a tro_state_laws. */
const double *tro_state_law(void *context, const tro_entry *entry, double *out);

/* Copies the producers' rows of some curated laws into `gathered`. */
void tro_gather_producers(const tro_ecosystem *ecosystem, const tro_batch *laws,
                          const double *z, double *gathered);

/* tro_entry_curate for small changes, of row and of z. */
void tro_entry_curate_change(const tro_ecosystem *ecosystem, const tro_curation *rule,
                             const double *row, const double *z, const double *change,
                             const double *dz, double *out, double *curation);

/* A law (or a change, or a gradient by what is released) as the entry's producer
 * weighs prompts in its outputs: law itself, or out (width). */
const double *tro_entry_release(const tro_ecosystem *ecosystem, const tro_entry *entry,
                                const double *law, double *out);

/* Is the entry of this consumer one law of several in a pool? */
enum { TRO_POOLS_NOT = 0, TRO_POOLS_CURATED = 1, TRO_POOLS_OWNER = 2 };
static inline int tro_entry_pools(const tro_ecosystem *ecosystem, size_t consumer,
                                  const tro_entry *entry)
{
    const tro_agent *agent = &ecosystem->scenario->agents[consumer];
    if (ecosystem->owners_pool && agent->owner_curation)
        return TRO_POOLS_OWNER;
    return agent->pool_curation && entry->layer == TRO_CURATED ? TRO_POOLS_CURATED
                                                               : TRO_POOLS_NOT;
}

/* The share of the wins that each entry of the agent has in its arena, for
 * curated entries (others are left alone); share: one number per entry of the
 * agent's row. 0: it has no arena. */
int tro_agent_wins(const tro_ecosystem *ecosystem, tro_workspace *work, size_t agent,
                   tro_law_of *law, void *context, double *share);

/* A state (or a change of it) as it appears in the agent's outputs, in place. */
void tro_agent_release(const tro_ecosystem *ecosystem, size_t agent, double *law);

/* From a gradient by the next state to one by what was admitted, in place;
 * adds to to_state (width) what goes to the agent's own state. */
void tro_agent_fit_back(const tro_ecosystem *ecosystem, const tro_workspace *work, size_t agent,
                        double *w, double *to_state);
/* From a gradient by what was admitted to that by the agent's data, in place
 * (width). What its pools hand back goes to `pooled`, a row for each entry of the
 * agent that pools (tro_entry_pools); the others take their share of w. */
void tro_agent_back(const tro_ecosystem *ecosystem, tro_workspace *work, size_t agent,
                    tro_law_of *law, void *context, double *w, double *pooled);

/* For agents first .. last-1 the gradients by what they train on, into work->lines and
 * work->pooled; w is a gradient by the next state (size); what goes to their own states
 * begins out (size), unless that is NULL. After linearise at z. */
void tro_lines_of_agents(const tro_ecosystem *ecosystem, tro_workspace *work, size_t first,
                         size_t last, const double *z, const double *w, double *out);
/* Adds to out (width) what the readers of a state, or of a curated law (agents + its
 * row), give back of their lines. */
void tro_collect(const tro_ecosystem *ecosystem, tro_workspace *work, size_t target,
                 double *out);

/* The parts of the agent's data as a pool that its owner chooses from, and the derivative
 * of what is admitted by the weight of part k of it (in the order: real data if there is
 * any, then the entries). */
void tro_agent_by_part(const tro_ecosystem *ecosystem, tro_workspace *work, size_t agent,
                       tro_law_of *law, void *context, size_t part, double *out);
/* The same of the curated data of an agent whose producers share a pool, by the weight of
 * the part-th curated entry. */
void tro_agent_by_pooled(const tro_ecosystem *ecosystem, tro_workspace *work, size_t agent,
                         tro_law_of *law, void *context, size_t part, double *out);

/* Fills out->dial and out->reward; after tro_lines_of_agents and with the curated laws of z. */
TRO_MUST_USE int tro_round_gradient_of_tunings(const tro_ecosystem *ecosystem,
                                               tro_workspace *work, const double *z,
                                               const double *mu, tro_round_gradient *out);
/* The gradient by the tunings of the owner (TRO_OF_OWNER) or of who chooses from the agent's
 * shared pool, into out (tro_curation_turns); `line` is the gradient by what the owner admits,
 * or by what the agent trains on. Returns the curation; NULL: there is nothing to turn. */
const tro_curation *tro_agent_turned(const tro_ecosystem *ecosystem, tro_workspace *work,
                                     size_t agent, tro_turned_by by, tro_law_of *law,
                                     void *context, const double *line, double *out);

/* The same by the weight of a law `joining` (width; not in work->laws) that is not in the pool
 * yet: the owner's, or that of the producers who share one. */
void tro_agent_by_new(const tro_ecosystem *ecosystem, tro_workspace *work, size_t agent,
                      tro_law_of *law, void *context, const double *joining,
                      const tro_spread *spread, int owner, double *out);

/* What a rise of the curated share takes from: fractions of real and of synthetic
 * data, and how much of that there is. */
typedef struct tro_displaced {
    double real, synthetic, share;
} tro_displaced;
tro_displaced tro_displaced_by(const tro_ecosystem *ecosystem, size_t agent);
/* tro_round_by_share of one agent, after linearise, from a law. */
TRO_MUST_USE int tro_agent_share(const tro_ecosystem *ecosystem, tro_workspace *work,
                                 size_t agent, tro_law_of *law, void *context, double *out,
                                 int *one_sided);

/* The change of an agent's next state when its curated share rises and takes
 * `real` and `synthetic` (fractions, sum 1) of what it displaces. */
void tro_agent_by_share(const tro_ecosystem *ecosystem, tro_workspace *work, size_t agent,
                        tro_law_of *law, void *context, double real, double synthetic,
                        double *out);

#endif
