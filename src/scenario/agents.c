/* Reading the list of agents: each alone, or a group of them. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "document/column.h"
#include "document/members.h"
#include "network/readers.h"
#include "scenario/agent.h"
#include "scenario/draws.h"
#include "scenario/parts.h"

/* Every name that is given, and the group's, which those of its members and
 * the tables of results are made of. */
static int check_words(const tro_reader *reader, const tro_agent_config *config)
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

static int check_names(const tro_reader *reader, const tro_agent_config *config, size_t *count)
{
    static const char *const keys[] = {"name", "group", "count", "names", "nodes"};
    const tro_node *node = config->self;
    const tro_place *place = tro_place_of_change(node, keys, 5, &node->place);
    int sized = tro_node_get(node, "count") != NULL, listed = config->names.count > 0;
    int filed = config->nodes.self != NULL;
    *count = 1;
    if (!config->name && !config->group &&
        (tro_node_get(node, "name") || tro_node_get(node, "group") ||
         tro_is_misspelt(node, &tro_agent_table, "name") ||
         tro_is_misspelt(node, &tro_agent_table, "group")))
        return TRO_ESCENARIO;   /* said before */
    if (!config->name == !config->group)
        return tro_error(reader->messages, TRO_ESCENARIO, place,
                         "an agent needs a 'name', or a 'group' of agents its name, found %s",
                         config->name ? "both" : "neither");
    if (config->name && (sized || listed || filed))
        return tro_error(reader->messages, TRO_ESCENARIO,
                         tro_place_of(node, sized ? "count" : filed ? "nodes" : "names"),
                         "'%s' belongs to a group, found it beside 'name'",
                         sized ? "count" : filed ? "nodes" : "names");
    if (config->group && !sized && !listed && !filed &&
        (tro_is_misspelt(node, &tro_agent_table, "count") ||
         tro_is_misspelt(node, &tro_agent_table, "names") ||
         tro_is_misspelt(node, &tro_agent_table, "nodes")))
        return TRO_ESCENARIO;   /* said before */
    if (config->group && sized + (listed && !filed) + filed != 1)
        return tro_error(reader->messages, TRO_ESCENARIO, place,
                         "a group needs 'count' or 'names' or 'nodes', found %s",
                         sized + listed + filed ? "several" : "none");
    if (listed)
        *count = config->names.count;
    else if (config->group && config->count > 0 && config->count <= TRO_MOST_AGENTS)
        *count = (size_t)config->count; /* else it was refused before */
    return TRO_OK;
}

static const char *member_name(tro_arena *arena, const tro_agent_config *config, size_t k)
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

/* An element of the list: one agent, or a group. */
typedef struct element {
    const tro_node *node;
    tro_agent_config config;      /* of its first member, if that had no keys of its own */
    size_t count;
    int drawn;                /* values differ by member */
    int sound;                /* the config could be read */
} element;

/* The keys of a member's own, or NULL. */
static const tro_node *own_keys(const element *e, const char *name)
{
    return tro_node_get(e->config.members, name);
}

static int try_own(const tro_reader *reader, tro_scenario *scenario, const element *e,
                   const char *name, tro_agent *agent)
{
    tro_agent_config config = {0};
    const tro_node *node;
    int status;
    TRO_TRY(tro_agent_node(reader, &scenario->lottery, e->node, own_keys(e, name), name, &node));
    status = tro_read_record(reader, node, &tro_agent_table, NULL, &config);
    if (status == TRO_OK || (status != TRO_ENOMEM && config.self))
        status = tro_worse(status, tro_agent_read(reader, scenario, &config, name, agent));
out:
    return status;
}

/* A member with keys or draws of its own. Its mistakes are shown with its name. */
static int read_own(const tro_reader *reader, tro_scenario *scenario, const element *e,
                    const char *name, tro_agent *agent)
{
    tro_reader silent = *reader;
    size_t before = reader->messages ? reader->messages->count : 0;
    tro_text words = {0};
    silent.messages = NULL;
    int status = try_own(&silent, scenario, e, name, agent);
    if (status >= 0 || status == TRO_ENOMEM)
        return status;
    status = try_own(reader, scenario, e, name, agent);
    tro_text_addf(&words, "agent '%.*s': ", tro_shown(name, 80), name);
    tro_messages_prefix(reader->messages, before, tro_text_string(&words));
    tro_text_clear(&words);
    return status;
}

