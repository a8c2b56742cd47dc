/* Discs, signs and words of a diagram, as rows of its data file. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "output/diagram_parts.h"
#include "output/figure_parts.h"

/* To a tenth of a pixel, whatever the locale. */
static void add_tenths(tro_text *out, double value)
{
    long tenths = lround(10 * value);
    tro_text_addf(out, "%s%ld.%ld", tenths < 0 ? "-" : "", labs(tenths) / 10, labs(tenths) % 10);
}

void tro_diagram_add_at(tro_text *out, double x, double y, const char *rest)
{
    add_tenths(out, x);
    tro_text_add(out, " ");
    add_tenths(out, y);
    tro_text_add(out, rest);
    tro_text_add(out, "\n");
}

/* Corners of a polygon that looks round. */
static int corners(double radius)
{
    return (int)fmin(60, 14 + 1.6 * radius);
}

static void add_arc(tro_text *out, double x, double y, double radius, double from, double to,
                    const char *tail)
{
    int count = (int)ceil(corners(radius) * fabs(to - from) / (2 * M_PI)) + 1;
    for (int k = 0; k <= count; k++) {
        double angle = from + (to - from) * k / count - M_PI / 2;
        tro_diagram_add_at(out, x + radius * cos(angle), y + radius * sin(angle), tail);
    }
}

/* A polygon of the ring; the disc lies over its middle. From the top, clockwise. */
static void add_sector(tro_diagram_plan *plan, double x, double y, double radius, double from,
                       double to, const char *part)
{
    tro_text *out = &plan->shapes[TRO_RINGS];
    if (!(to - from > 1e-9))
        return;
    if (to - from < 1 - 1e-9)
        tro_diagram_add_at(out, x, y, part);
    add_arc(out, x, y, radius, 2 * M_PI * from, 2 * M_PI * to, part);
    tro_text_add(out, "\n");
}

void tro_diagram_add_disc(tro_diagram_plan *plan, const tro_diagram_node *node, double x,
                          double y, double radius)
{
    char colour[32], tail[48];
    int known = isfinite(node->colour);
    double ring = fmax(2, fmin(6, 0.3 * radius)), real = fmax(0, node->real);
    double both = real + fmax(0, node->synthetic), whole = both + fmax(0, node->curated);
    ring = whole > 0 ? ring : 0;
    add_sector(plan, x, y, radius, 0, 1, " 3");
    add_sector(plan, x, y, radius - 0.7, 0, fmin(real, 1), " 0");
    add_sector(plan, x, y, radius - 0.7, real, fmin(both, 1), " 1");
    add_sector(plan, x, y, radius - 0.7, both, fmin(whole, 1), " 2");
    add_sector(plan, x, y, radius - ring, 0, 1, " 3");
    snprintf(tail, sizeof tail, " %s %d", tro_format_short(colour, known ? node->colour : 0, 6),
             known);
    add_arc(&plan->shapes[TRO_DISCS], x, y, fmax(1, radius - ring - 0.7), 0, 2 * M_PI, tail);
    tro_text_add(&plan->shapes[TRO_DISCS], "\n");
}

static void add_corners(tro_text *out, const tro_point *corners, int count, const char *rest)
{
    for (int k = 0; k < count; k++)
        tro_diagram_add_at(out, corners[k].x, corners[k].y, rest);
    tro_text_add(out, "\n");
}

void tro_diagram_add_sign(tro_diagram_plan *plan, double x, double y, double size, int harms)
{
    double tip = harms ? size : -size;
    const tro_point c[] = {{x, y + tip}, {x + size, y - 0.75 * tip}, {x - size, y - 0.75 * tip},
                           {x, y + tip}};
    add_corners(&plan->shapes[TRO_SIGNS], c, 4, harms ? " 1" : " 0");
}

void tro_diagram_add_frame(tro_diagram_plan *plan, double x, double y, double half)
{
    const tro_point c[] = {{x - half, y - half}, {x + half, y - half}, {x + half, y + half},
                           {x - half, y + half}, {x - half, y - half}};
    add_corners(&plan->shapes[TRO_FRAMES], c, 5, "");
}

void tro_diagram_add_line(tro_diagram_plan *plan, double x, double y, double to_x, double to_y)
{
    const tro_point c[] = {{x, y}, {to_x, to_y}};
    add_corners(&plan->shapes[TRO_LEADERS], c, 2, "");
}

void tro_diagram_add_paper(tro_diagram_plan *plan, const tro_box *b)
{
    const tro_point c[] = {{b->left, b->top}, {b->right, b->top}, {b->right, b->bottom},
                           {b->left, b->bottom}};
    add_corners(&plan->shapes[TRO_PAPER], c, 4, "");
}

void tro_diagram_add_words(tro_diagram_plan *plan, const char *text, double x, double y,
                           const char *how)
{
    tro_text_add(&plan->words, "set label ");
    tro_figure_add_quoted(&plan->words, text);
    tro_text_add(&plan->words, " at ");
    add_tenths(&plan->words, x);
    tro_text_add(&plan->words, ", ");
    add_tenths(&plan->words, y);
    tro_text_addf(&plan->words, " %s\n", how);
}

void tro_diagram_add_nodes(tro_diagram_plan *plan)
{
    const tro_diagram *d = plan->diagram;
    for (size_t k = 0; k < d->node_count; k++) {
        const tro_spot *s = &plan->spots[k];
        tro_diagram_add_disc(plan, &d->nodes[k], s->x, s->y, s->radius);
        if (d->nodes[k].marks & TRO_MARK_HARMED)
            tro_diagram_add_frame(plan, s->x, s->y, s->radius + TRO_FRAME_GAP);
        for (int harms = 0; harms < 2; harms++)
            if (d->nodes[k].marks & (harms ? TRO_MARK_HARMS : TRO_MARK_HELPS))
                tro_diagram_add_sign(plan, s->signs[harms].x, s->signs[harms].y, s->sign, harms);
    }
}
