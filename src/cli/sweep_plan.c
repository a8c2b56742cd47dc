#include "cli/sweep_plan.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/mpi.h"
#include "cli/printing.h"
#include "experiment/study_parts.h"

static int no_memory(tro_messages *messages)
{
    return tro_error(messages, TRO_ENOMEM, NULL, "out of memory");
}

/* --- options ---------------------------------------------------------------- */

/* The axes and outputs of the command line stand where a file would have them. */
static int add_options(tro_sweep_plan *plan, const tro_arguments *arguments,
                       tro_messages *messages)
{
    int vary = tro_load_section(&plan->loaded, "sweep.vary", "--vary", "PATH=VALUES",
                                &arguments->vary, messages);
    int find = tro_load_section(&plan->loaded, "sweep.outputs", "--find", "NAME=QUANTITY",
                                &arguments->finds, messages);
    return vary < 0 ? vary : find;
}

static int read_shard(tro_sweep_plan *plan, const char *text, tro_messages *messages)
{
    unsigned long shard = 1, shards = 1;
    int end = 0;
    if (text && (sscanf(text, "%7lu/%7lu%n", &shard, &shards, &end) != 2 || text[end] ||
                 text[0] < '0' || text[0] > '9' || shard < 1 || shard > shards))
        return tro_error(messages, TRO_EINVAL, NULL,
                         "option '--shard' takes I/N with I from 1 to N, as in 2/8, found '%s'",
                         text);
    plan->shard = shard - 1;
    plan->shards = shards;
    return TRO_OK;
}

static int read_error(tro_sweep_plan *plan, const char *text, tro_messages *messages)
{
    plan->stops = text && strcmp(text, "stop") == 0;
    if (text && !plan->stops && strcmp(text, "go-on") != 0)
        return tro_error(messages, TRO_EINVAL, NULL,
                         "option '--error' takes go-on or stop, found '%s'", text);
    return TRO_OK;
}

static int choose_path(tro_sweep_plan *plan, const char *out, tro_messages *messages)
{
    tro_text path = {0};
    if (out && (strcmp(out, "-") == 0 || !*out))
        return tro_error(messages, TRO_EINVAL, NULL,
                         "'%s' cannot be a store: `trophic export` prints one", out);
    if (out)
        tro_text_add(&path, out);
    else if (plan->shards > 1)
        tro_text_addf(&path, "%s-sweep-%zu-of-%zu.sqlite", plan->loaded.stem, plan->shard + 1,
                      plan->shards);
    else
        tro_text_addf(&path, "%s-sweep.sqlite", plan->loaded.stem);
    plan->path = path.failed ? NULL : tro_arena_text(&plan->arena, tro_text_string(&path));
    tro_text_clear(&path);
    return plan->path ? TRO_OK : no_memory(messages);
}

/* A seed that was drawn is that of the store, if there is one to go on with, and of rank 0. */
static int share_seed(tro_sweep_plan *plan, int force, tro_messages *messages)
{
    tro_loaded *loaded = &plan->loaded;
    tro_override *drawn = &loaded->overrides[loaded->override_count - 1];
    uint64_t seed;
    char text[24];
    int found = 0;
    if (!loaded->seed_drawn)
        return TRO_OK;
    seed = strtoull(drawn->value, NULL, 10);
    if (tro_mpi_rank() == 0 && !force)
        tro_store_seed(plan->path, &found, &seed);
    seed = tro_mpi_share(seed);
    snprintf(text, sizeof text, "%" PRIu64, seed);
    drawn->value = tro_arena_text(&plan->arena, text);
    return drawn->value ? TRO_OK : no_memory(messages);
}

/* --- making ----------------------------------------------------------------- */

static const tro_progress interruptible = {.stop = tro_meter_stop};

static int make_study(tro_sweep_plan *plan, tro_messages *messages)
{
    tro_loaded *loaded = &plan->loaded;
    int status = tro_study_new(loaded->document, tro_catalog_builtin(), loaded->overrides,
                               loaded->override_count, &plan->study, messages);
    if (status == TRO_OK && !plan->study->sweep)
        status = tro_error(messages, TRO_ESCENARIO, NULL,
                           "'%s' has no section 'sweep': give it one, or say with --vary what "
                           "varies and with --find what is to be found", loaded->path);
    if (status == TRO_OK)
        plan->study->cell->progress = &interruptible;
    return status;
}

int tro_sweep_plan_make(tro_sweep_plan *plan, const tro_arguments *arguments,
                        tro_messages *messages)
{
    const char *path = tro_operand_or_stdin(arguments);
    int status;
    if (!path)
        return tro_error(messages, TRO_EINVAL, NULL, "sweep needs a scenario FILE");
    if (strcmp(path, "-") == 0 && tro_mpi_size() > 1)
        return tro_error(messages, TRO_EINVAL, NULL,
                         "several ranks cannot read one standard input: a FILE would be right");
    TRO_TRY(read_shard(plan, arguments->shard, messages));
    TRO_TRY(read_error(plan, arguments->error, messages));
    TRO_TRY(tro_load_document(path, arguments, &plan->loaded, messages));
    TRO_TRY(choose_path(plan, arguments->out, messages));
    TRO_TRY(share_seed(plan, arguments->force, messages));
    TRO_TRY(add_options(plan, arguments, messages));
    TRO_TRY(make_study(plan, messages));
    plan->at = plan->shard;
    status = tro_sweep_layout(plan->study, &plan->arena, &plan->layout, messages);
    if (status == TRO_OK && plan->shards > plan->layout.cells)
        status = tro_error(messages, TRO_EINVAL, NULL,
                           "%zu shards of %zu cell%s: at most %zu would be right", plan->shards,
                           plan->layout.cells, plan->layout.cells == 1 ? "" : "s",
                           plan->layout.cells);
out:
    return status;
}

