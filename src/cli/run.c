/* trophic run: advance the rounds and keep what happened. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/loading.h"
#include "cli/printing.h"
#include "cli/progress.h"
#include "cli/results.h"
#include "cli/rounds.h"
#include "cli/summary.h"

static const tro_option options[] = {
    TRO_OPTION_SET,
    TRO_OPTION_SEED,
    TRO_OPTION_OUT("where to write (default: FILE's name with -run)"),
    TRO_OPTION_FORCE,
    TRO_OPTION_THREADS,
    TRO_OPTION_JSON("print the summary as JSON"),
    TRO_OPTION_QUIET,
    TRO_OPTION_VERBOSE,
    TRO_OPTION_HELP,
};

static const tro_example examples[] = {
    {"trophic run rivals.yaml", "write rivals-run/ with rounds.csv, summary.csv and more"},
    {"trophic run rivals.yaml --set agents.theta.shares.curated=0.6 --out more --force",
     "the same with one share changed, over an earlier try"},
    {"generate | trophic run - --json --quiet", "a scenario from a pipe, the summary as JSON"},
};

/* Messages of something that the run can do without: one warning. */
static void set_aside(tro_messages *aside, const char *what, tro_messages *messages)
{
    for (size_t k = 0; k < aside->count; k++)
        if (aside->items[k].severity == TRO_ERROR) {
            tro_warning(messages, NULL, "%s: %s", what, aside->items[k].text);
            break;
        }
    tro_messages_clear(aside);
}

/* What the rounds themselves leave open is asked of the fixed point. */
static void judge(tro_cell *cell, const tro_outcome *outcome, tro_run_summary *summary,
                  tro_messages *messages)
{
    tro_messages aside = {0};
    double tolerance = cell->scenario->sampled ? 0 : cell->plan->common->tolerance;
    int settled = outcome->ending == TRO_CONVERGED || cell->plan->common->rounds == 0;
    if (outcome->ending != TRO_STOPPED)
        summary->has_point = tro_cell_fixed_point(cell, &aside) == TRO_OK;
    set_aside(&aside, "no fixed point", messages);
    if (!settled && summary->has_point)
        summary->has_verdict = tro_cell_stability(cell, &aside) == TRO_OK;
    set_aside(&aside, "no stability verdict", messages);
    switch (outcome->ending) {
    case TRO_STOPPED:
        summary->status = "interrupted";
        summary->code = TRO_EXIT_INTERRUPTED;
        return;
    case TRO_DIVERGED:
        summary->status = "diverged";
        summary->code = TRO_EXIT_UNSETTLED;
        return;
    case TRO_CONVERGED:
        summary->status = "converged";
        return;
    case TRO_ALL_ROUNDS:
        break;
    }
    int unstable = summary->has_verdict && !cell->stability.stable;
    int missed = tolerance > 0 && !settled;
    summary->status = unstable ? "unstable" : missed ? "not converged" : "completed";
    summary->code = unstable || missed ? TRO_EXIT_UNSETTLED : TRO_EXIT_FINE;
}

static void say_verdict(const tro_cell *cell, int quiet)
{
    tro_text text = {0};
    tro_stability_describe(&cell->stability, &text);
    tro_say(quiet, "%s", tro_text_string(&text));
    tro_text_clear(&text);
}

static const char *plural(long long count)
{
    return count == 1 ? "" : "s";
}

/* What became of the replicates when the user asked to stop. */
static void say_stopped(const tro_outcome *outcome, uint64_t replicates, long long rounds)
{
    tro_text text = {0};
    uint64_t begun = outcome->finished + outcome->diverged + outcome->stopped;
    tro_text_addf(&text, "interrupted: %" PRIu64 " of %" PRIu64 " replicates were finished",
                  outcome->finished, replicates);
    if (outcome->diverged > 0)
        tro_text_addf(&text, ", %" PRIu64 " diverged", outcome->diverged);
    if (outcome->stopped > 0 && outcome->least == outcome->rounds)
        tro_text_addf(&text, ", %" PRIu64 " stopped after round %lld of %lld", outcome->stopped,
                      outcome->rounds, rounds);
    else if (outcome->stopped > 0)
        tro_text_addf(&text, ", %" PRIu64 " stopped after rounds %lld to %lld of %lld",
                      outcome->stopped, outcome->least, outcome->rounds, rounds);
    if (begun < replicates)
        tro_text_addf(&text, ", %" PRIu64 " not begun", replicates - begun);
    tro_say(0, "%s: what was done so far is kept; run again with --force to start over",
            tro_text_string(&text));
    tro_text_clear(&text);
}

