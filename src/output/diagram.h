/* Networks as data, drawn by gnuplot: discs for nodes, arrows for edges.
 *
 * A disc has a ring of three shares, a colour for one number, and a size for another;
 * an arrow has a width and a colour. A key explains all of them. Everything is a view:
 * the caller keeps texts and numbers alive during the call. The files are those of
 * picture.h; equal diagrams give equal bytes. Texts are UTF-8 and stand as they are
 * written: nothing in them is markup. */
#ifndef TRO_OUTPUT_DIAGRAM_H
#define TRO_OUTPUT_DIAGRAM_H

#include "network/layout.h"
#include "output/folder.h"

/* Up to so many nodes all names are shown, and so many arrows, the widest. */
enum { TRO_NAMES_MAX = 40, TRO_ARROWS_MAX = 1500 };

/* Signs beside a disc. */
enum { TRO_MARK_HELPS = 1, TRO_MARK_HARMS = 2, TRO_MARK_HARMED = 4 };

typedef struct tro_diagram_node {
    const char *name;
    double real, synthetic, curated;   /* its ring: they sum to 1 */
    double colour;                     /* NaN: not known */
    double size;                       /* >= 0; NaN: 0 */
    unsigned marks;
    int named;                         /* shown even where most names are not */
} tro_diagram_node;

typedef struct tro_diagram_edge {
    size_t from, to;
    double width;                      /* > 0 */
    double colour;                     /* NaN: not known */
} tro_diagram_edge;

/* What the marks mean; no label: the mark is not explained, or not used. */
typedef struct tro_diagram {
    const char *title, *note;          /* note: a sentence below, or NULL */
    const char *disc_label, *arrow_label, *width_label, *size_label;
    const char *mark_labels[3];        /* of the three signs */
    int effects;                       /* colours are effects, on one scale with its middle at
                                          zero; else arrows go from 0, uncurated, to 1, curated,
                                          and discs from the least to the most unless these
                                          are of two signs */
    const tro_diagram_node *nodes;
    size_t node_count;
    const tro_diagram_edge *edges;     /* at most one from a node to another */
    size_t edge_count;
    tro_layout layout;
    tro_stream stream;                 /* for it */
} tro_diagram;

/* Errors as of tro_picture_save, and of tro_layout_place; TRO_EINVAL: the diagram makes
 * no sense. */
TRO_MUST_USE int tro_diagram_save(const tro_diagram *diagram, tro_folder *folder,
                                  const char *name, tro_messages *messages);

#endif
