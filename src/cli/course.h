/* The time course of one agent's influences, for `trophic influence --rounds`. */
#ifndef TRO_CLI_COURSE_H
#define TRO_CLI_COURSE_H

#include "analysis/course.h"
#include "cli/results.h"
#include "experiment/cell.h"

typedef struct tro_time_course {
    const tro_cell *cell;
    size_t of, agents, rounds;     /* agents: of those with a reward; rounds followed */
    size_t *agent;                 /* which they are */
    double *values;                /* (rounds + 1) x agents: dJ/dlambda after each exact round;
                                      those that have a memory by differences */
    tro_paired_course sampled;     /* the same of sampled rounds; replicates 0: not asked for */
    double step;
    double *long_term;             /* agents: at the fixed point */
    int one_sided, differences;
    tro_arena arena;
} tro_time_course;                 /* zero-initialised is legal to release */

/* Only agent `on`'s alignment unless it is SIZE_MAX. The cell's influences must have been
 * found. Of sampled scenarios also by pairs of runs whose share differs by twice `step`.
 * TRO_EUNSUPPORTED with a message where the share cannot move; TRO_EDIVERGED when the rounds
 * do; TRO_EINTERRUPTED. */
TRO_MUST_USE int tro_time_course_find(tro_time_course *course, tro_cell *cell, size_t on,
                                      size_t of, size_t rounds, double step,
                                      const tro_progress *progress, tro_messages *messages);
void tro_time_course_release(tro_time_course *course);

/* Appended. */
void tro_time_course_show(const tro_time_course *course, tro_text *text);
/* --plot. */
void tro_time_course_sketch(const tro_time_course *course, tro_text *text);
void tro_time_course_json(const tro_time_course *course, tro_text *text);
/* course.csv and the figure `course`. */
TRO_MUST_USE int tro_time_course_write(const tro_time_course *course, tro_results *results,
                                       tro_messages *messages);

#endif
