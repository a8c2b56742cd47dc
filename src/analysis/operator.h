/* Linear operators known only by what they do to a vector.
 *
 * The Jacobian of a round and its transpose are too large to store for large
 * ecosystems, but cheap to apply; the solvers ask for nothing else. */
#ifndef TRO_ANALYSIS_OPERATOR_H
#define TRO_ANALYSIS_OPERATOR_H

#include <stddef.h>

#include <trophic/status.h>

typedef struct tro_operator {
    size_t size;
    /* y = A x, both `size` long and distinct; returns a tro_status, and a
     * negative one ends the calling solver, which passes it on. Must be
     * linear and give the same bits each time. */
    int (*apply)(void *self, const double *x, double *y);
    void *self;   /* unowned */
} tro_operator;

/* The part of an operator that lives on some of its coordinates: its rows
 * and columns `kept`. One diagonal block of a block triangular operator, say
 * one strongly connected part of a network, has its eigenvalues to itself. */
typedef struct tro_restriction {
    const tro_operator *whole;   /* unowned */
    const size_t *kept;          /* unowned, `count` distinct coordinates */
    size_t count;
    double *x, *y;               /* owned, whole->size each */
} tro_restriction;

/* Makes `part` the operator of the restriction; `part` points into
 * `restriction`, and both live until tro_restriction_free, which is legal
 * after a failure too. TRO_ENOMEM. */
int tro_restriction_init(tro_restriction *restriction, const tro_operator *whole,
                         const size_t *kept, size_t count, tro_operator *part) TRO_MUST_USE;
void tro_restriction_free(tro_restriction *restriction);

#endif
