#include "scenario/key_shapes.h"

#include <string.h>

/* `advance: {sampled: ...}`; `exact` is a word of its own. */
static const tro_param advance_params[] = {
    {.key = "sampled", .type = TRO_P_RECORD, .table = &tro_sampled_table}};
static const tro_table advance_table = {.name = "advance", .params = advance_params, .count = 1};

tro_key_spot tro_key_of_table(const tro_table *table)
{
    return table ? (tro_key_spot){.shape = TRO_KEYS_RECORD, .table = table}
                 : (tro_key_spot){.shape = TRO_KEYS_ANYTHING};
}

const tro_param *tro_key_main(const tro_table *table)
{
    for (size_t k = 0; k < table->count; k++)
        if (table->params[k].flags & TRO_P_MAIN)
            return &table->params[k];
    return NULL;
}

static const tro_family *family_of(const tro_document *document, const tro_catalog *catalog)
{
    const tro_node *name = tro_node_get(tro_node_get(document->root, "outcomes"), "family");
    if (!name || name->kind != TRO_SCALAR)
        return NULL;
    return (const tro_family *)tro_catalog_find(catalog, TRO_FAMILY, name->text);
}

/* What is read by hand, not by a row of a table. */
static tro_key_spot of_node(const tro_family *family, const tro_table *table, const char *key)
{
    static const struct {
        const tro_table *table;
        const char *key;
        tro_key_spot spot;
    } known[] = {
        {&tro_scenario_table, "curators", {.shape = TRO_KEYS_PLUGINS, .kind = TRO_CURATOR}},
        {&tro_scenario_table, "agents", {.shape = TRO_KEYS_RECORDS, .table = &tro_agent_table}},
        {&tro_scenario_table, "network", {.shape = TRO_KEYS_RECORD, .table = &tro_network_table}},
        {&tro_scenario_table, "schedule", {.shape = TRO_KEYS_PLUGIN, .kind = TRO_SCHEDULE}},
        {&tro_scenario_table, "advance", {.shape = TRO_KEYS_RECORD, .table = &advance_table}},
        {&tro_agent_table, "shares", {.shape = TRO_KEYS_RECORD, .table = &tro_shares_table}},
        {&tro_agent_table, "public", {.shape = TRO_KEYS_PLUGIN, .kind = TRO_CURATOR}},
        {&tro_agent_table, "owner", {.shape = TRO_KEYS_PLUGIN, .kind = TRO_CURATOR}},
    };
    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
        if (known[k].table == table && strcmp(known[k].key, key) == 0)
            return known[k].spot;
    if (family && table == &tro_scenario_table && strcmp(key, "outcomes") == 0)
        return tro_key_of_table(&family->plugin.table);
    if (family && strcmp(key, "reward") == 0)
        return tro_key_of_table(family->reward_table);
    if (family && table == &tro_agent_table &&
        (strcmp(key, "reference") == 0 || strcmp(key, "start") == 0))
        return tro_key_of_table(family->law_table);
    return (tro_key_spot){.shape = TRO_KEYS_ANYTHING};
}

tro_key_spot tro_key_below(const tro_document *document, const tro_catalog *catalog,
                           const tro_table *table, const tro_param *param)
{
    switch (param->type) {
    case TRO_P_RECORD:
        return tro_key_of_table(param->table);
    case TRO_P_RECORDS:
        return (tro_key_spot){.shape = TRO_KEYS_RECORDS, .table = param->table};
    case TRO_P_PLUGIN:
        return (tro_key_spot){.shape = TRO_KEYS_PLUGIN, .kind = param->kind};
    case TRO_P_NODE:
        return of_node(family_of(document, catalog), table, param->key);
    default:
        return (tro_key_spot){.shape = TRO_KEYS_NOTHING};
    }
}
