/* trophic sweep: the cells of a grid, a list or a sample, into one store. */
#include <inttypes.h>
#include <omp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/loading.h"
#include "cli/mpi.h"
#include "cli/printing.h"
#include "cli/progress.h"
#include "cli/sweep_plan.h"

static const tro_option options[] = {
    {0, "vary", TRO_OPTION_LIST, offsetof(tro_arguments, vary), "PATH=VALUES", 0, 0,
     "one more axis, as in agents.theta.rate=[0.1, 1] or =\"{linspace: [0, 1, 11]}\""},
    {0, "find", TRO_OPTION_LIST, offsetof(tro_arguments, finds), "NAME=QUANTITY", 0, 0,
     "one more output, as in \"J={alignment: theta}\""},
    TRO_OPTION_SET,
    TRO_OPTION_SEED,
    TRO_OPTION_OUT_FILE("the store (default: FILE's name with -sweep.sqlite)"),
    {'f', "force", TRO_OPTION_FLAG, offsetof(tro_arguments, force), NULL, 0, 0,
     "begin anew, and replace a store that is there"},
    {0, "shard", TRO_OPTION_TEXT, offsetof(tro_arguments, shard), "I/N", 0, 0,
     "only the I-th of N parts, into a store of its own, for `trophic merge`"},
    {0, "workers", TRO_OPTION_WHOLE, offsetof(tro_arguments, workers), "N", 1, 1024,
     "processes (default: one a thread, at most one a cell)"},
    TRO_OPTION_THREADS,
    {0, "error", TRO_OPTION_TEXT, offsetof(tro_arguments, error), "WHAT", 0, 0,
     "after a cell that failed: go-on (the default) or stop"},
    {0, "retry", TRO_OPTION_FLAG, offsetof(tro_arguments, retry), NULL, 0, 0,
     "run cells again that failed, diverged or crashed before"},
    {0, "dry-run", TRO_OPTION_FLAG, offsetof(tro_arguments, dry_run), NULL, 0, 0,
     "say how many cells there are and about how long they take, and write nothing"},
    TRO_OPTION_QUIET,
    TRO_OPTION_VERBOSE,
    TRO_OPTION_HELP,
};

static const tro_example examples[] = {
    {"trophic sweep coupling.yaml", "the sweep of the file, into coupling-sweep.sqlite"},
    {"trophic sweep rivals.yaml --vary 'agents.theta.shares.curated={linspace: [0, 0.9, 10]}' "
     "--find 'J={alignment: theta}'", "a sweep of any scenario"},
    {"trophic sweep big.yaml --shard 2/8", "one of eight jobs of an array"},
    {"mpirun trophic sweep big.yaml", "across the machines of a job"},
};

static int begin_plan(tro_sweep_plan *plan, const tro_arguments *arguments,
                      tro_messages *messages)
{
    int status, has = 0;
    TRO_TRY(tro_store_open(plan->path, &plan->layout, arguments->force, &plan->store, messages));
    if (arguments->retry) {
        size_t again;
        TRO_TRY(tro_store_retry(plan->store, &again, messages));
    }
    TRO_TRY(tro_store_count(plan->store, &plan->before, messages));
    plan->mine = plan->left = (plan->layout.cells - plan->shard + plan->shards - 1) / plan->shards;
    for (size_t k = plan->shard; plan->before > 0 && k < plan->layout.cells; k += plan->shards) {
        TRO_TRY(tro_store_has(plan->store, tro_sweep_at(plan->study->sweep, k), &has, messages));
        plan->left -= (size_t)has;
    }
    plan->to_do = plan->left;
out:
    return status;
}

/* --- the crew's questions ------------------------------------------------------------ */

static int compute(void *context, size_t cell, tro_text *result)
{
    tro_sweep_plan *plan = context;
    return tro_sweep_compute(plan->study, &plan->layout, cell, result);
}

static int stop(void *context)
{
    tro_sweep_plan *plan = context;
    return tro_meter_stop(&plan->meter);
}

static int next(void *context, size_t *cell)
{
    tro_sweep_plan *plan = context;
    while (plan->at < plan->layout.cells && plan->failed == TRO_OK) {
        int has, status;
        *cell = tro_sweep_at(plan->study->sweep, plan->at);
        plan->at += plan->shards;
        status = tro_store_has(plan->store, *cell, &has, plan->messages);
        if (status < 0 || !has)
            return status < 0 ? status : 1;
    }
    return 0;
}

