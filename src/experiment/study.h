/* A study: a scenario that asserts something about its own results.
 *
 *   vary:    tables; each is a grid over keys, with the quantities to find
 *   claims:  a quantity or a column, a relation, a tolerance, a source; maybe
 *            under a condition
 *   figure:  panels of series drawn from the tables
 *
 * All of it is data: no study has C code of its own. */
#ifndef TRO_EXPERIMENT_STUDY_H
#define TRO_EXPERIMENT_STUDY_H

#include "base/progress.h"
#include "experiment/cell.h"
#include "experiment/quantity.h"
#include "output/folder.h"

typedef struct tro_axis {
    const char *name, *key;
    const char *complement;     /* a key that becomes 1 - the value; or NULL */
    tro_vector values;
    tro_texts options;          /* instead of values */
    tro_vector range;           /* instead of both, in a sample: [low, high] */
    int log;                    /* the sample is even in the logarithm */
    const tro_node *node;       /* a map, or the values under the key itself */
    const tro_node *from;       /* where the values stand */
    int drawn;                  /* `values` or `options` are those of a sample's rows */
    int known;                  /* it was read without a mistake */
} tro_axis;

typedef struct tro_column {
    const char *name;
    const tro_node *node;
    tro_chosen quantity;
    tro_vector given;           /* instead of a quantity: one for each cell, or one */
    int known;                  /* a quantity that was read without a mistake */
    int sampled;
    double *values, *errors;    /* cells x components, once it was swept */
    char **failures;            /* per cell: why it has no value there, or NULL */
} tro_column;

/* What a table's cells are: a grid, the first axis slowest; or the rows of a list, to which
 * every axis gives one value each; a sample is a list that is drawn. */
typedef enum tro_shape { TRO_SHAPE_GRID, TRO_SHAPE_LIST, TRO_SHAPE_SAMPLE } tro_shape;

/* One table of `vary`; a cell has `components` rows when its quantities are lists. */
typedef struct tro_study_table {
    const char *name, *doc;
    const tro_node *node, *set_node;
    tro_shape shape;
    tro_axis *axes;
    size_t axis_count;
    tro_override *set;          /* one for each item of set_node */
    size_t set_count;
    tro_column *columns;
    size_t column_count;
    int axes_known, columns_known; /* `over` and `find` name them all */
    int rows_known;             /* every axis was read, so their number stands */
    size_t cells, components;
    size_t first_component;     /* the number of the first */
    char **failures;            /* per cell: why it cannot be made, or NULL */
    unsigned char *one_sided;   /* per cell: of its derivatives, one at least is */
    size_t failed;              /* cells in which something failed */
} tro_study_table;

typedef enum tro_verdict { TRO_HOLDS, TRO_HOLDS_IF, TRO_FAILS, TRO_UNDECIDED } tro_verdict;
enum { TRO_VERDICTS = 4 };

/* The rows for which a claim is made: `only-if`. */
typedef struct tro_condition {
    const tro_node *self;       /* NULL: all rows */
    const char *words, *column;
    const tro_node *where;
    double above, below;
} tro_condition;

typedef struct tro_claim {
    const tro_node *self;
    const char *claim, *source, *column, *agrees_with, *less_than, *increases_with,
        *decreases_with;
    tro_chosen quantity, same_as;
    const tro_node *set, *vary, *where, *among;
    tro_vector equals, between;
    tro_texts nearest_to;
    double below, above, relative, absolute, standard_errors;
    int sign, order;
    tro_condition only_if;
    tro_study_table *grid;      /* what `for` and `set` make of the quantity, or NULL */
    /* The result. */
    tro_verdict verdict;
    const char *verdict_text, *expected, *found, *remark;
} tro_claim;

typedef struct tro_study {
    tro_cell *cell;             /* of the file as it stands */
    tro_document *bare;         /* what the cells of tables and claims are made of */
    tro_override *overrides;    /* the cell's, but for those of the study's own keys */
    size_t override_count;
    tro_study_table *tables;
    size_t table_count;
    int tables_known;           /* `vary` could be read at all */
    tro_claim *claims;
    size_t claim_count;
    size_t counts[TRO_VERDICTS]; /* claims by verdict */
    struct tro_sweep *sweep;    /* sweep.h; NULL: the file has none */
    tro_arena arena;
} tro_study;

/* Reads vary, claims and figure of a document (unowned; must outlive the
 * study) with overrides applied, and checks every name in them; makes a cell
 * of every `set` and of every value of every axis (of long grids: the first,
 * the middle and the last), so that impossible ones are found here. */
TRO_MUST_USE int tro_study_new(const tro_document *document, const tro_catalog *catalog,
                               const tro_override *overrides, size_t count, tro_study **out,
                               tro_messages *messages);
void tro_study_free(tro_study *study);

/* Sweeps every table, cells in parallel, then evaluates every claim. Cells and
 * columns that fail are labelled and claims on them are undecided. Errors:
 * TRO_ENOMEM, TRO_EINTERRUPTED. */
TRO_MUST_USE int tro_study_run(tro_study *study, const tro_progress *progress,
                               tro_messages *messages);

/* Writes one CSV per table, claims.csv and the figure into the folder. */
TRO_MUST_USE int tro_study_write(const tro_study *study, tro_folder *folder,
                                 tro_messages *messages);

/* "holds", "holds only if", "FAILS", "undecided"; of a claim, verdict_text has the
 * condition, too. */
const char *tro_verdict_name(tro_verdict verdict);

/* Have all claims come out as they should? */
int tro_study_holds(const tro_study *study);

/* Position along an axis in a cell, and the value there; NaN for an axis of
 * texts. */
size_t tro_axis_index(const tro_study_table *table, size_t cell, size_t axis);
double tro_axis_value(const tro_study_table *table, size_t cell, size_t axis);

/* What stands in the column `status` of a cell's rows: "ok", "one-sided", or which
 * columns failed and why. */
void tro_study_cell_status(const tro_study_table *table, size_t cell, tro_text *text);

extern const tro_table tro_study_table_table, tro_axis_table, tro_claim_table,
    tro_figure_table, tro_panel_table, tro_series_table;
extern const char *const tro_claim_signs[]; /* of `sign`: negative, positive */
extern const char *const tro_claim_orders[]; /* of `order`: increasing, decreasing */

#endif
