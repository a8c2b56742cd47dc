/* Comparisons from a program: the same agents on several networks; what `trophic compare`
 * prints.
 *
 *   tro_comparison *c;
 *   if (tro_comparison_of(cell, &c, &messages) < 0)
 *       ... print messages ...
 *   size_t outcome = tro_comparison_outcome("alignment");
 *   for (size_t t = 0; t < tro_comparison_topologies(c); t++)
 *       printf("%s %g\n", tro_comparison_topology(c, t), tro_comparison_mean(c, t, outcome));
 *   tro_comparison_free(c);
 *
 * Networks, replicates and confidence stand in the scenario's section `compare`; overrides set
 * them like any other key ("compare.replicates=50"). Replicate r is the scenario with its seed
 * plus r: the same agents in every topology. Topologies are numbered in the order of the file,
 * outcomes as the manual lists them, both from 0. Numbers that are not known are NaN.
 *
 * Functions that can fail return a tro_status and append to `messages`, which may be NULL.
 * Thread rule: one thread at a time per cell while a comparison is made; several may read a
 * comparison. Results do not depend on the number of OpenMP's threads. */
#ifndef TROPHIC_COMPARE_H
#define TROPHIC_COMPARE_H

#include <stddef.h>

#include <trophic/messages.h>
#include <trophic/status.h>

#ifdef __cplusplus
extern "C" {
#endif

struct tro_cell;   /* of scenario.h */

/* Opaque. */
typedef struct tro_comparison tro_comparison;

/* Makes and measures every topology in every replicate. The cell must outlive it; the caller
 * frees it. A network whose rounds do not settle is a finding, no failure. TRO_ESCENARIO: the
 * section is missing or wrong, or a network is impossible (located errors); TRO_ENOMEM. *out
 * is NULL then. */
TRO_MUST_USE int tro_comparison_of(const struct tro_cell *cell, tro_comparison **out,
                                   tro_messages *messages);
void tro_comparison_free(tro_comparison *comparison);   /* NULL is legal */

size_t tro_comparison_topologies(const tro_comparison *comparison);
size_t tro_comparison_replicates(const tro_comparison *comparison);
/* Owned by the comparison; NULL when there is no such topology. */
const char *tro_comparison_topology(const tro_comparison *comparison, size_t topology);

/* Outcomes: "alignment", "worst-alignment", "diversity-within", "diversity-between", "rounds",
 * "rate", "stable", "negative-self", "negative-cross", "worst-backfire". SIZE_MAX when there is
 * none of that name, NULL when there is none of that number; names and units are static. */
size_t tro_comparison_outcome(const char *name);
const char *tro_comparison_outcome_name(size_t outcome);
const char *tro_comparison_unit(const tro_comparison *comparison, size_t outcome);

/* "ok", "unstable", or why there is no more; owned by the comparison. */
const char *tro_comparison_status(const tro_comparison *comparison, size_t topology,
                                  size_t replicate);
/* An outcome of one replicate; and its mean over those that are known, with the interval of the
 * scenario's confidence (Student's t) into *lower and *upper. */
double tro_comparison_value(const tro_comparison *comparison, size_t topology, size_t replicate,
                            size_t outcome);
double tro_comparison_mean(const tro_comparison *comparison, size_t topology, size_t outcome);
void tro_comparison_interval(const tro_comparison *comparison, size_t topology, size_t outcome,
                             double *lower, double *upper);
/* In how many replicates a topology came to rest. */
size_t tro_comparison_settled(const tro_comparison *comparison, size_t topology);
/* The topology in that place, from 0 for the best, by the scenario's `rank-by`; SIZE_MAX when
 * there is no such place. */
size_t tro_comparison_ranked(const tro_comparison *comparison, size_t place);

#ifdef __cplusplus
}
#endif
#endif
