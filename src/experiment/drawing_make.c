/* A study's figure from its tables. */
#include <math.h>
#include <string.h>

#include "experiment/drawing.h"

static double x_value(const tro_study_table *table, size_t row, tro_along kind, size_t index)
{
    size_t cell = row / table->components;
    if (kind == TRO_ALONG_COLUMN)
        return table->columns[index].values[row];
    if (kind == TRO_ALONG_COMPONENT)
        return (double)(table->first_component + row % table->components);
    if (table->axes[index].options.count)
        return (double)tro_axis_index(table, cell, index);
    return tro_axis_value(table, cell, index);
}

/* The ends of bands, bars and areas. */
static void set_ends(const tro_series_config *config, const tro_column *column, const size_t *rows,
                     size_t count, double *lo, double *hi, tro_series *out)
{
    int area = config->style == TRO_AREA;
    for (size_t k = 0; k < count; k++) {
        double y = out->y[k], error = config->errors * column->errors[rows[k]];
        lo[k] = area ? fmin(y, isnan(y) ? y : config->to) : y - error;
        hi[k] = area ? fmax(y, isnan(y) ? y : config->to) : y + error;
    }
    if (area)
        out->style = TRO_BAND;
    if (area || column->sampled) {
        out->lo = lo;
        out->hi = hi;
    }
}

/* The rows that a series draws. */
static int find_rows(const tro_study *study, const tro_series_config *config,
                     const tro_reader *reader, const tro_study_table **table,
                     const tro_column **column, size_t **rows, size_t *count)
{
    int status;
    TRO_TRY(tro_study_find(study, config->table, strlen(config->table), config->y, NULL, table,
                           column, reader->messages));
    TRO_TRY(tro_study_select(*table, config->where, reader->arena, rows, count,
                             reader->messages));
out:
    return status;
}

static int make_series(const tro_study *study, const tro_panel_config *panel,
                       const tro_series_config *config, const tro_reader *reader, tro_series *out)
{
    const tro_study_table *table;
    const tro_column *column;
    size_t index, *rows, count;
    int status = find_rows(study, config, reader, &table, &column, &rows, &count);
    double *numbers = status < 0 ? NULL : TRO_NEW(reader->arena, double, 4 * count);
    if (!numbers)
        return status < 0 ? status : TRO_ENOMEM;
    tro_along kind = tro_figure_along(table, tro_figure_x_of(panel, config), &index);
    double *x = numbers, *y = x + count;
    for (size_t k = 0; k < count; k++) {
        x[k] = x_value(table, rows[k], kind, index);
        y[k] = column->values[rows[k]];
    }
    *out = (tro_series){.label = config->label, .style = (tro_series_style)config->style,
                        .colour = config->colour == TRO_NO_WHOLE ? TRO_COLOUR_AUTOMATIC
                                                                 : (int)config->colour,
                        .dash = (int)config->dash, .x = x, .y = y, .count = count};
    set_ends(config, column, rows, count, y + count, y + 2 * count, out);
    return TRO_OK;
}

static const char *axis_word(const tro_study_table *table, size_t cell, size_t axis,
                             tro_arena *arena)
{
    const tro_axis *by = &table->axes[axis];
    char number[32];
    return by->options.count
               ? by->options.items[tro_axis_index(table, cell, axis)]
               : tro_arena_text(arena,
                                tro_format_real(number, tro_axis_value(table, cell, axis)));
}

/* Each point of a series with its value of an axis. */
static int name_points(const tro_study *study, const tro_series_config *config,
                       const tro_reader *reader, const tro_series *series, tro_words *out)
{
    const tro_study_table *table;
    const tro_column *column;
    size_t axis, *rows, count;
    int status = find_rows(study, config, reader, &table, &column, &rows, &count);
    if (status < 0)
        return status;
    (void)tro_figure_along(table, config->names, &axis);
    for (size_t k = 0; k < count; k++) {
        const char *word = axis_word(table, rows[k] / table->components, axis, reader->arena);
        if (!word)
            return TRO_ENOMEM;
        out[k] = (tro_words){.x = series->x[k], .y = series->y[k], .text = word, .beside = 1};
    }
    return TRO_OK;
}

