/* trophic map: a number over two keys, and the line on which it changes sign. */
#include "cli/map.h"

#include <string.h>

#include "cli/command.h"
#include "cli/loading.h"
#include "cli/printing.h"
#include "cli/progress.h"
#include "cli/results.h"

static const tro_option options[] = {
    {0, "vary", TRO_OPTION_LIST, offsetof(tro_arguments, vary), "PATH=VALUES", 0, 0,
     "a key and its values, as in 'agents.theta.shares.curated={linspace: [0, 0.9, 19]}'; the "
     "first is drawn across, the second up"},
    {0, "of", TRO_OPTION_TEXT, offsetof(tro_arguments, of), "AGENT", 0, 0,
     "the effect of this agent's curated share"},
    {0, "on", TRO_OPTION_TEXT, offsetof(tro_arguments, on), "AGENT", 0, 0,
     "on this agent's alignment (default: on its own)"},
    {0, "quantity", TRO_OPTION_TEXT, offsetof(tro_arguments, quantity), "QUANTITY", 0, 0,
     "instead of an influence a quantity of one value, as a study would write it"},
    {0, "within", TRO_OPTION_REAL, offsetof(tro_arguments, within), "PART", 0, 0.1,
     "how narrowly zeros are located, as a part of a key's range (default 1e-12)"},
    TRO_OPTION_SET,
    TRO_OPTION_SEED,
    TRO_OPTION_OUT("where to write (default: FILE's name with -map); - writes no files"),
    TRO_OPTION_FIGURES,
    TRO_OPTION_FORCE,
    TRO_OPTION_THREADS,
    TRO_OPTION_JSON("print JSON, and write no files without --out"),
    TRO_OPTION_QUIET,
    TRO_OPTION_VERBOSE,
    TRO_OPTION_HELP,
};

static const tro_example examples[] = {
    {"trophic map rivals.yaml --of theta --vary 'agents.theta.shares.curated={linspace: [0.1, 0.9, "
     "17]}' \\\n      --vary 'agents.phi.shares.curated={linspace: [0.1, 0.9, 17]}'",
     "where theta's own curation backfires; writes rivals-map/"},
    {"trophic map rivals.yaml --quantity '{alignment: theta}' --vary ... --vary ...",
     "where theta's alignment is below zero"},
};

static int check_options(const tro_arguments *a, tro_messages *messages)
{
    if (a->vary.count != 2)
        return tro_error(messages, TRO_EINVAL, NULL,
                         "a map has two keys: --vary twice would be right, found it %s",
                         a->vary.count == 0   ? "not once"
                         : a->vary.count == 1 ? "once"
                                              : "more often");
    if (!a->of == !a->quantity)
        return tro_error(messages, TRO_EINVAL, NULL, "%s", a->of
                             ? "--of or --quantity, found both"
                             : "--of, with an agent's name, or --quantity says what to map");
    if (a->on && !a->of)
        return tro_error(messages, TRO_EINVAL, NULL, "--on goes with --of");
    return TRO_OK;
}

static int read_request(tro_map_request *r, const tro_arguments *a, tro_messages *messages)
{
    int status = check_options(a, messages);
    if (status < 0)
        return status;
    *r = (tro_map_request){.of = a->of, .on = a->on ? a->on : a->of, .quantity = a->quantity,
                           .within = isnan(a->within) ? TRO_MAP_WITHIN : a->within};
    for (size_t k = 0; k < 2; k++) {
        int read = tro_map_axis_read(a->vary.items[k], "--vary", &r->axes[k], messages);
        status = status < 0 ? status : read;
    }
    return status;
}

static int find(tro_map *map, int quiet, tro_messages *messages)
{
    tro_meter meter;
    tro_meter_start(&meter, quiet);
    tro_progress progress = {tro_meter_report, tro_meter_stop, &meter};
    int status = tro_map_find(map, &progress, messages);
    tro_meter_end(&meter);
    return status;
}

