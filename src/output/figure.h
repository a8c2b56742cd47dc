/* Figures as data, drawn by gnuplot.
 *
 * A figure is a grid of panels, a panel a list of series over common axes.
 * Everything is a view: the caller keeps texts and numbers alive during the
 * call. tro_figure_write makes three files in a folder:
 *   NAME.dat   the numbers, one commented block per series
 *   NAME.gp    the gnuplot script; `gnuplot NAME.gp` there draws it again
 *   NAME.svg   the picture, with title and description for screen readers
 *              (or, and, NAME.pdf and NAME.png: see picture.h)
 * Equal figures give equal bytes (of one gnuplot). Texts are UTF-8 and stand
 * as they are written: nothing in them is markup. Values that are not finite,
 * or not positive on a logarithmic axis, are gaps.
 *
 *   tro_series s[] = {
 *       {.label = "n = 12", .style = TRO_BAND, .colour = TRO_COLOUR_AUTOMATIC,
 *        .x = x, .y = mean, .lo = lo, .hi = hi, .count = 41},
 *       {.label = "exact", .style = TRO_LINE, .colour = TRO_COLOUR_DARK,
 *        .x = x, .y = exact, .count = 41}};
 *   tro_panel p = {.title = "Own alignment", .x_label = "λ", .y_label = "J",
 *                  .zero_line = 1, .series = s, .series_count = 2};
 *   tro_figure f = {.title = "Two rivals", .panels = &p, .panel_count = 1};
 *   status = tro_figure_write(&f, "runs/a", "alignment", messages);
 */
#ifndef TRO_OUTPUT_FIGURE_H
#define TRO_OUTPUT_FIGURE_H

#include <stddef.h>

#include <trophic/messages.h>

#include "base/memory.h"
#include "output/folder.h"

typedef enum tro_series_style {
    TRO_LINE,
    TRO_POINTS,
    TRO_BAND,        /* filled from lo to hi; y, if given, is a line on it */
    TRO_ERROR_BARS,  /* points at y with bars from lo to hi */
    TRO_BARS,        /* from zero to y, series side by side; lo and hi, if
                        given, are whiskers */
    TRO_STEPS        /* y holds until the next x */
} tro_series_style;

/* The palette of Okabe and Ito (2008), safe for the colour-blind: 1 blue,
 * 2 vermillion, 3 green, 4 purple, 5 orange, 6 sky blue, 7 grey. Higher
 * numbers begin again with another dash. */
enum { TRO_COLOUR_AUTOMATIC = -1, TRO_COLOUR_DARK = 0 };

typedef struct tro_series {
    const char *label;   /* NULL or "": not in the key. Series of one label
                            share an automatic colour and a place in the key */
    tro_series_style style;
    int colour;          /* from 0, or TRO_COLOUR_AUTOMATIC */
    int dash;            /* 0 solid, 1 dashed, 2 dotted, 3 dash-dotted */
    const double *x;     /* NULL: 0, 1, 2, ... */
    const double *y, *lo, *hi;
    size_t count;
} tro_series;

typedef struct tro_marker {
    double x;
    const char *label;   /* or NULL */
} tro_marker;

/* Words in the plot. */
typedef struct tro_words {
    double x, y;
    const char *text;
    int beside;          /* of a point, which they leave visible; else their middle is there */
} tro_words;

/* Numbers over a plane as coloured tiles, each around its point: blue above zero and
 * orange below, deeper as they grow, in steps that the bar beside the plot shows. Points of
 * other kinds, which have no number, are grey, each kind with its pattern and a place in
 * the key. */
enum { TRO_HEAT_KINDS = 4 };
typedef struct tro_heat {
    const double *x, *y;              /* increasing */
    size_t x_count, y_count;          /* two or more */
    const double *values;             /* x_count x y_count, x fastest; NaN: left white */
    const unsigned char *kinds;       /* of each: 0 a number, else 1 .. TRO_HEAT_KINDS; or NULL */
    const char *kind_names[TRO_HEAT_KINDS];
    const char *label;                /* of the bar, or NULL */
    int whole;                        /* tiles at the edges are whole: of things, not of points */
} tro_heat;

typedef struct tro_panel {
    const char *title, *x_label, *y_label;      /* each may be NULL */
    double x_min, x_max, y_min, y_max;          /* equal (0, 0) or NaN: from the data */
    int x_log, y_log;
    int zero_line;                              /* a thin line at y = 0, in the range */
    const tro_marker *markers;                  /* vertical lines */
    size_t marker_count;
    const tro_words *words;
    size_t word_count;
    const char *const *x_names;                 /* or NULL: ticks at 0, 1, 2, ... */
    size_t x_name_count;
    const char *const *y_names;                 /* the same, from below; with
                                                   both the panel grows */
    size_t y_name_count;
    const tro_heat *heat;                       /* below all series, or NULL */
    const tro_series *series;
    size_t series_count;
    int wide;                                   /* a row of its own */
} tro_panel;

typedef struct tro_figure {
    const char *title;   /* may be NULL */
    int columns;         /* 0: chosen from the number of panels */
    int width, plot_height;   /* in pixels, 0: by the number of columns. 340 is a column of a
                                 journal, 85 mm, with letters of 8 points */
    const tro_panel *panels;
    size_t panel_count;
    unsigned formats;    /* of enum tro_figures; 0: those of the folder, or SVG */
} tro_figure;

/* A number as figures have it, with a true minus: "−1.5e-7" of "-1.5e-07". In the arena;
 * NULL: no memory. */
const char *tro_figure_number(tro_arena *arena, const char *number);

/* Writes NAME.dat, NAME.gp and NAME.svg (see above) into the folder, which
 * must be there. NAME is a plain file name. Without gnuplot on the PATH:
 * TRO_OK, a warning, and no NAME.svg. TRO_EINVAL: the figure makes no sense;
 * TRO_EIO; TRO_ENOMEM; TRO_ELIBRARY: gnuplot failed, with its words. */
TRO_MUST_USE int tro_figure_write(const tro_figure *figure, const char *folder,
                                  const char *name, tro_messages *messages);

/* The same into a run folder; names the files that are made. */
TRO_MUST_USE int tro_figure_save(const tro_figure *figure, tro_folder *folder,
                                 const char *name, tro_messages *messages);

#endif
