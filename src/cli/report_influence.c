/* What an influence analysis came to: who backfires, who harms and helps whom. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/report.h"
#include "experiment/effects.h"
#include "output/csv_read.h"

enum { MOST_SAID = 8, SOME_SAID = 3, WORST = 10, PAIRS = TRO_REPORT_AGENTS * TRO_REPORT_AGENTS };

typedef struct effect {
    const char *on, *of, *displaces, *class_name;
    double local, isolated, long_term;
    int one_sided;
} effect;

typedef struct best {
    effect items[WORST];
    size_t count;
} best;

typedef struct analysis {
    tro_report *report;
    tro_csv_reader reader;
    size_t columns[8];
    size_t own[TRO_EFFECT_CLASSES], cross[TRO_EFFECT_CLASSES];
    size_t rows, self_rows, backfire;
    best worst_self, harms, helps;
    effect *all;               /* of the first PAIRS rows */
} analysis;

static double number_at(const analysis *a, size_t column)
{
    double value;
    return tro_parse_real(a->reader.cells[a->columns[column]], &value) ? value : NAN;
}

static int is_self(const effect *e)
{
    return strcmp(e->on, e->of) == 0;
}

/* Its own curation harms the agent; class `inverted` alone may as well mean that it helps. */
static int backfires(const effect *e)
{
    return is_self(e) && e->long_term < 0 &&
           strcmp(e->class_name, tro_effect_name(TRO_NO_EFFECT)) != 0;
}

/* --- gathering ----------------------------------------------------------------------- */

/* Keeps the largest of sign * long_term; its texts are copied then. */
static int keep(analysis *a, best *b, const effect *e, double sign)
{
    size_t at = b->count;
    if (!(sign * e->long_term > 0))
        return TRO_OK;
    while (at > 0 && sign * b->items[at - 1].long_term < sign * e->long_term)
        at--;
    if (at == WORST)
        return TRO_OK;
    size_t after = b->count < WORST ? b->count - at : b->count - at - 1;
    memmove(b->items + at + 1, b->items + at, after * sizeof *b->items);
    effect *copy = &b->items[at];
    *copy = *e;
    copy->on = tro_arena_text(&a->report->arena, e->on);
    copy->of = tro_arena_text(&a->report->arena, e->of);
    copy->displaces = tro_arena_text(&a->report->arena, e->displaces);
    copy->class_name = tro_arena_text(&a->report->arena, e->class_name);
    b->count += b->count < WORST;
    return copy->on && copy->of && copy->displaces && copy->class_name ? TRO_OK : TRO_ENOMEM;
}

static void count_class(analysis *a, const effect *e)
{
    for (int k = 0; k < TRO_EFFECT_CLASSES; k++)
        if (strcmp(tro_effect_name((tro_effect_class)k), e->class_name) == 0)
            (is_self(e) ? a->own : a->cross)[k]++;
}

static int take_row(analysis *a)
{
    const char *const *cells = a->reader.cells;
    effect e = {.on = cells[a->columns[0]], .of = cells[a->columns[1]],
                .displaces = cells[a->columns[2]], .class_name = cells[a->columns[6]],
                .local = number_at(a, 3), .isolated = number_at(a, 4),
                .long_term = number_at(a, 5), .one_sided = number_at(a, 7) == 1};
    int status = TRO_OK;
    if (a->rows < PAIRS) {
        best one = {.count = 0};
        effect plain = e;
        plain.long_term = 1;         /* only the texts are wanted */
        TRO_TRY(keep(a, &one, &plain, 1));
        a->all[a->rows] = one.items[0];
        a->all[a->rows].long_term = e.long_term;
    }
    a->rows++;
    a->self_rows += is_self(&e) != 0;
    count_class(a, &e);
    if (backfires(&e)) {
        a->backfire++;
        TRO_TRY(keep(a, &a->worst_self, &e, -1));
    }
    if (!is_self(&e)) {
        TRO_TRY(keep(a, &a->harms, &e, -1));
        TRO_TRY(keep(a, &a->helps, &e, 1));
    }
out:
    return status;
}

static int gather(analysis *a)
{
    static const char *const names[] = {"on", "of", "displaces", "local", "isolated",
                                        "long_term", "class", "one_sided"};
    int status;
    a->all = TRO_NEW(&a->report->arena, effect, PAIRS);
    if (!a->all)
        return TRO_ENOMEM;
    TRO_TRY(tro_csv_reader_open(&a->reader, tro_report_file(a->report, "influence.csv"),
                                NULL));
    for (size_t k = 0; k < 8; k++) {
        a->columns[k] = tro_csv_reader_column(&a->reader, names[k]);
        if (a->columns[k] == SIZE_MAX)
            TRO_TRY(TRO_EINVAL);
    }
    while ((status = tro_csv_reader_next(&a->reader)) > 0)
        TRO_TRY(take_row(a));
out:
    return status;
}

