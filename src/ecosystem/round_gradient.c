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
    out->real[i] = by_real(&v);
    out->synthetic[i] = layer[TRO_RAW];
    out->curated[i] = layer[TRO_CURATED];
    by_share(&v, mu, out);
}

/* --- curators ----------------------------------------------------------------------- */

/* The gradient by the reward over the temperature, of one piece's rows. */
static void gradient_of_piece(const tro_ecosystem *eco, tro_workspace *work, size_t k,
                              const double *z, double *out)
{
    const tro_batch *piece = &eco->pieces[k];
    size_t width = eco->width;
    double *back = work->gathered + eco->longest_piece * width;
    if (!piece->curation->ops->by_reward || piece->curation->audience_count > 0)
        return;
    memset(back, 0, piece->count * width * sizeof *back);
    for (size_t r = 0; r < piece->count; r++)
        tro_collect(eco, work, eco->agents + piece->first + r, back + r * width);
    tro_gather_producers(eco, piece, z, work->gathered);
    piece->curation->ops->by_reward(piece->curation, piece->count, work->gathered, back, out,
                                    work->curation);
}

/* Adds the pieces of a rule, in their order, and turns the gradient by reward over
 * temperature into those by each. */
static void gather_rules(const tro_ecosystem *eco, const double *pieces, double *sum,
                         tro_round_gradient *out)
{
    size_t width = eco->width, k = 0;
    for (size_t b = 0; b < eco->batch_count; b++) {
        const tro_curation *rule = eco->batches[b].curation;
        size_t end = eco->batches[b].first + eco->batches[b].count;
        int known = rule->ops->by_reward != NULL;
        double temperature = 0;
        memset(sum, 0, width * sizeof *sum);
        for (; k < eco->piece_count && eco->pieces[k].first < end; k++)
            tro_add_scaled(width, 1, pieces + k * width, sum);
        for (size_t x = 0; known && x < width; x++)
            temperature -= rule->reward[x] * sum[x];
        double scale = known && rule->temperature > 0 ? 1 / rule->temperature : NAN;
        if (out->temperature)
            out->temperature[b] = temperature * scale;
        for (size_t x = 0; out->reward && x < width; x++)
            out->reward[b * width + x] = sum[x] * scale;
    }
}

static int gradient_of_rules(const tro_ecosystem *eco, tro_workspace *work, const double *z,
                             tro_round_gradient *out)
{
    int threads = tro_workspace_threads(work);
    double *pieces = tro_allocate(eco->piece_count + 1, eco->width * sizeof *pieces);
    if (!pieces)
        return TRO_ENOMEM;
#pragma omp parallel for num_threads(threads) schedule(dynamic, 1) if (threads > 1)
    for (size_t k = 0; k < eco->piece_count; k++)
        gradient_of_piece(eco, tro_workspace_mine(work), k, z, pieces + k * eco->width);
    gather_rules(eco, pieces, pieces + eco->piece_count * eco->width, out);
    tro_release(pieces);
    return TRO_OK;
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
    return out->temperature || out->reward ? gradient_of_rules(eco, work, z, out) : TRO_OK;
}
