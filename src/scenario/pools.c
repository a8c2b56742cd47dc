/* Who chooses from a pool that several producers share; and what has no exact
 * sampled round. */
#include "scenario/parts.h"

/* The one curator of all the agent's curated edges, if it is one. */
static int find_judge(const tro_scenario *scenario, size_t agent, const tro_curation **judge,
                      size_t *producers)
{
    int one = 1;
    *judge = NULL;
    *producers = 0;
    for (size_t k = scenario->rows.row_start[agent]; k < scenario->rows.row_start[agent + 1];
         k++) {
        const tro_edge *edge = &scenario->edges[scenario->rows.link[k]];
        if (!(edge->curated > 0))
            continue;
        one &= *producers == 0 || edge->curation == *judge;
        if (!*judge || (edge->curation && edge->curation->needs_pool))
            *judge = edge->curation;
        ++*producers;
    }
    return one;
}

/* An arena of one producer is a choice among its own candidates. It is refused as a mistake, but
 * not where no share asks for it and the edge just has its weight in both layers. */
static int takes_curated(const tro_agent *agent)
{
    int fades = agent->fade.power > 0 && agent->fade.to != TRO_HEIR_SYNTHETIC;
    return agent->shares.curated > 0 || fades;
}

static int check_pool(const tro_reader *reader, const tro_scenario *scenario, size_t agent,
                      const tro_curation *judge, int one, size_t producers)
{
    const tro_agent *given = &scenario->agents[agent];
    const tro_place *place = judge->needs_pool ? &given->node->place
                                               : tro_place_of(given->node, "pool");
    const char *why = judge->needs_pool ? "compete in an arena" : "share a pool";
    if (!one)
        return tro_error(reader->messages, TRO_ESCENARIO, place,
                         "the producers of '%s' %s, so one curator must choose among them: "
                         "'judge: consumer' or an agent's name would be right", given->name, why);
    if (judge->needs_pool && producers < 2 && takes_curated(given))
        return tro_error(reader->messages, TRO_ESCENARIO, place,
                         "an arena needs at least two producers, but only one edge with curated "
                         "data leads to '%s'", given->name);
    if (judge->audience_count > 0)
        return tro_error(reader->messages, TRO_ESCENARIO, place,
                         "the producers of '%s' %s, and its users choose by what '%s' has seen: "
                         "that is exact for pools of one producer",
                         given->name, why, judge->audience[0]->name);
    if (!tro_curation_takes_pool(judge))
        return tro_error(reader->messages, TRO_ESCENARIO, place,
                         "the producers of '%s' share a pool, which on real vectors is exact for "
                         "an infinite number of candidates, found '%s'", given->name,
                         judge->name);
    return TRO_OK;
}

/* An owner of real vectors acts on laws of the family only. */
static int check_owner(const tro_reader *reader, const tro_scenario *scenario, size_t agent)
{
    const tro_agent *given = &scenario->agents[agent];
    if (!given->owner_curation || scenario->space.family->law == TRO_TABLE)
        return TRO_OK;
    for (size_t k = scenario->rows.row_start[agent]; k < scenario->rows.row_start[agent + 1];
         k++) {
        const tro_edge *edge = &scenario->edges[scenario->rows.link[k]];
        if (edge->curated > 0 && edge->curation && edge->curation->bends)
            return tro_error(reader->messages, TRO_ESCENARIO, &given->node->place,
                             "the owner of '%s' would choose from outputs that '%s' kept, which "
                             "are not normal any more: infinite candidates and a linear reward "
                             "would be right", given->name, edge->curation->name);
    }
    return TRO_OK;
}

int tro_scenario_pools(const tro_reader *reader, tro_scenario *scenario)
{
    int status = TRO_OK;
    for (size_t i = 0; i < scenario->agent_count; i++) {
        tro_agent *agent = &scenario->agents[i];
        const tro_curation *judge;
        size_t producers;
        int one = find_judge(scenario, i, &judge, &producers);
        status = tro_worse(status, check_owner(reader, scenario, i));
        if (!judge || (agent->pool != TRO_POOL_MIXTURE && !judge->needs_pool))
            continue;
        int pool = check_pool(reader, scenario, i, judge, one, producers);
        if (agent->owner_curation && scenario->space.family->law != TRO_TABLE)
            pool = tro_error(reader->messages, TRO_ESCENARIO, tro_place_of(agent->node, "pool"),
                             "the owner of '%s' would choose from what '%s' kept of a pool, which "
                             "is not normal any more: 'pool: producer' would be right",
                             agent->name, judge->name);
        agent->pool_curation = judge;
        if (pool == TRO_OK && judge->needs_pool)
            pool = judge->ops->seat(reader, judge, producers, &agent->pool_curation);
        status = tro_worse(status, pool);
    }
    return status;
}

/* --- sampled rounds --------------------------------------------------------------- */

