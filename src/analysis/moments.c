#include "analysis/moments.h"

#include <math.h>
#include <string.h>

#include "family/table.h"

static int refuse(tro_messages *messages, const char *what)
{
    return tro_error(messages, TRO_EUNSUPPORTED, NULL, "exact moments need %s", what);
}

/* Laws and their maps. A table is its own mean; those that are normalised prompt by
 * prompt are not linear in the data, nor is a reward at some prompts. */
static int linear_maps(const tro_ecosystem *eco, tro_messages *messages)
{
    const tro_space *space = &eco->scenario->space;
    int table = space->family->law == TRO_TABLE;
    if (space->family->law == TRO_MOMENTS)
        return refuse(messages, "laws that their mean tells, found family 'gaussian-full'");
    if (table && tro_finite_of(space)->stay)
        return refuse(messages, "prompts that travel");
    for (size_t i = 0; i < eco->agents; i++) {
        const tro_agent *agent = &eco->scenario->agents[i];
        if (agent->owner_curation || agent->pool_curation)
            return refuse(messages, "agents without an owner or a shared pool");
        if (table && agent->reward && agent->reward->prompts)
            return refuse(messages, "rewards at all prompts as they are asked");
    }
    for (size_t b = 0; b < eco->batch_count; b++) {
        const tro_curation *curation = eco->batches[b].curation;
        if (!curation->shift)
            return refuse(messages, table ? "finite outcomes without curation"
                                          : "real outcomes and curations that are translations");
        if (curation->bends)
            return tro_error(messages, TRO_EUNSUPPORTED, NULL,
                             "exact moments need kept outputs of the family's covariance, which "
                             "'%s' changes", curation->name);
    }
    return TRO_OK;
}

static int supported(const tro_ecosystem *eco, const tro_plan *plan, tro_messages *messages)
{
    int status = linear_maps(eco, messages);
    if (status < 0)
        return status;
    for (size_t i = 0; i < eco->agents; i++) {
        const tro_agent *agent = &eco->scenario->agents[i];
        if (agent->window > 1 && agent->window != TRO_KEEPS_ALL)
            return refuse(messages, "data that are replaced or accumulate, found a window");
        if (agent->reference_sample > 0)
            return refuse(messages, "fresh real data, found a 'reference-sample'");
    }
    if (eco->longest_delay > 0 || plan->period == 0)
        return refuse(messages, "an order that repeats, without delays");
    if (eco->size > 4096)
        return tro_error(messages, TRO_EUNSUPPORTED, NULL,
                         "exact moments are for at most 4096 mean parameters, found %zu",
                         eco->size);
    return TRO_OK;
}

/* What part of the outputs comes from each source, on average. */
static void find_weights(tro_moments *m)
{
    const tro_sampler *sampler = m->sampler;
    double *weight = m->work.weights;
    for (size_t i = 0; i < m->ecosystem->agents; i++) {
        const tro_draw *draw = &sampler->draws[i];
        tro_sampler_weights(sampler, &m->work, i, weight);
        for (size_t k = 0; k < draw->count; k++) {
            const tro_draw_part *part = &sampler->parts[draw->first + k];
            if (part->entry)
                m->weight[part->entry - m->ecosystem->entries] = weight[k];
            else
                m->real[i] = weight[k];
        }
    }
}

/* What the ecosystem of one phase needs. */
static int begin_stage(tro_moments *m)
{
    const tro_ecosystem *eco = m->ecosystem;
    m->weight = TRO_NEW(&m->arena, double, eco->entry_count);
    m->shares = eco->fades ? TRO_NEW(&m->arena, tro_shares, eco->agents) : NULL;
    if (!m->weight || (eco->fades && !m->shares) || tro_workspace_init(&m->work, eco) < 0)
        return TRO_ENOMEM;
    if (m->shares)
        m->work.shares = m->shares;
    else
        find_weights(m);
    return TRO_OK;
}

static int enter_stage(tro_moments *m, size_t stage)
{
    const tro_stage *to = &m->whole->timeline->stages[stage];
    tro_workspace_release(&m->work);
    m->stage = stage;
    m->ecosystem = to->ecosystem;
    m->plan = to->plan;
    m->sampler = to->sampler;
    return begin_stage(m);
}

