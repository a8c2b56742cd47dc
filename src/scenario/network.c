/* The scenario's network: one source of links, or several parts. */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "network/readers.h"
#include "network/rewire.h"
#include "scenario/edges.h"
#include "scenario/network.h"

static const tro_param rewire_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(tro_rewire_config, self)},
    {.key = "degree-preserving", .type = TRO_P_REAL,
     .flags = TRO_P_REQUIRED | TRO_P_BOUNDED | TRO_P_MAIN,
     .offset = offsetof(tro_rewire_config, swaps), .min = 0, .max = 1e6,
     .unit = "exchanges per link",
     .doc = "Two links drawn at random exchange producers, unless there is such a link or it "
            "would be a loop; so often for each link. 10 is enough to forget the network."},
};

static const tro_table rewire_table = {
    "rewire", rewire_params, sizeof rewire_params / sizeof *rewire_params,
    sizeof(tro_rewire_config)};

static const char *const directions[] = {"forward", "backward", "both", NULL};
enum { FORWARD, BACKWARD, BOTH };

/* The rows of a part; `at` is where its config stands. */
#define PART_ROWS(config, at)                                                                  \
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(config, at self)},                      \
    {.key = "edges", .type = TRO_P_RECORDS, .offset = offsetof(config, at edges),              \
     .table = &tro_edge_table, .doc = "The edges, from producer to consumer."},                \
    {.key = "generator", .type = TRO_P_PLUGIN, .offset = offsetof(config, at generator),       \
     .kind = TRO_GENERATOR, .doc = "A generated network on the agents."},                      \
    {.key = "graphml", .type = TRO_P_TEXT, .offset = offsetof(config, at graphml),             \
     .doc = "A GraphML file, relative to the scenario; node names, or else ids, are agents' "  \
            "names, and edge attributes weight, synthetic, curated and delay are read."},      \
    {.key = "file", .type = TRO_P_TEXT, .offset = offsetof(config, at file),                   \
     .doc = "A network file, relative to the scenario, in one of the formats below."},         \
    {.key = "format", .type = TRO_P_CHOICE, .offset = offsetof(config, at format),             \
     .fallback = "auto", .choices = tro_graph_formats,                                         \
     .doc = "What `file` is; auto goes by its name: .graphml, .gml, .net (pajek), .csv, or "   \
            "else an edge-list."},                                                             \
    {.key = "among", .type = TRO_P_TEXTS, .offset = offsetof(config, at among),                \
     .doc = "Groups or agents that a generated network is on, in order. Default: all."},       \
    {.key = "vertices", .type = TRO_P_TEXTS, .offset = offsetof(config, at vertices),          \
     .doc = "Which agent sits at which vertex of a generated network, in order. Default: the " \
            "agents in file order."},                                                          \
    {.key = "mean-degree", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED,                         \
     .offset = offsetof(config, at mean_degree), .min = 0, .max = 1e9, .unit = "links",        \
     .doc = "Links a generated network has for each of its agents, without loops, instead of " \
            "the generator's own parameter for that."},                                        \
    {.key = "density", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED,                             \
     .offset = offsetof(config, at density), .min = 0, .max = 1,                               \
     .doc = "The same as a share of all possible links, n (n - 1)."},                          \
    {.key = "weight", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED,                              \
     .offset = offsetof(config, at weight), .min = 0, .max = INFINITY, .fallback = "1",        \
     .doc = "All weights are multiplied by this."},                                            \
    {.key = "direction", .type = TRO_P_CHOICE, .offset = offsetof(config, at direction),       \
     .fallback = "forward", .choices = directions,                                             \
     .doc = "Whether data flows along the edges of a file (forward), against them, as where "  \
            "edges are citations (backward), or both ways."},                                  \
    {.key = "rewire", .type = TRO_P_RECORD, .offset = offsetof(config, at rewire),             \
     .table = &rewire_table,                                                                   \
     .doc = "A control: the links keep everybody's numbers of producers and consumers, and "   \
            "nothing else."}

static const tro_param part_params[] = {
    PART_ROWS(tro_part_config, ),
    {.key = "judge", .type = TRO_P_TEXT, .offset = offsetof(tro_part_config, judge),
     .doc = "Whose users curate what passes an edge: `producer`, `consumer` or an agent. "
            "Default: the network's."},
};

