/* libyaml's events become a tree.
 *
 * Nesting is bounded on the event stream: libyaml alone takes seconds over
 * 100 kB of '[', but it hands out the first events long before that. */
#include "document/compose.h"

#include <stdlib.h>
#include <string.h>

/* Refusals after which the rest of a text is not worth reading. */
enum { REFUSAL_LIMIT = 20, FEW_KEYS = 16 };

typedef struct frame {
    tro_node *node;
    size_t first;          /* of its children in the builder's stack */
    const char *key;       /* read, and waiting for its value */
    tro_place key_place;
    size_t mark;           /* where it begins, in characters */
    int flow, odd_key;
} frame;

typedef struct builder {
    yaml_parser_t parser;
    tro_arena *arena;
    tro_cursor cursor;
    tro_messages *messages;
    tro_node *root;
    frame frames[TRO_DEPTH_LIMIT];
    size_t depth, nodes, refusals;
    size_t *duplicates;    /* NULL: they are refusals */
    tro_node **stack;      /* children of all open collections */
    size_t count, capacity;
} builder;

size_t tro_node_room(size_t count)
{
    size_t room = count ? 4 : 0;
    while (room < count)
        room *= 2;
    return room;
}

static int no_memory(builder *b)
{
    return tro_error(b->messages, TRO_ENOMEM, NULL, "out of memory");
}

/* A mistake after which reading can go on: the text is refused at its end. */
static int refuse(builder *b, const tro_place *place, const char *sentence)
{
    tro_error(b->messages, TRO_EPARSE, place, "%s", sentence);
    return ++b->refusals < REFUSAL_LIMIT ? TRO_OK : TRO_EPARSE;
}

static tro_place event_place(builder *b, const yaml_event_t *event)
{
    return tro_cursor_place(&b->cursor, event->start_mark.index, event->end_mark.index);
}

static int refuse_properties(builder *b, const yaml_char_t *anchor, const yaml_char_t *tag,
                             const tro_place *place)
{
    int status = TRO_OK;
    tro_place one = *place;
    one.width = 1;
    if (anchor)
        status = refuse(b, &one, "anchors ('&') are not used here; write the value out");
    if (tag && status == TRO_OK)
        status = refuse(b, &one, "tags ('!') are not used here");
    return status;
}

static frame *innermost(builder *b)
{
    return b->depth ? &b->frames[b->depth - 1] : NULL;
}

static int wants_key(const frame *top)
{
    return top && top->node->kind == TRO_MAP && !top->key;
}

static int push(builder *b, tro_node *node)
{
    if (b->count == b->capacity) {
        size_t capacity = b->capacity ? 2 * b->capacity : 64;
        tro_node **stack = tro_reallocate(b->stack, b->capacity, capacity, sizeof *stack);
        if (!stack)
            return no_memory(b);
        b->stack = stack;
        b->capacity = capacity;
    }
    b->stack[b->count++] = node;
    return TRO_OK;
}

/* A new node in the innermost collection, or the root. */
static int add_node(builder *b, tro_node_kind kind, const tro_place *place, tro_node **out)
{
    frame *top = innermost(b);
    if (b->nodes++ >= TRO_NODE_LIMIT)
        return tro_error(b->messages, TRO_EPARSE, place,
                         "more than %u values; keep data in a file of its own", TRO_NODE_LIMIT);
    tro_node *node = TRO_NEW(b->arena, tro_node, 1);
    if (!node)
        return no_memory(b);
    node->kind = kind;
    node->place = *place;
    *out = node;
    if (!top) {
        b->root = node;
        return TRO_OK;
    }
    node->parent = top->node;
    if (top->node->kind == TRO_MAP) {
        node->key = top->key;
        node->key_place = top->key_place;
        top->key = NULL;
    }
    return push(b, node);
}

static int take_key(builder *b, frame *top, const char *text, const tro_place *place)
{
    if (!text)
        return no_memory(b);
    top->key = text;
    top->key_place = *place;
    return TRO_OK;
}

static int take_scalar(builder *b, const yaml_event_t *event)
{
    int status = TRO_OK;
    frame *top = innermost(b);
    const char *value = (const char *)event->data.scalar.value;
    tro_place place = event_place(b, event);
    TRO_TRY(refuse_properties(b, event->data.scalar.anchor, event->data.scalar.tag, &place));
    if (strlen(value) != event->data.scalar.length)
        TRO_TRY(refuse(b, &place, "a NUL character in a text"));
    /* libyaml lets it pass between brackets, and only there. */
    if (event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE && strcmp(value, "-") == 0)
        TRO_TRY(refuse(b, &place, "'-' alone is no value; put it in quotes"));
    char *text = tro_arena_text(b->arena, value);
    if (wants_key(top))
        return take_key(b, top, text, &place);
    tro_node *node;
    TRO_TRY(add_node(b, TRO_SCALAR, &place, &node));
    node->text = text;
    node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    if (!text)
        status = no_memory(b);
out:
    return status;
}

