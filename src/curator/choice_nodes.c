/* Where the integral of a choice is evaluated.
 *
 * With 1/T = int_0^inf exp(-s T) ds over the total weight T of the K candidates,
 *
 *   p~(x) = p(x) K w(x) int_0^inf exp(-s w(x)) phi(s)^(K-1) ds,
 *   phi(s) = sum_y p(y) exp(-s w(y)).
 *
 * With s = e^u the integral is a trapezoid sum of step h in u. It is a sum over
 * multisets of candidates with positive terms, and the relative error of each is
 * at most 2 |Gamma(1 + 2 pi i / h)|: with h = ln(2) / 3 that is 7e-18, whatever p, K
 * and the rewards are. s doubles at every third node, and expm1(-2 y) = e (e + 2)
 * for e = expm1(-y): three chains of exponentials without a call of exp. That
 * keeps e to a few units in the last place, since while e is tiny the step is exact
 * and once it is near -1 errors shrink; from y about 1/2 on, exp is squared.
 *
 * The sum ends where s K w_min = 44. To the left, from s K w_max = 1, it goes on for
 * ever over a function that is almost a polynomial there: a Gauss rule with
 * respect to that infinite sum takes 6 nodes instead of 80, with a relative error of
 * 4e-18.
 *
 * Outcomes are sorted by weight. Where two neighbours are so far apart that the
 * upper ones are dead before the lower ones stir, the nodes between are left
 * out: each cluster has a start and a Gauss rule of its own. A cluster may still
 * be wide, so it is cut into panels, each with weights relative to its own
 * reference. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "curator/choice_parts.h"

enum { TAIL_GROUPS = 2 };
/* Of the sum of f(2^(-j/3)) h 2^(-j/3) over j >= 1: exact for polynomials of degree 11. */
static const double TAIL_NODES[6] = {0.025035882723112169, 0.12552735568731234,
                                     0.28177033464324374,  0.45810435029404033,
                                     0.62435990394964803,  0.79359543382048697};
static const double TAIL_MEASURE[6] = {0.063507576335296946, 0.13355833650517706,
                                       0.17276101127874780,  0.17398901300105200,
                                       0.16114307394984786,  0.18396114480066216};
/* s of the three chains, and h s with h = ln(2) / 3. */
static const double CHAIN_NODES[3] = {1, 1.2599210498948732, 1.5874010519681995};
static const double CHAIN_MEASURE[3] = {0.23104906018664844, 0.29110357448758584,
                                        0.36676752119654956};

static const double FIRST = 1;               /* s K w at the first node of the grid */
static const double LOG_LAST = 3.784189633918261;   /* ln 44: s K w at the last */
static const double SQUARE_FROM = 0.35;      /* y from which exp is kept, not expm1 */
static const double LOG_SQUARE_FROM = -1.0498221244986778;
static const double DEAD_FROM = 700, LOG_DEAD_FROM = 6.551080335043404;
/* Squares of s and of weights stay in range within a panel of this width. */
static const double WIDEST = 300, CUT_FROM = 200;

/* --- the plan ------------------------ */

typedef struct entry {
    double reward;
    size_t outcome;
} entry;

static int larger_first(const void *a, const void *b)
{
    const entry *x = a, *y = b;
    if (x->reward != y->reward)
        return x->reward > y->reward ? -1 : 1;
    return x->outcome < y->outcome ? -1 : x->outcome > y->outcome;
}

static void sort(size_t n, const double *reward, entry *entries, double *sorted, size_t *order)
{
    for (size_t i = 0; i < n; i++)
        entries[i] = (entry){reward[i], i};
    qsort(entries, n, sizeof *entries, larger_first);
    for (size_t i = 0; i < n; i++) {
        sorted[i] = entries[i].reward;
        order[i] = entries[i].outcome;
    }
}

int tro_choice_plan_sort(tro_arena *arena, size_t n, const double *reward, tro_choice_plan *plan)
{
    entry *entries = tro_allocate(n, sizeof *entries);
    double *sorted = TRO_NEW(arena, double, n);
    size_t *order = TRO_NEW(arena, size_t, n);
    if (entries && sorted && order)
        sort(n, reward, entries, sorted, order);
    int status = entries && sorted && order ? TRO_OK : TRO_ENOMEM;
    tro_release(entries);
    *plan = (tro_choice_plan){.outcomes = n, .reward = sorted, .order = order};
    return status;
}

