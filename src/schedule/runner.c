#include "schedule/runner.h"

#include <math.h>
#include <string.h>

#include "schedule/together.h"

/* What a runner has for one phase; the state and the past of outputs go on across. */
struct tro_gear {
    tro_workspace work, *beside;
    size_t beside_count;
    tro_archive archive;
    tro_shares *shares;
    double *real_sets;
};

/* What the callback needs to find a law. */
typedef struct reader_context {
    tro_runner *runner;
    double time;
    double *scratch;
} reader_context;

static const double *producer_row(const tro_runner *runner, const tro_entry *entry, double time)
{
    if (entry->delay > 0)
        return tro_history_row(&runner->history, entry->producer, time - entry->delay);
    return runner->z + entry->producer * runner->ecosystem->width;
}

static const double *row_of(void *context, const tro_entry *entry)
{
    const reader_context *at = context;
    return producer_row(at->runner, entry, at->time);
}

/* How often those retrained on whom a curated law depends; it only grows. */
static uint64_t stamp_of(const tro_runner *runner, const tro_entry *entry)
{
    uint64_t stamp = runner->version[entry->producer] + 1;
    for (size_t k = 0; k < entry->curation->audience_count; k++)
        stamp += runner->version[entry->curation->audience[k]->agent];
    return stamp;
}

/* The law an entry delivers now. Curated laws of undelayed producers are kept
 * until the producer retrains, or an audience of its users does. */
static const double *law_of(void *context, const tro_entry *entry, double *out)
{
    const reader_context *at = context;
    tro_runner *runner = at->runner;
    const tro_ecosystem *eco = runner->ecosystem;
    tro_workspace *work = &runner->work;
    const double *row = producer_row(runner, entry, at->time);
    if (!entry->curation || entry->delay > 0)
        return tro_entry_law(eco, entry, row, runner->z, out, at->scratch, work->curation);
    double *kept = work->curated + entry->curated_row * eco->width;
    uint64_t stamp = stamp_of(runner, entry);
    if (work->curated_stamp[entry->curated_row] != stamp) {
        tro_entry_curate(eco, entry->curation, row, runner->z, kept, work->curation);
        work->curated_stamp[entry->curated_row] = stamp;
    }
    return tro_entry_deliver(eco, entry, 0, kept, out, at->scratch);
}

/* The same around the fixed point: its laws, and changes of them. */
static const double *base_law_of(void *context, const tro_entry *entry, double *out)
{
    const reader_context *at = context;
    const tro_runner *runner = at->runner;
    const double *base = runner->base + entry->producer * runner->ecosystem->width;
    return tro_entry_law(runner->ecosystem, entry, base, runner->base, out, at->scratch,
                         runner->work.curation);
}

static const double *change_of(void *context, const tro_entry *entry, double *out)
{
    const reader_context *at = context;
    const tro_runner *runner = at->runner;
    const double *base = runner->base + entry->producer * runner->ecosystem->width;
    return tro_entry_derivative(runner->ecosystem, entry, base, runner->base,
                                producer_row(runner, entry, at->time), runner->z, out,
                                at->scratch, runner->work.curation);
}

/* Data accumulate ever more slowly: what changes other agents make of it leaves
 * such an agent where it is (theory: two time scales). */
static void retrain_linear(reader_context *at, size_t agent, double *out)
{
    tro_runner *runner = at->runner;
    const tro_ecosystem *eco = runner->ecosystem;
    if (eco->scenario->agents[agent].window == TRO_KEEPS_ALL) {
        memset(out, 0, eco->width * sizeof *out);
        return;
    }
    tro_agent_derivative(eco, &runner->work, agent, base_law_of, change_of, at,
                         runner->z + agent * eco->width, out);
    tro_archive_add(&runner->archive, agent, out);
}

static void retrain(reader_context *at, const tro_event *event, double *out)
{
    tro_runner *runner = at->runner;
    tro_sources sources = {law_of, row_of, at, runner->real_sets};
    if (runner->advance == TRO_LINEAR)
        retrain_linear(at, event->agent, out);
    else
        tro_retrain(runner, &runner->work, event, &sources, out);
}

