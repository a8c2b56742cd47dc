/* Reading agents and groups of agents. */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "scenario/data.h"
#include "scenario/parts.h"

enum { MOST_AGENTS = 10000000 };   /* of one group */

typedef struct shares_config {
    double real, synthetic, curated;
} shares_config;

typedef struct agent_config {
    const tro_node *self;
    const char *name, *group;
    long long count, outputs, sample;
    tro_texts names;
    tro_data_config data;
    tro_fade_config fade;
    const tro_node *reference, *start, *reward, *public_curator, *owner;
    int at, displaces, pool;
    double rate;
    const tro_node *shares;
} agent_config;

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

static const tro_param agent_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(agent_config, self)},
    {.key = "name", .type = TRO_P_TEXT, .offset = offsetof(agent_config, name),
     .doc = "Name of a single agent."},
    {.key = "group", .type = TRO_P_TEXT, .offset = offsetof(agent_config, group),
     .doc = "Name of a group of agents that share these keys."},
    {.key = "count", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED,
     .offset = offsetof(agent_config, count), .min = 1, .max = MOST_AGENTS,
     .unit = "agents",
     .doc = "Size of the group; its agents are called GROUP-1, GROUP-2, ..."},
    {.key = "names", .type = TRO_P_TEXTS, .offset = offsetof(agent_config, names),
     .doc = "Names of the group's agents, instead of a count."},
    {.key = "reference", .type = TRO_P_NODE, .offset = offsetof(agent_config, reference),
     .doc = "The law of the agent's real data."},
    {.key = "start", .type = TRO_P_NODE, .offset = offsetof(agent_config, start),
     .doc = "The law the agent starts from. Default: its reference."},
    {.key = "reward", .type = TRO_P_NODE, .offset = offsetof(agent_config, reward),
     .doc = "What alignment means for this agent."},
    {.key = "at", .type = TRO_P_CHOICE, .offset = offsetof(agent_config, at),
     .fallback = "outputs", .choices = at_choices,
     .doc = "Alignment is the expected reward of the `outputs`, or the reward at the `mean`."},
    {.key = "public", .type = TRO_P_NODE, .offset = offsetof(agent_config, public_curator),
     .fallback = "none",
     .doc = "The agent's users, who choose among outputs: a curator or its name."},
    {.key = "owner", .type = TRO_P_NODE, .offset = offsetof(agent_config, owner),
     .fallback = "none",
     .doc = "The agent's owner, who chooses what it is trained on: a curator or its name, acting "
            "on all its data together."},
    {.key = "pool", .type = TRO_P_CHOICE, .offset = offsetof(agent_config, pool),
     .fallback = "producer", .choices = pool_choices,
     .doc = "Candidates for its curated data come from one `producer` at a time, or from the "
            "`mixture` of all its producers."},
    {.key = "learning-rate", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED | TRO_P_OPEN_MIN,
     .offset = offsetof(agent_config, rate), .min = 0, .max = 1, .fallback = "1",
     .doc = "How far a retraining moves the mean parameters towards those of the data."},
    {.key = "shares", .type = TRO_P_NODE, .flags = TRO_P_REQUIRED,
     .offset = offsetof(agent_config, shares),
     .doc = "Shares of the training data: real, synthetic, curated."},
    {.key = "displaces", .type = TRO_P_CHOICE, .offset = offsetof(agent_config, displaces),
     .fallback = "proportional", .choices = displaces_choices,
     .doc = "What gives way when the curated share rises."},
    {.key = "outputs", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED,
     .offset = offsetof(agent_config, outputs), .min = 1, .max = 1e15, .unit = "outputs",
     .doc = "Outputs per sampled round of this agent. Default: that of `advance`."},
    {.key = "data", .type = TRO_P_RECORD, .offset = offsetof(agent_config, data),
     .table = &tro_data_table,
     .doc = "Which of its data sets the agent trains on: `replace`, `accumulate` or "
            "`{window: n}`."},
    {.key = "fade", .type = TRO_P_RECORD, .offset = offsetof(agent_config, fade),
     .table = &tro_fade_table, .doc = "How the real share falls with the round, if it does."},
    {.key = "reference-sample", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED,
     .offset = offsetof(agent_config, sample), .min = 1, .max = 1e15, .unit = "outputs",
     .doc = "In sampled rounds real data is one set of this size, drawn once per replicate. "
            "Default: fresh data every time."},
};

const tro_table tro_agent_table = {
    "agent", agent_params, sizeof agent_params / sizeof *agent_params, sizeof(agent_config)};

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
                     const agent_config *config, tro_agent *agent)
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
    if (!agent->start)
        status = tro_error(reader->messages, TRO_ESCENARIO, &config->self->place,
                           "an agent needs a 'reference' (its real data) or a 'start', found "
                           "neither");
    return status;
}

static int read_curators(const tro_reader *reader, const tro_space *space,
                         const agent_config *config, tro_agent *agent)
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

static int read_agent(const tro_reader *reader, const tro_scenario *scenario,
                      const agent_config *config, const char *name, tro_agent *agent)
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
    if (shares == TRO_OK && agent->shares.real > 0 && !config->reference)
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

