/* trophic compare: the same agents on several networks. */
#include "cli/compare.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/loading.h"
#include "cli/printing.h"
#include "cli/progress.h"
#include "cli/results.h"

static const tro_option options[] = {
    {'t', "topology", TRO_OPTION_LIST, offsetof(tro_arguments, topologies), "NAME=NETWORK", 0, 0,
     "one more network, as in web={barabasi-albert: {m: 2}}; one of the file's by that name is "
     "replaced"},
    {'r', "replicates", TRO_OPTION_WHOLE, offsetof(tro_arguments, replicates), "N", 1, 100000,
     "how often agents and networks are drawn"},
    TRO_OPTION_SET,
    TRO_OPTION_SEED,
    TRO_OPTION_OUT("where to write (default: FILE's name with -compare); - writes no files"),
    TRO_OPTION_FIGURES,
    TRO_OPTION_FORCE,
    TRO_OPTION_THREADS,
    TRO_OPTION_JSON("print JSON, and write no files without --out"),
    TRO_OPTION_QUIET,
    TRO_OPTION_VERBOSE,
    TRO_OPTION_HELP,
};

static const tro_example examples[] = {
    {"trophic compare topologies.yaml", "those of its `compare`; writes topologies-compare/"},
    {"trophic compare ring.yaml -t 'ring={ring: {self: 1}}' -t 'star={star: {self: 1}}'",
     "two networks for the agents of any scenario"},
    {"trophic compare topologies.yaml --set compare.rank-by=worst-backfire -r 50 --out -",
     "ranked otherwise, of 50 replicates, printed only"},
};

/* The arguments with --replicates as --set has it. */
static int add_replicates(const tro_arguments *arguments, tro_arena *arena, tro_arguments *out)
{
    size_t count = arguments->sets.count;
    char number[64];
    *out = *arguments;
    if (arguments->replicates == TRO_NO_WHOLE)
        return TRO_OK;
    out->sets.items = TRO_NEW(arena, const char *, count + 1);
    if (!out->sets.items)
        return TRO_ENOMEM;
    for (size_t k = 0; k < count; k++)
        out->sets.items[k] = arguments->sets.items[k];
    snprintf(number, sizeof number, "compare.replicates=%lld", arguments->replicates);
    out->sets.items[out->sets.count++] = tro_arena_text(arena, number);
    return out->sets.items[count] ? TRO_OK : TRO_ENOMEM;
}

/* --- the work ------------------------------------------------------------------------ */

static void say_limits(const tro_comparison *c, int quiet)
{
    if (c->cell->scenario->sampled)
        tro_say(quiet, "note: the rounds of the scenario are sampled; outcomes here are those of "
                       "exact ones");
    if (c->agents > TRO_METRICS_LIMIT && !c->all_metrics)
        tro_say(quiet, "note: influences and metrics that are not linear in the size are left out "
                       "of more than %d agents; compare.all-metrics=true finds them",
                TRO_METRICS_LIMIT);
}

static size_t count_settled(const tro_comparison *c)
{
    size_t count = 0;
    for (size_t t = 0; t < c->topology_count; t++)
        count += tro_comparison_settled(c, t);
    return count;
}

static int run_comparison(tro_comparison *c, const tro_arguments *arguments,
                          tro_messages *messages)
{
    tro_meter meter;
    tro_meter_start(&meter, arguments->quiet);
    tro_progress progress = {tro_meter_report, tro_meter_stop, &meter};
    int status = tro_comparison_run(c, &progress, messages);
    tro_meter_end(&meter);
    return status;
}

static int write_files(const tro_comparison *c, tro_results *results, tro_messages *messages)
{
    const tro_fact facts[] = {
        TRO_FACT_WHOLE("topologies", (long long)c->topology_count),
        TRO_FACT_WHOLE("replicates", (long long)c->replicates),
        TRO_FACT_WHOLE("settled", (long long)count_settled(c)),
    };
    int status;
    TRO_TRY(tro_results_scenario(results, c->cell, messages));
    TRO_TRY(tro_comparison_write(c, &results->folder, messages));
    TRO_TRY(tro_comparison_draw(c, &results->folder, messages));
    status = tro_results_commit(results, c->cell, "compare", "completed", facts,
                                sizeof facts / sizeof *facts, messages);
out:
    return status;
}

static int print(const tro_comparison *c, int json, tro_messages *messages)
{
    tro_text text = {0};
    if (json)
        tro_compare_json(c, &text);
    else
        tro_compare_show(c, &text);
    int status = tro_put(&text, messages);
    tro_text_clear(&text);
    return status;
}

static int compare_loaded(const tro_arguments *arguments, tro_loaded *loaded,
                          tro_messages *messages)
{
    tro_results results = {0};
    tro_comparison *c = loaded->comparison;
    int files = tro_results_wanted(arguments);
    int settled = 0, status;
    if (!c)   /* says what is missing */
        TRO_TRY(tro_comparison_new(loaded->cell, &loaded->comparison, messages));
    if (files)
        TRO_TRY(tro_results_open(&results, arguments->out, arguments, loaded->stem,
                                 "compare", messages));
    say_limits(c, arguments->quiet);
    TRO_TRY(run_comparison(c, arguments, messages));
    settled = count_settled(c) > 0;
    if (files) {
        TRO_TRY(write_files(c, &results, messages));
        tro_say_messages(messages, arguments->quiet);
        tro_say(arguments->quiet, "wrote %s", results.folder.path);
    }
    TRO_TRY(print(c, arguments->json, messages));
out:
    if (status == TRO_EINTERRUPTED)
        tro_say(0, "interrupted: nothing was compared; run again with --force");
    int code = status < 0 ? tro_exit_of(status, "compare", messages)
               : settled  ? TRO_EXIT_FINE
                          : TRO_EXIT_UNSETTLED;
    tro_results_close(&results);
    return code;
}

static int run(const tro_arguments *arguments, tro_messages *messages)
{
    tro_arena arena = {0};
    tro_arguments whole;
    int status = add_replicates(arguments, &arena, &whole);
    int code = status < 0 ? tro_exit_of(status, "compare", messages)
                      : tro_with_scenario(&whole, "compare", compare_loaded, messages);
    tro_arena_clear(&arena);
    return code;
}

const tro_command tro_command_compare = {
    .name = "compare",
    .operands = "[FILE]",
    .summary = "the same agents on several networks: which measure predicts who backfires",
    .about =
        "Puts the agents of the scenario on each network under `compare.topologies`, and on those "
        "of --topology: NETWORK is what a scenario's `network` takes, or a generator alone. In "
        "replicate r, counted from 0, the seed is the scenario's plus r, the same in every "
        "topology: what groups draw is the same there, and what generators draw is new in every "
        "replicate. `trophic list metrics` says what is measured of the networks.\n\n"
        "Prints measures and outcomes by topology with intervals over replicates (Student's t), a "
        "ranking with paired tests (Holm's correction over all pairs), and rank correlations of "
        "the agents' centralities with their influence on themselves. Writes compare.csv (a row "
        "for each topology and replicate), nodes.csv (and agent), ranking.csv, correlations.csv, "
        "compare.svg, scenario.yaml and manifest.json. A topology that does not come to rest is a "
        "row that says so. Exit status 3 when none does.",
    .examples = examples,
    .example_count = sizeof examples / sizeof *examples,
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .least = 0,
    .most = 1,
    .run = run,
};
