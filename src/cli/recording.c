#include "cli/recording.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const fixed_names[] = {"replicate", "round", "time", "agent"};
enum { FIXED = 4, FLUSH_BYTES = 1 << 16 };

/* As RFC 4180 wants it. */
static const char *quoted(const char *name, tro_arena *arena)
{
    size_t length = strlen(name), last = length ? length - 1 : 0;
    if (length > 0 && !name[strcspn(name, ",\"\r\n")] && name[0] != ' ' && name[last] != ' ')
        return name;
    char *out = tro_arena_allocate(arena, 2 * length + 3, 1), *at = out;
    if (!out)
        return NULL;
    *at++ = '"';
    for (; *name; name++) {
        if (*name == '"')
            *at++ = '"';
        *at++ = *name;
    }
    *at = '"';
    return out;
}

/* The measures of every phase, and what the thread's scratch must hold for them. */
static int gather_measures(tro_recorder *recorder, const tro_cell *cell)
{
    recorder->measures = TRO_NEW(&recorder->arena, const tro_measuring *, cell->stage + 1);
    if (!recorder->measures)
        return TRO_ENOMEM;
    for (size_t s = 0; s <= cell->stage; s++) {
        recorder->measures[s] = cell->stages[s]->measures;
        for (size_t k = 0; k < recorder->measure_count; k++)
            if (recorder->measures[s][k].scratch > recorder->scratch)
                recorder->scratch = recorder->measures[s][k].scratch;
    }
    return TRO_OK;
}

static int name_columns(tro_recorder *recorder, const tro_cell *cell, size_t states)
{
    size_t at = FIXED;
    recorder->columns = FIXED + recorder->measure_count + states;
    recorder->column_names = TRO_NEW(&recorder->arena, const char *, recorder->columns);
    if (!recorder->column_names)
        return TRO_ENOMEM;
    memcpy(recorder->column_names, fixed_names, sizeof fixed_names);
    for (size_t k = 0; k < recorder->measure_count; k++)
        recorder->column_names[at++] = cell->measure_names[k];
    for (size_t k = 0; k < states; k++) {
        char name[32];
        snprintf(name, sizeof name, "z_%zu", k + 1);
        recorder->column_names[at] = tro_arena_text(&recorder->arena, name);
        if (!recorder->column_names[at++])
            return TRO_ENOMEM;
    }
    return TRO_OK;
}

int tro_recorder_init(tro_recorder *recorder, const tro_cell *cell)
{
    const tro_scenario *scenario = cell->scenario;
    const tro_ecosystem *eco = cell->ecosystem;
    int status;
    *recorder = (tro_recorder){.ecosystem = eco, .every = scenario->record.every,
                               .measure_count = cell->measure_count};
    TRO_TRY(gather_measures(recorder, cell));
    recorder->agents = TRO_NEW(&recorder->arena, const char *, eco->agents);
    if (!recorder->agents)
        return TRO_ENOMEM;
    for (size_t i = 0; i < eco->agents; i++) {
        recorder->agents[i] = quoted(scenario->agents[i].name, &recorder->arena);
        if (!recorder->agents[i])
            return TRO_ENOMEM;
    }
    TRO_TRY(name_columns(recorder, cell, scenario->record.state ? eco->width : 0));
out:
    return status;
}

void tro_recorder_release(tro_recorder *recorder)
{
    tro_arena_clear(&recorder->arena);
    *recorder = (tro_recorder){0};
}

int tro_recorder_open(const tro_recorder *recorder, const char *path, tro_csv *csv,
                      tro_messages *messages)
{
    return tro_csv_open(csv, path, recorder->column_names, recorder->columns, messages);
}

double tro_recorder_bytes(const tro_recorder *recorder, long long rounds)
{
    double recorded = (double)(rounds / recorder->every) + 2;
    return recorded * (double)recorder->ecosystem->agents * 20 * (double)recorder->columns;
}

static void add_real(tro_text *rows, double value)
{
    char buffer[32];
    tro_text_add_n(rows, ",", 1);
    if (!isnan(value))
        tro_text_add(rows, tro_format_real(buffer, value));
}

void tro_recording_release(tro_recording *recording)
{
    tro_text_clear(&recording->rows);
    tro_release(recording->scratch);
    *recording = (tro_recording){0};
}

int tro_recording_flush(tro_recording *recording, tro_row_sink *sink)
{
    tro_text *rows = &recording->rows;
    if (rows->failed)
        return TRO_ENOMEM;
    int status = sink->take(sink->context, tro_text_string(rows), rows->length);
    sink->bytes += rows->length;
    rows->length = 0;
    return status;
}

/* The measures of one agent; 0 when one is not finite. */
static int add_measures(const tro_recorder *recorder, tro_recording *recording,
                        const tro_runner *runner, size_t agent)
{
    for (size_t k = 0; k < recorder->measure_count; k++) {
        const tro_measuring *m = &recorder->measures[runner->stage][k];
        double value = tro_measure_value(m, runner->z, agent, recording->scratch);
        if (tro_measure_is_lost(m, agent, value)) {
            recording->lost = m->measure->plugin.name;
            recording->lost_agent = agent;
            return 0;
        }
        add_real(&recording->rows, value);
    }
    return 1;
}

int tro_record(const tro_recorder *recorder, tro_recording *recording, const tro_runner *runner)
{
    const tro_ecosystem *eco = recorder->ecosystem;
    tro_text *rows = &recording->rows;
    if (recorder->scratch > 0 && !recording->scratch)
        recording->scratch = tro_allocate(recorder->scratch, sizeof *recording->scratch);
    if (recorder->scratch > 0 && !recording->scratch)
        return TRO_ENOMEM;
    size_t states = recorder->columns - FIXED - recorder->measure_count, before = rows->length;
    char start[96], number[32];
    int length = snprintf(start, sizeof start, "%llu,%llu,%s,",
                          (unsigned long long)runner->replicate,
                          (unsigned long long)runner->round,
                          tro_format_real(number, runner->time));
    for (size_t i = 0; i < eco->agents; i++) {
        tro_text_add_n(rows, start, (size_t)length);
        tro_text_add(rows, recorder->agents[i]);
        int absent = tro_is_absent(runner->ecosystem, i);
        if (!add_measures(recorder, recording, runner, i)) {
            rows->length = before;
            return TRO_EDIVERGED;
        }
        for (size_t k = 0; k < states; k++)
            add_real(rows, absent ? NAN : runner->z[i * eco->width + k]);
        tro_text_add_n(rows, "\n", 1);
    }
    if (recording->direct && rows->length >= FLUSH_BYTES)
        return tro_recording_flush(recording, recording->direct);
    return rows->failed ? TRO_ENOMEM : TRO_OK;
}
