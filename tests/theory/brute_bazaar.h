/* Sampled rounds of a bazaar the long way: every one of the n outputs is drawn.
 * Its source by share; of curated data K candidates that answer one prompt, of
 * which the curator picks one, draw for draw; then the channel. An owner's
 * candidates are drawn from all the agent's data in the same way. */
#ifndef TRO_TESTS_BRUTE_BAZAAR_H
#define TRO_TESTS_BRUTE_BAZAAR_H

#include "schedule/schedule.h"
#include "tests/unit/bazaar.h"

/* An agent's next state when everyone is at z; fixed: every source gives its
 * share of n, rounded to the largest remainders. */
void tro_barter_retrain(const tro_bazaar *bazaar, size_t agent, int fixed, const double *z,
                        tro_stream *stream, double *out);
/* All retrainings of a round, in place. */
void tro_barter_round(const tro_bazaar *bazaar, const tro_events *events, int fixed,
                      tro_stream *stream, double *z);

/* How far apart two sets of `size` rows are, of `width` numbers each, in standard
 * scores: the larger chi-square of the rows' values (rounded), and of their
 * values hashed into some buckets. */
double tro_barter_score(size_t size, size_t width, const double *a, const double *b);

#endif
