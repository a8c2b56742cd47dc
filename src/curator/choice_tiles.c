/* The quadrature of many laws at a time: for a tile of rows and a table of
 * exponentials, nodes x outcomes, both sums are products of matrices. A table is
 * made once for all rows where it has room for all nodes, and else once per tile. */
#include <math.h>
#include <string.h>

#include <gsl/gsl_cblas.h>

#include "curator/choice_parts.h"

/* Nodes of which there is a table at a time; a multiple of three. */
static size_t table_nodes(const tro_choice_plan *plan)
{
    size_t most = plan->outcomes <= 16384 ? TRO_CHOICE_NODES : TRO_CHOICE_NODES / 3;
    return plan->largest < most ? plan->largest : most;
}

size_t tro_choice_tile_rows(size_t outcomes)
{
    size_t rows = 65536 / outcomes;
    return rows > 128 ? 128 : rows < 32 ? 32 : rows;
}

typedef struct tiles {
    const tro_choice_plan *plan;
    tro_choice_walk walk;
    tro_choice_batch tile;
    int low;                   /* tables of expm1, too */
    double *weight;            /* in the order of the outcomes */
    double *exps, *expm1s;     /* nodes x outcomes */
    double s[TRO_CHOICE_NODES], measure[TRO_CHOICE_NODES];
    double *full[TRO_CHOICE_INPUTS], *lows[TRO_CHOICE_INPUTS];
    double *c[TRO_CHOICE_SUMS], *c_low;
    size_t count, room;        /* nodes in the table */
    int kept;                  /* the table has all there are */
} tiles;

/* --- the table ----------------------------------------------------------------------- */

static void write_row(const tro_choice_walk *walk, const double *e, double *exps,
                      double *expm1s)
{
    const size_t *order = walk->plan->order;
    size_t n = walk->plan->outcomes, i = 0;
    for (; i < walk->dead; i++)
        exps[order[i]] = 0;
    for (; i < walk->crossed; i++)
        exps[order[i]] = e[i];
    for (; i < n; i++)
        exps[order[i]] = 1 + e[i];
    if (!expm1s)
        return;
    for (i = 0; i < walk->crossed; i++)
        expm1s[order[i]] = exps[order[i]] - 1;
    for (; i < n; i++)
        expm1s[order[i]] = e[i];
}

/* The next nodes of the panel; 0 if there are none. */
static int fill_table(tiles *t)
{
    size_t n = t->plan->outcomes;
    for (t->count = 0; t->count + 3 <= t->room && tro_choice_walk_next(&t->walk);)
        for (int k = 0; k < 3; k++, t->count++) {
            write_row(&t->walk, t->walk.e[k], t->exps + t->count * n,
                      t->low ? t->expm1s + t->count * n : NULL);
            t->s[t->count] = t->walk.s[k];
            t->measure[t->count] = t->walk.measure[k];
        }
    return t->count > 0;
}

static void start_panel(tiles *t, size_t panel)
{
    const tro_choice_plan *plan = t->plan;
    tro_choice_walk_panel(&t->walk, panel);
    for (size_t i = 0; i < plan->outcomes; i++)
        t->weight[plan->order[i]] = t->walk.weight[i];
}

/* --- products ------------------------------------------------------------------------ */

/* to = x table' */
static void take_sum(const tiles *t, const double *x, size_t stride, const double *table,
                     double *to)
{
    int n = (int)t->plan->outcomes, count = (int)t->count;
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)t->tile.rows, count, n, 1, x,
                (int)stride, table, n, 0, to, count);
}

/* sum (+)= c table */
static void give_sum(const tiles *t, int set, const double *c, const double *table, double *sum)
{
    int n = (int)t->plan->outcomes, count = (int)t->count;
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)t->tile.rows, n, count, 1, c,
                count, table, n, set ? 0 : 1, sum, n);
}

static void use_table(const tiles *t, int first)
{
    const tro_choice_op *op = t->tile.op;
    const tro_choice_batch *tile = &t->tile;
    int low_sum = t->low && op->low_sum;
    tro_choice_nodes nodes = {.count = t->count, .s = t->s, .measure = t->measure,
                              .c_low = low_sum ? t->c_low : NULL};
    for (int v = 0; v < op->inputs; v++) {
        take_sum(t, tile->x[v], tile->x_stride[v], t->exps, t->full[v]);
        nodes.full[v] = t->full[v];
        if (t->low && v < op->low_inputs) {
            take_sum(t, tile->x[v], tile->x_stride[v], t->expm1s, t->lows[v]);
            nodes.low[v] = t->lows[v];
        }
    }
    for (int a = 0; a < op->sums; a++)
        nodes.c[a] = t->c[a];
    op->coefficients(tile, &nodes);
    for (int a = 0; a < op->sums; a++)
        give_sum(t, first, t->c[a], t->exps, tile->sum[a]);
    if (low_sum)
        give_sum(t, 0, t->c_low, t->expm1s, tile->sum[op->sums - 1]);
}

