/* The scenario's network: edges written out, a generator, or a file; judges and
 * channels resolved. */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "scenario/edges.h"
#include "scenario/parts.h"

typedef struct network_config {
    const tro_node *self;
    tro_records edges, changes;
    tro_chosen generator;
    const char *graphml, *judge;
    int normalise;
    tro_texts vertices;
    const tro_node *edges_node;
} network_config;

static const tro_param network_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(network_config, self)},
    {.key = "edges", .type = TRO_P_RECORDS, .offset = offsetof(network_config, edges),
     .table = &tro_edge_table, .doc = "The edges, from producer to consumer."},
    {.key = "generator", .type = TRO_P_PLUGIN, .offset = offsetof(network_config, generator),
     .kind = TRO_GENERATOR, .doc = "A generated network on the agents."},
    {.key = "graphml", .type = TRO_P_TEXT, .offset = offsetof(network_config, graphml),
     .doc = "A GraphML file, relative to the scenario; node names, or else ids, are agents' names, "
            "and edge attributes weight, synthetic, curated and delay are read."},
    {.key = "judge", .type = TRO_P_TEXT, .offset = offsetof(network_config, judge),
     .fallback = "producer",
     .doc = "Whose users curate what passes an edge: `producer`, `consumer` or an agent."},
    {.key = "normalise", .type = TRO_P_BOOL, .offset = offsetof(network_config, normalise),
     .fallback = "true",
     .doc = "Scale each consumer's weights to sum to 1; false: they must already."},
    {.key = "vertices", .type = TRO_P_TEXTS, .offset = offsetof(network_config, vertices),
     .doc = "Which agent sits at which vertex of a generated network, in order. Default: the "
            "agents in file order."},
    {.key = "changes", .type = TRO_P_RECORDS, .offset = offsetof(network_config, changes),
     .table = &tro_edge_table,
     .doc = "Edges on top of the network: of one that is there the keys that are given, `weight: "
            "0` takes it away."},
};

const tro_table tro_network_table = {
    "network", network_params, sizeof network_params / sizeof *network_params,
    sizeof(network_config)};

static int read_edges(const tro_reader *reader, const network_config *config,
                      const tro_edge *pattern, tro_scenario *scenario)
{
    size_t count = config->edges.count;
    const tro_edge_config *items = config->edges.items;
    int status = TRO_OK;
    scenario->graph = (tro_graph){.nodes = scenario->agent_count, .count = count};
    scenario->graph.links = TRO_NEW(reader->arena, tro_link, count);
    scenario->edges = TRO_NEW(reader->arena, tro_edge, count);
    if (!scenario->graph.links || !scenario->edges)
        return TRO_ENOMEM;
    for (size_t k = 0; k < count; k++) {
        scenario->edges[k] = *pattern;
        scenario->edges[k].node = items[k].self;
        status = tro_worse(status, tro_edge_read(reader, scenario, &items[k],
                                         &scenario->graph.links[k], &scenario->edges[k]));
    }
    return status;
}

/* Where a file stands that is named relative to the scenario. */
static char *beside_scenario(const tro_reader *reader, const tro_scenario *scenario,
                             const char *path)
{
    const char *self = scenario->document->source.name, *slash = strrchr(self, '/');
    size_t stem = path[0] == '/' || !slash ? 0 : (size_t)(slash - self) + 1;
    char *whole = tro_arena_allocate(reader->arena, stem + strlen(path) + 1, 1);
    if (!whole)
        return NULL;
    memcpy(whole, self, stem);
    strcpy(whole + stem, path);
    return whole;
}

