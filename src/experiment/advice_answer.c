/* The answer: which changes, what they cost, what --set takes; and what is true then. */
#include <math.h>
#include <string.h>

#include "experiment/advice_parts.h"

enum { MOST_OWN = 200 };   /* agents whose own influences are told of all */

static int own_influences(const tro_goal *goal, tro_cell *cell, tro_state_told *out,
                          tro_messages *messages)
{
    size_t n = cell->ecosystem->agents;
    int status = TRO_OK;
    for (size_t i = 0; i < n && status == TRO_OK; i++) {
        out->own[i] = NAN;
        if (n <= MOST_OWN || i == goal->of || i == goal->on)
            status = tro_influence_adjoint(&cell->influences, i, i, &out->own[i], NULL,
                                           messages);
    }
    return status;
}

int tro_state_tell(const tro_goal *goal, tro_cell *cell, tro_arena *arena, tro_state_told *out,
                   tro_messages *messages)
{
    size_t n = cell->ecosystem->agents;
    int status;
    out->alignment = TRO_NEW(arena, double, n);
    out->own = TRO_NEW(arena, double, n);
    if (!out->alignment || !out->own)
        return TRO_ENOMEM;
    TRO_TRY(tro_cell_influences(cell, messages));
    TRO_TRY(tro_goal_value(goal, cell, INFINITY, out->alignment, &out->value, messages));
    out->value = tro_goal_told(goal, out->value);
    status = own_influences(goal, cell, out, messages);
out:
    return status;
}

/* --- taking ---------------------------------------------------------------------- */

static const char *number(tro_arena *arena, double value)
{
    char text[32];
    return tro_arena_text(arena, tro_format_real(text, value));
}

static int take_option(tro_advice *a, const tro_frame *f, size_t k)
{
    const tro_allowed *allowed = &a->allowed[k];
    const tro_node *node = tro_node_at(a->cell->scenario->document->root, allowed->key);
    const char *before = node && node->kind == TRO_SCALAR
                             ? tro_arena_text(&a->arena, node->text) : NULL;
    a->changes[a->change_count++] = (tro_advised){
        .allowed = allowed, .before = before, .after = allowed->options[f->choice[k]],
        .cost = allowed->prices[f->choice[k]], .least = NAN, .most = NAN, .exact = 1};
    return TRO_OK;
}

static int take_number(tro_advice *a, const tro_frame *f, size_t j, const double *x)
{
    const tro_variable *v = &f->variables[j];
    double value = x[j] * v->unit, change = fabs(value - v->now), shares[TRO_SHARE_PARTS];
    if (x[j] == v->now / v->unit)
        return TRO_OK;
    if (v->kind == TRO_BY_SHARE) {   /* as it will stand in the scenario */
        tro_block_shares(f, &f->blocks[v->block], x, shares);
        value = shares[v->part];
    }
    tro_advised *to = &a->changes[a->change_count++];
    *to = (tro_advised){.allowed = v->allowed, .before = number(&a->arena, v->now),
                        .after = number(&a->arena, value),
                        .cost = v->allowed->cost * (a->squares ? change * change : change),
                        .least = v->low, .most = v->high, .exact = !v->differenced};
    return to->before && to->after ? TRO_OK : TRO_ENOMEM;
}

static int add_flag(tro_advice *a, const tro_override *item)
{
    tro_text text = {0};
    tro_text_addf(&text, "%s=%s", item->path, item->value);
    const char *flag = text.failed ? NULL : tro_arena_text(&a->arena, tro_text_string(&text));
    tro_text_clear(&text);
    a->flags[a->flag_count++] = flag;
    return flag ? TRO_OK : TRO_ENOMEM;
}

/* Alternatives first: numbers are set in what they choose. */
static int take_flags(tro_advice *a, const tro_frame *f, const double *x)
{
    tro_override *items;
    size_t count;
    int status;
    TRO_TRY(tro_frame_overrides(f, x, &a->arena, &items, &count));
    a->flag_count = 0;
    a->flags = TRO_NEW(&a->arena, const char *, count + a->allowed_count);
    if (!a->flags)
        return TRO_ENOMEM;
    for (size_t k = 0; k < a->allowed_count; k++)
        if (f->choice[k] != SIZE_MAX) {
            tro_override item = tro_allowed_override(&a->allowed[k], f->choice[k]);
            TRO_TRY(add_flag(a, &item));
        }
    for (size_t k = 0; k < count; k++)
        TRO_TRY(add_flag(a, &items[k]));
out:
    return status;
}

int tro_advice_take(tro_advice *a, const tro_frame *f, const double *x)
{
    int status = TRO_OK;
    size_t j = 0;
    a->change_count = 0;
    a->changes = TRO_NEW(&a->arena, tro_advised, a->allowed_count);
    if (!a->changes)
        return TRO_ENOMEM;
    for (size_t k = 0; k < a->allowed_count; k++) {
        if (!a->allowed[k].options)
            TRO_TRY(take_number(a, f, j++, x));
        else if (f->choice[k] != SIZE_MAX)
            TRO_TRY(take_option(a, f, k));
    }
    status = take_flags(a, f, x);
out:
    return status;
}
