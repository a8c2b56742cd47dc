/* The key of a diagram: every kind of mark once, with what it means. */
#include <math.h>
#include <stdio.h>

#include "output/diagram_parts.h"
#include "output/figure_parts.h"

enum { ROW = 18, SAMPLE = 34, SPACE = 14, DISC = 6 };

/* Room for browsers that have a wider font than the one whose widths are known: between entries
 * only, as words at the end of a row have the margin. */
static const double WIDER = 1.08;

/* Where the next entry goes: entries stand in rows from the left. */
typedef struct cursor {
    tro_diagram_plan *plan;
    double x, y;
    int failed;
} cursor;

static void new_row(cursor *c)
{
    if (c->x > TRO_PADDING) {
        c->x = TRO_PADDING;
        c->y += ROW;
    }
}

/* Makes room for an entry of that width. */
static void make_room(cursor *c, double width)
{
    if (c->x + width > c->plan->width - TRO_PADDING)
        new_row(c);
}

/* Words behind a sample of `sample` pixels, which goes to *x, y of the cursor. */
static void add_entry(cursor *c, double sample, const char *words, double *x)
{
    double room = c->plan->width - 2 * TRO_PADDING - sample - 6;
    const char *shown = tro_figure_cut_text(&c->plan->arena, words, TRO_FONT_SMALL, room);
    if (!shown) {
        c->failed = 1;
        return;
    }
    double width = WIDER * tro_figure_text_width(shown, TRO_FONT_SMALL);
    make_room(c, sample + 6 + width);
    *x = c->x;
    tro_diagram_add_words(c->plan, shown, c->x + sample + (sample > 0 ? 6 : 0), c->y,
                          "left front tc rgb '#222222'");
    c->x += sample + 6 + width + SPACE;
}

static void add_arrow(cursor *c, double x, double width, double colour)
{
    tro_point path[] = {{x, c->y}, {x + 0.3 * SAMPLE, c->y}, {x + 0.6 * SAMPLE, c->y},
                        {x + 0.8 * SAMPLE, c->y}, {x + SAMPLE, c->y}};
    tro_diagram_add_arrow(c->plan, path, 5, width, colour);
}

static double arrow_width(const cursor *c)
{
    return fmin(2, tro_diagram_arrow_width(c->plan, c->plan->widest));
}

static void add_arrow_entry(cursor *c, const char *words, double width, double colour)
{
    double x = c->x;
    add_entry(c, SAMPLE, words, &x);
    add_arrow(c, x, width, colour);
}

static void add_arrows(cursor *c)
{
    const tro_diagram *d = c->plan->diagram;
    char number[32], words[128];
    if (c->plan->arrow_count == 0)
        return;
    new_row(c);
    add_arrow_entry(c, "from producer to consumer", arrow_width(c), d->effects ? NAN : 0);
    if (d->width_label) {
        snprintf(words, sizeof words, "%s, widest %s", d->width_label,
                 tro_format_short(number, c->plan->widest, 2));
        add_arrow_entry(c, words, tro_diagram_arrow_width(c->plan, c->plan->widest),
                        d->effects ? NAN : 0);
    }
    if (d->effects || !d->arrow_label)
        return;
    new_row(c);
    add_arrow_entry(c, "nothing of it curated", arrow_width(c), 0);
    add_arrow_entry(c, "half", arrow_width(c), 0.5);
    add_arrow_entry(c, "all curated", arrow_width(c), 1);
}

static void add_sample(cursor *c, double x, double colour)
{
    tro_diagram_node node = {.colour = colour};
    tro_diagram_add_disc(c->plan, &node, x + DISC, c->y, DISC);
}

static void add_colour(cursor *c, double value)
{
    char number[32];
    double x = c->x;
    const char *shown = tro_figure_number(&c->plan->arena, tro_format_short(number, value, 3));
    add_entry(c, 2 * DISC, shown ? shown : "", &x);
    c->failed |= !shown;
    add_sample(c, x, value);
    c->x -= SPACE / 2.0;
}

