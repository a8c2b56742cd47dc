/* The line of a map on which the number is zero: a zero on every edge of the grid whose
 * ends differ in sign, joined cell by cell. */
#include <math.h>

#include "analysis/crossing.h"
#include "experiment/map.h"

#define NOWHERE SIZE_MAX

/* What became of an edge on which the sign changes. */
enum { FOUND, PASSED, HIDDEN };

typedef struct edge {
    size_t i, j;        /* its first end */
    int axis;           /* it runs along this one */
    int kind;
    tro_map_zero zero;
    size_t link[2];     /* the neighbours on the line */
} edge;

typedef struct tracer {
    size_t columns, rows;
    edge *edges;        /* those on which the sign changes */
    size_t count;
    size_t *number[2];  /* by axis and first end: which edge that is, or NOWHERE */
    size_t *saddles;    /* cells whose corners leave two ways open, by their first corner */
    signed char *centre;    /* of those, the sign at the middle */
    size_t saddle_count;
} tracer;

/* --- edges ------------------------------------------------------------------------------- */

static int sign_at(const tro_map *map, size_t i, size_t j)
{
    return tro_map_sign(tro_map_point_of(map, i, j));
}

static int changes(const tro_map *map, const tracer *t, size_t i, size_t j, int axis)
{
    size_t right = i + (axis == 0), up = j + (axis == 1);
    return right < t->columns && up < t->rows &&
           sign_at(map, i, j) * sign_at(map, right, up) < 0;
}

static int list_edges(tro_map *map, tracer *t)
{
    size_t room = 0;
    for (size_t k = 0; k < map->count; k++)
        for (int a = 0; a < 2; a++)
            room += (size_t)changes(map, t, k % t->columns, k / t->columns, a);
    t->edges = TRO_NEW(&map->arena, edge, room);
    for (int a = 0; a < 2; a++) {
        t->number[a] = TRO_NEW(&map->arena, size_t, map->count);
        if (!t->number[a] || !t->edges)
            return TRO_ENOMEM;
        for (size_t k = 0; k < map->count; k++) {
            size_t i = k % t->columns, j = k / t->columns;
            t->number[a][k] = NOWHERE;
            if (!changes(map, t, i, j, a))
                continue;
            t->number[a][k] = t->count;
            t->edges[t->count++] = (edge){.i = i, .j = j, .axis = a, .link = {NOWHERE, NOWHERE}};
        }
    }
    return TRO_OK;
}

/* --- zeros ------------------------------------------------------------------------------- */

typedef struct along {
    const tro_map *map;
    int axis, status;
    double other;               /* the value of the other key */
} along;

static double number_at(double at, void *context)
{
    along *a = context;
    tro_map_point point;
    if (a->status < 0)
        return NAN;
    a->status = tro_map_at(a->map, a->axis ? a->other : at, a->axis ? at : a->other, 0, &point);
    tro_release(point.remark);
    return a->status < 0 ? NAN : point.value;
}

static int search(const tro_map *map, const edge *e, double *root, int *kind)
{
    const tro_vector *v = &map->request.axes[e->axis].values;
    size_t k = e->axis ? e->j : e->i;
    const tro_map_point *first = tro_map_point_of(map, e->i, e->j);
    const tro_map_point *second = tro_map_point_of(map, e->i + (e->axis == 0),
                                                   e->j + (e->axis == 1));
    along at = {.map = map, .axis = e->axis,
                .other = e->axis ? map->request.axes[0].values.values[e->i]
                                 : map->request.axes[1].values.values[e->j]};
    tro_crossing c = {.function = number_at, .context = &at, .lower = v->values[k],
                      .upper = v->values[k + 1], .low = first->value, .high = second->value,
                      .within = map->request.within * (v->values[v->count - 1] - v->values[0])};
    int status = TRO_OK;
    *kind = FOUND;
    *root = first->value == 0 ? c.lower : c.upper;
    if (first->value == 0 || second->value == 0)
        return TRO_OK;
    TRO_TRY(tro_crossing_find(&c));
    TRO_TRY(at.status);
    *root = c.root;
    *kind = c.end == TRO_CROSSED ? FOUND : c.end == TRO_PASSED ? PASSED : HIDDEN;
out:
    return status;
}

