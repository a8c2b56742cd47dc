#include "ecosystem/sampling.h"

static const tro_spread *spread_of(const tro_ecosystem *eco, const tro_entry *entry)
{
    return entry->channel ? entry->channel->spread : eco->scenario->space.spread;
}

static void add_part(tro_sampler *sampler, size_t *at, const tro_entry *entry,
                     const tro_spread *spread, double share)
{
    if (!(share > 0))
        return;
    sampler->parts[*at] = (tro_draw_part){entry, spread, share};
    sampler->shares[(*at)++] = share;
}

static int prepare_agent(tro_sampler *sampler, size_t agent, size_t *at)
{
    const tro_ecosystem *eco = sampler->ecosystem;
    const tro_agent *given = &eco->scenario->agents[agent];
    tro_draw *draw = &sampler->draws[agent];
    *draw = (tro_draw){.first = *at, .outputs = given->outputs};
    if (given->reference)
        add_part(sampler, at, NULL, given->reference_spread, eco->shares[agent].real);
    for (size_t k = eco->row_start[agent]; k < eco->row_start[agent + 1]; k++)
        add_part(sampler, at, &eco->entries[k], spread_of(eco, &eco->entries[k]),
                 tro_entry_share(eco, agent, &eco->entries[k]));
    draw->count = *at - draw->first;
    if (draw->count != 2)
        return TRO_OK;
    const double *shares = sampler->shares + draw->first;
    draw->binomial = tro_binomial_new(draw->outputs, shares[0] / (shares[0] + shares[1]));
    return draw->binomial ? TRO_OK : TRO_ENOMEM;
}

int tro_sampler_new(const tro_ecosystem *eco, tro_sampler **out, tro_messages *messages)
{
    size_t parts = eco->entry_count + eco->agents, at = 0;
    tro_sampler *sampler = tro_allocate(1, sizeof *sampler);
    int status = TRO_ENOMEM;
    *out = NULL;
    if (!sampler)
        goto out;
    sampler->ecosystem = eco;
    sampler->draws = TRO_NEW(&sampler->arena, tro_draw, eco->agents);
    sampler->parts = TRO_NEW(&sampler->arena, tro_draw_part, parts);
    sampler->shares = TRO_NEW(&sampler->arena, double, parts);
    if (!sampler->draws || !sampler->parts || !sampler->shares)
        goto out;
    for (size_t i = 0; i < eco->agents; i++)
        TRO_TRY(prepare_agent(sampler, i, &at));
    *out = sampler;
    status = TRO_OK;
out:
    if (status < 0) {
        tro_sampler_free(sampler);
        tro_error(messages, status, NULL, "out of memory preparing sampled rounds");
    }
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

static void draw_counts(const tro_draw *draw, const double *shares, tro_stream_key *key,
                        uint64_t *counts)
{
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

void tro_sampler_draw(const tro_sampler *sampler, tro_workspace *work, size_t agent,
                      tro_stream_key key, unsigned occurrence, tro_law_of *law, void *context,
                      double *z)
{
    const tro_ecosystem *eco = sampler->ecosystem;
    const tro_draw *draw = &sampler->draws[agent];
    const tro_draw_part *parts = sampler->parts + draw->first;
    size_t used = 0;
    key.agent = agent;
    key.purpose = TRO_FOR_COUNTS + ((uint64_t)occurrence << 8);
    draw_counts(draw, sampler->shares + draw->first, &key, work->counts);
    /* Sources that gave nothing need no law. */
    for (size_t k = 0; k < draw->count; k++) {
        if (work->counts[k] == 0)
            continue;
        const tro_entry *entry = parts[k].entry;
        work->parts[used].spread = parts[k].spread;
        work->parts[used].law = entry ? law(context, entry, work->laws + used * eco->width)
                                      : eco->scenario->agents[agent].reference;
        work->counts[used++] = work->counts[k];
    }
    key.purpose = TRO_FOR_OUTPUTS + ((uint64_t)occurrence << 8);
    tro_stream stream = tro_stream_of(&key);
    const tro_space *space = &eco->scenario->space;
    space->family->sample(space, draw->outputs, used, work->parts, work->counts, &stream, z,
                          work->draw);
}
