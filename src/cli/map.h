/* How `trophic map` tells what it found. */
#ifndef TRO_CLI_MAP_H
#define TRO_CLI_MAP_H

#include "base/text.h"
#include "experiment/map.h"

/* A sketch of the plane in characters, and what there is of which kind. Appended. */
void tro_map_show(const tro_map *map, tro_text *text);
/* One object. Appended. */
void tro_map_json(const tro_map *map, tro_text *text);

#endif
