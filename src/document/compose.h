/* From bytes to nodes: what tree.h's readers and overrides share.
 *
 * Inside the document folder only. Places come from libyaml's marks, which
 * count characters; tro_cursor turns them into lines and columns in bytes. */
#ifndef TRO_DOCUMENT_COMPOSE_H
#define TRO_DOCUMENT_COMPOSE_H

#include <yaml.h>

#include "document/path.h"

/* A source made by an override; nodes point at its `source`. `number` counts
 * the overrides of a document, so that a clone finds its own copy at once. */
typedef struct tro_override_source {
    tro_source source;     /* first, so that a tro_source * is this struct */
    size_t number;
    struct tro_override_source *before;
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

/* TRO_EPARSE and one message unless the text is UTF-8 without control
 * characters, odd line ends or endless blanks. */
TRO_MUST_USE int tro_source_check(const tro_source *source, tro_messages *messages);

/* Reads a file (NULL: standard input) whole, or as far as shows that it is
 * larger than TRO_TEXT_LIMIT. Says nothing: TRO_EIO puts the reason into
 * `why`, or TRO_ENOMEM. The text is cleared by the caller in every case. */
TRO_MUST_USE int tro_read_whole(const char *path, tro_text *text, char *why, size_t room);

/* Builds the tree of the YAML from byte `start` on; the source must outlive
 * it and end in a NUL behind its length. *root is NULL when there is no
 * document (blanks and comments). Returns TRO_EPARSE, TRO_ENOMEM.
 *
 * A key that comes again is a mistake like any other when `duplicates` is
 * NULL; else it is said, counted there, and left out of the tree. */
TRO_MUST_USE int tro_compose(tro_arena *arena, const tro_source *source, size_t start,
                             tro_messages *messages, tro_node **root, size_t *duplicates);

/* Says what libyaml's parser stumbled over; returns TRO_EPARSE or TRO_ENOMEM. */
int tro_yaml_explain(const yaml_parser_t *parser, tro_cursor *cursor, tro_messages *messages);

/* Items are allocated for this many children, so adding one rarely copies. */
size_t tro_node_room(size_t count);

#endif
