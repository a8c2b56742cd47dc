/* Where the files that came with trophic are. */
#ifndef TRO_CLI_HOME_H
#define TRO_CLI_HOME_H

#include "base/memory.h"

/* The folder of installed data that belongs to the program that runs: it stands to the program's
 * folder as configure was told, so an installation may be moved, or go elsewhere by
 * `make install prefix=...`. Where there is none, configure's own. In the arena, or static. */
const char *tro_home(tro_arena *arena);

#endif
