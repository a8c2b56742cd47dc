/* The steps of a study, a file each; for this folder only.
 *
 * Reading goes on after a mistake, so that all of them are found: what could
 * not be read is marked (`known` is 0), and nothing is said of what depends on
 * it. */
#ifndef TRO_EXPERIMENT_STUDY_PARTS_H
#define TRO_EXPERIMENT_STUDY_PARTS_H

#include "experiment/study.h"

/* The graver of two: TRO_ENOMEM, then any other failure, then TRO_OK. */
static inline int tro_graver(int one, int other)
{
    if (one == TRO_ENOMEM || other == TRO_OK)
        return one;
    return other == TRO_ENOMEM || one == TRO_OK ? other : one;
}

/* The most cells that a table may have. */
enum { TRO_MOST_CELLS = 10000000 };

/* --- reading --------------------------------------------------------------- */

TRO_MUST_USE int tro_study_tables_read(tro_study *study, const tro_reader *reader);
TRO_MUST_USE int tro_study_claims_read(tro_study *study, const tro_reader *reader);
TRO_MUST_USE int tro_study_figure_check(const tro_study *study, const tro_reader *reader);

/* The axes of `over`, of `for` or of a sweep's `vary`, for the table's shape. */
TRO_MUST_USE int tro_study_axes_read(const tro_reader *reader, const tro_node *over,
                                     tro_study_table *table);
/* The columns of `find`, or of a sweep's `outputs`. */
TRO_MUST_USE int tro_study_columns_read(const tro_reader *reader, const tro_node *find,
                                        tro_study_table *table);
/* May axes and columns be called as they are? */
TRO_MUST_USE int tro_study_names_check(const tro_reader *reader, const tro_node *over,
                                       const tro_study_table *table);
/* The sweep of the file. */
TRO_MUST_USE int tro_sweep_read(tro_study *study, const tro_reader *reader);
void tro_sweep_free(struct tro_sweep *sweep);
/* Every mistake of a claim, and the grid of its `for`; `whole` 0: some key may be
 * missing only because it is misspelt. */
TRO_MUST_USE int tro_study_claim_check(tro_study *study, tro_claim *claim, int whole,
                                       const tro_reader *reader);
/* Of those, keys that do not go together. */
TRO_MUST_USE int tro_study_claim_keys(const tro_claim *claim, int whole,
                                      tro_messages *messages);

/* Reads a map from paths to values as overrides, one for each item. */
TRO_MUST_USE int tro_study_read_set(const tro_reader *reader, const tro_node *node,
                                    tro_override **out, size_t *count);

/* The columns of `given`, in front of those there are. */
TRO_MUST_USE int tro_study_given_read(const tro_reader *reader, const tro_node *given,
                                      tro_study_table *table);
void tro_study_given_fill(const tro_study_table *table, tro_column *column);

/* Makes the cells that show whether a table's keys and values are possible,
 * checks its columns in them, and counts its components. */
TRO_MUST_USE int tro_study_table_check(tro_study *study, tro_study_table *table,
                                       const tro_reader *reader);

/* --- trials ---------------------------------------------------------------- */

/* A key that a table or a claim changes: an entry of `set`, or an axis at one
 * of its positions. */
typedef struct tro_change {
    const char *path, *value;
    const tro_node *item;       /* of set; NULL: it is an axis */
    const tro_axis *axis;
    size_t position;
    int left_out;               /* the key is not there to be changed */
    size_t told;                /* 1 + the position of the values of a grid that was told */
    char origin[32];            /* what messages call it, to be told apart */
} tro_change;

/* A trial: a cell that is made only to see whether it can be, and its mistakes
 * told where the study asks for them. */
typedef struct tro_trial {
    const tro_study *study;
    tro_arena *arena;
    tro_change *changes;        /* in the order in which they are applied */
    size_t count;
    const tro_place *place;     /* of mistakes that belong to no change alone */
    const char *what;           /* what is tried, for those */
    tro_messages *messages;
} tro_trial;

