/* Have the rounds come to rest?
 *
 * One quiet round proves nothing where not everyone retrains in it, or where
 * outputs arrive late. At rest means: since the last change above the tolerance
 * all delays have passed, and then every agent has retrained without a change.
 * An agent that never retrains by the scenario's own wish (tro_plan.idle), or that
 * is absent or frozen, is not waited for; the last event is. */
#ifndef TRO_SCHEDULE_SETTLING_H
#define TRO_SCHEDULE_SETTLING_H

#include "schedule/runner.h"

typedef struct tro_settling {
    double tolerance;      /* 0: never at rest */
    uint64_t delay;        /* rounds for which old outputs may still arrive */
    uint64_t least;        /* quiet rounds, at least */
    uint64_t quiet;        /* rounds without a change, so far */
    uint64_t *since;       /* per agent: its retrainings when the delays had passed */
    tro_arena arena;
} tro_settling;            /* zero-initialised is legal to release */

TRO_MUST_USE int tro_settling_init(tro_settling *settling, const tro_runner *runner,
                                   double tolerance);
void tro_settling_release(tro_settling *settling);

/* To be asked after every round of a runner that was started after the init;
 * 1 when it is at rest. */
int tro_settling_check(tro_settling *settling, const tro_runner *runner);
/* The same when the round's change is measured otherwise than the runner does. */
int tro_settling_note(tro_settling *settling, const tro_runner *runner, double change);

/* What it has seen so far, for another process. */
void tro_settling_pack(const tro_settling *settling, const tro_runner *runner, tro_text *out);
void tro_settling_unpack(tro_settling *settling, const tro_runner *runner, tro_packed *from);

#endif
