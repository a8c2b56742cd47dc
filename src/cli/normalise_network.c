#include "cli/normalise_network.h"

#include <math.h>
#include <string.h>

#include "document/members.h"

static int is_file(const tro_node *node)
{
    return tro_node_get(node, "graphml") || tro_node_get(node, "file");
}

/* Leaves the keys of `kept`, up to a NULL. */
static void keep(tro_node *map, const char *const *kept)
{
    size_t count = 0;
    for (size_t k = 0; k < map->count; k++)
        for (const char *const *key = kept; *key; key++)
            if (strcmp(map->items[k]->key, *key) == 0)
                map->items[count++] = map->items[k];
    map->count = count;
}

static int add(tro_document *document, tro_node *map, const char *key, tro_node_kind kind,
               const char *text, tro_node **out)
{
    tro_node model = {.kind = kind, .key = key, .place = map->place, .key_place = map->place};
    if (kind == TRO_SCALAR && !(model.text = tro_arena_text(&document->arena, text)))
        return TRO_ENOMEM;
    return tro_node_graft(document, map, &model, out);
}

static int add_number(tro_document *document, tro_node *map, const char *key, double value)
{
    char number[32];
    tro_node *made;
    return add(document, map, key, TRO_SCALAR, tro_format_real(number, value), &made);
}

static int add_edge(tro_document *document, tro_node *list, const tro_scenario *scenario, size_t e)
{
    const tro_link *link = &scenario->graph.links[e];
    const tro_edge *edge = &scenario->edges[e];
    const tro_node *channel = tro_node_get(edge->node, "channel");
    const char *judge = edge->judge == TRO_JUDGE_PRODUCER ? "producer" : "consumer";
    tro_node *map, *made;
    int status;
    if (edge->judge == TRO_JUDGE_AGENT)
        judge = scenario->agents[edge->judge_agent].name;
    TRO_TRY(add(document, list, NULL, TRO_MAP, NULL, &map));
    TRO_TRY(add(document, map, "from", TRO_SCALAR, scenario->agents[link->from].name, &made));
    made->quoted = 1;
    TRO_TRY(add(document, map, "to", TRO_SCALAR, scenario->agents[link->to].name, &made));
    made->quoted = 1;
    TRO_TRY(add_number(document, map, "synthetic", link->synthetic));
    TRO_TRY(add_number(document, map, "curated", link->curated));
    if (!isnan(link->delay))
        TRO_TRY(add_number(document, map, "delay", link->delay));
    TRO_TRY(add(document, map, "judge", TRO_SCALAR, judge, &made));
    made->quoted = 1;
    if (channel)
        TRO_TRY(tro_node_graft(document, map, channel, &made));
out:
    return status;
}

/* In one piece, as adding to a list copies it. */
static int add_edges(tro_document *document, tro_node *network, const tro_scenario *scenario)
{
    size_t count = scenario->edge_count;
    tro_node **items = TRO_NEW(&document->arena, tro_node *, count + 1), *list;
    int status = TRO_ENOMEM;
    if (!items)
        return status;
    TRO_TRY(add(document, network, "edges", TRO_LIST, NULL, &list));
    for (size_t e = 0; e < count; e++) {
        list->count = 0;
        TRO_TRY(add_edge(document, list, scenario, e));
        items[e] = list->items[0];
    }
    list->items = items;
    list->count = count;
out:
    return status;
}

int tro_normalise_network(tro_document *document, tro_node *network, const tro_scenario *scenario)
{
    static const char *const kept[] = {"judge", "normalise", NULL};
    tro_node *parts = tro_node_get(network, "parts"), *made;
    int files = 0;
    for (size_t k = 0; parts && k < parts->count; k++)
        files |= is_file(parts->items[k]);
    if (files || (is_file(network) && scenario->graph.judges)) {
        keep(network, kept);
        return add_edges(document, network, scenario);
    }
    if (!is_file(network))
        return TRO_OK;
    keep(network, kept);
    return add(document, network, "graphml", TRO_SCALAR, "network.graphml", &made);
}

int tro_normalise_names(tro_document *document, tro_node *element, const tro_scenario *scenario,
                        size_t *first)
{
    const tro_agent *agents = scenario->agents;
    size_t end = *first + 1, begin = *first;
    tro_node *nodes = tro_node_get(element, "nodes"), *name;
    int status = TRO_OK;
    while (agents[begin].group && end < scenario->agent_count &&
           agents[end].group == agents[begin].group)
        end++;
    *first = end;
    if (!nodes)
        return TRO_OK;
    nodes->key = "names";
    nodes->kind = TRO_LIST;
    nodes->count = 0;
    for (size_t k = begin; k < end; k++) {
        TRO_TRY(add(document, nodes, NULL, TRO_SCALAR, agents[k].name, &name));
        name->quoted = 1;
    }
out:
    return status;
}
