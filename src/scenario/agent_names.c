/* Agents by name: no two of one, and who it is. */
#include <stdint.h>
#include <string.h>

#include "scenario/parts.h"

static uint64_t hash_name(const char *name)
{
    uint64_t hash = 1469598103934665603u; /* FNV-1a */
    for (const char *c = name; *c; c++)
        hash = (hash ^ (unsigned char)*c) * 1099511628211u;
    return hash;
}

/* The slot of a name: its own, or the empty one where it would go. */
static size_t *slot_of(const tro_scenario *scenario, const char *name)
{
    size_t mask = scenario->name_slot_count - 1, at = (size_t)hash_name(name) & mask;
    while (scenario->name_slots[at] &&
           strcmp(scenario->agents[scenario->name_slots[at] - 1].name, name) != 0)
        at = (at + 1) & mask;
    return &scenario->name_slots[at];
}

size_t tro_scenario_agent(const tro_scenario *scenario, const char *name)
{
    size_t found = scenario->name_slot_count ? *slot_of(scenario, name) : 0;
    return found ? found - 1 : SIZE_MAX;
}

/* Where an override gave the agent its name, or NULL. */
static const tro_place *renamed_at(const tro_agent *agent)
{
    static const char *const keys[] = {"name", "group", "count", "names"};
    return tro_place_of_change(agent->node, keys, 4, NULL);
}

/* The mistake belongs to the later one, unless an override made the earlier. */
static int refuse_twin(const tro_reader *reader, const tro_agent *first, const tro_agent *again)
{
    int swap = renamed_at(first) && !renamed_at(again);
    const tro_agent *wrong = swap ? first : again, *right = swap ? again : first;
    const tro_place *place = renamed_at(wrong) ? renamed_at(wrong) : &wrong->node->place;
    return tro_error(reader->messages, TRO_ESCENARIO, place,
                     "two agents are called '%s': the %s stands in line %d", wrong->name,
                     swap ? "other" : "first", right->node->place.line);
}

int tro_scenario_index(const tro_reader *reader, tro_scenario *scenario)
{
    int status = TRO_OK;
    size_t slots = 4;
    while (slots < 2 * scenario->agent_count)
        slots *= 2;
    scenario->name_slots = TRO_NEW(reader->arena, size_t, slots);
    if (!scenario->name_slots)
        return TRO_ENOMEM;
    scenario->name_slot_count = slots;
    for (size_t k = 0; k < scenario->agent_count; k++) {
        const tro_agent *agent = &scenario->agents[k];
        size_t *slot = slot_of(scenario, agent->name);
        if (*slot)
            status = refuse_twin(reader, &scenario->agents[*slot - 1], agent);
        else
            *slot = k + 1;
    }
    return status;
}

int tro_scenario_refuse_agent(const tro_scenario *scenario, const char *name,
                              const tro_place *place, tro_messages *messages)
{
    if (scenario->nameless)
        return TRO_ESCENARIO;   /* that was said */
    for (size_t k = 0; k < scenario->agent_count; k++)
        if (scenario->agents[k].group && strcmp(scenario->agents[k].group, name) == 0)
            return tro_error(messages, TRO_ESCENARIO, place,
                             "no agent is called '%s', which is a group: one of its agents, as "
                             "'%s', would be right", name, scenario->agents[k].name);
    const char *near = tro_scenario_nearest_agent(scenario, name);
    return tro_error(messages, TRO_ESCENARIO, place, "no agent is called '%s'%s%s%s", name,
                     near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "");
}
