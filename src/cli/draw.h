/* A scenario's network as a drawing. Up to TRO_DRAWN_MAX agents each has a disc; of more
 * a few that matter most have one, the others stand together by group. */
#ifndef TRO_CLI_DRAW_H
#define TRO_CLI_DRAW_H

#include "cli/options.h"
#include "cli/results.h"
#include "network/layout.h"

enum { TRO_DRAWN_MAX = 300 };

/* What is shown; numbers by agent or link of the scenario, NaN where not known; unowned. */
typedef struct tro_network_view {
    const char *what;             /* is drawn, for the title: "influence" */
    const double *colour;         /* of discs, or NULL */
    const char *disc_label;
    const double *size;           /* NULL: how much of others' data is its outputs */
    const char *size_label;
    const double *effects;        /* of links; NULL: colours are no effects, and arrows show
                                     what is curated */
    const char *arrow_label;
    const double *helps, *harms, *harmed;   /* by how much, in all, others, and by others;
                                               >= 0; or NULL */
    tro_layout layout;
} tro_network_view;

/* network.svg with its script and data. */
TRO_MUST_USE int tro_network_draw(const tro_cell *cell, const tro_network_view *view,
                                  tro_results *results, tro_messages *messages);

/* The agents with the largest values above `least`, at most `most`, into out behind its
 * first `count`; those that are there already are passed over. The new count. */
size_t tro_take_largest(const double *values, double least, size_t agents, size_t most,
                        size_t *out, size_t count);

/* --layout; its absence is automatic. */
TRO_MUST_USE int tro_layout_asked(const tro_arguments *arguments, tro_layout *out,
                                  tro_messages *messages);

/* draw_parts.c: which agents stand together. Texts and arrays live in the arena. */
typedef struct tro_parts {
    size_t count;
    size_t *of_agent;             /* the part that an agent is of */
    size_t *agents;               /* in a part */
    const char **names;
    int summary;                  /* some part has several agents */
} tro_parts;

/* A summary where there are more than `most_agents`; `first`, in their order, are those that
 * stand for themselves in it. Of more than `most_groups` the smallest are one. TRO_ENOMEM
 * without a message. */
TRO_MUST_USE int tro_parts_find(const tro_scenario *scenario, const size_t *first, size_t count,
                                size_t most_agents, size_t most_groups, tro_arena *arena,
                                tro_parts *out);

#endif
