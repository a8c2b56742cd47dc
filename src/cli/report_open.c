/* The folder that a report is about: is it trophic's, is it whole, are its files as they
 * were? */
#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/nearby.h"
#include "cli/progress.h"
#include "cli/report.h"
#include "document/compose.h"
#include "output/digest.h"

enum { SCENARIO_MOST = 2 << 20 };

static int no_memory(tro_messages *messages)
{
    return tro_error(messages, TRO_ENOMEM, NULL, "out of memory making the report");
}

const char *tro_report_file(tro_report *report, const char *name)
{
    tro_text path = {0};
    tro_text_addf(&path, "%s/%s", report->path, name);
    const char *copy = path.failed ? NULL : tro_arena_text(&report->arena, path.data);
    tro_text_clear(&path);
    return copy;
}

static int is_there(tro_report *report, const char *name)
{
    struct stat about;
    const char *path = tro_report_file(report, name);
    return path && stat(path, &about) == 0 && S_ISREG(about.st_mode);
}

/* A manifest is data like any other: it may name nothing outside. */
static int is_plain(const char *name)
{
    return *name && *name != '.' && !strchr(name, '/');
}

const char *tro_report_text(const tro_report *report, const char *key)
{
    for (size_t k = 0; k < report->manifest.fact_count; k++)
        if (strcmp(report->manifest.facts[k].key, key) == 0)
            return report->manifest.facts[k].text;
    return NULL;
}

double tro_report_real(const tro_report *report, const char *key)
{
    for (size_t k = 0; k < report->manifest.fact_count; k++) {
        const tro_fact *fact = &report->manifest.facts[k];
        if (strcmp(fact->key, key) == 0)
            return fact->type == TRO_FACT_IS_REAL    ? fact->real
                   : fact->type == TRO_FACT_IS_WHOLE ? (double)fact->whole
                                                     : NAN;
    }
    return NAN;
}

int tro_report_lists(const tro_report *report, const char *name)
{
    for (size_t k = 0; k < report->manifest.name_count; k++)
        if (strcmp(report->manifest.names[k], name) == 0)
            return 1;
    return 0;
}

int tro_report_has(tro_report *report, const char *name)
{
    return tro_report_lists(report, name) && is_there(report, name);
}

static int read_whole(tro_report *report, const char *name, size_t most, tro_text *text)
{
    char why[128];
    struct stat about;
    const char *path = tro_report_file(report, name);
    if (!path || !is_there(report, name) || stat(path, &about) < 0 ||
        (uintmax_t)about.st_size > most)
        return 0;
    return tro_read_whole(path, text, why, sizeof why) == TRO_OK;
}

int tro_report_read(tro_report *report, const char *name, size_t most, tro_text *text)
{
    return tro_report_has(report, name) && read_whole(report, name, most, text);
}

int tro_report_read_added(tro_report *report, const char *name, size_t most, tro_text *text)
{
    return !tro_report_has(report, name) && read_whole(report, name, most, text);
}

/* --- refusals -------------------------------------------------------------------- */

/* Names a folder inside that could be meant. */
static void add_hint(const tro_report *report, tro_text *hint)
{
    DIR *listing = opendir(report->path);
    const char *first = NULL;
    tro_arena arena = {0};
    if (!listing)
        return;
    for (struct dirent *entry; (entry = readdir(listing)) != NULL;) {
        struct stat about;
        tro_text path = {0};
        tro_text_addf(&path, "%s/%s/manifest.json", report->path, entry->d_name);
        if (entry->d_name[0] != '.' && !path.failed && stat(path.data, &about) == 0 &&
            (!first || strcmp(entry->d_name, first) < 0))
            first = tro_arena_text(&arena, entry->d_name);
        tro_text_clear(&path);
    }
    closedir(listing);
    if (first)
        tro_text_addf(hint, "; '%s/%s' has one", report->path, first);
    tro_arena_clear(&arena);
}

static int no_manifest(tro_report *report, tro_messages *messages)
{
    tro_text hint = {0};
    add_hint(report, &hint);
    int status = tro_error(messages, TRO_EINVAL, NULL,
                           "'%s' is no folder of results: it has no manifest.json%s",
                           report->path, tro_text_string(&hint));
    tro_text_clear(&hint);
    return status;
}

/* A scenario, or its name alone: its results stand beside it. */
static int no_folder(const char *path, int is_there, tro_messages *messages)
{
    tro_text near = {0};
    size_t count = tro_add_results_of(&near, path);
    int status = tro_error(messages, TRO_EINVAL, NULL,
                           is_there ? "'%s' is neither a folder of results nor the store of a "
                                      "sweep%s%s%s"
                                    : "cannot read '%s': no such folder%s%s%s",
                           path, count ? " (did you mean " : "", tro_text_string(&near),
                           count ? "?)" : "");
    tro_text_clear(&near);
    return status;
}

