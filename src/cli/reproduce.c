/* trophic reproduce: run published results and check every claim. */
#include <string.h>
#include <unistd.h>

#include "cli/account.h"
#include "cli/claims_table.h"
#include "cli/command.h"
#include "cli/loading.h"
#include "cli/printing.h"
#include "cli/progress.h"
#include "cli/results.h"
#include "cli/shelf.h"
#include "experiment/study.h"

enum { WIDEST = 110 };   /* columns of the table */

static const tro_option options[] = {
    {'a', "all", TRO_OPTION_FLAG, offsetof(tro_arguments, all), NULL, 0, 0,
     "every study that is found"},
    {'l', "list", TRO_OPTION_FLAG, offsetof(tro_arguments, list), NULL, 0, 0,
     "run nothing: name the studies, and what each is about"},
    TRO_OPTION_SET,
    TRO_OPTION_SEED,
    TRO_OPTION_OUT("where to write (default: STUDY-reproduce); of several, a folder for each "
                   "in it"),
    TRO_OPTION_FIGURES,
    TRO_OPTION_FORCE,
    TRO_OPTION_THREADS,
    TRO_OPTION_JSON("print the claims as JSON: an object, of several studies one with all"),
    {0, "markdown", TRO_OPTION_FLAG, offsetof(tro_arguments, markdown), NULL, 0, 0,
     "print the claims as Markdown: doc/studies.md is made so"},
    TRO_OPTION_QUIET,
    TRO_OPTION_VERBOSE,
    TRO_OPTION_HELP,
};

static const tro_example examples[] = {
    {"trophic reproduce", "the studies there are"},
    {"trophic reproduce backfire-gaussian", "sweep, check the claims, draw the figure"},
    {"trophic reproduce --all --out results", "all of them, in one table; and a folder "
                                              "each in results/"},
    {"trophic reproduce mine.yaml --set seed=7", "a study of your own, with another seed"},
};

/* What was asked for, and what came of it. */
typedef struct report {
    const tro_arguments *arguments;
    int several;                /* one table of all, a folder for each */
    tro_arena arena;
    const char **paths;
    size_t wanted;
    tro_account *accounts;
    size_t count;
} report;

/* --- what there is --------------------------------------------------------- */

/* "folder/name.yaml" without folder and ending. */
static const char *stem_of(const char *path, tro_arena *arena)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    size_t length = strlen(name), tail = strlen(".yaml");
    if (length > tail && strcmp(name + length - tail, ".yaml") == 0)
        length -= tail;
    return tro_arena_text_n(arena, name, length);
}

/* The accounts of files as they stand; those that cannot be read are left out. */
static int look_at_all(report *r, tro_messages *messages)
{
    int status = TRO_OK;
    for (size_t k = 0; k < r->wanted && status == TRO_OK; k++) {
        tro_document *document = NULL;
        const char *stem = stem_of(r->paths[k], &r->arena);
        if (!stem)
            return TRO_ENOMEM;
        if (tro_document_read_file(r->paths[k], &document, messages) < 0)
            continue;
        status = tro_account_read(document, stem, r->paths[k], &r->arena,
                                  &r->accounts[r->count++]);
        tro_document_free(document);
    }
    return status;
}

static int list_studies(report *r, tro_messages *messages)
{
    tro_text text = {0};
    int status = look_at_all(r, messages);
    if (r->wanted == 0)
        tro_say(r->arguments->quiet, "no studies found: TROPHIC_SCENARIOS names the folder that "
                                     "holds studies/");
    if (r->arguments->json)
        tro_accounts_json(r->accounts, r->count, 0, &text);
    else if (r->arguments->markdown)
        tro_accounts_markdown(r->accounts, r->count, &text);
    else
        tro_accounts_list(r->accounts, r->count, &text);
    if (r->arguments->json)
        tro_text_add(&text, "\n");
    if (status == TRO_OK)
        status = tro_put(&text, messages);
    tro_text_clear(&text);
    return tro_exit_of(status, "reproduce", messages);
}

/* --- one study -------------------------------------------------------------- */

static int is_empty(const tro_study_table *table)
{
    return table->failed == table->cells;
}

static int has_empty_table(const tro_study *study)
{
    for (size_t t = 0; t < study->table_count; t++)
        if (is_empty(&study->tables[t]))
            return 1;
    return 0;
}

