#include "experiment/effects.h"

#include <math.h>
#include <string.h>

#include "analysis/isolated.h"
#include "analysis/vector.h"

/* Relative to the lengths of the vectors whose product it is, a value below
 * this is rounding. */
#define NOISE 1e-13
/* And what rounding of the laws leaves of a push that is none, relative to the law. */
#define ROUNDED 1e-15

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
    double *gradient, *adjoints;  /* of the present row; of some rows (at_once) */
    size_t at_once, *agents;
    tro_effect *effects;
    tro_arena arena;
} pushes;

/* Adjoints that are solved for side by side: 32 MiB of them. */
static size_t rows_at_once(const tro_ecosystem *eco)
{
    enum { DOUBLES = 1 << 22, MOST = 64 };
    size_t room = DOUBLES / eco->size + 1;
    return room < MOST ? room : MOST;
}

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
    p->at_once = rows_at_once(eco);
    p->agents = TRO_NEW(&p->arena, size_t, p->at_once);
    p->adjoints = TRO_NEW(&p->arena, double, p->at_once * eco->size);
    p->effects = TRO_NEW(&p->arena, tro_effect, p->count);
    if (!p->rows || !p->lengths || !p->defined || !p->one_sided || !p->gradient ||
        !p->agents || !p->adjoints || !p->effects)
        return TRO_ENOMEM;
    tro_round_by_shares(eco, &resolvent->work, cell->point.z, p->first, p->count, p->rows,
                        p->defined, p->one_sided);
    for (size_t k = 0; k < p->count; k++)
        p->lengths[k] = tro_norm(eco->width, p->rows + k * eco->width);
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
    return isfinite(value) && fabs(value) <= noise ? 0 : value;
}

/* An effect that overflows is none, and so is one whose rounding cannot be told. */
static void forget_overflow(tro_effect *effect)
{
    if (isfinite(effect->local) && isfinite(effect->long_term))
        return;
    effect->local = effect->long_term = effect->isolated = NAN;
    effect->reason = TRO_OVERFLOWS;
}

/* The effects on one agent, from its adjoint. */
static int find_row(pushes *p, const tro_cell *cell, size_t on, const double *adjoint)
{
    size_t width = cell->ecosystem->width;
    tro_isolated alone = {0};
    int status = TRO_OK;
    double length = tro_norm(cell->ecosystem->size, adjoint);
    for (size_t k = 0; k < p->count; k++) {
        const double *push = p->rows + k * width;
        size_t of = p->first + k;
        tro_effect *effect = &p->effects[k];
        *effect = (tro_effect){.on = on, .of = of, .local = NAN, .isolated = NAN,
                               .long_term = NAN, .one_sided = p->one_sided[k]};
        int defined = p->defined[k] && !tro_influence_lost(&cell->influences, on, of, push);
        if (!defined)
            effect->reason = tro_influence_undefined(&cell->influences, on, of);
        if (defined) {
            double law = tro_norm(width, cell->point.z + of * width);
            double noise = length * (NOISE * p->lengths[k] + ROUNDED * law);
            double local = on == of ? tro_dot(width, p->gradient, push) : 0;
            double long_term = tro_dot(width, adjoint + of * width, push);
            effect->local = without_noise(local, noise);
            effect->long_term = without_noise(long_term, noise);
        }
        if (defined && on == of && status == TRO_OK) {
            status = tro_isolated_find(cell->scenario, on, &alone);
            double law = tro_norm(width, cell->point.z + of * width);
            effect->isolated = without_noise(alone.influence,
                                             ROUNDED * law * tro_norm(width, p->gradient));
        }
        if (defined)
            forget_overflow(effect);
        effect->effect_class = classify(effect);
    }
    return status;
}

/* The next agents first .. last-1 with a reward, as many as fit; how many agents
 * were looked at. */
static size_t next_agents(pushes *p, const tro_cell *cell, size_t first, size_t last,
                          size_t *count)
{
    size_t i = first;
    *count = 0;
    for (; i < last && *count < p->at_once; i++)
        if (cell->scenario->agents[i].reward)
            p->agents[(*count)++] = i;
    return i - first;
}

int tro_effects_each(tro_cell *cell, size_t on, size_t of, tro_effects_row *visit, void *context,
                     const tro_progress *progress, tro_messages *messages)
{
    pushes p = {0};
    size_t agents = cell->ecosystem->agents, first = on == SIZE_MAX ? 0 : on;
    size_t last = on == SIZE_MAX ? agents : on + 1;
    int status;
    TRO_TRY(pushes_init(&p, cell, of));
    TRO_TRY(tro_resolvent_expect(&cell->influences.resolvent, last - first, messages));
    for (size_t i = first, looked, count; i < last; i += looked) {
        if (tro_progress_stops(progress)) {
            status = TRO_EINTERRUPTED;
            goto out;
        }
        if (progress && progress->report)
            progress->report(progress->context, "agents", i - first, last - first);
        looked = next_agents(&p, cell, i, last, &count);
        TRO_TRY(tro_influence_adjoints(&cell->influences, count, p.agents, p.adjoints, messages));
        for (size_t k = 0; k < count; k++) {
            TRO_TRY(tro_alignment_gradient(&cell->influences, p.agents[k], p.gradient));
            TRO_TRY(find_row(&p, cell, p.agents[k], p.adjoints + k * cell->ecosystem->size));
            TRO_TRY(visit(context, p.effects, p.count));
        }
    }
    status = TRO_OK;
out:
    tro_arena_clear(&p.arena);
    if (status == TRO_ENOMEM)
        tro_error(messages, status, NULL, "out of memory finding influences");
    return status;
}
