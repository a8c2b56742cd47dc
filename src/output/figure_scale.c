/* What range the axes of a panel have. */
#include "output/figure_parts.h"

#include <math.h>

/* Beyond these, differences overflow in here or in gnuplot. */
static const double HUGE_VALUE = 1e290, TINY_VALUE = 1e-290;

int tro_figure_is_drawable(double value, int log)
{
    return fabs(value) < HUGE_VALUE && (!log || value > TINY_VALUE);
}

double tro_figure_x(const tro_series *series, size_t k)
{
    return series->x ? series->x[k] : (double)k;
}

typedef struct span {
    double min, max;
    int log;
} span;

static void include(span *s, double value)
{
    if (!tro_figure_is_drawable(value, s->log))
        return;
    s->min = fmin(s->min, value);
    s->max = fmax(s->max, value);
}

static void include_series(const tro_series *s, span *x, span *y)
{
    for (size_t k = 0; k < s->count; k++) {
        include(x, tro_figure_x(s, k));
        if (s->y)
            include(y, s->y[k]);
        if (s->lo && s->hi) {
            include(y, s->lo[k]);
            include(y, s->hi[k]);
        }
    }
}

static void include_heat(const tro_heat *heat, span *x, span *y)
{
    for (int last = 0; last < 2; last++) {
        include(x, tro_figure_heat_edge(heat, heat->x, heat->x_count, last));
        include(y, tro_figure_heat_edge(heat, heat->y, heat->y_count, last));
    }
}

static int has_style(const tro_panel *panel, tro_series_style style)
{
    for (size_t k = 0; k < panel->series_count; k++)
        if (panel->series[k].style == style)
            return 1;
    return 0;
}

/* The least positive distance to `from` among the places of bars. */
static double nearest(const tro_panel *panel, double from)
{
    double least = INFINITY;
    for (size_t n = 0; n < panel->series_count; n++) {
        const tro_series *s = &panel->series[n];
        for (size_t k = 0; s->style == TRO_BARS && k < s->count; k++) {
            double distance = fabs(tro_figure_x(s, k) - from);
            if (distance > 0)
                least = fmin(least, distance);
        }
    }
    return least;
}

double tro_figure_bar_spacing(const tro_panel *panel)
{
    double least = INFINITY;
    for (size_t n = 0; n < panel->series_count; n++) {
        const tro_series *s = &panel->series[n];
        for (size_t k = 0; s->style == TRO_BARS && k < s->count; k++)
            least = fmin(least, nearest(panel, tro_figure_x(s, k)));
    }
    return least < HUGE_VALUE ? least : 1;
}

/* No room at the ends of curves, some around points, half a place around
 * bars and names. */
static void widen_x(const tro_panel *panel, span *x)
{
    double room = 0;
    if (has_style(panel, TRO_POINTS) || has_style(panel, TRO_ERROR_BARS))
        room = 0.03;
    if (x->log) {
        double factor = pow(x->max / x->min, room);
        x->min /= factor;
        x->max *= factor;
        return;
    }
    double more = room * (x->max - x->min);
    if (has_style(panel, TRO_BARS))
        more = 0.55 * tro_figure_bar_spacing(panel);
    else if (panel->x_name_count)
        more = 0.3;
    x->min -= more;
    x->max += more;
}

static void widen_y(const tro_panel *panel, span *y)
{
    if (y->log) {
        double factor = pow(y->max / y->min, 0.05);
        y->min /= factor;
        y->max *= factor;
        return;
    }
    int bars = has_style(panel, TRO_BARS);
    double more = 0.05 * (y->max - y->min);
    y->min -= bars && y->min == 0 ? 0 : more;   /* bars stand on the axis */
    y->max += bars && y->max == 0 ? 0 : more;
}

/* Nothing but rounding separates the ends of such a range: a flat curve gets
 * room around it instead of a picture of its last bits. */
static int is_flat(const span *s)
{
    double size = fmax(fabs(s->min), fabs(s->max));
    return s->max - s->min <= 1e-12 * size || s->max - s->min < TINY_VALUE;
}

static void open_flat(span *s)
{
    if (!(s->min <= s->max)) {          /* there was nothing at all */
        s->min = s->log ? 0.1 : 0;
        s->max = s->log ? 10 : 1;
    } else if (is_flat(s) && s->log) {
        s->min /= 2;
        s->max *= 2;
    } else if (is_flat(s)) {
        double room = fabs(s->min) > TINY_VALUE / 1e-3 ? 0.1 * fabs(s->min) : 1;
        s->min -= room;
        s->max += room;
    }
}

/* What the caller asked for goes before what the data say, each end alone,
 * as long as a range remains. */
static void settle(const span *found, double min, double max, tro_axis *axis)
{
    axis->log = found->log;
    axis->min = found->min;
    axis->max = found->max;
    if (min == max)
        return;
    if (tro_figure_is_drawable(min, axis->log))
        axis->min = min;
    if (tro_figure_is_drawable(max, axis->log))
        axis->max = max;
    if (!(axis->min < axis->max)) {
        axis->min = found->min;
        axis->max = found->max;
    }
}

void tro_figure_set_ranges(const tro_panel *panel, tro_axis *x, tro_axis *y)
{
    span across = {INFINITY, -INFINITY, panel->x_log}, up = {INFINITY, -INFINITY, panel->y_log};
    for (size_t k = 0; k < panel->series_count; k++)
        include_series(&panel->series[k], &across, &up);
    for (size_t k = 0; k < panel->marker_count; k++)
        include(&across, panel->markers[k].x);
    if (panel->heat)
        include_heat(panel->heat, &across, &up);
    if (panel->x_name_count) {
        include(&across, 0);
        include(&across, (double)panel->x_name_count - 1);
    }
    if (up.min <= up.max && !up.log && (panel->zero_line || has_style(panel, TRO_BARS)))
        include(&up, 0);
    if (!has_style(panel, TRO_BARS))
        open_flat(&across);
    open_flat(&up);
    if (!panel->heat) {
        widen_x(panel, &across);
        widen_y(panel, &up);
    }
    open_flat(&across);
    settle(&across, panel->x_min, panel->x_max, x);
    settle(&up, panel->y_min, panel->y_max, y);
}
