/* Measures: one number per agent and recorded round, a column of rounds.csv. */
#ifndef TRO_MEASURE_MEASURE_H
#define TRO_MEASURE_MEASURE_H

#include "ecosystem/ecosystem.h"

typedef struct tro_measure {
    tro_plugin plugin;
    const char *unit;
    /* Required. z is the whole state (size doubles). NaN: not defined for this
     * agent. Any thread. */
    double (*value)(const tro_ecosystem *ecosystem, const double *z, size_t agent);
} tro_measure;

extern const tro_measure tro_measure_alignment, tro_measure_distance, tro_measure_drift;

#endif
