/* What a comparison came to: which network does best at what, whether that is more than chance,
 * and what goes with influence. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "cli/report.h"
#include "output/csv_read.h"

static const char measured[] = "network_";
#define CHANCE 0.05
enum { MEAN_DIGITS = 4 };

static double number(const tro_csv_reader *reader, const char *column)
{
    double value;
    return tro_parse_real(tro_csv_reader_cell(reader, column), &value) ? value : NAN;
}

/* --- means of every network ------------------------------------------------------- */

/* A network, and the sums of all columns over its replicates that came to rest. */
typedef struct place {
    const char *name;
    double *sums;
    size_t *numbers, replicates, settled;
    struct place *next;
} place;

typedef struct places {
    tro_report *report;
    tro_csv_reader reader;
    place *first, **end, *last;
    const char **shown;       /* names of columns, as they are read */
    char *sides;
} places;

/* Rows of one network stand together. */
static place *place_of(places *p, const char *name)
{
    tro_arena *arena = &p->report->arena;
    if (p->last && strcmp(p->last->name, name) == 0)
        return p->last;
    place *fresh = TRO_NEW(arena, place, 1);
    if (!fresh)
        return NULL;
    fresh->name = tro_arena_text(arena, name);
    fresh->sums = TRO_NEW(arena, double, p->reader.columns);
    fresh->numbers = TRO_NEW(arena, size_t, p->reader.columns);
    if (!fresh->name || !fresh->sums || !fresh->numbers)
        return NULL;
    *p->end = p->last = fresh;
    p->end = &fresh->next;
    return fresh;
}

static int take_row(places *p)
{
    double value;
    place *at = place_of(p, tro_csv_reader_cell(&p->reader, "topology"));
    if (!at)
        return TRO_ENOMEM;
    at->replicates++;
    if (strcmp(tro_csv_reader_cell(&p->reader, "status"), "ok") != 0)
        return TRO_OK;
    at->settled++;
    for (size_t k = 0; k < p->reader.columns; k++)
        if (tro_parse_real(p->reader.cells[k], &value)) {
            at->sums[k] += value;
            at->numbers[k]++;
        }
    return TRO_OK;
}

static int is_shown(const places *p, size_t column, int metrics)
{
    const char *name = p->reader.names[column];
    if (strcmp(name, "topology") == 0 || strcmp(name, "replicate") == 0 ||
        strcmp(name, "status") == 0)
        return 0;
    return (strncmp(name, measured, sizeof measured - 1) == 0) == metrics;
}

/* "network_path_length" → "path-length". */
static const char *spoken(places *p, const char *name)
{
    size_t skip = strncmp(name, measured, sizeof measured - 1) == 0 ? sizeof measured - 1 : 0;
    char *copy = tro_arena_text(&p->report->arena, name + skip);
    for (char *at = copy; at && *at; at++)
        if (*at == '_')
            *at = '-';
    return copy ? copy : "";
}

static void show_means(places *p, const char *caption, int metrics)
{
    tro_html *page = &p->report->page;
    size_t count = 0;
    p->shown[count] = "network";
    p->sides[count++] = 'l';
    for (size_t k = 0; k < p->reader.columns; k++)
        if (is_shown(p, k, metrics)) {
            p->shown[count] = spoken(p, p->reader.names[k]);
            p->sides[count++] = 'r';
        }
    p->sides[count] = '\0';
    if (count < 2)
        return;
    tro_html_table(page, caption, p->shown, p->sides, count);
    for (const place *at = p->first; at; at = at->next) {
        tro_text name = {0};
        tro_html_add_name(&name, at->name);
        tro_html_cell(page, tro_text_string(&name));
        tro_text_clear(&name);
        for (size_t k = 0; k < p->reader.columns; k++)
            if (is_shown(p, k, metrics))
                tro_html_number(page, at->numbers[k] ? at->sums[k] / (double)at->numbers[k] : NAN,
                                MEAN_DIGITS);
    }
    tro_html_table_end(page);
}

