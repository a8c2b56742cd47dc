/* What a comparison of networks came to: who is ahead by what, and what predicts who
 * backfires. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "cli/report.h"
#include "output/csv_read.h"

enum { MOST_TOPOLOGIES = 24, MOST_OUTCOMES = 9 };

typedef struct topology {
    const char *name;
    size_t replicates, ok;
    double sum[MOST_OUTCOMES], squares[MOST_OUTCOMES];
    size_t count[MOST_OUTCOMES];
} topology;

typedef struct comparison {
    tro_report *report;
    tro_csv_reader reader;
    topology topologies[MOST_TOPOLOGIES];
    size_t topology_count, left_out;
    size_t columns[MOST_OUTCOMES];
    const char *names[MOST_OUTCOMES];
    size_t outcomes;
} comparison;

static const char *cell(const tro_csv_reader *reader, const char *column)
{
    size_t at = tro_csv_reader_column(reader, column);
    return at == SIZE_MAX ? "" : reader->cells[at];
}

static double number(const tro_csv_reader *reader, const char *column)
{
    double value;
    return tro_parse_real(cell(reader, column), &value) ? value : NAN;
}

static int open_table(tro_report *report, const char *name, tro_csv_reader *reader)
{
    return tro_report_has(report, name) &&
           tro_csv_reader_open(reader, tro_report_file(report, name), NULL) == TRO_OK;
}

/* --- means -------------------------------------------------------------------------- */

static int find_topology(comparison *c, const char *name, topology **found)
{
    size_t k = 0;
    while (k < c->topology_count && strcmp(c->topologies[k].name, name) != 0)
        k++;
    *found = k < MOST_TOPOLOGIES ? &c->topologies[k] : NULL;
    c->left_out += k == MOST_TOPOLOGIES;
    if (k < c->topology_count || k == MOST_TOPOLOGIES)
        return TRO_OK;
    c->topologies[k].name = tro_arena_text(&c->report->arena, name);
    c->topology_count++;
    return c->topologies[k].name ? TRO_OK : TRO_ENOMEM;
}

/* Outcomes stand behind the metrics of the network. */
static int choose_outcomes(comparison *c)
{
    for (size_t k = 3; k < c->reader.columns && c->outcomes < MOST_OUTCOMES; k++) {
        if (strncmp(c->reader.names[k], "network_", 8) == 0)
            continue;
        c->columns[c->outcomes] = k;
        c->names[c->outcomes] = tro_arena_text(&c->report->arena, c->reader.names[k]);
        if (!c->names[c->outcomes++])
            return TRO_ENOMEM;
    }
    return TRO_OK;
}

static int gather(comparison *c)
{
    int status;
    TRO_TRY(choose_outcomes(c));
    while ((status = tro_csv_reader_next(&c->reader)) > 0) {
        topology *t;
        TRO_TRY(find_topology(c, cell(&c->reader, "topology"), &t));
        if (!t)
            continue;
        t->replicates++;
        t->ok += strcmp(cell(&c->reader, "status"), "ok") == 0;
        for (size_t k = 0; k < c->outcomes; k++) {
            double value;
            if (!tro_parse_real(c->reader.cells[c->columns[k]], &value) || !isfinite(value))
                continue;
            t->sum[k] += value;
            t->squares[k] += value * value;
            t->count[k]++;
        }
    }
out:
    return status;
}

/* The mean, and its standard error where there are replicates. */
static void show_mean(comparison *c, const topology *t, size_t k)
{
    tro_text words = {0};
    double n = (double)t->count[k], mean = n > 0 ? t->sum[k] / n : NAN;
    tro_html_add_number(&words, mean, 4);
    if (n > 1) {
        double variance = fmax(0, (t->squares[k] - n * mean * mean) / (n - 1));
        tro_text_add(&words, "\u00a0±\u00a0");
        tro_html_add_number(&words, sqrt(variance / n), 2);
    }
    tro_html_cell(&c->report->page, tro_text_string(&words));
    c->report->page.failed |= words.failed;
    tro_text_clear(&words);
}

static void show_means(comparison *c)
{
    tro_html *page = &c->report->page;
    const char *names[MOST_OUTCOMES + 2] = {"topology", "settled"};
    char sides[MOST_OUTCOMES + 3] = "lr";
    for (size_t k = 0; k < c->outcomes; k++) {
        names[k + 2] = c->names[k];
        sides[k + 2] = 'r';
    }
    tro_html_table(page, "Means over replicates, with standard errors", names, sides,
                   c->outcomes + 2);
    for (size_t n = 0; n < c->topology_count; n++) {
        const topology *t = &c->topologies[n];
        tro_text words = {0};
        tro_html_add_name(&words, t->name);
        tro_html_cell(page, tro_text_string(&words));
        words.length = 0;
        tro_text_addf(&words, "%zu of %zu", t->ok, t->replicates);
        tro_html_cell(page, tro_text_string(&words));
        tro_text_clear(&words);
        for (size_t k = 0; k < c->outcomes; k++)
            show_mean(c, t, k);
    }
    tro_html_table_end(page);
    if (c->left_out)
        tro_html_paragraph(page, "There are more topologies in compare.csv.");
}

