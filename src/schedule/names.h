/* Parameters of schedules that are per agent. */
#ifndef TRO_SCHEDULE_NAMES_H
#define TRO_SCHEDULE_NAMES_H

#include "schedule/schedule.h"

/* Resolves a list that names every agent exactly once; located errors. */
TRO_MUST_USE int tro_schedule_every_agent(const tro_plan *plan, const tro_texts *names,
                                          size_t *order, tro_messages *messages);

/* Spreads one number over all agents, or checks that there is one for each,
 * into an array of the plan's arena. `node` is the record and key its key. */
TRO_MUST_USE int tro_schedule_per_agent(tro_plan *plan, const tro_node *node, const char *key,
                                        const tro_vector *given, double **out,
                                        tro_messages *messages);

#endif
