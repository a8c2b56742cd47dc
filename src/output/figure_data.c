/* NAME.dat: one block per series, in the order of panels and series, set
 * apart by two empty lines, so that `index N` of gnuplot finds each. */
#include "output/figure_parts.h"

#include <math.h>

static void add_number(tro_text *out, double value)
{
    char buffer[32];
    tro_text_add(out, isfinite(value) ? tro_format_real(buffer, value) : "NaN");
}

static double or_nan(const double *values, size_t k)
{
    return values ? values[k] : NAN;
}

static void add_row(tro_text *out, const tro_series *s, size_t k, int sides)
{
    add_number(out, tro_figure_x(s, k));
    tro_text_add(out, " ");
    add_number(out, or_nan(s->y, k));
    if (sides) {
        tro_text_add(out, " ");
        add_number(out, or_nan(s->lo, k));
        tro_text_add(out, " ");
        add_number(out, or_nan(s->hi, k));
    }
    tro_text_add(out, "\n");
}

static void add_part(tro_text *out, const char *before, const char *text)
{
    if (!text || !*text)
        return;
    tro_text_add(out, before);
    tro_figure_add_plain(out, text);
}

static void add_block(tro_text *out, const tro_panel_plan *plan, size_t k)
{
    const tro_series *s = &plan->panel->series[k];
    int sides = s->lo && s->hi;
    tro_text_addf(out, "# index %zu", plan->first_block + k);
    add_part(out, ", panel ", plan->letter);
    add_part(out, ": ", plan->panel->title);
    tro_text_add(out, "\n");
    add_part(out, "# series: ", s->label);
    tro_text_add(out, s->label && *s->label ? "\n" : "");
    tro_text_add(out, sides ? "# x y low high\n" : "# x y\n");
    for (size_t n = 0; n < s->count; n++)
        add_row(out, s, n, sides);
    /* gnuplot does not count a block without rows. */
    if (s->count == 0)
        tro_text_add(out, sides ? "NaN NaN NaN NaN\n" : "NaN NaN\n");
    tro_text_add(out, "\n\n");
}

void tro_figure_add_data(tro_text *out, const tro_figure_plan *plan)
{
    for (size_t p = 0; p < plan->figure->panel_count; p++)
        for (size_t k = 0; k < plan->panels[p].panel->series_count; k++)
            add_block(out, &plan->panels[p], k);
    for (size_t p = 0; p < plan->figure->panel_count; p++)
        if (plan->panels[p].panel->heat)
            tro_figure_add_heat_data(out, &plan->panels[p]);
}