static int write_all(const tro_map *map, tro_results *results, const tro_cell *cell,
                     tro_messages *messages)
{
    const tro_map_request *r = &map->request;
    const tro_fact facts[] = {
        TRO_FACT_TEXT("on", r->on),
        TRO_FACT_TEXT("of", r->of),
        TRO_FACT_TEXT("quantity", r->quantity),
        TRO_FACT_TEXT("x", r->axes[0].node->place.source->text),
        TRO_FACT_TEXT("y", r->axes[1].node->place.source->text),
        TRO_FACT_REAL("within", r->within),
        TRO_FACT_WHOLE("points", (long long)map->count),
        TRO_FACT_WHOLE("points_ok", (long long)map->statuses[TRO_MAP_OK]),
        TRO_FACT_WHOLE("zero_lines", (long long)map->line_count),
        TRO_FACT_WHOLE("edges_passed_without_zero", (long long)map->passed),
        TRO_FACT_WHOLE("edges_hidden", (long long)map->hidden),
    };
    int status;
    TRO_TRY(tro_results_scenario(results, cell, messages));
    TRO_TRY(tro_map_write(map, &results->folder, messages));
    status = tro_results_commit(results, cell, "map",
                                map->statuses[TRO_MAP_OK] ? "mapped" : "no point has a value",
                                facts, sizeof facts / sizeof *facts, messages);
out:
    return status;
}

static int tell(const tro_map *map, int json, tro_messages *messages)
{
    tro_text text = {0};
    if (json)
        tro_map_json(map, &text);
    else
        tro_map_show(map, &text);
    int status = tro_put(&text, messages);
    tro_text_clear(&text);
    return status;
}

/* The reason at the first point stands for all. */
static int nowhere(const tro_map *map, tro_messages *messages)
{
    const char *remark = map->points[0].remark;
    return tro_error(messages, TRO_ENOCONV, NULL, "not one of %zu points has a value; the first "
                     "is %s%s%s", map->count, tro_map_status_name(map->points[0].status),
                     remark ? ": " : "", remark ? remark : "");
}

static int map_loaded(const tro_arguments *a, tro_loaded *loaded, tro_messages *messages)
{
    tro_results results = {0};
    tro_map_request request = {0};
    tro_map *map = NULL;
    int files = tro_results_wanted(a), status;
    TRO_TRY(read_request(&request, a, messages));
    TRO_TRY(tro_map_new(loaded->cell, &request, &map, messages));
    if (files)
        TRO_TRY(tro_results_open(&results, a->out, a, loaded->stem, "map", messages));
    TRO_TRY(find(map, a->quiet, messages));
    if (files)
        TRO_TRY(write_all(map, &results, loaded->cell, messages));
    tro_say_messages(messages, a->quiet);
    if (files)
        tro_say(a->quiet, "wrote %s", results.folder.path);
    TRO_TRY(tell(map, a->json, messages));
    status = map->statuses[TRO_MAP_OK] ? TRO_OK : nowhere(map, messages);
out:
    if (status == TRO_EINTERRUPTED)
        tro_results_say_interrupted(&results, "no map was written");
    int code = tro_exit_of(status, "map", messages);
    tro_map_free(map);
    for (int k = 0; k < 2; k++)
        tro_map_axis_release(&request.axes[k]);
    tro_results_close(&results);
    return code;
}

static int run(const tro_arguments *arguments, tro_messages *messages)
{
    return tro_with_scenario(arguments, "map", map_loaded, messages);
}

const tro_command tro_command_map = {
    .name = "map",
    .operands = "[FILE]",
    .summary = "an influence over two keys, and where it changes sign",
    .about =
        "The influence of an agent's curated share, or another quantity, at every point of a "
        "grid over two keys, and the line on which it is zero: where curation begins to "
        "backfire. Each zero is located on its edge of the grid by Brent's method; straight "
        "pieces join them, so a line that bends within a cell is as coarse as the grid. "
        "VALUES are a list or {linspace: [first, last, count]}, or with a key that becomes 1 "
        "minus the value {values: ..., complement: PATH}. Points at which the rounds do not "
        "settle, or the number is not defined, have a status and no value.\n\n"
        "Writes map.csv (value, the same in isolation, class and status of every point), "
        "zero.csv (the lines), the figure map.svg with its script and data, scenario.yaml and "
        "manifest.json. Exit status 3 when not one point has a value.",
    .examples = examples,
    .example_count = sizeof examples / sizeof *examples,
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .least = 0,
    .most = 1,
    .run = run,
};
