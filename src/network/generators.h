/* The network generators trophic ships: one file each.
 *
 * All of them: weight 1 in both layers; links sorted by consumer, then
 * producer, no pair twice; no loops but those that `self` (or complete's
 * `loops`) asks for; one node or none has no links but loops. Errors are
 * TRO_ESCENARIO at `place` with the values found, TRO_ENOMEM, or TRO_ELIBRARY
 * from igraph. Any thread may call them; igraph's stand behind one lock. */
#ifndef TRO_NETWORK_GENERATORS_H
#define TRO_NETWORK_GENERATORS_H

#include <math.h>

#include "network/graph.h"

extern const tro_generator tro_generator_ring;
extern const tro_generator tro_generator_complete;
extern const tro_generator tro_generator_star;
extern const tro_generator tro_generator_erdos_renyi;
extern const tro_generator tro_generator_barabasi_albert;
extern const tro_generator tro_generator_watts_strogatz;
extern const tro_generator tro_generator_zachary;
extern const tro_generator tro_generator_tree;
extern const tro_generator tro_generator_random_tree;
extern const tro_generator tro_generator_citation;
extern const tro_generator tro_generator_lattice;
extern const tro_generator tro_generator_k_regular;
extern const tro_generator tro_generator_configuration;
extern const tro_generator tro_generator_stochastic_block;
extern const tro_generator tro_generator_bipartite;
extern const tro_generator tro_generator_core_periphery;
extern const tro_generator tro_generator_geometric;
extern const tro_generator tro_generator_power_law;
extern const tro_generator tro_generator_fitness;
extern const tro_generator tro_generator_aging;
extern const tro_generator tro_generator_recent;
extern const tro_generator tro_generator_forest_fire;
extern const tro_generator tro_generator_famous;

/* The parameter every generator ends with; config has a member double self. */
#define TRO_PARAM_SELF(config)                                                            \
    {                                                                                     \
        .key = "self", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED,                        \
        .offset = offsetof(config, self), .min = 0, .max = INFINITY, .fallback = "0",     \
        .unit = "weight",                                                                 \
        .doc = "Weight of a link from every agent to itself, so that it feeds on its own " \
               "outputs, too; 0 adds none."                                               \
    }

#endif
