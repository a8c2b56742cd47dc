/* The reference: what `trophic list` knows. */
#ifndef TRO_CLI_LIST_H
#define TRO_CLI_LIST_H

#include <trophic/plugin.h>

#include "base/text.h"

/* A part of the scenario file that is not a plug-in. */
typedef struct tro_section {
    const char *name;
    const tro_table *table;
    const char *doc;
} tro_section;

extern const tro_section tro_sections[];
extern const size_t tro_section_count;

/* A table's rows for the terminal: key, what it takes, default, meaning. */
void tro_list_table(const tro_table *table, tro_text *text);

/* `keys FILE`: the paths of all that can be set there; `names FILE`: its agents. A line each;
 * FILE may be the name of a study. */
int tro_list_is_of_file(const char *word);
TRO_MUST_USE int tro_list_file(const char *word, const char *file, tro_text *text,
                               tro_messages *messages);

/* The whole manual as Markdown; doc/reference.md is this text. */
void tro_list_manual(const tro_catalog *catalog, tro_text *text);

#endif
