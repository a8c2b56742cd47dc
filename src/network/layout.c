#include "network/layout.h"

#include <math.h>
#include <string.h>

#include "network/igraph_guard.h"

enum { CIRCLE_MAX = 6, DENSE_MAX = 40, ROUNDS = 500 };

static const char *const names[TRO_LAYOUTS] = {
    "auto", "circle", "kamada-kawai", "fruchterman-reingold", "tree", "grid"};

int tro_layout_of_name(const char *name, tro_layout *out, tro_messages *messages)
{
    for (int k = 0; k < TRO_LAYOUTS; k++)
        if (strcmp(names[k], name) == 0) {
            *out = (tro_layout)k;
            return TRO_OK;
        }
    const char *nearest = tro_nearest_word(name, names, TRO_LAYOUTS);
    return tro_error(messages, TRO_EINVAL, NULL,
                     "unknown layout '%.*s'%s%s%s; there are auto, circle, kamada-kawai, "
                     "fruchterman-reingold, tree and grid", tro_shown(name, 60), name,
                     nearest ? " (did you mean '" : "", nearest ? nearest : "",
                     nearest ? "'?)" : "");
}

/* An undirected igraph of those links, each pair once, without loops. */
static igraph_error_t make_graph(const tro_graph *graph, igraph_t *out)
{
    igraph_vector_int_t ends;
    igraph_error_t code = igraph_vector_int_init(&ends, 0);
    if (code != IGRAPH_SUCCESS)
        return code;
    code = igraph_vector_int_reserve(&ends, 2 * (igraph_integer_t)graph->count);
    for (size_t e = 0; e < graph->count && code == IGRAPH_SUCCESS; e++) {
        code = igraph_vector_int_push_back(&ends, (igraph_integer_t)graph->links[e].from);
        if (code == IGRAPH_SUCCESS)
            code = igraph_vector_int_push_back(&ends, (igraph_integer_t)graph->links[e].to);
    }
    if (code == IGRAPH_SUCCESS)
        code = igraph_create(out, &ends, (igraph_integer_t)graph->nodes, IGRAPH_UNDIRECTED);
    igraph_vector_int_destroy(&ends);
    if (code != IGRAPH_SUCCESS)
        return code;
    code = igraph_simplify(out, true, true, NULL);
    if (code != IGRAPH_SUCCESS)
        igraph_destroy(out);
    return code;
}

static igraph_error_t choose(const igraph_t *graph, tro_layout *layout)
{
    double nodes = (double)igraph_vcount(graph), pairs = nodes * (nodes - 1) / 2;
    igraph_bool_t tree = false;
    igraph_error_t code = IGRAPH_SUCCESS;
    if (*layout != TRO_LAYOUT_AUTOMATIC)
        return code;
    code = igraph_is_tree(graph, &tree, NULL, IGRAPH_ALL);
    if (nodes <= CIRCLE_MAX || (nodes <= DENSE_MAX && (double)igraph_ecount(graph) > pairs / 2))
        *layout = TRO_LAYOUT_CIRCLE;
    else if (tree)
        *layout = TRO_LAYOUT_TREE;
    else
        *layout = nodes <= TRO_SPRINGS_MAX ? TRO_LAYOUT_KAMADA_KAWAI
                                           : TRO_LAYOUT_FRUCHTERMAN_REINGOLD;
    return code;
}

static igraph_error_t around(const igraph_t *graph, igraph_matrix_t *at)
{
    igraph_vector_int_t roots;
    igraph_error_t code = igraph_vector_int_init(&roots, 0);
    if (code != IGRAPH_SUCCESS)
        return code;
    code = igraph_roots_for_tree_layout(graph, IGRAPH_ALL, &roots, IGRAPH_ROOT_CHOICE_DEGREE);
    if (code == IGRAPH_SUCCESS)
        code = igraph_layout_reingold_tilford_circular(graph, at, IGRAPH_ALL, &roots, NULL);
    igraph_vector_int_destroy(&roots);
    return code;
}

/* Springs start from the circle, what pushes from a random place, as a ring of nodes
 * that push alike may stay one. */
