/* trophic report: a folder of results as one page of HTML. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/command.h"
#include "cli/printing.h"
#include "cli/report.h"
#include "cli/version.h"
#include "document/compose.h"
#include "output/file.h"

static const tro_option options[] = {
    {'o', "out", TRO_OPTION_TEXT, offsetof(tro_arguments, out), "FILE", 0, 0,
     "where the page goes (default: the folder's name with .html, beside it; '-' prints it)"},
    TRO_OPTION_QUIET,
    TRO_OPTION_VERBOSE,
    TRO_OPTION_HELP,
};

static const tro_example examples[] = {
    {"trophic report rivals-influence", "writes rivals-influence.html"},
    {"trophic report coupling-sweep.sqlite --out sweep.html", "the store of a sweep"},
};

/* What each command's folder is, and who speaks about it. */
typedef struct kind {
    const char *command, *lead;
    int (*found)(tro_report *report);
} kind;

static const kind kinds[] = {
    {"run", "A run: the rounds of retraining, one after the other.", tro_report_run},
    {"influence", "An influence analysis: what every agent's curated share does to every agent's "
                  "alignment in the long term.", tro_report_influence},
    {"map", "A map: a number over two keys of the scenario, and where it changes sign.",
     tro_report_map},
    {"advise", "Advice: the least allowed change of the scenario that reaches a goal.",
     tro_report_advice},
    {"compare", "A comparison: the same agents on several networks.", tro_report_compare},
    {"reproduce", "A study: claims, their sources, and what trophic found.", tro_report_study},
    {"check", "A check: the scenario and its network; nothing was run.", tro_report_check},
};

static const kind other = {"", "Results of trophic.", tro_report_other};

static const kind *kind_of(const char *command)
{
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        if (strcmp(kinds[k].command, command) == 0)
            return &kinds[k];
    return &other;
}

/* --- where it goes --------------------------------------------------------------- */

static const char signature[] = "<meta name=\"generator\" content=\"trophic ";

/* May this file be replaced? One that trophic made, or what is no file but takes bytes. */
static int may_replace(const char *path, tro_messages *messages)
{
    char start[400] = "";
    struct stat about;
    if (stat(path, &about) < 0 || (!S_ISREG(about.st_mode) && !S_ISDIR(about.st_mode)))
        return TRO_OK;
    FILE *stream = S_ISREG(about.st_mode) ? fopen(path, "rbe") : NULL;
    size_t got = stream ? fread(start, 1, sizeof start - 1, stream) : 0;
    if (stream)
        fclose(stream);
    start[got] = '\0';
    if (strstr(start, signature) || (stream && about.st_size == 0))
        return TRO_OK;
    return tro_error(messages, TRO_EEXIST, NULL,
                     "'%s' is there and is no report of trophic: --out writes elsewhere", path);
}

/* The path with a name at its end: without slashes there, and not '.' or '..'. */
static int name_folder(const char *folder, tro_text *out, tro_messages *messages)
{
    size_t length = strlen(folder);
    while (length > 1 && folder[length - 1] == '/')
        length--;
    const char *last = folder + length;
    while (last > folder && last[-1] != '/')
        last--;
    size_t name = (size_t)(folder + length - last);
    char *whole = NULL;
    if (name <= 2 && strncmp(last, "..", name) == 0 && (whole = realpath(folder, NULL)))
        tro_text_add(out, whole);
    else
        tro_text_add_n(out, folder, length);
    free(whole);
    return out->failed ? tro_error(messages, TRO_ENOMEM, NULL, "out of memory") : TRO_OK;
}

/* Without --out beside the folder, whose manifest stays as it is. */
static int choose_path(const tro_arguments *arguments, const char *folder, tro_text *out)
{
    static const char store[] = ".sqlite";
    size_t length = strlen(folder), tail = sizeof store - 1;
    if (length > tail && strcmp(folder + length - tail, store) == 0)
        length -= tail;
    if (!arguments->out) {
        tro_text_add_n(out, folder, length);
        tro_text_add(out, ".html");
    } else {
        tro_text_add(out, strcmp(arguments->out, "-") == 0 ? "/dev/stdout" : arguments->out);
    }
    return out->failed ? TRO_ENOMEM : TRO_OK;
}

/* --- the page --------------------------------------------------------------------- */

