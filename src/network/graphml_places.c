#include "network/graphml_places.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "document/tree.h"

enum { MOST_COMPARED = 10000 };   /* ids, in search of the nearest */

/* --- XML, as far as it goes ----------------------------------------------- */

/* Where the scan is: inside the first graph when depth is one more than that
 * of its tag. */
typedef struct scan {
    tro_graphml_places *out;
    const char *text, *end, *at;
    size_t depth, graph_depth;    /* 0: no graph yet */
    int done;
} scan;

typedef struct tag {
    const char *start, *name, *attributes, *close;   /* close: its '>' */
    size_t name_length;
} tag;

static int is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Behind the next `mark`, or the end. */
static const char *behind(const scan *s, const char *at, const char *mark)
{
    const char *found = memmem(at, (size_t)(s->end - at), mark, strlen(mark));
    return found ? found + strlen(mark) : s->end;
}

static int begins(const scan *s, const char *mark)
{
    size_t length = strlen(mark);
    return (size_t)(s->end - s->at) >= length && memcmp(s->at, mark, length) == 0;
}

/* Behind a document type, with the declarations in its brackets. */
static const char *behind_type(const scan *s)
{
    int brackets = 0;
    char quote = 0;
    for (const char *at = s->at; at < s->end; at++) {
        if (quote)
            quote = *at == quote ? 0 : quote;
        else if (*at == '"' || *at == '\'')
            quote = *at;
        else if (*at == '[' || *at == ']')
            brackets += *at == '[' ? 1 : -1;
        else if (*at == '>' && brackets <= 0)
            return at + 1;
    }
    return s->end;
}

/* Skips what is no tag; 0 when it was one. */
static int skip_other(scan *s)
{
    if (begins(s, "<!--"))
        s->at = behind(s, s->at, "-->");
    else if (begins(s, "<![CDATA["))
        s->at = behind(s, s->at, "]]>");
    else if (begins(s, "<?"))
        s->at = behind(s, s->at, "?>");
    else if (begins(s, "<!"))
        s->at = behind_type(s);
    else
        return 0;
    return 1;
}

/* The tag at s->at; 0 when the text ends in it. Names lose their prefix. */
static int read_tag(const scan *s, tag *t)
{
    char quote = 0;
    const char *at = s->at + 1;
    t->start = s->at;
    t->name = at;
    while (at < s->end && !is_blank(*at) && *at != '>' && *at != '/') {
        if (*at == ':')
            t->name = at + 1;
        at++;
    }
    t->name_length = (size_t)(at - t->name);
    t->attributes = at;
    for (; at < s->end; at++) {
        if (quote)
            quote = *at == quote ? 0 : quote;
        else if (*at == '"' || *at == '\'')
            quote = *at;
        else if (*at == '>')
            break;
    }
    t->close = at;
    return at < s->end;
}

static int is_called(const tag *t, const char *name)
{
    return t->name_length == strlen(name) && memcmp(t->name, name, t->name_length) == 0;
}

/* --- attributes ------------------------------------------------------------ */

static char *put_code(char *to, unsigned long code)
{
    if (code < 0x80) {
        *to++ = (char)code;
        return to;
    }
    if (code < 0x800) {
        *to++ = (char)(0xC0 | code >> 6);
    } else {
        if (code < 0x10000) {
            *to++ = (char)(0xE0 | code >> 12);
        } else {
            *to++ = (char)(0xF0 | (code >> 18 & 7));
            *to++ = (char)(0x80 | (code >> 12 & 0x3F));
        }
        *to++ = (char)(0x80 | (code >> 6 & 0x3F));
    }
    *to++ = (char)(0x80 | (code & 0x3F));
    return to;
}

/* The entity at `from` (an '&'), written to *to; what comes behind it. An
 * unknown one stays as it is. None is shorter than what it means. */
static const char *take_entity(const char *from, const char *end, char **to)
{
    static const struct {
        const char *name;
        char means;
    } known[] = {{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}, {"&apos;", '\''}};
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        size_t length = strlen(known[k].name);
        if ((size_t)(end - from) >= length && memcmp(from, known[k].name, length) == 0) {
            *(*to)++ = known[k].means;
            return from + length;
        }
    }
    if (end - from > 3 && from[1] == '#') {
        char *stop;
        int hex = from[2] == 'x';
        unsigned long code = strtoul(from + 2 + hex, &stop, hex ? 16 : 10);
        if (stop < end && *stop == ';' && code > 0 && code < 0x110000) {
            *to = put_code(*to, code);
            return stop + 1;
        }
    }
    *(*to)++ = *from;
    return from + 1;
}

