/* A study's figure: panels of series, as the scenario describes them. */
#include <math.h>
#include <string.h>

#include "experiment/study_parts.h"
#include "output/figure.h"

typedef struct figure_config {
    const char *title;
    long long columns;
    tro_records panels;
} figure_config;

typedef struct marker_config {
    double x;
    const char *label;
} marker_config;

typedef struct panel_config {
    const tro_node *self;
    const char *title, *x, *x_label, *y_label;
    int zero;
    tro_records series, markers;
    tro_vector x_range, y_range;
} panel_config;

typedef struct series_config {
    const tro_node *self;
    const char *table, *x, *y, *label;
    const tro_node *where;
    int style;
    long long colour, dash;
    double errors;
} series_config;

static const char *const styles[] = {"line", "points", "band", "error-bars", "bars", "steps",
                                     NULL};

static const tro_param series_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(series_config, self)},
    {.key = "table", .type = TRO_P_TEXT, .flags = TRO_P_REQUIRED,
     .offset = offsetof(series_config, table), .doc = "A table of `vary`."},
    {.key = "y", .type = TRO_P_TEXT, .flags = TRO_P_REQUIRED,
     .offset = offsetof(series_config, y), .doc = "The column drawn."},
    {.key = "x", .type = TRO_P_TEXT, .offset = offsetof(series_config, x),
     .doc = "An axis of the table, or `component`. Default: the panel's."},
    {.key = "where", .type = TRO_P_NODE, .offset = offsetof(series_config, where),
     .doc = "Only rows with these values of other axes."},
    {.key = "style", .type = TRO_P_CHOICE, .offset = offsetof(series_config, style),
     .fallback = "line", .choices = styles, .doc = "How it is drawn."},
    {.key = "label", .type = TRO_P_TEXT, .offset = offsetof(series_config, label),
     .doc = "Its name in the key; series of one name share a place."},
    {.key = "colour", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED,
     .offset = offsetof(series_config, colour), .min = 0, .max = 100,
     .doc = "Number in the palette, 0 the darkest. Default: by label."},
    {.key = "dash", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED,
     .offset = offsetof(series_config, dash), .min = 0, .max = 3, .fallback = "0",
     .doc = "0 solid, 1 dashed, 2 dotted, 3 dash-dotted."},
    {.key = "errors", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED,
     .offset = offsetof(series_config, errors), .min = 0, .max = 100, .fallback = "1.96",
     .unit = "standard errors", .doc = "Half-width of bands and bars of a sampled column."},
};

const tro_table tro_series_table = {
    "series", series_params, sizeof series_params / sizeof *series_params,
    sizeof(series_config)};

static const tro_param marker_params[] = {
    {.key = "x", .type = TRO_P_REAL, .flags = TRO_P_REQUIRED,
     .offset = offsetof(marker_config, x), .doc = "Where the vertical line stands."},
    {.key = "label", .type = TRO_P_TEXT, .offset = offsetof(marker_config, label),
     .doc = "Its words."},
};

static const tro_table marker_table = {
    "marker", marker_params, sizeof marker_params / sizeof *marker_params,
    sizeof(marker_config)};

static const tro_param panel_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(panel_config, self)},
    {.key = "title", .type = TRO_P_TEXT, .offset = offsetof(panel_config, title),
     .doc = "Title of the panel."},
    {.key = "x", .type = TRO_P_TEXT, .offset = offsetof(panel_config, x),
     .doc = "The axis along which series run, where they do not say."},
    {.key = "x-label", .type = TRO_P_TEXT, .offset = offsetof(panel_config, x_label),
     .doc = "Words below the panel. Default: the axis's name."},
    {.key = "y-label", .type = TRO_P_TEXT, .offset = offsetof(panel_config, y_label),
     .doc = "Words beside the panel."},
    {.key = "x-range", .type = TRO_P_VECTOR, .offset = offsetof(panel_config, x_range),
     .doc = "Two numbers. Default: from the data."},
    {.key = "y-range", .type = TRO_P_VECTOR, .offset = offsetof(panel_config, y_range),
     .doc = "Two numbers. Default: from the data."},
    {.key = "zero", .type = TRO_P_BOOL, .offset = offsetof(panel_config, zero),
     .fallback = "false", .doc = "Draw a line at y = 0."},
    {.key = "series", .type = TRO_P_RECORDS, .flags = TRO_P_REQUIRED,
     .offset = offsetof(panel_config, series), .table = &tro_series_table,
     .doc = "What is drawn."},
    {.key = "markers", .type = TRO_P_RECORDS, .offset = offsetof(panel_config, markers),
     .table = &marker_table, .doc = "Vertical lines."},
};

