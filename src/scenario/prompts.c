/* Prompts that travel with the data: which of them an agent's data ever have.
 * After its first retraining it knows of no other, so that an alignment which is
 * taken at one would have nothing to go by. */
#include <string.h>

#include "family/table.h"
#include "scenario/parts.h"

typedef struct reach {
    const tro_scenario *scenario;
    size_t prompts;
    unsigned char *data;          /* agents x prompts: some of the agent's data may have it */
    double *law, *passed;         /* width each */
} reach;

static int has_mass(const tro_space *space, const double *law, size_t prompt)
{
    for (size_t x = 0; x < space->outcomes; x++)
        if (law[prompt * space->outcomes + x] > 0)
            return 1;
    return 0;
}

/* The producer's outputs may have this prompt: it began with it, or learned it. */
static int may_have(const reach *r, size_t producer, size_t prompt)
{
    return r->data[producer * r->prompts + prompt] ||
           has_mass(&r->scenario->space, r->scenario->agents[producer].start, prompt);
}

static int is_used(const tro_scenario *scenario, const tro_edge *edge)
{
    const tro_shares *shares = &scenario->agents[edge->to].shares;
    return edge->synthetic * shares->synthetic > 0 || edge->curated * shares->curated > 0;
}

/* Curation leaves prompts as they are, a channel may file them under others. 1: something is
 * new. */
static int follow_edge(reach *r, const tro_edge *edge)
{
    const tro_space *space = &r->scenario->space;
    unsigned char *to = r->data + edge->to * r->prompts;
    int news = 0;
    for (size_t c = 0; c < r->prompts; c++) {
        if (!may_have(r, edge->from, c))
            continue;
        if (!edge->channel) {
            news |= !to[c];
            to[c] = 1;
            continue;
        }
        memset(r->law, 0, space->width * sizeof *r->law);
        for (size_t x = 0; x < space->outcomes; x++)
            r->law[c * space->outcomes + x] = 1;
        edge->channel->channel->apply(edge->channel, space->width, r->law, r->passed);
        for (size_t k = 0; k < r->prompts; k++)
            if (!to[k] && has_mass(space, r->passed, k))
                news = to[k] = 1;
    }
    return news;
}

static void find_data(reach *r)
{
    const tro_scenario *scenario = r->scenario;
    for (size_t i = 0; i < scenario->agent_count; i++) {
        const tro_agent *agent = &scenario->agents[i];
        for (size_t c = 0; agent->shares.real > 0 && agent->reference && c < r->prompts; c++)
            r->data[i * r->prompts + c] =
                (unsigned char)has_mass(&scenario->space, agent->reference, c);
    }
    for (int news = 1; news;) {
        news = 0;
        for (size_t k = 0; k < scenario->edge_count; k++)
            if (is_used(scenario, &scenario->edges[k]))
                news |= follow_edge(r, &scenario->edges[k]);
    }
}

static int refuse(const tro_reader *reader, const tro_scenario *scenario, const tro_agent *agent,
                  size_t prompt)
{
    const char *const *names = tro_finite_of(&scenario->space)->prompts;
    const tro_place *place = tro_place_of(tro_node_get(agent->node, "reward"), "prompts");
    const char *right = "data that do, or 'prompt-marginals: stay', would be right";
    if (names)
        return tro_error(reader->messages, TRO_ESCENARIO, place,
                         "the alignment of '%s' is taken at prompt '%s', which none of its data "
                         "have: %s", agent->name, names[prompt], right);
    return tro_error(reader->messages, TRO_ESCENARIO, place,
                     "the alignment of '%s' is taken at prompt %zu (counted from 0), which none of "
                     "its data have: %s", agent->name, prompt, right);
}

static int is_asked(const tro_agent *agent)
{
    return agent->reward && agent->reward->prompts && !agent->release &&
           agent->presence == TRO_PRESENT;
}

int tro_scenario_check_prompts(const tro_reader *reader, const tro_scenario *scenario)
{
    const tro_space *space = &scenario->space;
    const tro_node *said = NULL; /* once for a whole group */
    size_t asked = 0;
    for (size_t i = 0; space->family->law == TRO_TABLE && i < scenario->agent_count; i++)
        asked += (size_t)is_asked(&scenario->agents[i]);
    if (asked == 0)
        return TRO_OK;
    reach r = {.scenario = scenario, .prompts = space->blocks};
    int status = TRO_OK;
    r.data = tro_allocate(scenario->agent_count, space->blocks);
    r.law = tro_allocate(2 * space->width, sizeof *r.law);
    if (r.data && r.law) {
        r.passed = r.law + space->width;
        find_data(&r);
    } else {
        status = TRO_ENOMEM;
    }
    for (size_t i = 0; status != TRO_ENOMEM && i < scenario->agent_count; i++) {
        const tro_agent *agent = &scenario->agents[i];
        for (size_t c = 0; is_asked(agent) && agent->node != said && c < r.prompts; c++)
            if (agent->reward->prompts[c] > 0 && !r.data[i * r.prompts + c]) {
                status = refuse(reader, scenario, agent, c);
                said = agent->node;
            }
    }
    tro_release(r.data);
    tro_release(r.law);
    return status;
}
