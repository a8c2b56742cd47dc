/* The page about a sweep, from its store. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/export_figure.h"
#include "cli/report.h"
#include "output/folder.h"

enum { MOST_COLUMNS = 10, MOST_SPANS = 24 };

typedef struct span {
    double least, most, sum;
    size_t count;
} span;

typedef struct sweep {
    tro_report *report;
    tro_store *store;
    const tro_store_layout *layout;
    size_t columns, lines, values;     /* values: outputs and errors */
    char sides[MOST_COLUMNS + 4];
    span spans[MOST_SPANS];
    tro_text tally;
    size_t done;
} sweep;

/* --- what was asked ---------------------------------------------------------------- */

static void name_columns(const sweep *s, int outputs, tro_text *words)
{
    for (size_t k = 0; k < s->layout->column_count; k++) {
        const tro_store_column *column = &s->layout->columns[k];
        int is_output = column->role == TRO_STORE_OUTPUT;
        if (column->role == TRO_STORE_ERROR || is_output != outputs)
            continue;
        tro_text_add(words, words->length ? ", " : "");
        tro_text_add(words, column->name);
    }
}

static void add_fact(sweep *s, const char *name, tro_text *words)
{
    if (words->length > 0)
        tro_html_fact(&s->report->page, name, tro_text_string(words));
    s->report->page.failed |= words->failed;
    tro_text_clear(words);
}

static void show_asked(sweep *s)
{
    tro_html *page = &s->report->page;
    tro_text words = {0};
    tro_html_section(page, "asked", "What was asked");
    tro_html_facts(page);
    tro_html_fact(page, "Scenario", s->layout->name);
    name_columns(s, 0, &words);
    add_fact(s, "Varies", &words);
    name_columns(s, 1, &words);
    add_fact(s, "Is found", &words);
    tro_text_addf(&words, "%zu, as a %s", s->layout->cells, s->layout->shape);
    add_fact(s, "Cells", &words);
    tro_text_addf(&words, "%" PRIu64, s->layout->seed);
    add_fact(s, "Seed", &words);
    tro_html_facts_end(page);
    tro_html_folded(page, "The sweep", s->layout->definition);
    tro_html_folded(page, "The scenario with everything written out", s->layout->scenario);
}

/* --- what came out ------------------------------------------------------------------ */

static int take_line(void *context, const tro_store_line *line)
{
    sweep *s = context;
    for (size_t k = 0; k < s->values && k < MOST_SPANS; k++) {
        span *at = &s->spans[k];
        if (isnan(line->values[k]))
            continue;
        at->least = at->count ? fmin(at->least, line->values[k]) : line->values[k];
        at->most = at->count ? fmax(at->most, line->values[k]) : line->values[k];
        at->sum += line->values[k];
        at->count++;
    }
    s->lines++;
    return TRO_OK;
}

static void show_spans(sweep *s)
{
    static const char *const names[] = {"output", "numbers", "least", "mean", "most"};
    tro_html *page = &s->report->page;
    if (s->lines == 0 || s->values == 0)
        return;
    tro_html_table(page, "What was found, over all cells", names, "lrrrr", 5);
    for (size_t k = 0; k < s->values && k < MOST_SPANS; k++) {
        const tro_store_column *column = &s->layout->columns[s->layout->parameters + k];
        const span *at = &s->spans[k];
        if (column->role != TRO_STORE_OUTPUT)
            continue;
        tro_html_cell(page, column->name);
        tro_html_number(page, (double)at->count, 15);
        tro_html_number(page, at->count ? at->least : NAN, TRO_REPORT_DIGITS);
        tro_html_number(page, at->count ? tro_report_mean(at->sum, at->count, at->least, at->most)
                                        : NAN, TRO_REPORT_DIGITS);
        tro_html_number(page, at->count ? at->most : NAN, TRO_REPORT_DIGITS);
    }
    tro_html_table_end(page);
}

/* --- cells ---------------------------------------------------------------------------- */

static void add_cells(sweep *s, const tro_store_line *line)
{
    tro_html *page = &s->report->page;
    double value;
    tro_html_number(page, (double)line->cell, 15);
    for (size_t k = 0; k < s->columns; k++) {
        if (k >= s->layout->parameters)
            tro_html_number(page, line->values[k - s->layout->parameters], TRO_REPORT_DIGITS);
        else if (line->parameters[k].text && !tro_parse_real(line->parameters[k].text, &value))
            tro_html_cell(page, line->parameters[k].text);
        else
            tro_html_number(page, line->parameters[k].text ? value : line->parameters[k].number,
                            TRO_REPORT_DIGITS);
    }
    tro_html_cell(page, line->status);
}

static int show_line(void *context, const tro_store_line *line)
{
    sweep *s = context;
    if (s->lines++ < TRO_REPORT_ROWS)
        add_cells(s, line);
    return TRO_OK;
}

