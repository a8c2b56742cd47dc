/* The quadrature of one law at a time, outcomes in sorted order, three nodes at
 * a time: no table, O(outcomes) numbers that stay in the nearest cache.
 *
 * Of outcomes whose exponential is still near 1 the walk has e = expm1(-s w), which
 * sums keep apart: sum x exp = sum x e + sum x, the latter known beforehand; and
 * sum c exp over nodes = sum c e + sum c. */
#include <math.h>
#include <string.h>

#include "curator/choice_parts.h"

/* Two lanes with a fixed order of summation, so that the bits do not depend on how
 * a compiler makes vectors. */
typedef double lanes __attribute__((vector_size(16), aligned(8), may_alias));

/* total[k] += sum over from <= i < to of x[i] e[k][i] */
static void dots(size_t from, size_t to, const double *x, double *const *e, double *total)
{
    lanes a[3] = {{0}}, b[3] = {{0}};
    size_t fours = from + (to - from) / 4 * 4;
    for (size_t i = from; i < fours; i += 4) {
        lanes x0 = *(const lanes *)(x + i), x2 = *(const lanes *)(x + i + 2);
        for (int k = 0; k < 3; k++) {
            a[k] += x0 * *(const lanes *)(e[k] + i);
            b[k] += x2 * *(const lanes *)(e[k] + i + 2);
        }
    }
    for (int k = 0; k < 3; k++) {
        lanes both = a[k] + b[k];
        double sum = both[0] + both[1];
        for (size_t i = fours; i < to; i++)
            sum += x[i] * e[k][i];
        total[k] += sum;
    }
}

static void add(size_t n, const double *c, const double *restrict e0, const double *restrict e1,
                const double *restrict e2, double *restrict sum)
{
    double c0 = c[0], c1 = c[1], c2 = c[2];
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        sum[i] += (c0 * e0[i] + c1 * e1[i]) + c2 * e2[i];
}

/* One row on its way. */
typedef struct stream {
    const tro_choice_plan *plan;
    tro_choice_walk walk;
    tro_choice_batch row;
    double *rest[TRO_CHOICE_INPUTS];   /* rest[v][i]: the sum of x_v from i on */
    double above[TRO_CHOICE_INPUTS];   /* the sum of x_v before walk.crossed */
    double full[TRO_CHOICE_INPUTS][3], low[TRO_CHOICE_INPUTS][3];
    double c[TRO_CHOICE_SUMS][3], c_low[3];
    double owed[TRO_CHOICE_SUMS], owed_low;
    size_t seen;                       /* walk.crossed of the last nodes */
} stream;

static void start_panel(stream *s)
{
    const tro_choice_op *op = s->row.op;
    size_t n = s->plan->outcomes;
    if (op->fill)
        op->fill(&s->row, s->walk.weight);
    for (int v = 0; v < op->inputs; v++) {
        double sum = 0;
        s->rest[v][n] = 0;
        for (size_t i = n; i-- > 0;)
            s->rest[v][i] = sum += s->row.x[v][i];
        s->above[v] = 0;
    }
    for (int a = 0; a < op->sums; a++) {
        memset(s->row.sum[a], 0, n * sizeof(double));
        s->owed[a] = 0;
    }
    s->owed_low = 0;
    s->seen = 0;
}

/* Outcomes that go over from expm1 to exp. */
static void cross(stream *s)
{
    const tro_choice_op *op = s->row.op;
    for (; s->seen < s->walk.crossed; s->seen++) {
        for (int v = 0; v < op->inputs; v++)
            s->above[v] += s->row.x[v][s->seen];
        for (int a = 0; a < op->sums; a++)
            s->row.sum[a][s->seen] += s->owed[a];
        if (op->low_sum)
            s->row.sum[op->sums - 1][s->seen] += s->owed_low;
    }
}

static void take_sums(stream *s)
{
    const tro_choice_walk *walk = &s->walk;
    size_t n = s->plan->outcomes;
    for (int v = 0; v < s->row.op->inputs; v++) {
        double sum[3] = {0, 0, 0};
        const double *x = s->row.x[v];
        dots(walk->dead, walk->crossed, x, walk->e, sum);
        dots(walk->crossed, n, x, walk->e, sum);
        for (int k = 0; k < 3; k++) {
            s->full[v][k] = sum[k] + s->rest[v][walk->crossed];
            s->low[v][k] = sum[k] - s->above[v];
        }
    }
}