static const tro_table part_table = {
    "part", part_params, sizeof part_params / sizeof *part_params, sizeof(tro_part_config)};

static const tro_param network_params[] = {
    PART_ROWS(tro_network_config, part.),
    {.key = "judge", .type = TRO_P_TEXT, .offset = offsetof(tro_network_config, part.judge),
     .fallback = "producer",
     .doc = "Whose users curate what passes an edge: `producer`, `consumer` or an agent."},
    {.key = "normalise", .type = TRO_P_BOOL, .offset = offsetof(tro_network_config, normalise),
     .fallback = "true",
     .doc = "Scale each consumer's weights to sum to 1; false: they must already."},
    {.key = "parts", .type = TRO_P_RECORDS, .offset = offsetof(tro_network_config, parts),
     .table = &part_table,
     .doc = "Several networks whose links come together; each has the keys above."},
    {.key = "changes", .type = TRO_P_RECORDS, .offset = offsetof(tro_network_config, changes),
     .table = &tro_edge_table,
     .doc = "Edges on top of the network: of one that is there the keys that are given, `weight: "
            "0` takes it away. A group at an end stands for all its agents."},
};

const tro_table tro_network_table = {
    "network", network_params, sizeof network_params / sizeof *network_params,
    sizeof(tro_network_config)};

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

/* --- what goes with what ---------------------------------------------------- */

static int has(const tro_part_config *config, const char *key)
{
    return tro_node_get(config->self, key) != NULL;
}

/* The first of the keys, up to a NULL, that is there; or NULL. */
static const char *first_of(const tro_part_config *config, const char *const *keys)
{
    for (; *keys; keys++)
        if (has(config, *keys))
            return *keys;
    return NULL;
}

static int misplaced(const tro_reader *reader, const tro_part_config *config, const char *key,
                     const char *with)
{
    return tro_error(reader->messages, TRO_ESCENARIO, tro_place_of(config->self, key),
                     "'%s' goes with %s", key, with);
}

static int check_part(const tro_reader *reader, const tro_part_config *config)
{
    static const char *const sources[] = {"edges", "generator", "graphml", "file"};
    static const char *const generated[] = {"vertices", "among", "mean-degree", "density", NULL};
    int given = has(config, "edges") + !!config->generator.plugin + !!config->graphml +
                !!config->file;
    const char *key = first_of(config, generated);
    if (given != 1)
        return tro_error(reader->messages, TRO_ESCENARIO,
                         tro_place_of_change(config->self, sources, 4, &config->self->place),
                         "a network is one of 'edges', 'generator', 'graphml' and 'file', found %s",
                         given ? "several" : "none");
    if (key && !config->generator.plugin)
        return misplaced(reader, config, key, "'generator'");
    if (has(config, "vertices") && has(config, "among"))
        return misplaced(reader, config, "vertices", "all agents, found 'among' beside it");
    if (has(config, "density") && has(config, "mean-degree"))
        return misplaced(reader, config, "density", "no 'mean-degree': one of them is enough");
    if (config->direction != FORWARD && !config->graphml && !config->file)
        return misplaced(reader, config, "direction", "a file; generators have their own");
    return TRO_OK;
}

static int check_parts(const tro_reader *reader, const tro_network_config *config)
{
    static const char *const own[] = {"edges", "generator", "graphml", "file", "among",
                                      "vertices", "mean-degree", "density", "rewire", NULL};
    const tro_part_config *items = config->parts.items;
    const char *key = first_of(&config->part, own);
    int status = TRO_OK;
    if (!has(&config->part, "parts"))
        return check_part(reader, &config->part);
    if (!key && config->part.weight != 1)   /* 1 may be written out */
        key = "weight";
    if (!key && config->part.direction != FORWARD)
        key = "direction";
    if (key)
        return misplaced(reader, &config->part, key, "a network without 'parts', or stands in one "
                                                     "of them");
    if (config->parts.count == 0)
        return tro_error(reader->messages, TRO_ESCENARIO, tro_place_of(config->part.self, "parts"),
                         "parts is a list of at least one network");
    for (size_t k = 0; k < config->parts.count; k++)
        status = tro_worse(status, check_part(reader, &items[k]));
    return status;
}

/* --- one part --------------------------------------------------------------- */

