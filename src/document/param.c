/* Records by their table: keys, defaults, nesting. */
#include <math.h>
#include <string.h>

#include "document/compose.h"
#include "document/param.h"
#include "document/value.h"

void tro_set_absent(const tro_param *param, void *slot)
{
    switch (param->type) {
    case TRO_P_REAL:
        *(double *)slot = NAN;
        break;
    case TRO_P_WHOLE:
        *(long long *)slot = TRO_NO_WHOLE;
        break;
    case TRO_P_CHOICE:
        *(int *)slot = -1;
        break;
    default:
        break;             /* the record was zeroed */
    }
}

static void *slot_of(const tro_param *param, void *record)
{
    return (char *)record + param->offset;
}

static int read_records(const tro_reader *reader, const tro_node *node, const tro_param *param,
                        tro_records *out)
{
    int status = TRO_OK;
    const tro_table *table = param->table;
    char buffer[TRO_FOUND_BYTES];
    if (node->kind != TRO_LIST)
        return tro_mistake(reader, &node->place, "%s must be a list (of '%s'), found %s",
                           param->key, table->name, tro_found(node, buffer));
    out->items = tro_arena_allocate(reader->arena, node->count, table->size);
    if (!out->items)
        return tro_no_memory(reader);
    out->count = node->count;
    for (size_t k = 0; k < node->count; k++)
        status = tro_worse(status, tro_read_record(reader, node->items[k], table, NULL,
                                                   (char *)out->items + k * table->size));
    return status;
}

static int read_node(const tro_node *node, void *slot)
{
    const tro_node **out = slot;
    *out = node;
    return TRO_OK;
}

int tro_read_value(const tro_reader *reader, const tro_node *node, const tro_param *param,
                   void *slot)
{
    static tro_read_function *const readers[] = {
        [TRO_P_BOOL] = tro_read_p_bool,     [TRO_P_REAL] = tro_read_p_real,
        [TRO_P_WHOLE] = tro_read_p_whole,   [TRO_P_TEXT] = tro_read_p_text,
        [TRO_P_CHOICE] = tro_read_p_choice, [TRO_P_VECTOR] = tro_read_p_vector,
        [TRO_P_MATRIX] = tro_read_p_matrix, [TRO_P_TEXTS] = tro_read_p_texts,
    };
    if (tro_node_is_nothing(node) && param->type > TRO_P_CHOICE)
        return tro_no_value(reader, node, param->key);
    switch (param->type) {
    case TRO_P_RECORD:
        return tro_read_record(reader, node, param->table, NULL, slot);
    case TRO_P_RECORDS:
        return read_records(reader, node, param, slot);
    case TRO_P_PLUGIN:
        return tro_read_plugin(reader, node, param->kind, slot);
    case TRO_P_NODE:
    case TRO_P_SELF:
        return read_node(node, slot);
    default:
        return readers[param->type](reader, node, param, slot);
    }
}

/* How one record is read: whether it must have its required keys, and where
 * to say so. */
typedef struct context {
    const tro_reader *reader;
    const tro_table *table;
    const tro_place *place;
    int demanding;
} context;

/* Simple defaults skip the YAML reader: a table is read once per agent. */
static int is_simple(const char *fallback)
{
    return fallback[strcspn(fallback, "[]{}\"'#&*!|>%@`:\n")] == '\0';
}

static int read_simple_fallback(const context *c, const tro_param *param, void *slot)
{
    tro_node plain = {.kind = TRO_SCALAR, .text = param->fallback}, *node = &plain;
    if (c->place)
        plain.place = *c->place;
    if (param->type > TRO_P_VECTOR) {
        /* These keep the node. */
        node = TRO_NEW(c->reader->arena, tro_node, 1);
        if (!node)
            return tro_no_memory(c->reader);
        *node = plain;
    }
    return tro_read_value(c->reader, node, param, slot);
}

static int read_fallback(const context *c, const tro_param *param, void *slot)
{
    int status;
    tro_node *node;
    const tro_reader *reader = c->reader;
    if (is_simple(param->fallback))
        return read_simple_fallback(c, param, slot);
    tro_source *source = TRO_NEW(reader->arena, tro_source, 1);
    if (!source)
        return tro_no_memory(reader);
    *source = (tro_source){.name = "default", .text = param->fallback,
                           .length = strlen(param->fallback)};
    TRO_TRY(tro_compose(reader->arena, source, 0, reader->messages, &node, NULL));
    if (!node)
        return tro_error(reader->messages, TRO_EINVAL, NULL, "the default of '%s' is empty",
                         param->key);
    TRO_TRY(tro_read_value(reader, node, param, slot));
out:
    return status;
}

static int read_absent(const context *c, void *out);

static int read_absent_param(const context *c, const tro_param *param, void *slot)
{
    if (param->fallback)
        return read_fallback(c, param, slot);
    if ((param->flags & TRO_P_REQUIRED) && c->demanding)
        return tro_mistake(c->reader, c->place, "missing key '%s' in '%s'", param->key,
                           c->table->name);
    if (param->type == TRO_P_RECORD)
        return read_absent(&(context){.reader = c->reader, .table = param->table}, slot);
    return TRO_OK;
}

/* Sentinels first: the record is whole whatever happens after. */
static void clear(const tro_table *table, void *out)
{
    if (table->size)
        memset(out, 0, table->size);
    for (size_t k = 0; k < table->count; k++)
        tro_set_absent(&table->params[k], slot_of(&table->params[k], out));
}

