/* From bytes to nodes: what tree.h's readers and overrides share.
 *
 * Inside the document folder only. Places come from libyaml's marks, which
 * count characters; tro_cursor turns them into lines and columns in bytes. */
#ifndef TRO_DOCUMENT_COMPOSE_H
#define TRO_DOCUMENT_COMPOSE_H

#include <yaml.h>

#include "document/tree.h"

/* A source made by an override; nodes point at its `source`. `number` counts
 * the overrides of a document, so that a clone finds its own copy at once. */
typedef struct tro_override_source {
    tro_source source;     /* first, so that a tro_source * is this struct */
    size_t number;
} tro_override_source;

/* A position that follows the marks forward, and back when it must. */
typedef struct tro_cursor {
    const tro_source *source;
    size_t index;          /* characters since the start of the YAML */
    size_t offset;         /* the same place in bytes of the source */
    size_t line_start;     /* in bytes */
    int line;
} tro_cursor;

/* At byte `start` of the source, where the YAML begins. */
tro_cursor tro_cursor_begin(const tro_source *source, size_t start);
/* The place of characters first .. last-1, underlined up to the line's end. */
tro_place tro_cursor_place(tro_cursor *cursor, size_t first, size_t last);

/* The place of one byte. Walks the text: for messages. */
tro_place tro_place_at(const tro_source *source, size_t offset, int width);

/* TRO_EPARSE and one message unless the text is UTF-8 without control
 * characters, odd line ends or endless blanks. */
TRO_MUST_USE int tro_source_check(const tro_source *source, tro_messages *messages);

/* Reads a file (NULL: standard input) whole, or as far as shows that it is
 * larger than TRO_TEXT_LIMIT. Says nothing: TRO_EIO puts the reason into
 * `why`, or TRO_ENOMEM. The text is cleared by the caller in every case. */
TRO_MUST_USE int tro_read_whole(const char *path, tro_text *text, char *why, size_t room);

/* Builds the tree of the YAML from byte `start` on; the source must outlive
 * it and end in a NUL behind its length. *root is NULL when there is no
 * document (blanks and comments). Returns TRO_EPARSE, TRO_ENOMEM. */
TRO_MUST_USE int tro_compose(tro_arena *arena, const tro_source *source, size_t start,
                             tro_messages *messages, tro_node **root);

/* Says what libyaml's parser stumbled over; returns TRO_EPARSE or TRO_ENOMEM. */
int tro_yaml_explain(const yaml_parser_t *parser, tro_cursor *cursor, tro_messages *messages);

/* How many bytes of a text to show in a message ("%.*s"), at most `limit`;
 * cuts between characters, so that a message stays UTF-8. */
int tro_shown(const char *text, int limit);

/* Items are allocated for this many children, so adding one rarely copies. */
size_t tro_node_room(size_t count);

/* One step of a path: a view, still escaped when it stood in quotes. */
typedef struct tro_step {
    const char *text;      /* without the quotes */
    size_t length;
    int quoted;
    size_t at, width;      /* where it stands in the path, with its quotes */
} tro_step;

/* The step that begins at byte *at of path[0 .. length-1]; moves *at behind
 * it and its '.'. Returns 1, 0 at the end, or -1 when what stands there is
 * no step; then step->at and step->width tell where. */
int tro_path_next(const char *path, size_t length, size_t *at, tro_step *step);
/* The step's text without escapes, in the arena; NULL when out of memory. */
char *tro_step_text(const tro_step *step, tro_arena *arena);
/* The child of a map or a list that a step leads to, or NULL. */
tro_node *tro_step_find(const tro_node *node, const tro_step *step);
/* What a list element answers to besides its number: its name, from->to or
 * group, quoted where a path needs it; nothing is added when it has none. */
void tro_step_label(const tro_node *element, tro_text *text);

#endif
