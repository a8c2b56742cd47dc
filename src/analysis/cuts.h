/* What an influence would be without one edge: found by cutting it and finding the
 * fixed point again, not by a derivative. */
#ifndef TRO_ANALYSIS_CUTS_H
#define TRO_ANALYSIS_CUTS_H

#include "analysis/influence.h"
#include "analysis/stability.h"

typedef struct tro_cut {
    size_t edge;            /* of the scenario */
    double alignment;       /* of `on`, without the edge */
    double influence;
    const char *undefined;  /* why the two are NaN, or NULL; static */
} tro_cut;

/* Sets both weights of the edge to 0; the consumer's other weights are scaled to sum to 1
 * again. An edge that a layer with a share cannot do without cannot be cut: that is no
 * error, `undefined` says so; nor is it one that the rounds of the plan come to no rest
 * without it. TRO_ENOMEM. */
TRO_MUST_USE int tro_cut_find(const tro_ecosystem *ecosystem, const tro_plan *plan, size_t on,
                              size_t of, size_t edge, tro_cut *out);

#endif