static int check_folder(tro_report *report, tro_messages *messages)
{
    char why[128];
    struct stat about;
    if (stat(report->path, &about) < 0 && errno != ENOENT)
        return tro_error(messages, TRO_EIO, NULL, "cannot read '%s': %s", report->path,
                         strerror_r(errno, why, sizeof why));
    if (stat(report->path, &about) < 0)
        return no_folder(report->path, 0, messages);
    if (!S_ISDIR(about.st_mode))
        return no_folder(report->path, 1, messages);
    if (is_there(report, "unfinished.json"))
        return tro_error(messages, TRO_EINVAL, NULL,
                         "'%s' is unfinished: what wrote it is still at work, or was "
                         "stopped; run it again with --force, then report", report->path);
    return is_there(report, "manifest.json") ? TRO_OK : no_manifest(report, messages);
}

static int read_manifest(tro_report *report, tro_messages *messages)
{
    tro_messages aside = {0};
    const char *path = tro_report_file(report, "manifest.json");
    int found, status = path ? tro_manifest_read(&report->manifest, path, &found, &aside)
                             : TRO_ENOMEM;
    if (status == TRO_ENOMEM)
        no_memory(messages);
    else if (status == TRO_EIO)
        tro_error(messages, status, NULL, "%s", aside.count ? aside.items[0].text : "");
    tro_messages_clear(&aside);
    if (status == TRO_ENOMEM || status == TRO_EIO)
        return status;
    const char *program = tro_report_text(report, "program");
    report->command = tro_report_text(report, "command");
    if (status < 0)
        return tro_error(messages, TRO_EINVAL, NULL,
                         "'%s/manifest.json' is damaged, or was not written by trophic",
                         report->path);
    if (!program || strcmp(program, "trophic") != 0 || !report->command)
        return tro_error(messages, TRO_EINVAL, NULL,
                         "'%s/manifest.json' was not written by trophic", report->path);
    for (size_t k = 0; k < report->manifest.name_count; k++)
        if (!is_plain(report->manifest.names[k]))
            return tro_error(messages, TRO_EINVAL, NULL,
                             "'%s/manifest.json' was not written by trophic: it names a file "
                             "'%.*s'", report->path,
                             tro_shown(report->manifest.names[k], 60),
                             report->manifest.names[k]);
    return TRO_OK;
}

/* Reading files: how far it is in all of them. */
typedef struct reading {
    tro_meter meter;
    uint64_t before, total;     /* bytes */
} reading;

static void tell(void *context, const char *what, size_t done, size_t total)
{
    reading *r = context;
    (void)total;
    tro_meter_report(&r->meter, what, (size_t)(r->before >> 20) + done,
                     (size_t)(r->total >> 20) + 1);
}

static int stops(void *context)
{
    return tro_meter_stop(&((reading *)context)->meter);
}

static int check_digest(tro_report *report, size_t k, const char *path, reading *r,
                        tro_messages *messages)
{
    const tro_progress progress = {tell, stops, r};
    char digest[TRO_DIGEST_CHARS];
    uint64_t bytes;
    int status = tro_digest_watched(path, &progress, digest, &bytes, messages);
    if (status < 0)
        return status;
    r->before += bytes;
    if (strcmp(digest, report->manifest.files[k].digest) != 0) {
        report->states[k] = "changed";
        report->changed++;
        tro_warning(messages, NULL, "'%s' is not as it was written", path);
    }
    return TRO_OK;
}

/* What somebody edited is reported on as it is now, and said. */
static int check_files(tro_report *report, reading *r, tro_messages *messages)
{
    size_t count = report->manifest.name_count;
    for (size_t k = 0; k < count; k++)
        r->total += report->manifest.files[k].bytes;
    report->states = TRO_NEW(&report->arena, const char *, count);
    if (!report->states)
        return no_memory(messages);
    for (size_t k = 0; k < count; k++) {
        const tro_manifest_file *file = &report->manifest.files[k];
        const char *path = tro_report_file(report, file->name);
        if (!path)
            return no_memory(messages);
        report->states[k] = "";
        if (!is_there(report, file->name)) {
            report->states[k] = "missing";
            report->missing++;
            tro_warning(messages, NULL, "'%s' is missing", path);
        } else if (file->digest[0]) {
            int status = check_digest(report, k, path, r, messages);
            if (status < 0)
                return status;
        }
    }
    return TRO_OK;
}

int tro_report_open(tro_report *report, const char *path, tro_messages *messages)
{
    tro_text text = {0};
    reading r = {.before = 0};
    int status = TRO_OK;
    report->messages = messages;
    report->path = path;
    TRO_TRY(check_folder(report, messages));
    TRO_TRY(read_manifest(report, messages));
    tro_meter_start(&r.meter, report->quiet);
    status = check_files(report, &r, messages);
    tro_meter_end(&r.meter);
    if (status < 0)
        return status;
    if (tro_report_read(report, "scenario.yaml", SCENARIO_MOST, &text) &&
        tro_document_read_text("scenario.yaml", text.data, text.length, &report->scenario,
                               NULL) < 0)
        report->scenario = NULL;
out:
    tro_text_clear(&text);
    return status;
}

void tro_report_release(tro_report *report)
{
    tro_document_free(report->scenario);
    tro_manifest_clear(&report->manifest);
    tro_html_release(&report->page);
    tro_arena_clear(&report->arena);
    *report = (tro_report){0};
}
