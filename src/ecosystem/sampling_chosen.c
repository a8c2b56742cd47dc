/* Sampled rounds of real vectors where an owner, or the judge of a shared pool, chooses
 * among several laws: what is kept is a mixture of laws of the family, and every output
 * comes from one of them. */
#include <math.h>

#include "ecosystem/sampling.h"
#include "ecosystem/steps.h"

/* How many laws tro_agent_choices gives; their covariances into spread (may be NULL). */
static size_t list_choices(const tro_ecosystem *eco, size_t agent, const tro_spread **spread)
{
    const tro_agent *given = &eco->scenario->agents[agent];
    size_t n = 0;
    if (given->owner_curation && given->reference) {
        if (spread)
            spread[n] = given->reference_spread;
        n++;
    }
    for (size_t k = eco->row_start[agent]; k < eco->row_start[agent + 1]; k++) {
        const tro_entry *entry = &eco->entries[k];
        if (!given->owner_curation && entry->layer != TRO_CURATED)
            continue;
        if (spread)
            spread[n] = tro_entry_spread(eco, entry);
        n++;
    }
    return n;
}

/* The covariances of the parts of all laws; neighbours with one have them in common. */
static int find_spreads(tro_sampler *sampler, const tro_curation *chooser, size_t count,
                        size_t each, const tro_spread *const *of_law, const tro_spread **kept)
{
    for (size_t k = 0; k < count; k++) {
        if (k > 0 && of_law[k] == of_law[k - 1]) {
            for (size_t v = 0; v < each; v++)
                kept[v * count + k] = kept[v * count + k - 1];
            continue;
        }
        int status = tro_curation_part_spreads(&sampler->arena, chooser, of_law[k], count,
                                               kept + k);
        if (status < 0)
            return status;
    }
    return TRO_OK;
}

int tro_sampler_prepare_chosen(tro_sampler *sampler, size_t agent, tro_messages *messages)
{
    const tro_ecosystem *eco = sampler->ecosystem;
    const tro_agent *given = &eco->scenario->agents[agent];
    const tro_curation *chooser = tro_agent_chooser(eco, agent);
    tro_draw *draw = &sampler->draws[agent];
    draw->chosen = 1;
    if (eco->scenario->space.family->law != TRO_LOCATION)
        return TRO_OK;
    size_t count = list_choices(eco, agent, NULL), each = tro_curation_parts_of_one(chooser);
    const tro_spread **of_law = TRO_NEW(&sampler->arena, const tro_spread *, count);
    draw->kept = TRO_NEW(&sampler->arena, const tro_spread *, each * count);
    if (!of_law || !draw->kept)
        return TRO_ENOMEM;
    list_choices(eco, agent, of_law);
    int status = find_spreads(sampler, chooser, count, each, of_law, draw->kept);
    if (status == TRO_EINVAL)
        return tro_error(messages, TRO_ESCENARIO,
                         tro_place_of(given->node, given->owner_curation ? "owner" : "pool"),
                         "'%s' leaves no normal law of some outputs that '%s' chooses from: their "
                         "precision (the inverse of their covariance) plus curvature / "
                         "temperature must be positive definite", chooser->name, given->name);
    return status;
}

static void put_part(tro_workspace *work, size_t k, double chance, const double *law,
                     const tro_spread *spread)
{
    work->parts[k] = (tro_part){.law = law, .spread = spread};
    work->chances[k] = chance;
}

/* Real and raw data beside a shared pool. */
static void put_others(const tro_ecosystem *eco, tro_workspace *work, size_t agent,
                         tro_law_of *law, void *context)
{
    const tro_agent *given = &eco->scenario->agents[agent];
    const tro_shares *shares = &work->shares[agent];
    size_t n = 0;
    if (given->reference)
        put_part(work, n++, shares->real, given->reference, given->reference_spread);
    for (size_t k = eco->row_start[agent], row = 0; k < eco->row_start[agent + 1]; k++) {
        const tro_entry *entry = &eco->entries[k];
        if (entry->layer == TRO_CURATED)
            continue;
        put_part(work, n++, tro_share_of(shares, entry),
                 law(context, entry, work->laws + row * eco->width),
                 tro_entry_spread(eco, entry));
        row++;
    }
}

/* What is kept goes last, so that the others have their places whether there is any. It is
 * found first: its laws take the room of the others'. */
size_t tro_sampler_chosen(const tro_sampler *sampler, tro_workspace *work, size_t agent,
                          tro_law_of *law, void *context)
{
    const tro_ecosystem *eco = sampler->ecosystem;
    const tro_agent *given = &eco->scenario->agents[agent];
    const tro_curation *chooser = tro_agent_chooser(eco, agent);
    const tro_spread **kept = sampler->draws[agent].kept;
    size_t row = eco->row_start[agent + 1] - eco->row_start[agent];
    size_t first = 0, parts = 0, count = list_choices(eco, agent, NULL);
    double share = 1;
    if (!given->owner_curation) {
        share = work->shares[agent].curated;
        first = (given->reference ? 1 : 0) + row - count;
    }
    if (share > 0) {
        tro_pool pool = tro_agent_choices(eco, work, agent, law, context);
        parts = tro_curation_parts_of_one(chooser) * count;
        tro_curation_parts(chooser, &pool, work->chances + first, work->tilted, work->curation);
    }
    for (size_t k = 0; k < parts; k++)
        put_part(work, first + k, share * work->chances[first + k],
                 work->tilted + k * eco->width, kept ? kept[k] : NULL);
    if (!given->owner_curation)
        put_others(eco, work, agent, law, context);
    return first + parts;
}

/* Where no law is kept there is no state: NaN, which ends the rounds. */
void tro_sampler_draw_chosen(const tro_sampler *sampler, tro_workspace *work, size_t agent,
                             tro_stream_key key, unsigned occurrence,
                             const tro_sources *sources, double *z)
{
    const tro_ecosystem *eco = sampler->ecosystem;
    const tro_space *space = &eco->scenario->space;
    uint64_t outputs = sampler->draws[agent].outputs;
    size_t parts = tro_sampler_chosen(sampler, work, agent, sources->law, sources->context);
    double sum = 0;
    for (size_t k = 0; k < parts; k++)
        sum += work->chances[k];
    if (!isfinite(sum)) {
        for (size_t k = 0; k < eco->width; k++)
            z[k] = NAN;
        return;
    }
    key.purpose = TRO_FOR_COUNTS + ((uint64_t)occurrence << 8);
    tro_stream counts = tro_stream_of(&key);
    tro_stream_multinomial(&counts, outputs, parts, work->chances, work->counts);
    key.purpose = TRO_FOR_OUTPUTS + ((uint64_t)occurrence << 8);
    tro_stream stream = tro_stream_of(&key);
    space->family->sample(space, outputs, parts, work->parts, work->counts, &stream, z,
                          work->draw);
}
