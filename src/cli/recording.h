/* Rows of rounds.csv: replicate, round, time, agent, a column per measure,
 * and the mean parameters when the scenario asks for them. */
#ifndef TRO_CLI_RECORDING_H
#define TRO_CLI_RECORDING_H

#include "cli/curves.h"
#include "measure/measure.h"
#include "output/csv.h"
#include "experiment/cell.h"

/* What to record. Read-only once it is made; any thread. */
typedef struct tro_recorder {
    const tro_ecosystem *ecosystem;
    const tro_measuring **measures; /* the cell's, of each of its phases */
    size_t measure_count, columns, scratch;
    const char **column_names;
    const char **agents;            /* names as cells of a CSV table */
    long long every;
    tro_curves *curves;             /* unowned; NULL: none are gathered */
    tro_arena arena;
} tro_recorder;                     /* zero-initialised is legal to release */

/* Where rows go, a stretch of whole ones at a time. */
typedef struct tro_row_sink {
    int (*take)(void *context, const char *rows, size_t length);
    void *context;
    uint64_t bytes;                 /* that it took */
} tro_row_sink;

/* Rows on their way: kept in `rows`, or passed on to `direct` when it is set.
 * One thread at a time. */
typedef struct tro_recording {
    tro_text rows;
    tro_row_sink *direct;
    const char *lost;               /* what was not finite, and whose */
    size_t lost_agent;
    double *scratch;                /* of the measures */
} tro_recording;                    /* zero-initialised is legal */

TRO_MUST_USE int tro_recorder_init(tro_recorder *recorder, const tro_cell *cell);
void tro_recorder_release(tro_recorder *recorder);
/* Opens the table and writes the column names. */
TRO_MUST_USE int tro_recorder_open(const tro_recorder *recorder, const char *path, tro_csv *csv,
                                   tro_messages *messages);
/* About how many bytes one replicate of that many rounds has. */
double tro_recorder_bytes(const tro_recorder *recorder, long long rounds);

/* A row for every agent of the runner's present round. TRO_EDIVERGED without
 * any when a measure is not finite. */
TRO_MUST_USE int tro_record(const tro_recorder *recorder, tro_recording *recording,
                            const tro_runner *runner);
void tro_recording_release(tro_recording *recording);
/* Moves the rows on. */
TRO_MUST_USE int tro_recording_flush(tro_recording *recording, tro_row_sink *sink);

#endif
