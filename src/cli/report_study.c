/* What a study came to, claim by claim; and what advice did. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "cli/report.h"
#include "output/csv_read.h"

enum { MOST_CLAIMS = 300, ADVICE_MOST = 64 << 10 };

/* --- claims ----------------------------------------------------------------------------- */

static size_t count_of(const tro_report *report, const char *key)
{
    double count = tro_report_real(report, key);
    return count > 0 ? (size_t)count : 0;
}

static void say_counts(tro_report *report)
{
    tro_text words = {0};
    size_t claims = count_of(report, "claims");
    if (claims == 0) {
        tro_html_paragraph(&report->page, "The study makes no claims.");
        return;
    }
    tro_report_add_count(&words, claims, "claim");
    tro_text_addf(&words, ": %zu hold", count_of(report, "claims_hold"));
    if (count_of(report, "claims_hold_only_if"))
        tro_text_addf(&words, ", %zu hold only under a condition",
                      count_of(report, "claims_hold_only_if"));
    tro_text_addf(&words, ", %zu fail, %zu could not be decided.",
                  count_of(report, "claims_fail"), count_of(report, "claims_undecided"));
    tro_report_say(report, &words);
}

typedef struct claims {
    tro_report *report;
    int bad;                  /* only those that did not come out as they should */
    tro_csv_reader reader;
    const char *source;       /* of the last one */
    size_t count, left_out;
} claims;

static int is_good(const claims *c)
{
    return strncmp(tro_csv_reader_cell(&c->reader, "verdict"), "holds", 5) == 0;
}

static int show_claim(claims *c)
{
    tro_html *page = &c->report->page;
    tro_text details = {0};
    const char *source = tro_csv_reader_cell(&c->reader, "source");
    if (!c->source || strcmp(c->source, source) != 0) {
        if (c->source)
            tro_html_list_end(page);
        c->source = tro_arena_text(&c->report->arena, source);
        if (!c->source)
            return TRO_ENOMEM;
        tro_html_subheading(page, *source ? source : "Without a source");
        tro_html_list(page);
    }
    tro_text_addf(&details, "expected: %s; found: %s", tro_csv_reader_cell(&c->reader, "expected"),
                  tro_csv_reader_cell(&c->reader, "found"));
    if (*tro_csv_reader_cell(&c->reader, "remark"))
        tro_text_addf(&details, "; %s", tro_csv_reader_cell(&c->reader, "remark"));
    tro_html_item_marked(page, tro_csv_reader_cell(&c->reader, "verdict"),
                         is_good(c) ? "good" : "bad",
                         tro_csv_reader_cell(&c->reader, "claim"), tro_text_string(&details));
    page->failed |= details.failed;
    tro_text_clear(&details);
    return TRO_OK;
}

static int show_claims(tro_report *report, int bad)
{
    claims c = {.report = report, .bad = bad};
    tro_messages aside = {0};
    int status;
    if (!tro_report_has(report, "claims.csv"))
        return TRO_OK;
    TRO_TRY(tro_csv_reader_open(&c.reader, tro_report_file(report, "claims.csv"), &aside));
    while ((status = tro_csv_reader_next(&c.reader)) > 0)
        if (c.bad && is_good(&c)) {
            continue;
        } else if (c.count < MOST_CLAIMS) {
            TRO_TRY(show_claim(&c));
            c.count++;
        } else {
            c.left_out++;
        }
out:
    if (c.source)
        tro_html_list_end(&report->page);
    if (c.left_out) {
        tro_text words = {0};
        tro_text_addf(&words, "%zu more are in claims.csv.", c.left_out);
        tro_report_say(report, &words);
    }
    if (status < 0 && status != TRO_ENOMEM) {
        tro_html_notice(&report->page, aside.count ? aside.items[0].text : "claims.csv");
        tro_warning(report->messages, NULL, "%s", aside.count ? aside.items[0].text : "");
        status = TRO_OK;
    }
    tro_messages_clear(&aside);
    tro_csv_reader_close(&c.reader);
    return status;
}

/* --- the whole ---------------------------------------------------------------------------- */

static int show_tables(tro_report *report)
{
    int status = TRO_OK;
    for (size_t k = 0; k < report->manifest.name_count && status == TRO_OK; k++) {
        const char *name = report->manifest.names[k], *dot = strrchr(name, '.');
        if (dot && strcmp(dot, ".csv") == 0 && strcmp(name, "claims.csv") != 0)
            status = tro_report_table(report, name, name, NULL);
    }
    return status;
}

int tro_report_study(tro_report *report)
{
    int status;
    say_counts(report);
    if (count_of(report, "claims_fail") + count_of(report, "claims_undecided") > 0)
        TRO_TRY(show_claims(report, 1));
    tro_html_section(&report->page, "figures", "Figures");
    TRO_TRY(tro_report_figure(report, "figure", "The figure of the study"));
    tro_html_section(&report->page, "claims", "Claims");
    TRO_TRY(show_claims(report, 0));
    tro_html_section(&report->page, "tables", "Tables");
    TRO_TRY(show_tables(report));
out:
    return status;
}

/* --- advice --------------------------------------------------------------------------------- */

static void say_goal(tro_report *report)
{
    const char *status = tro_report_text(report, "status");
    double before = tro_report_real(report, "before"), after = tro_report_real(report, "after");
    double cost = tro_report_real(report, "cost");
    const char *subject = tro_report_text(report, "subject");
    tro_text words = {0};
    tro_text_addf(&words, "%s ",
                  status && strcmp(status, "found") == 0
                      ? "There is a change that reaches the goal."
                      : "No allowed change was confirmed to reach the goal; this is the best that "
                        "was found.");
    tro_text_add(&words, "The ");
    tro_html_add_name(&words, subject && *subject ? subject
                                                  : "number that the goal is about");
    tro_text_add(&words, " goes from ");
    tro_report_add(&words, before);
    tro_text_add(&words, " to ");
    tro_report_add(&words, fabs(after) < 1e-6 * fabs(before) ? 0 : after);
    if (!isnan(cost)) {
        tro_text_add(&words, ", at a cost of ");
        tro_report_add(&words, cost);
    }
    tro_text_add(&words, ".");
    tro_report_say(report, &words);
}

int tro_report_advice(tro_report *report)
{
    tro_text words = {0};
    int status;
    say_goal(report);
    TRO_TRY(tro_report_figure(report, "advice", "What changes, within the bounds that are allowed, "
                                                "and what becomes of the agents"));
    TRO_TRY(tro_report_table(report, "advice.csv", "What to change", NULL));
    TRO_TRY(tro_report_table(report, "agents.csv", "What becomes of each agent", NULL));
    if (tro_report_read(report, "advice.txt", ADVICE_MOST, &words)) {
        tro_html_subheading(&report->page, "As it was printed");
        tro_html_code(&report->page, tro_text_string(&words));
    }
out:
    tro_text_clear(&words);
    return status;
}
