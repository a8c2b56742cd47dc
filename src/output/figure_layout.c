/* The plan of a figure: all plots of one size on a grid; above each plot its
 * title, its key and the names of its vertical lines. Rows are as high as
 * their fullest panel, so plots align. */
#include "output/figure_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    Y_LABEL_ROOM = 24, TICK_GAP = 7, RIGHT_ROOM = 18, X_TICK_ROOM = 18, X_LABEL_ROOM = 18,
    ROW_GAP = 12, HEADER_GAP = 6, MARKER_GAP = 8, COLUMNS_MAX = 8, NAMES_MAX = 60, NAME_WIDTH = 10
};

static int all_planes(const tro_figure *figure)
{
    for (size_t k = 0; k < figure->panel_count; k++)
        if (!figure->panels[k].heat)
            return 0;
    return 1;
}

/* Plots shrink when there are many side by side, texts do not. A plane alone fits a
 * column of a page with texts that can be read. */
static int cell_width(const tro_figure_plan *plan)
{
    static const int widths[] = {560, 420, 345, 300};
    int columns = plan->columns;
    if (plan->figure->width > 0)
        return (plan->figure->width - 2 * TRO_PADDING) / columns;
    return columns == 1 && all_planes(plan->figure) ? 440 : widths[columns < 4 ? columns - 1 : 3];
}

/* Planes are nearly square. A row of names needs its line. */
static int plot_height(const tro_figure_plan *plan)
{
    static const int heights[] = {300, 240, 200, 180}, planes[] = {300, 290, 225, 190};
    int at = plan->columns < 4 ? plan->columns - 1 : 3;
    if (plan->figure->plot_height > 0)
        return plan->figure->plot_height;
    int height = all_planes(plan->figure) ? planes[at] : heights[at];
    for (size_t k = 0; k < plan->figure->panel_count; k++) {
        size_t names = plan->figure->panels[k].y_name_count;
        int needed = (TRO_FONT_SMALL + 1) * (int)(names < NAMES_MAX ? names : NAMES_MAX);
        height = needed > height ? needed : height;
    }
    return height;
}

static int choose_columns(const tro_figure *figure)
{
    int count = figure->panel_count < 64 ? (int)figure->panel_count : 64;
    if (figure->columns > 0)
        return (int)fmin(fmin(figure->columns, COLUMNS_MAX), count);
    return count <= 3 ? count : count == 4 ? 2 : count <= 6 ? 3 : 4;
}

static void name_panel(tro_panel_plan *plan, size_t number, size_t count)
{
    if (count > 1 && number < 26)
        snprintf(plan->letter, sizeof plan->letter, "(%c)", (char)('a' + (int)number));
    else if (count > 1)
        snprintf(plan->letter, sizeof plan->letter, "(%u)", (unsigned)(number + 1) % 10000);
}

static double band_width(const tro_panel_plan *p, const tro_series *s)
{
    double sum = 0, count = 0;
    for (size_t k = 0; s->style == TRO_BAND && k < s->count; k++) {
        if (tro_figure_is_drawable(s->lo[k], p->y.log) &&
            tro_figure_is_drawable(s->hi[k], p->y.log)) {
            sum += fabs(s->hi[k] - s->lo[k]);
            count++;
        }
    }
    return count > 0 ? sum / count : 0;
}

/* Wide bands are drawn before the narrow ones they would hide; everything
 * else keeps its order. */
static int order_series(tro_figure_plan *plan, tro_panel_plan *p)
{
    size_t count = p->panel->series_count;
    double *width = TRO_NEW(&plan->arena, double, count + 1);
    p->order = TRO_NEW(&plan->arena, size_t, count + 1);
    if (!width || !p->order)
        return TRO_ENOMEM;
    for (size_t k = 0; k < count; k++) {
        width[k] = band_width(p, &p->panel->series[k]);
        size_t at = k;
        for (; at > 0 && width[p->order[at - 1]] < width[k]; at--)
            p->order[at] = p->order[at - 1];
        p->order[at] = k;
    }
    return TRO_OK;
}

static int has_text(const char *text)
{
    return text && *text;
}

/* A name stands over its line, or as near as the edge of the cell lets it,
 * in the first row where it does not touch the one before. */
