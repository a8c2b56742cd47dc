/* Inside the curators: rules by which a reward chooses among candidates, on
 * gaussian laws; and mixtures of curations. */
#ifndef TRO_CURATOR_REWARDED_H
#define TRO_CURATOR_REWARDED_H

#include "curator/curator.h"

typedef struct tro_judge_rule {
    const char *rule;            /* its name, for messages */
    const tro_node *node;        /* its parameters */
    const tro_node *reward;
    double candidates;           /* inf: a tilt */
    double temperature;
    double flip;                 /* probability that the reversed reward chooses */
    int largest;                 /* the best candidate, not odds */
} tro_judge_rule;

/* Reads the reward and prepares the curation on a gaussian family. */
TRO_MUST_USE int tro_judge_gaussian(const tro_reader *reader, const tro_space *space,
                                    const tro_judge_rule *judge, tro_curation *out);

/* One of several curations, drawn for every pool with these weights (sum 1; both
 * arrays must live as long): what is kept is the mixture, and mean parameters
 * mix linearly. */
typedef struct tro_mixture {
    size_t count;
    const double *weight;
    const tro_curation *const *part;
} tro_mixture;
TRO_MUST_USE int tro_mixture_prepare(tro_arena *arena, const tro_mixture *mixture,
                                     tro_curation *out);
/* The mixture a curation is, or NULL. */
const tro_mixture *tro_mixture_of(const tro_curation *curation);

#endif