static void account(tro_sweep_plan *plan, size_t cell, int failed)
{
    plan->left--;
    tro_meter_report(&plan->meter, "cells", plan->to_do - plan->left, plan->to_do);
    if (failed < 0 && plan->stops && plan->failed == TRO_OK) {
        plan->failed = failed;
        plan->failed_cell = cell;
    }
}

static int take(void *context, size_t cell, const char *result, size_t length)
{
    tro_sweep_plan *plan = context;
    int failed = TRO_OK;
    int status = tro_sweep_store(plan->study, plan->store, cell, result, length, &failed,
                                 plan->messages);
    if (status == TRO_OK)
        account(plan, cell, failed);
    return status;
}

static int lost(void *context, size_t cell, const char *why)
{
    tro_sweep_plan *plan = context;
    int status = tro_sweep_store_lost(plan->study, plan->store, cell, why, plan->messages);
    if (status == TRO_OK)
        account(plan, cell, TRO_ELIBRARY);
    return status;
}

/* --- running ------------------------------------------------------------------------- */

static int run_cells(tro_sweep_plan *plan, const tro_arguments *arguments, int threads)
{
    size_t workers = arguments->workers != TRO_NO_WHOLE ? (size_t)arguments->workers
                                                        : (size_t)threads;
    if (tro_mpi_rank() == 0 && plan->left == 0 && tro_mpi_size() == 1)
        return TRO_OK;
    if (tro_mpi_rank() == 0 && workers > plan->left)
        workers = plan->left > 0 ? plan->left : 1;
    if (tro_mpi_size() > 1)     /* the ranks are the workers */
        workers = (size_t)threads;
    const tro_crew crew = {.workers = workers,
                           .threads = threads / (int)workers > 1 ? threads / (int)workers : 1,
                           .context = plan, .work = compute, .next = next, .take = take,
                           .lost = lost, .stop = stop};
    tro_meter_start(&plan->meter, arguments->quiet || tro_mpi_rank() > 0);
    int status = tro_mpi_size() > 1 ? tro_mpi_run(&crew, plan->messages)
                                    : tro_crew_run(&crew, plan->messages);
    tro_meter_end(&plan->meter);
    return status;
}

static void say_result(const tro_sweep_plan *plan, int quiet)
{
    tro_text tally = {0};
    size_t count = 0;
    if (tro_store_count(plan->store, &count, NULL) == TRO_OK &&
        tro_store_tally(plan->store, &tally, NULL) == TRO_OK)
        tro_say(quiet, "%zu of %zu cells: %s", count, plan->layout.cells,
                tro_text_string(&tally));
    if (plan->shards > 1)
        tro_say(quiet, "shard %zu of %zu is complete", plan->shard + 1, plan->shards);
    tro_say(quiet, "wrote %s", plan->path);
    tro_text_clear(&tally);
}

/* How far it got, and the exit status. */
static int end_early(const tro_sweep_plan *plan, int status, tro_messages *messages)
{
    size_t there = plan->mine - plan->left;
    if (status == TRO_EINTERRUPTED) {
        tro_say(0, "interrupted: %zu of %zu cells are in '%s': the same command goes on", there,
                plan->mine, plan->path);
        return TRO_EXIT_INTERRUPTED;
    }
    if (status < 0) {
        int code = tro_exit_of(status, "sweep", messages);
        tro_say_messages(messages, 0);
        tro_say(0, "%zu of %zu cells are in '%s': the same command goes on when that is mended",
                there, plan->mine, plan->path);
        return code;
    }
    int unsettled = plan->failed == TRO_EDIVERGED || plan->failed == TRO_ENOCONV ||
                    plan->failed == TRO_ESINGULAR;
    tro_error(messages, plan->failed, NULL,
              "cell %zu: %s; %zu of %zu cells are in '%s': the same command goes on after it",
              plan->failed_cell, tro_status_text(plan->failed), there, plan->mine, plan->path);
    return unsettled ? TRO_EXIT_UNSETTLED : TRO_EXIT_FAILED;
}

