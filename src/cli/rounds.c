#include "cli/rounds.h"

#include <math.h>
#include <omp.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "cli/wins.h"
#include "experiment/replicates.h"
#include "measure/measure.h"
#include "schedule/settling.h"

/* One replicate on its way. */
typedef struct track {
    tro_recording recording;
    tro_curve curve;
    double *final, *average, *wins; /* agents, agents, context's wins: one after the other */
    double part;                  /* of the sums of alignments that `average` is before the end */
    int *retrained;               /* agents */
    long long rounds, averaged;
    long long lost_in;            /* as in tro_outcome */
    const char *lost;
    size_t lost_agent;
    tro_ending ending;
    tro_cycle cycle;
    int begun, status;
} track;

typedef struct context {
    tro_cell *cell;
    const tro_recorder *recorder;
    const tro_progress *progress;
    long long rounds, burn_in;
    double tolerance;             /* 0: run all rounds */
    size_t total, batch;          /* rounds; how many to report at a time */
    size_t wins;                  /* shares of wins in arenas */
    double *first;                /* size: where the first replicate's last state goes */
    atomic_size_t done;
} context;

/* Threads that report every tiny round wait for each other's counting. */
static void report(context *c, size_t *rounds, size_t batch)
{
    if (*rounds == 0 || *rounds < batch)
        return;
    size_t done = atomic_fetch_add(&c->done, *rounds) + *rounds;
    *rounds = 0;
    if (c->progress && c->progress->report && omp_get_thread_num() == 0)
        c->progress->report(c->progress->context, "rounds", done, c->total);
}

/* The replicate ends here: round `in` cannot be told in finite numbers. */
static void lose(track *t, const char *measure, size_t agent, uint64_t in)
{
    t->ending = TRO_DIVERGED;
    t->lost_in = (long long)in;
    t->lost = measure;
    t->lost_agent = agent;
}

/* Alignment of the agent now; NaN, too, when it is no longer finite. */
static double alignment_of(const tro_runner *runner, size_t agent, track *t)
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
static void shrink_sums(track *t, size_t agents)
{
    t->part *= 0x1p-64;
    for (size_t i = 0; i < agents; i++)
        t->average[i] *= 0x1p-64;
}

static void add_alignments(const tro_runner *runner, track *t)
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
static void finish(const context *c, track *t, tro_runner *runner)
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

static void never_began(track *t, size_t columns)
{
    t->ending = TRO_STOPPED;
    t->rounds = 0;
    t->begun = 0;
    lose_numbers(t->final, columns);
}

/* Writes the present round down; a measure that is not finite ends the track. */
static int record(const context *c, track *t, const tro_runner *runner)
{
    int status = tro_record(c->recorder, &t->recording, runner);
    if (status != TRO_EDIVERGED)
        return status;
    lose(t, t->recording.lost, t->recording.lost_agent, runner->round);
    return TRO_OK;
}

/* What watches the rounds of one replicate. */
typedef struct watch {
    tro_settling settling;
    tro_trace trace;              /* of exact rounds */
} watch;

static int watch_init(watch *w, const tro_runner *runner, double tolerance)
{
    *w = (watch){0};
    int status = tro_settling_init(&w->settling, runner, tolerance);
    if (status == TRO_OK && runner->advance == TRO_EXACT)
        status = tro_trace_init(&w->trace, runner->ecosystem);
    return status;
}

static void watch_release(watch *w)
{
    tro_settling_release(&w->settling);
    tro_trace_release(&w->trace);
}

static void watch_state(watch *w, const tro_runner *runner)
{
    if (runner->advance == TRO_EXACT && !tro_runner_awaits(runner))
        tro_trace_add(&w->trace, runner->z);
}

/* One round, and what is made of it. */
static int step(context *c, tro_runner *runner, watch *w, track *t, size_t *unreported)
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

