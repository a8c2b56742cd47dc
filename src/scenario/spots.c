#include "scenario/spots.h"

#include <string.h>

#include "scenario/scenario.h"

/* `advance: {sampled: ...}`; `exact` is a word of its own. */
static const tro_param advance_params[] = {
    {.key = "sampled", .type = TRO_P_RECORD, .table = &tro_sampled_table}};
static const tro_table advance_table = {.name = "advance", .params = advance_params, .count = 1};

tro_spot tro_spot_of_table(const tro_table *table)
{
    return table ? (tro_spot){.shape = TRO_SPOT_RECORD, .table = table}
                 : (tro_spot){.shape = TRO_SPOT_ANYTHING};
}

const tro_param *tro_spot_main(const tro_table *table)
{
    for (size_t k = 0; k < table->count; k++)
        if (table->params[k].flags & TRO_P_MAIN)
            return &table->params[k];
    return NULL;
}

static const tro_family *family_of(const tro_node *root, const tro_catalog *catalog)
{
    const tro_node *name = tro_node_get(tro_node_get(root, "outcomes"), "family");
    if (!name || name->kind != TRO_SCALAR)
        return NULL;
    return (const tro_family *)tro_catalog_find(catalog, TRO_FAMILY, name->text);
}

/* What is read by hand, not by a row of a table. */
static tro_spot of_node(const tro_node *root, const tro_catalog *catalog, const tro_table *table,
                        const char *key)
{
    static const struct {
        const tro_table *table;
        const char *key;
        tro_spot spot;
    } known[] = {
        {&tro_scenario_table, "curators", {.shape = TRO_SPOT_PLUGINS, .kind = TRO_CURATOR}},
        {&tro_scenario_table, "agents", {.shape = TRO_SPOT_RECORDS, .table = &tro_agent_table}},
        {&tro_scenario_table, "network", {.shape = TRO_SPOT_RECORD, .table = &tro_network_table}},
        {&tro_scenario_table, "schedule", {.shape = TRO_SPOT_PLUGIN, .kind = TRO_SCHEDULE}},
        {&tro_scenario_table, "advance", {.shape = TRO_SPOT_RECORD, .table = &advance_table}},
        {&tro_agent_table, "shares", {.shape = TRO_SPOT_RECORD, .table = &tro_shares_table}},
        {&tro_agent_table, "public", {.shape = TRO_SPOT_PLUGIN, .kind = TRO_CURATOR}},
        {&tro_agent_table, "owner", {.shape = TRO_SPOT_PLUGIN, .kind = TRO_CURATOR}},
    };
    const tro_family *family = family_of(root, catalog);
    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
        if (known[k].table == table && strcmp(known[k].key, key) == 0)
            return known[k].spot;
    if (family && table == &tro_scenario_table && strcmp(key, "outcomes") == 0)
        return tro_spot_of_table(&family->plugin.table);
    if (family && strcmp(key, "reward") == 0)
        return tro_spot_of_table(family->reward_table);
    if (family && table == &tro_agent_table &&
        (strcmp(key, "reference") == 0 || strcmp(key, "start") == 0))
        return tro_spot_of_table(family->law_table);
    return (tro_spot){.shape = TRO_SPOT_ANYTHING};
}

tro_spot tro_spot_below(const tro_node *root, const tro_catalog *catalog, const tro_table *table,
                        const tro_param *param)
{
    switch (param->type) {
    case TRO_P_RECORD:
        return tro_spot_of_table(param->table);
    case TRO_P_RECORDS:
        return (tro_spot){.shape = TRO_SPOT_RECORDS, .table = param->table};
    case TRO_P_PLUGIN:
        return (tro_spot){.shape = TRO_SPOT_PLUGIN, .kind = param->kind};
    case TRO_P_NODE:
        return of_node(root, catalog, table, param->key);
    default:
        return (tro_spot){.shape = TRO_SPOT_NOTHING};
    }
}

/* --- keys in the wrong place ---------------------------------------------------------- */