/* --- words --------------------------------------------------------------------------- */

static const char *cost_of(const char *displaces)
{
    return strcmp(displaces, "real") == 0        ? "at the cost of real data"
           : strcmp(displaces, "synthetic") == 0 ? "at the cost of uncurated data of models"
                                                 : "at the cost of all other data in proportion";
}

/* "lowers ... by 0.0104", of a share that is 0.01 larger; "would lower", of what is not so. */
static void add_move(tro_text *words, double effect_size, const char *whose, int supposed)
{
    const char *verb = supposed ? "would " : "", *ending = supposed ? "" : "s";
    if (effect_size == 0) {
        tro_text_addf(words, "%s change %s alignment", supposed ? "would not" : "does not", whose);
        return;
    }
    tro_text_addf(words, "%s%s%s %s alignment by ", verb, effect_size > 0 ? "raise" : "lower",
                  ending, whose);
    tro_report_add(words, fabs(effect_size) / 100);
}

static void add_verdict(tro_text *words, const effect *e)
{
    static const struct { tro_effect_class of; const char *words; } verdicts[] = {
        {TRO_HELPS, "helps it"}, {TRO_NO_EFFECT, "does nothing to it"}};
    tro_text_add(words, "'s curation ");
    if (backfires(e)) {
        tro_text_add(words, "backfires");
        return;
    }
    for (size_t k = 0; k < sizeof verdicts / sizeof *verdicts; k++)
        if (strcmp(tro_effect_name(verdicts[k].of), e->class_name) == 0) {
            tro_text_add(words, verdicts[k].words);
            return;
        }
    tro_text_addf(words, "is %s", e->class_name);
}

static void add_own(tro_text *words, const effect *e)
{
    tro_html_add_name(words, e->of);
    if (isnan(e->long_term)) {
        tro_text_add(words, "'s curation: its effect on itself is not defined.");
        return;
    }
    add_verdict(words, e);
    tro_text_addf(words, ": raising its curated share by 0.01, %s, ", cost_of(e->displaces));
    add_move(words, e->long_term, "its own", 0);
    tro_text_add(words, " in the long term.");
    if (!isnan(e->isolated)) {
        tro_text_add(words, " If it trained on its own outputs alone, that ");
        add_move(words, e->isolated, "its", 1);
        tro_text_add(words, ".");
    } else if (!isnan(e->local)) {
        tro_text_add(words, " Before the network reacts, that ");
        add_move(words, e->local, "its", 0);
        tro_text_add(words, ".");
    }
}

static void add_other(tro_text *words, const effect *e)
{
    tro_html_add_name(words, e->of);
    tro_text_addf(words, "'s curation %s ", e->long_term < 0 ? "harms" : "helps");
    tro_html_add_name(words, e->on);
    tro_text_add(words, ": by ");
    tro_report_add(words, fabs(e->long_term) / 100);
    tro_text_add(words, " for every 0.01 of its curated share.");
}

static void add_item(tro_report *report, tro_text *words)
{
    tro_html_item(&report->page, tro_text_string(words));
    report->page.failed |= words->failed;
    tro_text_clear(words);
}

static void say_own(analysis *a)
{
    tro_text words = {0};
    size_t said = 0, backfire = a->backfire;
    if (a->self_rows == 0)
        return;
    if (a->self_rows > 1) {
        tro_text_addf(&words, "Of %zu agents with an alignment the curation of ", a->self_rows);
        if (backfire == 0 || backfire == a->self_rows)
            tro_text_add(&words, backfire ? "all" : "none");
        else
            tro_text_addf(&words, "%zu", backfire);
        tro_text_add(&words, " backfires.");
        tro_report_say(a->report, &words);
    }
    tro_html_list(&a->report->page);
    if (a->self_rows <= MOST_SAID && a->rows <= PAIRS) {
        for (size_t k = 0; k < a->rows; k++)
            if (is_self(&a->all[k])) {
                add_own(&words, &a->all[k]);
                add_item(a->report, &words);
            }
    } else {
        for (; said < a->worst_self.count && said < SOME_SAID; said++) {
            add_own(&words, &a->worst_self.items[said]);
            add_item(a->report, &words);
        }
        if (backfire > said) {
            tro_text_addf(&words, "%zu more are in influence.csv.", backfire - said);
            add_item(a->report, &words);
        }
    }
    tro_html_list_end(&a->report->page);
}

static void say_others(analysis *a)
{
    const best *both[] = {&a->harms, &a->helps};
    tro_text words = {0};
    if (a->harms.count + a->helps.count == 0)
        return;
    tro_html_subheading(&a->report->page, "On others");
    tro_text_addf(&words, "Of effects on others, %zu harm and %zu help.", a->cross[TRO_HARMS],
                  a->cross[TRO_HELPS]);
    tro_text_add(&words, a->harms.count + a->helps.count > 10 ? " The largest:" : "");
    tro_report_say(a->report, &words);
    tro_html_list(&a->report->page);
    for (size_t n = 0; n < 2; n++)
        for (size_t k = 0; k < both[n]->count && k < 5; k++) {
            add_other(&words, &both[n]->items[k]);
            add_item(a->report, &words);
        }
    tro_html_list_end(&a->report->page);
}

