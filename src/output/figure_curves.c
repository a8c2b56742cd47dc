/* The plot command of a panel: bars below bands below curves below points,
 * and dark curves, the exact ones, above all. */
#include "output/figure_parts.h"


typedef enum layer { BARS, BANDS, CURVES, WHISKERS, POINTS, DARK, LAYERS } layer;

typedef struct plotter {
    tro_text *out;
    const tro_panel_plan *plan;
    size_t clauses, bars, bar_count;   /* bars: how many series of them so far */
} plotter;

static void add_real(tro_text *out, double value)
{
    char buffer[32];
    tro_text_add(out, tro_format_real(buffer, value));
}

/* Where the last bits move nothing that is seen. */
static void add_short(tro_text *out, double value)
{
    char buffer[32];
    tro_text_add(out, tro_format_short(buffer, value, 12));
}

static size_t drawable(const tro_panel_plan *p, const tro_series *s, const double *y)
{
    size_t count = 0;
    for (size_t k = 0; y && k < s->count; k++)
        count += (size_t)(tro_figure_is_drawable(tro_figure_x(s, k), p->x.log) &&
                          tro_figure_is_drawable(y[k], p->y.log));
    return count;
}

static void begin(plotter *plot, size_t k)
{
    tro_text_add(plot->out, plot->clauses++ ? ", \\\n    " : "plot ");
    tro_text_addf(plot->out, "data index %zu using ", plot->plan->first_block + k);
}

static void finish(plotter *plot, const struct tro_look *look)
{
    tro_text_addf(plot->out, " lc rgb '%s'", tro_figure_colour(look->colour));
}

/* x of a bar in its group of neighbours; returns its width. */
static double add_bar_x(plotter *plot)
{
    double width = 0.8 * tro_figure_bar_spacing(plot->plan->panel) / (double)plot->bar_count;
    tro_text_add(plot->out, "($1 + ");
    add_short(plot->out, ((double)plot->bars - ((double)plot->bar_count - 1) / 2) * width);
    tro_text_add(plot->out, ")");
    return width;
}

static void draw_bar(plotter *plot, size_t k, const struct tro_look *look)
{
    begin(plot, k);
    double width = add_bar_x(plot);
    tro_text_add(plot->out, ":2:(");
    add_short(plot->out, 0.92 * width);
    tro_text_add(plot->out, ") with boxes");
    finish(plot, look);
}

/* pair() and above() are functions of the script: a point with one end
 * missing is a gap (gnuplot would fill up to the corner of the plot), and on a
 * logarithmic axis an end that is not positive stands on the axis. */
static void add_end(plotter *plot, int column)
{
    if (plot->plan->y.log) {
        tro_text_addf(plot->out, "pair($3, $4, above($%d, ", column);
        add_real(plot->out, plot->plan->y.min);
        tro_text_add(plot->out, "))");
    } else {
        tro_text_addf(plot->out, "pair($3, $4, $%d)", column);
    }
}

/* Not `with yerrorbars`: that erases a disc of background around its point
 * (seen in gnuplot 5.4). */
static void add_whisker(plotter *plot)
{
    tro_text_add(plot->out, ":(");
    add_end(plot, 3);
    tro_text_add(plot->out, "):(0):(");
    add_end(plot, 4);
    tro_text_add(plot->out, " - ");
    add_end(plot, 3);
    tro_text_add(plot->out, ") with vectors nohead lw 1.2");
}

static void draw_bar_whisker(plotter *plot, size_t k)
{
    begin(plot, k);
    add_bar_x(plot);
    add_whisker(plot);
    tro_text_add(plot->out, " lc rgb '#222222'");
}

static void draw_band(plotter *plot, size_t k, const struct tro_look *look)
{
    begin(plot, k);
    tro_text_add(plot->out, "1:(");
    add_end(plot, 3);
    tro_text_add(plot->out, "):(");
    add_end(plot, 4);
    tro_text_add(plot->out, ") with filledcurves fs transparent solid 0.22 noborder");
    finish(plot, look);
}

static void draw_point(plotter *plot, size_t k, const struct tro_look *look)
{
    begin(plot, k);
    tro_text_addf(plot->out, "1:2 with points pt %d ps 0.5", tro_figure_point(look->colour));
    finish(plot, look);
}

static void draw_error_bar(plotter *plot, size_t k, const struct tro_look *look)
{
    begin(plot, k);
    tro_text_add(plot->out, "1");
    add_whisker(plot);
    finish(plot, look);
}

/* A curve of one point would be invisible. */
static void draw_curve(plotter *plot, size_t k, const struct tro_look *look)
{
    const tro_series *s = &plot->plan->panel->series[k];
    if (drawable(plot->plan, s, s->y) == 1) {
        draw_point(plot, k, look);
        return;
    }
    begin(plot, k);
    tro_text_addf(plot->out, "1:2 with %s lw %s dt %s", s->style == TRO_STEPS ? "steps" : "lines",
                  tro_figure_width(look->colour, look->dash), tro_figure_dash(look->dash));
    finish(plot, look);
}

static layer curve_layer(const struct tro_look *look)
{
    return look->colour == TRO_COLOUR_DARK ? DARK : CURVES;
}

static void draw_bars(plotter *plot, size_t k, layer now)
{
    const tro_series *s = &plot->plan->panel->series[k];
    if (now == BARS && drawable(plot->plan, s, s->y))
        draw_bar(plot, k, &plot->plan->looks[k]);
    if (now == WHISKERS && s->lo && drawable(plot->plan, s, s->hi))
        draw_bar_whisker(plot, k);
    plot->bars++;
}

/* What a series has in the layer of now. */
static void draw(plotter *plot, size_t k, layer now)
{
    const tro_series *s = &plot->plan->panel->series[k];
    const struct tro_look *look = &plot->plan->looks[k];
    int curve = now == curve_layer(look) && drawable(plot->plan, s, s->y);
    switch (s->style) {
    case TRO_BARS:
        draw_bars(plot, k, now);
        break;
    case TRO_BAND:
        if (now == BANDS && drawable(plot->plan, s, s->hi))
            draw_band(plot, k, look);
        if (curve)
            draw_curve(plot, k, look);
        break;
    case TRO_LINE:
    case TRO_STEPS:
        if (curve)
            draw_curve(plot, k, look);
        break;
    case TRO_POINTS:
        if (now == POINTS && drawable(plot->plan, s, s->y))
            draw_point(plot, k, look);
        break;
    case TRO_ERROR_BARS:
        if (now == WHISKERS && drawable(plot->plan, s, s->hi))
            draw_error_bar(plot, k, look);
        if (now == POINTS && drawable(plot->plan, s, s->y))
            draw_point(plot, k, look);
        break;
    }
}

void tro_figure_add_plot(tro_text *out, const tro_panel_plan *plan)
{
    plotter plot = {.out = out, .plan = plan};
    size_t count = plan->panel->series_count;
    for (size_t k = 0; k < count; k++)
        plot.bar_count += plan->panel->series[k].style == TRO_BARS;
    if (plan->panel->heat) {
        tro_text_add(out, "plot ");
        plot.clauses = tro_figure_add_heat(out, plan);
    }
    for (int now = BARS; now < LAYERS; now++) {
        plot.bars = 0;
        for (size_t k = 0; k < count; k++)
            draw(&plot, plan->order[k], (layer)now);
    }
    if (plot.clauses == 0)
        tro_text_add(out, "set label 'no data' at graph 0.5, graph 0.5 center tc rgb '#888888'\n"
                     "plot NaN");
    tro_text_add(out, "\n");
}
