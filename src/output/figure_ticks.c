/* Where the ticks of an axis are, and how they are called. */
#include "output/figure_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    LABEL_ROOM = 14, Y_TICK_ROOM = 28, MOST_TICKS = 64, DECADES_WITH_MINOR = 6,
    LOW_PLOT = 80, LOW_TICK_ROOM = 19   /* in a plot that is lower than that */
};

static const char MINUS[] = "\xe2\x88\x92";

static int add_tick(tro_axis *axis, double at, const char *label)
{
    axis->ticks[axis->tick_count++] = (tro_tick){at, label};
    if (label)
        axis->label_width = fmax(axis->label_width, tro_figure_text_width(label, TRO_FONT_SMALL));
    return TRO_OK;
}

/* "1.5e-07" becomes "1.5e-7" with a true minus, so does "-2". */
const char *tro_figure_number(tro_arena *arena, const char *number)
{
    tro_text text = {0};
    for (const char *at = number; *at; at++) {
        if (*at == '-')
            tro_text_add(&text, MINUS);
        else if (*at != '+')
            tro_text_add_n(&text, at, 1);
        if (at > number && at[-1] == 'e' && at[1] == '0' && at[2])
            at++;
    }
    const char *copy = text.failed ? NULL : tro_arena_text(arena, tro_text_string(&text));
    tro_text_clear(&text);
    return copy;
}

static int is_whole(double value)
{
    return fabs(value - round(value)) < 1e-6;
}

/* As many as a step of 1, 2, 2.5 or 5 times a power of ten has. */
static int decimals_of(double step)
{
    int decimals = (int)fmax(0, ceil(-log10(step) - 1e-9));
    return decimals + !is_whole(step * pow(10, decimals));
}

/* All labels of an axis have as many decimals as its step needs. */
static const char *linear_label(tro_arena *arena, double value, double step, double largest)
{
    char number[64], buffer[32];
    int decimals = decimals_of(step);
    if (fabs(value) < 1e-9 * step)
        return tro_arena_text(arena, "0");
    if (decimals > 4 || largest >= 1e6) {
        int last = (int)floor(log10(step) + 1e-9), first = (int)floor(log10(fabs(value)) + 1e-9);
        int digits = first - last + 1 + !is_whole(step / pow(10, last));
        return tro_figure_number(arena, tro_format_short(buffer, value, digits < 1 ? 1 : digits));
    }
    long long scale = llround(pow(10, decimals)), whole = llround(fabs(value) * (double)scale);
    int length = snprintf(number, sizeof number, "%s%lld", value < 0 ? "-" : "", whole / scale);
    if (decimals)
        snprintf(number + length, sizeof number - (size_t)length, ".%0*lld", decimals,
                 whole % scale);
    return tro_figure_number(arena, number);
}

/* 1, 2, 2.5 or 5 times a power of ten, at least `least`; not 2.5 itself,
 * which looks odd where things are counted. */
static double nice_step(double least)
{
    static const double steps[] = {1, 2, 2.5, 5};
    double power = pow(10, floor(log10(least)));
    for (int k = 0; k < 4; k++)
        if (steps[k] * power >= least * (1 - 1e-7) && steps[k] * power != 2.5)
            return steps[k] * power;
    return 10 * power;
}

static int linear_ticks(tro_arena *arena, tro_axis *axis, double step)
{
    double largest = fmax(fabs(axis->min), fabs(axis->max)), slack = 1e-9 * step;
    double first = ceil((axis->min - slack) / step);
    axis->tick_count = 0;
    axis->label_width = 0;
    for (double k = first; k * step <= axis->max + slack && axis->tick_count < MOST_TICKS; k++) {
        const char *label = linear_label(arena, k * step, step, largest);
        if (!label)
            return TRO_ENOMEM;
        add_tick(axis, k * step + 0.0, label);   /* no -0 */
    }
    return TRO_OK;
}

static const char *power_label(tro_arena *arena, int exponent, int plain)
{
    static const char *const raised[10] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    char label[64], digits[16];
    double power = pow(10, exponent);
    if (plain)
        return linear_label(arena, power, power, power);
    snprintf(digits, sizeof digits, "%d", exponent < 0 ? -exponent : exponent);
    int length = snprintf(label, sizeof label, "10%s", exponent < 0 ? "⁻" : "");
    for (const char *d = digits; *d; d++)
        length += snprintf(label + length, sizeof label - (size_t)length, "%s", raised[*d - '0']);
    return tro_arena_text(arena, label);
}

static int inside(const tro_axis *axis, double at)
{
    return at >= axis->min * (1 - 1e-9) && at <= axis->max * (1 + 1e-9) &&
           axis->tick_count < MOST_TICKS;
}

/* Powers of ten with a label every `stride`; small ticks between. */
static int decade_ticks(tro_arena *arena, tro_axis *axis, int low, int high, int stride)
{
    int plain = low >= -3 && high <= 5;
    for (int e = low; e <= high; e++) {
        double power = pow(10, e);
        const char *label = e % stride ? NULL : power_label(arena, e, plain);
        if (e % stride == 0 && !label)
            return TRO_ENOMEM;
        if (inside(axis, power))
            add_tick(axis, power, label);
        for (int m = 2; m < 10 && high - low <= DECADES_WITH_MINOR; m++)
            if (inside(axis, m * power))
                add_tick(axis, m * power, NULL);
    }
    return TRO_OK;
}

