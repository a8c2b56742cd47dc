#include "cli/rounds.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "cli/track.h"
#include "cli/wins.h"
#include "experiment/replicates.h"

typedef struct crew {
    size_t threads, wave;
    tro_member *members;          /* threads */
    tro_track *tracks;            /* wave */
    tro_earlier *earlier;         /* by replicate: what an earlier process left */
    size_t earlier_count;
    tro_curve first;              /* the first replicate's, however it ended */
    uint64_t next;                /* the first replicate that is not accounted for */
    tro_row_sink *sink;
    tro_tally tally;
    tro_arena arena;
} crew;

static int crew_init(crew *w, const tro_rounds *c, size_t threads, size_t wave)
{
    const tro_cell *cell = c->cell;
    size_t agents = cell->ecosystem->agents;
    int status;
    const tro_curves *curves = c->recorder->curves;
    w->wave = wave;
    w->members = TRO_NEW(&w->arena, tro_member, threads);
    w->tracks = TRO_NEW(&w->arena, tro_track, wave);
    w->first.values = TRO_NEW(&w->arena, double, tro_curves_numbers(curves));
    if (!w->members || !w->tracks || !w->first.values)
        return TRO_ENOMEM;
    tro_curve_begin(&w->first);
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
        tro_runner *runner = &w->members[w->threads].runner;
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
        tro_member_release(&w->members[k]);
    for (size_t k = 0; w->tracks && k < w->wave; k++)
        tro_recording_release(&w->tracks[k].recording);
    tro_release(w->earlier);
    tro_arena_clear(&w->arena);
}

/* Takes one replicate into account. */
static void account(tro_outcome *out, tro_tally *tally, const tro_track *t, size_t agents)
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
    out->change = t->change;
    out->cycle = t->cycle;
}

static int compare_earlier(const void *key, const void *item)
{
    uint64_t replicate = *(const uint64_t *)key, there = ((const tro_earlier *)item)->replicate;
    return (replicate > there) - (replicate < there);
}

static const tro_earlier *find_earlier(const crew *w, uint64_t replicate)
{
    return w->earlier_count == 0 ? NULL
                                 : bsearch(&replicate, w->earlier, w->earlier_count,
                                           sizeof *w->earlier, compare_earlier);
}

static int run_wave(tro_rounds *c, crew *w, size_t count)
{
    int chunk = (int)fmin(64, fmax(1, (double)count / (64 * (double)w->threads)));
#pragma omp parallel for schedule(dynamic, chunk) num_threads((int)w->threads) if (count > 1)
    for (size_t k = 0; k < count; k++)
        w->tracks[k].status = tro_track_run(c, &w->members[omp_get_thread_num()], w->next + k,
                                            find_earlier(w, w->next + k), &w->tracks[k]);
    for (size_t k = 0; k < count; k++)
        if (w->tracks[k].status < 0)
            return w->tracks[k].status;
    return TRO_OK;
}

/* Writes a track's rows and takes it into account. */
static int take(tro_rounds *c, crew *w, tro_track *t, tro_outcome *out)
{
    const tro_curves *curves = c->recorder->curves;
    int status = tro_recording_flush(&t->recording, w->sink);
    if (status < 0)
        return status;
    if (w->next == 0 && curves) {
        w->first.points = t->curve.points;
        w->first.stride = t->curve.stride;
        memcpy(w->first.values, t->curve.values,
               tro_curves_numbers(curves) * sizeof *w->first.values);
    }
    if (t->ending < TRO_DIVERGED)
        tro_curves_take(c->recorder->curves, &t->curve);
    account(out, &w->tally, t, c->cell->ecosystem->agents);
    return TRO_OK;
}

/* --- for another process ----------------------------------------------------------- */

static void pack_outcome(const tro_rounds *c, const crew *w, const tro_outcome *out,
                         tro_text *state)
{
    const tro_ecosystem *eco = c->cell->ecosystem;
    tro_pack_whole(state, w->next);
    tro_pack_whole(state, (uint64_t)out->ending);
    tro_pack_whole(state, (uint64_t)out->rounds);
    tro_pack_whole(state, out->diverged);
    tro_pack_whole(state, (uint64_t)out->lost_in);
    tro_pack_text(state, out->lost);
    tro_pack_whole(state, out->lost_agent);
    tro_pack_real(state, out->change);
    tro_pack_real(state, out->cycle.period);
    tro_pack_whole(state, out->cycle.whole != 0);
    tro_pack(state, out->retrained, eco->agents * sizeof *out->retrained);
    tro_pack(state, out->z, eco->size * sizeof *out->z);
    tro_pack_whole(state, w->tally.count);
    tro_pack(state, w->tally.mean, w->tally.columns * sizeof *w->tally.mean);
    tro_pack(state, w->tally.square, w->tally.columns * sizeof *w->tally.square);
    tro_curves_pack(c->recorder->curves, state);
    tro_curve_pack(c->recorder->curves, &w->first, state);
}

