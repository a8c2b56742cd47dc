/* Reading a tree by parameter tables (include/trophic/plugin.h).
 *
 * Every mistake of a record is reported, not only the first: unknown keys
 * (with the nearest valid one), missing required keys, wrong types, values
 * out of range (the message names the range and the unit), wrong shapes; up
 * to TRO_MISTAKE_LIMIT of them in one list of messages.
 *
 * A key without a value (`key:`, `~`, `null`) is a mistake. Text in quotes is
 * a text and no number or truth value. An absent TRO_P_RECORD holds its
 * defaults and asks for none of its own required keys; a TRO_P_SELF in it
 * tells whether it was there. */
#ifndef TRO_DOCUMENT_PARAM_H
#define TRO_DOCUMENT_PARAM_H

#include <trophic/plugin.h>

#include "document/tree.h"

#define TRO_MISTAKE_LIMIT 100
#define TRO_GRID_LIMIT 10000000   /* values of one linspace */

typedef struct tro_reader {
    tro_arena *arena;            /* receives strings, vectors, configs */
    const tro_catalog *catalog;  /* for TRO_P_PLUGIN; may be NULL without them */
    tro_messages *messages;
    const char *beside;          /* the document's path: files it names stand beside it; or NULL */
    const void *scope;           /* names defined so far, of the layer that reads; or NULL */
    /* Adds where a key that is unknown in its place belongs, as " (...)", or nothing. Or NULL. */
    void (*where)(const struct tro_reader *reader, const tro_node *child, tro_text *text);
} tro_reader;

/* Fills `out` (table->size bytes, zeroed here) from a map, or from a value
 * for the TRO_P_MAIN parameter, or from NULL: all defaults, and an error for
 * required keys at `fallback_place` (may be NULL). Returns TRO_OK,
 * TRO_ESCENARIO after at least one message, or TRO_ENOMEM. Strings point into
 * the document or the arena, which must both outlive `out`. */
TRO_MUST_USE int tro_read_record(const tro_reader *reader, const tro_node *node,
                                 const tro_table *table, const tro_place *fallback_place,
                                 void *out);

/* Reads `name` or {name: parameters} as a plug-in of the kind. A bare name
 * takes all defaults. out->node is a scalar that is the name. Without a
 * catalog: TRO_EINVAL. */
TRO_MUST_USE int tro_read_plugin(const tro_reader *reader, const tro_node *node, tro_kind kind,
                                 tro_chosen *out);

/* One value of the given type, as the tables would; for code that walks the
 * tree itself. `what` names it in messages. */
TRO_MUST_USE int tro_read_real(const tro_reader *reader, const tro_node *node, const char *what,
                               double *out);
TRO_MUST_USE int tro_read_vector(const tro_reader *reader, const tro_node *node, const char *what,
                                 tro_vector *out);

TRO_MUST_USE int tro_read_texts(const tro_reader *reader, const tro_node *node, const char *what,
                                tro_texts *out);
TRO_MUST_USE int tro_read_matrix(const tro_reader *reader, const tro_node *node, const char *what,
                                 tro_matrix *out);

/* The place to name for a key of a record: the value's, or the record's own
 * when the key is absent. */
const tro_place *tro_place_of(const tro_node *record, const char *key);

/* Prints a table as Markdown rows: key, type and range, default, unit, doc;
 * those of nested records follow as `record.key` and `records[].key`. The
 * reference manual and `trophic list` are made of these. */
void tro_table_document(const tro_table *table, tro_text *text);
/* The row of a key, or NULL. */
const tro_param *tro_table_param(const tro_table *table, const char *key);

/* What a unit is: none, one that says what the number is (a share), of things that are counted
 * (rounds), or of what is measured (reward). */
typedef enum tro_unit_sort {
    TRO_UNIT_NONE, TRO_UNIT_KIND, TRO_UNIT_THINGS, TRO_UNIT_MEASURE
} tro_unit_sort;
tro_unit_sort tro_unit_sort_of(const tro_param *param);
/* " A share.", " In rounds.", " Unit: reward." or nothing, behind a sentence. */
void tro_unit_describe(const tro_param *param, tro_text *text);

/* "number > 0", "one of a, b", "list of numbers", ... */
void tro_param_describe(const tro_param *param, tro_text *text);

#endif
