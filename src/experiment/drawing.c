/* A study's figure: panels of series, as the scenario describes them, and every
 * mistake in them. */
#include <string.h>

#include "experiment/drawing.h"

/* In the order of tro_series_style, then the area. */
static const char *const styles[] = {"line", "points", "band", "error-bars", "bars", "steps",
                                     "area", NULL};

static const tro_param series_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(tro_series_config, self)},
    {.key = "table", .type = TRO_P_TEXT, .flags = TRO_P_REQUIRED,
     .offset = offsetof(tro_series_config, table), .doc = "A table of `vary`."},
    {.key = "y", .type = TRO_P_TEXT, .flags = TRO_P_REQUIRED,
     .offset = offsetof(tro_series_config, y), .doc = "The column drawn."},
    {.key = "x", .type = TRO_P_TEXT, .offset = offsetof(tro_series_config, x),
     .doc = "An axis of the table, one of its columns, or `component`. Default: the panel's."},
    {.key = "where", .type = TRO_P_NODE, .offset = offsetof(tro_series_config, where),
     .doc = "Only rows with these values of other axes."},
    {.key = "style", .type = TRO_P_CHOICE, .offset = offsetof(tro_series_config, style),
     .fallback = "line", .choices = styles, .doc = "How it is drawn."},
    {.key = "to", .type = TRO_P_REAL, .offset = offsetof(tro_series_config, to), .fallback = "0",
     .doc = "The level down or up to which an `area` is filled."},
    {.key = "label", .type = TRO_P_TEXT, .offset = offsetof(tro_series_config, label),
     .doc = "Its name in the key; series of one name share a place."},
    {.key = "names", .type = TRO_P_TEXT, .offset = offsetof(tro_series_config, names),
     .doc = "An axis of the table whose value is written beside each point."},
    {.key = "colour", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED,
     .offset = offsetof(tro_series_config, colour), .min = 0, .max = 100,
     .doc = "Number in the palette, 0 the darkest. Default: by label."},
    {.key = "dash", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED,
     .offset = offsetof(tro_series_config, dash), .min = 0, .max = 3, .fallback = "0",
     .doc = "0 solid, 1 dashed, 2 dotted, 3 dash-dotted."},
    {.key = "errors", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED,
     .offset = offsetof(tro_series_config, errors), .min = 0, .max = 100, .fallback = "1.96",
     .unit = "standard errors", .doc = "Half-width of bands and bars of a sampled column."},
};

const tro_table tro_series_table = {
    "series", series_params, sizeof series_params / sizeof *series_params,
    sizeof(tro_series_config)};

static const tro_param marker_params[] = {
    {.key = "x", .type = TRO_P_REAL, .flags = TRO_P_REQUIRED,
     .offset = offsetof(tro_marker_config, x), .doc = "Where the vertical line stands."},
    {.key = "label", .type = TRO_P_TEXT, .offset = offsetof(tro_marker_config, label),
     .doc = "Its words."},
};

static const tro_table marker_table = {
    "marker", marker_params, sizeof marker_params / sizeof *marker_params,
    sizeof(tro_marker_config)};

static const tro_param label_params[] = {
    {.key = "x", .type = TRO_P_REAL, .flags = TRO_P_REQUIRED,
     .offset = offsetof(tro_label_config, x), .doc = "Where its middle is."},
    {.key = "y", .type = TRO_P_REAL, .flags = TRO_P_REQUIRED,
     .offset = offsetof(tro_label_config, y), .doc = "Where its middle is."},
    {.key = "text", .type = TRO_P_TEXT, .flags = TRO_P_REQUIRED,
     .offset = offsetof(tro_label_config, text), .doc = "The words."},
};

static const tro_table label_table = {
    "label", label_params, sizeof label_params / sizeof *label_params, sizeof(tro_label_config)};

