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

int tro_network_change(const tro_reader *reader, const tro_records *changes,
                       const tro_edge *pattern, tro_scenario *scenario)
{
    const tro_edge_config *items = changes->items;
    finder f;
    int status = TRO_OK;
    if (changes->count == 0)
        return status;
    if (grow(reader, scenario, changes->count, &f) < 0)
        return TRO_ENOMEM;
    for (size_t k = 0; k < changes->count; k++)
        status = tro_worse(status, change(reader, &items[k], pattern, scenario, &f));
    return status;
}
