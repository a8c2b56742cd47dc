/* CSV tables, read row by row: those that csv.h writes, and any like them (RFC 4180, 2005).
 *
 *   tro_csv_reader reader = {0};
 *   TRO_TRY(tro_csv_reader_open(&reader, path, messages));
 *   while ((status = tro_csv_reader_next(&reader)) > 0)
 *       use(reader.cells[k]);                    // reader.columns of them
 * out:
 *   tro_csv_reader_close(&reader);
 *
 * Memory does not grow with the number of rows. */
#ifndef TRO_OUTPUT_CSV_READ_H
#define TRO_OUTPUT_CSV_READ_H

#include <stddef.h>
#include <stdio.h>

#include <trophic/messages.h>

#include "base/memory.h"
#include "base/text.h"

typedef struct tro_csv_reader {
    FILE *stream;
    char *path;
    tro_arena arena;
    const char **names;      /* of the columns, from the first line */
    size_t columns;
    const char **cells;      /* of the present row, until the next */
    tro_text row;
    size_t line;             /* on which the present row began */
    size_t next_line;
    tro_messages *messages;
} tro_csv_reader;            /* zero-initialised is legal to close */

/* Reads the names. Errors name the path and the line: TRO_EIO; TRO_EINVAL, it is no such
 * table; TRO_ENOMEM. */
TRO_MUST_USE int tro_csv_reader_open(tro_csv_reader *reader, const char *path,
                                     tro_messages *messages);
/* 1: a row; 0: there are no more; else an error. */
TRO_MUST_USE int tro_csv_reader_next(tro_csv_reader *reader);
void tro_csv_reader_close(tro_csv_reader *reader);

/* The column of that name, or SIZE_MAX. */
size_t tro_csv_reader_column(const tro_csv_reader *reader, const char *name);
/* What stands there in the present row; "" without such a column. */
const char *tro_csv_reader_cell(const tro_csv_reader *reader, const char *name);

#endif
