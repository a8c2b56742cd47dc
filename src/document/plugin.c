/* Plug-ins by name: kinds, catalogs, `name` and {name: parameters}. */
#include <stdio.h>
#include <string.h>

#include "document/compose.h"
#include "document/param.h"
#include "document/value.h"

static const char *const kind_names[TRO_KIND_COUNT][2] = {
    [TRO_FAMILY] = {"family", "families"},       [TRO_CHANNEL] = {"channel", "channels"},
    [TRO_CURATOR] = {"curator", "curators"},     [TRO_GENERATOR] = {"generator", "generators"},
    [TRO_SCHEDULE] = {"schedule", "schedules"},  [TRO_MEASURE] = {"measure", "measures"},
    [TRO_QUANTITY] = {"quantity", "quantities"}, [TRO_METRIC] = {"metric", "metrics"},
};

static const char *kind_name(tro_kind kind, int plural)
{
    if ((unsigned)kind < TRO_KIND_COUNT && kind_names[kind][plural])
        return kind_names[kind][plural];
    return plural ? "plug-ins" : "plug-in";
}

const char *tro_kind_plural(tro_kind kind)
{
    return kind_name(kind, 1);
}

const char *tro_kind_singular(tro_kind kind)
{
    return kind_name(kind, 0);
}

const tro_plugin *tro_catalog_find(const tro_catalog *catalog, tro_kind kind, const char *name)
{
    if (!catalog || (unsigned)kind >= TRO_KIND_COUNT)
        return NULL;
    for (size_t k = 0; k < catalog->count[kind]; k++)
        if (strcmp(catalog->items[kind][k]->name, name) == 0)
            return catalog->items[kind][k];
    return NULL;
}

static int unknown_name(const tro_reader *reader, const char *name, const tro_place *place,
                        tro_kind kind)
{
    const tro_catalog *catalog = reader->catalog;
    size_t count = catalog->count[kind];
    const char **names = tro_allocate(count, sizeof *names);
    char otherwise[64];
    tro_text hint = {0};
    if (!names)
        return tro_no_memory(reader);
    for (size_t k = 0; k < count; k++)
        names[k] = catalog->items[kind][k]->name;
    snprintf(otherwise, sizeof otherwise, ", the %s are ", tro_kind_plural(kind));
    tro_add_hint(&hint, name, names, count, otherwise);
    int status = tro_mistake(reader, place, "unknown %s '%.*s'%s", tro_kind_singular(kind),
                             tro_shown(name, 80), name, tro_text_string(&hint));
    tro_text_clear(&hint);
    tro_release(names);
    return status;
}

/* The key of a map that is no name, when another is: {ring: {}, mutual: true}. */
static const tro_node *stray_key(const tro_reader *reader, const tro_node *node, tro_kind kind,
                                 const tro_plugin **plugin)
{
    const tro_node *first = node->items[0], *second = node->items[1];
    *plugin = tro_catalog_find(reader->catalog, kind, first->key);
    if (*plugin)
        return second;
    *plugin = tro_catalog_find(reader->catalog, kind, second->key);
    return *plugin ? first : second;
}

/* Several keys where one name was expected. */
static int refuse_second(const tro_reader *reader, const tro_node *node, tro_kind kind)
{
    const tro_plugin *plugin;
    const tro_node *stray = stray_key(reader, node, kind, &plugin);
    tro_text hint = {0};
    if (plugin && tro_table_param(&plugin->table, stray->key))
        tro_text_addf(&hint, " (it belongs inside '%s')", plugin->name);
    else if (reader->where)
        reader->where(reader, stray, &hint);
    int status = tro_mistake(reader, &stray->key_place, "expected one %s, found a second name "
                             "'%.*s'%s", tro_kind_singular(kind), tro_shown(stray->key, 80),
                             stray->key, tro_text_string(&hint));
    tro_text_clear(&hint);
    return status;
}

/* Exactly one name, alone or as the only key of a map. */
static int check_shape(const tro_reader *reader, const tro_node *node, tro_kind kind)
{
    char buffer[TRO_FOUND_BYTES];
    const char *what = tro_kind_singular(kind);
    if (tro_node_is_nothing(node))
        return tro_no_value(reader, node, node->key ? node->key : what);
    if (node->kind == TRO_LIST || (node->kind == TRO_MAP && node->count == 0))
        return tro_mistake(reader, &node->place,
                           "a %s must be a name or {name: parameters}, found %s", what,
                           tro_found(node, buffer));
    if (node->kind == TRO_MAP && node->count > 1)
        return refuse_second(reader, node, kind);
    return TRO_OK;
}

/* The name as a scalar of its own, so that its place can be told. */
static tro_node *name_node(const tro_reader *reader, const tro_node *node)
{
    tro_node *name = TRO_NEW(reader->arena, tro_node, 1);
    if (!name)
        return NULL;
    *name = *node;
    if (node->kind == TRO_MAP) {
        const tro_node *child = node->items[0];
        name->kind = TRO_SCALAR;
        name->text = child->key;
        name->place = child->key_place;
        name->items = NULL;
        name->count = 0;
    }
    return name;
}

int tro_read_plugin(const tro_reader *reader, const tro_node *node, tro_kind kind, tro_chosen *out)
{
    int status;
    *out = (tro_chosen){0};
    if (!reader->catalog || (unsigned)kind >= TRO_KIND_COUNT)
        return tro_error(reader->messages, TRO_EINVAL, NULL, "no catalog to find a %s in",
                         tro_kind_singular(kind));
    TRO_TRY(check_shape(reader, node, kind));
    const tro_node *name = name_node(reader, node);
    if (!name)
        return tro_no_memory(reader);
    const tro_plugin *plugin = tro_catalog_find(reader->catalog, kind, name->text);
    if (!plugin)
        return unknown_name(reader, name->text, &name->place, kind);
    void *config = tro_arena_allocate(reader->arena, 1, plugin->table.size);
    if (!config)
        return tro_no_memory(reader);
    const tro_node *parameters = node->kind == TRO_MAP ? node->items[0] : NULL;
    *out = (tro_chosen){.plugin = plugin, .config = config, .node = name,
                        .parameters = parameters ? parameters : name};
    TRO_TRY(tro_read_record(reader, parameters, &plugin->table,
                            &name->place, config));
out:
    return status;
}