/* "disc: ..., arrow: ..." and samples of the scale. */
static void add_scale(cursor *c)
{
    const tro_diagram_plan *p = c->plan;
    const tro_diagram *d = p->diagram;
    tro_text words = {0};
    double x;
    if (d->disc_label) {
        new_row(c);
        tro_text_addf(&words, "disc: %s", d->disc_label);
        if (d->effects && d->arrow_label)
            tro_text_addf(&words, "; arrow: %s", d->arrow_label);
        add_entry(c, 0, tro_text_string(&words), &x);
        c->failed |= words.failed;
        tro_text_clear(&words);
        make_room(c, 200);
        if (p->least < p->most && p->two_signs) {
            add_colour(c, p->least);
            add_colour(c, p->least / 4);
            add_colour(c, 0);
            add_colour(c, p->most / 4);
        } else if (p->least < p->most) {
            add_colour(c, p->least);
            add_colour(c, (p->least + p->most) / 2);
        }
        if (isfinite(p->most))
            add_colour(c, p->most);
    }
    if (p->some_unknown) {
        add_entry(c, 2 * DISC, "not known", &x);
        add_sample(c, x, NAN);
    }
}

static void add_ring(cursor *c)
{
    static const char *const parts[] = {"real data", "synthetic", "curated"};
    double x = c->x;
    new_row(c);
    add_entry(c, 0, "ring: shares of its training data, from the top:", &x);
    for (int k = 0; k < 3; k++) {
        tro_diagram_node node = {.real = k == 0, .synthetic = k == 1, .curated = k == 2,
                                 .colour = NAN};
        add_entry(c, 2 * DISC, parts[k], &x);
        tro_diagram_add_disc(c->plan, &node, x + DISC, c->y, DISC + 1);
    }
}

static void add_size(cursor *c)
{
    double x = c->x;
    if (!c->plan->diagram->size_label || c->plan->diagram->node_count < 2)
        return;
    new_row(c);
    add_entry(c, SAMPLE - 4, c->plan->diagram->size_label, &x);
    tro_diagram_node node = {.colour = NAN};
    tro_diagram_add_disc(c->plan, &node, x + 4, c->y, 4);
    tro_diagram_add_disc(c->plan, &node, x + 20, c->y, 7.5);
}

static void add_marks(cursor *c)
{
    const tro_diagram *d = c->plan->diagram;
    unsigned used = 0;
    for (size_t k = 0; k < d->node_count; k++)
        used |= d->nodes[k].marks;
    if (!used)
        return;
    new_row(c);
    for (int k = 0; k < 3; k++) {
        double x = c->x;
        if (!(used & (1u << k)) || !d->mark_labels[k])
            continue;
        add_entry(c, 14, d->mark_labels[k], &x);
        if (k < 2)
            tro_diagram_add_sign(c->plan, x + 7, c->y, 6, k == 1);
        else
            tro_diagram_add_frame(c->plan, x + 7, c->y, 6);
    }
}

static void add_notes(cursor *c)
{
    const tro_diagram_plan *p = c->plan;
    char words[160];
    const char *lines[TRO_LINES_MAX];
    double x;
    int count = tro_figure_wrap_text(&c->plan->arena, p->diagram->note, TRO_FONT_SMALL,
                                     p->width - 2 * TRO_PADDING - 6, lines);
    c->failed |= count < 0;
    for (int k = 0; k < count; k++) {
        new_row(c);
        add_entry(c, 0, lines[k], &x);
    }
    if (p->arrow_count < p->diagram->edge_count) {
        snprintf(words, sizeof words, "the %zu widest of %zu arrows are drawn", p->arrow_count,
                 p->diagram->edge_count);
        new_row(c);
        add_entry(c, 0, words, &x);
    }
    if (p->unnamed > 0) {
        snprintf(words, sizeof words, "%zu name%s left out: no room", p->unnamed,
                 p->unnamed == 1 ? " is" : "s are");
        new_row(c);
        add_entry(c, 0, words, &x);
    }
}

int tro_diagram_add_key(tro_diagram_plan *plan)
{
    cursor c = {.plan = plan, .x = TRO_PADDING, .y = plan->box.bottom + ROW};
    add_marks(&c);
    add_scale(&c);
    add_ring(&c);
    add_size(&c);
    add_arrows(&c);
    add_notes(&c);
    new_row(&c);
    plan->height = (int)c.y + TRO_PADDING - 6;
    return c.failed ? TRO_ENOMEM : TRO_OK;
}
