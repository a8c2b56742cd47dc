#include "analysis/cuts.h"

#include <math.h>
#include <string.h>

#include "analysis/fixed_point.h"

#define RESIDUAL 1e-12

/* The consumer's weights without the edge. 0: nothing is left of a layer with a share. */
static int cut(tro_scenario *scenario, const tro_shares *shares, size_t edge)
{
    size_t to = scenario->edges[edge].to;
    const tro_csr *rows = &scenario->rows;
    double synthetic = 0, curated = 0;
    scenario->edges[edge].synthetic = scenario->edges[edge].curated = 0;
    for (size_t k = rows->row_start[to]; k < rows->row_start[to + 1]; k++) {
        synthetic += scenario->edges[rows->link[k]].synthetic;
        curated += scenario->edges[rows->link[k]].curated;
    }
    if ((shares->synthetic > 0 && synthetic == 0) || (shares->curated > 0 && curated == 0))
        return 0;
    for (size_t k = rows->row_start[to]; k < rows->row_start[to + 1]; k++) {
        tro_edge *other = &scenario->edges[rows->link[k]];
        other->synthetic = synthetic > 0 ? other->synthetic / synthetic : 0;
        other->curated = curated > 0 ? other->curated / curated : 0;
    }
    return 1;
}

/* An arena's rule is made for its number of producers. */
static int is_seated(const tro_scenario *scenario, size_t edge)
{
    const tro_edge *given = &scenario->edges[edge];
    const tro_curation *pool = scenario->agents[given->to].pool_curation;
    return pool && pool->needs_pool && given->curated > 0;
}

static int find(const tro_ecosystem *eco, const tro_plan *plan, size_t on, size_t of,
                tro_cut *out)
{
    const tro_scenario *scenario = eco->scenario;
    const tro_agent *agent = &scenario->agents[on];
    tro_fixed_point point = {0};
    tro_influences influences = {0};
    tro_stability stability;
    int status = tro_fixed_point_find(eco, NULL, RESIDUAL, &point, NULL);
    if (status == TRO_OK)
        status = tro_stability_find(eco, point.z, plan, NULL, &stability, NULL);
    if (status == TRO_OK && !stability.settles)
        status = TRO_ENOCONV;
    if (status == TRO_OK)
        status = tro_influences_init(&influences, eco, point.z, NULL);
    if (status == TRO_OK)
        status = tro_influence_adjoint(&influences, on, of, &out->influence, NULL, NULL);
    if (status == TRO_OK)
        out->alignment = scenario->space.family->alignment(&scenario->space, agent->reward,
                                                           agent->at,
                                                           point.z + on * eco->width);
    tro_influences_release(&influences);
    tro_fixed_point_release(&point);
    return status;
}

int tro_cut_find(const tro_ecosystem *eco, const tro_plan *plan, size_t on, size_t of,
                 size_t edge, tro_cut *out)
{
    tro_scenario scenario = *eco->scenario;
    tro_ecosystem *without = NULL;
    int status = TRO_OK;
    *out = (tro_cut){.edge = edge, .alignment = NAN, .influence = NAN};
    if (is_seated(&scenario, edge)) {
        out->undefined = "an arena's producers stay";
        return TRO_OK;
    }
    scenario.edges = tro_allocate(scenario.edge_count, sizeof *scenario.edges);
    if (!scenario.edges)
        return TRO_ENOMEM;
    memcpy(scenario.edges, eco->scenario->edges, scenario.edge_count * sizeof *scenario.edges);
    if (!cut(&scenario, &eco->shares[scenario.edges[edge].to], edge)) {
        out->undefined = "nothing would be left to train on";
    } else {
        status = tro_ecosystem_new(&scenario, &without, NULL);
        if (status == TRO_OK) {
            memcpy(without->shares, eco->shares, eco->agents * sizeof *eco->shares);
            status = find(without, plan, on, of, out);
        }
        if (status < 0 && status != TRO_ENOMEM)
            out->undefined = "the rounds come to no rest without it";
    }
    tro_ecosystem_free(without);
    tro_release(scenario.edges);
    return status == TRO_ENOMEM ? status : TRO_OK;
}
