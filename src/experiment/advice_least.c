/* The least cost at which a goal stays reached: at every step the goal is taken as a plane
 * by its gradient, the nearest point on the right side of it at the least cost is found
 * exactly, and the way there is halved until a merit, cost plus a penalty for what is
 * missing of the goal, falls (sequential convex programming; the penalty after Han 1977). */
#include <math.h>
#include <string.h>

#include "experiment/advice_parts.h"

enum { MOST_STEPS = 300, MOST_HALVINGS = 40 };
#define STILL 1e-11

typedef struct descent {
    double t;            /* how far a step may go: the larger, the farther */
    double penalty;
} descent;

static double missing(const tro_search *s, const tro_point *at)
{
    return fmax(0, s->target - at->value);
}

static double merit(const tro_search *s, const descent *d, const tro_point *at)
{
    return at->cost + d->penalty * missing(s, at);
}

/* 1: here is another place; 0: none is better; or a status. */
static int step(tro_search *s, descent *d, double planned)
{
    const tro_frame *f = s->frame;
    double before = merit(s, d, &s->here), part = 1;
    for (int k = 0; k < MOST_HALVINGS; k++, part /= 2) {
        for (size_t j = 0; j < f->count; j++)
            s->point[j] = s->here.x[j] + part * s->direction[j];
        int status = tro_point_at(s, s->point, 0, &s->there);
        if (status == 1 && merit(s, d, &s->there) <= before - 1e-4 * part * (before - planned))
            status = tro_point_slopes(s, &s->there);
        else if (status == 1)
            status = 0;
        if (status < 0)
            return status;
        if (status == 0)
            continue;
        tro_point swap = s->here;
        s->here = s->there;
        s->there = swap;
        d->t = k == 0 ? fmin(4 * d->t, 1e4) : fmax(d->t / 4, 1e-6);
        return 1;
    }
    return 0;
}

/* The direction to the best point of the plane; its largest entry. */
static double plan(tro_search *s, double t, double *multiplier, double *cost)
{
    const tro_frame *f = s->frame;
    double largest = 0;
    *multiplier = tro_near_beyond(f, s->here.x, t, s->here.gradient, s->target - s->here.value,
                                  s->room, s->direction);
    *cost = tro_frame_cost(f, s->direction);
    for (size_t j = 0; j < f->count; j++) {
        s->direction[j] -= s->here.x[j];
        largest = fmax(largest, fabs(s->direction[j]));
    }
    return largest;
}

/* What the search has in the hand when it ends is the cheapest point it has seen that
 * reaches the goal: kept in old_x. */
static void keep(tro_search *s, double *cost)
{
    if (s->here.value < s->target - s->tolerance || s->here.cost >= *cost)
        return;
    *cost = s->here.cost;
    memcpy(s->old_x, s->here.x, s->frame->count * sizeof *s->old_x);
}

int tro_least(tro_search *s)
{
    const tro_frame *f = s->frame;
    descent d = {.t = 1, .penalty = 1};
    double best = INFINITY, multiplier, cost;
    int status = 1;
    for (int k = 0; k < MOST_STEPS && f->count > 0; k++) {
        keep(s, &best);
        s->stationarity = plan(s, 1, &multiplier, &cost);
        double length = plan(s, d.t, &multiplier, &cost);
        if (length <= STILL)
            break;
        if (isfinite(multiplier))
            d.penalty = fmax(d.penalty, 2 * multiplier);
        status = step(s, &d, cost);
        if (status == 0 && d.t > 1e-6) {
            d.t = fmax(d.t / 100, 1e-6);
            continue;
        }
        if (status <= 0)
            break;
    }
    if (status < 0)
        return status;
    keep(s, &best);
    if (isinf(best))
        return TRO_OK;
    status = tro_point_at(s, s->old_x, 1, &s->here);
    s->stationarity = plan(s, 1, &multiplier, &cost);
    return status < 0 ? status : TRO_OK;
}
