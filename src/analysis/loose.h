/* Loose parts: strongly connected agents whose own block of I - J is singular, so that
 * nothing says where they come to rest but where they begin; most often agents who train on
 * nothing but each other's outputs. Solves with I - J hold their states as they are, which
 * is exact for every pair of agents whose walks pass no such part; the influence of other
 * pairs is not defined. */
#ifndef TRO_ANALYSIS_LOOSE_H
#define TRO_ANALYSIS_LOOSE_H

#include "ecosystem/ecosystem.h"

typedef struct tro_loose {
    size_t count, agents;      /* parts; agents of the ecosystem */
    int *held;                 /* agents: 1 for those in such a part; NULL when count is 0 */
    unsigned char *feeds;      /* count x agents: does the part depend on the agent? */
    unsigned char *feels;      /* count x agents: does the agent depend on the part? */
    tro_arena arena;
} tro_loose;                   /* zero-initialised is legal to release, and has none */

/* Looks at the blocks of all parts at state z. TRO_ENOMEM; none is no failure. */
TRO_MUST_USE int tro_loose_find(const tro_ecosystem *ecosystem, tro_workspace *work,
                                const double *z, tro_loose *out);
void tro_loose_release(tro_loose *loose);

/* Do walks from agent `of` to agent `on` pass a loose part? */
int tro_loose_between(const tro_loose *loose, size_t on, size_t of);

#endif