/* Shares that fade, and real data that stay. */
static int init_changing(tro_runner *runner)
{
    const tro_ecosystem *eco = runner->ecosystem;
    if (eco->fades) {
        runner->shares = TRO_NEW(&runner->arena, tro_shares, eco->agents);
        if (!runner->shares)
            return TRO_ENOMEM;
        tro_ecosystem_shares_at(eco, 1, runner->shares);
        runner->work.shares = runner->shares;
    }
    if (eco->fixed_sets && runner->advance == TRO_SAMPLED) {
        runner->real_sets = TRO_NEW(&runner->arena, double, eco->size);
        if (!runner->real_sets)
            return TRO_ENOMEM;
    }
    return TRO_OK;
}

/* What the runner needs for the ecosystem of one phase. */
static int init_stage(tro_runner *runner, const tro_ecosystem *ecosystem)
{
    int status;
    runner->ecosystem = ecosystem;
    TRO_TRY((runner->advance == TRO_LINEAR
                 ? tro_workspace_init
                 : tro_workspace_init_rounds)(&runner->work, ecosystem));
    TRO_TRY(tro_archive_init(&runner->archive, ecosystem));
    TRO_TRY(init_changing(runner));
out:
    return status;
}

/* Puts what belongs to the present phase away, and takes out that of another. */
static void change_gear(tro_runner *runner, size_t stage)
{
    tro_gear *gear = &runner->gears[stage];
    runner->gears[runner->stage] = (tro_gear){runner->work, runner->beside,
                                              runner->beside_count, runner->archive,
                                              runner->shares, runner->real_sets};
    runner->work = gear->work;
    runner->beside = gear->beside;
    runner->beside_count = gear->beside_count;
    runner->archive = gear->archive;
    runner->shares = gear->shares;
    runner->real_sets = gear->real_sets;
    runner->stage = stage;
}

/* Of all phases but the last, which is made as if it were alone. */
static int init_stages(tro_runner *runner, const tro_timeline *timeline)
{
    size_t count = timeline ? timeline->count : 1;
    runner->stage = count - 1;
    if (count == 1 || runner->advance == TRO_LINEAR)
        return TRO_OK;
    runner->gears = TRO_NEW(&runner->arena, tro_gear, count);
    if (!runner->gears)
        return TRO_ENOMEM;
    for (size_t k = 0; k < count - 1; k++) {
        change_gear(runner, k);
        int status = init_stage(runner, timeline->stages[k].ecosystem);
        if (status < 0)
            return status;
    }
    change_gear(runner, count - 1);
    runner->ecosystem = timeline->stages[count - 1].ecosystem;
    return TRO_OK;
}

int tro_runner_init(tro_runner *runner, const tro_ecosystem *ecosystem, const tro_plan *plan,
                    tro_advance advance)
{
    const tro_timeline *timeline = advance == TRO_LINEAR ? NULL : plan->timeline;
    int status;
    *runner = (tro_runner){.ecosystem = ecosystem, .plan = plan, .whole = plan,
                           .advance = advance};
    runner->z = TRO_NEW(&runner->arena, double, ecosystem->size);
    runner->fresh = TRO_NEW(&runner->arena, double, ecosystem->size);
    runner->version = TRO_NEW(&runner->arena, uint64_t, ecosystem->agents);
    if (!runner->z || !runner->fresh || !runner->version)
        return TRO_ENOMEM;
    TRO_TRY(init_stage(runner, ecosystem));
    TRO_TRY(init_stages(runner, timeline));
    TRO_TRY(tro_history_init(&runner->history, ecosystem, timeline));
out:
    return status;
}

static void release_stage(tro_runner *runner)
{
    for (size_t k = 0; k < runner->beside_count; k++)
        tro_workspace_release(&runner->beside[k]);
    tro_workspace_release(&runner->work);
    tro_archive_release(&runner->archive);
    runner->beside_count = 0;
}

void tro_runner_release(tro_runner *runner)
{
    size_t count = runner->gears ? runner->whole->timeline->count : 0;
    for (size_t k = 0; k < count; k++) {
        if (k != runner->stage)
            change_gear(runner, k);
        release_stage(runner);
    }
    release_stage(runner);
    tro_history_release(&runner->history);
    tro_events_release(&runner->events);
    tro_arena_clear(&runner->arena);
    *runner = (tro_runner){0};
}

/* What a phase begins with that does not come from the one before. */
static void begin_stage(tro_runner *runner)
{
    const tro_ecosystem *eco = runner->ecosystem;
    memset(runner->work.curated_stamp, 0, eco->curated_count * sizeof(uint64_t));
    runner->events_fixed = 0;
    if (runner->real_sets) {
        tro_stream_key key = {.seed = eco->scenario->seed, .replicate = runner->replicate};
        tro_sampler_draw_sets(runner->sampler, &runner->work, key, runner->real_sets);
    }
}

