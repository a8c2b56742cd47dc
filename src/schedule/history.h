/* The past of producers whose outputs arrive late.
 *
 * Only producers with a delayed edge are kept, and only as far back as the
 * longest of their delays. */
#ifndef TRO_SCHEDULE_HISTORY_H
#define TRO_SCHEDULE_HISTORY_H

#include "base/packed.h"
#include "schedule/timeline.h"

typedef struct tro_past tro_past;

typedef struct tro_history {
    const tro_ecosystem *ecosystem;
    size_t *slot;        /* per agent: its past, or SIZE_MAX */
    tro_past *pasts;
    size_t count;
    tro_arena arena;
} tro_history;           /* zero-initialised is legal to release */

/* For all phases of a timeline (NULL: the ecosystem is the only one): outputs that arrive
 * late in a later phase are of an earlier one. */
TRO_MUST_USE int tro_history_init(tro_history *history, const tro_ecosystem *ecosystem,
                                  const tro_timeline *timeline);
void tro_history_release(tro_history *history);
/* Forgets everything; the state before time 0 is z (size). */
TRO_MUST_USE int tro_history_start(tro_history *history, const double *z);
/* Says that the agent's row is `row` from `time` on. */
TRO_MUST_USE int tro_history_add(tro_history *history, size_t agent, double time,
                                 const double *row);
/* The agent's row as it stood just before `time`. */
const double *tro_history_row(const tro_history *history, size_t agent, double time);

/* All rows kept, as one vector; and back, with all times moved back by
 * `shift` rounds. */
size_t tro_history_size(const tro_history *history);
void tro_history_export(const tro_history *history, double *rows);
void tro_history_import(tro_history *history, const double *rows, double shift);

/* All of it for another process. TRO_EINVAL when it is not of a history like this; TRO_ENOMEM. */
void tro_history_pack(const tro_history *history, tro_text *out);
TRO_MUST_USE int tro_history_unpack(tro_history *history, tro_packed *from);

#endif