static const char *decode(const char *from, const char *end, tro_arena *arena)
{
    char *text = TRO_NEW(arena, char, (size_t)(end - from) + 1), *to = text;
    while (text && from < end) {
        if (*from == '&') {
            from = take_entity(from, end, &to);
        } else {
            *to++ = is_blank(*from) ? ' ' : *from;
            from++;
        }
    }
    return text;
}

/* The value of an attribute, NULL when the tag has none; TRO_ENOMEM. */
static int attribute(const tag *t, const char *name, tro_arena *arena, const char **out)
{
    const char *at = t->attributes;
    *out = NULL;
    while (at < t->close) {
        while (at < t->close && (is_blank(*at) || *at == '/'))
            at++;
        const char *start = at;
        while (at < t->close && !is_blank(*at) && *at != '=')
            at++;
        size_t length = (size_t)(at - start);
        while (at < t->close && (is_blank(*at) || *at == '='))
            at++;
        if (at == t->close || (*at != '"' && *at != '\''))
            return TRO_OK;
        const char *value = at + 1, *end = memchr(value, *at, (size_t)(t->close - value));
        if (!end)
            return TRO_OK;
        if (length == strlen(name) && memcmp(start, name, length) == 0) {
            *out = decode(value, end, arena);
            return *out ? TRO_OK : TRO_ENOMEM;
        }
        at = end + 1;
    }
    return TRO_OK;
}

/* --- elements --------------------------------------------------------------- */

static int add_element(tro_graphml_element **items, size_t *count, size_t *room,
                       const tro_graphml_element *element)
{
    if (*count == *room) {
        size_t grown = *room ? 2 * *room : 64;
        tro_graphml_element *more = tro_reallocate(*items, *room, grown, sizeof *more);
        if (!more)
            return TRO_ENOMEM;
        *items = more;
        *room = grown;
    }
    (*items)[(*count)++] = *element;
    return TRO_OK;
}

static int take_element(const scan *s, const tag *t)
{
    int status;
    tro_graphml_places *out = s->out;
    tro_graphml_element element = {.start = (size_t)(t->start - s->text),
                                   .end = (size_t)(t->close + 1 - s->text)};
    if (is_called(t, "node")) {
        TRO_TRY(attribute(t, "id", &out->arena, &element.id));
        TRO_TRY(add_element(&out->nodes, &out->node_count, &out->node_room, &element));
    } else if (is_called(t, "edge")) {
        TRO_TRY(attribute(t, "source", &out->arena, &element.source));
        TRO_TRY(attribute(t, "target", &out->arena, &element.target));
        TRO_TRY(add_element(&out->edges, &out->edge_count, &out->edge_room, &element));
    }
    status = TRO_OK;
out:
    return status;
}

static int take_tag(scan *s, const tag *t)
{
    int status = TRO_OK, empty = t->close[-1] == '/';
    s->at = t->close + 1;
    if (t->start[1] == '/') {
        s->depth -= s->depth > 0;
        s->done = s->graph_depth > 0 && s->depth < s->graph_depth;
        return TRO_OK;
    }
    if (s->graph_depth > 0 && s->depth == s->graph_depth)
        status = take_element(s, t);
    s->depth += !empty;
    if (s->graph_depth == 0 && is_called(t, "graph")) {
        s->graph_depth = s->depth;
        s->done = empty;
    }
    return status;
}

static int take_all(scan *s)
{
    int status = TRO_OK;
    tag t;
    while (status == TRO_OK && !s->done) {
        s->at = memchr(s->at, '<', (size_t)(s->end - s->at));
        if (!s->at)
            break;
        if (skip_other(s))
            continue;
        if (!read_tag(s, &t))
            break;
        status = take_tag(s, &t);
    }
    return status;
}

static int read_whole(FILE *file, tro_arena *arena, tro_source *out)
{
    if (fseek(file, 0, SEEK_END) != 0)
        return TRO_EIO;
    long size = ftell(file);
    if (size < 0 || fseek(file, 0, SEEK_SET) != 0)
        return TRO_EIO;
    char *text = TRO_NEW(arena, char, (size_t)size + 1);
    if (!text)
        return TRO_ENOMEM;
    out->text = text;
    out->length = fread(text, 1, (size_t)size, file);
    return ferror(file) ? TRO_EIO : TRO_OK;
}

