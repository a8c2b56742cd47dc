/* How to run it again, and the files it is about. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/options.h"
#include "cli/report.h"

/* The last part of the path: the page tells nothing about the machine. */
static const char *folder_name(const tro_report *report)
{
    const char *slash = strrchr(report->path, '/');
    return slash && slash[1] ? slash + 1 : report->path;
}

static const char *behind_word(const char *at)
{
    int quoted = 0;
    for (; *at && (quoted || *at != ' '); at++) {
        if (*at == '\'')
            quoted = !quoted;
        else if (*at == '\\' && !quoted && at[1])
            at++;
    }
    return at;
}

/* The options but for --set, which scenario.yaml has taken in. */
static void add_options(tro_text *line, const char *options, int with_sets)
{
    for (const char *at = options; *at;) {
        const char *end = behind_word(at);
        size_t length = (size_t)(end - at);
        int set = length >= 5 && strncmp(at, "--set", 5) == 0 && (length == 5 || at[5] == '=');
        if (set && !with_sets) {
            if (length == 5 && *end)
                end = behind_word(end + 1);
        } else {
            tro_text_add(line, " ");
            tro_text_add_n(line, at, length);
        }
        at = end + (*end == ' ');
    }
}

static void add_command(tro_report *report, const char *file, int with_sets)
{
    const char *options = tro_report_text(report, "options");
    tro_text line = {0};
    char seed[32];
    tro_text_addf(&line, "trophic %s ", report->command);
    if (file) {
        tro_add_shell_word(&line, file);
    } else {
        tro_text path = {0};
        tro_text_addf(&path, "%s/scenario.yaml", folder_name(report));
        tro_add_shell_word(&line, tro_text_string(&path));
        tro_text_clear(&path);
    }
    if (!isnan(tro_report_real(report, "seed")))
        tro_text_addf(&line, " --seed %s",
                      tro_format_real(seed, tro_report_real(report, "seed")));
    add_options(&line, options ? options : "", with_sets);
    tro_text_add(&line, " --out again\n");
    tro_html_code(&report->page, tro_text_string(&line));
    report->page.failed |= line.failed;
    tro_text_clear(&line);
}

static void add_commands(tro_report *report)
{
    tro_html *page = &report->page;
    const char *options = tro_report_text(report, "options");
    int advice = strcmp(report->command, "advise") == 0;
    if (!options)
        tro_html_paragraph(page, "The folder does not say which options the command had; apart "
                                 "from them it was:");
    else if (!advice)
        tro_html_paragraph(page, "Beside the folder, with the scenario that is in it:");
    if (!advice)
        add_command(report, NULL, 0);
    if (options && (advice || strstr(options, "--set"))) {
        tro_html_paragraph(page, advice ? "With the scenario that the advice is about, which is "
                                          "not in the folder (scenario.yaml is the changed one):"
                                        : "Or with the file that it was made from:");
        add_command(report, "SCENARIO.yaml", 1);
    }
    tro_html_paragraph(page, "The same version, scenario and seed give the same tables, to the "
                             "last digit, on any number of threads.");
}

static void add_fact(tro_report *report, const char *name, const char *key)
{
    const char *text = tro_report_text(report, key);
    if (text && *text)
        tro_html_fact_code(&report->page, name, text);
}

static void add_files(tro_report *report)
{
    static const char *const names[] = {"file", "bytes", "as written", "SHA-256"};
    tro_html *page = &report->page;
    tro_text words = {0};
    char bytes[32];
    tro_html_section(page, "files", "Files");
    tro_text_addf(&words, "The folder %s has ", folder_name(report));
    tro_report_add_count(&words, report->manifest.name_count, "file");
    tro_text_add(&words, " and manifest.json, which lists them. ");
    if (report->missing + report->changed == 0)
        tro_text_add(&words, "All are as they were written.");
    tro_report_say(report, &words);
    tro_html_table(page, "The files of the folder", names, "lrll", 4);
    for (size_t k = 0; k < report->manifest.name_count; k++) {
        const tro_manifest_file *file = &report->manifest.files[k];
        const char *state = report->states[k];
        tro_html_cell(page, file->name);
        snprintf(bytes, sizeof bytes, "%" PRIu64, file->bytes);
        tro_html_cell(page, bytes);
        if (*state)
            tro_html_cell_marked(page, state, "bad");
        else
            tro_html_cell(page, file->digest[0] ? "yes" : "not known");
        tro_html_cell_code(page, file->digest);
    }
    tro_html_table_end(page);
}

void tro_report_again(tro_report *report)
{
    tro_html_section(&report->page, "again", "How to run it again");
    add_commands(report);
    tro_html_facts(&report->page);
    add_fact(report, "Version", "version");
    add_fact(report, "Commit", "commit");
    add_fact(report, "Scenario's SHA-256", "scenario_digest");
    tro_html_facts_end(&report->page);
    add_files(report);
}
