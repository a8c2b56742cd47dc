/* What the quadrature sums for a finite number of candidates, and by which of its
 * two loops. In the notation of choice_nodes.c, with q = p / m the normalised law,
 * and H(x) = K w(x) int exp(-s w(x)) phi^(K-1) ds:
 *
 *   by the law     H dq + q K w (K-1) int exp(-s w) phi^(K-2) dphi ds
 *   by the reward  q(x) K (K-1) int s exp(-s w(x)) w(x) phi^(K-2)
 *                      sum_y (dr(x) - dr(y)) q(y) w(y) exp(-s w(y)) ds
 *
 * The first is taken in the direction dq = dp - q dm, dm = sum dp, and m C(p / m)
 * adds dm q H: together H dp + q (...). */
#include <math.h>
#include <string.h>

#include "curator/choice_parts.h"

/* Up to this many candidates powers are products, and errors of phi need not be
 * small against 1 - phi. */
static const double FEW = 8;
/* Fewer rows go one by one. */
enum { TILE_FROM = 3 };

/* --- powers -------------------------------------------------------------------------- */

typedef struct powers {
    double phi[TRO_CHOICE_NODES], power[TRO_CHOICE_NODES];   /* power = phi^(K-2) */
    int near[TRO_CHOICE_NODES];   /* phi is above 1/2: sums of expm1 are the exact ones */
} powers;

static void take_powers(const tro_choice_batch *batch, const tro_choice_nodes *nodes, size_t row,
                        powers *out)
{
    size_t count = nodes->count, at = row * count;
    const double *full = nodes->full[0] + at;
    const double *low = nodes->low[0] ? nodes->low[0] + at : NULL;
    double mass = batch->mass[row], exponent = batch->candidates - 2;
    for (size_t j = 0; j < count; j++) {
        out->near[j] = low && low[j] / mass > -0.5;
        out->phi[j] = out->near[j] ? 1 + low[j] / mass : full[j] / mass;
        out->power[j] = 1;
    }
    if (batch->candidates > FEW) {
        for (size_t j = 0; j < count; j++)
            out->power[j] = out->near[j] ? exp(exponent * log1p(low[j] / mass))
                                         : pow(out->phi[j], exponent);
        return;
    }
    for (int k = 0; k < (int)exponent; k++)
        for (size_t j = 0; j < count; j++)
            out->power[j] *= out->phi[j];
}

/* --- what all operations on one law share -------------------------------------------- */

static void begin(const tro_choice_batch *batch)
{
    for (size_t r = 0; r < batch->rows; r++)
        batch->mass[r] = tro_choice_total(batch->outcomes, batch->p + r * batch->p_stride);
}

static void finish(const tro_choice_batch *batch)
{
    for (size_t r = 0; r < batch->rows; r++)
        if (batch->mass[r] == 0)
            memset(batch->out + r * batch->out_stride, 0, batch->outcomes * sizeof(double));
}

/* --- C(p) ---------------------------------------------------------------------------- */

static void apply_coefficients(const tro_choice_batch *batch, const tro_choice_nodes *nodes)
{
    powers at_row;
    for (size_t r = 0; r < batch->rows; r++) {
        double *c = nodes->c[0] + r * nodes->count;
        take_powers(batch, nodes, r, &at_row);
        for (size_t j = 0; j < nodes->count; j++)
            c[j] = nodes->measure[j] * (at_row.power[j] * at_row.phi[j]);
    }
}

static void apply_flush(const tro_choice_batch *batch, const double *weight, int first)
{
    size_t n = batch->outcomes;
    for (size_t r = 0; r < batch->rows; r++) {
        const double *p = batch->p + r * batch->p_stride, *sum = batch->sum[0] + r * n;
        double *out = batch->out + r * batch->out_stride;
        for (size_t x = 0; x < n; x++) {
            double kept = p[x] * (batch->candidates * (weight[x] * sum[x]));
            out[x] = first ? kept : out[x] + kept;
        }
    }
}

static const tro_choice_op APPLY = {.inputs = 1, .sums = 1, .low_inputs = 1, .begin = begin,
                                    .coefficients = apply_coefficients, .flush = apply_flush,
                                    .finish = finish};

/* --- C'(p) dp ------------------------------------------------------------------------ */

/* scalar: dm */
static void derivative_begin(const tro_choice_batch *batch)
{
    begin(batch);
    for (size_t r = 0; r < batch->rows; r++)
        batch->scalar[r] = tro_choice_total(batch->outcomes, batch->aux + r * batch->aux_stride);
}

