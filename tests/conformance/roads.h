/* Roads to one influence, compared: for worlds of three agents. */
#ifndef TRO_TESTS_ROADS_H
#define TRO_TESTS_ROADS_H

#include "tests/unit/support.h"

/* Relative to the row's largest entry: the effects on one agent by adjoint, forward solve
 * and differences. Where they are steep, differences are as good as two of them agree. */
void tro_check_row(const tro_world *w, size_t on, const double *all, const double *forward,
                   const double *differences, const char *name);

/* The response by Krylov's method is that by elimination. */
void tro_check_krylov(const tro_world *w, tro_resolvent *krylov, size_t of,
                      const double *response, const char *name);

#endif