/* Puts the runner into a phase of its timeline, as far as that goes without a past. */
static void enter_stage(tro_runner *runner, size_t stage)
{
    const tro_stage *to = &runner->whole->timeline->stages[stage];
    if (stage != runner->stage)
        change_gear(runner, stage);
    runner->ecosystem = to->ecosystem;
    runner->plan = to->plan;
    if (runner->advance == TRO_SAMPLED)
        runner->sampler = to->sampler;
}

/* Events between the last round and the next. */
static void pass_events(tro_runner *runner)
{
    while (runner->gears && runner->stage + 1 < runner->whole->timeline->count &&
           runner->whole->timeline->stages[runner->stage + 1].from <= runner->round) {
        size_t next = runner->stage + 1;
        tro_archive_carry(&runner->archive, &runner->gears[next].archive);
        enter_stage(runner, next);
        begin_stage(runner);
    }
}

int tro_runner_start(tro_runner *runner, uint64_t replicate, const double *z)
{
    if (runner->gears)
        enter_stage(runner, 0);
    const tro_ecosystem *eco = runner->ecosystem;
    if (z)
        memcpy(runner->z, z, eco->size * sizeof *z);
    else
        tro_ecosystem_start(eco, runner->z);
    runner->replicate = replicate;
    runner->round = 0;
    runner->time = 0;
    runner->change = 0;
    runner->retrainings = 0;
    for (size_t i = 0; i < eco->agents; i++)
        runner->version[i] = 0;
    if (runner->advance == TRO_LINEAR)
        tro_archive_fill(&runner->archive, runner->z);
    else
        tro_archive_start(&runner->archive);
    begin_stage(runner);
    return tro_history_start(&runner->history, runner->z);
}

/* Puts an agent's new row in place. */
static void commit(tro_runner *runner, const tro_event *event, const double *fresh)
{
    size_t width = runner->ecosystem->width;
    double *row = runner->z + event->agent * width;
    if (runner->advance != TRO_SAMPLED)
        runner->change = fmax(fmax(runner->change, tro_row_move(width, fresh, row)),
                              tro_archive_move(&runner->archive, event->agent));
    memcpy(row, fresh, width * sizeof *row);
    runner->version[event->agent]++;
    runner->retrainings++;
}

/* Everyone from `first` to before `last` retrains at the same time. */
static int retrain_group(tro_runner *runner, const tro_event *first, const tro_event *last)
{
    size_t width = runner->ecosystem->width;
    double time = (double)runner->round + first->phase;
    reader_context at = {runner, time, runner->work.line + width};
    int status = tro_retrain_together(runner, first, last);
    if (status < 0)
        return status;
    if (status == 1) {
        runner->time = time;
        return TRO_OK;
    }
    if (runner->advance == TRO_LINEAR)
        tro_workspace_linearise(&runner->work, runner->ecosystem, runner->base);
    for (const tro_event *event = first; event < last; event++)
        retrain(&at, event, runner->fresh + (size_t)(event - first) * width);
    if (!tro_rows_are_finite((size_t)(last - first) * width, runner->fresh))
        return TRO_EDIVERGED;
    for (const tro_event *event = first; event < last; event++)
        commit(runner, event, runner->fresh + (size_t)(event - first) * width);
    runner->time = time;
    for (const tro_event *event = first; event < last && runner->history.count > 0; event++)
        TRO_TRY(tro_history_add(&runner->history, event->agent, time,
                                runner->z + event->agent * width));
out:
    return status;
}

/* The events of a schedule with period 1 are listed once. */
static int list_round(tro_runner *runner)
{
    if (runner->events_fixed)
        return TRO_OK;
    int status = (runner->advance == TRO_LINEAR ? tro_plan_list : tro_plan_list_present)(
        runner->plan, runner->replicate, runner->round, &runner->events);
    runner->events_fixed = status == TRO_OK && runner->plan->period == 1;
    return status;
}

/* Keeps the state before a round of several times. Where all retrain at one time,
 * nothing is in place before all is well. */
