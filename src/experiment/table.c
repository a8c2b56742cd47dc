/* The tables of a study: reading `vary`, sweeping the grid, writing CSV. */
#include <math.h>
#include <omp.h>
#include <string.h>

#include "experiment/study.h"
#include "output/csv.h"

enum { MOST_CELLS = 10000000 };

static const tro_param axis_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(tro_axis, node)},
    {.key = "key", .type = TRO_P_TEXT, .flags = TRO_P_REQUIRED,
     .offset = offsetof(tro_axis, key), .doc = "The scenario's key that varies, as a path."},
    {.key = "values", .type = TRO_P_VECTOR, .offset = offsetof(tro_axis, values),
     .doc = "Its values: a list, or {linspace: [first, last, count], at-most: x}."},
    {.key = "options", .type = TRO_P_TEXTS, .offset = offsetof(tro_axis, options),
     .doc = "Its values when they are words."},
};

const tro_table tro_axis_table = {"axis", axis_params, sizeof axis_params / sizeof *axis_params,
                                  sizeof(tro_axis)};

typedef struct table_config {
    const char *doc;
    const tro_node *over, *set, *find;
} table_config;

static const tro_param table_params[] = {
    {.key = "doc", .type = TRO_P_TEXT, .offset = offsetof(table_config, doc),
     .doc = "What the table shows."},
    {.key = "over", .type = TRO_P_NODE, .offset = offsetof(table_config, over),
     .doc = "The grid: a map from a name to {key, values}. The first axis is the slowest."},
    {.key = "set", .type = TRO_P_NODE, .offset = offsetof(table_config, set),
     .doc = "Other keys for all cells: a map from paths to values."},
    {.key = "find", .type = TRO_P_NODE, .flags = TRO_P_REQUIRED,
     .offset = offsetof(table_config, find),
     .doc = "The columns: a map from a name to a quantity."},
};

const tro_table tro_study_table_table = {
    "table", table_params, sizeof table_params / sizeof *table_params, sizeof(table_config)};

int tro_study_read_set(const tro_reader *reader, const tro_node *node, tro_override **out,
                       size_t *count)
{
    *count = 0;
    *out = NULL;
    if (!node)
        return TRO_OK;
    if (node->kind != TRO_MAP)
        return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                         "set is a map from paths to values");
    *out = TRO_NEW(reader->arena, tro_override, node->count);
    if (!*out)
        return TRO_ENOMEM;
    for (size_t k = 0; k < node->count; k++) {
        tro_text text = {0};
        tro_node_write(node->items[k], &text);
        char *value = text.failed ? NULL : tro_arena_text(reader->arena, tro_text_string(&text));
        tro_text_clear(&text);
        if (!value)
            return TRO_ENOMEM;
        (*out)[(*count)++] = (tro_override){
            .path = node->items[k]->key, .value = value, .origin = "set"};
    }
    return TRO_OK;
}

static int read_axes(const tro_reader *reader, const tro_node *over, tro_study_table *table)
{
    int status = TRO_OK;
    table->cells = 1;
    if (!over)
        return TRO_OK;
    if (over->kind != TRO_MAP)
        return tro_error(reader->messages, TRO_ESCENARIO, &over->place,
                         "over is a map from an axis's name to {key, values}");
    table->axes = TRO_NEW(reader->arena, tro_axis, over->count);
    if (!table->axes)
        return TRO_ENOMEM;
    for (size_t k = 0; k < over->count; k++) {
        tro_axis *axis = &table->axes[table->axis_count];
        int read = tro_read_record(reader, over->items[k], &tro_axis_table, NULL, axis);
        if (read == TRO_OK && !axis->values.count == !axis->options.count)
            read = tro_error(reader->messages, TRO_ESCENARIO, &over->items[k]->place,
                             "an axis has 'values' or 'options', found %s",
                             axis->values.count ? "both" : "neither");
        if (read < 0) {
            status = read;
            continue;
        }
        axis->name = over->items[k]->key;
        size_t length = axis->values.count ? axis->values.count : axis->options.count;
        if (table->cells > MOST_CELLS / length)
            return tro_error(reader->messages, TRO_ESCENARIO, &over->items[k]->place,
                             "the grid has more than %d cells", MOST_CELLS);
        table->cells *= length;
        table->axis_count++;
    }
    return status;
}

