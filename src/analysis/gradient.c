#include "analysis/gradient.h"

#include <math.h>
#include <string.h>

static int allocate(tro_welfare_gradient *g, const tro_ecosystem *eco, double **entries,
                    double **absent)
{
    size_t edges = 2 * eco->scenario->edge_count;
    double **const of_agents[] = {&g->share, &g->real, &g->synthetic, &g->curated};
    g->adjoint = TRO_NEW(&g->arena, double, eco->size);
    for (size_t k = 0; k < sizeof of_agents / sizeof *of_agents; k++)
        if (!(*of_agents[k] = TRO_NEW(&g->arena, double, eco->agents)))
            return TRO_ENOMEM;
    g->one_sided = TRO_NEW(&g->arena, int, eco->agents);
    g->weight = TRO_NEW(&g->arena, double, edges);
    g->relative = TRO_NEW(&g->arena, double, edges);
    int status = tro_round_tunings(eco, &g->arena, &g->turned, &g->turned_count);
    g->dial = TRO_NEW(&g->arena, double, g->turned_count);
    g->reward = TRO_NEW(&g->arena, double, g->turned_count * eco->width);
    *entries = tro_allocate(eco->entry_count, sizeof **entries);
    *absent = tro_allocate(edges, sizeof **absent);
    if (!g->adjoint || !g->one_sided || !g->weight || !g->relative || !g->dial || !g->reward ||
        !*entries || !*absent)
        status = TRO_ENOMEM;
    return status;
}

/* The welfare, and its gradient by the state into g->adjoint. */
static int weigh(const tro_influences *influences, const double *weights,
                 tro_welfare_gradient *g, tro_messages *messages)
{
    const tro_ecosystem *eco = influences->ecosystem;
    const tro_space *space = &eco->scenario->space;
    size_t rewarded = 0;
    for (size_t i = 0; i < eco->agents; i++)
        rewarded += eco->scenario->agents[i].reward != NULL;
    for (size_t i = 0; i < eco->agents; i++) {
        const tro_agent *agent = &eco->scenario->agents[i];
        double *row = g->adjoint + i * eco->width;
        double weight = weights ? weights[i] : agent->reward ? 1 / (double)rewarded : 0;
        if (weight == 0)
            continue;
        if (!agent->reward)
            return tro_error(messages, TRO_EUNSUPPORTED, NULL,
                             "agent '%s' has no reward, so no alignment in a welfare",
                             agent->name);
        g->welfare += weight * space->family->alignment(space, agent->reward, agent->at,
                                                        influences->z + i * eco->width);
        int status = tro_alignment_gradient(influences, i, row);
        if (status < 0)
            return status;
        for (size_t k = 0; k < eco->width; k++)
            row[k] *= weight;
    }
    return TRO_OK;
}

static void forget_curation(const tro_curation *curation, size_t width, tro_welfare_gradient *g)
{
    for (size_t k = 0; curation && k < curation->tuned_count; k++)
        for (size_t t = 0; t < g->turned_count; t++)
            for (size_t x = 0; g->turned[t].of == curation->tuned[k].of && x < width; x++)
                g->dial[t] = g->reward[t * width + x] = NAN;
}

static void forget_tunings(const tro_ecosystem *eco, size_t agent, const tro_entry *entry,
                           tro_welfare_gradient *g)
{
    const tro_curation *pool = eco->scenario->agents[agent].pool_curation;
    if (entry->layer == TRO_CURATED && tro_entry_share(eco, agent, entry) > 0)
        forget_curation(pool ? pool : entry->curation, eco->width, g);
}

/* What would move agents that nothing holds, which move the welfare: no derivative. */
static void forget_lost(const tro_influences *influences, const double *weights,
                        double *entries, tro_welfare_gradient *g)
{
    const tro_ecosystem *eco = influences->ecosystem;
    for (size_t of = 0; influences->loose.count > 0 && of < eco->agents; of++) {
        int lost = 0;
        for (size_t on = 0; on < eco->agents && !lost; on++)
            lost = (weights ? weights[on] != 0 : eco->scenario->agents[on].reward != NULL) &&
                   tro_loose_between(&influences->loose, on, of);
        if (!lost)
            continue;
        g->share[of] = g->real[of] = g->synthetic[of] = g->curated[of] = NAN;
        for (size_t k = eco->row_start[of]; k < eco->row_start[of + 1]; k++) {
            entries[k] = NAN;
            forget_tunings(eco, of, &eco->entries[k], g);
        }
        forget_curation(eco->scenario->agents[of].owner_curation, eco->width, g);
    }
}

void tro_gradient_relative(const tro_ecosystem *eco, const double *entries, const double *absent,
                           double *weight, double *out)
{
    const tro_scenario *scenario = eco->scenario;
    size_t edges = scenario->edge_count;
    for (size_t i = 0; i < eco->agents; i++) {
        double mean[2] = {0, 0}, sum[2] = {0, 0};
        for (size_t k = eco->row_start[i]; k < eco->row_start[i + 1]; k++) {
            const tro_entry *entry = &eco->entries[k];
            const tro_link *link = &scenario->graph.links[entry->edge];
            mean[entry->layer] += entry->weight * entries[k];
            sum[entry->layer] += entry->layer == TRO_CURATED ? link->curated : link->synthetic;
            weight[(size_t)entry->layer * edges + entry->edge] = entries[k];
        }
        for (size_t k = scenario->rows.row_start[i]; k < scenario->rows.row_start[i + 1]; k++)
            for (size_t layer = 0; layer < 2; layer++) {
                size_t edge = scenario->rows.link[k], at = layer * edges + edge;
                const tro_edge *given = &scenario->edges[edge];
                double has = layer == TRO_CURATED ? given->curated : given->synthetic;
                weight[at] = has > 0 ? weight[at] : absent ? absent[at] : NAN;
                out[at] = (weight[at] - mean[layer]) / sum[layer];
            }
    }
}

int tro_influence_gradient(tro_influences *influences, const double *weights,
                           tro_welfare_gradient *out, tro_messages *messages)
{
    const tro_ecosystem *eco = influences->ecosystem;
    double *entries = NULL, *absent = NULL;
    int status;
    *out = (tro_welfare_gradient){0};
    status = allocate(out, eco, &entries, &absent);
    if (status < 0) {
        tro_error(messages, status, NULL, "out of memory for a gradient");
        goto out;
    }
    TRO_TRY(weigh(influences, weights, out, messages));
    TRO_TRY(tro_resolvent_solve(&influences->resolvent, TRO_TRANSPOSED, out->adjoint,
                                out->adjoint, messages));
    tro_round_gradient round = {
        .real = out->real, .synthetic = out->synthetic, .curated = out->curated,
        .share = out->share, .one_sided = out->one_sided, .weight = entries, .absent = absent,
        .turned = out->turned, .turned_count = out->turned_count, .dial = out->dial,
        .reward = out->reward,
    };
    TRO_TRY(tro_round_gradient_find(eco, &influences->resolvent.work, influences->z,
                                    out->adjoint, &round));
    forget_lost(influences, weights, entries, out);
    tro_gradient_relative(eco, entries, absent, out->weight, out->relative);
out:
    tro_release(entries);
    tro_release(absent);
    if (status < 0)
        tro_welfare_gradient_release(out);
    return status;
}

void tro_welfare_gradient_release(tro_welfare_gradient *gradient)
{
    tro_arena_clear(&gradient->arena);
    *gradient = (tro_welfare_gradient){0};
}