static int remember(tro_runner *runner)
{
    size_t size = runner->ecosystem->size;
    if (!runner->before)
        runner->before = TRO_NEW(&runner->arena, double, size);
    if (!runner->before)
        return TRO_ENOMEM;
    memcpy(runner->before, runner->z, size * sizeof *runner->z);
    return TRO_OK;
}

/* Back to the state before a round that diverged once the events before `at`
 * were in place. */
static void undo(tro_runner *runner, const tro_event *at, double time)
{
    const tro_event *first = runner->events.items;
    if (at == first)
        return;
    memcpy(runner->z, runner->before, runner->ecosystem->size * sizeof *runner->z);
    for (const tro_event *event = first; event < at; event++)
        runner->version[event->agent]++;   /* what was kept of it is stale */
    runner->retrainings -= (uint64_t)(at - first);
    runner->time = time;
}

int tro_runner_round(tro_runner *runner)
{
    pass_events(runner);
    int status = list_round(runner);
    const tro_event *at = runner->events.items, *end = at + runner->events.count;
    double time = runner->time;
    if (status < 0)
        return status;
    runner->change = 0;
    if (runner->shares)
        tro_ecosystem_shares_at(runner->ecosystem, runner->round + 1, runner->shares);
    if (at < end && at->phase != end[-1].phase && remember(runner) < 0)
        return TRO_ENOMEM;
    while (at < end) {
        const tro_event *last = at + 1;
        while (last < end && last->phase == at->phase)
            last++;
        status = retrain_group(runner, at, last);
        if (status < 0) {
            undo(runner, at, time);
            return status;
        }
        at = last;
    }
    runner->round++;
    runner->time = (double)runner->round;
    return TRO_OK;
}

size_t tro_runner_memory(const tro_runner *runner)
{
    return runner->ecosystem->size + tro_history_size(&runner->history) +
           tro_archive_size(&runner->archive);
}

void tro_runner_export(const tro_runner *runner, double *memory)
{
    memcpy(memory, runner->z, runner->ecosystem->size * sizeof *memory);
    memory += runner->ecosystem->size;
    tro_history_export(&runner->history, memory);
    tro_archive_export(&runner->archive, memory + tro_history_size(&runner->history));
}

void tro_runner_import(tro_runner *runner, uint64_t round, const double *memory)
{
    memcpy(runner->z, memory, runner->ecosystem->size * sizeof *memory);
    tro_history_import(&runner->history, memory + runner->ecosystem->size,
                       (double)runner->round - (double)round);
    tro_archive_import(&runner->archive, memory + runner->ecosystem->size +
                                             tro_history_size(&runner->history));
    runner->round = round;
    runner->time = (double)round;
    for (size_t i = 0; i < runner->ecosystem->agents; i++)
        runner->version[i]++;
}

void tro_runner_pack(const tro_runner *runner, tro_text *out)
{
    const tro_ecosystem *eco = runner->ecosystem;
    tro_pack_whole(out, runner->replicate);
    tro_pack_whole(out, runner->gears ? runner->stage : 0);
    tro_pack_whole(out, runner->round);
    tro_pack_real(out, runner->time);
    tro_pack_real(out, runner->change);
    tro_pack_whole(out, runner->retrainings);
    tro_pack(out, runner->z, eco->size * sizeof *runner->z);
    tro_pack(out, runner->version, eco->agents * sizeof *runner->version);
    tro_archive_pack(&runner->archive, out);
    tro_history_pack(&runner->history, out);
}

int tro_runner_unpack(tro_runner *runner, tro_packed *from)
{
    size_t stages = runner->gears ? runner->whole->timeline->count : 1;
    uint64_t replicate = tro_unpack_whole(from);
    size_t stage = (size_t)tro_unpack_count(from, stages - 1);
    int status;
    TRO_TRY(tro_runner_start(runner, replicate, NULL));
    if (runner->gears) {
        enter_stage(runner, stage);
        begin_stage(runner);
    }
    const tro_ecosystem *eco = runner->ecosystem;
    runner->round = tro_unpack_whole(from);
    runner->time = tro_unpack_real(from);
    runner->change = tro_unpack_real(from);
    runner->retrainings = tro_unpack_whole(from);
    tro_unpack(from, runner->z, eco->size * sizeof *runner->z);
    tro_unpack(from, runner->version, eco->agents * sizeof *runner->version);
    TRO_TRY(tro_archive_unpack(&runner->archive, from));
    TRO_TRY(tro_history_unpack(&runner->history, from));
out:
    return status;
}
