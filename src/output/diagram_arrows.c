/* Arrows of a diagram: bent, so that both directions between two nodes are seen. */
#include <math.h>
#include <stdio.h>

#include "output/diagram_parts.h"

static const double WIDTH_LEAST = 0.45, WIDTH_MOST = 5, GAP = 1.5, LOOP_HALF = 0.55;

static int is_crowded(const tro_diagram_plan *plan)
{
    return plan->diagram->node_count > TRO_NAMES_MAX;
}

double tro_diagram_arrow_width(const tro_diagram_plan *plan, double width)
{
    double arrows = (double)plan->arrow_count + 1;
    double most = is_crowded(plan) ? fmin(0.5 * WIDTH_MOST, 40 / sqrt(arrows)) : WIDTH_MOST;
    double part = plan->widest > 0 ? width / plan->widest : 0;
    return fmax(WIDTH_LEAST, most * part);
}

static tro_point on_curve(const tro_point c[3], double t)
{
    double s = 1 - t, a = s * s, b = 2 * s * t, d = t * t;
    return (tro_point){a * c[0].x + b * c[1].x + d * c[2].x,
                       a * c[0].y + b * c[1].y + d * c[2].y};
}

/* How far from the middle of a node arrows begin and end in that direction: on a circle around
 * the disc, or on a square around its frame. */
static double rim(const tro_diagram_plan *plan, size_t node, double dx, double dy)
{
    double radius = plan->spots[node].radius + GAP;
    if (!(plan->diagram->nodes[node].marks & TRO_MARK_HARMED))
        return radius;
    return (radius + TRO_FRAME_GAP) * hypot(dx, dy) / fmax(fmax(fabs(dx), fabs(dy)), 1e-9);
}

/* Where the curve, which begins in the middle of a node, leaves it; `end` 1: the node in which it
 * ends. */
static double leave(const tro_diagram_plan *plan, const tro_point c[3], int end, size_t node)
{
    double low = 0, high = 0.5;
    for (int k = 0; k < 30; k++) {
        double middle = 0.5 * (low + high);
        tro_point p = on_curve(c, end ? 1 - middle : middle);
        double dx = p.x - c[end ? 2 : 0].x, dy = p.y - c[end ? 2 : 0].y;
        if (hypot(dx, dy) < rim(plan, node, dx, dy))
            low = middle;
        else
            high = middle;
    }
    return end ? 1 - low : low;
}

static size_t loop_path(const tro_diagram_plan *plan, size_t node, double room, tro_point *path)
{
    enum { STEPS = 20 };
    const tro_spot *spot = &plan->spots[node];
    double a = spot->loop - LOOP_HALF, b = spot->loop + LOOP_HALF;
    double out = rim(plan, node, cos(a), sin(a)), in = rim(plan, node, cos(b), sin(b));
    double far = spot->radius + GAP + spot->radius + room;
    const tro_point c[4] = {{spot->x + out * cos(a), spot->y + out * sin(a)},
                            {spot->x + far * cos(a), spot->y + far * sin(a)},
                            {spot->x + far * cos(b), spot->y + far * sin(b)},
                            {spot->x + in * cos(b), spot->y + in * sin(b)}};
    for (int k = 0; k <= STEPS; k++) {
        double t = (double)k / STEPS, s = 1 - t;
        double w[4] = {s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t};
        path[k] = (tro_point){0, 0};
        for (int n = 0; n < 4; n++) {
            path[k].x += w[n] * c[n].x;
            path[k].y += w[n] * c[n].y;
        }
    }
    return STEPS + 1;
}

