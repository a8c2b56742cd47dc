/* An unknown option that is a key of the scenario. */
#ifndef TRO_CLI_KEY_MEANT_H
#define TRO_CLI_KEY_MEANT_H

#include "cli/options.h"

/* Says which --set does what `--rounds 50` was to do, when a file among the operands has that
 * key. */
void tro_say_key_meant(const tro_arguments *arguments);

#endif
