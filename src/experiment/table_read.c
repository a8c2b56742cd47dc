/* Reading the tables of a study: `vary`, its axes and its columns. */
#include <math.h>
#include <string.h>

#include "experiment/study_parts.h"

enum { LONGEST_NAME = 200 };

static const tro_param axis_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(tro_axis, node)},
    {.key = "key", .type = TRO_P_TEXT, .offset = offsetof(tro_axis, key),
     .doc = "The scenario's key that varies, as a path. Default: the axis's own name."},
    {.key = "complement", .type = TRO_P_TEXT, .offset = offsetof(tro_axis, complement),
     .doc = "Another key, which becomes 1 minus the value: two weights that sum to one."},
    {.key = "values", .type = TRO_P_VECTOR, .offset = offsetof(tro_axis, values),
     .doc = "Its values: a list, or {linspace: [first, last, count], at-most: x}."},
    {.key = "options", .type = TRO_P_TEXTS, .offset = offsetof(tro_axis, options),
     .doc = "Its values when they are words."},
    {.key = "range", .type = TRO_P_VECTOR, .offset = offsetof(tro_axis, range),
     .doc = "In a sweep's sample, instead of values: [lowest, highest]."},
    {.key = "log", .type = TRO_P_BOOL, .offset = offsetof(tro_axis, log), .fallback = "no",
     .doc = "Whether the sample of a `range` is even in the logarithm."},
};

const tro_table tro_axis_table = {"axis", axis_params, sizeof axis_params / sizeof *axis_params,
                                  sizeof(tro_axis)};

typedef struct table_config {
    const char *doc;
    const tro_node *over, *set, *given, *find;
} table_config;

static const tro_param table_params[] = {
    {.key = "doc", .type = TRO_P_TEXT, .offset = offsetof(table_config, doc),
     .doc = "What the table shows."},
    {.key = "over", .type = TRO_P_NODE, .offset = offsetof(table_config, over),
     .doc = "The grid: a map from a name to {key, values}. The first axis is the slowest."},
    {.key = "set", .type = TRO_P_NODE, .offset = offsetof(table_config, set),
     .doc = "Other keys for all cells: a map from paths to values."},
    {.key = "given", .type = TRO_P_NODE, .offset = offsetof(table_config, given),
     .doc = "Columns that are stated, to stand beside the others: a map from a name to a number "
            "for each cell, or one for all."},
    {.key = "find", .type = TRO_P_NODE, .flags = TRO_P_REQUIRED,
     .offset = offsetof(table_config, find),
     .doc = "The columns: a map from a name to a quantity."},
};

const tro_table tro_study_table_table = {
    "table", table_params, sizeof table_params / sizeof *table_params, sizeof(table_config)};

size_t tro_axis_length(const tro_axis *axis)
{
    return axis->values.count ? axis->values.count : axis->options.count;
}

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
    return tro_overrides_of(reader->arena, node, "set", out, count);
}

/* --- axes and columns ------------------------------------------------------ */

/* A list of values under the key itself: numbers, or else words. */
static int read_values(const tro_reader *reader, const tro_node *node, tro_axis *axis)
{
    double number;
    int numbers = node->count > 0, status;
    for (size_t k = 0; k < node->count; k++)
        numbers &= node->items[k]->kind == TRO_SCALAR && !node->items[k]->quoted &&
                   tro_parse_real(node->items[k]->text, &number) && isfinite(number);
    if (numbers)
        status = tro_read_vector(reader, node, "values", &axis->values);
    else
        status = tro_read_texts(reader, node, "values", &axis->options);
    return status;
}

static int has_grid(const tro_node *node)
{
    return node->kind == TRO_MAP && tro_node_get(node, "linspace") != NULL;
}

/* The first of the `values` that is a word, NULL without one. */
static const tro_node *word_among_values(const tro_node *node)
{
    double number;
    const tro_node *values = node->kind == TRO_MAP ? tro_node_get(node, "values") : NULL;
    for (size_t k = 0; values && values->kind == TRO_LIST && k < values->count; k++)
        if (values->items[k]->kind == TRO_SCALAR &&
            !tro_parse_real(values->items[k]->text, &number))
            return values->items[k];
    return NULL;
}

