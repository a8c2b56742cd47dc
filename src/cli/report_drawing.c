/* Figures that are drawn for the page alone, in a folder that goes afterwards. */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/report.h"
#include "document/compose.h"

static int remove_one(const char *path, const struct stat *about, int type, struct FTW *walk)
{
    (void)about;
    (void)type;
    (void)walk;
    remove(path);
    return 0;
}

/* Why there is no figure: in the page, and among the messages. */
static void say_why_not(tro_report *report, const char *why)
{
    tro_text words = {0};
    tro_text_addf(&words, "A figure is not shown: %s.", why);
    tro_html_notice(&report->page, tro_text_string(&words));
    tro_warning(report->messages, NULL, "a figure is not shown: %s", why);
    tro_text_clear(&words);
}

static int embed(tro_report *report, tro_report_draw *draw, void *context, const char *folder,
                 const char *caption)
{
    tro_messages aside = {0};
    tro_text path = {0}, svg = {0};
    char why[128];
    tro_text_addf(&path, "%s/" TRO_REPORT_DRAWN ".svg", folder);
    int status = draw(context, folder, &aside);
    if (status == TRO_ENOMEM || path.failed) {
        status = TRO_ENOMEM;
    } else if (status == TRO_OK &&
               tro_read_whole(tro_text_string(&path), &svg, why, sizeof why) == TRO_OK &&
               tro_html_figure(&report->page, svg.data, svg.length, caption)) {
        report->drawn += svg.length;
    } else if (status == TRO_EINVAL && aside.count > 0) {
        say_why_not(report, aside.items[aside.count - 1].text);
        status = TRO_OK;
    } else {
        say_why_not(report, status < 0 ? "gnuplot failed" : "there is no gnuplot to draw it");
        status = TRO_OK;
    }
    tro_messages_clear(&aside);
    tro_text_clear(&path);
    tro_text_clear(&svg);
    return status;
}

int tro_report_drawing(tro_report *report, tro_report_draw *draw, void *context,
                       const char *caption)
{
    const char *base = getenv("TMPDIR");
    tro_text place = {0};
    tro_text_addf(&place, "%s/trophic-report-XXXXXX", base && *base ? base : "/tmp");
    int status = place.failed ? TRO_ENOMEM : TRO_OK;
    if (status == TRO_OK && !mkdtemp(place.data)) {
        say_why_not(report, "no folder to draw it in could be made (TMPDIR says where)");
    } else if (status == TRO_OK) {
        status = embed(report, draw, context, place.data, caption);
        nftw(place.data, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    }
    tro_text_clear(&place);
    return status;
}
