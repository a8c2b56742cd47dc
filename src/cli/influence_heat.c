/* The influence matrix as a figure, and as a sketch in the terminal. */
#include <math.h>
#include <stdlib.h>

#include "cli/influence.h"
#include "cli/printing.h"
#include "cli/sketch.h"
#include "output/figure.h"

enum { WRITTEN_MAX = 8 };     /* up to so many agents the numbers stand in the tiles */

static const char *name_of(const tro_influence_report *r, size_t agent)
{
    return r->cell->scenario->agents[agent].name;
}

/* --- finding ---------------------------------------------------------------------------- */

static int by_number(const void *one, const void *other)
{
    size_t a = *(const size_t *)one, b = *(const size_t *)other;
    return (a > b) - (a < b);
}

/* Of many agents those whose curation moves others most or, where one agent's effects were
 * asked for, those with the largest. */
static int choose(tro_influence_report *r)
{
    tro_influence_heat *heat = &r->heat;
    const tro_scenario *scenario = r->cell->scenario;
    size_t agents = scenario->agent_count, count = 0;
    size_t *chosen = TRO_NEW(&r->arena, size_t, agents);
    double *weight = TRO_NEW(&r->arena, double, agents);
    heat->rows = TRO_NEW(&r->arena, size_t, TRO_HEAT_AGENTS + 1);
    heat->columns = TRO_NEW(&r->arena, size_t, TRO_HEAT_AGENTS + 1);
    if (!chosen || !weight || !heat->rows || !heat->columns)
        return TRO_ENOMEM;
    for (size_t i = 0; i < agents; i++) {
        double size = fabs(r->on == SIZE_MAX && r->of == SIZE_MAX ? r->moved[i] : r->single[i]);
        weight[i] = isnan(size) ? -1 : size;
    }
    count = tro_take_largest(weight, -2, agents, TRO_HEAT_AGENTS, chosen, 0);
    qsort(chosen, count, sizeof *chosen, by_number);
    heat->part = count < agents;
    for (size_t k = 0; k < count; k++) {
        if (r->of == SIZE_MAX)
            heat->columns[heat->column_count++] = chosen[k];
        if (r->on == SIZE_MAX && scenario->agents[chosen[k]].reward)
            heat->rows[heat->row_count++] = chosen[k];
    }
    if (r->of != SIZE_MAX)
        heat->columns[heat->column_count++] = r->of;
    if (r->on != SIZE_MAX)
        heat->rows[heat->row_count++] = r->on;
    heat->values = TRO_NEW(&r->arena, double, heat->row_count * heat->column_count + 1);
    return heat->values ? TRO_OK : TRO_ENOMEM;
}

/* Where the row that comes goes. */
typedef struct taker {
    const tro_influence_heat *heat;
    double *out;
} taker;

static int take_row(void *context, const tro_effect *row, size_t count)
{
    const taker *t = context;
    for (size_t j = 0; j < t->heat->column_count; j++) {
        size_t at = t->heat->columns[j] - row[0].of;
        t->out[j] = at < count ? row[at].long_term : NAN;
    }
    return TRO_OK;
}

/* What came with the rows already. */
static void take_known(tro_influence_report *r)
{
    tro_influence_heat *heat = &r->heat;
    for (size_t i = 0; i < heat->row_count; i++)
        for (size_t j = 0; j < heat->column_count; j++) {
            size_t on = heat->rows[i], of = heat->columns[j];
            heat->values[i * heat->column_count + j] =
                r->on != SIZE_MAX   ? r->single[of]
                : r->of != SIZE_MAX ? r->single[on]
                                    : heat->all[on * r->cell->scenario->agent_count + of];
        }
}

int tro_influence_heat_find(tro_influence_report *r, const tro_progress *progress,
                            tro_messages *messages)
{
    const tro_progress silent = {.stop = progress->stop, .context = progress->context};
    if (r->on != SIZE_MAX && r->of != SIZE_MAX)
        return TRO_OK;
    int status = choose(r);
    if (status < 0)
        tro_error(messages, status, NULL, "out of memory for the influence matrix");
    if (status == TRO_OK && (r->on != SIZE_MAX || r->of != SIZE_MAX || r->heat.all)) {
        take_known(r);
        return TRO_OK;
    }
    for (size_t i = 0; status == TRO_OK && i < r->heat.row_count; i++) {
        taker t = {&r->heat, r->heat.values + i * r->heat.column_count};
        progress->report(progress->context, "rows", i, r->heat.row_count);
        status = tro_effects_each(r->cell, r->heat.rows[i], SIZE_MAX, take_row, &t, &silent,
                                  messages);
    }
    return status;
}

/* --- showing ----------------------------------------------------------------------------- */

/* What the tiles are of; in the arena. Rows go from the top down, the axis goes up. */
typedef struct tiles {
    double *x, *y, *values;
    unsigned char *kinds;
    const char **x_names, **y_names;
    tro_words *words;
    tro_arena arena;
} tiles;

