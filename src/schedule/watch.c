#include "schedule/watch.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "schedule/settling.h"

/* The tolerance of schedules that give none. */
#define AT_REST 1e-12
/* Changes this near to a constant size neither grow nor shrink. */
#define STEADY 1e-6

typedef struct watching {
    tro_runner runner;
    tro_settling settling;
    tro_trace trace;
    uint64_t half;           /* round of which the change is kept */
    double then;             /* that change */
} watching;

/* Runs the rounds until they rest or all are done. */
static int watch(watching *w, long long most, const tro_progress *progress, tro_watch *out)
{
    int status = tro_runner_start(&w->runner, 0, NULL);
    if (status == TRO_OK && !tro_runner_awaits(&w->runner))
        tro_trace_add(&w->trace, w->runner.z);
    for (long long r = 0; status == TRO_OK && r < most && !out->rests; r++) {
        if (tro_progress_stops(progress))
            return TRO_EINTERRUPTED;
        status = tro_runner_round(&w->runner);
        if (status < 0)
            break;
        int awaits = tro_runner_awaits(&w->runner);
        if (!awaits)
            tro_trace_add(&w->trace, w->runner.z);
        out->rests = tro_settling_check(&w->settling, &w->runner);
        out->rounds = w->runner.round;
        out->change = w->runner.change;
        if (awaits || out->rounds >= 2 * w->half) {
            w->half = out->rounds;
            w->then = out->change;
        }
    }
    return status;
}

/* From the change at the last power of 2 on; where that is too near, nothing. */
static double growth(const watching *w, const tro_watch *out)
{
    double span = (double)(out->rounds - w->half);
    return span >= 4 && w->then > 0 && out->change > 0 ? pow(out->change / w->then, 1 / span)
                                                       : NAN;
}

int tro_watch_find(const tro_ecosystem *eco, const tro_plan *plan, long long most,
                   const tro_progress *progress, tro_watch *out)
{
    double tolerance = plan->common->tolerance;
    watching w = {.half = 1};
    int status;
    *out = (tro_watch){.factor = NAN, .z = tro_allocate(eco->size, sizeof *out->z)};
    if (!out->z)
        return TRO_ENOMEM;
    TRO_TRY(tro_runner_init(&w.runner, eco, plan, TRO_EXACT));
    TRO_TRY(tro_settling_init(&w.settling, &w.runner, tolerance > 0 ? tolerance : AT_REST));
    TRO_TRY(tro_trace_init(&w.trace, eco));
    status = watch(&w, most, progress, out);
    out->diverged = status == TRO_EDIVERGED;
    if (status < 0 && !out->diverged)
        goto out;
    status = TRO_OK;
    out->factor = growth(&w, out);
    memcpy(out->z, w.runner.z, eco->size * sizeof *out->z);
    if (!out->rests && !out->diverged)
        status = tro_cycle_find(&w.trace, plan, eco->longest_delay, &out->cycle);
out:
    tro_trace_release(&w.trace);
    tro_settling_release(&w.settling);
    tro_runner_release(&w.runner);
    if (status < 0)
        tro_watch_release(out);
    return status;
}

void tro_watch_release(tro_watch *watch)
{
    tro_release(watch->z);
    *watch = (tro_watch){0};
}

void tro_watch_describe(const tro_watch *w, tro_text *text)
{
    if (w->diverged) {
        tro_text_addf(text, "they diverge: after round %" PRIu64 " mean parameters are no longer "
                            "finite", w->rounds);
    } else if (w->rests) {
        tro_text_addf(text, "they come to rest after %" PRIu64 " round%s", w->rounds,
                      w->rounds == 1 ? "" : "s");
    } else if (w->cycle.period > 0) {
        tro_text_add(text, "they go round in ");
        tro_cycle_describe(&w->cycle, text);
    } else if (w->rounds == 0) {
        tro_text_add(text, "the schedule has no rounds to follow");
    } else {
        tro_text_addf(text, "the last of %" PRIu64 " still changes a mean parameter by %.3g",
                      w->rounds, w->change);
        if (fabs(w->factor - 1) <= STEADY)
            tro_text_add(text, ", always as much: they drift");
        else if (w->factor > 1)
            tro_text_addf(text, ", and changes grow by a factor of %.6g per round", w->factor);
        else if (w->factor < 1)
            tro_text_addf(text, ", and changes shrink by a factor of %.6g per round", w->factor);
    }
}
