/* How an influence comes about: the walks along which it runs, the edges that
 * carry it, and the loops and routes that it takes.
 *
 *   dJ_on/dlambda_of = g . (I - J)^-1 G = sum_k g . J^k G
 *
 * Term k is what arrives along walks of k edges; term 0 the local effect. With the
 * response x = (I - J)^-1 G and the adjoint mu = (I - J)'^-1 g, what walks carry
 * through an edge (j to i, block J_ij of the Jacobian), each walk counted as often
 * as it passes, is mu_i . J_ij x_j; and along a route, which is a path or a loop of
 * several edges, mu_end . J ... J x_begin (doc/theory.md). Cut one and see: cuts.h. */
#ifndef TRO_ANALYSIS_WALKS_H
#define TRO_ANALYSIS_WALKS_H

#include "analysis/influence.h"

/* The longest routes that are looked for, and how many are kept. */
enum { TRO_ROUTE_EDGES = 6, TRO_ROUTES = 20 };

typedef struct tro_route {
    size_t agents[TRO_ROUTE_EDGES + 1];  /* from `of` to `on`; the same at both ends of a loop */
    size_t edges;
    double carried;
} tro_route;

typedef struct tro_walks {
    size_t on, of;
    double total;                /* the influence */
    double *terms;               /* of 0 .. term_count - 1 edges */
    size_t term_count;
    double rest;                 /* total less the terms */
    double *flow;                /* per edge of the scenario: what it carries */
    double own;                  /* what goes without an edge: from agents to themselves, as a
                                    learning rate below 1 lets it, and from audiences */
    tro_route routes[TRO_ROUTES]; /* the largest first */
    size_t route_count;
    int routes_cut_short;        /* there were too many to look at all */
    tro_arena arena;
} tro_walks;                     /* zero-initialised is legal to release */

/* terms: those of at most `most` edges, fewer once what is left is below rounding.
 * One thread at a time, as the influences. TRO_EUNSUPPORTED when the influence is
 * not defined; TRO_ENOMEM; those of a solve. */
TRO_MUST_USE int tro_walks_find(tro_influences *influences, size_t on, size_t of, size_t most,
                                tro_walks *out, tro_messages *messages);
void tro_walks_release(tro_walks *walks);

#endif