static int read_absent(const context *c, void *out)
{
    int status = TRO_OK;
    clear(c->table, out);
    for (size_t k = 0; k < c->table->count; k++) {
        const tro_param *param = &c->table->params[k];
        if (param->type != TRO_P_SELF)
            status = tro_worse(status, read_absent_param(c, param, slot_of(param, out)));
    }
    return status;
}

const tro_param *tro_table_param(const tro_table *table, const char *key)
{
    for (size_t k = 0; k < table->count; k++)
        if (table->params[k].type != TRO_P_SELF && strcmp(table->params[k].key, key) == 0)
            return &table->params[k];
    return NULL;
}

static int unknown_key(const context *c, const tro_node *child)
{
    const tro_table *table = c->table;
    const char **keys = tro_allocate(table->count, sizeof *keys);
    size_t count = 0;
    tro_text hint = {0};
    if (!keys)
        return tro_no_memory(c->reader);
    for (size_t k = 0; k < table->count; k++)
        if (table->params[k].type != TRO_P_SELF)
            keys[count++] = table->params[k].key;
    if (c->reader->where)
        c->reader->where(c->reader, child, &hint);
    if (hint.length == 0)
        tro_add_hint(&hint, child->key, keys, count, ", valid keys are ");
    int status = tro_mistake(c->reader, &child->key_place, "unknown key '%.*s' in '%s'%s",
                             tro_shown(child->key, 80), child->key, table->name,
                             count || hint.length ? tro_text_string(&hint)
                                                  : ", which takes no keys");
    tro_text_clear(&hint);
    tro_release(keys);
    return status;
}

static int read_map(const context *c, const tro_node *node, void *out)
{
    int status = TRO_OK;
    for (size_t k = 0; k < node->count; k++)
        if (!tro_table_param(c->table, node->items[k]->key))
            status = tro_worse(status, unknown_key(c, node->items[k]));
    for (size_t k = 0; k < c->table->count; k++) {
        const tro_param *param = &c->table->params[k];
        void *slot = slot_of(param, out);
        const tro_node *child = param->type == TRO_P_SELF ? node : tro_node_get(node, param->key);
        status = tro_worse(status, child ? tro_read_value(c->reader, child, param, slot)
                                         : read_absent_param(c, param, slot));
    }
    return status;
}

static const tro_param *main_param(const tro_table *table)
{
    for (size_t k = 0; k < table->count; k++)
        if (table->params[k].flags & TRO_P_MAIN)
            return &table->params[k];
    return NULL;
}

/* A value in place of a map: it is the main parameter's. */
static int read_main(const context *c, const tro_node *node, void *out)
{
    int status = TRO_OK;
    const tro_param *main = main_param(c->table);
    char buffer[TRO_FOUND_BYTES];
    if (!main)
        return tro_mistake(c->reader, &node->place, "'%s' must be a map, found %s",
                           c->table->name, tro_found(node, buffer));
    for (size_t k = 0; k < c->table->count; k++) {
        const tro_param *param = &c->table->params[k];
        void *slot = slot_of(param, out);
        if (param == main || param->type == TRO_P_SELF)
            status = tro_worse(status, tro_read_value(c->reader, node, param, slot));
        else
            status = tro_worse(status, read_absent_param(c, param, slot));
    }
    return status;
}

int tro_read_record(const tro_reader *reader, const tro_node *node, const tro_table *table,
                    const tro_place *fallback_place, void *out)
{
    context c = {.reader = reader, .table = table, .place = node ? &node->place : fallback_place,
                 .demanding = 1};
    if (!node)
        return read_absent(&c, out);
    clear(table, out);
    if (tro_node_is_nothing(node))
        return tro_no_value(reader, node, node->key ? node->key : table->name);
    return node->kind == TRO_MAP ? read_map(&c, node, out) : read_main(&c, node, out);
}

static int read_one(const tro_reader *reader, const tro_node *node, const tro_param *param,
                    void *out)
{
    tro_set_absent(param, out);
    if (!node)
        return tro_mistake(reader, NULL, "missing value for '%s'", param->key);
    return tro_read_value(reader, node, param, out);
}

int tro_read_real(const tro_reader *reader, const tro_node *node, const char *what, double *out)
{
    return read_one(reader, node, &(tro_param){.key = what, .type = TRO_P_REAL}, out);
}

int tro_read_vector(const tro_reader *reader, const tro_node *node, const char *what,
                    tro_vector *out)
{
    *out = (tro_vector){0};
    return read_one(reader, node, &(tro_param){.key = what, .type = TRO_P_VECTOR}, out);
}

int tro_read_texts(const tro_reader *reader, const tro_node *node, const char *what,
                   tro_texts *out)
{
    *out = (tro_texts){0};
    return read_one(reader, node, &(tro_param){.key = what, .type = TRO_P_TEXTS}, out);
}

int tro_read_matrix(const tro_reader *reader, const tro_node *node, const char *what,
                    tro_matrix *out)
{
    *out = (tro_matrix){0};
    return read_one(reader, node, &(tro_param){.key = what, .type = TRO_P_MATRIX}, out);
}

const tro_place *tro_place_of(const tro_node *record, const char *key)
{
    const tro_node *child = tro_node_get(record, key);
    if (child)
        return &child->place;
    return record ? &record->place : NULL;
}