const tro_table tro_panel_table = {"panel", panel_params,
                                   sizeof panel_params / sizeof *panel_params,
                                   sizeof(panel_config)};

static const tro_param figure_params[] = {
    {.key = "title", .type = TRO_P_TEXT, .offset = offsetof(figure_config, title),
     .doc = "Title of the figure."},
    {.key = "columns", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED,
     .offset = offsetof(figure_config, columns), .min = 1, .max = 12, .fallback = "2",
     .unit = "panels", .doc = "Panels side by side."},
    {.key = "panels", .type = TRO_P_RECORDS, .flags = TRO_P_REQUIRED,
     .offset = offsetof(figure_config, panels), .table = &tro_panel_table,
     .doc = "The panels, row by row."},
};

const tro_table tro_figure_table = {"figure", figure_params,
                                    sizeof figure_params / sizeof *figure_params,
                                    sizeof(figure_config)};

static int find_axis(const tro_study_table *table, const char *name, size_t *axis)
{
    for (*axis = 0; *axis < table->axis_count; (*axis)++)
        if (strcmp(table->axes[*axis].name, name) == 0)
            return 1;
    return strcmp(name, "component") == 0;
}

static const char *x_of(const panel_config *panel, const series_config *series)
{
    return series->x ? series->x : panel->x;
}

static int check_axis(const tro_study_table *table, const panel_config *panel,
                      const series_config *series, tro_messages *messages)
{
    size_t axis;
    const char *x = x_of(panel, series);
    if ((x && find_axis(table, x, &axis)) || !table->axes_known)
        return TRO_OK;
    const tro_place *place = tro_place_of(series->x ? series->self : panel->self, "x");
    if (!x)
        return tro_error(messages, TRO_ESCENARIO, &series->self->place,
                         "neither the panel nor the series has an 'x', the axis to draw along");
    return tro_error(messages, TRO_ESCENARIO, place,
                     "table '%s' has no axis '%s' to draw along", table->name, x);
}

/* What is drawn of standard errors needs a column that has them. */
static int check_errors(const tro_column *column, const series_config *series,
                        tro_messages *messages)
{
    const tro_node *errors = tro_node_get(series->self, "errors");
    int status = TRO_OK;
    if (!column->quantity.plugin || column->sampled)
        return TRO_OK;
    if (series->style == TRO_BAND || series->style == TRO_ERROR_BARS)
        status = tro_error(messages, TRO_ESCENARIO, tro_place_of(series->self, "style"),
                           "column '%s' is exact: it has no standard errors for a '%s'; 'line', "
                           "'points', 'bars' or 'steps' would be right", column->name,
                           styles[series->style]);
    if (errors)
        status = tro_error(messages, TRO_ESCENARIO, &errors->place,
                           "column '%s' is exact: it has no standard errors to draw",
                           column->name);
    return status;
}

static int check_series(const tro_study *study, const panel_config *panel,
                        const series_config *series, const tro_reader *reader)
{
    const tro_study_table *table = NULL;
    const tro_column *column = NULL;
    tro_messages *messages = reader->messages;
    size_t count;
    int status = tro_study_find(study, series->table, strlen(series->table), series->y,
                                tro_place_of(series->self, "y"), &table, &column, messages);
    if (column)
        status = tro_graver(status, check_errors(column, series, messages));
    if (!table)
        return status;
    status = tro_graver(status, check_axis(table, panel, series, messages));
    return tro_graver(status, tro_study_select(table, series->where, reader->arena, NULL, &count,
                                               messages));
}

static int check_range(const tro_reader *reader, const panel_config *panel, const char *key,
                       const tro_vector *range)
{
    if (range->count == 0 || (range->count == 2 && range->values[0] < range->values[1]))
        return TRO_OK;
    return tro_error(reader->messages, TRO_ESCENARIO, tro_place_of(panel->self, key),
                     "%s is two numbers, the smaller first", key);
}

static int read_figure(const tro_study *study, const tro_reader *reader, figure_config *config)
{
    return tro_read_record(reader, study->cell->scenario->figure, &tro_figure_table, NULL,
                           config);
}

int tro_study_figure_check(const tro_study *study, const tro_reader *reader)
{
    figure_config config;
    if (!study->cell->scenario->figure)
        return TRO_OK;
    int status = read_figure(study, reader, &config);
    const panel_config *panels = config.panels.items;
    for (size_t p = 0; status != TRO_ENOMEM && p < config.panels.count; p++) {
        const series_config *series = panels[p].series.items;
        int x = check_range(reader, &panels[p], "x-range", &panels[p].x_range);
        int y = check_range(reader, &panels[p], "y-range", &panels[p].y_range);
        status = tro_graver(status, tro_graver(x, y));
        for (size_t s = 0; s < panels[p].series.count; s++) {
            if (!series[s].table || !series[s].y)
                continue; /* said already */
            status = tro_graver(status, check_series(study, &panels[p], &series[s], reader));
        }
    }
    return status;
}

