#include "cli/track.h"

#include <math.h>
#include <omp.h>
#include <string.h>

#include "cli/wins.h"
#include "measure/measure.h"

/* Threads that report every tiny round wait for each other's counting. */
static void report(tro_rounds *c, size_t *rounds, size_t batch)
{
    if (*rounds == 0 || *rounds < batch)
        return;
    size_t done = atomic_fetch_add(&c->done, *rounds) + *rounds;
    *rounds = 0;
    if (c->progress && c->progress->report && omp_get_thread_num() == 0)
        c->progress->report(c->progress->context, "rounds", done, c->total);
}

/* The replicate ends here: round `in` cannot be told in finite numbers. */
static void lose(tro_track *t, const char *measure, size_t agent, uint64_t in)
{
    t->ending = TRO_DIVERGED;
    t->lost_in = (long long)in;
    t->lost = measure;
    t->lost_agent = agent;
}

/* Alignment of the agent now; NaN, too, when it is no longer finite. */
static double alignment_of(const tro_runner *runner, size_t agent, tro_track *t)
{
    double value = tro_alignment(runner->ecosystem, runner->z, agent);
    if (tro_alignment_is_lost(runner->ecosystem, agent, value)) {
        if (t->ending != TRO_DIVERGED)
            lose(t, tro_measure_alignment.plugin.name, agent, runner->round);
        return NAN;
    }
    return value;
}

/* Sums of large numbers are kept as parts of them, so that they do not
 * overflow; a power of two changes no digit. */
static void shrink_sums(tro_track *t, size_t agents)
{
    t->part *= 0x1p-64;
    for (size_t i = 0; i < agents; i++)
        t->average[i] *= 0x1p-64;
}

static void add_alignments(const tro_runner *runner, tro_track *t)
{
    const double large = 1e280;
    size_t agents = runner->ecosystem->agents;
    t->averaged++;
    for (size_t i = 0; i < agents; i++) {
        if (tro_is_absent(runner->ecosystem, i))
            continue;
        double value = alignment_of(runner, i, t);
        while (fabs(value * t->part) > large || fabs(t->average[i]) > large)
            shrink_sums(t, agents);
        t->average[i] += value * t->part;
    }
}

static void lose_numbers(double *numbers, size_t count)
{
    for (size_t k = 0; k < count; k++)
        numbers[k] = NAN;
}

/* What the rounds came to; an agent that settled before the burn-in was over
 * stays where it is. */
static void finish(const tro_rounds *c, tro_track *t, tro_runner *runner)
{
    size_t agents = runner->ecosystem->agents;
    if (runner->replicate == 0)
        memcpy(c->first, runner->z, runner->ecosystem->size * sizeof *c->first);
    if (c->wins > 0 && runner->ecosystem == c->cell->ecosystem)
        tro_wins_find(runner->ecosystem, &runner->work, runner->z, t->wins);
    else
        lose_numbers(t->wins, c->wins);
    for (size_t i = 0; i < agents; i++) {
        t->final[i] = alignment_of(runner, i, t);
        t->retrained[i] = runner->version[i] > 0;
        double there = (double)tro_rounds_there(runner->whole, i, (uint64_t)c->burn_in,
                                                runner->round);
        if (t->averaged > 0)
            t->average[i] = t->average[i] / there / t->part;
        else
            t->average[i] = t->ending == TRO_CONVERGED ? t->final[i] : NAN;
    }
    for (size_t i = 0; i < agents && t->ending == TRO_DIVERGED; i++)
        t->final[i] = t->average[i] = NAN;
    t->rounds = (long long)runner->round;
    if (t->ending == TRO_DIVERGED && t->lost_in > 0)
        t->rounds = t->lost_in - 1;
}

static void never_began(tro_track *t, size_t columns)
{
    t->ending = TRO_STOPPED;
    t->begun = 0;
    lose_numbers(t->final, columns);
}

/* Writes the present round down; a measure that is not finite ends the track. */
static int record(const tro_rounds *c, tro_track *t, const tro_runner *runner)
{
    int status = tro_record(c->recorder, &t->recording, runner);
    if (status != TRO_EDIVERGED)
        return status;
    lose(t, t->recording.lost, t->recording.lost_agent, runner->round);
    return TRO_OK;
}

static int watch_init(tro_track_watch *w, const tro_runner *runner, double tolerance)
{
    *w = (tro_track_watch){0};
    int status = tro_settling_init(&w->settling, runner, tolerance);
    if (status == TRO_OK && runner->advance == TRO_EXACT)
        status = tro_trace_init(&w->trace, runner->ecosystem);
    return status;
}

static void watch_release(tro_track_watch *w)
{
    tro_settling_release(&w->settling);
    tro_trace_release(&w->trace);
}