int tro_moments_init(tro_moments *m, const tro_ecosystem *eco, const tro_plan *plan,
                     const tro_sampler *sampler, tro_messages *messages)
{
    size_t n = eco->size, d = eco->width;
    *m = (tro_moments){.ecosystem = eco, .plan = plan, .sampler = sampler, .whole = plan};
    int status = supported(eco, plan, messages);
    for (size_t k = 0; status == TRO_OK && k + 1 < tro_stage_count(plan); k++)
        status = supported(plan->timeline->stages[k].ecosystem, plan->timeline->stages[k].plan,
                           messages);
    if (status < 0)
        return status;
    m->mean = TRO_NEW(&m->arena, double, n);
    m->fresh_mean = TRO_NEW(&m->arena, double, n);
    m->covariance = TRO_NEW(&m->arena, double, n * n);
    m->rows = TRO_NEW(&m->arena, double, n * n);
    m->fresh_rows = TRO_NEW(&m->arena, double, n * n);
    m->block = TRO_NEW(&m->arena, double, 4 * d * d + 4 * d);
    m->own = TRO_NEW(&m->arena, double, d * d);
    m->within = TRO_NEW(&m->arena, double, d * d);
    m->pair = TRO_NEW(&m->arena, double, d * d);
    m->real = TRO_NEW(&m->arena, double, eco->agents);
    m->sets = TRO_NEW(&m->arena, uint64_t, eco->agents);
    m->steps = TRO_NEW(&m->arena, double, eco->agents);
    if (!m->mean || !m->fresh_mean || !m->covariance || !m->rows || !m->fresh_rows ||
        !m->real || !m->sets || !m->steps ||
        !m->block || !m->own || !m->within || !m->pair ||
        (plan->timeline ? enter_stage(m, 0) : begin_stage(m)) < 0)
        return tro_error(messages, TRO_ENOMEM, NULL, "out of memory for exact moments");
    tro_ecosystem_start(m->ecosystem, m->mean);
    return TRO_OK;
}

int tro_moments_last_phase(tro_moments *m)
{
    size_t last = tro_stage_count(m->whole) - 1;
    return m->stage < last ? enter_stage(m, last) : TRO_OK;
}

void tro_moments_release(tro_moments *m)
{
    tro_workspace_release(&m->work);
    tro_events_release(&m->events);
    tro_arena_clear(&m->arena);
    *m = (tro_moments){0};
}

/* out = M x for a part's linear map; x itself for the identity. */
static const double *linear(const tro_moments *m, const tro_entry *entry, const double *x,
                            double *out)
{
    size_t d = m->ecosystem->width;
    if (!entry->channel)
        return x;
    entry->channel->channel->derivative(entry->channel, d, x, out);
    return out;
}

/* Row block of the new covariance: Cov(z_i', z_k) = sum_c p_c M_c Cov(z_j, z_k),
 * column by column (columns of the symmetric matrix are its rows). */
static void cross_rows(tro_moments *m, size_t agent, double *rows)
{
    const tro_ecosystem *eco = m->ecosystem;
    size_t n = eco->size, d = eco->width;
    double *column = m->block, *image = m->block + d;
    memset(rows, 0, n * d * sizeof *rows);
    for (size_t k = eco->row_start[agent]; k < eco->row_start[agent + 1]; k++) {
        const tro_entry *entry = &eco->entries[k];
        double share = m->weight[k];
        for (size_t c = 0; share != 0 && c < n; c++) {
            for (size_t r = 0; r < d; r++)
                column[r] = m->covariance[(entry->producer * d + r) * n + c];
            const double *moved = linear(m, entry, column, image);
            for (size_t r = 0; r < d; r++)
                rows[r * n + c] += share * moved[r];
        }
    }
}

/* block += weight * (M Cov(z_j) M') of one entry. */
static void add_part_covariance(const tro_moments *m, const tro_entry *entry, double weight,
                                double *block)
{
    const tro_ecosystem *eco = m->ecosystem;
    size_t n = eco->size, d = eco->width, at = entry->producer * d;
    double *half = m->block + 2 * d * d, *column = half + d * d, *image = column + d;
    for (size_t c = 0; c < d; c++) { /* half = M Cov */
        for (size_t r = 0; r < d; r++)
            column[r] = m->covariance[(at + r) * n + at + c];
        const double *moved = linear(m, entry, column, image);
        for (size_t r = 0; r < d; r++)
            half[r * d + c] = moved[r];
    }
    for (size_t r = 0; r < d; r++) { /* (M Cov M')' = M (M Cov)' */
        const double *moved = linear(m, entry, half + r * d, image);
        for (size_t c = 0; c < d; c++)
            block[r * d + c] += weight * moved[c];
    }
}

/* What one source adds to E of the covariance within the n outputs: law is its mean.
 * Given the state an output of a location family has the covariance S_c; a table's
 * has diag(law) - law law'. Where the number of outputs of a source is drawn, means
 * that differ add to it. */