/* The outcome after the cluster that begins with `first`. In the sum over
 * multisets the lower cluster's rule also covers the nodes of the upper one a
 * second time: K w s of that is below 1e-17 across the gap. */
static size_t cluster_end(const tro_choice_plan *plan, size_t first)
{
    double gap = LOG_LAST + 39 + log(plan->candidates);
    size_t i = first + 1;
    while (i < plan->outcomes && !(plan->reward[i - 1] - plan->reward[i] > gap))
        i++;
    return i;
}

/* Levels from start to the end of a cluster. In all but the last cluster a
 * multiset of which one candidate is of the cluster decays no faster than it. */
static size_t levels_to(const tro_choice_plan *plan, double reference, double start, size_t end)
{
    double last = LOG_LAST + (reference - plan->reward[end - 1]);
    if (end == plan->outcomes)
        last -= log(plan->candidates);
    double levels = ceil((last - log(start)) / M_LN2);
    return levels > 1 ? (size_t)levels : 1;
}

/* The panels of one cluster; returns how many. Writes them unless NULL. */
static size_t cut(const tro_choice_plan *plan, size_t first, size_t end, tro_choice_panel *panels)
{
    const double *reward = plan->reward;
    double start = FIRST / fmax(plan->candidates, 2);
    size_t count = 0, from = first;
    for (;; count++) {
        tro_choice_panel panel = {.reference = reward[from], .start = start, .first = first,
                                  .tail = from == first};
        double next_start = 0;
        size_t next = end;
        if (reward[from] - reward[end - 1] > WIDEST) {
            next = from + 1;
            while (!(reward[from] - reward[next] >= CUT_FROM))
                next++;
            double down = reward[from] - reward[next];
            panel.levels = (size_t)ceil(down / M_LN2);
            next_start = ldexp(start * exp(-down), (int)panel.levels);
        } else {
            panel.levels = levels_to(plan, reward[from], start, end);
        }
        if (panels)
            panels[count] = panel;
        if (next == end)
            return count + 1;
        from = next;
        start = next_start;
    }
}

/* All of a sorted plan that comes from its panels and weights; returns how many panels there
 * are. Writes them unless NULL. */
static size_t cut_all(tro_choice_plan *plan, tro_choice_panel *panels)
{
    size_t count = 0;
    for (size_t i = 0; i < plan->outcomes; i = cluster_end(plan, i))
        count += cut(plan, i, cluster_end(plan, i), panels ? panels + count : NULL);
    return count;
}

static void fill(tro_choice_plan *plan, tro_choice_panel *panels, double *weight)
{
    plan->panel_count = cut_all(plan, panels);
    for (size_t k = 0; k < plan->panel_count; k++) {
        size_t nodes = 3 * (panels[k].levels + (panels[k].tail ? TAIL_GROUPS : 0));
        if (nodes > plan->largest)
            plan->largest = nodes;
    }
    for (size_t i = 0; i < plan->outcomes; i++)
        weight[i] = tro_choice_exp(plan->reward[i], plan->reward[0]);
    plan->panels = panels;
    plan->weight = weight;
}

int tro_choice_plan_make(tro_arena *arena, size_t outcomes, const double *reward,
                         double candidates, tro_choice_plan *out)
{
    int status = tro_choice_plan_sort(arena, outcomes, reward, out);
    if (status < 0)
        return status;
    out->candidates = candidates;
    tro_choice_panel *panels = TRO_NEW(arena, tro_choice_panel, cut_all(out, NULL));
    double *weight = TRO_NEW(arena, double, outcomes);
    if (!panels || !weight)
        return TRO_ENOMEM;
    fill(out, panels, weight);
    return TRO_OK;
}

/* Every panel begins with an outcome of its own. */
enum { PANEL_DOUBLES = (sizeof(tro_choice_panel) + sizeof(double) - 1) / sizeof(double) };

size_t tro_choice_plan_room(size_t outcomes)
{
    return (5 + PANEL_DOUBLES) * outcomes;
}

void tro_choice_plan_place(double *room, size_t n, const double *reward, double candidates,
                           tro_choice_plan *out)
{
    double *sorted = room, *weight = room + n;
    size_t *order = (size_t *)(void *)(room + 2 * n);
    entry *entries = (entry *)(void *)(room + 3 * n);
    sort(n, reward, entries, sorted, order);
    *out = (tro_choice_plan){.outcomes = n, .candidates = candidates, .reward = sorted,
                             .order = order};
    fill(out, (tro_choice_panel *)(void *)(room + 5 * n), weight);
}

/* --- the walk ------------------------ */

