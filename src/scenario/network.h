/* Inside the scenario: the network's keys, and the steps that read them, one
 * file each. */
#ifndef TRO_SCENARIO_NETWORK_H
#define TRO_SCENARIO_NETWORK_H

#include "scenario/edges.h"
#include "scenario/parts.h"

typedef struct tro_rewire_config {
    const tro_node *self;                /* NULL: no */
    double swaps;
} tro_rewire_config;

/* One source of links; a network is one, or a list of them. */
typedef struct tro_part_config {
    const tro_node *self;
    tro_records edges;                   /* of tro_edge_config */
    tro_chosen generator;
    const char *graphml, *file;
    int format;
    const char *judge;                   /* NULL in a part: the network's */
    tro_texts among, vertices;
    double mean_degree, density, weight;
    tro_rewire_config rewire;
    int direction;
} tro_part_config;

typedef struct tro_network_config {
    tro_part_config part;
    tro_records parts, changes;          /* of tro_part_config, tro_edge_config */
    int normalise;
} tro_network_config;

/* What a part has made. */
typedef struct tro_network_part {
    tro_graph graph;
    tro_edge *edges;                     /* one for each link */
} tro_network_part;

/* The edges that are written out; `pattern` is what they do not say. */
TRO_MUST_USE int tro_scenario_edges(const tro_reader *reader, const tro_scenario *scenario,
                                    const tro_part_config *config, const tro_edge *pattern,
                                    tro_network_part *out);
/* A generated network; `number` is that of the part, from 0. */
TRO_MUST_USE int tro_scenario_generated(const tro_reader *reader, const tro_scenario *scenario,
                                        const tro_part_config *config, uint64_t number,
                                        tro_graph *out);
/* The network of a file. */
TRO_MUST_USE int tro_scenario_file(const tro_reader *reader, const tro_scenario *scenario,
                                   const tro_part_config *config, tro_graph *out);

#endif