/* A collection where a key should be is refused, and read to its end. */
static int take_odd_key(builder *b, frame *top, const tro_place *place)
{
    top->odd_key = 1;
    top->key = "";
    top->key_place = *place;
    return refuse(b, place, "a key must be a text, not a list or a map");
}

static int begin_collection(builder *b, const yaml_event_t *event, tro_node_kind kind, int flow,
                            const yaml_char_t *anchor, const yaml_char_t *tag)
{
    int status = TRO_OK;
    frame *top = innermost(b);
    tro_place place = event_place(b, event);
    place.width = 1;
    TRO_TRY(refuse_properties(b, anchor, tag, &place));
    if (b->depth == TRO_DEPTH_LIMIT)
        return tro_error(b->messages, TRO_EPARSE, &place, "nested deeper than %d levels",
                         TRO_DEPTH_LIMIT);
    int is_key = wants_key(top);
    if (is_key)
        TRO_TRY(take_odd_key(b, top, &place));
    tro_node *node;
    TRO_TRY(add_node(b, kind, &place, &node));
    if (is_key)
        top->key = "";     /* its value is still to come */
    b->frames[b->depth++] = (frame){.node = node, .first = b->count, .flow = flow,
                                    .mark = event->start_mark.index};
out:
    return status;
}

static int by_key(const void *left, const void *right)
{
    const tro_node *a = *(tro_node *const *)left, *b = *(tro_node *const *)right;
    int order = strcmp(a->key, b->key);
    if (order == 0)
        order = a->key_place.line - b->key_place.line;
    return order ? order : a->key_place.column - b->key_place.column;
}

/* The first of the two stays in the tree; drop_duplicates takes the other. */
static int refuse_duplicate(builder *b, const tro_node *first, tro_node *again)
{
    char sentence[160];
    snprintf(sentence, sizeof sentence, "duplicate key '%.*s' (the first is on line %d)",
             tro_shown(again->key, 80), again->key, first->key_place.line);
    again->parent = NULL;
    if (!b->duplicates)
        return refuse(b, &again->key_place, sentence);
    tro_error(b->messages, TRO_EPARSE, &again->key_place, "%s", sentence);
    return ++*b->duplicates < REFUSAL_LIMIT ? TRO_OK : TRO_EPARSE;
}

static void drop_duplicates(tro_node *map)
{
    size_t kept = 0;
    for (size_t k = 0; k < map->count; k++)
        if (map->items[k]->parent)
            map->items[kept++] = map->items[k];
    map->count = kept;
}

/* Small maps pairwise, in file order; large ones sorted, so that 100,000 keys
 * stay cheap whatever they are (a hash could be made to collide). */
static int check_few_keys(builder *b, const tro_node *map)
{
    int status = TRO_OK;
    for (size_t k = 1; k < map->count; k++) {
        size_t j = 0;
        while (j < k && strcmp(map->items[j]->key, map->items[k]->key) != 0)
            j++;
        if (j < k)
            TRO_TRY(refuse_duplicate(b, map->items[j], map->items[k]));
    }
out:
    return status;
}

static int check_many_keys(builder *b, const tro_node *map)
{
    int status = TRO_OK;
    tro_node **sorted = tro_allocate(map->count, sizeof *sorted);
    if (!sorted)
        return no_memory(b);
    memcpy(sorted, map->items, map->count * sizeof *sorted);
    qsort(sorted, map->count, sizeof *sorted, by_key);
    for (size_t k = 1, first = 0; k < map->count; k++) {
        if (strcmp(sorted[first]->key, sorted[k]->key) == 0)
            TRO_TRY(refuse_duplicate(b, sorted[first], sorted[k]));
        else
            first = k;
    }
out:
    tro_release(sorted);
    return status;
}

static void underline(builder *b, const frame *top, const yaml_event_t *event)
{
    tro_place whole = tro_cursor_place(&b->cursor, top->mark, event->end_mark.index);
    top->node->place.width = whole.width;
}

static int end_collection(builder *b, const yaml_event_t *event)
{
    frame *top = innermost(b);
    tro_node *node = top->node;
    size_t count = b->count - top->first;
    if (top->flow)
        underline(b, top, event);
    if (count) {
        node->items = TRO_NEW(b->arena, tro_node *, tro_node_room(count));
        if (!node->items)
            return no_memory(b);
        memcpy(node->items, b->stack + top->first, count * sizeof *node->items);
        node->count = count;
    }
    b->count = top->first;
    b->depth--;
    if (node->kind != TRO_MAP || top->odd_key)
        return TRO_OK;
    int status = count <= FEW_KEYS ? check_few_keys(b, node) : check_many_keys(b, node);
    drop_duplicates(node);
    return status;
}

