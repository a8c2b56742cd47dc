/* Where the nodes of a diagram stand: a layout, fitted into the box, and pushed apart
 * where discs would touch. */
#include <math.h>

#include "output/diagram_parts.h"

enum { PASSES = 300, FEW = 12, MANY = 60 };

static double size_of(const tro_diagram_node *node)
{
    return isfinite(node->size) && node->size > 0 ? node->size : 0;
}

static double room_for(const tro_diagram_plan *plan)
{
    size_t count = plan->diagram->node_count;
    return count <= 2 ? 150 : count <= FEW ? 340 : count <= MANY ? 420 : 500;
}

/* Discs have areas between those of half and of the whole radius. */
static void set_radii(tro_diagram_plan *plan)
{
    const tro_diagram *d = plan->diagram;
    double area = (plan->box.right - plan->box.left) * room_for(plan), largest = 0;
    double base = fmin(24, fmax(4, 0.24 * sqrt(area / (double)d->node_count)));
    for (size_t k = 0; k < d->node_count; k++)
        largest = fmax(largest, size_of(&d->nodes[k]));
    for (size_t k = 0; k < d->node_count; k++) {
        double part = largest > 0 ? size_of(&d->nodes[k]) / largest : 1;
        tro_spot *spot = &plan->spots[k];
        spot->radius = base * sqrt(0.3 + 0.7 * part);
        spot->reach = spot->radius + (d->nodes[k].marks ? 0.4 * spot->radius + 6 : 1);
    }
    for (size_t k = 0; k < plan->arrow_count; k++)
        plan->spots[d->edges[plan->arrows[k]].to].loops |=
            d->edges[plan->arrows[k]].from == d->edges[plan->arrows[k]].to;
}

/* Names and loops stand around the outermost discs. */
static void set_margins(tro_diagram_plan *plan)
{
    size_t count = plan->diagram->node_count;
    double most = 0;
    for (size_t k = 0; k < count; k++)
        most = fmax(most, plan->spots[k].radius * (plan->spots[k].loops ? 1.8 : 1.0) +
                              (plan->spots[k].loops ? 18 : 24));
    plan->down = count <= TRO_NAMES_MAX ? most : 30;
    plan->across = count <= 2 ? 150 : count <= TRO_NAMES_MAX ? fmax(60, most) : 30;
}

static void fit(tro_diagram_plan *plan, const tro_point *points)
{
    size_t count = plan->diagram->node_count;
    tro_box r = {INFINITY, INFINITY, -INFINITY, -INFINITY}, *box = &plan->box;
    for (size_t k = 0; k < count; k++) {
        r.left = fmin(r.left, points[k].x);
        r.right = fmax(r.right, points[k].x);
        r.top = fmin(r.top, points[k].y);
        r.bottom = fmax(r.bottom, points[k].y);
    }
    double width = box->right - box->left - 2 * plan->across;
    double room = room_for(plan) - 2 * plan->down, tiny = 1e-9;
    double x = width / fmax(r.right - r.left, tiny), y = room / fmax(r.bottom - r.top, tiny);
    x = fmin(x, 1.6 * y);
    y = fmin(y, 1.6 * x);
    x = r.right - r.left < tiny ? 0 : x;
    y = r.bottom - r.top < 1e-6 * (r.right - r.left) ? 0 : y;
    double height = fmax(fmin(room, y * (r.bottom - r.top)), fmin(room, 60));
    box->bottom = box->top + height + 2 * plan->down;
    for (size_t k = 0; k < count; k++) {
        plan->spots[k].x = (box->left + box->right) / 2 +
                           x * (points[k].x - (r.left + r.right) / 2);
        plan->spots[k].y = (box->top + box->bottom) / 2 +
                           y * (points[k].y - (r.top + r.bottom) / 2);
    }
}

static void keep_inside(const tro_diagram_plan *plan, tro_spot *spot)
{
    double x = fmin(plan->across, 40), y = plan->down;
    spot->x = fmax(plan->box.left + x, fmin(spot->x, plan->box.right - x));
    spot->y = fmax(plan->box.top + y, fmin(spot->y, plan->box.bottom - y));
}

/* Moves two spots to their distance; nodes at one place part in a direction of their
 * own. 1: they moved. */
static int part(tro_spot *a, tro_spot *b, size_t number, double gap)
{
    double dx = b->x - a->x, dy = b->y - a->y, wanted = a->reach + b->reach + gap;
    double distance = hypot(dx, dy);
    if (distance >= wanted)
        return 0;
    if (distance < 1e-6) {
        dx = cos((double)number);
        dy = sin((double)number);
        distance = 1;
        wanted += 1;
    }
    double step = 0.5 * (wanted - distance) + 0.01;
    a->x -= step * dx / distance;
    a->y -= step * dy / distance;
    b->x += step * dx / distance;
    b->y += step * dy / distance;
    return 1;
}

static void push_apart(tro_diagram_plan *plan)
{
    size_t count = plan->diagram->node_count;
    double gap = count <= FEW ? 14 : count <= TRO_NAMES_MAX ? 8 : 2;
    for (int pass = 0, moved = 1; moved && pass < PASSES; pass++) {
        moved = 0;
        for (size_t i = 0; i < count; i++)
            for (size_t j = i + 1; j < count; j++)
                moved |= part(&plan->spots[i], &plan->spots[j], i + j, gap);
        for (size_t i = 0; i < count; i++)
            keep_inside(plan, &plan->spots[i]);
    }
}

