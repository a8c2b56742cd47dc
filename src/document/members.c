#include "document/members.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "document/compose.h"

/* k of GROUP-k, from 0. */
static size_t numbered(const char *group, const tro_node *count, const tro_step *step)
{
    long long most;
    size_t stem = strlen(group);
    if (step->length <= stem + 1 || step->length > stem + 12 || !count->text ||
        !tro_parse_whole(count->text, &most))
        return SIZE_MAX;
    long long k = 0;
    for (size_t at = stem + 1; at < step->length; at++) {
        if (step->text[at] < '0' || step->text[at] > '9' || (k == 0 && step->text[at] == '0'))
            return SIZE_MAX;
        k = 10 * k + (step->text[at] - '0');
    }
    if (memcmp(step->text, group, stem) != 0 || step->text[stem] != '-' || k > most)
        return SIZE_MAX;
    return (size_t)k - 1;
}

size_t tro_member_index(const tro_node *group, const tro_step *step)
{
    const tro_node *name = tro_node_get(group, "group"), *count = tro_node_get(group, "count");
    const tro_node *names = tro_node_get(group, "names");
    if (!name || name->kind != TRO_SCALAR)
        return SIZE_MAX;
    if (names && names->kind == TRO_SCALAR)
        return tro_step_is(step, names->text) ? 0 : SIZE_MAX;
    for (size_t k = 0; names && k < names->count; k++)
        if (names->items[k]->kind == TRO_SCALAR && tro_step_is(step, names->items[k]->text))
            return k;
    return count && !names ? numbered(name->text, count, step) : SIZE_MAX;
}

tro_node *tro_members_group(const tro_node *list, const tro_step *step)
{
    for (size_t k = 0; list->kind == TRO_LIST && k < list->count; k++)
        if (tro_member_index(list->items[k], step) != SIZE_MAX)
            return list->items[k];
    return NULL;
}

tro_node *tro_member_group(const tro_node *keys)
{
    tro_node *members = keys ? keys->parent : NULL;
    if (!members || !members->key || strcmp(members->key, "members") != 0)
        return NULL;
    return members->parent && tro_node_get(members->parent, "group") ? members->parent : NULL;
}

/* An empty map below `map`, which it becomes if it was nothing. */
static int add_map(tro_document *document, tro_node *map, const char *key, tro_node **out)
{
    tro_node model = {.kind = TRO_MAP, .place = map->place, .key = key, .key_place = map->place};
    return tro_node_graft(document, map, &model, out);
}

int tro_member_open(tro_document *document, tro_node *group, const tro_step *step, tro_node **out)
{
    tro_node *members = tro_node_get(group, "members");
    char *name = tro_step_text(step, &document->arena);
    if (!name || (!members && add_map(document, group, "members", &members) < 0))
        return TRO_ENOMEM;
    *out = tro_node_get(members, name);
    if (*out)
        return TRO_OK;
    if (members->kind == TRO_MAP)
        return add_map(document, members, name, out);
    *out = NULL;    /* no map of members: reading it will say so */
    return TRO_OK;
}

static tro_node *copy(tro_arena *arena, const tro_node *node, tro_node *parent)
{
    tro_node *made = TRO_NEW(arena, tro_node, 1);
    if (!made)
        return NULL;
    *made = *node;
    made->parent = parent;
    made->items = TRO_NEW(arena, tro_node *, tro_node_room(node->count));
    for (size_t k = 0; made->items && k < node->count; k++) {
        made->items[k] = copy(arena, node->items[k], made);
        if (!made->items[k])
            return NULL;
    }
    return made->items ? made : NULL;
}

int tro_node_graft(tro_document *document, tro_node *map, const tro_node *child, tro_node **out)
{
    size_t room = tro_node_room(map->count + 1);
    tro_node **items = TRO_NEW(&document->arena, tro_node *, room);
    tro_node *made = copy(&document->arena, child, map);
    if (!items || !made)
        return TRO_ENOMEM;
    for (size_t k = 0; k < map->count; k++)
        items[k] = map->items[k];
    items[map->count++] = made;
    map->items = items;
    *out = made;
    return TRO_OK;
}