static int is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* Start of the next line, or the end. */
static size_t line_after(const tro_source *source, size_t offset)
{
    const char *at = source->text + offset;
    const char *newline = memchr(at, '\n', source->length - offset);
    return newline ? (size_t)(newline + 1 - source->text) : source->length;
}

/* Skips blank lines and comments, and lines that begin with `mark`. */
static size_t skip_lines(const tro_source *source, size_t offset, const char *mark)
{
    while (offset < source->length) {
        size_t at = offset;
        while (at < source->length && is_blank(source->text[at]))
            at++;
        char c = at < source->length ? source->text[at] : '\n';
        if (c != '\n' && c != '#' && strncmp(source->text + offset, mark, strlen(mark)) != 0)
            return at;
        offset = line_after(source, offset);
    }
    return offset;
}

/* libyaml compares each %TAG with all before it; they are refused unseen. */
static int refuse_directives(builder *b)
{
    const tro_source *source = b->cursor.source;
    size_t at = skip_lines(source, b->cursor.offset, "%YAML");
    if (strncmp(source->text + at, "%TAG", 4) != 0)
        return TRO_OK;
    tro_place place = tro_place_at(source, at, 4);
    return tro_error(b->messages, TRO_EPARSE, &place, "tags are not used here");
}

/* Looks at the text behind the document itself, so that libyaml never reads
 * a second one. */
static int end_document(builder *b, const yaml_event_t *event)
{
    const tro_source *source = b->cursor.source;
    tro_cursor_place(&b->cursor, event->end_mark.index, event->end_mark.index);
    size_t at = skip_lines(source, b->cursor.offset, "...");
    if (at >= source->length)
        return TRO_OK;
    tro_place place = tro_place_at(source, at, 1);
    if (strncmp(source->text + at, "---", 3) == 0 || source->text[at] == '%')
        return tro_error(b->messages, TRO_EPARSE, &place,
                         "a second document begins here; a scenario is one document");
    return tro_error(b->messages, TRO_EPARSE, &place,
                     "expected the end of the text behind its last value");
}

static int take_alias(builder *b, const yaml_event_t *event)
{
    int status;
    tro_node *node;
    tro_place place = event_place(b, event);
    frame *top = innermost(b);
    TRO_TRY(refuse(b, &place, "aliases ('*') are not used here; write the value out"));
    if (wants_key(top)) {
        top->odd_key = 1;
        status = take_key(b, top, "*", &place);
    } else {
        TRO_TRY(add_node(b, TRO_SCALAR, &place, &node));
        node->text = "";
    }
out:
    return status;
}

static int take(builder *b, const yaml_event_t *event, int *done)
{
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        return take_scalar(b, event);
    case YAML_ALIAS_EVENT:
        return take_alias(b, event);
    case YAML_SEQUENCE_START_EVENT:
        return begin_collection(b, event, TRO_LIST,
                                event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE,
                                event->data.sequence_start.anchor, event->data.sequence_start.tag);
    case YAML_MAPPING_START_EVENT:
        return begin_collection(b, event, TRO_MAP,
                                event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE,
                                event->data.mapping_start.anchor, event->data.mapping_start.tag);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return end_collection(b, event);
    case YAML_DOCUMENT_END_EVENT:
        *done = 1;
        return end_document(b, event);
    case YAML_STREAM_END_EVENT:
        *done = 1;
        return TRO_OK;
    default:
        return TRO_OK;
    }
}

static int take_all(builder *b)
{
    int status = TRO_OK, done = 0;
    while (!done && status == TRO_OK) {
        yaml_event_t event;
        if (!yaml_parser_parse(&b->parser, &event))
            return tro_yaml_explain(&b->parser, &b->cursor, b->messages);
        status = take(b, &event, &done);
        yaml_event_delete(&event);
    }
    return status;
}

int tro_compose(tro_arena *arena, const tro_source *source, size_t start, tro_messages *messages,
                tro_node **root, size_t *duplicates)
{
    int status;
    builder *b = tro_allocate(1, sizeof *b);
    *root = NULL;
    if (!b)
        return tro_error(messages, TRO_ENOMEM, NULL, "out of memory");
    b->arena = arena;
    b->messages = messages;
    b->duplicates = duplicates;
    b->cursor = tro_cursor_begin(source, start);
    int ready = yaml_parser_initialize(&b->parser);
    if (!ready)
        TRO_TRY(no_memory(b));
    yaml_parser_set_encoding(&b->parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&b->parser, (const unsigned char *)source->text + start,
                                 source->length - start);
    TRO_TRY(refuse_directives(b));
    TRO_TRY(take_all(b));
    if (b->refusals)
        status = TRO_EPARSE;
    else
        *root = b->root;
out:
    if (ready)
        yaml_parser_delete(&b->parser);
    tro_release(b->stack);
    tro_release(b);
    return status;
}