/* --- drawing --------------------------------------------------------------- */

static double x_value(const tro_study_table *table, size_t row, size_t axis)
{
    size_t cell = row / table->components;
    if (axis == table->axis_count)
        return (double)(row % table->components) + 1;
    if (table->axes[axis].options.count)
        return (double)tro_axis_index(table, cell, axis);
    return tro_axis_value(table, cell, axis);
}

static int make_series(const tro_study *study, const panel_config *panel,
                       const series_config *config, const tro_reader *reader, tro_series *out)
{
    const tro_study_table *table;
    const tro_column *column;
    size_t axis, *rows, count;
    int status;
    TRO_TRY(tro_study_find(study, config->table, strlen(config->table), config->y, NULL, &table,
                           &column, reader->messages));
    (void)find_axis(table, x_of(panel, config), &axis);
    TRO_TRY(tro_study_select(table, config->where, reader->arena, &rows, &count,
                             reader->messages));
    double *numbers = TRO_NEW(reader->arena, double, 4 * count);
    if (!numbers)
        return TRO_ENOMEM;
    double *x = numbers, *y = x + count, *lo = y + count, *hi = lo + count;
    for (size_t k = 0; k < count; k++) {
        double error = column->errors[rows[k]];
        x[k] = x_value(table, rows[k], axis);
        y[k] = column->values[rows[k]];
        lo[k] = y[k] - config->errors * error;
        hi[k] = y[k] + config->errors * error;
    }
    *out = (tro_series){.label = config->label, .style = (tro_series_style)config->style,
                        .colour = config->colour == TRO_NO_WHOLE ? TRO_COLOUR_AUTOMATIC
                                                                 : (int)config->colour,
                        .dash = (int)config->dash, .x = x, .y = y, .count = count};
    if (column->sampled) {
        out->lo = lo;
        out->hi = hi;
    }
out:
    return status;
}

static int make_panel(const tro_study *study, const panel_config *config,
                      const tro_reader *reader, tro_panel *out)
{
    const series_config *given = config->series.items;
    const marker_config *lines = config->markers.items;
    size_t count = config->series.count;
    tro_series *series = TRO_NEW(reader->arena, tro_series, count);
    tro_marker *markers = TRO_NEW(reader->arena, tro_marker, config->markers.count);
    if (!series || !markers)
        return TRO_ENOMEM;
    for (size_t s = 0; s < count; s++) {
        int status = make_series(study, config, &given[s], reader, &series[s]);
        if (status < 0)
            return status;
    }
    for (size_t k = 0; k < config->markers.count; k++)
        markers[k] = (tro_marker){lines[k].x, lines[k].label};
    *out = (tro_panel){.title = config->title, .y_label = config->y_label,
                       .x_label = config->x_label ? config->x_label : config->x,
                       .zero_line = config->zero, .series = series, .series_count = count,
                       .markers = markers, .marker_count = config->markers.count};
    if (config->x_range.count == 2) {
        out->x_min = config->x_range.values[0];
        out->x_max = config->x_range.values[1];
    }
    if (config->y_range.count == 2) {
        out->y_min = config->y_range.values[0];
        out->y_max = config->y_range.values[1];
    }
    return TRO_OK;
}

int tro_study_figure_write(const tro_study *study, tro_folder *folder, tro_messages *messages)
{
    tro_arena arena = {0};
    tro_reader reader = {
        .arena = &arena, .catalog = study->cell->catalog, .messages = messages};
    figure_config config;
    int status = TRO_OK;
    if (!study->cell->scenario->figure)
        return TRO_OK;
    TRO_TRY(read_figure(study, &reader, &config));
    const panel_config *given = config.panels.items;
    tro_panel *panels = TRO_NEW(&arena, tro_panel, config.panels.count);
    if (!panels) {
        status = TRO_ENOMEM;
        goto out;
    }
    for (size_t p = 0; p < config.panels.count; p++)
        TRO_TRY(make_panel(study, &given[p], &reader, &panels[p]));
    tro_figure figure = {.title = config.title, .columns = (int)config.columns,
                         .panels = panels, .panel_count = config.panels.count};
    status = tro_figure_save(&figure, folder, "figure", messages);
out:
    tro_arena_clear(&arena);
    return status;
}