/* The words of a panel: its labels, and the names of points. */
static int make_words(const tro_study *study, const tro_panel_config *config,
                      const tro_reader *reader, tro_panel *out)
{
    const tro_label_config *labels = config->labels.items;
    const tro_series_config *given = config->series.items;
    size_t most = config->labels.count;
    for (size_t s = 0; s < out->series_count; s++)
        most += given[s].names ? out->series[s].count : 0;
    tro_words *words = TRO_NEW(reader->arena, tro_words, most);
    if (!words)
        return TRO_ENOMEM;
    out->words = words;
    for (size_t k = 0; k < config->labels.count; k++)
        words[out->word_count++] = (tro_words){.x = labels[k].x, .y = labels[k].y,
                                               .text = labels[k].text};
    for (size_t s = 0; s < out->series_count; s++) {
        if (!given[s].names)
            continue;
        int status = name_points(study, &given[s], reader, &out->series[s],
                                 words + out->word_count);
        if (status < 0)
            return status;
        out->word_count += out->series[s].count;
    }
    return TRO_OK;
}

/* Words along the axis where the first series runs along words. */
static void name_ticks(const tro_study *study, const tro_panel_config *config, tro_panel *out)
{
    const tro_series_config *first = config->series.items;
    const tro_study_table *table;
    const tro_column *column;
    size_t index;
    if (config->series.count == 0 ||
        tro_study_find(study, first->table, strlen(first->table), first->y, NULL, &table,
                       &column, NULL) < 0 ||
        tro_figure_along(table, tro_figure_x_of(config, first), &index) != TRO_ALONG_AXIS)
        return;
    out->x_names = table->axes[index].options.items;
    out->x_name_count = table->axes[index].options.count;
}

/* Vertical lines: those that are written, and the events. */
static int make_markers(const tro_study *study, const tro_panel_config *config,
                        const tro_reader *reader, tro_panel *out)
{
    const tro_marker_config *lines = config->markers.items;
    const tro_scenario *whole = study->cell->whole;
    size_t events = config->events ? whole->incident_count : 0;
    tro_marker *markers = TRO_NEW(reader->arena, tro_marker, config->markers.count + events);
    if (!markers)
        return TRO_ENOMEM;
    out->markers = markers;
    for (size_t k = 0; k < config->markers.count; k++)
        markers[out->marker_count++] = (tro_marker){lines[k].x, lines[k].label};
    for (size_t k = 0; k < events; k++)
        markers[out->marker_count++] = (tro_marker){(double)whole->incidents[k].round,
                                                    whole->incidents[k].name};
    return TRO_OK;
}

static int make_panel(const tro_study *study, const tro_panel_config *config,
                      const tro_reader *reader, tro_panel *out)
{
    const tro_series_config *given = config->series.items;
    size_t count = config->series.count;
    tro_series *series = TRO_NEW(reader->arena, tro_series, count);
    if (!series)
        return TRO_ENOMEM;
    for (size_t s = 0; s < count; s++) {
        int status = make_series(study, config, &given[s], reader, &series[s]);
        if (status < 0)
            return status;
    }
    *out = (tro_panel){.title = config->title, .y_label = config->y_label,
                       .x_label = config->x_label ? config->x_label : config->x,
                       .zero_line = config->zero, .series = series, .series_count = count};
    if (make_markers(study, config, reader, out) < 0)
        return TRO_ENOMEM;
    if (config->x_range.count == 2) {
        out->x_min = config->x_range.values[0];
        out->x_max = config->x_range.values[1];
    }
    if (config->y_range.count == 2) {
        out->y_min = config->y_range.values[0];
        out->y_max = config->y_range.values[1];
    }
    if (config->plane.self) {
        tro_heat *heat = TRO_NEW(reader->arena, tro_heat, 1);
        int status = heat ? tro_plane_make(study, &config->plane, reader, heat) : TRO_ENOMEM;
        if (status < 0)
            return status;
        out->heat = heat;
        out->x_label = config->x_label ? config->x_label : config->plane.x;
        out->y_label = config->y_label ? config->y_label : config->plane.y;
    }
    name_ticks(study, config, out);
    return make_words(study, config, reader, out);
}

int tro_study_figure_write(const tro_study *study, tro_folder *folder, tro_messages *messages)
{
    tro_arena arena = {0};
    tro_reader reader = {
        .arena = &arena, .catalog = study->cell->catalog, .messages = messages};
    tro_figure_config config;
    int status = TRO_OK;
    if (!study->cell->scenario->figure)
        return TRO_OK;
    TRO_TRY(tro_study_figure_read(study, &reader, &config));
    const tro_panel_config *given = config.panels.items;
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
