/* Sampled rounds: counts of outputs by source, then their statistics. */
#include "ecosystem/sampling.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const tro_spread *spread_of(const tro_ecosystem *eco, const tro_entry *entry)
{
    return entry->channel ? entry->channel->spread : eco->scenario->space.spread;
}

static void add_part(tro_sampler *sampler, size_t *at, tro_draw_part part)
{
    if (!(part.share > 0))
        return;
    sampler->parts[*at] = part;
    sampler->shares[(*at)++] = part.share;
}

/* --- preparing ------------------------------------------------------------------ */

typedef struct leftover {
    double rest;                  /* in billionths: rounding breaks no tie */
    size_t part;
} leftover;

/* Largest first; the first of equals. */
static int compare_leftovers(const void *left, const void *right)
{
    const leftover *a = left, *b = right;
    int order = (a->rest < b->rest) - (a->rest > b->rest);
    return order ? order : (a->part > b->part) - (a->part < b->part);
}

/* n times the share, rounded down, the rest to the largest remainders. */
static int fix_counts(tro_sampler *sampler, const tro_draw *draw)
{
    uint64_t given = 0, *counts = sampler->fixed + draw->first;
    const double *share = sampler->shares + draw->first;
    double sum = 0;
    for (size_t k = 0; k < draw->count; k++)
        sum += share[k];
    leftover *rests = tro_allocate(draw->count + 1, sizeof *rests);
    if (!rests)
        return TRO_ENOMEM;
    for (size_t k = 0; k < draw->count; k++) {
        double whole = (double)draw->outputs * (share[k] / sum);
        /* 30 outputs at a share of 0.1 are 3 and not 2.9999999999999996 */
        counts[k] = (uint64_t)floor(whole * (1 + 4 * DBL_EPSILON));
        rests[k] = (leftover){floor((whole - (double)counts[k]) * 1e9 + 0.5), k};
        given += counts[k];
    }
    qsort(rests, draw->count, sizeof *rests, compare_leftovers);
    for (size_t k = 0; given < draw->outputs; k = (k + 1) % draw->count, given++)
        counts[rests[k].part]++;
    /* Of very many outputs rounding may give more than there are. */
    for (size_t k = draw->count - 1; given > draw->outputs; k = (k ? k : draw->count) - 1)
        if (counts[rests[k].part] > 0) {
            counts[rests[k].part]--;
            given--;
        }
    tro_release(rests);
    return TRO_OK;
}

static int prepare_agent(tro_sampler *sampler, size_t agent, size_t *at)
{
    const tro_ecosystem *eco = sampler->ecosystem;
    const tro_agent *given = &eco->scenario->agents[agent];
    tro_draw *draw = &sampler->draws[agent];
    *draw = (tro_draw){.first = *at, .outputs = given->outputs};
    if (given->reference)
        add_part(sampler, at, (tro_draw_part){.spread = given->reference_spread,
                                              .share = eco->shares[agent].real});
    for (size_t k = eco->row_start[agent]; k < eco->row_start[agent + 1]; k++) {
        const tro_entry *entry = &eco->entries[k];
        if (!given->pool_curation || entry->layer != TRO_CURATED)
            add_part(sampler, at, (tro_draw_part){entry, 0, spread_of(eco, entry),
                                                  tro_entry_share(eco, agent, entry)});
    }
    if (given->pool_curation) /* of finite outcomes: what is kept is a law */
        add_part(sampler, at, (tro_draw_part){.pooled = 1, .share = eco->shares[agent].curated});
    draw->count = *at - draw->first;
    if (sampler->fixed)
        return fix_counts(sampler, draw);
    if (draw->count != 2 || sampler->from_mixture)
        return TRO_OK;
    const double *shares = sampler->shares + draw->first;
    draw->binomial = tro_binomial_new(draw->outputs, shares[0] / (shares[0] + shares[1]));
    return draw->binomial ? TRO_OK : TRO_ENOMEM;
}

int tro_sampler_new(const tro_ecosystem *eco, tro_sampler **out, tro_messages *messages)
{
    size_t parts = eco->entry_count + eco->agents, at = 0;
    tro_sampler *sampler = tro_allocate(1, sizeof *sampler);
    int status = TRO_ENOMEM, fixed = eco->scenario->split == TRO_SPLIT_FIXED;
    *out = NULL;
    if (!sampler)
        goto out;
    sampler->ecosystem = eco;
    sampler->from_mixture = eco->scenario->space.family->sample_law && !fixed;
    sampler->draws = TRO_NEW(&sampler->arena, tro_draw, eco->agents);
    sampler->parts = TRO_NEW(&sampler->arena, tro_draw_part, parts);
    sampler->shares = TRO_NEW(&sampler->arena, double, parts);
    if (fixed)
        sampler->fixed = TRO_NEW(&sampler->arena, uint64_t, parts);
    if (!sampler->draws || !sampler->parts || !sampler->shares || (fixed && !sampler->fixed))
        goto out;
    TRO_TRY(tro_scenario_check_sampled(eco->scenario, messages));
    for (size_t i = 0; i < eco->agents; i++)
        TRO_TRY(prepare_agent(sampler, i, &at));
    *out = sampler;
    status = TRO_OK;
out:
    if (status == TRO_ENOMEM)
        tro_error(messages, status, NULL, "out of memory preparing sampled rounds");
    if (status < 0)
        tro_sampler_free(sampler);
    return status;
}

