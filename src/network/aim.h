/* Networks with as many links as were asked for, whichever generator makes
 * them; and what generators share that can be asked. */
#ifndef TRO_NETWORK_AIM_H
#define TRO_NETWORK_AIM_H

#include "network/graph.h"

/* Runs a generator: as configured, or, unless `links` is NaN, so that there
 * are that many links that are no loops, or as near as the model comes to it
 * (a note says how near). Refuses, with the range that can be reached, what is
 * further away than that. */
TRO_MUST_USE int tro_network_generate(const tro_generator *generator, const void *config,
                                      const tro_site *site, double links, tro_arena *arena,
                                      tro_graph *out, tro_messages *messages);

/* For `aim`: is `links` within what can be had? */
TRO_MUST_USE int tro_aim_range(const tro_site *site, const char *generator, double links,
                               double least, double most, tro_messages *messages);
/* For `aim`: refuses a parameter that says how many links there are, too. */
int tro_aim_both(const tro_site *site, const char *generator, const char *key,
                 tro_messages *messages);
/* For `generate`: nothing says how many links there are. */
int tro_aim_missing(const tro_site *site, const char *generator, const char *key,
                    tro_messages *messages);

/* The whole number in least .. most nearest to a. */
double tro_nearest_whole(double a, double least, double most);

#endif
