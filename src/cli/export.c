/* trophic export: what a store holds, as CSV or as a figure. */
#include <string.h>
#include <sys/stat.h>

#include "cli/command.h"
#include "cli/export_figure.h"
#include "cli/nearby.h"
#include "cli/printing.h"
#include "output/csv.h"
#include "output/picture.h"

static const tro_option options[] = {
    {0, "rounds", TRO_OPTION_FLAG, offsetof(tro_arguments, all_rounds), NULL, 0, 0,
     "the rounds of all cells instead of their outputs"},
    {0, "figure", TRO_OPTION_TEXT, offsetof(tro_arguments, figure), "NAME", 0, 0,
     "draw NAME.svg: curves over one axis, a map over two"},
    TRO_OPTION_FIGURES,
    TRO_OPTION_OUT_FILE("where the table goes (default: printed)"),
    TRO_OPTION_QUIET,
    TRO_OPTION_VERBOSE,
    TRO_OPTION_HELP,
};

static const tro_example examples[] = {
    {"trophic export coupling-sweep.sqlite >cells.csv", "a row per cell"},
    {"trophic export coupling-sweep.sqlite --rounds --out rounds.csv", "every round of every cell"},
    {"trophic export coupling-sweep.sqlite --figure coupling", "coupling.svg"},
};

typedef struct exporter {
    tro_csv csv;
    const tro_store_layout *layout;
} exporter;

/* --- cells ------------------------------------------------------------------ */

static int see_line(void *context, const tro_store_line *line)
{
    exporter *e = context;
    const tro_store_layout *layout = e->layout;
    tro_csv_whole(&e->csv, (long long)line->cell);
    tro_csv_whole(&e->csv, line->replicate);
    tro_csv_whole(&e->csv, line->seed);
    for (size_t k = 0; k < layout->parameters; k++) {
        if (layout->columns[k].role == TRO_STORE_WORD)
            tro_csv_text(&e->csv, line->parameters[k].text);
        else
            tro_csv_real(&e->csv, line->parameters[k].number);
    }
    if (layout->components > 1)
        tro_csv_whole(&e->csv, (long long)line->component);
    tro_csv_reals(&e->csv, line->values, layout->column_count - layout->parameters);
    tro_csv_text(&e->csv, line->status);
    tro_csv_text(&e->csv, line->message);
    return tro_csv_end_row(&e->csv);
}

static int export_cells(tro_store *store, const char *path, tro_messages *messages)
{
    exporter e = {.layout = tro_store_layout_of(store)};
    const tro_store_layout *layout = e.layout;
    size_t at = 0;
    int status = TRO_ENOMEM;
    const char **names = tro_allocate(layout->column_count + 6, sizeof *names);
    if (!names)
        goto out;
    names[at++] = "cell";
    names[at++] = "replicate";
    names[at++] = "seed";
    for (size_t k = 0; k < layout->column_count; k++) {
        if (k == layout->parameters && layout->components > 1)
            names[at++] = "component";
        names[at++] = layout->columns[k].name;
    }
    names[at++] = "status";
    names[at++] = "message";
    TRO_TRY(tro_csv_open(&e.csv, path, names, at, messages));
    TRO_TRY(tro_store_each(store, see_line, &e, messages));
    status = tro_csv_commit(&e.csv);
out:
    tro_csv_abort(&e.csv);
    tro_release(names);
    return status;
}

/* --- rounds ----------------------------------------------------------------- */

typedef struct rounds_exporter {
    tro_file file;
} rounds_exporter;

/* Every line with the number of its cell in front. */
static int see_rounds(void *context, size_t cell, const char *rows, size_t length)
{
    rounds_exporter *e = context;
    tro_text start = {0};
    int status = TRO_OK;
    tro_text_addf(&start, "%zu,", cell);
    for (const char *at = rows, *end = rows + length; at < end && status == TRO_OK;) {
        const char *line = memchr(at, '\n', (size_t)(end - at));
        size_t bytes = line ? (size_t)(line + 1 - at) : (size_t)(end - at);
        status = tro_file_add(&e->file, tro_text_string(&start), start.length);
        if (status == TRO_OK)
            status = tro_file_add(&e->file, at, bytes);
        at += bytes;
    }
    tro_text_clear(&start);
    return status;
}