/* Data flows against the edges of the file, or both ways. */
static int turn(const tro_reader *reader, int direction, tro_graph *graph)
{
    size_t count = graph->count;
    tro_link *links = graph->links;
    const char **judges = graph->judges;
    if (direction == FORWARD)
        return TRO_OK;
    if (direction == BOTH && judges) {
        judges = TRO_NEW(reader->arena, const char *, 2 * count);
        if (!judges)
            return TRO_ENOMEM;
        memcpy(judges, graph->judges, count * sizeof *judges);
    }
    if (direction == BOTH) {
        links = TRO_NEW(reader->arena, tro_link, 2 * count);
        if (!links)
            return TRO_ENOMEM;
        memcpy(links, graph->links, count * sizeof *links);
    }
    size_t end = direction == BOTH ? count : 0;
    for (size_t k = 0; k < count; k++) {
        tro_link back = graph->links[k];
        if (direction == BOTH && back.from == back.to)
            continue; /* a loop is one link */
        back.from = graph->links[k].to;
        back.to = graph->links[k].from;
        if (graph->judges)
            judges[end] = graph->judges[k];
        links[end++] = back;
    }
    graph->judges = judges;
    graph->links = links;
    graph->count = end;
    return TRO_OK;
}

static int check_delays(const tro_reader *reader, const tro_scenario *scenario,
                        const tro_part_config *config, const tro_graph *graph)
{
    int status = TRO_OK;
    for (size_t k = 0; k < graph->count; k++)
        if (graph->links[k].delay > TRO_LONGEST_DELAY)
            status = tro_error(reader->messages, TRO_ESCENARIO, &config->self->place,
                               "a delay must be at most %d rounds, found %g on the edge from '%s' "
                               "to '%s'", TRO_LONGEST_DELAY, graph->links[k].delay,
                               scenario->agents[graph->links[k].from].name,
                               scenario->agents[graph->links[k].to].name);
    return status;
}

/* The judge that a file states for a link. The file's text is gone, so the ends say where. */
static int read_judge(const tro_reader *reader, const tro_scenario *scenario,
                      const tro_part_config *config, const tro_graph *graph, size_t link,
                      tro_edge *edge)
{
    const tro_place *place = tro_place_of(config->self, "file");
    int status = tro_edge_judge(reader, scenario, graph->judges[link], place, edge);
    if (status == TRO_ESCENARIO)
        tro_note(reader->messages, place,
                 "the file has '%s' as the judge of the edge from '%s' to '%s'",
                 graph->judges[link], scenario->agents[graph->links[link].from].name,
                 scenario->agents[graph->links[link].to].name);
    return status;
}

static int make_graph(const tro_reader *reader, const tro_scenario *scenario,
                      const tro_part_config *config, uint64_t number, const tro_edge *pattern,
                      tro_network_part *out)
{
    int status;
    if (config->generator.plugin) {
        TRO_TRY(tro_scenario_generated(reader, scenario, config, number, &out->graph));
    } else {
        TRO_TRY(tro_scenario_file(reader, scenario, config, &out->graph));
        TRO_TRY(turn(reader, config->direction, &out->graph));
    }
    out->edges = TRO_NEW(reader->arena, tro_edge, out->graph.count);
    if (!out->edges)
        return TRO_ENOMEM;
    for (size_t k = 0; k < out->graph.count; k++)
        out->edges[k] = *pattern;
    for (size_t k = 0; out->graph.judges && k < out->graph.count; k++)
        if (out->graph.judges[k])
            TRO_TRY(read_judge(reader, scenario, config, &out->graph, k, &out->edges[k]));
    status = check_delays(reader, scenario, config, &out->graph);
out:
    return status;
}

static int make_part(const tro_reader *reader, const tro_scenario *scenario,
                     const tro_part_config *config, uint64_t number, const tro_edge *pattern,
                     tro_network_part *out)
{
    tro_stream_key key = {.seed = scenario->seed, .agent = number, .round = 1,
                          .purpose = TRO_FOR_NETWORK};
    tro_stream stream = tro_stream_of(&key);
    tro_edge own = *pattern;
    int status;
    if (config->judge)
        TRO_TRY(tro_edge_judge(reader, scenario, config->judge,
                                   tro_place_of(config->self, "judge"), &own));
    if (has(config, "edges"))
        TRO_TRY(tro_scenario_edges(reader, scenario, config, &own, out));
    else
        TRO_TRY(make_graph(reader, scenario, config, number, &own, out));
    if (config->rewire.self)
        TRO_TRY(tro_graph_rewire(&out->graph, config->rewire.swaps, &stream, reader->messages));
    for (size_t k = 0; config->weight != 1 && k < out->graph.count; k++) {
        out->graph.links[k].synthetic *= config->weight;
        out->graph.links[k].curated *= config->weight;
    }
out:
    return status;
}

