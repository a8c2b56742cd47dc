/* trophic run: advance the rounds and keep what happened. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "cli/command.h"
#include "cli/draw.h"
#include "cli/loading.h"
#include "cli/phases.h"
#include "cli/printing.h"
#include "cli/progress.h"
#include "cli/results.h"
#include "cli/resume.h"
#include "cli/rounds.h"
#include "cli/summary.h"
#include "measure/measure.h"

enum { MOST_NAMES = 10 };

static const tro_option options[] = {
    TRO_OPTION_SET,
    TRO_OPTION_SEED,
    TRO_OPTION_OUT("where to write (default: FILE's name with -run)"),
    TRO_OPTION_LAYOUT,
    TRO_OPTION_FIGURES,
    TRO_OPTION_PLOT("sketch the trajectories below the table"),
    TRO_OPTION_FORCE,
    TRO_OPTION_GRAPHML,
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

/* The fixed point, if there is one whose alignments are numbers. */
static void find_point(tro_cell *cell, tro_run_summary *summary, tro_messages *messages)
{
    const tro_ecosystem *eco = cell->ecosystem;
    tro_messages aside = {0};
    int status = tro_cell_fixed_point(cell, &aside);
    summary->has_point = status == TRO_OK;
    summary->cut_short = status == TRO_EINTERRUPTED;
    for (size_t i = 0; summary->has_point && i < eco->agents; i++)
        if (tro_alignment_is_lost(eco, i, tro_alignment(eco, cell->point.z, i))) {
            summary->has_point = 0;
            tro_error(&aside, TRO_EDIVERGED, NULL, "the alignment of '%s' overflows there",
                      cell->scenario->agents[i].name);
        }
    if (!summary->cut_short)
        set_aside(&aside, "no fixed point", messages);
    tro_messages_clear(&aside);
}

/* Rounds that came to rest need a verdict only where the fixed point may be one
 * of many: none was found, or another one, or one without solving for it. */
static int needs_verdict(const tro_cell *cell, const tro_outcome *outcome,
                         const tro_run_summary *summary)
{
    const tro_ecosystem *eco = cell->ecosystem;
    double away = 0;
    if (outcome->ending == TRO_STOPPED || cell->plan->common->rounds == 0)
        return 0;
    if (outcome->ending != TRO_CONVERGED || !summary->has_point || cell->point.steps == 0 ||
        cell->point.of_many)
        return 1;
    for (size_t k = 0; k < eco->size; k++)
        away = fmax(away, fabs(outcome->z[k] - cell->point.z[k]));
    return away > 10 * cell->plan->common->tolerance;
}

static void find_verdict(tro_cell *cell, const tro_outcome *outcome, tro_run_summary *summary,
                         tro_messages *messages)
{
    tro_messages aside = {0};
    int status = tro_cell_stability_or_at(cell, outcome->z, &aside);
    summary->has_verdict = status == TRO_OK;
    if (status != TRO_EINTERRUPTED)
        set_aside(&aside, "no stability verdict", messages);
    tro_messages_clear(&aside);
    summary->cut_short = status == TRO_EINTERRUPTED;
}

/* What the rounds themselves leave open is asked of the fixed point. */
static void judge(tro_cell *cell, const tro_outcome *outcome, tro_run_summary *summary,
                  tro_messages *messages)
{
    double tolerance = cell->scenario->sampled ? 0 : cell->plan->common->tolerance;
    if (outcome->ending != TRO_STOPPED)
        find_point(cell, summary, messages);
    if (!summary->cut_short && needs_verdict(cell, outcome, summary))
        find_verdict(cell, outcome, summary, messages);
    if (outcome->ending == TRO_STOPPED || summary->cut_short) {
        summary->status = "interrupted";
        summary->code = TRO_EXIT_INTERRUPTED;
    } else if (outcome->ending == TRO_DIVERGED) {
        summary->status = "diverged";
        summary->code = TRO_EXIT_UNSETTLED;
    } else if (outcome->ending == TRO_CONVERGED) {
        summary->status = "converged";
    } else {
        int unstable = summary->has_verdict && !cell->stability.settles;
        int missed = tolerance > 0 && cell->plan->common->rounds > 0;
        int cycle = outcome->cycle.period > 0;
        summary->status = cycle ? "cycle" : unstable ? "unstable" : missed ? "not converged"
                                                                          : "completed";
        summary->code = cycle || unstable || missed ? TRO_EXIT_UNSETTLED : TRO_EXIT_FINE;
    }
}