void tro_sweep_plan_release(tro_sweep_plan *plan)
{
    tro_store_close(plan->store);
    tro_study_free(plan->study);
    tro_loaded_release(&plan->loaded);
    tro_arena_clear(&plan->arena);
}

/* --- a dry run --------------------------------------------------------------- */

enum { MOST_TRIALS = 5 };
static const double ENOUGH = 1; /* s of trials */

/* The seconds and bytes of a cell: from the cells that are there. */
static int estimate_from_store(tro_sweep_plan *plan, double *seconds, double *bytes,
                               tro_messages *messages)
{
    struct stat file;
    *bytes = stat(plan->path, &file) == 0 ? (double)file.st_size / (double)plan->before : NAN;
    return tro_store_mean_seconds(plan->store, seconds, messages);
}

/* The same from a few that are computed and forgotten. */
static int estimate(tro_sweep_plan *plan, double *seconds, double *bytes)
{
    double start = tro_clock(), spent = 0;
    size_t trials = 0, length = 0;
    tro_text result = {0};
    int status = TRO_OK;
    while (trials < MOST_TRIALS && trials < plan->layout.cells && spent < ENOUGH &&
           status == TRO_OK) {
        result.length = 0;
        status = tro_sweep_compute(plan->study, &plan->layout,
                                   tro_sweep_at(plan->study->sweep, trials++), &result);
        length += result.length;
        spent = tro_clock() - start;
        if (tro_interrupted())
            status = TRO_EINTERRUPTED;
    }
    tro_text_clear(&result);
    *seconds = spent / (double)trials;
    *bytes = (double)length / (double)trials;
    return status;
}

static void add_points(const tro_sweep_plan *plan, tro_text *text)
{
    const tro_sweep *sweep = plan->study->sweep;
    const tro_study_table *table = &sweep->table;
    tro_text_addf(text, "%zu cells: %zu point%s of a %s", plan->layout.cells, table->cells,
                  table->cells == 1 ? "" : "s", plan->layout.shape);
    for (size_t a = 0; a < table->axis_count; a++) {
        tro_text_add(text, a ? ", " : " over ");
        tro_add_clean(text, table->axes[a].name);
        if (table->shape == TRO_SHAPE_GRID)
            tro_text_addf(text, " (%zu)", tro_axis_length(&table->axes[a]));
    }
    if (sweep->replicates > 1)
        tro_text_addf(text, ", %" PRIu64 " times each", sweep->replicates);
    tro_text_add(text, "\n");
}

/* Two digits: more are not known. */
static void add_size(tro_text *text, double bytes)
{
    if (bytes >= 99.5e6)
        tro_text_addf(text, "%.0f MB", 10 * round(bytes / 1e7));
    else if (bytes >= 1e5)
        tro_text_addf(text, "%.2g MB", bytes / 1e6);
    else
        tro_text_add(text, "less than 0.1 MB");
}

static void add_time(tro_text *text, double seconds)
{
    if (seconds >= 7200)
        tro_text_addf(text, "%.3g hours", seconds / 3600);
    else if (seconds >= 120)
        tro_text_addf(text, "%.3g minutes", seconds / 60);
    else
        tro_text_addf(text, "%.3g seconds", seconds);
}

int tro_sweep_plan_show(tro_sweep_plan *plan, const tro_arguments *arguments, int threads,
                        tro_messages *messages)
{
    double seconds = 0, bytes = 0;
    double workers = arguments->workers != TRO_NO_WHOLE ? (double)arguments->workers : threads;
    tro_text text = {0};
    int status = TRO_OK;
    if (access(plan->path, F_OK) == 0 && !arguments->force) {
        TRO_TRY(tro_store_read(plan->path, &plan->store, messages));
        TRO_TRY(tro_store_matches(plan->store, &plan->layout, messages));
        TRO_TRY(tro_store_count(plan->store, &plan->before, messages));
    }
    TRO_TRY(plan->before > 0 ? estimate_from_store(plan, &seconds, &bytes, messages)
                             : estimate(plan, &seconds, &bytes));
    double left = (double)((plan->layout.cells - plan->before) / plan->shards);
    if (tro_mpi_size() > 1)
        workers = tro_mpi_size() - 1;
    add_points(plan, &text);
    if (plan->store)
        tro_text_addf(&text, "%zu of them are in %s\n", plan->before, plan->path);
    if (plan->shards > 1)
        tro_text_addf(&text, "shard %zu of %zu has every %zu-th of them\n", plan->shard + 1,
                      plan->shards, plan->shards);
    tro_text_addf(&text, "about %.2g seconds a cell with one thread; what is left takes about ",
                  seconds);
    add_time(&text, left * seconds / fmin(workers, fmax(left, 1)));
    tro_text_addf(&text, " with %.0f worker%s, and ", workers, workers == 1 ? "" : "s");
    add_size(&text, left * bytes);
    tro_text_add(&text, "\n");
    status = text.failed ? no_memory(messages) : tro_put(&text, messages);
out:
    tro_text_clear(&text);
    return tro_exit_of(status, "sweep", messages);
}
