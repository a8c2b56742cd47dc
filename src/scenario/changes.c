/* Changes of a network, wherever its edges come from: keys of an edge that is there, or an
 * edge that was not. */
#include <math.h>
#include <string.h>

#include "scenario/edges.h"
#include "scenario/parts.h"

/* Edges by consumer: first[agent] and next[edge] are numbers of edges + 1, 0 ends. */
typedef struct finder {
    size_t *first, *next;
} finder;

static void enter(finder *f, const tro_graph *graph, size_t k)
{
    f->next[k] = f->first[graph->links[k].to];
    f->first[graph->links[k].to] = k + 1;
}

/* Room for `more` edges. */
static int grow(const tro_reader *reader, tro_scenario *scenario, size_t more, finder *f)
{
    tro_graph *graph = &scenario->graph;
    size_t count = graph->count;
    tro_link *links = TRO_NEW(reader->arena, tro_link, count + more);
    tro_edge *edges = TRO_NEW(reader->arena, tro_edge, count + more);
    f->first = TRO_NEW(reader->arena, size_t, scenario->agent_count);
    f->next = TRO_NEW(reader->arena, size_t, count + more);
    if (!links || !edges || !f->first || !f->next)
        return TRO_ENOMEM;
    if (count > 0) {
        memcpy(links, graph->links, count * sizeof *links);
        memcpy(edges, scenario->edges, count * sizeof *edges);
    }
    graph->links = links;
    scenario->edges = edges;
    for (size_t k = 0; k < count; k++)
        enter(f, graph, k);
    return TRO_OK;
}

static int has_weight(const tro_link *link)
{
    return link->synthetic > 0 || link->curated > 0;
}

/* The edge between the two that has weight, or the last that has none; *several: more than
 * one has. SIZE_MAX: none at all. */
static size_t find(const finder *f, const tro_graph *graph, size_t from, size_t to,
                   int *several)
{
    size_t found = SIZE_MAX;
    *several = 0;
    for (size_t k = f->first[to]; k > 0; k = f->next[k - 1]) {
        const tro_link *link = &graph->links[k - 1];
        if (link->from != from)
            continue;
        *several |= found != SIZE_MAX && has_weight(&graph->links[found]) && has_weight(link);
        if (found == SIZE_MAX || has_weight(link))
            found = k - 1;
    }
    return found;
}

static int is_given(const tro_edge_config *config, const char *key)
{
    return tro_node_get(config->self, key) != NULL;
}

/* The keys that are given, of an edge that is there. */
static int alter(const tro_reader *reader, const tro_scenario *scenario,
                 const tro_edge_config *config, tro_link *link, tro_edge *edge)
{
    int status = TRO_OK;
    if (is_given(config, "weight"))
        link->synthetic = link->curated = config->weight;
    if (!isnan(config->synthetic))
        link->synthetic = config->synthetic;
    if (!isnan(config->curated))
        link->curated = config->curated;
    if (is_given(config, "delay"))
        link->delay = config->delay;
    edge->node = config->self;
    if (config->judge)
        status = tro_edge_judge(reader, scenario, config->judge,
                                tro_place_of(config->self, "judge"), edge);
    if (config->channel.plugin)
        status = tro_worse(status,
                           tro_edge_channel(reader, scenario, &config->channel, edge));
    return status;
}

static int change(const tro_reader *reader, const tro_edge_config *config,
                  const tro_edge *pattern, tro_scenario *scenario, finder *f)
{
    tro_graph *graph = &scenario->graph;
    tro_edge fresh = *pattern;
    tro_link link = {0};
    int several, status = tro_edge_read(reader, scenario, config, &link, &fresh);
    fresh.node = config->self;
    if (status < 0)
        return status;
    size_t k = find(f, graph, link.from, link.to, &several);
    if (k == SIZE_MAX) {
        k = graph->count++;
        graph->links[k] = link;
        scenario->edges[k] = fresh;
        enter(f, graph, k);
        return TRO_OK;
    }
    if (!has_weight(&graph->links[k])) {
        graph->links[k] = link;
        scenario->edges[k] = fresh;
        return TRO_OK;
    }
    if (config->self->count <= 2)
        return tro_error(reader->messages, TRO_ESCENARIO, &config->self->place,
                         "there is an edge from '%s' to '%s' already: give the keys of it that "
                         "change, as in 'weight: 0'", config->from, config->to);
    if (several)
        return tro_error(reader->messages, TRO_ESCENARIO, &config->self->place,
                         "there are several edges from '%s' to '%s', and only one could be "
                         "changed this way", config->from, config->to);
    return alter(reader, scenario, config, &graph->links[k], &scenario->edges[k]);
}

