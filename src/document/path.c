/* Paths: how a person names one value of a tree. */
#include <stdint.h>
#include <string.h>

#include "document/compose.h"

tro_node *tro_node_get(const tro_node *node, const char *key)
{
    if (!node || node->kind != TRO_MAP)
        return NULL;
    for (size_t k = 0; k < node->count; k++)
        if (strcmp(node->items[k]->key, key) == 0)
            return node->items[k];
    return NULL;
}

int tro_node_is_nothing(const tro_node *node)
{
    static const char *const words[] = {"", "~", "null", "Null", "NULL"};
    if (node->kind != TRO_SCALAR || node->quoted)
        return 0;
    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
        if (strcmp(node->text, words[k]) == 0)
            return 1;
    return 0;
}

static size_t closing_quote(const char *path, size_t length, size_t at)
{
    while (at < length && path[at] != '"')
        at += path[at] == '\\' && at + 1 < length ? 2 : 1;
    return at;
}

int tro_path_next(const char *path, size_t length, size_t *at, tro_step *step)
{
    size_t first = *at, last;
    /* A '.' before means that a step must follow. */
    if (first >= length && (first == 0 || path[first - 1] != '.'))
        return 0;
    int quoted = first < length && path[first] == '"';
    if (quoted) {
        last = closing_quote(path, length, first + 1) + 1;
    } else {
        const char *dot = first < length ? memchr(path + first, '.', length - first) : NULL;
        last = dot ? (size_t)(dot - path) : length;
    }
    *step = (tro_step){.text = path + first + quoted, .quoted = quoted, .at = first,
                       .width = last > length ? length - first : last - first};
    if (last > length || (last < length && path[last] != '.') || last == first)
        return -1;
    step->length = last - first - 2 * (size_t)quoted;
    *at = last + 1 < length ? last + 1 : length;
    return 1;
}

/* Takes `piece` off the front of the step's text from *at on: 1 when it is
 * there. */
static int takes(const tro_step *step, size_t *at, const char *piece)
{
    for (; *piece; piece++, ++*at) {
        if (step->quoted && *at + 1 < step->length && step->text[*at] == '\\')
            ++*at;
        if (*at >= step->length || step->text[*at] != *piece)
            return 0;
    }
    return 1;
}

static int equals(const tro_step *step, const char *text)
{
    size_t at = 0;
    return takes(step, &at, text) && at == step->length;
}

char *tro_step_text(const tro_step *step, tro_arena *arena)
{
    char *copy = tro_arena_text_n(arena, step->text, step->length);
    if (!copy || !step->quoted)
        return copy;
    size_t length = 0;
    for (size_t k = 0; k < step->length; k++) {
        if (step->text[k] == '\\' && k + 1 < step->length)
            k++;
        copy[length++] = step->text[k];
    }
    copy[length] = '\0';
    return copy;
}

int tro_step_is(const tro_step *step, const char *text)
{
    return equals(step, text);
}

static const char *scalar_of(const tro_node *map, const char *key)
{
    const tro_node *child = tro_node_get(map, key);
    return child && child->kind == TRO_SCALAR && !tro_node_is_nothing(child) ? child->text : NULL;
}

static int answers_to(const tro_node *element, const char *key, const tro_step *step)
{
    const char *text = scalar_of(element, key);
    return text && equals(step, text);
}

static int is_edge(const tro_node *element, const tro_step *step)
{
    const char *from = scalar_of(element, "from"), *to = scalar_of(element, "to");
    size_t at = 0;
    return from && to && takes(step, &at, from) && takes(step, &at, "->") &&
           takes(step, &at, to) && at == step->length;
}

static int answers(const tro_node *element, const tro_step *step)
{
    return answers_to(element, "name", step) || answers_to(element, "group", step) ||
           (memchr(step->text, '>', step->length) && is_edge(element, step));
}

/* An unquoted step of digits; a number too large to be an index is none. */
static int is_index(const tro_step *step, size_t *index)
{
    *index = 0;
    if (step->quoted || step->length == 0 || step->length > 18)
        return 0;
    for (size_t k = 0; k < step->length; k++) {
        if (step->text[k] < '0' || step->text[k] > '9')
            return 0;
        *index = 10 * *index + (size_t)(step->text[k] - '0');
    }
    return 1;
}

