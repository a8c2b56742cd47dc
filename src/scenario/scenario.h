/* The scenario: a validated, immutable description of an ecosystem.
 *
 * Made from a document and a catalog; everything it holds lives in its arena
 * or in its document, which it owns. Any number of threads may read it. */
#ifndef TRO_SCENARIO_SCENARIO_H
#define TRO_SCENARIO_SCENARIO_H

#include <stdint.h>

#include "channel/channel.h"
#include "curator/curator.h"
#include "document/tree.h"
#include "family/family.h"
#include "network/graph.h"

/* Shares of an agent's training data; they sum to 1. */
typedef struct tro_shares {
    double real, synthetic, curated;
} tro_shares;

/* What gives way when the curated share rises. The papers' conventions differ
 * and the sign of an influence can depend on it, so every influence states
 * it. */
typedef enum tro_displaces {
    TRO_DISPLACES_PROPORTIONAL, TRO_DISPLACES_REAL, TRO_DISPLACES_SYNTHETIC
} tro_displaces;
const char *tro_displaces_name(tro_displaces displaces);

/* Who competes for a curator's choice: outputs of one producer, or of all
 * the consumer's producers together. */
typedef enum tro_pool_kind { TRO_POOL_PRODUCER, TRO_POOL_MIXTURE } tro_pool_kind;

/* How n outputs of a sampled round split over an agent's sources: each
 * output's source is drawn, or every source gives its share of n. */
typedef enum tro_split { TRO_SPLIT_DRAWN, TRO_SPLIT_FIXED } tro_split;

/* A real share that falls with the round: in round t = 1, 2, ... it is the scenario's
 * times ((1 + offset) / (t + offset))^power; what takes its place. */
typedef enum tro_heir { TRO_HEIR_BOTH, TRO_HEIR_SYNTHETIC, TRO_HEIR_CURATED } tro_heir;
typedef struct tro_fade {
    double power, offset;               /* power 0: it stays */
    tro_heir to;
} tro_fade;

#define TRO_KEEPS_ALL UINT64_MAX

/* Is the agent there? One that is absent neither retrains nor is trained on. One that is
 * frozen does not retrain; what it made is a corpus that others train on. */
typedef enum tro_presence { TRO_PRESENT, TRO_FROZEN, TRO_ABSENT } tro_presence;

typedef struct tro_agent {
    const char *name;
    const char *group;                  /* NULL: on its own */
    const tro_node *node;
    tro_presence presence;
    const double *reference;            /* width; NULL: no real data. Of one that does not retrain
                                           its corpus, which stands for all of its data */
    const double *real_law;             /* width: the reference as it is written, or NULL */
    double *corpus;                     /* that corpus: at first the start (cell.h); else NULL */
    const tro_spread *reference_spread;
    const double *start;                /* width */
    const tro_reward *reward;           /* NULL: no alignment is asked for */
    tro_alignment_at at;
    const tro_curation *public_curation; /* its users; NULL: they keep everything */
    const tro_curation *owner_curation; /* what it admits for training; NULL: everything */
    tro_pool_kind pool;                 /* of its curated data */
    const tro_curation *pool_curation;  /* who chooses from a shared pool; NULL: pools are the
                                           producers' own */
    double rate;                        /* learning rate, in (0, 1] */
    const double *release;              /* prompts: how much of its outputs each has, relative to
                                           the state; NULL: as in the state */
    tro_shares shares;
    tro_displaces displaces;
    uint64_t outputs;                   /* n of a sampled round, its own or the scenario's */
    uint64_t window;                    /* data sets it trains on: 1, its newest; ...;
                                           TRO_KEEPS_ALL */
    tro_fade fade;
    uint64_t reference_sample;          /* size of the set of real data that it has once and for
                                           all in sampled rounds; 0: fresh ones every time */
} tro_agent;

typedef enum tro_judge { TRO_JUDGE_PRODUCER, TRO_JUDGE_CONSUMER, TRO_JUDGE_AGENT } tro_judge;

/* An edge from producer to consumer; weights are those of the graph's link,
 * normalised over the consumer's edges: each layer's row sums to 1, or is all
 * 0 when the layer has no weight. */
typedef struct tro_edge {
    size_t from, to;
    double synthetic, curated;
    double delay;                       /* rounds */
    tro_judge judge;
    size_t judge_agent;                 /* whose public curates */
    const tro_curation *curation;       /* its map; NULL: everything is kept */
    const tro_channel_map *channel;     /* NULL: the identity */
    const tro_node *node;               /* where it is written; NULL: made or from a file */
} tro_edge;

typedef struct tro_record_options {
    long long every, burn_in;
    const tro_node *measures;
    int state;
} tro_record_options;

/* What `events` says for one round: who joins, who leaves, which keys are set. */
typedef struct tro_incident {
    const tro_node *self;
    long long round;                    /* after so many rounds */
    const char *name;                   /* or NULL */
    tro_texts join, leave, freeze;      /* agents or groups */
    tro_records edges;                  /* of tro_edge_table */
    const tro_node *set;                /* a map from paths to values, or NULL */
} tro_incident;