static igraph_error_t place(const igraph_t *graph, tro_layout layout, igraph_matrix_t *at)
{
    igraph_integer_t nodes = igraph_vcount(graph);
    igraph_error_t code;
    switch (layout) {
    case TRO_LAYOUT_TREE:
        return around(graph, at);
    case TRO_LAYOUT_GRID:
        return igraph_layout_grid(graph, at, 0);
    case TRO_LAYOUT_FRUCHTERMAN_REINGOLD:
        code = igraph_layout_random(graph, at);
        return code != IGRAPH_SUCCESS
                   ? code
                   : igraph_layout_fruchterman_reingold(graph, at, true, ROUNDS,
                                                        sqrt((double)nodes), IGRAPH_LAYOUT_NOGRID,
                                                        NULL, NULL, NULL, NULL, NULL);
    default:
        code = igraph_layout_circle(graph, at, igraph_vss_all());
        if (code != IGRAPH_SUCCESS || layout != TRO_LAYOUT_KAMADA_KAWAI)
            return code;
        return igraph_layout_kamada_kawai(graph, at, true, 50 * nodes, 0, (double)nodes, NULL,
                                          NULL, NULL, NULL, NULL);
    }
}

/* The long way lies across. */
static void turn(tro_point *points, size_t count)
{
    double x = 0, y = 0, xx = 0, yy = 0, xy = 0, n = (double)count;
    for (size_t k = 0; k < count; k++) {
        x += points[k].x / n;
        y += points[k].y / n;
    }
    for (size_t k = 0; k < count; k++) {
        double dx = points[k].x - x, dy = points[k].y - y;
        xx += dx * dx;
        yy += dy * dy;
        xy += dx * dy;
    }
    double angle = 0.5 * atan2(2 * xy, xx - yy), c = cos(angle), s = sin(angle);
    for (size_t k = 0; k < count; k++) {
        double dx = points[k].x - x, dy = points[k].y - y;
        points[k] = (tro_point){c * dx + s * dy, c * dy - s * dx};
    }
}

static int copy(const igraph_matrix_t *at, tro_layout layout, tro_point *out, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        double x = MATRIX(*at, (igraph_integer_t)k, 0), y = MATRIX(*at, (igraph_integer_t)k, 1);
        if (!isfinite(x) || !isfinite(y))
            return 0;
        out[k] = (tro_point){x, y};
        if (layout == TRO_LAYOUT_CIRCLE)   /* igraph begins on the right */
            out[k] = count == 2 ? (tro_point){-x, 0} : (tro_point){y, -x};
    }
    if (layout == TRO_LAYOUT_KAMADA_KAWAI || layout == TRO_LAYOUT_FRUCHTERMAN_REINGOLD)
        turn(out, count);
    return 1;
}

static igraph_error_t find(const igraph_t *graph, tro_layout layout, tro_point *out)
{
    igraph_matrix_t at;
    igraph_error_t code = choose(graph, &layout);
    if (code == IGRAPH_SUCCESS)
        code = igraph_matrix_init(&at, 0, 0);
    if (code != IGRAPH_SUCCESS)
        return code;
    code = place(graph, layout, &at);
    /* Forces may run away: the circle has none. */
    if (code == IGRAPH_SUCCESS && !copy(&at, layout, out, (size_t)igraph_vcount(graph))) {
        code = place(graph, TRO_LAYOUT_CIRCLE, &at);
        if (code == IGRAPH_SUCCESS)
            (void)copy(&at, TRO_LAYOUT_CIRCLE, out, (size_t)igraph_vcount(graph));
    }
    igraph_matrix_destroy(&at);
    return code;
}

int tro_layout_place(const tro_graph *graph, tro_layout layout, const tro_stream *stream,
                     tro_point *out, tro_messages *messages)
{
    tro_igraph use;
    igraph_t copied;
    if (graph->nodes == 0)
        return TRO_OK;
    tro_igraph_enter(&use, stream);
    igraph_error_t code = make_graph(graph, &copied);
    if (code == IGRAPH_SUCCESS) {
        code = find(&copied, layout, out);
        igraph_destroy(&copied);
    }
    int status = tro_igraph_status(&use, code, "igraph cannot place the network", NULL, messages);
    tro_igraph_leave(&use);
    return status;
}
