/* All combinations of alternatives, and several starts in each. */
#include <math.h>
#include <string.h>

#include "experiment/advice_parts.h"

enum { MOST_COMBINATIONS = 10000, RUNGS = 6 };

/* The goal is aimed at by a little more, so that what is found is on its right side. */
#define MARGIN 1e-9
/* Less is no gain, and no move. */
#define NOTHING 1e-9

/* The best so far. */
typedef struct holder {
    int any, reached;
    double value, cost;
} holder;

/* --- starts ---------------------------------------------------------------------- */

/* The k-th place of Halton's sequence (1960) with base b. */
static double halton(size_t k, size_t b)
{
    double sum = 0, part = 1;
    for (; k > 0; k /= b) {
        part /= (double)b;
        sum += part * (double)(k % b);
    }
    return sum;
}

static size_t prime(size_t n)
{
    size_t at = 2;
    for (size_t found = 0;; at++) {
        int divides = 0;
        for (size_t d = 2; d * d <= at && !divides; d++)
            divides = at % d == 0;
        if (!divides && found++ == n)
            return at;
    }
}

/* The first start is the scenario as it is; the others spread between the bounds. */
static void start_at(const tro_search *s, size_t k, double *x)
{
    const tro_frame *f = s->frame;
    for (size_t j = 0; j < f->count; j++) {
        const tro_variable *v = &f->variables[j];
        double place = v->low + (v->high - v->low) * halton(k, prime(j));
        s->room[j] = (k == 0 ? v->now : place) / v->unit;
    }
    tro_near_within(f, s->room, s->budget, x);
}

/* --- one search ------------------------------------------------------------------ */

/* Puts back what hardly moved, where that changes nothing. */
static int tidy(tro_search *s)
{
    const tro_frame *f = s->frame;
    double least = f->advice->goal.kind == TRO_GOAL_INFLUENCE && s->here.value >= s->target
                       ? s->target : s->here.value - 1e-13 * (1 + fabs(s->here.value));
    int any = 0;
    for (size_t j = 0; j < f->count; j++) {
        double now = f->variables[j].now / f->variables[j].unit;
        int near = fabs(s->here.x[j] - now) < NOTHING;
        any |= near && s->here.x[j] != now;
        s->point[j] = near ? now : s->here.x[j];
    }
    int status = any ? tro_point_at(s, s->point, 0, &s->there) : 0;
    if (status == 1 && s->there.value >= least) {
        tro_point swap = s->here;
        s->here = s->there;
        s->there = swap;
    }
    return status < 0 ? status : TRO_OK;
}

/* The least of all alignments has kinks: a soft one, sharper from rung to rung. */
static int climb_worst_off(tro_search *s)
{
    double low = INFINITY, high = -INFINITY;
    int status = TRO_OK;
    for (size_t i = 0; i < s->frame->base->ecosystem->agents; i++)
        if (s->frame->advice->goal.weights[i] > 0) {
            low = fmin(low, s->here.alignments[i]);
            high = fmax(high, s->here.alignments[i]);
        }
    double width = fmax(high - low, 1e-3 * (1 + fabs(low)));
    s->sharpness = 1 / width;
    for (int rung = 0; rung < RUNGS && status >= 0; rung++) {
        s->sharpness *= 10;
        s->enough = 1e-2 / s->sharpness; /* of what the softness hides */
        status = tro_point_at(s, s->here.x, 1, &s->here);
        if (status == 1)
            status = tro_climb(s, 0);
    }
    s->sharpness = INFINITY;
    s->enough = 0;
    return status < 0 ? status : tro_point_at(s, s->here.x, 0, &s->here);
}

/* The cost, where the influence is large enough: by the margin, or where it cannot be
 * larger, barely. */
static int lower(tro_search *s, double at_least)
{
    s->target = at_least + MARGIN * (1 + fabs(at_least));
    s->tolerance = 0.1 * MARGIN;
    if (s->here.value < s->target) {
        s->target = at_least;
        s->tolerance = 0;
    }
    return s->here.value >= s->target ? tro_least(s) : TRO_OK;
}

static int search_from(tro_search *s, size_t start)
{
    const tro_goal *goal = &s->frame->advice->goal;
    int worst = goal->kind == TRO_GOAL_WORST_OFF;
    start_at(s, start, s->point);
    s->target = goal->at_least + MARGIN * (1 + fabs(goal->at_least));
    s->sharpness = INFINITY;
    int status = tro_point_at(s, s->point, !worst, &s->here);
    if (status <= 0)
        return status;
    if (worst)
        status = climb_worst_off(s);
    else
        status = tro_climb(s, goal->kind == TRO_GOAL_INFLUENCE);
    if (status >= 0 && goal->kind == TRO_GOAL_INFLUENCE)
        status = lower(s, goal->at_least);
    if (status >= 0)
        status = tidy(s);
    return status < 0 ? status : 1;
}

void tro_advice_report(const tro_advice *a, const tro_cell *cell)
{
    const tro_progress *progress = cell->progress;
    if (progress && progress->report)
        progress->report(progress->context, "searches", a->searched, a->searches);
}

/* --- choosing -------------------------------------------------------------------- */

