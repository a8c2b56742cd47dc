/* Scenario files that come with trophic, by name: studies, templates. */
#ifndef TRO_CLI_SHELF_H
#define TRO_CLI_SHELF_H

#include <trophic/messages.h>

#include "base/memory.h"

typedef struct tro_shelf_file {
    const char *name;   /* without .yaml */
    const char *path;
} tro_shelf_file;

typedef struct tro_shelf {
    const char *folder;      /* "studies", "templates" */
    tro_shelf_file *items;   /* by name */
    size_t count;
    tro_arena arena;
} tro_shelf;                 /* zero-initialised is legal to release */

/* All that are found in $TROPHIC_SCENARIOS/FOLDER, ./scenarios/FOLDER and
 * where trophic is installed; of two with one name the first counts. */
TRO_MUST_USE int tro_shelf_find(tro_shelf *files, const char *folder, tro_messages *messages);
void tro_shelf_release(tro_shelf *files);

/* The path of the one of that name, owned by `files`, or NULL. */
const char *tro_shelf_path(const tro_shelf *files, const char *name);
/* The error that there is no `what` of that name, with the nearest one or the command that
 * lists them. */
int tro_shelf_unknown(tro_shelf *files, const char *name, const char *what, const char *lists,
                      tro_messages *messages);
/* Does it look like a path, and not like a name? */
int tro_shelf_is_path(const char *name);

#endif
