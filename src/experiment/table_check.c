/* Are a table's keys, values and columns possible? Found out before anything
 * runs, by making cells: one axis moves at a time, the others stay where a cell
 * could be made. What only some of the other axes' values rule out is no mistake:
 * those cells will be labelled. */
#include <string.h>

#include "experiment/study_parts.h"

/* Of a longer grid the first, the middle and the last value are tried, of a list
 * all; and so many cells more to find out whether a value is possible at all. */
enum { LONG_GRID = 64, MORE_CELLS = 500 };

typedef struct checker {
    tro_trial trial;
    tro_study_table *table;
    const tro_cell *base;       /* what the columns are counted in */
    tro_cell *made;             /* the first that could be made; owned */
    char *passed;               /* per column: its check did, in some cell */
    size_t more;
} checker;

static size_t candidate_count(const tro_axis *axis)
{
    size_t length = tro_axis_length(axis);
    return axis->from->kind == TRO_MAP && length > LONG_GRID ? 3 : length;
}

static size_t candidate(const tro_axis *axis, size_t k)
{
    size_t length = tro_axis_length(axis), count = candidate_count(axis);
    return count == length ? k : k == 0 ? 0 : k == 1 ? length / 2 : length - 1;
}

/* Can the cell be made? Its columns are checked, too. */
static int try_cell(checker *c, tro_messages *own)
{
    tro_cell *cell;
    int status = tro_trial_cell(&c->trial, &cell, own);
    if (status < 0)
        return status;
    for (size_t k = 0; k < c->table->column_count; k++)
        if (c->table->columns[k].known && !c->passed[k])
            c->passed[k] = tro_quantity_check(cell, &c->table->columns[k].quantity, NULL) ==
                           TRO_OK;
    if (!c->made)
        c->made = cell;
    else
        tro_cell_free(cell);
    return TRO_OK;
}

static int impossible(int status)
{
    return status < 0 && status != TRO_ENOMEM;
}

static int varies(const tro_change *change)
{
    return change->axis && !change->left_out;
}

/* Moves an axis through its values until a cell can be made; else back to where it
 * was. Returns the status of the last trial. */
static int move_until_made(checker *c, tro_change *change)
{
    size_t before = change->position;
    int status = TRO_ESCENARIO;
    for (size_t k = 0; k < candidate_count(change->axis); k++) {
        change->position = candidate(change->axis, k);
        if (change->position == before)
            continue;
        if (c->more == 0)
            break;
        c->more--;
        status = try_cell(c, NULL);
        if (status == TRO_OK || status == TRO_ENOMEM)
            return status;
    }
    change->position = before;
    return status;
}

/* No cell at all could be made: says why, and which values are impossible in
 * themselves. */
static int refuse_all(checker *c, const tro_messages *first)
{
    int status = tro_trial_tell(&c->trial, first, NULL);
    for (size_t a = 0; a < c->trial.count; a++) {
        tro_change *change = &c->trial.changes[a];
        for (size_t k = 1; varies(change) && k < candidate_count(change->axis); k++) {
            tro_messages own = {0};
            change->position = candidate(change->axis, k);
            int made = try_cell(c, &own);
            tro_trial_tell_own(&c->trial, &own, change);
            tro_messages_clear(&own);
            if (made == TRO_ENOMEM)
                return made;
        }
        change->position = 0;
    }
    return status;
}

static void go_to_row(checker *c, size_t row)
{
    for (size_t a = 0; a < c->trial.count; a++)
        if (c->trial.changes[a].axis)
            c->trial.changes[a].position = row;
}

/* The rows of a list: one of the first must be possible, or one of the last, or one in
 * between. */
static int find_row(checker *c)
{
    tro_messages first = {0};
    size_t rows = c->table->cells;
    int status = try_cell(c, &first);
    for (size_t k = 1; impossible(status) && k < rows && k < LONG_GRID; k++) {
        go_to_row(c, rows <= LONG_GRID ? k : k * (rows - 1) / (LONG_GRID - 1));
        status = try_cell(c, NULL);
    }
    if (impossible(status)) {
        go_to_row(c, 0);
        status = tro_trial_tell(&c->trial, &first, NULL);
    }
    tro_messages_clear(&first);
    return status;
}

/* Where the others stay: at their first values, or one of them elsewhere when no
 * cell can be made there. */
