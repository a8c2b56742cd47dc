/* A map in the terminal, and as JSON. */
#include <math.h>
#include <string.h>

#include "cli/map.h"
#include "cli/printing.h"
#include "output/json.h"

enum { WIDEST = 100, MOST_ROWS = 31, DIGITS = 6 };

/* --- the sketch --------------------------------------------------------------------------- */

static char mark_of(const tro_map_point *point)
{
    static const char marks[TRO_MAP_STATUSES] = {'+', '~', '~', '?', '?', 'x', '?'};
    if (point->status != TRO_MAP_OK)
        return marks[point->status];
    return point->value < 0 ? '-' : point->value > 0 ? '+' : '0';
}

/* Every so many points, so that no more than `most` are shown. */
static size_t stride(size_t count, size_t most)
{
    return (count + most - 1) / most;
}

static void add_row(const tro_map *map, size_t j, size_t step, int wide, const char *label,
                    tro_text *text)
{
    size_t count = map->request.axes[0].values.count;
    tro_text_addf(text, "  %8s ", label);
    for (size_t i = 0; i < count; i += step) {
        char mark[3] = {mark_of(tro_map_point_of(map, i, j)), ' ', 0};
        tro_text_add_n(text, mark, wide && i + step < count ? 2 : 1);
    }
    tro_text_add(text, "\n");
}

/* The largest value of the second key is in the first row, as in the figure. */
static void add_sketch(const tro_map *map, tro_text *text)
{
    const tro_map_axis *x = &map->request.axes[0], *y = &map->request.axes[1];
    size_t room = (size_t)tro_output_width(WIDEST) - 12;
    size_t across = stride(x->values.count, room), up = stride(y->values.count, MOST_ROWS);
    int wide = 2 * x->values.count <= room;
    size_t rows = (y->values.count + up - 1) / up;
    char number[32];
    tro_text_add(text, "  ");
    tro_add_clean(text, y->key);
    tro_text_add(text, "\n");
    for (size_t r = rows; r-- > 0;) {
        tro_format_short(number, y->values.values[r * up], 4);
        add_row(map, r * up, across, wide, number, text);
    }
    tro_text_addf(text, "  %8s %s", "", tro_format_short(number, x->values.values[0], 4));
    tro_text_addf(text, " to %s: ",
                  tro_format_short(number, x->values.values[x->values.count - 1], 4));
    tro_add_clean(text, x->key);
    tro_text_add(text, "\n");
    if (across > 1 || up > 1)
        tro_text_addf(text, "  (thinned out: %zu x %zu of %zu x %zu points)\n",
                      (x->values.count + across - 1) / across, rows, x->values.count,
                      y->values.count);
}

/* --- words -------------------------------------------------------------------------------- */

static void add_count(tro_text *text, const char *before, size_t count, const char *what)
{
    if (count > 0)
        tro_text_addf(text, "%s%zu %s", before, count, what);
}

static void add_counts(const tro_map *map, tro_text *text)
{
    static const char *const meanings[TRO_MAP_STATUSES] = {
        NULL, "unstable (~)", "without a fixed point or limit (~)", "of unknown stability (?)",
        "undefined (?)", "impossible (x)", "failed (?)"};
    size_t negative = 0, zero = 0;
    for (size_t k = 0; k < map->count; k++) {
        const tro_map_point *p = &map->points[k];
        negative += p->status == TRO_MAP_OK && p->value < 0;
        zero += p->status == TRO_MAP_OK && p->value == 0;
    }
    tro_text_addf(text, "%zu points: %zu positive (+), %zu negative (-)", map->count,
                  map->statuses[TRO_MAP_OK] - negative - zero, negative);
    add_count(text, ", ", zero, "zero (0)");
    for (int s = TRO_MAP_OK + 1; s < TRO_MAP_STATUSES; s++)
        add_count(text, ", ", map->statuses[s], meanings[s]);
    tro_text_add(text, "\n");
    if (map->request.quantity)
        return;
    const char *before = "curation: ";
    for (int c = TRO_AMPLIFIED; c < TRO_EFFECT_CLASSES; c++)
        if (map->classes[c] > 0) {
            tro_text_addf(text, "%s%s at %zu", before, tro_effect_name((tro_effect_class)c),
                          map->classes[c]);
            before = ", ";
        }
    tro_text_add(text, strcmp(before, ", ") == 0 ? "\n" : "");
}

