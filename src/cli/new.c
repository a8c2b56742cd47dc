/* trophic new: a commented scenario to start from. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/printing.h"
#include "cli/shelf.h"
#include "document/tree.h"
#include "output/file.h"

static const tro_option options[] = {
    {'t', "template", TRO_OPTION_TEXT, offsetof(tro_arguments, template), "NAME", 0, 0,
     "what to start from (default: the template called NAME, or else two-rivals)"},
    {'f', "force", TRO_OPTION_FLAG, offsetof(tro_arguments, force), NULL, 0, 0,
     "replace files of that name"},
    TRO_OPTION_QUIET,
    TRO_OPTION_VERBOSE,
    TRO_OPTION_HELP,
};

static const tro_example examples[] = {
    {"trophic new", "the templates there are"},
    {"trophic new hub", "hub.yaml, from the template of that name"},
    {"trophic new rivals", "rivals.yaml, from the template two-rivals"},
    {"trophic new mine --template own-data", "mine.yaml and mine.csv: your own outcomes"},
};

/* What stands for the name in a template, and the kinds of files it may have. */
static const char MARK[] = "NAME";
static const char *const endings[] = {".yaml", ".csv"};
enum { ENDINGS = sizeof endings / sizeof *endings };

/* One file to write. */
typedef struct part {
    tro_text path, text;
    int made;
} part;

static int read_file(const char *path, tro_text *out, tro_messages *messages)
{
    char block[4096];
    size_t got;
    FILE *file = fopen(path, "rb");
    if (!file)
        return tro_error(messages, TRO_EIO, NULL, "%s: cannot be read", path);
    while ((got = fread(block, 1, sizeof block, file)) > 0)
        tro_text_add_n(out, block, got);
    int bad = ferror(file);
    fclose(file);
    if (bad)
        return tro_error(messages, TRO_EIO, NULL, "%s: cannot be read", path);
    return out->failed ? TRO_ENOMEM : TRO_OK;
}

/* Every mark becomes the name. */
static void fill_in(const char *text, const char *name, tro_text *out)
{
    for (const char *mark; (mark = strstr(text, MARK)) != NULL; text = mark + strlen(MARK)) {
        tro_text_add_n(out, text, (size_t)(mark - text));
        tro_text_add(out, name);
    }
    tro_text_add(out, text);
}

/* --- names ------------------------ */

/* The last part of a path, and how long it is without .yaml or .yml. */
static const char *stem_of(const char *path, size_t *length)
{
    const char *slash = strrchr(path, '/'), *stem = slash ? slash + 1 : path;
    *length = strlen(stem);
    const char *dot = strrchr(stem, '.');
    if (dot && dot > stem && (strcmp(dot, endings[0]) == 0 || strcmp(dot, ".yml") == 0))
        *length = (size_t)(dot - stem);
    return stem;
}