/* What stands under the name of an axis: all about it, or just values of the key that it is
 * called by. */
static int read_source(const tro_reader *reader, const tro_node *node, tro_axis *axis)
{
    static const char *const sources[] = {"values", "options", "range"};
    const tro_node *word = word_among_values(node);
    int status;
    if (word)
        status = tro_error(reader->messages, TRO_ESCENARIO, &word->place,
                           "words stand under 'options', found '%s' among 'values'", word->text);
    else if (node->kind == TRO_LIST)
        status = read_values(reader, node, axis);
    else if (has_grid(node))
        status = tro_read_vector(reader, node, node->key, &axis->values);
    else
        status = tro_read_record(reader, node, &tro_axis_table, NULL, axis);
    axis->node = axis->from = node;
    axis->name = node->key;
    if (!axis->key)
        axis->key = node->key;
    for (size_t k = 0; node->kind == TRO_MAP && !has_grid(node) && k < 3; k++)
        if (tro_node_get(node, sources[k]))
            axis->from = tro_node_get(node, sources[k]);
    return status;
}

static int check_range(const tro_reader *reader, const tro_axis *axis, tro_shape shape)
{
    const tro_place *place = &axis->from->place;
    const double *range = axis->range.values;
    char low[32], high[32];
    if (shape != TRO_SHAPE_SAMPLE)
        return tro_error(reader->messages, TRO_ESCENARIO, place,
                         "a 'range' is for the sample of a sweep: 'values' would be right");
    if (axis->range.count != 2)
        return tro_error(reader->messages, TRO_ESCENARIO, place,
                         "a range is [lowest, highest], found %zu number%s", axis->range.count,
                         axis->range.count == 1 ? "" : "s");
    if (!(range[0] < range[1]))
        return tro_error(reader->messages, TRO_ESCENARIO, place,
                         "the range from %s to %s is %s: [lowest, highest] would be right",
                         tro_format_real(low, range[0]), tro_format_real(high, range[1]),
                         range[0] == range[1] ? "empty" : "backwards");
    if (axis->log && range[0] <= 0)
        return tro_error(reader->messages, TRO_ESCENARIO, place,
                         "a range that is even in the logarithm lies above 0, found %s",
                         tro_format_real(low, range[0]));
    return TRO_OK;
}

static int read_axis(const tro_reader *reader, const tro_node *node, tro_shape shape,
                     tro_axis *axis)
{
    int status = read_source(reader, node, axis);
    int values = axis->values.count > 0, options = axis->options.count > 0;
    int ranges = axis->range.count > 0;
    if (status == TRO_OK && values + options + ranges != 1)
        status = tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                           "an axis has 'values' or 'options'%s, found %s",
                           shape == TRO_SHAPE_SAMPLE ? " or a 'range'" : "",
                           values + options + ranges == 0 ? "neither"
                           : values && options            ? "both"
                                                          : "a 'range' besides");
    if (status == TRO_OK && axis->complement && options)
        status = tro_error(reader->messages, TRO_ESCENARIO, tro_place_of(node, "complement"),
                           "a complement goes with 'values', found 'options'");
    if (status == TRO_OK && axis->log && !ranges)
        status = tro_error(reader->messages, TRO_ESCENARIO, tro_place_of(node, "log"),
                           "'log' goes with a 'range'");
    if (status == TRO_OK && ranges)
        status = check_range(reader, axis, shape);
    axis->known = status == TRO_OK;
    return status;
}

