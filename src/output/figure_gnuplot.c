/* NAME.gp: a plan as a gnuplot script. Where things go is decided; gnuplot
 * draws axes and curves into the rectangle it is told. */
#include "output/figure_parts.h"

#include <math.h>

#include "output/picture.h"

static void add_real(tro_text *out, double value)
{
    char buffer[32];
    tro_text_add(out, tro_format_real(buffer, value));
}

static void add_head(tro_text *out, const tro_figure_plan *plan, const char *name)
{
    tro_picture_add_head(out, name, plan->width, plan->height);
    tro_text_addf(out, "# pixels from the left and from the top\n"
                  "px(x) = x / %d.0\npy(y) = 1 - y / %d.0\n\n", plan->width, plan->height);
    tro_text_add(out, "# both ends of a band, or a gap; no lower than the axis\n"
                 "pair(a, b, v) = (a == a && b == b) ? v : NaN\n"
                 "above(v, least) = (v == v && v < least) ? least : v\n\n");
    tro_text_add(out, "set border 3 back lw 0.8 lc rgb '#333333'\n"
                 "set tics out nomirror scale 0.5,0.25\n"
                 "set grid xtics ytics back lt 1 lw 0.5 lc rgb '#e4e4e4'\n"
                 "set style fill solid 0.9 noborder\n"
                 "set clip two\nunset key\nset multiplot\n");
}

static void add_label(tro_text *out, const char *text, int x, int y, const char *how)
{
    tro_text_add(out, "set label ");
    tro_figure_add_quoted(out, text);
    tro_text_addf(out, " at screen px(%d), py(%d) %s\n", x, y, how);
}

static void add_figure_title(tro_text *out, const tro_figure_plan *plan)
{
    for (int k = 0; k < plan->title_lines; k++)
        add_label(out, plan->title[k], TRO_PADDING,
                  TRO_PADDING + k * TRO_FIGURE_LINE + TRO_FIGURE_LINE / 2 - 1,
                  "left font ',15'");
}

static void add_titles(tro_text *out, const tro_panel_plan *p)
{
    int y = p->cell_top + TRO_TITLE_LINE / 2 - 1, x = p->cell_left;
    if (p->letter[0])
        add_label(out, p->letter, x, y, "left font ',13'");
    x += p->title_indent;
    for (int k = 0; k < p->title_lines; k++)
        add_label(out, p->title[k], x, y + k * TRO_TITLE_LINE, "left font ',13'");
}

static void add_axis_labels(tro_text *out, const tro_panel_plan *p)
{
    int ticks = p->x.turned ? 10 + (int)(0.65 * (p->x.label_width + TRO_FONT_SMALL)) : 21;
    if (p->x_label)
        add_label(out, p->x_label, (p->left + p->right) / 2, p->bottom + ticks + 8,
                  "center font ',12'");
    if (p->y_label)
        add_label(out, p->y_label, p->cell_left + 7, (p->top + p->bottom) / 2,
                  "center rotate by 90 font ',12'");
}

static void add_markers(tro_text *out, const tro_panel_plan *p)
{
    for (size_t k = 0; k < p->panel->marker_count; k++) {
        double x = p->panel->markers[k].x;
        if (!(x >= p->x.min && x <= p->x.max))
            continue;
        tro_text_add(out, "set arrow from first ");
        add_real(out, x);
        tro_text_add(out, ", graph 0 to first ");
        add_real(out, x);
        tro_text_add(out, ", graph 1 nohead back lw 1 dt (4,3) lc rgb '#666666'\n");
        if (!p->marker_labels[k])
            continue;
        tro_text_add(out, "set label ");
        tro_figure_add_quoted(out, p->marker_labels[k]);
        tro_text_addf(out, " at screen px(%d), py(%d) center font ',%d' tc rgb '#444444'\n",
                      p->left + p->marker_middles[k],
                      p->top - 8 - p->marker_rows[k] * TRO_MARKER_LINE, TRO_FONT_MARKER);
    }
}

/* Beside a point on the right or, where there is no room, on the left; words that
 * stand by themselves as near to their place as the edges let them. */
