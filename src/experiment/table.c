/* Sweeping the grids of tables. */
#include <math.h>
#include <omp.h>

#include "experiment/study_parts.h"

size_t tro_axis_index(const tro_study_table *table, size_t cell, size_t axis)
{
    if (table->shape != TRO_SHAPE_GRID)
        return cell;
    for (size_t a = table->axis_count; a-- > 0;) {
        size_t length = tro_axis_length(&table->axes[a]);
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

tro_override tro_axis_override(const tro_axis *axis, size_t position, const char *origin)
{
    int words = axis->options.count > 0;
    return (tro_override){.path = axis->key, .origin = origin, .complement = axis->complement,
                          .value = words ? axis->options.items[position] : NULL,
                          .number = words ? 0 : axis->values.values[position]};
}

/* Every cell must have as many components as the first that could be made. */
static int store(tro_study_table *table, size_t slot, size_t column, const tro_values *values,
                 tro_messages *messages)
{
    size_t components = table->components;
    if (values->count != components && values->count != 1)
        return tro_error(messages, TRO_ESCENARIO, &table->columns[column].quantity.node->place,
                         "column '%s' has %zu values in a cell, but another column or cell has "
                         "%zu", table->columns[column].name, values->count, components);
    for (size_t k = 0; k < components; k++) {
        size_t from = values->count == 1 ? 0 : k, to = slot * components + k;
        table->columns[column].values[to] = values->values[from];
        table->columns[column].errors[to] = values->errors[from];
    }
    return TRO_OK;
}

int tro_study_cell_new(const tro_study *study, const tro_study_table *table, size_t index,
                       const tro_override *last, tro_cell **out, tro_messages *messages)
{
    const tro_cell *base = study->cell;
    size_t count = study->override_count + table->set_count + table->axis_count, at = 0;
    tro_override *all = tro_allocate(count + 1, sizeof *all);
    *out = NULL;
    if (!all)
        return TRO_ENOMEM;
    for (size_t k = 0; k < study->override_count; k++)
        all[at++] = study->overrides[k];
    for (size_t k = 0; k < table->set_count; k++)
        all[at++] = table->set[k];
    for (size_t a = 0; a < table->axis_count; a++)
        all[at++] = tro_axis_override(&table->axes[a], tro_axis_index(table, index, a), "vary");
    if (last)
        all[at++] = *last;
    int status = tro_cell_new(study->bare, base->catalog, all, at, out, messages);
    if (status == TRO_OK)
        (*out)->progress = base->progress;
    tro_release(all);
    return status;
}

int tro_study_slots_new(tro_study_table *table, size_t count)
{
    size_t rows = count * table->components;
    table->failures = tro_allocate(count, sizeof *table->failures);
    table->one_sided = tro_allocate(count, 1);
    if (!table->failures || !table->one_sided)
        return TRO_ENOMEM;
    for (size_t c = 0; c < table->column_count; c++) {
        tro_column *column = &table->columns[c];
        column->values = tro_allocate(rows, sizeof *column->values);
        column->errors = tro_allocate(rows, sizeof *column->errors);
        column->failures = tro_allocate(count, sizeof *column->failures);
        if (!column->values || !column->errors || !column->failures)
            return TRO_ENOMEM;
        for (size_t k = 0; k < rows; k++)
            column->values[k] = column->errors[k] = NAN;
        if (column->given.count > 0)
            tro_study_given_fill(table, column);
    }
    return TRO_OK;
}

static void release_texts(char **texts, size_t count)
{
    for (size_t k = 0; texts && k < count; k++)
        tro_release(texts[k]);
    tro_release(texts);
}

void tro_study_slots_free(tro_study_table *table, size_t count)
{
    for (size_t c = 0; c < table->column_count; c++) {
        tro_column *column = &table->columns[c];
        tro_release(column->values);
        tro_release(column->errors);
        release_texts(column->failures, count);
        column->values = column->errors = NULL;
        column->failures = NULL;
    }
    release_texts(table->failures, count);
    tro_release(table->one_sided);
    table->failures = NULL;
    table->one_sided = NULL;
}

static int fill_column(tro_study_table *table, size_t slot, size_t column, tro_cell *cell)
{
    tro_messages own = {0};
    tro_values values = {0};
    int status = tro_quantity_find(cell, &table->columns[column].quantity, &values, &own);
    if (status == TRO_OK)
        status = store(table, slot, column, &values, &own);
    if (status < 0)
        table->columns[column].failures[slot] = tro_cell_failure(status, &own);
    table->one_sided[slot] |= values.one_sided != 0;
    tro_messages_clear(&own);
    return status;
}

/* A column that fails leaves the others of its row alone. */
int tro_study_slot_fill(tro_study_table *table, size_t slot, tro_cell *cell)
{
    int status = TRO_OK;
    for (size_t c = 0; c < table->column_count; c++) {
        if (!table->columns[c].quantity.plugin)
            continue; /* it is given */
        int found = fill_column(table, slot, c, cell);
        status = status < 0 ? status : found;
    }
    return status;
}

void tro_study_slot_fail(tro_study_table *table, size_t slot, int status,
                         const tro_messages *own)
{
    table->failures[slot] = tro_cell_failure(status, own);
}

static int sweep_cell(const tro_study *study, tro_study_table *table, size_t index)
{
    tro_cell *cell = NULL;
    tro_messages own = {0};
    int status = tro_study_cell_new(study, table, index, NULL, &cell, &own);
    if (status < 0)
        tro_study_slot_fail(table, index, status, &own);
    else
        status = tro_study_slot_fill(table, index, cell);
    tro_messages_clear(&own);
    tro_cell_free(cell);
    return status;
}

/* --- all tables ----------------------------------------------------------------- */

/* The cells of all tables in one row, table by table. */
typedef struct queue {
    tro_study_table **tables;
    size_t *first;              /* the number of each table's first cell; then of all */
    size_t count, done, total;
    const tro_progress *progress;
    int stopped;
} queue;

static void add_table(queue *q, tro_study_table *table)
{
    q->tables[q->count] = table;
    q->first[q->count + 1] = q->first[q->count] + table->cells;
    q->count++;
    q->total += table->cells;
}

static void sweep_next(const tro_study *study, queue *q, size_t number)
{
    size_t t = 0;
    int stop;
#pragma omp atomic read
    stop = q->stopped;
    if (stop)
        return;
    while (q->first[t + 1] <= number)
        t++;
    int swept = sweep_cell(study, q->tables[t], number - q->first[t]);
#pragma omp critical(tro_study_progress)
    {
        q->done++;
        q->tables[t]->failed += swept < 0;
        if (q->progress && q->progress->report)
            q->progress->report(q->progress->context, "cells", q->done, q->total);
        if (tro_progress_stops(q->progress)) {
#pragma omp atomic write
            q->stopped = 1;
        }
    }
}

/* A sampled table of one cell leaves its replicates to the threads. */
static int is_alone(const tro_study_table *table)
{
    int sampled = 0;
    for (size_t c = 0; c < table->column_count; c++)
        sampled |= table->columns[c].sampled;
    return sampled && table->cells == 1;
}

static int queue_tables(tro_study *study, queue *q)
{
    size_t claims = study->claim_count, count = study->table_count;
    q->tables = tro_allocate(count + claims, sizeof *q->tables);
    q->first = tro_allocate(count + claims + 1, sizeof *q->first);
    if (!q->tables || !q->first)
        return TRO_ENOMEM;
    for (int alone = 1; alone >= 0; alone--)
        for (size_t k = 0; k < count + claims; k++) {
            tro_study_table *table = k < count ? &study->tables[k]
                                               : study->claims[k - count].grid;
            if (table && is_alone(table) == alone)
                add_table(q, table);
        }
    return TRO_OK;
}

int tro_study_sweep(tro_study *study, const tro_progress *progress)
{
    queue q = {.progress = progress};
    size_t alone = 0;
    int status;
    TRO_TRY(queue_tables(study, &q));
    for (size_t t = 0; t < q.count; t++)
        TRO_TRY(tro_study_slots_new(q.tables[t], q.tables[t]->cells));
    for (; alone < q.count && is_alone(q.tables[alone]); alone++)
        sweep_next(study, &q, alone);
#pragma omp parallel for schedule(dynamic, 1)
    for (size_t k = alone; k < q.total; k++)
        sweep_next(study, &q, k);
    status = q.stopped ? TRO_EINTERRUPTED : TRO_OK;
out:
    tro_release(q.tables);
    tro_release(q.first);
    return status;
}