static void within_part(tro_moments *m, const tro_draw_part *part, double weight,
                        const double *law, double *block)
{
    size_t d = m->ecosystem->width;
    int table = m->ecosystem->scenario->space.family->law == TRO_TABLE;
    int fixed = m->sampler->fixed != NULL;
    double second = table ? fixed ? -weight : 0 : fixed ? 0 : weight;
    if (!table)
        tro_spread_add(part->spread, weight, block);
    for (size_t r = 0; table && r < d; r++)
        block[r * d + r] += weight * law[r];
    if (second == 0)
        return;
    if (part->entry)
        add_part_covariance(m, part->entry, second, block);
    for (size_t r = 0; r < d; r++)
        for (size_t c = 0; c < d; c++)
            block[r * d + c] += second * law[r] * law[c];
}

/* That covariance, given the state, in the mean. */
static void within(tro_moments *m, size_t agent, const double *mean, const double *own,
                   double *block)
{
    const tro_ecosystem *eco = m->ecosystem;
    const tro_draw *draw = &m->sampler->draws[agent];
    size_t d = eco->width;
    memset(block, 0, d * d * sizeof *block);
    for (size_t k = 0; k < draw->count; k++) {
        const tro_draw_part *part = &m->sampler->parts[draw->first + k];
        const double *law = eco->scenario->agents[agent].reference;
        double weight = part->entry ? m->weight[part->entry - eco->entries] : m->real[agent];
        if (part->entry)
            law = tro_entry_law(eco, part->entry, m->mean + part->entry->producer * d,
                                m->mean, m->work.line, m->work.line + d, m->work.curation);
        within_part(m, part, weight, law, block);
    }
    /* Minus the second moment of the mixture's mean. */
    for (size_t r = 0; r < d; r++)
        for (size_t c = 0; c < d && !m->sampler->fixed; c++)
            block[r * d + c] -= mean[r] * mean[c] + own[r * d + c];
}

/* The next mean of an agent, and Var(E[z_i' | z]) as own (d^2). */
static void next_mean(tro_moments *m, size_t agent, const double *rows, double *mean,
                      double *own)
{
    const tro_ecosystem *eco = m->ecosystem;
    size_t n = eco->size, d = eco->width;
    const tro_agent *given = &eco->scenario->agents[agent];
    double *image = m->block;
    memset(mean, 0, d * sizeof *mean);
    memset(own, 0, d * d * sizeof *own);
    for (size_t r = 0; given->reference && r < d; r++)
        mean[r] = m->real[agent] * given->reference[r];
    for (size_t k = eco->row_start[agent]; k < eco->row_start[agent + 1]; k++) {
        const tro_entry *entry = &eco->entries[k];
        double share = m->weight[k];
        if (share == 0)
            continue;
        const double *law = tro_entry_law(eco, entry, m->mean + entry->producer * d, m->mean,
                                          m->work.line, m->work.line + d, m->work.curation);
        for (size_t r = 0; r < d; r++)
            mean[r] += share * law[r];
        /* own' = sum_c p_c M_c (row block at j)' */
        for (size_t r = 0; r < d; r++) {
            const double *moved = linear(m, entry, rows + r * n + entry->producer * d, image);
            for (size_t c = 0; c < d; c++)
                own[r * d + c] += share * moved[c];
        }
    }
}

/* The cross covariance of two agents that retrain together: given the state
 * their draws are independent, so it is that of their conditional means. */
static void pair_block(const tro_moments *m, const double *rows, size_t other, double *block)
{
    const tro_ecosystem *eco = m->ecosystem;
    size_t n = eco->size, d = eco->width;
    double *image = m->block;
    memset(block, 0, d * d * sizeof *block);
    for (size_t k = eco->row_start[other]; k < eco->row_start[other + 1]; k++) {
        const tro_entry *entry = &eco->entries[k];
        double share = m->weight[k];
        for (size_t r = 0; share != 0 && r < d; r++) {
            const double *moved = linear(m, entry, rows + r * n + entry->producer * d, image);
            for (size_t c = 0; c < d; c++)
                block[r * d + c] += share * moved[c];
        }
    }
}

/* How far the agent goes to its next data set. */
static double step_of(const tro_moments *m, size_t agent)
{
    const tro_agent *given = &m->ecosystem->scenario->agents[agent];
    return given->window == TRO_KEEPS_ALL ? 1 / (double)(m->sets[agent] + 1) : given->rate;
}

/* The block of the new covariance of the e-th and the o-th of a group, the first of
 * which goes a and the second b of the way from z to D:
 * Cov((1 - a) z_e + a D_e, (1 - b) z_o + b D_o). `drawn` is Cov(D_e, D_o). */
static void blend_block(tro_moments *m, const tro_event *first, size_t e, size_t o,
                        const double *drawn, double *fresh)
{
    size_t n = m->ecosystem->size, d = m->ecosystem->width;
    size_t at_e = first[e].agent * d, at_o = first[o].agent * d;
    const double *rows_e = m->rows + e * d * n, *rows_o = m->rows + o * d * n;
    double a = m->steps[e], b = m->steps[o];
    for (size_t r = 0; r < d; r++)
        for (size_t c = 0; c < d; c++)
            fresh[r * n + at_o + c] = (1 - a) * (1 - b) * m->covariance[(at_e + r) * n + at_o + c] +
                                      (1 - a) * b * rows_o[c * n + at_e + r] +
                                      a * (1 - b) * rows_e[r * n + at_o + c] +
                                      a * b * drawn[r * d + c];
}

