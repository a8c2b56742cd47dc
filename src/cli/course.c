#include "cli/course.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/printing.h"
#include "cli/sketch.h"
#include "experiment/differences.h"
#include "output/csv.h"
#include "output/figure.h"

enum { DIGITS = 6, MOST_SHOWN = 12, MOST_DRAWN = 8 };

static const char *name_of(const tro_time_course *c, size_t agent)
{
    return c->cell->scenario->agents[agent].name;
}

/* --- finding ------------------------------------------------------------------------ */

static int allocate(tro_time_course *c, size_t on, size_t rounds)
{
    const tro_scenario *scenario = c->cell->scenario;
    c->agent = TRO_NEW(&c->arena, size_t, scenario->agent_count);
    if (!c->agent)
        return TRO_ENOMEM;
    for (size_t i = 0; i < scenario->agent_count; i++)
        if (scenario->agents[i].reward && (on == SIZE_MAX || on == i))
            c->agent[c->agents++] = i;
    c->long_term = TRO_NEW(&c->arena, double, c->agents + 1);
    c->values = TRO_NEW(&c->arena, double, (rounds + 1) * (c->agents + 1));
    return c->values && c->long_term ? TRO_OK : TRO_ENOMEM;
}

static int find_long_term(tro_time_course *c, tro_cell *cell, tro_messages *messages)
{
    size_t width = cell->ecosystem->width;
    double *response = TRO_NEW(&c->arena, double, cell->ecosystem->size);
    double *gradient = TRO_NEW(&c->arena, double, width), *out = c->long_term;
    int status;
    if (!response || !gradient)
        return TRO_ENOMEM;
    TRO_TRY(tro_influence_response(&cell->influences, c->of, TRO_ALL_WALKS, response, messages));
    for (size_t a = 0; a < c->agents; a++) {
        TRO_TRY(tro_alignment_gradient(&cell->influences, c->agent[a], gradient));
        for (size_t k = 0; k < width; k++)
            out[a] += gradient[k] * response[c->agent[a] * width + k];
        out[a] = isfinite(out[a]) ? out[a] : NAN;
    }
out:
    return status;
}

static int follow(tro_time_course *c, tro_course *course, size_t rounds,
                  const tro_progress *progress)
{
    for (size_t r = 0; r <= rounds; r++) {
        if (progress->stop(progress->context))
            return TRO_EINTERRUPTED;
        progress->report(progress->context, "rounds", r, rounds);
        int status = r > 0 ? tro_course_round(course) : TRO_OK;
        if (status < 0)
            return status;
        for (size_t a = 0; a < c->agents; a++)
            c->values[r * c->agents + a] = tro_course_influence(course, c->agent[a],
                                                                c->agent[a]);
        c->rounds = r;
    }
    c->one_sided = course->one_sided;
    return TRO_OK;
}

static void judge(const tro_runner *runner, const void *context, double *row)
{
    const tro_time_course *c = context;
    const tro_ecosystem *eco = runner->ecosystem;
    for (size_t a = 0; a < c->agents; a++)
        row[a] = tro_is_absent(eco, c->agent[a]) ? NAN
                                                 : tro_alignment(eco, runner->z, c->agent[a]);
}

/* Where rounds have a memory. */
static int take_differences(tro_time_course *c, size_t rounds, tro_messages *messages)
{
    const double step = 0.01;
    const tro_following following = {rounds, c->agents, judge, c};
    c->differences = 1;
    c->rounds = rounds;
    return tro_follow_differences(c->cell, c->of, step, NULL, &following, c->values,
                                  &c->one_sided, messages);
}

