/* The rows of a table: choosing some, writing all as CSV. */
#include <math.h>
#include <string.h>

#include "experiment/study_parts.h"
#include "output/csv.h"

/* --- choosing -------------------------------------------------------------- */

static int is_value(const tro_axis *axis, size_t position, const char *text)
{
    double wanted;
    if (axis->options.count)
        return strcmp(axis->options.items[position], text) == 0;
    return tro_parse_real(text, &wanted) &&
           fabs(axis->values.values[position] - wanted) <= 1e-12 * fabs(wanted);
}

/* Is it one of the values of an entry of `where`? */
static int is_one_of(const tro_axis *axis, size_t position, const tro_node *item)
{
    if (item->kind == TRO_SCALAR)
        return is_value(axis, position, item->text);
    for (size_t k = 0; k < item->count; k++)
        if (item->items[k]->kind == TRO_SCALAR && is_value(axis, position, item->items[k]->text))
            return 1;
    return 0;
}

int tro_study_agrees(const tro_study_table *table, const tro_node *where, size_t cell)
{
    for (size_t k = 0; where && k < where->count; k++) {
        size_t a = tro_study_axis(table, where->items[k]->key);
        if (a < table->axis_count && !is_one_of(&table->axes[a], tro_axis_index(table, cell, a),
                                                where->items[k]))
            return 0;
    }
    return 1;
}

size_t tro_study_axis(const tro_study_table *table, const char *name)
{
    for (size_t a = 0; a < table->axis_count; a++)
        if (strcmp(table->axes[a].name, name) == 0)
            return a;
    return strcmp(name, "component") == 0 ? table->axis_count : SIZE_MAX;
}

static int no_such_value(const tro_study_table *table, const tro_axis *axis,
                         const tro_node *value, tro_messages *messages)
{
    const char *near = tro_nearest_word(value->text, axis->options.items, axis->options.count);
    return tro_error(messages, TRO_ESCENARIO, &value->place,
                     "axis '%s' of table '%s' has no value '%s'%s%s%s", axis->name, table->name,
                     value->text, near ? " (did you mean '" : "", near ? near : "",
                     near ? "'?)" : "");
}

static int check_value(const tro_study_table *table, const tro_axis *axis, const tro_node *value,
                       tro_messages *messages)
{
    if (value->kind != TRO_SCALAR)
        return tro_error(messages, TRO_ESCENARIO, &value->place,
                         "a value of axis '%s', or a list of some, would be right", axis->name);
    for (size_t k = 0; k < tro_axis_length(axis); k++)
        if (is_value(axis, k, value->text))
            return TRO_OK;
    return no_such_value(table, axis, value, messages);
}

/* How many positions along the axis have one of the values of an entry of `where`. */
static int count_positions(const tro_study_table *table, const tro_node *item, size_t *count,
                           tro_messages *messages)
{
    size_t a = tro_study_axis(table, item->key);
    int status = TRO_OK;
    *count = 0;
    if (a >= table->axis_count)
        return !table->axes_known
                   ? TRO_OK
                   : tro_error(messages, TRO_ESCENARIO, &item->key_place,
                               "table '%s' has no axis '%s' to choose a value of", table->name,
                               item->key);
    const tro_axis *axis = &table->axes[a];
    if (!axis->known)
        return TRO_OK;
    if (item->kind != TRO_LIST || item->count == 0)
        status = check_value(table, axis, item, messages);
    for (size_t k = 0; item->kind == TRO_LIST && k < item->count; k++)
        status = tro_graver(status, check_value(table, axis, item->items[k], messages));
    for (size_t k = 0; status == TRO_OK && k < tro_axis_length(axis); k++)
        *count += (size_t)is_one_of(axis, k, item);
    return status;
}

/* A grid: the numbers of positions along the axes multiply. */
static int count_rows(const tro_study_table *table, const tro_node *where, size_t *count,
                      tro_messages *messages)
{
    size_t part = table->cells;
    int status = TRO_OK;
    *count = 0;
    if (where && where->kind != TRO_MAP)
        return tro_error(messages, TRO_ESCENARIO, &where->place,
                         "where is a map from an axis to a value, or to several");
    for (size_t k = 0; where && k < where->count; k++) {
        size_t positions;
        int found = count_positions(table, where->items[k], &positions, messages);
        status = tro_graver(status, found);
        size_t a = tro_study_axis(table, where->items[k]->key);
        if (found == TRO_OK && table->rows_known && a < table->axis_count)
            part = part / tro_axis_length(&table->axes[a]) * positions;
    }
    if (status == TRO_OK && table->rows_known)
        *count = part * table->components;
    return status;
}

