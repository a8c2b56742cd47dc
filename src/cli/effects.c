#include "cli/effects.h"

#include <math.h>
#include <string.h>

#include "analysis/isolated.h"
#include "analysis/vector.h"

/* Relative to the lengths of the vectors whose product it is, a value below
 * this is rounding. */
#define NOISE 1e-13

const char *tro_effect_name(tro_effect_class effect_class)
{
    static const char *const names[TRO_EFFECT_CLASSES] = {
        "undefined", "none", "amplified", "dampened", "unchanged", "inverted", "helps", "harms"};
    return names[effect_class];
}

double tro_effect_ratio(const tro_effect *effect)
{
    double base = isnan(effect->isolated) ? effect->local : effect->isolated;
    return base != 0 ? effect->long_term / base : NAN;
}

/* The directions in which shares push: G_of, a row of width each. */
typedef struct pushes {
    size_t first, count;
    double *rows, *lengths;
    int *defined, *one_sided;
    double *gradient, *adjoint;   /* of the present row */
    tro_effect *effects;
    tro_arena arena;
} pushes;

static int pushes_init(pushes *p, tro_cell *cell, size_t of)
{
    const tro_ecosystem *eco = cell->ecosystem;
    tro_resolvent *resolvent = &cell->influences.resolvent;
    p->first = of == SIZE_MAX ? 0 : of;
    p->count = of == SIZE_MAX ? eco->agents : 1;
    p->rows = TRO_NEW(&p->arena, double, p->count * eco->width);
    p->lengths = TRO_NEW(&p->arena, double, p->count);
    p->defined = TRO_NEW(&p->arena, int, p->count);
    p->one_sided = TRO_NEW(&p->arena, int, p->count);
    p->gradient = TRO_NEW(&p->arena, double, eco->width);
    p->adjoint = TRO_NEW(&p->arena, double, eco->size);
    p->effects = TRO_NEW(&p->arena, tro_effect, p->count);
    if (!p->rows || !p->lengths || !p->defined || !p->one_sided || !p->gradient ||
        !p->adjoint || !p->effects)
        return TRO_ENOMEM;
    for (size_t k = 0; k < p->count; k++) {
        double *row = p->rows + k * eco->width;
        int status = tro_round_by_share(eco, &resolvent->work, cell->point.z, p->first + k, row,
                                        &p->one_sided[k]);
        if (status < 0 && status != TRO_EUNSUPPORTED)
            return status;
        p->defined[k] = status == TRO_OK;
        p->lengths[k] = tro_norm(eco->width, row);
    }
    return TRO_OK;
}

static tro_effect_class classify(const tro_effect *effect)
{
    double ratio = tro_effect_ratio(effect);
    if (isnan(effect->long_term))
        return TRO_UNDEFINED;
    if (effect->long_term == 0)
        return TRO_NO_EFFECT;
    if (effect->on != effect->of || isnan(ratio))
        return effect->long_term > 0 ? TRO_HELPS : TRO_HARMS;
    if (ratio < 0)
        return TRO_INVERTED;
    if (fabs(ratio - 1) <= 1e-12)
        return TRO_UNCHANGED;
    return ratio > 1 ? TRO_AMPLIFIED : TRO_DAMPENED;
}

/* What rounding leaves of nothing is nothing. */
static double without_noise(double value, double noise)
{
    return fabs(value) <= noise ? 0 : value;
}

static int find_row(pushes *p, tro_cell *cell, size_t on, tro_messages *messages)
{
    size_t width = cell->ecosystem->width;
    tro_isolated alone = {0};
    memset(p->adjoint, 0, cell->ecosystem->size * sizeof *p->adjoint);
    memcpy(p->adjoint + on * width, p->gradient, width * sizeof *p->gradient);
    int status = tro_resolvent_solve(&cell->influences.resolvent, TRO_TRANSPOSED, p->adjoint,
                                     p->adjoint, messages);
    double length = tro_norm(cell->ecosystem->size, p->adjoint);
    for (size_t k = 0; k < p->count; k++) {
        const double *push = p->rows + k * width;
        size_t of = p->first + k;
        tro_effect *effect = &p->effects[k];
        *effect = (tro_effect){.on = on, .of = of, .local = NAN, .isolated = NAN,
                               .long_term = NAN, .one_sided = p->one_sided[k]};
        if (p->defined[k]) {
            double noise = NOISE * length * p->lengths[k];
            double local = on == of ? tro_dot(width, p->gradient, push) : 0;
            double long_term = tro_dot(width, p->adjoint + of * width, push);
            effect->local = without_noise(local, noise);
            effect->long_term = without_noise(long_term, noise);
        }
        if (p->defined[k] && on == of && status == TRO_OK) {
            status = tro_isolated_find(cell->scenario, on, &alone);
            effect->isolated = alone.influence;
        }
        effect->effect_class = classify(effect);
    }
    return status;
}

int tro_effects_each(tro_cell *cell, size_t on, size_t of, tro_effects_row *visit, void *context,
                     const tro_progress *progress, tro_messages *messages)
{
    pushes p = {0};
    size_t agents = cell->ecosystem->agents, first = on == SIZE_MAX ? 0 : on;
    size_t last = on == SIZE_MAX ? agents : on + 1;
    int status;
    TRO_TRY(pushes_init(&p, cell, of));
    for (size_t i = first; i < last; i++) {
        if (progress->stop(progress->context)) {
            status = TRO_EINTERRUPTED;
            goto out;
        }
        progress->report(progress->context, "agents", i - first, last - first);
        status = tro_alignment_gradient(&cell->influences, i, p.gradient);
        if (status == TRO_EUNSUPPORTED)
            continue;
        if (status == TRO_OK)
            status = find_row(&p, cell, i, messages);
        if (status == TRO_OK)
            status = visit(context, p.effects, p.count);
        if (status < 0)
            goto out;
    }
    status = TRO_OK;
out:
    tro_arena_clear(&p.arena);
    if (status == TRO_ENOMEM)
        tro_error(messages, status, NULL, "out of memory finding influences");
    return status;
}
