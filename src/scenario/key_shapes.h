/* What can stand where in a scenario, as far as the parameter tables and the few keys that are
 * read by hand say it. */
#ifndef TRO_SCENARIO_KEY_SHAPES_H
#define TRO_SCENARIO_KEY_SHAPES_H

#include "scenario/scenario.h"

typedef enum tro_key_shape {
    TRO_KEYS_ANYTHING,   /* read by no table */
    TRO_KEYS_NOTHING,    /* a scalar or a list of them: no keys below it */
    TRO_KEYS_RECORD,     /* the keys of `table` */
    TRO_KEYS_RECORDS,    /* a list of those */
    TRO_KEYS_PLUGIN,     /* the name of one of `kind`, its keys below it */
    TRO_KEYS_PLUGINS     /* a map from any name to those */
} tro_key_shape;

typedef struct tro_key_spot {
    tro_key_shape shape;
    const tro_table *table;
    tro_kind kind;
} tro_key_spot;

/* The keys of a table; without one anything. */
tro_key_spot tro_key_of_table(const tro_table *table);

/* The parameter that a value which is no map stands for, or NULL. */
const tro_param *tro_key_main(const tro_table *table);

/* What stands at a key of a table; of keys that depend on the family, by the one that the
 * document names. */
tro_key_spot tro_key_below(const tro_document *document, const tro_catalog *catalog,
                           const tro_table *table, const tro_param *param);

#endif
