/* Gathering what a claim is judged by: values of columns, of quantities, and the
 * rows on which its condition is met. */
#include <math.h>
#include <string.h>

#include "experiment/claim_parts.h"

static int side_new(tro_side *side, size_t count, tro_arena *arena)
{
    side->values = TRO_NEW(arena, double, count);
    side->errors = TRO_NEW(arena, double, count);
    side->reasons = TRO_NEW(arena, const char *, count);
    if (!side->values || !side->errors || !side->reasons)
        return TRO_ENOMEM;
    for (size_t k = 0; k < count; k++)
        side->errors[k] = NAN;
    return TRO_OK;
}

/* What is said of `key` having `count` values; lists are as long as they turn out
 * to be. */
static int wrong_count(const tro_claim *claim, const char *key, size_t count,
                       const tro_evidence *e, tro_messages *messages)
{
    return tro_error(messages, TRO_ESCENARIO, tro_place_of(claim->self, key),
                     "%s has %zu values, but there %s %zu row%s", key, count,
                     e->count == 1 ? "is" : "are", e->count, e->count == 1 ? "" : "s");
}

/* --- columns ---------------------------------------------------------------- */

/* The rows of a column that agree with the claim's `where`. */
static int take_rows(const tro_claim *claim, const tro_study_table *table,
                     const tro_column *column, tro_arena *arena, tro_side *side, size_t *count,
                     tro_messages *messages)
{
    int status;
    *side = (tro_side){.table = table, .column = column};
    TRO_TRY(tro_study_select(table, claim->where, arena, &side->rows, count, messages));
    TRO_TRY(side_new(side, *count, arena));
    for (size_t k = 0; k < *count; k++) {
        size_t cell = side->rows[k] / table->components;
        side->values[k] = column->values[side->rows[k]];
        side->errors[k] = column->errors[side->rows[k]];
        side->reasons[k] = table->failures[cell] ? table->failures[cell]
                                                 : column->failures[cell];
    }
out:
    return status;
}

/* TABLE.COLUMN, with as many rows as there are. */
static int take_column(tro_study *study, const tro_claim *claim, const char *name,
                       const char *key, const tro_evidence *e, tro_side *side,
                       tro_messages *messages)
{
    const tro_study_table *table;
    const tro_column *column;
    size_t count;
    int status;
    TRO_TRY(tro_study_find_column(study, name, tro_place_of(claim->self, key), &table, &column,
                                  messages));
    TRO_TRY(take_rows(claim, table, column, &study->arena, side, &count, messages));
    if (count != e->count)
        TRO_TRY(wrong_count(claim, key, count, e, messages));
out:
    return status;
}

static int gather_column(tro_study *study, const tro_claim *claim, tro_evidence *e,
                         tro_messages *messages)
{
    const tro_study_table *table;
    const tro_column *column;
    int status;
    TRO_TRY(tro_study_find_column(study, claim->column, tro_place_of(claim->self, "column"),
                                  &table, &column, messages));
    TRO_TRY(take_rows(claim, table, column, &study->arena, &e->found, &e->count, messages));
    if (claim->agrees_with)
        TRO_TRY(take_column(study, claim, claim->agrees_with, "agrees-with", e, &e->expected,
                            messages));
    if (claim->less_than)
        TRO_TRY(take_column(study, claim, claim->less_than, "less-than", e, &e->expected,
                            messages));
out:
    return status;
}

static int gather_grid(tro_study *study, const tro_claim *claim, tro_evidence *e,
                       tro_messages *messages)
{
    const tro_study_table *grid = claim->grid;
    int status;
    TRO_TRY(take_rows(claim, grid, &grid->columns[0], &study->arena, &e->found, &e->count,
                      messages));
    if (grid->column_count > 1)
        TRO_TRY(take_rows(claim, grid, &grid->columns[1], &study->arena, &e->expected,
                          &e->count, messages));
out:
    return status;
}

/* --- quantities -------------------------------------------------------------- */

