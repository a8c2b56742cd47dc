#include "cli/gradient.h"

#include <math.h>
#include <stdlib.h>

/* Relative to the largest effect, less is rounding. */
#define NOTHING 1e-13
/* The same relative to the welfare. */
#define ROUNDED 4e-16
/* Rewards of a rule that are listed, at most. */
enum { MOST_REWARDS = 4096 };

static void add(tro_levers *l, tro_lever lever)
{
    if (isnan(lever.effect) && !lever.reason)
        return;
    l->items[l->count++] = lever;
}

static void add_shares(tro_levers *l)
{
    const tro_welfare_gradient *g = &l->gradient;
    const tro_ecosystem *eco = l->cell->ecosystem;
    for (size_t i = 0; i < eco->agents; i++) {
        const tro_shares *s = &eco->shares[i];
        const char *lost = tro_levers_lost(l, i), *stays = tro_share_stays(eco, i);
        double rest = s->synthetic + s->curated;
        double others = (s->synthetic > 0 ? s->synthetic * g->synthetic[i] : 0) +
                        (s->curated > 0 ? s->curated * g->curated[i] : 0);
        if (rest > 0 && (s->real > 0 || l->cell->scenario->agents[i].reference))
            add(l, (tro_lever){.kind = TRO_LEVER_REAL, .agent = i, .value = s->real,
                               .to = NAN, .effect = g->real[i] - others / rest,
                               .one_sided = !(s->real > 0),
                               .reason = lost});
        add(l, (tro_lever){.kind = TRO_LEVER_CURATED, .agent = i, .value = s->curated,
                           .to = NAN, .effect = g->share[i], .one_sided = g->one_sided[i],
                           .reason = stays ? stays : lost});
    }
}

/* Edges without a weight may get one. */
static void add_weights(tro_levers *l)
{
    const tro_scenario *scenario = l->cell->scenario;
    size_t edges = scenario->edge_count;
    for (size_t layer = 0; layer < 2; layer++)
        for (size_t k = 0; k < edges; k++) {
            const tro_link *link = &scenario->graph.links[k];
            size_t to = scenario->edges[k].to;
            double weight = layer == TRO_CURATED ? link->curated : link->synthetic;
            const char *lost = tro_levers_lost(l, to);
            add(l, (tro_lever){.kind = TRO_LEVER_WEIGHT, .agent = to, .edge = k, .layer = layer,
                               .value = weight, .to = NAN, .one_sided = !(weight > 0),
                               .effect = l->gradient.relative[layer * edges + k],
                               .reason = lost       ? lost
                                         : weight > 0 ? NULL
                                                      : "a layer without weights, or an arena, "
                                                        "takes in no small part of it"});
        }
}

static void add_rules(tro_levers *l)
{
    const tro_welfare_gradient *g = &l->gradient;
    size_t width = l->cell->ecosystem->width;
    for (size_t t = 0; t < g->turned_count; t++) {
        const tro_turned *turned = &g->turned[t];
        const char *lost = "agents that nothing holds would be moved";
        const char *why = turned->no_reward ? turned->no_reward : lost;
        tro_lever lever = {.kind = TRO_LEVER_DIAL, .agent = turned->agent, .turned = turned,
                           .value = turned->of->value, .to = NAN, .effect = g->dial[t],
                           .reason = why};
        if (turned->of->dial)
            add(l, lever);
        lever.kind = TRO_LEVER_REWARD;
        if (turned->of->rewards > MOST_REWARDS) {
            lever.value = lever.effect = NAN;
            lever.reason = "there are too many outcomes to list them all";
            add(l, lever);
            continue;
        }
        for (size_t x = 0; x < turned->of->rewards; x++) {
            lever.at = x;
            lever.value = turned->of->reward[x];
            lever.effect = g->reward[t * width + x];
            add(l, lever);
            if (isnan(lever.effect))
                break; /* one row says it of all */
        }
    }
}

