/* Two candidates of few outcomes, directly:
 *
 *   H(x) = 2 sum_y q(y) s(x, y),  s(x, y) = w(x) / (w(x) + w(y)),  q = p / m
 *
 * n^2 divisions make s, a product of matrices the rest. The quadrature, which is
 * linear in n, is faster from 40 outcomes on for a single law, from 80 for many. */
#include <math.h>
#include <string.h>

#include <gsl/gsl_cblas.h>

#include "curator/choice_parts.h"

enum { PAIR_ROWS = 64 };

static size_t pairs_scratch(const tro_choice *choice)
{
    size_t n = choice->outcomes;
    return n * n + 4 * PAIR_ROWS * n;
}

/* s(x, y) = w(x) / (w(x) + w(y)) */
static void chances(const tro_choice *choice, double *s)
{
    size_t n = choice->outcomes;
    const double *w = choice->weight;
    for (size_t x = 0; x < n; x++)
        for (size_t y = 0; y < n; y++)
            s[x * n + y] = w[x] / (w[x] + w[y]);
}

/* to = from s' or from s, rows x n. */
static void times(size_t n, size_t rows, const double *from, enum CBLAS_TRANSPOSE transposed,
                  const double *s, double *to)
{
    cblas_dgemm(CblasRowMajor, CblasNoTrans, transposed, (int)rows, (int)n, (int)n, 1, from,
                (int)n, s, (int)n, 0, to, (int)n);
}

/* Some rows: q, and another matrix beside it, with two products of theirs. */
typedef struct pairs {
    size_t n, rows;
    double *s, *q, *other, *first, *second, mass[PAIR_ROWS];
    tro_choice_call call;   /* of these rows only */
} pairs;

typedef void pairs_function(pairs *work);

/* Calls `work` for some rows at a time, with q and the chances at hand. */
static void in_pairs(const tro_choice *choice, const tro_choice_call *call,
                     pairs_function *function)
{
    size_t n = choice->outcomes, room = PAIR_ROWS * n;
    double *s = call->scratch, *q = s + n * n;
    pairs work = {.n = n, .s = s, .q = q, .other = q + room, .first = q + 2 * room,
                  .second = q + 3 * room, .call = *call};
    chances(choice, s);
    for (size_t from = 0; from < call->rows; from += work.rows) {
        work.rows = call->rows - from < PAIR_ROWS ? call->rows - from : PAIR_ROWS;
        work.call.p = call->p + from * call->stride;
        work.call.aux = call->aux ? call->aux + from * call->aux_stride : NULL;
        work.call.out = call->out + from * call->out_stride;
        for (size_t r = 0; r < work.rows; r++) {
            const double *p = work.call.p + r * call->stride;
            work.mass[r] = tro_choice_total(n, p);
            for (size_t x = 0; x < n; x++)
                q[r * n + x] = work.mass[r] == 0 ? 0 : p[x] / work.mass[r];
        }
        function(&work);
        for (size_t r = 0; r < work.rows; r++)
            if (work.mass[r] == 0)
                memset(work.call.out + r * call->out_stride, 0, n * sizeof(double));
    }
}

static void pairs_apply_rows(pairs *work)
{
    size_t n = work->n;
    times(n, work->rows, work->q, CblasTrans, work->s, work->first);
    for (size_t r = 0; r < work->rows; r++)
        for (size_t x = 0; x < n; x++)
            work->call.out[r * work->call.out_stride + x] =
                work->call.p[r * work->call.stride + x] * (2 * work->first[r * n + x]);
}

/* H dp + 2 q (s dq), dq = dp - q dm */
static void pairs_derivative_rows(pairs *work)
{
    size_t n = work->n;
    for (size_t r = 0; r < work->rows; r++) {
        const double *dp = work->call.aux + r * work->call.aux_stride;
        double dm = tro_choice_total(n, dp);
        for (size_t x = 0; x < n; x++)
            work->other[r * n + x] = dp[x] - work->q[r * n + x] * dm;
    }
    times(n, work->rows, work->q, CblasTrans, work->s, work->first);
    times(n, work->rows, work->other, CblasTrans, work->s, work->second);
    for (size_t r = 0; r < work->rows; r++)
        for (size_t x = 0; x < n; x++)
            work->call.out[r * work->call.out_stride + x] =
                2 * (work->first[r * n + x] * work->call.aux[r * work->call.aux_stride + x] +
                     work->second[r * n + x] * work->q[r * n + x]);
}

/* H w + g - q . g, g = 2 s' (q w) */
static void pairs_transposed_rows(pairs *work)
{
    size_t n = work->n;
    for (size_t r = 0; r < work->rows; r++)
        for (size_t x = 0; x < n; x++)
            work->other[r * n + x] =
                work->q[r * n + x] * work->call.aux[r * work->call.aux_stride + x];
    times(n, work->rows, work->q, CblasTrans, work->s, work->first);
    times(n, work->rows, work->other, CblasNoTrans, work->s, work->second);
    for (size_t r = 0; r < work->rows; r++) {
        const double *g = work->second + r * n, *w = work->call.aux + r * work->call.aux_stride;
        double *out = work->call.out + r * work->call.out_stride;
        double mean = 0;
        for (size_t x = 0; x < n; x++)
            mean += g[x] * work->q[r * n + x];
        for (size_t x = 0; x < n; x++)
            out[x] = 2 * (work->first[r * n + x] * w[x] + (g[x] - mean));
    }
}

/* 2 p(x) sum_y q(y) (dr(x) - dr(y)) s (1 - s) */
static void pairs_by_reward_rows(pairs *work)
{
    size_t n = work->n;
    for (size_t r = 0; r < work->rows; r++) {
        const double *dr = work->call.aux + r * work->call.aux_stride;
        const double *p = work->call.p + r * work->call.stride;
        double *out = work->call.out + r * work->call.out_stride;
        for (size_t x = 0; x < n; x++) {
            double sum = 0;
            for (size_t y = 0; y < n; y++)
                sum += work->q[r * n + y] * (dr[x] - dr[y]) * work->s[x * n + y] *
                       work->s[y * n + x];
            out[x] = 2 * p[x] * sum;
        }
    }
}

static void pairs_apply(const tro_choice *choice, const tro_choice_call *call)
{
    in_pairs(choice, call, pairs_apply_rows);
}

static void pairs_derivative(const tro_choice *choice, const tro_choice_call *call)
{
    in_pairs(choice, call, pairs_derivative_rows);
}

static void pairs_transposed(const tro_choice *choice, const tro_choice_call *call)
{
    in_pairs(choice, call, pairs_transposed_rows);
}

static void pairs_by_reward(const tro_choice *choice, const tro_choice_call *call)
{
    in_pairs(choice, call, pairs_by_reward_rows);
}

const tro_choice_rule tro_choice_pairs = {
    .scratch = pairs_scratch, .apply = pairs_apply, .derivative = pairs_derivative,
    .transposed = pairs_transposed, .by_reward = pairs_by_reward};
