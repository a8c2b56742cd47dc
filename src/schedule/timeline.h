/* The phases of a run as rounds know them: one ecosystem under one plan after the other.
 *
 * Agents and widths are the same in all of them. The last plan has the timeline; a runner
 * of it begins in the first phase. The states, the past of delayed edges, the data sets that
 * agents keep and the random streams go on across. */
#ifndef TRO_SCHEDULE_TIMELINE_H
#define TRO_SCHEDULE_TIMELINE_H

#include "ecosystem/sampling.h"
#include "schedule/schedule.h"

typedef struct tro_stage {
    uint64_t from;                   /* rounds completed when it begins */
    const tro_ecosystem *ecosystem;
    const tro_plan *plan;
    const tro_sampler *sampler;      /* for sampled rounds; NULL until there is one */
} tro_stage;

typedef struct tro_timeline {
    const tro_stage *stages;         /* unowned */
    size_t count;                    /* at least 1 */
} tro_timeline;

/* How many phases a plan has, and the number of the one in force in round `round`, counted
 * from 0 like rounds. */
static inline size_t tro_stage_count(const tro_plan *plan)
{
    return plan->timeline ? plan->timeline->count : 1;
}
static inline size_t tro_stage_at(const tro_plan *plan, uint64_t round)
{
    size_t k = tro_stage_count(plan) - 1;
    while (k > 0 && plan->timeline->stages[k].from > round)
        k--;
    return k;
}

/* In how many of the rounds after + 1 .. until, counted from 1, the agent is there. */
uint64_t tro_rounds_there(const tro_plan *plan, size_t agent, uint64_t after, uint64_t until);

/* A scenario's phases with one agent's curated share moved in each where it can move. Stays
 * where it was made. */
typedef struct tro_moved {
    const tro_ecosystem *ecosystem;  /* of the last phase */
    const tro_sampler *sampler;
    tro_plan plan;                   /* a view of the last plan */
    /* inside */
    tro_timeline timeline;
    tro_stage *stages;
    tro_ecosystem **ecosystems;      /* those of the stages */
    tro_sampler **samplers;
    tro_arena arena;
} tro_moved;                         /* zero-initialised is legal to release */

/* Moves the share by `by`, what the agent displaces giving way; sampled: makes samplers,
 * too. TRO_EINVAL when a share would leave 0 .. 1, or does not move in the last phase. */
TRO_MUST_USE int tro_moved_init(tro_moved *moved, const tro_ecosystem *ecosystem,
                                const tro_plan *plan, size_t of, double by, int sampled,
                                tro_messages *messages);
void tro_moved_release(tro_moved *moved);

#endif
