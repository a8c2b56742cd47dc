/* Quantities of several values: how they go on from one to the next, and a part of them. */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "experiment/quantity.h"

/* The quantity, exact, and how many values it has: at least `least`. */
static int check_list(const tro_cell *cell, const tro_chosen *of, size_t least, size_t *count,
                      tro_messages *messages)
{
    const tro_place *place = &of->node->place;
    const char *name = of->plugin->name;
    if (tro_quantity_of(of)->sampled)
        return tro_error(messages, TRO_ESCENARIO, place,
                         "a quantity that is exact would be right, found '%s'", name);
    int status = tro_quantity_check(cell, of, messages);
    *count = status == TRO_OK ? tro_quantity_count(cell, of) : 0;
    if (status == TRO_OK && *count < least)
        status = tro_error(messages, TRO_ESCENARIO, place,
                           "a quantity of several values would be right, found '%s' with one",
                           name);
    return status;
}

typedef struct steps_config {
    const tro_node *self;
    tro_chosen of;
    int how;
} steps_config;

static const char *const step_choices[] = {"difference", "ratio", NULL};

static const tro_param steps_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(steps_config, self)},
    {.key = "of", .type = TRO_P_PLUGIN, .flags = TRO_P_REQUIRED,
     .offset = offsetof(steps_config, of), .kind = TRO_QUANTITY,
     .doc = "The quantity, of several values."},
    {.key = "how", .type = TRO_P_CHOICE, .offset = offsetof(steps_config, how),
     .choices = step_choices, .fallback = "difference",
     .doc = "Each value less the one before it, or over it. The number of a step is that of the "
            "later value."},
};

static int steps_check(const tro_cell *cell, const void *given, tro_messages *messages)
{
    const steps_config *config = given;
    size_t count;
    return check_list(cell, &config->of, 2, &count, messages);
}

static size_t steps_count(const tro_cell *cell, const void *given)
{
    const steps_config *config = given;
    size_t count = tro_quantity_count(cell, &config->of);
    return count > 1 ? count - 1 : 1;
}

static size_t steps_first(const void *given)
{
    const steps_config *config = given;
    return tro_quantity_first(&config->of) + 1;
}

static int steps_compute(tro_cell *cell, const void *given, tro_values *out,
                         tro_messages *messages)
{
    const steps_config *config = given;
    tro_values found = {0};
    int status;
    TRO_TRY(tro_quantity_find(cell, &config->of, &found, messages));
    TRO_TRY(tro_values_new(cell, found.count - 1, out));
    for (size_t k = 0; k < out->count; k++)
        out->values[k] = config->how ? found.values[k + 1] / found.values[k]
                                     : found.values[k + 1] - found.values[k];
    out->one_sided = found.one_sided;
out:
    return status;
}

const tro_quantity tro_quantity_steps = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_QUANTITY, .name = "steps",
               .summary = "How each value of another quantity differs from the one before it.",
               .reference = NULL,
               .table = {"steps", steps_params, sizeof steps_params / sizeof *steps_params,
                         sizeof(steps_config)}},
    .check = steps_check, .count = steps_count, .first = steps_first, .compute = steps_compute,
};

/* --- a part ---------------------------------------------------------------------------- */

typedef struct part_config {
    const tro_node *self;
    tro_chosen of;
    long long from, to;
} part_config;

static const tro_param part_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(part_config, self)},
    {.key = "of", .type = TRO_P_PLUGIN, .flags = TRO_P_REQUIRED,
     .offset = offsetof(part_config, of), .kind = TRO_QUANTITY,
     .doc = "The quantity, of several values."},
    {.key = "from", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED,
     .offset = offsetof(part_config, from), .min = 0, .max = 1e15, .fallback = "0",
     .doc = "The number of the first value, as in the column `component`."},
    {.key = "to", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED,
     .offset = offsetof(part_config, to), .min = 0, .max = 1e15,
     .doc = "The number of the last. Default: the last there is."},
};

/* The positions [*begin, *end) of the part among `count` values. */
static void range_of(const part_config *config, size_t count, size_t *begin, size_t *end)
{
    size_t first = tro_quantity_first(&config->of), from = (size_t)config->from;
    *begin = from > first ? from - first : 0;
    *end = count;
    if (config->to != TRO_NO_WHOLE && (size_t)config->to < first + count)
        *end = (size_t)config->to < first ? 0 : (size_t)config->to - first + 1;
}

static int part_check(const tro_cell *cell, const void *given, tro_messages *messages)
{
    const part_config *config = given;
    size_t count, begin, end, first = tro_quantity_first(&config->of);
    int status = check_list(cell, &config->of, 1, &count, messages);
    if (status < 0)
        return status;
    range_of(config, count, &begin, &end);
    if (begin < end)
        return TRO_OK;
    return tro_error(messages, TRO_ESCENARIO, &config->self->place,
                     "no value is in this part: '%s' has the numbers %zu to %zu",
                     config->of.plugin->name, first, first + count - 1);
}

static size_t part_count(const tro_cell *cell, const void *given)
{
    const part_config *config = given;
    size_t begin, end;
    range_of(config, tro_quantity_count(cell, &config->of), &begin, &end);
    return begin < end ? end - begin : 1;
}

static size_t part_first(const void *given)
{
    const part_config *config = given;
    size_t first = tro_quantity_first(&config->of);
    return (size_t)config->from > first ? (size_t)config->from : first;
}

static int part_compute(tro_cell *cell, const void *given, tro_values *out,
                        tro_messages *messages)
{
    const part_config *config = given;
    tro_values found = {0};
    size_t begin, end;
    int status;
    TRO_TRY(tro_quantity_find(cell, &config->of, &found, messages));
    range_of(config, found.count, &begin, &end);
    TRO_TRY(tro_values_new(cell, end - begin, out));
    memcpy(out->values, found.values + begin, out->count * sizeof *out->values);
    out->one_sided = found.one_sided;
out:
    return status;
}

const tro_quantity tro_quantity_part = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_QUANTITY, .name = "part",
               .summary = "Some of the values of another quantity, by their numbers.",
               .reference = NULL,
               .table = {"part", part_params, sizeof part_params / sizeof *part_params,
                         sizeof(part_config)}},
    .check = part_check, .count = part_count, .first = part_first, .compute = part_compute,
};
