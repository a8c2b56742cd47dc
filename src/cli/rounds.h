/* The rounds of a run: advanced, recorded row by row, reduced.
 *
 * Replicates are computed in waves, in parallel, and written in order; what
 * is kept in memory grows with neither rounds nor replicates, and the bytes
 * do not depend on the number of threads. */
#ifndef TRO_CLI_ROUNDS_H
#define TRO_CLI_ROUNDS_H

#include "cli/recording.h"
#include "experiment/study.h"
#include "output/checkpoint.h"
#include "schedule/cycle.h"

typedef enum tro_ending {
    TRO_ALL_ROUNDS,   /* as many as the schedule asked for */
    TRO_CONVERGED,    /* the tolerance was reached before */
    TRO_DIVERGED,     /* mean parameters or a measure were no longer finite */
    TRO_STOPPED       /* the user asked to stop */
} tro_ending;

typedef struct tro_outcome {
    tro_ending ending;           /* the gravest of all replicates' */
    uint64_t finished;           /* replicates that ran to their end */
    uint64_t replicates;         /* that the numbers below are made of: those, or a part
                                    of one when a stop left none */
    uint64_t diverged;           /* replicates that did */
    uint64_t stopped;            /* replicates that were begun and stopped */
    uint64_t waiting;            /* that an earlier process began, and this one did not come to */
    long long least;             /* rounds completed by any of those */
    long long rounds;            /* completed: by the first that diverged, else the most (of
                                    those that were stopped, if any) */
    double change;               /* of the last round, when exact */
    tro_cycle cycle;             /* in which all exact rounds went on in the end */
    long long lost_in;           /* diverged: the first round that is not finite, 0 the start */
    const char *lost;            /* and the measure that was not; NULL: mean parameters */
    size_t lost_agent;           /* whose measure */
    int *retrained;              /* agents: 1 if it did in any round of any replicate */
    /* agents each; means over replicates and their standard errors (NaN when
     * there are fewer than two) */
    double *final, *final_error;       /* alignment at the end */
    double *average, *average_error;   /* over the rounds after the burn-in */
    double *wins, *wins_error;         /* tro_wins_count: shares of wins in arenas, at the end */
    double *z;                         /* size: the last state of the first replicate */
    tro_arena arena;
} tro_outcome;                   /* zero-initialised is legal to release */

/* Of checkpoints `state` and `bytes`. */
typedef struct tro_rounds_parts {
    const tro_checkpoint *from;  /* to go on from; must outlive the outcome; NULL: the beginning */
    tro_checkpoint *to;          /* for another process, filled unless there is an error; or NULL */
} tro_rounds_parts;

/* Runs every replicate of the cell's scenario and writes `path`, a table with
 * a row per replicate, recorded round and agent; gathers curves (NULL: none). Divergence and
 * a stop are outcomes, not errors. What is gone on from is at `path`. TRO_EINVAL: it is not of
 * this scenario. */
TRO_MUST_USE int tro_rounds_run(tro_cell *cell, const char *path, tro_curves *curves,
                                const tro_progress *progress, const tro_rounds_parts *parts,
                                tro_outcome *out, tro_messages *messages);
/* The same rows, without the names of the columns, into a sink; no curves but the
 * recorder's. parts may be NULL. */
TRO_MUST_USE int tro_rounds_into(tro_cell *cell, const tro_recorder *recorder,
                                 tro_row_sink *sink, const tro_progress *progress,
                                 const tro_rounds_parts *parts, tro_outcome *out,
                                 tro_messages *messages);
void tro_outcome_release(tro_outcome *outcome);

#endif