static void run_tile(tiles *t)
{
    const tro_choice_op *op = t->tile.op;
    op->begin(&t->tile);
    for (size_t k = 0; k < t->plan->panel_count; k++) {
        if (!t->kept)
            start_panel(t, k);
        if (op->fill)
            op->fill(&t->tile, t->weight);
        if (t->kept)
            use_table(t, 1);
        else
            for (int first = 1; fill_table(t); first = 0)
                use_table(t, first);
        op->flush(&t->tile, t->weight, k == 0);
    }
    op->finish(&t->tile);
}

/* --- all rows ------------------------------------------------------------------------ */

size_t tro_choice_tiles_scratch(const tro_choice_plan *plan, size_t tile_rows)
{
    size_t n = plan->outcomes, nodes = table_nodes(plan);
    size_t matrices = TRO_CHOICE_INPUTS + TRO_CHOICE_SUMS;
    return tro_choice_walk_scratch(plan) + n + 2 * nodes * n + 2 * tile_rows +
           matrices * tile_rows * n +
           (2 * TRO_CHOICE_INPUTS + TRO_CHOICE_SUMS + 1) * tile_rows * nodes;
}

static void prepare(tiles *t, size_t rows, double *scratch)
{
    size_t n = t->plan->outcomes, nodes = t->room = table_nodes(t->plan);
    tro_choice_walk_make(&t->walk, t->plan, scratch);
    t->weight = scratch += tro_choice_walk_scratch(t->plan);
    t->exps = scratch += n;
    t->expm1s = scratch += nodes * n;
    t->tile.mass = scratch += nodes * n;
    t->tile.scalar = scratch += rows;
    scratch += rows;
    for (int v = 0; v < TRO_CHOICE_INPUTS; v++, scratch += rows * n)
        t->tile.filled[v] = scratch;
    for (int a = 0; a < TRO_CHOICE_SUMS; a++, scratch += rows * n)
        t->tile.sum[a] = scratch;
    for (int v = 0; v < TRO_CHOICE_INPUTS; v++, scratch += 2 * rows * nodes) {
        t->full[v] = scratch;
        t->lows[v] = scratch + rows * nodes;
    }
    for (int a = 0; a < TRO_CHOICE_SUMS; a++, scratch += rows * nodes)
        t->c[a] = scratch;
    t->c_low = scratch;
}

/* Input 0 is p, or where it is filled when there is no p; inputs that are not
 * filled from the weights are p and aux. */
static void point(tiles *t, const tro_choice_batch *batch, size_t first, size_t rows)
{
    tro_choice_batch *tile = &t->tile;
    size_t n = batch->outcomes;
    tile->first = first;
    tile->rows = rows;
    if (batch->p)
        tile->p = batch->p + first * batch->p_stride;
    if (batch->aux)
        tile->aux = batch->aux + first * batch->aux_stride;
    if (batch->out)
        tile->out = batch->out + first * batch->out_stride;
    for (int v = 0; v < TRO_CHOICE_INPUTS; v++) {
        tile->x[v] = tile->filled[v];
        tile->x_stride[v] = n;
    }
    if (batch->p) {
        tile->x[0] = tile->p;
        tile->x_stride[0] = batch->p_stride;
    }
    if (batch->p && !batch->op->fill && batch->aux) {
        tile->x[1] = tile->aux;
        tile->x_stride[1] = batch->aux_stride;
    }
}

void tro_choice_tiles(const tro_choice_plan *plan, const tro_choice_batch *batch,
                      size_t tile_rows, int low, double *scratch)
{
    tiles t = {.plan = plan, .tile = *batch, .low = low};
    prepare(&t, tile_rows, scratch);
    if (plan->panel_count == 1 && plan->largest <= t.room) {
        start_panel(&t, 0);
        t.kept = fill_table(&t);
    }
    for (size_t first = 0; first < batch->rows; first += tile_rows) {
        size_t left = batch->rows - first;
        point(&t, batch, first, left < tile_rows ? left : tile_rows);
        run_tile(&t);
    }
}