/* The entries of `set` (set_count overrides of the items of set_node), then the
 * axes that are known, at their first positions. */
TRO_MUST_USE int tro_trial_init(tro_trial *trial, const tro_node *set_node,
                                const tro_override *set, size_t set_count,
                                const tro_axis *axes, size_t axis_count);
/* Says which keys are not there, and which changes undo each other; leaves the
 * former out from now on. */
TRO_MUST_USE int tro_trial_keys(tro_trial *trial);
/* Makes the cell; the mistakes go to `own`. */
TRO_MUST_USE int tro_trial_cell(const tro_trial *trial, tro_cell **out, tro_messages *own);
/* Tells the mistakes in `own`, each at the change it points at; with `varied`
 * at the value of that axis. Returns TRO_ESCENARIO. */
int tro_trial_tell(const tro_trial *trial, const tro_messages *own, const tro_change *varied);
/* Tells only those that point at `change`. */
void tro_trial_tell_own(const tro_trial *trial, const tro_messages *own,
                        const tro_change *change);

/* --- running --------------------------------------------------------------- */

/* The cell of a table, with one more override (or NULL). */
TRO_MUST_USE int tro_study_cell_new(const tro_study *study, const tro_study_table *table,
                                    size_t index, const tro_override *last, tro_cell **out,
                                    tro_messages *messages);

/* Where the values of `count` cells go, empty. */
TRO_MUST_USE int tro_study_slots_new(tro_study_table *table, size_t count);
void tro_study_slots_free(tro_study_table *table, size_t count);
/* Computes the columns in a cell into a slot. Returns the status of the first that
 * failed: the others are there all the same. */
int tro_study_slot_fill(tro_study_table *table, size_t slot, tro_cell *cell);
/* Why there is no cell for the slot. */
void tro_study_slot_fail(tro_study_table *table, size_t slot, int status,
                         const tro_messages *own);

/* Sweeps all tables, and the grids of claims. */
TRO_MUST_USE int tro_study_sweep(tro_study *study, const tro_progress *progress);
TRO_MUST_USE int tro_study_table_write(const tro_study_table *table, tro_folder *folder,
                                       tro_messages *messages);
TRO_MUST_USE int tro_study_claim_evaluate(tro_study *study, tro_claim *claim,
                                          tro_messages *messages);
TRO_MUST_USE int tro_study_figure_write(const tro_study *study, tro_folder *folder,
                                        tro_messages *messages);

/* --- finding --------------------------------------------------------------- */

/* The rows of a table that agree with `where` (a map from axis to a value or several;
 * NULL: all rows), as indices into a column's values; rows NULL: only how many. Located
 * errors; a count of 0 without one where the table's rows are not known. */
TRO_MUST_USE int tro_study_select(const tro_study_table *table, const tro_node *where,
                                  tro_arena *arena, size_t **rows, size_t *count,
                                  tro_messages *messages);
/* Does a cell agree with `where`? */
int tro_study_agrees(const tro_study_table *table, const tro_node *where, size_t cell);
/* The axis of that name: its number; axis_count is `component`; SIZE_MAX is none. */
size_t tro_study_axis(const tro_study_table *table, const char *name);
/* "table.column" of a claim, or a table and a column of a series. *found_table is
 * NULL without the table. Silent where `vary` or `find` could not be
 * read. */
TRO_MUST_USE int tro_study_find(const tro_study *study, const char *table, size_t length,
                                const char *column, const tro_place *place,
                                const tro_study_table **found_table,
                                const tro_column **found_column, tro_messages *messages);
/* The same of "table.column", written at `place`; a table's name may have dots in it. */
TRO_MUST_USE int tro_study_find_column(const tro_study *study, const char *name,
                                       const tro_place *place, const tro_study_table **table,
                                       const tro_column **column, tro_messages *messages);

/* How many positions an axis has, and what a cell at one of them overrides. */
size_t tro_axis_length(const tro_axis *axis);
tro_override tro_axis_override(const tro_axis *axis, size_t position, const char *origin);

#endif