static int show_cells(sweep *s, tro_messages *messages)
{
    const tro_store_layout *layout = s->layout;
    const char *names[MOST_COLUMNS + 2] = {"cell"};
    tro_text words = {0};
    s->columns = layout->column_count < MOST_COLUMNS ? layout->column_count : MOST_COLUMNS;
    s->sides[0] = 'l';
    for (size_t k = 0; k < s->columns; k++) {
        names[k + 1] = layout->columns[k].name;
        s->sides[k + 1] = layout->columns[k].role == TRO_STORE_WORD ? 'l' : 'r';
    }
    names[s->columns + 1] = "status";
    s->sides[s->columns + 1] = 'l';
    s->lines = 0;
    tro_html_table(&s->report->page, "Cells", names, s->sides, s->columns + 2);
    int status = tro_store_each(s->store, show_line, s, messages);
    tro_html_table_end(&s->report->page);
    if (s->lines > TRO_REPORT_ROWS)
        tro_text_addf(&words, "These are the first %d of %zu rows. ", TRO_REPORT_ROWS, s->lines);
    if (s->columns < layout->column_count)
        tro_text_addf(&words, "There are %zu more columns. ", layout->column_count - s->columns);
    if (words.length) {
        tro_text_add(&words, "`trophic export` prints them all.");
        tro_report_say(s->report, &words);
    }
    return status;
}

/* --- figure, and again ------------------------------------------------------------------ */

static int draw(void *store, const char *folder, tro_messages *messages)
{
    tro_text name = {0};
    tro_text_addf(&name, "%s/" TRO_REPORT_DRAWN, folder);
    int status = name.failed ? TRO_ENOMEM
                             : tro_export_figure(store, tro_text_string(&name), TRO_FIGURES_SVG,
                                                 messages);
    tro_text_clear(&name);
    return status;
}

/* The scenario and the sweep as one file. */
static void add_file(const sweep *s, tro_text *file)
{
    tro_text_add(file, s->layout->scenario);
    tro_text_add(file, "sweep:\n");
    for (const char *at = s->layout->definition; *at;) {
        const char *end = strchr(at, '\n');
        size_t length = end ? (size_t)(end - at) : strlen(at);
        if (length > 0) {
            tro_text_add(file, "  ");
            tro_text_add_n(file, at, length);
            tro_text_add(file, "\n");
        }
        at += length + (end != NULL);
    }
}

static void show_again(sweep *s)
{
    tro_html *page = &s->report->page;
    tro_text words = {0};
    tro_html_section(page, "again", "How to run it again");
    tro_html_paragraph(page, "With the file below saved as sweep.yaml:");
    tro_text_addf(&words, "trophic sweep sweep.yaml --seed %" PRIu64 " --out again.sqlite\n",
                  s->layout->seed);
    tro_html_code(page, tro_text_string(&words));
    words.length = 0;
    add_file(s, &words);
    tro_html_folded(page, "sweep.yaml", tro_text_string(&words));
    page->failed |= words.failed;
    tro_text_clear(&words);
    tro_html_facts(page);
    tro_html_fact_code(page, "Version", s->layout->program);
    tro_html_facts_end(page);
}

static void show_title(sweep *s)
{
    tro_html *page = &s->report->page;
    tro_text words = {0};
    tro_html_add_name(&words, s->layout->name && *s->layout->name ? s->layout->name
                                                                  : "a scenario without a name");
    tro_html_title(page, tro_text_string(&words),
                   "A sweep: the same scenario at many points.");
    words.length = 0;
    tro_text_addf(&words, "%zu of %zu cells", s->done, s->layout->cells);
    tro_html_mark(page, tro_text_string(&words), s->done == s->layout->cells ? "good" : "bad");
    page->failed |= words.failed;
    tro_text_clear(&words);
}

static void say_tally(sweep *s)
{
    tro_text words = {0};
    tro_text_addf(&words, "%zu of %zu cells are done: %s.", s->done, s->layout->cells,
                  s->tally.length ? tro_text_string(&s->tally) : "none");
    if (s->done < s->layout->cells)
        tro_text_add(&words, " The same command goes on with it.");
    tro_report_say(s->report, &words);
}

int tro_report_sweep(tro_report *report, const char *path, tro_messages *messages)
{
    sweep s = {.report = report};
    int status;
    TRO_TRY(tro_store_read(path, &s.store, messages));
    s.layout = tro_store_layout_of(s.store);
    s.values = s.layout->column_count - s.layout->parameters;
    TRO_TRY(tro_store_count(s.store, &s.done, messages));
    TRO_TRY(tro_store_tally(s.store, &s.tally, messages));
    TRO_TRY(tro_store_each(s.store, take_line, &s, messages));
    show_title(&s);
    show_asked(&s);
    tro_html_section(&report->page, "found", "What came out");
    say_tally(&s);
    show_spans(&s);
    tro_html_section(&report->page, "figures", "Figures");
    TRO_TRY(tro_report_drawing(report, draw, s.store, "What was found, over what varies"));
    tro_html_section(&report->page, "tables", "Tables");
    TRO_TRY(show_cells(&s, messages));
    show_again(&s);
out:
    tro_text_clear(&s.tally);
    tro_store_close(s.store);
    return status;
}
