/* The factor by which something shrinks from one step to the next, from its values. */
#ifndef TRO_ANALYSIS_DECAY_H
#define TRO_ANALYSIS_DECAY_H

#include <stddef.h>

typedef struct tro_decay {
    double factor;     /* per step, > 0; NaN: none can be told */
    double spread;     /* by how much neighbouring estimates differ from it */
} tro_decay;

/* Of distances from a limit, signed, at `count` steps one after the other. floor:
 * below this distances are rounding. Late ratios of neighbours, extrapolated
 * (Aitken 1926) where faster parts have not died away; where ratios do not
 * settle, because the distances swing, the modulus of a pair of complex
 * factors (Prony 1795). scratch: 3 x count. */
tro_decay tro_decay_find(size_t count, const double *distance, double floor, double *scratch);

#endif
