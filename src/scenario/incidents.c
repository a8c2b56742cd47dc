/* `events`: what changes during the rounds, as it is written. What comes of it is a phase
 * each (phases.c). */
#include <stddef.h>

#include "scenario/parts.h"

static const tro_param incident_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(tro_incident, self)},
    {.key = "round", .type = TRO_P_WHOLE, .flags = TRO_P_REQUIRED | TRO_P_BOUNDED,
     .offset = offsetof(tro_incident, round), .min = 1, .max = 1e15, .unit = "rounds",
     .doc = "After how many rounds; the next is the first that knows of it."},
    {.key = "name", .type = TRO_P_TEXT, .offset = offsetof(tro_incident, name),
     .doc = "What happens, in a few words, for tables and figures."},
    {.key = "join", .type = TRO_P_TEXTS, .offset = offsetof(tro_incident, join),
     .doc = "Agents or groups that are there from now on. They are absent, or frozen, before."},
    {.key = "leave", .type = TRO_P_TEXTS, .offset = offsetof(tro_incident, leave),
     .doc = "Agents or groups that go: nobody trains on them any more."},
    {.key = "freeze", .type = TRO_P_TEXTS, .offset = offsetof(tro_incident, freeze),
     .doc = "Agents or groups that retrain no more; others go on training on what they made."},
    {.key = "edges", .type = TRO_P_RECORDS, .offset = offsetof(tro_incident, edges),
     .table = &tro_edge_table,
     .doc = "Edges that appear or change; `weight: 0` takes one away. A group at an end stands for "
            "all its agents."},
    {.key = "set", .type = TRO_P_NODE, .offset = offsetof(tro_incident, set),
     .doc = "A map from paths to values, as for `--set`."},
};

const tro_table tro_incident_table = {
    "event", incident_params, sizeof incident_params / sizeof *incident_params,
    sizeof(tro_incident)};

static int check(const tro_reader *reader, const tro_incident *incident,
                 const tro_incident *before)
{
    const tro_node *self = incident->self;
    if (incident->set && incident->set->kind != TRO_MAP)
        return tro_error(reader->messages, TRO_ESCENARIO, &incident->set->place,
                         "set is a map from paths to values");
    if (incident->join.count + incident->leave.count + incident->freeze.count +
            incident->edges.count == 0 && (!incident->set || incident->set->count == 0))
        return tro_error(reader->messages, TRO_ESCENARIO, &self->place,
                         "an event needs one of 'join', 'leave', 'freeze', 'edges' and 'set'");
    if (before && incident->round < before->round)
        return tro_error(reader->messages, TRO_ESCENARIO, tro_place_of(self, "round"),
                         "events stand in the order of their rounds: after one at round %lld "
                         "comes one at round %lld", before->round, incident->round);
    return TRO_OK;
}

int tro_scenario_incidents(const tro_reader *reader, const tro_top_config *top,
                           tro_scenario *scenario)
{
    int status = TRO_OK;
    scenario->incidents = top->events.items;
    scenario->incident_count = top->events.count;
    for (size_t k = 0; k < top->events.count; k++) {
        const tro_incident *items = scenario->incidents;
        /* What could not be read was said. */
        if (!items[k].self || items[k].self->kind != TRO_MAP || items[k].round < 1)
            continue;
        status = tro_worse(status, check(reader, &items[k], k > 0 ? &items[k - 1] : NULL));
    }
    return status;
}