int tro_study_select(const tro_study_table *table, const tro_node *where, tro_arena *arena,
                     size_t **rows, size_t *count, tro_messages *messages)
{
    size_t at = 0;
    int status = count_rows(table, where, count, messages);
    if (status < 0 || !rows || !table->rows_known)
        return status;
    *rows = TRO_NEW(arena, size_t, *count);
    if (!*rows)
        return TRO_ENOMEM;
    for (size_t cell = 0; cell < table->cells; cell++)
        if (tro_study_agrees(table, where, cell))
            for (size_t k = 0; k < table->components; k++)
                (*rows)[at++] = cell * table->components + k;
    return TRO_OK;
}

/* --- writing ---------------------------------------------------------------- */

static size_t name_columns(const tro_study_table *table, tro_arena *arena, const char **names)
{
    size_t at = 0;
    for (size_t a = 0; a < table->axis_count; a++)
        names[at++] = table->axes[a].name;
    if (table->components > 1)
        names[at++] = "component";
    for (size_t c = 0; c < table->column_count; c++) {
        names[at++] = table->columns[c].name;
        if (table->columns[c].sampled) {
            size_t length = strlen(table->columns[c].name);
            char *name = tro_arena_allocate(arena, length + 4, 1);
            if (!name)
                return 0;
            memcpy(name, table->columns[c].name, length);
            strcpy(name + length, "_se");
            names[at++] = name;
        }
    }
    names[at++] = "status";
    return at;
}

/* Names the columns that failed for the reason of the first of them. */
static void add_failure(const tro_study_table *table, size_t cell, size_t first,
                        const char *separator, tro_text *text)
{
    const char *reason = table->columns[first].failures[cell];
    for (size_t c = 0; c < first; c++)
        if (table->columns[c].failures[cell] &&
            strcmp(table->columns[c].failures[cell], reason) == 0)
            return;
    tro_text_addf(text, "%s%s", separator, table->columns[first].name);
    for (size_t c = first + 1; c < table->column_count; c++)
        if (table->columns[c].failures[cell] &&
            strcmp(table->columns[c].failures[cell], reason) == 0)
            tro_text_addf(text, ", %s", table->columns[c].name);
    tro_text_addf(text, ": %s", reason);
}

void tro_study_cell_status(const tro_study_table *table, size_t cell, tro_text *text)
{
    size_t before = text->length;
    if (table->failures[cell]) {
        tro_text_add(text, table->failures[cell]);
        return;
    }
    for (size_t c = 0; c < table->column_count; c++)
        if (table->columns[c].failures[cell])
            add_failure(table, cell, c, text->length > before ? "; " : "", text);
    if (text->length == before)
        tro_text_add(text, table->one_sided[cell] ? "one-sided" : "ok");
}

static int write_row(const tro_study_table *table, tro_csv *csv, size_t cell, size_t component,
                     const char *state)
{
    size_t row = cell * table->components + component;
    for (size_t a = 0; a < table->axis_count; a++) {
        const tro_axis *axis = &table->axes[a];
        if (axis->options.count)
            tro_csv_text(csv, axis->options.items[tro_axis_index(table, cell, a)]);
        else
            tro_csv_real(csv, tro_axis_value(table, cell, a));
    }
    if (table->components > 1)
        tro_csv_whole(csv, (long long)(table->first_component + component));
    for (size_t c = 0; c < table->column_count; c++) {
        tro_csv_real(csv, table->columns[c].values[row]);
        if (table->columns[c].sampled)
            tro_csv_real(csv, table->columns[c].errors[row]);
    }
    tro_csv_text(csv, state);
    return tro_csv_end_row(csv);
}

int tro_study_table_write(const tro_study_table *table, tro_folder *folder,
                          tro_messages *messages)
{
    tro_arena arena = {0};
    tro_text file = {0}, state = {0};
    tro_csv csv = {0};
    const char *path;
    int status = TRO_ENOMEM;
    const char **names = TRO_NEW(&arena, const char *,
                                 table->axis_count + 2 * table->column_count + 2);
    size_t count = names ? name_columns(table, &arena, names) : 0;
    tro_text_addf(&file, "%s.csv", table->name);
    if (count == 0 || file.failed)
        goto out;
    TRO_TRY(tro_folder_add(folder, tro_text_string(&file), &path, messages));
    TRO_TRY(tro_csv_open(&csv, path, names, count, messages));
    for (size_t cell = 0; cell < table->cells; cell++) {
        state.length = 0;
        tro_study_cell_status(table, cell, &state);
        for (size_t k = 0; k < table->components; k++)
            TRO_TRY(write_row(table, &csv, cell, k, tro_text_string(&state)));
    }
    status = state.failed ? TRO_ENOMEM : tro_csv_commit(&csv);
out:
    tro_csv_abort(&csv);
    tro_text_clear(&file);
    tro_text_clear(&state);
    tro_arena_clear(&arena);
    return status;
}