/* Where there was no room to part, discs shrink until none is over another. */
static void shrink(tro_diagram_plan *plan)
{
    size_t count = plan->diagram->node_count;
    double factor = 1;
    for (size_t i = 0; i < count; i++)
        for (size_t j = i + 1; j < count; j++) {
            const tro_spot *a = &plan->spots[i], *b = &plan->spots[j];
            factor = fmin(factor, hypot(b->x - a->x, b->y - a->y) /
                                      (a->radius + b->radius + 1));
        }
    for (size_t i = 0; factor < 1 && i < count; i++) {
        plan->spots[i].radius *= factor;
        plan->spots[i].reach *= factor;
    }
}

/* The middle of the widest gap between the directions of a node's neighbours. */
static double free_direction(const tro_diagram_plan *plan, size_t node, double *angles)
{
    const tro_diagram *d = plan->diagram;
    size_t count = 0;
    for (size_t k = 0; k < plan->arrow_count; k++) {
        const tro_diagram_edge *e = &d->edges[plan->arrows[k]];
        if ((e->from == node) == (e->to == node))
            continue;
        const tro_spot *a = &plan->spots[node];
        const tro_spot *b = &plan->spots[e->from == node ? e->to : e->from];
        double angle = atan2(b->y - a->y, b->x - a->x);
        size_t at = count++;
        for (; at > 0 && angles[at - 1] > angle; at--)
            angles[at] = angles[at - 1];
        angles[at] = angle;
    }
    double best = -M_PI / 2, widest = -1;
    for (size_t k = 0; k < count; k++) {
        double next = k + 1 < count ? angles[k + 1] : angles[0] + 2 * M_PI;
        if (next - angles[k] > widest + 1e-9) {
            widest = next - angles[k];
            best = 0.5 * (angles[k] + next);
        }
    }
    return best;
}

static int turn_loops(tro_diagram_plan *plan)
{
    const tro_diagram *d = plan->diagram;
    double *angles = TRO_NEW(&plan->arena, double, plan->arrow_count + 1);
    if (!angles)
        return TRO_ENOMEM;
    for (size_t k = 0; k < plan->arrow_count; k++) {
        const tro_diagram_edge *e = &d->edges[plan->arrows[k]];
        if (e->from != e->to)
            continue;
        plan->spots[e->from].loop = free_direction(plan, e->from, angles);
    }
    return TRO_OK;
}

static double turn_between(double a, double b)
{
    return fabs(remainder(a - b, 2 * M_PI));
}

/* The directions from the node in which its arrows begin and end. */
static size_t find_ends(const tro_diagram_plan *plan, size_t node, double *angles)
{
    const tro_spot *s = &plan->spots[node];
    tro_point path[TRO_PATH_MAX];
    size_t count = 0;
    for (size_t k = 0; k < plan->arrow_count; k++) {
        const tro_diagram_edge *e = &plan->diagram->edges[plan->arrows[k]];
        if (e->from != node && e->to != node)
            continue;
        size_t last = tro_diagram_path(plan, e, path) - 1;
        if (e->from == node)
            angles[count++] = atan2(path[0].y - s->y, path[0].x - s->x);
        if (e->to == node)
            angles[count++] = atan2(path[last].y - s->y, path[last].x - s->x);
    }
    return count;
}

/* Signs cover no arrowhead where that can be: what helps is at the upper right, what harms at the
 * upper left, or where the next gap is. */
static int turn_signs(tro_diagram_plan *plan)
{
    enum { WAYS = 24 };
    double *angles = TRO_NEW(&plan->arena, double, 2 * plan->arrow_count + 2);
    if (!angles)
        return TRO_ENOMEM;
    for (size_t n = 0; n < plan->diagram->node_count; n++) {
        tro_spot *s = &plan->spots[n];
        unsigned marks = plan->diagram->nodes[n].marks;
        s->sign = fmax(5, fmin(8, 0.4 * s->radius + 2));
        if (!(marks & (TRO_MARK_HELPS | TRO_MARK_HARMS)))
            continue;
        size_t count = find_ends(plan, n, angles);
        for (int harms = 0; harms < 2; harms++) {
            double usual = harms ? -0.75 * M_PI : -0.25 * M_PI, best = usual, least = INFINITY;
            if (!(marks & (harms ? TRO_MARK_HARMS : TRO_MARK_HELPS)))
                continue;
            for (int k = 0; k < WAYS; k++) {
                double angle = usual + 2 * M_PI * k / WAYS, price = 0;
                for (size_t a = 0; a < count; a++)
                    price += fmax(0, 0.8 - turn_between(angle, angles[a]));
                price += 0.05 * turn_between(angle, usual);
                if (price < least - 1e-9) {
                    least = price;
                    best = angle;
                }
            }
            double away = s->radius + 0.85 * s->sign;
            s->signs[harms] = (tro_point){s->x + away * cos(best), s->y + away * sin(best)};
            angles[count++] = best;
        }
    }
    return TRO_OK;
}

int tro_diagram_place(tro_diagram_plan *plan, tro_messages *messages)
{
    const tro_diagram *d = plan->diagram;
    tro_graph graph = {.nodes = d->node_count, .count = plan->arrow_count};
    tro_point *points = TRO_NEW(&plan->arena, tro_point, d->node_count);
    graph.links = TRO_NEW(&plan->arena, tro_link, plan->arrow_count);
    if (!points || !graph.links)
        return TRO_ENOMEM;
    for (size_t k = 0; k < plan->arrow_count; k++) {
        const tro_diagram_edge *e = &d->edges[plan->arrows[k]];
        graph.links[k] = (tro_link){e->from, e->to, e->width, e->width, NAN};
    }
    int status = tro_layout_place(&graph, d->layout, &d->stream, points, messages);
    if (status < 0)
        return status;
    set_radii(plan);
    set_margins(plan);
    fit(plan, points);
    push_apart(plan);
    shrink(plan);
    status = turn_loops(plan);
    return status < 0 ? status : turn_signs(plan);
}
