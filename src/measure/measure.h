/* Measures: one number per agent and state. A column of rounds.csv, and what the
 * quantities of studies ask for.
 *
 * A measure is chosen in a scenario or a study, by name or with parameters; a
 * tro_measuring is one made ready for an ecosystem. It is read-only: any thread,
 * each with scratch of its own. */
#ifndef TRO_MEASURE_MEASURE_H
#define TRO_MEASURE_MEASURE_H

#include <math.h>

#include "ecosystem/ecosystem.h"

typedef struct tro_measure tro_measure;

typedef struct tro_measuring {
    const tro_measure *measure;
    const tro_ecosystem *ecosystem;   /* must outlive it */
    const void *config;
    const tro_node *node;             /* the name, where it was chosen */
    /* Set by the measure's prepare; in the reader's arena. */
    const void *self;
    size_t scratch;                   /* doubles that value and gradient need */
} tro_measuring;

struct tro_measure {
    tro_plugin plugin;
    const char *unit;
    int usual;                        /* recorded where a scenario names no measures */
    int degree;                       /* of the polynomial in an agent's own mean parameters that
                                         it is, 1 or 2, in every family; 0: none, or in some
                                         family only */
    int may_be_infinite;              /* as a value of its own, not by overflow */
    /* Optional: names that must exist, families for which there is no such number;
     * located errors. */
    TRO_MUST_USE int (*prepare)(const tro_reader *reader, tro_measuring *measuring);
    /* Optional: what this agent would need for it and does not have ("reward"); NULL:
     * nothing, the measure has a value. */
    const char *(*lacks)(const tro_measuring *measuring, size_t agent);
    /* Required. z is the whole state (size doubles). NaN where something is lacking; any
     * other number that is not finite means that the ecosystem left the range of
     * numbers, unless may_be_infinite. */
    double (*value)(const tro_measuring *measuring, const double *z, size_t agent,
                    double *scratch);
    /* Optional: its derivative by the agent's own mean parameters, into out (width); 0:
     * it has none with these parameters. */
    int (*gradient)(const tro_measuring *measuring, const double *z, size_t agent, double *out,
                    double *scratch);
};

static inline const tro_measure *tro_measure_of(const tro_chosen *chosen)
{
    return (const tro_measure *)chosen->plugin;
}

/* Makes a chosen measure ready. Located errors. */
TRO_MUST_USE int tro_measuring_make(const tro_reader *reader, const tro_ecosystem *ecosystem,
                                    const tro_chosen *chosen, tro_measuring *out);
/* The same without a scenario that asked: by the defaults of its table. */
TRO_MUST_USE int tro_measuring_default(const tro_reader *reader, const tro_ecosystem *ecosystem,
                                       const tro_measure *measure, tro_measuring *out);
/* Its value for an agent: NaN for one that is absent. */
double tro_measure_value(const tro_measuring *measuring, const double *z, size_t agent,
                         double *scratch);
/* What the agent lacks for it, or NULL. */
const char *tro_measure_lacks(const tro_measuring *measuring, size_t agent);
/* 1 when the measure has a value for this agent, but no number came out. */
int tro_measure_is_lost(const tro_measuring *measuring, size_t agent, double value);

/* A name that tells it from the same measure with other parameters, as "mass(a b)",
 * for a column. */
void tro_measure_label(const tro_chosen *chosen, tro_text *text);

/* Alignment of an agent in state z; NaN without a reward, or absent. Needs no preparation. */
double tro_alignment(const tro_ecosystem *ecosystem, const double *z, size_t agent);
/* 1 when the agent has a reward and its alignment is no longer finite. */
int tro_alignment_is_lost(const tro_ecosystem *ecosystem, size_t agent, double value);

/* Diversity of the outputs of one model, on average, and what there is besides between
 * models: between.c says of what kind. z: the state. Errors: TRO_ENOMEM. */
TRO_MUST_USE int tro_diversity_parts(const tro_ecosystem *ecosystem, const double *z,
                                     double *within, double *between);

/* |x - y|, also where squares leave the range of doubles. */
double tro_euclidean(size_t n, const double *x, const double *y);

extern const tro_measure tro_measure_alignment, tro_measure_distance, tro_measure_drift,
    tro_measure_mass, tro_measure_entropy, tro_measure_diversity, tro_measure_support,
    tro_measure_mean, tro_measure_variance, tro_measure_expectation,
    tro_measure_reward_variance, tro_measure_divergence, tro_measure_total_variation,
    tro_measure_selection, tro_measure_log_variance, tro_measure_missing_mass,
    tro_measure_fixation, tro_measure_wasserstein;

#endif
