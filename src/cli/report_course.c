/* A figure of alignments, round by round, drawn from rounds.csv: of a few agents a curve for
 * each, of many their mean and the range they are in. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "cli/report.h"
#include "output/csv_read.h"
#include "output/figure.h"

enum { MOST_CURVES = 8, MOST_ROUNDS = 100000 };

typedef struct curve {
    const char *name, *label;
    double *sum, *least, *most;
    size_t *count;
} curve;

typedef struct course {
    tro_report *report;
    curve curves[MOST_CURVES];
    size_t curve_count;
    int together;                 /* one curve for all */
    double *rounds;
    size_t count, capacity, at;   /* of rounds; the present one */
    tro_csv_reader reader;
    size_t round, agent, value;   /* columns */
    const char *measure;
} course;

static int grow(course *c)
{
    size_t old = c->capacity, more = old ? 2 * old : 256;
    double *rounds = tro_reallocate(c->rounds, old, more, sizeof *rounds);
    if (!rounds)
        return TRO_ENOMEM;
    c->rounds = rounds;
    for (size_t k = 0; k < MOST_CURVES; k++) {
        curve *v = &c->curves[k];
        double *sum = tro_reallocate(v->sum, old, more, sizeof *sum);
        v->sum = sum ? sum : v->sum;
        double *least = tro_reallocate(v->least, old, more, sizeof *least);
        v->least = least ? least : v->least;
        double *most = tro_reallocate(v->most, old, more, sizeof *most);
        v->most = most ? most : v->most;
        size_t *count = tro_reallocate(v->count, old, more, sizeof *count);
        v->count = count ? count : v->count;
        if (!sum || !least || !most || !count)
            return TRO_ENOMEM;
        for (size_t n = old; n < more; n++) {
            v->sum[n] = 0;
            v->count[n] = 0;
            v->least[n] = INFINITY;
            v->most[n] = -INFINITY;
        }
    }
    c->capacity = more;
    return TRO_OK;
}

/* Replicates have the same rounds one after the other. */
static int find_round(course *c, double round)
{
    if (c->at < c->count && c->rounds[c->at] == round)
        return TRO_OK;
    size_t low = 0, high = c->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (c->rounds[middle] < round)
            low = middle + 1;
        else
            high = middle;
    }
    c->at = low;
    if (low < c->count)
        return c->rounds[low] == round ? TRO_OK : TRO_EINVAL;
    if (c->count == MOST_ROUNDS)
        return TRO_EINVAL;
    if (c->count == c->capacity && grow(c) < 0)
        return TRO_ENOMEM;
    c->rounds[c->count++] = round;
    return TRO_OK;
}

static curve *find_curve(course *c, const char *agent)
{
    size_t k = 0;
    if (c->together)
        return &c->curves[0];
    while (k < c->curve_count && strcmp(c->curves[k].name, agent) != 0)
        k++;
    if (k == MOST_CURVES)
        return NULL;
    if (k == c->curve_count) {
        tro_text label = {0};
        tro_html_add_name(&label, agent);
        c->curves[k].name = tro_arena_text(&c->report->arena, agent);
        c->curves[k].label = tro_arena_text(&c->report->arena, tro_text_string(&label));
        tro_text_clear(&label);
        if (!c->curves[k].name || !c->curves[k].label)
            return NULL;
        c->curve_count++;
    }
    return &c->curves[k];
}

static int take_row(course *c)
{
    double round, value;
    const char *const *cells = c->reader.cells;
    if (!tro_parse_real(cells[c->round], &round))
        return TRO_EINVAL;
    int status = find_round(c, round);
    curve *v = status == TRO_OK ? find_curve(c, cells[c->agent]) : NULL;
    if (!v)
        return status < 0 ? status : TRO_EINVAL;
    if (!tro_parse_real(cells[c->value], &value) || !isfinite(value))
        return TRO_OK;
    v->sum[c->at] += value;
    v->count[c->at]++;
    v->least[c->at] = fmin(v->least[c->at], value);
    v->most[c->at] = fmax(v->most[c->at], value);
    return TRO_OK;
}

