/* A runner: one ecosystem advancing under one plan.
 *
 * The same walk over the retrainings of a round serves three ways of
 * retraining: exact (the law itself), sampled (n outputs), and linear (a
 * small change around a fixed point, for stability under this schedule).
 *
 *   tro_runner runner = {0};
 *   tro_runner_init(&runner, ecosystem, plan, TRO_EXACT);
 *   tro_runner_start(&runner, replicate, NULL);
 *   while (...) tro_runner_round(&runner);
 *   tro_runner_release(&runner);
 *
 * Thread rule: one thread per runner; runners may share ecosystem and plan. A
 * large round takes the threads of OpenMP itself, outside parallel regions. */
#ifndef TRO_SCHEDULE_RUNNER_H
#define TRO_SCHEDULE_RUNNER_H

#include "ecosystem/ecosystem.h"
#include "ecosystem/sampling.h"
#include "schedule/archive.h"
#include "schedule/history.h"
#include "schedule/timeline.h"

typedef enum tro_advance { TRO_EXACT, TRO_SAMPLED, TRO_LINEAR } tro_advance;

typedef struct tro_gear tro_gear;

typedef struct tro_runner {
    const tro_ecosystem *ecosystem;   /* of the phase of the last round */
    const tro_plan *plan;
    const tro_sampler *sampler;   /* for TRO_SAMPLED: unowned; of a timeline its own are taken */
    const double *base;           /* for TRO_LINEAR: the fixed point, unowned */
    tro_advance advance;
    uint64_t replicate, round;    /* rounds completed */
    double time;                  /* of the last retraining, rounds */
    double change;                /* largest |change| of a mean parameter in a retraining of
                                     the last round, or distance from rest of an agent that
                                     keeps data (archive.h); not kept for TRO_SAMPLED */
    uint64_t retrainings;
    double *z;                    /* the state, size; elsewhere after every round */
    /* inside */
    uint64_t *version;            /* per agent: how often it retrained */
    double *fresh;                /* rows of agents that retrain together */
    double *before;               /* the state before a round of several times; else NULL */
    tro_workspace work;
    tro_workspace *beside;        /* of other threads, once they have helped */
    size_t beside_count;
    tro_history history;
    tro_archive archive;
    tro_shares *shares;           /* agents: of the round, where some fade; else NULL */
    double *real_sets;            /* size: sets of real data that stay (sampling.h); or NULL */
    tro_events events;
    int events_fixed;             /* the events of every round are those in `events` */
    const tro_plan *whole;        /* the plan of the last phase, with the timeline */
    size_t stage;                 /* the phase that the runner is in */
    tro_gear *gears;              /* phases: what is theirs while others are in force; or NULL */
    tro_arena arena;
} tro_runner;

/* With the ecosystem and the plan of the last phase: where the plan has a timeline, the
 * rounds begin in the first, but for TRO_LINEAR. */
TRO_MUST_USE int tro_runner_init(tro_runner *runner, const tro_ecosystem *ecosystem,
                                 const tro_plan *plan, tro_advance advance);
void tro_runner_release(tro_runner *runner);   /* legal after a failed init */

/* Puts the runner at round 0 in state z (size), or in the scenario's start
 * when z is NULL. */
TRO_MUST_USE int tro_runner_start(tro_runner *runner, uint64_t replicate, const double *z);

/* Is the last event still to come, or was it after the last round? Until then nothing is at
 * rest, and nothing repeats. */
static inline int tro_runner_awaits(const tro_runner *runner)
{
    const tro_timeline *timeline = runner->whole->timeline;
    return timeline && timeline->count > 1 &&
           runner->round <= timeline->stages[timeline->count - 1].from;
}

/* Advances one round. A state that overflows returns TRO_EDIVERGED, and the
 * state is that before the round; the past of delayed edges is not, so start
 * again before another round. */
TRO_MUST_USE int tro_runner_round(tro_runner *runner);

/* With delays the future depends on the past too, and with windows of data sets on
 * these. The memory of a runner is all of it as one vector: the state, then the
 * past rows that readers may still need, then the windows. Accumulated data have no
 * place in it: for TRO_LINEAR an agent that accumulates does not move at all, as
 * late ones hardly do. Its length depends on the round, and after the longest delay
 * repeats with the plan's period. */
size_t tro_runner_memory(const tro_runner *runner);
void tro_runner_export(const tro_runner *runner, double *memory);
/* Puts the runner at round `round` with this memory; the pattern of past
 * times stays what it is, so export and import belong to rounds that are a
 * whole number of periods apart. */
void tro_runner_import(tro_runner *runner, uint64_t round, const double *memory);

/* Where the runner stands between two rounds, for another process: everything that the rounds
 * to come depend on and that is not in the scenario, bit for bit (random numbers are functions
 * of the seed, the replicate, the round and the agent). Not for TRO_LINEAR. unpack: into one
 * that was made for the same scenario; TRO_EINVAL when it cannot be of that one, and then the
 * runner must be started again; TRO_ENOMEM. */
void tro_runner_pack(const tro_runner *runner, tro_text *out);
TRO_MUST_USE int tro_runner_unpack(tro_runner *runner, tro_packed *from);

#endif
