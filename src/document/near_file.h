/* Which file was probably meant by a path that cannot be read. */
#ifndef TRO_DOCUMENT_NEAR_FILE_H
#define TRO_DOCUMENT_NEAR_FILE_H

#include "base/text.h"

/* " (did you mean 'three.yaml'?)", or nothing: for a path where no file is, the file in its folder
 * with that name and an ending, else the one with the nearest name; for a folder of results where
 * a scenario is wanted, the one in it. A name without an ending stands for `ending`
 * (".yaml", ".csv"; NULL: any). `written` is the path as it was given: what it may be relative to
 * is not said. */
void tro_add_near_file(tro_text *text, const char *path, const char *written,
                       const char *ending);

#endif
