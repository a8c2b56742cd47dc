/* Schedules: who retrains when.
 *
 * Time is measured in rounds; round r covers the times from r (excluded) to
 * r + 1 (included), r = 0, 1, .... A schedule lists the retrainings of one
 * round; those at the same time happen together, each reading what was there
 * before. A round is a function of (seed, replicate, round) alone, so any
 * round can be listed again by itself. */
#ifndef TRO_SCHEDULE_SCHEDULE_H
#define TRO_SCHEDULE_SCHEDULE_H

#include <stddef.h>
#include <stdint.h>

#include "scenario/scenario.h"

/* Times closer than this are the same time. */
#define TRO_SAME_TIME 1e-9

typedef struct tro_event {
    double phase;            /* within the round, in (0, 1] */
    size_t agent;
    unsigned occurrence;     /* how often the agent retrained before in this round */
} tro_event;

typedef struct tro_events {
    tro_event *items;        /* by phase, then agent */
    size_t count, capacity;
} tro_events;                /* zero-initialised is valid */

TRO_MUST_USE int tro_events_add(tro_events *events, double phase, size_t agent);
/* Sorts, and counts occurrences. Of retrainings of one agent at the same time
 * one stays. */
void tro_events_sort(tro_events *events);
void tro_events_release(tro_events *events);

/* First member of every schedule's config. */
typedef struct tro_schedule_common {
    long long rounds;
    double tolerance;
} tro_schedule_common;

/* The two rows every schedule's table ends with. */
#define TRO_SCHEDULE_PARAMS(config)                                                        \
    {.key = "rounds", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED,                         \
     .offset = offsetof(config, common.rounds), .min = 0, .max = 1e15, .fallback = "200",  \
     .unit = "rounds", .doc = "How many rounds to run, at most."},                         \
    {.key = "tolerance", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED,                       \
     .offset = offsetof(config, common.tolerance), .min = 0, .max = INFINITY,              \
     .fallback = "0",                                                                      \
     .doc = "Exact rounds stop when no mean parameter changes by more than this in a "     \
            "round."}

typedef struct tro_plan tro_plan;

typedef struct tro_schedule {
    tro_plugin plugin;
    /* Optional: resolves names, checks lengths; sets plan->self,
     * plan->period and plan->idle. */
    TRO_MUST_USE int (*prepare)(tro_plan *plan, tro_messages *messages);
    /* Required: adds the retrainings of one round, in any order. */
    TRO_MUST_USE int (*list)(const tro_plan *plan, uint64_t replicate, uint64_t round,
                             tro_events *events);
} tro_schedule;

/* A prepared schedule. Read-only; any thread. */
struct tro_plan {
    const tro_schedule *schedule;
    const tro_scenario *scenario;   /* must outlive the plan */
    const void *config;
    const tro_schedule_common *common;
    void *self;
    /* Rounds after which the same retrainings come again: 1 for most; 0: never,
     * the order is random or the periods have no common multiple below
     * TRO_LONGEST_PERIOD. Set by prepare, 1 by default. */
    uint64_t period;
    /* agents: 1 for those that the scenario says never retrain; NULL: none.
     * Set by prepare, in the arena. */
    const int *idle;
    /* The phases before and up to this one, when events divide the rounds (timeline.h);
     * NULL: there is one. Unowned, set by who makes them. */
    const struct tro_timeline *timeline;
    tro_arena arena;
};
#define TRO_LONGEST_PERIOD 512

TRO_MUST_USE int tro_plan_new(const tro_scenario *scenario, tro_plan **out,
                              tro_messages *messages);
/* The same scenario under another schedule, with its defaults, by name; for
 * comparing schedules. */
TRO_MUST_USE int tro_plan_new_as(const tro_scenario *scenario, const tro_schedule *schedule,
                                 const void *config, tro_plan **out, tro_messages *messages);
void tro_plan_free(tro_plan *plan);

/* Lists round `round`, sorted, into events (cleared first). Agents that are absent or
 * frozen are among them, as if they retrained on their corpus: so they are for what is
 * defined around a state. */
TRO_MUST_USE int tro_plan_list(const tro_plan *plan, uint64_t replicate, uint64_t round,
                               tro_events *events);
/* The same without them: what rounds do. */
TRO_MUST_USE int tro_plan_list_present(const tro_plan *plan, uint64_t replicate,
                                       uint64_t round, tro_events *events);

extern const tro_schedule tro_schedule_synchronous, tro_schedule_sequential,
    tro_schedule_random_order, tro_schedule_poisson, tro_schedule_periodic;

#endif
