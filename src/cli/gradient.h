/* What every parameter does to an alignment, for `trophic influence --gradient`. */
#ifndef TRO_CLI_GRADIENT_H
#define TRO_CLI_GRADIENT_H

#include "analysis/gradient.h"
#include "cli/results.h"

typedef enum tro_lever_kind {
    TRO_LEVER_REAL,        /* the others give way in proportion */
    TRO_LEVER_CURATED,     /* what `displaces` names gives way */
    TRO_LEVER_WEIGHT,      /* as written, its row scaled to sum to 1 again */
    TRO_LEVER_DIAL,        /* a temperature or a strength */
    TRO_LEVER_REWARD,      /* of curators, at an outcome or by its linear part */
    TRO_LEVER_COUNT        /* of candidates or slots: a difference, to one more or one less */
} tro_lever_kind;

/* One parameter. */
typedef struct tro_lever {
    tro_lever_kind kind;
    size_t agent, edge, layer;    /* whose share or curator; which edge, and its layer */
    const tro_turned *turned;     /* which rule of the curator; else NULL */
    size_t at;                    /* of a reward: outcome or coordinate */
    double value;                 /* as it is; NaN: not known */
    double to;                    /* of a difference: what it would become; else NaN */
    double effect;                /* derivative, or difference, of the welfare; NaN: there is
                                     none */
    int one_sided;                /* it can move in one direction only */
    const char *reason;           /* why there is none */
} tro_lever;

typedef struct tro_levers {
    const tro_cell *cell;
    size_t on;                    /* whose alignment; SIZE_MAX: the mean */
    double welfare;
    tro_welfare_gradient gradient;
    tro_lever *items;             /* the largest effect first, then those without */
    size_t count, room;
    tro_arena arena;
} tro_levers;                     /* zero-initialised is legal to release */

/* The cell's influences must have been found. TRO_EINTERRUPTED. */
TRO_MUST_USE int tro_levers_find(tro_levers *levers, tro_cell *cell, size_t on,
                                 const tro_progress *progress, tro_messages *messages);
void tro_levers_release(tro_levers *levers);

/* The alignments that a gradient is of, weighed. */
static inline double tro_levers_weight(const tro_levers *levers, size_t agent, size_t rewarded)
{
    if (levers->on != SIZE_MAX)
        return agent == levers->on;
    return levers->cell->scenario->agents[agent].reward ? 1 / (double)rewarded : 0;
}

/* Why what moves the agent has no effect that could be told; NULL: it has. */
const char *tro_levers_lost(const tro_levers *levers, size_t of);

/* Adds what one candidate or slot more, and one less, would do: fixed points found anew from the
 * present one (gradient_counts.c). */
TRO_MUST_USE int tro_levers_count(tro_levers *levers, const tro_progress *progress,
                                  tro_messages *messages);

/* Appended. */
void tro_levers_show(const tro_levers *levers, tro_text *text);
void tro_levers_json(const tro_levers *levers, tro_text *text);
/* gradient.csv */
TRO_MUST_USE int tro_levers_write(const tro_levers *levers, tro_results *results,
                                  tro_messages *messages);

#endif