static int write_all(const tro_study *study, tro_results *results, tro_messages *messages)
{
    const tro_fact facts[] = {
        TRO_FACT_WHOLE("claims", (long long)study->claim_count),
        TRO_FACT_WHOLE("claims_hold", (long long)study->counts[TRO_HOLDS]),
        TRO_FACT_WHOLE("claims_hold_only_if", (long long)study->counts[TRO_HOLDS_IF]),
        TRO_FACT_WHOLE("claims_fail", (long long)study->counts[TRO_FAILS]),
        TRO_FACT_WHOLE("claims_undecided", (long long)study->counts[TRO_UNDECIDED]),
    };
    int status, all = tro_study_holds(study);
    const char *outcome = has_empty_table(study) ? "a table has no good cell"
                          : all                  ? "all claims hold"
                                                 : "not all claims hold";
    TRO_TRY(tro_results_scenario(results, study->cell, messages));
    TRO_TRY(tro_results_network(results, study->cell, NULL, 0, NULL, 0, messages));
    TRO_TRY(tro_study_write(study, &results->folder, messages));
    status = tro_results_commit(results, study->cell, "reproduce", outcome, facts,
                                sizeof facts / sizeof *facts, messages);
out:
    return status;
}

/* Of a table without one good cell the first reason is said. */
static void tell_failures(const tro_study_table *table, tro_messages *messages)
{
    tro_text reason = {0};
    tro_study_cell_status(table, 0, &reason);
    if (is_empty(table))
        tro_error(messages, TRO_ENOCONV, NULL, "table '%s': not one of %zu cell%s is good; %s%s",
                  table->name, table->cells, table->cells == 1 ? "" : "s",
                  table->cells == 1 ? "" : "in the first: ", tro_text_string(&reason));
    else if (table->failed > 0)
        tro_warning(messages, NULL, "table '%s': %zu of %zu cells failed; the table says why",
                    table->name, table->failed, table->cells);
    tro_text_clear(&reason);
}

static int run_study(tro_study *study, const tro_arguments *arguments, tro_messages *messages)
{
    tro_meter meter;
    tro_meter_start(&meter, arguments->quiet);
    tro_progress progress = {tro_meter_report, tro_meter_stop, &meter};
    int status = tro_study_run(study, &progress, messages);
    tro_meter_end(&meter);
    for (size_t t = 0; status == TRO_OK && t < study->table_count; t++)
        tell_failures(&study->tables[t], messages);
    return status;
}

static int reproduce_loaded(const tro_loaded *loaded, const char *out, report *r,
                            tro_messages *messages)
{
    const tro_arguments *arguments = r->arguments;
    tro_study *study = NULL;
    tro_results results = {0};
    int code = TRO_EXIT_FINE, status;
    double start = tro_clock();
    status = tro_study_new(loaded->document, tro_catalog_builtin(), loaded->overrides,
                           loaded->override_count, &study, messages);
    if (status < 0)
        return tro_exit_of_loading(status, "reproduce", messages);
    tro_say_seed(loaded, study->cell, arguments->quiet);
    TRO_TRY(tro_results_open(&results, out, arguments, loaded->stem, "reproduce",
                             messages));
    TRO_TRY(run_study(study, arguments, messages));
    TRO_TRY(write_all(study, &results, messages));
    tro_say_messages(messages, arguments->quiet);
    tro_say(arguments->quiet, "wrote %s", results.folder.path);
    tro_say(!arguments->verbose || arguments->quiet || !r->several, "%s: %.2f s",
            loaded->stem, tro_clock() - start);
    TRO_TRY(tro_account_of(study, loaded->stem, results.folder.path, &r->arena,
                           &r->accounts[r->count]));
    r->count++;
    if (!tro_study_holds(study))
        code = TRO_EXIT_CLAIM;
    if (has_empty_table(study))
        code = TRO_EXIT_UNSETTLED;
out:
    if (status == TRO_EINTERRUPTED)
        tro_say(0, "interrupted: no results of '%s' were written; run it again%s", loaded->stem,
                results.folder.touched || r->count > 0 ? " with --force" : "");
    if (status < 0)
        code = tro_exit_of(status, "reproduce", messages);
    tro_results_close(&results);
    tro_study_free(study);
    return code;
}

/* --out, or of several studies a folder in it. */
static const char *folder_of(const char *out, const char *stem, int several, tro_arena *arena)
{
    tro_text text = {0};
    if (!out || !several)
        return out;
    tro_text_addf(&text, "%s/%s", out, stem);
    const char *path = text.failed ? NULL : tro_arena_text(arena, text.data);
    tro_text_clear(&text);
    return path ? path : out;
}

static int reproduce(const char *path, report *r, tro_messages *messages)
{
    const tro_arguments *arguments = r->arguments;
    tro_loaded loaded = {0};
    int code, status = tro_load_document(path, arguments, &loaded, messages);
    if (status < 0)
        code = tro_exit_of_loading(status, "reproduce", messages);
    else
        code = reproduce_loaded(&loaded,
                                folder_of(arguments->out, loaded.stem, r->several,
                                          &loaded.arena), r, messages);
    tro_say_messages(messages, arguments->quiet);
    tro_loaded_release(&loaded);
    return code;
}

/* --- all of them -------------------------------------------------------------- */

