/* The schema: what a scenario file may be, for editors (JSON Schema, draft 7). */
#ifndef TRO_EXPERIMENT_SCHEMA_H
#define TRO_EXPERIMENT_SCHEMA_H

#include <trophic/plugin.h>

#include "base/text.h"

/* scenarios/scenario.schema.json is this text. TRO_ENOMEM, or TRO_OK. It takes all that a
 * scenario may say and refuses what the parameter tables rule out: other keys, types, words
 * and ranges. What several keys say together is for the parser alone. */
TRO_MUST_USE int tro_schema_make(const tro_catalog *catalog, tro_text *out);

#endif
