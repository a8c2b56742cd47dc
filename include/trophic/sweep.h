/* Sweeps from a program: quantities of a scenario at the points of a grid, a list or a sample;
 * what `trophic sweep` stores.
 *
 *   tro_swept *swept;
 *   if (tro_swept_new(cell, &swept, &messages) < 0)
 *       ... print messages ...
 *   size_t column = tro_swept_column(swept, "J");
 *   for (size_t k = 0; k < tro_swept_cells(swept); k++)
 *       if (tro_swept_run(swept, k, &messages) == TRO_OK)
 *           printf("%g %g\n", tro_swept_at(swept, k, 0), tro_swept_value(swept, column, 0));
 *   tro_swept_free(swept);
 *
 * What varies and what is to be found stand in the scenario's section `sweep`; overrides set
 * them like any other key. A cell is a point and a replicate: cell = point * replicates +
 * replicate, the first axis slowest. What a cell is follows from its number alone, so they may
 * run in any order, in part, or in several programs. Cells, axes, columns and components are
 * numbered from 0, in the order of the file.
 *
 * Functions that can fail return a tro_status and append to `messages`, which may be NULL.
 * Thread rule: one thread at a time per sweep; several threads use a sweep each. */
#ifndef TROPHIC_SWEEP_H
#define TROPHIC_SWEEP_H

#include <stddef.h>
#include <stdint.h>

#include <trophic/messages.h>
#include <trophic/status.h>

#ifdef __cplusplus
extern "C" {
#endif

struct tro_cell;   /* of scenario.h */

/* Opaque. */
typedef struct tro_swept tro_swept;

/* Reads and checks the section; runs nothing. The cell must outlive it; the caller frees it.
 * TRO_ESCENARIO: the section is missing or wrong (located errors); TRO_ENOMEM. *out is NULL
 * then. */
TRO_MUST_USE int tro_swept_new(const struct tro_cell *cell, tro_swept **out,
                               tro_messages *messages);
void tro_swept_free(tro_swept *swept);   /* NULL is legal */

size_t tro_swept_cells(const tro_swept *swept);
size_t tro_swept_replicates(const tro_swept *swept);
size_t tro_swept_axes(const tro_swept *swept);
size_t tro_swept_columns(const tro_swept *swept);
/* Values of a column for one cell: 1, or more when quantities are lists. */
size_t tro_swept_components(const tro_swept *swept);

/* Owned by the sweep; NULL when there is none of that number. */
const char *tro_swept_axis_name(const tro_swept *swept, size_t axis);
const char *tro_swept_column_name(const tro_swept *swept, size_t column);
/* The column of that name; SIZE_MAX when there is none. */
size_t tro_swept_column(const tro_swept *swept, const char *name);

/* Where a cell stands on an axis, in the units of its key, NaN where the axis is of words; the
 * word, NULL where it is of numbers; and its seed. */
double tro_swept_at(const tro_swept *swept, size_t cell, size_t axis);
const char *tro_swept_word_at(const tro_swept *swept, size_t cell, size_t axis);
uint64_t tro_swept_seed(const tro_swept *swept, size_t cell);

/* Computes a cell, whose values take the place of those of the one before. What fails in a cell
 * (TRO_EDIVERGED, TRO_ENOCONV, TRO_ESINGULAR, ...) is its status, with its sentence; other
 * cells may still run. TRO_EINVAL: there is no such cell. */
TRO_MUST_USE int tro_swept_run(tro_swept *swept, size_t cell, tro_messages *messages);
/* Of the cell that ran last; NaN where there is no value. The standard error is NaN where the
 * quantity is exact. */
double tro_swept_value(const tro_swept *swept, size_t column, size_t component);
double tro_swept_error(const tro_swept *swept, size_t column, size_t component);
/* "ok", "one-sided", "diverged", "not converged" or "failed"; before the first one, "none". */
const char *tro_swept_status(const tro_swept *swept);

#ifdef __cplusplus
}
#endif
#endif
