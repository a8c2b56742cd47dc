/* Sampled rounds: counts of outputs by source, then their statistics. */
#include "ecosystem/sampling.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ecosystem/steps.h"

static void add_part(tro_sampler *sampler, size_t *at, tro_draw_part part)
{
    if (!(part.share > 0))
        return;
    sampler->parts[*at] = part;
    sampler->shares[(*at)++] = part.share;
}

/* --- preparing ------------------------------------------------------------------ */

/* Largest first; the first of equals. Rests are in billionths: rounding breaks no
 * tie. */
static int compare_leftovers(const void *left, const void *right)
{
    const tro_leftover *a = left, *b = right;
    int order = (a->rest < b->rest) - (a->rest > b->rest);
    return order ? order : (a->part > b->part) - (a->part < b->part);
}

/* n times the share, rounded down, the rest to the largest remainders. */
static void fix_counts(uint64_t n, size_t parts, const double *share, tro_leftover *rests,
                       uint64_t *counts)
{
    uint64_t given = 0;
    double sum = 0;
    for (size_t k = 0; k < parts; k++)
        sum += share[k];
    for (size_t k = 0; k < parts; k++) {
        double whole = (double)n * (share[k] / sum);
        /* 30 outputs at a share of 0.1 are 3 and not 2.9999999999999996 */
        counts[k] = (uint64_t)floor(whole * (1 + 4 * DBL_EPSILON));
        rests[k] = (tro_leftover){floor((whole - (double)counts[k]) * 1e9 + 0.5), k};
        given += counts[k];
    }
    qsort(rests, parts, sizeof *rests, compare_leftovers);
    for (size_t k = 0; given < n; k = (k + 1) % parts, given++)
        counts[rests[k].part]++;
    /* Of very many outputs rounding may give more than there are. */
    for (size_t k = parts - 1; given > n; k = (k ? k : parts) - 1)
        if (counts[rests[k].part] > 0) {
            counts[rests[k].part]--;
            given--;
        }
}

static int fix_draw(tro_sampler *sampler, const tro_draw *draw)
{
    tro_leftover *rests = tro_allocate(draw->count + 1, sizeof *rests);
    if (!rests)
        return TRO_ENOMEM;
    fix_counts(draw->outputs, draw->count, sampler->shares + draw->first, rests,
               sampler->fixed + draw->first);
    tro_release(rests);
    return TRO_OK;
}

/* A source of which the agent has a share in some round. */
static int is_ever(const tro_shares *now, const tro_shares *later, const tro_entry *entry)
{
    return tro_share_of(now, entry) > 0 || tro_share_of(later, entry) > 0;
}

/* Parts of an agent whose shares change: those of any round; their shares are found
 * when they are drawn. */
static void add_fading(tro_sampler *sampler, size_t agent, size_t *at)
{
    const tro_ecosystem *eco = sampler->ecosystem;
    const tro_agent *given = &eco->scenario->agents[agent];
    const tro_shares *now = &eco->shares[agent];
    tro_shares later;
    tro_shares_fade(now, &given->fade, 0, &later);
    if (given->reference)
        add_part(sampler, at, (tro_draw_part){.spread = given->reference_spread,
                                              .share = now->real});
    for (size_t k = eco->row_start[agent]; k < eco->row_start[agent + 1]; k++)
        if (is_ever(now, &later, &eco->entries[k]))
            add_part(sampler, at, (tro_draw_part){&eco->entries[k], 0,
                                                  tro_entry_spread(eco, &eco->entries[k]), 1});
    sampler->draws[agent].fades = 1;
}

