/* How far an agent's mean parameters are from its real data, and from where
 * they started (Euclidean). */
#include <math.h>

#include "measure/measure.h"

static double euclidean(const tro_ecosystem *eco, const double *z, size_t agent,
                        const double *from)
{
    double sum = 0;
    for (size_t k = 0; from && k < eco->width; k++) {
        double d = z[agent * eco->width + k] - from[k];
        sum += d * d;
    }
    return from ? sqrt(sum) : NAN;
}

static double distance(const tro_ecosystem *eco, const double *z, size_t agent)
{
    return euclidean(eco, z, agent, eco->scenario->agents[agent].reference);
}

static double drift(const tro_ecosystem *eco, const double *z, size_t agent)
{
    return euclidean(eco, z, agent, eco->scenario->agents[agent].start);
}

const tro_measure tro_measure_distance = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_MEASURE, .name = "distance",
               .summary = "Euclidean distance of the mean parameters from the reference.",
               .reference = NULL, .table = {"distance", NULL, 0, 1}},
    .unit = "mean parameters",
    .value = distance,
};

const tro_measure tro_measure_drift = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_MEASURE, .name = "drift",
               .summary = "Euclidean distance of the mean parameters from the start.",
               .reference = NULL, .table = {"drift", NULL, 0, 1}},
    .unit = "mean parameters",
    .value = drift,
};