/* A zero at which the rounds do not settle is none. */
static int find_zero(tro_map *map, void *context, size_t number)
{
    edge *e = &((tracer *)context)->edges[number];
    const tro_map_axis *axes = map->request.axes;
    tro_map_point point;
    double root;
    int status;
    TRO_TRY(search(map, e, &root, &e->kind));
    if (e->kind != FOUND)
        return TRO_OK;
    e->zero.x = e->axis ? axes[0].values.values[e->i] : root;
    e->zero.y = e->axis ? root : axes[1].values.values[e->j];
    TRO_TRY(tro_map_at(map, e->zero.x, e->zero.y, TRO_MAP_JUDGED, &point));
    tro_release(point.remark);
    e->zero.residual = point.value;
    e->kind = point.status == TRO_MAP_OK ? FOUND : HIDDEN;
out:
    return status;
}

/* --- saddles ------------------------------------------------------------------------------ */

static int is_saddle(const tro_map *map, const tracer *t, size_t i, size_t j)
{
    if (i + 1 == t->columns || j + 1 == t->rows)
        return 0;
    int sign = sign_at(map, i, j);
    return sign != 0 && sign_at(map, i + 1, j + 1) == sign && sign_at(map, i + 1, j) == -sign &&
           sign_at(map, i, j + 1) == -sign;
}

static int list_saddles(tro_map *map, tracer *t)
{
    size_t room = 0;
    for (size_t k = 0; k < map->count; k++)
        room += (size_t)is_saddle(map, t, k % t->columns, k / t->columns);
    t->saddles = TRO_NEW(&map->arena, size_t, room);
    t->centre = TRO_NEW(&map->arena, signed char, room);
    if (!t->saddles || !t->centre)
        return TRO_ENOMEM;
    for (size_t k = 0; k < map->count; k++)
        if (is_saddle(map, t, k % t->columns, k / t->columns))
            t->saddles[t->saddle_count++] = k;
    return TRO_OK;
}

/* Where the middle has no number, the mean of the corners stands in for it. */
static int find_centre(tro_map *map, void *context, size_t number)
{
    tracer *t = context;
    const double *x = map->request.axes[0].values.values, *y = map->request.axes[1].values.values;
    size_t k = t->saddles[number], i = k % t->columns, j = k / t->columns;
    const tro_map_point *corner = &map->points[k];
    tro_map_point point;
    int status = tro_map_at(map, x[i] + (x[i + 1] - x[i]) / 2, y[j] + (y[j + 1] - y[j]) / 2,
                            TRO_MAP_JUDGED, &point);
    if (status < 0)
        return status;
    if (point.status != TRO_MAP_OK)
        point.value = corner[0].value + corner[1].value + corner[t->columns].value +
                      corner[t->columns + 1].value;
    t->centre[number] = point.value < 0 ? -1 : 1;
    tro_release(point.remark);
    return TRO_OK;
}

/* --- lines -------------------------------------------------------------------------------- */

static void join(tracer *t, size_t one, size_t other)
{
    if (one == NOWHERE || other == NOWHERE || t->edges[one].kind != FOUND ||
        t->edges[other].kind != FOUND)
        return;
    edge *a = &t->edges[one], *b = &t->edges[other];
    a->link[a->link[0] != NOWHERE] = other;
    b->link[b->link[0] != NOWHERE] = one;
}

/* The edges of a cell with its first corner at k, round and round from below. */
static void edges_of(const tracer *t, size_t k, size_t out[4])
{
    out[0] = t->number[0][k];
    out[1] = t->number[1][k + 1];
    out[2] = t->number[0][k + t->columns];
    out[3] = t->number[1][k];
}

