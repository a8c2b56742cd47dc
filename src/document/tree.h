/* The document: a YAML text as a tree whose nodes know where they stand.
 *
 * The tree is plain: scalars, lists and maps, children in file order. It
 * types nothing (a scalar is its text); param.h does that. Reading refuses,
 * with located messages, what YAML allows and a scenario never needs:
 * aliases and anchors, tags, several documents, nesting deeper than
 * TRO_DEPTH_LIMIT (stopped on the event stream), keys that are not scalars,
 * NUL and other control characters, line ends other than LF and CR LF, more
 * than TRO_TEXT_LIMIT bytes, TRO_NODE_LIMIT values or TRO_BLANK_LIMIT blanks in
 * a row. Duplicate keys are said and left out, so that the other mistakes of a
 * file can be said, too: see `duplicates`.
 *
 * Ownership: a document owns its text, its nodes and the texts of overrides
 * until tro_document_free. Thread rule: one thread at a time. */
#ifndef TRO_DOCUMENT_TREE_H
#define TRO_DOCUMENT_TREE_H

#include <stddef.h>

#include <trophic/messages.h>

#include "base/memory.h"
#include "base/text.h"

#define TRO_DEPTH_LIMIT 64
#define TRO_TEXT_LIMIT (64u << 20)
#define TRO_NODE_LIMIT (4u << 20)
/* libyaml clears its whole blank buffer at every word, so one long run of
 * blanks makes the rest of a text quadratic. */
#define TRO_BLANK_LIMIT 1024

typedef enum tro_node_kind { TRO_SCALAR, TRO_LIST, TRO_MAP } tro_node_kind;

typedef struct tro_node tro_node;
struct tro_node {
    tro_node_kind kind;
    tro_place place;       /* of the value; for an override: in the override's text,
                              or where that value was taken from */
    const char *key;       /* in a map: its key; else NULL */
    tro_place key_place;
    const char *text;      /* of a scalar, without quotes; else NULL */
    int quoted;            /* the scalar stood in quotes or as a block */
    tro_node *parent;      /* NULL at the root */
    tro_node **items;      /* of a list or a map */
    size_t count;
};

typedef struct tro_document {
    tro_arena arena;
    tro_source source;     /* the text of the main file */
    tro_node *root;        /* always a map */
    size_t duplicates;     /* keys that came again: each was said when it was read */
    size_t overrides;      /* sources that overrides have added */
    struct tro_override_source *newest; /* of those, the last */
} tro_document;

/* Reads a file ("-" is standard input, shown as <stdin>). On failure *out is
 * NULL and messages says why: TRO_EIO (missing, a directory, unreadable),
 * TRO_EPARSE, TRO_ENOMEM. A document with duplicate keys is no failure, though
 * messages says them: what is made of it reports what else is wrong, and then
 * fails. */
TRO_MUST_USE int tro_document_read_file(const char *path, tro_document **out,
                                        tro_messages *messages);
/* The same from memory; name is what messages call it; both are copied. */
TRO_MUST_USE int tro_document_read_text(const char *name, const char *text, size_t length,
                                        tro_document **out, tro_messages *messages);
/* A deep copy that shares nothing (sources, too, are copied). */
TRO_MUST_USE int tro_document_clone(const tro_document *document, tro_document **out,
                                    tro_messages *messages);
void tro_document_free(tro_document *document);

/* The place of one byte of a text. Walks the text: for messages. */
tro_place tro_place_at(const tro_source *source, size_t offset, int width);

/* The child of a map with this key, or NULL (also when node is NULL or no map). */
tro_node *tro_node_get(const tro_node *node, const char *key);

/* 1 for a plain scalar that is empty, `~` or `null`: a key without a value. */
int tro_node_is_nothing(const tro_node *node);

/* Finds a value by path. Steps are separated by '.'; a step is a map's key,
 * or in a list the 0-based index, or the `name` of an element, or for an
 * element with `from` and `to`: `from->to`. A list element that is a map
 * with a `group` key also answers to that key's value, and its `members` to
 * their names. A step that is empty
 * or holds '.' or '=' stands in double quotes, in which \" and \\ stand for
 * one character each; a quoted step is never an index. The empty path is the
 * node itself. Returns NULL when nothing is there. */
tro_node *tro_node_at(const tro_node *node, const char *path);

/* Overrides: sets the value at a path to the YAML text `value` (a scalar, or
 * flow syntax such as "[1, 2]"). A missing last map key is created, and so are
 * missing maps on the way; a missing list element, or a step through a
 * scalar, is a located error that names the nearest step there is. `origin`
 * names the source in later messages ("--set", "vary"): their place then
 * points into "path=value". Replaces the old value whole; after a failure the
 * tree is as it was. Returns TRO_EINVAL (not a path), TRO_ESCENARIO (nothing
 * there to set), TRO_EPARSE (the value), TRO_ENOMEM. */
TRO_MUST_USE int tro_document_set(tro_document *document, const char *path, const char *value,
                                  const char *origin, tro_messages *messages);
/* Splits "path=value" at the first '=' outside a quoted step and sets it. */
TRO_MUST_USE int tro_document_set_argument(tro_document *document, const char *argument,
                                           const char *origin, tro_messages *messages);
/* The value of an option, which stands in `argument` from byte `start` on, as a node of its
 * own: its places point into the argument as it was typed. It lives as long as the document. */
TRO_MUST_USE int tro_document_read_option(tro_document *document, const char *option,
                                          const char *argument, size_t start, tro_node **out,
                                          tro_messages *messages);
/* Sets a number without a detour through text layout; for sweeps. */
TRO_MUST_USE int tro_document_set_real(tro_document *document, const char *path, double value,
                                       const char *origin, tro_messages *messages);

/* Gives a node, and all below it, the places of another, as far down as the
 * two are alike: for a value that was copied from a file into an override, so
 * that its mistakes are shown where somebody wrote it. The source of `model`
 * must outlive the document and its clones. */
void tro_node_adopt_places(tro_node *node, const tro_node *model);

/* The place to name for a mistake that several values of a map make together:
 * the last of these keys that an override set, else `otherwise`. */
const tro_place *tro_place_of_change(const tro_node *map, const char *const *keys, size_t count,
                                     const tro_place *otherwise);

/* Turns the value v of a node into {key: v}. `key` is kept, not copied. After
 * TRO_ENOMEM the node is as it was. */
TRO_MUST_USE int tro_node_wrap(tro_document *document, tro_node *node, const char *key);
/* Appends the node as YAML that reads back as an equal tree: block style
 * where it helps, short lists of scalars in flow style, strings quoted when
 * they need it. */
void tro_node_write(const tro_node *node, tro_text *text);

/* The path of a node in the syntax of tro_node_at, for messages. */
void tro_node_path(const tro_node *node, tro_text *text);

#endif
