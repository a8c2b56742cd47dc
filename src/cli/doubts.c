#include "cli/doubts.h"

#include <math.h>
#include <string.h>

#include "cli/printing.h"

/* Of each kind: places that are named, agents that are looked at, names. */
enum { MOST_PLACES = 10, MOST_LOOKS = 1000, MOST_NAMES = 3, PROBES = 3 };

/* The factor per round from which on rounds count as slow. */
#define SLOW 0.98

/* --- real data --------------------------------------------------------------- */

static void doubt_reach(const tro_inspection *inspection, tro_messages *messages)
{
    const tro_scenario *scenario = inspection->loaded->cell->scenario;
    const tro_agent *first = NULL;
    tro_text names = {0};
    size_t count = 0;
    for (size_t i = 0; i < scenario->agent_count; i++) {
        const tro_agent *agent = &scenario->agents[i];
        if (inspection->reached[i] || agent->presence != TRO_PRESENT)
            continue;
        first = first ? first : agent;
        if (count++ < MOST_NAMES)
            tro_text_addf(&names, "%s'%s'", count > 1 ? ", " : "", agent->name);
    }
    if (count > MOST_NAMES)
        tro_text_addf(&names, " and %zu more", count - MOST_NAMES);
    if (first)
        tro_warning(messages, &first->node->place,
                    "no real data reaches %s: where the rounds lead is left to curators, channels "
                    "and the start; a real share, of %s or of a producer, would hold %s",
                    tro_text_string(&names), count == 1 ? "its own" : "their own",
                    count == 1 ? "it" : "them");
    tro_text_clear(&names);
}

/* --- curators ---------------------------------------------------------------- */

/* A law at which a rule that chooses at all changes something. Tables: no outcome is as likely
 * as another, none impossible. Real vectors: three means, as a rule may keep one of them. */
static void make_probe(const tro_space *space, const double *start, size_t number, double *z)
{
    for (size_t k = 0; k < space->width; k++)
        z[k] = space->family->law == TRO_LOCATION
                   ? start[k] + (double)number * (1 + 0.1 * (double)(k % 7))
                   : start[k];
    for (size_t b = 0; space->family->law == TRO_TABLE && b < space->blocks; b++) {
        double *row = z + b * space->outcomes, sum = 0;
        for (size_t x = 0; x < space->outcomes; x++)
            sum += row[x] = 1 + fmod((double)(x + number) * 0.6180339887498949, 1);
        for (size_t x = 0; x < space->outcomes; x++)
            row[x] /= sum * (double)space->blocks;
    }
}

static int same_law(size_t width, const double *a, const double *b)
{
    for (size_t k = 0; k < width; k++)
        if (!(fabs(a[k] - b[k]) <= 1e-12 * fmax(1, fabs(a[k]))))
            return 0;
    return 1;
}

/* *keeps = whether everything is kept that is offered, whatever it is. What the audiences have
 * seen is the probe, too. */
static int keeps_all(const tro_curation *curation, const double *start, int *keeps)
{
    const tro_space *space = curation->space;
    size_t input = tro_curation_input(curation), width = space->width;
    *keeps = !curation->needs_pool;
    if (!*keeps || !curation->ops)
        return TRO_OK;
    double *room = tro_allocate(input + width + curation->scratch + 1, sizeof *room);
    if (!room)
        return TRO_ENOMEM;
    double *out = room + input, *scratch = out + width;
    for (size_t probe = 0; probe < PROBES && *keeps; probe++) {
        for (size_t at = 0; at < input; at += width)
            make_probe(space, start, probe, room + at);
        curation->ops->apply(curation, 1, room, out, scratch);
        *keeps = same_law(width, room, out);
    }
    tro_release(room);
    return TRO_OK;
}

/* judges[i] = 1 for agents whose users choose from what somebody trains on, in any phase. */
static void find_judges(tro_cell *cell, int *judges)
{
    for (size_t s = 0; s < cell->stage_count; s++) {
        const tro_scenario *scenario = tro_cell_phase(cell, s)->scenario;
        for (size_t k = 0; k < scenario->edge_count; k++) {
            const tro_edge *edge = &scenario->edges[k];
            const tro_agent *consumer = &scenario->agents[edge->to];
            int curates = consumer->shares.curated > 0 ||
                          (consumer->fade.power > 0 && consumer->fade.to != TRO_HEIR_SYNTHETIC);
            if (edge->curated > 0 && curates)
                judges[edge->judge_agent] = 1;
        }
    }
}

/* Curators of a role that were looked at: a group's agents share theirs, and drawn ones a place. */
typedef struct looked {
    const tro_curation *last;
    const tro_place *places[MOST_PLACES];
    size_t count, looks;
} looked;

