/* A cell: one scenario of a sweep, with everything found out about it so far.
 *
 * Quantities ask a cell for what they need (the fixed point, adjoints, sampled
 * runs); each is computed once and kept. One thread at a time; cells are
 * independent of each other. */
#ifndef TRO_EXPERIMENT_CELL_H
#define TRO_EXPERIMENT_CELL_H

#include <trophic/scenario.h>

#include "analysis/fixed_point.h"
#include "analysis/influence.h"
#include "analysis/moments.h"
#include "analysis/stability.h"
#include "base/progress.h"
#include "measure/measure.h"
#include "network/metrics.h"
#include "scenario/phases.h"
#include "schedule/limit.h"

/* Mean and variance of agents' alignments over replicates, each alignment an
 * average over the rounds after burn-in. */
typedef struct tro_sampled {
    uint64_t replicates;
    double *mean, *variance;        /* agents; variance of one replicate */
} tro_sampled;

/* The curated shares that a difference is taken between. One-sided: one of them
 * is the share itself, which cannot move that far the other way. */
typedef struct tro_interval {
    double low, high, width;
    int one_sided;
} tro_interval;

/* The same for two runs that differ in one curated share and share their
 * random numbers: D = (J+ - J-) / (high - low). */
typedef struct tro_paired {
    size_t of;
    double step;
    tro_interval shares;
    uint64_t replicates;
    double *mean, *variance;        /* of D */
    double *independent;            /* variance D would have with separate numbers */
} tro_paired;

/* The same after each of some rounds. */
typedef struct tro_paired_course {
    tro_interval shares;
    uint64_t replicates;
    double *mean, *variance;        /* (rounds + 1) x agents asked for, of D; owned */
} tro_paired_course;                /* zero-initialised is legal to release */

struct tro_cell {
    const tro_catalog *catalog;
    const tro_document *base;       /* unowned: the document before overrides */
    tro_override *overrides;        /* owned array of borrowed texts */
    size_t override_count;
    const tro_scenario *whole;      /* as it is written, with its events: that of phase 0 */
    tro_scenario *scenario;         /* of the last phase, as all below; in phases */
    tro_ecosystem *ecosystem;
    tro_plan *plan;                 /* with the timeline of all phases up to this */
    tro_measuring *measures;        /* to record */
    const char **measure_names;     /* their columns */
    size_t measure_count;
    const tro_progress *progress;   /* unowned; NULL: nothing can stop it */
    /* Phases, when events divide the rounds: a cell for each. Asked for anything that is
     * defined in the long run, a cell with events speaks of its last phase. */
    tro_phases phases;              /* owned by the outermost cell, */
    const tro_phase *phase;         /* stage_count: and seen by all */
    tro_cell **stages;              /* the last of which is that cell itself */
    size_t stage_count, stage;      /* at least 1; which this is */
    tro_stage *line;                /* shared by all of them */
    tro_timeline timeline;
    int have_corpora;
    double *begin;                  /* size: the state when the phase begins, after exact rounds;
                                       NULL: the start, or not asked for */
    /* On demand; NULL or zero until asked for. */
    int have_point, have_influences, have_stability, have_limit;
    tro_fixed_point point;
    tro_influences influences;
    tro_stability stability;
    tro_limit limit;
    tro_sampler *sampler;
    tro_sampled sampled;
    tro_paired *paired;
    size_t paired_count;
    double *expected[2];            /* agents: over the run, stationary */
    tro_document *owned;            /* what tro_cell_open read; else NULL */
    tro_arena arena;
};

/* Does the path lead to advice, compare, vary, claims, figure or sweep, or below? */
int tro_study_is_own_key(const char *path);
/* A copy of a document without those: what cells are made of, many times over. */
TRO_MUST_USE int tro_cell_bare_document(const tro_document *document, tro_document **out,
                                        tro_messages *messages);

/* Makes the cell of a document with overrides applied (to a copy). The
 * overrides' texts must outlive the cell. */
TRO_MUST_USE int tro_cell_new(const tro_document *base, const tro_catalog *catalog,
                              const tro_override *overrides, size_t count, tro_cell **out,
                              tro_messages *messages);
/* The cell of a document (NULL: this cell's own) with `count` more overrides after this cell's,
 * and the same progress. */
TRO_MUST_USE int tro_cell_beyond(const tro_cell *cell, const tro_document *document,
                                 const tro_override *more, size_t count, tro_cell **out,
                                 tro_messages *messages);
/* The same with one more. */
TRO_MUST_USE int tro_cell_vary(const tro_cell *cell, const tro_override *override,
                               tro_cell **out, tro_messages *messages);
void tro_cell_free(tro_cell *cell);
/* The cell of phase k, owned by `cell`, which is the last: what would be if no other event
 * came. */