/* A name stands in comments, in YAML and in commands. */
static int check_name(const char *path, const char *stem, size_t length, tro_messages *messages)
{
    int fine = length > 0 && stem[0] != '-' && stem[0] != '.';
    for (size_t k = 0; k < length; k++) {
        unsigned char c = (unsigned char)stem[k];
        fine &= (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                c == '-' || c == '_' || c == '.';
    }
    if (fine && length <= 100)
        return TRO_OK;
    return tro_error(messages, TRO_EINVAL, NULL,
                     "'%.200s' is no name for a scenario: use letters, digits, '-', '_' and '.', "
                     "100 at most, as in my-idea", path);
}

/* --- writing ------------------------ */

/* Reads what belongs to a template and fills in the name. */
static int prepare(const char *template, const char *path, part *parts, tro_messages *messages)
{
    int status = TRO_OK;
    size_t length, base = strlen(template) - strlen(endings[0]);
    const char *stem = stem_of(path, &length);
    tro_text name = {0}, source = {0}, raw = {0};
    tro_text_add_n(&name, stem, length);
    for (size_t k = 0; k < ENDINGS && status == TRO_OK; k++) {
        tro_text_clear(&source);
        tro_text_clear(&raw);
        tro_text_add_n(&source, template, base);
        tro_text_add(&source, endings[k]);
        if (k > 0 && access(tro_text_string(&source), F_OK) != 0)
            continue;
        status = read_file(tro_text_string(&source), &raw, messages);
        parts[k].made = 1;
        fill_in(tro_text_string(&raw), tro_text_string(&name), &parts[k].text);
        tro_text_add_n(&parts[k].path, path, (size_t)(stem - path) + length);
        tro_text_add(&parts[k].path, endings[k]);
        if (status == TRO_OK && (parts[k].text.failed || parts[k].path.failed || source.failed))
            status = TRO_ENOMEM;
    }
    tro_text_clear(&name);
    tro_text_clear(&source);
    tro_text_clear(&raw);
    return status;
}

/* All are refused before one is written. */
static int check_places(const part *parts, int force, tro_messages *messages)
{
    int status = TRO_OK;
    for (size_t k = 0; k < ENDINGS; k++)
        if (parts[k].made && !force && access(tro_text_string(&parts[k].path), F_OK) == 0)
            status = tro_error(messages, TRO_EEXIST, NULL,
                               "%s is there already: choose another name, or --force replaces it",
                               tro_text_string(&parts[k].path));
    return status;
}

/* The data first, so that a scenario that is there can be read. */
static int write_parts(const part *parts, int quiet, tro_messages *messages)
{
    int status = TRO_OK;
    for (size_t k = ENDINGS; k-- > 0 && status == TRO_OK;) {
        if (!parts[k].made)
            continue;
        status = tro_file_write(tro_text_string(&parts[k].path), parts[k].text.data,
                                parts[k].text.length, messages);
        if (status == TRO_OK)
            tro_say(quiet, "wrote %s", tro_text_string(&parts[k].path));
    }
    return status;
}

/* `name` is that of the template; `chosen`: somebody asked for it. */
static int make(const char *template, const char *name, int chosen, const char *path,
                const tro_arguments *arguments, tro_messages *messages)
{
    part parts[ENDINGS] = {0};
    int status = prepare(template, path, parts, messages);
    if (status == TRO_OK)
        status = check_places(parts, arguments->force, messages);
    if (status == TRO_OK)
        status = write_parts(parts, arguments->quiet, messages);
    if (status == TRO_OK)
        tro_say(arguments->quiet,
                "next:\n  trophic check %s\n  trophic run %s\n  trophic influence %s\n"
                "its first lines say what to change first",
                tro_text_string(&parts[0].path), tro_text_string(&parts[0].path),
                tro_text_string(&parts[0].path));
    if (status == TRO_OK && !chosen)
        tro_say(arguments->quiet, "it is made of the template %s; `trophic new` lists the others",
                name);
    for (size_t k = 0; k < ENDINGS; k++) {
        tro_text_clear(&parts[k].path);
        tro_text_clear(&parts[k].text);
    }
    return status;
}

/* --- listing ------------------------ */

/* What a template says of itself: its first comment after "NAME: ". */
static int describe(const tro_shelf_file *file, tro_text *out, tro_messages *messages)
{
    tro_text text = {0};
    int status = read_file(file->path, &text, messages);
    const char *at = status == TRO_OK ? strstr(tro_text_string(&text), "NAME: ") : NULL;
    const char *end = at ? strchr(at, '\n') : NULL;
    if (end)
        tro_text_add_n(out, at + strlen("NAME: "), (size_t)(end - at) - strlen("NAME: "));
    tro_text_clear(&text);
    return status;
}

static int list(const tro_shelf *files, tro_messages *messages)
{
    int status = TRO_OK;
    tro_text text = {0};
    tro_sheet sheet = {.sides = "ll"};
    for (size_t k = 0; k < files->count && status == TRO_OK; k++) {
        tro_text words = {0};
        status = describe(&files->items[k], &words, messages);
        tro_sheet_cell(&sheet, files->items[k].name);
        tro_sheet_cell(&sheet, tro_text_string(&words));
        tro_text_clear(&words);
    }
    tro_sheet_render(&sheet, "", &text);
    if (status == TRO_OK)
        status = tro_put(&text, messages);
    tro_text_clear(&text);
    return status;
}

/* The template asked for; without one, that of the scenario's own name. */
static const char *choose(const tro_shelf *files, const tro_arguments *arguments)
{
    static const char usual[] = "two-rivals";
    size_t length;
    if (arguments->template || arguments->operands.count == 0)
        return arguments->template ? arguments->template : usual;
    const char *stem = stem_of(arguments->operands.items[0], &length);
    for (size_t k = 0; k < files->count; k++)
        if (strlen(files->items[k].name) == length &&
            strncmp(files->items[k].name, stem, length) == 0)
            return files->items[k].name;
    return usual;
}

static int run(const tro_arguments *arguments, tro_messages *messages)
{
    int status;
    size_t length;
    tro_shelf files = {0};
    const char *name, *path;
    int chosen;
    TRO_TRY(tro_shelf_find(&files, "templates", messages));
    if (files.count == 0) {
        status = tro_error(messages, TRO_EIO, NULL,
                           "no templates found: TROPHIC_SCENARIOS names the folder that holds "
                           "templates/");
        goto out;
    }
    if (arguments->operands.count == 0 && !arguments->template) {
        status = list(&files, messages);
        if (status == TRO_OK)
            tro_say(arguments->quiet,
                    "`trophic new my-idea --template hub` writes my-idea.yaml from one of them");
        goto out;
    }
    name = choose(&files, arguments);
    path = tro_shelf_path(&files, name);
    if (!path) {
        status = tro_shelf_unknown(&files, name, "template", "trophic new", messages);
        goto out;
    }
    if (arguments->operands.count == 0) {
        status = tro_error(messages, TRO_EINVAL, NULL,
                           "a name is missing: trophic new my-idea --template %s", name);
        goto out;
    }
    const char *stem = stem_of(arguments->operands.items[0], &length);
    TRO_TRY(check_name(arguments->operands.items[0], stem, length, messages));
    chosen = arguments->template || (strlen(name) == length && strncmp(name, stem, length) == 0);
    status = make(path, name, chosen, arguments->operands.items[0], arguments, messages);
out:
    tro_shelf_release(&files);
    return tro_exit_of(status, "new", messages);
}

const tro_command tro_command_new = {
    .name = "new",
    .operands = "[NAME]",
    .summary = "write a commented scenario to start from",
    .about =
        "Writes NAME.yaml from a template: a scenario that runs as it is, and says what to change "
        "first. Without a name the templates are listed. A file that is there is never "
        "replaced unless --force is given. Templates are looked for in "
        "$TROPHIC_SCENARIOS/templates, in ./scenarios/templates and where trophic is "
        "installed.",
    .examples = examples,
    .example_count = sizeof examples / sizeof *examples,
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .least = 0,
    .most = 1,
    .run = run,
};
