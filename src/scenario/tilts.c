/* Curations that have a result for some laws only, where both moments of a normal law
 * are trained: what agents begin with is tried here. Later a state may still
 * come where there is none, and the rounds end. */
#include <math.h>

#include "scenario/parts.h"

typedef struct trial {
    const tro_scenario *scenario;
    double *passed, *kept, *scratch;      /* width, width, as much as any curation needs */
    size_t room;
    unsigned char *said;                  /* agents: one mistake each is enough */
    const double *last_law;               /* what was tried last, for groups */
    const tro_curation *last_curation;
} trial;

/* Is there a result? Of `law` through a channel, or NULL. Negative: no memory. */
static int keeps(trial *t, const tro_curation *curation, const tro_channel_map *channel,
                 const double *law)
{
    size_t width = t->scenario->space.width;
    if (!channel && law == t->last_law && curation == t->last_curation)
        return 1; /* or it was said */
    t->last_law = channel ? NULL : law;
    t->last_curation = curation;
    if (curation->scratch > t->room) {
        tro_release(t->scratch);
        t->scratch = tro_allocate(curation->scratch, sizeof *t->scratch);
        t->room = t->scratch ? curation->scratch : 0;
        if (!t->scratch)
            return TRO_ENOMEM;
    }
    if (channel) {
        channel->channel->apply(channel, width, law, t->passed);
        law = t->passed;
    }
    curation->ops->apply(curation, 1, law, t->kept, t->scratch);
    for (size_t k = 0; k < width; k++)
        if (!isfinite(t->kept[k]))
            return 0;
    return 1;
}

static int refuse(const tro_reader *reader, const tro_place *place, const tro_curation *curation,
                  const char *what, const tro_agent *agent)
{
    return tro_error(reader->messages, TRO_ESCENARIO, place,
                     "'%s' leaves no normal law of the %s of '%s': their precision (the inverse "
                     "of their covariance) plus curvature / temperature must be positive definite, "
                     "and the reward over the temperature not out of range", curation->name, what,
                     agent->name);
}

static int try_edge(const tro_reader *reader, trial *t, const tro_edge *edge)
{
    const tro_agent *from = &t->scenario->agents[edge->from], *to = &t->scenario->agents[edge->to];
    const tro_agent *judge = &t->scenario->agents[edge->judge_agent];
    const tro_curation *pool = to->pool_curation;
    const tro_curation *curation = pool ? pool : edge->curation;
    if (!(edge->curated * to->shares.curated > 0) || !curation || !curation->ops ||
        t->said[edge->from])
        return TRO_OK;
    int found = keeps(t, curation, pool ? edge->channel : NULL, from->start);
    if (found != 0)
        return found < 0 ? found : TRO_OK;
    t->said[edge->from] = 1;
    return refuse(reader, tro_place_of(judge->node, "public"), curation,
                  "outputs at the start", from);
}

/* The owner's own real data; outputs that others make follow in their rounds. */
static int try_owner(const tro_reader *reader, trial *t, const tro_agent *agent)
{
    const tro_curation *owner = agent->owner_curation;
    if (!owner || !owner->ops || !(agent->shares.real > 0))
        return TRO_OK;
    int found = keeps(t, owner, NULL, agent->reference);
    if (found != 0)
        return found < 0 ? found : TRO_OK;
    return refuse(reader, tro_place_of(agent->node, "owner"), owner, "real data", agent);
}

int tro_scenario_check_tilts(const tro_reader *reader, const tro_scenario *scenario)
{
    trial t = {.scenario = scenario};
    int status = TRO_OK;
    if (scenario->space.family->law != TRO_MOMENTS)
        return TRO_OK;
    t.passed = tro_allocate(2 * scenario->space.width, sizeof *t.passed);
    t.said = tro_allocate(scenario->agent_count, sizeof *t.said);
    if (!t.passed || !t.said)
        status = TRO_ENOMEM;
    t.kept = t.passed ? t.passed + scenario->space.width : NULL;
    for (size_t k = 0; status != TRO_ENOMEM && k < scenario->edge_count; k++)
        status = tro_worse(status, try_edge(reader, &t, &scenario->edges[k]));
    for (size_t i = 0; status != TRO_ENOMEM && i < scenario->agent_count; i++)
        status = tro_worse(status, try_owner(reader, &t, &scenario->agents[i]));
    tro_release(t.passed);
    tro_release(t.said);
    tro_release(t.scratch);
    return status;
}
