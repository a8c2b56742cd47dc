/* Inside the runner: rounds in which everyone retrains at once. */
#ifndef TRO_SCHEDULE_TOGETHER_H
#define TRO_SCHEDULE_TOGETHER_H

#include "schedule/runner.h"

/* The agent's next row, into out (width), from what the sources say; sampled or
 * exact. work is the calling thread's. */
void tro_retrain(const tro_runner *runner, tro_workspace *work, const tro_event *event,
                 const tro_sources *sources, double *out);

/* Retrains everyone once, all reading the state before: 1 when that was done, 0
 * when it is no such group (or has delays, or is linear). Threads share the
 * work outside parallel regions, and do not show in the result. TRO_EDIVERGED
 * when a row is not finite, with the state as it was; TRO_ENOMEM. */
TRO_MUST_USE int tro_retrain_together(tro_runner *runner, const tro_event *first,
                                      const tro_event *last);

int tro_rows_are_finite(size_t size, const double *rows);
/* The largest |change| of a number in the row. */
double tro_row_move(size_t width, const double *fresh, const double *row);

#endif