static int place_vertices(const tro_reader *reader, const network_config *config,
                          tro_scenario *scenario)
{
    tro_graph *graph = &scenario->graph;
    const tro_place *place = tro_place_of(config->self, "vertices");
    size_t n = scenario->agent_count;
    if (config->vertices.count != n)
        return tro_error(reader->messages, TRO_ESCENARIO, place,
                         "vertices names %zu agents, but there are %zu", config->vertices.count,
                         n);
    size_t *seat = TRO_NEW(reader->arena, size_t, n);
    int *taken = TRO_NEW(reader->arena, int, n);
    int status = TRO_OK;
    if (!seat || !taken)
        return TRO_ENOMEM;
    for (size_t k = 0; k < n; k++) {
        const tro_place *at = &config->vertices.nodes[k]->place;
        int found = tro_scenario_find(reader, scenario, config->vertices.items[k], at, &seat[k]);
        status = tro_worse(status, found);
        if (found == TRO_OK && taken[seat[k]]++)
            status = tro_error(reader->messages, TRO_ESCENARIO, at,
                               "'%s' sits at two vertices", config->vertices.items[k]);
    }
    for (size_t k = 0; status == TRO_OK && k < graph->count; k++) {
        graph->links[k].from = seat[graph->links[k].from];
        graph->links[k].to = seat[graph->links[k].to];
    }
    return status;
}

/* The nodes of a file are agents by name. */
static int match_names(const tro_reader *reader, const network_config *config,
                       tro_scenario *scenario)
{
    tro_graph *graph = &scenario->graph;
    const tro_place *place = tro_place_of(config->self, "graphml");
    size_t *seat = TRO_NEW(reader->arena, size_t, graph->nodes + 1);
    int status = TRO_OK;
    if (!seat)
        return TRO_ENOMEM;
    if (!graph->names && graph->nodes != scenario->agent_count)
        return tro_error(reader->messages, TRO_ESCENARIO, place,
                         "the file has %zu nodes without names, but there are %zu agents",
                         graph->nodes, scenario->agent_count);
    for (size_t k = 0; k < graph->nodes; k++) {
        seat[k] = k;
        if (graph->names)
            status = tro_worse(status, tro_scenario_find(reader, scenario, graph->names[k], place,
                                              &seat[k]));
    }
    for (size_t k = 0; status == TRO_OK && k < graph->count; k++) {
        graph->links[k].from = seat[graph->links[k].from];
        graph->links[k].to = seat[graph->links[k].to];
    }
    graph->nodes = scenario->agent_count;
    graph->names = NULL;
    return status;
}

/* Where a generator's mistakes stand: at the parameter that an override set,
 * else at its name. */
static const tro_place *generator_place(const tro_chosen *chosen)
{
    const tro_table *table = &chosen->plugin->table;
    const tro_place *place = &chosen->node->place;
    for (size_t k = 0; k < table->count; k++)
        place = tro_place_of_change(chosen->parameters, &table->params[k].key, 1, place);
    return place;
}

static int make_graph(const tro_reader *reader, const network_config *config,
                      const tro_edge *pattern, tro_scenario *scenario)
{
    tro_graph *graph = &scenario->graph;
    int status;
    if (config->generator.plugin) {
        const tro_generator *generator = (const tro_generator *)config->generator.plugin;
        tro_stream_key key = {.seed = scenario->seed, .purpose = TRO_FOR_NETWORK};
        tro_stream stream = tro_stream_of(&key);
        TRO_TRY(generator->generate(config->generator.config, scenario->agent_count, &stream,
                                    generator_place(&config->generator), reader->arena, graph,
                                    reader->messages));
        if (config->vertices.count > 0)
            TRO_TRY(place_vertices(reader, config, scenario));
    } else {
        char *path = beside_scenario(reader, scenario, config->graphml);
        if (!path)
            return TRO_ENOMEM;
        TRO_TRY(tro_graph_read_graphml(path, tro_place_of(config->self, "graphml"),
                                       reader->arena, graph, reader->messages));
        TRO_TRY(match_names(reader, config, scenario));
    }
    scenario->edges = TRO_NEW(reader->arena, tro_edge, graph->count);
    if (!scenario->edges)
        return TRO_ENOMEM;
    for (size_t k = 0; k < graph->count; k++) {
        scenario->edges[k] = *pattern;
        if (graph->links[k].delay > TRO_LONGEST_DELAY)
            status = tro_error(reader->messages, TRO_ESCENARIO, &config->self->place,
                               "a delay must be at most %d rounds, found %g on the edge from '%s' "
                               "to '%s'", TRO_LONGEST_DELAY, graph->links[k].delay,
                               scenario->agents[graph->links[k].from].name,
                               scenario->agents[graph->links[k].to].name);
    }
out:
    return status;
}