static const tro_param panel_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(tro_panel_config, self)},
    {.key = "title", .type = TRO_P_TEXT, .offset = offsetof(tro_panel_config, title),
     .doc = "Title of the panel."},
    {.key = "x", .type = TRO_P_TEXT, .offset = offsetof(tro_panel_config, x),
     .doc = "The axis along which series run, where they do not say."},
    {.key = "x-label", .type = TRO_P_TEXT, .offset = offsetof(tro_panel_config, x_label),
     .doc = "Words below the panel. Default: the axis's name."},
    {.key = "y-label", .type = TRO_P_TEXT, .offset = offsetof(tro_panel_config, y_label),
     .doc = "Words beside the panel."},
    {.key = "x-range", .type = TRO_P_VECTOR, .offset = offsetof(tro_panel_config, x_range),
     .doc = "Two numbers. Default: from the data."},
    {.key = "y-range", .type = TRO_P_VECTOR, .offset = offsetof(tro_panel_config, y_range),
     .doc = "Two numbers. Default: from the data."},
    {.key = "zero", .type = TRO_P_BOOL, .offset = offsetof(tro_panel_config, zero),
     .fallback = "false", .doc = "Draw a line at y = 0."},
    {.key = "series", .type = TRO_P_RECORDS,
     .offset = offsetof(tro_panel_config, series), .table = &tro_series_table,
     .doc = "What is drawn. Required, unless there is a plane."},
    {.key = "plane", .type = TRO_P_RECORD, .offset = offsetof(tro_panel_config, plane),
     .table = &tro_plane_table,
     .doc = "A column over two axes as coloured tiles, under the series."},
    {.key = "markers", .type = TRO_P_RECORDS, .offset = offsetof(tro_panel_config, markers),
     .table = &marker_table, .doc = "Vertical lines."},
    {.key = "events", .type = TRO_P_BOOL, .offset = offsetof(tro_panel_config, events),
     .fallback = "false",
     .doc = "Along rounds: a vertical line for each of the scenario's events, with its name."},
    {.key = "labels", .type = TRO_P_RECORDS, .offset = offsetof(tro_panel_config, labels),
     .table = &label_table, .doc = "Words in the plot."},
};

const tro_table tro_panel_table = {"panel", panel_params,
                                   sizeof panel_params / sizeof *panel_params,
                                   sizeof(tro_panel_config)};

static const tro_param figure_params[] = {
    {.key = "title", .type = TRO_P_TEXT, .offset = offsetof(tro_figure_config, title),
     .doc = "Title of the figure."},
    {.key = "columns", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED,
     .offset = offsetof(tro_figure_config, columns), .min = 1, .max = 12, .fallback = "2",
     .unit = "panels", .doc = "Panels side by side."},
    {.key = "panels", .type = TRO_P_RECORDS, .flags = TRO_P_REQUIRED,
     .offset = offsetof(tro_figure_config, panels), .table = &tro_panel_table,
     .doc = "The panels, row by row."},
};

const tro_table tro_figure_table = {"figure", figure_params,
                                    sizeof figure_params / sizeof *figure_params,
                                    sizeof(tro_figure_config)};

tro_along tro_figure_along(const tro_study_table *table, const char *name, size_t *index)
{
    for (*index = 0; *index < table->axis_count; (*index)++)
        if (strcmp(table->axes[*index].name, name) == 0)
            return TRO_ALONG_AXIS;
    if (strcmp(name, "component") == 0)
        return TRO_ALONG_COMPONENT;
    for (*index = 0; *index < table->column_count; (*index)++)
        if (strcmp(table->columns[*index].name, name) == 0)
            return TRO_ALONG_COLUMN;
    return TRO_NOWHERE;
}

const char *tro_figure_x_of(const tro_panel_config *panel, const tro_series_config *series)
{
    return series->x ? series->x : panel->x;
}

static int check_x(const tro_study_table *table, const tro_panel_config *panel,
                   const tro_series_config *series, tro_messages *messages)
{
    size_t index;
    const char *x = tro_figure_x_of(panel, series);
    if ((x && tro_figure_along(table, x, &index)) || !table->axes_known || !table->columns_known)
        return TRO_OK;
    const tro_place *place = tro_place_of(series->x ? series->self : panel->self, "x");
    if (!x)
        return tro_error(messages, TRO_ESCENARIO, &series->self->place,
                         "neither the panel nor the series has an 'x', the axis to draw along");
    return tro_error(messages, TRO_ESCENARIO, place,
                     "table '%s' has no axis '%s' to draw along", table->name, x);
}