/* Largest first, what is not defined last; of equals in the order in which they were listed. */
static int compare(const void *left, const void *right)
{
    const tro_lever *a = left, *b = right;
    double one = isnan(a->effect) ? -1 : fabs(a->effect);
    double other = isnan(b->effect) ? -1 : fabs(b->effect);
    if (one != other)
        return one < other ? 1 : -1;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    if (a->agent != b->agent)
        return a->agent < b->agent ? -1 : 1;
    if (a->layer != b->layer)
        return a->layer < b->layer ? -1 : 1;
    if (a->edge != b->edge)
        return a->edge < b->edge ? -1 : 1;
    if (a->turned != b->turned)
        return a->turned < b->turned ? -1 : 1;
    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    return (a->to > b->to) - (a->to < b->to);
}

static void order(tro_levers *l)
{
    double noise = ROUNDED * (1 + fabs(l->welfare));
    for (size_t k = 0; k < l->count; k++)
        if (isinf(l->items[k].effect)) {
            l->items[k].effect = NAN;
            l->items[k].reason = TRO_OVERFLOWS;
        }
    for (size_t k = 0; k < l->count; k++)
        if (l->items[k].kind != TRO_LEVER_COUNT)
            noise = fmax(noise, NOTHING * fabs(l->items[k].effect));
    for (size_t k = 0; k < l->count; k++) {
        if (fabs(l->items[k].effect) < noise)
            l->items[k].effect = 0;
        if (!isnan(l->items[k].effect))
            l->items[k].reason = NULL;
    }
    qsort(l->items, l->count, sizeof *l->items, compare);
}

static int make_room(tro_levers *l)
{
    const tro_ecosystem *eco = l->cell->ecosystem;
    /* Two shares of each agent, an edge's weights in two layers; of each rule its dial, its
     * rewards, and one candidate more or less. */
    l->room = 2 * (eco->agents + l->cell->scenario->edge_count);
    for (size_t t = 0; t < l->gradient.turned_count; t++)
        l->room += 4 + (l->gradient.turned[t].of->rewards > MOST_REWARDS
                            ? 1 : l->gradient.turned[t].of->rewards);
    l->items = TRO_NEW(&l->arena, tro_lever, l->room + 1);
    return l->items ? TRO_OK : TRO_ENOMEM;
}

const char *tro_levers_lost(const tro_levers *l, size_t of)
{
    const tro_loose *loose = &l->cell->influences.loose;
    for (size_t on = 0; loose->count > 0 && on < loose->agents; on++)
        if (tro_levers_weight(l, on, 1) != 0 && tro_loose_between(loose, on, of))
            return "its walks pass agents that nothing holds, which rest wherever they are moved";
    return NULL;
}

int tro_levers_find(tro_levers *l, tro_cell *cell, size_t on, const tro_progress *progress,
                    tro_messages *messages)
{
    double *weights = NULL;
    int status;
    *l = (tro_levers){.cell = cell, .on = on};
    if (on != SIZE_MAX && !(weights = TRO_NEW(&l->arena, double, cell->ecosystem->agents)))
        return tro_error(messages, TRO_ENOMEM, NULL, "out of memory for a gradient");
    if (weights)
        weights[on] = 1;
    TRO_TRY(tro_influence_gradient(&cell->influences, weights, &l->gradient, messages));
    l->welfare = isfinite(l->gradient.welfare) ? l->gradient.welfare : NAN;
    status = make_room(l);
    if (status < 0) {
        tro_error(messages, status, NULL, "out of memory for a gradient");
        goto out;
    }
    add_shares(l);
    add_weights(l);
    add_rules(l);
    TRO_TRY(tro_levers_count(l, progress, messages));
    order(l);
out:
    if (status < 0)
        tro_levers_release(l);
    return status;
}

void tro_levers_release(tro_levers *l)
{
    tro_welfare_gradient_release(&l->gradient);
    tro_arena_clear(&l->arena);
    *l = (tro_levers){0};
}