/* The members of a group are alike, unless something of theirs is drawn or their
 * own: then each is read by itself. What there is to say was said of the first. */
static int add_members(const tro_reader *reader, const element *e, tro_scenario *scenario)
{
    tro_reader silent = *reader;
    tro_lottery *lottery = &scenario->lottery;
    const tro_agent *alike = NULL;
    int status = TRO_OK, drawn = 0;
    silent.messages = NULL;
    for (size_t k = 0; k < e->count && status != TRO_ENOMEM; k++) {
        tro_agent *agent = &scenario->agents[scenario->agent_count];
        const char *name = member_name(reader->arena, &e->config, k);
        if (!name)
            return TRO_ENOMEM;
        lottery->member = k;
        if (e->sound && status == TRO_OK && (e->drawn || own_keys(e, name))) {
            status = read_own(reader, scenario, e, name, agent);
            if (status < 0 && e->drawn)
                alike = agent;      /* the others would be wrong alike */
        } else if (!alike) {
            lottery->used = 0;
            status = tro_worse(status, tro_agent_read(reader, scenario, &e->config, name, agent));
            drawn = lottery->used;
            alike = agent;
        } else if (drawn && status == TRO_OK) {
            status = tro_agent_read(&silent, scenario, &e->config, name, agent) < 0
                         ? tro_agent_read(reader, scenario, &e->config, name, agent)
                         : TRO_OK;
        } else {
            *agent = *alike;
        }
        agent->name = name;
        scenario->agent_count++;
    }
    lottery->member = 0;
    return status;
}

static int is_node(const tro_agent_config *config, const char *name)
{
    for (size_t k = 0; config->nodes.self && k < config->names.count; k++)
        if (strcmp(config->names.items[k], name) == 0)
            return 1;
    return 0;
}

/* Are the names of the element's agents known? */
static int is_named(const tro_agent_config *config)
{
    return config->name || (config->group && (config->names.count > 0 ||
                                              (config->count > 0 &&
                                               config->count <= TRO_MOST_AGENTS)));
}

/* Members that there are, and keys that can be one member's. */
static int check_members(const tro_reader *reader, const element *e)
{
    static const char *const others[] = {"name", "group", "count", "names", "members"};
    const tro_node *members = e->config.members;
    int status = TRO_OK;
    if (!members || (e->config.group && !is_named(&e->config)))
        return TRO_OK;      /* who its members are was not to be read: that was said */
    if (members->kind != TRO_MAP || !e->config.group)
        return tro_error(reader->messages, TRO_ESCENARIO, &members->place,
                         "members is a map from names of a group's agents to their own keys");
    for (size_t k = 0; k < members->count; k++) {
        const tro_node *item = members->items[k];
        tro_step step = {.text = item->key, .length = strlen(item->key)};
        if (tro_member_index(e->node, &step) == SIZE_MAX && !is_node(&e->config, item->key))
            status = tro_error(reader->messages, TRO_ESCENARIO, &item->key_place,
                               "no agent '%.*s' in the group '%s'", tro_shown(item->key, 80),
                               item->key, e->config.group);
        if (item->kind != TRO_MAP)
            status = tro_error(reader->messages, TRO_ESCENARIO, &item->place,
                               "the keys of one agent are a map");
        for (size_t i = 0; i < sizeof others / sizeof *others; i++)
            if (tro_node_get(item, others[i]))
                status = tro_error(reader->messages, TRO_ESCENARIO,
                                   &tro_node_get(item, others[i])->key_place,
                                   "'%s' belongs to the group, not to one of its agents",
                                   others[i]);
    }
    return status;
}

