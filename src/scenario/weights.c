/* Weights by consumer: scaled to sum to 1, and those that bring nothing. */
#include <math.h>
#include <string.h>

#include "scenario/parts.h"

/* Up to so many agents have a message each; beyond, one names the first few. */
enum { SINGLY = 5, NAMED = 3 };

typedef struct row_sums {
    double synthetic, curated;
} row_sums;

static row_sums sums_of(const tro_scenario *scenario, size_t agent)
{
    row_sums sum = {0, 0};
    for (size_t k = scenario->rows.row_start[agent]; k < scenario->rows.row_start[agent + 1];
         k++) {
        const tro_edge *edge = &scenario->edges[scenario->rows.link[k]];
        sum.synthetic += edge->synthetic;
        sum.curated += edge->curated;
    }
    return sum;
}

/* The network's key that says where its edges come from, or the network. */
static const tro_place *source_place(const tro_node *network)
{
    static const char *const keys[] = {"generator", "graphml", "edges"};
    for (size_t k = 0; k < 3; k++) {
        const tro_node *node = tro_node_get(network, keys[k]);
        if (node && node->kind == TRO_MAP && node->count > 0)
            return &node->items[0]->key_place;
        if (node)
            return node->kind == TRO_LIST ? &node->key_place : &node->place;
    }
    return &network->place;
}

/* The edge that brought the agent the weights: the last one that an override
 * changed, else the first; or what made it. *changed tells which. */
static const tro_place *weights_place(const tro_scenario *scenario, const tro_node *network,
                                      size_t agent, int *changed)
{
    static const char *const keys[] = {"weight", "synthetic", "curated"};
    const tro_place *place = NULL;
    *changed = 0;
    for (size_t k = scenario->rows.row_start[agent]; k < scenario->rows.row_start[agent + 1];
         k++) {
        const tro_node *node = scenario->edges[scenario->rows.link[k]].node;
        const tro_place *here = node ? tro_place_of_change(node, keys, 3, NULL) : NULL;
        *changed |= here != NULL;
        if (here || (node && !place))
            place = here ? here : &node->place;
    }
    return place ? place : source_place(network);
}

/* --- scaling -------------------------------------------------------------- */

static int is_one(double sum)
{
    return fabs(sum - 1) <= 1e-9;
}

static int is_literal(row_sums sum)
{
    return (is_one(sum.synthetic) || sum.synthetic == 0) &&
           (is_one(sum.curated) || sum.curated == 0);
}

/* Every weight is the 1 of edges that state none: equal parts were meant, and
 * that they are scaled is no news. */
static int is_even(const tro_scenario *scenario, size_t agent)
{
    int even = 1;
    for (size_t k = scenario->rows.row_start[agent]; k < scenario->rows.row_start[agent + 1];
         k++) {
        const tro_edge *edge = &scenario->edges[scenario->rows.link[k]];
        even &= edge->synthetic == 1 && edge->curated == 1;
    }
    return even;
}

/* The edge at which a sum overflows. */
static const tro_place *beyond_place(const tro_scenario *scenario, const tro_node *network,
                                     size_t agent)
{
    const tro_csr *rows = &scenario->rows;
    row_sums sum = {0, 0};
    for (size_t k = rows->row_start[agent]; k < rows->row_start[agent + 1]; k++) {
        const tro_edge *edge = &scenario->edges[rows->link[k]];
        sum.synthetic += edge->synthetic;
        sum.curated += edge->curated;
        if (edge->node && (isinf(sum.synthetic) || isinf(sum.curated)))
            return &edge->node->place;
    }
    return &network->place;
}

static int refuse_sums(const tro_reader *reader, const tro_node *network,
                       const tro_scenario *scenario, size_t agent, row_sums sum)
{
    int changed;
    const tro_place *place = weights_place(scenario, network, agent, &changed);
    if (!isfinite(sum.synthetic) || !isfinite(sum.curated))
        return tro_error(reader->messages, TRO_ESCENARIO,
                         changed ? place : beyond_place(scenario, network, agent),
                         "the sum of the weights into '%s' overflows: only their ratios count, so "
                         "smaller weights would be right", scenario->agents[agent].name);
    return tro_error(reader->messages, TRO_ESCENARIO,
                     changed ? place : tro_place_of(network, "normalise"),
                     "the weights into '%s' sum to %.12g (synthetic) and %.12g (curated); 1 would "
                     "be right with 'normalise: false'",
                     scenario->agents[agent].name, sum.synthetic, sum.curated);
}

