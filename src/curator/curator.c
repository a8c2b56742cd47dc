/* Reading curator expressions, and what all curations share. */
#include "curator/curator.h"

#include <string.h>

#include "base/text.h"

static int unknown_name(const tro_reader *reader, const tro_curator_list *named,
                        const tro_node *node)
{
    const char *words[64];
    size_t count = 0;
    for (size_t k = 0; named && k < named->count && count < 64; k++)
        words[count++] = named->items[k].name;
    const char *near = tro_nearest_word(node->text, words, count);
    return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                     "unknown curator '%s'%s%s%s", node->text, near ? " (did you mean '" : "",
                     near ? near : ": define it under 'curators' (before its first use there), or "
                                   "write it out here",
                     near ? "'?)" : "");
}

int tro_curation_read(const tro_reader *reader, const tro_space *space, const tro_node *node,
                      const tro_curation **out)
{
    const tro_curator_list *named = reader->scope;
    tro_chosen chosen;
    if (node->kind == TRO_SCALAR) {
        for (size_t k = 0; named && k < named->count; k++)
            if (strcmp(named->items[k].name, node->text) == 0) {
                *out = named->items[k].curation;
                return *out ? TRO_OK : TRO_ESCENARIO;
            }
        if (!tro_catalog_find(reader->catalog, TRO_CURATOR, node->text))
            return unknown_name(reader, named, node);
    }
    int status = tro_read_plugin(reader, node, TRO_CURATOR, &chosen);
    if (status < 0)
        return status;
    const tro_curator *curator = (const tro_curator *)chosen.plugin;
    tro_curation *curation = TRO_NEW(reader->arena, tro_curation, 1);
    if (!curation)
        return TRO_ENOMEM;
    curation->space = space;
    curation->name = chosen.plugin->name;
    status = curator->prepare(reader, space, chosen.config, chosen.parameters, curation);
    *out = status < 0 ? NULL : curation;
    return status;
}

tro_spreading tro_curation_coupled(const tro_curation *curation)
{
    return curation && curation->ops ? curation->coupled : (tro_spreading){.law = 1};
}

tro_spreading tro_curation_steep(const tro_curation *curation)
{
    return curation && curation->ops ? curation->steep : (tro_spreading){.law = 1};
}

/* --- audiences ------------------------ */

int tro_curation_gather(tro_arena *arena, const tro_curation *const *parts, size_t count,
                        tro_curation *out)
{
    size_t all = 0, at = 0;
    for (size_t k = 0; k < count; k++)
        all += parts[k]->audience_count;
    tro_audience **list = all ? TRO_NEW(arena, tro_audience *, all) : NULL;
    if (all && !list)
        return TRO_ENOMEM;
    for (size_t k = 0; k < count; k++)
        for (size_t a = 0; a < parts[k]->audience_count; a++)
            list[at++] = parts[k]->audience[a];
    out->audience = list;
    out->audience_count = all;
    return TRO_OK;
}

const double *tro_curation_hearing(const tro_curation *curation, const double *row,
                                   const double *z, double *room)
{
    size_t width = curation->space->width;
    if (curation->audience_count == 0)
        return row;
    memcpy(room, row, width * sizeof *room);
    for (size_t k = 0; k < curation->audience_count; k++) {
        double *heard = room + (k + 1) * width;
        if (z)
            memcpy(heard, z + curation->audience[k]->agent * width, width * sizeof *heard);
        else
            memset(heard, 0, width * sizeof *heard);
    }
    return room;
}

const double *tro_curation_argument(const tro_curation *part, const double *law,
                                    const double *heard, double *room)
{
    size_t width = part->space->width;
    if (part->audience_count == 0)
        return law;
    memcpy(room, law, width * sizeof *room);
    memcpy(room + width, heard, part->audience_count * width * sizeof *room);
    return room;
}

/* --- tunings ------------------------ */

int tro_curation_tune(tro_arena *arena, const tro_tuning *tuning, const char *no_reward,
                      tro_curation *out)
{
    tro_tuning *own = TRO_NEW(arena, tro_tuning, 1);
    tro_tuned *list = TRO_NEW(arena, tro_tuned, 1);
    if (!own || !list)
        return TRO_ENOMEM;
    *own = *tuning;
    *list = (tro_tuned){own, no_reward};
    out->tuned = list;
    out->tuned_count = 1;
    return TRO_OK;
}

