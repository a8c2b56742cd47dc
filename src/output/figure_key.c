/* The key of a panel or of a figure: which entries, and where each goes. */
#include "output/figure_parts.h"

#include <stdio.h>
#include <string.h>

enum { KEY_ROWS_MAX = 6, ENTRY_GAP = 14, MORE_BYTES = 40, LONGEST = 300 };

static unsigned samples_of(const tro_series *s)
{
    switch (s->style) {
    case TRO_POINTS:
        return TRO_KEY_POINT;
    case TRO_BAND:
        return TRO_KEY_BAND | (s->y ? TRO_KEY_LINE : 0u);
    case TRO_ERROR_BARS:
        return TRO_KEY_POINT | TRO_KEY_WHISKER;
    case TRO_BARS:
        return TRO_KEY_BAR;
    case TRO_LINE:
    case TRO_STEPS:
        break;
    }
    return TRO_KEY_LINE;
}

/* Series of one label and one colour are one entry: a band and its curve. */
static tro_key_entry *find(const tro_key *key, const char *label, int colour)
{
    for (size_t k = 0; k < key->count; k++)
        if (key->entries[k].look.colour == colour && strcmp(key->entries[k].label, label) == 0)
            return &key->entries[k];
    return NULL;
}

int tro_figure_list_key(tro_arena *arena, const tro_panel_plan *plan, tro_key *key)
{
    const tro_panel *panel = plan->panel;
    key->entries = TRO_NEW(arena, tro_key_entry, panel->series_count + TRO_HEAT_KINDS + 1);
    if (!key->entries)
        return TRO_ENOMEM;
    for (size_t k = 0; k < panel->series_count; k++) {
        const tro_series *s = &panel->series[k];
        unsigned samples = samples_of(s);
        if (!s->label || !*s->label)
            continue;
        tro_key_entry *entry = find(key, s->label, plan->looks[k].colour);
        if (!entry) {
            entry = &key->entries[key->count++];
            *entry = (tro_key_entry){.label = s->label, .look = plan->looks[k]};
        } else if (samples & TRO_KEY_LINE) {
            entry->look.dash = plan->looks[k].dash;
        }
        entry->samples |= samples;
    }
    for (int kind = 1; panel->heat && kind <= TRO_HEAT_KINDS; kind++)
        if (panel->heat->kind_names[kind - 1] && tro_figure_has_kind(panel->heat, kind))
            key->entries[key->count++] = (tro_key_entry){
                .label = panel->heat->kind_names[kind - 1], .samples = TRO_KEY_TILE,
                .look = {.colour = kind}};
    return TRO_OK;
}

int tro_figure_same_key(const tro_key *a, const tro_key *b)
{
    if (a->count != b->count)
        return 0;
    for (size_t k = 0; k < a->count; k++) {
        const tro_key_entry *one = &a->entries[k], *other = &b->entries[k];
        if (strcmp(one->label, other->label) != 0 || one->samples != other->samples ||
            one->look.colour != other->look.colour || one->look.dash != other->look.dash)
            return 0;
    }
    return 1;
}

static int entry_width(const tro_key_entry *entry)
{
    return TRO_SAMPLE_WIDTH + TRO_SAMPLE_GAP +
           (int)tro_figure_text_width(entry->shown, TRO_FONT_SMALL) + 1;
}

/* Takes back entries until "and N more" fits after what is left. */
static void leave_out(tro_key *key, size_t from, int width)
{
    const int room = 80;
    key->left_out = key->count - from;
    key->count = from;
    while (key->count) {
        const tro_key_entry *last = &key->entries[key->count - 1];
        key->more_x = last->x + entry_width(last) + ENTRY_GAP;
        key->more_y = last->y;
        if (key->more_x + room <= width)
            return;
        key->count--;
        key->left_out++;
    }
}

