/* Curated choice on finite outcomes: of K candidates drawn from a law p one is
 * kept, candidate k with probability w_k / (w_1 + ... + w_K), w = exp(reward)
 * (Luce 1959). This is the numerical kernel of that map and of its derivatives;
 * nothing here reads a scenario.
 *
 * The kept law is p~(x) = p(x) H(x), 0 < H <= K. H is a quadrature with positive
 * terms only, so every entry of p~, small ones too, has a relative error of a few
 * 1e-15, for K from 1 to 2^53 or infinite and for rewards that lie any distance
 * apart.
 *
 * A law of mass m is kept as m p~(p / m): the maps are homogeneous of degree
 * one, so an error in the sum of p is not multiplied by K. A law of mass 0
 * gives 0, and its derivatives are 0. Entries must not be negative. */
#ifndef TRO_CURATOR_CHOICE_H
#define TRO_CURATOR_CHOICE_H

#include <trophic/status.h>

#include "base/memory.h"

/* A prepared choice: a reward and a number of candidates. Immutable, O(outcomes)
 * of memory in its arena; any number of threads may use it, each with its own
 * scratch. */
typedef struct tro_choice tro_choice;

/* reward: `outcomes` finite numbers, already divided by the temperature; copied.
 * candidates: a whole number of 1 .. 2^53, or INFINITY, where the kept law is
 * the tilt p w / (p . w). hard: the best candidate is kept, ties broken
 * uniformly, whatever the reward's scale. TRO_EINVAL for other arguments;
 * TRO_ENOMEM. */
TRO_MUST_USE int tro_choice_new(tro_arena *arena, size_t outcomes, const double *reward,
                                double candidates, int hard, const tro_choice **out);

/* The same for a reward that lasts for one row: nothing is allocated. room:
 * tro_choice_room doubles; reward (finite, by reference) and room must live as long as
 * the choice. candidates: 2 or more. The calls below take one row of it, with
 * tro_choice_row_scratch doubles. */
size_t tro_choice_room(size_t outcomes);
size_t tro_choice_row_scratch(size_t outcomes);
const tro_choice *tro_choice_place(double *room, size_t outcomes, const double *reward,
                                   double candidates);

/* How many doubles of scratch each of the calls below needs, whatever its
 * number of rows. */
size_t tro_choice_scratch(const tro_choice *choice);

/* Each row is a law: row r of p at p + r * stride, `outcomes` doubles, and the
 * same for every other matrix. The outputs must overlap nothing else. The bits
 * of a row depend on which rows come with it in a call, not on threads. */

/* out = C(p) */
void tro_choice_apply(const tro_choice *choice, size_t rows, size_t stride, const double *p,
                      double *out, double *scratch);
/* out = C'(p) dp. With infinitely many candidates, towards better outcomes than
 * those the law has, the derivative is large: H is cut off at 1e300. For a hard choice
 * it is infinite. */
void tro_choice_derivative(const tro_choice *choice, size_t rows, size_t stride,
                           const double *p, const double *dp, double *out, double *scratch);
/* out = C'(p)' w */
void tro_choice_transposed(const tro_choice *choice, size_t rows, size_t stride,
                           const double *p, const double *w, double *out, double *scratch);
/* out = (dC/dreward) dr for one change dr of the reward, `outcomes` doubles. The
 * matrix of each row is symmetric and its rows sum to 0. Of a hard choice it is 0:
 * rewards matter by their order only, and where two are equal there is no
 * derivative. */
void tro_choice_by_reward(const tro_choice *choice, size_t rows, size_t stride,
                          const double *p, const double *dr, double *out, double *scratch);
/* The transpose: out, `outcomes` doubles, is the sum over rows of (dC/dreward)' w. */
void tro_choice_by_reward_transposed(const tro_choice *choice, size_t rows, size_t stride,
                                     const double *p, const double *w, double *out,
                                     double *scratch);

/* --- several producers --------------------------------------------------------------- */

/* An arena: producer k fills slots[k] >= 1 of the K = sum of slots places with
 * candidates of its own law; then one of the K is kept as above. */
typedef struct tro_arena_choice tro_arena_choice;

/* slots: whole numbers; their sum is at most 2^53. As tro_choice_new. */
TRO_MUST_USE int tro_arena_choice_new(tro_arena *arena, size_t outcomes, const double *reward,
                                      size_t producers, const double *slots,
                                      const tro_arena_choice **out);
size_t tro_arena_choice_scratch(const tro_arena_choice *choice);

/* Row r of producer k's law is at p[k] + r * stride. Laws are normalised first,
 * so out is a law of mass 1; a row where a law has mass 0 gives 0. share, NULL or
 * rows x producers: the probability that the kept candidate is producer k's. */
void tro_arena_choice_apply(const tro_arena_choice *choice, size_t rows, size_t stride,
                            const double *const *p, double *out, double *share,
                            double *scratch);
/* Their change when p changes by dp, laid out as p. */
void tro_arena_choice_derivative(const tro_arena_choice *choice, size_t rows, size_t stride,
                                 const double *const *p, const double *const *dp, double *out,
                                 double *share, double *scratch);
/* out[k] = the gradient in p[k] of w . out + share_w . share; share_w may be NULL. */
void tro_arena_choice_transposed(const tro_arena_choice *choice, size_t rows, size_t stride,
                                 const double *const *p, const double *w,
                                 const double *share_w, double *const *out, double *scratch);
/* out = (dC/dreward) dr for the same change dr of the reward, `outcomes` doubles, of every
 * row; the matrix of each row is symmetric and its rows sum to 0. */
void tro_arena_choice_by_reward(const tro_arena_choice *choice, size_t rows, size_t stride,
                                const double *const *p, const double *dr, double *out,
                                double *scratch);

#endif
