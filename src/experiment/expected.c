/* The exact expectations of what sampled rounds of a cell give. */
#include <math.h>
#include <string.h>

#include "experiment/side.h"

static int diverged(tro_messages *messages)
{
    return tro_error(messages, TRO_EDIVERGED, NULL,
                     "the sampled rounds diverge: their moments are no longer finite");
}

static int advance_moments(tro_moments *moments, tro_messages *messages)
{
    int status = tro_moments_round(moments);
    return status == TRO_EDIVERGED ? diverged(messages) : status;
}

static int finite_alignments(const tro_cell *cell, const double *out, tro_messages *messages)
{
    for (size_t i = 0; i < cell->ecosystem->agents; i++)
        if (cell->scenario->agents[i].reward && !tro_is_absent(cell->ecosystem, i) &&
            !isfinite(out[i]))
            return diverged(messages);
    return TRO_OK;
}

static int average_expected(tro_cell *cell, tro_moments *moments, double *out,
                            tro_messages *messages)
{
    long long rounds = cell->plan->common->rounds, burn_in = cell->scenario->record.burn_in;
    size_t n = cell->ecosystem->agents;
    memset(out, 0, n * sizeof *out);
    for (long long t = 1; t <= rounds; t++) {
        int status = advance_moments(moments, messages);
        if (status < 0)
            return status;
        for (size_t i = 0; t > burn_in && i < n; i++)
            if (!tro_is_absent(moments->ecosystem, i))
                out[i] += tro_moments_alignment(moments, i) /
                          (double)tro_rounds_there(cell->plan, i, (uint64_t)burn_in,
                                                   (uint64_t)rounds);
    }
    return finite_alignments(cell, out, messages);
}

static double largest_variance(const tro_moments *moments)
{
    size_t n = moments->ecosystem->size;
    double largest = 0;
    for (size_t k = 0; k < n; k++)
        largest = fmax(largest, moments->covariance[k * n + k]);
    return largest;
}

/* One period of the schedule, and the average alignments over its rounds. */
static int one_period(const tro_cell *cell, tro_moments *moments, double *out,
                      tro_messages *messages)
{
    size_t n = cell->ecosystem->agents;
    uint64_t period = cell->plan->period;
    memset(out, 0, n * sizeof *out);
    for (uint64_t t = 0; t < period; t++) {
        int status = advance_moments(moments, messages);
        if (status < 0)
            return status;
        for (size_t i = 0; i < n; i++)
            out[i] += tro_moments_alignment(moments, i) / (double)period;
    }
    return finite_alignments(cell, out, messages);
}

/* Copies the covariance into `before` and returns its largest change. */
static double covariance_change(const tro_moments *moments, double *before)
{
    size_t n = moments->ecosystem->size;
    double largest = 0;
    for (size_t k = 0; k < n * n; k++) {
        largest = fmax(largest, fabs(moments->covariance[k] - before[k]));
        before[k] = moments->covariance[k];
    }
    return largest;
}

/* Rounds until the covariance is the same from period to period. */
static int settle(tro_cell *cell, tro_moments *moments, double *out, tro_messages *messages)
{
    enum { LONGEST = 100000 };
    size_t n = cell->ecosystem->size;
    double *before = tro_allocate(n, n * sizeof *before), change = INFINITY;
    int status = before ? TRO_OK : TRO_ENOMEM;
    if (status == TRO_OK)
        status = tro_moments_last_phase(moments);
    memcpy(moments->mean, cell->point.z, n * sizeof *moments->mean);
    while (status == TRO_OK && change > 1e-14 * largest_variance(moments)) {
        if (moments->round >= LONGEST)
            status = tro_error(messages, TRO_ENOCONV, NULL,
                               "the covariance of sampled rounds does not settle");
        else
            status = one_period(cell, moments, out, messages);
        if (status == TRO_OK)
            change = covariance_change(moments, before);
    }
    tro_release(before);
    return status;
}

int tro_cell_settle_moments(tro_cell *cell, tro_moments *moments, tro_messages *messages)
{
    double *alignments = tro_allocate(cell->ecosystem->agents, sizeof *alignments);
    int status = alignments ? tro_cell_fixed_point(cell, messages) : TRO_ENOMEM;
    for (size_t i = 0; status == TRO_OK && i < cell->ecosystem->agents; i++)
        if (cell->scenario->agents[i].window == TRO_KEEPS_ALL)
            status = tro_error(messages, TRO_EUNSUPPORTED, NULL,
                               "moments of data that accumulate settle ever more slowly: ask for "
                               "those of a round");
    if (status == TRO_OK)
        status = settle(cell, moments, alignments, messages);
    tro_release(alignments);
    return status;
}

int tro_cell_expected(tro_cell *cell, int stationary, const double **out,
                      tro_messages *messages)
{
    tro_moments moments = {0};
    double *expected = cell->expected[!!stationary];
    int status;
    *out = expected;
    if (expected)
        return TRO_OK;
    expected = TRO_NEW(&cell->arena, double, cell->ecosystem->agents);
    if (!expected)
        return TRO_ENOMEM;
    TRO_TRY(tro_cell_check_sampled(cell, NULL, messages));
    TRO_TRY(tro_cell_sampler(cell, messages));
    TRO_TRY(tro_moments_init(&moments, cell->ecosystem, cell->plan, cell->sampler, messages));
    if (stationary) {
        TRO_TRY(tro_cell_fixed_point(cell, messages));
        TRO_TRY(settle(cell, &moments, expected, messages));
    } else {
        TRO_TRY(average_expected(cell, &moments, expected, messages));
    }
    *out = cell->expected[!!stationary] = expected;
out:
    tro_moments_release(&moments);
    return status;
}

int tro_cell_expected_at(tro_cell *cell, size_t of, double curated, double *out,
                         tro_messages *messages)
{
    tro_moments moments = {0};
    tro_moved side = {0};
    int status;
    TRO_TRY(tro_cell_check_sampled(cell, NULL, messages));
    TRO_TRY(tro_cell_moved(cell, of, curated, &side, messages));
    TRO_TRY(tro_moments_init(&moments, side.ecosystem, &side.plan, side.sampler, messages));
    status = average_expected(cell, &moments, out, messages);
out:
    tro_moments_release(&moments);
    tro_moved_release(&side);
    return status;
}
