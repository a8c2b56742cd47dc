#include "analysis/stability.h"

#include <math.h>
#include <string.h>

#include "analysis/growth.h"
#include "analysis/krylov.h"
#include "analysis/lagged.h"
#include "analysis/resolvent.h"
#include "analysis/slow.h"

/* The Jacobian at a state; the matrix is at hand up to TRO_DENSE_LIMIT. */
typedef struct jacobian {
    const tro_ecosystem *eco;
    const double *z;
    const tro_plan *plan;
    const tro_progress *progress;
    tro_workspace work;
    double *matrix;
    int slow;          /* data accumulate somewhere */
    int held;          /* agents that accumulate do not move */
} jacobian;

static int is_held(const jacobian *j, size_t row)
{
    return j->eco->scenario->agents[row / j->eco->width].window == TRO_KEEPS_ALL;
}

static int apply_jacobian(void *self, const double *x, double *y)
{
    jacobian *j = self;
    if (tro_progress_stops(j->progress))
        return TRO_EINTERRUPTED;
    tro_round_derivative(j->eco, &j->work, j->z, x, y);
    for (size_t k = 0; j->held && k < j->eco->size; k++)
        if (is_held(j, k))
            y[k] = 0;
    return TRO_OK;
}

static int jacobian_init(jacobian *j)
{
    size_t n = j->eco->size;
    tro_operator op = {.size = n, .apply = apply_jacobian, .self = j};
    int status;
    TRO_TRY(tro_workspace_init(&j->work, j->eco));
    if (n > TRO_DENSE_LIMIT)
        goto out;
    j->matrix = tro_allocate(n, n * sizeof *j->matrix);
    TRO_TRY(j->matrix ? tro_dense_assemble(&op, j->matrix) : TRO_ENOMEM);
out:
    return status;
}

static void jacobian_release(jacobian *j)
{
    tro_workspace_release(&j->work);
    tro_release(j->matrix);
}

/* What cannot be had exactly is estimated. */
static int is_beyond(int status)
{
    return status == TRO_EUNSUPPORTED || status == TRO_ENOCONV;
}

/* --- eigenvalues of modulus 1 ------------------------------------------------------ */

static int is_neutral(double modulus)
{
    return fabs(modulus - 1) <= TRO_NEUTRAL;
}

/* What an eigenvalue does when it gets to the unit circle. Angles this small are
 * rounding, as of a double root. */
static int kind_of(double re, double im)
{
    double angle = fabs(atan2(im, re));
    return angle < 1e-6 ? TRO_DRIFTS : angle > M_PI - 1e-6 ? TRO_FLIPS : TRO_TURNS;
}

/* Takes note of one eigenvalue of a period; they come by modulus. */
static void note(tro_stability *out, tro_complex value)
{
    int kind = kind_of(value.re, value.im);
    if (kind == TRO_TURNS && isnan(out->pair_re)) {
        out->pair_re = value.re;
        out->pair_im = fabs(value.im);
    }
    if (!is_neutral(hypot(value.re, value.im)))
        return;
    if (kind == TRO_TURNS) {
        double turn = tro_stability_turn(out, value.re, value.im);
        out->turn = out->neutral & TRO_TURNS ? fmax(out->turn, turn) : turn;
    }
    out->neutral |= kind;
}

static void forget_notes(tro_stability *out)
{
    out->neutral = out->all_seen = 0;
    out->pair_re = out->pair_im = NAN;
}

/* The largest of all eigenvalues of a matrix; takes note of those on the unit
 * circle. */
static int all_eigenvalues(size_t n, const double *matrix, tro_stability *out,
                           tro_complex *largest)
{
    tro_complex *values = tro_allocate(n, sizeof *values);
    int status = values ? tro_dense_eigenvalues(n, matrix, values) : TRO_ENOMEM;
    for (size_t k = 0; status == TRO_OK && k < n; k++)
        note(out, values[k]);
    if (status == TRO_OK)
        *largest = values[0];
    out->all_seen = status == TRO_OK;
    tro_release(values);
    return status;
}

/* The dominant root and its rotations; a real one is exactly that. */
static tro_complex note_root(tro_stability *out, const tro_root *root)
{
    double modulus = exp(root->logarithm), part = 2 * M_PI / (double)root->cycle;
    int flips = root->angle == M_PI;
    for (uint64_t k = 0; k < root->cycle; k++) {
        double angle = root->angle + part * (double)k;
        note(out, (tro_complex){modulus * cos(angle), flips ? 0 : modulus * sin(angle)});
    }
    return (tro_complex){modulus * cos(root->angle), flips ? 0 : modulus * sin(root->angle)};
}

