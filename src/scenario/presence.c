/* Who is there: agents that are absent, and those that do not retrain.
 *
 * Either keeps its place among the agents, so that those after it keep their numbers, and
 * their random streams. For the rest of the program it is an agent whose only data are a
 * law that stays, its corpus; an absent one has no readers. */
#include <string.h>

#include "scenario/parts.h"

int tro_agent_answers(const tro_agent *agent, const char *name)
{
    return strcmp(agent->name, name) == 0 || (agent->group && strcmp(agent->group, name) == 0);
}

/* Everybody whom one of the names means becomes that. */
static int mark(const tro_reader *reader, const tro_texts *names, tro_presence presence,
                tro_scenario *scenario)
{
    int status = TRO_OK;
    for (size_t k = 0; k < names->count; k++) {
        size_t found = 0, none;
        int twice = 0;
        for (size_t i = 0; i < scenario->agent_count; i++) {
            tro_agent *agent = &scenario->agents[i];
            if (!tro_agent_answers(agent, names->items[k]))
                continue;
            twice |= agent->presence != TRO_PRESENT && agent->presence != presence;
            agent->presence = presence;
            found++;
        }
        if (found == 0)
            status = tro_worse(status, tro_scenario_find(reader, scenario, names->items[k],
                                                         &names->nodes[k]->place, &none));
        else if (twice)
            status = tro_error(reader->messages, TRO_ESCENARIO, &names->nodes[k]->place,
                               "'%s' is both 'absent' and 'frozen': one of them would be right",
                               names->items[k]);
    }
    return status;
}

static int is_among(const tro_texts *names, const tro_agent *agent)
{
    for (size_t k = 0; k < names->count; k++)
        if (tro_agent_answers(agent, names->items[k]))
            return 1;
    return 0;
}

/* Who joins before anything else is said of it was not there before. */
static void expect_newcomers(tro_scenario *scenario)
{
    for (size_t i = 0; i < scenario->agent_count; i++) {
        tro_agent *agent = &scenario->agents[i];
        for (size_t k = 0; agent->presence == TRO_PRESENT && k < scenario->incident_count; k++) {
            const tro_incident *incident = &scenario->incidents[k];
            if (is_among(&incident->leave, agent) || is_among(&incident->freeze, agent))
                break;
            if (is_among(&incident->join, agent))
                agent->presence = TRO_ABSENT;
        }
    }
}

int tro_scenario_presence(const tro_reader *reader, const tro_top_config *top,
                          tro_scenario *scenario)
{
    size_t absent = 0;
    int status = mark(reader, &top->absent, TRO_ABSENT, scenario);
    status = tro_worse(status, mark(reader, &top->frozen, TRO_FROZEN, scenario));
    expect_newcomers(scenario);
    for (size_t i = 0; i < scenario->agent_count; i++) {
        absent += scenario->agents[i].presence == TRO_ABSENT;
        scenario->resting += scenario->agents[i].presence != TRO_PRESENT;
    }
    if (absent == scenario->agent_count && !scenario->nameless)
        return tro_error(reader->messages, TRO_ESCENARIO,
                         tro_place_of(scenario->document->root, "absent"),
                         "nobody is there: every agent is absent");
    return status;
}

/* Of the weights into one agent, those that still bring something, which sum to 1 again. */
static void rest_row(tro_scenario *scenario, size_t agent)
{
    const tro_csr *rows = &scenario->rows;
    double synthetic = 0, curated = 0;
    int gone = 0;
    for (size_t k = rows->row_start[agent]; k < rows->row_start[agent + 1]; k++) {
        tro_edge *edge = &scenario->edges[rows->link[k]];
        if (scenario->agents[agent].presence != TRO_PRESENT ||
            scenario->agents[edge->from].presence == TRO_ABSENT) {
            gone |= edge->synthetic > 0 || edge->curated > 0;
            edge->synthetic = edge->curated = 0;
        }
        synthetic += edge->synthetic;
        curated += edge->curated;
    }
    for (size_t k = rows->row_start[agent]; gone && k < rows->row_start[agent + 1]; k++) {
        tro_edge *edge = &scenario->edges[rows->link[k]];
        edge->synthetic /= synthetic > 0 ? synthetic : 1;
        edge->curated /= curated > 0 ? curated : 1;
    }
}

void tro_scenario_rest_edges(tro_scenario *scenario)
{
    for (size_t i = 0; scenario->resting > 0 && i < scenario->agent_count; i++)
        rest_row(scenario, i);
}

int tro_scenario_rest(const tro_reader *reader, tro_scenario *scenario)
{
    size_t width = scenario->space.width;
    for (size_t i = 0; i < scenario->agent_count; i++) {
        tro_agent *agent = &scenario->agents[i];
        agent->real_law = agent->reference;
        if (agent->presence == TRO_PRESENT || !agent->start)
            continue;
        double *corpus = TRO_NEW(reader->arena, double, width);
        if (!corpus)
            return TRO_ENOMEM;
        memcpy(corpus, agent->start, width * sizeof *corpus);
        agent->reference = agent->corpus = corpus;
        agent->owner_curation = NULL;
        agent->pool_curation = NULL;
        agent->rate = 1;
        agent->fade.power = 0;
        agent->reference_sample = 0;
    }
    return TRO_OK;
}
