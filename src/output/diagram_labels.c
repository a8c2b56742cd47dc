/* Names of nodes: beside their discs, over no disc and no other name, and over few
 * arrows; a name for which there is no place is left out and counted. */
#include <math.h>

#include "output/diagram_parts.h"
#include "output/figure_parts.h"

enum { DIRECTIONS = 16, DISTANCES = 11, NEAR = 6, LONGEST = 150, PARTS = 3, MOST_POINTS = 40000 };

static const double distances[DISTANCES] = {3, 9, 18, 32, 48, 68, 90, 120, 150, 190, 230};
static const double HALF_LINE = 7;

/* What names should stay off: points of arrows. */
typedef struct arrow_points {
    tro_point *points;
    size_t count;
} arrow_points;

static int find_crossings(tro_diagram_plan *plan, arrow_points *out)
{
    tro_point path[TRO_PATH_MAX];
    size_t most = plan->arrow_count * TRO_PATH_MAX * PARTS;
    if (most > MOST_POINTS)
        return TRO_OK;
    out->points = TRO_NEW(&plan->arena, tro_point, most);
    if (!out->points)
        return TRO_ENOMEM;
    for (size_t k = 0; k < plan->arrow_count; k++) {
        size_t count = tro_diagram_path(plan, &plan->diagram->edges[plan->arrows[k]], path);
        out->points[out->count++] = path[count - 1];   /* the tip, the worst to hide */
        for (size_t n = 1; n < count; n++)
            for (int p = 0; p < PARTS; p++) {
                double t = (double)p / PARTS;
                out->points[out->count++] =
                    (tro_point){path[n - 1].x + t * (path[n].x - path[n - 1].x),
                                path[n - 1].y + t * (path[n].y - path[n - 1].y)};
            }
    }
    return TRO_OK;
}

static int overlap(const tro_box *a, const tro_box *b)
{
    return a->left < b->right && b->left < a->right && a->top < b->bottom && b->top < a->bottom;
}

static double distance_to(const tro_box *box, double x, double y)
{
    double dx = fmax(fmax(box->left - x, x - box->right), 0);
    double dy = fmax(fmax(box->top - y, y - box->bottom), 0);
    return hypot(dx, dy);
}

static int covers(const tro_box *box, double x, double y, double radius)
{
    return distance_to(box, x, y) < radius;
}

/* Over the disc, its frame or its signs? */
static int hides(const tro_diagram_plan *plan, size_t node, const tro_box *box)
{
    const tro_spot *s = &plan->spots[node];
    unsigned marks = plan->diagram->nodes[node].marks;
    double half = s->radius + TRO_FRAME_GAP + 2;
    const tro_box frame = {s->x - half, s->y - half, s->x + half, s->y + half};
    int hidden = covers(box, s->x, s->y, s->radius + 2) ||
                 ((marks & TRO_MARK_HARMED) && overlap(box, &frame));
    for (int k = 0; k < 2; k++)
        if (marks & (k ? TRO_MARK_HARMS : TRO_MARK_HELPS))
            hidden |= covers(box, s->signs[k].x, s->signs[k].y, s->sign + 1);
    return hidden;
}

static int is_free(const tro_diagram_plan *plan, const tro_box *box)
{
    const tro_box *all = &plan->box;
    if (box->left < all->left || box->right > all->right || box->top < all->top ||
        box->bottom > all->bottom)
        return 0;
    for (size_t k = 0; k < plan->diagram->node_count; k++) {
        const tro_spot *s = &plan->spots[k];
        if (hides(plan, k, box) || (s->label && overlap(box, &s->words)))
            return 0;
    }
    return 1;
}

static double away(const tro_box *box, const tro_spot *s)
{
    return distance_to(box, s->x, s->y) - s->radius;
}

/* A name that is as near to another disc could be that one's. */
static double cost(const tro_diagram_plan *plan, const tro_spot *spot, const tro_box *box,
                   int distance, double angle, const arrow_points *crossings)
{
    double sum = 2.5 * distance + 0.6 * (1 - cos(angle)) + 0.3 * (1 - fabs(cos(angle)));
    double own = away(box, spot), crossed = 0;
    for (size_t k = 0; k < plan->diagram->node_count; k++)
        if (&plan->spots[k] != spot && away(box, &plan->spots[k]) < own + 6)
            sum += 2;
    for (size_t k = 0; k < crossings->count; k++)
        crossed += 0.4 * covers(box, crossings->points[k].x, crossings->points[k].y, 3);
    sum += fmin(crossed, 6);
    if (spot->loops)
        sum += 3 * covers(box, spot->x + (spot->radius + 12) * cos(spot->loop),
                          spot->y + (spot->radius + 12) * sin(spot->loop), 10);
    return sum;
}

/* The box in this direction whose edge is that far from the disc. */
static tro_box box_at(const tro_spot *spot, double half, double angle, double distance)
{
    double away = spot->radius + 1 + distance;
    double x = spot->x + cos(angle) * (away + half);
    double y = spot->y + sin(angle) * (away + HALF_LINE);
    return (tro_box){x - half, y - HALF_LINE, x + half, y + HALF_LINE};
}

static void place_label(tro_diagram_plan *plan, tro_spot *spot, const char *label,
                        int must, const arrow_points *crossings)
{
    double best = INFINITY, half = 0.5 * tro_figure_text_width(label, TRO_FONT_SMALL) + 2;
    int far = 0;
    for (int n = 0; n < (must ? DISTANCES : NEAR) && !(n >= NEAR && isfinite(best)); n++)
        for (int k = 0; k < DIRECTIONS; k++) {
            double angle = 2 * M_PI * k / DIRECTIONS;
            tro_box box = box_at(spot, half, angle, distances[n]);
            if (!is_free(plan, &box))
                continue;
            double price = cost(plan, spot, &box, n, angle, crossings);
            if (price < best - 1e-9) {
                best = price;
                spot->words = box;
                far = n > 1;
            }
        }
    if (!isfinite(best)) {
        plan->unnamed++;
        return;
    }
    spot->label = label;
    const tro_box *b = &spot->words;
    tro_diagram_add_paper(plan, b);
    if (far)
        tro_diagram_add_line(plan, spot->x, spot->y, fmax(b->left, fmin(spot->x, b->right)),
                             fmax(b->top, fmin(spot->y, b->bottom)));
    tro_diagram_add_words(plan, label, (b->left + b->right) / 2, (b->top + b->bottom) / 2,
                          "center front tc rgb '#111111'");
}

/* Who chooses a place first. */
static int turn_of(const tro_diagram_node *node)
{
    return node->marks ? 0 : node->named ? 1 : 2;
}

int tro_diagram_place_labels(tro_diagram_plan *plan)
{
    const tro_diagram *d = plan->diagram;
    arrow_points crossings = {0};
    if (find_crossings(plan, &crossings) < 0)
        return TRO_ENOMEM;
    for (int turn = 0; turn < (d->node_count > TRO_NAMES_MAX ? 2 : 3); turn++)
        for (size_t k = 0; k < d->node_count; k++) {
            if (turn_of(&d->nodes[k]) != turn)
                continue;
            const char *label = tro_figure_cut_name(&plan->arena, d->nodes[k].name,
                                                    TRO_FONT_SMALL, LONGEST);
            if (!label)
                return TRO_ENOMEM;
            place_label(plan, &plan->spots[k], label, turn == 0 || d->node_count > TRO_NAMES_MAX,
                        &crossings);
        }
    return TRO_OK;
}
