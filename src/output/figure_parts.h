/* The parts of the figure writer, for its own files only: a plan says where
 * everything goes, in pixels from the top left, before a script is written.
 * Texts and arrays of a plan live in its arena. */
#ifndef TRO_OUTPUT_FIGURE_PARTS_H
#define TRO_OUTPUT_FIGURE_PARTS_H

#include <stddef.h>

#include "base/memory.h"
#include "base/text.h"
#include "output/figure.h"

/* figure_text.c: texts as they are measured and quoted. */

enum { TRO_LINES_MAX = 2 };

/* About the width in pixels, at a font size in pixels, of a sans-serif. */
double tro_figure_text_width(const char *text, int size);
/* A copy that is no wider, cut with an ellipsis; NULL: no memory. */
const char *tro_figure_cut_text(tro_arena *arena, const char *text, int size, double width);
/* The same of a name: what is cut out is before its last third, since names of a group differ
 * at their ends. */
const char *tro_figure_cut_name(tro_arena *arena, const char *name, int size, double width);
/* Breaks at spaces into at most TRO_LINES_MAX lines, the last one cut; returns
 * their number (0 for NULL or ""), or -1 without memory. */
int tro_figure_wrap_text(tro_arena *arena, const char *text, int size, double width,
                         const char *lines[TRO_LINES_MAX]);
/* As a gnuplot string in single quotes, in which nothing is special. */
void tro_figure_add_quoted(tro_text *out, const char *text);
/* The same for the name of a tick, which gnuplot takes for a format. */
void tro_figure_add_format(tro_text *out, const char *text);
/* As character data of XML. */
void tro_figure_add_xml(tro_text *out, const char *text);
/* On one line, for a comment. */
void tro_figure_add_plain(tro_text *out, const char *text);

/* figure_scale.c: ranges and ticks. */

typedef struct tro_tick {
    double at;
    const char *label;   /* NULL: a minor tick */
} tro_tick;

typedef struct tro_axis {
    double min, max;     /* finite, min < max, positive when log */
    int log;
    tro_tick *ticks;
    size_t tick_count;
    double label_width;  /* of the widest, in pixels */
    int turned;          /* labels are written at an angle */
} tro_axis;

/* 1 when the number can be drawn on such an axis. */
int tro_figure_is_drawable(double value, int log);
double tro_figure_x(const tro_series *series, size_t k);
/* Distance of neighbouring bars of a panel; 1 when there is one place only. */
double tro_figure_bar_spacing(const tro_panel *panel);
void tro_figure_set_ranges(const tro_panel *panel, tro_axis *x, tro_axis *y);

/* figure_ticks.c. TRO_ENOMEM without a message. */
int tro_figure_set_x_ticks(tro_arena *arena, const tro_panel *panel, tro_axis *axis, int width);
int tro_figure_set_y_ticks(tro_arena *arena, const tro_panel *panel, tro_axis *axis, int height);

/* figure_style.c: colours, dashes, sizes. */

enum {
    TRO_FONT_TITLE = 13, TRO_FONT_FIGURE = 15, TRO_FONT_LABEL = 12, TRO_FONT_SMALL = 11,
    TRO_FONT_MARKER = 10
};

const char *tro_figure_colour(int colour);
const char *tro_figure_dash(int dash);
/* Line width, a little different for each dash: gnuplot's SVG joins neighbours
 * of one colour and width into one path and forgets that dashes differ. */
const char *tro_figure_width(int colour, int dash);
int tro_figure_point(int colour);
/* Colour and dash of every series, in the order of panels and series. */
struct tro_look { int colour, dash; };
int tro_figure_set_looks(const tro_figure *figure, struct tro_look *looks);

/* figure_layout.c: the plan. */

enum {
    TRO_KEY_LINE = 1, TRO_KEY_BAND = 2, TRO_KEY_POINT = 4, TRO_KEY_BAR = 8, TRO_KEY_WHISKER = 16,
    TRO_KEY_TILE = 32   /* of a heat's kind, the number of which is the look's colour */
};

typedef struct tro_key_entry {
    const char *label, *shown;   /* whole, and cut to the room there is */
    struct tro_look look;
    unsigned samples;
    int x, y;                    /* left end and middle of the sample */
} tro_key_entry;

typedef struct tro_key {
    tro_key_entry *entries;
    size_t count, left_out;      /* left_out: entries there was no room for */
    int rows, more_x, more_y;    /* more: where "... and N more" goes */
} tro_key;