/* The table of the plug-in that stands at a node, or NULL. */
static const tro_table *chosen_table(const tro_catalog *catalog, tro_kind kind,
                                     const tro_node *node, const char **name)
{
    *name = !node                                           ? NULL
            : node->kind == TRO_SCALAR                      ? node->text
            : node->kind == TRO_MAP && node->count == 1     ? node->items[0]->key
                                                            : NULL;
    const tro_plugin *plugin = *name ? tro_catalog_find(catalog, kind, *name) : NULL;
    return plugin ? &plugin->table : NULL;
}

/* Does what the parameter leads to have the key? Then says so. */
static int hint_in(const tro_node *root, const tro_catalog *catalog, const tro_table *table,
                   const tro_param *param, const tro_node *node, const char *key, tro_text *text)
{
    const tro_spot spot = tro_spot_below(root, catalog, table, param);
    const tro_node *value = tro_node_get(node, param->key);
    const char *name = NULL;
    const tro_table *chosen = spot.shape == TRO_SPOT_PLUGIN
                                  ? chosen_table(catalog, spot.kind, value, &name) : NULL;
    if (chosen && tro_table_param(chosen, key))
        tro_text_addf(text, " (it belongs inside '%s', in '%s')", name, param->key);
    else if (spot.shape == TRO_SPOT_RECORD && tro_table_param(spot.table, key))
        tro_text_addf(text, " (it belongs inside '%s')", param->key);
    else if (spot.shape == TRO_SPOT_RECORDS && tro_table_param(spot.table, key))
        tro_text_addf(text, " (it belongs inside an element of '%s')", param->key);
    return text->length > 0;
}

void tro_spot_hint_below(const tro_node *root, const tro_catalog *catalog, tro_spot spot,
                         const tro_node *node, const char *key, tro_text *text)
{
    if (spot.shape != TRO_SPOT_RECORD)
        return;
    for (size_t k = 0; k < spot.table->count; k++)
        if (spot.table->params[k].type != TRO_P_SELF &&
            hint_in(root, catalog, spot.table, &spot.table->params[k], node, key, text))
            return;
}

/* What the tables say of a node of the scenario, from the root on. */
static tro_spot spot_of(const tro_node *root, const tro_catalog *catalog, const tro_node *node)
{
    if (node == root)
        return tro_spot_of_table(&tro_scenario_table);
    const tro_spot outer = spot_of(root, catalog, node->parent);
    const tro_param *param;
    const tro_plugin *plugin;
    switch (outer.shape) {
    case TRO_SPOT_RECORD:
        param = node->key ? tro_table_param(outer.table, node->key) : NULL;
        return param ? tro_spot_below(root, catalog, outer.table, param)
                     : (tro_spot){.shape = TRO_SPOT_ANYTHING};
    case TRO_SPOT_RECORDS:
        return tro_spot_of_table(outer.table);
    case TRO_SPOT_PLUGIN:
        plugin = node->key ? tro_catalog_find(catalog, outer.kind, node->key) : NULL;
        return tro_spot_of_table(plugin ? &plugin->table : NULL);
    case TRO_SPOT_PLUGINS:
        return (tro_spot){.shape = TRO_SPOT_PLUGIN, .kind = outer.kind};
    default:
        return (tro_spot){.shape = TRO_SPOT_ANYTHING};
    }
}

static const tro_node *root_of(const tro_node *node)
{
    while (node->parent)
        node = node->parent;
    return node;
}

/* First inside what stands beside the key, then from the next map outwards: beside what leads
 * here, or inside one of its neighbours. */
void tro_spot_hint(const tro_reader *reader, const tro_node *child, tro_text *text)
{
    const tro_node *root = root_of(child), *inner = child->parent;
    if (!inner)
        return;
    const tro_catalog *catalog = reader->catalog;
    tro_spot_hint_below(root, catalog, spot_of(root, catalog, inner), inner, child->key, text);
    for (; inner->parent && text->length == 0; inner = inner->parent) {
        const tro_spot outer = spot_of(root, catalog, inner->parent);
        if (outer.shape != TRO_SPOT_RECORD || !inner->key)
            continue;
        if (tro_table_param(outer.table, child->key))
            tro_text_addf(text, " (it is a key of '%s': it belongs beside '%s')",
                          outer.table->name, inner->key);
        else
            tro_spot_hint_below(root, catalog, outer, inner->parent, child->key, text);
    }
}