int tro_evidence_same(tro_cell *cell, const tro_claim *claim, tro_evidence *e,
                      tro_arena *arena, tro_messages *messages)
{
    tro_values values = {0};
    int status;
    TRO_TRY(tro_quantity_find(cell, &claim->same_as, &values, messages));
    if (values.count != 1 && values.count != e->count)
        TRO_TRY(wrong_count(claim, "same-as", values.count, e, messages));
    if (!e->expected.values)
        TRO_TRY(side_new(&e->expected, e->count, arena));
    for (size_t k = 0; k < e->count; k++) {
        size_t from = values.count == 1 ? 0 : k;
        e->expected.values[k] = values.values[from];
        e->expected.errors[k] = values.errors[from];
    }
out:
    return status;
}

int tro_evidence_quantities(tro_cell *cell, const tro_claim *claim, tro_evidence *e,
                            tro_arena *arena, tro_messages *messages)
{
    tro_values found = {0};
    int status;
    TRO_TRY(tro_quantity_find(cell, &claim->quantity, &found, messages));
    if (!e->found.values) {
        e->count = found.count;
        TRO_TRY(side_new(&e->found, found.count, arena));
    }
    for (size_t k = 0; k < found.count; k++) {
        e->found.values[k] = found.values[k];
        e->found.errors[k] = found.errors[k];
    }
    if (claim->same_as.plugin)
        TRO_TRY(tro_evidence_same(cell, claim, e, arena, messages));
out:
    return status;
}

/* --- what they are compared with ---------------------------------------------- */

static int take_numbers(const tro_claim *claim, const char *key, const tro_vector *numbers,
                        tro_arena *arena, const tro_evidence *e, tro_side *side,
                        tro_messages *messages)
{
    if (numbers->count > 1 && numbers->count != e->count)
        return wrong_count(claim, key, numbers->count, e, messages);
    *side = (tro_side){0};
    int status = side_new(side, e->count, arena);
    for (size_t k = 0; status == TRO_OK && k < e->count; k++)
        side->values[k] = numbers->values[numbers->count == 1 ? 0 : k];
    return status;
}

static int gather_rivals(tro_study *study, const tro_claim *claim, tro_evidence *e,
                         tro_messages *messages)
{
    const tro_node *among = claim->among;
    tro_reader reader = {.arena = &study->arena, .messages = messages};
    int status = TRO_OK;
    e->rivals = among->count;
    e->rival = TRO_NEW(&study->arena, tro_side, among->count);
    e->rival_names = TRO_NEW(&study->arena, const char *, among->count);
    if (!e->rival || !e->rival_names)
        return TRO_ENOMEM;
    for (size_t r = 0; r < among->count && status == TRO_OK; r++) {
        const tro_node *item = among->items[r];
        tro_vector numbers;
        double number;
        e->rival_names[r] = item->key;
        if (item->kind == TRO_SCALAR && !tro_parse_real(item->text, &number)) {
            status = take_column(study, claim, item->text, "among", e, &e->rival[r], messages);
            continue;
        }
        status = tro_read_vector(&reader, item, item->key, &numbers);
        if (status == TRO_OK)
            status = take_numbers(claim, item->key, &numbers, &study->arena, e, &e->rival[r],
                                  messages);
    }
    if (status == TRO_OK && claim->nearest_to.count > 1 && claim->nearest_to.count != e->count)
        status = wrong_count(claim, "nearest-to", claim->nearest_to.count, e, messages);
    return status;
}

static int gather_condition(tro_study *study, const tro_claim *claim, tro_evidence *e,
                            tro_messages *messages)
{
    const tro_condition *condition = &claim->only_if;
    tro_side side = {0};
    int status = TRO_OK;
    e->met = TRO_NEW(&study->arena, unsigned char, e->count);
    if (!e->met)
        return TRO_ENOMEM;
    if (condition->column)
        TRO_TRY(take_column(study, claim, condition->column, "only-if", e, &side, messages));
    for (size_t k = 0; k < e->count; k++) {
        double value = condition->column ? side.values[k] : 0;
        if (condition->column && isnan(value))
            return tro_error(messages, TRO_ENOCONV, NULL, "in row %zu the condition has no "
                             "value: %s", k + 1, side.reasons[k] ? side.reasons[k] : "nan");
        e->met[k] = condition->column
                        ? (isnan(condition->above) || value > condition->above) &&
                              (isnan(condition->below) || value < condition->below)
                        : (unsigned char)tro_study_agrees(
                              e->found.table, condition->where,
                              e->found.rows[k] / e->found.table->components);
    }
out:
    return status;
}