/* The keys of a group's member of that name (members.h). */
static tro_node *find_member(const tro_node *list, const tro_step *step)
{
    for (size_t k = 0; k < list->count; k++) {
        const tro_node *members = tro_node_get(list->items[k], "members");
        for (size_t i = 0; members && members->kind == TRO_MAP && i < members->count; i++)
            if (equals(step, members->items[i]->key))
                return members->items[i];
    }
    return NULL;
}

tro_node *tro_step_find(const tro_node *node, const tro_step *step)
{
    size_t index;
    if (node->kind == TRO_SCALAR)
        return NULL;
    if (node->kind == TRO_LIST && is_index(step, &index) && index < node->count)
        return node->items[index];
    for (size_t k = 0; k < node->count; k++) {
        tro_node *child = node->items[k];
        if (node->kind == TRO_MAP ? equals(step, child->key) : answers(child, step))
            return child;
    }
    return node->kind == TRO_LIST ? find_member(node, step) : NULL;
}

tro_node *tro_node_at(const tro_node *node, const char *path)
{
    size_t length = strlen(path), at = 0;
    const tro_node *here = node;
    tro_step step;
    int found;
    while (here && (found = tro_path_next(path, length, &at, &step)) != 0)
        here = found > 0 ? tro_step_find(here, &step) : NULL;
    /* As strchr: the caller knows whether its tree may change. */
    return (tro_node *)(uintptr_t)here;
}

/* --- comparing ------------------------------------------------------------ */

/* The next byte behind *at of a step without its escapes, or -1. */
static int next_byte(const tro_step *step, size_t *at)
{
    if (step->quoted && *at + 1 < step->length && step->text[*at] == '\\')
        ++*at;
    return *at < step->length ? (unsigned char)step->text[(*at)++] : -1;
}

static int same_text(const tro_step *one, const tro_step *other)
{
    size_t i = 0, j = 0;
    int byte = 0;
    while (byte >= 0) {
        byte = next_byte(one, &i);
        if (byte != next_byte(other, &j))
            return 0;
    }
    return 1;
}

/* Do two steps lead from *node, NULL where the tree has ended, to the same
 * place? Moves *node there. */
static int same_step(const tro_node **node, const tro_step *one, const tro_step *other)
{
    const tro_node *here = *node ? tro_step_find(*node, one) : NULL;
    const tro_node *there = *node ? tro_step_find(*node, other) : NULL;
    *node = here;
    return here || there ? here == there : same_text(one, other);
}

/* Every step goes one level down, so equal places are equally many steps
 * away. Returns 1 when `outer` ends first or with `path`; *rest tells whether
 * path has more. */
static int follows(const tro_node *root, const char *path, const char *outer, int *rest)
{
    size_t length = strlen(path), outer_length = strlen(outer), at = 0, outer_at = 0;
    tro_step step, outer_step;
    for (;;) {
        int found = tro_path_next(path, length, &at, &step);
        int outer_found = tro_path_next(outer, outer_length, &outer_at, &outer_step);
        *rest = found;
        if (found < 0 || outer_found < 0 || (outer_found == 1 && found == 0))
            return 0;
        if (outer_found == 0)
            return 1;
        if (!same_step(&root, &step, &outer_step))
            return 0;
    }
}

int tro_paths_meet(const tro_node *root, const char *path, const char *other)
{
    int rest;
    return follows(root, path, other, &rest) && rest == 0;
}

int tro_path_within(const tro_node *root, const char *path, const char *outer)
{
    int rest;
    return follows(root, path, outer, &rest);
}

size_t tro_path_stem(const char *path, size_t length, const char *key)
{
    tro_step step = {.at = SIZE_MAX};
    size_t at = 0;
    int found, last = 0;
    while ((found = tro_path_next(path, length, &at, &step)) == 1)
        last = tro_step_is(&step, key);
    if (found < 0 || !last)
        return SIZE_MAX;
    return step.at > 0 ? step.at - 1 : 0;
}

size_t tro_path_end(const char *argument)
{
    size_t at = 0, quoted = 0, step_begins = 1;
    for (; argument[at] && (quoted || argument[at] != '='); at++) {
        char c = argument[at];
        if (quoted && c == '\\' && argument[at + 1])
            at++;
        else if (c == '"' && (quoted || step_begins))
            quoted = !quoted;
        step_begins = c == '.' && !quoted;
    }
    return argument[at] ? at : strcspn(argument, "=");
}

/* --- the path of a node --------------------------------------------------- */

static int is_number(const char *text)
{
    return *text && text[strspn(text, "0123456789")] == '\0';
}

