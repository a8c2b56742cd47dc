#include "analysis/noise.h"

#include <gsl/gsl_cblas.h>
#include <math.h>
#include <string.h>

#include "analysis/krylov.h"
#include "analysis/noise_outputs.h"
#include "analysis/resolvent.h"
#include "analysis/vector.h"

enum { DOUBLINGS = 60 };
#define SETTLED 1e-17       /* of a power of J: what it adds is rounding */
#define STABLE (1 - 1e-9)
#define STEP 1e-4           /* of differences, in the units of a factor of C */

static int refuse(tro_messages *messages, const char *why)
{
    return tro_error(messages, TRO_EUNSUPPORTED, NULL,
                     "the linear noise approximation needs %s", why);
}

static int supported(const tro_ecosystem *eco, const tro_plan *plan, tro_messages *messages)
{
    const tro_space *space = &eco->scenario->space;
    if (plan->schedule != &tro_schedule_synchronous)
        return refuse(messages, "synchronous rounds");
    if (eco->longest_delay > 0)
        return refuse(messages, "edges without delays");
    if (eco->remembers || eco->fixed_sets)
        return refuse(messages, "data that are replaced, real ones included");
    if (space->family->least_outputs && space->family->least_outputs(space) > 1)
        return refuse(messages, "maximum likelihood");
    if (eco->size > TRO_DENSE_LIMIT)
        return tro_error(messages, TRO_EUNSUPPORTED, NULL,
                         "the linear noise approximation is for at most %d mean parameters, "
                         "found %zu", TRO_DENSE_LIMIT, eco->size);
    for (size_t b = 0; b < eco->batch_count; b++)
        if (eco->batches[b].curation->bends)
            return refuse(messages, "kept outputs that are a law of the family");
    return TRO_OK;
}

/* --- what is known at the fixed point ------------------------ */

typedef struct maker {
    const tro_ecosystem *eco;
    const double *z;
    tro_resolvent resolvent;
    tro_sampler *sampler;
    double *columns;        /* size x size: a factor of a covariance, a row each */
    double *line, *above, *below, *scratch;
    tro_arena arena;
} maker;

static const double *base_law(void *context, const tro_entry *entry, double *out)
{
    maker *m = context;
    return tro_entry_law(m->eco, entry, m->z + entry->producer * m->eco->width, m->z, out,
                         m->scratch, m->resolvent.work.curation);
}

static int maker_init(maker *m, tro_messages *messages)
{
    size_t n = m->eco->size, width = m->eco->width;
    double radius;
    int status;
    TRO_TRY(tro_resolvent_init(&m->resolvent, m->eco, m->z, messages));
    TRO_TRY(tro_dense_spectral_radius(n, m->resolvent.jacobian, &radius));
    if (!(radius < STABLE))
        return tro_error(messages, TRO_EUNSUPPORTED, NULL,
                         "the linear noise approximation needs a stable fixed point, found a "
                         "spectral radius of %.6g", radius);
    TRO_TRY(tro_sampler_new(m->eco, &m->sampler, messages));
    m->columns = TRO_NEW(&m->arena, double, n * n);
    m->line = TRO_NEW(&m->arena, double, n + TRO_OUTPUTS_SCRATCH(width));
    m->above = TRO_NEW(&m->arena, double, n);
    m->below = TRO_NEW(&m->arena, double, n);
    m->scratch = TRO_NEW(&m->arena, double, 2 * width);
    if (!m->columns || !m->line || !m->above || !m->below || !m->scratch)
        return tro_error(messages, TRO_ENOMEM, NULL, "out of memory for noise");
out:
    return status;
}

static void maker_release(maker *m)
{
    tro_sampler_free(m->sampler);
    tro_resolvent_release(&m->resolvent);
    tro_arena_clear(&m->arena);
}

/* A factor of a covariance, V V' = C, by a pivoted Cholesky: columns of V as rows of
 * `columns`; the matrix is used up. Returns how many. */
static size_t factor(size_t n, double *matrix, double *columns)
{
    double largest = 0;
    for (size_t k = 0; k < n; k++)
        largest = fmax(largest, matrix[k * n + k]);
    for (size_t rank = 0; rank < n; rank++) {
        size_t pivot = 0;
        for (size_t k = 1; k < n; k++)
            pivot = matrix[k * n + k] > matrix[pivot * n + pivot] ? k : pivot;
        double top = matrix[pivot * n + pivot];
        if (!(top > 1e-14 * largest))
            return rank;
        double *column = columns + rank * n;
        for (size_t k = 0; k < n; k++)
            column[k] = matrix[k * n + pivot] / sqrt(top);
        for (size_t r = 0; r < n; r++)
            for (size_t c = 0; c < n; c++)
                matrix[r * n + c] -= column[r] * column[c];
        matrix[pivot * n + pivot] = 0;
    }
    return n;
}

