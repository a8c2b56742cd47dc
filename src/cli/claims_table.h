/* The claims of studies as a table: what the source says, what was found. */
#ifndef TRO_CLI_CLAIMS_TABLE_H
#define TRO_CLI_CLAIMS_TABLE_H

#include "cli/account.h"

/* Appends the table of one study, with its title and how many claims hold; `width` is
 * that of the whole: below 80 columns the cells stand under each other. */
void tro_add_claims(const tro_account *account, int width, tro_text *text);

/* One table of several studies: each with its name and paper as a heading, then what did
 * not come out as claimed, and a summary. `missing` of them could not be run. */
void tro_add_all_claims(const tro_account *accounts, size_t count, size_t missing, int width,
                        tro_text *text);

#endif