size_t tro_choice_walk_scratch(const tro_choice_plan *plan)
{
    return 4 * plan->outcomes;
}

void tro_choice_walk_make(tro_choice_walk *walk, const tro_choice_plan *plan, double *scratch)
{
    *walk = (tro_choice_walk){.plan = plan, .room = scratch};
    for (int k = 0; k < 3; k++)
        walk->e[k] = scratch + (size_t)(k + 1) * plan->outcomes;
}

void tro_choice_walk_panel(tro_choice_walk *walk, size_t k)
{
    const tro_choice_plan *plan = walk->plan;
    const tro_choice_panel *panel = &plan->panels[k];
    size_t n = plan->outcomes, i = panel->first;
    double log_start = log(panel->start);
    walk->panel = panel;
    walk->weight = plan->weight;
    walk->level = panel->tail ? -TAIL_GROUPS : 0;
    while (plan->reward[i] - panel->reference + log_start > LOG_DEAD_FROM)
        i++;
    walk->dead = i;
    if (k > 0) {
        memset(walk->room, 0, i * sizeof *walk->room);
        for (size_t j = i; j < n; j++)
            walk->room[j] = tro_choice_exp(plan->reward[j], panel->reference);
        walk->weight = walk->room;
    }
    while (i < n && plan->reward[i] - panel->reference + log_start > LOG_SQUARE_FROM)
        i++;
    walk->crossed = panel->tail ? walk->dead : i;
}

/* e = expm1(-s w) for s w in 0 .. 0.8: the nearest polynomial, to 1e-18. */
static void small(size_t n, double s, const double *restrict w, double *restrict e)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        double y = s * w[i], f = -1.4475299863984019e-09;
        f = f * y + 2.37928188168839e-08;
        f = f * y + -2.7410273221310053e-07;
        f = f * y + 2.7546283762546036e-06;
        f = f * y + -2.4801036584486358e-05;
        f = f * y + 0.00019841251436445015;
        f = f * y + -0.0013888888483003712;
        f = f * y + 0.008333333327649604;
        f = f * y + -0.041666666666196506;
        f = f * y + 0.16666666666664656;
        f = f * y + -0.49999999999999967;
        e[i] = -y * (f * y + 1);
    }
}

static void any(const tro_choice_walk *walk, double s, double *e)
{
    const double *w = walk->weight;
    for (size_t i = walk->dead; i < walk->crossed; i++)
        e[i] = exp(-s * w[i]);
    for (size_t i = walk->crossed; i < walk->plan->outcomes; i++)
        e[i] = expm1(-s * w[i]);
}

static void set(tro_choice_walk *walk, const double *s, const double *measure)
{
    size_t from = walk->dead, n = walk->plan->outcomes;
    for (int k = 0; k < 3; k++) {
        walk->s[k] = walk->panel->start * s[k];
        walk->measure[k] = walk->panel->start * measure[k];
        if (walk->panel->tail)
            small(n - from, walk->s[k], walk->weight + from, walk->e[k] + from);
        else
            any(walk, walk->s[k], walk->e[k]);
    }
}

static void square(size_t n, double *e)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        e[i] *= e[i];
}

static void twice(size_t n, double *e)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        e[i] *= e[i] + 2;
}

static void advance(tro_choice_walk *walk)
{
    size_t n = walk->plan->outcomes;
    double s = walk->s[0];
    for (; walk->crossed < n && s * walk->weight[walk->crossed] >= SQUARE_FROM; walk->crossed++)
        for (int k = 0; k < 3; k++)
            walk->e[k][walk->crossed] += 1;
    while (walk->dead < walk->crossed && 2 * s * walk->weight[walk->dead] >= DEAD_FROM)
        walk->dead++;
    for (int k = 0; k < 3; k++) {
        square(walk->crossed - walk->dead, walk->e[k] + walk->dead);
        twice(n - walk->crossed, walk->e[k] + walk->crossed);
        walk->s[k] *= 2;
        walk->measure[k] *= 2;
    }
}

int tro_choice_walk_next(tro_choice_walk *walk)
{
    long level = walk->level;
    if (level >= (long)walk->panel->levels)
        return 0;
    if (level < 0)
        set(walk, TAIL_NODES + 3 * (level + TAIL_GROUPS),
            TAIL_MEASURE + 3 * (level + TAIL_GROUPS));
    else if (level == 0)
        set(walk, CHAIN_NODES, CHAIN_MEASURE);
    else
        advance(walk);
    walk->level++;
    return 1;
}
