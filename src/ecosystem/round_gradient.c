/* The gradient of a round by all its parameters, from one by the next state. */
#include <math.h>
#include <string.h>

#include "ecosystem/steps.h"

static double dot(size_t n, const double *a, const double *b)
{
    double sum = 0;
    for (size_t k = 0; k < n; k++)
        sum += a[k] * b[k];
    return sum;
}

/* What is known of one agent while its gradient is gathered. */
typedef struct agent_view {
    const tro_ecosystem *eco;
    tro_workspace *work;
    tro_state_laws *laws;
    size_t agent, curated_seen;
    const double *line;        /* the gradient by its data, or by what its owner admits */
    int owner;                 /* an owner chooses among all parts */
} agent_view;

/* The gradient by the weight of an entry's data among all. */
static double by_entry(agent_view *v, size_t k)
{
    const tro_entry *entry = &v->eco->entries[k];
    const tro_agent *given = &v->eco->scenario->agents[v->agent];
    double *room = v->work->data + 2 * v->eco->width;
    size_t width = v->eco->width;
    if (v->owner) {
        size_t part = (given->reference != NULL) + k - v->eco->row_start[v->agent];
        tro_agent_by_part(v->eco, v->work, v->agent, tro_state_law, v->laws, part, room);
        return dot(width, v->line, room);
    }
    if (tro_entry_pools(v->eco, v->agent, entry) == TRO_POOLS_CURATED) {
        tro_agent_by_pooled(v->eco, v->work, v->agent, tro_state_law, v->laws,
                            v->curated_seen++, room);
        return dot(width, v->line, room);
    }
    return dot(width, v->line, tro_state_law(v->laws, entry, v->work->line));
}

/* The gradient by the weight of an edge that has none in the layer; NaN: that is no small
 * change. */
static double by_absent(agent_view *v, size_t edge, int layer)
{
    const tro_ecosystem *eco = v->eco;
    const tro_agent *given = &eco->scenario->agents[v->agent];
    const tro_entry entry = tro_entry_of(eco->scenario, edge, layer);
    size_t width = eco->width;
    int pools = tro_entry_pools(eco, v->agent, &entry);
    double *room = v->work->data + 2 * width, *joining = v->work->data;
    if (entry.curation && entry.curation->needs_pool)
        return NAN;
    const double *z = v->laws->z, *law = tro_entry_law(eco, &entry, z + entry.producer * width, z,
                                                       joining, v->work->line + width,
                                                       v->work->curation);
    if (!pools)
        return dot(width, v->line, law);
    if (given->pool_curation && given->pool_curation->needs_pool)
        return NAN;
    tro_agent_by_new(eco, v->work, v->agent, tro_state_law, v->laws, law,
                     tro_entry_spread(eco, &entry), pools == TRO_POOLS_OWNER, room);
    return dot(width, v->line, room);
}

static void by_absent_edges(agent_view *v, tro_round_gradient *out)
{
    const tro_scenario *scenario = v->eco->scenario;
    const tro_shares *shares = &v->eco->shares[v->agent];
    const size_t *row = scenario->rows.row_start + v->agent;
    for (int layer = TRO_RAW; layer <= TRO_CURATED; layer++) {
        double share = layer == TRO_CURATED ? shares->curated : shares->synthetic, sum = 0;
        for (size_t k = row[0]; k < row[1]; k++) {
            const tro_edge *edge = &scenario->edges[scenario->rows.link[k]];
            sum += layer == TRO_CURATED ? edge->curated : edge->synthetic;
        }
        for (size_t k = row[0]; k < row[1]; k++) {
            size_t at = scenario->rows.link[k];
            const tro_edge *edge = &scenario->edges[at];
            if ((layer == TRO_CURATED ? edge->curated : edge->synthetic) > 0)
                continue;
            out->absent[(size_t)layer * scenario->edge_count + at] =
                !(sum > 0) ? NAN : share > 0 ? share * by_absent(v, at, layer) : 0;
        }
    }
}

