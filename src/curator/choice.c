/* Choosing among candidates: which rule a number of candidates takes, and calls. */
#include "curator/choice.h"

#include <math.h>
#include <string.h>

#include "curator/choice_parts.h"

/* From this many outcomes on, two candidates are left to the quadrature. */
enum { PAIRS_BELOW = 40 };
static const double MOST_CANDIDATES = 0x1p53;

static const tro_choice_rule *rule_of(size_t outcomes, const double *weight, double candidates,
                                      int hard)
{
    static const double LEAST_WEIGHT = 1e-130;
    if (candidates == 1)
        return &tro_choice_identity;
    if (isinf(candidates))
        return hard ? &tro_choice_best_of_all : &tro_choice_tilt;
    if (hard)
        return &tro_choice_best;
    if (candidates != 2 || outcomes >= PAIRS_BELOW)
        return &tro_choice_quadrature;
    for (size_t x = 0; x < outcomes; x++)
        if (weight[x] < LEAST_WEIGHT)
            return &tro_choice_quadrature;
    return &tro_choice_pairs;
}

static int valid(size_t outcomes, const double *reward, double candidates)
{
    if (outcomes == 0 || !(candidates >= 1) || candidates != floor(candidates) ||
        (candidates > MOST_CANDIDATES && !isinf(candidates)))
        return 0;
    for (size_t x = 0; x < outcomes; x++)
        if (!isfinite(reward[x]))
            return 0;
    return 1;
}

/* Weights relative to the largest. */
static void weights_of(size_t n, const double *reward, double *weight)
{
    double largest = reward[0];
    for (size_t x = 1; x < n; x++)
        largest = fmax(largest, reward[x]);
    for (size_t x = 0; x < n; x++)
        weight[x] = tro_choice_exp(reward[x], largest);
}

/* Copies the reward. */
static int weigh(tro_arena *arena, size_t n, const double *reward, tro_choice *choice)
{
    double *copy = TRO_NEW(arena, double, n), *weight = TRO_NEW(arena, double, n);
    if (!copy || !weight)
        return TRO_ENOMEM;
    memcpy(copy, reward, n * sizeof *copy);
    weights_of(n, reward, weight);
    choice->reward = copy;
    choice->weight = weight;
    return TRO_OK;
}

int tro_choice_new(tro_arena *arena, size_t outcomes, const double *reward, double candidates,
                   int hard, const tro_choice **out)
{
    if (!valid(outcomes, reward, candidates))
        return TRO_EINVAL;
    tro_choice *choice = TRO_NEW(arena, tro_choice, 1);
    if (!choice)
        return TRO_ENOMEM;
    int status = weigh(arena, outcomes, reward, choice);
    if (status < 0)
        return status;
    choice->outcomes = outcomes;
    choice->candidates = candidates;
    choice->rule = rule_of(outcomes, choice->weight, candidates, hard);
    if (choice->rule->needs == TRO_CHOICE_SORTED)
        status = tro_choice_plan_sort(arena, outcomes, reward, &choice->plan);
    else if (choice->rule->needs == TRO_CHOICE_PLANNED)
        status = tro_choice_plan_make(arena, outcomes, reward, candidates, &choice->plan);
    if (status < 0)
        return status;
    *out = choice;
    return TRO_OK;
}

enum { CHOICE_DOUBLES = (sizeof(tro_choice) + sizeof(double) - 1) / sizeof(double) };

size_t tro_choice_room(size_t outcomes)
{
    return CHOICE_DOUBLES + outcomes + tro_choice_plan_room(outcomes);
}

size_t tro_choice_row_scratch(size_t outcomes)
{
    return tro_choice_stream_scratch(&(tro_choice_plan){.outcomes = outcomes});
}

/* Infinitely many, or the quadrature, which takes one row as a stream. */
const tro_choice *tro_choice_place(double *room, size_t n, const double *reward,
                                   double candidates)
{
    tro_choice *choice = (tro_choice *)(void *)room;
    double *weight = room + CHOICE_DOUBLES;
    *choice = (tro_choice){.outcomes = n, .candidates = candidates, .reward = reward,
                           .weight = weight};
    weights_of(n, reward, weight);
    choice->rule = isinf(candidates) ? &tro_choice_tilt : &tro_choice_quadrature;
    if (!isinf(candidates))
        tro_choice_plan_place(weight + n, n, reward, candidates, &choice->plan);
    return choice;
}

/* Rows of a sum over rows that are computed at a time. */
static size_t rows_at_a_time(const tro_choice *choice)
{
    return tro_choice_tile_rows(choice->outcomes);
}

size_t tro_choice_scratch(const tro_choice *choice)
{
    return rows_at_a_time(choice) * choice->outcomes + choice->rule->scratch(choice);
}

void tro_choice_apply(const tro_choice *choice, size_t rows, size_t stride, const double *p,
                      double *out, double *scratch)
{
    choice->rule->apply(choice, &(tro_choice_call){.rows = rows, .stride = stride, .p = p,
                                                   .out = out, .out_stride = stride,
                                                   .scratch = scratch});
}

void tro_choice_derivative(const tro_choice *choice, size_t rows, size_t stride,
                           const double *p, const double *dp, double *out, double *scratch)
{
    choice->rule->derivative(choice, &(tro_choice_call){.rows = rows, .stride = stride, .p = p,
                                                        .aux = dp, .aux_stride = stride,
                                                        .out = out, .out_stride = stride,
                                                        .scratch = scratch});
}

void tro_choice_transposed(const tro_choice *choice, size_t rows, size_t stride,
                           const double *p, const double *w, double *out, double *scratch)
{
    choice->rule->transposed(choice, &(tro_choice_call){.rows = rows, .stride = stride, .p = p,
                                                        .aux = w, .aux_stride = stride,
                                                        .out = out, .out_stride = stride,
                                                        .scratch = scratch});
}

void tro_choice_by_reward(const tro_choice *choice, size_t rows, size_t stride,
                          const double *p, const double *dr, double *out, double *scratch)
{
    choice->rule->by_reward(choice, &(tro_choice_call){.rows = rows, .stride = stride, .p = p,
                                                       .aux = dr, .out = out,
                                                       .out_stride = stride,
                                                       .scratch = scratch});
}

void tro_choice_by_reward_transposed(const tro_choice *choice, size_t rows, size_t stride,
                                     const double *p, const double *w, double *out,
                                     double *scratch)
{
    size_t n = choice->outcomes, most = rows_at_a_time(choice);
    tro_choice_call call = {.stride = stride, .aux_stride = stride, .out = scratch,
                            .out_stride = n, .scratch = scratch + most * n};
    memset(out, 0, n * sizeof *out);
    for (size_t first = 0; first < rows; first += most) {
        call.rows = rows - first < most ? rows - first : most;
        call.p = p + first * stride;
        call.aux = w + first * stride;
        choice->rule->by_reward(choice, &call);
        for (size_t r = 0; r < call.rows; r++)
            for (size_t x = 0; x < n; x++)
                out[x] += call.out[r * n + x];
    }
}
