/* Reading one agent. */
#include <math.h>
#include <stddef.h>
#include <stdint.h>

#include "network/readers.h"
#include "scenario/agent.h"
#include "scenario/parts.h"

typedef struct shares_config {
    double real, synthetic, curated;
} shares_config;

static const char *const at_choices[] = {"outputs", "mean", NULL};
static const char *const pool_choices[] = {"producer", "mixture", NULL};
static const char *const displaces_choices[] = {"proportional", "real", "synthetic", NULL};

static const tro_param shares_params[] = {
    {.key = "real", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED,
     .offset = offsetof(shares_config, real), .min = 0, .max = 1, .fallback = "0",
     .unit = "share", .doc = "Share of reference (real) data."},
    {.key = "synthetic", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED,
     .offset = offsetof(shares_config, synthetic), .min = 0, .max = 1, .unit = "share",
     .doc = "Share of uncurated outputs of producers. Default: the rest."},
    {.key = "curated", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED,
     .offset = offsetof(shares_config, curated), .min = 0, .max = 1, .fallback = "0",
     .unit = "share", .doc = "Share of outputs that a curator kept."},
};

const tro_table tro_shares_table = {
    "shares", shares_params, sizeof shares_params / sizeof *shares_params,
    sizeof(shares_config)};

static const tro_param nodes_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(tro_nodes_config, self)},
    {.key = "file", .type = TRO_P_TEXT, .flags = TRO_P_MAIN | TRO_P_REQUIRED,
     .offset = offsetof(tro_nodes_config, file),
     .doc = "A network file, relative to the scenario."},
    {.key = "group", .type = TRO_P_TEXT, .offset = offsetof(tro_nodes_config, group),
     .doc = "Only the nodes that the file says are in this group. Default: all."},
    {.key = "format", .type = TRO_P_CHOICE, .offset = offsetof(tro_nodes_config, format),
     .fallback = "auto", .choices = tro_graph_formats,
     .doc = "What the file is, as in `network`."},
};

static const tro_table nodes_table = {
    "nodes", nodes_params, sizeof nodes_params / sizeof *nodes_params, sizeof(tro_nodes_config)};

static const tro_param agent_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(tro_agent_config, self)},
    {.key = "name", .type = TRO_P_TEXT, .offset = offsetof(tro_agent_config, name),
     .doc = "Name of a single agent."},
    {.key = "group", .type = TRO_P_TEXT, .offset = offsetof(tro_agent_config, group),
     .doc = "Name of a group of agents that share these keys."},
    {.key = "count", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED,
     .offset = offsetof(tro_agent_config, count), .min = 1, .max = TRO_MOST_AGENTS,
     .unit = "agents",
     .doc = "Size of the group; its agents are called GROUP-1, GROUP-2, ..."},
    {.key = "names", .type = TRO_P_TEXTS, .offset = offsetof(tro_agent_config, names),
     .doc = "Names of the group's agents, instead of a count."},
    {.key = "nodes", .type = TRO_P_RECORD, .offset = offsetof(tro_agent_config, nodes),
     .table = &nodes_table,
     .doc = "Instead of a count: the group's agents are the nodes of a network file."},
    {.key = "members", .type = TRO_P_NODE, .offset = offsetof(tro_agent_config, members),
     .doc = "Keys of single agents of the group, by name, in place of the group's."},
    {.key = "reference", .type = TRO_P_NODE, .offset = offsetof(tro_agent_config, reference),
     .doc = "The law of the agent's real data."},
    {.key = "start", .type = TRO_P_NODE, .offset = offsetof(tro_agent_config, start),
     .doc = "The law the agent starts from. Default: its reference."},
    {.key = "reward", .type = TRO_P_NODE, .offset = offsetof(tro_agent_config, reward),
     .doc = "What alignment means for this agent."},
    {.key = "at", .type = TRO_P_CHOICE, .offset = offsetof(tro_agent_config, at),
     .fallback = "outputs", .choices = at_choices,
     .doc = "Alignment is the expected reward of the `outputs`, or the reward at the `mean`."},
    {.key = "public", .type = TRO_P_NODE, .offset = offsetof(tro_agent_config, public_curator),
     .fallback = "none",
     .doc = "The agent's users, who choose among outputs: a curator or its name."},
    {.key = "owner", .type = TRO_P_NODE, .offset = offsetof(tro_agent_config, owner),
     .fallback = "none",
     .doc = "The agent's owner, who chooses what it is trained on: a curator or its name, acting "
            "on all its data together."},
    {.key = "pool", .type = TRO_P_CHOICE, .offset = offsetof(tro_agent_config, pool),
     .fallback = "producer", .choices = pool_choices,
     .doc = "Candidates for its curated data come from one `producer` at a time, or from the "
            "`mixture` of all its producers."},
    {.key = "learning-rate", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED | TRO_P_OPEN_MIN,
     .offset = offsetof(tro_agent_config, rate), .min = 0, .max = 1, .fallback = "1",
     .doc = "How far a retraining moves the mean parameters towards those of the data."},
    {.key = "shares", .type = TRO_P_NODE, .flags = TRO_P_REQUIRED,
     .offset = offsetof(tro_agent_config, shares),
     .doc = "Shares of the training data: real, synthetic, curated."},
    {.key = "displaces", .type = TRO_P_CHOICE, .offset = offsetof(tro_agent_config, displaces),
     .fallback = "proportional", .choices = displaces_choices,
     .doc = "What gives way when the curated share rises."},
    {.key = "outputs", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED,
     .offset = offsetof(tro_agent_config, outputs), .min = 1, .max = 1e15, .unit = "outputs",
     .doc = "Outputs per sampled round of this agent. Default: that of `advance`."},
    {.key = "data", .type = TRO_P_RECORD, .offset = offsetof(tro_agent_config, data),
     .table = &tro_data_table,
     .doc = "Which of its data sets the agent trains on: `replace`, `accumulate` or "
            "`{window: n}`."},
    {.key = "fade", .type = TRO_P_RECORD, .offset = offsetof(tro_agent_config, fade),
     .table = &tro_fade_table, .doc = "How the real share falls with the round, if it does."},
    {.key = "reference-sample", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED,
     .offset = offsetof(tro_agent_config, sample), .min = 1, .max = 1e15, .unit = "outputs",
     .doc = "In sampled rounds real data is one set of this size, drawn once per replicate. "
            "Default: fresh data every time."},
};

