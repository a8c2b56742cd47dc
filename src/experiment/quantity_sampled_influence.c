/* Influence in sampled rounds: paired differences, central where the share can
 * move both ways, with their standard error, their exact expectation, and what
 * pairing gains. */
#include <math.h>

#include "experiment/pair.h"

static const tro_param sampled_params[] = {
    TRO_PAIR_PARAMS,
    TRO_STEP_PARAM,
};

static int rounds_check(const tro_cell *cell, const void *given, tro_messages *messages)
{
    const tro_pair_config *config = given;
    int status = tro_pair_check(cell, given, messages);
    int rounds = tro_cell_check_sampled(cell, &config->self->place, messages);
    return status < 0 ? status : rounds;
}

static int sampled_compute(tro_cell *cell, const void *given, tro_values *out,
                           tro_messages *messages)
{
    const tro_pair_config *config = given;
    const tro_paired *paired;
    size_t on = tro_pair_on(cell, config);
    int status = tro_cell_paired(cell, tro_pair_of(cell, config), config->step, &paired,
                                 messages);
    if (status < 0)
        return status;
    out->one_sided = paired->shares.one_sided;
    return tro_values_one(cell, paired->mean[on],
                          sqrt(paired->variance[on] / (double)paired->replicates), out);
}

/* The variance of a difference of independent runs over that of paired ones:
 * how many times fewer replicates the paired one needs. */
static int gain_compute(tro_cell *cell, const void *given, tro_values *out,
                        tro_messages *messages)
{
    const tro_pair_config *config = given;
    const tro_paired *paired;
    size_t on = tro_pair_on(cell, config);
    int status = tro_cell_paired(cell, tro_pair_of(cell, config), config->step, &paired,
                                 messages);
    if (status < 0)
        return status;
    out->one_sided = paired->shares.one_sided;
    return tro_values_one(cell, paired->independent[on] / paired->variance[on], NAN, out);
}

static int expected_compute(tro_cell *cell, const void *given, tro_values *out,
                            tro_messages *messages)
{
    const tro_pair_config *config = given;
    size_t n = cell->ecosystem->agents, on = tro_pair_on(cell, config);
    size_t of = tro_pair_of(cell, config);
    tro_interval shares;
    double *sides = tro_allocate(2 * n, sizeof *sides);
    int status = TRO_ENOMEM;
    if (!sides)
        return status;
    TRO_TRY(tro_cell_interval(cell, of, config->step, &shares, messages));
    TRO_TRY(tro_cell_expected_at(cell, of, shares.low, sides, messages));
    TRO_TRY(tro_cell_expected_at(cell, of, shares.high, sides + n, messages));
    out->one_sided = shares.one_sided;
    status = tro_values_one(cell, (sides[n + on] - sides[on]) / shares.width, NAN, out);
out:
    tro_release(sides);
    return status;
}

#define TABLE(name) \
    {name, sampled_params, sizeof sampled_params / sizeof *sampled_params, \
     sizeof(tro_pair_config)}

const tro_quantity tro_quantity_sampled_influence = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_QUANTITY, .name = "sampled-influence",
               .summary = "Influence in sampled rounds: difference of runs that share their "
                          "random numbers, central or one-sided, with its standard error.",
               .reference = "common random numbers", .table = TABLE("sampled-influence")},
    .check = rounds_check, .compute = sampled_compute, .sampled = 1,
};

const tro_quantity tro_quantity_expected_influence = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_QUANTITY, .name = "expected-influence",
               .summary = "The exact expectation of sampled-influence.",
               .reference = "law of total covariance; doc/theory.md",
               .table = TABLE("expected-influence")},
    .check = rounds_check, .compute = expected_compute,
};

const tro_quantity tro_quantity_pairing_gain = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_QUANTITY, .name = "pairing-gain",
               .summary = "How many times fewer replicates sampled-influence needs because its "
                          "two runs share random numbers.",
               .reference = "common random numbers", .table = TABLE("pairing-gain")},
    .check = rounds_check, .compute = gain_compute, .sampled = 1,
};