int tro_figure_fit_key(tro_arena *arena, tro_key *key, int width)
{
    int x = 0, row = 0;
    double room = width - TRO_SAMPLE_WIDTH - TRO_SAMPLE_GAP;
    for (size_t k = 0; k < key->count; k++) {
        tro_key_entry *entry = &key->entries[k];
        entry->shown = tro_figure_cut_name(arena, entry->label, TRO_FONT_SMALL,
                                           room < LONGEST ? room : LONGEST);
        if (!entry->shown)
            return TRO_ENOMEM;
        if (x && x + entry_width(entry) > width) {
            x = 0;
            row++;
        }
        if (row == KEY_ROWS_MAX) {
            leave_out(key, k, width);
            break;
        }
        entry->x = x;
        entry->y = row * TRO_KEY_LINE_HEIGHT + TRO_KEY_LINE_HEIGHT / 2;
        x += entry_width(entry) + ENTRY_GAP;
    }
    key->rows = key->count == 0 ? 0 : row < KEY_ROWS_MAX ? row + 1 : KEY_ROWS_MAX;
    return TRO_OK;
}

void tro_figure_move_key(tro_key *key, int x, int y)
{
    for (size_t k = 0; k < key->count; k++) {
        key->entries[k].x += x;
        key->entries[k].y += y;
    }
    key->more_x += x;
    key->more_y += y;
}

static void add_line(tro_text *out, const tro_key_entry *e)
{
    tro_text_addf(out,
                  "set arrow from screen px(%d), py(%d) to screen px(%d), py(%d) nohead front "
                  "lw %s lc rgb '%s' dt %s\n",
                  e->x, e->y, e->x + TRO_SAMPLE_WIDTH, e->y,
                  tro_figure_width(e->look.colour, e->look.dash),
                  tro_figure_colour(e->look.colour), tro_figure_dash(e->look.dash));
}

static void add_box(tro_text *out, const tro_key_entry *e, int inset, const char *fill)
{
    tro_text_addf(out,
                  "set object rectangle from screen px(%d), py(%d) to screen px(%d), py(%d) front "
                  "fs %s noborder fc rgb '%s'\n",
                  e->x + inset, e->y + 5, e->x + TRO_SAMPLE_WIDTH - inset, e->y - 5, fill,
                  tro_figure_colour(e->look.colour));
}

static void add_point(tro_text *out, const tro_key_entry *e)
{
    tro_text_addf(out,
                  "set label '' at screen px(%d), py(%d) front point pt %d ps 0.5 lc rgb '%s'\n",
                  e->x + TRO_SAMPLE_WIDTH / 2, e->y, tro_figure_point(e->look.colour),
                  tro_figure_colour(e->look.colour));
}

static void add_whisker(tro_text *out, const tro_key_entry *e)
{
    int x = e->x + TRO_SAMPLE_WIDTH / 2;
    tro_text_addf(out,
                  "set arrow from screen px(%d), py(%d) to screen px(%d), py(%d) nohead front "
                  "lw 1 lc rgb '%s'\n",
                  x, e->y + 6, x, e->y - 6, tro_figure_colour(e->look.colour));
}

static void add_tile(tro_text *out, const tro_key_entry *e)
{
    tro_text_addf(out,
                  "set object rectangle from screen px(%d), py(%d) to screen px(%d), py(%d) front "
                  "%s\n",
                  e->x, e->y + 6, e->x + TRO_SAMPLE_WIDTH, e->y - 6,
                  tro_figure_tile(e->look.colour));
}

static void add_text(tro_text *out, const char *text, int x, int y)
{
    tro_text_add(out, "set label ");
    tro_figure_add_quoted(out, text);
    tro_text_addf(out, " at screen px(%d), py(%d) left front font ',%d'\n", x, y, TRO_FONT_SMALL);
}

void tro_figure_add_key(tro_text *out, const tro_key *key)
{
    for (size_t k = 0; k < key->count; k++) {
        const tro_key_entry *e = &key->entries[k];
        if (e->samples & TRO_KEY_BAND)
            add_box(out, e, 0, "transparent solid 0.22");
        if (e->samples & TRO_KEY_BAR)
            add_box(out, e, 4, "solid 0.9");
        if (e->samples & TRO_KEY_LINE)
            add_line(out, e);
        if (e->samples & TRO_KEY_WHISKER)
            add_whisker(out, e);
        if (e->samples & TRO_KEY_POINT)
            add_point(out, e);
        if (e->samples & TRO_KEY_TILE)
            add_tile(out, e);
        add_text(out, e->shown, e->x + TRO_SAMPLE_WIDTH + TRO_SAMPLE_GAP, e->y);
    }
    if (key->left_out) {
        char more[MORE_BYTES];
        snprintf(more, sizeof more, "and %zu more", key->left_out);
        add_text(out, more, key->more_x, key->more_y);
    }
}
