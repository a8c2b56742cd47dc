/* Reading `compare`: topologies as overrides of the network, and every mistake in them. */
#include "experiment/compare.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "document/value.h"
#include "experiment/study_parts.h"

typedef struct compare_config {
    const tro_node *self, *topologies;
    long long replicates;
    double confidence, tolerance;
    tro_texts outcomes;
    const char *rank_by;
    int all_metrics;
} compare_config;

static const tro_param compare_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(compare_config, self)},
    {.key = "topologies", .type = TRO_P_NODE, .offset = offsetof(compare_config, topologies),
     .doc = "The networks by name, each as `network` takes it, or a generator alone: "
            "`{ring: {reach: 2}}`."},
    {.key = "replicates", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED,
     .offset = offsetof(compare_config, replicates), .min = 1, .max = 100000, .fallback = "10",
     .doc = "How often agents and networks are drawn; replicate r has the scenario's seed plus r, "
            "counted from 0."},
    {.key = "confidence", .type = TRO_P_REAL,
     .flags = TRO_P_BOUNDED | TRO_P_OPEN_MIN | TRO_P_OPEN_MAX,
     .offset = offsetof(compare_config, confidence), .min = 0, .max = 1, .fallback = "0.95",
     .doc = "Of the intervals over replicates."},
    {.key = "outcomes", .type = TRO_P_TEXTS, .offset = offsetof(compare_config, outcomes),
     .doc = "What is shown, drawn and ranked, of alignment, worst-alignment, diversity-within, "
            "diversity-between, rounds, rate, stable, negative-self, negative-cross and "
            "worst-backfire. Default: all."},
    {.key = "rank-by", .type = TRO_P_TEXT, .offset = offsetof(compare_config, rank_by),
     .fallback = "alignment", .doc = "The outcome by which the terminal ranks topologies."},
    {.key = "tolerance", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED | TRO_P_OPEN_MIN,
     .offset = offsetof(compare_config, tolerance), .min = 0, .max = 1, .fallback = "1.0e-9",
     .doc = "Rounds have converged when no mean parameter changes by more than this."},
    {.key = "all-metrics", .type = TRO_P_BOOL, .offset = offsetof(compare_config, all_metrics),
     .fallback = "false",
     .doc = "Of more than 5000 agents, too, find metrics that are not linear in the size, and "
            "influences."},
};

const tro_table tro_compare_table = {"compare", compare_params,
                                     sizeof compare_params / sizeof *compare_params,
                                     sizeof(compare_config)};

static int is_one_of(const char *key, const char *const *keys)
{
    for (; *keys; keys++)
        if (strcmp(*keys, key) == 0)
            return 1;
    return 0;
}

/* Where links come from. */
static const char *const sources[] = {"edges", "generator", "graphml", "file", "parts", NULL};
/* All that stays of the scenario's network, unless a topology says otherwise; and, where that is
 * generated, how many links there are. */
static const char *const manners[] = {"judge", "normalise", NULL};
static const char *const numbers[] = {"mean-degree", "density", NULL};

/* --- topologies ---------------------------------------------------------------------- */

/* "ring", or {ring: ...}: a generator without a network around it. */
static const char *generator_name(const tro_node *node)
{
    if (node->kind == TRO_SCALAR)
        return node->text;
    return node->kind == TRO_MAP && node->count == 1 ? node->items[0]->key : NULL;
}

static int is_network_key(const char *key)
{
    for (size_t k = 0; k < tro_network_table.count; k++)
        if (tro_network_table.params[k].type != TRO_P_SELF &&
            strcmp(tro_network_table.params[k].key, key) == 0)
            return 1;
    return 0;
}

static int unknown_topology(const tro_reader *reader, const tro_node *node, const char *word,
                            const tro_place *place)
{
    const tro_catalog *catalog = reader->catalog;
    size_t count = catalog->count[TRO_GENERATOR];
    const char **names = TRO_NEW(reader->arena, const char *, count);
    if (!names)
        return TRO_ENOMEM;
    for (size_t k = 0; k < count; k++)
        names[k] = catalog->items[TRO_GENERATOR][k]->name;
    if (tro_catalog_find(catalog, TRO_GENERATOR, word))
        return tro_error(reader->messages, TRO_ESCENARIO, place,
                         "topology '%s' has the generator '%s' beside other keys: a generator "
                         "stands alone, or under 'generator'", node->key, word);
    const char *near = tro_nearest_word(word, names, count);
    return tro_error(reader->messages, TRO_ESCENARIO, place,
                     "topology '%s' is '%.*s', which is neither a generator nor a key of 'network'"
                     "%s%s%s", node->key, tro_shown(word, 80), word, near ? " (did you mean '" : "",
                     near ? near : ": `trophic list generators` names them", near ? "'?)" : "");
}

