/* Inside the measures: the law of an agent's outputs. */
#ifndef TRO_MEASURE_LAW_H
#define TRO_MEASURE_LAW_H

#include "measure/measure.h"

static inline const tro_space *tro_space_of(const tro_measuring *m)
{
    return &m->ecosystem->scenario->space;
}

static inline int tro_is_table(const tro_measuring *m)
{
    return tro_space_of(m)->family->law == TRO_TABLE;
}

/* For a measure's prepare: refuses families without finite outcomes; on tables sets
 * the scratch that tro_table_law needs. `instead`, what would be right there, or "". */
TRO_MUST_USE int tro_need_table(const tro_reader *reader, tro_measuring *m, const char *instead);

/* For a prepare on tables: m->self becomes a char for every outcome, 1 for those that are
 * named (none: for all). Located errors. */
TRO_MUST_USE int tro_read_outcomes(const tro_reader *reader, tro_measuring *m,
                                   const tro_texts *names);

/* Probabilities of the outputs (width, sum 1) of an agent whose state, or reference, is
 * `row`: row itself or scratch (width). With prompts that stay, rows weigh as the agent
 * releases them. */
const double *tro_table_law(const tro_measuring *m, const double *row, size_t agent,
                            double *scratch);
/* From a gradient by those probabilities to one by the state, in place. */
void tro_table_law_back(const tro_measuring *m, size_t agent, double *gradient);

/* Of the outcome with the most probability: all that the others have. */
double tro_table_rest(size_t count, const double *p, size_t *largest);

/* A normal law N(mean, L L'): what agents of the gaussian families put out, or their
 * real data. */
typedef struct tro_normal_law {
    const double *mean;
    const tro_spread *spread;   /* its covariance, or NULL: that of the moments `mean` begins */
} tro_normal_law;

/* Of the agent in the state `row`; with data = 1 of real data with these moments. */
tro_normal_law tro_normal_law_of(const tro_measuring *m, const double *row, size_t agent,
                                 int data);
/* The variance of a coordinate. */
double tro_normal_variance(const tro_normal_law *law, size_t coordinates, size_t k);
/* Are the coordinates independent, by the shape of what is given? */
int tro_normal_is_diagonal(const tro_normal_law *law);
/* Lower-triangular L (d x d), exact zeros where a variance is 0. scratch:
 * tro_moments_width(d). */
void tro_normal_root(const tro_normal_law *law, size_t d, double *root, double *scratch);

#endif