/* The steps of a heat's colours: `below` of them under zero, `above` over it, of sizes from
 * `origin` up. */
typedef struct tro_heat_plan {
    double step, origin;            /* origin: above 0 only where all are of one sign */
    int below, above;
    size_t first_block;             /* in the data file: numbers, then kinds */
    const char **numbers;           /* of the ends of the steps, from the lowest up */
    double number_width;            /* of the widest */
    const char *label;              /* cut to the room there is, or NULL */
} tro_heat_plan;

typedef struct tro_panel_plan {
    const tro_panel *panel;
    tro_heat_plan heat;
    const struct tro_look *looks;   /* of its series */
    size_t first_block;             /* of its series in the data file */
    size_t *order;                  /* of drawing: wide bands first */
    tro_axis x, y;
    int title_lines, title_indent;
    const char *title[TRO_LINES_MAX], *x_label, *y_label;
    char letter[8];                 /* "(a)", or "" for a single panel */
    tro_key key;
    int *marker_rows, *marker_middles, marker_row_count;   /* middles: pixels from left */
    const char **marker_labels;
    const char **words;             /* of the panel, cut to the room there is; or NULL */
    int left, right, top, bottom;   /* of the plot itself */
    int cell_left, cell_right, cell_top;
    size_t row;                     /* of panels, from 0 */
} tro_panel_plan;

typedef struct tro_figure_plan {
    tro_arena arena;
    const tro_figure *figure;
    int columns, rows, width, height;
    int title_lines;
    const char *title[TRO_LINES_MAX];
    tro_panel_plan *panels;
    int shared;                     /* the key of the first panel that has one,
                                       at the foot, is for all of them */
    tro_key key;
} tro_figure_plan;

enum {
    TRO_PADDING = 10, TRO_TITLE_LINE = 16, TRO_FIGURE_LINE = 20, TRO_KEY_LINE_HEIGHT = 15,
    TRO_MARKER_LINE = 12, TRO_WORDS_GAP = 6 /* between a point and its words */, TRO_SAMPLE_WIDTH = 20, TRO_SAMPLE_GAP = 5
};

/* Where a value is, in pixels from the axis' beginning, if it is `length` long. */
double tro_figure_pixels(const tro_axis *axis, double value, int length);
/* Fills a zero-initialised plan; TRO_ENOMEM without a message. Clear the
 * arena in any case. */
int tro_figure_make_plan(tro_figure_plan *plan, const tro_figure *figure);

/* figure_key.c. Lists the labelled series of a panel; lays a key out from
 * (x, y) on in rows of `width`. */
int tro_figure_list_key(tro_arena *arena, const tro_panel_plan *plan, tro_key *key);
int tro_figure_same_key(const tro_key *a, const tro_key *b);
int tro_figure_fit_key(tro_arena *arena, tro_key *key, int width);
void tro_figure_move_key(tro_key *key, int x, int y);

void tro_figure_add_key(tro_text *out, const tro_key *key);

/* figure_heat.c. Half of a tile at an edge that is whole, else 0. */
double tro_figure_heat_edge(const tro_heat *heat, const double *at, size_t count, int last);
TRO_MUST_USE int tro_figure_plan_heat(tro_arena *arena, const tro_heat *heat,
                                      tro_heat_plan *plan);
int tro_figure_heat_room(const tro_heat_plan *plan);   /* right of the plot, in pixels */
/* The number of its blocks in the data file, and what is in them. */
size_t tro_figure_heat_blocks(const tro_heat *heat);
void tro_figure_add_heat_data(tro_text *out, const tro_panel_plan *plan);
/* The clauses of the plot command; returns how many. */
size_t tro_figure_add_heat(tro_text *out, const tro_panel_plan *plan);
/* Is the tile there, of a heat that is whole, so dark that words on it are white? */
int tro_figure_is_deep(const tro_panel_plan *plan, double x, double y);
void tro_figure_add_heat_bar(tro_text *out, const tro_panel_plan *plan);
/* Does some point have this kind? */
int tro_figure_has_kind(const tro_heat *heat, int kind);
/* How a kind is filled. */
const char *tro_figure_tile(int kind);

/* figure_curves.c: the plot command of a panel. */
void tro_figure_add_plot(tro_text *out, const tro_panel_plan *plan);

/* figure_gnuplot.c and figure_data.c: the texts of NAME.gp and NAME.dat. */
void tro_figure_add_script(tro_text *out, const tro_figure_plan *plan, const char *name);
void tro_figure_add_data(tro_text *out, const tro_figure_plan *plan);

#endif
