/* Phases: what `events` make of a scenario, from one event to the next.
 *
 * Each phase is a whole scenario, validated like any other: the document of the phase
 * before, with what the event says put in. The agents are the same in all of them, in the
 * same order; those that are not there are marked (tro_presence). */
#ifndef TRO_SCENARIO_PHASES_H
#define TRO_SCENARIO_PHASES_H

#include "scenario/scenario.h"

typedef struct tro_phase {
    uint64_t from;               /* rounds completed when it begins */
    const tro_node *event;       /* that begins it (the first of one round), in the document of
                                    the first phase; NULL: the start */
    const char *name;            /* the event's, or NULL */
    size_t first, count;         /* its incidents, in the first phase's scenario */
    tro_scenario *scenario;
} tro_phase;

typedef struct tro_phases {
    tro_phase *items;
    size_t count;                /* at least 1 */
    tro_arena arena;
} tro_phases;                    /* zero-initialised is legal to release */

/* Takes ownership of the document in every case; the scenario of the first phase owns it
 * then. Mistakes that an event makes are shown in the event. Events of one round are
 * one phase. */
TRO_MUST_USE int tro_phases_new(tro_document *document, const tro_catalog *catalog,
                                tro_phases *out, tro_messages *messages);
/* Says what else was found about phase k, as tro_phases_new does: where the event stands,
 * if it is not the first phase. */
void tro_phases_tell(const tro_phases *phases, size_t k, const tro_messages *own,
                     tro_messages *messages);
void tro_phases_release(tro_phases *phases);

#endif
