/* trophic check: is the scenario right, and what will it do? Runs nothing. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "cli/command.h"
#include "cli/doubts.h"
#include "cli/draw.h"
#include "cli/inspection.h"
#include "cli/interrupt.h"
#include "cli/loading.h"
#include "cli/printing.h"

static const tro_option options[] = {
    {0, "draw", TRO_OPTION_FLAG, offsetof(tro_arguments, draw), NULL, 0, 0,
     "draw the network, too: writes network.svg and network.graphml"},
    TRO_OPTION_LAYOUT,
    TRO_OPTION_FIGURES,
    TRO_OPTION_OUT("with --draw: where to write (default: FILE's name with -check)"),
    TRO_OPTION_FORCE,
    {0, "metrics", TRO_OPTION_FLAG, offsetof(tro_arguments, metrics), NULL, 0, 0,
     "measure the network, too: density, inequality, centralities, distance to real data, ..."},
    {0, "all", TRO_OPTION_FLAG, offsetof(tro_arguments, all), NULL, 0, 0,
     "with --metrics: of a large network also those that take long"},
    TRO_OPTION_SET,
    TRO_OPTION_SEED,
    TRO_OPTION_JSON("print the same as JSON, a line for each file"),
    TRO_OPTION_THREADS,
    TRO_OPTION_QUIET,
    TRO_OPTION_VERBOSE,
    TRO_OPTION_HELP,
};

static const tro_example examples[] = {
    {"trophic check rivals.yaml", "validate; show agents, network and stability"},
    {"trophic check scenarios/*.yaml --quiet >/dev/null && echo fine",
     "all of them; mistakes go to stderr"},
    {"trophic check rivals.yaml --draw", "the network as a drawing, in rivals-check/"},
    {"trophic check rivals.yaml --set agents.theta.shares.real=0.1", "would it be stable then?"},
    {"trophic check rivals.yaml --metrics", "what kind of network is it?"},
};

static int print_inspection(const tro_inspection *inspection, int json, tro_messages *messages)
{
    tro_text text = {0};
    if (json)
        tro_inspection_json(inspection, &text);
    else
        tro_inspection_show(inspection, &text);
    int status = tro_put(&text, messages);
    tro_text_clear(&text);
    return status;
}

/* Discs by the alignment at the fixed point, where there is one. */
static int write_drawing(tro_cell *cell, tro_layout layout, tro_results *results,
                         tro_messages *messages)
{
    const tro_ecosystem *eco = cell->ecosystem;
    tro_messages aside = {0};
    int status, known = tro_cell_fixed_point(cell, &aside) == TRO_OK;
    double *alignment = tro_allocate(eco->agents, sizeof *alignment);
    tro_messages_clear(&aside);
    if (!alignment)
        return tro_error(messages, TRO_ENOMEM, NULL, "out of memory for a drawing");
    for (size_t i = 0; i < eco->agents; i++)
        alignment[i] = known ? tro_alignment(eco, cell->point.z, i) : NAN;
    const tro_attribute of_nodes[] = {{"fixed_point", alignment, NULL}};
    const tro_network_view view = {.layout = layout, .colour = known ? alignment : NULL,
                                   .disc_label = known ? "alignment at the fixed point" : NULL};
    TRO_TRY(tro_results_scenario(results, cell, messages));
    TRO_TRY(tro_results_network(results, cell, of_nodes, (size_t)known, NULL, 0, messages));
    TRO_TRY(tro_network_draw(cell, &view, results, messages));
    status = tro_results_commit(results, cell, "check", "completed", NULL, 0, messages);
out:
    tro_release(alignment);
    return status;
}

static int draw(tro_loaded *loaded, const tro_arguments *arguments, tro_messages *messages)
{
    tro_results results = {0};
    tro_layout layout;
    int status;
    TRO_TRY(tro_layout_asked(arguments, &layout, messages));
    TRO_TRY(tro_results_open(&results, arguments->out, arguments, loaded->stem, "check",
                             messages));
    TRO_TRY(write_drawing(loaded->cell, layout, &results, messages));
    tro_say(arguments->quiet, "wrote %s", results.folder.path);
out:
    tro_results_close(&results);
    return status;
}

