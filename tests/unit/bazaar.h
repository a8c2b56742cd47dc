/* Bazaars: small random ecosystems of finite outcomes as plain numbers, with
 * every curator, owners, shared pools, arenas and learning rates; written out as
 * scenarios, with a slow second implementation that enumerates candidates. */
#ifndef TRO_TESTS_BAZAAR_H
#define TRO_TESTS_BAZAAR_H

#include <trophic/random.h>

#include "base/text.h"

enum {
    TRO_BAZAAR_BLOCKS = 3, TRO_BAZAAR_OUTCOMES = 4,
    TRO_BAZAAR_CELLS = TRO_BAZAAR_BLOCKS * TRO_BAZAAR_OUTCOMES,
    TRO_BAZAAR_AGENTS = 6, TRO_BAZAAR_EDGES = 24, TRO_BAZAAR_RULES = 64,
    TRO_BAZAAR_PARTS = 3,            /* of a rule that is made of others */
    TRO_BAZAAR_PRODUCERS = 4,        /* curated edges into one agent */
    TRO_BAZAAR_PLACES = 16           /* candidates of one choice */
};
#define TRO_BAZAAR_SIZE ((size_t)TRO_BAZAAR_AGENTS * TRO_BAZAAR_CELLS)
#define TRO_NO_RULE SIZE_MAX

typedef enum tro_rule_kind {
    TRO_RULE_CHOICE, TRO_RULE_BEST, TRO_RULE_ONE_OF, TRO_RULE_STAGES, TRO_RULE_ARENA
} tro_rule_kind;

typedef struct tro_rule {
    tro_rule_kind kind;
    size_t candidates;               /* 0: infinitely many; of an arena: of each producer */
    double temperature, flip;
    double reward[TRO_BAZAAR_CELLS];
    size_t count, part[TRO_BAZAAR_PARTS];   /* TRO_NO_RULE: everything is kept */
    double weight[TRO_BAZAAR_PARTS];
} tro_rule;

typedef struct tro_stall {
    int has_reference, has_asked, mixture, displaces;
    double reference[TRO_BAZAAR_CELLS];     /* joint */
    double start[TRO_BAZAAR_CELLS];         /* rows of sum 1 where prompts stay, else joint */
    double prompts[TRO_BAZAAR_BLOCKS];      /* of the start, where they stay */
    double reward[TRO_BAZAAR_CELLS], asked[TRO_BAZAAR_BLOCKS];
    double real, synthetic, curated, rate;
    size_t users, owner;                    /* rules */
    uint64_t outputs;
} tro_stall;

typedef struct tro_lane {
    size_t from, to, judge;                 /* whose users choose */
    int judge_kind;                         /* 0 producer, 1 consumer, 2 agent */
    double synthetic, curated;
    int has_channel, has_moves;
    double kernel[TRO_BAZAAR_OUTCOMES * TRO_BAZAAR_OUTCOMES];
    double moves[TRO_BAZAAR_BLOCKS * TRO_BAZAAR_BLOCKS], noise;
} tro_lane;

typedef struct tro_bazaar {
    size_t blocks, outcomes, agents, edges, rules;
    int conditional, stay, has_spill;
    double spill[TRO_BAZAAR_BLOCKS * TRO_BAZAAR_BLOCKS];
    tro_stall agent[TRO_BAZAAR_AGENTS];
    tro_lane edge[TRO_BAZAAR_EDGES];
    tro_rule rule[TRO_BAZAAR_RULES];
    uint64_t seed;
    const char *schedule, *advance;         /* NULL: left out */
} tro_bazaar;

/* What to draw; family 0 categorical, 1 prompts travel, 2 they stay. */
typedef struct tro_bazaar_wish {
    int family;
    size_t agents;                   /* at most */
    int zeros;                       /* laws with entries and prompts of probability 0 */
    double most_tuples;              /* of candidates in one choice */
} tro_bazaar_wish;

void tro_bazaar_draw(tro_bazaar *bazaar, tro_stream *stream, const tro_bazaar_wish *wish);
/* Agents with uniform references and starts, all data real, no edges. */
void tro_bazaar_plain(tro_bazaar *bazaar, size_t agents, size_t blocks, size_t outcomes);
/* Where prompts travel: have any of the agent's data ever the prompt? */
int tro_bazaar_reaches(const tro_bazaar *bazaar, size_t agent, size_t prompt);
tro_lane *tro_bazaar_join(tro_bazaar *bazaar, size_t from, size_t to);
/* A new rule of a kind: two candidates, temperature 1, reward 0. */
size_t tro_bazaar_rule(tro_bazaar *bazaar, tro_rule_kind kind);
int tro_rule_has_arena(const tro_bazaar *bazaar, size_t rule);
/* 0: one candidate everywhere, which leaves no choice. */
int tro_rule_chooses(const tro_bazaar *bazaar, size_t rule);

/* The scenario, appended. */
void tro_bazaar_write(const tro_bazaar *bazaar, tro_text *text);

/* --- by definition --------------------------------------------------------------- */

/* The start of every agent, and how often its outputs have each prompt, relative
 * to its state (1 where prompts travel). */
void tro_bazaar_start(const tro_bazaar *bazaar, double *z);
void tro_bazaar_release(const tro_bazaar *bazaar, size_t agent, double *release);

/* Several laws from which a rule chooses. */
typedef struct tro_offer {
    size_t count;
    double weight[TRO_BAZAAR_EDGES + 2];
    double law[TRO_BAZAAR_EDGES + 2][TRO_BAZAAR_CELLS];
} tro_offer;

/* What the rule keeps of the offer; of an arena that is the rule itself, also who
 * won (NULL: not asked). */
void tro_bazaar_choose(const tro_bazaar *bazaar, size_t rule, const tro_offer *offer,
                       double *out, double *wins);
void tro_bazaar_channel(const tro_bazaar *bazaar, const tro_lane *lane, const double *law,
                        double *out);
/* What passes along an edge; curated: chosen by its judge first. */
void tro_bazaar_deliver(const tro_bazaar *bazaar, const tro_lane *lane, int curated,
                        const double *z, double *out);
/* Weight of an edge in its layer, of the consumer's edges. */
double tro_bazaar_weight(const tro_bazaar *bazaar, const tro_lane *lane, int curated);
/* The rule that chooses from a pool of all producers; TRO_NO_RULE: none does. */
size_t tro_bazaar_pool(const tro_bazaar *bazaar, size_t agent, tro_offer *offer,
                       const double *z);
/* An agent's data, what its owner admits of them, and its next state. */
void tro_bazaar_data(const tro_bazaar *bazaar, size_t agent, const double *z, double *out);
void tro_bazaar_admit(const tro_bazaar *bazaar, size_t agent, const double *z, double *out);
void tro_bazaar_fit(const tro_bazaar *bazaar, size_t agent, const double *z,
                    const double *admitted, double *out);
void tro_bazaar_retrain(const tro_bazaar *bazaar, size_t agent, const double *z, double *out);
void tro_bazaar_map(const tro_bazaar *bazaar, const double *z, double *out);
double tro_bazaar_alignment(const tro_bazaar *bazaar, size_t agent, const double *z);

#endif
