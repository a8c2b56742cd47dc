/* One choice among candidates of several producers. Producer k fills m_k of the K
 * places with its own law q_k:
 *
 *   p~(x) = sum_k m_k q_k(x) w(x) int exp(-s w(x)) phi_k^(m_k - 1)
 *                                     prod_{j != k} phi_j^(m_j) ds
 *
 * with phi_k = sum_y q_k(y) exp(-s w(y)). The term of k, summed over x, is its win
 * share. Rows of the batch are the laws of all producers, arena by arena. */
#include <math.h>
#include <string.h>

#include "curator/choice_parts.h"

struct tro_arena_choice {
    size_t outcomes, producers;
    const double *slots;
    tro_choice_plan plan;
};

int tro_arena_choice_new(tro_arena *arena, size_t outcomes, const double *reward,
                         size_t producers, const double *slots, const tro_arena_choice **out)
{
    double candidates = 0;
    if (outcomes == 0 || producers == 0)
        return TRO_EINVAL;
    for (size_t x = 0; x < outcomes; x++)
        if (!isfinite(reward[x]))
            return TRO_EINVAL;
    for (size_t k = 0; k < producers; k++) {
        if (!(slots[k] >= 1) || slots[k] != floor(slots[k]))
            return TRO_EINVAL;
        candidates += slots[k];
    }
    if (!(candidates <= 0x1p53))
        return TRO_EINVAL;
    tro_arena_choice *choice = TRO_NEW(arena, tro_arena_choice, 1);
    double *copy = TRO_NEW(arena, double, producers);
    if (!choice || !copy)
        return TRO_ENOMEM;
    memcpy(copy, slots, producers * sizeof *copy);
    choice->outcomes = outcomes;
    choice->producers = producers;
    choice->slots = copy;
    int status = tro_choice_plan_make(arena, outcomes, reward, candidates, &choice->plan);
    if (status == TRO_OK)
        *out = choice;
    return status;
}

/* A call on its way through the quadrature. */
typedef struct arena_call {
    const tro_arena_choice *choice;
    size_t stride;
    const double *const *p, *const *dp;
    const double *w, *share_w;       /* w: of the transpose; or the change of the reward */
    double *out, *share, *const *gradients;
    double *phi, *log_phi, *ratio;   /* one per producer */
} arena_call;

static const double LEAST_LOG = -690, SMALL = 1e-130, SHIFT = 345;
static const double FEW = 8;   /* up to this many places powers are products */

/* --- powers of all producers at one node --------------------------------------------- */

static int is_near(const tro_choice_nodes *nodes, size_t at)
{
    return nodes->low[0][at] > -0.5;
}

static double log_of(const tro_choice_nodes *nodes, size_t at)
{
    double full = nodes->full[0][at];
    if (is_near(nodes, at))
        return log1p(nodes->low[0][at]);
    return full <= 0 ? LEAST_LOG : fmax(log(full), LEAST_LOG);
}

/* Fills phi, and log_phi where it will be needed, for node `at` of the arena's first
 * row; rows are `count` apart. Returns a shift for exponents that keeps
 * phi_k^(m_k - 1) / phi_j in range. */
static double take_phi(const arena_call *call, const tro_choice_nodes *nodes, size_t at)
{
    size_t producers = call->choice->producers, count = nodes->count;
    double least = 1;
    for (size_t k = 0; k < producers; k++) {
        size_t here = at + k * count;
        call->phi[k] = is_near(nodes, here) ? 1 + nodes->low[0][here] : nodes->full[0][here];
        least = fmin(least, call->phi[k]);
    }
    if (least >= SMALL && call->choice->plan.candidates <= FEW)
        return 0;
    for (size_t k = 0; k < producers; k++)
        call->log_phi[k] = log_of(nodes, at + k * count);
    return least < SMALL ? SHIFT : 0;
}

static double power(double phi, double times)
{
    double product = 1;
    for (; times > 0; times--)
        product *= phi;
    return product;
}