/* Mistakes are shown at the value, where it is written. */
static void add_override(tro_topology *topology, const tro_override *from, const char *path,
                         const tro_node *node)
{
    tro_override *item = &topology->overrides[topology->override_count++];
    *item = *from;
    item->path = path;
    item->node = node;
    item->path_place = &node->key_place;
}

static char *network_path(tro_arena *arena, const char *key)
{
    char *path = TRO_NEW(arena, char, strlen(key) + 9);
    if (path)
        sprintf(path, "network.%s", key);
    return path;
}

/* Keys of a whole network. */
static int read_network(const tro_reader *reader, const tro_node *node, tro_topology *topology)
{
    tro_override *items;
    size_t count;
    int status = TRO_OK, sourced = 0;
    for (size_t k = 0; k < node->count; k++) {
        sourced |= is_one_of(node->items[k]->key, sources);
        if (!is_network_key(node->items[k]->key))
            status = unknown_topology(reader, node, node->items[k]->key,
                                      &node->items[k]->key_place);
    }
    if (status < 0)
        return status;
    if (!sourced)
        return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                         "topology '%s' has no network: one of 'edges', 'generator', 'graphml', "
                         "'file' and 'parts', or a generator's name, would be right", node->key);
    TRO_TRY(tro_overrides_of(reader->arena, node, "compare", &items, &count));
    topology->overrides = TRO_NEW(reader->arena, tro_override, count);
    if (!topology->overrides)
        return TRO_ENOMEM;
    for (size_t k = 0; k < count; k++) {
        char *path = network_path(reader->arena, node->items[k]->key);
        if (!path)
            return TRO_ENOMEM;
        add_override(topology, &items[k], path, node->items[k]);
    }
out:
    return status;
}

/* whole: the topology's value as an override of something. */
static int read_topology(const tro_reader *reader, const tro_node *node,
                         const tro_override *whole, tro_topology *topology)
{
    const char *word = generator_name(node);
    *topology = (tro_topology){.name = node->key, .node = node};
    if (node->key[0] == '\0')
        return tro_error(reader->messages, TRO_ESCENARIO, &node->key_place,
                         "a topology needs a name");
    if (word && tro_catalog_find(reader->catalog, TRO_GENERATOR, word)) {
        topology->overrides = TRO_NEW(reader->arena, tro_override, 1);
        if (!topology->overrides)
            return TRO_ENOMEM;
        add_override(topology, whole, "network.generator", node);
        return TRO_OK;
    }
    if (node->kind == TRO_MAP && node->count > 0)
        return read_network(reader, node, topology);
    if (node->kind == TRO_SCALAR && !tro_node_is_nothing(node))
        return unknown_topology(reader, node, node->text, &node->place);
    return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                     "topology '%s' is a network: a generator as in {ring: {reach: 2}}, or what "
                     "'network' takes", node->key);
}

/* Two names for one network would be told apart by chance alone, or not at all. */
static void warn_of_twins(const tro_comparison *c, tro_override *wholes, tro_messages *messages)
{
    for (size_t a = 0; a < c->topology_count; a++)
        for (size_t b = 0; b < a; b++)
            if (strcmp(wholes[a].value, wholes[b].value) == 0)
                tro_warning(messages, &c->topologies[a].node->key_place,
                            "topologies '%s' and '%s' are the same network",
                            c->topologies[b].name, c->topologies[a].name);
}

static int read_topologies(const tro_reader *reader, const compare_config *config,
                           tro_comparison *c)
{
    const tro_node *node = config->topologies;
    tro_override *wholes;
    int status = TRO_OK;
    if (!node || node->kind != TRO_MAP || node->count == 0)
        return tro_error(reader->messages, TRO_ESCENARIO,
                         node ? &node->place : config->self ? &config->self->place : NULL,
                         "compare needs topologies, a map from names to networks, as in "
                         "{ring: {ring: {reach: 2}}, web: {barabasi-albert: {m: 2}}}");
    c->topologies = TRO_NEW(reader->arena, tro_topology, node->count);
    if (!c->topologies)
        return TRO_ENOMEM;
    TRO_TRY(tro_overrides_of(reader->arena, node, "compare", &wholes, &c->topology_count));
    for (size_t t = 0; t < node->count; t++)
        status = tro_graver(status, read_topology(reader, node->items[t], &wholes[t],
                                                  &c->topologies[t]));
    if (status == TRO_OK)
        warn_of_twins(c, wholes, reader->messages);
out:
    return status;
}