/* --- all of them ------------------------------------------------------------ */

static int join(const tro_reader *reader, const tro_network_part *parts, size_t count,
                tro_network_part *out)
{
    size_t total = 0, at = 0;
    for (size_t k = 0; k < count; k++)
        total += parts[k].graph.count;
    *out = (tro_network_part){.graph = {.nodes = parts[0].graph.nodes, .count = total}};
    out->graph.links = TRO_NEW(reader->arena, tro_link, total);
    out->edges = TRO_NEW(reader->arena, tro_edge, total);
    if (!out->graph.links || !out->edges)
        return TRO_ENOMEM;
    for (size_t k = 0; k < count; k++) {
        size_t links = parts[k].graph.count;
        if (links > 0) {
            memcpy(out->graph.links + at, parts[k].graph.links, links * sizeof(tro_link));
            memcpy(out->edges + at, parts[k].edges, links * sizeof(tro_edge));
        }
        at += links;
    }
    return TRO_OK;
}

static int make_parts(const tro_reader *reader, const tro_scenario *scenario,
                      const tro_network_config *config, tro_network_part *out)
{
    const tro_part_config *items = config->parts.items;
    size_t count = config->parts.count;
    tro_edge pattern = {0};
    tro_network_part *parts = TRO_NEW(reader->arena, tro_network_part, count + 1);
    int status;
    if (!parts)
        return TRO_ENOMEM;
    if (count == 0)
        return make_part(reader, scenario, &config->part, 0, &pattern, out);
    status = tro_edge_judge(reader, scenario, config->part.judge,
                                tro_place_of(config->part.self, "judge"), &pattern);
    for (size_t k = 0; k < count; k++)
        status = tro_worse(status, make_part(reader, scenario, &items[k], k, &pattern,
                                             &parts[k]));
    return status < 0 ? status : join(reader, parts, count, out);
}

/* Of a network that cannot be read: the names in edges can be wrong, too. */
static int check_names(const tro_reader *reader, const tro_scenario *scenario,
                       tro_network_config *config, int status)
{
    tro_edge_config *items = config->part.edges.items;
    tro_edge pattern = {0};
    tro_network_part part;
    for (size_t k = 0; k < config->part.edges.count; k++)
        items[k].channel.plugin = NULL;     /* may be half read */
    if (status != TRO_ENOMEM && config->part.edges.count > 0)
        status = tro_worse(status, tro_scenario_edges(reader, scenario, &config->part, &pattern,
                                                      &part));
    return status;
}

int tro_scenario_network(const tro_reader *reader, const tro_top_config *top,
                         tro_scenario *scenario)
{
    tro_network_config config = {0};
    tro_network_part whole = {0};
    tro_edge pattern = {0};
    int status;
    if (!top->network) {
        scenario->graph = (tro_graph){.nodes = scenario->agent_count};
        return tro_graph_rows(&scenario->graph, reader->arena, &scenario->rows);
    }
    status = tro_read_record(reader, top->network, &tro_network_table, NULL, &config);
    if (status < 0)
        return check_names(reader, scenario, &config, status);
    TRO_TRY(check_parts(reader, &config));
    TRO_TRY(make_parts(reader, scenario, &config, &whole));
    scenario->graph = whole.graph;
    scenario->edges = whole.edges;
    TRO_TRY(tro_edge_judge(reader, scenario, config.part.judge,
                           tro_place_of(config.part.self, "judge"), &pattern));
    TRO_TRY(tro_network_change(reader, &config.changes, &pattern, scenario));
    finish_edges(scenario);
    TRO_TRY(tro_graph_rows(&scenario->graph, reader->arena, &scenario->rows));
    TRO_TRY(tro_scenario_weights(reader, config.part.self, config.normalise, scenario));
    tro_scenario_rest_edges(scenario);
    TRO_TRY(tro_scenario_pools(reader, scenario));
out:
    return status;
}