/* c[k] = measure m_k phi_k^(m_k - 1) prod_{j != k} phi_j^(m_j) e^shift, without a
 * quotient: phi_k may be 0 where m_k is 1. */
static void give_powers(const arena_call *call, double measure, double shift, size_t stride,
                        double *c)
{
    size_t producers = call->choice->producers;
    const double *slots = call->choice->slots, *phi = call->phi, *log_phi = call->log_phi;
    double before = 1, after = 1, log_before = shift, log_after = 0;
    if (call->choice->plan.candidates <= FEW && shift == 0) {
        for (size_t k = 0; k < producers; before *= power(phi[k], slots[k]), k++)
            c[k * stride] = measure * slots[k] * before;
        for (size_t k = producers; k-- > 0; after *= power(phi[k], slots[k]))
            c[k * stride] *= power(phi[k], slots[k] - 1) * after;
        return;
    }
    for (size_t k = 0; k < producers; log_before += slots[k] * log_phi[k], k++)
        c[k * stride] = log_before;
    for (size_t k = producers; k-- > 0; log_after += slots[k] * log_phi[k])
        c[k * stride] = measure * slots[k] *
                        exp(c[k * stride] + (log_after + (slots[k] - 1) * log_phi[k]));
}

/* value / phi_k, e^-shift */
static double over_phi(const arena_call *call, size_t k, double shift, double value)
{
    return shift != 0 ? value * exp(-call->log_phi[k] - shift) : value / call->phi[k];
}

/* --- rows ---------------------------------------------------------------------------- */

/* The normalised laws, and the tangents of dp. A law without mass stays 0. */
static void begin(const tro_choice_batch *batch)
{
    const arena_call *call = batch->self;
    size_t n = batch->outcomes, producers = call->choice->producers;
    for (size_t r = 0; r < batch->rows; r++) {
        size_t k = (batch->first + r) % producers, row = (batch->first + r) / producers;
        const double *p = call->p[k] + row * call->stride;
        double *q = batch->filled[0] + r * n, mass = tro_choice_total(n, p);
        batch->mass[r] = mass;
        for (size_t x = 0; x < n; x++)
            q[x] = mass == 0 ? 0 : p[x] / mass;
        if (!call->dp)
            continue;
        const double *dp = call->dp[k] + row * call->stride;
        double *dq = batch->filled[1] + r * n, dm = tro_choice_total(n, dp);
        for (size_t x = 0; x < n; x++)
            dq[x] = mass == 0 ? 0 : (dp[x] - q[x] * dm) / mass;
    }
}

static int without_mass(const tro_choice_batch *batch, size_t first)
{
    const arena_call *call = batch->self;
    for (size_t k = 0; k < call->choice->producers; k++)
        if (batch->mass[first + k] == 0)
            return 1;
    return 0;
}

/* Adds values of producer k to the kept law and to its share. */
static void add_values(const tro_choice_batch *batch, size_t r, int first, const double *values)
{
    const arena_call *call = batch->self;
    size_t n = batch->outcomes, producers = call->choice->producers;
    size_t k = (batch->first + r) % producers, row = (batch->first + r) / producers;
    double *out = call->out + row * call->stride;
    for (size_t x = 0; x < n; x++)
        out[x] = first && k == 0 ? values[x] : out[x] + values[x];
    if (call->share) {
        double *share = call->share + row * producers + k, total = tro_choice_total(n, values);
        *share = first ? total : *share + total;
    }
}

static void finish(const tro_choice_batch *batch)
{
    const arena_call *call = batch->self;
    size_t producers = call->choice->producers;
    for (size_t r = 0; r < batch->rows; r += producers) {
        size_t row = (batch->first + r) / producers;
        if (!without_mass(batch, r))
            continue;
        memset(call->out + row * call->stride, 0, batch->outcomes * sizeof(double));
        if (call->share)
            memset(call->share + row * producers, 0, producers * sizeof(double));
    }
}

/* --- the kept law -------------------------------------------------------------------- */

