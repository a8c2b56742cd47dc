/* Spots: what the parameter tables say may stand at a place of a scenario. */
#ifndef TRO_SCENARIO_SPOTS_H
#define TRO_SCENARIO_SPOTS_H

#include "document/param.h"

typedef enum tro_spot_shape {
    TRO_SPOT_ANYTHING,   /* read by no table */
    TRO_SPOT_NOTHING,    /* a scalar or a list of them: no keys below it */
    TRO_SPOT_RECORD,     /* the keys of `table` */
    TRO_SPOT_RECORDS,    /* a list of those */
    TRO_SPOT_PLUGIN,     /* the name of one of `kind`, its keys below it */
    TRO_SPOT_PLUGINS     /* a map from any name to those */
} tro_spot_shape;

typedef struct tro_spot {
    tro_spot_shape shape;
    const tro_table *table;
    tro_kind kind;
} tro_spot;

tro_spot tro_spot_of_table(const tro_table *table);
/* The parameter that a value which is no map stands for, or NULL. */
const tro_param *tro_spot_main(const tro_table *table);
/* What a key of the table leads to; `root` is that of the scenario, which says the family. */
tro_spot tro_spot_below(const tro_node *root, const tro_catalog *catalog, const tro_table *table,
                        const tro_param *param);

/* For a key that the table of a spot does not have: adds " (it belongs inside ...)" when a
 * table below it does. `node` is what stands at the spot, or NULL. */
void tro_spot_hint_below(const tro_node *root, const tro_catalog *catalog, tro_spot spot,
                         const tro_node *node, const char *key, tro_text *text);
/* The same for a key of a scenario, which may belong further up, too: `where` of a reader. */
void tro_spot_hint(const tro_reader *reader, const tro_node *child, tro_text *text);

#endif