static void place_marker(tro_panel_plan *p, size_t k, double *ends)
{
    double x = p->panel->markers[k].x, width = p->right - p->left;
    double part = p->x.log ? log(x / p->x.min) / log(p->x.max / p->x.min)
                           : (x - p->x.min) / (p->x.max - p->x.min);
    double half = tro_figure_text_width(p->marker_labels[k], TRO_FONT_MARKER) / 2;
    double middle = fmin(part * width, width + RIGHT_ROOM / 2 - half);
    int row = 0;
    while (row < p->marker_row_count && middle - half < ends[row])
        row++;
    p->marker_rows[k] = row;
    p->marker_middles[k] = (int)middle;
    ends[row] = middle + half + MARKER_GAP;
    if (row == p->marker_row_count)
        p->marker_row_count++;
}

static int place_markers(tro_figure_plan *plan, tro_panel_plan *p)
{
    const tro_panel *panel = p->panel;
    size_t count = panel->marker_count;
    p->marker_rows = TRO_NEW(&plan->arena, int, count + 1);
    p->marker_middles = TRO_NEW(&plan->arena, int, count + 1);
    p->marker_labels = TRO_NEW(&plan->arena, const char *, count + 1);
    double *ends = TRO_NEW(&plan->arena, double, count + 1);
    if (!p->marker_rows || !p->marker_middles || !p->marker_labels || !ends)
        return TRO_ENOMEM;
    for (size_t k = 0; k < count; k++) {
        double x = panel->markers[k].x;
        if (!has_text(panel->markers[k].label) || !(x >= p->x.min && x <= p->x.max))
            continue;
        p->marker_labels[k] = tro_figure_cut_text(&plan->arena, panel->markers[k].label,
                                                  TRO_FONT_MARKER, p->right - p->left);
        if (!p->marker_labels[k])
            return TRO_ENOMEM;
        place_marker(p, k, ends);
    }
    return TRO_OK;
}

/* Steps of the plan, each for all panels. */

static int plan_axes(tro_figure_plan *plan, const struct tro_look *looks)
{
    size_t block = 0;
    for (size_t k = 0; k < plan->figure->panel_count; k++) {
        tro_panel_plan *p = &plan->panels[k];
        p->panel = &plan->figure->panels[k];
        p->looks = looks + block;
        p->first_block = block;
        block += p->panel->series_count;
        name_panel(p, k, plan->figure->panel_count);
        tro_figure_set_ranges(p->panel, &p->x, &p->y);
        if (p->panel->heat &&
            tro_figure_plan_heat(&plan->arena, p->panel->heat, &p->heat) < 0)
            return TRO_ENOMEM;
        if (tro_figure_set_y_ticks(&plan->arena, p->panel, &p->y, plot_height(plan)) < 0 ||
            order_series(plan, p) < 0)
            return TRO_ENOMEM;
    }
    for (size_t k = 0; k < plan->figure->panel_count; k++) {
        plan->panels[k].heat.first_block = block;
        block += tro_figure_heat_blocks(plan->figure->panels[k].heat);
    }
    return TRO_OK;
}

static int left_room(const tro_figure_plan *plan)
{
    double widest = 0;
    int labels = 0;
    for (size_t k = 0; k < plan->figure->panel_count; k++) {
        widest = fmax(widest, plan->panels[k].y.label_width);
        labels |= has_text(plan->panels[k].panel->y_label);
    }
    return (int)ceil(widest) + TICK_GAP + (labels ? Y_LABEL_ROOM : 0);
}

/* Right of the plots of a column: for bars of colours, too. */
static int right_room(const tro_figure_plan *plan, size_t column)
{
    int room = RIGHT_ROOM;
    for (size_t k = column; k < plan->figure->panel_count; k += (size_t)plan->columns)
        if (plan->panels[k].panel->heat)
            room = (int)fmax(room, tro_figure_heat_room(&plan->panels[k].heat));
    return room;
}

/* Row and column of a panel; *place counts cells. A wide panel begins a row and fills it. */
static int place_panel(tro_figure_plan *plan, size_t k, size_t *place)
{
    size_t columns = (size_t)plan->columns;
    int wide = plan->figure->panels[k].wide;
    if (wide)
        *place = (*place + columns - 1) / columns * columns;
    size_t at = *place;
    *place += wide ? columns : 1;
    plan->panels[k].row = at / columns;
    return (int)(at % columns);
}

/* Between a plot and the next; a narrow figure has little to give. */
static int gap(const tro_figure_plan *plan)
{
    return plan->figure->width > 0 ? RIGHT_ROOM / 2 : RIGHT_ROOM;
}

/* Words in the tiles of a heat that is whole stand side by side. */
static double tile_width(const tro_panel *panel)
{
    double widest = 0;
    for (size_t k = 0; panel->heat && panel->heat->whole && k < panel->word_count; k++)
        if (panel->words[k].text)
            widest = fmax(widest, tro_figure_text_width(panel->words[k].text, TRO_FONT_SMALL));
    return fmax(NAME_WIDTH, widest > 0 ? widest + 4 : 0);
}

