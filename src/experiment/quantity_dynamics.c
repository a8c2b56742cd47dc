/* How the rounds go: spectral radius under the schedule, the rate seen in the
 * iterates, the distance that is left. */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "experiment/quantity.h"

static int radius_compute(tro_cell *cell, const void *config, tro_values *out,
                          tro_messages *messages)
{
    (void)config;
    int status = tro_cell_stability(cell, messages);
    if (status < 0)
        return status;
    double error = cell->stability.method == TRO_BY_EIGENVALUE
                       ? NAN
                       : cell->stability.rate * cell->stability.standard_error;
    return tro_values_one(cell, cell->stability.rate, error, out);
}

typedef struct power_config {
    const tro_node *self;
} power_config;

static const tro_param power_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(power_config, self)},
};

static int power_check(const tro_cell *cell, const void *given, tro_messages *messages)
{
    const power_config *config = given;
    for (size_t i = 0; i < cell->ecosystem->agents; i++)
        if (cell->scenario->agents[i].window == TRO_KEEPS_ALL)
            return TRO_OK;
    return tro_error(messages, TRO_ESCENARIO, config->self ? &config->self->place : NULL,
                     "'accumulation-power' needs an agent with 'data: accumulate'");
}

static int power_compute(tro_cell *cell, const void *config, tro_values *out,
                         tro_messages *messages)
{
    (void)config;
    int status = tro_cell_stability(cell, messages);
    if (status == TRO_OK && !isfinite(cell->stability.power)) {
        tro_text text = {0};
        tro_stability_describe(&cell->stability, &text);
        status = tro_error(messages, TRO_EUNSUPPORTED, NULL,
                           "a disturbance goes by no power of the number of rounds: %s",
                           tro_text_string(&text));
        tro_text_clear(&text);
    }
    return status < 0 ? status : tro_values_one(cell, cell->stability.power, NAN, out);
}

static double distance(const double *x, const double *y, size_t n)
{
    double largest = 0;
    for (size_t k = 0; k < n; k++)
        largest = fmax(largest, fabs(x[k] - y[k]));
    return largest;
}

/* Rounds of the last phase. */
static long long rounds_left(const tro_cell *cell)
{
    return cell->plan->common->rounds - (long long)cell->line[cell->stage].from;
}

/* Runs exact rounds of the last phase until `rounds`, or until the distance from the fixed point
 * has fallen below `floor` times that at its start; *last is the round reached
 * and distances are those at the start, and there. */
static int run_until(tro_cell *cell, long long rounds, double floor, long long *last,
                     double *at_start, double *at_last, tro_messages *messages)
{
    tro_runner runner = {0};
    size_t n = cell->ecosystem->size;
    int status;
    TRO_TRY(tro_cell_fixed_point(cell, messages));
    TRO_TRY(tro_runner_init(&runner, cell->ecosystem, cell->plan, TRO_EXACT));
    TRO_TRY(tro_runner_start(&runner, 0, NULL));
    while (runner.round < cell->line[cell->stage].from) /* of the last phase */
        TRO_TRY(tro_runner_round(&runner));
    *at_start = *at_last = distance(runner.z, cell->point.z, n);
    for (*last = 0; *last < rounds; (*last)++) {
        TRO_TRY(tro_runner_round(&runner));
        double now = distance(runner.z, cell->point.z, n);
        if (now <= floor * *at_start)
            break;
        *at_last = now;
    }
out:
    tro_runner_release(&runner);
    if (status == TRO_EDIVERGED)
        tro_error(messages, status, NULL, "the rounds diverge: mean parameters are no longer "
                                          "finite");
    return status;
}

static int distance_compute(tro_cell *cell, const void *config, tro_values *out,
                            tro_messages *messages)
{
    double start, end;
    long long last;
    (void)config;
    int status = run_until(cell, rounds_left(cell), -1, &last, &start, &end, messages);
    return status < 0 ? status : tro_values_one(cell, end, NAN, out);
}

/* The geometric mean factor per round over the second half of the stretch
 * that is clear of rounding: one run finds its end, another its middle.
 * Oscillations of a complex eigenvalue leave a wobble that shrinks with the
 * stretch. */
static int rate_compute(tro_cell *cell, const void *config, tro_values *out,
                        tro_messages *messages)
{
    long long last, middle;
    double start, end, half, rate = NAN;
    int status;
    (void)config;
    TRO_TRY(run_until(cell, rounds_left(cell), 1e-11, &last, &start, &end, messages));
    TRO_TRY(run_until(cell, last / 2, -1, &middle, &start, &half, messages));
    if (last >= 4)
        rate = pow(end / half, 1.0 / (double)(last - middle));
    status = tro_values_one(cell, rate, NAN, out);
out:
    return status;
}

const tro_quantity tro_quantity_spectral_radius = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_QUANTITY, .name = "spectral-radius",
               .summary = "Factor per round by which a disturbance of the fixed point shrinks "
                          "or grows under the scenario's schedule.",
               .reference = "spectral radius of the Jacobian of one period, per round",
               .table = {"spectral-radius", NULL, 0, 1}},
    .compute = radius_compute,
};

const tro_quantity tro_quantity_accumulation_power = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_QUANTITY, .name = "accumulation-power",
               .summary = "Where data accumulate: the power of the number of rounds with which a "
                          "disturbance of the fixed point shrinks (below 0) or grows.",
               .reference = "largest real part of the eigenvalues of J, minus 1; Ljung 1977",
               .table = {"accumulation-power", power_params, 1, sizeof(power_config)}},
    .check = power_check, .compute = power_compute,
};

const tro_quantity tro_quantity_observed_rate = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_QUANTITY, .name = "observed-rate",
               .summary = "The same factor as seen in the distances of a run from the fixed "
                          "point.",
               .reference = NULL, .table = {"observed-rate", NULL, 0, 1}},
    .compute = rate_compute,
};

const tro_quantity tro_quantity_distance_to_fixed_point = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_QUANTITY, .name = "distance-to-fixed-point",
               .summary = "Largest difference of a mean parameter from the fixed point after "
                          "the scheduled exact rounds.",
               .reference = NULL, .table = {"distance-to-fixed-point", NULL, 0, 1}},
    .compute = distance_compute,
};
