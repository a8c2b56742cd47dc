/* The changed scenario is run: its rounds come to rest, where the fixed point says, and for
 * an influence, runs whose curated share differs a little say what it is. */
#include <math.h>
#include <stdio.h>

#include "experiment/advice_parts.h"

enum { ROUNDS = 100000 };   /* at least so many may be taken */
#define STEP 1e-4           /* of a share */

/* The changed scenario with rounds enough. */
static int open_runs(const tro_advice *a, tro_cell **out, tro_messages *messages)
{
    long long given = a->after->plan->common->rounds;
    tro_override more;
    char path[128], rounds[32];
    snprintf(path, sizeof path, "schedule.%s.rounds", a->after->plan->schedule->plugin.name);
    snprintf(rounds, sizeof rounds, "%d", ROUNDS);
    more = (tro_override){.path = path, .value = rounds, .origin = "advice"};
    return tro_cell_beyond(a->after, NULL, &more, given < ROUNDS, out, messages);
}

/* The alignments where the rounds come to rest, `of` with that curated share (NaN: its
 * own). */
static int run(const tro_advice *a, double curated, double *alignments, uint64_t *rounds,
               tro_messages *messages)
{
    tro_cell *cell = NULL;
    int status;
    TRO_TRY(open_runs(a, &cell, messages));
    const tro_ecosystem *eco = cell->ecosystem;
    if (!isnan(curated)) {
        tro_shares moved;
        TRO_TRY(tro_shares_move(&eco->shares[a->goal.of],
                                cell->scenario->agents[a->goal.of].displaces, curated, &moved));
        tro_ecosystem_set_shares(cell->ecosystem, a->goal.of, &moved);
    }
    TRO_TRY(tro_cell_limit(cell, messages));
    *rounds = cell->limit.rounds;
    for (size_t i = 0; i < eco->agents; i++)
        alignments[i] = cell->scenario->agents[i].reward ? tro_alignment(eco, cell->limit.z, i)
                                                         : NAN;
out:
    tro_cell_free(cell);
    return status;
}

static int compare_rest(tro_advice *a, double *room, tro_messages *messages)
{
    tro_verified *v = &a->verified;
    double scale = 1;
    int status;
    TRO_TRY(run(a, NAN, room, &v->rounds, messages));
    for (size_t i = 0; i < a->cell->ecosystem->agents; i++)
        if (!isnan(room[i])) {
            v->gap = fmax(v->gap, fabs(room[i] - a->becomes.alignment[i]));
            scale = fmax(scale, fabs(room[i]));
        }
    if (v->gap <= 1e-6 * scale)
        return TRO_OK;
    status = tro_error(messages, TRO_ENOCONV, NULL,
                       "the rounds come to rest elsewhere: an alignment differs from that of the "
                       "fixed point by %.3g", v->gap);
out:
    return status;
}

static int compare_influence(tro_advice *a, double *room, tro_messages *messages)
{
    tro_verified *v = &a->verified;
    const tro_goal *goal = &a->goal;
    double low, high, ends[2], limit;
    uint64_t rounds;
    int status, sides;
    v->step = STEP;
    sides = tro_influence_between(a->after->ecosystem, goal->of, v->step, &low, &high);
    if (!sides)
        return tro_error(messages, TRO_EUNSUPPORTED, NULL,
                         "the curated share of '%s' has no room to be moved",
                         a->cell->scenario->agents[goal->of].name);
    TRO_TRY(run(a, low, room, &rounds, messages));
    ends[0] = room[goal->on];
    TRO_TRY(run(a, high, room, &rounds, messages));
    ends[1] = room[goal->on];
    v->difference = (ends[1] - ends[0]) / (high - low);
    /* Of second order where the share can move both ways, else of first. */
    limit = high - low > 1.5 * v->step ? 1e-5 : 1e-2;
    if (fabs(v->difference - a->becomes.value) <= limit * (1 + fabs(a->becomes.value)))
        return TRO_OK;
    status = tro_error(messages, TRO_ENOCONV, NULL,
                       "runs with the share moved by %g say that the influence is %.9g", v->step,
                       v->difference);
out:
    return status;
}

int tro_advice_verify(tro_advice *a)
{
    tro_messages own = {0};
    double *room = tro_allocate(a->cell->ecosystem->agents, sizeof *room);
    int status = TRO_ENOMEM;
    a->verified.difference = NAN;
    if (!room)
        return TRO_ENOMEM;
    status = compare_rest(a, room, &own);
    if (status == TRO_OK && a->goal.kind == TRO_GOAL_INFLUENCE)
        status = compare_influence(a, room, &own);
    a->verified.done = status == TRO_OK;
    for (size_t k = 0; k < own.count; k++)
        if (own.items[k].severity == TRO_ERROR)
            tro_text_addf(&a->verified.why, "%s%s", a->verified.why.length ? "; " : "",
                          own.items[k].text);
    if (status < 0 && a->verified.why.length == 0)
        tro_text_add(&a->verified.why, tro_status_text(status));
    tro_messages_clear(&own);
    tro_release(room);
    return status == TRO_ENOMEM || status == TRO_EINTERRUPTED ? status : TRO_OK;
}