/* The tracks from `begun` on, of `count` in the wave, are not accounted for. */
static void pack(const tro_rounds *c, const crew *w, size_t begun, size_t count,
                 const tro_outcome *out, tro_checkpoint *part)
{
    uint64_t end = w->next + (count - begun);
    part->bytes = w->sink->bytes;
    pack_outcome(c, w, out, &part->state);
    for (uint64_t r = w->next; r < end; r++) {
        const tro_track *t = &w->tracks[begun + (r - w->next)];
        const tro_earlier *earlier = find_earlier(w, r);
        if (t->begun)
            tro_track_pack(c, r, t, &part->state);
        else if (earlier)
            tro_earlier_pack(earlier, &part->state);
    }
    for (size_t k = 0; k < w->earlier_count; k++)
        if (w->earlier[k].replicate >= end)
            tro_earlier_pack(&w->earlier[k], &part->state);
}

static void unpack_outcome(const tro_rounds *c, crew *w, tro_outcome *out, tro_packed *from)
{
    const tro_ecosystem *eco = c->cell->ecosystem;
    w->next = tro_unpack_whole(from);
    out->ending = (tro_ending)tro_unpack_count(from, TRO_DIVERGED);
    out->rounds = (long long)tro_unpack_count(from, (uint64_t)c->rounds);
    out->diverged = tro_unpack_whole(from);
    out->lost_in = (long long)tro_unpack_whole(from);
    out->lost = tro_unpack_text(from);
    out->lost_agent = (size_t)tro_unpack_count(from, eco->agents - 1);
    out->change = tro_unpack_real(from);
    out->cycle.period = tro_unpack_real(from);
    out->cycle.whole = (int)tro_unpack_count(from, 1);
    tro_unpack(from, out->retrained, eco->agents * sizeof *out->retrained);
    tro_unpack(from, out->z, eco->size * sizeof *out->z);
    w->tally.count = tro_unpack_whole(from);
    tro_unpack(from, w->tally.mean, w->tally.columns * sizeof *w->tally.mean);
    tro_unpack(from, w->tally.square, w->tally.columns * sizeof *w->tally.square);
    tro_curves_unpack(c->recorder->curves, from);
    tro_curve_unpack(c->recorder->curves, &w->first, from);
}

/* Bits of the rounds that need not be run again are taken off the total. */
static int unpack(tro_rounds *c, crew *w, uint64_t replicates, const tro_checkpoint *part,
                  tro_outcome *out)
{
    tro_packed from = {.data = part->state.data, .length = part->state.length};
    uint64_t over, least;
    size_t room = 0;
    unpack_outcome(c, w, out, &from);
    over = w->next * (uint64_t)c->rounds;
    least = w->next;
    from.failed |= w->next > replicates;
    while (!from.failed && from.at < from.length) {
        tro_earlier *items = w->earlier;
        if (w->earlier_count == room) {
            items = tro_reallocate(items, room, 2 * room + 8, sizeof *items);
            if (!items)
                return TRO_ENOMEM;
            w->earlier = items;
            room = 2 * room + 8;
        }
        tro_earlier *item = &items[w->earlier_count++];
        tro_earlier_unpack(item, &from);
        from.failed |= item->replicate < least || item->replicate >= replicates ||
                       item->rounds > (uint64_t)c->rounds;
        least = item->replicate + 1;
        over += item->rounds;
    }
    c->total = c->total > over ? c->total - over : 0;
    return from.failed ? TRO_EINVAL : TRO_OK;
}

/* --- all replicates ------------------------------------------------------------------ */

/* Tracks of the wave that were stopped, or did not begin: the rest of it. */
static int take_stopped(tro_rounds *c, crew *w, size_t begun, size_t count, tro_outcome *out)
{
    int status = TRO_OK;
    for (size_t k = begun; k < count && status == TRO_OK; k++, w->next++) {
        tro_track *t = &w->tracks[k];
        if (!t->begun && find_earlier(w, w->next))
            out->waiting++;
        if (t->member)
            status = tro_track_conclude(c, t->member, t);
        if (status == TRO_OK)
            status = take(c, w, t, out);
    }
    for (size_t k = 0; k < w->earlier_count; k++)
        out->waiting += w->earlier[k].replicate >= w->next;
    return status;
}

