/* The figure of a comparison, as wide as a journal's column: outcomes by topology, and which
 * centralities go with influence. */
#include <math.h>
#include <stdio.h>

#include "experiment/compare.h"
#include "output/figure.h"

enum { COLUMN_WIDTH = 340, PLOT_HEIGHT = 76 };

/* Influence on oneself, and on others. */
enum { DRAWN_TARGETS = 2 };

/* How much of the place of a centrality its topologies take. */
#define SPREAD 0.7

/* A point with its interval, or several side by side. */
typedef struct marks {
    double *x, *y, *lo, *hi;
} marks;

static int marks_init(marks *m, tro_arena *arena, size_t count)
{
    m->x = TRO_NEW(arena, double, count);
    m->y = TRO_NEW(arena, double, count);
    m->lo = TRO_NEW(arena, double, count);
    m->hi = TRO_NEW(arena, double, count);
    return m->x && m->y && m->lo && m->hi ? TRO_OK : TRO_ENOMEM;
}

/* One estimate has no interval. */
static void set_mark(marks *m, size_t k, double x, const tro_estimate *e)
{
    m->x[k] = x;
    m->y[k] = e->mean;
    m->lo[k] = isnan(e->lower) ? e->mean : e->lower;
    m->hi[k] = isnan(e->upper) ? e->mean : e->upper;
}

static void set_series(tro_series *series, const tro_topology *topology, const marks *m,
                       size_t count)
{
    *series = (tro_series){.label = topology->name, .style = TRO_ERROR_BARS,
                           .colour = TRO_COLOUR_AUTOMATIC, .x = m->x, .y = m->y, .lo = m->lo,
                           .hi = m->hi, .count = count};
}

static const char *copy(tro_arena *arena, const char *format, const char *one, const char *other)
{
    char buffer[128];
    snprintf(buffer, sizeof buffer, format, one, other);
    return tro_arena_text(arena, buffer);
}

/* Does an outcome tell topologies apart at all? The rate says what the time to converge
 * says, and who is not stable stands in words. */
static int tells(const tro_comparison *c, size_t outcome)
{
    if (c->outcome_count == TRO_OUTCOMES && (outcome == TRO_OUT_RATE || outcome == TRO_OUT_STABLE))
        return 0;
    double least = INFINITY, largest = -INFINITY;
    for (size_t k = 0; k < c->topology_count * c->replicates; k++) {
        least = fmin(least, c->cells[k].outcomes[outcome]);
        largest = fmax(largest, c->cells[k].outcomes[outcome]);
    }
    return largest - least > 1e-12 * fmax(fabs(least), fabs(largest));
}

static int add_outcome(const tro_comparison *c, tro_arena *arena, size_t outcome,
                       tro_panel *panel)
{
    const tro_compared_outcome *of = &tro_compared_outcomes[outcome];
    size_t n = c->topology_count;
    tro_series *series = TRO_NEW(arena, tro_series, n);
    const char **names = TRO_NEW(arena, const char *, n);
    if (!series || !names)
        return TRO_ENOMEM;
    *panel = (tro_panel){.title = copy(arena, "%s (%s)", of->title,
                                       tro_compared_unit(c, outcome)),
                         .x_names = names, .x_name_count = n, .series = series, .series_count = n,
                         .zero_line = outcome == TRO_OUT_BACKFIRE};
    for (size_t t = 0; t < n; t++) {
        marks m;
        names[t] = "";
        if (marks_init(&m, arena, 1) < 0)
            return TRO_ENOMEM;
        set_mark(&m, 0, (double)t, &c->of_outcomes[t * TRO_OUTCOMES + outcome]);
        set_series(&series[t], &c->topologies[t], &m, 1);
    }
    return panel->title ? TRO_OK : TRO_ENOMEM;
}

static const tro_estimate *correlation(const tro_comparison *c, size_t t, size_t k, size_t target)
{
    return &c->correlations[(t * c->centrality_count + k) * TRO_TARGETS + target];
}