static int advance(context *c, tro_runner *runner, uint64_t replicate, track *t)
{
    size_t agents = runner->ecosystem->agents, unreported = 0;
    watch w = {0};
    int status;
    t->ending = TRO_ALL_ROUNDS;
    t->cycle = (tro_cycle){0};
    t->averaged = 0;
    t->part = 1;
    t->begun = 1;
    tro_curve_begin(&t->curve);
    memset(t->average, 0, agents * sizeof *t->average);
    memset(t->retrained, 0, agents * sizeof *t->retrained);
    if (tro_progress_stops(c->progress)) {
        never_began(t, 2 * agents + c->wins);
        return TRO_OK;
    }
    TRO_TRY(watch_init(&w, runner, c->tolerance));
    TRO_TRY(tro_runner_start(runner, replicate, NULL));
    watch_state(&w, runner);
    tro_curve_add(c->recorder->curves, &t->curve, runner);
    TRO_TRY(record(c, t, runner));
    while (t->ending == TRO_ALL_ROUNDS && (long long)runner->round < c->rounds) {
        if (tro_progress_stops(c->progress)) {
            t->ending = TRO_STOPPED;
            break;
        }
        TRO_TRY(step(c, runner, &w, t, &unreported));
    }
    report(c, &unreported, 0);
    if (t->ending != TRO_DIVERGED && (long long)runner->round % c->recorder->every != 0)
        TRO_TRY(record(c, t, runner));
    finish(c, t, runner);
    if (t->ending == TRO_ALL_ROUNDS && runner->advance == TRO_EXACT && w.trace.count > 0)
        TRO_TRY(tro_cycle_find(&w.trace, runner->plan, runner->ecosystem->longest_delay,
                               &t->cycle));
out:
    watch_release(&w);
    return status;
}

/* --- all replicates -------------------------------------------------------- */

typedef struct crew {
    size_t threads, wave;
    tro_runner *runners;          /* threads */
    track *tracks;                /* wave */
    tro_arena arena;
} crew;

static int crew_init(crew *w, const context *c, size_t threads, size_t wave)
{
    const tro_cell *cell = c->cell;
    size_t agents = cell->ecosystem->agents;
    int status;
    const tro_curves *curves = c->recorder->curves;
    *w = (crew){.wave = wave};
    w->runners = TRO_NEW(&w->arena, tro_runner, threads);
    w->tracks = TRO_NEW(&w->arena, track, wave);
    if (!w->runners || !w->tracks)
        return TRO_ENOMEM;
    for (size_t k = 0; k < wave; k++) {
        w->tracks[k].final = TRO_NEW(&w->arena, double, 2 * agents + c->wins);
        w->tracks[k].retrained = TRO_NEW(&w->arena, int, agents);
        w->tracks[k].curve.values = TRO_NEW(&w->arena, double, tro_curves_numbers(curves));
        if (!w->tracks[k].final || !w->tracks[k].retrained || !w->tracks[k].curve.values)
            return TRO_ENOMEM;
        w->tracks[k].average = w->tracks[k].final + agents;
        w->tracks[k].wins = w->tracks[k].average + agents;
    }
    for (; w->threads < threads; w->threads++) {
        tro_runner *runner = &w->runners[w->threads];
        status = tro_runner_init(runner, cell->ecosystem, cell->plan,
                                 cell->scenario->sampled ? TRO_SAMPLED : TRO_EXACT);
        if (status < 0) {
            tro_runner_release(runner);
            return status;
        }
        runner->sampler = cell->sampler;
    }
    return TRO_OK;
}

static void crew_release(crew *w)
{
    for (size_t k = 0; k < w->threads; k++)
        tro_runner_release(&w->runners[k]);
    for (size_t k = 0; w->tracks && k < w->wave; k++)
        tro_recording_release(&w->tracks[k].recording);
    tro_arena_clear(&w->arena);
}