static int export_rounds(tro_store *store, const char *path, tro_messages *messages)
{
    rounds_exporter e = {0};
    const char *names = tro_store_layout_of(store)->round_names;
    tro_text head = {0};
    int status;
    if (!names)
        return tro_error(messages, TRO_EINVAL, NULL,
                         "'%s' has no rounds: a sweep with 'rounds: yes' keeps them",
                         tro_store_path(store));
    tro_text_addf(&head, "cell,%s\n", names);
    TRO_TRY(head.failed ? TRO_ENOMEM : TRO_OK);
    TRO_TRY(tro_file_open(&e.file, path, messages));
    TRO_TRY(tro_file_add(&e.file, tro_text_string(&head), head.length));
    TRO_TRY(tro_store_each_rounds(store, see_rounds, &e, messages));
    status = tro_file_commit(&e.file);
out:
    tro_file_abort(&e.file);
    tro_text_clear(&head);
    return status;
}

/* Folders of results hold tables, and no store. */
static int check_is_file(const char *path, tro_messages *messages)
{
    struct stat about;
    tro_text tables = {0}, stores = {0};
    if (stat(path, &about) < 0 || S_ISREG(about.st_mode))
        return TRO_OK;
    if (!S_ISDIR(about.st_mode))   /* a pipe would wait for its writer */
        return tro_error(messages, TRO_EINVAL, NULL, "'%s' is no file, so no store of a sweep",
                         path);
    size_t found = tro_add_files_in(&stores, path, ".sqlite");
    size_t ready = tro_add_files_in(&tables, path, ".csv");
    int status =
        tro_error(messages, TRO_EINVAL, NULL, "'%s' is a folder, not the store of a sweep%s%s",
                  path,
                  found   ? "; in it: "
                  : ready ? "; it has tables that need no export: "
                          : "",
                  tro_text_string(found ? &stores : &tables));
    tro_text_clear(&tables);
    tro_text_clear(&stores);
    return status;
}

/* --- the command ------------------------------------------------------------ */

static int run(const tro_arguments *arguments, tro_messages *messages)
{
    const char *path = arguments->out && strcmp(arguments->out, "-") != 0 ? arguments->out
                                                                          : "/dev/stdout";
    tro_store *store = NULL;
    unsigned formats;
    size_t count;
    int status = tro_figures_read(arguments->figures, &formats, messages);
    if (status < 0)
        return TRO_EXIT_USAGE;
    if ((arguments->figure && arguments->all_rounds) ||
        (arguments->figures && (!arguments->figure || formats == TRO_FIGURES_NONE))) {
        tro_error(messages, TRO_EINVAL, NULL,
                  arguments->figures ? "--figures, svg, pdf or png, goes with --figure"
                                     : "--figure draws outputs, not --rounds");
        return TRO_EXIT_USAGE;
    }
    TRO_TRY(check_is_file(arguments->operands.items[0], messages));
    TRO_TRY(tro_store_read(arguments->operands.items[0], &store, messages));
    TRO_TRY(tro_store_count(store, &count, messages));
    if (arguments->figure)
        status = tro_export_figure(store, arguments->figure, formats, messages);
    else if (arguments->all_rounds)
        status = export_rounds(store, path, messages);
    else
        status = export_cells(store, path, messages);
    if (status == TRO_OK && arguments->figure)
        tro_say(arguments->quiet, "wrote figure %s", arguments->figure);
    if (status == TRO_OK && count < tro_store_layout_of(store)->cells)
        tro_say(arguments->quiet, "note: %zu of %zu cells are there", count,
                tro_store_layout_of(store)->cells);
out:
    tro_store_close(store);
    return status == TRO_EIO && !store ? TRO_EXIT_USAGE
                                       : tro_exit_of(status, "export", messages);
}

const tro_command tro_command_export = {
    .name = "export",
    .operands = "STORE",
    .summary = "the cells of a sweep as a CSV table, or a figure",
    .about =
        "Prints the store that `trophic sweep` wrote as one CSV table: a row per cell, and per "
        "component where outputs are lists, with its number, replicate, seed, parameters, outputs "
        "with standard errors, status and message, in the order of the cells. With --rounds the "
        "recorded rounds of all cells, which the column `cell` joins to them. Equal sweeps are "
        "equal bytes, however they were run.\n\n"
        "With --figure it draws the outputs, a panel each: over one axis means over replicates, "
        "with 95 % intervals, and over two the same as a map.",
    .examples = examples,
    .example_count = sizeof examples / sizeof *examples,
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .least = 1,
    .most = 1,
    .run = run,
};