/* --- groups ------------------------------------------------------------------------- */

/* Who the ends of a change mean: agents one after the other, of a group or one alone. */
typedef struct ends {
    size_t from, froms, to, tos;        /* froms 0: said that there is no such agent */
} ends;

enum { MOST_PAIRS = 10000000 };

static int is_of(const tro_agent *agent, const char *group)
{
    return agent->group && strcmp(agent->group, group) == 0;
}

static int find_end(const tro_reader *reader, const tro_scenario *scenario,
                    const tro_edge_config *config, const char *key, const char *name,
                    size_t *first, size_t *count)
{
    const tro_agent *agents = scenario->agents;
    size_t k = 0;
    *count = 0;
    if (!name)
        return TRO_ESCENARIO;   /* said when the record was read */
    while (k < scenario->agent_count && !is_of(&agents[k], name))
        k++;
    *first = k;
    while (k < scenario->agent_count && is_of(&agents[k], name))
        k++;
    *count = k - *first;
    if (*count > 0)
        return TRO_OK;
    int status = tro_scenario_find(reader, scenario, name, tro_place_of(config->self, key), first);
    *count = status == TRO_OK;
    return status;
}

/* The ends of all changes, and how many pairs of agents they are at most. */
static int find_ends(const tro_reader *reader, const tro_scenario *scenario,
                     const tro_records *changes, ends *out, size_t *pairs)
{
    const tro_edge_config *items = changes->items;
    int status = TRO_OK;
    *pairs = 0;
    for (size_t k = 0; k < changes->count; k++) {
        ends *e = &out[k];
        int from = find_end(reader, scenario, &items[k], "from", items[k].from, &e->from,
                            &e->froms);
        int to = find_end(reader, scenario, &items[k], "to", items[k].to, &e->to, &e->tos);
        status = tro_worse(status, tro_worse(from, to));
        if (from == TRO_OK && to == TRO_OK && e->froms > (MOST_PAIRS - *pairs) / e->tos)
            return tro_error(reader->messages, TRO_ESCENARIO, &items[k].self->place,
                             "edges from '%s' to '%s' would be more than %d", items[k].from,
                             items[k].to, MOST_PAIRS);
        *pairs += from == TRO_OK && to == TRO_OK ? e->froms * e->tos : 0;
    }
    return status;
}

/* Does the change of a group leave this pair as it is? Nobody trains on itself, no edge is taken
 * away that is not there, and one that is there already stays. */
static int leaves(const tro_edge_config *config, const tro_scenario *scenario, const finder *f,
                  size_t from, size_t to)
{
    int several;
    size_t k = find(f, &scenario->graph, from, to, &several);
    int there = k != SIZE_MAX && has_weight(&scenario->graph.links[k]);
    double synthetic = isnan(config->synthetic) ? config->weight : config->synthetic;
    double curated = isnan(config->curated) ? config->weight : config->curated;
    return from == to || (there ? config->self->count <= 2 : synthetic == 0 && curated == 0);
}

/* A change for every pair of agents of its two ends. */
static int change_pairs(const tro_reader *reader, const tro_edge_config *config,
                        const ends *e, const tro_edge *pattern, tro_scenario *scenario, finder *f)
{
    tro_edge_config one = *config;
    int status = TRO_OK;
    if (e->froms == 1 && e->tos == 1)
        return change(reader, config, pattern, scenario, f);
    for (size_t i = 0; i < e->froms; i++)
        for (size_t j = 0; j < e->tos && status == TRO_OK; j++) {
            if (leaves(config, scenario, f, e->from + i, e->to + j))
                continue;
            one.from = scenario->agents[e->from + i].name;
            one.to = scenario->agents[e->to + j].name;
            status = change(reader, &one, pattern, scenario, f);
        }
    return status;
}

int tro_network_change(const tro_reader *reader, const tro_records *changes,
                       const tro_edge *pattern, tro_scenario *scenario)
{
    const tro_edge_config *items = changes->items;
    finder f;
    size_t pairs;
    int status;
    if (changes->count == 0)
        return TRO_OK;
    ends *all = TRO_NEW(reader->arena, ends, changes->count);
    if (!all)
        return TRO_ENOMEM;
    TRO_TRY(find_ends(reader, scenario, changes, all, &pairs));
    if (grow(reader, scenario, pairs, &f) < 0)
        return TRO_ENOMEM;
    for (size_t k = 0; k < changes->count; k++)
        status = tro_worse(status,
                           change_pairs(reader, &items[k], &all[k], pattern, scenario, &f));
out:
    return status;
}