/* The name of the first agent of an element, for its draws. */
static const char *first_name(const tro_reader *reader, const tro_node *node)
{
    const tro_node *name = tro_node_get(node, "name"), *names = tro_node_get(node, "names");
    const tro_node *group = tro_node_get(node, "group");
    if (names && names->kind == TRO_LIST && names->count > 0)
        name = names->items[0];
    else if (names)
        name = names;
    if (name)
        return name->kind == TRO_SCALAR ? name->text : "";
    if (!group || group->kind != TRO_SCALAR)
        return "";
    const tro_agent_config config = {.group = group->text};
    return member_name(reader->arena, &config, 0);
}

/* The nodes of a file as the names of the group. */
static int read_nodes(const tro_reader *reader, tro_agent_config *config)
{
    const tro_nodes_config *nodes = &config->nodes;
    const tro_place *place = &nodes->self->place;
    const char *path = tro_path_beside(reader, nodes->file);
    tro_graph graph;
    int status = path ? tro_graph_read(nodes->format, path, place, reader->arena, &graph,
                                       reader->messages)
                      : TRO_ENOMEM;
    if (status < 0)
        return tro_worse(TRO_ESCENARIO, status);
    config->names.items = TRO_NEW(reader->arena, const char *, graph.nodes);
    config->names.nodes = TRO_NEW(reader->arena, const tro_node *, graph.nodes);
    if (!config->names.items || !config->names.nodes)
        return TRO_ENOMEM;
    for (size_t k = 0; k < graph.nodes; k++) {
        const char *group = graph.groups ? graph.groups[k] : NULL;
        if (!graph.names || (nodes->group && (!group || strcmp(group, nodes->group) != 0)))
            continue;
        config->names.items[config->names.count] = graph.names[k];
        config->names.nodes[config->names.count++] = nodes->self;
    }
    if (config->names.count > 0)
        return TRO_OK;
    return tro_error(reader->messages, TRO_ESCENARIO, place,
                     nodes->group ? "no node of the file is in the group '%.80s'"
                                  : "the file has no nodes with names%.0s",
                     nodes->group ? nodes->group : "");
}

static int read_element(const tro_reader *reader, tro_scenario *scenario, const tro_node *node,
                        element *e)
{
    size_t before = reader->messages ? reader->messages->count : 0;
    const char *name = first_name(reader, node);
    const tro_node *first;
    char words[128];
    int status;
    *e = (element){.node = node, .drawn = tro_has_draws(node)};
    if (!name)
        return TRO_ENOMEM;
    status = tro_agent_node(reader, &scenario->lottery, node, NULL, name, &first);
    if (status == TRO_OK)
        status = tro_read_record(reader, first, &tro_agent_table, NULL, &e->config);
    snprintf(words, sizeof words, "agent '%.*s': ", tro_shown(name, 80), name);
    if (e->drawn && status < 0)
        tro_messages_prefix(reader->messages, before, words);
    e->sound = status == TRO_OK;
    e->config.members = tro_node_get(node, "members");
    if (status == TRO_ENOMEM || !e->config.self)
        return status;
    if (e->config.nodes.self && e->config.nodes.file && e->config.names.count == 0) {
        int nodes = read_nodes(reader, &e->config);
        status = tro_worse(status, nodes);
        if (nodes < 0)
            return status;
    }
    status = tro_worse(status, check_names(reader, &e->config, &e->count));
    status = tro_worse(status, check_words(reader, &e->config));
    return tro_worse(status, check_members(reader, e));
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
    element *elements = TRO_NEW(reader->arena, element, node->count);
    if (!elements)
        return TRO_ENOMEM;
    for (size_t k = 0; k < node->count; k++) {
        status = tro_worse(status, read_element(reader, scenario, node->items[k], &elements[k]));
        total += elements[k].count;
        scenario->nameless |= !is_named(&elements[k].config);
    }
    if (status == TRO_ENOMEM)
        return status;
    scenario->agents = TRO_NEW(reader->arena, tro_agent, total + 1);
    if (!scenario->agents)
        return TRO_ENOMEM;
    for (size_t k = 0; k < node->count; k++) {
        if (!elements[k].config.name && !elements[k].config.group)
            continue;
        status = tro_worse(status, add_members(reader, &elements[k], scenario));
        if (status == TRO_ENOMEM)
            return status;
    }
    return tro_worse(status, tro_scenario_index(reader, scenario));
}