static int read_columns(const tro_study *study, const tro_reader *reader, const tro_node *find,
                        tro_study_table *table)
{
    int status = TRO_OK;
    if (find->kind != TRO_MAP || find->count == 0)
        return tro_error(reader->messages, TRO_ESCENARIO, &find->place,
                         "find is a map from a column's name to a quantity");
    table->columns = TRO_NEW(reader->arena, tro_column, find->count);
    if (!table->columns)
        return TRO_ENOMEM;
    for (size_t k = 0; k < find->count; k++) {
        tro_column *column = &table->columns[table->column_count++];
        column->name = find->items[k]->key;
        int read = tro_read_plugin(reader, find->items[k], TRO_QUANTITY, &column->quantity);
        if (read == TRO_OK) {
            const tro_quantity *quantity = tro_quantity_of(&column->quantity);
            column->sampled = quantity->sampled;
            read = quantity->check ? quantity->check(study->cell, column->quantity.config,
                                                     reader->messages)
                                   : TRO_OK;
        }
        status = read < 0 ? read : status;
    }
    return status;
}

/* Keys that vary must be there, before anything runs: make the first cell. */
static int check_keys(const tro_study *study, const tro_reader *reader,
                      const tro_study_table *table)
{
    int status = TRO_OK;
    const tro_node *root = study->cell->scenario->document->root;
    for (size_t a = 0; a < table->axis_count; a++) {
        const tro_axis *axis = &table->axes[a];
        int set = tro_node_at(root, axis->key) != NULL;
        for (size_t k = 0; k < table->set_count; k++)
            set |= strncmp(table->set[k].path, axis->key, strlen(table->set[k].path)) == 0;
        if (!set)
            status = tro_error(reader->messages, TRO_ESCENARIO, tro_place_of(axis->node, "key"),
                               "the scenario has no key '%s'", axis->key);
    }
    return status;
}

/* Tables become files: name.csv beside claims.csv. */
static int check_name(const tro_reader *reader, const tro_node *table)
{
    if (table->key[0] != '.' && !strchr(table->key, '/') && strcmp(table->key, "claims") != 0)
        return TRO_OK;
    return tro_error(reader->messages, TRO_ESCENARIO, &table->key_place,
                     "a table cannot be called '%s': its file would be '%s.csv'", table->key,
                     table->key);
}

int tro_study_tables_read(tro_study *study, const tro_reader *reader)
{
    const tro_node *vary = study->cell->scenario->vary;
    int status = TRO_OK;
    if (!vary)
        return TRO_OK;
    if (vary->kind != TRO_MAP)
        return tro_error(reader->messages, TRO_ESCENARIO, &vary->place,
                         "vary is a map from a table's name to {over, find}");
    study->tables = TRO_NEW(reader->arena, tro_study_table, vary->count);
    if (!study->tables)
        return TRO_ENOMEM;
    for (size_t k = 0; k < vary->count; k++) {
        tro_study_table *table = &study->tables[k];
        table_config config;
        int read = tro_read_record(reader, vary->items[k], &tro_study_table_table, NULL,
                                   &config);
        table->name = vary->items[k]->key;
        table->doc = config.doc;
        table->node = vary->items[k];
        study->table_count++;
        if (read == TRO_OK)
            read = check_name(reader, vary->items[k]);
        if (read == TRO_OK)
            read = tro_study_read_set(reader, config.set, &table->set, &table->set_count);
        int axes = read < 0 ? read : read_axes(reader, config.over, table);
        int columns = read < 0 ? read : read_columns(study, reader, config.find, table);
        int keys = axes < 0 ? axes : check_keys(study, reader, table);
        status = axes < 0 ? axes : columns < 0 ? columns : keys < 0 ? keys : status;
    }
    return status;
}

size_t tro_axis_index(const tro_study_table *table, size_t cell, size_t axis)
{
    for (size_t a = table->axis_count; a-- > 0;) {
        const tro_axis *at = &table->axes[a];
        size_t length = at->values.count ? at->values.count : at->options.count;
        if (a == axis)
            return cell % length;
        cell /= length;
    }
    return 0;
}

double tro_axis_value(const tro_study_table *table, size_t cell, size_t axis)
{
    const tro_axis *at = &table->axes[axis];
    return at->values.count ? at->values.values[tro_axis_index(table, cell, axis)] : NAN;
}

/* --- sweeping -------------------------------------------------------------- */

/* The first cell to finish settles how many components lists have; every
 * cell must agree. */