/* --- in words ------------------------------------------------------------------------ */

static void say_settled(const places *p)
{
    tro_text words = {0};
    size_t networks = 0, replicates = 0, settled = 0;
    for (const place *at = p->first; at; at = at->next) {
        networks++;
        replicates += at->replicates;
        settled += at->settled;
    }
    tro_report_add_count(&words, networks, "network");
    tro_text_add(&words, ", ");
    tro_report_add_count(&words, replicates, "replicate");
    tro_text_add(&words, settled == replicates ? " in all, and every one came to rest."
                                               : " in all. ");
    for (const place *at = p->first; at && settled < replicates; at = at->next) {
        if (at->settled == at->replicates)
            continue;
        tro_text_add(&words, "On ");
        tro_html_add_name(&words, at->name);
        tro_text_addf(&words, " %zu of %zu came to rest. ", at->settled, at->replicates);
    }
    tro_report_say(p->report, &words);
}

/* The best network of an outcome beside the second, from a row of ranking.csv. */
static void add_lead(tro_text *words, const tro_csv_reader *r)
{
    double difference = number(r, "difference"), p = number(r, "p_t_holm");
    tro_text_addf(words, "%s: ", tro_csv_reader_cell(r, "outcome"));
    if (difference == 0) {
        tro_html_add_name(words, tro_csv_reader_cell(r, "topology_a"));
        tro_text_add(words, " and ");
        tro_html_add_name(words, tro_csv_reader_cell(r, "topology_b"));
        tro_text_add(words, " are alike, ");
        tro_html_add_number(words, number(r, "mean_a"), MEAN_DIGITS);
        tro_text_add(words, ".");
        return;
    }
    tro_html_add_name(words, tro_csv_reader_cell(r, "topology_a"));
    tro_text_add(words, " comes first, ");
    tro_html_add_number(words, number(r, "mean_a"), MEAN_DIGITS);
    tro_text_add(words, ", then ");
    tro_html_add_name(words, tro_csv_reader_cell(r, "topology_b"));
    tro_text_add(words, ", ");
    tro_html_add_number(words, number(r, "mean_b"), MEAN_DIGITS);
    if (isnan(p)) {
        tro_text_add(words, ".");
        return;
    }
    tro_text_add(words, p < CHANCE ? ": more than chance (p = " : ": it may be chance (p = ");
    tro_html_add_number(words, p, 2);
    tro_text_add(words, ").");
}

static int say_leads(tro_report *report)
{
    tro_csv_reader reader = {0};
    int status, any = 0;
    TRO_TRY(tro_csv_reader_open(&reader, tro_report_file(report, "ranking.csv"), NULL));
    while ((status = tro_csv_reader_next(&reader)) > 0) {
        tro_text words = {0};
        if (number(&reader, "rank_a") != 1 || number(&reader, "rank_b") != 2)
            continue;
        if (!any++) {
            tro_html_subheading(&report->page, "Which network does best");
            tro_html_list(&report->page);
        }
        add_lead(&words, &reader);
        tro_html_item(&report->page, tro_text_string(&words));
        report->page.failed |= words.failed;
        tro_text_clear(&words);
    }
    if (any) {
        tro_html_list_end(&report->page);
        tro_html_paragraph(&report->page,
                           "p is that of a paired test over replicates, corrected for all pairs "
                           "of networks.");
    }
out:
    tro_csv_reader_close(&reader);
    return status;
}

/* What goes best with an agent's influence on itself, of what leaves out 0. */
typedef struct predictor {
    const char *name;
    double value;
} predictor;

static void say_predictor(tro_report *report, const char *network, const predictor *best)
{
    tro_text words = {0};
    tro_html_add_name(&words, network);
    if (best->name)
        tro_text_addf(&words, ": agents with more %s have the %s influence on themselves (rank "
                              "correlation ", best->name, best->value < 0 ? "lower" : "higher");
    else
        tro_text_add(&words, ": no centrality predicts who backfires.");
    if (best->name) {
        tro_html_add_number(&words, best->value, 2);
        tro_text_add(&words, ").");
    }
    tro_html_item(&report->page, tro_text_string(&words));
    report->page.failed |= words.failed;
    tro_text_clear(&words);
}