typedef struct tro_scenario {
    tro_document *document;             /* owned */
    tro_arena arena;
    const char *name, *description, *paper;
    uint64_t seed;
    int seed_given;
    tro_space space;
    tro_lottery lottery;                /* the space's */
    size_t agent_count;
    tro_agent *agents;
    size_t *name_slots, name_slot_count; /* agents by name: open addressing, index + 1 */
    int nameless;                       /* while it is read: the names of some agents could not be,
                                           so that a name nobody has may be right */
    tro_graph graph;                    /* raw weights, as the author gave them */
    size_t edge_count;
    tro_edge *edges;                    /* one for each link of the graph, same order */
    tro_csr rows;                       /* edges by consumer */
    int normalised;                     /* some row of weights was */
    tro_chosen schedule;
    int sampled;                        /* rounds draw outputs */
    uint64_t default_outputs;           /* n, where an agent has none of its own */
    tro_split split;
    long long replicates;
    tro_record_options record;
    tro_chosen *measures;               /* to record, as named; none: the usual ones */
    size_t measure_count;
    tro_incident *incidents;            /* of `events`, in order; they change nothing here but
                                           that who joins is absent before (phases.h) */
    size_t incident_count;
    size_t resting;                     /* agents that are absent or frozen */
    /* Read by src/experiment; NULL when absent. */
    const tro_node *advice, *vary, *claims, *figure, *sweep, *compare;
} tro_scenario;

/* Takes ownership of the document in every case. On failure *out is NULL and
 * messages holds every mistake that was found. */
TRO_MUST_USE int tro_scenario_new(tro_document *document, const tro_catalog *catalog,
                                  tro_scenario **out, tro_messages *messages);
void tro_scenario_free(tro_scenario *scenario);

/* Is there an exact sampled round of every agent? Located errors; the scenario was
 * checked when it was read if it has sampled rounds. */
TRO_MUST_USE int tro_scenario_check_sampled(const tro_scenario *scenario,
                                            tro_messages *messages);

/* The agent of that name, or SIZE_MAX. */
size_t tro_scenario_agent(const tro_scenario *scenario, const char *name);
/* The nearest agent's name for a message, or NULL. */
const char *tro_scenario_nearest_agent(const tro_scenario *scenario, const char *name);
/* Says that there is no agent of that name, and what would be right. TRO_ESCENARIO. */
int tro_scenario_refuse_agent(const tro_scenario *scenario, const char *name,
                              const tro_place *place, tro_messages *messages);

/* Does a name of a list mean this agent, by its own or its group's? */
int tro_agent_answers(const tro_agent *agent, const char *name);

/* An override of one key, from the command line or a sweep. value NULL: use
 * `number`.
 *
 * Mistakes are shown in the text "path=value" of the override, unless it was
 * made of something in a file: then `node` is that value there, `path_place`
 * where its path stands, and mistakes are shown there. */
typedef struct tro_override {
    const char *path, *value;
    double number;
    const char *origin;                 /* "--set", "vary", ... for messages */
    const tro_node *node;               /* or NULL; must outlive what is made */
    const tro_place *path_place;        /* or NULL */
    const char *complement;             /* a key that becomes 1 - number; or NULL */
} tro_override;

/* Reads "path=value", split at the first '=' outside double quotes; the texts
 * are copied into the arena. */
TRO_MUST_USE int tro_override_read(tro_arena *arena, const char *argument, const char *origin,
                                   tro_override *out, tro_messages *messages);

/* The items of a map from paths to values, as overrides; texts are in the arena
 * or in the node. TRO_ENOMEM without a message. */
TRO_MUST_USE int tro_overrides_of(tro_arena *arena, const tro_node *map, const char *origin,
                                  tro_override **out, size_t *count);

/* Applies overrides to a document, in order. A key that is neither in the
 * document nor in a parameter table is refused (keys.h). One of `cases.GROUP`
 * by the name of a case sets the keys of that case. Setting
 * `shares.curated` alone moves what the agent's `displaces` names; setting
 * several shares of an agent, however their paths are spelled, is literal.
 * Located errors, all of them. */
TRO_MUST_USE int tro_overrides_apply(tro_document *document, const tro_catalog *catalog,
                                     const tro_override *overrides, size_t count,
                                     tro_messages *messages);

/* How shares change when the curated one becomes `curated`. Returns
 * TRO_EINVAL when nothing is left to displace (a share would be negative, or
 * `proportional` at a curated share of 1). */
TRO_MUST_USE int tro_shares_move(const tro_shares *shares, tro_displaces displaces,
                                 double curated, tro_shares *out);

/* The shares when `factor` of the real one is left; and how much of it is in round
 * `round`, counted from 1. */
void tro_shares_fade(const tro_shares *shares, const tro_fade *fade, double factor,
                     tro_shares *out);
double tro_fade_factor(const tro_fade *fade, uint64_t round);

/* The tables, for the reference manual. */
extern const tro_table tro_scenario_table, tro_agent_table, tro_shares_table, tro_edge_table,
    tro_network_table, tro_sampled_table, tro_record_table, tro_incident_table;

#endif
