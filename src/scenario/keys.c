/* What the parameter tables know about a path: the same for --set, the axes of
 * tables, and roots.
 *
 * The walk goes down the tables and the tree side by side. What the file holds
 * is always a place; what it does not hold is one when a table has the key. */
#include <string.h>

#include "document/members.h"
#include "scenario/keys.h"
#include "scenario/spots.h"

typedef struct walk {
    tro_document *document;
    const tro_catalog *catalog;
    const tro_place *place;     /* of the whole path, or NULL: it stands in `text` */
    const tro_source *text;
    size_t length;              /* of the path in it */
    int expand;
    tro_messages *messages;
    tro_spot at;
    tro_node *node;             /* NULL: the tree has ended before */
} walk;

static tro_spot below(const walk *w, const tro_table *table, const tro_param *param)
{
    return tro_spot_below(w->document->root, w->catalog, table, param);
}

static const tro_param *find_param(const tro_table *table, const tro_step *step)
{
    for (size_t k = 0; k < table->count; k++)
        if (table->params[k].type != TRO_P_SELF && tro_step_is(step, table->params[k].key))
            return &table->params[k];
    return NULL;
}

static const tro_plugin *find_plugin(const walk *w, tro_kind kind, const tro_step *step)
{
    for (size_t k = 0; w->catalog && k < w->catalog->count[kind]; k++)
        if (tro_step_is(step, w->catalog->items[kind][k]->name))
            return w->catalog->items[kind][k];
    return NULL;
}

/* --- refusing ------------------------------------------------------------- */

static tro_place place_of(const walk *w, const tro_step *step)
{
    return w->place ? *w->place : tro_place_at(w->text, step->at, (int)step->width);
}

/* The names that could have stood here: of a table's keys or a kind's plug-ins. */
static size_t list_names(const walk *w, const char **names)
{
    const tro_table *table = w->at.table;
    size_t count = 0;
    if (w->at.shape == TRO_SPOT_RECORD) {
        for (size_t k = 0; k < table->count; k++)
            if (table->params[k].type != TRO_P_SELF)
                names[count++] = table->params[k].key;
        return count;
    }
    for (; count < w->catalog->count[w->at.kind]; count++)
        names[count] = w->catalog->items[w->at.kind][count]->name;
    return count;
}

static void add_names(tro_text *text, const char *const *names, size_t count)
{
    tro_text_add(text, count ? ": there " : ", which has no keys");
    for (size_t k = 0; k < count; k++)
        tro_text_addf(text, "%s%s", k == 0 ? count > 1 ? "are " : "is " : ", ", names[k]);
}

/* A path that leaves out steps on the way: the whole one. */
static void hint_whole(const walk *w, tro_text *hint)
{
    tro_text path = {0};
    size_t count = tro_key_like(w->document, w->catalog, w->text->text, w->length, &path);
    if (count == 1)
        tro_text_addf(hint, ": did you mean '%s'?", tro_text_string(&path));
    else if (count > 1)
        tro_text_addf(hint, ": did you mean one of %zu keys such as '%s'?", count,
                      tro_text_string(&path));
    tro_text_clear(&path);
}

static int refuse_name(const walk *w, const tro_step *step)
{
    int is_key = w->at.shape == TRO_SPOT_RECORD;
    size_t room = is_key ? w->at.table->count : w->catalog->count[w->at.kind];
    const char **names = tro_allocate(room + 1, sizeof *names);
    tro_arena arena = {0};
    tro_text hint = {0};
    tro_place place = place_of(w, step);
    const char *word = tro_step_text(step, &arena);
    int status = TRO_ENOMEM;
    if (names && word) {
        size_t count = list_names(w, names);
        const char *near = tro_nearest_word(word, names, count);
        hint_whole(w, &hint);
        if (is_key && hint.length == 0)
            tro_spot_hint_below(w->document->root, w->catalog, w->at, w->node, word, &hint);
        if (hint.length > 0)
            ;
        else if (near)
            tro_text_addf(&hint, ": did you mean '%s'?", near);
        else
            add_names(&hint, names, count);
        status = tro_error(w->messages, TRO_ESCENARIO, &place, "no %s '%.*s'%s%s%s",
                           is_key ? "key" : tro_kind_singular(w->at.kind), tro_shown(word, 80),
                           word, is_key ? " in " : "", is_key ? w->at.table->name : "",
                           tro_text_string(&hint));
    }
    tro_text_clear(&hint);
    tro_arena_clear(&arena);
    tro_release(names);
    return status;
}

