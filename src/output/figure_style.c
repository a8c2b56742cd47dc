#include "output/figure_parts.h"

#include <string.h>

/* Okabe and Ito, Color Universal Design (2008). Their yellow is too light for
 * lines on white; a grey takes its place. */
static const char *const colours[] = {"#222222", "#0072b2", "#d55e00", "#009e73",
                                      "#cc79a7", "#e69f00", "#56b4e9", "#8c8c8c"};
static const int points[] = {7, 7, 5, 9, 13, 11, 6, 4};   /* gnuplot's point types */
static const char *const dashes[] = {"1", "(10,5)", "(2,4)", "(10,4,2,4)"};

enum { COLOURS = sizeof colours / sizeof *colours, DASHES = sizeof dashes / sizeof *dashes };

/* 0 is the dark one; 1 .. COLOURS-1 come round. */
static int slot(int colour)
{
    return colour <= 0 ? 0 : 1 + (colour - 1) % (COLOURS - 1);
}

const char *tro_figure_colour(int colour)
{
    return colours[slot(colour)];
}

int tro_figure_point(int colour)
{
    return points[slot(colour)];
}

const char *tro_figure_dash(int dash)
{
    return dashes[dash < 0 ? 0 : dash % DASHES];
}

const char *tro_figure_width(int colour, int dash)
{
    static const char *const widths[2][DASHES] = {
        {"1.6", "1.601", "1.602", "1.603"}, {"2", "2.001", "2.002", "2.003"}};
    return widths[colour != 0][dash < 0 ? 0 : dash % DASHES];
}

static int has_label(const tro_series *series)
{
    return series->label && *series->label;
}

static int same_label(const tro_series *a, const tro_series *b)
{
    return a == b || (has_label(a) && has_label(b) && strcmp(a->label, b->label) == 0);
}

static int contains(const tro_panel *panel, const tro_series *wanted)
{
    for (size_t k = 0; k < panel->series_count; k++)
        if (same_label(&panel->series[k], wanted))
            return 1;
    return 0;
}

/* Marks the colours that stand beside `wanted` in some panel. */
static void mark_neighbours(const tro_figure *figure, const struct tro_look *looks,
                            const tro_series *wanted, unsigned char *used, size_t size)
{
    for (size_t p = 0; p < figure->panel_count; p++) {
        const tro_panel *panel = &figure->panels[p];
        int together = contains(panel, wanted);
        for (size_t k = 0; k < panel->series_count; k++, looks++)
            if (together && looks->colour >= 0 && (size_t)looks->colour < size)
                used[looks->colour] = 1;
    }
}

static void give(const tro_figure *figure, struct tro_look *looks, const tro_series *wanted,
                 int colour)
{
    for (size_t p = 0; p < figure->panel_count; p++) {
        const tro_panel *panel = &figure->panels[p];
        for (size_t k = 0; k < panel->series_count; k++, looks++)
            if (looks->colour < 0 && same_label(&panel->series[k], wanted))
                looks->colour = colour;
    }
}

/* Greedy colouring: a label has one colour in the whole figure, the first
 * that nothing beside it has. So short panels all begin with blue. */
static int choose(const tro_figure *figure, struct tro_look *looks, const tro_series *wanted,
                  size_t total)
{
    unsigned char *used = tro_allocate(total + 2, 1);
    if (!used)
        return TRO_ENOMEM;
    mark_neighbours(figure, looks, wanted, used, total + 2);
    int colour = 1;
    while (used[colour])
        colour++;
    give(figure, looks, wanted, colour);
    tro_release(used);
    return TRO_OK;
}

static void start(const tro_figure *figure, struct tro_look *look)
{
    for (size_t p = 0; p < figure->panel_count; p++) {
        const tro_panel *panel = &figure->panels[p];
        for (size_t k = 0; k < panel->series_count; k++, look++) {
            look->colour = panel->series[k].colour < 0 ? -1 : panel->series[k].colour;
            look->dash = panel->series[k].dash;
        }
    }
}

int tro_figure_set_looks(const tro_figure *figure, struct tro_look *looks)
{
    size_t total = 0, n = 0;
    for (size_t p = 0; p < figure->panel_count; p++)
        total += figure->panels[p].series_count;
    start(figure, looks);
    for (size_t p = 0; p < figure->panel_count; p++) {
        const tro_panel *panel = &figure->panels[p];
        for (size_t k = 0; k < panel->series_count; k++, n++) {
            if (looks[n].colour < 0 && choose(figure, looks, &panel->series[k], total) < 0)
                return TRO_ENOMEM;
            looks[n].dash += looks[n].colour > 0 ? (looks[n].colour - 1) / (COLOURS - 1) : 0;
        }
    }
    return TRO_OK;
}