static void add_step(tro_text *text, const char *step, int quote)
{
    if (!quote) {
        tro_text_add(text, step);
        return;
    }
    tro_text_add(text, "\"");
    for (; *step; step++) {
        if (*step == '"' || *step == '\\')
            tro_text_add(text, "\\");
        tro_text_add_n(text, step, 1);
    }
    tro_text_add(text, "\"");
}

static int needs_quotes(const char *step)
{
    return *step == '\0' || *step == '"' || strpbrk(step, ".=") != NULL;
}

void tro_path_add_step(tro_text *text, const char *name)
{
    add_step(text, name, needs_quotes(name) || is_number(name));
}

/* What a list element answers to besides its number: its name, from->to or
 * group, quoted where a path needs it; nothing is added when it has none. */
static void step_label(const tro_node *element, tro_text *text)
{
    const char *from = scalar_of(element, "from"), *to = scalar_of(element, "to");
    const char *name = scalar_of(element, "name");
    if (!name)
        name = scalar_of(element, "group");
    if (name) {
        tro_path_add_step(text, name);
    } else if (from && to) {
        tro_text edge = {0};
        tro_text_addf(&edge, "%s->%s", from, to);
        text->failed |= edge.failed;
        add_step(text, tro_text_string(&edge), needs_quotes(tro_text_string(&edge)));
        tro_text_clear(&edge);
    }
}

static size_t index_of(const tro_node *node)
{
    size_t k = 0;
    while (node->parent->items[k] != node)
        k++;
    return k;
}

/* A label is used only when it leads back to this very element. */
static void add_element(const tro_node *node, tro_text *text)
{
    tro_text label = {0};
    tro_step step;
    size_t at = 0;
    step_label(node, &label);
    text->failed |= label.failed;
    if (label.length && tro_path_next(label.data, label.length, &at, &step) == 1 &&
        tro_step_find(node->parent, &step) == node)
        tro_text_add(text, label.data);
    else
        tro_text_addf(text, "%zu", index_of(node));
    tro_text_clear(&label);
}

void tro_node_path(const tro_node *node, tro_text *text)
{
    if (!node || !node->parent)
        return;
    tro_node_path(node->parent, text);
    if (node->parent->parent)
        tro_text_add(text, ".");
    if (node->parent->kind == TRO_MAP)
        add_step(text, node->key, needs_quotes(node->key));
    else
        add_element(node, text);
}

/* --- steps that lead nowhere ---------------------------------------------- */

/* What the author of a list would call its elements, for a near miss. */
static const char *nearest_element(const tro_node *list, const char *word, tro_arena *scratch)
{
    const char **labels = TRO_NEW(scratch, const char *, list->count);
    size_t count = 0;
    for (size_t k = 0; labels && k < list->count; k++) {
        tro_text label = {0};
        step_label(list->items[k], &label);
        const char *copy = label.length ? tro_arena_text(scratch, label.data) : NULL;
        if (copy)
            labels[count++] = copy;
        tro_text_clear(&label);
    }
    return count ? tro_nearest_word(word, labels, count) : NULL;
}

int tro_step_refuse_element(const tro_node *list, const tro_step *step, const tro_place *place,
                            tro_messages *messages)
{
    tro_arena scratch = {0};
    tro_text path = {0};
    const char *word = tro_step_text(step, &scratch);
    if (!word) {
        tro_arena_clear(&scratch);
        return tro_error(messages, TRO_ENOMEM, NULL, "out of memory");
    }
    const char *near = nearest_element(list, word, &scratch);
    tro_node_path(list, &path);
    if (near)
        tro_error(messages, TRO_ESCENARIO, place, "no '%.*s' in '%s' (did you mean '%s'?)",
                  tro_shown(word, 80), word, tro_text_string(&path), near);
    else
        tro_error(messages, TRO_ESCENARIO, place, "no '%.*s' in '%s', a list of %zu elements",
                  tro_shown(word, 80), word, tro_text_string(&path), list->count);
    tro_text_clear(&path);
    tro_arena_clear(&scratch);
    return TRO_ESCENARIO;
}

int tro_step_refuse_scalar(const tro_node *scalar, const tro_place *place,
                           tro_messages *messages)
{
    tro_text path = {0};
    tro_node_path(scalar, &path);
    tro_error(messages, TRO_ESCENARIO, place,
              "'%s' is the value '%.*s', there is nothing below it", tro_text_string(&path),
              tro_shown(scalar->text, 80), scalar->text);
    tro_text_clear(&path);
    return TRO_ESCENARIO;
}