static int refuse_below(const walk *w, const tro_step *step)
{
    tro_place place = place_of(w, step);
    if (w->node && w->node->kind == TRO_LIST)
        return tro_step_refuse_element(w->node, step, &place, w->messages);
    if (w->node && w->node->kind == TRO_SCALAR && !tro_node_is_nothing(w->node))
        return tro_step_refuse_scalar(w->node, &place, w->messages);
    return tro_error(w->messages, TRO_ESCENARIO, &place, "no '%.*s' there: before it in the path "
                     "stands nothing that has keys or elements", (int)step->length, step->text);
}

static int refuse_second(const walk *w, const tro_step *step)
{
    tro_place place = place_of(w, step);
    const char *name = w->node->kind == TRO_MAP ? w->node->items[0]->key : w->node->text;
    return tro_error(w->messages, TRO_ESCENARIO, &place, "the %s is '%.*s', so there is no "
                     "'%.*s' to set a key of", tro_kind_singular(w->at.kind),
                     tro_shown(name, 80), name, (int)step->length, step->text);
}

/* --- walking -------------------------------------------------------------- */

static int is_value(const tro_node *node)
{
    return node && node->kind != TRO_MAP && !tro_node_is_nothing(node);
}

/* A value in place of a map of its main parameter: {main: value}. */
static int enter_value(walk *w, const tro_step *step, const tro_param *main)
{
    int status = TRO_OK;
    if (w->expand) {
        status = tro_node_wrap(w->document, w->node, main->key);
        w->node = tro_step_find(w->node, step);
    } else if (!tro_step_is(step, main->key)) {
        w->node = NULL;
    }
    return status;
}

/* A bare name of a plug-in: {name: {}}. */
static int enter_name(walk *w)
{
    tro_node *node = w->node;
    w->node = NULL;
    if (!w->expand || !is_value(node))
        return TRO_OK;
    if (tro_node_wrap(w->document, node, node->text) < 0)
        return TRO_ENOMEM;
    w->node = node->items[0];
    w->node->kind = TRO_MAP;
    w->node->text = NULL;
    return TRO_OK;
}

/* The next three take a step that the tree does not have. */
static int take_key(walk *w, const tro_step *step)
{
    int status = TRO_OK;
    const tro_param *param = find_param(w->at.table, step), *whole = tro_spot_main(w->at.table);
    if (!param)
        return refuse_name(w, step);
    if (is_value(w->node) && !whole)
        return refuse_below(w, step);
    if (is_value(w->node))
        status = enter_value(w, step, whole);
    else
        w->node = NULL;
    w->at = below(w, w->at.table, param);
    return status;
}

static int take_plugin(walk *w, const tro_step *step)
{
    const tro_plugin *plugin = find_plugin(w, w->at.kind, step);
    if (w->catalog && !plugin)
        return refuse_name(w, step);
    if (w->node && w->node->kind == TRO_LIST)
        return refuse_below(w, step);
    if (w->node && w->node->kind == TRO_MAP && w->node->count > 0)
        return refuse_second(w, step);
    if (is_value(w->node) && !tro_step_is(step, w->node->text))
        return refuse_second(w, step);
    w->at = tro_spot_of_table(plugin ? &plugin->table : NULL);
    return enter_name(w);
}

/* The member of a group, of which nothing is written: all its keys are the
 * group's. */
static int take_member(walk *w, const tro_step *step)
{
    tro_node *group = w->node ? tro_members_group(w->node, step) : NULL;
    if (!group)
        return refuse_below(w, step);
    w->at.shape = TRO_SPOT_RECORD;
    w->node = group;
    return w->expand ? tro_member_open(w->document, group, step, &w->node) : TRO_OK;
}

