/* What every parameter does to an alignment, for `trophic influence --gradient`. */
#ifndef TRO_CLI_GRADIENT_H
#define TRO_CLI_GRADIENT_H

#include "analysis/gradient.h"
#include "cli/results.h"

/* One parameter: a share, a weight of an edge, or a temperature. */
typedef enum tro_lever_kind {
    TRO_LEVER_REAL,        /* the others give way in proportion */
    TRO_LEVER_CURATED,     /* what `displaces` names gives way */
    TRO_LEVER_WEIGHT,      /* as written, its row scaled to sum to 1 again */
    TRO_LEVER_TEMPERATURE
} tro_lever_kind;

typedef struct tro_lever {
    tro_lever_kind kind;
    size_t agent, edge, layer;    /* whose share or users; which edge, and its layer */
    double value;                 /* as it is; NaN: not known */
    double effect;                /* derivative of the welfare */
} tro_lever;

typedef struct tro_levers {
    const tro_cell *cell;
    size_t on;                    /* whose alignment; SIZE_MAX: the mean */
    double welfare;
    tro_lever *items;             /* the largest effect first */
    size_t count;
    tro_arena arena;
} tro_levers;                     /* zero-initialised is legal to release */

/* The cell's influences must have been found. Those without a derivative are left out. */
TRO_MUST_USE int tro_levers_find(tro_levers *levers, tro_cell *cell, size_t on,
                                 tro_messages *messages);
void tro_levers_release(tro_levers *levers);

/* Appended. */
void tro_levers_show(const tro_levers *levers, tro_text *text);
void tro_levers_json(const tro_levers *levers, tro_text *text);
/* gradient.csv */
TRO_MUST_USE int tro_levers_write(const tro_levers *levers, tro_results *results,
                                  tro_messages *messages);

#endif