/* What one more axis makes of the number of cells. */
static int count_cells(const tro_reader *reader, tro_study_table *table, const tro_axis *axis)
{
    size_t length = tro_axis_length(axis);
    const tro_axis *first = &table->axes[0];
    if (table->shape == TRO_SHAPE_SAMPLE)
        return TRO_OK;      /* they are drawn later */
    if (table->shape == TRO_SHAPE_LIST && axis != first && first->known &&
        length != tro_axis_length(first))
        return tro_error(reader->messages, TRO_ESCENARIO, &axis->from->place,
                         "'%s' has %zu value%s, but '%s' has %zu: in a list every axis has one for "
                         "each row", axis->name, length, length == 1 ? "" : "s", first->name,
                         tro_axis_length(first));
    if (table->shape == TRO_SHAPE_LIST)
        table->cells = length;
    else if (table->cells > TRO_MOST_CELLS / length)
        return tro_error(reader->messages, TRO_ESCENARIO, &axis->node->place,
                         "the grid has more than %d cells", TRO_MOST_CELLS);
    else
        table->cells *= length;
    return TRO_OK;
}

int tro_study_axes_read(const tro_reader *reader, const tro_node *over, tro_study_table *table)
{
    int status = TRO_OK;
    table->cells = 1;
    table->axes_known = !over || over->kind == TRO_MAP;
    table->rows_known = table->axes_known;
    if (!over)
        return TRO_OK;
    if (over->kind != TRO_MAP)
        return tro_error(reader->messages, TRO_ESCENARIO, &over->place,
                         "%s is a map from an axis's name to {key, values}%s", over->key,
                         strcmp(over->key, "over") == 0 ? "" : ", or from a key to its values");
    table->axes = TRO_NEW(reader->arena, tro_axis, over->count);
    if (!table->axes)
        return TRO_ENOMEM;
    for (size_t k = 0; k < over->count; k++) {
        tro_axis *axis = &table->axes[table->axis_count++];
        int read = read_axis(reader, over->items[k], table->shape, axis);
        if (read == TRO_OK)
            read = count_cells(reader, table, axis);
        table->rows_known &= read == TRO_OK;
        status = tro_graver(status, read);
    }
    return status;
}

int tro_study_columns_read(const tro_reader *reader, const tro_node *find,
                           tro_study_table *table)
{
    int status = TRO_OK;
    if (!find)
        return TRO_OK; /* said already */
    if (find->kind != TRO_MAP || find->count == 0)
        return tro_error(reader->messages, TRO_ESCENARIO, &find->place,
                         "%s is a map from a column's name to a quantity", find->key);
    table->columns = TRO_NEW(reader->arena, tro_column, find->count);
    if (!table->columns)
        return TRO_ENOMEM;
    table->columns_known = 1;
    for (size_t k = 0; k < find->count; k++) {
        tro_column *column = &table->columns[table->column_count++];
        int read = tro_read_plugin(reader, find->items[k], TRO_QUANTITY, &column->quantity);
        column->name = find->items[k]->key;
        column->node = find->items[k];
        column->known = read == TRO_OK;
        column->sampled = column->quantity.plugin && tro_quantity_of(&column->quantity)->sampled;
        table->rows_known &= column->known;
        status = tro_graver(status, read);
    }
    return status;
}

/* --- names ----------------------------------------------------------------- */

/* Tables become files: name.csv beside claims.csv. */
static int check_table_name(const tro_reader *reader, const tro_node *table)
{
    const char *name = table->key;
    size_t length = strlen(name);
    int plain = length > 0 && length <= LONGEST_NAME && name[0] != '.' && !strpbrk(name, "/\\");
    for (const char *c = name; *c; c++)
        plain &= (unsigned char)*c >= 0x20 && *c != 0x7f;
    if (plain && strcmp(name, "claims") != 0)
        return TRO_OK;
    if (length > LONGEST_NAME)
        return tro_error(reader->messages, TRO_ESCENARIO, &table->key_place,
                         "the name of a table has %zu bytes: at most %d would be right", length,
                         LONGEST_NAME);
    return tro_error(reader->messages, TRO_ESCENARIO, &table->key_place,
                     "a table cannot be called '%s': its file would be '%s.csv'%s", name, name,
                     plain ? ", which has the claims"
                           : "; a name without '/', '\\' and a '.' in front would be right");
}