static int store(tro_study_table *table, size_t cell, size_t column, const tro_values *values,
                 tro_messages *messages)
{
    size_t components = table->components;
    if (values->count != components && values->count != 1)
        return tro_error(messages, TRO_ESCENARIO, &table->columns[column].quantity.node->place,
                         "column '%s' has %zu values in a cell, but another column or cell has "
                         "%zu", table->columns[column].name, values->count, components);
    for (size_t k = 0; k < components; k++) {
        size_t from = values->count == 1 ? 0 : k, to = cell * components + k;
        table->columns[column].values[to] = values->values[from];
        table->columns[column].errors[to] = values->errors[from];
    }
    return TRO_OK;
}

static int make_cell(const tro_study *study, const tro_study_table *table, size_t index,
                     tro_cell **out, tro_messages *messages)
{
    const tro_cell *base = study->cell;
    size_t count = base->override_count + table->set_count + table->axis_count, at = 0;
    tro_override *all = tro_allocate(count + 1, sizeof *all);
    if (!all)
        return TRO_ENOMEM;
    for (size_t k = 0; k < base->override_count; k++)
        all[at++] = base->overrides[k];
    for (size_t k = 0; k < table->set_count; k++)
        all[at++] = table->set[k];
    for (size_t a = 0; a < table->axis_count; a++) {
        const tro_axis *axis = &table->axes[a];
        size_t position = tro_axis_index(table, index, a);
        all[at++] = (tro_override){
            .path = axis->key, .origin = "vary",
            .value = axis->options.count ? axis->options.items[position] : NULL,
            .number = axis->values.count ? axis->values.values[position] : 0};
    }
    int status = tro_cell_new(study->bare, base->catalog, all, count, out, messages);
    tro_release(all);
    return status;
}

static int allocate_columns(tro_study_table *table, size_t components)
{
    size_t rows = table->cells * components;
    table->components = components;
    for (size_t c = 0; c < table->column_count; c++) {
        table->columns[c].values = tro_allocate(rows, sizeof(double));
        table->columns[c].errors = tro_allocate(rows, sizeof(double));
        if (!table->columns[c].values || !table->columns[c].errors)
            return TRO_ENOMEM;
        for (size_t k = 0; k < rows; k++)
            table->columns[c].values[k] = table->columns[c].errors[k] = NAN;
    }
    return TRO_OK;
}

static size_t components_of(tro_cell *cell, const tro_study_table *table)
{
    size_t components = 1;
    for (size_t c = 0; c < table->column_count; c++) {
        const tro_chosen *chosen = &table->columns[c].quantity;
        tro_values values = {0};
        if (!table->columns[c].sampled &&
            tro_quantity_of(chosen)->compute(cell, chosen->config, &values, NULL) == TRO_OK &&
            values.count > components)
            components = values.count;
    }
    return components;
}

/* How long the lists of the table's quantities are: found with the exact
 * quantities (sampled ones are single numbers) of the first cell that can be
 * made. */
static int count_components(const tro_study *study, tro_study_table *table)
{
    size_t components = 1;
    int status = TRO_ESCENARIO;
    for (size_t k = 0; k < table->cells && status != TRO_OK && status != TRO_ENOMEM; k++) {
        tro_cell *cell = NULL;
        status = make_cell(study, table, k, &cell, NULL);
        if (status == TRO_OK)
            components = components_of(cell, table);
        tro_cell_free(cell);
    }
    return status == TRO_ENOMEM ? status : allocate_columns(table, components);
}

static int sweep_cell(const tro_study *study, tro_study_table *table, size_t index,
                      tro_messages *messages)
{
    tro_cell *cell = NULL;
    int status = make_cell(study, table, index, &cell, messages);
    for (size_t c = 0; c < table->column_count && status == TRO_OK; c++) {
        tro_values values = {0};
        const tro_chosen *chosen = &table->columns[c].quantity;
        status = tro_quantity_of(chosen)->compute(cell, chosen->config, &values, messages);
        if (status == TRO_OK)
            status = store(table, index, c, &values, messages);
        table->one_sided[index] |= values.one_sided != 0;
    }
    tro_cell_free(cell);
    return status;
}

static char *failure_text(int status, const tro_messages *messages)
{
    for (size_t k = 0; k < messages->count; k++)
        if (messages->items[k].severity == TRO_ERROR)
            return tro_copy_text(messages->items[k].text);
    return tro_copy_text(tro_status_text(status));
}

