/* How a long computation tells its caller where it is, and is told to stop. */
#ifndef TRO_BASE_PROGRESS_H
#define TRO_BASE_PROGRESS_H

#include <stddef.h>

/* Both may be NULL. report: from any thread, one at a time. stop: from any
 * thread at any time; when it returns non-zero the computation ends with
 * TRO_EINTERRUPTED. */
typedef struct tro_progress {
    void (*report)(void *context, const char *what, size_t done, size_t total);
    int (*stop)(void *context);
    void *context;
} tro_progress;

/* 1 when the computation is to stop; progress may be NULL. */
static inline int tro_progress_stops(const tro_progress *progress)
{
    return progress && progress->stop && progress->stop(progress->context);
}

#endif