static void say_verdict(const tro_cell *cell, const tro_outcome *outcome, int quiet)
{
    const tro_stability *stability = &cell->stability;
    tro_text text = {0}, clean = {0};
    tro_stability_describe(stability, &text);
    if (outcome->ending == TRO_CONVERGED && stability->neutral & TRO_DRIFTS)
        tro_text_add(&text, "; where the rounds came to rest is one of many fixed points, and "
                            "depends on the start");
    tro_add_clean(&clean, tro_text_string(&text));
    tro_say(quiet && stability->settles, "%s", tro_text_string(&clean));
    tro_text_clear(&text);
    tro_text_clear(&clean);
}

static const char *plural(long long count)
{
    return count == 1 ? "" : "s";
}

/* Appends "agent b" or "agents a, b": those that never retrained, be it that the
 * schedule says so (idle) or not. Returns how many there are. */
static size_t add_unretrained(const tro_cell *cell, const tro_outcome *outcome, int idle,
                              tro_text *text)
{
    const int *never = cell->plan->idle;
    tro_text names = {0};
    size_t count = 0;
    for (size_t i = 0; i < cell->ecosystem->agents; i++) {
        if (outcome->retrained[i] || (never && never[i]) != idle ||
            tro_is_absent(cell->ecosystem, i))
            continue;
        if (count < MOST_NAMES) {
            tro_text_add(&names, count ? ", " : "");
            tro_add_clean(&names, cell->scenario->agents[i].name);
        }
        count++;
    }
    if (count > MOST_NAMES)
        tro_text_addf(&names, " and %zu more", count - MOST_NAMES);
    tro_text_addf(text, "agent%s %s", plural((long long)count), tro_text_string(&names));
    tro_text_clear(&names);
    return count;
}

/* Agents without any retraining are easily missed in a table. */
static void say_unretrained(const tro_cell *cell, const tro_outcome *outcome, int quiet)
{
    tro_text others = {0}, idle = {0};
    if (add_unretrained(cell, outcome, 0, &others) > 0)
        tro_say(quiet, "note: %s never retrained in %lld round%s", tro_text_string(&others),
                outcome->rounds, plural(outcome->rounds));
    size_t count = add_unretrained(cell, outcome, 1, &idle);
    if (count > 0)
        tro_say(quiet, "note: %s never retrain%s under this schedule and stay%s as at the start",
                tro_text_string(&idle), count > 1 ? "" : "s", count > 1 ? "" : "s");
    tro_text_clear(&others);
    tro_text_clear(&idle);
}

static void say_not_converged(const tro_cell *cell, const tro_outcome *outcome)
{
    long long rounds = cell->plan->common->rounds;
    double tolerance = cell->plan->common->tolerance;
    tro_text names = {0};
    if (add_unretrained(cell, outcome, 0, &names) > 0)
        tro_say(0, "not converged: %s never retrained in %lld round%s", tro_text_string(&names),
                rounds, plural(rounds));
    else if (outcome->change > tolerance)
        tro_say(0, "not converged: after %lld round%s a round still changes a mean parameter "
                   "by %.3g, the tolerance is %g", rounds, plural(rounds), outcome->change,
                tolerance);
    else
        tro_say(0, "not converged: the last of %lld round%s changed no mean parameter by more "
                   "than %g, but not every agent has retrained since the last change", rounds,
                plural(rounds), tolerance);
    tro_text_clear(&names);
}

static void say_cycle(const tro_outcome *outcome)
{
    tro_text text = {0};
    tro_cycle_describe(&outcome->cycle, &text);
    tro_say(0, "%s after %lld round%s: the rounds do not come to rest", tro_text_string(&text),
            outcome->rounds, plural(outcome->rounds));
    tro_text_clear(&text);
}

