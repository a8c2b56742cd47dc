/* Maps from a program: one number of a scenario over two of its keys, with the line on
 * which it is zero.
 *
 *   tro_map *map;
 *   if (tro_map_of(cell, "theta", "theta", NULL, "agents.theta.shares.curated=[0.2, 0.4, 0.6]",
 *                  "agents.phi.shares.curated={linspace: [0.1, 0.9, 9]}", &map, &messages) < 0)
 *       ... print messages ...
 *   const tro_map_zero *zeros;
 *   for (size_t n = 0; n < tro_map_lines(map); n++)
 *       for (size_t k = 0; k < tro_map_zeros(map, n, &zeros); k++)
 *           ... zeros[k].x, zeros[k].y ...
 *   tro_map_free(map);
 *
 * Functions that can fail return a tro_status and append to `messages`, which may be
 * NULL. Thread rule: one thread at a time per map, and per cell while one is made; the
 * points are shared among OpenMP's threads, and do not depend on how many there are. */
#ifndef TROPHIC_MAP_H
#define TROPHIC_MAP_H

#include <stddef.h>

#include <trophic/messages.h>
#include <trophic/status.h>

#ifdef __cplusplus
extern "C" {
#endif

struct tro_cell;   /* of scenario.h */

/* Opaque. */
typedef struct tro_map tro_map;

/* A point of the line; residual is the number there. */
typedef struct tro_map_zero {
    double x, y, residual;
} tro_map_zero;

/* Maps the influence of `of`'s curated share on `on`'s alignment or, with both NULL, a
 * quantity as a study would write it. x and y are "PATH=VALUES" as after --vary on the
 * command line. The cell must outlive the map; the caller frees it. TRO_EPARSE, TRO_EINVAL and
 * TRO_ESCENARIO: the request, or not one point is a scenario; TRO_ENOMEM. Points without a
 * number are no failure. */
TRO_MUST_USE int tro_map_of(struct tro_cell *cell, const char *on, const char *of,
                            const char *quantity, const char *x, const char *y, tro_map **out,
                            tro_messages *messages);
void tro_map_free(tro_map *map);

/* How many values the first key has, and the second; and which. */
size_t tro_map_columns(const tro_map *map);
size_t tro_map_rows(const tro_map *map);
double tro_map_x(const tro_map *map, size_t column);
double tro_map_y(const tro_map *map, size_t row);
/* The number at a point; NaN where there is none. */
double tro_map_value(const tro_map *map, size_t column, size_t row);
/* "ok", or why there is none: "unstable", "unsettled", "undecided", "undefined",
 * "impossible" or "failed". */
const char *tro_map_status_at(const tro_map *map, size_t column, size_t row);

/* The lines of zeros, and the points of one, in order; a closed line ends with its first
 * point. *zeros is owned by the map. */
size_t tro_map_lines(const tro_map *map);
size_t tro_map_zeros(const tro_map *map, size_t line, const tro_map_zero **zeros);

#ifdef __cplusplus
}
#endif
#endif
