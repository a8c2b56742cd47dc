/* Irreducible blocks of a matrix: the strongly connected parts of the graph
 * that has an edge from i to j where entry (i, j) is not zero. In a suitable
 * order of the blocks the matrix is block triangular, so its eigenvalues are
 * those of its diagonal blocks. */
#ifndef TRO_ANALYSIS_BLOCKS_H
#define TRO_ANALYSIS_BLOCKS_H

#include <stddef.h>

#include <trophic/status.h>

/* Writes the coordinates block by block into `members` (n) and where each
 * block starts into `starts` (n + 1; the last used entry is n); `count` is
 * the number of blocks. Time n^2. TRO_ENOMEM. */
int tro_irreducible_blocks(size_t n, const double *matrix, size_t *members, size_t *starts,
                           size_t *count) TRO_MUST_USE;

/* The same of the graph whose edges from i end in column[row_start[i]] ..
 * column[row_start[i + 1] - 1]; row_start has n + 1 entries. Time n + edges. */
int tro_strong_parts(size_t n, const size_t *row_start, const size_t *column, size_t *members,
                     size_t *starts, size_t *count) TRO_MUST_USE;

/* block = the rows and columns `members` (size of them) of the n x n matrix. */
void tro_gather_block(size_t n, const double *matrix, size_t size, const size_t *members,
                      double *block);

#endif