static int prepare_agent(tro_sampler *sampler, size_t agent, size_t *at,
                         tro_messages *messages)
{
    const tro_ecosystem *eco = sampler->ecosystem;
    const tro_agent *given = &eco->scenario->agents[agent];
    tro_draw *draw = &sampler->draws[agent];
    *draw = (tro_draw){.first = *at, .outputs = given->outputs};
    draw->from_mixture = sampler->from_mixture && given->reference_sample == 0;
    if (tro_agent_chooser(eco, agent))
        return tro_sampler_prepare_chosen(sampler, agent, messages);
    if (given->fade.power > 0) {
        add_fading(sampler, agent, at);
        draw->count = *at - draw->first;
        return TRO_OK;
    }
    if (given->reference)
        add_part(sampler, at, (tro_draw_part){.spread = given->reference_spread,
                                              .share = eco->shares[agent].real});
    for (size_t k = eco->row_start[agent]; k < eco->row_start[agent + 1]; k++) {
        const tro_entry *entry = &eco->entries[k];
        if (!given->pool_curation || entry->layer != TRO_CURATED)
            add_part(sampler, at, (tro_draw_part){entry, 0, tro_entry_spread(eco, entry),
                                                  tro_entry_share(eco, agent, entry)});
    }
    if (given->pool_curation) /* of finite outcomes: what is kept is a law */
        add_part(sampler, at, (tro_draw_part){.pooled = 1, .share = eco->shares[agent].curated});
    draw->count = *at - draw->first;
    if (sampler->fixed)
        return fix_draw(sampler, draw);
    if (draw->count != 2 || draw->from_mixture)
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
        TRO_TRY(prepare_agent(sampler, i, &at, messages));
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

/* The shares of the parts of an agent whose shares are those of the round. */
static void find_shares(const tro_sampler *sampler, const tro_workspace *work, size_t agent,
                        double *shares)
{
    const tro_draw *draw = &sampler->draws[agent];
    const tro_shares *now = &work->shares[agent];
    for (size_t k = 0; k < draw->count; k++) {
        const tro_entry *entry = sampler->parts[draw->first + k].entry;
        shares[k] = entry ? tro_share_of(now, entry) : now->real;
    }
}

void tro_sampler_weights(const tro_sampler *sampler, const tro_workspace *work, size_t agent,
                         double *weight)
{
    const tro_draw *draw = &sampler->draws[agent];
    const uint64_t *counts = sampler->fixed ? sampler->fixed + draw->first : NULL;
    if (draw->fades)
        find_shares(sampler, work, agent, weight);
    else
        memcpy(weight, sampler->shares + draw->first, draw->count * sizeof *weight);
    if (draw->fades && counts) {
        fix_counts(draw->outputs, draw->count, weight, work->leftovers, work->counts);
        counts = work->counts;
    }
    for (size_t k = 0; counts && k < draw->count; k++)
        weight[k] = (double)counts[k] / (double)draw->outputs;
}

static void draw_fading(const tro_sampler *sampler, const tro_workspace *work, size_t agent,
                        const tro_stream_key *key)
{
    const tro_draw *draw = &sampler->draws[agent];
    double *shares = work->weights;
    find_shares(sampler, work, agent, shares);
    tro_stream stream = tro_stream_of(key);
    if (sampler->fixed) {
        fix_counts(draw->outputs, draw->count, shares, work->leftovers, work->counts);
    } else if (draw->count == 2) {
        work->counts[0] = tro_stream_binomial(&stream, draw->outputs,
                                              shares[0] / (shares[0] + shares[1]));
        work->counts[1] = draw->outputs - work->counts[0];
    } else {
        tro_stream_multinomial(&stream, draw->outputs, draw->count, shares, work->counts);
    }
}

static void draw_counts(const tro_sampler *sampler, const tro_workspace *work, size_t agent,
                        const tro_stream_key *key)
{
    const tro_draw *draw = &sampler->draws[agent];
    const double *shares = sampler->shares + draw->first;
    uint64_t *counts = work->counts;
    if (draw->fades) {
        draw_fading(sampler, work, agent, key);
        return;
    }
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

/* Outputs of a set of real data: its statistics, however many there are of it. */
static void draw_set(const void *context, uint64_t count, tro_stream *stream, double *sum,
                     double *scratch)
{
    const tro_real_set *set = context;
    (void)stream;
    (void)scratch;
    tro_add_scaled(set->width, (double)count, set->mean, sum);
}

static void make_part(tro_workspace *work, const tro_draw_part *given, size_t at,
                      const tro_sources *sources, size_t index, const tro_agent *agent,
                      size_t width)
{
    const tro_entry *entry = given->entry;
    tro_part *part = &work->parts[at];
    double *room = work->laws + at * width;
    *part = (tro_part){.law = given->pooled ? work->data : agent->reference,
                        .spread = given->spread};
    if (!entry && !given->pooled && agent->reference_sample > 0) {
        work->real_set = (tro_real_set){sources->real_sets + index * width, width};
        part->draw = draw_set;
        part->context = &work->real_set;
    }
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

void tro_sampler_draw_sets(const tro_sampler *sampler, tro_workspace *work,
                           tro_stream_key key, double *sets)
{
    const tro_ecosystem *eco = sampler->ecosystem;
    const tro_space *space = &eco->scenario->space;
    key.purpose = TRO_FOR_REAL_DATA;
    for (size_t i = 0; i < eco->agents; i++) {
        const tro_agent *agent = &eco->scenario->agents[i];
        tro_part part = {.law = agent->reference, .spread = agent->reference_spread};
        if (agent->reference_sample == 0)
            continue;
        key.agent = i;
        tro_stream stream = tro_stream_of(&key);
        space->family->sample(space, agent->reference_sample, 1, &part,
                              &agent->reference_sample, &stream, sets + i * eco->width,
                              work->draw);
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
    if (draw->chosen) {
        tro_sampler_draw_chosen(sampler, work, agent, key, occurrence, sources, z);
        return;
    }
    if (draw->from_mixture) {
        double *mixture = work->data + 3 * eco->width, *law = work->data + 2 * eco->width;
        tro_agent_mixture(eco, work, agent, sources->law, sources->context, mixture);
        tro_agent_admit(eco, work, agent, sources->law, sources->context, mixture, law);
        key.purpose = TRO_FOR_OUTPUTS + ((uint64_t)occurrence << 8);
        tro_stream stream = tro_stream_of(&key);
        space->family->sample_law(space, draw->outputs, law, &stream, z);
        return;
    }
    key.purpose = TRO_FOR_COUNTS + ((uint64_t)occurrence << 8);
    draw_counts(sampler, work, agent, &key);
    /* Sources that gave nothing need no law. The pool goes first: its laws take the room of
     * the others'. */
    if (draw->count > 0 && parts[draw->count - 1].pooled && work->counts[draw->count - 1] > 0)
        tro_agent_pooled(eco, work, agent, sources->law, sources->context, work->data);
    for (size_t k = 0; k < draw->count; k++) {
        if (work->counts[k] == 0)
            continue;
        make_part(work, &parts[k], used, sources, agent, &eco->scenario->agents[agent],
                  eco->width);
        work->counts[used++] = work->counts[k];
    }
    key.purpose = TRO_FOR_OUTPUTS + ((uint64_t)occurrence << 8);
    tro_stream stream = tro_stream_of(&key);
    space->family->sample(space, draw->outputs, used, work->parts, work->counts, &stream, z,
                          work->draw);
}