static int check_names(const tro_study_table *table, const tro_series_config *series,
                       tro_messages *messages)
{
    size_t index;
    if (!series->names || !table->axes_known ||
        tro_figure_along(table, series->names, &index) == TRO_ALONG_AXIS)
        return TRO_OK;
    return tro_error(messages, TRO_ESCENARIO, tro_place_of(series->self, "names"),
                     "table '%s' has no axis '%s' to name points by", table->name, series->names);
}

static int check_level(const tro_series_config *series, tro_messages *messages)
{
    if (series->style == TRO_AREA || !tro_node_get(series->self, "to"))
        return TRO_OK;
    return tro_error(messages, TRO_ESCENARIO, tro_place_of(series->self, "to"),
                     "'to' is the level of an 'area', found it with '%s'", styles[series->style]);
}

/* What is drawn of standard errors needs a column that has them. */
static int check_errors(const tro_column *column, const tro_series_config *series,
                        tro_messages *messages)
{
    const tro_node *errors = tro_node_get(series->self, "errors");
    int status = TRO_OK;
    if ((!column->quantity.plugin && column->given.count == 0) || column->sampled)
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

static int check_series(const tro_study *study, const tro_panel_config *panel,
                        const tro_series_config *series, const tro_reader *reader)
{
    const tro_study_table *table = NULL;
    const tro_column *column = NULL;
    tro_messages *messages = reader->messages;
    size_t count;
    int status = tro_study_find(study, series->table, strlen(series->table), series->y,
                                tro_place_of(series->self, "y"), &table, &column, messages);
    if (column)
        status = tro_graver(status, check_errors(column, series, messages));
    status = tro_graver(status, check_level(series, messages));
    if (!table)
        return status;
    status = tro_graver(status, check_x(table, panel, series, messages));
    status = tro_graver(status, check_names(table, series, messages));
    return tro_graver(status, tro_study_select(table, series->where, reader->arena, NULL, &count,
                                               messages));
}

static int check_drawn(const tro_study *study, const tro_panel_config *panel,
                       const tro_reader *reader)
{
    if (panel->plane.self)
        return tro_plane_check(study, &panel->plane, reader);
    if (tro_node_get(panel->self, "series") || !panel->self || panel->self->kind != TRO_MAP)
        return TRO_OK;
    return tro_error(reader->messages, TRO_ESCENARIO, &panel->self->place,
                     "missing key 'series' in 'panel'");
}

static int check_range(const tro_reader *reader, const tro_panel_config *panel, const char *key,
                       const tro_vector *range)
{
    if (range->count == 0 || (range->count == 2 && range->values[0] < range->values[1]))
        return TRO_OK;
    return tro_error(reader->messages, TRO_ESCENARIO, tro_place_of(panel->self, key),
                     "%s is two numbers, the smaller first", key);
}

int tro_study_figure_read(const tro_study *study, const tro_reader *reader,
                          tro_figure_config *config)
{
    return tro_read_record(reader, study->cell->scenario->figure, &tro_figure_table, NULL,
                           config);
}

int tro_study_figure_check(const tro_study *study, const tro_reader *reader)
{
    tro_figure_config config;
    if (!study->cell->scenario->figure)
        return TRO_OK;
    int status = tro_study_figure_read(study, reader, &config);
    const tro_panel_config *panels = config.panels.items;
    for (size_t p = 0; status != TRO_ENOMEM && p < config.panels.count; p++) {
        const tro_series_config *series = panels[p].series.items;
        int x = check_range(reader, &panels[p], "x-range", &panels[p].x_range);
        int y = check_range(reader, &panels[p], "y-range", &panels[p].y_range);
        status = tro_graver(status, tro_graver(x, y));
        status = tro_graver(status, check_drawn(study, &panels[p], reader));
        for (size_t s = 0; s < panels[p].series.count; s++) {
            if (!series[s].table || !series[s].y)
                continue; /* said already */
            status = tro_graver(status, check_series(study, &panels[p], &series[s], reader));
        }
    }
    return status;
}