static int better(const tro_goal *goal, const holder *best, const holder *found)
{
    double gain = found->value - best->value, scale = 1 + fabs(best->value);
    if (!best->any || best->reached != found->reached)
        return !best->any || found->reached;
    if (goal->kind == TRO_GOAL_INFLUENCE && found->reached)
        return found->cost < best->cost - NOTHING * (1 + best->cost);
    if (fabs(gain) > NOTHING * scale)
        return gain > 0;
    return found->cost < best->cost - NOTHING * (1 + best->cost);
}

static int consider(tro_advice *a, const tro_search *s, holder *best)
{
    holder found = {.any = 1, .value = s->here.value, .cost = s->here.cost + s->frame->price};
    found.reached = a->goal.kind != TRO_GOAL_INFLUENCE || s->here.value >= a->goal.at_least;
    if (!better(&a->goal, best, &found))
        return TRO_OK;
    *best = found;
    a->cost = found.cost;
    a->stationarity = s->stationarity;
    return tro_advice_take(a, s->frame, s->here.x);
}

static int explore_frame(tro_advice *a, tro_frame *frame, holder *best)
{
    tro_search s;
    size_t starts = frame->count > 0 ? a->starts : 1;
    int status;
    TRO_TRY(tro_search_init(&s, frame));
    s.budget = isnan(a->budget) ? INFINITY : fmax(0, a->budget - frame->price);
    for (size_t k = 0; k < starts; k++) {
        TRO_TRY(search_from(&s, k));
        if (status == 1)
            TRO_TRY(consider(a, &s, best));
        a->searched++;
    }
    status = TRO_OK;
out:
    tro_search_release(&s);
    return status;
}

static double price_of(const tro_advice *a, const size_t *choice)
{
    double sum = 0;
    for (size_t k = 0; k < a->allowed_count; k++)
        if (choice[k] != SIZE_MAX)
            sum += a->allowed[k].prices[choice[k]];
    return sum;
}

/* One combination. What cannot be, with these together, is left out. */
static int explore_choice(tro_advice *a, const tro_cell *plain, const size_t *choice,
                          holder *best)
{
    tro_arena arena = {0};
    tro_frame frame = {0};
    tro_messages aside = {0};
    tro_cell *base = NULL;
    size_t count = 0;
    int status = TRO_ENOMEM;
    tro_override *items = TRO_NEW(&arena, tro_override, a->allowed_count + 1);
    if (!items)
        goto out;
    for (size_t k = 0; k < a->allowed_count; k++)
        if (choice[k] != SIZE_MAX)
            items[count++] = tro_allowed_override(&a->allowed[k], choice[k]);
    TRO_TRY(tro_cell_beyond(plain, NULL, items, count, &base, &aside));
    TRO_TRY(tro_frame_init(&frame, a, base, choice, &aside));
    status = explore_frame(a, &frame, best);
out:
    tro_frame_release(&frame);
    tro_cell_free(base);
    tro_messages_clear(&aside);
    tro_arena_clear(&arena);
    return status == TRO_ENOMEM || status == TRO_EINTERRUPTED || status == TRO_EIO ? status
                                                                                  : TRO_OK;
}

/* The next combination, the first allowed change turning fastest; 0 after the last. */
static int turn(const tro_advice *a, size_t *choice)
{
    for (size_t k = 0; k < a->allowed_count; k++) {
        if (!a->allowed[k].options)
            continue;
        choice[k] = choice[k] == SIZE_MAX ? 0 : choice[k] + 1;
        if (choice[k] < a->allowed[k].option_count)
            return 1;
        choice[k] = SIZE_MAX;
    }
    return 0;
}

static int count_combinations(tro_advice *a, tro_messages *messages)
{
    size_t count = 1;
    for (size_t k = 0; k < a->allowed_count; k++)
        if (a->allowed[k].options && (count *= a->allowed[k].option_count + 1) >
                                         MOST_COMBINATIONS)
            return tro_error(messages, TRO_ESCENARIO, a->allowed[k].key_place,
                             "more than %d combinations of alternatives: fewer of them would be "
                             "right", MOST_COMBINATIONS);
    a->searches = count * a->starts;
    return TRO_OK;
}

int tro_advice_explore(tro_advice *a, const tro_cell *plain, tro_messages *messages)
{
    holder best = {0};
    size_t turns = 0, *choice = TRO_NEW(&a->arena, size_t, a->allowed_count);
    int status = choice ? count_combinations(a, messages) : TRO_ENOMEM;
    double limit = isnan(a->budget) ? INFINITY : a->budget;
    for (size_t k = 0; status == TRO_OK && k < a->allowed_count; k++)
        choice[k] = SIZE_MAX;
    if (status < 0)
        return status;
    do {
        double price = price_of(a, choice);
        int hopeless = best.reached && a->goal.kind == TRO_GOAL_INFLUENCE && price >= best.cost;
        if (price <= limit && !hopeless) {
            a->combinations++;
            status = explore_choice(a, plain, choice, &best);
        }
        a->searched = ++turns * a->starts;   /* those that were not needed, too */
        tro_advice_report(a, plain);
    } while (status == TRO_OK && turn(a, choice));
    if (status < 0)
        return status;
    if (!best.any)
        return tro_error(messages, TRO_ENOCONV, NULL,
                         "no advice: none of %zu points that were tried has a stable fixed point "
                         "with finite alignments",
                         a->trials);
    a->outcome = !best.reached          ? TRO_ADVICE_NONE
                 : a->change_count == 0 ? TRO_ADVICE_NOTHING
                                        : TRO_ADVICE_FOUND;
    return TRO_OK;
}