/* With --error stop a complete sweep is told like one that stops: by a cell that failed. */
static int end_complete(tro_sweep_plan *plan, int quiet, tro_messages *messages)
{
    const char *what;
    size_t cell = SIZE_MAX;
    int status = TRO_OK;
    say_result(plan, quiet);
    if (plan->stops)
        status = tro_store_first_failed(plan->store, &plan->arena, &cell, &what, messages);
    if (status < 0)
        return tro_exit_of(status, "sweep", messages);
    if (cell == SIZE_MAX)
        return TRO_EXIT_FINE;
    int unsettled = strcmp(what, "diverged") == 0 || strcmp(what, "not converged") == 0;
    tro_error(messages, unsettled ? TRO_ENOCONV : TRO_EINVAL, NULL,
              "all cells are there, but cell %zu %s%s: --retry would run it again", cell,
              strcmp(what, "not converged") == 0 ? "has " : "", what);
    return unsettled ? TRO_EXIT_UNSETTLED : TRO_EXIT_FAILED;
}

static int run_plan(tro_sweep_plan *plan, const tro_arguments *arguments, int threads,
                    tro_messages *messages)
{
    int first = tro_mpi_rank() == 0, code;
    int status = first ? begin_plan(plan, arguments, messages) : TRO_OK;
    if (tro_mpi_share((uint64_t)(status < 0)))
        return first ? tro_exit_of(status, "sweep", messages) : TRO_EXIT_FINE;
    status = run_cells(plan, arguments, threads);
    if (!first)
        return TRO_EXIT_FINE;
    if (status == TRO_OK && plan->failed == TRO_OK)
        return end_complete(plan, arguments->quiet, messages);
    code = end_early(plan, status, messages);
    if (status < 0 && tro_mpi_size() > 1) {
        tro_say_messages(messages, 0);
        tro_store_close(plan->store);
        plan->store = NULL;
        tro_mpi_abort(code);
    }
    return code;
}

static int run_ranked(const tro_arguments *arguments, int threads, tro_messages *messages)
{
    tro_sweep_plan plan = {.messages = messages};
    int first = tro_mpi_rank() == 0, code;
    int status = tro_sweep_plan_make(&plan, arguments, messages);
    if (!tro_mpi_all(status == TRO_OK)) {
        if (status == TRO_OK)
            status = tro_error(messages, TRO_EIO, NULL,
                               "another rank of MPI could not read the scenario");
        code = tro_exit_of_loading(status, "sweep", messages);
    } else {
        if (first)
            tro_say_seed(&plan.loaded, plan.study->cell, arguments->quiet);
        if (first)
            tro_say_messages(messages, arguments->quiet);
        if (!arguments->dry_run)
            code = run_plan(&plan, arguments, threads, messages);
        else
            code = first ? tro_sweep_plan_show(&plan, arguments, threads, messages)
                         : TRO_EXIT_FINE;
    }
    if (!first)
        tro_messages_clear(messages);   /* rank 0 says the same */
    tro_sweep_plan_release(&plan);
    return code;
}

/* Until the workers are forked, nothing here may start threads. */
static int run(const tro_arguments *arguments, tro_messages *messages)
{
    int threads = omp_get_max_threads();
    omp_set_num_threads(1);
    tro_mpi_start();
    int code = run_ranked(arguments, threads, messages);
    tro_mpi_end();
    omp_set_num_threads(threads);
    return code;
}

const tro_command tro_command_sweep = {
    .name = "sweep",
    .operands = "[FILE]",
    .summary = "run a grid, a list or a sample of scenarios; into one file",
    .about =
        "Runs a scenario at the points that its section `sweep` names, or --vary: a grid, a list, "
        "a Sobol sequence or a Latin hypercube over any of its keys, maybe several times each. "
        "Every cell's parameters, seed, status and outputs go to one SQLite file, which `trophic "
        "export` prints as CSV or draws.\n\n"
        "A cell that fails or diverges, or whose process crashes, is a row that says so; the "
        "others go on. Cells run in an order that makes any part of them an even sample. "
        "Interrupted or killed, the same command goes on where it was; a changed scenario is "
        "refused.\n\n"
        "Cells run in worker processes, under mpirun in its ranks, and with --shard in several "
        "jobs that know nothing of each other: the rows are the same.",
    .examples = examples,
    .example_count = sizeof examples / sizeof *examples,
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .least = 0,
    .most = 1,
    .run = run,
};
