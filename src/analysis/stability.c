#include "analysis/stability.h"

#include <math.h>
#include <string.h>

#include "analysis/krylov.h"

enum {
    GROWTH_ROUNDS = 4000, GROWTH_BLOCKS = 20, GROWTH_BURN_IN = 200,
    LARGEST_MEMORY = 20000 /* state and past of a period, for an eigenvalue */
};

static int apply_jacobian(void *self, const double *x, double *y)
{
    tro_resolvent_product(self, TRO_PLAIN, x, y);
    return TRO_OK;
}

/* The largest eigenvalue of J: all of them when J is at hand, Krylov else. */
static int synchronous_radius(tro_resolvent *resolvent, tro_complex *value)
{
    size_t n = resolvent->ecosystem->size;
    if (resolvent->jacobian) {
        tro_complex *values = tro_allocate(n, sizeof *values);
        int status = values ? tro_dense_eigenvalues(n, resolvent->jacobian, values)
                            : TRO_ENOMEM;
        if (status == TRO_OK)
            *value = values[0];
        tro_release(values);
        return status;
    }
    tro_operator op = {.size = n, .apply = apply_jacobian, .self = resolvent};
    return tro_krylov_dominant(&op, value);
}

/* |J| bounds every order; only at hand when J is. */
static int absolute_radius(const tro_resolvent *resolvent, double *radius)
{
    size_t n = resolvent->ecosystem->size;
    *radius = NAN;
    if (!resolvent->jacobian)
        return TRO_OK;
    double *absolute = tro_allocate(n, n * sizeof *absolute);
    if (!absolute)
        return TRO_ENOMEM;
    for (size_t k = 0; k < n * n; k++)
        absolute[k] = fabs(resolvent->jacobian[k]);
    int status = tro_dense_spectral_radius(n, absolute, radius);
    tro_release(absolute);
    return status;
}

/* --- one period of a schedule as a linear operator ---------------------- */

typedef struct period_map {
    tro_runner runner;
    uint64_t start;    /* a round after which the pattern of past rows repeats */
} period_map;

static int apply_period(void *self, const double *x, double *y)
{
    period_map *map = self;
    int status = TRO_OK;
    tro_runner_import(&map->runner, map->start, x);
    for (uint64_t r = 0; r < map->runner.plan->period && status == TRO_OK; r++)
        status = tro_runner_round(&map->runner);
    tro_runner_export(&map->runner, y);
    return status;
}

static int period_init(period_map *map, const tro_resolvent *resolvent, const tro_plan *plan)
{
    const tro_ecosystem *eco = resolvent->ecosystem;
    uint64_t reach = (uint64_t)ceil(eco->longest_delay) + 1;
    double *nothing = tro_allocate(eco->size, sizeof *nothing);
    int status = TRO_ENOMEM;
    if (!nothing)
        goto out;
    TRO_TRY(tro_runner_init(&map->runner, eco, plan, TRO_LINEAR));
    map->runner.base = resolvent->z;
    /* Only the times of the past matter here; a disturbance could overflow. */
    TRO_TRY(tro_runner_start(&map->runner, 0, nothing));
    map->start = (reach + plan->period - 1) / plan->period * plan->period;
    while (map->runner.round < map->start)
        TRO_TRY(tro_runner_round(&map->runner));
out:
    tro_release(nothing);
    return status;
}

static int period_eigenvalue(const tro_resolvent *resolvent, const tro_plan *plan,
                             tro_complex *value)
{
    period_map map = {0};
    int status = period_init(&map, resolvent, plan);
    double *matrix = NULL;
    tro_complex *values = NULL;
    if (status < 0)
        goto out;
    size_t n = tro_runner_memory(&map.runner);
    if (n > LARGEST_MEMORY && resolvent->ecosystem->longest_delay > 0) {
        status = TRO_EUNSUPPORTED;
        goto out;
    }
    tro_operator op = {.size = n, .apply = apply_period, .self = &map};
    if (n > TRO_DENSE_LIMIT) {
        status = tro_krylov_dominant(&op, value);
        goto out;
    }
    status = TRO_ENOMEM;
    matrix = tro_allocate(n, n * sizeof *matrix);
    values = tro_allocate(n, sizeof *values);
    if (!matrix || !values)
        goto out;
    TRO_TRY(tro_dense_assemble(&op, matrix));
    TRO_TRY(tro_dense_eigenvalues(n, matrix, values));
    *value = values[0];
out:
    tro_release(matrix);
    tro_release(values);
    tro_runner_release(&map.runner);
    return status;
}

/* --- growth over random orders ------------------------------------------ */

static double normalise(double *memory, size_t n)
{
    double norm = 0;
    for (size_t k = 0; k < n; k++)
        norm += memory[k] * memory[k];
    norm = sqrt(norm);
    for (size_t k = 0; norm > 0 && k < n; k++)
        memory[k] /= norm;
    return norm;
}

/* Scales the disturbance, past rows included, back to length 1. */
static int rescale(tro_runner *runner, double *log_norm)
{
    size_t n = tro_runner_memory(runner);
    double *memory = tro_allocate(n, sizeof *memory);
    if (!memory)
        return TRO_ENOMEM;
    tro_runner_export(runner, memory);
    double norm = normalise(memory, n);
    *log_norm = log(norm);
    tro_runner_import(runner, runner->round, memory);
    tro_release(memory);
    return TRO_OK;
}

