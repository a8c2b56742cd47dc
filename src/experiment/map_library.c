/* The installed interface of maps (include/trophic/map.h). */
#include <math.h>

#include "experiment/map.h"

int tro_map_of(tro_cell *cell, const char *on, const char *of, const char *quantity,
               const char *x, const char *y, tro_map **out, tro_messages *messages)
{
    tro_map_request request = {.on = on, .of = of, .quantity = quantity,
                               .within = TRO_MAP_WITHIN};
    tro_map *map = NULL;
    int status;
    *out = NULL;
    if (!x || !y)
        return tro_error(messages, TRO_EINVAL, NULL, "a map needs both axes: one is NULL");
    if (quantity ? on || of : !on || !of)
        return tro_error(messages, TRO_EINVAL, NULL,
                         "a map is of two agents or of a quantity, not both and not neither");
    TRO_TRY(tro_map_axis_read(x, "x", &request.axes[0], messages));
    TRO_TRY(tro_map_axis_read(y, "y", &request.axes[1], messages));
    TRO_TRY(tro_map_new(cell, &request, &map, messages));
    TRO_TRY(tro_map_find(map, NULL, messages));
    map->owns_axes = 1;
    *out = map;
out:
    if (status < 0) {
        tro_map_free(map);
        tro_map_axis_release(&request.axes[0]);
        tro_map_axis_release(&request.axes[1]);
    }
    return status;
}

size_t tro_map_columns(const tro_map *map)
{
    return map->request.axes[0].values.count;
}

size_t tro_map_rows(const tro_map *map)
{
    return map->request.axes[1].values.count;
}

double tro_map_x(const tro_map *map, size_t column)
{
    return column < tro_map_columns(map) ? map->request.axes[0].values.values[column] : NAN;
}

double tro_map_y(const tro_map *map, size_t row)
{
    return row < tro_map_rows(map) ? map->request.axes[1].values.values[row] : NAN;
}

static const tro_map_point *point_at(const tro_map *map, size_t column, size_t row)
{
    return column < tro_map_columns(map) && row < tro_map_rows(map)
               ? tro_map_point_of(map, column, row)
               : NULL;
}

double tro_map_value(const tro_map *map, size_t column, size_t row)
{
    const tro_map_point *point = point_at(map, column, row);
    return point ? point->value : NAN;
}

const char *tro_map_status_at(const tro_map *map, size_t column, size_t row)
{
    const tro_map_point *point = point_at(map, column, row);
    return tro_map_status_name(point ? point->status : TRO_MAP_UNDEFINED);
}

size_t tro_map_lines(const tro_map *map)
{
    return map->line_count;
}

size_t tro_map_zeros(const tro_map *map, size_t line, const tro_map_zero **zeros)
{
    *zeros = line < map->line_count ? map->zeros + map->lines[line].first : NULL;
    return line < map->line_count ? map->lines[line].count : 0;
}
