#include "schedule/names.h"

int tro_schedule_every_agent(const tro_plan *plan, const tro_texts *names, size_t *order,
                             tro_messages *messages)
{
    const tro_scenario *scenario = plan->scenario;
    size_t n = scenario->agent_count;
    int status = TRO_OK, *seen = tro_allocate(n, sizeof *seen);
    if (!seen)
        return TRO_ENOMEM;
    for (size_t k = 0; k < names->count; k++) {
        size_t agent = tro_scenario_agent(scenario, names->items[k]);
        const tro_place *place = &names->nodes[k]->place;
        if (agent == SIZE_MAX)
            status = tro_scenario_refuse_agent(scenario, names->items[k], place, messages);
        else if (seen[agent]++)
            status = tro_error(messages, TRO_ESCENARIO, place, "'%s' comes twice in the order",
                               names->items[k]);
        else if (k < n)
            order[k] = agent;
    }
    for (size_t i = 0; i < n && status == TRO_OK; i++)
        if (!seen[i])
            status = tro_error(messages, TRO_ESCENARIO,
                               names->count ? &names->nodes[0]->place : NULL,
                               "the order leaves out agent '%s': it names every agent once",
                               scenario->agents[i].name);
    tro_release(seen);
    return status;
}

int tro_schedule_per_agent(tro_plan *plan, const tro_node *node, const char *key,
                           const tro_vector *given, double **out, tro_messages *messages)
{
    size_t n = plan->scenario->agent_count;
    if (given->count != 1 && given->count != n)
        return tro_error(messages, TRO_ESCENARIO, node ? tro_place_of(node, key) : NULL,
                         "%s has %zu numbers, but there are %zu agents: one number stands for "
                         "all", key, given->count, n);
    double *values = TRO_NEW(&plan->arena, double, n);
    if (!values)
        return TRO_ENOMEM;
    for (size_t i = 0; i < n; i++)
        values[i] = given->values[given->count == 1 ? 0 : i];
    *out = values;
    return TRO_OK;
}
