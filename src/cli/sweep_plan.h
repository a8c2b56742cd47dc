/* From the command line to the sweep that is to be run. */
#ifndef TRO_CLI_SWEEP_PLAN_H
#define TRO_CLI_SWEEP_PLAN_H

#include "cli/loading.h"
#include "cli/progress.h"
#include "cli/sweep_cells.h"

typedef struct tro_sweep_plan {
    tro_loaded loaded;
    tro_study *study;
    tro_store_layout layout;
    const char *path;           /* of the store */
    size_t shard, shards;       /* shard: from 0 */
    int stops;                  /* after a cell that failed */
    int anew;                   /* not with what was in the store */
    tro_store *store;
    size_t before;              /* cells that were in it */
    size_t mine, to_do, left;   /* cells of this shard: all, to do at the beginning and now */
    size_t at;                  /* the next place in the order */
    int failed;                 /* with stops: the status of the first cell that did */
    size_t failed_cell;
    tro_meter meter;
    tro_messages *messages;
    tro_arena arena;
} tro_sweep_plan;

/* Reads everything, the same on every rank. Located errors. */
TRO_MUST_USE int tro_sweep_plan_make(tro_sweep_plan *plan, const tro_arguments *arguments,
                                     tro_messages *messages);
void tro_sweep_plan_release(tro_sweep_plan *plan);

/* --dry-run: prints how many cells there are, and about how long they take. Returns the exit
 * status. */
int tro_sweep_plan_show(tro_sweep_plan *plan, const tro_arguments *arguments, int threads,
                        tro_messages *messages);

#endif