int tro_graphml_places_read(FILE *file, const char *path, tro_graphml_places *out)
{
    *out = (tro_graphml_places){.source.name = path};
    int status = read_whole(file, &out->arena, &out->source);
    if (status < 0)
        return status;
    scan s = {.out = out, .text = out->source.text, .at = out->source.text,
              .end = out->source.text + out->source.length};
    return take_all(&s);
}

void tro_graphml_places_release(tro_graphml_places *places)
{
    tro_release(places->nodes);
    tro_release(places->edges);
    tro_arena_clear(&places->arena);
    *places = (tro_graphml_places){0};
}

/* --- what they are for ------------------------------------------------------ */

tro_place tro_graphml_place(const tro_graphml_places *places,
                            const tro_graphml_element *element)
{
    const char *start = places->source.text + element->start;
    size_t width = element->end - element->start;
    const char *newline = memchr(start, '\n', width);
    return tro_place_at(&places->source, element->start,
                        newline ? (int)(newline - start) : (int)width);
}

const tro_graphml_element *tro_graphml_node(const tro_graphml_places *places, const char *id)
{
    for (size_t k = 0; k < places->node_count; k++)
        if (places->nodes[k].id && strcmp(places->nodes[k].id, id) == 0)
            return &places->nodes[k];
    return NULL;
}

static int compare_ids(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static int refuse_end(const tro_graphml_places *places, size_t edge, const char *end,
                      const char *const *ids, size_t count, tro_messages *messages)
{
    const tro_graphml_element *element = &places->edges[edge];
    const char *id = strcmp(end, "source") == 0 ? element->source : element->target;
    tro_place place = tro_graphml_place(places, element);
    if (!id)
        return tro_error(messages, TRO_ESCENARIO, &place, "edge %zu has no '%s': the id of a node "
                         "would be right", edge + 1, end);
    const char *near = count <= MOST_COMPARED ? tro_nearest_word(id, ids, count) : NULL;
    return tro_error(messages, TRO_ESCENARIO, &place,
                     "edge %zu has the %s '%.*s', but no node has that id%s%s%s", edge + 1, end,
                     tro_shown(id, 80), id, near ? " (did you mean '" : "", near ? near : "",
                     near ? "'?)" : "");
}

static int is_known(const char *id, const char *const *ids, size_t count)
{
    return id && count > 0 && bsearch(&id, ids, count, sizeof *ids, compare_ids) != NULL;
}

/* igraph makes one node of all that have the same id. Ids are sorted; each is said once. */
static size_t refuse_repeated(const tro_graphml_places *places, const char *const *ids,
                              size_t count, size_t most, tro_messages *messages)
{
    size_t mistakes = 0;
    for (size_t k = 1; k < count; k++) {
        if (strcmp(ids[k - 1], ids[k]) != 0 || (k > 1 && strcmp(ids[k - 2], ids[k]) == 0) ||
            mistakes++ >= most)
            continue;
        const tro_graphml_element *again = tro_graphml_node(places, ids[k]) + 1;
        while (!again->id || strcmp(again->id, ids[k]) != 0)
            again++;
        tro_place place = tro_graphml_place(places, again);
        (void)tro_error(messages, TRO_ESCENARIO, &place,
                        "a second node has the id '%.*s', ids must differ",
                        tro_shown(ids[k], 80), ids[k]);
    }
    return mistakes;
}

int tro_graphml_check(const tro_graphml_places *places, size_t most, tro_messages *messages)
{
    const char **ids = tro_allocate(places->node_count, sizeof *ids);
    size_t count = 0, mistakes = 0;
    if (!ids)
        return TRO_ENOMEM;
    for (size_t k = 0; k < places->node_count; k++) {
        tro_place place = {0};
        if (places->nodes[k].id) {
            ids[count++] = places->nodes[k].id;
        } else if (mistakes++ < most) {
            place = tro_graphml_place(places, &places->nodes[k]);
            (void)tro_error(messages, TRO_ESCENARIO, &place, "node %zu has no 'id'", k + 1);
        }
    }
    qsort(ids, count, sizeof *ids, compare_ids);
    mistakes += refuse_repeated(places, ids, count, most, messages);
    for (size_t k = 0; k < places->edge_count; k++) {
        const tro_graphml_element *edge = &places->edges[k];
        if (!is_known(edge->source, ids, count) && mistakes++ < most)
            (void)refuse_end(places, k, "source", ids, count, messages);
        if (!is_known(edge->target, ids, count) && mistakes++ < most)
            (void)refuse_end(places, k, "target", ids, count, messages);
    }
    tro_release(ids);
    return mistakes > 0 ? TRO_ESCENARIO : TRO_OK;
}
