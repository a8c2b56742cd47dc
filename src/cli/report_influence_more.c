/* What else an influence analysis may have: along which edges, of which numbers, in sampled
 * rounds. */
#include <math.h>
#include <string.h>

#include "cli/report.h"
#include "output/csv_read.h"

/* The first row of a table, and the number of its column; 0 when there is none. */
static int first_row(tro_report *report, const char *name, tro_csv_reader *reader)
{
    return tro_report_has(report, name) &&
           tro_csv_reader_open(reader, tro_report_file(report, name), NULL) == TRO_OK &&
           tro_csv_reader_next(reader) > 0;
}

static double number(const tro_csv_reader *reader, const char *column)
{
    double value;
    return tro_parse_real(tro_csv_reader_cell(reader, column), &value) ? value : NAN;
}

/* The edge without which it would change most. */
static void say_cut(tro_report *report, double whole)
{
    tro_csv_reader reader = {0};
    tro_text words = {0};
    double most = 0;
    int more = first_row(report, "edges.csv", &reader);
    for (; more; more = tro_csv_reader_next(&reader) > 0) {
        double without = number(&reader, "influence_without");
        if (isnan(without) || !(fabs(without - whole) > most))
            continue;
        most = fabs(without - whole);
        words.length = 0;
        tro_text_add(&words, "Without the edge ");
        tro_html_add_name(&words, tro_csv_reader_cell(&reader, "from"));
        tro_text_add(&words, " \u2192 ");
        tro_html_add_name(&words, tro_csv_reader_cell(&reader, "to"));
        tro_text_add(&words, " it would be ");
        tro_report_add(&words, without);
        tro_text_add(&words, ": that edge matters most.");
    }
    if (words.length)
        tro_report_say(report, &words);
    tro_text_clear(&words);
    tro_csv_reader_close(&reader);
}

/* The influence that is explained: the sum of all walks. */
static double whole_of(tro_report *report)
{
    tro_csv_reader reader = {0};
    double sum = NAN;
    int more = first_row(report, "walks.csv", &reader);
    for (; more; more = tro_csv_reader_next(&reader) > 0)
        sum = number(&reader, "sum");
    tro_csv_reader_close(&reader);
    return sum;
}

static int explain(tro_report *report)
{
    tro_csv_reader reader = {0};
    tro_text words = {0};
    int status = TRO_OK;
    if (!tro_report_has(report, "walks.csv"))
        return TRO_OK;
    double whole = whole_of(report);
    tro_html_subheading(&report->page, "How it comes about");
    tro_text_add(&words, "The influence, ");
    tro_report_add(&words, whole);
    tro_text_add(&words, " per unit of share, is a sum over walks along the edges of the "
                         "network. ");
    if (first_row(report, "routes.csv", &reader)) {
        tro_text_add(&words, "The route that carries most is ");
        tro_html_add_name(&words, tro_csv_reader_cell(&reader, "route"));
        tro_text_add(&words, " (");
        tro_report_add(&words, number(&reader, "carries"));
        tro_text_add(&words, ").");
    }
    tro_csv_reader_close(&reader);
    tro_report_say(report, &words);
    say_cut(report, whole);
    TRO_TRY(tro_report_table(report, "walks.csv", "By the number of edges that a walk passes",
                             NULL));
    TRO_TRY(tro_report_table(report, "routes.csv", "What walks carry along each route", NULL));
    TRO_TRY(tro_report_table(report, "edges.csv", "What walks carry through each edge, and the "
                                                  "influence without it", NULL));
out:
    return status;
}

static int course(tro_report *report)
{
    tro_csv_reader reader = {0};
    tro_text words = {0};
    double first = NAN, last = NAN, round = NAN;
    int more = first_row(report, "course.csv", &reader), pairs = 0;
    const char *on =
        more ? tro_arena_text(&report->arena, tro_csv_reader_cell(&reader, "on")) : NULL;
    for (; more; more = tro_csv_reader_next(&reader) > 0) {
        pairs |= !on || strcmp(on, tro_csv_reader_cell(&reader, "on")) != 0;
        last = number(&reader, "influence");
        round = number(&reader, "round");
        first = isnan(first) ? last : first;
    }
    tro_csv_reader_close(&reader);
    if (isnan(last) || pairs)
        return TRO_OK;
    tro_text_add(&words, "Round by round, the influence goes from ");
    tro_report_add(&words, first);
    tro_text_add(&words, " to ");
    tro_report_add(&words, last);
    tro_text_addf(&words, " in round %.0f.", round);
    tro_report_say(report, &words);
    return TRO_OK;
}

static void say_lever(tro_report *report)
{
    tro_csv_reader reader = {0};
    tro_text words = {0};
    if (first_row(report, "gradient.csv", &reader)) {
        double effect = number(&reader, "effect");
        tro_text_add(&words, "The number that matters most is the ");
        tro_html_add_name(&words, tro_csv_reader_cell(&reader, "parameter"));
        tro_text_add(&words, " of ");
        tro_html_add_name(&words, tro_csv_reader_cell(&reader, "agent"));
        tro_text_add(&words, effect < 0 ? ": raising it by 0.01 lowers the alignment by "
                                        : ": raising it by 0.01 raises the alignment by ");
        tro_report_add(&words, fabs(effect) / 100);
        tro_text_add(&words, ".");
        tro_report_say(report, &words);
    }
    tro_csv_reader_close(&reader);
}

int tro_report_influence_more(tro_report *report)
{
    int status;
    TRO_TRY(explain(report));
    TRO_TRY(course(report));
    if (tro_report_has(report, "gradient.csv")) {
        tro_html_subheading(&report->page, "What every number does");
        say_lever(report);
    }
    TRO_TRY(tro_report_table(report, "gradient.csv", "Effect of a unit of each number on the "
                                                     "alignment that was asked for", NULL));
    TRO_TRY(tro_report_table(report, "influence_blocks.csv", "The influence by blocks of "
                                                             "coordinates", NULL));
    if (tro_report_has(report, "noise.csv") || tro_report_has(report, "influence_sampled.csv"))
        tro_html_subheading(&report->page, "In sampled rounds");
    TRO_TRY(tro_report_table(report, "influence_sampled.csv", "Influences estimated from pairs "
                                                              "of runs", NULL));
    TRO_TRY(tro_report_table(report, "noise.csv", "How far an alignment strays in settled "
                                                  "sampled rounds", NULL));
out:
    return status;
}