/* --- in words ------------------------------------------------------------------------ */

/* "star (0.0875) is ahead of ring (0.0613): by 0.0262, p = 0.00048." */
static void say_ranking(tro_report *report)
{
    tro_csv_reader reader = {0};
    tro_text words = {0};
    int open = open_table(report, "ranking.csv", &reader);
    if (open)
        tro_html_list(&report->page);
    while (open && tro_csv_reader_next(&reader) > 0) {
        double p = number(&reader, "p_t_holm"), first = number(&reader, "rank_a");
        if (strcmp(cell(&reader, "outcome"), "alignment") != 0 ||
            number(&reader, "rank_b") != first + 1)
            continue;
        words.length = 0;
        tro_html_add_name(&words, cell(&reader, "topology_a"));
        tro_text_add(&words, " has a higher mean alignment than ");
        tro_html_add_name(&words, cell(&reader, "topology_b"));
        tro_text_add(&words, ", ");
        tro_html_add_number(&words, number(&reader, "mean_a"), 4);
        tro_text_add(&words, " against ");
        tro_html_add_number(&words, number(&reader, "mean_b"), 4);
        if (!isnan(p)) {
            tro_text_add(&words, p < 0.05 ? " (p = " : "; they cannot be told apart (p = ");
            tro_html_add_number(&words, p, 2);
            tro_text_add(&words, ")");
        }
        tro_text_add(&words, ".");
        tro_html_item(&report->page, tro_text_string(&words));
    }
    if (open)
        tro_html_list_end(&report->page);
    tro_text_clear(&words);
    tro_csv_reader_close(&reader);
}

/* Rank correlations whose interval leaves out zero. */
static void say_predictions(tro_report *report)
{
    tro_csv_reader reader = {0};
    tro_text words = {0};
    size_t said = 0;
    int open = open_table(report, "correlations.csv", &reader);
    if (!open)
        return;
    tro_html_subheading(&report->page, "What predicts who backfires");
    tro_html_list(&report->page);
    while (tro_csv_reader_next(&reader) > 0) {
        double lower = number(&reader, "lower"), upper = number(&reader, "upper");
        if (strcmp(cell(&reader, "with"), "self_influence") != 0 || !(lower * upper > 0))
            continue;
        words.length = 0;
        tro_text_add(&words, "On ");
        tro_html_add_name(&words, cell(&reader, "topology"));
        tro_text_addf(&words, " agents with more %s have the %s influence on themselves (rank "
                              "correlation ", cell(&reader, "centrality"),
                      lower > 0 ? "higher" : "lower");
        tro_html_add_number(&words, number(&reader, "spearman"), 2);
        tro_text_add(&words, ").");
        tro_html_item(&report->page, tro_text_string(&words));
        said++;
    }
    if (said == 0)
        tro_html_item(&report->page, "No centrality, on no network: no rank correlation has a 95 % "
                                     "interval that leaves out 0.");
    tro_html_list_end(&report->page);
    tro_text_clear(&words);
    tro_csv_reader_close(&reader);
}

static int show_outcomes(tro_report *report)
{
    comparison c = {.report = report};
    int status = TRO_OK;
    if (open_table(report, "compare.csv", &c.reader))
        status = gather(&c);
    if (status == TRO_OK && c.topology_count > 0)
        show_means(&c);
    tro_csv_reader_close(&c.reader);
    return status == TRO_ENOMEM ? status : TRO_OK;
}

int tro_report_compare(tro_report *report)
{
    int status;
    say_ranking(report);
    TRO_TRY(show_outcomes(report));
    say_predictions(report);
    tro_html_section(&report->page, "figures", "Figures");
    TRO_TRY(tro_report_figure(report, "compare", "The networks compared"));
    tro_html_section(&report->page, "tables", "Tables");
    TRO_TRY(tro_report_table(report, "ranking.csv", "Every pair of networks, by each outcome",
                             NULL));
    TRO_TRY(tro_report_table(report, "correlations.csv", "Centralities and influences", NULL));
    TRO_TRY(tro_report_table(report, "compare.csv", "Every replicate", NULL));
    TRO_TRY(tro_report_table(report, "nodes.csv", "Every agent", NULL));
out:
    return status;
}
