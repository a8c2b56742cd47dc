/* Sketches in text, for those who have no other screen: in Unicode where the locale has it,
 * else in ASCII; as wide as standard output. */
#ifndef TRO_CLI_SKETCH_H
#define TRO_CLI_SKETCH_H

#include <stddef.h>

#include "base/text.h"

enum { TRO_SKETCH_MOST = 8 };

typedef struct tro_sketch_line {
    const char *label;
    const double *x;              /* increasing; NULL: 0, 1, 2, ... */
    const double *y;              /* what is not finite is a gap */
    size_t count;
    double level;                 /* a dotted line across; NaN: none */
} tro_sketch_line;

/* Appends curves with their axes and key, at most TRO_SKETCH_MOST. */
void tro_sketch_lines(const char *title, const tro_sketch_line *lines, size_t count,
                      tro_text *text);

/* Appends a table of signs: rows x columns values, each with its sign and, in three steps,
 * its size beside the largest. NaN: "?". Names are cut to fit. */
typedef struct tro_sketch_signs {
    const char *title;
    const double *values;         /* row by row */
    size_t rows, columns;
    const char *const *row_names, *const *column_names;
} tro_sketch_signs;
void tro_sketch_matrix(const tro_sketch_signs *signs, tro_text *text);

#endif
