/* The trace of a run: one number per round, a fixed generic combination of all
 * mean parameters. A state that returns brings its number back, and different
 * states have different numbers but by accident, so that cycles show in the
 * trace, whatever the size of the ecosystem. Only the last rounds are kept. */
#ifndef TRO_SCHEDULE_TRACE_H
#define TRO_SCHEDULE_TRACE_H

#include "base/packed.h"
#include "ecosystem/ecosystem.h"

#define TRO_TRACE_ROUNDS 16384

typedef struct tro_trace {
    size_t agents, width;
    double *weights;        /* agents, then width */
    double *values;         /* TRO_TRACE_ROUNDS, around and around */
    uint64_t count;         /* states seen */
    double scale;           /* largest sum of moduli; rounding of a number is relative to it */
    tro_arena arena;
} tro_trace;                /* zero-initialised is legal to release */

TRO_MUST_USE int tro_trace_init(tro_trace *trace, const tro_ecosystem *ecosystem);
void tro_trace_release(tro_trace *trace);

/* The state after one more round; the start is the first. */
void tro_trace_add(tro_trace *trace, const double *z);

/* How many states are known, and the number of the one `back` rounds before the
 * last. */
size_t tro_trace_length(const tro_trace *trace);
static inline double tro_trace_back(const tro_trace *trace, size_t back)
{
    return trace->values[(trace->count - 1 - back) % TRO_TRACE_ROUNDS];
}

/* What it has seen so far, for another process. */
void tro_trace_pack(const tro_trace *trace, tro_text *out);
void tro_trace_unpack(tro_trace *trace, tro_packed *from);

#endif
