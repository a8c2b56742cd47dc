#include "cli/rounds.h"

#include <math.h>
#include <omp.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "cli/recording.h"
#include "experiment/replicates.h"
#include "measure/measure.h"

/* Rounds without a change, after which agents that never retrain no longer
 * count. */
enum { PATIENCE = 100 };

/* Has everything come to rest? One quiet round proves nothing where not
 * everyone retrains in it, or where outputs arrive late: then every agent must
 * have retrained since the last change, and all delays have passed. */
typedef struct settling {
    double tolerance;
    long long window, calm;
    uint64_t *since;
} settling;

/* One replicate on its way. */
typedef struct track {
    tro_recording recording;
    double *final, *average;      /* agents each, one after the other */
    long long rounds, averaged;
    tro_ending ending;
    int begun, status;
} track;

typedef struct context {
    tro_cell *cell;
    const tro_recorder *recorder;
    const tro_progress *progress;
    long long rounds, burn_in;
    double tolerance;             /* 0: run all rounds */
    size_t total, batch;          /* rounds; how many to report at a time */
    atomic_size_t done;
} context;

static int must_stop(const context *c)
{
    return c->progress && c->progress->stop && c->progress->stop(c->progress->context);
}

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

static int settling_init(settling *s, const context *c, tro_arena *arena)
{
    const tro_ecosystem *eco = c->cell->ecosystem;
    *s = (settling){.tolerance = c->tolerance};
    s->window = (long long)ceil(eco->longest_delay) + 1;
    if ((long long)c->cell->plan->period > s->window)
        s->window = (long long)c->cell->plan->period;
    s->since = TRO_NEW(arena, uint64_t, eco->agents);
    return s->since ? TRO_OK : TRO_ENOMEM;
}

static int settled(settling *s, const tro_runner *runner)
{
    size_t agents = runner->ecosystem->agents;
    if (!(s->tolerance > 0))
        return 0;
    if (!(runner->change <= s->tolerance)) {
        s->calm = 0;
        memcpy(s->since, runner->version, agents * sizeof *s->since);
        return 0;
    }
    s->calm++;
    for (size_t i = 0; i < agents && s->calm < PATIENCE; i++)
        if (runner->version[i] == s->since[i])
            return 0;
    return s->calm >= s->window;
}

static void add_alignments(const tro_runner *runner, double *sums)
{
    for (size_t i = 0; i < runner->ecosystem->agents; i++)
        sums[i] += tro_measure_alignment.value(runner->ecosystem, runner->z, i);
}

/* What the rounds came to; an agent that settled before the burn-in was over
 * stays where it is. */
static void finish(track *t, const tro_runner *runner)
{
    size_t agents = runner->ecosystem->agents;
    int lost = t->ending == TRO_DIVERGED;
    memset(t->final, 0, agents * sizeof *t->final);
    add_alignments(runner, t->final);
    for (size_t i = 0; i < agents; i++) {
        if (t->averaged > 0)
            t->average[i] /= (double)t->averaged;
        else
            t->average[i] = t->ending == TRO_CONVERGED ? t->final[i] : NAN;
        if (lost)
            t->final[i] = t->average[i] = NAN;
    }
    t->rounds = (long long)runner->round;
}

static void never_began(track *t, size_t agents)
{
    t->ending = TRO_STOPPED;
    t->rounds = 0;
    t->begun = 0;
    for (size_t i = 0; i < agents; i++)
        t->final[i] = t->average[i] = NAN;
}

