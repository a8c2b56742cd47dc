/* An agent in isolation: the same shares, users and owner, but its own outputs in
 * place of everybody else's. Curation that helps there and not in the network is
 * the network's doing (Zhang, Wei, Zhang 2026: "in isolation, curation always
 * helps"). */
#ifndef TRO_ANALYSIS_ISOLATED_H
#define TRO_ANALYSIS_ISOLATED_H

#include "ecosystem/ecosystem.h"

typedef struct tro_isolated {
    double alignment;       /* at the fixed point that its rounds come to rest at */
    double influence;       /* of its curated share on that; what its `displaces` names gives way */
    int one_sided;          /* the share can move in one direction only */
    const char *undefined;  /* why there is none (both numbers are NaN), or NULL; static */
} tro_isolated;

/* Scales with one agent, not with the ecosystem. The channel and the judge of the
 * agent's own edge stay where it has one; else its users judge. That the isolated
 * agent has no influence is no error. Any thread. TRO_ENOMEM. */
TRO_MUST_USE int tro_isolated_find(const tro_scenario *scenario, size_t agent,
                                   tro_isolated *out);

#endif
