/* A given number of links, each with a chance in proportion to the fitness of
 * its producer times that of its consumer. */
#ifndef TRO_NETWORK_FITNESS_LINKS_H
#define TRO_NETWORK_FITNESS_LINKS_H

#include "network/graph.h"

typedef struct tro_fitness_request {
    const char *name;          /* of the generator */
    const double *out, *in;    /* fitness as producer and as consumer, >= 0, one a node */
    long long links;
    double self;
} tro_fitness_request;

TRO_MUST_USE int tro_fitness_generate(const tro_fitness_request *request, const tro_site *site,
                                      tro_arena *arena, tro_graph *out, tro_messages *messages);

#endif