/* Of what an owner, or the judge of a shared pool, keeps of several laws: mixtures of finite
 * outcomes are laws; on real vectors it must be a mixture of laws. */
static int check_chooser(const tro_scenario *scenario, const tro_agent *agent,
                         tro_messages *messages)
{
    const tro_curation *owner = agent->owner_curation;
    const tro_curation *chooser = owner ? owner : agent->pool_curation;
    int table = scenario->space.family->law == TRO_TABLE;
    const tro_place *place = tro_place_of(agent->node, owner ? "owner" : "pool");
    const char *what = owner ? "an owner" : "producers that share a pool";
    if (!chooser || (table && !owner))
        return TRO_OK;
    if (scenario->split == TRO_SPLIT_FIXED)
        return tro_error(messages, TRO_ESCENARIO, place,
                         "sampled rounds of '%s', which has %s, are exact with 'split: drawn'%s; "
                         "here the split is fixed", agent->name, what,
                         owner ? "" : " or for finite outcomes");
    if (table || tro_curation_parts_of_one(chooser) > 0)
        return TRO_OK;
    return tro_error(messages, TRO_ESCENARIO, place,
                     "sampled rounds of '%s', which has %s, are exact for finite outcomes and, on "
                     "real vectors, for an infinite number of candidates, found '%s'",
                     agent->name, what, chooser->name);
}

static int check_sources(const tro_scenario *scenario, const tro_agent *agent,
                         tro_messages *messages)
{
    if (agent->reference_sample > 0 && (agent->owner_curation || agent->pool_curation))
        return tro_error(messages, TRO_ESCENARIO,
                         tro_place_of(agent->node, "reference-sample"),
                         "sampled rounds of '%s' would choose from one set of real data time and "
                         "again, for which there is no exact way: without %s it would be right",
                         agent->name, agent->owner_curation ? "'owner'" : "a shared pool");
    if (scenario->split == TRO_SPLIT_FIXED && agent->pool_curation && agent->fade.power > 0)
        return tro_error(messages, TRO_ESCENARIO, tro_place_of(agent->node, "fade"),
                         "with 'split: fixed', shares that fade need pools of one producer each; "
                         "'split: drawn' would be right");
    return check_chooser(scenario, agent, messages);
}

static int check_channels(const tro_scenario *scenario, size_t agent, tro_messages *messages)
{
    const tro_agent *given = &scenario->agents[agent];
    for (size_t k = scenario->rows.row_start[agent]; k < scenario->rows.row_start[agent + 1];
         k++) {
        const tro_edge *edge = &scenario->edges[scenario->rows.link[k]];
        const tro_curation *judge = given->pool_curation ? NULL : edge->curation;
        if (!(edge->curated > 0) || !judge)
            continue;
        if (judge->bends && !judge->ops->draw)
            return tro_error(messages, TRO_ESCENARIO, &given->node->place,
                             "sampled rounds of '%s' would draw what '%s' keeps, for which there "
                             "is no exact way: only 'advance: exact' would be right", given->name,
                             judge->name);
        if (edge->channel && edge->channel->states_spread && judge->ops->draw)
            return tro_error(messages, TRO_ESCENARIO, tro_place_of(edge->node, "channel"),
                             "sampled rounds of '%s' would send outputs that '%s' kept through a "
                             "channel that states their covariance: these outputs are not normal, "
                             "and 'advance: exact' or a channel without 'covariance' would be "
                             "right", given->name, judge->name);
    }
    return TRO_OK;
}

/* An estimate may need several outputs. */
static int check_outputs(const tro_scenario *scenario, const tro_agent *agent,
                         tro_messages *messages)
{
    const tro_family *family = scenario->space.family;
    uint64_t least = family->least_outputs ? family->least_outputs(&scenario->space) : 1;
    if (least == 1 || agent->outputs >= least)
        return TRO_OK;
    return tro_error(messages, TRO_ESCENARIO, tro_place_of(agent->node, "outputs"),
                     "the estimator of family '%s' needs at least %llu outputs, found %llu for "
                     "'%s'", family->plugin.name, (unsigned long long)least,
                     (unsigned long long)agent->outputs, agent->name);
}

int tro_scenario_check_sampled(const tro_scenario *scenario, tro_messages *messages)
{
    const tro_node *said = NULL; /* once for a whole group */
    int status = TRO_OK;
    for (size_t i = 0; i < scenario->agent_count; i++) {
        const tro_agent *agent = &scenario->agents[i];
        if (agent->node == said)
            continue;
        int agent_status = tro_worse(check_sources(scenario, agent, messages),
                                     check_channels(scenario, i, messages));
        agent_status = tro_worse(agent_status, check_outputs(scenario, agent, messages));
        if (agent_status < 0)
            said = agent->node;
        status = tro_worse(status, agent_status);
    }
    return status;
}
