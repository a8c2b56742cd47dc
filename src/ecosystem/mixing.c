/* One agent's way from its data to its next state: the mixture of its
 * sources, a pool that producers share, the owner's filter, the learning rate
 * and the fit; and the derivative of all that. */
#include <math.h>
#include <string.h>

#include "ecosystem/steps.h"

/* Rows of a mixture that are added together. */
enum { AT_A_TIME = 16 };

static const tro_family *family_of(const tro_ecosystem *eco)
{
    return eco->scenario->space.family;
}

static tro_pool pool_of(const tro_workspace *work, size_t count)
{
    return (tro_pool){count, work->weights, work->law_rows, work->spreads};
}

static void put_part(tro_workspace *work, size_t k, double weight, const double *law,
                     const tro_spread *spread)
{
    work->weights[k] = weight;
    work->law_rows[k] = law;
    work->spreads[k] = spread;
}

/* The laws that share the agent's curated pool; weights sum to 1. */
static size_t pool_parts(const tro_ecosystem *eco, tro_workspace *work, size_t agent,
                         tro_law_of *law, void *context)
{
    size_t n = 0;
    for (size_t k = eco->row_start[agent]; k < eco->row_start[agent + 1]; k++) {
        const tro_entry *entry = &eco->entries[k];
        if (entry->layer != TRO_CURATED)
            continue;
        put_part(work, n, entry->weight, law(context, entry, work->laws + n * eco->width),
                 tro_entry_spread(eco, entry));
        n++;
    }
    return n;
}

static void pool_changes(const tro_ecosystem *eco, tro_workspace *work, size_t agent,
                         tro_law_of *change, void *context)
{
    size_t n = 0;
    for (size_t k = eco->row_start[agent]; k < eco->row_start[agent + 1]; k++)
        if (eco->entries[k].layer == TRO_CURATED) {
            work->change_rows[n] = change(context, &eco->entries[k],
                                          work->changes + n * eco->width);
            n++;
        }
}

void tro_agent_pooled(const tro_ecosystem *eco, tro_workspace *work, size_t agent,
                      tro_law_of *law, void *context, double *out)
{
    tro_pool pool = pool_of(work, pool_parts(eco, work, agent, law, context));
    tro_curation_pool(eco->scenario->agents[agent].pool_curation, &pool, out, work->curation);
}

int tro_agent_wins(const tro_ecosystem *eco, tro_workspace *work, size_t agent, tro_law_of *law,
                   void *context, double *share)
{
    const tro_curation *judge = eco->scenario->agents[agent].pool_curation;
    size_t n = 0;
    if (!judge || !judge->ops->wins)
        return 0;
    tro_pool pool = pool_of(work, pool_parts(eco, work, agent, law, context));
    double *of_part = work->weights + eco->longest_row + 2;
    judge->ops->wins(judge, &pool, of_part, work->curation);
    for (size_t k = eco->row_start[agent]; k < eco->row_start[agent + 1]; k++)
        if (eco->entries[k].layer == TRO_CURATED)
            share[k - eco->row_start[agent]] = of_part[n++];
    return 1;
}

/* --- data ------------------------------------------------------------------------ */

/* Is the entry one of the laws of a shared pool? */
static int is_pooled(const tro_agent *agent, const tro_entry *entry)
{
    return agent->pool_curation && entry->layer == TRO_CURATED;
}

void tro_agent_mixture(const tro_ecosystem *eco, tro_workspace *work, size_t agent,
                       tro_law_of *law, void *context, double *out)
{
    const tro_agent *given = &eco->scenario->agents[agent];
    const tro_shares *shares = &work->shares[agent];
    const double *row[AT_A_TIME];
    double factor[AT_A_TIME];
    size_t width = eco->width, n = 0;
    memset(out, 0, width * sizeof *out);
    if (given->reference) {
        factor[n] = shares->real;
        row[n++] = given->reference;
    }
    for (size_t k = eco->row_start[agent]; k < eco->row_start[agent + 1]; k++) {
        const tro_entry *entry = &eco->entries[k];
        double share = tro_share_of(&work->shares[agent], entry);
        if (share == 0 || is_pooled(given, entry))
            continue;
        if (n == AT_A_TIME) {
            tro_add_rows(width, n, factor, row, out);
            n = 0;
        }
        factor[n] = share;
        row[n] = law(context, entry, work->laws + n * width);
        tro_expect_row(width, row[n]);
        n++;
    }
    tro_add_rows(width, n, factor, row, out);
    if (given->pool_curation && shares->curated > 0) {
        tro_agent_pooled(eco, work, agent, law, context, work->data);
        tro_add_scaled(width, shares->curated, work->data, out);
    }
}

