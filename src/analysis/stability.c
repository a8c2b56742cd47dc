#include "analysis/stability.h"

#include <math.h>
#include <string.h>

#include "analysis/growth.h"
#include "analysis/krylov.h"
#include "analysis/lagged.h"
#include "analysis/resolvent.h"

/* The Jacobian at a state; the matrix is at hand up to TRO_DENSE_LIMIT. */
typedef struct jacobian {
    const tro_ecosystem *eco;
    const double *z;
    const tro_plan *plan;
    const tro_progress *progress;
    tro_workspace work;
    double *matrix;
} jacobian;

static int apply_jacobian(void *self, const double *x, double *y)
{
    jacobian *j = self;
    if (tro_progress_stops(j->progress))
        return TRO_EINTERRUPTED;
    tro_round_derivative(j->eco, &j->work, j->z, x, y);
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

/* The largest eigenvalue of J: all of them when J is at hand, Krylov else. */
static int of_jacobian(jacobian *j, tro_stability *out, tro_complex *value)
{
    tro_operator op = {.size = j->eco->size, .apply = apply_jacobian, .self = j};
    if (j->matrix)
        return all_eigenvalues(op.size, j->matrix, out, value);
    int status = tro_krylov_dominant(&op, value);
    if (status == TRO_OK)
        note(out, *value);
    return status;
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
        absolute[k] = idle && idle[k / n / j->eco->width] ? 0 : fabs(j->matrix[k]);
    int status = tro_dense_spectral_radius(n, absolute, radius);
    tro_release(absolute);
    return status;
}

/* --- schedules that repeat ---------------------------------------------------------- */

/* The linear map of one period, without delays. */
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

static int of_period(const jacobian *j, tro_stability *out, tro_complex *value)
{
    period_map map = {.progress = j->progress};
    tro_operator op = {.size = j->eco->size, .apply = apply_period, .self = &map};
    double *matrix = NULL;
    int status;
    TRO_TRY(tro_runner_init(&map.runner, j->eco, j->plan, TRO_LINEAR));
    map.runner.base = j->z;
    if (op.size > TRO_DENSE_LIMIT) {
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

/* With delays. The roots are the dominant one and its rotations. */
static int of_lagged(const jacobian *j, tro_stability *out, tro_complex *value)
{
    tro_lagged lagged = {0};
    tro_root root;
    int status;
    TRO_TRY(tro_lagged_init(&lagged, j->eco, j->z, j->plan));
    TRO_TRY(tro_lagged_dominant(&lagged, j->progress, &root));
    double modulus = exp(root.logarithm), part = 2 * M_PI / (double)root.cycle;
    *value = (tro_complex){modulus * cos(root.angle), modulus * sin(root.angle)};
    out->rate = exp(root.logarithm / (double)out->period);
    for (uint64_t k = 0; k < root.cycle; k++) {
        double angle = root.angle + part * (double)k;
        note(out, (tro_complex){modulus * cos(angle), modulus * sin(angle)});
    }
out:
    tro_lagged_release(&lagged);
    return status;
}

/* Without delays, eigenvalues of one period; those of J are known already. */
static int of_plan(const jacobian *j, tro_stability *out, tro_complex *value)
{
    int plain = j->plan->schedule == &tro_schedule_synchronous;
    if (j->eco->longest_delay == 0 && plain)
        return isnan(out->synchronous) ? TRO_ENOCONV : TRO_OK;
    forget_notes(out);
    return j->eco->longest_delay > 0 ? of_lagged(j, out, value) : of_period(j, out, value);
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

/* What cannot be had exactly is estimated. */
static int is_beyond(int status)
{
    return status == TRO_EUNSUPPORTED || status == TRO_ENOCONV;
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
    status = j->plan->period > 0 ? of_plan(j, out, &value) : TRO_EUNSUPPORTED;
    if (status < 0 && !is_beyond(status))
        goto out;
    if (status == TRO_OK)
        decide_by_eigenvalue(out, value);
    else
        TRO_TRY(decide_by_growth(j, out));
    if (out->neutral)
        out->rate = 1;
    if (is_neutral(out->synchronous))
        out->synchronous = 1;
    out->settles = out->method == TRO_BY_CERTIFICATE || (out->rate < 1 && !out->neutral);
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
                           .pair_im = NAN};
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

/* --- words ------------------------------------------------------------------------------ */

/* "a", "a and b", "a, b and c", "a, b, c and 4 more" */
static void add_names(const tro_named *named, tro_text *text)
{
    size_t most = sizeof named->names / sizeof *named->names;
    for (size_t k = 0; k < named->count && k < most; k++) {
        tro_text_add(text, k == 0 ? "" : k + 1 == named->count ? " and " : ", ");
        tro_text_add(text, named->names[k]);
    }
    if (named->count > most)
        tro_text_addf(text, " and %zu more", named->count - most);
}

/* Why nothing calms down, if it is for want of real data. */
static void add_unreached(const tro_stability *s, tro_text *text)
{
    if (s->unreached.count == 0)
        return;
    tro_text_add(text, ", no real data reaches ");
    add_names(&s->unreached, text);
}

static void describe_neutral(const tro_stability *s, tro_text *text)
{
    const char *then = "";
    if (s->method == TRO_BY_GROWTH) {
        tro_text_addf(text, "a disturbance neither shrinks nor grows in %llu rounds",
                      (unsigned long long)s->rounds);
        if (s->unseen > 0)
            tro_text_addf(text, ", in which %zu agent%s did not retrain", s->unseen,
                          s->unseen > 1 ? "s" : "");
        add_unreached(s, text);
        return;
    }
    if (s->neutral & TRO_DRIFTS) {
        tro_text_add(text, "the means are free to drift, as nothing takes a disturbance back");
        then = "; ";
    }
    if (s->neutral & TRO_FLIPS) {
        tro_text_addf(text, "%sa cycle of period %llu never dies", then,
                      (unsigned long long)(2 * s->period));
        then = "; ";
    }
    if (s->neutral & TRO_TURNS)
        tro_text_addf(text, "%sa rotation, once in %.4g rounds, never dies", then, s->turn);
    tro_text_add(text, " (spectral radius 1");
    add_unreached(s, text);
    tro_text_add(text, ")");
}

/* Is an estimate so near to 1 that chance, or what the disturbance was at
 * first, may have decided? */
static int is_close(const tro_stability *s)
{
    double logarithm = fabs(log(s->rate));
    return logarithm < 3 * s->standard_error || logarithm * (double)s->rounds < 5;
}

static void describe_rate(const tro_stability *s, tro_text *text)
{
    switch (s->method) {
    case TRO_BY_EIGENVALUE:
        tro_text_addf(text, "a disturbance %s by a factor of %.9g per round",
                      s->rate < 1 ? "shrinks" : "grows", s->rate);
        if (s->im != 0 && isfinite(s->im))
            tro_text_addf(text, ", turning once in %.4g rounds",
                          tro_stability_turn(s, s->re, s->im));
        break;
    case TRO_BY_CERTIFICATE:
        tro_text_addf(text, "the spectral radius of |J| is %.6g, so every order converges (here "
                            "by about %.6g per round)", s->absolute, s->rate);
        break;
    case TRO_BY_GROWTH:
        tro_text_addf(text, "a disturbance %s by about %.6g per round (",
                      s->rate < 1 ? "shrinks" : "grows", s->rate);
        if (s->period == 0)
            tro_text_addf(text, "standard error of the logarithm %.2g, ", s->standard_error);
        tro_text_addf(text, "from %llu rounds)%s", (unsigned long long)s->rounds,
                      is_close(s) ? ", too near to 1 to be sure" : "");
        break;
    }
}

void tro_stability_describe(const tro_stability *s, tro_text *text)
{
    const char *verdict = s->stable ? "stable" : s->settles ? "comes to rest"
                          : s->neutral ? "not stable" : "unstable";
    tro_text_addf(text, "%s under the %s schedule", verdict, s->schedule);
    if (s->idle.count > 0) {
        tro_text_add(text, s->settles ? ", but not at the fixed point, as " : ", in which ");
        add_names(&s->idle, text);
        tro_text_add(text, s->idle.count > 1 ? " never retrain" : " never retrains");
    }
    tro_text_add(text, ": ");
    if (s->neutral)
        describe_neutral(s, text);
    else
        describe_rate(s, text);
}

void tro_stability_describe_nearest(const tro_stability *s, tro_text *text)
{
    int kind = tro_stability_nearest(s);
    if (kind == TRO_TURNS)
        tro_text_addf(text, "rotation once in %.4g rounds (eigenvalue %.6g + %.6gi",
                      tro_stability_turn(s, s->re, s->im), s->re, fabs(s->im));
    else if (kind)
        tro_text_addf(text, "%s (eigenvalue %.6g", kind == TRO_FLIPS ? "flip" : "fold", s->re);
    if (kind && s->period > 1)
        tro_text_addf(text, " of %llu rounds", (unsigned long long)s->period);
    tro_text_add(text, kind ? ")" : "");
}