size_t tro_diagram_path(const tro_diagram_plan *plan, const tro_diagram_edge *edge,
                        tro_point path[TRO_PATH_MAX])
{
    const tro_spot *a = &plan->spots[edge->from], *b = &plan->spots[edge->to];
    if (edge->from == edge->to)
        return loop_path(plan, edge->from, is_crowded(plan) ? 8 : 18, path);
    double bend = is_crowded(plan) ? 0.1 : 0.16, dx = b->x - a->x, dy = b->y - a->y;
    size_t steps = is_crowded(plan) ? 7 : 16;
    const tro_point c[3] = {{a->x, a->y},
                            {(a->x + b->x) / 2 + bend * dy, (a->y + b->y) / 2 - bend * dx},
                            {b->x, b->y}};
    double from = leave(plan, c, 0, edge->from), to = leave(plan, c, 1, edge->to);
    for (size_t k = 0; k <= steps; k++)
        path[k] = on_curve(c, from + (to - from) * (double)k / (double)steps);
    return steps + 1;
}

static void add_corner(tro_diagram_plan *plan, double x, double y, double colour)
{
    char number[32], rest[48];
    int known = isfinite(colour);
    snprintf(rest, sizeof rest, " %s %d", tro_format_short(number, known ? colour : 0, 6), known);
    tro_diagram_add_at(&plan->shapes[TRO_ARROWS], x, y, rest);
}

/* One side of the shaft: points first .. last-1 in this or the other order. */
static void add_side(tro_diagram_plan *plan, const tro_point *path, size_t count, size_t shaft,
                     int side, double width, double colour)
{
    for (size_t n = 0; n < shaft; n++) {
        size_t k = side > 0 ? n : shaft - 1 - n;
        const tro_point *a = &path[k ? k - 1 : 0], *b = &path[k + 1 < count ? k + 1 : k];
        double dx = b->x - a->x, dy = b->y - a->y, length = fmax(hypot(dx, dy), 1e-9);
        double offset = side * 0.5 * width / length;
        add_corner(plan, path[k].x - offset * dy, path[k].y + offset * dx, colour);
    }
}

void tro_diagram_add_arrow(tro_diagram_plan *plan, const tro_point *path, size_t count,
                           double width, double colour)
{
    double length = 0, left, head = (is_crowded(plan) ? 3 : 5) + 1.6 * width;
    for (size_t k = 1; k < count; k++)
        length += hypot(path[k].x - path[k - 1].x, path[k].y - path[k - 1].y);
    head = fmin(head, 0.7 * length);
    size_t shaft = count;
    for (left = 0; shaft > 1 && left < head; shaft--)
        left += hypot(path[shaft - 1].x - path[shaft - 2].x, path[shaft - 1].y - path[shaft - 2].y);
    const tro_point *tip = &path[count - 1], *neck = &path[shaft - 1];
    double dx = tip->x - neck->x, dy = tip->y - neck->y, span = fmax(hypot(dx, dy), 1e-9);
    dx /= span;
    dy /= span;
    double wing = 0.42 * head + 0.25 * width;
    double x = tip->x - head * dx, y = tip->y - head * dy;
    add_side(plan, path, count, shaft, 1, width, colour);
    add_corner(plan, x - 0.5 * width * dy, y + 0.5 * width * dx, colour);
    add_corner(plan, x - wing * dy, y + wing * dx, colour);
    add_corner(plan, tip->x, tip->y, colour);
    add_corner(plan, x + wing * dy, y - wing * dx, colour);
    add_corner(plan, x + 0.5 * width * dy, y - 0.5 * width * dx, colour);
    add_side(plan, path, count, shaft, -1, width, colour);
    tro_text_add(&plan->shapes[TRO_ARROWS], "\n");
}

void tro_diagram_add_arrows(tro_diagram_plan *plan)
{
    tro_point path[TRO_PATH_MAX];
    for (size_t k = 0; k < plan->arrow_count; k++) {
        const tro_diagram_edge *e = &plan->diagram->edges[plan->arrows[k]];
        size_t count = tro_diagram_path(plan, e, path);
        tro_diagram_add_arrow(plan, path, count, tro_diagram_arrow_width(plan, e->width),
                              e->colour);
    }
}
