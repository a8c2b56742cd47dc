/* Another quantity under other keys: what it is there, and how far that is from
 * what it is here. */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "experiment/quantity.h"
#include "experiment/with.h"

typedef struct with_config {
    const tro_node *self, *set;
    tro_chosen of;
} with_config;

static const tro_param with_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(with_config, self)},
    {.key = "of", .type = TRO_P_PLUGIN, .flags = TRO_P_REQUIRED,
     .offset = offsetof(with_config, of), .kind = TRO_QUANTITY, .doc = "The other quantity."},
    {.key = "set", .type = TRO_P_NODE, .flags = TRO_P_REQUIRED,
     .offset = offsetof(with_config, set), .doc = "The keys: a map from paths to values."},
};

static int check_cell(const tro_cell *cell, const with_config *config, size_t *count,
                      tro_messages *messages)
{
    tro_arena arena = {0};
    tro_cell *other = NULL;
    int status = tro_cell_with_check(cell, config->set, &arena, &other, messages);
    if (status == TRO_OK)
        status = tro_quantity_check(other, &config->of, messages);
    if (status == TRO_OK)
        *count = tro_quantity_count(other, &config->of);
    tro_cell_free(other);
    tro_arena_clear(&arena);
    return status;
}

static int with_check(const tro_cell *cell, const void *given, tro_messages *messages)
{
    const with_config *config = given;
    const tro_quantity *of = tro_quantity_of(&config->of);
    size_t count;
    if (of->sampled)
        return tro_error(messages, TRO_ESCENARIO, &config->of.node->place,
                         "a quantity that is exact would be right, found '%s'", of->plugin.name);
    return check_cell(cell, config, &count, messages);
}

static size_t with_count(const tro_cell *cell, const void *given)
{
    size_t count = 1;
    return check_cell(cell, given, &count, NULL) == TRO_OK ? count : 1;
}

static size_t with_first(const void *given)
{
    const with_config *config = given;
    return tro_quantity_first(&config->of);
}

static int with_compute(tro_cell *cell, const void *given, tro_values *out,
                        tro_messages *messages)
{
    const with_config *config = given;
    tro_arena arena = {0};
    tro_cell *other = NULL;
    tro_values there = {0};
    int status;
    TRO_TRY(tro_cell_with(cell, config->set, &arena, &other, messages));
    TRO_TRY(tro_quantity_find(other, &config->of, &there, messages));
    TRO_TRY(tro_values_new(cell, there.count, out));
    memcpy(out->values, there.values, there.count * sizeof *out->values);
out:
    tro_cell_free(other);
    tro_arena_clear(&arena);
    return status;
}

static int change_check(const tro_cell *cell, const void *given, tro_messages *messages)
{
    const with_config *config = given;
    int status = with_check(cell, given, messages);
    if (status == TRO_OK)
        status = tro_quantity_check(cell, &config->of, messages);
    if (status == TRO_OK && tro_quantity_count(cell, &config->of) != with_count(cell, given))
        status = tro_error(messages, TRO_ESCENARIO, &config->of.node->place,
                           "the quantity has %zu values as the scenario stands, but %zu with "
                           "these keys set", tro_quantity_count(cell, &config->of),
                           with_count(cell, given));
    return status;
}

static int change_compute(tro_cell *cell, const void *given, tro_values *out,
                          tro_messages *messages)
{
    const with_config *config = given;
    tro_values here = {0};
    int status = with_compute(cell, given, out, messages);
    if (status == TRO_OK)
        status = tro_quantity_find(cell, &config->of, &here, messages);
    for (size_t k = 0; status == TRO_OK && k < out->count; k++)
        out->values[k] -= here.values[k];
    return status;
}

#define TABLE(name)                                                                           \
    {name, with_params, sizeof with_params / sizeof *with_params, sizeof(with_config)}

const tro_quantity tro_quantity_with = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_QUANTITY, .name = "with",
               .summary = "Another quantity, with other keys of the scenario set.",
               .reference = NULL, .table = TABLE("with")},
    .check = with_check, .count = with_count, .first = with_first, .compute = with_compute,
};

const tro_quantity tro_quantity_change = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_QUANTITY, .name = "change",
               .summary = "By how much another quantity is larger with other keys of the "
                          "scenario set.",
               .reference = NULL, .table = TABLE("change")},
    .check = change_check, .count = with_count, .first = with_first,
    .compute = change_compute,
};