static int check_file(const char *path, const tro_arguments *arguments, tro_messages *messages)
{
    tro_loaded loaded = {0};
    tro_inspection inspection = {0};
    int code, status = tro_load(path, arguments, &loaded, messages);
    if (status < 0) {
        code = tro_exit_of_loading(status, "check", messages);
        goto out;
    }
    tro_say_seed(&loaded, loaded.cell, arguments->quiet);
    status = arguments->draw ? draw(&loaded, arguments, messages) : TRO_OK;
    if (status == TRO_OK)
        status = tro_inspect(&loaded, &inspection, messages);
    if (status == TRO_OK && arguments->metrics)
        status = tro_network_metrics_find(&inspection.metrics, loaded.cell, arguments->all,
                                          messages);
    if (status == TRO_OK)
        status = tro_doubt(&inspection, messages);
    if (status == TRO_OK)
        status = print_inspection(&inspection, arguments->json, messages);
    code = status < 0 ? tro_exit_of(status, "check", messages)
           : inspection.settles ? TRO_EXIT_FINE : TRO_EXIT_UNSETTLED;
    if (status == TRO_EINTERRUPTED)
        tro_say(0, "interrupted: '%s' was not checked to the end; run it again%s", path,
                arguments->draw ? " with --force" : "");
out:
    tro_say_messages(messages, arguments->quiet);
    tro_inspection_release(&inspection);
    tro_loaded_release(&loaded);
    return code;
}

/* The gravest: failed, then invalid, then unsettled. */
static int graver(int one, int other)
{
    static const int order[] = {TRO_EXIT_INTERRUPTED, TRO_EXIT_FAILED, TRO_EXIT_USAGE,
                                TRO_EXIT_UNSETTLED};
    for (size_t k = 0; k < sizeof order / sizeof *order; k++)
        if (one == order[k] || other == order[k])
            return order[k];
    return TRO_EXIT_FINE;
}

static int run(const tro_arguments *arguments, tro_messages *messages)
{
    const char *first = tro_operand_or_stdin(arguments);
    int code = TRO_EXIT_FINE;
    if (!first) {
        tro_error(messages, TRO_EINVAL, NULL, "check needs a scenario FILE");
        return TRO_EXIT_USAGE;
    }
    if (!arguments->draw && (arguments->out || arguments->force || arguments->layout ||
                             arguments->figures)) {
        tro_error(messages, TRO_EINVAL, NULL,
                  "--out, --force, --layout and --figures go with --draw");
        return TRO_EXIT_USAGE;
    }
    if (arguments->out && arguments->operands.count > 1) {
        tro_error(messages, TRO_EINVAL, NULL,
                  "--out is one folder, found %zu files to draw", arguments->operands.count);
        return TRO_EXIT_USAGE;
    }
    if (arguments->all && !arguments->metrics) {
        tro_error(messages, TRO_EINVAL, NULL, "--all goes with --metrics");
        return TRO_EXIT_USAGE;
    }
    if (arguments->operands.count == 0)
        return check_file(first, arguments, messages);
    for (size_t k = 0; k < arguments->operands.count && !tro_interrupted(); k++)
        code = graver(code, check_file(arguments->operands.items[k], arguments, messages));
    return tro_interrupted() ? TRO_EXIT_INTERRUPTED : code;
}

const tro_command tro_command_check = {
    .name = "check",
    .operands = "FILE...",
    .summary = "validate; show agents, network and stability; run nothing",
    .about =
        "Reads each scenario (`-`: standard input), reports every mistake with file, line and "
        "column, and shows what the scenario amounts to: who trains on whose outputs and with "
        "which weights, which agents no real data reaches, and whether the fixed point is "
        "stable under the schedule. --draw writes a folder with the network drawn "
        "(network.svg, its script and data), network.graphml, scenario.yaml and manifest.json.\n\n"
        "Exit status: 2 when a scenario is invalid, 3 when the rounds of one will not come to "
        "rest: it is not stable, or has no fixed point.",
    .examples = examples,
    .example_count = sizeof examples / sizeof *examples,
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .least = 0,
    .most = (size_t)-1,
    .run = run,
};