const tro_table tro_agent_table = {
    "agent", agent_params, sizeof agent_params / sizeof *agent_params, sizeof(tro_agent_config)};

static int read_shares(const tro_reader *reader, const tro_node *node, tro_shares *out)
{
    shares_config config;
    int status = tro_read_record(reader, node, &tro_shares_table, NULL, &config);
    if (status < 0)
        return status;
    static const char *const keys[] = {"real", "synthetic", "curated"};
    const tro_place *place = tro_place_of_change(node, keys, 3, &node->place);
    int given = !isnan(config.synthetic);
    double sum = config.real + config.curated + (given ? config.synthetic : 0);
    if (sum > 1 + 1e-12)
        return tro_error(reader->messages, TRO_ESCENARIO, place,
                         "shares sum to %.12g, at most 1 would be right", sum);
    if (given && sum < 1 - 1e-9)
        return tro_error(reader->messages, TRO_ESCENARIO, place,
                         "real, synthetic and curated shares sum to %.12g, 1 would be right "
                         "(leave 'synthetic' out and it is the rest)", sum);
    *out = (tro_shares){config.real, given ? config.synthetic : 1 - sum, config.curated};
    if (!given && fabs(out->synthetic) < 1e-15)
        out->synthetic = 0;
    return TRO_OK;
}

/* A key of the agent is read next; what it draws belongs to it. */
static void enter(const tro_space *space, const tro_agent *agent, const char *key)
{
    tro_lottery_enter(space->lottery, "agents", agent->name, key);
}

/* The law an agent starts from, by the family's own reader if it has one. */
static int read_start(const tro_reader *reader, const tro_space *space, const tro_node *node,
                      tro_agent *agent)
{
    const tro_spread *spread = NULL;
    tro_start start = {.z = TRO_NEW(reader->arena, double, space->width),
                       .release = TRO_NEW(reader->arena, double, space->blocks)};
    if (!start.z || !start.release)
        return TRO_ENOMEM;
    agent->start = start.z;
    if (!space->family->read_start)
        return space->family->read_law(reader, space, node, start.z, &spread);
    int status = space->family->read_start(reader, space, node, &start);
    agent->release = start.has_release ? start.release : NULL;
    return status;
}

/* Training moves the mean of a location family and nothing else, so an agent
 * that starts with a covariance of its own cannot be had. */
static int check_start(const tro_reader *reader, const tro_space *space, const tro_node *start)
{
    if (space->family->law != TRO_LOCATION || !tro_node_get(start, "covariance"))
        return TRO_OK;
    return tro_error(reader->messages, TRO_ESCENARIO,
                     &tro_node_get(start, "covariance")->key_place,
                     "a start has no 'covariance': in a location family training moves the mean "
                     "alone; that of all outputs stands in 'outcomes', that of real data in "
                     "'reference'");
}