static void watch_state(tro_track_watch *w, const tro_runner *runner)
{
    if (runner->advance == TRO_EXACT && !tro_runner_awaits(runner))
        tro_trace_add(&w->trace, runner->z);
}

/* One round, and what is made of it. */
static int step(tro_rounds *c, tro_runner *runner, tro_track_watch *w, tro_track *t,
                size_t *unreported)
{
    int status = tro_runner_round(runner);
    if (status == TRO_EDIVERGED) {
        lose(t, NULL, 0, runner->round + 1);
        return TRO_OK;
    }
    if (status < 0)
        return status;
    if ((long long)runner->round > c->burn_in)
        add_alignments(runner, t);
    watch_state(w, runner);
    tro_curve_add(c->recorder->curves, &t->curve, runner);
    if (t->ending == TRO_ALL_ROUNDS && tro_settling_check(&w->settling, runner))
        t->ending = TRO_CONVERGED;
    if (t->ending != TRO_DIVERGED && (long long)runner->round % c->recorder->every == 0)
        status = record(c, t, runner);
    ++*unreported;
    report(c, unreported, c->batch);
    return status;
}

/* --- from its start, or from where it was, to its end ----------------------------- */

static void begin(const tro_rounds *c, tro_track *t)
{
    size_t agents = c->cell->ecosystem->agents;
    t->ending = TRO_ALL_ROUNDS;
    t->cycle = (tro_cycle){0};
    t->rounds = t->averaged = t->lost_in = 0;
    t->change = 0;
    t->lost = NULL;
    t->lost_agent = 0;
    t->part = 1;
    t->begun = 1;
    t->member = NULL;
    tro_curve_begin(&t->curve);
    memset(t->average, 0, agents * sizeof *t->average);
    memset(t->retrained, 0, agents * sizeof *t->retrained);
}

static int start(tro_rounds *c, tro_member *member, uint64_t replicate, tro_track *t)
{
    int status = tro_runner_start(&member->runner, replicate, NULL);
    if (status < 0)
        return status;
    watch_state(&member->watch, &member->runner);
    tro_curve_add(c->recorder->curves, &t->curve, &member->runner);
    return record(c, t, &member->runner);
}

int tro_track_conclude(tro_rounds *c, tro_member *member, tro_track *t)
{
    tro_runner *runner = &member->runner;
    const tro_trace *trace = &member->watch.trace;
    int status = TRO_OK;
    if (t->ending != TRO_DIVERGED && (long long)runner->round % c->recorder->every != 0)
        status = record(c, t, runner);
    finish(c, t, runner);
    t->change = runner->change;
    if (status == TRO_OK && t->ending == TRO_ALL_ROUNDS && trace->count > 0)
        status = tro_cycle_find(trace, runner->plan, runner->ecosystem->longest_delay, &t->cycle);
    return status;
}

static int advance(tro_rounds *c, tro_member *member, tro_track *t)
{
    tro_runner *runner = &member->runner;
    size_t unreported = 0;
    int status = TRO_OK;
    while (status == TRO_OK && t->ending == TRO_ALL_ROUNDS &&
           (long long)runner->round < c->rounds) {
        if (tro_progress_stops(c->progress)) {
            t->ending = TRO_STOPPED;
            t->member = member;
            member->held = 1;
            break;
        }
        status = step(c, runner, &member->watch, t, &unreported);
    }
    report(c, &unreported, 0);
    return status < 0 || t->member ? status : tro_track_conclude(c, member, t);
}

int tro_track_run(tro_rounds *c, tro_member *member, uint64_t replicate,
                  const tro_earlier *earlier, tro_track *t)
{
    int status;
    begin(c, t);
    if (earlier && earlier->over)
        return tro_track_unpack(c, NULL, earlier, t);
    if (tro_progress_stops(c->progress) && (!earlier || member->held)) {
        never_began(t, 2 * c->cell->ecosystem->agents + c->wins);
        return TRO_OK;
    }
    watch_release(&member->watch);
    TRO_TRY(watch_init(&member->watch, &member->runner, c->tolerance));
    if (earlier)
        TRO_TRY(tro_track_unpack(c, member, earlier, t));
    else
        TRO_TRY(start(c, member, replicate, t));
    TRO_TRY(advance(c, member, t));
out:
    return status;
}

void tro_member_release(tro_member *member)
{
    watch_release(&member->watch);
    tro_runner_release(&member->runner);
}

/* --- for another process --------------------------------------------------------- */