/* Axes and columns are the columns of one file. `before` may be NULL. */
static int check_name(const tro_reader *reader, const char *name, const tro_node *node,
                      const char *before)
{
    static const char *const reserved[] = {"component", "status"};
    if (!*name)
        return tro_error(reader->messages, TRO_ESCENARIO, &node->key_place,
                         "an axis or a column without a name");
    for (size_t k = 0; k < sizeof reserved / sizeof *reserved; k++)
        if (strcmp(name, reserved[k]) == 0)
            return tro_error(reader->messages, TRO_ESCENARIO, &node->key_place,
                             "'%s' is a column that tables have anyway: another name would be "
                             "right", name);
    if (before)
        return tro_error(reader->messages, TRO_ESCENARIO, &node->key_place,
                         "'%s' is %s of this table already: another name would be right", name,
                         before);
    return TRO_OK;
}

static int is_axis(const tro_study_table *table, const char *name)
{
    for (size_t a = 0; a < table->axis_count; a++)
        if (strcmp(table->axes[a].name, name) == 0)
            return 1;
    return 0;
}

/* Is it what the standard errors of a sampled column will be called? */
static int is_error(const tro_study_table *table, const char *name)
{
    for (size_t c = 0; c < table->column_count; c++) {
        const tro_column *column = &table->columns[c];
        size_t length = strlen(column->name);
        if (column->sampled && strncmp(name, column->name, length) == 0 &&
            strcmp(name + length, "_se") == 0)
            return 1;
    }
    return 0;
}

static const char *const ERRORS = "a column of standard errors";

int tro_study_names_check(const tro_reader *reader, const tro_node *over,
                          const tro_study_table *table)
{
    int status = TRO_OK;
    for (size_t a = 0; a < table->axis_count; a++) {
        const char *name = table->axes[a].name;
        status = tro_graver(status, check_name(reader, name, over->items[a],
                                               is_error(table, name) ? ERRORS : NULL));
    }
    for (size_t c = 0; c < table->column_count; c++) {
        const char *name = table->columns[c].name;
        status = tro_graver(status, check_name(reader, name, table->columns[c].node,
                                               is_axis(table, name)    ? "an axis"
                                               : is_error(table, name) ? ERRORS
                                                                       : NULL));
    }
    return status;
}

/* --- tables ---------------------------------------------------------------- */

static int read_table(tro_study *study, const tro_reader *reader, const tro_node *node,
                      tro_study_table *table)
{
    table_config config;
    int status = tro_read_record(reader, node, &tro_study_table_table, NULL, &config);
    table->name = node->key;
    table->doc = config.doc;
    table->node = node;
    table->set_node = config.set;
    status = tro_graver(status, check_table_name(reader, node));
    if (status == TRO_ENOMEM || node->kind != TRO_MAP)
        return status;
    int set = tro_study_read_set(reader, config.set, &table->set, &table->set_count);
    status = tro_graver(status, set);
    status = tro_graver(status, tro_study_axes_read(reader, config.over, table));
    status = tro_graver(status, tro_study_columns_read(reader, config.find, table));
    status = tro_graver(status, tro_study_given_read(reader, config.given, table));
    if (status == TRO_ENOMEM)
        return status;
    status = tro_graver(status, tro_study_names_check(reader, config.over, table));
    table->rows_known &= set == TRO_OK;
    return set < 0 ? status : tro_graver(status, tro_study_table_check(study, table, reader));
}

int tro_study_tables_read(tro_study *study, const tro_reader *reader)
{
    const tro_node *vary = study->cell->scenario->vary;
    int status = TRO_OK;
    study->tables_known = !vary || vary->kind == TRO_MAP;
    if (!vary)
        return TRO_OK;
    if (vary->kind != TRO_MAP)
        return tro_error(reader->messages, TRO_ESCENARIO, &vary->place,
                         "vary is a map from a table's name to {over, find}");
    study->tables = TRO_NEW(reader->arena, tro_study_table, vary->count);
    if (!study->tables)
        return TRO_ENOMEM;
    for (size_t k = 0; k < vary->count && status != TRO_ENOMEM; k++)
        status = tro_graver(status, read_table(study, reader, vary->items[k],
                                               &study->tables[study->table_count++]));
    return status;
}
