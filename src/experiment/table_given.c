/* Columns of a table that are stated in the study, not computed: what was
 * published, to stand beside what is found. */
#include <string.h>

#include "experiment/study_parts.h"

typedef struct given_config {
    tro_vector values;
} given_config;

static const tro_param given_params[] = {
    {.key = "values", .type = TRO_P_VECTOR, .flags = TRO_P_REQUIRED | TRO_P_MAIN,
     .offset = offsetof(given_config, values),
     .doc = "One number for each cell of the grid, or one for all."},
};

static const tro_table given_table = {"given", given_params, 1, sizeof(given_config)};

static int read_numbers(const tro_reader *reader, const tro_node *node,
                        const tro_study_table *table, tro_column *column)
{
    given_config config;
    int status = tro_read_record(reader, node, &given_table, NULL, &config);
    *column = (tro_column){.name = node->key, .node = node};
    for (size_t c = 0; status == TRO_OK && c < table->column_count; c++)
        if (strcmp(table->columns[c].name, node->key) == 0)
            status = tro_error(reader->messages, TRO_ESCENARIO, &node->key_place,
                               "'%s' is a column of 'find' already: another name would be right",
                               node->key);
    if (status < 0)
        return status;
    /* The number of cells is known only when every axis is. */
    if (config.values.count != 1 && table->rows_known && config.values.count != table->cells)
        return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                         "'%s' has %zu values, but the table has %zu cell%s: one for each, or one "
                         "for all, would be right", node->key, config.values.count, table->cells,
                         table->cells == 1 ? "" : "s");
    column->given = config.values;
    return TRO_OK;
}

int tro_study_given_read(const tro_reader *reader, const tro_node *given, tro_study_table *table)
{
    int status = TRO_OK;
    if (!given)
        return TRO_OK;
    if (given->kind != TRO_MAP)
        return tro_error(reader->messages, TRO_ESCENARIO, &given->place,
                         "given is a map from a column's name to its numbers");
    size_t count = table->column_count;
    tro_column *columns = TRO_NEW(reader->arena, tro_column, given->count + count);
    if (!columns)
        return TRO_ENOMEM;
    if (count > 0)
        memcpy(columns + given->count, table->columns, count * sizeof *columns);
    for (size_t k = 0; k < given->count; k++)
        status = tro_graver(status, read_numbers(reader, given->items[k], table, &columns[k]));
    table->columns = columns;
    table->column_count = given->count + count;
    return status;
}

void tro_study_given_fill(const tro_study_table *table, tro_column *column)
{
    for (size_t cell = 0; cell < table->cells; cell++)
        for (size_t k = 0; k < table->components; k++)
            column->values[cell * table->components + k] =
                column->given.values[column->given.count == 1 ? 0 : cell];
}