int tro_time_course_find(tro_time_course *c, tro_cell *cell, size_t on, size_t of, size_t rounds,
                         double step, const tro_progress *progress, tro_messages *messages)
{
    tro_course course = {0};
    int status, exact = tro_course_supported(cell->ecosystem, cell->plan);
    *c = (tro_time_course){.cell = cell, .of = of, .step = step};
    if (!tro_share_moves(cell->ecosystem, of))
        return tro_error(messages, TRO_EUNSUPPORTED, NULL,
                         "the curated share of '%s' has nothing to curate or to displace",
                         cell->scenario->agents[of].name);
    TRO_TRY(allocate(c, on, rounds));
    if (exact) {
        TRO_TRY(tro_course_init(&course, cell->ecosystem, cell->plan, of));
        TRO_TRY(follow(c, &course, rounds, progress));
    } else {
        TRO_TRY(take_differences(c, rounds, messages));
    }
    if (cell->scenario->sampled)
        TRO_TRY(tro_cell_paired_course(cell, of, step, rounds, c->agent, c->agents, &c->sampled,
                                       messages));
    TRO_TRY(find_long_term(c, cell, messages));
out:
    tro_course_release(&course);
    if (status == TRO_ENOMEM)
        tro_error(messages, status, NULL, "out of memory for a time course");
    if (status == TRO_EDIVERGED && !c->sampled.shares.width)
        tro_error(messages, status, NULL, "the rounds diverge: mean parameters are no longer "
                                          "finite");
    if (status < 0)
        tro_time_course_release(c);
    return status;
}

void tro_time_course_release(tro_time_course *c)
{
    tro_paired_course_release(&c->sampled);
    tro_arena_clear(&c->arena);
    *c = (tro_time_course){0};
}

/* --- telling -------------------------------------------------------------------------- */

/* Rounds 0 to 5, 10, 20, 50, 100, ... and the last. */
static int is_shown(size_t round, size_t last)
{
    size_t unit = 1;
    while (unit <= round / 10)
        unit *= 10;
    return round <= 5 || round == last || round == unit || round == 2 * unit || round == 5 * unit;
}

static double error_of(const tro_time_course *c, size_t k)
{
    return sqrt(c->sampled.variance[k] / (double)c->sampled.replicates);
}

/* Estimates and their standard errors. */
static void show_sampled(const tro_time_course *c, tro_text *text)
{
    char sides[MOST_SHOWN + 2];
    size_t shown = c->agents < MOST_SHOWN / 2 ? c->agents : MOST_SHOWN / 2;
    tro_sheet sheet = {.sides = sides};
    memset(sides, 'r', sizeof sides);
    sides[2 * shown + 1] = '\0';
    tro_sheet_cell(&sheet, "round");
    for (size_t a = 0; a < shown; a++) {
        tro_sheet_cell(&sheet, name_of(c, c->agent[a]));
        tro_sheet_cell(&sheet, "+-");
    }
    for (size_t r = 0; r <= c->rounds; r++) {
        if (!is_shown(r, c->rounds))
            continue;
        tro_sheet_number(&sheet, (double)r, 15);
        for (size_t a = 0; a < shown; a++) {
            tro_sheet_number(&sheet, c->sampled.mean[r * c->agents + a], DIGITS);
            tro_sheet_number(&sheet, error_of(c, r * c->agents + a), 2);
        }
    }
    tro_text_addf(text, "\nthe same in sampled rounds, from %llu pairs of runs with the share ",
                  (unsigned long long)c->sampled.replicates);
    if (c->sampled.shares.one_sided)
        tro_text_addf(text, "at %g and at %g (one-sided):\n", c->sampled.shares.low,
                      c->sampled.shares.high);
    else
        tro_text_addf(text, "moved by +-%g:\n", c->step);
    tro_sheet_render(&sheet, "  ", text);
    if (shown < c->agents)
        tro_text_addf(text, "  (and %zu more agents)\n", c->agents - shown);
}

void tro_time_course_show(const tro_time_course *c, tro_text *text)
{
    char sides[MOST_SHOWN + 2];
    size_t shown = c->agents < MOST_SHOWN ? c->agents : MOST_SHOWN;
    tro_sheet sheet = {.sides = sides};
    memset(sides, 'r', sizeof sides);
    sides[shown + 1] = '\0';
    tro_sheet_cell(&sheet, "round");
    for (size_t a = 0; a < shown; a++)
        tro_sheet_cell(&sheet, name_of(c, c->agent[a]));
    for (size_t r = 0; r <= c->rounds; r++) {
        if (!is_shown(r, c->rounds))
            continue;
        tro_sheet_number(&sheet, (double)r, 15);
        for (size_t a = 0; a < shown; a++)
            tro_sheet_number(&sheet, c->values[r * c->agents + a], DIGITS);
    }
    tro_sheet_cell(&sheet, "long term");
    for (size_t a = 0; a < shown; a++)
        tro_sheet_number(&sheet, c->long_term[a], DIGITS);
    tro_text_add(text, "\neffect of the curated share of ");
    tro_add_clean(text, name_of(c, c->of));
    tro_text_add(text, " on alignments, when it is moved from the start on");
    tro_text_add(text, c->differences ? " (these rounds have a memory:\nby differences of five "
                                        "runs, of fourth order):\n" : ":\n");
    tro_sheet_render(&sheet, "  ", text);
    if (shown < c->agents)
        tro_text_addf(text, "  (and %zu more agents)\n", c->agents - shown);
    if (c->sampled.replicates > 0)
        show_sampled(c, text);
}

