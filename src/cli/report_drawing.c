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

/* Why there is no figure is in the page, and among the messages. */
static int take_messages(tro_report *report, tro_messages *aside)
{
    tro_text words = {0};
    if (aside->count == 0)
        return TRO_OK;
    tro_text_addf(&words, "A figure is not shown: %s.", aside->items[0].text);
    tro_html_notice(&report->page, tro_text_string(&words));
    tro_warning(report->messages, NULL, "a figure is not shown: %s", aside->items[0].text);
    tro_text_clear(&words);
    return TRO_OK;
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
    } else {
        status = take_messages(report, &aside);
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
        tro_html_notice(&report->page, "A figure is not shown: there was no place to draw it.");
        tro_warning(report->messages, NULL, "a figure is not shown: no folder can be made in '%s'",
                    base && *base ? base : "/tmp");
    } else if (status == TRO_OK) {
        status = embed(report, draw, context, place.data, caption);
        nftw(place.data, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    }
    tro_text_clear(&place);
    return status;
}