/* Of J, too large for a matrix: by the parts of the network where the map is affine, by Krylov
 * else. Rows of `still` (NULL: none) do not count. */
static int of_large(jacobian *j, const int *still, tro_stability *out, tro_complex *value)
{
    tro_operator op = {.size = j->eco->size, .apply = apply_jacobian, .self = j};
    tro_lagged lagged = {0};
    tro_root root;
    int status = tro_lagged_of_round(&lagged, j->eco, j->z, still);
    if (status == TRO_OK) {
        TRO_TRY(tro_lagged_dominant(&lagged, j->progress, &root));
        *value = note_root(out, &root);
    } else if (status == TRO_EUNSUPPORTED) {
        TRO_TRY(tro_krylov_dominant(&op, value));
        note(out, *value);
    }
out:
    tro_lagged_release(&lagged);
    return status;
}

/* The largest eigenvalue of J. */
static int of_jacobian(jacobian *j, tro_stability *out, tro_complex *value)
{
    return j->matrix ? all_eigenvalues(j->eco->size, j->matrix, out, value)
                     : of_large(j, NULL, out, value);
}

/* |J| bounds every order of those who retrain; only at hand when J is. */
static int absolute_radius(const jacobian *j, double *radius)
{
    size_t n = j->eco->size;
    const int *idle = j->plan->idle;
    *radius = NAN;
    if (!j->matrix)
        return TRO_OK;
    double *absolute = tro_allocate(n, n * sizeof *absolute);
    if (!absolute)
        return TRO_ENOMEM;
    for (size_t k = 0; k < n * n; k++)
        absolute[k] = (idle && idle[k / n / j->eco->width]) || is_held(j, k / n)
                          ? 0
                          : fabs(j->matrix[k]);
    int status = tro_dense_spectral_radius(n, absolute, radius);
    tro_release(absolute);
    return status;
}

/* The same where J is too large for a matrix; NaN when it cannot be had. */
static int absolute_of_large(const jacobian *j, double *radius)
{
    tro_lagged lagged = {0};
    tro_root root;
    int status = tro_lagged_of_round(&lagged, j->eco, j->z, j->plan->idle);
    for (size_t k = 0; status == TRO_OK && k < lagged.row_start[lagged.size]; k++)
        lagged.terms[k].value = fabs(lagged.terms[k].value);
    if (status == TRO_OK)
        status = tro_lagged_dominant(&lagged, j->progress, &root);
    *radius = status == TRO_OK ? exp(root.logarithm) : NAN;
    tro_lagged_release(&lagged);
    return is_beyond(status) ? TRO_OK : status;
}

/* The same of all others when those that accumulate are held. */
static int of_followers(jacobian *j, tro_stability *out, tro_complex *value)
{
    size_t n = j->eco->size;
    double *matrix = NULL;
    int status, *still = tro_allocate(j->eco->agents, sizeof *still);
    j->held = 1;
    TRO_TRY(still ? TRO_OK : TRO_ENOMEM);
    for (size_t i = 0; i < j->eco->agents; i++)
        still[i] = is_held(j, i * j->eco->width);
    if (j->matrix) {
        matrix = tro_allocate(n, n * sizeof *matrix);
        TRO_TRY(matrix ? TRO_OK : TRO_ENOMEM);
        for (size_t k = 0; k < n * n; k++)
            matrix[k] = is_held(j, k / n) ? 0 : j->matrix[k];
        status = all_eigenvalues(n, matrix, out, value);
    } else {
        status = of_large(j, still, out, value);
    }
out:
    j->held = 0;
    tro_release(matrix);
    tro_release(still);
    return status;
}

/* --- schedules that repeat ---------------------------------------------------------- */

/* The linear map of one period, without delays; windows of data sets are part of
 * what it maps. */
typedef struct period_map {
    tro_runner runner;
    const tro_progress *progress;
} period_map;

static int apply_period(void *self, const double *x, double *y)
{
    period_map *map = self;
    int status = TRO_OK;
    tro_runner_import(&map->runner, 0, x);
    for (uint64_t r = 0; r < map->runner.plan->period && status == TRO_OK; r++)
        status = tro_progress_stops(map->progress) ? TRO_EINTERRUPTED
                                                   : tro_runner_round(&map->runner);
    tro_runner_export(&map->runner, y);
    return status;
}

