/* The installed interface of sweeps (include/trophic/sweep.h). */
#include <trophic/sweep.h>

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "experiment/sweep.h"

struct tro_swept {
    tro_study *study;
    const char *status;   /* of the cell that ran last; NULL: none did */
};

int tro_swept_new(const tro_cell *cell, tro_swept **out, tro_messages *messages)
{
    tro_swept *swept = tro_allocate(1, sizeof *swept);
    int status = TRO_OK;
    *out = NULL;
    if (!swept)
        return tro_error(messages, TRO_ENOMEM, NULL, "out of memory for a sweep");
    status = tro_study_new(cell->base, cell->catalog, cell->overrides, cell->override_count,
                           &swept->study, messages);
    if (status == TRO_OK && !swept->study->sweep)
        status = tro_error(messages, TRO_ESCENARIO, NULL,
                           "the scenario has no section 'sweep', which says what varies and what "
                           "is to be found");
    if (status < 0)
        tro_swept_free(swept);
    else
        *out = swept;
    return status;
}

void tro_swept_free(tro_swept *swept)
{
    if (!swept)
        return;
    tro_study_free(swept->study);
    tro_release(swept);
}

static const tro_study_table *table_of(const tro_swept *swept)
{
    return &swept->study->sweep->table;
}

size_t tro_swept_cells(const tro_swept *swept)
{
    return swept->study->sweep->cells;
}

size_t tro_swept_replicates(const tro_swept *swept)
{
    return (size_t)swept->study->sweep->replicates;
}

size_t tro_swept_axes(const tro_swept *swept)
{
    return table_of(swept)->axis_count;
}

size_t tro_swept_columns(const tro_swept *swept)
{
    return table_of(swept)->column_count;
}

size_t tro_swept_components(const tro_swept *swept)
{
    return table_of(swept)->components;
}

const char *tro_swept_axis_name(const tro_swept *swept, size_t axis)
{
    const tro_study_table *table = table_of(swept);
    return axis < table->axis_count ? table->axes[axis].name : NULL;
}

const char *tro_swept_column_name(const tro_swept *swept, size_t column)
{
    const tro_study_table *table = table_of(swept);
    return column < table->column_count ? table->columns[column].name : NULL;
}

size_t tro_swept_column(const tro_swept *swept, const char *name)
{
    const tro_study_table *table = table_of(swept);
    for (size_t k = 0; name && k < table->column_count; k++)
        if (strcmp(table->columns[k].name, name) == 0)
            return k;
    return SIZE_MAX;
}

/* --- cells ---------------------------------------------------------------------- */

static int is_there(const tro_swept *swept, size_t cell, size_t axis)
{
    return cell < tro_swept_cells(swept) && axis < tro_swept_axes(swept);
}

double tro_swept_at(const tro_swept *swept, size_t cell, size_t axis)
{
    return is_there(swept, cell, axis)
               ? tro_axis_value(table_of(swept), cell / tro_swept_replicates(swept), axis)
               : NAN;
}

const char *tro_swept_word_at(const tro_swept *swept, size_t cell, size_t axis)
{
    const tro_study_table *table = table_of(swept);
    if (!is_there(swept, cell, axis) || table->axes[axis].options.count == 0)
        return NULL;
    size_t index = tro_axis_index(table, cell / tro_swept_replicates(swept), axis);
    return table->axes[axis].options.items[index];
}

uint64_t tro_swept_seed(const tro_swept *swept, size_t cell)
{
    const tro_study *study = swept->study;
    return tro_sweep_seed(study->sweep, study->cell->scenario->seed, cell);
}

int tro_swept_run(tro_swept *swept, size_t cell, tro_messages *messages)
{
    tro_sweep_result result;
    tro_text text = {0};
    if (cell >= tro_swept_cells(swept))
        return tro_error(messages, TRO_EINVAL, NULL, "there is no cell %zu: they are 0 to %zu",
                         cell, tro_swept_cells(swept) - 1);
    tro_sweep_run(swept->study, cell, &result);
    swept->status = tro_sweep_label(swept->study, result.status);
    tro_cell_free(result.cell);
    if (result.status < 0) {
        tro_sweep_message(swept->study, &text);
        tro_error(messages, result.status, NULL, "cell %zu: %s", cell,
                  text.length ? text.data : tro_status_text(result.status));
        tro_text_clear(&text);
    }
    return result.status;
}

/* A number of the cell that ran last, out of a column's values or errors. */
static double number_of(const tro_swept *swept, const double *numbers, size_t component)
{
    return numbers && component < table_of(swept)->components ? numbers[component] : NAN;
}

double tro_swept_value(const tro_swept *swept, size_t column, size_t component)
{
    const tro_study_table *table = table_of(swept);
    return column < table->column_count
               ? number_of(swept, table->columns[column].values, component)
               : NAN;
}

double tro_swept_error(const tro_swept *swept, size_t column, size_t component)
{
    const tro_study_table *table = table_of(swept);
    return column < table->column_count && table->columns[column].sampled
               ? number_of(swept, table->columns[column].errors, component)
               : NAN;
}

const char *tro_swept_status(const tro_swept *swept)
{
    return swept->status ? swept->status : "none";
}