/* What was found, once everything has been run. */
static int tell(const report *r, tro_messages *messages)
{
    const tro_arguments *arguments = r->arguments;
    size_t missing = r->wanted - r->count;
    int one = !r->several;
    tro_text text = {0};
    if (r->count == 0 && (one || !arguments->json))
        return TRO_OK;
    if (arguments->markdown)
        tro_accounts_markdown(r->accounts, r->count, &text);
    else if (arguments->json && one)
        tro_account_json(r->accounts, &text);
    else if (arguments->json)
        tro_accounts_json(r->accounts, r->count, missing, &text);
    else if (one)
        tro_add_claims(r->accounts, tro_output_width(WIDEST), &text);
    else
        tro_add_all_claims(r->accounts, r->count, missing, tro_output_width(WIDEST), &text);
    if (arguments->json)
        tro_text_add(&text, "\n");
    int status = tro_put(&text, messages);
    tro_text_clear(&text);
    return status;
}

static int reproduce_each(report *r, tro_messages *messages)
{
    int code = TRO_EXIT_FINE;
    for (size_t k = 0; k < r->wanted && code != TRO_EXIT_INTERRUPTED; k++) {
        int one = reproduce(r->paths[k], r, messages);
        if (code == TRO_EXIT_FINE || code == TRO_EXIT_CLAIM || one == TRO_EXIT_INTERRUPTED)
            code = one == TRO_EXIT_FINE ? code : one;
    }
    int status = tell(r, messages);
    return status < 0 ? tro_exit_of(status, "reproduce", messages) : code;
}

/* A path is read, whether it is there or not: that says what is wrong with it. */
static int look_up_one(tro_shelf *files, const char *name, const char **path,
                       tro_messages *messages)
{
    *path = tro_shelf_is_path(name) ? name : tro_shelf_path(files, name);
    if (!*path && access(name, F_OK) == 0)
        *path = name;
    return *path ? TRO_OK
                 : tro_shelf_unknown(files, name, "study", "trophic reproduce", messages);
}

/* All names are looked up before the first study begins. */
static int look_up(report *r, tro_shelf *files, tro_messages *messages)
{
    const tro_word_list *names = &r->arguments->operands;
    int status = TRO_OK;
    r->wanted = names->count > 0 ? names->count : files->count;
    r->paths = TRO_NEW(&r->arena, const char *, r->wanted);
    r->accounts = TRO_NEW(&r->arena, tro_account, r->wanted);
    if (!r->paths || !r->accounts)
        return TRO_ENOMEM;
    for (size_t k = 0; k < r->wanted; k++) {
        int found = TRO_OK;
        if (names->count == 0)
            r->paths[k] = files->items[k].path;
        else
            found = look_up_one(files, names->items[k], &r->paths[k], messages);
        status = found < 0 ? found : status;
    }
    return status;
}

static int check_options(const tro_arguments *arguments, tro_messages *messages)
{
    if (arguments->all && arguments->operands.count > 0)
        return tro_error(messages, TRO_EINVAL, NULL, "--all takes no names of studies, found '%s'",
                         arguments->operands.items[0]);
    if (arguments->json && arguments->markdown)
        return tro_error(messages, TRO_EINVAL, NULL, "--json or --markdown, found both");
    return TRO_OK;
}

static int run(const tro_arguments *arguments, tro_messages *messages)
{
    tro_shelf files = {0};
    report r = {.arguments = arguments,
                .several = arguments->all || arguments->operands.count > 1};
    int code, status;
    TRO_TRY(check_options(arguments, messages));
    TRO_TRY(tro_shelf_find(&files, "studies", messages));
    TRO_TRY(look_up(&r, &files, messages));
out:
    if (status < 0)
        code = tro_exit_of(status, "reproduce", messages);
    else if (arguments->list || (!arguments->all && arguments->operands.count == 0))
        code = list_studies(&r, messages);
    else
        code = reproduce_each(&r, messages);
    tro_shelf_release(&files);
    tro_arena_clear(&r.arena);
    return code;
}

const tro_command tro_command_reproduce = {
    .name = "reproduce",
    .operands = "[STUDY...]",
    .summary = "run published results and check every claim",
    .about =
        "A study is a scenario with tables to compute (`vary`), claims about them, and a "
        "figure. A STUDY is a path, or a name looked for in $TROPHIC_SCENARIOS/studies, in "
        "./scenarios/studies and where trophic is installed; without one, the studies are "
        "listed. Each is swept, its claims are printed with what was expected and what was "
        "found (of several studies in one table, at the end), and a folder is written: a CSV per "
        "table, claims.csv, the figure with its data and script, scenario.yaml, network.graphml "
        "and manifest.json.\n\n"
        "A claim holds, holds only if its condition is met (as it should), fails, or is undecided: "
        "what it needs could not be computed. Exit status 3 when a table has not one good cell, "
        "else 4 when a claim fails or is undecided.",
    .examples = examples,
    .example_count = sizeof examples / sizeof *examples,
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .least = 0,
    .most = (size_t)-1,
    .run = run,
};
