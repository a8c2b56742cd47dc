/* The trajectories of a run as a figure, and as a sketch in the terminal. */
#include <math.h>
#include <stdio.h>

#include "cli/curves.h"
#include "cli/printing.h"
#include "cli/sketch.h"
#include "measure/measure.h"
#include "output/figure.h"

/* What both show; in the arena. */
typedef struct picture {
    const tro_curves *curves;
    double *x;                    /* points: rounds */
    double *mean, *low, *high;    /* lines x points */
    double *levels;               /* lines: where the fixed point is, or NaN */
    double ends[2];               /* rounds from and to which that holds */
    int *seen;                    /* lines: has numbers */
    int any;
    tro_arena arena;
} picture;

/* The alignment at the fixed point, as a line has it. */
static void find_levels(picture *p, const tro_cell *at)
{
    const tro_parts *parts = &p->curves->parts;
    double counts[TRO_CURVES_MOST] = {0};
    for (size_t i = 0; at && i < at->ecosystem->agents; i++) {
        if (!at->scenario->agents[i].reward || tro_is_absent(at->ecosystem, i))
            continue;
        p->levels[parts->of_agent[i]] += tro_alignment(at->ecosystem, at->point.z, i);
        counts[parts->of_agent[i]]++;
    }
    for (size_t k = 0; k < parts->count; k++)
        p->levels[k] = counts[k] > 0 ? p->levels[k] / counts[k] : NAN;
}

static void fill_lines(picture *p)
{
    const tro_curves *c = p->curves;
    size_t points = c->points, lines = c->parts.count;
    double replicates = (double)c->replicates;
    for (size_t k = 0; k < points; k++)
        p->x[k] = (double)(k * c->stride);
    for (size_t n = 0; n < lines; n++)
        for (size_t k = 0; k < points; k++) {
            double variance = c->replicates > 1 ? c->square[k * lines + n] / (replicates - 1) : 0;
            double wide = 1.96 * sqrt(variance / replicates), mean = c->mean[k * lines + n];
            p->mean[n * points + k] = mean;
            p->low[n * points + k] = mean - wide;
            p->high[n * points + k] = mean + wide;
            p->seen[n] |= isfinite(mean);
            p->any |= isfinite(mean);
        }
}

/* With events the fixed point is that of the last phase. */
static int make(picture *p, const tro_curves *c, const tro_cell *at)
{
    const tro_scenario *whole = c->cell->whole;
    size_t numbers = c->points * c->parts.count;
    p->curves = c;
    p->x = TRO_NEW(&p->arena, double, c->points);
    p->mean = TRO_NEW(&p->arena, double, numbers);
    p->low = TRO_NEW(&p->arena, double, numbers);
    p->high = TRO_NEW(&p->arena, double, numbers);
    p->levels = TRO_NEW(&p->arena, double, c->parts.count);
    p->seen = TRO_NEW(&p->arena, int, c->parts.count);
    if (!p->x || !p->mean || !p->low || !p->high || !p->levels || !p->seen)
        return TRO_ENOMEM;
    fill_lines(p);
    find_levels(p, at);
    p->ends[1] = c->points > 0 ? p->x[c->points - 1] : 0;
    if (whole->incident_count > 0)
        p->ends[0] = fmin(p->ends[1], (double)whole->incidents[whole->incident_count - 1].round);
    return TRO_OK;
}

static size_t draw_line(const picture *p, size_t n, double level[2], tro_series *series)
{
    size_t points = p->curves->points, count = 0;
    int colour = (int)n + 1, band = p->curves->replicates > 1;
    series[count++] = (tro_series){
        .label = p->curves->parts.names[n], .style = band ? TRO_BAND : TRO_LINE, .colour = colour,
        .x = p->x, .y = p->mean + n * points, .lo = band ? p->low + n * points : NULL,
        .hi = band ? p->high + n * points : NULL, .count = points};
    level[0] = level[1] = p->levels[n];
    if (isfinite(p->levels[n]) && p->ends[0] < p->ends[1])
        series[count++] = (tro_series){.style = TRO_LINE, .colour = colour, .dash = 1,
                                       .x = p->ends, .y = level, .count = 2};
    return count;
}

