/* Do the rounds go round in a cycle, and how long is one turn?
 *
 * Two kinds are told from the trace of a run's last rounds:
 * - the state returns after a whole number of rounds, again and again;
 * - the states lie on a closed curve, on which they move by a constant part of a
 *   turn that is no whole fraction: a rotation, whose period is not whole.
 * Spirals are neither, inward or outward, nor is what slows down from turn to
 * turn, as along a heteroclinic cycle; and orders that are random have none. */
#ifndef TRO_SCHEDULE_CYCLE_H
#define TRO_SCHEDULE_CYCLE_H

#include "schedule/runner.h"
#include "schedule/trace.h"

/* A return counts when it is nearer than this, as a part of the cycle's width:
 * what misses by more has died out or grown after so many turns. */
#define TRO_RETURN 1e-9

typedef struct tro_cycle {
    double period;      /* rounds of one turn; 0: there is no cycle */
    int whole;          /* the state itself returns, after `period` rounds */
} tro_cycle;

/* The trace has every round of the plan so far, or the last of them. `delay`:
 * rounds for which old outputs may still arrive. Windows of data sets count as such;
 * where data accumulate or shares fade there is no cycle. A whole period is seen once its
 * turn was repeated, a rotation after thirteen turns. TRO_ENOMEM. */
TRO_MUST_USE int tro_cycle_find(const tro_trace *trace, const tro_plan *plan, double delay,
                                tro_cycle *out);

/* "a cycle of period 2", "a cycle of period 7.2, not whole"; appended. */
void tro_cycle_describe(const tro_cycle *cycle, tro_text *text);

#endif