/* One number for each round. */
static void add_list(const tro_time_course *c, size_t agent, const char *name,
                     const double *values, int errors, tro_text *text)
{
    tro_text_addf(text, ", \"%s\": [", name);
    for (size_t r = 0; r <= c->rounds; r++) {
        size_t k = r * c->agents + agent;
        tro_text_add(text, r ? ", " : "");
        tro_json_real(text, errors ? error_of(c, k) : values[k]);
    }
    tro_text_add(text, "]");
}

void tro_time_course_json(const tro_time_course *c, tro_text *text)
{
    tro_text_add(text, ", \"course\": {\"of\": ");
    tro_json_text(text, name_of(c, c->of));
    tro_text_addf(text, ", \"differences\": %s, \"by_round\": [",
                  c->differences ? "true" : "false");
    for (size_t a = 0; a < c->agents; a++) {
        tro_text_add(text, a ? ",\n  {\"on\": " : "\n  {\"on\": ");
        tro_json_text(text, name_of(c, c->agent[a]));
        add_list(c, a, "values", c->values, 0, text);
        if (c->sampled.replicates > 0) {
            add_list(c, a, "estimates", c->sampled.mean, 0, text);
            add_list(c, a, "standard_errors", NULL, 1, text);
        }
        tro_text_add(text, "}");
    }
    tro_text_add(text, "\n]}");
}

static int write_table(const tro_time_course *c, tro_results *results, tro_messages *messages)
{
    static const char *const names[] = {"round", "on", "of", "influence", "estimate",
                                        "standard_error", "replicates", "step", "one_sided"};
    int sampled = c->sampled.replicates > 0;
    size_t columns = sampled ? sizeof names / sizeof *names : 4;
    const char *path;
    tro_csv csv = {0};
    int status;
    TRO_TRY(tro_folder_add(&results->folder, "course.csv", &path, messages));
    TRO_TRY(tro_csv_open(&csv, path, names, columns, messages));
    for (size_t r = 0; r <= c->rounds; r++)
        for (size_t a = 0; a < c->agents; a++) {
            tro_csv_whole(&csv, (long long)r);
            tro_csv_text(&csv, name_of(c, c->agent[a]));
            tro_csv_text(&csv, name_of(c, c->of));
            tro_csv_real(&csv, c->values[r * c->agents + a]);
            if (sampled) {
                tro_csv_real(&csv, c->sampled.mean[r * c->agents + a]);
                tro_csv_real(&csv, error_of(c, r * c->agents + a));
                tro_csv_whole(&csv, (long long)c->sampled.replicates);
                tro_csv_real(&csv, c->step);
                tro_csv_whole(&csv, c->sampled.shares.one_sided);
            }
            TRO_TRY(tro_csv_end_row(&csv));
        }
    status = tro_csv_commit(&csv);
out:
    tro_csv_abort(&csv);
    return status;
}

/* Of many agents those with the largest effects in the end. */
static size_t choose(const tro_time_course *c, size_t *chosen)
{
    size_t count = 0;
    const double *last = (isnan(c->values[0]) ? c->sampled.mean : c->values) +
                         c->rounds * c->agents;
    for (size_t a = 0; a < c->agents; a++) {
        size_t at = count;
        while (at > 0 && fabs(last[chosen[at - 1]]) < fabs(last[a]))
            at--;
        if (at == MOST_DRAWN)
            continue;
        size_t after = (count < MOST_DRAWN ? count : MOST_DRAWN - 1) - at;
        memmove(chosen + at + 1, chosen + at, after * sizeof *chosen);
        chosen[at] = a;
        count += count < MOST_DRAWN;
    }
    return count;
}

