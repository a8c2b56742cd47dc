/* CSV tables, written row by row (RFC 4180, 2005, with LF line ends).
 *
 * The first line names the columns. Texts are quoted when they must be;
 * numbers are the shortest decimals that read back the same, whatever the
 * locale; NaN is an empty cell, infinities are inf and -inf. The table is a
 * tro_file: it appears whole or not at all.
 *
 *   static const char *const names[] = {"round", "agent", "alignment"};
 *   tro_csv csv;
 *   TRO_TRY(tro_csv_open(&csv, path, names, 3, messages));
 *   for (...) {
 *       tro_csv_whole(&csv, round);
 *       tro_csv_text(&csv, agent);
 *       tro_csv_real(&csv, alignment);
 *       TRO_TRY(tro_csv_end_row(&csv));
 *   }
 *   status = tro_csv_commit(&csv);
 * out:
 *   tro_csv_abort(&csv);        // after a commit it does nothing
 *
 * Cells return nothing: the first error stays and the end of the row, or the
 * commit, returns it. One thread per table. */
#ifndef TRO_OUTPUT_CSV_H
#define TRO_OUTPUT_CSV_H

#include "output/file.h"

typedef struct tro_csv {
    tro_file file;
    size_t columns, filled;   /* filled: cells in the row so far */
    int wrong;                /* a row had another number of cells */
} tro_csv;                    /* zero-initialised is closed and valid */

/* At least one column; the names are written, not kept. `csv` needs no
 * initialisation; after a failure there is nothing to abort. */
TRO_MUST_USE int tro_csv_open(tro_csv *csv, const char *path, const char *const *names,
                              size_t columns, tro_messages *messages);

void tro_csv_text(tro_csv *csv, const char *text);   /* NULL: an empty cell */
void tro_csv_real(tro_csv *csv, double value);
void tro_csv_reals(tro_csv *csv, const double *values, size_t count);
void tro_csv_whole(tro_csv *csv, long long value);

/* Ends the row. TRO_EINVAL when it has too few or too many cells; TRO_EIO. */
int tro_csv_end_row(tro_csv *csv);

/* Ends a row that is complete but not ended. TRO_EINVAL when a row was wrong:
 * then nothing appears. */
TRO_MUST_USE int tro_csv_commit(tro_csv *csv);
void tro_csv_abort(tro_csv *csv);

#endif