int tro_curation_gather_tunings(tro_arena *arena, const tro_curation *const *parts,
                                size_t count, tro_curation *out)
{
    size_t all = 0, at = 0;
    for (size_t k = 0; k < count; k++)
        all += parts[k]->tuned_count;
    tro_tuned *list = TRO_NEW(arena, tro_tuned, all);
    if (!list)
        return TRO_ENOMEM;
    for (size_t k = 0; k < count; k++)
        for (size_t t = 0; t < parts[k]->tuned_count; t++)
            list[at++] = parts[k]->tuned[t];
    out->tuned = list;
    out->tuned_count = all;
    return TRO_OK;
}

/* --- pools ------------------------ */

int tro_curation_takes_pool(const tro_curation *curation)
{
    return !curation->ops || curation->ops->pool || curation->space->family->law == TRO_TABLE;
}

size_t tro_curation_pool_scratch(const tro_curation *curation, size_t count)
{
    size_t mixing = 2 * curation->space->width;
    if (!curation->ops)
        return mixing;
    if (curation->ops->pool)
        return curation->ops->pool_scratch ? curation->ops->pool_scratch(curation, count)
                                           : curation->scratch;
    return mixing + curation->scratch;
}

/* out = sum of weight * law; laws may be NULL: 0. */
static void mix(size_t width, size_t count, const double *weight, const double *const *law,
                double *out)
{
    memset(out, 0, width * sizeof *out);
    for (size_t k = 0; k < count; k++)
        for (size_t x = 0; law[k] && x < width; x++)
            out[x] += weight[k] * law[k][x];
}

static void mix_change(size_t width, const tro_pool *pool, const double *dweight,
                       const double *const *dlaw, double *out)
{
    mix(width, pool->count, pool->weight, dlaw, out);
    for (size_t k = 0; dweight && k < pool->count; k++)
        for (size_t x = 0; x < width; x++)
            out[x] += dweight[k] * pool->law[k][x];
}

void tro_curation_pool(const tro_curation *curation, const tro_pool *pool, double *out,
                       double *scratch)
{
    size_t width = curation->space->width;
    if (curation->ops && curation->ops->pool) {
        curation->ops->pool(curation, pool, out, scratch);
        return;
    }
    mix(width, pool->count, pool->weight, pool->law, curation->ops ? scratch : out);
    if (curation->ops)
        curation->ops->apply(curation, 1, scratch, out, scratch + 2 * width);
}

void tro_curation_pool_derivative(const tro_curation *curation, const tro_pool *pool,
                                  const double *dweight, const double *const *dlaw, double *out,
                                  double *scratch)
{
    size_t width = curation->space->width;
    double *mixture = scratch, *change = scratch + width;
    if (curation->ops && curation->ops->pool) {
        curation->ops->pool_derivative(curation, pool, dweight, dlaw, out, scratch);
        return;
    }
    mix_change(width, pool, dweight, dlaw, curation->ops ? change : out);
    if (!curation->ops)
        return;
    mix(width, pool->count, pool->weight, pool->law, mixture);
    curation->ops->derivative(curation, 1, mixture, change, out, scratch + 2 * width);
}

void tro_curation_pool_transposed(const tro_curation *curation, const tro_pool *pool,
                                  const double *w, double *const *out, double *scratch)
{
    size_t width = curation->space->width;
    double *mixture = scratch, *back = scratch + width;
    if (curation->ops && curation->ops->pool) {
        curation->ops->pool_transposed(curation, pool, w, out, scratch);
        return;
    }
    const double *gradient = w;
    if (curation->ops) {
        mix(width, pool->count, pool->weight, pool->law, mixture);
        curation->ops->transposed(curation, 1, mixture, w, back, scratch + 2 * width);
        gradient = back;
    }
    for (size_t k = 0; k < pool->count; k++)
        for (size_t x = 0; x < width; x++)
            out[k][x] = pool->weight[k] * gradient[x];
}

void tro_curation_pool_turned(const tro_curation *curation, const tro_pool *pool,
                              const double *w, double *out, double *scratch)
{
    size_t width = curation->space->width;
    if (curation->tuned_count == 0)
        return;
    if (curation->ops->pool) {
        curation->ops->pool_turned(curation, pool, w, out, scratch);
        return;
    }
    mix(width, pool->count, pool->weight, pool->law, scratch);
    curation->ops->turned(curation, 1, scratch, w, out, scratch + 2 * width);
}
