/* How far an agent's mean parameters are from its real data, and from where
 * they started (Euclidean). */
#include <math.h>

#include "measure/measure.h"

double tro_euclidean(size_t n, const double *x, const double *y)
{
    double sum = 0, largest = 0, scaled = 0;
    for (size_t k = 0; k < n; k++) {
        double d = x[k] - y[k];
        sum += d * d;
        largest = fmax(largest, fabs(d));
    }
    if ((sum > 1e-280 && sum < 1e280) || largest == 0 || !isfinite(largest))
        return sqrt(sum);
    for (size_t k = 0; k < n; k++) {
        double d = (x[k] - y[k]) / largest;
        scaled += d * d;
    }
    return largest * sqrt(scaled);
}

static const char *no_reference(const tro_measuring *m, size_t agent)
{
    return m->ecosystem->scenario->agents[agent].real_law ? NULL : "reference";
}

static double distance(const tro_measuring *m, const double *z, size_t agent, double *scratch)
{
    const tro_ecosystem *eco = m->ecosystem;
    const double *reference = eco->scenario->agents[agent].real_law;
    (void)scratch;
    return reference ? tro_euclidean(eco->width, z + agent * eco->width, reference) : NAN;
}

static double drift(const tro_measuring *m, const double *z, size_t agent, double *scratch)
{
    const tro_ecosystem *eco = m->ecosystem;
    (void)scratch;
    return tro_euclidean(eco->width, z + agent * eco->width, eco->scenario->agents[agent].start);
}

const tro_measure tro_measure_distance = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_MEASURE, .name = "distance",
               .summary = "Euclidean distance of the mean parameters from the reference.",
               .reference = NULL, .table = {"distance", NULL, 0, 1}},
    .unit = "mean parameters",
    .usual = 1,
    .lacks = no_reference,
    .value = distance,
};

const tro_measure tro_measure_drift = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_MEASURE, .name = "drift",
               .summary = "Euclidean distance of the mean parameters from the start.",
               .reference = NULL, .table = {"drift", NULL, 0, 1}},
    .unit = "mean parameters",
    .usual = 1,
    .value = drift,
};