static int find_base(checker *c)
{
    tro_messages first = {0};
    int status = try_cell(c, &first);
    for (size_t a = 0; impossible(status) && a < c->trial.count; a++)
        if (varies(&c->trial.changes[a]))
            status = move_until_made(c, &c->trial.changes[a]);
    if (impossible(status))
        status = refuse_all(c, &first);
    tro_messages_clear(&first);
    return status;
}

/* Is there a value of another axis with which this one goes? */
static int goes_elsewhere(checker *c, const tro_change *varied)
{
    int status = TRO_ESCENARIO;
    for (size_t a = 0; impossible(status) && a < c->trial.count; a++) {
        tro_change *other = &c->trial.changes[a];
        size_t before = other->position;
        if (other == varied || !varies(other))
            continue;
        status = move_until_made(c, other);
        other->position = before;
        if (c->more == 0)
            return TRO_OK; /* not known, and so no mistake */
    }
    return status;
}

static int check_value(checker *c, const tro_change *change)
{
    tro_messages own = {0};
    int status = try_cell(c, &own);
    if (impossible(status)) {
        status = goes_elsewhere(c, change);
        if (impossible(status))
            status = tro_trial_tell(&c->trial, &own, change);
    }
    tro_messages_clear(&own);
    return status;
}

static int check_values(checker *c)
{
    int status = TRO_OK;
    for (size_t a = 0; a < c->trial.count; a++) {
        tro_change *change = &c->trial.changes[a];
        size_t before = change->position;
        for (size_t k = 0; varies(change) && k < candidate_count(change->axis); k++) {
            change->position = candidate(change->axis, k);
            if (change->position != before)
                status = tro_graver(status, check_value(c, change));
            if (status == TRO_ENOMEM)
                return status;
        }
        change->position = before;
    }
    return status;
}

/* A column that passed in no cell says why in this one. */
static int check_columns(checker *c, tro_messages *messages)
{
    tro_study_table *table = c->table;
    const tro_column *longest = NULL;
    int status = TRO_OK;
    table->components = table->first_component = 1;
    for (size_t k = 0; k < table->column_count; k++) {
        const tro_column *column = &table->columns[k];
        if (!column->known)
            continue;
        if (tro_quantity_check(c->base, &column->quantity, NULL) < 0) {
            if (!c->passed[k])
                status = tro_graver(status, tro_quantity_check(c->base, &column->quantity,
                                                               messages));
            continue;
        }
        size_t count = tro_quantity_count(c->base, &column->quantity);
        if (count != 1 && longest && count != table->components)
            status = tro_error(messages, TRO_ESCENARIO, &column->quantity.node->place,
                               "column '%s' has %zu values in a cell, but column '%s' has %zu",
                               column->name, count, longest->name, table->components);
        if (count == 1 || longest)
            continue;
        longest = column;
        table->components = count;
        table->first_component = tro_quantity_first(&column->quantity);
    }
    return status;
}

int tro_study_table_check(tro_study *study, tro_study_table *table, const tro_reader *reader)
{
    checker c = {.table = table, .more = MORE_CELLS};
    int has_set = table->set_count > 0, status;
    c.trial = (tro_trial){.study = study, .arena = reader->arena, .messages = reader->messages,
                          .place = has_set ? &table->set_node->place : &table->node->key_place,
                          .what = has_set ? "with these keys set" : "in the first cell"};
    c.passed = tro_allocate(table->column_count, 1);
    if (!c.passed)
        return tro_error(reader->messages, TRO_ENOMEM, NULL, "out of memory");
    TRO_TRY(tro_trial_init(&c.trial, table->set_node, table->set, table->set_count, table->axes,
                           table->axes_known ? table->axis_count : 0));
    int keys = tro_trial_keys(&c.trial);
    int grid = table->shape == TRO_SHAPE_GRID || table->cells == 0 || c.trial.count == 0;
    int base = keys == TRO_ENOMEM ? keys : grid ? find_base(&c) : find_row(&c);
    int values = base < 0 || !grid ? TRO_OK : check_values(&c);
    /* What `set` makes possible cannot be checked without it. */
    c.base = c.made ? c.made : has_set ? NULL : study->cell;
    int columns = c.base ? check_columns(&c, reader->messages) : TRO_OK;
    table->rows_known &= c.base && columns == TRO_OK;
    status = tro_graver(tro_graver(keys, base), tro_graver(values, columns));
out:
    tro_cell_free(c.made);
    tro_release(c.passed);
    return status;
}