/* How it ended, in words. Bad ends are said even when quiet. */
static void say_ending(const tro_cell *cell, const tro_outcome *outcome,
                       const tro_run_summary *summary, int quiet)
{
    long long rounds = cell->plan->common->rounds;
    uint64_t replicates = (uint64_t)cell->scenario->replicates;
    switch (outcome->ending) {
    case TRO_CONVERGED:
        tro_say(quiet, "converged after %lld round%s: no mean parameter changes by more than %g",
                outcome->rounds, plural(outcome->rounds), cell->plan->common->tolerance);
        break;
    case TRO_DIVERGED:
        tro_say(0, "diverged in round %lld%s", outcome->rounds + 1,
                outcome->diverged < replicates ? " of a replicate" : "");
        if (replicates > 1)
            tro_say(0, "%" PRIu64 " of %" PRIu64 " replicates diverged", outcome->diverged,
                    replicates);
        break;
    case TRO_STOPPED:
        if (cell->scenario->sampled && replicates > 1)
            say_stopped(outcome, replicates, rounds);
        else
            tro_say(0, "interrupted after round %lld of %lld: what was done so far is kept; run "
                       "again with --force to start over", outcome->rounds, rounds);
        break;
    case TRO_ALL_ROUNDS:
        if (strcmp(summary->status, "not converged") == 0)
            tro_say(0, "not converged: after %lld round%s a round still changes a mean parameter "
                       "by %.3g, the tolerance is %g", rounds, plural(rounds), outcome->change,
                    cell->plan->common->tolerance);
        else
            tro_say(quiet, "%lld round%s", outcome->rounds, plural(outcome->rounds));
        break;
    }
    if (summary->has_verdict)
        say_verdict(cell, quiet && cell->stability.stable);
}

static int check_burn_in(const tro_cell *cell, tro_messages *messages)
{
    long long rounds = cell->plan->common->rounds, burn_in = cell->scenario->record.burn_in;
    if (rounds > 0 && burn_in >= rounds)
        return tro_error(messages, TRO_ESCENARIO,
                         tro_place_of(tro_node_get(cell->scenario->document->root, "record"),
                                      "burn-in"),
                         "a burn-in of %lld leaves none of %lld rounds", burn_in, rounds);
    return TRO_OK;
}

/* The rounds, with a progress bar. */
static int advance(tro_results *results, const tro_arguments *arguments, tro_cell *cell,
                   tro_outcome *outcome, tro_messages *messages)
{
    tro_meter meter;
    const char *path;
    int status = tro_folder_add(&results->folder, "rounds.csv", &path, messages);
    if (status < 0)
        return status;
    tro_meter_start(&meter, arguments->quiet);
    tro_progress progress = {tro_meter_report, tro_interrupt_stop, &meter};
    status = tro_rounds_run(cell, path, &progress, outcome, messages);
    tro_meter_end(&meter);
    return status;
}

static int run_loaded(const tro_arguments *arguments, tro_loaded *loaded,
                      tro_messages *messages)
{
    tro_results results = {0};
    tro_outcome outcome = {0};
    tro_cell *cell = loaded->cell;
    tro_run_summary summary = {.cell = cell, .outcome = &outcome};
    int status;
    TRO_TRY(check_burn_in(cell, messages));
    TRO_TRY(tro_results_open(&results, arguments->out, arguments->force, loaded->stem, "run",
                             messages));
    TRO_TRY(tro_results_scenario(&results, cell, messages));
    TRO_TRY(advance(&results, arguments, cell, &outcome, messages));
    judge(cell, &outcome, &summary, messages);
    TRO_TRY(tro_run_summary_write(&summary, &results, messages));
    tro_say_messages(messages, arguments->quiet);
    say_ending(cell, &outcome, &summary, arguments->quiet);
    tro_say(arguments->quiet, "wrote %s", results.folder.path);
    TRO_TRY(tro_run_summary_print(&summary, results.folder.path, arguments->json, messages));
    status = TRO_OK;
out:
    tro_outcome_release(&outcome);
    tro_results_close(&results);
    return status < 0 ? tro_exit_of(status, "run", messages) : summary.code;
}

static int run(const tro_arguments *arguments, tro_messages *messages)
{
    return tro_with_scenario(arguments, "run", run_loaded, messages);
}

const tro_command tro_command_run = {
    .name = "run",
    .operands = "[FILE]",
    .summary = "advance the rounds; write the run folder",
    .about =
        "Reads a scenario (`-`, or no FILE in a pipe: from standard input), advances its rounds "
        "and writes a folder: rounds.csv (a row per replicate, recorded round and agent), "
        "summary.csv, network.graphml with the results as attributes, scenario.yaml (what was "
        "run, defaults written out) and manifest.json.\n\n"
        "Exact rounds stop when no mean parameter changes by more than the schedule's "
        "tolerance (and every agent has retrained since the last change that did, and all "
        "delays have passed). If they do not get there, or if the ecosystem is unstable or "
        "diverges, the files are whole all the same and the exit status is 3.\n\n"
        "Ctrl-C ends the run after the present round and writes what there is; another one, "
        "half a second later or more, ends it at once.",
    .examples = examples,
    .example_count = sizeof examples / sizeof *examples,
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .least = 0,
    .most = 1,
    .run = run,
};
