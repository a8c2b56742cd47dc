/* The same agents on several networks: what is measured of each network, and what comes of it.
 *
 *   compare:
 *     topologies: {ring: {ring: {reach: 2}}, web: {barabasi-albert: {m: 2}}, real: {graphml: ...}}
 *     replicates: 20
 *
 * Replicate r (0, 1, ...) is the scenario with its seed plus r: what groups draw and what
 * generators draw is drawn again, the same agents in every topology. A topology takes the place
 * of edges, generator, graphml and vertices of the scenario's network; judge and normalise stay
 * unless it has its own. All outcomes are those of exact rounds. */
#ifndef TRO_EXPERIMENT_COMPARE_H
#define TRO_EXPERIMENT_COMPARE_H

#include <trophic/compare.h>

#include "analysis/statistics.h"
#include "experiment/study.h"

/* Outcomes of one cell, in the order of tro_compared_outcomes. */
enum {
    TRO_OUT_ALIGNMENT, TRO_OUT_WORST, TRO_OUT_WITHIN, TRO_OUT_BETWEEN, TRO_OUT_ROUNDS,
    TRO_OUT_RATE, TRO_OUT_STABLE, TRO_OUT_NEGATIVE_SELF, TRO_OUT_NEGATIVE_CROSS,
    TRO_OUT_BACKFIRE, TRO_OUTCOMES
};

typedef struct tro_compared_outcome {
    const char *name, *title, *unit, *doc;
    int better;                   /* 1: more of it, -1: less, 0: neither */
} tro_compared_outcome;
extern const tro_compared_outcome tro_compared_outcomes[TRO_OUTCOMES];

/* What is known of each agent beside its centralities. */
enum {
    TRO_NODE_ALIGNMENT, TRO_NODE_SELF, TRO_NODE_GIVEN, TRO_NODE_RECEIVED, TRO_NODE_KNOWN
};
/* What centralities are held against: self, given, received. */
enum { TRO_TARGETS = 3 };
extern const char *const tro_node_names[TRO_NODE_KNOWN];

typedef struct tro_topology {
    const char *name;
    const tro_node *node;         /* the value in the file, or in an override */
    tro_override *overrides;      /* network.KEY = value */
    size_t override_count;
} tro_topology;

/* One topology in one replicate. Numbers that are not known are NaN. */
typedef struct tro_compared {
    const char *status;           /* "ok", "unstable", or why there is no more */
    int settled;                  /* "ok": outcomes are of a state that rounds come to */
    double *metrics;              /* of the network: metric_count */
    double *outcomes;             /* TRO_OUTCOMES */
    double *known;                /* TRO_NODE_KNOWN x agents */
    double *centralities;         /* centrality_count x agents */
} tro_compared;

/* Two topologies by an outcome, the better mean first. */
typedef struct tro_rivalry {
    size_t outcome, better, worse;
    tro_difference difference;
    double p_t_holm, p_wilcoxon_holm;   /* over all pairs of that outcome */
} tro_rivalry;

struct tro_comparison {
    const tro_cell *cell;         /* of the scenario; must outlive it */
    tro_document *document;       /* what cells are made of */
    tro_topology *topologies;
    size_t topology_count, agents, replicates;
    double confidence, tolerance;
    int all_metrics;
    size_t *outcomes, outcome_count;   /* shown and ranked, as indices into tro_compared_outcomes */
    size_t rank_by;                    /* one of those */
    const tro_metric **metrics, **centralities;
    size_t metric_count, centrality_count;
    tro_compared *cells;          /* topology x replicates */
    /* What follows from them. */
    tro_estimate *of_metrics, *of_outcomes;   /* topology x metric_count; topology x TRO_OUTCOMES */
    tro_estimate *correlations;   /* topology x centrality x TRO_TARGETS; without an interval where
                                     all replicates are one and the same */
    size_t *order;                /* outcome_count x topology_count: from the best on */
    tro_rivalry *rivalries;       /* of outcomes in order, pairs by rank */
    size_t rivalry_count;
    tro_arena arena;
};

extern const tro_table tro_compare_table;

/* Reads `compare` of the cell's scenario and makes the first replicate of every topology, so
 * that impossible ones are found here. Located errors: TRO_ESCENARIO. */
TRO_MUST_USE int tro_comparison_new(const tro_cell *cell, tro_comparison **out,
                                    tro_messages *messages);

/* All cells, on threads; then what follows from them. What fails is labelled and stops
 * nothing else. TRO_ENOMEM, TRO_EINTERRUPTED. */
TRO_MUST_USE int tro_comparison_run(tro_comparison *comparison, const tro_progress *progress,
                                    tro_messages *messages);

static inline tro_compared *tro_compared_at(const tro_comparison *c, size_t topology,
                                            size_t replicate)
{
    return &c->cells[topology * c->replicates + replicate];
}

/* The unit of an outcome: that of diversities depends on the family. */
const char *tro_compared_unit(const tro_comparison *comparison, size_t outcome);

/* compare.csv, nodes.csv, ranking.csv, correlations.csv; and compare.svg. */
TRO_MUST_USE int tro_comparison_write(const tro_comparison *comparison, tro_folder *folder,
                                      tro_messages *messages);
TRO_MUST_USE int tro_comparison_draw(const tro_comparison *comparison, tro_folder *folder,
                                     tro_messages *messages);

/* Inside: makes the cell of a topology and a replicate; finds everything about it into `out`,
 * whose arrays are there; what follows from all cells. */
TRO_MUST_USE int tro_compared_cell(const tro_comparison *comparison, size_t topology,
                                   size_t replicate, tro_cell **out, tro_messages *messages);
TRO_MUST_USE int tro_compared_find(const tro_comparison *comparison, tro_cell *cell,
                                   tro_compared *out, tro_text *status);
TRO_MUST_USE int tro_comparison_conclude(tro_comparison *comparison);

#endif