static void say_diverged(const tro_cell *cell, const tro_outcome *outcome)
{
    uint64_t replicates = (uint64_t)cell->scenario->replicates;
    tro_text what = {0};
    if (outcome->lost) {
        tro_text_addf(&what, ": the %s of ", outcome->lost);
        tro_add_clean(&what, cell->scenario->agents[outcome->lost_agent].name);
        tro_text_add(&what, " is no longer a finite number");
    }
    tro_say(0, "diverged in round %lld%s%s", outcome->lost_in,
            outcome->diverged > 0 && outcome->diverged < replicates ? " of a replicate" : "",
            tro_text_string(&what));
    if (replicates > 1 && outcome->diverged > 0)
        tro_say(0, "%" PRIu64 " of %" PRIu64 " replicates diverged", outcome->diverged,
                replicates);
    tro_text_clear(&what);
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
    if (outcome->waiting > 0)
        tro_text_addf(&text, ", %" PRIu64 " are as they were", outcome->waiting);
    if (begun + outcome->waiting < replicates)
        tro_text_addf(&text, ", %" PRIu64 " not begun", replicates - begun - outcome->waiting);
    tro_say(0, "%s: what was done so far is kept", tro_text_string(&text));
    tro_text_clear(&text);
}

/* Of which of the phases the fixed point and the verdict are. */
static void say_phase(const tro_cell *cell, int quiet)
{
    tro_text text = {0};
    tro_phase_describe(cell, cell->stage, &text);
    if (cell->stage_count > 1)
        tro_say(quiet, "the fixed point is that of the last of %zu phases, %s",
                cell->stage_count, tro_text_string(&text));
    tro_text_clear(&text);
}

/* How it ended, in words. Bad ends are said even when quiet. */
static void say_ending(const tro_cell *cell, const tro_outcome *outcome,
                       const tro_run_summary *summary, int quiet)
{
    long long rounds = cell->plan->common->rounds;
    uint64_t replicates = (uint64_t)cell->scenario->replicates;
    int missed = strcmp(summary->status, "not converged") == 0;
    switch (outcome->ending) {
    case TRO_CONVERGED:
        tro_say(quiet, "converged after %lld round%s: no mean parameter changes by more than %g",
                outcome->rounds, plural(outcome->rounds), cell->plan->common->tolerance);
        break;
    case TRO_DIVERGED:
        say_diverged(cell, outcome);
        break;
    case TRO_STOPPED:
        if (cell->scenario->sampled && replicates > 1)
            say_stopped(outcome, replicates, rounds);
        else
            tro_say(0, "interrupted after round %lld of %lld: what was done so far is kept",
                    outcome->rounds, rounds);
        break;
    case TRO_ALL_ROUNDS:
        if (outcome->cycle.period > 0)
            say_cycle(outcome);
        else if (missed)
            say_not_converged(cell, outcome);
        else
            tro_say(quiet, "%lld round%s", outcome->rounds, plural(outcome->rounds));
        break;
    }
    if (summary->cut_short)
        tro_say(0, "interrupted while looking for the stability: the rounds themselves are "
                   "complete");
    if (outcome->ending < TRO_DIVERGED && outcome->rounds > 0 && !missed)
        say_unretrained(cell, outcome, quiet);
    say_phase(cell, quiet);
    if (summary->has_verdict && !(outcome->ending == TRO_CONVERGED && cell->stability.stable))
        say_verdict(cell, outcome, quiet);
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
                   tro_curves *curves, const tro_rounds_parts *parts, tro_outcome *outcome,
                   tro_messages *messages)
{
    int wanted = arguments->plot || results->folder.figures != TRO_FIGURES_NONE;
    tro_meter meter;
    const char *path;
    int status = tro_folder_add(&results->folder, "rounds.csv", &path, messages);
    if (status == TRO_OK && wanted)
        status = tro_curves_init(curves, cell, messages);
    if (status < 0)
        return status;
    tro_meter_start(&meter, arguments->quiet);
    tro_progress progress = {tro_meter_report, tro_meter_stop, &meter};
    status = tro_rounds_run(cell, path, wanted ? curves : NULL, &progress, parts, outcome,
                            messages);
    tro_meter_end(&meter);
    return status;
}