static int plan_width(tro_figure_plan *plan)
{
    int width = cell_width(plan), left = left_room(plan), at[COLUMNS_MAX + 1];
    int least = left + (plan->figure->width > 0 ? 60 : 150);
    if (plan->columns == 1)
        width -= right_room(plan, 0) - RIGHT_ROOM;   /* no wider for a bar */
    for (size_t k = 0; k < plan->figure->panel_count; k++)
        if (plan->figure->panels[k].y_name_count)
            least = (int)fmax(least, left + RIGHT_ROOM + tile_width(&plan->figure->panels[k]) *
                              fmin((double)plan->figure->panels[k].x_name_count, NAMES_MAX));
    if (width < least)
        width = least;   /* very long numbers */
    at[0] = TRO_PADDING;
    for (int c = 0; c < plan->columns; c++)
        at[c + 1] = at[c] + width + right_room(plan, (size_t)c) - RIGHT_ROOM;
    plan->width = at[plan->columns] + TRO_PADDING;
    for (size_t k = 0, place = 0; k < plan->figure->panel_count; k++) {
        tro_panel_plan *p = &plan->panels[k];
        int column = place_panel(plan, k, &place);
        int last = p->panel->wide ? plan->columns - 1 : column;
        p->cell_left = at[column];
        p->cell_right = at[last + 1] - gap(plan);
        p->left = p->cell_left + left;
        p->right = at[last] + width - gap(plan);
        if (tro_figure_set_x_ticks(&plan->arena, p->panel, &p->x, p->right - p->left) < 0 ||
            place_markers(plan, p) < 0)
            return TRO_ENOMEM;
    }
    return TRO_OK;
}

static int cut_label(tro_figure_plan *plan, const char *label, double room, const char **cut)
{
    if (!has_text(label))
        return TRO_OK;
    *cut = tro_figure_cut_text(&plan->arena, label, TRO_FONT_LABEL, room);
    return *cut ? TRO_OK : TRO_ENOMEM;
}

double tro_figure_pixels(const tro_axis *axis, double value, int length)
{
    double part = axis->log ? log(value / axis->min) / log(axis->max / axis->min)
                            : (value - axis->min) / (axis->max - axis->min);
    return part * length;
}

/* Beside a point there is room on the one side or on the other. */
static int plan_words(tro_figure_plan *plan, tro_panel_plan *p)
{
    const tro_panel *panel = p->panel;
    p->words = TRO_NEW(&plan->arena, const char *, panel->word_count + 1);
    if (!p->words)
        return TRO_ENOMEM;
    for (size_t k = 0; k < panel->word_count; k++) {
        const tro_words *words = &panel->words[k];
        if (!words->text || !(words->x >= p->x.min && words->x <= p->x.max))
            continue;
        double width = p->right - p->left, x = tro_figure_pixels(&p->x, words->x, (int)width);
        double room = words->beside ? fmax(width - x, x - TRO_WORDS_GAP) : width;
        p->words[k] = tro_figure_cut_name(&plan->arena, words->text, TRO_FONT_SMALL, room);
        if (!p->words[k])
            return TRO_ENOMEM;
    }
    return TRO_OK;
}

static int plan_texts(tro_figure_plan *plan)
{
    int status = TRO_OK, height = plot_height(plan);
    for (size_t k = 0; k < plan->figure->panel_count; k++) {
        tro_panel_plan *p = &plan->panels[k];
        int width = p->cell_right - p->cell_left;
        if (p->letter[0])
            p->title_indent = 5 + (int)fmax(15, tro_figure_text_width(p->letter, TRO_FONT_TITLE));
        p->title_lines = tro_figure_wrap_text(&plan->arena, p->panel->title, TRO_FONT_TITLE,
                                              width - p->title_indent, p->title);
        if (p->title_lines < 0)
            return TRO_ENOMEM;
        TRO_TRY(cut_label(plan, p->panel->x_label, width, &p->x_label));
        TRO_TRY(cut_label(plan, p->panel->y_label, height + 20, &p->y_label));
        if (p->panel->heat)
            TRO_TRY(cut_label(plan, p->panel->heat->label, height + 20, &p->heat.label));
        TRO_TRY(plan_words(plan, p));
        TRO_TRY(tro_figure_list_key(&plan->arena, p, &p->key));
        TRO_TRY(tro_figure_fit_key(&plan->arena, &p->key, width));
    }
    plan->title_lines = tro_figure_wrap_text(&plan->arena, plan->figure->title, TRO_FONT_FIGURE,
                                             plan->width - 2 * TRO_PADDING, plan->title);
    status = plan->title_lines < 0 ? TRO_ENOMEM : TRO_OK;
out:
    return status;
}

