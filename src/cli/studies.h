/* Where studies are: by name, in the folders that may hold them. */
#ifndef TRO_CLI_STUDIES_H
#define TRO_CLI_STUDIES_H

#include <trophic/messages.h>

#include "base/memory.h"

typedef struct tro_study_file {
    const char *name;   /* without .yaml */
    const char *path;
} tro_study_file;

typedef struct tro_study_files {
    tro_study_file *items;   /* by name */
    size_t count;
    tro_arena arena;
} tro_study_files;           /* zero-initialised is legal to release */

/* All that are found in $TROPHIC_SCENARIOS/studies, ./scenarios/studies and
 * where trophic is installed; of two with one name the first counts. */
TRO_MUST_USE int tro_studies_find(tro_study_files *files, tro_messages *messages);
void tro_studies_release(tro_study_files *files);

/* The path of a study given by path or by name; owned by `files`. */
TRO_MUST_USE int tro_studies_look_up(tro_study_files *files, const char *name,
                                     const char **path, tro_messages *messages);

#endif