static void give_sums(stream *s)
{
    const tro_choice_op *op = s->row.op;
    const tro_choice_walk *walk = &s->walk;
    size_t from = walk->dead, n = s->plan->outcomes - from;
    for (int a = 0; a < op->sums; a++) {
        double *c = s->c[a];
        s->owed[a] += (c[0] + c[1]) + c[2];
        if (op->low_sum && a == op->sums - 1) {
            s->owed_low += (s->c_low[0] + s->c_low[1]) + s->c_low[2];
            for (int k = 0; k < 3; k++)
                c[k] += s->c_low[k];
        }
        add(n, c, walk->e[0] + from, walk->e[1] + from, walk->e[2] + from, s->row.sum[a] + from);
    }
}

static void finish_panel(stream *s)
{
    const tro_choice_op *op = s->row.op;
    for (int a = 0; a < op->sums; a++)
        for (size_t i = s->seen; i < s->plan->outcomes; i++)
            s->row.sum[a][i] += s->owed[a];
    if (op->low_sum)
        for (size_t i = 0; i < s->seen; i++)
            s->row.sum[op->sums - 1][i] -= s->owed_low;
}

static void run_panel(stream *s, size_t panel)
{
    tro_choice_nodes nodes = {.count = 3, .s = s->walk.s, .measure = s->walk.measure,
                              .c = {s->c[0], s->c[1]}, .c_low = s->c_low};
    for (int v = 0; v < TRO_CHOICE_INPUTS; v++) {
        nodes.full[v] = s->full[v];
        nodes.low[v] = s->low[v];
    }
    tro_choice_walk_panel(&s->walk, panel);
    start_panel(s);
    while (tro_choice_walk_next(&s->walk)) {
        cross(s);
        take_sums(s);
        s->row.op->coefficients(&s->row, &nodes);
        give_sums(s);
    }
    finish_panel(s);
    s->row.op->flush(&s->row, s->walk.weight, panel == 0);
}

size_t tro_choice_stream_scratch(const tro_choice_plan *plan)
{
    size_t n = plan->outcomes;
    return tro_choice_walk_scratch(plan) + (2 + TRO_CHOICE_INPUTS + TRO_CHOICE_SUMS) * n +
           TRO_CHOICE_INPUTS * (n + 1) + 2;
}

/* Cuts the scratch into what a row needs; returns room for its p and aux. */
static double *prepare(stream *s, const tro_choice_batch *batch, double *scratch)
{
    size_t n = s->plan->outcomes;
    tro_choice_walk_make(&s->walk, s->plan, scratch);
    scratch += tro_choice_walk_scratch(s->plan);
    s->row = *batch;
    s->row.rows = 1;
    s->row.out = scratch;
    for (int a = 0; a < TRO_CHOICE_SUMS; a++)
        s->row.sum[a] = scratch += n;
    for (int v = 1; v < TRO_CHOICE_INPUTS; v++)
        s->row.x[v] = s->row.filled[v] = scratch += n;
    for (int v = 0; v < TRO_CHOICE_INPUTS; v++, scratch++)
        s->rest[v] = scratch += n;
    s->row.mass = scratch += n;
    s->row.scalar = scratch += 1;
    s->row.p = s->row.x[0] = scratch += 1;
    s->row.aux = scratch + n;
    if (!batch->op->fill)
        s->row.x[1] = s->row.aux;
    return scratch;
}

void tro_choice_stream(const tro_choice_plan *plan, const tro_choice_batch *batch,
                       double *scratch)
{
    stream s = {.plan = plan};
    size_t n = plan->outcomes;
    double *p = prepare(&s, batch, scratch), *aux = p + n;
    for (size_t r = 0; r < batch->rows; r++) {
        const double *p_row = batch->p + r * batch->p_stride;
        double *out = batch->out + r * batch->out_stride;
        for (size_t i = 0; i < n; i++)
            p[i] = p_row[plan->order[i]];
        for (size_t i = 0; batch->aux && i < n; i++)
            aux[i] = batch->aux[r * batch->aux_stride + plan->order[i]];
        s.row.op->begin(&s.row);
        for (size_t k = 0; k < plan->panel_count; k++)
            run_panel(&s, k);
        s.row.op->finish(&s.row);
        for (size_t i = 0; i < n; i++)
            out[plan->order[i]] = s.row.out[i];
    }
}
