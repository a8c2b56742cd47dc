/* The trajectories of a run, gathered as the rounds go by: alignments of up to eight agents,
 * of more agents the means of their groups. As many rounds as a picture can show: every
 * round first and, whenever there is no more room, every second of those that are kept. */
#ifndef TRO_CLI_CURVES_H
#define TRO_CLI_CURVES_H

#include "cli/draw.h"
#include "cli/results.h"
#include "experiment/cell.h"
#include "schedule/runner.h"

enum { TRO_CURVES_MOST = 8, TRO_CURVE_POINTS = 401 };

/* What is drawn, and means over replicates. */
typedef struct tro_curves {
    const tro_cell *cell;
    tro_parts parts;              /* a line each */
    size_t room;                  /* points that a line may have */
    size_t points, stride;        /* point k is of round k * stride */
    uint64_t replicates;
    double *mean, *square;        /* points x lines; sums of squared deviations */
    tro_arena arena;
} tro_curves;                     /* zero-initialised is legal to release, and gathers nothing */

/* One replicate's. */
typedef struct tro_curve {
    size_t points, stride;
    double *values;               /* room x lines, by its owner */
} tro_curve;

TRO_MUST_USE int tro_curves_init(tro_curves *curves, const tro_cell *cell,
                                 tro_messages *messages);
void tro_curves_release(tro_curves *curves);
/* Numbers that one replicate's `values` need; curves may be NULL: 0. */
size_t tro_curves_numbers(const tro_curves *curves);

/* Curves may be NULL in these. begin: before round 0; add: after each round, it too. */
void tro_curve_begin(tro_curve *curve);
void tro_curve_add(const tro_curves *curves, tro_curve *curve, const tro_runner *runner);
/* In the order of the replicates. */
void tro_curves_take(tro_curves *curves, const tro_curve *curve);

/* For another process. Curves may be NULL: nothing. */
void tro_curve_pack(const tro_curves *curves, const tro_curve *curve, tro_text *out);
void tro_curve_unpack(const tro_curves *curves, tro_curve *curve, tro_packed *from);
void tro_curves_pack(const tro_curves *curves, tro_text *out);
void tro_curves_unpack(tro_curves *curves, tro_packed *from);

/* rounds.svg, with bands of 95 % around means of replicates; the fixed point, if the cell
 * `at` has one (NULL: none), dashed. Nothing if there is no number to draw. */
TRO_MUST_USE int tro_curves_draw(const tro_curves *curves, const tro_cell *at,
                                 tro_results *results, tro_messages *messages);
/* Appends the same as a sketch in text. */
TRO_MUST_USE int tro_curves_sketch(const tro_curves *curves, const tro_cell *at, tro_text *text);

#endif