static void derivative_coefficients(const tro_choice_batch *batch,
                                    const tro_choice_nodes *nodes)
{
    powers at_row;
    for (size_t r = 0; r < batch->rows; r++) {
        size_t at = r * nodes->count;
        double *c = nodes->c[0] + at, *by_law = nodes->c[1] + at, dm = batch->scalar[r];
        take_powers(batch, nodes, r, &at_row);
        for (size_t j = 0; j < nodes->count; j++) {
            double change = nodes->full[1][at + j] - dm * at_row.phi[j];
            if (at_row.near[j])
                change = nodes->low[1][at + j] - dm * (nodes->low[0][at + j] / batch->mass[r]);
            double scaled = nodes->measure[j] * at_row.power[j];
            c[j] = scaled * at_row.phi[j];
            by_law[j] = scaled * ((batch->candidates - 1) * change);
        }
    }
}

static void derivative_flush(const tro_choice_batch *batch, const double *weight, int first)
{
    size_t n = batch->outcomes;
    for (size_t r = 0; r < batch->rows; r++) {
        const double *p = batch->p + r * batch->p_stride, *dp = batch->aux + r * batch->aux_stride;
        const double *sum = batch->sum[0] + r * n, *by_law = batch->sum[1] + r * n;
        double *out = batch->out + r * batch->out_stride, mass = batch->mass[r];
        for (size_t x = 0; x < n; x++) {
            double change = batch->candidates * weight[x] *
                            (dp[x] * sum[x] + p[x] / mass * by_law[x]);
            out[x] = first ? change : out[x] + change;
        }
    }
}

static const tro_choice_op DERIVATIVE = {.inputs = 2, .sums = 2, .low_inputs = 2,
                                         .begin = derivative_begin,
                                         .coefficients = derivative_coefficients,
                                         .flush = derivative_flush, .finish = finish};

/* --- C'(p)' w ------------------------------------------------------------------------ */

/* scalar: q . (the part by phi), which the projection on dq takes off */
static void transposed_begin(const tro_choice_batch *batch)
{
    begin(batch);
    memset(batch->scalar, 0, batch->rows * sizeof *batch->scalar);
}

static void transposed_fill(const tro_choice_batch *batch, const double *weight)
{
    size_t n = batch->outcomes;
    for (size_t r = 0; r < batch->rows; r++) {
        const double *p = batch->p + r * batch->p_stride, *w = batch->aux + r * batch->aux_stride;
        double *x1 = batch->filled[1] + r * n, mass = batch->mass[r];
        for (size_t x = 0; x < n; x++)
            x1[x] = p[x] / mass * (w[x] * weight[x]);
    }
}

static void transposed_coefficients(const tro_choice_batch *batch,
                                    const tro_choice_nodes *nodes)
{
    powers at_row;
    for (size_t r = 0; r < batch->rows; r++) {
        size_t at = r * nodes->count;
        take_powers(batch, nodes, r, &at_row);
        for (size_t j = 0; j < nodes->count; j++) {
            double scaled = nodes->measure[j] * at_row.power[j];
            double by_law = scaled * ((batch->candidates - 1) * nodes->full[1][at + j]);
            nodes->c[0][at + j] = scaled * at_row.phi[j];
            nodes->c[1][at + j] = at_row.near[j] ? 0 : by_law;
            if (nodes->c_low)
                nodes->c_low[at + j] = at_row.near[j] ? by_law : 0;
        }
    }
}

static void transposed_flush(const tro_choice_batch *batch, const double *weight, int first)
{
    size_t n = batch->outcomes;
    for (size_t r = 0; r < batch->rows; r++) {
        const double *p = batch->p + r * batch->p_stride, *w = batch->aux + r * batch->aux_stride;
        const double *sum = batch->sum[0] + r * n, *by_law = batch->sum[1] + r * n;
        double *out = batch->out + r * batch->out_stride, mass = batch->mass[r], taken = 0;
        for (size_t x = 0; x < n; x++) {
            double change = batch->candidates * (w[x] * (weight[x] * sum[x]) + by_law[x]);
            out[x] = first ? change : out[x] + change;
            taken += p[x] / mass * by_law[x];
        }
        batch->scalar[r] += batch->candidates * taken;
    }
}