static int read_laws(const tro_reader *reader, const tro_space *space,
                     const tro_agent_config *config, tro_agent *agent)
{
    double *reference = TRO_NEW(reader->arena, double, space->width);
    int status = TRO_OK;
    if (!reference)
        return TRO_ENOMEM;
    if (config->reference) {
        enter(space, agent, "reference");
        status = space->family->read_law(reader, space, config->reference, reference,
                                         &agent->reference_spread);
        agent->reference = agent->start = reference;
    }
    enter(space, agent, config->start ? "start" : "reference");
    if (config->start) {
        status = tro_worse(status, read_start(reader, space, config->start, agent));
        status = tro_worse(status, check_start(reader, space, config->start));
    } else if (status == TRO_OK && config->reference && space->family->read_start) {
        status = read_start(reader, space, config->reference, agent);
    }
    if (!agent->start && (tro_is_misspelt(config->self, &tro_agent_table, "reference") ||
                          tro_is_misspelt(config->self, &tro_agent_table, "start")))
        return tro_worse(status, TRO_ESCENARIO);
    if (!agent->start)
        status = tro_error(reader->messages, TRO_ESCENARIO, &config->self->place,
                           "an agent needs a 'reference' (its real data) or a 'start', found "
                           "neither");
    return status;
}

static int read_curators(const tro_reader *reader, const tro_space *space,
                         const tro_agent_config *config, tro_agent *agent)
{
    const tro_curation *owner = NULL;
    int status = TRO_OK, owners = TRO_OK;
    enter(space, agent, "public");
    if (config->public_curator)
        status = tro_curation_read(reader, space, config->public_curator,
                                   &agent->public_curation);
    enter(space, agent, "owner");
    if (config->owner)
        owners = tro_curation_read(reader, space, config->owner, &owner);
    if (owners < 0 || !owner || !owner->ops)
        return tro_worse(status, owners);
    agent->owner_curation = owner;
    if (owner->needs_pool)
        return tro_error(reader->messages, TRO_ESCENARIO, &config->owner->place,
                         "an owner chooses from all its data together, found '%s', in which "
                         "producers compete for slots", owner->name);
    if (!tro_curation_takes_pool(owner))
        return tro_error(reader->messages, TRO_ESCENARIO, &config->owner->place,
                         "an owner chooses from several laws at once, which is exact for an "
                         "infinite number of candidates, found '%s'", owner->name);
    return status;
}

int tro_agent_read(const tro_reader *reader, const tro_scenario *scenario,
                   const tro_agent_config *config, const char *name, tro_agent *agent)
{
    const tro_space *space = &scenario->space;
    *agent = (tro_agent){.name = name, .group = config->group, .node = config->self,
                         .at = (tro_alignment_at)config->at,
                         .displaces = (tro_displaces)config->displaces,
                         .pool = (tro_pool_kind)config->pool, .rate = config->rate};
    int shares = config->shares ? read_shares(reader, config->shares, &agent->shares)
                                : TRO_ESCENARIO; /* said before */
    if (space->width == 0)
        return shares; /* laws cannot be read: the outcomes are wrong */
    int status = tro_worse(read_laws(reader, space, config, agent), shares);
    if (shares == TRO_OK && agent->shares.real > 0 && !config->reference &&
        !tro_is_misspelt(config->self, &tro_agent_table, "reference"))
        status = tro_error(reader->messages, TRO_ESCENARIO,
                           tro_place_of(config->shares, "real"),
                           "a real share of %g needs a 'reference', which this agent does not "
                           "have", agent->shares.real);
    enter(space, agent, "reward");
    if (config->reward)
        status = tro_worse(status, space->family->read_reward(reader, space, config->reward,
                                                          &agent->reward));
    if (config->reward && agent->at == TRO_AT_MEAN && space->family->law == TRO_TABLE)
        status = tro_error(reader->messages, TRO_ESCENARIO, tro_place_of(config->self, "at"),
                           "alignment at the mean needs outcomes that are real vectors, found "
                           "family '%s': 'outputs' would be right",
                           space->family->plugin.name);
    status = tro_worse(status, read_curators(reader, space, config, agent));
    status = tro_worse(status, tro_agent_data_read(reader, &config->data, &config->fade,
                                                   config->sample, agent));
    agent->outputs = config->outputs == TRO_NO_WHOLE ? scenario->default_outputs
                                                     : (uint64_t)config->outputs;
    return status;
}