/* Centralities that have a correlation in some topology. */
static size_t list_known(const tro_comparison *c, size_t *known)
{
    size_t count = 0;
    for (size_t k = 0; k < c->centrality_count; k++) {
        int any = 0;
        for (size_t t = 0; t < c->topology_count; t++)
            for (size_t target = 0; target < DRAWN_TARGETS; target++)
                any |= correlation(c, t, k, target)->count > 0;
        if (any)
            known[count++] = k;
    }
    return count;
}

/* How far the scale of the correlations goes, the same up and down. */
static double find_scale(const tro_comparison *c)
{
    double largest = 0.2;
    for (size_t k = 0; k < c->topology_count * c->centrality_count * TRO_TARGETS; k++) {
        const tro_estimate *e = &c->correlations[k];
        double half = isnan(e->upper) ? 0 : e->upper - e->mean;
        if (k % TRO_TARGETS < DRAWN_TARGETS && !isnan(e->mean))
            largest = fmax(largest, fabs(e->mean) + half);
    }
    return fmin(1.05, 1.1 * largest);
}

/* Names of centralities stand below the lowest panel only. */
static int add_correlations(const tro_comparison *c, tro_arena *arena, size_t target,
                            const char *title, tro_panel *panel)
{
    size_t n = c->topology_count, *known = TRO_NEW(arena, size_t, c->centrality_count + 1);
    tro_series *series = TRO_NEW(arena, tro_series, n);
    const char **names = TRO_NEW(arena, const char *, c->centrality_count + 1);
    if (!known || !series || !names)
        return TRO_ENOMEM;
    size_t count = list_known(c, known);
    double scale = find_scale(c);
    for (size_t k = 0; k < count; k++)
        names[k] = target + 1 == DRAWN_TARGETS ? c->centralities[known[k]]->title : "";
    *panel = (tro_panel){.title = title, .x_names = names, .x_name_count = count,
                         .series = series, .series_count = n, .y_min = -scale, .y_max = scale,
                         .zero_line = 1, .wide = 1};
    for (size_t t = 0; t < n; t++) {
        double aside = SPREAD * (((double)t + 0.5) / (double)n - 0.5);
        marks m;
        if (marks_init(&m, arena, count) < 0)
            return TRO_ENOMEM;
        for (size_t k = 0; k < count; k++)
            set_mark(&m, k, (double)k + aside, correlation(c, t, known[k], target));
        set_series(&series[t], &c->topologies[t], &m, count);
    }
    return TRO_OK;
}

static const char *figure_title(const tro_comparison *c, tro_arena *arena)
{
    tro_text text = {0};
    tro_text_add(&text, c->cell->scenario->name);
    if (c->replicates > 1)
        tro_text_addf(&text, ": means and %.3g\u00a0%% intervals of %zu replicates",
                      100 * c->confidence, c->replicates);
    const char *title = text.failed ? NULL : tro_arena_text(arena, tro_text_string(&text));
    tro_text_clear(&text);
    return title;
}

int tro_comparison_draw(const tro_comparison *comparison, tro_folder *folder,
                        tro_messages *messages)
{
    static const char *const titles[DRAWN_TARGETS] = {
        "Rank correlation with influence on oneself", "Rank correlation with influence on others"};
    tro_arena arena = {0};
    tro_panel *panels = TRO_NEW(&arena, tro_panel, TRO_OUTCOMES + DRAWN_TARGETS);
    size_t count = 0;
    int status = panels ? TRO_OK : TRO_ENOMEM;
    for (size_t k = 0; k < comparison->outcome_count && status == TRO_OK; k++)
        if (tells(comparison, comparison->outcomes[k]))
            status = add_outcome(comparison, &arena, comparison->outcomes[k], &panels[count++]);
    for (size_t target = 0; target < DRAWN_TARGETS && status == TRO_OK; target++)
        status = add_correlations(comparison, &arena, target, titles[target], &panels[count++]);
    tro_figure figure = {.title = figure_title(comparison, &arena), .columns = 2,
                         .width = COLUMN_WIDTH, .plot_height = PLOT_HEIGHT, .panels = panels,
                         .panel_count = count};
    if (status == TRO_OK)
        status = tro_figure_save(&figure, folder, "compare", messages);
    else
        tro_error(messages, status, NULL, "out of memory for the figure");
    tro_arena_clear(&arena);
    return status;
}