/* The new rows and mean of the e-th of a group. */
static void advance_one(tro_moments *m, const tro_event *first, size_t count, size_t e)
{
    size_t n = m->ecosystem->size, d = m->ecosystem->width, agent = first[e].agent;
    const double *rows = m->rows + e * d * n, *old = m->covariance + agent * d * n;
    double *fresh = m->fresh_rows + e * d * n, *mean = m->fresh_mean + e * d;
    double outputs = (double)m->sampler->draws[agent].outputs, a = m->steps[e];
    next_mean(m, agent, rows, mean, m->own);
    within(m, agent, mean, m->own, m->within);
    for (size_t k = 0; k < d * d; k++)
        m->own[k] += m->within[k] / outputs;
    for (size_t k = 0; k < d * n; k++)
        fresh[k] = (1 - a) * old[k] + a * rows[k];
    for (size_t o = 0; o < count; o++) {
        if (o != e)
            pair_block(m, rows, first[o].agent, m->pair);
        blend_block(m, first, e, o, o == e ? m->own : m->pair, fresh);
    }
    for (size_t r = 0; r < d; r++)
        mean[r] = (1 - a) * m->mean[agent * d + r] + a * mean[r];
}

/* All agents from `first` to before `last` retrain together. Their new rows
 * are made from the old covariance first, then put in place. */
static void advance_group(tro_moments *m, const tro_event *first, const tro_event *last)
{
    const tro_ecosystem *eco = m->ecosystem;
    size_t n = eco->size, d = eco->width, count = (size_t)(last - first);
    for (size_t e = 0; e < count; e++) {
        m->steps[e] = step_of(m, first[e].agent);
        cross_rows(m, first[e].agent, m->rows + e * d * n);
    }
    for (size_t e = 0; e < count; e++)
        advance_one(m, first, count, e);
    for (size_t e = 0; e < count; e++) {
        size_t agent = first[e].agent;
        m->sets[agent]++;
        memcpy(m->mean + agent * d, m->fresh_mean + e * d, d * sizeof *m->mean);
        memcpy(m->covariance + agent * d * n, m->fresh_rows + e * d * n,
               d * n * sizeof *m->covariance);
    }
    /* The rows of everyone else keep their entries with the group: mirror. */
    for (size_t e = 0; e < count; e++)
        for (size_t r = first[e].agent * d; r < (first[e].agent + 1) * d; r++)
            for (size_t c = 0; c < n; c++)
                m->covariance[c * n + r] = m->covariance[r * n + c];
}

static int is_finite(const tro_moments *m)
{
    size_t n = m->ecosystem->size;
    for (size_t k = 0; k < n; k++)
        if (!isfinite(m->mean[k]) || !isfinite(m->covariance[k * n + k]))
            return 0;
    return 1;
}

int tro_moments_round(tro_moments *m)
{
    size_t stage = tro_stage_at(m->whole, m->round);
    int status = stage > m->stage ? enter_stage(m, stage) : TRO_OK;
    if (status == TRO_OK)
        status = tro_plan_list_present(m->plan, 0, m->round, &m->events);
    if (status < 0)
        return status;
    const tro_event *at = m->events.items, *end = at + m->events.count;
    if (m->shares) {
        tro_ecosystem_shares_at(m->ecosystem, m->round + 1, m->shares);
        find_weights(m);
    }
    while (at < end) {
        const tro_event *last = at + 1;
        while (last < end && last->phase == at->phase)
            last++;
        advance_group(m, at, last);
        at = last;
    }
    m->round++;
    return is_finite(m) ? TRO_OK : TRO_EDIVERGED;
}

double tro_moments_alignment(const tro_moments *m, size_t agent)
{
    const tro_ecosystem *eco = m->ecosystem;
    const tro_agent *given = &eco->scenario->agents[agent];
    const tro_space *space = &eco->scenario->space;
    const tro_reward *reward = given->reward;
    size_t n = eco->size, d = eco->width, at = agent * d;
    if (!reward || given->presence == TRO_ABSENT)
        return NAN;
    double value = space->family->alignment(space, reward, given->at, m->mean + at);
    for (size_t r = 0; reward->curvature && r < d; r++)
        for (size_t c = reward->full ? 0 : r; c < (reward->full ? d : r + 1); c++)
            value -= 0.5 * (reward->full ? reward->curvature[r * d + c] : reward->curvature[r]) *
                     m->covariance[(at + r) * n + at + c];
    return value;
}
