/* The cells of a CSV text (RFC 4180, 2005), one after the other, with their
 * places; column.h says what is legal. */
#ifndef TRO_DOCUMENT_CELLS_H
#define TRO_DOCUMENT_CELLS_H

#include "document/param.h"

/* Where the reading of a text is, and its latest cell. */
typedef struct tro_cells {
    const tro_reader *reader;
    tro_source source;
    size_t at, line_start;
    int line;
    tro_text cell;             /* without quotes and blanks around it; cleared by the caller */
    tro_place place;           /* of the cell */
} tro_cells;

/* At the first byte behind a byte order mark; the text must outlive the cells. */
void tro_cells_begin(tro_cells *s, const tro_reader *reader, const char *name,
                     const tro_text *text);
/* To the next line with a character in it; at the end, at == source.length. */
void tro_cells_skip(tro_cells *s);
/* The next cell; *more is 0 when it was the last of its row, and then the next
 * row begins. Located errors. */
TRO_MUST_USE int tro_cells_next(tro_cells *s, int *more);
/* From byte `start` of this line to where the reading is. */
tro_place tro_cells_place(const tro_cells *s, size_t start);

#endif