static void add_words(tro_text *out, const tro_panel_plan *p, size_t k)
{
    const tro_words *words = &p->panel->words[k];
    const char *text = p->words[k];
    if (!text || !(words->y >= p->y.min && words->y <= p->y.max))
        return;
    double width = tro_figure_text_width(text, TRO_FONT_SMALL);
    double x = p->left + tro_figure_pixels(&p->x, words->x, p->right - p->left);
    double y = p->bottom - tro_figure_pixels(&p->y, words->y, p->bottom - p->top);
    int fits = x + width <= p->right;
    if (words->beside)
        x += fits ? TRO_WORDS_GAP : -TRO_WORDS_GAP;
    else
        x = fmax(p->left + width / 2, fmin(x, p->right - width / 2));
    y = fmax(p->top + TRO_FONT_SMALL / 2.0, words->beside ? y - TRO_WORDS_GAP : y);
    tro_text_add(out, "set label ");
    tro_figure_add_quoted(out, text);
    tro_text_addf(out, " at screen px(%d), py(%d) %s front font ',%d' tc rgb '#%s'%s\n", (int)x,
                  (int)y, !words->beside ? "center" : fits ? "left" : "right", TRO_FONT_SMALL,
                  tro_figure_is_deep(p, words->x, words->y) ? "ffffff" : "222222",
                  p->panel->heat && !p->panel->heat->whole ? " boxed bs 1" : "");
}

static void add_zero_line(tro_text *out, const tro_panel_plan *p)
{
    if (p->panel->zero_line && !p->y.log && p->y.min <= 0 && p->y.max >= 0)
        tro_text_add(out, "set arrow from graph 0, first 0 to graph 1, first 0 nohead back lw 1 "
                     "lc rgb '#9c9c9c'\n");
}

static void add_axis(tro_text *out, const tro_axis *axis, const char *name)
{
    char buffer[32];
    tro_text_addf(out, "%sset logscale %s\nset %srange [", axis->log ? "" : "un", name, name);
    add_real(out, axis->min);
    tro_text_add(out, ":");
    add_real(out, axis->max);
    tro_text_addf(out, "]\nset %stics %s (", name,
                  *name == 'y'   ? "norotate"
                  : axis->turned ? "offset 0,0.1 rotate by 40 right"
                                 : "offset 0,0.5 norotate");
    for (size_t k = 0; k < axis->tick_count; k++) {
        const tro_tick *tick = &axis->ticks[k];
        tro_text_add(out, k ? ", " : "");
        tro_figure_add_format(out, tick->label ? tick->label : "");
        tro_text_addf(out, " %s", tro_format_short(buffer, tick->at, 12));
        tro_text_add(out, tick->label ? "" : " 1");
    }
    tro_text_add(out, ")\n");
}

static void add_frame(tro_text *out, const tro_panel_plan *p)
{
    tro_text_addf(out, "set lmargin at screen px(%d)\nset rmargin at screen px(%d)\n"
                  "set tmargin at screen py(%d)\nset bmargin at screen py(%d)\n",
                  p->left, p->right, p->top, p->bottom);
    add_axis(out, &p->x, "x");
    add_axis(out, &p->y, "y");
}

static void add_panel(tro_text *out, const tro_figure_plan *plan, size_t k)
{
    const tro_panel_plan *p = &plan->panels[k];
    tro_text_addf(out, "\n# panel %s\nunset label\nunset arrow\nunset object\n",
                  p->letter[0] ? p->letter : "(a)");
    if (k == 0) {
        add_figure_title(out, plan);
        tro_figure_add_key(out, &plan->key);
    }
    add_titles(out, p);
    tro_figure_add_key(out, &p->key);
    add_axis_labels(out, p);
    if (p->panel->heat) {
        /* words on deep colours stand on white */
        tro_text_add(out, "set style textbox 1 opaque margins 0.5,0.3 fc rgb '#ffffff' noborder\n");
        tro_figure_add_heat_bar(out, p);
    }
    add_zero_line(out, p);
    add_markers(out, p);
    for (size_t n = 0; n < p->panel->word_count; n++)
        add_words(out, p, n);
    add_frame(out, p);
    tro_figure_add_plot(out, p);
}

void tro_figure_add_script(tro_text *out, const tro_figure_plan *plan, const char *name)
{
    add_head(out, plan, name);
    for (size_t k = 0; k < plan->figure->panel_count; k++)
        add_panel(out, plan, k);
    tro_text_add(out, "\nunset multiplot\n");
}