static void add_title(const picture *p, tro_text *title)
{
    const tro_curves *c = p->curves;
    const char *before = " (";
    int dashed = 0;
    for (size_t n = 0; n < c->parts.count; n++)
        dashed |= p->seen[n] && isfinite(p->levels[n]) && p->ends[0] < p->ends[1];
    tro_text_addf(title, "%s: alignment by round", c->cell->scenario->name);
    if (c->parts.summary) {
        tro_text_addf(title, "%smeans of groups", before);
        before = "; ";
    }
    if (c->replicates > 1) {
        tro_text_addf(title, "%sbands: 95 %% around means of %llu replicates", before,
                      (unsigned long long)c->replicates);
        before = "; ";
    }
    if (dashed)
        tro_text_addf(title, "%sdashed: fixed point", before);
    tro_text_add(title, dashed || before[0] == ';' ? ")" : "");
}

static int draw(const picture *p, tro_results *results, tro_messages *messages)
{
    const tro_scenario *whole = p->curves->cell->whole;
    tro_series series[2 * TRO_CURVES_MOST];
    double levels[TRO_CURVES_MOST][2];
    tro_arena arena = {0};
    tro_text title = {0};
    size_t count = 0;
    tro_marker *markers = TRO_NEW(&arena, tro_marker, whole->incident_count);
    int status = markers ? TRO_OK : TRO_ENOMEM;
    for (size_t k = 0; markers && k < whole->incident_count; k++)
        markers[k] = (tro_marker){(double)whole->incidents[k].round, whole->incidents[k].name};
    for (size_t n = 0; n < p->curves->parts.count; n++)
        if (p->seen[n])
            count += draw_line(p, n, levels[n], series + count);
    add_title(p, &title);
    const tro_panel panel = {.x_label = "round", .y_label = "alignment J", .series = series,
                             .x_min = 0, .x_max = p->ends[1], .markers = markers,
                             .marker_count = whole->incident_count, .series_count = count};
    const tro_figure figure = {.title = tro_text_string(&title), .columns = 1, .panels = &panel,
                               .panel_count = 1};
    if (status == TRO_OK && !title.failed)
        status = tro_results_figure(results, &figure, "rounds", messages);
    else
        status = tro_error(messages, TRO_ENOMEM, NULL, "out of memory for a figure");
    tro_text_clear(&title);
    tro_arena_clear(&arena);
    return status;
}

int tro_curves_draw(const tro_curves *c, const tro_cell *at, tro_results *results,
                    tro_messages *messages)
{
    picture p = {0};
    int status = c->points > 0 ? make(&p, c, at) : TRO_OK;
    if (status == TRO_ENOMEM)
        tro_error(messages, status, NULL, "out of memory for a figure");
    if (status == TRO_OK && p.any)
        status = draw(&p, results, messages);
    tro_arena_clear(&p.arena);
    return status;
}

int tro_curves_sketch(const tro_curves *c, const tro_cell *at, tro_text *text)
{
    picture p = {0};
    tro_sketch_line lines[TRO_CURVES_MOST];
    size_t count = 0;
    int status = c->points > 0 ? make(&p, c, at) : TRO_OK;
    for (size_t n = 0; status == TRO_OK && p.any && n < c->parts.count; n++)
        if (p.seen[n])
            lines[count++] = (tro_sketch_line){.label = c->parts.names[n], .x = p.x,
                                               .y = p.mean + n * c->points, .count = c->points,
                                               .level = p.levels[n]};
    if (count > 0)
        tro_sketch_lines("alignment by round", lines, count, text);
    tro_arena_clear(&p.arena);
    return status;
}