/* Weights and delays of links, and whose curation acts on each edge. */
static void finish_edges(tro_scenario *scenario)
{
    scenario->edge_count = scenario->graph.count;
    for (size_t k = 0; k < scenario->edge_count; k++) {
        const tro_link *link = &scenario->graph.links[k];
        tro_edge *edge = &scenario->edges[k];
        edge->from = link->from;
        edge->to = link->to;
        edge->synthetic = link->synthetic;
        edge->curated = link->curated;
        edge->delay = isnan(link->delay) ? 0 : link->delay;
        if (edge->judge == TRO_JUDGE_PRODUCER)
            edge->judge_agent = edge->from;
        else if (edge->judge == TRO_JUDGE_CONSUMER)
            edge->judge_agent = edge->to;
        edge->curation = scenario->agents[edge->judge_agent].public_curation;
        if (edge->curation && !edge->curation->ops)
            edge->curation = NULL;
    }
}

static int check_sources(const tro_reader *reader, const network_config *config)
{
    static const char *const keys[] = {"edges", "generator", "graphml"};
    int given = !!config->generator.plugin + !!config->graphml +
                (tro_node_get(config->self, "edges") != NULL);
    if (given != 1)
        return tro_error(reader->messages, TRO_ESCENARIO,
                         tro_place_of_change(config->self, keys, 3, &config->self->place),
                         "a network is one of 'edges', 'generator' and 'graphml', found %s",
                         given ? "several" : "none");
    if (config->vertices.count > 0 && !config->generator.plugin)
        return tro_error(reader->messages, TRO_ESCENARIO,
                         tro_place_of(config->self, "vertices"),
                         "'vertices' goes with 'generator'");
    return TRO_OK;
}

int tro_scenario_network(const tro_reader *reader, const tro_top_config *top,
                         tro_scenario *scenario)
{
    network_config config = {0};
    tro_edge pattern = {0};
    int status;
    if (!top->network) {
        scenario->graph = (tro_graph){.nodes = scenario->agent_count};
        return tro_graph_rows(&scenario->graph, reader->arena, &scenario->rows);
    }
    int read = tro_read_record(reader, top->network, &tro_network_table, NULL, &config);
    if (read < 0) {
        /* Names can be wrong too; a channel may be half read. */
        tro_edge_config *items = config.edges.items;
        for (size_t k = 0; k < config.edges.count; k++)
            items[k].channel.plugin = NULL;
        if (read != TRO_ENOMEM && config.edges.count > 0)
            read = tro_worse(read, read_edges(reader, &config, &pattern, scenario));
        return read;
    }
    TRO_TRY(check_sources(reader, &config));
    TRO_TRY(tro_edge_judge(reader, scenario, config.judge, tro_place_of(config.self, "judge"),
                       &pattern));
    if (config.generator.plugin || config.graphml)
        TRO_TRY(make_graph(reader, &config, &pattern, scenario));
    else
        TRO_TRY(read_edges(reader, &config, &pattern, scenario));
    TRO_TRY(tro_network_change(reader, &config.changes, &pattern, scenario));
    finish_edges(scenario);
    TRO_TRY(tro_graph_rows(&scenario->graph, reader->arena, &scenario->rows));
    TRO_TRY(tro_scenario_weights(reader, config.self, config.normalise, scenario));
    tro_scenario_rest_edges(scenario);
    TRO_TRY(tro_scenario_pools(reader, scenario));
out:
    return status;
}