static void apply_coefficients(const tro_choice_batch *batch, const tro_choice_nodes *nodes)
{
    const arena_call *call = batch->self;
    for (size_t r = 0; r < batch->rows; r += call->choice->producers)
        for (size_t j = 0; j < nodes->count; j++) {
            size_t at = r * nodes->count + j;
            take_phi(call, nodes, at);
            give_powers(call, nodes->measure[j], 0, nodes->count, nodes->c[0] + at);
        }
}

static void apply_flush(const tro_choice_batch *batch, const double *weight, int first)
{
    size_t n = batch->outcomes;
    for (size_t r = 0; r < batch->rows; r++) {
        const double *q = batch->x[0] + r * n;
        double *values = batch->sum[0] + r * n;
        for (size_t x = 0; x < n; x++)
            values[x] *= q[x] * weight[x];
        add_values(batch, r, first, values);
    }
}

static const tro_choice_op APPLY = {.inputs = 1, .sums = 1, .low_inputs = 1, .begin = begin,
                                    .coefficients = apply_coefficients, .flush = apply_flush,
                                    .finish = finish};

/* --- its derivative ------------------------------------------------------------------ */

/* sum_j m_j ratio_j less ratio_k, into c[k], which it multiplies. */
static void give_changes(const arena_call *call, size_t stride, double *c)
{
    const double *slots = call->choice->slots, *ratio = call->ratio;
    for (size_t k = 0; k < call->choice->producers; k++) {
        double sum = (slots[k] - 1) * ratio[k];
        for (size_t j = 0; j < call->choice->producers; j++)
            if (j != k)
                sum += slots[j] * ratio[j];
        c[k * stride] *= sum;
    }
}

static void derivative_coefficients(const tro_choice_batch *batch,
                                    const tro_choice_nodes *nodes)
{
    const arena_call *call = batch->self;
    size_t producers = call->choice->producers, count = nodes->count;
    for (size_t r = 0; r < batch->rows; r += producers)
        for (size_t j = 0; j < count; j++) {
            size_t at = r * count + j;
            double shift = take_phi(call, nodes, at);
            give_powers(call, nodes->measure[j], 0, count, nodes->c[0] + at);
            give_powers(call, nodes->measure[j], shift, count, nodes->c[1] + at);
            for (size_t k = 0; k < producers; k++) {
                size_t here = at + k * count;
                double change = is_near(nodes, here) ? nodes->low[1][here] : nodes->full[1][here];
                call->ratio[k] = over_phi(call, k, shift, change);
            }
            give_changes(call, count, nodes->c[1] + at);
        }
}

static void derivative_flush(const tro_choice_batch *batch, const double *weight, int first)
{
    size_t n = batch->outcomes;
    for (size_t r = 0; r < batch->rows; r++) {
        const double *q = batch->x[0] + r * n, *dq = batch->x[1] + r * n;
        double *values = batch->sum[0] + r * n, *by_law = batch->sum[1] + r * n;
        for (size_t x = 0; x < n; x++)
            values[x] = weight[x] * (dq[x] * values[x] + q[x] * by_law[x]);
        add_values(batch, r, first, values);
    }
}

static const tro_choice_op DERIVATIVE = {.inputs = 2, .sums = 2, .low_inputs = 2,
                                         .begin = begin,
                                         .coefficients = derivative_coefficients,
                                         .flush = derivative_flush, .finish = finish};

/* --- its transpose ------------------------------------------------------------------- */

static double worth(const arena_call *call, size_t row, size_t k, size_t x)
{
    double w = call->w[row * call->stride + x];
    return call->share_w ? w + call->share_w[row * call->choice->producers + k] : w;
}

static void transposed_fill(const tro_choice_batch *batch, const double *weight)
{
    const arena_call *call = batch->self;
    size_t n = batch->outcomes, producers = call->choice->producers;
    for (size_t r = 0; r < batch->rows; r++) {
        size_t k = (batch->first + r) % producers, row = (batch->first + r) / producers;
        const double *q = batch->x[0] + r * n;
        for (size_t x = 0; x < n; x++)
            batch->filled[1][r * n + x] = q[x] * weight[x] * worth(call, row, k, x);
    }
}