static int say_predictors(tro_report *report)
{
    tro_csv_reader reader = {0};
    predictor best = {0};
    const char *network = NULL;
    int status;
    TRO_TRY(tro_csv_reader_open(&reader, tro_report_file(report, "correlations.csv"), NULL));
    while ((status = tro_csv_reader_next(&reader)) > 0) {
        double value = number(&reader, "spearman");
        const char *name = tro_csv_reader_cell(&reader, "topology");
        if (!network || strcmp(network, name) != 0) {
            if (network)
                say_predictor(report, network, &best);
            else {
                tro_html_subheading(&report->page, "What predicts who backfires");
                tro_html_list(&report->page);
            }
            best = (predictor){0};
            if (!(network = tro_arena_text(&report->arena, name))) {
                status = TRO_ENOMEM;
                break;
            }
        }
        if (strcmp(tro_csv_reader_cell(&reader, "with"), "self_influence") != 0 ||
            !(number(&reader, "lower") * number(&reader, "upper") > 0) ||
            !(fabs(value) > fabs(best.value)))
            continue;
        best.value = value;
        best.name = tro_arena_text(&report->arena, tro_csv_reader_cell(&reader, "centrality"));
    }
    if (network) {
        say_predictor(report, network, &best);
        tro_html_list_end(&report->page);
    }
out:
    tro_csv_reader_close(&reader);
    return status;
}

/* --- all of it ------------------------------------------------------------------------ */

static int gather(places *p)
{
    int status;
    TRO_TRY(tro_csv_reader_open(&p->reader, tro_report_file(p->report, "compare.csv"), NULL));
    while ((status = tro_csv_reader_next(&p->reader)) > 0)
        TRO_TRY(take_row(p));
    p->shown = TRO_NEW(&p->report->arena, const char *, p->reader.columns + 1);
    p->sides = TRO_NEW(&p->report->arena, char, p->reader.columns + 2);
    status = status < 0 ? status : p->shown && p->sides ? TRO_OK : TRO_ENOMEM;
out:
    return status;
}

int tro_report_compare(tro_report *report)
{
    places p = {.report = report, .end = &p.first};
    int status = TRO_OK, known = 0;
    if (tro_report_has(report, "compare.csv"))
        known = (status = gather(&p)) == TRO_OK && p.first;
    TRO_TRY(status == TRO_ENOMEM ? status : TRO_OK);
    if (known) {
        say_settled(&p);
        show_means(&p, "Outcomes, means over replicates", 0);
    }
    if (tro_report_has(report, "ranking.csv"))
        TRO_TRY(say_leads(report) == TRO_ENOMEM ? TRO_ENOMEM : TRO_OK);
    if (tro_report_has(report, "correlations.csv"))
        TRO_TRY(say_predictors(report) == TRO_ENOMEM ? TRO_ENOMEM : TRO_OK);
    tro_html_section(&report->page, "figures", "Figures");
    TRO_TRY(tro_report_figure(report, "compare", "Outcomes, and what goes with influence, with "
                                                 "intervals"));
    tro_html_section(&report->page, "tables", "Tables");
    if (known)
        show_means(&p, "The networks, means over replicates", 1);
    TRO_TRY(tro_report_table(report, "ranking.csv", "Pairs of networks", NULL));
    TRO_TRY(tro_report_table(report, "correlations.csv", "Centralities and influences", NULL));
    TRO_TRY(tro_report_table(report, "compare.csv", "Every replicate", NULL));
    TRO_TRY(tro_report_table(report, "nodes.csv", "Every agent", NULL));
out:
    tro_csv_reader_close(&p.reader);
    return status;
}
