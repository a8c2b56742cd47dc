/* Vectors, matrices, grids and lists of texts by their table row. */
#include <math.h>
#include <stddef.h>

#include "document/value.h"

/* The row's type applies to the whole; its flags and bounds to every element. */
static tro_param element_of(const tro_param *param)
{
    tro_param element = *param;
    element.type = TRO_P_REAL;
    return element;
}

static int read_reals(const tro_reader *reader, const tro_node *list, const tro_param *param,
                      double *values)
{
    int status = TRO_OK;
    tro_param element = element_of(param);
    for (size_t k = 0; k < list->count; k++)
        status = tro_worse(status, tro_read_p_real(reader, list->items[k], &element, &values[k]));
    return status;
}

typedef struct grid {
    const tro_node *linspace;
    double at_most, at_least;
} grid;

static const tro_param grid_params[] = {
    {.key = "linspace", .type = TRO_P_NODE, .flags = TRO_P_REQUIRED,
     .offset = offsetof(grid, linspace), .doc = "First value, last value, number of values."},
    {.key = "at-most", .type = TRO_P_REAL, .offset = offsetof(grid, at_most),
     .doc = "Leaves out larger values."},
    {.key = "at-least", .type = TRO_P_REAL, .offset = offsetof(grid, at_least),
     .doc = "Leaves out smaller values."},
};
static const tro_table grid_table = {
    .name = "linspace", .params = grid_params, .count = 3, .size = sizeof(grid)};

static int read_linspace(const tro_reader *reader, const tro_node *node, double ends[2],
                         size_t *count)
{
    static const tro_param end = {.key = "linspace", .type = TRO_P_REAL};
    static const tro_param size = {.key = "the number of values", .type = TRO_P_WHOLE,
                                   .flags = TRO_P_BOUNDED, .min = 1, .max = TRO_GRID_LIMIT};
    static const tro_param whole = {.key = "linspace"};
    long long number = 1;
    if (node->kind != TRO_LIST)
        return tro_wrong(reader, node, &whole, "[first, last, count]");
    if (node->count != 3)
        return tro_mistake(reader, &node->place,
                           "linspace must be [first, last, count], found %zu values", node->count);
    int status = tro_read_p_real(reader, node->items[0], &end, &ends[0]);
    status = tro_worse(status, tro_read_p_real(reader, node->items[1], &end, &ends[1]));
    status = tro_worse(status, tro_read_p_whole(reader, node->items[2], &size, &number));
    *count = (size_t)number;
    if (status == TRO_OK && !isfinite((ends[1] - ends[0]) * (double)number))
        return tro_mistake(reader, &node->place, "linspace spans more than a double can hold");
    return status;
}

/* The last value is exact, not first + (last - first). */
static double grid_value(const double ends[2], size_t count, size_t k)
{
    if (k + 1 == count && count > 1)
        return ends[1];
    return count > 1 ? ends[0] + (double)k * (ends[1] - ends[0]) / (double)(count - 1) : ends[0];
}

static int check_grid(const tro_reader *reader, const tro_node *node, const tro_param *param,
                      const tro_vector *values)
{
    tro_text range = {0};
    int status = TRO_OK;
    char number[32];
    for (size_t k = 0; k < values->count && status == TRO_OK; k++) {
        if (tro_in_range(param, values->values[k]))
            continue;
        tro_add_range(&range, param);
        status = tro_mistake(reader, &node->place, "%s must be %s, found '%s' in the grid",
                             param->key, tro_text_string(&range),
                             tro_format_real(number, values->values[k]));
    }
    tro_text_clear(&range);
    return status;
}