/* 1, 2 and 5 times the powers of ten, for one or two decades. */
static int mantissa_ticks(tro_arena *arena, tro_axis *axis, int low, int high)
{
    for (int e = low; e <= high; e++) {
        for (int m = 1; m < 10; m++) {
            double power = pow(10, e), at = m * power;
            int named = m == 1 || m == 2 || m == 5;
            const char *label = named ? linear_label(arena, at, power, at) : NULL;
            if (named && !label)
                return TRO_ENOMEM;
            if (inside(axis, at))
                add_tick(axis, at, label);
        }
    }
    return TRO_OK;
}

static int log_ticks(tro_arena *arena, tro_axis *axis, int most)
{
    int low = (int)floor(log10(axis->min) + 1e-9), high = (int)ceil(log10(axis->max) - 1e-9);
    int decades = (int)floor(log10(axis->max) + 1e-9) - (int)ceil(log10(axis->min) - 1e-9) + 1;
    axis->tick_count = 0;
    axis->label_width = 0;
    if (axis->max / axis->min < 5)
        return linear_ticks(arena, axis, nice_step((axis->max - axis->min) / most));
    if (decades <= 2 && most >= 4)
        return mantissa_ticks(arena, axis, low, high);
    return decade_ticks(arena, axis, low, high, (decades + most) / (most + 1));
}

/* Every so many is left out when there are more than lines of text. */
static int name_y_ticks(tro_arena *arena, const tro_panel *panel, tro_axis *axis, int height)
{
    double room = height / (axis->max - axis->min);
    size_t stride = 1;
    while ((double)stride * room < TRO_FONT_SMALL)
        stride++;
    axis->ticks = TRO_NEW(arena, tro_tick, panel->y_name_count);
    if (!axis->ticks)
        return TRO_ENOMEM;
    for (size_t k = 0; k < panel->y_name_count; k += stride) {
        const char *label = tro_figure_cut_name(arena, panel->y_names[k], TRO_FONT_SMALL, 110);
        if (!label)
            return TRO_ENOMEM;
        add_tick(axis, (double)k, label);
    }
    return TRO_OK;
}

int tro_figure_set_y_ticks(tro_arena *arena, const tro_panel *panel, tro_axis *axis, int height)
{
    int most = height / (height < LOW_PLOT ? LOW_TICK_ROOM : Y_TICK_ROOM);
    if (panel->y_name_count && !axis->log)
        return name_y_ticks(arena, panel, axis, height);
    axis->ticks = TRO_NEW(arena, tro_tick, MOST_TICKS);
    if (!axis->ticks)
        return TRO_ENOMEM;
    if (axis->log)
        return log_ticks(arena, axis, most);
    return linear_ticks(arena, axis, nice_step((axis->max - axis->min) / most));
}

/* The closest ticks whose labels leave room between them. */
static int numeric_x_ticks(tro_arena *arena, tro_axis *axis, int width, double least)
{
    axis->ticks = TRO_NEW(arena, tro_tick, MOST_TICKS);
    if (!axis->ticks)
        return TRO_ENOMEM;
    if (axis->log)
        return log_ticks(arena, axis, width / 40);
    double range = axis->max - axis->min, step = nice_step(fmax(range / 8, least));
    for (int k = 0; k < 8; k++, step = nice_step(1.5 * step)) {
        int status = linear_ticks(arena, axis, step);
        if (status < 0 || axis->label_width + LABEL_ROOM <= step / range * width)
            return status;
    }
    return TRO_OK;
}

/* Names that do not fit side by side are written at an angle, and every so
 * many is left out when there are more than lines of text. */
static int name_ticks(tro_arena *arena, const tro_panel *panel, tro_axis *axis, int width)
{
    double room = width / (axis->max - axis->min);
    size_t stride = 1;
    while ((double)stride * room < TRO_FONT_SMALL)
        stride++;
    axis->ticks = TRO_NEW(arena, tro_tick, panel->x_name_count);
    if (!axis->ticks)
        return TRO_ENOMEM;
    for (size_t k = 0; k < panel->x_name_count; k += stride) {
        const char *label = tro_figure_cut_name(arena, panel->x_names[k], TRO_FONT_SMALL, 110);
        if (!label)
            return TRO_ENOMEM;
        add_tick(axis, (double)k, label);
    }
    axis->turned = axis->label_width + 6 > room * (double)stride;
    return TRO_OK;
}

int tro_figure_set_x_ticks(tro_arena *arena, const tro_panel *panel, tro_axis *axis, int width)
{
    axis->tick_count = 0;
    axis->label_width = 0;
    if (panel->x_name_count && !axis->log)
        return name_ticks(arena, panel, axis, width);
    int bars = 0;
    for (size_t k = 0; k < panel->series_count; k++)
        bars |= panel->series[k].style == TRO_BARS;
    return numeric_x_ticks(arena, axis, width, bars ? tro_figure_bar_spacing(panel) : 0);
}
