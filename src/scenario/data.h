/* Inside the scenario: the keys `data`, `fade` and `reference-sample` of an agent. */
#ifndef TRO_SCENARIO_DATA_H
#define TRO_SCENARIO_DATA_H

#include "scenario/scenario.h"

typedef struct tro_data_config {
    const tro_node *self;
    int regime;
    long long window;
} tro_data_config;

typedef struct tro_fade_config {
    const tro_node *self;       /* NULL: it does not fade */
    double power, offset;
    int to;
} tro_fade_config;

extern const tro_table tro_data_table, tro_fade_table;

/* After the agent's laws, shares and learning rate. Located errors. */
TRO_MUST_USE int tro_agent_data_read(const tro_reader *reader, const tro_data_config *data,
                                     const tro_fade_config *fade, long long sample,
                                     tro_agent *agent);

#endif
