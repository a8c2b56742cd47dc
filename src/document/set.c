/* Overrides: values set by path, from the command line and from sweeps.
 *
 * An override's text is "path=value", and its nodes' places point into it.
 * What it needs is made first and attached last, so a failure leaves the tree
 * as it was. */
#include <string.h>

#include "document/compose.h"

typedef struct override {
    tro_document *document;
    tro_messages *messages;
    const tro_source *source;
    size_t path_length;
} override;

static int no_memory(const override *o)
{
    return tro_error(o->messages, TRO_ENOMEM, NULL, "out of memory");
}

static tro_place step_place(const override *o, const tro_step *step)
{
    return tro_place_at(o->source, step->at, (int)step->width);
}

/* Takes over `text`, which lives in the document's arena. */
static int begin(override *o, const char *text, size_t length, const char *origin)
{
    tro_arena *arena = &o->document->arena;
    tro_override_source *made = TRO_NEW(arena, tro_override_source, 1);
    if (!made || !text)
        return no_memory(o);
    made->source = (tro_source){.name = tro_arena_text(arena, origin), .text = text,
                                .length = length, .argument = 1};
    made->number = o->document->overrides++;
    made->before = o->document->newest;
    o->document->newest = made;
    o->source = &made->source;
    return made->source.name ? TRO_OK : no_memory(o);
}

/* Every step is checked before any is taken. */
static int check_path(const override *o)
{
    const char *path = o->source->text;
    size_t at = 0, depth = 0;
    tro_step step;
    int found;
    if (o->path_length == 0) {
        tro_place place = {.source = o->source, .line = 1, .column = 1};
        return tro_error(o->messages, TRO_EINVAL, &place, "expected a path before '='");
    }
    while ((found = tro_path_next(path, o->path_length, &at, &step)) == 1) {
        tro_place place = step_place(o, &step);
        if (++depth > TRO_DEPTH_LIMIT)
            return tro_error(o->messages, TRO_EINVAL, &place, "a path of more than %d steps",
                             TRO_DEPTH_LIMIT);
    }
    if (found == 0)
        return TRO_OK;
    tro_place place = step_place(o, &step);
    return tro_error(o->messages, TRO_EINVAL, &place,
                     step.width ? "a step in double quotes must end in a quote and '.' or '='"
                                : "an empty step in the path");
}

static size_t height(const tro_node *node)
{
    size_t highest = 0;
    for (size_t k = 0; k < node->count; k++) {
        size_t h = height(node->items[k]);
        highest = h > highest ? h : highest;
    }
    return node->kind == TRO_SCALAR ? 0 : highest + 1;
}

static int check_depth(const override *o, const tro_node *value)
{
    size_t at = 0, depth = height(value);
    tro_step step;
    while (tro_path_next(o->source->text, o->path_length, &at, &step) == 1)
        depth++;
    if (depth <= TRO_DEPTH_LIMIT)
        return TRO_OK;
    return tro_error(o->messages, TRO_EPARSE, &value->place, "nested deeper than %d levels",
                     TRO_DEPTH_LIMIT);
}

static int refuse_step(const override *o, const tro_node *here, const tro_step *step)
{
    tro_place place = step_place(o, step);
    return here->kind == TRO_LIST ? tro_step_refuse_element(here, step, &place, o->messages)
                                  : tro_step_refuse_scalar(here, &place, o->messages);
}

/* Turns `target` into `value`, keeping its key and its parent. */
static void replace(tro_node *target, const tro_node *value)
{
    target->kind = value->kind;
    target->place = value->place;
    target->text = value->text;
    target->quoted = value->quoted;
    target->items = value->items;
    target->count = value->count;
    for (size_t k = 0; k < target->count; k++)
        target->items[k]->parent = target;
}

static int append(const override *o, tro_node *map, tro_node *child)
{
    size_t room = tro_node_room(map->count);
    if (map->count == room) {
        tro_node **items = TRO_NEW(&o->document->arena, tro_node *, tro_node_room(room + 1));
        if (!items)
            return no_memory(o);
        if (map->count)
            memcpy(items, map->items, map->count * sizeof *items);
        map->items = items;
    }
    map->items[map->count++] = child;
    child->parent = map;
    return TRO_OK;
}

