#include "analysis/perron.h"

#include <float.h>
#include <math.h>

#include "analysis/blocks.h"
#include "base/memory.h"

/* What is added to the diagonal, relative to the radius: it turns the other eigenvalues of that
 * modulus away, and slows all others little. */
#define SHIFT 0.25
/* Positive, whatever underflows. */
#define LEAST 1e-290

/* --- one block ------------------------------------------------------------------------ */

/* y = A x; the bounds that x gives. */
static tro_between multiply(const tro_sparse *a, const double *x, double *y)
{
    tro_between found = {INFINITY, 0};
    for (size_t i = 0; i < a->size; i++) {
        double sum = 0;
        for (size_t k = a->row_start[i]; k < a->row_start[i + 1]; k++)
            sum += a->value[k] * x[a->column[k]];
        y[i] = sum;
        found.low = fmin(found.low, sum / x[i]);
        found.high = fmax(found.high, sum / x[i]);
    }
    return found;
}

/* x = y + shift x, so scaled that the largest is 1. */
static void move(size_t n, double shift, const double *y, double *x)
{
    double largest = 0;
    for (size_t i = 0; i < n; i++) {
        x[i] = y[i] + shift * x[i];
        largest = fmax(largest, x[i]);
    }
    for (size_t i = 0; i < n; i++)
        x[i] = fmax(x[i] / largest, LEAST);
}

/* Does every row have cells in one column only? Then an irreducible matrix is one cycle. */
static int is_one_cycle(const tro_sparse *a)
{
    for (size_t i = 0; i < a->size; i++)
        for (size_t k = a->row_start[i]; k < a->row_start[i + 1]; k++)
            if (a->column[k] != a->column[a->row_start[i]])
                return 0;
    return 1;
}

/* Of the sums of rows. */
static double geometric_mean(const tro_sparse *a)
{
    double logarithms = 0;
    for (size_t i = 0; i < a->size; i++) {
        double sum = 0;
        for (size_t k = a->row_start[i]; k < a->row_start[i + 1]; k++)
            sum += a->value[k];
        logarithms += log(sum);
    }
    return exp(logarithms / (double)a->size);
}

static double apart(tro_between b)
{
    return b.high > 0 ? (b.high - b.low) / b.high : 0;
}

/* Takes the better bounds. Is there nothing more to be had of further products? */
static int narrow(tro_between *out, tro_between here)
{
    enum { ROUNDED = 16 };
    double before = apart(*out);
    out->low = fmax(out->low, here.low);
    out->high = fmin(out->high, here.high);
    double now = apart(*out);
    return now <= ROUNDED * DBL_EPSILON || (now <= TRO_PERRON_CLOSE && !(now < before));
}

int tro_perron_block(const tro_sparse *a, int products, double above,
                     const tro_progress *progress, double *x, tro_between *out)
{
    int status = TRO_OK;
    double *y = tro_allocate(a->size, sizeof *y);
    *out = (tro_between){0, INFINITY};
    if (!y)
        return TRO_ENOMEM;
    for (int k = 0, settled = 0; k < products && !settled && out->high > above; k++) {
        if (tro_progress_stops(progress)) {
            status = TRO_EINTERRUPTED;
            break;
        }
        settled = narrow(out, multiply(a, x, y));
        if (k == 0 && !settled && is_one_cycle(a)) {
            out->low = out->high = geometric_mean(a);
            break;
        }
        move(a->size, SHIFT * out->high, y, x);
    }
    tro_release(y);
    return status;
}

/* --- all of them ------------------------------------------------------------------------ */

/* The blocks, and the one at hand, whose coordinates are numbered anew. */
typedef struct blocks {
    const tro_sparse *whole;
    size_t *members, *starts, count;
    size_t *block, *number;            /* of every coordinate: its block, its number there */
    size_t *row_start, *column;        /* of the block at hand */
    double *value, *x;
    tro_arena arena;
} blocks;

static int blocks_init(blocks *b, const tro_sparse *a)
{
    size_t n = a->size, cells = a->row_start[n];
    *b = (blocks){.whole = a};
    b->members = TRO_NEW(&b->arena, size_t, n);
    b->starts = TRO_NEW(&b->arena, size_t, n + 1);
    b->block = TRO_NEW(&b->arena, size_t, n);
    b->number = TRO_NEW(&b->arena, size_t, n);
    b->row_start = TRO_NEW(&b->arena, size_t, n + 1);
    b->column = TRO_NEW(&b->arena, size_t, cells);
    b->value = TRO_NEW(&b->arena, double, cells);
    b->x = TRO_NEW(&b->arena, double, n);
    if (!b->members || !b->starts || !b->block || !b->number || !b->row_start || !b->column ||
        !b->value || !b->x)
        return TRO_ENOMEM;
    int status = tro_strong_parts(n, a->row_start, a->column, b->members, b->starts, &b->count);
    for (size_t p = 0; status == TRO_OK && p < b->count; p++)
        for (size_t k = b->starts[p]; k < b->starts[p + 1]; k++) {
            b->block[b->members[k]] = p;
            b->number[b->members[k]] = k - b->starts[p];
        }
    return status;
}

static tro_sparse gather(blocks *b, size_t which)
{
    const tro_sparse *a = b->whole;
    const size_t *members = b->members + b->starts[which];
    size_t n = b->starts[which + 1] - b->starts[which], at = 0;
    for (size_t i = 0; i < n; i++) {
        b->row_start[i] = at;
        b->x[i] = 1;
        for (size_t k = a->row_start[members[i]]; k < a->row_start[members[i] + 1]; k++) {
            if (b->block[a->column[k]] != which)
                continue;
            b->column[at] = b->number[a->column[k]];
            b->value[at++] = a->value[k];
        }
    }
    b->row_start[n] = at;
    return (tro_sparse){n, b->row_start, b->column, b->value};
}

/* A block of one coordinate. */
static double diagonal_of(const blocks *b, size_t i)
{
    const tro_sparse *a = b->whole;
    double sum = 0;
    for (size_t k = a->row_start[i]; k < a->row_start[i + 1]; k++)
        sum += a->column[k] == i ? a->value[k] : 0;
    return sum;
}

static int one_block(blocks *b, size_t which, int products, double above,
                     const tro_progress *progress, tro_between *out)
{
    if (b->starts[which + 1] - b->starts[which] == 1) {
        out->low = out->high = diagonal_of(b, b->members[b->starts[which]]);
        return TRO_OK;
    }
    tro_sparse block = gather(b, which);
    return tro_perron_block(&block, products, above, progress, b->x, out);
}

int tro_perron(const tro_sparse *a, int products, const tro_progress *progress,
               tro_between *out)
{
    blocks b = {0};
    int status = TRO_OK;
    *out = (tro_between){INFINITY, INFINITY};
    for (size_t k = 0; k < a->row_start[a->size]; k++)
        if (isinf(a->value[k]))
            return TRO_OK;
    *out = (tro_between){0, 0};
    TRO_TRY(blocks_init(&b, a));
    for (size_t p = 0; p < b.count; p++) {
        tro_between one;
        TRO_TRY(one_block(&b, p, products, out->low, progress, &one));
        out->low = fmax(out->low, one.low);
        out->high = fmax(out->high, one.high);
    }
out:
    tro_arena_clear(&b.arena);
    return status;
}