/* The child that a step leads to; what a member does not say is its group's,
 * and becomes its own when something there is to be set. */
static int find_child(walk *w, const tro_step *step, tro_node **out)
{
    tro_node *group = w->node && w->at.shape == TRO_SPOT_RECORD ? tro_member_group(w->node) : NULL;
    *out = w->node ? tro_step_find(w->node, step) : NULL;
    if (*out || !group)
        return TRO_OK;
    *out = tro_step_find(group, step);
    return *out && w->expand ? tro_node_graft(w->document, w->node, *out, out) : TRO_OK;
}

static int take_missing(walk *w, const tro_step *step)
{
    switch (w->at.shape) {
    case TRO_SPOT_RECORD:
        return take_key(w, step);
    case TRO_SPOT_PLUGIN:
        return take_plugin(w, step);
    case TRO_SPOT_PLUGINS:
    case TRO_SPOT_ANYTHING:
        if (is_value(w->node))
            return refuse_below(w, step);
        w->node = NULL;
        w->at.shape = w->at.shape == TRO_SPOT_PLUGINS ? TRO_SPOT_PLUGIN : TRO_SPOT_ANYTHING;
        return TRO_OK;
    case TRO_SPOT_RECORDS:
        return take_member(w, step);
    default:
        return refuse_below(w, step);
    }
}

/* Takes a step that leads to `child`; tables may know nothing about it. */
static void take_present(walk *w, const tro_step *step, tro_node *child)
{
    const tro_param *param;
    const tro_plugin *plugin;
    switch (w->at.shape) {
    case TRO_SPOT_RECORD:
        param = find_param(w->at.table, step);
        w->at = param ? below(w, w->at.table, param) : (tro_spot){.shape = TRO_SPOT_ANYTHING};
        break;
    case TRO_SPOT_RECORDS:
        w->at.shape = TRO_SPOT_RECORD;
        break;
    case TRO_SPOT_PLUGIN:
        plugin = find_plugin(w, w->at.kind, step);
        w->at = tro_spot_of_table(plugin ? &plugin->table : NULL);
        break;
    case TRO_SPOT_PLUGINS:
        w->at.shape = TRO_SPOT_PLUGIN;
        break;
    default:
        w->at.shape = TRO_SPOT_ANYTHING;
        break;
    }
    w->node = child;
}

static int refuse_syntax(const walk *w, const tro_step *step)
{
    tro_place place = place_of(w, step);
    return tro_error(w->messages, TRO_ESCENARIO, &place,
                     step->width ? "a step in double quotes must end in a quote and '.' or '='"
                                 : "an empty step in the path");
}

static int take_path(walk *w, const char *path, size_t length)
{
    int status = TRO_OK, found = 0;
    size_t at = 0;
    tro_step step = {0};
    w->at = tro_spot_of_table(&tro_scenario_table);
    w->node = w->document->root;
    w->length = length;
    if (length == 0)
        return refuse_syntax(w, &step);
    while (status == TRO_OK && (found = tro_path_next(path, length, &at, &step)) == 1) {
        tro_node *child;
        status = find_child(w, &step, &child);
        if (status < 0)
            break;
        if (child)
            take_present(w, &step, child);
        else
            status = take_missing(w, &step);
    }
    if (status == TRO_ENOMEM)
        return tro_error(w->messages, TRO_ENOMEM, NULL, "out of memory");
    return status == TRO_OK && found < 0 ? refuse_syntax(w, &step) : status;
}

int tro_key_check(const tro_scenario *scenario, const tro_catalog *catalog, const char *path,
                  const tro_place *place, tro_messages *messages)
{
    tro_source text = {.name = "key", .text = path, .length = strlen(path), .argument = 1};
    walk w = {.document = scenario->document, .catalog = catalog, .place = place,
              .text = &text, .messages = messages};
    return take_path(&w, path, text.length);
}

int tro_key_open(tro_document *document, const tro_catalog *catalog, const tro_source *text,
                 size_t length, const tro_place *place, tro_messages *messages)
{
    walk w = {.document = document, .catalog = catalog, .place = place, .text = text,
              .expand = 1, .messages = messages};
    return take_path(&w, text->text, length);
}
