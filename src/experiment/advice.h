/* Advice: the least change of a scenario, among those its author allows, that removes a
 * chosen backfire, or the change that makes a chosen welfare largest.
 *
 *   tro_advice advice = {0};
 *   TRO_TRY(tro_advice_read(cell, section, more, count, &advice, messages));
 *   TRO_TRY(tro_advice_find(&advice, messages));
 * out:
 *   tro_advice_release(&advice);
 *
 * Continuous changes are found by projected gradients: of alignments by one adjoint
 * solve (analysis/gradient.h), of an influence by two (analysis/slope.h). Alternatives are
 * tried one by one, the continuous search within each. Every point that the search accepts
 * has a fixed point that is stable under the scenario's schedule. What is found is a local
 * optimum, the best from several starts (doc/model.md). */
#ifndef TRO_EXPERIMENT_ADVICE_H
#define TRO_EXPERIMENT_ADVICE_H

#include <trophic/advice.h>

#include "experiment/cell.h"

typedef enum tro_goal_kind {
    TRO_GOAL_INFLUENCE,   /* at least so large, at the least cost */
    TRO_GOAL_MEAN, TRO_GOAL_WORST_OFF, TRO_GOAL_NASH   /* as large as can be */
} tro_goal_kind;

typedef struct tro_goal {
    tro_goal_kind kind;
    size_t on, of;              /* of an influence */
    double at_least;
    double *weights;            /* agents, sum 1; 0: not in the welfare */
    double *floors;             /* agents; of Nash welfare */
    const tro_place *place;
} tro_goal;

/* A change that the author allows. */
typedef struct tro_allowed {
    const tro_node *node;
    const char *key;
    const tro_place *key_place;
    double from, to;            /* of a number that may move; NaN: not given */
    double cost;                /* of a unit of it; of any other alternative */
    const char **options;       /* alternatives; NULL: a number that may move */
    double *prices;
    size_t option_count;
} tro_allowed;

/* One change that is advised. */
typedef struct tro_advised {
    const tro_allowed *allowed;
    const char *before, *after; /* as a scenario would write them; before NULL: a default */
    double cost;
    double least, most;         /* between which a number may move; NaN: an alternative */
    int exact;                  /* the derivatives by it are; of alternatives 1 */
} tro_advised;

/* What is known of a state of things. */
typedef struct tro_state_told {
    double *alignment;          /* agents; NaN: no reward */
    double *own;                /* agents: influences on themselves; NaN: not defined */
    double value;               /* the influence or the welfare that the goal is about */
    double rate;                /* by which a disturbance shrinks per round */
} tro_state_told;

/* What running the changed scenario shows. */
typedef struct tro_verified {
    int done;                   /* all of it agrees */
    uint64_t rounds;            /* until they came to rest */
    double gap;                 /* largest |alignment of the run - of the fixed point| */
    double difference;          /* the influence from runs with the share moved; NaN: no such */
    double step;
    tro_text why;               /* not */
} tro_verified;

struct tro_advice {
    tro_cell *cell;             /* as it is; unowned */
    tro_goal goal;
    tro_allowed *allowed;
    size_t allowed_count;
    double budget;              /* NaN: none */
    int squares;                /* costs are of squared changes */
    size_t starts;              /* of each search */
    double slowest;             /* factor per round by which disturbances must shrink */
    /* The answer. */
    tro_advice_outcome outcome;
    tro_cell *after;            /* the changed scenario; owned */
    tro_advised *changes;
    size_t change_count;
    const char **flags;         /* "PATH=VALUE", what --set takes */
    size_t flag_count;
    double cost;
    double stationarity;        /* how far a step of the search would still go; NaN: no number
                                   was free to move */
    size_t combinations, trials;/* of alternatives; scenarios that were solved */
    size_t searches, searched;  /* at most; done */
    tro_state_told is, becomes;
    tro_verified verified;
    tro_document *document;     /* the cell's without what no trial needs; owned */
    tro_arena arena;
};                              /* zero-initialised is legal to release */

/* Reads the section `advice` of the cell's scenario, and `count` more changes (nodes named
 * by their key). Located errors, all of them. */
TRO_MUST_USE int tro_advice_read(tro_cell *cell, const tro_node *const *more, size_t count,
                                 tro_advice *out, tro_messages *messages);

/* Is what the section says right, as far as it goes? A goal and what is allowed may still
 * be missing. */
TRO_MUST_USE int tro_advice_check(tro_cell *cell, tro_messages *messages);

/* Finds and verifies. TRO_ENOCONV, TRO_ESINGULAR, TRO_EDIVERGED where there is no stable
 * fixed point to begin with, with what there is instead; TRO_EINTERRUPTED. That nothing
 * reaches the goal, or that runs do not confirm what was found, is no error. */
TRO_MUST_USE int tro_advice_find(tro_advice *advice, tro_messages *messages);
void tro_advice_release(tro_advice *advice);

/* "mean", "worst-off", "nash", "influence". */
const char *tro_goal_name(tro_goal_kind kind);
/* What may stand below its name. */
const tro_table *tro_goal_table(tro_goal_kind kind);

/* For the reference manual. */
extern const tro_table tro_advice_table, tro_allowed_table;

#endif
