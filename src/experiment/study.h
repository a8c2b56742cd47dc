/* A study: a scenario that asserts something about its own results.
 *
 *   vary:    tables; each is a grid over keys, with the quantities to find
 *   claims:  a quantity or a column, a relation, a tolerance, a source
 *   figure:  panels of series drawn from the tables
 *
 * All of it is data: no study has C code of its own. */
#ifndef TRO_EXPERIMENT_STUDY_H
#define TRO_EXPERIMENT_STUDY_H

#include "experiment/cell.h"
#include "experiment/quantity.h"
#include "output/folder.h"

/* How a long computation tells its caller where it is. May be called from any
 * thread, one at a time. stop may be NULL; when it returns non-zero the
 * computation ends with TRO_EINTERRUPTED. */
typedef struct tro_progress {
    void (*report)(void *context, const char *what, size_t done, size_t total);
    int (*stop)(void *context);
    void *context;
} tro_progress;

typedef struct tro_axis {
    const char *name, *key;
    tro_vector values;
    tro_texts options;          /* instead of values */
    const tro_node *node;
} tro_axis;

typedef struct tro_column {
    const char *name;
    tro_chosen quantity;
    double *values, *errors;    /* cells x components, once it was swept */
    int sampled;
} tro_column;

/* One table of `vary`: cells in grid order, the first axis slowest; a cell has
 * `components` rows when its quantities are lists. */
typedef struct tro_study_table {
    const char *name, *doc;
    const tro_node *node;
    tro_axis *axes;
    size_t axis_count;
    tro_override *set;
    size_t set_count;
    tro_column *columns;
    size_t column_count;
    size_t cells, components;   /* components: known once it was swept */
    char **failures;            /* per cell: why it failed, or NULL */
    unsigned char *one_sided;   /* per cell: of its derivatives, one at least is */
    size_t failed;
} tro_study_table;

typedef enum tro_verdict { TRO_HOLDS, TRO_FAILS, TRO_UNDECIDED } tro_verdict;

typedef struct tro_claim {
    const tro_node *self;
    const char *claim, *source, *column, *agrees_with, *less_than;
    tro_chosen quantity, same_as;
    const tro_node *set, *where;
    tro_vector equals;
    double below, above, relative, absolute, standard_errors;
    int sign;
    /* The result. */
    tro_verdict verdict;
    const char *expected, *found, *remark;
} tro_claim;

typedef struct tro_study {
    tro_cell *cell;             /* of the file as it stands */
    tro_document *bare;         /* what the cells of tables and claims are made of */
    tro_study_table *tables;
    size_t table_count;
    tro_claim *claims;
    size_t claim_count;
    size_t counts[3];           /* claims by verdict */
    tro_arena arena;
} tro_study;

/* Reads vary, claims and figure of a document (unowned; must outlive the
 * study) with overrides applied, and checks every name in them. */
TRO_MUST_USE int tro_study_new(const tro_document *document, const tro_catalog *catalog,
                               const tro_override *overrides, size_t count, tro_study **out,
                               tro_messages *messages);
void tro_study_free(tro_study *study);

/* Sweeps every table, cells in parallel, then evaluates every claim. A cell
 * that fails is a labelled row and claims on it are undecided. Errors:
 * TRO_ENOMEM, TRO_EINTERRUPTED. */
TRO_MUST_USE int tro_study_run(tro_study *study, const tro_progress *progress,
                               tro_messages *messages);

/* Writes one CSV per table, claims.csv and the figure into the folder. */
TRO_MUST_USE int tro_study_write(const tro_study *study, tro_folder *folder,
                                 tro_messages *messages);

const char *tro_verdict_name(tro_verdict verdict);

/* --- the steps, one file each ------------------------------------------- */

TRO_MUST_USE int tro_study_tables_read(tro_study *study, const tro_reader *reader);
TRO_MUST_USE int tro_study_table_sweep(tro_study *study, tro_study_table *table,
                                       const tro_progress *progress);
TRO_MUST_USE int tro_study_table_write(const tro_study_table *table, tro_folder *folder,
                                       tro_messages *messages);
TRO_MUST_USE int tro_study_claims_read(tro_study *study, const tro_reader *reader);
TRO_MUST_USE int tro_study_claim_evaluate(tro_study *study, tro_claim *claim,
                                          tro_messages *messages);
TRO_MUST_USE int tro_study_figure_check(const tro_study *study, const tro_reader *reader);
TRO_MUST_USE int tro_study_figure_write(const tro_study *study, tro_folder *folder,
                                        tro_messages *messages);

/* The rows of a table that agree with `where` (a map from axis to value; NULL:
 * all rows), as indices into a column's values. Located errors. */
TRO_MUST_USE int tro_study_select(const tro_study_table *table, const tro_node *where,
                                  tro_arena *arena, size_t **rows, size_t *count,
                                  tro_messages *messages);
/* "table.column" of a claim, or a table and a column of a series. */
TRO_MUST_USE int tro_study_find(const tro_study *study, const char *table, size_t length,
                                const char *column, const tro_place *place,
                                const tro_study_table **found_table,
                                const tro_column **found_column, tro_messages *messages);
/* An axis's value in a cell; NaN for an axis of texts. */
double tro_axis_value(const tro_study_table *table, size_t cell, size_t axis);
/* Position along an axis in a cell. */
size_t tro_axis_index(const tro_study_table *table, size_t cell, size_t axis);

/* Reads a map from paths to values as overrides. */
TRO_MUST_USE int tro_study_read_set(const tro_reader *reader, const tro_node *node,
                                    tro_override **out, size_t *count);

extern const tro_table tro_study_table_table, tro_axis_table, tro_claim_table,
    tro_figure_table, tro_panel_table, tro_series_table;

#endif
