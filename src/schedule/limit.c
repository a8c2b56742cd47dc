#include "schedule/limit.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "schedule/settling.h"

enum { LEAST_QUIET = 10 };

/* Below this a probability that shrinks no longer matters to the others. */
static const double NEGLIGIBLE = DBL_EPSILON / 16;

/* What a change of an agent's mean parameters is measured by, where these are not
 * probabilities: its largest, or how far apart its outputs lie. */
static double scale_of(const tro_ecosystem *eco, const double *row)
{
    const tro_spread *spread = eco->scenario->space.spread;
    double scale = 0;
    for (size_t k = 0; k < eco->width; k++)
        scale = fmax(scale, fabs(row[k]));
    if (spread && spread->shape == TRO_ISOTROPIC)
        scale = fmax(scale, sqrt(spread->variance));
    return scale;
}

static int is_table(const tro_ecosystem *eco)
{
    return eco->scenario->space.family->law == TRO_TABLE;
}

/* The largest relative change from `before` to the runner's state. */
static void find_move(const tro_ecosystem *eco, const double *before, const double *after,
                      tro_limit *out)
{
    int table = is_table(eco);
    out->move = 0;
    for (size_t i = 0; i < eco->agents; i++) {
        size_t first = i * eco->width;
        double scale = table ? 1 : scale_of(eco, after + first);
        for (size_t k = first; k < first + eco->width; k++) {
            double change = fabs(after[k] - before[k]);
            if (change == 0 || (table && after[k] < before[k] && before[k] <= NEGLIGIBLE))
                continue;
            change /= table ? fmax(after[k], before[k]) : scale;
            if (!(change > out->move))
                continue;
            out->move = change;
            out->agent = i;
            out->place = k - first;
            out->before = before[k];
            out->after = after[k];
        }
    }
}

/* Probabilities that would shrink on for ever are 0. */
static void clear_vanishing(const double *before, size_t size, double *z)
{
    for (size_t k = 0; k < size; k++)
        if (z[k] <= NEGLIGIBLE && z[k] < before[k] * (1 - 1e-9))
            z[k] = 0;
}

/* --- what has left the range of numbers --------------------------------------------- */

enum { MOST_STEPS = 200 };

/* Products with growth factors leave it here. */
static const double GONE = 1e-300;

/* seed = 1 for every probability that is gone though its outcome had some at the start;
 * 0: none. */
static int find_gone(const tro_ecosystem *eco, const double *start, const double *z,
                     double *seed)
{
    int any = 0;
    for (size_t k = 0; k < eco->width; k++) {
        int had = 0;
        for (size_t i = 0; i < eco->agents; i++)
            had |= start[i * eco->width + k] > 0;
        for (size_t i = 0; i < eco->agents; i++) {
            size_t at = i * eco->width + k;
            seed[at] = had && z[at] < GONE;
            any |= seed[at] > 0;
        }
    }
    return any;
}

/* One power step of outcome k: what is gone of it grows from seed to grown, which is
 * scaled to be the next seed. Returns the factor; *agent: who has most of it. */
static double step_outcome(const tro_ecosystem *eco, const double *z, size_t k, double *seed,
                           const double *grown, size_t *agent)
{
    double before = 0, after = 0;
    for (size_t i = 0; i < eco->agents; i++) {
        size_t at = i * eco->width + k;
        before = fmax(before, seed[at]);
        seed[at] = z[at] < GONE ? fmax(grown[at], 0) : 0;
        if (seed[at] > after) {
            after = seed[at];
            *agent = i;
        }
    }
    for (size_t i = 0; i < eco->agents && after > 0; i++)
        seed[i * eco->width + k] /= after;
    return before > 0 ? after / before : 0;
}

/* By how much traces of them would grow in a round near z: the outcome that grows most. */
static void find_regrowth(const tro_ecosystem *eco, tro_workspace *work, const double *z,
                          double *seed, double *grown, tro_limit *out)
{
    int steps = eco->agents == 1 ? 1 : MOST_STEPS;
    for (int step = 1; step <= steps; step++) {
        tro_round_derivative(eco, work, z, seed, grown);
        for (size_t k = 0; k < eco->width; k++) {
            size_t agent = 0;
            double factor = step_outcome(eco, z, k, seed, grown, &agent);
            if (step < steps || !(factor > out->regrowth))
                continue;
            out->regrowth = factor;
            out->agent = agent;
            out->place = k;
        }
    }
}

/* Of rounds that rest. room: three states. */
static int check_gone(const tro_ecosystem *eco, const double *z, double *room, tro_limit *out)
{
    double *start = room, *seed = start + eco->size, *grown = seed + eco->size;
    tro_workspace work = {0};
    tro_ecosystem_start(eco, start);
    if (!find_gone(eco, start, z, seed))
        return TRO_OK;
    int status = tro_workspace_init(&work, eco);
    if (status == TRO_OK)
        find_regrowth(eco, &work, z, seed, grown, out);
    tro_workspace_release(&work);
    if (out->regrowth > 1 + 1e-9)
        out->settled = 0;
    return status;
}

/* --- rounds -------------------------------------------------------------------------- */

/* Rounds until they rest, or are all made. */
static int advance(tro_runner *runner, const tro_progress *progress, double *before,
                   tro_settling *settling, tro_limit *out)
{
    size_t bytes = runner->ecosystem->size * sizeof *before;
    uint64_t most = (uint64_t)runner->plan->common->rounds, loud = 0;
    int status = TRO_OK;
    while (runner->round < most) {
        if (tro_progress_stops(progress))
            return TRO_EINTERRUPTED;
        memcpy(before, runner->z, bytes);
        status = tro_runner_round(runner);
        if (status < 0)
            return status;
        find_move(runner->ecosystem, before, runner->z, out);
        if (out->move > TRO_LIMIT_ROUNDING || tro_runner_awaits(runner))
            loud = runner->round;
        if (tro_settling_note(settling, runner, out->move) &&
            runner->round - loud >= LEAST_QUIET + loud / 2) {
            out->settled = 1;
            return TRO_OK;
        }
    }
    return TRO_OK;
}

int tro_limit_find(const tro_ecosystem *eco, const tro_plan *plan, const tro_progress *progress,
                   tro_limit *out)
{
    tro_runner runner = {0};
    tro_settling settling = {0};
    int status;
    *out = (tro_limit){0};
    out->z = TRO_NEW(&out->arena, double, eco->size);
    double *before = tro_allocate(4 * eco->size, sizeof *before);
    status = out->z && before ? TRO_OK : TRO_ENOMEM;
    TRO_TRY(status);
    TRO_TRY(tro_runner_init(&runner, eco, plan, TRO_EXACT));
    TRO_TRY(tro_settling_init(&settling, &runner, TRO_LIMIT_ROUNDING));
    TRO_TRY(tro_runner_start(&runner, 0, NULL));
    status = advance(&runner, progress, before, &settling, out);
    out->rounds = runner.round;
    TRO_TRY(status);
    memcpy(out->z, runner.z, eco->size * sizeof *out->z);
    if (out->settled && is_table(eco))
        TRO_TRY(check_gone(eco, out->z, before + eco->size, out));
    if (out->settled && is_table(eco))
        clear_vanishing(before, eco->size, out->z);
out:
    tro_settling_release(&settling);
    tro_runner_release(&runner);
    tro_release(before);
    return status;
}

void tro_limit_release(tro_limit *limit)
{
    tro_arena_clear(&limit->arena);
    *limit = (tro_limit){0};
}
