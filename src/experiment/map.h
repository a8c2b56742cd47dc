/* Maps: one number of a scenario over two of its keys, with the line on which it is zero.
 *
 *   tro_map_request request = {.on = "theta", .of = "theta", .within = 1e-12};
 *   TRO_TRY(tro_map_axis_read("...weight={linspace: [0, 1, 21]}", "--vary",
 *                             &request.axes[0], messages));
 *   ...
 *   TRO_TRY(tro_map_new(cell, &request, &map, messages));
 *   TRO_TRY(tro_map_find(map, progress, messages));
 *   TRO_TRY(tro_map_write(map, folder, messages));
 * out:
 *   tro_map_free(map);
 *   tro_map_axis_release(&request.axes[0]);
 *
 * The number is the influence of one agent's curated share on another's alignment, or
 * any quantity of one value. It is asked for at every point of the grid. Between two
 * neighbours of unlike sign the zero is located by Brent's method with the number itself,
 * not by interpolation, and what is found is joined cell by cell (marching squares,
 * Lorensen and Cline 1987, in the plane); where a cell's corners leave two ways open, the
 * number at its middle decides. Straight pieces join the zeros: a line that bends within a
 * cell is as coarse as the grid, and one that enters and leaves through the same edge is
 * not seen. A value of exactly zero counts as positive.
 *
 * Every point starts from the scenario's own start, not from its neighbour's fixed point:
 * of several fixed points that one counts which the rounds lead to, and every number has
 * the bits that it has alone. Equal requests give equal bytes, whatever the threads. */
#ifndef TRO_EXPERIMENT_MAP_H
#define TRO_EXPERIMENT_MAP_H

#include <trophic/map.h>

#include "experiment/cell.h"
#include "experiment/effects.h"
#include "experiment/quantity.h"
#include "output/folder.h"

/* A key and its values, increasing, two or more. */
typedef struct tro_map_axis {
    const char *key, *complement;   /* complement: a key that becomes 1 - the value; or NULL */
    tro_vector values;
    const tro_node *node;           /* of the values, where their mistakes are shown */
    tro_place key_place, complement_place;
    tro_document *document;         /* owned: what it was read from */
} tro_map_axis;                     /* zero-initialised is legal to release */

/* Reads "KEY=values"; the values are written as those of an axis of a study, or
 * {values: ..., complement: KEY}. `origin` names the source in messages. Located errors. */
TRO_MUST_USE int tro_map_axis_read(const char *argument, const char *origin, tro_map_axis *out,
                                   tro_messages *messages);
void tro_map_axis_release(tro_map_axis *axis);

typedef struct tro_map_request {
    const char *on, *of;            /* agents; not with a quantity */
    const char *quantity;           /* as a study would write it; or NULL */
    tro_map_axis axes[2];           /* x, y; their documents must outlive the map */
    double within;                  /* how narrowly zeros are located: a part of the range */
} tro_map_request;

typedef enum tro_map_status {
    TRO_MAP_OK,
    TRO_MAP_UNSTABLE,       /* the rounds do not settle at the fixed point */
    TRO_MAP_UNSETTLED,      /* there is no fixed point, or no limit */
    TRO_MAP_UNDECIDED,      /* whether it is stable is not known */
    TRO_MAP_UNDEFINED,      /* the number is not defined */
    TRO_MAP_IMPOSSIBLE,     /* there is no such scenario */
    TRO_MAP_FAILED,
    TRO_MAP_STATUSES
} tro_map_status;
const char *tro_map_status_name(tro_map_status status);

typedef struct tro_map_point {
    tro_map_status status;
    double value;                   /* NaN unless the status is TRO_MAP_OK */
    double isolated;                /* of an agent on itself, in isolation; else NaN */
    tro_effect_class effect_class;  /* of influences */
    int one_sided;
    uint64_t state;                 /* a digest of the fixed point; 0: none was found */
    char *remark;                   /* owned: why there is no value; or NULL */
} tro_map_point;

typedef struct tro_map_line {
    size_t first, count;            /* of the zeros */
    int closed;                     /* the first comes again as the last */
} tro_map_line;

struct tro_map {
    const tro_cell *cell;           /* unowned */
    tro_map_request request;
    tro_document *bare, *written;   /* written: the quantity */
    tro_chosen quantity;
    tro_map_point *points;          /* the first axis fastest */
    size_t count;
    size_t statuses[TRO_MAP_STATUSES], classes[TRO_EFFECT_CLASSES];
    tro_map_zero *zeros;            /* each on an edge of the grid; line after line */
    size_t zero_count;
    tro_map_line *lines;
    size_t line_count;
    size_t passed;                  /* edges on which the sign changes without a zero */
    size_t hidden;                  /* edges that lose the number between their ends */
    int owns_axes;
    const tro_progress *progress;
    tro_arena arena;
};

#define TRO_MAP_WITHIN 1e-12    /* what is asked for unless something else is */

/* Checks the request in the cell, which must outlive the map. Located errors. */
TRO_MUST_USE int tro_map_new(const tro_cell *cell, const tro_map_request *request, tro_map **out,
                             tro_messages *messages);

/* Computes everything. TRO_ESCENARIO: not one point is a scenario, or a key varies nothing;
 * TRO_EINTERRUPTED, TRO_ENOMEM. */
TRO_MUST_USE int tro_map_find(tro_map *map, const tro_progress *progress,
                              tro_messages *messages);

/* map.csv, zero.csv and the figure, map.svg. */
TRO_MUST_USE int tro_map_write(const tro_map *map, tro_folder *folder, tro_messages *messages);

/* "influence of theta's curated share on itself", or the name of the quantity; appended. */
void tro_map_title(const tro_map *map, tro_text *text);

static inline const tro_map_point *tro_map_point_of(const tro_map *map, size_t i, size_t j)
{
    return &map->points[j * map->request.axes[0].values.count + i];
}

/* -1, 1, or 0 where there is no value. */
static inline int tro_map_sign(const tro_map_point *point)
{
    return point->status != TRO_MAP_OK ? 0 : point->value < 0 ? -1 : 1;
}

/* --- the steps, a file each; for this folder only ------------------------------------ */

/* What is asked of a place besides the number: is the fixed point stable; what is the
 * effect held against, and what rounding leaves of nothing is 0, as in an influence's row. */
enum { TRO_MAP_JUDGED = 1, TRO_MAP_CLASSED = 2 };

/* The number at a place. TRO_ENOMEM, TRO_EINTERRUPTED; anything else is a status of the
 * point. */
TRO_MUST_USE int tro_map_at(const tro_map *map, double x, double y, int asked,
                            tro_map_point *out);
/* The scenario at a place. */
TRO_MUST_USE int tro_map_cell(const tro_map *map, double x, double y, tro_cell **out,
                              tro_messages *messages);
/* Calls work for 0 .. count-1, on all threads; the first failure ends it. */
typedef int tro_map_work(tro_map *map, void *context, size_t number);
TRO_MUST_USE int tro_map_each(tro_map *map, const char *what, size_t count, tro_map_work *work,
                              void *context);
/* The zeros and their lines, once all points are known. */
TRO_MUST_USE int tro_map_find_zeros(tro_map *map);

#endif