/* All sources as the pool of an owner of real vectors: real data and entries, of
 * which none are pooled there (scenario/pools.c). Those without a share are there
 * too: a share may move. */
static size_t all_parts(const tro_ecosystem *eco, tro_workspace *work, size_t agent,
                        tro_law_of *law, void *context)
{
    const tro_agent *given = &eco->scenario->agents[agent];
    size_t n = 0;
    if (given->reference)
        put_part(work, n++, work->shares[agent].real, given->reference, given->reference_spread);
    for (size_t k = eco->row_start[agent]; k < eco->row_start[agent + 1]; k++, n++) {
        const tro_entry *entry = &eco->entries[k];
        put_part(work, n, tro_share_of(&work->shares[agent], entry),
                 law(context, entry, work->laws + n * eco->width), tro_entry_spread(eco, entry));
    }
    return n;
}

const tro_curation *tro_agent_chooser(const tro_ecosystem *eco, size_t agent)
{
    const tro_agent *given = &eco->scenario->agents[agent];
    if (family_of(eco)->law == TRO_TABLE)
        return NULL;
    return given->owner_curation ? given->owner_curation : given->pool_curation;
}

tro_pool tro_agent_choices(const tro_ecosystem *eco, tro_workspace *work, size_t agent,
                           tro_law_of *law, void *context)
{
    int owner = eco->scenario->agents[agent].owner_curation != NULL;
    return pool_of(work, owner ? all_parts(eco, work, agent, law, context)
                               : pool_parts(eco, work, agent, law, context));
}

void tro_agent_admit(const tro_ecosystem *eco, tro_workspace *work, size_t agent,
                     tro_law_of *law, void *context, const double *mixture, double *out)
{
    const tro_curation *owner = eco->scenario->agents[agent].owner_curation;
    if (!owner) {
        memcpy(out, mixture, eco->width * sizeof *out);
    } else if (family_of(eco)->law == TRO_TABLE) {
        owner->ops->apply(owner, 1, mixture, out, work->curation);
    } else {
        tro_pool pool = pool_of(work, all_parts(eco, work, agent, law, context));
        tro_curation_pool(owner, &pool, out, work->curation);
    }
}

void tro_agent_release(const tro_ecosystem *eco, size_t agent, double *law)
{
    const double *release = eco->scenario->agents[agent].release;
    size_t outcomes = eco->scenario->space.outcomes;
    for (size_t k = 0; release && k < eco->width; k++)
        law[k] *= release[k / outcomes];
}

void tro_agent_fit(const tro_ecosystem *eco, size_t agent, const double *state, double *z,
                   double *fitted)
{
    const tro_agent *given = &eco->scenario->agents[agent];
    size_t width = eco->width, outcomes = eco->scenario->space.outcomes;
    if (given->rate < 1)
        for (size_t k = 0; k < width; k++) {
            double released = given->release ? given->release[k / outcomes] : 1;
            z[k] = (1 - given->rate) * released * state[k] + given->rate * z[k];
        }
    if (fitted)
        memcpy(fitted, z, width * sizeof *z);
    if (family_of(eco)->fit)
        family_of(eco)->fit(&eco->scenario->space, state, z);
}

/* --- the derivative --------------------------------------------------------------- */

/* Through the owner of finite outcomes, in place; scratch: width. */
static void admit_change(const tro_ecosystem *eco, tro_workspace *work, size_t agent,
                         double *change, double *scratch)
{
    const tro_curation *owner = eco->scenario->agents[agent].owner_curation;
    if (!owner)
        return;
    memcpy(scratch, change, eco->width * sizeof *scratch);
    owner->ops->derivative(owner, 1, work->mixture + agent * eco->width, scratch, change,
                           work->curation);
}