/* Takes one replicate into account. */
static void account(tro_outcome *out, tro_tally *tally, const track *t, size_t agents)
{
    if (t->ending == TRO_DIVERGED && out->diverged++ == 0) {
        out->lost_in = t->lost_in;
        out->lost = t->lost;
        out->lost_agent = t->lost_agent;
    }
    if (t->ending < TRO_DIVERGED)
        tro_tally_add(tally, t->final);
    else if (t->ending == TRO_STOPPED && t->begun &&
             (out->stopped++ == 0 || t->rounds < out->least))
        out->least = t->rounds;
    for (size_t i = 0; i < agents; i++)
        out->retrained[i] |= t->retrained[i];
    if (t->ending > out->ending)
        out->rounds = t->rounds;
    else if (t->ending == out->ending && t->ending != TRO_DIVERGED && t->rounds > out->rounds)
        out->rounds = t->rounds;
    if (t->ending > out->ending)
        out->ending = t->ending;
}

static int run_wave(context *c, crew *w, uint64_t first, size_t count)
{
    int chunk = (int)fmin(64, fmax(1, (double)count / (64 * (double)w->threads)));
#pragma omp parallel for schedule(dynamic, chunk) num_threads((int)w->threads) if (count > 1)
    for (size_t k = 0; k < count; k++)
        w->tracks[k].status = advance(c, &w->runners[omp_get_thread_num()], first + k,
                                      &w->tracks[k]);
    for (size_t k = 0; k < count; k++)
        if (w->tracks[k].status < 0)
            return w->tracks[k].status;
    return TRO_OK;
}

static int run_all(context *c, crew *w, const tro_row_sink *sink, uint64_t replicates,
                   tro_outcome *out, tro_tally *tally)
{
    int status = TRO_OK;
    for (uint64_t first = 0; first < replicates && out->ending != TRO_STOPPED;
         first += w->wave) {
        size_t count = replicates - first < w->wave ? (size_t)(replicates - first) : w->wave;
        TRO_TRY(run_wave(c, w, first, count));
        for (size_t k = 0; k < count; k++) {
            TRO_TRY(tro_recording_flush(&w->tracks[k].recording, sink));
            if (w->tracks[k].ending < TRO_DIVERGED)
                tro_curves_take(c->recorder->curves, &w->tracks[k].curve);
            account(out, tally, &w->tracks[k], c->cell->ecosystem->agents);
        }
    }
    out->finished = tally->count;
    if (tally->count == 0 && out->ending == TRO_STOPPED)
        tro_tally_add(tally, w->tracks[0].final);   /* better than nothing */
    if (tally->count == 0)
        tro_curves_take(c->recorder->curves, &w->tracks[0].curve);
    out->change = w->runners[0].change;
    out->cycle = w->tracks[0].cycle;
out:
    return status;
}

static int outcome_init(tro_outcome *out, const tro_ecosystem *eco, size_t wins,
                        tro_tally *tally)
{
    size_t agents = eco->agents, columns = 2 * agents + wins;
    double *mean = TRO_NEW(&out->arena, double, columns);
    double *square = TRO_NEW(&out->arena, double, columns);
    out->z = TRO_NEW(&out->arena, double, eco->size);
    out->retrained = TRO_NEW(&out->arena, int, agents);
    if (!mean || !square || !out->z || !out->retrained)
        return TRO_ENOMEM;
    *tally = (tro_tally){.columns = columns, .mean = mean, .square = square};
    out->final = mean;
    out->average = mean + agents;
    out->wins = mean + 2 * agents;
    out->final_error = square;
    out->average_error = square + agents;
    out->wins_error = square + 2 * agents;
    return TRO_OK;
}

/* Alignments of replicates that are finite may be too far apart for the
 * spread to be. */
static void lose_spread(tro_outcome *out, const tro_tally *tally)
{
    size_t agents = (size_t)(out->average - out->final);
    for (size_t k = 0; k < 2 * agents && out->ending < TRO_DIVERGED; k++) {
        if (!isfinite(tally->mean[k]) || isfinite(tally->square[k]))
            continue;
        out->ending = TRO_DIVERGED;
        out->lost_in = out->rounds;
        out->lost = "spread of the alignment over replicates";
        out->lost_agent = k % agents;
    }
}

/* Sums of squares become standard errors; without any replicate there are no
 * means. */