static void transposed_finish(const tro_choice_batch *batch)
{
    for (size_t r = 0; r < batch->rows; r++)
        for (size_t x = 0; x < batch->outcomes; x++)
            batch->out[r * batch->out_stride + x] -= batch->scalar[r];
    finish(batch);
}

static const tro_choice_op TRANSPOSED = {.inputs = 2, .sums = 2, .low_inputs = 1, .low_sum = 1,
                                         .begin = transposed_begin, .fill = transposed_fill,
                                         .coefficients = transposed_coefficients,
                                         .flush = transposed_flush,
                                         .finish = transposed_finish};

/* --- by the reward ------------------------------------------------------------------- */

static void reward_fill(const tro_choice_batch *batch, const double *weight)
{
    size_t n = batch->outcomes;
    for (size_t r = 0; r < batch->rows; r++) {
        const double *p = batch->p + r * batch->p_stride, *dr = batch->aux + r * batch->aux_stride;
        double *x1 = batch->filled[1] + r * n, *x2 = batch->filled[2] + r * n;
        double mass = batch->mass[r];
        for (size_t x = 0; x < n; x++) {
            x1[x] = p[x] / mass * weight[x];
            x2[x] = x1[x] * dr[x];
        }
    }
}

static void reward_coefficients(const tro_choice_batch *batch, const tro_choice_nodes *nodes)
{
    powers at_row;
    for (size_t r = 0; r < batch->rows; r++) {
        size_t at = r * nodes->count;
        take_powers(batch, nodes, r, &at_row);
        for (size_t j = 0; j < nodes->count; j++) {
            double scaled = nodes->measure[j] * nodes->s[j] *
                            (at_row.power[j] * (batch->candidates - 1));
            nodes->c[0][at + j] = scaled * nodes->full[1][at + j];
            nodes->c[1][at + j] = scaled * nodes->full[2][at + j];
        }
    }
}

static void reward_flush(const tro_choice_batch *batch, const double *weight, int first)
{
    size_t n = batch->outcomes;
    for (size_t r = 0; r < batch->rows; r++) {
        const double *p = batch->p + r * batch->p_stride, *dr = batch->aux + r * batch->aux_stride;
        const double *own = batch->sum[0] + r * n, *others = batch->sum[1] + r * n;
        double *out = batch->out + r * batch->out_stride;
        for (size_t x = 0; x < n; x++) {
            double change = p[x] * (batch->candidates * weight[x] * (dr[x] * own[x] - others[x]));
            out[x] = first ? change : out[x] + change;
        }
    }
}

static const tro_choice_op BY_REWARD = {.inputs = 3, .sums = 2, .low_inputs = 1,
                                        .begin = begin, .fill = reward_fill,
                                        .coefficients = reward_coefficients,
                                        .flush = reward_flush, .finish = finish};

/* --- the rule ------------------------------------------------------------------------ */

static void run(const tro_choice *choice, const tro_choice_op *op, const tro_choice_call *call)
{
    tro_choice_batch batch = {
        .op = op, .candidates = choice->candidates, .rows = call->rows,
        .outcomes = choice->outcomes, .p = call->p, .aux = call->aux, .p_stride = call->stride,
        .aux_stride = call->aux_stride, .out = call->out, .out_stride = call->out_stride};
    if (call->rows < TILE_FROM)
        tro_choice_stream(&choice->plan, &batch, call->scratch);
    else
        tro_choice_tiles(&choice->plan, &batch, tro_choice_tile_rows(choice->outcomes),
                         choice->candidates > FEW, call->scratch);
}

static size_t scratch(const tro_choice *choice)
{
    size_t stream = tro_choice_stream_scratch(&choice->plan);
    size_t tiles = tro_choice_tiles_scratch(&choice->plan, tro_choice_tile_rows(choice->outcomes));
    return stream > tiles ? stream : tiles;
}

static void apply(const tro_choice *choice, const tro_choice_call *call)
{
    run(choice, &APPLY, call);
}

static void derivative(const tro_choice *choice, const tro_choice_call *call)
{
    run(choice, &DERIVATIVE, call);
}

static void transposed(const tro_choice *choice, const tro_choice_call *call)
{
    run(choice, &TRANSPOSED, call);
}

static void by_reward(const tro_choice *choice, const tro_choice_call *call)
{
    run(choice, &BY_REWARD, call);
}

const tro_choice_rule tro_choice_quadrature = {
    .scratch = scratch, .apply = apply, .derivative = derivative, .transposed = transposed,
    .by_reward = by_reward, .needs = TRO_CHOICE_PLANNED};