static void scale(tro_scenario *scenario, size_t agent, row_sums sum)
{
    for (size_t k = scenario->rows.row_start[agent]; k < scenario->rows.row_start[agent + 1];
         k++) {
        tro_edge *edge = &scenario->edges[scenario->rows.link[k]];
        if (sum.synthetic > 0)
            edge->synthetic /= sum.synthetic;
        if (sum.curated > 0)
            edge->curated /= sum.curated;
    }
}

static void add_sums(tro_text *text, row_sums sum)
{
    if (sum.synthetic == sum.curated)
        tro_text_addf(text, "%.12g", sum.synthetic);
    else
        tro_text_addf(text, "%.12g (synthetic) and %.12g (curated)", sum.synthetic, sum.curated);
}

/* Which weights were scaled: agents in order, with their sums. */
typedef struct scaled {
    size_t *agents;
    row_sums *sums;
    size_t count;
} scaled;

/* One note about the agents first .. last-1 of the list. */
static void note(const tro_reader *reader, const tro_node *network, const tro_scenario *scenario,
                 const scaled *list, size_t first, size_t last)
{
    int changed;
    tro_text text = {0};
    for (size_t k = first; k < last && k < first + NAMED; k++) {
        const char *name = scenario->agents[list->agents[k]].name;
        tro_text_addf(&text, k == first ? "those into '%s' summed to " : ", into '%s' to ", name);
        add_sums(&text, list->sums[k]);
    }
    if (last - first > NAMED)
        tro_text_addf(&text, ", and so on for %zu more agents", last - first - NAMED);
    tro_note(reader->messages, weights_place(scenario, network, list->agents[first], &changed),
             "weights were scaled to sum to 1: %s", tro_text_string(&text));
    tro_text_clear(&text);
}

/* Few agents have a note each, at their edges; what was made has no places. */
static void note_scaled(const tro_reader *reader, const tro_node *network,
                        const tro_scenario *scenario, const scaled *list)
{
    int written = tro_node_get(network, "edges") != NULL;
    for (size_t k = 0; written && list->count <= SINGLY && k < list->count; k++)
        note(reader, network, scenario, list, k, k + 1);
    if (list->count > (written ? SINGLY : 0))
        note(reader, network, scenario, list, 0, list->count);
}

int tro_scenario_weights(const tro_reader *reader, const tro_node *network, int normalise,
                         tro_scenario *scenario)
{
    int status = TRO_OK;
    tro_arena arena = {0};
    scenario->normalised = 0;
    scaled list = {.agents = TRO_NEW(&arena, size_t, scenario->agent_count),
                   .sums = TRO_NEW(&arena, row_sums, scenario->agent_count)};
    if (!list.agents || !list.sums)
        TRO_TRY(TRO_ENOMEM);
    for (size_t i = 0; i < scenario->agent_count; i++) {
        row_sums sum = sums_of(scenario, i);
        int finite = isfinite(sum.synthetic) && isfinite(sum.curated);
        if (!finite || (!is_literal(sum) && !normalise)) {
            status = refuse_sums(reader, network, scenario, i, sum);
            continue;
        }
        if (!is_literal(sum)) {
            scenario->normalised = 1;
            list.agents[list.count] = i;
            list.sums[list.count] = sum;
            list.count += !is_even(scenario, i);
        }
        scale(scenario, i, sum);
    }
    if (status == TRO_OK)
        note_scaled(reader, network, scenario, &list);
out:
    tro_arena_clear(&arena);
    return status;
}

/* --- agents without data -------------------------------------------------- */

