/* The gradient of a round by what may be turned in its curators: temperatures, strengths and
 * rewards, wherever a rule is part of what users, owners or arenas are. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ecosystem/steps.h"

/* --- which there are ------------------------------------------------------------------ */

static int compare(const void *left, const void *right)
{
    const tro_turned *a = left, *b = right;
    if (a->of != b->of)
        return (uintptr_t)a->of < (uintptr_t)b->of ? -1 : 1;
    if (a->agent != b->agent)
        return a->agent < b->agent ? -1 : 1;
    if (a->by != b->by)
        return a->by < b->by ? -1 : 1;
    return (a->number > b->number) - (a->number < b->number);
}

static int compare_places(const void *left, const void *right)
{
    const tro_turned *a = left, *b = right;
    if (a->agent != b->agent)
        return a->agent < b->agent ? -1 : 1;
    if (a->by != b->by)
        return a->by < b->by ? -1 : 1;
    return (a->number > b->number) - (a->number < b->number);
}

/* Adds a curator's tunings to the list; without a list it only counts. */
static void add(const tro_curation *curation, size_t agent, tro_turned_by by, tro_turned *list,
                size_t *count)
{
    for (size_t k = 0; curation && k < curation->tuned_count; k++) {
        if (list)
            list[*count] = (tro_turned){curation->tuned[k].of, by, agent, k,
                                        curation->tuned[k].no_reward};
        ++*count;
    }
}

static size_t list_all(const tro_ecosystem *eco, const int *chooses, tro_turned *list)
{
    const tro_agent *agents = eco->scenario->agents;
    size_t count = 0;
    for (size_t i = 0; i < eco->agents; i++) {
        if (chooses[i])
            add(agents[i].public_curation, i, TRO_OF_PUBLIC, list, &count);
        add(agents[i].owner_curation, i, TRO_OF_OWNER, list, &count);
    }
    return count;
}

/* Whose users choose for some edge that brings curated data? */
static void find_choosers(const tro_ecosystem *eco, int *chooses)
{
    const tro_scenario *scenario = eco->scenario;
    for (size_t k = 0; k < eco->entry_count; k++) {
        const tro_edge *edge = &scenario->edges[eco->entries[k].edge];
        if (eco->entries[k].layer == TRO_CURATED)
            chooses[edge->judge_agent] = 1;
    }
}

/* Sorted by tuning, then one of each, in the order of agents. A reason why not that some
 * occurrence has counts for all. */
static size_t keep_first(tro_turned *list, size_t count)
{
    size_t kept = 0;
    if (count > 0)
        qsort(list, count, sizeof *list, compare);
    for (size_t k = 0; k < count; k++) {
        if (kept > 0 && list[kept - 1].of == list[k].of)
            list[kept - 1].no_reward = list[kept - 1].no_reward ? list[kept - 1].no_reward
                                                                : list[k].no_reward;
        else
            list[kept++] = list[k];
    }
    if (kept > 0)
        qsort(list, kept, sizeof *list, compare_places);
    return kept;
}

int tro_round_tunings(const tro_ecosystem *eco, tro_arena *arena, const tro_turned **out,
                      size_t *count)
{
    int *chooses = TRO_NEW(arena, int, eco->agents);
    *out = NULL;
    *count = 0;
    if (!chooses)
        return TRO_ENOMEM;
    find_choosers(eco, chooses);
    tro_turned *list = TRO_NEW(arena, tro_turned, list_all(eco, chooses, NULL));
    if (!list)
        return TRO_ENOMEM;
    *count = keep_first(list, list_all(eco, chooses, list));
    *out = list;
    return TRO_OK;
}

/* --- gathering ------------------------------------------------------------------------ */

/* Where a tuning is in the list. */
typedef struct place {
    const tro_tuning *of;
    size_t at;
} place;

typedef struct gathering {
    const tro_ecosystem *eco;
    tro_round_gradient *out;
    place *places;             /* sorted by tuning */
    size_t most;               /* numbers that one curation's gradient has at most */
    double *one;               /* so many */
} gathering;

static int compare_tunings(const void *left, const void *right)
{
    const place *a = left, *b = right;
    return ((uintptr_t)a->of > (uintptr_t)b->of) - ((uintptr_t)a->of < (uintptr_t)b->of);
}

static void add_turned(const gathering *g, const tro_curation *curation, const double *turned)
{
    size_t width = g->eco->width;
    for (size_t k = 0; k < curation->tuned_count; k++, turned += 1 + width) {
        const place key = {curation->tuned[k].of, 0};
        const place *found = bsearch(&key, g->places, g->out->turned_count, sizeof key,
                                     compare_tunings);
        if (!found)
            continue;
        g->out->dial[found->at] += turned[0];
        tro_add_scaled(width, 1, turned + 1, g->out->reward + found->at * width);
    }
}

