/* The installed interface of comparisons (include/trophic/compare.h). */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "experiment/compare.h"

int tro_comparison_of(const tro_cell *cell, tro_comparison **out, tro_messages *messages)
{
    tro_comparison *comparison;
    int status = tro_comparison_new(cell, &comparison, messages);
    *out = NULL;
    if (status == TRO_OK)
        status = tro_comparison_run(comparison, NULL, messages);
    if (status < 0)
        tro_comparison_free(comparison);
    else
        *out = comparison;
    return status;
}

size_t tro_comparison_topologies(const tro_comparison *c)
{
    return c->topology_count;
}

size_t tro_comparison_replicates(const tro_comparison *c)
{
    return c->replicates;
}

const char *tro_comparison_topology(const tro_comparison *c, size_t topology)
{
    return topology < c->topology_count ? c->topologies[topology].name : NULL;
}

size_t tro_comparison_outcome(const char *name)
{
    for (size_t k = 0; name && k < TRO_OUTCOMES; k++)
        if (strcmp(tro_compared_outcomes[k].name, name) == 0)
            return k;
    return SIZE_MAX;
}

const char *tro_comparison_outcome_name(size_t outcome)
{
    return outcome < TRO_OUTCOMES ? tro_compared_outcomes[outcome].name : NULL;
}

const char *tro_comparison_unit(const tro_comparison *c, size_t outcome)
{
    return outcome < TRO_OUTCOMES ? tro_compared_unit(c, outcome) : NULL;
}

/* NULL when there is no such cell. */
static const tro_compared *cell_at(const tro_comparison *c, size_t topology, size_t replicate)
{
    return topology < c->topology_count && replicate < c->replicates
               ? tro_compared_at(c, topology, replicate)
               : NULL;
}

const char *tro_comparison_status(const tro_comparison *c, size_t topology, size_t replicate)
{
    const tro_compared *cell = cell_at(c, topology, replicate);
    return cell ? cell->status : NULL;
}

double tro_comparison_value(const tro_comparison *c, size_t topology, size_t replicate,
                            size_t outcome)
{
    const tro_compared *cell = cell_at(c, topology, replicate);
    return cell && outcome < TRO_OUTCOMES ? cell->outcomes[outcome] : NAN;
}

static const tro_estimate *estimate_of(const tro_comparison *c, size_t topology, size_t outcome)
{
    return topology < c->topology_count && outcome < TRO_OUTCOMES
               ? &c->of_outcomes[topology * TRO_OUTCOMES + outcome]
               : NULL;
}

double tro_comparison_mean(const tro_comparison *c, size_t topology, size_t outcome)
{
    const tro_estimate *estimate = estimate_of(c, topology, outcome);
    return estimate ? estimate->mean : NAN;
}

void tro_comparison_interval(const tro_comparison *c, size_t topology, size_t outcome,
                             double *lower, double *upper)
{
    const tro_estimate *estimate = estimate_of(c, topology, outcome);
    *lower = estimate ? estimate->lower : NAN;
    *upper = estimate ? estimate->upper : NAN;
}

size_t tro_comparison_ranked(const tro_comparison *c, size_t place)
{
    return place < c->topology_count ? c->order[c->rank_by * c->topology_count + place]
                                     : SIZE_MAX;
}
