/* The parts of the writer of diagrams, for its own files and their tests: a plan says
 * where everything goes, in pixels from the top left, before a script is written. */
#ifndef TRO_OUTPUT_DIAGRAM_PARTS_H
#define TRO_OUTPUT_DIAGRAM_PARTS_H

#include "base/memory.h"
#include "base/text.h"
#include "output/diagram.h"
#include "output/picture.h"

typedef struct tro_box {
    double left, top, right, bottom;
} tro_box;

typedef struct tro_spot {
    double x, y, radius;
    double reach;           /* the radius of all that is drawn around it, loops apart */
    int loops;              /* has an arrow to itself, which stands out */
    double loop;            /* in this direction */
    tro_point signs[2];     /* what helps, what harms: where the arrows leave room */
    double sign;            /* half the size of those */
    const char *label;      /* as it is shown, or NULL */
    tro_box words;          /* where */
} tro_spot;

enum { TRO_FRAME_GAP = 3 };  /* pixels between a disc and its frame */

/* What is drawn, in this order, each a block of the data file. */
typedef enum tro_shape {
    TRO_ARROWS,             /* polygons: x y colour known */
    TRO_PAPER,              /* polygons under words, over arrows: x y */
    TRO_LEADERS,            /* lines from words to their discs: x y */
    TRO_RINGS,              /* polygons: x y part; 0 real, 1 synthetic, 2 curated, 3 the rim */
    TRO_DISCS,              /* polygons: x y colour known */
    TRO_SIGNS,              /* polygons: x y sign; 0 helps, 1 harms */
    TRO_FRAMES,             /* lines: x y */
    TRO_SHAPES
} tro_shape;

typedef struct tro_diagram_plan {
    tro_arena arena;
    const tro_diagram *diagram;
    int width, height;
    tro_box box;                     /* of the network */
    double across, down;             /* its margins, for names and loops */
    int title_lines;
    const char *title[2];
    tro_spot *spots;
    size_t *arrows, arrow_count;     /* edges that are drawn, the thinnest first */
    double widest;                   /* of all edges */
    double least, most;              /* of the scale of discs; of two signs -most .. most */
    int two_signs;                   /* or effects */
    size_t unnamed;                  /* names there was no room for */
    int some_unknown;                /* a colour is not known */
    tro_text shapes[TRO_SHAPES], words;
} tro_diagram_plan;                  /* zero-initialised is legal to release */

/* Fills a zero-initialised plan. TRO_ENOMEM without a message, else with one. */
int tro_diagram_make_plan(tro_diagram_plan *plan, const tro_diagram *diagram,
                          tro_messages *messages);
void tro_diagram_plan_release(tro_diagram_plan *plan);

/* diagram_place.c: nodes into the box, none over another; sets plan->box.bottom. */
int tro_diagram_place(tro_diagram_plan *plan, tro_messages *messages);
/* diagram_arrows.c: the path of an edge from rim to rim, at most TRO_PATH_MAX points; and
 * an arrow along a path. */
enum { TRO_PATH_MAX = 24 };
size_t tro_diagram_path(const tro_diagram_plan *plan, const tro_diagram_edge *edge,
                        tro_point path[TRO_PATH_MAX]);
double tro_diagram_arrow_width(const tro_diagram_plan *plan, double width);
void tro_diagram_add_arrow(tro_diagram_plan *plan, const tro_point *path, size_t count,
                           double width, double colour);
void tro_diagram_add_arrows(tro_diagram_plan *plan);
/* diagram_labels.c: names beside their discs, over no disc and no other name. */
int tro_diagram_place_labels(tro_diagram_plan *plan);
/* diagram_shapes.c. A row of the data file: a place, and `rest`, which begins with a blank
 * or is empty. */
void tro_diagram_add_at(tro_text *out, double x, double y, const char *rest);
void tro_diagram_add_disc(tro_diagram_plan *plan, const tro_diagram_node *node, double x,
                          double y, double radius);
void tro_diagram_add_sign(tro_diagram_plan *plan, double x, double y, double size, int harms);
void tro_diagram_add_frame(tro_diagram_plan *plan, double x, double y, double half);
void tro_diagram_add_line(tro_diagram_plan *plan, double x, double y, double to_x, double to_y);
void tro_diagram_add_paper(tro_diagram_plan *plan, const tro_box *box);
void tro_diagram_add_nodes(tro_diagram_plan *plan);
void tro_diagram_add_words(tro_diagram_plan *plan, const char *text, double x, double y,
                           const char *how);
/* diagram_key.c: everything below the network; sets plan->height. */
int tro_diagram_add_key(tro_diagram_plan *plan);

/* diagram_script.c: the texts of the three files. */
void tro_diagram_fill_picture(const tro_diagram_plan *plan, const char *name,
                              tro_picture *picture);

#endif