static void pack_body(const tro_rounds *c, const tro_track *t, tro_text *out)
{
    size_t agents = c->cell->ecosystem->agents;
    tro_pack_whole(out, (uint64_t)t->ending);
    tro_pack_whole(out, (uint64_t)t->averaged);
    tro_pack_whole(out, (uint64_t)t->lost_in);
    tro_pack_text(out, t->lost);
    tro_pack_whole(out, t->lost_agent);
    tro_pack_real(out, t->part);
    tro_pack_real(out, t->change);
    tro_pack_real(out, t->cycle.period);
    tro_pack_whole(out, t->cycle.whole != 0);
    tro_pack(out, t->final, (2 * agents + c->wins) * sizeof *t->final);
    tro_pack(out, t->retrained, agents * sizeof *t->retrained);
    tro_curve_pack(c->recorder->curves, &t->curve, out);
    tro_pack_whole(out, t->recording.rows.length);
    tro_pack(out, t->recording.rows.data, t->recording.rows.length);
    if (!t->member)
        return;
    tro_runner_pack(&t->member->runner, out);
    tro_settling_pack(&t->member->watch.settling, &t->member->runner, out);
    if (t->member->runner.advance == TRO_EXACT)
        tro_trace_pack(&t->member->watch.trace, out);
}

void tro_track_pack(const tro_rounds *c, uint64_t replicate, const tro_track *t, tro_text *out)
{
    long long rounds = t->member ? (long long)t->member->runner.round : t->rounds;
    tro_text body = {0};
    pack_body(c, t, &body);
    tro_earlier_pack(&(tro_earlier){replicate, (uint64_t)rounds, t->member == NULL,
                                    {.data = body.data, .length = body.length}}, out);
    out->failed |= body.failed;
    tro_text_clear(&body);
}

void tro_earlier_pack(const tro_earlier *earlier, tro_text *out)
{
    tro_pack_whole(out, earlier->replicate);
    tro_pack_whole(out, earlier->rounds);
    tro_pack_whole(out, earlier->over != 0);
    tro_pack_whole(out, earlier->body.length);
    tro_pack(out, earlier->body.data, earlier->body.length);
}

void tro_earlier_unpack(tro_earlier *earlier, tro_packed *from)
{
    earlier->replicate = tro_unpack_whole(from);
    earlier->rounds = tro_unpack_whole(from);
    earlier->over = (int)tro_unpack_count(from, 1);
    size_t length = tro_unpack_length(from, 1);
    earlier->body = (tro_packed){.data = tro_unpack_view(from, length), .length = length};
}

static int unpack_rows(tro_track *t, tro_packed *from)
{
    size_t length = tro_unpack_length(from, 1);
    const char *rows = tro_unpack_view(from, length);
    if (rows)
        tro_text_add_n(&t->recording.rows, rows, length);
    if (t->recording.rows.failed)
        return TRO_ENOMEM;
    return t->recording.direct ? tro_recording_flush(&t->recording, t->recording.direct) : TRO_OK;
}

static int unpack_runner(const tro_rounds *c, tro_member *member, const tro_earlier *earlier,
                         tro_track *t, tro_packed *from)
{
    int status = tro_runner_unpack(&member->runner, from);
    if (status < 0)
        return status;
    tro_settling_unpack(&member->watch.settling, &member->runner, from);
    if (member->runner.advance == TRO_EXACT)
        tro_trace_unpack(&member->watch.trace, from);
    from->failed |= t->ending != TRO_STOPPED || member->runner.replicate != earlier->replicate ||
                    (long long)member->runner.round > c->rounds;
    t->ending = TRO_ALL_ROUNDS;
    return TRO_OK;
}

int tro_track_unpack(const tro_rounds *c, tro_member *member, const tro_earlier *earlier,
                     tro_track *t)
{
    size_t agents = c->cell->ecosystem->agents;
    tro_packed from = earlier->body;
    int status;
    t->rounds = (long long)earlier->rounds;
    t->ending = (tro_ending)tro_unpack_count(&from, TRO_STOPPED);
    t->averaged = (long long)tro_unpack_whole(&from);
    t->lost_in = (long long)tro_unpack_whole(&from);
    t->lost = tro_unpack_text(&from);
    t->lost_agent = (size_t)tro_unpack_count(&from, agents - 1);
    t->part = tro_unpack_real(&from);
    t->change = tro_unpack_real(&from);
    t->cycle.period = tro_unpack_real(&from);
    t->cycle.whole = (int)tro_unpack_count(&from, 1);
    tro_unpack(&from, t->final, (2 * agents + c->wins) * sizeof *t->final);
    tro_unpack(&from, t->retrained, agents * sizeof *t->retrained);
    tro_curve_unpack(c->recorder->curves, &t->curve, &from);
    TRO_TRY(unpack_rows(t, &from));
    if (member)
        TRO_TRY(unpack_runner(c, member, earlier, t, &from));
    else
        from.failed |= t->ending == TRO_STOPPED;
    status = from.failed || from.at != from.length ? TRO_EINVAL : TRO_OK;
out:
    return status;
}
