#include "analysis/blocks.h"

#include <string.h>

#include "base/memory.h"

/* Tarjan's algorithm (1972, SIAM J. Comput. 1, 146) without recursion, since
 * a chain is as deep as it is long. */
typedef struct search {
    size_t n;
    const size_t *row_start, *column;
    size_t *number;    /* order of discovery from 1; 0: not yet seen */
    size_t *low;       /* smallest number reachable; n + 1: in a finished block */
    size_t *next;      /* the next entry of the row to look at */
    size_t *path, depth;
    size_t *open, waiting;   /* seen, but not yet in a block */
    size_t seen;
    size_t *members, *starts, placed, blocks;
} search;

static void enter(search *s, size_t node)
{
    s->number[node] = s->low[node] = ++s->seen;
    s->path[s->depth++] = node;
    s->open[s->waiting++] = node;
}

/* Follows one edge; 0 when the node has no more. */
static int follow(search *s, size_t node)
{
    while (s->next[node] < s->row_start[node + 1]) {
        size_t other = s->column[s->next[node]++];
        if (s->number[other] == 0) {
            enter(s, other);
            return 1;
        }
        if (s->low[other] < s->low[node])
            s->low[node] = s->low[other];
    }
    return 0;
}

static void leave(search *s, size_t node)
{
    s->depth--;
    if (s->depth > 0) {
        size_t parent = s->path[s->depth - 1];
        if (s->low[node] < s->low[parent])
            s->low[parent] = s->low[node];
    }
    if (s->low[node] != s->number[node])
        return;
    size_t other;
    do {
        other = s->open[--s->waiting];
        s->low[other] = s->n + 1;
        s->members[s->placed++] = other;
    } while (other != node);
    s->starts[++s->blocks] = s->placed;
}

static void walk(search *s, size_t root)
{
    enter(s, root);
    while (s->depth > 0) {
        size_t node = s->path[s->depth - 1];
        if (!follow(s, node))
            leave(s, node);
    }
}

int tro_strong_parts(size_t n, const size_t *row_start, const size_t *column, size_t *members,
                     size_t *starts, size_t *count)
{
    size_t *room = tro_allocate(5 * n, sizeof *room);
    if (!room)
        return TRO_ENOMEM;
    search s = {
        .n = n,
        .row_start = row_start,
        .column = column,
        .number = room,
        .low = room + n,
        .next = room + 2 * n,
        .path = room + 3 * n,
        .open = room + 4 * n,
        .members = members,
        .starts = starts,
    };
    starts[0] = 0;
    for (size_t node = 0; node < n; node++)
        s.next[node] = row_start[node];
    for (size_t node = 0; node < n; node++)
        if (s.number[node] == 0)
            walk(&s, node);
    *count = s.blocks;
    tro_release(room);
    return TRO_OK;
}

int tro_irreducible_blocks(size_t n, const double *matrix, size_t *members, size_t *starts,
                           size_t *count)
{
    size_t entries = 0;
    for (size_t k = 0; k < n * n; k++)
        entries += matrix[k] != 0;
    size_t *row_start = tro_allocate(n + 1 + entries, sizeof *row_start);
    if (!row_start)
        return TRO_ENOMEM;
    size_t *column = row_start + n + 1, at = 0;
    for (size_t k = 0; k < n * n; k++) {
        if (k % n == 0)
            row_start[k / n] = at;
        if (matrix[k] != 0)
            column[at++] = k % n;
    }
    row_start[n] = at;
    int status = tro_strong_parts(n, row_start, column, members, starts, count);
    tro_release(row_start);
    return status;
}

void tro_gather_block(size_t n, const double *matrix, size_t size, const size_t *members,
                      double *block)
{
    for (size_t i = 0; i < size; i++)
        for (size_t j = 0; j < size; j++)
            block[i * size + j] = matrix[members[i] * n + members[j]];
}