tro_cell *tro_cell_phase(const tro_cell *cell, size_t k);
/* What frozen agents leave behind, and where the phase begins when that matters, by exact
 * rounds: before anything is asked for that is defined in the long run.
 * tro_cell_fixed_point does it. */
TRO_MUST_USE int tro_cell_corpora(tro_cell *cell, tro_messages *messages);

/* All that a cell has of its scenarios, from a document whose overrides were applied, which
 * it takes; part of tro_cell_new. */
TRO_MUST_USE int tro_cell_compile(tro_cell *cell, tro_document *document,
                                  tro_messages *messages);
void tro_cell_release_phases(tro_cell *cell);

/* Why something failed, in the words of its first error or of its status: a copy for
 * the caller to release; NULL without memory. */
char *tro_cell_failure(int status, const tro_messages *messages);

/* Makes ready what the scenario records; part of tro_cell_new. */
TRO_MUST_USE int tro_cell_recorded(tro_cell *cell, tro_messages *messages);

/* Makes a measure ready for the cell's ecosystem; what is made is in `arena`. */
TRO_MUST_USE int tro_cell_measure(const tro_cell *cell, tro_arena *arena,
                                  const tro_chosen *chosen, tro_measuring *out,
                                  tro_messages *messages);

TRO_MUST_USE int tro_cell_fixed_point(tro_cell *cell, tro_messages *messages);
/* Where the exact rounds come to rest, in cell->limit. TRO_ENOCONV or TRO_EDIVERGED,
 * with what was found instead, when they do not. */
TRO_MUST_USE int tro_cell_limit(tro_cell *cell, tro_messages *messages);
TRO_MUST_USE int tro_cell_influences(tro_cell *cell, tro_messages *messages);
/* An affine round map has the same Jacobian everywhere and needs no fixed point
 * for this; any other needs one. */
TRO_MUST_USE int tro_cell_stability(tro_cell *cell, tro_messages *messages);
/* The same, at the state z (size) where there is no fixed point. */
TRO_MUST_USE int tro_cell_stability_or_at(tro_cell *cell, const double *z,
                                          tro_messages *messages);
/* Has the scenario sampled rounds, and does its burn-in leave some of them? What
 * the functions below need; an error at `place` (NULL: at the burn-in). */
TRO_MUST_USE int tro_cell_check_sampled(const tro_cell *cell, const tro_place *place,
                                        tro_messages *messages);
/* Has the scenario sampled rounds? Else an error at `place`. */
TRO_MUST_USE int tro_cell_need_sampled(const tro_cell *cell, const tro_place *place,
                                       tro_messages *messages);
/* cell->sampler, made when it is asked for first. */
TRO_MUST_USE int tro_cell_sampler(tro_cell *cell, tro_messages *messages);
/* What the moments of sampled rounds are in the long run, into moments, which begins
 * at round 0. */
TRO_MUST_USE int tro_cell_settle_moments(tro_cell *cell, tro_moments *moments,
                                         tro_messages *messages);
/* Runs the scenario's sampled rounds, all replicates. */
TRO_MUST_USE int tro_cell_sampled(tro_cell *cell, tro_messages *messages);
/* Agent `of`'s curated share plus and minus step, or one-sided; a located error
 * when it can move to neither side. */
TRO_MUST_USE int tro_cell_interval(const tro_cell *cell, size_t of, double step,
                                   tro_interval *out, tro_messages *messages);
/* Runs pairs with agent `of`'s curated share at both ends of that. */
TRO_MUST_USE int tro_cell_paired(tro_cell *cell, size_t of, double step,
                                 const tro_paired **out, tro_messages *messages);
/* The same after each of rounds 0 .. rounds, for the alignments of `count` agents. */
TRO_MUST_USE int tro_cell_paired_course(tro_cell *cell, size_t of, double step, size_t rounds,
                                        const size_t *agents, size_t count,
                                        tro_paired_course *out, tro_messages *messages);
void tro_paired_course_release(tro_paired_course *course);
/* The exact expectation of what tro_cell_sampled estimates;
 * with stationary 1, of its limit. *out: agents, owned by the cell. */
TRO_MUST_USE int tro_cell_expected(tro_cell *cell, int stationary, const double **out,
                                   tro_messages *messages);
/* The same over the run with agent `of`'s curated share moved; out: agents. */
TRO_MUST_USE int tro_cell_expected_at(tro_cell *cell, size_t of, double curated, double *out,
                                      tro_messages *messages);
/* The metrics of its network, shares as the scenario has them; the caller frees them, before
 * the cell. */
TRO_MUST_USE int tro_cell_metrics(tro_cell *cell, tro_metrics **out, tro_messages *messages);
/* The agent of that name, or a located error. */
TRO_MUST_USE int tro_cell_agent(const tro_cell *cell, const char *name, const tro_place *place,
                                size_t *out, tro_messages *messages);

#endif
