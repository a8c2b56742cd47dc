/* Scenarios from a program: read one, ask for its fixed point, influences and
 * stability, advance its rounds.
 *
 *   tro_messages messages = {0};
 *   tro_cell *cell;
 *   if (tro_cell_open("rivals.yaml", NULL, 0, &cell, &messages) < 0)
 *       ... print messages ...
 *   double self;
 *   tro_influence(cell, 0, 0, &self, &messages);
 *   tro_run *run;
 *   tro_run_new(cell, 0, &run, &messages);
 *   while (tro_run_round(run, &messages) == TRO_OK && tro_run_time(run) < 100)
 *       ... tro_run_alignment(run, 0) ...
 *   tro_run_free(run);
 *   tro_cell_close(cell);
 *
 * Where no header says that NULL is legal it is not: a path, text, name or override that is NULL
 * is TRO_EINVAL (or not found), and where results go must be somewhere. `messages` may
 * always be NULL.
 *
 * Agents are numbered from 0 in the order of the file, groups expanded.
 * Functions that can fail return a tro_status and append to `messages`, which
 * may be NULL. Thread rule: one thread at a time per cell and per run; several
 * runs of one cell may advance on several threads, each on its own. */
#ifndef TROPHIC_SCENARIO_H
#define TROPHIC_SCENARIO_H

#include <stddef.h>
#include <stdint.h>

#include <trophic/messages.h>
#include <trophic/plugin.h>
#include <trophic/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A validated scenario and everything found out about it so far. Opaque. */
typedef struct tro_cell tro_cell;

/* Reads a scenario file ("-": standard input) with `count` overrides, each
 * "path=value" as after --set on the command line. On failure *out is NULL and
 * messages holds every mistake: TRO_EIO, TRO_EPARSE, TRO_ESCENARIO, TRO_ENOMEM.
 * A scenario without a seed has seed 0 here. The caller closes it. */
TRO_MUST_USE int tro_cell_open(const char *path, const char *const *overrides, size_t count,
                               tro_cell **out, tro_messages *messages);
/* The same from a text in memory, which is copied; name is for messages. */
TRO_MUST_USE int tro_cell_open_text(const char *name, const char *text,
                                    const char *const *overrides, size_t count, tro_cell **out,
                                    tro_messages *messages);
/* Both with plug-ins from a catalog (tro_catalog_extend), which must outlive the cell. */
TRO_MUST_USE int tro_cell_open_with(const tro_catalog *catalog, const char *path,
                                    const char *const *overrides, size_t count, tro_cell **out,
                                    tro_messages *messages);
TRO_MUST_USE int tro_cell_open_text_with(const tro_catalog *catalog, const char *name,
                                         const char *text, const char *const *overrides,
                                         size_t count, tro_cell **out, tro_messages *messages);
/* Frees it; NULL is legal. Its runs must be freed before. */
void tro_cell_close(tro_cell *cell);

uint64_t tro_seed(const tro_cell *cell);
size_t tro_agent_count(const tro_cell *cell);
/* Mean parameters per agent. */
size_t tro_width(const tro_cell *cell);
/* Owned by the cell; NULL when there is no such agent. */
const char *tro_agent_name(const tro_cell *cell, size_t agent);
/* SIZE_MAX when no agent has that name. */
size_t tro_agent_index(const tro_cell *cell, const char *name);
/* An agent's shares of real, synthetic and curated data: 3 numbers, sum 1. */
TRO_MUST_USE int tro_agent_shares(const tro_cell *cell, size_t agent, double shares[3]);

/* The fixed point: agent_count x width mean parameters, row-major, owned by
 * the cell; *residual (may be NULL) is max |F(z) - z| relative to 1 + |z|.
 * TRO_ESINGULAR, TRO_ENOCONV. Any schedule has the same one. */
TRO_MUST_USE int tro_fixed_point_of(tro_cell *cell, const double **z, double *residual,
                                    tro_messages *messages);
/* Alignment of an agent at the fixed point, in units of its reward; NaN when
 * it has no reward. */
TRO_MUST_USE int tro_alignment_of(tro_cell *cell, size_t agent, double *value,
                                  tro_messages *messages);

/* Whether an agent's curated share can fall and rise, what the agent displaces
 * giving way: 1 or 0 each. Where it can only do one, its influences are
 * one-sided derivatives; where neither, they are not defined. */
TRO_MUST_USE int tro_influence_sides(const tro_cell *cell, size_t of, int *falls, int *rises,
                                     tro_messages *messages);

/* dJ_on / d(curated share of `of`) at the fixed point, what `of` displaces
 * giving way, by the adjoint (Zhang, Wei, Zhang 2026). NaN with TRO_OK when it
 * is not defined; one-sided where tro_influence_sides says so. */
TRO_MUST_USE int tro_influence(tro_cell *cell, size_t on, size_t of, double *value,
                               tro_messages *messages);
/* The same along walks of at most `hops` edges; 0 is the local effect, before
 * the network reacts, SIZE_MAX the whole; TRO_EINVAL between that and 10000. */
TRO_MUST_USE int tro_influence_within(tro_cell *cell, size_t on, size_t of, size_t hops,
                                      double *value, tro_messages *messages);

/* All influences: dJ_i / dlambda_j into values[i * agent_count + j], which the caller owns
 * (agent_count x agent_count), NaN as of tro_influence. Equal bytes for any number of threads. */
TRO_MUST_USE int tro_influences_of(tro_cell *cell, double *values, tro_messages *messages);
/* Derivatives of the welfare sum_i weights[i] J_i at the fixed point by every agent's curated
 * share, as of tro_influence, from one adjoint solve, into by_curated (agent_count, owned by the
 * caller). weights: agent_count, 0 for agents without a reward (else TRO_EUNSUPPORTED); NULL is
 * the mean of those who have one. *welfare may be NULL. */
TRO_MUST_USE int tro_welfare_by_shares(tro_cell *cell, const double *weights, double *welfare,
                                       double *by_curated, tro_messages *messages);

/* Factor per round by which a small disturbance of the fixed point shrinks
 * (below 1: stable), stays (1; where data accumulate it may yet die out, ever more
 * slowly, and *stable says it) or grows under the scenario's schedule, found
 * without the fixed point where the round map is affine; *sentence (may be
 * NULL) says how that is known, owned by the cell. */
TRO_MUST_USE int tro_stability_of(tro_cell *cell, double *rate, int *stable,
                                  const char **sentence, tro_messages *messages);

/* Rounds of one replicate, exact or sampled as the scenario says. Opaque. */
typedef struct tro_run tro_run;

/* At time 0, in the scenario's start. The cell must outlive it. */
TRO_MUST_USE int tro_run_new(tro_cell *cell, uint64_t replicate, tro_run **out,
                             tro_messages *messages);
void tro_run_free(tro_run *run);
/* Advances one round. TRO_EDIVERGED when numbers overflow: the state is that
 * before the round. */
TRO_MUST_USE int tro_run_round(tro_run *run, tro_messages *messages);
/* Rounds passed. */
double tro_run_time(const tro_run *run);
/* The state: agent_count x width, row-major, owned by the run, valid until
 * its next round. */
const double *tro_run_state(const tro_run *run);
/* Alignment of an agent in the present state; NaN when it has no reward. */
double tro_run_alignment(const tro_run *run, size_t agent);

#ifdef __cplusplus
}
#endif
#endif