/* Two edges with a change of sign are joined: of three corners with a number, the two that
 * meet in the middle one. */
static void join_cell(tracer *t, size_t k)
{
    size_t edges[4], found[4], count = 0;
    edges_of(t, k, edges);
    for (int e = 0; e < 4; e++)
        if (edges[e] != NOWHERE)
            found[count++] = edges[e];
    if (count == 2)
        join(t, found[0], found[1]);
}

/* Corners of the middle's sign are connected, so each of the others is cut off. */
static void join_saddle(const tro_map *map, tracer *t, size_t number)
{
    size_t edges[4], k = t->saddles[number];
    int through = tro_map_sign(&map->points[k]) == t->centre[number];
    edges_of(t, k, edges);
    join(t, edges[0], edges[through ? 1 : 3]);
    join(t, edges[2], edges[through ? 3 : 1]);
}

static void join_all(const tro_map *map, tracer *t)
{
    for (size_t k = 0, saddle = 0; k < map->count; k++) {
        if (k % t->columns + 1 == t->columns || k / t->columns + 1 == t->rows)
            continue;
        if (saddle < t->saddle_count && t->saddles[saddle] == k)
            join_saddle(map, t, saddle++);
        else
            join_cell(t, k);
    }
}

static void add_zero(tro_map *map, tro_map_line *line, const tro_map_zero *zero)
{
    const tro_map_zero *last = line->count ? &map->zeros[map->zero_count - 1] : NULL;
    if (last && last->x == zero->x && last->y == zero->y)
        return;     /* at a point of the grid, where several edges have their zero */
    map->zeros[map->zero_count++] = *zero;
    line->count++;
}

/* Follows a line from its edge `start`; edges on it are taken out. */
static void trace(tro_map *map, tracer *t, size_t start)
{
    tro_map_line *line = &map->lines[map->line_count++];
    size_t at = start, before = NOWHERE;
    *line = (tro_map_line){.first = map->zero_count};
    while (at != NOWHERE) {
        edge *e = &t->edges[at];
        size_t next = e->link[0] != before ? e->link[0] : e->link[1];
        if (before == NOWHERE)
            next = e->link[0] != NOWHERE ? e->link[0] : e->link[1];
        add_zero(map, line, &e->zero);
        e->kind = PASSED;
        before = at;
        at = next;
        if (at == start) {
            line->closed = 1;
            add_zero(map, line, &t->edges[start].zero);
            break;
        }
    }
}

static int trace_all(tro_map *map, tracer *t)
{
    size_t found = 0;
    for (size_t k = 0; k < t->count; k++) {
        found += t->edges[k].kind == FOUND;
        map->passed += t->edges[k].kind == PASSED;
        map->hidden += t->edges[k].kind == HIDDEN;
    }
    map->lines = TRO_NEW(&map->arena, tro_map_line, found);
    map->zeros = TRO_NEW(&map->arena, tro_map_zero, 2 * found);
    if (!map->lines || !map->zeros)
        return TRO_ENOMEM;
    for (int closed = 0; closed < 2; closed++)
        for (size_t k = 0; k < t->count; k++)
            if (t->edges[k].kind == FOUND && (closed || t->edges[k].link[1] == NOWHERE))
                trace(map, t, k);
    return TRO_OK;
}

int tro_map_find_zeros(tro_map *map)
{
    tracer t = {.columns = map->request.axes[0].values.count,
                .rows = map->request.axes[1].values.count};
    int status;
    TRO_TRY(list_edges(map, &t));
    TRO_TRY(list_saddles(map, &t));
    TRO_TRY(tro_map_each(map, "zeros", t.count, find_zero, &t));
    TRO_TRY(tro_map_each(map, "saddles", t.saddle_count, find_centre, &t));
    join_all(map, &t);
    status = trace_all(map, &t);
out:
    return status;
}