/* The layer of which the agent has a share, and no edge that brings it. */
static const char *missing_layer(const tro_scenario *scenario, size_t agent)
{
    tro_shares shares = scenario->agents[agent].shares;
    row_sums sum = sums_of(scenario, agent);
    if (scenario->agents[agent].presence != TRO_PRESENT)
        return NULL;
    if (scenario->agents[agent].fade.power > 0)
        tro_shares_fade(&shares, &scenario->agents[agent].fade, 0, &shares);
    if (shares.synthetic > 0 && sum.synthetic == 0)
        return "synthetic";
    return shares.curated > 0 && sum.curated == 0 ? "curated" : NULL;
}

/* Does the network come from a generator that can connect agents to
 * themselves? */
static int takes_self(const tro_reader *reader, const tro_node *network)
{
    const tro_node *node = tro_node_get(network, "generator");
    const char *name = !node ? NULL : node->kind == TRO_SCALAR ? node->text
                       : node->count > 0 ? node->items[0]->key : NULL;
    const tro_plugin *plugin =
        name ? tro_catalog_find(reader->catalog, TRO_GENERATOR, name) : NULL;
    for (size_t k = 0; plugin && k < plugin->table.count; k++)
        if (strcmp(plugin->table.params[k].key, "self") == 0)
            return 1;
    return 0;
}

static int refuse_one(const tro_reader *reader, const tro_scenario *scenario, size_t i, int self)
{
    static const char *const keys[] = {"real", "synthetic", "curated"};
    const tro_agent *agent = &scenario->agents[i];
    const tro_node *shares = tro_node_get(agent->node, "shares");
    const tro_place *place = &agent->node->place;
    const char *layer = missing_layer(scenario, i);
    if (shares && shares->place.source != place->source)
        place = &shares->place;
    if (shares)
        place = tro_place_of_change(shares, keys, 3, place);
    double share = strcmp(layer, "synthetic") == 0 ? agent->shares.synthetic
                                                   : agent->shares.curated;
    if (!(share > 0))
        return tro_error(reader->messages, TRO_ESCENARIO, tro_place_of(agent->node, "fade"),
                         "the real share of '%s' fades in favour of %s data, but no edge brings "
                         "it any", agent->name, layer);
    return tro_error(reader->messages, TRO_ESCENARIO, place,
                     "agent '%s' has a %s share of %g but no edge brings it such data: %s, or give "
                     "that share to 'real'%s", agent->name, layer, share,
                     self ? "give the generator 'self: 1', an edge from every agent to itself"
                          : "add an edge to it",
                     agent->reference ? "" : ", with a 'reference'");
}

static int refuse_all(const tro_reader *reader, const tro_node *network,
                      const tro_scenario *scenario, const size_t *agents, size_t count, int self)
{
    tro_text names = {0};
    int references = 1;
    for (size_t k = 0; k < NAMED; k++)
        tro_text_addf(&names, "%s'%s'", k ? ", " : "", scenario->agents[agents[k]].name);
    for (size_t k = 0; k < count; k++)
        references &= scenario->agents[agents[k]].reference != NULL;
    int status = tro_error(reader->messages, TRO_ESCENARIO,
                           network ? source_place(network)
                                   : &scenario->agents[agents[0]].node->place,
                           "agents %s and %zu more have synthetic or curated shares but no edge "
                           "brings them such data: %s, or give those shares to 'real'%s",
                           tro_text_string(&names), count - NAMED,
                           self ? "give the generator 'self: 1', an edge from every agent to "
                                  "itself"
                                : "add edges to them",
                           references ? "" : ", with a 'reference'");
    tro_text_clear(&names);
    return status;
}

int tro_scenario_check_data(const tro_reader *reader, const tro_top_config *top,
                            const tro_scenario *scenario)
{
    int status = TRO_OK, self = takes_self(reader, top->network);
    size_t count = 0;
    size_t *agents = tro_allocate(scenario->agent_count, sizeof *agents);
    if (!agents)
        return TRO_ENOMEM;
    for (size_t i = 0; i < scenario->agent_count; i++)
        if (missing_layer(scenario, i))
            agents[count++] = i;
    if (count > SINGLY)
        status = refuse_all(reader, top->network, scenario, agents, count, self);
    for (size_t k = 0; count <= SINGLY && k < count; k++)
        status = refuse_one(reader, scenario, agents[k], self);
    tro_release(agents);
    return status;
}
