/* Influences of a whole ecosystem, row by row: what every agent's curated
 * share does to one agent's alignment. One adjoint solve per row; memory does
 * not grow with the number of rows. */
#ifndef TRO_EXPERIMENT_EFFECTS_H
#define TRO_EXPERIMENT_EFFECTS_H

#include "experiment/cell.h"

/* Of an agent on itself, against what it would be in isolation, or where that is
 * not defined against its local effect: amplified, dampened, unchanged or inverted.
 * Else, or with nothing to be held against: helps or harms. */
typedef enum tro_effect_class {
    TRO_UNDEFINED, TRO_NO_EFFECT, TRO_AMPLIFIED, TRO_DAMPENED, TRO_UNCHANGED, TRO_INVERTED,
    TRO_HELPS, TRO_HARMS, TRO_EFFECT_CLASSES
} tro_effect_class;
const char *tro_effect_name(tro_effect_class effect_class);

typedef struct tro_effect {
    size_t on, of;
    double local;        /* before the network reacts: 0 on others */
    double isolated;     /* of on == of: the same in isolation; else, and if not defined, NaN */
    double long_term;    /* dJ_on / dlambda_of at the fixed point; NaN: not defined */
    tro_effect_class effect_class;
    int one_sided;       /* the share can move in one direction only */
    const char *reason;  /* why it is not defined; NULL where it is */
} tro_effect;

/* long_term / isolated; where that is not defined long_term / local; NaN with
 * neither. */
double tro_effect_ratio(const tro_effect *effect);

/* Called for every `on` that has a reward, in file order, with its row of
 * `count` effects. A negative return ends it. */
typedef int tro_effects_row(void *context, const tro_effect *row, size_t count);

/* Restricted to one agent where `on` or `of` is not SIZE_MAX. The cell's
 * influences must have been found. TRO_EINTERRUPTED when the progress (NULL:
 * none) says stop. */
TRO_MUST_USE int tro_effects_each(tro_cell *cell, size_t on, size_t of, tro_effects_row *visit,
                                  void *context, const tro_progress *progress,
                                  tro_messages *messages);

#endif
