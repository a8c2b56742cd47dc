#include "experiment/with.h"

#include <string.h>

/* Every override is its own origin, by which its mistakes are known. */
int tro_cell_with(const tro_cell *cell, const tro_node *set, tro_arena *arena, tro_cell **out,
                  tro_messages *messages)
{
    tro_override *own;
    size_t count, base = cell->override_count;
    int status;
    *out = NULL;
    TRO_TRY(tro_overrides_of(arena, set, "set", &own, &count));
    tro_override *all = TRO_NEW(arena, tro_override, base + count);
    if (!all)
        return TRO_ENOMEM;
    for (size_t k = 0; k < base + count; k++) {
        all[k] = k < base ? cell->overrides[k] : own[k - base];
        all[k].origin = k < base ? all[k].origin : all[k].path;
    }
    status = tro_cell_new(cell->base, cell->catalog, all, base + count, out, messages);
    if (status == TRO_OK)
        (*out)->progress = cell->progress;
out:
    return status;
}

/* Tells a mistake where the study asks for it: at the key or at its value. */
static void tell(const tro_node *set, const tro_message *message, tro_messages *messages)
{
    const tro_place *place = &set->place;
    for (size_t k = 0; message->file && k < set->count; k++) {
        const tro_node *item = set->items[k];
        if (strcmp(item->key, message->file) == 0)
            place = message->line == 1 && (size_t)message->column <= strlen(item->key)
                        ? &item->key_place
                        : &item->place;
    }
    tro_error(messages, TRO_ESCENARIO, place, "with these keys set: %s", message->text);
}

int tro_cell_with_check(const tro_cell *cell, const tro_node *set, tro_arena *arena,
                        tro_cell **out, tro_messages *messages)
{
    tro_messages own = {0};
    *out = NULL;
    if (set->kind != TRO_MAP)
        return tro_error(messages, TRO_ESCENARIO, &set->place,
                         "set is a map from paths to values");
    int status = tro_cell_with(cell, set, arena, out, &own);
    for (size_t k = 0; status != TRO_ENOMEM && k < own.count; k++)
        if (own.items[k].severity == TRO_ERROR)
            tell(set, &own.items[k], messages);
    tro_messages_clear(&own);
    return status;
}
