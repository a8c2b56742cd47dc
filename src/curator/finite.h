/* K-wise choice on finite outcomes as a curation: what bradley-terry and
 * best-of become there. With several prompts all K candidates answer the same
 * one: each prompt's row is curated by itself and keeps its mass. */
#ifndef TRO_CURATOR_FINITE_H
#define TRO_CURATOR_FINITE_H

#include "curator/curator.h"

typedef struct tro_finite_choice {
    const tro_node *node, *reward;   /* in the scenario; node: the rule's parameters */
    double candidates;          /* whole >= 1, or INFINITY */
    double temperature;         /* > 0 */
    double flip;                /* probability that the judge takes the worse for the better */
    int hard;                   /* the best is kept; temperature is not used */
} tro_finite_choice;

/* For a curator's prepare, on TRO_TABLE: fills out. Located errors. */
TRO_MUST_USE int tro_finite_curation(const tro_reader *reader, const tro_space *space,
                                    const tro_finite_choice *choice, tro_curation *out);

/* Rows that choices take at a time: calls for multiples of it give the bits of
 * one call for all of them. */
size_t tro_finite_rows(const tro_space *space);

/* reward / temperature (blocks x outcomes, in the reader's arena). */
TRO_MUST_USE int tro_finite_rewards(const tro_reader *reader, const tro_space *space,
                                   const tro_node *node, double temperature,
                                   const double **out);

#endif
