#include "schedule/timeline.h"

static uint64_t larger(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

uint64_t tro_rounds_there(const tro_plan *plan, size_t agent, uint64_t after, uint64_t until)
{
    size_t count = tro_stage_count(plan);
    const tro_stage alone = {.plan = plan};
    const tro_stage *stages = plan->timeline ? plan->timeline->stages : &alone;
    uint64_t rounds = 0;
    for (size_t k = 0; k < count; k++) {
        uint64_t first = larger(stages[k].from, after);
        uint64_t last = k + 1 < count && stages[k + 1].from < until ? stages[k + 1].from : until;
        if (stages[k].plan->scenario->agents[agent].presence != TRO_ABSENT && last > first)
            rounds += last - first;
    }
    return rounds;
}

/* One phase's ecosystem with the share moved. */
static int move_share(const tro_ecosystem *given, size_t of, double by, int last,
                      tro_ecosystem *moved)
{
    tro_shares shares;
    for (size_t i = 0; i < given->agents; i++)
        tro_ecosystem_set_shares(moved, i, &given->shares[i]);
    if (!tro_share_moves(moved, of))
        return last ? TRO_EINVAL : TRO_OK;
    int status = tro_shares_move(&given->shares[of], given->scenario->agents[of].displaces,
                                 given->shares[of].curated + by, &shares);
    if (status == TRO_OK)
        tro_ecosystem_set_shares(moved, of, &shares);
    return status;
}

int tro_moved_init(tro_moved *moved, const tro_ecosystem *ecosystem, const tro_plan *plan,
                   size_t of, double by, int sampled, tro_messages *messages)
{
    size_t count = tro_stage_count(plan);
    const tro_stage alone = {.ecosystem = ecosystem, .plan = plan};
    const tro_stage *given = plan->timeline ? plan->timeline->stages : &alone;
    int status = TRO_OK;
    *moved = (tro_moved){.plan = *plan};
    moved->stages = TRO_NEW(&moved->arena, tro_stage, count);
    moved->ecosystems = TRO_NEW(&moved->arena, tro_ecosystem *, count);
    moved->samplers = TRO_NEW(&moved->arena, tro_sampler *, count);
    if (!moved->stages || !moved->ecosystems || !moved->samplers)
        return TRO_ENOMEM;
    moved->timeline = (tro_timeline){moved->stages, count};
    moved->plan.timeline = plan->timeline ? &moved->timeline : NULL;
    for (size_t k = 0; k < count && status == TRO_OK; k++) {
        TRO_TRY(tro_ecosystem_new(given[k].ecosystem->scenario, &moved->ecosystems[k],
                                  messages));
        TRO_TRY(move_share(given[k].ecosystem, of, by, k + 1 == count, moved->ecosystems[k]));
        if (sampled)
            TRO_TRY(tro_sampler_new(moved->ecosystems[k], &moved->samplers[k], messages));
        moved->stages[k] = (tro_stage){given[k].from, moved->ecosystems[k], given[k].plan,
                                       moved->samplers[k]};
    }
    moved->ecosystem = moved->ecosystems[count - 1];
    moved->sampler = moved->samplers[count - 1];
out:
    return status;
}

void tro_moved_release(tro_moved *moved)
{
    for (size_t k = 0; moved->ecosystems && moved->samplers && k < moved->timeline.count; k++) {
        tro_sampler_free(moved->samplers[k]);
        tro_ecosystem_free(moved->ecosystems[k]);
    }
    tro_arena_clear(&moved->arena);
    *moved = (tro_moved){0};
}