static int is_known(looked *seen, const tro_curation *curation, const tro_place *place)
{
    if (curation == seen->last || seen->count == MOST_PLACES || seen->looks++ >= MOST_LOOKS)
        return 1;
    seen->last = curation;
    for (size_t k = 0; k < seen->count; k++)
        if (seen->places[k]->source == place->source && seen->places[k]->line == place->line &&
            seen->places[k]->column == place->column)
            return 1;
    return 0;
}

/* Where an override stands below the node, or NULL. */
static const tro_place *changed_in(const tro_node *node, const tro_source *file)
{
    const tro_place *place = node->place.source == file ? NULL : &node->place;
    for (size_t k = 0; k < node->count && !place; k++)
        place = changed_in(node->items[k], file);
    return place;
}

static const tro_place *place_of(const tro_agent *agent, const char *key)
{
    const tro_node *node = tro_node_get(agent->node, key);
    const tro_place *place = node ? changed_in(node, agent->node->place.source) : NULL;
    return place ? place : tro_place_of(agent->node, key);
}

/* `key` is public or owner; idle: nobody trains on what they choose. */
static int doubt_curator(const tro_agent *agent, const char *key, int idle, looked *seen,
                         tro_messages *messages)
{
    int is_owner = strcmp(key, "owner") == 0, keeps = 0;
    const tro_curation *curation = is_owner ? agent->owner_curation : agent->public_curation;
    const tro_place *place = place_of(agent, key);
    const char *who = is_owner ? "owner" : "users";
    if (!curation || strcmp(curation->name, "none") == 0 || is_known(seen, curation, place))
        return TRO_OK;
    if (!idle && keeps_all(curation, agent->start, &keeps) < 0)
        return TRO_ENOMEM;
    if (!idle && !keeps)
        return TRO_OK;
    if (idle)
        tro_warning(messages, place, "the users of '%s' cannot matter: nobody has a curated share "
                                     "of what they choose from", agent->name);
    else
        tro_warning(messages, place, "the %s of '%s' cannot matter: '%s' keeps everything here, as "
                                     "with one candidate, a reward that is the same for all or a "
                                     "shift of 0", who, agent->name, curation->name);
    seen->places[seen->count++] = place;
    return TRO_OK;
}

static int doubt_curators(tro_cell *cell, tro_messages *messages)
{
    const tro_scenario *scenario = cell->scenario;
    looked users = {0}, owners = {0};
    int status = TRO_OK;
    int *judges = tro_allocate(scenario->agent_count, sizeof *judges);
    if (!judges)
        return TRO_ENOMEM;
    find_judges(cell, judges);
    for (size_t i = 0; i < scenario->agent_count && status == TRO_OK; i++) {
        const tro_agent *agent = &scenario->agents[i];
        if (agent->presence != TRO_PRESENT)
            continue;
        status = doubt_curator(agent, "public", !judges[i], &users, messages);
        if (status == TRO_OK)
            status = doubt_curator(agent, "owner", 0, &owners, messages);
    }
    tro_release(judges);
    return status;
}

/* --- slow rounds ------------------------------------------------------------- */

static void doubt_rate(const tro_inspection *inspection, tro_messages *messages)
{
    const tro_cell *cell = inspection->loaded->cell;
    const tro_stability *s = &cell->stability;
    const tro_schedule_common *common = cell->plan->common;
    char number[32], tenfold[32], rest[32], needed[32];
    if (!cell->have_stability || !inspection->settles || s->neutral ||
        s->method == TRO_BY_POWER || !(s->rate >= SLOW && s->rate < 1))
        return;
    double shrinks = -log(s->rate), left = exp(-shrinks * (double)common->rounds);
    tro_format_short(number, s->rate, 6);
    tro_format_short(tenfold, ceil(log(10) / shrinks), 6);
    if (common->tolerance > 0 && left > common->tolerance)
        tro_warning(messages, &cell->scenario->schedule.node->place,
                    "rounds come to rest slowly: the factor %s per round is near 1, so a tenth of "
                    "a disturbance is left after %s rounds; the %lld of the schedule leave %s of "
                    "it, about %s rounds would bring it to the tolerance", number, tenfold,
                    common->rounds, tro_format_short(rest, left, 2),
                    tro_format_short(needed, ceil(-log(common->tolerance) / shrinks), 4));
    else
        tro_warning(messages, &cell->scenario->schedule.node->place,
                    "rounds come to rest slowly: the factor %s per round is near 1, so a tenth of "
                    "a disturbance is left after %s rounds", number, tenfold);
}

int tro_doubt(const tro_inspection *inspection, tro_messages *messages)
{
    tro_cell *cell = inspection->loaded->cell;
    const tro_scenario *scenario = cell->scenario;
    doubt_reach(inspection, messages);
    doubt_rate(inspection, messages);
    /* What varies may matter elsewhere. */
    if (scenario->vary || scenario->sweep || scenario->claims || scenario->advice)
        return TRO_OK;
    return doubt_curators(cell, messages) < 0
               ? tro_error(messages, TRO_ENOMEM, NULL, "out of memory looking at curators")
               : TRO_OK;
}
