/* Quantities: what a study may ask of a cell, each a plug-in of kind
 * TRO_QUANTITY. A value may be one number or a list (per block of
 * coordinates), with standard errors when it was sampled. */
#ifndef TRO_EXPERIMENT_QUANTITY_H
#define TRO_EXPERIMENT_QUANTITY_H

#include "experiment/cell.h"

typedef struct tro_values {
    double *values;
    double *errors;          /* standard errors; NaN where exact */
    size_t count;
    int one_sided;           /* a derivative or difference in one direction only */
} tro_values;                /* in the cell's arena */

typedef struct tro_quantity {
    tro_plugin plugin;
    /* Optional: names that must exist, ranges only the scenario knows; located
     * errors before anything runs. */
    TRO_MUST_USE int (*check)(const tro_cell *cell, const void *config, tro_messages *messages);
    /* Optional: how many values there will be, in a cell that passed the check.
     * Without it: one. */
    size_t (*count)(const tro_cell *cell, const void *config);
    /* Optional: the number of the first of several values. Without it: 1. */
    size_t (*first)(const void *config);
    /* Required. */
    TRO_MUST_USE int (*compute)(tro_cell *cell, const void *config, tro_values *out,
                                tro_messages *messages);
    int sampled;             /* depends on random draws */
} tro_quantity;

/* One exact number, or one with its standard error. */
TRO_MUST_USE int tro_values_one(tro_cell *cell, double value, double error, tro_values *out);
/* `count` numbers, to be filled in. */
TRO_MUST_USE int tro_values_new(tro_cell *cell, size_t count, tro_values *out);

/* Of a quantity that was chosen, in a cell: is it right, how many values has it,
 * and which. tro_quantity_find checks first. */
TRO_MUST_USE int tro_quantity_check(const tro_cell *cell, const tro_chosen *chosen,
                                    tro_messages *messages);
size_t tro_quantity_count(const tro_cell *cell, const tro_chosen *chosen);
size_t tro_quantity_first(const tro_chosen *chosen);
TRO_MUST_USE int tro_quantity_find(tro_cell *cell, const tro_chosen *chosen, tro_values *out,
                                   tro_messages *messages);

/* The agent a quantity names; NULL: the only one there is. `self` is the quantity's
 * record. A located error. */
TRO_MUST_USE int tro_quantity_agent(const tro_cell *cell, const char *name, const tro_node *self,
                                    size_t *out, tro_messages *messages);
/* Makes a measure ready, and checks that the agent has what it needs; what is made is in
 * `arena`. */
TRO_MUST_USE int tro_quantity_measuring(const tro_cell *cell, tro_arena *arena,
                                        const tro_chosen *of, size_t agent, tro_measuring *out,
                                        tro_messages *messages);

/* The same in every phase of the cell; values are those of the phase of a runner's last
 * round. */
typedef struct tro_measured {
    tro_measuring *stages;
    size_t agent, scratch;     /* doubles that a value needs, at least 1 */
} tro_measured;
TRO_MUST_USE int tro_measured_make(const tro_cell *cell, tro_arena *arena, const tro_chosen *of,
                                   size_t agent, tro_measured *out, tro_messages *messages);
double tro_measured_value(const tro_measured *measured, const tro_runner *runner,
                          double *scratch);

/* Quantities of rounds 0 to `rounds`, TRO_NO_WHOLE: those of the schedule; `last`: of the
 * last alone. How many rounds and values there are, and whether they are too many to list. */
enum { TRO_MOST_ROUNDS = 1000000 };
long long tro_rounds_asked(const tro_cell *cell, long long rounds);
size_t tro_rounds_count(const tro_cell *cell, long long rounds, int last);
size_t tro_rounds_first(const void *config);   /* 0: the start */
TRO_MUST_USE int tro_rounds_check(const tro_cell *cell, const tro_node *self, long long rounds,
                                  int last, tro_messages *messages);
/* Both, in a check. */
TRO_MUST_USE int tro_quantity_check_measure(const tro_cell *cell, const char *name,
                                            const tro_node *self, const tro_chosen *of,
                                            tro_messages *messages);
/* Tells `next` the measure at the start and after each of `rounds` exact rounds, as long
 * as it returns 1. */
typedef int tro_next_value(void *context, const tro_runner *runner, double value);
TRO_MUST_USE int tro_quantity_follow(const tro_cell *cell, const char *name,
                                     const tro_node *self, const tro_chosen *of,
                                     long long rounds, tro_next_value *next, void *context,
                                     tro_messages *messages);

static inline const tro_quantity *tro_quantity_of(const tro_chosen *chosen)
{
    return (const tro_quantity *)chosen->plugin;
}

extern const tro_quantity tro_quantity_accumulation_power;
extern const tro_quantity tro_quantity_alignment;
extern const tro_quantity tro_quantity_alignment_by_round;
extern const tro_quantity tro_quantity_change;
extern const tro_quantity tro_quantity_closed_form;
extern const tro_quantity tro_quantity_closed_form_error;
extern const tro_quantity tro_quantity_combine;
extern const tro_quantity tro_quantity_decay_rate;
extern const tro_quantity tro_quantity_distance_to_fixed_point;
extern const tro_quantity tro_quantity_eigenvalue;
extern const tro_quantity tro_quantity_expected_alignment;
extern const tro_quantity tro_quantity_expected_influence;
extern const tro_quantity tro_quantity_expected_measure;
extern const tro_quantity tro_quantity_influence;
extern const tro_quantity tro_quantity_influence_by_round;
extern const tro_quantity tro_quantity_influences;
extern const tro_quantity tro_quantity_limit_distance;
extern const tro_quantity tro_quantity_measure;
extern const tro_quantity tro_quantity_measure_by_round;
extern const tro_quantity tro_quantity_negative_influences;
extern const tro_quantity tro_quantity_noise;
extern const tro_quantity tro_quantity_observed_rate;
extern const tro_quantity tro_quantity_pairing_gain;
extern const tro_quantity tro_quantity_part;
extern const tro_quantity tro_quantity_period;
extern const tro_quantity tro_quantity_proxy;
extern const tro_quantity tro_quantity_root;
extern const tro_quantity tro_quantity_sampled_alignment;
extern const tro_quantity tro_quantity_sampled_influence;
extern const tro_quantity tro_quantity_sampled_measure;
extern const tro_quantity tro_quantity_sampled_measure_by_round;
extern const tro_quantity tro_quantity_spectral_radius;
extern const tro_quantity tro_quantity_steps;
extern const tro_quantity tro_quantity_win_share;
extern const tro_quantity tro_quantity_with;

#endif
