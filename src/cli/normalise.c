#include "cli/normalise.h"

#include <string.h>

#include "cli/normalise_network.h"
#include "document/column.h"
#include "scenario/draws.h"

/* Works on a copy of the tree. What is not understood stays as it is: the
 * scenario was valid before. */
typedef struct filler {
    tro_document *document;    /* the copy */
    tro_arena *arena;
    const tro_catalog *catalog;
    int failed;
    int unread;                /* a file that was there before */
} filler;

static tro_node *add_child(filler *f, tro_node *map, const char *key)
{
    tro_node *child = TRO_NEW(f->arena, tro_node, 1);
    tro_node **items = TRO_NEW(f->arena, tro_node *, map->count + 1);
    if (!child || !items) {
        f->failed = 1;
        return NULL;
    }
    if (map->count > 0)
        memcpy(items, map->items, map->count * sizeof *items);
    items[map->count++] = child;
    map->items = items;
    child->key = key;
    child->parent = map;
    return child;
}

static void add_scalar(filler *f, tro_node *map, const char *key, const char *text)
{
    tro_node *child = add_child(f, map, key);
    if (child)
        child->text = text;
}

/* Turns the value v into {key: v}. */
static void wrap(filler *f, tro_node *node, const char *key)
{
    tro_node inner = *node;
    node->kind = TRO_MAP;
    node->text = NULL;
    node->items = NULL;
    node->count = 0;
    tro_node *child = add_child(f, node, key);
    if (!child)
        return;
    child->kind = inner.kind;
    child->text = inner.text;
    child->quoted = inner.quoted;
    child->items = inner.items;
    child->count = inner.count;
    for (size_t k = 0; k < child->count; k++)
        child->items[k]->parent = child;
}

static const tro_param *main_param(const tro_table *table)
{
    for (size_t k = 0; k < table->count; k++)
        if (table->params[k].flags & TRO_P_MAIN)
            return &table->params[k];
    return NULL;
}

static int has_defaults(const tro_table *table)
{
    for (size_t k = 0; k < table->count; k++)
        if (table->params[k].fallback)
            return 1;
    return 0;
}

/* May an absent record be written out as its defaults? */
static int may_appear(const tro_table *table)
{
    for (size_t k = 0; k < table->count; k++)
        if (table->params[k].type == TRO_P_SELF || (table->params[k].flags & TRO_P_REQUIRED))
            return 0;
    return has_defaults(table);
}

static void fill(filler *f, tro_node *node, const tro_table *table);

/* A bare name becomes {name: {defaults}}. */
static void fill_plugin(filler *f, tro_node *node, tro_kind kind)
{
    int bare = node->kind == TRO_SCALAR;
    if (tro_is_draw(node))
        return;
    if (!bare && (node->kind != TRO_MAP || node->count != 1))
        return;
    const char *name = bare ? node->text : node->items[0]->key;
    const tro_plugin *plugin = tro_catalog_find(f->catalog, kind, name);
    if (!plugin || !has_defaults(&plugin->table))
        return;
    if (!bare) {
        fill(f, node->items[0], &plugin->table);
        return;
    }
    node->kind = TRO_MAP;
    node->text = NULL;
    tro_node *inner = add_child(f, node, name);
    if (!inner)
        return;
    inner->kind = TRO_MAP;
    fill(f, inner, &plugin->table);
}

static void fill_absent(filler *f, tro_node *map, const tro_param *param)
{
    if (param->fallback && !strpbrk(param->fallback, "[{"))
        add_scalar(f, map, param->key, param->fallback);
    if (param->type != TRO_P_RECORD || !may_appear(param->table))
        return;
    tro_node *child = add_child(f, map, param->key);
    if (!child)
        return;
    child->kind = TRO_MAP;
    fill(f, child, param->table);
}

/* Records that say what changes: what they leave out stays as it is. */
static int says_changes(const tro_param *param)
{
    return param->table == &tro_incident_table || strcmp(param->key, "changes") == 0;
}

static void fill_present(filler *f, tro_node *child, const tro_param *param)
{
    if (param->type == TRO_P_RECORDS && says_changes(param))
        return;
    if (param->type == TRO_P_RECORD)
        fill(f, child, param->table);
    else if (param->type == TRO_P_PLUGIN)
        fill_plugin(f, child, param->kind);
    else if (param->type == TRO_P_RECORDS && child->kind == TRO_LIST)
        for (size_t k = 0; k < child->count; k++)
            fill(f, child->items[k], param->table);
}