static void transposed_coefficients(const tro_choice_batch *batch,
                                    const tro_choice_nodes *nodes)
{
    const arena_call *call = batch->self;
    size_t producers = call->choice->producers, count = nodes->count;
    const double *slots = call->choice->slots;
    for (size_t r = 0; r < batch->rows; r += producers)
        for (size_t j = 0; j < count; j++) {
            size_t at = r * count + j;
            double shift = take_phi(call, nodes, at), *c = nodes->c[1] + at;
            give_powers(call, nodes->measure[j], 0, count, nodes->c[0] + at);
            give_powers(call, nodes->measure[j], shift, count, c);
            for (size_t k = 0; k < producers; k++)
                call->ratio[k] = c[k * count] * nodes->full[1][at + k * count];
            for (size_t k = 0; k < producers; k++) {
                size_t here = at + k * count;
                double sum = 0;
                for (size_t i = 0; i < producers; i++)
                    sum += call->ratio[i] * (i == k ? slots[k] - 1 : slots[k]);
                sum = over_phi(call, k, shift, sum);
                nodes->c_low[here] = is_near(nodes, here) ? sum : 0;
                c[k * count] = is_near(nodes, here) ? 0 : sum;
            }
        }
}

static void transposed_flush(const tro_choice_batch *batch, const double *weight, int first)
{
    const arena_call *call = batch->self;
    size_t n = batch->outcomes, producers = call->choice->producers;
    for (size_t r = 0; r < batch->rows; r++) {
        size_t k = (batch->first + r) % producers, row = (batch->first + r) / producers;
        const double *sum = batch->sum[0] + r * n, *by_law = batch->sum[1] + r * n;
        double *out = call->gradients[k] + row * call->stride;
        for (size_t x = 0; x < n; x++) {
            double value = worth(call, row, k, x) * weight[x] * sum[x] + by_law[x];
            out[x] = first ? value : out[x] + value;
        }
    }
}

/* From the gradient g in q to that in p: (g - q . g) / m. */
static void transposed_finish(const tro_choice_batch *batch)
{
    const arena_call *call = batch->self;
    size_t n = batch->outcomes, producers = call->choice->producers;
    for (size_t r = 0; r < batch->rows; r++) {
        size_t k = (batch->first + r) % producers, row = (batch->first + r) / producers;
        const double *q = batch->x[0] + r * n;
        double *out = call->gradients[k] + row * call->stride, mean = 0;
        if (without_mass(batch, r - k)) {
            memset(out, 0, n * sizeof *out);
            continue;
        }
        for (size_t x = 0; x < n; x++)
            mean += q[x] * out[x];
        for (size_t x = 0; x < n; x++)
            out[x] = (out[x] - mean) / batch->mass[r];
    }
}

static const tro_choice_op TRANSPOSED = {.inputs = 2, .sums = 2, .low_inputs = 1, .low_sum = 1,
                                         .begin = begin, .fill = transposed_fill,
                                         .coefficients = transposed_coefficients,
                                         .flush = transposed_flush,
                                         .finish = transposed_finish};

/* --- by the reward ------------------------------------------------------------------- */

/* With c_kl = m_k (m_l - [k = l]) and Phi_kl the product of all powers with one phi_k and one
 * phi_l less, two of the candidates are weighed against each other:
 *
 *   dp~(x) = sum_k q_k(x) w(x) int s exp(-s w(x)) sum_l c_kl Phi_kl
 *                sum_y (dr(x) - dr(y)) q_l(y) w(y) exp(-s w(y)) ds */
static void reward_fill(const tro_choice_batch *batch, const double *weight)
{
    const arena_call *call = batch->self;
    size_t n = batch->outcomes;
    for (size_t r = 0; r < batch->rows; r++) {
        const double *q = batch->x[0] + r * n;
        for (size_t x = 0; x < n; x++) {
            batch->filled[1][r * n + x] = q[x] * weight[x];
            batch->filled[2][r * n + x] = q[x] * weight[x] * call->w[x];
        }
    }
}

