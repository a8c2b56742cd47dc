/* Which paths a scenario has room for, by the parameter tables. */
#ifndef TRO_SCENARIO_KEYS_H
#define TRO_SCENARIO_KEYS_H

#include "scenario/scenario.h"

/* Does the path lead to something, or to a key that a table knows though it
 * is not written out? Located errors at `place` (NULL: in the path itself)
 * name the nearest key. Below what no table describes, anything may be.
 * --set, the axes of tables and roots ask the same. */
TRO_MUST_USE int tro_key_check(const tro_scenario *scenario, const tro_catalog *catalog,
                               const char *path, const tro_place *place, tro_messages *messages);

/* The same for the path text->text[0 .. length-1] of an override that is about
 * to be set, and makes room for it: a value that stands for a map on the way
 * is written out (`shift: 1` as {shift: {by: 1}}, `synchronous` as
 * {synchronous: {}}), which changes nothing. */
TRO_MUST_USE int tro_key_open(tro_document *document, const tro_catalog *catalog,
                              const tro_source *text, size_t length, const tro_place *place,
                              tro_messages *messages);

/* Appends the paths of all that can be set, a line each: what the file has, and keys that tables
 * know though they are not written out. A map stands for its keys only, but for one that a
 * value may stand in for; of members of groups there are those with keys of their own. The
 * document need not be a valid scenario. Parts that describe a study are left out. */
void tro_key_list(const tro_document *document, const tro_catalog *catalog, tro_text *out);

/* For a path (of `length` bytes) that leads nowhere: appends the shortest of those paths that has
 * all its steps in their order and ends with the same one, and returns how many as short as that
 * there are. 0, and nothing is appended, when there is none. */
size_t tro_key_like(const tro_document *document, const tro_catalog *catalog, const char *path,
                    size_t length, tro_text *out);

#endif
