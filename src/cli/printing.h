/* What the program says: data to stdout, words to stderr. */
#ifndef TRO_CLI_PRINTING_H
#define TRO_CLI_PRINTING_H

#include <trophic/messages.h>

#include "base/text.h"

/* Opens what the caller closed among the three standard streams, so that no
 * file of ours gets their numbers; writing to a closed one still fails. Makes
 * limits on the size of files errors of the writer. */
void tro_streams_secure(void);

/* Writes to stdout, whole. TRO_EIO when it cannot; TRO_ENOMEM for a text that
 * failed. */
TRO_MUST_USE int tro_put(const tro_text *text, tro_messages *messages);

/* How many columns standard output has: COLUMNS, or a terminal's own number, or `most`;
 * 40 to `most`. */
int tro_output_width(int most);

/* One line to stderr, unless quiet. */
void tro_say(int quiet, const char *format, ...) TRO_PRINTF(2, 3);

/* All messages to stderr, in colour on a terminal (unless NO_COLOR is set);
 * only errors when quiet. The list is empty afterwards. */
void tro_say_messages(tro_messages *messages, int quiet);

/* Appends a name from a file: what could steer a terminal becomes '?'. */
void tro_add_clean(tro_text *text, const char *name);

/* The same on at most so many columns of a terminal (4 or more): an ellipsis is in place of what is
 * cut out, before the last third, since names of a group differ at their ends. */
void tro_add_cut(tro_text *text, const char *name, size_t most);

/* Appends a number with `digits` significant digits; "-" for NaN. */
void tro_add_number(tro_text *text, double value, int digits);

enum { TRO_SHEET_CELL = 40 };   /* columns of a terminal that a cell may have */

/* A table with aligned columns. `sides` has a letter for each column: 'l' or
 * 'r'; columns are two blanks apart. Longer cells are cut, but for the last of a line.
 *
 *   tro_sheet sheet = {.sides = "lr"};
 *   tro_sheet_cell(&sheet, "agent"); tro_sheet_cell(&sheet, "share");
 *   ...
 *   tro_sheet_render(&sheet, "  ", &text);    // and clears the sheet */
typedef struct tro_sheet {
    const char *sides;
    tro_text cells;      /* each ends in a NUL */
    size_t count;
} tro_sheet;

void tro_sheet_cell(tro_sheet *sheet, const char *text);
void tro_sheet_number(tro_sheet *sheet, double value, int digits);
void tro_sheet_render(tro_sheet *sheet, const char *margin, tro_text *text);

/* Appends `term` and, from column `margin` on, a paragraph about it. */
void tro_add_entry(tro_text *text, const char *term, const char *words, size_t margin);

/* Appends a paragraph, broken at blanks, every line behind `margin` blanks. */
void tro_add_wrapped(tro_text *text, const char *words, size_t margin, size_t width);

#endif