static void outcome_settle(tro_outcome *out, const tro_tally *tally)
{
    out->replicates = tally->count;
    lose_spread(out, tally);
    for (size_t k = 0; k < tally->columns; k++) {
        double variance = tro_tally_variance(tally, k);
        tally->square[k] = isfinite(variance) ? sqrt(variance / (double)tally->count) : NAN;
        if (tally->count == 0)
            tally->mean[k] = NAN;
    }
}

/* How many replicates to hold at a time: 64 MB of them, since threads wait for
 * each other at the end of a wave; 1: rows go to the file at once. */
static size_t wave_size(const context *c, const tro_recorder *recorder, uint64_t replicates,
                        size_t threads)
{
    double numbers = (2 * sizeof(double) + sizeof(int)) * (double)c->cell->ecosystem->agents +
                     sizeof(double) * ((double)c->wins +
                                       (double)tro_curves_numbers(recorder->curves));
    double bytes = tro_recorder_bytes(recorder, c->rounds) + numbers + sizeof(track) +
                   sizeof(double) * (double)recorder->scratch;
    double wave = fmin(64e6 / bytes, (double)replicates);
    return threads > 1 && wave >= 2 ? (size_t)wave : 1;
}

static int say_failed(int status, tro_messages *messages)
{
    if (status < 0 && messages->errors == 0)
        tro_error(messages, status, NULL, "the rounds failed: %s", tro_status_text(status));
    return status;
}

int tro_rounds_into(tro_cell *cell, const tro_recorder *recorder, const tro_row_sink *sink,
                    const tro_progress *progress, tro_outcome *out, tro_messages *messages)
{
    crew w = {0};
    tro_tally tally = {0};
    const tro_scenario *scenario = cell->scenario;
    uint64_t replicates = scenario->sampled ? (uint64_t)scenario->replicates : 1;
    context c = {.cell = cell, .recorder = recorder, .progress = progress,
                 .rounds = cell->plan->common->rounds, .burn_in = scenario->record.burn_in,
                 .tolerance = scenario->sampled ? 0 : cell->plan->common->tolerance};
    c.batch = 1 + 2000 / (cell->ecosystem->size + cell->ecosystem->entry_count);
    size_t threads = replicates > 1 ? (size_t)omp_get_max_threads() : 1;
    int status;
    *out = (tro_outcome){0};
    if (__builtin_mul_overflow(replicates, (uint64_t)c.rounds, &c.total))
        c.total = 0;
    c.wins = tro_wins_count(cell->ecosystem);
    TRO_TRY(outcome_init(out, cell->ecosystem, c.wins, &tally));
    c.first = out->z;
    if (scenario->sampled)
        TRO_TRY(tro_cell_sampler(cell, messages));
    size_t wave = wave_size(&c, recorder, replicates, threads);
    TRO_TRY(crew_init(&w, &c, wave > 1 ? threads : 1, wave));
    if (wave == 1)
        w.tracks[0].recording.direct = sink;
    TRO_TRY(run_all(&c, &w, sink, replicates, out, &tally));
    outcome_settle(out, &tally);
out:
    crew_release(&w);
    return say_failed(status, messages);
}

static int add_to_file(void *file, const char *rows, size_t length)
{
    return tro_file_add(file, rows, length);
}

int tro_rounds_run(tro_cell *cell, const char *path, tro_curves *curves,
                   const tro_progress *progress, tro_outcome *out, tro_messages *messages)
{
    tro_recorder recorder = {0};
    tro_csv csv = {0};
    int status;
    *out = (tro_outcome){0};
    TRO_TRY(tro_recorder_init(&recorder, cell));
    recorder.curves = curves;
    TRO_TRY(tro_recorder_open(&recorder, path, &csv, messages));
    const tro_row_sink sink = {add_to_file, &csv.file};
    TRO_TRY(tro_rounds_into(cell, &recorder, &sink, progress, out, messages));
    status = tro_csv_commit(&csv);
out:
    tro_csv_abort(&csv);
    tro_recorder_release(&recorder);
    return say_failed(status, messages);
}

void tro_outcome_release(tro_outcome *outcome)
{
    tro_arena_clear(&outcome->arena);
    *outcome = (tro_outcome){0};
}
