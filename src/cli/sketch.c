#include "cli/sketch.h"

#include <langinfo.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "cli/printing.h"
#include "output/utf8.h"

enum { WIDEST = 100, HEIGHT = 15, NUMBER = 9, NAME = 14, LABEL = 30, BLANK = 0, LEVEL = 100, ZERO = 101 };

/* What is drawn with. */
typedef struct pens {
    const char *marks[TRO_SKETCH_MOST], *level, *zero, *side, *corner, *floor;
    const char *much[2], *some[2], *nothing;   /* signs: positive, negative */
} pens;

static const pens ascii = {
    {"o", "x", "+", "*", "#", "@", "%", "&"}, ".", "-", "|", "+", "-",
    {"++", "--"}, {"+", "-"}, "."};
static const pens unicode = {
    {"\u25cf", "\u25cb", "\u25a0", "\u25a1", "\u25b2", "\u25b3", "\u25c6", "\u25c7"},
    "\u00b7", "\u2500", "\u2502", "\u2514", "\u2500",
    {"\u25b2", "\u25bc"}, {"\u25b5", "\u25bf"}, "\u00b7"};

/* The program itself stays in the C locale. */
static const pens *choose_pens(void)
{
    locale_t own = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
    const char *code = own != (locale_t)0 ? nl_langinfo_l(CODESET, own) : "";
    int wide = strcmp(code, "UTF-8") == 0;
    if (own != (locale_t)0)
        freelocale(own);
    return wide ? &unicode : &ascii;
}

/* --- curves --------------------------------------------------------------------------- */

typedef struct canvas {
    int width;
    double left, right, low, high;
    unsigned char cells[HEIGHT][WIDEST];   /* BLANK, LEVEL, ZERO or a line's number from 1 */
} canvas;

static double x_of(const tro_sketch_line *line, size_t k)
{
    return line->x ? line->x[k] : (double)k;
}

static void include(double value, double *low, double *high)
{
    if (isfinite(value)) {
        *low = fmin(*low, value);
        *high = fmax(*high, value);
    }
}

/* 0: there is nothing to draw. */
static int find_ranges(canvas *c, const tro_sketch_line *lines, size_t count)
{
    c->left = c->low = INFINITY;
    c->right = c->high = -INFINITY;
    for (size_t n = 0; n < count; n++) {
        include(lines[n].level, &c->low, &c->high);
        for (size_t k = 0; k < lines[n].count; k++) {
            include(lines[n].y[k], &c->low, &c->high);
            include(x_of(&lines[n], k), &c->left, &c->right);
        }
    }
    if (!(c->low <= c->high) || !(c->left <= c->right))
        return 0;
    double size = fmax(fabs(c->low), fabs(c->high));
    if (c->high - c->low <= 1e-12 * size || c->high == c->low) {
        c->low -= size > 0 ? 0.1 * size : 1;
        c->high += size > 0 ? 0.1 * size : 1;
    }
    return isfinite(c->high - c->low);
}

static int row_of(const canvas *c, double y)
{
    return (int)lrint((c->high - y) / (c->high - c->low) * (HEIGHT - 1));
}

static void put(canvas *c, int row, int column, int what)
{
    unsigned char *cell = &c->cells[row][column];
    if (*cell == BLANK || (*cell >= LEVEL && what < LEVEL))
        *cell = (unsigned char)what;
}

/* The line's value at x, between its points; NaN in gaps and beyond its ends. */
static double value_at(const tro_sketch_line *line, double x, size_t *from)
{
    while (*from + 1 < line->count && x_of(line, *from + 1) <= x)
        ++*from;
    double before = x_of(line, *from), slack = 1e-9 * (1 + fabs(x));
    if (x < before - slack || line->count == 0)
        return NAN;
    if (fabs(x - before) <= slack)
        return line->y[*from];
    if (*from + 1 == line->count)
        return NAN;
    double part = (x - before) / (x_of(line, *from + 1) - before);
    return (1 - part) * line->y[*from] + part * line->y[*from + 1];
}

static void draw_line(canvas *c, const tro_sketch_line *line, int mark)
{
    size_t from = 0;
    for (int column = 0; column < c->width; column++) {
        double part = (double)column / (c->width - 1);
        double y = value_at(line, c->left + part * (c->right - c->left), &from);
        if (isfinite(y))
            put(c, row_of(c, y), column, mark);
        if (isfinite(line->level) && column % 2)
            put(c, row_of(c, line->level), column, LEVEL);
    }
    /* peaks between columns, too */
    for (size_t k = 0; k < line->count && c->left < c->right; k++)
        if (isfinite(line->y[k]))
            put(c, row_of(c, line->y[k]),
                (int)lrint((x_of(line, k) - c->left) / (c->right - c->left) * (c->width - 1)),
                mark);
}

static void add_number(tro_text *text, double value)
{
    char number[32];
    tro_text_addf(text, "%*s", NUMBER, tro_format_short(number, value, 3));
}

static void add_canvas(const canvas *c, const pens *pen, tro_text *text)
{
    int zero = c->low < 0 && c->high > 0 ? row_of(c, 0) : -1;
    for (int row = 0; row < HEIGHT; row++) {
        if (row == 0 || row == HEIGHT - 1)
            add_number(text, row ? c->low : c->high);
        else
            tro_text_addf(text, "%*s", NUMBER, row == zero ? "0" : "");
        tro_text_addf(text, " %s", pen->side);
        int last = c->width - 1;
        while (last >= 0 && c->cells[row][last] == BLANK)
            last--;
        for (int k = 0; k <= last; k++) {
            int what = c->cells[row][k];
            tro_text_add(text, what == BLANK   ? " "
                               : what == LEVEL ? pen->level
                               : what == ZERO  ? pen->zero
                                               : pen->marks[what - 1]);
        }
        tro_text_add(text, "\n");
    }
}