/* By parts, with delays. The roots are the dominant one and its rotations. */
static int of_lagged(const jacobian *j, tro_stability *out, tro_complex *value)
{
    tro_lagged lagged = {0};
    tro_root root;
    int status;
    TRO_TRY(tro_lagged_init(&lagged, j->eco, j->z, j->plan));
    TRO_TRY(tro_lagged_dominant(&lagged, j->progress, &root));
    *value = note_root(out, &root);
    out->rate = exp(root.logarithm / (double)out->period);
out:
    tro_lagged_release(&lagged);
    return status;
}

static int of_period(const jacobian *j, tro_stability *out, tro_complex *value)
{
    period_map map = {.progress = j->progress};
    tro_operator op = {.apply = apply_period, .self = &map};
    double *matrix = NULL;
    int status;
    TRO_TRY(tro_runner_init(&map.runner, j->eco, j->plan, TRO_LINEAR));
    map.runner.base = j->z;
    TRO_TRY(tro_runner_start(&map.runner, 0, j->z));
    op.size = tro_runner_memory(&map.runner);
    if (op.size > TRO_DENSE_LIMIT) {
        status = of_lagged(j, out, value);
        if (status != TRO_EUNSUPPORTED)
            goto out;
        TRO_TRY(tro_krylov_dominant(&op, value));
        note(out, *value);
        goto out;
    }
    matrix = tro_allocate(op.size, op.size * sizeof *matrix);
    TRO_TRY(matrix ? tro_dense_assemble(&op, matrix) : TRO_ENOMEM);
    TRO_TRY(all_eigenvalues(op.size, matrix, out, value));
out:
    tro_release(matrix);
    tro_runner_release(&map.runner);
    return status;
}

static int has_windows(const tro_ecosystem *eco)
{
    for (size_t i = 0; eco->remembers && i < eco->agents; i++)
        if (eco->scenario->agents[i].window > 1 &&
            eco->scenario->agents[i].window != TRO_KEEPS_ALL)
            return 1;
    return 0;
}

/* Without delays, eigenvalues of one period; those of J are known already. */
static int of_plan(jacobian *j, tro_stability *out, tro_complex *value)
{
    const tro_ecosystem *eco = j->eco;
    int plain = j->plan->schedule == &tro_schedule_synchronous, windows = has_windows(eco);
    if (eco->longest_delay == 0 && plain && !windows && !j->slow)
        return isnan(out->synchronous) ? TRO_ENOCONV : TRO_OK;
    forget_notes(out);
    if (eco->longest_delay > 0 || (windows && eco->plain))
        return of_lagged(j, out, value);
    return plain && !windows ? of_followers(j, out, value) : of_period(j, out, value);
}

/* --- the verdict ---------------------------------------------------------------------- */

static int decide_by_growth(const jacobian *j, tro_stability *out)
{
    tro_growth growth;
    int status = tro_growth_find(j->eco, j->z, j->plan, j->progress, &growth);
    if (status < 0)
        return status;
    out->method = out->absolute < 1 - TRO_NEUTRAL ? TRO_BY_CERTIFICATE : TRO_BY_GROWTH;
    out->rate = growth.rate;
    out->standard_error = growth.standard_error;
    out->rounds = growth.rounds;
    out->unseen = growth.unseen;
    out->re = out->im = NAN;
    forget_notes(out);
    /* A disturbance that stays as it is, but for rounding. */
    if (out->method == TRO_BY_GROWTH && fabs(growth.rate - 1) < 1e-12)
        out->neutral = TRO_DRIFTS;
    return TRO_OK;
}

static void decide_by_eigenvalue(tro_stability *out, tro_complex value)
{
    double modulus = hypot(value.re, value.im);
    out->method = TRO_BY_EIGENVALUE;
    out->re = value.re;
    out->im = value.im;
    if (!is_neutral(modulus))
        out->neutral = 0;
    if (isnan(out->rate))
        out->rate = pow(modulus, 1.0 / (double)out->period);
}

static void add_name(tro_named *named, const tro_ecosystem *eco, size_t agent)
{
    if (named->count < sizeof named->names / sizeof *named->names)
        named->names[named->count] = eco->scenario->agents[agent].name;
    named->count++;
}