static int advance(context *c, tro_runner *runner, uint64_t replicate, track *t)
{
    const tro_recorder *recorder = c->recorder;
    tro_arena arena = {0};
    settling s;
    size_t unreported = 0;
    int status;
    t->ending = TRO_ALL_ROUNDS;
    t->averaged = 0;
    t->begun = 1;
    memset(t->average, 0, runner->ecosystem->agents * sizeof *t->average);
    if (must_stop(c)) {
        never_began(t, runner->ecosystem->agents);
        return TRO_OK;
    }
    TRO_TRY(settling_init(&s, c, &arena));
    TRO_TRY(tro_runner_start(runner, replicate, NULL));
    TRO_TRY(tro_record(recorder, &t->recording, runner));
    while (t->ending == TRO_ALL_ROUNDS && (long long)runner->round < c->rounds) {
        if (must_stop(c)) {
            t->ending = TRO_STOPPED;
            break;
        }
        status = tro_runner_round(runner);
        if (status == TRO_EDIVERGED) {
            t->ending = TRO_DIVERGED;
            status = TRO_OK;
            break;
        }
        if (status < 0)
            goto out;
        if ((long long)runner->round > c->burn_in) {
            add_alignments(runner, t->average);
            t->averaged++;
        }
        if (settled(&s, runner))
            t->ending = TRO_CONVERGED;
        if ((long long)runner->round % recorder->every == 0)
            TRO_TRY(tro_record(recorder, &t->recording, runner));
        unreported++;
        report(c, &unreported, c->batch);
    }
    report(c, &unreported, 0);
    if (t->ending != TRO_DIVERGED && (long long)runner->round % recorder->every != 0)
        TRO_TRY(tro_record(recorder, &t->recording, runner));
    finish(t, runner);
out:
    tro_arena_clear(&arena);
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
    *w = (crew){.wave = wave};
    w->runners = TRO_NEW(&w->arena, tro_runner, threads);
    w->tracks = TRO_NEW(&w->arena, track, wave);
    if (!w->runners || !w->tracks)
        return TRO_ENOMEM;
    for (size_t k = 0; k < wave; k++) {
        w->tracks[k].final = TRO_NEW(&w->arena, double, 2 * agents);
        if (!w->tracks[k].final)
            return TRO_ENOMEM;
        w->tracks[k].average = w->tracks[k].final + agents;
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
        tro_text_clear(&w->tracks[k].recording.rows);
    tro_arena_clear(&w->arena);
}

/* Takes one replicate into account. */
static void account(tro_outcome *out, tro_tally *tally, const track *t)
{
    if (t->ending == TRO_DIVERGED)
        out->diverged++;
    else if (t->ending != TRO_STOPPED)
        tro_tally_add(tally, t->final);
    else if (t->begun && (out->stopped++ == 0 || t->rounds < out->least))
        out->least = t->rounds;
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

static int run_all(context *c, crew *w, tro_file *file, uint64_t replicates, tro_outcome *out,
                   tro_tally *tally)
{
    int status = TRO_OK;
    for (uint64_t first = 0; first < replicates && out->ending != TRO_STOPPED;
         first += w->wave) {
        size_t count = replicates - first < w->wave ? (size_t)(replicates - first) : w->wave;
        TRO_TRY(run_wave(c, w, first, count));
        for (size_t k = 0; k < count; k++) {
            TRO_TRY(tro_recording_flush(&w->tracks[k].recording, file));
            account(out, tally, &w->tracks[k]);
        }
    }
    out->finished = tally->count;
    if (tally->count == 0 && out->ending == TRO_STOPPED)
        tro_tally_add(tally, w->tracks[0].final);   /* better than nothing */
    out->change = w->runners[0].change;
    memcpy(out->z, w->runners[0].z, c->cell->ecosystem->size * sizeof *out->z);
out:
    return status;
}

static int outcome_init(tro_outcome *out, const tro_ecosystem *eco, tro_tally *tally)
{
    size_t agents = eco->agents;
    double *mean = TRO_NEW(&out->arena, double, 2 * agents);
    double *square = TRO_NEW(&out->arena, double, 2 * agents);
    out->z = TRO_NEW(&out->arena, double, eco->size);
    if (!mean || !square || !out->z)
        return TRO_ENOMEM;
    *tally = (tro_tally){.columns = 2 * agents, .mean = mean, .square = square};
    out->final = mean;
    out->average = mean + agents;
    out->final_error = square;
    out->average_error = square + agents;
    return TRO_OK;
}

/* Sums of squares become standard errors; without any replicate there are no
 * means. */
static void outcome_settle(tro_outcome *out, const tro_tally *tally)
{
    out->replicates = tally->count;
    for (size_t k = 0; k < tally->columns; k++) {
        double variance = tro_tally_variance(tally, k);
        tally->square[k] = sqrt(variance / (double)tally->count);
        if (tally->count == 0)
            tally->mean[k] = NAN;
    }
}

/* How many replicates to hold at a time: 64 MB of them, since threads wait for
 * each other at the end of a wave; 1: rows go to the file at once. */
static size_t wave_size(const context *c, const tro_recorder *recorder, uint64_t replicates,
                        size_t threads)
{
    double numbers = 2 * sizeof(double) * (double)c->cell->ecosystem->agents;
    double bytes = tro_recorder_bytes(recorder, c->rounds) + numbers + sizeof(track);
    double wave = fmin(64e6 / bytes, (double)replicates);
    return threads > 1 && wave >= 2 ? (size_t)wave : 1;
}

int tro_rounds_run(tro_cell *cell, const char *path, const tro_progress *progress,
                   tro_outcome *out, tro_messages *messages)
{
    tro_recorder recorder = {0};
    crew w = {0};
    tro_tally tally = {0};
    tro_csv csv = {0};
    const tro_scenario *scenario = cell->scenario;
    uint64_t replicates = scenario->sampled ? (uint64_t)scenario->replicates : 1;
    context c = {.cell = cell, .recorder = &recorder, .progress = progress,
                 .rounds = cell->plan->common->rounds, .burn_in = scenario->record.burn_in,
                 .tolerance = scenario->sampled ? 0 : cell->plan->common->tolerance};
    c.batch = 1 + 2000 / (cell->ecosystem->size + cell->ecosystem->entry_count);
    size_t threads = replicates > 1 ? (size_t)omp_get_max_threads() : 1;
    int status;
    *out = (tro_outcome){0};
    if (__builtin_mul_overflow(replicates, (uint64_t)c.rounds, &c.total))
        c.total = 0;
    TRO_TRY(outcome_init(out, cell->ecosystem, &tally));
    if (scenario->sampled && !cell->sampler)
        TRO_TRY(tro_sampler_new(cell->ecosystem, &cell->sampler, messages));
    TRO_TRY(tro_recorder_init(&recorder, cell));
    TRO_TRY(tro_recorder_open(&recorder, path, &csv, messages));
    size_t wave = wave_size(&c, &recorder, replicates, threads);
    TRO_TRY(crew_init(&w, &c, wave > 1 ? threads : 1, wave));
    if (wave == 1)
        w.tracks[0].recording.direct = &csv.file;
    TRO_TRY(run_all(&c, &w, &csv.file, replicates, out, &tally));
    outcome_settle(out, &tally);
    status = tro_csv_commit(&csv);
out:
    tro_csv_abort(&csv);
    crew_release(&w);
    tro_recorder_release(&recorder);
    if (status < 0 && messages->errors == 0)
        tro_error(messages, status, NULL, "the rounds failed: %s", tro_status_text(status));
    return status;
}

void tro_outcome_release(tro_outcome *outcome)
{
    tro_arena_clear(&outcome->arena);
    *outcome = (tro_outcome){0};
}
