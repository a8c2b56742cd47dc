/* K-wise choice on finite outcomes by a reward that changes with the laws:
 *
 *   r(x) = fixed(x) + own log p(x) + taste sum_y phi(x).phi(y) q(y)
 *
 * p is the law that is judged, q that of what the judge's audience has seen; with
 * several prompts both are those of the prompt. A probability of 0 counts as 2.2e-308 in
 * the logarithm: it stays 0. */
#ifndef TRO_CURATOR_CHANGING_H
#define TRO_CURATOR_CHANGING_H

#include "curator/curator.h"

typedef struct tro_changing_choice {
    const tro_node *node;       /* the rule's parameters */
    const tro_node *reward;     /* the fixed part; NULL: none */
    double candidates;          /* whole >= 1, or INFINITY */
    double own, taste;
    const char *audience;       /* name of the agent whose state is q; NULL: none */
    const tro_matrix *features; /* outcomes x any number; NULL: each outcome is like itself alone */
} tro_changing_choice;

/* For a curator's prepare: fills out. Located errors; so are laws other than
 * TRO_TABLE. */
TRO_MUST_USE int tro_changing_curation(const tro_reader *reader, const tro_space *space,
                                       const tro_changing_choice *choice, tro_curation *out);

#endif
