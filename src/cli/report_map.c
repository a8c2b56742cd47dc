/* What a map came to: how many points have which sign, and where it is zero. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "cli/report.h"
#include "output/csv_read.h"

enum { MOST_WORDS = 12 };

typedef struct tally {
    const char *word;
    size_t count;
} tally;

typedef struct counts {
    size_t positive, negative, zero, points;
    tally classes[MOST_WORDS], statuses[MOST_WORDS];
    double least, most;
} counts;

static int count_word(tro_report *report, tally *tallies, const char *word)
{
    size_t k = 0;
    while (k < MOST_WORDS && tallies[k].word && strcmp(tallies[k].word, word) != 0)
        k++;
    if (k == MOST_WORDS || !*word)
        return TRO_OK;
    if (!tallies[k].word)
        tallies[k].word = tro_arena_text(&report->arena, word);
    tallies[k].count++;
    return tallies[k].word ? TRO_OK : TRO_ENOMEM;
}

static int count_points(tro_report *report, counts *c)
{
    tro_csv_reader reader = {0};
    int status;
    TRO_TRY(tro_csv_reader_open(&reader, tro_report_file(report, "map.csv"), NULL));
    while ((status = tro_csv_reader_next(&reader)) > 0) {
        double value;
        c->points++;
        TRO_TRY(count_word(report, c->classes, tro_csv_reader_cell(&reader, "class")));
        TRO_TRY(count_word(report, c->statuses, tro_csv_reader_cell(&reader, "status")));
        if (!tro_parse_real(tro_csv_reader_cell(&reader, "value"), &value))
            continue;
        c->positive += value > 0;
        c->negative += value < 0;
        c->zero += value == 0;
        c->least = fmin(c->least, value);
        c->most = fmax(c->most, value);
    }
out:
    tro_csv_reader_close(&reader);
    return status;
}

static void say_question(tro_report *report)
{
    const char *of = tro_report_text(report, "of"), *on = tro_report_text(report, "on");
    const char *quantity = tro_report_text(report, "quantity");
    tro_text words = {0};
    tro_text_add(&words, "The number that is mapped is ");
    if (quantity) {
        tro_text_add(&words, quantity);
    } else {
        tro_text_add(&words, "the influence of ");
        tro_html_add_name(&words, of ? of : "an agent");
        tro_text_add(&words, "'s curated share on ");
        tro_html_add_name(&words, on && of && strcmp(on, of) == 0 ? "itself"
                                  : on                            ? on
                                                                  : "an agent");
    }
    tro_text_add(&words, quantity ? "." : ". Where it is negative, curation harms.");
    tro_report_say(report, &words);
    tro_html_facts(&report->page);
    if (tro_report_text(report, "x"))
        tro_html_fact_code(&report->page, "Across", tro_report_text(report, "x"));
    if (tro_report_text(report, "y"))
        tro_html_fact_code(&report->page, "Up", tro_report_text(report, "y"));
    tro_html_facts_end(&report->page);
}

static void add_tallies(tro_text *words, const tally *tallies)
{
    for (size_t k = 0; k < MOST_WORDS && tallies[k].word; k++)
        tro_text_addf(words, "%s%s at %zu", k ? ", " : "", tallies[k].word, tallies[k].count);
}

static void say_counts(tro_report *report, const counts *c)
{
    tro_text words = {0};
    double lines = tro_report_real(report, "zero_lines");
    tro_text_addf(&words, "Of %zu points %zu are positive and %zu negative", c->points,
                  c->positive, c->negative);
    if (c->zero)
        tro_text_addf(&words, ", and %zu are exactly zero", c->zero);
    if (c->least <= c->most) {
        tro_text_add(&words, ", from ");
        tro_report_add(&words, c->least);
        tro_text_add(&words, " to ");
        tro_report_add(&words, c->most);
    }
    tro_text_add(&words, ". ");
    if (c->classes[0].word) {
        tro_text_add(&words, "Curation is ");
        add_tallies(&words, c->classes);
        tro_text_add(&words, ". ");
    }
    if (c->statuses[0].word && (c->statuses[1].word || strcmp(c->statuses[0].word, "ok") != 0)) {
        tro_text_add(&words, "Points by what became of them: ");
        add_tallies(&words, c->statuses);
        tro_text_add(&words, ". ");
    }
    if (lines > 0) {
        tro_text_addf(&words, "It is zero along ");
        tro_report_add_count(&words, (size_t)lines, "line");
        tro_text_add(&words, ".");
    } else if (lines == 0) {
        tro_text_add(&words, "It is zero nowhere on the map.");
    }
    tro_report_say(report, &words);
}

int tro_report_map(tro_report *report)
{
    counts c = {.least = INFINITY, .most = -INFINITY};
    int status = TRO_OK;
    say_question(report);
    if (tro_report_has(report, "map.csv"))
        status = count_points(report, &c);
    TRO_TRY(status == TRO_ENOMEM ? status : TRO_OK);
    if (c.points > 0)
        say_counts(report, &c);
    tro_html_section(&report->page, "figures", "Figures");
    TRO_TRY(tro_report_figure(report, "map", "The map: blue above zero, orange below; the line "
                                             "is where it is zero"));
    tro_html_section(&report->page, "tables", "Tables");
    TRO_TRY(tro_report_table(report, "zero.csv", "Where it is zero", NULL));
    TRO_TRY(tro_report_table(report, "map.csv", "Every point", NULL));
out:
    return status;
}
