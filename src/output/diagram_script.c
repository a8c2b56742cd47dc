/* NAME.gp, NAME.dat and the words for screen readers of a diagram. */
#include <math.h>
#include <string.h>

#include "output/diagram_parts.h"
#include "output/figure_parts.h"

static const char *const blocks[TRO_SHAPES][2] = {
    {"arrows: polygons of x, y, colour, and whether that is known", "NaN NaN NaN 0\n"},
    {"paper under names: polygons of x, y", "NaN NaN\n"},
    {"lines from names to their discs: x, y", "NaN NaN\n"},
    {"rings: polygons of x, y, and 0 real, 1 synthetic, 2 curated, 3 the rim", "NaN NaN 0\n"},
    {"discs: polygons of x, y, colour, and whether that is known", "NaN NaN NaN 0\n"},
    {"signs: polygons of x, y, and 0 helps, 1 harms", "NaN NaN 0\n"},
    {"frames: lines of x, y", "NaN NaN\n"},
};

static void add_number(tro_text *out, double value)
{
    char number[32];
    tro_text_addf(out, " %s", isfinite(value) ? tro_format_real(number, value) : "NaN");
}

/* The nodes and edges themselves, for whoever wants to draw them otherwise. */
static void add_tables(const tro_diagram_plan *plan, tro_text *out)
{
    const tro_diagram *d = plan->diagram;
    tro_text_addf(out, "# index %d, nodes: x y radius real synthetic curated colour size; then "
                       "the name\n", TRO_SHAPES);
    for (size_t k = 0; k < d->node_count; k++) {
        const tro_diagram_node *n = &d->nodes[k];
        const tro_spot *s = &plan->spots[k];
        const double rest[] = {n->real, n->synthetic, n->curated, n->colour, n->size};
        tro_text at = {0};
        tro_diagram_add_at(&at, s->x, s->y, "");
        tro_text_add_n(out, tro_text_string(&at), at.length ? at.length - 1 : 0);
        out->failed |= at.failed;
        tro_text_clear(&at);
        add_number(out, round(10 * s->radius) / 10);
        for (size_t r = 0; r < sizeof rest / sizeof *rest; r++)
            add_number(out, rest[r]);
        tro_text_add(out, " # ");
        tro_figure_add_plain(out, n->name);
        tro_text_add(out, "\n");
    }
    tro_text_addf(out, "\n\n# index %d, edges: from to width colour; nodes from 0\n",
                  TRO_SHAPES + 1);
    for (size_t k = 0; k < plan->arrow_count; k++) {
        const tro_diagram_edge *e = &d->edges[plan->arrows[k]];
        tro_text_addf(out, "%zu %zu", e->from, e->to);
        add_number(out, e->width);
        add_number(out, e->colour);
        tro_text_add(out, "\n");
    }
    if (plan->arrow_count == 0)
        tro_text_add(out, "NaN NaN NaN NaN\n");
}

static void add_data(const tro_diagram_plan *plan, tro_text *out)
{
    for (int k = 0; k < TRO_SHAPES; k++) {
        const tro_text *shape = &plan->shapes[k];
        tro_text_addf(out, "# index %d, %s\n", k, blocks[k][0]);
        /* gnuplot does not count a block without rows. */
        tro_text_add(out, shape->length ? tro_text_string(shape) : blocks[k][1]);
        tro_text_add(out, shape->length ? "\n" : "\n\n");
        out->failed |= shape->failed;
    }
    add_tables(plan, out);
}

static void add_colours(const tro_diagram_plan *plan, tro_text *out)
{
    double most = plan->most, least = plan->least;
    tro_text_add(out,
                 "# colours: of Okabe and Ito (2008); change them here\n"
                 "less = 0xd55e00; more = 0x0072b2; none = 0xffffff; unknown = 0xe6e6e6\n"
                 "plain = 0x9a9a9a; faint = 0xc6c6c6; curated = 0x009e73\n"
                 "part(k) = k == 0 ? 0x222222 : k == 1 ? 0xd2d2d2 : k == 2 ? curated : 0x555555\n"
                 "sign(k) = k == 0 ? more : less\n\n"
                 "between(a, b, t, s) = "
                 "int((1 - t) * (int(a / s) % 256) + t * (int(b / s) % 256) + 0.5) * s\n"
                 "mix(a, b, t) = between(a, b, t, 65536) + between(a, b, t, 256) + "
                 "between(a, b, t, 1)\n");
    tro_text_add(out, "most =");
    add_number(out, isfinite(most) && most != 0 ? most : 1);
    if (plan->two_signs) {
        tro_text_add(out, "\nstrength(v) = abs(v) >= most ? 1.0 : sqrt(abs(v) / most)\n"
                          "disc(v) = mix(none, v < 0 ? less : more, strength(v))\n");
    } else {
        tro_text_add(out, "\nleast =");
        add_number(out, least < most ? least : isfinite(most) ? most - 1 : 0);
        tro_text_add(out, "\ndisc(v) = mix(none, more, 0.05 + 0.95 * (v - least) / "
                          "(most - least))\n");
    }
    tro_text_add(out, plan->diagram->effects
                          ? "arrow(v) = mix(faint, v < 0 ? less : more, strength(v))\n"
                          : "arrow(v) = mix(plain, curated, v)\n");
}