static void fill(filler *f, tro_node *node, const tro_table *table)
{
    const tro_param *whole = main_param(table);
    if (node->kind != TRO_MAP && whole && !tro_node_is_nothing(node))
        wrap(f, node, whole->key);
    if (node->kind != TRO_MAP || tro_is_draw(node))
        return;
    for (size_t k = 0; k < table->count && !f->failed; k++) {
        const tro_param *param = &table->params[k];
        tro_node *child = tro_node_get(node, param->key);
        if (param->type == TRO_P_SELF)
            continue;
        if (child)
            fill_present(f, child, param);
        else
            fill_absent(f, node, param);
    }
}

static void fill_agent(filler *f, tro_node *agent)
{
    fill(f, agent, &tro_agent_table);
    tro_node *shares = tro_node_get(agent, "shares"), *users = tro_node_get(agent, "public");
    if (shares)
        fill(f, shares, &tro_shares_table);
    if (users && users->kind == TRO_MAP)
        fill_plugin(f, users, TRO_CURATOR);
}

/* The parts that the scenario reads by hand. */
static void fill_scenario(filler *f, tro_node *root, const tro_scenario *scenario)
{
    fill(f, root, &tro_scenario_table);
    tro_node *curators = tro_node_get(root, "curators"), *agents = tro_node_get(root, "agents");
    tro_node *network = tro_node_get(root, "network"), *advance = tro_node_get(root, "advance");
    fill(f, tro_node_get(root, "outcomes"), &scenario->space.family->plugin.table);
    for (size_t k = 0; curators && k < curators->count; k++)
        fill_plugin(f, curators->items[k], TRO_CURATOR);
    for (size_t k = 0, first = 0; k < agents->count; k++) {
        fill_agent(f, agents->items[k]);
        if (tro_normalise_names(f->document, agents->items[k], scenario, &first) < 0)
            f->failed = 1;
    }
    if (network)
        fill(f, network, &tro_network_table);
    fill_plugin(f, tro_node_get(root, "schedule"), TRO_SCHEDULE);
    if (advance->kind == TRO_MAP)
        fill(f, advance->items[0], &tro_sampled_table);
    if (network && tro_normalise_network(f->document, network, scenario) < 0)
        f->failed = 1;
}

/* Numbers as a list of scalars, in place of what the node was. */
static void become_list(filler *f, tro_node *node, const tro_vector *numbers)
{
    tro_node *items = TRO_NEW(f->arena, tro_node, numbers->count);
    tro_node **pointers = TRO_NEW(f->arena, tro_node *, numbers->count);
    char buffer[32];
    if (!items || !pointers) {
        f->failed = 1;
        return;
    }
    for (size_t k = 0; k < numbers->count; k++) {
        items[k].text = tro_arena_text(f->arena, tro_format_real(buffer, numbers->values[k]));
        items[k].parent = node;
        pointers[k] = &items[k];
        f->failed |= !items[k].text;
    }
    node->kind = TRO_LIST;
    node->items = pointers;
    node->count = numbers->count;
}

/* Columns of files become lists: a stored scenario stands alone. A law or a
 * reward may be its list; a reward that says more has it under `values`. */
static void include_columns(filler *f, const tro_reader *reader, tro_node *node)
{
    tro_node *child = tro_node_get(node, "column");
    tro_node *file = tro_node_get(child, "file"), *name = tro_node_get(child, "name");
    for (size_t k = 0; k < node->count && !f->failed; k++)
        include_columns(f, reader, node->items[k]);
    if (!file || !name || file->kind != TRO_SCALAR || name->kind != TRO_SCALAR)
        return;
    tro_data_column column = {child, file->text, name->text};
    tro_vector numbers;
    if (tro_data_column_read(reader, &column, NULL, &numbers) < 0) {
        f->failed = f->unread = 1;
        return;
    }
    child->key = "values";
    become_list(f, node->count == 1 ? node : child, &numbers);
}

int tro_scenario_normalised(const tro_cell *cell, tro_text *text, tro_messages *messages)
{
    tro_document *copy = NULL;
    int status = tro_document_clone(cell->whole->document, &copy, messages);
    if (status < 0)
        return status;
    filler f = {.document = copy, .arena = &copy->arena, .catalog = cell->catalog};
    tro_reader reader = {.arena = &copy->arena, .messages = messages,
                         .beside = copy->source.name};
    fill_scenario(&f, copy->root, cell->scenario);
    include_columns(&f, &reader, copy->root);
    tro_node_write(copy->root, text);
    tro_document_free(copy);
    if (f.unread)
        return TRO_EIO;
    if (f.failed || text->failed)
        return tro_error(messages, TRO_ENOMEM, NULL, "out of memory writing the scenario");
    return TRO_OK;
}
