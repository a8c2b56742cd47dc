/* Reading a map's axes, and checking what is asked for. */
#include <math.h>
#include <string.h>

#include "document/param.h"
#include "document/path.h"
#include "experiment/map.h"
#include "scenario/keys.h"

enum { MOST_POINTS = 1000000 };

typedef struct axis_config {
    const tro_node *self;
    tro_vector values;
    const char *complement;
} axis_config;

static const tro_param axis_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(axis_config, self)},
    {.key = "values", .type = TRO_P_VECTOR, .flags = TRO_P_REQUIRED,
     .offset = offsetof(axis_config, values),
     .doc = "Its values: a list, or {linspace: [first, last, count], at-most: x}."},
    {.key = "complement", .type = TRO_P_TEXT, .offset = offsetof(axis_config, complement),
     .doc = "Another key, which becomes 1 minus the value."},
};
static const tro_table axis_table = {"axis", axis_params, sizeof axis_params / sizeof *axis_params,
                                     sizeof(axis_config)};

static const char nothing[] = "{}";

/* --- reading ---------------------------------------------------------------------------- */

static int read_values(tro_map_axis *axis, tro_messages *messages)
{
    tro_reader reader = {.arena = &axis->document->arena, .messages = messages};
    const tro_node *node = axis->node;
    axis_config config = {0};
    if (!tro_node_get(node, "values") && !tro_node_get(node, "complement"))
        return tro_read_vector(&reader, node, "values", &axis->values);
    int status = tro_read_record(&reader, node, &axis_table, NULL, &config);
    axis->values = config.values;
    axis->complement = config.complement;
    axis->complement_place = *tro_place_of(node, "complement");
    axis->node = status == TRO_OK ? tro_node_get(node, "values") : node;
    return status;
}

int tro_map_axis_read(const char *argument, const char *origin, tro_map_axis *out,
                      tro_messages *messages)
{
    size_t length = tro_path_end(argument);
    int status;
    *out = (tro_map_axis){0};
    TRO_TRY(tro_document_read_text(origin, nothing, strlen(nothing), &out->document, messages));
    TRO_TRY(tro_document_set_argument(out->document, argument, origin, messages));
    out->key = tro_arena_text_n(&out->document->arena, argument, length);
    if (!out->key)
        TRO_TRY(tro_error(messages, TRO_ENOMEM, NULL, "out of memory"));
    out->node = tro_node_at(out->document->root, out->key);
    out->key_place = (tro_place){.source = out->node->place.source, .line = 1, .column = 1,
                                 .width = (int)length};
    TRO_TRY(read_values(out, messages));
out:
    if (status < 0)
        tro_map_axis_release(out);
    return status;
}

void tro_map_axis_release(tro_map_axis *axis)
{
    tro_document_free(axis->document);
    *axis = (tro_map_axis){0};
}

/* --- checking --------------------------------------------------------------------------- */

static int check_values(const tro_map_axis *axis, tro_messages *messages)
{
    const tro_vector *v = &axis->values;
    if (v->count < 2)
        return tro_error(messages, TRO_ESCENARIO, &axis->node->place,
                         "one value varies nothing: two or more would be right");
    for (size_t k = 1; k < v->count; k++) {
        char before[32], after[32];
        int listed = axis->node->kind == TRO_LIST;
        if (v->values[k] > v->values[k - 1])
            continue;
        return tro_error(messages, TRO_ESCENARIO,
                         listed ? &axis->node->items[k]->place : &axis->node->place,
                         "the values of a map increase, found %s after %s",
                         tro_format_real(after, v->values[k]),
                         tro_format_real(before, v->values[k - 1]));
    }
    return TRO_OK;
}

/* A key that --set sets, too, would have two values. */
static int check_set(const tro_cell *cell, const char *key, const tro_place *place,
                     tro_messages *messages)
{
    for (size_t k = 0; k < cell->override_count; k++) {
        const char *path = cell->overrides[k].path;
        if (strcmp(path, "seed") != 0 &&
            tro_path_within(cell->whole->document->root, path, key))
            return tro_error(messages, TRO_ESCENARIO, place,
                             "'%s' varies, but %s sets '%s': one of them would be right", key,
                             cell->overrides[k].origin, path);
    }
    return TRO_OK;
}

typedef struct varied {
    const char *key;
    const tro_place *place;
} varied;

static int check_twice(const tro_node *root, const varied *first, const varied *second,
                       tro_messages *messages)
{
    if (!tro_path_within(root, first->key, second->key) &&
        !tro_path_within(root, second->key, first->key))
        return TRO_OK;
    return tro_error(messages, TRO_ESCENARIO, second->place,
                     "'%s' varies already%s%s%s: two different keys make a map", second->key,
                     strcmp(first->key, second->key) ? ", as '" : "",
                     strcmp(first->key, second->key) ? first->key : "",
                     strcmp(first->key, second->key) ? "'" : "");
}

static int worse(int status, int other)
{
    return status < 0 ? status : other;
}