static int name_child(const override *o, tro_node *child, const tro_step *step)
{
    child->key = tro_step_text(step, &o->document->arena);
    child->key_place = step_place(o, step);
    return child->key ? TRO_OK : no_memory(o);
}

/* The value under the steps from `step` on, in new maps: {b: {c: value}} for
 * the rest b.c of a path. *top is the child to attach. */
static int build_chain(const override *o, tro_step step, size_t at, tro_node *value,
                       tro_node **top)
{
    int status;
    tro_node *parent = NULL;
    *top = NULL;
    for (;;) {
        tro_step next;
        int last = tro_path_next(o->source->text, o->path_length, &at, &next) != 1;
        tro_node *child = last ? value : TRO_NEW(&o->document->arena, tro_node, 1);
        if (!child)
            return no_memory(o);
        TRO_TRY(name_child(o, child, &step));
        if (!last) {
            child->kind = TRO_MAP;
            child->place = child->key_place;
        }
        if (parent)
            TRO_TRY(append(o, parent, child));
        else
            *top = child;
        if (last)
            break;
        parent = child;
        step = next;
    }
out:
    return status;
}

static int attach(const override *o, tro_node *value)
{
    int status;
    size_t at = 0;
    tro_node *here = o->document->root, *child = here, *top;
    tro_step step;
    while (child && tro_path_next(o->source->text, o->path_length, &at, &step) == 1) {
        here = child;
        child = tro_step_find(here, &step);
    }
    if (child) {
        replace(child, value);
        return TRO_OK;
    }
    if (here->kind == TRO_LIST || (here->kind == TRO_SCALAR && !tro_node_is_nothing(here)))
        return refuse_step(o, here, &step);
    TRO_TRY(build_chain(o, step, at, value, &top));
    if (here->kind == TRO_SCALAR)
        replace(here, &(tro_node){.kind = TRO_MAP, .place = here->place});
    TRO_TRY(append(o, here, top));
out:
    return status;
}

static tro_node *new_scalar(const override *o, size_t start, const char *text)
{
    tro_node *node = TRO_NEW(&o->document->arena, tro_node, 1);
    if (!node)
        return NULL;
    node->kind = TRO_SCALAR;
    node->text = text;
    node->place = tro_place_at(o->source, start, (int)(o->source->length - start));
    return node;
}

/* What stands from byte `start` on. */
static int read_value(const override *o, size_t start, tro_node **out)
{
    int status;
    TRO_TRY(tro_compose(&o->document->arena, o->source, start, o->messages, out, NULL));
    if (!*out)
        *out = new_scalar(o, start, "");
    if (!*out)
        return no_memory(o);
out:
    return status;
}

/* The text of `o` is in place: reads its value and sets it. */
static int set(const override *o)
{
    int status;
    tro_node *value;
    TRO_TRY(tro_source_check(o->source, o->messages));
    TRO_TRY(check_path(o));
    TRO_TRY(read_value(o, o->path_length + 1, &value));
    TRO_TRY(check_depth(o, value));
    TRO_TRY(attach(o, value));
out:
    return status;
}

static int refuse_text(const char *origin, const char *text, tro_messages *messages)
{
    tro_source source = {.name = origin, .text = text, .length = strlen(text), .argument = 1};
    tro_place place = {.source = &source, .line = 1, .column = 1, .width = (int)source.length};
    if (source.length > TRO_TEXT_LIMIT)
        return tro_error(messages, TRO_EINVAL, NULL, "an override of more than 64 MiB");
    return tro_error(messages, TRO_EINVAL, &place, "expected path=value, found '%.*s'",
                     tro_shown(text, 80), text);
}

