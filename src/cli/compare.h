/* What `trophic compare` prints. */
#ifndef TRO_CLI_COMPARE_H
#define TRO_CLI_COMPARE_H

#include "experiment/compare.h"

void tro_compare_show(const tro_comparison *comparison, tro_text *text);
/* One object, and a newline. */
void tro_compare_json(const tro_comparison *comparison, tro_text *text);

#endif