static double by_real(const agent_view *v)
{
    const double *reference = v->eco->scenario->agents[v->agent].reference;
    double *room = v->work->data + 2 * v->eco->width;
    if (!reference)
        return 0;
    if (!v->owner)
        return dot(v->eco->width, v->line, reference);
    tro_agent_by_part(v->eco, v->work, v->agent, tro_state_law, v->laws, 0, room);
    return dot(v->eco->width, v->line, room);
}

/* The curated share: by the three, or where an owner of finite outcomes may admit what it
 * never saw, by the derivative that knows of that. */
static void by_share(const agent_view *v, const double *mu, tro_round_gradient *out)
{
    size_t i = v->agent, width = v->eco->width;
    const tro_agent *given = &v->eco->scenario->agents[i];
    double *room = v->work->changes;
    int falls, rises;
    out->share[i] = NAN;
    out->one_sided[i] = 0;
    if (!tro_share_moves(v->eco, i))
        return;
    if (given->owner_curation) {
        if (tro_agent_share(v->eco, v->work, i, tro_state_law, v->laws, room,
                            &out->one_sided[i]) == TRO_OK)
            out->share[i] = dot(width, mu, room);
        return;
    }
    tro_displaced d = tro_displaced_by(v->eco, i);
    tro_share_sides(v->eco, i, &falls, &rises);
    out->one_sided[i] = !falls || !rises;
    out->share[i] = out->curated[i] - d.real * out->real[i] - d.synthetic * out->synthetic[i];
}

/* mu: the agent's row. */
static void gradient_of_agent(const tro_ecosystem *eco, tro_workspace *work,
                              tro_state_laws *laws, size_t i, const double *mu,
                              tro_round_gradient *out)
{
    const tro_agent *given = &eco->scenario->agents[i];
    const tro_shares *shares = &eco->shares[i];
    agent_view v = {.eco = eco, .work = work, .laws = laws, .agent = i,
                    .line = work->lines + i * eco->width,
                    .owner = eco->owners_pool && given->owner_curation};
    double layer[2] = {0, 0};
    for (size_t k = eco->row_start[i]; k < eco->row_start[i + 1]; k++) {
        const tro_entry *entry = &eco->entries[k];
        double value = by_entry(&v, k);
        layer[entry->layer] += entry->weight * value;
        out->weight[k] = value * (entry->layer == TRO_CURATED ? shares->curated
                                                              : shares->synthetic);
    }
    if (given->pool_curation && v.curated_seen > 0) {
        tro_agent_pooled(eco, work, i, tro_state_law, laws, work->data + 2 * eco->width);
        layer[TRO_CURATED] = dot(eco->width, v.line, work->data + 2 * eco->width);
    }
    if (out->absent)
        by_absent_edges(&v, out);
    out->real[i] = by_real(&v);
    out->synthetic[i] = layer[TRO_RAW];
    out->curated[i] = layer[TRO_CURATED];
    by_share(&v, mu, out);
}

int tro_round_gradient_find(const tro_ecosystem *eco, tro_workspace *work, const double *z,
                            const double *mu, tro_round_gradient *out)
{
    int threads = tro_workspace_threads(work);
    tro_workspace_linearise(work, eco, z);
    tro_workspace_curate(work, eco, z);
#pragma omp parallel for num_threads(threads) schedule(dynamic, 1) if (threads > 1)
    for (size_t first = 0; first < eco->agents; first += TRO_AGENTS_AT_A_TIME) {
        tro_workspace *mine = tro_workspace_mine(work);
        tro_state_laws laws = {.ecosystem = eco, .work = mine, .z = z};
        size_t last = tro_block_end(eco->agents, first);
        tro_lines_of_agents(eco, mine, first, last, z, mu, NULL);
        for (size_t i = first; i < last; i++)
            gradient_of_agent(eco, mine, &laws, i, mu + i * eco->width, out);
    }
    return out->dial ? tro_round_gradient_of_tunings(eco, work, z, mu, out) : TRO_OK;
}