/* --- tables ---------------------------------------------------------------------------- */

static void show_counts(analysis *a)
{
    static const char *const names[] = {"class", "on themselves", "on others"};
    tro_html *page = &a->report->page;
    tro_html_table(page, "How many effects there are of each class", names, "lrr", 3);
    for (int k = 0; k < TRO_EFFECT_CLASSES; k++)
        if (a->own[k] + a->cross[k] > 0) {
            tro_html_cell(page, tro_effect_name((tro_effect_class)k));
            tro_html_number(page, (double)a->own[k], 15);
            tro_html_number(page, (double)a->cross[k], 15);
        }
    tro_html_table_end(page);
}

/* The long-term effects as a square, when the rows of the file are one. */
static void show_matrix(analysis *a)
{
    char sides[TRO_REPORT_AGENTS + 2] = "l";
    const char *names[TRO_REPORT_AGENTS + 1] = {"on \u2193 \u00a0 of \u2192"};
    tro_html *page = &a->report->page;
    size_t width = 0;
    int one_sided = 0;
    while (width < a->rows && width < PAIRS && strcmp(a->all[width].on, a->all[0].on) == 0)
        width++;
    if (width < 2 || width > TRO_REPORT_AGENTS || a->rows > PAIRS || a->rows % width != 0)
        return;
    for (size_t k = 0; k < width; k++) {
        tro_text name = {0};
        tro_html_add_name(&name, a->all[k].of);
        names[k + 1] = tro_arena_text(&a->report->arena, tro_text_string(&name));
        a->report->page.failed |= !names[k + 1];
        names[k + 1] = names[k + 1] ? names[k + 1] : "";
        tro_text_clear(&name);
        sides[k + 1] = 'r';
    }
    sides[width + 1] = '\0';
    tro_html_table(page, "Long-term effect on the alignment of (row) of the curated share of "
                         "(column)", names, sides, width + 1);
    for (size_t k = 0; k < a->rows; k++) {
        tro_text cell = {0};
        if (k % width == 0) {
            tro_html_add_name(&cell, a->all[k].on);
            tro_html_cell(page, tro_text_string(&cell));
            cell.length = 0;
        }
        tro_text_clear(&cell);
        tro_report_add(&cell, a->all[k].long_term);
        tro_text_add(&cell, a->all[k].one_sided ? "*" : "");
        one_sided |= a->all[k].one_sided;
        tro_html_cell(page, tro_text_string(&cell));
        tro_text_clear(&cell);
    }
    tro_html_table_end(page);
    if (one_sided)
        tro_html_paragraph(page, "* a one-sided derivative: the share can move in one direction "
                                 "only.");
}

static void say_stability(tro_report *report)
{
    const char *stability = tro_report_text(report, "stability");
    double residual = tro_report_real(report, "fixed_point_residual");
    tro_text words = {0};
    if (stability)
        tro_text_addf(&words, "The fixed point is %s. ", stability);
    if (residual > 0) {
        tro_text_add(&words, "It is found to within ");
        tro_html_add_number(&words, residual, 2);
        tro_text_add(&words, ".");
    }
    if (words.length)
        tro_report_say(report, &words);
}

int tro_report_influence(tro_report *report)
{
    analysis a = {.report = report};
    int status = TRO_OK;
    say_stability(report);
    if (tro_report_has(report, "influence.csv"))
        status = gather(&a);
    TRO_TRY(status == TRO_ENOMEM ? status : TRO_OK);
    if (status == TRO_OK && a.rows > 0) {
        say_own(&a);
        say_others(&a);
        show_matrix(&a);
        if (a.rows > PAIRS)
            show_counts(&a);
    }
    TRO_TRY(tro_report_influence_more(report));
    tro_html_section(&report->page, "figures", "Figures");
    TRO_TRY(tro_report_figure(report, "network", "Who helps, who harms and who is harmed"));
    TRO_TRY(tro_report_figure(report, "influence", "Influences in colours: blue helps, orange "
                                                   "harms"));
    TRO_TRY(tro_report_figure(report, "explanation", "Where the influence comes from"));
    TRO_TRY(tro_report_figure(report, "course", "The influence, round by round"));
    tro_html_section(&report->page, "tables", "Tables");
    TRO_TRY(tro_report_table(report, "influence.csv", "Effects of curated shares (rows of pairs)",
                             NULL));
    TRO_TRY(tro_report_table(report, "fixed_point.csv", "The fixed point", NULL));
    TRO_TRY(tro_report_table(report, "course.csv", "The influence, round by round", NULL));
out:
    tro_csv_reader_close(&a.reader);
    return status;
}