static void add_title(const tro_diagram_plan *plan, tro_text *out)
{
    for (int k = 0; k < plan->title_lines; k++) {
        tro_text_add(out, "set label ");
        tro_figure_add_quoted(out, plan->title[k]);
        tro_text_addf(out, " at %d, %d left front font ',15'\n", TRO_PADDING,
                      TRO_PADDING + k * TRO_FIGURE_LINE + TRO_FIGURE_LINE / 2 - 1);
    }
}

static void add_script(const tro_diagram_plan *plan, const char *name, tro_text *out)
{
    tro_picture_add_head(out, name, plan->width, plan->height);
    tro_text_addf(out, "# pixels from the left and from the top\n"
                       "set xrange [0:%d]\nset yrange [%d:0]\n"
                       "set lmargin at screen 0\nset rmargin at screen 1\n"
                       "set tmargin at screen 1\nset bmargin at screen 0\n"
                       "unset border\nunset tics\nunset key\n\n", plan->width, plan->height);
    add_colours(plan, out);
    tro_text_add(out, "\n");
    add_title(plan, out);
    tro_text_add(out, tro_text_string(&plan->words));
    tro_text_addf(
        out,
        "\nplot data index %d using 1:2:($4 == 1 ? arrow($3) : plain) with filledcurves closed "
        "lc rgb variable lw 0.3 fs solid 1, \\\n"
        "  data index %d using 1:2 with filledcurves closed lc rgb '#40ffffff' lw 0.3 "
        "fs solid 1, \\\n"
        "  data index %d using 1:2 with lines lc rgb '#777777' lw 0.7, \\\n"
        "  data index %d using 1:2:(part($3)) with filledcurves closed lc rgb variable lw 0.5 "
        "fs solid 1, \\\n"
        "  data index %d using 1:2:($4 == 1 ? disc($3) : unknown) with filledcurves closed "
        "lc rgb variable lw 0.5 fs solid 1, \\\n"
        "  data index %d using 1:2:(sign($3)) with filledcurves closed lc rgb variable lw 0.5 "
        "fs solid 1, \\\n"
        "  data index %d using 1:2 with lines lc rgb '#111111' lw 2\n",
        TRO_ARROWS, TRO_PAPER, TRO_LEADERS, TRO_RINGS, TRO_DISCS, TRO_SIGNS, TRO_FRAMES);
    out->failed |= plan->words.failed;
}

static void add_marked(const tro_diagram *d, int mark, tro_text *out)
{
    const char *before = ": ";
    int used = 0;
    for (size_t k = 0; k < d->node_count; k++) {
        if (!(d->nodes[k].marks & (1u << mark)))
            continue;
        if (!used++) {
            tro_text_add(out, " ");
            tro_figure_add_xml(out, d->mark_labels[mark] ? d->mark_labels[mark] : "marked");
        }
        tro_text_add(out, before);
        tro_figure_add_xml(out, d->nodes[k].name);
        before = ", ";
    }
    tro_text_add(out, used ? "." : "");
}

static void add_phrase(const char *before, const char *text, tro_text *out)
{
    if (!text || !*text)
        return;
    tro_text_add(out, before);
    tro_figure_add_xml(out, text);
    tro_text_add(out, ".");
}

/* What a screen reader says; whole names, however they are shown. */
static void add_about(const tro_diagram_plan *plan, const char *name, tro_text *out)
{
    const tro_diagram *d = plan->diagram;
    tro_text_add(out, "<title>");
    tro_figure_add_xml(out, d->title && *d->title ? d->title : name);
    tro_text_addf(out, "</title>\n<desc>%zu disc%s and %zu arrow%s from producers to consumers.",
                  d->node_count, d->node_count == 1 ? "" : "s", plan->arrow_count,
                  plan->arrow_count == 1 ? "" : "s");
    add_phrase(" Discs: ", d->disc_label, out);
    add_phrase(" Arrows: ", d->arrow_label, out);
    for (int k = 0; k < 3; k++)
        add_marked(d, k, out);
    add_phrase(" ", d->note, out);
    if (d->node_count <= TRO_NAMES_MAX) {
        tro_text_add(out, " Discs are");
        for (size_t k = 0; k < d->node_count; k++) {
            tro_text_add(out, k ? ", " : " ");
            tro_figure_add_xml(out, d->nodes[k].name);
        }
        tro_text_add(out, ".");
    }
    tro_text_add(out, "</desc>");
}

void tro_diagram_fill_picture(const tro_diagram_plan *plan, const char *name,
                              tro_picture *picture)
{
    add_data(plan, &picture->data);
    add_script(plan, name, &picture->script);
    add_about(plan, name, &picture->about);
}
