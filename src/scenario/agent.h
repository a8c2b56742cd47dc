/* Inside the scenario: the keys of an agent, and one agent made of them. */
#ifndef TRO_SCENARIO_AGENT_H
#define TRO_SCENARIO_AGENT_H

#include "scenario/data.h"

/* Agents that are the nodes of a network file. */
typedef struct tro_nodes_config {
    const tro_node *self;       /* NULL: no */
    const char *file, *group;
    int format;
} tro_nodes_config;

typedef struct tro_agent_config {
    const tro_node *self;
    const char *name, *group;
    long long count, outputs, sample;
    tro_texts names;
    tro_nodes_config nodes;
    tro_data_config data;
    tro_fade_config fade;
    const tro_node *reference, *start, *reward, *public_curator, *owner;
    int at, displaces, pool;
    double rate;
    const tro_node *shares, *members;
} tro_agent_config;

enum { TRO_MOST_AGENTS = 10000000 };   /* of one group */

/* The agent of that name with these keys. Located errors, all of them. */
TRO_MUST_USE int tro_agent_read(const tro_reader *reader, const tro_scenario *scenario,
                                const tro_agent_config *config, const char *name,
                                tro_agent *agent);

#endif
