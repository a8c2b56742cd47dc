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
        loud = out->move > TRO_LIMIT_ROUNDING ? runner->round : loud;
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
    double *before = tro_allocate(eco->size, sizeof *before);
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