/* Through learning rate and fit, in place. */
static void fit_change(const tro_ecosystem *eco, const tro_workspace *work, size_t agent,
                       const double *dstate, double *change)
{
    const tro_agent *given = &eco->scenario->agents[agent];
    size_t width = eco->width, outcomes = eco->scenario->space.outcomes;
    if (given->rate < 1)
        for (size_t k = 0; k < width; k++) {
            double released = given->release ? given->release[k / outcomes] : 1;
            change[k] = given->rate * change[k] +
                        (dstate ? (1 - given->rate) * released * dstate[k] : 0);
        }
    if (family_of(eco)->fit)
        family_of(eco)->fit_derivative(&eco->scenario->space,
                                       work->fitted + agent * width, change);
}

static void mixture_change(const tro_ecosystem *eco, tro_workspace *work, size_t agent,
                           tro_law_of *law, tro_law_of *change, void *context, double *out)
{
    const tro_agent *given = &eco->scenario->agents[agent];
    memset(out, 0, eco->width * sizeof *out);
    for (size_t k = eco->row_start[agent]; k < eco->row_start[agent + 1]; k++) {
        const tro_entry *entry = &eco->entries[k];
        double share = tro_share_of(&work->shares[agent], entry);
        if (share != 0 && !is_pooled(given, entry))
            tro_add_scaled(eco->width, share, change(context, entry, work->line), out);
    }
    if (!given->pool_curation || !(work->shares[agent].curated > 0))
        return;
    tro_pool pool = pool_of(work, pool_parts(eco, work, agent, law, context));
    pool_changes(eco, work, agent, change, context);
    tro_curation_pool_derivative(given->pool_curation, &pool, NULL, work->change_rows,
                                 work->data, work->curation);
    tro_add_scaled(eco->width, work->shares[agent].curated, work->data, out);
}

/* The change of what an owner of real vectors admits. */
static void owner_change(const tro_ecosystem *eco, tro_workspace *work, size_t agent,
                         tro_law_of *law, tro_law_of *change, void *context, double *out)
{
    const tro_agent *given = &eco->scenario->agents[agent];
    tro_pool pool = pool_of(work, all_parts(eco, work, agent, law, context));
    size_t n = 0;
    if (given->reference)
        work->change_rows[n++] = NULL;
    for (size_t k = eco->row_start[agent]; k < eco->row_start[agent + 1]; k++, n++)
        work->change_rows[n] = change(context, &eco->entries[k], work->changes + n * eco->width);
    tro_curation_pool_derivative(given->owner_curation, &pool, NULL, work->change_rows, out,
                                 work->curation);
}

static int owner_pools(const tro_ecosystem *eco, size_t agent)
{
    return eco->scenario->agents[agent].owner_curation && family_of(eco)->law != TRO_TABLE;
}

void tro_agent_derivative(const tro_ecosystem *eco, tro_workspace *work, size_t agent,
                          tro_law_of *law, tro_law_of *change, void *context,
                          const double *dstate, double *out)
{
    if (owner_pools(eco, agent)) {
        owner_change(eco, work, agent, law, change, context, out);
    } else {
        mixture_change(eco, work, agent, law, change, context, out);
        admit_change(eco, work, agent, out, work->data);
    }
    if (!eco->plain)
        fit_change(eco, work, agent, dstate, out);
}

/* --- the transposed derivative ------------------------------------------------------ */

void tro_agent_fit_back(const tro_ecosystem *eco, const tro_workspace *work, size_t agent,
                        double *w, double *to_state)
{
    const tro_agent *given = &eco->scenario->agents[agent];
    size_t width = eco->width, outcomes = eco->scenario->space.outcomes;
    if (family_of(eco)->fit)
        family_of(eco)->fit_transposed(&eco->scenario->space, work->fitted + agent * width, w);
    if (!(given->rate < 1))
        return;
    for (size_t k = 0; k < width; k++) {
        double released = given->release ? given->release[k / outcomes] : 1;
        to_state[k] += (1 - given->rate) * released * w[k];
        w[k] *= given->rate;
    }
}

static void point_rows(const tro_ecosystem *eco, tro_workspace *work, size_t agent,
                       size_t first, double *pooled)
{
    for (size_t k = eco->row_start[agent]; k < eco->row_start[agent + 1]; k++)
        if (tro_entry_pools(eco, agent, &eco->entries[k]))
            work->back_rows[first++] = pooled + (k - eco->row_start[agent]) * eco->width;
}

