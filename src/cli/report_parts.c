/* What pages of all kinds are made of: sentences, tables of CSV files, figures. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "cli/report.h"
#include "output/csv_read.h"

enum {
    ALL_ROWS = 30,                    /* a table up to this long is shown whole */
    MOST_COLUMNS = 12,
    FIGURE_MOST = 4 << 20,            /* bytes of one figure */
    FIGURES_MOST = 1536 << 10         /* of all in a page */
};

/* --- sentences ------------------------------------------------------------------- */

void tro_report_say(tro_report *report, tro_text *words)
{
    tro_html_paragraph(&report->page, tro_text_string(words));
    report->page.failed |= words->failed;
    tro_text_clear(words);
}

void tro_report_add(tro_text *words, double value)
{
    tro_html_add_number(words, value, TRO_REPORT_DIGITS);
}

double tro_report_mean(double sum, size_t count, double least, double most)
{
    double mean = sum / (double)count;
    return fabs(mean) < 1e-12 * fmax(fabs(least), fabs(most)) ? 0
                                                              : fmin(fmax(mean, least), most);
}

void tro_report_add_count(tro_text *words, size_t count, const char *one)
{
    tro_text_addf(words, "%zu %s%s", count, one, count == 1 ? "" : "s");
}

/* --- tables ------------------------------------------------------------------------ */

typedef struct column {
    size_t at;                /* in the file */
    const char *name;
    int filled, words;        /* some cell has something; something that is no number */
    double sum, least, most;
    size_t numbers;
} column;

typedef struct table {
    tro_report *report;
    tro_csv_reader reader;
    column columns[MOST_COLUMNS];
    size_t count, left_out;
    const char **cells;       /* of the first rows */
    size_t rows;              /* of the whole table */
    tro_arena arena;
} table;

static const char *readable(const char *name)
{
    static const char *const names[][2] = {
        {"alignment_error", "±"}, {"average_error", "± of average"},
        {"fixed_point", "fixed point"}, {"long_term", "long-term"},
        {"one_sided", "one-sided"}, {"standard_error", "±"},
        {"unpaired_standard_error", "± unpaired"}, {"win_share", "share"},
        {"win_share_error", "±"}, {"sd", "standard deviation"},
        {"influence_without", "without it"}, {"alignment_without", "alignment without it"},
        {"alignment_before", "alignment before"}, {"alignment_after", "alignment after"},
        {"own_influence_before", "own influence before"},
        {"own_influence_after", "own influence after"},
    };
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        if (strcmp(names[k][0], name) == 0)
            return names[k][1];
    return name;
}