static int read_course(course *c)
{
    int status;
    TRO_TRY(tro_csv_reader_open(&c->reader, tro_report_file(c->report, "rounds.csv"), NULL));
    c->round = tro_csv_reader_column(&c->reader, "round");
    c->agent = tro_csv_reader_column(&c->reader, "agent");
    c->value = tro_csv_reader_column(&c->reader, "alignment");
    if (c->value == SIZE_MAX && c->agent != SIZE_MAX && c->agent + 1 < c->reader.columns)
        c->value = c->agent + 1;
    if (c->round == SIZE_MAX || c->agent == SIZE_MAX || c->value == SIZE_MAX)
        TRO_TRY(TRO_EINVAL);
    c->measure = c->reader.names[c->value];
    while ((status = tro_csv_reader_next(&c->reader)) > 0)
        TRO_TRY(take_row(c));
out:
    return status;
}

/* --- the picture ---------------------------------------------------------------------- */

/* Called with the folder that the figure goes to. */
static int draw(void *figure, const char *folder, tro_messages *messages)
{
    return tro_figure_write(figure, folder, TRO_REPORT_DRAWN, messages);
}

/* Sums become means; a band goes from the least to the most. */
static size_t make_series(course *c, tro_series *series)
{
    size_t count = c->together ? 1 : c->curve_count;
    for (size_t k = 0; k < count; k++) {
        curve *v = &c->curves[k];
        for (size_t n = 0; n < c->count; n++) {
            v->sum[n] = v->count[n] ? v->sum[n] / (double)v->count[n] : NAN;
            v->least[n] = v->count[n] ? v->least[n] : NAN;
            v->most[n] = v->count[n] ? v->most[n] : NAN;
        }
        series[k] = (tro_series){.label = c->together ? "mean, from least to most" : v->label,
                                 .style = c->together ? TRO_BAND : TRO_LINE,
                                 .colour = TRO_COLOUR_AUTOMATIC, .x = c->rounds, .y = v->sum,
                                 .lo = c->together ? v->least : NULL,
                                 .hi = c->together ? v->most : NULL, .count = c->count};
    }
    return count;
}

static void release(course *c)
{
    for (size_t k = 0; k < MOST_CURVES; k++) {
        tro_release(c->curves[k].sum);
        tro_release(c->curves[k].least);
        tro_release(c->curves[k].most);
        tro_release(c->curves[k].count);
    }
    tro_release(c->rounds);
    tro_csv_reader_close(&c->reader);
}

int tro_report_course(tro_report *report, size_t agents)
{
    course c = {.report = report, .together = agents > MOST_CURVES};
    tro_series series[MOST_CURVES];
    tro_text title = {0};
    int status = TRO_OK;
    if (!tro_report_has(report, "rounds.csv"))
        return TRO_OK;
    status = read_course(&c);
    if (status == TRO_ENOMEM)
        goto out;
    if (status < 0 || c.count < 2) {
        status = TRO_OK;       /* the table says what is wrong with the file */
        goto out;
    }
    tro_text_addf(&title, "%s, round by round", c.measure);
    if (title.data && title.data[0] >= 'a' && title.data[0] <= 'z')
        title.data[0] = (char)(title.data[0] - 'a' + 'A');
    tro_panel panel = {.x_label = "round", .y_label = c.measure, .zero_line = 1,
                       .series = series, .series_count = make_series(&c, series)};
    tro_figure figure = {.title = tro_text_string(&title), .panels = &panel, .panel_count = 1};
    status = tro_report_drawing(report, draw, &figure,
                                c.together ? "All agents: the mean, and the range from the least "
                                             "to the most"
                                           : tro_text_string(&title));
out:
    tro_text_clear(&title);
    release(&c);
    return status;
}
