/* Measures: one number per agent and recorded round, a column of rounds.csv. */
#ifndef TRO_MEASURE_MEASURE_H
#define TRO_MEASURE_MEASURE_H

#include <math.h>

#include "ecosystem/ecosystem.h"

typedef struct tro_measure {
    tro_plugin plugin;
    const char *unit;
    /* Optional: is it defined for this agent? NULL: always. */
    int (*defined)(const tro_ecosystem *ecosystem, size_t agent);
    /* Required. z is the whole state (size doubles). NaN where it is not
     * defined; any other number that is not finite means that the ecosystem
     * left the range of numbers. Any thread. */
    double (*value)(const tro_ecosystem *ecosystem, const double *z, size_t agent);
} tro_measure;

/* 1 when the measure has a value for this agent, and it is not finite. */
static inline int tro_measure_is_lost(const tro_measure *measure, const tro_ecosystem *ecosystem,
                                      size_t agent, double value)
{
    return !isfinite(value) && (!measure->defined || measure->defined(ecosystem, agent));
}

/* |x - y|, also where squares leave the range of doubles. */
double tro_euclidean(size_t n, const double *x, const double *y);

extern const tro_measure tro_measure_alignment, tro_measure_distance, tro_measure_drift;

#endif
