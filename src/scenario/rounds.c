/* How a scenario advances: schedule, exact or sampled rounds, what is kept. */
#include <stddef.h>
#include <string.h>

#include "scenario/parts.h"

typedef struct sampled_config {
    long long outputs, replicates;
    int split;
} sampled_config;

static const char *const split_choices[] = {"drawn", "fixed", NULL};

static const tro_param sampled_params[] = {
    {.key = "outputs", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED | TRO_P_REQUIRED | TRO_P_MAIN,
     .offset = offsetof(sampled_config, outputs), .min = 1, .max = 1e15, .unit = "outputs",
     .doc = "Outputs n per agent and round that a model is fitted to."},
    {.key = "replicates", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED,
     .offset = offsetof(sampled_config, replicates), .min = 1, .max = 1e9, .fallback = "1",
     .unit = "replicates", .doc = "Independent repetitions of the run."},
    {.key = "split", .type = TRO_P_CHOICE, .offset = offsetof(sampled_config, split),
     .fallback = "drawn", .choices = split_choices,
     .doc = "How n splits over an agent's sources: each output's source is `drawn`, or the "
            "numbers are `fixed` at n times the share (rounded to the largest remainders)."},
};

const tro_table tro_sampled_table = {
    "sampled", sampled_params, sizeof sampled_params / sizeof *sampled_params,
    sizeof(sampled_config)};

static const tro_param record_params[] = {
    {.key = "every", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED,
     .offset = offsetof(tro_record_options, every), .min = 1, .max = 1e15, .fallback = "1",
     .unit = "rounds", .doc = "Rounds from one record to the next."},
    {.key = "burn-in", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED,
     .offset = offsetof(tro_record_options, burn_in), .min = 0, .max = 1e15, .fallback = "0",
     .unit = "rounds", .doc = "Rounds left out of averages over rounds."},
    {.key = "measures", .type = TRO_P_NODE,
     .offset = offsetof(tro_record_options, measures),
     .doc = "Columns of every recorded round: a measure or a list of them, each a name or {name: "
            "parameters}. Default: alignment, distance, drift."},
    {.key = "state", .type = TRO_P_BOOL, .offset = offsetof(tro_record_options, state),
     .fallback = "false", .doc = "Keep each agent's mean parameters too."},
};

const tro_table tro_record_table = {
    "record", record_params, sizeof record_params / sizeof *record_params,
    sizeof(tro_record_options)};

static int read_schedule(const tro_reader *reader, const tro_top_config *top,
                         tro_scenario *scenario)
{
    if (top->schedule)
        return tro_read_plugin(reader, top->schedule, TRO_SCHEDULE, &scenario->schedule);
    const tro_plugin *plugin = tro_catalog_find(reader->catalog, TRO_SCHEDULE, "synchronous");
    if (!plugin)
        return tro_error(reader->messages, TRO_EINVAL, NULL, "the catalog has no schedule");
    scenario->schedule.plugin = plugin;
    scenario->schedule.node = scenario->schedule.parameters = scenario->document->root;
    scenario->schedule.config = tro_arena_allocate(reader->arena, 1, plugin->table.size);
    if (!scenario->schedule.config)
        return TRO_ENOMEM;
    return tro_read_record(reader, NULL, &plugin->table, NULL, scenario->schedule.config);
}

/* `exact`, `sampled: n`, or `sampled: {outputs: n, ...}`. */
static int read_advance(const tro_reader *reader, const tro_node *node, tro_scenario *scenario,
                        sampled_config *sampled)
{
    *sampled = (sampled_config){.outputs = 0, .replicates = 1};
    if (!node || (node->kind == TRO_SCALAR && strcmp(node->text, "exact") == 0))
        return TRO_OK;
    if (node->kind != TRO_MAP || node->count != 1 ||
        strcmp(node->items[0]->key, "sampled") != 0)
        return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                         "advance is 'exact' or '{sampled: {outputs: n}}', found %s%s%s",
                         node->kind == TRO_SCALAR ? "'" : "",
                         node->kind == TRO_SCALAR ? node->text : "something else",
                         node->kind == TRO_SCALAR ? "'" : "");
    scenario->sampled = 1;
    return tro_read_record(reader, node->items[0], &tro_sampled_table, NULL, sampled);
}

static int read_measures(const tro_reader *reader, const tro_node *node, tro_scenario *scenario)
{
    int status = TRO_OK, list = node && node->kind == TRO_LIST;
    size_t count = list ? node->count : node != NULL;
    scenario->measures = TRO_NEW(reader->arena, tro_chosen, count + 1);
    if (!scenario->measures)
        return TRO_ENOMEM;
    for (size_t k = 0; k < count; k++) {
        int found = tro_read_plugin(reader, list ? node->items[k] : node, TRO_MEASURE,
                                    &scenario->measures[k]);
        status = tro_worse(status, found);
    }
    scenario->measure_count = count;
    return status;
}

int tro_scenario_rounds(const tro_reader *reader, const tro_top_config *top,
                        tro_scenario *scenario)
{
    sampled_config sampled;
    int status = read_schedule(reader, top, scenario);
    int advance = read_advance(reader, top->advance, scenario, &sampled);
    scenario->replicates = sampled.replicates;
    scenario->default_outputs = (uint64_t)sampled.outputs;
    scenario->split = (tro_split)sampled.split;
    status = tro_worse(status, read_measures(reader, top->record.measures, scenario));
    return status < 0 ? status : advance;
}
