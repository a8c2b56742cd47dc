/* Weighted sums of rows, which is what most of a round is. */
#include "ecosystem/steps.h"

/* Two lanes. Every column is summed by itself and in the order of the rows, so
 * lanes do not show in the bits. */
typedef double lanes __attribute__((vector_size(16), aligned(8), may_alias));
enum { COLUMNS = 8 };   /* at a time: a line of the cache */

static void add_columns(size_t count, const double *factor, const double *const *row, size_t at,
                        double *y)
{
    lanes *to = (lanes *)(void *)(y + at);
    lanes a = to[0], b = to[1], c = to[2], d = to[3];
    for (size_t r = 0; r < count; r++) {
        const lanes *x = (const lanes *)(const void *)(row[r] + at);
        lanes f = {factor[r], factor[r]};
        a += f * x[0];
        b += f * x[1];
        c += f * x[2];
        d += f * x[3];
    }
    to[0] = a;
    to[1] = b;
    to[2] = c;
    to[3] = d;
}

void tro_add_rows(size_t width, size_t count, const double *factor, const double *const *row,
                  double *y)
{
    size_t at = 0;
    for (; at + COLUMNS <= width; at += COLUMNS)
        add_columns(count, factor, row, at, y);
    for (; at < width; at++)
        for (size_t r = 0; r < count; r++)
            y[at] += factor[r] * row[r][at];
}