static int check_keys(const tro_cell *cell, const tro_map_request *request,
                      tro_messages *messages)
{
    varied all[4];
    size_t count = 0;
    int status = TRO_OK;
    for (int a = 0; a < 2; a++) {
        const tro_map_axis *axis = &request->axes[a];
        all[count++] = (varied){axis->key, &axis->key_place};
        if (axis->complement)
            all[count++] = (varied){axis->complement, &axis->complement_place};
    }
    for (size_t k = 0; k < count; k++) {
        int known = tro_key_check(cell->whole, cell->catalog, all[k].key, all[k].place,
                                  messages);
        if (known == TRO_OK)
            known = check_set(cell, all[k].key, all[k].place, messages);
        for (size_t n = 0; n < k && known == TRO_OK; n++)
            known = check_twice(cell->whole->document->root, &all[n], &all[k], messages);
        status = worse(status, known);
    }
    return status;
}

static int check_agents(const tro_cell *cell, const tro_map_request *request,
                        tro_messages *messages)
{
    size_t on, of;
    int status = tro_cell_agent(cell, request->of, NULL, &of, messages);
    int other = strcmp(request->on, request->of) == 0
                    ? status
                    : tro_cell_agent(cell, request->on, NULL, &on, messages);
    on = other == TRO_OK && strcmp(request->on, request->of) == 0 ? of : on;
    if (other == TRO_OK && !cell->scenario->agents[on].reward)
        other = tro_error(messages, TRO_ESCENARIO, NULL,
                          "agent '%s' has no reward, so no alignment that could change",
                          request->on);
    return worse(status, other);
}

static int read_quantity(tro_map *map, tro_messages *messages)
{
    const tro_cell *cell = map->cell;
    const tro_chosen *of = &map->quantity;
    tro_reader reader = {.arena = &map->arena, .catalog = cell->catalog, .messages = messages,
                         .beside = cell->scenario->document->source.name};
    tro_node *node;
    int status;
    TRO_TRY(tro_document_read_text("--quantity", nothing, strlen(nothing), &map->written,
                                   messages));
    TRO_TRY(tro_document_read_option(map->written, "--quantity", map->request.quantity, 0, &node,
                                     messages));
    TRO_TRY(tro_read_plugin(&reader, node, TRO_QUANTITY, &map->quantity));
    const tro_place *place = &of->node->place;
    if (tro_quantity_of(of)->sampled)
        return tro_error(messages, TRO_ESCENARIO, place,
                         "a map needs a quantity that is exact, found '%s'", of->plugin->name);
    TRO_TRY(tro_quantity_check(cell, of, messages));
    size_t count = tro_quantity_count(cell, of);
    if (count > 1)
        return tro_error(messages, TRO_ESCENARIO, place,
                         "a map needs a quantity of one value, found '%s' with %zu",
                         of->plugin->name, count);
out:
    return status;
}

static int check_all(tro_map *map, tro_messages *messages)
{
    const tro_map_request *r = &map->request;
    const tro_vector *x = &r->axes[0].values, *y = &r->axes[1].values;
    int status = check_values(&r->axes[0], messages);
    status = worse(check_values(&r->axes[1], messages), status);
    status = worse(check_keys(map->cell, r, messages), status);
    status = worse(r->quantity ? read_quantity(map, messages)
                               : check_agents(map->cell, r, messages), status);
    if (status == TRO_OK && x->count > MOST_POINTS / y->count)
        status = tro_error(messages, TRO_ESCENARIO, &r->axes[1].node->place,
                           "the map has %zu x %zu points: at most %d would be right", x->count,
                           y->count, MOST_POINTS);
    return status;
}

int tro_map_new(const tro_cell *cell, const tro_map_request *request, tro_map **out,
                tro_messages *messages)
{
    tro_map *map = tro_allocate(1, sizeof *map);
    int status = TRO_OK;
    *out = NULL;
    if (!map)
        return tro_error(messages, TRO_ENOMEM, NULL, "out of memory");
    *map = (tro_map){.cell = cell, .request = *request};
    TRO_TRY(check_all(map, messages));
    size_t count = request->axes[0].values.count * request->axes[1].values.count;
    map->points = tro_allocate(count, sizeof *map->points);
    if (!map->points)
        TRO_TRY(tro_error(messages, TRO_ENOMEM, NULL, "out of memory for a map"));
    map->count = count;
    TRO_TRY(tro_cell_bare_document(cell->base, &map->bare, messages));
    *out = map;
out:
    if (status < 0)
        tro_map_free(map);
    return status;
}

void tro_map_free(tro_map *map)
{
    if (!map)
        return;
    for (size_t k = 0; k < map->count; k++)
        tro_release(map->points[k].remark);
    tro_release(map->points);
    tro_document_free(map->bare);
    tro_document_free(map->written);
    for (int a = 0; map->owns_axes && a < 2; a++)
        tro_map_axis_release(&map->request.axes[a]);
    tro_arena_clear(&map->arena);
    tro_release(map);
}
