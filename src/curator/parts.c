/* What is kept of a pool of real vectors, as a mixture of laws of the family: of one
 * curation the parts that its kernel gives, of several the parts of each. */
#include <string.h>

#include "curator/rewarded.h"

size_t tro_curation_parts_of_one(const tro_curation *curation)
{
    const tro_mixture *mixture = tro_mixture_of(curation);
    size_t sum = 0;
    if (!mixture)
        return !curation->ops || curation->ops->parts;
    for (size_t v = 0; v < mixture->count; v++) {
        size_t own = tro_curation_parts_of_one(mixture->part[v]);
        if (own == 0)
            return 0;
        sum += own;
    }
    return sum;
}

/* Everything is kept. */
static void copy_parts(const tro_pool *pool, size_t width, double *weight, double *law)
{
    memcpy(weight, pool->weight, pool->count * sizeof *weight);
    for (size_t k = 0; k < pool->count; k++)
        memcpy(law + k * width, pool->law[k], width * sizeof *law);
}

void tro_curation_parts(const tro_curation *curation, const tro_pool *pool, double *weight,
                        double *law, double *scratch)
{
    const tro_mixture *mixture = tro_mixture_of(curation);
    size_t width = curation->space->width;
    if (!curation->ops)
        copy_parts(pool, width, weight, law);
    else if (!mixture)
        curation->ops->parts(curation, pool, weight, law, scratch);
    for (size_t v = 0; mixture && v < mixture->count; v++) {
        size_t own = tro_curation_parts_of_one(mixture->part[v]) * pool->count;
        tro_curation_parts(mixture->part[v], pool, weight, law, scratch);
        for (size_t k = 0; k < own; k++)
            weight[k] *= mixture->weight[v];
        weight += own;
        law += own * width;
    }
}

int tro_curation_part_spreads(tro_arena *arena, const tro_curation *curation,
                              const tro_spread *spread, size_t stride, const tro_spread **out)
{
    const tro_mixture *mixture = tro_mixture_of(curation);
    int status = TRO_OK;
    *out = spread;
    if (!mixture)
        return curation->ops ? curation->ops->part_spread(arena, curation, spread, out) : TRO_OK;
    for (size_t v = 0; status == TRO_OK && v < mixture->count; v++) {
        status = tro_curation_part_spreads(arena, mixture->part[v], spread, stride, out);
        out += tro_curation_parts_of_one(mixture->part[v]) * stride;
    }
    return status;
}