/* --- Q ------------------------------------------------------------------------------------- */

/* The covariance of agent i's next state, given the state, and the part of its mean that
 * the curvature of the fit makes. */
static void agent_noise(maker *m, size_t agent, double *block, double *columns, double *bias)
{
    const tro_ecosystem *eco = m->eco;
    const tro_space *space = &eco->scenario->space;
    const double *fitted, *state = m->z + agent * eco->width;
    size_t width = eco->width;
    double rate = eco->scenario->agents[agent].rate, step = 1e-3;
    if (eco->scenario->agents[agent].presence != TRO_PRESENT) {
        memset(block, 0, width * width * sizeof *block); /* it does not retrain */
        return;
    }
    tro_outputs_covariance(m->sampler, &m->resolvent.work, agent, base_law, m, block, m->line);
    for (size_t k = 0; k < width * width; k++)
        block[k] *= rate * rate;
    if (!space->family->fit)
        return;
    fitted = m->resolvent.work.fitted + agent * width;
    size_t rank = factor(width, block, columns);
    memset(block, 0, width * width * sizeof *block);
    for (size_t v = 0; v < rank; v++) {
        double *column = columns + v * width, *up = m->above, *down = m->below, *at = m->line;
        for (size_t k = 0; k < width; k++) {
            up[k] = fitted[k] + step * column[k];
            down[k] = fitted[k] - step * column[k];
            at[k] = fitted[k];
        }
        space->family->fit(space, state, up);
        space->family->fit(space, state, down);
        space->family->fit(space, state, at);
        for (size_t k = 0; k < width; k++)
            bias[k] += 0.5 * (up[k] - 2 * at[k] + down[k]) / (step * step);
        space->family->fit_derivative(space, fitted, column);
        for (size_t r = 0; r < width; r++)
            for (size_t c = 0; c < width; c++)
                block[r * width + c] += column[r] * column[c];
    }
}

static int find_noise(maker *m, double *q, double *bias, tro_messages *messages)
{
    size_t width = m->eco->width, n = m->eco->size;
    double *block = TRO_NEW(&m->arena, double, width * width);
    if (!block)
        return tro_error(messages, TRO_ENOMEM, NULL, "out of memory for noise");
    tro_workspace_linearise(&m->resolvent.work, m->eco, m->z);
    for (size_t i = 0; i < m->eco->agents; i++) {
        agent_noise(m, i, block, m->columns, bias + i * width);
        for (size_t r = 0; r < width; r++)
            memcpy(q + (i * width + r) * n + i * width, block + r * width,
                   width * sizeof *q);
    }
    return TRO_OK;
}

/* --- C = J C J' + Q ------------------------ */

/* C = sum_k J^k Q J'^k by doubling (Smith 1968): C <- C + A C A', A <- A A. */
static int find_covariance(maker *m, double *c, tro_messages *messages)
{
    size_t n = m->eco->size;
    int size = (int)n;
    double *a = TRO_NEW(&m->arena, double, n * n), *next = TRO_NEW(&m->arena, double, n * n);
    double *half = TRO_NEW(&m->arena, double, n * n);
    if (!a || !next || !half)
        return tro_error(messages, TRO_ENOMEM, NULL, "out of memory for noise");
    memcpy(a, m->resolvent.jacobian, n * n * sizeof *a);
    for (int k = 0; k < DOUBLINGS; k++) {
        double largest = 0;
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, size, size, size, 1, a, size, c,
                    size, 0, half, size);
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, size, size, size, 1, half, size, a,
                    size, 1, c, size);
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, size, size, size, 1, a, size, a,
                    size, 0, next, size);
        for (size_t e = 0; e < n * n; e++)
            largest = fmax(largest, fabs(next[e]));
        memcpy(a, next, n * n * sizeof *a);
        if (largest < SETTLED)
            break;
    }
    for (size_t r = 0; r < n; r++)      /* what rounding took from its symmetry */
        for (size_t s = r + 1; s < n; s++)
            c[r * n + s] = c[s * n + r] = 0.5 * (c[r * n + s] + c[s * n + r]);
    return TRO_OK;
}

/* --- bias ------------------------ */

