/* Inside the scenario: values of an agent's keys that are drawn, and members of
 * a group with keys of their own.
 *
 * Anywhere below an agent {draw: {RULE: ...}} stands for a value. The numbers
 * of a draw come from the stream (family/draw.h) of the agent's name and the path
 * of the key, so that they change with neither the group's size nor its order. */
#ifndef TRO_SCENARIO_DRAWS_H
#define TRO_SCENARIO_DRAWS_H

#include "document/param.h"
#include "family/draw.h"

/* Is something below the node drawn? */
int tro_has_draws(const tro_node *node);
/* A map that stands for what is drawn. */
int tro_is_draw(const tro_node *node);

/* An agent as it is written with its own keys (NULL: none) and with values in
 * place of draws: the node itself when there is nothing to do, else a copy in
 * the reader's arena that shares with it what it can. Located errors. */
TRO_MUST_USE int tro_agent_node(const tro_reader *reader, tro_lottery *lottery,
                                const tro_node *agent, const tro_node *own, const char *name,
                                const tro_node **out);

extern const tro_table tro_draw_table;

#endif
