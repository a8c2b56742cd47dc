/* Inside the runner: rounds in which everyone retrains at once. */
#ifndef TRO_SCHEDULE_TOGETHER_H
#define TRO_SCHEDULE_TOGETHER_H

#include "schedule/runner.h"

/* The agent's next row, into out (width), from what the sources say; sampled or
 * exact. work is the calling thread's. */
void tro_retrain(const tro_runner *runner, tro_workspace *work, const tro_event *event,
                 const tro_sources *sources, double *out);

/* Retrains everyone once, all reading the state before: 1 when that was done;
 * 0, with the state as it was, when it is no such group (delays, linear) or
 * some row is not finite. Threads share the work outside parallel regions, and
 * do not show in the result. TRO_ENOMEM. */
TRO_MUST_USE int tro_retrain_together(tro_runner *runner, const tro_event *first,
                                      const tro_event *last);

#endif