static int read_grid(const tro_reader *reader, const tro_node *node, const tro_param *param,
                     tro_vector *out)
{
    int status;
    grid cut;
    double ends[2];
    size_t count = 0;
    TRO_TRY(tro_read_record(reader, node, &grid_table, NULL, &cut));
    TRO_TRY(read_linspace(reader, cut.linspace, ends, &count));
    out->values = TRO_NEW(reader->arena, double, count);
    if (!out->values)
        return tro_no_memory(reader);
    for (size_t k = 0; k < count; k++) {
        double value = grid_value(ends, count, k);
        if (!(value > cut.at_most) && !(value < cut.at_least))
            out->values[out->count++] = value;
    }
    if (out->count == 0)
        TRO_TRY(tro_mistake(reader, &node->place, "%s has no values left after the cut",
                            param->key));
    TRO_TRY(check_grid(reader, node, param, out));
out:
    return status;
}

int tro_read_p_vector(const tro_reader *reader, const tro_node *node, const tro_param *param,
                      void *slot)
{
    tro_vector *out = slot;
    tro_param element = element_of(param);
    if (node->kind == TRO_MAP)
        return read_grid(reader, node, param, out);
    size_t count = node->kind == TRO_LIST ? node->count : 1;
    double number;
    if (count == 0 || (node->kind == TRO_SCALAR && !tro_parse_real(node->text, &number)))
        return tro_wrong(reader, node, param, "a list of numbers");
    out->values = TRO_NEW(reader->arena, double, count);
    if (!out->values)
        return tro_no_memory(reader);
    out->count = count;
    if (node->kind == TRO_SCALAR)
        return tro_read_p_real(reader, node, &element, out->values);
    return read_reals(reader, node, param, out->values);
}

/* Every row is a list as long as the first. */
static int check_rows(const tro_reader *reader, const tro_node *node, const tro_param *param)
{
    int status = TRO_OK;
    size_t columns = node->items[0]->count;
    for (size_t k = 0; k < node->count; k++) {
        const tro_node *row = node->items[k];
        if (row->kind != TRO_LIST || row->count == 0)
            status = tro_worse(status, tro_wrong(reader, row, param,
                                                 "a list of rows, each a list of numbers"));
        else if (row->count != columns)
            status = tro_worse(status,
                               tro_mistake(reader, &row->place,
                                           "row %zu of %s must have %zu numbers like the first, "
                                           "found %zu", k + 1, param->key, columns, row->count));
    }
    return status;
}

int tro_read_p_matrix(const tro_reader *reader, const tro_node *node, const tro_param *param,
                      void *slot)
{
    int status;
    tro_matrix *out = slot;
    if (node->kind != TRO_LIST || node->count == 0)
        return tro_wrong(reader, node, param, "a list of rows, each a list of numbers");
    TRO_TRY(check_rows(reader, node, param));
    size_t columns = node->items[0]->count;
    out->values = TRO_NEW(reader->arena, double, node->count * columns);
    if (!out->values)
        return tro_no_memory(reader);
    out->rows = node->count;
    out->columns = columns;
    for (size_t k = 0; k < node->count; k++)
        status = tro_worse(status, read_reals(reader, node->items[k], param,
                                              out->values + k * columns));
out:
    return status;
}

int tro_read_p_texts(const tro_reader *reader, const tro_node *node, const tro_param *param,
                     void *slot)
{
    int status = TRO_OK;
    tro_texts *out = slot;
    size_t count = node->kind == TRO_LIST ? node->count : 1;
    if (node->kind == TRO_MAP || tro_node_is_nothing(node))
        return tro_wrong(reader, node, param, "a list of texts");
    out->items = TRO_NEW(reader->arena, const char *, count);
    out->nodes = TRO_NEW(reader->arena, const tro_node *, count);
    if (!out->items || !out->nodes)
        return tro_no_memory(reader);
    out->count = count;
    for (size_t k = 0; k < count; k++) {
        out->nodes[k] = node->kind == TRO_LIST ? node->items[k] : node;
        out->items[k] = "";
        status = tro_worse(status,
                           tro_read_p_text(reader, out->nodes[k], param, &out->items[k]));
    }
    return status;
}
