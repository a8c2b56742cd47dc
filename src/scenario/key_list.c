/* All paths that a document has room for, for people and for completion in a shell. */
#include <string.h>

#include "document/members.h"
#include "scenario/keys.h"
#include "scenario/scenario.h"
#include "scenario/spots.h"

/* Tables below what is not written are followed so far. */
enum { UNWRITTEN = 1 };

typedef struct listing {
    const tro_document *document;
    const tro_catalog *catalog;
    tro_text *out;
} listing;

static void list_spot(const listing *l, tro_spot at, const tro_node *node, const char *path,
                      int unwritten);

/* `at` is the spot at path.key. */
static void list_step(const listing *l, tro_spot at, const tro_node *node, const char *path,
                      const char *key, int unwritten)
{
    tro_text longer = {0};
    tro_text_addf(&longer, "%s%s%s", path, *path ? "." : "", key);
    l->out->failed |= longer.failed;
    list_spot(l, at, node, tro_text_string(&longer), unwritten);
    tro_text_clear(&longer);
}

/* A child that is written, by the name that messages call it. */
static void list_child(const listing *l, tro_spot at, const tro_node *child)
{
    tro_text path = {0};
    tro_node_path(child, &path);
    l->out->failed |= path.failed;
    list_spot(l, at, child, tro_text_string(&path), 0);
    tro_text_clear(&path);
}

/* What is of a study and not of the scenario it is about. */
static int is_of_study(const char *key)
{
    return strcmp(key, "vary") == 0 || strcmp(key, "claims") == 0 || strcmp(key, "figure") == 0;
}

/* Who an agent is: said where it is written. */
static int is_of_identity(const char *key)
{
    static const char *const keys[] = {"name", "group", "count", "names", "nodes", "members"};
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
        if (strcmp(keys[k], key) == 0)
            return 1;
    return 0;
}

/* Cases are chosen, by `cases.GROUP`; what is in them is not set. */
static void list_cases(const listing *l, const tro_node *cases)
{
    for (size_t k = 0; cases && cases->kind == TRO_MAP && k < cases->count; k++)
        list_step(l, (tro_spot){.shape = TRO_SPOT_NOTHING}, NULL, "cases",
                  cases->items[k]->key, 0);
}

static void list_record(const listing *l, const tro_table *table, const tro_node *node,
                        const char *path, int unwritten)
{
    int top = table == &tro_scenario_table;
    for (size_t k = 0; k < table->count; k++) {
        const tro_param *param = &table->params[k];
        const tro_node *child = tro_node_get(node, param->key);
        tro_spot at = tro_spot_below(l->document->root, l->catalog, table, param);
        if (param->type == TRO_P_SELF || (top && is_of_study(param->key)) ||
            (table == &tro_agent_table && is_of_identity(param->key) &&
             (!child || child->kind == TRO_MAP)))
            continue;
        if (top && strcmp(param->key, "cases") == 0)
            list_cases(l, child);
        else if (!top || at.shape != TRO_SPOT_ANYTHING || child)
            list_step(l, at, child, path, param->key, unwritten + !child);
    }
}

/* Members of groups stand beside the groups. */
static void list_records(const listing *l, tro_spot at, const tro_node *list,
                         const char *path)
{
    at.shape = TRO_SPOT_RECORD;
    for (size_t k = 0; list && list->kind == TRO_LIST && k < list->count; k++) {
        const tro_node *members = tro_node_get(list->items[k], "members");
        list_child(l, at, list->items[k]);
        for (size_t i = 0; members && members->kind == TRO_MAP && i < members->count; i++) {
            tro_text name = {0};
            tro_path_add_step(&name, members->items[i]->key);
            l->out->failed |= name.failed;
            list_step(l, at, members->items[i], path, tro_text_string(&name), 0);
            tro_text_clear(&name);
        }
    }
}

static void list_plugin(const listing *l, tro_kind kind, const tro_node *node, const char *path)
{
    const tro_node *inside = node && node->kind == TRO_MAP && node->count ? node->items[0] : NULL;
    const char *name = inside ? inside->key : node ? node->text : NULL;
    const tro_plugin *plugin = name ? tro_catalog_find(l->catalog, kind, name) : NULL;
    if (plugin && plugin->table.count)
        list_step(l, tro_spot_of_table(&plugin->table), inside, path, name, 0);
}

static int is_branch(const tro_node *node)
{
    return node && node->kind != TRO_SCALAR;
}

/* What no table describes: maps, and lists of maps. */
static void list_anything(const listing *l, const tro_node *node)
{
    for (size_t k = 0; is_branch(node) && k < node->count; k++)
        if (node->kind == TRO_MAP || is_branch(node->items[k]))
            list_child(l, tro_spot_of_table(NULL), node->items[k]);
}

/* Can something be set there, as a whole? */
static int takes_value(tro_spot at, const tro_node *node)
{
    switch (at.shape) {
    case TRO_SPOT_RECORD:
        return tro_spot_main(at.table) != NULL;
    case TRO_SPOT_RECORDS:
    case TRO_SPOT_PLUGINS:
        return 0;
    case TRO_SPOT_ANYTHING:
        return !node || node->kind != TRO_MAP || node->count == 0;
    default:
        return 1;
    }
}

static void list_spot(const listing *l, tro_spot at, const tro_node *node, const char *path,
                      int unwritten)
{
    if (*path && takes_value(at, node))
        tro_text_addf(l->out, "%s\n", path);
    if (at.shape == TRO_SPOT_RECORD && unwritten <= UNWRITTEN)
        list_record(l, at.table, node, path, unwritten);
    else if (at.shape == TRO_SPOT_RECORDS)
        list_records(l, at, node, path);
    else if (at.shape == TRO_SPOT_PLUGIN)
        list_plugin(l, at.kind, node, path);
    for (size_t k = 0; at.shape == TRO_SPOT_PLUGINS && node && node->kind == TRO_MAP &&
                       k < node->count; k++)
        list_child(l, (tro_spot){.shape = TRO_SPOT_PLUGIN, .kind = at.kind}, node->items[k]);
    if (at.shape == TRO_SPOT_ANYTHING || (at.shape == TRO_SPOT_NOTHING && node &&
                                          node->kind == TRO_MAP))
        list_anything(l, node);
}

void tro_key_list(const tro_document *document, const tro_catalog *catalog, tro_text *out)
{
    const listing l = {document, catalog, out};
    list_spot(&l, tro_spot_of_table(&tro_scenario_table), document->root, "", 0);
}
