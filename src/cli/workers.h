/* Worker processes over items of work.
 *
 * They are forked while the process has a single thread (before any OpenMP region), one
 * socket each; an item goes out as its number, its result comes back as bytes. The parent
 * alone decides and writes. A worker that dies costs the item that it was at, which is told
 * to `lost`, and another one takes its place. Results do not depend on which worker did
 * what. */
#ifndef TRO_CLI_WORKERS_H
#define TRO_CLI_WORKERS_H

#include <stddef.h>

#include <trophic/messages.h>

#include "base/text.h"

typedef struct tro_crew {
    size_t workers;             /* processes, at least 1 */
    int threads;                /* inside each */
    void *context;
    /* In a worker: appends the result of an item. A failure ends the worker. */
    int (*work)(void *context, size_t item, tro_text *result);
    /* In the parent. next: 1 and an item, 0 when there is no more, or a failure. The
     * others return a status; a failure ends everything. */
    int (*next)(void *context, size_t *item);
    int (*take)(void *context, size_t item, const char *result, size_t length);
    int (*lost)(void *context, size_t item, const char *why);
    int (*stop)(void *context);   /* 1: the user asks to stop; asked several times a second */
} tro_crew;

/* Runs until `next` has no more and every result was taken. TRO_EINTERRUPTED: the user
 * asked to stop, and items in flight were given up. */
TRO_MUST_USE int tro_crew_run(const tro_crew *crew, tro_messages *messages);

#endif