/* Marks the agents of the last round; 1 when all are marked. */
static int mark(const tro_runner *runner, int *seen)
{
    int all = 1;
    for (size_t k = 0; k < runner->events.count; k++)
        seen[runner->events.items[k].agent] = 1;
    for (size_t i = 0; i < runner->ecosystem->agents; i++)
        all &= seen[i];
    return all;
}

/* The mean log growth per round (the top Lyapunov exponent) by blocks;
 * *everyone tells whether every agent retrained at all. */
static int growth(const tro_resolvent *resolvent, const tro_plan *plan, double *rate,
                  double *standard_error, int *everyone)
{
    tro_runner runner = {0};
    size_t n = resolvent->ecosystem->size;
    double sum = 0, squares = 0, log_norm, *start = tro_allocate(n, sizeof *start);
    int *seen = tro_allocate(resolvent->ecosystem->agents, sizeof *seen);
    tro_stream_key key = {.seed = plan->scenario->seed, .purpose = TRO_FOR_START};
    tro_stream stream = tro_stream_of(&key);
    int status = TRO_ENOMEM;
    if (!start || !seen)
        goto out;
    tro_stream_normals(&stream, n, start);
    TRO_TRY(tro_runner_init(&runner, resolvent->ecosystem, plan, TRO_LINEAR));
    runner.base = resolvent->z;
    TRO_TRY(tro_runner_start(&runner, 0, start));
    for (int block = -1; block < GROWTH_BLOCKS; block++) {
        int burn_in = (int)fmax(GROWTH_BURN_IN, 2 * resolvent->ecosystem->longest_delay);
        int rounds = block < 0 ? burn_in : GROWTH_ROUNDS / GROWTH_BLOCKS;
        double total = 0;
        for (int r = 0; r < rounds; r++) {
            TRO_TRY(tro_runner_round(&runner));
            TRO_TRY(rescale(&runner, &log_norm));
            total += log_norm;
            *everyone = *everyone || mark(&runner, seen);
        }
        if (block >= 0) {
            sum += total / rounds;
            squares += total / rounds * (total / rounds);
        }
    }
    double mean = sum / GROWTH_BLOCKS;
    *rate = exp(mean);
    *standard_error = sqrt(fmax(squares / GROWTH_BLOCKS - mean * mean, 0) /
                           (GROWTH_BLOCKS - 1));
out:
    tro_runner_release(&runner);
    tro_release(start);
    tro_release(seen);
    return status;
}

static int is_synchronous(const tro_resolvent *resolvent, const tro_plan *plan)
{
    return plan->schedule == &tro_schedule_synchronous &&
           resolvent->ecosystem->longest_delay == 0;
}

int tro_stability_find(tro_resolvent *resolvent, const tro_plan *plan, tro_stability *out,
                       tro_messages *messages)
{
    tro_complex value = {NAN, NAN};
    int status;
    *out = (tro_stability){.schedule = plan->schedule->plugin.name, .period = plan->period,
                           .re = NAN, .im = NAN};
    TRO_TRY(synchronous_radius(resolvent, &value));
    out->synchronous = hypot(value.re, value.im);
    TRO_TRY(absolute_radius(resolvent, &out->absolute));
    int by_eigenvalue = plan->period > 0;
    if (by_eigenvalue && !is_synchronous(resolvent, plan)) {
        status = period_eigenvalue(resolvent, plan, &value);
        by_eigenvalue = status != TRO_EUNSUPPORTED; /* too long a past */
        if (by_eigenvalue)
            TRO_TRY(status);
    }
    if (by_eigenvalue) {
        out->method = TRO_BY_EIGENVALUE;
        out->re = value.re;
        out->im = value.im;
        out->rate = pow(hypot(value.re, value.im), 1.0 / (double)plan->period);
    } else {
        int everyone = 0;
        TRO_TRY(growth(resolvent, plan, &out->rate, &out->standard_error, &everyone));
        /* The certificate is for orders that leave no agent out. */
        out->method = everyone && out->absolute < 1 ? TRO_BY_CERTIFICATE : TRO_BY_GROWTH;
    }
    /* The disturbance of an agent that never retrains stays: 1, but for rounding. */
    out->stable = out->method == TRO_BY_CERTIFICATE ||
                  out->rate < (out->method == TRO_BY_GROWTH ? 1 - 1e-12 : 1);
out:
    if (status < 0)
        tro_error(messages, status, NULL, "stability could not be decided: %s",
                  tro_status_text(status));
    return status;
}

void tro_stability_describe(const tro_stability *s, tro_text *text)
{
    tro_text_addf(text, "%s under the %s schedule: ", s->stable ? "stable" : "unstable",
                  s->schedule);
    switch (s->method) {
    case TRO_BY_EIGENVALUE:
        tro_text_addf(text, "a disturbance %s by a factor of %.9g per round",
                      s->rate < 1 ? "shrinks" : "grows", s->rate);
        if (s->im != 0 && isfinite(s->im))
            tro_text_addf(text, ", turning once in %.4g rounds",
                          2 * M_PI / fabs(atan2(s->im, s->re)) * (double)s->period);
        break;
    case TRO_BY_CERTIFICATE:
        tro_text_addf(text, "the spectral radius of |J| is %.6g, so every order converges (here "
                            "by about %.6g per round)", s->absolute, s->rate);
        break;
    case TRO_BY_GROWTH:
        tro_text_addf(text, "a disturbance %s by about %.6g per round (standard error of the "
                            "logarithm %.2g, from %d rounds)",
                      s->rate < 1 ? "shrinks" : "grows", s->rate, s->standard_error,
                      GROWTH_ROUNDS);
        break;
    }
}