static void add_foot(const canvas *c, const pens *pen, tro_text *text)
{
    char left[32], right[32];
    tro_text_addf(text, "%*s %s", NUMBER, "", pen->corner);
    for (int k = 0; k < c->width; k++)
        tro_text_add(text, pen->floor);
    tro_format_short(left, c->left, 6);
    tro_format_short(right, c->right, 6);
    int between = c->width - (int)strlen(left) - (int)strlen(right);
    tro_text_addf(text, "\n%*s%s%*s%s\n", NUMBER + 2, "", left, between > 1 ? between : 1, "",
                  right);
}

static void add_key(const tro_sketch_line *lines, size_t count, const pens *pen, size_t width,
                    tro_text *text)
{
    size_t used = 0;
    for (size_t n = 0; n < count; n++) {
        tro_text label = {0};
        tro_add_cut(&label, lines[n].label, LABEL);
        size_t needed = tro_utf8_width(tro_text_string(&label)) + 5;
        int full = n && used + needed > width;
        used = full ? needed : used + needed;
        tro_text_addf(text, "%s%s %s", full ? "\n  " : n ? "   " : "  ", pen->marks[n],
                      tro_text_string(&label));
        text->failed |= label.failed;
        tro_text_clear(&label);
    }
}

void tro_sketch_lines(const char *title, const tro_sketch_line *lines, size_t count,
                      tro_text *text)
{
    const pens *pen = choose_pens();
    canvas c = {.width = tro_output_width(WIDEST - 20) - NUMBER - 3};
    int levels = 0;
    count = count < TRO_SKETCH_MOST ? count : TRO_SKETCH_MOST;
    tro_text_addf(text, "\n%s\n", title);
    if (!find_ranges(&c, lines, count)) {
        tro_text_add(text, "  (no numbers to draw)\n");
        return;
    }
    for (size_t n = 0; n < count; n++) {
        draw_line(&c, &lines[n], (int)n + 1);
        levels |= isfinite(lines[n].level);
    }
    for (int k = 0; c.low < 0 && c.high > 0 && k < c.width; k++)
        put(&c, row_of(&c, 0), k, ZERO);
    add_canvas(&c, pen, text);
    add_foot(&c, pen, text);
    add_key(lines, count, pen, (size_t)c.width, text);
    if (levels)
        tro_text_addf(text, "   %s %s %s in the long term", pen->level, pen->level, pen->level);
    tro_text_add(text, "\n");
}

/* --- signs ------------------------------------------------------------------------------ */

/* The name on as many columns, cut or filled up. */
static void add_name(tro_text *text, const char *name, size_t width)
{
    tro_text cut = {0};
    tro_add_cut(&cut, name, width);
    tro_text_add(text, tro_text_string(&cut));
    tro_text_addf(text, "%*s", (int)(width - tro_utf8_width(tro_text_string(&cut))), "");
    text->failed |= cut.failed;
    tro_text_clear(&cut);
}

static void add_sign(tro_text *text, const pens *pen, double value, double most)
{
    double size = fabs(value);
    const char *sign = isnan(value)         ? "?"
                       : size < 0.01 * most || value == 0 ? pen->nothing
                       : size < 0.25 * most ? pen->some[value < 0]
                                            : pen->much[value < 0];
    int wide = pen == &ascii ? (int)strlen(sign) : 1;
    tro_text_addf(text, "%*s%s", 3 - wide, "", sign);
}

/* Columns have the numbers of the rows' key, since their names do not fit. */
void tro_sketch_matrix(const tro_sketch_signs *s, tro_text *text)
{
    const pens *pen = choose_pens();
    int room = (tro_output_width(WIDEST) - NAME - 6) / 3;
    size_t shown = s->columns < (size_t)room ? s->columns : (size_t)room;
    double most = 0;
    for (size_t k = 0; k < s->rows * s->columns; k++)
        if (isfinite(s->values[k]))
            most = fmax(most, fabs(s->values[k]));
    tro_text_addf(text, "\n%s\n%*s", s->title, NAME + 5, "");
    for (size_t j = 0; j < shown; j++)
        tro_text_addf(text, "%3zu", j + 1);
    tro_text_add(text, "\n");
    for (size_t i = 0; i < s->rows; i++) {
        size_t number = 0;
        for (size_t j = 0; j < s->columns && !number; j++)
            number = strcmp(s->column_names[j], s->row_names[i]) == 0 ? j + 1 : 0;
        if (number)
            tro_text_addf(text, "%3zu ", number);
        else
            tro_text_add(text, "    ");
        add_name(text, s->row_names[i], NAME);
        tro_text_add(text, " ");
        for (size_t j = 0; j < shown; j++)
            add_sign(text, pen, s->values[i * s->columns + j], most);
        tro_text_add(text, "\n");
    }
    tro_text_addf(text, "  %s %s: helps, harms at least a quarter as much as the most; %s %s: "
                  "less; %s: under a hundredth\n", pen->much[0], pen->much[1], pen->some[0],
                  pen->some[1], pen->nothing);
    if (shown < s->columns)
        tro_text_addf(text, "  (%zu more columns do not fit)\n", s->columns - shown);
}
