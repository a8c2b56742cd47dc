/* Reports: a folder of results, or the store of a sweep, as one page of HTML.
 *
 * A report is made of what is in the folder alone, so that it can be made later and
 * elsewhere. report.c is the command, report_open.c reads the folder, report_parts.c has
 * tables and figures, report_asked.c and report_again.c what every page begins and ends
 * with; each kind of folder has a file of its own for what came out. */
#ifndef TRO_CLI_REPORT_H
#define TRO_CLI_REPORT_H

#include "document/tree.h"
#include "output/html.h"
#include "output/manifest.h"
#include "output/store.h"

enum {
    TRO_REPORT_ROWS = 20,          /* of a long table */
    TRO_REPORT_AGENTS = 12,        /* shown one by one */
    TRO_REPORT_DIGITS = 6
};

typedef struct tro_report {
    const char *path;              /* of the folder, without a slash at its end */
    const char *command;           /* that wrote it */
    tro_manifest manifest;
    tro_document *scenario;        /* scenario.yaml; NULL: not there, or too large to read */
    tro_html page;
    size_t drawn;                  /* bytes of figures so far */
    size_t missing, changed;       /* files that are not as the manifest says */
    const char **states;           /* of each file: "", "missing" or "changed" */
    tro_arena arena;
    tro_messages *messages;
} tro_report;                      /* zero-initialised is legal to release */

/* --- report_open.c: the folder ------------------------------------------------- */

/* `path` is kept. TRO_EINVAL: not a folder that trophic finished. */
TRO_MUST_USE int tro_report_open(tro_report *report, const char *path, tro_messages *messages);
void tro_report_release(tro_report *report);

const char *tro_report_text(const tro_report *report, const char *key);    /* or NULL */
double tro_report_real(const tro_report *report, const char *key);         /* or NaN */
/* Is this file in the folder, and in its manifest? */
int tro_report_has(tro_report *report, const char *name);
/* Where it is; NULL without memory. */
const char *tro_report_file(tro_report *report, const char *name);
/* All of it; 0 when it cannot be had, or is larger than `most`. */
int tro_report_read(tro_report *report, const char *name, size_t most, tro_text *text);
/* The same of a file that is in the folder, and not in its manifest. */
int tro_report_read_added(tro_report *report, const char *name, size_t most, tro_text *text);

/* --- report_parts.c ------------------------------------------------------------ */

/* A paragraph that is printed and released. */
void tro_report_say(tro_report *report, tro_text *words);
/* A number within a sentence. */
void tro_report_add(tro_text *words, double value);
/* Of so many numbers with this sum, between these: 0 where nothing but rounding is left of them. */
double tro_report_mean(double sum, size_t count, double least, double most);
/* "1 round", "12 rounds". */
void tro_report_add_count(tro_text *words, size_t count, const char *one);

/* The first rows of a table of the folder, and how many there are; nothing when it is not
 * there. `columns` names those that are shown (NULL: all, at most 12), parted by blanks. */
TRO_MUST_USE int tro_report_table(tro_report *report, const char *name, const char *caption,
                                  const char *columns);
/* NAME.svg, or why it is not shown. One that somebody drew later is shown, too, where the
 * folder has its script. */
TRO_MUST_USE int tro_report_figure(tro_report *report, const char *name, const char *caption);

/* A figure that is drawn for the page alone: `draw` writes TRO_REPORT_DRAWN.svg into a folder
 * that goes afterwards. TRO_EINVAL of it means that there is nothing to draw. */
#define TRO_REPORT_DRAWN "drawn"
typedef int tro_report_draw(void *context, const char *folder, tro_messages *messages);
TRO_MUST_USE int tro_report_drawing(tro_report *report, tro_report_draw *draw, void *context,
                                    const char *caption);

/* --- every page ------------------------------------------------------------------- */

void tro_report_asked(tro_report *report);
void tro_report_again(tro_report *report);

/* --- what came out ------------------------------------------------------------------ */

TRO_MUST_USE int tro_report_run(tro_report *report);
/* The figure of its rounds, of so many agents. */
TRO_MUST_USE int tro_report_course(tro_report *report, size_t agents);
TRO_MUST_USE int tro_report_influence(tro_report *report);
TRO_MUST_USE int tro_report_influence_more(tro_report *report);
TRO_MUST_USE int tro_report_map(tro_report *report);
TRO_MUST_USE int tro_report_advice(tro_report *report);
TRO_MUST_USE int tro_report_compare(tro_report *report);
TRO_MUST_USE int tro_report_study(tro_report *report);
TRO_MUST_USE int tro_report_check(tro_report *report);
TRO_MUST_USE int tro_report_other(tro_report *report);
/* The page about the store of a sweep. */
TRO_MUST_USE int tro_report_sweep(tro_report *report, const char *path, tro_messages *messages);

#endif