/* The gradient of one piece's rows. */
static void turn_piece(const tro_ecosystem *eco, tro_workspace *work, size_t k, const double *z,
                       double *out)
{
    const tro_batch *piece = &eco->pieces[k];
    const tro_curation *rule = piece->curation;
    size_t width = eco->width, turns = tro_curation_turns(rule);
    double *back = work->gathered + eco->longest_piece * width;
    memset(out, 0, turns * sizeof *out);
    memset(back, 0, piece->count * width * sizeof *back);
    for (size_t r = 0; r < piece->count; r++)
        tro_collect(eco, work, eco->agents + piece->first + r, back + r * width);
    if (rule->audience_count == 0) {
        tro_gather_producers(eco, piece, z, work->gathered);
        rule->ops->turned(rule, piece->count, work->gathered, back, out, work->curation);
        return;
    }
    double *turned = work->curation + eco->longest_argument, *rest = turned + turns;
    for (size_t r = 0; r < piece->count; r++) {
        const double *row = z + eco->curated_producer[piece->first + r] * width;
        rule->ops->turned(rule, 1, tro_curation_hearing(rule, row, z, work->curation),
                          back + r * width, turned, rest);
        tro_add_scaled(turns, 1, turned, out);
    }
}

/* Pieces side by side, and added in their order: as many at a time as threads can share. */
static int turn_pieces(gathering *g, tro_workspace *work, const double *z)
{
    enum { AT_A_TIME = 64 };
    const tro_ecosystem *eco = g->eco;
    int threads = tro_workspace_threads(work);
    double *turned = tro_allocate(AT_A_TIME, g->most * sizeof *turned);
    if (!turned)
        return TRO_ENOMEM;
    for (size_t first = 0; first < eco->piece_count; first += AT_A_TIME) {
        size_t last = eco->piece_count - first < AT_A_TIME ? eco->piece_count : first + AT_A_TIME;
#pragma omp parallel for num_threads(threads) schedule(dynamic, 1) if (threads > 1)
        for (size_t k = first; k < last; k++)
            if (eco->pieces[k].curation->tuned_count > 0)
                turn_piece(eco, tro_workspace_mine(work), k, z, turned + (k - first) * g->most);
        for (size_t k = first; k < last; k++)
            if (eco->pieces[k].curation->tuned_count > 0)
                add_turned(g, eco->pieces[k].curation, turned + (k - first) * g->most);
    }
    tro_release(turned);
    return TRO_OK;
}

/* Owners, and who chooses from shared pools. mu is not needed: lines are. An owner's line is
 * what its data's is before it goes back through the owner. */
static void turn_agents(gathering *g, tro_workspace *work, const double *z, const double *admitted)
{
    const tro_ecosystem *eco = g->eco;
    tro_state_laws laws = {.ecosystem = eco, .work = work, .z = z};
    for (size_t i = 0; i < eco->agents; i++)
        for (int by = TRO_OF_PUBLIC; by <= TRO_OF_OWNER; by++) {
            const double *line = (by == TRO_OF_OWNER ? admitted : work->lines) + i * eco->width;
            const tro_curation *rule = tro_agent_turned(eco, work, i, (tro_turned_by)by,
                                                        tro_state_law, &laws, line, g->one);
            if (rule)
                add_turned(g, rule, g->one);
        }
}

static size_t most_turns(const tro_ecosystem *eco)
{
    size_t most = 1;
    for (size_t i = 0; i < eco->agents; i++) {
        const tro_agent *agent = &eco->scenario->agents[i];
        const tro_curation *const all[] = {agent->public_curation, agent->owner_curation};
        for (size_t k = 0; k < 2; k++)
            if (all[k] && tro_curation_turns(all[k]) > most)
                most = tro_curation_turns(all[k]);
    }
    return most;
}

/* Gradients by what owners admit: those by the next states, through the fit. */
static void find_admitted(const tro_ecosystem *eco, tro_workspace *work, const double *mu,
                          double *admitted)
{
    double *state = work->data + 3 * eco->width;
    memcpy(admitted, mu, eco->size * sizeof *admitted);
    for (size_t i = 0; !eco->plain && i < eco->agents; i++)
        tro_agent_fit_back(eco, work, i, admitted + i * eco->width, state);
}

int tro_round_gradient_of_tunings(const tro_ecosystem *eco, tro_workspace *work, const double *z,
                                  const double *mu, tro_round_gradient *out)
{
    gathering g = {.eco = eco, .out = out, .most = most_turns(eco)};
    double *room = tro_allocate(g.most + eco->size, sizeof *room);
    int status = TRO_ENOMEM;
    g.places = tro_allocate(out->turned_count, sizeof *g.places);
    if (!room || !g.places)
        goto out;
    g.one = room + eco->size;
    for (size_t k = 0; k < out->turned_count; k++)
        g.places[k] = (place){out->turned[k].of, k};
    qsort(g.places, out->turned_count, sizeof *g.places, compare_tunings);
    memset(out->dial, 0, out->turned_count * sizeof *out->dial);
    memset(out->reward, 0, out->turned_count * eco->width * sizeof *out->reward);
    TRO_TRY(turn_pieces(&g, work, z));
    find_admitted(eco, work, mu, room);
    turn_agents(&g, work, z, room);
out:
    tro_release(room);
    tro_release(g.places);
    return status;
}