static int in_list(const char *list, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = list; (at = strstr(at, name)) != NULL; at += length)
        if ((at == list || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
            return 1;
    return 0;
}

static void choose_columns(table *t, const char *names)
{
    for (size_t k = 0; k < t->reader.columns; k++) {
        if (names && !in_list(names, t->reader.names[k]))
            continue;
        if (t->count == MOST_COLUMNS) {
            t->left_out++;
            continue;
        }
        t->columns[t->count++] = (column){.at = k, .name = t->reader.names[k],
                                          .least = INFINITY, .most = -INFINITY};
    }
}

static void take_cell(column *c, const char *cell)
{
    double value;
    if (!*cell)
        return;
    c->filled = 1;
    if (!tro_parse_real(cell, &value)) {
        c->words = 1;
        return;
    }
    c->numbers++;
    c->sum += value;
    c->least = fmin(c->least, value);
    c->most = fmax(c->most, value);
}

static int read_rows(table *t)
{
    int status;
    t->cells = TRO_NEW(&t->arena, const char *, ALL_ROWS * MOST_COLUMNS);
    if (!t->cells)
        return TRO_ENOMEM;
    while ((status = tro_csv_reader_next(&t->reader)) > 0) {
        for (size_t k = 0; k < t->count; k++) {
            const char *cell = t->reader.cells[t->columns[k].at];
            take_cell(&t->columns[k], cell);
            if (t->rows < ALL_ROWS &&
                !(t->cells[t->rows * t->count + k] = tro_arena_text(&t->arena, cell)))
                return TRO_ENOMEM;
        }
        t->rows++;
    }
    return status;
}

static const char *tone_of(const char *column_name, const char *word)
{
    if (strcmp(column_name, "class") != 0 && strcmp(column_name, "verdict") != 0)
        return NULL;
    if (strncmp(word, "holds", 5) == 0 || strcmp(word, "helps") == 0 ||
        strcmp(word, "amplified") == 0)
        return "good";
    return strcmp(word, "FAILS") == 0 || strcmp(word, "undecided") == 0 ||
                   strcmp(word, "inverted") == 0 || strcmp(word, "harms") == 0
               ? "bad"
               : NULL;
}

/* Whole numbers keep all their digits; of others there are enough. */
static void add_cell(tro_html *page, const column *c, const char *cell)
{
    tro_text text = {0};
    double value;
    const char *tone = tone_of(c->name, cell);
    size_t digits = strspn(cell + (*cell == '-'), "0123456789") + (*cell == '-');
    if (tone) {
        tro_html_cell_marked(page, cell, tone);
        return;
    }
    if (*cell && cell[digits] == '\0' && digits < 19)
        tro_text_addf(&text, "%s%s", *cell == '-' ? "\u2212" : "", cell + (*cell == '-'));
    else if (tro_parse_real(cell, &value))
        tro_report_add(&text, value);
    else if (*cell)
        tro_html_add_name(&text, cell);
    else
        tro_text_add(&text, c->words ? "" : "\u2013");
    tro_html_cell(page, tro_text_string(&text));
    page->failed |= text.failed;
    tro_text_clear(&text);
}

static size_t drop_empty(table *t, const column **kept, const char **names, char *sides)
{
    size_t count = 0;
    for (size_t k = 0; k < t->count; k++) {
        if (!t->columns[k].filled && t->rows > 0)
            continue;
        kept[count] = &t->columns[k];
        names[count] = readable(t->columns[k].name);
        sides[count] = t->columns[k].words ? 'l' : 'r';
        count++;
    }
    sides[count] = '\0';
    return count;
}

static void show_rows(table *t, const char *caption, const column **kept, size_t count)
{
    tro_html *page = &t->report->page;
    const char *names[MOST_COLUMNS];
    char sides[MOST_COLUMNS + 1];
    size_t shown = t->rows <= ALL_ROWS ? t->rows : TRO_REPORT_ROWS;
    count = drop_empty(t, kept, names, sides);
    if (count == 0)
        return;
    tro_html_table(page, caption, names, sides, count);
    for (size_t n = 0; n < shown; n++)
        for (size_t k = 0; k < count; k++)
            add_cell(page, kept[k], t->cells[n * t->count + (size_t)(kept[k] - t->columns)]);
    tro_html_table_end(page);
}

/* Of a table that is not shown whole. */
static void show_ranges(table *t, const char *file)
{
    static const char *const names[] = {"column", "least", "mean", "most"};
    tro_html *page = &t->report->page;
    tro_text caption = {0};
    tro_text_addf(&caption, "All %zu rows of %s", t->rows, file);
    tro_html_table(page, tro_text_string(&caption), names, "lrrr", 4);
    for (size_t k = 0; k < t->count; k++) {
        const column *c = &t->columns[k];
        if (c->words || c->numbers == 0)
            continue;
        tro_html_cell(page, readable(c->name));
        tro_html_number(page, c->least, TRO_REPORT_DIGITS);
        tro_html_number(page, tro_report_mean(c->sum, c->numbers, c->least, c->most),
                        TRO_REPORT_DIGITS);
        tro_html_number(page, c->most, TRO_REPORT_DIGITS);
    }
    tro_html_table_end(page);
    tro_text_clear(&caption);
}

static void say_rest(table *t, const char *file)
{
    tro_text words = {0};
    if (t->rows > ALL_ROWS) {
        tro_text_addf(&words, "These are the first %d of %zu rows; all are in %s. ",
                      TRO_REPORT_ROWS, t->rows, file);
        if (t->left_out)
            tro_text_addf(&words, "There are %zu more columns, too.", t->left_out);
    } else if (t->left_out) {
        tro_text_addf(&words, "%s has %zu more columns.", file, t->left_out);
    }
    if (words.length > 0)
        tro_report_say(t->report, &words);
    if (t->rows > ALL_ROWS)
        show_ranges(t, file);
}

int tro_report_table(tro_report *report, const char *name, const char *caption,
                     const char *columns)
{
    table t = {.report = report};
    const column *kept[MOST_COLUMNS];
    tro_messages aside = {0};
    int status;
    if (!tro_report_has(report, name))
        return TRO_OK;
    TRO_TRY(tro_csv_reader_open(&t.reader, tro_report_file(report, name), &aside));
    choose_columns(&t, columns);
    TRO_TRY(read_rows(&t));
    show_rows(&t, caption, kept, t.count);
    say_rest(&t, name);
out:
    if (status < 0 && status != TRO_ENOMEM) {
        tro_html_notice(&report->page, aside.count ? aside.items[0].text : name);
        tro_warning(report->messages, NULL, "%s", aside.count ? aside.items[0].text : name);
        status = TRO_OK;
    }
    tro_messages_clear(&aside);
    tro_csv_reader_close(&t.reader);
    tro_arena_clear(&t.arena);
    return status;
}

/* --- figures ------------------------------------------------------------------------ */

/* Its script is there, and gnuplot was not, or it is too large, or no figure. */
static void say_why_not(tro_report *report, const char *name, const char *why)
{
    tro_text words = {0};
    tro_text_addf(&words, "The figure %s.svg is not shown: %s", name, why);
    tro_html_notice(&report->page, tro_text_string(&words));
    tro_warning(report->messages, NULL, "the figure %s.svg is not shown: %s", name, why);
    tro_text_clear(&words);
}

/* Why there is no SVG of a figure whose script is there. */
static const char *why_no_svg(tro_report *report, const char *name)
{
    static const char *const endings[] = {"pdf", "png"};
    tro_text svg = {0};
    tro_text_addf(&svg, "%s.svg", name);
    int lost = tro_report_lists(report, tro_text_string(&svg));
    tro_text_clear(&svg);
    if (lost)
        return "it was drawn, and is missing now; `gnuplot` with its script in the folder draws it "
               "again";
    for (size_t k = 0; k < sizeof endings / sizeof *endings; k++) {
        tro_text file = {0};
        tro_text_addf(&file, "%s.%s", name, endings[k]);
        int there = tro_report_has(report, tro_text_string(&file));
        tro_text_clear(&file);
        if (there)
            return "it was drawn in other formats alone; with its script in the folder, `gnuplot` "
                   "draws it as SVG, and `--figures svg,pdf` does both at once";
    }
    return "there was no gnuplot that could draw it; where there is one, `gnuplot` with its script "
           "in the folder does";
}

int tro_report_figure(tro_report *report, const char *name, const char *caption)
{
    tro_text file = {0}, script = {0}, svg = {0};
    tro_text_addf(&file, "%s.svg", name);
    tro_text_addf(&script, "%s.gp", name);
    const char *path = tro_text_string(&file);
    int ours = tro_report_has(report, tro_text_string(&script));
    int later = ours && tro_report_read_added(report, path, FIGURE_MOST, &svg);
    if (!tro_report_has(report, path) && !later) {
        if (ours)
            say_why_not(report, name, why_no_svg(report, name));
    } else if ((!later && !tro_report_read(report, path, FIGURE_MOST, &svg)) ||
               report->drawn + svg.length > FIGURES_MOST) {
        say_why_not(report, name, "it is too large for this page; it is in the folder");
    } else if (!tro_html_figure(&report->page, svg.data, svg.length, caption)) {
        say_why_not(report, name, "it is no drawing that trophic made");
    } else {
        report->drawn += svg.length;
        if (later)
            tro_html_paragraph(&report->page, "This figure was drawn after the folder was written; "
                                              "its manifest does not know it.");
    }
    int failed = file.failed || script.failed || svg.failed;
    tro_text_clear(&file);
    tro_text_clear(&script);
    tro_text_clear(&svg);
    return failed ? TRO_ENOMEM : TRO_OK;
}
