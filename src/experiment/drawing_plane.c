/* A panel's plane: a column over two axes of a table, as coloured tiles. */
#include <math.h>
#include <string.h>

#include "experiment/drawing.h"

static const tro_param plane_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(tro_plane_config, self)},
    {.key = "table", .type = TRO_P_TEXT, .flags = TRO_P_REQUIRED,
     .offset = offsetof(tro_plane_config, table), .doc = "A table of `vary`."},
    {.key = "value", .type = TRO_P_TEXT, .flags = TRO_P_REQUIRED,
     .offset = offsetof(tro_plane_config, value),
     .doc = "The column shown: blue above zero, orange below."},
    {.key = "x", .type = TRO_P_TEXT, .flags = TRO_P_REQUIRED,
     .offset = offsetof(tro_plane_config, x),
     .doc = "The axis that runs across; its values increase."},
    {.key = "y", .type = TRO_P_TEXT, .flags = TRO_P_REQUIRED,
     .offset = offsetof(tro_plane_config, y), .doc = "The axis that runs up."},
    {.key = "where", .type = TRO_P_NODE, .offset = offsetof(tro_plane_config, where),
     .doc = "One value of each other axis."},
    {.key = "label", .type = TRO_P_TEXT, .offset = offsetof(tro_plane_config, label),
     .doc = "Words beside the bar of colours."},
};

const tro_table tro_plane_table = {"plane", plane_params,
                                   sizeof plane_params / sizeof *plane_params,
                                   sizeof(tro_plane_config)};

/* The axis of that name; a located error unless it is one of two increasing numbers or
 * more. SIZE_MAX without an error where the axes are not known. */
static int find_axis(const tro_study_table *table, const tro_plane_config *plane,
                     const char *key, const char *name, size_t *axis, tro_messages *messages)
{
    const tro_place *place = tro_place_of(plane->self, key);
    *axis = tro_study_axis(table, name);
    if (*axis >= table->axis_count) {
        *axis = SIZE_MAX;
        return !table->axes_known
                   ? TRO_OK
                   : tro_error(messages, TRO_ESCENARIO, place, "table '%s' has no axis '%s'",
                               table->name, name);
    }
    const tro_axis *found = &table->axes[*axis];
    int increases = found->values.count >= 2;
    for (size_t k = 1; k < found->values.count; k++)
        increases &= found->values.values[k] > found->values.values[k - 1];
    if (found->known && !increases)
        return tro_error(messages, TRO_ESCENARIO, place,
                         "a plane needs an axis of two increasing numbers or more, and '%s' is "
                         "none", name);
    return TRO_OK;
}

int tro_plane_check(const tro_study *study, const tro_plane_config *plane,
                    const tro_reader *reader)
{
    const tro_study_table *table = NULL;
    const tro_column *column = NULL;
    tro_messages *messages = reader->messages;
    size_t x, y, count;
    if (!plane->self || !plane->table || !plane->value || !plane->x || !plane->y)
        return TRO_OK; /* none, or said already */
    int status = tro_study_find(study, plane->table, strlen(plane->table), plane->value,
                                tro_place_of(plane->self, "value"), &table, &column, messages);
    if (!table)
        return status;
    status = tro_graver(status, find_axis(table, plane, "x", plane->x, &x, messages));
    status = tro_graver(status, find_axis(table, plane, "y", plane->y, &y, messages));
    status = tro_graver(status, tro_study_select(table, plane->where, reader->arena, NULL, &count,
                                                 messages));
    if (status < 0 || x == SIZE_MAX || y == SIZE_MAX || !table->rows_known)
        return status;
    if (x == y)
        return tro_error(messages, TRO_ESCENARIO, tro_place_of(plane->self, "y"),
                         "a plane has two axes, found '%s' twice", plane->y);
    size_t wanted = tro_axis_length(&table->axes[x]) * tro_axis_length(&table->axes[y]);
    if (count != wanted)
        return tro_error(messages, TRO_ESCENARIO, &plane->self->place,
                         "the plane has %zu points and table '%s' %zu rows for them: one value of "
                         "each other axis under `where` would be right", wanted, table->name,
                         count);
    return TRO_OK;
}

int tro_plane_make(const tro_study *study, const tro_plane_config *plane,
                   const tro_reader *reader, tro_heat *out)
{
    const tro_study_table *table;
    const tro_column *column;
    size_t x, y, *rows, count;
    int status;
    TRO_TRY(tro_study_find(study, plane->table, strlen(plane->table), plane->value, NULL, &table,
                           &column, reader->messages));
    TRO_TRY(tro_study_select(table, plane->where, reader->arena, &rows, &count,
                             reader->messages));
    x = tro_study_axis(table, plane->x);
    y = tro_study_axis(table, plane->y);
    const tro_vector *across = &table->axes[x].values, *up = &table->axes[y].values;
    double *values = TRO_NEW(reader->arena, double, count);
    unsigned char *kinds = TRO_NEW(reader->arena, unsigned char, count);
    if (!values || !kinds)
        return TRO_ENOMEM;
    for (size_t k = 0; k < count; k++) {
        size_t cell = rows[k] / table->components;
        size_t at = tro_axis_index(table, cell, y) * across->count +
                    tro_axis_index(table, cell, x);
        values[at] = column->values[rows[k]];
        kinds[at] = !isfinite(values[at]);
    }
    *out = (tro_heat){.x = across->values, .y = up->values, .x_count = across->count,
                      .y_count = up->count, .values = values, .kinds = kinds,
                      .kind_names = {"no number"}, .label = plane->label};
out:
    return status;
}