/* The lines of one agent, from a place in `lines` (4 x length): exact rounds, then estimates
 * and their band of 95 %, then where it ends. Returns how many series there are. */
static size_t draw_agent(const tro_time_course *c, size_t agent, int colour, double *lines,
                         const double *ends, double *level, tro_series *series)
{
    size_t length = c->rounds + 1, n = 0;
    double *exact = lines, *mean = lines + length, *low = mean + length, *high = low + length;
    const char *label = name_of(c, c->agent[agent]);
    for (size_t r = 0; r < length; r++) {
        size_t k = r * c->agents + agent;
        exact[r] = c->values[k];
        if (c->sampled.replicates == 0)
            continue;
        double wide = c->sampled.replicates > 1 ? 1.96 * error_of(c, k) : 0;
        mean[r] = c->sampled.mean[k];
        low[r] = mean[r] - wide;
        high[r] = mean[r] + wide;
    }
    level[0] = level[1] = c->long_term[agent];
    if (c->sampled.replicates > 0)
        series[n++] = (tro_series){.style = TRO_BAND, .colour = colour, .dash = 1, .y = mean,
                                   .lo = low, .hi = high, .count = length,
                                   .label = isnan(exact[0]) ? label : NULL};
    if (!isnan(exact[0]))
        series[n++] = (tro_series){.label = label, .style = TRO_LINE, .colour = colour,
                                   .y = exact, .count = length};
    if (!isnan(level[0]))
        series[n++] = (tro_series){.style = TRO_LINE, .colour = colour, .dash = 2, .x = ends,
                                   .y = level, .count = 2};
    return n;
}

static int draw(const tro_time_course *c, tro_results *results, tro_messages *messages)
{
    size_t chosen[MOST_DRAWN], count = choose(c, chosen), length = c->rounds + 1, n = 0;
    double *lines = tro_allocate(4 * (count * length + 1), sizeof *lines);
    tro_series series[3 * MOST_DRAWN];
    double ends[2] = {0, (double)c->rounds}, levels[MOST_DRAWN][2];
    tro_text title = {0};
    if (!lines)
        return tro_error(messages, TRO_ENOMEM, NULL, "out of memory for a figure");
    for (size_t k = 0; k < count; k++)
        n += draw_agent(c, chosen[k], (int)k + 1, lines + 4 * k * length, ends, levels[k],
                        series + n);
    tro_text_addf(&title, "What %s's curated share does, by round (dotted: in the long term%s)",
                  name_of(c, c->of),
                  c->sampled.replicates > 0 ? "; bands: 95 % of sampled rounds" : "");
    const tro_panel panel = {.x_label = "round", .y_label = "dJ/dλ", .zero_line = 1,
                             .series = series, .series_count = n};
    const tro_figure figure = {.title = tro_text_string(&title), .columns = 1, .panels = &panel,
                               .panel_count = 1};
    int status = n > 0 ? tro_results_figure(results, &figure, "course", messages) : TRO_OK;
    tro_text_clear(&title);
    tro_release(lines);
    return status;
}

void tro_time_course_sketch(const tro_time_course *c, tro_text *text)
{
    size_t chosen[MOST_DRAWN], count = choose(c, chosen), length = c->rounds + 1;
    const double *from = isnan(c->values[0]) ? c->sampled.mean : c->values;
    double *lines = tro_allocate(count * length + 1, sizeof *lines);
    tro_sketch_line shown[MOST_DRAWN];
    for (size_t k = 0; lines && k < count; k++) {
        for (size_t r = 0; r < length; r++)
            lines[k * length + r] = from[r * c->agents + chosen[k]];
        shown[k] = (tro_sketch_line){.label = name_of(c, c->agent[chosen[k]]),
                                     .y = lines + k * length, .count = length,
                                     .level = c->long_term[chosen[k]]};
    }
    if (lines)
        tro_sketch_lines("the same by round", shown, count, text);
    text->failed |= !lines;
    tro_release(lines);
}

int tro_time_course_write(const tro_time_course *c, tro_results *results, tro_messages *messages)
{
    int status;
    TRO_TRY(write_table(c, results, messages));
    TRO_TRY(draw(c, results, messages));
out:
    return status;
}
