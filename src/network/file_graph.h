/* What readers of network files share: nodes by name, links, their mistakes.
 *
 * A reader opens the file, adds nodes and links as it meets them, and
 * finishes. Names must differ and be names, weights be finite and >= 0; each
 * mistake is said where it stands, up to TRO_FILE_MISTAKES of them, and the
 * file is then refused. Everything lives on the heap until it is released. */
#ifndef TRO_NETWORK_FILE_GRAPH_H
#define TRO_NETWORK_FILE_GRAPH_H

#include "document/cells.h"
#include "network/graph.h"

#define TRO_FILE_MISTAKES 20

typedef struct tro_file_node {
    const char *name, *group;      /* group NULL: not stated */
    const char *label;             /* its name in the graph; NULL: `name` */
    tro_place labelled;
} tro_file_node;

/* What an edge states; NaN: nothing. */
typedef struct tro_file_edge {
    size_t from, to;
    double weight, synthetic, curated, delay;
    const char *judge;             /* or NULL */
    int both;                      /* undirected: data flows both ways */
    tro_place place;
} tro_file_edge;

typedef struct tro_file_graph {
    const tro_place *place;        /* where the scenario names the file */
    tro_arena *arena;              /* names live here */
    tro_messages *messages;
    tro_text text;
    tro_source source;
    tro_file_node *nodes;
    size_t node_count, node_room;
    size_t *slots, slot_count;     /* nodes by name, open addressing, index + 1 */
    tro_file_edge *edges;
    size_t edge_count, edge_room;
    int labelled, grouped, judged, mistakes;
} tro_file_graph;

/* Says that a file cannot be read, and which was probably meant. TRO_EIO. */
int tro_netfile_missing(const char *path, const char *why, const tro_place *place,
                        tro_messages *messages);
/* Reads the file whole and checks that it is text. TRO_EIO, TRO_EPARSE. */
TRO_MUST_USE int tro_netfile_open(tro_file_graph *f, const char *path, const tro_place *place,
                               tro_arena *arena, tro_messages *messages);
/* Says a mistake, of which the file has had too many when it returns 0. */
int tro_netfile_mistake(tro_file_graph *f, const tro_place *place, const char *format, ...)
    TRO_PRINTF(3, 4);

/* The node of that name, new if there was none (*isnew may be NULL). */
TRO_MUST_USE int tro_netfile_node_of(tro_file_graph *f, const char *name, const tro_place *place,
                                  size_t *out, int *isnew);
/* What the graph calls a node that the file knows by another name. */
TRO_MUST_USE int tro_netfile_label(tro_file_graph *f, size_t node, const char *label,
                                const tro_place *place);
/* The node belongs to a group: the same one wherever that is said. */
TRO_MUST_USE int tro_netfile_group(tro_file_graph *f, size_t node, const char *group,
                                const tro_place *place);
/* An edge that states nothing; the caller fills in what is stated. */
TRO_MUST_USE int tro_netfile_edge_new(tro_file_graph *f, size_t from, size_t to,
                                   const tro_place *place, tro_file_edge **out);
/* A number >= 0 in the text; `what` names it. */
void tro_netfile_number(tro_file_graph *f, const char *text, const char *what,
                     const tro_place *place, double *out);

/* Makes the graph, or refuses the file; then the file is released. */
TRO_MUST_USE int tro_netfile_finish(tro_file_graph *f, tro_graph *out);
void tro_netfile_release(tro_file_graph *f);

/* Words of a line: without blanks, or in double quotes. */
typedef struct tro_line_words {
    tro_file_graph *file;
    size_t at, line_start;
    int line;
    const char *word;              /* in the arena */
    int quoted;
    tro_place place;
} tro_line_words;

tro_line_words tro_line_words_begin(tro_file_graph *f);
/* 1, 0 at the end of the line, negative without memory. */
TRO_MUST_USE int tro_line_words_next(tro_line_words *w);
/* To the next line; 0 when there is none. */
int tro_line_words_line(tro_line_words *w);

#endif