static void owner_back(const tro_ecosystem *eco, tro_workspace *work, size_t agent,
                       tro_law_of *law, void *context, const double *w, double *pooled)
{
    const tro_agent *given = &eco->scenario->agents[agent];
    tro_pool pool = pool_of(work, all_parts(eco, work, agent, law, context));
    size_t first = given->reference ? 1 : 0;
    work->back_rows[0] = work->changes; /* real data is what it is */
    point_rows(eco, work, agent, first, pooled);
    tro_curation_pool_transposed(given->owner_curation, &pool, w, work->back_rows,
                                 work->curation);
}

static void pool_back(const tro_ecosystem *eco, tro_workspace *work, size_t agent,
                      tro_law_of *law, void *context, const double *w, double *pooled)
{
    tro_pool pool = pool_of(work, pool_parts(eco, work, agent, law, context));
    point_rows(eco, work, agent, 0, pooled);
    tro_curation_pool_transposed(eco->scenario->agents[agent].pool_curation, &pool, w,
                                 work->back_rows, work->curation);
}

void tro_agent_back(const tro_ecosystem *eco, tro_workspace *work, size_t agent, tro_law_of *law,
                    void *context, double *w, double *pooled)
{
    const tro_agent *given = &eco->scenario->agents[agent];
    const tro_curation *owner = given->owner_curation;
    size_t width = eco->width;
    double curated = work->shares[agent].curated, *scaled = work->data + width;
    if (owner_pools(eco, agent)) {
        owner_back(eco, work, agent, law, context, w, pooled);
        return;
    }
    if (owner) {
        owner->ops->transposed(owner, 1, work->mixture + agent * width, w, work->data,
                               work->curation);
        memcpy(w, work->data, width * sizeof *w);
    }
    if (!given->pool_curation || !(curated > 0))
        return;
    for (size_t k = 0; k < width; k++)
        scaled[k] = curated * w[k];
    pool_back(eco, work, agent, law, context, scaled, pooled);
}

/* --- by the curated share ------------------------------------------------------------ */

/* The mixture of one layer. */
static void add_layer(const tro_ecosystem *eco, tro_workspace *work, size_t agent, int layer,
                      double factor, tro_law_of *law, void *context, double *out)
{
    if (layer == TRO_CURATED && eco->scenario->agents[agent].pool_curation) {
        tro_agent_pooled(eco, work, agent, law, context, work->data);
        tro_add_scaled(eco->width, factor, work->data, out);
        return;
    }
    for (size_t k = eco->row_start[agent]; k < eco->row_start[agent + 1]; k++) {
        const tro_entry *entry = &eco->entries[k];
        if (entry->layer == layer)
            tro_add_scaled(eco->width, factor * entry->weight, law(context, entry, work->line),
                           out);
    }
}

static void by_weight(const tro_ecosystem *eco, tro_workspace *work, const tro_curation *curation,
                      const tro_pool *pool, size_t part, double *out)
{
    double *dweight = work->weights + eco->longest_row + 2;
    for (size_t k = 0; k < pool->count; k++) {
        dweight[k] = k == part;
        work->change_rows[k] = NULL;
    }
    tro_curation_pool_derivative(curation, pool, dweight, work->change_rows, out,
                                 work->curation);
}

void tro_agent_by_part(const tro_ecosystem *eco, tro_workspace *work, size_t agent,
                       tro_law_of *law, void *context, size_t part, double *out)
{
    tro_pool pool = pool_of(work, all_parts(eco, work, agent, law, context));
    by_weight(eco, work, eco->scenario->agents[agent].owner_curation, &pool, part, out);
}

void tro_agent_by_pooled(const tro_ecosystem *eco, tro_workspace *work, size_t agent,
                         tro_law_of *law, void *context, size_t part, double *out)
{
    tro_pool pool = pool_of(work, pool_parts(eco, work, agent, law, context));
    by_weight(eco, work, eco->scenario->agents[agent].pool_curation, &pool, part, out);
}

void tro_agent_by_new(const tro_ecosystem *eco, tro_workspace *work, size_t agent,
                      tro_law_of *law, void *context, const double *joining,
                      const tro_spread *spread, int owner, double *out)
{
    const tro_agent *given = &eco->scenario->agents[agent];
    size_t n = owner ? all_parts(eco, work, agent, law, context)
                     : pool_parts(eco, work, agent, law, context);
    put_part(work, n, 0, joining, spread);
    tro_pool pool = pool_of(work, n + 1);
    by_weight(eco, work, owner ? given->owner_curation : given->pool_curation, &pool, n, out);
}