/* --- outcomes ------------------------------------------------------------------------ */

static int find_outcome(const tro_reader *reader, const char *name, const tro_place *place,
                        size_t *out)
{
    const char *names[TRO_OUTCOMES];
    tro_text hint = {0};
    for (*out = 0; *out < TRO_OUTCOMES; (*out)++) {
        names[*out] = tro_compared_outcomes[*out].name;
        if (strcmp(names[*out], name) == 0)
            return TRO_OK;
    }
    tro_add_hint(&hint, name, names, TRO_OUTCOMES, ", the outcomes are ");
    int status = tro_error(reader->messages, TRO_ESCENARIO, place, "unknown outcome '%s'%s", name,
                           tro_text_string(&hint));
    tro_text_clear(&hint);
    return status;
}

static int read_outcomes(const tro_reader *reader, const compare_config *config,
                         tro_comparison *c)
{
    size_t count = config->outcomes.count, rank_by, at;
    int status = TRO_OK, ranked = 0;
    c->outcomes = TRO_NEW(reader->arena, size_t, TRO_OUTCOMES + count);
    if (!c->outcomes)
        return TRO_ENOMEM;
    for (size_t k = 0; k < count; k++) {
        const tro_place *place = &config->outcomes.nodes[k]->place;
        int found = find_outcome(reader, config->outcomes.items[k], place, &at);
        for (size_t j = 0; found == TRO_OK && j < c->outcome_count; j++)
            if (c->outcomes[j] == at)
                found = tro_error(reader->messages, TRO_ESCENARIO, place,
                                  "outcome '%s' comes twice", config->outcomes.items[k]);
        if (found == TRO_OK)
            c->outcomes[c->outcome_count++] = at;
        status = tro_graver(status, found);
    }
    for (size_t k = 0; count == 0 && k < TRO_OUTCOMES; k++)
        c->outcomes[c->outcome_count++] = k;
    status = tro_graver(status, find_outcome(reader, config->rank_by,
                                             tro_place_of(config->self, "rank-by"), &rank_by));
    if (status < 0)
        return status;
    for (size_t k = 0; k < c->outcome_count; k++)
        if (c->outcomes[k] == rank_by) {
            c->rank_by = k;
            ranked = 1;
        }
    if (!ranked && tro_node_get(config->self, "rank-by"))
        return tro_error(reader->messages, TRO_ESCENARIO, tro_place_of(config->self, "rank-by"),
                         "rank-by is '%s', which is not among the outcomes", config->rank_by);
    return TRO_OK;
}

/* --- all of it ----------------------------------------------------------------------- */

/* Is there an override of network.KEY for one of the keys? */
static int says(const tro_topology *topology, const char *const *keys)
{
    for (size_t k = 0; k < topology->override_count; k++)
        if (is_one_of(topology->overrides[k].path + strlen("network."), keys))
            return 1;
    return 0;
}

/* Generated topologies without a number of links of their own have the scenario's. */
static int inherit(tro_comparison *c, const tro_node *network)
{
    static const char *const generator[] = {"generator", NULL};
    tro_override *items;
    size_t count;
    int status = tro_overrides_of(&c->arena, network, "network", &items, &count);
    for (size_t t = 0; status == TRO_OK && t < c->topology_count; t++) {
        tro_topology *topology = &c->topologies[t];
        size_t own = topology->override_count;
        tro_override *all = TRO_NEW(&c->arena, tro_override, own + count);
        if (!all)
            return TRO_ENOMEM;
        if (!says(topology, generator) || says(topology, numbers))
            continue;
        memcpy(all, topology->overrides, own * sizeof *all);
        topology->overrides = all;
        for (size_t k = 0; k < count; k++)
            if (is_one_of(network->items[k]->key, numbers)) {
                char *path = network_path(&c->arena, network->items[k]->key);
                if (!path)
                    return TRO_ENOMEM;
                add_override(topology, &items[k], path, network->items[k]);
            }
    }
    return status;
}

