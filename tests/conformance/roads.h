/* Roads to one influence, compared: for worlds of three agents. */
#ifndef TRO_TESTS_ROADS_H
#define TRO_TESTS_ROADS_H

#include "tests/conformance/examples.h"

/* Opens a scenario; 0 when this family does not go with what it asks for, which it
 * says at a place. */
int tro_open_pair(tro_world *w, const char *text, const char *what);

/* One world for each schedule, or (`only` not SIZE_MAX) for one of them; 0 when the family
 * refuses. The fixed point stays under the schedule, and influences by adjoint, forward solve,
 * Krylov's method and differences agree; with `course` also by following the rounds. */
int tro_check_world(const tro_family_example *family, const char *curator, const char *network,
                    size_t only, int course);

#endif