/* How the weights of all_parts change. */
static void weight_changes(const tro_ecosystem *eco, size_t agent, double real, double synthetic,
                           double *out)
{
    size_t n = 0;
    if (eco->scenario->agents[agent].reference)
        out[n++] = -real;
    for (size_t k = eco->row_start[agent]; k < eco->row_start[agent + 1]; k++) {
        const tro_entry *entry = &eco->entries[k];
        out[n++] = entry->layer == TRO_CURATED ? entry->weight : -synthetic * entry->weight;
    }
}

/* Rows that data reach only once the share moves: where there was nothing to
 * choose from, what is kept of a little is the choice among that little. After
 * admit_change, which leaves the change of the data in work->data. */
static void admit_first(const tro_ecosystem *eco, tro_workspace *work, size_t agent, double *out)
{
    const tro_curation *owner = eco->scenario->agents[agent].owner_curation;
    size_t width = eco->width, n = eco->scenario->space.outcomes, found = 0;
    double *change = work->data, *first = change + width, *kept = first + width;
    if (!owner)
        return;
    const double *data = work->mixture + agent * width;
    memset(first, 0, width * sizeof *first);
    for (size_t at = 0; at < width; at += n) {
        double mass = 0, sum = 0;
        for (size_t k = at; k < at + n; k++) {
            mass += data[k];
            sum += change[k];
        }
        for (size_t k = at; k < at + n && mass == 0 && sum != 0; k++, found++)
            first[k] = fabs(change[k]);
    }
    if (found == 0)
        return;
    owner->ops->apply(owner, 1, first, kept, work->curation);
    for (size_t k = 0; k < width; k++)
        if (first[k] > 0)
            out[k] = copysign(kept[k], change[k]);
}

void tro_agent_by_share(const tro_ecosystem *eco, tro_workspace *work, size_t agent,
                        tro_law_of *law, void *context, double real, double synthetic,
                        double *out)
{
    const tro_agent *given = &eco->scenario->agents[agent];
    memset(out, 0, eco->width * sizeof *out);
    if (owner_pools(eco, agent)) {
        tro_pool pool = pool_of(work, all_parts(eco, work, agent, law, context));
        double *dweight = work->weights + eco->longest_row + 2;
        weight_changes(eco, agent, real, synthetic, dweight);
        for (size_t k = 0; k < pool.count; k++)
            work->change_rows[k] = NULL;
        tro_curation_pool_derivative(given->owner_curation, &pool, dweight, work->change_rows,
                                     out, work->curation);
    } else {
        add_layer(eco, work, agent, TRO_CURATED, 1, law, context, out);
        if (real > 0)
            tro_add_scaled(eco->width, -real, given->reference, out);
        if (synthetic > 0)
            add_layer(eco, work, agent, TRO_RAW, -synthetic, law, context, out);
        admit_change(eco, work, agent, out, work->data);
        admit_first(eco, work, agent, out);
    }
    if (!eco->plain)
        fit_change(eco, work, agent, NULL, out);
}

/* --- by the tunings ------------------------------------------------------------------- */

const tro_curation *tro_agent_turned(const tro_ecosystem *eco, tro_workspace *work, size_t agent,
                                     tro_turned_by by, tro_law_of *law, void *context,
                                     const double *line, double *out)
{
    const tro_agent *given = &eco->scenario->agents[agent];
    int owner = by == TRO_OF_OWNER;
    const tro_curation *chooser = owner ? given->owner_curation : given->pool_curation;
    double share = owner ? 1 : work->shares[agent].curated, *scaled = work->data + 3 * eco->width;
    if (!chooser || chooser->tuned_count == 0 || !(share > 0))
        return NULL;
    for (size_t k = 0; k < eco->width; k++)
        scaled[k] = share * line[k];
    if (owner && family_of(eco)->law == TRO_TABLE) {
        chooser->ops->turned(chooser, 1, work->mixture + agent * eco->width, scaled, out,
                             work->curation);
        return chooser;
    }
    tro_pool pool = pool_of(work, owner ? all_parts(eco, work, agent, law, context)
                                        : pool_parts(eco, work, agent, law, context));
    tro_curation_pool_turned(chooser, &pool, scaled, out, work->curation);
    return chooser;
}
