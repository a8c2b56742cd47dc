/* Laws on finitely many outcomes, as tables: what the families `categorical`
 * (one row) and `conditional` (a row for each prompt) share.
 *
 * z is blocks x outcomes probabilities, row by row, and sums to 1. Mixing
 * tables and normalising is maximum likelihood, so fitting is exact.
 *
 * Prompts travel: z is the joint law of prompt and output, and agents learn
 * what is asked as well as what to answer. Prompts stay: every row of z sums to
 * 1/blocks, whatever is asked; an agent's outputs are the rows weighted by its
 * release.
 *
 * What has no mass has no conditional law. Where one is needed all the same,
 * for an alignment at such a prompt, it is taken to be uniform: a model that
 * never saw a prompt answers anything. Its gradient is 0. */
#ifndef TRO_FAMILY_TABLE_H
#define TRO_FAMILY_TABLE_H

#include "document/column.h"
#include "family/family.h"

#define TRO_CELL_LIMIT 10000000   /* probabilities of one law */

/* The keys of `outcomes`; the last three are of `conditional` alone. */
typedef struct tro_finite_config {
    const char *family;
    const tro_node *coordinates;
    tro_texts labels;
    long long outcomes;
    const tro_node *prompts;
    int marginals;
    const tro_node *spill;
} tro_finite_config;

#define TRO_FINITE_PARAMS \
    {.key = "family", .type = TRO_P_TEXT, .flags = TRO_P_REQUIRED, \
     .offset = offsetof(tro_finite_config, family), .doc = "Name of the family."}, \
    {.key = "coordinates", .type = TRO_P_NODE, \
     .offset = offsetof(tro_finite_config, coordinates), .unit = "coordinate", \
     .doc = "Where the outcomes are: a number each, {linspace: [first, last, count]}, a row of " \
            "coordinates each, or {grid: [axis, axis, ...]}, where an axis is one of the first " \
            "two: every combination, the last axis fastest."}, \
    {.key = "labels", .type = TRO_P_TEXTS, .offset = offsetof(tro_finite_config, labels), \
     .doc = "Names of the outcomes."}, \
    {.key = "outcomes", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED, \
     .offset = offsetof(tro_finite_config, outcomes), .min = 1, .max = TRO_CELL_LIMIT, \
     .unit = "outcomes", \
     .doc = "How many outcomes there are, if neither coordinates nor labels say it."}

/* What a space of tables is beyond tro_space; its config. Immutable. */
typedef struct tro_finite {
    const char *const *labels;    /* of outcomes; NULL: they are numbered from 0 */
    const char *const *prompts;   /* names, blocks; NULL: they are numbered from 0 */
    int stay;                     /* prompts stay with their task */
    double even_spill;            /* share that goes to the other prompts, evenly */
    const double *spill;          /* blocks^2, instead; or NULL */
} tro_finite;

static inline const tro_finite *tro_finite_of(const tro_space *space)
{
    return space->config;
}

/* Sets all of the space from its config, which is replaced by a tro_finite. */
TRO_MUST_USE int tro_finite_prepare(const tro_reader *reader, const tro_node *node,
                                    tro_space *space);

/* A law of one row (outcomes), and of all rows (blocks x outcomes): the joint
 * law, and if they are not NULL also the weights of the prompts (blocks) and
 * the rows by themselves, each of sum 1. A row that is not known, because its
 * prompt has no weight and the law is given as a joint one, is an error if
 * rows are asked for. */
TRO_MUST_USE int tro_finite_read_row(const tro_reader *reader, const tro_space *space,
                                     const tro_node *node, double *law);
TRO_MUST_USE int tro_finite_read_rows(const tro_reader *reader, const tro_space *space,
                                      const tro_node *node, double *joint, double *weights,
                                      double *rows);
extern const tro_table tro_outcome_law_table, tro_prompt_law_table;

/* Rewards of one row, and of all rows. */
TRO_MUST_USE int tro_finite_read_reward(const tro_reader *reader, const tro_space *space,
                                        const tro_node *node, const tro_reward **out);
TRO_MUST_USE int tro_finite_read_rewards(const tro_reader *reader, const tro_space *space,
                                         const tro_node *node, const tro_reward **out);
extern const tro_table tro_outcome_reward_table, tro_prompt_reward_table;

/* Weights in place: count numbers of at least 0, which stand at `place`, become
 * their shares of the sum, with a note when that was not 1. `what` is plural. */
TRO_MUST_USE int tro_weights_scale(const tro_reader *reader, const tro_place *place,
                                   const char *what, size_t count, double *weights);
/* The rows of a matrix, read from `node`, likewise: it must be size x size with
 * entries of at least 0 and no row of zeros. One note for all rows. */
TRO_MUST_USE int tro_stochastic_scale(const tro_reader *reader, const tro_node *node,
                                      const char *what, size_t size, tro_matrix *matrix);
/* A column that has a number for each outcome; of a file with another number of rows it is said
 * once. */
TRO_MUST_USE int tro_outcomes_column(const tro_reader *reader, const tro_space *space,
                                     const tro_data_column *column, const tro_param *bounds,
                                     tro_vector *out);
/* Refuses what needs coordinates in a space without. */
TRO_MUST_USE int tro_finite_need_points(const tro_reader *reader, const tro_space *space,
                                        const tro_place *place, const char *what);
/* The number of the outcome of that name: its label or, without labels, its number
 * from 0. */
TRO_MUST_USE int tro_finite_outcome(const tro_reader *reader, const tro_space *space,
                                    const tro_place *place, const char *name, size_t *out);
/* Is it a list of lists? */
int tro_node_is_rows(const tro_node *node);

/* Members of both families (family.h). */
double tro_finite_alignment(const tro_space *space, const tro_reward *reward,
                            tro_alignment_at at, const double *z);
void tro_finite_alignment_gradient(const tro_space *space, const tro_reward *reward,
                                   tro_alignment_at at, const double *z, double *gradient);
void tro_finite_sample(const tro_space *space, uint64_t n, size_t parts, const tro_part *part,
                       const uint64_t *counts, tro_stream *stream, double *z, double *scratch);
size_t tro_finite_scratch_size(const tro_space *space);
void tro_finite_sample_law(const tro_space *space, uint64_t n, const double *law,
                           tro_stream *stream, double *z);
void tro_finite_fit(const tro_space *space, const double *previous, double *z);
void tro_finite_fit_derivative(const tro_space *space, const double *mixture, double *dz);
void tro_finite_fit_transposed(const tro_space *space, const double *mixture, double *w);

#endif