static int run_all(tro_rounds *c, crew *w, uint64_t replicates, tro_checkpoint *part,
                   tro_outcome *out)
{
    size_t count, k = 0;
    int status = TRO_OK;
    for (count = 0; w->next < replicates && k == count;) {
        count = replicates - w->next < w->wave ? (size_t)(replicates - w->next) : w->wave;
        TRO_TRY(run_wave(c, w, count));
        for (k = 0; k < count && w->tracks[k].ending != TRO_STOPPED; k++, w->next++)
            TRO_TRY(take(c, w, &w->tracks[k], out));
    }
    /* Rows that went to the sink at once are whole up to here, too. */
    if (k < count && w->tracks[k].recording.direct)
        TRO_TRY(tro_recording_flush(&w->tracks[k].recording, w->sink));
    if (part)
        pack(c, w, k, count, out, part);
    TRO_TRY(take_stopped(c, w, k, count, out));
    out->finished = w->tally.count;
    if (w->tally.count == 0 && out->ending == TRO_STOPPED)
        tro_tally_add(&w->tally, w->tracks[0].final);   /* better than nothing */
    if (w->tally.count == 0 || out->finished == 0)
        tro_curves_take(c->recorder->curves, w->first.points > 0 ? &w->first
                                                                 : &w->tracks[0].curve);
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
static size_t wave_size(const tro_rounds *c, const tro_recorder *recorder, uint64_t replicates,
                        size_t threads)
{
    double numbers = (2 * sizeof(double) + sizeof(int)) * (double)c->cell->ecosystem->agents +
                     sizeof(double) * ((double)c->wins +
                                       (double)tro_curves_numbers(recorder->curves));
    double bytes = tro_recorder_bytes(recorder, c->rounds) + numbers + sizeof(tro_track) +
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

static tro_rounds describe(tro_cell *cell, const tro_recorder *recorder,
                           const tro_progress *progress, uint64_t replicates)
{
    const tro_scenario *scenario = cell->scenario;
    tro_rounds c = {.cell = cell, .recorder = recorder, .progress = progress,
                    .rounds = cell->plan->common->rounds, .burn_in = scenario->record.burn_in,
                    .tolerance = scenario->sampled ? 0 : cell->plan->common->tolerance};
    c.batch = 1 + 2000 / (cell->ecosystem->size + cell->ecosystem->entry_count);
    if (__builtin_mul_overflow(replicates, (uint64_t)c.rounds, &c.total))
        c.total = 0;
    c.wins = tro_wins_count(cell->ecosystem);
    return c;
}

int tro_rounds_into(tro_cell *cell, const tro_recorder *recorder, tro_row_sink *sink,
                    const tro_progress *progress, const tro_rounds_parts *parts,
                    tro_outcome *out, tro_messages *messages)
{
    const tro_scenario *scenario = cell->scenario;
    uint64_t replicates = scenario->sampled ? (uint64_t)scenario->replicates : 1;
    tro_rounds c = describe(cell, recorder, progress, replicates);
    size_t threads = replicates > 1 ? (size_t)omp_get_max_threads() : 1;
    crew w = {.sink = sink};
    int status;
    *out = (tro_outcome){0};
    TRO_TRY(outcome_init(out, cell->ecosystem, c.wins, &w.tally));
    c.first = out->z;
    if (scenario->sampled)
        TRO_TRY(tro_cell_sampler(cell, messages));
    size_t wave = wave_size(&c, recorder, replicates, threads);
    TRO_TRY(crew_init(&w, &c, wave > 1 ? threads : 1, wave));
    if (wave == 1)
        w.tracks[0].recording.direct = sink;
    if (parts && parts->from)
        TRO_TRY(unpack(&c, &w, replicates, parts->from, out));
    TRO_TRY(run_all(&c, &w, replicates, parts ? parts->to : NULL, out));
    if (parts && parts->to && parts->to->state.failed)
        TRO_TRY(TRO_ENOMEM);
    outcome_settle(out, &w.tally);
out:
    if (status == TRO_EINVAL && parts && parts->from && messages->errors == 0)
        tro_error(messages, status, NULL, "what an interrupted run left does not fit this one");
    crew_release(&w);
    return say_failed(status, messages);
}

static int add_to_file(void *file, const char *rows, size_t length)
{
    return tro_file_add(file, rows, length);
}

int tro_rounds_run(tro_cell *cell, const char *path, tro_curves *curves,
                   const tro_progress *progress, const tro_rounds_parts *parts, tro_outcome *out,
                   tro_messages *messages)
{
    tro_recorder recorder = {0};
    tro_csv csv = {0};
    int status;
    *out = (tro_outcome){0};
    TRO_TRY(tro_recorder_init(&recorder, cell));
    recorder.curves = curves;
    TRO_TRY(tro_recorder_open(&recorder, path, &csv, messages));
    if (parts->from)
        TRO_TRY(tro_file_copy(&csv.file, path, csv.file.bytes, parts->from->bytes));
    tro_row_sink sink = {add_to_file, &csv.file, csv.file.bytes};
    TRO_TRY(tro_rounds_into(cell, &recorder, &sink, progress, parts, out, messages));
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