/* Every name that is given, and the group's, which those of its members and
 * the tables of results are made of. */
static int check_words(const tro_reader *reader, const agent_config *config)
{
    int status = TRO_OK;
    if (config->name)
        status = tro_name_check(config->name, "", tro_place_of(config->self, "name"),
                                reader->messages);
    if (config->group)
        status = tro_worse(status, tro_group_name_check(config->group,
                                                        tro_place_of(config->self, "group"),
                                                        reader->messages));
    for (size_t k = 0; k < config->names.count; k++)
        status = tro_worse(status, tro_name_check(config->names.items[k], "",
                                                  &config->names.nodes[k]->place,
                                                  reader->messages));
    return status;
}

static int check_names(const tro_reader *reader, const agent_config *config, size_t *count)
{
    static const char *const keys[] = {"name", "group", "count", "names"};
    const tro_node *node = config->self;
    const tro_place *place = tro_place_of_change(node, keys, 4, &node->place);
    int sized = tro_node_get(node, "count") != NULL, listed = config->names.count > 0;
    *count = 1;
    if (!config->name == !config->group)
        return tro_error(reader->messages, TRO_ESCENARIO, place,
                         "an agent needs a 'name', or a 'group' of agents its name, found %s",
                         config->name ? "both" : "neither");
    if (config->name && (sized || listed))
        return tro_error(reader->messages, TRO_ESCENARIO,
                         tro_place_of(node, sized ? "count" : "names"),
                         "'%s' belongs to a group, found it beside 'name'",
                         sized ? "count" : "names");
    if (config->group && sized == listed)
        return tro_error(reader->messages, TRO_ESCENARIO, place,
                         "a group needs 'count' or 'names', found %s",
                         sized ? "both" : "neither");
    if (listed)
        *count = config->names.count;
    else if (config->group && config->count > 0 && config->count <= MOST_AGENTS)
        *count = (size_t)config->count; /* else it was refused before */
    return TRO_OK;
}

static const char *member_name(tro_arena *arena, const agent_config *config, size_t k)
{
    char number[32];
    if (config->name)
        return config->name;
    if (config->names.count > 0)
        return config->names.items[k];
    snprintf(number, sizeof number, "-%zu", k + 1);
    size_t stem = strlen(config->group), tail = strlen(number);
    char *name = tro_arena_allocate(arena, stem + tail + 1, 1);
    if (name) {
        memcpy(name, config->group, stem);
        memcpy(name + stem, number, tail);
    }
    return name;
}

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

/* Puts every agent into the index; a name that is there already is an error. */
static int index_names(const tro_reader *reader, tro_scenario *scenario)
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

/* The members of a group are alike, unless something of theirs is drawn: then each
 * is read with draws of its own. What there is to say was said of the first. */
static int add_members(const tro_reader *reader, const agent_config *config, size_t count,
                       tro_scenario *scenario)
{
    tro_reader silent = *reader;
    tro_lottery *lottery = &scenario->lottery;
    int status = TRO_OK;
    silent.messages = NULL;
    lottery->used = 0;
    for (size_t k = 0; k < count && status != TRO_ENOMEM; k++) {
        tro_agent *agent = &scenario->agents[scenario->agent_count];
        const char *name = member_name(reader->arena, config, k);
        if (!name)
            return TRO_ENOMEM;
        lottery->member = k;
        if (k == 0)
            status = read_agent(reader, scenario, config, name, agent);
        else if (lottery->used && status == TRO_OK)
            status = read_agent(&silent, scenario, config, name, agent) < 0
                         ? read_agent(reader, scenario, config, name, agent)
                         : TRO_OK;
        else
            *agent = agent[-1];
        agent->name = name;
        scenario->agent_count++;
    }
    lottery->member = 0;
    return status;
}

int tro_scenario_agents(const tro_reader *reader, const tro_top_config *top,
                        tro_scenario *scenario)
{
    const tro_node *node = top->agents;
    int status = TRO_OK;
    size_t total = 0;
    if (node->kind != TRO_LIST || node->count == 0)
        return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                         "agents is a list of at least one agent");
    agent_config *configs = TRO_NEW(reader->arena, agent_config, node->count);
    size_t *counts = TRO_NEW(reader->arena, size_t, node->count);
    if (!configs || !counts)
        return TRO_ENOMEM;
    for (size_t k = 0; k < node->count; k++) {
        int read = tro_read_record(reader, node->items[k], &tro_agent_table, NULL, &configs[k]);
        status = tro_worse(status, read);
        if (!configs[k].self)
            continue;
        status = tro_worse(status, check_names(reader, &configs[k], &counts[k]));
        status = tro_worse(status, check_words(reader, &configs[k]));
        total += counts[k];
    }
    if (status == TRO_ENOMEM)
        return status;
    scenario->agents = TRO_NEW(reader->arena, tro_agent, total + 1);
    if (!scenario->agents)
        return TRO_ENOMEM;
    for (size_t k = 0; k < node->count; k++) {
        if (!configs[k].name && !configs[k].group)
            continue;
        status = tro_worse(status, add_members(reader, &configs[k], counts[k], scenario));
        if (status == TRO_ENOMEM)
            return status;
    }
    return tro_worse(status, index_names(reader, scenario));
}
