/* trophic reproduce: run published results and check every claim. */
#include <string.h>

#include "cli/claims_table.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/loading.h"
#include "cli/printing.h"
#include "cli/progress.h"
#include "cli/results.h"
#include "cli/studies.h"
#include "experiment/study.h"

static const tro_option options[] = {
    {'a', "all", TRO_OPTION_FLAG, offsetof(tro_arguments, all), NULL, 0, 0,
     "every study that is found"},
    TRO_OPTION_SET,
    TRO_OPTION_SEED,
    TRO_OPTION_OUT("where to write (default: STUDY-reproduce); of several, a folder for each "
                   "in it"),
    TRO_OPTION_FORCE,
    TRO_OPTION_THREADS,
    TRO_OPTION_JSON("print the claims as JSON, an object for each study"),
    TRO_OPTION_QUIET,
    TRO_OPTION_VERBOSE,
    TRO_OPTION_HELP,
};

static const tro_example examples[] = {
    {"trophic reproduce", "the studies there are"},
    {"trophic reproduce two-agents", "sweep, check the claims, draw the figure"},
    {"trophic reproduce --all --out results", "all of them, a folder each in results/"},
    {"trophic reproduce mine.yaml --set seed=7", "a study of your own, with another seed"},
};

/* --- what there is --------------------------------------------------------- */

static const char *text_of(const tro_document *document, const char *key)
{
    const tro_node *node = tro_node_get(document->root, key);
    return node && node->kind == TRO_SCALAR ? node->text : "";
}

static int list_studies(const tro_study_files *files, const tro_arguments *arguments,
                        tro_messages *messages)
{
    tro_text text = {0};
    for (size_t k = 0; k < files->count; k++) {
        tro_document *document = NULL;
        tro_text_addf(&text, "%s\n", files->items[k].name);
        if (tro_document_read_file(files->items[k].path, &document, messages) < 0)
            continue;
        const char *words = text_of(document, "description");
        tro_add_wrapped(&text, *words ? words : text_of(document, "name"), 4, 79);
        tro_document_free(document);
    }
    if (files->count == 0)
        tro_say(arguments->quiet, "no studies found: TROPHIC_SCENARIOS names the folder that "
                                  "holds studies/");
    int status = tro_put(&text, messages);
    tro_text_clear(&text);
    return tro_exit_of(status, "reproduce", messages);
}

/* --- one study -------------------------------------------------------------- */

static void show_claims(const tro_study *study, const char *name, tro_text *text)
{
    tro_add_clean(text, name);
    tro_text_add(text, ": ");
    tro_add_clean(text, study->cell->scenario->name);
    tro_text_add(text, "\n\n");
    tro_add_claims(text, study, 110);
    tro_text_addf(text, "\n%zu claim%s: %zu hold, ", study->claim_count,
                  study->claim_count == 1 ? "" : "s", study->counts[TRO_HOLDS]);
    if (study->counts[TRO_HOLDS_IF] > 0)
        tro_text_addf(text, "%zu hold only if, ", study->counts[TRO_HOLDS_IF]);
    tro_text_addf(text, "%zu fail, %zu undecided\n\n", study->counts[TRO_FAILS],
                  study->counts[TRO_UNDECIDED]);
}

static void add_json(const tro_study *study, const char *name, const char *folder,
                     tro_text *text)
{
    tro_text_add(text, "{\"study\": ");
    tro_json_text(text, name);
    tro_text_add(text, ", \"folder\": ");
    tro_json_text(text, folder);
    tro_text_addf(text, ", \"seed\": %llu, \"claims\": [",
                  (unsigned long long)study->cell->scenario->seed);
    for (size_t k = 0; k < study->claim_count; k++) {
        const tro_claim *claim = &study->claims[k];
        const tro_fact facts[] = {
            TRO_FACT_TEXT("claim", claim->claim),       TRO_FACT_TEXT("source", claim->source),
            TRO_FACT_TEXT("expected", claim->expected), TRO_FACT_TEXT("found", claim->found),
            TRO_FACT_TEXT("verdict", claim->verdict_text),
            TRO_FACT_TEXT("remark", claim->remark)};
        tro_text_add(text, k ? ",\n  " : "\n  ");
        tro_json_facts(text, facts, sizeof facts / sizeof *facts);
    }
    tro_text_add(text, "\n]}\n");
}

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
    tro_progress progress = {tro_meter_report, tro_interrupt_stop, &meter};
    int status = tro_study_run(study, &progress, messages);
    tro_meter_end(&meter);
    for (size_t t = 0; status == TRO_OK && t < study->table_count; t++)
        tell_failures(&study->tables[t], messages);
    return status;
}