/* One key for all when all panels would show the same. */
static int share_key(tro_figure_plan *plan)
{
    const tro_key *first = &plan->panels[0].key;
    plan->shared = plan->figure->panel_count > 1 && first->count > 0;
    for (size_t k = 1; k < plan->figure->panel_count; k++)
        plan->shared &= tro_figure_same_key(first, &plan->panels[k].key);
    if (!plan->shared)
        return TRO_OK;
    if (tro_figure_list_key(&plan->arena, &plan->panels[0], &plan->key) < 0)
        return TRO_ENOMEM;
    for (size_t k = 0; k < plan->figure->panel_count; k++)
        plan->panels[k].key = (tro_key){0};
    return tro_figure_fit_key(&plan->arena, &plan->key, plan->width - 2 * TRO_PADDING);
}

static int header_height(const tro_panel_plan *p)
{
    int lines = p->title_lines || !p->letter[0] ? p->title_lines : 1;
    return lines * TRO_TITLE_LINE + p->key.rows * TRO_KEY_LINE_HEIGHT +
           p->marker_row_count * TRO_MARKER_LINE + HEADER_GAP;
}

static int footer_height(const tro_panel_plan *p)
{
    int ticks = p->x.label_width > 0 ? X_TICK_ROOM : ROW_GAP / 2;
    if (p->x.turned)
        ticks = 8 + (int)(0.65 * (p->x.label_width + TRO_FONT_SMALL));   /* sin 40 degrees */
    return ticks + (p->x_label ? X_LABEL_ROOM : 0);
}

static void plan_heights(tro_figure_plan *plan)
{
    size_t count = plan->figure->panel_count;
    int y = TRO_PADDING + plan->title_lines * TRO_FIGURE_LINE + (plan->title_lines ? 4 : 0);
    for (size_t first = 0, end; first < count; first = end) {
        int header = 0, footer = 0;
        for (end = first; end < count && plan->panels[end].row == plan->panels[first].row; end++)
            ;
        for (size_t k = first; k < end; k++) {
            header = (int)fmax(header, header_height(&plan->panels[k]));
            footer = (int)fmax(footer, footer_height(&plan->panels[k]));
        }
        for (size_t k = first; k < end; k++) {
            tro_panel_plan *p = &plan->panels[k];
            p->cell_top = y;
            p->top = y + header;
            p->bottom = p->top + plot_height(plan);
        }
        y += header + plot_height(plan) + footer + ROW_GAP;
    }
    plan->height = y - ROW_GAP + TRO_PADDING;
}

static void place_keys(tro_figure_plan *plan)
{
    for (size_t k = 0; k < plan->figure->panel_count; k++) {
        tro_panel_plan *p = &plan->panels[k];
        int lines = p->title_lines || !p->letter[0] ? p->title_lines : 1;
        tro_figure_move_key(&p->key, p->cell_left, p->cell_top + lines * TRO_TITLE_LINE);
    }
    if (plan->shared) {
        int end = 0;
        for (size_t k = 0; k < plan->key.count; k++) {
            const tro_key_entry *e = &plan->key.entries[k];
            double text = tro_figure_text_width(e->shown, TRO_FONT_SMALL);
            end = (int)fmax(end, e->x + TRO_SAMPLE_WIDTH + TRO_SAMPLE_GAP + text);
        }
        tro_figure_move_key(&plan->key, (plan->width - end) / 2, plan->height);
        plan->height += plan->key.rows * TRO_KEY_LINE_HEIGHT + TRO_PADDING;
    }
}

int tro_figure_make_plan(tro_figure_plan *plan, const tro_figure *figure)
{
    int status = TRO_OK;
    size_t total = 0;
    plan->figure = figure;
    plan->columns = choose_columns(figure);
    for (size_t k = 0; k < figure->panel_count; k++)
        total += figure->panels[k].series_count;
    struct tro_look *looks = TRO_NEW(&plan->arena, struct tro_look, total + 1);
    plan->panels = TRO_NEW(&plan->arena, tro_panel_plan, figure->panel_count);
    if (!looks || !plan->panels)
        return TRO_ENOMEM;
    TRO_TRY(tro_figure_set_looks(figure, looks));
    TRO_TRY(plan_axes(plan, looks));
    TRO_TRY(plan_width(plan));
    TRO_TRY(plan_texts(plan));
    TRO_TRY(share_key(plan));
    plan_heights(plan);
    place_keys(plan);
out:
    return status;
}