static void reward_coefficients(const tro_choice_batch *batch, const tro_choice_nodes *nodes)
{
    const arena_call *call = batch->self;
    size_t producers = call->choice->producers, count = nodes->count;
    for (size_t r = 0; r < batch->rows; r += producers)
        for (size_t j = 0; j < count; j++) {
            size_t at = r * count + j;
            double shift = take_phi(call, nodes, at);
            for (int a = 0; a < 2; a++) {
                give_powers(call, nodes->measure[j] * nodes->s[j], shift, count,
                            nodes->c[a] + at);
                for (size_t k = 0; k < producers; k++)
                    call->ratio[k] = over_phi(call, k, shift,
                                              nodes->full[1 + a][at + k * count]);
                give_changes(call, count, nodes->c[a] + at);
            }
        }
}

static void reward_flush(const tro_choice_batch *batch, const double *weight, int first)
{
    const arena_call *call = batch->self;
    size_t n = batch->outcomes;
    for (size_t r = 0; r < batch->rows; r++) {
        const double *q = batch->x[0] + r * n, *others = batch->sum[1] + r * n;
        double *values = batch->sum[0] + r * n;
        for (size_t x = 0; x < n; x++)
            values[x] = q[x] * weight[x] * (call->w[x] * values[x] - others[x]);
        add_values(batch, r, first, values);
    }
}

static const tro_choice_op BY_REWARD = {.inputs = 3, .sums = 2, .low_inputs = 1,
                                        .begin = begin, .fill = reward_fill,
                                        .coefficients = reward_coefficients,
                                        .flush = reward_flush, .finish = finish};

/* --- calls --------------------------------------------------------------------------- */

static size_t tile_rows(const tro_arena_choice *choice)
{
    size_t rows = tro_choice_tile_rows(choice->outcomes) / choice->producers;
    return choice->producers * (rows > 0 ? rows : 1);
}

size_t tro_arena_choice_scratch(const tro_arena_choice *choice)
{
    return 3 * choice->producers + tro_choice_tiles_scratch(&choice->plan, tile_rows(choice));
}

static void run(arena_call *call, size_t rows, const tro_choice_op *op, double *scratch)
{
    const tro_arena_choice *choice = call->choice;
    tro_choice_batch batch = {.op = op, .self = call, .candidates = choice->plan.candidates,
                              .rows = rows * choice->producers, .outcomes = choice->outcomes};
    call->phi = scratch;
    call->log_phi = scratch + choice->producers;
    call->ratio = scratch + 2 * choice->producers;
    tro_choice_tiles(&choice->plan, &batch, tile_rows(choice), 1,
                     scratch + 3 * choice->producers);
}

void tro_arena_choice_apply(const tro_arena_choice *choice, size_t rows, size_t stride,
                            const double *const *p, double *out, double *share, double *scratch)
{
    arena_call call = {.choice = choice, .stride = stride, .p = p, .out = out, .share = share};
    run(&call, rows, &APPLY, scratch);
}

void tro_arena_choice_derivative(const tro_arena_choice *choice, size_t rows, size_t stride,
                                 const double *const *p, const double *const *dp, double *out,
                                 double *share, double *scratch)
{
    arena_call call = {.choice = choice, .stride = stride, .p = p, .dp = dp, .out = out,
                       .share = share};
    run(&call, rows, &DERIVATIVE, scratch);
}

void tro_arena_choice_transposed(const tro_arena_choice *choice, size_t rows, size_t stride,
                                 const double *const *p, const double *w, const double *share_w,
                                 double *const *out, double *scratch)
{
    arena_call call = {.choice = choice, .stride = stride, .p = p, .w = w, .share_w = share_w,
                       .gradients = out};
    run(&call, rows, &TRANSPOSED, scratch);
}

void tro_arena_choice_by_reward(const tro_arena_choice *choice, size_t rows, size_t stride,
                                const double *const *p, const double *dr, double *out,
                                double *scratch)
{
    arena_call call = {.choice = choice, .stride = stride, .p = p, .w = dr, .out = out};
    run(&call, rows, &BY_REWARD, scratch);
}