/* Agents that real data never gets to, and those that never retrain. */
static int find_agents(const jacobian *j, tro_stability *out)
{
    const tro_ecosystem *eco = j->eco;
    int *reached = tro_allocate(eco->agents, sizeof *reached);
    int status = reached ? tro_ecosystem_reach(eco, reached) : TRO_ENOMEM;
    for (size_t i = 0; status == TRO_OK && i < eco->agents; i++) {
        if (!reached[i])
            add_name(&out->unreached, eco, i);
        if (j->plan->idle && j->plan->idle[i])
            add_name(&out->idle, eco, i);
    }
    tro_release(reached);
    return status;
}

static size_t count_followers(const jacobian *j)
{
    size_t count = 0;
    for (size_t i = 0; i < j->eco->agents; i++)
        count += (size_t)tro_slow_follows(j->eco, j->plan->idle, i);
    return count;
}

/* Everyone who does not accumulate has come to rest: what do the others do? Of too
 * many for all eigenvalues it is known when their moduli are below 1. */
static int decide_by_power(const jacobian *j, tro_stability *out)
{
    double turn = 0;
    int status = TRO_OK;
    out->method = TRO_BY_POWER;
    out->rate = 1;
    out->re = out->im = NAN;
    if (j->matrix)
        status = tro_slow_power(j->eco, j->plan->idle, j->matrix, &out->power, &turn);
    else if (count_followers(j) > 0 || !(out->synchronous < 1 - TRO_NEUTRAL))
        status = TRO_EUNSUPPORTED;
    out->neutral = fabs(out->power) <= TRO_NEUTRAL ? turn > 0 ? TRO_TURNS : TRO_DRIFTS : 0;
    return status;
}

/* Of all agents that retrain, those that accumulate held still. */
static int decide_at_once(jacobian *j, tro_stability *out, tro_complex value)
{
    if (j->slow && count_followers(j) == 0) {
        decide_by_eigenvalue(out, (tro_complex){0, 0});
        return TRO_OK;
    }
    int status = j->plan->period > 0 ? of_plan(j, out, &value) : TRO_EUNSUPPORTED;
    if (status == TRO_OK)
        decide_by_eigenvalue(out, value);
    if (!is_beyond(status))
        return status;
    status = j->matrix ? TRO_OK : absolute_of_large(j, &out->absolute);
    return status < 0 ? status : decide_by_growth(j, out);
}

static int decide(jacobian *j, tro_stability *out)
{
    tro_complex value = {NAN, NAN};
    int status;
    TRO_TRY(find_agents(j, out));
    status = of_jacobian(j, out, &value);
    if (status < 0 && !is_beyond(status))
        goto out;
    out->synchronous = status < 0 ? NAN : hypot(value.re, value.im);
    TRO_TRY(absolute_radius(j, &out->absolute));
    TRO_TRY(decide_at_once(j, out, value));
    if (out->neutral)
        out->rate = 1;
    if (is_neutral(out->synchronous))
        out->synchronous = 1;
    out->settles = out->method == TRO_BY_CERTIFICATE || (out->rate < 1 && !out->neutral);
    if (j->slow && out->settles) {
        TRO_TRY(decide_by_power(j, out));
        out->settles = !out->neutral && !(out->power > 0);
    }
    out->stable = out->settles && out->idle.count == 0;
    status = TRO_OK;
out:
    return status;
}

int tro_stability_find(const tro_ecosystem *eco, const double *z, const tro_plan *plan,
                       const tro_progress *progress, tro_stability *out, tro_messages *messages)
{
    jacobian j = {.eco = eco, .z = z, .plan = plan, .progress = progress};
    int status;
    *out = (tro_stability){.schedule = plan->schedule->plugin.name, .period = plan->period,
                           .rate = NAN, .re = NAN, .im = NAN, .pair_re = NAN,
                           .pair_im = NAN, .power = NAN};
    j.slow = tro_slow_any(eco, plan->idle);
    status = tro_ecosystem_check_steady(eco, messages);
    if (status < 0)
        return status;
    TRO_TRY(jacobian_init(&j));
    TRO_TRY(decide(&j, out));
out:
    jacobian_release(&j);
    if (status < 0 && status != TRO_EINTERRUPTED)
        tro_error(messages, status, NULL, "stability could not be decided: %s",
                  tro_status_text(status));
    return status;
}

double tro_stability_turn(const tro_stability *s, double re, double im)
{
    return 2 * M_PI / fabs(atan2(im, re)) * (double)s->period;
}

int tro_stability_nearest(const tro_stability *s)
{
    if (s->method != TRO_BY_EIGENVALUE || !(hypot(s->re, s->im) > 0))
        return 0;
    return kind_of(s->re, s->im);
}