static double worst_residual(const tro_map *map)
{
    double worst = 0;
    for (size_t k = 0; k < map->zero_count; k++)
        worst = fmax(worst, fabs(map->zeros[k].residual));
    return worst;
}

static void add_zeros(const tro_map *map, tro_text *text)
{
    if (map->line_count == 0)
        tro_text_add(text, "no zero line on this grid");
    else
        tro_text_addf(text, "zero: %zu line%s of %zu points, residual %.2g", map->line_count,
                      map->line_count == 1 ? "" : "s", map->zero_count, worst_residual(map));
    add_count(text, "; ", map->passed, "edges of the grid where the sign changes without a zero");
    add_count(text, "; ", map->hidden, "where the zero is lost among points without a number");
    tro_text_add(text, "\n");
}

void tro_map_show(const tro_map *map, tro_text *text)
{
    tro_text title = {0};
    tro_map_title(map, &title);
    tro_add_clean(text, tro_text_string(&title));
    tro_text_add(text, "\n\n");
    tro_text_clear(&title);
    add_sketch(map, text);
    tro_text_add(text, "\n");
    add_counts(map, text);
    add_zeros(map, text);
}

/* --- JSON --------------------------------------------------------------------------------- */

static void add_axes(const tro_map *map, tro_text *text)
{
    for (int a = 0; a < 2; a++) {
        const tro_map_axis *axis = &map->request.axes[a];
        tro_text_addf(text, ", \"%s\": {\"key\": ", a ? "y" : "x");
        tro_json_text(text, axis->key);
        tro_text_add(text, ", \"complement\": ");
        tro_json_text(text, axis->complement);
        tro_text_add(text, ", \"values\": [");
        for (size_t k = 0; k < axis->values.count; k++) {
            tro_text_add(text, k ? ", " : "");
            tro_json_real(text, axis->values.values[k]);
        }
        tro_text_add(text, "]}");
    }
}

/* Rows of y, each along x. */
static void add_matrix(const tro_map *map, const char *name, tro_text *text)
{
    size_t width = map->request.axes[0].values.count;
    tro_text_addf(text, ", \"%s\": [", name);
    for (size_t k = 0; k < map->count; k++) {
        const tro_map_point *point = &map->points[k];
        tro_text_add(text, k % width ? ", " : k ? "], [" : "[");
        if (strcmp(name, "values") == 0)
            tro_json_real(text, point->value);
        else if (strcmp(name, "classes") == 0)
            tro_json_text(text, point->status == TRO_MAP_OK ? tro_effect_name(point->effect_class)
                                                            : NULL);
        else
            tro_json_text(text, tro_map_status_name(point->status));
    }
    tro_text_add(text, "]]");
}

static void add_lines(const tro_map *map, tro_text *text)
{
    tro_text_add(text, ", \"zero\": [");
    for (size_t n = 0; n < map->line_count; n++) {
        const tro_map_line *line = &map->lines[n];
        tro_text_addf(text, "%s{\"closed\": %s, \"points\": [", n ? ", " : "",
                      line->closed ? "true" : "false");
        for (size_t k = 0; k < line->count; k++) {
            const tro_map_zero *zero = &map->zeros[line->first + k];
            tro_text_add(text, k ? ", [" : "[");
            tro_json_real(text, zero->x);
            tro_text_add(text, ", ");
            tro_json_real(text, zero->y);
            tro_text_add(text, ", ");
            tro_json_real(text, zero->residual);
            tro_text_add(text, "]");
        }
        tro_text_add(text, "]}");
    }
    tro_text_add(text, "]");
}

void tro_map_json(const tro_map *map, tro_text *text)
{
    const tro_map_request *r = &map->request;
    tro_text_add(text, "{\"on\": ");
    tro_json_text(text, r->on);
    tro_text_add(text, ", \"of\": ");
    tro_json_text(text, r->of);
    tro_text_add(text, ", \"quantity\": ");
    tro_json_text(text, r->quantity);
    add_axes(map, text);
    add_matrix(map, "values", text);
    if (!r->quantity)
        add_matrix(map, "classes", text);
    add_matrix(map, "statuses", text);
    add_lines(map, text);
    tro_text_addf(text, ", \"passed\": %zu, \"hidden\": %zu}\n", map->passed, map->hidden);
}