/* --- what comes before --------------------------------------------------------- */

/* Where along the axis a value stands: words as they are listed, numbers by size. */
static double place_along(const tro_axis *axis, size_t position)
{
    return axis->options.count > 0 ? (double)position : axis->values.values[position];
}

/* The evidence's row of a table's row, or SIZE_MAX; both are in order. */
static size_t row_of(const tro_evidence *e, size_t row)
{
    size_t low = 0, high = e->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (e->found.rows[middle] < row)
            low = middle + 1;
        else
            high = middle;
    }
    return low < e->count && e->found.rows[low] == row ? low : SIZE_MAX;
}

/* The row that comes before row k along the axis, all else the same; SIZE_MAX: none. */
static size_t row_before(const tro_evidence *e, size_t axis, size_t k)
{
    const tro_study_table *table = e->found.table;
    size_t components = table->components, stride = 1, best = SIZE_MAX;
    size_t cell = e->found.rows[k] / components, component = e->found.rows[k] % components;
    if (axis == table->axis_count)
        return component > 0 ? k - 1 : SIZE_MAX;
    const tro_axis *along = &table->axes[axis];
    for (size_t a = axis + 1; a < table->axis_count; a++)
        stride *= tro_axis_length(&table->axes[a]);
    size_t here = tro_axis_index(table, cell, axis), first = cell - here * stride;
    double nearest = -INFINITY;
    for (size_t p = 0; p < tro_axis_length(along); p++) {
        size_t row = row_of(e, (first + p * stride) * components + component);
        double there = place_along(along, p);
        if (row == SIZE_MAX || !(there < place_along(along, here)) || !(there > nearest))
            continue;
        nearest = there;
        best = row;
    }
    return best;
}

static int gather_steps(tro_study *study, const tro_claim *claim, tro_evidence *e)
{
    const char *along = claim->increases_with ? claim->increases_with : claim->decreases_with;
    size_t axis = along ? tro_study_axis(e->found.table, along) : 0;
    e->before = TRO_NEW(&study->arena, size_t, e->count);
    if (!e->before)
        return TRO_ENOMEM;
    for (size_t k = 0; k < e->count; k++)
        e->before[k] = along ? row_before(e, axis, k) : k > 0 ? k - 1 : SIZE_MAX;
    return TRO_OK;
}

int tro_evidence_gather(tro_study *study, const tro_claim *claim, tro_evidence *e,
                        tro_messages *messages)
{
    tro_arena *arena = &study->arena;
    int status;
    TRO_TRY(claim->column ? gather_column(study, claim, e, messages)
            : claim->grid ? gather_grid(study, claim, e, messages)
                          : tro_evidence_quantities(study->cell, claim, e, arena, messages));
    if (claim->column && claim->same_as.plugin)
        TRO_TRY(tro_evidence_same(study->cell, claim, e, arena, messages));
    if (claim->equals.count > 0)
        TRO_TRY(take_numbers(claim, "equals", &claim->equals, arena, e, &e->expected,
                             messages));
    if (!e->expected.values)
        TRO_TRY(side_new(&e->expected, e->count, arena));
    if (claim->among)
        TRO_TRY(gather_rivals(study, claim, e, messages));
    if (claim->only_if.self)
        TRO_TRY(gather_condition(study, claim, e, messages));
    if (claim->order >= 0 || claim->increases_with || claim->decreases_with)
        TRO_TRY(gather_steps(study, claim, e));
out:
    return status;
}
