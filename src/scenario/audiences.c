/* Whom users listen to: the agents that curators name as audiences. */
#include "scenario/parts.h"

int tro_scenario_find(const tro_reader *reader, const tro_scenario *scenario, const char *name,
                      const tro_place *place, size_t *out)
{
    *out = tro_scenario_agent(scenario, name);
    return *out != SIZE_MAX
               ? TRO_OK : tro_scenario_refuse_agent(scenario, name, place, reader->messages);
}

/* A curation that has a name comes by several ways, and is told of once. */
static int find_all(const tro_reader *reader, const tro_scenario *scenario,
                    const tro_curation *curation)
{
    int status = TRO_OK;
    for (size_t k = 0; curation && k < curation->audience_count; k++) {
        tro_audience *audience = curation->audience[k];
        if (audience->sought)
            continue;
        audience->sought = 1;
        status = tro_worse(status, tro_scenario_find(reader, scenario, audience->name,
                                                     audience->place, &audience->agent));
    }
    return status;
}

static int check_owner(const tro_reader *reader, const tro_agent *agent)
{
    const tro_curation *owner = agent->owner_curation;
    if (!owner || owner->audience_count == 0)
        return TRO_OK;
    return tro_error(reader->messages, TRO_ESCENARIO, tro_place_of(agent->node, "owner"),
                     "'%s' follows what '%s' has seen, which is for the public of a model: an "
                     "owner's taste does not change", owner->name, owner->audience[0]->name);
}

int tro_scenario_audiences(const tro_reader *reader, const tro_curator_list *named,
                           tro_scenario *scenario)
{
    const tro_node *said = NULL;   /* once for a whole group */
    int status = TRO_OK;
    for (size_t k = 0; k < named->count; k++)
        status = tro_worse(status, find_all(reader, scenario, named->items[k].curation));
    for (size_t i = 0; i < scenario->agent_count; i++) {
        const tro_agent *agent = &scenario->agents[i];
        if (agent->node == said)
            continue;
        said = agent->node;
        status = tro_worse(status, find_all(reader, scenario, agent->public_curation));
        status = tro_worse(status, find_all(reader, scenario, agent->owner_curation));
        status = tro_worse(status, check_owner(reader, agent));
    }
    return status;
}
