/* Cases: sets of keys with a name, of which an override chooses one.
 *
 *   cases:
 *     setting:
 *       A1: {network.edges.phi->theta.weight: 0, ...}
 *
 * `cases.setting=A1` sets all keys of A1. What stands after it in a list of
 * overrides goes before it, as always. */
#include <string.h>

#include "scenario/parts.h"

static int refuse(const tro_reader *reader, const tro_place *place, const char *what)
{
    return tro_error(reader->messages, TRO_ESCENARIO, place, "%s", what);
}

static int check_group(const tro_reader *reader, const tro_node *group)
{
    int status = TRO_OK;
    if (group->kind != TRO_MAP || group->count == 0)
        return refuse(reader, &group->place,
                      "a group of cases is a map from their names to the keys they set");
    for (size_t k = 0; k < group->count; k++)
        if (group->items[k]->kind != TRO_MAP)
            status = refuse(reader, &group->items[k]->place,
                            "a case is a map from paths to values; {} sets none");
    return status;
}

int tro_scenario_cases(const tro_reader *reader, const tro_top_config *top)
{
    int status = TRO_OK;
    if (!top->cases)
        return TRO_OK;
    if (top->cases->kind != TRO_MAP)
        return refuse(reader, &top->cases->place, "cases is a map from groups to their cases");
    for (size_t k = 0; k < top->cases->count; k++)
        status = tro_worse(status, check_group(reader, top->cases->items[k]));
    return status;
}

int tro_overrides_of(tro_arena *arena, const tro_node *map, const char *origin,
                     tro_override **out, size_t *count)
{
    *count = 0;
    *out = TRO_NEW(arena, tro_override, map->count);
    if (!*out)
        return TRO_ENOMEM;
    for (size_t k = 0; k < map->count; k++) {
        tro_text text = {0};
        tro_node_write(map->items[k], &text);
        char *value = text.failed ? NULL : tro_arena_text(arena, tro_text_string(&text));
        /* A number is one only without the end of its line. */
        if (value && map->items[k]->kind == TRO_SCALAR && text.length > 0)
            value[text.length - 1] = '\0';
        tro_text_clear(&text);
        if (!value)
            return TRO_ENOMEM;
        (*out)[(*count)++] = (tro_override){
            .path = map->items[k]->key, .value = value, .origin = origin};
    }
    return TRO_OK;
}

/* The name nearest to `name` among the keys of a map; NULL: none is near. */
static const char *nearest_key(const tro_node *map, const char *name)
{
    const char *near = NULL;
    for (size_t k = 0; map && k < map->count; k++) {
        const char *pair[2] = {map->items[k]->key, near};
        const char *nearer = tro_nearest_word(name, pair, near ? 2 : 1);
        near = nearer ? nearer : near;
    }
    return near;
}

/* At the value of the override, or at its path. */
static int no_such(const char *what, const tro_override *item, const char *value, int at_path,
                   const tro_node *among, tro_messages *messages)
{
    tro_text text = {0};
    const char *name = at_path ? item->path + strlen("cases.") : value;
    const char *near = nearest_key(among, name);
    tro_text_addf(&text, "%s=%s", item->path, value);
    tro_source source = {.name = item->origin, .text = tro_text_string(&text),
                         .length = text.length, .argument = 1};
    tro_place place = {&source, 1, at_path ? 1 : (int)strlen(item->path) + 2,
                       (int)strlen(at_path ? item->path : value)};
    int status = tro_error(messages, text.failed ? TRO_ENOMEM : TRO_ESCENARIO, &place,
                           "%s '%s'%s%s%s", what, name, near ? " (did you mean '" : "",
                           near ? near : "", near ? "'?)" : "");
    tro_text_clear(&text);
    return status;
}

/* What messages call the keys of a case: on the command line the case comes before them. */
static const char *origin_of(const tro_override *item, const char *name, tro_arena *arena)
{
    tro_text text = {0};
    if (strcmp(item->origin, "--set") != 0)
        return item->origin;
    tro_text_addf(&text, "%s %s=%s, so", item->origin, item->path, name);
    const char *origin = text.failed ? NULL : tro_arena_text(arena, tro_text_string(&text));
    tro_text_clear(&text);
    return origin;
}

int tro_case_choose(const tro_document *document, const tro_override *item, tro_arena *arena,
                    tro_override **out, size_t *count, tro_messages *messages)
{
    const tro_node *group = tro_node_at(document->root, item->path);
    const tro_node *cases = tro_node_get(document->root, "cases");
    char number[32];
    const char *name = item->value ? item->value : tro_format_real(number, item->number);
    *out = NULL;
    if (name[strspn(name, " ")] == '{')
        return TRO_OK; /* a group or a case, written out */
    if (!group && strncmp(item->path, "cases.", 6) == 0 && !strchr(item->path + 6, '.'))
        return no_such("there is no group of cases", item, name, 1, cases, messages);
    if (!group || !cases || group->parent != cases || group->kind != TRO_MAP)
        return TRO_OK;
    const tro_node *chosen = tro_node_get(group, name);
    if (!chosen)
        return no_such("there is no case", item, name, 0, group, messages);
    if (chosen->kind != TRO_MAP)
        return TRO_OK; /* reading the scenario says what is wrong */
    const char *origin = origin_of(item, name, arena);
    return origin ? tro_overrides_of(arena, chosen, origin, out, count) : TRO_ENOMEM;
}