static int tell(const tro_study *study, const char *name, const char *folder, int json,
                tro_messages *messages)
{
    tro_text text = {0};
    if (json)
        add_json(study, name, folder, &text);
    else
        show_claims(study, name, &text);
    int status = tro_put(&text, messages);
    tro_text_clear(&text);
    return status;
}

static int reproduce_loaded(const tro_loaded *loaded, const char *out,
                            const tro_arguments *arguments, tro_messages *messages)
{
    tro_study *study = NULL;
    tro_results results = {0};
    int code = TRO_EXIT_FINE, status;
    status = tro_study_new(loaded->document, tro_catalog_builtin(), loaded->overrides,
                           loaded->override_count, &study, messages);
    if (status < 0)
        return tro_exit_of_loading(status, "reproduce", messages);
    tro_say_seed(loaded, study->cell, arguments->quiet);
    TRO_TRY(tro_results_open(&results, out, arguments->force, loaded->stem, "reproduce",
                             messages));
    TRO_TRY(run_study(study, arguments, messages));
    TRO_TRY(write_all(study, &results, messages));
    tro_say_messages(messages, arguments->quiet);
    tro_say(arguments->quiet, "wrote %s", results.folder.path);
    TRO_TRY(tell(study, loaded->stem, results.folder.path, arguments->json, messages));
    if (!tro_study_holds(study))
        code = TRO_EXIT_CLAIM;
    if (has_empty_table(study))
        code = TRO_EXIT_UNSETTLED;
out:
    if (status == TRO_EINTERRUPTED)
        tro_say(0, "interrupted: no results of '%s' were written; run it again", loaded->stem);
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

static int reproduce(const char *path, int several, const tro_arguments *arguments,
                     tro_messages *messages)
{
    tro_loaded loaded = {0};
    int code, status = tro_load_document(path, arguments, &loaded, messages);
    if (status < 0)
        code = tro_exit_of_loading(status, "reproduce", messages);
    else
        code = reproduce_loaded(&loaded,
                                folder_of(arguments->out, loaded.stem, several, &loaded.arena),
                                arguments, messages);
    tro_say_messages(messages, arguments->quiet);
    tro_loaded_release(&loaded);
    return code;
}

/* All names are looked up before the first study begins. */
static int reproduce_each(tro_study_files *files, const tro_arguments *arguments,
                          tro_messages *messages)
{
    size_t count = arguments->all ? files->count : arguments->operands.count;
    const char **paths = TRO_NEW(&files->arena, const char *, count);
    int code = TRO_EXIT_FINE, status = paths ? TRO_OK : TRO_ENOMEM;
    for (size_t k = 0; paths && k < count; k++) {
        int found = TRO_OK;
        if (arguments->all)
            paths[k] = files->items[k].path;
        else
            found = tro_studies_look_up(files, arguments->operands.items[k], &paths[k],
                                        messages);
        status = found < 0 ? found : status;
    }
    if (status < 0)
        return tro_exit_of(status, "reproduce", messages);
    for (size_t k = 0; k < count && code != TRO_EXIT_INTERRUPTED; k++) {
        int one = reproduce(paths[k], count > 1, arguments, messages);
        if (code == TRO_EXIT_FINE || code == TRO_EXIT_CLAIM || one == TRO_EXIT_INTERRUPTED)
            code = one == TRO_EXIT_FINE ? code : one;
    }
    return code;
}

static int run(const tro_arguments *arguments, tro_messages *messages)
{
    tro_study_files files = {0};
    int code, status = tro_studies_find(&files, messages);
    if (status < 0)
        code = tro_exit_of(status, "reproduce", messages);
    else if (arguments->all && arguments->operands.count > 0)
        code = tro_exit_of(tro_error(messages, TRO_EINVAL, NULL,
                                     "--all takes no names of studies, found '%s'",
                                     arguments->operands.items[0]), "reproduce", messages);
    else if (arguments->all || arguments->operands.count > 0)
        code = reproduce_each(&files, arguments, messages);
    else
        code = list_studies(&files, arguments, messages);
    tro_studies_release(&files);
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
        "found, and a folder is written: a CSV per table, claims.csv, the figure with its data "
        "and script, scenario.yaml, network.graphml and manifest.json.\n\n"
        "Exit status 3 when a table has not one good cell, else 4 when a claim fails or cannot "
        "be decided.",
    .examples = examples,
    .example_count = sizeof examples / sizeof *examples,
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .least = 0,
    .most = (size_t)-1,
    .run = run,
};
