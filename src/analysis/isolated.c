#include "analysis/isolated.h"

#include <math.h>

#include "analysis/fixed_point.h"
#include "analysis/influence.h"
#include "analysis/krylov.h"

#define RESIDUAL 1e-12
/* Nearer to 1 than this a disturbance does not die out. */
#define AT_REST (1 - 1e-9)

/* A scenario of one agent that feeds on itself; all but these parts is borrowed. */
typedef struct hermit {
    tro_scenario scenario;
    tro_agent agent;
    tro_edge edge;
    tro_link link;
    size_t row_start[2], of_row;
} hermit;

static void hermit_make(const tro_scenario *scenario, size_t agent, hermit *out)
{
    const tro_csr *rows = &scenario->rows;
    *out = (hermit){.scenario = *scenario, .agent = scenario->agents[agent]};
    out->edge = (tro_edge){.synthetic = 1, .curated = 1,
                           .curation = out->agent.public_curation};
    for (size_t k = rows->row_start[agent]; k < rows->row_start[agent + 1]; k++) {
        const tro_edge *own = &scenario->edges[rows->link[k]];
        if (own->from != agent)
            continue;
        out->edge.channel = own->channel;
        if (own->curated > 0)
            out->edge.curation = own->curation;
    }
    if (out->edge.curation && !out->edge.curation->ops)
        out->edge.curation = NULL;
    out->agent.pool_curation = NULL; /* a pool of one producer is its own */
    out->link = (tro_link){.synthetic = 1, .curated = 1, .delay = NAN};
    out->row_start[1] = 1;
    out->scenario.agent_count = out->scenario.edge_count = 1;
    out->scenario.agents = &out->agent;
    out->scenario.edges = &out->edge;
    out->scenario.graph = (tro_graph){.nodes = 1, .count = 1, .links = &out->link};
    out->scenario.rows = (tro_csr){.rows = 1, .row_start = out->row_start,
                                   .link = &out->of_row};
}

static int multiply(void *resolvent, const double *x, double *y)
{
    tro_resolvent_product(resolvent, TRO_PLAIN, x, y);
    return TRO_OK;
}

/* Do the rounds of one agent come to rest where the resolvent is taken? */
static int comes_to_rest(tro_resolvent *resolvent)
{
    tro_operator jacobian = {resolvent->ecosystem->size, multiply, resolvent};
    tro_complex value;
    int status = tro_krylov_dominant(&jacobian, &value);
    return status == TRO_ENOMEM ? status : status == TRO_OK && hypot(value.re, value.im) < AT_REST;
}

static int find_influence(const tro_ecosystem *eco, const double *z, tro_isolated *out)
{
    tro_influences influences = {0};
    int status = tro_influences_init(&influences, eco, z, NULL);
    int rests = status == TRO_OK ? comes_to_rest(&influences.resolvent) : status;
    if (rests == 0)
        out->undefined = "its rounds do not come to rest";
    else if (rests > 0)
        status = tro_influence_adjoint(&influences, 0, 0, &out->influence, &out->one_sided, NULL);
    if (rests > 0 && status == TRO_OK && isnan(out->influence))
        out->undefined = "it has nothing to curate or to displace";
    tro_influences_release(&influences);
    return rests < 0 ? rests : status;
}

int tro_isolated_find(const tro_scenario *scenario, size_t agent, tro_isolated *out)
{
    const tro_agent *given = &scenario->agents[agent];
    const tro_space *space = &scenario->space;
    tro_ecosystem *eco = NULL;
    tro_fixed_point point = {0};
    hermit alone;
    int status = TRO_OK;
    *out = (tro_isolated){.alignment = NAN, .influence = NAN};
    hermit_make(scenario, agent, &alone);
    if (!given->reward)
        out->undefined = "it has no reward";
    else if (alone.edge.curation && alone.edge.curation->needs_pool)
        out->undefined = "an arena needs other producers";
    else if (alone.edge.curation && alone.edge.curation->audience_count > 0)
        out->undefined = "its users listen to an agent";
    if (out->undefined)
        return TRO_OK;
    status = tro_ecosystem_new(&alone.scenario, &eco, NULL);
    if (status == TRO_OK)
        status = tro_fixed_point_find(eco, NULL, RESIDUAL, &point, NULL);
    if (status == TRO_OK)
        status = find_influence(eco, point.z, out);
    if (status == TRO_OK && !out->undefined)
        out->alignment = space->family->alignment(space, given->reward, given->at, point.z);
    else if (status < 0 && status != TRO_ENOMEM)
        out->undefined = "its rounds do not come to rest";
    if (out->undefined)
        out->influence = out->alignment = NAN;
    tro_fixed_point_release(&point);
    tro_ecosystem_free(eco);
    return status == TRO_ENOMEM ? status : TRO_OK;
}