/* The scenario with its overrides, but without a network of its own. */
static int make_document(tro_comparison *c, tro_messages *messages)
{
    tro_document *whole = NULL;
    int status = tro_document_clone(c->cell->base, &whole, messages);
    if (status < 0)
        return status;
    TRO_TRY(tro_overrides_apply(whole, c->cell->catalog, c->cell->overrides,
                                c->cell->override_count, messages));
    TRO_TRY(tro_cell_bare_document(whole, &c->document, messages));
    tro_node *network = tro_node_get(c->document->root, "network");
    size_t kept = 0;
    if (network && network->kind == TRO_MAP)
        TRO_TRY(inherit(c, network));
    for (size_t k = 0; network && k < network->count; k++)
        if (network->kind == TRO_MAP && is_one_of(network->items[k]->key, manners))
            network->items[kept++] = network->items[k];
    if (network && network->kind == TRO_MAP)
        network->count = kept;
out:
    tro_document_free(whole);
    return status;
}

static int list_metrics(tro_comparison *c)
{
    const tro_catalog *catalog = c->cell->catalog;
    size_t count = catalog->count[TRO_METRIC];
    int large = c->agents > TRO_METRICS_LIMIT && !c->all_metrics;
    c->metrics = TRO_NEW(&c->arena, const tro_metric *, count);
    c->centralities = TRO_NEW(&c->arena, const tro_metric *, count);
    if (!c->metrics || !c->centralities)
        return TRO_ENOMEM;
    for (size_t k = 0; k < count; k++) {
        const tro_metric *metric = (const tro_metric *)catalog->items[TRO_METRIC][k];
        if (large && !metric->linear)
            continue;
        if (metric->per_node)
            c->centralities[c->centrality_count++] = metric;
        else
            c->metrics[c->metric_count++] = metric;
    }
    return TRO_OK;
}

/* Mistakes of the first replicate, all topologies. */
static int try_topologies(tro_comparison *c, tro_messages *messages)
{
    int status = TRO_OK;
    for (size_t t = 0; t < c->topology_count && status != TRO_ENOMEM; t++) {
        tro_messages own = {0};
        tro_cell *cell = NULL;
        int found = tro_compared_cell(c, t, 0, &cell, &own);
        tro_cell_free(cell);
        tro_messages_clear(&own);
        /* Once more for its messages: of those that can be made, nobody needs the notes. */
        if (found < 0 && tro_compared_cell(c, t, 0, &cell, messages) < 0 && found != TRO_ENOMEM)
            tro_note(messages, &c->topologies[t].node->place,
                     "topology '%s' is not possible with these agents", c->topologies[t].name);
        status = tro_graver(status, found);
    }
    return status;
}

static int read_comparison(tro_comparison *c, tro_messages *messages)
{
    compare_config config;
    tro_reader reader = {.arena = &c->arena, .catalog = c->cell->catalog, .messages = messages};
    int status = tro_read_record(&reader, c->cell->scenario->compare, &tro_compare_table, NULL,
                                 &config);
    if (status == TRO_ENOMEM)
        return status;
    c->replicates = config.replicates > 0 ? (size_t)config.replicates : 1;
    c->confidence = config.confidence;
    c->tolerance = config.tolerance;
    c->all_metrics = config.all_metrics;
    c->agents = c->cell->scenario->agent_count;
    if (config.rank_by)
        status = tro_graver(status, read_outcomes(&reader, &config, c));
    status = tro_graver(status, read_topologies(&reader, &config, c));
    if (status < 0)
        return status;
    TRO_TRY(make_document(c, messages));
    TRO_TRY(list_metrics(c));
    TRO_TRY(try_topologies(c, messages));
out:
    return status;
}

int tro_comparison_new(const tro_cell *cell, tro_comparison **out, tro_messages *messages)
{
    tro_comparison *c = tro_allocate(1, sizeof *c);
    *out = NULL;
    if (!c)
        return tro_error(messages, TRO_ENOMEM, NULL, "out of memory");
    c->cell = cell;
    int status = read_comparison(c, messages);
    if (status < 0)
        tro_comparison_free(c);
    else
        *out = c;
    return status;
}

void tro_comparison_free(tro_comparison *comparison)
{
    if (!comparison)
        return;
    tro_document_free(comparison->document);
    tro_arena_clear(&comparison->arena);
    tro_release(comparison);
}