void tro_sampler_free(tro_sampler *sampler)
{
    if (!sampler)
        return;
    for (size_t i = 0; sampler->draws && i < sampler->ecosystem->agents; i++)
        tro_binomial_free(sampler->draws[i].binomial);
    tro_arena_clear(&sampler->arena);
    tro_release(sampler);
}

/* --- drawing --------------------------------------------------------------------- */

static void draw_counts(const tro_sampler *sampler, const tro_draw *draw, tro_stream_key *key,
                        uint64_t *counts)
{
    const double *shares = sampler->shares + draw->first;
    if (sampler->fixed) {
        memcpy(counts, sampler->fixed + draw->first, draw->count * sizeof *counts);
        return;
    }
    if (draw->count == 1) {
        counts[0] = draw->outputs;
        return;
    }
    tro_stream stream = tro_stream_of(key);
    if (draw->count == 2) {
        counts[0] = tro_binomial_draw(draw->binomial, &stream);
        counts[1] = draw->outputs - counts[0];
    } else {
        tro_stream_multinomial(&stream, draw->outputs, draw->count, shares, counts);
    }
}

/* Kept outputs that are no law of the family: they are drawn one by one. A channel
 * is affine in the statistics of one output, and so in their mean. */
static void draw_kept(const void *context, uint64_t count, tro_stream *stream, double *sum,
                      double *scratch)
{
    const tro_kept *kept = context;
    const tro_curation *curation = kept->curation;
    size_t width = curation->space->width;
    double n = (double)count;
    if (!kept->channel) {
        curation->ops->draw(curation, kept->law, count, stream, sum, scratch);
        return;
    }
    memset(kept->room, 0, width * sizeof *kept->room);
    curation->ops->draw(curation, kept->law, count, stream, kept->room, scratch);
    for (size_t k = 0; k < width; k++)
        kept->room[k] /= n;
    kept->channel->channel->apply(kept->channel, width, kept->room, scratch);
    tro_add_scaled(width, n, scratch, sum);
}

static void make_part(tro_workspace *work, const tro_draw_part *given, size_t at,
                      const tro_sources *sources, const tro_agent *agent, size_t width)
{
    const tro_entry *entry = given->entry;
    tro_part *part = &work->parts[at];
    double *room = work->laws + at * width;
    *part = (tro_part){.law = given->pooled ? work->data : agent->reference,
                       .spread = given->spread};
    if (!entry)
        return;
    part->law = sources->law(sources->context, entry, room);
    if (entry->curation && entry->curation->ops->draw) {
        work->kept[at] = (tro_kept){entry->curation, sources->row(sources->context, entry),
                                    entry->channel, room};
        part->draw = draw_kept;
        part->context = &work->kept[at];
    }
}

void tro_sampler_draw(const tro_sampler *sampler, tro_workspace *work, size_t agent,
                      tro_stream_key key, unsigned occurrence, const tro_sources *sources,
                      double *z)
{
    const tro_ecosystem *eco = sampler->ecosystem;
    const tro_space *space = &eco->scenario->space;
    const tro_draw *draw = &sampler->draws[agent];
    const tro_draw_part *parts = sampler->parts + draw->first;
    size_t used = 0;
    key.agent = agent;
    if (sampler->from_mixture) {
        double *mixture = work->data + 3 * eco->width, *law = work->data + 2 * eco->width;
        tro_agent_mixture(eco, work, agent, sources->law, sources->context, mixture);
        tro_agent_admit(eco, work, agent, sources->law, sources->context, mixture, law);
        key.purpose = TRO_FOR_OUTPUTS + ((uint64_t)occurrence << 8);
        tro_stream stream = tro_stream_of(&key);
        space->family->sample_law(space, draw->outputs, law, &stream, z);
        return;
    }
    key.purpose = TRO_FOR_COUNTS + ((uint64_t)occurrence << 8);
    draw_counts(sampler, draw, &key, work->counts);
    /* Sources that gave nothing need no law. The pool goes first: its laws take the room of
     * the others'. */
    if (draw->count > 0 && parts[draw->count - 1].pooled && work->counts[draw->count - 1] > 0)
        tro_agent_pooled(eco, work, agent, sources->law, sources->context, work->data);
    for (size_t k = 0; k < draw->count; k++) {
        if (work->counts[k] == 0)
            continue;
        make_part(work, &parts[k], used, sources, &eco->scenario->agents[agent], eco->width);
        work->counts[used++] = work->counts[k];
    }
    key.purpose = TRO_FOR_OUTPUTS + ((uint64_t)occurrence << 8);
    tro_stream stream = tro_stream_of(&key);
    space->family->sample(space, draw->outputs, used, work->parts, work->counts, &stream, z,
                          work->draw);
}
