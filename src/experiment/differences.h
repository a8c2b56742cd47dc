/* Influences round by round where rounds have a memory (delays, kept data sets, fading shares), so
 * that their derivative is not followed: differences over five runs, of fourth order. */
#ifndef TRO_EXPERIMENT_DIFFERENCES_H
#define TRO_EXPERIMENT_DIFFERENCES_H

#include "experiment/cell.h"
#include "schedule/runner.h"

/* What is read off exact rounds: `count` numbers after each of rounds 0 to `rounds`. */
typedef struct tro_following {
    size_t rounds, count;
    void (*judge)(const tro_runner *runner, const void *context, double *row);
    const void *context;
} tro_following;

/* out: (rounds + 1) x count. TRO_EDIVERGED with a message, TRO_EINTERRUPTED (the cell's progress),
 * TRO_ENOMEM. */
TRO_MUST_USE int tro_follow(const tro_cell *cell, const tro_following *following, double *out,
                            tro_messages *messages);

/* The derivative of that by the curated share of `of`, moved from the start on in every phase
 * by up to `step` (> 0) to both sides or, where it cannot, to one: then *one_sided is 1. Errors as
 * above; TRO_EUNSUPPORTED at `place` (may be NULL) when it can move to neither. */
TRO_MUST_USE int tro_follow_differences(const tro_cell *cell, size_t of, double step,
                                        const tro_place *place,
                                        const tro_following *following, double *out,
                                        int *one_sided, tro_messages *messages);

#endif
