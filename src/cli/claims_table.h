/* The claims of a study as a table: what the source says, what was found. */
#ifndef TRO_CLI_CLAIMS_TABLE_H
#define TRO_CLI_CLAIMS_TABLE_H

#include "experiment/study.h"

/* Appends the table, `width` columns wide (at least 80): the source as a
 * heading where it changes, then a row for each claim with its verdict. */
void tro_add_claims(tro_text *text, const tro_study *study, int width);

#endif