int tro_study_table_sweep(tro_study *study, tro_study_table *table,
                          const tro_progress *progress)
{
    size_t done = 0;
    int stopped = 0, failed = 0;
    table->failures = tro_allocate(table->cells, sizeof *table->failures);
    table->one_sided = tro_allocate(table->cells, 1);
    if (!table->failures || !table->one_sided)
        return TRO_ENOMEM;
    int status = count_components(study, table);
    if (status < 0)
        return status;
    /* One cell leaves its replicates to the threads instead. */
#pragma omp parallel for schedule(dynamic, 1) if (table->cells > 1)
    for (size_t k = 0; k < table->cells; k++) {
        tro_messages own = {0};
        int stop;
#pragma omp atomic read
        stop = stopped;
        if (stop)
            continue;
        int swept = sweep_cell(study, table, k, &own);
        if (swept < 0)
            table->failures[k] = failure_text(swept, &own);
        tro_messages_clear(&own);
#pragma omp critical(tro_study_progress)
        {
            done++;
            failed += swept < 0;
            if (progress && progress->report)
                progress->report(progress->context, table->name, done, table->cells);
            if (progress && progress->stop && progress->stop(progress->context)) {
#pragma omp atomic write
                stopped = 1;
            }
        }
    }
    table->failed = (size_t)failed;
    return stopped ? TRO_EINTERRUPTED : TRO_OK;
}

/* --- choosing rows ------------------------------------------------------- */

static int matches(const tro_study_table *table, const tro_node *where, size_t cell)
{
    for (size_t k = 0; where && k < where->count; k++) {
        const tro_node *item = where->items[k];
        for (size_t a = 0; a < table->axis_count; a++) {
            const tro_axis *axis = &table->axes[a];
            double wanted;
            if (strcmp(axis->name, item->key) != 0)
                continue;
            size_t position = tro_axis_index(table, cell, a);
            if (axis->options.count) {
                if (strcmp(axis->options.items[position], item->text) != 0)
                    return 0;
            } else if (!tro_parse_real(item->text, &wanted) ||
                       fabs(axis->values.values[position] - wanted) > 1e-12 * fabs(wanted)) {
                return 0;
            }
        }
    }
    return 1;
}

static int check_where(const tro_study_table *table, const tro_node *where,
                       tro_messages *messages)
{
    if (where && where->kind != TRO_MAP)
        return tro_error(messages, TRO_ESCENARIO, &where->place,
                         "where is a map from an axis to a value");
    for (size_t k = 0; where && k < where->count; k++) {
        size_t a = 0;
        while (a < table->axis_count && strcmp(table->axes[a].name, where->items[k]->key) != 0)
            a++;
        if (a == table->axis_count || where->items[k]->kind != TRO_SCALAR)
            return tro_error(messages, TRO_ESCENARIO, &where->items[k]->key_place,
                             "table '%s' has no axis '%s' to choose a value of", table->name,
                             where->items[k]->key);
    }
    return TRO_OK;
}

int tro_study_select(const tro_study_table *table, const tro_node *where, tro_arena *arena,
                     size_t **rows, size_t *count, tro_messages *messages)
{
    size_t components = table->components ? table->components : 1;
    int status = check_where(table, where, messages);
    *count = 0;
    if (status < 0)
        return status;
    *rows = TRO_NEW(arena, size_t, table->cells * components);
    if (!*rows)
        return TRO_ENOMEM;
    for (size_t cell = 0; cell < table->cells; cell++)
        for (size_t k = 0; matches(table, where, cell) && k < components; k++)
            (*rows)[(*count)++] = cell * components + k;
    if (*count == 0)
        return tro_error(messages, TRO_ESCENARIO, where ? &where->place : NULL,
                         "no row of table '%s' has these values", table->name);
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

static int write_row(const tro_study_table *table, tro_csv *csv, size_t cell, size_t component)
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
        tro_csv_whole(csv, (long long)component + 1);
    for (size_t c = 0; c < table->column_count; c++) {
        tro_csv_real(csv, table->columns[c].values[row]);
        if (table->columns[c].sampled)
            tro_csv_real(csv, table->columns[c].errors[row]);
    }
    const char *fine = table->one_sided[cell] ? "one-sided" : "ok";
    tro_csv_text(csv, table->failures[cell] ? table->failures[cell] : fine);
    return tro_csv_end_row(csv);
}

int tro_study_table_write(const tro_study_table *table, tro_folder *folder,
                          tro_messages *messages)
{
    tro_arena arena = {0};
    tro_text file = {0};
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
    for (size_t cell = 0; cell < table->cells; cell++)
        for (size_t k = 0; k < table->components; k++)
            TRO_TRY(write_row(table, &csv, cell, k));
    status = tro_csv_commit(&csv);
out:
    tro_csv_abort(&csv);
    tro_text_clear(&file);
    tro_arena_clear(&arena);
    return status;
}
