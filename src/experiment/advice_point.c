/* One point of the search: the scenario there, its goal and the slopes of that. */
#include <math.h>
#include <string.h>

#include "experiment/advice_parts.h"

/* Differences of the goal by numbers that have no exact derivative move them by this part of
 * their range. */
#define DIFFERENCE 1e-4

static int point_init(tro_point *point, const tro_frame *frame, tro_arena *arena)
{
    point->x = TRO_NEW(arena, double, frame->count);
    point->gradient = TRO_NEW(arena, double, frame->count);
    point->alignments = TRO_NEW(arena, double, frame->base->ecosystem->agents);
    return point->x && point->gradient && point->alignments ? TRO_OK : TRO_ENOMEM;
}

int tro_search_init(tro_search *s, tro_frame *frame)
{
    double **const rooms[] = {&s->direction, &s->room, &s->point, &s->old_x, &s->old_gradient};
    int status;
    *s = (tro_search){.frame = frame, .sharpness = INFINITY, .budget = INFINITY,
                      .stationarity = NAN};
    TRO_TRY(point_init(&s->here, frame, &s->arena));
    TRO_TRY(point_init(&s->there, frame, &s->arena));
    for (size_t k = 0; k < sizeof rooms / sizeof *rooms; k++)
        if (!(*rooms[k] = TRO_NEW(&s->arena, double, frame->count)))
            return TRO_ENOMEM;
out:
    return status;
}

static void forget(tro_point *point)
{
    tro_cell_free(point->cell);
    point->cell = NULL;
    tro_arena_clear(&point->arena);
}

void tro_search_release(tro_search *s)
{
    forget(&s->here);
    forget(&s->there);
    tro_arena_clear(&s->arena);
    *s = (tro_search){0};
}

/* What no point can be blamed for ends the search. */
static int judge(int status)
{
    return status == TRO_ENOMEM || status == TRO_EINTERRUPTED || status == TRO_EIO ? status : 0;
}

/* Stable, and in a time that can be waited for; where data accumulate there is no factor per
 * round. */
static int settles(const tro_frame *f, const tro_stability *stability)
{
    return stability->stable && (stability->method == TRO_BY_POWER ||
                                 stability->rate <= f->advice->slowest);
}

/* The cell at x with its influences, if its fixed point is stable: 1. */
static int solve(const tro_frame *f, const double *x, tro_arena *arena, tro_cell **out)
{
    tro_override *changes;
    tro_messages aside = {0};
    size_t count;
    int status;
    *out = NULL;
    f->advice->trials++;
    tro_advice_report(f->advice, f->base);
    if (tro_progress_stops(f->base->progress))
        return TRO_EINTERRUPTED;
    TRO_TRY(tro_frame_overrides(f, x, arena, &changes, &count));
    TRO_TRY(tro_cell_beyond(f->base, NULL, changes, count, out, &aside));
    TRO_TRY(tro_cell_influences(*out, &aside));
    TRO_TRY(tro_cell_stability(*out, &aside));
    status = settles(f, &(*out)->stability);
out:
    tro_messages_clear(&aside);
    if (status <= 0) {
        tro_cell_free(*out);
        *out = NULL;
    }
    return status < 0 ? judge(status) : status;
}

/* The goal at x; 1, 0 or a status. *cell (may be NULL) is kept for the caller. */
static int value_at(const tro_search *s, const double *x, double *alignments, double *value,
                    tro_arena *arena, tro_cell **kept)
{
    tro_messages aside = {0};
    tro_cell *cell;
    int status = solve(s->frame, x, arena, &cell);
    if (status == 1) {
        int found = tro_goal_value(&s->frame->advice->goal, cell, s->sharpness, alignments,
                                   value, &aside);
        status = found < 0 ? judge(found) : isfinite(*value) != 0;
    }
    tro_messages_clear(&aside);
    if (status == 1 && kept)
        *kept = cell;
    else
        tro_cell_free(cell);
    return status;
}

/* By differences of the goal: of a number that nothing else is known of. A side without a
 * stable fixed point is left out. */
static int difference(tro_search *s, size_t j, tro_point *at, tro_arena *arena)
{
    const tro_variable *v = &s->frame->variables[j];
    double step = DIFFERENCE * (v->high - v->low) / v->unit, here = at->x[j];
    double places[2] = {fmax(here - step, v->low / v->unit),
                        fmin(here + step, v->high / v->unit)};
    double values[2] = {at->value, at->value}, *room;
    room = TRO_NEW(arena, double, s->frame->base->ecosystem->agents);
    if (!room)
        return TRO_ENOMEM;
    for (int side = 0; side < 2; side++) {
        at->x[j] = places[side];
        int status = places[side] == here
                         ? 0 : value_at(s, at->x, room, &values[side], arena, NULL);
        at->x[j] = here;
        if (status < 0)
            return status;
        if (status == 0) {
            places[side] = here;
            values[side] = at->value;
        }
    }
    at->gradient[j] = places[1] > places[0]
                          ? (values[1] - values[0]) / (places[1] - places[0]) : 0;
    return TRO_OK;
}

/* NaN where there is no exact one. */
static double exact(const tro_frame *f, size_t j, const tro_goal_gradient *g)
{
    const tro_variable *v = &f->variables[j];
    size_t edges = f->base->scenario->edge_count;
    double sum = 0;
    if (v->kind == TRO_BY_NUMBER || !g->real)
        return NAN;
    if (v->kind == TRO_BY_SHARE) {
        const tro_block *b = &f->blocks[v->block];
        size_t at = 0;
        while (b->at[at] != j)
            at++;
        for (size_t k = 0; k < b->agent_count; k++)
            sum += b->by[at][0] * g->real[b->agents[k]] +
                   b->by[at][1] * g->synthetic[b->agents[k]] +
                   b->by[at][2] * g->curated[b->agents[k]];
    }
    for (size_t k = 0; v->kind == TRO_BY_WEIGHT && k < v->link_count; k++)
        for (size_t layer = 0; layer < 2; layer++)
            sum += v->layer[layer] ? g->relative[layer * edges + v->links[k]] : 0;
    return sum * v->unit;
}

int tro_point_slopes(tro_search *s, tro_point *at)
{
    const tro_frame *f = s->frame;
    tro_messages aside = {0};
    tro_goal_gradient g;
    int status = tro_goal_gradient_find(&f->advice->goal, at->cell, s->sharpness, at->alignments,
                                        &at->arena, &g, &aside);
    tro_messages_clear(&aside);
    if (status < 0)
        return judge(status);
    for (size_t j = 0; j < f->count && status == TRO_OK; j++) {
        at->gradient[j] = exact(f, j, &g);
        s->frame->variables[j].differenced = isnan(at->gradient[j]);
        if (isnan(at->gradient[j]))
            status = difference(s, j, at, &at->arena);
    }
    return status < 0 ? status : 1;
}

int tro_point_at(tro_search *s, const double *x, int slopes, tro_point *out)
{
    forget(out);
    if (x != out->x)
        memcpy(out->x, x, s->frame->count * sizeof *x);
    int status = value_at(s, out->x, out->alignments, &out->value, &out->arena, &out->cell);
    out->cost = tro_frame_cost(s->frame, out->x);
    return status == 1 && slopes ? tro_point_slopes(s, out) : status;
}