int tro_document_set_argument(tro_document *document, const char *argument, const char *origin,
                              tro_messages *messages)
{
    override o = {.document = document, .messages = messages};
    size_t length = strlen(argument);
    o.path_length = tro_path_end(argument);
    if (o.path_length == length || length > TRO_TEXT_LIMIT)
        return refuse_text(origin, argument, messages);
    int status = begin(&o, tro_arena_text(&document->arena, argument), length, origin);
    return status < 0 ? status : set(&o);
}

int tro_document_read_option(tro_document *document, const char *option, const char *argument,
                             size_t start, tro_node **out, tro_messages *messages)
{
    override o = {.document = document, .messages = messages};
    size_t length = strlen(argument);
    int status;
    if (length > TRO_TEXT_LIMIT)
        return refuse_text(option, argument, messages);
    TRO_TRY(begin(&o, tro_arena_text(&document->arena, argument), length, option));
    TRO_TRY(tro_source_check(o.source, messages));
    TRO_TRY(read_value(&o, start, out));
out:
    return status;
}

static char *joined(tro_arena *arena, const char *path, size_t path_length, const char *value,
                    size_t value_length)
{
    char *text = TRO_NEW(arena, char, path_length + 1 + value_length + 1);
    if (!text)
        return NULL;
    memcpy(text, path, path_length);
    text[path_length] = '=';
    memcpy(text + path_length + 1, value, value_length);
    return text;
}

int tro_document_set(tro_document *document, const char *path, const char *value,
                     const char *origin, tro_messages *messages)
{
    override o = {.document = document, .messages = messages, .path_length = strlen(path)};
    size_t length = strlen(value);
    if (o.path_length > TRO_TEXT_LIMIT || length > TRO_TEXT_LIMIT)
        return tro_error(messages, TRO_EINVAL, NULL, "an override of more than 64 MiB");
    char *text = joined(&document->arena, path, o.path_length, value, length);
    int status = begin(&o, text, o.path_length + 1 + length, origin);
    return status < 0 ? status : set(&o);
}

int tro_document_set_real(tro_document *document, const char *path, double value,
                          const char *origin, tro_messages *messages)
{
    int status;
    char number[32];
    override o = {.document = document, .messages = messages, .path_length = strlen(path)};
    tro_format_real(number, value);
    char *text = joined(&document->arena, path, o.path_length, number, strlen(number));
    TRO_TRY(begin(&o, text, o.path_length + 1 + strlen(number), origin));
    TRO_TRY(check_path(&o));
    tro_node *node = new_scalar(&o, o.path_length + 1, text + o.path_length + 1);
    if (!node)
        return no_memory(&o);
    TRO_TRY(attach(&o, node));
out:
    return status;
}

void tro_node_adopt_places(tro_node *node, const tro_node *model)
{
    int alike = node->kind == model->kind && node->count == model->count;
    node->place = model->place;
    for (size_t k = 0; k < node->count; k++) {
        const tro_node *child = alike ? model->items[k] : model;
        if (node->items[k]->key)
            node->items[k]->key_place = alike && child->key ? child->key_place : model->place;
        tro_node_adopt_places(node->items[k], child);
    }
}

const tro_place *tro_place_of_change(const tro_node *map, const char *const *keys, size_t count,
                                     const tro_place *otherwise)
{
    const tro_place *found = otherwise;
    for (size_t k = 0; k < count; k++) {
        const tro_node *child = tro_node_get(map, keys[k]);
        if (child && child->place.source != map->place.source)
            found = &child->place;
    }
    return found;
}

int tro_node_wrap(tro_document *document, tro_node *node, const char *key)
{
    tro_node *child = TRO_NEW(&document->arena, tro_node, 1);
    tro_node **items = TRO_NEW(&document->arena, tro_node *, tro_node_room(1));
    if (!child || !items)
        return TRO_ENOMEM;
    *child = *node;
    child->key = key;
    child->key_place = node->place;
    child->parent = node;
    for (size_t k = 0; k < child->count; k++)
        child->items[k]->parent = child;
    node->kind = TRO_MAP;
    node->text = NULL;
    node->quoted = 0;
    node->items = items;
    node->items[0] = child;
    node->count = 1;
    return TRO_OK;
}