static void add_state(tro_report *report)
{
    static const char *const fine[] = {"converged", "completed", "stable", "mapped", "found",
                                       "all claims hold"};
    const char *status = tro_report_text(report, "status"), *tone = "bad";
    if (!status)
        return;
    for (size_t k = 0; k < sizeof fine / sizeof *fine; k++)
        if (strcmp(fine[k], status) == 0)
            tone = "good";
    tro_html_mark(&report->page, status, tone);
}

static void add_damage(tro_report *report)
{
    tro_text words = {0};
    if (report->changed + report->missing == 0)
        return;
    tro_text_add(&words, "This folder is not as it was written: ");
    if (report->changed)
        tro_report_add_count(&words, report->changed, "file");
    tro_text_add(&words, report->changed ? " changed" : "");
    tro_text_add(&words, report->changed && report->missing ? ", " : "");
    if (report->missing)
        tro_report_add_count(&words, report->missing, "file");
    tro_text_add(&words, report->missing ? " missing" : "");
    tro_text_add(&words, ". The page shows it as it is now; the list of files says which.");
    tro_html_notice(&report->page, tro_text_string(&words));
    tro_text_clear(&words);
}

static int report_folder(tro_report *report, const char *path, tro_messages *messages)
{
    const char *name;
    int status;
    tro_text title = {0};
    TRO_TRY(tro_report_open(report, path, messages));
    const kind *what = kind_of(report->command);
    name = tro_report_text(report, "scenario");
    tro_html_add_name(&title, name && *name ? name : "a scenario without a name");
    tro_html_title(&report->page, tro_text_string(&title), what->lead);
    add_state(report);
    tro_html_section(&report->page, "asked", "What was asked");
    add_damage(report);
    tro_report_asked(report);
    tro_html_section(&report->page, "found", "What came out");
    TRO_TRY(what->found(report));
    tro_report_again(report);
out:
    tro_text_clear(&title);
    return status;
}

static int is_store(const char *path)
{
    struct stat about;
    char start[16] = "";
    if (stat(path, &about) < 0 || !S_ISREG(about.st_mode))
        return 0;
    FILE *stream = fopen(path, "rbe");
    size_t got = stream ? fread(start, 1, sizeof start, stream) : 0;
    if (stream)
        fclose(stream);
    return got == sizeof start && memcmp(start, "SQLite format 3", sizeof start) == 0;
}

static int run(const tro_arguments *arguments, tro_messages *messages)
{
    const char *path, *out;
    tro_report report = {.messages = messages, .quiet = arguments->quiet};
    tro_text folder = {0}, place = {0}, page = {0}, generator = {0};
    int status;
    TRO_TRY(name_folder(arguments->operands.items[0], &folder, messages));
    path = tro_text_string(&folder);
    TRO_TRY(choose_path(arguments, path, &place));
    out = tro_text_string(&place);
    TRO_TRY(may_replace(out, messages));
    TRO_TRY(is_store(path) ? tro_report_sweep(&report, path, messages)
                           : report_folder(&report, path, messages));
    tro_text_addf(&generator, "trophic %s", tro_version());
    TRO_TRY(tro_html_finish(&report.page, tro_text_string(&generator), &page));
    TRO_TRY(tro_file_write(out, page.data, page.length, messages));
    if (strcmp(out, "/dev/stdout") != 0)
        tro_say(arguments->quiet, "wrote %s", out);
out:
    if (status == TRO_EINTERRUPTED)
        tro_say(0, "interrupted: no report was written; run it again");
    tro_report_release(&report);
    tro_text_clear(&folder);
    tro_text_clear(&place);
    tro_text_clear(&page);
    tro_text_clear(&generator);
    return tro_exit_of(status, "report", messages);
}

const tro_command tro_command_report = {
    .name = "report",
    .operands = "DIR",
    .summary = "a folder of results as one page of HTML",
    .about =
        "Writes one page of HTML about a folder that another command wrote, or about the store of "
        "a sweep: what was asked, what came out in words and numbers, the figures, the claims, "
        "and how to run it again. The page needs no network and no other file. It is made of "
        "what is in the folder alone, so that it can be made later and on another machine.\n\n"
        "The page stands beside the folder, DIR.html, so that the folder stays what its manifest "
        "says. A page that trophic made is replaced; no other file is.\n\n",
    .examples = examples,
    .example_count = sizeof examples / sizeof *examples,
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .least = 1,
    .most = 1,
    .run = run,
};