/* How far both ways z may go along v: tables have no negative entries. */
static double reach(const maker *m, const double *v)
{
    double step = STEP, largest = tro_norm(m->eco->size, v);
    if (m->eco->scenario->space.family->law == TRO_TABLE)
        for (size_t k = 0; k < m->eco->size; k++)
            if (v[k] != 0 && m->z[k] > 0)
                step = fmin(step, 0.5 * m->z[k] / fabs(v[k]));
    return largest > 0 ? step : 0;
}

/* bias += 1/2 D2F : C, and bends[i] += 1/2 D2J_i : C, by differences of derivatives. */
static int add_curvature(maker *m, const double *covariance, double *bias, double *bends)
{
    const tro_ecosystem *eco = m->eco;
    const tro_space *space = &eco->scenario->space;
    size_t n = eco->size, width = eco->width;
    double *matrix = TRO_NEW(&m->arena, double, n * n), *gradient = m->scratch;
    double *out = TRO_NEW(&m->arena, double, n);
    if (!matrix || !out)
        return TRO_ENOMEM;
    memcpy(matrix, covariance, n * n * sizeof *matrix);
    size_t rank = factor(n, matrix, m->columns);
    for (size_t v = 0; v < rank; v++) {
        const double *column = m->columns + v * n;
        double step = reach(m, column);
        for (int side = -1; step > 0 && side <= 1; side += 2) {
            for (size_t k = 0; k < n; k++)
                m->above[k] = m->z[k] + side * step * column[k];
            if (!eco->affine) {
                tro_round_derivative(eco, &m->resolvent.work, m->above, column, out);
                tro_add_scaled(n, side * 0.25 / step, out, bias);
            }
            for (size_t i = 0; i < eco->agents; i++) {
                const tro_agent *agent = &eco->scenario->agents[i];
                if (!agent->reward)
                    continue;
                space->family->alignment_gradient(space, agent->reward, agent->at,
                                                  m->above + i * width, gradient);
                bends[i] += side * 0.25 / step *
                            tro_dot(width, gradient, column + i * width);
            }
        }
    }
    return TRO_OK;
}

static void find_alignments(const maker *m, tro_noise *out, const double *bends)
{
    const tro_ecosystem *eco = m->eco;
    const tro_space *space = &eco->scenario->space;
    size_t width = eco->width, n = eco->size;
    double *gradient = m->scratch;
    for (size_t i = 0; i < eco->agents; i++) {
        const tro_agent *agent = &eco->scenario->agents[i];
        double variance = 0;
        out->alignment_bias[i] = out->alignment_sd[i] = NAN;
        if (!agent->reward)
            continue;
        space->family->alignment_gradient(space, agent->reward, agent->at, m->z + i * width,
                                          gradient);
        for (size_t r = 0; r < width; r++)
            variance += gradient[r] * tro_dot(width, gradient,
                                              out->covariance + (i * width + r) * n + i * width);
        out->alignment_sd[i] = sqrt(fmax(variance, 0));
        out->alignment_bias[i] = tro_dot(width, gradient, out->bias + i * width) + bends[i];
    }
}

int tro_noise_find(const tro_ecosystem *eco, const tro_plan *plan, const double *z,
                   tro_noise *out, tro_messages *messages)
{
    maker m = {.eco = eco, .z = z};
    size_t n = eco->size;
    double *bends;
    int status;
    *out = (tro_noise){.size = n};
    TRO_TRY(supported(eco, plan, messages));
    TRO_TRY(maker_init(&m, messages));
    out->covariance = TRO_NEW(&out->arena, double, n * n);
    out->bias = TRO_NEW(&out->arena, double, n);
    out->alignment_bias = TRO_NEW(&out->arena, double, eco->agents);
    out->alignment_sd = TRO_NEW(&out->arena, double, eco->agents);
    bends = TRO_NEW(&m.arena, double, eco->agents);
    if (!out->covariance || !out->bias || !out->alignment_bias || !out->alignment_sd || !bends) {
        status = tro_error(messages, TRO_ENOMEM, NULL, "out of memory for noise");
        goto out;
    }
    TRO_TRY(find_noise(&m, out->covariance, out->bias, messages));
    TRO_TRY(find_covariance(&m, out->covariance, messages));
    TRO_TRY(add_curvature(&m, out->covariance, out->bias, bends));
    TRO_TRY(tro_resolvent_solve(&m.resolvent, TRO_PLAIN, out->bias, out->bias, messages));
    find_alignments(&m, out, bends);
out:
    maker_release(&m);
    if (status < 0)
        tro_noise_release(out);
    return status;
}

void tro_noise_release(tro_noise *noise)
{
    tro_arena_clear(&noise->arena);
    *noise = (tro_noise){0};
}