static void fill_tiles(const tro_influence_heat *heat, tiles *t)
{
    size_t rows = heat->row_count, columns = heat->column_count;
    for (size_t k = 0; k < rows * columns; k++) {
        char number[32];
        double value = heat->values[(rows - 1 - k / columns) * columns + k % columns];
        t->values[k] = value == 0 ? NAN : value;   /* neither helps nor harms: white */
        t->kinds[k] = !isfinite(value);
        t->words[k] = (tro_words){.x = (double)(k % columns), .y = (double)(k / columns)};
        if (isfinite(value))
            t->words[k].text = tro_figure_number(&t->arena, tro_format_short(number, value, 2));
    }
}

static int make_tiles(const tro_influence_report *r, tiles *t)
{
    const tro_influence_heat *heat = &r->heat;
    size_t rows = heat->row_count, columns = heat->column_count;
    t->x = TRO_NEW(&t->arena, double, columns);
    t->y = TRO_NEW(&t->arena, double, rows);
    t->values = TRO_NEW(&t->arena, double, rows * columns);
    t->kinds = TRO_NEW(&t->arena, unsigned char, rows * columns);
    t->x_names = TRO_NEW(&t->arena, const char *, columns);
    t->y_names = TRO_NEW(&t->arena, const char *, rows);
    t->words = TRO_NEW(&t->arena, tro_words, rows * columns);
    if (!t->x || !t->y || !t->values || !t->kinds || !t->x_names || !t->y_names || !t->words)
        return TRO_ENOMEM;
    for (size_t j = 0; j < columns; j++) {
        t->x[j] = (double)j;
        t->x_names[j] = name_of(r, heat->columns[j]);
    }
    for (size_t i = 0; i < rows; i++) {
        t->y[i] = (double)i;
        t->y_names[i] = name_of(r, heat->rows[rows - 1 - i]);
    }
    fill_tiles(heat, t);
    return TRO_OK;
}

int tro_influence_heat_draw(const tro_influence_report *r, tro_results *results,
                            tro_messages *messages)
{
    size_t rows = r->heat.row_count, columns = r->heat.column_count;
    tiles t = {.x = NULL};
    tro_text title = {0};
    if (!r->heat.values || rows < 2 || columns < 2)
        return TRO_OK;
    int status = make_tiles(r, &t);
    tro_text_addf(&title, "%s: long-term influence", r->cell->scenario->name);
    if (r->heat.part)
        tro_text_addf(&title, " (the %zu of %zu agents whose curation moves others most)", columns,
                      r->cell->scenario->agent_count);
    const tro_heat heat = {.x = t.x, .y = t.y, .x_count = columns, .y_count = rows,
                           .values = t.values, .kinds = t.kinds, .kind_names = {"not defined"},
                           .label = "dJ/dλ: blue helps, orange harms, white neither", .whole = 1};
    const tro_panel panel = {.heat = &heat, .x_label = "curated share λ of",
                             .y_label = "effect on the alignment J of", .x_names = t.x_names,
                             .x_name_count = columns, .y_names = t.y_names, .y_name_count = rows,
                             .words = t.words,
                             .word_count = columns <= WRITTEN_MAX ? rows * columns : 0};
    const tro_figure figure = {.title = tro_text_string(&title), .panels = &panel,
                               .panel_count = 1, .columns = 1};
    status = status == TRO_OK && !title.failed
                 ? tro_results_figure(results, &figure, "influence", messages)
                 : tro_error(messages, TRO_ENOMEM, NULL, "out of memory for a figure");
    tro_text_clear(&title);
    tro_arena_clear(&t.arena);
    return status;
}

void tro_influence_heat_sketch(const tro_influence_report *r, tro_text *text)
{
    const tro_influence_heat *heat = &r->heat;
    tro_arena arena = {0};
    tro_text title = {0};
    const char **rows = TRO_NEW(&arena, const char *, heat->row_count);
    const char **columns = TRO_NEW(&arena, const char *, heat->column_count);
    for (size_t i = 0; rows && i < heat->row_count; i++)
        rows[i] = name_of(r, heat->rows[i]);
    for (size_t j = 0; columns && j < heat->column_count; j++)
        columns[j] = name_of(r, heat->columns[j]);
    tro_text_add(&title, "influences: each column is one agent's curation, each row whose "
                         "alignment it moves");
    if (heat->part)
        tro_text_addf(&title, "\n(of %zu agents those that move others most)",
                      r->cell->scenario->agent_count);
    const tro_sketch_signs signs = {.title = tro_text_string(&title), .values = heat->values,
                                    .rows = heat->row_count, .columns = heat->column_count,
                                    .row_names = rows, .column_names = columns};
    if (rows && columns && heat->values)
        tro_sketch_matrix(&signs, text);
    text->failed |= !rows || !columns || title.failed;
    tro_text_clear(&title);
    tro_arena_clear(&arena);
}
