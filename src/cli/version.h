/* Which trophic this is. */
#ifndef TRO_CLI_VERSION_H
#define TRO_CLI_VERSION_H

#include "base/text.h"

const char *tro_version(void);
/* The commit it was built from, or "unknown". */
const char *tro_commit(void);
/* Appends version, commit, libraries and threads, a line each. */
void tro_version_describe(tro_text *text);

#endif
