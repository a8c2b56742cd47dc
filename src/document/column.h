/* Columns of numbers in CSV files that a document names (RFC 4180, 2005).
 *
 * The first line names the columns; lines end in LF or CR LF; cells may stand
 * in double quotes, in which "" is one quote and commas and line ends are
 * text. Blanks around a cell without quotes and lines without a character do
 * not count, nor does a byte order mark. Every row has as many cells as the
 * first line. The file is UTF-8 and at most 64 MiB. */
#ifndef TRO_DOCUMENT_COLUMN_H
#define TRO_DOCUMENT_COLUMN_H

#include "document/param.h"

/* What {column: {file: FILE, name: NAME}} says, for a TRO_P_RECORD. */
typedef struct tro_data_column {
    const tro_node *self;      /* NULL: absent */
    const char *file, *name;
} tro_data_column;
extern const tro_table tro_data_column_table;

/* Reads the column's numbers, in the order of the file. `bounds` (NULL: any
 * finite number) says which are legal, as a row of a table would. Errors about
 * the file stand at its name in the document, errors about a cell at the cell:
 * TRO_ESCENARIO or TRO_ENOMEM. */
TRO_MUST_USE int tro_data_column_read(const tro_reader *reader, const tro_data_column *column,
                                      const tro_param *bounds, tro_vector *out);

/* Where a file stands that is named relative to the document: in the reader's
 * arena; NULL when there is no memory. */
const char *tro_path_beside(const tro_reader *reader, const char *path);

#endif
