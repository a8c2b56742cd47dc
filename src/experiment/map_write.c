/* What a map writes: map.csv, zero.csv, and the figure. */
#include <math.h>
#include <string.h>

#include "experiment/map.h"
#include "output/csv.h"
#include "output/figure.h"

/* --- tables ------------------------------------------------------------------------------ */

static void add_point(tro_csv *csv, const tro_map *map, const tro_map_point *point)
{
    int of_influence = !map->request.quantity;
    tro_csv_real(csv, point->value);
    if (of_influence) {
        tro_csv_real(csv, point->isolated);
        tro_csv_text(csv, point->status == TRO_MAP_OK ? tro_effect_name(point->effect_class)
                                                      : NULL);
    }
    tro_csv_whole(csv, point->one_sided);
    tro_csv_text(csv, tro_map_status_name(point->status));
    tro_csv_text(csv, point->remark);
}

static int write_points(const tro_map *map, tro_folder *folder, tro_messages *messages)
{
    const tro_vector *x = &map->request.axes[0].values, *y = &map->request.axes[1].values;
    const char *names[8] = {map->request.axes[0].key, map->request.axes[1].key, "value"}, *path;
    size_t columns = 3;
    tro_csv csv = {0};
    int status;
    if (!map->request.quantity) {
        names[columns++] = "isolated";
        names[columns++] = "class";
    }
    names[columns++] = "one_sided";
    names[columns++] = "status";
    names[columns++] = "remark";
    TRO_TRY(tro_folder_add(folder, "map.csv", &path, messages));
    TRO_TRY(tro_csv_open(&csv, path, names, columns, messages));
    for (size_t k = 0; k < map->count; k++) {
        tro_csv_real(&csv, x->values[k % x->count]);
        tro_csv_real(&csv, y->values[k / x->count]);
        add_point(&csv, map, &map->points[k]);
        TRO_TRY(tro_csv_end_row(&csv));
    }
    status = tro_csv_commit(&csv);
out:
    tro_csv_abort(&csv);
    return status;
}

static int write_zeros(const tro_map *map, tro_folder *folder, tro_messages *messages)
{
    const char *names[4] = {"line", map->request.axes[0].key, map->request.axes[1].key,
                            "residual"};
    const char *path;
    tro_csv csv = {0};
    int status;
    TRO_TRY(tro_folder_add(folder, "zero.csv", &path, messages));
    TRO_TRY(tro_csv_open(&csv, path, names, 4, messages));
    for (size_t n = 0; n < map->line_count; n++)
        for (size_t k = 0; k < map->lines[n].count; k++) {
            const tro_map_zero *zero = &map->zeros[map->lines[n].first + k];
            tro_csv_whole(&csv, (long long)n + 1);
            tro_csv_real(&csv, zero->x);
            tro_csv_real(&csv, zero->y);
            tro_csv_real(&csv, zero->residual);
            TRO_TRY(tro_csv_end_row(&csv));
        }
    status = tro_csv_commit(&csv);
out:
    tro_csv_abort(&csv);
    return status;
}

/* --- the figure -------------------------------------------------------------------------- */

enum { DOES_NOT_SETTLE = 1, NO_NUMBER, NO_SCENARIO };

static unsigned char kind_of(tro_map_status status)
{
    switch (status) {
    case TRO_MAP_OK:
        return 0;
    case TRO_MAP_UNSTABLE:
    case TRO_MAP_UNSETTLED:
        return DOES_NOT_SETTLE;
    case TRO_MAP_IMPOSSIBLE:
        return NO_SCENARIO;
    default:
        return NO_NUMBER;
    }
}

static int fill_heat(const tro_map *map, tro_arena *arena, tro_heat *heat)
{
    double *values = TRO_NEW(arena, double, map->count);
    unsigned char *kinds = TRO_NEW(arena, unsigned char, map->count);
    if (!values || !kinds)
        return TRO_ENOMEM;
    for (size_t k = 0; k < map->count; k++) {
        values[k] = map->points[k].value;
        kinds[k] = kind_of(map->points[k].status);
    }
    *heat = (tro_heat){.x = map->request.axes[0].values.values,
                       .y = map->request.axes[1].values.values,
                       .x_count = map->request.axes[0].values.count,
                       .y_count = map->request.axes[1].values.count, .values = values,
                       .kinds = kinds,
                       .kind_names = {"does not settle", "no number", "no such scenario"},
                       .label = map->request.quantity ? NULL : "long-term influence"};
    return TRO_OK;
}

/* All lines in one series, a gap after each; a zero by itself is a point. */
static int fill_lines(const tro_map *map, tro_arena *arena, tro_series out[2])
{
    size_t room = map->zero_count + map->line_count;
    double *x = TRO_NEW(arena, double, 2 * room), *y = TRO_NEW(arena, double, 2 * room);
    if (!x || !y)
        return TRO_ENOMEM;
    for (int alone = 0; alone < 2; alone++)
        out[alone] = (tro_series){.label = "zero", .style = alone ? TRO_POINTS : TRO_LINE,
                                  .colour = TRO_COLOUR_DARK, .x = x + (size_t)alone * room,
                                  .y = y + (size_t)alone * room};
    for (size_t n = 0; n < map->line_count; n++) {
        const tro_map_line *line = &map->lines[n];
        tro_series *s = &out[line->count == 1];
        size_t from = (size_t)(s->x - x);
        for (size_t k = 0; k <= line->count; k++, s->count++) {
            const tro_map_zero *zero = &map->zeros[line->first + k];
            x[from + s->count] = k < line->count ? zero->x : NAN;
            y[from + s->count] = k < line->count ? zero->y : NAN;
        }
    }
    return TRO_OK;
}

static int write_figure(const tro_map *map, tro_folder *folder, tro_messages *messages)
{
    tro_arena arena = {0};
    tro_text title = {0};
    tro_heat heat;
    tro_series series[2];
    int status;
    TRO_TRY(fill_heat(map, &arena, &heat));
    TRO_TRY(fill_lines(map, &arena, series));
    tro_map_title(map, &title);
    tro_panel panel = {.title = tro_text_string(&title), .heat = &heat, .series = series,
                       .series_count = series[1].count ? 2 : series[0].count ? 1 : 0,
                       .x_label = map->request.axes[0].key, .y_label = map->request.axes[1].key,
                       .x_min = heat.x[0], .x_max = heat.x[heat.x_count - 1],
                       .y_min = heat.y[0], .y_max = heat.y[heat.y_count - 1]};
    tro_figure figure = {.panels = &panel, .panel_count = 1};
    if (title.data)
        title.data[0] = map->request.quantity ? title.data[0] : 'I';   /* of "influence" */
    status = title.failed ? TRO_ENOMEM : tro_figure_save(&figure, folder, "map", messages);
out:
    tro_text_clear(&title);
    tro_arena_clear(&arena);
    return status;
}

int tro_map_write(const tro_map *map, tro_folder *folder, tro_messages *messages)
{
    int status;
    TRO_TRY(write_points(map, folder, messages));
    TRO_TRY(write_zeros(map, folder, messages));
    status = write_figure(map, folder, messages);
out:
    return status;
}