typedef struct job {
    tro_results results;
    tro_resume resume;
    tro_curves curves;
    tro_outcome outcome;
    tro_run_summary summary;
} job;

/* The rounds and what follows from them, in the folder. */
static int compute(job *j, tro_cell *cell, const tro_arguments *arguments,
                   tro_messages *messages)
{
    int status;
    TRO_TRY(tro_results_scenario(&j->results, cell, messages));
    TRO_TRY(advance(&j->results, arguments, cell, &j->curves, &j->resume.parts, &j->outcome,
                    messages));
    /* At once: whatever ends this process from now on, the rounds are not lost. */
    if (j->outcome.ending == TRO_STOPPED)
        tro_resume_keep(&j->resume, cell, &j->outcome, &j->results, messages);
    judge(cell, &j->outcome, &j->summary, messages);
    if (j->summary.cut_short)
        tro_resume_keep(&j->resume, cell, &j->outcome, &j->results, messages);
    status = tro_run_summary_write(&j->summary, &j->results, messages);
out:
    return status;
}

static int run_loaded(const tro_arguments *arguments, tro_loaded *loaded,
                      tro_messages *messages)
{
    job j = {.results = {.goes_on = 1}};
    tro_cell *cell = loaded->cell;
    int status;
    j.summary = (tro_run_summary){.cell = cell, .outcome = &j.outcome, .curves = &j.curves};
    if (arguments->plot && arguments->json)
        TRO_TRY(tro_error(messages, TRO_EINVAL, NULL, "--plot goes with words, not with --json"));
    TRO_TRY(check_burn_in(cell, messages));
    TRO_TRY(tro_layout_asked(arguments, &j.summary.layout, messages));
    TRO_TRY(tro_results_open(&j.results, arguments->out, arguments, loaded->stem, "run",
                             messages));
    TRO_TRY(tro_resume_open(&j.resume, cell, &j.results, messages));
    tro_resume_say_from(&j.resume, arguments->quiet);
    TRO_TRY(compute(&j, cell, arguments, messages));
    tro_say_messages(messages, arguments->quiet);
    say_ending(cell, &j.outcome, &j.summary, arguments->quiet);
    tro_say(arguments->quiet, "wrote %s", j.results.folder.path);
    if (j.summary.code == TRO_EXIT_INTERRUPTED)
        tro_resume_say_how(&j.resume, arguments, loaded);
    TRO_TRY(tro_run_summary_print(&j.summary, j.results.folder.path, arguments, messages));
    status = TRO_OK;
out:
    tro_outcome_release(&j.outcome);
    tro_resume_release(&j.resume);
    tro_curves_release(&j.curves);
    tro_results_close(&j.results);
    return status < 0 ? tro_exit_of(status, "run", messages) : j.summary.code;
}

static int run(const tro_arguments *arguments, tro_messages *messages)
{
    tro_arguments mine = *arguments;
    mine.earlier_seed = tro_resume_seed;
    return tro_with_scenario(&mine, "run", run_loaded, messages);
}

const tro_command tro_command_run = {
    .name = "run",
    .operands = "[FILE]",
    .summary = "advance the rounds; write the run folder",
    .about =
        "Reads a scenario (`-`, or no FILE in a pipe: from standard input), advances its rounds "
        "and writes a folder: rounds.csv (a row per replicate, recorded round and agent), "
        "summary.csv, network.graphml with the results as attributes, rounds.svg (alignments by "
        "round) and network.svg (the network drawn), each with its script and data, scenario.yaml "
        "(what was run, defaults written out) and manifest.json.\n\n"
        "Exact rounds stop when no mean parameter changes by more than the schedule's "
        "tolerance (and, since the last change that did, all delays have passed and every agent "
        "has retrained). If they do not get there, go round in a cycle, or if the ecosystem is "
        "not stable or diverges, the files are whole all the same and the exit status is 3.\n\n"
        "Ctrl-C ends the run after the present round and writes what there is; another one, "
        "half a second later or more, ends it at once. The same command goes on with a run that "
        "was interrupted, and leaves the folder that it would have left without; --force begins "
        "anew.",
    .examples = examples,
    .example_count = sizeof examples / sizeof *examples,
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .least = 0,
    .most = 1,
    .run = run,
};
